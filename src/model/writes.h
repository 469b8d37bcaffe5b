/*
 * writes: what a workload will write when it runs, and how we know.
 *
 * Depends on answer, access. Libraries, servers, shell redirections and the project's
 * own scripts write; source/ fills workload->writes once, when a workload is made, from
 * the tables of data/ and from the files of the build context. A place is said relative
 * to HOME, the working directory or the folder for temporary files where it follows
 * them, so that one can ask "and as uid 1777?". forecast lays the writes over access:
 * the answer is what will fail, before anything ran.
 *
 *	struct forecasts list = forecast(&asker);
 *	vec_each (const struct forecast, f, &list)
 *		if (f->fails == ANSWER_YES)
 *			say("%.*s cannot write %.*s", STR_ARG(f->write->by),
 *				STR_ARG(f->path));
 */
#ifndef OAKUM_MODEL_WRITES_H
#define OAKUM_MODEL_WRITES_H

#include "model/access.h"

/* To what a path is relative. */
enum write_base {
	WRITE_AT,      /* nothing: it is absolute */
	WRITE_IN_HOME, /* the user's HOME */
	WRITE_IN_CWD,  /* WORKDIR, unless the program changes it */
	WRITE_IN_TMP,  /* TMPDIR, else /tmp */
};

/* Who writes. */
enum write_by {
	WRITE_BY_LIBRARY, /* a row of libraries.tsv */
	WRITE_BY_CONFIG,  /* a configuration file of the context: supervisord.conf */
	WRITE_BY_COMMAND, /* a word of ENTRYPOINT, CMD or command: > file, --pid */
	WRITE_BY_SCRIPT,  /* a literal in a script of the context: torch.save("m.pt") */
	WRITE_BY_IMAGE,	  /* the base image's own service: nginx, redis */
};

/* What happens where it may not. */
enum write_failure {
	WRITE_FAILS,	/* the program ends, or the job is not done */
	WRITE_DEGRADES, /* it goes on, slower or with less */
	WRITE_RECOVERS, /* it goes on somewhere else by itself */
};

struct write {
	struct str rule; /* that speaks of it: "cache-huggingface" */
	struct str by;	 /* "transformers", "supervisord", "train.py" */
	enum write_by how;
	enum write_base base;
	struct str path;      /* below base ("" is base itself), or absolute; clean */
	enum know path_known; /* UNKNOWN: a variable decides; path is empty then */
	bool is_folder;	      /* makes it and files in it; false: one file */
	bool is_data;	      /* downloads, which a build may have made beforehand */
	bool needs_folder;    /* a file beside which others come and go: a database */
	enum answer happens;  /* YES: what starts does it; MAYBE: it is only there */
	bool is_loaded;	      /* what starts loads it, whether it then writes or not */
	bool is_result;	      /* what the job is run for: a model that it saves */
	enum write_failure failure;
	struct str variable; /* that moves it: "HF_HOME"; empty: none does */
	struct str suffix;  /* what it writes below the variable's value: "hub" or "" */
	struct str setting; /* the option or line that moves it, to be written as is:
				"--worker-tmp-dir /dev/shm"; empty: none */
	struct str error;   /* what it prints when it may not; empty: not known */
	struct str
		source; /* of the knowledge: a page, "measured"; empty: the span says */
	struct span span;      /* what gave it away: the package's word, the option */
	struct span path_span; /* the bytes that name the path, SPAN_NONE: a default */
	const struct fact *moved; /* the variable that named the path, or NULL */
};

VEC_TYPE(struct write, writes);

/*
 * Where a write goes for that identity: absolute and clean; empty where HOME or the
 * working directory is not known.
 */
struct str write_path(struct arena *a, const struct write *write,
	const struct workload *w, const struct identity *identity);

/*
 * The HOME that a process of that identity gets: the variable of image or run, else the
 * one of its passwd line, else "/" (moby: daemon/exec, oci; runc sets it). Empty: not
 * known.
 */
struct str identity_home(
	struct arena *a, const struct workload *w, const struct identity *identity);

/* One write, and what will come of it. */
struct forecast {
	const struct write *write;
	struct str path;      /* write_path */
	struct access access; /* of that path: ACCESS_MAKE for a folder, else WRITE */
	enum answer fails;    /* will it be refused when it is tried? */
};

VEC_TYPE(struct forecast, forecasts);

/* What a workload cannot write as the user of that number, surest and gravest first. */
struct outlook {
	const struct workload *workload;
	uint32_t uid;
	struct forecasts fails; /* fails: YES, or MAYBE where only a folder above the
				   path is known, and closed */
};

VEC_TYPE(struct outlook, outlooks);

/* Every write of the asker's workload as its identity, surest and gravest first. */
struct forecasts forecast(const struct access_asker *asker);

#endif
