/* What lies in root's home, where others do not look: carried along, or in the way. */
#include "base/path.h"
#include "fix/user.h"
#include "model/value.h"

enum { EVENTS_MAX = 50 }; /* in root's home, that are looked at */

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool user_open_root(struct user_plan *p, struct str path)
{
	struct str rest = str_from(path, sizeof("/root") - 1);

	if (str_starts(rest, STR("/.")) || p->tools == TOOLS_NONE)
		return false;
	p->opens_root = true;
	/* Python reads the folder before it imports from it; who works there lists it. */
	p->lists_root |= !rest.n || str_eq(rest, STR("/"));
	return true;
}

/*
 * Configuration that programs look for in the home of whoever runs: it goes along. Not
 * what is installed there, whose paths are written elsewhere.
 */
static bool user_carry(struct user_plan *p, struct str path)
{
	static const struct str names[] = {STR_INIT(".Renviron"), STR_INIT(".Rprofile"),
		STR_INIT(".ansible"), STR_INIT(".aws"), STR_INIT(".bash_profile"),
		STR_INIT(".bashrc"), STR_INIT(".condarc"), STR_INIT(".config"),
		STR_INIT(".gitconfig"), STR_INIT(".inputrc"), STR_INIT(".ipython"),
		STR_INIT(".jupyter"), STR_INIT(".keras"), STR_INIT(".kube"),
		STR_INIT(".matplotlib"), STR_INIT(".my.cnf"), STR_INIT(".netrc"),
		STR_INIT(".npmrc"), STR_INIT(".octaverc"), STR_INIT(".oh-my-zsh"),
		STR_INIT(".parallel"), STR_INIT(".pgpass"), STR_INIT(".profile"),
		STR_INIT(".pypirc"), STR_INIT(".ssh"), STR_INIT(".streamlit"),
		STR_INIT(".theanorc"), STR_INIT(".superset"), STR_INIT(".tmux.conf"),
		STR_INIT(".vagrant.d"), STR_INIT(".vim"), STR_INIT(".vimrc"),
		STR_INIT(".vnc"), STR_INIT(".zshrc")};
	struct str name;

	if (!user_is_in_root_home(p, path) || p->tools == TOOLS_NONE)
		return false;
	name = str_from(path, sizeof("/root/") - 1);
	name = str_sub(name, 0, str_find(name, '/'));
	for (size_t i = 0; i < COUNT(names); i++) {
		if (!str_eq(name, names[i]))
			continue;
		vec_each (const struct str, old, &p->carried)
			if (str_eq(*old, name))
				return true;
		*vec_push(p->f->arena, &p->carried) = name;
		p->uses_home = true;
		return true;
	}
	return false;
}

/* What these programs keep in the home of whoever runs them, when a RUN runs them. */
static const struct keeper {
	struct str program, word, place;
} keepers[] = {
	{STR_INIT("ansible-galaxy"), STR_INIT("install"), STR_INIT("/root/.ansible")},
	{STR_INIT("aws"), STR_INIT("configure"), STR_INIT("/root/.aws")},
	{STR_INIT("conda"), STR_INIT("config"), STR_INIT("/root/.condarc")},
	{STR_INIT("gcloud"), STR_INIT("config"), STR_INIT("/root/.config")},
	{STR_INIT("git"), STR_INIT("--global"), STR_INIT("/root/.gitconfig")},
	{STR_INIT("jupyter"), STR_INIT("--generate-config"),
		STR_INIT("/root/.jupyter")},
	{STR_INIT("npm"), STR_INIT("config"), STR_INIT("/root/.npmrc")},
	{STR_INIT("superset"), STR_INIT("db"), STR_INIT("/root/.superset")},
	{STR_INIT("superset"), STR_INIT("init"), STR_INIT("/root/.superset")},
	{STR_INIT("vagrant"), STR_INIT("plugin"), STR_INIT("/root/.vagrant.d")},
};

static bool has_word(struct arena *a, const struct command *c, struct str wanted)
{
	struct str word;

	for (size_t i = 1; i < c->argv.n; i++)
		if (value_str(a, c->argv.at[i].value, &word) && str_eq(word, wanted))
			return true;
	return false;
}

static bool is_roots(struct arena *a, const struct step *step)
{
	struct str user;

	return step->before->user->know == FACT_UNSET ||
		(fact_str(a, step->before->user, &user) &&
			(str_eq(user, STR("root")) || str_eq(user, STR("0"))));
}

/* Its installer is fetched and run as one word of a shell. */
static void carry_zsh(struct user_plan *p, const struct step *step)
{
	struct str text = span_str(step->span);

	if (!p->takes_root && step->kind == STEP_RUN && is_roots(p->f->arena, step) &&
		str_find_str(text, STR("install.sh")) < text.n &&
		(str_find_str(text, STR("ohmyzsh/")) < text.n ||
			str_find_str(text, STR("/oh-my-zsh/")) < text.n))
		(void)user_carry(p, STR("/root/.oh-my-zsh"));
}

/* `ipykernel install --user` puts a kernel where root's notebooks look for it. */
static void refuse_kernel(struct user_plan *p, const struct command *c)
{
	struct arena *a = p->f->arena;

	if (!p->takes_root && has_word(a, c, STR("ipykernel")) &&
		has_word(a, c, STR("install")) && has_word(a, c, STR("--user")))
		user_stop(p,
			"Line %u puts a kernel into /root/.local, where only root's "
			"notebooks look for it; take --user off.",
			span_start(c->span).line);
}

/* What root's programs kept while the image was built goes along, where it is settings. */
static void carry_kept(struct user_plan *p, const struct workload *w)
{
	struct arena *a = p->f->arena;
	struct step_list steps = workload_steps(a, w);

	vec_each (const struct step *const, step, &steps) {
		carry_zsh(p, *step);
		vec_each (struct command *const, c, &(*step)->commands) {
			struct str name;

			if (!command_name(*c, &name) || (*c)->as_user.value.n ||
				!is_roots(a, *step))
				continue;
			refuse_kernel(p, *c);
			for (size_t i = 0; i < COUNT(keepers); i++)
				if (str_eq(name, keepers[i].program) &&
					has_word(a, *c, keepers[i].word))
					(void)user_carry(p, keepers[i].place);
		}
	}
}

/*
 * The entrypoint of wordpress unpacks its files over what is there, as who it runs as:
 * a folder that COPY made for root stops it.
 */
static bool is_unpacked_over(const struct user_plan *p, const struct workload *w,
	const struct copy *copy, struct str target)
{
	return user_serves_as_www_data(w) && !copy->has_chown &&
		str_find_str(w->base->reference, STR("wordpress")) <
		w->base->reference.n &&
		path_is_under(target, STR("/var/www/html")) && p->stage == w->stage;
}

/* Found by where it starts, and not by its home, whose name begins the same way. */
static bool starts_there(
	struct user_plan *p, const struct workload *w, struct str target)
{
	struct str dir;

	return w->workdir && fact_str(p->f->arena, w->workdir, &dir) &&
		path_is_under(path_join(p->f->arena, STR("/"), target), dir);
}

/* Did the build put something into /root itself, that is no setting? */
static bool is_root_filled(struct user_plan *p, const struct workload *w)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);

	for (const struct event *e = asker.view.log; e; e = e->older)
		if (path_is_under(e->path, STR("/root")) && !e->is_system_wide &&
			(e->kind == EVENT_PUT || e->kind == EVENT_COPIED ||
				e->kind == EVENT_CLOUD || e->kind == EVENT_BLUR ||
				e->kind == EVENT_MADE) &&
			!str_starts(e->path, STR("/root/.")) && e->path.n > 5)
			return true;
	for (const struct event *e = asker.view.log; e; e = e->older)
		if (e->kind == EVENT_PUT && str_eq(e->path, STR("/root")))
			return true;
	return false;
}

/* What keeps what its users make where it stands. */
static bool starts_notebook(struct arena *a, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str name;

		if (s->argv.n && value_str(a, s->argv.at[0].value, &name) &&
			str_starts(path_base(name), STR("jupyter")))
			return true;
	}
	return false;
}

/*
 * Who types works where the container stands: in the own home where /root is empty. What
 * lies there cannot be moved, and a notebook has to be saved.
 */
static void leave_root_home(struct user_plan *p, const struct workload *w)
{
	bool waits = !user_starts_itself(w) || user_starts_prompt(w);
	struct str dir;

	if (p->takes_root || !w->workdir || !fact_str(p->f->arena, w->workdir, &dir) ||
		!str_eq(path_join(p->f->arena, dir, STR(".")), STR("/root")) ||
		(!waits && !starts_notebook(p->f->arena, w)))
		return;
	if (is_root_filled(p, w) || w->workdir->layer > LAYER_BUILD)
		user_stop(p,
			"The working directory is /root, which stays root's, and who "
			"works there writes there; move it to another folder, such as "
			"/app.");
	p->moves_workdir = true;
}

static void refuse_root_home(struct user_plan *p, const struct workload *w)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	struct str dir;

	if (w->workdir && fact_str(p->f->arena, w->workdir, &dir) &&
		user_is_in_root_home(p, dir) && !p->moves_workdir &&
		!user_open_root(p, dir))
		user_stop(p,
			"The working directory is %.*s, and only root may enter /root; "
			"move the program to another folder, such as /app.",
			STR_ARG(dir));
	vec_each (const struct step *, step, &steps) {
		struct str target;

		if ((*step)->copy &&
			value_str(p->f->arena, (*step)->copy->target.value, &target) &&
			((user_is_in_root_home(p, target) && !user_carry(p, target) &&
				 !user_open_root(p, target)) ||
				(str_starts(target, STR("/.")) &&
					!starts_there(p, w, target)) ||
				is_unpacked_over(p, w, (*step)->copy, target)))
			user_stop(p,
				"Line %u copies to %.*s, where only root finds or "
				"changes it; copy it to another folder, or with --chown.",
				span_start((*step)->span).line, STR_ARG(target));
	}
}

/* Names in a home that programs look for there, by whoever runs: what lies in root's is
   found by root alone. */
static const struct str looked_for[] = {STR_INIT(".EasyOCR"), STR_INIT(".Renviron"),
	STR_INIT(".Rprofile"), STR_INIT(".aws"), STR_INIT(".bun"), STR_INIT(".config"),
	STR_INIT(".deno"), STR_INIT(".fastai"), STR_INIT(".insightface"),
	STR_INIT(".ipython"), STR_INIT(".jupyter"), STR_INIT(".keras"),
	STR_INIT(".kube"), STR_INIT(".local"), STR_INIT(".matplotlib"),
	STR_INIT(".my.cnf"), STR_INIT(".netrc"), STR_INIT(".nvm"),
	STR_INIT(".octaverc"), STR_INIT(".parallel"), STR_INIT(".pgpass"),
	STR_INIT(".pyenv"), STR_INIT(".rbenv"), STR_INIT(".rvm"), STR_INIT(".sdkman"),
	STR_INIT(".ssh"), STR_INIT(".streamlit"), STR_INIT(".theanorc"),
	STR_INIT(".torch"), STR_INIT(".u2net"), STR_INIT(".vnc"), STR_INIT("nltk_data"),
	STR_INIT("scikit_learn_data")};

/* Below /root, or below /, which is a home where nobody says another. */
static bool is_looked_for(struct str path)
{
	bool is_in_root = path_is_under(path, STR("/root"));
	struct str name = str_from(path, is_in_root ? sizeof("/root/") - 1 : 1);

	name = str_sub(name, 0, str_find(name, '/'));
	if (!is_in_root && !str_starts(name, STR(".")))
		return false;
	for (size_t i = 0; i < COUNT(looked_for); i++)
		if (str_eq(name, looked_for[i]))
			return true;
	return false;
}

/* What the build left in root's home, where another user's programs do not look. */
static void refuse_root_content(struct user_plan *p, const struct workload *w)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);
	size_t left = EVENTS_MAX;

	for (const struct event *e = asker.view.log; e && left && !p->stop.n;
		e = e->older) {
		if (!e->is_in_run || e->is_system_wide || e->is_glob ||
			(p->takes_root && path_is_under(e->path, STR("/root"))) ||
			(e->kind != EVENT_MADE && e->kind != EVENT_COPIED &&
				e->kind != EVENT_CLOUD && e->kind != EVENT_BLUR) ||
			!is_looked_for(e->path))
			continue;
		left--;
		if (owners_look(&asker.view, e->path).exists != ANSWER_NO &&
			!user_carry(p, e->path) && !user_move_packages(p, w, e))
			user_stop(p,
				"Line %u puts something into %.*s, and programs look for "
				"it in the home of whoever runs; put it where everybody "
				"may read it.",
				span_start(e->span).line, STR_ARG(e->path));
	}
}

/* What a command of the start names below /root only root can reach. */
static void refuse_root_words(struct user_plan *p, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started)
		for (size_t i = 0; i < s->argv.n; i++) {
			struct str word;

			if (value_str(p->f->arena, s->argv.at[i].value, &word) &&
				user_is_in_root_home(p, word) &&
				!user_open_root(p, word))
				user_stop(p,
					"What starts uses %.*s (line %u), and only root "
					"may enter /root; use another folder.",
					STR_ARG(word),
					span_start(s->argv.at[i].span).line);
		}
}

void user_refuse_home(struct user_plan *p, const struct workload *w)
{
	leave_root_home(p, w);
	refuse_root_home(p, w);
	refuse_root_words(p, w);
	refuse_root_content(p, w);
	carry_kept(p, w);
}
