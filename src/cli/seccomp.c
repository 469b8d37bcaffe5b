#include "cli/seccomp.h"

#include <errno.h>

#include "cli/options.h"

enum {
	KEY_OUTPUT = 'o',
	KEY_OBJECTIVE = 1000,
	KEY_DENY,
	KEY_ALLOW,
	KEY_BASE,
	KEY_MODE,
	KEY_ANY_FORMAT,
	KEY_PROFILE_FORMAT,
	KEY_FORMAT,
	KEY_RUN,
	KEY_BPF,
	KEY_SUPERVISED,
	KEY_ARCH,
	KEY_ENGINE,
	KEY_COMPILER,
	KEY_KERNEL,
	KEY_CAP_ADD,
	KEY_CAP_DROP,
	KEY_COLOR,
};

/* Bits of `group` below: which subverbs take the option. */
enum {
	MAKE = 1 << 0,
	PROVE = 1 << 1,
	DIFF = 1 << 2,
	SHOW = 1 << 3,
	TEST = 1 << 4,
	COST = 1 << 5,
	READS = PROVE | DIFF | SHOW | TEST | COST,
	ALL = MAKE | READS,
};

/* A hidden row is one that another row stands for where all subverbs are told at once. */
const struct argp_option seccomp_options[] = {
	{"objective", KEY_OBJECTIVE, "NAME", 0,
		"no-root, no-others, no-new-namespaces, no-kernel-surface or network-none, or "
		"a file of rules; may be given again (default: no-root and no-others; prove: "
		"unless --deny or --allow ask for something)",
		MAKE | PROVE},
	{"deny", KEY_DENY, "'CALL: CONDITION'", 0,
		"a rule of your own, as 'setreuid: arg0 == 0'; may be given again",
		MAKE | PROVE},
	{"allow", KEY_ALLOW, "'CALL: CONDITION'", 0,
		"this has to be permitted; may be given again", MAKE | PROVE},
	{"base", KEY_BASE, "FILE", 0,
		"the profile to start from (default: engine, the engine's own)", MAKE},
	{"mode", KEY_MODE, "refuse|mask|audit", 0,
		"what happens to a call that an objective forbids: refused (default), done "
		"in its narrow form by a supervisor, or done and noted",
		MAKE},
	{"format", KEY_ANY_FORMAT, "docker|oci|bpf|text|json", 0,
		"make: what to write, a profile for docker (default), a block for an OCI "
		"config.json, the bytes of a filter; else text (default) or json",
		0},
	{"format", KEY_PROFILE_FORMAT, "docker|oci|bpf", OPTION_HIDDEN,
		"a profile for docker and podman (default), a block for an OCI config.json, or "
		"the bytes of a filter",
		MAKE},
	{"format", KEY_FORMAT, "text|json", OPTION_HIDDEN,
		"text (default) for people, json for programs", READS},
	{"output", KEY_OUTPUT, "FILE", 0,
		"write FILE, whole or not at all (default: standard output)", MAKE},
	{"run", KEY_RUN, NULL, 0,
		"make each call that was found, in a throw-away child under the filter, and "
		"say what the kernel did",
		PROVE},
	{"supervised", KEY_SUPERVISED, NULL, 0,
		"a supervisor refuses what the filter hands to it, as that of --mode mask does",
		PROVE},
	{"bpf", KEY_BPF, NULL, 0, "the instructions, each with its meaning", SHOW},
	{"arch", KEY_ARCH, "x86_64|x32|i386|aarch64", 0,
		"on this arch (default: this machine's); make: let this one in, too; may be "
		"given again",
		ALL},
	{"engine", KEY_ENGINE, "docker|podman", 0,
		"read profiles as this engine does (default: docker)", ALL},
	{"compiler", KEY_COMPILER, "runc|runc-tree|oakum", 0,
		"compile profiles as runc does (default), as runc 1.2 does, or by oakum's own "
		"compiler",
		READS},
	{"kernel", KEY_KERNEL, "VERSION", 0,
		"on this kernel, as 6.1 (default: this machine's)", ALL},
	{"cap-add", KEY_CAP_ADD, "CAP", 0,
		"the container holds this capability, too; ALL: every one", ALL},
	{"cap-drop", KEY_CAP_DROP, "CAP", 0,
		"it does not hold this one; ALL: none but those added", ALL},
	{"color", KEY_COLOR, "auto|always|never", 0,
		"colours; auto (default) only on a terminal and without NO_COLOR",
		READS},
	{0},
};

/* What SUBJECT means; the help of each subverb that takes one ends with it. */
#define ABOUT_SUBJECT                                                                    \
	"\nSUBJECT is a FILE (a profile, or the bytes of a filter), '-' for standard "   \
	"input, 'engine' for the engine's default, the number of a process or the name " \
	"of a container."

/* A subverb; words: how many it takes at least and at most. */
static const struct subverb {
	struct verb verb;
	int bit;
	size_t least, most;
	int (*run)(struct seccomp *s);
} subverbs[] = {
	{{"seccomp make", NULL, "",
		 "Writes a profile that keeps its base where it may and its objectives "
		 "everywhere: for docker and podman, as a block of an OCI config.json, or as "
		 "the bytes of a filter. What is written was read again, compiled as runc and "
		 "as oakum do, and proved for every argument there is; what cannot be proved "
		 "is not written.",
		 "  oakum seccomp make -o oakum.json\n"
		 "  oakum seccomp make --objective no-root --deny 'personality: arg0 != 0'\n"
		 "  docker run --security-opt seccomp=oakum.json --security-opt "
		 "no-new-privileges …\n\n"
		 "Exit status: 0 written, 1 what was asked for does not hold, 2 usage, 3 "
		 "something could not be read or written, 4 it could not be proved.",
		 NULL, NULL},
		MAKE, 0, 0, seccomp_make},
	{{"seccomp prove", NULL, "SUBJECT",
		 "Says whether objectives hold under a profile or under the filters of a "
		 "process, for every argument, every number and every arch that is let in. "
		 "Where one does not, it shows a call with its arguments, the C line that "
		 "makes it and the rule that let it through." ABOUT_SUBJECT,
		 "  oakum seccomp prove profile.json\n"
		 "  oakum seccomp prove --objective no-root --run engine\n"
		 "  oakum seccomp prove --deny 'setreuid: arg0 == 0' profile.json\n\n"
		 "Exit status: 0 all of it holds, 1 something does not, 2 usage, 3 FILE could "
		 "not be read, 4 something is unknown.",
		 NULL, NULL},
		PROVE, 1, 1, seccomp_prove},
	{{"seccomp diff", NULL, "SUBJECT SUBJECT",
		 "Says what one permits and the other does not, from the compiled filters and "
		 "not from the text: two profiles that look different may be the same." ABOUT_SUBJECT,
		 "  oakum seccomp diff engine profile.json\n\n"
		 "Exit status: 0 they are equal for every call, 1 they differ, 2 usage, 3 one "
		 "could not be read, 4 it could not be decided.",
		 NULL, NULL},
		DIFF, 2, 2, seccomp_diff},
	{{"seccomp show", NULL, "SUBJECT",
		 "Shows what a filter answers: which calls always, which by their arguments; "
		 "with --bpf its instructions with their meaning." ABOUT_SUBJECT,
		 "  oakum seccomp show engine\n"
		 "  oakum seccomp show --bpf filter.bpf",
		 NULL, NULL},
		SHOW, 1, 1, seccomp_show},
	{{"seccomp test", NULL, "SUBJECT CALL [ARGUMENT]...",
		 "Says what a filter answers to one call. CALL is a name or a number, the "
		 "arguments are numbers as in C. Nothing is called." ABOUT_SUBJECT,
		 "  oakum seccomp test engine personality 8\n"
		 "  oakum seccomp test profile.json setuid 0x100000000\n\n"
		 "Exit status: 0 it is permitted, 1 it is not, 2 usage, 3 FILE could not be "
		 "read.",
		 NULL, NULL},
		TEST, 2, 2 + CALL_ARGUMENTS, seccomp_test},
	{{"seccomp cost", NULL, "SUBJECT",
		 "Counts the instructions that a filter runs for each call, and says for which "
		 "ones the kernel remembers the answer and runs none." ABOUT_SUBJECT,
		 "  oakum seccomp cost engine\n"
		 "  oakum seccomp cost --compiler oakum engine",
		 NULL, NULL},
		COST, 1, 1, seccomp_cost},
};

/* ---- options ---- */

static error_t parse_choice(struct seccomp *s, int key, const char *arg)
{
	int choice = option_choice(s->verb, key, arg);

	if (choice < 0)
		return EINVAL;
	switch (key) {
	case KEY_MODE:
		s->mode = (enum make_mode)choice;
		break;
	case KEY_PROFILE_FORMAT:
		s->profile_format = (enum seccomp_format)choice;
		break;
	case KEY_FORMAT:
		s->is_json = choice == 1;
		break;
	case KEY_ARCH:
		s->arches |= (arch_set)1 << arch_find(str_c(arg));
		break;
	case KEY_ENGINE:
		s->host.is_podman = choice == 1;
		s->has_no_engine = false;
		break;
	case KEY_COMPILER:
		s->compiler = (enum seccomp_compiler)choice;
		break;
	default:
		s->color = (enum color_when)choice;
		break;
	}
	return 0;
}

/* "6.1", "6.1.0-13-amd64" */
static error_t parse_kernel(struct seccomp *s, struct str text)
{
	struct str_fields fields = {.rest = text};
	struct str major, minor = STR("0");
	uint32_t numbers[2];

	(void)str_next_field(&fields, '.', &major);
	(void)str_next_field(&fields, '.', &minor);
	if (!str_to_u32(major, &numbers[0]) || !str_to_u32(minor, &numbers[1]) ||
		numbers[0] > 0xff || numbers[1] > 0xff) {
		complain("%s: --kernel: '%.*s' is no version; write it as 6.1",
			s->verb->name, STR_ARG(text));
		return EINVAL;
	}
	s->host.kernel = KERNEL(numbers[0], numbers[1]);
	return 0;
}

static error_t parse_capability(
	struct seccomp *s, const char *option, struct str name, capability_set *out)
{
	int cap = capability_find(name);
	struct str near;

	if (capability_is_all(name)) {
		*out = CAPABILITIES_ALL;
		return 0;
	}
	if (cap >= 0) {
		*out |= capability_bit(cap);
		return 0;
	}
	near = capability_nearest(name);
	if (near.n)
		complain("%s: --%s: no capability '%.*s'; did you mean '%.*s'?",
			s->verb->name, option, STR_ARG(name), STR_ARG(near));
	else
		complain("%s: --%s: no capability '%.*s'", s->verb->name, option,
			STR_ARG(name));
	return EINVAL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct seccomp *s = state->input;

	switch (key) {
	case KEY_OBJECTIVE:
		*vec_push(&s->arena, &s->objectives) = str_c(arg);
		return 0;
	case KEY_DENY:
		*vec_push(&s->arena, &s->denies) = str_c(arg);
		return 0;
	case KEY_ALLOW:
		*vec_push(&s->arena, &s->allows) = str_c(arg);
		return 0;
	case KEY_BASE:
		s->base = str_c(arg);
		return 0;
	case KEY_OUTPUT:
		s->output = str_c(arg);
		return 0;
	case KEY_RUN:
		s->is_run = true;
		return 0;
	case KEY_SUPERVISED:
		s->is_supervised = true;
		return 0;
	case KEY_BPF:
		s->is_bpf = true;
		return 0;
	case KEY_KERNEL:
		return parse_kernel(s, str_c(arg));
	case KEY_CAP_ADD:
		return parse_capability(s, "cap-add", str_c(arg), &s->added);
	case KEY_CAP_DROP:
		return parse_capability(s, "cap-drop", str_c(arg), &s->dropped);
	case ARGP_KEY_ARG:
		*vec_push(&s->arena, &s->words) = str_c(arg);
		return 0;
	case ARGP_KEY_INIT:
	case ARGP_KEY_NO_ARGS:
	case ARGP_KEY_END:
	case ARGP_KEY_SUCCESS:
	case ARGP_KEY_ERROR:
	case ARGP_KEY_FINI:
	case ARGP_KEY_ARGS:
		return ARGP_ERR_UNKNOWN;
	default:
		return parse_choice(s, key, arg);
	}
}

/* The rows of the table that a subverb takes. */
static const struct argp_option *options_of(struct arena *a, int bit)
{
	VEC(struct argp_option) rows = {0};

	for (const struct argp_option *o = seccomp_options; o->name; o++)
		if (o->group & bit) {
			struct argp_option *row = vec_push(a, &rows);

			*row = *o;
			row->flags &= ~OPTION_HIDDEN;
			row->group = 0;
		}
	(void)vec_push(a, &rows);
	return rows.at;
}

/* ---- from the options to the host ---- */

/* `cap_drop: ALL` leaves what is added; else what is dropped is gone though added. */
static void choose_capabilities(struct seccomp *s)
{
	capability_set held =
		s->host.is_podman ? CAPABILITIES_PODMAN : CAPABILITIES_ENGINE;

	if (s->dropped == CAPABILITIES_ALL)
		s->host.bounding = s->added;
	else
		s->host.bounding = (held | s->added) & ~s->dropped;
}

static int choose_host(struct seccomp *s)
{
	const arch_set aarch64 = (arch_set)1 << ARCH_AARCH64;

	choose_capabilities(s);
	if (s->arches & aarch64 && s->arches != aarch64) {
		complain("%s: no machine runs programs of aarch64 and of x86",
			s->verb->name);
		return EXIT_USAGE;
	}
	if (s->arches)
		s->host.arch = s->arches == aarch64 ? ARCH_AARCH64 : ARCH_X86_64;
	if (s->host.arch >= 0)
		return EXIT_CLEAN;
	complain("%s: oakum has no table of calls for this machine; name an --arch",
		s->verb->name);
	return EXIT_USAGE;
}

arch_set arches_of_host(const struct profile_host *host)
{
	if (host->arch == ARCH_AARCH64)
		return (arch_set)1 << ARCH_AARCH64;
	return (arch_set)1 << ARCH_X86_64 | (arch_set)1 << ARCH_X32 |
		(arch_set)1 << ARCH_I386;
}

/* ---- subverbs ---- */

static int check_words(const struct seccomp *s, const struct subverb *subverb)
{
	if (s->words.n < subverb->least) {
		complain("%s: it takes %s; see 'oakum %s --help'", s->verb->name,
			s->verb->arguments, s->verb->name);
		return EXIT_USAGE;
	}
	if (s->words.n > subverb->most) {
		struct str word = s->words.at[subverb->most];

		complain("%s: '%.*s' is too much; see 'oakum %s --help'", s->verb->name,
			STR_ARG(word), s->verb->name);
		return EXIT_USAGE;
	}
	return EXIT_CLEAN;
}

static int run(const struct subverb *subverb, struct seccomp *s)
{
	int status = check_words(s, subverb);

	if (!status)
		status = choose_host(s);
	return status ? status : subverb->run(s);
}

static int parse_and_run(const struct subverb *subverb, int argc, char **argv)
{
	struct seccomp s = {.host = profile_host_here(), .has_no_engine = true};
	struct verb verb = subverb->verb;
	int status = EXIT_CLEAN;

	verb.options = options_of(&s.arena, subverb->bit);
	s.verb = &verb;
	s.world = world_disk(&s.arena);
	s.out.arena = &s.arena;
	switch (options_parse(&verb, parse_option, argc, argv, &s)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = run(subverb, &s);
		break;
	}
	arena_free(&s.arena);
	return status;
}

/* What stands behind "seccomp " in the table. */
static struct str name_of(const struct subverb *subverb)
{
	return str_from(str_c(subverb->verb.name), sizeof("seccomp ") - 1);
}

static int wrong_subverb(struct str written)
{
	struct str near = STR_NONE;

	for (size_t i = 0; i < sizeof(subverbs) / sizeof(subverbs[0]); i++)
		near = nearest_name(written, near, name_of(&subverbs[i]));
	if (near.n)
		complain("seccomp: no verb '%.*s'; did you mean '%.*s'?",
			STR_ARG(written), STR_ARG(near));
	else
		complain("seccomp: no verb '%.*s'; see 'oakum seccomp --help'",
			STR_ARG(written));
	return EXIT_USAGE;
}

int seccomp_main(const struct verb *verb, int argc, char **argv)
{
	struct str word = argc > 1 ? str_c(argv[1]) : STR_NONE;
	struct arena arena = {0};
	struct buf text = {.arena = &arena};
	bool is_written;

	if (!word.n) {
		complain("seccomp: which verb? try 'oakum seccomp prove engine'");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < sizeof(subverbs) / sizeof(subverbs[0]); i++)
		if (str_eq(word, name_of(&subverbs[i])))
			return parse_and_run(&subverbs[i], argc - 1, argv + 1);
	if (!str_eq(word, STR("--help")) && !str_eq(word, STR("-h")))
		return wrong_subverb(word);
	options_help(&text, verb);
	is_written = output_all(buf_str(&text));
	arena_free(&arena);
	return is_written ? EXIT_CLEAN : EXIT_FAILED;
}
