/*
 * libraries: what libraries and servers write by themselves, and what moves it.
 *
 * Depends on model. Reads data/libraries.tsv. A row is found by a mark: the name of a
 * package, of a module, of a program, of an image; one mark may stand in several rows,
 * because a library may write in several places.
 *
 *	uint32_t at = 0;
 *	struct know_library lib;
 *	while (know_library_next(LIBRARY_PIP, STR("transformers"), &at, &lib))
 *		use(lib.path);
 */
#ifndef OAKUM_KNOW_LIBRARIES_H
#define OAKUM_KNOW_LIBRARIES_H

#include "model/writes.h"

/* What gives a library away. */
enum library_mark {
	LIBRARY_PIP,   /* in its normal form: lower case, one - for any of -_. */
	LIBRARY_CONDA, /* what pip knows under that name counts as well */
	LIBRARY_APT,
	LIBRARY_APK,
	LIBRARY_DNF,
	LIBRARY_IMPORT, /* the first part of a module's name */
	LIBRARY_RUN,	/* "jupyter", "jupyter lab" */
	LIBRARY_IMAGE,	/* a repository as struct image_ref has it */
	LIBRARY_MARK_COUNT
};

/* When it writes. */
enum library_when { LIBRARY_AT_START, LIBRARY_AT_IMPORT, LIBRARY_AT_CALL };

struct know_library {
	uint32_t row; /* the same for the same row */
	struct str name;
	enum write_base base;
	struct str path;	      /* below base, or absolute */
	bool is_folder, needs_folder; /* as in struct write */
	bool is_data;		      /* a build may fill it for the run to find */
	struct str variables;	      /* the cell; know_library_variable reads it */
	struct str setting;	      /* empty: none */
	enum write_failure failure;
	enum library_when when;
	struct str calls; /* AT_CALL: "torch.hub.load|get_model" */
	struct str error; /* empty: not known */
	struct str rule, source, date;
};

/* One variable that moves a write, in order of precedence. */
struct know_library_variable {
	struct str name;
	struct str suffix; /* what is written below its value; empty: just there */
	bool is_advised;   /* the one to set */
};

/*
 * The next row of that mark; *at is 0 at first and belongs to the search. False when
 * there is none left.
 */
bool know_library_next(enum library_mark kind, struct str name, uint32_t *at,
	struct know_library *out);

/* The row of that name. */
bool know_library_named(struct str name, struct know_library *out);

/* The rows by number, in the order of their names; false behind the last. */
bool know_library_at(uint32_t row, struct know_library *out);

/* Cuts the next variable off fields, which begins with .rest = lib->variables. */
bool know_library_variable(
	struct str_fields *fields, struct know_library_variable *out);

/* A pip name as requirements may write it ("Scikit_Learn[all]>=1") in its normal form;
   empty for what names no package. */
struct str know_pip_name(struct arena *a, struct str text);

#endif
