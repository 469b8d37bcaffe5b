#include <errno.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "rule/rule.h"
#include "source/load.h"

enum { KEY_FORMAT = 1000, KEY_STATUS, KEY_NAMES };

const struct argp_option rules_options[] = {
	{"format", KEY_FORMAT, "text|json", 0,
		"text (default) for people, json for programs", 0},
	{"status", KEY_STATUS, "planned|off|on", 0, "only rules of this status", 0},
	{"names", KEY_NAMES, NULL, 0, "only the names, one a line", 0},
	{0},
};

struct rules {
	const struct verb *verb;
	int format; /* 0 text, 1 json */
	int status; /* -1: all */
	bool is_names;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct rules *r = state->input;

	switch (key) {
	case KEY_FORMAT:
		r->format = option_choice(r->verb, key, arg);
		return r->format < 0 ? EINVAL : 0;
	case KEY_STATUS:
		r->status = option_choice(r->verb, key, arg);
		return r->status < 0 ? EINVAL : 0;
	case KEY_NAMES:
		r->is_names = true;
		return 0;
	case ARGP_KEY_ARG:
		complain("rules: '%s' is too much; try 'oakum explain %s'", arg, arg);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void add_text(struct buf *out, const struct rule *r)
{
	buf_printf(out, "%-36.*s  %-8.*s  %-7.*s  %-3.*s  %.*s\n", STR_ARG(r->name),
		STR_ARG(severity_name(r->severity)),
		STR_ARG(rule_status_name(r->status)), STR_ARG(r->inputs),
		STR_ARG(r->title));
}

/* The kinds of input that the letters of a row stand for. */
static void add_inputs(struct buf *out, struct str letters)
{
	static const struct {
		char letter;
		enum source_kind kind;
	} kinds[] = {{'D', SOURCE_DOCKERFILE}, {'C', SOURCE_COMPOSE},
		{'R', SOURCE_RUN_LINE}};
	bool is_first = true;

	buf_add(out, STR(",\"inputs\":["));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_find(letters, kinds[i].letter) == letters.n)
			continue;
		buf_add(out, is_first ? STR_NONE : STR(","));
		buf_json(out, source_kind_name(kinds[i].kind));
		is_first = false;
	}
	buf_char(out, ']');
}

static void add_json(struct buf *out, const struct rule *r, bool is_first)
{
	buf_add(out, is_first ? STR("[\n{\"name\":") : STR(",\n{\"name\":"));
	buf_json(out, r->name);
	buf_add(out, STR(",\"title\":"));
	buf_json(out, r->title);
	buf_add(out, STR(",\"severity\":"));
	buf_json(out, severity_name(r->severity));
	buf_add(out, STR(",\"status\":"));
	buf_json(out, rule_status_name(r->status));
	buf_add(out, STR(",\"scope\":"));
	buf_json(out, rule_scope_name(r->scope));
	add_inputs(out, r->inputs);
	buf_char(out, '}');
}

static void add_rules(struct buf *out, const struct rules *wanted)
{
	size_t count, shown = 0;
	const struct rule *rules = rule_all(&count);

	for (size_t i = 0; i < count; i++) {
		const struct rule *r = &rules[i];

		if (wanted->status >= 0 && (int)r->status != wanted->status)
			continue;
		if (wanted->is_names)
			buf_printf(out, "%.*s\n", STR_ARG(r->name));
		else if (wanted->format)
			add_json(out, r, shown == 0);
		else
			add_text(out, r);
		shown++;
	}
	if (wanted->format && !wanted->is_names)
		buf_add(out, shown ? STR("\n]\n") : STR("[]\n"));
}

int rules_main(const struct verb *verb, int argc, char **argv)
{
	struct rules wanted = {.verb = verb, .status = -1};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	bool is_written;

	switch (options_parse(verb, parse_option, argc, argv, &wanted)) {
	case OPTIONS_HELPED:
		return EXIT_CLEAN;
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_GOOD:
		break;
	}
	add_rules(&out, &wanted);
	is_written = output_all(buf_str(&out));
	arena_free(&arena);
	return is_written ? EXIT_CLEAN : EXIT_FAILED;
}
