#include "unit.h"

#include "rule/rule.h"

/* What a finding stands on, without a file of rules. */
struct scene {
	struct arena arena;
	const struct file *file;
	struct rule red, blue;
	struct workload workloads[2];
	struct findings findings;
	struct audit audit;
};

static void scene_init(struct scene *s)
{
	*s = (struct scene){0};
	s->file =
		file_new(&s->arena, STR("Dockerfile"), STR("FROM debian\nUSER root\n"));
	s->red = (struct rule){.name = STR("red"), .severity = SEVERITY_HIGH};
	s->blue = (struct rule){.name = STR("blue"), .severity = SEVERITY_LOW};
	s->workloads[0].name = STR("Dockerfile:web");
	s->workloads[1].name = STR("Dockerfile:train");
	s->audit = (struct audit){.arena = &s->arena, .findings = &s->findings};
}

static struct finding *add(
	struct scene *s, const struct rule *rule, int workload, uint32_t offset)
{
	s->audit.rule = rule;
	s->audit.workload = workload < 0 ? NULL : &s->workloads[workload];
	return finding_add(&s->audit, span_of(s->file, offset, 4));
}

static void a_new_finding_takes_after_its_rule(void **state)
{
	struct scene s;
	struct finding *f;

	(void)state;
	scene_init(&s);
	f = add(&s, &s.red, 0, 12);
	assert_int_equal(f->severity, SEVERITY_HIGH);
	assert_int_equal(f->verdict, ANSWER_YES);
	assert_int_equal(f->workloads.n, 1);
	assert_str(f->workloads.at[0], "Dockerfile:web");
	finding_message(&s.audit, f, "%s %d", "line", 2);
	assert_str(f->message, "line 2");
	finding_related(&s.audit, f, span_of(s.file, 0, 4), "here");
	assert_str(f->related.at[0].message, "here");
	f = add(&s, &s.blue, -1, 12);
	assert_int_equal(f->workloads.n, 0);
	arena_free(&s.arena);
}

static void a_finding_of_a_project_says_whom_it_concerns(void **state)
{
	struct scene s;
	struct finding *f;

	(void)state;
	scene_init(&s);
	f = add(&s, &s.red, -1, 12);
	finding_concerns(&s.audit, f, &s.workloads[0]);
	finding_concerns(&s.audit, f, &s.workloads[1]);
	finding_concerns(&s.audit, f, &s.workloads[0]);
	assert_int_equal(f->workloads.n, 2);
	assert_str(f->workloads.at[0], "Dockerfile:train");
	assert_str(f->workloads.at[1], "Dockerfile:web");
	arena_free(&s.arena);
}

static void texts_of_any_length_are_whole(void **state)
{
	struct scene s;
	char text[1000];

	(void)state;
	scene_init(&s);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	finding_message(&s.audit, add(&s, &s.red, 0, 0), "%s%s", text, text);
	assert_int_equal(s.findings.at[0].message.n, 2 * (sizeof(text) - 1));
	arena_free(&s.arena);
}

static void twins_become_one_with_both_workloads(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add(&s, &s.red, 0, 12)->verdict = ANSWER_MAYBE;
	finding_message(&s.audit, add(&s, &s.red, 1, 12), "surely");
	add(&s, &s.blue, 1, 12);
	findings_settle(&s.arena, &s.findings);
	assert_int_equal(s.findings.n, 2);
	assert_str(s.findings.at[0].rule->name, "red");
	assert_int_equal(s.findings.at[0].verdict, ANSWER_YES);
	assert_str(s.findings.at[0].message, "surely");
	assert_int_equal(s.findings.at[0].workloads.n, 2);
	assert_str(s.findings.at[0].workloads.at[0], "Dockerfile:train");
	assert_str(s.findings.at[0].workloads.at[1], "Dockerfile:web");
	arena_free(&s.arena);
}

static void the_same_workload_is_named_once(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add(&s, &s.red, 0, 12);
	add(&s, &s.red, 0, 12);
	findings_settle(&s.arena, &s.findings);
	assert_int_equal(s.findings.n, 1);
	assert_int_equal(s.findings.at[0].workloads.n, 1);
	arena_free(&s.arena);
}

static void order_is_file_then_worst_then_place(void **state)
{
	static const struct {
		const char *path;
		uint32_t offset;
	} expected[] = {{"", 0}, {"Dockerfile", 5}, {"Dockerfile", 9},
		{"Dockerfile", 1}, {"z/Dockerfile", 0}};
	struct scene s;
	const struct file *other;

	(void)state;
	scene_init(&s);
	other = file_new(&s.arena, STR("z/Dockerfile"), STR("FROM x\n"));
	add(&s, &s.red, 0, 0)->span.file = other;
	add(&s, &s.blue, 0, 1);
	add(&s, &s.red, 0, 9);
	add(&s, &s.red, 0, 5);
	add(&s, &s.blue, 0, 0)->span = SPAN_NONE;
	findings_settle(&s.arena, &s.findings);
	assert_int_equal(s.findings.n, 5);
	for (size_t i = 0; i < s.findings.n; i++) {
		struct span at = s.findings.at[i].span;

		assert_str(at.file ? at.file->path : STR_NONE, expected[i].path);
		assert_int_equal(at.offset, expected[i].offset);
	}
	arena_free(&s.arena);
}

/* Rule, workloads and evidence make it; place and words do not. */
static void fingerprints_survive_unrelated_edits(void **state)
{
	struct scene s;
	struct finding f, g;

	(void)state;
	scene_init(&s);
	f = *add(&s, &s.red, 0, 12);
	f.evidence = STR("root");
	g = f;
	g.span.offset = 40;
	g.message = STR("other words");
	assert_int_equal(finding_fingerprint(&s.arena, &f).n, 16);
	assert_true(str_eq(
		finding_fingerprint(&s.arena, &f), finding_fingerprint(&s.arena, &g)));
	g.evidence = STR("toor");
	assert_false(str_eq(
		finding_fingerprint(&s.arena, &f), finding_fingerprint(&s.arena, &g)));
	g = f;
	g.rule = &s.blue;
	assert_false(str_eq(
		finding_fingerprint(&s.arena, &f), finding_fingerprint(&s.arena, &g)));
	g = *add(&s, &s.red, 1, 12);
	g.evidence = STR("root");
	assert_false(str_eq(
		finding_fingerprint(&s.arena, &f), finding_fingerprint(&s.arena, &g)));
	arena_free(&s.arena);
}

static void the_catalogue_is_found_by_name(void **state)
{
	size_t count;
	const struct rule *rules = rule_all(&count);

	(void)state;
	assert_true(count > 200);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(rule_find(rules[i].name), &rules[i]);
		if (i > 0)
			assert_true(str_cmp(rules[i - 1].name, rules[i].name) < 0);
		assert_int_equal(rules[i].status == RULE_PLANNED, !rules[i].check);
	}
	assert_null(rule_find(STR("user-rot")));
	assert_null(rule_find(STR("")));
}

static void words_of_the_output(void **state)
{
	(void)state;
	assert_str(severity_name(SEVERITY_INFO), "info");
	assert_str(severity_name(SEVERITY_CRITICAL), "critical");
	assert_str(rule_scope_name(SCOPE_WORKLOAD), "workload");
	assert_str(rule_status_name(RULE_PLANNED), "planned");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_finding_takes_after_its_rule),
		cmocka_unit_test(a_finding_of_a_project_says_whom_it_concerns),
		cmocka_unit_test(texts_of_any_length_are_whole),
		cmocka_unit_test(twins_become_one_with_both_workloads),
		cmocka_unit_test(the_same_workload_is_named_once),
		cmocka_unit_test(order_is_file_then_worst_then_place),
		cmocka_unit_test(fingerprints_survive_unrelated_edits),
		cmocka_unit_test(the_catalogue_is_found_by_name),
		cmocka_unit_test(words_of_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
