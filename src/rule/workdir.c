/*
 * The working folder: where it is, who made it, and who else may look into it.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"
#include "rule/reach.h"

/* ---- workdir-created-root ---- */

/* Makes a WORKDIR a folder while an ordinary user is set? */
static bool is_made_for_user(struct audit *audit, const struct step *step,
	struct str *path, struct str *user)
{
	struct access_asker asker = deed_asker(audit);
	struct identity id;

	if (step->kind != STEP_WORKDIR ||
		!fact_str(audit->arena, step->after->workdir, path) ||
		!fact_str(audit->arena, step->before->user, user))
		return false;
	id = identity_resolve(audit->arena, *user, step->before->accounts);
	if (id.is_valid == ANSWER_NO || identity_is_root(&id) != ANSWER_NO)
		return false;
	asker.view.log = step->before->owners;
	return owners_look(&asker.view, *path).exists == ANSWER_NO;
}

void check_workdir_created_root(struct audit *audit)
{
	enum answer is_classic = deed_asker(audit).view.is_classic;

	if (is_classic == ANSWER_NO)
		return;
	vec_each (const struct step *, s, &audit->facts.steps) {
		struct finding *f;
		struct str path, user;

		if (!is_made_for_user(audit, *s, &path, &user))
			continue;
		f = finding_add(audit, (*s)->argument);
		f->verdict = is_classic;
		finding_message(audit, f,
			"WORKDIR makes `%.*s` here, below `USER %.*s`; whose it becomes "
			"depends on the builder.",
			STR_ARG(path), STR_ARG(user));
		finding_consequence(audit, f,
			"BuildKit gives it to the user, the classic builder to root; "
			"there the user cannot write it.");
		finding_help(audit, f,
			"Say it above the USER line: `RUN install -d -o %.*s %.*s`.",
			STR_ARG(str_sub(user, 0, str_find(user, ':'))), STR_ARG(path));
		finding_evidence(audit, f, "%.*s", STR_ARG(path));
	}
}

/* ---- workdir-relative ---- */

static bool is_windows(const struct stage *stage, struct str path)
{
	return str_find(path, ':') < path.n || str_find(path, '\\') < path.n ||
		(stage->base && str_eq(stage->base->family, BASE_WINDOWS));
}

void check_workdir_relative(struct audit *audit)
{
	vec_each (struct stage *, stage, &audit->build->stages)
		vec_each (const struct step, step, &(*stage)->steps) {
			struct finding *f;
			struct str path;

			if (step->kind != STEP_WORKDIR || step->is_onbuild ||
				!step->is_relative ||
				!value_str(audit->arena, step->value, &path) ||
				path.n < 2 || is_windows(*stage, path) ||
				step->before->workdir->layer >= LAYER_BUILD)
				continue;
			f = finding_add(audit, step->argument);
			finding_message(audit, f,
				"WORKDIR `%.*s` is relative, and no WORKDIR stands above "
				"it.",
				STR_ARG(str_from(path, 1)));
			finding_consequence(audit, f,
				"The folder lies below the one in which the base image "
				"starts: another tag or base, and it is another folder.");
			finding_help(audit, f, "Write `WORKDIR %.*s`.", STR_ARG(path));
			finding_evidence(audit, f, "%.*s", STR_ARG(path));
		}
}

/* ---- workdir-system-dir ---- */

static bool is_system_folder(struct str path)
{
	static const struct str folders[] = {STR_INIT("/bin"), STR_INIT("/boot"),
		STR_INIT("/dev"), STR_INIT("/etc"), STR_INIT("/lib"),
		STR_INIT("/lib64"), STR_INIT("/proc"), STR_INIT("/run"),
		STR_INIT("/sbin"), STR_INIT("/sys"), STR_INIT("/usr"),
		STR_INIT("/usr/bin"), STR_INIT("/usr/lib"), STR_INIT("/usr/sbin"),
		STR_INIT("/usr/share"), STR_INIT("/var"), STR_INIT("/var/lib"),
		STR_INIT("/var/run")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (str_eq(folders[i], path))
			return true;
	return false;
}

/* Is it a whole folder that a COPY brings? One program in / is the way of small images. */
static bool copies_folder(struct audit *audit, const struct copy *copy)
{
	struct str source;

	vec_each (const struct word, w, &copy->sources)
		if (value_str(audit->arena, w->value, &source) &&
			(str_eq(source, STR(".")) || str_ends(source, STR("/")) ||
				str_ends(source, STR("/."))))
			return true;
	return false;
}

/* Does a COPY fill the root folder because it is the working folder? */
static const struct step *copies_into_root(struct audit *audit)
{
	vec_each (const struct step *, s, &audit->facts.steps) {
		const struct fact *workdir = (*s)->before->workdir;
		struct str target, at;

		if (!(*s)->copy || workdir->layer < LAYER_BUILD ||
			!fact_str(audit->arena, workdir, &at) ||
			!str_eq(at, STR("/")) ||
			!value_str(audit->arena, (*s)->copy->target.value, &target))
			continue;
		if ((str_eq(target, STR(".")) || str_eq(target, STR("./"))) &&
			!(*s)->copy->has_from && copies_folder(audit, (*s)->copy))
			return *s;
	}
	return NULL;
}

static void say_system_dir(struct audit *audit, struct span span, struct str path)
{
	const struct workload *w = audit->workload;
	struct finding *f = finding_add(audit, span);

	finding_message(audit, f,
		"The working folder is `%.*s`, a folder of the system.", STR_ARG(path));
	finding_consequence(audit, f,
		"The files of the program lie among those of the system, and who gives "
		"the user the right to write there gives it the system.");
	finding_help(audit, f, "Take a folder of its own: `%s/app`.",
		!w->run || !w->workdir || w->workdir->layer < LAYER_RUN
			? "WORKDIR "
			: reach_write(w->run, "working_dir: ", "--workdir "));
	finding_evidence(audit, f, "%.*s", STR_ARG(path));
}

void check_workdir_system_dir(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct step *copy;
	struct str path;

	if (w->workdir && w->workdir->layer >= LAYER_BUILD &&
		fact_str(audit->arena, w->workdir, &path) && is_system_folder(path)) {
		say_system_dir(audit, w->workdir->span, path);
		return;
	}
	copy = copies_into_root(audit);
	if (copy)
		say_system_dir(audit, copy->copy->target.span, STR("/"));
}
