#include "host/volume.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the client's words ---- */

struct words_of {
	struct arena *arena;
	struct host_words words;
};

static void add(struct words_of *w, struct str word)
{
	*vec_push(w->arena, &w->words) = word;
}

static void add_all(struct words_of *w, const char *const *words)
{
	for (; *words; words++)
		add(w, str_c(*words));
}

struct host_words host_volume_create(struct arena *a, const struct host_step *step)
{
	static const char *const create[] = {"docker", "volume", "create", NULL};
	struct words_of w = {.arena = a};

	add_all(&w, create);
	vec_each (const struct str, label, &step->labels) {
		add(&w, STR("--label"));
		add(&w, *label);
	}
	add(&w, step->name);
	return w.words;
}

/* A container of the image with nothing but the volume, that runs script in it. */
static struct host_words run_in(struct arena *a, const struct host_step *step,
	struct str user, struct str script)
{
	static const char *const run[] = {
		"docker", "run", "--rm", "--network", "none", "--user", NULL};
	struct words_of w = {.arena = a};

	add_all(&w, run);
	add(&w, user);
	add(&w, STR("--entrypoint"));
	add(&w, STR("sh"));
	add(&w, STR("-v"));
	add(&w,
		arena_printf(
			a, "%.*s:%.*s", STR_ARG(step->name), STR_ARG(step->inside)));
	add(&w, STR("-w"));
	add(&w, step->inside);
	add(&w, step->image);
	add(&w, STR("-c"));
	add(&w, script);
	return w.words;
}

struct host_words host_volume_give(struct arena *a, const struct host_step *step)
{
	return run_in(a, step, STR("0:0"),
		arena_printf(a, "%schown -hR %u:%u . && chmod %04o .",
			step->is_hidden ? "touch .keep && " : "", step->inside_uid.n,
			step->inside_gid.n, step->mode));
}

static struct host_words try_it(struct arena *a, const struct host_step *step)
{
	return run_in(a, step,
		arena_printf(a, "%u:%u", step->inside_uid.n, step->inside_gid.n),
		STR("test -w ."));
}

/* ---- doing it ---- */

static char **argv_of(struct arena *a, const struct host_words *words)
{
	char **argv = arena_array(a, char *, words->n + 1);

	for (size_t i = 0; i < words->n; i++)
		argv[i] = (char *)(uintptr_t)arena_cstr(a, words->at[i]);
	return argv;
}

/*
 * Its exit status, or -1. What it prints is no part of what oakum says; what it complains
 * about is, unless is_quiet.
 */
static int run_client(
	struct arena *a, const struct host_words *words, bool is_quiet, struct err *e)
{
	posix_spawn_file_actions_t actions;
	int status = 0, code;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (is_quiet)
		posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	code = posix_spawnp(&pid, "docker", &actions, NULL, argv_of(a, words), environ);
	posix_spawn_file_actions_destroy(&actions);
	if (code)
		return err_set(e, code, "run docker");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(e, errno, "wait for docker");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Does the engine have this image, or volume? 1, 0, or -1. */
static int has(struct arena *a, const char *kind, struct str name, struct err *e)
{
	struct words_of w = {.arena = a};
	int code;

	add(&w, STR("docker"));
	add(&w, str_c(kind));
	add(&w, STR("inspect"));
	add(&w, name);
	code = run_client(a, &w.words, true, e);
	return code < 0 ? -1 : code == 0;
}

static int make(struct arena *a, const struct host_step *step, struct err *e)
{
	struct host_words create = host_volume_create(a, step);
	struct host_words give = host_volume_give(a, step);
	int code = run_client(a, &create, false, e);

	if (code == 0)
		code = run_client(a, &give, false, e);
	if (code > 0)
		return err_set(e, 0, "make the volume '%.*s': docker failed",
			STR_ARG(step->name));
	return code;
}

int host_volume_apply(struct arena *a, const struct host_step *step, struct err *e)
{
	struct host_words try = try_it(a, step);
	int is_there = has(a, "volume", step->name, e), code;

	if (is_there < 0 || (code = has(a, "image", step->image, e)) < 0)
		return -1;
	if (!code)
		return err_set(e, 0,
			"prepare the volume '%.*s': the image '%.*s' is not here yet, "
			"pull or build it first",
			STR_ARG(step->name), STR_ARG(step->image));
	if (!is_there && make(a, step, e) < 0)
		return -1;
	code = run_client(a, &try, true, e);
	if (code > 0)
		return err_set(e, 0,
			"prepare the volume '%.*s': %s, and %u cannot write there",
			STR_ARG(step->name),
			is_there ? "it is there already" : "it is made",
			step->inside_uid.n);
	return code;
}
