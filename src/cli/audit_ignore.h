/*
 * audit_ignore: the ignores that count for one input.
 *
 * Depends on source, policy, rule. Those of oakum.yaml come first and keep their order,
 * so that their uses can be put together over all inputs; then those of the comments of
 * every file that the input was read from.
 */
#ifndef OAKUM_CLI_AUDIT_IGNORE_H
#define OAKUM_CLI_AUDIT_IGNORE_H

#include "cli/audit.h"

/* Sets audit->ignores and their uses; all of it lives in the audit's arena. */
void audit_ignores(const struct audit_options *options, const struct input *input,
	struct audit *audit);

#endif
