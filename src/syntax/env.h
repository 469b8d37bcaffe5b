/*
 * env: a .env file (dotenv), as compose-go's dotenv package reads it.
 *
 * Depends on base, interpolate. NAME=value, `export NAME=value`, NAME: value, quotes of
 * both kinds (double: escapes and ${...}; single: literal; both may span lines), # behind
 * blanks, a BOM, CRLF; a NAME alone is inherited from the environment. Bad lines add an
 * ENV_SYNTAX diag and reading goes on at the next line.
 *
 *	const struct env_lines *lines = env_parse(arena, file, &diags);
 */
#ifndef OAKUM_SYNTAX_ENV_H
#define OAKUM_SYNTAX_ENV_H

#include "base/diag.h"
#include "base/text.h"
#include "syntax/interpolate.h"

enum { ENV_LINES_MAX = 100000, ENV_SIZE_MAX = 4 * 1024 * 1024 };

struct env_line {
	struct text name;
	bool is_inherited; /* a NAME alone */
	struct text value; /* quotes and escapes taken off; ${...} as written */
	bool is_literal;   /* single-quoted: nothing is expanded */
	struct interpolation parts; /* of value, unless is_literal */
	struct span span;
};

VEC_TYPE(struct env_line, env_lines);

const struct env_lines *env_parse(
	struct arena *a, const struct file *file, struct diags *diags);

#endif
