/* `oakum seccomp make`: a profile that holds its objectives, proved before it is written. */
#include "cli/seccomp.h"

#include "fix/edit.h"

enum { PROFILE_MODE = 0644 };

static const enum seccomp_compiler compilers[] = {
	COMPILER_RUNC, COMPILER_RUNC_TREE, COMPILER_OAKUM};
static const char *const compiler_names[] = {
	[COMPILER_RUNC] = "runc",
	[COMPILER_RUNC_TREE] = "runc 1.2",
	[COMPILER_OAKUM] = "oakum",
};

enum { COMPILERS = sizeof(compilers) / sizeof(compilers[0]) };

struct making {
	struct seccomp *s;
	struct subject base;
	struct ruleset rules; /* what was made */
	struct bans bans, allows;
	struct str text;	       /* what is written */
	struct bpf filters[COMPILERS]; /* of what is written */
};

/* ---- the base ---- */

static int open_base(struct making *m)
{
	struct seccomp *s = m->s;
	struct str name = s->base.n ? s->base : STR("engine");
	int status = subject_read(s, name, &m->base);

	if (status)
		return status;
	if (!subject_has_rules(&m->base)) {
		complain(
			"%s: --base: '%.*s' is a compiled filter; its rules are gone, so "
			"that none can be written anew: name a profile",
			s->verb->name, STR_ARG(name));
		return EXIT_USAGE;
	}
	/* Programs of 32 bits have calls of their own: in only when somebody wants them. */
	m->base.rules.arches =
		((arch_set)1 << s->host.arch | s->arches) & arches_of_host(&s->host);
	m->base.rules.lets_foreign = false;
	return EXIT_CLEAN;
}

/* The condition of a rule that says what a ban's term says; false: no condition can. */
static bool condition_of(const struct ban_term *term, struct condition *out)
{
	*out = (struct condition){term->index, term->compare, term->value, term->mask};
	if (term->compare == COMPARE_EQ && term->mask != UINT64_MAX)
		out->compare = COMPARE_MASKED_EQ;
	return term->compare == COMPARE_EQ || term->mask == UINT64_MAX;
}

/* What must be permitted is permitted by the base; objectives still win. */
static int add_allow(struct making *m, const struct ban *allow)
{
	struct call_rule rule = {.call = allow->call,
		.arches = (arch_set)1 << allow->arch,
		.answer = action_value(ACTION_ALLOW, 0),
		.at = allow->at};

	for (uint8_t i = 0; i < allow->count; i++) {
		struct condition *c = &rule.conditions[rule.count++];

		for (uint8_t k = 0; k + 1 < rule.count; k++)
			if (rule.conditions[k].index == allow->terms[i].index)
				goto cannot;
		if (!condition_of(&allow->terms[i], c))
			goto cannot;
	}
	*vec_push(&m->s->arena, &m->base.rules.rules) = rule;
	return EXIT_CLEAN;
cannot:
	complain(
		"%s: --allow: no rule of a profile can say this of %.*s; ask for `==`, with "
		"or without a mask, once for an argument",
		m->s->verb->name, STR_ARG(span_str(allow->at)));
	return EXIT_USAGE;
}

/* A rule of the base stands before that of --allow, and the first one decides. */
static int add_allows(struct making *m)
{
	struct call_rules base = m->base.rules.rules;
	int status = EXIT_CLEAN;

	m->base.rules.rules = (struct call_rules){0};
	vec_each (const struct ban, allow, &m->allows)
		if (!status)
			status = add_allow(m, allow);
	vec_each (const struct call_rule, rule, &base) {
		struct call_rule kept = *rule;

		/* An unconditional refusal would take all, wherever it stands. */
		vec_each (const struct ban, allow, &m->allows)
			if (!rule->count && rule->call == allow->call &&
				action_kind(rule->answer) < ACTION_NOTIFY)
				kept.arches &= ~((arch_set)1 << allow->arch);
		if (kept.arches)
			*vec_push(&m->s->arena, &m->base.rules.rules) = kept;
	}
	return status;
}

/* ---- the proof ---- */

/* To note a call is what an audit promises, so noted counts as refused. */
static uint32_t noted_is_refused(uint32_t answer)
{
	return action_kind(answer) == ACTION_LOG ? action_value(ACTION_ERRNO, 1)
						 : answer;
}

static int complain_proof(const struct making *m, const struct proof *proof,
	const char *compiler, bool is_allow)
{
	struct buf ban = {.arena = &m->s->arena}, call = {.arena = &m->s->arena};

	ban_write(&ban, &proof->ban);
	if (proof->verdict == VERDICT_UNKNOWN) {
		complain("%s: not written: '%.*s' is unknown under the filter that %s "
			 "makes: %.*s",
			m->s->verb->name, STR_ARG(buf_str(&ban)), compiler,
			STR_ARG(proof->why));
		return EXIT_UNSEEN;
	}
	call_write(&call, &proof->witness);
	complain(
		"%s: not written: under the filter that %s makes %.*s is %s, and %.*s '%.*s' "
		"%s",
		m->s->verb->name, compiler, STR_ARG(buf_str(&call)),
		is_allow ? "refused" : "permitted", STR_ARG(proof->ban.objective),
		STR_ARG(buf_str(&ban)), is_allow ? "asks for it" : "forbids it");
	return EXIT_FOUND;
}

static int check_filter(
	struct making *m, const struct bpf *filter, const char *compiler)
{
	struct arena *a = &m->s->arena;
	struct bpf judged = m->s->mode == MAKE_AUDIT
		? answers_changed(a, filter, noted_is_refused)
		: *filter;
	struct bpf_stack stack = {&judged, 1}, made = {filter, 1};
	struct proofs proofs = {0};

	prove_all(a, &stack, &m->bans, arches_of_host(&m->s->host),
		(struct prove_options){.notify_holds = m->s->mode == MAKE_MASK},
		&proofs);
	vec_each (const struct proof, proof, &proofs)
		if (proof->verdict != VERDICT_HOLDS)
			return complain_proof(m, proof, compiler, false);
	vec_each (const struct ban, allow, &m->allows) {
		struct proof proof;

		if (!(m->rules.arches >> allow->arch & 1))
			continue;
		proof = prove_allow(a, &made, allow);
		if (proof.verdict != VERDICT_HOLDS)
			return complain_proof(m, &proof, compiler, true);
	}
	return EXIT_CLEAN;
}

/* The rules as those will read them who load what was written. */
static int read_back(struct making *m, struct ruleset *out)
{
	struct profile_notes notes = {0};
	const struct file *file;

	if (m->s->profile_format == SECCOMP_BPF) {
		*out = m->rules;
		return EXIT_CLEAN;
	}
	file = file_new(&m->s->arena, STR("<made>"), m->text);
	return profile_rules(m->s, file, out, &notes);
}

static int check_all(struct making *m)
{
	struct ruleset rules = {0};
	int status = read_back(m, &rules);

	for (size_t i = 0; !status && i < COMPILERS; i++) {
		const char *name = compiler_names[compilers[i]];
		struct err e = {0};

		/* The bytes of a filter are those of oakum; nobody compiles them again. */
		if (m->s->profile_format == SECCOMP_BPF &&
			compilers[i] != COMPILER_OAKUM)
			continue;
		if (rules_compile(
			    m->s, &rules, compilers[i], &m->filters[i], NULL, &e) < 0) {
			complain("%s: not written, as %s compiles it: %s",
				m->s->verb->name, name, e.text);
			return EXIT_FAILED;
		}
		status = check_filter(m, &m->filters[i], name);
	}
	return status;
}

/* ---- writing ---- */

static int make_text(struct making *m)
{
	struct buf text = {.arena = &m->s->arena};
	struct bpf filter;
	struct err e = {0};

	switch (m->s->profile_format) {
	case SECCOMP_DOCKER:
		profile_write_docker(&text, &m->rules);
		break;
	case SECCOMP_OCI:
		profile_write_oci(&text, &m->rules);
		break;
	case SECCOMP_BPF:
		if (rules_compile(m->s, &m->rules, COMPILER_OAKUM, &filter, NULL, &e) <
			0) {
			complain("%s: %s", m->s->verb->name, e.text);
			return EXIT_FAILED;
		}
		bpf_write(&text, &filter);
		break;
	}
	m->text = buf_str(&text);
	return EXIT_CLEAN;
}

/* What was there, when it may be written over; -1 with what is in the way. */
static int read_old(struct making *m, struct edited_file *file, struct err *e)
{
	const struct file *old;
	struct world_stat st;

	if (world_stat(m->s->world, file->path, &st, e) < 0)
		return -1;
	file->is_new = st.kind == WORLD_ABSENT;
	if (file->is_new)
		return 0;
	if (world_read(m->s->world, file->path, &old, e) < 0)
		return -1;
	file->before = old->bytes;
	file->mode = st.mode;
	return 0;
}

static bool bans_call(const struct making *m, struct str name)
{
	vec_each (const struct ban, ban, &m->bans)
		if (ban->call == call_find(name))
			return true;
	return false;
}

static void say_what_holds(struct making *m)
{
	struct buf *out = &m->s->out;
	bool is_first = true;

	buf_printf(out, "wrote %.*s: ", STR_ARG(m->s->output));
	vec_each (const struct str, name, &m->s->objectives) {
		buf_printf(out, "%s%.*s", is_first ? "" : ", ", STR_ARG(*name));
		is_first = false;
	}
	buf_printf(out, "%s%zu bans proved for every argument\n", is_first ? "" : "; ",
		m->bans.n);
	for (size_t i = 0; i < COMPILERS; i++)
		if (m->filters[i].count)
			buf_printf(out, "  as %s compiles it: %u instructions\n",
				compiler_names[compilers[i]], m->filters[i].count);
	if (m->s->mode == MAKE_MASK)
		buf_add(out,
			STR("  needs a supervisor (listenerPath of an OCI runtime); docker has "
			    "none, and refuses to start a container with it\n"));
	else if (m->s->mode == MAKE_REFUSE && m->s->profile_format == SECCOMP_DOCKER &&
		bans_call(m, STR("setgroups")))
		buf_add(out,
			STR("  use it together with no-new-privileges: without, docker cannot "
			    "set the groups of a container\n"));
}

static int write_out(struct making *m)
{
	struct edited_file file = {
		.path = m->s->output, .after = m->text, .mode = PROFILE_MODE};
	struct edited_files files = {0};
	struct err e = {0};
	size_t done;

	if (!m->s->output.n)
		return output_all(m->text) ? EXIT_CLEAN : EXIT_FAILED;
	if (read_old(m, &file, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	*vec_push(&m->s->arena, &files) = file;
	if (edited_write(&files, &done, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	say_what_holds(m);
	return output_all(buf_str(&m->s->out)) ? EXIT_CLEAN : EXIT_FAILED;
}

static int make(struct making *m)
{
	struct err e = {0};
	int status;

	if (make_ruleset(&m->s->arena, &m->base.rules, &m->bans, m->s->mode, &m->rules,
		    &e) < 0) {
		complain("%s: cannot %s", m->s->verb->name, e.text);
		return EXIT_FAILED;
	}
	status = make_text(m);
	if (!status)
		status = check_all(m);
	return status ? status : write_out(m);
}

int seccomp_make(struct seccomp *s)
{
	struct making m = {.s = s};
	arch_set arches = arches_of_host(&s->host);
	int status = bans_read(s, arches, true, &m.bans);

	if (!status)
		status = allows_read(s, arches, &m.allows);
	if (!status)
		status = open_base(&m);
	if (!status)
		status = add_allows(&m);
	return status ? status : make(&m);
}
