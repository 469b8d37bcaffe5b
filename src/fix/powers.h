/*
 * powers: what of the host a workload is seen to use.
 *
 * Private to fix/. Depends on model, know, fix. Seen are the programs of its start and of
 * the script that it starts with, words and variables that name a node of /dev, and
 * mounts of such nodes; data/powers.tsv says what programs need. What a library does
 * inside a program is not seen.
 *
 *	struct powers p = powers_of(arena, w);
 *	if (p.set & capability_bit(CAPABILITY_NET_ADMIN)) ...
 */
#ifndef OAKUM_FIX_POWERS_H
#define OAKUM_FIX_POWERS_H

#include "fix/fix.h"

/* A node that is seen in use. */
struct power_device {
	struct str path;	   /* "/dev/ttyUSB0", also a folder of nodes */
	struct str as;		   /* what it is called inside; empty: the same */
	const struct mount *mount; /* that hands it over until now, or NULL */
};

struct powers {
	capability_set set;
	VEC(struct power_device) devices; /* not handed over under `devices` yet */
	struct strs opened;		  /* nodes, handed over or not */
	struct strs whys;		  /* "`iptables` (line 3)", for sentences */
	struct strs instead; /* sentences: what no container should do, and what then */
	bool has_all_devices; /* all of /dev is mounted */
	struct str gpu; /* a clause why it seems to use NVIDIA's: "its image is …" */
};

struct powers powers_of(struct arena *a, const struct workload *w);

/*
 * Capabilities that the program of a known image carries in its file: without one of them
 * the kernel does not start it, whoever it runs as (capabilities(7)). privileges.c
 */
capability_set powers_in_files(const struct workload *w);

/*
 * A sentence why another user than root could not do what is seen: capabilities that it
 * holds and root alone would keep, nodes that root or a group of the host owns. Empty:
 * nothing is in the way.
 */
struct str powers_refusal(struct arena *a, const struct workload *w);

#endif
