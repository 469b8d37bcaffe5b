#include "cli/audit_ignore.h"

#include "policy/inline.h"

void audit_ignores(const struct audit_options *options, const struct input *input,
	struct audit *audit)
{
	struct arena *a = audit->arena;
	struct ignores ignores = {0};

	vec_each (const struct ignore, ignore, &options->ignores)
		*vec_push(a, &ignores) = *ignore;
	if (!options->no_inline)
		inline_read(a, input->comments, input->comment_count,
			input->kind == SOURCE_COMPOSE ? INLINE_YAML : INLINE_SHELL,
			&input->project, &ignores);
	audit->ignores = ignores.at;
	audit->ignore_count = ignores.n;
	audit->ignore_uses = arena_array(a, struct ignore_use, ignores.n);
	audit->needs = options->needs.at;
	audit->need_count = options->needs.n;
	audit->folder = options->folder;
}
