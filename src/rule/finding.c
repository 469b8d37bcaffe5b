#include "rule/rule.h"

#include <stdlib.h>

struct finding *finding_add(struct audit *audit, struct span span)
{
	struct finding *f = vec_push(audit->arena, audit->findings);

	f->rule = audit->rule;
	f->severity = audit->rule->severity;
	f->verdict = ANSWER_YES;
	f->span = span;
	if (audit->workload)
		*vec_push(audit->arena, &f->workloads) = audit->workload->name;
	return f;
}

static void add_workload(struct arena *a, struct finding *f, struct str name)
{
	size_t at = 0;

	while (at < f->workloads.n && str_cmp(f->workloads.at[at], name) < 0)
		at++;
	if (at < f->workloads.n && str_eq(f->workloads.at[at], name))
		return;
	(void)vec_push(a, &f->workloads);
	for (size_t i = f->workloads.n - 1; i > at; i--)
		f->workloads.at[i] = f->workloads.at[i - 1];
	f->workloads.at[at] = name;
}

void finding_concerns(struct audit *audit, struct finding *f, const struct workload *w)
{
	add_workload(audit->arena, f, w->name);
}

/* The four texts of a finding are written the same way. */
#define FINDING_TEXT(field)                                                            \
	do {                                                                           \
		va_list args;                                                          \
		va_start(args, fmt);                                                   \
		f->field = arena_vprintf(audit->arena, fmt, args);                     \
		va_end(args);                                                          \
	} while (0)

void finding_message(struct audit *audit, struct finding *f, const char *fmt, ...)
{
	FINDING_TEXT(message);
}

void finding_consequence(struct audit *audit, struct finding *f, const char *fmt, ...)
{
	FINDING_TEXT(consequence);
}

void finding_help(struct audit *audit, struct finding *f, const char *fmt, ...)
{
	FINDING_TEXT(help);
}

void finding_evidence(struct audit *audit, struct finding *f, const char *fmt, ...)
{
	FINDING_TEXT(evidence);
}

void finding_related(
	struct audit *audit, struct finding *f, struct span span, const char *fmt, ...)
{
	struct related *r = vec_push(audit->arena, &f->related);
	va_list args;

	va_start(args, fmt);
	r->span = span;
	r->message = arena_vprintf(audit->arena, fmt, args);
	va_end(args);
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* By path, so that the order does not hang on addresses; no file comes first. */
static int compare_files(struct span a, struct span b)
{
	if (a.file == b.file)
		return 0;
	if (!a.file || !b.file)
		return a.file ? 1 : -1;
	return str_cmp(a.file->path, b.file->path);
}

static int compare_places(struct span a, struct span b)
{
	int order = compare_u32(a.offset, b.offset);

	return order ? order : compare_u32(a.length, b.length);
}

/* The same rule at the same bytes side by side, the one that speaks for them first. */
static int compare_twins(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = compare_files(a->span, b->span);

	if (!order)
		order = compare_places(a->span, b->span);
	if (!order)
		order = str_cmp(a->rule->name, b->rule->name);
	if (!order)
		order = (a->ignored != NULL) - (b->ignored != NULL);
	if (!order)
		order = (int)b->verdict - (int)a->verdict;
	if (!order)
		order = (int)b->severity - (int)a->severity;
	if (!order)
		order = str_cmp(a->message, b->message);
	return order;
}

/* The order of the result; twins are gone, so it is total. What is ignored stands
   behind what is not. */
static int compare_worst(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = compare_files(a->span, b->span);

	if (!order)
		order = (int)b->severity - (int)a->severity;
	if (!order)
		order = compare_places(a->span, b->span);
	if (!order)
		order = str_cmp(a->rule->name, b->rule->name);
	return order ? order : (a->ignored != NULL) - (b->ignored != NULL);
}

static bool are_twins(const struct finding *a, const struct finding *b)
{
	return a->rule == b->rule && !a->ignored == !b->ignored &&
		compare_files(a->span, b->span) == 0 &&
		compare_places(a->span, b->span) == 0;
}

void findings_settle(struct arena *a, struct findings *list)
{
	size_t kept = 0;

	if (list->n < 2)
		return;
	qsort(list->at, list->n, sizeof(*list->at), compare_twins);
	for (size_t i = 1; i < list->n; i++) {
		struct finding *f = &list->at[i];

		if (!are_twins(&list->at[kept], f)) {
			list->at[++kept] = *f;
			continue;
		}
		vec_each (struct str, name, &f->workloads)
			add_workload(a, &list->at[kept], *name);
	}
	list->n = kept + 1;
	qsort(list->at, list->n, sizeof(*list->at), compare_worst);
}

/* FNV-1a, a part at a time; a zero byte keeps "ab" "c" from being "a" "bc". */
static uint64_t fold(uint64_t hash, struct str part)
{
	for (size_t i = 0; i <= part.n; i++) {
		hash ^= i < part.n ? (unsigned char)part.p[i] : 0;
		hash *= 0x100000001b3u;
	}
	return hash;
}

struct str finding_fingerprint(struct arena *a, const struct finding *f)
{
	uint64_t hash = fold(0xcbf29ce484222325u, f->rule->name);

	vec_each (struct str, name, &f->workloads)
		hash = fold(hash, *name);
	return arena_printf(a, "%016llx",
		(unsigned long long)fold(
			hash, f->evidence.n ? f->evidence : f->message));
}
