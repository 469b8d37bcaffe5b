#include "source/compose_lower.h"

#include <stddef.h>

#include "source/run_look.h"

/* What a key of a service does; one whose `read` is NULL says nothing about the run. */
struct service_key {
	struct str name;
	void (*read)(struct compose_service *s, const struct compose_entry *e);
	size_t list; /* WORDS, PAIRS: offset of the list in struct run */
	enum { KEY_READ, KEY_SETTING, KEY_WORDS, KEY_PAIRS, KEY_PASSED } kind;
	enum run_setting setting;
};

static void read_image(struct compose_service *s, const struct compose_entry *e)
{
	if (compose_wants(s->c, e, COMPOSE_TAKES_SCALAR))
		s->run->image = compose_setting(s->c, e->node);
}

static void read_user(struct compose_service *s, const struct compose_entry *e)
{
	if (compose_wants(s->c, e, COMPOSE_TAKES_SCALAR))
		s->user = compose_setting(s->c, e->node);
}

static void read_workdir(struct compose_service *s, const struct compose_entry *e)
{
	if (compose_wants(s->c, e, COMPOSE_TAKES_SCALAR))
		s->workdir = compose_setting(s->c, e->node);
}

static void read_provider(struct compose_service *s, const struct compose_entry *e)
{
	(void)e;
	s->has_provider = true;
}

#define READ(key, function)                                                            \
	{                                                                              \
		.name = STR_INIT(key), .kind = KEY_READ, .read = (function)            \
	}
#define SETTING(key, what)                                                             \
	{                                                                              \
		.name = STR_INIT(key), .kind = KEY_SETTING, .setting = (what)          \
	}
#define WORDS(key, field)                                                              \
	{                                                                              \
		.name = STR_INIT(key), .kind = KEY_WORDS,                              \
		.list = offsetof(struct run, field)                                    \
	}
#define PAIRS(key, field)                                                              \
	{                                                                              \
		.name = STR_INIT(key), .kind = KEY_PAIRS,                              \
		.list = offsetof(struct run, field)                                    \
	}
#define PASSED(key)                                                                    \
	{                                                                              \
		.name = STR_INIT(key), .kind = KEY_PASSED                              \
	}

/* Every key of a service that compose knows, sorted by name. */
static const struct service_key keys[] = {
	PASSED("annotations"),
	PASSED("attach"),
	PASSED("blkio_config"),
	READ("build", compose_read_build),
	READ("cap_add", compose_read_cap_add),
	READ("cap_drop", compose_read_cap_drop),
	SETTING("cgroup", RUN_CGROUPNS),
	SETTING("cgroup_parent", RUN_CGROUP_PARENT),
	READ("command", compose_read_command),
	READ("configs", compose_read_configs),
	SETTING("container_name", RUN_NAME),
	PASSED("cpu_count"),
	PASSED("cpu_percent"),
	PASSED("cpu_period"),
	SETTING("cpu_quota", RUN_CPU_QUOTA),
	PASSED("cpu_rt_period"),
	PASSED("cpu_rt_runtime"),
	SETTING("cpu_shares", RUN_CPU_SHARES),
	SETTING("cpus", RUN_CPUS),
	SETTING("cpuset", RUN_CPUSET),
	PASSED("credential_spec"),
	WORDS("depends_on", depends_on),
	READ("deploy", compose_read_deploy),
	PASSED("develop"),
	WORDS("device_cgroup_rules", device_rules),
	READ("devices", compose_read_devices),
	PASSED("dns"),
	PASSED("dns_opt"),
	PASSED("dns_search"),
	PASSED("domainname"),
	READ("entrypoint", compose_read_entrypoint),
	READ("env_file", compose_read_env_file),
	READ("environment", compose_read_environment),
	WORDS("expose", expose),
	PASSED("extends"),
	PASSED("external_links"),
	PASSED("extra_hosts"),
	READ("gpus", compose_read_gpus),
	WORDS("group_add", group_add),
	PASSED("healthcheck"),
	SETTING("hostname", RUN_HOSTNAME),
	READ("image", read_image),
	SETTING("init", RUN_INIT),
	SETTING("ipc", RUN_IPC),
	PASSED("isolation"),
	PASSED("label_file"),
	PAIRS("labels", labels),
	PASSED("links"),
	READ("logging", compose_read_logging),
	PASSED("mac_address"),
	SETTING("mem_limit", RUN_MEMORY),
	SETTING("mem_reservation", RUN_MEMORY_RESERVATION),
	PASSED("mem_swappiness"),
	SETTING("memswap_limit", RUN_MEMORY_SWAP),
	PASSED("models"),
	SETTING("network_mode", RUN_NETWORK),
	WORDS("networks", networks),
	SETTING("oom_kill_disable", RUN_OOM_KILL_DISABLE),
	PASSED("oom_score_adj"),
	SETTING("pid", RUN_PID),
	SETTING("pids_limit", RUN_PIDS),
	SETTING("platform", RUN_PLATFORM),
	READ("ports", compose_read_ports),
	PASSED("post_start"),
	PASSED("pre_start"),
	PASSED("pre_stop"),
	SETTING("privileged", RUN_PRIVILEGED),
	WORDS("profiles", profiles),
	READ("provider", read_provider),
	SETTING("pull_policy", RUN_RESOLVE_IMAGE),
	PASSED("pull_refresh_after"),
	SETTING("read_only", RUN_READ_ONLY),
	SETTING("restart", RUN_RESTART),
	SETTING("runtime", RUN_RUNTIME),
	SETTING("scale", RUN_SCALE),
	READ("secrets", compose_read_secrets),
	READ("security_opt", compose_read_security_opt),
	SETTING("shm_size", RUN_SHM_SIZE),
	SETTING("stdin_open", RUN_INTERACTIVE),
	PASSED("stop_grace_period"),
	PASSED("stop_signal"),
	PASSED("storage_opt"),
	PAIRS("sysctls", sysctls),
	READ("tmpfs", compose_read_tmpfs),
	SETTING("tty", RUN_TTY),
	READ("ulimits", compose_read_ulimits),
	READ("use_api_socket", compose_read_api_socket),
	READ("user", read_user),
	SETTING("userns_mode", RUN_USERNS),
	SETTING("uts", RUN_UTS),
	READ("volumes", compose_read_volumes),
	WORDS("volumes_from", volumes_from),
	READ("working_dir", read_workdir),
};

enum { KEY_COUNT = sizeof(keys) / sizeof(keys[0]) };

static const struct service_key *find_key(struct str name)
{
	size_t low = 0, high = KEY_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(name, keys[mid].name);

		if (order == 0)
			return &keys[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/* What the first compose called otherwise, and nobody since. */
static const struct service_key old_keys[] = {
	PASSED("dockerfile"), /* compose_build.c reads it */
	SETTING("log_driver", RUN_LOG_DRIVER),
	PASSED("log_opt"),
	SETTING("net", RUN_NETWORK),
	PASSED("volume_driver"),
};

static const struct service_key *find_old_key(struct str name)
{
	for (size_t i = 0; i < sizeof(old_keys) / sizeof(old_keys[0]); i++)
		if (str_eq(old_keys[i].name, name))
			return &old_keys[i];
	return NULL;
}

static void unknown_key(struct compose_service *s, const struct compose_entry *e)
{
	struct str names[KEY_COUNT];
	struct project_problem *p;

	if (str_starts(e->key, STR("x-")))
		return;
	for (size_t i = 0; i < KEY_COUNT; i++)
		names[i] = keys[i].name;
	p = compose_say(s->c, PROJECT_UNKNOWN_KEY, e->key_span, e->key,
		"a service has no key '%.*s'", STR_ARG(e->key));
	p->hint = compose_nearest(e->key, names, KEY_COUNT);
	s->run->is_partial = true;
}

static void read_key(struct compose_service *s, const struct compose_entry *e)
{
	const struct service_key *key = find_key(e->key);

	if (!key && s->c->is_old_layout)
		key = find_old_key(e->key);
	if (!key) {
		unknown_key(s, e);
		return;
	}
	if (e->node->kind == COMPOSE_NULL)
		return;
	switch (key->kind) {
	case KEY_READ:
		key->read(s, e);
		break;
	case KEY_SETTING:
		if (compose_wants(s->c, e, COMPOSE_TAKES_SCALAR))
			s->run->settings[key->setting] = compose_setting(s->c, e->node);
		break;
	case KEY_WORDS:
		compose_read_words(s->c, e, (void *)((char *)s->run + key->list));
		break;
	case KEY_PAIRS:
		compose_read_pairs(s->c, e, (void *)((char *)s->run + key->list));
		break;
	case KEY_PASSED:
		break;
	}
}

const struct fact *compose_setting(
	struct compose_lowering *c, const struct compose_node *node)
{
	const struct fact *hides = NULL;

	if (node->hides && node->hides->kind == COMPOSE_SCALAR)
		hides = compose_setting(c, node->hides);
	return compose_fact(c->ctx->arena, node, hides);
}

struct run_reader compose_values(
	const struct compose_lowering *c, const struct compose_node *node)
{
	return (struct run_reader){.arena = c->ctx->arena,
		.world = c->ctx->world,
		.folder = node->folder,
		.source = RUN_BY_COMPOSE};
}

static struct run *new_run(struct arena *a, const struct compose_entry *entry)
{
	struct run *run = arena_new(a, struct run);
	const struct fact *unset = fact_unset(a, LAYER_RUN, entry->key_span);

	*run = (struct run){.source = RUN_BY_COMPOSE,
		.file = entry->key_span.file,
		.anchor = entry->key_span,
		.span = entry->key_span,
		.image = unset};
	if (entry->node->span.file == entry->key_span.file)
		run->span = span_join(entry->key_span, entry->node->span);
	for (int i = 0; i < RUN_SETTING_COUNT; i++)
		run->settings[i] = unset;
	return run;
}

/* What others look at while they are read: env_file needs environment. */
static bool is_early(struct str key)
{
	return str_eq(key, STR("environment")) || str_eq(key, STR("restart"));
}

struct compose_service *compose_service_read(
	struct compose_lowering *c, const struct compose_entry *entry)
{
	struct compose_service *s = arena_new(c->ctx->arena, struct compose_service);

	*s = (struct compose_service){.c = c,
		.name = entry->key,
		.key_span = entry->key_span,
		.node = entry->node,
		.run = new_run(c->ctx->arena, entry)};
	if (!compose_wants(c, entry, COMPOSE_TAKES_MAP)) {
		s->run->is_partial = true;
		return s;
	}
	s->run->is_partial = entry->node->is_partial;
	for (int early = 1; early >= 0; early--)
		for (uint32_t i = 0; i < entry->node->count; i++) {
			const struct compose_entry *e = &entry->node->entries[i];

			if (is_early(e->key) == early)
				read_key(s, e);
		}
	run_look(c->ctx, s->run);
	return s;
}

struct str compose_container_name(
	struct arena *a, const struct compose_service *service)
{
	const struct fact *name = service->run->settings[RUN_NAME];
	struct str text = STR_NONE;

	(void)fact_str(a, name, &text);
	return text;
}
