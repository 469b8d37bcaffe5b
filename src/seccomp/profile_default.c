#include <errno.h>

#include "seccomp/profile.h"
#include "seccomp/tables.h"

static bool row_holds(const struct default_row *row, const struct profile_host *host)
{
	unsigned engine = host->is_podman ? DEFAULT_PODMAN : DEFAULT_DOCKER;

	return row->engines & engine && host->kernel >= row->kernel &&
		row->hosts & (arch_set)1 << host->arch &&
		(host->bounding & row->with) == row->with &&
		!(host->bounding & row->without);
}

static void add_row(
	struct arena *a, struct ruleset *rules, const struct default_row *row)
{
	struct call_rule *rule = vec_push(a, &rules->rules);

	rule->call = row->call;
	rule->arches = ARCHES_ALL;
	rule->answer = row->answer;
	rule->count = row->count;
	for (unsigned i = 0; i < row->count; i++)
		rule->conditions[i] = row->conditions[i];
}

void profile_default(
	struct arena *a, const struct profile_host *host, struct ruleset *out)
{
	struct profile_host at = *host;
	uint32_t refuse = action_value(ACTION_ERRNO, EPERM);
	uint32_t unknown = action_value(ACTION_ERRNO, ENOSYS);

	if (at.arch < 0 || at.arch >= ARCH_COUNT)
		at.arch = ARCH_X86_64;
	*out = (struct ruleset){
		.otherwise = at.is_podman ? unknown : refuse,
		.bad_arch = action_value(ACTION_KILL_THREAD, 0),
		.too_new = at.is_podman ? 0 : unknown,
	};
	/* archMap of both: 32-bit programs of the same machine are let in. */
	out->arches = (arch_set)1 << at.arch;
	if (at.arch == ARCH_AARCH64)
		out->lets_foreign = true;
	else
		out->arches |= 1u << ARCH_X86_64 | 1u << ARCH_X32 | 1u << ARCH_I386;
	for (size_t i = 0; i < default_count; i++)
		if (row_holds(&default_rows[i], &at))
			add_row(a, out, &default_rows[i]);
}
