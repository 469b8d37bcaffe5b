/*
 * fuzz_fix: any bytes as a Dockerfile, a compose file or a script, and the plan for it.
 *
 * Whatever is planned can be read, proves itself (a plan for the result has no part),
 * and has every comment of a Dockerfile.
 */
#include <stdlib.h>

#include "fix/fix.h"
#include "syntax/dockerfile.h"
#include "tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void plan(
	struct arena *a, struct str path, struct str bytes, struct fix_plan *out)
{
	struct world *world = world_memory(a);
	struct load_options load = {.as = SOURCE_UNKNOWN};
	struct fix_options options = {0};
	struct err e = {0};

	if (str_eq(path, STR("Dockerfile")))
		load.as = SOURCE_DOCKERFILE;
	else if (str_eq(path, STR("compose.yaml")))
		load.as = SOURCE_COMPOSE;
	else
		load.as = SOURCE_SCRIPT;
	world_put(world, path, bytes);
	world_put(world, STR("app.py"), STR("print(1)\n"));
	*out = (struct fix_plan){0};
	(void)fix_make(a, world, tables(), path, &load, &options, out, &e);
}

static uint32_t count_comments(struct arena *a, struct str bytes)
{
	struct diags diags = {.arena = a};

	return dockerfile_parse(a, file_new(a, STR("Dockerfile"), bytes), &diags)
		->comment_count;
}

static void check(struct arena *a, struct str path, const struct edited_file *f)
{
	struct fix_plan again;

	if (!str_eq(f->path, path))
		return;
	if (str_eq(path, STR("Dockerfile")) &&
		count_comments(a, f->after) < count_comments(a, f->before))
		abort();
	plan(a, path, f->after, &again);
	if (again.parts.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str paths[] = {
		STR_INIT("Dockerfile"), STR_INIT("compose.yaml"), STR_INIT("run.sh")};
	struct arena a = {0};
	struct fix_plan first;
	struct str path;

	if (!size)
		return 0;
	path = paths[data[0] % 3];
	plan(&a, path, (struct str){(const char *)data + 1, size - 1}, &first);
	vec_each (const struct edited_file, f, &first.files)
		check(&a, path, f);
	arena_free(&a);
	return 0;
}
