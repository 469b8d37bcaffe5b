#include "unit.h"

#include "source/run_values.h"

/* "a:${X}/b" as a value: ${X} is a segment that nobody knows. */
static struct value value_of_text(struct arena *a, const char *text)
{
	const struct file *file = file_new(a, STR("line"), str_c(text));
	struct segments out = {0};
	struct str s = file->bytes;

	for (size_t i = 0; i < s.n;) {
		size_t open = i + str_find_str(str_from(s, i), STR("${"));
		size_t close = open + str_find(str_from(s, open), '}');
		struct segment *segment;

		if (open > i) {
			segment = vec_push(a, &out);
			segment->text = str_sub(s, i, open - i);
			segment->span = span_of(file, i, open - i);
		}
		if (open < s.n) {
			segment = vec_push(a, &out);
			segment->kind = SEGMENT_UNKNOWN;
			segment->name = str_sub(s, open + 2, close - open - 2);
			segment->span = span_of(file, open, close + 1 - open);
		}
		i = open < s.n ? close + 1 : s.n;
	}
	if (!out.n)
		return value_literal(a, STR(""), span_of(file, 0, 0));
	return value_of(&out);
}

struct bench {
	struct arena arena;
	struct run_reader r;
	struct value value;
	struct span span;
	struct str why;
};

static struct value bench_value(struct bench *b, const char *text)
{
	b->value = value_of_text(&b->arena, text);
	b->span = value_span(b->value);
	b->why = STR_NONE;
	b->r.arena = &b->arena;
	if (!b->r.folder.n)
		b->r.folder = STR("app");
	return b->value;
}

static struct str shown(struct bench *b, struct value v)
{
	return value_display(&b->arena, v);
}

/* ---- volumes ---- */

struct volume_row {
	const char *text;
	enum mount_kind kind;
	const char *path, *at, *source; /* source: as it is shown */
	enum answer read_only;
	const char *options; /* bytes of options_span */
};

static const struct volume_row volume_rows[] = {
	{"/data:/srv", MOUNT_BIND, "/data", "/srv", "/data", ANSWER_NO, ""},
	{"./d:/srv:ro", MOUNT_BIND, "app/d", "/srv", "./d", ANSWER_YES, "ro"},
	{"../d/:/srv/", MOUNT_BIND, "d", "/srv", "../d/", ANSWER_NO, ""},
	{".:/srv:z,ro", MOUNT_BIND, "app", "/srv", ".", ANSWER_YES, "z,ro"},
	{"~/.ssh:/s:ro,rw", MOUNT_BIND, "~/.ssh", "/s", "~/.ssh", ANSWER_NO, "ro,rw"},
	{"${HOME}/.ssh:/s", MOUNT_BIND, "~/.ssh", "/s", "${HOME}/.ssh", ANSWER_NO, ""},
	{"${HOME}:/s", MOUNT_BIND, "~/", "/s", "${HOME}", ANSWER_NO, ""},
	{"${HOME}x:/s", MOUNT_BIND, "", "/s", "${HOME}x", ANSWER_NO, ""},
	{"${PWD}:/w", MOUNT_BIND, "app", "/w", "${PWD}", ANSWER_NO, ""},
	{"${PWD}/../d:/w", MOUNT_BIND, "d", "/w", "${PWD}/../d", ANSWER_NO, ""},
	{"${PWD}x:/w", MOUNT_BIND, "", "/w", "${PWD}x", ANSWER_NO, ""},
	{"${X}/models:/m:ro", MOUNT_BIND, "", "/m", "${X}/models", ANSWER_YES, "ro"},
	{"${X}:/m", MOUNT_UNKNOWN, "", "/m", "${X}", ANSWER_NO, ""},
	{"${X}", MOUNT_UNKNOWN, "", "", "${X}", ANSWER_MAYBE, ""},
	{"${X}:ro", MOUNT_UNKNOWN, "", "", "${X}:ro", ANSWER_MAYBE, ""},
	{"/a:/b:O", MOUNT_BIND, "/a", "/b", "/a", ANSWER_YES, "O"},
	{"/a${X}", MOUNT_UNKNOWN, "", "", "/a${X}", ANSWER_MAYBE, ""},
	{"/a:/b${X}", MOUNT_BIND, "/a", "", "/a", ANSWER_MAYBE, ""},
	{"/a:/b:${X}", MOUNT_BIND, "/a", "/b", "/a", ANSWER_MAYBE, "${X}"},
	{"cache:/root/.cache", MOUNT_VOLUME, "", "/root/.cache", "cache", ANSWER_NO,
		""},
	{"cache-${X}:/c", MOUNT_VOLUME, "", "/c", "cache-${X}", ANSWER_NO, ""},
	{"/only", MOUNT_VOLUME, "", "/only", "", ANSWER_NO, ""},
	{"C:\\x:/c", MOUNT_BIND, "C:\\x", "/c", "C:\\x", ANSWER_NO, ""},
};

static void a_value_is_shown_and_written(void **state)
{
	struct arena a = {0};
	struct value v = value_of_text(&a, "x:${PORT:-80}/y");
	struct segment known[2] = {v.at[0], v.at[1]};

	(void)state;
	known[1].kind = SEGMENT_EXPANSION;
	known[1].text = STR("8080");
	assert_str(value_written(&a, v), "x:${PORT:-80}/y");
	assert_str(value_display(&a, (struct value){known, 2}), "x:8080");
	assert_str(value_written(&a, (struct value){known, 2}), "x:${PORT:-80}");
	known[1].span = SPAN_NONE;
	assert_str(value_written(&a, (struct value){known, 2}), "x:8080");
	arena_free(&a);
}

static void volumes_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(volume_rows) / sizeof(volume_rows[0]); i++) {
		const struct volume_row *row = &volume_rows[i];
		struct bench b = {0};
		struct mount m;

		bench_value(&b, row->text);
		note("%s", row->text);
		assert_true(run_read_volume(&b.r, b.value, b.span, &m, &b.why));
		assert_int_equal(m.kind, row->kind);
		assert_str(m.path, row->path);
		assert_str(m.at, row->at);
		assert_str(shown(&b, m.source), row->source);
		assert_int_equal(m.is_read_only, row->read_only);
		assert_str(span_str(m.options_span), row->options);
		arena_free(&b.arena);
	}
}

static void volumes_that_engines_refuse(void **state)
{
	static const char *const rows[] = {"", ":", "ab:", ":/b", "/a:/b:ro:z",
		"/a::ro", "/data:ro", "ab:b", "name"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b = {0};
		struct mount m = {.relabel = '?'};

		bench_value(&b, rows[i]);
		note("%s", rows[i]);
		assert_false(run_read_volume(&b.r, b.value, b.span, &m, &b.why));
		assert_true(b.why.n > 0);
		assert_int_equal(m.relabel, '?');
		arena_free(&b.arena);
	}
}

static void volume_options(void **state)
{
	struct bench b = {0};
	struct mount m;

	(void)state;
	bench_value(&b, "/a:/b:Z,rshared,nocopy,delegated");
	assert_true(run_read_volume(&b.r, b.value, b.span, &m, &b.why));
	assert_int_equal(m.relabel, 'Z');
	assert_str(m.propagation, "rshared");
	assert_true(m.has_no_copy);
	assert_str(span_str(m.source_span), "/a");
	assert_str(span_str(m.target_span), "/b");
	assert_int_equal(m.creates_source, ANSWER_YES);
	b.r.is_podman = true;
	assert_true(run_read_volume(&b.r, b.value, b.span, &m, &b.why));
	assert_int_equal(m.creates_source, ANSWER_NO);
	arena_free(&b.arena);
}

/* ---- --mount ---- */

struct mount_row {
	const char *text;
	enum mount_kind kind;
	const char *path, *at;
	enum answer read_only, creates;
	const char *options;
};

static const struct mount_row mount_rows[] = {
	{"type=bind,src=/a,dst=/b", MOUNT_BIND, "/a", "/b", ANSWER_NO, ANSWER_NO, ""},
	{"type=bind,source=./a,target=/b,readonly", MOUNT_BIND, "app/a", "/b",
		ANSWER_YES, ANSWER_NO, ""},
	{"TYPE=Bind,src=/a,destination=/b,ro=false,bind-create-src", MOUNT_BIND, "/a",
		"/b", ANSWER_NO, ANSWER_YES, ""},
	{"src=v,dst=/b", MOUNT_VOLUME, "", "/b", ANSWER_NO, ANSWER_NO, ""},
	{"type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=1777", MOUNT_TMPFS, "", "/t",
		ANSWER_NO, ANSWER_NO, "size=64m,mode=1777"},
	{"type=image,src=alpine,dst=/i", MOUNT_IMAGE, "", "/i", ANSWER_NO, ANSWER_NO,
		""},
	{"type=${T},src=/a,dst=/b", MOUNT_BIND, "/a", "/b", ANSWER_NO, ANSWER_NO, ""},
	{"type=bind,src=/a,dst=/b,${MODE}", MOUNT_BIND, "/a", "/b", ANSWER_MAYBE,
		ANSWER_NO, ""},
	{"type=bind,src=/a,dst=/b,ro=${RO}", MOUNT_BIND, "/a", "/b", ANSWER_MAYBE,
		ANSWER_NO, ""},
	{"${ALL}", MOUNT_UNKNOWN, "", "", ANSWER_MAYBE, ANSWER_NO, ""},
	{"type=volume,dst=/v,\"volume-opt=o=addr=1,rw\"", MOUNT_VOLUME, "", "/v",
		ANSWER_NO, ANSWER_NO, ""},
};

static void mounts_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mount_rows) / sizeof(mount_rows[0]); i++) {
		const struct mount_row *row = &mount_rows[i];
		struct bench b = {0};
		struct mount m;

		bench_value(&b, row->text);
		note("%s", row->text);
		assert_true(run_read_mount(&b.r, b.value, b.span, &m, &b.why));
		assert_int_equal(m.kind, row->kind);
		assert_str(m.path, row->path);
		assert_str(m.at, row->at);
		assert_int_equal(m.is_read_only, row->read_only);
		assert_int_equal(m.creates_source, row->creates);
		assert_str(m.options, row->options);
		arena_free(&b.arena);
	}
}

static void mounts_that_engines_refuse(void **state)
{
	static const char *const rows[] = {"", "type=bind", "type=bind,src=/a,dts=/b",
		"type=floppy,dst=/a", "src", "type=bind,src=/a,dst=/b,ro=perhaps",
		"type=bind,src=/a,dst=/b,relabel=shared", "\"type=bind,dst=/b"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b = {0};
		struct mount m;

		bench_value(&b, rows[i]);
		note("%s", rows[i]);
		assert_false(run_read_mount(&b.r, b.value, b.span, &m, &b.why));
		assert_true(b.why.n > 0);
		arena_free(&b.arena);
	}
}

static void podman_knows_more_keys(void **state)
{
	struct bench b = {.r = {.is_podman = true}};
	struct mount m;

	(void)state;
	bench_value(&b, "type=bind,src=/a,dst=/b,relabel=private,U=true,rw=false");
	assert_true(run_read_mount(&b.r, b.value, b.span, &m, &b.why));
	assert_int_equal(m.relabel, 'Z');
	assert_int_equal(m.is_read_only, ANSWER_YES);
	arena_free(&b.arena);
}

static void tmpfs_is_read(void **state)
{
	struct bench b = {0};
	struct mount m;

	(void)state;
	bench_value(&b, "/run:size=64m,ro,exec");
	assert_true(run_read_tmpfs(&b.r, b.value, b.span, &m, &b.why));
	assert_int_equal(m.kind, MOUNT_TMPFS);
	assert_str(m.at, "/run");
	assert_str(m.options, "size=64m,ro,exec");
	assert_int_equal(m.is_read_only, ANSWER_YES);
	bench_value(&b, "/run");
	assert_true(run_read_tmpfs(&b.r, b.value, b.span, &m, &b.why));
	assert_str(m.options, "");
	bench_value(&b, ":size=64m");
	assert_false(run_read_tmpfs(&b.r, b.value, b.span, &m, &b.why));
	arena_free(&b.arena);
}

/* ---- ports ---- */

struct port_row {
	const char *text;
	enum know know, ip_known;
	const char *ip;
	uint16_t published[2], target[2];
	const char *protocol, *host_span;
};

static const struct port_row port_rows[] = {
	{"80", FACT_SET, FACT_SET, "", {0, 0}, {80, 80}, "tcp", "80"},
	{"8080:80", FACT_SET, FACT_SET, "", {8080, 8080}, {80, 80}, "tcp", "8080"},
	{"127.0.0.1:8080:80/UDP", FACT_SET, FACT_SET, "127.0.0.1", {8080, 8080},
		{80, 80}, "udp", "127.0.0.1"},
	{"127.0.0.1::80", FACT_SET, FACT_SET, "127.0.0.1", {0, 0}, {80, 80}, "tcp",
		"127.0.0.1"},
	{"[::1]:80:80", FACT_SET, FACT_SET, "::1", {80, 80}, {80, 80}, "tcp", "[::1]"},
	{"::1:80:80", FACT_SET, FACT_SET, "::1", {80, 80}, {80, 80}, "tcp", "::1"},
	{"3000-3005:4000-4005", FACT_SET, FACT_SET, "", {3000, 3005}, {4000, 4005},
		"tcp", "3000-3005"},
	{"3000-3005:80", FACT_SET, FACT_SET, "", {3000, 3005}, {80, 80}, "tcp",
		"3000-3005"},
	{":80", FACT_SET, FACT_SET, "", {0, 0}, {80, 80}, "tcp", ":80"},
	{"${P}:80", FACT_UNKNOWN, FACT_UNKNOWN, "", {0, 0}, {80, 80}, "tcp", "${P}"},
	{"8${P}:80", FACT_UNKNOWN, FACT_SET, "", {0, 0}, {80, 80}, "tcp", "8${P}"},
	{"127.0.0.1:${P}:80", FACT_UNKNOWN, FACT_SET, "127.0.0.1", {0, 0}, {80, 80},
		"tcp", "127.0.0.1"},
	{"127.0.0.1:${REST}", FACT_UNKNOWN, FACT_SET, "127.0.0.1", {0, 0}, {0, 0},
		"tcp", "127.0.0.1"},
	{"${IP}:8080:80", FACT_SET, FACT_UNKNOWN, "", {8080, 8080}, {80, 80}, "tcp",
		"${IP}"},
	{"8080:${P}", FACT_UNKNOWN, FACT_SET, "", {8080, 8080}, {0, 0}, "tcp", "8080"},
	{"${ALL}", FACT_UNKNOWN, FACT_UNKNOWN, "", {0, 0}, {0, 0}, "tcp", "${ALL}"},
	{"published=8080,target=80,protocol=udp", FACT_SET, FACT_SET, "", {8080, 8080},
		{80, 80}, "udp", "8080"},
};

static void ports_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(port_rows) / sizeof(port_rows[0]); i++) {
		const struct port_row *row = &port_rows[i];
		struct bench b = {.r = {.source = RUN_BY_LINE}};
		struct port p;

		bench_value(&b, row->text);
		note("%s", row->text);
		assert_true(run_read_port(&b.r, b.value, b.span, &p, &b.why));
		assert_int_equal(p.know, row->know);
		assert_int_equal(p.host_ip_known, row->ip_known);
		assert_str(p.host_ip, row->ip);
		assert_int_equal(p.published_first, row->published[0]);
		assert_int_equal(p.published_last, row->published[1]);
		assert_int_equal(p.target_first, row->target[0]);
		assert_int_equal(p.target_last, row->target[1]);
		assert_str(p.protocol, row->protocol);
		assert_str(span_str(p.host_span), row->host_span);
		arena_free(&b.arena);
	}
}

static void ports_that_engines_refuse(void **state)
{
	static const char *const rows[] = {"", "x", "80:", "70000", "80:80/icmp",
		"localhost:80:80", "1-3:1-2", "5-3", "80 :80", "999.1.1.1:1:1",
		"1:2:3:4"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b = {0};
		struct port p;

		bench_value(&b, rows[i]);
		note("%s", rows[i]);
		assert_false(run_read_port(&b.r, b.value, b.span, &p, &b.why));
		assert_true(b.why.n > 0);
		arena_free(&b.arena);
	}
}

/* ---- security options ---- */

struct security_row {
	const char *text, *path;
	enum answer is_there;
	bool is_broken;
};

static const struct security_row security_rows[] = {
	{"no-new-privileges", "", ANSWER_MAYBE, false},
	{"seccomp=unconfined", "", ANSWER_MAYBE, false},
	{"seccomp=builtin", "", ANSWER_MAYBE, false},
	{"seccomp:./p.json", "app/p.json", ANSWER_YES, false},
	{"seccomp=/etc/p.json", "/etc/p.json", ANSWER_YES, false},
	{"seccomp=bad.json", "app/bad.json", ANSWER_YES, true},
	{"seccomp=list.json", "app/list.json", ANSWER_YES, true},
	{"seccomp=folder", "app/folder", ANSWER_YES, true},
	{"seccomp=gone.json", "app/gone.json", ANSWER_NO, false},
	{"seccomp=\"./p.json\"", "app/\"./p.json\"", ANSWER_NO, false},
	{"seccomp=${PROFILE}", "", ANSWER_MAYBE, false},
	{"seccomp=${DIR}/p.json", "", ANSWER_MAYBE, false},
	{"apparmor=p.json", "", ANSWER_MAYBE, false},
};

static void profiles_are_looked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(security_rows) / sizeof(security_rows[0]); i++) {
		const struct security_row *row = &security_rows[i];
		struct bench b = {0};
		struct security_option o;

		bench_value(&b, row->text);
		b.r.world = world_memory(&b.arena);
		world_put(b.r.world, STR("app/p.json"), STR("{\"syscalls\": []}"));
		world_put(b.r.world, STR("/etc/p.json"), STR("{}"));
		world_put(b.r.world, STR("app/bad.json"), STR("{,}"));
		world_put(b.r.world, STR("app/list.json"), STR("[]"));
		world_put(b.r.world, STR("app/folder/p.json"), STR("{}"));
		note("%s", row->text);
		run_read_security(&b.r, b.value, b.span, &o);
		assert_str(o.path, row->path);
		assert_int_equal(o.is_there, row->is_there);
		assert_int_equal(o.broken.n > 0, row->is_broken);
		arena_free(&b.arena);
	}
}

/* ---- the rest ---- */

struct device_row {
	const char *text, *path, *permissions;
	bool is_good;
};

static const struct device_row device_rows[] = {
	{"/dev/fuse", "/dev/fuse", "rwm", true},
	{"/dev/a:/dev/b", "/dev/a", "rwm", true},
	{"/dev/a:r", "/dev/a", "r", true},
	{"/dev/a:/dev/b:rw", "/dev/a", "rw", true},
	{"nvidia.com/gpu=all", "nvidia.com/gpu=all", "rwm", true},
	{"/dev/a:/dev/b:${M}", "/dev/a", "", true},
	{"${D}:/dev/b", "", "rwm", true},
	{"/dev/a:/dev/b:rx", "", "", false},
	{"/dev/a:/dev/b:rw:m", "", "", false},
	{"", "", "", false},
};

static void devices_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(device_rows) / sizeof(device_rows[0]); i++) {
		const struct device_row *row = &device_rows[i];
		struct bench b = {0};
		struct device d = {0};

		bench_value(&b, row->text);
		note("%s", row->text);
		assert_int_equal(run_read_device(&b.r, b.value, b.span, &d, &b.why),
			row->is_good);
		assert_str(d.path, row->path);
		assert_str(d.permissions, row->permissions);
		assert_int_equal(b.why.n > 0, !row->is_good);
		arena_free(&b.arena);
	}
}

static void gpus_are_read(void **state)
{
	static const struct {
		const char *text, *count, *ids, *capabilities, *driver;
	} rows[] = {{"all", "all", "", "gpu", ""}, {"2", "2", "", "gpu", ""},
		{"-1", "all", "", "gpu", ""},
		{"driver=nvidia,count=1", "1", "", "gpu", "nvidia"},
		{"\"device=0,2\"", "", "0,2", "gpu", ""},
		{"all,\"capabilities=compute,utility\"", "all", "",
			"compute,utility,gpu", ""},
		{"${N}", "", "", "gpu", ""},
		{"driver=nvidia", "1", "", "gpu", "nvidia"}};
	static const char *const bad[] = {"some", "kind=a100", "\"device=0"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b = {0};
		struct gpu g;

		bench_value(&b, rows[i].text);
		note("%s", rows[i].text);
		assert_true(run_read_gpus(&b.r, b.value, b.span, &g, &b.why));
		assert_str(g.count, rows[i].count);
		assert_str(g.ids, rows[i].ids);
		assert_str(g.capabilities, rows[i].capabilities);
		assert_str(g.driver, rows[i].driver);
		arena_free(&b.arena);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bench b = {0};
		struct gpu g;

		bench_value(&b, bad[i]);
		assert_false(run_read_gpus(&b.r, b.value, b.span, &g, &b.why));
		arena_free(&b.arena);
	}
}

static void pairs_are_read(void **state)
{
	struct bench b = {0};
	struct run_pair p;

	(void)state;
	bench_value(&b, "TOKEN=a=b");
	run_read_pair(&b.r, b.value, b.span, &p);
	assert_str(p.name, "TOKEN");
	assert_true(p.has_value);
	assert_str(shown(&b, p.value), "a=b");
	assert_str(span_str(p.name_span), "TOKEN");
	assert_str(span_str(p.value_span), "a=b");
	bench_value(&b, "TOKEN");
	run_read_pair(&b.r, b.value, b.span, &p);
	assert_str(p.name, "TOKEN");
	assert_false(p.has_value);
	bench_value(&b, "TOKEN=${T}");
	run_read_pair(&b.r, b.value, b.span, &p);
	assert_str(p.name, "TOKEN");
	assert_false(value_is_known(p.value));
	bench_value(&b, "${PAIR}");
	run_read_pair(&b.r, b.value, b.span, &p);
	assert_str(p.name, "");
	assert_true(p.has_value);
	arena_free(&b.arena);
}

static void env_files_are_looked_for(void **state)
{
	struct bench b = {0};
	struct env_file f;

	(void)state;
	bench_value(&b, ".env");
	b.r.world = world_memory(&b.arena);
	world_put(b.r.world, STR("app/.env"), STR("A=1\n"));
	run_read_env_file(&b.r, b.value, b.span, true, &f);
	assert_str(f.path, "app/.env");
	assert_int_equal(f.is_there, ANSWER_YES);
	bench_value(&b, "other.env");
	run_read_env_file(&b.r, b.value, b.span, true, &f);
	assert_int_equal(f.is_there, ANSWER_NO);
	bench_value(&b, "${FILE}");
	run_read_env_file(&b.r, b.value, b.span, true, &f);
	assert_int_equal(f.is_there, ANSWER_MAYBE);
	arena_free(&b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_shown_and_written),
		cmocka_unit_test(volumes_are_read),
		cmocka_unit_test(volumes_that_engines_refuse),
		cmocka_unit_test(volume_options),
		cmocka_unit_test(mounts_are_read),
		cmocka_unit_test(mounts_that_engines_refuse),
		cmocka_unit_test(podman_knows_more_keys),
		cmocka_unit_test(tmpfs_is_read),
		cmocka_unit_test(ports_are_read),
		cmocka_unit_test(ports_that_engines_refuse),
		cmocka_unit_test(profiles_are_looked_for),
		cmocka_unit_test(devices_are_read),
		cmocka_unit_test(gpus_are_read),
		cmocka_unit_test(pairs_are_read),
		cmocka_unit_test(env_files_are_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
