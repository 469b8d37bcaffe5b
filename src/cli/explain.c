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
	const char *name; /* of a rule, or a word */
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
		if (x->name) {
			complain(
				"explain: one rule or word at a time; '%s' is too much",
				arg);
			return EINVAL;
		}
		x->name = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		complain("explain: which rule or word? 'oakum rules' lists the rules");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static struct str names_of(const struct page_entry *p)
{
	return (struct str){page_text + p->name, p->name_length};
}

/* The page of a rule, or of a word: one of the names of its first line. */
static struct str find_page(struct str name)
{
	for (unsigned i = 0; i < page_count; i++) {
		const struct page_entry *p = &page_entries[i];
		struct str_fields fields = {.rest = names_of(p)};
		struct str field;

		while (str_next_field(&fields, ',', &field))
			if (str_eq_nocase(str_trim(field), name))
				return (struct str){
					page_text + p->text, p->text_length};
	}
	return STR_NONE;
}

static int unknown_name(struct str name)
{
	size_t count;
	const struct rule *rules = rule_all(&count);
	struct str near = STR_NONE, field;

	for (size_t i = 0; i < count; i++)
		near = nearest_name(name, near, rules[i].name);
	for (unsigned i = 0; i < page_count; i++) {
		struct str_fields fields = {.rest = names_of(&page_entries[i])};

		while (str_next_field(&fields, ',', &field))
			near = nearest_name(name, near, str_trim(field));
	}
	if (near.n)
		complain("explain: no rule or word '%.*s'; did you mean '%.*s'?",
			STR_ARG(name), STR_ARG(near));
	else
		complain(
			"explain: no rule or word '%.*s'; 'oakum rules' lists the rules",
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
	rule = rule_find(str_c(x.name));
	page = find_page(str_c(x.name));
	if (!rule && !page.n)
		return unknown_name(str_c(x.name));
	screen.has_color = output_has_color((enum color_when)x.color);
	if (page.n)
		markdown_add(&screen, page);
	else
		add_planned(&screen, rule);
	is_written = output_all(buf_str(&out));
	arena_free(&arena);
	return is_written ? EXIT_CLEAN : EXIT_FAILED;
}
