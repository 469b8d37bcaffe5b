/*
 * writes_lists: files that say which packages a build installs, and what they lead to.
 *
 * Private to source/writes_*. Depends on writes. pip's requirements with the lists and
 * projects that they name, pyproject.toml, setup.cfg, setup.py, Pipfile, conda's
 * environment files. Lines are read, not languages: what stands in another form is not
 * seen, and nothing is claimed of it. What lists say of optional parts counts only where
 * somebody asks for the part.
 *
 *	writes_list(s, step->before, STR("requirements.txt"));
 *	writes_package(s, step->before, STR("./lib[gpu]"), span);
 */
#ifndef OAKUM_SOURCE_WRITES_LISTS_H
#define OAKUM_SOURCE_WRITES_LISTS_H

#include "source/writes.h"

/* The file at path, as the RUN behind before sees it, and all that it names. */
void writes_list(struct writes_search *s, const struct state *before, struct str path);

/* What pip takes in the place of a package: a name, an address, a folder, a wheel. */
void writes_package(struct writes_search *s, const struct state *before,
	struct str text, struct span span);

/* The project in a folder ("": where the RUN stands), with ".[extras]". */
void writes_project(
	struct writes_search *s, const struct state *before, struct str folder);

/* What conda installs: known under its own name, else under pip's. */
void writes_conda(struct writes_search *s, struct str text, struct span span);

#endif
