/*
 * Rows 25, 27 to 43 and 47 to 50 of the grammar, as far as a reader answers them: what
 * the rooms above need to know is in the tree, in order and with its place.
 */
#include "dockerfile_unit.h"

#include "syntax/dockerword.h"
#include "syntax/sniff.h"

/* Answers A=1, B="" and UID=0; X is unknown; the rest is unset. */
static struct dockerword_value look(void *ctx, struct str name)
{
	(void)ctx;
	if (str_eq(name, STR("A")))
		return (struct dockerword_value){DOCKERWORD_SET, STR("1")};
	if (str_eq(name, STR("B")))
		return (struct dockerword_value){DOCKERWORD_SET, STR("")};
	if (str_eq(name, STR("UID")))
		return (struct dockerword_value){DOCKERWORD_SET, STR("0")};
	if (str_eq(name, STR("X")))
		return (struct dockerword_value){DOCKERWORD_UNKNOWN, STR("no default")};
	return (struct dockerword_value){DOCKERWORD_UNSET, STR_NONE};
}

static struct dockerword_result expand(struct reading *r, const struct text *text)
{
	struct dockerword_result out;

	dockerword_expand(&r->arena, text, r->df->escape, look, NULL, &r->diags, &out);
	return out;
}

/* Row 25: values stay as written, so that a reader above can expand them together. */
static void env_values_of_one_line_stay_unexpanded(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nENV A=2 b=$A\n");

	(void)state;
	assert_str(nth(r, 1)->pairs[1].value.s, "$A");
	assert_str(expand(r, &nth(r, 1)->pairs[1].value).s, "1");
	done(r);
}

/* Row 27 */
static void arg_stands_before_from_and_in_stages(void **state)
{
	struct reading *r = read_dockerfile("ARG TAG=1\nFROM a:$TAG\nARG TAG\n");

	(void)state;
	assert_dump(r, "(arg \"TAG=1\")\n(from \"a:$TAG\")\n(arg \"TAG\")");
	assert_true(nth(r, 0)->pairs[0].has_value);
	assert_false(nth(r, 2)->pairs[0].has_value);
	assert_quiet(r);
	done(r);
}

/* Row 28 */
static void arg_declares_several_names(void **state)
{
	struct reading *r = read_dockerfile("ARG P Q=1 R=\"x y\" S=\nFROM a\n");
	const struct dockerfile_pair *pairs = nth(r, 0)->pairs;

	(void)state;
	assert_int_equal(nth(r, 0)->pair_count, 4);
	assert_str(pairs[0].key.s, "P");
	assert_str(pairs[1].value.s, "1");
	assert_str(pairs[2].value.s, "\"x y\"");
	assert_str(span_str(text_span_all(&pairs[2].key)), "R");
	assert_true(pairs[3].has_value);
	assert_quiet(r);
	done(r);
}

/* Row 29 */
static void from_of_an_argument_without_default_is_unknown(void **state)
{
	struct reading *r = read_dockerfile("ARG X\nFROM $X\n");
	struct dockerword_result image = expand(r, &nth(r, 1)->image);

	(void)state;
	assert_false(image.is_known);
	assert_false(image.is_broken);
	assert_str(image.parts[0].name, "X");
	assert_str(image.parts[0].reason, "no default");
	assert_place(image.parts[0].span, 2, 6);
	assert_quiet(r);
	done(r);
}

/* Row 30 */
static void variables_expand_in_these_instructions_only(void **state)
{
	static const enum dockerfile_keyword expanding[] = {DOCKERFILE_ADD,
		DOCKERFILE_ARG, DOCKERFILE_COPY, DOCKERFILE_ENV, DOCKERFILE_EXPOSE,
		DOCKERFILE_FROM, DOCKERFILE_LABEL, DOCKERFILE_STOPSIGNAL,
		DOCKERFILE_USER, DOCKERFILE_VOLUME, DOCKERFILE_WORKDIR};
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expanding) / sizeof(expanding[0]); i++)
		assert_true(dockerfile_expands(expanding[i]));
	for (int k = 0; k < DOCKERFILE_KEYWORD_COUNT; k++)
		count += dockerfile_expands((enum dockerfile_keyword)k);
	assert_int_equal(count, sizeof(expanding) / sizeof(expanding[0]));
}

static void forms_of_a_variable_expand(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nLABEL a=${Z:-d} b=${A:+y} c=${B-d} d=${A#1} e=${PATH%%x} "
		"f=${A/1/2} g=\\$A h=$$ i=${UID:?no}\n");
	static const char *const expected[] = {
		"d", "y", "", "", "", "2", "$A", "", "0"};

	(void)state;
	for (unsigned i = 0; i < 9; i++)
		assert_str(expand(r, &nth(r, 1)->pairs[i].value).s, expected[i]);
	assert_quiet(r);
	done(r);
}

/* Row 31 */
static void platform_flag_keeps_its_variable_and_place(void **state)
{
	struct reading *r =
		read_dockerfile("FROM --platform=$BUILDPLATFORM golang:1 AS build\n");
	const struct dockerfile_flag *flag =
		dockerfile_flag_of(nth(r, 0), STR("platform"));

	(void)state;
	assert_str(flag->value.s, "$BUILDPLATFORM");
	assert_place(text_span_all(&flag->value), 1, 17);
	assert_str(nth(r, 0)->image.s, "golang:1");
	assert_place(text_span_all(&nth(r, 0)->stage_name), 1, 44);
	assert_quiet(r);
	done(r);
}

/* Rows 32, 33 and 34 */
static void stages_and_their_uses_are_in_order(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a AS Builder\nFROM builder AS final\n"
				"COPY --from=0 /x /\n"
				"COPY --from=ghcr.io/astral-sh/uv:latest /uv /\n");

	(void)state;
	assert_str(nth(r, 0)->stage_name.s, "Builder");
	assert_str(nth(r, 1)->image.s, "builder");
	assert_str(dockerfile_flag_of(nth(r, 2), STR("from"))->value.s, "0");
	assert_str(dockerfile_flag_of(nth(r, 3), STR("from"))->value.s,
		"ghcr.io/astral-sh/uv:latest");
	assert_quiet(r);
	done(r);
}

/* Rows 35, 36 and 37 */
static void users_are_kept_as_written(void **state)
{
	static const struct {
		const char *written, *expanded;
	} users[] = {
		{"$UID:$A", "0:1"},
		{"${NB_UID}", ""},
		{"1001:0", "1001:0"},
		{"0:0", "0:0"},
		{"root:root", "root:root"},
		{"1001", "1001"},
		{"\"app\"", "app"},
		{"ContainerAdministrator", "ContainerAdministrator"},
		{"${U:-app}:${G:-grp}", "app:grp"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		char bytes[128];
		struct reading *r;

		snprintf(bytes, sizeof(bytes), "FROM a\nUSER root\nUSER %s\n",
			users[i].written);
		r = read_dockerfile(bytes);
		assert_str(nth(r, 2)->args[0].s, users[i].written);
		assert_str(expand(r, &nth(r, 2)->args[0]).s, users[i].expanded);
		assert_place(text_span_all(&nth(r, 2)->args[0]), 3, 6);
		assert_quiet(r);
		done(r);
	}
}

/* Rows 38 and 39 */
static void workdir_is_one_argument(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nWORKDIR sub dir\nWORKDIR $A/b\n");

	(void)state;
	assert_str(nth(r, 1)->args[0].s, "sub dir");
	assert_str(expand(r, &nth(r, 2)->args[0]).s, "1/b");
	assert_quiet(r);
	done(r);
}

/* Row 40 */
static void volume_takes_words_or_json(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nVOLUME /a /b\nVOLUME [\"/c d\"]\n");

	(void)state;
	assert_int_equal(nth(r, 1)->arg_count, 2);
	assert_str(nth(r, 2)->args[0].s, "/c d");
	assert_quiet(r);
	done(r);
}

/* Row 41 */
static void entrypoint_cmd_and_healthcheck_are_told_apart(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nENTRYPOINT []\nCMD []\nHEALTHCHECK NONE\n"
		"HEALTHCHECK --interval=1m30s --retries=3 cmd curl  -f x || exit 1\n");

	(void)state;
	assert_true(nth(r, 1)->is_exec && !nth(r, 1)->arg_count);
	assert_str(nth(r, 3)->health_type.s, "NONE");
	assert_int_equal(nth(r, 3)->arg_count, 0);
	assert_str(nth(r, 4)->health_type.s, "cmd");
	assert_str(nth(r, 4)->args[0].s, "curl  -f x || exit 1");
	assert_quiet(r);
	done(r);
}

/* Row 42 */
static void shell_takes_json_only(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nSHELL bash -c\n");

	(void)state;
	assert_int_equal(nth(r, 1)->arg_count, 4);
	assert_diag(r, DIAG_BAD_ARGUMENT, "bash -c");
	assert_int_equal(r->diags.list.n, 1);
	done(r);
}

/* Row 43 */
static void mounts_are_cut_into_options(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nRUN --mount=target=. "
		"--mount=type=cache,uid=1000,mode=0755,sharing=locked,target=\"/root/.cache\" \\\n"
		"  --mount=type=secret,id=x,required pip install .\n");
	const struct dockerfile_flag *mount = nth(r, 1)->flags;

	(void)state;
	assert_int_equal(nth(r, 1)->flag_count, 3);
	assert_int_equal(mount[0].option_count, 1);
	assert_str(mount[0].options[0].key.s, "target");
	assert_int_equal(mount[1].option_count, 5);
	assert_str(mount[1].options[1].value.s, "1000");
	assert_place(text_span_all(&mount[1].options[1].value), 2, 45);
	assert_str(mount[1].options[4].value.s, "/root/.cache");
	assert_str(mount[2].options[2].key.s, "required");
	assert_false(mount[2].options[2].has_value);
	assert_place(mount[2].span, 3, 3);
	assert_str(nth(r, 1)->args[0].s, "pip install .");
	assert_quiet(r);
	done(r);
}

static void mount_options_may_be_quoted_as_csv(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nRUN --mount='type=bind,\"target=/a,b\",src=x' y\n");
	const struct dockerfile_flag *mount = nth(r, 1)->flags;

	(void)state;
	assert_int_equal(mount->option_count, 3);
	assert_str(mount->options[1].value.s, "/a,b");
	assert_str(mount->options[2].key.s, "src");
	assert_quiet(r);
	done(r);
}

/* Row 47 */
static void ports_are_words(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nEXPOSE 8080/tcp 53/udp 3000-3005 $A\n");
	struct dockerword_results words;

	(void)state;
	assert_int_equal(nth(r, 1)->arg_count, 4);
	assert_true(dockerword_split(
		&r->arena, &nth(r, 1)->rest, '\\', look, NULL, &r->diags, &words));
	assert_int_equal(words.n, 4);
	assert_str(words.at[1].s, "53/udp");
	assert_str(words.at[3].s, "1");
	assert_quiet(r);
	done(r);
}

/* Row 48 */
static void onbuild_holds_one_instruction(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nONBUILD COPY --chown=u . /x\n"
				"ONBUILD ONBUILD RUN x\nONBUILD FROM b\n"
				"ONBUILD maintainer m\nONBUILD NOPE\nONBUILD\n");
	const struct dockerfile_instruction *held = nth(r, 1)->trigger;
	unsigned bad = 0;

	(void)state;
	assert_int_equal(held->keyword, DOCKERFILE_COPY);
	assert_str(held->flags[0].value.s, "u");
	assert_str(held->args[1].s, "/x");
	assert_str(span_str(held->span), "COPY --chown=u . /x");
	vec_each (struct diag, d, &r->diags.list)
		bad += d->id == DIAG_BAD_ONBUILD;
	assert_int_equal(bad, 3);
	assert_diag(r, DIAG_BAD_ONBUILD, "ONBUILD");
	assert_diag(r, DIAG_UNKNOWN_INSTRUCTION, "NOPE");
	assert_diag(r, DIAG_MISSING_ARGUMENT, "ONBUILD");
	assert_place(diag_of(r, DIAG_MISSING_ARGUMENT)->span, 7, 1);
	done(r);
}

static enum input_kind kind_of(struct reading *r, const char *bytes)
{
	return sniff(&r->arena, file_new(&r->arena, STR("any"), str_c(bytes)), NULL);
}

/* Rows 49 and 50; sniff_test has the table. */
static void content_decides_and_templates_are_said(void **state)
{
	struct reading *r = read_dockerfile("FROM a\n");

	(void)state;
	assert_int_equal(
		kind_of(r, "#!/bin/bash\ncat <<EOF >Dockerfile\nFROM a\nEOF\n"),
		INPUT_SHELL);
	assert_int_equal(
		kind_of(r, "{% if x %}\nFROM {{ base }}\n{% endif %}\nRUN x\n"),
		INPUT_TEMPLATE);
	assert_int_equal(kind_of(r, "FROM a\nRUN docker inspect -f '{{.Id}}' x\n"),
		INPUT_DOCKERFILE);
	done(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(env_values_of_one_line_stay_unexpanded),
		cmocka_unit_test(arg_stands_before_from_and_in_stages),
		cmocka_unit_test(arg_declares_several_names),
		cmocka_unit_test(from_of_an_argument_without_default_is_unknown),
		cmocka_unit_test(variables_expand_in_these_instructions_only),
		cmocka_unit_test(forms_of_a_variable_expand),
		cmocka_unit_test(platform_flag_keeps_its_variable_and_place),
		cmocka_unit_test(stages_and_their_uses_are_in_order),
		cmocka_unit_test(users_are_kept_as_written),
		cmocka_unit_test(workdir_is_one_argument),
		cmocka_unit_test(volume_takes_words_or_json),
		cmocka_unit_test(entrypoint_cmd_and_healthcheck_are_told_apart),
		cmocka_unit_test(shell_takes_json_only),
		cmocka_unit_test(mounts_are_cut_into_options),
		cmocka_unit_test(mount_options_may_be_quoted_as_csv),
		cmocka_unit_test(ports_are_words),
		cmocka_unit_test(onbuild_holds_one_instruction),
		cmocka_unit_test(content_decides_and_templates_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
