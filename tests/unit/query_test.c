#include "unit.h"

#include "model/query.h"

/* A build of three stages by hand; nothing of it is parsed. */
struct scene {
	struct arena arena;
	struct build build;
	struct stage stages[3];
	struct stage *list[3];
	struct state state;
	struct workload workload;
};

static void add_step(struct scene *s, size_t stage, enum step_kind kind)
{
	struct step *step = vec_push(&s->arena, &s->stages[stage].steps);

	step->kind = kind;
	step->before = step->after = &s->state;
}

/* base; tools; final FROM base, which copies from tools when asked. */
static void scene_init(struct scene *s)
{
	*s = (struct scene){0};
	for (uint32_t i = 0; i < 3; i++) {
		s->list[i] = &s->stages[i];
		s->stages[i].build = &s->build;
		s->stages[i].index = i;
		s->stages[i].start = s->stages[i].end = &s->state;
		add_step(s, i, STEP_FROM);
	}
	s->stages[2].parent = &s->stages[0];
	s->build.stages = (struct stages){s->list, 3, 3};
	s->state.accounts = accounts_empty(&s->arena);
	s->workload.build = &s->build;
	s->workload.stage = &s->stages[2];
	s->workload.accounts = s->state.accounts;
}

static void add_user(struct scene *s, struct str name, uint32_t uid, bool is_from_base)
{
	struct account u = {.name = name,
		.uid = id_of(uid),
		.gid = id_of(uid),
		.exists = ANSWER_YES,
		.is_from_base = is_from_base};

	s->workload.accounts = accounts_add(&s->arena, s->workload.accounts, &u);
}

static void add_copy(struct scene *s, size_t stage, int from, const char *chown)
{
	struct copy *copy = arena_new(&s->arena, struct copy);

	add_step(s, stage, STEP_COPY);
	vec_last(&s->stages[stage].steps)->copy = copy;
	if (from >= 0)
		copy->stage = &s->stages[from];
	copy->has_chown = chown != NULL;
	copy->chown.value = value_literal(&s->arena, str_c(chown), SPAN_NONE);
}

static void steps_come_base_first(void **state)
{
	struct scene s;
	struct step_list steps;

	(void)state;
	scene_init(&s);
	add_step(&s, 0, STEP_RUN);
	add_step(&s, 1, STEP_RUN);
	add_step(&s, 2, STEP_USER);
	steps = workload_steps(&s.arena, &s.workload);
	assert_int_equal(steps.n, 4);
	assert_ptr_equal(steps.at[0], &s.stages[0].steps.at[0]);
	assert_ptr_equal(steps.at[1], &s.stages[0].steps.at[1]);
	assert_ptr_equal(steps.at[2], &s.stages[2].steps.at[0]);
	assert_ptr_equal(steps.at[3], &s.stages[2].steps.at[1]);
	assert_ptr_equal(step_stage(&s.workload, steps.at[1]), &s.stages[0]);
	assert_ptr_equal(step_stage(&s.workload, steps.at[3]), &s.stages[2]);
	arena_free(&s.arena);
}

static void a_workload_that_is_not_built_has_no_steps(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.workload.stage = NULL;
	s.workload.anchor = span_of(NULL, 3, 4);
	assert_int_equal(workload_steps(&s.arena, &s.workload).n, 0);
	assert_int_equal(workload_needed_steps(&s.arena, &s.workload).n, 0);
	assert_null(step_stage(&s.workload, &s.stages[0].steps.at[0]));
	assert_int_equal(workload_anchor(&s.workload).length, 4);
	arena_free(&s.arena);
}

static void needed_steps_follow_copy_from(void **state)
{
	struct scene s;
	struct step_list steps;

	(void)state;
	scene_init(&s);
	assert_int_equal(workload_needed_steps(&s.arena, &s.workload).n, 2);
	add_copy(&s, 2, 1, NULL);
	steps = workload_needed_steps(&s.arena, &s.workload);
	assert_int_equal(steps.n, 4);
	assert_ptr_equal(steps.at[1], &s.stages[1].steps.at[0]);
	arena_free(&s.arena);
}

/* Every stage from the one before and copying from the one before that. */
static void many_ways_to_a_stage_cost_nothing(void **state)
{
	enum { MANY = 5000 };
	struct arena a = {0};
	struct build build = {0};
	struct workload w = {.build = &build};
	struct stage *stages = arena_array(&a, struct stage, MANY);

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		struct copy *copy = arena_new(&a, struct copy);
		struct step *step = vec_push(&a, &stages[i].steps);

		stages[i].build = &build;
		stages[i].index = i;
		stages[i].parent = i > 0 ? &stages[i - 1] : NULL;
		copy->stage = i > 1 ? &stages[i - 2] : NULL;
		step->copy = copy;
		*vec_push(&a, &build.stages) = &stages[i];
	}
	w.stage = &stages[MANY - 1];
	assert_int_equal(workload_needed_steps(&a, &w).n, MANY);
	assert_int_equal(workload_steps(&a, &w).n, MANY);
	arena_free(&a);
}

static void made_accounts_leave_out_the_base_and_packages(void **state)
{
	struct account sshd = {.name = STR("sshd"), .exists = ANSWER_YES};
	struct scene s;
	struct account_list made;

	(void)state;
	scene_init(&s);
	add_user(&s, STR("root"), 0, true);
	add_user(&s, STR("nobody"), 65534, true);
	add_user(&s, STR("app"), 1001, false);
	sshd.is_from_package = true;
	s.workload.accounts = accounts_add(&s.arena, s.workload.accounts, &sshd);
	made = workload_made_accounts(&s.arena, &s.workload);
	assert_int_equal(made.n, 1);
	assert_str(made.at[0]->name, "app");
	arena_free(&s.arena);
}

static void the_only_made_account_is_the_one_to_run_as(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_null(workload_unused_account(&s.arena, &s.workload));
	add_user(&s, STR("toor"), 0, false);
	assert_null(workload_unused_account(&s.arena, &s.workload));
	add_user(&s, STR("app"), 1001, false);
	assert_str(workload_unused_account(&s.arena, &s.workload)->name, "app");
	add_user(&s, STR("data"), 1002, false);
	assert_null(workload_unused_account(&s.arena, &s.workload));
	arena_free(&s.arena);
}

static void of_several_the_one_that_gets_the_files(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add_user(&s, STR("app"), 1001, false);
	add_user(&s, STR("data"), 1002, false);
	add_copy(&s, 2, -1, "app:app");
	assert_str(workload_unused_account(&s.arena, &s.workload)->name, "app");
	add_copy(&s, 2, -1, "data");
	assert_null(workload_unused_account(&s.arena, &s.workload));
	arena_free(&s.arena);
}

static void nearest_prefers_what_was_made(void **state)
{
	static const struct {
		const char *name, *nearest;
	} cases[] = {
		{"appuser", ""}, /* it exists: nothing is nearer than itself */
		{"apuser", "appuser"},
		{"appusers", "appuser"},
		{"papuser", "appuser"}, /* a swap is one edit */
		{"appus", "appuser"},
		{"nobody2", "nobody"}, /* of the base at one edit */
		{"nobo", ""},	       /* of the base at two: no */
		{"bib", "bin"},	       /* made, one edit of three letters */
		{"bxy", ""},
		{"content", ""},
	};
	struct scene s;

	(void)state;
	scene_init(&s);
	add_user(&s, STR("nobody"), 65534, true);
	add_user(&s, STR("appuser"), 1001, false);
	add_user(&s, STR("bin"), 1002, false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(accounts_nearest(
				   &s.arena, s.workload.accounts, str_c(cases[i].name)),
			cases[i].nearest);
	arena_free(&s.arena);
}

static void two_as_near_are_none(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	add_user(&s, STR("appa"), 1001, false);
	add_user(&s, STR("appb"), 1002, false);
	assert_str(accounts_nearest(&s.arena, s.workload.accounts, STR("appc")), "");
	add_user(&s, STR("appcd"), 1003, false);
	assert_str(accounts_nearest(&s.arena, s.workload.accounts, STR("appcde")),
		"appcd");
	arena_free(&s.arena);
}

static void nearest_group_asks_groups(void **state)
{
	struct scene s;
	struct account_group g = {
		.name = STR("research"), .gid = id_of(1001), .exists = ANSWER_YES};

	(void)state;
	scene_init(&s);
	add_user(&s, STR("researcj"), 1001, false);
	s.workload.accounts = accounts_add_group(&s.arena, s.workload.accounts, &g);
	assert_str(
		accounts_nearest_group(&s.arena, s.workload.accounts, STR("reserch")),
		"research");
	arena_free(&s.arena);
}

static void a_free_uid_is_nobodys(void **state)
{
	struct scene s;
	struct account_group g = {.name = STR("g"), .exists = ANSWER_YES};

	(void)state;
	scene_init(&s);
	assert_int_equal(accounts_free_uid(&s.arena, s.workload.accounts), 1777);
	add_user(&s, STR("a"), 1777, false);
	add_user(&s, STR("b"), 4711, false);
	g.gid = id_of(1778);
	s.workload.accounts = accounts_add_group(&s.arena, s.workload.accounts, &g);
	assert_int_equal(accounts_free_uid(&s.arena, s.workload.accounts), 1779);
	arena_free(&s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_come_base_first),
		cmocka_unit_test(a_workload_that_is_not_built_has_no_steps),
		cmocka_unit_test(needed_steps_follow_copy_from),
		cmocka_unit_test(many_ways_to_a_stage_cost_nothing),
		cmocka_unit_test(made_accounts_leave_out_the_base_and_packages),
		cmocka_unit_test(the_only_made_account_is_the_one_to_run_as),
		cmocka_unit_test(of_several_the_one_that_gets_the_files),
		cmocka_unit_test(nearest_prefers_what_was_made),
		cmocka_unit_test(two_as_near_are_none),
		cmocka_unit_test(nearest_group_asks_groups),
		cmocka_unit_test(a_free_uid_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
