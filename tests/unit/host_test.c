/* What a host needs: whose a path shall be, ids that an engine shifts, kinds of engines. */
#include "unit.h"

#include "base/buf.h"
#include "host/engine.h"
#include "host/prepare.h"
#include "know/know.h"
#include "source/load.h"

struct bed {
	struct arena arena;
	struct world *world;
	struct host_facts facts;
	struct host_options options;
};

static struct bed *bed_new(enum host_engine engine)
{
	struct bed *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->facts = (struct host_facts){
		.engine = engine, .is_said = true, .why = STR("said")};
	b->world = world_memory(&b->arena);
	return b;
}

static void bed_done(struct bed *b)
{
	arena_free(&b->arena);
	free(b);
}

static void folder(struct bed *b, const char *path, uint32_t uid, uint32_t mode)
{
	world_put_stat(b->world, str_c(path),
		&(struct world_stat){
			.kind = WORLD_DIR, .mode = mode, .uid = uid, .gid = uid});
}

/* The commands for one service with these lines, one a line; notes as "# KIND". */
static struct str commands(struct bed *b, const char *lines)
{
	struct load_options load = {0};
	const struct knowledge *know = NULL;
	struct buf out = {.arena = &b->arena};
	struct input input = {0};
	struct host_steps steps;
	struct err e = {0};

	world_put(b->world, STR("compose.yaml"),
		arena_printf(
			&b->arena, "services:\n  app:\n    image: x/y:1\n%s", lines));
	assert_int_equal(know_open(&b->arena, b->world, STR_NONE, &know, &e), 0);
	assert_int_equal(input_load(&b->arena, b->world, know, STR("compose.yaml"),
				 &load, &input, &e),
		0);
	steps = host_prepare_as(
		&b->arena, b->world, &input.project, &b->facts, &b->options);
	vec_each (const struct host_step, step, &steps) {
		struct str command = host_command(&b->arena, step);

		if (step->kind == HOST_GROUP || step->kind == HOST_USER)
			continue;
		if (out.n)
			buf_char(&out, '\n');
		if (command.n)
			buf_add(&out, command);
		else
			buf_printf(&out, "# %.*s", STR_ARG(host_step_name(step->kind)));
	}
	return buf_str(&out);
}

#define USER  "    user: \"1777:1777\"\n"
#define MAKES "docker volume create "
#define GIVES " && docker run --rm --network none --user 0:0 --entrypoint sh -v "

static void what_is_there_decides(void **state)
{
	static const struct {
		uint32_t uid, mode;
		const char *mount, *expected;
	} rows[] = {
		{0, 0755, "./d:/d", "chown -h 1777:1777 d && chmod 0750 d"},
		{0, 0755, "./d:/d:ro", ""},
		{0, 0700, "./d:/d:ro", "chown -h 0:1777 d && chmod 0750 d"},
		{1777, 0750, "./d:/d", ""},
		{1777, 0550, "./d:/d", "chmod 0750 d"},
		{0, 0777, "./d:/d", "chown -h 1777:1777 d && chmod 0750 d"},
		{0, 01777, "./d:/d", ""},
		{1000, 0755, "./d:/d",
			"setfacl -m u:1777:rwX,d:u:1777:rwX,d:u:1000:rwX d"},
		{1000, 0755, "./d:/d:ro", ""},
		{998, 0755, "./d:/d", "chown -h 1777:1777 d && chmod 0750 d"},
		{0, 0755, "./d:/etc/d", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);

		world_put(b->world, STR("/etc/passwd"),
			STR("root:x:0:0::/root:/bin/sh\n"
			    "svc:x:998:998::/:/usr/sbin/nologin\n"
			    "ann:x:1000:1000::/home/ann:/bin/bash\n"));
		folder(b, "d", rows[i].uid, rows[i].mode);
		assert_str(commands(b,
				   arena_cstr(&b->arena,
					   arena_printf(&b->arena,
						   USER "    volumes: [\"%s\"]\n",
						   rows[i].mount))),
			rows[i].expected);
		bed_done(b);
	}
}

/* The list that --apply writes is one that then lets the user through. */
static void an_access_list_is_seen(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);
	struct acl acl = acl_of_mode(&b->arena, 0755);

	(void)state;
	acl_allow(&b->arena, &acl, 1777, 7);
	folder(b, "d", 1000, 0775);
	world_put_xattr(b->world, STR("d"), ACL_ACCESS, acl_write(&b->arena, &acl));
	assert_str(commands(b, USER "    volumes: [./d:/d]\n"), "");
	bed_done(b);
}

static void ids_are_shifted_as_the_engine_does(void **state)
{
	static const struct {
		enum host_engine engine;
		const char *lines, *expected;
	} rows[] = {
		{HOST_ENGINE_UNKNOWN, USER, "install -d -o 1777 -g 1777 -m 0750 d"},
		{HOST_ENGINE_REMAPPED, USER,
			"install -d -o 101777 -g 201777 -m 0750 d"},
		{HOST_ENGINE_REMAPPED, USER "    userns_mode: host\n",
			"install -d -o 1777 -g 1777 -m 0750 d"},
		/* inside 1 is the first of the range: 0 is who runs it */
		{HOST_ENGINE_ROOTLESS, USER,
			"install -d -o 101776 -g 201776 -m 0750 d"},
		{HOST_ENGINE_ROOTLESS,
			USER "    userns_mode: keep-id:uid=1777,gid=1777\n",
			"install -d -o 1000 -g 1001 -m 0750 d"},
		{HOST_ENGINE_ROOTLESS, USER "    userns_mode: keep-id\n",
			"install -d -o 101776 -g 201776 -m 0750 d"},
		{HOST_ENGINE_ROOTLESS, USER "    userns_mode: auto\n", "# note"},
		{HOST_ENGINE_DESKTOP, USER, "# note"},
		{HOST_ENGINE_ROOTFUL, "    user: \"${NOBODY}\"\n", "# note"},
		{HOST_ENGINE_ROOTFUL, "    user: \"0\"\n", ""},
		/* a bare number has the group 0, which is not root's to be */
		{HOST_ENGINE_ROOTFUL, "    user: \"1777\"\n    group_add: [\"5\"]\n",
			"install -d -o 1777 -g 1777 -m 0750 d"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bed *b = bed_new(rows[i].engine);

		b->facts.first_uid = 100000;
		b->facts.first_gid = 200000;
		b->facts.own_uid = 1000;
		b->facts.own_gid = 1001;
		assert_str(commands(b,
				   arena_cstr(&b->arena,
					   arena_printf(&b->arena,
						   "%s    volumes: [./d:/d]\n",
						   rows[i].lines))),
			rows[i].expected);
		bed_done(b);
	}
}

static void a_range_that_nobody_knows_is_no_number(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_REMAPPED);

	(void)state;
	assert_str(commands(b, USER "    volumes: [./d:/d]\n"), "# note");
	bed_done(b);
}

static void a_volume_of_root_changes_hands(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);
	const char *lines = USER
		"    volumes: [models_of:/m]\nvolumes:\n  models_of:\n    name: models\n";
	struct world_stat file = {.kind = WORLD_FILE, .mode = 0644};

	(void)state;
	b->facts.data_root = STR("/var/lib/docker");
	folder(b, "/var/lib/docker/volumes/models/_data", 0, 0755);
	assert_str(commands(b, lines),
		"docker run --rm --network none --user 0:0 --entrypoint chown -v "
		"models:/v x/y:1 -h 1777:1777 /v");
	world_put_stat(
		b->world, STR("/var/lib/docker/volumes/models/_data/m.pt"), &file);
	assert_str(commands(b, lines),
		"docker run --rm --network none --user 0:0 --entrypoint chown -v "
		"models:/v x/y:1 -hR 1777:1777 /v");
	folder(b, "/var/lib/docker/volumes/models/_data", 1777, 0755);
	file.uid = 1777;
	world_put_stat(
		b->world, STR("/var/lib/docker/volumes/models/_data/m.pt"), &file);
	assert_str(commands(b, lines), "");
	bed_done(b);
}

/* Of a file that is missing the engine would make a folder; so would not oakum. */
static void a_file_of_a_home_is_no_folder(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);
	struct world_stat file = {.kind = WORLD_FILE, .mode = 0600};

	(void)state;
	assert_str(commands(b, USER "    volumes: [./.netrc:/home/app/.netrc]\n"),
		"install -o 1777 -g 1777 -m 0640 /dev/null .netrc");
	world_put_stat(b->world, STR(".netrc"), &file);
	assert_str(commands(b, USER "    volumes: [./.netrc:/home/app/.netrc]\n"),
		"chown -h 1777:1777 .netrc && chmod 0640 .netrc");
	bed_done(b);
}

/* What makes a volume that only one service uses; "" where nothing has to. */
static void a_new_volume_is_made_for_who_writes_it(void **state)
{
	static const struct {
		const char *lines, *expected;
	} rows[] = {
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: models\n",
			MAKES "models" GIVES "models:/m -w /m x/y:1 -c 'touch .keep && "
			      "chown -hR 1777:1777 . && chmod 0750 .'"},
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\nname: shop\n",
			MAKES
			"--label com.docker.compose.project=shop --label "
			"com.docker.compose.volume=mm shop_mm" GIVES
			"shop_mm:/m -w /m x/y:1 -c 'touch .keep && chown -hR 1777:1777 "
			". && chmod 0750 .'"},
		/* With the labels that the file gives it, known ones. */
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: models\n"
		      "    labels:\n      team: \"data; id\"\n      keep: 1\nname: shop\n",
			MAKES "--label 'team=data; id' --label keep=1 --label "
			      "com.docker.compose.project=shop --label "
			      "com.docker.compose.volume=mm models" GIVES
			      "models:/m -w /m x/y:1 -c 'touch .keep && chown -hR "
			      "1777:1777 . && chmod 0750 .'"},
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: models\n"
		      "    labels: [\"team=${TEAM:?}\"]\nname: shop\n",
			""},
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    external:\n"
		      "      name: models\nname: shop\n",
			""},
		{USER "    volumes: [{type: volume, source: mm, target: /m, volume: "
		      "{nocopy: true}}]\nvolumes:\n  mm:\n    name: models\n",
			MAKES "models" GIVES "models:/m -w /m x/y:1 -c 'chown -hR "
			      "1777:1777 . && chmod 0750 .'"},
		/* Who only reads, who is root, what others see to. */
		{USER "    volumes: [\"mm:/m:ro\"]\nvolumes:\n  mm:\n    name: models\n",
			""},
		{"    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: models\n", ""},
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: models\n"
		      "    external: true\n",
			""},
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: models\n"
		      "    driver: nfs\n",
			""},
		/* Nothing that a file says becomes an option, or a command. */
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: --privileged\n",
			""},
		{USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: a;id\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);

		b->facts.data_root = STR("/var/lib/docker");
		assert_str(commands(b, rows[i].lines), rows[i].expected);
		bed_done(b);
	}
}

/* A line says the engine's own name of it. */
static void a_volume_of_a_line_is_made(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);
	const struct knowledge *know = NULL;
	struct load_options load = {0};
	struct input input = {0};
	struct host_steps steps;
	struct err e = {0};

	(void)state;
	b->facts.data_root = STR("/var/lib/docker");
	world_put(b->world, STR("run.sh"),
		STR("docker run --user 1777:1777 -v models:/m x/y:1\n"));
	assert_int_equal(know_open(&b->arena, b->world, STR_NONE, &know, &e), 0);
	assert_int_equal(
		input_load(&b->arena, b->world, know, STR("run.sh"), &load, &input, &e),
		0);
	steps = host_prepare(&b->arena, b->world, &input.project, &b->facts);
	assert_int_equal(steps.n, 1);
	assert_str(host_command(&b->arena, steps.at),
		MAKES "models" GIVES
		      "models:/m -w /m x/y:1 -c 'touch .keep && chown -hR "
		      "1777:1777 . && chmod 0750 .'");
	bed_done(b);
}

/* Two who write it share it by a group; the one who is not in it is told. */
static void a_new_volume_of_two_is_their_groups(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);

	(void)state;
	b->facts.data_root = STR("/var/lib/docker");
	assert_str(commands(b,
			   USER "    volumes: [mm:/m]\n"
				"  b:\n    image: x/y:1\n    user: \"1001:1001\"\n"
				"    volumes: [mm:/m]\n"
				"volumes:\n  mm:\n    name: models\n"),
		MAKES "models" GIVES
		      "models:/m -w /m x/y:1 -c 'touch .keep && chown -hR "
		      "1777:1777 . && chmod 2770 .'\n# note");
	bed_done(b);
}

/* On a virtual machine's engine nobody can look, so the command does. */
static void a_volume_that_nobody_sees_is_asked_for(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_DESKTOP);

	(void)state;
	assert_str(
		commands(b,
			USER "    volumes: [mm:/m]\nvolumes:\n  mm:\n    name: dd\n"),
		"docker volume inspect dd >/dev/null 2>&1 || { " MAKES "dd" GIVES
		"dd:/m -w /m x/y:1 -c 'touch .keep && chown -hR 1777:1777 . && chmod "
		"0750 .'; }");
	bed_done(b);
}

static void selinux_wants_a_label(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_ROOTFUL);

	(void)state;
	folder(b, "d", 1777, 0750);
	world_put(b->world, STR("/sys/fs/selinux/enforce"), STR("0"));
	assert_str(commands(b, USER "    volumes: [./d:/d]\n"), "");
	world_put(b->world, STR("/sys/fs/selinux/enforce"), STR("1"));
	assert_str(commands(b, USER "    volumes: [./d:/d]\n"), "# label");
	assert_str(commands(b, USER "    volumes: [\"./d:/d:z\"]\n"), "");
	world_put_xattr(b->world, STR("d"), STR("security.selinux"),
		STR("system_u:object_r:container_file_t:s0"));
	assert_str(commands(b, USER "    volumes: [./d:/d]\n"), "");
	bed_done(b);
}

/* ---- engines ---- */

static void engines_are_told_from_files(void **state)
{
	static const struct {
		const char *name, *value; /* a path with its bytes, or $NAME */
		enum host_engine engine;
	} rows[] = {
		{"$NOTHING", "", HOST_ENGINE_UNKNOWN},
		{"/run/docker.sock", "", HOST_ENGINE_ROOTFUL},
		{"/etc/docker/key.json", "", HOST_ENGINE_ROOTFUL},
		{"/etc/docker/daemon.json", "{\"userns-remap\": \"default\"}",
			HOST_ENGINE_REMAPPED},
		{"/etc/docker/daemon.json", "{\"userns-remap\": \"\"}",
			HOST_ENGINE_ROOTFUL},
		{"/etc/docker/daemon.json", "{ broken", HOST_ENGINE_ROOTFUL},
		{"/home/ann/.docker/config.json",
			"{\"currentContext\": \"desktop-linux\"}", HOST_ENGINE_DESKTOP},
		{"/home/ann/.docker/config.json", "{\"currentContext\": \"rootless\"}",
			HOST_ENGINE_ROOTLESS},
		{"/home/ann/.docker/config.json", "{\"currentContext\": \"gpu1\"}",
			HOST_ENGINE_UNKNOWN},
		{"/home/ann/.docker/desktop/docker.sock", "", HOST_ENGINE_DESKTOP},
		{"/home/ann/.config/systemd/user/docker.service", "",
			HOST_ENGINE_ROOTLESS},
		{"/mnt/wsl/docker-desktop/x", "", HOST_ENGINE_DESKTOP},
		{"$WSL_DISTRO_NAME", "Ubuntu", HOST_ENGINE_DESKTOP},
		{"$DOCKER_HOST", "unix:///run/user/1000/docker.sock",
			HOST_ENGINE_ROOTLESS},
		{"$DOCKER_HOST", "unix:///home/ann/.colima/default/docker.sock",
			HOST_ENGINE_DESKTOP},
		{"$DOCKER_HOST", "tcp://10.0.0.1:2376", HOST_ENGINE_UNKNOWN},
		{"$DOCKER_CONTEXT", "desktop-linux", HOST_ENGINE_DESKTOP},
	};
	struct host_asker asker = {.uid = 1000, .gid = 1000};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bed *b = bed_new(HOST_ENGINE_UNKNOWN);
		struct str name = str_c(rows[i].name);
		struct host_facts facts;

		world_put_env(b->world, STR("HOME"), STR("/home/ann"));
		if (str_starts(name, STR("$")))
			world_put_env(
				b->world, str_from(name, 1), str_c(rows[i].value));
		else
			world_put(b->world, name, str_c(rows[i].value));
		facts = host_engine_find(&b->arena, b->world, &asker);
		if (facts.engine != rows[i].engine)
			fail_msg("%s %s: %.*s", rows[i].name, rows[i].value,
				STR_ARG(host_engine_name(facts.engine)));
		assert_true(facts.why.n > 10);
		bed_done(b);
	}
}

static void ranges_come_from_subuid(void **state)
{
	struct bed *b = bed_new(HOST_ENGINE_UNKNOWN);
	struct host_asker asker = {
		.uid = 1000, .gid = 1000, .engine = HOST_ENGINE_ROOTLESS};
	struct host_facts facts;

	(void)state;
	world_put(b->world, STR("/etc/passwd"),
		STR("ann:x:1000:1000::/home/ann:/bin/sh\n"));
	world_put(b->world, STR("/etc/subuid"),
		STR("# a comment\nbob:100000:65536\nann:165536:65536\n"));
	world_put(b->world, STR("/etc/subgid"), STR("1000:231072:65536"));
	facts = host_engine_find(&b->arena, b->world, &asker);
	assert_int_equal(facts.first_uid, 165536);
	assert_int_equal(facts.first_gid, 231072);
	assert_str(facts.data_root, "/home/ann/.local/share/docker");
	asker.engine = HOST_ENGINE_REMAPPED;
	world_put(b->world, STR("/etc/docker/daemon.json"),
		STR("{\"userns-remap\": \"bob:bob\", \"data-root\": \"/data\"}"));
	world_put(b->world, STR("/etc/subgid"), STR("bob:100000:65536"));
	facts = host_engine_find(&b->arena, b->world, &asker);
	assert_int_equal(facts.first_uid, 100000);
	assert_str(facts.data_root, "/data/100000.100000");
	bed_done(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_decides),
		cmocka_unit_test(an_access_list_is_seen),
		cmocka_unit_test(ids_are_shifted_as_the_engine_does),
		cmocka_unit_test(a_range_that_nobody_knows_is_no_number),
		cmocka_unit_test(a_volume_of_root_changes_hands),
		cmocka_unit_test(a_file_of_a_home_is_no_folder),
		cmocka_unit_test(a_new_volume_is_made_for_who_writes_it),
		cmocka_unit_test(a_volume_of_a_line_is_made),
		cmocka_unit_test(a_new_volume_of_two_is_their_groups),
		cmocka_unit_test(a_volume_that_nobody_sees_is_asked_for),
		cmocka_unit_test(selinux_wants_a_label),
		cmocka_unit_test(engines_are_told_from_files),
		cmocka_unit_test(ranges_come_from_subuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
