/* What a filter must not permit, and what it must: from the options to bans. */
#include "cli/seccomp.h"

#include <linux/filter.h>

static int complain_place(struct seccomp *s, struct span at, const struct err *e)
{
	if (at.file)
		complain("%s: %.*s:%u:%u: %s", s->verb->name, STR_ARG(at.file->path),
			span_start(at).line, span_start(at).column, e->text);
	else
		complain("%s: %s", s->verb->name, e->text);
	return EXIT_USAGE;
}

/* Rules that stand behind an option: its name is their path. */
static int add_texts(struct seccomp *s, const char *option, const struct strs *texts,
	arch_set arches, struct bans *out)
{
	vec_each (const struct str, text, texts) {
		const struct file *file = file_new(&s->arena, str_c(option), *text);
		struct span at = SPAN_NONE;
		struct err e = {0};

		if (objective_parse(
			    &s->arena, file, str_c(option), arches, out, &at, &e) < 0)
			return complain_place(s, at, &e);
	}
	return EXIT_CLEAN;
}

static int no_objective(struct seccomp *s, struct str name, const struct err *e)
{
	struct str near = STR_NONE;
	size_t count;
	const struct str *names = objective_names(&count);

	for (size_t i = 0; i < count; i++)
		near = nearest_name(name, near, names[i]);
	if (near.n)
		complain("%s: no objective and no file '%.*s'; did you mean '%.*s'?",
			s->verb->name, STR_ARG(name), STR_ARG(near));
	else
		complain("%s: no objective '%.*s', and cannot %s", s->verb->name,
			STR_ARG(name), e->text);
	return EXIT_USAGE;
}

static int add_objective(
	struct seccomp *s, struct str name, arch_set arches, struct bans *out)
{
	struct span at = SPAN_NONE;
	const struct file *file;
	struct err e = {0};

	if (objective_bans(&s->arena, name, arches, out))
		return EXIT_CLEAN;
	if (world_read(s->world, name, &file, &e) < 0)
		return no_objective(s, name, &e);
	if (objective_parse(&s->arena, file, name, arches, out, &at, &e) < 0)
		return complain_place(s, at, &e);
	return EXIT_CLEAN;
}

int bans_read(struct seccomp *s, arch_set arches, bool has_default, struct bans *out)
{
	int status = EXIT_CLEAN;

	if (!s->objectives.n && has_default) {
		*vec_push(&s->arena, &s->objectives) = STR("no-root");
		*vec_push(&s->arena, &s->objectives) = STR("no-others");
	}
	vec_each (const struct str, name, &s->objectives) {
		status = add_objective(s, *name, arches, out);
		if (status)
			return status;
	}
	return add_texts(s, "--deny", &s->denies, arches, out);
}

int allows_read(struct seccomp *s, arch_set arches, struct bans *out)
{
	return add_texts(s, "--allow", &s->allows, arches, out);
}

struct bpf answers_changed(
	struct arena *a, const struct bpf *program, uint32_t (*change)(uint32_t answer))
{
	struct bpf out = {
		arena_array(a, struct bpf_insn, program->count), program->count};

	for (uint32_t i = 0; i < program->count; i++) {
		out.insns[i] = program->insns[i];
		if (out.insns[i].code == (BPF_RET | BPF_K))
			out.insns[i].k = change(out.insns[i].k);
	}
	return out;
}

static uint32_t opposite(uint32_t answer)
{
	return action_kind(answer) >= ACTION_LOG ? action_value(ACTION_ERRNO, 1)
						 : action_value(ACTION_ALLOW, 0);
}

struct proof prove_allow(
	struct arena *a, const struct bpf_stack *stack, const struct ban *allow)
{
	struct proof proof = {.verdict = VERDICT_HOLDS, .ban = *allow};

	/* A call is made when each of the filters lets it: none may refuse. */
	for (uint32_t i = 0; i < stack->count && proof.verdict == VERDICT_HOLDS; i++) {
		struct bpf turned = answers_changed(a, &stack->filters[i], opposite);
		struct bpf_stack alone = {&turned, 1};

		proof = prove_ban(a, &alone, allow, (struct prove_options){0});
	}
	if (proof.verdict == VERDICT_VIOLATED)
		proof.answer = bpf_stack_run(stack, &proof.witness, NULL);
	return proof;
}
