/*
 * writes_python: which modules a Python script loads, what it calls, where it writes.
 *
 * Private to source/. Depends on base. Not a parser of Python: it reads tokens, follows
 * names that are given one simple value, and knows the few calls that open a path. What
 * it cannot follow it does not claim. Any bytes may be handed in; time is linear in
 * them.
 *
 *	struct python_scan *scan = python_scan(arena, &text);
 *	vec_each (const struct python_import, i, &scan->imports)
 *		use(i->module);
 */
#ifndef OAKUM_SOURCE_WRITES_PYTHON_H
#define OAKUM_SOURCE_WRITES_PYTHON_H

#include "base/text.h"
#include "base/vec.h"

enum {
	PYTHON_BYTES_MAX = 512 * 1024,
	PYTHON_TOKENS_MAX = 100000,
	PYTHON_ITEMS_MAX = 5000, /* of each list of a scan */
	PYTHON_DEPTH_MAX = 16,	 /* values in values */
	PYTHON_PARTS_MAX = 16,	 /* of one value */
};

enum python_part_kind {
	PYTHON_TEXT,   /* text, as it is */
	PYTHON_ENV,    /* the variable text, else fallback */
	PYTHON_OPTION, /* the option that argparse calls text */
	PYTHON_PARENT, /* the folder of what stands before it */
	PYTHON_FILE,   /* the path of the script itself */
	PYTHON_SOME, /* nobody knows what: the value leads below what stands before it */
	PYTHON_NAME, /* what another module of the program calls text */
};

struct python_part {
	enum python_part_kind kind;
	bool joins; /* behind a slash, as os.path.join does; else just behind */
	bool has_fallback;
	struct str text, fallback;
	struct span span;
};

VEC_TYPE(struct python_part, python_parts);

/* n 0: not known. */
struct python_value {
	struct python_part at[PYTHON_PARTS_MAX];
	size_t n;
};

/* `import a.b`: "a.b"; `from .x import y`: dots 1, "x" and, as y may be one, "x.y". */
struct python_import {
	struct str module;
	uint32_t dots;
	bool is_guess; /* y may be a module or just a name */
	struct span span;
};

/*
 * "torch.hub.load" for a call, "cache=True" for an argument whose value is one word,
 * "\"sqlite:///x" for a string.
 */
struct python_call {
	struct str name;
	struct span span;
	bool is_elsewhere; /* it names a folder of its own, or loads what lies there */
};

struct python_write {
	struct str call;	  /* "joblib.dump" */
	struct python_value path; /* n 0: the script knows, nobody else */
	bool is_folder;
	bool is_result;	     /* a model or a table that is saved */
	bool is_database;    /* a file with others beside it; path may be an address */
	struct str function; /* in whose body it stands; empty: none */
	struct span span;    /* of the call's name */
};

/* add_argument("--out", "-o", default="models") */
struct python_option {
	struct str dest;
	struct str flags[4]; /* "--out"; none: it is positional */
	size_t flag_count;
	bool takes_value;
	struct python_value fallback;
	struct span span;
};

/* DATA = os.getenv("DATA", "./data"), outside of functions and once. */
struct python_name {
	struct str name;
	struct python_value value;
};

VEC_TYPE(struct python_name, python_names);
VEC_TYPE(struct python_import, python_imports);
VEC_TYPE(struct python_call, python_calls);
VEC_TYPE(struct python_write, python_writes);
VEC_TYPE(struct python_option, python_options);

struct python_scan {
	struct python_imports imports;
	struct python_calls calls;
	struct python_writes writes;
	struct python_options options;
	struct python_names names;
};

/* Never NULL; what is beyond the limits is left out. The scan looks into text. */
struct python_scan *python_scan(struct arena *a, const struct text *text);

/* Does name end with the whole words of suffix ("hub.load" of "torch.hub.load")? */
bool python_name_ends(struct str name, struct str suffix);

/* ---- tokens: writes_python_tokens.c ---- */

enum python_token_kind {
	TOKEN_END, /* also behind the last token */
	TOKEN_NEWLINE,
	TOKEN_NAME,
	TOKEN_NUMBER,
	TOKEN_STRING,  /* text without its quotes; is_odd: with escapes */
	TOKEN_FSTRING, /* likewise */
	TOKEN_OPERATOR /* one byte, or two: == != <= >= -> := ** // += … */
};

struct python_token {
	enum python_token_kind kind;
	struct str text;
	uint32_t at;	 /* offset in the bytes, quotes included */
	uint32_t n;	 /* length there */
	uint32_t column; /* of a line's first token; else UINT32_MAX */
	uint32_t match;	 /* index of the bracket that closes this one, or 0 */
	bool is_odd;
};

struct python_tokens {
	struct python_token *at;
	size_t n, cap;
};

/* The tokens with a TOKEN_END behind the last. */
struct python_tokens python_tokens(struct arena *a, struct str text);

#endif
