/*
 * names: every place where a build or a launch needs a user or group to exist.
 *
 * Depends on rule. Private to rule/. USER where something runs as it, COPY --chown, and
 * the commands of RUN (chown, su, usermod …), as one list, so that each rule about a
 * name that is missing looks at all of them, and each mistake has one finding.
 *
 *	vec_each (const struct name_use, use, audit->facts.missing)
 *		if (use->reason == MISSING_TYPO) ...
 */
#ifndef OAKUM_RULE_NAMES_H
#define OAKUM_RULE_NAMES_H

#include "rule/rule.h"

/*
 * A file may be written to hurt: so many uses are kept of a workload, and for so many
 * is looked for a reason beyond "nobody makes it".
 */
enum { NAME_USES_MAX = 2000, NAME_REASONS_MAX = 100 };

/* Why a name is missing, as far as the rest of the file tells. */
enum missing {
	MISSING_NOWHERE, /* nobody makes it */
	MISSING_LATER,	 /* it is made further down in the same image */
	MISSING_TYPO,	 /* there is a name that nearly is it */
	MISSING_STAGE,	 /* it is made in another stage */
};

struct name_use {
	struct str name;
	bool is_group;
	struct str by; /* "USER", "COPY --chown", "chown" … */
	enum answer certain;
	struct span span;	 /* the bytes of the name */
	const struct step *step; /* NULL: the launch */
	enum missing reason;
	struct str meant;	     /* TYPO: the near name */
	struct span made_at;	     /* LATER, STAGE: where it is made */
	const struct stage *made_in; /* STAGE */
};

VEC_TYPE(struct name_use, name_uses);

/*
 * Every use of a name that surely has no account at that moment, in file order. The
 * engine asks once and keeps the answer in audit->facts.
 */
const struct name_uses *name_uses_missing(struct audit *audit);

#endif
