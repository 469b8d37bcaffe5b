#include "unit.h"

#include "syntax/shell_dump.h"

/* A text, the tree that shell_dump prints for it, and its diags as "column what". */
struct row {
	const char *text, *tree, *diags;
};

static const struct row quoting[] = {
	{"a 'b c' d", "(a 'b c' d)", ""},
	{"a\"b\"'c'd", "(a'bc'd)", ""},
	{"a\\ b\\\\", "(a' 'b'\\')", ""},
	{"\"x\\$y\\q\\\"\\\nz\"", "('x$y\\q\"z')", ""},
	{"'' \"\"", "('' '')", ""},
	{"$'a\\tb\\x41\\101\\u00e4\\'' b", "('a\\tbAA\303\244'' b)", ""},
	{"$\"hi $x\"", "('hi <x>')", ""},
	{"a\\\nb c \\\n d", "(ab c d)", ""},
	{"'a\nb'", "('a\\nb')", ""},
	{"a#b #c", "(a#b)", ""},
	{"\"'a' `b`\"", "(''a' $[(b)]')", ""},
	{"\\# x", "('#' x)", ""},
	{"a\\", "(a'\\')", ""},
};

static const struct row expansions[] = {
	{"$a$b ${c}d $1 $10 ${10} $@ $* $# $? $- $$ $!",
		"(<a><b> <c>d <1> <1>0 <10> <@> <*> <#> <?> <-> <$> <!>)", ""},
	{"${a:-b c} ${a-'q r'} \"${a:-'q'}\" \"${a:-\"q r\"}\"",
		"(<a:-b c> <a-'q r'> '<a:-''q''>' '<a:-'q r'>')", ""},
	{"${a:=b} ${a=b} ${a:?b} ${a?} ${a:+b} ${a+}",
		"(<a:=b> <a=b> <a:?b> <a?> <a:+b> <a+>)", ""},
	{"${a#*/} ${a##*/} ${a%.c} ${a%%.*} \"${a%'*'}\"",
		"(<a#{*}/> <a##{*}/> <a%.c> <a%%.{*}> '<a%'*'>')", ""},
	{"${#a} ${#} ${#-} ${#?} ${##} ${#:-x} ${!a} ${!a*} ${!a@} ${!a[@]} ${!}",
		"(<#a> <#> <#-> <#?> <##> <#:-x> <!a> <!a> <!a@> <!a[@]> <!>)", ""},
	{"${a/b/c} ${a//b} ${a/#b/c d} ${a/%b/} ${a//\\//_} ${a/$b/$c}",
		"(<a/b|c> <a//b> <a/#b|c d> <a/%b|> <a//'/'|_> <a/<b>|<c>>)", ""},
	{"${a:1} ${a:1:2} ${a: -1} ${a:$b:${c}}", "(<a:1> <a:1|2> <a: -1> <a:<b>|<c>>)",
		""},
	{"${a^} ${a^^} ${a,} ${a,,b} ${a@Q}", "(<a^> <a^^> <a,> <a,,b> <a@Q>)", ""},
	{"${a[0]} ${a[@]} ${a[$i]} ${#a[@]} ${a[${i}]:-x}",
		"(<a[0]> <a[@]> <a[$i]> <#a[@]> <a[${i}]:-x>)", ""},
	{"${a:-${b:-${c}}} ${a:-$(b)} ${a:-`b`}",
		"(<a:-<b:-<c>>> <a:-$[(b)]> <a:-$[(b)]>)", ""},
	{"$ $% a$ \"$\" $/x", "($ $% a$ '$' $/x)", ""},
	{"$(a b; c) \"$(d \"e f\")\" $( ) $(a\nb)",
		"($[(a b); (c)] '$[(d 'e f')]' $[] $[(a), (b)])", ""},
	{"`a \\`b\\`` \"`c \\\"d\\\"`\" `e \\$f`",
		"($[(a $[(b)])] '$[(c 'd')]' $[(e <f>)])", ""},
	{"$((1+2)) $(( ($a+1)*2 )) \"$((b))\" $((a<<2)) $((`c` + $(d)))",
		"($((1+2)) $(( ('<a>'+1)*2 )) '$(('b'))' $((a<<2)) $(('$[(c)]' + '$[(d)]')))",
		""},
	{"$((a) | b) $( (a) ) $((a); b)",
		"($[(subshell [(a)]) | (b)] $[(subshell [(a)])] $[(subshell [(a)]); (b)])",
		""},
	{"$(case x in a) b;; esac) c", "($[(case x [a : (b)])] c)", ""},
	{"$(a # b )\n) c", "($[(a),] c)", ""},
};

static const struct row globs[] = {
	{"*.c a?b [a-z]x [!a]* x]y [ [] []a] a[b",
		"({*}.c a{?}b {[}a-z{]}x {[}!a{]}{*} x]y [ [] {[}]a{]} a[b)", ""},
	{"\"*\" \\* '?' \"[a]\"", "('*' '*' '?' '[a]')", ""},
	{"~ ~/x ~a.b/c ~+ a~ ~\"x\" ~a\"b\" \"~\" x=~/y:~z:/w",
		"({~} {~}/x {~a.b}/c {~+} a~ ~'x' ~a'b' '~' x=~/y:~z:/w)", ""},
	{"@(a|b) x!(c d) +(e)f *(g|@(h))", "(@{(a|b)} x!{(c d)} +{(e)}f {*}{(g|@(h))})",
		""},
	{"A=* B=[a] c", "(A=* B=[a] c)", ""},
	{"{a,b} {a} \\{a,b} {1..3} x{,y}z '{a,b}' a,b} {}",
		"({a,b} {a} '{'a,b} {1..3} x{,y}z '{a,b}' a,b} {})", ""},
};

static const struct row operators[] = {
	{"a;b;c", "(a); (b); (c)", ""},
	{"a && b || c", "(a) && (b) || (c)", ""},
	{"a&&b||c&", "(a) && (b) || (c) &", ""},
	{"a\nb\n\n c", "(a), (b), (c)", ""},
	{"a | b |& c", "(a) | (b) |& (c)", ""},
	{"! a && ! b | c", "! (a) && ! (b) | (c)", ""},
	{"time a | b", "time (a) | (b)", ""},
	{"time -p a", "time (a)", ""},
	{"a & b & c", "(a) & (b) & (c)", ""},
	{"a &&\n\n b |\n c", "(a) && (b) | (c)", ""},
	{"a ; # x\nb # y", "(a); (b)", ""},
	{"(a)", "(subshell [(a)])", ""},
	{"(a;b)&&(c)", "(subshell [(a); (b)]) && (subshell [(c)])", ""},
	{"{ a; b; }>x", "(group [(a); (b);] >x)", ""},
	{"{ a; }", "(group [(a);])", ""},
	{"a}b { }", "(a}b { })", ""},
};

static const struct row redirections[] = {
	{">a <b >>c 2>d 0<e", "(>a <b >>c 2>d 0<e)", ""},
	{"a >|b <>c 3<&4 >&5 2>&-", "(a >|b <>c 3<&4 >&5 2>&-)", ""},
	{"a 2>&1 &>b &>>c", "(a 2>&1 &>b &>>c)", ""},
	{"a <<<\"b c\" {fd}>d", "(a <<<'b c' {fd}>d)", ""},
	{"a2>b 2 >c \\2>d", "(a2 2 '2' >b >c >d)", ""},
	{"a >b c <d e", "(a c e >b <d)", ""},
	{">$x 2>\"$y/z\" >(b) < <(c)", "(>[(b)] ><x> 2>'<y>/z' <<[(c)])", ""},
	{"a>&2>b", "(a >&2 >b)", ""},
};

static const struct row assignments[] = {
	{"A=1", "(A=1)", ""},
	{"A=1 B=\"2 3\" c D=4", "(A=1 B='2 3' c D=4)", ""},
	{"A= B='' c", "(A= B='' c)", ""},
	{"A+=x A[1]=y A[i+1]+=z", "(A+=x A[1]=y A[i+1]+=z)", ""},
	{"A=(a 'b c' $d) B=( ) C=(\n a # x\n b\n)", "(A=(a 'b c' <d>) B=() C=(a b))",
		""},
	{"=a 1A=b A-B=c \"A\"=d", "(=a 1A=b A-B=c 'A'=d)", ""},
	{"declare -a X=(1 2) export Y=~/z", "(declare -a X=(1 2) export Y=~/z)", ""},
	{"A=$(b c)d", "(A=$[(b c)]d)", ""},
};

static const struct row compounds[] = {
	{"if a; then b; fi", "(if [(a); ? (b);])", ""},
	{"if a\nthen b\nelif c\nthen d\nelse e\nfi | f",
		"(if [(a), ? (b),] [(c), ? (d),] [(e),]) | (f)", ""},
	{"if a; b && c; then d & fi", "(if [(a); (b) && (c); ? (d) &])", ""},
	{"while a; do b; done < f", "(while [(a); ? (b);] <f)", ""},
	{"until a; do b; done", "(until [(a); ? (b);])", ""},
	{"for i in a $b \"c\"; do d; done", "(for i in a <b> 'c' [(d);])", ""},
	{"for i; do d; done", "(for i [(d);])", ""},
	{"for i\ndo d; done", "(for i [(d);])", ""},
	{"for i in; do d; done", "(for i in [(d);])", ""},
	{"for ((i=0; i<3; i++)); do a; done", "(forloop i=0; i<3; i++ [(a);])", ""},
	{"for ((;;)) { a; }", "(forloop ;; [(a);])", ""},
	{"select x in a b; do c; done", "(select x in a b [(c);])", ""},
	{"case a in b) c;; esac", "(case a [b : (c)])", ""},
	{"case $a in (b|\"c d\") e;& f*) ;; *) g ;;& esac",
		"(case <a> [b | 'c d' : (e) ;&] [f{*} : ] [{*} : (g) ;;&])", ""},
	{"case a in\nb)\n c\n ;;\nd) e\nesac", "(case a [b : (c),] [d : (e),])", ""},
	{"case a in esac", "(case a)", ""},
	{"f() { a; }", "(function f [(group [(a);])])", ""},
	{"f ( )\n{\n a\n}", "(function f [(group [(a),])])", ""},
	{"function f { a; } >x", "(function f [(group [(a);] >x)])", ""},
	{"function f() ( a )", "(function f [(subshell [(a)])])", ""},
	{"f() if a; then b; fi", "(function f [(if [(a); ? (b);])])", ""},
	{"[[ -f a && ! $b == c* ]]", "(test -f a && ! <b> == c{*})", ""},
	{"[[ $a =~ ^(x|y z)[0-9]+$ || ( a < b ) ]]",
		"(test <a> =~ ^(x|y z)[0-9]+$ || ( a < b ))", ""},
	{"[[ a\n]]", "(test a)", ""},
	{"((a = (1+2) * 3))", "(expression a = (1+2) * 3)", ""},
	{"((a) ; (b))", "(subshell [(subshell [(a)]); (subshell [(b)])])", ""},
	{"if { a; } then b; fi", "(if [(group [(a);]) ? (b);])", ""},
	{"echo if then fi { } ! in do", "(echo if then fi { } ! in do)", ""},
	{"{ (a) }", "(group [(subshell [(a)])])", ""},
	{"(a) >b 2>&1", "(subshell [(a)] >b 2>&1)", ""},
	{"[ -f a ] && [ ! -d b ]", "([ -f a ]) && ([ ! -d b ])", ""},
	{"if ! a; then b; fi", "(if [! (a); ? (b);])", ""},
	{"if [[ a ]]; then b; fi; ((x)) && y",
		"(if [(test a); ? (b);]); (expression x) && (y)", ""},
	{"in x; ]] y", "(in x); (]] y)", ""},
};

static const struct row heredocs[] = {
	{"cat <<E\na $b \\$c `d`\nE\nf", "(cat <<E'a <b> $c $[(d)]\\n'), (f)", ""},
	{"cat <<'E'\na $b\nE", "(cat <<E!'a $b\\n'),", ""},
	{"cat <<-E\n\ta\n\t\tb\n\tE\nc", "(cat <<-E'a\\nb\\n'), (c)", ""},
	{"cat <<A <<\"B\" | c\na\nA\nb\nB\nd", "(cat <<A'a\\n' <<B!'b\\n') | (c), (d)",
		""},
	{"cat <<\\E && b\n'a' \"b\"\nE", "(cat <<E!''a' \"b\"\\n') && (b),", ""},
	{"cat <<E\na\\\nE\nE", "(cat <<E'aE\\n'),", ""},
	{"cat <<E\na", "(cat <<E'a'),",
		"7 heredoc: the line 'E' that ends this heredoc is missing"},
	{"cat <<E", "(cat <<E)",
		"7 heredoc: the line 'E' that ends this heredoc is missing"},
	{"{ cat <<E\na\nE\n}", "(group [(cat <<E'a\\n'),])", ""},
	{"$(cat <<E\na $(b)\nE\n) c", "($[(cat <<E'a $[(b)]\\n'),] c)", ""},
	{"cat <<E-F\n\nE-F", "(cat <<E-F'\\n'),", ""},
	{"`cat <<E\na\nE\n`", "($[(cat <<E'a\\n'),])", ""},
	{"cat 3<<E >x\na\nE", "(cat 3<<E'a\\n' >x),", ""},
	{"if a; then cat <<E; fi\nb\nE\nc", "(if [(a); ? (cat <<E'b\\n');]), (c)", ""},
	{"cat <<''\na\n\nb", "(cat <<!'a\\n'), (b)", ""},
};

static const struct row mistakes[] = {
	{"a && && b", "(a) (b)", "6 '&&' where a command after '&&' was expected"},
	{"a ||", "(a)", "5 the end where a command after '||' was expected"},
	{"a | ; b", "(a); (b)", "5 ';' where a command after '|' was expected"},
	{"; a", "(a)", "1 ';' where a command was expected"},
	{";; a", "(a)", "1 ';;' where a command was expected"},
	{"a ) b", "(a) (b)", "3 ')' where a command was expected"},
	{"fi", "", "1 'fi' where a command was expected"},
	{"then a", "(a)", "1 'then' where a command was expected"},
	{"if a; then b", "(if [(a); ? (b)])", "13 the end where 'fi' was expected"},
	{"if a; fi", "(if [(a); ? ])", "7 'fi' where 'then' was expected"},
	{"if; then b; fi", "(if [ ? (b);])",
		"3 ';' where a command was expected; 5 'then' where a command was expected"},
	{"while a; done", "(while [(a); ? ])", "10 'done' where 'do' was expected"},
	{"for; do a; done", "(for [(a);])",
		"4 ';' where the name of a variable was expected"},
	{"for i in a; b", "(for i in a [(b)])",
		"13 'b' where 'do' was expected; 14 the end where 'done' was expected"},
	{"case a b; c", "(case a [b : (c)])",
		"8 'b' where 'in' was expected; 9 ';' where ')' behind the pattern was expected; 12 the end where 'esac' was expected"},
	{"case a in b c;; esac; d", "(case a [b : (c)]); (d)",
		"13 'c' where ')' behind the pattern was expected"},
	{"case a in b", "(case a [b : ])",
		"12 the end where ')' behind the pattern was expected"},
	{"{ a", "(group [(a)])", "4 the end where '}' was expected"},
	{"( a", "(subshell [(a)])", "4 the end where ')' was expected"},
	{"()", "(subshell [])", "2 ')' where a command was expected"},
	{"{ }; b", "(group []); (b)", "3 '}' where a command was expected"},
	{"a 'b", "(a 'b')", "3 a ' that is never closed"},
	{"a \"b $(c", "(a 'b $[(c)]')",
		"6 a $( that is never closed; 3 a \" that is never closed"},
	{"$(a", "($[(a)])", "1 a $( that is never closed"},
	{"`a", "($[(a)])", "1 a ` that is never closed"},
	{"${a", "(<a>)", "1 a ${ that is never closed"},
	{"${}", "(<>)", "1 a ${ where the name of a parameter was expected"},
	{"${a!b} c", "(<a> c)",
		"4 '!' in a ${...} where an operator or '}' was expected"},
	{"${-x", "(<->)",
		"4 'x' in a ${...} where an operator or '}' was expected; 1 a ${ that is never closed"},
	{"$((1", "($[(subshell [(1)])])",
		"5 the end where ')' was expected; 1 a $( that is never closed"},
	{"a (b) c", "(a) (subshell [(b)]) (c)",
		"3 '(' where the end of the command was expected; 7 'c' where the end of the command was expected"},
	{"f( { a; }", "(f) (subshell [(group [(a);])])",
		"2 '(' where the end of the command was expected; 10 the end where ')' was expected"},
	{"function { a; }", "(function { [(a)]);",
		"15 '}' where a command was expected"},
	{"> ; a", "(>); (a)", "3 ';' where the target of a redirection was expected"},
	{"a > | b", "(a >) | (b)",
		"5 '|' where the target of a redirection was expected"},
	{"a <&", "(a <&)", "5 the end where the target of a redirection was expected"},
	{"[[ a ; b", "(test a); (b)", "6 ';' where ']]' was expected"},
	{"! ; a", "! ; (a)", "3 ';' where a command after '!' was expected"},
	{"A=(a ; b", "(A=(a)); (b)",
		"6 ';' where ')' or a word of the array was expected"},
	{"{ if a; then b; } && c", "(group [(if [(a); ? (b);])]) && (c)",
		"17 '}' where 'fi' was expected"},
	{"if a; then (b; fi; c", "(if [(a); ? (subshell [(b);])]); (c)",
		"16 'fi' where ')' was expected"},
	{"a & & b", "(a) & (b)", "5 '&' where a command was expected"},
	{"do a; done", "(a);",
		"1 'do' where a command was expected; 7 'done' where a command was expected"},
	{"x@(a", "(x@{(a})", "3 a '(' without its ')'"},
	{"((a; b", "(subshell [(subshell [(a); (b)])])",
		"7 the end where ')' was expected"},
	{"a;;b", "(a) (b)", "2 ';;' where a command was expected"},
};

/* "3 '&&' where a command was expected; heredoc: ..." */
static struct str diags_line(struct arena *a, const struct diags *diags)
{
	struct buf out = {.arena = a};

	vec_each (struct diag, diag, &diags->list) {
		struct place at = span_start(diag->span);

		if (out.n)
			buf_add(&out, STR("; "));
		buf_printf(&out, "%u ", at.column);
		if (diag->id == DIAG_UNTERMINATED_HEREDOC)
			buf_add(&out, STR("heredoc: "));
		buf_add(&out, diag->detail);
	}
	return buf_str(&out);
}

static void check_row(const struct row *row)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	struct str bytes = str_c(row->text);
	const struct file *f = file_new(&a, STR("f"), bytes);
	struct text text = text_of(&a, span_of(f, 0, bytes.n));
	struct buf out = {.arena = &a};

	shell_dump(&out, shell_parse(&a, &text, &diags));
	if (!str_eq(buf_str(&out), str_c(row->tree)))
		fail_msg("%s\n  got      %.*s\n  expected %s", row->text,
			STR_ARG(buf_str(&out)), row->tree);
	if (!str_eq(diags_line(&a, &diags), str_c(row->diags)))
		fail_msg("%s\n  got      %.*s\n  expected %s", row->text,
			STR_ARG(diags_line(&a, &diags)), row->diags);
	arena_free(&a);
}

static void quotes_are_taken_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quoting) / sizeof(quoting[0]); i++)
		check_row(&quoting[i]);
}

static void expansions_stay_segments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expansions) / sizeof(expansions[0]); i++)
		check_row(&expansions[i]);
}

static void globs_and_tildes_are_marked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++)
		check_row(&globs[i]);
}

static void operators_join_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		check_row(&operators[i]);
}

static void redirections_stand_beside_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(redirections) / sizeof(redirections[0]); i++)
		check_row(&redirections[i]);
}

static void assignments_stand_before_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(assignments) / sizeof(assignments[0]); i++)
		check_row(&assignments[i]);
}

static void compound_commands_hold_branches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(compounds) / sizeof(compounds[0]); i++)
		check_row(&compounds[i]);
}

static void heredocs_bring_their_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(heredocs) / sizeof(heredocs[0]); i++)
		check_row(&heredocs[i]);
}

static void mistakes_are_said_and_passed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		check_row(&mistakes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_are_taken_off),
		cmocka_unit_test(expansions_stay_segments),
		cmocka_unit_test(globs_and_tildes_are_marked),
		cmocka_unit_test(operators_join_commands),
		cmocka_unit_test(redirections_stand_beside_words),
		cmocka_unit_test(assignments_stand_before_words),
		cmocka_unit_test(compound_commands_hold_branches),
		cmocka_unit_test(heredocs_bring_their_bodies),
		cmocka_unit_test(mistakes_are_said_and_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
