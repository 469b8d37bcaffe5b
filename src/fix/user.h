/*
 * user: the parts that make a workload run as an ordinary user, and still work.
 *
 * Private to fix/user*.c. Depends on fix, model, know. One user_plan gathers what has to
 * change together: the account, the folders and files it must write, the variables that
 * point into root's home, the mounts that do, and who said "root" where. user_account.c
 * decides who; user_refuse.c what nobody can be it for, with user_home.c for what lies in
 * root's home and user_hidden.c for what can only be guessed from what lies about;
 * user_paths.c what it needs, with user_empty.c for the folders that stand empty;
 * user_move.c moves what points into root's home, user_downloads.c what was downloaded
 * there; user_place.c writes it as changes, with user_ship.c for an image in which nothing
 * runs.
 */
#ifndef OAKUM_FIX_USER_H
#define OAKUM_FIX_USER_H

#include "fix/fix.h"
#include "know/asker.h"
#include "model/query.h"
#include "model/writes.h"

/* With what an account can be made in the image. */
enum account_tools {
	TOOLS_NONE,  /* not even a shell */
	TOOLS_FILES, /* a shell and what makes folders, but no account */
	TOOLS_SHADOW,
	TOOLS_BUSYBOX,
	TOOLS_UNKNOWN
};

struct user_variable {
	struct str name, value;
};

struct user_plan {
	struct fixing *f;
	struct fix_part *part;
	const struct workload *workload; /* the one that the maker was called for */
	VEC(const struct workload *)
	all; /* every one that the same stage is built for */
	const struct stage *stage;
	enum account_tools tools;
	bool is_new;	 /* the account has to be made */
	bool makes_home; /* home is not there, or not the user's … */
	bool uses_home;	 /* … and something writes there */
	bool sets_home;	 /* a variable says that HOME is another one */
	bool keeps_home; /* the file says a HOME of its own: the new user's */
	bool takes_root; /* root's home becomes the new user's, with what is in it */
	bool keeps_user; /* it runs as an ordinary user already */
	bool opens_root; /* what starts lies below /root, so others must get there */
	bool lists_root; /* … or in /root itself, where a language looks for its modules */
	bool moves_workdir; /* it stands in /root, and waits: in the new home instead */
	struct str name;    /* of the account; empty: only numbers */
	struct str spec;    /* what USER will say */
	struct str owner;   /* what chown and install take: "app:app", "1777:1777" */
	struct str home;
	struct identity identity;
	struct strs folders;	   /* to be made, and to be the user's */
	struct strs files;	   /* likewise, empty */
	bool has_old_files;	   /* one of them may be there already */
	struct strs closed;	   /* files that the build shut: his, as they are */
	struct strs shut_programs; /* and programs: for everybody to start */
	struct strs carried;	   /* paths below root's home that go along */
	uint32_t downloads_line;   /* of the first that the build downloaded; 0: none */
	VEC(struct user_variable) variables; /* to be set */
	struct strs unmet; /* rules of writes that are refused and stay so */
	struct str stop;   /* a sentence: why this cannot be done for the user */
};

/* Fills name, spec, owner, home, identity; sets stop where it cannot. */
void user_choose(struct user_plan *p);

/* Does the file say a program of its own, so that not the base image's starts? */
bool user_starts_itself(const struct workload *w);

/* Does it start a shell, or what asks for lines of a language? */
bool user_starts_prompt(const struct workload *w);

/* Is what starts a web server of its base image whose work www-data does anyway? */
bool user_serves_as_www_data(const struct workload *w);

/*
 * Is s of the script by which such images start Apache? The folders that it makes are
 * there already.
 */
bool user_makes_for_apache(const struct workload *w, const struct started *s);

/* The account of a workload that is no root already. */
void user_keep(struct user_plan *p);

/* "uid 1777", or "user model-server" where only the name is known. */
struct str user_who(const struct user_plan *p);

/* Fills folders, files, variables; adds the changes of mounts and variables. */
void user_needs(struct user_plan *p);

/* One folder for the user, with those above it that lie in its home. */
void user_add_folder(struct user_plan *p, struct str path);

/* Gives the folders that the build made and left empty. */
void user_give_empty(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker);

/* What the build downloaded into root's home goes along to the user's. */
void user_take_downloads(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker);

/* Gives the working directory where a script writes and nobody can tell where. */
void user_give_unplaced(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker);

/* Is that a folder that no workload shall own, though what lies in it may be given? */
bool user_is_system_folder(struct str path);

/* Is that where code lies that came with packages? */
bool user_is_code(struct str path);

/* The innermost mount that path lies in, or NULL. */
const struct mount *user_mount_over(const struct workload *w, struct str path);

/*
 * Has folder to be given? A new user gets what it may need, one who is there already
 * what is refused.
 */
bool user_is_refused(
	const struct user_plan *p, const struct access_asker *asker, struct str folder);

/* Does path lie in the home, or in a folder that is given already? */
bool user_has_path(struct user_plan *p, struct str path);

/* Is it a framework whose places user_give_empty knows? */
bool user_is_framework(struct arena *a, const struct started *s);

/*
 * Is what starts a program of which a table or its configuration says what it writes? Not
 * one that runs somebody's text.
 */
bool user_is_told_of(struct arena *a, const struct workload *w);

/* Says by hand that nobody knows what it is that starts, where that is so. */
void user_say_unknown(struct user_plan *p, const struct workload *w);

/* Says why this cannot be done for the user; the first sentence stays. */
void user_stop(struct user_plan *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Stops where w starts what only root can do, or lies where only root may enter. */
void user_refuse(struct user_plan *p, const struct workload *w);

/*
 * Something that the program needs lies at path, in root's home: /root is opened to be
 * passed through. False where that does not help: what lies in a folder whose name
 * begins with a dot is looked for in the home of whoever runs.
 */
bool user_open_root(struct user_plan *p, struct str path);

/* Stops where what w needs lies in root's home and can be no other's; carries the rest. */
void user_refuse_home(struct user_plan *p, const struct workload *w);

/* Stops where the start asks more of root than a table of programs knows. */
void user_refuse_start(struct user_plan *p, const struct workload *w);

/* Stops where it changes modes of what stays root's; once it is known what is given. */
void user_refuse_modes(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker);

/* Is the word at i of s a program that the script can do without, and does? */
bool user_may_fail(const struct workload *w, const struct started *s, size_t i);

/* Does the script that starts ask who it runs as? Then it knows what to do. */
bool user_asks_who(const struct workload *w);

/* The first word that is not of an init program in front (tini -g --). */
size_t user_skip_wrappers(struct arena *a, const struct started *s);
/* A sentence why not, from what the image is made of and how it says it is run. */
struct str user_hidden(struct user_plan *p, const struct workload *w);

/* Says by hand what has to change where its own comments show it run. */
void user_say_usage(struct user_plan *p);

/* Does w start a service of which nobody knows what it writes? */
bool user_is_unknown_service(struct user_plan *p, const struct workload *w);

/* What starts, where it was copied and nobody can read what it does; else empty. */
struct str user_unread(struct user_plan *p, const struct workload *w);

/* The sentence why w cannot start as another user, whatever it is given; or empty. */
struct str user_refusal(struct arena *a, const struct workload *w);

/* The same where the base image's own program is a server with a user of its own. */
struct str user_server_refusal(const struct workload *w);

/* Is path /root, or below it, and does that stay root's? */
bool user_is_in_root_home(const struct user_plan *p, struct str path);

/* "/root/.cache" with the user's home in place of root's. */
struct str user_in_own_home(const struct user_plan *p, struct str path);

/*
 * Does w start an nginx of which no row is known: YES one of nginx.org's packages, whose
 * places are those of the official images, or one that is left as its package configures
 * it; MAYBE any other.
 */
enum answer user_starts_nginx(struct arena *a, const struct workload *w);

/* Did the build put something there, that would be missing in another place? */
bool user_is_filled(const struct workload *w, struct str folder);

/* Is nginx that of Alpine or of Fedora's family, and does nothing configure it? */
bool user_has_stock_nginx(struct arena *a, const struct workload *w);

/* Adds the changes of the variables that point into root's home. */
void user_move_variables(struct user_plan *p, const struct workload *w);

/*
 * Takes `--user` off the `pip install` that made e in root's home, so that its packages
 * go where every user finds them. False: something else made it.
 */
bool user_move_packages(
	struct user_plan *p, const struct workload *w, const struct event *e);

/* Adds the change of the target of a mount in root's home. */
void user_move_mount(struct user_plan *p, const struct mount *m);

/*
 * Can the folders that it needs be made in another stage, and be copied? For an image in
 * which nothing runs.
 */
bool user_can_ship(const struct user_plan *p);

/* Adds the changes that do it: what makes them, and the copies behind FROM. */
void user_ship(struct user_plan *p);

/* Adds the changes of the Dockerfile and of who says root on top of it. */
void user_place(struct user_plan *p);

/* What facts of w are called: the service, or the whole name. */
struct str user_fact_prefix(const struct workload *w);

/* Does the image itself, without what a run says on top, start as root? */
bool user_is_root_in_image(struct arena *a, const struct workload *w);

#endif
