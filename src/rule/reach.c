#include "rule/reach.h"

#include "base/buf.h"
#include "base/path.h"
#include "model/demand.h"

bool reach_is_privileged(const struct run *run)
{
	return run_flag(run, RUN_PRIVILEGED) == ANSWER_YES;
}

const char *reach_write(const struct run *run, const char *compose, const char *line)
{
	return run->source == RUN_BY_COMPOSE ? compose : line;
}

bool reach_stays(const struct run *run)
{
	return run->source == RUN_BY_COMPOSE || run->ports.n ||
		run_flag(run, RUN_DETACHED) == ANSWER_YES ||
		run_says(run, RUN_RESTART) == ANSWER_YES;
}

struct span reach_setting(const struct run *run, enum run_setting s)
{
	const struct fact *f = run->settings[s];

	return f->know != FACT_UNSET && f->span.file ? f->span : run_anchor(run);
}

struct str reach_who(struct audit *audit, const struct workload *w)
{
	if (!w->service.n)
		return STR("the container");
	if (!w->run || w->run->source == RUN_BY_COMPOSE)
		return arena_printf(
			audit->arena, "the service `%.*s`", STR_ARG(w->service));
	return arena_printf(audit->arena, "`%.*s`", STR_ARG(w->service));
}

/* Who runs in the end, where that is known at all. */
static const struct identity *last_identity(const struct workload *w)
{
	const struct launch *l = &w->launch;

	switch (l->runs_as) {
	case RUNS_AS_ROOT:
	case RUNS_AS_USER:
		return &l->identity;
	case RUNS_AS_ROOT_THEN_DROPS:
		return l->drop.drops == ANSWER_YES ? &l->drop.identity : NULL;
	default:
		return NULL;
	}
}

bool reach_uid(const struct workload *w, uint32_t *uid)
{
	const struct identity *id = last_identity(w);

	if (!id || id->uid.know != FACT_SET)
		return false;
	*uid = id->uid.n;
	return true;
}

bool reach_gid(const struct workload *w, uint32_t *gid)
{
	const struct identity *id = last_identity(w);

	if (!id || id->gid.know != FACT_SET)
		return false;
	*gid = id->gid.n;
	return true;
}

/* $HOME at the start of a source means a home, whatever it is on this machine. */
static bool is_home(const struct segment *s)
{
	return s->kind != SEGMENT_LITERAL && str_eq(s->name, STR("HOME"));
}

/* The known beginning of a value, homes as "~"; *is_whole false where it is cut. */
static struct str written_path(struct audit *audit, struct value v, bool *is_whole)
{
	struct buf b = {.arena = audit->arena};

	*is_whole = true;
	for (size_t i = 0; i < v.n; i++) {
		if (!i && is_home(&v.at[i])) {
			buf_char(&b, '~');
			continue;
		}
		if (v.at[i].kind == SEGMENT_UNKNOWN) {
			*is_whole = false;
			break;
		}
		buf_add(&b, v.at[i].text);
	}
	return buf_str(&b);
}

/* /var/run is a link to /run on every Linux of today. */
static struct str without_var(struct arena *a, struct str path)
{
	struct str var = STR("/var/run");

	if (!path_is_under(path, var))
		return path;
	return arena_printf(a, "/run%.*s", STR_ARG(str_from(path, var.n)));
}

/* The folder down to which a path is known that goes on with a variable. */
static struct str known_folder(struct str text)
{
	size_t slash = str_rfind(text, '/');

	return slash == text.n ? STR_NONE : str_sub(text, 0, slash + 1);
}

static bool host_path_set(
	struct audit *audit, struct str text, struct span span, struct host_path *out)
{
	if (!out->is_whole)
		text = known_folder(text);
	if (str_starts(text, STR("~")))
		out->path = arena_printf(audit->arena, "~%.*s",
			STR_ARG(path_join(audit->arena, STR("/"), str_from(text, 1))));
	else if (path_is_absolute(text))
		out->path = without_var(
			audit->arena, path_join(audit->arena, STR("/"), text));
	else
		return false;
	if (str_eq(out->path, STR("~/")))
		out->path = STR("~");
	out->span = span;
	return out->path.n != 0;
}

/* The option of a volume that names the folder, for its bytes. */
static struct span device_span(const struct volume *v, struct span otherwise)
{
	vec_each (const struct run_pair, p, &v->options)
		if (str_eq(p->name, STR("device")))
			return p->value_span.length ? p->value_span : p->span;
	return otherwise;
}

bool reach_host_path(struct audit *audit, const struct mount *m, struct host_path *out)
{
	*out = (struct host_path){.is_whole = true};
	if (m->kind == MOUNT_VOLUME)
		return m->volume && m->volume->device.n &&
			host_path_set(audit, m->volume->device,
				device_span(m->volume, m->span), out);
	if (m->kind == MOUNT_BIND || m->kind == MOUNT_UNKNOWN ||
		m->kind == MOUNT_OTHER) {
		struct str text = written_path(audit, m->source, &out->is_whole);

		return host_path_set(audit, text,
			m->source_span.length ? m->source_span : m->span, out);
	}
	return false;
}

struct str reach_source(struct audit *audit, const struct mount *m)
{
	struct str text = span_str(m->source_span);

	if (value_is_known(m->source) || !text.n)
		return value_display(audit->arena, m->source);
	/* A function's argument stands elsewhere: the span reaches from here to there. */
	return str_find(text, '\n') == text.n ? text
					      : value_written(audit->arena, m->source);
}

struct str reach_source_name(struct audit *audit, const struct mount *m)
{
	struct str text;

	if (m->kind != MOUNT_BIND || !value_str(audit->arena, m->source, &text))
		return STR_NONE;
	while (text.n > 1 && str_ends(text, STR("/")))
		text = str_sub(text, 0, text.n - 1);
	return path_base(text);
}

struct str reach_read_only(struct audit *audit, const struct mount *m)
{
	struct str written = span_str(m->span);
	bool is_short = str_find(written, '\n') == written.n &&
		str_find(written, ',') == written.n &&
		str_find(written, ':') < written.n && m->at.n;

	if (!is_short)
		return reach_run(audit)->source == RUN_BY_COMPOSE
			? STR("`read_only: true`")
			: STR("`readonly` among its options");
	return arena_printf(audit->arena, "`%s%.*s:%.*s:ro`",
		reach_write(reach_run(audit), "- ", "-v "),
		STR_ARG(reach_source(audit, m)), STR_ARG(m->at));
}

enum { SHARERS_MAX = 1000 }; /* of more workloads some may well share it */

char reach_relabel(
	const struct project *project, const struct workload *w, const struct mount *m)
{
	if (project->workloads.n > SHARERS_MAX)
		return 'z';
	vec_each (struct workload *, other, &project->workloads) {
		if (*other == w || !(*other)->run)
			continue;
		vec_each (const struct mount, its, &(*other)->run->mounts)
			if (its->kind == MOUNT_BIND && its->path.n &&
				(path_is_under(its->path, m->path) ||
					path_is_under(m->path, its->path)))
				return 'z';
	}
	return 'Z';
}

bool reach_is_config(struct str name)
{
	return demand_is_config(name);
}
