/* A seccomp profile whose name holds quotes is not found: the container cannot start. */
#include "fix/fix.h"
#include "fix/makers.h"

bool fix_seccomp_quoted(struct fixing *f, struct fix_part *part)
{
	const struct finding *found = fix_finding(f, STR("seccomp-path-quoted"));
	const struct security_option *o;
	struct change *c;

	if (!found || !f->workload->run)
		return false;
	o = run_security(f->workload->run, SECURITY_SECCOMP);
	if (!o || !found->evidence.n)
		return false;
	part->title = STR("Name its seccomp profile without the quotes");
	part->why =
		STR("With them the engine looks for a file whose name begins with a "
		    "quote, and the container does not start.");
	part->class = FIX_SAFE;
	fix_cures(f, part, STR("seccomp-path-quoted"));
	/* What is in the file nobody could see before. */
	fix_accepts(f, part, STR("seccomp-profile-weak"));
	fix_accepts(f, part, STR("seccomp-profile-vs-entrypoint"));
	fix_accepts(f, part, STR("exec-root-despite-profile"));
	fix_accepts(f, part, STR("grant-exceeds-needs"));
	c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
	c->at = o->span;
	/* The rule's evidence is the path without its quotes. */
	c->value = arena_printf(f->arena, "seccomp=%.*s", STR_ARG(found->evidence));
	fix_footprint(f, part, "*/security/seccomp*");
	return true;
}
