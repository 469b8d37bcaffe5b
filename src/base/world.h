/*
 * world: everything outside that is read comes through here.
 *
 * Depends on file, err, vec. A world answers for files, directories, environment
 * and clock. Its kinds: the disk; an overlay of bytes over another world (editor
 * buffers, standard input, the proof of a fix); a table in memory (tests). Image
 * layers become another kind. It keeps a log of what was read and what was found
 * absent: that is the key for reading again only what changed. A world belongs to one
 * thread; threads each make their own over the same disk.
 *
 *	struct world *w = world_disk(&arena);
 *	const struct file *f;
 *	if (world_read(w, STR("Dockerfile"), &f, e) < 0)
 *		return -1;
 */
#ifndef OAKUM_BASE_WORLD_H
#define OAKUM_BASE_WORLD_H

#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"

struct world;

enum world_kind { WORLD_ABSENT, WORLD_FILE, WORLD_DIR, WORLD_LINK, WORLD_OTHER };

struct world_stat {
	enum world_kind kind; /* of the link itself, where it is one */
	uint32_t mode;	      /* permission bits, st_mode & 07777 */
	uint32_t uid, gid;
	uint64_t size;
};

struct world_entry {
	struct str name;
	enum world_kind kind;
};

VEC_TYPE(struct world_entry, world_entries);

/* One line of the log: what was asked, and whether it was there. */
struct world_record {
	enum { WORLD_READ, WORLD_STAT, WORLD_LIST, WORLD_ENV, WORLD_XATTR } question;
	struct str name;
	bool present;
};

/*
 * The machine's own files and environment. Everything it gives lives in a. What once stood
 * at a path stands there for this world until its end, whatever happens on the disk.
 */
struct world *world_disk(struct arena *a);

/* under, except that path (however it is spelled) has these bytes, or is there at all. */
struct world *world_overlay(
	struct arena *a, struct world *under, struct str path, struct str bytes);

/* An empty world at the time 0 (seconds since 1970); fill it with world_put. */
struct world *world_memory(struct arena *a);

/* Adds or replaces a file of a memory world. */
void world_put(struct world *w, struct str path, struct str bytes);

/*
 * Says whose a path of a memory world is, and what: with kind FILE or DIR it is there
 * even if world_put gave it no bytes. Size is left alone.
 */
void world_put_stat(struct world *w, struct str path, const struct world_stat *st);

/* Gives a path of a memory world an extended attribute. */
void world_put_xattr(
	struct world *w, struct str path, struct str name, struct str value);

/* Sets a variable of a memory world. */
void world_put_env(struct world *w, struct str name, struct str value);

/* Sets the clock of a memory world, in seconds since 1970. */
void world_put_now(struct world *w, int64_t now);

/*
 * A regular file whole (links are followed). -1 when it is absent (ENOENT), no regular
 * file (EISDIR, EINVAL), larger than FILE_MAX (EFBIG), or changed while it was read
 * (ESTALE).
 */
int world_read(
	struct world *w, struct str path, const struct file **out, struct err *e);

/* What stands at path; absent is an answer (WORLD_ABSENT), not a failure. */
int world_stat(struct world *w, struct str path, struct world_stat *out, struct err *e);

/* The entries of a directory without "." and "..", sorted by bytes. */
int world_list(
	struct world *w, struct str path, struct world_entries *out, struct err *e);

/*
 * An extended attribute ("system.posix_acl_access") of what stands at path, of the link
 * itself where it is one; false when it has none, or nobody may look.
 */
bool world_xattr(struct world *w, struct str path, struct str name, struct str *value);

/* The value of an environment variable; false when it is not set. */
bool world_env(struct world *w, struct str name, struct str *value);

/* Seconds since 1970-01-01 UTC. */
int64_t world_now(struct world *w);

/* What was asked so far, in order; owned by the world. */
const struct world_record *world_log(const struct world *w, size_t *count);

#endif
