#include "unit.h"

#include "base/buf.h"
#include "source/runline_script.h"

/*
 * A script and its engine lines: "@folder" where it is not the script's own ("@?": not
 * known), "?" in front of one that may not run, then the words; ${X} is not known.
 */
struct row {
	const char *script, *lines;
};

static struct str show(struct arena *a, const struct script_lines *lines)
{
	struct buf b = {.arena = a};

	vec_each (struct script_line, line, lines) {
		if (!line->folder_known)
			buf_add(&b, STR("@? "));
		else if (!str_eq(line->folder, STR("app")))
			buf_printf(&b, "@%.*s ", STR_ARG(line->folder));
		if (line->runs != ANSWER_YES)
			buf_add(&b, STR("? "));
		vec_each (struct word, w, &line->words)
			buf_printf(&b, "%s%.*s", w == line->words.at ? "" : " ",
				STR_ARG(value_display(a, w->value)));
		buf_char(&b, '\n');
	}
	return buf_str(&b);
}

static struct script_lines read_script(
	struct arena *a, const char *script, struct diags *diags)
{
	const struct file *file = file_new(a, STR("app/run.sh"), str_c(script));

	*diags = (struct diags){.arena = a};
	return script_lines_read(a, file, STR("app"), diags);
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena a = {0};
		struct diags diags;
		struct script_lines lines = read_script(&a, rows[i].script, &diags);

		note("%s", rows[i].script);
		assert_str(show(&a, &lines), rows[i].lines);
		assert_int_equal(diags.list.n, 0);
		arena_free(&a);
	}
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void lines_are_found(void **state)
{
	static const struct row rows[] = {
		{"echo docker run a\n", ""},
		{"sudo -E docker run a\nexec podman run b\n",
			"docker run a\npodman run b\n"},
		{"f() { docker run $1; }\nf a\nf b\n", "docker run a\ndocker run b\n"},
		{"f() { docker run a $1; }\ng() { f; I=b; docker run $I; }\n",
			"? docker run a ?\n? docker run b\n"},
		{"if true; then docker run a; fi\n", "? docker run a\n"},
		{"for i in a b; do docker run $i; done\n",
			"docker run a\ndocker run b\n"},
		{"docker run \\\n  --rm \\\n  a\n", "docker run --rm a\n"},
		{"bash -c 'docker run a'\n", "docker run a\n"},
		{"sh <<'END'\ndocker run a\nEND\n", "docker run a\n"},
		{"eval docker run a\n", "docker run a\n"},
		{"$SUDO docker run a\n", "? docker run a\n"},
		{"S=\n$S docker run a\n", "? docker run a\n"},
		{"S=echo\n$S docker run a\n", ""},
		{"CMD='docker run -u 0 a'\n$CMD\neval \"$CMD\"\n",
			"docker run -u 0 a\ndocker run -u 0 a\n"},
		{"ID=$(docker run -d a)\ndocker exec $ID id\n",
			"docker run -d a\ndocker exec ${ID} id\n"},
		{"docker ps | xargs docker rm\n", "docker ps\n? docker rm\n"},
	};

	(void)state;
	CHECK(rows);
}

static void variables_are_put_in(void **state)
{
	static const struct row rows[] = {
		{"I=foo\ndocker run $I\n", "docker run foo\n"},
		{"O='--rm -u 0'\ndocker run $O a\n", "docker run --rm -u 0 a\n"},
		{"O='--rm -u 0'\ndocker run \"$O\" a\n", "docker run --rm -u 0 a\n"},
		{"O=\ndocker run $O a\n", "docker run a\n"},
		{"O='-v x:/x'\nO=\"$O -u 0\"\ndocker run $O a\n",
			"docker run -v x:/x -u 0 a\n"},
		{"O=-i\nO+=' -t'\ndocker run $O a\n", "docker run -i -t a\n"},
		{"O=(-v \"/a b:/c\")\nO+=(-u 0)\ndocker run \"${O[@]}\" a\n",
			"docker run -v /a b:/c -u 0 a\n"},
		{"D=$HOME/d\ndocker run -v $D:/d a\n",
			"docker run -v ${HOME}/d:/d a\n"},
		{"O=\"-v $PWD:/w --rm\"\ndocker run $O a\n",
			"docker run -v ${PWD}:/w --rm a\n"},
		{"docker run -u ${U:-0} -p ${1:-80} ${X:+--rm} $Y a\n",
			"docker run -u 0 -p ${1} ${X} ${Y} a\n"},
		{". ./env.sh\ndocker run -u ${U:-0} a\n", "docker run -u ${U} a\n"},
		{"U=5\ndocker run -u ${U:-0} ${U:+--rm} a\n",
			"docker run -u 5 --rm a\n"},
		{"I=a/b:1\ndocker run ${I%:*}\n", "docker run a/b\n"},
		{"read I\ndocker run $I\n", "docker run ${I}\n"},
		{"export U=7\nlocal V=8\ndocker run -u $U:$V a\n",
			"docker run -u 7:8 a\n"},
		{"U=7 docker run -u $U a\n", "docker run -u ${U} a\n"},
		{"docker run -v ~/x:/x a\n", "docker run -v ${HOME}/x:/x a\n"},
		{"D=docker\n$D run a\n${E:-podman} run b\n",
			"docker run a\npodman run b\n"},
	};

	(void)state;
	CHECK(rows);
}

static void conditions_end(void **state)
{
	static const struct row rows[] = {
		{"if x; then I=a; docker run $I; fi\ndocker run $I\n",
			"? docker run a\ndocker run ${I}\n"},
		{"I=a\nif x; then I=b; fi\ndocker run $I\n", "docker run ${I}\n"},
		{"I=a\nif x; then I=a; fi\ndocker run $I\n", "docker run a\n"},
		{"O='--rm'\nif x; then O=\"$O -u 0\"; fi\ndocker run $O a\n",
			"docker run --rm ${O} a\n"},
		{"O=(--rm)\n[ -n \"$G\" ] && O+=(--gpus all)\ndocker run \"${O[@]}\" a\n",
			"docker run --rm ${O} a\n"},
		{"x && I=a && docker run $I\n", "? docker run a\n"},
		{"I=a\n(I=b; docker run $I)\ndocker run $I\n",
			"docker run b\ndocker run a\n"},
		{"while x; do O=\"$O -u 0\"; done\ndocker run $O a\n",
			"docker run ${O} a\n"},
		{"if x; then if y; then I=a; fi; docker run $I; fi\n",
			"? docker run ${I}\n"},
		{"if x; then O=1; else O=2; fi\ndocker run -u $O a\n",
			"docker run -u ${O} a\n"},
		{"case $1 in a) I=x;; esac\ndocker run ${I}\n", "docker run ${I}\n"},
	};

	(void)state;
	CHECK(rows);
}

static void folders_are_followed(void **state)
{
	static const struct row rows[] = {
		{"cd sub\ndocker run a\n", "@app/sub docker run a\n"},
		{"cd ..\ndocker run a\n", "@. docker run a\n"},
		{"cd /x && docker run a\n", "@/x ? docker run a\n"},
		{"cd \"$(dirname \"$0\")\"\ndocker run a\n", "docker run a\n"},
		{"cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\"\ndocker run a\n",
			"@. docker run a\n"},
		{"cd ${0%/*}/d\ndocker run a\n", "@app/d docker run a\n"},
		{"HERE=$(cd \"$(dirname \"$0\")\" && pwd)\ncd \"$HERE\"\ndocker run a\n",
			"docker run a\n"},
		{"cd $X\ndocker run a\n", "@? docker run a\n"},
		{"(cd sub; docker run a)\ndocker run b\n",
			"@app/sub docker run a\ndocker run b\n"},
		{"if x; then cd sub; fi\ndocker run b\n", "@? docker run b\n"},
		{"pushd sub\npopd\ndocker run b\n", "@? docker run b\n"},
	};

	(void)state;
	CHECK(rows);
}

static void words_have_the_place_of_their_bytes(void **state)
{
	struct arena a = {0};
	struct diags diags;
	struct script_lines lines = read_script(&a,
		"O='--rm -u 0'\nA=(--cap-add ALL)\nI=img\n"
		"docker run $O \"${A[@]}\" $I\n",
		&diags);
	const struct words *words = &lines.at[0].words;

	(void)state;
	assert_int_equal(words->n, 8);
	assert_str(span_str(words->at[4].span), "0");
	assert_int_equal(span_start(words->at[4].span).line, 1);
	assert_str(span_str(words->at[6].span), "ALL");
	assert_int_equal(span_start(words->at[6].span).line, 2);
	assert_str(span_str(words->at[7].span), "$I");
	assert_int_equal(words->at[7].value.at[0].kind, SEGMENT_EXPANSION);
	assert_str(span_str(words->at[7].value.at[0].definition), "img");
	arena_free(&a);
	/* one word inside several is mended where it is used, not across the script */
	lines = read_script(&a,
		"P=80\nQ=90\nO=\"--rm -p $P:$Q\"\nO=\"$O -i\"\ndocker run $O a\n",
		&diags);
	words = &lines.at[0].words;
	assert_str(span_str(words->at[4].span), "$P:$Q");
	assert_str(span_str(words->at[2].span), "--rm");
	assert_str(span_str(words->at[5].span), "-i");
	arena_free(&a);
}

static void growth_is_bounded(void **state)
{
	struct arena a = {0};
	struct diags diags;
	struct buf b = {.arena = &a};
	struct script_lines lines;

	(void)state;
	buf_add(&b, STR("A=x\n"));
	for (int i = 0; i < 40; i++)
		buf_add(&b, STR("A=\"$A $A\"; B+=($A $A)\n"));
	buf_add(&b, STR("docker run $A\n"));
	lines = read_script(&a, arena_cstr(&a, buf_str(&b)), &diags);
	assert_int_equal(lines.n, 0);
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.at[0].id, DIAG_LIMIT_REACHED);
	assert_true(a.used < 512u * 1024 * 1024);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_found),
		cmocka_unit_test(variables_are_put_in),
		cmocka_unit_test(conditions_end),
		cmocka_unit_test(folders_are_followed),
		cmocka_unit_test(words_have_the_place_of_their_bytes),
		cmocka_unit_test(growth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
