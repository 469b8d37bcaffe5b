#include "unit.h"

#include "base/buf.h"
#include "know/know.h"
#include "source/load.h"
#include "source/workload.h"

enum { WORDS_MAX = 4 };

/* What a run says over an image or a Dockerfile, and the container that comes of it. */
static const struct row {
	const char *name;
	const char *image, *dockerfile; /* one of the two */
	const char *user;
	const char *entrypoint[WORDS_MAX], *cmd[WORDS_MAX];
	bool resets_entrypoint; /* an empty list was said */
	const char *group;
	enum runs_as runs_as;
	int64_t uid;	     /* -1: not known */
	const char *started; /* entrypoint | cmd, "-" for unset */
} rows[] = {
	{.name = "an image alone drops root as its table says",
		.image = "postgres:16",
		.runs_as = RUNS_AS_ROOT_THEN_DROPS,
		.uid = 0,
		.started = "- | -"},
	{.name = "a user on top switches that off",
		.image = "postgres:16",
		.user = "999",
		.runs_as = RUNS_AS_USER,
		.uid = 999,
		.started = "- | -"},
	{.name = "another command may not drop",
		.image = "postgres:16",
		.cmd = {"bash"},
		.runs_as = RUNS_AS_UNKNOWN,
		.uid = 0,
		.started = "- | bash"},
	{.name = "another entrypoint does not",
		.image = "postgres:16",
		.entrypoint = {"postgres"},
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "postgres | -"},
	{.name = "an entrypoint of the run may drop itself",
		.image = "debian:12",
		.entrypoint = {"gosu", "1234"},
		.cmd = {"server"},
		.runs_as = RUNS_AS_ROOT_THEN_DROPS,
		.uid = 0,
		.started = "gosu 1234 | server"},
	{.name = "an unknown image stays unknown",
		.image = "example.org/nobody/knows:1",
		.runs_as = RUNS_AS_UNKNOWN,
		.uid = -1,
		.started = "- | -"},
	{.name = "and a number over it is known all the same",
		.image = "example.org/nobody/knows:1",
		.user = "1000:1000",
		.runs_as = RUNS_AS_USER,
		.uid = 1000,
		.started = "- | -"},
	{.name = "root over an image of another user",
		.image = "gcr.io/distroless/static:nonroot",
		.user = "root",
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "- | -"},
	{.name = "root over a Dockerfile",
		.dockerfile = "FROM debian:12\nRUN useradd -u 1500 app\nUSER app\n",
		.user = "root",
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "- | -"},
	{.name = "an empty user says nothing",
		.dockerfile = "FROM debian:12\nUSER 1500\n",
		.user = "",
		.runs_as = RUNS_AS_USER,
		.uid = 1500,
		.started = "- | -"},
	{.name = "a name that the image has not",
		.dockerfile = "FROM debian:12\n",
		.user = "ghost",
		.runs_as = RUNS_NOT_AT_ALL,
		.uid = -1,
		.started = "- | -"},
	{.name = "a command keeps the image's entrypoint",
		.dockerfile = "FROM debian:12\nENTRYPOINT [\"a\"]\nCMD [\"b\"]\n",
		.cmd = {"c", "d"},
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "a | c d"},
	{.name = "an entrypoint takes the image's command away",
		.dockerfile = "FROM debian:12\nENTRYPOINT [\"a\"]\nCMD [\"b\"]\n",
		.entrypoint = {"e"},
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "e | -"},
	{.name = "an empty list takes the entrypoint only",
		.dockerfile = "FROM debian:12\nENTRYPOINT [\"gosu\", \"7\"]\n"
			      "CMD [\"b\"]\n",
		.resets_entrypoint = true,
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "- | b"},
	{.name = "an empty word takes both",
		.dockerfile = "FROM debian:12\nENTRYPOINT [\"gosu\", \"7\"]\n"
			      "CMD [\"b\"]\n",
		.entrypoint = {""},
		.cmd = {"c"},
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "- | c"},
	{.name = "a group by number",
		.image = "debian:12",
		.group = "4711",
		.runs_as = RUNS_AS_ROOT,
		.uid = 0,
		.started = "- | -"},
	{.name = "a group that the image has not",
		.image = "debian:12",
		.group = "ghosts",
		.runs_as = RUNS_NOT_AT_ALL,
		.uid = 0,
		.started = "- | -"},
};

struct bed {
	struct arena arena;
	struct source_context ctx;
	struct load_options options;
	struct run run;
	const struct file *file; /* where the run's words stand */
};

static void bed_open(struct bed *b)
{
	memset(b, 0, sizeof(*b));
	b->ctx = (struct source_context){.arena = &b->arena,
		.world = world_memory(&b->arena),
		.know = know_builtin(&b->arena),
		.options = &b->options};
	b->file = file_new(&b->arena, STR("compose.yaml"), STR("web:\n  user: x\n"));
	b->run.file = b->file;
	b->run.anchor = span_of(b->file, 0, 3);
}

static struct value literal(struct bed *b, const char *text)
{
	return value_literal(&b->arena, str_c(text), span_of(b->file, 13, 1));
}

static const struct program *program(
	struct bed *b, const char *const *words, bool is_empty)
{
	struct words argv = {0};

	for (int i = 0; i < WORDS_MAX && words && words[i]; i++)
		*vec_push(&b->arena, &argv) =
			(struct word){.value = literal(b, words[i])};
	return argv.n || is_empty ? workload_program(&b->ctx, &argv, b->run.anchor)
				  : NULL;
}

static struct workload *make(struct bed *b, const struct row *row)
{
	struct workload_plan plan = {
		.name = STR("compose.yaml:web"), .service = STR("web"), .run = &b->run};
	struct input in;

	if (row->dockerfile) {
		world_put(b->ctx.world, STR("Dockerfile"), str_c(row->dockerfile));
		assert_int_equal(input_load(&b->arena, b->ctx.world, b->ctx.know,
					 STR("Dockerfile"), &b->options, &in, NULL),
			0);
		plan.build = in.project.builds.at[0];
		plan.stage = *vec_last(&plan.build->stages);
	} else {
		plan.image = literal(b, row->image);
		plan.image_span = b->run.anchor;
	}
	if (row->user)
		plan.user = fact_set(&b->arena, LAYER_RUN, literal(b, row->user),
			span_of(b->file, 13, 1), NULL);
	plan.entrypoint = program(b, row->entrypoint, row->resets_entrypoint);
	plan.cmd = program(b, row->cmd, false);
	if (row->group)
		*vec_push(&b->arena, &b->run.group_add) =
			(struct run_word){.value = literal(b, row->group)};
	return workload_make(&b->ctx, &plan);
}

static void show_program(struct buf *out, const struct program *p)
{
	if (!p || p->know == FACT_UNSET)
		buf_char(out, '-');
	for (size_t i = 0; p && i < p->argv.n; i++) {
		buf_add(out, i ? STR(" ") : STR_NONE);
		buf_add(out, value_display(out->arena, p->argv.at[i].value));
	}
}

static void the_run_lies_over_the_image(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct buf shown = {0};
		struct workload *w;
		struct id uid;
		struct bed b;

		bed_open(&b);
		w = make(&b, row);
		shown.arena = &b.arena;
		show_program(&shown, w->entrypoint);
		buf_add(&shown, STR(" | "));
		show_program(&shown, w->cmd);
		uid = w->launch.identity.uid;
		if (w->launch.runs_as != row->runs_as ||
			(uid.know == FACT_SET ? (int64_t)uid.n : -1) != row->uid ||
			!str_eq(buf_str(&shown), str_c(row->started)))
			fail_msg("%s: %.*s, uid %d %u, %.*s", row->name,
				STR_ARG(runs_as_name(w->launch.runs_as)), uid.know,
				uid.n, STR_ARG(buf_str(&shown)));
		assert_true(w->anchor.file == b.file);
		arena_free(&b.arena);
	}
}

static void what_is_hidden_stays_in_the_chain(void **state)
{
	const struct row row = {
		.dockerfile = "FROM debian:12\nUSER 1500\nVOLUME /data /logs\n"
			      "ENV A=1 B=2\n",
		.user = "0"};
	struct workload *w;
	struct str text;
	struct bed b;

	(void)state;
	bed_open(&b);
	*vec_push(&b.arena, &b.run.mounts) = (struct mount){.at = STR("/data")};
	w = make(&b, &row);
	assert_int_equal(w->user->layer, LAYER_RUN);
	assert_int_equal(w->user->hides->layer, LAYER_BUILD);
	assert_int_equal(span_start(w->user->hides->span).line, 2);
	/* /data is mounted already; /logs becomes an anonymous volume. */
	assert_int_equal(w->run->mounts.n, 2);
	assert_true(str_eq(w->run->mounts.at[1].at, STR("/logs")));
	assert_int_equal(w->run->mounts.at[1].origin, MOUNT_FROM_IMAGE);
	assert_int_equal(b.run.mounts.n, 1);
	assert_true(fact_str(&b.arena, binding_find(w->env, STR("B")), &text));
	assert_true(str_eq(text, STR("2")));
	arena_free(&b.arena);
}

static void the_environment_is_a_sum(void **state)
{
	struct run_pair pairs[] = {
		{.name = STR("A"), .has_value = true}, {.name = STR("ASKED")}};
	struct workload_plan plan = {.environment = {pairs, 2, 2}};
	struct workload *w;
	struct str text;
	struct bed b;

	(void)state;
	bed_open(&b);
	pairs[0].value = literal(&b, "over");
	plan.run = &b.run;
	plan.image = literal(&b, "python:3.12-slim");
	w = workload_make(&b.ctx, &plan);
	assert_true(fact_str(&b.arena, binding_find(w->env, STR("A")), &text));
	assert_true(str_eq(text, STR("over")));
	assert_int_equal(binding_find(w->env, STR("ASKED"))->know, FACT_UNKNOWN);
	assert_null(binding_find(w->env, STR("NEVER")));
	arena_free(&b.arena);
}

/* Pieces of a value keep the place of their own bytes; unknown ones count as one. */
static void values_are_cut(void **state)
{
	struct arena a = {0};
	const struct file *f = file_new(&a, STR("f"), STR("ab:${X}/c:ro"));
	struct segment parts[] = {
		{.kind = SEGMENT_LITERAL, .text = STR("ab:"), .span = span_of(f, 0, 3)},
		{.kind = SEGMENT_UNKNOWN, .name = STR("X"), .span = span_of(f, 3, 4)},
		{.kind = SEGMENT_LITERAL,
			.text = STR("/c:ro"),
			.span = span_of(f, 7, 5)},
	};
	struct value v = {parts, 3}, cut;

	(void)state;
	assert_int_equal(value_flat(&a, v).n, 9);
	assert_memory_equal(value_flat(&a, v).p, "ab:\0/c:ro", 9);
	cut = value_slice(&a, v, 3, 3);
	assert_true(str_eq(value_display(&a, cut), STR("${X}/c")));
	assert_int_equal(value_span(cut).offset, 3);
	assert_int_equal(value_span(cut).length, 6);
	assert_true(str_eq(value_display(&a, value_slice(&a, v, 7, 9)), STR("ro")));
	assert_int_equal(value_slice(&a, v, 9, 9).n, 1);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_run_lies_over_the_image),
		cmocka_unit_test(what_is_hidden_stays_in_the_chain),
		cmocka_unit_test(the_environment_is_a_sum),
		cmocka_unit_test(values_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
