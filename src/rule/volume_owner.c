/*
 * Volumes and whose they are: a fresh one takes over the owner and the mode of the
 * image's folder that it hides, and what the image does not have becomes root's.
 */
#include "know/asker.h"
#include "model/demand.h"
#include "rule/checks.h"
#include "rule/reach.h"

/* Where the folder would be made, for whom, and so that the volume takes it over. */
static void say_cure(struct audit *audit, struct finding *f, struct str at,
	const struct identity *id)
{
	uint32_t gid = id->gid.know == FACT_SET && id->gid.n ? id->gid.n : id->uid.n;

	if (audit->workload->stage)
		finding_help(audit, f,
			"Make the folder in the image, before VOLUME and before USER: `RUN "
			"install -d -o %u -g %u -m 0750 %.*s`. A volume that is there "
			"already keeps its owner: `oakum prepare` says how to give it away.",
			id->uid.n, gid, STR_ARG(at));
	else
		finding_help(audit, f,
			"Give the volume to that number once: `oakum prepare` says the "
			"command. Or mount a folder of the host that belongs to %u:%u.",
			id->uid.n, gid);
}

static void say(struct audit *audit, struct span span, struct str at,
	const struct identity *id, const struct access *access)
{
	struct finding *f = finding_add(audit, span);

	finding_message(audit, f,
		"The container runs as %u, and the volume at `%.*s` begins as a folder that "
		"it may not write: %.*s.",
		id->uid.n, STR_ARG(at), STR_ARG(access->why));
	finding_consequence(audit, f,
		"%.*s gets `Permission denied` at the first file that it saves there: a "
		"fresh volume takes over owner and mode of the image's folder, and is "
		"root's where the image has none.",
		STR_ARG(advice_program(audit)));
	say_cure(audit, f, at, id);
	finding_evidence(audit, f, "%.*s", STR_ARG(at));
}

/* What lies in it can be told: no driver of its own, and nobody filled it before. */
static bool is_plain(const struct mount *m)
{
	if (m->kind != MOUNT_VOLUME || !m->at.n || m->is_read_only != ANSWER_NO)
		return false;
	return !m->volume ||
		(!m->volume->is_external && !m->volume->device.n &&
			m->volume->uses.n < 2);
}

/* The VOLUME of the image that makes this mount, where the Dockerfile is audited. */
static struct span span_of_mount(const struct mount *m)
{
	return m->target_span.length ? m->target_span : m->span;
}

static void check_mounts(
	struct audit *audit, const struct access_asker *asker, const struct run *run)
{
	vec_each (const struct mount, m, &run->mounts) {
		struct access access;

		if (!is_plain(m) || !span_of_mount(m).file)
			continue;
		access = access_ask(asker, m->at, ACCESS_MAKE);
		if (access.can == ANSWER_NO)
			say(audit, span_of_mount(m), m->at, &asker->identity, &access);
	}
}

/* Nothing says how it is run: then a VOLUME is what it will be run with. */
static void check_steps(struct audit *audit, const struct access_asker *asker)
{
	vec_each (const struct step *const, step, &audit->facts.steps)
		for (size_t i = 0; (*step)->kind == STEP_VOLUME && i < (*step)->words.n;
			i++) {
			const struct word *word = &(*step)->words.at[i];
			struct access access;
			struct str at;

			if (!value_str(audit->arena, word->value, &at) ||
				!str_starts(at, STR("/")))
				continue;
			access = access_ask(asker, at, ACCESS_MAKE);
			if (access.can == ANSWER_NO)
				say(audit, word->span, at, &asker->identity, &access);
		}
}

void check_volume_not_writable(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct access_asker asker;
	struct identity id;

	if (!demand_identity(audit->workload, &id) || !id.uid.n)
		return;
	/* Who starts as root may hand the volume over before it drops. */
	if (audit->workload->launch.runs_as != RUNS_AS_USER)
		return;
	asker = know_asker(audit->arena, audit->world, audit->workload, id);
	if (run)
		check_mounts(audit, &asker, run);
	else
		check_steps(audit, &asker);
}
