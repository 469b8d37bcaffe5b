/*
 * know: what is known of base images, distributions and packages.
 *
 * Depends on base, model. The tables of data/ are compiled in; a user's files lie over
 * the table of images and are looked at first. A knowledge is never changed once it is
 * open, so threads may share it; what a question gives lives in the arena of the asker.
 * Whatever is not known is empty, FACT_UNKNOWN or MAYBE, never a guess.
 *
 *	const struct knowledge *know;
 *	struct image_ref ref;
 *	if (know_open(&arena, world, options->images, &know, e) < 0)
 *		return -1;
 *	if (image_ref_parse(STR("python:3.12-slim"), &ref)) {
 *		const struct know_image *image = know_image(know, &arena, &ref);
 *		if (image)
 *			db = know_accounts(know, &arena, image, span);
 *	}
 */
#ifndef OAKUM_KNOW_KNOW_H
#define OAKUM_KNOW_KNOW_H

#include "base/world.h"
#include "know/image_ref.h"
#include "model/accounts.h"
#include "model/capability.h"
#include "model/owners.h"

struct knowledge;

/* A distribution, as far as families.tsv knows it. */
struct know_family {
	struct str name;
	const struct accounts *accounts; /* all that come with it; no doubts */
	bool is_complete;		 /* false: there may be others */
	struct str tools;   /* "shadow,adduser-debian"; "-": none, "?": not known */
	uint32_t first_uid; /* of the first ordinary user that the tools make */
	struct str nologin; /* empty: none */
	struct str manager; /* "apt", "apk", "dnf"; empty: none */
	struct str source, date;
};

/* One row of images.tsv or of a user's file. */
struct know_image {
	struct str asked; /* the name that was looked for; lives as long as the ref's */
	struct str name, tags; /* of the row, globs */
	struct str user;       /* Config.User; empty: the image sets none */
	struct id uid, gid;  /* what it comes to; UNKNOWN: not root, no more is known */
	struct str home;     /* empty: not known */
	struct str accounts; /* the cell; know_accounts reads it */
	struct str tools;    /* the family's where the row does not say otherwise */
	struct str nologin;  /* empty: none */
	struct str drops_to; /* the account its entrypoint drops root for; empty */
	struct str drops_by; /* with this tool; empty, or "?" */
	struct str eol;	     /* the last day of free security updates, ISO; empty */
	struct str source, date;
	const struct know_family *family; /* never NULL; "unknown" is one */
	struct str table;		  /* where the row stands: file … */
	uint32_t line;			  /* … and line */
};

/* A package whose installation makes (or that runs as) an account. */
struct know_package {
	struct str package, user;
	struct id uid; /* UNSET: the next free one */
	struct str family;
	struct str source, date;
};

VEC_TYPE(struct know_package, know_package_list);

/*
 * Opens the built-in tables and lays over them images (empty: none), then
 * $XDG_CONFIG_HOME/oakum/images.tsv (or $HOME/.config/…) where it exists. -1 when a
 * file cannot be read or a line of it does not fit: e names file, line and column.
 */
int know_open(struct arena *a, struct world *w, struct str images,
	const struct knowledge **out, struct err *e);

/* Only the built-in tables; cannot fail. */
const struct knowledge *know_builtin(struct arena *a);

/* The first row that matches, or NULL when nothing is known of that image. */
const struct know_image *know_image(
	const struct knowledge *k, struct arena *a, const struct image_ref *ref);

/* A variable that an image sets for the images built from it. */
struct know_variable {
	struct str name;
	struct str value; /* empty: it sets one that is not known */
};

VEC_TYPE(struct know_variable, know_variables);

/* Is it of another family under another tag, so that a digest alone leaves it open? */
bool know_image_varies(const struct know_image *image);

/* What is known of the variables of an image; others may be set, too. */
struct know_variables know_environment(
	const struct knowledge *k, struct arena *a, const struct image_ref *ref);

/* NULL when there is no such family. */
const struct know_family *know_family(
	const struct knowledge *k, struct arena *a, struct str name);

/*
 * The accounts of an image: its family's with its own laid over them. Where the row
 * says that there may be others, a doubt says so; span is the image's reference.
 */
const struct accounts *know_accounts(const struct knowledge *k, struct arena *a,
	const struct know_image *image, struct span span);

/* Has the image this tool ("shadow", "adduser-debian", "busybox")? */
enum answer know_has_tool(const struct know_image *image, struct str tool);

/* Accounts that come with a package; ubuntu's packages are those of debian. */
struct know_package_list know_package_users(const struct knowledge *k, struct arena *a,
	struct str package, struct str family);

/* What a sibling is better at. */
enum know_cure {
	KNOW_CURE_USER,	   /* it starts as an ordinary user */
	KNOW_CURE_UPDATES, /* it gets security updates */
};

/* A row of siblings.tsv: what to take instead of an image. */
struct know_sibling {
	struct str reference; /* "nginxinc/nginx-unprivileged", "almalinux:9" */
	struct str why;	      /* the rest of a sentence: "is the same server …" */
	struct str source, date;
};

/*
 * The sibling of an image that has that cure; false when none is known, or when the one
 * that is known is itself past its end at now (seconds since 1970).
 */
bool know_sibling(const struct knowledge *k, struct arena *a,
	const struct image_ref *ref, enum know_cure cure, int64_t now,
	struct know_sibling *out);

/* A service that is known to listen on a port, and whether it asks who is there. */
struct know_service {
	struct str name; /* "Redis" */
	bool asks;	 /* by itself, until it is told not to */
	/*
	 * Comma lists of what a run says, see data/services.tsv: marks that make it ask,
	 * and marks that make it stop asking. Empty: nothing does.
	 */
	struct str on, off;
	bool is_grave;	 /* a stranger runs code or takes data; else looks and uses */
	struct str harm; /* what a stranger does: "reads and deletes all data in it" */
	struct str source, date;
};

/*
 * What listens on one of the ports first to last of a container of image (NULL: not
 * known), or of one that is started with words: the commands of its program one behind
 * the other, each behind an empty word. False when nothing is known of it.
 */
bool know_service(const struct knowledge *k, const struct image_ref *image,
	const struct str *words, size_t word_count, uint16_t first, uint16_t last,
	struct know_service *out);

/* What a program may do only with more than a container gets. */
struct know_power {
	capability_set capabilities; /* it needs these … */
	struct str devices;	     /* … and this comma list of nodes; empty: none */
	struct str instead; /* or else: half a sentence of what to do; empty where they
			       are enough */
	struct str source, date;
};

/*
 * What is known of a program (its name without its folder) that is started with these
 * words behind it; an empty one is not known. False: nothing special.
 */
bool know_power(struct str program, const struct str *words, size_t word_count,
	struct know_power *out);

/* An image that reads a secret from a file when another variable names the file. */
struct know_secret_file {
	struct str variable; /* that names the file: "POSTGRES_PASSWORD_FILE" */
	struct str reader;   /* the account that opens it; empty: not known */
	struct str source, date;
};

/* What reads the secret that variable holds otherwise; false: nothing is known of it. */
bool know_secret_file(struct arena *a, const struct image_ref *ref, struct str variable,
	struct know_secret_file *out);

/*
 * What is known of the files of an image (ref NULL: of no image, only of the family):
 * its own rows, then those of its family. why of the result is a clause.
 */
struct ground know_ground(
	struct arena *a, const struct image_ref *ref, struct str family);

/* Did support end before today (both UTC)? MAYBE when no end is known. */
enum answer know_is_past(struct str eol, struct world *w);

/* The same for the day of now, in seconds since 1970. */
enum answer know_is_past_at(struct str eol, int64_t now);

#endif
