/*
 * asking: what audit and fix are asked alike: which files, read how, by which rules.
 *
 * Depends on audit.h, options.h. The rows of the table, their parsing, and what comes
 * before the first file is opened: the tables of images, the configuration, the walk.
 *
 *	const struct argp_option fix_options[] = {ASKING_OPTIONS, ASKING_COLOR, {0}};
 *
 *	struct asking r = {.verb = verb};
 *	struct walk walk;
 *	if (asking_open(&r) == 0) {
 *		asking_items(&r, &walk);
 *		...
 */
#ifndef OAKUM_CLI_ASKING_H
#define OAKUM_CLI_ASKING_H

#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/output.h"

/* A verb's own keys start from ASKING_KEYS. */
enum {
	KEY_FILE = 'f',
	KEY_TARGET = 't',
	KEY_BUILD_ARG = 1000,
	KEY_BUILDER,
	KEY_AS,
	KEY_IMAGES,
	KEY_CONTEXT,
	KEY_COLOR,
	KEY_ENABLE,
	KEY_SELECT,
	KEY_IGNORE,
	KEY_NO_INLINE,
	KEY_CONFIG,
	KEY_NO_CONFIG,
	KEY_RUN,
	KEY_ENV_FILE,
	KEY_PROJECT_DIRECTORY,
	ASKING_KEYS,
};

/* clang-format off */
#define ASKING_OPTIONS                                                                \
	{"target", KEY_TARGET, "STAGE", 0,                                             \
		"this stage instead of the last one; may be given again", 0},          \
	{"build-arg", KEY_BUILD_ARG, "NAME[=VALUE]", 0,                                \
		"the value of an ARG; without =VALUE that of the environment", 0},     \
	{"builder", KEY_BUILDER, "classic|buildkit", 0,                                \
		"judge as this builder would (default: as both may)", 0},              \
	{"as", KEY_AS, "dockerfile|compose|script|template", 0,                        \
		"take the files to be this, whatever they look like", 0},              \
	{"file", KEY_FILE, "FILE", 0,                                                  \
		"a compose file, as of docker compose; given again, the files are "    \
		"merged into one project", 0},                                         \
	{"env-file", KEY_ENV_FILE, "FILE", 0,                                          \
		"what compose files take ${...} from, instead of .env beside them; "   \
		"may be given again", 0},                                              \
	{"project-directory", KEY_PROJECT_DIRECTORY, "DIR", 0,                         \
		"the folder of the compose project (default: of its first file)", 0},  \
	{"run", KEY_RUN, "LINE", 0,                                                    \
		"also this 'docker run' line (podman, nerdctl); may be given again",   \
		0},                                                                    \
	{"images", KEY_IMAGES, "FILE", 0,                                              \
		"what you know of base images, in the form of data/images.tsv", 0},    \
	{"context", KEY_CONTEXT, "DIR", 0,                                             \
		"the build context (default: the folder of the file)", 0},             \
	{"select", KEY_SELECT, "RULE", 0,                                              \
		"also run this rule, which is off; a group ('user'), a severity and "  \
		"'all' are rules too", 0},                                             \
	{"ignore", KEY_IGNORE, "RULE", 0,                                              \
		"do not run this rule, group or severity; a name wins over a group, "  \
		"a group over a severity", 0},                                         \
	{"enable", KEY_ENABLE, "RULE", 0, "the same as --select", 0},                  \
	{"no-inline", KEY_NO_INLINE, NULL, 0,                                          \
		"report also what comments in the files ignore", 0},                   \
	{"config", KEY_CONFIG, "FILE", 0,                                              \
		"the configuration, instead of the nearest oakum.yaml", 0},            \
	{"no-config", KEY_NO_CONFIG, NULL, 0, "read no configuration", 0}

#define ASKING_COLOR                                                                  \
	{"color", KEY_COLOR, "auto|always|never", 0,                                   \
		"colours; auto (default) only on a terminal and without NO_COLOR", 0}
/* clang-format on */

struct asking {
	const struct verb *verb;
	struct arena arena;
	struct audit_options options;
	struct str images;
	enum color_when color;
	struct strs paths;
	struct strs lines; /* --run */
	struct strs select, ignore;
	struct str config; /* --config; empty: what is found */
	bool no_config;
};

/* One option of ASKING_OPTIONS, a path, or the end; ARGP_ERR_UNKNOWN for any other. */
error_t asking_parse(struct asking *r, int key, const char *arg);

/* Opens tables and configuration, chooses the rules; the exit status, 0: go on. */
int asking_open(struct asking *r);

/* Adds what to look at to the walk: all that was named, or this folder. */
void asking_items(struct asking *r, struct walk *walk);

#endif
