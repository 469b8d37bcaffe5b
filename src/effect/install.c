#include "effect/install.h"

struct options install_options(struct call *call)
{
	static const struct option rows[INST_COUNT] = {
		[INST_OWNER] = {'o', "owner", true},
		[INST_GROUP] = {'g', "group", true},
		[INST_MODE] = {'m', "mode", true},
		[INST_DIR] = {'d', "directory", false},
		[INST_PARENTS] = {'D', NULL, false},
		[INST_TARGET] = {'t', "target-directory", true},
		[INST_NO_TARGET] = {'T', "no-target-directory", false},
		[INST_VERBOSE] = {'v', "verbose", false},
		[INST_COMPARE] = {'C', "compare", false},
		[INST_PRESERVE] = {'p', "preserve-timestamps", false},
		[INST_STRIP] = {'s', "strip", false},
		[INST_STRIP_PROGRAM] = {0, "strip-program", true},
		[INST_BACKUP] = {'b', NULL, false},
		[INST_BACKUP_HOW] = {0, "backup", false},
		[INST_SUFFIX] = {'S', "suffix", true},
		[INST_CONTEXT] = {'Z', NULL, false},
		[INST_OLD] = {'c', NULL, false},
	};
	static const struct option_table table = {rows, INST_COUNT, OPTIONS_GNU, false};

	return call_options(call, &table);
}
