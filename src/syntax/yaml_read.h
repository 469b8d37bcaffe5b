/*
 * yaml_read: what the parts of the YAML reader share. Private to syntax/yaml*.c.
 *
 * Depends on syntax/yaml. bytes -> scan (libyaml's tokens, with byte offsets, and the
 * comments between them) -> node (a function a production; the levels that are open) ->
 * check (aliases, equal keys). Where a token or a production fails, yaml_fail says so
 * and looks for the line to go on at (recover); every open production then gives what it
 * has to the one above it until the level is reached that owns that line, and there
 * yaml_restart scans from the line. So nothing is read twice unless an error swallowed
 * it, and how much that may be is bounded (r->fed).
 *
 * Offsets are bytes of the file. Columns are 0-based and count code points, as libyaml
 * does; before anything that matters for indentation stand only blanks and indicators.
 */
#ifndef OAKUM_SYNTAX_YAML_READ_H
#define OAKUM_SYNTAX_YAML_READ_H

#include <yaml.h>

#include "base/vec.h"
#include "syntax/yaml.h"

enum {
	YAML_REREAD_MAX = 4, /* times the file's size are scanned, errors and all */
	YAML_REREAD_FREE = 1 << 20, /* bytes that are scanned beside that */
	YAML_MARK_STEP = 64,	    /* code points from one noted offset to the next */
};

/* A token of libyaml's scanner; BLOCK_END and some KEYs have no bytes. */
struct yaml_lexeme {
	yaml_token_type_t type;
	uint32_t start, end, column;
	yaml_scalar_style_t style; /* of a SCALAR */
};

/* A collection that is open. */
enum yaml_level_kind {
	YAML_LEVEL_MAPPING,    /* block */
	YAML_LEVEL_SEQUENCE,   /* block */
	YAML_LEVEL_INDENTLESS, /* a block sequence whose '-' stand below the key */
	YAML_LEVEL_FLOW,
};

struct yaml_level {
	enum yaml_level_kind kind;
	uint32_t column;
	uint32_t current; /* offset of the key or the '-' that is being read */
};

VEC_TYPE(struct yaml, yaml_nodes);

struct yaml_reader {
	struct arena *arena;
	struct diags *diags;
	const struct file *file;
	struct text whole;   /* the file as a text: scalars are cut from it */
	struct str clean;    /* its bytes; what YAML forbids is an 'x' there */
	const uint32_t *map; /* offset of every YAML_MARK_STEPth code point, or NULL:
				the file is ASCII behind its byte order mark */
	size_t map_n;
	uint32_t start; /* 3 behind a byte order mark */

	yaml_parser_t scanner;
	struct str prefix;   /* handed to the scanner in front of the file's bytes */
	size_t prefix_at;    /* how much of it was handed out */
	uint32_t origin;     /* offset of the first byte behind the prefix */
	size_t origin_point; /* the code points before it */
	uint32_t at;	     /* offset of the next byte to hand out */
	uint64_t fed;	     /* bytes handed out in all */

	struct yaml_lexeme token; /* the next one, when has_token */
	bool has_token;
	uint32_t last_end; /* behind the last token that was taken */
	uint32_t scanned;  /* behind the last token that was scanned */
	bool was_quoted;   /* the last token taken was a quoted scalar */
	uint32_t last_start;

	VEC(struct yaml_level) levels;
	struct yaml_nodes items, keys; /* of the collections that are open */
	uint32_t nodes;
	bool has_alias;

	bool is_failing;     /* until the level is reached that goes on */
	size_t resume_level; /* how many levels stay open */
	uint32_t resume_at;  /* the start of the line that is read next */
	uint32_t cut_from;   /* what ends behind this was swallowed by the error */
	bool is_over;	     /* nothing goes on: unread to the end */
	uint32_t errors;
	bool is_partial;

	VEC(struct yaml_document) documents;
	VEC(struct span) comments;
};

/* Looks at every byte once: forbidden ones, and the map of code points. */
void yaml_scan_prepare(struct yaml_reader *r);
void yaml_scan_begin(struct yaml_reader *r);
void yaml_scan_end(struct yaml_reader *r);

/* The next token, still there; NULL with a diag: r is failing. */
const struct yaml_lexeme *yaml_peek(struct yaml_reader *r);
void yaml_skip(struct yaml_reader *r);

/* Scans from r->resume_at, with the indentation of the levels that are open. */
void yaml_restart(struct yaml_reader *r);

/* One sentence about a place; then r is failing and knows where it goes on. */
bool yaml_fail(struct yaml_reader *r, enum diag_id id, struct span span,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same with nowhere to go on. */
bool yaml_stop(struct yaml_reader *r, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool yaml_next_is(struct yaml_reader *r, yaml_token_type_t type);

/* Skips the next token when it is one of type. */
bool yaml_take(struct yaml_reader *r, yaml_token_type_t type);

struct span yaml_token_span(
	const struct yaml_reader *r, const struct yaml_lexeme *token);

/* How long what stands at an offset is, roughly, for a sentence about it. */
uint32_t yaml_word_length(const struct yaml_reader *r, uint32_t offset);

/* The next token is not what must stand here. */
bool yaml_fail_expected(struct yaml_reader *r, const char *what);

/* All documents of the stream. */
void yaml_read_documents(struct yaml_reader *r);

enum yaml_context {
	YAML_IN_FLOW,
	YAML_IN_BLOCK,
	YAML_BELOW_KEY, /* a '-' may stand where the key does */
};

/* What stands in place of a node that is absent. */
enum {
	YAML_BEHIND_ENTRY = 1,	  /* the next '-' or the end */
	YAML_BEHIND_KEY = 2,	  /* the next key, ':' or the end */
	YAML_BEHIND_FLOW = 4,	  /* ',' or the closing bracket */
	YAML_BEHIND_FLOW_KEY = 8, /* the same or ':' */
};

/* The productions: false when r is failing, and then out may be read in part. */
bool yaml_read_node(struct yaml_reader *r, enum yaml_context context, struct yaml *out);
bool yaml_read_value(struct yaml_reader *r, enum yaml_context context, unsigned behind,
	struct yaml *out);
bool yaml_read_flow_sequence(struct yaml_reader *r, struct yaml *out);
bool yaml_read_flow_mapping(struct yaml_reader *r, struct yaml *out);

/* A null that nobody wrote stands where its bytes would. */
void yaml_set_absent(struct yaml_reader *r, struct yaml *out);

/* False with a diag when there are too many. */
bool yaml_count_node(struct yaml_reader *r, uint32_t at);

/* Behind a node and its properties: `a: !!null` ends with its tag. */
uint32_t yaml_node_stop(const struct yaml *node);

/* Whether something of a node was read, so that it may stay. */
bool yaml_is_read(const struct yaml *node);

/* An open collection: its level and where its children begin on the stacks. */
struct yaml_open {
	struct yaml *node;
	size_t items, keys, level;
};

/* Begins one with the next token, which stays; close gives it its children. */
bool yaml_open_collection(struct yaml_reader *r, enum yaml_kind kind,
	enum yaml_level_kind level, struct yaml *out, struct yaml_open *open);
void yaml_close_collection(struct yaml_reader *r, const struct yaml_open *open);

/* On the level that owns the line where reading goes on: scans from there. */
bool yaml_goes_on(struct yaml_reader *r, const struct yaml_open *open);

/* The next token begins a key or an item of the innermost level. */
void yaml_note_current(struct yaml_reader *r);

void yaml_push_item(struct yaml_reader *r, const struct yaml *item);

/* A pair of which the key and something of the value were read stays; returns ok. */
bool yaml_end_pair(struct yaml_reader *r, bool ok, const struct yaml *key,
	const struct yaml *value);

/* The scalar that a token stands for; may add a comment (behind '|'). */
void yaml_read_scalar(
	struct yaml_reader *r, const struct yaml_lexeme *token, struct yaml *out);

/*
 * Aliases find their nodes; equal keys are said, and aliases without an anchor where all
 * of the file was read.
 */
void yaml_check(struct yaml_reader *r, struct yaml *root);

/* Bytes of the line break at the start of s, or 0: CR LF, CR, LF, NEL, LS, PS. */
size_t yaml_break_length(struct str s);

#endif
