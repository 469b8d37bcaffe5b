/*
 * Files that a COPY below USER brings: root's, whatever USER says.
 */
#include "base/path.h"
#include "model/writes.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"

/* What the user of the container cannot do with what a COPY brought. */
struct wrong {
	struct str what; /* "read `/app/key`" */
	struct str why;
};

static bool is_by(const struct access *a, const struct step *step)
{
	return a->can == ANSWER_NO && a->span.file == step->span.file &&
		a->span.offset == step->span.offset;
}

/* Below the USER line of an ordinary user, without --chown? */
static bool is_unowned_copy(struct audit *audit, const struct step *step)
{
	struct identity id;
	struct str user;

	if (!step->copy || step->copy->has_chown ||
		!fact_str(audit->arena, step->before->user, &user))
		return false;
	id = identity_resolve(audit->arena, user, step->before->accounts);
	return id.is_valid != ANSWER_NO && identity_is_root(&id) == ANSWER_NO;
}

/* Can one of the copied files not be read, by its mode? */
static bool cannot_read(
	const struct access_asker *asker, const struct step *step, struct wrong *out)
{
	const struct event *end = step->before->owners;

	for (const struct event *e = step->after->owners; e && e != end; e = e->older) {
		struct access a;
		struct str path = e->path;

		if (e->kind != EVENT_PUT || e->is_glob)
			continue;
		if (e->goes_in && owners_look(&asker->view, path).kind == ENTRY_FOLDER)
			path = path_join(asker->view.arena, path, path_base(e->source));
		a = access_ask(asker, path, ACCESS_READ);
		if (!is_by(&a, step))
			continue;
		out->what =
			arena_printf(asker->view.arena, "read `%.*s`", STR_ARG(path));
		out->why = a.why;
		return true;
	}
	return false;
}

/* Will the program be refused to write what was copied? Libraries have their own rules. */
static bool cannot_write(const struct access_asker *asker,
	const struct forecasts *forecasts, const struct step *step, struct wrong *out)
{
	vec_each (const struct forecast, f, forecasts) {
		if (f->fails != ANSWER_YES || !is_by(&f->access, step) ||
			f->write->how == WRITE_BY_LIBRARY)
			continue;
		out->what = arena_printf(
			asker->view.arena, "write `%.*s`", STR_ARG(f->path));
		out->why = f->access.why;
		return true;
	}
	return false;
}

static void say_unowned(struct audit *audit, const struct step *step,
	const struct wrong *wrong, struct str owner)
{
	struct finding *f = finding_add(audit, step->keyword);
	struct str keyword = step->kind == STEP_ADD ? STR("ADD") : STR("COPY");

	finding_message(audit, f,
		"%.*s below USER brings files of root, and the container cannot %.*s.",
		STR_ARG(keyword), STR_ARG(wrong->what));
	finding_consequence(audit, f, "%.*s says `Permission denied`: %.*s.",
		STR_ARG(advice_program(audit)), STR_ARG(wrong->why));
	f->consequence = advice_sentence(audit, f->consequence);
	finding_help(audit, f, "Write `%.*s --chown=%.*s %.*s`.", STR_ARG(keyword),
		STR_ARG(owner),
		STR_ARG(str_trim(str_sub(span_str(step->argument), 0,
			str_find(span_str(step->argument), '\n')))));
	finding_related(audit, f, step->before->user->span, "the user is set here");
	finding_evidence(audit, f, "%.*s", STR_ARG(wrong->what));
}

void check_copy_after_user_no_chown(struct audit *audit)
{
	struct access_asker asker = deed_asker(audit);
	struct forecasts forecasts = {0};
	bool is_asked = false;
	size_t asked = 0;

	if (identity_is_root(&asker.identity) != ANSWER_NO)
		return;
	vec_each (const struct step *, s, &audit->facts.steps) {
		struct wrong wrong;

		if (!is_unowned_copy(audit, *s) || asked++ >= DEED_QUESTIONS_MAX)
			continue;
		if (!is_asked)
			forecasts = forecast(&asker);
		is_asked = true;
		if (cannot_read(&asker, *s, &wrong) ||
			cannot_write(&asker, &forecasts, *s, &wrong))
			say_unowned(audit, *s, &wrong, deed_owner(audit));
	}
}
