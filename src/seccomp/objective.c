#include "seccomp/objective.h"

#include <errno.h>

#include "seccomp/objective_rows.h"

const struct str *objective_names(size_t *count)
{
	*count = objective_row_name_count;
	return objective_row_names;
}

struct str objective_title(struct str name)
{
	for (size_t i = 0; i < objective_row_count; i++)
		if (objective_rows[i].kind == ROW_TITLE &&
			str_eq(objective_rows[i].objective, name))
			return objective_rows[i].text;
	return STR_NONE;
}

/* tests/unit/objective_test.c reads every row: a fault is one of this program. */
static void add_row(struct arena *a, const struct objective_row *row, arch_set arches,
	struct bans *out)
{
	const struct file *text = file_new(a, STR("data/objectives.tsv"), row->text);
	size_t before = out->n;

	objective_parse(a, text, row->objective, arches, out, NULL, NULL);
	for (size_t i = before; i < out->n; i++) {
		out->at[i].answer = action_value(ACTION_ERRNO, row->code);
		out->at[i].why = row->why;
		out->at[i].source = row->source;
		out->at[i].at = SPAN_NONE;
	}
}

bool objective_bans(struct arena *a, struct str name, arch_set arches, struct bans *out)
{
	if (!objective_title(name).n)
		return false;
	for (size_t i = 0; i < objective_row_count; i++)
		if (objective_rows[i].kind == ROW_BAN &&
			str_eq(objective_rows[i].objective, name))
			add_row(a, &objective_rows[i], arches, out);
	return true;
}

void objective_beyond(struct arena *a, struct str name, struct beyonds *out)
{
	for (size_t i = 0; i < objective_row_count; i++) {
		const struct objective_row *row = &objective_rows[i];

		if (row->kind == ROW_BEYOND && str_eq(row->objective, name))
			*vec_push(a, out) =
				(struct beyond){row->objective, row->text, row->why};
	}
}

uint32_t objective_answer(int call)
{
	static const struct {
		struct str name;
		uint16_t code;
	} kinder[] = {
		{STR_INIT("clone3"), ENOSYS},
		{STR_INIT("fsetxattr"), EOPNOTSUPP},
		{STR_INIT("io_uring_enter"), ENOSYS},
		{STR_INIT("io_uring_register"), ENOSYS},
		{STR_INIT("io_uring_setup"), ENOSYS},
		{STR_INIT("lsetxattr"), EOPNOTSUPP},
		{STR_INIT("setxattr"), EOPNOTSUPP},
		{STR_INIT("setxattrat"), EOPNOTSUPP},
		{STR_INIT("umask"), 0},
	};
	size_t count;
	struct str name = call_rows(&count)[call].name;

	for (size_t i = 0; i < sizeof(kinder) / sizeof(kinder[0]); i++)
		if (str_eq(name, kinder[i].name))
			return action_value(ACTION_ERRNO, kinder[i].code);
	return action_value(ACTION_ERRNO, EPERM);
}

/* What (argument & mask) compares with; the same for a ban and for a call. */
static bool term_holds(const struct ban_term *term, const uint64_t args[CALL_ARGUMENTS])
{
	uint64_t v = args[term->index] & term->mask;

	switch (term->compare) {
	case COMPARE_NE:
		return v != term->value;
	case COMPARE_LT:
		return v < term->value;
	case COMPARE_LE:
		return v <= term->value;
	case COMPARE_EQ:
	case COMPARE_MASKED_EQ:
		return v == term->value;
	case COMPARE_GE:
		return v >= term->value;
	case COMPARE_GT:
		return v > term->value;
	}
	return false;
}

bool ban_covers(const struct ban *ban, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);

	if (arch != ban->arch)
		return false;
	if (arch >= 0 && call_of(arch, call->nr) != ban->call)
		return false;
	for (uint8_t i = 0; i < ban->count; i++)
		if (!term_holds(&ban->terms[i], call->args))
			return false;
	return true;
}

/* Flags and modes are read in hexadecimal, small numbers in decimal. */
static void write_number(struct buf *out, uint64_t n)
{
	buf_printf(out, n < 1024 ? "%llu" : "0x%llx", (unsigned long long)n);
}

static void write_term(struct buf *out, const struct ban_term *term, uint64_t whole)
{
	static const char *const signs[] = {
		[COMPARE_NE] = "!=",
		[COMPARE_LT] = "<",
		[COMPARE_LE] = "<=",
		[COMPARE_EQ] = "==",
		[COMPARE_GE] = ">=",
		[COMPARE_GT] = ">",
		[COMPARE_MASKED_EQ] = "==",
	};

	buf_printf(out, "arg%u", term->index);
	if (term->mask != whole) {
		buf_add(out, STR(" & "));
		write_number(out, term->mask);
	}
	buf_printf(out, " %s ", signs[term->compare]);
	write_number(out, term->value);
}

/* All ones of the width that the kernel looks at; of no known call all 64. */
static uint64_t whole_mask(const struct ban *ban, unsigned index)
{
	unsigned bits = 64;

	if (ban->call != CALL_NONE && ban->arch >= 0)
		bits = call_argument(ban->call, ban->arch, index).bits;
	return bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
}

void ban_terms_write(struct buf *out, const struct ban *ban)
{
	for (uint8_t i = 0; i < ban->count; i++) {
		if (i)
			buf_add(out, STR(" && "));
		write_term(out, &ban->terms[i], whole_mask(ban, ban->terms[i].index));
	}
}

void ban_write(struct buf *out, const struct ban *ban)
{
	size_t count;

	if (ban->arch < 0) {
		buf_add(out, STR("another architecture"));
		return;
	}
	buf_add(out, arch_info(ban->arch)->name);
	buf_char(out, ' ');
	if (ban->call == CALL_NONE)
		buf_add(out, STR("numbers without a name"));
	else
		buf_add(out, call_rows(&count)[ban->call].name);
	if (!ban->count)
		return;
	buf_add(out, STR(": "));
	ban_terms_write(out, ban);
}
