/*
 * query: questions about a workload that more than one rule asks.
 *
 * Depends on workload. Pure functions of frozen facts.
 *
 *	struct step_list steps = workload_steps(arena, w);
 *	vec_each (const struct step *, s, &steps)
 *		...
 */
#ifndef OAKUM_MODEL_QUERY_H
#define OAKUM_MODEL_QUERY_H

#include "model/workload.h"

enum { FREE_ID_FIRST = 1777 }; /* above the people of most hosts, below none */

VEC_TYPE(const struct step *, step_list);

/* The steps that make the workload's image, base stage first; w->stage may be NULL. */
struct step_list workload_steps(struct arena *a, const struct workload *w);

/*
 * The steps of every stage that has to be built for the workload: those of its image,
 * and of the stages that it copies from. In the order of the file.
 */
struct step_list workload_needed_steps(struct arena *a, const struct workload *w);

/*
 * Which stages of its build have to be built for the workload, by index; NULL where
 * nothing is built.
 */
const bool *workload_needed_stages(struct arena *a, const struct workload *w);

/* The stage that a step stands in, or NULL. */
const struct stage *step_stage(const struct workload *w, const struct step *step);

/* The last FROM of the chain: where a finding about something missing points. */
struct span workload_anchor(const struct workload *w);

/*
 * The accounts that the image's own steps made and that still (may) exist; without
 * those that packages bring for their services.
 */
struct account_list workload_made_accounts(struct arena *a, const struct workload *w);

/*
 * The made account that the author most likely meant to run as: the only one that is
 * not root, or the only one of those that files are given to by COPY --chown; NULL when
 * it is not clear.
 */
const struct account *workload_unused_account(
	struct arena *a, const struct workload *w);

/*
 * Of the users that exist, the one whose name is nearest to name, or empty: made ones
 * at most 2 edits away (1 for names of up to 3 bytes), else one of the base at 1 edit.
 * Empty too when two are as near.
 */
struct str accounts_nearest(
	struct arena *a, const struct accounts *db, struct str name);

/* The same among groups. */
struct str accounts_nearest_group(
	struct arena *a, const struct accounts *db, struct str name);

/* A number from FREE_ID_FIRST on that no known user or group has. */
uint32_t accounts_free_uid(struct arena *a, const struct accounts *db);

#endif
