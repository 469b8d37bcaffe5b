/*
 * Owners that a build gives: parts of the system to the user, and copies for nothing.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"

/* ---- chown-root-dir ---- */

/* Programs, libraries and accounts of the system: who owns them is root in all but name. */
static const struct str system_folders[] = {STR_INIT("/"), STR_INIT("/bin"),
	STR_INIT("/boot"), STR_INIT("/etc"), STR_INIT("/etc/group"),
	STR_INIT("/etc/pam.d"), STR_INIT("/etc/passwd"), STR_INIT("/etc/shadow"),
	STR_INIT("/etc/sudoers"), STR_INIT("/etc/sudoers.d"), STR_INIT("/lib"),
	STR_INIT("/lib64"), STR_INIT("/sbin"), STR_INIT("/usr"), STR_INIT("/usr/bin"),
	STR_INIT("/usr/lib"), STR_INIT("/usr/lib64"), STR_INIT("/usr/libexec"),
	STR_INIT("/usr/sbin"), STR_INIT("/usr/share")};

/* What the program itself is made of, and the container has nothing else to trust. */
static const struct str program_folders[] = {STR_INIT("/opt/conda"),
	STR_INIT("/usr/local"), STR_INIT("/usr/local/bin"), STR_INIT("/usr/local/lib"),
	STR_INIT("/usr/local/sbin"), STR_INIT("/opt")};

static bool is_listed(const struct str *list, size_t n, struct str path)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], path))
			return true;
	return false;
}

static bool is_system(struct str path)
{
	return is_listed(
		system_folders, sizeof(system_folders) / sizeof(*system_folders), path);
}

static bool is_program_folder(struct str path)
{
	struct str name = path_base(path);

	return is_listed(program_folders,
		       sizeof(program_folders) / sizeof(*program_folders), path) ||
		str_eq(name, STR("site-packages")) ||
		str_eq(name, STR("dist-packages"));
}

/* Does it give paths to somebody who surely is not root? */
static bool gives_away(struct audit *audit, const struct deed *d)
{
	const struct account *u = NULL;
	struct str user, group;
	uint32_t n;

	if (d->happens == ANSWER_NO)
		return false;
	user_spec_split(d->text, &user, &group);
	if (!user.n)
		return false;
	if (str_to_u32(user, &n))
		return n != 0;
	if (accounts_find(d->step->after->accounts, user, &u) == ANSWER_YES && u)
		return u->uid.know == FACT_UNSET || u->uid.know == FACT_UNKNOWN ||
			u->uid.n != 0;
	(void)audit;
	return !str_eq(user, STR("root"));
}

static void say_root_dir(
	struct audit *audit, const struct deed *d, struct str path, bool is_of_system)
{
	struct finding *f = finding_add(audit, d->span);

	f->verdict = d->happens;
	if (!is_of_system)
		f->severity = SEVERITY_MEDIUM;
	finding_message(audit, f, "`%.*s` is given to `%.*s`%s.", STR_ARG(path),
		STR_ARG(d->text), d->is_recursive ? ", with all that is in it" : "");
	finding_consequence(audit, f, "%s",
		is_of_system
			? "Whoever breaks into the program can replace the system's own "
			  "programs and libraries, and waits for root to run one of them."
			: "Whoever breaks into the program can replace the programs and "
			  "libraries that it uses, and is still there after a restart.");
	finding_help(audit, f,
		"Give it only what it writes: `install -d -o %.*s -m 0750 FOLDER` for "
		"each folder of its own%s.",
		STR_ARG(str_sub(
			deed_owner(audit), 0, str_find(deed_owner(audit), ':'))),
		is_of_system ? "; what is installed stays root's"
			     : "; libraries are installed before USER and stay root's");
	finding_evidence(audit, f, "%.*s", STR_ARG(path));
}

void check_chown_root_dir(struct audit *audit)
{
	struct deeds list = deeds_of(audit, DEED_OWNER);

	vec_each (const struct deed, d, &list) {
		/* COPY gives away what it brings, not the folder that it fills. */
		if (!d->command || d->is_glob || !gives_away(audit, d))
			continue;
		vec_each (const struct str, path, &d->paths) {
			/* Where a base image starts is not known as surely as it is
			   written. */
			if (path->n == 1 && !path_is_absolute(d->shown))
				continue;
			if (!is_system(*path) &&
				!(d->is_recursive && is_program_folder(*path)))
				continue;
			say_root_dir(audit, d, *path, is_system(*path));
			break;
		}
	}
}

/* ---- chown-recursive-layer ---- */

/* Was path there before the step of the deed began, and made by an earlier one? */
static bool was_there(
	const struct access_asker *asker, const struct deed *d, struct str path)
{
	struct view view = asker->view;
	struct look look;

	view.log = d->step->before->owners;
	look = owners_look(&view, path);
	/* What the base or a package made has more in it than was copied. */
	return look.exists == ANSWER_YES && look.made_span.file;
}

/* Has a RUN made, or may it have made, something below path? */
static bool is_made_in_run(const struct event *e, struct str path)
{
	if (!e->is_in_run || e->happens == ANSWER_NO || e->is_system_wide)
		return false;
	switch (e->kind) {
	case EVENT_MADE:
	case EVENT_COPIED:
		return path_is_under(e->path, path) && !str_eq(e->path, path);
	case EVENT_CLOUD:
	case EVENT_BLUR:
		return path_is_under(e->path, path) || path_is_under(path, e->path);
	default:
		return false;
	}
}

/* A file by its ending, or a configuration: to store it twice costs nothing. */
static bool is_trifle(struct str path)
{
	struct str name = path_base(path);

	return str_find(name, '.') < name.n || path_is_under(path, STR("/etc"));
}

/*
 * What an earlier COPY or ADD put at path, around it or below it; NULL: nothing. With
 * *has_more, a RUN has made something there, too.
 */
static const struct event *copied_before(const struct access_asker *asker,
	const struct deed *d, struct str path, bool *has_more)
{
	for (const struct event *e = d->step->before->owners; e; e = e->older) {
		*has_more |= is_made_in_run(e, path);
		if (e->kind == EVENT_GONE && path_is_under(path, e->path))
			return NULL;
		if (e->is_in_run || e->happens != ANSWER_YES || e->path.n == 1 ||
			!(e->kind == EVENT_PUT || (e->kind == EVENT_BLUR && e->by.n)))
			continue;
		if (str_eq(path, e->path) ||
			(path_is_under(path, e->path) && was_there(asker, d, path)))
			return e;
		/* One file of many: what else is there is what counts. */
		if (path_is_under(e->path, path))
			return *has_more || is_trifle(e->path) ||
					!was_there(asker, d, path)
				? NULL
				: e;
	}
	return NULL;
}

static const struct step *step_at(struct audit *audit, struct span span)
{
	vec_each (const struct step *, s, &audit->facts.steps)
		if ((*s)->span.file == span.file && (*s)->span.offset == span.offset)
			return *s;
	return NULL;
}

/*
 * Whom --chown may name at the copy: a name that is made only below it is none yet, but
 * its numbers are. Empty: neither.
 */
static struct str owner_at(
	struct audit *audit, const struct step *copy, const struct deed *d)
{
	const struct account *u = NULL;
	struct str user, group;
	uint32_t n;

	user_spec_split(d->text, &user, &group);
	/* chown takes "user.group" as well, --chown does not. */
	if (!group.n && accounts_find(copy->before->accounts, user, &u) != ANSWER_YES) {
		group = str_from(user, str_find(user, '.') + 1);
		user = str_sub(user, 0, str_find(user, '.'));
	}
	if (str_to_u32(user, &n) ||
		accounts_find(copy->before->accounts, user, &u) != ANSWER_NO)
		return arena_printf(audit->arena, "%.*s%s%.*s", STR_ARG(user),
			group.n ? ":" : "", STR_ARG(group));
	if (accounts_find(d->step->after->accounts, user, &u) != ANSWER_YES || !u ||
		u->uid.know != FACT_SET || !u->uid.is_chosen || u->gid.know != FACT_SET)
		return STR_NONE;
	return arena_printf(audit->arena, "%u:%u", u->uid.n, u->gid.n);
}

/* The copy again, as it is to be written. */
static struct str copy_with_owner(
	struct audit *audit, const struct step *copy, const struct deed *d)
{
	struct str keyword = copy->kind == STEP_ADD ? STR("ADD") : STR("COPY");
	struct str argument = span_str(copy->argument),
		   owner = owner_at(audit, copy, d);

	if (!owner.n)
		return arena_printf(audit->arena,
			"`--chown=%.*s` to the %.*s, below the line that makes the "
			"account",
			STR_ARG(d->text), STR_ARG(keyword));
	if (!argument.n || str_find(argument, '\n') < argument.n ||
		copy->copy->has_from)
		return arena_printf(audit->arena, "`--chown=%.*s` to the %.*s",
			STR_ARG(owner), STR_ARG(keyword));
	return arena_printf(audit->arena, "`%.*s --chown=%.*s %.*s`", STR_ARG(keyword),
		STR_ARG(owner), STR_ARG(argument));
}

/* Does more than one COPY put something there? */
static bool has_more_copies(
	const struct deed *d, const struct step *copy, struct str path)
{
	for (const struct event *e = d->step->before->owners; e; e = e->older)
		if (!e->is_in_run && e->kind == EVENT_PUT &&
			path_is_under(e->path, path) &&
			e->span.offset != copy->span.offset)
			return true;
	return false;
}

static void say_layer(struct audit *audit, const struct deed *d,
	const struct step *copy, struct str path, bool has_more)
{
	struct finding *f = finding_add(audit, d->span);

	f->verdict = d->happens;
	finding_message(audit, f,
		"The files of `%.*s` were copied%.*s and are given to `%.*s` in a step of "
		"their own.",
		STR_ARG(path), STR_ARG(advice_line(audit, copy->span)),
		STR_ARG(d->text));
	finding_consequence(audit, f,
		"A change of owner stores every file again: the image holds them twice, "
		"which counts for models.");
	finding_help(audit, f, "Write %.*s%s, and %s.",
		STR_ARG(copy_with_owner(audit, copy, d)),
		has_more_copies(d, copy, path)
			? ", likewise where else something is copied there"
			: "",
		has_more ? "give what a RUN makes there to it in that RUN"
			 : "take `-R` out of this command: then it changes the folder "
			   "alone");
	finding_related(audit, f, copy->keyword, "the files come from here");
	finding_evidence(audit, f, "%.*s", STR_ARG(path));
}

static void check_layer(
	struct audit *audit, const struct access_asker *asker, const struct deed *d)
{
	vec_each (const struct str, path, &d->paths) {
		bool has_more = false;
		const struct event *e = copied_before(asker, d, *path, &has_more);
		const struct step *copy = e ? step_at(audit, e->span) : NULL;

		if (!copy || !copy->copy || copy->copy->has_chown)
			continue;
		say_layer(audit, d, copy, *path, has_more);
		return;
	}
}

void check_chown_recursive_layer(struct audit *audit)
{
	struct deeds list = deeds_of(audit, DEED_OWNER);
	struct access_asker asker = deed_asker(audit);
	size_t asked = 0;

	vec_each (const struct deed, d, &list)
		if (d->is_recursive && d->command && !d->is_glob &&
			gives_away(audit, d) && asked++ < DEED_QUESTIONS_MAX)
			check_layer(audit, &asker, d);
}
