#include "fix/powers.h"

#include "base/buf.h"
#include "base/path.h"
#include "know/know.h"
#include "model/script.h"

enum { WORDS_MAX = 100 };

struct looking {
	struct arena *arena;
	const struct workload *workload;
	struct powers powers;
};

/* ---- devices ---- */

/* Nodes that every container has (runtime-spec, config-linux.md, default devices). */
static bool is_everybodys(struct str path)
{
	static const struct str globs[] = {STR_INIT("/dev/null"), STR_INIT("/dev/zero"),
		STR_INIT("/dev/full"), STR_INIT("/dev/random"),
		STR_INIT("/dev/urandom"), STR_INIT("/dev/tty"),
		STR_INIT("/dev/console"), STR_INIT("/dev/ptmx"), STR_INIT("/dev/pts*"),
		STR_INIT("/dev/shm*"), STR_INIT("/dev/fd*"), STR_INIT("/dev/mqueue*"),
		STR_INIT("/dev/stdin"), STR_INIT("/dev/stdout"),
		STR_INIT("/dev/stderr"), STR_INIT("/dev/core"), STR_INIT("/dev/log"),
		STR_INIT("/dev/tcp/*"), STR_INIT("/dev/udp/*")};

	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++)
		if (str_glob(globs[i], path))
			return true;
	return false;
}

static bool is_plain_path(struct str path)
{
	static const struct str others = STR_INIT("/_-.:");

	for (size_t i = 0; i < path.n; i++)
		if (!byte_is_alpha(path.p[i]) && !byte_is_digit(path.p[i]) &&
			str_find(others, path.p[i]) == others.n)
			return false;
	return true;
}

static bool is_device(struct str path)
{
	return str_starts(path, STR("/dev/")) && path.n > 5 && is_plain_path(path) &&
		!is_everybodys(path);
}

static void add_once(struct arena *a, struct strs *list, struct str text)
{
	vec_each (const struct str, old, list)
		if (str_eq(*old, text))
			return;
	*vec_push(a, list) = text;
}

static bool has_device(const struct looking *l, struct str path)
{
	if (l->workload->run)
		vec_each (const struct device, d, &l->workload->run->devices)
			if (str_eq(d->path, path))
				return true;
	vec_each (const struct power_device, d, &l->powers.devices)
		if (str_eq(d->path, path))
			return true;
	return false;
}

static void add_device(
	struct looking *l, struct str path, struct str as, const struct mount *mount)
{
	add_once(l->arena, &l->powers.opened, path);
	if (!has_device(l, path))
		*vec_push(l->arena, &l->powers.devices) =
			(struct power_device){path, as, mount};
}

static void look_at_mounts(struct looking *l)
{
	vec_each (const struct mount, m, &l->workload->run->mounts) {
		struct str path = path_join(l->arena, STR("/"), m->path);

		if (m->kind != MOUNT_BIND || !path_is_absolute(m->path))
			continue;
		if (str_eq(path, STR("/dev")))
			l->powers.has_all_devices = true;
		else if (is_device(path) && m->at.n)
			add_device(l, path, str_eq(m->at, path) ? STR_NONE : m->at, m);
	}
}

/* What a word or a value names: a node, also behind `=` (`--device=/dev/ttyACM0`). */
static void look_at_text(struct looking *l, struct str text)
{
	size_t equals = str_find(text, '=');

	if (equals < text.n && str_starts(text, STR("-")))
		text = str_from(text, equals + 1);
	if (str_eq(text, STR("cuda")) || str_starts(text, STR("cuda:")))
		l->powers.gpu = STR("its start names the device `cuda`");
	if (is_device(text))
		add_device(l, text, STR_NONE, NULL);
}

static void look_at_variables(struct looking *l)
{
	for (const struct binding *b = l->workload->env; b; b = b->older) {
		struct str text;

		if (b->fact->layer != LAYER_RUN && b->fact->layer != LAYER_BUILD)
			continue;
		if (!fact_str(l->arena, b->fact, &text))
			continue;
		look_at_text(l, text);
		if (str_eq(b->name, STR("NVIDIA_VISIBLE_DEVICES")) && text.n &&
			!str_eq(text, STR("void")))
			l->powers.gpu = STR("it sets `NVIDIA_VISIBLE_DEVICES`");
	}
}

/* ---- programs ---- */

/* "`iptables` (line 3)" */
static struct str seen_at(struct looking *l, struct str name, struct span span)
{
	return span.file ? arena_printf(l->arena, "`%.*s` (line %u)", STR_ARG(name),
				   span_start(span).line)
			 : arena_printf(l->arena, "`%.*s`", STR_ARG(name));
}

/*
 * Settings of the kernel that a container has for itself (docker/cli,
 * docs/reference/commandline/container_run.md, "Configure namespaced kernel parameters").
 */
static bool is_own_setting(struct str name)
{
	static const struct str globs[] = {STR_INIT("net.*"), STR_INIT("fs.mqueue.*"),
		STR_INIT("kernel.msgmax"), STR_INIT("kernel.msgmnb"),
		STR_INIT("kernel.msgmni"), STR_INIT("kernel.sem"),
		STR_INIT("kernel.shmall"), STR_INIT("kernel.shmmax"),
		STR_INIT("kernel.shmmni"), STR_INIT("kernel.shm_rmid_forced")};

	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++)
		if (str_glob(globs[i], name))
			return true;
	return false;
}

/* Without all powers /proc/sys is read-only: what writes there fails. */
static void add_setting(struct looking *l, struct str name, struct str value)
{
	struct arena *a = l->arena;
	const struct run *run = l->workload->run;
	bool is_line = run && run->source == RUN_BY_LINE;

	if (!is_own_setting(name)) {
		add_once(a, &l->powers.instead,
			arena_printf(a,
				"`%.*s` is a setting of the host's kernel: make it there.",
				STR_ARG(name)));
		return;
	}
	add_once(a, &l->powers.instead,
		arena_printf(a,
			"Only the engine can set `%.*s` then: write %s%.*s%s%.*s%s, and "
			"take the command out.",
			STR_ARG(name), is_line ? "`--sysctl " : "`sysctls: {",
			STR_ARG(name), is_line ? "=" : ": ", STR_ARG(value),
			is_line ? "`" : "}`"));
}

/* sysctl -w net.ipv4.ip_forward=1 */
static void look_at_sysctl(struct looking *l, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t equals = str_find(words[i], '=');

		if (equals < words[i].n && !str_starts(words[i], STR("-")))
			add_setting(l, str_sub(words[i], 0, equals),
				str_from(words[i], equals + 1));
	}
}

/* echo 1 > /proc/sys/net/ipv4/ip_forward */
static void look_at_redirects(struct looking *l, const struct command *c)
{
	struct arena *a = l->arena;

	vec_each (const struct redirect, r, &c->redirects) {
		struct str path, value = STR_NONE;
		struct str root = STR("/proc/sys/");
		struct buf name = {.arena = a};

		if ((r->kind != REDIRECT_OUT && r->kind != REDIRECT_APPEND) ||
			!value_str(a, r->target.value, &path) ||
			!str_starts(path, root))
			continue;
		for (size_t i = root.n; i < path.n; i++)
			buf_char(&name, path.p[i] == '/' ? '.' : path.p[i]);
		if (c->argv.n == 2 && value_str(a, c->argv.at[1].value, &value))
			add_setting(l, buf_str(&name), value);
	}
}

static void look_at_command(struct looking *l, const struct command *c)
{
	struct arena *a = l->arena;
	struct str words[WORDS_MAX], name;
	struct know_power power;
	size_t n = 0;

	if (command_is_ruled_out(a, c, l->workload->env,
		    l->workload->script ? l->workload->script->text.s : STR_NONE))
		return;
	look_at_redirects(l, c);
	if (!command_name(c, &name))
		return;
	for (size_t i = 1; i < c->argv.n && n < WORDS_MAX; i++, n++) {
		if (!value_str(a, c->argv.at[i].value, &words[n]))
			words[n] = STR_NONE;
		look_at_text(l, words[n]);
	}
	if (str_eq(name, STR("sysctl")))
		look_at_sysctl(l, words, n);
	if (!know_power(name, words, n, &power))
		return;
	add_once(a, &l->powers.whys, seen_at(l, name, c->span));
	l->powers.set |= power.capabilities;
	if (power.devices.n) {
		struct str_fields fields = {.rest = power.devices};
		struct str path;

		while (str_next_field(&fields, ',', &path))
			add_device(l, path, STR_NONE, NULL);
	}
	if (power.instead.n)
		add_once(a, &l->powers.instead,
			arena_printf(a, "It runs %.*s: %.*s.",
				STR_ARG(seen_at(l, name, c->span)),
				STR_ARG(power.instead)));
}

static void look_at_program(struct looking *l, const struct program *p)
{
	if (p && p->know == FACT_SET)
		vec_each (struct command *const, c, &p->commands)
			look_at_command(l, *c);
}

/* ---- all of it ---- */

/* "its image is `nvidia/cuda:12.4`": made for a GPU, by its name; or empty. */
static struct str gpu_of_image(struct arena *a, const struct workload *w)
{
	static const struct str parts[] = {STR_INIT("cuda"), STR_INIT("-gpu"),
		STR_INIT("vllm/vllm-openai"),
		STR_INIT("huggingface/text-generation-inference")};
	struct str reference = w->base ? w->base->reference : STR_NONE;
	bool is_for_gpu = str_starts(reference, STR("nvidia/")) ||
		str_starts(reference, STR("nvcr.io/"));

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		is_for_gpu |= str_find_str(reference, parts[i]) < reference.n;
	return is_for_gpu ? arena_printf(a, "it stands on `%.*s`", STR_ARG(reference))
			  : STR_NONE;
}

struct powers powers_of(struct arena *a, const struct workload *w)
{
	struct looking l = {.arena = a, .workload = w};

	l.powers.gpu = gpu_of_image(a, w);
	if (w->run)
		look_at_mounts(&l);
	look_at_variables(&l);
	look_at_program(&l, w->entrypoint);
	look_at_program(&l, w->cmd);
	if (w->script && w->script->is_shell)
		vec_each (struct command *const, c, &w->script->commands)
			look_at_command(&l, *c);
	return l.powers;
}

/* ---- without root ---- */

/* Nodes that everybody may open (udev, 50-udev-default.rules; NVIDIA's driver). */
static bool is_open_to_all(struct str path)
{
	return str_eq(path, STR("/dev/net/tun")) || str_eq(path, STR("/dev/fuse")) ||
		str_starts(path, STR("/dev/nvidia"));
}

static bool is_handed_over(const struct run *run, struct str path)
{
	vec_each (const struct device, d, &run->devices)
		if (str_eq(d->path, path))
			return true;
	return run_flag(run, RUN_PRIVILEGED) == ANSWER_YES;
}

static capability_set held(const struct workload *w)
{
	enum answer certain;

	return w->run ? run_capability_set(w->run, &certain) : CAPABILITIES_ENGINE;
}

struct str powers_refusal(struct arena *a, const struct workload *w)
{
	struct powers p = powers_of(a, w);
	/* Who traces what is its own needs no capability. */
	capability_set set =
		p.set & held(w) & ~capability_bit(capability_find(STR("SYS_PTRACE")));

	for (int cap = 0; p.whys.n && cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap))
			return arena_printf(a,
				"It runs %.*s, which takes the capability %.*s, and only "
				"root keeps that; let a container of its own do it.",
				STR_ARG(p.whys.at[0]), STR_ARG(capability_name(cap)));
	if (!w->run || w->run->group_add.n)
		return STR_NONE;
	vec_each (const struct str, path, &p.opened)
		if (is_handed_over(w->run, *path) && !is_open_to_all(*path))
			return arena_printf(a,
				"It opens %.*s, which belongs to root or to a group of the "
				"host: give it the number of that group under `group_add`, "
				"and run this again.",
				STR_ARG(*path));
	return STR_NONE;
}
