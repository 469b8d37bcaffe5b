/*
 * The rules of a run, asked over runs made by hand: what a service and a line come to,
 * without the readers of either. A run is written as lines,
 *
 *	line docker		a run line of that engine; otherwise a service
 *	user SPEC		and: image SPEC, the image's own USER
 *	drops TOOL		its entrypoint gives up root for postgres
 *	cmd WORDS		what it starts
 *	cap_drop NAME, cap_add NAME, security OPTION, env NAME=VALUE, port TEXT
 *	NAME VALUE		a setting: privileged, network, pid, rm, detach
 *
 * and "$X" is a variable that nobody set. The lines are the file, so a finding's bytes
 * are compared as well.
 */
#include "unit.h"

#include "base/buf.h"
#include "rule/rule.h"

struct scene {
	struct arena arena;
	const struct file *file;
	struct run run;
	struct workload workload;
	struct project project;
	struct findings findings;
	struct str user, image, tool;
	struct span user_span;
};

static struct value written(struct scene *s, struct str text, struct span span)
{
	return str_starts(text, STR("$"))
		? value_unknown(&s->arena, STR("X is not set"), span)
		: value_literal(&s->arena, text, span);
}

static const struct setting_name {
	const char *name;
	enum run_setting setting;
} setting_names[] = {
	{"privileged", RUN_PRIVILEGED},
	{"network", RUN_NETWORK},
	{"pid", RUN_PID},
	{"rm", RUN_AUTO_REMOVE},
	{"detach", RUN_DETACHED},
	{"name", RUN_NAME},
};

static void read_command(struct scene *s, struct str text, struct span span)
{
	struct program *p = arena_new(&s->arena, struct program);
	struct command *c = arena_new(&s->arena, struct command);
	struct str rest = text, word;

	*p = (struct program){.know = FACT_SET, .layer = LAYER_RUN, .span = span};
	c->span = span;
	while (str_next_word(&rest, &word)) {
		struct span at =
			span_of(s->file, (size_t)(word.p - s->file->bytes.p), word.n);
		struct word *w = vec_push(&s->arena, &c->argv);

		*w = (struct word){.value = written(s, word, at), .span = at};
	}
	p->argv = c->argv;
	if (c->argv.n && str_eq(c->argv.at[0].value.at[0].text, STR("sudo"))) {
		c->is_sudo = true;
		c->argv.at++;
		c->argv.n--;
	}
	*vec_push(&s->arena, &p->commands) = c;
	s->workload.cmd = p;
}

static void read_pair(struct scene *s, struct str text, struct span span)
{
	size_t n = str_find(text, '=');
	struct run_pair *pair = vec_push(&s->arena, &s->run.environment);

	*pair = (struct run_pair){.name = str_sub(text, 0, n),
		.has_value = n < text.n,
		.span = span,
		.name_span = span_of(span.file, span.offset, n)};
	if (pair->has_value) {
		pair->value_span =
			span_of(span.file, span.offset + n + 1, text.n - n - 1);
		pair->value = written(s, str_from(text, n + 1), pair->value_span);
	}
}

static void read_line(
	struct scene *s, struct str key, struct str text, struct span span)
{
	struct value value = written(s, text, span);

	if (str_eq(key, STR("line"))) {
		s->run.source = RUN_BY_LINE;
		s->run.engine = text;
	} else if (str_eq(key, STR("user"))) {
		s->user = text;
		s->user_span = span;
	} else if (str_eq(key, STR("image"))) {
		s->image = text;
	} else if (str_eq(key, STR("drops"))) {
		s->tool = text;
	} else if (str_eq(key, STR("cmd"))) {
		read_command(s, text, span);
	} else if (str_eq(key, STR("env"))) {
		read_pair(s, text, span);
	} else if (str_eq(key, STR("port"))) {
		vec_push(&s->arena, &s->run.ports)->span = span;
	} else if (str_eq(key, STR("security"))) {
		security_option_read(
			&s->arena, value, span, vec_push(&s->arena, &s->run.security));
	} else if (str_starts(key, STR("cap_"))) {
		run_capability_read(&s->arena, value, span,
			str_eq(key, STR("cap_drop")),
			vec_push(&s->arena, &s->run.capabilities));
	} else {
		size_t i = 0;

		while (!str_eq(key, str_c(setting_names[i].name)))
			i++;
		s->run.settings[setting_names[i].setting] =
			fact_set(&s->arena, LAYER_RUN, value, span, NULL);
	}
}

/* root, postgres 999:999, app 1001:1001. */
static const struct accounts *accounts_of_image(struct arena *a)
{
	static const struct {
		const char *name;
		uint32_t id;
	} users[] = {{"root", 0}, {"postgres", 999}, {"app", 1001}};
	const struct accounts *db = accounts_empty(a);

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		struct account user = {.name = str_c(users[i].name),
			.uid = id_of(users[i].id),
			.gid = id_of(users[i].id),
			.exists = ANSWER_YES,
			.is_from_base = true};
		struct account_group group = {.name = user.name,
			.gid = user.gid,
			.exists = ANSWER_YES,
			.is_from_base = true};

		db = accounts_add(a, db, &user);
		db = accounts_add_group(a, db, &group);
	}
	return db;
}

static void decide(struct scene *s)
{
	struct arena *a = &s->arena;
	struct workload *w = &s->workload;
	struct base_image *base = arena_new(a, struct base_image);
	struct drop drop = {.drops = ANSWER_NO};
	const struct fact *user = s->image.n
		? fact_set(a, LAYER_IMAGE, value_literal(a, s->image, SPAN_NONE),
			  SPAN_NONE, NULL)
		: fact_unset(a, LAYER_IMAGE, SPAN_NONE);

	base->know = FACT_SET;
	w->base = base;
	w->accounts = accounts_of_image(a);
	w->user = s->user.n ? fact_set(a, LAYER_RUN, written(s, s->user, s->user_span),
				      s->user_span, user)
			    : user;
	if (s->tool.n)
		drop = (struct drop){.drops = ANSWER_YES,
			.tool = s->tool,
			.to = STR("postgres"),
			.identity = identity_resolve(a, STR("postgres"), w->accounts)};
	w->launch = launch_decide(a, w->user, w->accounts, drop);
}

static void scene_read(struct scene *s, const char *text)
{
	struct str rest, line;

	*s = (struct scene){0};
	s->file = file_new(&s->arena, STR("compose.yaml"), str_c(text));
	for (int i = 0; i < RUN_SETTING_COUNT; i++)
		s->run.settings[i] = fact_unset(&s->arena, LAYER_RUN, SPAN_NONE);
	s->run.image = fact_unset(&s->arena, LAYER_RUN, SPAN_NONE);
	s->run.file = s->file;
	s->run.anchor = span_of(s->file, 0, 0);
	s->workload = (struct workload){.name = STR("compose.yaml:web"),
		.run = &s->run,
		.anchor = s->run.anchor};
	for (rest = s->file->bytes; rest.n; rest = str_from(rest, line.n + 1)) {
		size_t key, offset = (size_t)(rest.p - s->file->bytes.p);

		line = str_sub(rest, 0, str_find(rest, '\n'));
		key = str_find(line, ' ');
		read_line(s, str_sub(line, 0, key), str_from(line, key + 1),
			span_of(s->file, offset + key + 1, line.n - key - 1));
	}
	decide(s);
	*vec_push(&s->arena, &s->project.workloads) = &s->workload;
}

/* "rule severity [maybe] bytes", a line a finding of the rules that begin so. */
static struct str answers(struct scene *s, const char *rules)
{
	struct buf out = {.arena = &s->arena};
	struct audit audit = {
		.arena = &s->arena, .project = &s->project, .findings = &s->findings};

	rules_run(&audit);
	vec_each (const struct finding, f, &s->findings) {
		struct str rest = str_c(rules), prefix;
		bool is_asked = false;

		while (str_next_word(&rest, &prefix))
			is_asked = is_asked || str_starts(f->rule->name, prefix);
		if (!is_asked)
			continue;
		buf_printf(&out, "%.*s %.*s%s %.*s\n", STR_ARG(f->rule->name),
			STR_ARG(severity_name(f->severity)),
			f->verdict == ANSWER_MAYBE ? " maybe" : "",
			STR_ARG(span_str(f->span)));
		if (!f->message.n || !f->consequence.n || !f->help.n || !f->evidence.n)
			fail_msg("%.*s: a text is missing", STR_ARG(f->rule->name));
	}
	return buf_str(&out);
}

struct rule_case {
	const char *run, *found;
};

static void hold(const struct rule_case *cases, size_t n, const char *rules)
{
	for (size_t i = 0; i < n; i++) {
		struct scene s;
		struct str found;

		scene_read(&s, cases[i].run);
		found = answers(&s, rules);
		if (!str_eq(found, str_c(cases[i].found)))
			fail_msg("case %zu\n%s\nexpected\n%s\ngot\n%.*s", i,
				cases[i].run, cases[i].found, STR_ARG(found));
		arena_free(&s.arena);
	}
}

#define HOLD(cases, rules) hold(cases, sizeof(cases) / sizeof(cases[0]), rules)

static void privileged_speaks_alone(void **state)
{
	static const struct rule_case cases[] = {
		{"privileged true", "privileged critical true\n"},
		{"privileged yes", "privileged critical yes\n"},
		{"privileged false\ncap_drop ALL\nsecurity no-new-privileges", ""},
		{"privileged $X\ncap_drop ALL\nsecurity no-new-privileges", ""},
		{"privileged true\ncap_add SYS_ADMIN\ncap_drop CHOWN\nsecurity "
		 "seccomp=unconfined\nsecurity apparmor=unconfined\nsecurity label=disable",
			"privileged critical true\n"},
		{"line docker\nprivileged 1\ncap_drop ALL\ncap_add ALL",
			"privileged critical 1\n"},
	};

	(void)state;
	HOLD(cases, "privileged cap- seccomp- apparmor- selinux- no-new- systempaths-");
}

static void what_is_kept_is_told_once(void **state)
{
	static const struct rule_case cases[] = {
		{"user app", "cap-drop-missing medium \n"},
		{"user app\nsecurity no-new-privileges", "cap-drop-missing low \n"},
		{"", "cap-drop-missing medium \n"},
		{"cap_drop ALL", ""},
		{"cap_drop $X", ""},
		{"cap_drop CHOWN\ncap_drop DAC_OVERRIDE\ncap_drop FOWNER",
			"cap-drop-missing low \n"},
		{"cap_drop NET_RAW\ncap_drop MKNOD",
			"cap-drop-ownership-missing low NET_RAW\n"},
		{"cap_drop CHOWN", "cap-drop-ownership-missing low CHOWN\n"},
		{"cap_drop NET_RAW\ncap_add NET_RAW", "cap-drop-missing medium \n"},
		{"cap_drop SYS_TIME",
			"cap-drop-missing medium \ncap-drop-noop low SYS_TIME\n"},
		{"line podman\ncap_drop NET_RAW",
			"cap-drop-missing medium \ncap-drop-noop low NET_RAW\n"},
		{"cap_drop ALL\ncap_drop SYS_TIME", ""},
	};

	(void)state;
	HOLD(cases, "cap-drop-missing cap-drop-o cap-drop-noop");
}

static void an_entrypoint_that_needs_more_is_seen(void **state)
{
	static const struct rule_case cases[] = {
		{"drops gosu\ncap_drop ALL", "cap-drop-breaks-entrypoint high ALL\n"},
		{"drops gosu\ncap_drop NET_RAW\ncap_drop SETUID",
			"cap-drop-breaks-entrypoint high SETUID\n"},
		{"drops ?\ncap_drop all",
			"cap-drop-breaks-entrypoint high maybe all\n"},
		{"drops gosu\ncap_drop ALL\ncap_add SETUID\ncap_add cap_setgid", ""},
		{"drops chroot\ncap_drop ALL\ncap_add SETUID\ncap_add SETGID",
			"cap-drop-breaks-entrypoint high ALL\n"},
		{"drops gosu\ncap_drop CHOWN", ""},
		{"drops gosu\ncap_drop ALL\nuser postgres", ""},
		{"drops gosu\ncap_drop ALL\ncap_add $X", ""},
		{"cap_drop ALL\ncmd chown app /data",
			"cap-drop-breaks-entrypoint high ALL\n"},
		{"cap_drop ALL\ncmd chown app /data\nuser app", ""},
		{"cap_drop ALL\ncmd ls /data", ""},
	};

	(void)state;
	HOLD(cases, "cap-drop-breaks");
}

static void lists_are_read_together(void **state)
{
	static const struct rule_case cases[] = {
		{"cap_drop NET_RAW\ncap_add net_raw", "cap-conflict medium NET_RAW\n"},
		{"cap_drop ALL\ncap_add CHOWN", ""},
		{"cap_drop ALL\ncap_add ALL", "cap-conflict medium ALL\n"},
		{"cap_add NET_BIND_SERVCE", "cap-unknown medium NET_BIND_SERVCE\n"},
		{"cap_drop CAP_ALL", "cap-unknown medium CAP_ALL\n"},
		{"cap_add $X", ""},
		{"cap_drop FOO\ncap_add FOO",
			"cap-unknown medium FOO\n"
			"cap-unknown medium FOO\n"},
	};

	(void)state;
	HOLD(cases, "cap-conflict cap-unknown");
}

static void what_is_added_is_weighed(void **state)
{
	static const struct rule_case cases[] = {
		{"cap_add ALL", "cap-add-dangerous critical ALL\n"},
		{"cap_add CAP_SYS_ADMIN", "cap-add-dangerous critical CAP_SYS_ADMIN\n"},
		{"user app\ncap_add SYS_ADMIN",
			"cap-add-dangerous critical SYS_ADMIN\n"},
		{"cap_add SYS_PTRACE", "cap-add-dangerous high SYS_PTRACE\n"},
		{"cap_add SYS_PTRACE\npid host",
			"cap-add-dangerous critical SYS_PTRACE\n"},
		{"cap_add NET_ADMIN", "cap-add-dangerous medium NET_ADMIN\n"},
		{"cap_add NET_ADMIN\nnetwork host",
			"cap-add-dangerous high NET_ADMIN\n"},
		{"cap_add SYS_NICE", "cap-add low SYS_NICE\n"},
		{"cap_drop ALL\ncap_add SYS_NICE", "cap-add info SYS_NICE\n"},
		{"cap_drop ALL\ncap_add SETUID\ncap_add NET_BIND_SERVICE", ""},
		{"cap_add CHOWN", ""},
		{"user app\ncap_add SYS_NICE", "cap-not-needed-nonroot low SYS_NICE\n"},
		{"user app\ncap_drop ALL\ncap_add CHOWN",
			"cap-not-needed-nonroot low CHOWN\n"},
		{"user app\ncap_add NET_BIND_SERVICE", ""},
		{"line podman\nuser app\ncap_add SYS_NICE", "cap-add low SYS_NICE\n"},
	};

	(void)state;
	HOLD(cases, "cap-add cap-not");
}

static void new_privileges_are_asked_for(void **state)
{
	static const struct rule_case cases[] = {
		{"user app", "no-new-privileges-missing medium \n"},
		{"", "no-new-privileges-missing low \n"},
		{"drops gosu", "no-new-privileges-missing medium \n"},
		{"security no-new-privileges", ""},
		{"security no-new-privileges:true", ""},
		{"security no-new-privileges=true", ""},
		{"security $X", ""},
		{"user app\nsecurity no-new-privileges:false",
			"no-new-privileges-missing medium no-new-privileges:false\n"},
		{"user app\nsecurity no-new-privileges\ncmd sudo nginx",
			"no-new-privileges-breaks medium no-new-privileges\n"},
		{"security no-new-privileges\ncmd sudo nginx", ""},
	};

	(void)state;
	HOLD(cases, "no-new");
}

static void each_security_option_has_its_rule(void **state)
{
	static const struct rule_case cases[] = {
		{"security seccomp=unconfined",
			"seccomp-unconfined high seccomp=unconfined\n"},
		{"security seccomp:unconfined",
			"seccomp-unconfined high seccomp:unconfined\n"},
		{"security seccomp=unconfined\nsecurity seccomp=builtin", ""},
		{"security seccomp=$X", ""},
		{"security seccomp:\"./p.json\"",
			"seccomp-path-quoted high \"./p.json\"\n"},
		{"security seccomp:./p.json",
			"seccomp-colon-separator info seccomp:./p.json\n"},
		{"security seccomp=./p.json", ""},
		{"security no-new-privileges:true", ""},
		{"security apparmor:unconfined",
			"apparmor-unconfined high apparmor:unconfined\n"},
		{"security apparmor=docker-default", ""},
		{"security apparmor:mine",
			"seccomp-colon-separator info apparmor:mine\n"},
		{"security label=disable", "selinux-disabled high label=disable\n"},
		{"security disable", "selinux-disabled high disable\n"},
		{"security label=type:spc_t",
			"selinux-disabled high label=type:spc_t\n"},
		{"security label=level:s0:c1", ""},
		{"security systempaths=unconfined",
			"systempaths-unconfined high systempaths=unconfined\n"},
		{"line podman\nsecurity unmask=ALL",
			"systempaths-unconfined high unmask=ALL\n"},
		{"security no-new-privs", "security-opt-invalid low no-new-privs\n"},
		{"security no-new-privileges:sure",
			"security-opt-invalid low no-new-privileges:sure\n"},
		{"security systempaths:unconfined",
			"security-opt-invalid low systempaths:unconfined\n"},
		{"security $X", ""},
	};

	(void)state;
	HOLD(cases, "seccomp- apparmor- selinux- systempaths- security-");
}

static void a_profile_that_is_not_there_is_missed(void **state)
{
	static const struct {
		enum answer is_there;
		const char *broken, *found;
	} cases[] = {
		{ANSWER_NO, "", "seccomp-path-missing high ./p.json\n"},
		{ANSWER_YES, "it is not JSON", "seccomp-path-missing high ./p.json\n"},
		{ANSWER_YES, "", ""},
		{ANSWER_MAYBE, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;

		scene_read(&s, "security seccomp=./p.json");
		s.run.security.at[0].is_there = cases[i].is_there;
		s.run.security.at[0].broken = str_c(cases[i].broken);
		assert_str(answers(&s, "seccomp-"), cases[i].found);
		arena_free(&s.arena);
	}
}

static void a_label_is_judged_by_its_type(void **state)
{
	static const struct {
		const char *run, *label, *found;
		char relabel;
		enum answer is_read_only;
	} cases[] = {
		{"line podman", "u:object_r:user_home_t:s0", "mount-selinux-z low \n",
			0, ANSWER_NO},
		{"line podman", "u:object_r:user_home_t:s0", "", 'Z', ANSWER_NO},
		{"line docker", "u:object_r:default_t:s0",
			"mount-selinux-z low maybe \n", 0, ANSWER_YES},
		{"line podman", "u:object_r:container_file_t:s0", "", 0, ANSWER_NO},
		{"line podman", "u:object_r:container_file_t:s0:c1,c2",
			"mount-selinux-z low maybe \n", 0, ANSWER_NO},
		{"line podman", "u:object_r:usr_t:s0", "", 0, ANSWER_YES},
		{"line podman", "u:object_r:usr_t:s0", "mount-selinux-z low maybe \n",
			0, ANSWER_NO},
		{"line podman\nsecurity label=disable", "u:object_r:user_home_t:s0", "",
			0, ANSWER_NO},
		{"line podman\nprivileged true", "u:object_r:user_home_t:s0", "", 0,
			ANSWER_NO},
		{"line podman", "", "", 0, ANSWER_NO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;
		struct mount *m;

		scene_read(&s, cases[i].run);
		m = vec_push(&s.arena, &s.run.mounts);
		*m = (struct mount){.kind = MOUNT_BIND,
			.source = value_literal(&s.arena, STR("./d"), s.run.anchor),
			.path = STR("d"),
			.at = STR("/data"),
			.is_read_only = cases[i].is_read_only,
			.relabel = cases[i].relabel,
			.span = s.run.anchor,
			.host = {.is_there = ANSWER_YES,
				.label = str_c(cases[i].label)}};
		assert_str(answers(&s, "mount-selinux-z"), cases[i].found);
		arena_free(&s.arena);
	}
}

static void who_runs_is_said_by_one_rule(void **state)
{
	static const struct rule_case cases[] = {
		{"user root\nimage app", "user-override-root high root\n"},
		{"user 0:0", "user-override-root high 0:0\n"},
		{"user root\ndrops gosu", ""},
		{"user app", ""},
		{"user $X", ""},
		{"user ghost", "user-override-unknown high ghost\n"},
		{"user app:ghosts", "user-override-unknown high ghosts\n"},
		{"user 4711:4711", ""},
		{"line docker\nuser root", "user-override-root high root\n"},
	};

	(void)state;
	HOLD(cases,
		"user-override user-root user-missing user-not-created "
		"user-group-missing user-name-typo");
}

static void another_user_than_the_images_is_seen(void **state)
{
	static const struct rule_case cases[] = {
		{"user 1000:1000\nimage app",
			"compose-user-vs-image-user medium maybe 1000:1000\n"},
		{"user 1001\nimage app", ""},
		{"user app\nimage 1001", ""},
		{"user 1000", ""},
		{"user $X\nimage app", ""},
	};

	(void)state;
	HOLD(cases, "compose-user");
}

static void secrets_are_known_by_name_and_value(void **state)
{
	static const struct rule_case cases[] = {
		{"env DB_PASSWORD=hunter2-but-longer",
			"secret-in-environment high hunter2-but-longer\n"},
		{"env PGPASSWORD=gX4mT9wLq2",
			"secret-in-environment high gX4mT9wLq2\n"},
		{"env WANDB_API_KEY=5f0c7e1d9ab24c",
			"secret-in-environment high 5f0c7e1d9ab24c\n"},
		{"env DB_PASSWORD=$X", ""},
		{"env DB_PASSWORD", ""},
		{"env DB_PASSWORD=", ""},
		{"env DB_PASSWORD_FILE=/run/secrets/db", ""},
		{"env DB_PASSWORD=/run/secrets/db", ""},
		{"env MAX_TOKENS=4096", ""},
		{"env EOS_TOKEN=</s>", ""},
		{"env TOKENIZERS_PARALLELISM=false", ""},
		{"env TOKEN_EXPIRE_MINUTES=30", ""},
		{"env ALLOW_EMPTY_PASSWORD=yes", ""},
		{"env POSTGRES_HOST_AUTH_METHOD=trust", ""},
		{"env NEXT_PUBLIC_API_KEY=abc123def", ""},
		{"env PWD=/work", ""},
		{"env AUTHENTICATION_APIKEY_USERS=admin-user", ""},
		{"env AIRFLOW__API_AUTH__JWT_SECRET_CMD=cat jwt", ""},
		{"env SECRET_KEY_PATH=keys", ""},
		{"env AWS_ACCESS_KEY_ID=AKIDEXAMPLE12", ""},
		{"env DB_PASSWORD=changeme", "secret-in-environment medium changeme\n"},
		{"env DB_PASSWORD=postgres\nport 5432:5432",
			"secret-in-environment high postgres\n"},
		{"env HF_TOKEN=<your-token>",
			"secret-in-environment low <your-token>\n"},
		{"env REDIS_URL=redis://:crowbar@cache:6379/0",
			"secret-in-environment high crowbar\n"},
		{"env REDIS_URL=redis://cache:6379", ""},
		{"env DATABASE_URL=postgresql://app@db/x", ""},
		{"cmd redis-server --requirepass crowbar",
			"secret-in-environment high crowbar\n"},
		{"cmd app --api-key=crowbar9 --port 80",
			"secret-in-environment high crowbar9\n"},
		{"cmd app --password-file /run/x --max-tokens 9", ""},
		{"cmd jupyter lab --NotebookApp.token=", ""},
		{"cmd celery -b amqp://u:crowbar@mq//",
			"secret-in-environment high crowbar\n"},
	};

	(void)state;
	HOLD(cases, "secret-");
}

/* Whatever is said of it, no text of any finding holds a secret. */
static void no_message_shows_a_secret(void **state)
{
	static const char *const runs[] = {
		"env DB_PASSWORD=hunter2crowbar\nuser root\nprivileged true",
		"env URL=amqp://u:hunter2crowbar@mq\nuser app",
		"cmd redis-server --requirepass hunter2crowbar\nprivileged true",
		"cmd app --token=hunter2crowbar\nuser root\ncap_add ALL",
		"cmd env TOKEN=hunter2crowbar app\nuser root\ncap_add ALL",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct scene s;
		struct str secret = STR("hunter2");

		scene_read(&s, runs[i]);
		assert_true(answers(&s, "secret-").n > 0);
		vec_each (const struct finding, f, &s.findings)
			if (str_find_str(f->message, secret) < f->message.n ||
				str_find_str(f->consequence, secret) <
					f->consequence.n ||
				str_find_str(f->help, secret) < f->help.n ||
				str_find_str(f->evidence, secret) < f->evidence.n)
				fail_msg("%.*s shows it", STR_ARG(f->rule->name));
		arena_free(&s.arena);
	}
}

static void a_job_that_stays_behind_is_named(void **state)
{
	static const struct rule_case cases[] = {
		{"line docker", "auto-remove-missing info \n"},
		{"line docker\nrm true", ""},
		{"line docker\ndetach true", ""},
		{"line docker\nname trainer", ""},
		{"", ""},
	};

	(void)state;
	HOLD(cases, "auto-remove");
}

static void a_supervisor_is_several_services(void **state)
{
	static const struct rule_case cases[] = {
		{"cmd supervisord -n", "single-service info supervisord -n\n"},
		{"cmd nginx", ""},
	};

	(void)state;
	HOLD(cases, "single-");
}

static void an_exec_as_root_is_seen(void **state)
{
	static const struct {
		const char *user;
		enum answer is_privileged, runs;
		const char *found;
	} cases[] = {
		{"root", ANSWER_NO, ANSWER_YES, "exec-as-root medium root\n"},
		{"0:0", ANSWER_NO, ANSWER_YES, "exec-as-root medium 0:0\n"},
		{"00", ANSWER_NO, ANSWER_MAYBE, "exec-as-root medium maybe 00\n"},
		{"app", ANSWER_NO, ANSWER_YES, ""},
		{"$X", ANSWER_NO, ANSWER_YES, ""},
		{"app", ANSWER_YES, ANSWER_YES, "exec-as-root high docker\n"},
		{"root", ANSWER_NO, ANSWER_NO, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;
		struct exec_line *x;
		struct str text;

		scene_read(&s, "cap_drop ALL");
		text = arena_printf(&s.arena, "docker %s", cases[i].user);
		s.file = file_new(&s.arena, STR("run.sh"), text);
		x = vec_push(&s.arena, &s.project.execs);
		*x = (struct exec_line){.engine = STR("docker"),
			.is_privileged = cases[i].is_privileged,
			.runs = cases[i].runs,
			.span = span_of(s.file, 0, 6)};
		x->user = fact_set(&s.arena, LAYER_EXEC,
			written(&s, str_from(text, 7), span_of(s.file, 7, text.n - 7)),
			span_of(s.file, 7, text.n - 7), NULL);
		assert_str(answers(&s, "exec-"), cases[i].found);
		arena_free(&s.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(privileged_speaks_alone),
		cmocka_unit_test(what_is_kept_is_told_once),
		cmocka_unit_test(an_entrypoint_that_needs_more_is_seen),
		cmocka_unit_test(lists_are_read_together),
		cmocka_unit_test(what_is_added_is_weighed),
		cmocka_unit_test(new_privileges_are_asked_for),
		cmocka_unit_test(each_security_option_has_its_rule),
		cmocka_unit_test(a_profile_that_is_not_there_is_missed),
		cmocka_unit_test(a_label_is_judged_by_its_type),
		cmocka_unit_test(who_runs_is_said_by_one_rule),
		cmocka_unit_test(another_user_than_the_images_is_seen),
		cmocka_unit_test(secrets_are_known_by_name_and_value),
		cmocka_unit_test(no_message_shows_a_secret),
		cmocka_unit_test(a_job_that_stays_behind_is_named),
		cmocka_unit_test(a_supervisor_is_several_services),
		cmocka_unit_test(an_exec_as_root_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
