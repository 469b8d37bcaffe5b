/*
 * compose_tree: a compose project as one tree: read, interpolated, extended, merged.
 *
 * Private to source/compose*.c. Depends on syntax/yaml, syntax/env, model/value. What the
 * files of a project say, put together as compose-go does (loader, override, template,
 * dotenv): aliases and merge keys resolved, ${...} put in, `include` and `extends`
 * followed, several files merged by the documented rules, !reset and !override obeyed.
 * Short forms stay short: compose_service.c knows what they mean. Every node keeps the
 * bytes that said it, in the file that said it, and the node that it overrode.
 *
 *	struct compose_tree tree;
 *	if (compose_tree_read(arena, world, &files, options, &tree, diags, e) < 0)
 *		return -1;
 *	const struct compose_node *services = compose_get(tree.root, STR("services"));
 *	for each entry of services ...
 */
#ifndef OAKUM_SOURCE_COMPOSE_TREE_H
#define OAKUM_SOURCE_COMPOSE_TREE_H

#include "base/diag.h"
#include "base/world.h"
#include "model/workload.h"
#include "source/load.h"
#include "syntax/yaml.h"

enum {
	COMPOSE_FILES_MAX = 200,     /* read for one project, include and extends too */
	COMPOSE_DEPTH_MAX = 64,	     /* extends of extends, include of include */
	COMPOSE_NODES_MAX = 2000000, /* after aliases were resolved: billion laughs */
	COMPOSE_SERVICES_MAX = 20000,
	COMPOSE_VALUE_MAX = 1024 * 1024, /* bytes of one value after interpolation */
	COMPOSE_HEIGHT_MAX = 200, /* levels of nodes after aliases were resolved */
	COMPOSE_EXPANDED_MAX =
		64 * 1024 * 1024, /* bytes that variables put in, in all */
};

enum compose_kind { COMPOSE_NULL, COMPOSE_SCALAR, COMPOSE_LIST, COMPOSE_MAP };

struct compose_entry;

struct compose_node {
	enum compose_kind kind;
	struct value value;	 /* SCALAR: with variables put in */
	const struct yaml *yaml; /* the node it comes from: its style, its raw text */
	struct span span;  /* of the value's bytes; an empty one behind ':' for NULL */
	struct str folder; /* what relative paths in it are relative to */
	const struct compose_entry *entries; /* MAP in file order; LIST: keys empty */
	uint32_t count;
	const struct compose_node *hides; /* overridden by this one: merge key, extends,
					     an earlier file; or NULL */
	bool is_shared;			  /* stands in an anchor that others use too */
	bool is_partial; /* a service: what it extends could not be read, so that what
			    it does not say proves nothing */
	/* For those who merge, of no use afterwards. */
	bool has_marks;	 /* a !reset or !override stands in it */
	uint8_t mark;	 /* enum compose_mark */
	uint16_t height; /* levels below it */
	uint32_t size;	 /* nodes in it, aliases followed; at most COMPOSE_NODES_MAX */
	const uint32_t *slots; /* of a large map: its entries by the hash of the key */
	uint32_t slot_mask;
};

struct compose_entry {
	struct str key;
	struct span key_span;
	const struct compose_node *node; /* never NULL */
};

struct compose_env;

struct compose_tree {
	const struct compose_node *root; /* a MAP; never NULL */
	struct str name;		 /* of the project */
	struct str folder;		 /* the project directory */
	VEC(const struct file *) files; /* every compose file that was read, in order */
	struct strs
		covered; /* those that need no look of their own: the project's, what is
				included; of what is extended only a file that no one
				would start, all of it used here */
	struct project_problems problems; /* what the merging itself found */
	bool is_compose; /* a key of compose's stands at its top, or what may be meant as
			    one; else it is another tool's file of that name */
	bool is_partial; /* an include could not be read: what is not declared may be */
	const struct span *comments; /* of every file, for inline ignores */
	uint32_t comment_count;
	const struct binding *environment; /* what ${...} was looked up in: facts whose
					      span is the line of the .env file */
	const struct compose_env *variables; /* the same, for compose_variable */
};

/*
 * Reads the files of one project: files[0] and, where options do not name them all,
 * the override file beside it. -1 when a file that was named cannot be read.
 */
int compose_tree_read(struct arena *a, struct world *world, const struct strs *files,
	const struct load_options *options, struct compose_tree *out,
	struct diags *diags, struct err *e);

/* What ${name} is in the project; NULL when no .env file sets it. At once, however long. */
const struct fact *compose_variable(const struct compose_tree *tree, struct str name);

/* The value under key of a map; NULL when there is none, when it is null or no map. */
const struct compose_node *compose_get(const struct compose_node *map, struct str key);

/* The entry likewise, also where its value is null. */
const struct compose_entry *compose_entry(
	const struct compose_node *map, struct str key);

/* The bytes of a known scalar; false for all else. */
bool compose_str(struct arena *a, const struct compose_node *node, struct str *out);

/* A fact of the layer RUN for a scalar: SET, UNKNOWN where a variable decides. */
const struct fact *compose_fact(
	struct arena *a, const struct compose_node *node, const struct fact *hides);

#endif
