/*
 * A seccomp profile that permits what it means to refuse, far more than the engine's own,
 * or what oakum.yaml says that nobody needs, is left where it is, and a stricter one is
 * written beside it: what it and the engine's own both permit, less all of that.
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
	bool is_needed;	     /* oakum.yaml says so, and it does not hold */
	struct strs without; /* sentences: what it cannot promise, and why */
};

static void want(struct weakness *w, struct str objective)
{
	*vec_push(w->f->arena, &w->need.objectives) =
		(struct need_word){objective, SPAN_NONE};
}

static bool is_same_place(struct span x, struct span y)
{
	return x.file == y.file && x.offset == y.offset;
}

/*
 * The first reason of those who would get the file, too: who stand on the same anchor, and
 * (is_choice) all who name the profile, so that it stays one.
 */
static struct str obstacle_of_all(const struct weakness *weak, bool is_choice)
{
	const struct fixing *f = weak->f;
	const struct security_option *mine = weak->filter->option;
	struct str why = profile_obstacle(f->workload, &weak->need);

	if (why.n)
		return why;
	vec_each (struct workload *const, w, &f->input->project.workloads) {
		const struct security_option *o =
			(*w)->run ? run_security((*w)->run, SECURITY_SECCOMP) : NULL;

		if (!o ||
			!(is_choice ? str_eq(o->path, mine->path)
				    : is_same_place(o->span, mine->span)))
			continue;
		why = profile_obstacle(*w, &weak->need);
		if (why.n && is_choice)
			return why;
		if (why.n)
			return arena_printf(f->arena, "`%.*s` names it, too. %.*s",
				STR_ARG((*w)->service), STR_ARG(why));
	}
	return STR_NONE;
}

static bool wants_already(const struct weakness *weak, struct str objective)
{
	vec_each (const struct need_word, name, &weak->need.objectives)
		if (str_eq(name->text, objective))
			return true;
	return false;
}

static void say_without(struct weakness *weak, struct str objective, struct str why)
{
	*vec_push(weak->f->arena, &weak->without) = arena_printf(weak->f->arena,
		"It does not promise `%.*s`, as the old one may have meant to: %.*s",
		STR_ARG(objective), STR_ARG(why));
}

/*
 * What is needed by oakum.yaml has to hold, and what the profile says by a condition; what
 * it may mean besides holds where it can.
 */
static struct str choose_objectives(struct weakness *weak, const struct ruleset *usual)
{
	static const struct str names[] = {STR_INIT("no-root"), STR_INIT("no-others")};
	struct str why = STR_NONE;

	if (need_says_seccomp(&weak->need))
		why = obstacle_of_all(weak, false);
	for (size_t i = 0; !why.n && i < sizeof(names) / sizeof(names[0]); i++) {
		enum answer means =
			filter_means(weak->f->arena, weak->filter, usual, names[i]);

		if (means == ANSWER_NO || wants_already(weak, names[i]) ||
			(means == ANSWER_MAYBE && weak->is_needed))
			continue;
		want(weak, names[i]);
		why = obstacle_of_all(weak, means == ANSWER_MAYBE);
		if (!why.n || means == ANSWER_YES)
			continue;
		weak->need.objectives.n--;
		say_without(weak, names[i], why);
		why = STR_NONE;
	}
	return why;
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

static bool has_bytes(struct fixing *f, struct str path, struct str bytes)
{
	struct world_stat st = {.kind = WORLD_ABSENT};
	const struct file *there;

	return world_stat(f->world, path, &st, NULL) == 0 && st.kind == WORLD_FILE &&
		world_read(f->world, path, &there, &(struct err){0}) == 0 &&
		str_eq(there->bytes, bytes);
}

/* Where the old one refuses nothing of its own, others have the same file already. */
static bool is_made_for_others(struct fixing *f, struct str bytes, struct str *name)
{
	struct str path = path_join(f->arena, path_dir(f->workload->run->file->path),
		STR("seccomp/oakum.json"));

	*name = STR("./seccomp/oakum.json");
	return has_bytes(f, path, bytes);
}

/* One that is free, or has the bytes already: then nothing has to be made. */
static bool choose_name(struct fixing *f, const struct security_option *o,
	struct str bytes, struct str *name, struct change *file)
{
	for (int i = 1; i <= PROFILE_NAMES; i++) {
		struct world_stat st = {.kind = WORLD_ABSENT};

		*name = name_of(f->arena, o->text, i);
		file->path = name_of(f->arena, o->path, i);
		if (world_stat(f->world, file->path, &st, NULL) < 0)
			continue;
		if (st.kind == WORLD_ABSENT) {
			file->value = bytes;
			return true;
		}
		if (has_bytes(f, file->path, bytes))
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
	bool is_weak = fix_finding(f, rule);

	fix_cannot(f, title, is_weak ? rule : STR("grant-exceeds-needs"), "%.*s",
		STR_ARG(why));
	return false;
}

static bool write_part(struct weakness *weak, struct fix_part *part, struct str bytes)
{
	struct fixing *f = weak->f;
	const struct security_option *o = weak->filter->option;
	struct change file = {.kind = CHANGE_FILE, .op = CHANGE_ADD}, *word;
	struct str name;

	if (!is_made_for_others(f, bytes, &name) &&
		!choose_name(f, o, bytes, &name, &file))
		return say_cannot(f, STR("No name beside the old one is free."));
	if (file.value.n)
		*vec_push(f->arena, &part->changes) = file;
	word = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
	word->at = o->span;
	word->value = arena_printf(f->arena, "seccomp=%.*s", STR_ARG(name));
	part->title = title;
	part->why = why_of(weak);
	part->class = FIX_CHANGES_RUN;
	if (fix_finding(f, rule))
		fix_cures(f, part, rule);
	if (weak->is_needed)
		fix_helps(f, part, STR("grant-exceeds-needs"));
	fix_accepts(f, part, STR("exec-root-despite-profile"));
	fix_footprint(f, part, "*/security/seccomp*");
	vec_each (const struct str, sentence, &weak->without)
		*vec_push(f->arena, &part->by_hand) = *sentence;
	*vec_push(f->arena, &part->by_hand) =
		STR("Start it and use it once: what the profile refuses ends with "
		    "`operation not permitted`.");
	return true;
}

/* What oakum.yaml asks for and the profile does not keep. */
static void take_need(struct weakness *weak)
{
	struct fixing *f = weak->f;
	const struct need *need = need_of(f->audit, f->workload);

	weak->need = (struct need){.mode = NEED_REFUSE};
	weak->is_needed = need && need_says_seccomp(need) &&
		!need_holds(f->audit, f->workload, need);
	if (!weak->is_needed)
		return;
	weak->need.mode = need->mode;
	weak->need.denies = need->denies;
	vec_each (const struct need_word, name, &need->objectives)
		want(weak, name->text);
}

/* A door that somebody opened in a wall: what goes through it is not in the file. */
static bool is_door(const struct weakness *weak)
{
	const struct finding *found = fix_finding(weak->f, rule);

	return !weak->is_needed && found && str_eq(found->evidence, STR("wider")) &&
		!filter_permits(weak->filter->rules.otherwise);
}

static bool strengthen(struct weakness *weak, struct fix_part *part)
{
	struct fixing *f = weak->f;
	struct profile_wish wish = {.workload = f->workload,
		.need = &weak->need,
		.old = weak->filter->file};
	struct ruleset usual;
	struct str why, bytes;

	if (!is_of_project(weak->filter->option->text))
		return say_cannot(f,
			STR("The profile is not of this project: whoever keeps it may "
			    "have other users of it. `oakum seccomp make` writes one."));
	if (is_door(weak))
		return say_cannot(f,
			STR("What needs the calls that it opens is not in the file (a "
			    "browser's sandbox needs some): take out of the profile which "
			    "of them nothing uses."));
	profile_default(f->arena, &weak->filter->host, &usual);
	why = choose_objectives(weak, &usual);
	if (why.n)
		return say_cannot(f, why);
	bytes = profile_bytes(f->arena, &wish, &why);
	return bytes.n ? write_part(weak, part, bytes) : say_cannot(f, why);
}

bool fix_seccomp_weak(struct fixing *f, struct fix_part *part)
{
	struct weakness weak = {.f = f};
	struct audit audit;

	if (!f->workload->run || f->workload->run->is_only_made)
		return false;
	audit = run_audit(f);
	weak.filter = filter_of(&audit);
	if (!weak.filter)
		return false;
	take_need(&weak);
	if (!weak.is_needed && !fix_finding(f, rule))
		return false;
	return strengthen(&weak, part);
}
