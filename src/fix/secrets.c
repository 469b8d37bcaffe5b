/*
 * Secrets of a compose file move into files that git does not see.
 *
 * Only for images that are known to read a file instead (data/secret-files.tsv), and
 * whose entrypoint reads it as root: a file that is mounted as a secret keeps the owner
 * that it has on the host.
 */
#include "base/path.h"
#include "fix/makers.h"
#include "fix/run.h"
#include "fix/secret_file.h"
#include "know/know.h"
#include "rule/build_secret.h"
#include "rule/secret.h"

/* What the image of the workload reads instead of the variable. */
static bool knows_file(
	const struct fixing *f, struct str variable, struct know_secret_file *out)
{
	const struct workload *w = f->workload;
	struct image_ref ref;

	return w->base && image_ref_parse(w->base->reference, &ref) &&
		know_secret_file(f->arena, &ref, variable, out);
}

/* ---- one variable ---- */

static const struct run_pair *pair_of(const struct run *run, struct str name)
{
	const struct run_pair *found = NULL;

	vec_each (const struct run_pair, pair, &run->environment) {
		if (!str_eq(pair->name, name))
			continue;
		if (found)
			return NULL; /* said twice: which one holds is not for us */
		found = pair;
	}
	return found;
}

const struct secret *secret_declared(const struct fixing *f, struct str name)
{
	vec_each (const struct secret, s, &f->input->project.secrets)
		if (!s->is_config && str_eq(s->name, name))
			return s;
	return NULL;
}

struct str secret_file_name(struct fixing *f, struct str variable)
{
	struct str name = build_secret_id(f->arena, variable);

	if (!secret_declared(f, name))
		return name;
	return arena_printf(f->arena, "%.*s_%.*s",
		STR_ARG(build_secret_id(f->arena, run_name(f))), STR_ARG(name));
}

static void add_file(struct fixing *f, struct fix_part *part, enum change_op op,
	struct str path, struct str value, uint32_t mode)
{
	struct change *c = fix_change(f, part, CHANGE_FILE, op);

	c->workload = NULL;
	c->path = path;
	c->value = value;
	c->mode = mode;
}

void secret_file_add(
	struct fixing *f, struct fix_part *part, struct str name, struct str value)
{
	struct str folder = path_dir(f->workload->run->file->path);

	add_file(f, part, CHANGE_ADD,
		path_join(f->arena, folder,
			arena_printf(f->arena, "secrets/%.*s", STR_ARG(name))),
		value, 0600);
}

void secret_file_hide(struct fixing *f, struct fix_part *part)
{
	struct arena *a = f->arena;
	struct str folder = path_dir(f->workload->run->file->path);

	add_file(f, part, CHANGE_SET, path_join(a, folder, STR(".gitignore")),
		STR("secrets/\n"), 0);
	vec_each (struct build *const, build, &f->input->project.builds)
		if (str_eq(path_join(a, (*build)->context, STR("")),
			    path_join(a, folder, STR("")))) {
			add_file(f, part, CHANGE_SET,
				path_join(a, folder, STR(".dockerignore")),
				STR("secrets/\n"), 0);
			return;
		}
}

void secret_declare(struct fixing *f, struct fix_part *part, struct str name,
	const char *key, struct str value)
{
	struct change *top = fix_change(f, part, CHANGE_TOP, CHANGE_ADD);

	top->workload = NULL;
	top->at = f->workload->run->anchor;
	top->key = STR("secrets");
	top->name = name;
	top->value = arena_printf(f->arena, "%s: %.*s", key, STR_ARG(value));
	fix_footprint(f, part, "*secret/%.*s*", STR_ARG(name));
}

static void move_secret(struct fixing *f, struct fix_part *part,
	const struct run_pair *pair, struct str value, struct str variable)
{
	struct arena *a = f->arena;
	struct str name = secret_file_name(f, pair->name);

	secret_file_add(f, part, name, value);
	run_take(f, part, "environment", pair->span);
	run_put(f, part, "environment", variable,
		arena_printf(a, "/run/secrets/%.*s", STR_ARG(name)));
	run_add(f, part, "secrets", name);
	secret_declare(f, part, name, "file",
		arena_printf(a, "./secrets/%.*s", STR_ARG(name)));
	fix_footprint(
		f, part, "%.*s/env/%.*s", STR_ARG(run_name(f)), STR_ARG(pair->name));
	fix_footprint(
		f, part, "%.*s/env/%.*s", STR_ARG(run_name(f)), STR_ARG(variable));
}

/* ---- the part ---- */

static bool is_movable(const struct fixing *f, const struct secret_use *use,
	struct str *value, struct str *variable)
{
	const struct run_pair *pair = use->place == SECRET_BY_VARIABLE
		? pair_of(f->workload->run, use->name)
		: NULL;
	struct know_secret_file known;

	if (!pair || !pair->span.file || use->is_default ||
		(use->kind != SECRET_OWN && use->kind != SECRET_EVERYBODYS) ||
		pair->value.n != 1 || pair->value.at[0].kind != SEGMENT_LITERAL ||
		!value_str(f->arena, pair->value, value) ||
		f->workload->launch.runs_as == RUNS_AS_USER ||
		!knows_file(f, use->name, &known) || !str_eq(known.reader, STR("root")))
		return false;
	*variable = known.variable;
	return true;
}

/* "`mongodb` opens it there, not root" */
static struct str who_opens(
	const struct fixing *f, const struct know_secret_file *known)
{
	if (f->workload->launch.runs_as == RUNS_AS_USER)
		return STR("the user that it runs as opens it there, not root");
	if (!known->reader.n)
		return STR("which account opens it there is not known");
	return arena_printf(
		f->arena, "`%.*s` opens it there, not root", STR_ARG(known->reader));
}

/* It could read a file, but not as an account that every file is open to. */
static void leave_to_owner(struct fixing *f, const struct secret_use *use,
	const struct know_secret_file *known)
{
	fix_cannot(f, STR("Take the secret out of the file"),
		STR("secret-in-environment"),
		"This image takes `%.*s` from the file that `%.*s` names; %.*s. Write the "
		"value into a file that this account may read, name it below `secrets:`, "
		"and give its path under `/run/secrets`. Then change it: this one is "
		"known.",
		STR_ARG(use->name), STR_ARG(known->variable),
		STR_ARG(who_opens(f, known)));
}

static void leave(struct fixing *f, const struct secret_use *use)
{
	struct know_secret_file known;

	if (use->kind == SECRET_PLACEHOLDER)
		return;
	if (use->place != SECRET_BY_VARIABLE)
		fix_cannot(f, STR("Take the secret out of the command"),
			STR("secret-in-environment"),
			"Let the program read it from a file. Then change it: this one is "
			"known.");
	else if (f->workload->run->source == RUN_BY_LINE)
		fix_cannot(f, STR("Take the secret out of the line"),
			STR("secret-in-environment"),
			"Write `%.*s` into a file that only you can read, and start with "
			"`--env-file`. Then change it: this one is known.",
			STR_ARG(use->name));
	else if (knows_file(f, use->name, &known) &&
		(!str_eq(known.reader, STR("root")) ||
			f->workload->launch.runs_as == RUNS_AS_USER))
		leave_to_owner(f, use, &known);
	else
		fix_cannot(f, STR("Take the secret out of the file"),
			STR("secret-in-environment"),
			"Whether this image reads `%.*s` from a file is not known. Write "
			"`${%.*s:?}` and keep the value in `.env`, which git does not "
			"see. Then change it: this one is known.",
			STR_ARG(use->name), STR_ARG(use->name));
}

bool fix_secrets(struct fixing *f, struct fix_part *part)
{
	struct secret_uses uses;
	struct strs seen = {0};

	if (!f->workload->run || !fix_finding(f, STR("secret-in-environment")))
		return false;
	uses = secret_uses_of(f->arena, f->workload);
	vec_each (const struct secret_use, use, &uses) {
		struct str value, variable;

		if (use->place == SECRET_BY_BUILD_ARG)
			continue;
		if (f->workload->run->source != RUN_BY_COMPOSE ||
			!is_movable(f, use, &value, &variable)) {
			leave(f, use);
			continue;
		}
		move_secret(
			f, part, pair_of(f->workload->run, use->name), value, variable);
		*vec_push(f->arena, &seen) = use->name;
	}
	if (!seen.n)
		return false;
	secret_file_hide(f, part);
	part->title = arena_printf(
		f->arena, "Move %.*s into a file of its own", STR_ARG(seen.at[0]));
	part->why = STR(
		"The value leaves the compose file, `docker inspect` and the "
		"environment of every process; git and builds do not see the file.");
	part->class = FIX_CHANGES_RUN;
	*vec_push(f->arena, &part->by_hand) = STR(
		"Change the secret: the old one is in the history of this file. Who "
		"else uses it has to get the new one.");
	fix_cures(f, part, STR("secret-in-environment"));
	run_claim(f, part, "secret/*");
	run_claim(f, part, "mount/*");
	return true;
}
