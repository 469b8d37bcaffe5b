#include "effect/tool.h"

#include "base/path.h"

/* What the shell does itself: set, shift, cd, exit, read, unset, and assignments. */

enum outcome tool_cd(struct call *call)
{
	struct str path;

	if (call->runs != ANSWER_YES || !call_word(call, 1, &path) ||
		(!path_is_absolute(path) && !call->run->cwd.n)) {
		call->run->cwd = STR_NONE;
		return OUTCOME_DONE;
	}
	call->run->cwd = path_join(call->arena, call->run->cwd, path);
	return OUTCOME_DONE;
}

enum outcome tool_exit(struct call *call)
{
	if (call->command->in_subshell)
		return OUTCOME_DONE;
	call->run->alive = answer_and(call->run->alive, answer_not(call->runs));
	return OUTCOME_DONE;
}

/*
 * `set -- node "$@"` under a condition, where the first argument is node as it is: what
 * starts is the same either way, so the arguments are left as they are.
 */
static bool keeps_first_word(const struct call *call, size_t first)
{
	const struct words *old = call->run->variables.positional;
	struct str before, after;

	return call->run->is_start && call->runs == ANSWER_MAYBE && old && old->n &&
		value_str(call->arena, old->at[0].value, &before) &&
		call_word(call, first, &after) && str_eq(before, after);
}

/* set -e, set +e, set -euxo pipefail, set -o errexit; set -- words. */
enum outcome tool_set(struct call *call)
{
	struct runner *run = call->run;
	struct str word;
	size_t i = 1;

	for (; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || word.n < 2 ||
			!memchr("-+", word.p[0], 2))
			break;
		if (str_eq(word, STR("--"))) {
			i++;
			goto positional;
		}
		if (str_find(word, 'e') < word.n)
			run->errexit = word.p[0] == '-';
		if (word.p[word.n - 1] == 'o' && call_word(call, i + 1, &word)) {
			if (str_eq(word, STR("errexit")))
				run->errexit = true;
			i++;
		}
	}
	if (i >= call->argv.n)
		return OUTCOME_SUCCEEDS;
positional:
	if (keeps_first_word(call, i))
		return OUTCOME_SUCCEEDS;
	if (call->runs == ANSWER_YES && call->is_complete) {
		struct words *rest = arena_new(call->arena, struct words);

		rest->at = call->argv.at + i;
		rest->n = rest->cap = call->argv.n - i;
		run->variables.positional = rest;
	} else {
		run->variables.positional = NULL;
	}
	return OUTCOME_SUCCEEDS;
}

enum outcome tool_shift(struct call *call)
{
	struct variables *v = &call->run->variables;
	uint32_t n = 1;
	struct str word;

	if (call_word(call, 1, &word) && !str_to_u32(word, &n))
		v->positional = NULL;
	if (!v->positional)
		return OUTCOME_MAY;
	if (call->runs != ANSWER_YES) {
		v->positional = NULL;
	} else if (n <= v->positional->n) {
		struct words *rest = arena_new(call->arena, struct words);

		*rest = *v->positional;
		rest->at += n;
		rest->n -= n;
		rest->cap = rest->n;
		v->positional = rest;
	}
	return OUTCOME_DONE;
}

static void bind_unknown(struct call *call, struct str name, struct span span)
{
	struct variables *v = &call->run->variables;
	const struct fact *fact = fact_unknown(
		call->arena, LAYER_BUILD, STR("the shell reads it when it runs"), span);

	v->shell = binding_put(call->arena, v->shell, name, fact);
}

enum outcome tool_read(struct call *call)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++)
		if (call_word(call, i, &word) && !str_starts(word, STR("-")))
			bind_unknown(call, word, call->argv.at[i].span);
	return OUTCOME_MAY;
}

enum outcome tool_unset(struct call *call)
{
	struct variables *v = &call->run->variables;
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || str_starts(word, STR("-")))
			continue;
		if (call->runs != ANSWER_YES) {
			bind_unknown(call, word, call->argv.at[i].span);
			continue;
		}
		v->shell = binding_put(call->arena, v->shell, word,
			fact_unset(call->arena, LAYER_BUILD, call->argv.at[i].span));
	}
	return OUTCOME_SUCCEEDS;
}
