/*
 * A change of a run, or of a word, into edits of the script that the run line stands in.
 */
#include "source/runline_raise.h"

#include "model/run.h"
#include "source/runline_script.h"

/* Compose's keys as options. */
static const struct run_option {
	struct str key, name;
	enum runline_id id;
	char letter; /* what people write where both are known; 0: the name */
	bool is_flag;
} run_options[] = {
	{STR_INIT("cap_add"), STR_INIT("cap-add"), RUNLINE_CAP_ADD, 0, false},
	{STR_INIT("cap_drop"), STR_INIT("cap-drop"), RUNLINE_CAP_DROP, 0, false},
	{STR_INIT("cgroup"), STR_INIT("cgroupns"), RUNLINE_CGROUPNS, 0, false},
	{STR_INIT("cpus"), STR_INIT("cpus"), RUNLINE_CPUS, 0, false},
	{STR_INIT("devices"), STR_INIT("device"), RUNLINE_DEVICE, 0, false},
	{STR_INIT("environment"), STR_INIT("env"), RUNLINE_ENV, 'e', false},
	{STR_INIT("gpus"), STR_INIT("gpus"), RUNLINE_GPUS, 0, false},
	{STR_INIT("group_add"), STR_INIT("group-add"), RUNLINE_GROUP_ADD, 0, false},
	{STR_INIT("init"), STR_INIT("init"), RUNLINE_INIT, 0, true},
	{STR_INIT("ipc"), STR_INIT("ipc"), RUNLINE_IPC, 0, false},
	{STR_INIT("mem_limit"), STR_INIT("memory"), RUNLINE_MEMORY, 0, false},
	{STR_INIT("network_mode"), STR_INIT("network"), RUNLINE_NETWORK, 0, false},
	{STR_INIT("pid"), STR_INIT("pid"), RUNLINE_PID, 0, false},
	{STR_INIT("pids_limit"), STR_INIT("pids-limit"), RUNLINE_PIDS, 0, false},
	{STR_INIT("ports"), STR_INIT("publish"), RUNLINE_PUBLISH, 'p', false},
	{STR_INIT("privileged"), STR_INIT("privileged"), RUNLINE_PRIVILEGED, 0, true},
	{STR_INIT("read_only"), STR_INIT("read-only"), RUNLINE_READ_ONLY, 0, true},
	{STR_INIT("security_opt"), STR_INIT("security-opt"), RUNLINE_SECURITY_OPT, 0,
		false},
	{STR_INIT("shm_size"), STR_INIT("shm-size"), RUNLINE_SHM_SIZE, 0, false},
	{STR_INIT("tmpfs"), STR_INIT("tmpfs"), RUNLINE_TMPFS, 0, false},
	{STR_INIT("user"), STR_INIT("user"), RUNLINE_USER, 0, false},
	{STR_INIT("userns_mode"), STR_INIT("userns"), RUNLINE_USERNS, 0, false},
	{STR_INIT("uts"), STR_INIT("uts"), RUNLINE_UTS, 0, false},
	{STR_INIT("volumes"), STR_INIT("volume"), RUNLINE_VOLUME, 'v', false},
	{STR_INIT("working_dir"), STR_INIT("workdir"), RUNLINE_WORKDIR, 'w', false},
};

static const struct run_option *option_of(struct str key)
{
	for (size_t i = 0; i < sizeof(run_options) / sizeof(*run_options); i++)
		if (str_eq(run_options[i].key, key))
			return &run_options[i];
	return NULL;
}

static struct str meaning(struct arena *a, const struct change *c)
{
	if (c->name.n)
		return arena_printf(
			a, "%.*s=%.*s", STR_ARG(c->name), STR_ARG(c->value));
	return c->value;
}

static bool by_hand(const struct runline_place *p, const struct change *c,
	const struct run_option *option, struct span at, const char *why)
{
	struct str value = meaning(p->r->arena, c);

	return raise_refuse(p->r,
		"%s `--%.*s%s%.*s` %s this `docker run` by hand: line %u %s.",
		c->op == CHANGE_REMOVE ? "Take" : "Write", STR_ARG(option->name),
		value.n && !option->is_flag ? " " : "",
		STR_ARG(option->is_flag ? STR_NONE : value),
		c->op == CHANGE_REMOVE ? "out of" : "into",
		at.file ? span_start(at).line : span_start(p->line).line, why);
}

/* ---- the line ---- */

static const struct shell_list *shell_list_of(struct arena *a, const struct file *file)
{
	struct text text = text_of(a, span_of(file, 0, file->bytes.n));
	struct diags diags = {.arena = a};

	return shell_parse(a, &text, &diags);
}

static bool find_line(struct runline_place *p, const struct run *run)
{
	struct diags diags = {.arena = p->r->arena};
	struct script_lines lines =
		script_lines_read(p->r->arena, p->file, STR("."), &diags);

	p->list = shell_list_of(p->r->arena, p->file);
	vec_each (const struct script_line, line, &lines)
		if (runline_args_read(p->r->arena, &line->words, NULL, &p->args) &&
			p->args.verb == RUNLINE_START && p->args.head.file == p->file &&
			p->args.head.offset == run->anchor.offset) {
			p->line = line->span;
			p->is_nested =
				shell_spot(p->list, p->file, p->line.offset).quotes !=
				SHELL_BARE;
			return true;
		}
	return false;
}

static bool is_inside(struct span s, struct span whole)
{
	return s.file == whole.file && s.offset >= whole.offset &&
		s.offset + s.length <= whole.offset + whole.length;
}

/* Is what ends there followed by a blank, so that an option can follow, too? */
static bool ends_a_word(const struct file *f, uint32_t at)
{
	return at == f->bytes.n || byte_is_space(f->bytes.p[at]);
}

static bool open_line(struct runline_place *p, const struct change *c)
{
	const struct run *run = c->workload->run;
	uint32_t behind;

	p->file = run->file;
	if (str_find(p->file->bytes, '\0') < p->file->bytes.n)
		return raise_refuse(p->r,
			"'%.*s' holds bytes that no text has: mend it first.",
			STR_ARG(p->file->path));
	if (!find_line(p, run))
		return raise_refuse(p->r,
			"A variable or a call makes this line; write `--%.*s` into it "
			"by hand.",
			STR_ARG(option_of(c->key)->name));
	behind = p->args.head.offset + p->args.head.length;
	return (is_inside(p->args.head, p->line) && ends_a_word(p->file, behind)) ||
		by_hand(p, c, option_of(c->key), p->args.head, "is written unusually");
}

/* Do its own bytes stand in the line? */
static bool is_written(const struct runline_place *p, const struct runline_option *o)
{
	return is_inside(o->name_span, p->line) && is_inside(o->value.span, p->line);
}

static bool is_literal(const struct runline_option *o)
{
	return o->value.value.n == 1 && o->value.value.at[0].kind == SEGMENT_LITERAL;
}

/* ---- new options ---- */

/* How the line writes that option elsewhere, or options at all. */
static void option_words(const struct runline_place *p, const struct run_option *option,
	bool *is_letter, char *separator)
{
	*is_letter = option->letter != 0;
	*separator = ' ';
	vec_each (const struct runline_option, o, &p->args.options) {
		struct str name = span_str(o->name_span);
		uint32_t behind = o->name_span.offset + o->name_span.length;

		if (o->name_span.file != p->file)
			continue;
		if (o->id == option->id)
			*is_letter = !str_starts(name, STR("--")) && option->letter;
		if (str_starts(name, STR("--")) && behind < p->file->bytes.n)
			*separator = p->file->bytes.p[behind] == '=' ? '=' : ' ';
	}
}

static bool insert_option(struct runline_place *p, const struct change *c,
	const struct run_option *option)
{
	struct arena *a = p->r->arena;
	struct runline_gap gap = runline_gap(p);
	enum shell_quotes quotes = runline_quotes_at(p, gap.offset);
	struct str value = meaning(a, c), written;
	bool is_letter;
	char separator;

	option_words(p, option, &is_letter, &separator);
	if (!shell_written(a, value, SHELL_BARE, &written) ||
		(quotes != SHELL_BARE && !str_eq(written, value)))
		return by_hand(p, c, option, p->args.head, "stands in quotes");
	if (option->is_flag)
		written = arena_printf(a, "--%.*s", STR_ARG(option->name));
	else if (is_letter)
		written = arena_printf(a, "-%c %.*s", option->letter, STR_ARG(written));
	else
		written = arena_printf(a, "--%.*s%c%.*s", STR_ARG(option->name),
			separator, STR_ARG(written));
	raise_edit(p->r, span_of(p->file, gap.offset, 0),
		arena_printf(a, "%.*s%.*s", STR_ARG(gap.before), STR_ARG(written)));
	return true;
}

/* ---- options that are there ---- */

/* Do quotes that open in the bytes close in them? What means what it says has none. */
static bool is_balanced(const struct runline_place *p, struct span at, struct str now)
{
	return str_eq(span_str(at), now) ||
		(runline_quotes_at(p, at.offset) == SHELL_BARE &&
			runline_quotes_at(p, at.offset + at.length) == SHELL_BARE);
}

/* Bytes inside an option's value, which mean `now`, become others. */
static bool replace_in(struct runline_place *p, const struct change *c,
	const struct run_option *option, struct span at, struct str now,
	struct str value)
{
	struct str written;

	if (!is_balanced(p, at, now))
		return by_hand(p, c, option, at, "is written unusually");
	if (!shell_written(
		    p->r->arena, value, runline_quotes_at(p, at.offset), &written))
		return by_hand(
			p, c, option, at, "stands in quotes that cannot hold it");
	raise_edit(p->r, at, written);
	return true;
}

/* Is the option in front of it one of which nobody knows whether it takes a value? */
static bool is_behind_stranger(
	const struct runline_place *p, const struct runline_option *o)
{
	return o != p->args.options.at && o[-1].id == RUNLINE_STRANGER &&
		str_find(span_str(o[-1].name_span), '=') == o[-1].name_span.length;
}

static bool cut_option(struct runline_place *p, const struct change *c,
	const struct run_option *option, const struct runline_option *o)
{
	struct span whole = runline_option_span(p, o);

	if (!is_written(p, o))
		return by_hand(p, c, option, o->name_span, "brings it from elsewhere");
	/* One letter of several: -itP. */
	if (!str_starts(span_str(o->name_span), STR("-"))) {
		if (!option->is_flag || o->name_span.length != 1)
			return by_hand(p, c, option, o->name_span,
				"bundles it with other letters");
		raise_edit(p->r, o->name_span, STR_NONE);
		return true;
	}
	if (p->is_nested && runline_has_quotes(p->file, whole))
		return by_hand(p, c, option, o->name_span,
			"says it in quotes inside of a text");
	if (is_behind_stranger(p, o))
		return by_hand(p, c, option, o->name_span,
			"may say it as the value of an option that oakum does not know");
	vec_each (const struct runline_option, other, &p->args.options)
		if (other != o && other->name_span.file == o->name_span.file &&
			other->name_span.offset >= whole.offset &&
			other->name_span.offset < whole.offset + whole.length)
			return by_hand(p, c, option, o->name_span,
				"says several things in one word");
	raise_edit(p->r, runline_cut(p, whole), STR_NONE);
	return true;
}

static bool set_option(struct runline_place *p, const struct change *c,
	const struct run_option *option)
{
	const struct runline_option *o = runline_option_find(&p->args, option->id);
	bool is_off = option->is_flag && str_eq(c->value, STR("false"));
	struct str now = STR_NONE;

	if (!o)
		return is_off || insert_option(p, c, option);
	if (value_str(p->r->arena, o->value.value, &now) && str_eq(now, c->value))
		return true;
	if (is_off)
		return cut_option(p, c, option, o);
	if (!is_written(p, o) || !is_literal(o))
		return by_hand(p, c, option, o->name_span,
			"says it with a variable, or elsewhere");
	if (option->is_flag) {
		raise_edit(p->r, runline_option_span(p, o),
			arena_printf(p->r->arena, "--%.*s", STR_ARG(option->name)));
		return true;
	}
	return replace_in(p, c, option, o->value.span, now, c->value);
}

/* `-e NAME=` has no byte that could be replaced. */
static bool fill_variable(struct runline_place *p, const struct change *c,
	const struct run_option *option, const struct runline_option *o)
{
	struct str bytes = span_str(o->value.span);
	size_t at = str_find_str(bytes, c->name) + c->name.n;

	if (at >= bytes.n || bytes.p[at] != '=' || str_find(bytes, '\\') < bytes.n)
		return by_hand(p, c, option, o->name_span, "is written unusually");
	return replace_in(p, c, option,
		span_of(p->file, o->value.span.offset + at + 1, 0), STR_NONE, c->value);
}

/* The value behind NAME= of an option, or its whole value. */
static bool change_variable(struct runline_place *p, const struct change *c,
	const struct run_option *option, const struct runline_option *o)
{
	struct arena *a = p->r->arena;
	struct str flat = value_flat(a, o->value.value), now = STR_NONE;
	size_t skip = c->name.n + 1;
	struct value tail;
	struct span at;

	if (flat.n < skip)
		return by_hand(p, c, option, o->name_span, "takes it from the shell");
	tail = value_slice(a, o->value.value, skip, flat.n - skip);
	at = value_span(tail);
	if (value_str(a, tail, &now) && str_eq(now, c->value))
		return true;
	if (!is_written(p, o) || !is_literal(o) || !at.length ||
		!is_inside(at, o->value.span))
		return by_hand(p, c, option, o->name_span,
			"says it with a variable, or elsewhere");
	if (skip == flat.n)
		return fill_variable(p, c, option, o);
	return replace_in(p, c, option, at, now, c->value);
}

/* Of `-e A=1 -e A=2` the last counts; NULL: none has that name. */
static const struct runline_option *find_variable(
	const struct runline_place *p, const struct change *c, enum runline_id id)
{
	const struct runline_option *last = NULL;

	vec_each (const struct runline_option, o, &p->args.options) {
		struct str flat = value_flat(p->r->arena, o->value.value);

		if (o->id == id &&
			str_eq(str_sub(flat, 0, str_find(flat, '=')), c->name))
			last = o;
	}
	return last;
}

static bool add_option(struct runline_place *p, const struct change *c,
	const struct run_option *option)
{
	const struct runline_option *last;

	if (c->name.n) {
		last = find_variable(p, c, option->id);
		return last ? change_variable(p, c, option, last)
			    : insert_option(p, c, option);
	}
	vec_each (const struct runline_option, o, &p->args.options)
		if (o->id == option->id &&
			str_eq(value_flat(p->r->arena, o->value.value), c->value))
			return true;
	return insert_option(p, c, option);
}

static bool stands_at(const struct runline_option *o, struct span at)
{
	struct span whole = span_join(o->name_span, o->value.span);

	return whole.file == at.file && at.offset >= whole.offset &&
		at.offset < whole.offset + whole.length;
}

static bool take_option(struct runline_place *p, const struct change *c,
	const struct run_option *option)
{
	struct str name = c->name;
	bool is_found = false;

	vec_each (const struct runline_option, o, &p->args.options) {
		struct str flat = value_flat(p->r->arena, o->value.value);

		if (o->id != option->id || (c->at.length && !stands_at(o, c->at)) ||
			(name.n && !c->at.length &&
				!str_eq(str_sub(flat, 0, str_find(flat, '=')), name)))
			continue;
		is_found = true;
		if (!cut_option(p, c, option, o))
			return false;
	}
	return is_found || !c->at.length ||
		by_hand(p, c, option, c->at, "brings it from elsewhere");
}

/* ---- mounts and ports ---- */

static const struct runline_option *option_at(
	const struct runline_place *p, struct span at)
{
	vec_each (const struct runline_option, o, &p->args.options)
		if (stands_at(o, at))
			return o;
	return NULL;
}

static bool ends_literally(const struct runline_option *o)
{
	const struct value *v = &o->value.value;

	return v->n && v->at[v->n - 1].kind == SEGMENT_LITERAL;
}

static const struct mount *mount_at(
	const struct change *c, const struct runline_option *o)
{
	vec_each (const struct mount, m, &c->workload->run->mounts)
		if (stands_at(o, m->span))
			return m;
	return NULL;
}

/* Of --mount only podman knows a word for it. */
static bool set_selinux(struct runline_place *p, const struct change *c,
	const struct run_option *option, const struct runline_option *o)
{
	const struct mount *m = mount_at(c, o);

	if (!m || !m->at.n || !m->source.n || !ends_literally(o))
		return by_hand(p, c, option, o->name_span, "says it with a variable");
	if (m->relabel)
		return true;
	if (o->id == RUNLINE_MOUNT)
		return by_hand(p, c, option, o->name_span, "has to become a -v for it");
	raise_edit(p->r,
		span_of(p->file, o->value.span.offset + o->value.span.length, 0),
		arena_printf(p->r->arena, "%s%.*s", m->options_span.length ? "," : ":",
			STR_ARG(c->value)));
	return true;
}

static bool set_read_only(struct runline_place *p, const struct change *c,
	const struct run_option *option, const struct runline_option *o)
{
	struct span end =
		span_of(p->file, o->value.span.offset + o->value.span.length, 0);
	const struct mount *m = mount_at(c, o);
	struct str options;

	if (!m || !m->at.n || !m->source.n || !ends_literally(o))
		return by_hand(p, c, option, o->name_span, "says it with a variable");
	if (m->is_read_only == ANSWER_YES)
		return true;
	if (o->id == RUNLINE_MOUNT) {
		raise_edit(p->r, end, STR(",readonly"));
		return true;
	}
	options = span_str(m->options_span);
	if (str_find(options, '"') < options.n || str_find(options, '\'') < options.n)
		return by_hand(p, c, option, o->name_span, "is written unusually");
	if (!options.n)
		raise_edit(p->r, end, STR(":ro"));
	else if (str_eq(options, STR("rw")))
		raise_edit(p->r, m->options_span, STR("ro"));
	else if (str_find_str(options, STR("rw")) == options.n)
		raise_edit(
			p->r, span_of(p->file, m->options_span.offset, 0), STR("ro,"));
	else
		return by_hand(p, c, option, o->name_span, "gives it several options");
	return true;
}

static bool set_host_ip(struct runline_place *p, const struct change *c,
	const struct run_option *option, const struct runline_option *o)
{
	struct arena *a = p->r->arena;
	struct span start = span_of(p->file, o->value.span.offset, 0);
	const struct port *port = NULL;
	struct str ip = c->value;

	vec_each (const struct port, candidate, &c->workload->run->ports)
		if (stands_at(o, candidate->span))
			port = candidate;
	if (!port || port->host_ip_known != FACT_SET ||
		str_find(span_str(o->value.span), '=') < o->value.span.length)
		return by_hand(p, c, option, o->name_span, "says it with a variable");
	if (str_eq(port->host_ip, ip))
		return true;
	if (str_find(ip, ':') < ip.n)
		ip = arena_printf(a, "[%.*s]", STR_ARG(ip));
	if (!port->has_host_ip) {
		const char *colon = port->has_published ? ":" : "::";

		if (str_starts(span_str(o->value.span), STR(":")))
			colon = "";
		raise_edit(p->r, start, arena_printf(a, "%.*s%s", STR_ARG(ip), colon));
		return true;
	}
	if (!is_inside(port->host_span, o->value.span) ||
		str_find(span_str(port->host_span), '$') < port->host_span.length)
		return by_hand(p, c, option, o->name_span, "says it with a variable");
	return replace_in(p, c, option, port->host_span, port->host_ip, ip);
}

/* Its bytes are not its meaning: nothing is put in between them. */
static bool has_escapes(struct str bytes)
{
	return str_find(bytes, '\\') < bytes.n || str_find(bytes, '\n') < bytes.n;
}

static bool set_part(struct runline_place *p, const struct change *c,
	const struct run_option *option)
{
	const struct runline_option *o = option_at(p, c->at);

	if (!o || !is_written(p, o))
		return by_hand(p, c, option, c->at, "brings it from elsewhere");
	if (has_escapes(span_str(o->value.span)))
		return by_hand(p, c, option, c->at, "is written unusually");
	if (str_eq(c->name, STR("selinux")))
		return set_selinux(p, c, option, o);
	return option->id == RUNLINE_PUBLISH ? set_host_ip(p, c, option, o)
					     : set_read_only(p, c, option, o);
}

/* ---- all of it ---- */

static bool has_no_option(struct raising *r, const struct change *c)
{
	return raise_refuse(r,
		"`docker run` has no option for `%.*s` that oakum writes.",
		STR_ARG(c->key));
}

static bool raise_one(struct runline_place *p, const struct change *c)
{
	const struct run_option *option = option_of(c->key);

	if (!option)
		return has_no_option(p->r, c);
	switch (c->op) {
	case CHANGE_ADD:
		return add_option(p, c, option);
	case CHANGE_REMOVE:
		return take_option(p, c, option);
	case CHANGE_SET:
		break;
	}
	if (c->name.n && c->at.file &&
		(option->id == RUNLINE_VOLUME || option->id == RUNLINE_PUBLISH))
		return set_part(p, c, option);
	return set_option(p, c, option);
}

/* Ends the word where `at` does, or goes something on behind it? */
static bool ends_there(const struct file *f, uint32_t at)
{
	return at >= f->bytes.n || byte_is_space(f->bytes.p[at]) ||
		str_find(STR(";&|)"), f->bytes.p[at]) < 4;
}

static enum shell_quotes quotes_at(struct arena *a, const struct file *f, uint32_t at)
{
	return shell_spot(shell_list_of(a, f), f, at).quotes;
}

static bool add_word(struct raising *r, const struct change *c)
{
	uint32_t end = c->at.offset + c->at.length;
	struct str written;

	if (!c->at.file || !ends_there(c->at.file, end) ||
		quotes_at(r->arena, c->at.file, end) != SHELL_BARE ||
		!shell_written(r->arena, c->value, SHELL_BARE, &written))
		return raise_refuse(
			r, "Add `%.*s` to the line by hand.", STR_ARG(c->value));
	raise_edit(r, span_of(c->at.file, end, 0),
		arena_printf(r->arena, " %.*s", STR_ARG(written)));
	return true;
}

static bool raise_word(struct raising *r, const struct change *c)
{
	struct str now = span_str(c->at), written;

	if (!c->at.file || str_find(now, '$') < now.n || str_find(now, '\n') < now.n)
		return raise_refuse(r,
			"A variable takes part here; write `%.*s` by hand.",
			STR_ARG(c->value));
	if (!shell_written(r->arena, c->value,
		    quotes_at(r->arena, c->at.file, c->at.offset), &written))
		return raise_refuse(r, "Write `%.*s` here by hand.", STR_ARG(c->value));
	if (!str_eq(now, written))
		raise_edit(r, c->at, written);
	return true;
}

bool runline_raise(struct raising *r, const struct change *const *changes, size_t n)
{
	struct runline_place p = {.r = r};

	if (changes[0]->kind == CHANGE_WORD)
		return changes[0]->op == CHANGE_ADD ? add_word(r, changes[0])
						    : raise_word(r, changes[0]);
	if (changes[0]->kind != CHANGE_RUN)
		return raise_refuse(r, "A run line has no place for this.");
	if (!option_of(changes[0]->key))
		return has_no_option(r, changes[0]);
	if (!open_line(&p, changes[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!raise_one(&p, changes[i]))
			return false;
	return true;
}
