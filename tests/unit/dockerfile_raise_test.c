#include "unit.h"

#include "base/buf.h"
#include "know/know.h"
#include "source/raise.h"

/*
 * A change at a place of a Dockerfile, and the bytes afterwards. The place is what
 * stands between the two marks « and » in the text.
 */
struct row {
	const char *name, *before;
	enum change_kind kind;
	enum change_op op;
	const char *flag, *value;
	const char *after; /* NULL: refused */
	bool is_after;
};

static const struct row rows[] = {
	{"in front", "FROM a\n«CMD» x\n", CHANGE_STEP, CHANGE_ADD, NULL, "USER 1:1",
		"FROM a\nUSER 1:1\nCMD x\n", false},
	{"in front of its comments", "FROM a\n\n# starts\n# it\n«CMD» x\n", CHANGE_STEP,
		CHANGE_ADD, NULL, "USER 1", "FROM a\n\nUSER 1\n# starts\n# it\nCMD x\n",
		false},
	{"a comment further up is somebody else's", "FROM a\n# that\n\n«CMD» x\n",
		CHANGE_STEP, CHANGE_ADD, NULL, "USER 1",
		"FROM a\n# that\n\nUSER 1\nCMD x\n", false},
	{"directives stay first", "# syntax=docker/dockerfile:1\n# hi\n«FROM» a\n",
		CHANGE_STEP, CHANGE_ADD, NULL, "ARG A",
		"# syntax=docker/dockerfile:1\nARG A\n# hi\nFROM a\n", false},
	{"a comment inside the one before", "FROM a\nRUN x \\\n# why\n  y\n«CMD» x\n",
		CHANGE_STEP, CHANGE_ADD, NULL, "USER 1",
		"FROM a\nRUN x \\\n# why\n  y\nUSER 1\nCMD x\n", false},
	{"behind", "FROM a\n«RUN» x \\\n  y\nCMD z\n", CHANGE_STEP, CHANGE_ADD, NULL,
		"USER 1\nENV A=1", "FROM a\nRUN x \\\n  y\nUSER 1\nENV A=1\nCMD z\n",
		true},
	{"behind a heredoc", "FROM a\n«RUN» <<E\nx\nE\nCMD z\n", CHANGE_STEP,
		CHANGE_ADD, NULL, "USER 1", "FROM a\nRUN <<E\nx\nE\nUSER 1\nCMD z\n",
		true},
	{"behind the last, no line end", "FROM a\n«CMD» x", CHANGE_STEP, CHANGE_ADD,
		NULL, "USER 1", "FROM a\nCMD x\nUSER 1", true},
	{"in front of the last, no line end", "FROM a\n«CMD» x", CHANGE_STEP,
		CHANGE_ADD, NULL, "USER 1", "FROM a\nUSER 1\nCMD x", false},
	{"line ends of DOS", "FROM a\r\n«CMD» x\r\n", CHANGE_STEP, CHANGE_ADD, NULL,
		"RUN a \\\n b", "FROM a\r\nRUN a \\\r\n b\r\nCMD x\r\n", false},
	{"line ends of DOS, none at the end", "FROM a\r\n«CMD» x", CHANGE_STEP,
		CHANGE_ADD, NULL, "USER 1", "FROM a\r\nCMD x\r\nUSER 1", true},
	{"another escape character", "# escape=`\nFROM a\n«CMD» x\n", CHANGE_STEP,
		CHANGE_ADD, NULL, "RUN a \\\n b",
		"# escape=`\nFROM a\nRUN a `\n b\nCMD x\n", false},
	{"a mark of the byte order", "\xef\xbb\xbf«FROM» a\nCMD x\n", CHANGE_STEP,
		CHANGE_ADD, NULL, "USER 1",
		"\xef\xbb\xbf"
		"FROM a\nUSER 1\nCMD x\n",
		true},
	{"behind a mark of the byte order", "\xef\xbb\xbf# hi\n«FROM» a\n", CHANGE_STEP,
		CHANGE_ADD, NULL, "ARG A",
		"\xef\xbb\xbf"
		"ARG A\n# hi\nFROM a\n",
		false},
	{"is there already", "FROM a\nUSER 1\n«CMD» x\n", CHANGE_STEP, CHANGE_ADD, NULL,
		"USER 1", "FROM a\nUSER 1\nCMD x\n", false},
	{"set", "FROM a\n  «USER» b\nCMD x\n", CHANGE_STEP, CHANGE_SET, NULL,
		"USER 1:1", "FROM a\n  USER 1:1\nCMD x\n", false},
	{"set keeps comments", "FROM a\nRUN b \\\n# why\n  c\n«RUN» d \\\n# so\n  e\n",
		CHANGE_STEP, CHANGE_SET, NULL, "RUN f",
		"FROM a\nRUN b \\\n# why\n  c\n# so\nRUN f\n", false},
	{"removed with its lines", "FROM a\n# say\n«USER» b\nCMD x\n", CHANGE_STEP,
		CHANGE_REMOVE, NULL, "", "FROM a\n# say\nCMD x\n", false},
	{"the last removed, no line end", "FROM a\nCMD x\n«USER» b", CHANGE_STEP,
		CHANGE_REMOVE, NULL, "", "FROM a\nCMD x", false},

	{"a flag", "FROM a\n«COPY» x y\n", CHANGE_FLAG, CHANGE_SET, "chown", "1:1",
		"FROM a\nCOPY --chown=1:1 x y\n", false},
	{"behind the others", "FROM a\n«COPY» --from=b --link x y\n", CHANGE_FLAG,
		CHANGE_SET, "chown", "1:1",
		"FROM a\nCOPY --from=b --link --chown=1:1 x y\n", false},
	{"another value", "FROM a\n«COPY» --chown=a:b --from=c x y\n", CHANGE_FLAG,
		CHANGE_SET, "chown", "1:1", "FROM a\nCOPY --chown=1:1 --from=c x y\n",
		false},
	{"its value is a variable's", "FROM a\n«COPY» --chown=$U x y\n", CHANGE_FLAG,
		CHANGE_SET, "chown", "1:1", NULL, false},
	{"a continued COPY", "FROM a\n«COPY» \\\n  x y\n", CHANGE_FLAG, CHANGE_SET,
		"chown", "1:1", "FROM a\nCOPY --chown=1:1 \\\n  x y\n", false},
	{"one more mount", "FROM a\n«RUN» --mount=type=cache,target=/a x\n",
		CHANGE_FLAG, CHANGE_SET, "mount", "type=secret,id=k",
		"FROM a\nRUN --mount=type=cache,target=/a --mount=type=secret,id=k x\n",
		false},
	{"a flag away", "FROM a\n«COPY» --chown=1 --from=b x y\n", CHANGE_FLAG,
		CHANGE_REMOVE, "chown", "", "FROM a\nCOPY --from=b x y\n", false},
	{"no flag for a trigger", "FROM a\n«ONBUILD» COPY x y\n", CHANGE_FLAG,
		CHANGE_SET, "chown", "1:1", NULL, false},

	{"a name", "FROM a\nUSER «app»\n", CHANGE_WORD, CHANGE_SET, NULL, "1777:1777",
		"FROM a\nUSER 1777:1777\n", false},
	{"a part of a word", "FROM a\nRUN chown «app»:b /x\n", CHANGE_WORD, CHANGE_SET,
		NULL, "it", "FROM a\nRUN chown it:b /x\n", false},
	{"between quotes", "FROM a\nRUN su \"«app»\" -c x\n", CHANGE_WORD, CHANGE_SET,
		NULL, "it", "FROM a\nRUN su \"it\" -c x\n", false},
	{"a variable", "FROM a\nUSER «${U}»\n", CHANGE_WORD, CHANGE_SET, NULL, "it",
		NULL, false},
	{"quotes where they are needed", "FROM a\nRUN echo «a» b\n", CHANGE_WORD,
		CHANGE_SET, NULL, "it's", "FROM a\nRUN echo 'it'\\''s' b\n", false},
	{"none can be put there", "FROM a\nRUN echo x«a» b\n", CHANGE_WORD, CHANGE_SET,
		NULL, "i s", NULL, false},
	{"in a list of strings", "FROM a\nCMD [\"a\", \"«b»\"]\n", CHANGE_WORD,
		CHANGE_SET, NULL, "q\"c", "FROM a\nCMD [\"a\", \"q\\\"c\"]\n", false},
	{"one more string", "FROM a\nCMD [\"a\", \"«b»\"]\n", CHANGE_WORD, CHANGE_ADD,
		NULL, "c", "FROM a\nCMD [\"a\", \"b\", \"c\"]\n", false},
	{"a string less", "FROM a\nCMD [\"a\", \"«b»\", \"c\"]\n", CHANGE_WORD,
		CHANGE_REMOVE, NULL, "", "FROM a\nCMD [\"a\", \"c\"]\n", false},
	{"one more word", "FROM a\nRUN «useradd» -u 1 a\n", CHANGE_WORD, CHANGE_ADD,
		NULL, "--no-log-init", "FROM a\nRUN useradd --no-log-init -u 1 a\n",
		false},
	{"a word less", "FROM a\nRUN useradd «-m» a\n", CHANGE_WORD, CHANGE_REMOVE,
		NULL, "", "FROM a\nRUN useradd a\n", false},
	{"words of the builder", "FROM a\nWORKDIR «/a»\n", CHANGE_WORD, CHANGE_SET,
		NULL, "/a b", "FROM a\nWORKDIR \"/a b\"\n", false},
	{"a value with quotes", "FROM a\nENV A=«\"b\"»\n", CHANGE_WORD, CHANGE_SET,
		NULL, "/c", "FROM a\nENV A=\"/c\"\n", false},
	{"the default of an ARG", "FROM a\nARG U=«root»\nUSER $U\n", CHANGE_WORD,
		CHANGE_SET, NULL, "1", "FROM a\nARG U=1\nUSER $U\n", false},
	{"in a heredoc", "FROM a\nRUN <<E\nchown «b» c\nE\n", CHANGE_WORD, CHANGE_SET,
		NULL, "d", "FROM a\nRUN <<E\nchown d c\nE\n", false},
};

/* The text without its marks; where the first stood, and how far the second. */
static struct str unmark(struct arena *a, struct str text, size_t *at, size_t *n)
{
	struct buf out = {.arena = a};
	size_t open = str_find_str(text, STR("«")),
	       close = str_find_str(text, STR("»"));

	buf_add(&out, str_sub(text, 0, open));
	*at = out.n;
	buf_add(&out, str_sub(text, open + 2, close - open - 2));
	*n = out.n - *at;
	buf_add(&out, str_from(text, close + 2));
	return buf_str(&out);
}

static struct str apply(struct arena *a, struct str old, const struct edits *edits)
{
	struct buf out = {.arena = a};
	size_t at = 0;

	vec_each (const struct edit, e, edits) {
		buf_add(&out, str_sub(old, at, e->offset - at));
		buf_add(&out, e->bytes);
		at = e->offset + e->length;
	}
	buf_add(&out, str_from(old, at));
	return buf_str(&out);
}

static void check(struct arena *a, const struct row *row)
{
	struct world *world = world_memory(a);
	struct load_options options = {.as = SOURCE_DOCKERFILE};
	const struct knowledge *know;
	struct changes changes = {0};
	struct edits edits = {0};
	struct input input;
	struct str refused = STR_NONE, text;
	struct err e = {0};
	size_t at, n;

	text = unmark(a, str_c(row->before), &at, &n);
	world_put(world, STR("Dockerfile"), text);
	assert_int_equal(know_open(a, world, STR_NONE, &know, &e), 0);
	assert_int_equal(
		input_load(a, world, know, STR("Dockerfile"), &options, &input, &e), 0);
	*vec_push(a, &changes) = (struct change){.kind = row->kind,
		.op = row->op,
		.name = str_c(row->flag),
		.value = str_c(row->value),
		.is_after = row->is_after,
		.at = span_of(input.file, at, n)};
	if (!raise_changes(a, world, &input, &changes, &edits, &refused)) {
		if (row->after)
			fail_msg("%s: refused: %.*s", row->name, STR_ARG(refused));
		assert_true(refused.n > 0 && edits.n == 0);
		return;
	}
	text = apply(a, input.file->bytes, &edits);
	if (!row->after || !str_eq(text, str_c(row->after)))
		fail_msg("%s: got '%.*s'", row->name, STR_ARG(text));
}

static void changes_become_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct arena arena = {0};

		check(&arena, &rows[i]);
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(changes_become_bytes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
