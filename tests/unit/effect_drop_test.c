#include "effect_bed.h"

#include "base/buf.h"

/* Does an entrypoint that starts as root give it up? */
struct row {
	const char *entrypoint,
		*cmd;	      /* [...] with ' for ": the JSON form; NULL: none */
	const char *script;   /* of /entrypoint.sh, or NULL */
	const char *expected; /* "YES gosu app 1000:1000", "NO", "MAYBE" */
};

#define POSTGRES                                                                       \
	"#!/bin/bash\nset -e\n"                                                        \
	"if [ \"${1:0:1}\" = '-' ]; then\n\tset -- postgres \"$@\"\nfi\n"              \
	"if [ \"$1\" = 'postgres' ] && [ \"$(id -u)\" = '0' ]; then\n"                 \
	"\tmkdir -p \"$PGDATA\"\n\tchown -R app \"$PGDATA\"\n"                         \
	"\texec gosu app \"$BASH_SOURCE\" \"$@\"\nfi\n"                                \
	"exec \"$@\"\n"

#define REDIS                                                                          \
	"#!/bin/sh\nset -e\n"                                                          \
	"if [ \"${1#-}\" != \"$1\" ] || [ \"${1%.conf}\" != \"$1\" ]; then\n"          \
	"\tset -- redis-server \"$@\"\nfi\n"                                           \
	"if [ \"$1\" = 'redis-server' -a \"$(id -u)\" = '0' ]; then\n"                 \
	"\tfind . \\! -user app -exec chown app '{}' +\n"                              \
	"\texec su-exec app \"$0\" \"$@\"\nfi\nexec \"$@\"\n"

static const struct row rows[] = {
	/* nothing to see */
	{NULL, NULL, NULL, "NO"},
	{NULL, "python app.py", NULL, "NO"},
	{NULL, "['python','app.py']", NULL, "NO"},
	{"['python']", "['app.py']", NULL, "NO"},
	{"['tini','--']", "['python','app.py']", NULL, "NO"},
	{"exec python app.py", NULL, NULL, "NO"},
	/* a tool in sight */
	{"['gosu','app','python']", NULL, NULL, "YES gosu app 1000:1000"},
	{"['/usr/local/bin/gosu','app']", "['python']", NULL, "YES gosu app 1000:1000"},
	{NULL, "['gosu','app','python']", NULL, "YES gosu app 1000:1000"},
	{NULL, "gosu app python app.py", NULL, "YES gosu app 1000:1000"},
	{NULL, "exec gosu app:users python", NULL, "YES gosu app:users 1000:100"},
	{"['su-exec','app:100']", "['x']", NULL, "YES su-exec app:100 1000:100"},
	{"['su-exec','2000']", "['x']", NULL, "YES su-exec 2000 2000:0"},
	{"['gosu','root']", "['x']", NULL, "YES gosu root 0:0"},
	{"['gosu','nobody2']", "['x']", NULL, "YES gosu nobody2 ?:?"},
	{"['s6-setuidgid','app','x']", NULL, NULL, "YES s6-setuidgid app 1000:1000"},
	{"['chpst','-u','app:users','x']", NULL, NULL, "YES chpst app:users 1000:100"},
	{"['chroot','--userspec=app:app','/','x']", NULL, NULL,
		"YES chroot app:app 1000:1000"},
	{"['chroot','--userspec','1000:1000','/','x']", NULL, NULL,
		"YES chroot 1000:1000 1000:1000"},
	{"['chroot','/srv','x']", NULL, NULL, "NO"},
	{"['setpriv','--reuid=app','--regid=app','--init-groups','x']", NULL, NULL,
		"YES setpriv app 1000:1000"},
	{"['setpriv','--reuid','1000','--regid','1000','--clear-groups','--','x']",
		NULL, NULL, "YES setpriv 1000 1000:1000"},
	{"['setpriv','--reuid=1000','x']", NULL, NULL, "YES setpriv 1000 1000:0"},
	{"['setpriv','--regid=100','--clear-groups','x']", NULL, NULL,
		"YES setpriv root 0:100"},
	{"['setpriv','--reuid=app','--regid=users','--init-groups','x']", NULL, NULL,
		"YES setpriv app 1000:100 +1000"},
	{"['setpriv','--reuid=app','--keep-groups','x']", NULL, NULL,
		"YES setpriv app 1000:0"},
	{"['setpriv','--reuid=app','--regid=app','--groups=users,4','x']", NULL, NULL,
		"YES setpriv app 1000:1000 +100 +4"},
	{"['setpriv','--no-new-privs','x']", NULL, NULL, "NO"},
	{"['setpriv','--no-new-privs','gosu','app','x']", NULL, NULL,
		"YES gosu app 1000:1000"},
	{"['runuser','-u','app','--','x']", NULL, NULL, "YES runuser app 1000:1000"},
	{"['runuser','app','-c','x']", NULL, NULL, "YES runuser app 1000:1000"},
	{"['runuser','-u','app','-g','users','--','x']", NULL, NULL,
		"YES runuser app 1000:100"},
	{"['runuser','-g','users','-G','adm','-G','4','app','-c','x']", NULL, NULL,
		"YES runuser app 1000:100 +4"},
	{"['su','-G','adm','app','-c','x']", NULL, NULL, "YES su app 1000:4"},
	{"['su','-','app','-c','x']", NULL, NULL, "YES su app 1000:1000"},
	{"su app -c 'python app.py'", NULL, NULL, "YES su app 1000:1000"},
	{"su -s /bin/sh app -c x", NULL, NULL, "YES su app 1000:1000"},
	{NULL, "su -c x app", NULL, "YES su app 1000:1000"},
	{NULL, "sudo -u app python x", NULL, "YES sudo app 1000:1000"},
	{"['sudo','-E','-u','app','x']", NULL, NULL, "YES sudo app 1000:1000"},
	{"['sudo','-Hu','app','x']", NULL, NULL, "YES sudo app 1000:1000"},
	{"['sudo','-uapp','x']", NULL, NULL, "YES sudo app 1000:1000"},
	{"['sudo','-g','app','--user=app','x']", NULL, NULL, "YES sudo app 1000:1000"},
	{"['sudo','python','-u','app']", NULL, NULL, "NO"},
	{"['sudo','--','python','-u','app']", NULL, NULL, "NO"},
	{"['capsh','--user=app','--','-c','x']", NULL, NULL, "YES capsh app 1000:1000"},
	/* behind programs that only start others */
	{"['tini','--','gosu','app','x']", NULL, NULL, "YES gosu app 1000:1000"},
	{"['/sbin/tini','-g','--','su-exec','app']", "['x']", NULL,
		"YES su-exec app 1000:1000"},
	{"['dumb-init','--','gosu','app']", "['x']", NULL, "YES gosu app 1000:1000"},
	{"['catatonit','--','gosu','app','x']", NULL, NULL, "YES gosu app 1000:1000"},
	{"['env','A=b','gosu','app','x']", NULL, NULL, "YES gosu app 1000:1000"},
	{"['nice','-n','5','gosu','app','x']", NULL, NULL, "YES gosu app 1000:1000"},
	{"exec env A=b gosu app x", NULL, NULL, "YES gosu app 1000:1000"},
	{"exec tini -- gosu app x", NULL, NULL, "YES gosu app 1000:1000"},
	{"exec nice gosu app x", NULL, NULL, "YES gosu app 1000:1000"},
	{"['sh','-c','exec gosu app x']", NULL, NULL, "YES gosu app 1000:1000"},
	{"['sh','-c','exec gosu app \"$@\"','--']", "['x']", NULL,
		"YES gosu app 1000:1000"},
	{"['bash','-lc','chown app /d && exec su-exec app x']", NULL, NULL,
		"YES su-exec app 1000:1000"},
	{"['tini','--']", "gosu app x", NULL, "YES gosu app 1000:1000"},
	/* a root program in front does not count */
	{NULL, "gosu app migrate; python app.py", NULL, "NO"},
	{NULL, "gosu app migrate && exec python app.py", NULL, "NO"},
	{NULL, "chown app /d && gosu app python", NULL, "YES gosu app 1000:1000"},
	/* scripts */
	{"['/entrypoint.sh']", "['postgres']", POSTGRES, "YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['postgres','-c','x']", POSTGRES,
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['-c','x']", POSTGRES, "YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['bash']", POSTGRES, "NO"},
	{"['/entrypoint.sh']", NULL, POSTGRES, "NO"},
	{"['/entrypoint.sh']", "['redis-server']", REDIS, "YES su-exec app 1000:1000"},
	{"['/entrypoint.sh']", "['x.conf']", REDIS, "YES su-exec app 1000:1000"},
	{"['/entrypoint.sh']", "['sh']", REDIS, "NO"},
	{"['tini','--','/entrypoint.sh']", "['redis-server']", REDIS,
		"YES su-exec app 1000:1000"},
	{"['bash','/entrypoint.sh']", "['redis-server']", REDIS,
		"YES su-exec app 1000:1000"},
	{"['/bin/sh','-e','/entrypoint.sh']", "['redis-server']", REDIS,
		"YES su-exec app 1000:1000"},
	{"/entrypoint.sh redis-server", NULL, REDIS, "YES su-exec app 1000:1000"},
	{"exec /entrypoint.sh redis-server", NULL, REDIS, "YES su-exec app 1000:1000"},
	{"['/entrypoint.sh']", "['x']", "#!/bin/sh\nexec \"$@\"\n", "NO"},
	{"['/entrypoint.sh']", "['gosu','app','x']", "#!/bin/sh\nexec \"$@\"\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nif [ \"$(id -u)\" -eq 0 ]; then\n  exec gosu app \"$0\" "
		"\"$@\"\nelse\n  exec \"$@\"\nfi\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nif [ `id -u` = 0 ]; then exec gosu app \"$@\"; fi\n"
		"exec \"$@\"\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/bash\nif [[ $EUID -ne 0 ]]; then exec \"$@\"; fi\n"
		"exec setpriv --reuid=app --regid=app --init-groups \"$@\"\n",
		"YES setpriv app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\n[ \"$(whoami)\" = root ] && exec su-exec app \"$@\"\n"
		"exec \"$@\"\n",
		"YES su-exec app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nif [ -n \"$RUN_AS\" ]; then exec gosu app \"$@\"; fi\n"
		"exec \"$@\"\n",
		"NO"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nif [ -w /data ]; then exec gosu app \"$@\"; fi\n"
		"exec \"$@\"\n",
		"MAYBE gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nif [ -w /data ]; then exec gosu app \"$@\"; else exec gosu "
		"app x; fi\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nU=app\nchown -R $U /data\nexec gosu $U \"$@\"\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nexec gosu ${PUID:-1000}:${PGID:-1000} \"$@\"\n",
		"YES gosu 1000:1000 1000:1000"},
	{"['/entrypoint.sh']", "['x']", "#!/bin/sh\nexec gosu $PUID \"$@\"\n", "MAYBE"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nexec gosu \"$(stat -c %u /data)\" \"$@\"\n", "MAYBE"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nmain() { exec gosu app \"$@\"; }\nmain \"$@\"\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']", "#!/bin/sh\nsu app -c \"python app.py\"\n",
		"YES su app 1000:1000"},
	{"['/entrypoint.sh']", "['x']", "#!/bin/sh\n/sub.sh\nexec python\n", "NO"},
	/* set and shift of a function are its own; what may become "node node" is node */
	{"['/entrypoint.sh']", "['gosu','app']",
		"#!/bin/sh\nf() { shift; set -- b; }\nf a\nf \"$@\"\nexec \"$@\"\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['x']",
		"#!/bin/sh\nmain() { set -- gosu app \"$@\"; exec \"$@\"; }\n"
		"main \"$@\"\n",
		"YES gosu app 1000:1000"},
	{"['/entrypoint.sh']", "['node']",
		"#!/bin/sh\nif [ -z \"$(command -v \"$1\")\" ]; then\n"
		"\tset -- node \"$@\"\nfi\nexec \"$@\"\n",
		"NO"},
	{"['/entrypoint.sh']", "['gosu']",
		"#!/bin/sh\nif [ -w /x ]; then\n"
		"\tset -- node \"$@\"\nfi\nexec \"$@\"\n",
		"MAYBE"},
	{"['entrypoint.sh']", "['x']", NULL, "MAYBE"},
	{"['./run']", NULL, NULL, "NO"},
};

static const char *answer_name(enum answer a)
{
	static const char *const names[] = {"NO", "MAYBE", "YES"};

	return names[a];
}

static void add_id(struct buf *b, struct id id, char before)
{
	buf_char(b, before);
	if (id.know == FACT_SET)
		buf_printf(b, "%u", id.n);
	else
		buf_char(b, '?');
}

static struct str show(struct bed *bed, const struct drop *d)
{
	struct buf b = {.arena = &bed->arena};

	buf_printf(&b, "%s", answer_name(d->drops));
	if (!d->to.n)
		return buf_str(&b);
	buf_printf(&b, " %.*s %.*s", STR_ARG(d->tool), STR_ARG(d->to));
	add_id(&b, d->identity.uid, ' ');
	add_id(&b, d->identity.gid, ':');
	vec_each (struct id, group, &d->identity.groups) {
		buf_char(&b, ' ');
		add_id(&b, *group, '+');
	}
	return buf_str(&b);
}

static void entrypoints_keep_or_give_up_root(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bed bed;
		struct drop d;
		struct str got;

		bed_make(&bed, "debian");
		bed_run(&bed, "useradd app");
		if (rows[i].script)
			bed_copy(&bed, "/entrypoint.sh", rows[i].script);
		bed_copy(&bed, "/sub.sh", "#!/bin/sh\nexec gosu app x\n");
		d = drop_find(&bed.ctx, bed_program(&bed, rows[i].entrypoint),
			bed_program(&bed, rows[i].cmd), &bed.state, &bed.base);
		got = show(&bed, &d);
		if (!str_eq(got, str_c(rows[i].expected)))
			print_error("row %zu: %s | %s | %s\n", i,
				rows[i].entrypoint ? rows[i].entrypoint : "-",
				rows[i].cmd ? rows[i].cmd : "-",
				rows[i].script ? rows[i].script : "-");
		assert_str(got, rows[i].expected);
		if (d.drops == ANSWER_MAYBE)
			assert_true(d.why.n > 0);
		bed_free(&bed);
	}
}

static const struct program *of_image(struct bed *bed, const char *text)
{
	struct program *p = (struct program *)bed_program(bed, text);

	p->layer = LAYER_IMAGE;
	return p;
}

/* A base such as postgres drops root by itself, for its own programs. */
static void a_base_may_drop_by_itself(void **state)
{
	static const struct {
		const char *entrypoint, *cmd;
		enum answer drops;
	} cases[] = {
		{NULL, NULL, ANSWER_YES},
		{NULL, "['postgres','-c','x=y']", ANSWER_YES},
		{NULL, "['-c','x=y']", ANSWER_YES},
		{NULL, "['python','app.py']", ANSWER_MAYBE},
		{"['docker-entrypoint.sh']", "['postgres']", ANSWER_YES},
		{"['python']", NULL, ANSWER_NO},
		{"[]", NULL, ANSWER_NO},
		{"[]", "['postgres']", ANSWER_NO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bed bed;
		struct drop d;

		bed_make(&bed, "debian");
		bed.base.drops_to = STR("postgres");
		bed.base.drops_by = STR("gosu");
		bed_run(&bed, "useradd -r -u 999 postgres");
		d = drop_find(&bed.ctx,
			cases[i].entrypoint
				? bed_program(&bed, cases[i].entrypoint)
				: of_image(&bed, "['docker-entrypoint.sh']"),
			bed_program(&bed, cases[i].cmd), &bed.state, &bed.base);
		assert_int_equal(d.drops, cases[i].drops);
		if (d.drops == ANSWER_YES) {
			assert_str(d.tool, "gosu");
			assert_int_equal(d.identity.uid.n, 999);
			assert_null(d.span.file);
		}
		bed_free(&bed);
	}
}

static void the_span_is_the_command_that_drops(void **state)
{
	struct bed bed;
	struct drop d;

	(void)state;
	bed_make(&bed, "debian");
	bed_run(&bed, "useradd app");
	bed_copy(&bed, "/entrypoint.sh", "#!/bin/sh\nexec gosu app \"$@\"\n");
	d = drop_find(&bed.ctx, bed_program(&bed, "['/entrypoint.sh']"), NULL,
		&bed.state, &bed.base);
	assert_int_equal(d.drops, ANSWER_YES);
	assert_str(d.span.file->path, "context/entrypoint.sh");
	assert_str(span_str(d.span), "exec gosu app \"$@\"");
	bed_free(&bed);
}

/* COPY src/ . brings a folder of which nothing is known; PATH does not hold it. */
static void a_bare_name_is_not_of_the_working_folder(void **state)
{
	static const struct {
		const char *cmd;
		enum answer drops;
	} cases[] = {
		{"flask run", ANSWER_NO},
		{"['python','app.py']", ANSWER_NO},
		{"['./run']", ANSWER_NO},
		{"['/app/run']", ANSWER_NO},
		{"['./run.sh']", ANSWER_MAYBE},
		{"['/app/docker-start']", ANSWER_MAYBE},
		{"['sh','run']", ANSWER_MAYBE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct file_entry entry = {
			.path = STR("/app"), .origin = FILE_FROM_OTHER};
		struct bed bed;
		struct drop d;

		bed_make(&bed, "debian");
		bed.state.files = files_put(&bed.arena, bed.state.files, &entry);
		bed.state.workdir = fact_set(&bed.arena, LAYER_BUILD,
			value_literal(&bed.arena, STR("/app"), SPAN_NONE), SPAN_NONE,
			bed.state.workdir);
		d = drop_find(&bed.ctx, NULL, bed_program(&bed, cases[i].cmd),
			&bed.state, &bed.base);
		if (d.drops != cases[i].drops)
			print_error("%s\n", cases[i].cmd);
		assert_int_equal(d.drops, cases[i].drops);
		bed_free(&bed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entrypoints_keep_or_give_up_root),
		cmocka_unit_test(a_base_may_drop_by_itself),
		cmocka_unit_test(the_span_is_the_command_that_drops),
		cmocka_unit_test(a_bare_name_is_not_of_the_working_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
