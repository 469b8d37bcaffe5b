/*
 * spot: what kind of place a path of a log is, as far as it decides what to do.
 *
 * Depends on why/scene. "/.cache" is a HOME that is "/"; "/root/.cache" the home of
 * somebody else; "/data" what is mounted there. The path is made absolute by the working
 * directory and by HOME, where these are known.
 */
#ifndef OAKUM_WHY_SPOT_H
#define OAKUM_WHY_SPOT_H

#include "why/scene.h"

enum spot_kind {
	SPOT_UNKNOWN, /* the log names no path */
	SPOT_OTHER,
	SPOT_SLASH_HOME, /* "/.cache": HOME is "/" */
	SPOT_ROOT_HOME,	 /* below /root */
	SPOT_NO_HOME,	 /* below /nonexistent, or a home that nobody made */
	SPOT_HOME,	 /* below the user's own HOME */
	SPOT_BIND,
	SPOT_VOLUME,
	SPOT_TMPFS,
	SPOT_TMP, /* /tmp, /var/tmp */
	SPOT_SHM,
	SPOT_DEVICE,
	SPOT_STDIO,
	SPOT_KERNEL,   /* /proc, /sys */
	SPOT_SOCKET,   /* the engine's */
	SPOT_PACKAGES, /* where pip, npm, R put things */
	SPOT_SYSTEM,   /* /usr, /etc, /bin … */
	SPOT_STATE,    /* /var/lib, /var/log, /run … */
	SPOT_COUNT
};

struct spot {
	enum spot_kind kind;
	struct str path;   /* absolute and clean; empty: a relative one, cwd unknown */
	struct str shown;  /* as to be said: path, else as the log has it */
	struct str folder; /* that has to be writable; empty: not known */
	bool is_file;	   /* a file stands at path, for all we know */
	const struct at *mount; /* BIND, VOLUME, TMPFS; else NULL */
};

struct spot spot_of(const struct scene *s, const struct clue *clue);

/* "home-is-slash", "bind" …: the words of the JSON output. */
struct str spot_name(enum spot_kind kind);

#endif
