#include "why/spot.h"

#include "base/path.h"

static const struct str names[SPOT_COUNT] = {[SPOT_UNKNOWN] = STR_INIT("unknown"),
	[SPOT_OTHER] = STR_INIT("image"),
	[SPOT_SLASH_HOME] = STR_INIT("home-is-slash"),
	[SPOT_ROOT_HOME] = STR_INIT("home-of-root"),
	[SPOT_NO_HOME] = STR_INIT("home-missing"),
	[SPOT_HOME] = STR_INIT("home"),
	[SPOT_BIND] = STR_INIT("bind"),
	[SPOT_VOLUME] = STR_INIT("volume"),
	[SPOT_TMPFS] = STR_INIT("tmpfs"),
	[SPOT_TMP] = STR_INIT("tmp"),
	[SPOT_SHM] = STR_INIT("shm"),
	[SPOT_DEVICE] = STR_INIT("device"),
	[SPOT_STDIO] = STR_INIT("stdio"),
	[SPOT_KERNEL] = STR_INIT("kernel"),
	[SPOT_SOCKET] = STR_INIT("socket"),
	[SPOT_PACKAGES] = STR_INIT("packages"),
	[SPOT_SYSTEM] = STR_INIT("system"),
	[SPOT_STATE] = STR_INIT("state")};

struct str spot_name(enum spot_kind kind)
{
	return names[kind];
}

/* A path with a '*' is a glob; else it is that path and all below it. */
static const struct {
	struct str path;
	enum spot_kind kind;
} known[] = {
	{STR_INIT("/dev/stdout"), SPOT_STDIO},
	{STR_INIT("/dev/stderr"), SPOT_STDIO},
	{STR_INIT("/proc/*/fd/*"), SPOT_STDIO},
	{STR_INIT("/dev/fd"), SPOT_STDIO},
	{STR_INIT("/dev/shm"), SPOT_SHM},
	{STR_INIT("/dev"), SPOT_DEVICE},
	{STR_INIT("/proc"), SPOT_KERNEL},
	{STR_INIT("/sys"), SPOT_KERNEL},
	{STR_INIT("*/docker.sock"), SPOT_SOCKET},
	{STR_INIT("*/podman.sock"), SPOT_SOCKET},
	{STR_INIT("/tmp"), SPOT_TMP},
	{STR_INIT("/var/tmp"), SPOT_TMP},
	{STR_INIT("/root"), SPOT_ROOT_HOME},
	{STR_INIT("/nonexistent"), SPOT_NO_HOME},
	{STR_INIT("*/site-packages*"), SPOT_PACKAGES},
	{STR_INIT("*/dist-packages*"), SPOT_PACKAGES},
	{STR_INIT("*/node_modules*"), SPOT_PACKAGES},
	{STR_INIT("*/site-library*"), SPOT_PACKAGES},
	{STR_INIT("/opt/conda"), SPOT_PACKAGES},
	{STR_INIT("/var/lib"), SPOT_STATE},
	{STR_INIT("/var/log"), SPOT_STATE},
	{STR_INIT("/var/cache"), SPOT_STATE},
	{STR_INIT("/var/run"), SPOT_STATE},
	{STR_INIT("/run"), SPOT_STATE},
	{STR_INIT("/usr"), SPOT_SYSTEM},
	{STR_INIT("/etc"), SPOT_SYSTEM},
	{STR_INIT("/bin"), SPOT_SYSTEM},
	{STR_INIT("/sbin"), SPOT_SYSTEM},
	{STR_INIT("/lib"), SPOT_SYSTEM},
};

static enum spot_kind by_name(struct str path)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		bool is_glob = str_find(known[i].path, '*') < known[i].path.n;

		if (is_glob ? str_glob(known[i].path, path)
			    : path_is_under(path, known[i].path))
			return known[i].kind;
	}
	return SPOT_OTHER;
}

/* "/.cache": only a HOME of "/" brings a dotted name there ("/.dockerenv" is no cache). */
static bool is_below_slash_home(const struct scene *s, struct str path)
{
	struct str below = str_from(path, 2);

	return str_starts(path, STR("/.")) && below.n &&
		(!s->home.n || str_eq(s->home, STR("/")));
}

static enum spot_kind by_mount(const struct at *mount)
{
	static const enum spot_kind kinds[] = {[AT_BIND] = SPOT_BIND,
		[AT_VOLUME] = SPOT_VOLUME,
		[AT_TMPFS] = SPOT_TMPFS,
		[AT_OTHER] = SPOT_OTHER};

	return kinds[mount->kind];
}

static enum spot_kind kind_of(const struct scene *s, struct str path)
{
	enum spot_kind kind = by_name(path);

	if (kind == SPOT_SOCKET || kind == SPOT_STDIO)
		return kind;
	if (is_below_slash_home(s, path))
		return SPOT_SLASH_HOME;
	if (kind == SPOT_OTHER || kind == SPOT_STATE) {
		if (s->home.n > 1 && path_is_under(path, s->home))
			return SPOT_HOME;
		if (path_is_under(path, STR("/home")))
			return SPOT_HOME;
	}
	return kind;
}

/* "model.pkl", "x.log": a name with an ending is taken for a file, others for folders. */
static bool looks_like_file(struct str path)
{
	struct str name = path_base(path);
	size_t dot = str_rfind(name, '.');

	return dot && dot < name.n && name.n - dot <= 8;
}

/* "~/x" below HOME, "x" below the working directory; empty where these are not known. */
static struct str absolute(const struct scene *s, struct str path)
{
	if (str_starts(path, STR("~"))) {
		struct str below = str_from(path, 1);

		if (str_starts(below, STR("/")))
			below = str_from(below, 1);
		return s->home.n ? path_join(s->arena, s->home, below) : STR_NONE;
	}
	if (path_is_absolute(path))
		return path_join(s->arena, STR("/"), path);
	return s->cwd.n ? path_join(s->arena, s->cwd, path) : STR_NONE;
}

struct spot spot_of(const struct scene *s, const struct clue *clue)
{
	struct spot p = {.kind = SPOT_UNKNOWN};

	if (!clue->path.n)
		return p;
	/* A program without a slash is looked for on PATH, not in a folder. */
	if (clue->row.cause != CAUSE_NOT_FOUND ||
		str_find(clue->path, '/') < clue->path.n)
		p.path = absolute(s, clue->path);
	p.shown = p.path.n ? p.path : clue->path;
	if (str_eq(p.shown, STR(".")))
		p.shown = STR("the working directory");
	if (!p.path.n) {
		p.kind = str_starts(clue->path, STR("~")) ? SPOT_HOME : SPOT_OTHER;
		return p;
	}
	p.folder = looks_like_file(p.path) ? path_dir(p.path) : p.path;
	p.mount = scene_mount(s, p.path);
	p.kind = p.mount && by_name(p.path) != SPOT_SOCKET ? by_mount(p.mount)
							   : kind_of(s, p.path);
	return p;
}
