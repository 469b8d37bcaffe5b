#include "model/facts.h"

#include <stdlib.h>

#include "base/buf.h"
#include "model/query.h"

/* Where the lines go, and whose they are. */
struct writer {
	struct arena *arena;
	struct fact_lines lines;
	struct str owner; /* "web" */
};

__attribute__((format(printf, 3, 4))) static void add(
	struct writer *w, struct str value, const char *fmt, ...)
{
	struct buf name = {.arena = w->arena};
	va_list args;

	buf_printf(&name, "%.*s/", STR_ARG(w->owner));
	va_start(args, fmt);
	buf_add(&name, arena_vprintf(w->arena, fmt, args));
	va_end(args);
	*vec_push(w->arena, &w->lines) =
		(struct fact_line){.name = buf_str(&name), .value = value};
}

/* ---- values as one line ---- */

static struct str fact_text(struct writer *w, const struct fact *f)
{
	if (!f || f->know == FACT_UNSET)
		return STR("unset");
	if (f->know == FACT_UNKNOWN)
		return STR("unknown");
	return arena_printf(
		w->arena, "= %.*s", STR_ARG(value_display(w->arena, f->value)));
}

static struct str id_text(struct writer *w, struct id id)
{
	return id.know == FACT_SET ? arena_printf(w->arena, "%u", id.n) : STR("?");
}

static struct str words_text(struct writer *w, const struct words *words)
{
	struct buf out = {.arena = w->arena};

	vec_each (const struct word, word, words) {
		if (out.n)
			buf_char(&out, ' ');
		buf_json(&out, value_display(w->arena, word->value));
	}
	return buf_str(&out);
}

static const char *answer_text(enum answer answer)
{
	static const char *const words[] = {
		[ANSWER_NO] = "no", [ANSWER_MAYBE] = "maybe", [ANSWER_YES] = "yes"};

	return words[answer];
}

static struct str program_text(struct writer *w, const struct program *p)
{
	if (!p || p->know == FACT_UNSET)
		return STR("unset");
	if (p->know == FACT_UNKNOWN)
		return STR("unknown");
	return arena_printf(w->arena, "%s %.*s",
		p->form == PROGRAM_EXEC ? "exec" : "shell",
		STR_ARG(words_text(w, &p->argv)));
}

/* ---- who it is ---- */

static void add_identity(struct writer *w, const struct workload *load)
{
	const struct identity *id = &load->launch.identity;
	struct buf groups = {.arena = w->arena};

	vec_each (const struct id, g, &id->groups)
		buf_printf(&groups, "%.*s ", STR_ARG(id_text(w, *g)));
	add(w, fact_text(w, load->user), "user");
	add(w, runs_as_name(load->launch.runs_as), "runs_as");
	add(w, id_text(w, id->uid), "uid");
	add(w, id_text(w, id->gid), "gid");
	add(w, buf_str(&groups), "groups");
	add(w, id->home, "home");
	add(w, load->launch.drop.to, "drops_to");
}

static void add_accounts(struct writer *w, const struct accounts *db)
{
	struct account_list users = accounts_users(w->arena, db);
	struct group_list groups = accounts_groups(w->arena, db);
	struct membership_list members = accounts_memberships(w->arena, db);

	vec_each (const struct account *, u, &users)
		add(w,
			arena_printf(w->arena, "%.*s:%.*s %.*s %.*s exists %s",
				STR_ARG(id_text(w, (*u)->uid)),
				STR_ARG(id_text(w, (*u)->gid)), STR_ARG((*u)->home),
				STR_ARG((*u)->shell), answer_text((*u)->exists)),
			"account/%.*s", STR_ARG((*u)->name));
	vec_each (const struct account_group *, g, &groups)
		add(w,
			arena_printf(w->arena, "%.*s exists %s",
				STR_ARG(id_text(w, (*g)->gid)),
				answer_text((*g)->exists)),
			"group/%.*s", STR_ARG((*g)->name));
	vec_each (const struct membership *, m, &members)
		add(w, (*m)->user, "group/%.*s", STR_ARG((*m)->group));
}

struct named {
	struct str name;
	const struct binding *binding;
	size_t order;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int by_name = str_cmp(x->name, y->name);

	return by_name ? by_name : (x->order > y->order) - (x->order < y->order);
}

/* Newest first, so the first of a name is the one that holds. */
static void add_env(struct writer *w, const struct binding *env)
{
	VEC(struct named) all = {0};

	for (; env; env = env->older)
		*vec_push(w->arena, &all) = (struct named){env->name, env, all.n};
	if (all.n)
		qsort(all.at, all.n, sizeof(*all.at), compare_named);
	for (size_t i = 0; i < all.n; i++)
		if (!i || !str_eq(all.at[i].name, all.at[i - 1].name))
			add(w, fact_text(w, all.at[i].binding->fact), "env/%.*s",
				STR_ARG(all.at[i].name));
}

/* ---- what it is made of ---- */

static void add_copy(struct writer *w, const struct copy *copy)
{
	add(w,
		arena_printf(w->arena, "from %.*s chown %.*s chmod %.*s: %.*s",
			STR_ARG(value_display(w->arena, copy->from.value)),
			STR_ARG(value_display(w->arena, copy->chown.value)),
			STR_ARG(value_display(w->arena, copy->chmod.value)),
			STR_ARG(words_text(w, &copy->sources))),
		"copy/%.*s", STR_ARG(value_display(w->arena, copy->target.value)));
}

/* What stands in the file: a RUN is compared by its text, not by what it does. */
static void add_text(struct writer *w, const char *kind, struct span span)
{
	struct str text = span_str(span);

	add(w, text, "%s/%016llx", kind, (unsigned long long)str_hash(text));
}

static void add_step(struct writer *w, const struct step *step)
{
	switch (step->kind) {
	case STEP_RUN:
		add_text(w, "run", step->span);
		break;
	case STEP_COPY:
	case STEP_ADD:
		if (step->copy)
			add_copy(w, step->copy);
		break;
	case STEP_VOLUME:
	case STEP_EXPOSE:
		vec_each (const struct word, word, &step->words)
			add(w, STR_NONE, "%s/%.*s",
				step->kind == STEP_VOLUME ? "volume" : "expose",
				STR_ARG(value_display(w->arena, word->value)));
		break;
	case STEP_HEALTHCHECK:
		add_text(w, "healthcheck", step->argument);
		break;
	case STEP_ONBUILD:
		add_text(w, "onbuild", step->argument);
		break;
	case STEP_OTHER:
		add_text(w, "other", step->span);
		break;
	default: /* what it sets is a fact of the state */
		break;
	}
}

static void add_packages(struct writer *w, const struct package *list)
{
	for (; list; list = list->older)
		add(w,
			arena_printf(
				w->arena, "installed %s", answer_text(list->installed)),
			"package/%.*s", STR_ARG(list->name));
}

static void add_image(struct writer *w, const struct workload *load)
{
	struct step_list steps = workload_needed_steps(w->arena, load);

	vec_each (const struct step *, step, &steps)
		add_step(w, *step);
	if (load->base)
		add(w, load->base->reference, "base");
	if (load->stage)
		add_packages(w, load->stage->end->packages);
	add(w, fact_text(w, load->workdir), "workdir");
	add(w, program_text(w, load->entrypoint), "entrypoint");
	add(w, program_text(w, load->cmd), "cmd");
	add_env(w, load->env);
}

/* ---- how it is started ---- */

static const char *const setting_names[RUN_SETTING_COUNT] = {
	[RUN_PRIVILEGED] = "privileged",
	[RUN_READ_ONLY] = "read_only",
	[RUN_INIT] = "init",
	[RUN_AUTO_REMOVE] = "rm",
	[RUN_DETACHED] = "detach",
	[RUN_TTY] = "tty",
	[RUN_INTERACTIVE] = "stdin_open",
	[RUN_PUBLISH_ALL] = "publish_all",
	[RUN_OOM_KILL_DISABLE] = "oom_kill_disable",
	[RUN_NETWORK] = "network_mode",
	[RUN_PID] = "pid",
	[RUN_IPC] = "ipc",
	[RUN_UTS] = "uts",
	[RUN_USERNS] = "userns_mode",
	[RUN_CGROUPNS] = "cgroup",
	[RUN_CGROUP_PARENT] = "cgroup_parent",
	[RUN_RUNTIME] = "runtime",
	[RUN_RESTART] = "restart",
	[RUN_HOSTNAME] = "hostname",
	[RUN_NAME] = "container_name",
	[RUN_LOG_DRIVER] = "logging",
	[RUN_PLATFORM] = "platform",
	[RUN_ENTRYPOINT] = "entrypoint",
	[RUN_RESOLVE_IMAGE] = "pull_policy",
	[RUN_MEMORY] = "mem_limit",
	[RUN_MEMORY_RESERVATION] = "mem_reservation",
	[RUN_MEMORY_SWAP] = "memswap_limit",
	[RUN_CPUS] = "cpus",
	[RUN_CPU_QUOTA] = "cpu_quota",
	[RUN_CPU_SHARES] = "cpu_shares",
	[RUN_CPUSET] = "cpuset",
	[RUN_PIDS] = "pids_limit",
	[RUN_SHM_SIZE] = "shm_size",
	[RUN_SCALE] = "scale",
};

static void add_mount(struct writer *w, const struct mount *m)
{
	static const char *const kinds[] = {[MOUNT_UNKNOWN] = "unknown",
		[MOUNT_BIND] = "bind",
		[MOUNT_VOLUME] = "volume",
		[MOUNT_TMPFS] = "tmpfs",
		[MOUNT_IMAGE] = "image",
		[MOUNT_OTHER] = "other"};
	struct str target = m->at.n ? m->at : value_display(w->arena, m->target);

	add(w,
		arena_printf(w->arena,
			"%s of %.*s origin %d read-only %s makes %s copies %s "
			"propagation %.*s relabel %d options %.*s",
			kinds[m->kind], STR_ARG(value_display(w->arena, m->source)),
			(int)m->origin, answer_text(m->is_read_only),
			answer_text(m->creates_source), m->has_no_copy ? "no" : "yes",
			STR_ARG(m->propagation), m->relabel, STR_ARG(m->options)),
		"mount/%.*s", STR_ARG(target));
}

static void add_port(struct writer *w, const struct port *p)
{
	struct buf at = {.arena = w->arena};

	if (p->know != FACT_SET) {
		add(w, STR("unknown"), "port/%.*s",
			STR_ARG(value_display(w->arena, p->value)));
		return;
	}
	buf_printf(&at, "%u", p->target_first);
	if (p->target_last != p->target_first)
		buf_printf(&at, "-%u", p->target_last);
	add(w,
		arena_printf(w->arena, "%.*s%s:%u-%u %.*s",
			STR_ARG(p->has_host_ip ? p->host_ip : STR("any")),
			p->host_ip_known == FACT_UNKNOWN ? "?" : "", p->published_first,
			p->published_last, STR_ARG(p->mode)),
		"port/%.*s/%.*s", STR_ARG(buf_str(&at)), STR_ARG(p->protocol));
}

static void add_pairs(struct writer *w, const char *key, const struct run_pairs *pairs)
{
	vec_each (const struct run_pair, p, pairs)
		add(w, value_display(w->arena, p->value), "%s/%.*s", key,
			STR_ARG(p->name));
}

static void add_words(struct writer *w, const char *key, const struct run_words *words)
{
	vec_each (const struct run_word, word, words)
		add(w, STR_NONE, "%s/%.*s", key,
			STR_ARG(value_display(w->arena, word->value)));
}

static void add_devices(struct writer *w, const struct run *run)
{
	vec_each (const struct device, d, &run->devices)
		add(w, d->permissions, "device/%.*s",
			STR_ARG(value_display(w->arena, d->source)));
	vec_each (const struct gpu, g, &run->gpus)
		add(w,
			arena_printf(w->arena, "%.*s %.*s %.*s", STR_ARG(g->count),
				STR_ARG(g->ids), STR_ARG(g->capabilities)),
			"gpu/%.*s", STR_ARG(g->driver));
}

static void add_privileges(struct writer *w, const struct run *run)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		add(w, c->is_drop ? STR("drop") : STR("add"), "cap/%.*s",
			STR_ARG(c->is_all ? STR("ALL")
					: c->number >= 0
					? capability_name(c->number)
					: value_display(w->arena, c->value)));
	vec_each (const struct security_option, s, &run->security)
		add(w,
			s->know == FACT_SET ? s->text
					    : value_display(w->arena, s->value),
			"security/%.*s", STR_ARG(s->name));
}

static void add_run(struct writer *w, const struct run *run)
{
	for (size_t i = 0; i < RUN_SETTING_COUNT; i++)
		if (run->settings[i]->know != FACT_UNSET)
			add(w, fact_text(w, run->settings[i]), "setting/%s",
				setting_names[i]);
	add_privileges(w, run);
	vec_each (const struct mount, m, &run->mounts)
		add_mount(w, m);
	vec_each (const struct port, p, &run->ports)
		add_port(w, p);
	add_devices(w, run);
	vec_each (const struct env_file, f, &run->env_files)
		add(w, STR_NONE, "env_file/%.*s",
			STR_ARG(value_display(w->arena, f->source)));
	add_pairs(w, "ulimit", &run->ulimits);
	add_pairs(w, "sysctl", &run->sysctls);
	add_pairs(w, "label", &run->labels);
	add_pairs(w, "build_arg", &run->build_args);
	add_words(w, "network", &run->networks);
	add_words(w, "group_add", &run->group_add);
	add_words(w, "device_rule", &run->device_rules);
	add_words(w, "volumes_from", &run->volumes_from);
	add_words(w, "profile", &run->profiles);
	add_words(w, "secret", &run->secrets);
	add_words(w, "depends_on", &run->depends_on);
	add_words(w, "expose", &run->expose);
	add(w, fact_text(w, run->image), "image");
}

/* ---- the project ---- */

static void add_workload(struct writer *w, const struct workload *load, struct str name)
{
	w->owner = name;
	add_identity(w, load);
	if (load->accounts)
		add_accounts(w, load->accounts);
	add_image(w, load);
	if (load->run)
		add_run(w, load->run);
}

/* Every stage, also one that no workload of the project needs. */
static void add_stage(struct writer *w, const struct stage *stage)
{
	struct str name = stage->name.n ? stage->name
					: arena_printf(w->arena, "%u", stage->index);

	add(w, fact_text(w, stage->end->user), "stage/%.*s/user", STR_ARG(name));
	vec_each (const struct step, step, &stage->steps)
		if (!step->is_onbuild)
			add(w, span_str(step->span), "stage/%.*s/step/%016llx",
				STR_ARG(name),
				(unsigned long long)str_hash(span_str(step->span)));
}

static void add_shared(struct writer *w, const struct project *project)
{
	vec_each (struct volume *, v, &project->volumes)
		add(w,
			arena_printf(w->arena, "declared %d external %d driver %.*s",
				(*v)->is_declared, (*v)->is_external,
				STR_ARG((*v)->driver)),
			"volume/%.*s", STR_ARG((*v)->name));
	vec_each (const struct network, n, &project->networks)
		add(w,
			arena_printf(w->arena, "external %d internal %s driver %.*s",
				n->is_external, answer_text(n->is_internal),
				STR_ARG(n->driver)),
			"network/%.*s", STR_ARG(n->name));
	vec_each (const struct secret, s, &project->secrets)
		add(w,
			arena_printf(w->arena, "external %d file %.*s environment %.*s",
				s->is_external,
				STR_ARG(value_display(w->arena, s->file)),
				STR_ARG(s->environment)),
			"%s/%.*s", s->is_config ? "config" : "secret",
			STR_ARG(s->name));
}

static int compare_lines(const void *a, const void *b)
{
	const struct fact_line *x = a, *y = b;
	int by_name = str_cmp(x->name, y->name);

	return by_name ? by_name : str_cmp(x->value, y->value);
}

struct str workload_fact_name(const struct workload *w)
{
	size_t colon = str_rfind(w->name, ':');

	if (w->service.n)
		return w->service;
	return colon < w->name.n ? str_from(w->name, colon + 1) : w->name;
}

/* The steps of a stage that a workload is made of are facts of that workload. */
static void add_stages(
	struct writer *w, const struct project *project, const struct build *build)
{
	bool *is_needed = arena_array(w->arena, bool, build->stages.n + 1);

	vec_each (struct workload *, load, &project->workloads) {
		const bool *needed = (*load)->build == build
			? workload_needed_stages(w->arena, *load)
			: NULL;

		for (size_t i = 0; needed && i < build->stages.n; i++)
			is_needed[i] |= needed[i];
	}
	for (size_t i = 0; i < build->stages.n; i++)
		if (!is_needed[i])
			add_stage(w, build->stages.at[i]);
}

struct fact_lines project_facts_as(
	struct arena *a, const struct project *project, const struct str *names)
{
	struct writer w = {.arena = a};

	for (size_t i = 0; i < project->workloads.n; i++)
		add_workload(&w, project->workloads.at[i], names[i]);
	w.owner = STR("project");
	vec_each (struct build *, build, &project->builds)
		add_stages(&w, project, *build);
	add_shared(&w, project);
	if (w.lines.n)
		qsort(w.lines.at, w.lines.n, sizeof(*w.lines.at), compare_lines);
	return w.lines;
}

struct fact_lines project_facts(struct arena *a, const struct project *project)
{
	struct str *names = arena_array(a, struct str, project->workloads.n + 1);

	for (size_t i = 0; i < project->workloads.n; i++)
		names[i] = workload_fact_name(project->workloads.at[i]);
	return project_facts_as(a, project, names);
}
