/*
 * fuzz_dockerfile: any bytes as a Dockerfile.
 *
 * Whatever stands there, the tree's places lie in the file and in order, each text's
 * bytes are those that its pieces name, and memory stays within a bound. The dump and
 * the sniffer go over the same bytes.
 */
#include <stdlib.h>

#include "syntax/dockerfile_dump.h"
#include "syntax/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes of arena for one byte of file, and what a file of nothing costs. */
enum { BYTES_EACH = 600, BYTES_ONCE = 64 * 1024 };

static void check_span(struct span s)
{
	if (s.file && (size_t)s.offset + s.length > s.file->bytes.n)
		abort();
}

/* A piece that is not decoded names bytes that are these bytes. */
static void check_piece(const struct text *t, const struct text_piece *p)
{
	size_t from = p->at > t->base ? p->at : t->base, to = t->base + t->s.n;
	size_t end = (size_t)p->at + p->from.length;

	check_span(p->from);
	end = end < to ? end : to;
	if (p->decoded || !p->from.file || from >= end)
		return;
	if (memcmp(t->s.p + (from - t->base),
		    p->from.file->bytes.p + p->from.offset + (from - p->at),
		    end - from))
		abort();
}

/* The last piece that begins at or before the text; the others do not concern it. */
static uint32_t first_piece(const struct text *t)
{
	uint32_t low = 0, high = t->piece_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (t->pieces[mid].at <= t->base)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static void check_text(const struct text *t)
{
	check_span(text_span_all(t));
	for (uint32_t i = t->piece_count ? first_piece(t) : 0; i < t->piece_count;
		i++) {
		if (t->pieces[i].at > t->base + t->s.n)
			break;
		check_piece(t, &t->pieces[i]);
	}
}

static void check_instruction(const struct dockerfile_instruction *in)
{
	check_span(in->span);
	check_span(in->keyword_span);
	check_text(&in->line);
	check_text(&in->rest);
	check_text(&in->image);
	check_text(&in->stage_name);
	for (uint32_t i = 0; i < in->arg_count; i++)
		check_text(&in->args[i]);
	for (uint32_t i = 0; i < in->flag_count; i++) {
		check_span(in->flags[i].span);
		check_text(&in->flags[i].name);
		check_text(&in->flags[i].value);
	}
	for (uint32_t i = 0; i < in->pair_count; i++) {
		check_text(&in->pairs[i].key);
		check_text(&in->pairs[i].value);
	}
	for (uint32_t i = 0; i < in->heredoc_count; i++) {
		check_text(&in->heredocs[i].body);
		check_span(in->heredocs[i].body_span);
		check_span(in->heredocs[i].terminator);
	}
	if (in->trigger)
		check_instruction(in->trigger);
}

static void check_tree(const struct dockerfile *df)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < df->instruction_count; i++) {
		const struct dockerfile_instruction *in = &df->instructions[i];

		if (in->span.offset < end || !in->span.length)
			abort();
		end = in->span.offset + in->span.length;
		check_instruction(in);
	}
	for (uint32_t i = 0; i < df->comment_count; i++)
		check_span(df->comments[i]);
	for (uint32_t i = 0; i < df->directive_count; i++)
		check_text(&df->directives[i].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	struct buf out = {.arena = &arena};
	const struct file *file = file_new(
		&arena, STR("Dockerfile"), (struct str){(const char *)data, size});
	const struct dockerfile *df = dockerfile_parse(&arena, file, &diags);

	if (arena.used > BYTES_ONCE + BYTES_EACH * size)
		abort();
	check_tree(df);
	vec_each (struct diag, d, &diags.list) {
		check_span(d->span);
		check_span(d->related);
	}
	dockerfile_dump(df, &out);
	sniff(&arena, file, NULL);
	arena_free(&arena);
	return 0;
}
