/*
 * What a container may do: capabilities, gaining new ones, and all of them at once.
 */
#include "base/buf.h"
#include "fix/makers.h"
#include "fix/powers.h"
#include "fix/run.h"
#include "rule/need.h"
#include "rule/run_advice.h"

/* What the start of a program as root that nobody has seen may well need. */
#define COMMON_START                                                                   \
	(capability_bit(CAPABILITY_CHOWN) | capability_bit(CAPABILITY_DAC_OVERRIDE) |  \
		capability_bit(CAPABILITY_FOWNER) |                                    \
		capability_bit(CAPABILITY_SETGID) | capability_bit(CAPABILITY_SETUID))

/* Images whose program carries a capability in its file: without it, no start. */
static const struct file_capability {
	struct str image, name;
} file_capabilities[] = {
	/* caddyserver/caddy-docker: setcap cap_net_bind_service=+ep /usr/bin/caddy */
	{STR_INIT("caddy"), STR_INIT("NET_BIND_SERVICE")},
	/* coredns/coredns Dockerfile: setcap cap_net_bind_service=+ep /coredns */
	{STR_INIT("coredns/coredns"), STR_INIT("NET_BIND_SERVICE")},
	/* hashicorp/vault Dockerfile: setcap cap_ipc_lock=+ep /bin/vault */
	{STR_INIT("hashicorp/vault"), STR_INIT("IPC_LOCK")},
	{STR_INIT("vault"), STR_INIT("IPC_LOCK")},
};

static bool is_image(const struct workload *w, struct str name)
{
	struct str reference = w->base ? w->base->reference : STR_NONE;
	size_t end = str_find(reference, '@');
	struct str bare = str_sub(reference, 0, end);
	size_t slash = str_rfind(bare, '/'), colon = str_rfind(bare, ':');

	if (colon < bare.n && (slash == bare.n || colon > slash))
		bare = str_sub(bare, 0, colon);
	if (str_starts(bare, STR("docker.io/")))
		bare = str_from(bare, 10);
	if (str_starts(bare, STR("library/")))
		bare = str_from(bare, 8);
	return str_eq(bare, name);
}

capability_set powers_in_files(const struct workload *w)
{
	capability_set set = 0;

	for (size_t i = 0; i < sizeof(file_capabilities) / sizeof(*file_capabilities);
		i++)
		if (is_image(w, file_capabilities[i].image))
			set |= capability_bit(
				capability_find(file_capabilities[i].name));
	return set;
}

/* What its programs are seen to use, of what it holds today; nothing without root. */
static capability_set seen_in_use(const struct fixing *f)
{
	const struct run *run = f->workload->run;
	enum answer certain;

	if (run_starts_as_root(&f->workload->launch) == ANSWER_NO)
		return 0;
	return powers_of(f->arena, f->workload).set & run_capability_set(run, &certain);
}

/* What oakum.yaml has decided; else what is known of the start. */
static capability_set needs_of(const struct fixing *f)
{
	const struct workload *w = f->workload;
	const struct need *need = need_of(f->audit, w);
	capability_set set = run_needs_capabilities(f->arena, w) | seen_in_use(f);

	if (need && need->says_capabilities)
		return need->capabilities;
	/* Whatever else starts as root, or may, changes owners and accounts at most. */
	if (run_starts_as_root(&w->launch) != ANSWER_NO)
		set |= COMMON_START;
	return set | powers_in_files(w);
}

/* Not what is added already, and what the engine would not give is not asked for. */
static void add_back(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	capability_set set = needs_of(f);

	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap) && run_adds(run, cap) == ANSWER_NO)
			run_add(f, part, "cap_add", capability_name(cap));
}

/*
 * ALL in the place of those that are dropped by name: beside it they say nothing, and take
 * back what is given. A list of compose keeps its form and its comments.
 */
static void write_all(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	bool is_written = false;

	vec_each (const struct run_capability, c, &run->capabilities) {
		struct change *word;

		if (!c->is_drop || c->number < 0)
			continue;
		if (is_written || run->source != RUN_BY_COMPOSE) {
			run_take(f, part, "cap_drop", c->span);
			continue;
		}
		word = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
		word->at = c->span;
		word->value = STR("ALL");
		is_written = true;
	}
	if (!is_written)
		run_add(f, part, "cap_drop", STR("ALL"));
}

/* The ALL among the adds: with `privileged` that one goes as its companion. */
static void take_conflicts(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	bool is_privileged = run_flag(run, RUN_PRIVILEGED) == ANSWER_YES;

	vec_each (const struct run_capability, c, &run->capabilities)
		if (!c->is_drop && c->is_all && !is_privileged)
			run_take(f, part, "cap_add", c->span);
	if (run_adds(run, -1) == ANSWER_YES && !is_privileged)
		run_cures(f, part, "cap-add-dangerous");
}

/* ALL is dropped already, and the start misses something. */
static bool repair(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	capability_set set = run_needs_capabilities(f->arena, f->workload);

	if (!run_cures(f, part, "cap-drop-breaks-entrypoint"))
		return false;
	vec_each (const struct run_capability, c, &run->capabilities)
		if (c->is_drop && c->number >= 0 && set & capability_bit(c->number))
			run_take(f, part, "cap_drop", c->span);
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap) && run_adds(run, cap) == ANSWER_NO)
			run_add(f, part, "cap_add", capability_name(cap));
	run_claim(f, part, "cap/*");
	return true;
}

/* What is added by name, and oakum.yaml says that it is not needed. */
static bool take_excess(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	const struct need *need = need_of(f->audit, f->workload);
	size_t before = part->changes.n;

	if (!need || !need->says_capabilities ||
		run_flag(run, RUN_PRIVILEGED) == ANSWER_YES)
		return false;
	vec_each (const struct run_capability, c, &run->capabilities)
		if (!c->is_drop && c->number >= 0 &&
			!(need->capabilities & capability_bit(c->number)))
			run_take(f, part, "cap_add", c->span);
	if (part->changes.n > before) {
		run_cures(f, part, "cap-add-dangerous");
		fix_helps(f, part, STR("grant-exceeds-needs"));
	}
	return part->changes.n > before;
}

static bool drop_all(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	struct audit audit = run_audit(f);
	struct privilege_need need = run_needs_privileges(&audit);

	/* A capability in a program's file, as far as the build shows it. */
	if (str_starts(need.what, STR("the capability of the file")))
		return false;
	if (run_drops(run, -1) != ANSWER_NO || run_adds(run, -1) == ANSWER_MAYBE)
		return false;
	if (need_says_capabilities(&audit))
		fix_helps(f, part, STR("grant-exceeds-needs"));
	take_conflicts(f, part);
	write_all(f, part);
	add_back(f, part);
	return true;
}

bool run_forbid_new(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	struct audit audit = run_audit(f);
	const struct security_option *o = run_security(run, SECURITY_NO_NEW_PRIVILEGES);

	if (run_no_new_privileges(run) != ANSWER_NO ||
		run_needs_privileges(&audit).what.n ||
		need_allows_new_privileges(&audit))
		return false;
	if (o)
		run_take(f, part, "security_opt", o->span);
	run_add(f, part, "security_opt", STR("no-new-privileges:true"));
	run_cures(f, part, "no-new-privileges-missing");
	if (need_forbids_new_privileges(&audit))
		fix_helps(f, part, STR("grant-exceeds-needs"));
	run_claim(f, part, "security/no-new-privileges");
	return true;
}

/*
 * Before it is decided who it runs as: an ordinary user in whose image setuid programs
 * still work would be a new finding.
 */
bool fix_no_new_privileges(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;

	if (!run || run->is_only_made || run_flag(run, RUN_PRIVILEGED) != ANSWER_NO ||
		!run_forbid_new(f, part))
		return false;
	part->title = STR("Let no program gain privileges");
	part->why =
		STR("A flaw in a setuid program of the image then makes nobody root.");
	part->class = f->workload->stage ? FIX_SAFE : FIX_CHANGES_RUN;
	return true;
}

static void say_adds(struct fixing *f, struct fix_part *part)
{
	struct buf names = {.arena = f->arena};

	vec_each (const struct change, c, &part->changes)
		if (str_eq(c->key, STR("cap_add")))
			buf_printf(&names, "%s%.*s", names.n ? ", " : "",
				STR_ARG(c->value));
	if (!names.n)
		return;
	part->why = arena_printf(f->arena,
		"%.*s Its start as root may need %.*s: they are given back.",
		STR_ARG(part->why), STR_ARG(buf_str(&names)));
	*vec_push(f->arena, &part->by_hand) = STR(
		"Start it, and take out which of the added capabilities it does not "
		"miss.");
}

/* What had no effect beside `privileged`, and would have without it. */
static void take_companions(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	capability_set usual = run_default_capabilities(run);

	vec_each (const struct run_capability, c, &run->capabilities)
		if (!c->is_drop &&
			(c->is_all ||
				(c->number >= 0 &&
					!(usual & capability_bit(c->number)))))
			run_take(f, part, "cap_add", c->span);
	vec_each (const struct security_option, o, &run->security)
		if (o->know == FACT_SET &&
			(str_eq(o->text, STR("unconfined")) ||
				str_eq(o->text, STR("disable")))) {
			run_take(f, part, "security_opt", o->span);
			fix_footprint(f, part, "%.*s/security/%.*s",
				STR_ARG(run_name(f)), STR_ARG(o->name));
		}
}

/* What is dropped, and the entrypoint cannot start without. */
bool fix_dropped_too_much(struct fixing *f, struct fix_part *part)
{
	if (!f->workload->run || !repair(f, part))
		return false;
	part->title = STR("Give back the capabilities that its start needs");
	part->why = STR("Without them it stops right after it was started.");
	part->class = FIX_SAFE;
	return part->changes.n > 0;
}

/* ---- without all powers ---- */

static bool is_engine(const struct workload *w)
{
	struct str reference = w->base ? w->base->reference : STR_NONE;

	return str_find_str(reference, STR("dind")) < reference.n;
}

/* "`devices: [/dev/net/tun]` and `cap_add: [NET_ADMIN]`": what is seen, as it is said. */
static struct str lines_of(const struct fixing *f, const struct powers *p)
{
	struct audit audit = run_audit(f);
	struct buf devices = {.arena = f->arena}, names = {.arena = f->arena};
	struct str lines[2];
	size_t n = 0;

	for (size_t i = 0; i < p->devices.n; i++)
		buf_printf(&devices, "%s%.*s", i ? " " : "",
			STR_ARG(p->devices.at[i].path));
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (p->set & capability_bit(cap))
			buf_printf(&names, "%s%.*s", names.n ? " " : "",
				STR_ARG(capability_name(cap)));
	if (devices.n)
		lines[n++] = run_advice_list(
			&audit, "devices", "--device", buf_str(&devices));
	if (names.n)
		lines[n++] = run_advice_list(
			&audit, "cap_add", "--cap-add", buf_str(&names));
	if (!n)
		return STR_NONE;
	return arena_printf(f->arena, " and write %.*s%s%.*s", STR_ARG(lines[0]),
		n > 1 ? " and " : "", STR_ARG(n > 1 ? lines[1] : STR_NONE));
}

/* What no container should do, or where the file does not say which device it opens. */
static bool leave_powers(struct fixing *f, const struct powers *p)
{
	struct buf out = {.arena = f->arena};

	if (is_engine(f->workload))
		buf_add(&out,
			STR("An engine in a container cannot run without them; put it on a "
			    "machine of its own, or build with a rootless builder."));
	for (size_t i = 0; !out.n && i < p->instead.n; i++)
		buf_add(&out, p->instead.at[i]);
	for (size_t i = 1; out.n && !is_engine(f->workload) && i < p->instead.n; i++)
		buf_printf(&out, " %.*s", STR_ARG(p->instead.at[i]));
	if (p->has_all_devices)
		buf_printf(&out,
			"%sIt has all of /dev: hand over those that it opens, each by its "
			"name (%s).",
			out.n ? " " : "",
			f->workload->run->source == RUN_BY_LINE
				? "`--device /dev/ttyUSB0`"
				: "`devices: [/dev/ttyUSB0]`");
	if (!out.n)
		return false;
	if (!is_engine(f->workload))
		buf_printf(&out, " Then take `privileged` out%.*s.",
			STR_ARG(lines_of(f, p)));
	fix_cannot(f, STR("Take the powers over the host away"), STR("privileged"),
		"%.*s", STR_ARG(buf_str(&out)));
	return true;
}

/* A node that was mounted could only be opened with all powers. */
static void hand_over(struct fixing *f, struct fix_part *part, const struct powers *p)
{
	for (size_t i = 0; i < p->devices.n; i++) {
		const struct power_device *d = &p->devices.at[i];

		if (d->mount)
			run_take(f, part, "volumes", d->mount->span);
		run_add(f, part, "devices",
			d->as.n ? arena_printf(f->arena, "%.*s:%.*s", STR_ARG(d->path),
					  STR_ARG(d->as))
				: d->path);
		if (d->mount)
			fix_footprint(f, part, "%.*s/mount/%.*s", STR_ARG(run_name(f)),
				STR_ARG(d->mount->at));
		if (str_starts(d->path, STR("/dev/bus/usb")))
			*vec_push(f->arena, &part->by_hand) = STR(
				"What is plugged in while it runs is not seen: that "
				"takes `device_cgroup_rules: [\"c 189:* rmw\"]` and "
				"the mount of /dev/bus/usb.");
	}
	run_claim(f, part, "device/*");
	fix_accepts(f, part, STR("device-host-exposed"));
	fix_accepts(f, part, STR("cap-add-dangerous"));
	fix_accepts(f, part, STR("cap-add"));
}

/* "It is seen to use `iptables` (line 4) and /dev/ttyUSB0." */
static struct str uses(struct fixing *f, const struct powers *p)
{
	struct strs all = {0};
	struct buf out = {.arena = f->arena};

	vec_each (const struct str, why, &p->whys)
		*vec_push(f->arena, &all) = *why;
	for (size_t i = 0; i < p->devices.n; i++)
		*vec_push(f->arena, &all) = p->devices.at[i].path;
	for (size_t i = 0; i < all.n; i++)
		buf_printf(&out, "%s%.*s",
			!i			 ? "It is seen to use "
				: i + 1 == all.n ? " and "
						 : ", ",
			STR_ARG(all.at[i]));
	if (out.n)
		buf_char(&out, '.');
	return buf_str(&out);
}

/* The driver's nodes came with all of /dev; a GPU that is asked for brings its own. */
static void hand_over_gpu(
	struct fixing *f, struct fix_part *part, const struct powers *p)
{
	bool is_line = f->workload->run->source == RUN_BY_LINE;

	if (!p->gpu.n || f->workload->run->gpus.n)
		return;
	run_set(f, part, "gpus", STR("all"), SPAN_NONE);
	run_claim(f, part, "gpu/*");
	part->why = arena_printf(f->arena,
		"%.*s It seems to use a GPU, for %.*s: that needs no privileges.",
		STR_ARG(part->why), STR_ARG(p->gpu));
	if (!is_line)
		*vec_push(f->arena, &part->by_hand) =
			STR("Compose before 2.30 does not know `gpus`: there it is "
			    "`deploy.resources.reservations.devices` with `driver: "
			    "nvidia`, `count: all` and `capabilities: [gpu]`.");
	*vec_push(f->arena, &part->by_hand) = STR(
		"Where it computes without a GPU, take that out: on a host that has "
		"none it would not start.");
}

static void take_powers(struct fixing *f, struct fix_part *part, const struct powers *p)
{
	const struct run *run = f->workload->run;
	bool is_line = run->source == RUN_BY_LINE;
	struct str seen = uses(f, p);

	part->title = STR("Take the powers over the host away");
	if (seen.n)
		part->why = arena_printf(
			f->arena, "%.*s %.*s", STR_ARG(part->why), STR_ARG(seen));
	run_take(f, part, "privileged", run->settings[RUN_PRIVILEGED]->span);
	take_companions(f, part);
	hand_over(f, part, p);
	run_cures(f, part, "privileged");
	run_claim(f, part, "setting/privileged");
	if (!seen.n)
		*vec_push(f->arena, &part->by_hand) = arena_printf(f->arena,
			"What it does with them is not in the file. Where the start is "
			"refused something: %s for a device, %s for its network.",
			is_line ? "`--device /dev/ttyUSB0`"
				: "`devices: [/dev/ttyUSB0]`",
			is_line ? "`--cap-add NET_ADMIN`" : "`cap_add: [NET_ADMIN]`");
	hand_over_gpu(f, part, p);
}

bool fix_privileges(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	struct powers powers;
	bool is_all;

	if (!run || run->is_only_made)
		return false;
	is_all = run_flag(run, RUN_PRIVILEGED) == ANSWER_YES;
	part->title = STR("Start it without the capabilities it does not need");
	part->why = STR("Whoever breaks in holds only what the program holds.");
	part->class = FIX_CHANGES_RUN;
	if (is_all) {
		powers = powers_of(f->arena, f->workload);
		if (leave_powers(f, &powers))
			return false;
		take_powers(f, part, &powers);
	}
	if (take_excess(f, part))
		run_claim(f, part, "cap/*");
	if (drop_all(f, part)) {
		run_cures(f, part, "cap-drop-missing");
		run_cures(f, part, "cap-drop-ownership-missing");
		run_claim(f, part, "cap/*");
	}
	if (is_all)
		(void)run_forbid_new(f, part);
	say_adds(f, part);
	return part->changes.n > 0;
}

/* ---- what only has to go ---- */

struct removal {
	const char *rule, *key, *claim, *title, *why;
	enum fix_class class;
	bool is_whole; /* the key, not one element */
};

/* Is it a capability that a program of the start needs? Says so. */
static bool stays(struct fixing *f, const struct finding *found)
{
	capability_set set = seen_in_use(f);

	vec_each (const struct run_capability, c, &f->workload->run->capabilities) {
		if (c->span.offset != found->span.offset || c->number < 0 ||
			!(set & capability_bit(c->number)))
			continue;
		fix_cannot(f, STR("See whether it needs the capability"),
			found->rule->name, "%.*s %.*s stays.",
			STR_ARG(uses(f,
				&(struct powers){
					.whys = powers_of(f->arena, f->workload)
							.whys})),
			STR_ARG(capability_name(c->number)));
		return true;
	}
	return false;
}

static bool take_out(struct fixing *f, struct fix_part *part, const struct removal *r)
{
	const struct finding *found = NULL;
	struct strs seen = {0};

	if (!f->workload->run)
		return false;
	while ((found = fix_next_finding(f, str_c(r->rule), found))) {
		if (found->verdict != ANSWER_YES ||
			(str_eq(str_c(r->key), STR("cap_add")) && stays(f, found)))
			continue;
		run_take(f, part, r->key, found->span);
		*vec_push(f->arena, &seen) = span_str(found->span);
		if (r->is_whole)
			break;
	}
	if (!seen.n)
		return false;
	part->title = arena_printf(f->arena, r->title, STR_ARG(seen.at[0]));
	part->why = str_c(r->why);
	part->class = r->class;
	fix_cures(f, part, str_c(r->rule));
	run_claim(f, part, r->claim);
	return true;
}

#define REMOVAL(name, ...)                                                             \
	bool fix_##name(struct fixing *f, struct fix_part *part)                       \
	{                                                                              \
		static const struct removal removal = {__VA_ARGS__};                   \
                                                                                       \
		return take_out(f, part, &removal);                                    \
	}

REMOVAL(host_pid, "host-pid", "pid", "setting/pid", "See only its own processes",
	"It saw, and could stop, every process of the host.", FIX_CHANGES_RUN, true)
REMOVAL(host_uts, "host-uts", "uts", "setting/uts", "Give it a host name of its own",
	"It shared the name of the host.", FIX_CHANGES_RUN, true)
REMOVAL(host_userns, "host-userns", "userns_mode", "setting/userns_mode",
	"Stay in the engine's user namespace",
	"Taken out of it, root inside is root on the host.", FIX_CHANGES_RUN, true)
REMOVAL(host_cgroup, "host-cgroup", "cgroup", "setting/cgroup",
	"See only its own control groups", "It saw those of the whole host.",
	FIX_CHANGES_RUN, true)
REMOVAL(seccomp, "seccomp-unconfined", "security_opt", "security/*",
	"Filter system calls again",
	"The engine's own filter lets through what nearly every program needs.",
	FIX_CHANGES_RUN, false)
REMOVAL(apparmor, "apparmor-unconfined", "security_opt", "security/*",
	"Confine it with AppArmor again",
	"Where the host has no AppArmor nothing changes.", FIX_CHANGES_RUN, false)
REMOVAL(systempaths, "systempaths-unconfined", "security_opt", "security/*",
	"Hide the kernel's own paths again", "Next to no program reads or writes them.",
	FIX_CHANGES_RUN, false)
REMOVAL(selinux, "selinux-disabled", "security_opt", "security/*",
	"Confine it with SELinux again",
	"Where a mount then cannot be read, it wants `:z`, not this.", FIX_CHANGES_RUN,
	false)
REMOVAL(cap_dangerous, "cap-add-dangerous", "cap_add", "cap/*",
	"Take the capability %.*s away", "It amounts to root on the host.",
	FIX_CHANGES_RUN, false)
REMOVAL(cap_noop, "cap-drop-noop", "cap_drop", "cap/*",
	"Do not drop %.*s, which nobody has", "The line changes nothing.", FIX_SAFE,
	false)
REMOVAL(cap_idle, "cap-not-needed-nonroot", "cap_add", "cap/*",
	"Do not add %.*s, which it does not get",
	"A process that is not root does not get it.", FIX_SAFE, false)

/* `ipc: host` is PyTorch's way of saying "more than 64 MB of /dev/shm". */
bool fix_host_ipc(struct fixing *f, struct fix_part *part)
{
	const struct finding *found = fix_finding(f, STR("host-ipc"));
	const struct run *run = f->workload->run;

	if (!run || !found)
		return false;
	run_take(f, part, "ipc", found->span);
	if (run_says(run, RUN_SHM_SIZE) == ANSWER_NO)
		run_set(f, part, "shm_size", STR("8gb"), SPAN_NONE);
	part->title = STR("Give it shared memory of its own");
	part->why =
		STR("Data loaders need more than the 64 MB that a container gets, not "
		    "the memory of the host's other programs.");
	part->class = FIX_CHANGES_RUN;
	fix_cures(f, part, STR("host-ipc"));
	run_claim(f, part, "setting/ipc");
	run_claim(f, part, "setting/shm_size");
	return true;
}

/* Are the devices that the rule speaks of opened by what it starts? */
static bool is_device_in_use(struct fixing *f, struct str rule)
{
	const struct finding *found = NULL;
	struct powers powers = powers_of(f->arena, f->workload);

	if (!str_eq(rule, STR("device-host-exposed")) || !powers.opened.n)
		return false;
	while ((found = fix_next_finding(f, rule, found))) {
		struct str text = span_str(found->span);
		bool is_opened = false;

		vec_each (const struct str, path, &powers.opened)
			is_opened = is_opened || str_find_str(text, *path) < text.n;
		if (!is_opened)
			return false;
	}
	return true;
}

/* What nobody but a person can take away. */
bool fix_by_hand(struct fixing *f, struct fix_part *part)
{
	static const struct {
		const char *rule, *title, *why;
	} rows[] = {
		{"docker-socket-mounted", "Take the engine's socket away",
			"Whoever holds it commands the host, read-only or not. Put a proxy "
			"in between that lets through only what is needed, or let the host "
			"do what the container asks for."},
		{"host-network", "Give it a network of its own",
			"Which ports it needs, and what it reaches on the host, is not in "
			"the file: take `host` out and publish the ports on 127.0.0.1."},
		{"mount-root-equivalent", "Do not hand over the host",
			"Mount only the folder that it needs, and `:ro` where it reads."},
		{"device-host-exposed", "Take the device away",
			"What it does with the device is not in the file."},
	};

	(void)part;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (f->workload->run && fix_finding(f, str_c(rows[i].rule)) &&
			!is_device_in_use(f, str_c(rows[i].rule)))
			fix_cannot(f, str_c(rows[i].title), str_c(rows[i].rule), "%s",
				rows[i].why);
	return false;
}
