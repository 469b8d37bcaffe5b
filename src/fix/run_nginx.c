/* The official nginx as another user than root, where its image cannot be rebuilt. */
#include "base/path.h"
#include "fix/run.h"
#include "model/query.h"

#define TEMPLATE "/etc/nginx/templates/default.conf.template"

static bool is_of_the_image(const struct program *p)
{
	return !p || p->know == FACT_UNSET || p->layer == LAYER_IMAGE;
}

static bool is_template(struct fixing *f, const struct mount *m)
{
	struct world_stat st = {.kind = WORLD_ABSENT};

	if (str_eq(m->at, STR(TEMPLATE)))
		return true;
	return m->kind == MOUNT_BIND && m->path.n &&
		str_eq(m->at, path_dir(STR(TEMPLATE))) &&
		world_stat(f->world,
			path_join(f->arena, m->path, path_base(STR(TEMPLATE))), &st,
			NULL) == 0 &&
		st.kind == WORLD_FILE;
}

static bool is_official(const struct workload *w)
{
	if (w->writes)
		vec_each (const struct write, write, w->writes)
			if (write->how == WRITE_BY_IMAGE &&
				str_eq(write->rule, STR("runtime-nginx")))
				return true;
	return false;
}

bool run_fills_conf(struct fixing *f)
{
	const struct workload *w = f->workload;
	bool is_filled = false;

	if (!is_official(w) || !is_of_the_image(w->entrypoint) ||
		!is_of_the_image(w->cmd))
		return false;
	vec_each (const struct mount, m, &w->run->mounts) {
		if (path_is_under(m->at, STR(RUN_NGINX_CONF)))
			return false;
		is_filled |= is_template(f, m);
	}
	/* Other folders and other names of templates. */
	for (const struct binding *b = w->env; b; b = b->older)
		if (str_starts(b->name, STR("NGINX_ENVSUBST_")))
			return false;
	return is_filled;
}

bool run_is_plain_nginx(struct fixing *f)
{
	static const struct str parts[] = {
		STR_INIT("ssl"), STR_INIT("cert"), STR_INIT("tls"), STR_INIT("key")};
	const struct workload *w = f->workload;
	bool is_known = false, fills_conf = run_fills_conf(f);
	struct str network = STR_NONE;

	if (run_text(f->arena, w->run, RUN_NETWORK, &network) &&
		str_eq(network, STR("host")))
		return false;
	vec_each (const struct mount, m, &w->run->mounts) {
		if (str_find_str(m->at, STR("templates")) < m->at.n && !fills_conf)
			return false;
		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
			if (str_find_str(m->at, parts[i]) < m->at.n)
				return false;
	}
	if (w->writes)
		vec_each (const struct write, write, w->writes)
			is_known |= str_eq(write->rule, STR("runtime-nginx"));
	return is_known;
}
