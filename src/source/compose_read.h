/*
 * compose_read: the workbench on which the files of a project become one tree.
 *
 * Private to source/compose_{tree,files,document,node,map,value,env,merge,unique,
 * extends,include}.c. Depends on compose_tree. The order is compose-go's: a file is made
 * into nodes with its variables put in, its includes are imported, its extends are
 * resolved, then it is merged onto the files before it. Nodes are immutable: to change one is to
 * make another. A !reset or !override is a mark on the node that carries it, for it
 * concerns what that node will be merged onto; node_strip() takes the marks off.
 */
#ifndef OAKUM_SOURCE_COMPOSE_READ_H
#define OAKUM_SOURCE_COMPOSE_READ_H

#include "source/compose_tree.h"

enum compose_mark { COMPOSE_MARK_NONE, COMPOSE_MARK_RESET, COMPOSE_MARK_OVERRIDE };

/* A file of the project, read once. */
struct compose_file {
	struct str path;		  /* as the user or a file names it */
	struct str clean;		  /* without dots */
	const struct yaml_stream *stream; /* NULL: it could not be read */
	struct str why;			  /* then: a clause */
	int code;			  /* then: an errno value */
	bool is_whole;			  /* all that it says is in the tree */
};

/* Variables by name; what `outer` sets wins, as in the environment of an include. */
struct compose_env {
	const struct compose_env *outer;
	struct str path; /* of the .env file; empty where there is none */
	const struct binding *list;
	struct env_slot *slots;
	uint32_t slot_mask, count;
};

struct compose_scope;

/* A file that is included, read in one place: what two files include is there once. */
struct compose_included {
	struct str path, folder;
	const struct compose_env *env;
	const struct compose_node *document;
};

struct compose_reader {
	struct arena *arena;
	struct world *world;
	const struct load_options *options;
	struct compose_tree *tree;
	struct diags *diags;
	VEC(struct compose_file *) files;
	VEC(struct compose_scope *) bases;     /* files that others extend */
	VEC(struct compose_included) included; /* files that others include */
	VEC(struct compose_env *) envs;	       /* of one .env file each */
	VEC(struct span) comments;
	uint32_t loads;	   /* files opened, each time: COMPOSE_FILES_MAX */
	size_t nodes;	   /* made, aliases followed: COMPOSE_NODES_MAX */
	size_t expanded;   /* bytes that variables put in: COMPOSE_EXPANDED_MAX */
	bool has_own_key;  /* a document of the project has a key of compose's */
	bool said_full[4]; /* by enum compose_limit */
};

enum compose_limit { LIMIT_FILES, LIMIT_NODES, LIMIT_EXPANDED, LIMIT_DEPTH };

/* One file in the place where it is used. */
struct compose_source {
	const struct compose_source *up; /* who includes it; NULL: the project itself */
	struct str path;
	struct str folder; /* what relative paths in it are relative to */
	const struct compose_env *env;
	uint32_t depth; /* of includes and extends */
};

/* The services of one file, for extends. */
struct compose_scope {
	struct compose_source source;
	const struct compose_node *services; /* a MAP, or NULL: none, or no such file */
	struct str why; /* NULL services: a clause; empty: the file has none */
	struct compose_resolved *resolved; /* by the index of a service */
};

struct compose_resolved {
	const struct compose_node *node;
	enum { EXTENDS_UNSEEN, EXTENDS_BUSY, EXTENDS_DONE } state;
	bool is_extended;
};

/* compose_tree.c */

struct project_problem *compose_problem(struct compose_reader *r,
	enum project_problem_kind kind, struct span span, struct str name,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Says once that a limit was met. */
void compose_full(struct compose_reader *r, enum compose_limit limit, struct span span);

/* Takes n nodes off what may be made; false, and said once, when that is too much. */
bool compose_spend(struct compose_reader *r, size_t n, struct span span);

/* The file at path, read and parsed once; never NULL, its stream may be. */
struct compose_file *compose_open(struct compose_reader *r, struct str path);

/* Does somebody have to fetch it? A URL, a git remote, an OCI reference. */
bool compose_is_remote(struct str reference);

/* compose_document.c */

/*
 * A file merged onto dict (NULL: onto nothing), its documents one after the other.
 * extends are resolved and includes imported, unless it is itself read for an extends.
 */
const struct compose_node *compose_read_onto(struct compose_reader *r,
	const struct compose_source *source, bool is_base,
	const struct compose_node *dict);

/* compose_files.c */

/* The files of the project that begins with files[0], defaults and overrides added. */
struct strs compose_project_files(struct compose_reader *r, const struct strs *files,
	struct str folder, const struct compose_env *env);

/* compose_env.c */

/*
 * The variables of files, one file after the other, on top of outer (which wins). A
 * file that is not there is an err for the caller to word.
 */
int compose_env_read(struct compose_reader *r, const struct strs *files,
	const struct compose_env *outer, struct compose_env **out, struct err *e);

/* The files (at most one) that compose reads by itself: .env in folder. */
struct strs compose_env_default(struct compose_reader *r, struct str folder);

void compose_env_put(struct compose_reader *r, struct compose_env *env, struct str name,
	const struct fact *fact);

/* What sets name, or NULL; *text its bytes, where the fact is SET. */
const struct fact *compose_env_find(
	const struct compose_env *env, struct str name, struct str *text);

/* compose_value.c */

struct interpolation;

/* A text with its variables put in; never without a segment. */
struct value compose_value(struct compose_reader *r, const struct compose_env *env,
	const struct text *text);

/* The same of one that is parsed; problems are not reported again. */
struct value compose_value_of(struct compose_reader *r, const struct compose_env *env,
	const struct interpolation *parts, struct span whole);

/* compose_node.c */

/* A document as nodes. */
const struct compose_node *compose_nodes(struct compose_reader *r,
	const struct compose_source *source, const struct yaml *root);

/* node on top of hidden: a copy whose chain of hides ends in it. */
const struct compose_node *node_hiding(struct arena *a, const struct compose_node *node,
	const struct compose_node *hidden);

/* Without its marks, and without what carries !reset. */
const struct compose_node *node_strip(
	struct compose_reader *r, const struct compose_node *node);

/* "a list", "a mapping", "a value", "nothing" */
const char *node_kind_name(const struct compose_node *node);

/* compose_map.c: a map that is being made. Keys are there once. */

struct compose_map {
	struct arena *arena;
	VEC(struct compose_entry) entries;
	uint32_t *slots;
	uint32_t slot_mask;
};

struct compose_map compose_map(struct arena *a);
struct compose_entry *compose_map_find(struct compose_map *map, struct str key);

/* Adds a key that is not there yet. */
void compose_map_add(struct compose_map *map, struct compose_entry entry);

/* Adds it, or puts it in the place of the one that is there. */
void compose_map_set(struct compose_map *map, struct compose_entry entry);

/* The node: kind, entries and what follows from them; the rest is like's. */
const struct compose_node *compose_map_finish(
	struct compose_map *map, const struct compose_node *like);

/* A list likewise. */
VEC_TYPE(struct compose_entry, compose_items);
const struct compose_node *compose_list_finish(struct arena *a,
	const struct compose_items *items, const struct compose_node *like);

/* map with key's value replaced (node NULL: without it). */
const struct compose_node *compose_map_with(struct compose_reader *r,
	const struct compose_node *map, struct str key,
	const struct compose_node *node);

/* compose_merge.c */

/* Where a node stands: "services", "web", "build". */
struct compose_path {
	const struct compose_path *up;
	struct str name;
	uint32_t depth; /* of the first: 1; a root: NULL */
};

/* Does it match a pattern of `depth` names, "*" being any? */
bool compose_path_is(
	const struct compose_path *path, const char *const *pattern, uint32_t depth);

/* over on top of base (which has no marks), by the rules of that path; NULL: reset. */
const struct compose_node *compose_merge(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path);

/* Two whole documents; the marks are gone afterwards. base may be NULL. */
const struct compose_node *compose_merge_documents(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over);

/* compose_unique.c */

/* Of list elements that mean the same thing the last one holds; a whole tree. */
const struct compose_node *compose_unique(
	struct compose_reader *r, const struct compose_node *root);

/* compose_extends.c */

/* document with its services' extends resolved. */
const struct compose_node *compose_extends(struct compose_reader *r,
	const struct compose_source *source, const struct compose_node *document);

/* Marks the files whose services were all extended. */
void compose_mark_bases(struct compose_reader *r);

/* compose_include.c */

/* document with what it includes imported. */
const struct compose_node *compose_include(struct compose_reader *r,
	const struct compose_source *source, const struct compose_node *document);

#endif
