/* A ruleset as text: groups of names with equal answers and conditions. */
#include <stdlib.h>

#include "seccomp/profile_parts.h"

enum { LINE_MAX_WIDTH = 88, TAB_WIDTH = 8 };

#define ARCHES_X86 ((arch_set)(1u << ARCH_X86_64 | 1u << ARCH_X32 | 1u << ARCH_I386))

struct call_list {
	int *at;
	size_t n, cap;
};

/* One element of "syscalls" to be: all its rules are like the first one. */
struct group {
	const struct call_rule *like;
	struct str only; /* "amd64": the daemon it is for; empty: all */
	uint32_t level;
	struct call_list calls;
};

/* What two rules must have in common to be one (of a call) or to stand in one group. */
struct key {
	const struct call_rule *like;
	struct str only;
	int call;	/* CALL_NONE: of a group */
	uint32_t level; /* how many rules of its call stand before it */
};

struct entry {
	struct key key;
	size_t group;
};

struct writer {
	struct buf *out;
	const struct ruleset *rules;
	struct arena arena;
	VEC(struct group) groups;
	VEC(struct entry) entries;
	size_t *slots; /* open hash into entries, plus one; 0 is empty */
	size_t slot_count;
	uint32_t *levels; /* rules so far, by call */
};

/* The arches on which a rule could make a difference. */
static arch_set arches_of_call(const struct ruleset *rules, int call)
{
	arch_set set = 0;

	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (rules->arches & (arch_set)1 << arch && call_number(call, arch) >= 0)
			set |= (arch_set)1 << arch;
	return set;
}

/*
 * The daemons that a rule is for. false when it cannot be said: one host, and there on
 * one arch and not on another. Then what refuses is written for all, and what permits is
 * left out: the profile becomes stricter, never milder.
 */
static bool rule_daemons(const struct writer *w, const struct call_rule *rule,
	bool can_include, struct str *only)
{
	arch_set all = arches_of_call(w->rules, rule->call), set = all & rule->arches;
	bool permits = action_kind(rule->answer) >= ACTION_NOTIFY;

	*only = STR_NONE;
	if (set == all)
		return set != 0;
	if (can_include && set && set == (all & ARCHES_X86))
		*only = arch_info(ARCH_X86_64)->go;
	else if (can_include && set == 1u << ARCH_AARCH64)
		*only = arch_info(ARCH_AARCH64)->go;
	else
		return set && !permits;
	return true;
}

static bool same_conditions(const struct call_rule *a, const struct call_rule *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++) {
		const struct condition *x = &a->conditions[i], *y = &b->conditions[i];

		if (x->index != y->index || x->compare != y->compare ||
			x->value != y->value || x->mask != y->mask)
			return false;
	}
	return true;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static uint64_t key_hash(const struct key *key)
{
	uint64_t hash = mix(str_hash(key->only), key->like->answer);

	hash = mix(hash, (uint64_t)(uint32_t)key->call << 32 | key->level);
	for (unsigned i = 0; i < key->like->count; i++) {
		const struct condition *c = &key->like->conditions[i];

		hash = mix(hash, (uint64_t)c->index << 8 | c->compare);
		hash = mix(mix(hash, c->value), c->mask);
	}
	return hash;
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->call == b->call && a->level == b->level &&
		a->like->answer == b->like->answer && str_eq(a->only, b->only) &&
		same_conditions(a->like, b->like);
}

/* The entry of a key; a new one, and *is_new, when there was none. */
static struct entry *find_entry(struct writer *w, struct key key, bool *is_new)
{
	size_t i = (size_t)key_hash(&key) % w->slot_count;
	struct entry *entry;

	*is_new = false;
	for (; w->slots[i]; i = (i + 1) % w->slot_count)
		if (same_key(&w->entries.at[w->slots[i] - 1].key, &key))
			return &w->entries.at[w->slots[i] - 1];
	*is_new = true;
	entry = vec_push(&w->arena, &w->entries);
	entry->key = key;
	w->slots[i] = w->entries.n;
	return entry;
}

static void add_rule(struct writer *w, const struct call_rule *rule, struct str only)
{
	struct key key = {rule, only, rule->call, 0};
	struct entry *entry;
	bool is_new;

	find_entry(w, key, &is_new);
	if (!is_new)
		return; /* said twice */
	key.call = CALL_NONE;
	key.level = w->levels[rule->call]++;
	entry = find_entry(w, key, &is_new);
	if (is_new) {
		entry->group = w->groups.n;
		*vec_push(&w->arena, &w->groups) =
			(struct group){.like = rule, .only = only, .level = key.level};
	}
	*vec_push(&w->arena, &w->groups.at[entry->group].calls) = rule->call;
}

static int compare_calls(const void *a, const void *b)
{
	return *(const int *)a -
		*(const int *)b; /* the rows are in the order of names */
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/*
 * The rules of one call keep their order by their level. Within one, what needs no
 * argument comes first, and of that what is permitted; the rest is in the order of names.
 */
static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int order = compare_u32(x->level, y->level);

	if (!order)
		order = compare_u32(x->like->count > 0, y->like->count > 0);
	if (!order && !x->like->count)
		order = compare_u32(y->like->answer, x->like->answer);
	return order ? order : compare_calls(x->calls.at, y->calls.at);
}

static void collect(struct writer *w, bool can_include)
{
	size_t count;

	call_rows(&count);
	w->levels = arena_array(&w->arena, uint32_t, count);
	w->slot_count = 4 * w->rules->rules.n + 1;
	w->slots = arena_array(&w->arena, size_t, w->slot_count);
	vec_each (const struct call_rule, rule, &w->rules->rules) {
		struct str only;

		if (!rule_is_repeated(rule) &&
			rule_daemons(w, rule, can_include, &only))
			add_rule(w, rule, only);
	}
	vec_each (struct group, g, &w->groups)
		qsort(g->calls.at, g->calls.n, sizeof(int), compare_calls);
	if (w->groups.n)
		qsort(w->groups.at, w->groups.n, sizeof(struct group), compare_groups);
}

static void write_names(struct writer *w, const struct group *g)
{
	const struct call_row *rows = call_rows(&(size_t){0});
	size_t column = LINE_MAX_WIDTH;

	buf_add(w->out, STR("\t\t\t\"names\": ["));
	for (size_t i = 0; i < g->calls.n; i++) {
		struct str name = rows[g->calls.at[i]].name;

		if (column + name.n + 4 > LINE_MAX_WIDTH) {
			buf_add(w->out, STR("\n\t\t\t\t"));
			column = 4 * TAB_WIDTH;
		} else {
			buf_char(w->out, ' ');
		}
		buf_printf(w->out, "\"%.*s\"%s", STR_ARG(name),
			i + 1 < g->calls.n ? "," : "");
		column += name.n + 4;
	}
	buf_add(w->out, STR("\n\t\t\t],\n"));
}

/* The keys of an answer: of the default, or of a rule. */
static void write_answer(struct buf *out, const char *indent, const char *action_key,
	const char *errno_key, uint32_t answer)
{
	enum action kind = action_kind(answer);
	struct str name = profile_action_name(kind);

	buf_printf(out, "%s\"%s\": \"%.*s\"", indent, action_key, STR_ARG(name));
	if (kind == ACTION_ERRNO || kind == ACTION_TRACE)
		buf_printf(out, ",\n%s\"%s\": %u", indent, errno_key, answer & 0xffff);
}

static void write_condition(struct buf *out, const struct condition *c)
{
	bool is_masked = c->compare == COMPARE_MASKED_EQ;

	buf_printf(out, "\t\t\t\t{\"index\": %u, \"value\": %llu, ", c->index,
		(unsigned long long)(is_masked ? c->mask : c->value));
	if (is_masked)
		buf_printf(out, "\"valueTwo\": %llu, ", (unsigned long long)c->value);
	buf_printf(out, "\"op\": \"%.*s\"}", STR_ARG(profile_compare_name(c->compare)));
}

static void write_group(struct writer *w, const struct group *g)
{
	buf_add(w->out, STR("\t\t{\n"));
	write_names(w, g);
	write_answer(w->out, "\t\t\t", "action", "errnoRet", g->like->answer);
	if (g->like->count)
		buf_add(w->out, STR(",\n\t\t\t\"args\": [\n"));
	for (unsigned i = 0; i < g->like->count; i++) {
		write_condition(w->out, &g->like->conditions[i]);
		buf_add(w->out, i + 1 < g->like->count ? STR(",\n") : STR("\n\t\t\t]"));
	}
	if (g->only.n)
		buf_printf(w->out, ",\n\t\t\t\"includes\": {\"arches\": [\"%.*s\"]}",
			STR_ARG(g->only));
	buf_add(w->out, STR("\n\t\t}"));
}

static void write_rules(struct writer *w)
{
	buf_add(w->out, STR("\t\"syscalls\": ["));
	for (size_t i = 0; i < w->groups.n; i++) {
		buf_add(w->out, i ? STR(",\n") : STR("\n"));
		write_group(w, &w->groups.at[i]);
	}
	buf_add(w->out, w->groups.n ? STR("\n\t]\n}") : STR("]\n}"));
}

/* The names of some arches; which foreign ones were meant a ruleset does not keep. */
static void write_arch_names(struct buf *out, arch_set set, bool has_foreign)
{
	const char *comma = "";

	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (set & (arch_set)1 << arch) {
			buf_printf(out, "%s\"%.*s\"", comma,
				STR_ARG(arch_info(arch)->scmp));
			comma = ", ";
		}
	if (has_foreign)
		buf_printf(out, "%s\"SCMP_ARCH_ARM\"", comma);
}

static void write_map_entry(struct writer *w, int native, arch_set subs, bool is_last)
{
	buf_printf(w->out,
		"\t\t{\n\t\t\t\"architecture\": \"%.*s\",\n\t\t\t\"subArchitectures\": "
		"[",
		STR_ARG(arch_info(native)->scmp));
	write_arch_names(w->out, w->rules->arches & subs, w->rules->lets_foreign);
	buf_printf(w->out, "]\n\t\t}%s\n", is_last ? "" : ",");
}

static void write_arch_map(struct writer *w)
{
	bool has_arm = w->rules->arches & 1u << ARCH_AARCH64;

	buf_add(w->out, STR("\t\"archMap\": [\n"));
	if (w->rules->arches & ARCHES_X86)
		write_map_entry(
			w, ARCH_X86_64, 1u << ARCH_X32 | 1u << ARCH_I386, !has_arm);
	if (has_arm)
		write_map_entry(w, ARCH_AARCH64, 0, true);
	buf_add(w->out, STR("\t],\n"));
}

static void write_profile(struct buf *out, const struct ruleset *rules, bool is_docker)
{
	struct writer w = {.out = out, .rules = rules};

	collect(&w, is_docker);
	buf_add(out, STR("{\n"));
	write_answer(out, "\t", "defaultAction", "defaultErrnoRet", rules->otherwise);
	buf_add(out, STR(",\n"));
	if (is_docker) {
		write_arch_map(&w);
	} else {
		buf_add(out, STR("\t\"architectures\": ["));
		write_arch_names(out, rules->arches, rules->lets_foreign);
		buf_add(out, STR("],\n"));
	}
	write_rules(&w);
	arena_free(&w.arena);
}

void profile_write_docker(struct buf *out, const struct ruleset *rules)
{
	write_profile(out, rules, true);
	buf_char(out, '\n');
}

void profile_write_oci(struct buf *out, const struct ruleset *rules)
{
	write_profile(out, rules, false);
}
