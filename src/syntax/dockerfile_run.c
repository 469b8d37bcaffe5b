#include "syntax/dockerfile_read.h"

/* What may stand behind a key of --mount, and with which types of mount. */
enum value {
	VALUE_TEXT,
	VALUE_TYPE,
	VALUE_FROM,
	VALUE_BOOL,
	VALUE_SHARING,
	VALUE_OCTAL,
	VALUE_NUMBER
};

enum type {
	TYPE_BIND = 1,
	TYPE_CACHE = 2,
	TYPE_TMPFS = 4,
	TYPE_SECRET = 8,
	TYPE_SSH = 16,
	TYPE_ANY = 31,
	TYPE_OWNED = TYPE_CACHE | TYPE_SECRET | TYPE_SSH,
};

static const struct {
	struct str name;
	enum type type;
} type_table[] = {
	{STR_INIT("bind"), TYPE_BIND},
	{STR_INIT("cache"), TYPE_CACHE},
	{STR_INIT("tmpfs"), TYPE_TMPFS},
	{STR_INIT("secret"), TYPE_SECRET},
	{STR_INIT("ssh"), TYPE_SSH},
};

enum { TYPES = sizeof(type_table) / sizeof(type_table[0]) };

/* By BuildKit's instructions/commands_runmount.go. */
static const struct key_row {
	struct str name;
	enum value value;
	enum type types;
} key_table[] = {
	{STR_INIT("type"), VALUE_TYPE, TYPE_ANY},
	{STR_INIT("from"), VALUE_FROM, TYPE_ANY & ~TYPE_SECRET},
	{STR_INIT("source"), VALUE_TEXT, TYPE_ANY},
	{STR_INIT("src"), VALUE_TEXT, TYPE_ANY},
	{STR_INIT("target"), VALUE_TEXT, TYPE_ANY},
	{STR_INIT("dst"), VALUE_TEXT, TYPE_ANY},
	{STR_INIT("destination"), VALUE_TEXT, TYPE_ANY},
	{STR_INIT("readonly"), VALUE_BOOL, TYPE_ANY},
	{STR_INIT("ro"), VALUE_BOOL, TYPE_ANY},
	{STR_INIT("readwrite"), VALUE_BOOL, TYPE_ANY},
	{STR_INIT("rw"), VALUE_BOOL, TYPE_ANY},
	{STR_INIT("required"), VALUE_BOOL, TYPE_SECRET | TYPE_SSH},
	{STR_INIT("size"), VALUE_TEXT, TYPE_TMPFS},
	{STR_INIT("id"), VALUE_TEXT, TYPE_ANY},
	{STR_INIT("sharing"), VALUE_SHARING, TYPE_CACHE},
	{STR_INIT("mode"), VALUE_OCTAL, TYPE_OWNED},
	{STR_INIT("uid"), VALUE_NUMBER, TYPE_OWNED},
	{STR_INIT("gid"), VALUE_NUMBER, TYPE_OWNED},
	{STR_INIT("env"), VALUE_TEXT, TYPE_ANY},
};

static const struct key_row *key_row(struct str name)
{
	for (size_t i = 0; i < sizeof(key_table) / sizeof(key_table[0]); i++)
		if (str_eq_nocase(key_table[i].name, name))
			return &key_table[i];
	return NULL;
}

static bool has_variable(struct str s)
{
	return str_find(s, '$') < s.n;
}

/* 0 when it is none; TYPE_ANY when a variable decides. */
static enum type type_of(struct str name)
{
	if (has_variable(name))
		return TYPE_ANY;
	for (size_t i = 0; i < TYPES; i++)
		if (str_eq_nocase(type_table[i].name, name))
			return type_table[i].type;
	return (enum type)0;
}

/* The mount's type, from anywhere in the flag; bind when none stands. */
static enum type mount_type(const struct dockerfile_flag *flag)
{
	enum type type = TYPE_BIND;

	for (uint32_t i = 0; i < flag->option_count; i++)
		if (str_eq_nocase(flag->options[i].key.s, STR("type")))
			type = type_of(flag->options[i].value.s);
	return type ? type : TYPE_ANY;
}

static bool is_one_of(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(s, str_c(words[i])))
			return true;
	return false;
}

static bool is_octal(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '7')
			return false;
	return s.n > 0 && s.n <= 10;
}

/* What was expected where value does not fit; NULL when it does. */
static const char *misfit(enum value kind, struct str value)
{
	static const char *const bools[] = {"true", "false", "1", "0", "t", "f"};
	static const char *const sharings[] = {"shared", "private", "locked"};
	uint32_t number;

	if (kind == VALUE_FROM)
		return str_find(value, '$') + 1 < value.n
			? "a stage or an image written out: no variable is expanded here"
			: NULL;
	if (has_variable(value))
		return NULL;
	switch (kind) {
	case VALUE_TYPE:
		return type_of(value) ? NULL : "bind, cache, tmpfs, secret or ssh";
	case VALUE_BOOL:
		return is_one_of(value, bools, 6) ? NULL : "true or false";
	case VALUE_SHARING:
		return is_one_of(value, sharings, 3) ? NULL
						     : "shared, private or locked";
	case VALUE_OCTAL:
		return is_octal(value) ? NULL : "an octal mode such as 0755";
	case VALUE_NUMBER:
		return str_to_u32(value, &number) ? NULL : "a number";
	case VALUE_TEXT:
	case VALUE_FROM:
		break;
	}
	return NULL;
}

static void check_option(struct dockerfile_reader *r,
	const struct dockerfile_option *option, enum type type)
{
	const struct key_row *row = key_row(option->key.s);
	struct span span = text_span_all(&option->key);
	const char *expected;

	if (!row) {
		dockerfile_diag(r, DIAG_BAD_FLAG, span,
			"--mount has no option '%.*s'; expected type, from, source, "
			"target, id, uid, gid, mode or another one",
			STR_ARG(option->key.s));
	} else if (!option->has_value) {
		if (row->value != VALUE_BOOL)
			dockerfile_diag(r, DIAG_BAD_FLAG, span,
				"'%.*s' lacks its value; expected %.*s=...",
				STR_ARG(option->key.s), STR_ARG(option->key.s));
	} else if (!(row->types & type)) {
		dockerfile_diag(r, DIAG_BAD_FLAG, span,
			"'%.*s' is not an option of this type of mount",
			STR_ARG(option->key.s));
	} else if ((expected = misfit(row->value, option->value.s))) {
		dockerfile_diag(r, DIAG_BAD_FLAG,
			option->value.s.n ? text_span_all(&option->value) : span,
			"'%.*s' stands for '%.*s'; expected %s",
			STR_ARG(option->value.s), STR_ARG(option->key.s), expected);
	}
}

static void check_mount(struct dockerfile_reader *r, const struct dockerfile_flag *flag)
{
	enum type type = mount_type(flag);

	for (uint32_t i = 0; i < flag->option_count; i++)
		check_option(r, &flag->options[i], type);
}

/* --network and --security take one word of a few, and expand nothing. */
static void check_choice(
	struct dockerfile_reader *r, const struct dockerfile_flag *flag)
{
	static const char *const networks[] = {"default", "none", "host"};
	static const char *const securities[] = {"sandbox", "insecure"};
	bool is_network = str_eq(flag->name.s, STR("network"));
	bool is_security = str_eq(flag->name.s, STR("security"));

	if (!flag->has_value || (!is_network && !is_security))
		return;
	if (is_network ? !is_one_of(flag->value.s, networks, 3)
		       : !is_one_of(flag->value.s, securities, 2))
		dockerfile_diag(r, DIAG_BAD_FLAG, flag->span,
			"'%.*s' is unknown here; expected %s", STR_ARG(flag->value.s),
			is_network ? "default, none or host" : "sandbox or insecure");
}

void dockerfile_check_run(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->flag_count; i++) {
		if (str_eq(in->flags[i].name.s, STR("mount")))
			check_mount(r, &in->flags[i]);
		else
			check_choice(r, &in->flags[i]);
	}
}
