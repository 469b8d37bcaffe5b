/*
 * plan: a preparation on its way: who needs which path of the host, and how.
 *
 * Private to host/. Depends on prepare. prepare.c goes through the workloads and gathers
 * needs by path; deal.c says whose it shall be, place_steps.c what to do about one path,
 * volumes.c about a named volume, names.c which numbers get a name. Ids are those of the
 * host from here on.
 */
#ifndef OAKUM_HOST_PLAN_H
#define OAKUM_HOST_PLAN_H

#include "host/accounts.h"
#include "host/prepare.h"
#include "model/demand.h"

enum {
	HOST_PLACES_MAX = 10000, /* paths of one project */
	HOST_INSIDE_MAX = 1000,	 /* entries of a folder that are looked at */
};

/* One workload's use of a path. */
struct host_need {
	const struct workload *workload;
	const struct mount *mount;
	struct identity identity; /* on the host */
	struct identity inside;	  /* in the container */
	struct demand demand;
};

VEC_TYPE(struct host_need, host_needs);

/* A path, and all who use it. */
struct host_use {
	struct str path;
	bool is_folder;
	bool is_project; /* the project's files lie in it: people work there */
	struct host_needs needs;
	uint32_t order;
};

VEC_TYPE(struct host_use, host_uses);

/* Whose a path shall be. */
struct host_deal {
	uint32_t uid, gid, mode;
	const struct host_need *first; /* a writer, else a reader */
	size_t writers, users;	       /* different uids */
};

struct host_plan {
	struct arena *arena;
	struct world *world;
	const struct project *project;
	const struct host_facts *facts;
	struct host_options options;
	struct host_accounts accounts;
	struct host_uses uses;
	struct host_steps names, steps, notes; /* in this order at the end */
};

/*
 * Who the workload's program is, where bits decide what it may do: not root that passes
 * them, nobody unknown.
 */
bool host_needs_look(
	const struct host_plan *p, const struct workload *w, struct identity *out);

/* ---- ids.c: from ids in a container to those of the host ---- */

/* How the engine of that workload maps ids. */
enum host_engine host_engine_of(const struct host_plan *p, const struct workload *w);

/* False where a number's place on the host is not known; *why is a clause then. */
bool host_identity(const struct host_plan *p, const struct workload *w,
	const struct identity *inside, struct identity *out, struct str *why);

/* ---- deal.c ---- */

/* owner: who has it now, or has the folder above it; stays where nobody writes. */
struct host_deal host_deal_of(const struct host_use *use, uint32_t owner);

bool host_is_member(const struct identity *id, uint32_t gid);

/* The first need of its uid. */
bool host_is_new_uid(const struct host_use *use, const struct host_need *need);

bool host_uid_writes(const struct host_use *use, uint32_t uid);

/* ---- place_steps.c ---- */

/* Those who share it and are not in its group have to be told. */
void host_say_group(
	struct host_plan *p, const struct host_use *use, const struct host_deal *deal);

/* Appends what one path needs. */
void host_place_steps(struct host_plan *p, struct host_use *use);

/* What stands at path; an unseen one is absent with *is_seen false. */
struct host_file host_look(struct host_plan *p, struct str path, bool *is_seen);

/* ---- volumes.c ---- */

void host_volume_steps(struct host_plan *p, const struct volume *volume);

/* ---- names.c ---- */

/* Its user owns something: the number gets a name where it has none. */
void host_claim(struct host_plan *p, const struct host_need *need);

/* The group does. */
void host_claim_group(struct host_plan *p, const struct host_need *need, uint32_t gid);

/* The group of who has none of its own: its uid's, so that it is never root's. */
uint32_t host_gid_of(const struct host_need *need);

/* ---- words.c ---- */

/* "trainer", or the whole name where there is no service. */
struct str host_who(const struct workload *w);

/* The services of all needs, joined with commas. */
struct str host_whos(struct host_plan *p, const struct host_needs *needs);

/* The way without root for a bind that this need has. */
struct str host_otherwise(struct host_plan *p, const struct host_need *need);

struct host_step *host_note(struct host_plan *p, struct str path, struct span span,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
