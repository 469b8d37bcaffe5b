/*
 * run_values: the small grammars of a run: "src:dst:ro", "127.0.0.1:80:80/tcp" …
 *
 * Private to source/. Depends on model, syntax/json. Compose's short forms and the
 * options of docker run, podman run and nerdctl run say the same things in the same
 * words; here each is read once, into the element that model/run.h has for it. Values
 * may hold unknown segments: what they may hide stays unknown, what stands beside them
 * is read all the same ("$PORT:80" has a target, "$DIR/x:/x" is a bind).
 *
 * A reader returns false when the engine refuses the value, with *why a clause that
 * says so ("'x' is no port in the container"); *out is then not written. Spans are
 * those of the segments; span is that of the whole word, quotes included.
 *
 *	struct run_reader r = {.arena = a, .world = w, .folder = STR("app")};
 *	struct mount m;
 *	if (!run_read_volume(&r, value, span, &m, &why))
 *		diag_add(diags, DIAG_RUN_OPTION, span, "%.*s", STR_ARG(why));
 *	else
 *		*vec_push(a, &run->mounts) = m;
 */
#ifndef OAKUM_SOURCE_RUN_VALUES_H
#define OAKUM_SOURCE_RUN_VALUES_H

#include "base/world.h"
#include "model/run.h"

enum {
	RUN_FIELDS_MAX = 64,		   /* of one comma list */
	RUN_PROFILE_MAX = 4 * 1024 * 1024, /* bytes of a seccomp profile */
	RUN_UNKNOWN = '\0',		   /* in value_flat */
};

struct run_reader {
	struct arena *arena;
	struct world *world; /* NULL: no file is looked at */
	struct str folder;   /* what relative host paths are relative to */
	bool folder_unknown; /* then they lead nowhere that is known */
	struct str home;     /* of "~"; empty: not known, paths keep their "~/" */
	enum run_source source;
	bool is_podman; /* a bind's missing source is not made; further mount options */
};

/* -v, `volumes:` in short form. volume stays NULL: the project links names. */
bool run_read_volume(const struct run_reader *r, struct value value, struct span span,
	struct mount *out, struct str *why);

/* --mount type=bind,src=…,dst=… (comma fields, as encoding/csv reads them). */
bool run_read_mount(const struct run_reader *r, struct value value, struct span span,
	struct mount *out, struct str *why);

/* --tmpfs, `tmpfs:`: "/run" or "/run:size=64m,mode=1777". */
bool run_read_tmpfs(const struct run_reader *r, struct value value, struct span span,
	struct mount *out, struct str *why);

/*
 * For long forms: fills path and at from kind, source and target, which are set; and
 * their spans, where they are not.
 */
void run_place_mount(const struct run_reader *r, struct mount *m);

/* Does it begin with the folder in which the run is started: $PWD, $(pwd)? */
bool run_begins_here(struct value v);

/*
 * Where a host path leads: dots resolved, relative ones under r->folder, "~" (and
 * $HOME that nobody knows) under r->home or led by "~/". Empty: it is not known.
 */
struct str run_host_path(const struct run_reader *r, struct value value);

/* True when a source is a path and not a volume's name, even if not all is known. */
enum mount_kind run_source_kind(struct arena *a, struct value source);

/* -p, `ports:` in short form (docker/go-connections nat.ParsePortSpec). */
bool run_read_port(const struct run_reader *r, struct value value, struct span span,
	struct port *out, struct str *why);

/* A port or a range, "80", "8000-8010": no blanks, first not above last. */
bool run_port_range(struct str text, uint16_t *first, uint16_t *last);

/*
 * --security-opt, `security_opt:`: security_option_read, and what is at a seccomp file's
 * path (r->world). An option that the engine refuses has the kind OTHER.
 */
void run_read_security(const struct run_reader *r, struct value value, struct span span,
	struct security_option *out);

/* --device, `devices:`: "/dev/a", "/dev/a:/dev/b:rw", "vendor.com/class=name". */
bool run_read_device(const struct run_reader *r, struct value value, struct span span,
	struct device *out, struct str *why);

/* --gpus: "all", "2", "device=0,capabilities=compute". */
bool run_read_gpus(const struct run_reader *r, struct value value, struct span span,
	struct gpu *out, struct str *why);

/* "NAME=VALUE" or "NAME": environment, labels, sysctls, ulimits, build args. */
void run_read_pair(const struct run_reader *r, struct value value, struct span span,
	struct run_pair *out);

/* --env-file, `env_file:`. */
void run_read_env_file(const struct run_reader *r, struct value value, struct span span,
	bool is_required, struct env_file *out);

/* A word of a list: group_add, expose, networks … */
void run_read_word(const struct run_reader *r, struct value value, struct span span,
	struct span key_span, struct run_word *out);

/* The comma fields of a value, as encoding/csv reads one line; false: bad quotes. */
struct run_fields {
	struct value at[RUN_FIELDS_MAX];
	size_t n;
};
bool run_split_commas(struct arena *a, struct value value, struct run_fields *out);

#endif
