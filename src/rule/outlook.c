#include "rule/outlook.h"

#include "base/path.h"

bool outlook_is_likely(const struct access_asker *asker, const struct forecast *f)
{
	struct str above = path_dir(f->path);

	bool is_own = f->write->how == WRITE_BY_IMAGE && f->write->is_folder &&
		!f->write->moved;

	return f->access.can == ANSWER_MAYBE && !is_own &&
		f->write->happens == ANSWER_YES && f->path.n &&
		!str_eq(above, f->path) &&
		access_ask(asker, above, ACCESS_MAKE).can == ANSWER_NO;
}

/* The writes that end the program, and that it surely comes to. */
static const struct writes *grave_writes(struct audit *audit, const struct workload *w)
{
	struct writes *grave = arena_new(audit->arena, struct writes);

	vec_each (const struct write, write, w->writes)
		if (write->failure == WRITE_FAILS && write->happens == ANSWER_YES)
			*vec_push(audit->arena, grave) = *write;
	return grave;
}

/* Who it is asked about; false where nobody can say, or its entrypoint settles it. */
static bool choose_identity(
	struct audit *audit, const struct workload *w, struct identity *out)
{
	const struct identity *own = &w->launch.identity;

	if (w->launch.runs_as == RUNS_AS_ROOT)
		*out = know_user(
			audit->arena, w, accounts_free_uid(audit->arena, w->accounts));
	else if (w->launch.runs_as == RUNS_AS_USER && own->is_valid == ANSWER_YES)
		*out = *own;
	else
		return false;
	return out->uid.know == FACT_SET;
}

void outlook_add(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct workload grave = *w;
	struct access_asker asker;
	struct forecasts list;
	struct outlook out = {.workload = w};
	struct identity identity;

	if (!w->writes || !w->writes->n)
		return;
	grave.writes = grave_writes(audit, w);
	if (!grave.writes->n || !choose_identity(audit, w, &identity))
		return;
	asker = know_asker(audit->arena, audit->world, &grave, identity);
	list = forecast(&asker);
	vec_each (const struct forecast, f, &list)
		if (f->path.n &&
			(f->fails == ANSWER_YES || outlook_is_likely(&asker, f)))
			*vec_push(audit->arena, &out.fails) = *f;
	out.uid = identity.uid.n;
	if (out.fails.n)
		*vec_push(audit->arena, audit->outlooks) = out;
}
