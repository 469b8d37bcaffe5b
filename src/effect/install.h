/*
 * install: the options of install(1), which says of one call both whom it names and what
 * it makes; private to effect/uses.c and effect/owners_copy.c.
 *
 * Depends on tool. The rows are those of GNU coreutils 9.1 (install(1)); busybox knows
 * some of them.
 */
#ifndef OAKUM_EFFECT_INSTALL_H
#define OAKUM_EFFECT_INSTALL_H

#include "effect/tool.h"

/* Indices of struct options.value. */
enum install_option {
	INST_OWNER,
	INST_GROUP,
	INST_MODE,
	INST_DIR,
	INST_PARENTS, /* -D: the folders of the target, too */
	INST_TARGET,
	INST_NO_TARGET, /* -T: the target is a file */
	INST_VERBOSE,
	INST_COMPARE,
	INST_PRESERVE,
	INST_STRIP,
	INST_STRIP_PROGRAM,
	INST_BACKUP,
	INST_BACKUP_HOW,
	INST_SUFFIX,
	INST_CONTEXT,
	INST_OLD,
	INST_COUNT
};

struct options install_options(struct call *call);

#endif
