/*
 * A seccomp profile that permits what it means to refuse, or far more than the engine's
 * own, is left where it is, and a stricter one is written beside it: what both permit, and
 * nothing of what the old one seems to be for.
 */
#include "base/buf.h"
#include "base/path.h"
#include "fix/makers.h"
#include "fix/profile_make.h"
#include "fix/run.h"

enum { PROFILE_NAMES = 9 }; /* seccomp-strict.json, seccomp-strict-2.json … */

static const struct str rule = STR_INIT("seccomp-profile-weak");
static const struct str title = STR_INIT("Close what its seccomp profile leaves open");

/* What is known of one profile before another one is made of it. */
struct weakness {
	struct fixing *f;
	const struct workload_filter *filter;
	struct need need;    /* what the new one has to keep */
	struct strs without; /* sentences: what it cannot promise, and why */
};

static void want(struct weakness *w, struct str objective)
{
	*vec_push(w->f->arena, &w->need.objectives) =
		(struct need_word){objective, SPAN_NONE};
}

/* The first reason of those who name the profile, of which one file is made. */
static struct str obstacle_of_all(const struct weakness *weak)
{
	const struct security_option *mine = weak->filter->option;

	vec_each (struct workload *const, w, &weak->f->input->project.workloads) {
		const struct security_option *o =
			(*w)->run ? run_security((*w)->run, SECURITY_SECCOMP) : NULL;
		struct str why;

		if (!o || !str_eq(o->path, mine->path))
			continue;
		why = profile_obstacle(*w, &weak->need);
		if (why.n)
			return why;
	}
	return STR_NONE;
}

/* What it says by a condition has to hold; what it may mean holds where it can. */
static struct str choose_objectives(struct weakness *weak, const struct ruleset *usual)
{
	static const struct str names[] = {STR_INIT("no-root"), STR_INIT("no-others")};
	struct str why;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum answer means =
			filter_means(weak->f->arena, weak->filter, usual, names[i]);

		if (means == ANSWER_NO)
			continue;
		want(weak, names[i]);
		why = obstacle_of_all(weak);
		if (why.n && means == ANSWER_YES)
			return why;
		if (!why.n)
			continue;
		weak->need.objectives.n--;
		*vec_push(weak->f->arena, &weak->without) = arena_printf(weak->f->arena,
			"It does not promise `%.*s`, as the old one may "
			"have meant to: %.*s",
			STR_ARG(names[i]), STR_ARG(why));
	}
	return STR_NONE;
}

/* ---- its place ---- */

/* "./security/seccomp.json" gives "./security/seccomp-strict.json". */
static struct str name_of(struct arena *a, struct str old, int i)
{
	struct str bare =
		str_ends(old, STR(".json")) ? str_sub(old, 0, old.n - 5) : old;

	return i == 1 ? arena_printf(a, "%.*s-strict.json", STR_ARG(bare))
		      : arena_printf(a, "%.*s-strict-%d.json", STR_ARG(bare), i);
}

/* One that is free, or has the bytes already: then nothing has to be made. */
static bool choose_name(struct fixing *f, const struct security_option *o,
	struct str bytes, struct str *name, struct change *file)
{
	for (int i = 1; i <= PROFILE_NAMES; i++) {
		struct world_stat st = {.kind = WORLD_ABSENT};
		const struct file *there;

		*name = name_of(f->arena, o->text, i);
		file->path = name_of(f->arena, o->path, i);
		if (world_stat(f->world, file->path, &st, NULL) < 0)
			continue;
		if (st.kind == WORLD_ABSENT) {
			file->value = bytes;
			return true;
		}
		if (st.kind == WORLD_FILE &&
			world_read(f->world, file->path, &there, &(struct err){0}) ==
				0 &&
			str_eq(there->bytes, bytes))
			return true;
	}
	return false;
}

static bool is_of_project(struct str text)
{
	return !path_is_absolute(text) && !str_starts(text, STR("..")) &&
		!str_starts(text, STR("~")) && !str_starts(text, STR("./.."));
}

/* ---- the part ---- */

static struct str why_of(const struct weakness *weak)
{
	struct buf out = {.arena = weak->f->arena};

	buf_add(&out,
		STR("The new one permits only what the old one and the engine's own "
		    "both do"));
	vec_each (const struct need_word, name, &weak->need.objectives)
		buf_printf(&out, "%s `%.*s`",
			name == weak->need.objectives.at ? ", less what is against"
							 : " and",
			STR_ARG(name->text));
	buf_add(&out, STR(": proved for every argument of every call."));
	return buf_str(&out);
}

static bool say_cannot(struct fixing *f, struct str why)
{
	fix_cannot(f, title, rule, "%.*s", STR_ARG(why));
	return false;
}

static bool write_part(struct weakness *weak, struct fix_part *part, struct str bytes)
{
	struct fixing *f = weak->f;
	const struct security_option *o = weak->filter->option;
	struct change file = {.kind = CHANGE_FILE, .op = CHANGE_ADD}, *word;
	struct str name;

	if (!choose_name(f, o, bytes, &name, &file))
		return say_cannot(f, STR("No name beside the old one is free."));
	if (file.value.n)
		*vec_push(f->arena, &part->changes) = file;
	word = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
	word->at = o->span;
	word->value = arena_printf(f->arena, "seccomp=%.*s", STR_ARG(name));
	part->title = title;
	part->why = why_of(weak);
	part->class = FIX_CHANGES_RUN;
	fix_cures(f, part, rule);
	fix_accepts(f, part, STR("exec-root-despite-profile"));
	fix_footprint(f, part, "*/security/seccomp*");
	vec_each (const struct str, sentence, &weak->without)
		*vec_push(f->arena, &part->by_hand) = *sentence;
	*vec_push(f->arena, &part->by_hand) =
		STR("Start it and use it once: what the profile refuses ends with "
		    "`operation not permitted`.");
	return true;
}

bool fix_seccomp_weak(struct fixing *f, struct fix_part *part)
{
	const struct finding *found = fix_finding(f, rule);
	const struct need *need;
	struct weakness weak = {.f = f, .need = {.mode = NEED_REFUSE}};
	struct profile_wish wish = {.need = &weak.need};
	struct audit audit;
	struct ruleset usual;
	struct str why, bytes;

	if (!found || !f->workload->run || f->workload->run->is_only_made)
		return false;
	/* Who has said what it needs gets a profile for that. */
	need = need_of(f->audit, f->workload);
	if (need && need_says_seccomp(need) && need->mode == NEED_REFUSE)
		return false;
	audit = run_audit(f);
	weak.filter = filter_of(&audit);
	if (!weak.filter)
		return false;
	if (!is_of_project(weak.filter->option->text))
		return say_cannot(f,
			STR("The profile is not of this project: whoever keeps it may "
			    "have other users of it. `oakum seccomp make` writes one."));
	/* A door that somebody opened in a wall: what goes through it is not in the file. */
	if (str_eq(found->evidence, STR("wider")) &&
		!filter_permits(weak.filter->rules.otherwise))
		return say_cannot(f,
			STR("What needs the calls that it opens is not in the file (a "
			    "browser's sandbox needs some): take out of the profile which "
			    "of them nothing uses."));
	profile_default(f->arena, &weak.filter->host, &usual);
	why = choose_objectives(&weak, &usual);
	if (why.n)
		return say_cannot(f, why);
	wish.workload = f->workload;
	wish.old = weak.filter->file;
	bytes = profile_bytes(f->arena, &wish, &why);
	return bytes.n ? write_part(&weak, part, bytes) : say_cannot(f, why);
}
