/*
 * trail: who watches a run that is looked at for what it becomes, not for what it does.
 *
 * Depends on tool. drop_find runs an entrypoint like any script, with a trail that is
 * asked about each command before it runs.
 */
#ifndef OAKUM_EFFECT_TRAIL_H
#define OAKUM_EFFECT_TRAIL_H

#include "effect/tool.h"

/* The words behind the first ones, and the known bytes of one. */
struct words trail_words_from(const struct words *w, size_t first);
bool trail_word(struct arena *a, const struct words *w, size_t i, struct str *out);

/* The words start a program: follow it to what stays. */
void trail_start(struct call *call, struct words w);

/* The program changes to that identity; the same where the engine's rules apply. */
void trail_gives_up(struct call *call, struct str tool, struct str to,
	struct identity identity, struct span span);
void trail_drops_to(struct call *call, struct str tool, const struct word *user);

/* Who the engine starts the entrypoint as. */
const struct identity *trail_of_start(const struct call *call);

/* True when tool is one that changes user, and does so with these words. */
bool trail_tool(struct call *call, const struct words *w, struct str tool);

/* False: the command was the end of the matter, or is none to run. */
bool trail_command(struct runner *run, struct call *call);

#endif
