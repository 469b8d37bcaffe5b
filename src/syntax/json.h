/*
 * json: a strict reader of JSON with a place for every value.
 *
 * Depends on base. RFC 8259 and nothing beside it: no comments, no trailing commas, no
 * single quotes, no BOM. Where the RFC leaves freedom it does as Go's encoding/json,
 * since what oakum reads is read by Go programs too: a lone surrogate and a byte that is
 * no UTF-8 become U+FFFD, and of two equal keys the last one counts. Numbers keep their
 * text and are never rounded. It stops at the first error, for half a document is worse
 * than none. Strings are texts: each byte knows where it came from, also through the
 * text that was read (a joined line of a Dockerfile, say).
 *
 *	const struct json *root = json_parse(&arena, &text, &diags);
 *	const struct json *args = root ? json_get(root, STR("args")) : NULL;
 *
 *	if (args && args->kind == JSON_ARRAY)
 *		for (uint32_t i = 0; i < args->count; i++)
 *			use(&args->items[i]);
 */
#ifndef OAKUM_SYNTAX_JSON_H
#define OAKUM_SYNTAX_JSON_H

#include "base/diag.h"
#include "base/text.h"

enum {
	JSON_DEPTH_MAX = 128,
	JSON_NODES_MAX = 512 * 1024, /* values of one document */
	JSON_ESCAPES_MAX = 1 << 20,  /* in all strings of one document */
	JSON_SIZE_MAX = FILE_MAX,    /* bytes */
};

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	enum json_kind kind;
	uint32_t count; /* of items; an object has a key for each */
	struct span span;
	union {
		struct text text; /* STRING: decoded; NUMBER: as written */
		struct {
			const struct json *items;
			const struct json *keys; /* OBJECT: strings, beside the items */
		};
	};
};

/* The one value in text; NULL with a JSON_SYNTAX or LIMIT_REACHED diag. */
const struct json *json_parse(
	struct arena *a, const struct text *text, struct diags *diags);

/* The value under key; NULL when there is none or object is no object. */
const struct json *json_get(const struct json *object, struct str key);

/* "an object", "a string": for sentences. */
const char *json_kind_name(enum json_kind kind);

#endif
