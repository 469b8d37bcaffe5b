#include "model/build.h"

const struct fact *binding_find(const struct binding *list, struct str name)
{
	uint64_t hash = str_hash(name);

	for (; list; list = list->older)
		if (list->hash == hash && str_eq(list->name, name))
			return list->fact;
	return NULL;
}

const struct binding *binding_put(struct arena *a, const struct binding *list,
	struct str name, const struct fact *fact)
{
	struct binding *b = arena_new(a, struct binding);

	*b = (struct binding){list, name, fact, str_hash(name)};
	return b;
}

enum answer package_find(const struct package *list, struct str name)
{
	for (; list; list = list->older)
		if (str_eq(list->name, name))
			return list->installed;
	return ANSWER_NO;
}

const struct stage *build_stage(const struct build *b, struct str target)
{
	uint32_t index;

	for (size_t i = b->stages.n; i > 0; i--)
		if (b->stages.at[i - 1]->name.n &&
			str_eq_nocase(b->stages.at[i - 1]->name, target))
			return b->stages.at[i - 1];
	if (str_to_u32(target, &index) && index < b->stages.n)
		return b->stages.at[index];
	return NULL;
}

const bool *build_used_stages(struct arena *a, const struct build *b)
{
	bool *used = arena_array(a, bool, b->stages.n + 1);

	vec_each (struct stage *, stage, &b->stages) {
		if ((*stage)->parent)
			used[(*stage)->parent->index] = true;
		vec_each (struct step, step, &(*stage)->steps)
			if (step->copy && step->copy->stage)
				used[step->copy->stage->index] = true;
	}
	return used;
}
