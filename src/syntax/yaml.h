/*
 * yaml: YAML as a tree with a place for every node, over libyaml's events.
 *
 * Depends on base and libyaml; nothing else in oakum knows that library. A tree keeps
 * what a later reader needs to be exact: anchors and aliases stay as such (a merge key
 * is an ordinary key named "<<"), tags stay as written, a scalar is a text whose bytes
 * know their origin through escapes and folding, a comment keeps its place. Nothing is
 * typed: whether `no` is a boolean is its reader's to say (yaml_scalar_is_null and
 * kin). Equal keys both stay, and a DUPLICATE_KEY diag names both.
 *
 * Bad syntax adds a YAML_SYNTAX diag at its place, and reading goes on at the next
 * line that no mapping inside which the error stands would own: the next sibling key of
 * no greater indent. What could not be read is away, the rest of the mapping is not.
 * Trees are immutable, live in the arena and share the bytes of the file.
 *
 *	const struct yaml_stream *s = yaml_parse(arena, file, diags);
 *	const struct yaml *root = s->count ? s->documents[0].root : NULL;
 *	const struct yaml *services = root ? yaml_get(root, STR("services")) : NULL;
 */
#ifndef OAKUM_SYNTAX_YAML_H
#define OAKUM_SYNTAX_YAML_H

#include "base/diag.h"
#include "base/text.h"

enum {
	YAML_DEPTH_MAX = 100,	      /* collections inside each other */
	YAML_NODES_MAX = 1000 * 1000, /* in one file; aliases count as one */
	YAML_DOCUMENTS_MAX = 1000,    /* in one file */
	YAML_ERRORS_MAX = 50,	      /* resumptions; then the rest is unread */
	YAML_SIZE_MAX = FILE_MAX,     /* bytes */
};

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING, YAML_ALIAS };

enum yaml_style {
	YAML_PLAIN,
	YAML_SINGLE_QUOTED,
	YAML_DOUBLE_QUOTED,
	YAML_LITERAL, /* | */
	YAML_FOLDED,  /* > */
	YAML_BLOCK,   /* of collections */
	YAML_FLOW,
};

struct yaml {
	enum yaml_kind kind;
	enum yaml_style style;
	uint32_t count;	    /* of items; a mapping has a key for each */
	struct span span;   /* its bytes, quotes included, without anchor and tag;
				    an empty value: an empty span behind its ':' */
	struct span anchor; /* the name behind '&' (ALIAS: behind '*'); length 0 */
	struct str tag;	    /* as written, "!reset", "!!str"; empty: none */
	struct span tag_span;
	struct text text;	   /* SCALAR: decoded */
	const struct yaml *items;  /* SEQUENCE: its items; MAPPING: its values */
	const struct yaml *keys;   /* MAPPING: beside the items */
	const struct yaml *target; /* ALIAS: what it stands for; NULL: no such anchor
				      (a diag says so, unless the stream is partial: it
				      may stand in what was not read) or it is inside
				      itself */
};

struct yaml_document {
	const struct yaml *root; /* NULL: an empty document */
	struct span span;
};

struct yaml_stream {
	const struct file *file;
	const struct yaml_document *documents;
	uint32_t count;
	const struct span
		*comments; /* from '#' to the end of the line, in file order */
	uint32_t comment_count;
	bool is_partial; /* something was left out behind an error or a limit */
};

/* The documents of a file; never NULL, possibly without one. */
const struct yaml_stream *yaml_parse(
	struct arena *a, const struct file *file, struct diags *diags);

/* Follows aliases to what they stand for; NULL for NULL and for a broken alias. */
const struct yaml *yaml_resolve(const struct yaml *node);

/*
 * The value under a scalar key of a mapping (aliases are followed), the first where
 * there are two; NULL when there is none or node is no mapping. Merge keys are not
 * looked into.
 */
const struct yaml *yaml_get(const struct yaml *node, struct str key);

/* ~, null, Null, NULL or nothing at all, plain (YAML 1.2 core schema, 10.3.2). */
bool yaml_scalar_is_null(const struct yaml *node);

/*
 * true or false of the core schema, plain. `yes`, `on`, `no`, `off` are strings, as Go's
 * yaml.v3 reads them into a value without a type; who wants a boolean takes them too.
 */
bool yaml_scalar_bool(const struct yaml *node, bool *out);

/* A whole number of the core schema, plain: 12, -3, +4, 0o17, 0x1f. */
bool yaml_scalar_int(const struct yaml *node, int64_t *out);

/* "a mapping", "a list", "a string", "a number": for sentences; follows aliases. */
const char *yaml_kind_name(const struct yaml *node);

#endif
