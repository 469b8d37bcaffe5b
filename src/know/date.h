/*
 * date: days of the calendar, for the ends of support.
 *
 * Depends on base. A day is a count since 1970-01-01; today comes from a world's clock,
 * so a test and a proof have their own.
 *
 *	if (date_parse(image->eol, &end) && end < date_today(world))
 *		...
 */
#ifndef OAKUM_KNOW_DATE_H
#define OAKUM_KNOW_DATE_H

#include "base/world.h"

/* Reads "2026-11-22"; false when it is no day of the calendar. *out untouched then. */
bool date_parse(struct str text, int32_t *out);

/* The day of now, seconds since 1970, in UTC. */
int32_t date_of(int64_t now);

/* The day of the world's clock, in UTC. */
int32_t date_today(struct world *w);

#endif
