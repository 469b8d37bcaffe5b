/*
 * run: what the makers of run hardening share.
 *
 * Private to fix/. Depends on fix. A run's changes are said in compose's words, whether a
 * service or a `docker run` line says them.
 */
#ifndef OAKUM_FIX_RUN_H
#define OAKUM_FIX_RUN_H

#include "fix/fix.h"
#include "model/writes.h"

/* key: value; at: where the value stands now, or SPAN_NONE. */
void run_set(struct fixing *f, struct fix_part *part, const char *key, struct str value,
	struct span at);

/* One more element of a list. */
void run_add(
	struct fixing *f, struct fix_part *part, const char *key, struct str value);

/* name: value of a mapping. */
void run_put(struct fixing *f, struct fix_part *part, const char *key, struct str name,
	struct str value);

/* The element at a place, or (SPAN_NONE) the whole key. */
void run_take(struct fixing *f, struct fix_part *part, const char *key, struct span at);

/*
 * no-new-privileges, with its claim and cure, where it is not said and nothing in the
 * image counts on setuid programs; who becomes an ordinary user has to have it.
 */
bool run_forbid_new(struct fixing *f, struct fix_part *part);

/*
 * An option of the program moves what it writes by itself, where the run itself says the
 * program and the image cannot be rebuilt; false: none does.
 */
bool run_move_write(struct fixing *f, struct fix_part *part, const struct write *write);

#define RUN_NGINX_CONF "/etc/nginx/conf.d"

/*
 * What the official nginx writes is known, and it starts as any user (docker-library/docs
 * nginx, "Running nginx as a non-root user"). Not on the host's network, where only root
 * listens below 1024; not with keys that root alone may read; and not with templates but
 * for run_fills_conf.
 */
bool run_is_plain_nginx(struct fixing *f);

/*
 * Does the image fill conf.d from templates that are mounted, one of them for the only
 * file that it has there? Then conf.d may be memory (docker-nginx,
 * entrypoint/20-envsubst-on-templates.sh; what it may not write it leaves out).
 */
bool run_fills_conf(struct fixing *f);

/* A fact of the maker's workload that may differ: "port/" and a glob. */
void run_claim(struct fixing *f, struct fix_part *part, const char *fact);

/* fix_cures, where the rule has spoken. */
bool run_cures(struct fixing *f, struct fix_part *part, const char *rule);

/* The audit's frame with the maker's workload as its subject. */
struct audit run_audit(const struct fixing *f);

/* "web", "run.sh:12": for sentences. */
struct str run_name(const struct fixing *f);

#endif
