#include "source/context.h"

#include "base/path.h"
#include "syntax/dockerignore.h"

static enum answer sends(const void *data, struct str path, bool is_folder)
{
	const struct dockerignore *list = data;

	if (!dockerignore_excludes(list, path))
		return ANSWER_YES;
	/* A folder that is left out is made all the same for what is kept in it. */
	return is_folder && list->has_exceptions ? ANSWER_MAYBE : ANSWER_NO;
}

static bool take_list(struct arena *a, struct world *world, struct str path,
	struct build_context *context)
{
	const struct file *file;

	if (world_read(world, path, &file, NULL) < 0)
		return false;
	context->sends = sends;
	context->list = dockerignore_parse(a, file);
	context->ignored_by = path;
	return true;
}

const struct build_context *context_open(struct arena *a, struct world *world,
	struct str folder, struct str dockerfile, enum builder builder)
{
	struct build_context *context = arena_new(a, struct build_context);
	bool has_own = builder != BUILDER_CLASSIC && !str_eq(dockerfile, STR("-"));

	context->folder = folder;
	if (!has_own ||
		!take_list(a, world,
			arena_printf(a, "%.*s.dockerignore", STR_ARG(dockerfile)),
			context))
		(void)take_list(
			a, world, path_join(a, folder, STR(".dockerignore")), context);
	return context;
}

enum answer context_sends(
	const struct build_context *context, struct str path, bool is_folder)
{
	return context->sends ? context->sends(context->list, path, is_folder)
			      : ANSWER_YES;
}

/* ---- names that look secret ---- */

bool context_is_secret_name(struct str path)
{
	static const struct str secret[] = {STR_INIT(".env"), STR_INIT(".env.*"),
		STR_INIT("*.env"), STR_INIT(".netrc"), STR_INIT(".pypirc"),
		STR_INIT(".npmrc"), STR_INIT(".pgpass"), STR_INIT(".my.cnf"),
		STR_INIT(".git-credentials"), STR_INIT(".htpasswd"), STR_INIT("id_rsa"),
		STR_INIT("id_dsa"), STR_INIT("id_ecdsa"), STR_INIT("id_ed25519"),
		STR_INIT("*.pem"), STR_INIT("*.key"), STR_INIT("*.p12"),
		STR_INIT("*.pfx"), STR_INIT("*.jks"), STR_INIT("*.keystore"),
		STR_INIT("*.kdbx"), STR_INIT("*.ppk"), STR_INIT("*.asc"),
		STR_INIT("*.gpg"), STR_INIT("*.tfstate"), STR_INIT("*.tfvars"),
		STR_INIT("kaggle.json"), STR_INIT("credentials"),
		STR_INIT("credentials.json"), STR_INIT("secret"), STR_INIT("secret.*"),
		STR_INIT("secrets"), STR_INIT("secrets.*"),
		STR_INIT("service-account*.json"), STR_INIT("service_account*.json")};
	static const struct str harmless[] = {STR_INIT("*.example"),
		STR_INIT("*.sample"), STR_INIT("*.template"), STR_INIT("*.dist"),
		STR_INIT("*.py"), STR_INIT("*.md"), STR_INIT("*.pub")};
	struct str name = path_base(path), folder = path_base(path_dir(path));

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (str_glob(harmless[i], name))
			return false;
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		if (str_glob(secret[i], name))
			return true;
	return (str_eq(folder, STR(".docker")) && str_eq(name, STR("config.json"))) ||
		(str_eq(folder, STR(".kube")) && str_eq(name, STR("config"))) ||
		(str_eq(folder, STR(".huggingface")) && str_eq(name, STR("token")));
}

/* ---- what is sent ---- */

struct walk {
	struct arena *arena;
	struct world *world;
	const struct build_context *context;
	struct context_summary *out;
	uint32_t seen; /* entries */
};

/* The largest stay sorted; a new one pushes the smaller ones down. */
static void keep_large(struct context_summary *s, struct context_file file)
{
	uint32_t at = s->largest_count;

	while (at && s->largest[at - 1].bytes < file.bytes)
		at--;
	if (at == CONTEXT_LARGEST)
		return;
	if (s->largest_count < CONTEXT_LARGEST)
		s->largest_count++;
	for (uint32_t i = s->largest_count - 1; i > at; i--)
		s->largest[i] = s->largest[i - 1];
	s->largest[at] = file;
}

static void count_file(struct walk *w, struct str path, struct str on_disk)
{
	struct context_file file = {.path = path};
	struct world_stat st;

	if (world_stat(w->world, on_disk, &st, NULL) == 0 && st.kind == WORLD_FILE)
		file.bytes = st.size;
	w->out->files++;
	w->out->bytes += file.bytes;
	keep_large(w->out, file);
	if (!context_is_secret_name(path))
		return;
	if (w->out->secret_count++ < CONTEXT_SECRETS_MAX)
		*vec_push(w->arena, &w->out->secrets) = file;
}

static void walk_folder(struct walk *w, struct str below, unsigned depth)
{
	struct world_entries entries = {0};

	if (depth == CONTEXT_DEPTH_MAX) {
		w->out->is_cut = true;
		return;
	}
	if (world_list(w->world, path_join(w->arena, w->context->folder, below),
		    &entries, NULL) < 0)
		return;
	vec_each (const struct world_entry, e, &entries) {
		struct str path = path_join(w->arena, below, e->name);
		bool is_folder = e->kind == WORLD_DIR;

		if (++w->seen > CONTEXT_FILES_MAX) {
			w->out->is_cut = true;
			return;
		}
		if (context_sends(w->context, path, is_folder) == ANSWER_NO)
			continue;
		if (is_folder)
			walk_folder(w, path, depth + 1);
		else
			count_file(
				w, path, path_join(w->arena, w->context->folder, path));
	}
}

struct context_summary context_look(
	struct arena *a, struct world *world, const struct build_context *context)
{
	struct context_summary out = {0};
	struct walk w = {.arena = a, .world = world, .context = context, .out = &out};

	walk_folder(&w, STR(""), 0);
	return out;
}

/* ---- patterns of a COPY ---- */

/* What fits the first name of pattern in folder, and below it the rest. */
static bool match_below(struct walk *w, struct str folder, struct str pattern,
	unsigned depth, struct context_files *out)
{
	struct dockerignore_pattern name = {0};
	size_t slash = str_find(pattern, '/');
	struct str rest = str_from(pattern, slash + 1);
	struct world_entries entries = {0};

	if (depth == CONTEXT_DEPTH_MAX ||
		!dockerignore_compile(w->arena, str_sub(pattern, 0, slash), &name) ||
		world_list(w->world, path_join(w->arena, w->context->folder, folder),
			&entries, NULL) < 0)
		return false;
	vec_each (const struct world_entry, e, &entries) {
		struct str path = path_join(w->arena, folder, e->name);
		bool is_folder = e->kind == WORLD_DIR;

		if (++w->seen > CONTEXT_FILES_MAX)
			return false;
		if (!dockerignore_fits(&name, e->name) ||
			context_sends(w->context, path, is_folder) == ANSWER_NO)
			continue;
		if (slash < pattern.n) {
			if (is_folder && !match_below(w, path, rest, depth + 1, out))
				return false;
			continue;
		}
		if (out->n == CONTEXT_MATCHES_MAX)
			return false;
		*vec_push(w->arena, out) = (struct context_file){.path = path};
	}
	return true;
}

bool context_matches(struct arena *a, struct world *world,
	const struct build_context *context, struct str pattern,
	struct context_files *out)
{
	struct context_summary unused = {0};
	struct walk w = {
		.arena = a, .world = world, .context = context, .out = &unused};

	return match_below(&w, STR(""), pattern, 0, out);
}
