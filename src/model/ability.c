#include "model/ability.h"

#include "base/path.h"
#include "model/capability.h"

static struct access answered(enum answer can, struct str why, struct span span)
{
	return (struct access){can, why, span};
}

/* ---- listen ---- */

/* The sysctl that says from which port on everybody may listen; false: nobody set it. */
static bool first_open_port(
	const struct access_asker *asker, uint32_t *port, struct span *span)
{
	bool is_set = false;

	vec_each (const struct run_pair, pair, &asker->workload->run->sysctls) {
		struct str text;

		if (!str_eq(pair->name, STR("net.ipv4.ip_unprivileged_port_start")) ||
			!value_str(asker->view.arena, pair->value, &text) ||
			!str_to_u32(text, port))
			continue;
		*span = pair->span;
		is_set = true;
	}
	return is_set;
}

/* Where the kernel asks for the capability, which only uid 0 holds by itself. */
static struct access by_capability(
	const struct access_asker *asker, const char *where, struct span span)
{
	enum answer certain = ANSWER_YES, is_root = identity_is_root(&asker->identity);
	capability_set set = run_capability_set(asker->workload->run, &certain);
	bool has = (set & capability_bit(CAPABILITY_NET_BIND_SERVICE)) != 0;
	enum answer can = certain != ANSWER_YES ? ANSWER_MAYBE : answer_of(has);

	return answered(answer_and(can, is_root),
		arena_printf(asker->view.arena,
			"%s only uid 0 with NET_BIND_SERVICE may listen below port 1024",
			where),
		span);
}

struct access ability_listen(const struct access_asker *asker)
{
	const struct run *run = asker->workload->run;
	struct str network = STR_NONE;
	struct span span = SPAN_NONE;
	uint32_t port;

	if (!run)
		return answered(ANSWER_MAYBE,
			STR("Docker (20.10 and later) and Podman let everybody listen "
			    "there; Kubernetes, nerdctl and the host's network only root"),
			SPAN_NONE);
	(void)run_text(asker->view.arena, run, RUN_NETWORK, &network);
	if (str_eq(network, STR("host")))
		return by_capability(asker, "in the host's network",
			run->settings[RUN_NETWORK]->span);
	if (str_starts(network, STR("container:")) ||
		str_starts(network, STR("service:")) ||
		run->settings[RUN_NETWORK]->know == FACT_UNKNOWN)
		return answered(ANSWER_MAYBE,
			STR("the network of another container decides"),
			run->settings[RUN_NETWORK]->span);
	if (first_open_port(asker, &port, &span))
		return port == 0
			? answered(ANSWER_YES,
				  STR("a sysctl opens all ports to everybody"), span)
			: by_capability(asker, "as a sysctl has it, ", span);
	if (str_eq(run->engine, STR("nerdctl")))
		return by_capability(asker, "with nerdctl", SPAN_NONE);
	return answered(ANSWER_YES,
		STR("in a network of its own the engine opens all ports to everybody"),
		SPAN_NONE);
}

/* ---- install ---- */

struct access ability_install(const struct access_asker *asker)
{
	static const struct str places[] = {
		STR_INIT("/usr/bin"), STR_INIT("/usr/lib"), STR_INIT("/var/lib")};
	enum answer is_root = identity_is_root(&asker->identity);
	struct access all;

	if (is_root == ANSWER_NO)
		return answered(ANSWER_NO,
			STR("apt-get, apk and dnf install for uid 0 alone"), SPAN_NONE);
	all = answered(is_root, STR_NONE, SPAN_NONE);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct access a = access_ask(asker, places[i], ACCESS_MAKE);

		if (a.can < all.can || !all.why.n)
			all = answered(answer_and(a.can, all.can), a.why, a.span);
	}
	return all;
}

static bool folder_of_variable(
	const struct access_asker *asker, struct str name, struct str *folder)
{
	const struct fact *fact = binding_find(asker->workload->env, name);

	return fact && fact_str(asker->view.arena, fact, folder) &&
		path_is_absolute(*folder);
}

struct str ability_python_prefix(const struct access_asker *asker)
{
	struct str folder;

	if (folder_of_variable(asker, STR("VIRTUAL_ENV"), &folder) ||
		folder_of_variable(asker, STR("CONDA_PREFIX"), &folder) ||
		folder_of_variable(asker, STR("CONDA_DIR"), &folder))
		return path_join(asker->view.arena, STR("/"), folder);
	if (owners_look(&asker->view, STR("/opt/conda")).exists == ANSWER_YES)
		return STR("/opt/conda");
	return STR("/usr/local");
}

struct access ability_install_python(const struct access_asker *asker)
{
	struct str lib =
		path_join(asker->view.arena, ability_python_prefix(asker), STR("lib"));

	return access_ask(asker, lib, ACCESS_MAKE);
}
