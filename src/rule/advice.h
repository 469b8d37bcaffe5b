/*
 * advice: sentences and small questions that several checks share.
 *
 * Depends on rule. Private to rule/. What it gives lives in the audit's arena. Names
 * and lines of a file stand in backquotes.
 *
 *	finding_help(audit, f, "%.*s", STR_ARG(advice_switch_user(audit)));
 */
#ifndef OAKUM_RULE_ADVICE_H
#define OAKUM_RULE_ADVICE_H

#include "rule/rule.h"

/* "`gunicorn main:app`", cut where it is long; "the program" when it is not known. */
struct str advice_program(struct audit *audit);

/* "CMD", "ENTRYPOINT", or empty when the target stage has neither. */
struct str advice_place(const struct audit *audit);

/* How to stop running as root: the exact line to write, and for which account. */
struct str advice_switch_user(struct audit *audit);

/*
 * " Or take `X`: it …", where the base image has a sibling that starts as an ordinary
 * user; else empty.
 */
struct str advice_rootless_sibling(struct audit *audit);

/* Where the workload would say its user: "a USER line", "`user:`" or "`--user`". */
const char *advice_user_line(const struct audit *audit);

/* What USER should say: "1200:1200", "1200", or the name where no number is fixed. */
struct str advice_spec(struct audit *audit, const struct account *user);

/* A number that no known user or group has, for advice. */
uint32_t advice_free_id(struct audit *audit);

/* " on line 7", with its file when it is another than the workload's, or "". */
struct str advice_line(struct audit *audit, struct span span);

/* detail as a sentence: a capital first, a full stop last. */
struct str advice_sentence(struct audit *audit, struct str detail);

/* The path of the shell that refuses to log in, on this base. */
struct str advice_nologin(const struct audit *audit);

/* Does base have that set of account tools: "shadow", "adduser-debian", "busybox"? */
bool advice_has_tool(const struct base_image *base, struct str tool);

/*
 * The account that is meant to run the workload: the one that it runs as, the one it
 * drops to, or the one that it should switch to. NULL when there is none, or when it is
 * not of the image's own making.
 */
const struct account *advice_service_account(const struct audit *audit);

/* The user and the group of a --chown, each with its bytes; empty: not written. */
struct owner {
	struct str user, group;
	struct span user_span, group_span;
};

/* False when the step copies nothing, or its --chown is absent or not known. */
bool advice_copy_owner(
	struct audit *audit, const struct step *step, struct owner *owner);

/* The same for a USER line or any other "user:group" that stands at span. */
struct owner advice_owner(struct value value, struct str spec, struct span span);

#endif
