/* Access lists: their bytes, what is added to them, and whom they let through. */
#include "unit.h"

#include "base/acl.h"
#include "model/allow.h"

/* As setfacl -m u:1777:rwx,g:5:r-- leaves a folder of mode 750 (seen with getfattr). */
static const char listed[] = "\x02\0\0\0"
			     "\x01\0\7\0\xff\xff\xff\xff"
			     "\x02\0\7\0\xf1\x06\0\0"
			     "\x04\0\5\0\xff\xff\xff\xff"
			     "\x08\0\4\0\5\0\0\0"
			     "\x10\0\7\0\xff\xff\xff\xff"
			     "\x20\0\0\0\xff\xff\xff\xff";

static void bytes_go_there_and_back(void **state)
{
	struct str bytes = {listed, sizeof(listed) - 1}, again;
	struct arena arena = {0};
	struct acl acl = {0};

	(void)state;
	assert_true(acl_read(&arena, bytes, &acl));
	assert_int_equal(acl.n, 6);
	assert_int_equal(acl_find(&acl, ACL_USER, 1777)->bits, 7);
	assert_null(acl_find(&acl, ACL_USER, 1778));
	again = acl_write(&arena, &acl);
	assert_int_equal(again.n, bytes.n);
	assert_memory_equal(again.p, bytes.p, bytes.n);
	arena_free(&arena);
}

static void bytes_that_are_no_list_are_refused(void **state)
{
	struct arena arena = {0};
	struct acl acl = {0};
	char broken[sizeof(listed)];

	(void)state;
	for (size_t n = 0; n < sizeof(listed) - 1; n++)
		assert_true(acl_read(&arena, (struct str){listed, n}, &acl) ==
			(n >= 4 && (n - 4) % 8 == 0));
	memcpy(broken, listed, sizeof(listed));
	broken[0] = 3;
	assert_false(acl_read(&arena, (struct str){broken, sizeof(listed) - 1}, &acl));
	broken[0] = 2;
	broken[4] = 3;
	assert_false(acl_read(&arena, (struct str){broken, sizeof(listed) - 1}, &acl));
	arena_free(&arena);
}

/* The mask of a list that had none is what the group had, and what is added. */
static void a_user_is_added_with_the_mask(void **state)
{
	struct arena arena = {0};
	struct acl acl = acl_of_mode(&arena, 0750);

	(void)state;
	acl_allow(&arena, &acl, 1777, 6);
	assert_int_equal(acl.n, 5);
	assert_int_equal(acl.at[1].tag, ACL_USER);
	assert_int_equal(acl.at[1].bits, 6);
	assert_int_equal(acl_find(&acl, ACL_MASK, 0)->bits, 7);
	assert_int_equal(acl_find(&acl, ACL_OWNING_GROUP, 0)->bits, 5);
	acl_allow(&arena, &acl, 1777, 1);
	assert_int_equal(acl.n, 5);
	assert_int_equal(acl_find(&acl, ACL_USER, 1777)->bits, 7);
	arena_free(&arena);
}

static enum answer may(
	uint32_t uid, uint32_t gid, const struct acl *acl, uint32_t mode, uint32_t bits)
{
	struct host_file host = {.is_there = ANSWER_YES,
		.is_folder = ANSWER_YES,
		.mode = mode,
		.uid = 1000,
		.gid = 100,
		.acl = acl};
	struct identity id = {
		.uid = id_of(uid), .gid = id_of(gid), .groups_known = true};
	struct workload w = {0};
	struct look look = allow_look(&host);

	return allow_bits(&w, &id, &look, bits);
}

static void the_list_decides_in_the_order_of_the_kernel(void **state)
{
	struct str bytes = {listed, sizeof(listed) - 1};
	struct arena arena = {0};
	struct acl acl = {0}, masked = {0};

	(void)state;
	assert_true(acl_read(&arena, bytes, &acl));
	assert_int_equal(may(1000, 7, &acl, 0770, 7), ANSWER_YES);   /* owner */
	assert_int_equal(may(1777, 7, &acl, 0770, 7), ANSWER_YES);   /* named */
	assert_int_equal(may(1778, 7, &acl, 0770, 1), ANSWER_NO);    /* others */
	assert_int_equal(may(1778, 100, &acl, 0770, 5), ANSWER_YES); /* the group's own
					bits, not the mask that the mode shows */
	assert_int_equal(may(1778, 100, &acl, 0770, 2), ANSWER_NO);
	assert_int_equal(may(1778, 5, &acl, 0770, 4), ANSWER_YES);
	assert_int_equal(may(0, 0, &acl, 0700, 7), ANSWER_YES); /* root passes */
	assert_true(acl_read(&arena, bytes, &masked));
	masked.at[4].bits = 4;
	assert_int_equal(may(1777, 7, &masked, 0740, 2), ANSWER_NO);
	assert_int_equal(may(1777, 7, &masked, 0740, 4), ANSWER_YES);
	arena_free(&arena);
}

static void the_mode_decides_without_a_list(void **state)
{
	(void)state;
	assert_int_equal(may(1000, 7, NULL, 0700, 7), ANSWER_YES);
	assert_int_equal(may(1000, 100, NULL, 0070, 4), ANSWER_NO);
	assert_int_equal(may(1777, 100, NULL, 0070, 7), ANSWER_YES);
	assert_int_equal(may(1777, 7, NULL, 0770, 4), ANSWER_NO);
	assert_int_equal(may(1777, 7, NULL, 0777, 7), ANSWER_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_there_and_back),
		cmocka_unit_test(bytes_that_are_no_list_are_refused),
		cmocka_unit_test(a_user_is_added_with_the_mask),
		cmocka_unit_test(the_list_decides_in_the_order_of_the_kernel),
		cmocka_unit_test(the_mode_decides_without_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
