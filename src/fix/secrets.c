/*
 * Secrets of a compose file move into files that git does not see.
 *
 * Only for images that are known to read NAME_FILE, and whose entrypoint reads it as
 * root: a file that is mounted as a secret keeps the owner that it has on the host.
 */
#include "base/path.h"
#include "fix/makers.h"
#include "fix/run.h"
#include "fix/secret_file.h"
#include "know/image_ref.h"
#include "rule/build_secret.h"
#include "rule/secret.h"

/* Which variables of an image have a twin that names a file. */
static const struct secret_image {
	struct str image;
	const char *variables; /* separated by blanks */
	const char *suffix;
} images[] = {
	/* docker-library/docs postgres/content.md, "Docker Secrets" */
	{STR_INIT("postgres"), "POSTGRES_PASSWORD", "_FILE"},
	/* FROM postgres, with its entrypoint: pgvector, postgis, timescale Dockerfiles */
	{STR_INIT("pgvector/pgvector"), "POSTGRES_PASSWORD", "_FILE"},
	{STR_INIT("postgis/postgis"), "POSTGRES_PASSWORD", "_FILE"},
	{STR_INIT("timescale/timescaledb"), "POSTGRES_PASSWORD", "_FILE"},
	/* docker-library/docs mysql/content.md, "Docker Secrets" */
	{STR_INIT("mysql"), "MYSQL_ROOT_PASSWORD MYSQL_PASSWORD", "_FILE"},
	/* MariaDB/mariadb-docker docker-entrypoint.sh, file_env */
	{STR_INIT("mariadb"),
		"MARIADB_ROOT_PASSWORD MARIADB_PASSWORD MYSQL_ROOT_PASSWORD MYSQL_PASSWORD",
		"_FILE"},
	/* docker-library/docs mongo/content.md, "Docker Secrets" */
	{STR_INIT("mongo"), "MONGO_INITDB_ROOT_PASSWORD", "_FILE"},
	/* docker-library/docs wordpress/content.md, "Docker Secrets" */
	{STR_INIT("wordpress"), "WORDPRESS_DB_PASSWORD WORDPRESS_AUTH_KEY", "_FILE"},
	/* docker-library/docs nextcloud/content.md, "Docker Secrets" */
	{STR_INIT("nextcloud"),
		"NEXTCLOUD_ADMIN_PASSWORD POSTGRES_PASSWORD MYSQL_PASSWORD", "_FILE"},
};

static bool knows_file(
	const struct workload *w, struct str variable, struct str *suffix)
{
	struct image_ref ref;

	if (!w->base || !image_ref_parse(w->base->reference, &ref))
		return false;
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		struct str rest = str_c(images[i].variables), word;

		if (!str_eq(ref.name, images[i].image))
			continue;
		while (str_next_word(&rest, &word))
			if (str_eq(word, variable)) {
				*suffix = str_c(images[i].suffix);
				return true;
			}
	}
	return false;
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
	const struct run_pair *pair, struct str value, struct str suffix)
{
	struct arena *a = f->arena;
	struct str name = secret_file_name(f, pair->name);

	secret_file_add(f, part, name, value);
	run_take(f, part, "environment", pair->span);
	run_put(f, part, "environment",
		arena_printf(a, "%.*s%.*s", STR_ARG(pair->name), STR_ARG(suffix)),
		arena_printf(a, "/run/secrets/%.*s", STR_ARG(name)));
	run_add(f, part, "secrets", name);
	secret_declare(f, part, name, "file",
		arena_printf(a, "./secrets/%.*s", STR_ARG(name)));
	fix_footprint(
		f, part, "%.*s/env/%.*s*", STR_ARG(run_name(f)), STR_ARG(pair->name));
}

/* ---- the part ---- */

static bool is_movable(const struct fixing *f, const struct secret_use *use,
	struct str *value, struct str *suffix)
{
	const struct run_pair *pair = use->place == SECRET_BY_VARIABLE
		? pair_of(f->workload->run, use->name)
		: NULL;

	return pair && pair->span.file && !use->is_default &&
		(use->kind == SECRET_OWN || use->kind == SECRET_EVERYBODYS) &&
		pair->value.n == 1 && pair->value.at[0].kind == SEGMENT_LITERAL &&
		value_str(f->arena, pair->value, value) &&
		f->workload->launch.runs_as != RUNS_AS_USER &&
		knows_file(f->workload, use->name, suffix);
}

static void leave(struct fixing *f, const struct secret_use *use)
{
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
		struct str value, suffix;

		if (use->place == SECRET_BY_BUILD_ARG)
			continue;
		if (f->workload->run->source != RUN_BY_COMPOSE ||
			!is_movable(f, use, &value, &suffix)) {
			leave(f, use);
			continue;
		}
		move_secret(
			f, part, pair_of(f->workload->run, use->name), value, suffix);
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
