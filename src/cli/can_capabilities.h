/*
 * can_capabilities: what `oakum can` says of capabilities.
 *
 * Private to cli/can*. Depends on rule/capability_need. Which ones the container holds
 * and who said so, which of them the asked user has, what each lets it do, which its
 * start needs, and where on the ladder nothing, the three over other people's files, ALL
 * the workload stands with the lines of the next step.
 */
#ifndef OAKUM_CLI_CAN_CAPABILITIES_H
#define OAKUM_CLI_CAN_CAPABILITIES_H

#include "base/buf.h"
#include "model/workload.h"

struct can_subject {
	struct arena *arena;
	const struct workload *workload;
	const struct identity *identity; /* who is asked for */
};

/* One line of the overview. */
void can_capabilities_line(struct buf *out, const struct can_subject *s);

/* The whole section. */
void can_capabilities_text(struct buf *out, const struct can_subject *s);

/* "capabilities": {…}, with a comma in front. */
void can_capabilities_json(struct buf *out, const struct can_subject *s);

#endif
