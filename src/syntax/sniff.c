#include "syntax/sniff.h"

#include "syntax/dockerfile.h"
#include "syntax/space.h"

const char *input_kind_name(enum input_kind kind)
{
	static const char *const names[] = {
		[INPUT_UNKNOWN] = "unknown",
		[INPUT_DOCKERFILE] = "Dockerfile",
		[INPUT_TEMPLATE] = "template",
		[INPUT_COMPOSE] = "compose file",
		[INPUT_SHELL] = "shell script",
		[INPUT_JSON] = "JSON",
	};

	return names[kind];
}

static struct str next_line(struct str *rest)
{
	size_t n = str_find(*rest, '\n');
	struct str line = str_trim_right(str_sub(*rest, 0, n));

	*rest = str_from(*rest, n + 1);
	return line;
}

/* "#!/usr/bin/env bash -e", "#!/bin/sh": the interpreter's name ends in "sh". */
static bool is_shell_shebang(struct str bytes)
{
	struct str line = next_line(&bytes), word, name = STR_NONE;

	if (!str_starts(line, STR("#!")))
		return false;
	line = str_from(line, 2);
	while (str_next_word(&line, &word)) {
		size_t slash = str_rfind(word, '/');

		name = slash < word.n ? str_from(word, slash + 1) : word;
		if (!str_eq(name, STR("env")) && name.n && name.p[0] != '-')
			break;
	}
	return str_ends(name, STR("sh"));
}

/* An object or list that begins as JSON does, and no template. */
static bool is_json(struct str bytes)
{
	struct str s = str_trim_left(bytes), inner = str_trim_left(str_from(s, 1));
	char c = inner.n ? inner.p[0] : '\0';

	if (s.n && s.p[0] == '{')
		return c == '"' || c == '}';
	if (s.n && s.p[0] == '[')
		return c == '"' || c == '{' || c == '[' || c == ']' || byte_is_digit(c);
	return false;
}

/* Is the first line of rest that says something an indented "key:", or "{"? */
static bool mapping_follows(struct str rest)
{
	while (rest.n) {
		struct str line = next_line(&rest), text = str_trim_left(line);

		if (!text.n || text.p[0] == '#' || str_starts(text, STR("{%")))
			continue;
		return text.n < line.n && text.p[0] != '-' &&
			str_find(text, ':') < text.n;
	}
	return false;
}

/*
 * "services:" at the start of a line, with a mapping below or behind it. Behind the
 * fence of a code block it is an example that a document shows.
 */
static bool has_services(struct str bytes)
{
	while (bytes.n) {
		struct str line = next_line(&bytes), behind;

		if (str_starts(line, STR("```")) || str_starts(line, STR("~~~")))
			return false;
		if (!str_starts(line, STR("services:")))
			continue;
		behind = str_trim(str_from(line, 9));
		if (behind.n && behind.p[0] != '#' && behind.p[0] != '&')
			return behind.p[0] == '{';
		return mapping_follows(bytes);
	}
	return false;
}

/* Marks that open a template's block, and what closes it. */
static const struct block {
	struct str open, close;
} blocks[] = {
	{STR_INIT("{{"), STR_INIT("}}")},
	{STR_INIT("{%"), STR_INIT("%}")},
	{STR_INIT("{#"), STR_INIT("#}")},
	{STR_INIT("<%"), STR_INIT("%>")},
};

static const struct block *block_at(struct str s)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (str_starts(s, blocks[i].open))
			return &blocks[i];
	return NULL;
}

/* @NAME@, %%NAME%%, __NAME__ at the start of s: capitals, digits, underscores. */
static bool is_placeholder(struct str s, struct str mark)
{
	size_t n = mark.n, end;

	if (!str_starts(s, mark))
		return false;
	end = str_find_str(str_from(s, n), mark);
	if (!end || end == s.n - n)
		return false;
	for (size_t i = n; i < n + end; i++)
		if (!byte_is_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' &&
			!(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

static bool has_placeholder(struct str s)
{
	return is_placeholder(s, STR("@")) || is_placeholder(s, STR("%%")) ||
		is_placeholder(s, STR("__"));
}

/* Is the image of a FROM made by a template? "${{" is a shell's, not a template's. */
static bool is_template_image(struct str image)
{
	for (size_t i = 0; i < image.n; i++) {
		struct str at = str_from(image, i);

		if (i && image.p[i - 1] == '$')
			continue;
		if (block_at(at) || is_placeholder(at, STR("@")) ||
			is_placeholder(at, STR("%%")))
			return true;
	}
	return false;
}

/* A "{%" that begins a continued line; where heredocs begin, the text has ended. */
static bool has_inner_block(const struct dockerfile_instruction *in)
{
	struct str text = span_str(in->span);

	if (in->heredoc_count)
		text = str_sub(
			text, 0, in->heredocs[0].body_span.offset - in->span.offset);
	next_line(&text);
	while (text.n)
		if (str_starts(str_trim_left(next_line(&text)), STR("{%")))
			return true;
	return false;
}

/* What the first lines are, in numbers. */
struct weights {
	unsigned before;	   /* instructions before the first FROM */
	unsigned known, unknown;   /* behind the first FROM */
	bool has_from, has_shape;  /* the first FROM, and it is FROM image [AS name] */
	bool is_upper;		   /* it is written FROM */
	bool has_marks;		   /* of a template */
	bool stranger_before_from; /* a line before FROM that is no instruction */
};

static bool is_image(struct str image)
{
	for (size_t i = 0; i < image.n; i++) {
		char c = image.p[i];

		if (!byte_is_alpha(c) && !byte_is_digit(c) &&
			!memchr("._-/:@${}+\"'\\", c, 13))
			return false;
	}
	return image.n > 0;
}

static void weigh_from(struct weights *w, const struct dockerfile_instruction *in)
{
	if (is_template_image(in->rest.s))
		w->has_marks = true;
	if (w->has_from) {
		w->known++;
		return;
	}
	w->has_from = true;
	w->is_upper = str_eq(span_str(in->keyword_span), STR("FROM"));
	w->has_shape = is_image(in->image.s) &&
		(in->arg_count == 1 || (in->arg_count == 3 && in->stage_name.s.n));
}

static void weigh_unknown(struct weights *w, const struct dockerfile_instruction *in)
{
	if (has_placeholder(in->line.s))
		w->has_marks = true;
	else if (w->has_from)
		w->unknown++;
	else
		w->stranger_before_from = true;
}

static void weigh(struct weights *w, const struct dockerfile_instruction *in)
{
	if (in->keyword == DOCKERFILE_FROM)
		weigh_from(w, in);
	else if (in->keyword == DOCKERFILE_NONE)
		weigh_unknown(w, in);
	else if (w->has_from)
		w->known++;
	else
		w->before++;
	if (in->keyword != DOCKERFILE_NONE && has_inner_block(in))
		w->has_marks = true;
}

/* Where the template block that begins at an instruction ends; 0 when none does. */
static size_t block_end(const struct dockerfile_instruction *in)
{
	struct str rest = str_from(in->span.file->bytes, in->span.offset);
	const struct block *block = block_at(rest);

	if (!block)
		return 0;
	return in->span.offset + str_find_str(rest, block->close) + block->close.n;
}

/* The first heredoc that never ends makes the lines below it worthless. */
static uint32_t end_of_sense(const struct dockerfile *df, const struct diags *diags)
{
	vec_each (struct diag, d, &diags->list)
		if (d->id == DIAG_UNTERMINATED_HEREDOC)
			return d->span.offset;
	return (uint32_t)df->file->bytes.n;
}

static struct weights weigh_all(const struct dockerfile *df, const struct diags *diags)
{
	uint32_t end = end_of_sense(df, diags), weighed = 0;
	struct weights w = {0};
	size_t skip = 0;

	for (uint32_t i = 0; i < df->instruction_count; i++) {
		const struct dockerfile_instruction *in = &df->instructions[i];
		size_t block;

		if (in->span.offset > end || weighed == SNIFF_INSTRUCTIONS)
			break;
		if (in->span.offset < skip)
			continue;
		block = block_end(in);
		skip = block ? block : skip;
		if (block)
			w.has_marks = true;
		else
			weigh(&w, in);
		weighed++;
	}
	return w;
}

static enum input_kind judge(const struct weights *w)
{
	bool mostly_known = w->known >= w->unknown;

	if (w->has_marks && w->known + w->before + w->has_from >= 2 &&
		(mostly_known || w->has_from) && !w->stranger_before_from)
		return INPUT_TEMPLATE;
	if (!w->has_from || w->stranger_before_from || !mostly_known)
		return INPUT_UNKNOWN;
	if (w->has_shape || (w->is_upper && w->known >= 2))
		return INPUT_DOCKERFILE;
	return INPUT_UNKNOWN;
}

static bool has_diag(const struct diags *diags, enum diag_id id)
{
	vec_each (struct diag, d, &diags->list)
		if (d->id == id)
			return true;
	return false;
}

static enum input_kind judge_tree(const struct sniffed *s)
{
	struct weights w;

	if (s->tree->is_foreign)
		return INPUT_DOCKERFILE;
	w = weigh_all(s->tree, &s->diags);
	return judge(&w);
}

/* The name of a heredoc that line begins, by a shell's plainest form. */
static struct str heredoc_name(struct str line)
{
	struct str rest = str_from(line, str_find_str(line, STR("<<")) + 2);
	size_t n = 0;

	if (rest.n && rest.p[0] == '-')
		rest = str_from(rest, 1);
	rest = str_trim_left(rest);
	if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\'' || rest.p[0] == '\\'))
		rest = str_from(rest, 1);
	while (n < rest.n && (byte_is_alpha(rest.p[n]) || rest.p[n] == '_'))
		n++;
	return str_sub(rest, 0, n);
}

/* A script without "#!" whose heredoc writes a Dockerfile. */
static bool writes_dockerfile(struct str bytes)
{
	struct str name = STR_NONE;
	bool has_from = false;

	while (bytes.n) {
		struct str line = next_line(&bytes);

		if (name.n && str_eq(str_trim_left(line), name)) {
			if (has_from)
				return true;
			name = STR_NONE;
		} else if (name.n) {
			has_from |= str_starts(line, STR("FROM "));
		} else if (str_find_str(line, STR("<<")) < line.n) {
			name = heredoc_name(line);
			has_from = false;
		}
	}
	return false;
}

/* The start of the file in whole lines. */
static struct str prefix(struct str bytes)
{
	struct str part = str_sub(bytes, 0, SNIFF_MAX);
	size_t newline = str_rfind(part, '\n');

	if (part.n < bytes.n && newline < part.n)
		part.n = newline + 1;
	return part;
}

static struct sniffed parse(struct arena *a, const struct file *file)
{
	struct sniffed s = {.diags = {.arena = a}};

	s.tree = dockerfile_parse(a, file, &s.diags);
	return s;
}

static enum input_kind sniff_dockerfile(
	struct arena *a, const struct file *file, struct str part, struct sniffed *out)
{
	bool is_cut = part.n < file->bytes.n;
	struct sniffed s = parse(a, is_cut ? file_new(a, file->path, part) : file);

	if (is_cut && has_diag(&s.diags, DIAG_UNTERMINATED_HEREDOC)) {
		s = parse(a, file);
		is_cut = false;
	}
	if (out && !is_cut)
		*out = s;
	return judge_tree(&s);
}

/* A line that begins with "{%" or "{{" makes a compose file a template. */
static bool has_block_line(struct str bytes)
{
	while (bytes.n) {
		struct str line = str_trim_left(next_line(&bytes));

		if (str_starts(line, STR("{%")) || str_starts(line, STR("{{")))
			return true;
	}
	return false;
}

static struct str without_mark(struct str bytes)
{
	return str_from(bytes, str_starts(bytes, STR("\xef\xbb\xbf")) ? 3 : 0);
}

enum input_kind sniff(struct arena *a, const struct file *file, struct sniffed *out)
{
	struct str whole = prefix(file->bytes), part = without_mark(whole);
	enum input_kind kind;

	if (out)
		*out = (struct sniffed){.diags = {.arena = a}};
	if (str_find(part, '\0') < part.n)
		return INPUT_UNKNOWN;
	if (is_shell_shebang(part))
		return INPUT_SHELL;
	if (is_json(part))
		return INPUT_JSON;
	kind = sniff_dockerfile(a, file, whole, out);
	if (kind != INPUT_UNKNOWN)
		return kind;
	if (has_services(part))
		return has_block_line(part) ? INPUT_TEMPLATE : INPUT_COMPOSE;
	return writes_dockerfile(part) ? INPUT_SHELL : INPUT_UNKNOWN;
}
