#include "unit.h"

#include "know/know.h"
#include "rule/choice.h"

/*
 * What a run reaches, by hand: no file is parsed, the test says what a reader would have
 * found. The bytes of every value stand in one text, so that spans can be asked for.
 */
struct scene {
	struct arena arena;
	struct buf text;
	const struct file *file;
	struct accounts *none;
	struct project project;
	struct findings findings;
	const char *also_on;
};

enum { TEXT_MAX = 4096 };

static void scene_init(struct scene *s)
{
	*s = (struct scene){0};
	/* The text grows while spans already point into it. */
	s->text = (struct buf){.arena = &s->arena,
		.p = arena_alloc(&s->arena, TEXT_MAX),
		.cap = TEXT_MAX};
	s->file = file_new(
		&s->arena, STR("compose.yaml"), (struct str){s->text.p, TEXT_MAX});
}

static struct span write(struct scene *s, const char *bytes)
{
	size_t at = s->text.n;

	assert_true(at + strlen(bytes) + 1 < TEXT_MAX);
	buf_add(&s->text, str_c(bytes));
	buf_char(&s->text, '\n');
	return span_of(s->file, at, strlen(bytes));
}

static struct value literal(struct scene *s, const char *bytes)
{
	return value_literal(&s->arena, str_c(bytes), write(s, bytes));
}

/* ${name} that nobody set, with what stands behind it. */
static struct value unknown(struct scene *s, const char *name, const char *rest)
{
	struct segments list = {0};

	*vec_push(&s->arena, &list) = (struct segment){.kind = SEGMENT_UNKNOWN,
		.name = str_c(name),
		.why = STR("nobody set it"),
		.span = write(s, name)};
	*vec_push(&s->arena, &list) = (struct segment){
		.kind = SEGMENT_LITERAL, .text = str_c(rest), .span = write(s, rest)};
	return value_of(&list);
}

static struct workload *add_workload(struct scene *s, const char *service)
{
	struct workload *w = arena_new(&s->arena, struct workload);
	struct run *run = arena_new(&s->arena, struct run);
	struct base_image *base = arena_new(&s->arena, struct base_image);

	run->anchor = write(s, service);
	run->file = s->file;
	for (int i = 0; i < RUN_SETTING_COUNT; i++)
		run->settings[i] = fact_unset(&s->arena, LAYER_RUN, run->anchor);
	base->know = FACT_SET;
	base->reference = STR("debian:12");
	*w = (struct workload){.name = str_c(service),
		.service = str_c(service),
		.run = run,
		.base = base,
		.user = fact_unset(&s->arena, LAYER_IMAGE, SPAN_NONE),
		.workdir = fact_unset(&s->arena, LAYER_IMAGE, SPAN_NONE),
		.accounts = accounts_empty(&s->arena),
		.anchor = run->anchor};
	w->launch = (struct launch){.runs_as = RUNS_AS_UNKNOWN, .user = w->user};
	*vec_push(&s->arena, &s->project.workloads) = w;
	return w;
}

/* The run of a workload, which the model keeps const. */
static struct run *run_of(struct workload *w)
{
	return (struct run *)w->run;
}

static void set_image(struct workload *w, const char *reference)
{
	((struct base_image *)w->base)->reference = str_c(reference);
}

static void set(
	struct scene *s, struct workload *w, enum run_setting setting, const char *text)
{
	struct value v = literal(s, text);

	run_of(w)->settings[setting] =
		fact_set(&s->arena, LAYER_RUN, v, value_span(v), NULL);
}

static void set_uid(struct workload *w, uint32_t uid)
{
	w->launch.runs_as = uid ? RUNS_AS_USER : RUNS_AS_ROOT;
	w->launch.identity = (struct identity){.uid = id_of(uid), .gid = id_of(uid)};
}

static struct mount *add_mount(
	struct scene *s, struct workload *w, struct value source, const char *target)
{
	struct mount *m = vec_push(&s->arena, &run_of(w)->mounts);

	*m = (struct mount){.kind = MOUNT_BIND,
		.source = source,
		.source_span = value_span(source),
		.at = str_c(target),
		.is_read_only = ANSWER_NO,
		.creates_source = ANSWER_YES,
		.host = {.is_there = ANSWER_MAYBE, .is_folder = ANSWER_MAYBE}};
	m->target_span = write(s, target);
	m->span = span_join(m->source_span, m->target_span);
	(void)value_str(&s->arena, source, &m->path);
	return m;
}

static struct mount *bind_of(
	struct scene *s, struct workload *w, const char *source, const char *target)
{
	return add_mount(s, w, literal(s, source), target);
}

static struct port *add_port(struct scene *s, struct workload *w, const char *text,
	uint16_t published, uint16_t target)
{
	struct port *p = vec_push(&s->arena, &run_of(w)->ports);

	*p = (struct port){.know = FACT_SET,
		.has_published = published != 0,
		.host_ip_known = FACT_UNSET,
		.published_first = published,
		.published_last = published,
		.target_first = target,
		.target_last = target,
		.protocol = STR("tcp"),
		.value = literal(s, text)};
	p->span = value_span(p->value);
	return p;
}

static void set_env(
	struct scene *s, struct workload *w, const char *name, const char *value)
{
	struct run_pair *p = vec_push(&s->arena, &run_of(w)->environment);

	*p = (struct run_pair){
		.name = str_c(name), .value = literal(s, value), .has_value = true};
	p->span = p->value_span = value_span(p->value);
	w->env = binding_put(&s->arena, w->env, p->name,
		fact_set(&s->arena, LAYER_RUN, p->value, p->span, NULL));
}

static void set_command(struct scene *s, struct workload *w, const char *line)
{
	struct program *cmd = arena_new(&s->arena, struct program);
	struct str rest = str_c(line), word;

	cmd->know = FACT_SET;
	while (str_next_word(&rest, &word)) {
		struct word *out = vec_push(&s->arena, &cmd->argv);

		out->value = value_literal(&s->arena, word, SPAN_NONE);
	}
	w->cmd = cmd;
}

static void run(struct scene *s)
{
	struct rule_choice *choice = rule_choice_new(&s->arena);
	struct str name = str_c(s->also_on);
	struct audit audit = {.arena = &s->arena,
		.know = know_builtin(&s->arena),
		.project = &s->project,
		.choice = choice,
		.findings = &s->findings};

	s->findings = (struct findings){0};
	rule_choice_apply(choice, &name, s->also_on ? 1 : 0, NULL, 0);
	rules_run(&audit);
}

static const struct finding *find(const struct scene *s, const char *rule)
{
	vec_each (struct finding, f, &s->findings)
		if (str_eq(f->rule->name, str_c(rule)))
			return f;
	return NULL;
}

static size_t count(const struct scene *s, const char *rule)
{
	size_t n = 0;

	vec_each (struct finding, f, &s->findings)
		n += str_eq(f->rule->name, str_c(rule));
	return n;
}

static void test_places_of_the_host(void **state)
{
	static const char socket[] = "docker-socket-mounted";
	static const char root[] = "mount-root-equivalent";
	static const char secret[] = "mount-sensitive-host-path";
	static const struct {
		const char *source;
		bool is_read_only;
		const char *rule; /* NULL: all three are silent */
		enum severity severity;
	} cases[] = {
		{"/var/run/docker.sock", false, socket, SEVERITY_CRITICAL},
		{"/var/run/docker.sock", true, socket, SEVERITY_CRITICAL},
		{"//var/run/docker.sock", false, socket, SEVERITY_CRITICAL},
		{"/run", true, socket, SEVERITY_CRITICAL},
		{"/var/run/", false, socket, SEVERITY_CRITICAL},
		{"/run/containerd/containerd.sock", false, socket, SEVERITY_CRITICAL},
		{"/run/podman/podman.sock", true, socket, SEVERITY_CRITICAL},
		{"/run/crio/crio.sock", true, socket, SEVERITY_CRITICAL},
		{"/run/systemd/private", true, socket, SEVERITY_CRITICAL},
		{"/run/user/1000/docker.sock", false, socket, SEVERITY_HIGH},
		{"~/.docker/run/docker.sock", false, socket, SEVERITY_CRITICAL},
		{"/run/nvidia-persistenced/socket", false, NULL, 0},
		{"/", false, root, SEVERITY_CRITICAL},
		{"/", true, secret, SEVERITY_HIGH},
		{"/etc", false, root, SEVERITY_CRITICAL},
		{"/etc/", true, secret, SEVERITY_HIGH},
		{"/srv/../etc", false, root, SEVERITY_CRITICAL},
		{"/etc/cron.d", false, root, SEVERITY_CRITICAL},
		{"/etc/cron.d", true, NULL, 0},
		{"/etc/localtime", false, NULL, 0},
		{"/etc/timezone", true, NULL, 0},
		{"/etc/ssl/certs", true, NULL, 0},
		{"/etc/passwd", true, NULL, 0},
		{"/etc/passwd", false, root, SEVERITY_CRITICAL},
		{"/root", false, root, SEVERITY_CRITICAL},
		{"/root/.ssh", true, secret, SEVERITY_HIGH},
		{"/root/.cache/huggingface", false, NULL, 0},
		{"/var/lib/docker", false, root, SEVERITY_CRITICAL},
		{"/var/lib/docker/volumes/models", false, NULL, 0},
		{"/var/lib/docker/containers", true, secret, SEVERITY_LOW},
		{"/var/lib/postgresql", false, NULL, 0},
		{"/usr/bin/docker", false, root, SEVERITY_CRITICAL},
		{"/usr/bin/docker", true, NULL, 0},
		{"/usr/share/zoneinfo", true, NULL, 0},
		{"/lib/modules", true, NULL, 0},
		{"/lib/modules", false, root, SEVERITY_HIGH},
		{"/proc", false, root, SEVERITY_CRITICAL},
		{"/proc", true, secret, SEVERITY_MEDIUM},
		{"/sys", false, secret, SEVERITY_HIGH},
		{"/sys/fs/cgroup", true, NULL, 0},
		{"/dev", false, secret, SEVERITY_HIGH},
		{"/dev/shm", false, NULL, 0},
		{"/home", false, secret, SEVERITY_HIGH},
		{"/home/ann", false, secret, SEVERITY_HIGH},
		{"/home/ann/project", false, NULL, 0},
		{"~", false, secret, SEVERITY_HIGH},
		{"~/", false, secret, SEVERITY_HIGH},
		{"~/data", false, NULL, 0},
		{"~/.aws", true, secret, SEVERITY_HIGH},
		{"~/.kube/config", true, secret, SEVERITY_HIGH},
		{"/home/ann/.docker/config.json", true, secret, SEVERITY_HIGH},
		{"~/.cache/huggingface", false, NULL, 0},
		{"~/.bashrc", true, NULL, 0},
		{"/Users/ann/.ssh/id_ed25519", true, secret, SEVERITY_HIGH},
		{"./etc", false, NULL, 0},
		{"/mnt/data", false, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *const rules[] = {socket, root, secret};
		struct scene s;
		struct mount *m;

		scene_init(&s);
		m = bind_of(&s, add_workload(&s, "web"), cases[i].source, "/x");
		m->is_read_only = answer_of(cases[i].is_read_only);
		run(&s);
		for (size_t r = 0; r < 3; r++) {
			const struct finding *f = find(&s, rules[r]);

			if ((f != NULL) != (rules[r] == cases[i].rule))
				fail_msg("%s: %s is %s", cases[i].source, rules[r],
					f ? "there" : "silent");
			if (!f)
				continue;
			assert_int_equal(f->severity, cases[i].severity);
			assert_int_equal(f->verdict, ANSWER_YES);
			assert_str(span_str(f->span), cases[i].source);
		}
		arena_free(&s.arena);
	}
}

static void test_places_behind_variables(void **state)
{
	struct scene s;
	struct workload *w;
	const struct finding *f;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	add_mount(&s, w, unknown(&s, "DATA", "/.ssh"), "/x");
	add_mount(&s, w, unknown(&s, "HOME", "/data"), "/y");
	run(&s);
	assert_null(find(&s, "mount-sensitive-host-path"));
	add_mount(&s, w, unknown(&s, "HOME", "/.ssh"), "/z");
	run(&s);
	f = find(&s, "mount-sensitive-host-path");
	assert_non_null(f);
	assert_int_equal(f->verdict, ANSWER_YES);
	assert_null(find(&s, "docker-socket-mounted"));
	add_mount(&s, w, unknown(&s, "SOCK", ""), "/var/run/docker.sock");
	run(&s);
	f = find(&s, "docker-socket-mounted");
	assert_non_null(f);
	assert_int_equal(f->verdict, ANSWER_MAYBE);
	arena_free(&s.arena);
}

static void test_a_volume_can_be_a_bind(void **state)
{
	struct volume volume = {.name = STR("v"), .device = STR("/etc")};
	struct scene s;
	struct mount *m;

	(void)state;
	scene_init(&s);
	*vec_push(&s.arena, &volume.options) = (struct run_pair){
		.name = STR("device"), .value_span = write(&s, "the device")};
	m = bind_of(&s, add_workload(&s, "web"), "v", "/x");
	m->kind = MOUNT_VOLUME;
	m->volume = &volume;
	run(&s);
	assert_non_null(find(&s, "mount-root-equivalent"));
	assert_str(span_str(find(&s, "mount-root-equivalent")->span), "the device");
	arena_free(&s.arena);
}

static void test_docker_host(void **state)
{
	static const struct {
		const char *value;
		int verdict; /* -1: silent */
	} cases[] = {
		{"tcp://host.docker.internal:2375", ANSWER_YES},
		{"tcp://10.0.0.5:2375", ANSWER_MAYBE},
		{"tcp://proxy:2375", -1}, /* a service of the project */
		{"unix:///var/run/docker.sock", -1},
		{"ssh://host", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct finding *f;
		struct scene s;

		scene_init(&s);
		set_env(&s, add_workload(&s, "web"), "DOCKER_HOST", cases[i].value);
		add_workload(&s, "proxy");
		run(&s);
		f = find(&s, "docker-socket-mounted");
		assert_int_equal(f ? (int)f->verdict : -1, cases[i].verdict);
		arena_free(&s.arena);
	}
}

static void test_ports(void **state)
{
	static const char rule[] = "port-bound-all-interfaces";
	struct scene s;
	struct workload *w;
	struct port *p;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	add_port(&s, w, "8080:80", 8080, 80);
	run(&s);
	assert_str(span_str(find(&s, rule)->span), "8080:80");
	assert_str(find(&s, rule)->help, "Write `- \"127.0.0.1:8080:80\"`.");
	p = run_of(w)->ports.at;
	p->value = literal(&s, "0.0.0.0:8080:80/udp");
	p->has_host_ip = true;
	p->host_ip = STR("0.0.0.0");
	p->host_ip_known = FACT_SET;
	run(&s);
	assert_str(find(&s, rule)->help, "Write `- \"127.0.0.1:8080:80/udp\"`.");
	p->value = literal(&s, "[::]:8080:80");
	p->host_ip = STR("::");
	run(&s);
	assert_str(find(&s, rule)->help, "Write `- \"127.0.0.1:8080:80\"`.");
	p->host_ip = STR("127.0.0.1");
	run(&s);
	assert_null(find(&s, rule));
	p->host_ip_known = FACT_UNKNOWN;
	p->has_host_ip = false;
	run(&s);
	assert_null(find(&s, rule));
	p->host_ip_known = FACT_UNSET;
	p->know = FACT_UNKNOWN;
	run(&s);
	assert_int_equal(find(&s, rule)->verdict, ANSWER_MAYBE);
	set(&s, w, RUN_NETWORK, "host");
	run(&s);
	assert_null(find(&s, rule));
	arena_free(&s.arena);
}

static void test_advice_keeps_the_variable_of_a_port(void **state)
{
	struct segments list = {0};
	struct workload *w;
	struct scene s;
	struct port *p;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	p = add_port(&s, w, "8080:80", 8080, 80);
	*vec_push(&s.arena, &list) = (struct segment){.kind = SEGMENT_EXPANSION,
		.text = STR("8080"),
		.name = STR("PORT"),
		.span = write(&s, "${PORT:-8080}")};
	*vec_push(&s.arena, &list) = (struct segment){
		.kind = SEGMENT_LITERAL, .text = STR(":80"), .span = write(&s, ":80")};
	p->value = value_of(&list);
	run(&s);
	assert_str(find(&s, "port-bound-all-interfaces")->help,
		"Write `- \"127.0.0.1:${PORT:-8080}:80\"`.");
	arena_free(&s.arena);
}

static void test_port_without_colon_gets_an_empty_one(void **state)
{
	struct scene s;
	struct workload *w;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	add_port(&s, w, "8080", 0, 8080);
	run(&s);
	assert_str(find(&s, "port-bound-all-interfaces")->help,
		"Write `- \"127.0.0.1::8080\"`.");
	run_of(w)->source = RUN_BY_LINE;
	run(&s);
	assert_str(find(&s, "port-bound-all-interfaces")->help,
		"Write `-p 127.0.0.1::8080`.");
	arena_free(&s.arena);
}

static void test_services(void **state)
{
	static const struct {
		const char *image, *command, *env, *value;
		uint16_t port;
		int verdict; /* of port-unauthenticated-service; -1: silent */
	} cases[] = {
		{"redis:7", "", NULL, NULL, 6379, ANSWER_YES},
		{"redis:7", "redis-server --requirepass x", NULL, NULL, 6379, -1},
		{"redis:7", "redis-server --requirepass=", NULL, NULL, 6379,
			ANSWER_YES},
		{"redis:7", "redis-server /etc/redis.conf", NULL, NULL, 6379,
			ANSWER_MAYBE},
		{"redis:7", "", NULL, NULL, 8080, -1},
		{"debian:12", "uvicorn serve:app", NULL, NULL, 8000, -1},
		{"debian:12", "redis-server", NULL, NULL, 6379, ANSWER_YES},
		{"debian:12", "redis-cli -h redis-server", NULL, NULL, 6379, -1},
		{"mongo:7", "", NULL, NULL, 27017, ANSWER_YES},
		{"mongo:7", "", "MONGO_INITDB_ROOT_USERNAME", "root", 27017, -1},
		{"mongo:7", "", "MONGO_INITDB_ROOT_USERNAME", "", 27017, ANSWER_YES},
		{"postgres:16", "", "POSTGRES_PASSWORD", "x", 5432, -1},
		{"postgres:16", "", "POSTGRES_HOST_AUTH_METHOD", "trust", 5432,
			ANSWER_YES},
		{"elasticsearch:7.17.1", "", NULL, NULL, 9200, ANSWER_YES},
		{"elasticsearch:8.11.0", "", NULL, NULL, 9200, -1},
		{"elasticsearch:8.11.0", "", "xpack.security.enabled", "false", 9200,
			ANSWER_YES},
		{"python:3.13", "mlflow server --host 0.0.0.0", NULL, NULL, 5000,
			ANSWER_YES},
		{"python:3.13", "python -m mlflow ui", NULL, NULL, 5000, ANSWER_YES},
		{"python:3.13", "mlflow server --app-name=basic-auth", NULL, NULL, 5000,
			-1},
		{"python:3.13", "gunicorn app:app", NULL, NULL, 5000, -1},
		{"quay.io/jupyter/scipy-notebook", "", NULL, NULL, 8888, -1},
		{"quay.io/jupyter/scipy-notebook",
			"start-notebook.py --IdentityProvider.token=''", NULL, NULL,
			8888, ANSWER_YES},
		{"python:3.13", "jupyter lab --ServerApp.token= --ServerApp.password=x",
			NULL, NULL, 8888, -1},
		{"python:3.13", "jupyter lab --ip 0.0.0.0", NULL, NULL, 8888, -1},
		{"python:3.13", "jupyter lab", "JUPYTER_TOKEN", "", 8888, -1},
		{"rayproject/ray:2.9", "ray start --head", NULL, NULL, 8265,
			ANSWER_YES},
		{"rayproject/ray:2.9", "ray start --head", "RAY_AUTH_MODE", "token",
			8265, -1},
		{"apache/kafka:4.0", "", NULL, NULL, 9092, ANSWER_YES},
		{"apache/kafka:4.0", "", "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
			"CLIENT:SASL_SSL", 9092, ANSWER_MAYBE},
		{"memcached:1.6", "memcached -S", NULL, NULL, 11211, -1},
		{"ollama/ollama", "", NULL, NULL, 11434, ANSWER_YES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct finding *f, *plain;
		struct workload *w;
		struct scene s;

		scene_init(&s);
		w = add_workload(&s, "web");
		set_image(w, cases[i].image);
		set_command(&s, w, cases[i].command);
		if (cases[i].env)
			set_env(&s, w, cases[i].env, cases[i].value);
		add_port(&s, w, "x", cases[i].port, cases[i].port);
		run(&s);
		f = find(&s, "port-unauthenticated-service");
		plain = find(&s, "port-bound-all-interfaces");
		if ((f ? (int)f->verdict : -1) != cases[i].verdict)
			fail_msg("%s %s: %d", cases[i].image, cases[i].command,
				f ? (int)f->verdict : -1);
		/* One mistake, one finding. */
		assert_int_equal(f != NULL, plain == NULL);
		arena_free(&s.arena);
	}
}

static void test_host_namespaces(void **state)
{
	static const struct {
		enum run_setting setting;
		const char *rule;
	} cases[] = {
		{RUN_NETWORK, "host-network"},
		{RUN_PID, "host-pid"},
		{RUN_IPC, "host-ipc"},
		{RUN_UTS, "host-uts"},
		{RUN_USERNS, "host-userns"},
		{RUN_CGROUPNS, "host-cgroup"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct workload *w;
		struct scene s;

		scene_init(&s);
		w = add_workload(&s, "web");
		run(&s);
		assert_null(find(&s, cases[i].rule));
		set(&s, w, cases[i].setting, "private");
		run(&s);
		assert_null(find(&s, cases[i].rule));
		set(&s, w, cases[i].setting, "host");
		run(&s);
		assert_str(span_str(find(&s, cases[i].rule)->span), "host");
		arena_free(&s.arena);
	}
}

static void test_joins(void **state)
{
	static const char rule[] = "namespace-container-join";
	struct workload *web, *tool;
	struct scene s;

	(void)state;
	scene_init(&s);
	web = add_workload(&s, "web");
	tool = add_workload(&s, "tool");
	set(&s, web, RUN_PID, "service:tool");
	web->joins[SHARED_PID] = tool;
	set_uid(web, 1000);
	set_uid(tool, 1000);
	run(&s);
	assert_null(find(&s, rule));
	set_uid(tool, 0);
	run(&s);
	assert_str(span_str(find(&s, rule)->span), "service:tool");
	set_uid(tool, 1000);
	set(&s, tool, RUN_PRIVILEGED, "true");
	run(&s);
	assert_non_null(find(&s, rule));
	/* A shared network gives no powers over the other, but where it leads counts. */
	web->joins[SHARED_PID] = NULL;
	web->joins[SHARED_NETWORK] = tool;
	run(&s);
	assert_null(find(&s, rule));
	set(&s, tool, RUN_NETWORK, "host");
	run(&s);
	assert_non_null(find(&s, rule));
	tool->joins[SHARED_NETWORK] = web; /* a circle ends */
	run(&s);
	arena_free(&s.arena);
}

static void add_device(
	struct scene *s, struct workload *w, const char *path, const char *permissions)
{
	struct device *d = vec_push(&s->arena, &run_of(w)->devices);

	*d = (struct device){.path = str_c(path),
		.permissions = str_c(permissions),
		.span = write(s, path)};
}

static void test_devices(void **state)
{
	static const struct {
		const char *path, *permissions;
		int severity; /* -1: silent */
	} cases[] = {
		{"/dev/sda", "rwm", SEVERITY_CRITICAL},
		{"/dev/sda1", "r", SEVERITY_HIGH},
		{"/dev/nvme0n1", "rwm", SEVERITY_CRITICAL},
		{"/dev/mapper/root", "rwm", SEVERITY_CRITICAL},
		{"/dev/mem", "rwm", SEVERITY_CRITICAL},
		{"/dev", "rwm", SEVERITY_CRITICAL},
		{"/dev/loop0", "rwm", SEVERITY_HIGH},
		{"/dev/kmsg", "r", SEVERITY_MEDIUM},
		{"/dev/kvm", "rwm", SEVERITY_LOW},
		{"/dev/fuse", "rwm", SEVERITY_LOW},
		{"/dev/net/tun", "rwm", SEVERITY_LOW},
		{"/dev/nvidia0", "rwm", -1},
		{"/dev/nvme-fabrics", "rwm", -1},
		{"/dev/dri/renderD128", "rwm", -1},
		{"/dev/kfd", "rwm", -1},
		{"/dev/snd", "rwm", -1},
		{"/dev/ttyUSB0", "rwm", -1},
		{"/dev/video0", "rwm", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct finding *f;
		struct workload *w;
		struct scene s;

		scene_init(&s);
		w = add_workload(&s, "web");
		add_device(&s, w, cases[i].path, cases[i].permissions);
		run(&s);
		f = find(&s, "device-host-exposed");
		if ((f ? (int)f->severity : -1) != cases[i].severity)
			fail_msg("%s: %d", cases[i].path, f ? (int)f->severity : -1);
		set(&s, w, RUN_PRIVILEGED, "true");
		run(&s);
		assert_null(find(&s, "device-host-exposed"));
		arena_free(&s.arena);
	}
}

static void test_device_rules(void **state)
{
	static const struct {
		const char *text;
		bool is_bad;
	} cases[] = {
		{"a *:* rwm", true},
		{"a", true},
		{"b 8:* rmw", true},
		{"c *:* rmw", true},
		{"c 1:1 r", true},
		{"c 1:* r", true},
		{"c 1:3 rw", false},	/* null */
		{"c 189:* rmw", false}, /* USB */
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct run_word *word;
		struct workload *w;
		struct scene s;

		scene_init(&s);
		w = add_workload(&s, "web");
		word = vec_push(&s.arena, &run_of(w)->device_rules);
		word->text = str_c(cases[i].text);
		word->span = write(&s, cases[i].text);
		run(&s);
		assert_int_equal(
			find(&s, "device-host-exposed") != NULL, cases[i].is_bad);
		arena_free(&s.arena);
	}
}

static void test_gpus(void **state)
{
	static const char rule[] = "gpu-over-granted";
	struct workload *w;
	struct scene s;
	struct gpu *gpu;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	gpu = vec_push(&s.arena, &run_of(w)->gpus);
	*gpu = (struct gpu){.count = STR("all"),
		.capabilities = STR("gpu"),
		.span = write(&s, "gpu")};
	set_env(&s, w, "NVIDIA_DRIVER_CAPABILITIES", "compute,utility");
	run(&s);
	assert_null(find(&s, rule));
	set_env(&s, w, "NVIDIA_DRIVER_CAPABILITIES", "all");
	run(&s);
	assert_str(span_str(find(&s, rule)->span), "all");
	gpu->capabilities = STR("gpu,graphics");
	run(&s);
	assert_int_equal(count(&s, rule), 2);
	arena_free(&s.arena);
}

static void test_limits(void **state)
{
	static const struct {
		const char *rule;
		enum run_setting setting;
		const char *limit;
		bool is_on;
	} cases[] = {
		{"pids-limit-missing", RUN_PIDS, "512", true},
		{"memory-limit-missing", RUN_MEMORY, "8g", false},
		{"cpu-limit-missing", RUN_CPUS, "0.5", false},
		{"cpu-limit-missing", RUN_CPUSET, "0-3", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct workload *w;
		struct scene s;

		scene_init(&s);
		w = add_workload(&s, "web");
		run(&s);
		assert_int_equal(find(&s, cases[i].rule) != NULL, cases[i].is_on);
		s.also_on = cases[i].rule;
		run(&s);
		assert_str(span_str(find(&s, cases[i].rule)->span), "web");
		run_of(w)->is_partial = true;
		run(&s);
		assert_null(find(&s, cases[i].rule));
		run_of(w)->is_partial = false;
		set(&s, w, cases[i].setting, cases[i].limit);
		run(&s);
		assert_null(find(&s, cases[i].rule));
		set(&s, w, cases[i].setting, "0");
		run(&s);
		assert_str(span_str(find(&s, cases[i].rule)->span), "0");
		set(&s, w, cases[i].setting, "-1");
		run(&s);
		assert_non_null(find(&s, cases[i].rule));
		arena_free(&s.arena);
	}
}

static void test_what_is_over_soon_needs_no_limit_of_processes(void **state)
{
	static const char rule[] = "pids-limit-missing";
	struct workload *w;
	struct scene s;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "tool");
	run_of(w)->source = RUN_BY_LINE;
	run(&s);
	assert_null(find(&s, rule));
	set(&s, w, RUN_DETACHED, "true");
	run(&s);
	assert_non_null(find(&s, rule));
	run_of(w)->engine = STR("podman");
	run(&s);
	assert_null(find(&s, rule));
	arena_free(&s.arena);
}

static void test_sysctls(void **state)
{
	static const char rule[] = "sysctl-unsafe";
	struct run_pair *p;
	struct workload *w;
	struct scene s;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	p = vec_push(&s.arena, &run_of(w)->sysctls);
	p->name = STR("net.core.somaxconn");
	p->name_span = write(&s, "net.core.somaxconn");
	run(&s);
	assert_null(find(&s, rule));
	set(&s, w, RUN_NETWORK, "host");
	run(&s);
	assert_non_null(find(&s, rule));
	p->name = STR("kernel.shmmax");
	run(&s);
	assert_null(find(&s, rule));
	p->name = STR("vm.max_map_count");
	run(&s);
	assert_non_null(find(&s, rule));
	arena_free(&s.arena);
}

static void test_files_that_are_only_read(void **state)
{
	static const struct {
		const char *source, *target;
		bool is_bad;
	} cases[] = {
		{"./nginx.conf", "/etc/nginx/nginx.conf", true},
		{"./config.yml", "/app/config.yml", true},
		{"./certs/tls.key", "/certs/tls.key", true},
		{"./init", "/docker-entrypoint-initdb.d", true},
		{"./data", "/data", false},
		{"./acme.json", "/acme.json", false},
		{"./sentinel.conf", "/etc/sentinel.conf", false},
		{"./letsencrypt", "/etc/letsencrypt", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct scene s;
		struct mount *m;

		scene_init(&s);
		m = bind_of(
			&s, add_workload(&s, "web"), cases[i].source, cases[i].target);
		run(&s);
		assert_int_equal(
			find(&s, "mount-not-readonly") != NULL, cases[i].is_bad);
		m->is_read_only = ANSWER_YES;
		run(&s);
		assert_null(find(&s, "mount-not-readonly"));
		arena_free(&s.arena);
	}
}

static void test_sources_that_are_not_there(void **state)
{
	static const char rule[] = "mount-missing-host-dir";
	struct workload *w;
	struct scene s;
	struct mount *m;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	m = bind_of(&s, w, "./data", "/data");
	run(&s);
	assert_null(find(&s, rule));
	m->host.is_there = ANSWER_NO;
	run(&s);
	assert_int_equal(find(&s, rule)->severity, SEVERITY_LOW);
	set_uid(w, 1000);
	run(&s);
	assert_int_equal(find(&s, rule)->severity, SEVERITY_MEDIUM);
	m->source = literal(&s, "./nginx.conf");
	set_uid(w, 0);
	run(&s);
	assert_int_equal(find(&s, rule)->severity, SEVERITY_MEDIUM);
	arena_free(&s.arena);
}

static void test_options_of_mounts(void **state)
{
	struct workload *w;
	struct scene s;
	struct mount *m;

	(void)state;
	scene_init(&s);
	w = add_workload(&s, "web");
	m = bind_of(&s, w, "/mnt", "/mnt");
	m->propagation = STR("rslave");
	run(&s);
	assert_null(find(&s, "mount-propagation-shared"));
	m->propagation = STR("rshared");
	run(&s);
	assert_non_null(find(&s, "mount-propagation-shared"));
	*m = (struct mount){.kind = MOUNT_TMPFS,
		.at = STR("/tmp"),
		.options = STR("size=64m,exec,suid"),
		.options_span = write(&s, "size=64m,exec,suid")};
	run(&s);
	assert_int_equal(count(&s, "tmpfs-exec-suid"), 1);
	assert_str(span_str(find(&s, "tmpfs-exec-suid")->span), "exec");
	m->options = STR("size=64m,noexec,nosuid,nodev");
	run(&s);
	assert_null(find(&s, "tmpfs-exec-suid"));
	arena_free(&s.arena);
}

static void test_secrets_are_files_of_the_host(void **state)
{
	static const struct {
		uint32_t mode, owner, uid;
		bool is_bad;
	} cases[] = {
		{0600, 1000, 10001, true},
		{0600, 1000, 1000, false},
		{0600, 1000, 0, false},
		{0644, 1000, 10001, false},
		{0640, 1000, 10001, true},
		{0604, 10001, 10001, false},
		{0200, 10001, 10001, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct workload *w;
		struct scene s;
		struct mount *m;

		scene_init(&s);
		w = add_workload(&s, "web");
		set_uid(w, cases[i].uid);
		m = bind_of(&s, w, "key.txt", "/run/secrets/key");
		m->origin = MOUNT_SECRET;
		m->host = (struct host_file){.is_there = ANSWER_YES,
			.mode = cases[i].mode,
			.uid = cases[i].owner,
			.gid = cases[i].owner};
		run(&s);
		assert_int_equal(
			find(&s, "secret-mount-unreadable") != NULL, cases[i].is_bad);
		arena_free(&s.arena);
	}
}

static void test_shared_volumes(void **state)
{
	static const struct {
		uint32_t first, second;
		bool first_reads, second_reads;
		int severity; /* -1: silent */
	} cases[] = {
		{1000, 1001, false, false, SEVERITY_HIGH},
		{1000, 1000, false, false, -1},
		{1000, 1001, false, true, SEVERITY_LOW},
		{1000, 1001, true, true, -1},
		{0, 1001, false, false, SEVERITY_HIGH},
		{0, 1001, false, true, SEVERITY_LOW},
		{0, 1001, true, false, -1}, /* root reads what it likes */
		{1000, 0, false, true, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct volume volume = {.name = STR("models")};
		const struct finding *f;
		struct scene s;

		scene_init(&s);
		for (int n = 0; n < 2; n++) {
			struct workload *w =
				add_workload(&s, n ? "predictor" : "trainer");
			struct mount *m = bind_of(&s, w, "models", "/m");
			bool reads = n ? cases[i].second_reads : cases[i].first_reads;

			m->kind = MOUNT_VOLUME;
			m->is_read_only = answer_of(reads);
			set_uid(w, n ? cases[i].second : cases[i].first);
			*vec_push(&s.arena, &volume.uses) = (struct volume_use){w, m};
		}
		*vec_push(&s.arena, &s.project.volumes) = &volume;
		run(&s);
		f = find(&s, "volume-uid-across-services");
		assert_int_equal(f ? (int)f->severity : -1, cases[i].severity);
		if (f) {
			assert_int_equal(f->workloads.n, 2);
			assert_int_equal(f->related.n, 1);
		}
		arena_free(&s.arena);
	}
}

static void test_shared_folders(void **state)
{
	static const char rule[] = "volume-uid-across-services";
	struct workload *a, *b;
	struct scene s;

	(void)state;
	scene_init(&s);
	a = add_workload(&s, "a");
	b = add_workload(&s, "b");
	set_uid(a, 1000);
	set_uid(b, 1001);
	bind_of(&s, a, "data", "/data");
	bind_of(&s, a, "/etc/localtime", "/etc/localtime");
	bind_of(&s, b, "/etc/localtime", "/etc/localtime");
	bind_of(&s, b, "other", "/data");
	run(&s);
	assert_null(find(&s, rule));
	bind_of(&s, b, "data", "/data");
	run(&s);
	assert_int_equal(count(&s, rule), 1);
	arena_free(&s.arena);
}

static void test_default_bridge(void **state)
{
	static const char rule[] = "default-bridge";
	struct workload *a, *b;
	struct scene s;

	(void)state;
	scene_init(&s);
	a = add_workload(&s, "a");
	b = add_workload(&s, "b");
	run(&s);
	assert_null(find(&s, rule)); /* compose makes a network */
	run_of(a)->source = run_of(b)->source = RUN_BY_LINE;
	run(&s);
	assert_null(find(&s, rule)); /* one behind the other */
	set(&s, a, RUN_DETACHED, "true");
	run(&s);
	assert_null(find(&s, rule)); /* alone */
	set(&s, b, RUN_DETACHED, "true");
	run(&s);
	assert_int_equal(count(&s, rule), 2);
	set(&s, b, RUN_NETWORK, "app");
	run(&s);
	assert_null(find(&s, rule));
	arena_free(&s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places_of_the_host),
		cmocka_unit_test(test_places_behind_variables),
		cmocka_unit_test(test_a_volume_can_be_a_bind),
		cmocka_unit_test(test_docker_host),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_advice_keeps_the_variable_of_a_port),
		cmocka_unit_test(test_port_without_colon_gets_an_empty_one),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_host_namespaces),
		cmocka_unit_test(test_joins),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_device_rules),
		cmocka_unit_test(test_gpus),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_what_is_over_soon_needs_no_limit_of_processes),
		cmocka_unit_test(test_sysctls),
		cmocka_unit_test(test_files_that_are_only_read),
		cmocka_unit_test(test_sources_that_are_not_there),
		cmocka_unit_test(test_options_of_mounts),
		cmocka_unit_test(test_secrets_are_files_of_the_host),
		cmocka_unit_test(test_shared_volumes),
		cmocka_unit_test(test_shared_folders),
		cmocka_unit_test(test_default_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
