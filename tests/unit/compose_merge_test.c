/* Several files as one: the rules of compose-go's override package, !reset, !override. */
#include "compose_bed.h"

/* compose.yaml and its override, read. */
static struct compose_bed *merged(const char *base, const char *over)
{
	struct compose_bed *bed = bed_new();

	bed_put(bed, "compose.yaml", base);
	bed_put(bed, "compose.override.yaml", over);
	bed_read(bed, "compose.yaml");
	return bed;
}

/* The same for one service `a`; each line of a body is one of its keys. */
static struct compose_bed *merged_service(const char *base, const char *over)
{
	struct compose_bed *bed = bed_new();
	struct str first = arena_printf(
		&bed->arena, "services:\n  a:\n    image: i\n    %s\n", base);
	struct str second =
		arena_printf(&bed->arena, "services:\n  a:\n    %s\n", over);

	world_put(bed->world, STR("compose.yaml"), first);
	world_put(bed->world, STR("compose.override.yaml"), second);
	bed_read(bed, "compose.yaml");
	return bed;
}

static void each_path_has_its_rule(void **state)
{
	static const struct {
		const char *base, *over, *key, *dump;
	} rows[] = {
		/* in general: later values, mappings by key, lists one after the other */
		{"user: root", "user: app", "user", "app"},
		{"user: root", "user:", "user", "root"},
		{"user:", "user: app", "user", "app"},
		{"deploy: {replicas: 1, mode: global}", "deploy: {replicas: 2}",
			"deploy", "{replicas: 2, mode: global}"},
		{"security_opt: [x]", "security_opt: [y]", "security_opt", "[x, y]"},
		{"group_add: [a]", "group_add: [a]", "group_add", "[a, a]"},
		{"healthcheck: {interval: 1s, test: [a]}", "healthcheck: {test: [b]}",
			"healthcheck", "{interval: 1s, test: [b]}"},
		/* replaced, also by nothing */
		{"command: [a, b]", "command: c", "command", "c"},
		{"command: a", "command:", "command", "~"},
		{"entrypoint: [a]", "entrypoint: [b, c]", "entrypoint", "[b, c]"},
		{"ulimits: {nofile: {soft: 1, hard: 2}}",
			"ulimits: {nofile: 3, nproc: 4}", "ulimits",
			"{nofile: 3, nproc: 4}"},
		/* by name, as a list and as a mapping */
		{"environment: [A=1, B=2]", "environment: [B=3, C=4]", "environment",
			"[A=1, B=3, C=4]"},
		{"environment: {A: 1, B: 2}", "environment: {B: 3, C: }", "environment",
			"{A: 1, B: 3, C: ~}"},
		{"environment: {A: 1}", "environment: {A: }", "environment", "{A: ~}"},
		{"environment: {A: 1, B: 2}", "environment: [B=3, C, D=]",
			"environment", "{A: 1, B: 3, C: ~, D: }"},
		{"environment: [A=1, B=2=2, $X=3]", "environment: {A: 5}",
			"environment", "{A: 5, B: 2=2, ${X}=3: ~}"},
		{"labels: [a=1]", "labels: {a: 2}", "labels", "{a: 2}"},
		{"sysctls: {x: 1}", "sysctls: [x=2]", "sysctls", "{x: 2}"},
		{"annotations: {x: 1}", "annotations: [y=2]", "annotations",
			"{x: 1, y: 2}"},
		{"extra_hosts: [\"h:1\"]", "extra_hosts: {k: 2}", "extra_hosts",
			"{h: 1, k: 2}"},
		{"extra_hosts: [\"h:1\"]", "extra_hosts: [\"h:1\", \"h:2\"]",
			"extra_hosts", "[h:1, h:2]"},
		/* one word is a list of one */
		{"dns: 1.1.1.1", "dns: [8.8.8.8, 1.1.1.1]", "dns",
			"[1.1.1.1, 8.8.8.8]"},
		{"env_file: a.env", "env_file: [{path: b.env}, a.env]", "env_file",
			"[a.env, {path: b.env}]"},
		{"tmpfs: /tmp", "tmpfs: /run", "tmpfs", "[/tmp, /run]"},
		{"tmpfs: /tmp", "tmpfs: [/tmp]", "tmpfs", "[/tmp]"},
		/* a name or a mapping of it */
		{"depends_on: [x]", "depends_on: {y: {condition: c}}", "depends_on",
			"{x: ~, y: {condition: c}}"},
		{"depends_on: [x, y]", "depends_on: [y, z]", "depends_on",
			"{x: ~, y: ~, z: ~}"},
		{"networks: {n: {aliases: [q]}}", "networks: [m, n]", "networks",
			"{n: {aliases: [q]}, m: ~}"},
		/* build */
		{"build: ./dir", "build: {target: t}", "build",
			"{context: ./dir, target: t}"},
		{"build: {context: x, args: [A=1]}", "build: {args: {A: 2, B: 3}}",
			"build", "{context: x, args: {A: 2, B: 3}}"},
		{"build: {target: t}", "build: y", "build", "{target: t, context: y}"},
		/* logging: by key where the driver is the same */
		{"logging: {driver: d, options: {a: 1}}",
			"logging: {driver: d, options: {b: 2}}", "logging",
			"{driver: d, options: {a: 1, b: 2}}"},
		{"logging: {driver: d, options: {a: 1}}", "logging: {options: {b: 2}}",
			"logging", "{driver: d, options: {a: 1, b: 2}}"},
		{"logging: {driver: d, options: {a: 1}}", "logging: {driver: e}",
			"logging", "{driver: e}"},
		/* unique: volumes and devices by target, ports by what they publish */
		{"volumes: [\"va:/x\", \"vb:/y\"]", "volumes: [\"vc:/x:ro\"]",
			"volumes", "[vc:/x:ro, vb:/y]"},
		{"volumes: [\"va:/x\"]",
			"volumes: [{type: bind, source: q, target: /x}]", "volumes",
			"[{type: bind, source: q, target: /x}]"},
		{"volumes: [\"C:\\\\p:/x\", /x]", "volumes: [\"d:/z\"]", "volumes",
			"[/x, d:/z]"},
		{"volumes: [\"$A:/x\"]", "volumes: [\"./b:/x\"]", "volumes",
			"[${A}:/x, ./b:/x]"},
		{"devices: [\"/dev/a:/dev/x\"]", "devices: [\"/dev/b:/dev/x:r\"]",
			"devices", "[/dev/b:/dev/x:r]"},
		{"ports: [\"80:80\"]", "ports: [\"80:80\", \"81:80\"]", "ports",
			"[80:80, 81:80]"},
		{"ports: [\"80:80\"]", "ports: [{target: 80, published: \"80\"}]",
			"ports", "[{target: 80, published: 80}]"},
		{"ports: [\"80:80/udp\"]",
			"ports: [\"127.0.0.1:80:80/udp\", \"80:80\"]", "ports",
			"[80:80/udp, 127.0.0.1:80:80/udp, 80:80]"},
		{"ports: [\"[::1]:80:80\"]",
			"ports: [{target: 80, published: 80, "
			"host_ip: \"::1\"}]",
			"ports", "[{target: 80, published: 80, host_ip: ::1}]"},
		{"ports: [80]", "ports: [\"80/tcp\", \"0.0.0.0::80\"]", "ports",
			"[0.0.0.0::80]"},
		{"secrets: [s]", "secrets: [{source: s}, t]", "secrets",
			"[{source: s}, t]"},
		{"configs: [s]", "configs: [{source: u, target: /s}]", "configs",
			"[{source: u, target: /s}]"},
		{"cap_add: [A, B]", "cap_add: [B, C]", "cap_add", "[A, B, C]"},
		{"cap_drop: [ALL]", "cap_drop: [ALL]", "cap_drop", "[ALL]"},
		{"profiles: [p]", "profiles: [p, q]", "profiles", "[p, q]"},
		{"expose: [80]", "expose: [\"80\", 81]", "expose", "[80, 81]"},
		/* !reset and !override */
		{"ports: [1:1]", "ports: !reset []", "ports", "-"},
		{"ports: [1:1]", "ports: !reset", "ports", "-"},
		{"ports: [1:1]", "ports: !override [2:2]", "ports", "[2:2]"},
		{"environment: {A: 1, B: 2}", "environment: {A: !reset null}",
			"environment", "{B: 2}"},
		{"deploy: {a: 1}", "deploy: !override {b: 2}", "deploy", "{b: 2}"},
		{"user: root", "user: !override app", "user", "app"},
		{"tty: true", "stdin_open: !reset true", "stdin_open", "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = merged_service(rows[i].base, rows[i].over);
		struct str path =
			arena_printf(&bed->arena, "services.a.%s%c", rows[i].key, '\0');

		assert_clean(bed);
		assert_tree(bed, path.p, rows[i].dump);
		bed_done(bed);
	}
}

static void what_does_not_fit_is_a_problem_with_both_lines(void **state)
{
	struct compose_bed *bed =
		merged_service("security_opt: [x]", "security_opt: {y: z}");
	const struct project_problem *p;

	(void)state;
	assert_problem(bed, PROJECT_BAD_TYPE, "{y: z}");
	p = bed_problem(bed, PROJECT_BAD_TYPE, 0);
	assert_str(span_str(p->related), "[x]");
	assert_tree(bed, "services.a.security_opt", "{y: z}");
	bed_done(bed);
}

static void every_value_keeps_its_file_and_what_it_hides(void **state)
{
	struct compose_bed *bed =
		merged("services:\n  a: {image: i, user: root, tty: true}\n",
			"services:\n  a: {user: app, tty: false}\n  b: {image: j}\n");
	const struct compose_node *user = bed_at(bed, "services.a.user");
	const struct compose_entry *a =
		compose_entry(bed_at(bed, "services"), STR("a"));

	(void)state;
	assert_clean(bed);
	assert_str(user->span.file->path, "compose.override.yaml");
	assert_str(user->hides->span.file->path, "compose.yaml");
	assert_str(span_str(user->hides->span), "root");
	/* a service stands where it was said first */
	assert_str(a->key_span.file->path, "compose.yaml");
	assert_str(a->node->span.file->path, "compose.yaml");
	assert_int_equal(bed->tree.files.n, 2);
	assert_str(bed->tree.files.at[1]->path, "compose.override.yaml");
	bed_done(bed);
}

static void names_in_a_list_have_places_as_in_a_mapping(void **state)
{
	struct compose_bed *bed = merged_service(
		"environment: [KEY=secret, \"Q=${NO:-d}\"]", "environment: {A: 1}");
	const struct compose_node *map = bed_at(bed, "services.a.environment");

	(void)state;
	assert_str(span_str(map->entries[0].key_span), "KEY");
	assert_str(span_str(map->entries[0].node->span), "secret");
	assert_str(span_str(map->entries[0].node->value.at[0].span), "secret");
	assert_tree(bed, "services.a.environment", "{KEY: secret, Q: d, A: 1}");
	assert_str(span_str(map->entries[1].node->value.at[0].definition), "d");
	bed_done(bed);
}

static void reset_removes_what_an_alias_brings(void **state)
{
	struct compose_bed *bed = merged(
		"services:\n  a: {image: i, ports: [1:1]}\n  b: {image: j, ports: [2:2]}\n"
		"networks:\n  n: {external: true}\n  m: {external: true}\n",
		"x-inner: &inner\n  ports: !reset []\nx-outer: &outer\n  <<: *inner\n"
		"x-ov: &ov !override {}\n"
		"services:\n  a:\n    <<: *inner\n  b:\n    <<: *outer\n"
		"networks:\n  n: *ov\n  m: !reset {}\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services", "{a: {image: i}, b: {image: j}}");
	assert_tree(bed, "networks", "{n: {}}");
	bed_done(bed);
}

static void a_list_keeps_the_last_of_what_is_said_twice(void **state)
{
	struct compose_bed *bed =
		bed_of("services:\n  a:\n    environment: [A=1, B=2, A=3]\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services.a.environment", "[A=3, B=2]");
	assert_str(
		span_str(bed_at(bed, "services.a.environment.0")->hides->span), "A=1");
	bed_done(bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_has_its_rule),
		cmocka_unit_test(what_does_not_fit_is_a_problem_with_both_lines),
		cmocka_unit_test(every_value_keeps_its_file_and_what_it_hides),
		cmocka_unit_test(names_in_a_list_have_places_as_in_a_mapping),
		cmocka_unit_test(reset_removes_what_an_alias_brings),
		cmocka_unit_test(a_list_keeps_the_last_of_what_is_said_twice),
	};

	return cmocka_run_group_tests_name("compose_merge", tests, NULL, NULL);
}
