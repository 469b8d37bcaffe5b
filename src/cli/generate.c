#include "cli/generate.h"

static bool has_short(const struct argp_option *o)
{
	return o->key > ' ' && o->key < 0x7f;
}

static bool is_visible(const struct argp_option *o)
{
	return !(o->flags & OPTION_HIDDEN);
}

/* text for mdoc: a backslash is written \e, and a dash that is one as \-. */
static void add_roff(struct buf *out, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == '\\')
			buf_add(out, STR("\\e"));
		else if (*c == '-' && c[1] == '-')
			buf_add(out, STR("\\-"));
		else
			buf_char(out, *c);
	}
}

/* ".It Fl j Ar N , Fl -jobs Ns = Ns Ar N"; values are words, placeholders are not. */
static void man_item(struct buf *out, const struct argp_option *o)
{
	bool is_choice = o->arg && str_find(str_c(o->arg), '|') < strlen(o->arg);
	const char *macro = is_choice ? "Cm" : "Ar";

	buf_add(out, STR(".It "));
	if (has_short(o) && o->arg)
		buf_printf(out, "Fl %c %s %s , ", o->key, macro, o->arg);
	else if (has_short(o))
		buf_printf(out, "Fl %c , ", o->key);
	buf_printf(out, "Fl -%s", o->name);
	if (o->arg)
		buf_printf(out, " Ns = Ns %s %s", macro, o->arg);
	buf_char(out, '\n');
}

void generate_man(struct buf *out, const struct verb *verb)
{
	buf_add(out, STR(".Bl -tag -width Ds\n"));
	for (const struct argp_option *o = verb->options; o->name; o++) {
		if (!is_visible(o))
			continue;
		man_item(out, o);
		add_roff(out, o->doc);
		buf_add(out, STR(".\n"));
	}
	buf_add(out, STR(".It Fl -help\nSays how to use the verb.\n.El\n"));
}

/* What may stand behind an option: its values, a folder, a file, a rule, or nothing. */
static void bash_values(struct buf *out, const struct argp_option *o)
{
	struct str arg = str_c(o->arg), field;
	struct str_fields fields = {.rest = arg};

	if (str_eq(arg, STR("FILE"))) {
		buf_add(out, STR("compgen -f -- \"$word\""));
	} else if (str_eq(arg, STR("DIR"))) {
		buf_add(out, STR("compgen -d -- \"$word\""));
	} else if (str_eq(arg, STR("RULE"))) {
		buf_add(out,
			STR("compgen -W \"$(oakum rules --names 2>/dev/null)\" "
			    "-- \"$word\""));
	} else if (str_find(arg, '|') < arg.n) {
		buf_add(out, STR("compgen -W \""));
		for (bool is_first = true; str_next_field(&fields, '|', &field);
			is_first = false)
			buf_printf(out, "%s%.*s", is_first ? "" : " ", STR_ARG(field));
		buf_add(out, STR("\" -- \"$word\""));
	} else {
		buf_add(out, STR(":"));
	}
}

/* The verbs of a verb ("make|prove ..."), joined by blanks; empty for those without. */
static struct str subverbs(struct arena *a, const struct verb *verb)
{
	struct str arguments = str_c(verb->arguments), field;
	struct str_fields fields = {
		.rest = str_sub(arguments, 0, str_find(arguments, ' '))};
	struct buf out = {.arena = a};

	if (!arguments.n || byte_lower(*arguments.p) != *arguments.p ||
		!byte_is_alpha(*arguments.p))
		return STR_NONE;
	while (str_next_field(&fields, '|', &field))
		buf_printf(&out, "%s%.*s", out.n ? " " : "", STR_ARG(field));
	return buf_str(&out);
}

static void bash_verb(struct buf *out, const struct verb *verb)
{
	struct str under = subverbs(out->arena, verb);

	buf_printf(out, "\t%s)\n\t\tcase $before in\n", verb->name);
	for (const struct argp_option *o = verb->options; o->name; o++) {
		if (!o->arg || !is_visible(o))
			continue;
		buf_printf(out, "\t\t--%s", o->name);
		if (has_short(o))
			buf_printf(out, " | -%c", o->key);
		buf_add(out, STR(")\n\t\t\tmapfile -t COMPREPLY < <("));
		bash_values(out, o);
		buf_add(out, STR(")\n\t\t\treturn\n\t\t\t;;\n"));
	}
	buf_add(out, STR("\t\tesac\n\t\toptions=\""));
	for (const struct argp_option *o = verb->options; o->name; o++)
		if (is_visible(o))
			buf_printf(out, "--%s ", o->name);
	buf_add(out, STR("--help\"\n"));
	if (str_starts(str_c(verb->arguments), STR("RULE")))
		buf_add(out, STR("\t\twords=$(oakum rules --names 2>/dev/null)\n"));
	else if (str_starts(str_c(verb->arguments), STR("[VERB]")))
		buf_add(out, STR("\t\twords=$verbs\n"));
	else if (under.n)
		buf_printf(out, "\t\t((COMP_CWORD > 2)) || words=\"%.*s\"\n",
			STR_ARG(under));
	buf_add(out, STR("\t\t;;\n"));
}

static void bash_script(struct buf *out)
{
	buf_add(out,
		STR("# bash completion for oakum; made by "
		    "'oakum help --completion bash'.\n"
		    "_oakum() {\n"
		    "\tlocal word=$2 before=$3 verb=${COMP_WORDS[1]} options='' words=''\n"
		    "\tlocal verbs=\""));
	for (const struct verb *v = verbs; v->name; v++)
		buf_printf(out, "%s%s", v == verbs ? "" : " ", v->name);
	buf_add(out,
		STR("\"\n"
		    "\tif ((COMP_CWORD == 1)); then\n"
		    "\t\tmapfile -t COMPREPLY < <(compgen -W "
		    "\"$verbs --help --version\" -- \"$word\")\n"
		    "\t\treturn\n"
		    "\tfi\n"
		    "\t# bash hands over --name=value as three words.\n"
		    "\tif [[ $before == = ]]; then\n"
		    "\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n"
		    "\tfi\n"
		    "\tcase $verb in\n"));
	for (const struct verb *v = verbs; v->name; v++)
		bash_verb(out, v);
	buf_add(out,
		STR("\tesac\n"
		    "\tif [[ $word == -* ]]; then\n"
		    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- "
		    "\"$word\")\n"
		    "\telif [[ -n $words ]]; then\n"
		    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
		    "\"$word\")\n"
		    "\telse\n"
		    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
		    "\tfi\n"
		    "}\n"
		    "complete -o filenames -F _oakum oakum\n"));
}

/* text inside '…[…]' of _arguments. */
static void add_zsh(struct buf *out, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == '\'')
			buf_add(out, STR("'\\''"));
		else if (*c == '[' || *c == ']' || *c == ':' || *c == '\\')
			buf_printf(out, "\\%c", *c);
		else
			buf_char(out, *c);
	}
}

static void zsh_values(struct buf *out, const struct argp_option *o)
{
	struct str arg = str_c(o->arg), field;
	struct str_fields fields = {.rest = arg};

	buf_char(out, ':');
	add_zsh(out, str_find(arg, '|') < arg.n ? o->name : o->arg);
	buf_char(out, ':');
	if (str_eq(arg, STR("FILE"))) {
		buf_add(out, STR("_files"));
	} else if (str_eq(arg, STR("DIR"))) {
		buf_add(out, STR("_files -/"));
	} else if (str_eq(arg, STR("RULE"))) {
		buf_add(out, STR("_oakum_rules"));
	} else if (str_find(arg, '|') < arg.n) {
		buf_char(out, '(');
		for (bool is_first = true; str_next_field(&fields, '|', &field);
			is_first = false)
			buf_printf(out, "%s%.*s", is_first ? "" : " ", STR_ARG(field));
		buf_char(out, ')');
	}
}

static void zsh_option(struct buf *out, const struct argp_option *o)
{
	buf_add(out, STR("\t\t\t"));
	if (has_short(o))
		buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}", o->key, o->name, o->key,
			o->arg ? "+" : "", o->name, o->arg ? "=" : "");
	else
		buf_printf(out, "'*--%s%s'", o->name, o->arg ? "=" : "");
	buf_add(out, STR("'["));
	add_zsh(out, o->doc);
	buf_char(out, ']');
	if (o->arg)
		zsh_values(out, o);
	buf_add(out, STR("' \\\n"));
}

static void zsh_verb(struct buf *out, const struct verb *verb)
{
	struct str arguments = str_c(verb->arguments);
	struct str under = subverbs(out->arena, verb);

	buf_printf(out, "\t%s)\n\t\t_arguments -s \\\n", verb->name);
	for (const struct argp_option *o = verb->options; o->name; o++)
		if (is_visible(o))
			zsh_option(out, o);
	buf_add(out, STR("\t\t\t'--help[say how to use it]'"));
	if (str_starts(arguments, STR("[PATH]")))
		buf_add(out, STR(" \\\n\t\t\t'*:path:_files'"));
	else if (str_starts(arguments, STR("RULE")))
		buf_add(out, STR(" \\\n\t\t\t'1:rule:_oakum_rules'"));
	else if (str_starts(arguments, STR("[VERB]")))
		buf_add(out, STR(" \\\n\t\t\t'1:verb:_oakum_verbs'"));
	else if (under.n)
		buf_printf(out, " \\\n\t\t\t'1:verb:(%.*s)' \\\n\t\t\t'*:file:_files'",
			STR_ARG(under));
	buf_add(out, STR("\n\t\t;;\n"));
}

static void zsh_script(struct buf *out)
{
	buf_add(out,
		STR("#compdef oakum\n"
		    "# zsh completion for oakum; made by "
		    "'oakum help --completion zsh'.\n"
		    "_oakum_verbs() {\n"
		    "\tlocal -a verbs=(\n"));
	for (const struct verb *v = verbs; v->name; v++) {
		buf_printf(out, "\t\t'%s:", v->name);
		add_zsh(out, v->summary);
		buf_add(out, STR("'\n"));
	}
	buf_add(out,
		STR("\t)\n"
		    "\t_describe verb verbs\n"
		    "}\n"
		    "_oakum_rules() {\n"
		    "\tlocal -a rules=(${(f)\"$(oakum rules --names 2>/dev/null)\"})\n"
		    "\t_describe rule rules\n"
		    "}\n"
		    "_oakum() {\n"
		    "\tif ((CURRENT == 2)); then\n"
		    "\t\t_oakum_verbs\n"
		    "\t\treturn\n"
		    "\tfi\n"
		    "\tshift words\n"
		    "\t((CURRENT--))\n"
		    "\tcase $words[1] in\n"));
	for (const struct verb *v = verbs; v->name; v++)
		zsh_verb(out, v);
	buf_add(out, STR("\tesac\n}\n_oakum \"$@\"\n"));
}

void generate_completion(struct buf *out, enum completion_shell shell)
{
	if (shell == SHELL_BASH)
		bash_script(out);
	else
		zsh_script(out);
}
