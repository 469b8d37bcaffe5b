#include "base/path.h"
#include "effect/run.h"
#include "source/context.h"
#include "source/lower.h"

static void take_flag(struct lowering *l, const struct dockerfile_instruction *in,
	struct str name, struct word *word, bool *has)
{
	const struct dockerfile_flag *flag = dockerfile_flag_of(in, name);

	if (!flag || !flag->has_value)
		return;
	*word = lower_as_word(l, &flag->value);
	*has = true;
}

/* A name that could be an image: the catalogue of images decides in the rule. */
static bool is_image_reference(struct str name)
{
	return str_find(name, '/') < name.n || str_find(name, ':') < name.n;
}

static void resolve_from(struct lowering *l, struct copy *copy)
{
	struct str name;
	uint32_t index;

	if (!value_str(l->arena, copy->from.value, &name) || !name.n)
		return;
	if (str_to_u32(name, &index) ? index == l->stage->index
				     : str_eq_nocase(name, l->stage->name)) {
		lower_problem(
			l, BUILD_COPY_FROM_SELF, copy->from.span, l->stage->span, name);
		return;
	}
	copy->stage = build_stage(l->build, name);
	if (!copy->stage && !is_image_reference(name) &&
		!lower_has_later_stage(l, name))
		lower_problem(
			l, BUILD_COPY_FROM_UNKNOWN, copy->from.span, SPAN_NONE, name);
}

/* Where one source ends up: a target that ends in "/" or takes several is a folder. */
static struct str target_path(struct lowering *l, const struct copy *copy)
{
	struct str target, workdir = STR("/");

	if (!value_str(l->arena, copy->target.value, &target))
		return STR_NONE;
	(void)fact_str(l->arena, l->state.workdir, &workdir);
	return path_join(l->arena, workdir, target);
}

/* ADD unpacks these; what is in them cannot be seen. */
bool lower_is_archive(struct str source)
{
	static const struct str suffixes[] = {STR_INIT(".tar"), STR_INIT(".tar.gz"),
		STR_INIT(".tgz"), STR_INIT(".tar.xz"), STR_INIT(".txz"),
		STR_INIT(".tar.bz2"), STR_INIT(".tbz2"), STR_INIT(".tar.zst")};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (str_ends(source, suffixes[i]))
			return true;
	return false;
}

static struct file_entry entry_of(struct lowering *l, const struct copy *copy,
	const struct dockerfile_instruction *in, struct str source)
{
	struct file_entry entry = {.origin = FILE_FROM_CONTEXT,
		.path = target_path(l, copy),
		.source = path_join(l->arena, STR(""), source),
		.owner = copy->chown.value,
		.span = in->span};

	if (copy->has_from) {
		entry.origin = copy->stage ? FILE_FROM_STAGE : FILE_FROM_OTHER;
		entry.stage = copy->stage;
		entry.source = path_join(l->arena, STR("/"), source);
	} else if (str_find_str(source, STR("://")) < source.n ||
		str_starts(source, STR("git@")) ||
		(in->keyword == DOCKERFILE_ADD && lower_is_archive(source))) {
		entry.origin = FILE_FROM_OTHER;
	} else if (path_is_absolute(source)) {
		/* A leading slash means the root of the context. */
		entry.source = path_join(l->arena, STR(""), str_from(source, 1));
	}
	return entry;
}

/* "*.sh" is entered as the folder that it is taken from. */
static struct str without_wildcard(struct str source)
{
	size_t star = 0;

	while (star < source.n && !strchr("*?[", source.p[star]))
		star++;
	return star == source.n ? source : path_dir(str_sub(source, 0, star + 1));
}

static void put(struct lowering *l, struct step *step, struct file_entry entry)
{
	struct effect_context ctx;

	lower_effect_context(l, &step->notes, &ctx);
	l->state.files = files_put(l->arena, l->state.files, &entry);
	l->state.accounts = effect_put_file(&ctx, &entry, l->state.accounts);
}

static enum world_kind kind_in_context(struct lowering *l, struct str source)
{
	struct world_stat st;

	if (world_stat(l->world, path_join(l->arena, l->context, source), &st, NULL) <
		0)
		return WORLD_OTHER;
	return st.kind;
}

/*
 * A file goes into a target that is a folder, or becomes the target. Where the target
 * does not tell (no slash behind it, and the image may have such a folder), it is
 * entered as both. A folder's content goes into the target.
 */
static void put_source(
	struct lowering *l, struct step *step, struct file_entry entry, bool is_folder)
{
	struct file_entry below = entry;

	below.path = path_join(l->arena, entry.path, path_base(entry.source));
	if (entry.origin == FILE_FROM_CONTEXT &&
		context_sends(l->sent, entry.source, true) == ANSWER_NO)
		return;
	if (entry.origin == FILE_FROM_CONTEXT &&
		kind_in_context(l, entry.source) != WORLD_FILE) {
		put(l, step, entry);
		return;
	}
	if (!is_folder || entry.origin != FILE_FROM_CONTEXT)
		put(l, step, entry);
	if (entry.origin != FILE_FROM_OTHER)
		put(l, step, below);
}

static void put_sources(
	struct lowering *l, struct step *step, const struct dockerfile_instruction *in)
{
	const struct copy *copy = step->copy;
	struct str target = STR_NONE;
	bool is_folder = copy->sources.n > 1;

	if (!value_str(l->arena, copy->target.value, &target))
		return;
	is_folder |= str_ends(target, STR("/")) || str_eq(target, STR("."));
	vec_each (struct word, word, &copy->sources) {
		struct str source;

		if (value_str(l->arena, word->value, &source))
			put_source(l, step,
				entry_of(l, copy, in, without_wildcard(source)),
				is_folder);
	}
}

static void put_heredocs(
	struct lowering *l, struct step *step, const struct dockerfile_instruction *in)
{
	const struct copy *copy = step->copy;
	struct str path = target_path(l, copy);
	struct str target = STR_NONE;
	bool is_folder = in->heredoc_count > 1;

	(void)value_str(l->arena, copy->target.value, &target);
	is_folder |= str_ends(target, STR("/"));
	for (uint32_t i = 0; path.n && i < in->heredoc_count; i++) {
		const struct dockerfile_heredoc *doc = &in->heredocs[i];
		struct file_entry entry = {.origin = FILE_FROM_TEXT,
			.path = is_folder ? path_join(l->arena, path, doc->name.s)
					  : path,
			.content = doc->body,
			.owner = copy->chown.value,
			.span = in->span};

		put(l, step, entry);
	}
}

/* A heredoc's word stands among the arguments; it is no source of the context. */
static bool is_heredoc_word(
	const struct dockerfile_instruction *in, const struct text *arg)
{
	struct span at = text_span_all(arg);

	for (uint32_t i = 0; i < in->heredoc_count; i++)
		if (in->heredocs[i].word.offset <= at.offset &&
			at.offset < in->heredocs[i].word.offset +
					in->heredocs[i].word.length)
			return true;
	return false;
}

void lower_copy(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step)
{
	struct copy *copy = arena_new(l->arena, struct copy);

	step->copy = copy;
	take_flag(l, in, STR("chown"), &copy->chown, &copy->has_chown);
	take_flag(l, in, STR("chmod"), &copy->chmod, &copy->has_chmod);
	take_flag(l, in, STR("from"), &copy->from, &copy->has_from);
	if (copy->has_from)
		resolve_from(l, copy);
	if (in->arg_count < 2)
		return;
	for (uint32_t i = 0; i + 1 < in->arg_count; i++)
		if (!is_heredoc_word(in, &in->args[i]))
			*vec_push(l->arena, &copy->sources) =
				lower_as_word(l, &in->args[i]);
	copy->target = lower_as_word(l, &in->args[in->arg_count - 1]);
	put_sources(l, step, in);
	put_heredocs(l, step, in);
	lower_copy_owner(l, in, copy, target_path(l, copy));
}
