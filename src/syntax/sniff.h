/*
 * sniff: what kind of input a file is, decided by its content and never by its name.
 *
 * Depends on dockerfile. A Dockerfile is one whose first instruction, behind comments
 * and ARGs, is a FROM in FROM's shape, with instructions below it: "from x import y" is
 * none, and a fragment without a FROM is unknown. A template is a Dockerfile whose lines
 * or base images are made by another program ({{ }}, {% %}, <% %>, @NAME@, %%NAME%%,
 * __NAME__): oakum says so and never rewrites it. Braces inside RUN text or a heredoc
 * are no template. Looks at the first SNIFF_MAX bytes, further only when a heredoc that
 * begins there ends behind them.
 *
 *	if (sniff(arena, file, &sniffed) == INPUT_DOCKERFILE)
 *		tree = sniffed.tree ? sniffed.tree
 *				    : dockerfile_parse(arena, file, &diags);
 */
#ifndef OAKUM_SYNTAX_SNIFF_H
#define OAKUM_SYNTAX_SNIFF_H

#include "base/diag.h"

struct dockerfile;

enum {
	SNIFF_MAX = 64 * 1024,	 /* bytes */
	SNIFF_INSTRUCTIONS = 40, /* how many lines are weighed */
};

enum input_kind {
	INPUT_UNKNOWN,
	INPUT_DOCKERFILE,
	INPUT_TEMPLATE, /* of a Dockerfile or a compose file */
	INPUT_COMPOSE,	/* YAML with a mapping "services" at the top */
	INPUT_SHELL, /* a "#!" line of a shell, or a heredoc that writes a Dockerfile */
	INPUT_JSON,
};

/* What sniff has read on the way: nothing has to be parsed twice. */
struct sniffed {
	const struct dockerfile *tree; /* of the whole file, or NULL */
	struct diags diags;	       /* what belongs to tree */
};

/* Trees live in a; out may be NULL. */
enum input_kind sniff(struct arena *a, const struct file *file, struct sniffed *out);

/* "Dockerfile", "compose file": for sentences. */
const char *input_kind_name(enum input_kind kind);

#endif
