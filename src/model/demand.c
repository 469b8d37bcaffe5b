#include "model/demand.h"

#include "base/path.h"

bool demand_identity(const struct workload *w, struct identity *out)
{
	const struct launch *l = &w->launch;

	switch (l->runs_as) {
	case RUNS_AS_ROOT:
	case RUNS_AS_USER:
		*out = l->identity;
		break;
	case RUNS_AS_ROOT_THEN_DROPS:
		*out = l->drop.identity;
		break;
	default:
		return false;
	}
	return out->uid.know == FACT_SET;
}

/* Files of a home; what else begins with a dot there is a folder as a rule. */
static bool is_dotted_file(struct str name)
{
	static const struct str names[] = {STR_INIT(".bashrc"), STR_INIT(".condarc"),
		STR_INIT(".curlrc"), STR_INIT(".env"), STR_INIT(".git-credentials"),
		STR_INIT(".gitconfig"), STR_INIT(".netrc"), STR_INIT(".npmrc"),
		STR_INIT(".pgpass"), STR_INIT(".pypirc"), STR_INIT(".wgetrc")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

bool demand_is_config(struct str name)
{
	static const struct str globs[] = {STR_INIT("*.conf"), STR_INIT("*.cnf"),
		STR_INIT("*.cfg"), STR_INIT("*.ini"), STR_INIT("*.yml"),
		STR_INIT("*.yaml"), STR_INIT("*.toml"), STR_INIT("*.properties"),
		STR_INIT("*.pem"), STR_INIT("*.crt"), STR_INIT("*.cer"),
		STR_INIT("*.key"), STR_INIT("*.sql"), STR_INIT("*.conf.template"),
		STR_INIT("*.htpasswd"), STR_INIT(".htpasswd"), STR_INIT("Caddyfile"),
		STR_INIT("requirements*.txt")};

	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++)
		if (str_glob(globs[i], name))
			return true;
	return false;
}

bool demand_looks_like_file(struct str name)
{
	size_t dot = str_rfind(name, '.');

	return (dot < name.n && dot > 0 && name.n - dot <= 6 && dot + 1 < name.n &&
		       !byte_is_digit(name.p[dot + 1])) ||
		is_dotted_file(name);
}

/* Folders of a repository that hold its program or its settings, not its data. */
static bool is_source_name(struct str name)
{
	static const struct str names[] = {STR_INIT("api"), STR_INIT("app"),
		STR_INIT("backend"), STR_INIT("certs"), STR_INIT("code"),
		STR_INIT("conf"), STR_INIT("conf.d"), STR_INIT("config"),
		STR_INIT("configs"), STR_INIT("frontend"), STR_INIT("html"),
		STR_INIT("init"), STR_INIT("lib"), STR_INIT("migrations"),
		STR_INIT("public"), STR_INIT("scripts"), STR_INIT("server"),
		STR_INIT("sql"), STR_INIT("src"), STR_INIT("ssl"), STR_INIT("static"),
		STR_INIT("templates"), STR_INIT("tests")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

/* The file that says the mount lies in it: it is the project itself. */
static bool holds_project(struct arena *a, const struct workload *w, struct str path)
{
	struct str file = w->run && w->run->file ? w->run->file->path : STR_NONE;

	if (!file.n)
		return false;
	file = path_join(a, STR("."), file);
	return str_eq(path, STR("."))
		? !path_is_absolute(file) && !str_starts(file, STR("../"))
		: path_is_under(file, path);
}

/* The program starts in it: what is mounted there is the program, as a rule. */
static bool holds_workdir(struct arena *a, const struct workload *w, struct str at)
{
	struct str workdir;

	return w->workdir && fact_str(a, w->workdir, &workdir) &&
		path_is_absolute(workdir) && !str_eq(workdir, STR("/")) &&
		path_is_under(path_join(a, STR("/"), workdir), at);
}

static bool is_innermost(
	const struct workload *w, const struct mount *m, struct str path)
{
	vec_each (const struct mount, other, &w->run->mounts)
		if (other != m && other->at.n > m->at.n &&
			path_is_under(path, other->at))
			return false;
	return true;
}

/* The surest write that ends up in the mount, or NULL. */
static const struct write *write_in(struct arena *a, const struct workload *w,
	const struct identity *id, const struct mount *m)
{
	const struct write *best = NULL;

	if (!w->writes || !w->run || !m->at.n)
		return NULL;
	vec_each (const struct write, write, w->writes) {
		struct str path = write_path(a, write, w, id);

		if (!path.n || !path_is_under(path, m->at) || !is_innermost(w, m, path))
			continue;
		if (!best || write->happens > best->happens)
			best = write;
	}
	return best;
}

static bool is_data(struct arena *a, const struct workload *w, const struct mount *m,
	const struct demand *d)
{
	struct str name = path_base(m->path);

	if (m->origin != MOUNT_WRITTEN || path_is_under(m->at, STR("/etc")))
		return false;
	if (!d->is_folder)
		return !demand_is_config(name);
	return !is_source_name(name) && !holds_project(a, w, m->path) &&
		!holds_workdir(a, w, m->at);
}

struct demand demand_of(struct arena *a, const struct workload *w,
	const struct identity *id, const struct mount *m)
{
	struct demand d = {.bits = ALLOW_READ};

	d.is_folder = m->host.is_there == ANSWER_YES
		? m->host.is_folder == ANSWER_YES
		: !demand_looks_like_file(path_base(m->path));
	if (d.is_folder)
		d.bits |= ALLOW_EXECUTE;
	if (m->is_read_only != ANSWER_NO)
		return d;
	d.write = write_in(a, w, id, m);
	d.is_sure = d.write && d.write->happens == ANSWER_YES;
	if (d.write || is_data(a, w, m, &d))
		d.bits |= ALLOW_WRITE;
	return d;
}
