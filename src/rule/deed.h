/*
 * deed: the words of a build that give paths a mode or an owner.
 *
 * Depends on rule. Private to rule/. chmod, mkdir -m, install -m, COPY --chmod, chown,
 * install -o, and both behind `find -exec` and xargs, as one list in the order of the
 * build, so that a rule about modes or owners looks at all of them. Whether a command
 * runs, and on which paths, is what the log of the owners says; the words only give the
 * bytes.
 *
 *	struct deeds list = deeds_of(audit, DEED_MODE);
 *	vec_each (const struct deed, d, &list)
 *		if (deed_opens(d, 02))
 *			...
 */
#ifndef OAKUM_RULE_DEED_H
#define OAKUM_RULE_DEED_H

#include "know/asker.h"
#include "rule/rule.h"

enum {
	DEEDS_MAX = 1000,	  /* of a workload; a file may be written to hurt */
	DEED_PATHS_MAX = 32,	  /* of one deed */
	DEED_QUESTIONS_MAX = 400, /* to the model, of one rule about one workload */
};

enum deed_kind { DEED_MODE, DEED_OWNER };

VEC_TYPE(struct str, deed_paths);

struct deed {
	enum deed_kind kind;
	struct str by;	  /* "chmod", "mkdir -m", "COPY --chmod", "find -exec chmod" */
	struct str text;  /* the mode or the owner as it stands */
	struct span span; /* of these bytes */
	struct deed_paths paths; /* absolute, clean; as far as they are known */
	struct str shown;	 /* the first path as written, for messages; or empty */
	struct str operands;	 /* all of them, for a line to copy; or empty */
	bool is_recursive, is_glob;
	bool makes_folder; /* mkdir, install -d: nothing but folders */
	bool only_folders; /* find -type d */
	enum answer happens;
	size_t place;		       /* of the step among audit->facts.steps */
	const struct step *step;       /* never NULL */
	const struct command *command; /* NULL: COPY, ADD */
};

VEC_TYPE(struct deed, deeds);

/* Every deed of that kind in the steps of the workload's image. */
struct deeds deeds_of(struct audit *audit, enum deed_kind kind);

/*
 * Does a mode surely give these permission bits, whatever was there before? False for
 * words that are no mode.
 */
bool deed_opens(const struct deed *d, uint32_t bits);

/* An asker about the workload's finished image as the user that it has in the end. */
struct access_asker deed_asker(struct audit *audit);

/* "app:app", "1777:1777": whom a path should belong to; in advice. */
struct str deed_owner(struct audit *audit);

/* "`/data`", "`/data` and 2 more", or "these files". */
struct str deed_paths_words(struct audit *audit, const struct deed *d);

#endif
