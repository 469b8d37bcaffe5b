#include "unit.h"

#include "effect/commands.h"

/*
 * A shell text and its commands, one a line:
 *
 *	[0] [!1] [?]     guards, the innermost first: command 0 succeeded, 1 failed, unknown
 *	[!~1]            the and-or list that ends with command 1 failed
 *	A=1 ^B=2         assignments; ^ is exported
 *	a 'b' <x:-d>     words; ' is quoted; < > is not known, <1=b> is put in
 *	{1> f}           redirections: < in, > out, + append, # heredoc, ? other
 *	reads=0 as=u sudo exec bg sub wild
 */
struct row {
	const char *text, *commands;
};

static void dump_value(struct buf *out, struct value v)
{
	for (size_t i = 0; i < v.n; i++) {
		const struct segment *s = &v.at[i];

		if (s->kind == SEGMENT_LITERAL) {
			buf_add(out, s->text);
			continue;
		}
		buf_printf(out, "<%.*s%.*s", STR_ARG(s->name), STR_ARG(s->sign));
		if (s->kind == SEGMENT_EXPANSION)
			buf_printf(out, "=%.*s", STR_ARG(s->text));
		else if (!s->name.n)
			buf_add(out, span_str(s->span));
		if (s->operand)
			dump_value(out, *s->operand);
		buf_char(out, '>');
	}
}

static size_t index_of(const struct commands *list, const struct command *c)
{
	size_t i = 0;

	while (i < list->n && list->at[i] != c)
		i++;
	return i;
}

static void dump_guards(
	struct buf *out, const struct commands *list, const struct guard *g)
{
	for (; g; g = g->outer)
		if (g->command)
			buf_printf(out, "[%s%s%zu] ", g->if_succeeds ? "" : "!",
				g->is_list ? "~" : "", index_of(list, g->command));
		else
			buf_add(out, STR("[?] "));
}

static void dump_words(struct buf *out, const struct command *c)
{
	vec_each (struct assignment, a, &c->assignments) {
		buf_printf(out, "%s%.*s=", a->is_exported ? "^" : "", STR_ARG(a->name));
		dump_value(out, a->value.value);
		buf_char(out, ' ');
	}
	vec_each (struct word, word, &c->argv) {
		const char *quote = word->is_quoted ? "'" : "";

		buf_add(out, str_c(quote));
		dump_value(out, word->value);
		buf_printf(out, "%s%s ", quote, word->is_globbed ? "(glob)" : "");
	}
	vec_each (struct redirect, r, &c->redirects) {
		buf_printf(out, "{%d%c ", r->fd, "<>+#?"[r->kind]);
		dump_value(out, r->target.value);
		buf_add(out, STR("} "));
	}
}

static void dump_facts(
	struct buf *out, const struct commands *list, const struct command *c)
{
	const struct {
		bool holds;
		const char *name;
	} flags[] = {
		{c->is_sudo, "sudo "},
		{c->is_exec, "exec "},
		{c->is_background, "bg "},
		{c->in_subshell, "sub "},
		{c->has_wildcard_args, "wild "},
	};

	if (c->reads)
		buf_printf(out, "reads=%zu ", index_of(list, c->reads));
	if (c->as_user.value.n) {
		buf_add(out, STR("as="));
		dump_value(out, c->as_user.value);
		buf_char(out, ' ');
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].holds)
			buf_add(out, str_c(flags[i].name));
}

static struct str dump(struct arena *a, const struct commands *list)
{
	struct buf out = {.arena = a};

	vec_each (struct command *, c, list) {
		if (out.n)
			buf_char(&out, '\n');
		dump_guards(&out, list, (*c)->guard);
		dump_words(&out, *c);
		dump_facts(&out, list, *c);
		out.n--; /* the blank behind the last part */
	}
	return buf_str(&out);
}

static const struct row words[] = {
	{"a b 'c d' \"e\" \\f", "a b 'c d' 'e' 'f'"},
	{"a $x ${y} ${z:-w v} \"${u:-$v}\" ${#x} ${x:0:1} ${x/a/b} ${x##*/}",
		"a <x> <y> <z:-w v> '<u:-<v>>' <x#len> <x:0:1> <x/a/b> <x##*/>"},
	{"a $(b) `c` $((1+2)) ~ ~/d ~e",
		"b sub\n"
		"c sub\n"
		"a <$(b)> <`c`> <$((1+2))> <HOME> <HOME>/d <~e>"},
	{"a *.c [x] ''", "a *.c(glob) [x](glob) ''"},
	{"a ${x[0]} ${!y}", "a <${x[0]}> <${!y}>"},
	{"A=1 B=$c", "A=1 B=<c>"},
	{"A=1 B=\"2\" c", "^A=1 ^B=2 c"},
	{"A+=1 A[2]=b", "A=<1> A=<b>"},
	{"export A=b \"C=$d\" E", "^A=b ^C=<d> export A=b 'C=<d>' E"},
	{"local x=1; declare y=2",
		"x=1 local x=1\n"
		"y=2 declare y=2"},
	{"a \"$@\"", "a '<@>' wild"},
	{"[[ -f a ]] && (( b + 1 ))",
		"[[ -f a ]]\n"
		"[0] ((  b + 1  ))"},
	{"a {b,c}", "a {b,c}"},
};

static const struct row redirections[] = {
	{"a >b 2>c <d >>e 2>&1 >&f &>g >&2",
		"a {1> b} {2> c} {0< d} {1+ e} {2? 1} {1> f} {1> g} {1? 2}"},
	{"a <<E\nb $c\nE",
		"a {0# b <c>\n"
		"}"},
	{"a <<<d", "a {0# d}"},
	{"{ a; b; } >c",
		"a {1> c}\n"
		"b {1+ c}"},
	{"(a >b) 2>c", "a {2> c} {1> b} sub"},
	{"echo a | tee b >c",
		"echo a sub\n"
		"tee b {1> c} reads=0 sub"},
	{"while read x; do a; done <b",
		"read x {0< b}\n"
		"[?] a {0< b}"},
};

static const struct row guards[] = {
	{"a && b && c",
		"a\n"
		"[0] b\n"
		"[1] [0] c"},
	{"a || b || c",
		"a\n"
		"[!0] b\n"
		"[!1] [!0] c"},
	{"a && b || c",
		"a\n"
		"[0] b\n"
		"[!~1] c"},
	{"a && echo b || c",
		"a\n"
		"[0] echo b\n"
		"[!0] c"},
	{"a || b && c",
		"a\n"
		"[!0] b\n"
		"c"},
	{"a || exit 1; b",
		"a\n"
		"[!0] exit 1\n"
		"b"},
	{"a || true && b",
		"a\n"
		"[!0] true\n"
		"b"},
	{"! a && b",
		"a\n"
		"[!0] b"},
	{"! a || b",
		"a\n"
		"[0] b"},
	{"if a; then b; else c; fi; d",
		"a\n"
		"[0] b\n"
		"[!0] c\n"
		"d"},
	{"if a; then b; elif c; then d; else e; fi",
		"a\n"
		"[0] b\n"
		"[!0] c\n"
		"[2] [!0] d\n"
		"[!2] [!0] e"},
	{"if ! a; then b; fi",
		"a\n"
		"[!0] b"},
	{"if a && b; then c; else d; fi",
		"a\n"
		"[0] b\n"
		"[1] [0] c\n"
		"[!~1] d"},
	{"if a || b; then c; else d; fi",
		"a\n"
		"[!0] b\n"
		"[~1] c\n"
		"[!1] [!0] d"},
	{"{ a; b; } && c",
		"a\n"
		"b\n"
		"[1] c"},
	{"(a && b) || c",
		"a sub\n"
		"[0] b sub\n"
		"[!~1] c"},
	{"a && { b; c; }",
		"a\n"
		"[0] b\n"
		"[0] c"},
	{"a | b && c",
		"a sub\n"
		"b reads=0 sub\n"
		"[1] c"},
	{"if a; then if b; then c; fi; fi",
		"a\n"
		"[0] b\n"
		"[1] [0] c"},
	{"while a; do b; done && c",
		"a\n"
		"[?] b\n"
		"c"},
	{"case $a in b) c;; d) e;; esac",
		"[?] c\n"
		"[?] e"},
	{"a && b &\nc",
		"a bg sub\n"
		"[0] b bg sub\n"
		"c"},
	{"for x in $a; do b; done",
		"x=<x>\n"
		"[?] b"},
	{"for x; do b; done",
		"x=<x>\n"
		"[?] b"},
	{"for ((;;)); do b; done", "[?] b"},
	{"for x in b c; do d $x; done; e",
		"x=b\n"
		"d <x>\n"
		"x=c\n"
		"d <x>\n"
		"e"},
	{"for x in b; do d; break; done",
		"x=<x>\n"
		"[?] d\n"
		"[?] break"},
	{"for x in *.c; do d; done",
		"x=<x>\n"
		"[?] d"},
};

static const struct row pipes[] = {
	{"a | b | c",
		"a sub\n"
		"b reads=0 sub\n"
		"c reads=1 sub"},
	{"a | { b; c; }",
		"a sub\n"
		"b reads=0 sub\n"
		"c reads=0 sub"},
	{"a & b",
		"a bg sub\n"
		"b"},
	{"(a; b)",
		"a sub\n"
		"b sub"},
	{"{ a | b; } | c",
		"a sub\n"
		"b reads=0 sub\n"
		"c reads=1 sub"},
	{"echo $(a | b)",
		"a sub\n"
		"b reads=0 sub\n"
		"echo <$(a | b)>"},
	{"diff <(a) <(b)",
		"a sub\n"
		"b sub\n"
		"diff <<(a)> <<(b)>"},
};

static const struct row prefixes[] = {
	{"env A=1 B=$c d e", "^A=1 ^B=<c> d e"},
	{"env -i -u X a", "a"},
	{"env A=1", "env A=1"},
	{"env", "env"},
	{"sudo a", "a sudo"},
	{"sudo -u b c", "c as=b sudo"},
	{"sudo -u$b -E c", "c as=<b> sudo"},
	{"sudo --user=b c", "c as=b sudo"},
	{"sudo --user b -n A=1 c", "^A=1 c as=b sudo"},
	{"sudo -nHu b -- c -u d", "c -u d as=b sudo"},
	{"doas -u b c", "c as=b sudo"},
	{"exec a b", "a b exec"},
	{"exec >a", "exec {1> a}"},
	{"exec \"$@\"", "'<@>' exec wild"},
	{"command a", "a"},
	{"command -v a", "command -v a"},
	{"builtin cd a", "cd a"},
	{"nohup nice -n 5 ionice -c2 -n 7 a", "a"},
	{"timeout -k 5 10 a", "a"},
	{"time a", "a"},
	{"stdbuf -oL a", "a"},
	{"xargs", "xargs"},
	{"a | xargs -n 1 b c",
		"a sub\n"
		"[?] b c reads=0 sub wild"},
	{"a | xargs -I{} b {} x{} d",
		"a sub\n"
		"[?] b <{}> <x{}> d reads=0 sub wild"},
	{"/usr/bin/env /usr/bin/sudo -u a /bin/b", "/bin/b as=a sudo"},
	{"gosu a b", "gosu a b"},
	{"setpriv --reuid=a b", "setpriv --reuid=a b"},
	{"tini -- a", "tini -- a"},
	{"sudo -s", "sudo -s"},
	{"sudo", "sudo"},
};

static const struct row strings[] = {
	{"sh -c 'a && b'",
		"a sub\n"
		"[0] b sub"},
	{"bash -lc \"a $x \\\"b c\\\"\"", "a <x> 'b c' sub"},
	{"bash -euxo pipefail -c 'a {b,c}'", "a b c sub"},
	{"sh -c 'a $0 $1 ${2:-d} ${3:-e} \"$@\" $#' n b c",
		"a <0=n> <1=b> <2=c> e b c <$#> sub"},
	{"sh -c 'shift; a $1' n b",
		"shift sub\n"
		"a <$1> sub"},
	{"sh a.sh b", "sh a.sh b"},
	{"sh", "sh"},
	{"bash <<E\na \\$b\nc\nE",
		"a <b> sub\n"
		"c sub"},
	{"bash -s d <<'E'\na $1\nE", "a <$1> sub"},
	{"<<E\na $b \\$c\nE", "a <b> '$c' sub"},
	{"<<-E bash\n\ta\n\tE", "a sub"},
	{"<<E\n#!/bin/bash -e\na {b,c}\nE", "a b c sub"},
	{"<<E\n#!/usr/bin/env python3\nimport os\nE", "python3"},
	{"eval a \"b $c\" 'd; e'",
		"a b <c> d\n"
		"e"},
	{"su -c 'a b' c", "a b as=c sub"},
	{"su - c -c \"a b\"", "a b as=c sub"},
	{"su c -s /bin/sh -c 'a' x", "a as=c sub"},
	{"su -lc a", "a as=root sub"},
	{"su a", "su a"},
	{"su a <<E\nb\nE", "b as=a sub"},
	{"sudo -u a sh -c 'b >c'", "b {1> c} as=a sudo sub"},
	{"A=1 sh -c 'a'",
		"^A=1\n"
		"a sub"},
	{"a && sh -c 'b || c' && d",
		"a\n"
		"[0] b sub\n"
		"[!1] [0] c sub\n"
		"[0] d"},
	{"sh -c \"sh -c 'a \\$x'\"", "a <x> sub"},
	{"sh -c 'a' >b", "a {1> b} sub"},
};

static const struct row functions[] = {
	{"f() { a $1 \"$2\" ${3:-d}; b; }\nf x y && c",
		"a <1=x> '<2=y>' d\n"
		"b\n"
		"[1] c"},
	{"f() { a \"$@\"; }; f b 'c d'", "a b 'c d'"},
	{"f() { f; }; f", "f"},
	{"f() { a \"$@\" $1 $2 ${3:-d}; }; f b \"$@\"",
		"a b '<@>' <1=b> <$2> <${3:-d}> wild"},
	{"f() { shift; a $1; }; f b c",
		"shift\n"
		"a <$1>"},
	{"f() { a $#; }; f b", "a <$#>"},
	{"a; f() { b; }; f >c",
		"a\n"
		"b {1> c}"},
	{"f() { a; }; f() { b; }; f", "b"},
	{"f() { a $1; }; f \"$@\"", "a <1>"},
	{"f() { a; }", ""},
};

static const struct row mistakes[] = {
	{"a ) b",
		"a\n"
		"b"},
	{"a && ; b",
		"a\n"
		"b"},
	{"a 'b", "a 'b'"},
	{"if a; then b",
		"a\n"
		"[0] b"},
};

static struct text file_text(struct arena *a, const char *bytes)
{
	const struct file *f = file_new(a, STR("f"), str_c(bytes));

	return text_of(a, span_of(f, 0, f->bytes.n));
}

static void check_row(const struct row *row)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct text text = file_text(&a, row->text);
	struct commands list = commands_of_shell(&a, &text, COMMANDS_SH, &diags);
	struct str got = dump(&a, &list);

	if (!str_eq(got, str_c(row->commands)))
		fail_msg("%s\n got\n%.*s\n expected\n%s", row->text, STR_ARG(got),
			row->commands);
	arena_free(&a);
}

#define CHECK_ROWS(rows)                                                               \
	do {                                                                           \
		for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)          \
			check_row(&(rows)[i]);                                         \
	} while (0)

static void words_keep_what_is_not_known(void **state)
{
	(void)state;
	CHECK_ROWS(words);
}

static void redirections_go_to_every_command(void **state)
{
	(void)state;
	CHECK_ROWS(redirections);
}

static void guards_say_when_a_command_runs(void **state)
{
	(void)state;
	CHECK_ROWS(guards);
}

static void pipes_say_who_feeds_whom(void **state)
{
	(void)state;
	CHECK_ROWS(pipes);
}

static void prefixes_are_taken_off(void **state)
{
	(void)state;
	CHECK_ROWS(prefixes);
}

static void strings_and_heredocs_are_looked_into(void **state)
{
	(void)state;
	CHECK_ROWS(strings);
}

static void functions_stand_where_they_are_called(void **state)
{
	(void)state;
	CHECK_ROWS(functions);
}

static void mistakes_leave_what_can_be_read(void **state)
{
	(void)state;
	CHECK_ROWS(mistakes);
}

static void bash_expands_braces(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct text text = file_text(&a, "mkdir /{a,b}/{1..3} {x} '{y,z}' $c{d,}");
	struct commands list = commands_of_shell(&a, &text, COMMANDS_BASH, &diags);

	(void)state;
	assert_str(dump(&a, &list),
		"mkdir /a/1 /a/2 /a/3 /b/1 /b/2 /b/3 {x} '{y,z}' <c>d <c>");
	arena_free(&a);
}

/* ["/bin/sh", "-c", "a \"$b\" && c"]: the words of a JSON list, cut from a file. */
static void json_words_mean_nothing_until_a_shell_reads_them(void **state)
{
	static const char source[] = "a|$b && c|*|sh|-c|d $0 && e|f";
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct text whole = file_text(&a, source), argv[7];
	struct str_fields fields = {.rest = whole.s};
	struct commands list;
	struct str field;

	(void)state;
	for (size_t i = 0; str_next_field(&fields, '|', &field); i++)
		argv[i] = text_sub(&whole, (size_t)(field.p - whole.s.p), field.n);
	list = commands_of_argv(&a, argv, 3, &diags);
	assert_str(dump(&a, &list), "'a' '$b && c' '*'");
	assert_str(span_str(list.at[0]->span), "a|$b && c|*");
	list = commands_of_argv(&a, argv + 3, 4, &diags);
	assert_str(dump(&a, &list), "d <0=f> sub\n[0] e sub");
	assert_str(span_str(list.at[0]->argv.at[1].span), "$0");
	assert_str(span_str(list.at[0]->argv.at[1].value.at[0].definition), "f");
	list = commands_of_argv(&a, argv, 0, &diags);
	assert_int_equal(list.n, 0);
	arena_free(&a);
}

/* Three readers deep a word still knows its bytes. */
static void words_inside_strings_have_their_place(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct text text =
		file_text(&a, "bash -c \"su -c 'useradd \\\"ann\\\" -u $U' bob\"");
	struct commands list = commands_of_shell(&a, &text, COMMANDS_SH, &diags);
	const struct command *c;

	(void)state;
	assert_int_equal(list.n, 1);
	c = list.at[0];
	assert_str(span_str(c->argv.at[0].span), "useradd");
	assert_str(span_str(c->argv.at[1].value.at[0].span), "ann");
	assert_str(span_str(c->argv.at[3].span), "$U");
	assert_str(span_str(c->as_user.span), "bob");
	assert_int_equal(span_start(c->argv.at[3].span).column, 36);
	arena_free(&a);
}

static struct str repeat(
	struct arena *a, const char *part, size_t times, const char *end)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < times; i++)
		buf_add(&b, str_c(part));
	buf_add(&b, str_c(end));
	return buf_str(&b);
}

/* Ten functions that each call the next one ten times are ten thousand million calls. */
static void growth_is_bounded(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct buf b = {.arena = &a};
	struct commands list;
	struct text text;

	(void)state;
	buf_add(&b, STR("f0() { a; }\n"));
	for (int i = 1; i < 8; i++)
		buf_printf(&b, "f%d() { %.*s }\n", i,
			STR_ARG(repeat(&a,
				arena_cstr(&a, arena_printf(&a, "f%d; ", i - 1)), 20,
				"")));
	buf_add(&b, STR("f7\n"));
	text = text_of_str(buf_str(&b));
	list = commands_of_shell(&a, &text, COMMANDS_SH, &diags);
	assert_true(list.n <= COMMANDS_STEPS_MAX);
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.at[0].id, DIAG_LIMIT_REACHED);

	text = text_of_str(repeat(&a, "for i in 1 2 3 4 5 6 7 8 9; do ", 12, "a"));
	list = commands_of_shell(&a, &text, COMMANDS_SH, &diags);
	assert_true(list.n <= 2 * COMMANDS_STEPS_MAX);
	arena_free(&a);
}

static void strings_inside_strings_end(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct text text = text_of_str(repeat(&a, "eval ", 500, "a"));
	struct commands list = commands_of_shell(&a, &text, COMMANDS_SH, &diags);

	(void)state;
	assert_int_equal(list.n, 1);
	assert_true(command_is(list.at[0], STR("eval")));
	arena_free(&a);
}

static void arrays_keep_their_words(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct text text = text_of_str(STR("x=(a 'b c' $d) x+=(e) y+=f \"${x[@]}\""));
	struct commands list = commands_of_shell(&a, &text, COMMANDS_BASH, &diags);
	const struct command *c = list.at[0];
	struct buf out = {.arena = &a};

	(void)state;
	assert_int_equal(c->assignments.n, 3);
	vec_each (struct assignment, as, &c->assignments) {
		buf_printf(&out, "%.*s%s:", STR_ARG(as->name), as->is_added ? "+" : "");
		if (as->elements)
			vec_each (struct word, w, as->elements) {
				buf_char(&out, ' ');
				dump_value(&out, w->value);
			}
		else
			dump_value(&out, as->added.value);
		buf_char(&out, '\n');
		assert_false(value_is_known(as->value.value));
	}
	assert_str(buf_str(&out), "x: a b c <d>\nx+: e\ny+:f\n");
	assert_int_equal(c->argv.n, 1);
	assert_str(c->argv.at[0].value.at[0].name, "x");
	assert_str(c->argv.at[0].value.at[0].sign, "[@]");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_keep_what_is_not_known),
		cmocka_unit_test(redirections_go_to_every_command),
		cmocka_unit_test(guards_say_when_a_command_runs),
		cmocka_unit_test(pipes_say_who_feeds_whom),
		cmocka_unit_test(prefixes_are_taken_off),
		cmocka_unit_test(strings_and_heredocs_are_looked_into),
		cmocka_unit_test(functions_stand_where_they_are_called),
		cmocka_unit_test(mistakes_leave_what_can_be_read),
		cmocka_unit_test(bash_expands_braces),
		cmocka_unit_test(json_words_mean_nothing_until_a_shell_reads_them),
		cmocka_unit_test(words_inside_strings_have_their_place),
		cmocka_unit_test(growth_is_bounded),
		cmocka_unit_test(strings_inside_strings_end),
		cmocka_unit_test(arrays_keep_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
