#include "source/run_values.h"

#include <arpa/inet.h>

static bool has_unknown(struct str flat)
{
	return str_find(flat, RUN_UNKNOWN) < flat.n;
}

static bool read_number(struct str text, uint16_t *out)
{
	uint32_t number;

	if (!str_to_u32(text, &number) || number > UINT16_MAX)
		return false;
	*out = (uint16_t)number;
	return true;
}

bool run_port_range(struct str text, uint16_t *first, uint16_t *last)
{
	size_t dash = str_find(text, '-');
	uint16_t from, to;

	if (!read_number(str_sub(text, 0, dash), &from))
		return false;
	to = from;
	if (dash < text.n && (!read_number(str_from(text, dash + 1), &to) || to < from))
		return false;
	*first = from;
	*last = to;
	return true;
}

/* One side of a mapping: where it stands in the whole. */
struct port_part {
	struct str flat;
	size_t at;
	bool is_there;
};

struct port_parts {
	struct port_part ip, published, target, protocol;
};

static struct port_part part_of(struct str flat, size_t from, size_t to)
{
	return (struct port_part){str_sub(flat, from, to - from), from, true};
}

/* The last two parts are the ports, however many colons the address has. */
static struct port_parts split_port(struct str flat)
{
	size_t slash = str_rfind(flat, '/');
	size_t end = slash < flat.n ? slash : flat.n;
	struct str mapping = str_sub(flat, 0, end);
	size_t second = str_rfind(mapping, ':');
	size_t first;
	struct port_parts out = {0};

	if (slash < flat.n)
		out.protocol = part_of(flat, slash + 1, flat.n);
	if (second == mapping.n) {
		out.target = part_of(flat, 0, end);
		return out;
	}
	out.target = part_of(flat, second + 1, end);
	mapping = str_sub(mapping, 0, second);
	first = str_rfind(mapping, ':');
	if (first == mapping.n) {
		out.published = part_of(flat, 0, second);
		return out;
	}
	out.published = part_of(flat, first + 1, second);
	out.ip = part_of(flat, 0, first);
	return out;
}

static struct str without_brackets(struct str ip)
{
	if (ip.n > 1 && str_starts(ip, STR("[")) && str_ends(ip, STR("]")))
		return str_sub(ip, 1, ip.n - 2);
	return ip;
}

static bool is_address(struct str ip)
{
	char name[INET6_ADDRSTRLEN + 1];
	struct in6_addr bytes;

	if (ip.n >= sizeof(name))
		return false;
	memcpy(name, str_bytes_(ip), ip.n);
	name[ip.n] = 0;
	return inet_pton(AF_INET, name, &bytes) == 1 ||
		inet_pton(AF_INET6, name, &bytes) == 1;
}

/* A port is digits and a dash, so a dot in that place is an address's. */
static bool looks_like_address(struct str flat)
{
	return str_find(flat, '.') < flat.n || str_starts(flat, STR("["));
}

static bool refuse(struct arena *a, struct str part, const char *what, struct str *why)
{
	*why = arena_printf(a, "'%.*s' is no %s", STR_ARG(part), what);
	return false;
}

static bool read_protocol(struct arena *a, const struct port_part *part,
	struct port *port, struct str *why)
{
	static const struct str names[] = {
		STR_INIT("tcp"), STR_INIT("udp"), STR_INIT("sctp")};

	if (!part->is_there || !part->flat.n) {
		port->protocol = STR("tcp");
		return true;
	}
	if (has_unknown(part->flat))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(part->flat, names[i]))
			port->protocol = names[i];
	return port->protocol.n || refuse(a, part->flat, "protocol", why);
}

static bool read_target(struct arena *a, const struct port_part *part,
	struct port *port, struct str *why)
{
	if (has_unknown(part->flat)) {
		port->know = FACT_UNKNOWN;
		return true;
	}
	return run_port_range(part->flat, &port->target_first, &port->target_last) ||
		refuse(a, part->flat, "port in the container", why);
}

/*
 * An unknown segment at the start of the published part may bring an address along:
 * PORT=127.0.0.1:8080. Further back it cannot, for "80" is none.
 */
static bool read_published(struct arena *a, const struct port_parts *parts,
	struct port *port, struct str *why)
{
	struct str flat = parts->published.flat;

	port->has_published = parts->published.is_there && flat.n;
	if (!port->has_published)
		return true;
	if (has_unknown(flat)) {
		port->know = FACT_UNKNOWN;
		if (!parts->ip.is_there && flat.p[0] == RUN_UNKNOWN)
			port->host_ip_known = FACT_UNKNOWN;
		return true;
	}
	return run_port_range(flat, &port->published_first, &port->published_last) ||
		refuse(a, flat, "port of the host", why);
}

static bool read_address(struct arena *a, const struct port_part *part,
	struct port *port, struct str *why)
{
	struct str ip = without_brackets(part->flat);

	if (!part->is_there)
		return true;
	port->has_host_ip = part->flat.n > 0;
	if (has_unknown(part->flat)) {
		port->host_ip_known = FACT_UNKNOWN;
		return true;
	}
	port->host_ip = ip;
	return !ip.n || is_address(ip) || refuse(a, ip, "address of the host", why);
}

static bool check_ranges(struct arena *a, const struct port *p, struct str *why)
{
	int published = p->published_last - p->published_first;
	int target = p->target_last - p->target_first;

	if (p->know != FACT_SET || !p->has_published || !target || published == target)
		return true;
	*why = arena_printf(a, "%d ports of the host do not fit %d of the container",
		published + 1, target + 1);
	return false;
}

/* "$PORTS", "127.0.0.1:$REST": how many parts there are is not known. */
static bool read_unclear(
	const struct port_parts *parts, struct value value, struct port *port)
{
	bool has_address = parts->published.is_there && !parts->ip.is_there &&
		looks_like_address(parts->published.flat);

	if (!has_unknown(parts->target.flat) || parts->ip.is_there)
		return false;
	if (parts->published.is_there && !has_address)
		return false;
	port->know = FACT_UNKNOWN;
	port->value = value;
	if (!has_address) {
		port->host_ip_known = FACT_UNKNOWN;
		return true;
	}
	port->has_host_ip = true;
	port->host_ip = without_brackets(parts->published.flat);
	if (has_unknown(port->host_ip)) {
		port->host_ip = STR_NONE;
		port->host_ip_known = FACT_UNKNOWN;
	}
	return true;
}

static struct span span_of_part(
	struct arena *a, struct value value, const struct port_part *part)
{
	return value_span(value_slice(a, value, part->at, part->flat.n));
}

static struct span host_span(
	struct arena *a, const struct port_parts *parts, const struct port *port)
{
	const struct port_part *part =
		parts->ip.is_there && parts->ip.flat.n ? &parts->ip : &parts->published;
	struct span span;

	if (!part->is_there || !part->flat.n)
		return port->span;
	span = span_of_part(a, port->value, part);
	return span.file ? span : port->span;
}

/* published=80,target=80,protocol=tcp as the short form (convertToStandardNotation). */
static bool read_long(const struct run_reader *r, struct port *port, struct str *why)
{
	struct str rest = value_flat(r->arena, port->value), field;
	struct str_fields fields = {.rest = rest};
	struct port_parts parts = {.target = {.is_there = true}};

	while (str_next_field(&fields, ',', &field)) {
		size_t equals = str_find(field, '=');
		struct str key = str_sub(field, 0, equals);
		size_t at = (size_t)(field.p - rest.p) + equals + 1;
		struct port_part part = {str_from(field, equals + 1), at, true};

		if (str_eq(key, STR("published")))
			parts.published = part;
		else if (str_eq(key, STR("target")))
			parts.target = part;
		else if (str_eq(key, STR("protocol")))
			parts.protocol = part;
	}
	if (!read_protocol(r->arena, &parts.protocol, port, why) ||
		!read_target(r->arena, &parts.target, port, why) ||
		!read_published(r->arena, &parts, port, why))
		return false;
	port->host_span = host_span(r->arena, &parts, port);
	return check_ranges(r->arena, port, why);
}

bool run_read_port(const struct run_reader *r, struct value value, struct span span,
	struct port *out, struct str *why)
{
	struct str flat = value_flat(r->arena, value);
	struct port p = {.know = FACT_SET,
		.host_ip_known = FACT_SET,
		.value = value,
		.span = span,
		.host_span = span};
	struct port_parts parts = split_port(flat);

	if (r->source == RUN_BY_LINE && str_find(flat, '=') < flat.n) {
		if (!read_long(r, &p, why))
			return false;
		*out = p;
		return true;
	}
	if (!read_protocol(r->arena, &parts.protocol, &p, why))
		return false;
	if (read_unclear(&parts, value, &p)) {
		p.host_span = host_span(r->arena, &parts, &p);
		*out = p;
		return true;
	}
	if (!read_target(r->arena, &parts.target, &p, why) ||
		!read_published(r->arena, &parts, &p, why) ||
		!read_address(r->arena, &parts.ip, &p, why) ||
		!check_ranges(r->arena, &p, why))
		return false;
	p.host_span = host_span(r->arena, &parts, &p);
	*out = p;
	return true;
}
