/*
 * Mounts and whose they are: of what the host gives, its owner and mode decide.
 */
#include "rule/reach.h"

#include "base/path.h"
#include "model/demand.h"
#include "model/host_file.h"

#include "rule/checks.h"

enum { FIRST_PERSON = 1000 }; /* useradd's own numbers begin here: people, as a rule */

/* Ids are shifted by an engine's or a run's user namespace: not by what stands here. */
static bool has_own_namespace(const struct run *run)
{
	return run_says(run, RUN_USERNS) != ANSWER_NO;
}

static struct str path_word(struct audit *audit, const struct mount *m)
{
	return str_starts(m->path, STR("-"))
		? arena_printf(audit->arena, "./%.*s", STR_ARG(m->path))
		: m->path;
}

/* A group of its own: a bare number has gid 0, which is root's on the host. */
static uint32_t gid_of(const struct identity *id)
{
	return id->gid.know == FACT_SET && id->gid.n ? id->gid.n : id->uid.n;
}

/* What is made in a folder shall be of use to both, whoever makes it. */
static struct str inherited(struct audit *audit, const struct mount *m,
	const struct demand *d, uint32_t uid)
{
	if (!d->is_folder || !(d->bits & ALLOW_WRITE))
		return STR_NONE;
	return arena_printf(audit->arena, ",d:u:%u:rwX,d:u:%u:rwX", uid, m->host.uid);
}

static void say_command(struct audit *audit, struct finding *f, const struct mount *m,
	const struct demand *d, const struct identity *id)
{
	struct str path = path_word(audit, m);
	uint32_t uid = id->uid.n, gid = gid_of(id);
	const char *bits = d->bits & ALLOW_WRITE ? "rwX" : "rX";

	if (m->host.uid >= FIRST_PERSON)
		finding_help(audit, f,
			"It belongs to somebody: let one more user in, `setfacl -m "
			"u:%u:%s%.*s %.*s`; or give it away, `chown %u:%u %.*s`. "
			"`oakum prepare` says and does it.",
			uid, bits, STR_ARG(inherited(audit, m, d, uid)), STR_ARG(path),
			uid, gid, STR_ARG(path));
	else if (d->bits & ALLOW_WRITE)
		finding_help(audit, f,
			"Give it to that number: `chown %u:%u %.*s && chmod %s %.*s`. "
			"`oakum prepare` says and does it.",
			uid, gid, STR_ARG(path), d->is_folder ? "0750" : "0640",
			STR_ARG(path));
	else
		finding_help(audit, f,
			"Let its group read it: `chgrp %u %.*s && chmod %s %.*s`. `oakum "
			"prepare` says and does it.",
			gid, STR_ARG(path), d->is_folder ? "0750" : "0640",
			STR_ARG(path));
}

static void say_mismatch(struct audit *audit, const struct mount *m,
	const struct demand *d, const struct identity *id)
{
	struct finding *f =
		finding_add(audit, m->source_span.length ? m->source_span : m->span);
	bool writes = (d->bits & ALLOW_WRITE) != 0;

	/* A script may be started from anywhere, and go elsewhere first. */
	if (audit->workload->run->source == RUN_BY_LINE)
		f->verdict = ANSWER_MAYBE;
	if (writes && !d->is_sure)
		f->severity = SEVERITY_MEDIUM;
	finding_message(audit, f,
		"The container runs as %u, and `%.*s` on this host belongs to %u:%u with "
		"mode %04o: it may not %s there.",
		id->uid.n, STR_ARG(reach_source(audit, m)), m->host.uid, m->host.gid,
		m->host.mode, writes ? "write" : "read");
	if (d->write)
		finding_consequence(audit, f,
			"%.*s gets `Permission denied` at %.*s: of a folder of the host its "
			"owner there counts, by number, whatever the image says.",
			STR_ARG(d->write->by), STR_ARG(m->at));
	else
		finding_consequence(audit, f,
			"Of a folder of the host its owner there counts, by number, "
			"whatever the image says: %.*s gets `Permission denied` at %.*s.",
			STR_ARG(advice_program(audit)), STR_ARG(m->at));
	say_command(audit, f, m, d, id);
	finding_evidence(audit, f, "%.*s", STR_ARG(m->at));
}

void check_mount_uid_mismatch(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct identity id;

	if (!run || has_own_namespace(run) || !demand_identity(audit->workload, &id))
		return;
	vec_each (const struct mount, m, &run->mounts) {
		struct demand d;
		struct look look;

		if (m->kind != MOUNT_BIND || m->origin != MOUNT_WRITTEN ||
			m->host.is_there != ANSWER_YES || !m->at.n)
			continue;
		d = demand_of(audit->arena, audit->workload, &id, m);
		look = allow_look(&m->host);
		if (allow_bits(audit->workload, &id, &look, d.bits) == ANSWER_NO)
			say_mismatch(audit, m, &d, &id);
	}
}
