/* YAML: the tree, the place of every node, and what is kept around an error. */
#include "unit.h"

#include "syntax/yaml.h"

struct fixture {
	struct arena arena;
	struct diags diags;
	const struct yaml_stream *stream;
	const struct yaml *root;
};

static struct fixture *read_str(struct str bytes)
{
	struct fixture *fx = calloc(1, sizeof(*fx));
	const struct file *f;

	assert_non_null(fx);
	fx->diags.arena = &fx->arena;
	f = file_new(&fx->arena, STR("f"), bytes);
	fx->stream = yaml_parse(&fx->arena, f, &fx->diags);
	fx->root = fx->stream->count ? fx->stream->documents[0].root : NULL;
	return fx;
}

static struct fixture *read_yaml(const char *bytes)
{
	return read_str(str_c(bytes));
}

static void done(struct fixture *fx)
{
	arena_free(&fx->arena);
	free(fx);
}

/* The tree in one line: {key=value,…}, [item,…], *alias, scalars as they are. */
static void dump(struct buf *b, const struct yaml *node)
{
	if (node->anchor.length && node->kind != YAML_ALIAS)
		buf_printf(b, "&%.*s ", STR_ARG(span_str(node->anchor)));
	if (node->tag.n)
		buf_printf(b, "%.*s ", STR_ARG(node->tag));
	switch (node->kind) {
	case YAML_SCALAR:
		buf_add(b, node->text.s);
		return;
	case YAML_ALIAS:
		buf_add(b, span_str(node->span));
		return;
	case YAML_SEQUENCE:
	case YAML_MAPPING:
		break;
	}
	buf_char(b, node->kind == YAML_MAPPING ? '{' : '[');
	for (uint32_t i = 0; i < node->count; i++) {
		if (i)
			buf_char(b, ',');
		if (node->kind == YAML_MAPPING) {
			dump(b, &node->keys[i]);
			buf_char(b, '=');
		}
		dump(b, &node->items[i]);
	}
	buf_char(b, node->kind == YAML_MAPPING ? '}' : ']');
}

static struct str dump_all(struct fixture *fx)
{
	struct buf b = {.arena = &fx->arena};

	for (uint32_t i = 0; i < fx->stream->count; i++) {
		if (i)
			buf_add(&b, STR(" --- "));
		if (fx->stream->documents[i].root)
			dump(&b, fx->stream->documents[i].root);
	}
	return buf_str(&b);
}

static void expect_tree(const char *bytes, const char *expected)
{
	struct fixture *fx = read_yaml(bytes);
	struct str got = dump_all(fx);

	if (!str_eq(got, str_c(expected)))
		fail_msg("%s\ngives %.*s", bytes, STR_ARG(got));
	if (fx->diags.list.n)
		fail_msg("%s\nsays %.*s", bytes, STR_ARG(fx->diags.list.at[0].detail));
	assert_false(fx->stream->is_partial);
	done(fx);
}

/* The rows of the catalogue of grammars that concern YAML itself. */
static const struct {
	const char *bytes, *tree;
} trees[] = {
	{"", ""},
	{"# only a comment\n", ""},
	{"a: 1\nb:\n  - x\n  - y: z\n", "{a=1,b=[x,{y=z}]}"},
	{"a:\n- x\n- y\nb: 2\n", "{a=[x,y],b=2}"},
	{"- - a\n  - b\n-\n  - c\n", "[[a,b],[c]]"},
	/* 52, 53: anchors on lines of their own, of lists, merge keys */
	{"x-a: &a\n  b: 1\nc:\n  <<: *a\n", "{x-a=&a {b=1},c={<<=*a}}"},
	/* 54, 55: expansions are text */
	{"v: ${A:-${B:-~/x}}\nw: $$x\n", "{v=${A:-${B:-~/x}},w=$$x}"},
	/* 56: ports; sexagesimal stays a string */
	{"ports:\n  - 22:22\n  - \"127.0.0.1:80:80\"\n  - \"[::1]:80:80\"\n",
		"{ports=[22:22,127.0.0.1:80:80,[::1]:80:80]}"},
	{"ports: []\nx: {}\n", "{ports=[],x={}}"},
	{"{target: 80, published: \"8080\", a}", "{target=80,published=8080,a=}"},
	/* 57 */
	{"restart: no\nuser: 999:999\nmem_limit: 1e9\n",
		"{restart=no,user=999:999,mem_limit=1e9}"},
	/* 58: unknown tags */
	{"a: !reset []\nb: !override\n  - x\nc: !!binary aGk=\nd: !reset\ne: !!null\n",
		"{a=!reset [],b=!override [x],c=!!binary aGk=,d=!reset ,e=!!null }"},
	{"a: &x !t v\nb: !t &y w\n", "{a=&x !t v,b=&y !t w}"},
	/* 64: folded and literal blocks */
	{"c: >\n  a\n  b\n\n  c\n   d\n  e\n", "{c=a b\nc\n d\ne\n}"},
	{"c: |-\n  a\n   b\n\n  c\n\nd: 1\n", "{c=a\n b\n\nc,d=1}"},
	{"c: |+\n  a\n\nd: 1\n", "{c=a\n\n,d=1}"},
	{"c: |2\n    a\n   b\n", "{c=  a\n b\n}"},
	{"c: | # why\n  a\n", "{c=a\n}"},
	{"c: >-\n\n  a\n", "{c=\na}"},
	{"c: >\n   \nd: |+\n\n", "{c=,d=\n}"},
	/* quotes */
	{"a: 'it''s'\nb: \"x\\ty\\u00e9\\\"\"\n", "{a=it's,b=x\ty\xc3\xa9\"}"},
	{"a: \"x\n  y\n\n  z \\\n   w\"\n", "{a=x y\nz w}"},
	{"a: one\n  two\n\n  three\n", "{a=one two\nthree}"},
	{"a: 'b # c'\nd: e#f\ng: h # i\n", "{a=b # c,d=e#f,g=h}"},
	/* CRLF, a byte order mark, letters of several bytes */
	{"a: 1\r\nb: |\r\n  x\r\n  y\r\n", "{a=1,b=x\ny\n}"},
	{"\xef\xbb\xbf"
	 "a: 1\nb: 2\n",
		"{a=1,b=2}"},
	{"\xc3\xa9: \xe4\xb8\xad\nb: \xf0\x9f\x98\x80 x\n",
		"{\xc3\xa9=\xe4\xb8\xad,b=\xf0\x9f\x98\x80 x}"},
	/* documents */
	{"--- a\n--- b\n...\n---\n", "a --- b --- "},
	{"%YAML 1.2\n---\na: 1\n...\n# c\n", "{a=1}"},
	{"? a\n: b\n? c\n", "{a=b,c=}"},
	{"a:\nb: \nc:\n  - \n  -\n", "{a=,b=,c=[,]}"},
	{"[a: 1, b, ]", "[{a=1},b]"},
	{"{\"a\":1,\"b\":[true,null]}", "{a=1,b=[true,null]}"},
};

static void trees_are_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		if (trees[i].tree)
			expect_tree(trees[i].bytes, trees[i].tree);
}

/* What stays around a fault, and the place where it is said to be. */
static const struct {
	const char *bytes, *tree;
	unsigned line, column;
} faults[] = {
	/* an unclosed quote takes nothing but its own value */
	{"s:\n  web:\n    image: \"a\n    user: b\n  db:\n    image: \"c\"\n",
		"{s={web={user=b},db={image=c}}}", 3, 12},
	{"s:\n  web:\n    image: \"a\n    user: b\n  db:\n    image: c\n",
		"{s={web={user=b},db={image=c}}}", 3, 12},
	{"s:\n  web:\n    ports: [\"80:80\",\n    user: b\n  db:\n    image: c\n"
	 "    x: y\n",
		"{s={web={ports=[80:80],user=b},db={image=c,x=y}}}", 3, 12},
	{"s:\n  web:\n    a: b: c\n    user: b\n  db:\n    a: b\n",
		"{s={web={user=b},db={a=b}}}", 3, 9},
	/* a line that begins with a tab might go on with the value above it */
	{"s:\n  web:\n    x: 1\n    a: b\n\tuser: b\n  db:\n    a: b\n",
		"{s={web={x=1},db={a=b}}}", 5, 1},
	{"s:\n  web:\n    x: \"1\"\n\tuser: b\n  db:\n    a: b\n",
		"{s={web={x=1},db={a=b}}}", 4, 1},
	{"s:\n  web:\n    a: b\n   user: b\n  db:\n    a: b\n",
		"{s={web={a=b},db={a=b}}}", 4, 4},
	{"s:\n  web:\n    a: @b\n    c: d\n  db:\n    a: b\n",
		"{s={web={c=d},db={a=b}}}", 3, 8},
	{"s:\n  web:\n    a: b\n    word\n    c: d\n  db:\n    a: b\n",
		"{s={web={a=b,c=d},db={a=b}}}", 4, 5},
	{"a:\n  - x\n  - \"y\" z\n  - w\nb: 1\n", "{a=[x,w],b=1}", 3, 9},
	{"a:\n- x\n- @y\n- w\nb: 1\n", "{a=[x,w],b=1}", 3, 3},
	{"a: 1\n---\nb: @\n---\nc: 1\n", "{a=1} ---  --- {c=1}", 3, 4},
	{"a: \"\\q\"\nb: 1\n", "{b=1}", 1, 5},
	{"...\na: 1\n", "{a=1}", 1, 1},
	{"a: 1\n...\nb: 1\n", "{a=1} --- {b=1}", 3, 1},
	/* in braces, too, a key and its ':' stand on one line */
	{"a: {b\n  : c}\nd: 1\n", "{a={b=},d=1}", 1, 4},
};

static void a_fault_takes_only_its_own_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct fixture *fx = read_yaml(faults[i].bytes);
		struct str got = dump_all(fx);
		struct place at;

		if (!str_eq(got, str_c(faults[i].tree)))
			fail_msg("%s\ngives %.*s", faults[i].bytes, STR_ARG(got));
		assert_true(fx->stream->is_partial);
		assert_int_equal(fx->diags.list.n, 1);
		assert_int_equal(fx->diags.list.at[0].id, DIAG_YAML_SYNTAX);
		at = span_start(fx->diags.list.at[0].span);
		if (at.line != faults[i].line || at.column != faults[i].column)
			fail_msg("%s\nis said at %u:%u", faults[i].bytes, at.line,
				at.column);
		done(fx);
	}
}

/* Node by node: the bytes of the span, and for scalars the origin of the text. */
static void write_spans(struct buf *b, const struct yaml *node)
{
	buf_printf(b, "<%.*s>", STR_ARG(span_str(node->span)));
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAPPING)
			write_spans(b, &node->keys[i]);
		write_spans(b, &node->items[i]);
	}
}

static const struct {
	const char *bytes, *spans;
} spans[] = {
	{"a: 1 # x\nb: 'c'\n", "<a: 1 # x\nb: 'c'><a><1><b><'c'>"},
	{"a:\n  - x\n  -\n  - \"y\"\n",
		"<a:\n  - x\n  -\n  - \"y\"><a>"
		"<- x\n  -\n  - \"y\"><x><><\"y\">"},
	{"a:\n- x\nb:\n", "<a:\n- x\nb:><a><- x><x><b><>"},
	{"a: [ x, {k: v} ] # z\n",
		"<a: [ x, {k: v} ]><a><[ x, {k: v} ]><x><{k: v}><k><v>"},
	{"a: &n !t v\n", "<a: &n !t v><a><v>"},
	{"a: &n\nb: !reset\n", "<a: &n\nb: !reset><a><><b><>"},
	{"a: &n\n  k: v\nb: *n\n", "<a: &n\n  k: v\nb: *n><a><k: v><k><v><b><*n>"},
	{"a: |\n  x\n\n\nb: >-\n  y\n\n# c\n",
		"<a: |\n  x\n\n\nb: >-\n  y><a><|\n  x\n><b><>-\n  y>"},
	{"\xef\xbb\xbf\xc3\xa9: \xe4\xb8\xad # \xe4\nb: \xf0\x9f\x98\x80\r\n",
		"<\xc3\xa9: \xe4\xb8\xad # \xe4\nb: \xf0\x9f\x98\x80><\xc3\xa9>"
		"<\xe4\xb8\xad><b><\xf0\x9f\x98\x80>"},
	{"[a: 1]", "<[a: 1]><a: 1><a><1>"},
};

static void every_span_is_what_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct fixture *fx = read_yaml(spans[i].bytes);
		struct buf b = {.arena = &fx->arena};

		write_spans(&b, fx->root);
		assert_str(buf_str(&b), spans[i].spans);
		done(fx);
	}
}

/* Far behind letters of several bytes the map of libyaml's marks must still hold. */
static void spans_hold_behind_many_letters(void **state)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};
	struct fixture *fx;

	(void)state;
	for (unsigned i = 0; i < 500; i++)
		buf_printf(
			&b, "k%u: \"\xc3\xa9\xe4\xb8\xad\" # \xf0\x9f\x98\x80\r\n", i);
	buf_add(&b, STR("last: [here]"));
	fx = read_str(buf_str(&b));
	assert_int_equal(fx->diags.list.n, 0);
	assert_int_equal(fx->root->count, 501);
	for (unsigned i = 0; i < 500; i++)
		assert_str(
			span_str(fx->root->items[i].span), "\"\xc3\xa9\xe4\xb8\xad\"");
	assert_str(span_str(yaml_get(fx->root, STR("last"))->items[0].span), "here");
	assert_int_equal(fx->stream->comment_count, 500);
	assert_str(span_str(fx->stream->comments[499]), "# \xf0\x9f\x98\x80");
	done(fx);
	arena_free(&a);
}

/* The origin of the part of a scalar that says needle. */
static struct str origin(struct fixture *fx, const char *key, const char *needle)
{
	const struct yaml *node = yaml_get(fx->root, str_c(key));
	size_t at = str_find_str(node->text.s, str_c(needle));

	assert_true(at < node->text.s.n);
	return span_str(text_span(&node->text, at, strlen(needle)));
}

static void bytes_know_where_they_came_from(void **state)
{
	struct fixture *fx = read_yaml("p: one\n  two\n"
				       "s: 'it''s x'\n"
				       "d: \"a\\x41b \\\n  c\"\n"
				       "l: |\n  first\n  second\n"
				       "f: >\n  first\n  second\n");

	(void)state;
	assert_str(origin(fx, "p", "two"), "two");
	assert_str(origin(fx, "p", "e t"), "e\n  t");
	assert_str(origin(fx, "s", "s x"), "s x");
	assert_str(origin(fx, "s", "'"), "''");
	assert_str(origin(fx, "d", "A"), "\\x41");
	assert_str(origin(fx, "d", "b "), "b ");
	assert_str(origin(fx, "d", "c"), "c");
	assert_str(origin(fx, "l", "second"), "second");
	assert_str(origin(fx, "l", "t\ns"), "t\n  s");
	assert_str(origin(fx, "f", "first"), "first");
	assert_str(origin(fx, "f", " "), "\n");
	done(fx);
}

static void comments_are_kept_with_their_place(void **state)
{
	static const char *const expected[] = {
		"# one", "# two", "# three", "# four", "# five", "#", "# six"};
	struct fixture *fx =
		read_yaml("# one\na: 'x # no' # two\n"
			  "b: | # three\n  # text\n# four\n"
			  "c: [x, # five\n  y#no]\n#\nd: e#no\n---\n# six");

	(void)state;
	assert_int_equal(fx->stream->comment_count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_str(span_str(fx->stream->comments[i]), expected[i]);
	done(fx);
}

static void aliases_find_the_latest_anchor(void **state)
{
	struct fixture *fx = read_yaml("a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: *nope\n"
				       "f: &f\n  g: *f\n");
	const struct yaml *g;

	(void)state;
	assert_str(yaml_resolve(yaml_get(fx->root, STR("b")))->text.s, "1");
	assert_str(yaml_resolve(yaml_get(fx->root, STR("d")))->text.s, "2");
	assert_null(yaml_resolve(yaml_get(fx->root, STR("e"))));
	g = yaml_get(yaml_get(fx->root, STR("f")), STR("g"));
	assert_int_equal(g->kind, YAML_ALIAS);
	assert_null(g->target);
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_UNKNOWN_ALIAS);
	assert_str(span_str(fx->diags.list.at[0].span), "*nope");
	done(fx);
}

static void an_alias_to_what_was_cut_out_is_no_fault_of_its_own(void **state)
{
	struct fixture *fx = read_yaml("a: &x @\nb: *x\n");

	(void)state;
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_YAML_SYNTAX);
	assert_null(yaml_resolve(yaml_get(fx->root, STR("b"))));
	done(fx);
}

static void an_alias_of_one_document_is_none_of_the_next(void **state)
{
	struct fixture *fx = read_yaml("a: &x 1\n---\nb: *x\n");

	(void)state;
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_UNKNOWN_ALIAS);
	done(fx);
}

static void equal_keys_are_said_with_both_places(void **state)
{
	struct fixture *fx = read_yaml("a: 1\n\"a\": 2\nb: {c: 1, 'c': 2}\n");
	const struct diag *d = fx->diags.list.at;

	(void)state;
	assert_int_equal(fx->diags.list.n, 2);
	/* The inner mapping ends first. */
	assert_int_equal(d[0].id, DIAG_DUPLICATE_KEY);
	assert_str(span_str(d[0].span), "'c'");
	assert_str(span_str(d[1].span), "\"a\"");
	assert_int_equal(span_start(d[1].related).line, 1);
	assert_int_equal(fx->root->count, 3);
	assert_str(yaml_get(fx->root, STR("a"))->text.s, "1");
	done(fx);
}

static void nulls_booleans_and_numbers(void **state)
{
	static const struct {
		const char *written;
		bool is_null, is_bool, is_true, is_int;
		int64_t number;
	} cases[] = {
		{"~", true, false, false, false, 0},
		{"null", true, false, false, false, 0},
		{"NULL", true, false, false, false, 0},
		{"", true, false, false, false, 0},
		{"''", false, false, false, false, 0},
		{"\"null\"", false, false, false, false, 0},
		{"!!str null", false, false, false, false, 0},
		{"nUll", false, false, false, false, 0},
		{"true", false, true, true, false, 0},
		{"False", false, true, false, false, 0},
		{"yes", false, false, false, false, 0},
		{"'true'", false, false, false, false, 0},
		{"12", false, false, false, true, 12},
		{"-3", false, false, false, true, -3},
		{"+4", false, false, false, true, 4},
		{"010", false, false, false, true, 10},
		{"0o17", false, false, false, true, 15},
		{"0x1F", false, false, false, true, 31},
		{"-0x1F", false, false, false, false, 0},
		{"0x", false, false, false, false, 0},
		{"-", false, false, false, false, 0},
		{"1_000", false, false, false, false, 0},
		{"9223372036854775807", false, false, false, true, INT64_MAX},
		{"9223372036854775808", false, false, false, false, 0},
		{"-9223372036854775808", false, false, false, true, INT64_MIN},
		{"1.5", false, false, false, false, 0},
		{"22:22", false, false, false, false, 0},
		{"\"1\"", false, false, false, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena a = {0};
		struct str bytes = arena_printf(&a, "k: %s\n", cases[i].written);
		struct fixture *fx = read_str(bytes);
		const struct yaml *node = yaml_get(fx->root, STR("k"));
		int64_t number = 0;
		bool truth = false;

		note("%s", cases[i].written);
		/* A lone '-' is an empty list, which is none of these either. */
		if (node) {
			assert_int_equal(yaml_scalar_is_null(node), cases[i].is_null);
			assert_int_equal(
				yaml_scalar_bool(node, &truth), cases[i].is_bool);
			assert_int_equal(truth, cases[i].is_true);
			assert_int_equal(
				yaml_scalar_int(node, &number), cases[i].is_int);
			assert_true(number == cases[i].number);
		}
		done(fx);
		arena_free(&a);
	}
	assert_false(yaml_scalar_is_null(NULL));
}

static void kinds_have_names(void **state)
{
	struct fixture *fx = read_yaml("[{}, [], x, 1, true, ~, &a [], *a]");
	static const char *const names[] = {"a mapping", "a list", "a string",
		"a number", "true or false", "nothing", "a list", "a list"};

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_string_equal(yaml_kind_name(&fx->root->items[i]), names[i]);
	done(fx);
}

/* Hostile input. */

static struct str repeat(struct arena *a, const char *unit, size_t times)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < times; i++)
		buf_add(&b, str_c(unit));
	return buf_str(&b);
}

static void deep_nesting_ends_at_the_limit(void **state)
{
	static const char *const units[] = {"[", "{a: ", "- ", "? "};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct arena a = {0};
		struct fixture *fx = read_str(repeat(&a, units[i], 1000));

		assert_true(fx->diags.list.n >= 1);
		assert_int_equal(fx->diags.list.at[0].id, DIAG_LIMIT_REACHED);
		assert_true(fx->stream->is_partial);
		done(fx);
		arena_free(&a);
	}
}

static void a_limit_inside_one_service_leaves_the_next(void **state)
{
	struct arena a = {0};
	struct str deep = repeat(&a, "[", 200);
	struct str bytes = arena_printf(
		&a, "s:\n  a:\n    x: %.*s\n    y: 1\n  b:\n    z: 2\n", STR_ARG(deep));
	struct fixture *fx = read_str(bytes);

	(void)state;
	assert_str(dump_all(fx), "{s={a={y=1},b={z=2}}}");
	assert_int_equal(fx->diags.list.at[0].id, DIAG_LIMIT_REACHED);
	done(fx);
	arena_free(&a);
}

static void a_billion_laughs_are_a_few_nodes(void **state)
{
	struct fixture *fx = read_yaml("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
				       "d: &d [*c, *c]\ne: [*d, *d]\n");

	(void)state;
	assert_int_equal(fx->diags.list.n, 0);
	assert_int_equal(yaml_get(fx->root, STR("e"))->count, 2);
	assert_true(fx->arena.used < 64 * 1024);
	done(fx);
}

/* Pairwise comparison would be 5 * 10^9 steps here: the test would not end. */
static void a_hundred_thousand_keys_are_read_in_linear_time(void **state)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};
	struct fixture *fx;

	(void)state;
	for (unsigned i = 0; i < 100 * 1000; i++)
		buf_printf(&b, "key%u: &a%u x\n", i, i);
	buf_add(&b, STR("key77777: *a5\n"));
	fx = read_str(buf_str(&b));
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_DUPLICATE_KEY);
	assert_int_equal(span_start(fx->diags.list.at[0].related).line, 77778);
	assert_str(yaml_resolve(&fx->root->items[100000])->text.s, "x");
	done(fx);
	arena_free(&a);
}

static void too_many_values_are_left_unread(void **state)
{
	struct arena a = {0};
	struct str bytes = repeat(&a, "-\n", YAML_NODES_MAX + 10);
	struct fixture *fx = read_str(bytes);

	(void)state;
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_LIMIT_REACHED);
	assert_true(fx->root->count <= YAML_NODES_MAX);
	done(fx);
	arena_free(&a);
}

static void too_many_errors_end_the_reading(void **state)
{
	struct arena a = {0};
	struct fixture *fx = read_str(repeat(&a, "a: @\n", 1000));

	(void)state;
	assert_int_equal(fx->diags.list.n, YAML_ERRORS_MAX + 1);
	assert_int_equal(fx->diags.list.at[YAML_ERRORS_MAX].id, DIAG_LIMIT_REACHED);
	done(fx);
	arena_free(&a);
}

/* Each of these brackets swallows the rest of the file. */
static void what_errors_swallow_is_not_read_again_without_end(void **state)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};
	struct fixture *fx;

	(void)state;
	buf_add(&b, repeat(&a, "a: [\n", 40));
	buf_add(&b, repeat(&a, "x,\n", 500 * 1000));
	fx = read_str(buf_str(&b));
	assert_true(fx->diags.list.n <= 6);
	assert_int_equal(vec_last(&fx->diags.list)->id, DIAG_LIMIT_REACHED);
	done(fx);
	arena_free(&a);
}

static void bytes_that_are_no_text_are_said(void **state)
{
	struct fixture *fx =
		read_str((struct str){"a: x\0y\nb: \"\xff\xfe\"\nc: 1\n", 20});

	(void)state;
	assert_int_equal(fx->diags.list.n, 2);
	assert_int_equal(fx->diags.list.at[0].span.offset, 4);
	assert_str(yaml_get(fx->root, STR("a"))->text.s, "x\xef\xbf\xbdy");
	assert_str(yaml_get(fx->root, STR("b"))->text.s, "\xef\xbf\xbd\xef\xbf\xbd");
	assert_str(yaml_get(fx->root, STR("c"))->text.s, "1");
	assert_true(fx->stream->is_partial);
	done(fx);
}

/* Templates are not YAML, but they end, and what is YAML in them may stay. */
static void templates_are_faults_and_not_hangs(void **state)
{
	static const char *const templates[] = {
		"{{ cookiecutter.name }}:\n  image: {{ cookiecutter.image }}:1\n",
		"services:\n{% for s in services %}\n  {{ s }}:\n    image: x\n{% endfor %}\n",
		"a: {{ .Values.a | quote }}-x\nb: 1\n",
		"{{- if .Values.x }}\na: 1\n{{- end }}\n",
		"<%= x %>: y: z\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		struct fixture *fx = read_yaml(templates[i]);

		if (!fx->diags.list.n || !fx->stream->is_partial)
			fail_msg("%s is taken", templates[i]);
		done(fx);
	}
}

static void text_behind_the_document_is_read_all_the_same(void **state)
{
	struct fixture *fx = read_yaml("  version: 3\nservices:\n  web: {}\n");

	(void)state;
	assert_str(dump_all(fx), "{version=3} --- {services={web={}}}");
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(span_start(fx->diags.list.at[0].span).line, 2);
	done(fx);
}

static void faults_say_what_to_do(void **state)
{
	static const struct {
		const char *bytes, *sentence;
	} cases[] = {
		{"a: b: c\n", "needs quotes"},
		{"a:\n  b: \"x\nc: \"y\"\n", "quote that opens here"},
		{"a: \"x\n", "this quote is never closed"},
		{"a: [x\nb: 1\nc: 2\n", "bracket is not closed"},
		{"a:\n   b: 1\n  c: 1\n",
			"column 3, but the keys of its mapping in column 1"},
		{"a:\n\tb: 1\n", "a tab stands where spaces must"},
		{"a: `x`\n", "put the value in quotes"},
		{"a: \"\\d\"\n", "use single quotes"},
		{"a: 1\nb\nc: 1\n", "has no ':' behind its key"},
		{"a: 1\n- b\n", "'-' stands here"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture *fx = read_yaml(cases[i].bytes);
		struct str detail;

		assert_true(fx->diags.list.n > 0);
		detail = fx->diags.list.at[0].detail;
		if (str_find_str(detail, str_c(cases[i].sentence)) == detail.n)
			fail_msg("%s says %.*s", cases[i].bytes, STR_ARG(detail));
		done(fx);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_are_as_written),
		cmocka_unit_test(a_fault_takes_only_its_own_value),
		cmocka_unit_test(every_span_is_what_is_written),
		cmocka_unit_test(spans_hold_behind_many_letters),
		cmocka_unit_test(bytes_know_where_they_came_from),
		cmocka_unit_test(comments_are_kept_with_their_place),
		cmocka_unit_test(aliases_find_the_latest_anchor),
		cmocka_unit_test(an_alias_to_what_was_cut_out_is_no_fault_of_its_own),
		cmocka_unit_test(an_alias_of_one_document_is_none_of_the_next),
		cmocka_unit_test(equal_keys_are_said_with_both_places),
		cmocka_unit_test(nulls_booleans_and_numbers),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(deep_nesting_ends_at_the_limit),
		cmocka_unit_test(a_limit_inside_one_service_leaves_the_next),
		cmocka_unit_test(a_billion_laughs_are_a_few_nodes),
		cmocka_unit_test(a_hundred_thousand_keys_are_read_in_linear_time),
		cmocka_unit_test(too_many_values_are_left_unread),
		cmocka_unit_test(too_many_errors_end_the_reading),
		cmocka_unit_test(what_errors_swallow_is_not_read_again_without_end),
		cmocka_unit_test(bytes_that_are_no_text_are_said),
		cmocka_unit_test(templates_are_faults_and_not_hangs),
		cmocka_unit_test(text_behind_the_document_is_read_all_the_same),
		cmocka_unit_test(faults_say_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
