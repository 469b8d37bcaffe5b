/*
 * notes: what the commands of a step do, or try to do, with accounts and privileges.
 *
 * Depends on answer, command. The state says what holds after a step; the notes say
 * what happened on the way that a rule may want to judge: an account tool that cannot
 * work here, a command that names an account, an act that gives away privilege. The
 * room effect/ writes them, once a step, in the order of the commands.
 *
 *	vec_each(struct account_problem, p, &step->notes.problems)
 *		if (p->kind == PROBLEM_TOOL_MISSING) ...
 */
#ifndef OAKUM_MODEL_NOTES_H
#define OAKUM_MODEL_NOTES_H

#include "model/answer.h"
#include "model/command.h"

enum { NOTES_MAX = 4096 }; /* of each kind in one step; what comes after is left out */

/* Why an account tool fails, or does something else than its author meant. */
enum account_problem_kind {
	PROBLEM_TOOL_MISSING,	/* the image has no such program */
	PROBLEM_OTHER_DISTRO,	/* an option of the other adduser; name is the option */
	PROBLEM_NAME_TAKEN,	/* creates a user or group that exists */
	PROBLEM_UID_TAKEN,	/* number is the uid of `other` already */
	PROBLEM_GID_TAKEN,	/* number is the gid of the group `other` already */
	PROBLEM_USER_MISSING,	/* changes or removes a user that does not exist */
	PROBLEM_GROUP_MISSING,	/* names a group that does not exist */
	PROBLEM_USER_BUSY,	/* removes a group that is somebody's primary group */
	PROBLEM_PASSWORD_ASKED, /* would ask for a password: it waits or leaves none */
	PROBLEM_HUGE_LOG,	/* a uid above 99999 without --no-log-init */
};

struct account_problem {
	enum account_problem_kind kind;
	enum answer is_certain; /* YES: it is so whenever the command runs */
	bool is_tolerated;	/* a `|| true` or the like swallows the failure */
	bool is_group;		/* name is a group */
	struct str tool;	/* "useradd" */
	struct str name;	/* what it is about: user, group or option */
	uint32_t number;	/* UID_TAKEN, GID_TAKEN, HUGE_LOG */
	struct str family;	/* package family of the base, where it decided */
	struct str other; /* *_TAKEN: who has it; OTHER_DISTRO: "busybox", "debian" */
	struct span other_span; /* where `other` was made; SPAN_NONE: in the base */
	struct span span;	/* the word at fault */
	const struct command *command; /* never NULL */
	struct span command_span;
};

/* A command that names an account: chown USER:GROUP, gosu USER, su USER … */
struct identity_use {
	struct str text; /* the name or number as it stands, variables put in */
	bool is_known;	 /* false: text is only for display */
	bool is_number;
	bool is_group;
	enum answer found;	       /* did such an account exist at that moment */
	enum answer runs;	       /* does the command run */
	struct str tool;	       /* "chown", "gosu" … */
	struct span span;	       /* the bytes of the name */
	const struct command *command; /* never NULL */
};

enum act_kind {
	ACT_SETUID,	 /* chmod u+s; subject: the path */
	ACT_SETGID,	 /* chmod g+s on something that is no directory for sure */
	ACT_FILE_CAPS,	 /* setcap; subject: the path */
	ACT_SUDOERS,	 /* a line for /etc/sudoers or /etc/sudoers.d; subject: who */
	ACT_NOPASSWD,	 /* the same with NOPASSWD */
	ACT_ADMIN_GROUP, /* user joins sudo, wheel, docker, root …; subject: the user */
	ACT_PASSWORD,	 /* a password is set; subject: the user */
	ACT_PASSWORD_OFF,  /* a password is taken away (passwd -d); subject: the user */
	ACT_ROOT_ALIAS,	   /* another account of uid 0; subject: the user */
	ACT_HOME_PACKAGES, /* pip install --user; subject: the folder that they go to */
};

struct act {
	enum act_kind kind;
	enum answer happens;
	struct str subject;	       /* empty when it is not known */
	struct str detail;	       /* the group, the mode, the capability */
	struct span span;	       /* the word that does it */
	const struct command *command; /* never NULL */
};

VEC_TYPE(struct account_problem, account_problems);
VEC_TYPE(struct identity_use, identity_uses);
VEC_TYPE(struct act, acts);

struct notes {
	struct account_problems problems;
	struct identity_uses uses;
	struct acts acts;
};

#endif
