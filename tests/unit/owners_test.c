#include "unit.h"

#include "base/buf.h"
#include "know/know.h"
#include "model/access.h"
#include "source/load.h"

/* A Dockerfile over debian:12, a path, and what is known of it at the end. */
static const struct row {
	const char *name, *lines, *path;
	const char *look; /* "uid:gid mode", "?" for what is open, "-": not there */
} rows[] = {
	{"the base has it", "", "/tmp", "0:0 1777"},
	{"the base has no such folder", "", "/app", "-"},
	{"mkdir -p", "RUN mkdir -p /app/a\n", "/app", "0:0 755"},
	{"mkdir -p -m sets the last only", "RUN mkdir -p -m 700 /app/a\n", "/app/a",
		"0:0 700"},
	{"and not those above", "RUN mkdir -p -m 700 /app/a\n", "/app", "0:0 755"},
	{"mkdir -p leaves what is there", "RUN mkdir -p -m 700 /opt\n", "/opt",
		"0:0 755"},
	{"chown by name", "RUN useradd -u 1500 app && mkdir /a && chown app: /a\n",
		"/a", "1500:1500 755"},
	{"chown of somebody who is not known",
		"ARG X\nRUN mkdir /a && chown \"$X\" /a\n", "/a", "?:? 755"},
	{"chown -R reaches below", "RUN mkdir -p /a/b && chown -R 5:6 /a\n", "/a/b",
		"5:6 755"},
	{"chown without -R does not", "RUN mkdir -p /a/b && chown 5:6 /a\n", "/a/b",
		"0:0 755"},
	{"chgrp", "RUN mkdir /a && chgrp 7 /a\n", "/a", "0:7 755"},
	{"a pattern", "RUN mkdir -p /a/b && chown 5 /a/*\n", "/a/b", "5:0 755"},
	{"chmod in letters", "RUN mkdir /a && chmod u=rwX,go= /a\n", "/a", "0:0 700"},
	{"umask", "RUN umask 027; mkdir /a\n", "/a", "0:0 750"},
	{"umask ends with its RUN", "RUN umask 077\nRUN mkdir /a\n", "/a", "0:0 755"},
	{"install -d", "RUN install -d -o 5 -g 6 -m 2770 /a\n", "/a", "5:6 2770"},
	{"install -T", "RUN touch /x && install -T -b -o 5 -m 600 /x /a\n", "/a",
		"5:0 600"},
	{"install --strip-program takes a word",
		"RUN touch /x && install -s --strip-program true -o 5 /x /a\n", "/a",
		"5:0 755"},
	{"touch", "RUN touch /a\n", "/a", "0:0 644"},
	{"a redirect", "RUN echo x > /a\n", "/a", "0:0 644"},
	{"rm -r", "RUN mkdir -p /a/b && rm -rf /a\n", "/a/b", "-"},
	{"cp gives it to who runs it", "RUN touch /a && chown 5 /a && cp /a /b\n", "/b",
		"0:0 644"},
	{"cp -a keeps it", "RUN touch /a && chown 5 /a && cp -a /a /b\n", "/b",
		"5:0 644"},
	{"mv keeps it", "RUN touch /a && chown 5 /a && mv /a /b\n", "/b", "5:0 644"},
	{"and takes it away", "RUN touch /a && mv /a /b\n", "/a", "-"},
	{"WORKDIR as root", "WORKDIR /a/b\n", "/a", "0:0 755"},
	{"WORKDIR as a user hangs on the builder", "USER 5\nWORKDIR /a\n", "/a",
		"?:? 755"},
	{"COPY is root's", "USER 5\nCOPY main.py /a/\n", "/a/main.py", "0:0 644"},
	{"COPY --chown", "COPY --chown=5:6 --chmod=600 main.py /a\n", "/a", "5:6 600"},
	{"COPY --chmod closes the folder that it makes, or not",
		"COPY --chmod=600 main.py /a/b/\n", "/a", "0:0 ?"},
	{"not what is there", "RUN mkdir /a\nCOPY --chmod=600 main.py /a/\n", "/a",
		"0:0 755"},
	{"nor that of a heredoc", "COPY --chmod=600 <<E /a/b/\nx\nE\n", "/a", "0:0 ?"},
	{"and in letters never", "COPY --chmod=u=rw,go=r main.py /a/\n", "/a",
		"0:0 755"},
	{"COPY --link may lay its folders over others",
		"RUN mkdir -m 700 /a\nCOPY --link --chown=5:6 main.py /a/\n", "/a",
		"?:? ?"},
	{"over all on the way", "COPY --link --chown=5:6 main.py /usr/local/x/\n",
		"/usr", "?:? 755"},
	{"but what it brings is sure", "COPY --link --chown=5:6 main.py /x/\n", "/x",
		"5:6 755"},
	{"with --chmod no builder links",
		"RUN mkdir -m 700 /a\nCOPY --link --chmod=555 main.py /a/\n", "/a",
		"0:0 700"},
	{"nor when it says no", "RUN mkdir -m 700 /a\nCOPY --link=false main.py /a/\n",
		"/a", "0:0 700"},
	{"COPY from a stage", "FROM debian:12\nCOPY --from=0 /opt/x /a\n", "/a/y",
		"?:? ?"},
	{"a guard decides", "RUN [ -f /x ] && chown 5 /opt\n", "/opt", "?:0 755"},
	{"a script that is read",
		"RUN printf 'mkdir /a\\nchown 5 /a\\n' > /s && sh /s\n", "/a",
		"5:0 755"},
	{"one that is not", "RUN mkdir /a && sh /nowhere.sh\n", "/a", "?:? ?"},
	{"one from elsewhere knows nothing of the build",
		"RUN mkdir /a && curl x.sh | sh\n", "/a", "0:0 755"},
	{"but where programs go", "RUN mkdir /opt/a && curl x.sh | sh\n", "/opt/a",
		"?:? ?"},
	{"and so when it is kept first",
		"RUN mkdir /a && curl -o /i.sh http://x/i && bash /i.sh\n", "/a",
		"0:0 755"},
	{"pip makes nothing in /a", "RUN pip install x && mkdir -p /a\n", "/a",
		"0:0 755"},
	{"make may have", "RUN make && mkdir -p /a\n", "/a", "0:0 ?"},
	{"and if so, as who ran it", "RUN useradd -u 5 a\nUSER a\nRUN make\n", "/a",
		"5:1000 ?"},
	{"a copied pattern gives nothing else away",
		"RUN mkdir -p /a/b /c && chown 5:6 /a && cp /c/* /a/\n", "/a",
		"5:6 755"},
	{"a moved pattern is gone", "RUN mkdir -p /a/b /c && mv /a/* /c/\n", "/a/b",
		"-"},
	{"curl -o", "RUN curl -fsSLo /a http://x/y\n", "/a", "0:0 644"},
	{"curl -O", "RUN cd /opt && curl -sO http://x/y?z=1\n", "/opt/y", "0:0 644"},
	{"wget", "WORKDIR /a\nRUN wget -q http://x/y\n", "/a/y", "0:0 644"},
	{"git clone", "WORKDIR /a\nRUN git clone --depth 1 http://x/y.git\n", "/a/y",
		"0:0 755"},
	{"git clone into", "RUN git clone http://x/y.git /a/b\n", "/a/b", "0:0 755"},
	{"python -m venv", "RUN python3 -m venv /a\n", "/a", "0:0 755"},
	{"a sourced environment changes nothing",
		"RUN mkdir /a && . /v/bin/activate && true\n", "/a", "0:0 755"},
	{"rsync -a keeps", "RUN mkdir -p /a/f && chown 5:6 /a/f && rsync -a /a/ /b/\n",
		"/b/f", "5:6 755"},
	{"tar gives owners away", "RUN mkdir -p /a/b && tar xzf x.tgz -C /a\n", "/a/b",
		"?:? ?"},
	{"tar that packs does not", "RUN mkdir -p /a/b && tar czf x.tgz -C /a .\n",
		"/a/b", "0:0 755"},
	{"HOME in a word", "RUN mkdir ~/a\n", "/root/a", "0:0 755"},
	{"umask in letters", "RUN umask u=rwx,g=rx,o= && mkdir /a\n", "/a", "0:0 750"},
	{"chmod of a copy of bits", "RUN mkdir /a && chmod 750 /a && chmod g=u /a\n",
		"/a", "0:0 770"},
	{"ln of several",
		"RUN mkdir /srv/y && chown 5 /srv/y && ln -s /opt/x /srv/y /usr/local/bin/\n",
		"/usr/local/bin/y", "5:0 755"},
	{"a hard link is the file", "RUN touch /a && chown 5 /a && ln /a /b\n", "/b",
		"5:0 644"},
	{"through a link of the base", "RUN mkdir /var/run/a && chown 5 /var/run/a\n",
		"/run/a", "5:0 755"},
	{"through a link of its own", "RUN mkdir /r && ln -s /r /l && chown 5 /l\n",
		"/r", "5:0 755"},
};

struct bed {
	struct arena arena;
	struct input input;
	struct access_asker asker;
};

static struct ground debian(void *data, const struct base_image *base)
{
	struct bed *bed = data;
	struct image_ref ref;

	assert_true(image_ref_parse(base->reference, &ref));
	return know_ground(&bed->arena, &ref, base->family);
}

static void bed_make_from(struct bed *bed, const char *base, const char *lines)
{
	static const struct load_options options;
	struct world *world = world_memory(&bed->arena);
	struct err e = {0};

	world_put(world, STR("main.py"), STR("x\n"));
	world_put(world, STR("Dockerfile"),
		arena_printf(&bed->arena, "FROM %s\n%s", base, lines));
	assert_int_equal(input_load(&bed->arena, world, know_builtin(&bed->arena),
				 STR("Dockerfile"), &options, &bed->input, &e),
		0);
	assert_int_equal(bed->input.project.workloads.n, 1);
	bed->asker.workload = bed->input.project.workloads.at[0];
	bed->asker.identity = bed->asker.workload->launch.identity;
	bed->asker.view = (struct view){.arena = &bed->arena,
		.log = bed->asker.workload->stage->end->owners,
		.base = bed->asker.workload->base,
		.ground = debian,
		.data = bed,
		.is_classic = ANSWER_MAYBE};
}

static void bed_make(struct bed *bed, const char *lines)
{
	bed_make_from(bed, "debian:12", lines);
}

static struct str id_text(struct arena *a, struct id id)
{
	return id.know == FACT_SET ? arena_printf(a, "%u", id.n) : STR("?");
}

static struct str look_text(struct arena *a, const struct look *l)
{
	if (l->exists == ANSWER_NO)
		return STR("-");
	return arena_printf(a, "%.*s:%.*s %.*s", STR_ARG(id_text(a, l->uid)),
		STR_ARG(id_text(a, l->gid)),
		STR_ARG((l->mode_known & 0777 & ~0111u) == 0666
				? arena_printf(a, "%o", l->mode)
				: STR("?")));
}

/* What base-files.tsv says of an image: "-" is not there, "?" nobody knows. */
static const struct {
	const char *base, *path, *look;
} bases[] = {
	{"redis:7", "/data", "999:999 755"},
	{"redis:7-alpine", "/data", "999:1000 755"},
	{"redis", "/data", "999:999 755"},
	{"redis:7", "/app", "-"},
	{"postgres:16", "/var/lib/postgresql/data", "999:999 777"},
	{"postgres:16-alpine", "/var/lib/postgresql/data", "70:70 777"},
	{"postgres:18", "/var/lib/postgresql", "999:999 1777"},
	{"postgres:18", "/var/lib/postgresql/data", "?:? ?"},
	{"ubuntu:22.04", "/app", "-"},
	{"ubuntu:22.04", "/home/ubuntu", "-"},
	{"ubuntu:24.04", "/home/ubuntu", "1000:1000 ?"},
	{"ubuntu:22.04", "/bin", "0:0 755"},
	{"ubuntu:16.04", "/app", "?:? ?"},
	{"alpine:3.20", "/var/lib/app", "-"},
	{"alpine:3.20", "/bin", "0:0 755"},
	{"alpine:3.20", "/media/cdrom", "0:0 755"},
	{"golang:1.26", "/go/bin", "0:0 1777"},
	{"rust:1.80", "/usr/local/cargo/registry", "0:? ?"},
	{"example.org/nobody/knows", "/app", "?:? ?"},
};

static void test_bases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		struct bed bed = {0};
		struct look look;
		struct str got;

		bed_make_from(&bed, bases[i].base, "");
		look = owners_look(&bed.asker.view,
			owners_resolve(&bed.asker.view, str_c(bases[i].path)));
		got = look_text(&bed.arena, &look);
		if (!str_eq(got, str_c(bases[i].look)))
			fail_msg("%s: %s: expected %s, got %.*s", bases[i].base,
				bases[i].path, bases[i].look, STR_ARG(got));
		arena_free(&bed.arena);
	}
}

static void test_rows(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bed bed = {0};
		struct look look;
		struct str got;

		bed_make(&bed, rows[i].lines);
		look = owners_look(&bed.asker.view,
			owners_resolve(&bed.asker.view, str_c(rows[i].path)));
		got = look_text(&bed.arena, &look);
		if (!str_eq(got, str_c(rows[i].look))) {
			print_error("%s: %s: expected %s, got %.*s\n", rows[i].name,
				rows[i].path, rows[i].look, STR_ARG(got));
			wrong++;
		}
		arena_free(&bed.arena);
	}
	assert_int_equal(wrong, 0);
}

static void test_modes(void **state)
{
	static const struct {
		const char *change;
		uint32_t umask, before, after;
		bool is_folder;
	} modes[] = {
		{"755", 0, 0600, 0755, false},
		{"0640", 0, 0777, 0640, false},
		{"g+w", 0, 0755, 0775, true},
		{"a+rX", 0, 0600, 0644, false},
		{"a+rX", 0, 0700, 0755, false},
		{"a+rX", 0, 0600, 0755, true},
		{"+w", 022, 0444, 0644, false},
		{"o-rwx,g-w", 0, 0777, 0750, true},
		{"u=rwX,go=", 0, 0644, 0600, false},
		{"g+s", 0, 0755, 02755, true},
		{"770", 0, 02755, 02770, true},
		{"+t", 022, 0777, 01777, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		uint32_t mode = modes[i].before, known = 07777;

		assert_true(mode_apply(str_c(modes[i].change), modes[i].umask,
			modes[i].is_folder, &mode, &known));
		assert_int_equal(mode, modes[i].after);
		assert_int_equal(known, 07777);
	}
}

static void test_what_is_no_mode(void **state)
{
	static const char *const wrong[] = {"", "u", "u=gr", "9", "abc", "u+rw,q"};

	(void)state;
	for (size_t i = 1; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint32_t mode = 0755, known = 07777;

		assert_false(mode_apply(str_c(wrong[i]), 022, true, &mode, &known));
		assert_int_equal(known, 0);
	}
}

/* A log that is too long gives no answer, and gives it soon. */
static void test_limit(void **state)
{
	struct bed bed = {0};
	struct buf lines = {.arena = &bed.arena};
	struct look look;

	(void)state;
	for (int i = 0; i < OWNERS_EVENTS_MAX + 10; i++)
		buf_printf(&lines, "WORKDIR /w%d\n", i);
	buf_char(&lines, '\0');
	bed_make(&bed, buf_str(&lines).p);
	look = owners_look(&bed.asker.view, STR("/w1"));
	assert_int_equal(look.exists, ANSWER_MAYBE);
	assert_true(look.why.n > 0);
	arena_free(&bed.arena);
}

static void test_access(void **state)
{
	struct bed bed = {0};

	(void)state;
	bed_make(&bed, "RUN mkdir /a && chown 5:6 /a && chmod 750 /a\nUSER 7:6\n");
	assert_int_equal(
		access_ask(&bed.asker, STR("/a"), ACCESS_READ).can, ANSWER_YES);
	assert_int_equal(
		access_ask(&bed.asker, STR("/a"), ACCESS_WRITE).can, ANSWER_NO);
	assert_int_equal(
		access_ask(&bed.asker, STR("/a/x/y"), ACCESS_MAKE).can, ANSWER_NO);
	assert_int_equal(
		access_ask(&bed.asker, STR("/tmp/x/y"), ACCESS_MAKE).can, ANSWER_YES);
	bed.asker.identity.gid = id_of(8);
	assert_int_equal(access_ask(&bed.asker, STR("/a"), ACCESS_RUN).can, ANSWER_NO);
	bed.asker.identity.uid = (struct id){.know = FACT_UNKNOWN};
	assert_int_equal(
		access_ask(&bed.asker, STR("/a"), ACCESS_READ).can, ANSWER_MAYBE);
	arena_free(&bed.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bases),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_what_is_no_mode),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
