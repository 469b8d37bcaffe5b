#include "base/path.h"
#include "effect/commands.h"
#include "effect/run.h"
#include "source/context.h"
#include "source/lower.h"

/* Reads a file that a run mounts. */
static bool read_on_host(struct lowering *l, struct str path, struct text *out)
{
	const struct file *file;

	if (world_read(l->world, path, &file, NULL) < 0)
		return false;
	*out = text_of(l->arena, span_of(file, 0, file->bytes.n));
	return true;
}

/* Reads context/path when it is a file that lies inside the context. */
static bool read_in_context(struct lowering *l, struct str path, struct text *out)
{
	const struct file *file;

	if (str_starts(path, STR("../")) || str_eq(path, STR("..")) ||
		(l->sent && context_sends(l->sent, path, false) == ANSWER_NO))
		return false;
	if (world_read(l->world, path_join(l->arena, l->context, path), &file, NULL) <
		0)
		return false;
	*out = text_of(l->arena, span_of(file, 0, file->bytes.n));
	return true;
}

static bool read_script(
	void *data, const struct file_entry *entry, struct str rest, struct text *out)
{
	struct lowering *l = data;
	struct str path = path_join(l->arena, entry->source, rest);
	const struct file_entry *there;
	struct str below;

	switch (entry->origin) {
	case FILE_FROM_CONTEXT:
		return read_in_context(l, rest.n ? path : entry->source, out);
	case FILE_FROM_HOST:
		return read_on_host(l, rest.n ? path : entry->source, out);
	case FILE_FROM_TEXT:
		*out = entry->content;
		return rest.n == 0;
	case FILE_FROM_STAGE:
		/* Stages only reach back, so this ends. */
		there = files_find(entry->stage->end->files, path, &below);
		return there && read_script(data, there, below, out);
	case FILE_FROM_OTHER:
		break;
	}
	return false;
}

void lower_effect_context(
	struct lowering *l, struct notes *notes, struct effect_context *ctx)
{
	*ctx = (struct effect_context){.arena = l->arena,
		.know = l->know,
		.base = l->stage->base,
		.notes = notes,
		.spent = &l->spent,
		.read_script = read_script,
		.data = l};
}

/* The shells whose text is read; SHELL ["powershell", "-c"] is none of them. */
static const struct {
	struct str name;
	enum commands_shell dialect;
} shells[] = {
	{STR_INIT("sh"), COMMANDS_SH},
	{STR_INIT("dash"), COMMANDS_SH},
	{STR_INIT("ash"), COMMANDS_SH},
	{STR_INIT("busybox"), COMMANDS_SH},
	{STR_INIT("bash"), COMMANDS_BASH},
	{STR_INIT("zsh"), COMMANDS_BASH},
	{STR_INIT("ksh"), COMMANDS_BASH},
};

static bool is_shell(struct str path, enum commands_shell *out)
{
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_eq(path_base(path), shells[i].name)) {
			*out = shells[i].dialect;
			return true;
		}
	return false;
}

/* What starts a shell in an environment: SHELL ["conda", "run", "-n", "x", "bash", "-c"] */
static bool is_wrapper(struct str path)
{
	static const struct str names[] = {STR_INIT("conda"), STR_INIT("env"),
		STR_INIT("mamba"), STR_INIT("micromamba")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(path_base(path), names[i]))
			return true;
	return false;
}

/* Without a SHELL it is /bin/sh, or cmd where Windows is built. */
static bool find_dialect(const struct lowering *l, enum commands_shell *out)
{
	const struct program *shell = l->state.shell;
	struct str path, word;

	*out = COMMANDS_SH;
	if (!shell)
		return !l->stage->base || !str_eq(l->stage->base->family, BASE_WINDOWS);
	if (!shell->argv.n || !value_str(l->arena, shell->argv.at[0].value, &path))
		return false;
	/* The shell stands in front of its options, and an environment in front of it. */
	for (size_t i = 1; is_wrapper(path) && i + 1 < shell->argv.n; i++)
		if (value_str(l->arena, shell->argv.at[i].value, &word) &&
			is_shell(word, out) &&
			value_str(l->arena, shell->argv.at[i + 1].value, &word) &&
			str_starts(word, STR("-")))
			return true;
	return is_shell(path, out);
}

/* The line as the shell gets it: with the heredocs behind it. */
static struct text script_of(
	struct lowering *l, const struct dockerfile_instruction *in)
{
	struct text_builder b = text_builder(l->arena);

	if (!in->heredoc_count)
		return in->args[0];
	text_add(&b, &in->args[0], 0, in->args[0].s.n);
	text_add_decoded(&b, STR("\n"), SPAN_NONE);
	for (uint32_t i = 0; i < in->heredoc_count; i++) {
		const struct dockerfile_heredoc *doc = &in->heredocs[i];

		text_add(&b, &doc->body, 0, doc->body.s.n);
		text_add(&b, &doc->name, 0, doc->name.s.n);
		text_add_decoded(&b, STR("\n"), SPAN_NONE);
	}
	return text_finish(&b);
}

static void doubt(struct lowering *l, const struct dockerfile_instruction *in)
{
	l->state.accounts = accounts_doubt(l->arena, l->state.accounts,
		STR("a RUN is written for a shell that oakum does not read"), in->span);
}

/* The commands of a RUN, CMD or ENTRYPOINT; false when no shell that is read has it. */
static bool find_commands(struct lowering *l, const struct dockerfile_instruction *in,
	struct commands *out)
{
	enum commands_shell dialect;
	struct text script;

	if (in->is_exec) {
		*out = commands_of_argv(l->arena, in->args, in->arg_count, l->diags);
		return true;
	}
	if (!find_dialect(l, &dialect))
		return false;
	script = script_of(l, in);
	*out = commands_of_shell(l->arena, &script, dialect, l->diags);
	return true;
}

void lower_run(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step)
{
	struct effect_context ctx;
	struct state before = l->state;

	if (!in->arg_count)
		return;
	if (!find_commands(l, in, &step->commands)) {
		doubt(l, in);
		l->state.owners = owners_add(l->arena, l->state.owners,
			&(struct event){.kind = EVENT_BLUR,
				.happens = ANSWER_YES,
				.path = STR("/"),
				.why = STR(
					"a RUN is written for a shell that oakum does "
					"not read"),
				.by = STR("RUN"),
				.span = in->span});
		return;
	}
	lower_effect_context(l, &step->notes, &ctx);
	effect_run(&ctx, &step->commands, &before, &l->state);
	lower_run_mounts(l, in, before.owners);
}

static struct words words_of(
	struct lowering *l, const struct dockerfile_instruction *in)
{
	struct words words = {0};

	for (uint32_t i = 0; i < in->arg_count; i++)
		*vec_push(l->arena, &words) =
			(struct word){.value = value_literal(l->arena, in->args[i].s,
					      text_span_all(&in->args[i])),
				.span = text_span_all(&in->args[i]),
				.is_quoted = in->is_exec};
	return words;
}

const struct program *lower_program(struct lowering *l,
	const struct dockerfile_instruction *in, const struct program *hides)
{
	struct program *p = arena_new(l->arena, struct program);

	*p = (struct program){.know = in->arg_count ? FACT_SET : FACT_UNSET,
		.layer = LAYER_BUILD,
		.form = in->is_exec ? PROGRAM_EXEC : PROGRAM_SHELL,
		.argv = words_of(l, in),
		.span = in->span,
		.hides = hides};
	if (in->arg_count)
		(void)find_commands(l, in, &p->commands);
	return p;
}
