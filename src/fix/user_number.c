#include "fix/makers.h"
#include "fix/user.h"

/* How the tools spell the number that an account gets. */
static const struct account_tool {
	struct str name;
	struct str id; /* of a user its uid, of a group its gid */
} tools[] = {
	{STR_INIT("useradd"), STR_INIT("--uid")},
	{STR_INIT("adduser"), STR_INIT("--uid")},
	{STR_INIT("groupadd"), STR_INIT("--gid")},
	{STR_INIT("addgroup"), STR_INIT("--gid")},
};
static const struct account_tool busybox[] = {
	{STR_INIT("adduser"), STR_INIT("-u")},
	{STR_INIT("addgroup"), STR_INIT("-g")},
};

/* One maker at work. */
struct numbering {
	struct fixing *f;
	struct fix_part *part;
	const struct account *user;
	const struct account_group *group; /* made by a command of its own, or NULL */
	bool is_busybox;
	uint32_t id;
};

static const struct account_tool *tool_of(
	const struct numbering *n, const struct command *c)
{
	const struct account_tool *list = n->is_busybox ? busybox : tools;
	size_t count = n->is_busybox ? sizeof(busybox) / sizeof(*busybox)
				     : sizeof(tools) / sizeof(*tools);

	for (size_t i = 0; i < count; i++)
		if (command_is(c, list[i].name))
			return &list[i];
	return NULL;
}

static bool is_of_build(const struct workload *w, struct span span)
{
	return span.file && w->stage &&
		str_eq(span.file->path, w->stage->build->file->path);
}

/* The word itself, where nothing but its own bytes make it. */
static bool plain_word(const struct word *word, struct str *text)
{
	if (word->value.n != 1 || word->value.at[0].kind != SEGMENT_LITERAL)
		return false;
	*text = word->value.at[0].text;
	return true;
}

static bool has_word(const struct command *c, struct str text)
{
	vec_each (const struct word, word, &c->argv) {
		struct str known;

		if (plain_word(word, &known) &&
			(str_eq(known, text) ||
				(str_starts(known, text) && known.n > text.n &&
					known.p[text.n] == '=')))
			return true;
	}
	return false;
}

/* Does it say a number already, though only a variable knows which? */
static bool says_number(const struct command *c, struct str letter, struct str name)
{
	vec_each (const struct word, word, &c->argv) {
		const struct segment *first = word->value.at;

		if (word->value.n && first->kind == SEGMENT_LITERAL &&
			(str_eq(first->text, letter) || str_starts(first->text, name)))
			return true;
	}
	return false;
}

static void add_option(struct numbering *n, const struct command *c, struct str option,
	struct str value)
{
	fix_add_word(n->f, n->part, c, option);
	fix_add_word(n->f, n->part, c, value);
}

/* The account that the workload runs as, drops to, or should run as. */
static const struct account *account_of(struct fixing *f)
{
	const struct launch *l = &f->workload->launch;

	switch (l->runs_as) {
	case RUNS_AS_USER:
		return l->identity.account;
	case RUNS_AS_ROOT_THEN_DROPS:
		return l->drop.identity.account;
	case RUNS_AS_ROOT:
		return workload_unused_account(f->arena, f->workload);
	default:
		return NULL;
	}
}

/* A group that the account is put into by name, and that has no number either. */
static const struct account_group *own_group(struct fixing *f, const struct account *u)
{
	struct group_list groups = accounts_groups(f->arena, f->workload->accounts);

	vec_each (const struct account_group *const, g, &groups)
		if ((*g)->made_by && (*g)->made_by != u->made_by &&
			!(*g)->is_from_base && !(*g)->gid.is_chosen &&
			!says_number((*g)->made_by, STR("-g"), STR("--gid")) &&
			has_word(u->made_by, (*g)->name) &&
			is_of_build(f->workload, (*g)->made_by->span))
			return *g;
	return NULL;
}

static void set_number(struct numbering *n)
{
	const struct command *c = n->user->made_by;
	const struct account_tool *tool = tool_of(n, c);
	struct str id = arena_printf(n->f->arena, "%u", n->id);
	const struct account_tool *group_tool =
		n->group ? tool_of(n, n->group->made_by) : NULL;

	if (group_tool)
		add_option(n, n->group->made_by, group_tool->id, id);
	add_option(n, c, tool->id, id);
	/* Debian's adduser puts system accounts into nogroup, which they then share. */
	if (!n->is_busybox && command_is(c, STR("adduser")) &&
		has_word(c, STR("--system")) && !has_word(c, STR("--group")) &&
		!has_word(c, STR("--ingroup")) && !has_word(c, STR("--gid")))
		fix_add_word(n->f, n->part, c, STR("--group"));
}

static void claim(struct numbering *n)
{
	static const char *const facts[] = {"*/account/*", "*/group/*", "*/uid",
		"*/gid", "*/user", "*/groups", "*/home", "*/run/*", "*/owner/*",
		"project/stage/*"};

	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		fix_footprint(n->f, n->part, "%s", facts[i]);
	fix_accepts(n->f, n->part, STR("user-not-numeric"));
	fix_accepts(n->f, n->part, STR("cache-xdg"));
}

static bool begin(struct numbering *n)
{
	const struct account *u = account_of(n->f);

	if (!u || u->exists != ANSWER_YES || u->is_from_base || u->is_from_package ||
		!u->made_by || !u->made_by->argv.n ||
		!is_of_build(n->f->workload, u->made_by->span) ||
		says_number(u->made_by, STR("-u"), STR("--uid")))
		return false;
	n->user = u;
	n->is_busybox = n->f->workload->base &&
		str_find_str(n->f->workload->base->tools, STR("busybox")) <
			n->f->workload->base->tools.n;
	if (!tool_of(n, u->made_by))
		return false;
	n->group = own_group(n->f, u);
	n->id = n->f->uid ? n->f->uid
			  : accounts_free_uid(n->f->arena, n->f->workload->accounts);
	return true;
}

bool fix_account(struct fixing *f, struct fix_part *part)
{
	struct numbering n = {.f = f, .part = part};

	if (!f->workload->stage || !f->workload->accounts || !begin(&n) ||
		(n.user->uid.know == FACT_SET && n.user->uid.is_chosen))
		return false;
	set_number(&n);
	if (fix_finding(f, STR("user-uid-not-fixed")))
		fix_cures(f, part, STR("user-uid-not-fixed"));
	part->title = arena_printf(
		f->arena, "Give %.*s the number %u", STR_ARG(n.user->name), n.id);
	part->why = STR(
		"The owner of mounted folders is a number. One that nobody chose is "
		"another after the next change of the base image.");
	part->class = FIX_CHANGES_RUN;
	claim(&n);
	return true;
}
