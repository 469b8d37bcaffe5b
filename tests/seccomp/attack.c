/*
 * The attempts of attack.h, each first without a filter and then under the filters that
 * oakum makes for the objectives, as user 1777 with and without CAP_SETUID and CAP_SETGID.
 *
 * Without a filter an attempt must arrive, or it shows nothing and is skipped by name.
 * Under a filter with no-new-privileges it must not, but for those that an objective
 * lists as beyond any filter; those must arrive where only the filter stands, and all
 * rows of the lists of objectives that are tried here must have one.
 *
 * Runs as root on Linux; output is TAP.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"
#include "seccomp/compile.h"
#include "seccomp/make.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"

enum {
	FILTERS_MAX = 4,
	BROKEN = 99,
	CHILD_SECONDS = 20,
	TRIES = 3, /* of what must arrive */
};

static const char *const objectives[] = {
	"no-root", "no-others", "no-new-namespaces", "network-none"};

/* Those of which every row about what is beyond has an attempt. */
static const char *const complete[] = {"no-root", "no-others", "network-none"};

struct named_filter {
	const char *name;
	struct bpf program;
};

struct suite {
	struct arena arena;
	struct named_filter filters[FILTERS_MAX];
	unsigned filter_count;
	char folder[40];
	unsigned number, failed, skipped;
};

static struct bans all_bans(struct arena *a)
{
	struct bans bans = {0};

	for (size_t i = 0; i < sizeof(objectives) / sizeof(objectives[0]); i++)
		objective_bans(a, str_c(objectives[i]), ARCHES_ALL, &bans);
	return bans;
}

static void tell_proof(const struct proof *proof, struct arena *a, const char *name)
{
	struct buf out = {.arena = a};

	ban_write(&out, &proof->ban);
	printf("# %s: %.*s: %s\n", name, STR_ARG(buf_str(&out)),
		proof->verdict == VERDICT_VIOLATED ? "violated" : "unknown");
}

/* Bans that do not hold; everything that a base without a default may leave open aside. */
static unsigned count_faults(
	struct suite *s, const struct named_filter *filter, const struct bans *bans)
{
	struct bpf_stack stack = {&filter->program, 1};
	struct proofs proofs = {0};
	unsigned faults = 0;

	prove_all(&s->arena, &stack, bans, 0, (struct prove_options){0}, &proofs);
	vec_each (const struct proof, p, &proofs) {
		if (p->verdict == VERDICT_HOLDS)
			continue;
		faults++;
		tell_proof(p, &s->arena, filter->name);
	}
	return faults;
}

static void tap(struct suite *s, bool is_ok, const char *text)
{
	printf("%s %u - %s\n", is_ok ? "ok" : "not ok", ++s->number, text);
	s->failed += !is_ok;
}

static void add_filter(struct suite *s, const char *name, const struct ruleset *base)
{
	struct named_filter *f = &s->filters[s->filter_count++];
	struct bans bans = all_bans(&s->arena);
	struct ruleset rules;
	struct err err = {0};
	char text[128];

	f->name = name;
	if (make_ruleset(&s->arena, base, &bans, MAKE_REFUSE, &rules, &err) < 0 ||
		filter_compile(&s->arena, &rules, &f->program, &err) < 0) {
		printf("Bail out! %s: %s\n", name, err.text);
		exit(1);
	}
	snprintf(text, sizeof(text), "%s: %u instructions are proved to hold", name,
		f->program.count);
	tap(s, count_faults(s, f, &bans) == 0, text);
}

static struct ruleset open_base(arch_set arches)
{
	return (struct ruleset){.arches = arches,
		.otherwise = action_value(ACTION_ALLOW, 0),
		.bad_arch = action_value(ACTION_KILL_PROCESS, 0)};
}

static void add_filters(struct suite *s)
{
	struct ruleset native = open_base((arch_set)1 << arch_host());
	struct ruleset wide = native;
	struct profile_host host = profile_host_here();
	struct ruleset engine = {0};

	/* All that no ban names is permitted: nothing but the bans stands in the way. */
	add_filter(s, "lock", &native);
	if (arch_host() == ARCH_X86_64) {
		wide.arches |= 1u << ARCH_I386 | 1u << ARCH_X32;
		add_filter(s, "lock with i386 and x32", &wide);
	}
	profile_default(&s->arena, &host, &engine);
	engine.arches &= (arch_set)1 << arch_host();
	add_filter(s, "engine's default with the lock", &engine);
}

/* ---- one attempt in one scene ---- */

static void make_folders(struct scene *scene, const struct suite *s)
{
	static unsigned count;

	umask(0);
	snprintf(scene->folder, sizeof(scene->folder), "%s/%u", s->folder, count++);
	snprintf(scene->own, sizeof(scene->own), "%s/own", scene->folder);
	if (mkdir(scene->folder, 0711) < 0 || mkdir(scene->own, 0700) < 0 ||
		chown(scene->own, ATTACKER, ATTACKER) < 0)
		perror(scene->folder);
}

static enum end run_here(struct scene *scene, const struct attack *attack)
{
	alarm(CHILD_SECONDS);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return attack->run(scene, attack);
}

static enum end run_attack(
	struct suite *s, const struct attack *attack, struct scene scene)
{
	int status = 0;
	pid_t pid;

	make_folders(&scene, s);
	scene.start_umask = ATTACKER_UMASK;
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit((int)run_here(&scene, attack));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		perror("fork");
	if (WIFEXITED(status) && WEXITSTATUS(status) == BROKEN) {
		printf("Bail out! %s: the scene could not be set\n", attack->name);
		exit(1);
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == END_REACHED ? END_REACHED
								       : END_STOPPED;
}

static bool is_reached_unfiltered(struct suite *s, const struct attack *attack)
{
	struct scene scene = {0};

	if (run_attack(s, attack, scene) == END_REACHED)
		return true;
	scene.has_ids = true;
	return run_attack(s, attack, scene) == END_REACHED;
}

static const char *const not_beyond = "is listed as beyond any filter, and is stopped";

/* What goes wrong under one filter; NULL: nothing. */
static const char *judge_once(
	struct suite *s, const struct attack *attack, const struct bpf *filter)
{
	bool is_beyond = false;

	for (int ids = 0; ids <= 1; ids++) {
		struct scene bare = {.filter = filter, .has_ids = ids};
		struct scene full = {.filter = filter, .has_ids = ids, .has_nnp = true};
		bool with_nnp = run_attack(s, attack, full) == END_REACHED;
		bool without = run_attack(s, attack, bare) == END_REACHED;

		if (with_nnp && (!attack->beyond || attack->nnp_stops))
			return "arrives under the filter with no-new-privileges";
		if (without && !attack->beyond)
			return "arrives under the filter";
		is_beyond |= attack->nnp_stops ? without : with_nnp;
	}
	if (attack->beyond && !is_beyond)
		return not_beyond;
	return NULL;
}

/* What no filter stops a busy machine may: a thread of the kernel that gets no turn. */
static const char *judge(
	struct suite *s, const struct attack *attack, const struct bpf *filter)
{
	const char *wrong = NULL;

	for (int i = 0; i < TRIES; i++) {
		wrong = judge_once(s, attack, filter);
		if (wrong != not_beyond)
			break;
	}
	return wrong;
}

static void run_one(struct suite *s, const struct attack *attack)
{
	char text[256];

	if (!is_reached_unfiltered(s, attack)) {
		printf("ok %u - %s: %s # SKIP does not arrive without a filter either "
		       "on this kernel\n",
			++s->number, attack->objective, attack->name);
		s->skipped++;
		return;
	}
	for (unsigned i = 0; i < s->filter_count; i++) {
		const char *wrong = judge(s, attack, &s->filters[i].program);

		if (!wrong)
			continue;
		snprintf(text, sizeof(text), "%s: %s %s (%s)", attack->objective,
			attack->name, wrong, s->filters[i].name);
		tap(s, false, text);
		return;
	}
	snprintf(text, sizeof(text), "%s: %s %s", attack->objective, attack->name,
		attack->beyond ? "is beyond any filter, as listed" : "is stopped");
	tap(s, true, text);
}

/* ---- the lists of what is beyond, against the attempts ---- */

static const struct attack *const lists[] = {
	attacks_on_ids, attacks_on_modes, attacks_elsewhere};

static bool has_attempt(const struct beyond *beyond)
{
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (const struct attack *a = lists[l]; a->name; a++)
			if (a->beyond &&
				str_eq(str_c(a->objective), beyond->objective) &&
				str_eq(str_c(a->beyond), beyond->what))
				return true;
	return false;
}

static bool is_listed(struct suite *s, const struct attack *attack)
{
	struct beyonds rows = {0};

	objective_beyond(&s->arena, str_c(attack->objective), &rows);
	vec_each (const struct beyond, row, &rows)
		if (str_eq(str_c(attack->beyond), row->what))
			return true;
	return false;
}

static void check_lists(struct suite *s)
{
	bool all_tried = true, all_listed = true;

	for (size_t i = 0; i < sizeof(complete) / sizeof(complete[0]); i++) {
		struct beyonds rows = {0};

		objective_beyond(&s->arena, str_c(complete[i]), &rows);
		vec_each (const struct beyond, row, &rows)
			if (!has_attempt(row)) {
				all_tried = false;
				printf("# nothing tries: %.*s\n", STR_ARG(row->what));
			}
	}
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (const struct attack *a = lists[l]; a->name; a++)
			if (a->beyond && !is_listed(s, a)) {
				all_listed = false;
				printf("# not in data/objectives.tsv: %s\n", a->beyond);
			}
	tap(s, all_tried, "each row about what is beyond a filter has an attempt");
	tap(s, all_listed, "each attempt that is beyond a filter has a row");
}

static unsigned count_attempts(void)
{
	unsigned n = 0;

	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (const struct attack *a = lists[l]; a->name; a++)
			n++;
	return n;
}

/* The set-user-ID files need a file system that honours the bit. */
static bool make_place(struct suite *s)
{
	struct statvfs st;

	snprintf(s->folder, sizeof(s->folder), "/var/tmp/oakum-attack-XXXXXX");
	return mkdtemp(s->folder) && chmod(s->folder, 0711) == 0 &&
		statvfs(s->folder, &st) == 0 && !(st.f_flag & ST_NOSUID);
}

static void remove_place(const struct suite *s)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", s->folder, (char *)NULL);
		_exit(1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

/* What a marked file does when it is executed by the attacker. */
static int as_marked_file(const char *option)
{
	if (strcmp(option, "--become-root") == 0) {
		syscall(SYS_setuid, 0);
		syscall(SYS_setuid, (uint64_t)1 << 32);
	}
	return is_root_somehow() ? END_REACHED : END_STOPPED;
}

int main(int argc, char **argv)
{
	struct suite suite = {0};

	if (argc > 1)
		return as_marked_file(argv[1]);
	if (geteuid() != 0 || arch_host() < 0) {
		printf("1..0 # SKIP needs root, and a kernel of an arch with a table\n");
		return 0;
	}
	if (!make_place(&suite)) {
		printf("1..0 # SKIP needs /var/tmp on a file system without nosuid\n");
		remove_place(&suite);
		return 0;
	}
	add_filters(&suite);
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (const struct attack *a = lists[l]; a->name; a++)
			run_one(&suite, a);
	check_lists(&suite);
	remove_place(&suite);
	printf("# %u attempts, of which %u cannot arrive on this kernel at all\n",
		count_attempts(), suite.skipped);
	printf("1..%u\n", suite.number);
	arena_free(&suite.arena);
	return suite.failed != 0;
}
