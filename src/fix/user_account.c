#include "fix/user.h"

#include "base/path.h"
#include "know/image_ref.h"

/* Names for a new account; the first that is free. */
static const struct str names[] = {
	STR_INIT("app"), STR_INIT("appuser"), STR_INIT("runner"), STR_INIT("workload")};

static enum account_tools tools_of_family(struct str family)
{
	if (str_eq(family, STR("alpine")))
		return TOOLS_BUSYBOX;
	return family.n && !str_eq(family, STR("unknown")) &&
			!str_eq(family, BASE_WINDOWS)
		? TOOLS_SHADOW
		: TOOLS_UNKNOWN;
}

/* A base that nobody knows gives itself away by what installs its packages. */
static enum account_tools tools_of_packages(const struct state *state)
{
	return state->packages ? tools_of_family(state->packages->family)
			       : TOOLS_UNKNOWN;
}

/* Minimal images of the family rhel bring no useradd unless a step installs it. */
static enum account_tools tools_of_doubt(const struct workload *w)
{
	if (!str_eq(w->base->family, STR("rhel")))
		return tools_of_family(w->base->family);
	return package_find(w->stage->end->packages, STR("shadow-utils")) == ANSWER_YES
		? TOOLS_SHADOW
		: TOOLS_FILES;
}

static enum account_tools tools_of(const struct workload *w)
{
	const struct base_image *base = w->base;

	if (!base || base->is_scratch)
		return TOOLS_NONE;
	if (str_eq(base->tools, STR("-")))
		return TOOLS_NONE;
	if (str_find_str(base->tools, STR("shadow")) < base->tools.n)
		return TOOLS_SHADOW;
	if (str_find_str(base->tools, STR("busybox")) < base->tools.n)
		return TOOLS_BUSYBOX;
	/* What installs packages is there for sure: apk comes with busybox. */
	if (tools_of_packages(w->stage->end) == TOOLS_BUSYBOX)
		return TOOLS_BUSYBOX;
	if (base->know == FACT_SET && str_eq(base->tools, STR("?")))
		return tools_of_doubt(w);
	if (base->know == FACT_SET && base->family.n)
		return tools_of_family(base->family);
	return tools_of_packages(w->stage->end);
}

/* How sure it is that a name is free, as a user and as a group. */
static enum answer is_free(const struct accounts *db, struct str name)
{
	const struct account *user = NULL;
	const struct account_group *group = NULL;
	enum answer taken = answer_or(
		accounts_find(db, name, &user), accounts_find_group(db, name, &group));

	/* One that may exist is worse than one of which nothing is known. */
	return user || group ? ANSWER_NO : answer_not(taken);
}

static struct str free_name(const struct accounts *db)
{
	struct str best = names[0];
	enum answer sure = ANSWER_NO;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		enum answer free = is_free(db, names[i]);

		if (free > sure) {
			best = names[i];
			sure = free;
		}
	}
	return best;
}

static uint32_t free_id(const struct user_plan *p)
{
	return p->f->uid ? p->f->uid
			 : accounts_free_uid(p->f->arena, p->workload->accounts);
}

/*
 * HOME as the build says it, where it is a folder for a program: what lies there is looked
 * for there. Empty: it says none, or root's.
 */
static struct str own_home(const struct user_plan *p)
{
	const struct fact *fact = binding_find(p->workload->env, STR("HOME"));
	struct str home;

	if (!fact || fact->layer > LAYER_BUILD || !fact_str(p->f->arena, fact, &home) ||
		!path_is_absolute(home))
		return STR_NONE;
	home = path_join(p->f->arena, STR("/"), home);
	return home.n == 1 || user_is_in_root_home(p, home) ||
			user_is_system_folder(home)
		? STR_NONE
		: home;
}

/* A folder that the build made is no new home's: useradd leaves it to root. */
static bool is_there(const struct user_plan *p, struct str home)
{
	for (const struct event *e = p->stage->end->owners; e; e = e->older)
		if (!e->is_system_wide && path_is_under(e->path, home))
			return true;
	return false;
}

static void make_new(struct user_plan *p)
{
	struct arena *a = p->f->arena;
	uint32_t id = free_id(p);

	p->is_new = p->tools == TOOLS_SHADOW || p->tools == TOOLS_BUSYBOX;
	p->spec = arena_printf(a, "%u:%u", id, id);
	p->owner = p->spec;
	p->home = STR("/home/app");
	p->makes_home = p->uses_home = p->tools == TOOLS_FILES;
	if (p->is_new) {
		p->name = free_name(p->workload->accounts);
		p->owner = arena_printf(
			a, "%.*s:%.*s", STR_ARG(p->name), STR_ARG(p->name));
		p->home = p->takes_root ? STR("/root") : own_home(p);
		p->keeps_home = p->uses_home = p->home.n > 0;
		p->makes_home = p->keeps_home && !p->takes_root;
		if (!p->home.n) {
			p->home = arena_printf(a, "/home/%.*s", STR_ARG(p->name));
			p->makes_home = p->uses_home = is_there(p, p->home);
		}
	}
	p->identity = (struct identity){.is_valid = ANSWER_YES,
		.uid = id_of(id),
		.gid = id_of(id),
		.groups_known = true,
		.name = p->name,
		.home = p->home,
		.has_account = answer_of(p->is_new)};
}

/* Was it made for its owner, by the command that made the account? */
static bool is_made_for(const struct access_asker *asker, struct str home)
{
	for (const struct event *e = asker->view.log; e; e = e->older)
		if (e->kind == EVENT_MADE && str_eq(e->path, home) &&
			e->happens == ANSWER_YES && e->uid.know == FACT_SET &&
			asker->identity.uid.know == FACT_SET &&
			e->uid.n == asker->identity.uid.n)
			return true;
	return false;
}

static bool is_owned(const struct access_asker *asker, struct str folder)
{
	struct look look = owners_look(&asker->view, folder);

	return look.exists == ANSWER_YES && look.uid.know == FACT_SET &&
		asker->identity.uid.know == FACT_SET &&
		look.uid.n == asker->identity.uid.n;
}

/* A home that its owner can write already needs nothing; the base's own is one. */
static bool has_home(struct user_plan *p, struct str home)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, p->workload, p->identity);
	enum answer can;

	if (!path_is_absolute(home) || home.n == 1)
		return false;
	can = access_ask(&asker, home, ACCESS_MAKE).can;
	/* Whoever owns it may say its mode, too. */
	return can == ANSWER_YES || (can == ANSWER_MAYBE && is_owned(&asker, home)) ||
		(can == ANSWER_MAYBE && p->identity.account &&
			(p->identity.account->is_from_base ||
				is_made_for(&asker, home)));
}

/* Its home, or one beside the others where it has none that it can use. */
static void choose_home(struct user_plan *p)
{
	struct str home = p->identity.home;

	p->home = home;
	if (has_home(p, home))
		return;
	p->makes_home = true;
	if (!path_is_under(home, STR("/home")) || home.n <= 6)
		p->home = path_join(
			p->f->arena, STR("/home"), p->name.n ? p->name : names[0]);
	p->identity.home = p->home;
}

static void take(struct user_plan *p, struct str spec)
{
	struct arena *a = p->f->arena;

	p->identity = identity_resolve(a, spec, p->workload->accounts);
	p->name = p->identity.name;
	p->spec = spec;
	p->owner = spec;
	if (p->identity.uid.know == FACT_SET && p->identity.gid.know == FACT_SET)
		p->owner =
			arena_printf(a, "%u:%u", p->identity.uid.n, p->identity.gid.n);
	choose_home(p);
}

static bool is_chosen(const struct account *u)
{
	return u->uid.know == FACT_SET && (u->uid.is_chosen || u->is_from_base);
}

static void take_account(struct user_plan *p, const struct account *u)
{
	struct arena *a = p->f->arena;

	take(p, u->name);
	/* A group in USER would take the others away (moby: user.GetExecUser). */
	if (is_chosen(u) && p->identity.gid.know == FACT_SET && !p->identity.groups.n)
		p->spec = arena_printf(a, "%u:%u", u->uid.n, p->identity.gid.n);
	else if (is_chosen(u))
		p->spec = arena_printf(a, "%u", u->uid.n);
	p->owner = u->name;
	if (p->identity.gid.know == FACT_SET && u->uid.know == FACT_SET)
		p->owner = arena_printf(a, "%u:%u", u->uid.n, p->identity.gid.n);
}

/* What images without a shell bring for whoever wants no root. */
static bool has_nonroot(const struct user_plan *p, const struct account **user)
{
	return p->tools == TOOLS_NONE &&
		accounts_find(p->workload->accounts, STR("nonroot"), user) ==
		ANSWER_YES &&
		*user && (*user)->uid.know == FACT_SET && (*user)->uid.n;
}

/* The user that a base image makes for what is built on it, and names: APP_UID of .NET. */
static bool has_app(const struct user_plan *p, const struct account **user)
{
	const struct fact *uid = binding_find(p->workload->env, STR("APP_UID"));
	struct str text;

	return uid && uid->layer == LAYER_IMAGE && fact_str(p->f->arena, uid, &text) &&
		accounts_find(p->workload->accounts, STR("app"), user) == ANSWER_YES &&
		*user && (*user)->uid.know == FACT_SET &&
		str_eq(text, arena_printf(p->f->arena, "%u", (*user)->uid.n));
}

/* The user that the base image itself runs as, where it is no root. */
static bool base_user(struct user_plan *p, struct str *spec)
{
	const struct stage *s = p->stage;
	struct identity id;

	while (s->parent)
		s = s->parent;
	if (s->start->user->know != FACT_SET ||
		!fact_str(p->f->arena, s->start->user, spec))
		return false;
	id = identity_resolve(p->f->arena, *spec, p->workload->accounts);
	/* Of some images a table knows the name and no number; it knows that it is no root. */
	if (id.uid.know != FACT_SET && id.is_valid == ANSWER_YES)
		return s->start->user->layer == LAYER_IMAGE &&
			!str_eq(*spec, STR("root"));
	return id.is_valid == ANSWER_YES && identity_is_root(&id) == ANSWER_NO;
}

struct str user_who(const struct user_plan *p)
{
	return p->identity.uid.know == FACT_SET
		? arena_printf(p->f->arena, "uid %u", p->identity.uid.n)
		: arena_printf(p->f->arena, "user %.*s", STR_ARG(p->spec));
}

static bool needs_root(const struct step *step)
{
	return step->kind == STEP_RUN || step->kind == STEP_COPY ||
		step->kind == STEP_ADD || step->kind == STEP_WORKDIR;
}

/* The line that goes back to root for nothing that the build still does. */
static const struct step *back_to_root(const struct user_plan *p)
{
	const struct step *back = NULL;

	vec_each (const struct step, step, &p->stage->steps)
		if (needs_root(step))
			back = NULL;
		else if (step->kind == STEP_USER)
			back = step;
	return back;
}

/*
 * Some start their containers as whoever the image says, over folders of the host:
 * Nextflow's images end with USER root for that. Nothing here says what starts.
 */
static bool goes_back_for_others(const struct user_plan *p)
{
	const struct step *back = back_to_root(p);
	struct identity id;
	struct str before;

	if (!back || user_starts_itself(p->workload) || p->workload->run ||
		!fact_str(p->f->arena, back->before->user, &before))
		return false;
	id = identity_resolve(p->f->arena, before, p->workload->accounts);
	return id.is_valid == ANSWER_YES && identity_is_root(&id) == ANSWER_NO;
}

/* Whom the build worked as until then: what it made is his. */
static bool user_before_root(struct user_plan *p, struct str *spec)
{
	const struct step *back = back_to_root(p);
	struct identity id;

	if (!back || back->before->user->know != FACT_SET ||
		!fact_str(p->f->arena, back->before->user, spec))
		return false;
	id = identity_resolve(p->f->arena, *spec, p->workload->accounts);
	return id.is_valid == ANSWER_YES && identity_is_root(&id) == ANSWER_NO;
}

/*
 * Apache and PHP-FPM of these images do all their work as www-data, to whom the images
 * give what is written, and start as any user (docker-library/php, issue 743).
 */
static bool is_web_server(const struct workload *w)
{
	static const struct str images[] = {STR_INIT("drupal"), STR_INIT("friendica"),
		STR_INIT("joomla"), STR_INIT("nextcloud"), STR_INIT("php"),
		STR_INIT("phpmyadmin"), STR_INIT("phpmyadmin/phpmyadmin"),
		STR_INIT("wordpress"), STR_INIT("yourls")};
	struct str reference = w->base ? w->base->reference : STR_NONE;
	bool says_server = str_find_str(reference, STR("apache")) < reference.n ||
		str_find_str(reference, STR("fpm")) < reference.n;
	bool is_cli = str_find_str(reference, STR("cli")) < reference.n;
	struct image_ref ref;

	if (!w->base || !image_ref_parse(reference, &ref) || is_cli)
		return false;
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++)
		if (str_eq(ref.name, images[i]))
			return says_server || !str_eq(ref.name, STR("php"));
	return false;
}

static bool has(struct str text, struct str part)
{
	return str_find_str(text, part) < text.n;
}

/* "listen = 9000", and not a socket in a folder of root's. */
static bool listens_on_port(struct str text)
{
	static const struct str option = STR_INIT("listen = ");
	size_t at = str_find_str(text, option);

	return at + option.n < text.n && byte_is_digit(text.p[at + option.n]);
}

/* PHP-FPM that logs to where the container does, and is reached by a port. */
static bool opens_php_fpm(struct str text)
{
	return (has(text, STR("error_log = /proc/self/fd/2")) ||
		       has(text, STR("error_log = /dev/stderr"))) &&
		listens_on_port(text);
}

/* Likewise Apache, whose folders belong to whom it serves as. */
static bool opens_apache(struct str text)
{
	return has(text, STR("ln -s")) && has(text, STR("/dev/stderr")) &&
		has(text, STR("error.log")) && has(text, STR("chown")) &&
		has(text, STR("APACHE_RUN_USER"));
}

/* A build that makes such a server as those images do (docker-library/php, issue 743). */
static bool builds_web_server(const struct workload *w, struct str server)
{
	bool is_apache = str_eq(server, STR("apache2-foreground"));

	for (const struct stage *s = w->stage; s; s = s->parent)
		vec_each (const struct step, step, &s->steps) {
			struct str text = span_str(step->span);

			if (step->kind == STEP_RUN &&
				(is_apache ? opens_apache(text) : opens_php_fpm(text)))
				return true;
		}
	return false;
}

/* An entrypoint of its own may stand before it. */
static bool says_web_server(const struct workload *w, struct str *name)
{
	return w->cmd && w->cmd->know == FACT_SET && w->cmd->commands.n == 1 &&
		command_name(w->cmd->commands.at[0], name) &&
		(str_eq(*name, STR("apache2-foreground")) ||
			str_eq(*name, STR("php-fpm")));
}

bool user_serves_as_www_data(const struct workload *w)
{
	const struct account *user = NULL;
	struct str name;
	bool says_it = says_web_server(w, &name);

	return (is_web_server(w) ? says_it || !user_starts_itself(w)
				 : says_it && builds_web_server(w, name)) &&
		accounts_find(w->accounts, STR("www-data"), &user) == ANSWER_YES &&
		user && user->uid.know == FACT_SET;
}

bool user_makes_for_apache(const struct workload *w, const struct started *s)
{
	const struct file *file = s->argv.at[0].span.file;

	return file && user_serves_as_www_data(w) &&
		str_eq(path_base(file->path), STR("apache2-foreground"));
}

/* A tag may stand for an image of Windows, too: then the file speaks its language. */
static bool is_for_windows(struct user_plan *p)
{
	struct step_list steps = workload_steps(p->f->arena, p->workload);

	vec_each (const struct step *const, step, &steps) {
		struct str text = span_str((*step)->argument);

		if ((*step)->kind == STEP_SHELL &&
			(str_find_str(text, STR("powershell")) < text.n ||
				str_find_str(text, STR("cmd")) < text.n))
			return true;
		if ((*step)->kind == STEP_WORKDIR && text.n > 2 &&
			byte_is_alpha(text.p[0]) && text.p[1] == ':' &&
			(text.p[2] == '\\' || text.p[2] == '/'))
			return true;
	}
	return false;
}

void user_choose(struct user_plan *p)
{
	const struct account *made = workload_unused_account(p->f->arena, p->workload);
	struct str spec;

	p->tools = tools_of(p->workload);
	if (is_for_windows(p)) {
		p->stop = STR("It is built for Windows, whose images bring the user "
			      "ContainerUser: say that one.");
	} else if (user_serves_as_www_data(p->workload)) {
		(void)accounts_find(p->workload->accounts, STR("www-data"), &made);
		take_account(p, made);
	} else if (made && made->exists == ANSWER_YES &&
		!fix_finding(p->f, STR("user-sudoer"))) {
		take_account(p, made);
	} else if (goes_back_for_others(p)) {
		p->stop = STR(
			"It goes back to root behind everything that is built, so for "
			"what others run in it; see what needs that.");
	} else if (base_user(p, &spec) || user_before_root(p, &spec)) {
		take(p, spec);
	} else if (has_nonroot(p, &made) || has_app(p, &made)) {
		take_account(p, made);
	} else if (p->tools == TOOLS_UNKNOWN) {
		p->stop =
			STR("The base image is not known, so oakum cannot tell how an "
			    "account is made in it; say what it is with --images.");
	} else {
		make_new(p);
	}
}

void user_keep(struct user_plan *p)
{
	struct str spec;

	p->keeps_user = true;
	p->tools = tools_of(p->workload);
	if (!fact_str(p->f->arena, p->workload->launch.user, &spec))
		spec = STR_NONE;
	take(p, spec);
}
