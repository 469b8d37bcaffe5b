/*
 * A read-only image under a program that is known to write into it.
 */
#include "base/path.h"
#include "know/asker.h"
#include "model/writes.h"
#include "rule/checks.h"
#include "rule/reach.h"

static bool is_mounted(const struct run *run, struct str path)
{
	vec_each (const struct mount, m, &run->mounts)
		if (!m->at.n || path_is_under(path, m->at))
			return true;
	return false;
}

/* A write that ends the program, or its job, and that only the read-only image stops. */
static bool is_stopped(const struct run *run, const struct forecast *fc)
{
	return fc->fails == ANSWER_YES && fc->access.can == ANSWER_NO && fc->path.n &&
		fc->write->failure == WRITE_FAILS && !is_mounted(run, fc->path);
}

static struct str memory_for(struct audit *audit, const struct forecast *fc)
{
	const struct identity *id = &audit->workload->launch.identity;
	struct str folder = fc->write->is_folder ? fc->path : path_dir(fc->path);

	if (identity_is_root(id) == ANSWER_NO && id->uid.know == FACT_SET &&
		id->gid.know == FACT_SET)
		return arena_printf(audit->arena, "%.*s:uid=%u,gid=%u,mode=0750",
			STR_ARG(folder), id->uid.n, id->gid.n);
	return folder;
}

static void say(struct audit *audit, const struct forecast *fc)
{
	const struct run *run = reach_run(audit);
	struct str memory = memory_for(audit, fc);
	struct finding *f = finding_add(audit, reach_setting(run, RUN_READ_ONLY));

	f->verdict = fc->fails;
	finding_message(audit, f,
		"The image is read-only, and %.*s writes to `%.*s`, where nothing is "
		"mounted.",
		STR_ARG(fc->write->by), STR_ARG(fc->path));
	finding_consequence(audit, f,
		"It stops with `Read-only file system` as soon as it writes.");
	finding_help(audit, f, "Put memory there: `%s%.*s%s`; or a volume, to keep it.",
		reach_write(run, "tmpfs: [\"", "--tmpfs "), STR_ARG(memory),
		reach_write(run, "\"]", ""));
	if (fc->write->span.file)
		finding_related(audit, f, fc->write->span, "this is what writes");
	finding_evidence(
		audit, f, "%.*s %.*s", STR_ARG(fc->write->by), STR_ARG(fc->path));
}

void check_read_only_missing_tmpfs(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct access_asker asker;
	struct forecasts list;

	if (!run || run_flag(run, RUN_READ_ONLY) != ANSWER_YES)
		return;
	asker = know_asker(audit->arena, audit->world, audit->workload,
		audit->workload->launch.identity);
	list = forecast(&asker);
	vec_each (const struct forecast, fc, &list)
		if (is_stopped(run, fc))
			say(audit, fc);
}
