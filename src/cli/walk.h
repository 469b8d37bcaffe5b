/*
 * walk: from the paths of a command line to the files to look at, in a stable order.
 *
 * Depends on base. A named path that is no folder is one item, whatever it is; a folder
 * gives every regular file below it (and links to files), sorted by bytes, folder by
 * folder. Links to folders are not followed, so that there are no loops; folders that
 * hold other people's files (.git, node_modules, .venv, __pycache__ …) are left out.
 * Nothing is opened here.
 *
 * A compose file covers the Dockerfiles that it builds, and a script likewise: they are
 * audited once, as what really runs. walk_sort puts the items in an order in which
 * whoever covers comes first.
 *
 *	struct walk walk = {.arena = &arena};
 *	walk_add(&walk, STR("services"));
 *	vec_each(struct walk_item, item, &walk.items) ...
 */
#ifndef OAKUM_CLI_WALK_H
#define OAKUM_CLI_WALK_H

#include "base/err.h"
#include "base/vec.h"

enum {
	WALK_ITEMS_MAX = 1000000, /* files; what comes after is one item that says so */
	WALK_DEPTH_MAX = 256,	  /* folders in folders; deeper ones likewise */
};

enum walk_kind {
	WALK_FILE,    /* to be read through a world */
	WALK_STREAM,  /* standard input, a pipe, a device: to be read to its end */
	WALK_ABSENT,  /* named and not there, or not readable: why says it */
	WALK_UNSEEN,  /* a found folder that cannot be listed, a limit: why says it */
	WALK_PROJECT, /* the compose files of -f together; path is the first one */
	WALK_LINE,    /* a run line of the command line: text holds it */
};

struct walk_item {
	struct str path; /* as a user would write it */
	struct str why;
	struct str text; /* LINE */
	enum walk_kind kind;
	bool is_found;	/* not named */
	unsigned order; /* of walk_sort */
	size_t place;	/* where it was added */
};

struct walk {
	struct arena *arena;
	VEC(struct walk_item) items;
	void (*tick)(void *context, size_t count); /* called now and then, or NULL */
	void *context;
};

void walk_add(struct walk *w, struct str path);

/* The compose files of -f, as one item that is called after the first. */
void walk_add_project(struct walk *w, struct str first);

/* A run line, as an item called "<run>", "<run 2>" … */
void walk_add_line(struct walk *w, struct str line);

/*
 * Puts what may cover other items in front of them: projects and run lines, then
 * compose files (those near the top first), other YAML, shell scripts. All else, and
 * what is alike, stays in the order in which it was added.
 */
void walk_sort(struct walk *w);

/* "<stdin>", the path of the item for "-". */
extern const struct str walk_stdin;

#endif
