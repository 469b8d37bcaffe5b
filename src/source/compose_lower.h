/*
 * compose_lower: the workbench on which services become workloads.
 *
 * Private to source/compose*.c. Depends on compose_tree, workload, run_values. Reading a
 * project is two walks: first every service is read into a run and what it is built from
 * (compose_service.c and the files of single keys), then, when all builds are known, each
 * becomes a workload, and the workloads are linked (compose_project.c). What is wrong is
 * a problem of the project or, where a value's own grammar refuses it, the same with
 * kind BAD_VALUE; the rest of the service is read all the same.
 *
 *	static void read_init(struct compose_service *s, const struct compose_entry *e)
 *	{
 *		if (compose_wants(s->c, e, COMPOSE_TAKES_SCALAR))
 *			...
 *	}
 */
#ifndef OAKUM_SOURCE_COMPOSE_LOWER_H
#define OAKUM_SOURCE_COMPOSE_LOWER_H

#include "source/compose_tree.h"
#include "source/run_values.h"
#include "source/workload.h"

enum { COMPOSE_BUILDS_MAX = 1000 }; /* Dockerfiles that one project lowers */

/* One Dockerfile with one set of arguments, lowered once. */
struct compose_built {
	const struct compose_built *older;
	struct str path, context;
	struct build_args args;
	struct build *build;
};

/* A Dockerfile, parsed once. */
struct compose_parsed {
	const struct compose_parsed *older;
	const struct file *file;
	const struct dockerfile *tree;
};

/* What `build:` comes to. */
struct compose_build {
	bool is_said;
	const struct build *build; /* NULL: it cannot be seen, why says it */
	const struct stage *stage;
	struct str why;	  /* a clause */
	struct span span; /* of the key */
};

struct compose_lowering;

/* A service on its way. */
struct compose_service {
	struct compose_lowering *c;
	struct str name;
	struct span key_span;
	const struct compose_node *node;
	struct run *run;
	struct compose_build build;
	const struct fact *user, *workdir;
	const struct program *entrypoint, *cmd;
	struct run_pairs env_from_files; /* below run->environment */
	struct run_words configs;	 /* beside run->secrets */
	bool has_provider;		 /* something else than an engine makes it */
	enum { SERVICE_UNSEEN, SERVICE_OPEN, SERVICE_DONE } order; /* of depends_on */
	struct workload *workload;
};

VEC_TYPE(struct compose_service *, compose_services);

/* ---- compose_index.c: a service by a name that it has ---- */

struct compose_indexed;

struct compose_index {
	struct compose_indexed *at; /* sorted */
	size_t n;
};

/* The name that an index goes by; empty: the service is not in it. */
typedef struct str compose_name_of(
	struct arena *a, const struct compose_service *service);

struct compose_index compose_index(struct arena *a,
	const struct compose_services *services, compose_name_of *name_of);

/* The first service of that name, as the files have them; NULL when there is none. */
struct compose_service *compose_index_find(
	const struct compose_index *index, struct str name);

struct compose_lowering {
	struct source_context *ctx;
	const struct compose_tree *tree;
	struct input *in;
	struct compose_services services;
	struct compose_index by_name, by_container, by_built_image;
	const struct compose_built *built;
	const struct compose_parsed *parsed;
	uint32_t build_count;
	bool is_old_layout; /* of the first compose: a few keys have other names */
};

/* ---- compose_problem.c: what is wrong, and with which kind of node ---- */

/* What a key takes; sums of these. NULL counts as absent and is always taken. */
enum compose_takes {
	COMPOSE_TAKES_SCALAR = 1,
	COMPOSE_TAKES_LIST = 2,
	COMPOSE_TAKES_MAP = 4,
};

/* Adds a problem about the bytes at span; detail is a sentence. */
struct project_problem *compose_say(struct compose_lowering *c,
	enum project_problem_kind kind, struct span span, struct str name,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Has the entry a value of a kind that is taken? NULL: no; another kind: a problem. */
bool compose_wants(
	struct compose_lowering *c, const struct compose_entry *e, unsigned takes);

/* The same for an element of a list, which belongs to the key named so. */
bool compose_wants_element(struct compose_lowering *c, const struct compose_node *node,
	struct str key, unsigned takes);

/* The name of those given that is nearest to a mistaken one; empty: none is near. */
struct str compose_nearest(struct str name, const struct str *names, size_t count);

/* ---- compose_flag.c: scalars that mean something ---- */

/* The scalar under a key of a map, or NULL. */
const struct compose_node *compose_scalar(
	const struct compose_node *map, struct str key);

/* Its known bytes; empty where it is absent, no scalar or not known. */
struct str compose_text(
	struct arena *a, const struct compose_node *map, struct str key);

/*
 * true and false, and (compose-go loader/interpolate.go, toBoolean) y, yes, on, 1 with
 * their opposites, in any case; `otherwise` for NULL, MAYBE for anything else.
 */
enum answer compose_flag(
	struct arena *a, const struct compose_node *node, enum answer otherwise);

/* ---- compose_service.c ---- */

/* Reads every key of the service; what it is made of is not decided yet. */
struct compose_service *compose_service_read(
	struct compose_lowering *c, const struct compose_entry *entry);

/* The name of the container: container_name where it is known, else empty. */
struct str compose_container_name(
	struct arena *a, const struct compose_service *service);

/* A reader of values whose relative paths begin where node was written. */
struct run_reader compose_values(
	const struct compose_lowering *c, const struct compose_node *node);

/* The fact of a setting, with those that it overrides (extends, another file). */
const struct fact *compose_setting(
	struct compose_lowering *c, const struct compose_node *node);

/* ---- a file a concern; each reads one key (and reports what it cannot take) ---- */

#define COMPOSE_READER(name)                                                           \
	void name(struct compose_service *s, const struct compose_entry *e)

/* compose_lists.c */
COMPOSE_READER(compose_read_environment);
COMPOSE_READER(compose_read_env_file);
void compose_read_words(struct compose_lowering *c, const struct compose_entry *e,
	struct run_words *out);
void compose_read_pairs(struct compose_lowering *c, const struct compose_entry *e,
	struct run_pairs *out);

/* compose_command.c */
COMPOSE_READER(compose_read_command);
COMPOSE_READER(compose_read_entrypoint);

/*
 * A command line in words as compose splits it: quotes and backslashes, no expansion,
 * and an end at the first bare ; & | < >. False with *why where a quote stays open.
 */
bool compose_split_words(
	struct arena *a, struct value line, struct words *out, struct str *why);

/* compose_ports.c */
COMPOSE_READER(compose_read_ports);

/* compose_volumes.c */
COMPOSE_READER(compose_read_volumes);
COMPOSE_READER(compose_read_tmpfs);
COMPOSE_READER(compose_read_api_socket);

/* compose_security.c */
COMPOSE_READER(compose_read_cap_add);
COMPOSE_READER(compose_read_cap_drop);
COMPOSE_READER(compose_read_security_opt);
COMPOSE_READER(compose_read_devices);
COMPOSE_READER(compose_read_gpus);
COMPOSE_READER(compose_read_ulimits);

/* compose_deploy.c */
COMPOSE_READER(compose_read_deploy);
COMPOSE_READER(compose_read_logging);

/* compose_build.c */
COMPOSE_READER(compose_read_build);

/* compose_secrets.c: what a service takes of the project's secrets and configs */
COMPOSE_READER(compose_read_secrets);
COMPOSE_READER(compose_read_configs);

/* compose_project.c: what stands beside the services */
void compose_project_read(struct compose_lowering *c);

/* compose_link.c: what links them, once each has its workload */
void compose_project_link(struct compose_lowering *c);

#endif
