/*
 * A mount that becomes read-only or gets a label, a port that gets an address: a part of
 * an element.
 */
#include "source/compose_raise.h"

static bool stands_in(struct span at, const struct yaml *node)
{
	return str_eq(at.file ? at.file->path : STR_NONE, node->span.file->path) &&
		at.offset >= node->span.offset &&
		at.offset < node->span.offset + node->span.length;
}

static const struct mount *mount_of(const struct change *c, const struct yaml *node)
{
	vec_each (const struct mount, m, &c->workload->run->mounts)
		if (stands_in(m->span, node))
			return m;
	return NULL;
}

static const struct port *port_of(const struct change *c, const struct yaml *node)
{
	vec_each (const struct port, port, &c->workload->run->ports)
		if (stands_in(port->span, node))
			return port;
	return NULL;
}

/* Where the inside of a one-line scalar begins and ends. */
struct span raise_inside(const struct yaml *node)
{
	bool is_quoted =
		node->style == YAML_SINGLE_QUOTED || node->style == YAML_DOUBLE_QUOTED;
	struct span s = node->span;

	if (is_quoted) {
		s.offset++;
		s.length -= 2;
	}
	return s;
}

bool raise_is_one_line(const struct yaml *node)
{
	struct str bytes = span_str(node->span);

	return node->kind == YAML_SCALAR && node->style != YAML_LITERAL &&
		node->style != YAML_FOLDED && str_find(bytes, '\n') == bytes.n;
}

bool raise_is_escaped(const struct yaml *node)
{
	return node->style == YAML_DOUBLE_QUOTED &&
		str_find(span_str(node->span), '\\') < node->span.length;
}

/* "a:b" and "a:b:rw,z" become read-only. */
static bool set_read_only(
	struct raise_place *p, const struct change *change, const struct yaml *node)
{
	struct span in = raise_inside(node);
	const struct mount *m = mount_of(change, node);
	struct str options, bytes = span_str(in);
	size_t rw;

	if (!m || !m->at.n || !m->source.n)
		return raise_refuse_variable(p, change, node);
	if (m->is_read_only == ANSWER_YES)
		return true;
	if (!m->options_span.length)
		return raise_splice(p, node, in.offset + in.length, 0, STR(":ro")) ||
			raise_refuse_variable(p, change, node);
	options = span_str(m->options_span);
	if (!str_ends(bytes, options) || raise_has_variable(options))
		return raise_refuse_variable(p, change, node);
	rw = str_find_str(options, STR("rw"));
	if (str_eq(options, STR("rw")) || (str_starts(options, STR("rw,"))) ||
		str_ends(options, STR(",rw")))
		return raise_splice(
			p, node, m->options_span.offset + (uint32_t)rw, 2, STR("ro"));
	return raise_splice(p, node, m->options_span.offset, 0, STR("ro,"));
}

/* "a:b" and "a:b:ro" get a word more. */
static bool set_selinux(
	struct raise_place *p, const struct change *change, const struct yaml *node)
{
	struct span in = raise_inside(node);
	const struct mount *m = mount_of(change, node);

	if (!m || !m->at.n || !m->source.n ||
		raise_has_variable(span_str(m->options_span)))
		return raise_refuse_variable(p, change, node);
	if (m->relabel)
		return true;
	return raise_splice(p, node, in.offset + in.length, 0,
		       arena_printf(p->r->arena, "%s%.*s",
			       m->options_span.length ? "," : ":",
			       STR_ARG(change->value))) ||
		raise_refuse_variable(p, change, node);
}

/* "8080:80" gets an address in front, "0.0.0.0:8080:80" another one. */
static bool set_host_ip(
	struct raise_place *p, const struct change *change, const struct yaml *node)
{
	const struct port *port = port_of(change, node);
	struct arena *a = p->r->arena;
	struct str ip = change->value;
	struct span in = raise_inside(node);

	if (!port || port->host_ip_known != FACT_SET)
		return raise_refuse_variable(p, change, node);
	if (str_eq(port->host_ip, ip))
		return true;
	if (str_find(ip, ':') < ip.n)
		ip = arena_printf(a, "[%.*s]", STR_ARG(ip));
	if (port->has_host_ip) {
		if (raise_has_variable(span_str(port->host_span)) ||
			port->host_span.offset < in.offset ||
			port->host_span.offset >= in.offset + in.length)
			return raise_refuse_variable(p, change, node);
		return raise_splice(
			p, node, port->host_span.offset, port->host_span.length, ip);
	}
	/* An empty address in front: ":8080:80". */
	if (str_starts(span_str(in), STR(":")))
		return raise_splice(p, node, in.offset, 0, ip);
	return raise_splice(p, node, in.offset, 0,
		arena_printf(
			a, "%.*s%s", STR_ARG(ip), port->has_published ? ":" : "::"));
}

/* The element of a list that change->at lies in; NULL, and refused, otherwise. */
static const struct yaml *element_of(
	struct raise_place *p, const struct change *change, struct raise_path *path)
{
	raise_find(p->root, change->at.offset, path);
	for (size_t i = 1; i < path->n; i++)
		if (path->at[i - 1]->kind == YAML_SEQUENCE)
			return raise_may_edit(p, change, path) ? path->at[i] : NULL;
	(void)raise_by_hand(p, change, "nothing on line %u is an element of a list",
		span_start(change->at).line);
	return NULL;
}

bool raise_part(struct raise_place *p, const struct change *change)
{
	bool is_port = str_eq(change->key, STR("ports"));
	bool is_label = str_eq(change->name, STR("selinux"));
	struct raise_path path;
	const struct yaml *node = element_of(p, change, &path);

	if (!node)
		return false;
	if (node->kind == YAML_MAPPING && is_label)
		return raise_by_hand(p, change,
			"line %u takes it as `bind: {selinux: %.*s}`", raise_line(node),
			STR_ARG(change->value));
	if (node->kind == YAML_MAPPING)
		return raise_set_in(p,
			&(struct change){.kind = change->kind,
				.op = change->op,
				.workload = change->workload,
				.at = change->at,
				.key = change->name,
				.value = change->value},
			node, change->name, is_port ? change->value : STR("true"));
	if (!raise_is_one_line(node) || raise_is_escaped(node))
		return raise_by_hand(
			p, change, "line %u is written unusually", raise_line(node));
	if (is_label)
		return set_selinux(p, change, node);
	return is_port ? set_host_ip(p, change, node) : set_read_only(p, change, node);
}
