/*
 * shell_dump: a shell tree as one line of text, for tests and for looking at it.
 *
 * Depends on shell.h. Every part of a tree is printed in a form of its own, so that
 * two different trees never look the same:
 *
 *	a "b c" $x     (a 'b c' <x>)          quoted parts between '
 *	*.c ~/d        ({*}.c {~}/d)          globs and tildes between { }
 *	${x:-"a"}      <x:-'a'>               $(b): $[...]; $((1+x)): $((1+x))
 *	a && b | c &   (a) && (b) | (c) &     a newline prints as ,
 *	if a; then b; fi   (if [(a) ? (b)])   condition ? body, patterns : body
 *	A=1 b 2>&1     (A=1 b 2>&1)           <<E prints <<E'body'
 *
 *	buf_str(&out) after shell_dump(&out, list)
 */
#ifndef OAKUM_SYNTAX_SHELL_DUMP_H
#define OAKUM_SYNTAX_SHELL_DUMP_H

#include "syntax/shell.h"

void shell_dump(struct buf *out, const struct shell_list *list);
void shell_dump_word(struct buf *out, const struct shell_word *word);

#endif
