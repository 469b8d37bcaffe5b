/*
 * outlook: what will fail as another user, before anybody switched.
 *
 * Depends on rule. Private to rule/. The audit's headline and its JSON say it of every
 * workload: of one that runs as root as the user that it could have, of others as who
 * they are.
 *
 *	outlook_add(audit);
 *	use(vec_last(audit->outlooks)->fails);
 */
#ifndef OAKUM_RULE_OUTLOOK_H
#define OAKUM_RULE_OUTLOOK_H

#include "know/asker.h"
#include "rule/rule.h"

/* Adds the outlook of the workload under audit, where something of it would fail. */
void outlook_add(struct audit *audit);

/*
 * Is what stands above the path known, and closed? Then a path of which nothing is known
 * is hardly there and open; but an image makes the folders of its own service.
 */
bool outlook_is_likely(const struct access_asker *asker, const struct forecast *f);

#endif
