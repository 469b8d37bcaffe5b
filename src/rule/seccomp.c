/*
 * What a seccomp profile really lets through, decided by the prover on the compiled
 * filter: more than the engine's own, what it means to refuse, less than the start needs.
 */
#include "base/buf.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/filter.h"
#include "rule/run_advice.h"

enum {
	SHOWN_MAX = 3,	 /* calls of one sentence */
	RELATED_MAX = 5, /* places of a profile under one finding */
};

/* ---- what it means to refuse ---- */

/* Of the bans alone: numbers without a name are another matter. */
static void add_violated(struct audit *audit, const struct workload_filter *filter,
	const struct bans *bans, struct proofs *out)
{
	struct proofs all = {0};

	prove_all(audit->arena, &filter->stack, bans, filter->rules.arches,
		(struct prove_options){.notify_holds = true}, &all);
	vec_each (const struct proof, proof, &all)
		if (proof->verdict == VERDICT_VIOLATED && proof->ban.call != CALL_NONE)
			*vec_push(audit->arena, out) = *proof;
}

/* What the objectives that the profile seems to be for do not hold of. */
static struct proofs defeated(struct audit *audit, const struct workload_filter *filter,
	const struct ruleset *usual)
{
	static const struct str names[] = {STR_INIT("no-root"), STR_INIT("no-others")};
	struct proofs out = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bans bans = {0};

		if (objective_bans(
			    audit->arena, names[i], filter->rules.arches, &bans) &&
			filter_means(audit->arena, filter, usual, names[i]) ==
				ANSWER_YES)
			add_violated(audit, filter, &bans, &out);
	}
	return out;
}

/* ---- what the engine would refuse ---- */

/* One call a name: another arch or other arguments are the same news. */
static bool is_named(const struct differences *list, const struct bpf_call *call)
{
	int row = call_of(arch_of(call->arch, call->nr), call->nr);

	vec_each (const struct difference, d, list)
		if (call_of(arch_of(d->witness.arch, d->witness.nr), d->witness.nr) ==
			row)
			return true;
	return false;
}

/* Calls that the filter permits and the engine's own does not. */
static struct differences opened(struct audit *audit,
	const struct workload_filter *filter, const struct bpf *usual)
{
	struct bpf_stack engine = {usual, 1};
	struct differences all = {0}, out = {0};
	struct err e = {0};

	if (prove_equal(audit->arena, &filter->stack, &engine, ARCHES_ALL, &all, &e) <
		0)
		return out;
	vec_each (const struct difference, d, &all)
		if (filter_permits(d->one) && !filter_permits(d->other) &&
			arch_of(d->witness.arch, d->witness.nr) >= 0 &&
			!is_named(&out, &d->witness))
			*vec_push(audit->arena, &out) = *d;
	return out;
}

/* ---- saying so ---- */

static struct str names_of(struct audit *audit, const struct differences *list)
{
	struct buf b = {.arena = audit->arena};
	size_t shown = 0, count;
	const struct call_row *rows = call_rows(&count);

	vec_each (const struct difference, d, list) {
		int row =
			call_of(arch_of(d->witness.arch, d->witness.nr), d->witness.nr);

		if (row == CALL_NONE || shown == SHOWN_MAX)
			continue;
		buf_printf(
			&b, "%s`%.*s`", shown++ ? ", " : "", STR_ARG(rows[row].name));
	}
	if (list->n > shown)
		buf_printf(&b, "%s%zu more", shown ? " and " : "", list->n - shown);
	return buf_str(&b);
}

/* The line of the profile that lets a call through. */
static void point_at(struct audit *audit, struct finding *f,
	const struct workload_filter *filter, const struct bpf_call *call,
	const char *what)
{
	const struct call_rule *rule = filter_rule(&filter->rules, call);
	struct str text = filter_call_text(audit->arena, call);

	if (f->related.n >= RELATED_MAX)
		return;
	finding_related(audit, f,
		rule && rule->at.file ? rule->at : span_of(filter->file, 0, 1),
		rule ? "this permits `%.*s`%s" : "the default action permits `%.*s`%s",
		STR_ARG(text), what);
}

/* Of several ways to the same thing one is shown. */
static bool is_first_of_its_kind(const struct proofs *list, const struct proof *proof)
{
	for (const struct proof *p = list->at; p < proof; p++)
		if (str_eq(p->ban.why, proof->ban.why))
			return false;
	return true;
}

static void say_defeated(struct audit *audit, const struct workload_filter *filter,
	const struct proofs *list, struct finding *f)
{
	const struct proof *first = &list->at[0];

	finding_message(audit, f,
		"The seccomp profile `%.*s` permits what it means to refuse: `%.*s` %.*s.",
		STR_ARG(filter->option->text),
		STR_ARG(filter_call_text(audit->arena, &first->witness)),
		STR_ARG(first->ban.why));
	finding_consequence(audit, f,
		list->n > 1
			? "The profile protects nobody who is in earnest: %zu ways lead "
			  "around it, each proved by a call with its arguments."
			: "The profile protects nobody who is in earnest: %zu way leads "
			  "around it, proved by a call with its arguments.",
		list->n);
	vec_each (const struct proof, p, list)
		if (is_first_of_its_kind(list, p))
			point_at(audit, f, filter, &p->witness,
				arena_cstr(audit->arena,
					arena_printf(audit->arena, ", which %.*s",
						STR_ARG(p->ban.why))));
}

static void say_opened(struct audit *audit, const struct workload_filter *filter,
	const struct differences *list, struct finding *f)
{
	finding_message(audit, f,
		"The seccomp profile `%.*s` permits %.*s, which the engine's own profile "
		"refuses.",
		STR_ARG(filter->option->text), STR_ARG(names_of(audit, list)));
	finding_consequence(audit, f,
		"Whoever breaks into %.*s reaches more of the kernel than without the "
		"profile.",
		STR_ARG(advice_program(audit)));
	vec_each (const struct difference, d, list)
		point_at(audit, f, filter, &d->witness, "");
}

void check_seccomp_profile_weak(struct audit *audit)
{
	const struct workload_filter *filter = filter_of(audit);
	struct ruleset usual;
	struct bpf program;
	struct proofs violated;
	struct differences wider;
	struct finding *f;

	if (!filter ||
		filter_default(audit->arena, &filter->host, &usual, &program) < 0)
		return;
	violated = defeated(audit, filter, &usual);
	wider = opened(audit, filter, &program);
	if (!violated.n && !wider.n)
		return;
	f = finding_add(audit, filter->option->text_span);
	if (violated.n) {
		say_defeated(audit, filter, &violated, f);
	} else {
		/* A door that somebody opened knowingly, unless all are open. */
		if (!filter_permits(filter->rules.otherwise))
			f->severity = SEVERITY_MEDIUM;
		say_opened(audit, filter, &wider, f);
	}
	finding_help(audit, f,
		"`oakum seccomp make` writes a profile on top of the engine's own and "
		"proves it; `oakum seccomp prove %.*s` shows every way around this one.",
		STR_ARG(filter->option->path));
	finding_evidence(audit, f, "%s", violated.n ? "defeated" : "wider");
}

/* ---- what the start calls ---- */

struct start_call {
	const char *call;
	uint64_t args[CALL_ARGUMENTS];
	const char *why; /* "to become `app`" */
};

/* Some address: a filter sees it, and nothing behind it. */
#define SOME_POINTER 0x7f0000001000ULL
#define AT_FDCWD_ARG 0xffffff9cULL

/* Those who are root do not ask the filter for groups that they do not take. */
static bool first_refused(const struct workload_filter *filter,
	const struct start_call *calls, size_t n, struct start_call *out)
{
	for (size_t i = 0; i < n; i++)
		if (filter_refuses(filter, str_c(calls[i].call), calls[i].args)) {
			*out = calls[i];
			return true;
		}
	return false;
}

/* gosu, su-exec and setpriv: groups, then the group, then the user. */
static bool refuses_drop(const struct workload *w, const struct workload_filter *filter,
	struct start_call *out)
{
	const struct identity *to = &w->launch.drop.identity;
	struct start_call calls[3];
	bool by_res = str_eq(w->launch.drop.tool, STR("setpriv"));
	uint64_t uid = to->uid.n, gid = to->gid.n;

	if (w->launch.runs_as != RUNS_AS_ROOT_THEN_DROPS || !w->launch.drop.to.n ||
		to->uid.know != FACT_SET || to->gid.know != FACT_SET)
		return false;
	calls[0] = (struct start_call){"setgroups", {1, SOME_POINTER}, "drop"};
	calls[1] = by_res ? (struct start_call){"setresgid", {gid, gid, gid}, "drop"}
			  : (struct start_call){"setgid", {gid}, "drop"};
	calls[2] = by_res ? (struct start_call){"setresuid", {uid, uid, uid}, "drop"}
			  : (struct start_call){"setuid", {uid}, "drop"};
	return first_refused(filter, calls, 3, out);
}

/*
 * Without no-new-privileges the runtime loads the filter before it changes to the user
 * (runc standard_init_linux.go, crun container.c): its own calls are judged, too.
 */
static bool refuses_runtime(const struct workload *w,
	const struct workload_filter *filter, struct start_call *out)
{
	const struct identity *as = &w->launch.identity;
	uint64_t uid = as->uid.n, gid = as->gid.n;
	const struct start_call calls[] = {
		{"setgroups", {1, SOME_POINTER}, "runtime"},
		{"setgid", {gid}, "runtime"},
		{"setuid", {uid}, "runtime"},
	};

	if (run_no_new_privileges(w->run) != ANSWER_NO ||
		w->launch.user->know == FACT_UNKNOWN || as->uid.know != FACT_SET ||
		as->gid.know != FACT_SET)
		return false;
	return first_refused(filter, calls, sizeof(calls) / sizeof(calls[0]), out);
}

/* The command of a program of that name which surely runs, or NULL. */
static const struct command *find_command(const struct program *p, struct str name)
{
	if (!p || p->know != FACT_SET)
		return NULL;
	vec_each (struct command *const, c, &p->commands)
		if (command_is(*c, name) && !(*c)->guard)
			return *c;
	return NULL;
}

static const struct command *find_in_start(const struct workload *w, struct str name)
{
	const struct command *found = find_command(w->entrypoint, name);

	return found ? found : find_command(w->cmd, name);
}

/* chmod and chown of coreutils and busybox: fchmodat and fchownat, or the old ones. */
static bool refuses_owner(const struct workload *w,
	const struct workload_filter *filter, struct start_call *out,
	const struct command **command)
{
	const struct start_call chown[] = {
		{"fchownat", {AT_FDCWD_ARG, SOME_POINTER, 1000, 1000, 0}, "chown"}};

	*command = find_in_start(w, STR("chown"));
	return *command && run_starts_as_root(&w->launch) == ANSWER_YES &&
		first_refused(filter, chown, 1, out);
}

/* The octal mode of `chmod 0666 FILE` that gives something to others; 0: none. */
static uint64_t mode_for_others(struct arena *a, const struct command *c)
{
	vec_each (const struct word, word, &c->argv) {
		struct str text;
		uint64_t mode = 0;

		if (!value_str(a, word->value, &text) || text.n < 3 || text.n > 4)
			continue;
		for (size_t i = 0; i < text.n && mode != UINT64_MAX; i++)
			mode = text.p[i] >= '0' && text.p[i] <= '7'
				? mode * 8 + (uint64_t)(text.p[i] - '0')
				: UINT64_MAX;
		if (mode != UINT64_MAX)
			return mode;
	}
	return 0;
}

static bool refuses_mode(struct arena *a, const struct workload *w,
	const struct workload_filter *filter, struct start_call *out,
	const struct command **command)
{
	uint64_t mode;

	*command = find_in_start(w, STR("chmod"));
	mode = *command ? mode_for_others(a, *command) : 0;
	if (!mode)
		return false;
	*out = (struct start_call){
		"fchmodat", {AT_FDCWD_ARG, SOME_POINTER, mode}, "chmod"};
	return filter_refuses(filter, STR("fchmodat"), out->args);
}

static struct str text_of_start(struct audit *audit,
	const struct workload_filter *filter, const struct start_call *c,
	struct bpf_call *call)
{
	*call = (struct bpf_call){.arch = arch_info(filter->host.arch)->audit,
		.nr = (uint32_t)call_number(
			call_find(str_c(c->call)), filter->host.arch)};
	memcpy(call->args, c->args, sizeof(call->args));
	if (str_eq(str_c(c->why), STR("drop")) || str_eq(str_c(c->why), STR("runtime")))
		return str_eq(str_c(c->call), STR("setgroups"))
			? STR("setgroups")
			: filter_call_text(audit->arena, call);
	return str_c(c->why);
}

static void say_start(struct audit *audit, const struct workload_filter *filter,
	const struct start_call *c, struct span at)
{
	struct finding *f = finding_add(audit, filter->option->text_span);
	struct bpf_call call;
	struct str what = text_of_start(audit, filter, c, &call);
	const struct call_rule *rule = filter_rule(&filter->rules, &call);
	bool by_runtime = str_eq(str_c(c->why), STR("runtime"));

	finding_message(audit, f,
		by_runtime
			? "The seccomp profile refuses `%.*s`, which the engine itself calls "
			  "to become the user of the container."
			: "The seccomp profile refuses `%.*s`, which the start of the "
			  "container does.",
		STR_ARG(what));
	finding_consequence(audit, f,
		by_runtime
			? "The container does not start: `unable to setup user: "
			  "operation not permitted`."
			: "The start stops, or goes on without what it was to do, with "
			  "`operation not permitted`.");
	if (by_runtime)
		finding_help(audit, f,
			"%.*s: then the engine loads the profile only after it has changed "
			"the user.",
			STR_ARG(run_advice_add(audit,
				"security_opt: [\"no-new-privileges:true\"]",
				"--security-opt no-new-privileges")));
	else
		finding_help(audit, f,
			"Start as the user at once (`%s`), with folders that belong to it "
			"in the image; or let the profile permit the call.",
			run_advice_choose(audit, "user:", "--user"));
	if (at.file)
		finding_related(audit, f, at, "here the start does it");
	if (rule && rule->at.file)
		finding_related(audit, f, rule->at, "this is about the call");
	finding_evidence(audit, f, "%s %s", c->why, c->call);
}

void check_seccomp_profile_vs_entrypoint(struct audit *audit)
{
	const struct workload_filter *filter = filter_of(audit);
	const struct workload *w = audit->workload;
	const struct command *command = NULL;
	struct start_call call;

	if (!filter || w->run->is_only_made)
		return;
	if (refuses_runtime(w, filter, &call))
		say_start(audit, filter, &call, SPAN_NONE);
	else if (refuses_drop(w, filter, &call))
		say_start(audit, filter, &call, w->launch.drop.span);
	else if (refuses_owner(w, filter, &call, &command) ||
		refuses_mode(audit->arena, w, filter, &call, &command))
		say_start(audit, filter, &call, command->span);
}

/* ---- root by the side door ---- */

void check_exec_root_despite_profile(struct audit *audit)
{
	const struct workload_filter *filter = filter_of(audit);
	const struct security_option *o;
	const uint64_t zero[CALL_ARGUMENTS] = {0};
	struct finding *f;

	if (!filter || run_no_new_privileges(audit->workload->run) != ANSWER_YES ||
		!filter_refuses(filter, STR("setuid"), zero) ||
		!filter_refuses(filter, STR("setgid"), zero))
		return;
	o = run_security(audit->workload->run, SECURITY_NO_NEW_PRIVILEGES);
	f = finding_add(audit, o ? o->span : filter->option->span);
	finding_message(audit, f,
		"The seccomp profile refuses to become root, and `%s exec -u 0` becomes root "
		"all the same.",
		audit->workload->run->engine.n
			? arena_cstr(audit->arena, audit->workload->run->engine)
			: "docker");
	finding_consequence(audit, f,
		"With `no-new-privileges` the engine loads the profile only after it has "
		"changed the user: nothing in the kernel stands in the way. Such a root "
		"holds no more capabilities than the container, but the files of the image "
		"are its own.");
	finding_help(audit, f,
		"Keep both: without `no-new-privileges` the exec is refused, and every "
		"setuid program of the image makes root instead. What stops it: a runtime "
		"in front of runc that looks at the user of each exec; `%s` and "
		"`userns-remap` of the engine make what such a root is worth small; and only "
		"those may talk to the engine who may be root.",
		run_advice_choose(audit, "read_only: true", "--read-only"));
	finding_related(audit, f, filter->option->text_span, "the profile is this one");
	finding_evidence(audit, f, "exec");
}
