/* The ${...} of compose and .env files: what compose-go's template package takes. */
#include "unit.h"

#include "syntax/interpolate.h"

struct fixture {
	struct arena arena;
	struct diags diags;
	const struct file *file;
	struct interpolation parts;
};

static struct fixture *reading_bytes(struct str bytes)
{
	struct fixture *fx = calloc(1, sizeof(*fx));
	struct text text;

	assert_non_null(fx);
	fx->diags.arena = &fx->arena;
	fx->file = file_new(&fx->arena, STR("f"), bytes);
	text = text_of(&fx->arena, span_of(fx->file, 0, fx->file->bytes.n));
	fx->parts = interpolate_parse(&fx->arena, &text, &fx->diags);
	return fx;
}

static struct fixture *reading(const char *bytes)
{
	return reading_bytes(str_c(bytes));
}

static void done(struct fixture *fx)
{
	arena_free(&fx->arena);
	free(fx);
}

/* 'literal' <NAME> <NAME:-'word'> */
static void dump(struct buf *out, const struct interpolation *parts)
{
	static const char *const signs[] = {
		[INTERPOLATE_PLAIN] = "",
		[INTERPOLATE_DEFAULT] = "-",
		[INTERPOLATE_DEFAULT_EMPTY] = ":-",
		[INTERPOLATE_REQUIRED] = "?",
		[INTERPOLATE_REQUIRED_EMPTY] = ":?",
		[INTERPOLATE_ALTERNATE] = "+",
		[INTERPOLATE_ALTERNATE_EMPTY] = ":+",
	};

	vec_each (const struct interpolation_part, part, parts) {
		if (!part->name.s.n) {
			buf_printf(out, "'%.*s'", STR_ARG(part->text.s));
			continue;
		}
		buf_printf(out, "<%.*s%s", STR_ARG(part->name.s), signs[part->sign]);
		dump(out, &part->word);
		buf_char(out, '>');
	}
}

static void texts_become_literals_and_expansions(void **state)
{
	static const struct {
		const char *text, *dump;
	} rows[] = {
		{"", ""},
		{"foo", "'foo'"},
		{"$FOO", "<FOO>"},
		{"$FOO-bar", "<FOO>'-bar'"},
		{"${FOO}", "<FOO>"},
		{"a${_x1}b", "'a'<_x1>'b'"},
		{"${A-d}", "<A-'d'>"},
		{"${A:-d}", "<A:-'d'>"},
		{"${A:-}", "<A:->"},
		{"${A?m}", "<A?'m'>"},
		{"${A:?m n}", "<A:?'m n'>"},
		{"${A+y}", "<A+'y'>"},
		{"${A:+y}", "<A:+'y'>"},
		{"${BAR:-/non:-alphanumeric}", "<BAR:-'/non:-alphanumeric'>"},
		{"${A-b:-c}", "<A-'b:-c'>"},
		{"-ok ${BAR:-x} ?y", "'-ok '<BAR:-'x'>' ?y'"},
		{"${A:-${B:-~/x}}", "<A:-<B:-'~/x'>>"},
		{"${UNSET-${FOO} ${FOO}}", "<UNSET-<FOO>' '<FOO>>"},
		{"${BAR+$FOO ${FOO:+second}}", "<BAR+<FOO>' '<FOO:+'second'>>"},
		{"${H:-${HOME}/.cache}:/root/.cache",
			"<H:-<HOME>'/.cache'>':/root/.cache'"},
		{"${A:-x}${B:-y}", "<A:-'x'><B:-'y'>"},
		{"${A:-x}}", "<A:-'x'>'}'"},
		/* a dollar that begins nothing is a dollar */
		{"a $ string", "'a $ string'"},
		{"^REGEX$", "'^REGEX$'"},
		{"$}", "'$}'"},
		{"$(id -u)", "'$(id -u)'"},
		{"$1", "'$1'"},
		/* and so are two */
		{"$${foo}", "'${foo}'"},
		{"$$FOO", "'$FOO'"},
		{"$$$FOO", "'$'<FOO>"},
		{"a$$b$$c", "'a$b$c'"},
		{"${A:-$$x}", "<A:-'$x'>"},
		/* braces are counted with and without a dollar */
		{"${JSON:-{\"a\":{\"b\":1}}}/x", "<JSON:-'{\"a\":{\"b\":1}}'>'/x'"},
		{"${A:-{}}", "<A:-'{}'>"},
		{"${A:-{}", "<A:-'{'>"},
		/* a line's end ends it all */
		{"${A:-x}\n${B}\n", "<A:-'x'>'\n'<B>'\n'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *fx = reading(rows[i].text);
		struct buf out = {.arena = &fx->arena};

		dump(&out, &fx->parts);
		assert_str(buf_str(&out), rows[i].dump);
		assert_int_equal(fx->diags.list.n, 0);
		done(fx);
	}
}

static void what_compose_refuses_stays_as_it_is_with_a_diag(void **state)
{
	static const struct {
		const char *text, *dump, *span;
	} rows[] = {
		{"${", "'${'", "${"},
		{"x${}", "'x${}'", "${}"},
		{"${ }", "'${ }'", "${ }"},
		{"${ foo}", "'${ foo}'", "${ foo}"},
		{"${foo }", "'${foo }'", "${foo }"},
		{"${foo!}", "'${foo!}'", "${foo!}"},
		{"${foo:x}", "'${foo:x}'", "${foo:x}"},
		{"${1x}", "'${1x}'", "${1x}"},
		{"${#a[@]} $B", "'${#a[@]} '<B>", "${#a[@]}"},
		{"${A:-x", "'${A:-x'", "${"},
		{"${A:-x\n}", "'${A:-x\n}'", "${"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *fx = reading(rows[i].text);
		struct buf out = {.arena = &fx->arena};

		dump(&out, &fx->parts);
		assert_str(buf_str(&out), rows[i].dump);
		assert_int_equal(fx->diags.list.n, 1);
		assert_int_equal(fx->diags.list.at[0].id, DIAG_BAD_SUBSTITUTION);
		assert_str(span_str(fx->diags.list.at[0].span), rows[i].span);
		done(fx);
	}
}

static void every_part_knows_its_bytes(void **state)
{
	struct fixture *fx = reading("a$$b${HOST:-${IP-0.0.0.0}}:80");
	const struct interpolation_part *at = fx->parts.at, *inner;

	(void)state;
	assert_int_equal(fx->parts.n, 3);
	assert_str(at[0].text.s, "a$b");
	assert_str(span_str(text_span_all(&at[0].text)), "a$$b");
	assert_str(span_str(text_span(&at[0].text, 1, 1)), "$$");
	assert_str(span_str(text_span_all(&at[1].text)), "${HOST:-${IP-0.0.0.0}}");
	assert_str(span_str(text_span_all(&at[1].name)), "HOST");
	assert_int_equal(at[1].word.n, 1);
	inner = at[1].word.at;
	assert_str(span_str(text_span_all(&inner->name)), "IP");
	assert_str(span_str(text_span_all(&inner->word.at[0].text)), "0.0.0.0");
	assert_str(span_str(text_span_all(&at[2].text)), ":80");
	done(fx);
}

/* count times the same text, within an arena. */
static struct str repeated(struct arena *a, const char *text, size_t count)
{
	struct buf out = {.arena = a};

	for (size_t i = 0; i < count; i++)
		buf_add(&out, str_c(text));
	return buf_str(&out);
}

static uint32_t depth_of(const struct interpolation *parts)
{
	uint32_t deepest = 0;

	vec_each (const struct interpolation_part, part, parts) {
		uint32_t below = part->name.s.n ? 1 + depth_of(&part->word) : 0;

		deepest = below > deepest ? below : deepest;
	}
	return deepest;
}

static void hostile_texts_end_in_one_diag(void **state)
{
	static const struct {
		const char *open, *close;
		uint32_t depth;
	} rows[] = {
		{"${A:-", "}", INTERPOLATE_DEPTH_MAX + 1},
		{"${A:-", "", 0},
		{"$A", "", 1},
		{"{", "${A:-}", 1},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t count = 3 * INTERPOLATE_PARTS_MAX;
		struct buf text = {.arena = &a};
		struct fixture *fx;

		buf_add(&text, repeated(&a, rows[i].open, count));
		buf_add(&text, repeated(&a, rows[i].close, count));
		fx = reading_bytes(buf_str(&text));
		assert_true(depth_of(&fx->parts) <= INTERPOLATE_DEPTH_MAX + 1);
		assert_true(fx->parts.n <= INTERPOLATE_PARTS_MAX + 2);
		assert_true(fx->diags.list.n + fx->diags.dropped >= 1);
		assert_true(fx->diags.list.n <= DIAGS_MAX);
		assert_true(fx->arena.used < 200 * buf_str(&text).n);
		done(fx);
	}
	arena_free(&a);
}

static void nesting_is_read_to_its_limit(void **state)
{
	struct arena a = {0};
	struct buf text = {.arena = &a};
	struct fixture *fx;

	(void)state;
	buf_add(&text, repeated(&a, "${A:-", INTERPOLATE_DEPTH_MAX));
	buf_add(&text, repeated(&a, "}", INTERPOLATE_DEPTH_MAX));
	fx = reading_bytes(buf_str(&text));
	assert_int_equal(depth_of(&fx->parts), INTERPOLATE_DEPTH_MAX);
	assert_int_equal(fx->diags.list.n, 0);
	done(fx);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_become_literals_and_expansions),
		cmocka_unit_test(what_compose_refuses_stays_as_it_is_with_a_diag),
		cmocka_unit_test(every_part_knows_its_bytes),
		cmocka_unit_test(hostile_texts_end_in_one_diag),
		cmocka_unit_test(nesting_is_read_to_its_limit),
	};

	return cmocka_run_group_tests_name("interpolate", tests, NULL, NULL);
}
