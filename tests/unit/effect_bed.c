#include "effect_bed.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/world.h"

static const char debian_passwd[] =
	"root:x:0:0:root:/root:/bin/bash\n"
	"daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
	"games:x:5:60:games:/usr/games:/usr/sbin/nologin\n"
	"www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
	"_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n"
	"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
static const char debian_group[] =
	"root:x:0:\ndaemon:x:1:\nadm:x:4:\ntty:x:5:\nsudo:x:27:\nwww-data:x:33:\n"
	"shadow:x:42:\nvideo:x:44:\nstaff:x:50:\ngames:x:60:\nusers:x:100:\n"
	"nogroup:x:65534:\n";
static const char rhel_passwd[] =
	"root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\n"
	"nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin\n";
static const char rhel_group[] =
	"root:x:0:\nbin:x:1:\nwheel:x:10:\nusers:x:100:\nnobody:x:65534:\n";
static const char alpine_passwd[] =
	"root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\n"
	"guest:x:405:100:guest:/dev/null:/sbin/nologin\n"
	"nobody:x:65534:65534:nobody:/:/sbin/nologin\n";
static const char alpine_group[] =
	"root:x:0:\nbin:x:1:\nwheel:x:10:\nwww-data:x:82:\nusers:x:100:\n"
	"ping:x:999:\nnogroup:x:65533:\nnobody:x:65534:\n";
static const char busybox_passwd[] =
	"root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\n"
	"nobody:x:65534:65534:nobody:/:/sbin/nologin\n";
static const char busybox_group[] =
	"root:x:0:\nbin:x:1:\nwheel:x:10:\nusers:x:100:\nnobody:x:65534:\n";

static const struct {
	const char *family, *passwd, *group;
} bases[] = {
	{"debian", debian_passwd, debian_group},
	{"ubuntu", debian_passwd, debian_group},
	{"rhel", rhel_passwd, rhel_group},
	{"alpine", alpine_passwd, alpine_group},
	{"busybox", busybox_passwd, busybox_group},
	{"scratch", "", ""},
};

static bool read_context(
	void *data, const struct file_entry *entry, struct str rest, struct text *out)
{
	struct bed *bed = data;
	const struct file *f;

	if (world_read(bed->context, path_join(&bed->arena, entry->source, rest), &f,
		    NULL) < 0)
		return false;
	*out = text_of(&bed->arena, span_of(f, 0, f->bytes.n));
	return true;
}

static void put(struct bed *bed, const char *path, const char *text)
{
	const struct file *f = file_new(&bed->arena, str_c(path), str_c(text));
	struct file_entry entry = {.path = str_c(path), .origin = FILE_FROM_TEXT};

	entry.content = text_of(&bed->arena, span_of(f, 0, f->bytes.n));
	bed->state.accounts = effect_put_file(&bed->ctx, &entry, bed->state.accounts);
}

void bed_make(struct bed *bed, const char *base)
{
	*bed = (struct bed){0};
	bed->context = world_memory(&bed->arena);
	bed->ctx = (struct effect_context){.arena = &bed->arena,
		.base = &bed->base,
		.notes = &bed->notes,
		.read_script = read_context,
		.data = bed};
	bed->state.accounts = accounts_empty(&bed->arena);
	bed->state.user = fact_unset(&bed->arena, LAYER_ENGINE, SPAN_NONE);
	bed->state.workdir = fact_set(&bed->arena, LAYER_ENGINE,
		value_literal(&bed->arena, STR("/"), SPAN_NONE), SPAN_NONE, NULL);
	bed->base.know = FACT_UNKNOWN;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (strcmp(base, bases[i].family) != 0)
			continue;
		bed->base.know = FACT_SET;
		bed->base.family = str_c(bases[i].family);
		put(bed, "/etc/passwd", bases[i].passwd);
		put(bed, "/etc/group", bases[i].group);
	}
	if (bed->base.know == FACT_UNKNOWN)
		bed->state.accounts = accounts_doubt(&bed->arena, bed->state.accounts,
			STR("the base image is not known"), SPAN_NONE);
	bed->first = bed->state.accounts;
	bed->notes = (struct notes){0};
}

void bed_free(struct bed *bed)
{
	arena_free(&bed->arena);
}

void bed_copy(struct bed *bed, const char *path, const char *text)
{
	struct file_entry entry = {.path = str_c(path),
		.origin = FILE_FROM_CONTEXT,
		.source = arena_printf(&bed->arena, "context%s", path)};

	world_put(bed->context, entry.source, str_c(text));
	bed->state.files = files_put(&bed->arena, bed->state.files, &entry);
	bed->state.accounts = effect_put_file(&bed->ctx, &entry, bed->state.accounts);
}

void bed_env(struct bed *bed, const char *name, const char *value)
{
	const struct fact *fact = fact_set(&bed->arena, LAYER_BUILD,
		value_literal(&bed->arena, str_c(value), SPAN_NONE), SPAN_NONE, NULL);

	bed->state.env = binding_put(&bed->arena, bed->state.env, str_c(name), fact);
}

static struct commands commands_in(struct bed *bed, const char *path, const char *text)
{
	const struct file *f = file_new(&bed->arena, str_c(path), str_c(text));
	struct text whole = text_of(&bed->arena, span_of(f, 0, f->bytes.n));
	struct diags diags = {.arena = &bed->arena};

	return commands_of_shell(&bed->arena, &whole, COMMANDS_SH, &diags);
}

void bed_run(struct bed *bed, const char *text)
{
	struct commands list = commands_in(bed, "Dockerfile", text);
	struct state after;

	effect_run(&bed->ctx, &list, &bed->state, &after);
	bed->state = after;
}

/* ---- what became of it ---- */

static void add_id(struct buf *b, struct id id)
{
	if (id.know == FACT_SET)
		buf_printf(b, ":%u", id.n);
	else
		buf_printf(b, ":?");
}

static void begin(struct buf *b, enum answer exists)
{
	if (b->n)
		buf_char(b, ' ');
	if (exists == ANSWER_MAYBE)
		buf_char(b, '?');
}

static bool same_id(struct id a, struct id b)
{
	return a.know == b.know && (a.know != FACT_SET || a.n == b.n);
}

static bool same_user(const struct account *a, const struct account *b)
{
	return a && b && a->exists == b->exists && same_id(a->uid, b->uid) &&
		same_id(a->gid, b->gid) && str_eq(a->home, b->home) &&
		str_eq(a->shell, b->shell);
}

static void add_users(struct bed *bed, struct buf *b)
{
	struct account_list now = accounts_users(&bed->arena, bed->state.accounts);
	struct account_list then = accounts_users(&bed->arena, bed->first);

	vec_each (const struct account *, u, &now) {
		const struct account *old;
		enum answer exists;

		(void)accounts_find(bed->first, (*u)->name, &old);
		exists = accounts_find(bed->state.accounts, (*u)->name, u);
		if (same_user(*u, old) && exists == (*u)->exists)
			continue;
		begin(b, exists);
		buf_add(b, (*u)->name);
		add_id(b, (*u)->uid);
		add_id(b, (*u)->gid);
		buf_printf(b, ":%.*s:%.*s", STR_ARG((*u)->home), STR_ARG((*u)->shell));
	}
	vec_each (const struct account *, u, &then) {
		const struct account *left;

		if (accounts_find(bed->state.accounts, (*u)->name, &left) ==
			ANSWER_NO) {
			begin(b, ANSWER_YES);
			buf_printf(b, "-%.*s", STR_ARG((*u)->name));
		}
	}
}

static void add_groups(struct bed *bed, struct buf *b)
{
	struct group_list now = accounts_groups(&bed->arena, bed->state.accounts);
	struct group_list then = accounts_groups(&bed->arena, bed->first);

	vec_each (const struct account_group *, g, &now) {
		const struct account_group *old;
		enum answer exists;

		(void)accounts_find_group(bed->first, (*g)->name, &old);
		exists = accounts_find_group(bed->state.accounts, (*g)->name, g);
		if (old && same_id(old->gid, (*g)->gid) && old->exists == exists)
			continue;
		begin(b, exists);
		buf_printf(b, "%%%.*s", STR_ARG((*g)->name));
		add_id(b, (*g)->gid);
	}
	vec_each (const struct account_group *, g, &then) {
		const struct account_group *left;

		if (accounts_find_group(bed->state.accounts, (*g)->name, &left) ==
			ANSWER_NO) {
			begin(b, ANSWER_YES);
			buf_printf(b, "-%%%.*s", STR_ARG((*g)->name));
		}
	}
}

struct str bed_difference(struct bed *bed)
{
	struct membership_list members =
		accounts_memberships(&bed->arena, bed->state.accounts);
	struct buf b = {.arena = &bed->arena};

	add_users(bed, &b);
	add_groups(bed, &b);
	for (size_t i = members.n; i > 0; i--) {
		const struct membership *m = members.at[i - 1];

		begin(&b, m->exists);
		buf_printf(&b, "%.*s@%.*s", STR_ARG(m->user), STR_ARG(m->group));
	}
	if (accounts_doubts(bed->state.accounts) != accounts_doubts(bed->first)) {
		begin(&b, ANSWER_YES);
		buf_char(&b, '!');
	}
	return buf_str(&b);
}

struct str bed_problems(struct bed *bed)
{
	static const char *const names[] = {
		[PROBLEM_TOOL_MISSING] = "TOOL_MISSING",
		[PROBLEM_OTHER_DISTRO] = "OTHER_DISTRO",
		[PROBLEM_NAME_TAKEN] = "NAME_TAKEN",
		[PROBLEM_UID_TAKEN] = "UID_TAKEN",
		[PROBLEM_GID_TAKEN] = "GID_TAKEN",
		[PROBLEM_USER_MISSING] = "USER_MISSING",
		[PROBLEM_GROUP_MISSING] = "GROUP_MISSING",
		[PROBLEM_USER_BUSY] = "USER_BUSY",
		[PROBLEM_PASSWORD_ASKED] = "PASSWORD_ASKED",
		[PROBLEM_HUGE_LOG] = "HUGE_LOG",
	};
	struct buf b = {.arena = &bed->arena};

	vec_each (struct account_problem, p, &bed->notes.problems) {
		begin(&b, p->is_certain);
		buf_printf(&b, "%s%s %.*s", p->is_tolerated ? "~" : "", names[p->kind],
			STR_ARG(p->name));
	}
	return buf_str(&b);
}

/* ["a", "b"] without escapes. */
static void json_words(struct bed *bed, const struct file *f, struct program *p)
{
	struct str s = f->bytes;

	for (size_t i = 0; i < s.n; i++) {
		size_t n;
		struct word *w;

		if (s.p[i] != '\'')
			continue;
		n = str_find(str_from(s, i + 1), '\'');
		w = vec_push(&bed->arena, &p->argv);
		w->span = span_of(f, i + 1, n);
		w->value = value_literal(&bed->arena, str_sub(s, i + 1, n), w->span);
		i += n + 1;
	}
}

const struct program *bed_program(struct bed *bed, const char *text)
{
	struct program *p = arena_new(&bed->arena, struct program);
	const struct file *f;

	if (!text)
		return NULL;
	f = file_new(&bed->arena, STR("Dockerfile"), str_c(text));
	p->know = FACT_SET;
	p->layer = LAYER_BUILD;
	p->span = span_of(f, 0, f->bytes.n);
	if (text[0] == '[') {
		p->form = PROGRAM_EXEC;
		json_words(bed, f, p);
		if (!p->argv.n)
			p->know = FACT_UNSET;
		return p;
	}
	p->form = PROGRAM_SHELL;
	p->commands = commands_in(bed, "Dockerfile", text);
	*vec_push(&bed->arena, &p->argv) = (struct word){
		.value = value_literal(&bed->arena, str_c(text), p->span)};
	return p;
}
