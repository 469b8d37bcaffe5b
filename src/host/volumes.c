/*
 * Named volumes. The engine fills a new one with the owner of the image's folder, and
 * gives it to root where the image has none; one that root has written keeps root's files.
 */
#include "host/plan.h"

#include "base/path.h"

/* Where it lies, as root sees it; empty: not known. */
static struct str place_of(
	struct host_plan *p, const struct host_need *need, struct str name)
{
	enum host_engine engine = host_engine_of(p, need->workload);
	struct str root = p->facts->data_root;

	if (str_eq(need->workload->run->engine, STR("podman"))) {
		root = STR("/var/lib/containers/storage");
		if (engine == HOST_ENGINE_ROOTLESS)
			root = p->facts->home.n
				? path_join(p->arena, p->facts->home,
					  STR(".local/share/containers/storage"))
				: STR_NONE;
	}
	if (!root.n)
		return STR_NONE;
	return arena_printf(
		p->arena, "%.*s/volumes/%.*s/_data", STR_ARG(root), STR_ARG(name));
}

/* The image to run chown in: the one that uses it, which is there already. */
static struct str image_of(struct host_plan *p, const struct workload *w)
{
	struct str image;

	if (w->run->image && fact_str(p->arena, w->run->image, &image) && image.n)
		return image;
	if (w->run->source == RUN_BY_COMPOSE && p->project->name.n)
		return arena_printf(p->arena, "%.*s-%.*s", STR_ARG(p->project->name),
			STR_ARG(w->service));
	return STR("IMAGE");
}

/* Does something right in it belong to others than who runs? */
static bool has_unfit(
	struct host_plan *p, const struct host_need *need, struct str place)
{
	struct world_entries list = {0};
	struct err e = {0};

	if (world_list(p->world, place, &list, &e) < 0)
		return false;
	for (size_t i = 0; i < list.n && i < HOST_INSIDE_MAX; i++) {
		bool is_seen;
		struct host_file host = host_look(
			p, path_join(p->arena, place, list.at[i].name), &is_seen);
		struct look look = allow_look(&host);

		if (is_seen &&
			allow_bits(need->workload, &need->identity, &look,
				ALLOW_READ | ALLOW_WRITE) != ANSWER_YES)
			return true;
	}
	return false;
}

static void give(struct host_plan *p, const struct host_need *need, struct str name,
	struct str place, const struct host_file *host, bool is_recursive)
{
	*vec_push(p->arena, &p->steps) = (struct host_step){.kind = HOST_VOLUME,
		.path = place,
		.name = name,
		.uid = need->identity.uid,
		.gid = id_of(host_gid_of(need)),
		.mode = 0750,
		.is_folder = true,
		.is_recursive = is_recursive,
		.inside_uid = need->inside.uid,
		.inside_gid = id_of(
			need->inside.gid.n ? need->inside.gid.n : need->inside.uid.n),
		.image = image_of(p, need->workload),
		.why = arena_printf(p->arena,
			"The volume `%.*s` is there already and %s %u:%u; `%.*s` runs as "
			"%u and writes it at %.*s.",
			STR_ARG(name),
			is_recursive ? "holds files of others; it belongs to"
				     : "belongs to",
			host->uid, host->gid, STR_ARG(host_who(need->workload)),
			need->inside.uid.n, STR_ARG(need->mount->at)),
		.otherwise =
			STR("Where nothing in it is worth keeping: remove the "
			    "volume, and the engine makes it anew from the image."),
		.workloads = host_who(need->workload),
		.span = need->mount->span};
}

/* ---- one that is not there ---- */

/* What the engine takes for a name (moby volume/service, RestrictedNameChars). */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!byte_is_alpha(s.p[i]) && !byte_is_digit(s.p[i]) &&
			(i == 0 || str_find(STR("_.-"), s.p[i]) == 3))
			return false;
	return s.n > 1;
}

/* podman gives a new one to whoever it starts there (libpod, fixVolumePermissions). */
static bool is_of_docker(const struct workload *w)
{
	struct str engine = w->run->engine;

	return !engine.n || str_eq(engine, STR("docker"));
}

/*
 * May who runs make files in it as it begins? Where the image's own user meets a folder
 * that nobody knows, its author will have seen to it.
 */
static bool begins_unfit(const struct host_plan *p, const struct host_need *need)
{
	const struct workload *w = need->workload;
	struct access_asker asker;
	enum answer can = ANSWER_MAYBE;

	if (w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS)
		return false;
	if (p->options.asker) {
		asker = p->options.asker(p->arena, p->world, w, need->inside);
		can = access_ask(&asker, need->mount->at, ACCESS_MAKE).can;
	}
	return can == ANSWER_NO ||
		(can == ANSWER_MAYBE &&
			(w->user->layer == LAYER_RUN || p->options.uid));
}

/* May the image have a folder there, which lies over the volume while that is empty? */
static bool is_hidden(const struct host_plan *p, const struct host_need *need)
{
	struct access_asker asker;

	if (need->mount->has_no_copy)
		return false;
	if (!p->options.asker)
		return true;
	asker = p->options.asker(p->arena, p->world, need->workload, need->inside);
	return owners_look(&asker.view, need->mount->at).exists != ANSWER_NO;
}

/* A variable of compose may decide on one; then nobody here can give it. */
static bool has_unknown_label(struct host_plan *p, const struct volume *v)
{
	struct str text;

	vec_each (const struct run_pair, label, &v->labels)
		if (!label->name.n || !label->has_value ||
			!value_str(p->arena, label->value, &text))
			return true;
	return false;
}

/*
 * By its own labels docker compose knows its volumes; it warns of others, and leaves one
 * without a hash of its configuration as it is (docker/compose pkg/compose, create.go
 * warnUnmanagedVolumes, reconcile.go reconcileVolumes). Those of the file it would not
 * add later: a volume is labelled as it is made, or never.
 */
static void add_labels(
	struct host_plan *p, const struct volume *v, struct host_step *step)
{
	const struct workload *w = v->uses.at[0].workload;

	vec_each (const struct run_pair, label, &v->labels) {
		struct str text = STR_NONE;

		(void)value_str(p->arena, label->value, &text);
		*vec_push(p->arena, &step->labels) = arena_printf(
			p->arena, "%.*s=%.*s", STR_ARG(label->name), STR_ARG(text));
	}
	if (w->run->source != RUN_BY_COMPOSE || !p->project->name.n)
		return;
	*vec_push(p->arena, &step->labels) = arena_printf(
		p->arena, "com.docker.compose.project=%.*s", STR_ARG(p->project->name));
	*vec_push(p->arena, &step->labels) = arena_printf(
		p->arena, "com.docker.compose.volume=%.*s", STR_ARG(v->name));
}

static void make_volume(struct host_plan *p, const struct host_use *use,
	const struct volume *v, enum answer is_there)
{
	struct host_deal deal = host_deal_of(use, 0);
	const struct host_need *first = deal.first;
	struct host_step *step = vec_push(p->arena, &p->steps);

	*step = (struct host_step){.kind = HOST_NEW_VOLUME,
		.name = use->path,
		.uid = id_of(deal.uid),
		.gid = id_of(deal.gid),
		.mode = deal.mode,
		.is_folder = true,
		.inside_uid = id_of(deal.uid),
		.inside_gid = id_of(deal.gid),
		.inside = first->mount->at,
		.image = image_of(p, first->workload),
		.is_hidden = is_hidden(p, first),
		.is_there = is_there,
		.why = arena_printf(p->arena,
			"`%.*s` runs as %u and writes the volume `%.*s` at %.*s, which "
			"is not there%s: the engine would make it root's.",
			STR_ARG(host_who(first->workload)), first->inside.uid.n,
			STR_ARG(use->path), STR_ARG(first->mount->at),
			is_there == ANSWER_NO ? ""
					      : ", as far as can be seen from here"),
		.otherwise =
			STR("The same command, by whoever may use the engine (group "
			    "docker)."),
		.workloads = host_whos(p, &use->needs),
		.span = first->mount->span};
	if (step->is_hidden)
		step->why = arena_printf(p->arena,
			"%.*s (As long as it is empty, the image's folder would lie over "
			"it again: hence `.keep`.)",
			STR_ARG(step->why));
	add_labels(p, v, step);
	host_say_group(p, use, &deal);
}

/* All who use it, by their numbers in the containers: the volume is made from there. */
static void want_volume(struct host_plan *p, const struct host_use *present,
	const struct volume *v, enum answer is_there)
{
	struct host_use use = {.path = present->path, .is_folder = true};
	bool is_unfit = false;

	if (v->is_external || (v->driver.n && !str_eq(v->driver, STR("local"))) ||
		!is_name(use.path) || has_unknown_label(p, v))
		return;
	vec_each (const struct host_need, need, &present->needs) {
		struct host_need inside = *need;

		if (!is_of_docker(need->workload) ||
			str_find(need->mount->at, ':') < need->mount->at.n ||
			str_starts(image_of(p, need->workload), STR("-")))
			return;
		inside.identity = need->inside;
		is_unfit |= (need->demand.bits & ALLOW_WRITE) && begins_unfit(p, need);
		*vec_push(p->arena, &use.needs) = inside;
	}
	if (is_unfit)
		make_volume(p, &use, v, is_there);
}

/* ---- all of it ---- */

/* The first who writes it decides of one that is there. */
static void look_at(
	struct host_plan *p, const struct host_use *use, const struct volume *v)
{
	const struct host_need *need = host_deal_of(use, 0).first;
	struct str place = place_of(p, need, use->path);
	struct host_file host;
	struct look look;
	bool is_seen, is_unfit;

	if (!place.n) {
		if (p->facts->engine == HOST_ENGINE_DESKTOP)
			want_volume(p, use, v, ANSWER_MAYBE);
		return;
	}
	host = host_look(p, place, &is_seen);
	if (host.is_there != ANSWER_YES) {
		if (!is_seen)
			host_note(p, STR_NONE, need->mount->span,
				"Whether the volume `%.*s` is there and whose it is only "
				"root can see: ask as root, once.",
				STR_ARG(use->path))
				->workloads = host_who(need->workload);
		want_volume(p, use, v, is_seen ? ANSWER_NO : ANSWER_MAYBE);
		return;
	}
	if (!is_seen || host.is_folder != ANSWER_YES ||
		!(need->demand.bits & ALLOW_WRITE))
		return;
	look = allow_look(&host);
	is_unfit = has_unfit(p, need, place);
	if (is_unfit ||
		allow_bits(need->workload, &need->identity, &look,
			ALLOW_READ | ALLOW_WRITE | ALLOW_EXECUTE) != ANSWER_YES)
		give(p, need, use->path, place, &host, is_unfit);
}

/* Who uses it as somebody; root finds its way. */
void host_volume_steps(struct host_plan *p, const struct volume *volume)
{
	struct host_use use = {.path = volume->engine_name, .is_folder = true};
	struct str why;

	if (!use.path.n || volume->device.n || volume->options.n)
		return;
	vec_each (const struct volume_use, u, &volume->uses) {
		struct host_need need = {.workload = u->workload, .mount = u->mount};

		if (u->mount->is_read_only == ANSWER_MAYBE || !u->mount->at.n ||
			!host_needs_look(p, u->workload, &need.inside) ||
			!host_identity(
				p, u->workload, &need.inside, &need.identity, &why))
			continue;
		need.demand.bits = ALLOW_READ | ALLOW_EXECUTE |
			(u->mount->is_read_only == ANSWER_NO ? ALLOW_WRITE : 0);
		*vec_push(p->arena, &use.needs) = need;
	}
	if (use.needs.n)
		look_at(p, &use, volume);
}
