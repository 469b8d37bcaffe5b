#include "cli/options.h"

#include "cli/output.h"
#include "report/screen.h"

enum {
	HELP_INDENT = 2,
	HELP_COLUMN = 26, /* where what an option does begins */
};

const struct argp_option *option_row(const struct verb *verb, int key)
{
	for (const struct argp_option *o = verb->options; o->name; o++)
		if (o->key == key)
			return o;
	return NULL;
}

static const struct argp_option *find_long(const struct verb *verb, struct str name)
{
	for (const struct argp_option *o = verb->options; o->name; o++)
		if (str_eq(str_c(o->name), name))
			return o;
	return NULL;
}

static enum options_result wrong_option(const struct verb *verb, struct str written)
{
	struct str near = STR_NONE;

	for (const struct argp_option *o = verb->options; o->name; o++)
		if (!(o->flags & OPTION_HIDDEN))
			near = nearest_name(written, near, str_c(o->name));
	if (near.n)
		complain("%s: no option '--%.*s'; did you mean '--%.*s'?", verb->name,
			STR_ARG(written), STR_ARG(near));
	else
		complain("%s: no option '--%.*s'; see 'oakum %s --help'", verb->name,
			STR_ARG(written), verb->name);
	return OPTIONS_WRONG;
}

/* "--name" or "--name=value" at argv[*i]; steps over a value that stands alone. */
static enum options_result check_long(
	const struct verb *verb, int argc, char **argv, int *i)
{
	struct str word = str_from(str_c(argv[*i]), 2);
	size_t equals = str_find(word, '=');
	struct str name = str_sub(word, 0, equals);
	const struct argp_option *o = find_long(verb, name);

	if (str_eq(word, STR("help")))
		return OPTIONS_HELPED;
	if (!o)
		return wrong_option(verb, name);
	if (!o->arg && equals < word.n) {
		complain("%s: --%s takes no value", verb->name, o->name);
		return OPTIONS_WRONG;
	}
	if (o->arg && equals == word.n && ++*i >= argc) {
		complain("%s: --%s lacks its value, %s", verb->name, o->name, o->arg);
		return OPTIONS_WRONG;
	}
	return OPTIONS_GOOD;
}

/* "-q", "-qj2", "-j 2" at argv[*i]. */
static enum options_result check_short(
	const struct verb *verb, int argc, char **argv, int *i)
{
	for (const char *c = argv[*i] + 1; *c; c++) {
		const struct argp_option *o = option_row(verb, *c);

		if (!o && *c == 'h')
			return OPTIONS_HELPED;
		if (!o) {
			complain("%s: no option '-%c'; see 'oakum %s --help'",
				verb->name, *c, verb->name);
			return OPTIONS_WRONG;
		}
		if (!o->arg)
			continue;
		if (!c[1] && ++*i >= argc) {
			complain("%s: -%c lacks its value, %s", verb->name, *c, o->arg);
			return OPTIONS_WRONG;
		}
		break;
	}
	return OPTIONS_GOOD;
}

static enum options_result check_all(const struct verb *verb, int argc, char **argv)
{
	enum options_result result = OPTIONS_GOOD;

	for (int i = 1; i < argc && result == OPTIONS_GOOD; i++) {
		struct str word = str_c(argv[i]);

		if (str_eq(word, STR("--")))
			break;
		if (str_starts(word, STR("--")))
			result = check_long(verb, argc, argv, &i);
		else if (word.n > 1 && word.p[0] == '-')
			result = check_short(verb, argc, argv, &i);
	}
	return result;
}

enum options_result options_parse(const struct verb *verb, argp_parser_t parser,
	int argc, char **argv, void *input)
{
	const struct argp argp = {.options = verb->options, .parser = parser};
	enum options_result result = check_all(verb, argc, argv);

	if (result == OPTIONS_HELPED) {
		struct arena arena = {0};
		struct buf text = {.arena = &arena};

		options_help(&text, verb);
		if (!output_all(buf_str(&text)))
			result = OPTIONS_WRONG;
		arena_free(&arena);
	} else if (result == OPTIONS_GOOD &&
		argp_parse(&argp, argc, argv,
			ARGP_NO_HELP | ARGP_NO_EXIT | ARGP_NO_ERRS, NULL, input)) {
		result = OPTIONS_WRONG;
	}
	return result;
}

int option_choice(const struct verb *verb, int key, const char *value)
{
	const struct argp_option *o = option_row(verb, key);
	struct str_fields fields = {.rest = o ? str_c(o->arg) : STR_NONE};
	struct str near = STR_NONE, field;

	if (!o)
		return -1;
	for (int i = 0; str_next_field(&fields, '|', &field); i++) {
		if (str_eq(field, str_c(value)))
			return i;
		near = nearest_name(str_c(value), near, field);
	}
	if (near.n)
		complain("%s: --%s: '%s' is none of %s; did you mean '%.*s'?",
			verb->name, o->name, value, o->arg, STR_ARG(near));
	else
		complain("%s: --%s: '%s' is none of %s", verb->name, o->name, value,
			o->arg);
	return -1;
}

static void help_option(struct screen *s, const struct argp_option *o)
{
	struct arena *a = s->out->arena;
	bool is_short = o->key > ' ' && o->key < 0x7f;
	struct str left = arena_printf(a, "%s--%s%s%s",
		is_short ? arena_printf(a, "-%c, ", o->key).p : "    ", o->name,
		o->arg ? "=" : "", o->arg ? o->arg : "");

	if (left.n + 2 > HELP_COLUMN - HELP_INDENT) {
		screen_wrap(s, HELP_INDENT, left, STR_NONE);
		left = STR_NONE;
	}
	screen_wrap(s, HELP_INDENT,
		arena_printf(a, "%-*.*s", HELP_COLUMN - HELP_INDENT, STR_ARG(left)),
		str_c(o->doc));
}

void options_help(struct buf *out, const struct verb *verb)
{
	struct screen s = {.out = out, .width = 80};
	bool has_options =
		verb->options->name && !(verb->options->flags & OPTION_HIDDEN);

	buf_printf(out, "usage: oakum %s%s%s%s\n\n", verb->name,
		has_options ? " [OPTION]..." : "", *verb->arguments ? " " : "",
		verb->arguments);
	screen_wrap(&s, 0, STR_NONE, str_c(verb->description));
	if (has_options)
		buf_add(out, STR("\nOptions:\n"));
	for (const struct argp_option *o = verb->options; o->name; o++)
		if (!(o->flags & OPTION_HIDDEN))
			help_option(&s, o);
	buf_add(out, STR("\nExample:\n"));
	screen_wrap(&s, 0, STR_NONE, str_c(verb->example));
}
