#include "cli/audit.h"

#include <errno.h>

#include "cli/asking.h"
#include "cli/options.h"
#include "cli/progress.h"

enum {
	KEY_JOBS = 'j',
	KEY_QUIET = 'q',
	KEY_FORMAT = ASKING_KEYS,
	KEY_FAIL_ON,
};

const struct argp_option audit_options[] = {
	{"format", KEY_FORMAT, "text|json", 0,
		"text (default) for people, json for programs", 0},
	{"fail-on", KEY_FAIL_ON, "info|low|medium|high|critical|never", 0,
		"exit with 1 for findings of this severity or worse (default high)", 0},
	ASKING_OPTIONS,
	{"jobs", KEY_JOBS, "N", 0, "how many files at a time (default: one a core)", 0},
	ASKING_COLOR,
	{"quiet", KEY_QUIET, NULL, 0, "say nothing about what has no finding", 0},
	{0},
};

static int read_jobs(struct asking *r, const char *arg)
{
	uint32_t jobs;

	if (!str_to_u32(str_c(arg), &jobs) || jobs == 0 || jobs > 1024) {
		complain("audit: --jobs: '%s' is no number from 1 to 1024", arg);
		return EINVAL;
	}
	r->options.jobs = jobs;
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct asking *r = state->input;
	int choice;

	switch (key) {
	case KEY_FORMAT:
		choice = option_choice(r->verb, key, arg);
		r->options.format = (enum audit_format)choice;
		return choice < 0 ? EINVAL : 0;
	case KEY_FAIL_ON:
		/* "never" stands behind the last severity. */
		r->options.fail_on = option_choice(r->verb, key, arg);
		return r->options.fail_on < 0 ? EINVAL : 0;
	case KEY_JOBS:
		return read_jobs(r, arg);
	case KEY_QUIET:
		r->options.style.is_quiet = true;
		return 0;
	default:
		return asking_parse(r, key, arg);
	}
}

static int run_audit(struct asking *r)
{
	struct walk walk;
	int status = asking_open(r);

	if (status)
		return status;
	progress_start(!r->options.style.is_quiet);
	asking_items(r, &walk);
	return audit_run(&r->options, &walk);
}

int audit_main(const struct verb *verb, int argc, char **argv)
{
	struct asking r = {.verb = verb, .options = {.fail_on = -1}};
	int status = EXIT_CLEAN;

	switch (options_parse(verb, parse_option, argc, argv, &r)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = run_audit(&r);
		break;
	}
	arena_free(&r.arena);
	return status;
}
