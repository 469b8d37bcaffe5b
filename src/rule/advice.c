#include "rule/advice.h"

#include "base/buf.h"
#include "base/path.h"
#include "know/know.h"
#include "rule/secret.h"

enum {
	PROGRAM_SHOWN = 48,	 /* bytes of a command line in a message */
	PERSON_UID_FIRST = 1000, /* accounts that are not the system's own */
	PERSON_UID_LAST = 59999,
};

/* What is enough to recognise a command line: its first line, and not all of it. */
static struct str cut(struct arena *a, struct str s)
{
	struct str line = str_trim(str_sub(s, 0, str_find(s, '\n')));

	if (line.n > PROGRAM_SHOWN) {
		line = str_sub(line, 0, PROGRAM_SHOWN);
		line = str_sub(line, 0, str_rfind(line, ' '));
	}
	return line.n < str_trim(s).n ? arena_printf(a, "%.*s …", STR_ARG(line)) : line;
}

static void add_words(struct buf *b, struct arena *a, const struct program *p)
{
	if (!p || p->know != FACT_SET)
		return;
	/* Behind what is shown, only that there is more matters. */
	for (size_t i = 0; i < p->argv.n && b->n < 8 * PROGRAM_SHOWN; i++) {
		if (b->n)
			buf_char(b, ' ');
		if (secret_word_is_shown(a, &p->argv, i))
			buf_add(b, value_display(a, p->argv.at[i].value));
		else
			buf_add(b, STR("\xe2\x80\xa6"));
	}
}

struct str advice_program(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct buf b = {.arena = audit->arena};
	bool is_shell = w->entrypoint && w->entrypoint->form == PROGRAM_SHELL;

	add_words(&b, audit->arena, w->entrypoint);
	if (!is_shell)
		add_words(&b, audit->arena, w->cmd);
	/* Options alone are of a program that only the image knows. */
	if (!str_trim(buf_str(&b)).n || str_starts(str_trim(buf_str(&b)), STR("-")))
		return STR("the program");
	return arena_printf(
		audit->arena, "`%.*s`", STR_ARG(cut(audit->arena, buf_str(&b))));
}

struct str advice_place(const struct audit *audit)
{
	const struct stage *stage = audit->workload->stage;

	if (!stage)
		return STR_NONE;
	vec_each (const struct step, step, &stage->steps) {
		if (step->kind == STEP_ENTRYPOINT)
			return STR("ENTRYPOINT");
		if (step->kind == STEP_CMD)
			return STR("CMD");
	}
	return STR_NONE;
}

struct str advice_line(struct audit *audit, struct span span)
{
	const struct workload *w = audit->workload;
	uint32_t line = span_start(span).line;

	if (!span.file)
		return STR("");
	if (!w || w->anchor.file == span.file || (w->stage && !w->run))
		return arena_printf(audit->arena, " on line %u", line);
	return arena_printf(
		audit->arena, " on line %u of `%.*s`", line, STR_ARG(span.file->path));
}

uint32_t advice_free_id(struct audit *audit)
{
	if (!audit->facts.free_id)
		audit->facts.free_id =
			accounts_free_uid(audit->arena, audit->workload->accounts);
	return audit->facts.free_id;
}

struct str advice_sentence(struct audit *audit, struct str detail)
{
	char *p;

	detail = str_trim(detail);
	if (!detail.n)
		return detail;
	p = (char *)arena_cstr(audit->arena, detail);
	if (p[0] >= 'a' && p[0] <= 'z')
		p[0] = (char)(p[0] - 'a' + 'A');
	if (strchr(".!?", p[detail.n - 1]))
		return (struct str){p, detail.n};
	return arena_printf(audit->arena, "%s.", p);
}

struct str advice_nologin(const struct audit *audit)
{
	const struct base_image *base = audit->workload->base;

	if (base && path_is_absolute(base->nologin))
		return base->nologin;
	return STR("/usr/sbin/nologin");
}

struct str advice_rootless_sibling(struct audit *audit)
{
	const struct base_image *base = audit->workload->base;
	struct know_sibling sibling;
	struct image_ref ref;

	if (!base || base->know != FACT_SET ||
		!image_ref_parse(base->reference, &ref) ||
		!know_sibling(audit->know, audit->arena, &ref, KNOW_CURE_USER,
			audit->now, &sibling))
		return STR_NONE;
	return arena_printf(audit->arena, " Or take `%.*s`: it %.*s.",
		STR_ARG(sibling.reference), STR_ARG(sibling.why));
}

static const struct account *made_account(const struct audit *audit, struct str name)
{
	vec_each (const struct account *const, u, &audit->facts.made)
		if (str_eq((*u)->name, name))
			return *u;
	return NULL;
}

const struct account *advice_service_account(const struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;

	switch (l->runs_as) {
	case RUNS_AS_USER:
		return made_account(audit, l->identity.name);
	case RUNS_AS_ROOT_THEN_DROPS:
		return made_account(audit, l->drop.identity.name);
	default:
		return audit->facts.candidate;
	}
}

/* Quotes, escapes and variables part the bytes of a value from their places. */
static struct span part(
	struct value value, struct span whole, size_t offset, size_t length)
{
	const struct segment *only = value.at;

	if (value.n != 1 || only->kind != SEGMENT_LITERAL ||
		only->span.length != only->text.n)
		return whole;
	return span_of(only->span.file, only->span.offset + offset, length);
}

struct owner advice_owner(struct value value, struct str spec, struct span span)
{
	struct owner o = {0};

	user_spec_split(spec, &o.user, &o.group);
	o.user_span = part(value, span, 0, o.user.n);
	o.group_span = part(value, span, o.user.n + 1, o.group.n);
	return o;
}

bool advice_copy_owner(
	struct audit *audit, const struct step *step, struct owner *owner)
{
	const struct copy *copy = step->copy;
	struct str spec;

	if (!copy || !copy->has_chown ||
		!value_str(audit->arena, copy->chown.value, &spec))
		return false;
	*owner = advice_owner(copy->chown.value, spec, copy->chown.span);
	return true;
}

static bool has_memberships(struct audit *audit, struct str name)
{
	struct membership_list all =
		accounts_memberships(audit->arena, audit->workload->accounts);

	vec_each (const struct membership *, m, &all)
		if (str_eq((*m)->user, name))
			return true;
	return false;
}

struct str advice_spec(struct audit *audit, const struct account *user)
{
	/* A number that nobody chose is another one after the next change of the base. */
	if (user->uid.know != FACT_SET || !(user->uid.is_chosen || user->is_from_base))
		return user->name;
	/* A group in USER would lose the supplementary ones. */
	if (user->gid.know != FACT_SET || has_memberships(audit, user->name))
		return arena_printf(audit->arena, "%u", user->uid.n);
	return arena_printf(audit->arena, "%u:%u", user->uid.n, user->gid.n);
}

/* "Write `USER x` as the last line before CMD", or where the run says it. */
static struct str write_user(struct audit *audit, struct str spec)
{
	const struct workload *w = audit->workload;
	struct str place = advice_place(audit);

	if (!w->stage && w->run)
		return arena_printf(audit->arena,
			w->run->source == RUN_BY_LINE
				? "Add `--user %.*s` to the command"
				: "Write `user: \"%.*s\"` into the service",
			STR_ARG(spec));

	if (!place.n)
		return arena_printf(audit->arena, "Write `USER %.*s` as the last line",
			STR_ARG(spec));
	return arena_printf(audit->arena,
		"Write `USER %.*s` as the last line before %.*s", STR_ARG(spec),
		STR_ARG(place));
}

static bool is_person(const struct account *u)
{
	return u->is_from_base && u->uid.know == FACT_SET &&
		u->uid.n >= PERSON_UID_FIRST && u->uid.n <= PERSON_UID_LAST;
}

/* "nginx" of "docker.io/library/nginx:1.28". */
static struct str image_name(struct str reference)
{
	struct str name = path_base(str_sub(reference, 0, str_find(reference, '@')));

	return str_sub(name, 0, str_find(name, ':'));
}

/* The account that the base has for its own service, or for a person; or NULL. */
static const struct account *account_of_base(struct audit *audit)
{
	const struct base_image *base = audit->workload->base;
	const struct account *service = NULL;
	struct account_list users =
		accounts_users(audit->arena, audit->workload->accounts);

	if (base &&
		accounts_find(audit->workload->accounts, image_name(base->reference),
			&service) == ANSWER_YES &&
		service && service->is_from_base && service->uid.know == FACT_SET &&
		service->uid.n != 0)
		return service;
	vec_each (const struct account *, u, &users)
		if (is_person(*u))
			return *u;
	return NULL;
}

/* The user that a `USER root` further down hides, as its line says it. */
static struct str hidden_user(struct audit *audit)
{
	const struct fact *f = audit->workload->user;

	for (f = f ? f->hides : NULL; f; f = f->hides) {
		struct identity id;
		struct str spec;

		if (!fact_str(audit->arena, f, &spec))
			continue;
		id = identity_resolve(audit->arena, spec, audit->workload->accounts);
		if (id.is_valid != ANSWER_NO && identity_is_root(&id) == ANSWER_NO)
			return spec;
	}
	return STR_NONE;
}

bool advice_has_tool(const struct base_image *base, struct str tool)
{
	return base && str_find_str(base->tools, tool) < base->tools.n;
}

/* The line that makes an account which nobody logs in with; empty: no tool is known. */
static struct str new_account(struct audit *audit, uint32_t uid)
{
	const struct base_image *base = audit->workload->base;

	if (advice_has_tool(base, STR("shadow")))
		return arena_printf(audit->arena,
			"RUN groupadd --gid %u app && useradd --uid %u --gid app "
			"--no-create-home --shell %.*s app",
			uid, uid, STR_ARG(advice_nologin(audit)));
	if (advice_has_tool(base, STR("busybox")))
		return arena_printf(audit->arena,
			"RUN addgroup -g %u app && adduser -D -H -u %u -G app -s "
			"/sbin/nologin app",
			uid, uid);
	return STR_NONE;
}

static struct str with_new_account(struct audit *audit, struct str *spec)
{
	uint32_t uid = advice_free_id(audit);
	struct str line = audit->workload->stage ? new_account(audit, uid) : STR_NONE;

	*spec = arena_printf(audit->arena, "%u:%u", uid, uid);
	if (!line.n)
		return arena_printf(audit->arena, "%.*s (a number needs no account)",
			STR_ARG(write_user(audit, *spec)));
	return arena_printf(audit->arena, "Make an account with `%.*s`. %.*s",
		STR_ARG(line), STR_ARG(write_user(audit, *spec)));
}

static struct str several_accounts(struct audit *audit, struct str *spec)
{
	struct buf names = {.arena = audit->arena};

	*spec = STR("NAME");
	vec_each (const struct account *, u, &audit->facts.made)
		buf_printf(
			&names, "%s`%.*s`", names.n ? ", " : "", STR_ARG((*u)->name));
	return arena_printf(audit->arena,
		"%.*s, where NAME is the one of these accounts that is meant to run: %.*s",
		STR_ARG(write_user(audit, *spec)), STR_ARG(buf_str(&names)));
}

/* From what the file makes and says already to a new account; *spec is for USER. */
static struct str which_user(struct audit *audit, struct str *spec)
{
	const struct account *user = audit->facts.candidate;

	if (user) {
		*spec = advice_spec(audit, user);
		return arena_printf(audit->arena,
			"%.*s; the account `%.*s` is already made%.*s",
			STR_ARG(write_user(audit, *spec)), STR_ARG(user->name),
			STR_ARG(advice_line(audit, user->span)));
	}
	*spec = hidden_user(audit);
	if (spec->n)
		return arena_printf(audit->arena,
			"%.*s: it was so before root took over",
			STR_ARG(write_user(audit, *spec)));
	if (audit->facts.made.n > 1)
		return several_accounts(audit, spec);
	user = account_of_base(audit);
	if (!user)
		return with_new_account(audit, spec);
	*spec = advice_spec(audit, user);
	return arena_printf(audit->arena,
		"%.*s; the %simage has the account `%.*s` for that",
		STR_ARG(write_user(audit, *spec)),
		audit->workload->stage ? "base " : "", STR_ARG(user->name));
}

/* How to give folders to whom spec names, with what the base has for it. */
static struct str give_folders(struct audit *audit, struct str spec)
{
	const struct base_image *base = audit->workload->base;
	struct str user, group;

	if (!audit->workload->stage)
		return arena_printf(
			audit->arena, "chown -R %.*s FOLDER", STR_ARG(spec));
	user_spec_split(spec, &user, &group);
	if (!advice_has_tool(base, STR("shadow")) &&
		!advice_has_tool(base, STR("busybox")))
		return arena_printf(audit->arena, "COPY --chown=%.*s", STR_ARG(spec));
	return arena_printf(audit->arena, "RUN install -d -o %.*s%s%.*s FOLDER",
		STR_ARG(user), group.n ? " -g " : "", STR_ARG(group));
}

struct str advice_switch_user(struct audit *audit)
{
	struct str spec, which = which_user(audit, &spec);

	return arena_printf(audit->arena,
		"%.*s. %s that it writes to must belong to that user before: `%.*s`.",
		STR_ARG(which),
		audit->workload->stage ? "Folders" : "Volumes and folders of the host",
		STR_ARG(give_folders(audit, spec)));
}

const char *advice_user_line(const struct audit *audit)
{
	const struct workload *w = audit->workload;

	if (w->stage || !w->run)
		return "a USER line";
	return w->run->source == RUN_BY_LINE ? "`--user`" : "`user:`";
}
