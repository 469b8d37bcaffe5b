/*
 * change: what shall be different, said in words of the model, not of bytes.
 *
 * Depends on workload. A fix is a list of changes; the source that an input came from
 * raises each into edits of its own bytes (source/raise.h), or refuses and says what to
 * do by hand. A change of a run is said in compose's words whatever its source is: key
 * "cap_drop", value "ALL"; a run line writes `--cap-drop ALL`.
 *
 *	struct change c = {.kind = CHANGE_RUN, .op = CHANGE_ADD, .workload = w,
 *		.key = STR("cap_drop"), .value = STR("ALL")};
 */
#ifndef OAKUM_MODEL_CHANGE_H
#define OAKUM_MODEL_CHANGE_H

#include "model/workload.h"

enum change_kind {
	/*
	 * A key of a service or an option of a run line. SET: key has value (a scalar);
	 * it is made or replaced. ADD: value is one more element of the list key, or,
	 * with a name, `name: value` of the mapping key (environment, secrets of the top
	 * level …). REMOVE: the element at `at`, or with `at` NONE the whole key.
	 * "build.args" is the key args below the key build.
	 * Three that are no key of their own: SET of "volumes" with name "read_only" and
	 * at a mount's span makes that mount read-only, with name "selinux" gives it the
	 * option in value ("z", "Z"); SET of "ports" with name "host_ip" and at a port's
	 * span publishes it on the address in value.
	 */
	CHANGE_RUN,
	/*
	 * The same at the top of a compose file (workload NULL, at: any span in it):
	 * secrets, volumes. value may have several lines of YAML, indented by two.
	 */
	CHANGE_TOP,
	/*
	 * Bytes at `at` become value, whatever stands around them (a word of an
	 * instruction, a scalar, a word of a script); the source quotes value as the
	 * place needs it. value is the meaning, not the spelling. ADD: value is one more
	 * word behind the one at `at`. REMOVE: the word goes, with the blanks in front.
	 */
	CHANGE_WORD,
	/*
	 * Instructions of a Dockerfile. ADD: value (whole lines, no final newline) goes
	 * in front of the instruction at `at` (is_after: behind it). SET: replaces it.
	 * REMOVE: takes it away with its lines.
	 */
	CHANGE_STEP,
	/* A flag of the instruction at `at`: name "chown", value "1777:1777". SET, REMOVE */
	CHANGE_FLAG,
	/*
	 * A file beside the inputs, path as oakum opens it. ADD: it is made with the bytes
	 * value and mode; refused where something stands there. SET: value lines are
	 * added at the end of a file that is there, or it is made.
	 */
	CHANGE_FILE,
};

enum change_op { CHANGE_SET, CHANGE_ADD, CHANGE_REMOVE };

struct change {
	enum change_kind kind;
	enum change_op op;
	const struct workload *workload; /* RUN: whose */
	struct span at;
	/*
	 * RUN, WORD: the anchored node that it is written into, for all services that
	 * stand on it (source/raise.h); NONE: it is the workload's alone.
	 */
	struct span anchor;
	bool is_after; /* STEP, ADD */
	struct str key, name, value;
	/*
	 * A name of YAML. TOP, SET: the key is made in front of the others and its value
	 * gets this anchor; RUN, ADD: the element is said as an alias of it.
	 */
	struct str alias;
	struct str path; /* FILE */
	uint32_t mode;	 /* FILE: permission bits; 0: 0644 */
};

VEC_TYPE(struct change, changes);

#endif
