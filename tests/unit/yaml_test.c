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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_are_as_written),
		cmocka_unit_test(a_fault_takes_only_its_own_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
