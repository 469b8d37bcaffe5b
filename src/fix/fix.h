/*
 * fix: from findings to a plan of parts, each proved before it counts.
 *
 * Depends on base, model, know, source, rule, host. A part is what only makes sense as a
 * whole: the user with its home, directories and variables is one part. fix_make goes
 * through the makers of fixes.def in order; a maker looks at the model as it stands and
 * says the changes of one part or none. The part is raised into edits, the edits are laid
 * over the world, everything is read and audited again, and only when what it is for is
 * gone, nothing new is found and no fact outside its footprint differs, the part is kept
 * and the next maker sees the result. So parts never have to know of each other.
 *
 *	struct fix_plan plan;
 *	if (fix_make(&arena, world, know, path, &load, &options, &plan, e) < 0)
 *		return -1;
 *	vec_each (const struct fix_part, p, &plan.parts)
 *		show(p->title, p->diff);
 */
#ifndef OAKUM_FIX_FIX_H
#define OAKUM_FIX_FIX_H

#include "fix/edit.h"
#include "host/prepare.h"
#include "model/change.h"
#include "rule/rule.h"
#include "source/load.h"

/* What a part asks of whoever reads it. */
enum fix_class {
	FIX_SAFE,	 /* repairs what cannot work, or changes nothing at run time */
	FIX_CHANGES_RUN, /* the container runs differently afterwards */
};

/* What a maker fills in. All texts live in the arena of fixing, or of its input. */
struct fix_part {
	struct str title; /* "Run as uid 1777 instead of root": imperative, no stop */
	struct str why;	  /* one or two sentences for whoever reads the diff */
	enum fix_class class;
	struct strs rules;   /* the rules whose findings it makes go away */
	struct strs helps;   /* rules of which it mends one of several reasons: a choice
				by --rule takes it, and nothing has to be gone */
	struct str workload; /* the name of the workload it is about; empty: several */
	struct changes changes;
	struct strs by_hand; /* sentences: what oakum leaves to a person */
	/*
	 * Globs (only '*') over the names of model/facts.h: what may differ afterwards.
	 * "web/user", "web/env/HOME", "web/mount/" and so on.
	 */
	struct strs footprint;
	struct strs accepts; /* rules whose findings may come or get graver: another
				part is for them */
	/* filled by fix_make */
	struct str diff; /* unified, against the files as the parts before left them */
	bool is_wanted;	 /* chosen by class, --rule or the user's yes */
	/* as long as it is made; not in a plan, nor are changes and footprint */
	struct edits edits;
};

VEC_TYPE(struct fix_part, fix_parts);

/* A part that was made and not kept, or what a maker could not do at all. */
struct fix_left {
	struct str title, why; /* why: a sentence; what to do by hand */
	struct str workload;
	struct strs rules;
};

VEC_TYPE(struct fix_left, fix_lefts);

VEC_TYPE(const struct finding *, finding_list);

/* What a maker sees: the world with all parts before it, freshly read and audited. */
struct fixing {
	struct arena *arena;
	struct world *world; /* the overlay */
	const struct knowledge *know;
	const struct input *input;
	const struct findings *findings; /* of the audit of input */
	const struct finding_list *mine; /* those about workload; NULL: it is NULL */
	struct audit *audit;		 /* the frame they were found in; for facts */
	uint32_t uid; /* of a user that has to be made; 0: a free one */
	const struct workload *workload; /* NULL for a maker of the whole input */
	struct fix_lefts *left;		 /* a maker that cannot says so here */
};

/* Fills part and says true when there is something to do. One function a part. */
typedef bool fix_maker(struct fixing *fixing, struct fix_part *part);

/* What the person at the terminal says of a part: yes, no, and nothing more of it. */
enum fix_answer { FIX_NO, FIX_YES, FIX_STOP };

struct fix_options {
	bool only_safe;
	struct strs rules; /* --rule: only parts that cure one of them; empty: all */
	uint32_t uid;	   /* --uid; 0: a free one from 1777 on */
	/* Called with every proved part; NULL: all that class and rules admit. */
	enum fix_answer (*ask)(void *data, const struct fix_part *part);
	void *data;			  /* for ask and frame */
	const struct rule_choice *choice; /* the rules of the audit; NULL: those ON */
	const struct host_facts *host;	  /* who will run it; NULL: not known */
	/* Completes the frame of an audit of input: ignores, folder; NULL: nothing. */
	void (*frame)(void *data, const struct input *input, struct audit *audit);
};

struct fix_plan {
	struct fix_parts parts;	   /* kept, in order */
	struct fix_parts declined; /* asked for in vain, in order */
	struct fix_lefts left;	   /* what is to be done by hand, and why */
	struct edited_files files; /* every file with its first and last bytes */
	struct host_steps host;	   /* what the host needs once it is written */
	size_t findings_before, findings_after; /* at medium and above */
	struct strs secrets; /* bytes of the input that no report may show */
	struct input input;  /* as it is read with every part in place */
};

/* -1 when path cannot be read at all, as input_load; touches nothing. */
int fix_make(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *load,
	const struct fix_options *options, struct fix_plan *out, struct err *e);

/* What several makers need. */
void fix_footprint(struct fixing *f, struct fix_part *part, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fix_accepts(struct fixing *f, struct fix_part *part, struct str rule);
void fix_cures(struct fixing *f, struct fix_part *part, struct str rule);
/* The same where one finding has several reasons, and this is for one; if it has spoken. */
void fix_helps(struct fixing *f, struct fix_part *part, struct str rule);
struct change *fix_change(struct fixing *f, struct fix_part *part,
	enum change_kind kind, enum change_op op);
/* One more word right behind the name of the tool; several stand as they are said. */
void fix_add_word(struct fixing *f, struct fix_part *part, const struct command *c,
	struct str word);
/*
 * The same name behind the facts of every workload that the Dockerfile of the maker's
 * workload builds: "user", "env/HOME", "run/" and so on. A line of it is theirs, too.
 */
void fix_footprint_build(struct fixing *f, struct fix_part *part, const char *name);
/* The finding of rule about the maker's workload (or any), or NULL. */
const struct finding *fix_finding(const struct fixing *f, struct str rule);
/* The next one behind last; NULL: the first. */
const struct finding *fix_next_finding(
	const struct fixing *f, struct str rule, const struct finding *last);
void fix_cannot(struct fixing *f, struct str title, struct str rule, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

#endif
