#include "source/run_values.h"
#include "syntax/json.h"

/* "not JSON: …", or empty when the bytes are an object of JSON. */
static struct str broken_profile(struct arena *a, const struct file *file)
{
	struct diags diags = {.arena = a};
	struct text text = text_of(a, span_of(file, 0, file->bytes.n));
	const struct json *root = json_parse(a, &text, &diags);

	if (!root && diags.list.n)
		return arena_printf(
			a, "it is not JSON: %.*s", STR_ARG(diags.list.at[0].detail));
	if (!root)
		return STR("it is not JSON");
	if (root->kind != JSON_OBJECT)
		return arena_printf(
			a, "it holds %s, not an object", json_kind_name(root->kind));
	return STR_NONE;
}

/* Does the file exist, and may it be a profile at all? */
static void look_at_profile(const struct run_reader *r, struct security_option *o)
{
	struct err e = {0};
	struct world_stat st;
	const struct file *file;

	o->path = run_host_path(r, value_literal(r->arena, o->text, SPAN_NONE));
	o->is_there = ANSWER_MAYBE;
	if (!r->world || !o->path.n || o->path.p[0] == '~' ||
		world_stat(r->world, o->path, &st, &e) < 0)
		return;
	o->is_there = answer_of(st.kind != WORLD_ABSENT);
	if (st.kind == WORLD_ABSENT)
		return;
	if (st.kind == WORLD_DIR)
		o->broken = STR("it is a directory");
	else if (st.kind == WORLD_FILE && st.size > RUN_PROFILE_MAX)
		o->broken = STR("it is too large for a profile");
	else if (world_read(r->world, o->path, &file, &e) == 0)
		o->broken = broken_profile(r->arena, file);
}

static bool is_built_in(const struct run_reader *r, struct str text)
{
	return str_eq(text, STR("unconfined")) || str_eq(text, STR("builtin")) ||
		(r->is_podman && str_eq(text, STR("default")));
}

void run_read_security(const struct run_reader *r, struct value value, struct span span,
	struct security_option *out)
{
	security_option_read(r->arena, value, span, out);
	if (out->kind == SECURITY_SECCOMP && out->know == FACT_SET &&
		!is_built_in(r, out->text))
		look_at_profile(r, out);
}
