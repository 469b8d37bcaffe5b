#include "model/command.h"

#include "base/path.h"
#include "model/build.h"

bool command_name(const struct command *c, struct str *name)
{
	struct value v;

	if (!c->argv.n)
		return false;
	v = c->argv.at[0].value;
	/* A program's name is hardly ever put together; one segment is enough. */
	if (v.n != 1 || v.at[0].kind == SEGMENT_UNKNOWN)
		return false;
	*name = path_base(v.at[0].text);
	return name->n != 0;
}

bool command_is(const struct command *c, struct str name)
{
	struct str own;

	return command_name(c, &own) && str_eq(own, name);
}

/* A variable by itself, to which neither the environment nor the script gives a value. */
static bool is_unset(
	struct arena *a, struct value v, const struct binding *env, struct str script)
{
	const struct segment *only = v.at;

	return v.n == 1 && only->kind == SEGMENT_UNKNOWN && only->name.n &&
		!only->sign.n && !binding_find(env, only->name) &&
		str_find_str(script, arena_printf(a, "%.*s=", STR_ARG(only->name))) ==
		script.n;
}

bool command_is_ruled_out(struct arena *a, const struct command *c,
	const struct binding *env, struct str script)
{
	for (const struct guard *g = c->guard; g; g = g->outer) {
		const struct command *test = g->command;
		struct str name, word;

		if (!test || !g->if_succeeds || test->argv.n < 3 ||
			/* The second of `||` may be left out. */
			(g->is_list && test->guard && !test->guard->if_succeeds) ||
			!command_name(test, &name) ||
			(!str_eq(name, STR("[")) && !str_eq(name, STR("test"))) ||
			!value_str(a, test->argv.at[1].value, &word) ||
			!str_eq(word, STR("-n")))
			continue;
		if (is_unset(a, test->argv.at[2].value, env, script))
			return true;
	}
	return false;
}
