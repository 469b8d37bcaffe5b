#include "why/why.h"

#include "base/path.h"
#include "know/libraries.h"
#include "model/access_look.h"

enum { CAUSES_MAX = 6 };

static const struct str sure_names[] = {[SURE_PERHAPS] = STR_INIT("perhaps"),
	[SURE_LIKELY] = STR_INIT("likely"),
	[SURE_YES] = STR_INIT("sure")};

struct str sureness_name(enum sureness sure)
{
	return sure_names[sure];
}

/* ---- one cause ---- */

/* What may not be done, as access knows it; -1: it is no question of access. */
static int access_of(enum cause_kind cause)
{
	switch (cause) {
	case CAUSE_WRITE:
	case CAUSE_ACCESS:
	case CAUSE_STOP:
	case CAUSE_NO_LOCATOR:
		return ACCESS_WRITE;
	case CAUSE_READ:
		return ACCESS_READ;
	case CAUSE_RUN:
		return ACCESS_RUN;
	default:
		return -1;
	}
}

/* The write that the model foresees there, or NULL. */
static const struct write *foreseen(const struct scene *s, struct str path)
{
	if (!s->workload->writes || !path.n)
		return NULL;
	vec_each (const struct write, w, s->workload->writes) {
		struct str at =
			write_path(s->arena, w, s->workload, &s->asker->identity);

		if (at.n > 1 && (path_is_under(path, at) || path_is_under(at, path)))
			return w;
	}
	return NULL;
}

/* Files that were read speak of the image; of what an engine mounted there, they do not. */
static bool can_ask_model(const struct scene *s, const struct cause *c)
{
	bool is_mounted = c->spot.mount && s->container;

	return s->asker && c->spot.path.n && !is_mounted;
}

static struct str file_of(const struct workload *w)
{
	if (w->run)
		return w->run->file->path;
	return w->build ? w->build->file->path : w->name;
}

static void ask_model(const struct scene *s, struct cause *c)
{
	int kind = access_of(c->clue->row.cause);
	struct access a;
	struct look look;
	struct str file;

	if (kind < 0 || !can_ask_model(s, c))
		return;
	a = access_ask(s->asker, c->spot.path, (enum access_kind)kind);
	look = access_look(s->asker, c->spot.path);
	c->spot.is_file = look.exists == ANSWER_YES && look.kind == ENTRY_FILE;
	file = file_of(s->workload);
	if (a.can == ANSWER_NO) {
		c->sure = SURE_YES;
		c->is_agreed = ANSWER_YES;
		c->evidence = arena_printf(s->arena, "%.*s says the same: %.*s.",
			STR_ARG(file), STR_ARG(a.why));
	} else if (a.can == ANSWER_YES) {
		c->sure = SURE_PERHAPS;
		c->is_agreed = ANSWER_NO;
		c->evidence = arena_printf(s->arena,
			"%.*s speaks against it: %.*s. Was the image built from this file?",
			STR_ARG(file), STR_ARG(a.why));
	} else if (!c->spot.mount) {
		c->evidence = arena_printf(s->arena, "%.*s leaves it open: %.*s.",
			STR_ARG(file), STR_ARG(a.why));
	}
}

struct str why_wants(const struct cause *cause)
{
	return access_of(cause->clue->row.cause) >= 0 ? cause->spot.path : STR_NONE;
}

void why_hear(const struct scene *s, struct cause *cause, const struct owned *owned)
{
	bool is_other = s->uid.know == FACT_SET && s->uid.n && s->uid.n != owned->uid;

	cause->evidence = arena_printf(s->arena,
		"In the container %.*s belongs to %u:%u with mode %o.%s%.*s",
		STR_ARG(owned->path), owned->uid, owned->gid, owned->mode,
		cause->evidence.n ? " " : "", STR_ARG(cause->evidence));
	if (is_other && cause->sure == SURE_LIKELY)
		cause->sure = SURE_YES;
	if (owned->is_file && str_eq(owned->path, cause->spot.path)) {
		cause->spot.is_file = true;
		cause->cures = cures_of(s, cause->clue, &cause->spot);
	}
}

/* What moves the cache of a library that the log names, where it keeps it by itself. */
static struct str variable_of(struct arena *a, struct str library)
{
	struct know_library row;
	uint32_t at = 0;

	library = know_pip_name(a, library);
	while (library.n && know_library_next(LIBRARY_PIP, library, &at, &row)) {
		struct str_fields fields = {.rest = row.variables};
		struct know_library_variable variable;

		while (row.base == WRITE_IN_HOME &&
			know_library_variable(&fields, &variable))
			if (variable.is_advised)
				return variable.name;
	}
	return STR_NONE;
}

/* Names who it is and what moves it where the model knows and the log does not. */
static const struct clue *completed(
	const struct scene *s, const struct clue *clue, const struct spot *spot)
{
	const struct write *write = s->workload ? foreseen(s, spot->path) : NULL;
	struct clue *out;

	if (clue->by.n && clue->row.variable.n)
		return clue;
	out = arena_new(s->arena, struct clue);
	*out = *clue;
	if (!out->by.n && write)
		out->by = write->by;
	if (!out->row.variable.n && write)
		out->row.variable = write->variable;
	if (!out->row.variable.n && spot->kind == SPOT_ROOT_HOME)
		out->row.variable = variable_of(s->arena, out->by);
	return out;
}

static struct cause cause_of(const struct scene *s, const struct clue *clue)
{
	struct cause c = {.spot = spot_of(s, clue), .is_agreed = ANSWER_MAYBE};

	c.clue = completed(s, clue, &c.spot);
	c.sure = clue->row.code.n && (clue->path.n || clue->port.n) ? SURE_YES
								    : SURE_LIKELY;
	c.sentence = sentence_of(s, c.clue, &c.spot);
	ask_model(s, &c);
	c.cures = cures_of(s, c.clue, &c.spot);
	return c;
}

/* ---- many clues, few causes ---- */

/* Both are cured by the same line. */
static bool same_root(
	const struct cause *c, const struct clue *clue, const struct spot *spot)
{
	enum spot_kind kind = spot->kind;

	if (c->spot.kind != kind)
		return false;
	if (kind == SPOT_SLASH_HOME || kind == SPOT_NO_HOME || kind == SPOT_HOME)
		return true;
	if (c->clue->row.cause != clue->row.cause)
		return false;
	if (spot->mount)
		return c->spot.mount == spot->mount;
	return str_eq(c->spot.folder, spot->folder) ||
		(!spot->path.n && !c->spot.path.n);
}

static void take(const struct scene *s, const struct clue *clue, struct causes *out)
{
	struct spot spot = spot_of(s, clue);

	vec_each (struct cause, c, out)
		if (same_root(c, clue, &spot)) {
			*vec_push(s->arena, &c->also) = clue;
			return;
		}
	if (out->n < CAUSES_MAX)
		*vec_push(s->arena, out) = cause_of(s, clue);
}

/* What echoes another line belongs to the cause that was there before it. */
static void take_echo(
	const struct scene *s, const struct clue *clue, struct causes *out)
{
	struct cause *best = NULL;

	vec_each (struct cause, c, out)
		if (c->clue->line && c->clue->line->number < clue->line->number)
			best = c;
	if (best)
		*vec_push(s->arena, &best->also) = clue;
	else if (!out->n)
		*vec_push(s->arena, out) = cause_of(s, clue);
}

static void take_weight(const struct scene *s, const struct clues *clues,
	enum error_weight weight, struct causes *out)
{
	vec_each (const struct clue, clue, clues) {
		if (clue->weight != weight)
			continue;
		if (weight == ERROR_ECHOES)
			take_echo(s, clue, out);
		else
			take(s, clue, out);
	}
}

/* The engine alone knows that the kernel ended it; the log just stops. */
static void take_memory(const struct scene *s, struct causes *out)
{
	struct clue *clue;

	if (!s->container || !s->container->was_out_of_memory)
		return;
	vec_each (const struct cause, c, out)
		if (c->clue->row.cause == CAUSE_MEMORY)
			return;
	clue = arena_new(s->arena, struct clue);
	clue->row.cause = CAUSE_MEMORY;
	clue->row.code = STR("SIGKILL");
	*vec_push(s->arena, out) = cause_of(s, clue);
	vec_last(out)->sure = SURE_YES;
	vec_last(out)->evidence = STR("The engine says that it was out of memory.");
}

struct why_answer why_ask(struct arena *a, const struct log *log,
	const struct container *container, const struct access_asker *asker)
{
	struct clues clues = clues_find(a, log);
	struct why_answer out = {.scene = scene_make(a, container, asker, &clues)};

	take_weight(&out.scene, &clues, ERROR_FATAL, &out.causes);
	take_memory(&out.scene, &out.causes);
	take_weight(&out.scene, &clues, ERROR_WARNS, &out.causes);
	take_weight(&out.scene, &clues, ERROR_ECHOES, &out.causes);
	if (!out.causes.n)
		out.suspects = log_suspects(log);
	return out;
}
