/*
 * programs: what programs need of the user that they run as.
 *
 * Depends on base. Reads data/programs.tsv. What is not listed may still need root:
 * PROGRAM_NEEDS_NOTHING only says that nobody has written otherwise.
 *
 *	if (know_program_needs(STR("sshd")) == PROGRAM_NEEDS_ROOT)
 *		...
 */
#ifndef OAKUM_KNOW_PROGRAMS_H
#define OAKUM_KNOW_PROGRAMS_H

#include "base/str.h"

enum program_needs {
	PROGRAM_NEEDS_NOTHING, /* that is known of */
	PROGRAM_NEEDS_ROOT,    /* what it does, only root may do */
	PROGRAM_NEEDS_OWN,     /* to start as root: it changes to a user of its own */
	PROGRAM_NEEDS_FOLDERS, /* folders that its package gave to a user of its own */
	PROGRAM_NEEDS_BESIDE,  /* folders beside its own program */
	PROGRAM_NEEDS_DEVICES, /* nodes of the host that root or its groups own */
	PROGRAM_NEEDS_ENGINE,  /* the socket of an engine, which root owns */
};

/* Of a program by the last part of its path ("sshd"). */
enum program_needs know_program_needs(struct str name);

#endif
