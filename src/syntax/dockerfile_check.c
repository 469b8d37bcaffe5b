#include "syntax/dockerfile_read.h"
#include "syntax/dockerword.h"

/* What an instruction without an argument lacks; NULL where none is needed. */
static const char *const missing[DOCKERFILE_KEYWORD_COUNT] = {
	[DOCKERFILE_ADD] = "a source and a destination",
	[DOCKERFILE_ARG] = "a name, or name=value",
	[DOCKERFILE_COPY] = "a source and a destination",
	[DOCKERFILE_ENV] = "name=value",
	[DOCKERFILE_EXPOSE] = "a port",
	[DOCKERFILE_FROM] = "an image",
	[DOCKERFILE_HEALTHCHECK] = "NONE, or CMD and a command",
	[DOCKERFILE_LABEL] = "name=value",
	[DOCKERFILE_MAINTAINER] = "a name",
	[DOCKERFILE_ONBUILD] = "an instruction",
	[DOCKERFILE_RUN] = "a command",
	[DOCKERFILE_SHELL] = "a list such as [\"/bin/sh\", \"-c\"]",
	[DOCKERFILE_STOPSIGNAL] = "a signal",
	[DOCKERFILE_USER] = "a user",
	[DOCKERFILE_VOLUME] = "a path",
	[DOCKERFILE_WORKDIR] = "a path",
};

static struct str name_of(const struct dockerfile_instruction *in)
{
	return dockerfile_keyword_name(in->keyword);
}

/* The rest, or the keyword where nothing follows it. */
static struct span rest_span(const struct dockerfile_instruction *in)
{
	return in->rest.s.n ? text_span_all(&in->rest) : in->keyword_span;
}

static void say_missing(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	dockerfile_diag(r, DIAG_MISSING_ARGUMENT, in->keyword_span,
		"%.*s stands alone; expected %s behind it", STR_ARG(name_of(in)),
		missing[in->keyword]);
}

static bool is_stage_name(struct str name)
{
	if (!name.n || !byte_is_alpha(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!byte_is_alpha(name.p[i]) && !byte_is_digit(name.p[i]) &&
			!memchr("-_.", name.p[i], 3))
			return false;
	return true;
}

static void check_from(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	if (in->arg_count == 1)
		return;
	if (in->arg_count != 3 || !in->stage_name.s.n) {
		struct span span = text_span_all(&in->args[1]);

		span = span_join(span, text_span_all(&in->args[in->arg_count - 1]));
		dockerfile_diag(r, DIAG_BAD_ARGUMENT, span,
			"'%.*s' stands behind the image; FROM takes an image, or an image, "
			"AS and a name%s",
			STR_ARG(span_str(span)),
			in->args[1].s.p[0] == '#' ? ", and no comment on its line"
						  : "");
	} else if (!is_stage_name(in->stage_name.s)) {
		dockerfile_diag(r, DIAG_BAD_ARGUMENT, text_span_all(&in->stage_name),
			"'%.*s' cannot name a stage; expected a letter, then letters, "
			"digits, '-', '_' or '.'",
			STR_ARG(in->stage_name.s));
	}
}

static void check_pairs(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	bool names_alone = in->keyword == DOCKERFILE_ARG;

	for (uint32_t i = 0; i < in->pair_count; i++) {
		const struct dockerfile_pair *pair = &in->pairs[i];

		if (!pair->key.s.n)
			dockerfile_diag(r, DIAG_BAD_ARGUMENT,
				span_join(text_span_all(&pair->key),
					text_span_all(&pair->value)),
				"a name is missing before '='; %.*s takes name=value",
				STR_ARG(name_of(in)));
		else if (!pair->has_value && pair->is_legacy)
			dockerfile_diag(r, DIAG_MISSING_ARGUMENT,
				text_span_all(&pair->key),
				"%.*s '%.*s' has no value; expected %.*s=value",
				STR_ARG(name_of(in)), STR_ARG(pair->key.s),
				STR_ARG(pair->key.s));
		else if (!pair->has_value && !names_alone)
			dockerfile_diag(r, DIAG_BAD_ARGUMENT, text_span_all(&pair->key),
				"'%.*s' has no '='; where one pair of %.*s is written "
				"name=value, all are",
				STR_ARG(pair->key.s), STR_ARG(name_of(in)));
	}
}

static bool is_heredoc_word(
	const struct dockerfile_instruction *in, const struct text *arg)
{
	for (uint32_t i = 0; i < in->heredoc_count; i++)
		if (in->heredocs[i].word.offset == text_span_all(arg).offset)
			return true;
	return false;
}

static void check_copy(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	const struct text *last = &in->args[in->arg_count - 1];

	if (in->arg_count == 1)
		dockerfile_diag(r, DIAG_MISSING_ARGUMENT, text_span_all(last),
			"%.*s has only '%.*s'; expected a source and a destination",
			STR_ARG(name_of(in)), STR_ARG(last->s));
	else if (is_heredoc_word(in, last))
		dockerfile_diag(r, DIAG_BAD_ARGUMENT, text_span_all(last),
			"a heredoc stands where %.*s expects its destination",
			STR_ARG(name_of(in)));
}

static void check_volume(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->arg_count; i++)
		if (!str_trim(in->args[i].s).n)
			dockerfile_diag(r, DIAG_BAD_ARGUMENT,
				text_span_all(&in->args[i]),
				"a volume's path is empty; expected a path");
}

static void check_shell(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	if (!in->is_exec)
		dockerfile_diag(r, DIAG_BAD_ARGUMENT, rest_span(in),
			"SHELL takes a JSON list; expected something like [\"/bin/bash\", "
			"\"-c\"]");
}

/* 1h2m3.5s: digits with at most one point, then a unit, once or more; or "0". */
static bool is_duration(struct str s)
{
	static const char *const units[] = {
		"ns", "us", "\xc2\xb5s", "ms", "s", "m", "h"};

	if (s.n && (s.p[0] == '+' || s.p[0] == '-'))
		s = str_from(s, 1);
	if (str_eq(s, STR("0")))
		return true;
	for (bool any = false;; any = true) {
		size_t digits = 0, points = 0, u;

		if (!s.n)
			return any;
		for (; s.n && (byte_is_digit(s.p[0]) || s.p[0] == '.');
			s = str_from(s, 1))
			*(s.p[0] == '.' ? &points : &digits) += 1;
		for (u = 0; u < 7 && !str_starts(s, str_c(units[u])); u++)
			continue;
		if (!digits || points > 1 || u == 7)
			return false;
		s = str_from(s, strlen(units[u]));
	}
}

static void check_health_flags(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->flag_count; i++) {
		const struct dockerfile_flag *flag = &in->flags[i];
		bool counts = str_eq(flag->name.s, STR("retries"));
		uint32_t number;

		if (!flag->is_known || !flag->value.s.n)
			continue;
		if (counts ? !str_to_u32(flag->value.s, &number)
			   : !is_duration(flag->value.s))
			dockerfile_diag(r, DIAG_BAD_FLAG, flag->span,
				"'%.*s' cannot be read; expected %s",
				STR_ARG(flag->value.s),
				counts ? "a number"
				       : "a duration such as 30s or 1m30s");
	}
}

static void check_health(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	struct str type = in->health_type.s;

	if (str_eq_nocase(type, STR("NONE"))) {
		if (in->arg_count)
			dockerfile_diag(r, DIAG_BAD_ARGUMENT,
				text_span_all(&in->args[0]),
				"HEALTHCHECK NONE takes nothing behind it");
	} else if (!str_eq_nocase(type, STR("CMD"))) {
		dockerfile_diag(r, DIAG_BAD_ARGUMENT, text_span_all(&in->health_type),
			"HEALTHCHECK '%.*s' is unknown; expected CMD or NONE",
			STR_ARG(type));
	} else if (!in->arg_count) {
		dockerfile_diag(r, DIAG_MISSING_ARGUMENT,
			text_span_all(&in->health_type),
			"HEALTHCHECK CMD has no command; expected one behind it");
	}
	check_health_flags(r, in);
}

static void check_onbuild(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	const struct dockerfile_instruction *held = in->trigger;

	if (held->keyword == DOCKERFILE_ONBUILD || held->keyword == DOCKERFILE_FROM ||
		held->keyword == DOCKERFILE_MAINTAINER)
		dockerfile_diag(r, DIAG_BAD_ONBUILD, held->keyword_span,
			"ONBUILD cannot hold %.*s; expected another instruction",
			STR_ARG(name_of(held)));
}

typedef void check(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in);

static check *const checks[DOCKERFILE_KEYWORD_COUNT] = {
	[DOCKERFILE_ADD] = check_copy,
	[DOCKERFILE_ARG] = check_pairs,
	[DOCKERFILE_COPY] = check_copy,
	[DOCKERFILE_ENV] = check_pairs,
	[DOCKERFILE_FROM] = check_from,
	[DOCKERFILE_HEALTHCHECK] = check_health,
	[DOCKERFILE_LABEL] = check_pairs,
	[DOCKERFILE_ONBUILD] = check_onbuild,
	[DOCKERFILE_RUN] = dockerfile_check_run,
	[DOCKERFILE_SHELL] = check_shell,
	[DOCKERFILE_VOLUME] = check_volume,
};

/* "[]" says "nothing" in CMD, ENTRYPOINT and RUN, and is no argument elsewhere. */
static bool is_empty(const struct dockerfile_instruction *in)
{
	if (in->keyword == DOCKERFILE_RUN && in->is_exec)
		return false;
	return !in->arg_count && !in->pair_count && !in->trigger &&
		!in->health_type.s.n;
}

void dockerfile_check(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	if (is_empty(in)) {
		if (missing[in->keyword])
			say_missing(r, in);
	} else if (checks[in->keyword]) {
		checks[in->keyword](r, in);
	}
}
