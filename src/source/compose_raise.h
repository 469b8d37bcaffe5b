/*
 * compose_raise: the workbench on which a change becomes edits of a compose file.
 *
 * Private to source/compose_raise*.c. Depends on raise_by, syntax/yaml. The file is
 * parsed once more, losslessly, and the node that a change is about is found by its
 * place. Everything new is written as its neighbours are: their indentation, the place
 * of their dashes, block or flow, their kind of quotes. An edit inserts or replaces as
 * few bytes as it can; lines that are inserted at the same place go by their depth, so
 * that an element of the last list stands before the key that follows it.
 *
 *	struct raise_place p;
 *	if (!raise_open(r, file, &p))
 *		return false;
 */
#ifndef OAKUM_SOURCE_COMPOSE_RAISE_H
#define OAKUM_SOURCE_COMPOSE_RAISE_H

#include "base/buf.h"
#include "source/raise_by.h"
#include "syntax/yaml.h"

enum { RAISE_PATH_MAX = YAML_DEPTH_MAX + 2, RAISE_MERGES_MAX = 16 };

/* How a file is written, learnt from all of it. */
struct raise_style {
	struct str eol;
	uint32_t step;	 /* from a key to the keys below it */
	uint32_t dash;	 /* from a key to the dashes below it */
	bool lists_flow; /* short lists stand in brackets */
	bool quotes_single;
	bool is_json; /* everything is quoted, and in braces */
};

struct raise_place {
	struct raising *r;
	const struct file *file;
	const struct yaml_stream *stream;
	const struct yaml *root; /* a mapping */
	struct raise_style style;
	const struct yaml *service; /* of the change's workload; NULL: the top */
	struct str name;	    /* of the service */
	const struct yaml *shared;  /* the anchor that all of its users want changed */
	struct str shared_key;	  /* of it in service, where they use it for one key */
	const struct yaml *below; /* of a key "build.args": the value of build */
};

/* The nodes from the root down to the one that holds an offset. */
struct raise_path {
	const struct yaml *at[RAISE_PATH_MAX];
	size_t n;
};

/* What a change puts in: scalars, each with its name where the key holds a mapping. */
struct raise_item {
	struct str name, value;
	bool is_raw; /* value is YAML: its lines are copied, the others deeper */
};

VEC_TYPE(struct raise_item, raise_items);

/* ---- compose_raise_find.c ---- */

/* Parses file and learns its style; false where it cannot be edited for sure. */
bool raise_open(struct raising *r, const struct file *file, struct raise_place *out);

/* Behind the last byte of a node; blanks behind a block scalar are no part of it. */
uint32_t raise_end(const struct yaml *node);

/* Nothing stands where it would: `a:`. */
bool raise_is_absent(const struct yaml *node);

/* The path to the deepest node that holds offset; n 0: none does. */
void raise_find(const struct yaml *root, uint32_t offset, struct raise_path *path);

/* The index of a key of a mapping, its own or (false) none. */
bool raise_key(const struct yaml *map, struct str key, uint32_t *index);

/* The value that a merge key (<<) brings along under key, or NULL. */
const struct yaml *raise_merged(const struct yaml *map, struct str key);

/* Does an alias stand for it or for a node on the way to it? */
bool raise_is_shared(const struct raise_place *p, const struct raise_path *path);

/* Does ${...} take part in the scalar? */
bool raise_has_variable(struct str text);

/* Bytes between the start of its line and it. */
uint32_t raise_column(const struct file *f, uint32_t offset);

/* ---- compose_raise_text.c ---- */

/* A scalar with that meaning: quoted where YAML needs it, "$" doubled. */
struct str raise_scalar(const struct raise_place *p, struct str value, bool in_flow);

/* The same of a key's value: true, false and numbers stay bare where they belong. */
struct str raise_value(
	const struct raise_place *p, struct str key, struct str value, bool in_flow);

/* "$" doubled. */
struct str raise_escape(struct arena *a, struct str value);

/*
 * New bytes for a scalar in which [from, from + length) of its file becomes value
 * (already escaped); false where it cannot be said without rewriting all of it.
 */
bool raise_splice(struct raise_place *p, const struct yaml *node, uint32_t from,
	uint32_t length, struct str value);

/* The scalar replaced as a whole, in the quotes that it has; false where that is odd. */
bool raise_replace(struct raise_place *p, const struct yaml *node, struct str value);

/* Does it hold what means something in brackets? */
bool raise_breaks_flow(struct str value);

/* Lines (led by eol) that are inserted at offset, by depth among those at hand. */
void raise_insert(struct raise_place *p, uint32_t offset, struct str bytes);

/* The edit at hand that takes the byte at offset away, or NULL. */
struct edit *raise_pending(const struct raise_place *p, uint32_t offset);

/* ---- compose_raise_add.c ---- */

/* A key that map does not have, with a scalar, or with items. */
bool raise_new_key(struct raise_place *p, const struct yaml *map, struct str key,
	struct str scalar);
bool raise_new_items(struct raise_place *p, const struct yaml *map, struct str key,
	const struct raise_items *items);

/* More items for the value of a key that is there. */
bool raise_more_items(struct raise_place *p, const struct yaml *map, uint32_t index,
	const struct raise_items *items);

/* ---- compose_raise_remove.c ---- */

/* Takes the key, or item, away with its lines; comments stay. */
bool raise_remove(struct raise_place *p, const struct yaml *parent, uint32_t index);

/* ---- compose_raise.c ---- */

/* raise_refuse with what was to be written in front of the reason. */
bool raise_by_hand(const struct raise_place *p, const struct change *change,
	const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Refuses, because ${...} takes part in what stands there. */
bool raise_refuse_variable(const struct raise_place *p, const struct change *change,
	const struct yaml *node);

/* Finds the service of the change's workload; refuses where it is not its own. */
bool raise_open_service(struct raise_place *p, const struct change *change);

/* Is it in the service, and not in what somebody else uses, too? Refuses otherwise. */
bool raise_may_edit(const struct raise_place *p, const struct change *change,
	const struct raise_path *path);

/* The service of the file that extends the one of that name, or NULL. */
const struct yaml *raise_who_extends(const struct yaml *services, struct str name);

/* key: value in map: made, or its scalar replaced. */
bool raise_set_in(struct raise_place *p, const struct change *change,
	const struct yaml *map, struct str key, struct str value);

/* The line on which a node begins. */
uint32_t raise_line(const struct yaml *node);

/* ---- compose_raise_anchor.c ---- */

/* The anchor of the change takes the place of a service; false, and refused, if not. */
bool raise_open_anchor(struct raise_place *p, const struct change *change);

/* ---- compose_raise_word.c ---- */

/* CHANGE_WORD: a scalar, or a part of one, becomes value; or one more word is added. */
bool raise_word(struct raise_place *p, const struct change *change);

/* ---- compose_raise_alias.c ---- */

/* SET at the top with an alias: the key in front of the services, its value anchored. */
bool raise_set_alias(struct raise_place *p, const struct change *change);

/* ---- compose_raise_part.c ---- */

/* SET of "volumes" or "ports" with a name: read_only, host_ip of one element. */
bool raise_part(struct raise_place *p, const struct change *change);

/* Where the inside of a one-line scalar begins and ends; has it escapes? */
struct span raise_inside(const struct yaml *node);
bool raise_is_one_line(const struct yaml *node);
bool raise_is_escaped(const struct yaml *node);

#endif
