#include "effect/tool.h"

static struct str family_of(const struct runner *run)
{
	return run->ctx->base ? run->ctx->base->family : STR_NONE;
}

struct account_problem *note_problem(struct call *call, enum account_problem_kind kind,
	const struct word *at, struct str name)
{
	struct notes *notes = call->run->ctx->notes;
	struct account_problem *p;

	if (!notes || notes->problems.n >= NOTES_MAX)
		return NULL;
	p = vec_push(call->arena, &notes->problems);
	*p = (struct account_problem){.kind = kind,
		.is_certain = call->runs,
		.is_tolerated = !call->is_vital,
		.tool = call->tool,
		.name = name,
		.family = family_of(call->run),
		.span = at->span,
		.command = call->command,
		.command_span = call->command->span};
	return p;
}

struct act *note_act(struct call *call, enum act_kind kind, const struct word *at,
	struct str subject)
{
	struct notes *notes = call->run->ctx->notes;
	struct act *act;

	if (!notes || notes->acts.n >= NOTES_MAX)
		return NULL;
	act = vec_push(call->arena, &notes->acts);
	*act = (struct act){.kind = kind,
		.happens = call->runs,
		.subject = subject,
		.span = at->span,
		.command = call->command};
	return act;
}

static enum answer find_identity(
	const struct accounts *db, struct str part, bool is_number, bool is_group)
{
	const struct account_group *g;
	const struct account *u;
	uint32_t n = 0;

	if (is_number)
		(void)str_to_u32(part, &n);
	if (is_group)
		return is_number ? accounts_find_gid(db, n, &g)
				 : accounts_find_group(db, part, &g);
	return is_number ? accounts_find_uid(db, n, &u) : accounts_find(db, part, &u);
}

/* Where part stands inside a literal word that holds it. */
static struct span part_span(const struct word *at, struct str part)
{
	for (size_t i = 0; i < at->value.n; i++) {
		const struct segment *s = &at->value.at[i];
		size_t off;

		if (s->kind != SEGMENT_LITERAL || s->span.length != s->text.n)
			continue;
		if (part.p < s->text.p || part.p + part.n > s->text.p + s->text.n)
			continue;
		off = (size_t)(part.p - s->text.p);
		return span_of(s->span.file, s->span.offset + off, part.n);
	}
	return at->span;
}

void note_use(struct call *call, const struct word *at, struct str part, bool is_group)
{
	struct notes *notes = call->run->ctx->notes;
	struct identity_use *use;
	uint32_t n;

	if (!notes || notes->uses.n >= NOTES_MAX || !part.n)
		return;
	use = vec_push(call->arena, &notes->uses);
	*use = (struct identity_use){.text = part,
		.is_known = true,
		.is_number = str_to_u32(part, &n),
		.is_group = is_group,
		.runs = call->runs,
		.tool = call->tool,
		.span = part_span(at, part),
		.command = call->command};
	use->found = find_identity(call_accounts(call), part, use->is_number, is_group);
}

static void note_unknown_use(struct call *call, const struct word *at)
{
	struct notes *notes = call->run->ctx->notes;
	struct identity_use *use;

	if (!notes || notes->uses.n >= NOTES_MAX)
		return;
	use = vec_push(call->arena, &notes->uses);
	*use = (struct identity_use){.text = value_display(call->arena, at->value),
		.found = ANSWER_MAYBE,
		.runs = call->runs,
		.tool = call->tool,
		.span = at->span,
		.command = call->command};
}

void note_owner(struct call *call, const struct word *at)
{
	struct str text, user, group = STR_NONE;
	size_t colon;

	if (!word_str(call->arena, at, &text)) {
		note_unknown_use(call, at);
		return;
	}
	colon = str_find(text, ':');
	user = str_sub(text, 0, colon);
	if (colon < text.n)
		group = str_from(text, colon + 1);
	note_use(call, at, user, false);
	note_use(call, at, group, true);
}
