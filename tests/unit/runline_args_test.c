#include "unit.h"

#include "base/buf.h"
#include "effect/commands.h"
#include "source/runline_args.h"

/* A line through the shell's reader, its one command through the options'. */
struct line {
	struct arena arena;
	struct diags diags;
	struct runline_args args;
	bool is_line;
};

static void read_line(struct line *l, const char *text)
{
	const struct file *file;
	struct text t;
	struct commands list;

	*l = (struct line){0};
	l->diags.arena = &l->arena;
	file = file_new(&l->arena, STR("run.sh"), str_c(text));
	t = text_of(&l->arena, span_of(file, 0, file->bytes.n));
	list = commands_of_shell(&l->arena, &t, COMMANDS_BASH, &l->diags);
	assert_int_equal(l->diags.list.n, 0);
	assert_true(list.n > 0);
	l->is_line = runline_args_read(
		&l->arena, &(*vec_last(&list))->argv, &l->diags, &l->args);
}

/* "user=0 rm=true | image sh" and a "?" at the end where it is partial. */
static struct str show(struct line *l)
{
	struct buf b = {.arena = &l->arena};

	vec_each (struct runline_option, o, &l->args.options)
		buf_printf(&b, "%.*s=%.*s ", STR_ARG(o->name),
			STR_ARG(value_display(&l->arena, o->value.value)));
	buf_char(&b, '|');
	vec_each (struct word, w, &l->args.operands)
		buf_printf(&b, " %.*s", STR_ARG(value_display(&l->arena, w->value)));
	if (l->args.is_partial)
		buf_add(&b, STR(" ?"));
	return buf_str(&b);
}

struct row {
	const char *line, *expected;
};

static void check_rows(const struct row *rows, size_t count, enum runline_verb verb)
{
	for (size_t i = 0; i < count; i++) {
		struct line l;

		note("%s", rows[i].line);
		read_line(&l, rows[i].line);
		assert_true(l.is_line);
		assert_int_equal(l.args.verb, verb);
		assert_str(show(&l), rows[i].expected);
		arena_free(&l.arena);
	}
}

#define CHECK(rows, verb) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), verb)

static void options_as_pflag_reads_them(void **state)
{
	static const struct row rows[] = {
		{"docker run alpine", "| alpine"},
		{"docker run -itd alpine sh -c 'a b'",
			"interactive=true tty=true detach=true | alpine sh -c a b"},
		{"docker run -p80:80 -p=81:81 -p 82:82 a",
			"publish=80:80 publish=81:81 publish=82:82 | a"},
		{"docker run -itp 80:80 a",
			"interactive=true tty=true publish=80:80 | a"},
		{"docker run -itu0 a", "interactive=true tty=true user=0 | a"},
		{"docker run --rm=false --user=root a", "rm=false user=root | a"},
		{"docker run -t=false a", "tty=false | a"},
		{"docker run --user root a -u 1", "user=root | a -u 1"},
		{"docker run --rm -- a --rm", "rm=true | a --rm"},
		{"docker run --user= a", "user= | a"},
		{"docker run -e A -e B=1 a", "env=A env=B=1 | a"},
		{"docker run --net host a", "net=host | a"},
		{"docker run -v \"/a b:/c\" a", "volume=/a b:/c | a"},
		{"docker run --privileged a", "privileged=true | a"},
		{"docker run --cap-add=A,B a", "cap-add=A,B | a"},
		{"docker run -h name -c 5 -m 1g a",
			"hostname=name cpu-shares=5 memory=1g | a"},
		{"docker run --rm", "rm=true |"},
		{"docker run --gpus all --gpus '\"device=0,1\"' a",
			"gpus=all gpus=\"device=0,1\" | a"},
	};

	(void)state;
	CHECK(rows, RUNLINE_START);
}

static void engines_and_verbs(void **state)
{
	static const struct row starts[] = {
		{"docker -H tcp://h:2375 --tls run --rm a", "rm=true | a"},
		{"docker --context=x create -u 0 a", "user=0 | a"},
		{"/usr/bin/docker container run a", "| a"},
		{"docker container create --name n a", "name=n | a"},
		{"podman --root /x --log-level debug run --userns=keep-id a",
			"userns=keep-id | a"},
		{"podman run --cap-add=A,B --secret s --tz local -v /a:/b:U a",
			"cap-add=A cap-add=B secret=s tz=local volume=/a:/b:U | a"},
		{"nerdctl -n k8s.io run -p 80:80,81:81 a",
			"publish=80:80 publish=81:81 | a"},
		{"nvidia-docker run a", "| a"},
		{"$DOCKER run -u 0 a", "user=0 | a"},
		{"${CONTAINER_ENGINE} run -u 0 a", "user=0 | a"},
	};
	static const struct row execs[] = {
		{"docker exec -it -u 0 box sh",
			"interactive=true tty=true user=0 | box sh"},
		{"docker container exec --privileged box id",
			"privileged=true | box id"},
	};
	static const struct row builds[] = {
		{"docker build -t a:1 --build-arg X=1 .", "tag=a:1 build-arg=X=1 | ."},
		{"docker build . -t a -f d/Dockerfile", "tag=a file=d/Dockerfile | ."},
		{"docker buildx --builder b build --push -t a --target t .",
			"push=true tag=a target=t | ."},
		{"docker image build -q -t a .", "quiet=true tag=a | ."},
		{"podman build --layers --format docker -t a .",
			"layers=true format=docker tag=a | ."},
	};
	static const struct row compose[] = {
		{"docker compose -f a.yml -p x exec -u root web sh",
			"user=root | web sh"},
		{"docker-compose --file a.yml exec -T --privileged web id",
			"no-TTY=true privileged=true | web id"},
	};
	static const struct row others[] = {
		{"docker ps -a", "|"},
		{"docker compose -f a up -d", "|"},
		{"docker", "|"},
		{"docker container ls", "|"},
		{"docker buildx bake", "|"},
	};

	(void)state;
	CHECK(starts, RUNLINE_START);
	CHECK(execs, RUNLINE_EXEC);
	CHECK(builds, RUNLINE_BUILD);
	CHECK(compose, RUNLINE_COMPOSE_EXEC);
	CHECK(others, RUNLINE_OTHER);
}

static void what_is_no_engine(void **state)
{
	static const char *const lines[] = {"dockerd run a", "echo docker run a",
		"$CMD run a", "./docker.sh run a"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct line l;

		read_line(&l, lines[i]);
		assert_false(l.is_line);
		arena_free(&l.arena);
	}
}

static void strangers_make_it_partial(void **state)
{
	static const struct row rows[] = {
		{"docker run --privilaged a/b", "privilaged=true | a/b ?"},
		{"docker run --new-thing on --rm a", "new-thing=true rm=true | a ?"},
		{"docker run --new-thing on a/b", "new-thing=true | a/b ?"},
		{"docker run --new=on a", "new=true | a ?"},
		{"docker run --userns=keep-id --secret s a",
			"userns=keep-id secret=true | s a ?"},
		{"docker run -Z a", "Z=true | a ?"},
		{"docker run --user", "| ?"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line l;

		note("%s", rows[i].line);
		read_line(&l, rows[i].line);
		assert_str(show(&l), rows[i].expected);
		assert_int_equal(l.diags.list.n, 1);
		assert_int_equal(l.diags.list.at[0].id, DIAG_RUN_OPTION);
		arena_free(&l.arena);
	}
}

static void a_misspelt_option_has_a_hint(void **state)
{
	struct line l;

	(void)state;
	read_line(&l, "docker run --privilaged a/b");
	assert_str(l.diags.list.at[0].detail,
		"'--privilaged' is no option here; '--privileged' may be meant");
	assert_str(span_str(l.diags.list.at[0].span), "--privilaged");
	arena_free(&l.arena);
}

static void words_that_nobody_knows(void **state)
{
	static const struct row rows[] = {
		{"docker run $OPTS -u 0 a", "user=0 | a ?"},
		{"docker run -u 0 $IMAGE sh", "user=0 | ${IMAGE} sh"},
		{"docker run -u 0 \"$X\" sh", "user=0 | ${X} sh"},
		{"docker run -u 0 $X sh", "user=0 | ${X} sh ?"},
		{"docker run \"$@\"", "| ${@} ?"},
		{"docker run \"$@\" a", "| a ?"},
		{"docker run \"${ARGS[@]}\" a", "| a ?"},
		{"docker run ${GPU:+--gpus all} a", "| a ?"},
		{"docker run $DOCKER_ARGS $IMAGE", "| ${IMAGE} ?"},
		{"docker run -v $DIR:/x -p $PORT:80 --name=$N a",
			"volume=${DIR}:/x publish=${PORT}:80 name=${N} | a"},
		{"docker run --$MODE a", "=true | a ?"},
		{"docker run $REG/$IMG:$TAG", "| ${REG}/${IMG}:${TAG}"},
		{"docker exec -u $U box", "user=${U} | box"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line l;

		note("%s", rows[i].line);
		read_line(&l, rows[i].line);
		assert_str(show(&l), rows[i].expected);
		assert_int_equal(l.diags.list.n, 0);
		arena_free(&l.arena);
	}
}

static void spans_are_exact(void **state)
{
	struct line l;
	const struct runline_option *o;

	(void)state;
	read_line(&l, "docker -D run -itu root --cap-add=ALL -v \"/a:/b\" img");
	assert_str(span_str(l.args.head), "docker -D run");
	o = runline_option_find(&l.args, RUNLINE_USER);
	assert_non_null(o);
	assert_str(span_str(o->value.span), "root");
	assert_str(span_str(o->name_span), "u");
	assert_str(span_str(o->span), "u root");
	o = runline_option_find(&l.args, RUNLINE_CAP_ADD);
	assert_str(span_str(o->name_span), "--cap-add");
	assert_str(span_str(value_span(o->value.value)), "ALL");
	assert_str(span_str(o->span), "--cap-add=ALL");
	o = runline_option_find(&l.args, RUNLINE_VOLUME);
	assert_str(span_str(o->name_span), "-v");
	assert_str(span_str(value_span(o->value.value)), "/a:/b");
	assert_null(runline_option_find(&l.args, RUNLINE_GPUS));
	arena_free(&l.arena);
	read_line(&l, "docker run --cap-add=\"ALL\" --rm=true 'a b'");
	o = runline_option_find(&l.args, RUNLINE_CAP_ADD);
	assert_str(span_str(o->value.span), "ALL");
	assert_str(span_str(o->name_span), "--cap-add");
	o = runline_option_find(&l.args, RUNLINE_RM);
	assert_str(span_str(o->value.span), "--rm=true");
	arena_free(&l.arena);
}

static void the_last_one_is_found(void **state)
{
	struct line l;

	(void)state;
	read_line(&l, "docker run -u 1 --user 0 a");
	assert_str(value_display(&l.arena,
			   runline_option_find(&l.args, RUNLINE_USER)->value.value),
		"0");
	arena_free(&l.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_as_pflag_reads_them),
		cmocka_unit_test(engines_and_verbs),
		cmocka_unit_test(what_is_no_engine),
		cmocka_unit_test(strangers_make_it_partial),
		cmocka_unit_test(a_misspelt_option_has_a_hint),
		cmocka_unit_test(words_that_nobody_knows),
		cmocka_unit_test(spans_are_exact),
		cmocka_unit_test(the_last_one_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
