/* `oakum seccomp show`: what a filter answers, call by call or instruction by instruction. */
#include "cli/seccomp.h"

/* How one call is answered by one filter. */
struct answered {
	int call;
	struct answer_parts parts;
	struct err trouble; /* parts are not known */
};

VEC_TYPE(struct answered, answered_list);

struct showing {
	struct seccomp *s;
	struct subject subject;
	struct screen screen;
};

/* Every call that the arch has, with its answers. */
static void ask_all(struct showing *w, const struct bpf *filter, int arch,
	struct answered_list *out)
{
	size_t count;

	call_rows(&count);
	for (int call = 0; call < (int)count; call++) {
		struct answered *a;

		if (call_number(call, arch) < 0)
			continue;
		a = vec_push(&w->s->arena, out);
		a->call = call;
		if (prove_answers(&w->s->arena, filter, arch,
			    (uint32_t)call_number(call, arch), &a->parts,
			    &a->trouble) < 0)
			a->parts.n = 0;
	}
}

/* The one answer of a call; false when it depends on the arguments, or is not known. */
static bool is_always(const struct answered *a, uint32_t *answer)
{
	if (!a->parts.n)
		return false;
	*answer = a->parts.at[0].answer;
	vec_each (const struct answer_part, part, &a->parts)
		if (part->answer != *answer)
			return false;
	return true;
}

static struct str name_of(int call)
{
	size_t count;

	return call_rows(&count)[call].name;
}

/* ---- text ---- */

/* The calls that are always answered so. */
static void text_group(
	struct showing *w, const struct answered_list *list, uint32_t wanted)
{
	struct buf names = {.arena = &w->s->arena};
	size_t count = 0;
	uint32_t answer;

	vec_each (const struct answered, a, list)
		if (is_always(a, &answer) && answer == wanted) {
			buf_printf(&names, "%s%.*s", count ? " " : "",
				STR_ARG(name_of(a->call)));
			count++;
		}
	screen_paint(&w->screen, PAINT_BOLD, action_text(&w->s->arena, wanted));
	buf_printf(&w->s->out, ": %zu call%s\n", count, count == 1 ? "" : "s");
	screen_wrap(&w->screen, 2, STR_NONE, buf_str(&names));
}

static void text_groups(struct showing *w, const struct answered_list *list)
{
	VEC(uint32_t) seen = {0};
	uint32_t answer;

	vec_each (const struct answered, a, list) {
		bool is_seen = false;

		if (!is_always(a, &answer))
			continue;
		vec_each (const uint32_t, s, &seen)
			is_seen |= *s == answer;
		if (is_seen)
			continue;
		*vec_push(&w->s->arena, &seen) = answer;
		text_group(w, list, answer);
	}
}

/* The rules of a profile are shorter than the paths of the filter made of them. */
static bool text_rules(struct showing *w, int call, int arch)
{
	bool has_rules = false;

	if (!subject_has_rules(&w->subject))
		return false;
	vec_each (const struct call_rule, r, &w->subject.rules.rules) {
		if (r->call != call || !(r->arches >> arch & 1) || !r->count)
			continue;
		buf_printf(&w->s->out, "    %.*s when ",
			STR_ARG(action_text(&w->s->arena, r->answer)));
		conditions_write(&w->s->out, r);
		buf_char(&w->s->out, '\n');
		has_rules = true;
	}
	if (has_rules)
		buf_printf(&w->s->out, "    else %.*s\n",
			STR_ARG(action_text(&w->s->arena, w->subject.rules.otherwise)));
	return has_rules;
}

static void text_parts(struct showing *w, const struct answered *a)
{
	if (!a->parts.n)
		buf_printf(&w->s->out, "    unknown: %s\n", a->trouble.text);
	vec_each (const struct answer_part, part, &a->parts) {
		buf_printf(&w->s->out, "    %.*s when ",
			STR_ARG(action_text(&w->s->arena, part->answer)));
		terms_write(&w->s->out, part->terms, part->count);
		buf_char(&w->s->out, '\n');
	}
}

static void text_conditional(
	struct showing *w, const struct answered_list *list, int arch)
{
	bool is_first = true;
	uint32_t answer;

	vec_each (const struct answered, a, list) {
		if (is_always(a, &answer))
			continue;
		if (is_first)
			screen_line(&w->screen, PAINT_BOLD, STR("by the arguments:"));
		is_first = false;
		buf_printf(&w->s->out, "  %.*s\n", STR_ARG(name_of(a->call)));
		if (!text_rules(w, a->call, arch))
			text_parts(w, a);
	}
}

/* A call without a number in any table, to see whether an arch is let in at all. */
static uint32_t answer_of_arch(const struct bpf *filter, int arch)
{
	struct bpf_call call = {
		.nr = (uint32_t)call_number(call_find(STR("read")), arch),
		.arch = arch_info(arch)->audit};

	return bpf_run(filter, &call, NULL);
}

static void text_arch(struct showing *w, const struct bpf *filter, int arch)
{
	struct answered_list list = {0};
	uint32_t first, answer;
	bool is_one = true;

	ask_all(w, filter, arch, &list);
	first = answer_of_arch(filter, arch);
	vec_each (const struct answered, a, &list)
		is_one &= is_always(a, &answer) && answer == first;
	screen_paint(&w->screen, PAINT_CYAN, arch_info(arch)->name);
	if (is_one) {
		buf_printf(&w->s->out, ": %.*s, whatever the call\n",
			STR_ARG(action_text(&w->s->arena, first)));
		return;
	}
	buf_char(&w->s->out, '\n');
	text_groups(w, &list);
	text_conditional(w, &list, arch);
}

static void write_text(struct showing *w)
{
	if (w->subject.missing)
		buf_printf(&w->s->out,
			"libseccomp here does not know the calls of %zu rules, so runc "
			"leaves them out\n",
			w->subject.missing);
	for (uint32_t i = 0; i < w->subject.stack.count; i++) {
		const struct bpf *filter = &w->subject.stack.filters[i];

		buf_printf(&w->s->out, "%sfilter %u of %u, %u instructions\n",
			i ? "\n" : "", i + 1, w->subject.stack.count, filter->count);
		if (w->s->is_bpf) {
			bpf_disassemble(&w->s->out, filter);
			continue;
		}
		for (int arch = 0; arch < ARCH_COUNT; arch++)
			if (arches_of_host(&w->s->host) >> arch & 1)
				text_arch(w, filter, arch);
	}
	if (!w->subject.stack.count)
		buf_add(&w->s->out, STR("no filter: every call is made\n"));
}

/* ---- JSON ---- */

static void json_part(struct showing *w, const struct answer_part *part)
{
	struct buf text = {.arena = &w->s->arena};

	terms_write(&text, part->terms, part->count);
	buf_add(&w->s->out, STR("{\"answer\":"));
	buf_json(&w->s->out, action_text(&w->s->arena, part->answer));
	buf_add(&w->s->out, STR(",\"when\":"));
	buf_json(&w->s->out, buf_str(&text));
	buf_printf(&w->s->out, ",\"instructions\":%u}", part->steps);
}

static void json_call(struct showing *w, const struct answered *a, int arch)
{
	struct buf *out = &w->s->out;
	bool is_first = true;

	buf_add(out, STR("{\"name\":"));
	buf_json(out, name_of(a->call));
	buf_printf(out, ",\"nr\":%lld,", (long long)call_number(a->call, arch));
	if (!a->parts.n) {
		buf_add(out, STR("\"unknown\":"));
		buf_json(out, str_c(a->trouble.text));
		buf_char(out, '}');
		return;
	}
	buf_add(out, STR("\"answers\":["));
	vec_each (const struct answer_part, part, &a->parts) {
		buf_add(out, is_first ? STR_NONE : STR(","));
		json_part(w, part);
		is_first = false;
	}
	buf_add(out, STR("]}"));
}

static void json_arch(struct showing *w, const struct bpf *filter, int arch)
{
	struct answered_list list = {0};
	bool is_first = true;

	ask_all(w, filter, arch, &list);
	buf_add(&w->s->out, STR("{\"arch\":"));
	buf_json(&w->s->out, arch_info(arch)->name);
	buf_add(&w->s->out, STR(",\"calls\":["));
	vec_each (const struct answered, a, &list) {
		buf_add(&w->s->out, is_first ? STR("\n") : STR(",\n"));
		json_call(w, a, arch);
		is_first = false;
	}
	buf_add(&w->s->out, STR("]}"));
}

static void json_filter(struct showing *w, const struct bpf *filter)
{
	bool is_first = true;

	buf_printf(&w->s->out, "{\"instructions\":%u,\"arches\":[", filter->count);
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		if (!(arches_of_host(&w->s->host) >> arch & 1))
			continue;
		buf_add(&w->s->out, is_first ? STR_NONE : STR(",\n"));
		json_arch(w, filter, arch);
		is_first = false;
	}
	buf_add(&w->s->out, STR("]}"));
}

static void write_json(struct showing *w)
{
	buf_add(&w->s->out, STR("{\"version\":1,\"subject\":"));
	buf_json(&w->s->out, w->subject.name);
	buf_char(&w->s->out, ',');
	notes_json(&w->s->out, &w->subject);
	buf_add(&w->s->out, STR(",\"filters\":["));
	for (uint32_t i = 0; i < w->subject.stack.count; i++) {
		buf_add(&w->s->out, i ? STR(",\n") : STR("\n"));
		json_filter(w, &w->subject.stack.filters[i]);
	}
	buf_add(&w->s->out, STR("]}\n"));
}

int seccomp_show(struct seccomp *s)
{
	struct showing w = {.s = s};
	int status;

	s->tells_weak = true;
	status = subject_open(s, s->words.at[0], &w.subject);
	if (status)
		return status;
	w.screen = (struct screen){.out = &s->out,
		.has_color = output_has_color(s->color),
		.width = output_width()};
	if (s->is_json)
		write_json(&w);
	else
		write_text(&w);
	return output_all(buf_str(&s->out)) ? EXIT_CLEAN : EXIT_FAILED;
}
