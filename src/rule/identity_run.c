/*
 * Who a run says that it runs as, over what the image says: `user:`, --user.
 *
 * What the image itself says is judged by user-root and its kin. Where a run says
 * something, that is what counts, and the rules here speak of it: one mistake, one
 * finding, at the bytes of the run.
 */
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/run_advice.h"

/* Came it out of a ${NAME:-default} or a .env file, so that another start may differ? */
static bool is_default(const struct fact *user)
{
	for (size_t i = 0; i < user->value.n; i++)
		if (user->value.at[i].kind == SEGMENT_EXPANSION)
			return true;
	return false;
}

/* Who it would be without the run's word; NULL when that is not known. */
static const struct fact *hidden_user(
	struct audit *audit, const struct fact *user, struct identity *id)
{
	const struct fact *hidden = user->hides;
	struct str spec = STR("");

	if (!hidden || hidden->know == FACT_UNKNOWN)
		return NULL;
	if (hidden->know == FACT_SET && !fact_str(audit->arena, hidden, &spec))
		return NULL;
	*id = identity_resolve(audit->arena, spec, audit->workload->accounts);
	return hidden;
}

/* ---- root ---- */

static enum answer overrides_with_root(const struct workload *w)
{
	const struct launch *l = &w->launch;

	if (!run_says_user(w) || l->user != w->user ||
		run_starts_as_root(l) != ANSWER_YES)
		return ANSWER_NO;
	if (l->runs_as == RUNS_AS_ROOT)
		return is_default(l->user) ? ANSWER_MAYBE : ANSWER_YES;
	/* Whether its entrypoint gives root up cannot be told. */
	return l->runs_as == RUNS_AS_UNKNOWN ? ANSWER_MAYBE : ANSWER_NO;
}

/* The account to name instead: the one that the image prepares, or a free number. */
static struct str other_user(struct audit *audit)
{
	const struct account *made = audit->facts.candidate;

	if (made)
		return advice_spec(audit, made);
	return arena_printf(
		audit->arena, "%u:%u", advice_free_id(audit), advice_free_id(audit));
}

static void help_root(struct audit *audit, struct finding *f, const struct fact *user)
{
	struct identity id;
	const struct fact *hidden = hidden_user(audit, user, &id);
	const char *drop =
		run_advice_choose(audit, "Drop this line", "Drop this option");
	struct str spec = STR_NONE;

	if (hidden && hidden->know == FACT_SET && identity_is_root(&id) == ANSWER_NO &&
		id.is_valid != ANSWER_NO && fact_str(audit->arena, hidden, &spec)) {
		finding_help(audit, f,
			"%s: the image runs as `%.*s` by itself. Where a folder cannot be "
			"written, give it to that user, and not the program to root.",
			drop, STR_ARG(spec));
		return;
	}
	finding_help(audit, f,
		"Name another user, %.*s, whom the folders that it writes belong to.",
		STR_ARG(run_advice_user(audit, user, other_user(audit))));
}

void check_user_override_root(struct audit *audit)
{
	const struct workload *w = audit->workload;
	enum answer verdict = w->run ? overrides_with_root(w) : ANSWER_NO;
	struct str spec = STR_NONE;
	struct finding *f;

	if (verdict == ANSWER_NO)
		return;
	(void)fact_str(audit->arena, w->user, &spec);
	f = finding_add(audit, w->user->span);
	f->verdict = verdict;
	f->chain = w->user;
	if (verdict == ANSWER_YES)
		finding_message(audit, f,
			"%.*s makes the container run as root, whatever its image says.",
			STR_ARG(run_advice_user(audit, w->user, spec)));
	else if (w->launch.runs_as == RUNS_AS_ROOT)
		finding_message(audit, f,
			"A start that gives no other value runs the container as root.");
	else
		finding_message(audit, f,
			"%.*s makes the container start as root, and it may stay so: "
			"%.*s.",
			STR_ARG(run_advice_user(audit, w->user, spec)),
			STR_ARG(w->launch.why));
	finding_consequence(audit, f,
		"Whoever breaks into %.*s owns the whole container and is one flaw of the "
		"kernel or the engine away from the host; files that it writes to a "
		"mounted folder belong to root there.",
		STR_ARG(advice_program(audit)));
	help_root(audit, f, w->user);
	finding_evidence(audit, f, "root");
}

/* ---- nobody ---- */

/* The bytes of the part that the image does not have. */
static struct span part_at_fault(
	struct audit *audit, const struct launch *l, struct str *name)
{
	struct str spec = STR_NONE;
	struct owner o;

	(void)fact_str(audit->arena, l->user, &spec);
	o = advice_owner(l->user->value, spec, l->user->span);
	if (l->identity.problem == IDENTITY_NO_GROUP) {
		*name = o.group;
		return o.group_span;
	}
	*name = o.user;
	return o.user_span;
}

static void help_unknown(
	struct audit *audit, struct finding *f, struct str name, bool is_group)
{
	const struct accounts *db = audit->workload->accounts;
	const struct account *made = audit->facts.candidate;
	struct str near = is_group ? accounts_nearest_group(audit->arena, db, name)
				   : accounts_nearest(audit->arena, db, name);

	if (near.n)
		finding_help(
			audit, f, "Write `%.*s`, which the image has.", STR_ARG(near));
	else if (made && !is_group)
		finding_help(audit, f,
			"The image makes the account `%.*s`: write %.*s.",
			STR_ARG(made->name),
			STR_ARG(run_advice_user(audit, audit->workload->user,
				advice_spec(audit, made))));
	else
		finding_help(audit, f,
			"Create it in the image, or write a number: a number needs no "
			"%s. An account of the host does not count, the engine looks into "
			"the image.",
			is_group ? "group" : "account");
}

void check_user_override_unknown(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct launch *l = &w->launch;
	bool is_group = l->identity.problem == IDENTITY_NO_GROUP;
	struct finding *f;
	struct str name;

	if (!run_says_user(w) || l->runs_as != RUNS_NOT_AT_ALL || l->user != w->user ||
		l->identity.is_valid != ANSWER_NO ||
		(l->identity.problem != IDENTITY_NO_USER && !is_group))
		return;
	f = finding_add(audit, part_at_fault(audit, l, &name));
	if (is_default(l->user))
		f->verdict = ANSWER_MAYBE;
	f->chain = l->user;
	finding_message(audit, f, "The image has no %s `%.*s`.",
		is_group ? "group" : "user", STR_ARG(name));
	finding_consequence(audit, f,
		"The engine refuses to start %.*s: it looks the name up in the image and "
		"does not find it.",
		STR_ARG(advice_program(audit)));
	help_unknown(audit, f, name, is_group);
	finding_evidence(
		audit, f, "%s %.*s", is_group ? "group" : "user", STR_ARG(name));
}

/* ---- somebody else ---- */

static bool is_number_of(struct str text, uint32_t n)
{
	int64_t number;

	return user_spec_number(text, &number) && number == (int64_t)n;
}

/* Where the image gives something to its own user, or SPAN_NONE. */
static struct span prepared_for(struct audit *audit, const struct identity *id)
{
	vec_each (const struct step *, step, &audit->facts.steps) {
		struct owner owner;

		vec_each (struct identity_use, use, &(*step)->notes.uses)
			if (!use->is_group && use->is_known &&
				str_eq(use->tool, STR("chown")) &&
				((id->name.n && str_eq(use->text, id->name)) ||
					is_number_of(use->text, id->uid.n)))
				return use->span;
		if (advice_copy_owner(audit, *step, &owner) &&
			((id->name.n && str_eq(owner.user, id->name)) ||
				is_number_of(owner.user, id->uid.n)))
			return owner.user_span;
	}
	return SPAN_NONE;
}

/*
 * Has the image an account of its own making for whom the run names? Then it was made
 * for two kinds of users.
 */
static bool is_made_for(struct audit *audit, const struct identity *id)
{
	vec_each (const struct account *, u, &audit->facts.made)
		if (id->uid.know == FACT_SET && (*u)->uid.know == FACT_SET &&
			(*u)->uid.n == id->uid.n)
			return true;
	return false;
}

/* Both known, neither root, and the uids differ. */
static bool disagree(const struct identity *run, const struct identity *image)
{
	return run->uid.know == FACT_SET && image->uid.know == FACT_SET &&
		image->is_valid == ANSWER_YES && run->uid.n && image->uid.n &&
		run->uid.n != image->uid.n;
}

void check_compose_user_vs_image_user(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct launch *l = &w->launch;
	const struct fact *hidden;
	struct identity image;
	struct span prepared;
	struct finding *f;
	struct str spec = STR_NONE, image_spec = STR_NONE;

	if (!run_says_user(w) || l->runs_as != RUNS_AS_USER || l->user != w->user)
		return;
	hidden = hidden_user(audit, l->user, &image);
	if (!hidden || hidden->know != FACT_SET || !disagree(&l->identity, &image) ||
		is_made_for(audit, &l->identity))
		return;
	(void)fact_str(audit->arena, l->user, &spec);
	(void)fact_str(audit->arena, hidden, &image_spec);
	prepared = prepared_for(audit, &image);
	f = finding_add(audit, l->user->span);
	f->chain = l->user;
	if (!prepared.file)
		f->severity = SEVERITY_MEDIUM;
	if (!prepared.file || is_default(l->user))
		f->verdict = ANSWER_MAYBE;
	finding_message(audit, f,
		"The image is made for the user %u, and the run takes the user %u.",
		image.uid.n, l->identity.uid.n);
	finding_consequence(audit, f,
		"Folders that the image gives to its own user, and volumes that were "
		"filled from them, cannot be written by %.*s: `permission denied`.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"%s, or write the user of the image: %.*s. Give folders of the host that "
		"are mounted to that number.",
		run_advice_choose(audit, "Drop this line", "Drop this option"),
		STR_ARG(run_advice_user(audit, l->user, image_spec)));
	if (prepared.file)
		finding_related(
			audit, f, prepared, "here the image gives files to its user");
	finding_evidence(audit, f, "%u %u", image.uid.n, l->identity.uid.n);
}
