#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "report/screen.h"

const struct verb verbs[] = {
	{"audit", "say who a container runs as, and what is wrong with that",
		"[PATH]...",
		"Reads Dockerfiles, compose projects and docker run lines and says, for each "
		"container, which user it runs as, what is wrong, what that means and what "
		"to do.\n"
		"A PATH is a file, a folder (which is searched) or - for standard input; "
		"without one it is the folder you are in. What a file is, is decided by what "
		"it says. A Dockerfile that a service or a script builds is audited as they "
		"run it. Nothing is changed.",
		"  oakum audit Dockerfile\n"
		"  oakum audit -f compose.yaml -f compose.prod.yaml\n"
		"  oakum audit --run 'docker run -u 0 -p 8888:8888 lab'\n"
		"  oakum audit --format json --fail-on medium services/\n\n"
		"Exit status: 0 nothing found, 1 findings at or above --fail-on (maybes "
		"count too), 2 usage, 3 a named path could not be read, 4 something could "
		"not be seen, so that a pass would not be one.",
		audit_options, audit_main},
	{"can", "say what a user can and cannot do at a path of the container",
		"[PATH...]",
		"Says for each PATH inside the container whether the user that it runs as (or "
		"another one) can read it, write it, make files in it and run or enter it, and "
		"why: whose it is, with which mode, and which line made it so; and whether he "
		"can install packages and listen on ports below 1024. Without a PATH it says "
		"so of the places that matter: home, working directory, mounts …\n"
		"A relative PATH stands below the working directory. What cannot be known is "
		"'maybe'. Nothing is run and nothing is changed.",
		"  oakum can /app /home/app/.cache\n"
		"  oakum can -f compose.yaml /data --user 1777\n"
		"  oakum can --run 'docker run -u 1777 -v data:/data lab'\n\n"
		"Exit status: 0 whatever the answers are, 2 usage, 3 the file could not be "
		"read, 4 there is no container in it.",
		can_options, can_main},
	{"why", "say what went wrong, from a log or a container, and what cures it",
		"LOG|-|CONTAINER",
		"Reads what a program printed and says why it failed, as far as it was not "
		"allowed to do something: which line shows it, what that means, and what to "
		"write where.\n"
		"LOG is a file, - is standard input. Anything else is the name of a container: "
		"then the engine on PATH (docker, else podman; OAKUM_DOCKER names another "
		"program) is asked for its log, its user and its mounts. With -f the Dockerfile, "
		"compose file or script that it comes from is read, too, and the cause is held "
		"against it. Nothing is changed.",
		"  oakum why crash.log -f Dockerfile\n"
		"  docker logs web 2>&1 | oakum why -\n"
		"  oakum why web -f compose.yaml\n\n"
		"Exit status: 0 the cause was found, 1 it was not, 2 usage, 3 the log or the "
		"container could not be read, 4 -f holds no container.",
		why_options, why_main},
	{"explain", "explain a rule, or a word that the reports use", "RULE|WORD",
		"Prints the page of a rule: what triggers it, why it matters, what to do. Its "
		"name stands in every finding. Or says what a word means: uid, mode, "
		"capability, mount, seccomp, no-new-privileges …",
		"  oakum explain user-root\n"
		"  oakum explain capability",
		explain_options, explain_main},
	{"fix", "write the changes that take root away, proved beforehand", "[PATH]...",
		"Plans the changes that make the findings of the audit go away. Each part of "
		"the plan is laid over the files, read and audited again, and kept only when "
		"its finding is gone, nothing new is found and nothing changes beside what it "
		"is for. A part is safe (it repairs what cannot work, or changes nothing at "
		"run time) or changes the run.\n"
		"Without options the whole plan is printed and nothing is touched: each part "
		"with its diff, what is left to do by hand, what the host needs, and the "
		"commands that write it. A file is replaced whole or not at all, keeps its "
		"mode and owner, and is left alone when it changed meanwhile.",
		"  oakum fix\n"
		"  oakum fix --write --all compose.yaml\n"
		"  oakum fix --format diff --rule user-missing Dockerfile\n\n"
		"Exit status: 0 nothing to do, or all of it written; 1 there is something to "
		"write or to do by hand; 2 usage, 3 a file could not be read or written, 4 "
		"something could not be seen.",
		fix_options, fix_main},
	{"prepare",
		"say what the host needs before a project runs without root, or do it",
		"[PATH]...",
		"Looks at what compose projects and docker run lines mount from this host, and "
		"prints the commands that let their users do what they have to: groups and "
		"users for their numbers, folders with owner and a narrow mode, access lists, "
		"the owner of volumes that are there already. What fits already is no step, "
		"and the system's own folders never are.\n"
		"A PATH is a file or a folder (which is searched); without one it is the folder "
		"you are in. With --apply the steps are done, by root, never through a "
		"symbolic link, and never in what lies in a folder unless --recursive says so.",
		"  oakum prepare compose.yaml\n"
		"  oakum prepare --format sh >prepare.sh\n"
		"  sudo oakum prepare --apply compose.yaml\n\n"
		"Exit status: 0 said or done, 1 done but for what needs --recursive, 2 usage, "
		"3 a path could not be read, or a step not be done.",
		prepare_options, prepare_main},
	{"rules", "list the rules", "",
		"Lists every rule: its name, severity, status, the inputs in which it can "
		"find something (D Dockerfile, C compose, R run line) and what it says.",
		"  oakum rules --status on\n"
		"  oakum rules --format json",
		rules_options, rules_main},
	{"seccomp", "make, prove, compare and explain seccomp profiles",
		"make|prove|diff|show|test|cost [ARGUMENT]...",
		"What a container may ask of the kernel, with proof. make writes a profile "
		"that keeps a container from root and its files from others; prove says for "
		"every possible argument whether a profile, or the filters of a running process, "
		"does, and shows a counterexample where not; diff compares two, show explains "
		"one, test asks it about one call, cost counts its instructions.\n"
		"A profile is a FILE as docker, podman or an OCI runtime take it, or the bytes "
		"of a filter; 'engine' is the engine's default; a number is a process, any other "
		"word a container. 'oakum seccomp prove --help' says more about one of them.",
		"  oakum seccomp make -o oakum.json\n"
		"  oakum seccomp prove --run profile.json\n"
		"  oakum seccomp test engine setuid 0",
		seccomp_options, seccomp_main},
	{"help", "say how to use oakum, or one verb", "[VERB]",
		"Says how to use oakum, or one verb of it.", "  oakum help audit",
		help_options, help_main},
	{0},
};

const struct verb *verb_find(struct str name)
{
	for (const struct verb *v = verbs; v->name; v++)
		if (str_eq(str_c(v->name), name))
			return v;
	return NULL;
}

struct str nearest_name(struct str written, struct str nearest, struct str candidate)
{
	unsigned cap = written.n < 6 ? 2 : 3;
	unsigned best = nearest.n ? str_distance(written, nearest, cap + 1) : cap + 1;

	return str_distance(written, candidate, cap + 1) < best ? candidate : nearest;
}

void complain(const char *fmt, ...)
{
	struct arena arena = {0};
	struct buf line = {.arena = &arena};
	struct screen screen = {.out = &line};
	char text[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_add(&line, STR("oakum: "));
	screen_add(&screen, str_c(text));
	buf_char(&line, '\n');
	output_error(buf_str(&line));
	arena_free(&arena);
}

static int wrong_verb(struct str written)
{
	struct str near = STR_NONE;

	for (const struct verb *v = verbs; v->name; v++)
		near = nearest_name(written, near, str_c(v->name));
	if (near.n)
		complain("no verb '%.*s'; did you mean '%.*s'?", STR_ARG(written),
			STR_ARG(near));
	else
		complain("no verb '%.*s'; see 'oakum help'", STR_ARG(written));
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	struct str word;

	if (argc < 2) {
		complain("which verb? 'oakum help' lists them; "
			 "try 'oakum audit Dockerfile'");
		return EXIT_USAGE;
	}
	word = str_c(argv[1]);
	if (str_eq(word, STR("--help")) || str_eq(word, STR("-h"))) {
		word = STR("help");
		argc = 2;
	}
	if (str_eq(word, STR("--version")))
		return output_all(STR("oakum " OAKUM_VERSION "\n")) ? EXIT_CLEAN
								    : EXIT_FAILED;
	verb = verb_find(word);
	return verb ? verb->run(verb, argc - 1, argv + 1) : wrong_verb(word);
}
