/*
 * compose_bed: a world in memory with compose files in it, and the tree they become.
 *
 * A test puts files, reads the project, and compares dumps. A dump is one line:
 * {key: value} and [value] with null as ~, unknown variables as ${NAME}.
 */
#ifndef OAKUM_TESTS_COMPOSE_BED_H
#define OAKUM_TESTS_COMPOSE_BED_H

#include "unit.h"

#include "source/compose_tree.h"

struct compose_bed {
	struct arena arena;
	struct diags diags;
	struct world *world;
	struct load_options options;
	struct compose_tree tree;
};

/* An empty world in memory. */
struct compose_bed *bed_new(void);
void bed_done(struct compose_bed *bed);

void bed_put(struct compose_bed *bed, const char *path, const char *bytes);

/* Reads the project of that file; it must be there. */
void bed_read(struct compose_bed *bed, const char *path);

/* compose.yaml with these bytes, read. */
struct compose_bed *bed_of(const char *bytes);

/* What stands under the keys of path ("services.web.image"); NULL when nothing does. */
const struct compose_node *bed_at(const struct compose_bed *bed, const char *path);

/* The dump of that; "-" when nothing stands there. */
struct str bed_dump(struct compose_bed *bed, const char *path);

/* The problem of that kind at i among those of the kind; NULL when there are fewer. */
const struct project_problem *bed_problem(
	const struct compose_bed *bed, enum project_problem_kind kind, size_t i);

#define assert_tree(bed, path, expected) assert_str(bed_dump((bed), (path)), expected)

/* Nothing is wrong with it. */
#define assert_clean(bed)                                                              \
	do {                                                                           \
		vec_each (struct diag, d_, &(bed)->diags.list)                         \
			fail_msg("%s: %.*s", diag_name(d_->id), STR_ARG(d_->detail));  \
		vec_each (struct project_problem, p_, &(bed)->tree.problems)           \
			fail_msg("problem %d: %.*s", p_->kind, STR_ARG(p_->detail));   \
	} while (0)

/* The first problem of that kind stands over exactly these bytes, with a sentence. */
#define assert_problem(bed, kind, bytes)                                               \
	do {                                                                           \
		const struct project_problem *p_ = bed_problem((bed), (kind), 0);      \
		if (!p_)                                                               \
			fail_msg("no problem %s", #kind);                              \
		assert_str(span_str(p_->span), bytes);                                 \
		assert_true(p_->detail.n > 10);                                        \
	} while (0)

#endif
