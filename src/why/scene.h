/*
 * scene: what is known, beside the log, of the container that it comes from.
 *
 * Depends on model, why/container. A container that an engine was asked about, a workload
 * that was read from a Dockerfile, compose file or run line, both, or nothing. The
 * questions here have one answer each; the engine's word counts more than a file's.
 */
#ifndef OAKUM_WHY_SCENE_H
#define OAKUM_WHY_SCENE_H

#include "model/access.h"
#include "model/writes.h"
#include "why/clue.h"
#include "why/container.h"

struct scene {
	struct arena *arena;
	const struct container *container; /* NULL: no engine was asked */
	const struct workload *workload;   /* NULL: no file was named */
	const struct access_asker *asker;  /* of the workload, as whom it runs */
	struct ats mounts;
	struct environ_list environment;
	struct id uid, gid;	 /* UNKNOWN: nothing says */
	enum answer has_account; /* has the uid a line in /etc/passwd? */
	struct str home, cwd;	 /* empty: not known */
};

/* One of them, or all, may be NULL; a uid that a clue holds counts where nobody knows. */
struct scene scene_make(struct arena *a, const struct container *container,
	const struct access_asker *asker, const struct clues *clues);

/* "uid 1777", "root", "the user of the container" */
struct str scene_who(const struct scene *s);

/* "1777:1777"; of somebody who is not known, the number that oakum gives new users. */
struct str scene_owner(const struct scene *s);

/* The mount that path lies in, or NULL. */
const struct at *scene_mount(const struct scene *s, struct str path);

/* Whose words a change is said in. */
enum form { FORM_DOCKERFILE, FORM_COMPOSE, FORM_LINE };

/* Of how it is started: compose, or a run line (also where nothing is known). */
enum form scene_run_form(const struct scene *s);

/* Is there a Dockerfile to write into, for all we know? */
bool scene_has_build(const struct scene *s);

#endif
