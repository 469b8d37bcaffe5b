#include "base/buf.h"
#include "base/path.h"
#include "source/run_values.h"

static bool has_unknown(struct str flat)
{
	return str_find(flat, RUN_UNKNOWN) < flat.n;
}

static bool is_letter_drive(struct str flat)
{
	return flat.n > 1 && byte_is_alpha(flat.p[0]) && flat.p[1] == ':';
}

/* $PWD, $(pwd), $HOME: whoever writes one of these means a path. */
static bool begins_with_folder(struct value v)
{
	static const struct str names[] = {
		STR_INIT("HOME"), STR_INIT("OLDPWD"), STR_INIT("GITHUB_WORKSPACE")};

	if (!v.n || v.at[0].kind != SEGMENT_UNKNOWN)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(v.at[0].name, names[i]))
			return true;
	return run_begins_here(v);
}

enum mount_kind run_source_kind(struct arena *a, struct value source)
{
	struct str flat = value_flat(a, source);

	if (!flat.n)
		return MOUNT_VOLUME;
	if (memchr("./~", flat.p[0], 3) || str_starts(flat, STR("\\\\")) ||
		is_letter_drive(flat) || begins_with_folder(source))
		return MOUNT_BIND;
	/* No name of a volume has a slash, so what stands there makes it a path. */
	if (has_unknown(flat) && str_find(flat, '/') < flat.n)
		return MOUNT_BIND;
	return flat.p[0] == RUN_UNKNOWN ? MOUNT_UNKNOWN : MOUNT_VOLUME;
}

void run_place_mount(const struct run_reader *r, struct mount *m)
{
	struct str target;

	if (!m->source_span.file)
		m->source_span = value_span(m->source);
	if (!m->target_span.file)
		m->target_span = value_span(m->target);
	if (m->kind == MOUNT_BIND)
		m->path = run_host_path(r, m->source);
	if (value_str(r->arena, m->target, &target) && path_is_absolute(target))
		m->at = path_join(r->arena, STR("/"), target);
}

/* ---- src:dst:options ---- */

enum { VOLUME_FIELDS = 3 };

struct volume_fields {
	struct value at[VOLUME_FIELDS];
	struct str flat[VOLUME_FIELDS];
	size_t n;
};

/* Parts at colons, except behind a drive letter; false when there are too many. */
static bool split_volume(struct arena *a, struct value value, struct volume_fields *out)
{
	struct str flat = value_flat(a, value);
	size_t at = 0;

	out->n = 0;
	for (;;) {
		struct str rest = str_from(flat, at);
		size_t skip = is_letter_drive(rest) ? 2 : 0;
		size_t length = skip + str_find(str_from(rest, skip), ':');

		if (out->n == VOLUME_FIELDS)
			return false;
		out->at[out->n] = value_slice(a, value, at, length);
		out->flat[out->n++] = str_sub(rest, 0, length);
		if (length == rest.n)
			return true;
		at += length + 1;
	}
}

static bool is_propagation(struct str word)
{
	static const struct str words[] = {STR_INIT("private"), STR_INIT("rprivate"),
		STR_INIT("shared"), STR_INIT("rshared"), STR_INIT("slave"),
		STR_INIT("rslave")};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(word, words[i]))
			return true;
	return false;
}

/* "ro,z,rshared"; words that no engine knows are ignored, as the engines do. */
static void read_volume_options(struct mount *m, struct str options)
{
	struct str_fields fields = {.rest = options};
	struct str word;

	while (str_next_field(&fields, ',', &word)) {
		/* podman's O: what is written goes to a layer above it */
		if (str_eq(word, STR("ro")) || str_eq(word, STR("O")))
			m->is_read_only = ANSWER_YES;
		else if (str_eq(word, STR("rw")))
			m->is_read_only = ANSWER_NO;
		else if (str_eq(word, STR("nocopy")))
			m->has_no_copy = true;
		else if (str_eq(word, STR("z")) || str_eq(word, STR("Z")))
			m->relabel = word.p[0];
		else if (is_propagation(word))
			m->propagation = word;
	}
	if (has_unknown(options))
		m->is_read_only = ANSWER_MAYBE;
}

/*
 * Can an unknown segment hide a colon? Then the parts are not what they seem. What
 * comes behind the source must be an absolute path, so "$X:ro" gives it away.
 */
static bool is_unclear(const struct volume_fields *f)
{
	if (!has_unknown(f->flat[0]))
		return f->n == 1 && has_unknown(f->flat[0]);
	if (f->n == 1)
		return true;
	return f->flat[1].n && f->flat[1].p[0] != '/' && !has_unknown(f->flat[1]) &&
		!is_letter_drive(f->flat[1]);
}

static bool refuse_volume(const struct run_reader *r, struct value value,
	const char *reason, struct str *why)
{
	*why = arena_printf(
		r->arena, "'%.*s' %s", STR_ARG(value_display(r->arena, value)), reason);
	return false;
}

static struct mount unclear_mount(struct value value, struct span span)
{
	return (struct mount){.kind = MOUNT_UNKNOWN,
		.source = value,
		.is_read_only = ANSWER_MAYBE,
		.creates_source = ANSWER_MAYBE,
		.span = span,
		.source_span = span};
}

static void fill_volume(
	const struct run_reader *r, const struct volume_fields *f, struct mount *m)
{
	m->target = f->at[f->n == 1 ? 0 : 1];
	m->kind = MOUNT_VOLUME;
	if (f->n > 1) {
		m->source = f->at[0];
		m->kind = run_source_kind(r->arena, m->source);
	}
	/* The target may bring its options along: /data${RO:+:ro}. */
	if (f->n == 2 && has_unknown(f->flat[1]))
		m->is_read_only = ANSWER_MAYBE;
	if (f->n == 3) {
		read_volume_options(m, f->flat[2]);
		m->options_span = value_span(f->at[2]);
	}
	if (m->kind == MOUNT_BIND)
		m->creates_source = answer_of(!r->is_podman);
	else if (m->kind == MOUNT_UNKNOWN)
		m->creates_source = ANSWER_MAYBE;
	run_place_mount(r, m);
}

bool run_read_volume(const struct run_reader *r, struct value value, struct span span,
	struct mount *out, struct str *why)
{
	struct mount m = {.span = span};
	struct volume_fields f;

	if (!split_volume(r->arena, value, &f))
		return refuse_volume(r, value, "has too many colons", why);
	for (size_t i = 0; i < f.n; i++)
		if (!f.flat[i].n)
			return refuse_volume(r, value,
				f.n == 1 ? "is empty" : "has nothing beside a colon",
				why);
	if (is_unclear(&f)) {
		*out = unclear_mount(value, span);
		return true;
	}
	fill_volume(r, &f, &m);
	/* C:\data is a path of a Windows container. */
	if (value_is_known(m.target) && !m.at.n &&
		!is_letter_drive(value_flat(r->arena, m.target)))
		return refuse_volume(
			r, m.target, "is no absolute path in the container", why);
	*out = m;
	return true;
}

bool run_read_tmpfs(const struct run_reader *r, struct value value, struct span span,
	struct mount *out, struct str *why)
{
	struct str flat = value_flat(r->arena, value);
	size_t colon = str_find(flat, ':');
	struct mount m = {.kind = MOUNT_TMPFS, .span = span};
	struct value options;

	if (!colon)
		return refuse_volume(r, value, "names no path in the container", why);
	m.target = value_slice(r->arena, value, 0, colon);
	if (colon < flat.n) {
		options = value_slice(r->arena, value, colon + 1, flat.n - colon - 1);
		m.options_span = value_span(options);
		(void)value_str(r->arena, options, &m.options);
		read_volume_options(&m, str_from(flat, colon + 1));
		m.propagation = STR_NONE;
	} else if (has_unknown(flat)) {
		m.is_read_only = ANSWER_MAYBE;
	}
	run_place_mount(r, &m);
	*out = m;
	return true;
}

/* ---- type=bind,src=…,dst=… ---- */

struct mount_reading {
	const struct run_reader *r;
	struct mount m;
	struct buf options; /* of a tmpfs */
	enum answer creates;
	bool says_creates, unknown_field, unknown_type;
	struct str *why;
};

struct mount_field {
	struct str key, text;
	struct value value;
	bool has_value, is_known;
};

static bool set_type(struct mount_reading *g, const struct mount_field *f)
{
	static const struct {
		struct str name;
		enum mount_kind kind;
	} kinds[] = {{STR_INIT("bind"), MOUNT_BIND}, {STR_INIT("volume"), MOUNT_VOLUME},
		{STR_INIT("tmpfs"), MOUNT_TMPFS}, {STR_INIT("image"), MOUNT_IMAGE},
		{STR_INIT("npipe"), MOUNT_OTHER}, {STR_INIT("cluster"), MOUNT_OTHER},
		{STR_INIT("glob"), MOUNT_OTHER}, {STR_INIT("devpts"), MOUNT_OTHER},
		{STR_INIT("ramfs"), MOUNT_TMPFS}, {STR_INIT("artifact"), MOUNT_OTHER}};

	if (!f->is_known) {
		g->unknown_type = true;
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!str_eq_nocase(f->text, kinds[i].name))
			continue;
		g->m.kind = kinds[i].kind;
		return true;
	}
	*g->why = arena_printf(
		g->r->arena, "'%.*s' is no type of a mount", STR_ARG(f->text));
	return false;
}

static bool set_source(struct mount_reading *g, const struct mount_field *f)
{
	g->m.source = f->value;
	return true;
}

static bool set_target(struct mount_reading *g, const struct mount_field *f)
{
	g->m.target = f->value;
	return true;
}

/* A switch may stand bare; MAYBE where its value is not known. */
static enum answer switch_of(const struct mount_field *f, bool *is_bad)
{
	bool on = true;

	if (!f->has_value)
		return ANSWER_YES;
	if (!f->is_known)
		return ANSWER_MAYBE;
	*is_bad = !run_parse_bool(f->text, &on);
	return answer_of(on);
}

static bool take_switch(
	struct mount_reading *g, const struct mount_field *f, enum answer *out)
{
	bool is_bad = false;

	*out = switch_of(f, &is_bad);
	if (is_bad)
		*g->why = arena_printf(g->r->arena, "'%.*s' is neither true nor false",
			STR_ARG(f->text));
	return !is_bad;
}

static bool set_read_only(struct mount_reading *g, const struct mount_field *f)
{
	return take_switch(g, f, &g->m.is_read_only);
}

static bool set_writable(struct mount_reading *g, const struct mount_field *f)
{
	enum answer rw;

	if (!take_switch(g, f, &rw))
		return false;
	g->m.is_read_only = answer_not(rw);
	return true;
}

static bool set_propagation(struct mount_reading *g, const struct mount_field *f)
{
	g->m.propagation = f->text;
	g->m.options_span = value_span(f->value);
	return true;
}

static bool set_no_copy(struct mount_reading *g, const struct mount_field *f)
{
	enum answer is_set;

	if (!take_switch(g, f, &is_set))
		return false;
	g->m.has_no_copy = is_set == ANSWER_YES;
	return true;
}

static bool set_creates(struct mount_reading *g, const struct mount_field *f)
{
	g->says_creates = true;
	return take_switch(g, f, &g->creates);
}

static bool set_relabel(struct mount_reading *g, const struct mount_field *f)
{
	g->m.relabel = str_eq(f->text, STR("private")) ? 'Z'
		: str_eq(f->text, STR("shared"))       ? 'z'
						       : 0;
	return true;
}

static bool add_tmpfs_option(struct mount_reading *g, const struct mount_field *f)
{
	if (!f->is_known)
		return true;
	if (g->options.n)
		buf_char(&g->options, ',');
	buf_printf(&g->options, "%.*s=%.*s", STR_ARG(str_from(f->key, 6)),
		STR_ARG(f->text));
	return true;
}

static bool ignore_field(struct mount_reading *g, const struct mount_field *f)
{
	(void)g;
	(void)f;
	return true;
}

struct mount_key {
	struct str name;
	bool podman_only, may_be_bare;
	bool (*set)(struct mount_reading *g, const struct mount_field *f);
};

/* docker/cli opts/mount.go; podman: pkg/specgenutil/volumes.go. */
static const struct mount_key mount_keys[] = {
	{STR_INIT("type"), false, false, set_type},
	{STR_INIT("source"), false, false, set_source},
	{STR_INIT("src"), false, false, set_source},
	{STR_INIT("target"), false, false, set_target},
	{STR_INIT("dst"), false, false, set_target},
	{STR_INIT("destination"), false, false, set_target},
	{STR_INIT("readonly"), false, true, set_read_only},
	{STR_INIT("ro"), false, true, set_read_only},
	{STR_INIT("rw"), true, true, set_writable},
	{STR_INIT("readwrite"), true, true, set_writable},
	{STR_INIT("consistency"), false, false, ignore_field},
	{STR_INIT("bind-propagation"), false, false, set_propagation},
	{STR_INIT("propagation"), true, false, set_propagation},
	{STR_INIT("bind-nonrecursive"), false, true, ignore_field},
	{STR_INIT("bind-recursive"), false, false, ignore_field},
	{STR_INIT("bind-create-src"), false, true, set_creates},
	{STR_INIT("volume-subpath"), false, false, ignore_field},
	{STR_INIT("volume-nocopy"), false, true, set_no_copy},
	{STR_INIT("volume-label"), false, false, ignore_field},
	{STR_INIT("volume-driver"), false, false, ignore_field},
	{STR_INIT("volume-opt"), false, false, ignore_field},
	{STR_INIT("image-subpath"), false, false, ignore_field},
	{STR_INIT("tmpfs-size"), false, false, add_tmpfs_option},
	{STR_INIT("tmpfs-mode"), false, false, add_tmpfs_option},
	{STR_INIT("relabel"), true, false, set_relabel},
	{STR_INIT("z"), true, true, ignore_field},
	{STR_INIT("subpath"), true, false, ignore_field},
	{STR_INIT("tmpcopyup"), true, true, ignore_field},
	{STR_INIT("notmpcopyup"), true, true, ignore_field},
	{STR_INIT("u"), true, true, ignore_field},
	{STR_INIT("chown"), true, true, ignore_field},
	{STR_INIT("idmap"), true, true, ignore_field},
	{STR_INIT("no-dereference"), true, true, ignore_field},
	{STR_INIT("exec"), true, true, ignore_field},
	{STR_INIT("noexec"), true, true, ignore_field},
	{STR_INIT("dev"), true, true, ignore_field},
	{STR_INIT("nodev"), true, true, ignore_field},
	{STR_INIT("suid"), true, true, ignore_field},
	{STR_INIT("nosuid"), true, true, ignore_field},
	{STR_INIT("uid"), true, false, ignore_field},
	{STR_INIT("gid"), true, false, ignore_field},
	{STR_INIT("mode"), true, false, ignore_field},
};

static const struct mount_key *find_mount_key(struct str name)
{
	for (size_t i = 0; i < sizeof(mount_keys) / sizeof(mount_keys[0]); i++)
		if (str_eq_nocase(name, mount_keys[i].name))
			return &mount_keys[i];
	return NULL;
}

static bool read_mount_field(struct mount_reading *g, struct value field)
{
	struct arena *a = g->r->arena;
	struct str flat = value_flat(a, field);
	size_t equals = str_find(flat, '=');
	struct mount_field f = {.key = str_sub(flat, 0, equals),
		.has_value = equals < flat.n,
		.value = value_slice(a, field, equals + 1,
			equals < flat.n ? flat.n - equals - 1 : 0)};
	const struct mount_key *key = find_mount_key(f.key);

	f.is_known = value_str(a, f.value, &f.text);
	if (has_unknown(f.key)) {
		g->unknown_field = true;
		return true;
	}
	if (!key || (key->podman_only && !g->r->is_podman)) {
		*g->why =
			arena_printf(a, "'%.*s' is no key of a mount", STR_ARG(f.key));
		return false;
	}
	if (!f.has_value && !key->may_be_bare) {
		*g->why = arena_printf(a, "'%.*s' has no value", STR_ARG(f.key));
		return false;
	}
	return key->set(g, &f);
}

static bool finish_mount(struct mount_reading *g)
{
	struct mount *m = &g->m;

	/* A field that nobody knows may be any of them. */
	if (g->unknown_field && m->is_read_only == ANSWER_NO)
		m->is_read_only = ANSWER_MAYBE;
	if (g->unknown_type || (g->unknown_field && m->kind == MOUNT_VOLUME))
		m->kind = run_source_kind(g->r->arena, m->source) == MOUNT_BIND
			? MOUNT_BIND
			: MOUNT_UNKNOWN;
	if (m->kind == MOUNT_BIND)
		m->creates_source = g->says_creates ? g->creates : ANSWER_NO;
	m->options = buf_str(&g->options);
	run_place_mount(g->r, m);
	if (!m->target.n && !g->unknown_field) {
		*g->why = STR("it names no target in the container");
		return false;
	}
	return true;
}

bool run_read_mount(const struct run_reader *r, struct value value, struct span span,
	struct mount *out, struct str *why)
{
	struct mount_reading g = {.r = r,
		.m = {.kind = MOUNT_VOLUME, .span = span},
		.options = {.arena = r->arena},
		.why = why};
	struct run_fields fields;

	if (!run_split_commas(r->arena, value, &fields)) {
		*why = STR("its quotes do not match");
		return false;
	}
	for (size_t i = 0; i < fields.n; i++)
		if (!read_mount_field(&g, fields.at[i]))
			return false;
	if (!finish_mount(&g))
		return false;
	*out = g.m;
	return true;
}
