#include "effect/owners.h"

#include "base/path.h"

/* What the tools of owners share: events, who runs a command, operands. */

/* ---- events ---- */

void own_add(struct call *call, struct event e)
{
	struct state *state = call->run->state;

	e.happens = call->runs;
	e.is_in_run = true;
	e.by = call->tool;
	e.span = call->command->span;
	if (!e.umask)
		e.umask = call->run->umask;
	if (call->run->umask_is_unknown)
		e.mode_open = 0777;
	state->owners = owners_add(call->arena, state->owners, &e);
}

static bool is_same(struct id a, struct id b)
{
	return a.know == b.know && (a.know != FACT_SET || a.n == b.n);
}

/* Is it said already, by the command before, that so much may have happened? */
static bool is_said(const struct call *call, const struct event *e)
{
	const struct event *last = call->run->state->owners;

	return last && last->happens == ANSWER_YES &&
		(last->kind == e->kind || last->kind == EVENT_BLUR) &&
		last->is_system_wide <= e->is_system_wide &&
		path_is_under(e->path, last->path) && is_same(last->uid, e->uid) &&
		last->umask == call->run->umask;
}

static void add_unseen(struct call *call, struct event e)
{
	own_ids(call, &e.uid, &e.gid);
	if (e.kind == EVENT_BLUR || !is_said(call, &e))
		own_add(call, e);
}

void own_cloud(struct call *call, struct str path)
{
	add_unseen(call,
		(struct event){.kind = EVENT_CLOUD,
			.path = path,
			.why = STR("may have made it")});
}

void own_blur(struct call *call, struct str path)
{
	add_unseen(call,
		(struct event){.kind = EVENT_BLUR,
			.path = path,
			.why = STR("may have changed it")});
}

void own_system(struct call *call, enum event_kind kind, struct str path)
{
	add_unseen(call,
		(struct event){.kind = kind,
			.is_system_wide = true,
			.path = path.n > 1 ? path : STR("/root"),
			.why = kind == EVENT_CLOUD ? STR("may have made it")
						   : STR("may have changed it")});
}

/* ---- who runs a command ---- */

static void ids_of_user(
	struct call *call, struct str spec, struct id *uid, struct id *gid)
{
	struct identity id = identity_resolve(call->arena, spec, call_accounts(call));

	*uid = id.uid.know == FACT_SET ? id.uid : id_unknown();
	*gid = id.gid.know == FACT_SET ? id.gid : id_unknown();
}

void own_ids(struct call *call, struct id *uid, struct id *gid)
{
	const struct command *c = call->command;
	const struct fact *user = call->run->state->user;
	struct str spec = STR("root");

	*uid = *gid = id_of(0);
	if (c->as_user.value.n) {
		struct value v = value_resolve(
			call->arena, c->as_user.value, &call->run->variables);

		if (!value_str(call->arena, v, &spec))
			*uid = *gid = id_unknown();
		else
			ids_of_user(call, spec, uid, gid);
		return;
	}
	if (c->is_sudo || call->run->is_root)
		return;
	if (!fact_str(call->arena, user, &spec))
		*uid = *gid = id_unknown();
	else
		ids_of_user(call, spec, uid, gid);
}

/* ---- operands ---- */

/* Before the first byte that is not known, up to the last slash. */
static struct str known_folder(struct call *call, const struct word *w)
{
	struct str head = w->value.n && w->value.at[0].kind != SEGMENT_UNKNOWN
		? w->value.at[0].text
		: STR_NONE;
	size_t slash = str_rfind(head, '/');

	if (!path_is_absolute(head))
		return STR("/");
	return path_join(call->arena, STR("/"), str_sub(head, 0, slash + 1));
}

bool own_home(struct call *call, struct str *home)
{
	const struct fact *fact = binding_find(call->run->variables.env, STR("HOME"));
	struct id uid, gid;

	if (fact)
		return fact_str(call->arena, fact, home);
	*home = STR("/root");
	own_ids(call, &uid, &gid);
	return uid.know == FACT_SET && uid.n == 0;
}

/* "~/x": below the HOME of who runs it. */
static bool home_text(struct call *call, const struct value *v, struct str *text)
{
	struct str folder, rest;
	struct value behind = *v;

	if (!v->n || v->at[0].kind != SEGMENT_UNKNOWN ||
		!str_eq(span_str(v->at[0].span), STR("~")) || !own_home(call, &folder))
		return false;
	behind.at++;
	behind.n--;
	if (!value_str(call->arena, behind, &rest))
		return false;
	*text = arena_printf(call->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(rest));
	return true;
}

struct operand own_operand(struct call *call, const struct word *w)
{
	struct operand o = {.is_glob = w->is_globbed};
	struct str text, cwd = call->run->cwd;
	bool has_text = (word_str(call->arena, w, &text) && text.n) ||
		home_text(call, &w->value, &text);

	if (!has_text || (str_find(text, '{') < text.n && !w->is_quoted) ||
		(!path_is_absolute(text) && !cwd.n)) {
		o.path = known_folder(call, w);
		return o;
	}
	o.is_known = true;
	o.is_folder = str_ends(text, STR("/"));
	o.is_content = str_ends(text, STR("/.")) || str_eq(text, STR("."));
	o.path = path_join(call->arena, cwd, text);
	return o;
}

/* May there be words that are not seen? A ~ is one word for sure. */
static bool is_more(struct call *call)
{
	if (call->is_complete || call->command->has_wildcard_args)
		return !call->is_complete;
	for (size_t i = 1; i < call->argv.n; i++) {
		const struct value *v = &call->argv.at[i].value;

		for (size_t k = 0; k < v->n; k++)
			if (v->at[k].kind == SEGMENT_UNKNOWN &&
				!str_eq(span_str(v->at[k].span), STR("~")))
				return true;
	}
	return call->argv.n != call->command->argv.n;
}

void own_each(struct call *call, const struct words *operands, size_t first,
	struct event e, enum event_kind unseen)
{
	for (size_t i = first; i < operands->n; i++) {
		struct operand o = own_operand(call, &operands->at[i]);

		if (!o.is_known) {
			unseen == EVENT_CLOUD ? own_cloud(call, o.path)
					      : own_blur(call, o.path);
			continue;
		}
		e.path = o.path;
		e.is_glob = o.is_glob;
		own_add(call, e);
	}
	if (is_more(call))
		unseen == EVENT_CLOUD ? own_cloud(call, STR("/"))
				      : own_blur(call, STR("/"));
}

struct str own_mode(struct call *call, const struct word *w)
{
	struct str text;

	if (!w)
		return STR_NONE;
	return word_str(call->arena, w, &text) ? text : STR("?");
}

struct event own_made(struct call *call, enum entry_kind kind)
{
	struct event e = {.kind = EVENT_MADE, .makes = kind, .only_if_missing = true};

	own_ids(call, &e.uid, &e.gid);
	e.parent_uid = e.uid;
	e.parent_gid = e.gid;
	return e;
}

bool own_has_option(struct call *call, char letter, struct str name)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || word.n < 2 ||
			!str_starts(word, STR("-")))
			continue;
		if (str_starts(word, STR("--")) ? str_starts(word, name)
						: str_find(word, letter) < word.n)
			return true;
	}
	return false;
}

const struct word *own_value(
	struct call *call, struct str letters, struct str name, struct word *room)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || word.n < 2 ||
			!str_starts(word, STR("-")))
			continue;
		if (str_starts(word, STR("--"))) {
			if (!str_starts(word, name))
				continue;
			if (word.n > name.n && word.p[name.n] == '=') {
				*room = word_from(
					call->arena, &call->argv.at[i], name.n + 1);
				return room;
			}
			if (word.n > name.n)
				continue;
		} else if (str_find(letters, word.p[word.n - 1]) == letters.n) {
			continue;
		}
		return i + 1 < call->argv.n ? &call->argv.at[i + 1] : NULL;
	}
	return NULL;
}

struct words own_operands(struct call *call)
{
	struct words out = {0};
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++)
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")))
			*vec_push(call->arena, &out) = call->argv.at[i];
	return out;
}
