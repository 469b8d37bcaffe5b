/*
 * What to write where somebody may not touch a place, by the kind of place.
 */
#include "base/path.h"
#include "why/cure.h"

/* ---- the home ---- */

static struct str home_path(const struct scene *s)
{
	if (s->home.n > 1 && path_is_under(s->home, STR("/home")))
		return s->home;
	return STR("/home/app");
}

/* A variable that leads below root's home, to where the log says: it goes along. */
static struct environ_entry leads_there(const struct curing *c)
{
	struct str path = c->spot->path;

	vec_each (const struct environ_entry, e, &c->s->environment)
		if (path_is_under(e->value, STR("/root")) &&
			!str_eq(e->name, STR("HOME")) && path.n &&
			(path_is_under(path, e->value) ||
				path_is_under(e->value, path)))
			return *e;
	return (struct environ_entry){0};
}

static void cure_home_and(
	struct curing *c, struct str home, const struct environ_entry *variable)
{
	struct arena *a = c->s->arena;
	struct str value = arena_printf(a, "%.*s%.*s", STR_ARG(home),
		STR_ARG(str_from(variable->value, STR("/root").n)));

	if (scene_has_build(c->s)) {
		cure_add_build(c,
			arena_printf(a, "RUN %.*s\nENV HOME=%.*s %.*s=%.*s",
				STR_ARG(cure_install(c->s, home)), STR_ARG(home),
				STR_ARG(variable->name), STR_ARG(value)));
		return;
	}
	cure_add_run(c, "environment:\n  HOME: %.*s", "--env HOME=%.*s",
		arena_printf(a,
			scene_run_form(c->s) == FORM_COMPOSE ? "%.*s\n  %.*s: %.*s"
							     : "%.*s --env %.*s=%.*s",
			STR_ARG(home), STR_ARG(variable->name), STR_ARG(value)));
	cure_add_tmpfs(c, home);
}

void cure_home(struct curing *c)
{
	struct arena *a = c->s->arena;
	struct str home = home_path(c->s);
	struct environ_entry variable = leads_there(c);

	if (variable.name.n) {
		cure_home_and(c, home, &variable);
		return;
	}
	if (scene_has_build(c->s)) {
		cure_add_build(c,
			arena_printf(a, "RUN %.*s\nENV HOME=%.*s",
				STR_ARG(cure_install(c->s, home)), STR_ARG(home)));
		return;
	}
	cure_add_run(c, "environment:\n  HOME: %.*s", "--env HOME=%.*s", home);
	cure_add_tmpfs(c, home);
}

void cure_account(struct curing *c)
{
	struct str uid = cure_uid(c->s);

	if (scene_has_build(c->s)) {
		cure_add_build(c,
			arena_printf(c->s->arena,
				"RUN useradd --uid %.*s --create-home --shell "
				"/usr/sbin/nologin app",
				STR_ARG(uid)));
		return;
	}
	cure_add_run(c, "environment:\n  USER: %.*s\n  LOGNAME: app\n  HOME: /home/app",
		"--env USER=%.*s --env LOGNAME=app --env HOME=/home/app", STR("app"));
	cure_add_tmpfs(c, STR("/home/app"));
}

/* The variable that moves it, as an other way. */
void cure_variable(struct curing *c)
{
	struct str name = c->clue->row.variable;
	struct str value = arena_printf(c->s->arena, "%.*s=%.*s/%.*s", STR_ARG(name),
		STR_ARG(home_path(c->s)), STR_ARG(c->clue->by));

	if (!name.n || c->clue->row.cause == CAUSE_CAPABILITY)
		return;
	cure_say(c,
		arena_printf(c->s->arena,
			"Or move only this: `%.*s` names where it goes, for example `ENV "
			"%.*s`, a folder of the user's own.",
			STR_ARG(name), STR_ARG(value)));
}

/* ---- places that may not be touched ---- */

/* The host's path of the folder that has to be writable. */
struct str cure_on_host(const struct curing *c)
{
	const struct at *m = c->spot->mount;
	struct str below = str_from(c->spot->folder, m->target.n);

	if (str_starts(below, STR("/")))
		below = str_from(below, 1);
	return below.n && path_is_under(c->spot->folder, m->target)
		? path_join(c->s->arena, m->source, below)
		: m->source;
}

/* A file that is there and belongs to somebody else. */
static void cure_file(struct curing *c)
{
	struct arena *a = c->s->arena;
	struct str file = cure_on_host(c), owner = scene_owner(c->s);

	if (!str_eq(c->spot->folder, c->spot->path))
		file = path_join(a, file, path_base(c->spot->path));
	cure_add(c, STR("on the host"),
		arena_printf(a, "sudo chown %.*s %.*s && sudo chmod 0640 %.*s",
			STR_ARG(owner), STR_ARG(file), STR_ARG(file)));
}

void cure_bind(struct curing *c)
{
	if (c->spot->mount->is_read_only)
		cure_say(c,
			arena_printf(c->s->arena,
				"The mount at %.*s is read-only: take `:ro` (read_only) "
				"away if it really has to write there.",
				STR_ARG(c->spot->mount->target)));
	if (c->spot->is_file) {
		cure_file(c);
		return;
	}
	cure_add(c, STR("on the host"),
		arena_printf(c->s->arena, "sudo %.*s",
			STR_ARG(cure_install(c->s, cure_on_host(c)))));
	cure_say(c,
		STR("Files that are there already keep their owner: give them away, too, "
		    "one folder at a time (`sudo chown -R` only where all of it is the "
		    "container's)."));
}

void cure_volume(struct curing *c)
{
	struct arena *a = c->s->arena;
	struct str image = c->s->container && c->s->container->image.n
		? c->s->container->image
		: STR("IMAGE");

	cure_add(c, STR("once, on the host"),
		arena_printf(a,
			"docker run --rm --user 0 --entrypoint chown --volume %.*s:/v "
			"%.*s -R %.*s /v",
			STR_ARG(c->spot->mount->name), STR_ARG(image),
			STR_ARG(scene_owner(c->s))));
	if (scene_has_build(c->s))
		cure_add_build(c,
			arena_printf(a, "RUN %.*s",
				STR_ARG(cure_install(c->s, c->spot->mount->target))));
}

static void cure_tmp(struct curing *c)
{
	cure_say(c,
		arena_printf(c->s->arena,
			"Take %.*s away: start from a fresh container, or empty the folder "
			"that is mounted there, and do not run it as root before.",
			STR_ARG(c->spot->shown)));
}

static void cure_packages(struct curing *c)
{
	cure_say(c,
		STR("Install it when the image is built, above the USER line. What runs "
		    "should not be able to change its own code."));
}

/* A folder of the system itself is never given away; one below it is. */
bool cure_is_shared(struct str folder)
{
	static const struct str shared[] = {STR_INIT("/"), STR_INIT("/run"),
		STR_INIT("/var/run"), STR_INIT("/var/log"), STR_INIT("/var/lib"),
		STR_INIT("/var/cache"), STR_INIT("/var"), STR_INIT("/etc"),
		STR_INIT("/usr"), STR_INIT("/usr/local"), STR_INIT("/usr/lib"),
		STR_INIT("/usr/bin"), STR_INIT("/usr/share"), STR_INIT("/opt"),
		STR_INIT("/home"), STR_INIT("/srv"), STR_INIT("/mnt")};

	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (str_eq(folder, shared[i]))
			return true;
	return false;
}

static void cure_image(struct curing *c)
{
	struct str folder = c->spot->folder;

	if (!folder.n) {
		cure_say(c,
			STR("Run the program in a folder that belongs to the user "
			    "(WORKDIR), or give it an absolute path in one."));
		return;
	}
	if (!scene_has_build(c->s)) {
		if (!cure_is_shared(folder))
			cure_add_tmpfs(c, folder);
		else
			cure_say(c,
				arena_printf(c->s->arena,
					"Tell the program to write somewhere else than "
					"into %.*s, which is the system's.",
					STR_ARG(folder)));
		return;
	}
	if (!cure_is_shared(folder))
		cure_add_build(c,
			arena_printf(c->s->arena, "RUN %.*s",
				STR_ARG(cure_install(c->s, folder))));
	else if (str_eq(folder, STR("/")))
		cure_add_build(c,
			arena_printf(c->s->arena, "RUN %.*s\nWORKDIR /app",
				STR_ARG(cure_install(c->s, STR("/app")))));
	else if (str_eq(folder, c->spot->path))
		cure_say(c,
			arena_printf(c->s->arena,
				"%.*s is the system's: make a folder below it when the "
				"image is built (`RUN %.*s`) and let the program write "
				"there.",
				STR_ARG(folder),
				STR_ARG(cure_install(c->s,
					path_join(c->s->arena, folder, STR("app"))))));
	else
		cure_add_build(c,
			arena_printf(c->s->arena, "RUN touch %.*s && chown %.*s %.*s",
				STR_ARG(c->spot->path), STR_ARG(scene_owner(c->s)),
				STR_ARG(c->spot->path)));
}

static void cure_kernel(struct curing *c)
{
	cure_say(c,
		STR("Set it on the host, or with `sysctls:` (`--sysctl`) where it belongs "
		    "to the container's own network; no container should write it."));
}

void cure_socket(struct curing *c)
{
	cure_say(c,
		STR("Do without the socket: whoever can write to it is root on the host. "
		    "Where it must be, put a proxy between that lets through only what is "
		    "asked for."));
}

void cure_device(struct curing *c)
{
	if (str_starts(c->spot->path, STR("/dev/nvidia"))) {
		cure_say(c,
			STR("A GPU needs no root: start with `--gpus` (compose: "
			    "`deploy.resources.reservations.devices`), and look whether "
			    "the host's /dev/nvidia* are open to all (mode 0666)."));
		return;
	}
	cure_add_run(c, "group_add:\n  - \"%.*s\"", "--group-add %.*s",
		STR("the number of the device's group on the host"));
}

void cure_stdio(struct curing *c)
{
	cure_say(c,
		STR("Start the container as that user from the beginning (USER, `user:`, "
		    "`--user`) instead of changing over in the entrypoint: then its streams "
		    "are the user's. Or log to /dev/fd/1 without opening a path."));
}

static void (*const by_spot[SPOT_COUNT])(struct curing *c) = {
	[SPOT_UNKNOWN] = cure_image,
	[SPOT_OTHER] = cure_image,
	[SPOT_SLASH_HOME] = cure_home,
	[SPOT_ROOT_HOME] = cure_home,
	[SPOT_NO_HOME] = cure_home,
	[SPOT_HOME] = cure_home,
	[SPOT_BIND] = cure_bind,
	[SPOT_VOLUME] = cure_volume,
	[SPOT_TMPFS] = cure_image,
	[SPOT_TMP] = cure_tmp,
	[SPOT_SHM] = cure_tmp,
	[SPOT_DEVICE] = cure_device,
	[SPOT_STDIO] = cure_stdio,
	[SPOT_KERNEL] = cure_kernel,
	[SPOT_SOCKET] = cure_socket,
	[SPOT_PACKAGES] = cure_packages,
	[SPOT_SYSTEM] = cure_image,
	[SPOT_STATE] = cure_image,
};

void cure_spot(struct curing *c)
{
	if (c->clue->row.cause == CAUSE_ACCESS && str_ends(c->spot->path, STR(".sh"))) {
		cure_add_build(c,
			arena_printf(c->s->arena, "RUN chmod 0755 %.*s",
				STR_ARG(c->spot->path)));
		return;
	}
	if (c->spot->kind == SPOT_TMPFS)
		cure_add_tmpfs(c, c->spot->mount->target);
	else
		by_spot[c->spot->kind](c);
	cure_variable(c);
}

void cure_read(struct curing *c)
{
	struct arena *a = c->s->arena;

	if (c->spot->kind == SPOT_BIND)
		cure_add(c, STR("on the host"),
			arena_printf(a, "sudo setfacl -m u:%.*s:rX %.*s",
				STR_ARG(cure_uid(c->s)),
				STR_ARG(path_join(a, c->spot->mount->source,
					str_eq(c->spot->path, c->spot->mount->target)
						? STR(".")
						: str_from(c->spot->path,
							  c->spot->mount->target.n +
								  1)))));
	else if (c->spot->kind == SPOT_ROOT_HOME)
		cure_say(c,
			STR("Install it outside of /root when the image is built (/opt, "
			    "/usr/local): no other user may enter /root."));
	else if (c->spot->path.n)
		cure_add_build(c,
			arena_printf(a, "RUN chmod a+rX %.*s", STR_ARG(c->spot->path)));
	cure_variable(c);
}
