/*
 * What people call a compose file: compose.yaml, docker-compose.yml, and these with
 * something between: docker-compose.prod.yml, compose-gpu.yaml, stack.compose.yml.
 */
#include "base/path.h"
#include "source/compose.h"

/* The name without .yml or .yaml; false when it has neither. */
static bool cut_ending(struct str *name)
{
	static const struct str endings[] = {STR_INIT(".yml"), STR_INIT(".yaml")};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (name->n > endings[i].n &&
			str_eq_nocase(
				str_from(*name, name->n - endings[i].n), endings[i])) {
			name->n -= endings[i].n;
			return true;
		}
	return false;
}

static bool is_mark(char c)
{
	return c == '.' || c == '-' || c == '_';
}

/* "compose" as a word of its own: docker-compose.gpu has it, decompose has not. */
static bool has_compose(struct str name)
{
	struct str word = STR("compose");

	for (size_t i = 0; i + word.n <= name.n; i++) {
		if (!str_starts_nocase(str_from(name, i), word))
			continue;
		if ((i == 0 || is_mark(name.p[i - 1])) &&
			(i + word.n == name.n || is_mark(name.p[i + word.n])))
			return true;
	}
	return false;
}

bool source_is_compose_name(struct str path)
{
	struct str name = path_base(path);

	return cut_ending(&name) &&
		(has_compose(name) || str_eq_nocase(name, STR("docker-stack")));
}

bool source_is_compose_main(struct str path)
{
	struct str name = path_base(path);

	return cut_ending(&name) &&
		(str_eq(name, STR("compose")) || str_eq(name, STR("docker-compose")));
}

bool source_is_compose_override(struct str path)
{
	struct str name = path_base(path);

	return cut_ending(&name) &&
		(str_eq(name, STR("compose.override")) ||
			str_eq(name, STR("docker-compose.override")));
}
