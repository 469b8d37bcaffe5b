#include "model/command.h"

#include "base/path.h"

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
