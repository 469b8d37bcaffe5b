#include "policy/reader.h"

#include <stdarg.h>

void config_complain(struct config_reader *r, struct span span, const char *fmt, ...)
{
	struct config_fault *f = vec_push(r->arena, r->faults);
	va_list args;

	va_start(args, fmt);
	f->span = span;
	f->detail = arena_vprintf(r->arena, fmt, args);
	va_end(args);
}

void config_expected(
	struct config_reader *r, const struct yaml *value, const char *what)
{
	struct str text = str_sub(value->text.s, 0, 80);

	if (value->kind == YAML_SCALAR && text.n)
		config_complain(r, value->span, "expected %s, found '%.*s'", what,
			STR_ARG(text));
	else
		config_complain(r, value->span, "expected %s, found %s", what,
			yaml_kind_name(value));
}

struct guess guess_of(struct str written)
{
	return (struct guess){written, STR_NONE, written.n < 5 ? 2 : 4};
}

void guess_consider(struct guess *g, struct str candidate)
{
	unsigned distance = str_distance(g->written, candidate, g->distance);

	if (distance < g->distance) {
		g->distance = distance;
		g->nearest = candidate;
	}
}

void config_unknown(struct config_reader *r, struct span span, const char *what,
	const struct guess *g)
{
	if (g->nearest.n)
		config_complain(r, span, "no %s '%.*s'; did you mean '%.*s'?", what,
			STR_ARG(g->written), STR_ARG(g->nearest));
	else
		config_complain(r, span, "no %s '%.*s'", what, STR_ARG(g->written));
}

static void read_pair(struct config_reader *r, const struct yaml *key,
	const struct yaml *value, const struct config_key *keys, size_t count,
	void *out)
{
	struct guess g;

	if (key->kind != YAML_SCALAR) {
		config_expected(r, key, "a key");
		return;
	}
	if (str_starts(key->text.s, STR("x-")))
		return;
	g = guess_of(key->text.s);
	for (size_t i = 0; i < count; i++) {
		if (str_eq(keys[i].name, key->text.s)) {
			keys[i].read(r, value, out);
			return;
		}
		guess_consider(&g, keys[i].name);
	}
	config_unknown(r, key->span, "key", &g);
}

void config_keys(struct config_reader *r, const struct yaml *node, const char *what,
	const struct config_key *keys, size_t count, void *out)
{
	const struct yaml *mapping = yaml_resolve(node);

	if (!mapping || mapping->kind != YAML_MAPPING) {
		config_expected(r, node, what);
		return;
	}
	for (uint32_t i = 0; i < mapping->count; i++) {
		const struct yaml *value = yaml_resolve(&mapping->items[i]);

		if (value)
			read_pair(r, &mapping->keys[i], value, keys, count, out);
	}
}

bool config_text(struct config_reader *r, const struct yaml *value, const char *what,
	struct str *out)
{
	if (value->kind != YAML_SCALAR || yaml_scalar_is_null(value) ||
		!str_trim(value->text.s).n) {
		config_expected(r, value, what);
		return false;
	}
	*out = value->text.s;
	return true;
}

void config_each(struct config_reader *r, const struct yaml *value,
	void (*read)(struct config_reader *r, const struct yaml *item, void *out),
	void *out)
{
	if (value->kind != YAML_SEQUENCE) {
		read(r, value, out);
		return;
	}
	if (value->count > CONFIG_ENTRIES_MAX)
		config_complain(r, value->span, "expected at most %d items, found %u",
			CONFIG_ENTRIES_MAX, value->count);
	for (uint32_t i = 0; i < value->count && i < CONFIG_ENTRIES_MAX; i++) {
		const struct yaml *item = yaml_resolve(&value->items[i]);

		if (item)
			read(r, item, out);
	}
}

bool config_is_one_of(struct guess *g, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(words[i], g->written))
			return true;
		guess_consider(g, words[i]);
	}
	return false;
}

bool config_path(struct config_reader *r, const struct yaml *value, struct str *out)
{
	static const char what[] = "a path below the folder of this file";
	struct str path;

	if (!config_text(r, value, what, &path))
		return false;
	if (path.p[0] == '/' || str_starts(path, STR("../")) ||
		str_eq(path, STR(".."))) {
		config_complain(r, value->span, "expected %s, found '%.*s'", what,
			STR_ARG(path));
		return false;
	}
	*out = path;
	return true;
}
