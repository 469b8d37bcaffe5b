/*
 * What a reader could not follow becomes a finding here, by one table.
 */
#include "rule/advice.h"
#include "rule/checks.h"

#define PASSED_OVER                                                                    \
	"What stands there is not part of the audit; all the rest of the file is."
#define REFUSED "The builder refuses the file."

/* What comes of a diag and what to do about it; rows that are missing get the default. */
static const struct unread {
	const char *consequence, *help;
	enum severity severity;
} table[DIAG_COUNT] = {
	[DIAG_FILE_TOO_LARGE] = {"Nothing in it was looked at.",
		"Split the file, or take the data out of it.", SEVERITY_HIGH},
	[DIAG_LIMIT_REACHED] = {PASSED_OVER, "Split what is too large or too deep.",
		SEVERITY_MEDIUM},
	[DIAG_NOT_TEXT] = {"Nothing in it was looked at.",
		"Check whether this is the file that you meant.", SEVERITY_HIGH},
	[DIAG_DIAGS_DROPPED] = {"There are more findings of this kind than are listed.",
		"Repair the first ones and run oakum again.", SEVERITY_MEDIUM},
	[DIAG_NO_INSTRUCTION] = {REFUSED, "Begin with a FROM line.", SEVERITY_HIGH},
	[DIAG_UNKNOWN_INSTRUCTION] = {REFUSED,
		"Correct the first word. Where the line belongs to the one above it, that "
		"one has to end in a backslash.",
		SEVERITY_HIGH},
	[DIAG_MISSING_ARGUMENT] = {REFUSED, "Add what is missing, or drop the line.",
		SEVERITY_HIGH},
	[DIAG_BAD_ARGUMENT] = {REFUSED, "Correct the argument.", SEVERITY_HIGH},
	[DIAG_BAD_DIRECTIVE] = {REFUSED, "Correct the directive, or drop it.",
		SEVERITY_MEDIUM},
	[DIAG_DUPLICATE_DIRECTIVE] = {REFUSED, "Keep one of the two.", SEVERITY_MEDIUM},
	[DIAG_FOREIGN_FRONTEND] = {"It may read the lines in another way than oakum, "
				   "which reads them as Docker's own frontend does.",
		"Nothing, if the file is a plain Dockerfile.", SEVERITY_INFO},
	[DIAG_EMPTY_CONTINUATION] =
		{"Docker still goes on behind it, with a warning that "
		 "this will become an error.",
			"Drop the empty line, or put a `#` on it.", SEVERITY_LOW},
	[DIAG_UNTERMINATED_HEREDOC] = {REFUSED,
		"Write the closing word on a line of its own, without blanks around it.",
		SEVERITY_HIGH},
	[DIAG_UNTERMINATED_QUOTE] = {REFUSED, "Close the quote.", SEVERITY_HIGH},
	[DIAG_BAD_SUBSTITUTION] = {REFUSED,
		"Docker knows `${NAME}`, `${NAME:-default}`, `${NAME:+other}`, "
		"`${NAME#pattern}`, `${NAME%pattern}` and `${NAME/from/to}`.",
		SEVERITY_HIGH},
	[DIAG_NESTED_JSON] = {REFUSED, "Write one list of strings.", SEVERITY_HIGH},
	[DIAG_JSON_FALLBACK] = {"A shell gets the text as it stands, brackets included, "
				"and most likely finds no such command.",
		"Write a list of strings in double quotes, without a comma at its end.",
		SEVERITY_MEDIUM},
	[DIAG_UNKNOWN_FLAG] = {REFUSED, "Correct the flag, or drop it.", SEVERITY_HIGH},
	[DIAG_BAD_ONBUILD] = {REFUSED, "Drop the ONBUILD in front of it.",
		SEVERITY_HIGH},
	[DIAG_SHELL_SYNTAX] = {"What these commands do to users and files is not known, "
			       "so that answers which hang on it are a maybe.",
		"Check the quotes and brackets; where the shell does accept it, this is a "
		"gap of oakum.",
		SEVERITY_LOW},
};

/* The rows that read otherwise in a compose file and in the .env beside it. */
#define COMPOSE_REFUSED "Compose refuses the file, and no service of it starts."
static const struct unread compose_table[DIAG_COUNT] = {
	[DIAG_YAML_SYNTAX] = {COMPOSE_REFUSED
		" The keys beside it were looked at all the same.",
		"Correct the line: mind its indent, its quotes and the blank "
		"behind a colon.",
		SEVERITY_HIGH},
	[DIAG_UNKNOWN_ALIAS] = {COMPOSE_REFUSED,
		"Correct the name, or write the anchor above the alias.",
		SEVERITY_HIGH},
	[DIAG_BAD_SUBSTITUTION] = {COMPOSE_REFUSED,
		"Compose knows `$NAME`, `${NAME}`, `${NAME:-default}`, "
		"`${NAME:?message}` and `${NAME:+other}`; write `$$` for a dollar.",
		SEVERITY_HIGH},
	[DIAG_ENV_SYNTAX] = {"Compose refuses to start with this file of variables.",
		"Write `NAME=value`, a line a variable.", SEVERITY_MEDIUM},
};

/* Everything that no Dockerfile of the audit says stands in a compose file. */
static bool is_in_dockerfile(const struct audit *audit, const struct diag *d)
{
	if (!audit->project)
		return true;
	vec_each (struct build *const, build, &audit->project->builds)
		if ((*build)->file == d->span.file)
			return true;
	return false;
}

static const struct unread other = {
	PASSED_OVER, "Correct the line as it says.", SEVERITY_MEDIUM};

static const struct unread *row_of(const struct audit *audit, const struct diag *d)
{
	if (compose_table[d->id].consequence && !is_in_dockerfile(audit, d))
		return &compose_table[d->id];
	return table[d->id].consequence ? &table[d->id] : &other;
}

static void say(struct audit *audit, const struct diag *d)
{
	const struct unread *row = row_of(audit, d);
	struct str what = d->detail.n ? d->detail : str_c(diag_title(d->id));
	struct finding *f = finding_add(audit, d->span);

	f->severity = row->severity;
	finding_evidence(audit, f, "%s %.*s", diag_name(d->id), STR_ARG(what));
	/* The shell's reader names what it met: "a ( that is never closed". */
	if (d->id == DIAG_SHELL_SYNTAX && d->detail.n)
		what = arena_printf(
			audit->arena, "The shell meets %.*s", STR_ARG(what));
	finding_message(audit, f, "%.*s", STR_ARG(advice_sentence(audit, what)));
	finding_consequence(audit, f, "%s", row->consequence);
	finding_help(audit, f, "%s", row->help);
	if (d->related.file)
		finding_related(audit, f, d->related,
			d->related.offset > d->span.offset ? "it goes wrong here"
							   : "it begins here");
}

/* The readers of the Dockerfile and of the shell both see where a heredoc begins. */
static bool covers(struct span outer, struct span inner)
{
	return outer.file == inner.file && outer.offset <= inner.offset &&
		outer.offset + outer.length >= inner.offset + inner.length;
}

/*
 * Behind a heredoc that is never closed, and behind a line that should have ended in a
 * backslash, every further line is no instruction: one mistake, told at its first line.
 */
static bool is_aftermath(const struct diag *first, const struct diag *d)
{
	for (const struct diag *before = d; before-- > first;) {
		bool is_heredoc = before->id == DIAG_UNTERMINATED_HEREDOC;

		if (d->id == DIAG_UNTERMINATED_HEREDOC && is_heredoc &&
			covers(before->span, d->span))
			return true;
		if (d->id != DIAG_UNKNOWN_INSTRUCTION)
			continue;
		if (is_heredoc)
			return true;
		if (before->id == d->id)
			return span_start(before->span).line + 1 ==
				span_start(d->span).line;
	}
	return false;
}

void check_parse_recovered(struct audit *audit)
{
	if (!audit->diags)
		return;
	vec_each (const struct diag, d, &audit->diags->list)
		if (d->id != DIAG_BEFORE_FROM &&
			!is_aftermath(audit->diags->list.at, d))
			say(audit, d);
}

void check_instruction_before_from(struct audit *audit)
{
	if (!audit->diags)
		return;
	vec_each (const struct diag, d, &audit->diags->list) {
		struct finding *f;

		if (d->id != DIAG_BEFORE_FROM)
			continue;
		f = finding_add(audit, d->span);
		finding_message(audit, f, "%.*s",
			STR_ARG(advice_sentence(audit,
				d->detail.n ? d->detail : str_c(diag_title(d->id)))));
		finding_consequence(audit, f, REFUSED);
		finding_help(audit, f,
			"Move it below the first FROM: only ARG and comments may stand "
			"above it.");
		finding_evidence(audit, f, "%.*s", STR_ARG(span_str(d->span)));
	}
}
