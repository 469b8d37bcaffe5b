/*
 * query: questions about a workload that more than one rule asks.
 *
 * Depends on workload. Pure functions of frozen facts.
 *
 *	struct step_list steps = workload_steps(arena, w);
 *	vec_each(const struct step *, s, &steps) ...
 */
#ifndef OAKUM_MODEL_QUERY_H
#define OAKUM_MODEL_QUERY_H

#include "model/workload.h"

VEC_TYPE(const struct step *, step_list);

/* The steps that make the workload's image, base stage first; w->stage may be NULL. */
struct step_list workload_steps(struct arena *a, const struct workload *w);

/* The stage that a step stands in. */
const struct stage *step_stage(const struct workload *w, const struct step *step);

/* The last FROM of the chain: where a finding about something missing points. */
struct span workload_anchor(const struct workload *w);

/* The accounts that the image's own steps made and that still (may) exist. */
struct account_list workload_made_accounts(struct arena *a, const struct workload *w);

/*
 * The made account that the author most likely meant to run as: the only one, or the
 * only one that no chown, group or comment needs otherwise; NULL when it is not clear.
 */
const struct account *workload_unused_account(
	struct arena *a, const struct workload *w);

/* Of the names that exist, the one nearest to name (distance at most 2), or empty. */
struct str accounts_nearest(
	struct arena *a, const struct accounts *db, struct str name);

/* A uid at or above 10001 that no known account has. */
uint32_t accounts_free_uid(const struct accounts *db);

#endif
