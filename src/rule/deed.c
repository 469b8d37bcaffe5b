#include "rule/deed.h"

#include "base/buf.h"
#include "base/path.h"
#include "rule/advice.h"
#include "rule/reach.h"

/* ---- words of a command ---- */

static bool word_is(struct audit *audit, const struct word *w, struct str text)
{
	struct str s;

	return value_str(audit->arena, w->value, &s) && str_eq(s, text);
}

/* A word that begins with a dash and takes bits away: -w, -x, -rwx. */
static bool is_minus_mode(struct str word)
{
	for (size_t i = 1; i < word.n; i++)
		if (!memchr("rwxXst,ugoa+-=", word.p[i], 14))
			return false;
	return word.n > 1;
}

/* The part of a command that a tool of its own is: all of it, or what -exec starts. */
struct part {
	const struct word *at;
	size_t n;
	struct str tool;
};

static bool part_name(struct audit *audit, struct part *p)
{
	struct str name;

	if (!p->n || !value_str(audit->arena, p->at[0].value, &name))
		return false;
	p->tool = path_base(name);
	return true;
}

/* The next program that find starts, from word *i on. */
static bool next_exec(
	struct audit *audit, const struct words *argv, size_t *i, struct part *out)
{
	for (; *i < argv->n; ++*i) {
		struct str word;

		if (!value_str(audit->arena, argv->at[*i].value, &word) ||
			!(str_starts(word, STR("-exec")) ||
				str_starts(word, STR("-ok"))))
			continue;
		*out = (struct part){.at = argv->at + ++*i};
		while (*i < argv->n && !word_is(audit, &argv->at[*i], STR(";")) &&
			!word_is(audit, &argv->at[*i], STR("+"))) {
			out->n++;
			++*i;
		}
		if (part_name(audit, out))
			return true;
	}
	return false;
}

static bool has_flag(struct audit *audit, const struct part *p, char letter)
{
	struct str word;

	for (size_t i = 1; i < p->n; i++)
		if (value_str(audit->arena, p->at[i].value, &word) && word.n > 1 &&
			word.p[0] == '-' && word.p[1] != '-' &&
			str_find(word, letter) < word.n)
			return true;
	return false;
}

static bool has_word(struct audit *audit, const struct part *p, struct str text)
{
	for (size_t i = 1; i < p->n; i++)
		if (word_is(audit, &p->at[i], text))
			return true;
	return false;
}

/* The first word of chmod and chown that is no option. */
static const struct word *first_operand(
	struct audit *audit, const struct part *p, bool is_mode)
{
	for (size_t i = 1; i < p->n; i++) {
		struct str word;

		if (!value_str(audit->arena, p->at[i].value, &word))
			return NULL;
		if (!str_starts(word, STR("-")) || (is_mode && is_minus_mode(word)))
			return &p->at[i];
	}
	return NULL;
}

static void set_text(
	struct audit *audit, struct deed *d, const struct word *w, size_t offset)
{
	struct str word;

	if (!value_str(audit->arena, w->value, &word) || offset > word.n)
		return;
	d->text = str_from(word, offset);
	d->span = w->span;
	if (offset && w->span.length == word.n)
		d->span = span_of(w->span.file, w->span.offset + offset, d->text.n);
}

/* The value of -m, -m0777, --mode=0777 (or of another letter and name). */
static void option_value(struct audit *audit, const struct part *p, char letter,
	struct str name, struct deed *d)
{
	for (size_t i = 1; i < p->n; i++) {
		struct str word;

		if (!value_str(audit->arena, p->at[i].value, &word) || word.n < 2 ||
			word.p[0] != '-')
			continue;
		if (word.p[1] == '-') {
			if (!str_starts(word, name))
				continue;
			if (word.n > name.n && word.p[name.n] == '=')
				set_text(audit, d, &p->at[i], name.n + 1);
			else if (word.n == name.n && i + 1 < p->n)
				set_text(audit, d, &p->at[i + 1], 0);
			return;
		}
		if (str_find(word, letter) == word.n - 1 && i + 1 < p->n) {
			set_text(audit, d, &p->at[i + 1], 0);
			return;
		}
		if (word.p[1] == letter) {
			set_text(audit, d, &p->at[i], 2);
			return;
		}
	}
}

/* What one program says of modes (or owners); false when nothing. */
static bool read_part(
	struct audit *audit, const struct part *p, enum deed_kind kind, struct deed *d)
{
	bool is_mode = kind == DEED_MODE;
	const struct word *first;

	d->is_recursive =
		has_flag(audit, p, 'R') || has_word(audit, p, STR("--recursive"));
	if (str_eq(p->tool, is_mode ? STR("chmod") : STR("chown"))) {
		first = first_operand(audit, p, is_mode);
		if (first)
			set_text(audit, d, first, 0);
		d->by = p->tool;
	} else if (str_eq(p->tool, STR("mkdir")) && is_mode) {
		option_value(audit, p, 'm', STR("--mode"), d);
		d->by = STR("mkdir -m");
		d->makes_folder = true;
	} else if (str_eq(p->tool, STR("install"))) {
		option_value(audit, p, is_mode ? 'm' : 'o',
			is_mode ? STR("--mode") : STR("--owner"), d);
		d->by = is_mode ? STR("install -m") : STR("install -o");
		d->makes_folder = has_flag(audit, p, 'd') ||
			has_word(audit, p, STR("--directory"));
	}
	return d->text.n != 0;
}

/* ---- the log ---- */

/* What the log has of one command or COPY, oldest event first. */
struct entry {
	struct span span;
	enum answer happens;
	struct deed_paths paths;
	bool is_glob, is_copy;
};

VEC_TYPE(struct entry, entries);

static bool same_span(struct span a, struct span b)
{
	return a.file == b.file && a.offset == b.offset && a.length == b.length;
}

static bool holds(const struct deed_paths *list, struct str path)
{
	vec_each (const struct str, p, list)
		if (str_eq(*p, path))
			return true;
	return false;
}

static void add_event(struct audit *audit, struct entries *list, const struct event *e)
{
	struct entry *entry = list->n ? vec_last(list) : NULL;

	if (!entry || !same_span(entry->span, e->span)) {
		entry = vec_push(audit->arena, list);
		*entry = (struct entry){.span = e->span};
	}
	entry->happens = answer_or(entry->happens, e->happens);
	entry->is_glob |= e->is_glob;
	entry->is_copy |= !e->is_in_run;
	/* Where it is not known, the log has the root folder. */
	if ((e->kind == EVENT_CLOUD || e->kind == EVENT_BLUR) && e->path.n == 1)
		entry->is_glob = true;
	else if (entry->paths.n < DEED_PATHS_MAX && e->path.n &&
		!holds(&entry->paths, e->path))
		*vec_push(audit->arena, &entry->paths) = e->path;
}

static struct entries entries_of(struct audit *audit, const struct step *step)
{
	const struct event *end = step->before ? step->before->owners : NULL;
	struct entries list = {0};
	VEC(const struct event *) events = {0};

	for (const struct event *e = step->after->owners; e && e != end; e = e->older)
		*vec_push(audit->arena, &events) = e;
	for (size_t i = events.n; i-- > 0;)
		add_event(audit, &list, events.at[i]);
	return list;
}

/* The operands behind the mode or owner, as they are written. */
static void set_shown(struct audit *audit, const struct part *p, struct deed *d)
{
	struct buf all = {.arena = audit->arena};

	for (size_t i = 1; i < p->n; i++) {
		struct str word;

		if (p->at[i].span.offset <= d->span.offset ||
			p->at[i].span.file != d->span.file)
			continue;
		word = value_written(audit->arena, p->at[i].value);
		if (!word.n || word.p[0] == '-' || word.p[0] == '{')
			continue;
		if (!d->shown.n)
			d->shown = word;
		buf_printf(&all, "%s%.*s", all.n ? " " : "", STR_ARG(word));
	}
	d->operands = buf_str(&all);
}

/* Where the base image starts is not known; from it a relative path goes on. */
static void forget_relative(struct audit *audit, struct deed *d)
{
	if (!d->shown.n || path_is_absolute(d->shown) || !d->paths.n ||
		d->step->before->workdir->layer >= LAYER_BUILD)
		return;
	if (!str_eq(path_join(audit->arena, STR("/"), d->shown), d->paths.at[0]))
		return;
	d->paths = (struct deed_paths){0};
	d->is_glob = true;
}

static void add_part(struct audit *audit, const struct part *p, enum deed_kind kind,
	struct deed deed, struct deeds *list)
{
	if (list->n >= DEEDS_MAX || !read_part(audit, p, kind, &deed))
		return;
	/* install names its sources first; where they go is in the log. */
	if (deed.makes_folder || !str_eq(p->tool, STR("install")))
		set_shown(audit, p, &deed);
	forget_relative(audit, &deed);
	*vec_push(audit->arena, list) = deed;
}

static bool finds_only_folders(struct audit *audit, const struct words *argv)
{
	for (size_t i = 1; i + 1 < argv->n; i++)
		if (word_is(audit, &argv->at[i], STR("-type")))
			return word_is(audit, &argv->at[i + 1], STR("d"));
	return false;
}

/* find FOLDER … | xargs: below that folder. */
static void add_found(
	struct audit *audit, const struct command *find, struct deed *deed)
{
	struct str folder;

	if (!find || !command_is(find, STR("find")) || find->argv.n < 2 ||
		!value_str(audit->arena, find->argv.at[1].value, &folder) ||
		!path_is_absolute(folder))
		return;
	deed->paths = (struct deed_paths){0};
	*vec_push(audit->arena, &deed->paths) =
		path_join(audit->arena, STR("/"), folder);
	deed->only_folders = finds_only_folders(audit, &find->argv);
}

static void add_command(struct audit *audit, const struct command *c,
	const struct entry *entry, enum deed_kind kind, struct deed deed,
	struct deeds *list)
{
	struct part whole = {.at = c->argv.at, .n = c->argv.n};
	size_t i = 1, first = list->n;

	if (!part_name(audit, &whole))
		return;
	deed.command = c;
	deed.happens = entry->happens;
	deed.paths = entry->paths;
	deed.is_glob = entry->is_glob || c->has_wildcard_args;
	if (c->has_wildcard_args)
		add_found(audit, c->reads, &deed);
	if (!str_eq(whole.tool, STR("find"))) {
		add_part(audit, &whole, kind, deed, list);
		if (c->has_wildcard_args && list->n > first)
			list->at[first].is_recursive = true;
		return;
	}
	deed.only_folders = finds_only_folders(audit, &c->argv);
	while (next_exec(audit, &c->argv, &i, &whole))
		add_part(audit, &whole, kind, deed, list);
	for (; first < list->n; first++) {
		list->at[first].operands = STR_NONE;
		list->at[first].is_recursive = true;
		list->at[first].shown = c->argv.n > 1
			? value_written(audit->arena, c->argv.at[1].value)
			: STR_NONE;
		list->at[first].by = arena_printf(
			audit->arena, "find -exec %.*s", STR_ARG(list->at[first].by));
	}
}

static void add_copy(struct audit *audit, const struct step *step,
	const struct entry *entry, enum deed_kind kind, struct deed deed,
	struct deeds *list)
{
	const struct word *w =
		kind == DEED_MODE ? &step->copy->chmod : &step->copy->chown;

	if (!(kind == DEED_MODE ? step->copy->has_chmod : step->copy->has_chown))
		return;
	set_text(audit, &deed, w, 0);
	deed.by = arena_printf(audit->arena, "%s --%s",
		step->kind == STEP_ADD ? "ADD" : "COPY",
		kind == DEED_MODE ? "chmod" : "chown");
	deed.happens = ANSWER_YES;
	deed.paths = entry->paths;
	deed.is_recursive = true;
	deed.shown = value_written(audit->arena, step->copy->target.value);
	forget_relative(audit, &deed);
	if (deed.text.n && list->n < DEEDS_MAX)
		*vec_push(audit->arena, list) = deed;
}

/* The commands of a step and what the log has of them are in the same order. */
static void add_step(
	struct audit *audit, size_t place, enum deed_kind kind, struct deeds *list)
{
	const struct step *step = audit->facts.steps.at[place];
	struct deed deed = {.kind = kind, .step = step, .place = place};
	struct entries entries = entries_of(audit, step);
	size_t at = 0;

	if (step->copy) {
		if (entries.n)
			add_copy(audit, step, entries.at, kind, deed, list);
		return;
	}
	vec_each (const struct entry, entry, &entries) {
		for (size_t i = at; i < step->commands.n; i++) {
			const struct command *c = step->commands.at[i];

			if (!same_span(c->span, entry->span))
				continue;
			add_command(audit, c, entry, kind, deed, list);
			at = i + 1;
			break;
		}
		if (at >= step->commands.n)
			break;
	}
}

struct deeds deeds_of(struct audit *audit, enum deed_kind kind)
{
	struct deeds list = {0};

	for (size_t i = 0; i < audit->facts.steps.n; i++) {
		const struct step *step = audit->facts.steps.at[i];

		if ((step->kind == STEP_RUN || step->copy) && list.n < DEEDS_MAX)
			add_step(audit, i, kind, &list);
	}
	return list;
}

/* ---- questions ---- */

bool deed_opens(const struct deed *d, uint32_t bits)
{
	uint32_t mode = 0, known = 07777;

	return mode_apply(d->text, 022, d->makes_folder, &mode, &known) &&
		(known & bits) == bits && (mode & bits) == bits;
}

struct access_asker deed_asker(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct identity id = w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS
		? w->launch.drop.identity
		: w->launch.identity;

	return know_asker(audit->arena, audit->world, w, id);
}

struct str deed_owner(struct audit *audit)
{
	uint32_t uid, gid;

	if (reach_uid(audit->workload, &uid) && uid)
		return reach_gid(audit->workload, &gid) && gid
			? arena_printf(audit->arena, "%u:%u", uid, gid)
			: arena_printf(audit->arena, "%u", uid);
	if (audit->facts.candidate)
		return advice_spec(audit, audit->facts.candidate);
	uid = advice_free_id(audit);
	return arena_printf(audit->arena, "%u:%u", uid, uid);
}

struct str deed_paths_words(struct audit *audit, const struct deed *d)
{
	struct str first = d->shown.n ? d->shown
		: d->paths.n	      ? d->paths.at[0]
				      : STR_NONE;

	if (!first.n)
		return STR("these files");
	if (d->paths.n < 2)
		return arena_printf(audit->arena, "`%.*s`", STR_ARG(first));
	return arena_printf(
		audit->arena, "`%.*s` and %zu more", STR_ARG(first), d->paths.n - 1);
}
