#include "unit.h"

#include "model/run.h"

/* A run that says nothing, by compose. */
static struct run *quiet(struct arena *a)
{
	struct run *run = arena_new(a, struct run);

	for (int i = 0; i < RUN_SETTING_COUNT; i++)
		run->settings[i] = fact_unset(a, LAYER_RUN, SPAN_NONE);
	run->image = fact_unset(a, LAYER_RUN, SPAN_NONE);
	return run;
}

static struct value literal(struct arena *a, const char *text)
{
	return value_literal(a, str_c(text), SPAN_NONE);
}

/* "$X" stands for a variable that nobody set; anything else is itself. */
static struct value written(struct arena *a, const char *text)
{
	return text[0] == '$' ? value_unknown(a, STR("X is not set"), SPAN_NONE)
			      : literal(a, text);
}

/* Words with a sign: "+NET_ADMIN -ALL". */
static void set_capabilities(struct arena *a, struct run *run, const char *text)
{
	struct str rest = str_c(text), word;

	run->capabilities.n = 0;
	while (str_next_word(&rest, &word)) {
		const char *name = arena_cstr(a, str_from(word, 1));

		run_capability_read(a, written(a, name), SPAN_NONE, word.p[0] == '-',
			vec_push(a, &run->capabilities));
	}
}

static capability_set set_of(const char *text)
{
	struct str rest = str_c(text), word;
	capability_set set = 0;

	while (str_next_word(&rest, &word))
		set |= capability_bit(capability_find(word));
	return set;
}

static void defaults_are_those_of_the_engines(void **state)
{
	(void)state;
	/* moby oci/caps/defaults.go, containers/common pkg/config/default.go */
	assert_int_equal(CAPABILITIES_ENGINE,
		set_of("CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID "
		       "SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"));
	assert_int_equal(CAPABILITIES_PODMAN,
		set_of("CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP "
		       "SETGID SETPCAP SETUID SYS_CHROOT"));
	assert_int_equal(CAPABILITY_COUNT, 41);
}

static void names_are_read_in_any_case(void **state)
{
	static const struct {
		const char *name;
		int number;
	} cases[] = {
		{"CHOWN", 0},
		{"cap_chown", 0},
		{"CAP_Sys_Admin", 21},
		{"net_bind_service", CAPABILITY_NET_BIND_SERVICE},
		{"setuid", CAPABILITY_SETUID},
		{"SETGID", CAPABILITY_SETGID},
		{"FOWNER", CAPABILITY_FOWNER},
		{"DAC_OVERRIDE", CAPABILITY_DAC_OVERRIDE},
		{"SETFCAP", 31},
		{"CHECKPOINT_RESTORE", 40},
		{"ALL", -1},
		{"CAP_ALL", -1},
		{"SYS-ADMIN", -1},
		{"CAP_", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (capability_find(str_c(cases[i].name)) != cases[i].number)
			fail_msg("%s", cases[i].name);
	for (int i = 0; i < CAPABILITY_COUNT; i++)
		assert_int_equal(capability_find(capability_name(i)), i);
	assert_true(capability_is_all(STR("all")));
	assert_false(capability_is_all(STR("CAP_ALL")));
	assert_str(capability_nearest(STR("SYS-ADMN")), "SYS_ADMIN");
	assert_str(capability_nearest(STR("cap_net_amdin")), "NET_ADMIN");
	assert_str(capability_nearest(STR("NETADMIN")), "NET_ADMIN");
	assert_str(capability_nearest(STR("DOCKER")), "");
	/* one edit from SETGID and from SETUID: nobody can tell */
	assert_str(capability_nearest(STR("SETXID")), "");
}

/* What the engine's TweakCapabilities gives for the same lists. */
static void sets_are_those_of_the_engine(void **state)
{
	static const struct {
		const char *lists, *held; /* held: "default", "all", changed by signs */
	} cases[] = {
		{"", "default"},
		{"-ALL", ""},
		{"-all", ""},
		{"-ALL +NET_BIND_SERVICE", "+NET_BIND_SERVICE"},
		{"+CAP_SYS_ADMIN", "default +SYS_ADMIN"},
		{"-CHOWN -DAC_OVERRIDE -FOWNER",
			"default -CHOWN -DAC_OVERRIDE -FOWNER"},
		{"+CHOWN -CHOWN", "default"},
		{"+ALL", "all"},
		{"+ALL -SYS_ADMIN", "all -SYS_ADMIN"},
		{"+ALL +SYS_ADMIN -SYS_ADMIN", "all -SYS_ADMIN"},
		{"+ALL -ALL", "all"},
		{"-ALL -CHOWN +CHOWN", "+CHOWN"},
		{"-SYS_TIME", "default"},
		{"+NO_SUCH", "default"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run *run = quiet(&a);
		struct str rest = str_c(cases[i].held), word;
		capability_set want = 0, got;
		enum answer certain;

		while (str_next_word(&rest, &word)) {
			capability_set bit = 0;

			if (str_eq(word, STR("default")))
				want = CAPABILITIES_ENGINE;
			else if (str_eq(word, STR("all")))
				want = CAPABILITIES_ALL;
			else
				bit = capability_bit(
					capability_find(str_from(word, 1)));
			want = word.p[0] == '-' ? want & ~bit : want | bit;
		}
		set_capabilities(&a, run, cases[i].lists);
		got = run_capability_set(run, &certain);
		if (got != want || certain != ANSWER_YES)
			fail_msg("%s: %llx, expected %llx", cases[i].lists,
				(unsigned long long)got, (unsigned long long)want);
	}
	arena_free(&a);
}

static void privileged_and_podman_change_the_set(void **state)
{
	struct arena a = {0};
	struct run *run = quiet(&a);
	enum answer certain;

	(void)state;
	set_capabilities(&a, run, "-ALL");
	run->settings[RUN_PRIVILEGED] =
		fact_set(&a, LAYER_RUN, literal(&a, "true"), SPAN_NONE, NULL);
	assert_int_equal(run_capability_set(run, &certain), CAPABILITIES_ALL);
	assert_int_equal(certain, ANSWER_YES);
	run = quiet(&a);
	run->source = RUN_BY_LINE;
	run->engine = STR("podman");
	assert_int_equal(run_capability_set(run, &certain), CAPABILITIES_PODMAN);
	arena_free(&a);
}

static void a_variable_makes_the_set_uncertain(void **state)
{
	struct arena a = {0};
	struct run *run = quiet(&a);
	enum answer certain;

	(void)state;
	set_capabilities(&a, run, "-CHOWN +$X");
	assert_int_equal(run_capability_set(run, &certain),
		CAPABILITIES_ENGINE & ~capability_bit(0));
	assert_int_equal(certain, ANSWER_NO);
	assert_int_equal(run_drops(run, 0), ANSWER_YES);
	assert_int_equal(run_drops(run, -1), ANSWER_NO);
	assert_int_equal(run_adds(run, 21), ANSWER_MAYBE);
	assert_int_equal(run_adds(run, -1), ANSWER_MAYBE);
	run = quiet(&a);
	run->is_partial = true;
	assert_int_equal(run_drops(run, -1), ANSWER_MAYBE);
	run_capability_set(run, &certain);
	assert_int_equal(certain, ANSWER_NO);
	run = quiet(&a);
	run->settings[RUN_PRIVILEGED] =
		fact_unknown(&a, LAYER_RUN, STR("P is not set"), SPAN_NONE);
	run_capability_set(run, &certain);
	assert_int_equal(certain, ANSWER_NO);
	arena_free(&a);
}

static void flags_are_read_as_each_engine_reads_them(void **state)
{
	static const struct {
		const char *text;
		enum answer compose, line;
	} cases[] = {
		{"true", ANSWER_YES, ANSWER_YES},
		{"True", ANSWER_YES, ANSWER_YES},
		{"TRUE", ANSWER_YES, ANSWER_YES},
		{"tRUE", ANSWER_YES, ANSWER_MAYBE},
		{"false", ANSWER_NO, ANSWER_NO},
		{"yes", ANSWER_YES, ANSWER_MAYBE},
		{"On", ANSWER_YES, ANSWER_MAYBE},
		{"y", ANSWER_YES, ANSWER_MAYBE},
		{"off", ANSWER_NO, ANSWER_MAYBE},
		{"N", ANSWER_NO, ANSWER_MAYBE},
		{"1", ANSWER_MAYBE, ANSWER_YES},
		{"t", ANSWER_MAYBE, ANSWER_YES},
		{"0", ANSWER_MAYBE, ANSWER_NO},
		{"F", ANSWER_MAYBE, ANSWER_NO},
		{"", ANSWER_MAYBE, ANSWER_MAYBE},
		{"privileged!", ANSWER_MAYBE, ANSWER_MAYBE},
		{"$X", ANSWER_MAYBE, ANSWER_MAYBE},
	};
	struct arena a = {0};
	struct run *run = quiet(&a);

	(void)state;
	assert_int_equal(run_flag(run, RUN_PRIVILEGED), ANSWER_NO);
	assert_int_equal(run_says(run, RUN_PRIVILEGED), ANSWER_NO);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run->settings[RUN_PRIVILEGED] = fact_set(
			&a, LAYER_RUN, written(&a, cases[i].text), SPAN_NONE, NULL);
		run->source = RUN_BY_COMPOSE;
		if (run_flag(run, RUN_PRIVILEGED) != cases[i].compose)
			fail_msg("compose: '%s'", cases[i].text);
		run->source = RUN_BY_LINE;
		if (run_flag(run, RUN_PRIVILEGED) != cases[i].line)
			fail_msg("line: '%s'", cases[i].text);
	}
	assert_int_equal(run_says(run, RUN_PRIVILEGED), ANSWER_MAYBE);
	arena_free(&a);
}

/* The table of units_test.go's kind: what docker/go-units takes and refuses. */
static void sizes_are_those_of_go_units(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: refused */
	} cases[] = {
		{"32", 32},
		{"32b", 32},
		{"32B", 32},
		{"32k", 32 * 1024},
		{"32K", 32 * 1024},
		{"32kb", 32 * 1024},
		{"32KiB", 32 * 1024},
		{"32 kib", 32 * 1024},
		{"512m", 512ll << 20},
		{"1.5gb", 3ll << 29},
		{"2t", 2ll << 40},
		{"1p", 1ll << 50},
		{"1e9", 1000000000},
		{".5k", 512},
		{"1.k", 1024},
		{"0", 0},
		{"+5", 5},
		{"1 ", 1},
		{"", -1},
		{"k", -1},
		{"-1", -1},
		{"-1k", -1},
		{" 1", -1},
		{"1kk", -1},
		{"1ki", -1},
		{"1kibb", -1},
		{"1bb", -1},
		{"1x", -1},
		{"1  k", -1},
		{"1.2.3", -1},
		{"0x10", -1},
		{"inf", -1},
		{"9999999p", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t bytes = 7;
		bool is_read = run_bytes(str_c(cases[i].text), &bytes);

		if (is_read != (cases[i].bytes >= 0))
			fail_msg("'%s' read: %d", cases[i].text, is_read);
		if (bytes != (is_read ? (uint64_t)cases[i].bytes : 7))
			fail_msg(
				"'%s': %llu", cases[i].text, (unsigned long long)bytes);
	}
}

static void numbers_are_decimal(void **state)
{
	double n = 7;

	(void)state;
	assert_true(run_number(STR("0.5"), &n) && n == 0.5);
	assert_true(run_number(STR("-1"), &n) && n == -1);
	assert_true(run_number(STR("512"), &n) && n == 512);
	assert_false(run_number(STR("two"), &n));
	assert_false(run_number(STR(""), &n));
	assert_false(run_number(STR("-"), &n));
	assert_false(run_number(STR("."), &n));
	assert_false(run_number(STR("1 "), &n));
	assert_true(n == 512);
}

static void security_options_are_taken_apart(void **state)
{
	static const struct {
		const char *text;
		enum security_kind kind;
		const char *name, *value;
		char separator;
		bool has_quotes;
	} cases[] = {
		{"no-new-privileges", SECURITY_NO_NEW_PRIVILEGES, "no-new-privileges",
			"true", 0, false},
		{"no-new-privileges:true", SECURITY_NO_NEW_PRIVILEGES,
			"no-new-privileges", "true", ':', false},
		{"no-new-privileges=false", SECURITY_NO_NEW_PRIVILEGES,
			"no-new-privileges", "false", '=', false},
		{"seccomp=unconfined", SECURITY_SECCOMP, "seccomp", "unconfined", '=',
			false},
		{"seccomp:unconfined", SECURITY_SECCOMP, "seccomp", "unconfined", ':',
			false},
		{"seccomp=\"./p.json\"", SECURITY_SECCOMP, "seccomp", "\"./p.json\"",
			'=', true},
		{"seccomp:'./p.json'", SECURITY_SECCOMP, "seccomp", "'./p.json'", ':',
			true},
		/* '=' wins over an earlier ':' */
		{"seccomp:a=b", SECURITY_OTHER, "seccomp:a", "b", '=', false},
		{"label=type:spc_t", SECURITY_LABEL, "label", "type:spc_t", '=', false},
		{"label:disable", SECURITY_LABEL, "label", "disable", ':', false},
		{"disable", SECURITY_LABEL, "disable", "disable", 0, false},
		{"systempaths=unconfined", SECURITY_SYSTEMPATHS, "systempaths",
			"unconfined", '=', false},
		{"systempaths:unconfined", SECURITY_OTHER, "systempaths", "unconfined",
			':', false},
		{"systempaths=none", SECURITY_OTHER, "systempaths", "none", '=', false},
		{"apparmor=docker-default", SECURITY_APPARMOR, "apparmor",
			"docker-default", '=', false},
		{"unmask=ALL", SECURITY_UNMASK, "unmask", "ALL", '=', false},
		{"writable-cgroups=true", SECURITY_WRITABLE_CGROUPS, "writable-cgroups",
			"true", '=', false},
		{"Seccomp=unconfined", SECURITY_OTHER, "Seccomp", "unconfined", '=',
			false},
		{"no_new_privileges:true", SECURITY_OTHER, "no_new_privileges", "true",
			':', false},
		{"seccomp", SECURITY_OTHER, "seccomp", "", 0, false},
		{"seccomp=", SECURITY_OTHER, "seccomp", "", '=', false},
		{"", SECURITY_OTHER, "", "", 0, false},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct security_option o;

		security_option_read(&a, literal(&a, cases[i].text), SPAN_NONE, &o);
		if (o.kind != cases[i].kind || o.separator != cases[i].separator ||
			o.has_quotes != cases[i].has_quotes || o.know != FACT_SET)
			fail_msg("'%s': kind %d separator '%c'", cases[i].text, o.kind,
				o.separator);
		assert_str(o.name, cases[i].name);
		assert_str(o.text, cases[i].value);
	}
	arena_free(&a);
}

/* "seccomp=" and a variable: the kind is known, the text is not. */
static void a_variable_leaves_the_kind(void **state)
{
	struct arena a = {0};
	struct segments parts = {0};
	struct security_option o;

	(void)state;
	*vec_push(&a, &parts) = literal(&a, "seccomp=").at[0];
	*vec_push(&a, &parts) =
		value_unknown(&a, STR("PROFILE is not set"), SPAN_NONE).at[0];
	security_option_read(&a, value_of(&parts), SPAN_NONE, &o);
	assert_int_equal(o.kind, SECURITY_SECCOMP);
	assert_int_equal(o.know, FACT_UNKNOWN);
	assert_str(o.text, "");
	assert_int_equal(o.separator, '=');
	security_option_read(&a, written(&a, "$X"), SPAN_NONE, &o);
	assert_int_equal(o.kind, SECURITY_OTHER);
	assert_int_equal(o.know, FACT_UNKNOWN);
	arena_free(&a);
}

static void the_text_has_its_own_span(void **state)
{
	struct arena a = {0};
	const struct file *file =
		file_new(&a, STR("compose.yaml"), STR("- seccomp:./p.json"));
	struct span span = span_of(file, 2, 16);
	struct security_option o;

	(void)state;
	security_option_read(&a, value_literal(&a, span_str(span), span), span, &o);
	assert_str(span_str(o.text_span), "./p.json");
	/* an escape stood in it: the bytes do not count alike, so the whole element */
	security_option_read(
		&a, value_literal(&a, STR("seccomp:p.json"), span), span, &o);
	assert_str(span_str(o.text_span), "seccomp:./p.json");
	arena_free(&a);
}

static void no_new_privileges_is_the_last_word(void **state)
{
	static const struct {
		const char *options[3];
		enum answer answer;
	} cases[] = {
		{{NULL}, ANSWER_NO},
		{{"no-new-privileges", NULL}, ANSWER_YES},
		{{"no-new-privileges:true", NULL}, ANSWER_YES},
		{{"no-new-privileges=1", NULL}, ANSWER_YES},
		{{"no-new-privileges:false", NULL}, ANSWER_NO},
		{{"no-new-privileges:sure", NULL}, ANSWER_MAYBE},
		{{"no-new-privileges", "no-new-privileges=false", NULL}, ANSWER_NO},
		{{"$X", NULL}, ANSWER_MAYBE},
		{{"$X", "no-new-privileges", NULL}, ANSWER_YES},
		{{"seccomp=unconfined", NULL}, ANSWER_NO},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run *run = quiet(&a);

		for (size_t o = 0; cases[i].options[o]; o++)
			security_option_read(&a, written(&a, cases[i].options[o]),
				SPAN_NONE, vec_push(&a, &run->security));
		if (run_no_new_privileges(run) != cases[i].answer)
			fail_msg("case %zu", i);
	}
	arena_free(&a);
}

static void the_last_option_of_a_kind_holds(void **state)
{
	struct arena a = {0};
	struct run *run = quiet(&a);

	(void)state;
	assert_null(run_security(run, SECURITY_SECCOMP));
	security_option_read(&a, literal(&a, "seccomp=unconfined"), SPAN_NONE,
		vec_push(&a, &run->security));
	security_option_read(&a, literal(&a, "seccomp=builtin"), SPAN_NONE,
		vec_push(&a, &run->security));
	assert_str(run_security(run, SECURITY_SECCOMP)->text, "builtin");
	assert_null(run_security(run, SECURITY_APPARMOR));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_engines),
		cmocka_unit_test(names_are_read_in_any_case),
		cmocka_unit_test(sets_are_those_of_the_engine),
		cmocka_unit_test(privileged_and_podman_change_the_set),
		cmocka_unit_test(a_variable_makes_the_set_uncertain),
		cmocka_unit_test(flags_are_read_as_each_engine_reads_them),
		cmocka_unit_test(sizes_are_those_of_go_units),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(security_options_are_taken_apart),
		cmocka_unit_test(a_variable_leaves_the_kind),
		cmocka_unit_test(the_text_has_its_own_span),
		cmocka_unit_test(no_new_privileges_is_the_last_word),
		cmocka_unit_test(the_last_option_of_a_kind_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
