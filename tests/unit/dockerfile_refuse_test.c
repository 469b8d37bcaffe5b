/* What BuildKit refuses is said over the exact bytes; hostile input stays cheap. */
#include "dockerfile_unit.h"

#include <time.h>

static const struct {
	const char *bytes;
	enum diag_id id;
	const char *span;
} refused[] = {
	{"", DIAG_NO_INSTRUCTION, ""},
	{"# only a comment\n\n", DIAG_NO_INSTRUCTION, ""},
	{"ARG X=1\n", DIAG_NO_FROM, "ARG X=1"},
	{"RUN x\nFROM a\n", DIAG_BEFORE_FROM, "RUN"},
	{"FROM a\nRNU x\n", DIAG_UNKNOWN_INSTRUCTION, "RNU"},
	{"FROM\n", DIAG_MISSING_ARGUMENT, "FROM"},
	{"FROM a b\n", DIAG_BAD_ARGUMENT, "b"},
	{"FROM a IS b\n", DIAG_BAD_ARGUMENT, "IS b"},
	{"FROM a AS b c\n", DIAG_BAD_ARGUMENT, "AS b c"},
	{"FROM a # base\n", DIAG_BAD_ARGUMENT, "# base"},
	{"FROM a AS 1x\n", DIAG_BAD_ARGUMENT, "1x"},
	{"FROM a AS x/y\n", DIAG_BAD_ARGUMENT, "x/y"},
	{"FROM --from=x a\n", DIAG_UNKNOWN_FLAG, "--from=x"},
	{"FROM a\nRUN\n", DIAG_MISSING_ARGUMENT, "RUN"},
	{"FROM a\nUSER \n", DIAG_MISSING_ARGUMENT, "USER"},
	{"FROM a\nWORKDIR", DIAG_MISSING_ARGUMENT, "WORKDIR"},
	{"FROM a\nEXPOSE\n", DIAG_MISSING_ARGUMENT, "EXPOSE"},
	{"FROM a\nSTOPSIGNAL\n", DIAG_MISSING_ARGUMENT, "STOPSIGNAL"},
	{"FROM a\nVOLUME []\n", DIAG_MISSING_ARGUMENT, "VOLUME"},
	{"FROM a\nVOLUME [\" \"]\n", DIAG_BAD_ARGUMENT, " "},
	{"FROM a\nSHELL []\n", DIAG_MISSING_ARGUMENT, "SHELL"},
	{"FROM a\nMAINTAINER\n", DIAG_MISSING_ARGUMENT, "MAINTAINER"},
	{"FROM a\nARG\n", DIAG_MISSING_ARGUMENT, "ARG"},
	{"FROM a\nARG =x\n", DIAG_BAD_ARGUMENT, "=x"},
	{"FROM a\nENV\n", DIAG_MISSING_ARGUMENT, "ENV"},
	{"FROM a\nENV =x\n", DIAG_BAD_ARGUMENT, "=x"},
	{"FROM a\nLABEL a=1 b\n", DIAG_BAD_ARGUMENT, "b"},
	{"FROM a\nCOPY\n", DIAG_MISSING_ARGUMENT, "COPY"},
	{"FROM a\nCOPY x\n", DIAG_MISSING_ARGUMENT, "x"},
	{"FROM a\nADD [\"x\"]\n", DIAG_MISSING_ARGUMENT, "x"},
	{"FROM a\nCOPY x <<E\nb\nE\n", DIAG_BAD_ARGUMENT, "<<E"},
	{"FROM a\nCOPY --user=x a b\n", DIAG_UNKNOWN_FLAG, "--user=x"},
	{"FROM a\nCOPY --link=maybe a b\n", DIAG_BAD_FLAG, "--link=maybe"},
	{"FROM a\nCOPY --link= a b\n", DIAG_BAD_FLAG, "--link="},
	{"FROM a\nCOPY --chown a b\n", DIAG_BAD_FLAG, "--chown"},
	{"FROM a\nCOPY --chown=a --chown=b a b\n", DIAG_BAD_FLAG, "--chown=b"},
	{"FROM a\nCMD --port 80\n", DIAG_UNKNOWN_FLAG, "--port"},
	{"FROM a\nHEALTHCHECK\n", DIAG_MISSING_ARGUMENT, "HEALTHCHECK"},
	{"FROM a\nHEALTHCHECK CMD\n", DIAG_MISSING_ARGUMENT, "CMD"},
	{"FROM a\nHEALTHCHECK TCP 80\n", DIAG_BAD_ARGUMENT, "TCP"},
	{"FROM a\nHEALTHCHECK NONE x\n", DIAG_BAD_ARGUMENT, "x"},
	{"FROM a\nHEALTHCHECK --interval=5 CMD x\n", DIAG_BAD_FLAG, "--interval=5"},
	{"FROM a\nHEALTHCHECK --retries=x CMD x\n", DIAG_BAD_FLAG, "--retries=x"},
	{"FROM a\nRUN --mount=typ=bind x\n", DIAG_BAD_FLAG, "typ"},
	{"FROM a\nRUN --mount=type=bnd x\n", DIAG_BAD_FLAG, "bnd"},
	{"FROM a\nRUN --mount=type=cache,target x\n", DIAG_BAD_FLAG, "target"},
	{"FROM a\nRUN --mount=target=/a,uid=1 x\n", DIAG_BAD_FLAG, "uid"},
	{"FROM a\nRUN --mount=uid=app,type=cache x\n", DIAG_BAD_FLAG, "app"},
	{"FROM a\nRUN --mount=type=cache,mode=9 x\n", DIAG_BAD_FLAG, "9"},
	{"FROM a\nRUN --mount=type=cache,sharing=no x\n", DIAG_BAD_FLAG, "no"},
	{"FROM a\nRUN --mount=from=$B,target=/b x\n", DIAG_BAD_FLAG, "$B"},
	{"FROM a\nRUN --mount=ro=maybe x\n", DIAG_BAD_FLAG, "maybe"},
	{"FROM a\nRUN --network=bridge x\n", DIAG_BAD_FLAG, "--network=bridge"},
	{"FROM a\nRUN --security=none x\n", DIAG_BAD_FLAG, "--security=none"},
	{"FROM a\nONBUILD FROM b\n", DIAG_BAD_ONBUILD, "FROM"},
	{"FROM a\nONBUILD COPY x\n", DIAG_MISSING_ARGUMENT, "x"},
	{"# escape=x\nFROM a\n", DIAG_BAD_DIRECTIVE, "x"},
	{"\xff\xfe"
	 "F",
		DIAG_NOT_TEXT, "\xff\xfe"},
};

static void refusals_stand_over_their_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct reading *r = read_dockerfile(refused[i].bytes);

		if (r->diags.list.n != 1)
			fail_msg("%zu diags for '%s'", r->diags.list.n,
				refused[i].bytes);
		assert_diag(r, refused[i].id, refused[i].span);
		done(r);
	}
}

static void valid_forms_are_quiet(void **state)
{
	static const char *const valid[] = {
		"FROM a\nCOPY --exclude=x --exclude=y --parents . /\n",
		"FROM a\nADD --unpack --link=FALSE x /\n",
		"FROM a\nRUN --network=none --device=x --mount=type=ssh x\n",
		"FROM a\nHEALTHCHECK --timeout=1.5h2ms --start-period=0 "
		"--start-interval=10us --retries=0 CMD x\n",
		"FROM a\nRUN --mount=type=cache,uid=$U,mode=${M},sharing=LOCKED,ro,id=a x\n",
		"FROM a\nRUN --mount=type=$T,uid=1,required=1,size=1m x\n",
		"FROM a\nCMD\n",
		"FROM a\nENTRYPOINT\n",
		"FROM a\nRUN []\n",
		"FROM a AS b-1_2.c\n",
		"ARG A\nARG B\nFROM a\n",
		"FROM a\nCOPY x\xc2\xa0y /z\n",
		"FROM a\nLABEL\tx\ty\n",
		"\xc2\xa0"
		"FROM a\n",
		"FROM a\nRUN x \\\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
		struct reading *r = read_dockerfile(valid[i]);

		assert_quiet(r);
		done(r);
	}
}

static void reading_goes_on_at_the_next_instruction(void **state)
{
	struct reading *r = read_dockerfile(
		"FROM a\nRUN x\n  && y\n  && z\n  w\nUSER u\nUSR v\nCMD c\n");

	(void)state;
	/* Lines that lost their continuation are one mistake, a misspelt word another. */
	assert_int_equal(r->diags.list.n, 2);
	assert_place(r->diags.list.at[0].span, 3, 3);
	assert_str(span_str(r->diags.list.at[1].span), "USR");
	assert_true(str_ends(r->diags.list.at[1].detail, STR("USER")));
	assert_int_equal(r->df->instruction_count, 8);
	assert_int_equal(nth(r, 5)->keyword, DOCKERFILE_USER);
	assert_int_equal(nth(r, 7)->keyword, DOCKERFILE_CMD);
	done(r);
}

/* Every byte that is no blank belongs to a directive, comment, shebang or instruction. */
static void nothing_of_the_file_is_lost(void **state)
{
	static const char bytes[] =
		"#!x\n# syntax=docker/dockerfile:1\n# c\n\nFROM a AS b\n#d\nRUN x \\\n # e\n"
		"\n  y\nCOPY <<E <<F /\n1\nE\n2\nF\nONBUILD RUN <<-G\n\tg\n\tG\nBAD z\nENV a b";
	struct reading *r = read_dockerfile(bytes);
	char seen[sizeof(bytes)] = {0};

	(void)state;
	memset(seen + r->df->shebang.offset, 1, r->df->shebang.length);
	for (uint32_t i = 0; i < r->df->directive_count; i++)
		memset(seen + r->df->directives[i].span.offset, 1,
			r->df->directives[i].span.length);
	for (uint32_t i = 0; i < r->df->comment_count; i++)
		memset(seen + r->df->comments[i].offset, 1, r->df->comments[i].length);
	for (uint32_t i = 0; i < r->df->instruction_count; i++)
		memset(seen + nth(r, i)->span.offset, 1, nth(r, i)->span.length);
	for (size_t i = 0; i + 1 < sizeof(bytes); i++)
		if (!byte_is_space(bytes[i]) && !seen[i])
			fail_msg("byte %zu, '%s', is in nothing", i, bytes + i);
	done(r);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* size bytes of unit, repeated, behind start. */
static struct str repeat(
	const char *start, const char *unit, size_t unit_size, size_t size)
{
	char *p = malloc(size);
	size_t n = strlen(start);

	assert_non_null(p);
	memcpy(p, start, n);
	for (size_t i = n; i < size; i++)
		p[i] = unit[(i - n) % unit_size];
	return (struct str){p, size};
}

#define UNIT(literal) literal, sizeof(literal) - 1

static const struct hostile {
	const char *start, *unit;
	size_t unit_size;
	enum diag_id id; /* DIAG_COUNT: none is expected */
} hostile[] = {
	{"", UNIT("\n"), DIAG_NO_INSTRUCTION},
	{"", UNIT("#\n"), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN ", UNIT("x"), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN ", UNIT("x\\\n"), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN x\\\n", UNIT("\n"), DIAG_EMPTY_CONTINUATION},
	{"FROM a\nRUN x\\\n", UNIT("#\n"), DIAG_LIMIT_REACHED},
	{"", UNIT("FROM a\n"), DIAG_LIMIT_REACHED},
	{"", UNIT("FROM a\\\n\nRUN b\n"), DIAG_EMPTY_CONTINUATION},
	{"", UNIT("x\n"), DIAG_UNKNOWN_INSTRUCTION},
	{"FROM a\n", UNIT("\0"), DIAG_NOT_TEXT},
	{"FROM a\nEXPOSE ", UNIT("1 "), DIAG_LIMIT_REACHED},
	{"FROM a\nENV ", UNIT("a=b "), DIAG_LIMIT_REACHED},
	{"FROM a\n", UNIT("EXPOSE 1 1 1 1 1 1 1 1 1 1 1 1\n"), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN ", UNIT("--mount=a,b "), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN --mount=", UNIT("\"a'"), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN ", UNIT("<<A "), DIAG_LIMIT_REACHED},
	{"FROM a\n", UNIT("RUN <<A\n"), DIAG_UNTERMINATED_HEREDOC},
	{"FROM a\nRUN <<A\n", UNIT("\t\n"), DIAG_UNTERMINATED_HEREDOC},
	{"FROM a\nCOPY <<-A /\n\tA\nCOPY <<-B /\n", UNIT("\t\n\t\n"), DIAG_COUNT},
	{"FROM a\n", UNIT("RUN <<A\nA\n"), DIAG_LIMIT_REACHED},
	{"FROM a\nCMD ", UNIT("["), DIAG_LIMIT_REACHED},
	{"FROM a\nCMD [", UNIT("\"\\n\","), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN ", UNIT("ONBUILD "), DIAG_LIMIT_REACHED},
	{"FROM a\n", UNIT("ONBUILD ONBUILD ONBUILD RUN x\n"), DIAG_BAD_ONBUILD},
	{"FROM a\nRUN << ", UNIT("${a:-"), DIAG_LIMIT_REACHED},
	{"FROM a\nRUN << ", UNIT("$a"), DIAG_LIMIT_REACHED},
	{"# escape=`\n", UNIT("# escape=`\n"), DIAG_DUPLICATE_DIRECTIVE},
	{"{\"syntax\":", UNIT("["), DIAG_UNKNOWN_INSTRUCTION},
	{"", UNIT("// check=x\n"), DIAG_UNKNOWN_INSTRUCTION},
};

/*
 * Time must be linear and memory within ten times the file, besides what an instruction
 * takes, whose number is capped. The bound in seconds is far above what a sanitizer build
 * needs, and far below anything quadratic.
 */
static void check_cost(const struct reading *r, size_t size, double spent, size_t i)
{
	size_t most = 10 * size + (size_t)r->df->instruction_count * 1024;

	if (spent > 20)
		fail_msg("case %zu took %.1f s", i, spent);
	if (r->arena.used > most)
		fail_msg("case %zu took %zu bytes", i, r->arena.used);
}

static void hostile_files_cost_linear_time_and_little_memory(void **state)
{
	enum { SIZE = 2 * 1024 * 1024 };

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		const struct hostile *h = &hostile[i];
		struct str bytes = repeat(h->start, h->unit, h->unit_size, SIZE);
		double begin = seconds();
		struct reading *r = read_bytes(bytes);

		check_cost(r, SIZE, seconds() - begin, i);
		if (h->id != DIAG_COUNT && !diag_of(r, h->id))
			fail_msg("case %zu: no diag %s", i, diag_name(h->id));
		done(r);
		free((char *)bytes.p);
	}
}

/* Each line alone is within the caps; together they must be, too. */
static void many_long_lines_stay_within_memory(void **state)
{
	static const char *const units[] = {"\\n\",\"", "\", \"", "\\u00e9", "[\",\""};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct arena arena = {0};
		struct buf b = {.arena = &arena};
		struct reading *r;

		buf_add(&b, STR("FROM a\n"));
		for (int line = 0; line < 3; line++) {
			size_t start = b.n;

			buf_add(&b, STR("CMD [\""));
			while (b.n - start < 1000 * 1000)
				buf_add(&b, str_c(units[i]));
			buf_add(&b, STR("\"]\n"));
		}
		r = read_bytes(buf_str(&b));
		check_cost(r, b.n, 0, i);
		assert_int_equal(r->df->instruction_count, 4);
		done(r);
		arena_free(&arena);
	}
}

static void ten_thousand_stages_are_all_read(void **state)
{
	struct str bytes = repeat("", UNIT("FROM a AS b\nUSER 1\n"), 19 * 12000);
	struct reading *r = read_bytes(bytes);

	(void)state;
	assert_int_equal(r->df->instruction_count, 24000);
	assert_quiet(r);
	done(r);
	free((char *)bytes.p);
}

static void lines_that_buildkit_cannot_scan_are_said(void **state)
{
	struct str bytes =
		repeat("FROM a\nRUN ", UNIT("x"), 7 + DOCKERFILE_LINE_MAX + 1);
	struct str fits = str_sub(bytes, 0, bytes.n - 1);
	struct reading *r = read_bytes(bytes), *quiet = read_bytes(fits);

	(void)state;
	assert_non_null(diag_of(r, DIAG_LINE_TOO_LONG));
	assert_int_equal(nth(r, 1)->args[0].s.n, DOCKERFILE_LINE_MAX + 1 - 4);
	assert_quiet(quiet);
	done(r);
	done(quiet);
	free((char *)bytes.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_stand_over_their_bytes),
		cmocka_unit_test(valid_forms_are_quiet),
		cmocka_unit_test(reading_goes_on_at_the_next_instruction),
		cmocka_unit_test(nothing_of_the_file_is_lost),
		cmocka_unit_test(hostile_files_cost_linear_time_and_little_memory),
		cmocka_unit_test(many_long_lines_stay_within_memory),
		cmocka_unit_test(ten_thousand_stages_are_all_read),
		cmocka_unit_test(lines_that_buildkit_cannot_scan_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
