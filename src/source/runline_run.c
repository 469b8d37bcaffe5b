/*
 * The options of `docker run` in the normal forms of model/run.h.
 */
#include "source/run_look.h"
#include "source/runline_lower.h"
#include "syntax/json.h"

/* One line on its way. */
struct reading {
	struct runline_lowering *l;
	const struct runline_line *line;
	struct arena *arena;
	struct run_reader values;
	struct run *run;
	struct runline_run *out;
	const struct runline_option *option; /* the one that is read */
};

const struct fact *runline_fact(struct arena *a, enum layer layer,
	const struct word *word, const struct fact *hides)
{
	if (hides && hides->know == FACT_UNSET)
		hides = NULL;
	return fact_set(a, layer, word->value, word->span, hides);
}

/* ---- one value ---- */

/* The engine refuses the value, and with it the line. */
static void refuse(struct reading *g, struct str why)
{
	g->run->is_partial = true;
	diag_add(g->l->ctx->diags, DIAG_RUN_OPTION, g->option->value.span, "%.*s",
		STR_ARG(why));
}

static bool has_room(struct reading *g, size_t count)
{
	if (count < RUN_ITEMS_MAX)
		return true;
	g->run->is_partial = true;
	if (count == RUN_ITEMS_MAX)
		diag_add(g->l->ctx->diags, DIAG_LIMIT_REACHED, g->option->span,
			"one line has more than %d of these", RUN_ITEMS_MAX);
	return false;
}

static void set(struct reading *g, enum run_setting setting)
{
	g->run->settings[setting] = runline_fact(
		g->arena, LAYER_RUN, &g->option->value, g->run->settings[setting]);
}

/* The sum of what the list options read alike: value, span and a reader. */
#define ADD(list, reader)                                                              \
	do {                                                                           \
		__typeof__(*g->run->list.at) item_;                                    \
		struct str why_ = STR_NONE;                                            \
		if (!has_room(g, g->run->list.n))                                      \
			return;                                                        \
		if (reader(&g->values, g->option->value.value, g->option->value.span,  \
			    &item_, &why_))                                            \
			*vec_push(g->arena, &g->run->list) = item_;                    \
		else                                                                   \
			refuse(g, why_);                                               \
	} while (0)

static void read_volume(struct reading *g)
{
	ADD(mounts, run_read_volume);
}

static void read_mount(struct reading *g)
{
	ADD(mounts, run_read_mount);
}

static void read_tmpfs(struct reading *g)
{
	ADD(mounts, run_read_tmpfs);
}

static void read_port(struct reading *g)
{
	ADD(ports, run_read_port);
}

static void read_device(struct reading *g)
{
	ADD(devices, run_read_device);
}

static void read_gpus(struct reading *g)
{
	ADD(gpus, run_read_gpus);
}

static void read_security(struct reading *g)
{
	if (has_room(g, g->run->security.n))
		run_read_security(&g->values, g->option->value.value,
			g->option->value.span, vec_push(g->arena, &g->run->security));
}

static void add_capability(struct reading *g, bool is_drop)
{
	if (has_room(g, g->run->capabilities.n))
		run_capability_read(g->arena, g->option->value.value,
			g->option->value.span, is_drop,
			vec_push(g->arena, &g->run->capabilities));
}

static void read_cap_add(struct reading *g)
{
	add_capability(g, false);
}

static void read_cap_drop(struct reading *g)
{
	add_capability(g, true);
}

static void add_pair(struct reading *g, struct run_pairs *list)
{
	if (has_room(g, list->n))
		run_read_pair(&g->values, g->option->value.value, g->option->value.span,
			vec_push(g->arena, list));
}

static void read_env(struct reading *g)
{
	add_pair(g, &g->run->environment);
}

static void read_ulimit(struct reading *g)
{
	add_pair(g, &g->run->ulimits);
}

static void read_sysctl(struct reading *g)
{
	add_pair(g, &g->run->sysctls);
}

static void read_label(struct reading *g)
{
	add_pair(g, &g->run->labels);
}

static void add_word(struct reading *g, struct run_words *list)
{
	if (has_room(g, list->n))
		run_read_word(&g->values, g->option->value.value, g->option->value.span,
			g->option->name_span, vec_push(g->arena, list));
}

static void read_group(struct reading *g)
{
	add_word(g, &g->run->group_add);
}

static void read_device_rule(struct reading *g)
{
	add_word(g, &g->run->device_rules);
}

static void read_volumes_from(struct reading *g)
{
	add_word(g, &g->run->volumes_from);
}

static void read_expose(struct reading *g)
{
	add_word(g, &g->run->expose);
}

static void read_secret(struct reading *g)
{
	add_word(g, &g->run->secrets);
}

/* ---- values with a grammar of their own ---- */

/* name=web,alias=x as docker's --network takes it; else the whole is the name. */
static bool network_name(struct reading *g, struct word *name)
{
	struct str flat = value_flat(g->arena, name->value);
	struct run_fields fields;

	if (!str_eq(g->run->engine, STR("docker")) || str_find(flat, '=') == flat.n ||
		!run_split_commas(g->arena, name->value, &fields))
		return true;
	for (size_t i = 0; i < fields.n; i++) {
		struct str field = value_flat(g->arena, fields.at[i]);

		if (!str_starts_nocase(field, STR("name=")))
			continue;
		name->value = value_slice(g->arena, fields.at[i], 5, field.n - 5);
		if (value_span(name->value).file)
			name->span = value_span(name->value);
		return true;
	}
	return !value_is_known(name->value);
}

/* The first is the mode; only user-defined ones may follow. */
static void read_network(struct reading *g)
{
	struct word name = g->option->value;

	if (!network_name(g, &name))
		refuse(g, STR("it names no network: name=… is missing"));
	else if (g->run->settings[RUN_NETWORK]->know == FACT_UNSET)
		g->run->settings[RUN_NETWORK] =
			runline_fact(g->arena, LAYER_RUN, &name, NULL);
	else if (has_room(g, g->run->networks.n))
		run_read_word(&g->values, name.value, name.span, g->option->name_span,
			vec_push(g->arena, &g->run->networks));
}

static void read_user(struct reading *g)
{
	g->out->user =
		runline_fact(g->arena, LAYER_RUN, &g->option->value, g->out->user);
}

static void read_workdir(struct reading *g)
{
	g->out->workdir =
		runline_fact(g->arena, LAYER_RUN, &g->option->value, g->out->workdir);
}

/* podman takes a list of JSON for --entrypoint too. */
static bool json_words(struct reading *g, const struct word *word, struct words *out)
{
	struct diags unheard = {.arena = g->arena};
	struct str bytes;
	struct text text;
	const struct json *root;

	if (!g->values.is_podman || !value_str(g->arena, word->value, &bytes) ||
		!str_starts(bytes, STR("[")))
		return false;
	text = text_of_str(bytes);
	root = json_parse(g->arena, &text, &unheard);
	if (!root || root->kind != JSON_ARRAY)
		return false;
	for (uint32_t i = 0; i < root->count; i++) {
		if (root->items[i].kind != JSON_STRING)
			return false;
		*vec_push(g->arena, out) =
			(struct word){.value = value_literal(g->arena,
					      root->items[i].text.s, word->span),
				.span = word->span,
				.is_quoted = true};
	}
	return true;
}

static void read_entrypoint(struct reading *g)
{
	struct words words = {0};

	set(g, RUN_ENTRYPOINT);
	if (!json_words(g, &g->option->value, &words)) {
		words.n = 0;
		*vec_push(g->arena, &words) = g->option->value;
	}
	g->out->entrypoint = workload_program(g->l->ctx, &words, g->option->value.span);
}

/* docker/cli opts/file.go: NAME=VALUE a line as it stands; no quotes, no ${…}. */
static void read_env_line(struct reading *g, const struct file *file, struct str line)
{
	size_t at = (size_t)(line.p - file->bytes.p);
	struct span span = span_of(file, at, line.n);
	struct run_pair pair;

	run_read_pair(&g->values, value_literal(g->arena, line, span), span, &pair);
	if (pair.name.n && g->out->environment.n < RUN_ITEMS_MAX)
		*vec_push(g->arena, &g->out->environment) = pair;
}

static void read_env_lines(struct reading *g, const struct file *file)
{
	for (uint32_t i = 1; i <= file->line_count; i++) {
		struct str line = str_trim_left(span_str(file_line(file, i)));

		if (line.n && line.p[0] != '#')
			read_env_line(g, file, line);
	}
}

static void read_env_file(struct reading *g)
{
	const struct file *file;
	struct env_file *f;
	struct err e = {0};

	if (!has_room(g, g->run->env_files.n))
		return;
	f = vec_push(g->arena, &g->run->env_files);
	run_read_env_file(
		&g->values, g->option->value.value, g->option->value.span, true, f);
	if (f->is_there == ANSWER_YES &&
		world_read(g->l->ctx->world, f->path, &file, &e) == 0 &&
		file->bytes.n <= RUNLINE_ENV_FILE_MAX)
		read_env_lines(g, file);
}

/* The engine's socket, mounted by the client itself (docker/cli, create.go). */
static void read_api_socket(struct reading *g)
{
	struct span span = g->option->span;
	struct value path = value_literal(g->arena, STR("/var/run/docker.sock"), span);
	struct mount m = {.kind = MOUNT_BIND,
		.source = path,
		.target = path,
		.is_read_only = ANSWER_NO,
		.creates_source = ANSWER_NO,
		.span = span,
		.source_span = span,
		.target_span = span};
	bool is_on = true;
	struct str text;

	if (value_str(g->arena, g->option->value.value, &text))
		(void)run_parse_bool(text, &is_on);
	if (!is_on || !has_room(g, g->run->mounts.n))
		return;
	run_place_mount(&g->values, &m);
	*vec_push(g->arena, &g->run->mounts) = m;
}

/* podman --uidmap: root of the container is somebody else outside. */
static void read_uidmap(struct reading *g)
{
	struct word word = {
		.value = value_literal(g->arena, STR("private"), g->option->span),
		.span = g->option->span};

	if (g->run->settings[RUN_USERNS]->know == FACT_UNSET)
		g->run->settings[RUN_USERNS] =
			runline_fact(g->arena, LAYER_RUN, &word, NULL);
}

/* podman --pod: what the pod was made with, this script need not say. */
static void read_pod(struct reading *g)
{
	static const enum run_setting shared[] = {RUN_NETWORK, RUN_IPC, RUN_UTS};

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (g->run->settings[shared[i]]->know == FACT_UNSET)
			g->run->settings[shared[i]] = fact_unknown(g->arena, LAYER_RUN,
				STR("the pod decides it"), g->option->span);
}

/* ---- which option is read how ---- */

struct option_reader {
	void (*read)(struct reading *g);
	enum run_setting setting; /* where read is NULL */
};

#define SETTING(id, what)  [RUNLINE_##id] = {.setting = (what)}
#define READ(id, function) [RUNLINE_##id] = {.read = (function)}

static void read_nothing(struct reading *g)
{
	(void)g;
}

/* An option that nobody knows: runline_args has said so. */
static void read_stranger(struct reading *g)
{
	g->run->is_partial = true;
}

static const struct option_reader readers[RUNLINE_ID_COUNT] = {
	READ(NOTHING, read_nothing),
	READ(STRANGER, read_stranger),
	READ(API_SOCKET, read_api_socket),
	READ(BUILD_ARG, read_nothing),
	READ(CAP_ADD, read_cap_add),
	READ(CAP_DROP, read_cap_drop),
	SETTING(CGROUPNS, RUN_CGROUPNS),
	SETTING(CGROUP_PARENT, RUN_CGROUP_PARENT),
	SETTING(CPUS, RUN_CPUS),
	SETTING(CPUSET, RUN_CPUSET),
	SETTING(CPU_QUOTA, RUN_CPU_QUOTA),
	SETTING(CPU_SHARES, RUN_CPU_SHARES),
	SETTING(DETACH, RUN_DETACHED),
	READ(DEVICE, read_device),
	READ(DEVICE_RULE, read_device_rule),
	READ(ENTRYPOINT, read_entrypoint),
	READ(ENV, read_env),
	READ(ENV_FILE, read_env_file),
	READ(EXPOSE, read_expose),
	READ(FILE, read_nothing),
	READ(GPUS, read_gpus),
	READ(GROUP_ADD, read_group),
	SETTING(HOSTNAME, RUN_HOSTNAME),
	SETTING(INIT, RUN_INIT),
	SETTING(INTERACTIVE, RUN_INTERACTIVE),
	SETTING(IPC, RUN_IPC),
	READ(LABEL, read_label),
	SETTING(LOG_DRIVER, RUN_LOG_DRIVER),
	SETTING(MEMORY, RUN_MEMORY),
	SETTING(MEMORY_RESERVATION, RUN_MEMORY_RESERVATION),
	SETTING(MEMORY_SWAP, RUN_MEMORY_SWAP),
	READ(MOUNT, read_mount),
	SETTING(NAME, RUN_NAME),
	READ(NETWORK, read_network),
	SETTING(OOM_KILL_DISABLE, RUN_OOM_KILL_DISABLE),
	SETTING(PID, RUN_PID),
	SETTING(PIDS, RUN_PIDS),
	SETTING(PLATFORM, RUN_PLATFORM),
	READ(POD, read_pod),
	SETTING(PRIVILEGED, RUN_PRIVILEGED),
	READ(PUBLISH, read_port),
	SETTING(PUBLISH_ALL, RUN_PUBLISH_ALL),
	SETTING(PULL, RUN_RESOLVE_IMAGE),
	SETTING(READ_ONLY, RUN_READ_ONLY),
	SETTING(RESTART, RUN_RESTART),
	SETTING(RM, RUN_AUTO_REMOVE),
	READ(ROOTFS, read_nothing),
	SETTING(RUNTIME, RUN_RUNTIME),
	READ(SECRET, read_secret),
	READ(SECURITY_OPT, read_security),
	SETTING(SHM_SIZE, RUN_SHM_SIZE),
	READ(SYSCTL, read_sysctl),
	READ(TAG, read_nothing),
	READ(TARGET, read_nothing),
	READ(TMPFS, read_tmpfs),
	SETTING(TTY, RUN_TTY),
	READ(UIDMAP, read_uidmap),
	READ(ULIMIT, read_ulimit),
	READ(USER, read_user),
	SETTING(USERNS, RUN_USERNS),
	SETTING(UTS, RUN_UTS),
	READ(VOLUME, read_volume),
	READ(VOLUMES_FROM, read_volumes_from),
	READ(WORKDIR, read_workdir),
};

/* ---- the line ---- */

static struct run *new_run(struct reading *g)
{
	const struct runline_args *args = &g->line->args;
	struct run *run = arena_new(g->arena, struct run);
	const struct fact *unset = fact_unset(g->arena, LAYER_RUN, args->head);

	*run = (struct run){.source = RUN_BY_LINE,
		.engine = args->engine_name,
		.file = g->l->in->file,
		.anchor = args->head,
		.span = g->line->script->span,
		.image = unset,
		.is_only_made = args->is_create,
		.is_partial = args->is_partial};
	for (int i = 0; i < RUN_SETTING_COUNT; i++)
		run->settings[i] = unset;
	return run;
}

/* nvidia-docker is docker with this runtime. */
static void set_nvidia(struct reading *g)
{
	struct span span = g->line->script->words.at[0].span;
	struct word word = {
		.value = value_literal(g->arena, STR("nvidia"), span), .span = span};

	if (g->run->settings[RUN_RUNTIME]->know == FACT_UNSET)
		g->run->settings[RUN_RUNTIME] =
			runline_fact(g->arena, LAYER_RUN, &word, NULL);
}

/* The image, and behind it the words of the command. */
static void read_operands(struct reading *g)
{
	const struct words *operands = &g->line->args.operands;
	struct words cmd = {0};

	if (!operands->n)
		return;
	g->out->image = &operands->at[0];
	g->run->image = runline_fact(g->arena, LAYER_RUN, &operands->at[0], NULL);
	for (size_t i = 1; i < operands->n; i++)
		*vec_push(g->arena, &cmd) = operands->at[i];
	if (cmd.n)
		g->out->cmd = workload_program(g->l->ctx, &cmd,
			span_join(cmd.at[0].span, vec_last(&cmd)->span));
}

void runline_run_read(struct runline_lowering *l, const struct runline_line *line,
	struct runline_run *out)
{
	struct reading g = {.l = l,
		.line = line,
		.arena = l->ctx->arena,
		.values = runline_reader(l, line),
		.out = out};

	*out = (struct runline_run){0};
	out->run = g.run = new_run(&g);
	vec_each (const struct runline_option, option, &line->args.options) {
		const struct option_reader *reader = &readers[option->id];

		g.option = option;
		if (reader->read)
			reader->read(&g);
		else
			set(&g, reader->setting);
	}
	if (line->args.is_nvidia)
		set_nvidia(&g);
	vec_each (const struct run_pair, pair, &g.run->environment)
		*vec_push(g.arena, &out->environment) = *pair;
	read_operands(&g);
	run_look(l->ctx, g.run);
}
