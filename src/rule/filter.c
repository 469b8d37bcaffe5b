#include "rule/filter.h"

#include "base/buf.h"
#include "seccomp/compile.h"

/*
 * The newest kernel of which profiles say anything. What is judged is then the same on
 * every machine that audits, whatever it runs itself.
 */
#define JUDGED_KERNEL KERNEL(6, 12)

bool filter_is_file(const struct security_option *o)
{
	return o && o->know == FACT_SET && o->path.n && !o->has_quotes &&
		!o->broken.n && o->is_there != ANSWER_NO &&
		!str_eq(o->text, STR("unconfined")) && !str_eq(o->text, STR("builtin"));
}

struct profile_host filter_host(struct arena *a, const struct run *run)
{
	struct profile_host host = {.arch = ARCH_X86_64,
		.kernel = JUDGED_KERNEL,
		.bounding = CAPABILITIES_ENGINE};
	struct str platform;
	enum answer certain;

	if (!run)
		return host;
	host.bounding = run_capability_set(run, &certain);
	host.is_podman = str_eq(run->engine, STR("podman"));
	if (run_text(a, run, RUN_PLATFORM, &platform) &&
		(str_starts(platform, STR("linux/arm64")) ||
			str_starts(platform, STR("linux/aarch64"))))
		host.arch = ARCH_AARCH64;
	return host;
}

/* ---- reading it ---- */

static const struct profile_note *first_fault(const struct profile_notes *notes)
{
	vec_each (const struct profile_note, note, &notes->list)
		if (note->kind == NOTE_FAULT)
			return note;
	return NULL;
}

static bool fill(struct arena *a, struct workload_filter *f)
{
	struct profile_notes *notes = arena_new(a, struct profile_notes);
	const struct profile *profile = profile_read(a, f->file, notes);
	struct err e = {0};

	if (!profile || profile_resolve(a, profile, &f->host, &f->rules, notes) < 0) {
		f->fault = first_fault(notes);
		return f->fault;
	}
	if (filter_compile(a, &f->rules, &f->program, &e) < 0)
		return false;
	f->stack = (struct bpf_stack){&f->program, 1};
	return true;
}

static const struct workload_filter *look(struct audit *audit)
{
	const struct run *run = audit->workload->run;
	const struct security_option *o;
	struct workload_filter *f;
	struct err e = {0};

	if (!run || !audit->world || run_flag(run, RUN_PRIVILEGED) == ANSWER_YES)
		return NULL;
	o = run_security(run, SECURITY_SECCOMP);
	if (!filter_is_file(o))
		return NULL;
	f = arena_new(audit->arena, struct workload_filter);
	f->option = o;
	f->host = filter_host(audit->arena, run);
	if (world_read(audit->world, o->path, &f->file, &e) < 0)
		return NULL;
	return fill(audit->arena, f) ? f : NULL;
}

const struct workload_filter *filter_with_fault(struct audit *audit)
{
	if (!audit->facts.has_filter)
		audit->facts.filter = look(audit);
	audit->facts.has_filter = true;
	return audit->facts.filter;
}

const struct workload_filter *filter_of(struct audit *audit)
{
	const struct workload_filter *f = filter_with_fault(audit);

	return f && !f->fault ? f : NULL;
}

int filter_default(struct arena *a, const struct profile_host *host,
	struct ruleset *rules, struct bpf *program)
{
	struct err e = {0};

	profile_default(a, host, rules);
	return filter_compile(a, rules, program, &e);
}

/* ---- what it is for ---- */

static bool has_condition(const struct ruleset *rules, int call)
{
	vec_each (const struct call_rule, rule, &rules->rules)
		if (rule->call == call && rule->count)
			return true;
	return false;
}

/* In so many words: not because nothing is said of the call. */
static bool refuses_call(const struct ruleset *rules, int call)
{
	vec_each (const struct call_rule, rule, &rules->rules)
		if (rule->call == call && !rule->count && !filter_permits(rule->answer))
			return true;
	return false;
}

enum answer filter_means(struct arena *a, const struct workload_filter *filter,
	const struct ruleset *usual, struct str objective)
{
	const struct ruleset *rules = &filter->rules;
	enum answer means = ANSWER_NO;
	struct bans bans = {0};

	objective_bans(a, objective, rules->arches, &bans);
	vec_each (const struct ban, ban, &bans) {
		if (!ban->count)
			continue;
		if (has_condition(rules, ban->call) && !has_condition(usual, ban->call))
			return ANSWER_YES;
		if (refuses_call(rules, ban->call) && !refuses_call(usual, ban->call))
			means = ANSWER_MAYBE;
	}
	return means;
}

/* ---- asking it ---- */

bool filter_permits(uint32_t answer)
{
	enum action kind = action_kind(answer);

	return kind == ACTION_ALLOW || kind == ACTION_LOG || kind == ACTION_TRACE;
}

uint32_t filter_answer(const struct workload_filter *filter, struct str call,
	const uint64_t args[CALL_ARGUMENTS])
{
	int64_t nr = -1;
	int row = call_find(call);
	struct bpf_call c = {.arch = arch_info(filter->host.arch)->audit};

	if (row != CALL_NONE)
		nr = call_number(row, filter->host.arch);
	if (nr < 0)
		return action_value(ACTION_ALLOW, 0);
	c.nr = (uint32_t)nr;
	memcpy(c.args, args, sizeof(c.args));
	return bpf_run(&filter->program, &c, NULL);
}

bool filter_refuses(const struct workload_filter *filter, struct str call,
	const uint64_t args[CALL_ARGUMENTS])
{
	uint32_t answer = filter_answer(filter, call, args);

	return !filter_permits(answer) && action_kind(answer) != ACTION_NOTIFY;
}

const struct call_rule *filter_rule(
	const struct ruleset *rules, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	const struct call_rule *found = NULL;

	if (row == CALL_NONE)
		return NULL;
	vec_each (const struct call_rule, rule, &rules->rules) {
		bool holds = rule->call == row && rule->arches & (arch_set)1 << arch;

		for (uint8_t i = 0; holds && i < rule->count; i++) {
			struct condition c = condition_on(&rule->conditions[i], arch);

			holds = condition_holds(&c, call->args);
		}
		if (holds && (!found || (found->count && !rule->count)))
			found = rule;
	}
	return found;
}

struct str filter_call_text(struct arena *a, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	struct buf b = {.arena = a};
	size_t count;
	const struct call_row *rows = call_rows(&count);

	if (row == CALL_NONE)
		return arena_printf(a, "the call %u", call->nr);
	buf_printf(&b, "%.*s(", STR_ARG(rows[row].name));
	for (uint8_t i = 0; i < rows[row].count; i++)
		buf_printf(&b, call->args[i] > 0xffff ? "%s0x%llx" : "%s%llu",
			i ? ", " : "", (unsigned long long)call->args[i]);
	buf_char(&b, ')');
	if (arch != ARCH_X86_64 && arch != ARCH_AARCH64)
		buf_printf(&b, " on %.*s", STR_ARG(arch_info(arch)->name));
	return buf_str(&b);
}

/* ---- what a capability opens ---- */

static bool is_made(const struct ruleset *rules, int row, int arch)
{
	int64_t nr = call_number(row, arch);
	struct bpf_call call = {.arch = arch_info(arch)->audit, .nr = (uint32_t)nr};

	return nr >= 0 && filter_permits(ruleset_decide(rules, &call));
}

/* Those that people have heard of stand first. */
static const struct str telling[] = {STR_INIT("mount"), STR_INIT("unshare"),
	STR_INIT("setns"), STR_INIT("bpf"), STR_INIT("init_module"),
	STR_INIT("ptrace")};

static bool is_telling(struct str name)
{
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (str_eq(name, telling[i]))
			return true;
	return false;
}

struct str filter_opened(struct arena *a, const struct profile_host *host, int cap)
{
	enum { SHOWN = 3 };
	struct profile_host without = *host, with = *host;
	struct ruleset narrow, wide;
	struct buf b = {.arena = a};
	size_t count, opened = 0;
	const struct call_row *rows = call_rows(&count);

	without.bounding &= ~capability_bit(cap);
	with.bounding |= capability_bit(cap);
	profile_default(a, &without, &narrow);
	profile_default(a, &with, &wide);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < count; i++) {
			if (is_telling(rows[i].name) != (pass == 0) ||
				is_made(&narrow, (int)i, host->arch) ||
				!is_made(&wide, (int)i, host->arch))
				continue;
			if (opened++ < SHOWN)
				buf_printf(&b, "%s`%.*s`", b.n ? ", " : "",
					STR_ARG(rows[i].name));
		}
	if (opened > SHOWN)
		buf_printf(&b, " and %zu more", opened - SHOWN);
	return buf_str(&b);
}
