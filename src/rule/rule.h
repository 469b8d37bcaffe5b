/*
 * rule: a pure question about the model, and what it answers.
 *
 * Depends on base, model, know. rules.def holds every rule of the catalogue from the
 * first day, one row a rule; a row that is on or off has a check, a page in doc/rules
 * and fixtures in tests/rules. A check looks at one subject (its scope says which) and
 * adds findings; it reads no text and prints nothing. What is unknown makes a finding
 * of verdict MAYBE, or none; never a confident one.
 *
 *	void check_user_root(struct audit *audit)
 *	{
 *		const struct workload *w = audit->workload;
 *
 *		if (w->launch.runs_as != RUNS_AS_ROOT)
 *			return;
 *		struct finding *f = finding_add(audit, w->launch.user->span);
 *		finding_message(f, "...");
 *	}
 */
#ifndef OAKUM_RULE_RULE_H
#define OAKUM_RULE_RULE_H

#include "base/diag.h"
#include "model/ignore.h"
#include "model/need.h"
#include "model/query.h"
#include "model/workload.h"
#include "model/writes.h"

enum severity {
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL,
	SEVERITY_COUNT
};

/* What a check is called for: once a file, a build, a workload, a project, a host. */
enum rule_scope {
	SCOPE_FILE,
	SCOPE_BUILD,
	SCOPE_WORKLOAD,
	SCOPE_PROJECT,
	SCOPE_HOST,
	SCOPE_COUNT
};

/* OFF runs only when it is asked for; PLANNED has a name and nothing else. */
enum rule_status { RULE_PLANNED, RULE_OFF, RULE_ON, RULE_STATUS_COUNT };

struct audit;

struct rule {
	struct str name, title;
	struct str
		inputs; /* letters: D Dockerfile, C compose, R run line; empty: planned */
	enum rule_scope scope;
	enum severity severity;
	enum rule_status status;
	void (*check)(struct audit *audit); /* NULL when planned */
};

/* Another place that explains a finding, with what it says. */
struct related {
	struct span span;
	struct str message;
};

struct finding {
	const struct rule *rule;
	enum severity severity;	   /* the rule's, unless the check knows better */
	enum answer verdict;	   /* YES or MAYBE */
	VEC(struct str) workloads; /* names; empty for a file that has none */
	struct span span;	   /* the exact bytes */
	struct str message;	   /* what is wrong: one sentence, no final newline */
	struct str consequence;	   /* what will happen to this workload: one sentence */
	struct str help;	   /* what to do: one or a few sentences */
	struct str evidence;	   /* normalised, for the fingerprint; no positions */
	VEC(struct related) related;
	const struct fact *chain; /* the fact whose hides-chain tells why, or NULL */
	const struct ignore *ignored; /* who has decided not to hear of it, or NULL */
};

VEC_TYPE(struct finding, findings);

struct denials;
struct knowledge;
struct workload_filter;
struct name_uses;
struct rule_choice;

/* What many checks of a workload ask, asked once. */
struct workload_facts {
	struct step_list steps;		 /* of its image, base stage first */
	struct step_list needed;	 /* of every stage that it is built from */
	struct account_list made;	 /* accounts that its own steps made */
	const struct account *candidate; /* the made one to run as, or NULL */
	const struct name_uses *missing; /* names without an account (rule/names.h) */
	uint32_t free_id;		 /* for advice; 0: nobody asked yet */
	const struct workload_filter *filter; /* of its profile (rule/filter.c); */
	bool has_filter;	 /* it was asked for; NULL: there is none */
	struct denials *denials; /* what it may not write (rule/denied.c); NULL: not
				    asked yet */
};

/* One subject under audit, and where its findings go. */
struct audit {
	struct arena *arena; /* findings and their texts live here */
	const struct knowledge *know;
	struct world *world; /* for know_asker; NULL: nobody looks at the disk */
	int64_t now;	     /* seconds since 1970, for dates */
	const struct project *project; /* SCOPE_PROJECT, and the frame of the others */
	const struct file *file;       /* SCOPE_FILE */
	const struct diags *diags; /* SCOPE_FILE: what its reader could not follow */
	const struct build *build; /* SCOPE_BUILD */
	const struct workload *workload;  /* SCOPE_WORKLOAD */
	struct workload_facts facts;	  /* SCOPE_WORKLOAD; set by rules_run */
	const struct rule_choice *choice; /* which rules run; NULL: those that are ON */
	const struct ignore *ignores;	  /* of the files and of oakum.yaml */
	size_t ignore_count;
	struct ignore_use *ignore_uses; /* beside the ignores; rules_run fills it in */
	const struct need *needs;	/* of oakum.yaml, paths absolute */
	size_t need_count;
	struct str folder;	 /* in which relative paths stand, absolute and clean */
	const struct rule *only; /* run no other; NULL: all that are wanted */
	const struct rule *rule; /* the one that is running */
	struct findings *findings;
	struct outlooks *outlooks; /* filled by rules_run, one a workload that has one;
				      NULL: nobody wants them */
};

/* Every rule, sorted by name. */
const struct rule *rule_all(size_t *count);

/* The rule of that name, or NULL. */
const struct rule *rule_find(struct str name);

/* A new finding of the running rule, verdict YES; valid until the next one. */
struct finding *finding_add(struct audit *audit, struct span span);

/* Says that a finding of the scope PROJECT concerns w. */
void finding_concerns(struct audit *audit, struct finding *f, const struct workload *w);

/* printf into message, consequence, help, evidence. */
void finding_message(struct audit *audit, struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_consequence(struct audit *audit, struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_help(struct audit *audit, struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_evidence(struct audit *audit, struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_related(struct audit *audit, struct finding *f, struct span span,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Runs every rule that is on over what audit holds: the file with its diags, the
 * project, every build, every workload. Findings of the same rule at the same bytes
 * become one with several workloads, and the surest of them speaks; those that an ignore
 * covers are marked; the result is sorted by file, then worst first, then by place. What
 * findings held before takes part in that.
 */
void rules_run(struct audit *audit);

/*
 * Runs the rules about ignores alone, over the ignores of audit->file (or, where they
 * are no configuration's, all) and what their uses say. rules_run does it, too.
 */
void rules_run_on_ignores(struct audit *audit);

/* The merging and sorting of rules_run, for findings put together from several runs. */
void findings_settle(struct arena *a, struct findings *list);

/* 16 hex digits from rule, workloads and evidence: the same after unrelated edits. */
struct str finding_fingerprint(struct arena *a, const struct finding *f);

/* The words of the output: "info" "low" "medium" …, "file" …, "planned" … */
struct str severity_name(enum severity s);
struct str rule_scope_name(enum rule_scope s);
struct str rule_status_name(enum rule_status s);

#endif
