/*
 * seccomp: what the subverbs of `oakum seccomp` share: options, and what they are about.
 *
 * Depends on everything. A subverb is one file with one function; seccomp.c holds the
 * table of them and one table of options, each row with the subverbs that take it. A
 * subject is what a word of the command line names: a profile, the engine's default, a
 * compiled filter, or the filters of a process or container; whatever it is, it ends as
 * the filters that the kernel runs.
 *
 *	struct subject subject;
 *	int status = subject_open(s, s->words.at[0], &subject);
 *	if (status)
 *		return status;
 */
#ifndef OAKUM_CLI_SECCOMP_H
#define OAKUM_CLI_SECCOMP_H

#include <sys/types.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "report/screen.h"
#include "seccomp/make.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"
#include "source/load.h"

/* Who makes a filter of a profile. */
enum seccomp_compiler {
	COMPILER_RUNC,	    /* libseccomp, one comparison after the other */
	COMPILER_RUNC_TREE, /* runc since 1.2: libseccomp's binary tree */
	COMPILER_OAKUM,
};

enum seccomp_format { SECCOMP_DOCKER, SECCOMP_OCI, SECCOMP_BPF };

/* What was asked for. */
struct seccomp {
	const struct verb *verb; /* of the subverb: "seccomp prove" */
	struct arena arena;
	struct world *world;
	struct strs words; /* behind the subverb */
	struct strs objectives, denies, allows;
	struct str base, output;
	struct profile_host host;
	arch_set arches;    /* --arch; 0: not said */
	bool has_no_engine; /* --engine was not given: any on PATH is asked */
	capability_set added, dropped;
	enum seccomp_compiler compiler;
	enum make_mode mode;
	enum seccomp_format profile_format;
	bool is_json, is_run, is_bpf, is_supervised;
	bool tells_weak; /* what a profile says less than was meant, where nothing proves it */
	enum color_when color;
	struct buf out;
};

enum subject_kind {
	SUBJECT_PROFILE,
	SUBJECT_ENGINE, /* the engine's default */
	SUBJECT_FILTER, /* bytes that the kernel takes */
	SUBJECT_LIVE,	/* of a process */
};

struct subject {
	struct str name; /* as it was written */
	enum subject_kind kind;
	pid_t pid;	      /* LIVE */
	struct ruleset rules; /* PROFILE, ENGINE */
	struct profile_notes notes;
	struct bpf_stack stack;
	size_t missing; /* rules whose call the machine's libseccomp does not know */
};

/* A ruleset is there: it was no compiled filter. */
static inline bool subject_has_rules(const struct subject *subject)
{
	return subject->kind == SUBJECT_PROFILE || subject->kind == SUBJECT_ENGINE;
}

/*
 * What name means: "engine", "-" (standard input), a file, a process, a container. The
 * exit status, 0: go on; what is wrong has been said.
 */
int subject_open(struct seccomp *s, struct str name, struct subject *out);

/* The same of a name that is no file: a process, or a container that an engine knows. */
int subject_running(struct seccomp *s, struct subject *subject);

/* Only to its rules: what a profile says, not compiled. */
int subject_read(struct seccomp *s, struct str name, struct subject *out);

/* Rules as a filter, by who compiles them; missing may be NULL. */
int rules_compile(struct seccomp *s, const struct ruleset *rules,
	enum seccomp_compiler compiler, struct bpf *out, size_t *missing,
	struct err *e);

/* The rules that a Docker or OCI profile has on the host of s; an exit status. */
int profile_rules(struct seccomp *s, const struct file *file, struct ruleset *rules,
	struct profile_notes *notes);

/* The arches that a process on the host may use: its own and those beside it. */
arch_set arches_of_host(const struct profile_host *host);

/* ---- words and sentences ---- */

/* The arguments that a call has: what the table says, and what is not zero beyond it. */
unsigned call_width(const struct bpf_call *call);

/* "setuid(0x100000000)", with the number where the call has no name. */
void call_write(struct buf *out, const struct bpf_call *call);

/* "arg0 & 0x6 == 0 && arg1 != 1", "" for none. */
void terms_write(struct buf *out, const struct ban_term *terms, size_t count);

/* The same of a rule's conditions. */
void conditions_write(struct buf *out, const struct call_rule *rule);

/* "profile.json:12" or nothing. */
void place_write(struct buf *out, struct span span);

/* The rule of rules that decides call; NULL: the default, or not let in at all. */
const struct call_rule *rule_deciding(
	const struct ruleset *rules, const struct bpf_call *call);

/* "rule" of JSON and, in text, the sentence about what answered. */
void rule_json(
	struct buf *out, const struct subject *subject, const struct bpf_call *c);
void rule_text(
	struct buf *out, const struct subject *subject, const struct bpf_call *c);

/* "notes" and "missing" of JSON: what the reader of a profile had to say. */
void notes_json(struct buf *out, const struct subject *subject);

/* "call" of JSON: name, arch, nr, args as text. */
void call_json(struct buf *out, const struct bpf_call *call);

/* A number of the command line: decimal, 0x…, 0…, a minus sign; false when it is none. */
bool number_read(struct str text, uint64_t *out);

/* --objective and --deny; has_default: no-root and no-others where no --objective is. */
int bans_read(struct seccomp *s, arch_set arches, bool has_default, struct bans *out);

/* Those of --allow. */
int allows_read(struct seccomp *s, arch_set arches, struct bans *out);

/*
 * Does the stack permit everything that allow is about? The opposite is proved: with
 * permitted and refused exchanged, nothing of it may be permitted.
 */
struct proof prove_allow(
	struct arena *a, const struct bpf_stack *stack, const struct ban *allow);

/* A program whose answers are others: each return of a constant goes through change. */
struct bpf answers_changed(struct arena *a, const struct bpf *program,
	uint32_t (*change)(uint32_t answer));

int seccomp_make(struct seccomp *s);
int seccomp_prove(struct seccomp *s);
int seccomp_diff(struct seccomp *s);
int seccomp_show(struct seccomp *s);
int seccomp_test(struct seccomp *s);
int seccomp_cost(struct seccomp *s);

#endif
