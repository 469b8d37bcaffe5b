/*
 * Several threads look at files; the report comes out in the order of the walk.
 *
 * A thread takes the next item when there is a free slot for its result, so that a slow
 * file holds up at most a few others and memory does not grow with the number of files.
 * Whoever finishes the result that is next in order writes it, and those behind it.
 */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>

#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/covered.h"
#include "cli/output.h"
#include "cli/progress.h"

enum {
	JOBS_MAX = 64,
	FILES_A_JOB = 8,       /* below that a thread costs more than it brings */
	SLOTS_A_JOB = 8,       /* results that may wait for their turn */
	MALLOC_KEEP = 4 << 20, /* bytes that malloc does not give back at once */
	KEEP_MAX = 1 << 20,    /* bytes of scratch kept for the next file */
};

struct slot {
	struct arena arena;
	struct audit_result result;
	bool is_done;
};

struct audit_run {
	const struct audit_options *options;
	const struct walk *walk;
	struct slot slots[JOBS_MAX * SLOTS_A_JOB];
	size_t slot_count;
	pthread_mutex_t lock; /* guards what follows, and the output */
	pthread_cond_t is_room;
	size_t next_item, next_written;
	struct arena arena;	 /* of what outlives an item */
	struct covered covered;	 /* by items that are written */
	struct ignore_use *uses; /* of the configuration's ignores, over all items */
	struct audit_result sum;
	struct output output;
	bool is_terminal;
};

static void append_list(struct buf *to, struct buf more)
{
	if (to->n && more.n)
		buf_add(to, STR(",\n"));
	buf_add(to, buf_str(&more));
}

static void write_errors(struct str errors)
{
	if (!errors.n)
		return;
	progress_clear();
	complain("%.*s", STR_ARG(errors));
}

/*
 * Items come in an order in which whoever covers another stands in front of it. What an
 * item has read as its own is not audited a second time; in JSON its input says so.
 */
static bool is_covered(
	struct audit_run *run, const struct walk_item *item, struct audit_result *r)
{
	struct arena *a = r->text.arena;
	struct str by = covered_by(&run->covered, a, item->path);

	if (!by.n || item->kind != WALK_FILE || !r->kind.n)
		return false;
	if (run->options->format == AUDIT_JSON) {
		struct buf line = {.arena = a};

		report_json_covered(&line, item->path, r->kind, by);
		append_list(&run->sum.parts.inputs, line);
	}
	return true;
}

static void note_covered(
	struct audit_run *run, const struct walk_item *item, struct audit_result *r)
{
	vec_each (const struct str, path, &r->covered)
		if (!str_eq(*path, item->path))
			covered_add(&run->covered, &run->arena,
				arena_str(&run->arena, *path), item->path);
}

static void write_result(struct audit_run *run, struct audit_result *r)
{
	write_errors(buf_str(&r->errors));
	if (r->parts.findings && run->sum.parts.findings)
		output_add(&run->output, STR(","));
	output_add(&run->output, buf_str(&r->text));
	if (run->is_terminal && r->text.n) {
		progress_clear();
		output_flush(&run->output);
	}
	run->sum.parts.findings += r->parts.findings;
	append_list(&run->sum.parts.inputs, r->parts.inputs);
	append_list(&run->sum.parts.skipped, r->parts.skipped);
	report_count_add(&run->sum.counts, &r->counts);
	run->sum.has_failed |= r->has_failed;
	run->sum.has_unseen |= r->has_unseen;
	run->sum.has_failing |= r->has_failing;
	for (size_t i = 0; r->uses && i < run->options->ignores.n; i++) {
		run->uses[i].was_met |= r->uses[i].was_met;
		run->uses[i].was_used |= r->uses[i].was_used;
	}
}

static void write_slot(
	struct audit_run *run, const struct walk_item *item, struct slot *slot)
{
	if (!is_covered(run, item, &slot->result)) {
		note_covered(run, item, &slot->result);
		write_result(run, &slot->result);
	}
	if (slot->arena.used > KEEP_MAX)
		arena_free(&slot->arena);
	else
		arena_reset(&slot->arena);
}

/* With the lock held: everything whose turn it is. */
static void write_done(struct audit_run *run)
{
	for (;;) {
		struct slot *slot = &run->slots[run->next_written % run->slot_count];

		if (run->next_written == run->next_item || !slot->is_done)
			break;
		write_slot(run, &run->walk->items.at[run->next_written], slot);
		slot->is_done = false;
		run->next_written++;
	}
	progress_show("oakum: %zu of %zu files", run->next_written, run->walk->items.n);
	pthread_cond_broadcast(&run->is_room);
}

/* The next item's index, or false when none is left. */
static bool take(struct audit_run *run, size_t *item)
{
	bool is_taken;

	pthread_mutex_lock(&run->lock);
	while (run->next_item < run->walk->items.n &&
		run->next_item - run->next_written >= run->slot_count)
		pthread_cond_wait(&run->is_room, &run->lock);
	is_taken = run->next_item < run->walk->items.n && !run->output.has_failed;
	if (is_taken)
		*item = run->next_item++;
	pthread_mutex_unlock(&run->lock);
	return is_taken;
}

static void prepare(struct slot *slot)
{
	struct buf empty = {.arena = &slot->arena};

	slot->result = (struct audit_result){.text = empty,
		.errors = empty,
		.parts = {.inputs = empty, .skipped = empty}};
}

static void *work_on(void *data)
{
	struct audit_run *run = data;
	struct arena work = {0};
	size_t item;

	while (take(run, &item)) {
		struct slot *slot = &run->slots[item % run->slot_count];

		prepare(slot);
		audit_file(
			run->options, &run->walk->items.at[item], &work, &slot->result);
		if (work.used > KEEP_MAX)
			arena_free(&work);
		else
			arena_reset(&work);
		pthread_mutex_lock(&run->lock);
		slot->is_done = true;
		write_done(run);
		pthread_mutex_unlock(&run->lock);
	}
	arena_free(&work);
	return NULL;
}

static unsigned count_jobs(unsigned wanted, size_t items)
{
	unsigned most =
		(unsigned)(items / FILES_A_JOB < JOBS_MAX ? items / FILES_A_JOB + 1
							  : JOBS_MAX);
	unsigned jobs = wanted;
	cpu_set_t cores;

	if (!jobs && most > 1 && sched_getaffinity(0, sizeof(cores), &cores) == 0)
		jobs = (unsigned)CPU_COUNT(&cores);
	if (!jobs)
		jobs = 1;
	return jobs < most ? jobs : most;
}

/* The calling thread works too; threads that cannot be had are done without. */
static void run_all(struct audit_run *run)
{
	pthread_t threads[JOBS_MAX];
	unsigned jobs = count_jobs(run->options->jobs, run->walk->items.n), started = 0;

	run->slot_count = jobs * SLOTS_A_JOB;
	while (started + 1 < jobs &&
		pthread_create(&threads[started], NULL, work_on, run) == 0)
		started++;
	work_on(run);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < run->slot_count; i++)
		arena_free(&run->slots[i].arena);
}

/* Behind all items, for it is about what became of its ignores in all of them. */
static void write_config(struct audit_run *run)
{
	struct slot *slot = &run->slots[0];
	struct arena work = {0};

	if (!run->options->ignores.n)
		return;
	prepare(slot);
	audit_config(run->options, run->uses, &work, &slot->result);
	write_result(run, &slot->result);
	arena_free(&work);
	arena_free(&slot->arena);
}

static void write_end(struct audit_run *run)
{
	struct buf end = {.arena = &run->arena};

	if (run->options->format == AUDIT_JSON)
		report_json_finish(&end, &run->sum.parts);
	else
		report_text_summary(&end, &run->sum.counts, &run->options->style);
	output_add(&run->output, buf_str(&end));
}

static int exit_status(const struct audit_run *run)
{
	if (run->sum.has_failed)
		return EXIT_FAILED;
	if (run->sum.has_unseen)
		return EXIT_UNSEEN;
	return run->sum.has_failing ? EXIT_FOUND : EXIT_CLEAN;
}

int audit_run(const struct audit_options *options, const struct walk *walk)
{
	static struct audit_run run;
	struct buf start = {.arena = &run.arena};
	bool is_written;

	/* Every file needs the same memory again: to ask for it anew costs more than it. */
	mallopt(M_MMAP_THRESHOLD, MALLOC_KEEP);
	mallopt(M_TRIM_THRESHOLD, MALLOC_KEEP);
	run.options = options;
	run.walk = walk;
	run.is_terminal = output_is_terminal();
	run.uses = arena_array(&run.arena, struct ignore_use, options->ignores.n);
	run.sum.parts.inputs.arena = run.sum.parts.skipped.arena = &run.arena;
	pthread_mutex_init(&run.lock, NULL);
	pthread_cond_init(&run.is_room, NULL);
	if (options->format == AUDIT_JSON)
		report_json_start(&start);
	output_add(&run.output, buf_str(&start));
	run_all(&run);
	write_config(&run);
	progress_clear();
	if (!run.sum.counts.audited && !run.sum.has_failed && !run.sum.has_unseen)
		complain(
			"no Dockerfile, compose file or run line found among %zu files",
			walk->items.n);
	write_end(&run);
	is_written = output_finish(&run.output);
	arena_free(&run.arena);
	return is_written ? exit_status(&run) : EXIT_FAILED;
}
