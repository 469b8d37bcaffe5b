#include "host/place.h"

#include "base/path.h"

static const char *const system_folder = "a folder of the system";

/* From the special to the general. */
static const struct kept {
	struct str path;
	bool is_whole; /* only itself, not what lies below it */
	const char *what;
} kept[] = {
	{STR_INIT("/"), true, "the whole disk"},
	{STR_INIT("/run/docker.sock"), false,
		"the socket of the engine, and whoever may write it is root"},
	{STR_INIT("/var/run/docker.sock"), false,
		"the socket of the engine, and whoever may write it is root"},
	{STR_INIT("/bin"), false, system_folder},
	{STR_INIT("/boot"), false, system_folder},
	{STR_INIT("/dev"), false, "a place of devices"},
	{STR_INIT("/etc"), false, system_folder},
	{STR_INIT("/home"), true, "where the homes are"},
	{STR_INIT("/lib"), false, system_folder},
	{STR_INIT("/lib32"), false, system_folder},
	{STR_INIT("/lib64"), false, system_folder},
	{STR_INIT("/media"), true, system_folder},
	{STR_INIT("/mnt"), true, system_folder},
	{STR_INIT("/opt"), true, system_folder},
	{STR_INIT("/proc"), false, system_folder},
	{STR_INIT("/root"), true, "the home of root"},
	{STR_INIT("/run"), false, system_folder},
	{STR_INIT("/sbin"), false, system_folder},
	{STR_INIT("/srv"), true, system_folder},
	{STR_INIT("/sys"), false, system_folder},
	{STR_INIT("/tmp"), true, "everybody's"},
	{STR_INIT("/usr/local"), true, system_folder},
	{STR_INIT("/usr/src"), false, system_folder},
	{STR_INIT("/usr"), false, system_folder},
	{STR_INIT("/var"), true, system_folder},
	{STR_INIT("/var/cache"), true, system_folder},
	{STR_INIT("/var/lib"), true, system_folder},
	{STR_INIT("/var/lib/containerd"), false, "the engine's own"},
	{STR_INIT("/var/lib/containers"), false, "the engine's own"},
	{STR_INIT("/var/lib/docker"), false, "the engine's own"},
	{STR_INIT("/var/log"), true, system_folder},
	{STR_INIT("/var/run"), false, system_folder},
	{STR_INIT("/var/spool"), true, system_folder},
	{STR_INIT("/var/tmp"), true, "everybody's"},
};

const char *host_place_kept(
	const struct host_accounts *accounts, struct str home, struct str path)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (kept[i].is_whole ? str_eq(path, kept[i].path)
				     : path_is_under(path, kept[i].path))
			return kept[i].what;
	if (path_is_absolute(path) && str_eq(path, home))
		return "somebody's home";
	vec_each (const struct host_account, user, &accounts->users)
		if (path_is_absolute(path) && host_account_is_person(user) &&
			str_eq(user->home, path))
			return "somebody's home";
	if (str_ends(path, STR(".sock")))
		return "a socket, and what listens there decides who may";
	return NULL;
}
