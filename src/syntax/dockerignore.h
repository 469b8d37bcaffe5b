/*
 * dockerignore: a .dockerignore file, and which paths of a context it leaves out.
 *
 * Depends on base. A line is a pattern; # at its start is a comment; ! takes back what an
 * earlier line left out, and the last line that fits decides. A pattern fits a path or a
 * folder above it: * ? [a-z] within a name, ** across folders, a backslash takes the next
 * byte as it is; a slash in front means nothing (moby/patternmatcher and its ignorefile
 * reader; both builders and buildah use these). A pattern that the builder refuses is
 * kept with is_broken and fits nothing. Matching costs at most the product of the
 * lengths of pattern and path, whatever they hold.
 *
 *	const struct dockerignore *list = dockerignore_parse(arena, file);
 *	if (dockerignore_excludes(list, STR("models/big.bin")))
 *		...
 */
#ifndef OAKUM_SYNTAX_DOCKERIGNORE_H
#define OAKUM_SYNTAX_DOCKERIGNORE_H

#include "base/file.h"
#include "base/vec.h"

enum {
	DOCKERIGNORE_PATTERNS_MAX = 1000, /* of a file; the rest is not read */
	DOCKERIGNORE_PATTERN_MAX =
		1024, /* bytes of a pattern; a longer one is broken */
};

struct dockerignore_part;

struct dockerignore_pattern {
	struct str text; /* cleaned, without the ! */
	struct span span;
	bool is_exception; /* began with ! */
	bool is_broken;	   /* the builder refuses it, and so the whole build */
	const struct dockerignore_part *parts;
	size_t part_count;
};

VEC_TYPE(struct dockerignore_pattern, dockerignore_patterns);

struct dockerignore {
	const struct file *file;
	struct dockerignore_patterns patterns;
	bool has_exceptions;
	bool is_cut; /* it holds more than DOCKERIGNORE_PATTERNS_MAX */
};

/* Never NULL; everything lives in a. */
const struct dockerignore *dockerignore_parse(struct arena *a, const struct file *file);

/* One pattern, cleaned, without a !; false, and is_broken, for what is refused. */
bool dockerignore_compile(
	struct arena *a, struct str text, struct dockerignore_pattern *out);

/*
 * Is path (clean, relative to the context) left out? A folder may be left out and hold
 * files that are not, where the list has exceptions.
 */
bool dockerignore_excludes(const struct dockerignore *list, struct str path);

/* Does this one pattern fit path itself? Exceptions are asked like the others. */
bool dockerignore_fits(const struct dockerignore_pattern *pattern, struct str path);

#endif
