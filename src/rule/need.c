/*
 * What a workload holds against what oakum.yaml says that it needs. Root itself is what
 * the rules about users speak of, privileged what `privileged` does: here it is about
 * everything else that is more than was decided.
 */
#include "rule/need.h"

#include "base/buf.h"
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/filter.h"
#include "rule/run_advice.h"

static bool is_meant(
	const struct audit *audit, const struct need *need, const struct workload *w)
{
	const struct file *file = w->run ? w->run->file
		: w->build		 ? w->build->file
					 : NULL;
	struct str path;

	if (need->workload.n && !str_glob(need->workload, w->name) &&
		(!w->service.n || !str_glob(need->workload, w->service)))
		return false;
	if (!need->path.n)
		return true;
	if (!file)
		return false;
	path = path_join(audit->arena, audit->folder, file->path);
	return str_glob(need->path, path) || path_is_under(path, need->path);
}

const struct need *need_of(const struct audit *audit, const struct workload *w)
{
	for (size_t i = 0; i < audit->need_count; i++)
		if (is_meant(audit, &audit->needs[i], w))
			return &audit->needs[i];
	return NULL;
}

bool need_says_capabilities(const struct audit *audit)
{
	const struct need *need = need_of(audit, audit->workload);

	return need && need->says_capabilities;
}

bool need_forbids_new_privileges(const struct audit *audit)
{
	const struct need *need = need_of(audit, audit->workload);

	return need && need->no_new_privileges == ANSWER_YES;
}

bool need_allows_new_privileges(const struct audit *audit)
{
	const struct need *need = need_of(audit, audit->workload);

	return need && need->no_new_privileges == ANSWER_NO;
}

bool need_says_read_only(const struct audit *audit)
{
	const struct need *need = need_of(audit, audit->workload);

	return need && need->read_only == ANSWER_YES;
}

/* ---- one thing that is more than was decided ---- */

struct excess {
	struct span at;	 /* several at one place are one finding */
	struct str what; /* a clause: "it holds `CHOWN`" */
	struct str help; /* what to write, without a full stop */
	struct span decided;
	enum answer verdict;
	bool was_told;
};

VEC_TYPE(struct excess, excesses);

static bool is_same_place(struct span a, struct span b)
{
	return a.file == b.file && a.offset == b.offset && a.length == b.length;
}

static void say_one(struct audit *audit, const struct need *need, struct finding *f,
	struct buf *message, struct buf *help, struct excess *e)
{
	buf_printf(message, "%s%.*s", message->n ? "; " : "", STR_ARG(e->what));
	buf_printf(help, "%s%.*s", help->n ? ". " : "", STR_ARG(e->help));
	finding_related(audit, f, e->decided.file ? e->decided : need->span,
		"here it is decided");
	f->verdict = answer_and(f->verdict, e->verdict);
	e->was_told = true;
}

static void say(struct audit *audit, const struct need *need, struct excesses *list,
	struct excess *first)
{
	struct buf message = {.arena = audit->arena}, help = {.arena = audit->arena};
	struct finding *f = finding_add(audit, first->at);

	vec_each (struct excess, e, list)
		if (!e->was_told && is_same_place(e->at, first->at))
			say_one(audit, need, f, &message, &help, e);
	finding_message(audit, f, "More than its needs in `oakum.yaml` say: %.*s.",
		STR_ARG(buf_str(&message)));
	finding_consequence(audit, f,
		"Whoever breaks into %.*s may do what nobody decided that it may.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f, "%.*s. Where it does need this, say so under `needs`.",
		STR_ARG(buf_str(&help)));
	/* The same however many of several are mended. */
	finding_evidence(audit, f, "needs");
}

static void add(struct audit *audit, struct excesses *list, struct excess e)
{
	*vec_push(audit->arena, list) = e;
}

/* ---- capabilities ---- */

/* "CHOWN KILL" */
static struct str names_of(struct audit *audit, capability_set set)
{
	struct buf b = {.arena = audit->arena};

	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap))
			buf_printf(&b, "%s%.*s", b.n ? " " : "",
				STR_ARG(capability_name(cap)));
	return buf_str(&b);
}

/* "`CHOWN`", "`CHOWN` and `KILL`", "`CHOWN`, `FOWNER`, `KILL` and 11 more" */
static struct str some_of(struct audit *audit, capability_set set)
{
	enum { SHOWN = 3 };
	unsigned count = (unsigned)__builtin_popcountll(set), shown = 0;
	struct buf b = {.arena = audit->arena};

	for (int cap = 0; cap < CAPABILITY_COUNT && shown < SHOWN; cap++) {
		if (!(set & capability_bit(cap)))
			continue;
		if (shown)
			buf_add(&b, shown + 1 == count ? STR(" and ") : STR(", "));
		buf_printf(&b, "`%.*s`", STR_ARG(capability_name(cap)));
		shown++;
	}
	if (shown < count)
		buf_printf(&b, " and %u more", count - shown);
	return buf_str(&b);
}

/* The element that adds one of them by name, else where a drop would be written. */
static struct span excess_at(const struct run *run, capability_set excess)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		if (!c->is_drop &&
			(c->is_all ||
				(c->number >= 0 && excess & capability_bit(c->number))))
			return c->span;
	return run_anchor(run);
}

static void compare_capabilities(struct audit *audit, const struct run *run,
	const struct need *need, struct excesses *list)
{
	struct str lines = run_advice_list(audit, "cap_drop", "--cap-drop", STR("ALL"));
	capability_set excess;
	enum answer certain;

	if (!need->says_capabilities)
		return;
	excess = run_capability_set(run, &certain) & ~need->capabilities;
	if (!excess)
		return;
	if (need->capabilities)
		lines = arena_printf(audit->arena, "%.*s and %.*s", STR_ARG(lines),
			STR_ARG(run_advice_list(audit, "cap_add", "--cap-add",
				names_of(audit, need->capabilities))));
	add(audit, list,
		(struct excess){.at = excess_at(run, excess),
			.what = arena_printf(audit->arena, "it holds %.*s",
				STR_ARG(some_of(audit, excess))),
			.help = arena_printf(
				audit->arena, "Write %.*s", STR_ARG(lines)),
			.decided = need->capabilities_span,
			.verdict = certain == ANSWER_YES ? ANSWER_YES : ANSWER_MAYBE});
}

/* ---- who it runs as ---- */

/* The identity at the end: after a drop, where it drops. */
static const struct identity *final_identity(const struct workload *w)
{
	if (w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS)
		return w->launch.drop.to.n ? &w->launch.drop.identity : NULL;
	return w->launch.runs_as == RUNS_AS_USER ? &w->launch.identity : NULL;
}

static bool differs(struct str spec, struct id id)
{
	int64_t n;

	return spec.n && user_spec_number(spec, &n) && id.know == FACT_SET &&
		(int64_t)id.n != n;
}

/* Is it surely another one than the spec says? A name is compared with names alone. */
static bool is_another(const struct identity *id, struct str spec)
{
	struct str user, group;
	int64_t n;

	user_spec_split(spec, &user, &group);
	if (str_eq(spec, STR("non-root")))
		return false;
	if (!user_spec_number(user, &n) && id->name.n && !str_eq(user, id->name))
		return true;
	return differs(user, id->uid) || differs(group, id->gid);
}

static struct str who(struct audit *audit, const struct identity *id)
{
	struct str name = id->name.n && id->uid.know == FACT_SET
		? arena_printf(audit->arena, " (%.*s)", STR_ARG(id->name))
		: STR_NONE;

	if (id->uid.know != FACT_SET)
		return id->name;
	if (id->gid.know != FACT_SET)
		return arena_printf(audit->arena, "%u%.*s", id->uid.n, STR_ARG(name));
	return arena_printf(
		audit->arena, "%u:%u%.*s", id->uid.n, id->gid.n, STR_ARG(name));
}

static void compare_user(
	struct audit *audit, const struct need *need, struct excesses *list)
{
	const struct workload *w = audit->workload;
	const struct identity *id = final_identity(w);
	struct str spec = need->user.text;

	if (!spec.n || !id || !is_another(id, spec))
		return;
	add(audit, list,
		(struct excess){.at = w->launch.user->span.file ? w->launch.user->span
								: w->anchor,
			.what = arena_printf(audit->arena,
				"it runs as %.*s, not as `%.*s`",
				STR_ARG(who(audit, id)), STR_ARG(spec)),
			.help = arena_printf(audit->arena, "Write %.*s",
				STR_ARG(run_advice_user(audit, w->launch.user, spec))),
			.decided = need->user.span,
			.verdict = ANSWER_YES});
}

/* ---- what is switched on or off ---- */

static void compare_no_new_privileges(struct audit *audit, const struct run *run,
	const struct need *need, struct excesses *list)
{
	const struct security_option *o = run_security(run, SECURITY_NO_NEW_PRIVILEGES);
	enum answer is_on = run_no_new_privileges(run);

	if (need->no_new_privileges != ANSWER_YES || is_on == ANSWER_YES)
		return;
	add(audit, list,
		(struct excess){.at = o ? o->span : run_anchor(run),
			.what = STR("its programs may gain privileges"),
			.help = run_advice_add(audit,
				"security_opt: [\"no-new-privileges:true\"]",
				"--security-opt no-new-privileges"),
			.decided = need->no_new_privileges_span,
			.verdict = answer_not(is_on)});
}

static void compare_read_only(struct audit *audit, const struct run *run,
	const struct need *need, struct excesses *list)
{
	const struct fact *fact = run->settings[RUN_READ_ONLY];
	enum answer is_on = run_flag(run, RUN_READ_ONLY);
	bool is_said = fact->know != FACT_UNSET && fact->span.file;

	if (need->read_only != ANSWER_YES || is_on == ANSWER_YES)
		return;
	add(audit, list,
		(struct excess){.at = is_said ? fact->span : run_anchor(run),
			.what = STR("it may change the files of its own image"),
			.help = run_advice_add(audit, "read_only: true", "--read-only"),
			.decided = need->read_only_span,
			.verdict = answer_not(is_on)});
}

/* ---- system calls ---- */

void need_bans(
	struct arena *a, const struct need *need, arch_set arches, struct bans *out)
{
	vec_each (const struct need_word, name, &need->objectives)
		objective_bans(a, name->text, arches, out);
	vec_each (const struct need_word, deny, &need->denies) {
		struct span at;
		struct err e = {0};

		/* It was understood when oakum.yaml was read. */
		(void)objective_parse(a, file_new(a, STR("deny"), deny->text),
			deny->text, arches, out, &at, &e);
	}
}

/* The filter that stands there: of the profile, or the engine's own. */
static bool stack_of(struct audit *audit, const struct run *run,
	const struct security_option **option, struct ruleset *rules,
	struct bpf *program)
{
	struct profile_host host = filter_host(audit->arena, run);
	const struct workload_filter *filter = filter_of(audit);

	*option = run_security(run, SECURITY_SECCOMP);
	if (filter) {
		*rules = filter->rules;
		*program = filter->program;
		return true;
	}
	if (*option && !str_eq((*option)->text, STR("builtin")))
		return false;
	return filter_default(audit->arena, &host, rules, program) == 0;
}

static const struct proof *first_violated(const struct proofs *list)
{
	vec_each (const struct proof, p, list)
		if (p->verdict == VERDICT_VIOLATED && p->ban.call != CALL_NONE)
			return p;
	return NULL;
}

static struct str seccomp_help(struct audit *audit, const struct need *need)
{
	struct buf names = {.arena = audit->arena};

	vec_each (const struct need_word, name, &need->objectives)
		buf_printf(&names, "%s%.*s", names.n ? "," : "", STR_ARG(name->text));
	if (!names.n)
		return STR("Let `oakum fix` write the profile");
	return arena_printf(audit->arena,
		"Let `oakum fix` write the profile, or make one with `oakum seccomp make "
		"--objective %.*s`",
		STR_ARG(buf_str(&names)));
}

/* The first call that is permitted against the need, or NULL. */
static const struct proof *violation_of(struct audit *audit, const struct run *run,
	const struct need *need, const struct security_option **option)
{
	struct ruleset rules;
	struct bpf program;
	struct bpf_stack stack = {&program, 1};
	struct bans bans = {0};
	struct proofs *proofs = arena_new(audit->arena, struct proofs);

	*option = NULL;
	/* What is only to be noted is permitted, and meant to be. */
	if (!need_says_seccomp(need) || need->mode == NEED_AUDIT ||
		!stack_of(audit, run, option, &rules, &program))
		return NULL;
	need_bans(audit->arena, need, rules.arches, &bans);
	prove_all(audit->arena, &stack, &bans, rules.arches,
		(struct prove_options){.notify_holds = need->mode == NEED_MASK},
		proofs);
	return first_violated(proofs);
}

bool need_holds(
	const struct audit *audit, const struct workload *w, const struct need *need)
{
	struct audit frame = *audit;
	const struct security_option *o = run_security(w->run, SECURITY_SECCOMP);

	frame.workload = w;
	frame.facts = (struct workload_facts){0};
	/* Of an audit it is enough that a profile is there to note anything. */
	if (need->mode == NEED_AUDIT)
		return filter_is_file(o);
	if (o && str_eq(o->text, STR("unconfined")))
		return false;
	return !violation_of(&frame, w->run, need, &o);
}

static void compare_seccomp(struct audit *audit, const struct run *run,
	const struct need *need, struct excesses *list)
{
	const struct security_option *option;
	const struct proof *proof = violation_of(audit, run, need, &option);

	if (!proof)
		return;
	add(audit, list,
		(struct excess){.at = option ? option->span : run_anchor(run),
			.what = arena_printf(audit->arena,
				"`%.*s` is permitted, against `%.*s`: it %.*s",
				STR_ARG(filter_call_text(
					audit->arena, &proof->witness)),
				STR_ARG(proof->ban.objective),
				STR_ARG(proof->ban.why.n ? proof->ban.why
							 : STR("is denied"))),
			.help = seccomp_help(audit, need),
			.decided = need->seccomp_span,
			.verdict = ANSWER_YES});
}

void check_grant_exceeds_needs(struct audit *audit)
{
	const struct need *need = need_of(audit, audit->workload);
	const struct run *run = run_judged(audit);
	struct excesses list = {0};

	if (!need)
		return;
	compare_user(audit, need, &list);
	if (run) {
		compare_capabilities(audit, run, need, &list);
		compare_no_new_privileges(audit, run, need, &list);
		compare_read_only(audit, run, need, &list);
		compare_seccomp(audit, run, need, &list);
	}
	vec_each (struct excess, e, &list)
		if (!e->was_told)
			say(audit, need, &list, e);
}
