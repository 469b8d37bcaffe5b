/*
 * dockerword: the little language inside Dockerfile words: quotes, escapes, ${...}.
 *
 * Depends on base. The builder (not a shell) expands these in ADD, COPY, ENV, EXPOSE,
 * FROM, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR, ARG and in unquoted heredoc bodies of
 * COPY and ADD. A word is parsed once into a tree, the tree is expanded with answers
 * that a callback gives; a variable that nobody knows stays an unknown part, never an
 * empty string. What cannot be read is a diag and one unknown part.
 *
 *	static struct dockerword_value look(void *ctx, struct str name) { ... }
 *
 *	struct dockerword_result r;
 *	dockerword_expand(arena, &arg, df->escape, look, ctx, diags, &r);
 *	if (r.is_known)
 *		user = r.s;
 */
#ifndef OAKUM_SYNTAX_DOCKERWORD_H
#define OAKUM_SYNTAX_DOCKERWORD_H

#include "base/diag.h"
#include "base/text.h"

enum {
	DOCKERWORD_DEPTH_MAX = 32,	     /* ${a:-${b:-...}} */
	DOCKERWORD_SEGMENTS_MAX = 65536,     /* of one text */
	DOCKERWORD_RESULT_MAX = 1024 * 1024, /* bytes of one expanded text */
	DOCKERWORD_MATCH_MAX = 1 << 22,	     /* steps of one ${V#pattern} */
};

enum dockerword_kind { DOCKERWORD_LITERAL, DOCKERWORD_VARIABLE };

enum dockerword_quote {
	DOCKERWORD_BARE,
	DOCKERWORD_ESCAPED, /* what an escape character protects; "<<" with its blanks */
	DOCKERWORD_SINGLE,
	DOCKERWORD_DOUBLE,
};

enum dockerword_op {
	DOCKERWORD_PLAIN,      /* $V ${V} */
	DOCKERWORD_DEFAULT,    /* ${V-w} */
	DOCKERWORD_ALTERNATE,  /* ${V+w} */
	DOCKERWORD_REQUIRED,   /* ${V?w} */
	DOCKERWORD_CUT_PREFIX, /* ${V#p} ${V##p} */
	DOCKERWORD_CUT_SUFFIX, /* ${V%p} ${V%%p} */
	DOCKERWORD_REPLACE,    /* ${V/p/r} ${V//p/r} */
};

struct dockerword;

struct dockerword_segment {
	enum dockerword_kind kind;
	enum dockerword_quote quote;
	struct text
		text; /* literal: its bytes, decoded; variable: the use as written */
	struct text source; /* as written, with its quotes and escapes */
	struct str name;    /* variable */
	enum dockerword_op op;
	bool empty_is_unset; /* the colon in ${V:-w} */
	bool is_greedy;	     /* ${V##p} ${V%%p}; every occurrence in ${V//p/r} */
	const struct dockerword *word;	      /* w or p */
	const struct dockerword *replacement; /* r */
};

struct dockerword {
	struct text source;
	const struct dockerword_segment *segments;
	uint32_t segment_count;
	bool is_broken; /* a diag was added; the segments end where reading did */
};

/* The tree of text; escape is the file's escape character. Never NULL. */
const struct dockerword *dockerword_parse(
	struct arena *a, const struct text *text, char escape, struct diags *diags);

enum dockerword_answer { DOCKERWORD_UNSET, DOCKERWORD_SET, DOCKERWORD_UNKNOWN };

struct dockerword_value {
	enum dockerword_answer answer;
	struct str value; /* SET: the bytes; UNKNOWN: the reason, one clause */
};

typedef struct dockerword_value dockerword_lookup(void *ctx, struct str name);

enum dockerword_part_kind {
	DOCKERWORD_PART_LITERAL,  /* bytes of the text itself */
	DOCKERWORD_PART_VARIABLE, /* bytes of a variable's value, cut or replaced */
	DOCKERWORD_PART_UNKNOWN,
};

struct dockerword_part {
	enum dockerword_part_kind kind;
	struct text text;  /* LITERAL: with its origin; VARIABLE: bytes without one */
	struct str name;   /* VARIABLE, UNKNOWN: the variable; empty for broken text */
	struct span span;  /* VARIABLE, UNKNOWN: the use, "${V:-w}" */
	struct str reason; /* UNKNOWN */
	bool is_unset;	   /* VARIABLE: nobody set it, so it gives nothing */
	bool is_quoted;	   /* its blanks do not end a word */
};

struct dockerword_result {
	const struct dockerword_part *parts;
	uint32_t part_count;
	bool is_known;	/* no part is unknown */
	bool is_broken; /* the builder would refuse it; a diag says why */
	struct str s;	/* the bytes of the known parts, joined */
};

/* text with quotes and escapes taken off and variables looked up: one word. */
void dockerword_expand(struct arena *a, const struct text *text, char escape,
	dockerword_lookup *lookup, void *ctx, struct diags *diags,
	struct dockerword_result *out);

VEC_TYPE(struct dockerword_result, dockerword_results);

/*
 * The same, then cut into words at unquoted blanks, also at those that a value brings
 * (EXPOSE is read so). False when text is broken: out is empty then.
 */
bool dockerword_split(struct arena *a, const struct text *text, char escape,
	dockerword_lookup *lookup, void *ctx, struct diags *diags,
	struct dockerword_results *out);

VEC_TYPE(struct text, dockerword_texts);

/*
 * Cut at unquoted blanks with nothing taken off and nothing expanded: how heredoc words
 * are found. Blanks behind "<<" belong to its word. False when text is broken; diags,
 * which may be NULL, says why.
 */
bool dockerword_split_raw(struct arena *a, const struct text *text, char escape,
	struct diags *diags, struct dockerword_texts *out);

#endif
