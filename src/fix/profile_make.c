#include "fix/profile_make.h"

#include "fix/profile_both.h"
#include "rule/run_advice.h"
#include "seccomp/box.h"
#include "seccomp/compile.h"
#include "seccomp/engine.h"
#include "seccomp/make.h"

enum { BOXES_MAX = 256 }; /* of one ban, when it is said as a filter */

/* The hosts that a profile is for: it says for each what holds there. */
static const int hosts[] = {ARCH_X86_64, ARCH_AARCH64};

enum { HOSTS = sizeof(hosts) / sizeof(hosts[0]) };

/* What holds on one host before anything is made. */
struct footing {
	struct profile_host host;
	bool is_let_in; /* the old profile answers this arch at all */
	struct ruleset engine, old;
};

/* A profile on its way. */
struct profile_making {
	struct arena *a;
	const struct profile_wish *wish;
	struct footing footings[HOSTS];
	struct ruleset base;
	struct bans bans;
	struct str *why;
};

static arch_set bit_of(int arch)
{
	return (arch_set)1 << arch;
}

/* ---- what it stands on ---- */

static bool read_old(struct profile_making *m, struct footing *g)
{
	struct profile_notes notes = {0};
	const struct profile *profile = profile_read(m->a, m->wish->old, &notes);

	if (!profile || profile_resolve(m->a, profile, &g->host, &g->old, &notes) < 0) {
		*m->why = STR("An engine would refuse the profile as it stands.");
		return false;
	}
	g->is_let_in = g->old.arches & bit_of(g->host.arch);
	return true;
}

/* The engine's own rules on one host, for the capabilities that the run holds. */
static bool add_footing(
	struct profile_making *m, struct footing *g, struct ruleset *one)
{
	profile_default(m->a, &g->host, &g->engine);
	g->is_let_in = true;
	*one = g->engine;
	if (!m->wish->old)
		return true;
	if (!read_old(m, g))
		return false;
	one->rules = (struct call_rules){0};
	if (!g->is_let_in ||
		profile_both(m->a, &g->old, &g->engine, g->host.arch, one, &m->bans))
		return true;
	*m->why = STR("What it permits together with the engine's own profile takes "
		      "more rules than anybody would read.");
	return false;
}

static bool is_same_rule(const struct call_rule *x, const struct call_rule *y)
{
	if (x->call != y->call || x->answer != y->answer || x->count != y->count)
		return false;
	for (uint8_t i = 0; i < x->count; i++) {
		const struct condition *p = &x->conditions[i], *q = &y->conditions[i];

		if (p->index != q->index || p->compare != q->compare ||
			p->value != q->value || p->mask != q->mask)
			return false;
	}
	return true;
}

/* Rules by the row of their call, in their order. */
static struct call_rules *rules_of_calls(struct arena *a, const struct call_rules *list)
{
	size_t count;
	struct call_rules *out;

	call_rows(&count);
	out = arena_array(a, struct call_rules, count);
	vec_each (const struct call_rule, rule, list)
		*vec_push(a, &out[rule->call]) = *rule;
	return out;
}

static bool are_same(const struct call_rules *x, const struct call_rules *y)
{
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!is_same_rule(&x->at[i], &y->at[i]))
			return false;
	return true;
}

/* What is said of a call on both hosts in the same words is said once. */
static void add_host(struct profile_making *m, const struct ruleset *one, int arch)
{
	struct call_rules *olds = rules_of_calls(m->a, &m->base.rules);
	struct call_rules mine = {0}, *news;
	size_t count;

	vec_each (const struct call_rule, rule, &one->rules) {
		struct call_rule kept = *rule;

		kept.arches &= bit_of(arch);
		if (kept.arches)
			*vec_push(m->a, &mine) = kept;
	}
	news = rules_of_calls(m->a, &mine);
	call_rows(&count);
	m->base.arches |= bit_of(arch);
	m->base.rules = (struct call_rules){0};
	for (size_t call = 0; call < count; call++) {
		bool is_one = are_same(&olds[call], &news[call]);

		vec_each (const struct call_rule, rule, &olds[call]) {
			struct call_rule *kept = vec_push(m->a, &m->base.rules);

			*kept = *rule;
			kept->arches |= is_one ? bit_of(arch) : 0;
		}
		vec_each (const struct call_rule, rule, &news[call])
			if (!is_one)
				*vec_push(m->a, &m->base.rules) = *rule;
	}
}

static bool make_base(struct profile_making *m)
{
	struct profile_host host = filter_host(m->a, m->wish->workload->run);
	bool is_first = true;

	for (int i = 0; i < HOSTS; i++) {
		struct footing *g = &m->footings[i];
		struct ruleset one;

		g->host = host;
		g->host.arch = hosts[i];
		if (!add_footing(m, g, &one))
			return false;
		if (!g->is_let_in)
			continue;
		if (is_first) {
			m->base = one;
			m->base.rules = (struct call_rules){0};
			m->base.arches = 0;
			m->base.lets_foreign = false;
		}
		is_first = false;
		add_host(m, &one, hosts[i]);
	}
	if (is_first)
		*m->why = STR("It lets programs of neither amd64 nor arm64 in.");
	return !is_first;
}

/* ---- the proof ---- */

static struct bans bans_on(struct arena *a, const struct bans *bans, int arch)
{
	struct bans out = {0};

	vec_each (const struct ban, ban, bans)
		if (ban->arch == arch)
			*vec_push(a, &out) = *ban;
	return out;
}

static bool keeps_bans(
	const struct profile_making *m, const struct bpf *program, int arch)
{
	struct bpf_stack stack = {program, 1};
	struct bans bans = bans_on(m->a, &m->bans, arch);
	struct proofs proofs = {0};

	prove_all(
		m->a, &stack, &bans, bit_of(arch), (struct prove_options){0}, &proofs);
	vec_each (const struct proof, proof, &proofs)
		if (proof->verdict != VERDICT_HOLDS)
			return false;
	return true;
}

/* A filter that refuses what the bans name, and nothing else. */
static bool compile_bans(const struct profile_making *m, int arch, struct bpf *out)
{
	struct ruleset rules = {.arches = bit_of(arch),
		.otherwise = action_value(ACTION_ALLOW, 0),
		.bad_arch = action_value(ACTION_KILL_THREAD, 0)};
	struct bans bans = bans_on(m->a, &m->bans, arch);
	struct err e = {0};

	vec_each (const struct ban, ban, &bans) {
		struct boxes boxes = {0};

		if (box_add_terms(m->a, ban->terms, ban->count, BOXES_MAX, &boxes) < 0)
			return false;
		vec_each (const struct box, box, &boxes) {
			struct call_rule *rule = vec_push(m->a, &rules.rules);

			*rule = (struct call_rule){.call = ban->call,
				.arches = bit_of(arch),
				.answer = action_value(ACTION_ERRNO, 1)};
			for (uint8_t i = 0; i < (uint8_t)CALL_ARGUMENTS; i++)
				if (box->args[i].mask)
					rule->conditions[rule->count++] =
						(struct condition){i, COMPARE_MASKED_EQ,
							box->args[i].value,
							box->args[i].mask};
		}
	}
	return filter_compile(m->a, &rules, out, &e) == 0;
}

/*
 * Does it permit what the old one, the engine's and the bans leave: no more, and (is_all)
 * no less? The library of this machine may not know the newest calls by name.
 */
static bool keeps_rest(const struct profile_making *m, const struct footing *g,
	const struct bpf *program, bool is_all)
{
	struct bpf_stack made = {program, 1};
	struct bpf *all = arena_array(m->a, struct bpf, 3);
	struct bpf_stack left = {all, 3};
	struct differences found = {0};
	struct err e = {0};

	if (!m->wish->old)
		return true;
	if (filter_compile(m->a, &g->old, &all[0], &e) < 0 ||
		filter_compile(m->a, &g->engine, &all[1], &e) < 0 ||
		!compile_bans(m, g->host.arch, &all[2]) ||
		prove_equal(m->a, &made, &left, bit_of(g->host.arch), &found, &e) < 0)
		return false;
	vec_each (const struct difference, d, &found)
		if (filter_permits(d->one) ? !filter_permits(d->other)
					   : is_all && filter_permits(d->other))
			return false;
	return true;
}

/*
 * As an engine on that host reads the bytes: by oakum's compiler, and by libseccomp in
 * both forms that runc asks it for.
 */
static bool holds_on(
	struct profile_making *m, const struct footing *g, struct str bytes)
{
	struct arena *a = m->a;
	struct profile_notes notes = {0};
	const struct profile *profile =
		profile_read(a, file_new(a, STR("profile"), bytes), &notes);
	struct ruleset rules;
	struct bpf program;
	struct err e = {0};

	if (!profile || profile_resolve(a, profile, &g->host, &rules, &notes) < 0 ||
		filter_compile(a, &rules, &program, &e) < 0 ||
		!keeps_bans(m, &program, g->host.arch) ||
		!keeps_rest(m, g, &program, true))
		return false;
	for (int is_tree = 0; is_tree < 2; is_tree++) {
		struct engine_form form = {.is_tree = is_tree, .has_stub = true};

		if (engine_compile(a, &rules, form, &program, NULL, &e) < 0 ||
			!keeps_bans(m, &program, g->host.arch) ||
			!keeps_rest(m, g, &program, false))
			return false;
	}
	return true;
}

/* Do the others forbid all of it already? */
static bool is_covered(
	struct arena *a, const struct ban *ban, const struct bans *others)
{
	struct boxes mine = {0}, theirs = {0}, left = {0};

	vec_each (const struct ban, b, others)
		if (b->call == ban->call && b->arch == ban->arch &&
			box_add_terms(a, b->terms, b->count, BOXES_MAX, &theirs) < 0)
			return false;
	if (!theirs.n || box_add_terms(a, ban->terms, ban->count, BOXES_MAX, &mine) < 0)
		return false;
	vec_each (const struct box, box, &mine)
		if (box_minus(a, box, &theirs, BOXES_MAX, &left) < 0)
			return false;
	return !left.n;
}

/* Those of the need, and what the old profile refuses beside them. */
static struct bans bans_of(const struct profile_making *m)
{
	struct bans out = {0}, of_need;

	need_bans(m->a, m->wish->need, m->base.arches, &out);
	of_need = out;
	vec_each (const struct ban, ban, &m->bans)
		if (!is_covered(m->a, ban, &of_need))
			*vec_push(m->a, &out) = *ban;
	return out;
}

struct str profile_bytes(
	struct arena *a, const struct profile_wish *wish, struct str *why)
{
	static const enum make_mode modes[] = {[NEED_REFUSE] = MAKE_REFUSE,
		[NEED_MASK] = MAKE_MASK,
		[NEED_AUDIT] = MAKE_AUDIT};
	struct profile_making m = {.a = a, .wish = wish, .why = why};
	struct ruleset made;
	struct buf text = {.arena = a};
	struct err e = {0};

	if (!make_base(&m))
		return STR_NONE;
	m.bans = bans_of(&m);
	if (make_ruleset(a, &m.base, &m.bans, modes[wish->need->mode], &made, &e) < 0) {
		*why = arena_printf(a, "oakum could not %s.", e.text);
		return STR_NONE;
	}
	profile_write_docker(&text, &made);
	for (int i = 0; i < HOSTS && wish->need->mode == NEED_REFUSE; i++)
		if (m.footings[i].is_let_in &&
			!holds_on(&m, &m.footings[i], buf_str(&text))) {
			*why = STR("What oakum made of it could not be proved.");
			return STR_NONE;
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

struct str profile_obstacle(const struct workload *w, const struct need *need)
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
