/*
 * The image that a workload stands on, as far as the tables know it.
 *
 * An image that nobody knows, and one of which no end is known, are silent here.
 */
#include "know/know.h"
#include "rule/advice.h"
#include "rule/checks.h"

/* "Take `almalinux:9`: it is …", or what to look for where no sibling is known. */
static struct str what_to_take(struct audit *audit, const struct base_image *base)
{
	struct know_sibling sibling;
	struct image_ref ref;

	if (image_ref_parse(base->reference, &ref) &&
		know_sibling(audit->know, audit->arena, &ref, KNOW_CURE_UPDATES,
			audit->now, &sibling))
		return arena_printf(audit->arena, "Take `%.*s`: it %.*s.",
			STR_ARG(sibling.reference), STR_ARG(sibling.why));
	return STR("Take a tag of it that still gets updates, or another image.");
}

void check_image_eol_base(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct base_image *base = w->base;
	struct finding *f;

	if (!base || base->know != FACT_SET ||
		know_is_past_at(base->end_of_life, audit->now) != ANSWER_YES)
		return;
	f = finding_add(audit, base->span.file ? base->span : workload_anchor(w));
	finding_message(audit, f,
		"The image `%.*s` gets no security updates any more: the last day was "
		"%.*s.",
		STR_ARG(base->reference), STR_ARG(base->end_of_life));
	finding_consequence(audit, f,
		"Every flaw that was found in its packages since then stays open in this "
		"container, however often it is built again.");
	finding_help(audit, f, "%.*s", STR_ARG(what_to_take(audit, base)));
	finding_evidence(audit, f, "%.*s", STR_ARG(base->reference));
}
