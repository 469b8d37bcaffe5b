#include "cli/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/world.h"
#include "source/compose.h"

const struct str walk_stdin = STR_INIT("<stdin>");

static const struct str left_out[] = {
	STR_INIT(".git"),
	STR_INIT(".hg"),
	STR_INIT(".svn"),
	STR_INIT(".venv"),
	STR_INIT(".tox"),
	STR_INIT("__pycache__"),
	STR_INIT("node_modules"),
};

static bool is_left_out(struct str name)
{
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (str_eq(name, left_out[i]))
			return true;
	return false;
}

static void add_item(struct walk *w, enum walk_kind kind, struct str path,
	struct str why, bool is_found)
{
	*vec_push(w->arena, &w->items) = (struct walk_item){
		.path = path, .why = why, .kind = kind, .is_found = is_found};
	if (w->tick && w->items.n % 1024 == 0)
		w->tick(w->context, w->items.n);
}

/* "." is not written in front of what lies in it. */
static struct str join(struct arena *a, struct str folder, struct str name)
{
	if (str_eq(folder, STR(".")))
		return name;
	return arena_printf(a, str_ends(folder, STR("/")) ? "%.*s%.*s" : "%.*s/%.*s",
		STR_ARG(folder), STR_ARG(name));
}

/* A link to a file counts as that file; one to a folder or to nothing is left. */
static bool is_file(struct arena *a, struct str path, enum world_kind kind)
{
	struct stat st;

	if (kind != WORLD_LINK)
		return kind == WORLD_FILE;
	return stat(arena_cstr(a, path), &st) == 0 && S_ISREG(st.st_mode);
}

static void walk_folder(
	struct walk *w, struct world *disk, struct str folder, int depth)
{
	struct world_entries entries;
	struct err e = {0};

	if (depth > WALK_DEPTH_MAX) {
		add_item(w, WALK_UNSEEN, folder,
			STR("folders are nested too deeply below here"), true);
		return;
	}
	if (world_list(disk, folder, &entries, &e) < 0) {
		if (depth == 0 || e.code != ENOENT)
			add_item(w, depth ? WALK_UNSEEN : WALK_ABSENT, folder,
				arena_str(w->arena, str_c(e.text)), depth > 0);
		return;
	}
	vec_each (const struct world_entry, entry, &entries) {
		struct str path = join(w->arena, folder, entry->name);

		if (w->items.n >= WALK_ITEMS_MAX)
			return;
		if (entry->kind == WORLD_DIR && !is_left_out(entry->name))
			walk_folder(w, disk, path, depth + 1);
		else if (is_file(w->arena, path, entry->kind))
			add_item(w, WALK_FILE, path, STR_NONE, true);
	}
}

static struct str without_slashes(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

void walk_add(struct walk *w, struct str path)
{
	const char *name = arena_cstr(w->arena, path);
	struct stat st;

	if (str_eq(path, STR("-"))) {
		add_item(w, WALK_STREAM, walk_stdin, STR_NONE, false);
	} else if (stat(name, &st) < 0) {
		add_item(w, WALK_ABSENT, path,
			arena_printf(w->arena, "read '%s': %s", name,
				strerrordesc_np(errno)),
			false);
	} else if (S_ISDIR(st.st_mode)) {
		walk_folder(w, world_disk(w->arena), without_slashes(path), 0);
		if (w->items.n >= WALK_ITEMS_MAX)
			add_item(w, WALK_UNSEEN, path,
				STR("more files than oakum looks at in one run"), true);
	} else {
		add_item(w, S_ISREG(st.st_mode) ? WALK_FILE : WALK_STREAM, path,
			STR_NONE, false);
	}
}

void walk_add_project(struct walk *w, struct str first)
{
	add_item(w, WALK_PROJECT, first, STR_NONE, false);
}

void walk_add_line(struct walk *w, struct str line)
{
	size_t lines = 1;
	struct str path = STR("<run>");

	vec_each (struct walk_item, item, &w->items)
		lines += item->kind == WALK_LINE;
	if (lines > 1)
		path = arena_printf(w->arena, "<run %zu>", lines);
	add_item(w, WALK_LINE, path, STR_NONE, false);
	vec_last(&w->items)->text = line;
}

static bool has_ending(struct str path, struct str ending)
{
	return path.n > ending.n &&
		str_eq_nocase(str_from(path, path.n - ending.n), ending);
}

static unsigned count_slashes(struct str path)
{
	unsigned n = 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* What may cover more than another comes first; WALK_ORDER_REST keeps its place. */
enum { WALK_ORDER_YAML = 1 << 20, WALK_ORDER_SCRIPT, WALK_ORDER_REST };

static unsigned order_of(const struct walk_item *item)
{
	unsigned depth = 2 * count_slashes(item->path) + 1;

	if (item->kind == WALK_PROJECT || item->kind == WALK_LINE)
		return 0;
	if (item->kind != WALK_FILE)
		return WALK_ORDER_REST;
	if (source_is_compose_name(item->path) &&
		!source_is_compose_override(item->path))
		return depth + !source_is_compose_main(item->path);
	if (has_ending(item->path, STR(".yml")) || has_ending(item->path, STR(".yaml")))
		return WALK_ORDER_YAML;
	if (has_ending(item->path, STR(".sh")) || has_ending(item->path, STR(".bash")))
		return WALK_ORDER_SCRIPT;
	return WALK_ORDER_REST;
}

static int compare_order(const void *left, const void *right)
{
	const struct walk_item *a = left, *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

void walk_sort(struct walk *w)
{
	for (size_t i = 0; i < w->items.n; i++) {
		w->items.at[i].order = order_of(&w->items.at[i]);
		w->items.at[i].place = i;
	}
	if (w->items.n > 1)
		qsort(w->items.at, w->items.n, sizeof(*w->items.at), compare_order);
}
