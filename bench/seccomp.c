/*
 * What a filter costs: bench_seccomp
 *
 * The engines' default as libseccomp compiles it (in a line, as runc before 1.2, and as a
 * tree), the same as oakum compiles it, and one that oakum makes of it for two objectives.
 * Of each: its instructions, the paths of the calls that the kernel's bitmap does not
 * answer, nanoseconds a call, and how long it takes to load and to prove. Every time is
 * taken by turns in one run and the median of ROUNDS counts; children take them, for no
 * process gets rid of its filter.
 */
#include <fcntl.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "seccomp/compile.h"
#include "seccomp/engine.h"
#include "seccomp/live.h"
#include "seccomp/make.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"

enum {
	ROUNDS = 9,
	BATCHES = 60,
	BATCH_CALLS = 400,
	CHECKED_MAX = 40, /* instructions on the path of a checked call */
	PROOF_MS = 10,
};

enum {
	FILTER_NONE,
	FILTER_LINE,
	FILTER_TREE,
	FILTER_OURS,
	FILTER_MADE_TREE,
	FILTER_MADE,
	FILTERS,
};

static const char *const filter_names[FILTERS] = {
	"no filter",
	"engine's default, libseccomp in a line",
	"engine's default, libseccomp's tree",
	"engine's default, oakum",
	"made for no-root, no-others, libseccomp",
	"made for no-root, no-others, oakum",
};

struct bench {
	struct arena arena;
	struct bans bans;
	struct bpf filters[FILTERS];
	struct ruleset engines; /* the default */
};

static _Noreturn void die(const char *what, const struct err *err)
{
	fprintf(stderr, "bench_seccomp: %s: %s\n", what, err->text);
	exit(3);
}

static void make_filters(struct bench *b)
{
	static const struct engine_form forms[] = {{false, true}, {true, true}};
	struct profile_host host = profile_host_here();
	struct ruleset base, made;
	struct err err = {0};

	profile_default(&b->arena, &host, &b->engines);
	for (size_t i = 0; i < 2; i++)
		if (engine_compile(&b->arena, &b->engines, forms[i],
			    &b->filters[FILTER_LINE + i], NULL, &err) < 0)
			die("libseccomp", &err);
	if (filter_compile(&b->arena, &b->engines, &b->filters[FILTER_OURS], &err) < 0)
		die("the default", &err);
	base = b->engines;
	base.arches = (arch_set)1 << host.arch;
	objective_bans(&b->arena, STR("no-root"), base.arches, &b->bans);
	objective_bans(&b->arena, STR("no-others"), base.arches, &b->bans);
	if (make_ruleset(&b->arena, &base, &b->bans, MAKE_REFUSE, &made, &err) < 0 ||
		filter_compile(&b->arena, &made, &b->filters[FILTER_MADE], &err) < 0 ||
		engine_compile(&b->arena, &made, forms[1],
			&b->filters[FILTER_MADE_TREE], NULL, &err) < 0)
		die("make", &err);
}

/* ---- paths ---- */

struct paths {
	size_t cached, other;
	uint32_t median,
		worst;	  /* of the longest path of each call that is not cached */
	uint32_t checked; /* the longest of a call whose arguments are asked */
};

static int by_size(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

static struct paths find_paths(struct arena *a, const struct bpf *filter)
{
	uint32_t end = call_end(ARCH_X86_64), *longest = arena_array(a, uint32_t, end);
	struct paths p = {0};
	struct err err = {0};

	for (uint32_t nr = 0; nr < end; nr++) {
		struct answer_parts parts = {0};
		uint32_t steps = 0;

		if (call_of(ARCH_X86_64, nr) == CALL_NONE)
			continue;
		if (bpf_is_cached(filter, AUDIT_ARCH_X86_64, nr)) {
			p.cached++;
			continue;
		}
		if (prove_answers(a, filter, ARCH_X86_64, nr, &parts, &err) < 0)
			die("paths", &err);
		vec_each (const struct answer_part, part, &parts)
			steps = part->steps > steps ? part->steps : steps;
		if (parts.n > 1 && steps > p.checked)
			p.checked = steps;
		longest[p.other++] = steps;
	}
	qsort(longest, p.other, sizeof(*longest), by_size);
	if (p.other) {
		p.median = longest[p.other / 2];
		p.worst = longest[p.other - 1];
	}
	return p;
}

/* ---- time ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Processor time of this process and of children that ended, which others do not change. */
static double worked(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}

static void call_getpid(int fd)
{
	(void)fd;
	syscall(SYS_getpid);
}

static void call_read(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(1);
}

static void call_openat(int fd)
{
	(void)fd;
	close(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static void call_personality(int fd)
{
	(void)fd;
	personality(0xffffffff);
}

static void call_umask(int fd)
{
	(void)fd;
	umask(027);
}

static const struct {
	const char *name;
	void (*make)(int fd);
} timed[] = {
	{"getpid", call_getpid},
	{"read", call_read},
	{"openat, close", call_openat},
	{"personality", call_personality},
	{"umask", call_umask},
};

enum { TIMED = sizeof(timed) / sizeof(timed[0]) };

static int by_time(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* Nanoseconds a call: a low percentile, for what disturbs only makes it longer. */
static double time_calls(void (*make)(int fd), int fd)
{
	double batches[BATCHES];

	for (size_t i = 0; i < BATCHES; i++) {
		double begun = now();

		for (size_t j = 0; j < BATCH_CALLS; j++)
			make(fd);
		batches[i] = (now() - begun) / BATCH_CALLS;
	}
	qsort(batches, BATCHES, sizeof(batches[0]), by_time);
	return batches[BATCHES / 20];
}

/* What one child measures under one filter. */
struct times {
	double calls[TIMED];
	double load; /* from bytes to a filter that holds, in processor time */
};

static void time_in_child(const struct bench *b, int filter, struct times *out)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct arena arena = {0};
	struct buf bytes = {.arena = &arena};
	struct bpf program = {0};
	struct bpf_stack stack = {&program, 1};
	struct err err = {0};
	double begun;

	bpf_write(&bytes, &b->filters[filter]);
	begun = worked(RUSAGE_SELF);
	if (filter != FILTER_NONE &&
		(bpf_read(&arena, buf_str(&bytes), &program, &err) < 0 ||
			live_load(&stack, &err) < 0))
		die("load", &err);
	out->load = worked(RUSAGE_SELF) - begun;
	for (size_t i = 0; i < TIMED; i++)
		out->calls[i] = time_calls(timed[i].make, fd);
}

static void time_filters(const struct bench *b, struct times (*rounds)[FILTERS])
{
	for (size_t round = 0; round < ROUNDS; round++)
		for (int filter = 0; filter < FILTERS; filter++) {
			pid_t pid = fork();
			int status;

			if (!pid) {
				time_in_child(b, filter, &rounds[round][filter]);
				_exit(0);
			}
			if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
				die("a child", &(struct err){.text = "it failed"});
		}
}

static double median(double *times, size_t count)
{
	qsort(times, count, sizeof(*times), by_time);
	return times[count / 2];
}

static double median_call(struct times (*rounds)[FILTERS], int filter, size_t call)
{
	double times[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++)
		times[i] = rounds[i][filter].calls[call];
	return median(times, ROUNDS);
}

static double median_load(struct times (*rounds)[FILTERS], int filter)
{
	double times[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++)
		times[i] = rounds[i][filter].load;
	return median(times, ROUNDS);
}

/* What libseccomp needs for the rules: with them, less the same without any. */
static double time_libseccomp(struct bench *b, bool is_tree)
{
	struct ruleset empty = b->engines;
	double times[ROUNDS];
	struct err err = {0};

	empty.rules = (struct call_rules){0};
	for (size_t i = 0; i < ROUNDS; i++) {
		struct engine_form form = {is_tree, false};
		struct bpf program;
		double begun = worked(RUSAGE_CHILDREN), built;

		if (engine_compile(&b->arena, &b->engines, form, &program, NULL, &err) <
			0)
			die("libseccomp", &err);
		built = worked(RUSAGE_CHILDREN);
		if (engine_compile(&b->arena, &empty, form, &program, NULL, &err) < 0)
			die("libseccomp", &err);
		times[i] = built - begun - (worked(RUSAGE_CHILDREN) - built);
	}
	return median(times, ROUNDS);
}

static double time_proof(struct bench *b, const struct bpf *filter)
{
	struct bpf_stack stack = {filter, 1};
	double times[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		struct arena arena = {0};
		struct proofs proofs = {0};
		double begun = now();

		prove_all(&arena, &stack, &b->bans, 1 << ARCH_X86_64,
			(struct prove_options){0}, &proofs);
		times[i] = now() - begun;
		arena_free(&arena);
	}
	return median(times, ROUNDS);
}

/* ---- tables ---- */

static const char *verdict(bool met)
{
	return met ? "met" : "missed";
}

static void show_paths(const struct bench *b, struct paths *paths)
{
	printf("\n%-40s %6s %7s %6s %7s %6s %8s\n", "filter on x86_64", "insns",
		"cached", "other", "median", "worst", "checked");
	for (int i = FILTER_LINE; i < FILTERS; i++)
		printf("%-40s %6u %7zu %6zu %7u %6u %8u\n", filter_names[i],
			b->filters[i].count, paths[i].cached, paths[i].other,
			paths[i].median, paths[i].worst, paths[i].checked);
	printf("cached: the kernel's bitmap answers; of the others the longest path\n");
}

static void show_times(struct times (*rounds)[FILTERS])
{
	printf("\n%-40s", "ns a call (x without a filter)");
	for (size_t call = 0; call < TIMED; call++)
		printf(" %15s", timed[call].name);
	putchar('\n');
	for (int i = 0; i < FILTERS; i++) {
		printf("%-40s", filter_names[i]);
		for (size_t call = 0; call < TIMED; call++) {
			double ns = median_call(rounds, i, call);

			printf(" %7.0f (%.2f x)", ns,
				ns / median_call(rounds, FILTER_NONE, call));
		}
		putchar('\n');
	}
}

/* Ours against libseccomp's tree of the same rules. */
static void show_path_targets(
	const char *what, const struct paths *ours, const struct paths *tree)
{
	printf("%s: %zu calls in the bitmap, libseccomp's tree %zu: %s\n", what,
		ours->cached, tree->cached, verdict(ours->cached >= tree->cached));
	printf("%s: median path %u of %u, worst %u of %u: %s\n", what, ours->median,
		tree->median, ours->worst, tree->worst,
		verdict(ours->median <= tree->median && ours->worst <= tree->worst));
	printf("%s: path of a checked call %u, at most %d: %s\n", what, ours->checked,
		CHECKED_MAX, verdict(ours->checked <= CHECKED_MAX));
}

static void show_targets(
	struct bench *b, const struct paths *paths, struct times (*rounds)[FILTERS])
{
	double load = median_load(rounds, FILTER_OURS);
	double line = time_libseccomp(b, false) + median_load(rounds, FILTER_LINE);
	double tree = time_libseccomp(b, true) + median_load(rounds, FILTER_TREE);
	double proof = time_proof(b, &b->filters[FILTER_MADE]);

	putchar('\n');
	show_path_targets("default", &paths[FILTER_OURS], &paths[FILTER_TREE]);
	show_path_targets("made", &paths[FILTER_MADE], &paths[FILTER_MADE_TREE]);
	printf("load: %.3f ms of processor time from bytes; libseccomp in a line %.1f ms (%.0f x), its tree "
	       "%.1f ms (%.0f x): %s\n",
		load / 1e6, line / 1e6, line / load, tree / 1e6, tree / load,
		verdict(load < line && load < tree));
	printf("proof of %zu bans given the filter: %.2f ms, below %d ms: %s\n",
		b->bans.n, proof / 1e6, PROOF_MS, verdict(proof < PROOF_MS * 1e6));
}

int main(void)
{
	static struct bench b;
	struct paths paths[FILTERS] = {0};
	size_t size = sizeof(struct times[ROUNDS][FILTERS]);
	struct times(*rounds)[FILTERS] = mmap(
		NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (arch_host() != ARCH_X86_64 || rounds == MAP_FAILED) {
		fprintf(stderr, "bench_seccomp: only on x86_64\n");
		return 3;
	}
	make_filters(&b);
	for (int i = FILTER_LINE; i < FILTERS; i++)
		paths[i] = find_paths(&b.arena, &b.filters[i]);
	time_filters(&b, rounds);
	show_paths(&b, paths);
	show_times(rounds);
	show_targets(&b, paths, rounds);
	munmap(rounds, size);
	arena_free(&b.arena);
	return 0;
}
