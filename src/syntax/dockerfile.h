/*
 * dockerfile: the lossless tree of one Dockerfile, read as BuildKit reads it.
 *
 * Depends on base. The reader knows the grammar and nothing of the meaning: it expands
 * no variable, follows no stage, and asks nobody. It never gives up: what BuildKit
 * would refuse becomes a diag with the exact bytes, and reading goes on at the next
 * instruction. Everything lives in the arena; the tree does not change once it is
 * made. Every text maps each of its bytes to the file, through continued lines, quotes
 * of a flag and JSON escapes. Lists are in the order of the file.
 *
 *	const struct dockerfile *df = dockerfile_parse(&arena, file, &diags);
 *
 *	for (uint32_t i = 0; i < df->instruction_count; i++) {
 *		const struct dockerfile_instruction *in = &df->instructions[i];
 *
 *		if (in->keyword == DOCKERFILE_USER && in->arg_count)
 *			use(in->args[0], text_span_all(&in->args[0]));
 *	}
 */
#ifndef OAKUM_SYNTAX_DOCKERFILE_H
#define OAKUM_SYNTAX_DOCKERFILE_H

#include "base/diag.h"
#include "base/text.h"

/*
 * Caps. What is beyond one is left out of the tree and said in a LIMIT_REACHED diag;
 * the largest Dockerfile seen in public has about 2,000 lines.
 */
enum {
	DOCKERFILE_INSTRUCTIONS_MAX = 65536,
	DOCKERFILE_COMMENTS_MAX = 65536,
	DOCKERFILE_LINE_MAX = 65535,	     /* BuildKit refuses longer lines */
	DOCKERFILE_JOINED_MAX = 1024 * 1024, /* bytes of one instruction, joined */
	DOCKERFILE_JOINED_LINES_MAX = 65536, /* lines of one instruction */
	DOCKERFILE_WORDS_MAX = 65536,	     /* arguments and pairs of one file */
	DOCKERFILE_FLAGS_MAX = 64,	     /* of one instruction */
	DOCKERFILE_HEREDOCS_MAX = 64,	     /* of one instruction */
	DOCKERFILE_OPEN_HEREDOCS_MAX = 16,   /* searches for an end that is not there */
	DOCKERFILE_ONBUILD_MAX = 1,	     /* ONBUILD in ONBUILD is refused anyway */
};

enum dockerfile_keyword {
	DOCKERFILE_NONE, /* a word that is no instruction */
	DOCKERFILE_ADD,
	DOCKERFILE_ARG,
	DOCKERFILE_CMD,
	DOCKERFILE_COPY,
	DOCKERFILE_ENTRYPOINT,
	DOCKERFILE_ENV,
	DOCKERFILE_EXPOSE,
	DOCKERFILE_FROM,
	DOCKERFILE_HEALTHCHECK,
	DOCKERFILE_LABEL,
	DOCKERFILE_MAINTAINER,
	DOCKERFILE_ONBUILD,
	DOCKERFILE_RUN,
	DOCKERFILE_SHELL,
	DOCKERFILE_STOPSIGNAL,
	DOCKERFILE_USER,
	DOCKERFILE_VOLUME,
	DOCKERFILE_WORKDIR,
	DOCKERFILE_KEYWORD_COUNT
};

/* "# escape=`": only before anything else, by the Dockerfile reference. */
enum dockerfile_directive_kind {
	DOCKERFILE_SYNTAX,
	DOCKERFILE_ESCAPE,
	DOCKERFILE_CHECK,
	DOCKERFILE_DIRECTIVE_COUNT
};

struct dockerfile_directive {
	enum dockerfile_directive_kind kind;
	struct span span; /* from "#" to the end of the value */
	struct text value;
};

/* "type=cache" in "--mount=type=cache,target=/x"; has_value is false for "ro". */
struct dockerfile_option {
	struct text key, value;
	bool has_value;
};

/* "--chown=app:app": name "chown", value "app:app", quotes and escapes taken off. */
struct dockerfile_flag {
	struct text name, value;
	bool has_value;	  /* an "=" stands there */
	bool is_known;	  /* the instruction has such a flag */
	struct span span; /* the whole word, as it stands in the file */
	const struct dockerfile_option *options; /* of --mount and --device */
	uint32_t option_count;
};

/*
 * ENV, LABEL and ARG: key and value, quotes, escapes and variables as written (the
 * reader of dockerword.h takes them off). The legacy form is "ENV key value with blanks".
 */
struct dockerfile_pair {
	struct text key, value;
	bool has_value; /* false for "ARG NAME" */
	bool is_legacy;
};

struct dockerfile_heredoc {
	struct text name;	/* without quotes */
	struct text body;	/* whole lines; for "<<-" without their leading tabs */
	bool is_quoted;		/* <<"EOF": nothing in the body is expanded */
	bool strips_tabs;	/* <<-EOF */
	uint32_t fd;		/* 3 in "3<<EOF"; 0 when none is named */
	struct span word;	/* 3<<-"EOF" on the instruction's line */
	struct span body_span;	/* as it stands in the file */
	struct span terminator; /* the name on its own line, without tabs and newline */
};

struct dockerfile_instruction {
	enum dockerfile_keyword keyword;
	struct span span; /* first byte of the keyword to the end of its last line,
				     heredocs included, the newline not */
	struct span keyword_span; /* as written, in any case of letters */
	struct text line;	  /* the joined line, keyword first, without comments */
	struct text rest; /* what follows the flags, blanks trimmed; for ONBUILD the
				     whole inner instruction */

	const struct dockerfile_flag *flags;
	uint32_t flag_count;

	/*
	 * The exec form ["a", "b"]: its decoded strings. Else, for RUN, CMD, ENTRYPOINT,
	 * SHELL, HEALTHCHECK and for MAINTAINER, STOPSIGNAL, USER, WORKDIR: one text, the
	 * rest; for ADD, COPY, VOLUME, EXPOSE, FROM and ARG: blank-separated words;
	 * for ENV and LABEL none (see pairs). HEALTHCHECK's exclude its type.
	 */
	bool is_exec;
	const struct text *args;
	uint32_t arg_count;

	const struct dockerfile_pair *pairs; /* ENV, LABEL, ARG */
	uint32_t pair_count;

	const struct dockerfile_heredoc *heredocs;
	uint32_t heredoc_count;

	/* ONBUILD: what it holds; the heredocs are the same ones. */
	const struct dockerfile_instruction *trigger;

	struct text image;	 /* FROM */
	struct text stage_name;	 /* FROM ... AS name; n 0 when there is none */
	struct text health_type; /* HEALTHCHECK: "CMD" or "NONE" as written */
};

struct dockerfile {
	const struct file *file;
	char escape; /* '\\' or '`' */
	bool has_bom;
	bool has_crlf;	     /* the first line ends so: edits must too */
	bool is_foreign;     /* another frontend's language: no instruction was read */
	struct span shebang; /* the "#!" line, or SPAN_NONE */

	const struct dockerfile_directive *directives;
	uint32_t directive_count;
	const struct dockerfile_instruction *instructions;
	uint32_t instruction_count;
	const struct span *comments; /* "#" to end of line; no directives, no shebang */
	uint32_t comment_count;
};

/* Reads file; what it cannot follow goes to diags. Never NULL. */
const struct dockerfile *dockerfile_parse(
	struct arena *a, const struct file *file, struct diags *diags);

/* "RUN"; "" for DOCKERFILE_NONE. */
struct str dockerfile_keyword_name(enum dockerfile_keyword keyword);

/* In any case of letters; DOCKERFILE_NONE when it is none. */
enum dockerfile_keyword dockerfile_keyword_of(struct str word);

/* The last flag of that name, NULL when there is none. */
const struct dockerfile_flag *dockerfile_flag_of(
	const struct dockerfile_instruction *in, struct str name);

/* The directive of that kind that counts (the first), NULL when there is none. */
const struct dockerfile_directive *dockerfile_directive_of(
	const struct dockerfile *df, enum dockerfile_directive_kind kind);

/* True where the builder expands variables: ADD COPY ENV EXPOSE FROM LABEL ... */
bool dockerfile_expands(enum dockerfile_keyword keyword);

#endif
