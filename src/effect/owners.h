/*
 * owners: what commands do to the owners and modes of paths; private to effect/owners*.c
 * and tools.c.
 *
 * Depends on tool. A tool that is known appends the events that it causes; one that is
 * known to write only where packages go, or nothing, is a row of the table in tools.c;
 * of every other one it is only known that it may have made files, as the user who ran
 * it and with his umask; and of a script that cannot be read that it may have changed any.
 *
 *	void own_touch(struct call *call)
 *	{
 *		struct words operands = own_operands(call);
 *
 *		own_each(call, &operands, 0, own_made(call, ENTRY_FILE), EVENT_CLOUD);
 *	}
 */
#ifndef OAKUM_EFFECT_OWNERS_H
#define OAKUM_EFFECT_OWNERS_H

#include "effect/tool.h"

static inline struct id id_unset(void)
{
	return (struct id){.know = FACT_UNSET};
}

/* Appends e as surely as the call runs; by, span and umask are the call's. */
void own_add(struct call *call, struct event e);

/* The command may have made files below path, as the user who runs it. */
void own_cloud(struct call *call, struct str path);

/* It may have made, changed and removed any below path. */
void own_blur(struct call *call, struct str path);

/* It puts things where packages go, and below path. */
void own_system(struct call *call, enum event_kind kind, struct str path);

/* Who runs it. */
void own_ids(struct call *call, struct id *uid, struct id *gid);

/* The number of a user or group as chown takes them; *login_group is the user's. */
struct id own_user_id(struct call *call, struct str name, struct id *login_group);
struct id own_group_id(struct call *call, struct str name);

/* A word that names a path. */
struct operand {
	struct str path; /* absolute; where it is not known, the folder it is in */
	bool is_known, is_glob;
	bool is_folder;	 /* ends in a slash */
	bool is_content; /* ends in "/." */
};

struct operand own_operand(struct call *call, const struct word *w);

/* HOME of who runs it; false: it is not known. */
bool own_home(struct call *call, struct str *home);

/* The words that are no options. */
struct words own_operands(struct call *call);

/* The event for every operand from first on; one that is not known is unseen. */
void own_each(struct call *call, const struct words *operands, size_t first,
	struct event e, enum event_kind unseen);

/* Is the option there: its letter in a bundle, or what its long name starts with? */
bool own_has_option(struct call *call, char letter, struct str name);

/* The word that follows an option, or stands behind its '='; NULL: there is none. */
const struct word *own_value(
	struct call *call, struct str letters, struct str name, struct word *room);

/* A mode as written; "?", which is none, where it is not known. */
struct str own_mode(struct call *call, const struct word *w);

/* A file or folder that the call makes, as whom it runs, where it is missing. */
struct event own_made(struct call *call, enum entry_kind kind);

/* A folder that is made, and what is in it afterwards nobody sees. */
void own_filled(struct call *call, struct str path);

/* The files that the shell makes for > and >>. */
void own_redirects(struct call *call);

#endif
