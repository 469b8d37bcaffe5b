/*
 * The seccomp profile that oakum.yaml asks for: made on top of the engine's own, proved as
 * it is written, and named by every service that wants it.
 *
 * Nothing here happens unasked. What an objective refuses a program may need: measured,
 * `no-others` stops pip, venv, a notebook's kernel, `cp -p` and `tar xp`. Those are told
 * instead of broken.
 */
#include "base/buf.h"
#include "base/path.h"
#include "fix/makers.h"
#include "fix/run.h"
#include "rule/filter.h"
#include "rule/need.h"
#include "rule/run_advice.h"
#include "seccomp/compile.h"
#include "seccomp/engine.h"
#include "seccomp/make.h"

enum { PROFILE_NAMES = 9 }; /* oakum.json, oakum-2.json … */

/* The hosts that a profile is for: it says for each what holds there. */
static const int hosts[] = {ARCH_X86_64, ARCH_AARCH64};

enum { HOSTS = sizeof(hosts) / sizeof(hosts[0]) };

/* One file, and who names it. */
struct profile_plan {
	struct str bytes, name; /* name: below the folder of the project */
	struct workloads users;
};

VEC_TYPE(struct profile_plan, profile_plans);

/* ---- making one ---- */

static arch_set bit_of(int arch)
{
	return (arch_set)1 << arch;
}

/* The engine's own rules on each host, for the capabilities that the run holds. */
static void base_of(struct arena *a, struct profile_host host, struct ruleset *out)
{
	for (int i = 0; i < HOSTS; i++) {
		struct ruleset one;

		host.arch = hosts[i];
		profile_default(a, &host, &one);
		if (i == 0) {
			*out = one;
			out->rules = (struct call_rules){0};
			out->arches = 0;
			out->lets_foreign = false;
		}
		out->arches |= bit_of(hosts[i]);
		vec_each (const struct call_rule, rule, &one.rules) {
			struct call_rule kept = *rule;

			kept.arches &= bit_of(hosts[i]);
			if (kept.arches)
				*vec_push(a, &out->rules) = kept;
		}
	}
}

static bool is_proved(
	struct arena *a, const struct bpf *program, int arch, const struct need *need)
{
	struct bpf_stack stack = {program, 1};
	struct bans bans = {0};
	struct proofs proofs = {0};

	need_bans(a, need, bit_of(arch), &bans);
	prove_all(a, &stack, &bans, bit_of(arch), (struct prove_options){0}, &proofs);
	vec_each (const struct proof, proof, &proofs)
		if (proof->verdict != VERDICT_HOLDS)
			return false;
	return true;
}

/*
 * As an engine on that host reads the bytes: does every ban hold? By oakum's compiler,
 * and by libseccomp in both forms that runc asks it for.
 */
static bool holds_on(struct arena *a, struct str bytes, struct profile_host host,
	const struct need *need)
{
	struct profile_notes notes = {0};
	const struct profile *profile =
		profile_read(a, file_new(a, STR("profile"), bytes), &notes);
	struct ruleset rules;
	struct bpf program;
	struct err e = {0};

	if (!profile || profile_resolve(a, profile, &host, &rules, &notes) < 0 ||
		filter_compile(a, &rules, &program, &e) < 0 ||
		!is_proved(a, &program, host.arch, need))
		return false;
	for (int is_tree = 0; is_tree < 2; is_tree++) {
		struct engine_form form = {.is_tree = is_tree, .has_stub = true};

		if (engine_compile(a, &rules, form, &program, NULL, &e) < 0 ||
			!is_proved(a, &program, host.arch, need))
			return false;
	}
	return true;
}

/* The bytes of a profile that is proved on every host, or empty and why not. */
static struct str make_bytes(struct arena *a, const struct workload *w,
	const struct need *need, struct str *why)
{
	static const enum make_mode modes[] = {[NEED_REFUSE] = MAKE_REFUSE,
		[NEED_MASK] = MAKE_MASK,
		[NEED_AUDIT] = MAKE_AUDIT};
	struct profile_host host = filter_host(a, w->run);
	struct ruleset base, made;
	struct bans bans = {0};
	struct buf text = {.arena = a};
	struct err e = {0};

	base_of(a, host, &base);
	need_bans(a, need, base.arches, &bans);
	if (make_ruleset(a, &base, &bans, modes[need->mode], &made, &e) < 0) {
		*why = arena_str(a, str_c(e.text));
		return STR_NONE;
	}
	profile_write_docker(&text, &made);
	for (int i = 0; i < HOSTS && need->mode == NEED_REFUSE; i++) {
		host.arch = hosts[i];
		if (!holds_on(a, buf_str(&text), host, need)) {
			*why = STR("it could not be proved");
			return STR_NONE;
		}
	}
	return buf_str(&text);
}

/* ---- who may have one ---- */

/* Programs that set modes for others when they start (measured; doc/seccomp.md). */
static bool opens_files(const struct program *p)
{
	static const char *const names[] = {"jupyter", "jupyter-lab",
		"jupyter-notebook", "jupyterhub-singleuser", "ipython",
		"start-notebook.sh", "start-notebook.py", "pip", "pip3", "virtualenv"};

	if (!p || p->know != FACT_SET)
		return false;
	vec_each (struct command *const, c, &p->commands)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (command_is(*c, str_c(names[i])))
				return true;
	return false;
}

static bool wants(const struct need *need, struct str objective)
{
	vec_each (const struct need_word, name, &need->objectives)
		if (str_eq(name->text, objective))
			return true;
	return false;
}

/* Why it must not be written for this one, or empty. */
static struct str obstacle(const struct workload *w, const struct need *need)
{
	if (need->mode == NEED_MASK)
		return STR(
			"In mode `mask` a supervisor has to run beside the container, "
			"and no line of the file starts one: take `refuse` or "
			"`audit`.");
	if (need->mode == NEED_AUDIT)
		return STR_NONE;
	if (run_no_new_privileges(w->run) != ANSWER_YES)
		return STR(
			"Without `no-new-privileges` the engine loads the profile before "
			"it changes the user, and its own calls are refused: set that "
			"first.");
	if (wants(need, STR("no-root")) && run_starts_as_root(&w->launch) != ANSWER_NO)
		return STR(
			"It starts as root, and what it does as root is what `no-root` "
			"refuses: let it start as an ordinary user first.");
	if (wants(need, STR("no-others")) &&
		(opens_files(w->entrypoint) || opens_files(w->cmd)))
		return STR(
			"`no-others` refuses what a notebook's kernel, pip and venv do "
			"when they start: take `no-root` alone, or mode `audit`.");
	return STR_NONE;
}

/* The plan's entry of these bytes; a new one where there is none. */
static struct profile_plan *plan_of(
	struct arena *a, struct profile_plans *plans, struct str bytes)
{
	struct profile_plan *plan;

	vec_each (struct profile_plan, p, plans)
		if (str_eq(p->bytes, bytes))
			return p;
	plan = vec_push(a, plans);
	*plan = (struct profile_plan){.bytes = bytes};
	return plan;
}

static void consider(struct fixing *f, struct workload *w, struct profile_plans *plans)
{
	const struct need *need = need_of(f->audit, w);
	struct str why, bytes;

	if (!need || !need_says_seccomp(need) || !w->run || w->run->is_only_made ||
		run_flag(w->run, RUN_PRIVILEGED) != ANSWER_NO)
		return;
	f->workload = w;
	if (need_holds(f->audit, w, need)) {
		f->workload = NULL;
		return;
	}
	why = obstacle(w, need);
	bytes = why.n ? STR_NONE : make_bytes(f->arena, w, need, &why);
	if (bytes.n)
		*vec_push(f->arena, &plan_of(f->arena, plans, bytes)->users) = w;
	else
		fix_cannot(f, STR("Give it the seccomp profile that its needs ask for"),
			STR("grant-exceeds-needs"), "%.*s", STR_ARG(why));
	f->workload = NULL;
}

/* ---- writing and wiring it ---- */

/* Where what the run names by a relative path is, as oakum opens it. */
static struct str path_of(
	struct arena *a, const struct workload *w, const struct profile_plan *plan)
{
	return path_join(a, path_dir(w->run->file->path), plan->name);
}

/* A name that is free, or has these bytes already, and no other plan took. */
static bool choose_name(
	struct fixing *f, const struct profile_plans *plans, struct profile_plan *plan)
{
	for (int i = 1; i <= PROFILE_NAMES; i++) {
		struct world_stat st = {.kind = WORLD_ABSENT};
		const struct file *file;
		bool is_taken = false;

		plan->name = i == 1
			? STR("seccomp/oakum.json")
			: arena_printf(f->arena, "seccomp/oakum-%d.json", i);
		for (const struct profile_plan *p = plans->at; p < plan; p++)
			is_taken |= str_eq(p->name, plan->name);
		if (is_taken ||
			world_stat(f->world, path_of(f->arena, plan->users.at[0], plan),
				&st, NULL) < 0)
			continue;
		if (st.kind == WORLD_ABSENT)
			return true;
		if (st.kind == WORLD_FILE &&
			world_read(f->world, path_of(f->arena, plan->users.at[0], plan),
				&file, &(struct err){0}) == 0 &&
			str_eq(file->bytes, plan->bytes))
			return true;
	}
	return false;
}

/* Several services of one YAML file share one anchor; others say the path themselves. */
static bool shares_anchor(const struct profile_plan *plan)
{
	const struct file *file = plan->users.at[0]->run->file;

	if (plan->users.n < 2 || str_starts(str_trim(file->bytes), STR("{")))
		return false;
	vec_each (struct workload *const, w, &plan->users)
		if ((*w)->run->source != RUN_BY_COMPOSE || (*w)->run->file != file)
			return false;
	return true;
}

static void wire(struct fixing *f, struct fix_part *part, const struct workload *w,
	struct str value, struct str anchor)
{
	const struct security_option *o = run_security(w->run, SECURITY_SECCOMP);

	f->workload = w;
	if (o)
		run_take(f, part, "security_opt", o->span);
	run_add(f, part, "security_opt", value);
	part->changes.at[part->changes.n - 1].alias = anchor;
	run_claim(f, part, "security/*");
	f->workload = NULL;
}

static void write_plan(
	struct fixing *f, struct fix_part *part, const struct profile_plan *plan)
{
	struct arena *a = f->arena;
	struct change *file = fix_change(f, part, CHANGE_FILE, CHANGE_ADD);
	struct str value = arena_printf(a, "seccomp=./%.*s", STR_ARG(plan->name));
	struct str anchor = STR_NONE;

	file->path = path_of(a, plan->users.at[0], plan);
	file->value = plan->bytes;
	if (shares_anchor(plan)) {
		struct change *top = fix_change(f, part, CHANGE_TOP, CHANGE_SET);

		anchor = path_base(plan->name);
		anchor = arena_printf(a, "%.*s-seccomp",
			STR_ARG(str_sub(anchor, 0, str_rfind(anchor, '.'))));
		top->key = arena_printf(a, "x-%.*s", STR_ARG(anchor));
		top->value = value;
		top->alias = anchor;
		top->at = plan->users.at[0]->run->anchor;
	}
	vec_each (struct workload *const, w, &plan->users)
		wire(f, part, *w, value, anchor);
}

static struct str why_of(struct fixing *f, const struct profile_plans *plans)
{
	struct buf out = {.arena = f->arena};
	const struct need *need = need_of(f->audit, plans->at[0].users.at[0]);

	buf_add(&out,
		STR("A profile on top of the engine's own, proved for every argument "
		    "of every call."));
	vec_each (const struct need_word, name, &need->objectives)
		buf_printf(&out, " %.*s", STR_ARG(objective_title(name->text)));
	return buf_str(&out);
}

bool fix_seccomp_profile(struct fixing *f, struct fix_part *part)
{
	struct profile_plans plans = {0};

	vec_each (struct workload *const, w, &f->input->project.workloads)
		consider(f, *w, &plans);
	vec_each (struct profile_plan, plan, &plans) {
		if (!choose_name(f, &plans, plan))
			return false;
		write_plan(f, part, plan);
	}
	if (!plans.n)
		return false;
	part->title = STR("Refuse the system calls that the needs forbid");
	part->why = why_of(f, &plans);
	part->class = FIX_CHANGES_RUN;
	fix_accepts(f, part, STR("exec-root-despite-profile"));
	if (plans.at[0].users.at[0]->run->source == RUN_BY_LINE)
		*vec_push(f->arena, &part->by_hand) =
			STR("The engine counts the path from the folder in which the "
			    "command is started.");
	*vec_push(f->arena, &part->by_hand) =
		STR("Start it and use it once: what the profile refuses ends with "
		    "`operation not permitted`.");
	return true;
}
