#include "unit.h"

#include "rule/choice.h"

/*
 * A workload by hand: one stage over a Debian-like base, lines of a file as spans,
 * nothing parsed. Tests say what the readers would have found, and look at what the
 * rules make of it; the fixtures in tests/rules begin at the bytes.
 */
struct scene {
	struct arena arena;
	const struct file *file;
	struct base_image base;
	struct stage stage;
	struct stage *stages[1];
	struct build build;
	struct state state;
	struct workload workload;
	struct builds builds;
	struct workloads workloads;
	struct project project;
	struct findings findings;
	struct diags diags;
};

static const char text[] = "FROM debian:12-slim\n"
			   "RUN useradd app\n"
			   "RUN chown app /srv\n"
			   "USER $WHO\n"
			   "CMD [\"serve\"]\n";

/* The span of the first `needle` behind the first `after`. */
static struct span at(struct scene *s, const char *after, const char *needle)
{
	const char *from = strstr(text, after);
	const char *p = from ? strstr(from, needle) : NULL;

	assert_non_null(p);
	return span_of(s->file, (size_t)(p - text), strlen(needle));
}

static void add_user(struct scene *s, const char *name, uint32_t uid, bool is_from_base)
{
	struct account u = {.name = str_c(name),
		.uid = id_of(uid),
		.gid = id_of(uid),
		.exists = ANSWER_YES,
		.is_from_base = is_from_base};
	struct account_group g = {.name = str_c(name),
		.gid = id_of(uid),
		.exists = ANSWER_YES,
		.is_from_base = is_from_base};

	u.uid.is_chosen = true;
	if (!is_from_base)
		u.span = at(s, "useradd", "app");
	s->state.accounts = accounts_add(&s->arena, s->state.accounts, &u);
	s->state.accounts = accounts_add_group(&s->arena, s->state.accounts, &g);
}

/* A step that changes nothing, with the state of the moment before and after it. */
static struct step *add_step(struct scene *s, enum step_kind kind)
{
	struct step *step = vec_push(&s->arena, &s->stage.steps);
	struct state *now = arena_new(&s->arena, struct state);

	*now = s->state;
	step->kind = kind;
	step->before = step->after = now;
	step->span = at(s, "RUN chown", "RUN");
	return step;
}

static void scene_init(struct scene *s)
{
	*s = (struct scene){0};
	s->file = file_new(&s->arena, STR("Dockerfile"), str_c(text));
	s->diags.arena = &s->arena;
	s->base = (struct base_image){.reference = STR("debian:12-slim"),
		.span = at(s, "FROM", "debian:12-slim"),
		.know = FACT_SET,
		.family = STR("debian"),
		.tools = STR("shadow,adduser-debian")};
	s->state.accounts = accounts_empty(&s->arena);
	s->state.user = fact_unset(&s->arena, LAYER_IMAGE, SPAN_NONE);
	s->stages[0] = &s->stage;
	s->build.stages = (struct stages){s->stages, 1, 1};
	s->stage.build = &s->build;
	s->stage.base = &s->base;
	s->stage.span = at(s, "FROM", "FROM debian:12-slim");
	s->stage.start = s->stage.end = &s->state;
	add_user(s, "root", 0, true);
	add_step(s, STEP_FROM);
}

/* A variable that is empty because no build argument was given. */
static struct value without_argument(struct scene *s, struct span span)
{
	struct segment *open = arena_new(&s->arena, struct segment);

	*open = (struct segment){.kind = SEGMENT_EXPANSION,
		.span = span,
		.name = STR("WHO"),
		.why = STR("ARG WHO has no default")};
	return (struct value){open, 1};
}

/* USER as written; a build argument without a value when it is NULL. */
static void set_user(struct scene *s, const char *spec)
{
	struct span span = at(s, "USER", "$WHO");
	struct value v = spec ? value_literal(&s->arena, str_c(spec), span)
			      : without_argument(s, span);

	s->state.user = fact_set(&s->arena, LAYER_BUILD, v, span, s->state.user);
}

static void run_with(struct scene *s, struct drop drop, const char *also_on)
{
	struct rule_choice *choice = rule_choice_new(&s->arena);
	struct str name = str_c(also_on);
	struct audit audit = {.arena = &s->arena,
		.project = &s->project,
		.file = s->file,
		.diags = &s->diags,
		.choice = choice,
		.findings = &s->findings};

	rule_choice_apply(choice, &name, also_on ? 1 : 0, NULL, 0);
	s->workload = (struct workload){.name = STR("Dockerfile"),
		.build = &s->build,
		.stage = &s->stage,
		.base = &s->base,
		.user = s->state.user,
		.accounts = s->state.accounts,
		.anchor = s->stage.span};
	s->workload.launch =
		launch_decide(&s->arena, s->state.user, s->state.accounts, drop);
	*vec_push(&s->arena, &s->builds) = &s->build;
	*vec_push(&s->arena, &s->workloads) = &s->workload;
	s->project = (struct project){.builds = s->builds, .workloads = s->workloads};
	rules_run(&audit);
}

static void run(struct scene *s)
{
	run_with(s, (struct drop){0}, NULL);
}

static const struct finding *find(const struct scene *s, const char *rule)
{
	vec_each (struct finding, f, &s->findings)
		if (str_eq(f->rule->name, str_c(rule)))
			return f;
	return NULL;
}

static const struct finding *must_find(const struct scene *s, const char *rule)
{
	const struct finding *f = find(s, rule);

	if (!f)
		fail_msg("no finding of %s", rule);
	return f;
}

static void assert_holds(struct str s, const char *part)
{
	if (str_find_str(s, str_c(part)) == s.n)
		fail_msg("'%s' is not in '%.*s'", part, STR_ARG(s));
}

static size_t count_high(const struct scene *s)
{
	size_t n = 0;

	vec_each (struct finding, f, &s->findings)
		n += f->severity >= SEVERITY_HIGH;
	return n;
}

static void a_number_that_owns_nothing_of_root_is_quiet(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	set_user(&s, "1777:1777");
	run(&s);
	assert_int_equal(s.findings.n, 0);
	arena_free(&s.arena);
}

static void no_user_line_is_missing_at_from(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	run(&s);
	f = must_find(&s, "user-missing");
	assert_int_equal(s.findings.n, 1);
	assert_int_equal(f->severity, SEVERITY_HIGH);
	assert_int_equal(f->verdict, ANSWER_YES);
	assert_int_equal(span_start(f->span).line, 1);
	assert_int_equal(f->span.length, strlen("FROM debian:12-slim"));
	assert_holds(f->help, "useradd --uid 1777");
	assert_holds(f->help, "USER 1777:1777");
	arena_free(&s.arena);
}

static void the_help_speaks_the_language_of_the_base(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.base.tools = STR("busybox");
	run(&s);
	assert_holds(must_find(&s, "user-missing")->help, "adduser -D -H -u 1777");
	arena_free(&s.arena);
	scene_init(&s);
	s.base.tools = STR("-");
	run(&s);
	assert_holds(must_find(&s, "user-missing")->help, "a number needs no account");
	arena_free(&s.arena);
}

/* One high finding, and it names the account to switch to. */
static void a_root_line_offers_the_made_account(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	add_user(&s, "app", 1200, false);
	set_user(&s, "00");
	run(&s);
	f = must_find(&s, "user-root");
	assert_int_equal(count_high(&s), 1);
	assert_str(span_str(f->span), "$WHO");
	assert_holds(f->message, "`USER 00`");
	assert_holds(f->help, "`USER 1200:1200`");
	assert_holds(f->help, "on line 2");
	assert_int_equal(f->related.n, 1);
	assert_null(find(&s, "user-missing"));
	assert_null(find(&s, "user-created-unused"));
	arena_free(&s.arena);
}

static void the_user_before_root_is_offered_again(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add_user(&s, "jovyan", 1000, true);
	set_user(&s, "jovyan");
	set_user(&s, "root");
	run(&s);
	assert_holds(must_find(&s, "user-root")->help, "`USER jovyan`");
	arena_free(&s.arena);
}

static void the_account_of_the_bases_own_service_is_offered(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	s.base.reference = STR("docker.io/library/nginx:1.28@sha256:0123");
	add_user(&s, "ubuntu", 1000, true);
	add_user(&s, "nginx", 101, true);
	run(&s);
	f = must_find(&s, "user-missing");
	assert_holds(f->help, "`USER 101:101`");
	assert_holds(f->help, "install -d -o 101 -g 101");
	arena_free(&s.arena);
}

static void a_build_argument_without_default_may_be_root(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	set_user(&s, NULL);
	run(&s);
	f = must_find(&s, "user-root");
	assert_int_equal(f->verdict, ANSWER_MAYBE);
	assert_holds(f->message, "ARG WHO has no default");
	assert_null(find(&s, "user-base-unknown"));
	arena_free(&s.arena);
}

static struct drop drop_to(struct scene *s, enum answer drops, const char *to)
{
	return (struct drop){.drops = drops,
		.tool = STR("gosu"),
		.to = str_c(to),
		.identity = identity_resolve(&s->arena, str_c(to), s->state.accounts),
		.why = STR("the script /start.sh cannot be seen")};
}

static void a_sure_drop_is_told_and_not_blamed(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	add_user(&s, "app", 1200, false);
	run_with(&s, drop_to(&s, ANSWER_YES, "app"), NULL);
	f = must_find(&s, "privilege-drop-entrypoint");
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_int_equal(count_high(&s), 0);
	assert_holds(f->message, "`app` with gosu.");
	arena_free(&s.arena);
}

static void a_drop_by_nobody_knows_what_is_told_without_it(void **state)
{
	struct scene s;
	struct drop drop;

	(void)state;
	scene_init(&s);
	add_user(&s, "app", 1200, false);
	drop = drop_to(&s, ANSWER_YES, "app");
	drop.tool = STR_NONE;
	run_with(&s, drop, NULL);
	assert_holds(must_find(&s, "privilege-drop-entrypoint")->message,
		"gives that up for the account `app`.");
	arena_free(&s.arena);
}

static void a_drop_to_root_is_none(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	run_with(&s, drop_to(&s, ANSWER_YES, "root"), NULL);
	assert_int_equal(must_find(&s, "user-missing")->verdict, ANSWER_YES);
	assert_null(find(&s, "privilege-drop-entrypoint"));
	arena_free(&s.arena);
}

static void a_doubtful_drop_makes_it_a_maybe(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	run_with(&s, drop_to(&s, ANSWER_MAYBE, "app"), NULL);
	f = must_find(&s, "user-missing");
	assert_int_equal(f->verdict, ANSWER_MAYBE);
	assert_holds(f->message, "cannot be seen");
	arena_free(&s.arena);
}

static void forget_base(struct scene *s)
{
	s->base.know = FACT_UNKNOWN;
	s->base.why = STR("the base image team/base:4 is not known");
	s->state.accounts =
		accounts_doubt(&s->arena, s->state.accounts, s->base.why, s->base.span);
	s->state.user = fact_unknown(&s->arena, LAYER_IMAGE, s->base.why, s->base.span);
}

static void an_unknown_base_is_a_question(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	forget_base(&s);
	run(&s);
	f = must_find(&s, "user-base-unknown");
	assert_int_equal(s.findings.n, 1);
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_int_equal(f->verdict, ANSWER_MAYBE);
	assert_str(span_str(f->span), "debian:12-slim");
	assert_holds(f->help, "--images FILE");
	arena_free(&s.arena);
}

static void an_unknown_base_and_an_account_ask_to_switch(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	forget_base(&s);
	add_user(&s, "app", 1777, false);
	run(&s);
	f = must_find(&s, "user-created-unused");
	assert_int_equal(s.findings.n, 1);
	assert_int_equal(f->verdict, ANSWER_MAYBE);
	assert_str(span_str(f->span), "app");
	arena_free(&s.arena);
}

static void a_name_of_an_unknown_base_is_no_accusation(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	forget_base(&s);
	set_user(&s, "worker");
	run(&s);
	assert_null(find(&s, "user-not-created"));
	assert_int_equal(must_find(&s, "user-base-unknown")->verdict, ANSWER_MAYBE);
	assert_int_equal(count_high(&s), 0);
	arena_free(&s.arena);
}

/* `chown worker` in a RUN of the scene. */
static void add_use(struct scene *s, const char *name, enum answer found)
{
	struct step *step = add_step(s, STEP_RUN);
	struct identity_use *use = vec_push(&s->arena, &step->notes.uses);

	*use = (struct identity_use){.text = str_c(name),
		.is_known = true,
		.found = found,
		.runs = ANSWER_YES,
		.tool = STR("chown"),
		.span = at(s, "RUN chown", "app")};
}

static void one_name_in_two_places_is_one_mistake(void **state)
{
	struct scene s;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	add_user(&s, "content", 1200, false);
	add_use(&s, "appuser", ANSWER_NO);
	set_user(&s, "appuser");
	run(&s);
	f = must_find(&s, "user-not-created");
	assert_int_equal(count_high(&s), 1);
	assert_str(span_str(f->span), "app");
	assert_int_equal(span_start(f->span).line, 3);
	assert_int_equal(f->related.n, 2);
	assert_holds(f->help, "`content` on line 2");
	arena_free(&s.arena);
}

static void each_reason_has_its_own_rule(void **state)
{
	static const struct {
		const char *made, *used, *rule;
	} cases[] = {
		{"appuser", "apuser", "user-name-typo"},
		{"content", "appuser", "user-not-created"},
		/* It is there at the end, and was not when it was named. */
		{"worker", "worker", "user-created-too-late"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;

		scene_init(&s);
		add_user(&s, cases[i].made, 1777, false);
		add_use(&s, cases[i].used, ANSWER_NO);
		set_user(&s, "1777");
		run(&s);
		must_find(&s, cases[i].rule);
		assert_int_equal(count_high(&s), 1);
		arena_free(&s.arena);
	}
}

static void what_may_exist_is_not_missing(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add_use(&s, "worker", ANSWER_MAYBE);
	set_user(&s, "1777:1777");
	run(&s);
	assert_int_equal(s.findings.n, 0);
	arena_free(&s.arena);
}

static void rules_that_are_off_run_when_asked(void **state)
{
	struct scene s;

	(void)state;
	for (int asked = 0; asked < 2; asked++) {
		scene_init(&s);
		for (int i = 0; i < 3; i++)
			add_step(&s, STEP_USER)->argument = at(&s, "USER", "$WHO");
		set_user(&s, "1777:1777");
		run_with(&s, (struct drop){0}, asked ? "user-switch-many" : NULL);
		assert_int_equal(s.findings.n, asked);
		arena_free(&s.arena);
	}
}

/* Nothing that a reader could not follow may be lost on the way to the report. */
static void every_diag_becomes_one_finding(void **state)
{
	(void)state;
	for (int id = 0; id < DIAG_COUNT; id++) {
		struct scene s;
		const struct finding *f;

		scene_init(&s);
		set_user(&s, "1777:1777");
		diag_add(&s.diags, (enum diag_id)id, at(&s, "CMD", "serve"),
			"what stood there");
		run(&s);
		assert_int_equal(s.findings.n, 1);
		f = must_find(&s,
			id == DIAG_BEFORE_FROM ? "instruction-before-from"
					       : "parse-recovered");
		assert_str(f->message,
			id == DIAG_SHELL_SYNTAX ? "The shell meets what stood there."
						: "What stood there.");
		assert_true(f->consequence.n > 0 && f->help.n > 0);
		assert_str(span_str(f->span), "serve");
		arena_free(&s.arena);
	}
}

static void every_problem_of_the_graph_has_a_rule(void **state)
{
	static const char *const rules[] = {
		[BUILD_STAGE_NAME_TWICE] = "stage-name-duplicate",
		[BUILD_STAGE_NAME_RESERVED] = "stage-name-reserved",
		[BUILD_STAGE_NAME_INVALID] = "stage-name-reserved",
		[BUILD_COPY_FROM_SELF] = "copy-from-self",
		[BUILD_COPY_FROM_UNKNOWN] = "copy-from-unknown-stage",
		[BUILD_ARG_UNDEFINED_IN_FROM] = "undefined-arg-in-from",
	};

	(void)state;
	for (size_t kind = 0; kind < sizeof(rules) / sizeof(rules[0]); kind++) {
		struct scene s;

		scene_init(&s);
		set_user(&s, "1777:1777");
		*vec_push(&s.arena, &s.build.problems) =
			(struct build_problem){.kind = (enum build_problem_kind)kind,
				.span = at(&s, "FROM", "debian"),
				.name = STR("name")};
		run(&s);
		assert_int_equal(s.findings.n, 1);
		assert_int_equal(must_find(&s, rules[kind])->workloads.n, 0);
		arena_free(&s.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_owns_nothing_of_root_is_quiet),
		cmocka_unit_test(no_user_line_is_missing_at_from),
		cmocka_unit_test(the_help_speaks_the_language_of_the_base),
		cmocka_unit_test(a_root_line_offers_the_made_account),
		cmocka_unit_test(the_user_before_root_is_offered_again),
		cmocka_unit_test(the_account_of_the_bases_own_service_is_offered),
		cmocka_unit_test(a_build_argument_without_default_may_be_root),
		cmocka_unit_test(a_sure_drop_is_told_and_not_blamed),
		cmocka_unit_test(a_drop_by_nobody_knows_what_is_told_without_it),
		cmocka_unit_test(a_drop_to_root_is_none),
		cmocka_unit_test(a_doubtful_drop_makes_it_a_maybe),
		cmocka_unit_test(an_unknown_base_is_a_question),
		cmocka_unit_test(an_unknown_base_and_an_account_ask_to_switch),
		cmocka_unit_test(a_name_of_an_unknown_base_is_no_accusation),
		cmocka_unit_test(one_name_in_two_places_is_one_mistake),
		cmocka_unit_test(each_reason_has_its_own_rule),
		cmocka_unit_test(what_may_exist_is_not_missing),
		cmocka_unit_test(rules_that_are_off_run_when_asked),
		cmocka_unit_test(every_diag_becomes_one_finding),
		cmocka_unit_test(every_problem_of_the_graph_has_a_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
