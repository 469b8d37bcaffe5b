/*
 * Named volumes that are there already: the engine fills a new one with the owner of the
 * image's folder, but one that root has written keeps root's files.
 */
#include "host/plan.h"

#include "base/path.h"

/* The engine's name of it, by which it lies below volumes/; empty: not known. */
static struct str engine_name(struct host_plan *p, const struct volume *v)
{
	const struct workload *w = v->uses.n ? v->uses.at[0].workload : NULL;

	if (v->engine_name.n)
		return v->engine_name;
	if (v->is_external || !w || !w->run || w->run->source == RUN_BY_LINE)
		return v->name;
	return p->project->name.n ? arena_printf(p->arena, "%.*s_%.*s",
					    STR_ARG(p->project->name), STR_ARG(v->name))
				  : STR_NONE;
}

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

static void look_at(struct host_plan *p, const struct host_need *need, struct str name)
{
	struct str place = place_of(p, need, name);
	struct host_file host;
	struct look look;
	bool is_seen, is_unfit;

	if (!place.n)
		return;
	host = host_look(p, place, &is_seen);
	if (!is_seen && host.is_there != ANSWER_YES) {
		host_note(p, STR_NONE, need->mount->span,
			"Whether the volume `%.*s` is there and whose it is only root "
			"can see: ask as root, once.",
			STR_ARG(name))
			->workloads = host_who(need->workload);
		return;
	}
	if (!is_seen || host.is_there != ANSWER_YES || host.is_folder != ANSWER_YES)
		return;
	look = allow_look(&host);
	is_unfit = has_unfit(p, need, place);
	if (is_unfit ||
		allow_bits(need->workload, &need->identity, &look,
			ALLOW_READ | ALLOW_WRITE | ALLOW_EXECUTE) != ANSWER_YES)
		give(p, need, name, place, &host, is_unfit);
}

/* The first who writes it as somebody; root finds its way. */
void host_volume_steps(struct host_plan *p, const struct volume *volume)
{
	struct str name = engine_name(p, volume), why;

	if (!name.n || volume->device.n || volume->options.n)
		return;
	vec_each (const struct volume_use, use, &volume->uses) {
		struct host_need need = {
			.workload = use->workload, .mount = use->mount};

		if (use->mount->is_read_only != ANSWER_NO ||
			!host_needs_look(p, use->workload, &need.inside) ||
			!host_identity(
				p, use->workload, &need.inside, &need.identity, &why))
			continue;
		look_at(p, &need, name);
		return;
	}
}
