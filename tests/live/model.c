/*
 * Says what oakum's model holds of workloads: JSON on stdout, for the live tests.
 *
 * Not installed and not a report: every fact of a run is written down, the dull ones
 * too, so that run_cases.py can hold each against what docker inspect says. A fact is
 * null when nobody said it, {"unknown": why} when it cannot be told, else its value.
 *
 *	model [--images FILE] [-f FILE]... [--env-file FILE]... [--run LINE] [FILE]
 *
 * Exits 1 with a line on standard error when the input cannot be read or was skipped.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "know/know.h"
#include "source/load.h"

static const char *const setting_names[RUN_SETTING_COUNT] = {
	[RUN_PRIVILEGED] = "privileged",
	[RUN_READ_ONLY] = "read_only",
	[RUN_INIT] = "init",
	[RUN_AUTO_REMOVE] = "auto_remove",
	[RUN_DETACHED] = "detached",
	[RUN_TTY] = "tty",
	[RUN_INTERACTIVE] = "interactive",
	[RUN_PUBLISH_ALL] = "publish_all",
	[RUN_OOM_KILL_DISABLE] = "oom_kill_disable",
	[RUN_NETWORK] = "network",
	[RUN_PID] = "pid",
	[RUN_IPC] = "ipc",
	[RUN_UTS] = "uts",
	[RUN_USERNS] = "userns",
	[RUN_CGROUPNS] = "cgroupns",
	[RUN_CGROUP_PARENT] = "cgroup_parent",
	[RUN_RUNTIME] = "runtime",
	[RUN_RESTART] = "restart",
	[RUN_HOSTNAME] = "hostname",
	[RUN_NAME] = "name",
	[RUN_LOG_DRIVER] = "log_driver",
	[RUN_PLATFORM] = "platform",
	[RUN_ENTRYPOINT] = "entrypoint",
	[RUN_RESOLVE_IMAGE] = "pull",
	[RUN_MEMORY] = "memory",
	[RUN_MEMORY_RESERVATION] = "memory_reservation",
	[RUN_MEMORY_SWAP] = "memory_swap",
	[RUN_CPUS] = "cpus",
	[RUN_CPU_QUOTA] = "cpu_quota",
	[RUN_CPU_SHARES] = "cpu_shares",
	[RUN_CPUSET] = "cpuset",
	[RUN_PIDS] = "pids",
	[RUN_SHM_SIZE] = "shm_size",
	[RUN_SCALE] = "scale",
};

static const char *const answer_names[] = {
	[ANSWER_NO] = "false", [ANSWER_MAYBE] = "\"maybe\"", [ANSWER_YES] = "true"};

static const char *const security_names[] = {
	[SECURITY_NO_NEW_PRIVILEGES] = "no-new-privileges",
	[SECURITY_SECCOMP] = "seccomp",
	[SECURITY_APPARMOR] = "apparmor",
	[SECURITY_LABEL] = "label",
	[SECURITY_SYSTEMPATHS] = "systempaths",
	[SECURITY_MASK] = "mask",
	[SECURITY_UNMASK] = "unmask",
	[SECURITY_PROC_OPTS] = "proc-opts",
	[SECURITY_CREDENTIALSPEC] = "credentialspec",
	[SECURITY_OTHER] = "other",
};

static const char *const mount_names[] = {
	[MOUNT_UNKNOWN] = "unknown",
	[MOUNT_BIND] = "bind",
	[MOUNT_VOLUME] = "volume",
	[MOUNT_TMPFS] = "tmpfs",
	[MOUNT_IMAGE] = "image",
	[MOUNT_OTHER] = "other",
};

static const char *const origin_names[] = {
	[MOUNT_WRITTEN] = "written",
	[MOUNT_FROM_IMAGE] = "image",
	[MOUNT_FROM_OTHER] = "other",
	[MOUNT_SECRET] = "secret",
	[MOUNT_CONFIG] = "config",
};

/* `"key":`, after a comma where an element stands before it. */
static void key(struct buf *b, const char *name)
{
	if (b->n && !strchr("{[:", b->p[b->n - 1]))
		buf_char(b, ',');
	buf_json(b, str_c(name));
	buf_char(b, ':');
}

/* A comma where an element of a list stands before the next one. */
static void next(struct buf *b)
{
	if (b->p[b->n - 1] != '[')
		buf_char(b, ',');
}

static void put_literal(struct buf *b, const char *name, const char *literal)
{
	key(b, name);
	buf_add(b, str_c(literal));
}

static void put_str(struct buf *b, const char *name, struct str s)
{
	key(b, name);
	buf_json(b, s);
}

static void unknown(struct buf *b, struct str why)
{
	buf_add(b, STR("{\"unknown\":"));
	buf_json(b, why);
	buf_char(b, '}');
}

static void value(struct buf *b, struct value v)
{
	struct str text;

	if (value_str(b->arena, v, &text))
		buf_json(b, text);
	else
		unknown(b, value_why(v));
}

static void fact(struct buf *b, const struct fact *f)
{
	if (f->know == FACT_SET)
		value(b, f->value);
	else if (f->know == FACT_UNSET)
		buf_add(b, STR("null"));
	else
		unknown(b, f->why);
}

static void put_program(struct buf *b, const char *name, const struct program *p)
{
	key(b, name);
	if (!p || p->know == FACT_UNSET) {
		buf_add(b, STR("null"));
		return;
	}
	if (p->know == FACT_UNKNOWN) {
		unknown(b, p->why);
		return;
	}
	buf_char(b, '[');
	if (p->form == PROGRAM_SHELL)
		buf_add(b, STR("\"/bin/sh\",\"-c\""));
	vec_each (struct word, word, &p->argv) {
		next(b);
		value(b, word->value);
	}
	buf_char(b, ']');
}

/* The newest binding of a name holds. */
static void put_environment(struct buf *b, const struct binding *env)
{
	key(b, "env");
	buf_char(b, '{');
	for (const struct binding *e = env; e; e = e->older) {
		const struct fact *newest = binding_find(env, e->name);

		if (newest != e->fact || newest->know == FACT_UNSET)
			continue;
		key(b, arena_cstr(b->arena, e->name));
		fact(b, newest);
	}
	buf_char(b, '}');
}

static void put_id(struct buf *b, const char *name, struct id id)
{
	key(b, name);
	if (id.know == FACT_SET)
		buf_printf(b, "%u", id.n);
	else
		buf_add(b, STR("null"));
}

static void put_launch(struct buf *b, const struct launch *l)
{
	put_str(b, "runs_as", runs_as_name(l->runs_as));
	put_id(b, "uid", l->identity.uid);
	put_id(b, "gid", l->identity.gid);
	key(b, "groups");
	if (!l->identity.groups_known) {
		buf_add(b, STR("null"));
		return;
	}
	buf_char(b, '[');
	vec_each (struct id, group, &l->identity.groups) {
		next(b);
		if (group->know == FACT_SET)
			buf_printf(b, "%u", group->n);
		else
			buf_add(b, STR("null"));
	}
	buf_char(b, ']');
}

static bool is_size(enum run_setting s)
{
	return s == RUN_MEMORY || s == RUN_MEMORY_RESERVATION || s == RUN_SHM_SIZE ||
		s == RUN_MEMORY_SWAP;
}

/* A size in bytes, where its text is one ("-1" is not). */
static bool put_size(struct buf *b, const struct run *run, enum run_setting s)
{
	struct str text;
	uint64_t bytes;

	if (!is_size(s) || !run_text(b->arena, run, s, &text) ||
		!run_bytes(text, &bytes))
		return false;
	buf_printf(b, "%llu", (unsigned long long)bytes);
	return true;
}

static void put_settings(struct buf *b, const struct run *run)
{
	key(b, "settings");
	buf_char(b, '{');
	for (int i = 0; i < RUN_SETTING_COUNT; i++) {
		enum run_setting s = (enum run_setting)i;

		key(b, setting_names[s]);
		if (s <= RUN_OOM_KILL_DISABLE)
			buf_add(b, str_c(answer_names[run_flag(run, s)]));
		else if (!put_size(b, run, s))
			fact(b, run->settings[s]);
	}
	buf_char(b, '}');
}

static void put_capability_list(
	struct buf *b, const char *name, const struct run *run, bool drops)
{
	key(b, name);
	buf_char(b, '[');
	vec_each (struct run_capability, c, &run->capabilities) {
		if (c->is_drop != drops)
			continue;
		next(b);
		if (c->is_all)
			buf_add(b, STR("\"ALL\""));
		else if (c->number >= 0)
			buf_json(b, capability_name(c->number));
		else
			value(b, c->value);
	}
	buf_char(b, ']');
}

static void put_capabilities(struct buf *b, const struct run *run)
{
	enum answer certain;
	capability_set set = run_capability_set(run, &certain);

	put_capability_list(b, "cap_add", run, false);
	put_capability_list(b, "cap_drop", run, true);
	put_literal(b, "bounding_certain", answer_names[certain]);
	key(b, "bounding");
	buf_char(b, '[');
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap)) {
			next(b);
			buf_json(b, capability_name(cap));
		}
	buf_char(b, ']');
}

static void put_security(struct buf *b, const struct run *run)
{
	put_literal(b, "no_new_privileges", answer_names[run_no_new_privileges(run)]);
	key(b, "security");
	buf_char(b, '[');
	vec_each (struct security_option, o, &run->security) {
		next(b);
		buf_char(b, '{');
		put_str(b, "kind", str_c(security_names[o->kind]));
		put_literal(b, "known", o->know == FACT_SET ? "true" : "false");
		put_str(b, "name", o->name);
		put_str(b, "text", o->text);
		put_str(b, "path", o->path);
		put_literal(b, "is_there", answer_names[o->is_there]);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void put_mounts(struct buf *b, const struct run *run)
{
	key(b, "mounts");
	buf_char(b, '[');
	vec_each (struct mount, m, &run->mounts) {
		next(b);
		buf_char(b, '{');
		put_str(b, "kind", str_c(mount_names[m->kind]));
		put_str(b, "origin", str_c(origin_names[m->origin]));
		key(b, "source");
		value(b, m->source);
		put_str(b, "path", m->path);
		put_str(b, "at", m->at);
		put_str(b, "volume", m->volume ? m->volume->name : STR_NONE);
		put_literal(b, "read_only", answer_names[m->is_read_only]);
		put_str(b, "propagation", m->propagation);
		put_str(b, "options", m->options);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void put_ports(struct buf *b, const struct run *run)
{
	key(b, "ports");
	buf_char(b, '[');
	vec_each (struct port, p, &run->ports) {
		next(b);
		buf_char(b, '{');
		put_literal(b, "known",
			p->know == FACT_SET && p->host_ip_known == FACT_SET ? "true"
									    : "false");
		put_str(b, "ip", p->host_ip);
		key(b, "published");
		buf_printf(b, "[%u,%u]", p->published_first, p->published_last);
		key(b, "target");
		buf_printf(b, "[%u,%u]", p->target_first, p->target_last);
		put_str(b, "protocol", p->protocol);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void put_devices(struct buf *b, const struct run *run)
{
	key(b, "devices");
	buf_char(b, '[');
	vec_each (struct device, d, &run->devices) {
		next(b);
		buf_char(b, '{');
		key(b, "source");
		value(b, d->source);
		put_str(b, "permissions", d->permissions);
		buf_char(b, '}');
	}
	buf_char(b, ']');
	key(b, "gpus");
	buf_char(b, '[');
	vec_each (struct gpu, g, &run->gpus) {
		next(b);
		buf_char(b, '{');
		put_str(b, "driver", g->driver);
		put_str(b, "count", g->count);
		put_str(b, "ids", g->ids);
		put_str(b, "capabilities", g->capabilities);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void put_pairs(struct buf *b, const char *name, const struct run_pairs *pairs)
{
	key(b, name);
	buf_char(b, '{');
	vec_each (struct run_pair, p, pairs) {
		key(b, arena_cstr(b->arena, p->name));
		value(b, p->value);
	}
	buf_char(b, '}');
}

static void put_words(struct buf *b, const char *name, const struct run_words *words)
{
	key(b, name);
	buf_char(b, '[');
	vec_each (struct run_word, w, words) {
		next(b);
		value(b, w->value);
	}
	buf_char(b, ']');
}

static void put_run(struct buf *b, const struct run *run)
{
	put_literal(b, "partial", run->is_partial ? "true" : "false");
	key(b, "image");
	fact(b, run->image);
	put_settings(b, run);
	put_capabilities(b, run);
	put_security(b, run);
	put_mounts(b, run);
	put_ports(b, run);
	put_devices(b, run);
	put_pairs(b, "ulimits", &run->ulimits);
	put_pairs(b, "sysctls", &run->sysctls);
	put_pairs(b, "labels", &run->labels);
	put_words(b, "networks", &run->networks);
	put_words(b, "group_add", &run->group_add);
	put_words(b, "device_rules", &run->device_rules);
	put_words(b, "volumes_from", &run->volumes_from);
	put_words(b, "expose", &run->expose);
}

static void put_workload(struct buf *b, const struct workload *w)
{
	buf_char(b, '{');
	put_str(b, "workload", w->name);
	put_str(b, "service", w->service);
	put_literal(b, "is_built", w->build ? "true" : "false");
	key(b, "user");
	fact(b, w->user);
	put_launch(b, &w->launch);
	put_program(b, "entrypoint", w->entrypoint);
	put_program(b, "cmd", w->cmd);
	key(b, "workdir");
	fact(b, w->workdir);
	put_environment(b, w->env);
	if (w->run)
		put_run(b, w->run);
	buf_char(b, '}');
}

static void put_project(struct buf *b, const struct input *in)
{
	buf_char(b, '{');
	put_str(b, "project", in->project.name);
	key(b, "diags");
	buf_char(b, '[');
	vec_each (struct diag, d, &in->diags.list) {
		next(b);
		buf_json(b, d->detail);
	}
	buf_char(b, ']');
	key(b, "workloads");
	buf_char(b, '[');
	vec_each (struct workload *, w, &in->project.workloads) {
		next(b);
		buf_char(b, '\n');
		put_workload(b, *w);
	}
	buf_add(b, STR("]}\n"));
}

struct arguments {
	struct str images, line, path;
	struct load_options load;
};

static int read_arguments(
	struct arena *a, int argc, char **argv, struct arguments *args)
{
	for (int i = 1; i < argc; i++) {
		struct str word = str_c(argv[i]);
		bool is_option = str_starts(word, STR("-"));
		struct str next_word = i + 1 < argc ? str_c(argv[i + 1]) : STR_NONE;

		if (!is_option) {
			args->path = word;
			continue;
		}
		if (!next_word.n)
			return -1;
		if (str_eq(word, STR("--images")))
			args->images = next_word;
		else if (str_eq(word, STR("--run")))
			args->line = next_word;
		else if (str_eq(word, STR("-f")))
			*vec_push(a, &args->load.compose_files) = next_word;
		else if (str_eq(word, STR("--env-file")))
			*vec_push(a, &args->load.env_files) = next_word;
		else
			return -1;
		i++;
	}
	if (args->load.compose_files.n)
		args->path = args->load.compose_files.at[0];
	return 0;
}

static int load(
	struct arena *a, struct arguments *args, struct input *in, struct err *e)
{
	struct world *world = world_disk(a);
	const struct knowledge *know;

	if (know_open(a, world, args->images, &know, e) < 0)
		return -1;
	if (args->line.n) {
		args->path = STR("<run>");
		args->load.as = SOURCE_RUN_LINE;
		world = world_overlay(a, world, args->path, args->line);
	}
	if (input_load(a, world, know, args->path, &args->load, in, e) < 0)
		return -1;
	if (in->skipped.n)
		return err_set(e, 0, "skipped: %.*s", STR_ARG(in->skipped));
	return 0;
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct arguments args = {.path = STR("compose.yaml")};
	struct buf out = {.arena = &arena};
	struct input in = {0};
	struct err e = {0};

	if (read_arguments(&arena, argc, argv, &args) < 0) {
		fprintf(stderr, "model: what is %s?\n", argc > 1 ? argv[argc - 1] : "");
		arena_free(&arena);
		return 2;
	}
	if (load(&arena, &args, &in, &e) < 0) {
		fprintf(stderr, "model: %s\n", e.text);
		arena_free(&arena);
		return 1;
	}
	put_project(&out, &in);
	fwrite(out.p, 1, out.n, stdout);
	arena_free(&arena);
	return fflush(stdout) == 0 ? 0 : 1;
}
