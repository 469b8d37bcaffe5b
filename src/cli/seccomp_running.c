/* From a process or a container to the filters that it runs under. */
#include "cli/seccomp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "seccomp/live.h"
#include "syntax/json.h"
#include "why/engine.h"

enum {
	PID_MAX = 4 * 1024 * 1024, /* of the kernel: PID_MAX_LIMIT */
	CGROUP_MAX = 8192,	   /* bytes of /proc/PID/cgroup */
};

static int open_process(struct seccomp *s, uint32_t pid, struct subject *subject)
{
	struct err e = {0};

	subject->kind = SUBJECT_LIVE;
	subject->pid = (pid_t)pid;
	if (live_read(&s->arena, (pid_t)pid, &subject->stack, &e) < 0) {
		complain("%.*s: %s", STR_ARG(subject->name), e.text);
		return EXIT_FAILED;
	}
	return EXIT_CLEAN;
}

/* What `inspect` says of one container. */
struct running {
	struct str id;
	uint32_t pid; /* 0: it does not run */
};

static struct running running_of(struct arena *a, struct str answer)
{
	struct diags diags = {.arena = a};
	struct text text = text_of_str(answer);
	const struct json *root = json_parse(a, &text, &diags), *state, *id, *pid;
	struct running out = {0};

	if (!root || root->kind != JSON_ARRAY || root->count != 1)
		return out;
	id = json_get(&root->items[0], STR("Id"));
	state = json_get(&root->items[0], STR("State"));
	pid = state ? json_get(state, STR("Pid")) : NULL;
	if (id && id->kind == JSON_STRING)
		out.id = id->text.s;
	if (pid && pid->kind == JSON_NUMBER)
		(void)str_to_u32(pid->text.s, &out.pid);
	return out;
}

/*
 * An engine may count processes elsewhere: on the machine of DOCKER_HOST, in a virtual
 * one, in another PID namespace. The number then is somebody else's here, of whom a proof
 * would be a lie. Every engine puts a container into a control group that has its id.
 */
static bool is_process_of(struct arena *a, const struct running *container)
{
	char text[CGROUP_MAX];
	FILE *file =
		fopen(arena_cstr(a, arena_printf(a, "/proc/%u/cgroup", container->pid)),
			"re");
	size_t n;

	if (!file)
		return false;
	n = fread(text, 1, sizeof(text), file);
	fclose(file);
	return container->id.n &&
		str_find_str((struct str){text, n}, container->id) < n;
}

/* 0: asked; -1 with what went wrong, whose code is ENOENT without such a program. */
static int ask_engine(struct seccomp *s, const char *engine, struct str name,
	uint32_t *pid, struct err *e)
{
	const char *words[] = {engine, "inspect", "--type", "container", "--",
		arena_cstr(&s->arena, name), NULL};
	struct engine_said said;
	struct running container;

	if (engine_ask(&s->arena, words, false, ENGINE_BYTES_MAX, &said, e) < 0)
		return -1;
	if (said.status != 0)
		return err_set(e, 0, "find '%.*s': no such file, and %s says: %.*s",
			STR_ARG(name), engine, STR_ARG(said.err));
	container = running_of(&s->arena, said.out);
	if (!container.pid)
		return err_set(e, 0, "look into '%.*s': %s says that it does not run",
			STR_ARG(name), engine);
	if (!is_process_of(&s->arena, &container))
		return err_set(e, 0,
			"look into '%.*s': process %u, which %s says it is, is another one "
			"here: ask on the machine of that engine, or name the process",
			STR_ARG(name), container.pid, engine);
	*pid = container.pid;
	return 0;
}

static int ask_engines(struct seccomp *s, struct str name, uint32_t *pid, struct err *e)
{
	static const char *const engines[] = {"docker", "podman"};
	const char *named = getenv("OAKUM_DOCKER");

	if (!engine_may_know(name))
		return err_set(e, ENOENT, "find '%.*s'", STR_ARG(name));
	if (!s->has_no_engine)
		return ask_engine(s, engines[s->host.is_podman], name, pid, e);
	if (named && *named)
		return ask_engine(s, named, name, pid, e);
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (ask_engine(s, engines[i], name, pid, e) == 0)
			return 0;
		else if (e->code != ENOENT)
			return -1;
	return err_set(e, 0,
		"find '%.*s': no such file, and neither docker nor podman is on PATH to "
		"ask for a container",
		STR_ARG(name));
}

int subject_running(struct seccomp *s, struct subject *subject)
{
	struct err e = {0};
	uint32_t pid;

	if (str_to_u32(subject->name, &pid) && pid && pid <= PID_MAX)
		return open_process(s, pid, subject);
	if (ask_engines(s, subject->name, &pid, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	return open_process(s, pid, subject);
}
