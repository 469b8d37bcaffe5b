/*
 * What each rule costs: bench_rules FILE...
 *
 * Reads every file once and keeps it, asks each rule alone over all of them, several
 * times, and prints a line a part, tab separated: its name, and its nanoseconds a file.
 * The first lines are `read` (load and lower), `facts` (what rules_run prepares for any
 * rule) and `all` (every rule in one go, the rules that are off among them). The least
 * of the times counts: a busy machine makes some runs long, none short.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "know/know.h"
#include "rule/choice.h"
#include "source/load.h"

enum { ROUNDS = 7 };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct bench {
	struct arena kept, scratch;
	const struct knowledge *know;
	VEC(struct input) inputs;
	struct rule_choice *choice; /* those that are off, too */
};

/* The bench is about rules: what cannot be loaded is no part of it. */
static bool read_file(
	struct bench *b, struct arena *a, const char *path, struct input *in)
{
	struct load_options options = {0};

	*in = (struct input){0};
	return input_load(a, world_disk(a), b->know, str_c(path), &options, in, NULL) ==
		0 &&
		!in->skipped.n;
}

static void keep_files(struct bench *b, char **paths)
{
	struct input in;

	for (; *paths; paths++)
		if (read_file(b, &b->kept, *paths, &in))
			*vec_push(&b->kept, &b->inputs) = in;
}

/* Seconds for every file, in memory that is used again, as the program does. */
static double measure_reading(struct bench *b, char **paths)
{
	double least = 1e9;
	struct input in;

	for (int round = 0; round < ROUNDS; round++) {
		double start = seconds();

		for (char **path = paths; *path; path++) {
			read_file(b, &b->scratch, *path, &in);
			arena_reset(&b->scratch);
		}
		if (seconds() - start < least)
			least = seconds() - start;
	}
	return least;
}

/* Seconds that the rule takes (NULL: all) over every input, the least of the rounds. */
static double measure(struct bench *b, const struct rule *only)
{
	double least = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double start = seconds();

		vec_each (const struct input, in, &b->inputs) {
			struct findings findings = {0};
			struct audit audit = {.arena = &b->scratch,
				.know = b->know,
				.now = 1800000000,
				.project = &in->project,
				.file = in->file,
				.diags = &in->diags,
				.choice = b->choice,
				.only = only,
				.findings = &findings};

			rules_run(&audit);
			arena_reset(&b->scratch);
		}
		if (seconds() - start < least)
			least = seconds() - start;
	}
	return least;
}

static void print(const struct bench *b, struct str name, double time)
{
	double each = time * 1e9 / (double)b->inputs.n;

	printf("%.*s\t%.0f\n", STR_ARG(name), each > 0 ? each : 0);
}

int main(int argc, char **argv)
{
	static const struct rule none = {.status = RULE_PLANNED};
	static const struct str all = STR_INIT("all");
	static struct bench b;
	double facts;
	const struct rule *rules;
	size_t count;

	if (argc < 2) {
		fputs("usage: bench_rules FILE...\n", stderr);
		return 2;
	}
	b.know = know_builtin(&b.kept);
	keep_files(&b, argv + 1);
	if (!b.inputs.n)
		return 3;
	print(&b, STR("read"), measure_reading(&b, argv + 1));
	rules = rule_all(&count);
	b.choice = rule_choice_new(&b.kept);
	rule_choice_apply(b.choice, &all, 1, NULL, 0);
	facts = measure(&b, &none);
	print(&b, STR("facts"), facts);
	print(&b, STR("all"), measure(&b, NULL) - facts);
	for (size_t i = 0; i < count; i++)
		if (rules[i].status != RULE_PLANNED)
			print(&b, rules[i].name, measure(&b, &rules[i]) - facts);
	arena_free(&b.scratch);
	arena_free(&b.kept);
	return 0;
}
