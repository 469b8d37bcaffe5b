#include "policy/needs.h"

#include "model/identity.h"
#include "seccomp/objective.h"

/* ---- which workloads ---- */

static void read_path(struct config_reader *r, const struct yaml *value, void *out)
{
	config_path(r, value, &((struct need *)out)->path);
}

static void read_workload(struct config_reader *r, const struct yaml *value, void *out)
{
	config_text(r, value, "the name of a service or a workload",
		&((struct need *)out)->workload);
}

/* ---- who, and with which capabilities ---- */

static bool is_user_spec(struct str text)
{
	struct str user, group;

	user_spec_split(text, &user, &group);
	return user.n && str_find(text, ' ') == text.n &&
		(group.n || text.p[text.n - 1] != ':');
}

static void read_user(struct config_reader *r, const struct yaml *value, void *out)
{
	static const char what[] = "a user such as 1777:1777, app, or non-root";
	struct need *need = out;
	struct str text;

	if (!config_text(r, value, what, &text))
		return;
	if (is_user_spec(text))
		need->user = (struct need_word){text, value->span};
	else
		config_expected(r, value, what);
}

static void add_capability(struct config_reader *r, const struct yaml *value, void *out)
{
	static const char what[] = "the name of a capability such as NET_BIND_SERVICE";
	struct need *need = out;
	struct str name, near;
	int cap;

	if (!config_text(r, value, what, &name))
		return;
	cap = capability_find(name);
	near = capability_is_all(name) ? STR_NONE : capability_nearest(name);
	if (cap >= 0)
		need->capabilities |= capability_bit(cap);
	else if (near.n)
		config_complain(r, value->span,
			"no capability '%.*s'; did you mean '%.*s'?", STR_ARG(name),
			STR_ARG(near));
	else
		config_expected(r, value, what);
}

static void read_capabilities(
	struct config_reader *r, const struct yaml *value, void *out)
{
	struct need *need = out;

	need->says_capabilities = true;
	need->capabilities_span = value->span;
	if (value->kind == YAML_SCALAR && yaml_scalar_is_null(value))
		config_expected(r, value, "a list of capabilities; [] for none");
	else
		config_each(r, value, add_capability, out);
}

/* ---- yes or no ---- */

static bool read_bool(
	struct config_reader *r, const struct yaml *value, enum answer *out)
{
	struct str text;

	if (!config_text(r, value, "true or false", &text))
		return false;
	if (str_eq(text, STR("true")) || str_eq(text, STR("false"))) {
		*out = str_eq(text, STR("true")) ? ANSWER_YES : ANSWER_NO;
		return true;
	}
	config_expected(r, value, "true or false");
	return false;
}

static void read_no_new_privileges(
	struct config_reader *r, const struct yaml *value, void *out)
{
	struct need *need = out;

	if (read_bool(r, value, &need->no_new_privileges))
		need->no_new_privileges_span = value->span;
}

static void read_read_only(struct config_reader *r, const struct yaml *value, void *out)
{
	struct need *need = out;

	if (read_bool(r, value, &need->read_only))
		need->read_only_span = value->span;
}

/* ---- seccomp ---- */

static void add_objective(struct config_reader *r, const struct yaml *value, void *out)
{
	struct need *need = out;
	struct str name;
	struct guess g;

	if (!config_text(r, value, "the name of an objective", &name))
		return;
	g = guess_of(name);
	if (config_is_one_of(&g, r->names->objectives, r->names->objective_count))
		*vec_push(r->arena, &need->objectives) =
			(struct need_word){name, value->span};
	else
		config_unknown(r, value->span, "objective", &g);
}

static void read_objectives(
	struct config_reader *r, const struct yaml *value, void *out)
{
	config_each(r, value, add_objective, out);
}

static void add_deny(struct config_reader *r, const struct yaml *value, void *out)
{
	struct need *need = out;
	struct need_word deny = {.span = value->span};
	struct bans bans = {0};
	struct span at;
	struct err e = {0};

	if (!config_text(
		    r, value, "a call and when, 'setreuid: arg0 == 0'", &deny.text))
		return;
	/* The place is that of the scalar: a byte of it may stand behind an escape. */
	if (objective_parse(r->arena, file_new(r->arena, STR("deny"), deny.text),
		    STR("deny"), ARCHES_ALL, &bans, &at, &e) < 0)
		config_complain(
			r, value->span, "%s, in '%.*s'", e.text, STR_ARG(deny.text));
	else
		*vec_push(r->arena, &need->denies) = deny;
}

static void read_deny(struct config_reader *r, const struct yaml *value, void *out)
{
	config_each(r, value, add_deny, out);
}

static void read_mode(struct config_reader *r, const struct yaml *value, void *out)
{
	static const struct str modes[] = {[NEED_REFUSE] = STR_INIT("refuse"),
		[NEED_MASK] = STR_INIT("mask"),
		[NEED_AUDIT] = STR_INIT("audit")};
	struct need *need = out;
	struct str word;
	struct guess g;

	if (!config_text(r, value, "refuse, mask or audit", &word))
		return;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (str_eq(word, modes[i])) {
			need->mode = (enum need_mode)i;
			return;
		}
	g = guess_of(word);
	config_is_one_of(&g, modes, sizeof(modes) / sizeof(modes[0]));
	config_unknown(r, value->span, "mode", &g);
}

static void read_seccomp(struct config_reader *r, const struct yaml *value, void *out)
{
	static const struct config_key keys[] = {
		{STR_INIT("objectives"), read_objectives},
		{STR_INIT("mode"), read_mode},
		{STR_INIT("deny"), read_deny},
	};
	struct need *need = out;
	size_t faults = r->faults->n;

	need->seccomp_span = value->span;
	CONFIG_KEYS(r, value, "a mapping with 'objectives'", keys, need);
	if (r->faults->n == faults && !need_says_seccomp(need))
		config_complain(r, value->span, "expected 'objectives' or 'deny'");
}

/* ---- the list ---- */

static bool says_something(const struct need *need)
{
	return need->user.text.n || need->says_capabilities ||
		need_says_seccomp(need) || need->no_new_privileges != ANSWER_MAYBE ||
		need->read_only != ANSWER_MAYBE;
}

static void add_need(struct config_reader *r, const struct yaml *value, void *out)
{
	static const struct config_key keys[] = {
		{STR_INIT("path"), read_path},
		{STR_INIT("workload"), read_workload},
		{STR_INIT("user"), read_user},
		{STR_INIT("capabilities"), read_capabilities},
		{STR_INIT("seccomp"), read_seccomp},
		{STR_INIT("no_new_privileges"), read_no_new_privileges},
		{STR_INIT("read_only"), read_read_only},
	};
	struct config *config = out;
	struct need need = {.span = value->span,
		.no_new_privileges = ANSWER_MAYBE,
		.read_only = ANSWER_MAYBE};
	size_t faults = r->faults->n;

	CONFIG_KEYS(r, value, "a mapping with what a workload needs", keys, &need);
	if (r->faults->n > faults)
		return;
	if (says_something(&need))
		*vec_push(r->arena, &config->needs) = need;
	else
		config_complain(r, value->span,
			"expected what it needs: user, capabilities, seccomp, "
			"no_new_privileges or read_only");
}

void needs_read(struct config_reader *r, const struct yaml *value, void *out)
{
	if (value->kind == YAML_SCALAR && yaml_scalar_is_null(value))
		return;
	if (value->kind == YAML_SEQUENCE)
		config_each(r, value, add_need, out);
	else
		config_expected(r, value, "a list of what workloads need");
}
