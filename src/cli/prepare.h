/*
 * prepare: what a run of `oakum prepare` found out, and how it is said.
 *
 * Depends on host, report. prepare.c reads the options, gathers the steps of every input
 * and does them; prepare_write.c shows them: to a person, to a program, as a script.
 */
#ifndef OAKUM_CLI_PREPARE_H
#define OAKUM_CLI_PREPARE_H

#include "base/buf.h"
#include "host/prepare.h"

/* Steps with commands first, notes behind them; the engine in front. */
void prepare_text(struct buf *out, const struct host_facts *facts,
	const struct host_steps *steps);
void prepare_json(struct buf *out, const struct host_facts *facts,
	const struct host_steps *steps);

/* A script for root that may run again and again; folder: where the paths begin. */
void prepare_script(struct buf *out, const struct host_facts *facts,
	const struct host_steps *steps, struct str folder);

/* Is there something to do in it, or only to know? */
bool prepare_is_command(const struct host_step *step);

#endif
