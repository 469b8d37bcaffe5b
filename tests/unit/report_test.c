#include "unit.h"

#include "report/excerpt.h"
#include "report/report.h"

/* A workload without a file behind it, as rules leave it. */
struct scene {
	struct arena arena;
	struct buf out;
	struct stage stage;
	struct base_image base;
	struct fact user;
	struct workload workload;
	struct workload *workloads[1];
	struct project project;
	struct rule rule;
	struct findings findings;
	struct report_input input;
};

static void scene_init(struct scene *s)
{
	*s = (struct scene){0};
	s->out.arena = &s->arena;
	s->base.know = FACT_SET;
	s->stage.base = &s->base;
	s->user.know = FACT_SET;
	s->workload.name = STR("Dockerfile");
	s->workload.stage = &s->stage;
	s->workload.base = &s->base;
	s->workload.launch.user = &s->user;
	s->workload.launch.identity.is_valid = ANSWER_YES;
	s->workload.launch.identity.groups_known = true;
	s->workloads[0] = &s->workload;
	s->project.workloads.at = s->workloads;
	s->project.workloads.n = 1;
	s->rule.name = STR("user-root");
	s->input = (struct report_input){.path = STR("Dockerfile"),
		.kind = STR("dockerfile"),
		.project = &s->project,
		.findings = &s->findings};
}

static struct finding *add_finding(struct scene *s, struct span span)
{
	struct finding *f = vec_push(&s->arena, &s->findings);

	f->rule = &s->rule;
	f->severity = SEVERITY_HIGH;
	f->verdict = ANSWER_YES;
	f->span = span;
	f->message = STR("what is wrong");
	*vec_push(&s->arena, &f->workloads) = s->workload.name;
	return f;
}

static bool out_has(const struct scene *s, const char *text)
{
	struct str out = buf_str(&s->out);

	return str_find_str(out, str_c(text)) < out.n;
}

#define assert_has(s, text)                                                            \
	do {                                                                           \
		if (!out_has(s, text))                                                 \
			fail_msg("no '%s' in:\n%.*s", text,                            \
				STR_ARG(buf_str(&(s)->out)));                          \
	} while (0)

/* The excerpt of [offset, offset + length) of a text, on a screen of that width. */
static struct str excerpt(struct scene *s, struct str text, uint32_t offset,
	uint32_t length, unsigned width)
{
	const struct file *f = file_new(&s->arena, STR("Dockerfile"), text);
	struct screen screen = {.out = &s->out, .width = width};

	s->out.n = 0;
	excerpt_add(&screen, 0, span_of(f, offset, length), PAINT_RED);
	return buf_str(&s->out);
}

static void headlines_say_who_it_runs_as(void **state)
{
	struct scene s;
	struct launch *l;

	(void)state;
	scene_init(&s);
	l = &s.workload.launch;
	l->runs_as = RUNS_AS_ROOT;
	report_headline(&s.out, &s.workload, NULL);
	assert_str(buf_str(&s.out), "runs as root");

	s.out.n = 0;
	l->runs_as = RUNS_AS_USER;
	l->identity.uid = id_of(1001);
	l->identity.gid = id_of(0);
	report_headline(&s.out, &s.workload, NULL);
	assert_str(buf_str(&s.out), "runs as uid 1001, gid 0");

	s.out.n = 0;
	l->identity.name = STR("app");
	l->identity.gid.know = FACT_UNKNOWN;
	report_headline(&s.out, &s.workload, NULL);
	assert_str(buf_str(&s.out), "runs as app (uid 1001, gid not known)");

	s.out.n = 0;
	l->runs_as = RUNS_AS_ROOT_THEN_DROPS;
	l->drop = (struct drop){
		.drops = ANSWER_YES, .tool = STR("gosu"), .to = STR("postgres")};
	report_headline(&s.out, &s.workload, NULL);
	assert_str(buf_str(&s.out), "starts as root, gosu drops to postgres");
	arena_free(&s.arena);
}

static void add_forecast(struct scene *s, struct outlook *o, const struct write *write,
	const char *path, enum answer fails)
{
	*vec_push(&s->arena, &o->fails) =
		(struct forecast){.write = write, .path = str_c(path), .fails = fails};
}

/* What another user could not write, three places of it; only root is told. */
static void headlines_say_what_would_fail(void **state)
{
	static const struct write write = {.by = STR_INIT("x")};
	struct scene s;
	struct outlook o = {.uid = 1777};

	(void)state;
	scene_init(&s);
	o.workload = &s.workload;
	s.workload.launch.runs_as = RUNS_AS_ROOT;
	add_forecast(&s, &o, &write, "/m", ANSWER_MAYBE);
	report_headline(&s.out, &s.workload, &o);
	assert_str(buf_str(&s.out), "runs as root; as uid 1777 these may fail: /m (x)");

	s.out.n = 0;
	add_forecast(&s, &o, &write, "/a", ANSWER_YES);
	report_headline(&s.out, &s.workload, &o);
	assert_str(
		buf_str(&s.out), "runs as root; as uid 1777 these will fail: /a (x)");

	s.out.n = 0;
	add_forecast(&s, &o, &write, "/b", ANSWER_YES);
	add_forecast(&s, &o, &write, "/c", ANSWER_YES);
	add_forecast(&s, &o, &write, "/d", ANSWER_YES);
	report_headline(&s.out, &s.workload, &o);
	assert_str(buf_str(&s.out),
		"runs as root; as uid 1777 these will fail: /a (x), /b (x), /c (x) "
		"and 1 more");

	s.out.n = 0;
	s.workload.launch.runs_as = RUNS_AS_USER;
	s.workload.launch.identity.uid = id_of(1777);
	s.workload.launch.identity.gid = id_of(1777);
	report_headline(&s.out, &s.workload, &o);
	assert_str(buf_str(&s.out), "runs as uid 1777, gid 1777");
	arena_free(&s.arena);
}

static void an_unknown_base_says_how_to_go_on(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.base.know = s.user.know = FACT_UNKNOWN;
	s.workload.launch.runs_as = RUNS_AS_UNKNOWN;
	s.workload.launch.why = STR("the base image org/base is not known");
	report_headline(&s.out, &s.workload, NULL);
	assert_str(buf_str(&s.out),
		"cannot say who it runs as: the base image org/base is not known "
		"(give --images, or write a USER)");
	arena_free(&s.arena);
}

static void carets_stand_under_the_bytes(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_str(excerpt(&s, STR("FROM a\nUSER root\n"), 12, 4, 80),
		"   2 | USER root\n     |      ^^^^\n");
	/* A tab in front, one inside, and one behind the span. */
	assert_str(excerpt(&s, STR("\tUSER\troot\t"), 6, 4, 80),
		"   1 |         USER    root    \n     |                 ^^^^\n");
	/* Two bytes of one column; three bytes of two columns. */
	assert_str(excerpt(&s, STR("\xc3\xa9 \xe6\x97\xa5 x"), 3, 3, 80),
		"   1 | \xc3\xa9 \xe6\x97\xa5 x\n     |   ^^\n");
	/* Several lines: the first. No bytes, and behind the last: one caret. */
	assert_str(excerpt(&s, STR("RUN a \\\n b\n"), 4, 6, 80),
		"   1 | RUN a \\\n     |     ^^^\n");
	assert_str(excerpt(&s, STR("FROM a"), 6, 0, 80),
		"   1 | FROM a\n     |       ^\n");
	assert_str(excerpt(&s, STR(""), 0, 0, 80), "   1 | \n     | ^\n");
	arena_free(&s.arena);
}

static void long_lines_are_cut_around_the_span(void **state)
{
	struct scene s;
	struct buf line = {0};
	struct str out;

	(void)state;
	scene_init(&s);
	line.arena = &s.arena;
	buf_repeat(&line, 'a', 100000);
	buf_add(&line, STR("HERE"));
	buf_repeat(&line, 'b', 100000);
	out = excerpt(&s, buf_str(&line), 100000, 4, 47);
	assert_str(out,
		"   1 | \xe2\x80\xa6"
		"aaaaaaaaaaHEREbbbbbbbbbbbbbbbbbbbbbbbb\xe2\x80\xa6\n"
		"     |            ^^^^\n");
	out = excerpt(&s, buf_str(&line), 0, 200004, 47);
	assert_str(out,
		"   1 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xe2\x80\xa6\n"
		"     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n");
	arena_free(&s.arena);
}

static void nothing_of_a_file_steers_the_terminal(void **state)
{
	struct scene s;
	struct str out;
	const struct file *f;

	(void)state;
	scene_init(&s);
	f = file_new(&s.arena, STR("Docker\033[2Jfile"),
		STR("USER \033]0;x\007 \xff \xe2\x80\xae\n"));
	s.workload.launch.runs_as = RUNS_AS_ROOT;
	add_finding(&s, span_of(f, 5, 5))->message = STR("bad \033[31m name\r\n");
	report_text(&s.out, &s.input, &(struct report_style){.width = 80});
	out = buf_str(&s.out);
	for (size_t i = 0; i < out.n; i++)
		assert_true((unsigned char)out.p[i] >= 0x20 || out.p[i] == '\n');
	assert_false(out_has(&s, "\xe2\x80\xae"));
	assert_false(out_has(&s, "\xff"));
	arena_free(&s.arena);
}

static void findings_stand_under_their_workload_worst_first(void **state)
{
	struct scene s;
	const struct file *f;
	struct fact app, root;
	struct finding *low;

	(void)state;
	scene_init(&s);
	f = file_new(&s.arena, STR("Dockerfile"), STR("USER app\nUSER root\n"));
	app = (struct fact){.know = FACT_SET, .span = span_of(f, 5, 3)};
	root = app;
	root.span = span_of(f, 14, 4);
	root.hides = &app;
	s.workload.launch.runs_as = RUNS_AS_ROOT;
	low = add_finding(&s, span_of(f, 0, 4));
	low->severity = SEVERITY_LOW;
	low->help = STR("do this");
	add_finding(&s, span_of(f, 14, 4))->chain = &root;
	report_text(&s.out, &s.input, &(struct report_style){.width = 80});
	assert_str(buf_str(&s.out),
		"Dockerfile: runs as root\n\n"
		"  high  user-root  Dockerfile:2:6\n\n"
		"     2 | USER root\n"
		"       |      ^^^^\n\n"
		"    what is wrong\n"
		"    Note: Dockerfile:2 `USER root` hides Dockerfile:1 `USER app`\n\n"
		"  low  user-root  Dockerfile:1:1\n\n"
		"     1 | USER app\n"
		"       | ^^^^\n\n"
		"    what is wrong\n"
		"    What to do:   do this\n\n");
	arena_free(&s.arena);
}

static void what_is_said_twice_is_explained_once(void **state)
{
	struct scene s;
	const struct file *f, *other;
	struct report_counts counts = {0};

	(void)state;
	scene_init(&s);
	f = file_new(&s.arena, STR("compose.yaml"), STR("a:\nb:\nc:\n"));
	other = file_new(&s.arena, STR("Dockerfile"), STR("USER root\n"));
	add_finding(&s, span_of(other, 0, 4))->help = STR("do that");
	add_finding(&s, span_of(f, 0, 1))->help = STR("do this");
	add_finding(&s, span_of(f, 3, 1))->help = STR("do this");
	add_finding(&s, span_of(f, 6, 1))->help = STR("do another thing");
	report_text(&s.out, &s.input, &(struct report_style){.width = 80});
	assert_true(out_has(&s,
		"     2 | b:\n"
		"       | ^\n\n"
		"    The same as above, at compose.yaml:1:1.\n\n"));
	assert_true(out_has(&s, "    What to do:   do that\n"));
	assert_true(out_has(&s, "    What to do:   do this\n"));
	assert_true(out_has(&s, "    What to do:   do another thing\n"));
	report_count(&counts, &s.input);
	assert_int_equal(counts.files, 2);
	arena_free(&s.arena);
}

static void long_texts_wrap_and_keep_their_own_lines(void **state)
{
	struct scene s;
	struct screen screen;

	(void)state;
	scene_init(&s);
	screen = (struct screen){.out = &s.out, .width = 24};
	screen_wrap(
		&screen, 2, STR("Do: "), STR("one two three four five\n  RUN x  y"));
	assert_str(buf_str(&s.out),
		"  Do: one two three four\n"
		"      five\n"
		"        RUN x  y\n");
	arena_free(&s.arena);
}

static void json_is_certain_only_of_what_is_known(void **state)
{
	struct scene s;
	struct launch *l;
	struct report_parts parts = {0};

	(void)state;
	scene_init(&s);
	parts.inputs.arena = parts.skipped.arena = &s.arena;
	l = &s.workload.launch;
	l->runs_as = RUNS_AS_USER;
	l->identity.uid = id_of(1001);
	l->identity.gid = id_of(0);
	report_json_start(&s.out);
	report_json_findings(&s.out, &s.input, &parts);
	l->identity.groups_known = false;
	s.input.partial = STR("a limit \xff");
	report_json_findings(&s.out, &s.input, &parts);
	report_json_finish(&s.out, &parts);
	assert_str(buf_str(&s.out),
		"{\"version\":1,\"findings\":[],\n\"inputs\":["
		"{\"path\":\"Dockerfile\",\"kind\":\"dockerfile\",\"workloads\":["
		"{\"name\":\"Dockerfile\",\"stage\":null,\"user\":{\"verdict\":\"user\","
		"\"uid\":1001,\"gid\":0,\"name\":null,\"groups\":[],\"certain\":true,"
		"\"why\":\"\"},\"forecast\":[]}]},\n"
		"{\"path\":\"Dockerfile\",\"kind\":\"dockerfile\",\"workloads\":["
		"{\"name\":\"Dockerfile\",\"stage\":null,\"user\":{\"verdict\":\"user\","
		"\"uid\":1001,\"gid\":0,\"name\":null,\"groups\":[],\"certain\":false,"
		"\"why\":\"\"},\"forecast\":[]}]}],\n"
		"\"skipped\":[{\"path\":\"Dockerfile\","
		"\"reason\":\"a limit \xef\xbf\xbd\"}]}\n");
	arena_free(&s.arena);
}

static void json_says_who_is_left_after_a_drop(void **state)
{
	struct scene s;
	struct launch *l;
	struct report_parts parts = {0};

	(void)state;
	scene_init(&s);
	parts.inputs.arena = parts.skipped.arena = &s.arena;
	l = &s.workload.launch;
	l->runs_as = RUNS_AS_ROOT_THEN_DROPS;
	l->drop = (struct drop){.drops = ANSWER_YES, .to = STR("redis")};
	l->drop.identity = (struct identity){.is_valid = ANSWER_YES,
		.uid = id_of(999),
		.gid = id_of(1000),
		.name = STR("redis"),
		.groups_known = true};
	report_json_findings(&s.out, &s.input, &parts);
	s.out = parts.inputs;
	assert_has(&s,
		"{\"verdict\":\"drops\",\"uid\":999,\"gid\":1000,"
		"\"name\":\"redis\",\"groups\":[],\"certain\":true");
	l->drop.drops = ANSWER_MAYBE;
	report_json_findings(&s.out, &s.input, &parts);
	s.out = parts.inputs;
	assert_has(&s, "\"certain\":false");
	arena_free(&s.arena);
}

static void a_flood_of_findings_is_counted_not_listed(void **state)
{
	struct scene s;
	struct report_parts parts = {0};

	(void)state;
	scene_init(&s);
	parts.inputs.arena = parts.skipped.arena = &s.arena;
	for (int i = 0; i < REPORT_FINDINGS_MAX + 7; i++)
		add_finding(&s, SPAN_NONE);
	report_json_findings(&s.out, &s.input, &parts);
	assert_int_equal(parts.findings, REPORT_FINDINGS_MAX);
	s.out = parts.skipped;
	assert_has(&s, "7 more findings are not listed");
	arena_free(&s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headlines_say_who_it_runs_as),
		cmocka_unit_test(headlines_say_what_would_fail),
		cmocka_unit_test(an_unknown_base_says_how_to_go_on),
		cmocka_unit_test(carets_stand_under_the_bytes),
		cmocka_unit_test(long_lines_are_cut_around_the_span),
		cmocka_unit_test(nothing_of_a_file_steers_the_terminal),
		cmocka_unit_test(findings_stand_under_their_workload_worst_first),
		cmocka_unit_test(what_is_said_twice_is_explained_once),
		cmocka_unit_test(long_texts_wrap_and_keep_their_own_lines),
		cmocka_unit_test(json_is_certain_only_of_what_is_known),
		cmocka_unit_test(json_says_who_is_left_after_a_drop),
		cmocka_unit_test(a_flood_of_findings_is_counted_not_listed),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
