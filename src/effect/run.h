/*
 * run: what a list of commands does to the accounts of an image.
 *
 * Depends on base, syntax, model, know. One interpreter for RUN, copied scripts and
 * entrypoints: it walks flat commands (effect/commands.h) in the order in which they
 * run, puts variables in, decides the guards that can be decided (`id app || useradd
 * app`), asks one small function a tool, and follows the scripts it can read. What may
 * or may not run leaves effects that MAYBE hold; what cannot be seen leaves a doubt in
 * the accounts. It assumes what the builder enforces: a RUN that was built succeeded.
 *
 *	struct effect_context ctx = {.arena = arena, .base = stage->base,
 *		.notes = &step->notes, .read_script = read_it, .data = self};
 *	effect_run(&ctx, &step->commands, step->before, &after);
 */
#ifndef OAKUM_EFFECT_RUN_H
#define OAKUM_EFFECT_RUN_H

#include "base/text.h"
#include "model/build.h"

enum {
	EFFECT_DEPTH_MAX = 8,		/* scripts that run scripts */
	EFFECT_SCRIPT_MAX = 256 * 1024, /* bytes of one script */

	/* in one build; struct effect_spent keeps the count */
	EFFECT_BYTES_MAX = 2 * 1024 * 1024, /* of scripts, each time one is run */
	EFFECT_COMMANDS_MAX = 100000,	    /* scripts included */
	EFFECT_TOOLS_MAX = 2000,	    /* calls of tools that look at accounts */
};

/* How much of the limits a build has used up; zero at its start. */
struct effect_spent {
	uint32_t bytes, commands, tools;
};

struct knowledge;

/* What a call needs beside the state; the caller owns it. */
struct effect_context {
	struct arena *arena;	       /* everything that is made lives here */
	const struct knowledge *know;  /* the table of packages; NULL: none is known */
	const struct base_image *base; /* which tools there are; NULL: not known */
	struct effect_spent *spent;    /* of the build; NULL: of each call on its own */
	struct notes *notes;	       /* filled on the way; NULL: nobody wants them */

	/*
	 * Reads a file that a step put into the image: entry as files_find gave it and
	 * what of the path lies below it. False when it cannot be seen. FILE_FROM_TEXT
	 * is never asked for. NULL: no file can be read.
	 */
	bool (*read_script)(void *data, const struct file_entry *entry, struct str rest,
		struct text *out);
	void *data; /* for read_script */
};

/*
 * Runs commands over before. *after becomes before with what they change: accounts,
 * packages, files whose text is known. Variables that a RUN sets end with it.
 */
void effect_run(struct effect_context *ctx, const struct commands *commands,
	const struct state *before, struct state *after);

/*
 * A file that a step puts into the image (COPY, ADD): where it is /etc/passwd or
 * /etc/group, or covers them, the accounts change with it. Call it with the entry that
 * goes to files_put. Gives the accounts that hold after.
 */
const struct accounts *effect_put_file(struct effect_context *ctx,
	const struct file_entry *entry, const struct accounts *accounts);

#endif
