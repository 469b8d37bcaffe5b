/*
 * context: the folder that a build is sent, what its .dockerignore leaves out, and what
 * is then sent.
 *
 * Depends on world, dockerignore, build. NAME.dockerignore beside the Dockerfile NAME
 * wins over .dockerignore in the context with BuildKit; the classic builder knows only
 * the latter (docker/cli build/dockerignore.go; buildkit dockerui ReadEntrypoint). Links
 * are counted, never followed.
 *
 *	struct context_summary s = context_look(arena, world, build->sent);
 *	say("%u files, %llu bytes", s.files, s.bytes);
 */
#ifndef OAKUM_SOURCE_CONTEXT_H
#define OAKUM_SOURCE_CONTEXT_H

#include "base/world.h"
#include "model/build.h"

enum {
	CONTEXT_FILES_MAX = 100000, /* looked at; then the summary is cut */
	CONTEXT_DEPTH_MAX = 64,	    /* folders in folders */
	CONTEXT_LARGEST = 10,
	CONTEXT_MATCHES_MAX = 200, /* of one pattern of a COPY */
	CONTEXT_SECRETS_MAX = 100, /* names that are listed; more are only counted */
};

/* The context of the build of a Dockerfile; never NULL. Reads what says what it lacks. */
const struct build_context *context_open(struct arena *a, struct world *world,
	struct str folder, struct str dockerfile, enum builder builder);

/* Is path (clean, relative to the context) sent? MAYBE: a folder of which parts may be. */
enum answer context_sends(
	const struct build_context *context, struct str path, bool is_folder);

struct context_file {
	struct str path; /* relative to the context */
	uint64_t bytes;
};

VEC_TYPE(struct context_file, context_files);

struct context_summary {
	uint32_t files;
	uint64_t bytes;
	struct context_file largest[CONTEXT_LARGEST]; /* the largest first */
	uint32_t largest_count;
	struct context_files secrets; /* by their names: ".env", "id_rsa", "tls.key" */
	uint32_t secret_count;
	bool is_cut; /* there is more than was looked at */
};

/* What would be sent now. An empty summary where the folder cannot be listed. */
struct context_summary context_look(
	struct arena *a, struct world *world, const struct build_context *context);

/*
 * The paths of the context that a COPY with a pattern takes, as filepath.Match has it, in
 * the order of their names. False where that cannot be said: the folder is not there, or
 * CONTEXT_MATCHES_MAX fit.
 */
bool context_matches(struct arena *a, struct world *world,
	const struct build_context *context, struct str pattern,
	struct context_files *out);

/* Is that what people name a file that holds a key or a password? path or name. */
bool context_is_secret_name(struct str path);

#endif
