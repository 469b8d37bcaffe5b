#include "model/query.h"
#include "why/cure.h"

void cure_add(struct curing *c, struct str where, struct str text)
{
	*vec_push(c->s->arena, c->out) = (struct cure){.where = where, .text = text};
}

void cure_say(struct curing *c, struct str sentence)
{
	*vec_push(c->s->arena, c->out) =
		(struct cure){.text = sentence, .is_sentence = true};
}

/* ---- places to write at ---- */

static const struct file *build_file(const struct scene *s)
{
	return s->workload && s->workload->build ? s->workload->build->file : NULL;
}

/* Above the USER line of the Dockerfile, where there is one. */
static struct str in_dockerfile(const struct scene *s)
{
	const struct file *file = build_file(s);
	struct span user = s->workload ? s->workload->launch.user->span : SPAN_NONE;

	if (!file)
		return STR("Dockerfile, above the USER line");
	if (user.file == file && s->workload->launch.user->layer == LAYER_BUILD)
		return arena_printf(s->arena, "%.*s, above line %u",
			STR_ARG(file->path), span_start(user).line);
	return arena_printf(s->arena, "%.*s", STR_ARG(file->path));
}

static struct str in_run(const struct scene *s)
{
	const struct workload *w = s->workload;

	if (!w || !w->run)
		return STR("docker run");
	if (w->run->source == RUN_BY_COMPOSE)
		return arena_printf(s->arena, "%.*s, service %.*s",
			STR_ARG(w->run->file->path), STR_ARG(w->service));
	return arena_printf(s->arena, "%.*s, line %u", STR_ARG(w->run->file->path),
		span_start(w->run->anchor).line);
}

/* key and element in compose's words, or the option of a run line. */
void cure_add_run(
	struct curing *c, const char *compose, const char *option, struct str value)
{
	struct arena *a = c->s->arena;

	if (scene_run_form(c->s) == FORM_COMPOSE)
		cure_add(c, in_run(c->s), arena_printf(a, compose, STR_ARG(value)));
	else
		cure_add(c, in_run(c->s), arena_printf(a, option, STR_ARG(value)));
}

void cure_add_build(struct curing *c, struct str text)
{
	cure_add(c, in_dockerfile(c->s), text);
}

/* Numbers of "uid:gid" as install and mount options take them. */
struct str cure_uid(const struct scene *s)
{
	struct str owner = scene_owner(s);

	return str_sub(owner, 0, str_find(owner, ':'));
}

struct str cure_gid(const struct scene *s)
{
	struct str owner = scene_owner(s);

	return str_from(owner, str_find(owner, ':') + 1);
}

struct str cure_install(const struct scene *s, struct str path)
{
	return arena_printf(s->arena, "install -d -o %.*s -g %.*s -m 0750 %.*s",
		STR_ARG(cure_uid(s)), STR_ARG(cure_gid(s)), STR_ARG(path));
}

/* A tmpfs of the user's own at path. */
void cure_add_tmpfs(struct curing *c, struct str path)
{
	struct str mount = arena_printf(c->s->arena, "%.*s:uid=%.*s,gid=%.*s,mode=0750",
		STR_ARG(path), STR_ARG(cure_uid(c->s)), STR_ARG(cure_gid(c->s)));

	cure_add_run(c, "tmpfs:\n  - %.*s", "--tmpfs %.*s", mount);
}
