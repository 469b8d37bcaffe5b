#include "source/runline_guess.h"

#include "source/run_values.h"

static bool contains_nocase(struct str s, struct str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (str_eq_nocase(str_sub(s, i, part.n), part))
			return true;
	return false;
}

static bool contains_any(struct str s, const struct str *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (contains_nocase(s, parts[i]))
			return true;
	return false;
}

bool guess_operand_name(struct str name)
{
	static const struct str parts[] = {STR_INIT("image"), STR_INIT("img"),
		STR_INIT("tag"), STR_INIT("repo"), STR_INIT("container"),
		STR_INIT("name")};

	return contains_any(name, parts, sizeof(parts) / sizeof(parts[0]));
}

bool guess_options_name(struct str name)
{
	static const struct str parts[] = {STR_INIT("opt"), STR_INIT("arg"),
		STR_INIT("flag"), STR_INIT("param"), STR_INIT("extra"),
		STR_INIT("mount"), STR_INIT("volume"), STR_INIT("env"),
		STR_INIT("port"), STR_INIT("gpu")};

	return contains_any(name, parts, sizeof(parts) / sizeof(parts[0]));
}

bool guess_is_open(const struct word *word)
{
	const struct segment *s = word->value.at;

	if (word->value.n != 1 || s->kind != SEGMENT_UNKNOWN)
		return false;
	return !word->is_quoted || str_eq(s->name, STR("@")) ||
		str_eq(s->sign, STR("[@]"));
}

bool guess_holds_options(const struct segment *s)
{
	return s->operand && s->operand->n && s->operand->at[0].text.n &&
		s->operand->at[0].text.p[0] == '-';
}

bool guess_is_image(struct str flat)
{
	size_t colon = str_find(flat, ':');

	if (str_find(flat, RUN_UNKNOWN) < flat.n || str_find(flat, '=') < flat.n)
		return false;
	return str_find(flat, '/') < flat.n || (colon > 1 && colon < flat.n);
}

bool guess_holds_image(struct arena *a, const struct segment *s)
{
	return s->operand && guess_is_image(value_flat(a, *s->operand));
}

bool guess_engine(const struct word *word, struct str *engine)
{
	static const struct str parts[] = {STR_INIT("container_engine"),
		STR_INIT("container_runtime"), STR_INIT("container_tool"),
		STR_INIT("container_cmd"), STR_INIT("container_cli"),
		STR_INIT("oci_engine"), STR_INIT("oci_runtime")};
	struct str name;

	if (word->value.n != 1 || word->value.at[0].kind != SEGMENT_UNKNOWN)
		return false;
	name = word->value.at[0].name;
	*engine = contains_nocase(name, STR("podman"))	? STR("podman")
		: contains_nocase(name, STR("nerdctl")) ? STR("nerdctl")
							: STR("docker");
	return contains_nocase(name, *engine) ||
		contains_any(name, parts, sizeof(parts) / sizeof(parts[0]));
}
