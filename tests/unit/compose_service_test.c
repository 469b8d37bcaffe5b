#include "unit.h"

#include "base/buf.h"
#include "know/know.h"
#include "source/compose.h"
#include "source/load.h"

/*
 * What one key of a service comes to, a row a form. The body stands under
 * services.web with two tabs' worth of indent less; `shown` is what show() below says
 * about the key that `about` names.
 */
struct row {
	const char *about, *body, *shown;
};

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
}

static void bed_load(struct bed *b, struct str yaml)
{
	world_put(b->world, STR("app/compose.yaml"), yaml);
	assert_int_equal(input_load(&b->arena, b->world, know_builtin(&b->arena),
				 STR("app/compose.yaml"), &b->options, &b->in, &b->err),
		0);
}

static const struct workload *bed_service(const struct bed *b, const char *name)
{
	vec_each (struct workload *, w, &b->in.project.workloads)
		if (str_eq((*w)->service, str_c(name)))
			return *w;
	fail_msg("no service %s", name);
	return NULL;
}

/* ---- showing ---- */

static const char *answer_word(enum answer a)
{
	return a == ANSWER_YES ? "yes" : a == ANSWER_NO ? "no" : "maybe";
}

static void show_port(struct buf *out, const struct port *p)
{
	buf_printf(out, "%s%.*s%s %u-%u:%u-%u/%.*s",
		p->know == FACT_SET ? "" : "unknown ", STR_ARG(p->host_ip),
		p->host_ip_known == FACT_SET ? (p->has_host_ip ? "" : "*") : "?",
		p->published_first, p->published_last, p->target_first, p->target_last,
		STR_ARG(p->protocol));
	if (!p->has_published)
		buf_add(out, STR(" inside"));
}

static void show_mount(struct buf *out, const struct mount *m)
{
	static const char *const kinds[] = {
		"unknown", "bind", "volume", "tmpfs", "image", "other"};
	static const char *const origins[] = {
		"", " image's", " other's", " secret", " config"};

	buf_printf(out, "%s%s", kinds[m->kind], origins[m->origin]);
	if (m->path.n)
		buf_printf(out, " %.*s", STR_ARG(m->path));
	else if (m->source.n)
		buf_printf(
			out, " (%.*s)", STR_ARG(value_display(out->arena, m->source)));
	buf_printf(out, " %.*s", m->at.n ? m->at.n > 99 ? 99 : (int)m->at.n : 1,
		m->at.n ? m->at.p : "?");
	if (m->is_read_only != ANSWER_NO)
		buf_printf(out, " ro:%s", answer_word(m->is_read_only));
	if (m->creates_source == ANSWER_YES)
		buf_add(out, STR(" creates"));
	if (m->relabel)
		buf_printf(out, " %c", m->relabel);
	if (m->propagation.n)
		buf_printf(out, " %.*s", STR_ARG(m->propagation));
	if (m->has_no_copy)
		buf_add(out, STR(" nocopy"));
	if (m->options.n)
		buf_printf(out, " %.*s", STR_ARG(m->options));
}

static void show_words(struct buf *out, const struct run_words *words)
{
	vec_each (const struct run_word, w, words)
		buf_printf(out, "%.*s;", STR_ARG(value_display(out->arena, w->value)));
}

static void show_pairs(struct buf *out, const struct run_pairs *pairs)
{
	vec_each (const struct run_pair, p, pairs) {
		buf_add(out, p->name);
		if (p->has_value)
			buf_printf(out, "=%.*s",
				STR_ARG(value_display(out->arena, p->value)));
		buf_char(out, ';');
	}
}

static void show_program(struct buf *out, const struct program *p)
{
	if (!p) {
		buf_add(out, STR("-"));
		return;
	}
	if (p->know == FACT_UNSET)
		buf_add(out, STR("reset"));
	vec_each (const struct word, w, &p->argv)
		buf_printf(out, "[%.*s]", STR_ARG(value_display(out->arena, w->value)));
}

static void show_security(struct buf *out, const struct security_option *o)
{
	buf_printf(out, "%d %.*s %c %.*s there:%s%s;", o->kind, STR_ARG(o->name),
		o->separator ? o->separator : '-', STR_ARG(o->text),
		answer_word(o->is_there), o->has_quotes ? " quoted" : "");
}

static void show_capability(struct buf *out, const struct run_capability *c)
{
	buf_printf(out, "%c%d%s;", c->is_drop ? '-' : '+', c->number,
		c->is_all ? " all" : "");
}

static void show_gpu(struct buf *out, const struct gpu *g)
{
	buf_printf(out, "%.*s/%.*s/%.*s/%.*s;", STR_ARG(g->driver), STR_ARG(g->count),
		STR_ARG(g->ids), STR_ARG(g->capabilities));
}

static void show_env_file(struct buf *out, const struct env_file *f)
{
	buf_printf(out, "%.*s%s there:%s;", STR_ARG(f->path),
		f->is_required ? "" : " optional", answer_word(f->is_there));
}

static void show_fact(struct buf *out, const struct fact *f)
{
	if (f->know == FACT_UNSET)
		buf_add(out, STR("unset"));
	else if (f->know == FACT_UNKNOWN)
		buf_add(out, STR("unknown"));
	else
		buf_add(out, value_display(out->arena, f->value));
}

/* Variables of the workload's whole environment: "env:NAME". */
static void show_variable(struct buf *out, const struct workload *w, struct str name)
{
	const struct fact *f = binding_find(w->env, name);

	if (f)
		show_fact(out, f);
	else
		buf_add(out, STR("nobody"));
}

static const struct {
	const char *name;
	enum run_setting setting;
} settings[] = {
	{"privileged", RUN_PRIVILEGED},
	{"read_only", RUN_READ_ONLY},
	{"init", RUN_INIT},
	{"network", RUN_NETWORK},
	{"memory", RUN_MEMORY},
	{"reserved", RUN_MEMORY_RESERVATION},
	{"cpus", RUN_CPUS},
	{"pids", RUN_PIDS},
	{"scale", RUN_SCALE},
	{"restart", RUN_RESTART},
	{"log", RUN_LOG_DRIVER},
	{"shm", RUN_SHM_SIZE},
	{"userns", RUN_USERNS},
	{"cgroup", RUN_CGROUPNS},
	{"name", RUN_NAME},
	{"ipc", RUN_IPC},
};

static bool show_setting(struct buf *out, const struct run *run, const char *about)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (strcmp(settings[i].name, about) != 0)
			continue;
		show_fact(out, run->settings[settings[i].setting]);
		return true;
	}
	return false;
}

#define EACH(type, list, shower)                                                       \
	do {                                                                           \
		vec_each (const type, item, &run->list) {                              \
			shower(out, item);                                             \
		}                                                                      \
		return;                                                                \
	} while (0)

static void show(struct buf *out, const struct workload *w, const char *about)
{
	const struct run *run = w->run;

	if (show_setting(out, run, about))
		return;
	if (!strncmp(about, "env:", 4))
		show_variable(out, w, str_c(about + 4));
	else if (!strcmp(about, "user"))
		show_fact(out, w->user);
	else if (!strcmp(about, "workdir"))
		show_fact(out, w->workdir);
	else if (!strcmp(about, "image"))
		show_fact(out, run->image);
	else if (!strcmp(about, "command"))
		show_program(out, w->cmd);
	else if (!strcmp(about, "entrypoint"))
		show_program(out, w->entrypoint);
	else if (!strcmp(about, "environment"))
		show_pairs(out, &run->environment);
	else if (!strcmp(about, "ulimits"))
		show_pairs(out, &run->ulimits);
	else if (!strcmp(about, "sysctls"))
		show_pairs(out, &run->sysctls);
	else if (!strcmp(about, "group_add"))
		show_words(out, &run->group_add);
	else if (!strcmp(about, "networks"))
		show_words(out, &run->networks);
	else if (!strcmp(about, "depends_on"))
		show_words(out, &run->depends_on);
	else if (!strcmp(about, "expose"))
		show_words(out, &run->expose);
	else if (!strcmp(about, "ports"))
		EACH(struct port, ports, show_port);
	else if (!strcmp(about, "mounts"))
		EACH(struct mount, mounts, show_mount);
	else if (!strcmp(about, "security"))
		EACH(struct security_option, security, show_security);
	else if (!strcmp(about, "capabilities"))
		EACH(struct run_capability, capabilities, show_capability);
	else if (!strcmp(about, "gpus"))
		EACH(struct gpu, gpus, show_gpu);
	else if (!strcmp(about, "env_files"))
		EACH(struct env_file, env_files, show_env_file);
	else if (!strcmp(about, "devices"))
		vec_each (const struct device, d, &run->devices)
			buf_printf(out, "%.*s %.*s;", STR_ARG(d->path),
				STR_ARG(d->permissions));
	else
		fail_msg("nothing shows %s", about);
}

/* ---- the forms ---- */

static const struct row rows[] = {
	/* ports: grammar row 56 */
	{"ports", "ports: [80]", "* 0-0:80-80/tcp inside"},
	{"ports", "ports:\n  - 8080:80", "* 8080-8080:80-80/tcp"},
	{"ports", "ports:\n  - 22:22", "* 22-22:22-22/tcp"},
	{"ports", "ports: ['127.0.0.1:8080:80']", "127.0.0.1 8080-8080:80-80/tcp"},
	{"ports", "ports: ['127.0.0.1::80']", "127.0.0.1 0-0:80-80/tcp inside"},
	{"ports", "ports: ['[::1]:80:80']", "::1 80-80:80-80/tcp"},
	{"ports", "ports: ['::1:80:80']", "::1 80-80:80-80/tcp"},
	{"ports", "ports: ['3000-3005:3000-3005']", "* 3000-3005:3000-3005/tcp"},
	{"ports", "ports: ['6060:6060/udp']", "* 6060-6060:6060-6060/udp"},
	{"ports", "ports: ['${PORT}:80']", "unknown ? 0-0:80-80/tcp"},
	{"ports", "ports: ['${PORT:-90}:80']", "* 90-90:80-80/tcp"},
	{"ports", "ports: ['127.0.0.1:${PORT}:80']", "unknown 127.0.0.1 0-0:80-80/tcp"},
	{"ports", "ports: ['${BIND:-127.0.0.1}:80:80']", "127.0.0.1 80-80:80-80/tcp"},
	{"ports", "ports: []", ""},
	{"ports",
		"ports:\n  - target: 80\n    published: \"8080\"\n    host_ip: 10.0.0.1\n"
		"    protocol: udp\n    mode: host",
		"10.0.0.1 8080-8080:80-80/udp"},
	{"ports", "ports:\n  - target: 80", "* 0-0:80-80/tcp inside"},

	/* volumes: rows 54 and 67 */
	{"mounts", "volumes: ['./data:/data']", "bind app/data /data creates"},
	{"mounts", "volumes: ['../x:/x:ro,z']", "bind x /x ro:yes creates z"},
	{"mounts", "volumes: ['/srv:/srv:rw,Z']", "bind /srv /srv creates Z"},
	{"mounts", "volumes: ['~/.aws:/root/.aws:ro']",
		"bind ~/.aws /root/.aws ro:yes creates"},
	{"mounts", "volumes: ['data:/var/lib/']", "volume (data) /var/lib"},
	{"mounts", "volumes: ['data:/x:cached,nocopy']", "volume (data) /x nocopy"},
	{"mounts", "volumes: ['/cache']", "volume /cache"},
	{"mounts", "volumes: ['/a:/a:rshared']", "bind /a /a creates rshared"},
	{"mounts", "volumes: ['${DATA}:/data']", "unknown (${DATA}) /data"},
	{"mounts", "volumes: ['${DATA:-./d}:/data']", "bind app/d /data creates"},
	{"mounts", "volumes: ['${A:-${B:-~/x}}:/root/.cache/huggingface']",
		"bind ~/x /root/.cache/huggingface creates"},
	{"mounts", "volumes: ['C:\\x:/y']", "bind C:\\x /y creates"},
	{"mounts",
		"volumes:\n  - type: bind\n    source: ./s\n    target: /t\n"
		"    read_only: yes\n    bind: {propagation: rslave, selinux: z,\n"
		"      create_host_path: false}",
		"bind app/s /t ro:yes z rslave"},
	{"mounts", "volumes:\n  - type: bind\n    source: ./s\n    target: /t",
		"bind app/s /t creates"},
	{"mounts",
		"volumes:\n  - type: volume\n    source: v\n    target: /t\n"
		"    volume: {nocopy: true}",
		"volume (v) /t nocopy"},
	{"mounts",
		"volumes:\n  - type: tmpfs\n    target: /t\n"
		"    tmpfs: {size: 64m, mode: 0700}",
		"tmpfs /t size=64m,mode=0700"},
	{"mounts", "tmpfs: /run:size=64m,mode=1777", "tmpfs /run size=64m,mode=1777"},
	{"mounts", "tmpfs: [/run, /tmp]", "tmpfs /runtmpfs /tmp"},
	{"mounts", "use_api_socket: true",
		"bind /var/run/docker.sock /var/run/docker.sock"},
	{"mounts", "secrets: [token]",
		"bind secret app/token.txt /run/secrets/token ro:yes"},
	{"mounts", "secrets:\n  - source: token\n    target: t2",
		"bind secret app/token.txt /run/secrets/t2 ro:yes"},
	{"mounts", "configs:\n  - source: conf\n    target: /etc/conf",
		"bind config app/conf.ini /etc/conf ro:yes"},

	/* scalars and booleans: row 57 */
	{"privileged", "privileged: true", "true"},
	{"privileged", "privileged: \"yes\"", "yes"},
	{"privileged", "privileged: ${P}", "unknown"},
	{"privileged", "init: true", "unset"},
	{"restart", "restart: no", "no"},
	{"memory", "mem_limit: 1e9", "1e9"},
	{"memory", "deploy: {resources: {limits: {memory: 1g}}}", "1g"},
	{"cpus", "deploy: {resources: {limits: {cpus: '0.5'}}}", "0.5"},
	{"pids", "deploy: {resources: {limits: {pids: 50}}}", "50"},
	{"pids", "pids_limit: 100", "100"},
	{"scale", "deploy: {replicas: 3}", "3"},
	{"restart", "deploy: {restart_policy: {condition: on-failure}}", "on-failure"},
	{"restart", "deploy: {restart_policy: {condition: any}}\nrestart: always",
		"always"},
	{"log", "logging: {driver: none}", "none"},
	{"shm", "shm_size: 8gb", "8gb"},
	{"userns", "userns_mode: host", "host"},
	{"cgroup", "cgroup: host", "host"},
	{"network", "network_mode: host", "host"},
	{"ipc", "ipc: shareable", "shareable"},
	{"user", "user: 999:999", "999:999"},
	{"user", "user: 1000", "1000"},
	{"user", "user: ${UID}:${GID}", "unknown"},
	{"user", "user: ''", "unset"},
	{"workdir", "working_dir: /app", "/app"},
	{"group_add", "group_add: [docker, 44]", "docker;44;"},

	/* environment: rows 53, 55, 63 */
	{"environment", "environment: [A=1, B=x=y, 'C=']", "A=1;B=x=y;C=;"},
	{"environment", "environment: {A: 1, B: true, C: '', D: }", "A=1;B=true;C=;D;"},
	{"environment", "environment: {A: $$HOME, B: '${N:-d}'}", "A=$HOME;B=d;"},
	{"environment", "environment: [FROM_DOTENV]", "FROM_DOTENV=seen;"},
	{"env:A", "environment: [A=1]", "1"},
	{"env:ASKED", "environment: [ASKED]", "unknown"},
	{"env:PLAIN", "env_file: web.env", "value"},
	{"env:QUOTED", "env_file: [web.env]", "a b"},
	{"env:JOINED", "env_file: web.env", "value/x"},
	{"env:LITERAL", "env_file: web.env", "${PLAIN}"},
	{"env:OPEN", "env_file: web.env", "unknown"},
	{"env:PLAIN", "env_file: web.env\nenvironment: {PLAIN: own}", "own"},
	{"env_files", "env_file:\n  - path: gone.env\n    required: false",
		"app/gone.env optional there:no;"},

	/* command, entrypoint: row 64 */
	{"command", "command: python -m http.server", "[python][-m][http.server]"},
	{"command", "command: >\n  bash -c \"a && b\"\n  c", "[bash][-c][a && b][c]"},
	{"command", "command: |-\n  x 'y z' w\\ v", "[x][y z][w v]"},
	{"command", "command: echo $$HOME", "[echo][$HOME]"},
	{"command", "command: a ''", "[a][]"},
	{"command", "command: a && b", "[a]"},
	{"command", "command: [bash, -c, \"a; b\"]", "[bash][-c][a; b]"},
	{"command", "command: ${CMD} --x", "[${CMD}][--x]"},
	{"command", "command: []", "-"},
	{"entrypoint", "entrypoint: ''", "reset"},
	{"entrypoint", "entrypoint: []", "reset"},
	{"entrypoint", "entrypoint: ./run.sh", "[./run.sh]"},

	/* security_opt, capabilities: rows 65 and 66 */
	{"security", "security_opt: ['seccomp=unconfined']",
		"1 seccomp = unconfined there:maybe;"},
	{"security", "security_opt: ['seccomp:unconfined']",
		"1 seccomp : unconfined there:maybe;"},
	{"security", "security_opt:\n  - seccomp:\"./profile.json\"",
		"1 seccomp : \"./profile.json\" there:no quoted;"},
	{"security", "security_opt: ['seccomp=./profile.json']",
		"1 seccomp = ./profile.json there:yes;"},
	{"security", "security_opt: [no-new-privileges]",
		"0 no-new-privileges - true there:maybe;"},
	{"security", "security_opt: ['no-new-privileges:true']",
		"0 no-new-privileges : true there:maybe;"},
	{"security", "security_opt: ['label:disable']",
		"3 label : disable there:maybe;"},
	{"capabilities", "cap_drop: [ALL]\ncap_add: [CAP_CHOWN, chown, all]",
		"--1 all;+0;+0;+-1 all;"},
	{"devices", "devices: ['/dev/fuse', '/dev/a:/dev/b:r']",
		"/dev/fuse rwm;/dev/a r;"},
	{"devices",
		"devices:\n  - source: /dev/x\n    target: /dev/y\n"
		"    permissions: rw",
		"/dev/x rw;"},
	{"gpus", "gpus: all", "/all//gpu;"},
	{"gpus",
		"deploy: {resources: {reservations: {devices: [{driver: nvidia,\n"
		"  count: 1, capabilities: [gpu, utility]}]}}}",
		"nvidia/1//gpu,utility;"},
	{"gpus", "gpus: [{device_ids: ['0', '3']}]", "//0,3/gpu;"},
	{"ulimits", "ulimits: {nproc: 65535, nofile: {soft: 1, hard: 2}}",
		"nproc=65535;nofile=1:2;"},
	{"sysctls", "sysctls: [net.core.somaxconn=1]", "net.core.somaxconn=1;"},
	{"networks", "networks: {default: {aliases: [x]}}", "default;"},
	{"depends_on", "depends_on: {db: {condition: service_healthy}}", "db;"},
	{"expose", "expose: [3000, '4000/udp']", "3000;4000/udp;"},
};

static void indent(struct buf *out, const char *body, int by)
{
	struct str_fields lines = {.rest = str_c(body)};
	struct str line;

	while (str_next_field(&lines, '\n', &line)) {
		buf_repeat(out, ' ', (size_t)by);
		buf_add(out, line);
		buf_char(out, '\n');
	}
}

static struct str project_with(struct arena *a, const char *body)
{
	struct buf yaml = {.arena = a};

	buf_add(&yaml, STR("services:\n  web:\n    image: debian:12\n"));
	indent(&yaml, body, 4);
	buf_add(&yaml,
		STR("  db:\n    image: postgres:16\n"
		    "volumes: {data: , v: }\n"
		    "secrets: {token: {file: ./token.txt}}\n"
		    "configs: {conf: {file: conf.ini}}\n"));
	return buf_str(&yaml);
}

static void put_files(struct bed *b)
{
	world_put(b->world, STR("app/.env"), STR("FROM_DOTENV=seen\n"));
	world_put(b->world, STR("app/profile.json"), STR("{}"));
	world_put(b->world, STR("app/web.env"),
		STR("PLAIN=value\nQUOTED=\"a b\"\nJOINED=${PLAIN}/x\n"
		    "LITERAL='${PLAIN}'\nOPEN=${NOBODY}\n"));
}

static void every_form_of_every_key(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf shown = {0};
		struct bed b;

		bed_open(&b);
		put_files(&b);
		bed_load(&b, project_with(&b.arena, rows[i].body));
		shown.arena = &b.arena;
		show(&shown, bed_service(&b, "web"), rows[i].about);
		if (!str_eq(buf_str(&shown), str_c(rows[i].shown))) {
			note("%s\n  is       '%.*s'\n  not      '%s'", rows[i].body,
				STR_ARG(buf_str(&shown)), rows[i].shown);
			wrong++;
		}
		arena_free(&b.arena);
	}
	assert_int_equal(wrong, 0);
}

/* ---- what is wrong ---- */

static const struct mistake {
	const char *body; /* of the service web */
	enum project_problem_kind kind;
	uint32_t line;	  /* in the file; the body begins in line 4 */
	const char *name; /* problem.name */
	const char *hint;
} mistakes[] = {
	{"enviroment: [A=1]", PROJECT_UNKNOWN_KEY, 4, "enviroment", "environment"},
	{"zzzzzz: 1", PROJECT_UNKNOWN_KEY, 4, "zzzzzz", ""},
	{"user: [root]", PROJECT_BAD_TYPE, 4, "user", ""},
	{"ports: 80", PROJECT_BAD_TYPE, 4, "ports", ""},
	{"environment: text", PROJECT_BAD_TYPE, 4, "environment", ""},
	{"ports: ['80:x']", PROJECT_BAD_VALUE, 4, "ports", ""},
	{"volumes: ['aa:/b:rw:d']", PROJECT_BAD_VALUE, 4, "volumes", ""},
	{"command: a 'b", PROJECT_BAD_VALUE, 4, "command", ""},
	{"volumes: ['other:/x']", PROJECT_UNDEFINED_REFERENCE, 4, "other", ""},
	{"networks: [front]", PROJECT_UNDEFINED_REFERENCE, 4, "front", ""},
	{"secrets: [s]", PROJECT_UNDEFINED_REFERENCE, 4, "s", ""},
	{"depends_on:\n  - db\n  - ghost", PROJECT_UNDEFINED_REFERENCE, 6, "ghost", ""},
	{"network_mode: service:ghost", PROJECT_UNDEFINED_REFERENCE, 4, "ghost", ""},
	{"depends_on: [web]", PROJECT_CYCLE, 4, "web", ""},
	{"env_file: gone.env", PROJECT_MISSING_FILE, 4, "app/gone.env", ""},
	{"build: ./gone", PROJECT_MISSING_FILE, 4, "app/gone/Dockerfile", ""},
	{"build: https://example.org/x.git", PROJECT_REMOTE, 4,
		"https://example.org/x.git", ""},
	{"build: {contxt: .}", PROJECT_UNKNOWN_KEY, 4, "contxt", "context"},
};

static void mistakes_have_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const struct mistake *m = &mistakes[i];
		const struct project_problem *found = NULL;
		struct bed b;

		bed_open(&b);
		put_files(&b);
		bed_load(&b, project_with(&b.arena, m->body));
		vec_each (const struct project_problem, p, &b.in.project.problems)
			if (p->kind == m->kind && str_eq(p->name, str_c(m->name)))
				found = p;
		if (!found || span_start(found->span).line != m->line ||
			!str_eq(found->hint, str_c(m->hint)))
			fail_msg("%s: %zu problems, line %u", m->body,
				b.in.project.problems.n,
				found ? span_start(found->span).line : 0);
		/* The rest is audited all the same. */
		assert_int_equal(b.in.project.workloads.n, 2);
		arena_free(&b.arena);
	}
}

/* ---- builds ---- */

static void a_build_is_linked_to_its_stage(void **state)
{
	struct workload *const *w;
	const struct fact *user;
	struct bed b;

	(void)state;
	bed_open(&b);
	world_put(b.world, STR("app/web/Dockerfile.x"),
		STR("ARG V=12\nFROM debian:${V} AS first\nARG U\nUSER $U\n"
		    "FROM first AS second\nUSER root\n"));
	bed_load(&b,
		STR("services:\n"
		    "  web:\n"
		    "    build: {context: ./web, dockerfile: Dockerfile.x,\n"
		    "      target: first, args: {U: 1500}}\n"
		    "  last:\n"
		    "    build: {context: web, dockerfile: Dockerfile.x,\n"
		    "      args: [U=1500]}\n"
		    "  root:\n"
		    "    image: other\n"
		    "    user: root\n"
		    "    build: {context: web, dockerfile: Dockerfile.x,\n"
		    "      target: first, args: {U: 1600}}\n"
		    "  same: {image: other}\n"));
	w = b.in.project.workloads.at;
	assert_int_equal(b.in.project.workloads.n, 4);
	assert_int_equal(b.in.project.builds.n, 2);
	assert_int_equal(w[0]->launch.identity.uid.n, 1500);
	assert_int_equal(w[1]->launch.runs_as, RUNS_AS_ROOT);
	assert_ptr_equal(w[0]->build, w[1]->build);
	/* The compose file's word lies over the Dockerfile's. */
	user = w[2]->user;
	assert_int_equal(w[2]->launch.runs_as, RUNS_AS_ROOT);
	assert_int_equal(user->layer, LAYER_RUN);
	assert_int_equal(span_start(user->span).line, 10);
	assert_true(str_eq(user->hides->span.file->path, STR("app/web/Dockerfile.x")));
	assert_int_equal(span_start(user->hides->span).line, 4);
	/* Who names an image that a sibling builds runs that. */
	assert_ptr_equal(w[3]->stage, w[2]->stage);
	assert_int_equal(w[3]->launch.identity.uid.n, 1600);
	assert_true(str_eq(w[2]->name, STR("app/compose.yaml:root")));
	assert_int_equal(b.in.covered.n, 2);
	arena_free(&b.arena);
}

static void an_inline_dockerfile_keeps_its_places(void **state)
{
	const struct workload *w;
	struct bed b;

	(void)state;
	bed_open(&b);
	bed_load(&b,
		STR("services:\n"
		    "  web:\n"
		    "    build:\n"
		    "      dockerfile_inline: |\n"
		    "        FROM debian:12\n"
		    "        USER 1500\n"
		    "    read_only: true\n"));
	w = bed_service(&b, "web");
	assert_int_equal(w->launch.identity.uid.n, 1500);
	assert_int_equal(span_start(w->user->span).line, 6);
	assert_int_equal(span_start(w->user->span).column, 14);
	assert_true(str_eq(w->user->span.file->path, STR("app/compose.yaml")));
	arena_free(&b.arena);
}

/* What cannot be seen is unknown, and says why. */
static void an_unseen_build_is_unknown(void **state)
{
	static const char *const builds[] = {"build: ./gone",
		"build: {context: '${WHERE}'}", "build: git@github.com:x/y.git",
		"build: {context: ., target: none}", "build: {dockerfile: '${F}'}"};

	(void)state;
	for (size_t i = 0; i < sizeof(builds) / sizeof(builds[0]); i++) {
		const struct workload *w;
		struct bed b;

		bed_open(&b);
		world_put(b.world, STR("app/Dockerfile"), STR("FROM debian:12\n"));
		bed_load(&b,
			arena_printf(
				&b.arena, "services:\n  web:\n    %s\n", builds[i]));
		w = bed_service(&b, "web");
		assert_int_equal(w->launch.runs_as, RUNS_AS_UNKNOWN);
		assert_true(w->launch.why.n > 0);
		arena_free(&b.arena);
	}
}

/* ---- links ---- */

static void services_know_of_each_other(void **state)
{
	const struct workload *web, *side, *taker;
	const struct volume *data;
	struct bed b;

	(void)state;
	bed_open(&b);
	bed_load(&b,
		STR("services:\n"
		    "  web:\n"
		    "    image: debian:12\n"
		    "    container_name: the-web\n"
		    "    volumes: ['data:/data', './x:/x', 'disk:/disk']\n"
		    "  side:\n"
		    "    image: debian:12\n"
		    "    network_mode: service:web\n"
		    "    pid: container:the-web\n"
		    "    volumes: ['data:/other:ro']\n"
		    "  taker:\n"
		    "    image: debian:12\n"
		    "    volumes: ['./mine:/x']\n"
		    "    volumes_from: ['web:ro']\n"
		    "volumes:\n"
		    "  data:\n"
		    "  disk: {driver_opts: {type: none, o: 'bind,rw', device: /}}\n"
		    "networks:\n"
		    "  back: {internal: true, driver: overlay}\n"));
	web = bed_service(&b, "web");
	side = bed_service(&b, "side");
	taker = bed_service(&b, "taker");
	assert_ptr_equal(side->joins[SHARED_NETWORK], web);
	assert_ptr_equal(side->joins[SHARED_PID], web);
	assert_null(side->joins[SHARED_IPC]);
	assert_int_equal(b.in.project.volumes.n, 2);
	data = b.in.project.volumes.at[0];
	assert_int_equal(data->uses.n, 3);
	assert_ptr_equal(data->uses.at[1].workload, side);
	assert_ptr_equal(web->run->mounts.at[0].volume, data);
	/* /x is the taker's own; what it takes is read-only. */
	assert_int_equal(taker->run->mounts.n, 3);
	assert_int_equal(taker->run->mounts.at[1].origin, MOUNT_FROM_OTHER);
	assert_int_equal(taker->run->mounts.at[1].is_read_only, ANSWER_YES);
	assert_true(str_eq(b.in.project.volumes.at[1]->device, STR("/")));
	assert_int_equal(b.in.project.networks.at[0].is_internal, ANSWER_YES);
	assert_int_equal(b.in.project.problems.n, 0);
	arena_free(&b.arena);
}

static void a_long_row_of_dependencies_ends(void **state)
{
	struct buf yaml = {0};
	struct bed b;

	(void)state;
	bed_open(&b);
	yaml.arena = &b.arena;
	buf_add(&yaml, STR("services:\n"));
	for (int i = 0; i < 5000; i++)
		buf_printf(&yaml, "  s%d: {image: a, depends_on: [s%d]}\n", i,
			(i + 1) % 5000);
	bed_load(&b, buf_str(&yaml));
	assert_int_equal(b.in.project.workloads.n, 5000);
	assert_int_equal(b.in.project.problems.n, 1);
	assert_int_equal(b.in.project.problems.at[0].kind, PROJECT_CYCLE);
	arena_free(&b.arena);
}

static size_t count_problems(const struct bed *b, enum project_problem_kind kind)
{
	size_t n = 0;

	vec_each (const struct project_problem, p, &b->in.project.problems)
		n += p->kind == kind;
	return n;
}

static void one_name_is_for_one_container(void **state)
{
	static const struct {
		const char *first, *second;
		size_t problems;
	} pairs[] = {
		{"", "", 1},
		{"profiles: [cpu]", "profiles: [gpu]", 0},
		{"profiles: [cpu]", "profiles: [gpu, cpu]", 1},
		{"profiles: [cpu]", "", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct bed b;

		bed_open(&b);
		bed_load(&b,
			arena_printf(&b.arena,
				"services:\n"
				"  a:\n    image: x\n    container_name: n\n    %s\n"
				"  b:\n    image: x\n    container_name: n\n    %s\n",
				pairs[i].first, pairs[i].second));
		assert_int_equal(
			count_problems(&b, PROJECT_SAME_NAME), pairs[i].problems);
		arena_free(&b.arena);
	}
}

static void the_first_layout_is_read(void **state)
{
	struct buf shown = {0};
	struct bed b;

	(void)state;
	bed_open(&b);
	shown.arena = &b.arena;
	world_put(b.world, STR("app/Dockerfile.x"), STR("FROM debian:12\nUSER 7\n"));
	bed_load(&b,
		STR("web:\n  build: .\n  dockerfile: Dockerfile.x\n"
		    "  net: host\n  log_driver: none\n"));
	show(&shown, bed_service(&b, "web"), "network");
	show(&shown, bed_service(&b, "web"), "log");
	assert_true(str_eq(buf_str(&shown), STR("hostnone")));
	assert_int_equal(bed_service(&b, "web")->launch.identity.uid.n, 7);
	assert_int_equal(count_problems(&b, PROJECT_OLD_LAYOUT), 1);
	assert_int_equal(b.in.project.problems.n, 1);
	arena_free(&b.arena);
}

static void a_misspelt_services_is_no_other_yaml(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b);
	b.options.as = SOURCE_COMPOSE;
	b.options.is_found = true;
	bed_load(&b, STR("sevices:\n  web:\n    image: x\n"));
	assert_false(b.in.is_left);
	assert_int_equal(count_problems(&b, PROJECT_UNKNOWN_KEY), 1);
	arena_free(&b.arena);
}

/* What is mounted lies over what the image has there. */
static void mounted_files_are_what_runs(void **state)
{
	static const struct {
		const char *service;
		enum runs_as runs_as;
		int64_t uid;
	} rows_of_mounts[] = {
		{"volumes: ['./start.sh:/start.sh']", RUNS_AS_ROOT_THEN_DROPS, 0},
		{"volumes: ['.:/srv']\n    entrypoint: /srv/start.sh",
			RUNS_AS_ROOT_THEN_DROPS, 0},
		{"volumes: ['/opt/start.sh:/start.sh']", RUNS_AS_UNKNOWN, 0},
		{"volumes: ['./nothing.sh:/start.sh']", RUNS_AS_UNKNOWN, 0},
		{"user: app", RUNS_NOT_AT_ALL, -1},
		{"user: app\n    volumes: ['./passwd:/etc/passwd:ro']", RUNS_AS_USER,
			1700},
		{"user: app\n    volumes: ['/etc/passwd:/etc/passwd:ro']", RUNS_AS_USER,
			-1},
		{"user: app\n    volumes: ['/etc/hosts:/etc/hosts:ro']",
			RUNS_NOT_AT_ALL, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows_of_mounts) / sizeof(rows_of_mounts[0]);
		i++) {
		const struct launch *l;
		struct bed b;

		bed_open(&b);
		world_put(b.world, STR("app/start.sh"),
			STR("#!/bin/sh\nexec gosu 1234 server\n"));
		world_put(b.world, STR("app/passwd"),
			STR("root:x:0:0::/root:/bin/sh\napp:x:1700:1700::/:/bin/sh\n"));
		bed_load(&b,
			arena_printf(&b.arena,
				"services:\n  web:\n    image: debian:12-slim\n"
				"    command: /start.sh\n    %s\n",
				rows_of_mounts[i].service));
		l = &bed_service(&b, "web")->launch;
		if (l->runs_as != rows_of_mounts[i].runs_as ||
			(l->identity.uid.know == FACT_SET
					? (int64_t)l->identity.uid.n
					: -1) != rows_of_mounts[i].uid)
			fail_msg("%s: %.*s %u", rows_of_mounts[i].service,
				STR_ARG(runs_as_name(l->runs_as)), l->identity.uid.n);
		arena_free(&b.arena);
	}
}

/* What is only named like a compose file is left alone where a walk finds it. */
static void other_yaml_is_left(void **state)
{
	static const char *const others[] = {"- name: a task\n",
		"name: build\non: push\njobs:\n  a:\n    runs-on: x\n",
		"command: docker compose\nshort: Docker Compose\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct bed b;

		bed_open(&b);
		b.options.as = SOURCE_COMPOSE;
		b.options.is_found = true;
		bed_load(&b, str_c(others[i]));
		assert_true(b.in.is_left || b.in.skipped.n);
		assert_int_equal(b.in.project.problems.n, 0);
		arena_free(&b.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_every_key),
		cmocka_unit_test(mistakes_have_their_line),
		cmocka_unit_test(a_build_is_linked_to_its_stage),
		cmocka_unit_test(an_inline_dockerfile_keeps_its_places),
		cmocka_unit_test(an_unseen_build_is_unknown),
		cmocka_unit_test(services_know_of_each_other),
		cmocka_unit_test(a_long_row_of_dependencies_ends),
		cmocka_unit_test(one_name_is_for_one_container),
		cmocka_unit_test(the_first_layout_is_read),
		cmocka_unit_test(a_misspelt_services_is_no_other_yaml),
		cmocka_unit_test(mounted_files_are_what_runs),
		cmocka_unit_test(other_yaml_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
