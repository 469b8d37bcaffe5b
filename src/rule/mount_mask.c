/*
 * Mounts that lie over what the image prepared: code, and owners of folders.
 */
#include "rule/reach.h"

#include "base/path.h"

#include "rule/checks.h"

enum { MASKS_MAX = 64 }; /* mounts of a workload that are held against its image */

/* What of the image a mount lies over. */
struct mask {
	const struct step *step; /* NULL: nothing */
	struct str what;	 /* the path inside */
	struct str owner;	 /* chown: whom it was given to; empty: files copied */
	struct span span;
};

static bool is_folder_given(const struct command *c)
{
	return command_is(c, STR("chown")) || command_is(c, STR("chgrp"));
}

/* The paths of a chown are the words behind its owner. */
static bool given_below(
	struct audit *audit, const struct command *c, struct str at, struct mask *out)
{
	bool has_owner = false;
	struct str owner = STR_NONE, word;

	for (size_t i = 1; i < c->argv.n; i++) {
		if (!value_str(audit->arena, c->argv.at[i].value, &word))
			return false;
		if (str_starts(word, STR("-")))
			continue;
		if (!has_owner) {
			owner = word;
			has_owner = true;
		} else if (path_is_absolute(word) &&
			path_is_under(path_join(audit->arena, STR("/"), word), at)) {
			out->what = path_join(audit->arena, STR("/"), word);
			out->owner = owner;
			out->span = c->argv.at[i].span;
			return true;
		}
	}
	return false;
}

/* Where COPY puts things; empty when it is not known. */
static struct str copy_target(struct audit *audit, const struct step *step)
{
	struct str target, workdir = STR("/");

	if (!value_str(audit->arena, step->copy->target.value, &target))
		return STR_NONE;
	if (!path_is_absolute(target) &&
		!fact_str(audit->arena, step->before->workdir, &workdir))
		return STR_NONE;
	return path_join(audit->arena, workdir, target);
}

/* The first step that gives a folder at or below the mount's target to somebody. */
static struct mask mask_owner(struct audit *audit, struct str at)
{
	struct mask mask = {0};

	vec_each (const struct step *, s, &audit->facts.steps)
		vec_each (struct command *, c, &(*s)->commands)
			if (is_folder_given(*c) && given_below(audit, *c, at, &mask)) {
				mask.step = *s;
				return mask;
			}
	return mask;
}

/* The last COPY that puts the program where the mount lies. */
static struct mask mask_code(struct audit *audit, struct str at)
{
	struct mask mask = {0};

	vec_each (const struct step *, s, &audit->facts.steps) {
		struct str target;

		if (!(*s)->copy)
			continue;
		target = copy_target(audit, *s);
		if (!target.n || !path_is_under(target, at))
			continue;
		mask = (struct mask){
			.step = *s, .what = target, .span = (*s)->argument};
	}
	return mask;
}

/* The working folder lies in it: it is the program that is hidden, not its data. */
static bool holds_workdir(struct audit *audit, struct str at)
{
	struct str workdir;

	return fact_str(audit->arena, audit->workload->workdir, &workdir) &&
		path_is_under(workdir, at) && !str_eq(workdir, STR("/"));
}

static void say_code(
	struct audit *audit, const struct mount *m, const struct mask *mask)
{
	struct finding *f =
		finding_add(audit, m->target_span.length ? m->target_span : m->span);
	bool is_volume = m->kind == MOUNT_VOLUME;

	if (!is_volume)
		f->severity = SEVERITY_LOW;
	finding_message(audit, f, "The mount at `%.*s` hides the program of the image.",
		STR_ARG(m->at));
	finding_consequence(audit, f,
		is_volume
			? "The volume was filled from the image once, with the first start: "
			  "a new image still runs the old program."
			: "What runs is whatever lies on the host, with the owner and the "
			  "rights that it has there; what the image prepared is not seen.");
	finding_help(audit, f,
		"Mount %s below it, for data only; for work on the code keep the mount in "
		"`compose.override.yaml`.",
		is_volume ? "the volume" : "a folder");
	finding_related(audit, f, mask->span, "the image puts it there here");
	finding_evidence(audit, f, "code %.*s", STR_ARG(m->at));
}

/* "1777:1777" of who runs: the host need not know the name. */
static struct str number(struct audit *audit, struct str otherwise)
{
	uint32_t uid, gid;

	if (!reach_uid(audit->workload, &uid))
		return otherwise;
	return reach_gid(audit->workload, &gid)
		? arena_printf(audit->arena, "%u:%u", uid, gid)
		: arena_printf(audit->arena, "%u", uid);
}

static void say_owner(
	struct audit *audit, const struct mount *m, const struct mask *mask)
{
	struct finding *f =
		finding_add(audit, m->target_span.length ? m->target_span : m->span);

	finding_message(audit, f,
		"The image gives `%.*s` to `%.*s`, and the mount over it undoes that.",
		STR_ARG(mask->what), STR_ARG(mask->owner));
	finding_consequence(audit, f,
		"Of a folder of the host it is the owner there that counts, by number: "
		"where it is another, %.*s cannot write.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Give the folder to that number on the host: `chown -R %.*s %.*s`.",
		STR_ARG(number(audit, mask->owner)),
		STR_ARG(value_display(audit->arena, m->source)));
	finding_related(audit, f, mask->span, "given away here");
	finding_evidence(audit, f, "owner %.*s", STR_ARG(mask->what));
}

/* "compose.override.yaml", "docker-compose.dev.yml": there it is meant so. */
static bool is_for_development(const struct mount *m)
{
	struct str name = m->span.file ? path_base(m->span.file->path) : STR_NONE;

	return str_find_str(name, STR("override")) < name.n ||
		str_find_str(name, STR("dev")) < name.n;
}

void check_mount_masks_image_dir(struct audit *audit)
{
	const struct workload *w = audit->workload;

	if (!w->run || !w->stage)
		return;
	for (size_t i = 0; i < w->run->mounts.n && i < MASKS_MAX; i++) {
		const struct mount *m = &w->run->mounts.at[i];
		struct mask mask;

		if (!m->at.n || m->origin != MOUNT_WRITTEN ||
			(m->kind != MOUNT_BIND && m->kind != MOUNT_VOLUME))
			continue;
		if (holds_workdir(audit, m->at)) {
			mask = mask_code(audit, m->at);
			if (mask.step && m->kind == MOUNT_BIND && is_for_development(m))
				continue;
			if (mask.step) {
				say_code(audit, m, &mask);
				continue;
			}
		}
		if (m->kind != MOUNT_BIND || m->is_read_only == ANSWER_YES ||
			w->launch.runs_as != RUNS_AS_USER)
			continue;
		mask = mask_owner(audit, m->at);
		if (mask.step)
			say_owner(audit, m, &mask);
	}
}
