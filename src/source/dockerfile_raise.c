/*
 * Changes written into a Dockerfile: the file that a change is about, and the instruction
 * in it.
 *
 * The tree is read again from the same bytes, so that what an instruction spans (its
 * continued lines, heredocs, comments in between) is known to the byte.
 */
#include "source/dockerfile_raise.h"

/* The instruction that holds offset; false when none does. */
static bool find_instruction(struct dockerfile_place *p, uint32_t offset)
{
	size_t low = 0, high = p->df->instruction_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct span *s = &p->df->instructions[mid].span;

		if (offset > s->offset + s->length)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == p->df->instruction_count ||
		p->df->instructions[low].span.offset > offset)
		return false;
	p->in = &p->df->instructions[low];
	p->index = low;
	return true;
}

static struct str eol_of(const struct dockerfile *df, uint32_t offset)
{
	struct str bytes = df->file->bytes;
	size_t n = str_find(str_from(bytes, offset), '\n') + offset;

	if (n >= bytes.n)
		return df->has_crlf ? STR("\r\n") : STR("\n");
	return n && bytes.p[n - 1] == '\r' ? STR("\r\n") : STR("\n");
}

struct span dockerfile_here(
	const struct dockerfile_place *p, uint32_t offset, uint32_t length)
{
	return span_of(p->df->file, offset, length);
}

bool dockerfile_has_variable(struct str bytes)
{
	return str_find(bytes, '$') < bytes.n || str_find(bytes, '`') < bytes.n ||
		str_find_str(bytes, STR("{{")) < bytes.n;
}

bool dockerfile_refuse_variable(struct dockerfile_place *p, struct str bytes)
{
	return raise_refuse(p->r,
		"A variable takes part in `%.*s` (line %u): decide by hand what it "
		"should be.",
		STR_ARG(bytes), span_start(p->in->span).line);
}

static bool raise_one(struct dockerfile_place *p)
{
	if (!find_instruction(p, p->change->at.offset))
		return raise_refuse(p->r,
			"Line %u of '%.*s' is no instruction: change it by hand.",
			span_start(p->change->at).line, STR_ARG(p->df->file->path));
	p->eol = eol_of(p->df, span_stop(p->in->span));
	if (p->change->kind == CHANGE_STEP)
		return dockerfile_raise_step(p);
	if (p->change->kind == CHANGE_FLAG)
		return dockerfile_raise_flag(p);
	return dockerfile_raise_word(p);
}

bool dockerfile_raise(struct raising *r, const struct change *const *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct diags diags = {.arena = r->arena};
		struct dockerfile_place p = {.r = r, .change = changes[i]};

		if (!changes[i]->at.file ||
			!raise_is_of_a_build(r->input, changes[i]->at.file))
			return raise_refuse(r,
				"That stands in no Dockerfile of this "
				"project: change it by hand.");
		if (!r->memo->dockerfile ||
			r->memo->dockerfile->file != changes[i]->at.file)
			r->memo->dockerfile =
				dockerfile_parse(r->arena, changes[i]->at.file, &diags);
		p.df = r->memo->dockerfile;
		if (!raise_one(&p))
			return false;
	}
	return true;
}
