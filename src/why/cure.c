/*
 * cure: what to write where, so that it does not happen again.
 *
 * A row's own cure stands first. Then the general one: by cause, and for what may not be
 * touched by the kind of place. What belongs into the image is said as lines of a
 * Dockerfile, what belongs to the run in the words of the input (compose keys, options of
 * a run line), what belongs to the host as a command.
 */
#include "base/path.h"
#include "model/query.h"
#include "why/why.h"

/* What is being cured, and the list that it goes into. */
struct curing {
	const struct scene *s;
	const struct clue *clue;
	const struct spot *spot;
	struct cures *out;
};

static void add(struct curing *c, struct str where, struct str text)
{
	*vec_push(c->s->arena, c->out) = (struct cure){.where = where, .text = text};
}

static void say(struct curing *c, struct str sentence)
{
	*vec_push(c->s->arena, c->out) =
		(struct cure){.text = sentence, .is_sentence = true};
}

/* ---- places to write at ---- */

static const struct file *build_file(const struct scene *s)
{
	return s->workload && s->workload->build ? s->workload->build->file : NULL;
}

/* Above the USER line of the Dockerfile, where there is one. */
static struct str in_dockerfile(const struct scene *s)
{
	const struct file *file = build_file(s);
	struct span user = s->workload ? s->workload->launch.user->span : SPAN_NONE;

	if (!file)
		return STR("Dockerfile, above the USER line");
	if (user.file == file && s->workload->launch.user->layer == LAYER_BUILD)
		return arena_printf(s->arena, "%.*s, above line %u",
			STR_ARG(file->path), span_start(user).line);
	return arena_printf(s->arena, "%.*s", STR_ARG(file->path));
}

static struct str in_run(const struct scene *s)
{
	const struct workload *w = s->workload;

	if (!w || !w->run)
		return STR("docker run");
	if (w->run->source == RUN_BY_COMPOSE)
		return arena_printf(s->arena, "%.*s, service %.*s",
			STR_ARG(w->run->file->path), STR_ARG(w->service));
	return arena_printf(s->arena, "%.*s, line %u", STR_ARG(w->run->file->path),
		span_start(w->run->anchor).line);
}

/* key and element in compose's words, or the option of a run line. */
static void add_run(
	struct curing *c, const char *compose, const char *option, struct str value)
{
	struct arena *a = c->s->arena;

	if (scene_run_form(c->s) == FORM_COMPOSE)
		add(c, in_run(c->s), arena_printf(a, compose, STR_ARG(value)));
	else
		add(c, in_run(c->s), arena_printf(a, option, STR_ARG(value)));
}

static void add_build(struct curing *c, struct str text)
{
	add(c, in_dockerfile(c->s), text);
}

/* Numbers of "uid:gid" as install and mount options take them. */
static struct str owner_uid(const struct scene *s)
{
	struct str owner = scene_owner(s);

	return str_sub(owner, 0, str_find(owner, ':'));
}

static struct str owner_gid(const struct scene *s)
{
	struct str owner = scene_owner(s);

	return str_from(owner, str_find(owner, ':') + 1);
}

static struct str install_folder(const struct scene *s, struct str path)
{
	return arena_printf(s->arena, "install -d -o %.*s -g %.*s -m 0750 %.*s",
		STR_ARG(owner_uid(s)), STR_ARG(owner_gid(s)), STR_ARG(path));
}

/* A tmpfs of the user's own at path. */
static void add_tmpfs(struct curing *c, struct str path)
{
	struct str mount = arena_printf(c->s->arena, "%.*s:uid=%.*s,gid=%.*s,mode=0750",
		STR_ARG(path), STR_ARG(owner_uid(c->s)), STR_ARG(owner_gid(c->s)));

	add_run(c, "tmpfs:\n  - %.*s", "--tmpfs %.*s", mount);
}

/* ---- the home ---- */

static struct str home_path(const struct scene *s)
{
	if (s->home.n > 1 && path_is_under(s->home, STR("/home")))
		return s->home;
	return STR("/home/app");
}

static void cure_home(struct curing *c)
{
	struct arena *a = c->s->arena;
	struct str home = home_path(c->s);

	if (scene_has_build(c->s)) {
		add_build(c,
			arena_printf(a, "RUN %.*s\nENV HOME=%.*s",
				STR_ARG(install_folder(c->s, home)), STR_ARG(home)));
		return;
	}
	add_run(c, "environment:\n  HOME: %.*s", "--env HOME=%.*s", home);
	add_tmpfs(c, home);
}

static void cure_account(struct curing *c)
{
	struct str uid = owner_uid(c->s);

	if (scene_has_build(c->s)) {
		add_build(c,
			arena_printf(c->s->arena,
				"RUN useradd --uid %.*s --create-home --shell "
				"/usr/sbin/nologin app",
				STR_ARG(uid)));
		return;
	}
	add_run(c, "environment:\n  USER: %.*s\n  LOGNAME: app\n  HOME: /home/app",
		"--env USER=%.*s --env LOGNAME=app --env HOME=/home/app", STR("app"));
	add_tmpfs(c, STR("/home/app"));
}

/* The variable that moves it, as an other way. */
static void cure_variable(struct curing *c)
{
	struct str name = c->clue->row.variable;
	struct str value = arena_printf(c->s->arena, "%.*s=%.*s/%.*s", STR_ARG(name),
		STR_ARG(home_path(c->s)), STR_ARG(c->clue->by));

	if (!name.n || c->clue->row.cause == CAUSE_CAPABILITY)
		return;
	say(c,
		arena_printf(c->s->arena,
			"Or move only this: `%.*s` names where it goes, for example `ENV "
			"%.*s`, a folder of the user's own.",
			STR_ARG(name), STR_ARG(value)));
}

/* ---- places that may not be touched ---- */

/* The host's path of the folder that has to be writable. */
static struct str on_host(const struct curing *c)
{
	const struct at *m = c->spot->mount;
	struct str below = str_from(c->spot->folder, m->target.n);

	if (str_starts(below, STR("/")))
		below = str_from(below, 1);
	return below.n && path_is_under(c->spot->folder, m->target)
		? path_join(c->s->arena, m->source, below)
		: m->source;
}

static void cure_bind(struct curing *c)
{
	if (c->spot->mount->is_read_only)
		say(c,
			arena_printf(c->s->arena,
				"The mount at %.*s is read-only: take `:ro` (read_only) "
				"away if it really has to write there.",
				STR_ARG(c->spot->mount->target)));
	add(c, STR("on the host"),
		arena_printf(c->s->arena, "sudo %.*s",
			STR_ARG(install_folder(c->s, on_host(c)))));
	say(c,
		STR("Files that are there already keep their owner: give them away, too, "
		    "one folder at a time (`sudo chown -R` only where all of it is the "
		    "container's)."));
}

static void cure_volume(struct curing *c)
{
	struct arena *a = c->s->arena;
	struct str image = c->s->container && c->s->container->image.n
		? c->s->container->image
		: STR("IMAGE");

	add(c, STR("once, on the host"),
		arena_printf(a,
			"docker run --rm --user 0 --entrypoint chown --volume %.*s:/v "
			"%.*s -R %.*s /v",
			STR_ARG(c->spot->mount->name), STR_ARG(image),
			STR_ARG(scene_owner(c->s))));
	if (scene_has_build(c->s))
		add_build(c,
			arena_printf(a, "RUN %.*s",
				STR_ARG(install_folder(c->s, c->spot->mount->target))));
}

static void cure_tmp(struct curing *c)
{
	say(c,
		arena_printf(c->s->arena,
			"Take %.*s away: start from a fresh container, or empty the folder "
			"that is mounted there, and do not run it as root before.",
			STR_ARG(c->spot->shown)));
}

static void cure_packages(struct curing *c)
{
	say(c,
		STR("Install it when the image is built, above the USER line. What runs "
		    "should not be able to change its own code."));
}

/* A folder of the system itself is never given away; one below it is. */
static bool is_shared_folder(struct str folder)
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
		say(c,
			STR("Run the program in a folder that belongs to the user "
			    "(WORKDIR), or give it an absolute path in one."));
		return;
	}
	if (!scene_has_build(c->s)) {
		if (!is_shared_folder(folder))
			add_tmpfs(c, folder);
		else
			say(c,
				arena_printf(c->s->arena,
					"Tell the program to write somewhere else than "
					"into %.*s, which is the system's.",
					STR_ARG(folder)));
		return;
	}
	if (!is_shared_folder(folder))
		add_build(c,
			arena_printf(c->s->arena, "RUN %.*s",
				STR_ARG(install_folder(c->s, folder))));
	else if (str_eq(folder, STR("/")))
		add_build(c,
			arena_printf(c->s->arena, "RUN %.*s\nWORKDIR /app",
				STR_ARG(install_folder(c->s, STR("/app")))));
	else
		add_build(c,
			arena_printf(c->s->arena,
				"RUN install -o %.*s -g %.*s -m 0640 /dev/null %.*s",
				STR_ARG(owner_uid(c->s)), STR_ARG(owner_gid(c->s)),
				STR_ARG(c->spot->path)));
}

static void cure_kernel(struct curing *c)
{
	say(c,
		STR("Set it on the host, or with `sysctls:` (`--sysctl`) where it belongs "
		    "to the container's own network; no container should write it."));
}

static void cure_socket(struct curing *c)
{
	say(c,
		STR("Do without the socket: whoever can write to it is root on the host. "
		    "Where it must be, put a proxy between that lets through only what is "
		    "asked for."));
}

static void cure_device(struct curing *c)
{
	if (str_starts(c->spot->path, STR("/dev/nvidia"))) {
		say(c,
			STR("A GPU needs no root: start with `--gpus` (compose: "
			    "`deploy.resources.reservations.devices`), and look whether "
			    "the host's /dev/nvidia* are open to all (mode 0666)."));
		return;
	}
	add_run(c, "group_add:\n  - \"%.*s\"", "--group-add %.*s",
		STR("the number of the device's group on the host"));
}

static void cure_stdio(struct curing *c)
{
	say(c,
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

static void cure_spot(struct curing *c)
{
	if (c->spot->kind == SPOT_TMPFS)
		add_tmpfs(c, c->spot->mount->target);
	else
		by_spot[c->spot->kind](c);
	cure_variable(c);
}

static void cure_read(struct curing *c)
{
	struct arena *a = c->s->arena;

	if (c->spot->kind == SPOT_BIND)
		add(c, STR("on the host"),
			arena_printf(a, "sudo setfacl -m u:%.*s:rX %.*s",
				STR_ARG(owner_uid(c->s)),
				STR_ARG(path_join(a, c->spot->mount->source,
					str_eq(c->spot->path, c->spot->mount->target)
						? STR(".")
						: str_from(c->spot->path,
							  c->spot->mount->target.n +
								  1)))));
	else if (c->spot->kind == SPOT_ROOT_HOME)
		say(c,
			STR("Install it outside of /root when the image is built (/opt, "
			    "/usr/local): no other user may enter /root."));
	else if (c->spot->path.n)
		add_build(c,
			arena_printf(a, "RUN chmod a+rX %.*s", STR_ARG(c->spot->path)));
	cure_variable(c);
}

/* ---- the other causes ---- */

static void cure_run(struct curing *c)
{
	struct str path = c->spot->shown.n ? c->spot->shown : STR("FILE");

	if (c->spot->kind == SPOT_BIND)
		add(c, STR("on the host"),
			arena_printf(
				c->s->arena, "chmod a+rx %.*s", STR_ARG(on_host(c))));
	else
		add_build(c,
			arena_printf(
				c->s->arena, "RUN chmod 0755 %.*s", STR_ARG(path)));
}

static void cure_own(struct curing *c)
{
	if (c->s->uid.know == FACT_SET && !c->s->uid.n) {
		add_run(c, "cap_add:\n  - %.*s", "--cap-add %.*s", STR("CHOWN"));
		return;
	}
	say(c,
		STR("Do that when the image is built (`COPY --chown`, `RUN chown`), above "
		    "the USER line, and take the chown or chmod out of what runs."));
	if (c->spot->kind == SPOT_BIND)
		cure_bind(c);
	else if (c->spot->kind == SPOT_VOLUME)
		cure_volume(c);
}

static void cure_read_only(struct curing *c)
{
	const struct at *m = c->spot->mount;

	if (m && m->is_read_only && m->kind != AT_TMPFS)
		say(c,
			arena_printf(c->s->arena,
				"%.*s is mounted read-only: take `:ro` (read_only) away, or "
				"let the program write somewhere else.",
				STR_ARG(m->target)));
	else if (c->spot->folder.n && !is_shared_folder(c->spot->folder))
		add_tmpfs(c, c->spot->folder);
	else
		add_tmpfs(c, STR("/tmp"));
	cure_variable(c);
}

static void cure_tmp_folder(struct curing *c)
{
	add_run(c, "tmpfs:\n  - %.*s", "--tmpfs %.*s", STR("/tmp:mode=1777"));
}

static void cure_shm(struct curing *c)
{
	add_run(c, "shm_size: %.*s", "--shm-size %.*s", STR("2gb"));
}

static void cure_space(struct curing *c)
{
	if (c->spot->kind == SPOT_SHM)
		cure_shm(c);
	else if (c->spot->kind == SPOT_TMPFS)
		say(c,
			STR("Give the tmpfs more room (`size=2g` among its options), or put "
			    "a volume there."));
	else
		say(c,
			STR("Make room on the host (`docker system df` says what takes it), "
			    "or put a volume with more room there."));
}

static void cure_port(struct curing *c)
{
	struct str port = c->clue->port.n ? c->clue->port : STR("80");
	struct str high = port.n < 4 ? arena_printf(c->s->arena, "%s%.*s",
					       port.n == 2 ? "80" : "8", STR_ARG(port))
				     : port;

	say(c,
		arena_printf(c->s->arena,
			"Let the program listen on %.*s and publish that: `\"127.0.0.1:"
			"%.*s:%.*s\"`.",
			STR_ARG(high), STR_ARG(port), STR_ARG(high)));
	add_run(c, "sysctls:\n  %.*s: 0", "--sysctl %.*s=0",
		STR("net.ipv4.ip_unprivileged_port_start"));
}

static void cure_port_used(struct curing *c)
{
	say(c,
		STR("Stop what listens there, or give one of the two another port. With "
		    "`network_mode: host` the host's own services count, too."));
}

static void cure_drop(struct curing *c)
{
	if (c->s->uid.know == FACT_SET && !c->s->uid.n) {
		add_run(c, "cap_add:\n  - %.*s\n  - SETGID",
			"--cap-add %.*s --cap-add SETGID", STR("SETUID"));
		return;
	}
	say(c,
		STR("The container starts as an ordinary user already, so there is nothing "
		    "to change over from: take the `user` setting (or gosu, su-exec, su) "
		    "away."));
}

static void cure_needs_root(struct curing *c)
{
	say(c,
		STR("Do what needs root when the image is built, above the USER line, and "
		    "start only the program itself as the user."));
}

static void cure_refuses_root(struct curing *c)
{
	if (scene_has_build(c->s)) {
		cure_account(c);
		add(c, STR("Dockerfile, behind that"), STR("USER app"));
	} else {
		add_run(c, "user: \"%.*s\"", "--user %.*s", scene_owner(c->s));
	}
}

static void cure_capability(struct curing *c)
{
	struct str cap = c->clue->cap.n ? c->clue->cap : c->clue->row.variable;

	if (str_starts(cap, STR("CAP_")))
		cap = str_from(cap, 4);
	if (cap.n)
		add_run(c, "cap_add:\n  - %.*s", "--cap-add %.*s", cap);
}

static void cure_sandbox(struct curing *c)
{
	say(c,
		STR("The container is the sandbox: switch off the program's own "
		    "(`--no-sandbox` of Chromium), and never as root. Do not give it "
		    "SYS_ADMIN for that."));
}

static void cure_syscall(struct curing *c)
{
	say(c,
		STR("Find out which call it is (`strace -f` in a throw-away container "
		    "with --security-opt seccomp=unconfined) and allow that one in a "
		    "profile of its own; do not switch seccomp off."));
}

static void cure_no_user(struct curing *c)
{
	if (scene_has_build(c->s))
		add_build(c,
			arena_printf(c->s->arena,
				"RUN useradd --uid %u --create-home --shell "
				"/usr/sbin/nologin %.*s",
				FREE_ID_FIRST,
				STR_ARG(c->clue->user.n ? c->clue->user : STR("app"))));
	else
		add_run(c, "user: \"%.*s\"", "--user %.*s", scene_owner(c->s));
}

static void cure_not_found(struct curing *c)
{
	say(c,
		STR("Look at the words of CMD, ENTRYPOINT or `command:`; is the program "
		    "installed in the stage that runs, and not below /root?"));
}

static void cure_interpreter(struct curing *c)
{
	struct str path = c->spot->shown.n ? c->spot->shown : STR("/entrypoint.sh");

	add_build(c,
		arena_printf(c->s->arena,
			"RUN sed -i 's/\\r$//' %.*s && chmod 0755 %.*s", STR_ARG(path),
			STR_ARG(path)));
	say(c,
		STR("Is the first line `#!/bin/bash` in an image without bash (alpine)? "
		    "Then write `#!/bin/sh`."));
}

static void cure_format(struct curing *c)
{
	say(c,
		STR("Build for the processor that it runs on (`docker build --platform "
		    "linux/amd64`), or give the script its first line."));
}

static void cure_memory(struct curing *c)
{
	add_run(c, "mem_limit: %.*s", "--memory %.*s", STR("4g"));
	say(c, STR("Or let it take less: smaller batches, fewer workers."));
}

static void cure_mount(struct curing *c)
{
	say(c,
		STR("Is there a file where a folder is mounted, or the other way round? "
		    "The engine makes a missing source of `-v` as a folder of root."));
}

static void cure_mode(struct curing *c)
{
	if (c->spot->kind == SPOT_BIND)
		add(c, STR("on the host"),
			arena_printf(c->s->arena, "sudo chmod go= %.*s",
				STR_ARG(c->spot->mount->source)));
	else
		add_build(c,
			arena_printf(c->s->arena, "RUN chmod go= %.*s",
				STR_ARG(c->spot->shown.n ? c->spot->shown
							 : STR("FILE"))));
}

static void cure_nothing(struct curing *c)
{
	(void)c;
}

static void (*const by_cause[CAUSE_COUNT])(struct curing *c) = {
	[CAUSE_WRITE] = cure_spot,
	[CAUSE_READ] = cure_read,
	[CAUSE_RUN] = cure_run,
	[CAUSE_ACCESS] = cure_spot,
	[CAUSE_OWN] = cure_own,
	[CAUSE_WRONG_OWNER] = cure_spot,
	[CAUSE_WRONG_MODE] = cure_mode,
	[CAUSE_READ_ONLY] = cure_read_only,
	[CAUSE_NO_SPACE] = cure_space,
	[CAUSE_SHARED_MEMORY] = cure_shm,
	[CAUSE_PORT] = cure_port,
	[CAUSE_PORT_USED] = cure_port_used,
	[CAUSE_NO_ACCOUNT] = cure_account,
	[CAUSE_NO_HOME] = cure_home,
	[CAUSE_NO_TMP] = cure_tmp_folder,
	[CAUSE_NO_LOCATOR] = cure_spot,
	[CAUSE_DROP] = cure_drop,
	[CAUSE_NEEDS_ROOT] = cure_needs_root,
	[CAUSE_REFUSES_ROOT] = cure_refuses_root,
	[CAUSE_CAPABILITY] = cure_capability,
	[CAUSE_SANDBOX] = cure_sandbox,
	[CAUSE_SYSCALL] = cure_syscall,
	[CAUSE_KERNEL] = cure_nothing,
	[CAUSE_SOCKET] = cure_socket,
	[CAUSE_DEVICE] = cure_device,
	[CAUSE_STDIO] = cure_stdio,
	[CAUSE_NO_USER] = cure_no_user,
	[CAUSE_NO_GROUP] = cure_no_user,
	[CAUSE_NOT_FOUND] = cure_not_found,
	[CAUSE_NO_INTERPRETER] = cure_interpreter,
	[CAUSE_FORMAT] = cure_format,
	[CAUSE_NO_FOLDER] = cure_spot,
	[CAUSE_MOUNT] = cure_mount,
	[CAUSE_MEMORY] = cure_memory,
	[CAUSE_STOP] = cure_spot,
};

struct cures cures_of(
	const struct scene *s, const struct clue *clue, const struct spot *spot)
{
	struct cures out = {0};
	struct curing c = {s, clue, spot, &out};

	if (clue->row.cure.n)
		say(&c, clue->row.cure);
	by_cause[clue->row.cause](&c);
	return out;
}
