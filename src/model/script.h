/*
 * script: the file with which a workload starts, where its bytes can be seen.
 *
 * Depends on command, text. ENTRYPOINT or CMD often name a shell script of the build
 * context: source/ reads it once, when a workload is made, through init programs (tini)
 * and a shell in front of it (`sh run.sh`). Its commands are those of a shell that
 * reads the whole file; what its functions are called with is put in.
 *
 *	if (w->script && w->script->is_shell && w->script->commands.n)
 *		last = *vec_last(&w->script->commands);
 */
#ifndef OAKUM_MODEL_SCRIPT_H
#define OAKUM_MODEL_SCRIPT_H

#include "base/text.h"
#include "model/command.h"

struct script {
	struct str path;   /* in the container, absolute and clean */
	struct span named; /* the word of ENTRYPOINT or CMD that names it */
	struct text text;  /* its bytes, each with its place */
	struct str
		interpreter; /* as behind "#!": "/bin/bash"; empty: none stands there */
	bool has_interpreter;	  /* its first line begins with "#!" */
	bool is_started_by_shell; /* sh FILE: its mode and first line do not matter */
	bool has_carriage_return; /* its first line ends as on Windows */
	bool is_shell;		  /* a shell reads it: commands are valid */
	struct commands commands;
};

#endif
