/* What the build downloaded into root's home, where the user's programs do not look. */
#include "base/path.h"
#include "fix/user.h"

/* ".cache/huggingface" of ".cache/huggingface/hub", "nltk_data" of itself. */
static struct str top_of(struct str path)
{
	static const struct str shared[] = {
		STR_INIT(".cache/"), STR_INIT(".config/"), STR_INIT(".local/share/")};
	size_t from = 0;

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (str_starts(path, shared[i]))
			from = shared[i].n;
	return str_sub(path, 0, from + str_find(str_from(path, from), '/'));
}

static bool is_carried(const struct user_plan *p, struct str path)
{
	vec_each (const struct str, old, &p->carried)
		if (path_is_under(path, *old))
			return true;
	return false;
}

/* Does the build itself do something there, or with what it downloaded? */
static bool is_cared_for(
	const struct user_plan *p, const struct access_asker *asker, struct str path)
{
	struct str target = path_join(p->f->arena, p->home, path);
	struct str source = path_join(p->f->arena, STR("/root"), path);

	for (const struct event *e = asker->view.log; e; e = e->older)
		if (path_is_under(e->path, target) ||
			(e->kind == EVENT_COPIED &&
				(path_is_under(e->source, source) ||
					path_is_under(source, e->source))))
			return true;
	return owners_look(&asker->view, target).exists == ANSWER_YES;
}

static uint32_t line_of(const struct write *download)
{
	return span_start(download->span).line;
}

void user_take_downloads(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct arena *a = p->f->arena;

	if (!w->downloaded || p->tools == TOOLS_NONE || p->keeps_home)
		return;
	vec_each (const struct write, d, w->downloaded) {
		struct str path = top_of(d->path);

		if (is_carried(p, path) || is_cared_for(p, asker, path))
			continue;
		if (str_find(path, '/') < path.n)
			user_add_folder(p, path_join(a, p->home, path_dir(path)));
		*vec_push(a, &p->carried) = path;
		p->uses_home = true;
		if (!p->downloads_line)
			p->downloads_line = line_of(d);
	}
}
