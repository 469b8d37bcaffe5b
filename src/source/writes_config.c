/* Configuration files of the context that say where a program writes. */
#include "base/path.h"
#include "source/writes.h"

enum { CONFIG_LINES_MAX = 5000 };

/* A line `key = value` of a section, with the place of its value. */
struct setting {
	struct str section, key, value;
	struct span span;
};

/* Walks the lines of an INI file. */
struct ini {
	const struct text *text;
	size_t at, lines;
	struct str section;
};

/* What stands in front of a comment: "; " in a line, or # and ; at its start. */
static struct str without_comment(struct str line)
{
	size_t end = str_find_str(line, STR(" ;"));

	line = str_trim(str_sub(line, 0, end));
	return str_starts(line, STR(";")) || str_starts(line, STR("#")) ? STR_NONE
									: line;
}

static bool ini_next(struct ini *ini, struct setting *out)
{
	while (ini->at < ini->text->s.n && ini->lines++ < CONFIG_LINES_MAX) {
		struct str rest = str_from(ini->text->s, ini->at);
		struct str whole = str_sub(rest, 0, str_find(rest, '\n'));
		struct str line = without_comment(whole);
		size_t equals = str_find(line, '=');

		ini->at += whole.n + 1;
		if (str_starts(line, STR("["))) {
			ini->section = str_sub(line, 1, str_find(line, ']') - 1);
		} else if (equals < line.n) {
			out->section = ini->section;
			out->key = str_trim(str_sub(line, 0, equals));
			out->value = str_trim(str_from(line, equals + 1));
			out->span = text_span(ini->text,
				(size_t)(out->value.p - ini->text->s.p), out->value.n);
			return true;
		}
	}
	return false;
}

/* ---- supervisord ---- */

static void supervisor_file(struct writes_search *s, struct str path, int depth);

/* %(here)s is the folder of the file; other %(…)s are not known. */
static struct str supervisor_path(
	struct writes_search *s, struct str value, struct str path)
{
	static const struct str here = STR_INIT("%(here)s");

	if (!str_starts(value, here))
		return value;
	return arena_printf(s->arena, "%.*s%.*s", STR_ARG(path_dir(path)),
		STR_ARG(str_from(value, here.n)));
}

/* A file whose rows are those of the table until something is said. */
static void supervisor_place(struct writes_search *s, const struct setting *line,
	struct str path, bool is_folder, struct str setting)
{
	struct write *w = writes_add_set(s, supervisor_path(s, line->value, path),
		is_folder, STR("runtime-supervisor"), STR("supervisord"), line->span);

	if (!w)
		return;
	w->setting = setting;
	w->source = STR("https://supervisord.org/configuration.html");
	if (str_eq(line->key, STR("pidfile")))
		w->failure = WRITE_DEGRADES;
}

static void supervisor_setting(
	struct writes_search *s, const struct setting *line, struct str path)
{
	if (str_eq(line->section, STR("supervisord"))) {
		if (str_eq(line->key, STR("logfile"))) {
			writes_unmark(s, STR("supervisor-log"));
			supervisor_place(
				s, line, path, false, STR("logfile=/dev/null"));
		} else if (str_eq(line->key, STR("pidfile"))) {
			writes_unmark(s, STR("supervisor-pid"));
			supervisor_place(s, line, path, false,
				STR("pidfile=/tmp/supervisord.pid"));
		} else if (str_eq(line->key, STR("childlogdir"))) {
			supervisor_place(s, line, path, true, STR("childlogdir=/tmp"));
		}
	} else if (str_eq(line->section, STR("unix_http_server")) &&
		str_eq(line->key, STR("file"))) {
		supervisor_place(
			s, line, path, false, STR("file=/tmp/supervisor.sock"));
	} else if ((str_eq(line->key, STR("stdout_logfile")) ||
			   str_eq(line->key, STR("stderr_logfile"))) &&
		!str_eq(line->value, STR("AUTO")) &&
		!str_eq(line->value, STR("NONE")) &&
		!str_eq(line->value, STR("syslog"))) {
		supervisor_place(s, line, path, false, STR("stdout_logfile=/dev/fd/1"));
	}
}

/* The globs of `files`: those that the build copies by name. */
static void supervisor_include(
	struct writes_search *s, const struct setting *line, int depth)
{
	struct str rest = line->value, glob;

	while (str_next_word(&rest, &glob))
		for (const struct files *f = s->in->now->files; f; f = f->older)
			if (str_glob(glob, f->entry.path))
				supervisor_file(s, f->entry.path, depth + 1);
}

/* The programs start when their sections are read: command, with its directory. */
static void supervisor_programs(struct writes_search *s, const struct text *text)
{
	struct ini ini = {.text = text};
	struct setting line;
	struct str section = STR_NONE, folder = STR_NONE, cwd = s->cwd;
	struct text command = {0};

	for (bool more = true; more;) {
		more = ini_next(&ini, &line);
		if ((!more || !str_eq(section, line.section)) && command.s.n) {
			s->cwd = folder.n ? folder : cwd;
			writes_shell(s, &command);
			command.s = folder = STR_NONE;
		}
		if (!more || !str_starts(line.section, STR("program:")))
			continue;
		section = line.section;
		s->has_supervised = true;
		if (str_eq(line.key, STR("command")))
			command = text_sub(
				text, (size_t)(line.value.p - text->s.p), line.value.n);
		else if (str_eq(line.key, STR("directory")))
			folder = line.value;
	}
	s->cwd = cwd;
}

static void supervisor_file(struct writes_search *s, struct str path, int depth)
{
	struct text text;
	struct ini ini = {.text = &text};
	struct setting line;

	if (depth > WRITES_DEPTH_MAX || !writes_read(s, path, &text))
		return;
	while (ini_next(&ini, &line)) {
		supervisor_setting(s, &line, path);
		if (str_eq(line.section, STR("include")) &&
			str_eq(line.key, STR("files")))
			supervisor_include(s, &line, depth);
	}
	supervisor_programs(s, &text);
}

static const struct setting debian_supervisor[] = {
	{STR_INIT("supervisord"), STR_INIT("logfile"),
		STR_INIT("/var/log/supervisor/supervisord.log"), {0}},
	{STR_INIT("supervisord"), STR_INIT("pidfile"),
		STR_INIT("/var/run/supervisord.pid"), {0}},
	{STR_INIT("supervisord"), STR_INIT("childlogdir"),
		STR_INIT("/var/log/supervisor"), {0}},
	{STR_INIT("unix_http_server"), STR_INIT("file"),
		STR_INIT("/var/run/supervisor.sock"), {0}},
	{STR_INIT("include"), STR_INIT("files"),
		STR_INIT("/etc/supervisor/conf.d/*.conf"), {0}},
};

/* What Debian's package brings where nobody replaces it (supervisor 4.2.5-1). */
static void supervisor_debian(struct writes_search *s, struct span span)
{
	for (size_t i = 0; i < sizeof(debian_supervisor) / sizeof(*debian_supervisor);
		i++) {
		struct setting line = debian_supervisor[i];

		line.span = span;
		if (str_eq(line.section, STR("include")))
			supervisor_include(s, &line, 0);
		else
			supervisor_setting(
				s, &line, STR("/etc/supervisor/supervisord.conf"));
	}
}

/* Nobody could read what it starts, so where that writes is not known. */
static void supervisor_unread(struct writes_search *s, struct span span)
{
	struct write *w = writes_add(s, STR("unread"));

	if (!w)
		return;
	w->path_known = FACT_UNKNOWN;
	w->happens = ANSWER_MAYBE;
	w->rule = STR("runtime-supervisor");
	w->by = STR("what supervisord starts");
	w->how = WRITE_BY_CONFIG;
	w->failure = WRITE_FAILS;
	w->span = span;
}

static void supervisor(struct writes_search *s, const struct writes_words *words)
{
	static const struct str places[] = {STR_INIT("supervisord.conf"),
		STR_INIT("etc/supervisord.conf"), STR_INIT("/etc/supervisord.conf"),
		STR_INIT("/etc/supervisor/supervisord.conf")};
	struct writes_word room;
	const struct writes_word *given = writes_option(s, words, STR("-c"), &room);
	size_t before = s->seen.n;

	if (!given)
		given = writes_option(s, words, STR("--configuration"), &room);
	if (given && given->text.n)
		supervisor_file(s, given->text, 0);
	for (size_t i = 0; !given && s->seen.n == before && i < 4; i++)
		supervisor_file(s, places[i], 0);
	if (s->seen.n == before &&
		package_find(s->in->now->packages, STR("supervisor")) != ANSWER_NO &&
		(!given || str_eq(given->text, places[3])))
		supervisor_debian(s, words->at[0].span);
	if (!s->has_supervised)
		supervisor_unread(s, words->at[0].span);
}

/* ---- nginx ---- */

/* A directive, and the rows of the table that it takes away. */
static const struct directive {
	struct str name, rows;
	bool is_folder, is_temp;
} directives[] = {
	{STR_INIT("pid"), STR_INIT("nginx-pid,nginx-debian-pid"), false, false},
	{STR_INIT("error_log"), STR_INIT("nginx-debian-log"), false, false},
	{STR_INIT("access_log"), STR_INIT(""), false, false},
	{STR_INIT("client_body_temp_path"), STR_INIT(""), true, true},
	{STR_INIT("proxy_temp_path"), STR_INIT(""), true, true},
	{STR_INIT("fastcgi_temp_path"), STR_INIT(""), true, true},
	{STR_INIT("uwsgi_temp_path"), STR_INIT(""), true, true},
	{STR_INIT("scgi_temp_path"), STR_INIT(""), true, true},
};

enum { NGINX_TEMP_PATHS = 5 }; /* it makes each of them when it starts */

static const struct directive *directive_of(struct str name)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (str_eq(directives[i].name, name))
			return &directives[i];
	return NULL;
}

static void nginx_directive(struct writes_search *s, const struct directive *d,
	struct str value, struct span span)
{
	struct str_fields fields = {.rest = d->rows};
	struct str row;
	struct write *w;

	while (d->rows.n && str_next_field(&fields, ',', &row))
		writes_unmark(s, row);
	if (str_eq(value, STR("off")) || str_eq(value, STR("stderr")) ||
		str_starts(value, STR("syslog:")))
		return;
	/* Relative to its prefix, which is /etc/nginx in packages. */
	w = writes_add_set(s, path_join(s->arena, STR("/etc/nginx"), value),
		d->is_folder, STR("runtime-nginx"), STR("nginx"), span);
	if (w && str_eq(d->name, STR("pid")))
		w->setting = STR("pid /tmp/nginx.pid;");
}

/* `name value …;` at the start of a statement; blocks are entered as they come. */
static void nginx_file(struct writes_search *s, const struct text *text)
{
	struct str rest = text->s;
	int temps = 0;

	for (size_t lines = 0; rest.n && lines < CONFIG_LINES_MAX; lines++) {
		struct str line = str_sub(rest, 0, str_find(rest, '\n'));
		struct str words, name, value;
		const struct directive *d;

		rest = str_from(rest, line.n + 1);
		words = str_sub(line, 0, str_find(line, '#'));
		words = str_sub(words, 0, str_find(words, ';'));
		if (!str_next_word(&words, &name) || !(d = directive_of(name)) ||
			!str_next_word(&words, &value))
			continue;
		temps += d->is_temp;
		nginx_directive(s, d, value,
			text_span(text, (size_t)(value.p - text->s.p), value.n));
	}
	if (temps >= NGINX_TEMP_PATHS) {
		writes_unmark(s, STR("nginx-cache"));
		writes_unmark(s, STR("nginx-debian-body"));
	}
}

static void nginx(struct writes_search *s, const struct writes_words *words)
{
	struct writes_word room;
	const struct writes_word *given = writes_option(s, words, STR("-c"), &room);
	struct text text;

	if (writes_read(s,
		    given && given->text.n ? given->text : STR("/etc/nginx/nginx.conf"),
		    &text))
		nginx_file(s, &text);
}

/* ---- gunicorn ---- */

/* gunicorn.conf.py is Python; these are nearly always plain assignments. */
static void gunicorn_file(struct writes_search *s, const struct text *text)
{
	struct ini ini = {.text = text};
	struct setting line;

	while (ini_next(&ini, &line)) {
		bool is_folder = str_eq(line.key, STR("worker_tmp_dir"));
		struct str value = line.value;

		if (!is_folder && !str_eq(line.key, STR("pidfile")) &&
			!str_eq(line.key, STR("accesslog")) &&
			!str_eq(line.key, STR("errorlog")))
			continue;
		if (is_folder)
			writes_unmark(s, STR("gunicorn"));
		if (value.n < 3 || (value.p[0] != '"' && value.p[0] != '\'') ||
			value.p[value.n - 1] != value.p[0])
			continue;
		value = str_sub(value, 1, value.n - 2);
		if (!str_eq(value, STR("-")))
			(void)writes_add_set(s, value, is_folder,
				STR("runtime-gunicorn"), STR("gunicorn"), line.span);
	}
}

static void gunicorn(struct writes_search *s, const struct writes_words *words)
{
	struct writes_word room;
	const struct writes_word *given = writes_option(s, words, STR("-c"), &room);
	struct str path = STR("gunicorn.conf.py");
	struct text text;

	if (!given)
		given = writes_option(s, words, STR("--config"), &room);
	if (given)
		path = given->text;
	if (str_starts(path, STR("file:")))
		path = str_from(path, 5);
	if (path.n && writes_read(s, path, &text))
		gunicorn_file(s, &text);
}

/* ---- redis ---- */

static void redis(struct writes_search *s, const struct writes_words *words)
{
	struct str path = words->n > 1 ? words->at[1].text : STR_NONE, rest;
	struct text text;

	if (!str_ends(path, STR(".conf")) || !writes_read(s, path, &text))
		return;
	for (rest = text.s; rest.n;) {
		struct str line = str_sub(rest, 0, str_find(rest, '\n')), key, value;

		rest = str_from(rest, line.n + 1);
		if (!str_next_word(&line, &key) || !str_next_word(&line, &value) ||
			(!str_eq(key, STR("dir")) && !str_eq(key, STR("logfile")) &&
				!str_eq(key, STR("pidfile"))))
			continue;
		if (str_eq(key, STR("dir")))
			writes_unmark(s, STR("redis"));
		(void)writes_add_set(s, value, str_eq(key, STR("dir")),
			STR("runtime-redis"), STR("redis-server"),
			text_span(&text, (size_t)(value.p - text.s.p), value.n));
	}
}

void writes_by_config(
	struct writes_search *s, struct str name, const struct writes_words *words)
{
	if (str_eq(name, STR("supervisord")))
		supervisor(s, words);
	else if (str_eq(name, STR("nginx")))
		nginx(s, words);
	else if (str_eq(name, STR("gunicorn")))
		gunicorn(s, words);
	else if (str_eq(name, STR("redis-server")))
		redis(s, words);
}
