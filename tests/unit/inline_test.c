/* Ignore comments: which forms are read, what they name, and how far they reach. */
#include "unit.h"

#include "policy/foreign.h"
#include "policy/inline.h"
#include "rule/choice.h"
#include "rule/ignore.h"
#include "syntax/dockerfile.h"
#include "syntax/yaml.h"

struct fixture {
	struct arena arena;
	struct ignores ignores;
};

static void read_dockerfile(struct fixture *fx, const struct file *file)
{
	struct diags diags = {.arena = &fx->arena};
	const struct dockerfile *df = dockerfile_parse(&fx->arena, file, &diags);
	struct build build = {.file = file};
	struct project project = {0};

	*vec_push(&fx->arena, &project.builds) = &build;
	inline_read(&fx->arena, df->comments, df->comment_count, INLINE_SHELL, &project,
		&fx->ignores);
}

static void read_yaml(struct fixture *fx, const struct file *file)
{
	static const struct project empty;
	struct diags diags = {.arena = &fx->arena};
	const struct yaml_stream *s = yaml_parse(&fx->arena, file, &diags);

	inline_read(&fx->arena, s->comments, s->comment_count, INLINE_YAML, &empty,
		&fx->ignores);
}

static void read_first_line(struct fixture *fx, const struct file *file)
{
	static const struct project empty;
	struct span comment = file_line(file, 1);

	inline_read(&fx->arena, &comment, 1, INLINE_SHELL, &empty, &fx->ignores);
}

static struct fixture *read_file(const char *bytes, enum inline_syntax syntax)
{
	struct fixture *fx = calloc(1, sizeof(*fx));
	const struct file *file;

	assert_non_null(fx);
	file = file_new(&fx->arena, STR("f"), str_c(bytes));
	switch (syntax) {
	case INLINE_DOCKERFILE:
		read_dockerfile(fx, file);
		break;
	case INLINE_YAML:
		read_yaml(fx, file);
		break;
	case INLINE_SHELL:
		read_first_line(fx, file);
		break;
	}
	return fx;
}

static void done(struct fixture *fx)
{
	arena_free(&fx->arena);
	free(fx);
}

/* "rule,rule@first-last" for each, blanks between; "rule@file" for the whole file. */
static struct str shown(struct fixture *fx)
{
	struct buf b = {.arena = &fx->arena};

	vec_each (const struct ignore, ignore, &fx->ignores) {
		buf_add(&b, b.n ? STR(" ") : STR_NONE);
		for (uint32_t i = 0; i < ignore->rule_count; i++)
			buf_printf(
				&b, "%s%.*s", i ? "," : "", STR_ARG(ignore->rules[i]));
		if (ignore->first)
			buf_printf(&b, "@%u-%u", ignore->first, ignore->last);
		else
			buf_add(&b, STR("@file"));
	}
	return buf_str(&b);
}

static const struct {
	enum inline_syntax syntax;
	const char *bytes, *shown;
} reaches[] = {
	{INLINE_DOCKERFILE, "# oakum ignore=a\nRUN x \\\n  y \\\n# c\n  z\nRUN w\n",
		"a@1-5"},
	{INLINE_DOCKERFILE, "# oakum ignore=a,b\n# why\nUSER x\n", "a@1-3 b@1-3"},
	{INLINE_DOCKERFILE, "# oakum ignore=a\n\nUSER x\n", "a@1-1"},
	{INLINE_DOCKERFILE, "# oakum ignore=a", "a@1-1"},
	{INLINE_DOCKERFILE, "#oakum ignore=a , b,c reason=d,e\nUSER x\n",
		"a@1-2 b@1-2 c@1-2"},
	{INLINE_DOCKERFILE, "# oakum ignore=a, reason=b\nUSER x\n", "a@1-2"},
	{INLINE_DOCKERFILE, "# oakum ignore-file=a\nFROM x\n", "a@file"},
	{INLINE_DOCKERFILE, "# oakum ignores=a\n# oakum is good at ignore=a\n", ""},
	{INLINE_DOCKERFILE, "RUN echo#oakum ignore=a\n", ""},
	{INLINE_YAML, "a:\n  # oakum ignore=x\n  b:\n    c: d\n\n    e: f\n  g: h\n",
		"x@2-6"},
	{INLINE_YAML, "a:\n  b: c # oakum ignore=x\n  d: e\n", "x@2-2"},
	{INLINE_YAML, "# oakum ignore=x\nports:\n- a\n- b\nc: d\n", "x@1-4"},
	{INLINE_YAML, "ports:\n  # oakum ignore=x\n  - a\n  - b\n", "x@2-3"},
	{INLINE_YAML, "a: |\n  # oakum ignore=x\nb: '# oakum ignore=x'\n", ""},
	{INLINE_YAML, "a: b # why # oakum ignore=x\n", "x@1-1"},
	{INLINE_YAML, "ports:\n  # oakum ignore=x\n  - a: b\n    c: d\n  - e\n",
		"x@2-4"},
	{INLINE_SHELL, "# oakum ignore=x\ndocker run \\\n  --privileged \\\n  y\nz\n",
		"x@1-4"},
	/* other tools */
	{INLINE_DOCKERFILE, "# hadolint ignore=DL3002,DL9999\nUSER root\n",
		"user-root,user-missing@1-2"},
	{INLINE_DOCKERFILE, "# hadolint global ignore=DL3002\nUSER root\n",
		"user-root,user-missing@file"},
	{INLINE_DOCKERFILE, "# tally ignore=hadolint/DL3004;reason=x\nRUN y\n",
		"run-sudo@1-2"},
	{INLINE_DOCKERFILE, "# check=skip=DuplicateStageName,X;error=true\nFROM x\n",
		"stage-name-duplicate@file"},
	{INLINE_YAML, "# check=skip=DuplicateStageName\n", ""},
	{INLINE_DOCKERFILE,
		"# trivy:ignore:AVD-DS-0002 trivy:ignore:DS010 trivy:ignore:ds-9\nRUN x\n",
		"user-root,user-missing@1-2 run-sudo@1-2 workdir-relative@1-2"},
	{INLINE_DOCKERFILE, "FROM x\n#checkov:skip=CKV_DOCKER_3:no reason\n",
		"user-missing@file"},
	{INLINE_YAML,
		"# dclint disable-line\na: b # dclint disable-line "
		"no-unbound-port-interfaces\n",
		"port-bound-all-interfaces@2-2"},
	{INLINE_YAML, "# kics-scan ignore-block\na:\n  b: c\nd: e\n", "all@1-3"},
	{INLINE_YAML, "# kics-scan ignore\na: b\n", "all@file"},
};

static void every_form_has_its_reach(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++) {
		struct fixture *fx = read_file(reaches[i].bytes, reaches[i].syntax);
		struct str got = shown(fx);

		if (!str_eq(got, str_c(reaches[i].shown)))
			fail_msg("%s\ngives %.*s", reaches[i].bytes, STR_ARG(got));
		done(fx);
	}
}

static void reason_and_day_are_read_in_any_order(void **state)
{
	static const char *const forms[] = {
		"# oakum ignore=a reason=the vendor, until 2.0 until=2030-01-02\n",
		"# oakum ignore=a until=2030-01-02 reason=the vendor, until 2.0\n"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture *fx = read_file(forms[i], INLINE_DOCKERFILE);
		const struct ignore *ignore = &fx->ignores.at[0];

		assert_int_equal(fx->ignores.n, 1);
		assert_str(ignore->reason, "the vendor, until 2.0");
		assert_str(ignore->until, "2030-01-02");
		assert_str(span_str(ignore->span), "a");
		assert_int_equal(ignore->origin, IGNORE_COMMENT);
		done(fx);
	}
}

static void other_tools_need_no_reason_but_may_give_one(void **state)
{
	struct fixture *fx = read_file(
		"# trivy:ignore:DS002:exp:2030-01-02\n# hadolint ignore=DL3002\n"
		"# checkov:skip=CKV_DOCKER_3:a reason: two\n",
		INLINE_DOCKERFILE);
	const struct ignore *ignores = fx->ignores.at;

	(void)state;
	assert_int_equal(fx->ignores.n, 3);
	assert_int_equal(ignores[0].origin, IGNORE_FOREIGN);
	assert_str(ignores[0].until, "2030-01-02");
	assert_int_equal(ignores[1].origin, IGNORE_FOREIGN);
	assert_int_equal(ignores[2].origin, IGNORE_COMMENT);
	assert_str(ignores[2].reason, "a reason: two");
	done(fx);
}

static void what_other_tools_find_are_rules_of_ours(void **state)
{
	struct arena a = {0};
	size_t n;
	const struct foreign *rows = foreign_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct str_fields fields = {.rest = rows[i].rules};
		struct str name;

		while (str_next_field(&fields, ',', &name))
			if (!rule_find(name))
				fail_msg("no rule %.*s", STR_ARG(name));
		assert_str(foreign_rules(&a, rows[i].tool, rows[i].id),
			arena_cstr(&a, rows[i].rules));
	}
	assert_int_equal(foreign_rules(&a, FOREIGN_TRIVY, STR("AVD-KSV-0001")).n, 0);
	arena_free(&a);
}

static void a_file_of_comments_ends_at_the_limit(void **state)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};
	struct fixture *fx;

	(void)state;
	for (int i = 0; i < 50 * 1000; i++)
		buf_add(&b, STR("# oakum ignore=a,b # oakum ignore=c\n"));
	buf_char(&b, '\0');
	fx = read_file(b.p, INLINE_YAML);
	assert_int_equal(fx->ignores.n, INLINE_IGNORES_MAX);
	done(fx);
	arena_free(&a);
}

/* Which rules run. */

static bool is_on(const struct rule_choice *c, const char *name)
{
	return rule_choice_is_on(c, rule_find(str_c(name)));
}

static void the_nearest_selector_wins(void **state)
{
	static const struct str on[] = {STR_INIT("user-root"), STR_INIT("all")};
	static const struct str off[] = {STR_INIT("user"), STR_INIT("user-missing")};
	struct arena a = {0};
	struct rule_choice *c = rule_choice_new(&a);

	(void)state;
	assert_true(is_on(c, "user-missing"));
	assert_true(rule_choice_is_on(NULL, rule_find(STR("user-missing"))));
	rule_choice_apply(c, on, 2, off, 2);
	assert_true(is_on(c, "user-root"));	 /* by name, against its group */
	assert_false(is_on(c, "user-missing"));	 /* by name and by group */
	assert_false(is_on(c, "user-gid-root")); /* by group, against "all" */
	assert_true(is_on(c, "image-eol-base"));
	assert_false(is_on(c, "image-drift")); /* planned: there is nothing to run */
	arena_free(&a);
}

static void severities_select_and_are_set(void **state)
{
	static const struct str low = STR_INIT("low");
	struct arena a = {0};
	struct rule_choice *c = rule_choice_new(&a);
	enum severity severity;

	(void)state;
	rule_choice_apply(c, NULL, 0, &low, 1);
	assert_false(is_on(c, "ignore-unused"));
	assert_true(is_on(c, "user-root"));
	assert_true(rule_choice_set_severity(c, STR("user-root"), SEVERITY_INFO));
	assert_false(rule_choice_set_severity(c, STR("user-rot"), SEVERITY_INFO));
	assert_true(severity_find(STR("critical"), &severity));
	assert_int_equal(severity, SEVERITY_CRITICAL);
	assert_false(severity_find(STR("severe"), &severity));
	assert_true(rule_selector_is_known(STR("user")));
	assert_true(rule_selector_is_known(STR("all")));
	assert_false(rule_selector_is_known(STR("use")));
	arena_free(&a);
}

/* What ignores do to findings. */

struct scene {
	struct arena arena;
	struct findings findings;
	struct ignore_use uses[4];
	const struct file *file;
	struct audit audit;
};

static struct scene *scene_new(const struct ignore *ignores, size_t count)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->file = file_new(&s->arena, STR("sub/f"), STR("one\ntwo\nthree\n"));
	s->audit = (struct audit){.arena = &s->arena,
		.now = 1800000000, /* 2027-01-15 */
		.file = s->file,
		.folder = STR("/here"),
		.ignores = ignores,
		.ignore_count = count,
		.ignore_uses = s->uses,
		.findings = &s->findings};
	return s;
}

static struct finding *add_finding(struct scene *s, const char *rule, size_t offset)
{
	struct finding *f;

	s->audit.rule = rule_find(str_c(rule));
	f = finding_add(&s->audit, span_of(s->file, offset, 1));
	return f;
}

static void scene_done(struct scene *s)
{
	arena_free(&s->arena);
	free(s);
}

static const struct str user_root = STR_INIT("user-root");

static void an_ignore_of_one_workload_leaves_the_others(void **state)
{
	const struct ignore ignore = {
		.rules = &user_root, .rule_count = 1, .workload = STR("*:db")};
	struct scene *s = scene_new(&ignore, 1);
	struct finding *f = add_finding(s, "user-root", 0);

	(void)state;
	*vec_push(&s->arena, &f->workloads) = STR("c:db");
	*vec_push(&s->arena, &f->workloads) = STR("c:web");
	ignores_apply(&s->audit, 0);
	assert_int_equal(s->findings.n, 2);
	assert_null(s->findings.at[0].ignored);
	assert_int_equal(s->findings.at[0].workloads.n, 1);
	assert_str(s->findings.at[0].workloads.at[0], "c:web");
	assert_ptr_equal(s->findings.at[1].ignored, &ignore);
	assert_str(s->findings.at[1].workloads.at[0], "c:db");
	/* They stay two, the ignored one behind. */
	findings_settle(&s->arena, &s->findings);
	assert_int_equal(s->findings.n, 2);
	assert_null(s->findings.at[0].ignored);
	scene_done(s);
}

/* Path, line, file, day and rule each have to fit. */
static void an_ignore_covers_what_it_names(void **state)
{
	struct arena a = {0};
	const struct file *twin = file_new(&a, STR("sub/f"), STR("read again"));
	const struct file *other = file_new(&a, STR("sub/g"), STR("x"));
	static const struct str group = STR_INIT("user"), image = STR_INIT("image");
	const struct {
		struct ignore ignore;
		bool covers;
	} cases[] = {
		{{.rules = &group, .rule_count = 1}, true},
		{{.rules = &image, .rule_count = 1}, false},
		{{.rules = &group}, false},
		{{.rules = &group, .rule_count = 1, .path = STR("/here/sub")}, true},
		{{.rules = &group, .rule_count = 1, .path = STR("/here/s*f")}, true},
		{{.rules = &group, .rule_count = 1, .path = STR("/here/su")}, false},
		{{.rules = &group, .rule_count = 1, .path = STR("sub/f")}, false},
		{{.rules = &group, .rule_count = 1, .first = 2, .last = 2}, true},
		{{.rules = &group, .rule_count = 1, .first = 3, .last = 9}, false},
		{{.rules = &group, .rule_count = 1, .file = twin}, true},
		{{.rules = &group, .rule_count = 1, .file = other}, false},
		{{.rules = &group, .rule_count = 1, .until = STR("2027-01-15")}, true},
		{{.rules = &group, .rule_count = 1, .until = STR("2027-01-14")}, false},
		{{.rules = &group, .rule_count = 1, .until = STR("soon")}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene *s = scene_new(&cases[i].ignore, 1);

		add_finding(s, "user-root", 4); /* on line 2 */
		ignores_apply(&s->audit, 0);
		if ((s->findings.at[0].ignored != NULL) != cases[i].covers)
			fail_msg("case %zu", i);
		assert_int_equal(s->uses[0].was_used, cases[i].covers);
		scene_done(s);
	}
	arena_free(&a);
}

static void two_that_cover_the_same_are_both_of_use(void **state)
{
	const struct ignore ignores[] = {{.rules = &user_root, .rule_count = 1},
		{.rules = &user_root, .rule_count = 1}};
	struct scene *s = scene_new(ignores, 2);

	(void)state;
	add_finding(s, "user-root", 0);
	ignores_apply(&s->audit, 0);
	assert_ptr_equal(s->findings.at[0].ignored, &ignores[0]);
	assert_true(s->uses[0].was_used && s->uses[1].was_used);
	scene_done(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_has_its_reach),
		cmocka_unit_test(reason_and_day_are_read_in_any_order),
		cmocka_unit_test(other_tools_need_no_reason_but_may_give_one),
		cmocka_unit_test(what_other_tools_find_are_rules_of_ours),
		cmocka_unit_test(a_file_of_comments_ends_at_the_limit),
		cmocka_unit_test(the_nearest_selector_wins),
		cmocka_unit_test(severities_select_and_are_set),
		cmocka_unit_test(an_ignore_of_one_workload_leaves_the_others),
		cmocka_unit_test(an_ignore_covers_what_it_names),
		cmocka_unit_test(two_that_cover_the_same_are_both_of_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
