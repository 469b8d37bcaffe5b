/*
 * tool: what one program does when a command calls it; only effect/ includes this.
 *
 * Depends on run, resolve, options. A tool is a function and a row of the table in
 * tools.c. It gets a call (the words with variables put in, how surely the command
 * runs) and changes run->state; what it changes holds as surely as the call runs. It
 * answers how the program ends, which decides the guards of later commands.
 *
 *	enum outcome tool_groupadd(struct call *call)
 *	{
 *		struct options o = call_options(call, &table);
 *		...
 *		return OUTCOME_DONE;
 *	}
 */
#ifndef OAKUM_EFFECT_TOOL_H
#define OAKUM_EFFECT_TOOL_H

#include "effect/options.h"
#include "effect/resolve.h"
#include "effect/run.h"
#include "model/identity.h"

/* How a program ends. */
enum outcome {
	OUTCOME_FAILS,	  /* for sure, not 0 */
	OUTCOME_MAY,	  /* a question whose answer is not known */
	OUTCOME_DONE,	  /* does its work, as far as one can see: && goes on */
	OUTCOME_SUCCEEDS, /* for sure, 0 */
};

struct trail;

/* One effect_run, and one level of script in it. */
struct runner {
	struct effect_context *ctx;
	struct arena *arena;
	struct state *state;	    /* as it stands now */
	struct variables variables; /* of the shell that runs now */
	struct str cwd;		    /* empty: not known */
	uint32_t depth;		    /* scripts around this command */
	struct effect_spent *spent;
	enum answer alive;		/* has the shell not ended yet? */
	bool errexit;			/* set -e */
	bool is_root;			/* the commands run as uid 0 */
	bool is_vital;			/* the step fails when this list fails */
	const struct binding *exported; /* of the shell's own, what children get */
	bool *was_raised;		/* set by sudo; NULL: the commands are root's */
	struct trail *trail;		/* drop_find's; NULL in a build */
	bool is_start; /* an entrypoint: it leaves no doubts about the image */
	bool is_final; /* with a trail: this list ends what the caller started */
	bool is_last;  /* the command that runs is the last of such a list */
	uint32_t umask;
	bool umask_is_unknown;
};

struct tool;

struct call {
	struct runner *run;
	struct arena *arena; /* the run's */
	const struct command *command;
	struct str tool;	/* the name it is called by */
	const struct tool *row; /* of that name, or NULL */
	struct words argv;	/* variables put in; argv.at[0] is the program */
	bool is_complete;	/* false: there may be more words */
	enum answer runs;	/* YES or MAYBE */
	bool is_vital;		/* the step fails when it fails */
};

typedef enum outcome tool_function(struct call *call);

typedef void owners_function(struct call *call);

/* A row of the table of tools. */
struct tool {
	struct str name;
	tool_function *function; /* NULL: it does nothing to accounts */
	owners_function *owners; /* NULL: what it does to owners is not known */
};

/* The row of a program's name, or NULL. */
const struct tool *tool_find(struct str name);

/* ---- what tools ask of the run ---- */

struct options call_options(struct call *call, const struct option_table *table);

/* The known bytes of word i of the call. */
bool call_word(const struct call *call, size_t i, struct str *out);

static inline const struct accounts *call_accounts(const struct call *call)
{
	return call->run->state->accounts;
}

/* Adds a doubt: other accounts may exist, because of a clause. */
void call_doubt(struct call *call, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Stands in a known text for bytes that are not known. No passwd line, script or
 * password holds a byte 1.
 */
#define TEXT_UNKNOWN '\001'

/* The bytes of a value, each with its origin. */
struct text text_of_value(struct arena *a, struct value v);

/* Cuts the next line off rest; false when there is none. */
bool text_next_line(struct text *rest, struct text *line);
bool text_is_known(const struct text *t);

/* The text that a command writes to its output, when it is known (echo, cat <<E). */
bool command_output(struct runner *run, const struct command *c, struct text *out);

/* The text that a command reads on its input: a pipe, a heredoc, a here-string. */
bool command_input(struct runner *run, const struct command *c, struct text *out);

/* Is that program in the image? */
enum answer tool_present(const struct runner *run, struct str name);

/* Which adduser and which defaults there are. */
enum flavour { FLAVOUR_UNKNOWN, FLAVOUR_DEBIAN, FLAVOUR_RHEL, FLAVOUR_BUSYBOX };
enum flavour run_flavour(const struct runner *run);

/* The outcome of a test, grep, id …; MAY when it cannot be decided. */
enum outcome question_answer(struct call *call, bool *is_question);

/* ---- notes ---- */

/* A new problem of the call, or NULL when nobody wants it. */
struct account_problem *note_problem(struct call *call, enum account_problem_kind kind,
	const struct word *at, struct str name);

/* A command names a user (or group, or "user:group" in note_owner). */
void note_use(struct call *call, const struct word *at, struct str part, bool is_group);
void note_owner(struct call *call, const struct word *at);

struct act *note_act(struct call *call, enum act_kind kind, const struct word *at,
	struct str subject);

/* ---- numbers ---- */

/* Ids first to last, and whether the search goes up, or by useradd's own rule. */
enum id_search {
	SEARCH_UP,	/* the first that is free (adduser of Debian, busybox) */
	SEARCH_HIGHEST, /* one above the highest (useradd) */
	SEARCH_LOWEST,	/* one below the lowest (useradd --system) */
};

enum id_space { SPACE_USERS = 1, SPACE_GROUPS = 2, SPACE_BOTH = 3 };

/* The next free id, or UNKNOWN when what is taken is not wholly known. */
struct id id_next(const struct runner *run, enum id_space space, enum id_search search,
	uint32_t first, uint32_t last);

/* An id that a word of the command chose. */
struct id id_chosen(struct arena *a, const struct word *word);

/* An id that somebody else's word or the tool's own rule gives. */
static inline struct id id_unknown(void)
{
	return (struct id){.know = FACT_UNKNOWN};
}

/* ---- changes, each as sure as the call ---- */

/* The group that word names (a name or a number): its gid, or what is known of it. */
struct group_ref {
	enum answer exists;
	struct str name; /* empty when it is not known */
	struct id gid;
	const struct word *word;
};
struct group_ref group_ref(struct call *call, const struct word *word);

/* useradd's and usermod's: false when the tool fails; what is wrong is noted. */
bool shadow_uid_is_free(
	struct call *call, struct id uid, const struct word *at, struct str name);
bool shadow_group(struct call *call, const struct word *word, struct id *gid);

void user_make(struct call *call, struct account *user, const struct word *name);
void group_make(
	struct call *call, struct str name, struct id gid, const struct word *at);
void member_make(
	struct call *call, struct str user, struct str group, const struct word *at);
void user_remove(struct call *call, struct str name);

/* A tool removes an account whose name is not known. */
void anybody_may_go(struct call *call);
void group_remove(struct call *call, struct str name);

/* A group list "a,b,c": do all exist (what is missing is noted); user joins those. */
bool groups_exist(struct call *call, const struct word *list);
void members_from_list(struct call *call, struct str user, const struct word *list);

/* The outcome of a tool that found no reason to fail. */
enum outcome call_worked(const struct call *call);

/* What a failure that the step survives, or not, does to what follows. */
enum outcome call_failed(struct call *call, struct account_problem *problem);

/* A run over state with its USER, WORKDIR and SHELL; spent where ctx has none. */
struct runner run_new(
	struct effect_context *ctx, struct state *state, struct effect_spent *spent);

/* Takes n off what is left of a limit; false, and a doubt once, when it is not. */
bool may_spend(struct runner *run, uint32_t *used, size_t n, uint32_t limit);

/* The bytes of a file that the build put there; *is_copied: there is such a file. */
bool script_text(
	struct runner *run, struct str path, struct text *out, bool *is_copied);

/* A program that is called by a path with a slash. */
void program_run(struct call *call, struct str path);

/* Follows the script at path with these arguments; true when it was read. */
bool script_run(
	struct call *call, struct str path, size_t first_argument, bool sources);

/* passwd or group lines that are added to (or become) the file. */
void passwd_lines(struct call *call, struct text lines, bool replaces);
void group_lines(struct call *call, struct text lines, bool replaces);

/*
 * A program rewrites /etc/passwd or /etc/group in a way that cannot be followed. root
 * is spared unless names_root.
 */
void accounts_file_blurred(
	struct call *call, struct str path, const struct word *at, bool names_root);

/* The two files that accounts stand in. */
bool is_accounts_file(struct str path);

/* What > and >> of a command do. */
void redirects_apply(struct call *call);

/* A known text (or one that cannot be known) is written to a path. */
void file_written(struct call *call, struct str path, const struct text *text,
	bool appends, const struct word *at);

/* Runs a list in the run's shell. */
void run_list(struct runner *run, const struct commands *commands, enum answer runs);

/*
 * What a command that ran did to the owners and modes of paths; was_followed: it is a
 * script whose commands were looked at one by one.
 */
void owners_of_command(struct call *call, bool was_followed);

/* ---- the tools ---- */

tool_function tool_useradd, tool_usermod, tool_userdel, tool_groupadd, tool_groupmod,
	tool_groupdel, tool_gpasswd, tool_adduser, tool_addgroup, tool_deluser,
	tool_delgroup, tool_passwd, tool_chpasswd, tool_newusers, tool_debian_adduser,
	tool_debian_deluser, tool_busybox_adduser, tool_busybox_addgroup,
	tool_busybox_deluser, tool_packages, tool_package_files, tool_chown, tool_chmod,
	tool_install, tool_setcap, tool_setfacl, tool_drops, tool_shell, tool_source,
	tool_tee, tool_copy, tool_remove, tool_sed, tool_rewrite, tool_configure,
	tool_set, tool_cd, tool_exit, tool_read, tool_unset, tool_shift;

/* What they do to owners: owners.c, owners_make.c, _change.c, _copy.c, _fetch.c. */
owners_function own_account, own_chmod, own_chown, own_conda, own_copy, own_curl,
	own_find, own_git, own_install, own_ln, own_mkdir, own_names, own_nothing,
	own_packages, own_pip, own_project, own_python, own_remove, own_rsync, own_tar,
	own_touch, own_umask, own_unzip, own_usermod, own_uv, own_virtualenv, own_wget;

#endif
