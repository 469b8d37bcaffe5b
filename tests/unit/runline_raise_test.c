#include "raise_bed.h"

struct row {
	const char *about, *before;
	struct bed_change changes[BED_CHANGES_MAX];
	const char *after; /* or what a refusal holds, behind '!' */
};

#define SET(k, v)                                                                      \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_SET, .key = k, .value = v             \
	}
#define ADD(k, v)                                                                      \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_ADD, .key = k, .value = v             \
	}
#define PUT(k, n, v)                                                                   \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_ADD, .key = k, .name = n, .value = v  \
	}
#define TAKE(k)                                                                        \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_REMOVE, .key = k                      \
	}
#define TAKE_AT(k, a)                                                                  \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_REMOVE, .key = k, .at = a             \
	}
#define RO(a)                                                                          \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_SET, .key = "volumes",                \
		.name = "read_only", .value = "true", .at = a                          \
	}
#define LOCAL(a)                                                                       \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_SET, .key = "ports",                  \
		.name = "host_ip", .value = "127.0.0.1", .at = a                       \
	}
#define WORD(a, v)                                                                     \
	{                                                                              \
		.kind = CHANGE_WORD, .op = CHANGE_SET, .value = v, .at = a             \
	}

#define MORE(a, v)                                                                     \
	{                                                                              \
		.kind = CHANGE_WORD, .op = CHANGE_ADD, .value = v, .at = a             \
	}

static const struct row rows[] = {
	{"words behind the last one", "docker run x a -c b.conf # so\n",
		{MORE("b.conf", "--x=1"), MORE("b.conf", "--y=2")},
		"docker run x a -c b.conf --x=1 --y=2 # so\n"},
	{"before what the shell does next", "docker run x a -n; echo\n",
		{MORE("-n", "--x=1")}, "docker run x a -n --x=1; echo\n"},
	{"not in quotes", "docker run x sh -c 'aa bb'\n", {MORE("aa", "--x=1")},
		"!by hand"},
	{"behind docker run", "docker run --rm nginx\n", {SET("user", "1777:1777")},
		"docker run --user 1777:1777 --rm nginx\n"},
	{"several, in order", "docker run nginx\n",
		{ADD("cap_drop", "ALL"), ADD("cap_add", "CHOWN"),
			SET("read_only", "true")},
		"docker run --cap-drop ALL --cap-add CHOWN --read-only nginx\n"},
	{"with equals signs as its neighbours", "docker run --name=web nginx\n",
		{ADD("tmpfs", "/tmp")}, "docker run --tmpfs=/tmp --name=web nginx\n"},
	{"a line of its own", "docker run \\\n  --rm \\\n  nginx\n",
		{SET("user", "app"), SET("read_only", "true")},
		"docker run \\\n  --user app \\\n  --read-only \\\n  --rm \\\n  nginx\n"},
	{"behind the options of the first line",
		"docker run --rm -d \\\n    -p 80:80 \\\n    nginx\n",
		{SET("user", "app")},
		"docker run --rm -d \\\n    --user app \\\n    -p 80:80 \\\n    nginx\n"},
	{"the image is on the first line", "docker run nginx \\\n  -g x\n",
		{SET("user", "app")}, "docker run --user app nginx \\\n  -g x\n"},
	{"in an indented block", "if true; then\n\tdocker run nginx\nfi\n",
		{SET("user", "app")},
		"if true; then\n\tdocker run --user app nginx\nfi\n"},
	{"quoted for the shell", "docker run nginx\n",
		{PUT("environment", "GREETING", "it's $5")},
		"docker run -e 'GREETING=it'\\''s $5' nginx\n"},
	{"written as the others are", "docker run --env A=b nginx\n",
		{PUT("environment", "HOME", "/h")},
		"docker run --env HOME=/h --env A=b nginx\n"},
	{"a user replaced", "docker run --user root nginx\n",
		{SET("user", "1777:1777")}, "docker run --user 1777:1777 nginx\n"},
	{"attached", "docker run -u=0 nginx\n", {SET("user", "1777:1777")},
		"docker run -u=1777:1777 nginx\n"},
	{"in quotes", "docker run -u \"root\" nginx\n", {SET("user", "app")},
		"docker run -u \"app\" nginx\n"},
	{"a variable", "docker run -u \"$(id -u)\" nginx\n", {SET("user", "app")},
		"!says it with a variable"},
	{"there already", "docker run -u app nginx\n", {SET("user", "app")},
		"docker run -u app nginx\n"},
	{"another value", "docker run -e HOME=/root -e A=b nginx\n",
		{PUT("environment", "HOME", "/h")},
		"docker run -e HOME=/h -e A=b nginx\n"},
	{"a flag goes", "docker run --privileged --rm nginx\n", {TAKE("privileged")},
		"docker run --rm nginx\n"},
	{"a flag goes with its line",
		"docker run \\\n  --privileged \\\n  --rm \\\n  nginx\n",
		{TAKE("privileged")}, "docker run \\\n  --rm \\\n  nginx\n"},
	{"a flag that is set to false", "docker run --privileged=true nginx\n",
		{SET("privileged", "false")}, "docker run nginx\n"},
	{"one goes, another comes", "docker run \\\n  --privileged \\\n  nginx\n",
		{TAKE("privileged"), ADD("cap_drop", "ALL")},
		"docker run \\\n  --cap-drop ALL \\\n  nginx\n"},
	{"one of a list", "docker run --cap-add A --cap-add SYS_ADMIN nginx\n",
		{TAKE_AT("cap_add", "SYS_ADMIN")}, "docker run --cap-add A nginx\n"},
	{"in a variable", "OPTS=\"--privileged --rm\"\ndocker run $OPTS nginx\n",
		{TAKE("privileged")}, "!brings it from elsewhere"},
	{"an address", "docker run -p 8080:80 -p \"81:81\" nginx\n",
		{LOCAL("8080"), LOCAL("81:81")},
		"docker run -p 127.0.0.1:8080:80 -p \"127.0.0.1:81:81\" nginx\n"},
	{"an address behind the letter", "docker run -p8080:80 nginx\n",
		{LOCAL("8080")}, "docker run -p127.0.0.1:8080:80 nginx\n"},
	{"another address", "docker run --publish=0.0.0.0:8080:80 nginx\n",
		{LOCAL("0.0.0.0")}, "docker run --publish=127.0.0.1:8080:80 nginx\n"},
	{"read-only", "docker run -v data:/b nginx\n", {RO("data:/b")},
		"docker run -v data:/b:ro nginx\n"},
	{"read-only in quotes", "docker run -v \"$PWD/a:/b\" nginx\n", {RO("$PWD/a")},
		"docker run -v \"$PWD/a:/b:ro\" nginx\n"},
	{"a mount", "docker run --mount type=bind,src=/a,dst=/b nginx\n",
		{RO("type=bind")},
		"docker run --mount type=bind,src=/a,dst=/b,readonly nginx\n"},
	{"a word", "docker exec -u root web id\ndocker run --name web nginx\n",
		{WORD("root", "app")},
		"docker exec -u app web id\ndocker run --name web nginx\n"},
	{"no such option", "docker run nginx\n", {ADD("secrets", "db")},
		"!has no option"},
};

static void check_row(const struct row *row)
{
	struct arena arena = {0};
	struct str after = bed_raise(
		&arena, "run.sh", str_c(row->before), row->changes, SOURCE_SCRIPT);
	struct str wanted = str_c(row->after), again;

	if (str_starts(wanted, STR("!"))) {
		if (!str_starts(after, STR("refused: ")) ||
			str_find_str(after, str_from(wanted, 1)) == after.n)
			fail_msg("%s: got\n%.*s\nno refusal with '%s'", row->about,
				STR_ARG(after), row->after + 1);
	} else if (!str_eq(after, wanted)) {
		fail_msg("%s: got\n%.*s\nexpected\n%s", row->about, STR_ARG(after),
			row->after);
	} else if (!row->changes[0].at) {
		again = bed_raise(&arena, "run.sh", after, row->changes, SOURCE_SCRIPT);
		if (!str_eq(again, after))
			fail_msg("%s: the second time gives\n%.*s", row->about,
				STR_ARG(again));
	}
	arena_free(&arena);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
