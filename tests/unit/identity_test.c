#include "unit.h"

#include "model/workload.h"

static const struct accounts *with_user(struct arena *a, const struct accounts *db,
	struct str name, uint32_t uid, uint32_t gid)
{
	struct account u = {.name = name,
		.uid = id_of(uid),
		.gid = id_of(gid),
		.home = STR("/home/x"),
		.exists = ANSWER_YES};

	return accounts_add(a, db, &u);
}

static const struct accounts *with_group(
	struct arena *a, const struct accounts *db, struct str name, uint32_t gid)
{
	struct account_group g = {
		.name = name, .gid = id_of(gid), .exists = ANSWER_YES};

	return accounts_add_group(a, db, &g);
}

static const struct accounts *with_member(
	struct arena *a, const struct accounts *db, struct str user, struct str group)
{
	struct membership m = {.user = user, .group = group, .exists = ANSWER_YES};

	return accounts_add_member(a, db, &m);
}

/* root 0:0, app 1001:1002 in group data (5), and a user whose name is 4321. */
static const struct accounts *image(struct arena *a)
{
	const struct accounts *db = accounts_empty(a);

	db = with_user(a, db, STR("root"), 0, 0);
	db = with_user(a, db, STR("app"), 1001, 1002);
	db = with_user(a, db, STR("4321"), 1003, 1002);
	db = with_group(a, db, STR("root"), 0);
	db = with_group(a, db, STR("data"), 5);
	db = with_group(a, db, STR("app"), 1002);
	return with_member(a, db, STR("app"), STR("data"));
}

struct expected {
	const char *spec;
	enum answer valid;
	int64_t uid, gid; /* -1: not known */
	size_t groups;
};

/* The answers of moby/sys user.GetExecUser for the same files. */
static void spec_resolves_as_in_the_engine(void **state)
{
	static const struct expected cases[] = {
		{"", ANSWER_YES, 0, 0, 0},
		{"root", ANSWER_YES, 0, 0, 0},
		{"0", ANSWER_YES, 0, 0, 0},
		{"00", ANSWER_YES, 0, 0, 0},
		{"+0", ANSWER_YES, 0, 0, 0},
		{"root:x:y", ANSWER_NO, 0, -1, 0},
		{"root:5", ANSWER_YES, 0, 5, 0},
		{"app", ANSWER_YES, 1001, 1002, 1},
		{"1001", ANSWER_YES, 1001, 1002, 1},
		{"01001", ANSWER_YES, 1001, 1002, 1},
		{"4321", ANSWER_YES, 4321, 0, 0},
		{"app:data", ANSWER_YES, 1001, 5, 0},
		{"1001:0", ANSWER_YES, 1001, 0, 0},
		{"4711", ANSWER_YES, 4711, 0, 0},
		{"4711:4712", ANSWER_YES, 4711, 4712, 0},
		{":5", ANSWER_YES, 0, 5, 0},
		{"nobody", ANSWER_NO, -1, -1, 0},
		{"app:nogroup", ANSWER_NO, 1001, -1, 0},
		{"-1", ANSWER_NO, -1, -1, 0},
		{"2147483648", ANSWER_NO, -1, -1, 0},
		{"99999999999999999999", ANSWER_NO, -1, -1, 0},
	};
	struct arena a = {0};
	const struct accounts *db = image(&a);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct identity id = identity_resolve(&a, str_c(cases[i].spec), db);
		int64_t uid = id.uid.know == FACT_SET ? (int64_t)id.uid.n : -1;
		int64_t gid = id.gid.know == FACT_SET ? (int64_t)id.gid.n : -1;

		if (id.is_valid != cases[i].valid || uid != cases[i].uid ||
			(id.is_valid != ANSWER_NO && gid != cases[i].gid) ||
			id.groups.n != cases[i].groups)
			fail_msg("'%s': valid %d uid %ld gid %ld groups %zu",
				cases[i].spec, id.is_valid, (long)uid, (long)gid,
				id.groups.n);
	}
	arena_free(&a);
}

static void doubt_makes_the_group_unknown(void **state)
{
	struct arena a = {0};
	const struct accounts *db =
		accounts_doubt(&a, image(&a), STR("a script made more"), SPAN_NONE);
	struct identity id = identity_resolve(&a, STR("4711"), db);

	(void)state;
	assert_int_equal(id.is_valid, ANSWER_YES);
	assert_int_equal(id.uid.n, 4711);
	assert_int_equal(id.gid.know, FACT_UNKNOWN);
	assert_str(id.why, "a script made more");
	id = identity_resolve(&a, STR("root"), db);
	assert_false(id.groups_known);
	assert_str(id.why, "a script made more");
	id = identity_resolve(&a, STR("someone"), db);
	assert_int_equal(id.is_valid, ANSWER_MAYBE);
	arena_free(&a);
}

static void removal_hides_and_change_keeps_the_order(void **state)
{
	struct arena a = {0};
	const struct accounts *db = image(&a);
	struct account app = {.name = STR("app"),
		.uid = id_of(2000),
		.gid = id_of(0),
		.exists = ANSWER_YES};
	const struct account *u;
	struct account_list users;

	(void)state;
	db = with_user(&a, db, STR("late"), 3000, 3000);
	db = accounts_change(&a, db, &app);
	users = accounts_users(&a, db);
	assert_int_equal(users.n, 4);
	assert_str(users.at[1]->name, "app");
	assert_int_equal(users.at[1]->uid.n, 2000);
	assert_int_equal(accounts_find_uid(db, 1001, &u), ANSWER_NO);
	db = accounts_remove(&a, db, STR("app"), ANSWER_MAYBE);
	assert_int_equal(accounts_find(db, STR("app"), &u), ANSWER_MAYBE);
	db = accounts_remove(&a, db, STR("app"), ANSWER_YES);
	assert_int_equal(accounts_find(db, STR("app"), &u), ANSWER_NO);
	assert_int_equal(identity_resolve(&a, STR("app"), db).is_valid, ANSWER_NO);
	arena_free(&a);
}

static void too_many_accounts_become_a_doubt(void **state)
{
	struct arena a = {0};
	const struct accounts *db = accounts_empty(&a);
	const struct account *u;

	(void)state;
	for (uint32_t i = 0; i < ACCOUNTS_MAX + 100; i++)
		db = with_user(&a, db, arena_printf(&a, "u%u", i), i, i);
	assert_non_null(accounts_doubts(db));
	assert_null(accounts_doubts(db)->next);
	assert_int_equal(accounts_find(db, STR("u1"), &u), ANSWER_YES);
	assert_int_equal(accounts_find(db, STR("u4150"), &u), ANSWER_MAYBE);
	arena_free(&a);
}

static void host_ids_follow_the_map(void **state)
{
	const struct id_map low = {.inside = 0, .outside = 100000, .count = 65536};

	(void)state;
	assert_int_equal(id_on_host(id_of(0), &low).n, 100000);
	assert_int_equal(id_on_host(id_of(1000), &low).n, 101000);
	assert_int_equal(id_on_host(id_of(70000), &low).know, FACT_UNKNOWN);
	assert_int_equal(id_on_host(id_of(0), NULL).n, 0);
}

static void launch_tells_root_from_dropped(void **state)
{
	struct arena a = {0};
	const struct accounts *db = image(&a);
	const struct fact *unset = fact_unset(&a, LAYER_IMAGE, SPAN_NONE);
	struct drop none = {.drops = ANSWER_NO}, gosu = {.drops = ANSWER_YES};

	(void)state;
	gosu.identity = identity_resolve(&a, STR("app"), db);
	assert_int_equal(launch_decide(&a, unset, db, none).runs_as, RUNS_AS_ROOT);
	assert_int_equal(
		launch_decide(&a, unset, db, gosu).runs_as, RUNS_AS_ROOT_THEN_DROPS);
	gosu.identity = identity_resolve(&a, STR("root"), db);
	assert_int_equal(launch_decide(&a, unset, db, gosu).runs_as, RUNS_AS_ROOT);
	unset = fact_unknown(&a, LAYER_IMAGE, STR("the base is not known"), SPAN_NONE);
	assert_int_equal(launch_decide(&a, unset, db, none).runs_as, RUNS_AS_UNKNOWN);
	arena_free(&a);
}

/* As seen in the engine: the gid's number is looked up as a name first. */
static void a_group_named_as_the_gid_joins(void **state)
{
	struct arena a = {0};
	const struct accounts *db = with_group(&a, image(&a), STR("3000"), 77);
	struct drop none = {.drops = ANSWER_NO};
	const struct fact *user = fact_set(&a, LAYER_BUILD,
		value_literal(&a, STR("1:3000"), SPAN_NONE), SPAN_NONE, NULL);
	struct launch l = launch_decide(&a, user, db, none);

	(void)state;
	assert_int_equal(l.identity.gid.n, 3000);
	assert_int_equal(l.identity.groups.n, 1);
	assert_int_equal(l.identity.groups.at[0].n, 77);
	db = with_group(&a, with_group(&a, image(&a), STR("x"), 3000), STR("3000"), 77);
	assert_int_equal(launch_decide(&a, user, db, none).identity.groups.n, 0);
	arena_free(&a);
}

static void a_blurred_file_gives_no_id_for_sure(void **state)
{
	struct arena a = {0};
	struct span here = SPAN_NONE;
	const struct accounts *db = accounts_blur_users(
		&a, image(&a), STR("root"), STR("sed changes lines"), here);
	struct identity id = identity_resolve(&a, STR("app"), db);

	(void)state;
	assert_int_equal(id.is_valid, ANSWER_MAYBE);
	assert_int_equal(id.uid.know, FACT_UNKNOWN);
	assert_int_equal(identity_resolve(&a, STR("1001"), db).gid.know, FACT_UNKNOWN);
	assert_int_equal(identity_resolve(&a, STR("new"), db).is_valid, ANSWER_MAYBE);
	id = identity_resolve(&a, STR("root"), db);
	assert_int_equal(id.is_valid, ANSWER_YES);
	assert_int_equal(id.gid.n, 0);

	db = accounts_blur_groups(
		&a, image(&a), STR(""), STR("sed changes lines"), here);
	id = identity_resolve(&a, STR("app"), db);
	assert_int_equal(id.uid.n, 1001);
	assert_false(id.groups_known);
	id = identity_resolve(&a, STR("app:data"), db);
	assert_int_equal(id.gid.know, FACT_UNKNOWN);
	assert_int_equal(id.is_valid, ANSWER_MAYBE);
	arena_free(&a);
}

/* A hint makes one name uncertain, where a doubt makes every name so. */
static void a_hint_is_about_one_name(void **state)
{
	struct arena arena = {0};
	const struct accounts *db = accounts_hint(
		&arena, image(&arena), STR("nginx-full"), STR("w"), SPAN_NONE);
	const struct account_group *g;
	const struct account *u;

	(void)state;
	assert_int_equal(accounts_find(db, STR("nginx-full"), &u), ANSWER_MAYBE);
	assert_null(u);
	assert_int_equal(accounts_find(db, STR("nginx"), &u), ANSWER_MAYBE);
	assert_int_equal(accounts_find_group(db, STR("nginx"), &g), ANSWER_MAYBE);
	assert_int_equal(accounts_find(db, STR("ngin"), &u), ANSWER_NO);
	assert_int_equal(accounts_find(db, STR("full"), &u), ANSWER_NO);
	assert_int_equal(accounts_find(db, STR("app"), &u), ANSWER_YES);
	assert_null(accounts_doubts(db));
	assert_str(accounts_why_maybe(db, STR("nginx"))->why, "w");
	assert_null(accounts_why_maybe(db, STR("other")));
	assert_int_equal(
		identity_resolve(&arena, STR("nginx"), db).is_valid, ANSWER_MAYBE);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hint_is_about_one_name),
		cmocka_unit_test(spec_resolves_as_in_the_engine),
		cmocka_unit_test(doubt_makes_the_group_unknown),
		cmocka_unit_test(removal_hides_and_change_keeps_the_order),
		cmocka_unit_test(too_many_accounts_become_a_doubt),
		cmocka_unit_test(host_ids_follow_the_map),
		cmocka_unit_test(launch_tells_root_from_dropped),
		cmocka_unit_test(a_group_named_as_the_gid_joins),
		cmocka_unit_test(a_blurred_file_gives_no_id_for_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
