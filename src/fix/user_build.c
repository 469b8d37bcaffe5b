#include "base/buf.h"
#include "base/path.h"
#include "fix/makers.h"
#include "fix/user.h"

/* Two texts within one compose file have one path. */
static bool is_same_file(const struct file *a, const struct file *b)
{
	return a == b || (str_eq(a->path, b->path) && str_eq(a->bytes, b->bytes));
}

static bool is_same_stage(const struct workload *a, const struct workload *b)
{
	return a->stage && b->stage && a->stage->index == b->stage->index &&
		is_same_file(a->stage->build->file, b->stage->build->file);
}

/*
 * A number that the run gives to an image of root, without an account: another workload
 * of the same Dockerfile gets a user, and then they share it with what they own.
 */
static bool is_stranger(const struct fixing *f, const struct workload *w)
{
	if (w->launch.runs_as != RUNS_AS_USER || w->user->layer != LAYER_RUN ||
		(w->launch.identity.account &&
			w->launch.identity.account->uid.is_chosen))
		return false;
	vec_each (struct workload *const, other, &f->input->project.workloads)
		if (*other != w && (*other)->build &&
			is_same_file((*other)->build->file, w->build->file))
			return true;
	return false;
}

static bool is_root(const struct fixing *f, const struct workload *w)
{
	return w->launch.runs_as == RUNS_AS_ROOT ||
		(w->build && w->build->file && is_stranger(f, w) &&
			user_is_root_in_image(f->arena, w));
}

/*
 * A part is about the stage, so the first of those who share it speaks for all: a hundred
 * services of one Dockerfile are not looked at a hundred times each.
 */
static bool is_first_root(const struct fixing *f)
{
	vec_each (struct workload *const, w, &f->input->project.workloads) {
		if (*w == f->workload)
			return true;
		if (is_same_stage(*w, f->workload) && is_root(f, *w))
			return false;
	}
	return true;
}

static bool is_same_id(struct id a, struct id b)
{
	return a.know == FACT_SET && b.know == FACT_SET && a.n == b.n;
}

static bool is_same_user(const struct workload *a, const struct workload *b)
{
	const struct identity *x = &a->launch.identity, *y = &b->launch.identity;

	if (a->launch.runs_as != RUNS_AS_USER || b->launch.runs_as != RUNS_AS_USER ||
		!is_same_id(x->uid, y->uid) || !is_same_id(x->gid, y->gid) ||
		x->groups.n != y->groups.n)
		return false;
	for (size_t i = 0; i < x->groups.n; i++)
		if (!is_same_id(x->groups.at[i], y->groups.at[i]))
			return false;
	return true;
}

static bool is_first_user(const struct fixing *f)
{
	vec_each (struct workload *const, w, &f->input->project.workloads) {
		if (*w == f->workload)
			return true;
		if (is_same_stage(*w, f->workload) && is_same_user(*w, f->workload))
			return false;
	}
	return true;
}

/* What one folder or variable more means for whom. */
static void gather(struct user_plan *p)
{
	vec_each (struct workload *const, w, &p->f->input->project.workloads)
		if (is_same_stage(*w, p->workload))
			*vec_push(p->f->arena, &p->all) = *w;
}

static void claim(struct user_plan *p)
{
	static const char *const facts[] = {"user", "uid", "gid", "home", "groups",
		"runs_as", "run/*", "env/HOME", "account/*", "group/*", "owner/*"};
	struct fixing *f = p->f;

	for (size_t i = 0; i < p->all.n; i++)
		for (size_t k = 0; k < sizeof(facts) / sizeof(*facts); k++)
			fix_footprint(f, p->part, "%.*s/%s",
				STR_ARG(user_fact_prefix(p->all.at[i])), facts[k]);
	for (size_t i = 0; p->moves_workdir && i < p->all.n; i++)
		fix_footprint(f, p->part, "%.*s/workdir",
			STR_ARG(user_fact_prefix(p->all.at[i])));
	for (size_t i = 0; i < p->variables.n; i++)
		fix_footprint(
			f, p->part, "*/env/%.*s", STR_ARG(p->variables.at[i].name));
}

/*
 * For root it makes no difference whether programs may gain what it has already, nor who
 * owns a mount; what the host has to do comes with the plan.
 */
static void accept(struct user_plan *p)
{
	static const struct str rules[] = {STR_INIT("no-new-privileges-missing"),
		STR_INIT("user-not-numeric"), STR_INIT("user-uid-not-fixed"),
		STR_INIT("user-login-shell"), STR_INIT("user-uid-reserved"),
		STR_INIT("chmod-world-writable"), STR_INIT("mount-masks-image-dir"),
		STR_INIT("mount-missing-host-dir"), STR_INIT("mount-uid-mismatch"),
		STR_INIT("compose-user-vs-image-user"),
		STR_INIT("volume-uid-across-services"), STR_INIT("cache-*"),
		STR_INIT("volume-not-writable"), STR_INIT("runtime-*"),
		STR_INIT("user-created-unused")};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		fix_accepts(p->f, p->part, rules[i]);
}

/* The rules about running as root; the part cures the ones that have spoken. */
static void cure(struct user_plan *p)
{
	static const struct str rules[] = {STR_INIT("user-missing"),
		STR_INIT("user-root"), STR_INIT("user-override-root"),
		STR_INIT("user-created-unused")};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (fix_finding(p->f, rules[i]))
			fix_cures(p->f, p->part, rules[i]);
}

static bool stopped(struct user_plan *p, struct str title, struct str rule)
{
	if (!p->stop.n)
		return false;
	fix_cannot(p->f, title, rule, "%.*s", STR_ARG(p->stop));
	return true;
}

static bool begin(struct fixing *f, struct fix_part *part, struct user_plan *p)
{
	*p = (struct user_plan){.f = f,
		.part = part,
		.workload = f->workload,
		.stage = f->workload->stage};
	if (!p->stage || !p->workload->accounts)
		return false;
	gather(p);
	return true;
}

static bool is_own(const struct program *program)
{
	return program && program->know != FACT_UNSET && program->layer != LAYER_IMAGE;
}

bool user_starts_itself(const struct workload *w)
{
	return is_own(w->entrypoint) || is_own(w->cmd);
}

/* "It gets a home, 2 folders and 1 file that it has to write." */
static struct str reason(struct user_plan *p)
{
	struct buf out = {.arena = p->f->arena};

	buf_add(&out,
		STR("A program that is taken over can then change what this user owns, "
		    "and nothing else."));
	if (p->folders.n || p->files.n) {
		buf_add(&out, STR(" It gets"));
		if (p->folders.n)
			buf_printf(&out, " %zu folder%s", p->folders.n,
				p->folders.n == 1 ? "" : "s");
		if (p->files.n)
			buf_printf(&out, "%s %zu file%s", p->folders.n ? " and" : "",
				p->files.n, p->files.n == 1 ? "" : "s");
		buf_add(&out, STR(" that it has to write."));
	}
	if (p->takes_root)
		buf_add(&out,
			STR(" Its home is /root, where what it starts lies or looks."));
	if (p->downloads_line)
		buf_printf(&out,
			" What line %u downloads is copied to its home, and lies in the "
			"image twice; to have it there once, let that line run as this "
			"user.",
			p->downloads_line);
	return buf_str(&out);
}

/* A shell, or what asks for lines of a language: the image is there to be built on. */
bool user_starts_prompt(const struct workload *w)
{
	static const struct str names[] = {STR_INIT("ash"), STR_INIT("bash"),
		STR_INIT("dash"), STR_INIT("ghci"), STR_INIT("iex"),
		STR_INIT("ipython"), STR_INIT("irb"), STR_INIT("jshell"),
		STR_INIT("julia"), STR_INIT("lua"), STR_INIT("node"), STR_INIT("perl"),
		STR_INIT("php"), STR_INIT("python"), STR_INIT("python2"),
		STR_INIT("python3"), STR_INIT("R"), STR_INIT("scala"), STR_INIT("sh"),
		STR_INIT("zsh")};
	const struct program *p = is_own(w->cmd) ? w->cmd : w->entrypoint;
	const struct command *only;
	struct str name;

	if (!is_own(p) || p->commands.n != 1)
		return false;
	only = p->commands.at[0];
	if (only->argv.n != 1 || !command_name(only, &name))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* What a shell reads when it starts, and the build wrote for root alone. */
static void say_shell_files(struct user_plan *p)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, p->workload, p->identity);

	for (const struct event *e = asker.view.log; e; e = e->older) {
		struct str name = str_from(e->path, sizeof("/root/") - 1);

		if (!e->is_in_run || e->kind != EVENT_MADE ||
			!user_is_in_root_home(p, e->path) ||
			(!str_starts(name, STR(".bash")) &&
				!str_starts(name, STR(".profile"))))
			continue;
		*vec_push(p->f->arena, &p->part->by_hand) = arena_printf(p->f->arena,
			"Line %u writes %.*s, which this user's shell does not read; let "
			"it write a file that everybody's reads, on Debian "
			"/etc/bash.bashrc.",
			span_start(e->span).line, STR_ARG(e->path));
		return;
	}
}

/* A server into whose folder the file puts nothing: the image is there to be built on. */
static bool serves_nothing(const struct user_plan *p)
{
	struct step_list steps = workload_steps(p->f->arena, p->workload);

	if (!user_serves_as_www_data(p->workload) || p->workload->run)
		return false;
	vec_each (const struct step *const, step, &steps) {
		struct str target;

		if ((*step)->copy &&
			value_str(p->f->arena, (*step)->copy->target.value, &target) &&
			!path_is_under(target, STR("/usr")))
			return false;
		if ((*step)->kind == STEP_VOLUME)
			return false;
	}
	return true;
}

static void say_base(struct user_plan *p)
{
	struct fixing *f = p->f;
	struct fix_part *part = p->part;
	bool is_silent = !user_starts_itself(f->workload);
	bool is_prompt = user_starts_prompt(f->workload);

	if (is_silent || is_prompt)
		say_shell_files(p);
	if (is_silent || is_prompt || serves_nothing(p))
		*vec_push(f->arena, &part->by_hand) = arena_printf(f->arena,
			"%s; if other images are built FROM this one, leave it as it is "
			"and give them the USER.",
			is_silent	    ? "The file says no program of its own"
				: is_prompt ? "What starts waits for somebody to type"
					    : "The server has nothing here to serve");
}

/* An image without a shell cannot make what it needs by a RUN; folders come by COPY. */
static void stop_without_shell(struct user_plan *p)
{
	const struct strs *paths = p->files.n ? &p->files : &p->folders;

	if (p->tools == TOOLS_NONE && paths->n && (p->files.n || !user_can_ship(p)))
		user_stop(p,
			"It has to write to %.*s, and the image has no shell to make "
			"that; make it in an earlier stage, and copy it with "
			"--chown=%.*s.",
			STR_ARG(paths->at[0]), STR_ARG(p->owner));
}

/* Who it runs as, and what that takes; or why not. */
static void find_out(struct user_plan *p)
{
	user_choose(p);
	if (!p->stop.n)
		p->stop = user_server_refusal(p->workload);
	if (!p->stop.n)
		user_needs(p);
	stop_without_shell(p);
}

/*
 * In a classic builder what a step does below a volume is lost, a new owner, too: what was
 * put there before stays root's.
 */
static bool fills_volume_in_root(const struct user_plan *p)
{
	struct step_list steps = workload_steps(p->f->arena, p->workload);

	vec_each (const struct step *const, step, &steps)
		for (size_t i = 0; (*step)->kind == STEP_VOLUME && i < (*step)->words.n;
			i++) {
			struct str at;

			if (value_str(p->f->arena, (*step)->words.at[i].value, &at) &&
				path_is_under(at, STR("/root")) &&
				user_is_filled(p->workload, at))
				return true;
		}
	return false;
}

/*
 * A new user with a home of its own; where nothing but root's home stands in the way of
 * that, one whose home is root's, so that all that lies there, or is looked for there,
 * goes on to be found.
 */
static void find_user(struct user_plan *p)
{
	struct fix_part untouched = *p->part;
	struct user_plan other = *p;

	find_out(p);
	if (!p->stop.n || !p->is_new || p->keeps_home)
		return;
	*p->part = untouched;
	other.takes_root = true;
	find_out(&other);
	if (!other.stop.n && !fills_volume_in_root(&other))
		*p = other;
}

bool fix_user_build(struct fixing *f, struct fix_part *part)
{
	struct str rule = fix_finding(f, STR("user-override-root"))
		? STR("user-override-root")
		: fix_finding(f, STR("user-root")) ? STR("user-root")
						   : STR("user-missing");
	struct user_plan p;

	if (!is_root(f, f->workload) || !is_first_root(f) || !begin(f, part, &p))
		return false;
	part->title = STR("Run as an ordinary user");
	find_user(&p);
	if (stopped(&p, part->title, rule))
		return false;
	user_place(&p);
	part->title = arena_printf(
		f->arena, "Run as %.*s instead of root", STR_ARG(user_who(&p)));
	part->why = reason(&p);
	say_base(&p);
	user_say_unknown(&p, f->workload);
	user_say_usage(&p);
	part->class = FIX_CHANGES_RUN;
	claim(&p);
	accept(&p);
	cure(&p);
	return part->changes.n > 0;
}

/* Does the rule speak of one of those that share the stage? */
static bool is_found(const struct user_plan *p, struct str rule)
{
	vec_each (const struct finding, f, p->f->findings) {
		if (f->ignored || !str_eq(f->rule->name, rule))
			continue;
		for (size_t i = 0; i < p->all.n; i++)
			vec_each (const struct str, name, &f->workloads)
				if (str_eq(*name, p->all.at[i]->name))
					return true;
	}
	return false;
}

/* Does it say of this user what it surely may not write, and can afterwards? */
static bool is_met(const struct user_plan *p, const struct finding *found)
{
	struct str rule = found->rule->name;

	if (!str_starts(rule, STR("cache-")) && !str_starts(rule, STR("runtime-")))
		return false;
	vec_each (const struct str, unmet, &p->unmet)
		if (str_eq(*unmet, rule))
			return false;
	return found->verdict == ANSWER_YES && !found->ignored &&
		found == fix_finding(p->f, rule);
}

/* What of a library's places is left is another finding than all of them. */
static void cure_writes(struct user_plan *p)
{
	const struct finding_list *mine = p->f->mine;

	vec_each (const struct str, unmet, &p->unmet)
		if (fix_finding(p->f, *unmet))
			fix_accepts(p->f, p->part, *unmet);
	if (p->part->by_hand.n)
		return;
	if (is_found(p, STR("volume-not-writable")))
		fix_cures(p->f, p->part, STR("volume-not-writable"));
	for (size_t i = 0; mine && i < mine->n; i++)
		if (is_met(p, mine->at[i]))
			fix_cures(p->f, p->part, mine->at[i]->rule->name);
}

/* It is no root any more, and still may not write what it has to. */
bool fix_user_paths(struct fixing *f, struct fix_part *part)
{
	struct user_plan p;

	if (f->workload->launch.runs_as != RUNS_AS_USER || !is_first_user(f) ||
		!begin(f, part, &p))
		return false;
	user_keep(&p);
	user_needs(&p);
	if (p.stop.n ||
		(!p.folders.n && !p.files.n && !p.variables.n && !part->changes.n &&
			!p.carried.n && !(p.makes_home && p.uses_home)))
		return false;
	user_place(&p);
	part->title = arena_printf(
		f->arena, "Give %.*s what it has to write", STR_ARG(user_who(&p)));
	part->why = STR("Without it the program meets a permission error as soon as it "
			"writes there.");
	part->class = FIX_SAFE;
	claim(&p);
	cure_writes(&p);
	return true;
}
