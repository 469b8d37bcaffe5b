/* `oakum seccomp prove`: whether objectives hold, and a call where one does not. */
#include "cli/seccomp.h"

#include <errno.h>

#include "seccomp/live.h"

enum { SHOWN_MAX = 400 }; /* violations that are told one by one */

/* What came of one objective. */
struct tally {
	struct str objective;
	size_t bans, violated, unknown;
};

VEC_TYPE(struct tally, tallies);

/* A proof, whether it was run, and what the kernel did then. */
struct finding {
	const struct proof *proof;
	bool is_allow; /* of --allow: it is refused */
	bool was_run;
	struct live_result result;
	struct err trouble; /* it could not be run */
};

VEC_TYPE(struct finding, findings);

struct proving {
	struct seccomp *s;
	struct subject subject;
	struct proofs proofs, allows;
	struct tallies tallies;
	struct findings findings; /* what does not hold, and what is unknown */
	struct screen screen;
};

static struct tally *tally_of(struct proving *p, struct str objective)
{
	vec_each (struct tally, t, &p->tallies)
		if (str_eq(t->objective, objective))
			return t;
	struct tally *added = vec_push(&p->s->arena, &p->tallies);

	added->objective = objective;
	return added;
}

static void count(struct proving *p, const struct proofs *proofs, bool is_allow)
{
	vec_each (const struct proof, proof, proofs) {
		struct tally *t = tally_of(p, proof->ban.objective);

		t->bans++;
		t->violated += proof->verdict == VERDICT_VIOLATED;
		t->unknown += proof->verdict == VERDICT_UNKNOWN;
		if (proof->verdict != VERDICT_HOLDS)
			*vec_push(&p->s->arena, &p->findings) =
				(struct finding){.proof = proof, .is_allow = is_allow};
	}
}

/* ---- --run ---- */

static void run_findings(struct proving *p)
{
	vec_each (struct finding, f, &p->findings) {
		if (f->proof->verdict != VERDICT_VIOLATED)
			continue;
		f->was_run = live_call(&p->subject.stack, &f->proof->witness, NULL,
				     NULL, &f->result, &f->trouble) == 0;
	}
}

/* Did the filter answer as the proof says? Any error but its own is the call's own. */
static bool agrees(const struct finding *f)
{
	uint32_t code = f->proof->answer & 0xffff;

	if (f->is_allow)
		return f->result.was_killed ||
			(f->result.value == -1 && (uint32_t)f->result.code == code);
	return !f->result.was_killed;
}

static void said_by_kernel(struct buf *out, const struct finding *f)
{
	if (!f->was_run)
		buf_printf(out, "not run: %s", f->trouble.text);
	else if (f->result.was_killed)
		buf_add(out, STR("the filter killed the child"));
	else if (f->result.did_not_return)
		buf_add(out, STR("the kernel made the call, and it did not return"));
	else if (f->result.value == -1)
		buf_printf(out, "the kernel made the call, and it failed with %s",
			strerrorname_np(f->result.code));
	else
		buf_printf(out, "the kernel made the call, and it returned %lld",
			(long long)f->result.value);
}

/* ---- a C line ---- */

/* i386 by the gate that every x86-64 kernel with 32-bit programs has. */
static void c_line_i386(struct buf *out, const struct bpf_call *call)
{
	static const char registers[] = "bcdSD";
	unsigned used = call_width(call);

	buf_printf(out,
		"long r; __asm__ volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(%u)",
		call->nr);
	for (unsigned i = 0; i < used && registers[i]; i++)
		buf_printf(out, ", \"%c\"(0x%llxL)", registers[i],
			(unsigned long long)call->args[i]);
	buf_add(out, STR(" : \"memory\");"));
}

static void c_line(struct buf *out, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);

	if (arch == ARCH_I386) {
		c_line_i386(out, call);
		return;
	}
	if (arch < 0) {
		buf_printf(out, "/* no C for AUDIT_ARCH 0x%x */", call->arch);
		return;
	}
	buf_printf(out, "syscall(%u", call->nr);
	for (unsigned i = 0; i < call_width(call); i++)
		buf_printf(out, ", 0x%llxUL", (unsigned long long)call->args[i]);
	buf_add(out, STR(");"));
}

/* ---- text ---- */

static void add_line(struct proving *p, const char *label, struct str text)
{
	if (!text.n)
		return;
	buf_printf(&p->s->out, "    %-12s ", label);
	screen_add(&p->screen, text);
	buf_char(&p->s->out, '\n');
}

static const char *arch_name(const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);

	return arch < 0 ? "another arch" : arch_info(arch)->name.p;
}

static struct str answer_text(struct proving *p, const struct finding *f)
{
	struct arena *a = &p->s->arena;
	struct buf text = {.arena = a};

	rule_text(&text, &p->subject, &f->proof->witness);
	if (text.n)
		return buf_str(&text);
	buf_printf(&text, "%.*s", STR_ARG(action_text(a, f->proof->answer)));
	for (uint32_t i = 0; i < p->subject.stack.count && i < BPF_STACK_MAX; i++)
		buf_printf(&text, "%s instruction %u of filter %u", i ? "," : ", by",
			f->proof->returns[i], i + 1);
	return buf_str(&text);
}

/* The same ban of the same call, on another arch. */
static bool is_same_elsewhere(const struct finding *f, const struct finding *other)
{
	const struct ban *ban = &f->proof->ban, *same = &other->proof->ban;

	if (ban->call != same->call || ban->count != same->count || ban->call < 0 ||
		ban->arch == same->arch || f->is_allow != other->is_allow ||
		!str_eq(ban->objective, same->objective) ||
		other->proof->verdict != f->proof->verdict)
		return false;
	for (uint8_t i = 0; i < ban->count; i++)
		if (ban->terms[i].index != same->terms[i].index ||
			ban->terms[i].compare != same->terms[i].compare ||
			ban->terms[i].value != same->terms[i].value)
			return false;
	return true;
}

/* Whoever runs the calls wants to see each of them; else one arch stands for all. */
static bool is_told_elsewhere(const struct proving *p, const struct finding *f)
{
	if (p->s->is_run)
		return false;
	vec_each (const struct finding, before, &p->findings) {
		if (before == f)
			return false;
		if (is_same_elsewhere(f, before))
			return true;
	}
	return false;
}

static void add_elsewhere(struct proving *p, const struct finding *f)
{
	struct buf text = {.arena = &p->s->arena};

	for (const struct finding *other = f + 1;
		other < p->findings.at + p->findings.n; other++)
		if (is_same_elsewhere(f, other)) {
			buf_add(&text, text.n ? STR("; ") : STR_NONE);
			call_write(&text, &other->proof->witness);
			buf_printf(&text, " on %s", arch_name(&other->proof->witness));
		}
	add_line(p, "also", buf_str(&text));
}

static void text_violated(struct proving *p, const struct finding *f)
{
	struct arena *a = &p->s->arena;
	struct buf *out = &p->s->out, part = {.arena = a};
	const struct bpf_call *call = &f->proof->witness;

	screen_paint(
		&p->screen, PAINT_RED, f->is_allow ? STR("refused") : STR("violated"));
	buf_add(out, STR("  "));
	screen_add(&p->screen, f->proof->ban.objective);
	buf_add(out, STR(": "));
	call_write(out, call);
	buf_printf(out, " on %s", arch_name(call));
	if (f->proof->ban.why.n) {
		buf_char(out, ' ');
		screen_add(&p->screen, f->proof->ban.why);
	}
	buf_char(out, '\n');
	ban_write(&part, &f->proof->ban);
	add_line(p, f->is_allow ? "wanted" : "forbidden", buf_str(&part));
	part = (struct buf){.arena = a};
	c_line(&part, call);
	add_line(p, "in C", buf_str(&part));
	add_line(p, f->is_allow ? "refused by" : "let in by", answer_text(p, f));
	add_line(p, "kernel", f->proof->ban.source);
	if (!p->s->is_run)
		add_elsewhere(p, f);
	if (p->s->is_run) {
		part = (struct buf){.arena = a};
		said_by_kernel(&part, f);
		if (f->was_run && !agrees(f))
			buf_add(&part,
				STR(": THE KERNEL DISAGREES, please report this"));
		add_line(p, "run", buf_str(&part));
	}
}

static void text_unknown(struct proving *p, const struct finding *f)
{
	struct buf ban = {.arena = &p->s->arena};

	screen_paint(&p->screen, PAINT_YELLOW, STR("unknown"));
	buf_add(&p->s->out, STR("   "));
	screen_add(&p->screen, f->proof->ban.objective);
	buf_add(&p->s->out, STR(": "));
	ban_write(&ban, &f->proof->ban);
	screen_add(&p->screen, buf_str(&ban));
	buf_char(&p->s->out, '\n');
	add_line(p, "because", f->proof->why);
}

static void text_tally(struct proving *p, const struct tally *t)
{
	struct buf *out = &p->s->out;

	screen_paint(&p->screen, PAINT_BOLD, t->objective);
	buf_add(out, STR(": "));
	if (t->violated)
		screen_paint(&p->screen, PAINT_RED, STR("does not hold"));
	else if (t->unknown)
		screen_paint(&p->screen, PAINT_YELLOW, STR("unknown"));
	else
		screen_paint(&p->screen, PAINT_GREEN, STR("holds"));
	if (t->violated)
		buf_printf(out, ", %zu of %zu questions have a counterexample",
			t->violated, t->bans);
	else
		buf_printf(out, ", %zu question%s", t->bans, t->bans == 1 ? "" : "s");
	if (t->unknown)
		buf_printf(out, ", %zu unknown", t->unknown);
	buf_char(out, '\n');
}

static void text_beyond(struct proving *p, struct str objective)
{
	struct beyonds beyonds = {0};

	objective_beyond(&p->s->arena, objective, &beyonds);
	if (beyonds.n) {
		buf_add(&p->s->out, STR("\nNo filter can see of "));
		screen_add(&p->screen, objective);
		buf_add(&p->s->out, STR(" that\n"));
	}
	vec_each (const struct beyond, b, &beyonds)
		screen_wrap(&p->screen, 2, STR("- "),
			arena_printf(&p->s->arena, "%.*s; instead: %.*s",
				STR_ARG(b->what), STR_ARG(b->instead)));
}

static void write_text(struct proving *p)
{
	size_t shown = 0;

	vec_each (const struct finding, f, &p->findings) {
		if (is_told_elsewhere(p, f))
			continue;
		if (shown++ >= SHOWN_MAX)
			break;
		if (f->proof->verdict == VERDICT_VIOLATED)
			text_violated(p, f);
		else
			text_unknown(p, f);
	}
	if (shown > SHOWN_MAX)
		buf_add(&p->s->out, STR("and more; --format json has all\n"));
	if (p->findings.n)
		buf_char(&p->s->out, '\n');
	vec_each (const struct tally, t, &p->tallies)
		text_tally(p, t);
	vec_each (const struct tally, t, &p->tallies)
		text_beyond(p, t->objective);
}

/* ---- JSON ---- */

static const char *const verdicts[] = {
	[VERDICT_HOLDS] = "holds",
	[VERDICT_VIOLATED] = "violated",
	[VERDICT_UNKNOWN] = "unknown",
};

static void json_run(struct buf *out, const struct finding *f)
{
	buf_add(out, STR(",\"run\":{"));
	if (!f->was_run) {
		buf_add(out, STR("\"done\":false,\"why\":"));
		buf_json(out, str_c(f->trouble.text));
	} else {
		buf_printf(out, "\"done\":true,\"agrees\":%s,\"killed\":%s",
			agrees(f) ? "true" : "false",
			f->result.was_killed ? "true" : "false");
		buf_printf(out, ",\"returned\":%s,\"value\":%lld,\"errno\":",
			f->result.did_not_return ? "false" : "true",
			(long long)f->result.value);
		buf_json(out,
			f->result.value == -1 ? str_c(strerrorname_np(f->result.code))
					      : STR_NONE);
	}
	buf_char(out, '}');
}

static void json_violated(struct proving *p, const struct finding *f)
{
	struct buf *out = &p->s->out, line = {.arena = out->arena};

	buf_char(out, ',');
	call_json(out, &f->proof->witness);
	buf_add(out, STR(",\"answer\":"));
	buf_json(out, action_text(out->arena, f->proof->answer));
	c_line(&line, &f->proof->witness);
	buf_add(out, STR(",\"c\":"));
	buf_json(out, buf_str(&line));
	buf_char(out, ',');
	rule_json(out, &p->subject, &f->proof->witness);
	if (p->s->is_run)
		json_run(out, f);
}

static void json_finding(struct proving *p, const struct finding *f)
{
	struct buf *out = &p->s->out, ban = {.arena = out->arena};

	buf_add(out, STR("{\"verdict\":"));
	buf_json(out,
		f->is_allow && f->proof->verdict == VERDICT_VIOLATED
			? STR("refused")
			: str_c(verdicts[f->proof->verdict]));
	buf_add(out, STR(",\"objective\":"));
	buf_json(out, f->proof->ban.objective);
	ban_write(&ban, &f->proof->ban);
	buf_add(out, STR(",\"rule_of_objective\":"));
	buf_json(out, buf_str(&ban));
	buf_add(out, STR(",\"why\":"));
	buf_json(out,
		f->proof->verdict == VERDICT_UNKNOWN ? f->proof->why
						     : f->proof->ban.why);
	buf_add(out, STR(",\"source\":"));
	buf_json(out, f->proof->ban.source);
	if (f->proof->verdict == VERDICT_VIOLATED)
		json_violated(p, f);
	buf_char(out, '}');
}

static void json_tally(struct buf *out, const struct tally *t)
{
	enum verdict verdict = t->violated ? VERDICT_VIOLATED
		: t->unknown		   ? VERDICT_UNKNOWN
					   : VERDICT_HOLDS;

	buf_add(out, STR("{\"name\":"));
	buf_json(out, t->objective);
	buf_printf(out,
		",\"verdict\":\"%s\",\"questions\":%zu,\"violated\":%zu,\"unknown\":%zu}",
		verdicts[verdict], t->bans, t->violated, t->unknown);
}

static void write_json(struct proving *p)
{
	struct buf *out = &p->s->out;
	bool is_first = true;

	buf_add(out, STR("{\"version\":1,\"subject\":"));
	buf_json(out, p->subject.name);
	buf_printf(out, ",\"filters\":%u,", p->subject.stack.count);
	notes_json(out, &p->subject);
	buf_add(out, STR(",\"objectives\":["));
	vec_each (const struct tally, t, &p->tallies) {
		buf_add(out, is_first ? STR("\n") : STR(",\n"));
		json_tally(out, t);
		is_first = false;
	}
	buf_add(out, STR("],\"findings\":["));
	is_first = true;
	vec_each (const struct finding, f, &p->findings) {
		buf_add(out, is_first ? STR("\n") : STR(",\n"));
		json_finding(p, f);
		is_first = false;
	}
	buf_add(out, STR("]}\n"));
}

/* ---- all ---- */

static int status_of(const struct proving *p)
{
	int status = EXIT_CLEAN;

	vec_each (const struct finding, f, &p->findings) {
		if (f->was_run && !agrees(f))
			return EXIT_FAILED;
		if (f->proof->verdict == VERDICT_UNKNOWN)
			status = EXIT_UNSEEN;
		else if (!status)
			status = EXIT_FOUND;
	}
	return status;
}

/* Nothing filters it: that is an answer, and it deserves a sentence of its own. */
static void say_unfiltered(const struct proving *p)
{
	if (!p->subject.stack.count)
		complain("warning: %.*s runs without any filter",
			STR_ARG(p->subject.name));
}

int seccomp_prove(struct seccomp *s)
{
	struct proving p = {.s = s};
	arch_set arches = arches_of_host(&s->host);
	struct bans bans = {0}, allows = {0};
	/* Who has rules of his own alone is not asked about others. */
	int status = bans_read(s, arches, !s->denies.n && !s->allows.n, &bans);

	if (!status)
		status = allows_read(s, arches, &allows);
	if (!status)
		status = subject_open(s, s->words.at[0], &p.subject);
	if (status)
		return status;
	say_unfiltered(&p);
	p.screen = (struct screen){.out = &s->out,
		.has_color = output_has_color(s->color),
		.width = output_width()};
	prove_all(&s->arena, &p.subject.stack, &bans, arches,
		(struct prove_options){.notify_holds = s->is_supervised}, &p.proofs);
	vec_each (const struct ban, ban, &allows)
		*vec_push(&s->arena, &p.allows) =
			prove_allow(&s->arena, &p.subject.stack, ban);
	count(&p, &p.proofs, false);
	count(&p, &p.allows, true);
	if (s->is_run)
		run_findings(&p);
	if (s->is_json)
		write_json(&p);
	else
		write_text(&p);
	return output_all(buf_str(&s->out)) ? status_of(&p) : EXIT_FAILED;
}
