/* Content decides: a table of beginnings and what they are. */
#include "unit.h"

#include "base/buf.h"
#include "syntax/dockerfile.h"
#include "syntax/sniff.h"

static const struct {
	enum input_kind kind;
	const char *bytes;
} table[] = {
	{INPUT_DOCKERFILE, "FROM ubuntu\n"},
	{INPUT_DOCKERFILE, "from ubuntu as x\nrun y\n"},
	{INPUT_DOCKERFILE,
		"\xef\xbb\xbf# syntax=docker/dockerfile:1\n\n# c\nARG A=1\nFROM $A\n"},
	{INPUT_DOCKERFILE, "#!/usr/bin/env -S docker build -f\nFROM a\nRUN x\n"},
	{INPUT_DOCKERFILE,
		"FROM --platform=$BUILDPLATFORM \\\n  a:1@sha256:0 AS b\nRUN x\n"},
	{INPUT_DOCKERFILE, "# escape=`\r\nFROM a\r\nRUN x `\r\n y\r\n"},
	{INPUT_DOCKERFILE, "FROM ${A:-b}/c:${D}\nUSER 1\n"},
	/* Mistakes do not make it something else: they are to be reported. */
	{INPUT_DOCKERFILE, "FROM ubuntu 20.04\nRUN x\nUSER y\n"},
	{INPUT_DOCKERFILE, "FROM a # base\nRUN x\nCMD y\n"},
	{INPUT_DOCKERFILE, "MAINTAINER me\nFROM a\nRUN x\n"},
	{INPUT_DOCKERFILE, "FROM a\nRUN x\n  && y\nUSER u\n"},
	{INPUT_DOCKERFILE, "FROM a\nRUN cat <<EOF\none\ntwo\nthree\nfour\n"},
	{INPUT_DOCKERFILE, "// syntax=example/mocker\nanything\n"},
	/* Braces of a RUN, an option or a heredoc are no template. */
	{INPUT_DOCKERFILE, "FROM a\nRUN docker inspect -f '{{.Id}}' x\n"},
	{INPUT_DOCKERFILE, "FROM a\nRUN docker inspect -f \\\n  {{.Id}} x\n"},
	{INPUT_DOCKERFILE, "FROM a\nRUN echo ${{ x }} {% y %}\n"},
	{INPUT_DOCKERFILE,
		"FROM a\nCOPY <<EOF /x.j2\n{% if a %}\n{{ b }}\n{% endif %}\nEOF\n"},
	{INPUT_DOCKERFILE, "FROM a\nRUN <<EOF\n{% x %}\nEOF\nLABEL x=\"{{y}}\"\n"},
	{INPUT_DOCKERFILE, "FROM a\nRUN x <<EOF \\\n  y\n{{ z }}\nEOF\n"},

	{INPUT_TEMPLATE, "FROM {{ base }}\nRUN x\n"},
	{INPUT_TEMPLATE, "FROM {{ .Values.base }}:{{ tag }} AS b\nRUN x\n"},
	{INPUT_TEMPLATE, "{% set a = 1 %}\nFROM a\nRUN x\n"},
	{INPUT_TEMPLATE, "{{\n  def f: 1;\n  x\n-}}\nFROM a:{{ f }}\nRUN x\n"},
	{INPUT_TEMPLATE,
		"FROM a\nRUN x && \\\n{%- if y %}\n  z && \\\n{%- endif %}\n  w\n"},
	{INPUT_TEMPLATE, "<% if x %>\nFROM a\n<% end %>\nRUN y\n"},
	{INPUT_TEMPLATE, "FROM <%= base %>\nRUN y\n"},
	{INPUT_TEMPLATE, "FROM %%BASE%%\nRUN x\n"},
	{INPUT_TEMPLATE, "FROM @BASE_IMAGE@\nRUN x\n"},
	{INPUT_TEMPLATE, "FROM a\n__LABELS__\nRUN x\n"},
	{INPUT_TEMPLATE,
		"services:\n{% for x in y %}\n  a:\n    image: b\n{% endfor %}\n"},

	{INPUT_COMPOSE, "services:\n  web:\n    image: a\n"},
	{INPUT_COMPOSE,
		"# c\nversion: '3'\nx-a: &a\n  b: c\n\nservices: # all\n\n  # w\n  web:\n"},
	{INPUT_COMPOSE, "services: {web: {image: a}}\n"},
	/* a document that shows one */
	{INPUT_UNKNOWN, "# How to\n\n```yaml\nservices:\n  web:\n    image: a\n```\n"},
	{INPUT_COMPOSE, "name: x\r\nservices:\r\n  web:\r\n    build: .\r\n"},
	{INPUT_COMPOSE, "services:\n  a:\n    command: |\n      FROM x\n"},

	{INPUT_SHELL, "#!/bin/sh\nFROM a\n"},
	{INPUT_SHELL, "#!/usr/bin/env bash\nset -e\n"},
	{INPUT_SHELL, "#! /bin/bash -e\ncat <<EOF >Dockerfile\nFROM a\nEOF\n"},
	{INPUT_SHELL,
		"cat > Dockerfile <<-'END'\nFROM a\nRUN b\nEND\ndocker build .\n"},

	{INPUT_JSON, "{\"a\": 1}"},
	{INPUT_JSON, "\n [{\"a\": 1}]"},
	{INPUT_JSON, "{}"},

	{INPUT_UNKNOWN, ""},
	{INPUT_UNKNOWN, "# only a comment\n"},
	{INPUT_UNKNOWN, "from x import y\nimport z\nUSER = 1\n"},
	{INPUT_UNKNOWN, "#!/usr/bin/env python3\nfrom x import y\n"},
	{INPUT_UNKNOWN, "from typing\n  import z\ndef f():\n  return 1\n"},
	{INPUT_UNKNOWN, "import os\nfrom a import b\n"},
	{INPUT_UNKNOWN, "SELECT a\nFROM b\nWHERE c\n"},
	{INPUT_UNKNOWN, "FROM b\nWHERE c = 1\n"},
	{INPUT_UNKNOWN, "From me\n\nHello you, how are you?\nI am well.\n"},
	{INPUT_UNKNOWN, "From nobody Mon Sep 17 2001\nSubject: x\n"},
	{INPUT_UNKNOWN, "ONBUILD COPY . /x\nONBUILD RUN y\n"},
	{INPUT_UNKNOWN, "USER root\nRUN x\n"},
	{INPUT_UNKNOWN,
		"name: build\non: push\njobs:\n  a:\n    services:\n      b:\n"},
	{INPUT_UNKNOWN, "services:\n  - docker:dind\n"},
	{INPUT_UNKNOWN, "services: none\n"},
	{INPUT_UNKNOWN, "{{ a }}\nhello {{ b }}\nworld\n"},
	{INPUT_UNKNOWN, "{% if a %}\nhello\n{% endif %}\n"},
	{INPUT_UNKNOWN, "cat <<EOF\nhello\nEOF\n"},
};

static void content_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct arena arena = {0};
		enum input_kind kind = sniff(&arena,
			file_new(&arena, STR("x"), str_c(table[i].bytes)), NULL);

		if (kind != table[i].kind)
			fail_msg("'%s' is a %s, expected %s", table[i].bytes,
				input_kind_name(kind), input_kind_name(table[i].kind));
		arena_free(&arena);
	}
}

static void binary_is_unknown(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_int_equal(
		sniff(&arena, file_new(&arena, STR("x"), STR("FROM a\n\0RUN b\n")),
			NULL),
		INPUT_UNKNOWN);
	arena_free(&arena);
}

/* A heredoc that begins in the first bytes and ends far behind them. */
static void long_heredoc_is_followed_to_its_end(void **state)
{
	struct arena arena = {0};
	struct buf b = {.arena = &arena};

	(void)state;
	buf_add(&b, STR("FROM a\nCOPY <<EOF /x.py\n"));
	while (b.n < 2 * SNIFF_MAX)
		buf_add(&b, STR("from x import y\n"));
	buf_add(&b, STR("EOF\nRUN z\n"));
	assert_int_equal(sniff(&arena, file_new(&arena, STR("x"), buf_str(&b)), NULL),
		INPUT_DOCKERFILE);
	arena_free(&arena);
}

/* Who asks for the tree gets that of the whole file, with the file's own places. */
static void tree_is_handed_on(void **state)
{
	struct arena arena = {0};
	struct buf b = {.arena = &arena};
	const struct file *file = file_new(&arena, STR("x"),
		STR("\xef\xbb\xbf"
		    "FROM a\nRUN b\nUSR c\n"));
	struct sniffed sniffed;

	(void)state;
	assert_int_equal(sniff(&arena, file, &sniffed), INPUT_DOCKERFILE);
	assert_ptr_equal(sniffed.tree->file, file);
	assert_int_equal(sniffed.tree->instruction_count, 3);
	assert_int_equal(sniffed.tree->instructions[0].span.offset, 3);
	assert_int_equal(sniffed.diags.list.n, 1);
	assert_ptr_equal(sniffed.diags.list.at[0].span.file, file);

	buf_add(&b, STR("FROM a\n"));
	while (b.n < 2 * SNIFF_MAX)
		buf_add(&b, STR("RUN b\n"));
	file = file_new(&arena, STR("x"), buf_str(&b));
	assert_int_equal(sniff(&arena, file, &sniffed), INPUT_DOCKERFILE);
	assert_null(sniffed.tree);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_decides),
		cmocka_unit_test(binary_is_unknown),
		cmocka_unit_test(long_heredoc_is_followed_to_its_end),
		cmocka_unit_test(tree_is_handed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
