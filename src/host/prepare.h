/*
 * prepare: what the host must have before a project can run without root.
 *
 * Depends on base, model. A pure question about a project (and the kind of engine that
 * will run it), answered as steps; a step knows the command a person would type, why it
 * is needed, and a second way that needs no root where there is one. host_apply does a
 * step itself: idempotent, never through a symbolic link, never recursively into what it
 * did not make.
 *
 *	struct host_steps steps = host_prepare(&arena, world, &project, &engine);
 *	vec_each (const struct host_step, s, &steps)
 *		say("%.*s", STR_ARG(host_command(&arena, s)));
 */
#ifndef OAKUM_HOST_PREPARE_H
#define OAKUM_HOST_PREPARE_H

#include "base/world.h"
#include "model/access.h"
#include "model/workload.h"

/* How containers' ids become the host's. */
enum host_engine {
	HOST_ENGINE_UNKNOWN,
	HOST_ENGINE_ROOTFUL,  /* the ids are the same */
	HOST_ENGINE_REMAPPED, /* userns-remap: shifted by /etc/subuid */
	HOST_ENGINE_ROOTLESS, /* container root is the user, the rest from /etc/subuid */
	HOST_ENGINE_DESKTOP,  /* files of the host appear as the asker's own */
};

struct host_facts {
	enum host_engine engine;
	bool is_said; /* somebody chose it; a podman line is rootless else for a user */
	struct str why; /* a clause: how it is known */
	uint32_t first_uid,
		first_gid;	   /* REMAPPED, ROOTLESS: of the range; 0: not known */
	uint32_t own_uid, own_gid; /* of who asks */
	struct str home;	   /* of who asks; empty: not known */
	struct str data_root; /* the engine's, with volumes/ in it; empty: not known */
};

/* Who answers what an identity may do in a workload: know_asker. */
typedef struct access_asker host_asker_of(struct arena *a, struct world *world,
	const struct workload *w, struct identity identity);

/* What else somebody may say. */
struct host_options {
	host_asker_of *asker; /* NULL: what images hold is not known */
	uint32_t uid;	      /* who runs as root will run as this one; 0: stays root */
	bool is_recursive;    /* what is in a folder is given away with it */
};

enum host_step_kind {
	HOST_GROUP,  /* name with gid */
	HOST_USER,   /* name with uid and gid, no login, no home */
	HOST_FOLDER, /* path with uid:gid and mode, made where it is missing */
	HOST_FILE,   /* likewise an empty file */
	HOST_OWNER,  /* path exists: give it to uid:gid */
	HOST_MODE,   /* path exists: mode */
	HOST_ACL,    /* path exists and belongs to others: one more user, by setfacl */
	HOST_VOLUME, /* a named volume, name, made by root before: give it to uid:gid */
	HOST_NEW_VOLUME, /* one that is not there: make it, for uid:gid, by the engine */
	HOST_LABEL,	 /* SELinux: the mount needs :z or :Z; a note, no command */
	HOST_NOTE,	 /* something to know; no command */
};

VEC_TYPE(struct str, host_words);

struct host_step {
	enum host_step_kind kind;
	struct str path, name;
	struct id uid, gid; /* on the host */
	uint32_t mode;	    /* permission bits */
	struct str acl;	    /* ACL: "rX", "rwX" */
	bool is_folder;	    /* OWNER, MODE, ACL: what path is */
	uint32_t owner;	    /* ACL: whose path is; keeps its rights to what is new */
	struct str image; /* VOLUME, NEW_VOLUME: one that has chown in it, as a rule */
	struct id inside_uid,
		inside_gid; /* VOLUME, NEW_VOLUME: as a container sees them */
	struct str inside;  /* NEW_VOLUME: where the image has it */
	struct host_words
		labels;	      /* NEW_VOLUME: "name=value", by which compose knows it */
	bool is_hidden;	      /* NEW_VOLUME: the image may have a folder there, too */
	enum answer is_there; /* NEW_VOLUME: NO, or MAYBE where nobody here can look */
	bool is_recursive;    /* only where the user said so */
	struct str why;	      /* a sentence */
	struct str otherwise; /* a sentence or a command: the way without root; or "" */
	struct str workloads; /* names, for a heading */
	struct span span;     /* the mount that needs it */
};

VEC_TYPE(struct host_step, host_steps);

/* Looks at what is there through world; what is right already is no step. */
struct host_steps host_prepare(struct arena *a, struct world *world,
	const struct project *project, const struct host_facts *facts);

/* The same with more said; host_prepare is this with nothing said. */
struct host_steps host_prepare_as(struct arena *a, struct world *world,
	const struct project *project, const struct host_facts *facts,
	const struct host_options *options);

/* "group", "folder" …: the words of the JSON output. */
struct str host_step_name(enum host_step_kind kind);

/* The command a person would type as root: "install -d -o 1777 -g 1777 -m 0750 'x'". */
struct str host_command(struct arena *a, const struct host_step *step);

#endif
