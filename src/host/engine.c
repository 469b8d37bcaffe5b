#include "host/engine.h"

#include "base/path.h"
#include "host/accounts.h"
#include "syntax/json.h"

static const struct str names[] = {[HOST_ENGINE_UNKNOWN] = STR_INIT("unknown"),
	[HOST_ENGINE_ROOTFUL] = STR_INIT("rootful"),
	[HOST_ENGINE_REMAPPED] = STR_INIT("remapped"),
	[HOST_ENGINE_ROOTLESS] = STR_INIT("rootless"),
	[HOST_ENGINE_DESKTOP] = STR_INIT("desktop")};

struct str host_engine_name(enum host_engine engine)
{
	return names[engine];
}

/* What is looked at, and what is known so far. */
struct search {
	struct arena *arena;
	struct world *world;
	struct host_accounts accounts;
	struct host_facts facts;
};

static bool is_there(struct search *s, struct str path)
{
	struct world_stat st;
	struct err e = {0};

	return world_stat(s->world, path, &st, &e) == 0 && st.kind != WORLD_ABSENT;
}

static struct str below_home(struct search *s, const char *path)
{
	return s->facts.home.n ? path_join(s->arena, s->facts.home, str_c(path))
			       : STR("/nonexistent");
}

static bool found(struct search *s, enum host_engine engine, const char *why)
{
	s->facts.engine = engine;
	s->facts.why = str_c(why);
	return true;
}

/* The string under key of the object that a file holds; empty when there is none. */
static struct str json_word(struct search *s, struct str path, struct str key)
{
	struct diags diags = {.arena = s->arena};
	const struct json *value;
	const struct file *file;
	struct text text;
	struct err e = {0};

	if (world_read(s->world, path, &file, &e) < 0)
		return STR_NONE;
	text = text_of(s->arena, span_of(file, 0, file->bytes.n));
	value = json_parse(s->arena, &text, &diags);
	value = value ? json_get(value, key) : NULL;
	return value && value->kind == JSON_STRING ? value->text.s : STR_NONE;
}

/* ---- the address that the client is told ---- */

/* Sockets of engines in a virtual machine, which shares files as the asker's own. */
static bool is_of_desktop(struct str address)
{
	static const struct str marks[] = {STR_INIT("/.docker/desktop/"),
		STR_INIT("/.docker/run/"), STR_INIT("/.colima/"), STR_INIT("/.lima/"),
		STR_INIT("/.orbstack/"), STR_INIT("/.rd/")};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (str_find_str(address, marks[i]) < address.n)
			return true;
	return false;
}

static bool by_address(struct search *s, struct str address, const char *what)
{
	struct str path;

	if (!str_starts(address, STR("unix://")))
		return found(s, HOST_ENGINE_UNKNOWN,
			arena_cstr(s->arena,
				arena_printf(s->arena,
					"%s names an engine that may be another "
					"machine's",
					what)));
	path = str_from(address, 7);
	if (is_of_desktop(path))
		return found(s, HOST_ENGINE_DESKTOP,
			arena_cstr(s->arena,
				arena_printf(s->arena,
					"%s names the socket of an engine in a virtual "
					"machine",
					what)));
	if (str_starts(path, STR("/run/user/")) || str_starts(path, STR("/tmp/")))
		return found(s, HOST_ENGINE_ROOTLESS,
			arena_cstr(s->arena,
				arena_printf(s->arena, "%s names the socket of a user",
					what)));
	return false; /* the machine's own: its configuration says the rest */
}

/* ---- the client's context ---- */

static bool by_context(struct search *s)
{
	struct str context = STR_NONE;

	if (!world_env(s->world, STR("DOCKER_CONTEXT"), &context) || !context.n)
		context = json_word(
			s, below_home(s, ".docker/config.json"), STR("currentContext"));
	if (!context.n || str_eq(context, STR("default")))
		return false;
	if (str_starts(context, STR("desktop")) || str_eq(context, STR("colima")) ||
		str_eq(context, STR("orbstack")) ||
		str_eq(context, STR("rancher-desktop")))
		return found(s, HOST_ENGINE_DESKTOP,
			"the client's context is that of an engine in a virtual "
			"machine");
	if (str_eq(context, STR("rootless")))
		return found(s, HOST_ENGINE_ROOTLESS,
			"the client's context is called rootless");
	return found(s, HOST_ENGINE_UNKNOWN,
		"the client's context is none that says what it is");
}

/* ---- the daemon ---- */

static bool has_machine_socket(struct search *s)
{
	return is_there(s, STR("/run/docker.sock")) ||
		is_there(s, STR("/var/run/docker.sock"));
}

/* A Linux inside Windows: it says so itself, and Docker Desktop leaves its folders. */
static bool is_wsl_desktop(struct search *s)
{
	struct str name;

	if (is_there(s, STR("/mnt/wsl/docker-desktop")) ||
		is_there(s, STR("/mnt/wsl/docker-desktop-bind-mounts")))
		return found(s, HOST_ENGINE_DESKTOP,
			"Docker Desktop has put its folders into this WSL");
	if (!world_env(s->world, STR("WSL_DISTRO_NAME"), &name) &&
		!is_there(s, STR("/run/WSL")))
		return false;
	return !has_machine_socket(s) && !is_there(s, STR("/etc/docker")) &&
		found(s, HOST_ENGINE_DESKTOP,
			"this is WSL without an engine of its own");
}

static bool is_desktop(struct search *s)
{
	return !has_machine_socket(s) &&
		is_there(s, below_home(s, ".docker/desktop/docker.sock")) &&
		found(s, HOST_ENGINE_DESKTOP,
			"the only socket is that of Docker Desktop");
}

static bool is_rootless(struct search *s)
{
	struct str runtime;

	if (has_machine_socket(s))
		return false;
	if (world_env(s->world, STR("XDG_RUNTIME_DIR"), &runtime) && runtime.n &&
		is_there(s, path_join(s->arena, runtime, STR("docker.sock"))))
		return found(s, HOST_ENGINE_ROOTLESS,
			"the only socket of an engine is your own");
	return is_there(s, below_home(s, ".config/systemd/user/docker.service")) &&
		found(s, HOST_ENGINE_ROOTLESS,
			"the engine is a service of your own session");
}

/* "default", "name", "name:group", "uid:gid" (moby daemon/config, RemappedRoot) */
static bool is_remapped(struct search *s)
{
	struct str remap =
		json_word(s, STR("/etc/docker/daemon.json"), STR("userns-remap"));
	struct str user = str_sub(remap, 0, str_find(remap, ':'));
	uint32_t id = UINT32_MAX, count;

	if (!user.n)
		return false;
	if (str_eq(user, STR("default")))
		user = STR("dockremap");
	if (str_to_u32(user, &id)) {
		const struct host_account *a = host_account_of(&s->accounts.users, id);

		user = a ? a->name : STR_NONE;
	}
	if (!host_range_read(s->world, STR("/etc/subuid"), user, id,
		    &s->facts.first_uid, &count) ||
		!host_range_read(s->world, STR("/etc/subgid"), user, id,
			&s->facts.first_gid, &count))
		s->facts.first_uid = s->facts.first_gid = 0;
	return found(
		s, HOST_ENGINE_REMAPPED, "the engine's daemon.json has userns-remap");
}

static bool is_rootful(struct search *s)
{
	if (!has_machine_socket(s) && !is_there(s, STR("/etc/docker")) &&
		!is_there(s, STR("/var/lib/docker")))
		return false;
	return found(
		s, HOST_ENGINE_ROOTFUL, "the machine has an engine that runs as root");
}

static void look(struct search *s)
{
	struct str address;

	if (world_env(s->world, STR("DOCKER_HOST"), &address) && address.n) {
		if (by_address(s, address, "DOCKER_HOST"))
			return;
	} else if (by_context(s)) {
		return;
	}
	if (is_wsl_desktop(s) || is_desktop(s) || is_rootless(s) || is_remapped(s) ||
		is_rootful(s))
		return;
	found(s, HOST_ENGINE_UNKNOWN,
		"nothing on this machine says what engine it has");
}

/* ---- what follows from it ---- */

/* The ids that a user's engine may use for containers. */
static void take_range(struct search *s)
{
	const struct host_account *own =
		host_account_of(&s->accounts.users, s->facts.own_uid);
	struct str name = own ? own->name : STR_NONE;
	uint32_t count;

	if (!host_range_read(s->world, STR("/etc/subuid"), name, s->facts.own_uid,
		    &s->facts.first_uid, &count))
		s->facts.first_uid = 0;
	if (!host_range_read(s->world, STR("/etc/subgid"), name, s->facts.own_uid,
		    &s->facts.first_gid, &count))
		s->facts.first_gid = 0;
}

static void take_data_root(struct search *s)
{
	struct str root =
		json_word(s, STR("/etc/docker/daemon.json"), STR("data-root"));

	if (!root.n)
		root = STR("/var/lib/docker");
	switch (s->facts.engine) {
	case HOST_ENGINE_ROOTLESS:
		s->facts.data_root = s->facts.home.n
			? below_home(s, ".local/share/docker")
			: STR_NONE;
		break;
	case HOST_ENGINE_REMAPPED:
		if (s->facts.first_uid)
			s->facts.data_root = arena_printf(s->arena, "%.*s/%u.%u",
				STR_ARG(root), s->facts.first_uid, s->facts.first_gid);
		break;
	case HOST_ENGINE_DESKTOP:
		break;
	default:
		s->facts.data_root = root;
		break;
	}
}

struct host_facts host_engine_find(
	struct arena *a, struct world *world, const struct host_asker *asker)
{
	struct search s = {.arena = a,
		.world = world,
		.accounts = host_accounts_read(a, world),
		.facts = {.own_uid = asker->uid, .own_gid = asker->gid}};
	const struct host_account *own = host_account_of(&s.accounts.users, asker->uid);

	if (!world_env(world, STR("HOME"), &s.facts.home) ||
		!path_is_absolute(s.facts.home))
		s.facts.home = own ? own->home : STR_NONE;
	if (asker->engine == HOST_ENGINE_REMAPPED && !is_remapped(&s)) {
		uint32_t count;

		if (!host_range_read(world, STR("/etc/subuid"), STR("dockremap"),
			    UINT32_MAX, &s.facts.first_uid, &count) ||
			!host_range_read(world, STR("/etc/subgid"), STR("dockremap"),
				UINT32_MAX, &s.facts.first_gid, &count))
			s.facts.first_uid = s.facts.first_gid = 0;
	}
	if (asker->engine) {
		found(&s, asker->engine, "--engine says so");
		s.facts.is_said = true;
	} else {
		look(&s);
	}
	if (s.facts.engine != HOST_ENGINE_REMAPPED)
		take_range(&s);
	take_data_root(&s);
	return s.facts;
}
