/*
 * replay: one question to the log of owners, in work.
 *
 * Private to model/owners*.c. A replay is the log in the order in which it happened, over
 * what is known of the base image. replay_look goes through the first `upto` events and
 * lets each change what is known of one path; what an event does to a path is a pure
 * function here, one file a kind: made and changed (owners_events.c), put by COPY and by
 * cp (owners_put.c).
 */
#ifndef OAKUM_MODEL_OWNERS_REPLAY_H
#define OAKUM_MODEL_OWNERS_REPLAY_H

#include "model/owners.h"

/* The log in the order in which it happened, and what all its looks share. */
struct replay {
	const struct view *view;
	struct arena *arena;
	struct ground ground;
	const struct event **events;
	size_t n;
	bool has_setgid; /* a folder may hand its group on */
	unsigned depth;	 /* copies of copies, stages of stages */
	uint32_t *steps; /* events looked at */
};

/* How a path lies to that of an event. */
enum position { PLACE_ELSEWHERE, PLACE_SELF, PLACE_BELOW, PLACE_ABOVE };

/* What is known of path behind the first upto events. */
struct look replay_look(const struct replay *r, struct str path, size_t upto);

struct replay replay_of(const struct view *view, unsigned depth, uint32_t *steps);

/* Cuts the first folder off an absolute path. */
bool replay_next_part(struct str *rest, struct str *part);

/* path as it stands below above, without a slash in front. */
struct str replay_rest_below(struct str path, struct str above);

/* ---- looks ---- */

struct look look_nothing(void);
struct look look_perhaps(struct str why, struct span span);

/* It is as a or as b says; what is there in one of them only has that one's owner. */
struct look look_either(struct look a, struct look b, struct str why);
struct id id_either(struct id a, struct id b);

/* The event made it, and gave it owner and mode. */
void look_set_made(struct look *l, const struct event *e);

/* ---- what an event does to what is known now ---- */

struct look after_made(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto, enum position place);
struct look after_change(const struct event *e, struct look now, enum position place);
struct look after_cloud(const struct replay *r, const struct event *e, struct look now,
	struct str path);
struct look after_put(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto, enum position place);
struct look after_copied(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto);

#endif
