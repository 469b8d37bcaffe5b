#include "policy/inline.h"

#include "policy/foreign.h"

struct reader {
	struct arena *arena;
	const struct file *file;
	enum inline_syntax syntax;
	const struct project *project;
	struct ignores *out;
	size_t limit;
	/* The comment that is being read. */
	struct str text; /* behind its '#' and blanks */
	uint32_t line;
	bool is_alone; /* nothing but blanks stands before it */
};

/* What a form says beside the ids. */
struct tail {
	struct str reason, until;
};

static struct str line_str(const struct reader *r, uint32_t line)
{
	return span_str(file_line(r->file, line));
}

static bool is_comment_line(struct str line)
{
	line = str_trim_left(line);
	return line.n && line.p[0] == '#';
}

/* How far a file's line reaches: with the lines that it is continued on. */
static uint32_t continued_to(const struct reader *r, uint32_t line)
{
	while (line < r->file->line_count) {
		struct str s = str_trim_right(line_str(r, line));
		bool goes_on = str_ends(s, STR("\\")) ||
			(r->syntax == INLINE_DOCKERFILE &&
				(str_ends(s, STR("`")) || is_comment_line(s)));

		if (!goes_on)
			break;
		line++;
	}
	return line;
}

static uint32_t widen(
	uint32_t last, struct span span, const struct file *file, uint32_t line)
{
	uint32_t end;

	if (span.file != file || span_start(span).line != line)
		return last;
	end = span_end(span).line;
	return end > last ? end : last;
}

/* The lowered instruction knows where its heredocs end. */
static uint32_t instruction_to(const struct reader *r, uint32_t line)
{
	uint32_t last = continued_to(r, line);

	vec_each (struct build *, build, &r->project->builds) {
		if ((*build)->file != r->file)
			continue;
		vec_each (struct stage *, stage, &(*build)->stages) {
			last = widen(last, (*stage)->span, r->file, line);
			vec_each (const struct step, step, &(*stage)->steps)
				last = widen(last, step->span, r->file, line);
		}
	}
	return last;
}

static size_t indent_of(struct str line)
{
	return line.n - str_trim_left(line).n;
}

static bool is_item(struct str line)
{
	line = str_trim_left(line);
	return line.n && line.p[0] == '-' && (line.n == 1 || byte_is_blank(line.p[1]));
}

/* A key or item with all that is indented under it; a list may stand no deeper. */
static uint32_t block_to(const struct reader *r, uint32_t line)
{
	struct str first = line_str(r, line);
	size_t indent = indent_of(first);
	uint32_t last = line;

	for (uint32_t i = line + 1; i <= r->file->line_count; i++) {
		struct str s = line_str(r, i);

		if (!str_trim(s).n || is_comment_line(s))
			continue;
		if (indent_of(s) < indent ||
			(indent_of(s) == indent && (is_item(first) || !is_item(s))))
			break;
		last = i;
	}
	return last;
}

/* The lines that the comment means. */
static void set_reach(const struct reader *r, struct ignore *ignore)
{
	uint32_t line = r->line;

	ignore->file = r->file;
	ignore->first = ignore->last = line;
	if (!r->is_alone)
		return;
	while (line <= r->file->line_count && is_comment_line(line_str(r, line)))
		line++;
	if (line > r->file->line_count || !str_trim(line_str(r, line)).n)
		return;
	switch (r->syntax) {
	case INLINE_DOCKERFILE:
		ignore->last = instruction_to(r, line);
		break;
	case INLINE_YAML:
		ignore->last = block_to(r, line);
		break;
	case INLINE_SHELL:
		ignore->last = continued_to(r, line);
		break;
	}
}

static const struct str *split(struct arena *a, struct str list, uint32_t *count)
{
	struct str_fields fields = {.rest = list};
	VEC(struct str) names = {0};
	struct str name;

	while (list.n && str_next_field(&fields, ',', &name))
		*vec_push(a, &names) = name;
	*count = (uint32_t)names.n;
	return names.at;
}

static void add(struct reader *r, enum ignore_origin origin, struct str word,
	struct str rules, bool is_for_file, struct tail tail)
{
	struct ignore *ignore;

	if (r->out->n >= r->limit)
		return;
	ignore = vec_push(r->arena, r->out);
	ignore->origin = origin;
	ignore->rules = split(r->arena, rules, &ignore->rule_count);
	ignore->span = span_of(r->file, (size_t)(word.p - r->file->bytes.p), word.n);
	ignore->reason = tail.reason;
	ignore->until = tail.until;
	if (is_for_file)
		ignore->file = r->file;
	else
		set_reach(r, ignore);
}

static bool begins_attribute(struct str s)
{
	return str_starts(s, STR("reason=")) || str_starts(s, STR("until="));
}

/* "a,b , c" up to a blank that no comma stands beside; s is what follows. */
static struct str take_list(struct str *s)
{
	struct str whole = *s;
	size_t n = 0;

	while (n < whole.n) {
		size_t from = n;

		while (n < whole.n && byte_is_blank(whole.p[n]))
			n++;
		if (n > from && from && whole.p[from - 1] != ',' &&
			(n == whole.n || whole.p[n] != ','))
			break;
		if (begins_attribute(str_from(whole, n)))
			break;
		while (n < whole.n && !byte_is_blank(whole.p[n]))
			n++;
	}
	*s = str_from(whole, n);
	return str_trim(str_sub(whole, 0, n));
}

/* Cuts what stands behind a word ("reason=") up to another one off; empty: not there. */
static struct str value_behind(struct str s, struct str word, struct str stop)
{
	size_t at = str_find_str(s, word), end;

	if (at == s.n)
		return STR_NONE;
	s = str_from(s, at + word.n);
	end = str_find_str(s, stop);
	return str_trim(str_sub(s, 0, end));
}

static bool take_word(struct str *s, struct str word)
{
	if (!str_starts_nocase(*s, word))
		return false;
	*s = str_trim_left(str_from(*s, word.n));
	return true;
}

/* Of a list of ids of a tool those that we know. */
static void add_foreign(struct reader *r, enum foreign_tool tool, struct str list,
	bool is_for_file, struct tail tail)
{
	struct str_fields fields = {.rest = list};
	struct str id;

	while (str_next_field(&fields, ',', &id)) {
		struct str rules;

		id = str_trim(id);
		rules = foreign_rules(r->arena, tool, id);
		if (rules.n)
			add(r, tail.reason.n ? IGNORE_COMMENT : IGNORE_FOREIGN, id,
				rules, is_for_file, tail);
	}
}

/* oakum ignore=…, oakum ignore-file=… */
static bool read_own(struct reader *r)
{
	struct str s = r->text, list, word;
	struct str_fields fields;
	struct tail tail;
	bool is_for_file;

	if (!take_word(&s, STR("oakum")))
		return false;
	take_word(&s, STR(":"));
	is_for_file = str_starts(s, STR("ignore-file="));
	if (!is_for_file && !str_starts(s, STR("ignore=")))
		return true;
	s = str_from(s, str_find(s, '=') + 1);
	list = take_list(&s);
	tail.reason = value_behind(s, STR("reason="), STR(" until="));
	tail.until = value_behind(s, STR("until="), STR(" "));
	fields = (struct str_fields){.rest = list};
	while (str_next_field(&fields, ',', &word)) {
		word = str_trim(word);
		if (word.n)
			add(r, IGNORE_COMMENT, word, word, is_for_file, tail);
	}
	return true;
}

/* hadolint ignore=DL3002, hadolint global ignore=…; tally likewise, with a reason */
static bool read_hadolint(struct reader *r)
{
	struct str s = r->text, list;
	bool is_for_file;

	if (!take_word(&s, STR("hadolint")) && !take_word(&s, STR("tally")))
		return false;
	is_for_file = take_word(&s, STR("global"));
	if (!take_word(&s, STR("ignore")) || !take_word(&s, STR("=")))
		return true;
	list = take_list(&s);
	add_foreign(r, FOREIGN_HADOLINT, str_sub(list, 0, str_find(list, ';')),
		is_for_file, (struct tail){0});
	return true;
}

/* check=skip=Name,Name;error=true */
static void read_buildkit(struct reader *r)
{
	struct str s = r->text;

	if (!take_word(&s, STR("check")) || !take_word(&s, STR("=")))
		return;
	s = value_behind(s, STR("skip="), STR(";"));
	add_foreign(r, FOREIGN_BUILDKIT, s, true, (struct tail){0});
}

/* trivy:ignore:AVD-DS-0002[:exp:2026-01-01]; several with blanks between */
static bool read_trivy(struct reader *r)
{
	struct str s = r->text, word;
	bool is_one = false;

	while (str_next_word(&s, &word)) {
		struct tail tail = {0};
		struct str id;

		if (!take_word(&word, STR("trivy:ignore:")) &&
			!take_word(&word, STR("tfsec:ignore:")))
			break;
		is_one = true;
		id = str_sub(word, 0, str_find(word, ':'));
		tail.until = value_behind(word, STR(":exp:"), STR(":"));
		add_foreign(r, FOREIGN_TRIVY, id, false, tail);
	}
	return is_one;
}

/* checkov:skip=CKV_DOCKER_3:reason, which means a whole Dockerfile */
static bool read_checkov(struct reader *r)
{
	struct str s = r->text, ids;
	size_t colon;

	if (!take_word(&s, STR("checkov:skip=")) &&
		!take_word(&s, STR("bridgecrew:skip=")))
		return false;
	colon = str_find(s, ':');
	ids = colon < s.n ? str_sub(s, 0, colon) : take_list(&s);
	add_foreign(r, FOREIGN_CHECKOV, ids, r->syntax == INLINE_DOCKERFILE,
		(struct tail){.reason = str_trim(str_from(s, colon + 1))});
	return true;
}

/* dclint disable-line [rule …]; dclint disable [rule …] for the file */
static bool read_dclint(struct reader *r)
{
	struct str s = r->text, word;
	bool is_for_line;

	if (!take_word(&s, STR("dclint")))
		return false;
	is_for_line = take_word(&s, STR("disable-line"));
	if (!is_for_line && !take_word(&s, STR("disable")))
		return true;
	while (str_next_word(&s, &word))
		add_foreign(r, FOREIGN_DCLINT, word, !is_for_line, (struct tail){0});
	return true;
}

/* kics-scan ignore-line, ignore-block, ignore (the file): all that is there */
static bool read_kics(struct reader *r)
{
	struct str s = r->text, word;
	bool is_place;

	if (!take_word(&s, STR("kics-scan")) || !str_next_word(&s, &word))
		return false;
	is_place =
		str_eq(word, STR("ignore-line")) || str_eq(word, STR("ignore-block"));
	if (is_place || str_eq(word, STR("ignore")))
		add(r, IGNORE_FOREIGN, word, STR("all"), !is_place, (struct tail){0});
	return true;
}

static void read_comment(struct reader *r)
{
	static bool (*const forms[])(struct reader *) = {read_own, read_hadolint,
		read_trivy, read_checkov, read_dclint, read_kics};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i](r))
			return;
}

static bool is_build(const struct project *project, const struct file *file)
{
	vec_each (struct build *, build, &project->builds)
		if ((*build)->file && str_eq((*build)->file->path, file->path))
			return true;
	return false;
}

static void set_comment(
	struct reader *r, const struct file *file, uint32_t line, struct str text)
{
	r->file = file;
	r->line = line;
	r->text = str_trim(str_sub(text, 1, INLINE_TEXT_MAX));
}

/* A comment may hold another one: "# why # oakum ignore=…". */
static void read_span(struct reader *r, struct span comment)
{
	struct str whole = str_sub(span_str(comment), 0, INLINE_TEXT_MAX);

	set_comment(r, comment.file, span_start(comment).line, whole);
	r->is_alone = is_comment_line(line_str(r, r->line));
	for (size_t at = 0; at < whole.n;
		at += 1 + str_find(str_from(whole, at + 1), '#')) {
		if (at && !byte_is_blank(whole.p[at - 1]))
			continue;
		set_comment(r, comment.file, r->line, str_from(whole, at));
		if (r->out->n < r->limit)
			read_comment(r);
	}
}

/* What BuildKit's check skips is a directive, and no comment to the reader. */
static void read_directives(struct reader *r, const struct file *file)
{
	r->syntax = INLINE_DOCKERFILE;
	for (uint32_t i = 1; i <= file->line_count; i++) {
		struct str line = span_str(file_line(file, i));

		if (!str_starts(line, STR("#")))
			return;
		set_comment(r, file, i, line);
		read_buildkit(r);
	}
}

void inline_read(struct arena *a, const struct span *comments, uint32_t count,
	enum inline_syntax syntax, const struct project *project, struct ignores *out)
{
	struct reader r = {.arena = a,
		.project = project,
		.out = out,
		.limit = out->n + INLINE_IGNORES_MAX};

	vec_each (struct build *, build, &project->builds)
		if ((*build)->file)
			read_directives(&r, (*build)->file);
	for (uint32_t i = 0; i < count && out->n < r.limit; i++) {
		r.syntax = is_build(project, comments[i].file) ? INLINE_DOCKERFILE
							       : syntax;
		read_span(&r, comments[i]);
	}
}
