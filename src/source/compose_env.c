#include "base/path.h"
#include "source/compose_read.h"
#include "syntax/env.h"

struct env_slot {
	struct str name;
	const struct fact *fact; /* NULL: the slot is free */
	struct str text;	 /* its bytes, joined once; where the fact is SET */
};

static struct env_slot *slot_of(struct env_slot *slots, uint32_t mask, struct str name)
{
	uint32_t at = (uint32_t)str_hash(name) & mask;

	while (slots[at].fact && !str_eq(slots[at].name, name))
		at = (at + 1) & mask;
	return &slots[at];
}

static void grow(struct arena *a, struct compose_env *env)
{
	uint32_t size = env->slots ? 2 * (env->slot_mask + 1) : 64;
	struct env_slot *slots = arena_array(a, struct env_slot, size);

	for (uint32_t i = 0; env->slots && i <= env->slot_mask; i++)
		if (env->slots[i].fact)
			*slot_of(slots, size - 1, env->slots[i].name) = env->slots[i];
	env->slots = slots;
	env->slot_mask = size - 1;
}

void compose_env_put(struct compose_reader *r, struct compose_env *env, struct str name,
	const struct fact *fact)
{
	struct env_slot *slot;

	if (!env->slots || 2 * env->count > env->slot_mask)
		grow(r->arena, env);
	slot = slot_of(env->slots, env->slot_mask, name);
	env->count += !slot->fact;
	*slot = (struct env_slot){.name = name, .fact = fact};
	fact_str(r->arena, fact, &slot->text);
	env->list = binding_put(r->arena, env->list, name, fact);
}

const struct fact *compose_env_find(
	const struct compose_env *env, struct str name, struct str *text)
{
	const struct fact *fact;
	struct env_slot *slot;

	if (!env)
		return NULL;
	fact = compose_env_find(env->outer, name, text);
	if (fact || !env->slots)
		return fact;
	slot = slot_of(env->slots, env->slot_mask, name);
	if (slot->fact)
		*text = slot->text;
	return slot->fact;
}

const struct fact *compose_variable(const struct compose_tree *tree, struct str name)
{
	struct str unheard;

	return compose_env_find(tree->variables, name, &unheard);
}

static void put_line(
	struct compose_reader *r, struct compose_env *env, const struct env_line *line)
{
	struct span span = text_span_all(&line->value);
	struct str unheard;
	struct value value;

	/* A NAME alone is the shell's, which is not looked at. */
	if (!line->name.s.n || line->is_inherited)
		return;
	value = line->is_literal ? value_literal(r->arena, line->value.s, span)
				 : compose_value_of(r, env, &line->parts, span);
	compose_env_put(r, env, line->name.s,
		fact_set(r->arena, LAYER_RUN, value, line->span,
			compose_env_find(env, line->name.s, &unheard)));
}

/* The variables of one file are read once: what is wrong with it is said once. */
static struct compose_env *find_env(const struct compose_reader *r,
	const struct strs *files, const struct compose_env *outer)
{
	if (files->n != 1)
		return NULL;
	vec_each (struct compose_env *, env, &r->envs)
		if ((*env)->outer == outer && str_eq((*env)->path, files->at[0]))
			return *env;
	return NULL;
}

int compose_env_read(struct compose_reader *r, const struct strs *files,
	const struct compose_env *outer, struct compose_env **out, struct err *e)
{
	struct compose_env *env = find_env(r, files, outer);

	if (env) {
		*out = env;
		return 0;
	}
	env = arena_new(r->arena, struct compose_env);
	env->outer = outer;
	env->list = outer ? outer->list : NULL;
	vec_each (const struct str, path, files) {
		const struct env_lines *lines;
		const struct file *file;

		if (world_read(r->world, *path, &file, e) < 0)
			return -1;
		env->path = *path;
		lines = env_parse(r->arena, file, r->diags);
		vec_each (const struct env_line, line, lines)
			put_line(r, env, line);
	}
	if (files->n == 1)
		*vec_push(r->arena, &r->envs) = env;
	*out = env;
	return 0;
}

struct strs compose_env_default(struct compose_reader *r, struct str folder)
{
	struct str path = path_join(r->arena, folder, STR(".env"));
	struct world_stat stat;
	struct strs files = {0};

	if (world_stat(r->world, path, &stat, NULL) == 0 &&
		(stat.kind == WORLD_FILE || stat.kind == WORLD_LINK))
		*vec_push(r->arena, &files) = path;
	return files;
}
