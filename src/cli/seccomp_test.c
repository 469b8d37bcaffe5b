/* `oakum seccomp test`: what a filter answers to one call. */
#include "cli/seccomp.h"

/* The call of a name or number on the host; a number may be one without a name. */
static int read_call(struct seccomp *s, struct str word, struct bpf_call *out)
{
	const struct arch *arch;
	int number = s->host.arch, row = call_find(word);
	size_t count;
	const struct call_row *rows = call_rows(&count);
	struct str near = STR_NONE;
	uint64_t nr;

	/* --arch i386 asks about a program of i386, whatever the machine is. */
	for (int i = 0; i < ARCH_COUNT; i++)
		if (s->arches == (arch_set)1 << i)
			number = i;
	arch = arch_info(number);
	out->arch = arch->audit;
	if (row != CALL_NONE && call_number(row, number) >= 0) {
		out->nr = (uint32_t)call_number(row, number);
		return EXIT_CLEAN;
	}
	if (row != CALL_NONE) {
		complain("%s: %.*s has no call '%.*s'", s->verb->name,
			STR_ARG(arch->name), STR_ARG(word));
		return EXIT_USAGE;
	}
	if (number_read(word, &nr) && nr <= UINT32_MAX) {
		out->nr = (uint32_t)nr;
		return EXIT_CLEAN;
	}
	for (size_t i = 0; i < count; i++)
		near = nearest_name(word, near, rows[i].name);
	if (near.n)
		complain("%s: no call '%.*s'; did you mean '%.*s'?", s->verb->name,
			STR_ARG(word), STR_ARG(near));
	else
		complain("%s: no call '%.*s'", s->verb->name, STR_ARG(word));
	return EXIT_USAGE;
}

static int read_arguments(struct seccomp *s, struct bpf_call *out)
{
	for (size_t i = 2; i < s->words.n; i++)
		if (!number_read(s->words.at[i], &out->args[i - 2])) {
			complain(
				"%s: '%.*s' is no number; write it as in C: 10, 0xa or "
				"012",
				s->verb->name, STR_ARG(s->words.at[i]));
			return EXIT_USAGE;
		}
	return EXIT_CLEAN;
}

/* The call as the kernel makes it: what does not fit the type of an argument is gone. */
static bool truncate_call(const struct bpf_call *call, struct bpf_call *out)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	bool is_other = false;

	*out = *call;
	for (unsigned i = 0; row != CALL_NONE && i < CALL_ARGUMENTS; i++) {
		unsigned bits = call_argument(row, arch, i).bits;

		if (bits && bits < 64)
			out->args[i] &= ((uint64_t)1 << bits) - 1;
		is_other |= out->args[i] != call->args[i];
	}
	return is_other;
}

static void write_text(struct seccomp *s, const struct subject *subject,
	const struct bpf_call *call, uint32_t answer, uint32_t steps)
{
	struct screen screen = {
		.out = &s->out, .has_color = output_has_color(s->color)};
	struct buf *out = &s->out, rule = {.arena = &s->arena};
	int arch = arch_of(call->arch, call->nr);
	struct bpf_call seen;

	screen_paint(&screen,
		action_kind(answer) >= ACTION_LOG ? PAINT_GREEN : PAINT_RED,
		action_text(&s->arena, answer));
	buf_add(out, STR("  "));
	call_write(out, call);
	buf_printf(out, " on %s, after %u instruction%s\n",
		arch < 0 ? "an unknown arch" : arch_info(arch)->name.p, steps,
		steps == 1 ? "" : "s");
	if (truncate_call(call, &seen)) {
		buf_add(out, STR("    the kernel would take it for "));
		call_write(out, &seen);
		buf_char(out, '\n');
	}
	rule_text(&rule, subject, call);
	if (rule.n) {
		buf_add(out, STR("    "));
		screen_add(&screen, buf_str(&rule));
		buf_char(out, '\n');
	}
}

static void write_json(struct seccomp *s, const struct subject *subject,
	const struct bpf_call *call, uint32_t answer, uint32_t steps)
{
	struct buf *out = &s->out;

	buf_add(out, STR("{\"version\":1,\"subject\":"));
	buf_json(out, subject->name);
	buf_char(out, ',');
	call_json(out, call);
	buf_add(out, STR(",\"answer\":"));
	buf_json(out, action_text(&s->arena, answer));
	buf_printf(out, ",\"permitted\":%s,\"instructions\":%u,",
		action_kind(answer) >= ACTION_LOG ? "true" : "false", steps);
	rule_json(out, subject, call);
	buf_add(out, STR("}\n"));
}

int seccomp_test(struct seccomp *s)
{
	struct bpf_call call = {0};
	struct subject subject;
	uint32_t answer, steps;
	int status = read_call(s, s->words.at[1], &call);

	if (!status)
		status = read_arguments(s, &call);
	if (!status)
		status = subject_open(s, s->words.at[0], &subject);
	if (status)
		return status;
	answer = bpf_stack_run(&subject.stack, &call, &steps);
	if (s->is_json)
		write_json(s, &subject, &call, answer, steps);
	else
		write_text(s, &subject, &call, answer, steps);
	if (!output_all(buf_str(&s->out)))
		return EXIT_FAILED;
	return action_kind(answer) >= ACTION_LOG ? EXIT_CLEAN : EXIT_FOUND;
}
