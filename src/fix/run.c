#include "fix/run.h"

#include "model/facts.h"

static struct change *change_of(struct fixing *f, struct fix_part *part,
	enum change_op op, const char *key, struct str value)
{
	struct change *c = fix_change(f, part, CHANGE_RUN, op);

	c->key = str_c(key);
	c->value = value;
	return c;
}

void run_set(struct fixing *f, struct fix_part *part, const char *key, struct str value,
	struct span at)
{
	change_of(f, part, CHANGE_SET, key, value)->at = at;
}

void run_add(struct fixing *f, struct fix_part *part, const char *key, struct str value)
{
	change_of(f, part, CHANGE_ADD, key, value);
}

void run_put(struct fixing *f, struct fix_part *part, const char *key, struct str name,
	struct str value)
{
	change_of(f, part, CHANGE_ADD, key, value)->name = name;
}

void run_take(struct fixing *f, struct fix_part *part, const char *key, struct span at)
{
	change_of(f, part, CHANGE_REMOVE, key, STR_NONE)->at = at;
}

void run_claim(struct fixing *f, struct fix_part *part, const char *fact)
{
	fix_footprint(
		f, part, "%.*s/%s", STR_ARG(workload_fact_name(f->workload)), fact);
}

bool run_cures(struct fixing *f, struct fix_part *part, const char *rule)
{
	if (!fix_finding(f, str_c(rule)))
		return false;
	fix_cures(f, part, str_c(rule));
	return true;
}

struct audit run_audit(const struct fixing *f)
{
	struct audit audit = *f->audit;

	audit.workload = f->workload;
	audit.facts =
		(struct workload_facts){.steps = workload_steps(f->arena, f->workload)};
	return audit;
}

struct str run_name(const struct fixing *f)
{
	return workload_fact_name(f->workload);
}
