#include "rule/service.h"

#include "rule/rule.h"

enum { SERVICE_WORDS_MAX = 512 }; /* of the command; what comes later is not read */

/* The words of a workload's program, each command behind an empty word. */
struct service_words {
	struct str at[SERVICE_WORDS_MAX];
	size_t n;
	bool is_partial; /* some of them are not known */
};

static void add_word(struct service_words *w, struct str word)
{
	if (w->n < SERVICE_WORDS_MAX)
		w->at[w->n++] = word;
	else
		w->is_partial = true;
}

static void add_words(
	struct audit *audit, struct service_words *w, const struct words *argv)
{
	vec_each (struct word, word, argv) {
		struct str text;

		if (value_str(audit->arena, word->value, &text) && text.n) {
			add_word(w, text);
			continue;
		}
		/* A word that is not known keeps its beginning: "--requirepass=${X}". */
		add_word(w, value_display(audit->arena, word->value));
		w->is_partial |= !value_is_known(word->value);
	}
}

static void add_program(
	struct audit *audit, struct service_words *w, const struct program *p)
{
	if (!p || p->know == FACT_UNSET)
		return;
	if (p->know == FACT_UNKNOWN)
		w->is_partial = true;
	if (!p->commands.n)
		add_words(audit, w, &p->argv);
	vec_each (struct command *, c, &p->commands) {
		add_word(w, STR_NONE);
		add_words(audit, w, &(*c)->argv);
		w->is_partial |= (*c)->has_wildcard_args;
	}
}

/* Entrypoint and command, as they stand behind each other at the start. */
const struct service_words *service_words(struct audit *audit)
{
	struct service_words *w = arena_new(audit->arena, struct service_words);

	add_word(w, STR_NONE);
	add_program(audit, w, audit->workload->entrypoint);
	add_word(w, STR_NONE);
	add_program(audit, w, audit->workload->cmd);
	return w;
}

/* NAME=glob or --x=glob taken apart; has_glob false: any value that is not empty. */
struct mark {
	struct str kind, name, glob;
	bool has_glob, is_doubt;
};

static struct mark mark_read(struct str text)
{
	struct mark m = {0};
	size_t equals;

	if (str_starts(text, STR("?"))) {
		m.is_doubt = true;
		text = str_from(text, 1);
	}
	m.kind = str_sub(text, 0, str_find(text, ':'));
	m.name = str_from(text, m.kind.n + 1);
	equals = str_find(m.name, '=');
	m.has_glob = equals < m.name.n;
	m.glob = str_from(m.name, equals + 1);
	m.name = str_sub(m.name, 0, equals);
	return m;
}

/* '' and "" that a list of words keeps are empty for who reads the option. */
static struct str without_quotes(struct str s)
{
	if (s.n >= 2 && (s.p[0] == '\'' || s.p[0] == '"') && s.p[s.n - 1] == s.p[0])
		return str_sub(s, 1, s.n - 2);
	return s;
}

static bool value_fits(const struct mark *m, struct str value)
{
	value = without_quotes(value);
	if (!m->has_glob)
		return value.n != 0;
	return m->glob.n ? str_glob(m->glob, value) : !value.n;
}

static enum answer env_has(struct audit *audit, const struct mark *m)
{
	const struct fact *f = binding_find(audit->workload->env, m->name);
	struct str value;

	if (!f || f->know == FACT_UNSET)
		return ANSWER_NO;
	if (!fact_str(audit->arena, f, &value))
		return m->has_glob ? ANSWER_MAYBE : ANSWER_YES;
	return answer_of(value_fits(m, value));
}

static enum answer flag_has(const struct service_words *w, const struct mark *m)
{
	for (size_t i = 0; i < w->n; i++) {
		struct str rest = str_from(w->at[i], m->name.n);

		if (!str_starts(w->at[i], m->name))
			continue;
		if (str_starts(rest, STR("=")) && value_fits(m, str_from(rest, 1)))
			return ANSWER_YES;
		if (rest.n)
			continue;
		if (!m->has_glob)
			return ANSWER_YES;
		if (i + 1 < w->n && value_fits(m, w->at[i + 1]))
			return ANSWER_YES;
	}
	return ANSWER_NO;
}

static enum answer word_has(const struct service_words *w, const struct mark *m)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_glob(m->name, w->at[i]))
			return ANSWER_YES;
	return ANSWER_NO;
}

static enum answer mount_has(const struct audit *audit, const struct mark *m)
{
	vec_each (const struct mount, mount, &audit->workload->run->mounts)
		if (mount->origin != MOUNT_FROM_IMAGE && str_glob(m->name, mount->at))
			return ANSWER_YES;
	return ANSWER_NO;
}

static enum answer mark_holds(
	struct audit *audit, const struct service_words *w, const struct mark *m)
{
	if (str_eq(m->kind, STR("env")))
		return env_has(audit, m);
	if (str_eq(m->kind, STR("flag")))
		return flag_has(w, m);
	if (str_eq(m->kind, STR("word")))
		return word_has(w, m);
	return mount_has(audit, m);
}

/* Does one of the marks hold? A mark with a ? makes it MAYBE at most. */
static enum answer any_holds(
	struct audit *audit, const struct service_words *w, struct str marks)
{
	struct str_fields fields = {.rest = marks};
	enum answer sum = ANSWER_NO;
	struct str text;

	while (marks.n && str_next_field(&fields, ',', &text)) {
		struct mark m = mark_read(text);
		enum answer one = mark_holds(audit, w, &m);

		if (m.is_doubt)
			one = answer_and(one, ANSWER_MAYBE);
		sum = answer_or(sum, one);
	}
	return sum;
}

/* Something could say more than is seen: a file that is not there, a variable. */
static bool may_say_more(const struct audit *audit, const struct service_words *w)
{
	const struct run *run = audit->workload->run;

	vec_each (const struct env_file, file, &run->env_files)
		if (file->is_there != ANSWER_YES)
			return true;
	return w->is_partial || run->is_partial;
}

static enum answer is_open(struct audit *audit, const struct service_words *w,
	const struct know_service *s)
{
	enum answer on = any_holds(audit, w, s->on);

	if (on == ANSWER_YES)
		return ANSWER_NO;
	if (s->asks)
		return answer_and(any_holds(audit, w, s->off), answer_not(on));
	if (s->on.n && may_say_more(audit, w))
		on = ANSWER_MAYBE;
	return answer_not(on);
}

struct service_answer service_behind(
	struct audit *audit, const struct service_words *words, const struct port *port)
{
	const struct base_image *base = audit->workload->base;
	struct service_answer answer = {0};
	struct image_ref ref;
	bool has_ref = base && image_ref_parse(base->reference, &ref);

	if (!audit->know || !audit->workload->run || !port->target_first)
		return answer;
	if (!know_service(audit->know, has_ref ? &ref : NULL, words->at, words->n,
		    port->target_first, port->target_last, &answer.service))
		return answer;
	answer.is_known = ANSWER_YES;
	answer.is_open = is_open(audit, words, &answer.service);
	return answer;
}
