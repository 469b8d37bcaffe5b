#include "source/workload.h"

#include "base/path.h"
#include "effect/commands.h"
#include "effect/drop.h"
#include "model/query.h"
#include "source/launch_script.h"
#include "source/lower.h"
#include "source/writes.h"

/* ---- laying the run over the image ---- */

/* f, with below at the end of what it hides: an override file may hide a first one. */
static const struct fact *fact_over(
	struct arena *a, const struct fact *f, const struct fact *below)
{
	struct fact *copy;

	if (!f)
		return below;
	copy = arena_new(a, struct fact);
	*copy = *f;
	copy->hides = fact_over(a, f->hides, below);
	return copy;
}

static const struct program *program_over(
	struct arena *a, const struct program *p, const struct program *below)
{
	struct program *copy;

	if (!p)
		return below;
	copy = arena_new(a, struct program);
	*copy = *p;
	copy->hides = program_over(a, p->hides, below);
	return copy;
}

/* The engine takes an empty user, like none at all, as "the image decides". */
static bool says_something(const struct fact *f)
{
	if (!f || f->know == FACT_UNSET)
		return false;
	for (size_t i = 0; i < f->value.n; i++)
		if (f->value.at[i].kind == SEGMENT_UNKNOWN || f->value.at[i].text.n)
			return true;
	return f->know == FACT_UNKNOWN;
}

static bool has_words(const struct program *p)
{
	return p && (p->argv.n || p->know == FACT_UNKNOWN);
}

/* `--entrypoint ""`: one empty word, which the engine takes for none at all. */
static bool is_empty_word(struct arena *a, const struct program *p)
{
	struct str word;

	return p->argv.n == 1 && value_str(a, p->argv.at[0].value, &word) && !word.n;
}

/*
 * moby daemon/commit.go, merge: words in the run's entrypoint take the image's CMD away,
 * an empty list only the image's ENTRYPOINT; an empty command says nothing.
 */
static void lay_programs(
	struct arena *a, const struct workload_plan *plan, struct workload *w)
{
	const struct program *entrypoint = plan->entrypoint;

	if (entrypoint) {
		struct program *own =
			(struct program *)program_over(a, entrypoint, w->entrypoint);

		if (has_words(entrypoint))
			w->cmd = NULL;
		if (is_empty_word(a, own)) {
			own->argv.n = 0;
			own->commands.n = 0;
		}
		if (!has_words(own))
			own->know = FACT_UNSET;
		w->entrypoint = own;
	}
	if (has_words(plan->cmd))
		w->cmd = program_over(a, plan->cmd, w->cmd);
}

static void lay_environment(
	struct arena *a, const struct workload_plan *plan, struct workload *w)
{
	vec_each (const struct run_pair, pair, &plan->environment) {
		struct value value = pair->has_value
			? pair->value
			: value_unknown(a,
				  STR("it comes from the environment of who starts it"),
				  pair->span);

		w->env = binding_put(a, w->env, pair->name,
			fact_set(a, LAYER_RUN, value, pair->span,
				binding_find(w->env, pair->name)));
	}
}

static bool is_mounted(const struct mounts *mounts, struct str at)
{
	vec_each (const struct mount, m, mounts)
		if (str_eq(m->at, at))
			return true;
	return false;
}

static void add_image_volume(
	struct arena *a, const struct word *word, struct mounts *mounts)
{
	struct mount m = {.kind = MOUNT_VOLUME,
		.origin = MOUNT_FROM_IMAGE,
		.target = word->value,
		.is_read_only = ANSWER_NO,
		.span = word->span,
		.target_span = word->span};
	struct str path;

	if (value_str(a, word->value, &path))
		m.at = path_join(a, STR("/"), path);
	if (mounts->n < RUN_ITEMS_MAX && !(m.at.n && is_mounted(mounts, m.at)))
		*vec_push(a, mounts) = m;
}

/* The engine makes an anonymous volume of every VOLUME where nothing else is mounted. */
static const struct run *run_with_volumes(
	struct arena *a, const struct run *run, const struct workload *w)
{
	struct step_list steps = workload_steps(a, w);
	struct run *whole = arena_new(a, struct run);

	*whole = *run;
	whole->mounts = (struct mounts){0};
	vec_each (const struct mount, m, &run->mounts)
		*vec_push(a, &whole->mounts) = *m;
	vec_each (const struct step *, step, &steps)
		if ((*step)->kind == STEP_VOLUME)
			vec_each (const struct word, word, &(*step)->words)
				add_image_volume(a, word, &whole->mounts);
	return whole;
}

/*
 * What a bind mount puts into the container lies over the image's own files: an
 * entrypoint may be such a file, and so may /etc/passwd. One whose bytes are on another
 * machine, or in a place that nobody knows, hides what the image has all the same.
 */
static void lay_mounts(
	struct effect_context *effect, struct workload *w, struct state *now)
{
	vec_each (const struct mount, m, &w->run->mounts) {
		bool is_here = m->host.is_there == ANSWER_YES && m->path.n;
		struct file_entry entry = {.path = m->at,
			.origin = is_here ? FILE_FROM_HOST : FILE_FROM_OTHER,
			.source = m->path,
			.span = m->span};

		if (m->kind != MOUNT_BIND || !m->at.n)
			continue;
		w->accounts = effect_put_file(effect, &entry, w->accounts);
		now->files = files_put(effect->arena, now->files, &entry);
	}
	now->accounts = w->accounts;
}

/* ---- deciding the launch ---- */

/* A RUN as somebody who cannot be: the build ends there, whatever stands below. */
static void stop_at_run(struct arena *a, struct workload *w)
{
	struct step_list steps = workload_needed_steps(a, w);
	const struct state *seen = NULL;

	vec_each (const struct step *, step, &steps) {
		const struct state *before = (*step)->before;
		struct identity id;
		struct str user;

		if ((*step)->kind != STEP_RUN || before->user->know != FACT_SET ||
			(seen && seen->user == before->user &&
				seen->accounts == before->accounts) ||
			!fact_str(a, before->user, &user))
			continue;
		seen = before;
		id = identity_resolve(a, user, before->accounts);
		if (id.is_valid != ANSWER_NO)
			continue;
		w->launch = (struct launch){.runs_as = RUNS_NOT_AT_ALL,
			.user = before->user,
			.identity = id,
			.why = id.why};
		return;
	}
}

/*
 * One word of group_add, as moby/sys reads it (user.GetAdditionalGroups): a group of
 * the image by its name, else a number; the container does not start with another.
 */
static void add_group(struct arena *a, const struct run_word *word,
	const struct accounts *accounts, struct launch *l)
{
	const struct account_group *group = NULL;
	enum answer found;
	struct str text;
	uint32_t gid;

	if (!value_str(a, word->value, &text)) {
		l->identity.groups_known = false;
		return;
	}
	found = accounts_find_group(accounts, text, &group);
	if (found == ANSWER_YES) {
		*vec_push(a, &l->identity.groups) = group->gid;
	} else if (str_to_u32(text, &gid) && gid <= ID_MAX_ENGINE) {
		*vec_push(a, &l->identity.groups) = (struct id){.know = FACT_SET,
			.n = gid,
			.is_chosen = true,
			.span = word->span};
	} else if (found == ANSWER_MAYBE) {
		l->identity.groups_known = false;
	} else {
		l->runs_as = RUNS_NOT_AT_ALL;
		l->why = arena_printf(a,
			"it is to have the group '%.*s' and the image has no such group",
			STR_ARG(text));
	}
}

static void decide(struct source_context *ctx, const struct workload_plan *plan,
	struct workload *w, const struct state *state)
{
	struct stage bare = {.base = w->base};
	struct lowering l = {.arena = ctx->arena,
		.world = ctx->world,
		.know = ctx->know,
		.options = ctx->options,
		.stage = plan->stage ? (struct stage *)plan->stage : &bare,
		.context = plan->build ? plan->build->context : STR_NONE,
		.sent = plan->build ? plan->build->sent : NULL};
	struct state now = *state;
	struct effect_context effect;

	now.user = w->user;
	now.workdir = w->workdir;
	now.env = w->env;
	lower_effect_context(&l, NULL, &effect);
	if (w->run)
		lay_mounts(&effect, w, &now);
	w->launch = launch_decide(ctx->arena, w->user, w->accounts,
		drop_find(&effect, w->entrypoint, w->cmd, &now, w->base));
	w->script = launch_script_read(&effect, w, &now);
	if (w->run && w->launch.runs_as != RUNS_NOT_AT_ALL)
		vec_each (const struct run_word, word, &w->run->group_add)
			add_group(ctx->arena, word, w->accounts, &w->launch);
	if (w->launch.runs_as != RUNS_NOT_AT_ALL)
		stop_at_run(ctx->arena, w);
	w->writes = writes_find(&(struct writes_input){.effect = &effect,
		.workload = w,
		.now = &now,
		.unplaced = &w->unplaced});
	w->downloaded = writes_downloaded(
		&(struct writes_input){.effect = &effect, .workload = w, .now = &now});
}

/* ---- the whole ---- */

/* Neither a build nor an image: whatever it is, it is not written here. */
static void start_nowhere(struct source_context *ctx, const struct workload_plan *plan,
	struct state *state)
{
	struct str why = plan->why.n
		? plan->why
		: STR("neither an image nor what it is built from is known");
	struct span at = plan->image_span.file || !plan->run ? plan->image_span
							     : plan->run->anchor;

	*state = (struct state){.user = fact_unknown(ctx->arena, LAYER_IMAGE, why, at),
		.workdir = fact_unset(ctx->arena, LAYER_IMAGE, at),
		.accounts = accounts_doubt(
			ctx->arena, accounts_empty(ctx->arena), why, at)};
}

static void start_image(struct source_context *ctx, const struct workload_plan *plan,
	struct workload *w, struct state *state)
{
	struct base_image *base = arena_new(ctx->arena, struct base_image);

	image_start(ctx->arena, ctx->know, plan->image, plan->image_span, base, state);
	w->base = base;
}

static struct span anchor_of(const struct workload_plan *plan)
{
	if (plan->anchor.file)
		return plan->anchor;
	if (plan->run)
		return plan->run->anchor;
	return plan->stage ? plan->stage->span : plan->image_span;
}

/*
 * `podman run --userns keep-id` of an image without a USER runs as whoever asks, under
 * the number that uid= says or its own (podman 4.3.1: specgen, namespaces.go).
 */
static const struct fact *kept_user(
	struct arena *a, const struct run *run, const struct fact *user)
{
	const struct fact *mode = run->settings[RUN_USERNS];
	struct str text, uid = STR_NONE, gid = STR_NONE, field;
	struct str_fields fields;

	if (user->know != FACT_UNSET || !str_eq(run->engine, STR("podman")) ||
		!run_text(a, run, RUN_USERNS, &text) ||
		!str_starts(text, STR("keep-id")))
		return user;
	fields = (struct str_fields){.rest = str_from(text, str_find(text, ':') + 1)};
	while (str_next_field(&fields, ',', &field)) {
		if (str_starts(field, STR("uid=")))
			uid = str_from(field, 4);
		if (str_starts(field, STR("gid=")))
			gid = str_from(field, 4);
	}
	if (uid.n && gid.n)
		return fact_over(a,
			fact_set(a, LAYER_RUN,
				value_literal(a,
					arena_printf(a, "%.*s:%.*s", STR_ARG(uid),
						STR_ARG(gid)),
					mode->span),
				mode->span, NULL),
			user);
	return fact_over(a,
		fact_unknown(a, LAYER_RUN,
			STR("with keep-id it runs as whoever starts podman"),
			mode->span),
		user);
}

struct workload *workload_make(
	struct source_context *ctx, const struct workload_plan *plan)
{
	struct workload *w = arena_new(ctx->arena, struct workload);
	struct state state;

	*w = (struct workload){.name = plan->name,
		.service = plan->service,
		.build = plan->build,
		.stage = plan->stage,
		.anchor = anchor_of(plan)};
	if (plan->stage) {
		state = *plan->stage->end;
		w->base = plan->stage->base;
	} else if (plan->image.n) {
		start_image(ctx, plan, w, &state);
	} else {
		start_nowhere(ctx, plan, &state);
	}
	w->user = state.user;
	w->workdir = state.workdir;
	w->entrypoint = state.entrypoint;
	w->cmd = state.cmd;
	w->env = state.env;
	w->accounts = state.accounts;
	if (says_something(plan->user))
		w->user = fact_over(ctx->arena, plan->user, state.user);
	else if (plan->run)
		w->user = kept_user(ctx->arena, plan->run, state.user);
	if (says_something(plan->workdir))
		w->workdir = fact_over(ctx->arena, plan->workdir, state.workdir);
	lay_programs(ctx->arena, plan, w);
	lay_environment(ctx->arena, plan, w);
	if (plan->run)
		w->run = run_with_volumes(ctx->arena, plan->run, w);
	decide(ctx, plan, w, &state);
	return w;
}

const struct program *workload_program(
	struct source_context *ctx, const struct words *argv, struct span span)
{
	struct program *p = arena_new(ctx->arena, struct program);

	*p = (struct program){.know = argv->n ? FACT_SET : FACT_UNSET,
		.layer = LAYER_RUN,
		.form = PROGRAM_EXEC,
		.argv = *argv,
		.commands = commands_of_words(ctx->arena, argv, ctx->diags),
		.span = span};
	return p;
}
