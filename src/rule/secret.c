/*
 * Secrets in plain sight: in what a run says, and in what it hands to a build.
 *
 * No text of a finding holds a value.
 */
#include "rule/secret.h"

#include "rule/advice.h"
#include "rule/build_secret.h"
#include "rule/checks.h"
#include "rule/run_advice.h"

static const char *const place_names[] = {
	[SECRET_BY_VARIABLE] = "the variable",
	[SECRET_BY_LABEL] = "the label",
	[SECRET_BY_COMMAND] = "the option",
	[SECRET_BY_BUILD_ARG] = "the build argument",
};

/* "the variable `DB_PASSWORD`" */
static struct str place_of(struct audit *audit, const struct secret_use *use)
{
	if (use->place == SECRET_BY_COMMAND && str_eq(use->name, STR("address")))
		return STR("an address of the command");
	return arena_printf(
		audit->arena, "%s `%.*s`", place_names[use->place], STR_ARG(use->name));
}

static void say_what(
	struct audit *audit, struct finding *f, const struct secret_use *use)
{
	struct str place = place_of(audit, use);

	switch (use->kind) {
	case SECRET_EVERYBODYS:
		/* It gives nothing away; it lets in who reaches the service. */
		if (!audit->workload->run->ports.n)
			f->severity = SEVERITY_MEDIUM;
		finding_message(audit, f,
			"The secret in %.*s is one that everybody tries first.",
			STR_ARG(place));
		break;
	case SECRET_PLACEHOLDER:
		f->severity = SEVERITY_LOW;
		finding_message(audit, f,
			"A place for a secret is kept in %.*s: whoever fills it in writes "
			"the secret into this file.",
			STR_ARG(place));
		return;
	default:
		finding_message(audit, f, "A secret stands in %.*s.", STR_ARG(place));
	}
	if (use->is_default) {
		f->severity = SEVERITY_MEDIUM;
		finding_message(audit, f,
			"A secret is the default of %.*s: a start that gives no other one "
			"takes it.",
			STR_ARG(place));
	}
}

static void say_so(struct audit *audit, struct finding *f, const struct secret_use *use)
{
	if (use->kind == SECRET_EVERYBODYS)
		finding_consequence(audit, f,
			"Whoever reaches the service is in; and who can read this file or "
			"run `docker inspect` need not even guess.");
	else if (use->place == SECRET_BY_LABEL)
		finding_consequence(audit, f,
			"Labels are shown by `docker inspect` and by everything that lists "
			"containers; and this file is kept, copied and committed.");
	else if (use->place == SECRET_BY_COMMAND)
		finding_consequence(audit, f,
			"Every process of the host sees it in the list of processes, "
			"`docker inspect` shows it, and this file is kept, copied and "
			"committed.");
	else
		finding_consequence(audit, f,
			"`docker inspect` shows it, every process of the container "
			"inherits it, it ends up in crash reports; and this file is kept, "
			"copied and committed.");
}

/* How this input takes a secret from outside. */
static void help_out(
	struct audit *audit, struct finding *f, const struct secret_use *use)
{
	bool is_line = audit->workload->run->source == RUN_BY_LINE;

	if (use->place == SECRET_BY_LABEL)
		finding_help(audit, f, "Drop the label, and change the secret.");
	else if (use->place == SECRET_BY_COMMAND)
		finding_help(audit, f,
			"Let the program read it from a file%s, and change the secret.",
			is_line ? "" : " under `/run/secrets` (`secrets:`)");
	else if (is_line)
		finding_help(audit, f,
			"Write `--env-file` with a file that only you can read, or mount "
			"the secret as a file; then change it, because this one is known.");
	else
		finding_help(audit, f,
			"Give it as a file: `secrets:` in the service, and `%.*s_FILE` "
			"where the image knows that; or write `${%.*s:?}` and keep the "
			"value out of the repository. Then change it, because this one is "
			"known.",
			STR_ARG(use->name), STR_ARG(use->name));
}

void check_secret_in_environment(struct audit *audit)
{
	struct secret_uses uses = secret_uses_of(audit->arena, audit->workload);

	vec_each (const struct secret_use, use, &uses) {
		struct finding *f;

		if (use->place == SECRET_BY_BUILD_ARG)
			continue;
		f = finding_add(audit, use->span);
		say_what(audit, f, use);
		say_so(audit, f, use);
		help_out(audit, f, use);
		finding_evidence(audit, f, "%s %.*s", place_names[use->place],
			STR_ARG(use->name));
	}
}

/* ---- build arguments ---- */

static struct span taken_at(const struct workload *w, struct str name)
{
	vec_each (struct stage *const, stage, &w->build->stages)
		vec_each (const struct step, step, &(*stage)->steps)
			if (step->kind == STEP_ARG &&
				binding_find(step->after->args, name) &&
				!binding_find(step->before->args, name))
				return step->argument;
	return SPAN_NONE;
}

void check_compose_build_args_secret(struct audit *audit)
{
	struct secret_uses uses = secret_uses_of(audit->arena, audit->workload);

	vec_each (const struct secret_use, use, &uses) {
		struct span taken;
		struct finding *f;

		if (use->place != SECRET_BY_BUILD_ARG)
			continue;
		f = finding_add(audit, use->span);
		taken = taken_at(audit->workload, use->name);
		if (use->kind == SECRET_PLACEHOLDER)
			f->severity = SEVERITY_LOW;
		finding_message(audit, f,
			"A secret goes into the build as the argument `%.*s`.",
			STR_ARG(use->name));
		finding_consequence(audit, f,
			"The image keeps the values of build arguments: `docker history` "
			"shows them to everybody who can pull it.");
		finding_help(audit, f,
			"Hand it over as a build secret: `secrets:` below `build:`, and "
			"`RUN --mount=type=secret,id=%.*s,env=%.*s` in the one step that "
			"needs it. Then change it.",
			STR_ARG(build_secret_id(audit->arena, use->name)),
			STR_ARG(use->name));
		if (taken.file)
			finding_related(audit, f, taken, "the build takes it here");
		finding_evidence(audit, f, "%.*s", STR_ARG(use->name));
	}
}

/* ---- env_file ---- */

/* A variable of the file that holds a secret of the author's own; empty: none. */
static struct str secret_of_file(
	struct audit *audit, const struct workload *w, const struct env_file *file)
{
	for (const struct binding *b = w->env; b; b = b->older) {
		const struct segment *s = b->fact->value.n ? b->fact->value.at : NULL;
		struct str text;

		if (!s || !s->span.file || !str_eq(s->span.file->path, file->path) ||
			!secret_name_is(b->name) ||
			!fact_str(audit->arena, b->fact, &text))
			continue;
		if (secret_value_kind(text) == SECRET_OWN)
			return b->name;
	}
	return STR_NONE;
}

static bool others_may_read(const struct env_file *file)
{
	enum { READ_BY_OTHERS = 0004 };

	return file->host.is_there == ANSWER_YES && file->path.n &&
		(file->host.mode & READ_BY_OTHERS);
}

/* The finding about that file, or NULL; most projects have one file for all. */
static struct finding *finding_of_file(
	const struct audit *audit, size_t first, struct str path)
{
	for (size_t i = first; i < audit->findings->n; i++)
		if (str_eq(audit->findings->at[i].evidence, path))
			return &audit->findings->at[i];
	return NULL;
}

static void look_at_env_file(struct audit *audit, const struct workload *w,
	const struct env_file *file, size_t first)
{
	struct finding *f = finding_of_file(audit, first, file->path);
	struct str name;

	if (f) {
		finding_concerns(audit, f, w);
		return;
	}
	name = secret_of_file(audit, w, file);
	if (!name.n)
		return;
	f = finding_add(audit, file->span);
	finding_concerns(audit, f, w);
	finding_message(audit, f,
		"The file holds a secret, `%.*s`, and every user of this machine may read "
		"it.",
		STR_ARG(name));
	finding_consequence(audit, f,
		"Another account here, or a service that was broken into, has the secret "
		"without touching the container.");
	finding_help(audit, f,
		"`chmod 600 %.*s`, and see that `.gitignore` and `.dockerignore` name it.",
		STR_ARG(file->path));
	finding_evidence(audit, f, "%.*s", STR_ARG(file->path));
}

/* Of the project, because its services tend to share one file: one mistake. */
void check_env_file_exposed(struct audit *audit)
{
	size_t first = audit->findings->n;

	vec_each (struct workload *const, w, &audit->project->workloads)
		if ((*w)->run)
			vec_each (const struct env_file, file, &(*w)->run->env_files)
				if (others_may_read(file))
					look_at_env_file(audit, *w, file, first);
}
