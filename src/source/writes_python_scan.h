/*
 * writes_python_scan: what the parts of one scan of a Python script share.
 *
 * Private to source/writes_python*.c. Depends on writes_python. A scanner goes over the
 * tokens of one script; an index of tokens may lie behind the last one, which is then
 * TOKEN_END. writes_python_value.c says what a name or a call comes to, …_calls.c which
 * calls open a path, writes_python.c reads lines and holds it together.
 *
 *	struct python_value value = {0};
 *
 *	if (scan_value(s, from, end, 0, &value))
 *		use(&value);
 */
#ifndef OAKUM_SOURCE_WRITES_PYTHON_SCAN_H
#define OAKUM_SOURCE_WRITES_PYTHON_SCAN_H

#include "source/writes_python.h"

/* A name that a script gives a value. */
struct bound {
	struct str name;
	uint64_t hash;
	struct python_value value; /* n 0: not known, or given twice */
	bool is_arguments;	   /* of parse_args(): its parts are options */
	bool is_local;		   /* a function gives it */
};

/* One scan; i is an index of tokens throughout. */
struct scanner {
	struct arena *arena;
	const struct text *text;
	struct python_tokens tokens;
	struct python_scan *scan;
	VEC(struct bound) bound;
	struct str function; /* that the line stands in, and its column */
	uint32_t function_column;
};

/* ---- tokens and values: writes_python_value.c ---- */

const struct python_token *scan_token(const struct scanner *s, size_t i);
bool scan_is_op(const struct scanner *s, size_t i, const char *op);
bool scan_is_name(const struct scanner *s, size_t i, const char *name);
struct span scan_span(const struct scanner *s, size_t i);

/* a.b.c from i on: its text without blanks, and the index behind it. */
struct str scan_dotted(const struct scanner *s, size_t i, size_t *end);

/* The name that the script gave a value; NULL: it did not. */
struct bound *scan_bound(struct scanner *s, struct str name);

/* False: there is no room for one more. */
bool python_add_part(struct python_value *v, struct python_part part);

/* The next argument of a call: from *i to *end; false behind the last. */
bool scan_next_argument(
	const struct scanner *s, size_t close, size_t *i, size_t *from, size_t *end);

/* The argument at a position, or of that name (empty: none); false: it is not there. */
bool scan_argument(const struct scanner *s, size_t open, int position,
	struct str keyword, size_t *from, size_t *end);

/* The text of a string without escapes at i. */
bool scan_string(const struct scanner *s, size_t i, struct str *out);

/* The value of the tokens from i to end, all of them; false: not known. */
bool scan_value(
	struct scanner *s, size_t i, size_t end, int depth, struct python_value *out);

/* A call that gives a path: os.path.join, Path, getenv … */
bool scan_call_value(struct scanner *s, struct str name, size_t open, int depth,
	struct python_value *out);

/* "name", or "args.name"; span is where it stands. */
bool scan_name_value(
	struct scanner *s, struct str name, struct span span, struct python_value *out);

/* ---- calls: writes_python_calls.c ---- */

/* name( at i, its bracket at open: does it open a path that it is given, to write? */
bool scan_opened(struct scanner *s, struct str name, size_t i, size_t open);

/*
 * The call whose bracket is at open: does it say where its downloads go (cache_dir=…), or
 * load what lies on the disk (from_pretrained("./model"))? Then nothing goes to the place
 * that the library takes by itself.
 */
bool scan_is_elsewhere(struct scanner *s, size_t open);

/* path.mkdir(, Path(x).parent.mkdir( at i */
void scan_path_method(struct scanner *s, size_t i);

/* parser.add_argument("--out", …), its bracket at open */
void scan_option(struct scanner *s, size_t open);

#endif
