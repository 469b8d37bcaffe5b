/*
 * dockerfile_read: what the files of the Dockerfile reader share; nobody else includes it.
 *
 * Depends on dockerfile.h. The reader goes down the file once:
 *
 *	dockerfile_begin.c    BOM, shebang, directives, other frontends
 *	dockerfile_lines.c    physical lines to one joined line, comments dropped
 *	dockerfile_flags.c    --flags of an instruction, and which ones it knows
 *	dockerfile_args.c     exec form, words, key=value pairs
 *	dockerfile_heredoc.c  heredoc words and bodies
 *	dockerfile_check.c    what BuildKit refuses in an instruction that it could read
 *	dockerfile_run.c      the same for --mount, --network and --security
 *	dockerfile.c          the loop, and the tables of keywords
 */
#ifndef OAKUM_SYNTAX_DOCKERFILE_READ_H
#define OAKUM_SYNTAX_DOCKERFILE_READ_H

#include "syntax/dockerfile.h"

/* A run of bytes of the file that a joined line is made of. */
struct dockerfile_run {
	uint32_t offset, length;
};

struct dockerfile_reader {
	struct arena *arena;
	struct diags *diags;
	const struct file *file;
	struct dockerfile *tree;
	struct text whole; /* the file as a text; single lines are cut from it */
	uint32_t line;	   /* index of the next physical line to read, from 0 */

	VEC(struct dockerfile_run) runs; /* scratch of the line being joined */
	VEC(struct dockerfile_instruction) instructions;
	VEC(struct span) comments;
	VEC(struct dockerfile_directive) directives;

	/* JSON, words and heredocs of one instruction, until what counts is copied out. */
	struct arena scratch;

	uint32_t words;		/* spent of DOCKERFILE_WORDS_MAX */
	uint32_t open_heredocs; /* spent of DOCKERFILE_OPEN_HEREDOCS_MAX */
	bool has_from;
	bool said_before_from;
	bool said_words, said_comments, said_heredocs;
	bool after_unknown; /* the instruction before was none: a run of them is one */
};

/* A physical line: its bytes without newline and carriage returns. */
struct dockerfile_line {
	uint32_t offset;
	struct str s;
	bool has_cr;
};

/* Line index (from 0) of the file, which must exist. */
struct dockerfile_line dockerfile_line_at(
	const struct dockerfile_reader *r, uint32_t index);

/* Keeps a comment line; its span is from "#" to the end. */
void dockerfile_keep_comment(struct dockerfile_reader *r, struct dockerfile_line line);

/* BOM, shebang and directives; false when the file is another frontend's. */
bool dockerfile_read_begin(struct dockerfile_reader *r);

/*
 * The next instruction's lines, joined and trimmed, and the span of its bytes; false at
 * the end of the file.
 */
bool dockerfile_read_line(
	struct dockerfile_reader *r, struct text *joined, struct span *span);

/* Takes --flags from the start of args; what follows them, trimmed, stays in args. */
void dockerfile_read_flags(struct dockerfile_reader *r,
	struct dockerfile_instruction *in, struct text *args);

/* Fills args, pairs and the parts of FROM and HEALTHCHECK from rest. */
void dockerfile_read_args(
	struct dockerfile_reader *r, struct dockerfile_instruction *in);

/* Finds the heredocs of in->line and reads their bodies from the lines below. */
void dockerfile_read_heredocs(
	struct dockerfile_reader *r, struct dockerfile_instruction *in);

/* What is missing, superfluous or wrong in an instruction. */
void dockerfile_check(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in);

/* The same for the values of RUN's flags; dockerfile_check calls it. */
void dockerfile_check_run(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in);

/* A diag of this file. */
#define dockerfile_diag(r, id, span, ...)                                              \
	diag_add((r)->diags, (id), (span), __VA_ARGS__)

#endif
