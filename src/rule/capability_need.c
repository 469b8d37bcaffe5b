#include "rule/capability_need.h"

#include "base/buf.h"
#include "model/query.h"
#include "rule/run_advice.h"

static const struct command *find_chown(const struct program *p)
{
	if (!p || p->know != FACT_SET)
		return NULL;
	vec_each (struct command *const, c, &p->commands)
		if (command_is(*c, STR("chown")) && !(*c)->guard)
			return *c;
	return NULL;
}

/* Tools whose own way of giving up root takes more than to switch. */
static capability_set extra_of_tool(struct str tool)
{
	if (str_eq(tool, STR("chroot")))
		return capability_bit(capability_find(STR("SYS_CHROOT")));
	if (str_eq(tool, STR("capsh")))
		return capability_bit(capability_find(STR("SETPCAP")));
	return 0;
}

/* In its own network the engine opens low ports to everybody (model/ability.h). */
static bool is_in_host_network(struct arena *a, const struct workload *w)
{
	struct str network;

	return w->run && run_text(a, w->run, RUN_NETWORK, &network) &&
		str_eq(network, STR("host"));
}

/* "80", "80/tcp", "80-90" of an EXPOSE; 0: none below 1024. */
static uint32_t low_port(struct str word)
{
	size_t end = 0;
	uint32_t port;

	while (end < word.n && byte_is_digit(word.p[end]))
		end++;
	return str_to_u32(str_sub(word, 0, end), &port) && port < 1024 ? port : 0;
}

static void need_port(
	struct arena *a, const struct workload *w, struct capability_need *need)
{
	struct step_list steps = workload_steps(a, w);

	if (!is_in_host_network(a, w))
		return;
	vec_each (const struct step *, s, &steps) {
		if ((*s)->kind != STEP_EXPOSE)
			continue;
		vec_each (const struct word, word, &(*s)->words) {
			struct str text;

			if (need->port || !value_str(a, word->value, &text))
				continue;
			need->port = low_port(text);
			need->port_span = word->span;
		}
	}
	if (need->port)
		need->likely |= capability_bit(CAPABILITY_NET_BIND_SERVICE);
}

struct capability_need capability_need_of(struct arena *a, const struct workload *w)
{
	const struct launch *l = &w->launch;
	struct capability_need need = {.is_certain = ANSWER_YES};

	if (run_starts_as_root(l) != ANSWER_YES)
		return need;
	if (l->runs_as == RUNS_AS_ROOT_THEN_DROPS) {
		need.drops_root = true;
		need.set = CAPABILITIES_SWITCHING | extra_of_tool(l->drop.tool);
		/*
		 * An entrypoint of an image that gives up root takes over the folders of
		 * its data before, which may belong to anybody.
		 */
		need.likely = CAPABILITIES_OWNERSHIP;
		/* Without the tool's name: some look first what they may do. */
		if (!l->drop.tool.n || str_eq(l->drop.tool, STR("?")))
			need.is_certain = ANSWER_MAYBE;
	}
	need.chown = find_chown(w->entrypoint);
	if (!need.chown && (!w->entrypoint || w->entrypoint->know != FACT_SET))
		need.chown = find_chown(w->cmd);
	if (need.chown)
		need.set |= capability_bit(CAPABILITY_CHOWN);
	need_port(a, w, &need);
	need.likely &= ~need.set;
	return need;
}

capability_set run_needs_capabilities(struct arena *a, const struct workload *w)
{
	struct capability_need need = capability_need_of(a, w);

	return need.set | need.likely;
}

static struct str why_dropping(struct arena *a, const struct drop *d)
{
	bool has_tool = d->tool.n && !str_eq(d->tool, STR("?"));
	struct buf b = {.arena = a};

	buf_add(&b, STR("its start gives up root"));
	if (d->to.n)
		buf_printf(&b, " to become `%.*s`", STR_ARG(d->to));
	if (has_tool)
		buf_printf(&b, ", with `%.*s`", STR_ARG(d->tool));
	return buf_str(&b);
}

struct str capability_need_why(struct arena *a, const struct workload *w,
	const struct capability_need *need, int cap, struct span *span)
{
	capability_set bit = capability_bit(cap);

	*span = SPAN_NONE;
	if (cap == CAPABILITY_CHOWN && need->chown) {
		*span = need->chown->span;
		return STR("its start changes owners with `chown`");
	}
	if (cap == CAPABILITY_NET_BIND_SERVICE && need->port) {
		*span = need->port_span;
		return arena_printf(
			a, "it listens on port %u in the host's network", need->port);
	}
	*span = w->launch.drop.span;
	if (need->set & bit)
		return why_dropping(a, &w->launch.drop);
	return need->likely & bit
		? STR("before it gives up root it may take over the folders of its data")
		: STR_NONE;
}

/* ---- what the held ones are worth ---- */

/* A namespace that a container may share with the host, and how to say so. */
static const struct sharing {
	struct str name;
	enum run_setting setting;
	const char *what;
} sharings[] = {
	{STR_INIT("network"), RUN_NETWORK, "network"},
	{STR_INIT("pid"), RUN_PID, "processes"},
	{STR_INIT("ipc"), RUN_IPC, "shared memory"},
};

enum capability_risk capability_risk_in(
	struct arena *a, const struct run *run, int cap, const char **shared)
{
	struct know_capability known = know_capability(cap);

	*shared = NULL;
	for (size_t i = 0; run && i < sizeof(sharings) / sizeof(sharings[0]); i++) {
		struct str text;

		if (str_eq(known.shared, sharings[i].name) &&
			run_text(a, run, sharings[i].setting, &text) &&
			str_eq(text, STR("host")))
			*shared = sharings[i].what;
	}
	return *shared ? known.shared_risk : known.risk;
}

enum capability_rung capability_rung_of(const struct run *run, enum answer *certain)
{
	capability_set held = run_capability_set(run, certain);

	if (run_flag(run, RUN_PRIVILEGED) == ANSWER_YES)
		return CAPABILITY_RUNG_PRIVILEGED;
	if (run_drops(run, -1) == ANSWER_YES && run_adds(run, -1) != ANSWER_YES)
		return CAPABILITY_RUNG_ALL;
	return held & CAPABILITIES_OWNERSHIP ? CAPABILITY_RUNG_NONE
					     : CAPABILITY_RUNG_OWNERSHIP;
}
