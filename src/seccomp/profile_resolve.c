/* What a profile comes to on one host: as moby or podman, then runc, would have it. */
#include <errno.h>

#include "seccomp/profile_judge.h"

struct resolver {
	struct arena *arena;
	const struct profile *profile;
	const struct profile_host *host;
	struct ruleset *out;
	struct profile_notes *notes;
	struct profile_helds held;
};

static bool has_word(const struct profile_words *words, struct str text)
{
	vec_each (const struct profile_word, word, words)
		if (str_eq(word->text, text))
			return true;
	return false;
}

static bool holds_capability(const struct profile_host *host, struct str name)
{
	int cap = capability_find(name);

	return cap >= 0 && str_starts(name, STR("CAP_")) &&
		str_eq(str_from(name, 4), capability_name(cap)) &&
		host->bounding & capability_bit(cap);
}

static size_t held_capabilities(
	const struct profile_host *host, const struct profile_words *caps)
{
	size_t held = 0;

	vec_each (const struct profile_word, cap, caps)
		held += holds_capability(host, cap->text);
	return held;
}

/* podman does not know minKernel, so that it asks nothing there. */
static bool is_kernel_from(
	const struct resolver *v, const struct profile_filter *filter)
{
	return v->host->kernel >= filter->min_kernel;
}

static bool is_excluded(const struct resolver *v, const struct profile_filter *excludes)
{
	return has_word(&excludes->arches, arch_info(v->host->arch)->go) ||
		held_capabilities(v->host, &excludes->caps) ||
		(excludes->min_kernel && !v->host->is_podman &&
			is_kernel_from(v, excludes));
}

static bool is_included(const struct resolver *v, const struct profile_filter *includes)
{
	if (includes->arches.n &&
		!has_word(&includes->arches, arch_info(v->host->arch)->go))
		return false;
	if (held_capabilities(v->host, &includes->caps) != includes->caps.n)
		return false;
	return v->host->is_podman || is_kernel_from(v, includes);
}

/* What one of the two engines reads and the other does not know. */
static void note_unread(struct resolver *v, const struct profile_rule *rule)
{
	const struct profile_filter *filters[] = {&rule->includes, &rule->excludes};

	for (size_t i = 0; i < 2; i++)
		if (v->host->is_podman && filters[i]->min_kernel &&
			is_kernel_from(v, filters[i]) == (filters[i] == filters[1]))
			profile_note(v->arena, v->notes, NOTE_IGNORED,
				filters[i]->min_kernel_span,
				"podman does not know minKernel: the rule holds all the "
				"same");
}

static void note_errno(struct resolver *v, const struct profile_answer *answer)
{
	if (!v->host->is_podman && answer->name_span.file &&
		profile_answer_value(answer, true) !=
			profile_answer_value(answer, false))
		profile_note(v->arena, v->notes, NOTE_IGNORED, answer->name_span,
			"Docker does not know this key and answers %.*s",
			STR_ARG(action_text(
				v->arena, profile_answer_value(answer, false))));
}

/* Some of the conditions of a rule: all of them, or one where runc makes a rule of each. */
struct conditions {
	const struct profile_condition *at;
	size_t count;
};

static struct call_rule *add_call(struct resolver *v, int call, arch_set arches,
	const struct profile_held *held, const struct profile_word *name)
{
	struct call_rule *rule = vec_push(v->arena, &v->out->rules);

	rule->call = call;
	rule->arches = arches;
	rule->answer = held->answer;
	rule->at = name->span;
	return rule;
}

static void add_muxed(struct resolver *v, const struct profile_held *held,
	const struct profile_word *name, struct conditions conditions)
{
	struct call_rule *rule;
	uint8_t number;
	int through;

	if (!call_muxed(name->text, &through, &number))
		return;
	rule = add_call(v, through, 1u << ARCH_I386, held, name);
	rule->is_derived = true;
	rule->conditions[rule->count++] =
		(struct condition){0, COMPARE_EQ, number, UINT64_MAX};
	for (size_t c = 0; c < conditions.count; c++)
		if (conditions.at[c].condition.index)
			rule->conditions[rule->count++] = conditions.at[c].condition;
}

static void add_names(struct resolver *v, const struct profile_held *held,
	struct conditions conditions)
{
	vec_each (const struct profile_word, name, &held->rule->names) {
		int call = call_find(name->text);
		struct call_rule *rule;

		if (call != CALL_NONE) {
			rule = add_call(v, call, ARCHES_ALL, held, name);
			for (size_t c = 0; c < conditions.count; c++)
				rule->conditions[rule->count++] =
					conditions.at[c].condition;
		}
		if (v->out->arches & 1u << ARCH_I386)
			add_muxed(v, held, name, conditions);
	}
}

static int add_held(struct resolver *v, const struct profile_rule *rule,
	const struct profile_held *held)
{
	size_t parts = rule->has_twice ? rule->conditions.n : 1;

	if (v->out->rules.n + 2 * parts * rule->names.n > RULESET_RULES_MAX) {
		profile_note(v->arena, v->notes, NOTE_FAULT, rule->span,
			"comes to more than %d rules: oakum stops here",
			RULESET_RULES_MAX);
		return -1;
	}
	if (!rule->has_twice) {
		add_names(v, held,
			(struct conditions){rule->conditions.at, rule->conditions.n});
		return 0;
	}
	vec_each (const struct profile_condition, c, &rule->conditions)
		add_names(v, held, (struct conditions){c, 1});
	return 0;
}

static int resolve_rules(struct resolver *v)
{
	vec_each (const struct profile_rule, rule, &v->profile->rules) {
		struct profile_held held = {.rule = rule};

		if (is_excluded(v, &rule->excludes) || !is_included(v, &rule->includes))
			continue;
		held.answer = profile_answer_value(&rule->answer, v->host->is_podman);
		note_unread(v, rule);
		note_errno(v, &rule->answer);
		*vec_push(v->arena, &v->held) = held;
		if (add_held(v, rule, &held) < 0)
			return -1;
	}
	return 0;
}

/* false with a fault: runc knows no such architecture. */
static bool let_in(struct resolver *v, const struct profile_word *word)
{
	int arch = arch_find(word->text);

	if (str_starts(word->text, STR("SCMP_ARCH_")) && arch >= 0) {
		v->out->arches |= (arch_set)1 << arch;
		return true;
	}
	if (arch_is_foreign(word->text)) {
		v->out->lets_foreign = true;
		return true;
	}
	profile_note(v->arena, v->notes, NOTE_FAULT, word->span,
		"'%.*s' is no architecture; one is SCMP_ARCH_X86_64",
		STR_ARG(str_sub(word->text, 0, 60)));
	return false;
}

/* The entry of archMap for the host; NULL when there is none: the native one alone. */
static const struct profile_arch *mapped_arch(const struct resolver *v)
{
	vec_each (const struct profile_arch, entry, &v->profile->arch_map)
		if (str_eq(entry->arch.text, arch_info(v->host->arch)->scmp))
			return entry;
	return NULL;
}

static int resolve_arches(struct resolver *v)
{
	const struct profile_words *words = &v->profile->arches;
	const struct profile_arch *entry = mapped_arch(v);
	arch_set native = (arch_set)1 << v->host->arch;

	if (entry)
		words = &entry->subs;
	vec_each (const struct profile_word, word, words)
		if (!let_in(v, word))
			return -1;
	if (!entry && words->n && !(v->out->arches & native))
		profile_note(v->arena, v->notes, NOTE_WEAK, words->at[0].span,
			"%.*s is not named, and let in all the same: runc always adds "
			"the host's own",
			STR_ARG(arch_info(v->host->arch)->scmp));
	v->out->arches |= native;
	return 0;
}

/* runc stubs numbers that are too new where the default refuses (isAllowAction). */
static uint32_t too_new(const struct resolver *v)
{
	enum action kind = action_kind(v->out->otherwise);

	if (v->host->is_podman || kind == ACTION_ALLOW || kind == ACTION_LOG ||
		kind == ACTION_TRACE)
		return 0;
	return action_value(ACTION_ERRNO, ENOSYS);
}

/* What no filter comes to: everything is let in. */
static void resolve_none(struct ruleset *out)
{
	uint32_t allow = action_value(ACTION_ALLOW, 0);

	*out = (struct ruleset){.arches = ARCHES_ALL,
		.lets_foreign = true,
		.otherwise = allow,
		.bad_arch = allow};
}

int profile_resolve(struct arena *a, const struct profile *profile,
	const struct profile_host *host, struct ruleset *out,
	struct profile_notes *notes)
{
	struct ruleset rules = {.bad_arch = action_value(ACTION_KILL_THREAD, 0)};
	struct resolver v = {a, profile, host, &rules, notes, {0}};

	if (host->arch < 0 || host->arch >= ARCH_COUNT) {
		profile_note(a, notes, NOTE_FAULT, profile->span,
			"oakum has no table of calls for this host's architecture");
		return -1;
	}
	if (profile->is_none) {
		resolve_none(out);
		return 0;
	}
	rules.otherwise = profile_answer_value(&profile->otherwise, host->is_podman);
	note_errno(&v, &profile->otherwise);
	rules.too_new = too_new(&v);
	if (resolve_arches(&v) < 0 || resolve_rules(&v) < 0)
		return -1;
	profile_judge(a, &v.held, &rules, notes);
	*out = rules;
	return 0;
}
