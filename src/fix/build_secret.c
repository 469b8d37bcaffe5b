/*
 * A secret that a build is given as ARG becomes a build secret.
 *
 * `RUN --mount=type=secret,id=…,env=NAME` gives the step the very environment variable
 * that the ARG gave it, whoever the step runs as, and leaves the command alone: a mounted
 * file would have to be read by every command that wants it, be owned by the USER of the
 * moment, and cannot be had in a RUN that is a list. So every RUN that takes the ARG, or
 * starts something that may, gets the mount; where anything else takes it, it is a
 * person's to decide.
 */
#include "rule/build_secret.h"

#include "fix/makers.h"
#include "fix/secret_file.h"
#include "model/facts.h"
#include "rule/secret.h"

/* `env=` came with this version of the Dockerfile frontend (BuildKit, reference.md). */
enum { FRONTEND_MAJOR = 1, FRONTEND_MINOR = 10 };

static const struct str title = STR_INIT("Take the secret out of the build arguments");

/* Where the value comes from, as the services that build it say. */
enum origin { ORIGIN_OUTSIDE, ORIGIN_VARIABLE, ORIGIN_LITERAL };

/* One ARG on its way. */
struct moving {
	struct fixing *f;
	struct fix_part *part;
	const struct build_secret *secret;
	struct str rule; /* that has spoken */
	struct str id;
	enum origin origin;
	struct str text; /* VARIABLE: its name; LITERAL: the value */
};

__attribute__((format(printf, 2, 3))) static bool leave(
	const struct moving *m, const char *fmt, ...)
{
	va_list args;
	struct str why;

	va_start(args, fmt);
	why = arena_vprintf(m->f->arena, fmt, args);
	va_end(args);
	fix_cannot(m->f, title, m->rule, "%.*s", STR_ARG(why));
	return false;
}

static uint32_t line_of(const struct step *step)
{
	return span_start(step->span).line;
}

/* ---- may the file say it? ---- */

/* The word behind `# syntax=` among the comments that open the file; or empty. */
static struct str frontend_of(const struct file *file)
{
	struct str_fields lines = {.rest = file->bytes};
	struct str line;

	while (str_next_field(&lines, '\n', &line)) {
		struct str text = str_trim(line), key;
		size_t equals;

		if (!str_starts(text, STR("#")))
			return STR_NONE;
		text = str_trim(str_from(text, 1));
		equals = str_find(text, '=');
		key = str_trim(str_sub(text, 0, equals));
		if (equals == text.n)
			return STR_NONE;
		if (str_eq_nocase(key, STR("syntax")))
			return str_trim(str_from(text, equals + 1));
	}
	return STR_NONE;
}

/* "docker/dockerfile:1.4" is older than what knows `env=`; what names no number is not. */
static bool is_old_frontend(struct str image)
{
	struct str tag = str_sub(image, 0, str_find(image, '@'));
	struct str_fields numbers;
	struct str word;
	uint32_t major, minor;

	tag = str_from(tag, str_find(tag, ':'));
	numbers = (struct str_fields){.rest = str_from(tag, tag.n ? 1 : 0)};
	if (!str_next_field(&numbers, '.', &word) || !str_to_u32(word, &major))
		return false;
	if (major != FRONTEND_MAJOR || !str_next_field(&numbers, '.', &word))
		return major < FRONTEND_MAJOR;
	word = str_sub(word, 0, str_find(word, '-'));
	return str_to_u32(word, &minor) && minor < FRONTEND_MINOR;
}

static bool has_frontend(const struct moving *m)
{
	const struct build *build = m->f->workload->build;
	struct str image = frontend_of(build->file);

	if (build->builder == BUILDER_CLASSIC)
		return leave(m,
			"The classic builder has no build secrets. Build with BuildKit "
			"(`DOCKER_BUILDKIT=1`), or fetch what needs `%.*s` before the "
			"build and COPY it.",
			STR_ARG(m->secret->name));
	if (image.n && str_find_str(image, STR("docker/dockerfile")) == image.n)
		return leave(m,
			"The first line asks for the frontend `%.*s`; whether it knows "
			"`RUN --mount=type=secret,env=` is its own affair.",
			STR_ARG(image));
	if (is_old_frontend(image))
		return leave(m,
			"`%.*s` in the first line is older than "
			"`RUN --mount=type=secret,env=`: write "
			"`# syntax=docker/dockerfile:1` and run this again.",
			STR_ARG(image));
	return true;
}

/* An ARG in front of the first FROM of the same name; no step says it. */
static bool is_global(const struct moving *m)
{
	const struct build *build = m->f->workload->build;
	struct str head = str_sub(build->file->bytes, 0,
		build->stages.n ? build->stages.at[0]->span.offset : 0);

	return build_secret_find(head, m->secret->name) < head.n;
}

/* `RUN --mount=type=secret,id=NAME`: somebody is half way there. */
static bool is_half_done(const struct moving *m, const struct step *run)
{
	struct str text = str_sub(
		span_str(run->span), 0, run->argument.offset - run->span.offset);

	return build_secret_find(text, m->secret->name) < text.n ||
		build_secret_find(text, m->id) < text.n;
}

static bool understands(const struct moving *m)
{
	const struct build_secret *s = m->secret;
	size_t runs = 0;

	vec_each (const struct build_taker, t, &s->takers) {
		if (t->how == TAKEN_FOR_GOOD)
			return false; /* leave_variables says it */
		if (t->how == TAKEN_OTHERWISE || t->step->is_onbuild)
			return leave(m,
				"Line %u takes `%.*s` where no build secret can go. Give "
				"it what it needs another way, and run this again.",
				line_of(t->step), STR_ARG(s->name));
		if (is_half_done(m, t->step))
			return leave(m,
				"Line %u mounts a secret of that name already: take the "
				"ARG `%.*s` out, and name it with `env=%.*s`.",
				line_of(t->step), STR_ARG(s->name), STR_ARG(s->name));
		runs += t->how != TAKEN_NOT;
	}
	if (!runs)
		return leave(m, "Nothing needs the ARG `%.*s`: take it out.",
			STR_ARG(s->name));
	return !is_global(m) ||
		leave(m,
			"`%.*s` is an ARG in front of FROM as well: take that one out, "
			"and run this again.",
			STR_ARG(s->name));
}

/* ---- who gives it ---- */

static bool builds_the_same(const struct moving *m, const struct workload *w)
{
	return w->build && w->build->file && w->run &&
		str_eq(w->build->file->path, m->f->workload->build->file->path);
}

static const struct run_pair *pair_of(const struct workload *w, struct str name)
{
	const struct run_pair *found = NULL;

	vec_each (const struct run_pair, pair, &w->run->build_args)
		if (str_eq(pair->name, name))
			found = pair;
	return found;
}

/* The `-secret` of ${NAME:-secret}, which stands where it is used. */
static bool is_default(const struct segment *s)
{
	return s->text.n && s->definition.file == s->span.file &&
		s->definition.offset == s->span.offset;
}

/* NAME, NAME=${OTHER}, NAME=literal; false for what is put together. */
static bool origin_of(struct moving *m, const struct run_pair *pair, enum origin *out,
	struct str *text)
{
	*out = ORIGIN_VARIABLE;
	*text = pair->name;
	if (!pair->has_value)
		return true;
	if (pair->value.n == 1 && pair->value.at[0].kind != SEGMENT_LITERAL &&
		pair->value.at[0].name.n) {
		*text = pair->value.at[0].name;
		return !is_default(&pair->value.at[0]);
	}
	*out = ORIGIN_LITERAL;
	return pair->value.n == 1 && value_str(m->f->arena, pair->value, text);
}

static bool find_origin(struct moving *m)
{
	bool is_first = true;

	vec_each (struct workload *const, w, &m->f->input->project.workloads) {
		const struct run_pair *pair;
		enum origin origin;
		struct str text;

		if (!builds_the_same(m, *w))
			continue;
		if ((*w)->run->source == RUN_BY_LINE)
			return leave(m,
				"Take the ARG out, write `RUN --mount=type=secret,id=%.*s,"
				"env=%.*s` where it is needed, and let the script build "
				"with `--secret id=%.*s,env=%.*s` instead of "
				"`--build-arg`.",
				STR_ARG(m->id), STR_ARG(m->secret->name),
				STR_ARG(m->id), STR_ARG(m->secret->name));
		pair = pair_of(*w, m->secret->name);
		if (!pair)
			continue;
		if (!origin_of(m, pair, &origin, &text))
			return leave(m,
				"`%.*s` of service `%.*s` is more than one variable: put "
				"the value into `.env`, write `${%.*s}`, and run this "
				"again.",
				STR_ARG(pair->name), STR_ARG((*w)->service),
				STR_ARG(pair->name));
		if (!is_first && (origin != m->origin || !str_eq(text, m->text)))
			return leave(m,
				"The services that build it give `%.*s` different values: "
				"declare a secret for each.",
				STR_ARG(pair->name));
		m->origin = origin;
		m->text = text;
		is_first = false;
	}
	return true;
}

/* ---- the changes ---- */

static size_t count_names(const struct step *arg)
{
	size_t n = 0;

	for (const struct binding *b = arg->after->args; b && b != arg->before->args;
		b = b->older)
		n++;
	return n;
}

/* NAME, or NAME=default, to the blank behind it. */
static struct span word_at(const struct step *arg, struct str name)
{
	struct str text = span_str(arg->argument);
	size_t from = build_secret_find(text, name), to = from;
	char quote = 0;

	for (; to < text.n && (quote || !byte_is_space(text.p[to])); to++) {
		char c = text.p[to];

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
	}
	return span_of(arg->argument.file, arg->argument.offset + from, to - from);
}

static struct change *build_change(const struct moving *m, enum change_kind kind,
	enum change_op op, struct span at)
{
	struct change *c = fix_change(m->f, m->part, kind, op);

	c->at = at;
	return c;
}

static void change_file(const struct moving *m)
{
	vec_each (const struct step *const, arg, &m->secret->args)
		if (count_names(*arg) == 1)
			build_change(m, CHANGE_STEP, CHANGE_REMOVE, (*arg)->span);
		else
			build_change(m, CHANGE_WORD, CHANGE_REMOVE,
				word_at(*arg, m->secret->name));
	vec_each (const struct build_taker, t, &m->secret->takers) {
		struct change *c;

		if (t->how == TAKEN_NOT)
			continue;
		c = build_change(m, CHANGE_FLAG, CHANGE_SET, t->step->span);
		c->name = STR("mount");
		c->value = arena_printf(m->f->arena, "type=secret,id=%.*s,env=%.*s",
			STR_ARG(m->id), STR_ARG(m->secret->name));
	}
	fix_footprint_build(m->f, m->part, "run/*");
	fix_footprint(m->f, m->part, "project/stage/*/step/*");
}

/* build.args of a service becomes build.secrets. */
static void change_service(
	const struct moving *m, const struct workload *w, const struct run_pair *pair)
{
	struct change *c = build_change(m, CHANGE_RUN, CHANGE_REMOVE, pair->span);

	c->workload = w;
	c->key = STR("build.args");
	c = build_change(m, CHANGE_RUN, CHANGE_ADD, SPAN_NONE);
	c->workload = w;
	c->key = STR("build.secrets");
	c->value = m->id;
	fix_footprint(m->f, m->part, "%.*s/build_arg/%.*s",
		STR_ARG(workload_fact_name(w)), STR_ARG(m->secret->name));
}

static void declare(const struct moving *m)
{
	struct arena *a = m->f->arena;

	if (m->origin == ORIGIN_LITERAL) {
		secret_file_add(m->f, m->part, m->id, m->text);
		secret_declare(m->f, m->part, m->id, "file",
			arena_printf(a, "./secrets/%.*s", STR_ARG(m->id)));
	} else {
		secret_declare(m->f, m->part, m->id, "environment", m->text);
	}
}

/* Does a service give it at all? */
static bool change_services(const struct moving *m)
{
	bool is_given = false;

	vec_each (struct workload *const, w, &m->f->input->project.workloads) {
		const struct run_pair *pair;

		if (!builds_the_same(m, *w))
			continue;
		pair = pair_of(*w, m->secret->name);
		if (!pair)
			continue;
		change_service(m, *w, pair);
		is_given = true;
	}
	if (is_given)
		declare(m);
	return is_given;
}

/* ---- the part ---- */

static bool writes_it_down(const struct build_taker *t, struct str name)
{
	vec_each (struct command *const, c, &t->step->commands) {
		struct str text = span_str((*c)->span);

		vec_each (const struct redirect, r, &(*c)->redirects)
			if ((r->kind == REDIRECT_OUT || r->kind == REDIRECT_APPEND) &&
				build_secret_find(text, name) < text.n)
				return true;
		if (command_is(*c, STR("git")) &&
			build_secret_find(text, name) < text.n)
			return true;
	}
	return false;
}

static size_t count_perhaps(const struct build_secret *s)
{
	size_t n = 0;

	vec_each (const struct build_taker, t, &s->takers)
		n += t->how == TAKEN_PERHAPS;
	return n;
}

static void add_by_hand(const struct moving *m, bool is_given)
{
	struct arena *a = m->f->arena;
	struct strs *out = &m->part->by_hand;

	if (!is_given)
		*vec_push(a, out) = arena_printf(a,
			"Build with `docker build --secret id=%.*s,env=%.*s`, instead of "
			"`--build-arg`.",
			STR_ARG(m->id), STR_ARG(m->secret->name));
	vec_each (const struct build_taker, t, &m->secret->takers)
		if (t->how == TAKEN_BY_NAME && writes_it_down(t, m->secret->name))
			*vec_push(a, out) = arena_printf(a,
				"The RUN on line %u may write `%.*s` into a file: see "
				"that the same RUN takes it away again.",
				line_of(t->step), STR_ARG(m->secret->name));
	if (count_perhaps(m->secret))
		*vec_push(a, out) = arena_printf(a,
			"%zu of the RUNs do not name `%.*s`, but start what may read it: "
			"take the mount out where nothing does.",
			count_perhaps(m->secret), STR_ARG(m->secret->name));
	*vec_push(a, out) = arena_printf(a,
		"Change `%.*s`: images that were built with it have it in their history.",
		STR_ARG(m->secret->name));
}

static bool move(struct moving *m)
{
	m->id = build_secret_id(m->f->arena, m->secret->name);
	if (!has_frontend(m) || !understands(m) || !find_origin(m))
		return false;
	if (secret_declared(m->f, m->id))
		return leave(m,
			"`secrets:` has a `%.*s` already: see whether it is this one, "
			"name it below `build:`, and take the ARG out.",
			STR_ARG(m->id));
	change_file(m);
	add_by_hand(m, change_services(m));
	return true;
}

static const struct str rules[] = {
	STR_INIT("compose-build-args-secret"), STR_INIT("secret-in-arg-env")};

static struct str spoken_rule(const struct fixing *f)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (fix_finding(f, rules[i]))
			return rules[i];
	return STR_NONE;
}

static void describe(struct fixing *f, struct fix_part *part, const struct strs *moved)
{
	part->title = moved->n == 1
		? arena_printf(f->arena, "Hand %.*s to the build as a secret",
			  STR_ARG(moved->at[0]))
		: arena_printf(f->arena,
			  "Hand %.*s and %zu more to the build as secrets",
			  STR_ARG(moved->at[0]), moved->n - 1);
	part->why = STR("The steps that need it find the same variable in their "
			"environment; neither the image nor the cache keeps it.");
	part->class = FIX_CHANGES_RUN;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (fix_finding(f, rules[i]))
			fix_cures(f, part, rules[i]);
}

/* By their names, and where a service hands over an address with a password in it. */
static struct build_secrets secrets_of(const struct fixing *f)
{
	const struct build *build = f->workload->build;
	struct build_secrets all = build_secrets_of(f->arena, build);
	struct secret_uses uses = secret_uses_of(f->arena, f->workload);

	vec_each (const struct secret_use, use, &uses) {
		struct build_secret s;

		if (use->place == SECRET_BY_BUILD_ARG && !secret_name_is(use->name) &&
			build_secret_of(f->arena, build, use->name, &s))
			*vec_push(f->arena, &all) = s;
	}
	return all;
}

/* What an image keeps has no place to go that oakum would know of. */
static void leave_variables(struct fixing *f)
{
	const struct finding *found = NULL;

	while ((found = fix_next_finding(f, STR("secret-in-arg-env"), found)))
		if (str_starts(found->evidence, STR("ENV ")))
			fix_cannot(f, STR("Take the secret out of the image"),
				STR("secret-in-arg-env"),
				"Line %u keeps `%.*s` in the image. What the program "
				"needs when it runs is given when it starts; what only "
				"the build needs is an ARG, and no ENV: then run this "
				"again.",
				span_start(found->span).line,
				STR_ARG(str_from(found->evidence, 4)));
}

bool fix_build_secret(struct fixing *f, struct fix_part *part)
{
	struct str rule = spoken_rule(f);
	struct build_secrets all;
	struct strs moved = {0};
	bool has_file = false;

	if (!rule.n || !f->workload->build || !f->workload->build->file)
		return false;
	leave_variables(f);
	all = secrets_of(f);
	vec_each (const struct build_secret, s, &all) {
		struct moving m = {.f = f, .part = part, .secret = s, .rule = rule};

		if (!move(&m))
			continue;
		*vec_push(f->arena, &moved) = s->name;
		has_file |= m.origin == ORIGIN_LITERAL;
	}
	if (!moved.n)
		return false;
	if (has_file)
		secret_file_hide(f, part);
	if (!frontend_of(f->workload->build->file).n)
		*vec_push(f->arena, &part->by_hand) = STR(
			"It takes the Dockerfile frontend 1.10. Where the builder is "
			"older, put `# syntax=docker/dockerfile:1` in front.");
	describe(f, part, &moved);
	return true;
}
