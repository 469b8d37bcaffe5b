#include "know/image_ref.h"

static bool is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_word(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_one_of(struct str set, char c)
{
	return str_find(set, c) < set.n;
}

/* One part of a path: lower case and digits, separators only between them. */
static bool is_component(struct str s)
{
	if (!s.n || !is_lower(s.p[0]) || !is_lower(s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_one_of(STR("._-"), s.p[i]))
			return false;
	return true;
}

static bool is_path(struct str path)
{
	struct str_fields parts = {.rest = path};
	struct str part;

	while (str_next_field(&parts, '/', &part))
		if (!is_component(part))
			return false;
	return true;
}

static bool is_tag(struct str tag)
{
	if (!tag.n || tag.n > IMAGE_REF_TAG_MAX || !is_word(tag.p[0]))
		return false;
	for (size_t i = 1; i < tag.n; i++)
		if (!is_word(tag.p[i]) && tag.p[i] != '.' && tag.p[i] != '-')
			return false;
	return true;
}

/* algorithm:hex, at least 32 digits. */
static bool is_digest(struct str digest)
{
	size_t colon = str_find(digest, ':');
	struct str hex = str_from(digest, colon + 1);

	if (!colon || colon == digest.n || hex.n < 32)
		return false;
	for (size_t i = 0; i < colon; i++)
		if (!is_word(digest.p[i]) && !is_one_of(STR("+.-"), digest.p[i]))
			return false;
	for (size_t i = 0; i < hex.n; i++)
		if (!is_one_of(STR("0123456789abcdefABCDEF"), hex.p[i]))
			return false;
	return true;
}

/* host or host:port; an IPv6 address stands in brackets. */
static bool is_registry(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_word(s.p[i]) &&
			(!is_one_of(STR(".-:[]"), s.p[i]) || (i == 0 && s.p[i] != '[')))
			return false;
	return s.n > 0;
}

/* The first component names a registry by its looks; upper case is no Hub user. */
static bool looks_like_registry(struct str s)
{
	if (str_eq(s, STR("localhost")))
		return true;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' || s.p[i] == ':' || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	return false;
}

static bool is_docker_hub(struct str registry)
{
	static const struct str names[] = {
		STR_INIT("docker.io"),
		STR_INIT("index.docker.io"),
		STR_INIT("registry-1.docker.io"),
		STR_INIT("registry.hub.docker.com"),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_nocase(registry, names[i]))
			return true;
	return false;
}

/* Splits registry and path, and leaves out what Docker implies. */
static void name_split(struct str name, struct image_ref *ref)
{
	size_t slash = str_find(name, '/');
	bool is_hub = true;

	ref->registry = STR_NONE;
	ref->path = ref->name = name;
	if (slash < name.n && looks_like_registry(str_sub(name, 0, slash))) {
		ref->registry = str_sub(name, 0, slash);
		ref->path = str_from(name, slash + 1);
		is_hub = is_docker_hub(ref->registry);
	}
	if (!is_hub)
		return;
	ref->registry = STR_NONE;
	if (str_starts(ref->path, STR("library/")))
		ref->path = str_from(ref->path, strlen("library/"));
	ref->name = ref->path;
}

bool image_ref_parse(struct str text, struct image_ref *out)
{
	struct image_ref ref = {0};
	size_t at = str_find(text, '@');
	struct str rest = str_sub(text, 0, at);
	size_t slash = str_rfind(rest, '/');
	size_t colon = str_rfind(rest, ':');

	if (!text.p)
		return false;
	if (at < text.n) {
		ref.digest = str_from(text, at + 1);
		if (!is_digest(ref.digest))
			return false;
	}
	/* A colon before the last slash belongs to a registry's port. */
	if (colon < rest.n && (slash == rest.n || colon > slash)) {
		ref.tag = str_from(rest, colon + 1);
		if (!is_tag(ref.tag))
			return false;
		rest = str_sub(rest, 0, colon);
	}
	if (rest.n > IMAGE_REF_NAME_MAX)
		return false;
	name_split(rest, &ref);
	if (!is_path(ref.path) || (ref.registry.n && !is_registry(ref.registry)))
		return false;
	*out = ref;
	return true;
}

struct str image_ref_tag(const struct image_ref *ref)
{
	return ref->tag.n || ref->digest.n ? ref->tag : STR("latest");
}
