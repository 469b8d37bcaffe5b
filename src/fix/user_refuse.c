/* What no plan can make run as somebody else than root, and the sentence why. */
#include "base/path.h"
#include "fix/powers.h"
#include "fix/user.h"
#include "know/programs.h"
#include "model/script.h"
#include "model/value.h"

enum {
	WORDS_LOOKED_AT = 4, /* tini -- /usr/sbin/cron: a program may start another */
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

void user_stop(struct user_plan *p, const char *fmt, ...)
{
	va_list args;

	if (p->stop.n)
		return;
	va_start(args, fmt);
	p->stop = arena_vprintf(p->f->arena, fmt, args);
	va_end(args);
}

/* ---- what starts ---- */

static bool is_one_of(const struct str *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, table[i]))
			return true;
	return false;
}

static struct str of_program(struct arena *a, const struct workload *w, struct str name)
{
	switch (know_program_needs(name)) {
	case PROGRAM_NEEDS_ROOT:
		return arena_printf(a,
			"'%.*s' runs %.*s when it starts, which needs root; do it while "
			"the image is built, or in a container of its own.",
			STR_ARG(w->name), STR_ARG(name));
	case PROGRAM_NEEDS_OWN:
		return arena_printf(a,
			"%.*s starts as root and changes to a user of its own; that user "
			"is set in its configuration.",
			STR_ARG(name));
	case PROGRAM_NEEDS_FOLDERS:
		return arena_printf(a,
			"%.*s keeps data, log and pid in folders that its package gave "
			"to a user of its own; start it as that user, with a "
			"configuration that names folders of his.",
			STR_ARG(name));
	case PROGRAM_NEEDS_ENGINE:
		if (w->run && w->run->group_add.n)
			break;
		return arena_printf(a,
			"%.*s commands an engine through its socket, which root owns; "
			"give it the group that the socket has, and then a user.",
			STR_ARG(name));
	case PROGRAM_NEEDS_DEVICES:
		return arena_printf(a,
			"%.*s opens devices of the host, which belong to root or to "
			"groups of the host; give it their numbers under `group_add`, "
			"and then a user.",
			STR_ARG(name));
	case PROGRAM_NEEDS_BESIDE:
		return arena_printf(a,
			"%.*s writes into folders beside its own program; copy it there "
			"with --chown, or name other folders in its settings.",
			STR_ARG(name));
	case PROGRAM_NEEDS_NOTHING:
		break;
	}
	return STR_NONE;
}

/* Is it known where it writes? */
static bool has_rows(const struct workload *w, struct str rule)
{
	if (w->writes)
		vec_each (const struct write, write, w->writes)
			if (str_eq(write->rule, rule))
				return true;
	return false;
}

/* A script that asks who it runs as knows what to do as somebody else than root. */
bool user_asks_who(const struct workload *w)
{
	static const struct str questions[] = {STR_INIT("id -u"), STR_INIT("$EUID"),
		STR_INIT("$UID"), STR_INIT("whoami")};
	struct str text = w->script ? w->script->text.s : STR_NONE;

	for (size_t i = 0; i < COUNT(questions); i++)
		if (str_find_str(text, questions[i]) < text.n)
			return true;
	return false;
}

/* What such a script does as root alone, and the servers that www-data may start. */
static bool is_answered(const struct workload *w, struct str name)
{
	static const struct str deeds[] = {
		STR_INIT("chgrp"), STR_INIT("chown"), STR_INIT("usermod")};
	static const struct str servers[] = {STR_INIT("apache2"),
		STR_INIT("apache2-foreground"), STR_INIT("php-fpm")};

	return (is_one_of(deeds, COUNT(deeds), name) && user_asks_who(w)) ||
		(is_one_of(servers, COUNT(servers), name) &&
			user_serves_as_www_data(w));
}

/* A name that is Apache's elsewhere: busybox' own server writes nothing. */
static bool is_of_busybox(const struct workload *w, struct str name)
{
	struct str reference = w->base ? w->base->reference : STR_NONE;

	return str_eq(name, STR("httpd")) &&
		(str_starts(reference, STR("busybox")) ||
			str_starts(reference, STR("docker.io/library/busybox")) ||
			(w->base && str_eq(w->base->family, STR("alpine")) &&
				w->stage &&
				package_find(w->stage->end->packages, STR("apache2")) ==
					ANSWER_NO));
}

/* Where a distribution keeps what only root is meant to run (hier(7)). */
static bool is_for_root(struct str path)
{
	static const struct str helpers[] = {STR_INIT("catatonit"),
		STR_INIT("docker-init"), STR_INIT("dumb-init"), STR_INIT("gosu"),
		STR_INIT("nginx"), STR_INIT("su-exec"), STR_INIT("tini"),
		STR_INIT("tini-static")};

	return (str_eq(path_base(path_dir(path)), STR("sbin")) &&
		       !is_one_of(helpers, COUNT(helpers), path_base(path))) ||
		str_starts(path, STR("/etc/init.d/")) ||
		str_starts(path, STR("/etc/rc"));
}

/* Does a RUN fetch nginx from nginx.org, whose packages are those of the images? */
static bool is_from_nginx_org(struct arena *a, const struct workload *w)
{
	struct step_list steps = workload_steps(a, w);

	vec_each (const struct step *const, step, &steps) {
		struct str text = span_str((*step)->span);

		if ((*step)->kind == STEP_RUN &&
			str_find_str(text, STR("nginx.org/packages")) < text.n)
			return true;
	}
	return false;
}

/* Does a step bring a configuration, or change more of it than `daemon off;`? */
static bool configures_nginx(struct arena *a, const struct step *step)
{
	static const struct str folder = STR_INIT("/etc/nginx");
	struct str target, text = span_str(step->span);

	if (step->copy)
		return !value_str(a, step->copy->target.value, &target) ||
			path_is_under(target, folder);
	if (step->kind != STEP_RUN || str_find_str(text, folder) == text.n)
		return false;
	text = str_from(text, str_find_str(text, folder) + folder.n);
	return str_find_str(span_str(step->span), STR("daemon off;")) ==
		step->span.length ||
		str_find_str(text, folder) < text.n;
}

bool user_has_stock_nginx(struct arena *a, const struct workload *w)
{
	struct step_list steps = workload_steps(a, w);

	if (!w->base || !w->stage || is_from_nginx_org(a, w) ||
		(!str_eq(w->base->family, STR("alpine")) &&
			!str_eq(w->base->family, STR("rhel"))) ||
		package_find(w->stage->end->packages, STR("nginx")) != ANSWER_YES)
		return false;
	vec_each (const struct step *const, step, &steps)
		if (configures_nginx(a, *step))
			return false;
	/* What a run mounts may be another configuration. */
	return !w->run || !w->run->mounts.n;
}

/*
 * A bare name that no package of the distribution brought is one of nginx.org's, as in
 * the official images; any other is configured as somebody liked, where it is not left as
 * the package has it.
 */
enum answer user_starts_nginx(struct arena *a, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str path;

		if (!s->argv.n || has_rows(w, STR("runtime-nginx")) ||
			!value_str(a, s->argv.at[0].value, &path) ||
			!str_eq(path_base(path), STR("nginx")))
			continue;
		return is_from_nginx_org(a, w) || user_has_stock_nginx(a, w)
			? ANSWER_YES
			: path_is_absolute(path) || !w->stage ||
				package_find(w->stage->end->packages, STR("nginx")) !=
					ANSWER_NO
			? ANSWER_MAYBE
			: ANSWER_YES;
	}
	return ANSWER_NO;
}

static struct str of_path(struct arena *a, const struct workload *w, struct str path)
{
	struct str name = path_base(path), why;

	if (is_answered(w, name) || is_of_busybox(w, name))
		return STR_NONE;
	why = of_program(a, w, name);
	if (why.n)
		return why;
	if (is_for_root(path))
		return arena_printf(a,
			"'%.*s' runs %.*s, which lies among the programs of root; see "
			"what it does there before another user starts it.",
			STR_ARG(w->name), STR_ARG(path));
	if (user_starts_nginx(a, w) == ANSWER_MAYBE)
		return STR("Where this nginx keeps its pid, its logs and its temporary "
			   "files is not known; its configuration says it.");
	return STR_NONE;
}

/* What the start comes down to, the scripts that can be read included. */
static struct str of_words(
	struct arena *a, const struct workload *w, const struct started *s)
{
	for (size_t i = 0; i < s->argv.n && i < WORDS_LOOKED_AT; i++) {
		struct str name, why;

		if (!value_str(a, s->argv.at[i].value, &name) ||
			(i && !path_is_absolute(name) &&
				!str_ends(name, STR(".jar"))) ||
			user_may_fail(w, s, i))
			continue;
		why = of_path(a, w, name);
		if (why.n)
			return why;
	}
	return STR_NONE;
}

/* Below the home of whoever runs, or where everybody may write. */
static bool is_own_place(struct value v)
{
	struct str head =
		v.n && v.at[0].kind == SEGMENT_LITERAL ? v.at[0].text : STR_NONE;
	struct str text = v.n ? span_str(v.at[0].span) : STR_NONE;

	return path_is_under(head, STR("/tmp")) || path_is_under(head, STR("/dev")) ||
		str_starts(text, STR("~")) ||
		str_find_str(text, STR("HOME")) < text.n ||
		str_find_str(text, STR("mktemp")) < text.n ||
		str_find_str(text, STR("TMP")) < text.n;
}

/* A script that makes or fills a place that only its variables know. */
static struct str of_hidden_place(
	struct arena *a, const struct workload *w, const struct started *s)
{
	static const struct str makers[] = {STR_INIT("cp"), STR_INIT("install"),
		STR_INIT("ln"), STR_INIT("mkdir"), STR_INIT("mv"), STR_INIT("rsync"),
		STR_INIT("tee"), STR_INIT("touch")};
	struct str name, text;
	size_t last = s->argv.n - 1;

	if (s->argv.n < 2 || !value_str(a, s->argv.at[0].value, &name) ||
		!is_one_of(makers, COUNT(makers), path_base(name)) ||
		value_str(a, s->argv.at[last].value, &text) ||
		user_makes_for_apache(w, s) || is_own_place(s->argv.at[last].value))
		return STR_NONE;
	return arena_printf(a,
		"What starts runs %.*s with a place that only a variable knows (line "
		"%u); see that the user may write there.",
		STR_ARG(path_base(name)), span_start(s->argv.at[0].span).line);
}

static bool keeps_an_engine(struct arena *a, const struct workload *w)
{
	static const struct str places[] = {STR_INIT("/var/lib/docker"),
		STR_INIT("/var/lib/containerd"), STR_INIT("/var/lib/kubelet")};
	struct step_list steps = workload_steps(a, w);
	struct str at;

	vec_each (const struct step *const, step, &steps)
		for (size_t i = 0; (*step)->kind == STEP_VOLUME && i < (*step)->words.n;
			i++)
			if (value_str(a, (*step)->words.at[i].value, &at) &&
				is_one_of(places, COUNT(places), at))
				return true;
	if (w->run)
		vec_each (const struct mount, m, &w->run->mounts)
			if (is_one_of(places, COUNT(places), m->at))
				return true;
	return false;
}

struct str user_refusal(struct arena *a, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str why = of_words(a, w, s);

		if (!why.n)
			why = of_hidden_place(a, w, s);
		if (why.n)
			return why;
	}
	if (keeps_an_engine(a, w))
		return STR(
			"It keeps the data of an engine of its own, and that runs as "
			"root.");
	if (w->run && !w->run->group_add.n)
		vec_each (const struct mount, m, &w->run->mounts)
			if (str_eq(path_base(m->at), STR("docker.sock")))
				return STR("It commands the engine through its socket, "
					   "which root owns; take the socket away "
					   "first, or give it the group that the "
					   "socket has.");
	return powers_refusal(a, w);
}

void user_refuse(struct user_plan *p, const struct workload *w)
{
	struct str why = user_refusal(p->f->arena, w);

	user_refuse_home(p, w);
	if (!why.n)
		why = user_hidden(p, w);
	if (why.n)
		user_stop(p, "%.*s", STR_ARG(why));
	user_refuse_start(p, w);
}
