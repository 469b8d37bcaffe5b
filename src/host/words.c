/*
 * What steps say to people.
 */
#include "host/plan.h"

#include <stdarg.h>

#include "base/buf.h"

struct str host_who(const struct workload *w)
{
	return w->service.n ? w->service : w->name;
}

struct str host_whos(struct host_plan *p, const struct host_needs *needs)
{
	struct buf out = {.arena = p->arena};

	vec_each (const struct host_need, need, needs) {
		struct str who = host_who(need->workload);
		bool is_known = false;

		for (const struct host_need *old = needs->at; old < need; old++)
			is_known |= old->workload == need->workload;
		if (is_known)
			continue;
		if (out.n)
			buf_add(&out, STR(", "));
		buf_add(&out, who);
	}
	return buf_str(&out);
}

struct host_step *host_note(
	struct host_plan *p, struct str path, struct span span, const char *fmt, ...)
{
	struct host_step *note = vec_push(p->arena, &p->notes);
	va_list args;

	*note = (struct host_step){.kind = HOST_NOTE, .path = path, .span = span};
	va_start(args, fmt);
	note->why = arena_vprintf(p->arena, fmt, args);
	va_end(args);
	return note;
}

struct str host_otherwise(struct host_plan *p, const struct host_need *need)
{
	const struct run *run = need->workload->run;
	uint32_t uid = need->inside.uid.n;
	uint32_t gid = need->inside.gid.know == FACT_SET ? need->inside.gid.n : uid;

	if (run && str_eq(run->engine, STR("podman")))
		return arena_printf(p->arena,
			"`--userns=keep-id:uid=%u,gid=%u` makes your own "
			"files those of %u inside.",
			uid, gid, uid);
	if (host_engine_of(p, need->workload) == HOST_ENGINE_ROOTLESS)
		return STR("In the engine you are root, so a container "
			   "that mounts the folder may give it away.");
	if (run && run->source == RUN_BY_LINE)
		return STR("Let it run as you, `--user \"$(id -u):$(id "
			   "-g)\" -e HOME=/tmp -v /etc/passwd:/etc/passwd:ro`, or "
			   "mount a named volume.");
	return STR("Let it run as you, `user: \"${UID}:${GID}\"` with both "
		   "numbers in `.env`, `HOME: /tmp` and "
		   "`/etc/passwd:/etc/passwd:ro`, or mount a named volume.");
}
