#include "effect/trail.h"

/* The tools that give up root, each by its own way of naming the user. */

/* setpriv(1): ids and groups each by an option of their own. */
struct setpriv {
	const struct word *uid, *gid, *groups;
	bool clears, initialises;
	size_t program; /* index of the program's first word */
};

/* The gids of a list "a,b,3"; false when one of them is not known. */
static bool list_ids(struct call *call, const struct word *list, struct ids *out)
{
	struct str_fields fields = {0};
	struct str name;
	bool is_known = true;

	if (!word_str(call->arena, list, &fields.rest))
		return false;
	while (str_next_field(&fields, ',', &name)) {
		struct word part = *list;

		part.value = value_literal(call->arena, name, list->span);
		*vec_push(call->arena, out) = group_ref(call, &part).gid;
		is_known = is_known && out->at[out->n - 1].know == FACT_SET;
	}
	return is_known;
}

static bool option_is(struct arena *a, const struct words *w, size_t *i,
	struct str name, const struct word **value)
{
	struct str word;

	if (!trail_word(a, w, *i, &word)) {
		/* --reuid="$X": what is known of it is the name. */
		if (*i >= w->n || !w->at[*i].value.n)
			return false;
		word = w->at[*i].value.at[0].text;
	}
	if (!str_starts(word, name))
		return false;
	if (word.n > name.n && word.p[name.n] == '=') {
		struct word *rest = arena_new(a, struct word);

		*rest = word_from(a, &w->at[*i], name.n + 1);
		*value = rest;
		return true;
	}
	if (word.n != name.n || *i + 1 >= w->n)
		return false;
	*value = &w->at[++*i];
	return true;
}

static struct setpriv setpriv_read(struct arena *a, const struct words *w)
{
	struct setpriv s = {0};
	const struct word *other;
	struct str word;
	size_t i = 1;

	for (; i < w->n; i++) {
		if (option_is(a, w, &i, STR("--reuid"), &s.uid) ||
			option_is(a, w, &i, STR("--ruid"), &other) ||
			option_is(a, w, &i, STR("--euid"), &s.uid) ||
			option_is(a, w, &i, STR("--regid"), &s.gid) ||
			option_is(a, w, &i, STR("--rgid"), &other) ||
			option_is(a, w, &i, STR("--egid"), &s.gid) ||
			option_is(a, w, &i, STR("--groups"), &s.groups) ||
			option_is(a, w, &i, STR("--inh-caps"), &other) ||
			option_is(a, w, &i, STR("--ambient-caps"), &other) ||
			option_is(a, w, &i, STR("--bounding-set"), &other) ||
			option_is(a, w, &i, STR("--securebits"), &other) ||
			option_is(a, w, &i, STR("--pdeathsig"), &other))
			continue;
		if (!trail_word(a, w, i, &word) || !str_starts(word, STR("-")))
			break;
		if (str_eq(word, STR("--"))) {
			i++;
			break;
		}
		s.clears = s.clears || str_eq(word, STR("--clear-groups"));
		s.initialises = s.initialises || str_eq(word, STR("--init-groups"));
	}
	s.program = i;
	return s;
}

/* Unlike USER, it sets what it is told and keeps the rest as the engine made it. */
static void setpriv_groups(
	struct call *call, const struct setpriv *s, struct identity *identity)
{
	const struct identity *start = trail_of_start(call);
	struct id login = identity->gid;

	identity->gid = s->gid ? group_ref(call, s->gid).gid : start->gid;
	if (s->initialises) {
		/* initgroups(3) counts the group of the passwd line too. */
		*vec_push(call->arena, &identity->groups) = login;
		return;
	}
	identity->groups = (struct ids){0};
	identity->groups_known = true;
	if (s->groups) {
		identity->groups_known = list_ids(call, s->groups, &identity->groups);
	} else if (!s->clears) {
		vec_each (struct id, group, &start->groups)
			*vec_push(call->arena, &identity->groups) = *group;
		/* The engine lists the first group among the others. */
		*vec_push(call->arena, &identity->groups) = start->gid;
		identity->groups_known = start->groups_known;
	}
}

static bool drop_setpriv(struct call *call, const struct words *w, struct str tool)
{
	struct setpriv s = setpriv_read(call->arena, w);
	struct identity identity = *trail_of_start(call);
	struct str user = STR("root");

	if (!s.uid && !s.gid && !s.groups && !s.clears) {
		trail_start(call, trail_words_from(w, s.program));
		return true;
	}
	if (s.uid && !word_str(call->arena, s.uid, &user)) {
		trail_drops_to(call, tool, s.uid);
		return true;
	}
	if (s.uid)
		identity = identity_resolve(call->arena, user, call_accounts(call));
	setpriv_groups(call, &s, &identity);
	trail_gives_up(call, tool, user, identity, call->command->span);
	return true;
}

/* gosu USER[:GROUP] PROGRAM … */
static bool drop_first_word(struct call *call, const struct words *w, struct str tool)
{
	if (w->n < 2)
		return false;
	trail_drops_to(call, tool, &w->at[1]);
	return true;
}

/* su(1), runuser(1): who, and the groups instead of the account's own. */
struct su {
	const struct word *user, *gid;
	struct words groups;
};

static bool is_su_option_with_value(struct str word)
{
	static const struct str names[] = {STR_INIT("-c"), STR_INIT("-s"),
		STR_INIT("-w"), STR_INIT("--command"), STR_INIT("--shell"),
		STR_INIT("--whitelist-environment")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(word, names[i]))
			return true;
	return false;
}

/* Options and a user in any order; -c's text is not followed. */
static struct su su_read(struct arena *a, const struct words *w)
{
	const struct word *group;
	struct su su = {0};
	struct str word;

	for (size_t i = 1; i < w->n; i++) {
		if (option_is(a, w, &i, STR("-u"), &su.user) ||
			option_is(a, w, &i, STR("--user"), &su.user) ||
			option_is(a, w, &i, STR("-g"), &su.gid) ||
			option_is(a, w, &i, STR("--group"), &su.gid))
			continue;
		if (option_is(a, w, &i, STR("-G"), &group) ||
			option_is(a, w, &i, STR("--supp-group"), &group)) {
			*vec_push(a, &su.groups) = *group;
			continue;
		}
		if (trail_word(a, w, i, &word) && str_eq(word, STR("--")))
			break;
		if (trail_word(a, w, i, &word) && str_starts(word, STR("-")))
			i += is_su_option_with_value(word);
		else if (!su.user)
			su.user = &w->at[i];
		else
			break;
	}
	return su;
}

/* With -g or -G the groups are those alone; the first stands in for a missing -g. */
static void su_groups(struct call *call, const struct su *su, struct identity *identity)
{
	const struct word *first = su->gid ? su->gid : su->groups.at;

	if (!first)
		return;
	identity->gid = group_ref(call, first).gid;
	identity->groups = (struct ids){0};
	identity->groups_known = true;
	vec_each (struct word, w, &su->groups) {
		struct id gid = group_ref(call, w).gid;

		if (gid.know != FACT_SET)
			identity->groups_known = false;
		*vec_push(call->arena, &identity->groups) = gid;
	}
}

static bool drop_su(struct call *call, const struct words *w, struct str tool)
{
	struct su su = su_read(call->arena, w);
	struct identity identity;
	struct str user;

	if (!su.user)
		return false;
	if (!word_str(call->arena, su.user, &user)) {
		trail_drops_to(call, tool, su.user);
		return true;
	}
	identity = identity_resolve(call->arena, user, call_accounts(call));
	su_groups(call, &su, &identity);
	trail_gives_up(call, tool, user, identity, call->command->span);
	return true;
}

/* Letters of sudo's options, but for -u, that take a word. */
static const struct str with_value = STR_INIT("CDghpRrtTU");

/* The place of u in "-Hu" or "-uapp"; 0 when these letters name no user. */
static size_t user_letter(struct str word)
{
	if (word.n < 2 || word.p[0] != '-' || word.p[1] == '-')
		return 0;
	for (size_t i = 1; i < word.n; i++) {
		if (word.p[i] == 'u')
			return i;
		if (str_find(with_value, word.p[i]) < with_value.n)
			return 0;
	}
	return 0;
}

/* sudo and doas: options end at the program, which may have a -u of its own. */
static bool drop_sudo(struct call *call, const struct words *w, struct str tool)
{
	for (size_t i = 1; i < w->n; i++) {
		const struct word *user = NULL;
		struct str word = STR_NONE;
		struct word rest;
		size_t u;

		if (option_is(call->arena, w, &i, STR("--user"), &user)) {
			trail_drops_to(call, tool, user);
			return true;
		}
		if (!trail_word(call->arena, w, i, &word) || word.n < 2 ||
			word.p[0] != '-' || str_eq(word, STR("--")))
			return false;
		u = user_letter(word);
		if (u && u + 1 == word.n) {
			if (i + 1 >= w->n)
				return false;
			trail_drops_to(call, tool, &w->at[i + 1]);
			return true;
		}
		if (u) {
			rest = word_from(call->arena, &w->at[i], u + 1);
			trail_drops_to(call, tool, &rest);
			return true;
		}
		if (word.p[1] != '-' &&
			str_find(with_value, word.p[word.n - 1]) < with_value.n)
			i++;
	}
	return false;
}

/* Programs with an option that names the user: chpst -u, chroot --userspec. */
static bool drop_by_option(struct call *call, const struct words *w, struct str tool)
{
	static const struct {
		struct str tool, option;
	} table[] = {
		{STR_INIT("chpst"), STR_INIT("-u")},
		{STR_INIT("chroot"), STR_INIT("--userspec")},
		{STR_INIT("capsh"), STR_INIT("--user")},
		{STR_INIT("capsh"), STR_INIT("--uid")},
		{STR_INIT("start-stop-daemon"), STR_INIT("-c")},
		{STR_INIT("start-stop-daemon"), STR_INIT("--chuid")},
		{STR_INIT("s6-applyuidgid"), STR_INIT("-u")},
	};

	for (size_t i = 1; i < w->n; i++)
		for (size_t j = 0; j < sizeof(table) / sizeof(table[0]); j++) {
			const struct word *user;
			size_t at = i;

			if (!str_eq(tool, table[j].tool) ||
				!option_is(call->arena, w, &at, table[j].option, &user))
				continue;
			trail_drops_to(call, tool, user);
			return true;
		}
	return false;
}

bool trail_tool(struct call *call, const struct words *w, struct str tool)
{
	static const struct {
		struct str tool;
		bool (*drop)(struct call *, const struct words *, struct str);
	} rows[] = {
		{STR_INIT("gosu"), drop_first_word},
		{STR_INIT("su-exec"), drop_first_word},
		{STR_INIT("s6-setuidgid"), drop_first_word},
		{STR_INIT("setuidgid"), drop_first_word},
		{STR_INIT("setpriv"), drop_setpriv},
		{STR_INIT("su"), drop_su},
		{STR_INIT("runuser"), drop_su},
		{STR_INIT("sudo"), drop_sudo},
		{STR_INIT("doas"), drop_sudo},
		{STR_INIT("chpst"), drop_by_option},
		{STR_INIT("chroot"), drop_by_option},
		{STR_INIT("capsh"), drop_by_option},
		{STR_INIT("start-stop-daemon"), drop_by_option},
		{STR_INIT("s6-applyuidgid"), drop_by_option},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eq(tool, rows[i].tool))
			return rows[i].drop(call, w, tool);
	return false;
}
