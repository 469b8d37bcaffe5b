#include "raise_bed.h"

/* before, a change or several, after: byte for byte. */
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
#define TOP(k, n, v)                                                                   \
	{                                                                              \
		.kind = CHANGE_TOP, .op = CHANGE_ADD, .key = k, .name = n, .value = v  \
	}
#define WORD(a, v)                                                                     \
	{                                                                              \
		.kind = CHANGE_WORD, .op = CHANGE_SET, .value = v, .at = a             \
	}

#define MORE(a, v)                                                                     \
	{                                                                              \
		.kind = CHANGE_WORD, .op = CHANGE_ADD, .value = v, .at = a             \
	}

#define S "services:\n  web:\n    image: nginx\n"

static const struct row rows[] = {
	/* scalars */
	{"new key at the end", S, {SET("read_only", "true")},
		S "    read_only: true\n"},
	{"what looks like a number is quoted", S, {SET("user", "1777:1777")},
		S "    user: \"1777:1777\"\n"},
	{"a number where one belongs", S, {SET("pids_limit", "512")},
		S "    pids_limit: 512\n"},
	{"two keys in order", S, {SET("user", "app"), SET("read_only", "true")},
		S "    user: app\n    read_only: true\n"},
	{"no newline at the end", "services:\n  web:\n    image: nginx",
		{SET("user", "app"), SET("init", "true")},
		"services:\n  web:\n    image: nginx\n    user: app\n    init: true"},
	{"CRLF", "services:\r\n  web:\r\n    image: nginx\r\n  db:\r\n    image: x\r\n",
		{SET("user", "app")},
		"services:\r\n  web:\r\n    image: nginx\r\n    user: app\r\n"
		"  db:\r\n    image: x\r\n"},
	{"before the blank line and the comment of the next service",
		S "    restart: \"no\" # ever\n\n  # the store\n  db:\n    image: x\n",
		{SET("user", "app")},
		S "    restart: \"no\" # ever\n    user: app\n\n  # the store\n"
		  "  db:\n    image: x\n"},
	{"behind the comments of the last key",
		S "    ports:\n      - \"80:80\"\n      # - \"443:443\"\n  db:\n"
		  "    image: x\n",
		{SET("user", "app")},
		S
		"    ports:\n      - \"80:80\"\n      # - \"443:443\"\n    user: app\n"
		"  db:\n    image: x\n"},
	{"replaced in its quotes", S "    user: 'root' # why\n",
		{SET("user", "1777:1777")}, S "    user: '1777:1777' # why\n"},
	{"replaced plain gets quotes", S "    user: root\n", {SET("user", "1777:1777")},
		S "    user: \"1777:1777\"\n"},
	{"there already", S "    user: \"1777:1777\"\n", {SET("user", "1777:1777")},
		S "    user: \"1777:1777\"\n"},
	{"a null gets its value", S "    user:\n", {SET("user", "app")},
		S "    user: app\n"},
	{"a variable decides", S "    user: ${WHO}\n", {SET("user", "app")},
		"!which a variable decides"},
	{"a dollar is doubled", S, {SET("user", "a$b")}, S "    user: a$$b\n"},
	{"behind a block scalar",
		"services:\n  web:\n    image: x\n    command: |\n      a\n      b\n\n"
		"volumes:\n  v:\n",
		{SET("user", "app")},
		"services:\n  web:\n    image: x\n    command: |\n      a\n      b\n"
		"    user: app\n\nvolumes:\n  v:\n"},
	{"a service in braces", "services: {web: {image: nginx}}\n",
		{SET("read_only", "true"), ADD("cap_drop", "ALL")},
		"services: {web: {image: nginx, read_only: true, cap_drop: [ALL]}}\n"},
	{"JSON",
		"{\n  \"services\": {\n    \"web\": {\n      \"image\": \"nginx\"\n    }\n"
		"  }\n}\n",
		{SET("user", "1777:1777"), ADD("cap_drop", "ALL")},
		"{\n  \"services\": {\n    \"web\": {\n      \"image\": \"nginx\",\n"
		"      \"user\": \"1777:1777\",\n      \"cap_drop\": [\"ALL\"]\n    }\n"
		"  }\n}\n"},
	/* words of a program */
	{"two more words in brackets", S "    command: [\"a\", \"-n\"] # so\n",
		{MORE("\"-n\"", "--x=1"), MORE("\"-n\"", "--y=2")},
		S "    command: [\"a\", \"-n\", \"--x=1\", \"--y=2\"] # so\n"},
	{"in lines of their own",
		S "    command:\n      - a\n      - -n\n    init: true\n",
		{MORE("-n", "--x=1"), MORE("-n", "--y=2")},
		S
		"    command:\n      - a\n      - -n\n      - \"--x=1\"\n      - \"--y=2\"\n"
		"    init: true\n"},
	{"of a line", S "    command: a -n c.conf # so\n",
		{MORE("c.conf", "--x=1"), MORE("c.conf", "--y=2")},
		S "    command: a -n c.conf --x=1 --y=2 # so\n"},
	{"of a line in quotes", S "    command: \"a -n\"\n", {MORE("-n", "--x=1")},
		S "    command: \"a -n --x=1\"\n"},
	{"of a line that is one word", S "    command: daemon\n",
		{MORE("daemon", "--x=1")}, S "    command: daemon --x=1\n"},
	{"a word that needs quotes", S "    command: a -n\n", {MORE("-n", "--x=a b")},
		S "    command: a -n '--x=a b'\n"},
	{"not inside of quotes in a line", S "    command: a 'b c'\n",
		{MORE("b c", "--x=1")}, "!by hand"},
	{"not in the middle of a list", S "    command: [first, last]\n",
		{MORE("first", "--x")}, "!more stands behind it"},
	{"not in an anchor of others",
		"x-a: &a\n  command: [a, bb]\nservices:\n  web:\n    <<: *a\n"
		"    image: x\n  db:\n    <<: *a\n    image: x\n",
		{MORE("bb", "--x")}, "!others use"},
	/* lists */
	{"a new list", S, {ADD("cap_drop", "ALL")}, S "    cap_drop:\n      - ALL\n"},
	{"a new list of two, once each", S,
		{ADD("cap_add", "CHOWN"), ADD("cap_add", "SETUID"),
			ADD("cap_add", "CHOWN")},
		S "    cap_add:\n      - CHOWN\n      - SETUID\n"},
	{"dashes below the key", S "    ports:\n    - 80:80\n",
		{ADD("cap_drop", "ALL")},
		S "    ports:\n    - 80:80\n    cap_drop:\n    - ALL\n"},
	{"lists in brackets", S "    ports: [\"80:80\"]\n",
		{ADD("cap_drop", "ALL"), ADD("security_opt", "no-new-privileges:true")},
		S "    ports: [\"80:80\"]\n    cap_drop: [ALL]\n"
		  "    security_opt: [\"no-new-privileges:true\"]\n"},
	{"one more in brackets", S "    cap_drop: [CHOWN] # some\n",
		{ADD("cap_drop", "FOWNER")},
		S "    cap_drop: [CHOWN, FOWNER] # some\n"},
	{"the first in brackets", S "    cap_drop: []\n", {ADD("cap_drop", "ALL")},
		S "    cap_drop: [ALL]\n"},
	{"one more below, in front of the next key",
		S "    tmpfs:\n      - /tmp # here\n    init: true\n",
		{ADD("tmpfs", "/run")},
		S "    tmpfs:\n      - /tmp # here\n      - /run\n    init: true\n"},
	{"one more, and a key behind it", S "    tmpfs:\n    - /tmp",
		{SET("read_only", "true"), ADD("tmpfs", "/run")},
		S "    tmpfs:\n    - /tmp\n    - /run\n    read_only: true"},
	{"there already", S "    cap_drop:\n      - 'ALL'\n", {ADD("cap_drop", "ALL")},
		S "    cap_drop:\n      - 'ALL'\n"},
	{"a scalar becomes a list", S "    tmpfs: /tmp\n", {ADD("tmpfs", "/run")},
		S "    tmpfs:\n      - /tmp\n      - /run\n"},
	{"a list of nothing", S "    tmpfs: # none\n    init: true\n",
		{ADD("tmpfs", "/run")},
		S "    tmpfs: # none\n      - /run\n    init: true\n"},
	/* mappings */
	{"environment that is new", S, {PUT("environment", "HOME", "/home/app")},
		S "    environment:\n      HOME: /home/app\n"},
	{"environment as a mapping", S "    environment:\n      A: b\n",
		{PUT("environment", "HOME", "/h"), PUT("environment", "DEBUG", "no")},
		S
		"    environment:\n      A: b\n      HOME: /h\n      DEBUG: \"no\"\n"},
	{"environment as a list", S "    environment:\n      - A=b\n",
		{PUT("environment", "HOME", "/h")},
		S "    environment:\n      - A=b\n      - HOME=/h\n"},
	{"environment that is empty", S "    environment:\n    init: true\n",
		{PUT("environment", "HOME", "/h")},
		S "    environment:\n      HOME: /h\n    init: true\n"},
	{"environment in braces", S "    environment: {A: b}\n",
		{PUT("environment", "HOME", "/h")},
		S "    environment: {A: b, HOME: /h}\n"},
	{"another value", S "    environment:\n      HOME: /root # old\n",
		{PUT("environment", "HOME", "/h")},
		S "    environment:\n      HOME: /h # old\n"},
	{"another value in a list", S "    environment:\n      - \"HOME=/root\"\n",
		{PUT("environment", "HOME", "/h")},
		S "    environment:\n      - \"HOME=/h\"\n"},
	{"from the shell", S "    environment:\n      - HOME\n",
		{PUT("environment", "HOME", "/h")}, "!which a variable decides"},
	/* away */
	{"a key goes", S "    privileged: true\n    init: true\n", {TAKE("privileged")},
		S "    init: true\n"},
	{"its comment stays", S "    privileged: true # for the GPU\n    init: true\n",
		{TAKE("privileged")}, S "    # for the GPU\n    init: true\n"},
	{"the last one goes, another comes", S "    privileged: true\n",
		{TAKE("privileged"), ADD("cap_drop", "ALL")},
		S "    cap_drop:\n      - ALL\n"},
	{"an element goes", S "    cap_add:\n      - A\n      - B # b\n      - C\n",
		{TAKE_AT("cap_add", "B")},
		S "    cap_add:\n      - A\n      # b\n      - C\n"},
	{"an element in brackets goes", S "    cap_add: [A, B, C]\n",
		{TAKE_AT("cap_add", "B")}, S "    cap_add: [A, C]\n"},
	{"the first in brackets goes", S "    cap_add: [A, B, C]\n",
		{TAKE_AT("cap_add", "A,")}, S "    cap_add: [B, C]\n"},
	{"the only one goes with its key",
		S "    cap_add: [SYS_ADMIN]\n    tty: true\n",
		{TAKE_AT("cap_add", "SYS_ADMIN")}, S "    tty: true\n"},
	{"all of a list go with its key",
		S "    cap_add:\n      - A # a\n      - B\n    tty: true\n",
		{TAKE_AT("cap_add", "A #"), TAKE_AT("cap_add", "B")},
		S "    # a\n    tty: true\n"},
	{"all of a list go, others come",
		S "    cap_add:\n      - SYS_ADMIN\n    tty: true\n",
		{TAKE_AT("cap_add", "SYS_ADMIN"), ADD("cap_add", "CHOWN")},
		S "    cap_add:\n      - CHOWN\n    tty: true\n"},
	{"switched off where others go on",
		"x-b: &b\n  privileged: true\nservices:\n  web:\n    <<: *b\n    image: x\n",
		{TAKE("privileged")},
		"x-b: &b\n  privileged: true\nservices:\n  web:\n    <<: *b\n    image: x\n"
		"    privileged: false\n"},
	{"nothing to take", S, {TAKE("privileged")}, S},
	/* ports and mounts */
	{"an address", S "    ports:\n      - \"8080:80\"\n", {LOCAL("\"8080:80\"")},
		S "    ports:\n      - \"127.0.0.1:8080:80\"\n"},
	{"another address", S "    ports:\n      - 0.0.0.0:8080:80/udp\n",
		{LOCAL("0.0.0.0:8080")},
		S "    ports:\n      - 127.0.0.1:8080:80/udp\n"},
	{"no port of the host", S "    ports:\n      - 80\n", {LOCAL("80")},
		S "    ports:\n      - 127.0.0.1::80\n"},
	{"a port that a variable names", S "    ports:\n      - \"${P:-8080}:80\"\n",
		{LOCAL("\"${P")},
		S "    ports:\n      - \"127.0.0.1:${P:-8080}:80\"\n"},
	{"a port of the long form",
		S "    ports:\n      - target: 80\n        published: \"8080\"\n",
		{LOCAL("target: 80")},
		S "    ports:\n      - target: 80\n        published: \"8080\"\n"
		  "        host_ip: 127.0.0.1\n"},
	{"read-only", S "    volumes:\n      - ./a:/a\n", {RO("./a:/a")},
		S "    volumes:\n      - ./a:/a:ro\n"},
	{"no longer writable", S "    volumes:\n      - ./a:/a:rw,z\n",
		{RO("./a:/a:rw")}, S "    volumes:\n      - ./a:/a:ro,z\n"},
	{"further options", S "    volumes:\n      - \"./a:/a:z\"\n", {RO("\"./a:/a")},
		S "    volumes:\n      - \"./a:/a:ro,z\"\n"},
	{"the source is a variable", S "    volumes:\n      - ${DIR}/a:/a\n",
		{RO("${DIR}/a:/a")}, S "    volumes:\n      - ${DIR}/a:/a:ro\n"},
	{"read-only in the long form",
		S "    volumes:\n      - {type: bind, source: ./a, target: /a}\n",
		{RO("{type")},
		S "    volumes:\n"
		  "      - {type: bind, source: ./a, target: /a, read_only: true}\n"},
	/* words */
	{"a word", S "    user: root\n", {WORD("root", "app")}, S "    user: app\n"},
	{"a part of a word", S "    volumes:\n      - v:/root/.cache:ro\n",
		{WORD("/root/.cache", "/home/app/.cache")},
		S "    volumes:\n      - v:/home/app/.cache:ro\n"},
	{"a word with a quote in it", S "    command: ['a', 'b']\n",
		{WORD("'b'", "it's")}, S "    command: ['a', 'it''s']\n"},
	/* the top */
	{"a new top key", S, {TOP("secrets", "db", "file: ./secrets/db")},
		S "secrets:\n  db:\n    file: ./secrets/db\n"},
	{"with the blank line of its neighbours", S "\nvolumes:\n  v:\n",
		{TOP("secrets", "db", "file: ./db")},
		S "\nvolumes:\n  v:\n\nsecrets:\n  db:\n    file: ./db\n"},
	{"one more volume", S "volumes:\n  v:\n", {TOP("volumes", "cache", "")},
		S "volumes:\n  v:\n  cache:\n"},
	{"there already", S "volumes:\n  v:\n", {TOP("volumes", "v", "")},
		S "volumes:\n  v:\n"},
	/* what is shared */
	{"an alias", "x-e: &e\n  A: b\n" S "    environment: *e\n",
		{PUT("environment", "HOME", "/h")}, "!which others use as well"},
	{"a whole service", "services:\n  web: &w\n    image: x\n  b:\n    <<: *w\n",
		{SET("user", "app")}, "!another service uses the whole of it"},
	{"an anchor nobody uses", "services:\n  web: &w\n    image: x\n",
		{SET("user", "app")},
		"services:\n  web: &w\n    image: x\n    user: app\n"},
	{"a key of its own beside <<",
		"x-b: &b\n  user: root\nservices:\n  web:\n    <<: *b\n    image: x\n",
		{SET("user", "app")},
		"x-b: &b\n  user: root\nservices:\n  web:\n    <<: *b\n    image: x\n"
		"    user: app\n"},
	{"a list that comes through <<",
		"x-b: &b\n  tmpfs: [/tmp]\nservices:\n  web:\n    <<: *b\n    image: x\n",
		{ADD("tmpfs", "/run")},
		"x-b: &b\n  tmpfs: [/tmp]\nservices:\n  web:\n    <<: *b\n    image: x\n"
		"    tmpfs: [/tmp, /run]\n"},
	{"a mapping that comes through <<",
		"x-b: &b\n  environment:\n    A: b\nservices:\n  web:\n    <<: *b\n"
		"    image: x\n",
		{PUT("environment", "HOME", "/h")}, "!comes through `<<`"},
	{"somebody extends it", S "  b:\n    extends: web\n", {SET("user", "app")},
		"!`b` extends it"},
	{"it cannot be read", S "    user: [a\n", {SET("user", "app")},
		"!mend it first"},
};

static void check_row(const struct row *row)
{
	struct arena arena = {0};
	struct str after = bed_raise(&arena, "compose.yaml", str_c(row->before),
		row->changes, SOURCE_COMPOSE);
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
		again = bed_raise(
			&arena, "compose.yaml", after, row->changes, SOURCE_COMPOSE);
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
