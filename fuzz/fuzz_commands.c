/*
 * fuzz_commands: any bytes as shell text, flattened into commands, in both shells.
 *
 * Words lie in the file; guards and pipes speak of commands of the list.
 */
#include <stdlib.h>

#include "effect/commands.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_listed(const struct commands *list, const struct command *c)
{
	vec_each (struct command *, other, list)
		if (*other == c)
			return true;
	return false;
}

static void check_command(
	const struct commands *list, const struct command *c, size_t size)
{
	vec_each (struct word, word, &c->argv)
		if (word->span.file &&
			(size_t)word->span.offset + word->span.length > size)
			abort();
	if (c->reads && !is_listed(list, c->reads))
		abort();
	for (const struct guard *g = c->guard; g; g = g->outer)
		if (g->command && !is_listed(list, g->command))
			abort();
}

static void check(const uint8_t *data, size_t size, enum commands_shell shell)
{
	enum { CHECKED_MAX = 200 }; /* is_listed is quadratic */
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	const struct file *file =
		file_new(&arena, STR("f"), (struct str){(const char *)data, size});
	struct text text = text_of(&arena, span_of(file, 0, size));
	struct commands list = commands_of_shell(&arena, &text, shell, &diags);

	for (size_t i = 0; i < list.n && list.n <= CHECKED_MAX; i++)
		check_command(&list, list.at[i], size);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(data, size, COMMANDS_SH);
	check(data, size, COMMANDS_BASH);
	return 0;
}
