/*
 * cure: what to write where, so that it does not happen again.
 *
 * A row's own cure stands first. Then the general one: by cause, and for what may not be
 * touched by the kind of place. What belongs into the image is said as lines of a
 * Dockerfile, what belongs to the run in the words of the input (compose keys, options of
 * a run line), what belongs to the host as a command.
 */
#include "why/cure.h"
#include "base/path.h"
#include "model/query.h"

static void cure_run(struct curing *c)
{
	struct str path = c->spot->shown.n ? c->spot->shown : STR("FILE");

	if (c->spot->kind == SPOT_BIND)
		cure_add(c, STR("on the host"),
			arena_printf(c->s->arena, "chmod a+rx %.*s",
				STR_ARG(cure_on_host(c))));
	else
		cure_add_build(c,
			arena_printf(
				c->s->arena, "RUN chmod 0755 %.*s", STR_ARG(path)));
}

static void cure_own(struct curing *c)
{
	if (c->s->uid.know == FACT_SET && !c->s->uid.n) {
		cure_add_run(c, "cap_add:\n  - %.*s", "--cap-add %.*s", STR("CHOWN"));
		return;
	}
	cure_say(c,
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
		cure_say(c,
			arena_printf(c->s->arena,
				"%.*s is mounted read-only: take `:ro` (read_only) away, or "
				"let the program write somewhere else.",
				STR_ARG(m->target)));
	else if (c->spot->folder.n && !cure_is_shared(c->spot->folder))
		cure_add_tmpfs(c, c->spot->folder);
	else
		cure_add_tmpfs(c, STR("/tmp"));
	cure_variable(c);
}

static void cure_tmp_folder(struct curing *c)
{
	cure_add_run(c, "tmpfs:\n  - %.*s", "--tmpfs %.*s", STR("/tmp:mode=1777"));
}

static void cure_shm(struct curing *c)
{
	cure_add_run(c, "shm_size: %.*s", "--shm-size %.*s", STR("2gb"));
}

static void cure_space(struct curing *c)
{
	if (c->spot->kind == SPOT_SHM)
		cure_shm(c);
	else if (c->spot->kind == SPOT_TMPFS)
		cure_say(c,
			STR("Give the tmpfs more room (`size=2g` among its options), or put "
			    "a volume there."));
	else
		cure_say(c,
			STR("Make room on the host (`docker system df` says what takes it), "
			    "or put a volume with more room there."));
}

static void cure_port(struct curing *c)
{
	struct str port = c->clue->port.n ? c->clue->port : STR("80");
	struct str high = port.n < 4 ? arena_printf(c->s->arena, "%s%.*s",
					       port.n == 2 ? "80" : "8", STR_ARG(port))
				     : port;

	cure_say(c,
		arena_printf(c->s->arena,
			"Let the program listen on %.*s and publish that: `\"127.0.0.1:"
			"%.*s:%.*s\"`.",
			STR_ARG(high), STR_ARG(port), STR_ARG(high)));
	cure_add_run(c, "sysctls:\n  %.*s: 0", "--sysctl %.*s=0",
		STR("net.ipv4.ip_unprivileged_port_start"));
}

static void cure_port_used(struct curing *c)
{
	cure_say(c,
		STR("Stop what listens there, or give one of the two another port. With "
		    "`network_mode: host` the host's own services count, too."));
}

static void cure_drop(struct curing *c)
{
	if (c->s->uid.know == FACT_SET && !c->s->uid.n) {
		cure_add_run(c, "cap_add:\n  - %.*s\n  - SETGID",
			"--cap-add %.*s --cap-add SETGID", STR("SETUID"));
		return;
	}
	cure_say(c,
		STR("The container starts as an ordinary user already, so there is nothing "
		    "to change over from: take the `user` setting (or gosu, su-exec, su) "
		    "away."));
}

static void cure_needs_root(struct curing *c)
{
	cure_say(c,
		STR("Do what needs root when the image is built, above the USER line, and "
		    "start only the program itself as the user."));
}

static void cure_refuses_root(struct curing *c)
{
	if (scene_has_build(c->s)) {
		cure_account(c);
		cure_add(c, STR("Dockerfile, behind that"), STR("USER app"));
	} else {
		cure_add_run(c, "user: \"%.*s\"", "--user %.*s", scene_owner(c->s));
	}
}

static void cure_capability(struct curing *c)
{
	struct str cap = c->clue->cap.n ? c->clue->cap : c->clue->row.variable;

	if (str_starts(cap, STR("CAP_")))
		cap = str_from(cap, 4);
	if (cap.n)
		cure_add_run(c, "cap_add:\n  - %.*s", "--cap-add %.*s", cap);
}

static void cure_sandbox(struct curing *c)
{
	cure_say(c,
		STR("The container is the sandbox: switch off the program's own "
		    "(`--no-sandbox` of Chromium), and never as root. Do not give it "
		    "SYS_ADMIN for that."));
}

static void cure_syscall(struct curing *c)
{
	cure_say(c,
		STR("Find out which call it is (`strace -f` in a throw-away container "
		    "with --security-opt seccomp=unconfined) and allow that one in a "
		    "profile of its own; do not switch seccomp off."));
}

static void cure_no_user(struct curing *c)
{
	if (scene_has_build(c->s))
		cure_add_build(c,
			arena_printf(c->s->arena,
				"RUN useradd --uid %u --create-home --shell "
				"/usr/sbin/nologin %.*s",
				FREE_ID_FIRST,
				STR_ARG(c->clue->user.n ? c->clue->user : STR("app"))));
	else
		cure_add_run(c, "user: \"%.*s\"", "--user %.*s", scene_owner(c->s));
}

static void cure_not_found(struct curing *c)
{
	cure_say(c,
		STR("Look at the words of CMD, ENTRYPOINT or `command:`; is the program "
		    "installed in the stage that runs, and not below /root?"));
}

static void cure_interpreter(struct curing *c)
{
	struct str path = c->spot->shown.n ? c->spot->shown : STR("/entrypoint.sh");

	cure_add_build(c,
		arena_printf(c->s->arena,
			"RUN sed -i 's/\\r$//' %.*s && chmod 0755 %.*s", STR_ARG(path),
			STR_ARG(path)));
	cure_say(c,
		STR("Is the first line `#!/bin/bash` in an image without bash (alpine)? "
		    "Then write `#!/bin/sh`."));
}

static void cure_format(struct curing *c)
{
	cure_say(c,
		STR("Build for the processor that it runs on (`docker build --platform "
		    "linux/amd64`), or give the script its first line."));
}

static void cure_memory(struct curing *c)
{
	cure_add_run(c, "mem_limit: %.*s", "--memory %.*s", STR("4g"));
	cure_say(c, STR("Or let it take less: smaller batches, fewer workers."));
}

static void cure_mount(struct curing *c)
{
	cure_say(c,
		STR("Is there a file where a folder is mounted, or the other way round? "
		    "The engine makes a missing source of `-v` as a folder of root."));
}

static void cure_mode(struct curing *c)
{
	if (c->spot->kind == SPOT_BIND)
		cure_add(c, STR("on the host"),
			arena_printf(c->s->arena, "sudo chmod go= %.*s",
				STR_ARG(c->spot->mount->source)));
	else
		cure_add_build(c,
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
		cure_say(&c, clue->row.cure);
	by_cause[clue->row.cause](&c);
	return out;
}
