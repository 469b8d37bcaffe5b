#include "why/clue.h"

#include "base/path.h"

/* A row, ready to be held against lines. */
struct ready {
	struct pattern pattern, then;
};

static struct ready *read_patterns(struct arena *a)
{
	uint32_t n = know_error_count();
	struct ready *out = arena_array(a, struct ready, n);

	for (uint32_t i = 0; i < n; i++) {
		struct know_error row = know_error(i);

		out[i].pattern = pattern_read(row.pattern);
		out[i].then = pattern_read(row.then);
	}
	return out;
}

static bool line_has(const struct log_line *line, struct str word)
{
	return str_find_str(line->lower, word) < line->lower.n;
}

/* ---- Python's frames: whose code it was ---- */

/* The package in ".../site-packages/NAME/file.py", or empty. */
static struct str package_of(struct str path)
{
	static const struct str folders[] = {
		STR_INIT("/site-packages/"), STR_INIT("/dist-packages/")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		size_t at = str_find_str(path, folders[i]);
		struct str rest = str_from(path, at + folders[i].n);
		struct str name = str_sub(rest, 0, str_find(rest, '/'));

		if (at == path.n)
			continue;
		return str_ends(name, STR(".py")) ? str_sub(name, 0, name.n - 3) : name;
	}
	return STR_NONE;
}

static bool is_of_python(struct str path)
{
	return str_find_str(path, STR("/lib/python")) < path.n ||
		str_starts(path, STR("<"));
}

/*
 * The frames of a traceback stand above its last line, the innermost last. The nearest
 * one in a package names the library; without one the nearest script of the user does.
 */
static struct str frame_owner(const struct log *log, size_t at)
{
	static const struct pattern frame = {
		.at = {{HOLE_NONE, STR_INIT("file '")}, {HOLE_PATH, {NULL, 0}},
			{HOLE_NONE, STR_INIT("', line ")}},
		.n = 3};
	struct str script = STR_NONE;
	size_t least = at > CLUE_FRAMES_MAX ? at - CLUE_FRAMES_MAX : 0;

	for (size_t i = at; i-- > least;) {
		struct caught caught = {0};
		struct str package;

		if (line_has(&log->at[i], STR("traceback (most recent call")))
			break;
		if (!pattern_match(&frame, &log->at[i], &caught))
			continue;
		package = package_of(caught.at[HOLE_PATH]);
		if (package.n)
			return package;
		if (!script.n && !is_of_python(caught.at[HOLE_PATH]))
			script = path_base(caught.at[HOLE_PATH]);
	}
	return script;
}

/* Is it the end of an exception that another one led to? Then that one counts. */
static bool is_consequence(const struct log *log, size_t at)
{
	size_t least = at > CLUE_FRAMES_MAX ? at - CLUE_FRAMES_MAX : 0;
	bool in_traceback = false;

	for (size_t i = at; i-- > least;) {
		const struct log_line *line = &log->at[i];

		if (line_has(line, STR("traceback (most recent call")))
			in_traceback = true;
		else if (in_traceback && line->lower.n)
			return line_has(line,
				       STR("the above exception was the direct cause")) ||
				line_has(line,
					STR("during handling of the above exception"));
	}
	return false;
}

/* ---- one line ---- */

static bool look_below(const struct log *log, size_t at, const struct pattern *then,
	struct caught *caught)
{
	if (!then->n)
		return true;
	for (size_t i = at; i < log->n && i <= at + CLUE_THEN_MAX; i++)
		if (pattern_match(then, &log->at[i], caught))
			return true;
	return false;
}

static bool same(const struct clue *a, const struct clue *b)
{
	return str_eq(a->row.pattern, b->row.pattern) && str_eq(a->path, b->path) &&
		(a->path.n || log_line_repeats(a->line, b->line));
}

static void keep(struct arena *a, struct clues *out, const struct clue *clue)
{
	vec_each (struct clue, old, out)
		if (same(old, clue)) {
			old->times++;
			return;
		}
	if (out->n < CLUES_MAX)
		*vec_push(a, out) = *clue;
}

static struct clue clue_of(const struct log *log, size_t at, struct know_error row,
	const struct caught *caught)
{
	struct clue clue = {.row = row, .line = &log->at[at], .times = 1};
	bool is_traceback = !byte_is_blank(
		str_sub(clue.line->text, 0, 1).n ? clue.line->text.p[0] : ' ');

	clue.path = caught->at[HOLE_PATH].n ? caught->at[HOLE_PATH] : row.path;
	clue.uid = caught->at[HOLE_UID];
	clue.user = caught->at[HOLE_USER];
	clue.cap = caught->at[HOLE_CAP];
	clue.port = caught->at[HOLE_PORT];
	clue.weight = row.weight;
	clue.by = row.by.n ? row.by : frame_owner(log, at);
	if (is_traceback && clue.weight == ERROR_FATAL && is_consequence(log, at))
		clue.weight = ERROR_ECHOES;
	return clue;
}

struct clues clues_find(struct arena *a, const struct log *log)
{
	struct ready *ready = read_patterns(a);
	uint32_t n = know_error_count();
	struct clues out = {0};

	for (size_t i = 0; i < log->n; i++)
		for (uint32_t row = 0; row < n; row++) {
			struct caught caught = {0};
			struct clue clue;

			if (!pattern_match(&ready[row].pattern, &log->at[i], &caught) ||
				!look_below(log, i, &ready[row].then, &caught))
				continue;
			clue = clue_of(log, i, know_error(row), &caught);
			keep(a, &out, &clue);
			break;
		}
	return out;
}

/* ---- what nobody knows ---- */

struct log_lines log_suspects(const struct log *log)
{
	/* The surest words first. */
	static const struct str words[] = {STR_INIT("permission"), STR_INIT("denied"),
		STR_INIT("not permitted"), STR_INIT("read-only"), STR_INIT("writable"),
		STR_INIT("errno"), STR_INIT("fatal"), STR_INIT("panic"),
		STR_INIT("exception"), STR_INIT("error"), STR_INIT("cannot"),
		STR_INIT("failed")};
	struct log_lines out = {.n = 0};
	const size_t max = sizeof(out.at) / sizeof(*out.at);

	for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++) {
		for (size_t i = 0; i < log->n && out.n < max; i++)
			if (line_has(&log->at[i], words[w]) &&
				(!out.n ||
					!log_line_repeats(
						&log->at[i], out.at[out.n - 1])))
				out.at[out.n++] = &log->at[i];
		if (out.n)
			break;
	}
	return out;
}
