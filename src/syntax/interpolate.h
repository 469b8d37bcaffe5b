/*
 * interpolate: the ${...} of compose files and of .env files, as a tree.
 *
 * Depends on base. The grammar is that of compose-go (template/template.go): $NAME,
 * ${NAME}, ${NAME:-word}, ${NAME-word}, ${NAME:?word}, ${NAME?word}, ${NAME:+word},
 * ${NAME+word}, where word may hold expansions again, and $$ for a dollar. Names are
 * [_a-zA-Z][_a-zA-Z0-9]*. Nothing is looked up here. A text that cannot be read adds a
 * BAD_SUBSTITUTION diag, and its bytes stay literal.
 *
 *	struct interpolation in = interpolate_parse(arena, &node->text, diags);
 *	vec_each (const struct interpolation_part, part, &in)
 *		if (part->name.s.n) ...
 */
#ifndef OAKUM_SYNTAX_INTERPOLATE_H
#define OAKUM_SYNTAX_INTERPOLATE_H

#include "base/diag.h"
#include "base/text.h"

enum { INTERPOLATE_DEPTH_MAX = 50, INTERPOLATE_PARTS_MAX = 100000 };

enum interpolation_sign {
	INTERPOLATE_PLAIN,	     /* $X ${X} */
	INTERPOLATE_DEFAULT,	     /* ${X-word}: where X is unset */
	INTERPOLATE_DEFAULT_EMPTY,   /* ${X:-word}: where X is unset or empty */
	INTERPOLATE_REQUIRED,	     /* ${X?word} */
	INTERPOLATE_REQUIRED_EMPTY,  /* ${X:?word} */
	INTERPOLATE_ALTERNATE,	     /* ${X+word} */
	INTERPOLATE_ALTERNATE_EMPTY, /* ${X:+word} */
};

struct interpolation_part;
VEC_TYPE(struct interpolation_part, interpolation);

/* Literal bytes (name empty), or one expansion. */
struct interpolation_part {
	struct text text; /* LITERAL: as it will be, "$$" is "$"; else as written */
	struct text name; /* empty: literal */
	enum interpolation_sign sign;
	struct interpolation word; /* behind the sign */
};

struct interpolation interpolate_parse(
	struct arena *a, const struct text *text, struct diags *diags);

#endif
