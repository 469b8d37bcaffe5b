#include "source/run_values.h"

#include "base/path.h"

/* Behind a quoted field stands a comma or the end; a quote inside is written twice. */
static bool quoted_end(struct str flat, size_t from, size_t *end)
{
	for (size_t i = from; i < flat.n; i++) {
		if (flat.p[i] != '"')
			continue;
		if (i + 1 < flat.n && flat.p[i + 1] == '"') {
			i++;
			continue;
		}
		*end = i;
		return i + 1 == flat.n || flat.p[i + 1] == ',';
	}
	return false;
}

bool run_split_commas(struct arena *a, struct value value, struct run_fields *out)
{
	struct str flat = value_flat(a, value);
	size_t at = 0;

	out->n = 0;
	do {
		bool quoted = at < flat.n && flat.p[at] == '"';
		size_t from = at + quoted, end;

		if (out->n == RUN_FIELDS_MAX)
			return false;
		if (!quoted)
			end = at + str_find(str_from(flat, at), ',');
		else if (!quoted_end(flat, from, &end))
			return false;
		out->at[out->n++] = value_slice(a, value, from, end - from);
		at = end + quoted + 1;
	} while (at <= flat.n);
	return true;
}

/* Segments whose first is the shell's own $NAME. */
static bool begins_with_variable(struct value v, struct str name)
{
	return v.n && v.at[0].kind == SEGMENT_UNKNOWN && !v.at[0].sign.n &&
		str_eq(v.at[0].name, name);
}

bool run_begins_here(struct value v)
{
	static const struct str commands[] = {STR_INIT("$(pwd)"), STR_INIT("`pwd`"),
		STR_INIT("$(pwd -P)"), STR_INIT("$PWD"), STR_INIT("${PWD}")};
	struct str source;

	if (!v.n || v.at[0].kind != SEGMENT_UNKNOWN || v.at[0].sign.n)
		return false;
	if (str_eq(v.at[0].name, STR("PWD")))
		return true;
	source = span_str(v.at[0].definition.file ? v.at[0].definition : v.at[0].span);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (str_eq(source, commands[i]))
			return true;
	return false;
}

static struct str under_home(const struct run_reader *r, struct str rest)
{
	struct str below = path_join(r->arena, STR("/"), rest);

	if (r->home.n)
		return path_join(r->arena, r->home, str_from(below, 1));
	return arena_printf(r->arena, "~%.*s", STR_ARG(below));
}

struct str run_host_path(const struct run_reader *r, struct value value)
{
	struct str text;

	if (begins_with_variable(value, STR("HOME"))) {
		struct value rest = {value.at + 1, value.n - 1};

		if (value_str(r->arena, rest, &text) && (!text.n || text.p[0] == '/'))
			return under_home(r, text);
		return STR_NONE;
	}
	if (run_begins_here(value)) {
		struct value rest = {value.at + 1, value.n - 1};

		if (r->folder_unknown || !value_str(r->arena, rest, &text) ||
			(text.n && text.p[0] != '/'))
			return STR_NONE;
		return path_join(r->arena, r->folder,
			str_from(text, text.n && text.p[0] == '/'));
	}
	if (!value_str(r->arena, value, &text) || !text.n)
		return STR_NONE;
	if (text.p[0] == '~' && (text.n == 1 || text.p[1] == '/'))
		return under_home(r, str_from(text, 1));
	/* C:\data and \\.\pipe are absolute on the machine that has them. */
	if ((text.n > 1 && byte_is_alpha(text.p[0]) && text.p[1] == ':') ||
		str_starts(text, STR("\\\\")))
		return text;
	if (r->folder_unknown && !path_is_absolute(text))
		return STR_NONE;
	return path_join(r->arena, r->folder, text);
}

void run_read_pair(const struct run_reader *r, struct value value, struct span span,
	struct run_pair *out)
{
	struct str flat = value_flat(r->arena, value);
	size_t equals = str_find(flat, '=');
	struct value name = value_slice(r->arena, value, 0, equals);

	*out = (struct run_pair){.span = span, .name_span = value_span(name)};
	(void)value_str(r->arena, name, &out->name);
	/* "$PAIR" alone may be NAME=VALUE as well as NAME. */
	if (equals == flat.n && value_is_known(value))
		return;
	out->has_value = true;
	out->value = value;
	if (equals < flat.n)
		out->value =
			value_slice(r->arena, value, equals + 1, flat.n - equals - 1);
	out->value_span = value_span(out->value);
}

static enum answer is_there(const struct run_reader *r, struct str path)
{
	struct err e = {0};
	struct world_stat st;

	if (!r->world || !path.n || path.p[0] == '~' ||
		world_stat(r->world, path, &st, &e) < 0)
		return ANSWER_MAYBE;
	return answer_of(st.kind != WORLD_ABSENT);
}

void run_read_env_file(const struct run_reader *r, struct value value, struct span span,
	bool is_required, struct env_file *out)
{
	*out = (struct env_file){.source = value,
		.path = run_host_path(r, value),
		.is_required = is_required,
		.span = span};
	out->is_there = is_there(r, out->path);
}

void run_read_word(const struct run_reader *r, struct value value, struct span span,
	struct span key_span, struct run_word *out)
{
	*out = (struct run_word){.value = value, .span = span, .key_span = key_span};
	(void)value_str(r->arena, value, &out->text);
}

/* r, w and m, each at most once. */
static bool is_device_mode(struct str text)
{
	unsigned seen = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned bit = text.p[i] == 'r' ? 1
			: text.p[i] == 'w'	? 2
			: text.p[i] == 'm'	? 4
						: 0;

		if (!bit || (seen & bit))
			return false;
		seen |= bit;
	}
	return text.n > 0;
}

/* "vendor.com/class=name" (cncf-tags/container-device-interface, parser.go). */
static bool is_cdi_name(struct str text)
{
	size_t slash = str_find(text, '/'), equals = str_find(text, '=');

	return slash > 0 && slash + 1 < equals && equals + 1 < text.n;
}

bool run_read_device(const struct run_reader *r, struct value value, struct span span,
	struct device *out, struct str *why)
{
	struct str flat = value_flat(r->arena, value);
	struct device d = {.source = value, .span = span};
	struct str_fields fields = {.rest = flat};
	struct str part[3] = {0};
	size_t n = 0;

	while (n < 3 && str_next_field(&fields, ':', &part[n]))
		n++;
	if (!flat.n || !part[0].n || !fields.done) {
		*why = arena_printf(r->arena, "'%.*s' is no device",
			STR_ARG(value_display(r->arena, value)));
		return false;
	}
	if (!is_cdi_name(flat))
		d.source = value_slice(r->arena, value, 0, part[0].n);
	(void)value_str(r->arena, d.source, &d.path);
	d.permissions = STR("rwm");
	if (n == 3 || (n == 2 && is_device_mode(part[1])))
		d.permissions = part[n - 1];
	if (n == 3 && !is_device_mode(part[2]) &&
		str_find(part[2], RUN_UNKNOWN) == part[2].n) {
		*why = arena_printf(r->arena,
			"'%.*s' is no mode of a device (letters of rwm)",
			STR_ARG(part[2]));
		return false;
	}
	if (str_find(d.permissions, RUN_UNKNOWN) < d.permissions.n)
		d.permissions = STR_NONE;
	*out = d;
	return true;
}

static bool is_count(struct str text)
{
	uint32_t count;

	return str_eq(text, STR("all")) || str_eq(text, STR("-1")) ||
		str_to_u32(text, &count);
}

static bool read_gpu_field(
	const struct run_reader *r, struct value field, struct gpu *g, struct str *why)
{
	struct str text, key;
	size_t equals;

	if (!value_str(r->arena, field, &text))
		return true;
	equals = str_find(text, '=');
	key = str_sub(text, 0, equals);
	if (str_eq(key, STR("driver")))
		g->driver = str_from(text, equals + 1);
	else if (str_eq(key, STR("device")))
		g->ids = str_from(text, equals + 1);
	else if (str_eq(key, STR("capabilities")))
		g->capabilities = arena_printf(
			r->arena, "%.*s,gpu", STR_ARG(str_from(text, equals + 1)));
	else if (equals == text.n || str_eq(key, STR("count")))
		g->count = equals == text.n ? text : str_from(text, equals + 1);
	else if (!str_eq(key, STR("options"))) {
		*why = arena_printf(
			r->arena, "'%.*s' is no key of --gpus", STR_ARG(key));
		return false;
	}
	if (g->count.n && !is_count(g->count)) {
		*why = arena_printf(r->arena,
			"'%.*s' is neither 'all' nor a number of GPUs",
			STR_ARG(g->count));
		return false;
	}
	if (str_eq(g->count, STR("-1")))
		g->count = STR("all");
	return true;
}

bool run_read_gpus(const struct run_reader *r, struct value value, struct span span,
	struct gpu *out, struct str *why)
{
	struct gpu g = {.span = span};
	struct run_fields fields;

	if (!run_split_commas(r->arena, value, &fields)) {
		*why = STR("its quotes do not match");
		return false;
	}
	for (size_t i = 0; i < fields.n; i++)
		if (!read_gpu_field(r, fields.at[i], &g, why))
			return false;
	if (!g.count.n && !g.ids.n && value_is_known(value))
		g.count = STR("1");
	if (!g.capabilities.n)
		g.capabilities = STR("gpu");
	*out = g;
	return true;
}
