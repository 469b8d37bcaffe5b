#include "unit.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syntax/shell_dump.h"

static const struct shell_list *parse(
	struct arena *a, struct str s, struct diags *diags)
{
	struct text *text = arena_new(a, struct text);
	const struct file *f = file_new(a, STR("f"), s);

	*text = text_of(a, span_of(f, 0, s.n));
	*diags = (struct diags){.arena = a};
	return shell_parse(a, text, diags);
}

static const struct shell_command *command_of(const struct shell_list *list, size_t i)
{
	return &list->items.at[i].pipelines.at[0].commands.at[0];
}

static const struct shell_word *word_of(const struct shell_list *list, size_t i)
{
	return &command_of(list, 0)->words.at[i];
}

static struct str repeat(struct arena *a, const char *part, size_t times)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < times; i++)
		buf_add(&b, str_c(part));
	return buf_str(&b);
}

/* ---- places ---- */

/* RUN a \<newline>  "b c$D" && e: as the Dockerfile reader joins it. */
static void words_have_their_place_behind_continuations(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	const struct file *f =
		file_new(&a, STR("f"), STR("RUN a \\\n  \"b c$D\" \\\n # x\n && e"));
	struct text whole = text_of(&a, span_of(f, 0, f->bytes.n));
	struct text_builder b = text_builder(&a);
	const struct shell_list *list;
	const struct shell_word *word;
	struct text joined;

	(void)state;
	text_add(&b, &whole, 4, 2);
	text_add(&b, &whole, 8, 10);
	text_add(&b, &whole, 25, 5);
	joined = text_finish(&b);
	assert_str(joined.s, "a   \"b c$D\"  && e");
	list = shell_parse(&a, &joined, &diags);
	word = word_of(list, 1);
	assert_str(span_str(text_span_all(&word->raw)), "\"b c$D\"");
	assert_int_equal(span_start(text_span_all(&word->raw)).line, 2);
	assert_int_equal(span_start(text_span_all(&word->raw)).column, 3);
	assert_str(span_str(text_span_all(&word->segments.at[0].text)), "b c");
	assert_str(span_str(text_span_all(&word->segments.at[1].text)), "$D");
	assert_str(
		span_str(text_span_all(&list->items.at[0].pipelines.at[1].raw)), "e");
	arena_free(&a);
}

/* Backquotes in a JSON string: two layers of escapes around the name. */
static void words_have_their_place_behind_escapes(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	const struct file *f = file_new(&a, STR("f"), STR("a `b \\`c \\\\$d\\``"));
	struct text text = text_of(&a, span_of(f, 0, f->bytes.n));
	const struct shell_list *outer = shell_parse(&a, &text, &diags);
	const struct shell_list *middle = word_of(outer, 1)->segments.at[0].list;
	const struct shell_list *inner = word_of(middle, 1)->segments.at[0].list;

	(void)state;
	assert_str(span_str(text_span_all(&word_of(middle, 0)->raw)), "b");
	assert_str(span_str(text_span_all(&word_of(inner, 0)->raw)), "c");
	assert_int_equal(text_span_all(&word_of(inner, 0)->raw).offset, 7);
	arena_free(&a);
}

static void heredoc_lines_have_their_place(void **state)
{
	struct arena a = {0};
	struct diags diags;
	const struct shell_list *list =
		parse(&a, STR("cat <<-E\n\tx $y\n\t\tz\n\tE\n"), &diags);
	const struct shell_heredoc *h = command_of(list, 0)->redirects.at[0].heredoc;

	(void)state;
	assert_str(h->raw.s, "\tx $y\n\t\tz\n");
	assert_str(h->body.raw.s, "x $y\nz\n");
	assert_int_equal(text_span_all(&h->body.segments.at[1].text).offset, 12);
	assert_str(span_str(text_span(&h->body.raw, 5, 1)), "z");
	arena_free(&a);
}

static void comments_are_kept(void **state)
{
	struct arena a = {0};
	struct diags diags;
	const struct shell_list *list =
		parse(&a, STR("#!/bin/sh\na # b\n$(c # d\n) 'e # f' g#h"), &diags);

	(void)state;
	assert_int_equal(list->comments.n, 3);
	assert_str(list->comments.at[0].s, "#!/bin/sh");
	assert_str(list->comments.at[1].s, "# b");
	assert_str(list->comments.at[2].s, "# d");
	arena_free(&a);
}

static void a_diag_knows_what_was_opened(void **state)
{
	struct arena a = {0};
	struct diags diags;

	(void)state;
	parse(&a, STR("if a; then { b; fi"), &diags);
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.at[0].id, DIAG_SHELL_SYNTAX);
	assert_str(span_str(diags.list.at[0].span), "fi");
	assert_str(span_str(diags.list.at[0].related), "{");
	arena_free(&a);
}

/* ---- questions to a word ---- */

static void literal_words_give_their_text(void **state)
{
	static const struct {
		const char *word, *literal, *pattern; /* NULL: it is none */
	} rows[] = {
		{"abc", "abc", "abc"},
		{"a'b'\"c\"\\d", "abcd", "abcd"},
		{"''", "", ""},
		{"$'a\\tb'", "a\tb", "a\tb"},
		{"{a,b}", "{a,b}", "{a,b}"},
		{"a*", NULL, "a*"},
		{"x[y]", NULL, "x[y]"},
		{"~/x", NULL, "~/x"},
		{"$a", NULL, NULL},
		{"a\"$(b)\"", NULL, NULL},
		{"'$a'", "$a", "$a"},
	};
	struct arena a = {0};
	struct diags diags;
	struct text text;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct shell_word *word =
			word_of(parse(&a, str_c(rows[i].word), &diags), 0);

		assert_int_equal(
			shell_word_literal(word, &a, &text), rows[i].literal != NULL);
		if (rows[i].literal) {
			assert_str(text.s, rows[i].literal);
			assert_true(shell_word_is(word, str_c(rows[i].literal)));
		}
		assert_false(shell_word_is(word, STR("abcdefgh")));
		assert_int_equal(
			shell_word_pattern(word, &a, &text), rows[i].pattern != NULL);
		if (rows[i].pattern)
			assert_str(text.s, rows[i].pattern);
	}
	arena_free(&a);
}

static void braces_become_words(void **state)
{
	static const struct {
		const char *word, *words;
	} rows[] = {
		{"{a,b}", "a b"},
		{"x{a,b}y{c,d}", "xayc xayd xbyc xbyd"},
		{"{a,{b,c}d}", "a bd cd"},
		{"{a,b", "{a,b"},
		{"a,b}", "a,b}"},
		{"{a}", "{a}"},
		{"{}", "{}"},
		{"{{a,b}}", "{a} {b}"},
		{"{1..4}", "1 2 3 4"},
		{"{08..10}", "08 09 10"},
		{"{3..1}", "3 2 1"},
		{"{1..7..3}", "1 4 7"},
		{"{a..d}", "a b c d"},
		{"{a..2}", "{a..2}"},
		{"{-1..1}", "-1 0 1"},
		{"x{,y}", "x xy"},
		{"{'a,b',c}", "'a,b' c"},
		{"\\{a,b}", "'{'a,b}"},
		{"${a}{b,$c}", "<a>b <a><c>"},
		{"{a,b}{1..2000}", "{a,b}{1..2000}"},
	};
	struct arena a = {0};
	struct diags diags;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct shell_word *word =
			word_of(parse(&a, str_c(rows[i].word), &diags), 0);
		struct shell_words words = {0};
		struct buf out = {.arena = &a};

		shell_word_braces(word, &a, &words);
		vec_each (struct shell_word, w, &words) {
			if (out.n)
				buf_char(&out, ' ');
			shell_dump_word(&out, w);
		}
		assert_str(buf_str(&out), rows[i].words);
	}
	arena_free(&a);
}

static void words_are_split_where_no_shell_reads(void **state)
{
	struct arena a = {0};
	struct diags diags = {.arena = &a};
	const struct file *f = file_new(
		&a, STR("f"), STR(" a  'b c'\t\"d \\\"$e\" f\\ g;h>$i | # ''\n\"j"));
	struct text text = text_of(&a, span_of(f, 0, f->bytes.n));
	static const char *const expected[] = {
		"a", "b c", "d \"$e", "f g;h>$i", "|", "#", "", "j"};
	struct shell_words words = {0};

	(void)state;
	shell_parse_words(&a, &text, &diags, &words);
	assert_int_equal(words.n, 8);
	for (size_t i = 0; i < words.n; i++) {
		struct text word;

		assert_true(shell_word_literal(&words.at[i], &a, &word));
		assert_str(word.s, expected[i]);
	}
	assert_int_equal(diags.list.n, 1);
	assert_str(span_str(diags.list.at[0].span), "\"");
	assert_int_equal(text_span_all(&words.at[3].raw).offset, 19);
	arena_free(&a);
}

/* ---- limits ---- */

static void check_limit(const char *part, size_t times)
{
	struct arena a = {0};
	struct diags diags;
	const struct shell_list *list = parse(&a, repeat(&a, part, times), &diags);

	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.at[0].id, DIAG_LIMIT_REACHED);
	assert_true(list->unread.s.n > 0);
	assert_true(list->unread.s.n < list->raw.s.n);
	arena_free(&a);
}

static void limits_end_the_reading(void **state)
{
	static const char *const nested[] = {"(", "{ ", "$(", "\"$(", "${a:-", "if ",
		"while ", "f() ", "A=$(", "$((1+", "a <<<$(", "case $("};

	(void)state;
	for (size_t i = 0; i < sizeof(nested) / sizeof(nested[0]); i++)
		check_limit(nested[i], 200);
	check_limit("a ", SHELL_WORDS_MAX + 10);
	check_limit("a;", SHELL_NODES_MAX);
	check_limit("''$a", SHELL_NODES_MAX + 1000);
	check_limit("<<E ", SHELL_HEREDOCS_MAX + 1);
}

/* What is just long, or never closed, is read to its end in one go. */
static void long_texts_are_read_once(void **state)
{
	static const char *const parts[] = {"a", "'", "\"", "`", "\\`", "$((", "((",
		"${", "@(", "[", "{", "{,", "a\\\n", "$((a)#'", "<<E\n", "#", "a[",
		"$'\\", "&", ")", "fi ", "]] ", "case a in "};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct arena a = {0};
		struct diags diags;

		parse(&a, repeat(&a, parts[i], 100000), &diags);
		assert_true(a.used < 200 * 1024 * 1024);
		arena_free(&a);
	}
}

/* ---- the shell itself ---- */

/* What /bin/sh makes of a text of words: each with a NUL behind it. */
static struct str ask_shell(struct arena *a, struct str words)
{
	struct str script =
		arena_printf(a, "set -f; printf '%%s\\0' %.*s", STR_ARG(words));
	struct buf out = {.arena = a};
	char bytes[4096];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		execl("/bin/sh", "sh", "-c", arena_cstr(a, script), (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], bytes, sizeof(bytes))) > 0)
		buf_add(&out, (struct str){bytes, (size_t)n});
	close(fds[0]);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	return buf_str(&out);
}

/*
 * Words of random pieces, from a fixed sequence of numbers. # and ~ never stand at the
 * start of a word, where they would be a comment and a home.
 */
static struct str make_words(struct arena *a, uint32_t *seed)
{
	static const char *const pieces[] = {"a", "bc", "'d e'", "\"f g\"", "\\ ",
		"\\\\", "\"\\\"\"", "'\\'", "\"\\$h\"", "''", "\"\"", " ", "  ", "\t",
		"\\'", "=", "*", "n#", "[i]", "%", "\"'\"", "'\"'", "\"\\j\"", "\\\n",
		"\"k\\\nl\"", "-", "'m\nn'", "\"\\`\"", "o~", "}", "!", "\\&", "'|'"};
	struct buf out = {.arena = a};

	buf_char(&out, 'x');
	for (unsigned i = 0; i < 12; i++) {
		*seed = *seed * 1664525 + 1013904223;
		buf_add(&out,
			str_c(pieces[(*seed >> 16) %
				(sizeof(pieces) / sizeof(pieces[0]))]));
	}
	return buf_str(&out);
}

/*
 * The same from our reader, behind the name of a command (else x=y would be an
 * assignment); globs stand for themselves.
 */
static struct str read_words(struct arena *a, struct str words)
{
	struct buf out = {.arena = a};
	struct diags diags;
	const struct shell_list *list =
		parse(a, arena_printf(a, "printf %.*s", STR_ARG(words)), &diags);

	if (diags.list.n || list->items.n != 1)
		fail_msg("not one command: %.*s", STR_ARG(words));
	for (size_t i = 1; i < command_of(list, 0)->words.n; i++) {
		struct text text;

		assert_true(shell_word_pattern(word_of(list, i), a, &text));
		buf_add(&out, text.s);
		buf_char(&out, '\0');
	}
	return buf_str(&out);
}

/* Both are words with a NUL behind each; says the first that differs. */
static void check_same_words(struct str shell, struct str ours)
{
	struct str_fields theirs = {.rest = shell}, mine = {.rest = ours};
	struct str left, right;

	while (str_next_field(&theirs, '\0', &left) &&
		str_next_field(&mine, '\0', &right))
		if (!str_eq(left, right))
			fail_msg("the shell has '%.*s', the reader '%.*s'",
				STR_ARG(left), STR_ARG(right));
	assert_int_equal(shell.n, ours.n);
}

static void words_are_those_of_the_shell(void **state)
{
	struct arena a = {0};
	struct buf all = {.arena = &a}, ours = {.arena = &a};
	uint32_t seed = 1;

	(void)state;
	if (access("/bin/sh", X_OK) != 0)
		skip();
	for (int i = 0; i < 300; i++) {
		struct str words = make_words(&a, &seed);

		buf_printf(&all, "%.*s ", STR_ARG(words));
		buf_add(&ours, read_words(&a, words));
	}
	check_same_words(ask_shell(&a, buf_str(&all)), buf_str(&ours));
	arena_free(&a);
}

/* Scripts that Debian's essential packages bring; the shell takes them, so must we. */
static void scripts_of_the_system_are_read(void **state)
{
	static const char *const scripts[] = {"/usr/bin/ldd", "/usr/bin/zgrep",
		"/usr/bin/savelog", "/usr/bin/which.debianutils", "/usr/bin/gunzip",
		"/usr/bin/zdiff", "/usr/bin/tzselect", "/usr/sbin/update-passwd",
		"/var/lib/dpkg/info/bash.postinst", "/var/lib/dpkg/info/dash.postinst",
		"/var/lib/dpkg/info/base-files.postinst",
		"/var/lib/dpkg/info/libc6:amd64.postinst"};
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct arena a = {0};
		struct buf script = {.arena = &a};
		FILE *f = fopen(scripts[i], "r");
		struct diags diags;
		char bytes[4096];
		size_t n;

		while (f && (n = fread(bytes, 1, sizeof(bytes), f)) > 0)
			buf_add(&script, (struct str){bytes, n});
		if (f)
			fclose(f);
		if (str_starts(buf_str(&script), STR("#!"))) {
			parse(&a, buf_str(&script), &diags);
			if (diags.list.n)
				fail_msg("%s: %.*s", scripts[i],
					STR_ARG(diags.list.at[0].detail));
			read++;
		}
		arena_free(&a);
	}
	if (!read)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_have_their_place_behind_continuations),
		cmocka_unit_test(words_have_their_place_behind_escapes),
		cmocka_unit_test(heredoc_lines_have_their_place),
		cmocka_unit_test(comments_are_kept),
		cmocka_unit_test(a_diag_knows_what_was_opened),
		cmocka_unit_test(literal_words_give_their_text),
		cmocka_unit_test(braces_become_words),
		cmocka_unit_test(words_are_split_where_no_shell_reads),
		cmocka_unit_test(limits_end_the_reading),
		cmocka_unit_test(long_texts_are_read_once),
		cmocka_unit_test(words_are_those_of_the_shell),
		cmocka_unit_test(scripts_of_the_system_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
