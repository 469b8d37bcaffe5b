/* The language of Dockerfile words: trees, expansion with origins, cutting, patterns. */
#include "unit.h"

#include "syntax/dockerword.h"

struct fixture {
	struct arena arena;
	struct diags diags;
	const struct file *file;
	struct text text;
};

static struct fixture *text_from(const char *bytes)
{
	struct fixture *fx = calloc(1, sizeof(*fx));

	assert_non_null(fx);
	fx->diags.arena = &fx->arena;
	fx->file = file_new(&fx->arena, STR("f"), str_c(bytes));
	fx->text = text_of(&fx->arena, span_of(fx->file, 0, fx->file->bytes.n));
	return fx;
}

static void done(struct fixture *fx)
{
	arena_free(&fx->arena);
	free(fx);
}

/* V is "a/b/a.b", SP is " x  y ", E is empty, U is unknown; the rest is unset. */
static struct dockerword_value look(void *ctx, struct str name)
{
	unsigned *asked = ctx;

	if (asked)
		++*asked;
	if (str_eq(name, STR("V")))
		return (struct dockerword_value){DOCKERWORD_SET, STR("a/b/a.b")};
	if (str_eq(name, STR("SP")))
		return (struct dockerword_value){DOCKERWORD_SET, STR(" x  y ")};
	if (str_eq(name, STR("E")))
		return (struct dockerword_value){DOCKERWORD_SET, STR("")};
	if (str_eq(name, STR("U")))
		return (struct dockerword_value){
			DOCKERWORD_UNKNOWN, STR("given at build")};
	return (struct dockerword_value){DOCKERWORD_UNSET, STR_NONE};
}

static struct dockerword_result expand(struct fixture *fx, char escape)
{
	struct dockerword_result r;

	dockerword_expand(&fx->arena, &fx->text, escape, look, NULL, &fx->diags, &r);
	return r;
}

static void tree_keeps_every_byte_of_its_source(void **state)
{
	static const char *const texts[] = {"a'b c'\"d $V\\\"\"${E:-x${V}y}\\z<< q$",
		"\"\"''", "${V//a\\/b/c}d<e<<<f", "\\"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture *fx = text_from(texts[i]);
		const struct dockerword *w =
			dockerword_parse(&fx->arena, &fx->text, '\\', &fx->diags);
		struct buf out = {.arena = &fx->arena};

		assert_false(w->is_broken);
		for (uint32_t k = 0; k < w->segment_count; k++)
			buf_add(&out, w->segments[k].source.s);
		assert_str(buf_str(&out), texts[i]);
		done(fx);
	}
}

static void tree_knows_names_operators_and_operands(void **state)
{
	static const struct {
		const char *text, *name, *word;
		enum dockerword_op op;
		bool colon, greedy;
	} uses[] = {
		{"$V_1x-", "V_1x", NULL, DOCKERWORD_PLAIN, false, false},
		{"${V}", "V", NULL, DOCKERWORD_PLAIN, false, false},
		{"$12a", "12", NULL, DOCKERWORD_PLAIN, false, false},
		{"$@", "@", NULL, DOCKERWORD_PLAIN, false, false},
		{"${V-w}", "V", "w", DOCKERWORD_DEFAULT, false, false},
		{"${V:-w x}", "V", "w x", DOCKERWORD_DEFAULT, true, false},
		{"${V+w}", "V", "w", DOCKERWORD_ALTERNATE, false, false},
		{"${V:+${W}}", "V", "${W}", DOCKERWORD_ALTERNATE, true, false},
		{"${V?w}", "V", "w", DOCKERWORD_REQUIRED, false, false},
		{"${V:?}", "V", "", DOCKERWORD_REQUIRED, true, false},
		{"${V#p}", "V", "p", DOCKERWORD_CUT_PREFIX, false, false},
		{"${V##*/}", "V", "*/", DOCKERWORD_CUT_PREFIX, false, true},
		{"${V%p}", "V", "p", DOCKERWORD_CUT_SUFFIX, false, false},
		{"${V%%.*}", "V", ".*", DOCKERWORD_CUT_SUFFIX, false, true},
		{"${V/a/b}", "V", "a", DOCKERWORD_REPLACE, false, false},
		{"${V//a/b}", "V", "a", DOCKERWORD_REPLACE, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct fixture *fx = text_from(uses[i].text);
		const struct dockerword *w =
			dockerword_parse(&fx->arena, &fx->text, '\\', &fx->diags);
		const struct dockerword_segment *seg = w->segments;

		assert_int_equal(seg->kind, DOCKERWORD_VARIABLE);
		assert_str(seg->name, uses[i].name);
		assert_int_equal(seg->op, uses[i].op);
		assert_int_equal(seg->empty_is_unset, uses[i].colon);
		assert_int_equal(seg->is_greedy, uses[i].greedy);
		assert_int_equal(!!seg->word, !!uses[i].word);
		if (seg->word)
			assert_str(seg->word->source.s, uses[i].word);
		done(fx);
	}
}

static void expansion_gives_every_form(void **state)
{
	static const struct {
		const char *text, *result;
	} forms[] = {
		{"${V#*/}", "b/a.b"},
		{"${V##*/}", "a.b"},
		{"${V%/*}", "a/b"},
		{"${V%%/*}", "a"},
		{"${V#b}", "a/b/a.b"},
		{"${V%b}", "a/b/a."},
		{"${V#?}", "/b/a.b"},
		{"${V%%?}", "a/b/a."},
		{"${V/a/X}", "X/b/a.b"},
		{"${V//a/X}", "X/b/X.b"},
		{"${V//\\//-}", "a-b-a.b"},
		{"${V/\\/*b/}", "a"},
		{"${V//?b/!}", "a!/a!"},
		{"${V//z/y}", "a/b/a.b"},
		{"${V//./[x]}", "a/b/a[x]b"},
		{"${V/#a/X}", "a/b/a.b"},
		{"${V#a*b}", "/a.b"},
		{"${V##a*b}", ""},
		{"${V%\\*}", "a/b/a.b"},
		{"${V///x}", "xax/xbx/xax.xbx"},
		{"${E#a}", ""},
		{"${W%a}", ""},
		{"${E:-\"a b\"'c'\\d}", "a bcd"},
		{"${V:+x}${W:+y}${E:+z}${E+w}", "xw"},
		{"\"${E:-'q'}\"", "q"},
		{"a\"b\"'c'\\d", "abcd"},
		{"$", "$"},
		{"$ x", "$ x"},
		{"<<x", "<<x"},
		{"\"\\a\\$V\"", "\\a$V"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct fixture *fx = text_from(forms[i].text);
		struct dockerword_result r = expand(fx, '\\');

		if (!r.is_known || r.is_broken || !str_eq(r.s, str_c(forms[i].result)))
			fail_msg("%s gave '%.*s', expected '%s'", forms[i].text,
				STR_ARG(r.s), forms[i].result);
		done(fx);
	}
}

static void escape_character_is_the_files(void **state)
{
	struct fixture *fx = text_from("C:\\dir`$V\"`\"\\\"");

	(void)state;
	assert_str(expand(fx, '`').s, "C:\\dir$V\"\\");
	done(fx);
}

static void parts_say_where_their_bytes_come_from(void **state)
{
	struct fixture *fx = text_from("x${V}\"-$U\"${W:-1000}${W}");
	struct dockerword_result r = expand(fx, '\\');

	(void)state;
	assert_false(r.is_known);
	assert_false(r.is_broken);
	assert_int_equal(r.part_count, 6);
	assert_int_equal(r.parts[0].kind, DOCKERWORD_PART_LITERAL);
	assert_int_equal(r.parts[1].kind, DOCKERWORD_PART_VARIABLE);
	assert_str(r.parts[1].text.s, "a/b/a.b");
	assert_str(r.parts[1].name, "V");
	assert_str(span_str(r.parts[1].span), "${V}");
	assert_true(r.parts[2].is_quoted);
	assert_int_equal(r.parts[3].kind, DOCKERWORD_PART_UNKNOWN);
	assert_str(r.parts[3].reason, "given at build");
	assert_str(span_str(r.parts[3].span), "$U");
	/* A default is the file's own bytes: it can be edited where it stands. */
	assert_int_equal(r.parts[4].kind, DOCKERWORD_PART_LITERAL);
	assert_str(span_str(text_span_all(&r.parts[4].text)), "1000");
	assert_int_equal(text_span_all(&r.parts[4].text).offset, 15);
	assert_true(r.parts[5].is_unset);
	assert_str(r.parts[5].name, "W");
	done(fx);
}

static void unknown_variables_never_become_empty(void **state)
{
	static const char *const texts[] = {"$U", "${U:-d}", "${U+x}", "${U:?}",
		"${U#a}", "${V#$U}", "${V/a/$U}", "a${W:-$U}b", "${W:-${E:-${U}}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture *fx = text_from(texts[i]);
		struct dockerword_result r = expand(fx, '\\');

		if (r.is_known || r.is_broken)
			fail_msg("%s is known as '%.*s'", texts[i], STR_ARG(r.s));
		assert_int_equal(fx->diags.list.n, 0);
		done(fx);
	}
}

static void broken_texts_are_said_over_their_bytes(void **state)
{
	static const struct {
		const char *text, *span;
		enum diag_id id;
	} texts[] = {
		{"a'b", "'b", DIAG_UNTERMINATED_QUOTE},
		{"a\"b$V", "\"b$V", DIAG_UNTERMINATED_QUOTE},
		{"a\"b\\", "\"b\\", DIAG_UNTERMINATED_QUOTE},
		{"a${V", "${V", DIAG_BAD_SUBSTITUTION},
		{"a${", "${", DIAG_BAD_SUBSTITUTION},
		{"a${}b", "${", DIAG_BAD_SUBSTITUTION},
		{"${V^^}", "${V^", DIAG_BAD_SUBSTITUTION},
		{"${V:0:3}", "${V:0", DIAG_BAD_SUBSTITUTION},
		{"${V:=x}", "${V:=", DIAG_BAD_SUBSTITUTION},
		{"${V:#x}", "${V:#", DIAG_BAD_SUBSTITUTION},
		{"${V:-x", "x", DIAG_BAD_SUBSTITUTION},
		{"${V/a}", "a}", DIAG_BAD_SUBSTITUTION},
		{"${#V}", "${#V", DIAG_BAD_SUBSTITUTION},
		{"${V#\\x}", "${V#\\x}", DIAG_BAD_SUBSTITUTION},
		{"${W?not here}", "${W?not here}", DIAG_BAD_SUBSTITUTION},
		{"${E:?}", "${E:?}", DIAG_BAD_SUBSTITUTION},
		{"${V:-${W?}}", "${W?}", DIAG_BAD_SUBSTITUTION},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture *fx = text_from(texts[i].text);
		struct dockerword_result r = expand(fx, '\\');

		if (!r.is_broken || r.is_known || fx->diags.list.n != 1)
			fail_msg("%s: %zu diags", texts[i].text, fx->diags.list.n);
		assert_int_equal(fx->diags.list.at[0].id, texts[i].id);
		assert_str(span_str(fx->diags.list.at[0].span), texts[i].span);
		assert_int_equal(r.parts[0].kind, DOCKERWORD_PART_UNKNOWN);
		done(fx);
	}
}

static struct str words_of(struct fixture *fx)
{
	struct dockerword_results words;
	struct buf out = {.arena = &fx->arena};

	if (!dockerword_split(
		    &fx->arena, &fx->text, '\\', look, NULL, &fx->diags, &words))
		return STR("broken");
	vec_each (struct dockerword_result, w, &words)
		buf_printf(&out, "[%.*s%s]", STR_ARG(w->s), w->is_known ? "" : "?");
	return buf_str(&out);
}

static void words_are_cut_at_bare_blanks(void **state)
{
	static const struct {
		const char *text, *words;
	} texts[] = {
		{"80 443/tcp", "[80][443/tcp]"},
		{" \t a  b ", "[a][b]"},
		{"'a b' \"c d\" e\\ f", "[a b][c d][e f]"},
		{"1${SP}2", "[1][x][y][2]"},
		{"1\"${SP}\"2", "[1 x  y 2]"},
		{"${W:-a \"b c\"}", "[a][b][c]"},
		{"a${U}b c", "[ab?][c]"},
		{"'' \"\" ${E} x", "[x]"},
		{"a\xc2\xa0"
		 "b",
			"[a][b]"},
		{"x 'y", "broken"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture *fx = text_from(texts[i].text);

		assert_str(words_of(fx), texts[i].words);
		done(fx);
	}
}

static void raw_words_are_slices_of_the_text(void **state)
{
	struct fixture *fx =
		text_from("RUN 'a b'\"$V c\" << E\\ x <<<y \\<z ${W:-a b}");
	static const char *const expected[] = {
		"RUN", "'a b'\"$V c\"", "<< E\\ x", "<<<y", "\\<z", "${W:-a", "b}"};
	struct dockerword_texts words;

	(void)state;
	assert_true(
		dockerword_split_raw(&fx->arena, &fx->text, '\\', &fx->diags, &words));
	assert_int_equal(words.n, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_str(words.at[i].s, expected[i]);
		assert_str(span_str(text_span_all(&words.at[i])), expected[i]);
	}
	done(fx);
}

static void limits_are_said(void **state)
{
	struct buf deep, wide, long_, pattern;
	struct arena arena = {0};

	(void)state;
	deep = wide = long_ = pattern = (struct buf){.arena = &arena};
	for (int i = 0; i < 100000; i++) {
		buf_add(&deep, STR("${a:-"));
		buf_add(&wide, STR("$a"));
		buf_add(&pattern, STR("${SP//*x*y*z*/q}"));
	}
	for (int i = 0; i < 60000; i++)
		buf_add(&long_, STR("${V}aaaaaaaaaaaaa"));
	for (int i = 0; i < 4; i++) {
		struct buf *b = (struct buf *[]){&deep, &wide, &long_, &pattern}[i];
		struct fixture *fx;
		struct dockerword_result r;

		buf_char(b, '\0');
		fx = text_from(b->p);
		r = expand(fx, '\\');
		if (!r.is_broken || fx->diags.list.at[0].id != DIAG_LIMIT_REACHED)
			fail_msg("case %d reached no limit", i);
		assert_int_equal(fx->diags.list.n, 1);
		done(fx);
	}
	arena_free(&arena);
}

/* One use whose value and pattern would take minutes without the bound on steps. */
static void pattern_work_is_bounded(void **state)
{
	struct arena arena = {0};
	struct buf b = {.arena = &arena};
	struct fixture *fx;

	(void)state;
	buf_add(&b, STR("${V//"));
	for (int i = 0; i < 500000; i++)
		buf_add(&b, STR("*a"));
	buf_add(&b, STR("z/x}"));
	buf_char(&b, '\0');
	fx = text_from(b.p);
	assert_true(expand(fx, '\\').is_broken);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_LIMIT_REACHED);
	done(fx);
	arena_free(&arena);
}

static void a_plain_word_asks_nobody(void **state)
{
	struct fixture *fx = text_from("nvidia/cuda:12.4");
	struct dockerword_result r;
	unsigned asked = 0;

	(void)state;
	dockerword_expand(&fx->arena, &fx->text, '\\', look, &asked, &fx->diags, &r);
	assert_int_equal(asked, 0);
	assert_int_equal(r.part_count, 1);
	assert_ptr_equal(r.s.p, fx->text.s.p);
	done(fx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_keeps_every_byte_of_its_source),
		cmocka_unit_test(tree_knows_names_operators_and_operands),
		cmocka_unit_test(expansion_gives_every_form),
		cmocka_unit_test(escape_character_is_the_files),
		cmocka_unit_test(parts_say_where_their_bytes_come_from),
		cmocka_unit_test(unknown_variables_never_become_empty),
		cmocka_unit_test(broken_texts_are_said_over_their_bytes),
		cmocka_unit_test(words_are_cut_at_bare_blanks),
		cmocka_unit_test(raw_words_are_slices_of_the_text),
		cmocka_unit_test(limits_are_said),
		cmocka_unit_test(pattern_work_is_bounded),
		cmocka_unit_test(a_plain_word_asks_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
