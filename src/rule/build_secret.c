#include "rule/build_secret.h"

#include "base/buf.h"

/* ---- names in a text ---- */

static bool is_name_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_';
}

size_t build_secret_find(struct str text, struct str name)
{
	for (size_t from = 0; from < text.n;) {
		size_t at = from + str_find_str(str_from(text, from), name);
		size_t end = at + name.n;

		if (at >= text.n)
			break;
		if ((!at || !is_name_byte(text.p[at - 1])) &&
			(end == text.n || !is_name_byte(text.p[end])))
			return at;
		from = at + 1;
	}
	return text.n;
}

bool build_secret_is_expanded(struct str text, struct str name)
{
	for (size_t from = 0; from < text.n;) {
		size_t at = from + build_secret_find(str_from(text, from), name);

		if (at >= text.n)
			return false;
		if ((at && text.p[at - 1] == '$') ||
			(at > 1 && text.p[at - 1] == '{' && text.p[at - 2] == '$'))
			return true;
		from = at + name.n;
	}
	return false;
}

/* ---- programs ---- */

/* What looks at its own variables only, and starts nobody who looks at more. */
static const char *const blind[] = {"[", "addgroup", "adduser", "apk", "apt", "apt-get",
	"apt-key", "apt-mark", "awk", "base64", "basename", "cat", "cd", "chgrp",
	"chmod", "chown", "cp", "curl", "cut", "date", "delgroup", "deluser", "dirname",
	"dnf", "dpkg", "echo", "exit", "export", "false", "find", "fc-cache", "getent",
	"git", "gpg", "grep", "groupadd", "groupmod", "gunzip", "gzip", "head", "id",
	"install", "jq", "ldconfig", "ln", "locale-gen", "ls", "microdnf", "mkdir",
	"mktemp", "mv", "printf", "pwd", "rm", "rmdir", "sed", "set", "sha256sum",
	"sha512sum", "sleep", "sort", "stat", "tail", "tar", "tee", "test", "touch",
	"tr", "true", "tzdata", "umask", "uname", "uniq", "unzip",
	"update-ca-certificates", "update-alternatives", "useradd", "usermod", "wc",
	"wget", "which", "xz", "yum", NULL};

/* They put variables into what a file says that they are given, and only there. */
static const char *const readers[] = {"pip", "pip2", "pip3", NULL};

static bool is_listed(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(name, str_c(*list)))
			return true;
	return false;
}

/* `-r file`, `-e .`, `./pkg`, or a word that is not known. */
static bool names_a_file(struct arena *a, const struct words *argv)
{
	for (size_t i = 1; i < argv->n; i++) {
		struct str word;

		if (!value_str(a, argv->at[i].value, &word) ||
			str_starts(word, STR("-r")) || str_starts(word, STR("-c")) ||
			str_starts(word, STR("-f")) || str_eq(word, STR("-e")) ||
			str_starts(word, STR("--requirement")) ||
			str_starts(word, STR("--constraint")) ||
			str_starts(word, STR("--file")) ||
			str_starts(word, STR("--editable")) ||
			str_starts(word, STR(".")) || str_starts(word, STR("/")))
			return true;
	}
	return false;
}

static bool looks_at(struct arena *a, const struct command *c, struct str variable)
{
	struct str name;

	if (!c->argv.n)
		return false; /* an assignment */
	if (!command_name(c, &name))
		return true;
	if (is_listed(name, readers))
		return str_starts(variable, STR("PIP_")) || names_a_file(a, &c->argv);
	/* An address that is no secret by its name may be anybody's: HTTP_PROXY. */
	return !secret_name_is(variable) || !is_listed(name, blind);
}

/* A RUN that does not name it. */
static enum build_take run_take(
	struct arena *a, const struct step *step, struct str variable)
{
	if (!step->commands.n)
		return TAKEN_PERHAPS; /* no shell that oakum reads */
	vec_each (struct command *const, c, &step->commands)
		if (looks_at(a, *c, variable))
			return TAKEN_PERHAPS;
	return TAKEN_NOT;
}

/* ---- who takes it ---- */

/* Instructions in which the builder puts values in; the others leave `$` to a shell. */
static bool is_expanded_by_builder(const struct step *step)
{
	switch (step->kind) {
	case STEP_CMD:
	case STEP_ENTRYPOINT:
	case STEP_HEALTHCHECK:
	case STEP_SHELL:
		return false;
	default:
		return true;
	}
}

static void add_taker(struct arena *a, struct build_secret *s, const struct step *step)
{
	struct str text = span_str(step->span);
	enum build_take how = TAKEN_OTHERWISE;

	if (step->kind == STEP_RUN)
		how = build_secret_find(text, s->name) < text.n
			? TAKEN_BY_NAME
			: run_take(a, step, s->name);
	else if (!is_expanded_by_builder(step) ||
		!build_secret_is_expanded(text, s->name))
		return;
	else if (step->kind == STEP_ENV)
		how = TAKEN_FOR_GOOD;
	*vec_push(a, &s->takers) = (struct build_taker){how, step};
}

static const struct binding *declared(const struct step *step, struct str name)
{
	if (step->kind != STEP_ARG)
		return NULL;
	for (const struct binding *b = step->after->args; b && b != step->before->args;
		b = b->older)
		if (str_eq(b->name, name))
			return b;
	return NULL;
}

bool build_secret_is_kept(const struct build *build, const struct stage *stage)
{
	const struct stage *last = build->stages.n ? *vec_last(&build->stages) : NULL;

	for (; last; last = last->parent)
		if (last == stage)
			return true;
	return false;
}

/* Everything below an ARG of that name, in the stages that say it or stand on one. */
static void find_takers(
	struct arena *a, const struct build *build, struct build_secret *s)
{
	vec_each (struct stage *const, stage, &build->stages) {
		bool has_it = binding_find((*stage)->start->args, s->name) != NULL;

		vec_each (const struct step, step, &(*stage)->steps) {
			if (has_it)
				add_taker(a, s, step);
			if (!declared(step, s->name))
				continue;
			if (!step->is_onbuild)
				*vec_push(a, &s->args) = step;
			s->is_kept |= build_secret_is_kept(build, *stage);
			has_it = true;
		}
	}
}

/* ---- what is said ---- */

/* The value that stands behind NAME= in the instruction. */
static enum secret_kind default_kind(
	struct arena *a, const struct build *build, const struct binding *b)
{
	struct str text;

	if (b->fact->know != FACT_SET || b->fact->span.file != build->file ||
		!value_str(a, b->fact->value, &text))
		return SECRET_NONE;
	return secret_value_kind(text);
}

static bool has(const struct build_secrets *all, struct str name)
{
	vec_each (const struct build_secret, s, all)
		if (str_eq(s->name, name))
			return true;
	return false;
}

static void begin(struct arena *a, const struct build *build, const struct step *step,
	const struct binding *b, struct build_secret *out)
{
	struct span at = step->argument;

	*out = (struct build_secret){.name = b->name,
		.kind = default_kind(a, build, b),
		.span = span_of(at.file,
			at.offset + build_secret_find(span_str(at), b->name),
			b->name.n)};
	find_takers(a, build, out);
}

bool build_secret_of(struct arena *a, const struct build *build, struct str name,
	struct build_secret *out)
{
	vec_each (struct stage *const, stage, &build->stages)
		vec_each (const struct step, step, &(*stage)->steps) {
			const struct binding *b = declared(step, name);

			if (!b || step->is_onbuild)
				continue;
			begin(a, build, step, b, out);
			return true;
		}
	return false;
}

struct build_secrets build_secrets_of(struct arena *a, const struct build *build)
{
	struct build_secrets out = {0};

	vec_each (struct stage *const, stage, &build->stages)
		vec_each (const struct step, step, &(*stage)->steps) {
			const struct binding *b = step->after->args;

			if (step->kind != STEP_ARG || step->is_onbuild)
				continue;
			for (; b && b != step->before->args; b = b->older)
				if (out.n < BUILD_SECRETS_MAX &&
					secret_name_is(b->name) && !has(&out, b->name))
					begin(a, build, step, b, vec_push(a, &out));
		}
	return out;
}

struct str build_secret_id(struct arena *a, struct str name)
{
	struct buf out = {.arena = a};

	for (size_t i = 0; i < name.n; i++)
		buf_char(&out, byte_lower(name.p[i]));
	return buf_str(&out);
}

/* ---- what nobody may see ---- */

static void add_values(struct arena *a, const struct binding *from,
	const struct binding *to, const struct file *file, struct secret_spans *out)
{
	struct str text;

	for (const struct binding *b = from; b && b != to; b = b->older)
		if (secret_name_is(b->name) && b->fact->span.file == file &&
			value_str(a, b->fact->value, &text) &&
			secret_value_kind(text) != SECRET_NONE)
			*vec_push(a, out) = b->fact->span;
}

struct secret_spans build_secret_values(struct arena *a, const struct build *build)
{
	struct secret_spans out = {0};

	vec_each (struct stage *const, stage, &build->stages)
		vec_each (const struct step, step, &(*stage)->steps) {
			const struct state *old = step->before, *new = step->after;

			if (step->kind == STEP_ARG)
				add_values(a, new->args, old->args, build->file, &out);
			if (step->kind == STEP_ENV)
				add_values(a, new->env, old->env, build->file, &out);
		}
	return out;
}
