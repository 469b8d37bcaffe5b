/*
 * Changes written into a Dockerfile.
 *
 * The tree is read again from the same bytes, so that what an instruction spans (its
 * continued lines, heredocs, comments in between) is known to the byte. A comment
 * belongs to the instruction that it stands right above, and stays there.
 */
#include "source/raise_by.h"

#include "base/buf.h"
#include "syntax/dockerfile.h"

/* One change on its way into the file that it is about. */
struct place_in {
	struct raising *r;
	const struct change *change;
	const struct dockerfile *df;
	const struct dockerfile_instruction *in; /* in which the change is */
	size_t index;				 /* of in */
	struct str eol;				 /* "\n" or "\r\n", as its lines end */
};

/* ---- where it is ---- */

static bool is_of_a_build(const struct input *input, const struct file *file)
{
	vec_each (struct build *const, build, &input->project.builds)
		if ((*build)->file == file)
			return true;
	return false;
}

/* The instruction that holds offset; false when none does. */
static bool find_instruction(struct place_in *p, uint32_t offset)
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

static uint32_t end_of(struct span s)
{
	return s.offset + s.length;
}

static uint32_t line_start(const struct file *file, uint32_t offset)
{
	size_t n = str_rfind(str_sub(file->bytes, 0, offset), '\n');

	return n < offset ? (uint32_t)n + 1 : 0;
}

/* Behind the line end of the line that holds offset, or the end of the file. */
static uint32_t next_line(const struct file *file, uint32_t offset)
{
	size_t n = str_find(str_from(file->bytes, offset), '\n') + offset + 1;

	return n < file->bytes.n ? (uint32_t)n : (uint32_t)file->bytes.n;
}

static struct str eol_of(const struct dockerfile *df, uint32_t offset)
{
	struct str bytes = df->file->bytes;
	size_t n = str_find(str_from(bytes, offset), '\n') + offset;

	if (n >= bytes.n)
		return df->has_crlf ? STR("\r\n") : STR("\n");
	return n && bytes.p[n - 1] == '\r' ? STR("\r\n") : STR("\n");
}

/* ---- what is written ---- */

/*
 * Lines of a change in the manner of the file: its line ends, its escape character at
 * the end of a continued line. No line end behind the last.
 */
static struct str lines_of(const struct place_in *p, struct str value)
{
	struct buf out = {.arena = p->r->arena};
	struct str_fields fields = {.rest = value};
	struct str line;

	for (bool is_first = true; str_next_field(&fields, '\n', &line);
		is_first = false) {
		if (!is_first)
			buf_add(&out, p->eol);
		if (p->df->escape != '\\' && str_ends(line, STR("\\"))) {
			buf_add(&out, str_sub(line, 0, line.n - 1));
			buf_char(&out, p->df->escape);
		} else {
			buf_add(&out, line);
		}
	}
	return buf_str(&out);
}

/* The comments between the lines of the instruction, a line each. */
static struct str inner_comments(const struct place_in *p)
{
	struct buf out = {.arena = p->r->arena};
	uint32_t low = 0, high = p->df->comment_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (p->df->comments[mid].offset < p->in->span.offset)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < p->df->comment_count &&
		p->df->comments[low].offset < end_of(p->in->span);
		low++) {
		buf_add(&out, str_trim_right(span_str(p->df->comments[low])));
		buf_add(&out, p->eol);
	}
	return buf_str(&out);
}

/* ---- instructions ---- */

static bool is_comment_line(const struct file *file, uint32_t start)
{
	struct str line = str_from(file->bytes, start);

	return str_starts(
		str_trim_left(str_sub(line, 0, str_find(line, '\n'))), STR("#"));
}

/* The first line of the comments that stand right above the instruction. */
static uint32_t block_start(const struct place_in *p)
{
	const struct file *file = p->df->file;
	uint32_t start = line_start(file, p->in->span.offset), floor = 0;

	if (p->index)
		floor = next_line(file, end_of(p->in[-1].span));
	/* "# syntax=" and "#!" work only where they stand. */
	for (uint32_t i = 0; i < p->df->directive_count; i++)
		if (next_line(file, end_of(p->df->directives[i].span)) > floor)
			floor = next_line(file, end_of(p->df->directives[i].span));
	if (p->df->shebang.file && next_line(file, end_of(p->df->shebang)) > floor)
		floor = next_line(file, end_of(p->df->shebang));
	while (start > floor) {
		uint32_t above = line_start(file, start - 1);

		if (above < floor || !is_comment_line(file, above))
			break;
		start = above;
	}
	return start;
}

static struct span here(const struct place_in *p, uint32_t offset, uint32_t length)
{
	return span_of(p->df->file, offset, length);
}

static bool add_before(struct place_in *p)
{
	struct str bytes = p->df->file->bytes;
	uint32_t at = block_start(p);
	struct str text = arena_printf(p->r->arena, "%.*s%.*s",
		STR_ARG(lines_of(p, p->change->value)), STR_ARG(p->eol));

	if (!str_ends(str_sub(bytes, 0, at), text))
		raise_edit(p->r, here(p, at, 0), text);
	return true;
}

static bool add_after(struct place_in *p)
{
	struct str bytes = p->df->file->bytes;
	uint32_t at = next_line(p->df->file, end_of(p->in->span));
	struct str lines = lines_of(p, p->change->value);
	bool is_open = at == bytes.n && !str_ends(bytes, STR("\n"));
	struct str text = is_open
		? arena_printf(p->r->arena, "%.*s%.*s", STR_ARG(p->eol), STR_ARG(lines))
		: arena_printf(
			  p->r->arena, "%.*s%.*s", STR_ARG(lines), STR_ARG(p->eol));

	if (is_open || !str_starts(str_from(bytes, at), text))
		raise_edit(p->r, here(p, at, 0), text);
	return true;
}

static bool set_step(struct place_in *p)
{
	struct str lines = lines_of(p, p->change->value);

	if (!str_eq(span_str(p->in->span), lines))
		raise_edit(p->r, p->in->span,
			arena_printf(p->r->arena, "%.*s%.*s",
				STR_ARG(inner_comments(p)), STR_ARG(lines)));
	return true;
}

static bool remove_step(struct place_in *p)
{
	uint32_t from = line_start(p->df->file, p->in->span.offset);
	uint32_t to = next_line(p->df->file, end_of(p->in->span));

	/* A file that ends without a line end goes on doing so. */
	if (to == p->df->file->bytes.n && !str_ends(p->df->file->bytes, STR("\n")) &&
		from && !inner_comments(p).n) {
		from--;
		if (from && p->df->file->bytes.p[from - 1] == '\r')
			from--;
	}
	raise_edit(p->r, here(p, from, to - from), inner_comments(p));
	return true;
}

static bool raise_step(struct place_in *p)
{
	switch (p->change->op) {
	case CHANGE_ADD:
		return p->change->is_after ? add_after(p) : add_before(p);
	case CHANGE_SET:
		return set_step(p);
	case CHANGE_REMOVE:
		break;
	}
	return remove_step(p);
}

/* ---- flags ---- */

/* Nothing in it means anything to any reader: builder, shell, JSON. */
static bool is_plain(struct str value)
{
	static const struct str others = STR_INIT("_-./:=@%+,");

	for (size_t i = 0; i < value.n; i++)
		if (!byte_is_alpha(value.p[i]) && !byte_is_digit(value.p[i]) &&
			str_find(others, value.p[i]) == others.n)
			return false;
	return value.n > 0;
}

static bool takes_variable(struct str bytes)
{
	return str_find(bytes, '$') < bytes.n || str_find(bytes, '`') < bytes.n ||
		str_find_str(bytes, STR("{{")) < bytes.n;
}

static struct str name_of(const struct place_in *p)
{
	return dockerfile_keyword_name(p->in->keyword);
}

static bool refuse_variable(struct place_in *p, struct str bytes)
{
	return raise_refuse(p->r,
		"A variable takes part in `%.*s` (line %u): decide by hand what it "
		"should be.",
		STR_ARG(bytes), span_start(p->in->span).line);
}

/* A mount is said as often as there are mounts; any other flag once. */
static const struct dockerfile_flag *find_flag(const struct place_in *p)
{
	bool is_list = str_eq(p->change->name, STR("mount")) ||
		str_eq(p->change->name, STR("device"));

	for (uint32_t i = p->in->flag_count; i-- > 0;) {
		const struct dockerfile_flag *f = &p->in->flags[i];

		if (str_eq(f->name.s, p->change->name) &&
			(!is_list || str_eq(f->value.s, p->change->value)))
			return f;
	}
	return NULL;
}

enum { WIDE = 88 }; /* what is longer goes to a line of its own */

/* What other changes put on the line there already. */
static size_t pending_at(const struct place_in *p, uint32_t at)
{
	size_t n = 0;

	vec_each (const struct edit, e, p->r->out)
		if (e->file == p->df->file && e->offset == at && !e->length)
			n = str_ends(e->bytes, STR("   ")) ? 0 : n + e->bytes.n;
	return n;
}

/* A mount that makes a line wide: what stands behind it begins the next line. */
static struct str wrapped(const struct place_in *p, uint32_t at, struct str text)
{
	const struct file *file = p->df->file;
	uint32_t start = line_start(file, at);
	struct str rest = str_from(file->bytes, at), line, next;
	struct arena *a = p->r->arena;
	size_t before;

	line = str_sub(rest, 0, str_find(rest, '\n'));
	before = at - start + pending_at(p, at) + text.n;
	if (!str_eq(p->change->name, STR("mount")) || !str_starts(rest, STR(" ")) ||
		str_find_str(line, STR("<<")) < line.n || before + line.n <= WIDE)
		return arena_printf(a, " %.*s", STR_ARG(text));
	next = arena_printf(a, " %c%.*s   ", p->df->escape, STR_ARG(p->eol));
	/* The next line begins behind it already. */
	line = str_trim(line);
	if (line.n == 1 && line.p[0] == p->df->escape)
		return arena_printf(a, "%.*s %.*s", STR_ARG(next), STR_ARG(text));
	return arena_printf(a, "%.*s %.*s%.*s", STR_ARG(before > WIDE ? next : STR("")),
		STR_ARG(text), STR_ARG(next));
}

static bool set_flag(struct place_in *p, const struct dockerfile_flag *flag)
{
	struct str text =
		arena_printf(p->r->arena, "--%.*s%s%.*s", STR_ARG(p->change->name),
			p->change->value.n ? "=" : "", STR_ARG(p->change->value));
	uint32_t at = p->in->flag_count
		? end_of(p->in->flags[p->in->flag_count - 1].span)
		: end_of(p->in->keyword_span);

	if (p->change->value.n && !is_plain(p->change->value))
		return raise_refuse(p->r, "Write `%.*s` into line %u by hand.",
			STR_ARG(text), span_start(p->in->span).line);
	if (!flag)
		raise_edit(p->r, here(p, at, 0), wrapped(p, at, text));
	else if (!str_eq(flag->value.s, p->change->value))
		raise_edit(p->r, flag->span, text);
	return true;
}

static bool raise_flag(struct place_in *p)
{
	const struct dockerfile_flag *flag = find_flag(p);
	struct str bytes = p->df->file->bytes;
	uint32_t end;

	if (p->in->keyword != DOCKERFILE_COPY && p->in->keyword != DOCKERFILE_ADD &&
		p->in->keyword != DOCKERFILE_RUN)
		return raise_refuse(p->r,
			"`--%.*s` would stand in %.*s (line %u): write it by hand.",
			STR_ARG(p->change->name), STR_ARG(name_of(p)),
			span_start(p->in->span).line);
	if (flag && takes_variable(span_str(flag->span)) &&
		!str_eq(flag->value.s, p->change->value))
		return refuse_variable(p, span_str(flag->span));
	if (p->change->op == CHANGE_SET)
		return set_flag(p, flag);
	if (!flag || p->change->op != CHANGE_REMOVE)
		return true;
	end = end_of(flag->span);
	while (end < bytes.n && byte_is_blank(bytes.p[end]))
		end++;
	raise_edit(p->r, here(p, flag->span.offset, end - flag->span.offset), STR_NONE);
	return true;
}

/* ---- words ---- */

/* What kind of text a word stands in: who takes its quotes off. */
enum reader { READER_JSON, READER_SHELL, READER_BUILDER };

static const struct dockerfile_instruction *inner(
	const struct dockerfile_instruction *in)
{
	return in->trigger ? in->trigger : in;
}

static enum reader reader_of(const struct place_in *p)
{
	const struct dockerfile_instruction *in = inner(p->in);

	if (in->is_exec)
		return READER_JSON;
	switch (in->keyword) {
	case DOCKERFILE_RUN:
	case DOCKERFILE_CMD:
	case DOCKERFILE_ENTRYPOINT:
	case DOCKERFILE_HEALTHCHECK:
		return READER_SHELL;
	default:
		return READER_BUILDER;
	}
}

static struct str json_text(struct arena *a, struct str value)
{
	struct buf out = {.arena = a};

	buf_json(&out, value);
	return buf_str(&out);
}

/* 'value' for a shell, "value" for the builder; a quote in it goes in as each reads it. */
static struct str quoted(const struct place_in *p, enum reader reader, struct str value)
{
	struct buf out = {.arena = p->r->arena};
	char quote = reader == READER_SHELL ? '\'' : '"';

	buf_char(&out, quote);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (reader == READER_SHELL && c == '\'') {
			buf_add(&out, STR("'\\''"));
			continue;
		}
		if (reader == READER_BUILDER &&
			(c == '"' || c == '$' || c == p->df->escape))
			buf_char(&out, p->df->escape);
		buf_char(&out, c);
	}
	buf_char(&out, quote);
	return buf_str(&out);
}

static bool is_edge(struct str bytes, size_t at)
{
	return at >= bytes.n || byte_is_space(bytes.p[at]) ||
		str_find(STR(";&|()<>"), bytes.p[at]) < 7;
}

/* Does a word of its own stand there, without anything glued to it? */
static bool is_whole_word(const struct place_in *p)
{
	struct str bytes = p->df->file->bytes;
	struct span at = p->change->at;

	return (!at.offset || is_edge(bytes, at.offset - 1)) &&
		is_edge(bytes, end_of(at));
}

/* Is it the inside of a JSON string, between its quotes? */
static bool is_inside_quotes(const struct place_in *p)
{
	struct str bytes = p->df->file->bytes;
	struct span at = p->change->at;

	return at.offset && bytes.p[at.offset - 1] == '"' && end_of(at) < bytes.n &&
		bytes.p[end_of(at)] == '"';
}

/* Does the old word bring its own quotes? Then they are what is replaced. */
static bool has_quotes(struct str old)
{
	return old.n > 1 && (old.p[0] == '"' || old.p[0] == '\'') &&
		old.p[old.n - 1] == old.p[0];
}

/* How value is spelled where the old bytes stand; false when that is not clear. */
static bool spell(const struct place_in *p, struct str old, struct str *out)
{
	enum reader reader = reader_of(p);
	struct str value = p->change->value;
	struct str json = json_text(p->r->arena, value);

	if (reader == READER_JSON) {
		*out = has_quotes(old) ? json : str_sub(json, 1, json.n - 2);
		return true;
	}
	if (is_plain(value)) {
		*out = has_quotes(old) ? arena_printf(p->r->arena, "%c%.*s%c", old.p[0],
						 STR_ARG(value), old.p[0])
				       : value;
		return true;
	}
	*out = quoted(p, reader, value);
	return has_quotes(old) || is_whole_word(p);
}

static bool refuse_spelling(struct place_in *p)
{
	return raise_refuse(p->r, "Write `%.*s` into line %u by hand.",
		STR_ARG(p->change->value), span_start(p->change->at).line);
}

/* One more word behind the one at `at`. */
static bool add_word(struct place_in *p)
{
	struct str old = span_str(p->change->at), text;
	uint32_t at = end_of(p->change->at);

	if (reader_of(p) == READER_JSON) {
		text = arena_printf(p->r->arena, ", %.*s",
			STR_ARG(json_text(p->r->arena, p->change->value)));
		if (is_inside_quotes(p) && !has_quotes(old))
			at++;
	} else if (is_plain(p->change->value)) {
		text = arena_printf(p->r->arena, " %.*s", STR_ARG(p->change->value));
	} else {
		text = arena_printf(p->r->arena, " %.*s",
			STR_ARG(quoted(p, reader_of(p), p->change->value)));
	}
	if (!is_edge(p->df->file->bytes, at) && reader_of(p) != READER_JSON)
		return refuse_spelling(p);
	raise_edit(p->r, here(p, at, 0), text);
	return true;
}

/* The word with the blanks in front of it; in a JSON list, with its comma. */
static bool remove_word(struct place_in *p)
{
	struct str bytes = p->df->file->bytes;
	uint32_t from = p->change->at.offset, to = end_of(p->change->at);

	if (reader_of(p) == READER_JSON) {
		if (is_inside_quotes(p) && !has_quotes(span_str(p->change->at)))
			from--, to++;
		while (from && byte_is_blank(bytes.p[from - 1]))
			from--;
		if (!from || bytes.p[from - 1] != ',')
			return refuse_spelling(p);
		from--;
	} else {
		if (!is_whole_word(p))
			return refuse_spelling(p);
		while (from && byte_is_blank(bytes.p[from - 1]))
			from--;
	}
	raise_edit(p->r, here(p, from, to - from), STR_NONE);
	return true;
}

static bool set_word(struct place_in *p)
{
	struct str old = span_str(p->change->at), text;

	if (!spell(p, old, &text))
		return refuse_spelling(p);
	if (!str_eq(old, text))
		raise_edit(p->r, p->change->at, text);
	return true;
}

static bool raise_word(struct place_in *p)
{
	struct str old = span_str(p->change->at);

	if (end_of(p->change->at) > end_of(p->in->span))
		return raise_refuse(p->r,
			"Line %u holds more than one instruction "
			"can: change it by hand.",
			span_start(p->in->span).line);
	if (p->change->op != CHANGE_ADD && takes_variable(old))
		return refuse_variable(p, old);
	switch (p->change->op) {
	case CHANGE_ADD:
		return add_word(p);
	case CHANGE_REMOVE:
		return remove_word(p);
	case CHANGE_SET:
		break;
	}
	return set_word(p);
}

/* ---- one change ---- */

static bool raise_one(struct place_in *p)
{
	if (!find_instruction(p, p->change->at.offset))
		return raise_refuse(p->r,
			"Line %u of '%.*s' is no instruction: change it by hand.",
			span_start(p->change->at).line, STR_ARG(p->df->file->path));
	p->eol = eol_of(p->df, end_of(p->in->span));
	if (p->change->kind == CHANGE_STEP)
		return raise_step(p);
	if (p->change->kind == CHANGE_FLAG)
		return raise_flag(p);
	return raise_word(p);
}

bool dockerfile_raise(struct raising *r, const struct change *const *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct diags diags = {.arena = r->arena};
		struct place_in p = {.r = r, .change = changes[i]};

		if (!changes[i]->at.file ||
			!is_of_a_build(r->input, changes[i]->at.file))
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
