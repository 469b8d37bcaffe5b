/*
 * A table a mapping: its keys, and the function that reads the value of each. What a
 * value may be is said by these functions alone, in the words of the faults.
 */
#include "policy/needs.h"

#include "know/date.h"

static struct str group_of(struct str rule)
{
	return str_sub(rule, 0, str_find(rule, '-'));
}

static bool is_group(struct guess *g, const struct config_names *names)
{
	for (size_t i = 0; i < names->rule_count; i++)
		if (str_eq(group_of(names->rules[i]), g->written))
			return true;
	return false;
}

/* A rule, a group, a severity or "all". */
static bool read_selector(
	struct config_reader *r, const struct yaml *value, struct str *out)
{
	const struct config_names *names = r->names;
	struct guess g;

	if (!config_text(r, value, "the name of a rule, a group or a severity", out))
		return false;
	g = guess_of(*out);
	if (str_eq(*out, STR("all")) ||
		config_is_one_of(&g, names->severities, names->severity_count) ||
		config_is_one_of(&g, names->rules, names->rule_count) ||
		is_group(&g, names))
		return true;
	config_unknown(r, value->span, "rule, group or severity", &g);
	return false;
}

static bool read_severity_name(struct config_reader *r, const struct yaml *value,
	const char *also, struct str *out)
{
	struct guess g;

	if (!config_text(r, value, "a severity", out))
		return false;
	g = guess_of(*out);
	if (config_is_one_of(&g, r->names->severities, r->names->severity_count))
		return true;
	if (also && str_eq(*out, str_c(also)))
		return true;
	config_unknown(r, value->span, "severity", &g);
	return false;
}

static void add_selector(struct config_reader *r, const struct yaml *value, void *out)
{
	struct config_strs *list = out;
	struct str selector;

	if (read_selector(r, value, &selector))
		*vec_push(r->arena, list) = selector;
}

/* select: and ignore: */

static void read_select(struct config_reader *r, const struct yaml *value, void *out)
{
	config_each(r, value, add_selector, &((struct config *)out)->select);
}

static void read_ignore(struct config_reader *r, const struct yaml *value, void *out)
{
	config_each(r, value, add_selector, &((struct config *)out)->ignore);
}

/* fail_on: */

static void read_fail_on(struct config_reader *r, const struct yaml *value, void *out)
{
	struct config *config = out;
	struct str word;

	if (read_severity_name(r, value, "never", &word))
		config->fail_on = word;
}

/* severity: RULE: SEVERITY */

static void read_severity(struct config_reader *r, const struct yaml *value, void *out)
{
	struct config *config = out;

	if (value->kind != YAML_MAPPING) {
		config_expected(r, value, "a mapping from rules to severities");
		return;
	}
	for (uint32_t i = 0; i < value->count; i++) {
		struct config_severity row = {0};
		const struct yaml *key = &value->keys[i];
		const struct yaml *word = yaml_resolve(&value->items[i]);
		struct guess g;

		if (!word || !config_text(r, key, "the name of a rule", &row.rule))
			continue;
		g = guess_of(row.rule);
		if (!config_is_one_of(&g, r->names->rules, r->names->rule_count))
			config_unknown(r, key->span, "rule", &g);
		else if (read_severity_name(r, word, NULL, &row.severity))
			*vec_push(r->arena, &config->severities) = row;
	}
}

/* ignores: a list of decisions */

static void read_ignore_rule(
	struct config_reader *r, const struct yaml *value, void *out)
{
	struct ignore *ignore = out;
	struct config_strs rules = {0};

	config_each(r, value, add_selector, &rules);
	ignore->rules = rules.at;
	ignore->rule_count = (uint32_t)rules.n;
	ignore->span = value->span;
}

static void read_reason(struct config_reader *r, const struct yaml *value, void *out)
{
	config_text(r, value, "the reason in words", &((struct ignore *)out)->reason);
}

static void read_expires(struct config_reader *r, const struct yaml *value, void *out)
{
	struct ignore *ignore = out;
	struct str text;
	int32_t day;

	if (!config_text(r, value, "a day such as 2027-01-31", &text))
		return;
	if (date_parse(text, &day))
		ignore->until = text;
	else
		config_complain(r, value->span,
			"expected a day such as 2027-01-31, found '%.*s'",
			STR_ARG(text));
}

static void read_ignore_path(
	struct config_reader *r, const struct yaml *value, void *out)
{
	config_path(r, value, &((struct ignore *)out)->path);
}

static void read_ignore_workload(
	struct config_reader *r, const struct yaml *value, void *out)
{
	config_text(
		r, value, "the name of a workload", &((struct ignore *)out)->workload);
}

static void read_ignore_line(
	struct config_reader *r, const struct yaml *value, void *out)
{
	struct ignore *ignore = out;
	int64_t line;

	if (!yaml_scalar_int(value, &line) || line < 1 || line > FILE_MAX)
		config_expected(r, value, "the number of a line, from 1");
	else
		ignore->first = ignore->last = (uint32_t)line;
}

static void add_ignore(struct config_reader *r, const struct yaml *value, void *out)
{
	static const struct config_key keys[] = {
		{STR_INIT("rule"), read_ignore_rule},
		{STR_INIT("reason"), read_reason},
		{STR_INIT("expires"), read_expires},
		{STR_INIT("path"), read_ignore_path},
		{STR_INIT("workload"), read_ignore_workload},
		{STR_INIT("line"), read_ignore_line},
	};
	struct ignore ignore = {.origin = IGNORE_CONFIG};
	struct config *config = out;
	size_t faults = r->faults->n;

	CONFIG_KEYS(r, value, "a mapping with 'rule' and 'reason'", keys, &ignore);
	if (r->faults->n > faults)
		return;
	if (!ignore.rule_count)
		config_complain(
			r, value->span, "expected a 'rule' that is to be ignored");
	else if (ignore.first && !ignore.path.n)
		config_complain(r, value->span, "expected a 'path' beside 'line'");
	else
		*vec_push(r->arena, &config->ignores) = ignore;
}

static void read_ignores(struct config_reader *r, const struct yaml *value, void *out)
{
	if (value->kind == YAML_SEQUENCE)
		config_each(r, value, add_ignore, out);
	else
		config_expected(r, value, "a list of what is ignored");
}

/* files: how they are built */

static void read_file_path(struct config_reader *r, const struct yaml *value, void *out)
{
	config_path(r, value, &((struct config_file *)out)->path);
}

static void add_target(struct config_reader *r, const struct yaml *value, void *out)
{
	struct config_file *file = out;
	struct str target;

	if (config_text(r, value, "the name of a stage", &target))
		*vec_push(r->arena, &file->targets) = target;
}

static void read_targets(struct config_reader *r, const struct yaml *value, void *out)
{
	config_each(r, value, add_target, out);
}

/* NAME=VALUE, or NAME for what the environment says */
static void add_arg(struct config_reader *r, const struct yaml *value, void *out)
{
	struct config_file *file = out;
	struct str text;
	size_t equals;

	if (!config_text(r, value, "NAME=VALUE", &text))
		return;
	equals = str_find(text, '=');
	if (equals == 0) {
		config_complain(r, value->span, "expected NAME=VALUE, found '%.*s'",
			STR_ARG(text));
		return;
	}
	*vec_push(r->arena, &file->args) =
		(struct config_arg){.name = str_sub(text, 0, equals),
			.value = str_from(text, equals + 1),
			.has_value = equals < text.n};
}

static void add_arg_pair(struct config_reader *r, const struct yaml *key,
	const struct yaml *value, struct config_file *file)
{
	struct config_arg arg = {0};

	if (!config_text(r, key, "the name of an ARG", &arg.name))
		return;
	if (value->kind != YAML_SCALAR) {
		config_expected(r, value, "the value of an ARG");
		return;
	}
	arg.value = value->text.s;
	arg.has_value = !yaml_scalar_is_null(value);
	*vec_push(r->arena, &file->args) = arg;
}

static void read_args(struct config_reader *r, const struct yaml *value, void *out)
{
	if (value->kind == YAML_SEQUENCE) {
		config_each(r, value, add_arg, out);
		return;
	}
	if (value->kind != YAML_MAPPING) {
		config_expected(r, value, "a mapping of names and values, or a list");
		return;
	}
	for (uint32_t i = 0; i < value->count; i++) {
		const struct yaml *item = yaml_resolve(&value->items[i]);

		if (item)
			add_arg_pair(r, &value->keys[i], item, out);
	}
}

static void add_file(struct config_reader *r, const struct yaml *value, void *out)
{
	static const struct config_key keys[] = {
		{STR_INIT("path"), read_file_path},
		{STR_INIT("target"), read_targets},
		{STR_INIT("targets"), read_targets},
		{STR_INIT("build_args"), read_args},
	};
	struct config *config = out;
	struct config_file file = {0};
	size_t faults = r->faults->n;

	CONFIG_KEYS(r, value, "a mapping with 'path'", keys, &file);
	if (r->faults->n > faults)
		return;
	if (!file.path.n)
		config_complain(r, value->span, "expected a 'path'");
	else
		*vec_push(r->arena, &config->files) = file;
}

static void read_files(struct config_reader *r, const struct yaml *value, void *out)
{
	if (value->kind == YAML_SEQUENCE)
		config_each(r, value, add_file, out);
	else
		config_expected(r, value, "a list of files");
}

/* The file. */

static void read_audit(struct config_reader *r, const struct yaml *value, void *out)
{
	static const struct config_key keys[] = {
		{STR_INIT("fail_on"), read_fail_on},
		{STR_INIT("select"), read_select},
		{STR_INIT("ignore"), read_ignore},
		{STR_INIT("severity"), read_severity},
		{STR_INIT("ignores"), read_ignores},
		{STR_INIT("files"), read_files},
	};

	if (!yaml_scalar_is_null(value))
		CONFIG_KEYS(r, value, "a mapping", keys, out);
}

/* What is no YAML is a fault like others. */
static void take_diags(struct config_reader *r, const struct diags *diags)
{
	vec_each (const struct diag, d, &diags->list)
		config_complain(r, d->span, "%.*s", STR_ARG(d->detail));
}

const struct config *config_read(struct arena *a, const struct file *file,
	const struct config_names *names, struct config_faults *faults)
{
	static const struct config_key keys[] = {
		{STR_INIT("audit"), read_audit}, {STR_INIT("needs"), needs_read}};
	struct config_reader r = {a, names, faults};
	struct diags diags = {.arena = a};
	const struct yaml_stream *stream = yaml_parse(a, file, &diags);
	struct config *config = arena_new(a, struct config);

	config->file = file;
	take_diags(&r, &diags);
	if (stream->count > 1)
		config_complain(&r, stream->documents[1].span,
			"expected one document; a second one begins here");
	if (stream->count && stream->documents[0].root)
		CONFIG_KEYS(&r, stream->documents[0].root,
			"a mapping with 'audit' or 'needs'", keys, config);
	return config;
}
