/*
 * service: what listens behind a published port, and whether it asks who is there.
 *
 * Private to rule/. Depends on rule, know. The table data/services.tsv says what a
 * program does by itself; here is decided what the run makes of it.
 *
 *	const struct service_words *words = service_words(audit);
 *	struct service_answer s = service_behind(audit, words, port);
 *	if (s.is_open == ANSWER_YES)
 *		use(s.service.name);
 */
#ifndef OAKUM_RULE_SERVICE_H
#define OAKUM_RULE_SERVICE_H

#include "know/know.h"
#include "rule/rule.h"

struct service_answer {
	enum answer is_known;	     /* NO: nothing is known of it */
	enum answer is_open;	     /* does everybody get in? */
	struct know_service service; /* valid where is_known is YES */
};

/* The words that start the workload under audit, read once for all of its ports. */
struct service_words;
const struct service_words *service_words(struct audit *audit);

/* What listens on the target of port in the container of the workload under audit. */
struct service_answer service_behind(struct audit *audit,
	const struct service_words *words, const struct port *port);

#endif
