/*
 * attack: attempts to reach what the objectives forbid, and the scene they run in.
 *
 * An attempt is a function that runs in a child of its own. It begins as root and may
 * prepare what an attacker could find (files, rings, namespaces); scene_enter makes it
 * user 1777 with umask 027 and, unless the scene is the unfiltered one, puts it under the
 * filter. After that it tries, and says whether it got there by looking at the result, not
 * at return values. What is killed by the filter did not get there.
 */
#ifndef OAKUM_TESTS_ATTACK_H
#define OAKUM_TESTS_ATTACK_H

#include <sys/stat.h>
#include <sys/types.h>

#include "seccomp/bpf.h"

enum {
	ATTACKER = 1777,
	ATTACKER_UMASK = 027,
};

enum end {
	END_REACHED,
	END_STOPPED,
};

struct scene {
	const struct bpf *filter; /* NULL: none */
	bool has_nnp;		  /* no-new-privileges, then the filter, as last */
	bool has_ids;		  /* keeps CAP_SETUID and CAP_SETGID */
	uint32_t start_umask;
	bool stays_root;
	char folder[64]; /* of root, 0711, on a file system without nosuid */
	char own[72];	 /* a folder in it that is the attacker's, 0700 */
};

struct attack {
	const char *objective;
	const char *name;
	enum end (*run)(struct scene *scene, const struct attack *attack);
	uint64_t with[6];   /* what run takes from it */
	const char *beyond; /* the row of the objective that says: no filter stops it */
	bool nnp_stops;	    /* but no-new-privileges does */
};

/* The lists end in a row without a name. */
extern const struct attack attacks_on_ids[];
extern const struct attack attacks_on_modes[];
extern const struct attack attacks_elsewhere[];

/* From root to what the scene says; ends the child when that cannot be done. */
void scene_enter(struct scene *scene);

/* A path in the attacker's folder. */
const char *scene_own(const struct scene *scene, const char *name);

/* Any of the user, group and supplementary ids is 0, as /proc says. */
bool is_root_somehow(void);

/* Others may read or write what stands there. */
bool others_may(const char *path);

/* The kernel's own way for i386, from this 64-bit program: -errno as the kernel has it. */
long call_i386(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e);

/* text where a 32-bit pointer reaches it. */
uint32_t low_text(const char *text);
void *low_memory(size_t size);

/* io_uring without a library; the ring keeps its memory for good. */
struct ring {
	int fd;
	uint32_t *sq_tail, *sq_mask, *sq_array, *sq_flags;
	uint32_t *cq_head, *cq_tail, *cq_mask;
	void *sqes, *cqes;
};

struct io_uring_sqe;

/* false: there is none. */
bool ring_open(struct ring *ring, uint32_t flags);
/* Submits one and gives its result; with_enter false leaves it to the kernel's thread. */
int ring_do(struct ring *ring, const struct io_uring_sqe *sqe, bool with_enter);

#endif
