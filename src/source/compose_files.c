#include "base/path.h"
#include "source/compose_read.h"

/* In the order in which compose looks for them (compose-go cli, DefaultFileNames). */
static const struct str default_names[] = {
	STR_INIT("compose.yaml"),
	STR_INIT("compose.yml"),
	STR_INIT("docker-compose.yml"),
	STR_INIT("docker-compose.yaml"),
};

static const struct str override_names[] = {
	STR_INIT("compose.override.yml"),
	STR_INIT("compose.override.yaml"),
	STR_INIT("docker-compose.override.yml"),
	STR_INIT("docker-compose.override.yaml"),
};

enum { NAME_COUNT = 4 };

/* The first of names that stands in folder; empty when none does. */
static struct str first_there(
	struct compose_reader *r, struct str folder, const struct str *names)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		struct str path = path_join(r->arena, folder, names[i]);
		struct world_stat stat;

		if (world_stat(r->world, path, &stat, NULL) == 0 &&
			(stat.kind == WORLD_FILE || stat.kind == WORLD_LINK))
			return path;
	}
	return STR_NONE;
}

static bool is_same_path(struct arena *a, struct str left, struct str right)
{
	return str_eq(path_join(a, STR(""), left), path_join(a, STR(""), right));
}

/* COMPOSE_FILE of the .env: its files, where the one that was named is among them. */
static struct strs files_of_env(struct compose_reader *r, struct str named,
	struct str folder, const struct compose_env *env)
{
	struct str list, separator = STR(":");
	struct strs files = {0};
	struct str_fields fields;
	bool has_named = false;
	struct str path;

	if (!compose_env_find(env, STR("COMPOSE_FILE"), &list) || !list.n)
		return files;
	compose_env_find(env, STR("COMPOSE_PATH_SEPARATOR"), &separator);
	fields = (struct str_fields){.rest = list};
	while (str_next_field(&fields, separator.n ? separator.p[0] : ':', &path)) {
		path = path_join(r->arena, folder, path);
		has_named |= is_same_path(r->arena, path, named);
		*vec_push(r->arena, &files) = path;
	}
	return has_named ? files : (struct strs){0};
}

struct strs compose_project_files(struct compose_reader *r, const struct strs *files,
	struct str folder, const struct compose_env *env)
{
	struct str named = files->at[0], override;
	struct strs all = {0};

	if (r->options->compose_files.n || files->n > 1)
		return *files;
	all = files_of_env(r, named, folder, env);
	if (all.n)
		return all;
	*vec_push(r->arena, &all) = named;
	folder = path_dir(named);
	if (!is_same_path(r->arena, first_there(r, folder, default_names), named))
		return all;
	override = first_there(r, folder, override_names);
	if (override.n)
		*vec_push(r->arena, &all) = override;
	return all;
}
