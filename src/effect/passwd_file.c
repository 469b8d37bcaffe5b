#include "effect/tool.h"

#include "base/path.h"

/*
 * Accounts that are made by writing the files themselves (passwd(5), group(5)), by a
 * command or by COPY. The first line of a name is the one that counts.
 */

enum { PASSWD_FIELDS = 7, GROUP_FIELDS = 4, LINES_MAX = 4096 };

/* Splits a line at its colons; how many fields it has, at most max of them filled. */
static size_t split_fields(const struct text *line, struct text *fields, size_t max)
{
	size_t count = 0, start = 0;

	while (count < max) {
		size_t n = str_find(str_from(line->s, start), ':');

		fields[count++] = text_sub(line, start, n);
		start += n + 1;
		if (start > line->s.n)
			break;
	}
	return count;
}

/*
 * What is no number, or is not there, the engine takes as 0. An empty field it does
 * too, but that is most often a variable of which too little is known.
 */
static struct id field_id(const struct text *field)
{
	struct id id = {.is_chosen = true, .span = text_span_all(field)};

	if (!text_is_known(field) || (field->s.p && !field->s.n))
		return id;
	id.know = FACT_SET;
	if (!str_to_u32(field->s, &id.n))
		id.n = 0;
	return id;
}

static struct str field_str(const struct text *field)
{
	return text_is_known(field) ? field->s : STR_NONE;
}

/* The name of a line as a word, or false when the line is none or names nobody. */
static bool line_name(struct call *call, const struct text *line,
	const struct text *field, struct word *at)
{
	if (!field->s.n || field->s.p[0] == '#' || field->s.p[0] == '+')
		return false;
	at->span = text_span_all(field);
	if (!at->span.file)
		at->span = call->command->span;
	if (text_is_known(field))
		return true;
	call_doubt(call, at->span, "a line of an unknown name is written to %s",
		str_find(line->s, '/') < line->s.n ? "/etc/passwd" : "/etc/group");
	return false;
}

static enum password password_of(const struct text *field)
{
	if (!field->s.n)
		return PASSWORD_EMPTY;
	if (str_eq(field->s, STR("x")) || memchr("*!", field->s.p[0], 2))
		return PASSWORD_LOCKED;
	return PASSWORD_SET;
}

static void passwd_line(struct call *call, const struct text *line)
{
	struct text f[PASSWD_FIELDS] = {0};
	const struct account *old;
	struct account user;
	struct word at = {0};

	(void)split_fields(line, f, PASSWD_FIELDS);
	if (!line_name(call, line, &f[0], &at))
		return;
	if (accounts_find(call_accounts(call), f[0].s, &old) == ANSWER_YES)
		return;
	user = (struct account){.name = f[0].s,
		.uid = field_id(&f[2]),
		.gid = field_id(&f[3]),
		.home = field_str(&f[5]),
		.shell = field_str(&f[6]),
		.password = password_of(&f[1])};
	user_make(call, &user, &at);
}

static void group_line(struct call *call, const struct text *line)
{
	struct text f[GROUP_FIELDS] = {0};
	const struct account_group *old;
	struct str_fields members;
	struct word at = {0};
	struct str user, name;

	(void)split_fields(line, f, GROUP_FIELDS);
	if (!line_name(call, line, &f[0], &at))
		return;
	name = f[0].s;
	/*
	 * Nobody finds a second line by its name, but its gid and its members count. No
	 * name holds a colon, so this one is found by nobody either.
	 */
	while (accounts_find_group(call_accounts(call), name, &old) == ANSWER_YES)
		name = arena_printf(call->arena, "%.*s:", STR_ARG(name));
	group_make(call, name, field_id(&f[2]), &at);
	if (!f[3].s.n)
		return;
	members = (struct str_fields){.rest = f[3].s};
	while (str_next_field(&members, ',', &user))
		if (user.n)
			member_make(call, str_trim(user), name, &at);
}

/* The database without its users, or without its groups and their members. */
static void keep_only(struct call *call, bool users, bool groups)
{
	const struct accounts *old = call_accounts(call), *db;
	struct account_list all_users = accounts_users(call->arena, old);
	struct group_list all_groups = accounts_groups(call->arena, old);
	struct membership_list members = accounts_memberships(call->arena, old);
	const struct doubt *doubt = accounts_doubts(old);

	db = accounts_empty(call->arena);
	if (users)
		vec_each (const struct account *, u, &all_users)
			db = accounts_add(call->arena, db, *u);
	if (groups) {
		vec_each (const struct account_group *, g, &all_groups)
			db = accounts_add_group(call->arena, db, *g);
		vec_each (const struct membership *, m, &members)
			db = accounts_add_member(call->arena, db, *m);
	}
	if (doubt)
		db = accounts_doubt(call->arena, db, doubt->why, doubt->span);
	call->run->state->accounts = db;
}

static void all_lines(struct call *call, struct text lines,
	void (*each)(struct call *, const struct text *))
{
	struct text line;

	for (int i = 0; i < LINES_MAX && text_next_line(&lines, &line); i++)
		each(call, &line);
}

/* Every line may be gone. */
static void may_lose(struct call *call, bool users)
{
	const struct accounts *db = call_accounts(call);
	struct account_list all_users = accounts_users(call->arena, db);
	struct group_list all_groups = accounts_groups(call->arena, db);

	if (users)
		vec_each (const struct account *, u, &all_users)
			db = accounts_remove(call->arena, db, (*u)->name, ANSWER_MAYBE);
	else
		vec_each (const struct account_group *, g, &all_groups)
			db = accounts_remove_group(
				call->arena, db, (*g)->name, ANSWER_MAYBE);
	call->run->state->accounts = db;
}

/* A replacement that only may happen leaves both the old lines and the new ones. */
void passwd_lines(struct call *call, struct text lines, bool replaces)
{
	if (replaces && call->runs == ANSWER_YES)
		keep_only(call, false, true);
	else if (replaces)
		may_lose(call, true);
	all_lines(call, lines, passwd_line);
}

void group_lines(struct call *call, struct text lines, bool replaces)
{
	if (replaces && call->runs == ANSWER_YES)
		keep_only(call, true, false);
	else if (replaces)
		may_lose(call, false);
	all_lines(call, lines, group_line);
}

static bool is_sudoers(struct str path)
{
	return str_eq(path, STR("/etc/sudoers")) ||
		path_is_under(path, STR("/etc/sudoers.d"));
}

/* "app ALL=(ALL) NOPASSWD:ALL": who may become whom. */
static void sudoers_lines(struct call *call, struct text lines)
{
	struct text line;

	while (text_next_line(&lines, &line)) {
		struct str rest = line.s, who;
		size_t at = str_find_str(line.s, STR("NOPASSWD"));
		struct word word = {.span = text_span_all(&line)};

		if (!str_next_word(&rest, &who) || who.p[0] == '#' ||
			str_starts(who, STR("Defaults")))
			continue;
		if (!word.span.file)
			word.span = call->command->span;
		note_act(call, at < line.s.n ? ACT_NOPASSWD : ACT_SUDOERS, &word,
			str_find(who, TEXT_UNKNOWN) < who.n ? STR_NONE : who);
	}
}

/* Remembers the bytes of a file, so that a script that is written can be followed. */
static void remember(struct call *call, struct str path, const struct text *text)
{
	struct state *state = call->run->state;
	struct file_entry entry = {
		.path = path, .origin = FILE_FROM_OTHER, .span = call->command->span};

	if (text && text_is_known(text) && call->runs == ANSWER_YES) {
		entry.origin = FILE_FROM_TEXT;
		entry.content = *text;
	}
	state->files = files_put(call->arena, state->files, &entry);
}

/* What was known of the file before, with more behind it. */
static const struct text *appended(
	struct call *call, struct str path, const struct text *more, struct text *out)
{
	struct text_builder b = text_builder(call->arena);
	const struct file_entry *entry;
	struct str rest;

	entry = files_find(call->run->state->files, path, &rest);
	if (!more || !entry || rest.n || entry->origin != FILE_FROM_TEXT)
		return NULL;
	text_add(&b, &entry->content, 0, entry->content.s.n);
	text_add(&b, more, 0, more->s.n);
	*out = text_finish(&b);
	return out;
}

bool is_accounts_file(struct str path)
{
	return str_eq(path, STR("/etc/passwd")) || str_eq(path, STR("/etc/group"));
}

void accounts_file_blurred(
	struct call *call, struct str path, const struct word *at, bool names_root)
{
	struct state *state = call->run->state;
	struct str why = arena_printf(call->arena, "%.*s changes lines of %.*s",
			   STR_ARG(call->tool), STR_ARG(path)),
		   spared = names_root ? STR_NONE : STR("root");

	if (call->run->is_start)
		return;
	if (str_eq(path, STR("/etc/passwd")))
		state->accounts = accounts_blur_users(
			call->arena, state->accounts, spared, why, at->span);
	else
		state->accounts = accounts_blur_groups(
			call->arena, state->accounts, spared, why, at->span);
}

void file_written(struct call *call, struct str path, const struct text *text,
	bool appends, const struct word *at)
{
	struct text joined;

	if (!path_is_absolute(path) && !call->run->cwd.n)
		return;
	path = path_join(call->arena, call->run->cwd, path);
	if (path_is_under(path, STR("/dev")) || path_is_under(path, STR("/proc")))
		return;
	if (is_accounts_file(path) && !text && !appends) {
		accounts_file_blurred(call, path, at, true);
	} else if (is_accounts_file(path) && !text) {
		call_doubt(call, at->span,
			"lines that are not known are written to "
			"%.*s",
			STR_ARG(path));
	} else if (text && str_eq(path, STR("/etc/passwd"))) {
		passwd_lines(call, *text, !appends);
	} else if (text && str_eq(path, STR("/etc/group"))) {
		group_lines(call, *text, !appends);
	} else if (is_sudoers(path)) {
		if (text)
			sudoers_lines(call, *text);
		else
			note_act(call, ACT_SUDOERS, at, STR_NONE);
	} else {
		remember(call, path,
			appends ? appended(call, path, text, &joined) : text);
	}
}

/* ---- COPY and ADD ---- */

static void take_from_stage(struct call *call, const struct stage *stage, bool users)
{
	struct state *state = call->run->state;
	const struct accounts *from = stage->end->accounts;
	const struct doubt *doubt = accounts_doubts(from);

	keep_only(call, !users, users);
	if (users) {
		struct account_list all = accounts_users(call->arena, from);

		vec_each (const struct account *, u, &all)
			state->accounts =
				accounts_add(call->arena, state->accounts, *u);
	} else {
		struct group_list all = accounts_groups(call->arena, from);
		struct membership_list members =
			accounts_memberships(call->arena, from);

		vec_each (const struct account_group *, g, &all)
			state->accounts =
				accounts_add_group(call->arena, state->accounts, *g);
		vec_each (const struct membership *, m, &members)
			state->accounts =
				accounts_add_member(call->arena, state->accounts, *m);
	}
	if (doubt)
		state->accounts = accounts_doubt(
			call->arena, state->accounts, doubt->why, doubt->span);
}

/* One of the two files comes with entry, which is it or a folder above it. */
static void put_one(
	struct call *call, const struct file_entry *entry, struct str file, bool users)
{
	struct str rest = str_from(file, entry->path.n), source;
	struct text text;

	if (str_starts(rest, STR("/")))
		rest = str_from(rest, 1);
	if (entry->origin == FILE_FROM_STAGE && entry->stage) {
		source = path_join(call->arena, STR("/"),
			path_join(call->arena, entry->source, rest));
		if (str_eq(source, file))
			take_from_stage(call, entry->stage, users);
		else if (!rest.n)
			call_doubt(call, entry->span, "%.*s is copied to %.*s",
				STR_ARG(entry->source), STR_ARG(file));
		return;
	}
	if (entry->origin == FILE_FROM_TEXT && !rest.n)
		text = entry->content;
	else if ((entry->origin != FILE_FROM_CONTEXT &&
			 entry->origin != FILE_FROM_HOST) ||
		!call->run->ctx->read_script ||
		!call->run->ctx->read_script(
			call->run->ctx->data, entry, rest, &text)) {
		/* A folder of the context that has no such file changes nothing. */
		if (!rest.n || entry->origin == FILE_FROM_OTHER)
			call_doubt(call, entry->span,
				"%.*s comes from a file that "
				"cannot be seen",
				STR_ARG(file));
		return;
	}
	if (users)
		passwd_lines(call, text, true);
	else
		group_lines(call, text, true);
}

const struct accounts *effect_put_file(struct effect_context *ctx,
	const struct file_entry *entry, const struct accounts *accounts)
{
	static const struct command no_command;
	struct state state = {.accounts = accounts};
	struct runner run = {.ctx = ctx, .arena = ctx->arena, .state = &state};
	struct call call = {.run = &run,
		.arena = ctx->arena,
		.command = &no_command,
		.tool = STR("COPY"),
		.is_complete = true,
		.runs = ANSWER_YES,
		.is_vital = true};

	if (path_is_under(STR("/etc/passwd"), entry->path))
		put_one(&call, entry, STR("/etc/passwd"), true);
	if (path_is_under(STR("/etc/group"), entry->path))
		put_one(&call, entry, STR("/etc/group"), false);
	return state.accounts;
}
