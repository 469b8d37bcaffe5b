/* `oakum seccomp cost`: how many instructions a call costs, and which cost none. */
#include "cli/seccomp.h"

#include <stdlib.h>

struct cost {
	int call;
	bool is_kept;	 /* the kernel's bitmap answers: no instruction runs */
	bool is_refused; /* by one of the filters, whatever the arguments */
	bool is_known;	 /* least and most are */
	uint32_t least, most;
};

VEC_TYPE(struct cost, costs);

struct costing {
	struct seccomp *s;
	struct subject subject;
	struct screen screen;
	int arch;
	struct costs costs;
	size_t kept, refused;
};

static struct str name_of(int call)
{
	size_t count;

	return call_rows(&count)[call].name;
}

/* Adds what one filter costs for a call; all filters of a process run. */
static void add_filter(struct costing *w, const struct bpf *filter, struct cost *cost)
{
	uint32_t nr = (uint32_t)call_number(cost->call, w->arch);
	uint32_t least = UINT32_MAX, most = 0;
	struct answer_parts parts = {0};
	bool is_refused = true;

	cost->is_kept &= bpf_is_cached(filter, arch_info(w->arch)->audit, nr);
	if (prove_answers(&w->s->arena, filter, w->arch, nr, &parts, NULL) < 0) {
		cost->is_known = false;
		return;
	}
	vec_each (const struct answer_part, part, &parts) {
		least = part->steps < least ? part->steps : least;
		most = part->steps > most ? part->steps : most;
		is_refused &= action_kind(part->answer) < ACTION_NOTIFY;
	}
	cost->is_refused |= is_refused;
	cost->least += parts.n ? least : 0;
	cost->most += most;
}

static void measure(struct costing *w)
{
	size_t count;

	call_rows(&count);
	for (int call = 0; call < (int)count; call++) {
		struct cost *cost;

		if (call_number(call, w->arch) < 0)
			continue;
		cost = vec_push(&w->s->arena, &w->costs);
		*cost = (struct cost){.call = call, .is_kept = true, .is_known = true};
		for (uint32_t i = 0; i < w->subject.stack.count; i++)
			add_filter(w, &w->subject.stack.filters[i], cost);
		w->kept += cost->is_kept;
		w->refused += cost->is_refused;
	}
}

/* Checked calls first, then refused ones, then those that cost nothing; the dear first. */
static int by_most(const void *one, const void *other)
{
	const struct cost *a = one, *b = other;

	if (a->is_kept != b->is_kept)
		return a->is_kept ? 1 : -1;
	if (a->is_refused != b->is_refused)
		return a->is_refused ? 1 : -1;
	if (a->most != b->most)
		return a->most < b->most ? 1 : -1;
	return a->call - b->call;
}

static void text_range(struct buf *out, const struct cost *cost)
{
	if (!cost->is_known)
		buf_add(out, STR("unknown"));
	else if (cost->least == cost->most)
		buf_printf(out, "%u", cost->most);
	else
		buf_printf(out, "%u to %u", cost->least, cost->most);
}

/* count costs that stand in order from at on. */
static void text_sum(struct costing *w, const char *what, size_t at, size_t count)
{
	const struct cost *costs = w->costs.at + at;

	if (!count)
		return;
	buf_printf(&w->s->out, "%s: %zu, median %u instructions, worst %u (%.*s)\n",
		what, count, costs[count / 2].most, costs[0].most,
		STR_ARG(name_of(costs[0].call)));
}

static void write_text(struct costing *w)
{
	size_t checked = w->costs.n - w->kept - w->refused;
	struct buf *out = &w->s->out;

	qsort(w->costs.at, w->costs.n, sizeof(*w->costs.at), by_most);
	for (uint32_t i = 0; i < w->subject.stack.count; i++)
		buf_printf(out, "filter %u of %u: %u instructions\n", i + 1,
			w->subject.stack.count, w->subject.stack.filters[i].count);
	buf_printf(out, "%s, %zu calls\n", arch_info(w->arch)->name.p, w->costs.n);
	buf_printf(out,
		"allowed, remembered by the kernel (Linux 5.11): %zu, no instruction\n",
		w->kept);
	text_sum(w, "decided by their arguments", 0, checked);
	text_sum(w, "always refused", checked, w->refused);
	for (size_t i = 0; i < checked; i++) {
		buf_printf(out, i ? "  %-24.*s " : "\n  %-24.*s ",
			STR_ARG(name_of(w->costs.at[i].call)));
		text_range(out, &w->costs.at[i]);
		buf_char(out, '\n');
	}
}

static void write_json(struct costing *w)
{
	struct buf *out = &w->s->out;
	bool is_first = true;

	buf_add(out, STR("{\"version\":1,\"subject\":"));
	buf_json(out, w->subject.name);
	buf_add(out, STR(",\"arch\":"));
	buf_json(out, arch_info(w->arch)->name);
	buf_add(out, STR(",\"filters\":["));
	for (uint32_t i = 0; i < w->subject.stack.count; i++)
		buf_printf(out, "%s{\"instructions\":%u}", i ? "," : "",
			w->subject.stack.filters[i].count);
	buf_add(out, STR("],\"calls\":["));
	vec_each (const struct cost, cost, &w->costs) {
		buf_add(out, is_first ? STR("\n{\"name\":") : STR(",\n{\"name\":"));
		is_first = false;
		buf_json(out, name_of(cost->call));
		buf_printf(out, ",\"remembered\":%s,\"refused\":%s,\"least\":",
			cost->is_kept ? "true" : "false",
			cost->is_refused ? "true" : "false");
		if (cost->is_known)
			buf_printf(out, "%u,\"most\":%u}", cost->least, cost->most);
		else
			buf_add(out, STR("null,\"most\":null}"));
	}
	buf_add(out, STR("]}\n"));
}

int seccomp_cost(struct seccomp *s)
{
	struct costing w = {.s = s, .arch = s->host.arch};
	int status = subject_open(s, s->words.at[0], &w.subject);

	if (status)
		return status;
	if (s->arches == (arch_set)1 << ARCH_I386)
		w.arch = ARCH_I386;
	else if (s->arches == (arch_set)1 << ARCH_X32)
		w.arch = ARCH_X32;
	measure(&w);
	if (s->is_json)
		write_json(&w);
	else
		write_text(&w);
	return output_all(buf_str(&s->out)) ? EXIT_CLEAN : EXIT_FAILED;
}
