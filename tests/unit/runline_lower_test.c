#include "unit.h"

#include "base/buf.h"
#include "know/know.h"
#include "source/load.h"

/* A script app/run.sh beside a Dockerfile, read through the whole of source/. */
struct bed {
	struct arena arena;
	struct world *world;
	struct load_options options;
	struct input in;
	struct err err;
};

static void bed_open(struct bed *b)
{
	memset(b, 0, sizeof(*b));
	b->world = world_memory(&b->arena);
	b->options.as = SOURCE_SCRIPT;
	world_put(b->world, STR("app/Dockerfile"),
		STR("FROM debian:12 AS one\n"
		    "RUN useradd -u 1000 app\n"
		    "USER app\n"
		    "FROM one AS two\n"
		    "ARG WHO=root\n"
		    "USER $WHO\n"
		    "VOLUME /data\n"));
}

static void bed_load(struct bed *b, const char *script)
{
	world_put(b->world, STR("app/run.sh"), str_c(script));
	assert_int_equal(input_load(&b->arena, b->world, know_builtin(&b->arena),
				 STR("app/run.sh"), &b->options, &b->in, &b->err),
		0);
}

static const struct workload *bed_workload(const struct bed *b, size_t i)
{
	assert_true(i < b->in.project.workloads.n);
	return b->in.project.workloads.at[i];
}

static const char *answer_word(enum answer a)
{
	return a == ANSWER_YES ? "yes" : a == ANSWER_NO ? "no" : "maybe";
}

/* ---- options, one by one ---- */

static const struct {
	const char *name;
	enum run_setting setting;
} settings[] = {
	{"privileged", RUN_PRIVILEGED},
	{"read-only", RUN_READ_ONLY},
	{"init", RUN_INIT},
	{"rm", RUN_AUTO_REMOVE},
	{"detach", RUN_DETACHED},
	{"tty", RUN_TTY},
	{"interactive", RUN_INTERACTIVE},
	{"publish-all", RUN_PUBLISH_ALL},
	{"oom-kill-disable", RUN_OOM_KILL_DISABLE},
	{"network", RUN_NETWORK},
	{"pid", RUN_PID},
	{"ipc", RUN_IPC},
	{"uts", RUN_UTS},
	{"userns", RUN_USERNS},
	{"cgroupns", RUN_CGROUPNS},
	{"cgroup-parent", RUN_CGROUP_PARENT},
	{"runtime", RUN_RUNTIME},
	{"restart", RUN_RESTART},
	{"hostname", RUN_HOSTNAME},
	{"name", RUN_NAME},
	{"log-driver", RUN_LOG_DRIVER},
	{"platform", RUN_PLATFORM},
	{"entrypoint", RUN_ENTRYPOINT},
	{"pull", RUN_RESOLVE_IMAGE},
	{"memory", RUN_MEMORY},
	{"memory-reservation", RUN_MEMORY_RESERVATION},
	{"memory-swap", RUN_MEMORY_SWAP},
	{"cpus", RUN_CPUS},
	{"cpu-quota", RUN_CPU_QUOTA},
	{"cpu-shares", RUN_CPU_SHARES},
	{"cpuset", RUN_CPUSET},
	{"pids", RUN_PIDS},
	{"shm-size", RUN_SHM_SIZE},
};

static void show_mount(struct buf *out, const struct mount *m)
{
	static const char *const kinds[] = {
		"unknown", "bind", "volume", "tmpfs", "image", "other"};

	if (m->origin == MOUNT_FROM_IMAGE)
		return;
	buf_printf(out, "%s %.*s>%.*s", kinds[m->kind],
		STR_ARG(m->path.n ? m->path : value_display(out->arena, m->source)),
		STR_ARG(m->at));
	if (m->is_read_only != ANSWER_NO)
		buf_printf(out, " ro:%s", answer_word(m->is_read_only));
	if (m->options.n)
		buf_printf(out, " %.*s", STR_ARG(m->options));
	if (m->origin == MOUNT_FROM_OTHER)
		buf_add(out, STR(" other's"));
	buf_char(out, ';');
}

static void show_words(struct buf *out, const char *name, const struct run_words *words)
{
	vec_each (const struct run_word, w, words)
		buf_printf(out, "%s=%.*s;", name,
			STR_ARG(value_display(out->arena, w->value)));
}

static void show_pairs(struct buf *out, const char *name, const struct run_pairs *pairs)
{
	vec_each (const struct run_pair, p, pairs) {
		buf_printf(out, "%s=%.*s", name, STR_ARG(p->name));
		if (p->has_value)
			buf_printf(out, "=%.*s",
				STR_ARG(value_display(out->arena, p->value)));
		buf_char(out, ';');
	}
}

static void show_lists(struct buf *out, const struct run *run)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		buf_printf(out, "%s %d%s;", c->is_drop ? "drop" : "add", c->number,
			c->is_all ? " all" : "");
	vec_each (const struct security_option, o, &run->security)
		buf_printf(out, "security %.*s=%.*s%s;", STR_ARG(o->name),
			STR_ARG(o->path.n ? o->path : o->text),
			o->path.n ? answer_word(o->is_there) : "");
	vec_each (const struct mount, m, &run->mounts)
		show_mount(out, m);
	vec_each (const struct port, p, &run->ports)
		buf_printf(out, "port %.*s:%u:%u;", STR_ARG(p->host_ip),
			p->published_first, p->target_first);
	vec_each (const struct device, d, &run->devices)
		buf_printf(out, "device %.*s %.*s;", STR_ARG(d->path),
			STR_ARG(d->permissions));
	vec_each (const struct gpu, g, &run->gpus)
		buf_printf(out, "gpu %.*s;", STR_ARG(g->count));
	vec_each (const struct env_file, f, &run->env_files)
		buf_printf(out, "env-file %.*s %s;", STR_ARG(f->path),
			answer_word(f->is_there));
	show_pairs(out, "env", &run->environment);
	show_pairs(out, "ulimit", &run->ulimits);
	show_pairs(out, "sysctl", &run->sysctls);
	show_pairs(out, "label", &run->labels);
	show_words(out, "network", &run->networks);
	show_words(out, "group", &run->group_add);
	show_words(out, "rule", &run->device_rules);
	show_words(out, "from", &run->volumes_from);
	show_words(out, "secret", &run->secrets);
	show_words(out, "expose", &run->expose);
	if (run->is_partial)
		buf_add(out, STR("partial;"));
}

static struct str show_run(struct bed *b, const struct workload *w)
{
	struct buf out = {.arena = &b->arena};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct fact *f = w->run->settings[settings[i].setting];

		if (f->know != FACT_UNSET)
			buf_printf(&out, "%s=%.*s;", settings[i].name,
				STR_ARG(value_display(&b->arena, f->value)));
	}
	show_lists(&out, w->run);
	return buf_str(&out);
}

struct row {
	const char *options, *shown;
};

static const struct row rows[] = {
	{"", ""},
	{"--privileged --read-only --init --rm -dit -P",
		"privileged=true;read-only=true;init=true;rm=true;detach=true;"
		"tty=true;interactive=true;publish-all=true;"},
	{"--privileged=false", "privileged=false;"},
	{"--oom-kill-disable --pid host --ipc=host --uts host --userns host",
		"oom-kill-disable=true;pid=host;ipc=host;uts=host;userns=host;"},
	{"--cgroupns host --cgroup-parent /x --runtime nvidia",
		"cgroupns=host;cgroup-parent=/x;runtime=nvidia;"},
	{"--restart always -h me --name box --log-driver none",
		"restart=always;hostname=me;name=box;log-driver=none;"},
	{"--platform linux/arm64 --pull never", "platform=linux/arm64;pull=never;"},
	{"-m 512m --memory-reservation 1g --memory-swap -1",
		"memory=512m;memory-reservation=1g;memory-swap=-1;"},
	{"--cpus 1.5 --cpu-quota 5 --cpu-shares 2 --cpuset-cpus 0-1",
		"cpus=1.5;cpu-quota=5;cpu-shares=2;cpuset=0-1;"},
	{"--pids-limit 512 --shm-size 1g", "pids=512;shm-size=1g;"},
	{"--network host", "network=host;"},
	{"--network name=web,alias=x --net more", "network=web;network=more;"},
	{"--network alias=x", "partial;"},
	{"--cap-add SYS_ADMIN --cap-drop=ALL --cap-add nonsense",
		"add 21;drop -1 all;add -1;"},
	{"--security-opt no-new-privileges --security-opt seccomp=p.json",
		"security no-new-privileges=true;security seccomp=app/p.jsonyes;"},
	{"--security-opt seccomp=gone.json", "security seccomp=app/gone.jsonno;"},
	{"-v /a:/b:ro -v ./c:/d -v vol:/e -v $X:/f",
		"bind /a>/b ro:yes;bind app/c>/d;volume vol>/e;unknown ${X}>/f;"},
	{"--mount type=bind,src=/a,dst=/b --tmpfs /t:size=1m",
		"bind /a>/b;tmpfs >/t size=1m;"},
	{"-p 127.0.0.1:80:81 -p 82", "port 127.0.0.1:80:81;port :0:82;"},
	{"--device /dev/fuse --device /dev/a:/dev/b:r --gpus all",
		"device /dev/fuse rwm;device /dev/a r;gpu all;"},
	{"-e A=1 -e B --env-file e.env --env-file no.env",
		"env-file app/e.env yes;env-file app/no.env no;env=A=1;env=B;"},
	{"--ulimit nofile=5:6 --sysctl a.b=1 -l x=y",
		"ulimit=nofile=5:6;sysctl=a.b=1;label=x=y;"},
	{"--group-add video --device-cgroup-rule 'c 1:3 r' --expose 80",
		"group=video;rule=c 1:3 r;expose=80;"},
	{"--use-api-socket", "bind /var/run/docker.sock>/var/run/docker.sock;"},
	{"$OPTS --rm", "rm=true;partial;"},
	{"--nonsense=1", "partial;"},
	{"-v /a::/b", "partial;"},
	{"--cidfile x --add-host a:1 --dns 1.1.1.1 --link a:b --health-cmd x", ""},
};

static void options_become_a_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bed b;
		struct str line;

		bed_open(&b);
		world_put(b.world, STR("app/p.json"), STR("{}"));
		world_put(b.world, STR("app/e.env"), STR("C=3\n"));
		line = arena_printf(
			&b.arena, "docker run %s alpine:3.20\n", rows[i].options);
		note("%.*s", STR_ARG(line));
		bed_load(&b, arena_cstr(&b.arena, line));
		assert_int_equal(b.in.project.workloads.n, 1);
		assert_str(show_run(&b, bed_workload(&b, 0)), rows[i].shown);
		arena_free(&b.arena);
	}
}

static void podman_has_options_of_its_own(void **state)
{
	static const struct row podman[] = {
		{"--userns=keep-id --group-add keep-groups",
			"userns=keep-id;group=keep-groups;"},
		{"--uidmap 0:100000:65536", "userns=private;"},
		{"--secret key,type=env --tz local -v /a:/b:U,Z",
			"bind /a>/b;secret=key,type=env;"},
		{"--cap-drop=ALL,SETUID", "drop -1 all;drop 7;"},
		{"--security-opt unmask=ALL", "security unmask=ALL;"},
		{"--mount type=bind,src=/a,dst=/b,relabel=shared,rw=false",
			"bind /a>/b ro:yes;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(podman) / sizeof(podman[0]); i++) {
		struct bed b;
		struct str line;

		bed_open(&b);
		line = arena_printf(
			&b.arena, "podman run %s alpine:3.20\n", podman[i].options);
		note("%.*s", STR_ARG(line));
		bed_load(&b, arena_cstr(&b.arena, line));
		assert_str(show_run(&b, bed_workload(&b, 0)), podman[i].shown);
		assert_str(bed_workload(&b, 0)->run->engine, "podman");
		arena_free(&b.arena);
	}
}

/* ---- the workload ---- */

static struct str fact_text(struct bed *b, const struct fact *f)
{
	return f->know == FACT_UNSET ? STR("-") : value_display(&b->arena, f->value);
}

static void the_run_lies_over_the_image(void **state)
{
	struct bed b;
	const struct workload *w;
	const struct fact *c;

	(void)state;
	bed_open(&b);
	world_put(b.world, STR("app/e.env"), STR("# no\n B=file\nC=file\n\nD\n"));
	bed_load(&b,
		"#!/bin/sh\n"
		"docker build -t app --target one .\n"
		"docker run --name box -u 0 -w /w --env-file e.env -e C=line \\\n"
		"  --entrypoint run app:latest now \"$X\"\n");
	assert_int_equal(b.in.project.workloads.n, 1);
	w = bed_workload(&b, 0);
	assert_str(w->name, "app/run.sh:3");
	assert_str(w->service, "box");
	assert_int_equal(w->launch.runs_as, RUNS_AS_ROOT);
	assert_str(fact_text(&b, w->user), "0");
	assert_int_equal(w->user->layer, LAYER_RUN);
	assert_str(fact_text(&b, w->user->hides), "app");
	assert_str(span_str(w->user->span), "0");
	assert_str(fact_text(&b, w->workdir), "/w");
	assert_str(value_display(&b.arena, w->entrypoint->argv.at[0].value), "run");
	assert_int_equal(w->cmd->argv.n, 2);
	assert_str(value_display(&b.arena, w->cmd->argv.at[1].value), "${X}");
	assert_str(span_str(w->anchor), "docker run");
	assert_str(fact_text(&b, binding_find(w->env, STR("B"))), "file");
	c = binding_find(w->env, STR("C"));
	assert_str(fact_text(&b, c), "line");
	assert_str(fact_text(&b, c->hides), "file");
	assert_non_null(binding_find(w->env, STR("D")));
	arena_free(&b.arena);
}

struct link_row {
	const char *script;
	const char *stage; /* name of the stage; "-": the image is pulled */
	const char *user;
};

static const struct link_row link_rows[] = {
	{"docker build -t app .\ndocker run app\n", "two", "root"},
	{"docker build --target=one . -t app\ndocker run app\n", "one", "app"},
	{"docker build -t app --build-arg WHO=me .\ndocker run app\n", "two", "me"},
	{"docker buildx build --load --tag r.io/x/app:1 .\ndocker run r.io/x/app:1\n",
		"two", "root"},
	{"podman build -t localhost/app:latest .\npodman run app\n", "two", "root"},
	{"docker build -t app -f Dockerfile ..\ndocker run app\n", "two", "root"},
	{"docker build -t docker.io/library/app .\ndocker run app:latest\n", "two",
		"root"},
	{"I=app\ndocker build -t $I .\ndocker run $I\n", "two", "root"},
	{"docker build -t $I:$V .\ndocker run $I:$V\n", "two", "root"},
	{"docker run $(docker build -q .)\n", "two", "root"},
	{"cd sub\ndocker build -t app ..\ndocker run app\n", "two", "root"},
	{"docker run app\ndocker build -t app .\n", "two", "root"},
	{"docker build -t app --target one .\ndocker build -t app .\ndocker run app\n",
		"two", "root"},
	{"docker build -t app .\ndocker run other\n", "-", NULL},
	{"docker build -t app:1 .\ndocker run app:2\n", "-", NULL},
	{"docker build -t app https://x.org/r.git\ndocker run app\n", "-", NULL},
	{"docker build -t app $CTX\ndocker run app\n", "-", NULL},
	{"docker build -t app - <Dockerfile\ndocker run app\n", "-", NULL},
	{"docker build -t app --target $T .\ndocker run app\n", "-", NULL},
	{"docker build -t app -f gone .\ndocker run app\n", "-", NULL},
	{"cd $X\ndocker build -t app .\ndocker run app\n", "-", NULL},
};

static void images_are_linked_to_builds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(link_rows) / sizeof(link_rows[0]); i++) {
		const struct link_row *row = &link_rows[i];
		const struct workload *w;
		struct bed b;

		bed_open(&b);
		note("%s", row->script);
		bed_load(&b, row->script);
		assert_int_equal(b.in.project.workloads.n, 1);
		w = bed_workload(&b, 0);
		assert_str(w->stage ? w->stage->name : STR("-"), row->stage);
		if (row->user)
			assert_str(fact_text(&b, w->user), row->user);
		arena_free(&b.arena);
	}
}

static void what_a_line_builds_is_covered(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b);
	bed_load(&b,
		"docker build -t a .\ndocker build -t b --target one .\n"
		"docker run a\ndocker run b\n");
	assert_int_equal(b.in.covered.n, 1);
	assert_str(b.in.covered.at[0], "app/Dockerfile");
	assert_int_equal(b.in.project.builds.n, 2);
	arena_free(&b.arena);
	bed_open(&b);
	bed_load(&b, "docker build -t a .\ndocker run b\n");
	assert_int_equal(b.in.covered.n, 0);
	arena_free(&b.arena);
}

/* A script above whose folder the Dockerfile is, started from there. */
static void a_script_may_start_where_oakum_stands(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b);
	world_put(b.world, STR("Dockerfile"), STR("FROM alpine AS top\n"));
	world_put(
		b.world, STR("bin/run.sh"), STR("docker build -t a .\ndocker run a\n"));
	assert_int_equal(input_load(&b.arena, b.world, know_builtin(&b.arena),
				 STR("bin/run.sh"), &b.options, &b.in, &b.err),
		0);
	assert_str(bed_workload(&b, 0)->stage->name, "top");
	arena_free(&b.arena);
}

static void lines_know_of_each_other(void **state)
{
	struct bed b;
	const struct project *p = &b.in.project;

	(void)state;
	bed_open(&b);
	bed_load(&b,
		"docker run -d --name db -v data:/d -v /h:/h debian:12\n"
		"docker run --net container:db --pid=container:db -v data:/x a\n"
		"docker run --volumes-from db:ro --ipc container:gone b\n");
	assert_int_equal(p->workloads.n, 3);
	assert_ptr_equal(
		bed_workload(&b, 1)->joins[SHARED_NETWORK], bed_workload(&b, 0));
	assert_ptr_equal(bed_workload(&b, 1)->joins[SHARED_PID], bed_workload(&b, 0));
	assert_null(bed_workload(&b, 1)->joins[SHARED_IPC]);
	assert_null(bed_workload(&b, 2)->joins[SHARED_IPC]);
	assert_str(show_run(&b, bed_workload(&b, 2)),
		"ipc=container:gone;volume data>/d ro:yes other's;"
		"bind /h>/h ro:yes other's;from=db:ro;");
	assert_int_equal(p->volumes.n, 1);
	assert_str(p->volumes.at[0]->name, "data");
	assert_false(p->volumes.at[0]->is_declared);
	assert_int_equal(p->volumes.at[0]->uses.n, 3);
	assert_ptr_equal(p->volumes.at[0]->uses.at[1].workload, bed_workload(&b, 1));
	assert_ptr_equal(p->volumes.at[0]->uses.at[1].mount->volume, p->volumes.at[0]);
	arena_free(&b.arena);
}

static void exec_lines_are_kept(void **state)
{
	struct bed b;
	const struct exec_lines *execs = &b.in.project.execs;

	(void)state;
	bed_open(&b);
	bed_load(&b,
		"docker exec -it -u 0 box sh\n"
		"if x; then docker compose exec --privileged web id; fi\n"
		"podman exec $ID id\n");
	assert_int_equal(execs->n, 3);
	assert_str(fact_text(&b, execs->at[0].user), "0");
	assert_int_equal(execs->at[0].user->layer, LAYER_EXEC);
	assert_int_equal(execs->at[0].is_privileged, ANSWER_NO);
	assert_int_equal(execs->at[0].runs, ANSWER_YES);
	assert_str(value_display(&b.arena, execs->at[0].container), "box");
	assert_str(span_str(execs->at[0].span), "docker exec");
	assert_str(fact_text(&b, execs->at[1].user), "-");
	assert_int_equal(execs->at[1].is_privileged, ANSWER_YES);
	assert_int_equal(execs->at[1].runs, ANSWER_MAYBE);
	assert_str(execs->at[2].engine, "podman");
	arena_free(&b.arena);
}

static void names_are_unique(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b);
	bed_load(&b, "f() { docker run $1; }\nf a\nf b\nf a\ndocker run c\n");
	assert_int_equal(b.in.project.workloads.n, 3);
	assert_str(bed_workload(&b, 0)->name, "app/run.sh:1");
	assert_str(bed_workload(&b, 1)->name, "app/run.sh:1#2");
	assert_str(bed_workload(&b, 2)->name, "app/run.sh:5");
	arena_free(&b.arena);
	bed_open(&b);
	bed_load(&b, "f() { docker run $1; }\nf a\ndocker run c\nf b\n");
	assert_str(bed_workload(&b, 2)->name, "app/run.sh:1#2");
	arena_free(&b.arena);
}

static void what_starts_nothing_is_left(void **state)
{
	static const char *const scripts[] = {"docker ps\n", "echo docker run a\n",
		"docker run --help\n", "docker run\n", "docker build -t a .\n",
		"# docker run a\n", "docker pull a\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct bed b;

		bed_open(&b);
		b.options.is_found = true;
		note("%s", scripts[i]);
		bed_load(&b, scripts[i]);
		assert_int_equal(b.in.project.workloads.n, 0);
		assert_int_equal(b.in.diags.list.n, 0);
		assert_true(b.in.is_left);
		arena_free(&b.arena);
	}
}

static void one_line_by_itself(void **state)
{
	struct bed b;
	const struct workload *w;

	(void)state;
	bed_open(&b);
	b.options.as = SOURCE_RUN_LINE;
	world_put(b.world, STR("<run>"), STR("docker run -v ./x:/x alpine:3.20"));
	assert_int_equal(input_load(&b.arena, b.world, know_builtin(&b.arena),
				 STR("<run>"), &b.options, &b.in, &b.err),
		0);
	w = bed_workload(&b, 0);
	assert_str(w->name, "<run>");
	assert_str(show_run(&b, w), "bind x>/x;");
	arena_free(&b.arena);
}

static void a_refused_value_is_a_diag(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b);
	bed_load(&b, "docker run -p \"x:80\" --privilaged a/b\n");
	assert_int_equal(b.in.diags.list.n, 2);
	assert_int_equal(b.in.diags.list.at[0].id, DIAG_RUN_OPTION);
	assert_str(span_str(b.in.diags.list.at[0].span), "--privilaged");
	assert_str(span_str(b.in.diags.list.at[1].span), "x:80");
	assert_str(b.in.diags.list.at[1].detail, "'x' is no port of the host");
	arena_free(&b.arena);
}

static void comments_are_found(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b);
	bed_load(&b, "#!/bin/sh\n# one\ndocker run a#b # two\n");
	assert_int_equal(b.in.comment_count, 3);
	assert_str(span_str(b.in.comments[1]), "# one");
	assert_str(span_str(b.in.comments[2]), "# two");
	arena_free(&b.arena);
}

/* ---- hostile ---- */

static void nothing_is_above_the_root(void **state)
{
	const struct mount *m;
	struct bed b;

	(void)state;
	bed_open(&b);
	world_put(b.world, STR("run.sh"), STR("docker run -v \"$PWD//:/a\" alpine\n"));
	assert_int_equal(input_load(&b.arena, b.world, know_builtin(&b.arena),
				 STR("run.sh"), &b.options, &b.in, &b.err),
		0);
	m = bed_workload(&b, 0)->run->mounts.at;
	assert_int_equal(m->host.is_there, ANSWER_NO);
	assert_str(m->host.first_missing, "/");
	arena_free(&b.arena);
}

static void many_words_and_lines(void **state)
{
	struct bed b;
	struct buf out;

	(void)state;
	bed_open(&b);
	out = (struct buf){.arena = &b.arena};
	buf_add(&out, STR("docker run"));
	for (int i = 0; i < 15000; i++)
		buf_add(&out, STR(" -vvol:/b"));
	buf_add(&out, STR(" alpine\n"));
	for (int i = 0; i < 10000; i++)
		buf_printf(
			&out, "docker run --name c%d --volumes-from c%d a\n", i, i - 1);
	bed_load(&b, arena_cstr(&b.arena, buf_str(&out)));
	assert_int_equal(bed_workload(&b, 0)->run->mounts.n, RUN_ITEMS_MAX);
	assert_true(bed_workload(&b, 0)->run->is_partial);
	assert_true(b.in.project.workloads.n >= 2000);
	assert_true(b.in.diags.list.n >= 2);
	assert_true(b.arena.used < 1024u * 1024 * 1024);
	arena_free(&b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_become_a_run),
		cmocka_unit_test(podman_has_options_of_its_own),
		cmocka_unit_test(the_run_lies_over_the_image),
		cmocka_unit_test(images_are_linked_to_builds),
		cmocka_unit_test(what_a_line_builds_is_covered),
		cmocka_unit_test(a_script_may_start_where_oakum_stands),
		cmocka_unit_test(lines_know_of_each_other),
		cmocka_unit_test(exec_lines_are_kept),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(what_starts_nothing_is_left),
		cmocka_unit_test(one_line_by_itself),
		cmocka_unit_test(a_refused_value_is_a_diag),
		cmocka_unit_test(comments_are_found),
		cmocka_unit_test(nothing_is_above_the_root),
		cmocka_unit_test(many_words_and_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
