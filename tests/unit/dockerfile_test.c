/* Lines, directives, heredocs and JSON: rows 1 to 26 and 44 to 46 of the grammar. */
#include "dockerfile_unit.h"

/* Row 1 */
static void comment_inside_a_continuation_is_dropped_and_kept(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nRUN x \\\n  # why\n  && y\nUSER u\n");

	(void)state;
	assert_dump(r, "(from \"a\")\n(run \"x   && y\")\n(user \"u\")");
	assert_int_equal(r->df->comment_count, 1);
	assert_str(span_str(r->df->comments[0]), "# why");
	assert_str(span_str(nth(r, 1)->span), "RUN x \\\n  # why\n  && y");
	assert_str(span_str(text_span(&nth(r, 1)->rest, 7, 1)), "y");
	assert_quiet(r);
	done(r);
}

/* Row 2 */
static void blank_line_inside_a_continuation_goes_on_with_a_warning(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nRUN x \\\n\n \t\n  y\n");

	(void)state;
	assert_dump(r, "(from \"a\")\n(run \"x   y\")");
	assert_int_equal(r->diags.list.n, 1);
	assert_place(diag_of(r, DIAG_EMPTY_CONTINUATION)->span, 3, 1);
	done(r);
}

/* Row 3 */
static void blanks_behind_the_escape_still_continue(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nRUN x \\ \t \n y\n");

	(void)state;
	assert_dump(r, "(from \"a\")\n(run \"x  y\")");
	assert_quiet(r);
	done(r);
}

/* Row 4 */
static void escape_at_the_end_makes_no_instruction(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nRUN x \\");
	struct reading *alone = read_dockerfile("FROM a\n\\");

	(void)state;
	assert_dump(r, "(from \"a\")\n(run \"x\")");
	assert_str(span_str(nth(r, 1)->span), "RUN x \\");
	assert_quiet(r);
	assert_int_equal(
		nth(alone, alone->df->instruction_count - 1)->keyword, DOCKERFILE_FROM);
	assert_non_null(diag_of(alone, DIAG_UNKNOWN_INSTRUCTION));
	done(r);
	done(alone);
}

/* Row 5 */
static void escape_directive_changes_continuation_and_escape(void **state)
{
	struct reading *r = read_dockerfile(
		"# escape=`\nFROM a\nCOPY x C:\\dir\\\nRUN one `\n two \\\nUSER \"a`\"b\"\n");

	(void)state;
	assert_int_equal(r->df->escape, '`');
	assert_dump(r,
		"(from \"a\")\n(copy \"x\" \"C:\\\\dir\\\\\")\n"
		"(run \"one  two \\\\\")\n(user \"\\\"a`\\\"b\\\"\")");
	assert_quiet(r);
	done(r);
}

/* Row 6 */
static void directive_behind_anything_else_is_a_comment(void **state)
{
	static const char *const files[] = {
		"# hello\n# escape=`\nFROM a\n",
		"\n# escape=`\nFROM a\n",
		"# what=1\n# escape=`\nFROM a\n",
		"FROM a\n# escape=`\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct reading *r = read_dockerfile(files[i]);

		assert_int_equal(r->df->escape, '\\');
		assert_int_equal(r->df->directive_count, 0);
		assert_true(r->df->comment_count >= 1);
		assert_quiet(r);
		done(r);
	}
}

/* Row 7 */
static void directive_is_read_in_any_case_and_spacing(void **state)
{
	struct reading *r = read_dockerfile(
		"#ESCAPE=`\n#  Syntax  =  docker/dockerfile:1 \t\n# check=skip=all\nFROM a\n");
	const struct dockerfile_directive *syntax;

	(void)state;
	assert_int_equal(r->df->escape, '`');
	assert_int_equal(r->df->directive_count, 3);
	syntax = dockerfile_directive_of(r->df, DOCKERFILE_SYNTAX);
	assert_str(syntax->value.s, "docker/dockerfile:1");
	assert_place(text_span_all(&syntax->value), 2, 15);
	assert_str(span_str(syntax->span), "#  Syntax  =  docker/dockerfile:1");
	assert_str(
		dockerfile_directive_of(r->df, DOCKERFILE_CHECK)->value.s, "skip=all");
	assert_int_equal(r->df->comment_count, 0);
	assert_quiet(r);
	done(r);
}

/* Row 8 */
static void directive_that_stands_twice_is_refused(void **state)
{
	struct reading *r = read_dockerfile("# escape=`\n# escape=\\\nFROM a\n");

	(void)state;
	assert_diag(r, DIAG_DUPLICATE_DIRECTIVE, "# escape=\\");
	assert_str(
		span_str(diag_of(r, DIAG_DUPLICATE_DIRECTIVE)->related), "# escape=`");
	assert_int_equal(r->df->escape, '`');
	assert_dump(r, "(from \"a\")");
	done(r);
}

/* Row 9: syntax and check are read behind "#!", but BuildKit's escape is not. */
static void bom_and_shebang_are_passed(void **state)
{
	struct reading *bom =
		read_dockerfile("\xef\xbb\xbf# escape=`\nFROM a `\n AS b\n");
	struct reading *r = read_dockerfile(
		"#!/usr/bin/env docker build\n# syntax=docker/dockerfile:1\n"
		"# check=skip=all\nFROM a\n");
	struct reading *dead = read_dockerfile("#!/bin/x\n# escape=`\nFROM a\n");

	(void)state;
	assert_true(bom->df->has_bom);
	assert_int_equal(bom->df->escape, '`');
	assert_dump(bom, "(from \"a\" \"AS\" \"b\")");
	assert_place(nth(bom, 0)->span, 2, 1);
	assert_str(span_str(r->df->shebang), "#!/usr/bin/env docker build");
	assert_int_equal(r->df->directive_count, 2);
	assert_quiet(r);
	assert_int_equal(dead->df->escape, '\\');
	assert_diag(dead, DIAG_BAD_DIRECTIVE, "# escape=`");
	done(bom);
	done(r);
	done(dead);
}

/* Row 10 */
static void other_frontends_are_named_and_not_misread(void **state)
{
	static const struct {
		const char *bytes, *frontend;
		bool is_read;
	} files[] = {
		{"// syntax=example/mocker\nFROM a\n", "example/mocker", false},
		{"{\"syntax\": \"example/json\", \"x\": 1}\n", "\"example/json\"",
			false},
		{"# syntax=example/mocker:2\nFROM a\n", "example/mocker:2", true},
	};
	struct reading *mirror = read_dockerfile(
		"# syntax=hub.example/m/docker/dockerfile:1.7-labs\nFROM a");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct reading *r = read_dockerfile(files[i].bytes);

		assert_diag(r, DIAG_FOREIGN_FRONTEND, files[i].frontend);
		assert_int_equal(r->df->is_foreign, !files[i].is_read);
		assert_int_equal(r->df->instruction_count, files[i].is_read);
		assert_int_equal(r->diags.list.n, 1);
		done(r);
	}
	assert_quiet(mirror);
	done(mirror);
}

/* Row 11 */
static void crlf_ends_lines_and_continues(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\r\nRUN x \\\r\n# c\r\n  y\r\nCOPY <<E /f\r\nb\r\nE\r\nUSER u\r\n");

	(void)state;
	assert_true(r->df->has_crlf);
	assert_dump(r,
		"(from \"a\")\n(run \"x   y\")\n(copy \"<<E\" \"/f\")\n"
		"(user \"u\")");
	assert_str(span_str(r->df->comments[0]), "# c");
	assert_str(nth(r, 2)->heredocs[0].body.s, "b\r\n");
	assert_str(span_str(nth(r, 2)->heredocs[0].terminator), "E");
	assert_quiet(r);
	done(r);
}

/* Row 12 */
static void last_line_needs_no_newline(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nUSER app");

	(void)state;
	assert_dump(r, "(from \"a\")\n(user \"app\")");
	assert_str(span_str(nth(r, 1)->span), "USER app");
	assert_quiet(r);
	done(r);
}

/* Row 13 */
static void keywords_and_as_are_read_in_any_case(void **state)
{
	struct reading *r = read_dockerfile("from a as X\nrUn y\nonbuild uSER z\n");

	(void)state;
	assert_int_equal(nth(r, 0)->keyword, DOCKERFILE_FROM);
	assert_str(nth(r, 0)->stage_name.s, "X");
	assert_int_equal(nth(r, 1)->keyword, DOCKERFILE_RUN);
	assert_int_equal(nth(r, 2)->trigger->keyword, DOCKERFILE_USER);
	assert_quiet(r);
	done(r);
}

/* Rows 14 and 20 */
static void heredoc_body_is_no_instruction(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nCOPY <<\"EOF\" /x.py\n"
					    "from b import c \\\n# no comment\n\n"
					    "x=${V%%[a-z]*}\nEOF\nUSER u\n");

	(void)state;
	assert_int_equal(r->df->instruction_count, 3);
	assert_str(nth(r, 1)->heredocs[0].body.s,
		"from b import c \\\n# no comment\n\nx=${V%%[a-z]*}\n");
	assert_int_equal(r->df->comment_count, 0);
	assert_str(nth(r, 2)->args[0].s, "u");
	assert_place(nth(r, 2)->span, 8, 1);
	assert_quiet(r);
	done(r);
}

/* Row 15 */
static void heredoc_word_stands_anywhere_on_the_line(void **state)
{
	static const char *const lines[] = {"RUN <<EOF", "RUN /bin/bash <<'EOF'",
		"RUN <<EOF bash", "RUN --mount=type=cache,target=/x <<EOF",
		"RUN tee f <<EOF", "RUN cat <<EOF >> \"$X\"",
		"RUN cat \\\n  << EOF > f", "RUN (cat) <<-EOF", "ADD <<EOF /x",
		"RUN <<\"EOF\" && echo \"it's\"", "RUN a ${X:-b c} <<EOF"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char bytes[256];
		struct reading *r;

		snprintf(bytes, sizeof(bytes), "FROM a\n%s\nbody\nEOF\nUSER u\n",
			lines[i]);
		r = read_dockerfile(bytes);
		if (r->df->instruction_count != 3 || nth(r, 1)->heredoc_count != 1)
			fail_msg("no heredoc in '%s'", lines[i]);
		assert_str(nth(r, 1)->heredocs[0].name.s, "EOF");
		assert_str(nth(r, 1)->heredocs[0].body.s, "body\n");
		assert_true(str_ends(span_str(nth(r, 1)->span), STR("\nEOF")));
		assert_quiet(r);
		done(r);
	}
}

/* Rows 16 and 46: BuildKit takes "1<<2" between blanks for one, and stops there. */
static void what_only_looks_like_a_heredoc_is_none(void **state)
{
	static const struct {
		const char *line;
		bool is_refused;
	} lines[] = {
		{"RUN grep nvidia <<< ${BASE}", false},
		{"RUN grep nvidia <<<\"$x\"", false},
		{"RUN echo \"<<EOF\"", false},
		{"RUN echo '<<EOF'", false},
		{"RUN echo $((1<<2))", false},
		{"RUN [\"cat\", \"<<EOF\"]", false},
		{"RUN x <<", false},
		{"USER <<EOF", false},
		{"RUN echo $(( 1<<2 ))", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char bytes[256];
		struct reading *r;

		snprintf(bytes, sizeof(bytes), "FROM a\n%s\nUSER u\n", lines[i].line);
		r = read_dockerfile(bytes);
		if (nth(r, 1)->heredoc_count)
			fail_msg("a heredoc in '%s'", lines[i].line);
		assert_int_equal(nth(r, 2)->keyword, DOCKERFILE_USER);
		if (lines[i].is_refused)
			assert_diag(r, DIAG_UNTERMINATED_HEREDOC, "1<<2");
		else
			assert_quiet(r);
		done(r);
	}
}

/* Row 17 */
static void dash_strips_tabs_and_quotes_stop_expansion(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nCOPY --link --chmod=755 <<-'E OF' <<F /d/\n\tone\n\t\ttwo\nx\n\tE OF\n"
		"\tthree\nF\n");
	const struct dockerfile_heredoc *doc = nth(r, 1)->heredocs;
	size_t two = str_find_str(doc[0].body.s, STR("two"));

	(void)state;
	assert_int_equal(nth(r, 1)->heredoc_count, 2);
	assert_str(doc[0].body.s, "one\ntwo\nx\n");
	assert_true(doc[0].is_quoted && doc[0].strips_tabs);
	assert_str(doc[0].name.s, "E OF");
	assert_str(span_str(doc[0].word), "<<-'E OF'");
	assert_str(span_str(doc[0].terminator), "E OF");
	assert_place(text_span(&doc[0].body, two, 3), 4, 3);
	assert_str(span_str(doc[0].body_span), "\tone\n\t\ttwo\nx\n");
	assert_str(doc[1].body.s, "\tthree\n");
	assert_true(!doc[1].is_quoted && !doc[1].strips_tabs);
	assert_quiet(r);
	done(r);
}

/* Row 18 */
static void heredocs_in_onbuild_and_with_descriptors(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nONBUILD RUN 3<<A 4<<-B x\na\nA\n\tb\n"
				"\tB\nONBUILD USER <<C\nUSER u\n");
	const struct dockerfile_instruction *in = nth(r, 1);

	(void)state;
	assert_int_equal(in->heredoc_count, 2);
	assert_ptr_equal(in->trigger->heredocs, in->heredocs);
	assert_int_equal(in->heredocs[0].fd, 3);
	assert_int_equal(in->heredocs[1].fd, 4);
	assert_str(in->heredocs[0].body.s, "a\n");
	assert_str(in->heredocs[1].body.s, "b\n");
	assert_true(str_ends(span_str(in->trigger->span), STR("\n\tB")));
	assert_int_equal(nth(r, 2)->heredoc_count, 0);
	assert_int_equal(r->df->instruction_count, 4);
	assert_quiet(r);
	done(r);
}

/* Row 19 */
static void heredoc_without_end_is_reported_where_it_begins(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nRUN cat <<EOF > f\nx\nUSER u\n");
	struct reading *glued =
		read_dockerfile("FROM a\nRUN (cat <<EOF) > f\nx\nEOF\nUSER u");

	(void)state;
	assert_diag(r, DIAG_UNTERMINATED_HEREDOC, "<<EOF");
	assert_place(diag_of(r, DIAG_UNTERMINATED_HEREDOC)->span, 2, 9);
	assert_int_equal(nth(r, 3)->keyword, DOCKERFILE_USER);
	/* BuildKit reads the name "EOF)"; a shell would not, and so the reader goes on. */
	assert_diag(glued, DIAG_UNTERMINATED_HEREDOC, "<<EOF)");
	assert_str(nth(glued, 1)->heredocs[0].body.s, "x\n");
	assert_int_equal(glued->df->instruction_count, 3);
	done(r);
	done(glued);
}

/* Row 21 */
static void broken_json_falls_back_and_says_so(void **state)
{
	static const struct {
		const char *line, *span;
	} lines[] = {
		{"CMD ['a', 'b']", "['a', 'b']"},
		{"CMD [\"a\", \"b\"", "[\"a\", \"b\""},
		{"CMD [\"a]", "[\"a]"},
		{"ENTRYPOINT [a, b]", "[a, b]"},
		{"CMD [\"a\" \"b\"]", "[\"a\" \"b\"]"},
		{"CMD [ \"a\", \"b\", ]", "[ \"a\", \"b\", ]"},
		{"RUN [\xe2\x80\x9c"
		 "a\xe2\x80\x9d]",
			"[\xe2\x80\x9c"
			"a\xe2\x80\x9d]"},
		{"HEALTHCHECK CMD ['a']", "['a']"},
		{"VOLUME ['/a']", "['/a']"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char bytes[256];
		struct reading *r;

		snprintf(bytes, sizeof(bytes), "FROM a\n%s\n", lines[i].line);
		r = read_dockerfile(bytes);
		assert_diag(r, DIAG_JSON_FALLBACK, lines[i].span);
		assert_false(nth(r, 1)->is_exec);
		assert_true(nth(r, 1)->arg_count >= 1);
		assert_int_equal(r->diags.list.n, 1);
		done(r);
	}
}

static void brackets_of_a_shell_or_a_glob_are_no_json(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nRUN [ -f x ] && y\nRUN [ \"$A\" = b ]\nRUN [[ $A == b ]]\n"
		"COPY [a-z]* /x/\nCOPY [[]x /\nCMD [ -x /run ] && /run\nRUN [ 'a' != b ]\n");

	(void)state;
	assert_quiet(r);
	assert_false(nth(r, 2)->is_exec);
	done(r);
}

static void json_of_other_things_than_strings_is_refused(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nCMD [\"echo\", [\"b\"]]\nRUN [1]\nADD [null, \"x\"]\n");

	(void)state;
	assert_diag(r, DIAG_NESTED_JSON, "[\"b\"]");
	assert_true(nth(r, 1)->is_exec);
	assert_int_equal(nth(r, 1)->arg_count, 1);
	done(r);
}

/* Row 22 */
static void json_is_decoded_over_joined_lines(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nCMD [\t\"a\\u0041\\n\", \\\n  # note\n  \"b\\\"c\" ] \nRUN []\n");
	const struct text *args = nth(r, 1)->args;

	(void)state;
	assert_true(nth(r, 1)->is_exec);
	assert_int_equal(nth(r, 1)->arg_count, 2);
	assert_str(args[0].s, "aA\n");
	assert_str(span_str(text_span(&args[0], 1, 1)), "\\u0041");
	assert_str(args[1].s, "b\"c");
	assert_str(span_str(text_span_all(&args[1])), "b\\\"c");
	assert_place(text_span_all(&args[1]), 4, 4);
	assert_true(nth(r, 2)->is_exec);
	assert_int_equal(nth(r, 2)->arg_count, 0);
	assert_quiet(r);
	done(r);
}

/* Row 23 */
static void exec_form_is_told_from_shell_form(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nRUN [\"x\", \"a && b\", \"$V\"]\n"
					    "RUN x a && b\nENTRYPOINT [\"e\"]\nCMD e\n"
					    "HEALTHCHECK CMD [\"h\"]\n");

	(void)state;
	assert_true(nth(r, 1)->is_exec);
	assert_str(nth(r, 1)->args[1].s, "a && b");
	assert_str(nth(r, 1)->args[2].s, "$V");
	assert_false(nth(r, 2)->is_exec);
	assert_int_equal(nth(r, 2)->arg_count, 1);
	assert_true(nth(r, 3)->is_exec);
	assert_false(nth(r, 4)->is_exec);
	assert_true(nth(r, 5)->is_exec);
	done(r);
}

/* Row 24 */
static void env_is_read_in_both_forms(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nENV k  v w \nENV a=b c=\"d e\" f=g\\ h i=\n"
				"LABEL x y=z\nENV a=b c\n");
	const struct dockerfile_pair *pair = nth(r, 2)->pairs;

	(void)state;
	assert_true(nth(r, 1)->pairs[0].is_legacy);
	assert_str(nth(r, 1)->pairs[0].key.s, "k");
	assert_str(nth(r, 1)->pairs[0].value.s, "v w");
	assert_int_equal(nth(r, 2)->pair_count, 4);
	assert_str(pair[1].value.s, "\"d e\"");
	assert_str(pair[2].value.s, "g\\ h");
	assert_str(pair[3].value.s, "");
	assert_true(pair[3].has_value && !pair[3].is_legacy);
	assert_str(nth(r, 3)->pairs[0].value.s, "y=z");
	assert_diag(r, DIAG_BAD_ARGUMENT, "c");
	assert_int_equal(r->diags.list.n, 1);
	done(r);
}

/* Row 26 */
static void env_without_a_value_is_refused(void **state)
{
	struct reading *r = read_dockerfile("FROM a\nENV PATH\nLABEL x\nUSER u\n");

	(void)state;
	assert_diag(r, DIAG_MISSING_ARGUMENT, "PATH");
	assert_int_equal(r->diags.list.n, 2);
	assert_int_equal(nth(r, 3)->keyword, DOCKERFILE_USER);
	done(r);
}

/* Row 44 */
static void flags_end_at_the_first_other_word(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM --platform=linux/amd64 a\nRUN --security=insecure dnf --security update\n"
		"COPY --link --from=\"b c\" --chown=a\\:b x --chmod=1 /y\n"
		"ADD --keep-git-dir=true --checksum=sha256:0 -- --x /y\nRUN --nope x\n");
	const struct dockerfile_flag *flag = nth(r, 2)->flags;

	(void)state;
	assert_str(
		dockerfile_flag_of(nth(r, 0), STR("platform"))->value.s, "linux/amd64");
	assert_int_equal(nth(r, 1)->flag_count, 1);
	assert_str(nth(r, 1)->rest.s, "dnf --security update");
	assert_int_equal(nth(r, 2)->flag_count, 3);
	assert_false(flag[0].has_value);
	assert_str(flag[1].value.s, "b c");
	assert_str(span_str(flag[1].span), "--from=\"b c\"");
	assert_str(flag[2].value.s, "a:b");
	assert_int_equal(nth(r, 2)->arg_count, 3);
	assert_int_equal(nth(r, 3)->flag_count, 2);
	assert_str(nth(r, 3)->args[0].s, "--x");
	assert_diag(r, DIAG_UNKNOWN_FLAG, "--nope");
	assert_int_equal(r->diags.list.n, 1);
	done(r);
}

/* Row 45 */
static void hash_inside_a_line_is_no_comment(void **state)
{
	struct reading *r =
		read_dockerfile("FROM a\nRUN echo hi # x\n  # c\nUSER u#v\n");

	(void)state;
	assert_str(nth(r, 1)->args[0].s, "echo hi # x");
	assert_str(nth(r, 2)->args[0].s, "u#v");
	assert_int_equal(r->df->comment_count, 1);
	assert_place(r->df->comments[0], 3, 3);
	done(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comment_inside_a_continuation_is_dropped_and_kept),
		cmocka_unit_test(
			blank_line_inside_a_continuation_goes_on_with_a_warning),
		cmocka_unit_test(blanks_behind_the_escape_still_continue),
		cmocka_unit_test(escape_at_the_end_makes_no_instruction),
		cmocka_unit_test(escape_directive_changes_continuation_and_escape),
		cmocka_unit_test(directive_behind_anything_else_is_a_comment),
		cmocka_unit_test(directive_is_read_in_any_case_and_spacing),
		cmocka_unit_test(directive_that_stands_twice_is_refused),
		cmocka_unit_test(bom_and_shebang_are_passed),
		cmocka_unit_test(other_frontends_are_named_and_not_misread),
		cmocka_unit_test(crlf_ends_lines_and_continues),
		cmocka_unit_test(last_line_needs_no_newline),
		cmocka_unit_test(keywords_and_as_are_read_in_any_case),
		cmocka_unit_test(heredoc_body_is_no_instruction),
		cmocka_unit_test(heredoc_word_stands_anywhere_on_the_line),
		cmocka_unit_test(what_only_looks_like_a_heredoc_is_none),
		cmocka_unit_test(dash_strips_tabs_and_quotes_stop_expansion),
		cmocka_unit_test(heredocs_in_onbuild_and_with_descriptors),
		cmocka_unit_test(heredoc_without_end_is_reported_where_it_begins),
		cmocka_unit_test(broken_json_falls_back_and_says_so),
		cmocka_unit_test(brackets_of_a_shell_or_a_glob_are_no_json),
		cmocka_unit_test(json_of_other_things_than_strings_is_refused),
		cmocka_unit_test(json_is_decoded_over_joined_lines),
		cmocka_unit_test(exec_form_is_told_from_shell_form),
		cmocka_unit_test(env_is_read_in_both_forms),
		cmocka_unit_test(env_without_a_value_is_refused),
		cmocka_unit_test(flags_end_at_the_first_other_word),
		cmocka_unit_test(hash_inside_a_line_is_no_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
