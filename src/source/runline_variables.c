#include "source/runline_variables.h"

#include "effect/resolve.h"
#include "source/run_values.h"
#include "source/runline_held.h"
#include "source/runline_script.h"

/* ---- storage ---- */

struct variable {
	struct str name;
	uint64_t hash;
	struct held now;
};

/* How to take an assignment back. */
struct undo {
	uint32_t variable;
	struct held before;
};

struct scope {
	const struct guard *guard;
	size_t undos; /* those of the scope begin here */
};

struct script_variables {
	struct arena *arena;
	VEC(struct variable) list;
	uint32_t *slots; /* index + 1 into list */
	size_t slot_mask;
	VEC(struct undo) undos;
	VEC(struct scope) scopes;
	bool in_subshell, was_sourced;
	size_t subshell_undos, subshell_scopes;
	size_t words, segments; /* made so far */
};

enum { SLOTS_FIRST = 64 };

struct script_variables *script_variables_new(struct arena *a)
{
	struct script_variables *v = arena_new(a, struct script_variables);

	v->arena = a;
	v->slots = arena_array(a, uint32_t, SLOTS_FIRST);
	v->slot_mask = SLOTS_FIRST - 1;
	return v;
}

static size_t slot_of(const struct script_variables *v, struct str name, uint64_t hash)
{
	size_t i = (size_t)hash & v->slot_mask;

	while (v->slots[i]) {
		const struct variable *known = &v->list.at[v->slots[i] - 1];

		if (known->hash == hash && str_eq(known->name, name))
			break;
		i = (i + 1) & v->slot_mask;
	}
	return i;
}

static void grow_slots(struct script_variables *v)
{
	size_t size = (v->slot_mask + 1) * 2;

	v->slots = arena_array(v->arena, uint32_t, size);
	v->slot_mask = size - 1;
	for (size_t i = 0; i < v->list.n; i++)
		v->slots[slot_of(v, v->list.at[i].name, v->list.at[i].hash)] =
			(uint32_t)i + 1;
}

static const struct variable *find(const struct script_variables *v, struct str name)
{
	size_t i = slot_of(v, name, str_hash(name));

	return v->slots[i] ? &v->list.at[v->slots[i] - 1] : NULL;
}

static uint32_t find_or_add(struct script_variables *v, struct str name)
{
	uint64_t hash = str_hash(name);
	size_t slot = slot_of(v, name, hash);

	if (v->slots[slot])
		return v->slots[slot] - 1;
	*vec_push(v->arena, &v->list) = (struct variable){.name = name, .hash = hash};
	v->slots[slot] = (uint32_t)v->list.n;
	if (v->list.n * 2 > v->slot_mask)
		grow_slots(v);
	return (uint32_t)v->list.n - 1;
}

static void set(struct script_variables *v, struct str name, struct held content)
{
	uint32_t i = find_or_add(v, name);

	*vec_push(v->arena, &v->undos) = (struct undo){i, v->list.at[i].now};
	v->list.at[i].now = content;
}

/* ---- scopes ---- */

/* Behind the scope its assignments may or may not have been made. */
static void leave_scope(struct script_variables *v)
{
	const struct scope *scope = vec_last(&v->scopes);

	for (size_t i = v->undos.n; i-- > scope->undos;) {
		const struct undo *u = &v->undos.at[i];
		struct variable *variable = &v->list.at[u->variable];

		variable->now =
			held_merged(v->arena, variable->name, u->before, variable->now);
	}
	v->scopes.n--;
	/* The scope around inherits the undos: they are its assignments as well. */
	if (!v->scopes.n && !v->in_subshell)
		v->undos.n = 0;
}

static void leave_subshell(struct script_variables *v)
{
	while (v->undos.n > v->subshell_undos) {
		const struct undo *u = &v->undos.at[--v->undos.n];

		v->list.at[u->variable].now = u->before;
	}
	if (v->scopes.n > v->subshell_scopes)
		v->scopes.n = v->subshell_scopes;
	v->in_subshell = false;
}

static bool stands_in(const struct guard *guard, const struct guard *scope)
{
	for (; guard; guard = guard->outer)
		if (guard == scope)
			return true;
	return false;
}

void script_variables_enter(struct script_variables *v, const struct command *command)
{
	if (v->in_subshell && !command->in_subshell)
		leave_subshell(v);
	while (v->scopes.n && !stands_in(command->guard, vec_last(&v->scopes)->guard))
		leave_scope(v);
	if (!v->in_subshell && command->in_subshell) {
		v->in_subshell = true;
		v->subshell_undos = v->undos.n;
		v->subshell_scopes = v->scopes.n;
	}
	/* Only the innermost: what is set under it is under those around it as well. */
	if (command->guard &&
		(!v->scopes.n || vec_last(&v->scopes)->guard != command->guard))
		*vec_push(v->arena, &v->scopes) =
			(struct scope){command->guard, v->undos.n};
}

/* ---- putting values in ---- */

bool script_variables_full(const struct script_variables *v)
{
	return v->words > SCRIPT_WORDS_MAX || v->segments > SCRIPT_SEGMENTS_MAX;
}

static bool is_name(struct str name)
{
	return name.n && (byte_is_alpha(name.p[0]) || name.p[0] == '_');
}

/* Set by the shell or by whoever logs in, so that a default is hardly taken. */
static bool is_of_environment(struct str name)
{
	static const struct str names[] = {STR_INIT("HOME"), STR_INIT("USER"),
		STR_INIT("PWD"), STR_INIT("UID"), STR_INIT("EUID"), STR_INIT("PATH"),
		STR_INIT("SHELL"), STR_INIT("HOSTNAME"), STR_INIT("LOGNAME"),
		STR_INIT("DISPLAY"), STR_INIT("TERM"), STR_INIT("LANG"),
		STR_INIT("CI")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static bool has_space(struct arena *a, struct value value)
{
	struct str flat = value_flat(a, value);

	for (size_t i = 0; i < flat.n; i++)
		if (byte_is_space(flat.p[i]))
			return true;
	return false;
}

static struct segment used_at(const struct segment *use, struct segment s)
{
	if (!s.definition.file)
		s.definition = s.span;
	if (s.kind != SEGMENT_UNKNOWN)
		s.kind = SEGMENT_EXPANSION;
	/* $HOME stays what it is; others are known by the last name */
	if (s.kind != SEGMENT_UNKNOWN || s.sign.n || !is_of_environment(s.name))
		s.name = use->name;
	s.span = use->span;
	return s;
}

/*
 * The segments of a variable, at the place where they are used; with keep_places at
 * their own, if they may be several words: those are mended where they were assigned.
 */
static void add_uses(struct arena *a, const struct segment *use, struct value value,
	bool keep_places, struct segments *out)
{
	keep_places = keep_places && has_space(a, value);
	for (size_t i = 0; i < value.n; i++)
		*vec_push(a, out) =
			keep_places ? value.at[i] : used_at(use, value.at[i]);
}

static struct value put(struct script_variables *v, struct value value,
	bool keep_places, unsigned depth);

/* An array in the middle of a string: its words with blanks between them. */
static struct value array_text(struct arena *a, const struct words *elements)
{
	struct segments all = {0};

	for (size_t i = 0; i < elements->n; i++) {
		const struct word *w = &elements->at[i];

		if (i)
			*vec_push(a, &all) =
				(struct segment){.text = STR(" "), .span = w->span};
		for (size_t k = 0; k < w->value.n; k++)
			*vec_push(a, &all) = w->value.at[k];
	}
	return value_of(&all);
}

/* Something in it is known and not empty. */
static bool has_text(struct value value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.at[i].text.n)
			return true;
	return false;
}

static bool is_default(struct str sign)
{
	return str_eq(sign, STR("-")) || str_eq(sign, STR(":-")) ||
		str_eq(sign, STR("=")) || str_eq(sign, STR(":="));
}

/* What stands there is the variable itself, once it is known to hold something. */
static bool is_choice(struct str sign)
{
	return is_default(sign) || str_eq(sign, STR("?")) || str_eq(sign, STR(":?"));
}

/* ${x#pattern} and its kin over what x is known to be. */
static void add_changed(struct script_variables *v, const struct segment *use,
	struct value held, bool keep_places, unsigned depth, struct segments *out)
{
	struct segment s = *use;
	struct variables one = {0};
	struct value operand, result;

	if (use->operand) {
		operand = put(v, *use->operand, keep_places, depth + 1);
		s.operand = arena_new(v->arena, struct value);
		*(struct value *)s.operand = operand;
	}
	one.shell = binding_put(v->arena, NULL, use->name,
		fact_set(v->arena, LAYER_RUN, held, value_span(held), NULL));
	result = value_resolve(v->arena, (struct value){&s, 1}, &one);
	for (size_t i = 0; i < result.n; i++)
		*vec_push(v->arena, out) = result.at[i];
}

static void add_named(struct script_variables *v, const struct segment *use,
	bool keep_places, unsigned depth, struct segments *out)
{
	const struct variable *variable = find(v, use->name);
	struct value held = {0};

	if (!variable || !variable->now.is_set) {
		if (is_default(use->sign) && use->operand && is_name(use->name) &&
			!v->was_sourced && !is_of_environment(use->name))
			held = put(v, *use->operand, true, depth + 1);
		if (held.n)
			add_uses(v->arena, use, held, keep_places, out);
		else
			*vec_push(v->arena, out) = *use;
		return;
	}
	held = variable->now.value;
	if (variable->now.elements)
		held = array_text(v->arena, variable->now.elements);
	if (!use->sign.n || str_eq(use->sign, STR("[@]")) ||
		(is_choice(use->sign) && !value_is_known(held) && has_text(held)))
		add_uses(v->arena, use, held, keep_places, out);
	else
		add_changed(v, use, held, keep_places, depth, out);
}

static struct value put(struct script_variables *v, struct value value,
	bool keep_places, unsigned depth)
{
	struct segments out = {0};
	struct span span = value_span(value);

	if (depth > RESOLVE_DEPTH_MAX || script_variables_full(v))
		return value;
	for (size_t i = 0; i < value.n; i++) {
		const struct segment *s = &value.at[i];

		if (s->kind == SEGMENT_UNKNOWN && s->name.n)
			add_named(v, s, keep_places, depth, &out);
		else
			*vec_push(v->arena, &out) = *s;
	}
	v->segments += out.n;
	return out.n ? value_of(&out) : value_literal(v->arena, STR(""), span);
}

struct value script_variables_value(struct script_variables *v, struct value value)
{
	return put(v, value, false, 0);
}

struct value script_variables_places(struct script_variables *v, struct value value)
{
	return put(v, value, true, 0);
}

bool script_variables_get(
	const struct script_variables *v, struct str name, struct value *out)
{
	const struct variable *variable = find(v, name);

	if (!variable || !variable->now.is_set)
		return false;
	*out = variable->now.value;
	return true;
}

/* ---- words ---- */

static bool has_names(struct value value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.at[i].kind == SEGMENT_UNKNOWN && value.at[i].name.n)
			return true;
	return false;
}

static void add_word(struct script_variables *v, struct word word, struct words *out)
{
	v->words++;
	if (!script_variables_full(v))
		*vec_push(v->arena, out) = word;
}

/* Words at blanks; each has the span of its own bytes. */
static void split(struct script_variables *v, const struct word *word,
	struct value value, struct words *out)
{
	struct str flat = value_flat(v->arena, value);

	for (size_t i = 0; i < flat.n;) {
		size_t end = i;
		struct word part = *word;

		while (end < flat.n && !byte_is_space(flat.p[end]))
			end++;
		if (end > i) {
			part.value = value_slice(v->arena, value, i, end - i);
			if (value_span(part.value).file)
				part.span = value_span(part.value);
			add_word(v, part, out);
		}
		i = end + 1;
	}
}

static const struct words *elements_of(
	const struct script_variables *v, const struct word *word)
{
	const struct segment *s = word->value.at;
	const struct variable *variable;

	if (word->value.n != 1 || s->kind != SEGMENT_UNKNOWN ||
		!str_eq(s->sign, STR("[@]")))
		return NULL;
	variable = find(v, s->name);
	return variable && variable->now.is_set ? variable->now.elements : NULL;
}

void script_variables_expand(
	struct script_variables *v, const struct word *word, struct words *out)
{
	const struct words *elements = elements_of(v, word);
	struct word result = *word;

	if (elements) {
		vec_each (struct word, element, elements)
			add_word(v, *element, out);
		return;
	}
	if (!has_names(word->value)) {
		add_word(v, *word, out);
		return;
	}
	result.value = put(v, word->value, false, 0);
	if (word->is_quoted) {
		add_word(v, result, out);
	} else if (has_space(v->arena, result.value)) {
		split(v, word, put(v, word->value, true, 0), out);
	} else if (value_flat(v->arena, result.value).n) {
		add_word(v, result, out);
	}
}

/* ---- assignments ---- */

static const struct words *put_elements(struct script_variables *v,
	const struct words *before, const struct words *words)
{
	struct words *all = arena_new(v->arena, struct words);

	for (size_t i = 0; before && i < before->n; i++)
		add_word(v, before->at[i], all);
	vec_each (struct word, word, words)
		script_variables_expand(v, word, all);
	return all;
}

void script_variables_assign(
	struct script_variables *v, const struct assignment *assignment)
{
	const struct variable *old = find(v, assignment->name);
	struct held was = old ? old->now : (struct held){0};
	struct held now = {.is_set = true};

	if (assignment->elements) {
		/* added to something that nobody has seen */
		if (assignment->is_added && (!was.is_set || !was.elements))
			now.value = held_unknown(
				v->arena, assignment->name, assignment->value.span);
		else
			now.elements = put_elements(v,
				assignment->is_added ? was.elements : NULL,
				assignment->elements);
	} else if (!assignment->is_added) {
		now.value = put(v, assignment->value.value, true, 0);
	} else {
		now.value = put(v, assignment->added.value, true, 0);
		now.value = held_joined(v->arena,
			was.is_set && !was.elements
				? was.value
				: held_unknown(v->arena, assignment->name,
					  assignment->value.span),
			now.value);
	}
	set(v, assignment->name, now);
}

void script_variables_forget(struct script_variables *v, struct str name)
{
	set(v, name,
		(struct held){.is_set = true,
			.value = held_unknown(v->arena, name, SPAN_NONE)});
}

void script_variables_sourced(struct script_variables *v)
{
	v->was_sourced = true;
}

void script_variables_put(
	struct script_variables *v, struct str name, struct value value)
{
	set(v, name, (struct held){.is_set = true, .value = value});
}
