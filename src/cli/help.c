#include <errno.h>

#include "cli/cli.h"
#include "cli/generate.h"
#include "cli/options.h"
#include "cli/output.h"
#include "report/screen.h"

enum { KEY_MAN = 1000, KEY_COMPLETION };

/* Hidden: how the manual page's section and the completions are made. */
const struct argp_option help_options[] = {
	{"man", KEY_MAN, "VERB", OPTION_HIDDEN, "the options as mdoc source", 0},
	{"completion", KEY_COMPLETION, "bash|zsh", OPTION_HIDDEN, "a completion script",
		0},
	{0},
};

struct help {
	const struct verb *verb; /* help's own row */
	const char *about;
	const struct verb *man;
	int shell; /* of completion; -1: none */
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct help *h = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		h->about = arg;
		return state->arg_num ? ARGP_ERR_UNKNOWN : 0;
	case KEY_MAN:
		h->man = verb_find(str_c(arg));
		return h->man ? 0 : EINVAL;
	case KEY_COMPLETION:
		h->shell = option_choice(h->verb, key, arg);
		return h->shell < 0 ? EINVAL : 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void general_help(struct buf *out)
{
	buf_add(out,
		STR("usage: oakum VERB [OPTION]... [ARGUMENT]...\n\n"
		    "Takes a container from root to least privilege: says who it runs as, "
		    "what\nis wrong with that, and what to do.\n\nVerbs:\n"));
	for (const struct verb *v = verbs; v->name; v++)
		buf_printf(out, "  %-8s  %s\n", v->name, v->summary);
	buf_add(out,
		STR("\n'oakum VERB --help' says more about one; "
		    "'oakum --version' says which oakum this is.\n\n"
		    "Example:\n  oakum audit Dockerfile\n"));
}

int help_main(const struct verb *verb, int argc, char **argv)
{
	struct help h = {.verb = verb, .shell = -1};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	const struct verb *about;
	bool is_written;

	switch (options_parse(verb, parse_option, argc, argv, &h)) {
	case OPTIONS_HELPED:
		return EXIT_CLEAN;
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_GOOD:
		break;
	}
	about = h.about ? verb_find(str_c(h.about)) : NULL;
	if (h.about && !about) {
		complain("help: no verb '%s'; see 'oakum help'", h.about);
		return EXIT_USAGE;
	}
	if (h.man)
		generate_man(&out, h.man);
	else if (h.shell >= 0)
		generate_completion(&out, h.shell ? SHELL_ZSH : SHELL_BASH);
	else if (about)
		options_help(&out, about);
	else
		general_help(&out);
	is_written = output_all(buf_str(&out));
	arena_free(&arena);
	return is_written ? EXIT_CLEAN : EXIT_FAILED;
}
