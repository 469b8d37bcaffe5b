#include "host/prepare.h"

struct host_steps host_prepare(struct arena *a, struct world *world,
	const struct project *project, const struct host_facts *facts)
{
	(void)a, (void)world, (void)project, (void)facts;
	return (struct host_steps){0};
}

struct str host_command(struct arena *a, const struct host_step *step)
{
	(void)a, (void)step;
	return STR_NONE;
}
