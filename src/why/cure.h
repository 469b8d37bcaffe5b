/*
 * cure: what the parts of cures_of share: the list that is made, and words for it.
 *
 * Private to why/. cure.c goes by the cause, cure_spot.c by the kind of place,
 * cure_words.c knows how to say a thing in the words of the input.
 */
#ifndef OAKUM_WHY_CURE_H
#define OAKUM_WHY_CURE_H

#include "why/why.h"

/* What is being cured, and the list that it goes into. */
struct curing {
	const struct scene *s;
	const struct clue *clue;
	const struct spot *spot;
	struct cures *out;
};

/* Something to be written at where; a sentence of advice. */
void cure_add(struct curing *c, struct str where, struct str text);
void cure_say(struct curing *c, struct str sentence);

/*
 * value below a key of compose or as an option, as the container is started; both are
 * formats for arena_printf with one %.*s.
 */
void cure_add_run(
	struct curing *c, const char *compose, const char *option, struct str value);

/* Lines above the USER line of the Dockerfile. */
void cure_add_build(struct curing *c, struct str text);

/* A tmpfs of the user's own at path. */
void cure_add_tmpfs(struct curing *c, struct str path);

/* The numbers of the user, for commands; those that oakum gives where it is not known. */
struct str cure_uid(const struct scene *s);
struct str cure_gid(const struct scene *s);

/* "install -d -o 1777 -g 1777 -m 0750 /x" */
struct str cure_install(const struct scene *s, struct str path);

/* By the kind of place. */
void cure_spot(struct curing *c);
void cure_read(struct curing *c);
void cure_home(struct curing *c);
void cure_account(struct curing *c);
void cure_bind(struct curing *c);
void cure_volume(struct curing *c);
void cure_socket(struct curing *c);
void cure_device(struct curing *c);
void cure_stdio(struct curing *c);
void cure_variable(struct curing *c);

/* The host's path of the folder that has to be writable; only for a mount. */
struct str cure_on_host(const struct curing *c);

/* A folder of the system itself is never given away; one below it is. */
bool cure_is_shared(struct str folder);

#endif
