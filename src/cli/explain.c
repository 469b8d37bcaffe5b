#include <errno.h>

#include "cli/cli.h"
#include "cli/markdown.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "rule/rule.h"

enum { KEY_COLOR = 1000 };

const struct argp_option explain_options[] = {
	{"color", KEY_COLOR, "auto|always|never", 0,
		"colours; auto (default) only on a terminal", 0},
	{0},
};

struct explain {
	const struct verb *verb;
	const char *rule;
	int color;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct explain *x = state->input;

	switch (key) {
	case KEY_COLOR:
		x->color = option_choice(x->verb, key, arg);
		return x->color < 0 ? EINVAL : 0;
	case ARGP_KEY_ARG:
		if (x->rule) {
			complain("explain: one rule at a time; '%s' is too much", arg);
			return EINVAL;
		}
		x->rule = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		complain("explain: which rule? 'oakum rules' lists them");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static struct str find_page(struct str name)
{
	for (unsigned i = 0; i < page_count; i++) {
		const struct page_entry *p = &page_entries[i];

		if (str_eq((struct str){page_text + p->name, p->name_length}, name))
			return (struct str){page_text + p->text, p->text_length};
	}
	return STR_NONE;
}

static int unknown_rule(struct str name)
{
	size_t count;
	const struct rule *rules = rule_all(&count);
	struct str near = STR_NONE;

	for (size_t i = 0; i < count; i++)
		near = nearest_name(name, near, rules[i].name);
	if (near.n)
		complain("explain: no rule '%.*s'; did you mean '%.*s'?", STR_ARG(name),
			STR_ARG(near));
	else
		complain("explain: no rule '%.*s'; 'oakum rules' lists them",
			STR_ARG(name));
	return EXIT_USAGE;
}

static void add_planned(struct screen *s, const struct rule *r)
{
	struct arena *a = s->out->arena;

	screen_paint(s, PAINT_BOLD, r->name);
	buf_add(s->out, STR("\n\n"));
	screen_wrap(s, 0, STR_NONE,
		arena_printf(a,
			"This rule is planned: oakum does not check it yet. It will "
			"look at each %.*s and say, with severity %.*s: %.*s.",
			STR_ARG(rule_scope_name(r->scope)),
			STR_ARG(severity_name(r->severity)), STR_ARG(r->title)));
}

int explain_main(const struct verb *verb, int argc, char **argv)
{
	struct explain x = {.verb = verb};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	struct screen screen = {.out = &out, .width = output_width()};
	const struct rule *rule;
	struct str page;
	bool is_written;

	switch (options_parse(verb, parse_option, argc, argv, &x)) {
	case OPTIONS_HELPED:
		return EXIT_CLEAN;
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_GOOD:
		break;
	}
	rule = rule_find(str_c(x.rule));
	if (!rule)
		return unknown_rule(str_c(x.rule));
	screen.has_color = output_has_color((enum color_when)x.color);
	page = find_page(rule->name);
	if (page.n)
		markdown_add(&screen, page);
	else
		add_planned(&screen, rule);
	is_written = output_all(buf_str(&out));
	arena_free(&arena);
	return is_written ? EXIT_CLEAN : EXIT_FAILED;
}
