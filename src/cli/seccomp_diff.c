/* `oakum seccomp diff`: what one filter permits and another does not. */
#include "cli/seccomp.h"

struct diffing {
	struct seccomp *s;
	struct subject one, other;
	struct differences list;
	struct screen screen;
};

enum side { SIDE_ONE, SIDE_OTHER, SIDE_BOTH, SIDE_NONE, SIDE_COUNT };

static bool permits(uint32_t answer)
{
	return action_kind(answer) >= ACTION_NOTIFY;
}

static enum side side_of(const struct difference *d)
{
	if (permits(d->one) == permits(d->other))
		return permits(d->one) ? SIDE_BOTH : SIDE_NONE;
	return permits(d->one) ? SIDE_ONE : SIDE_OTHER;
}

/* ---- under which conditions ---- */

/* Is the call one of those of a path? */
static bool part_has(const struct answer_part *part, const struct bpf_call *call)
{
	for (uint8_t i = 0; i < part->count; i++) {
		const struct ban_term *t = &part->terms[i];
		struct condition c = {t->index, t->compare, t->value, UINT64_MAX};
		uint64_t args[CALL_ARGUMENTS] = {0};

		args[t->index] = call->args[t->index] & t->mask;
		if (!condition_holds(&c, args))
			return false;
	}
	return true;
}

/* The conditions on the path that a call takes, where it has any; else empty. */
static struct str path_text(
	struct diffing *d, const struct subject *subject, const struct bpf_call *call)
{
	struct buf text = {.arena = &d->s->arena};
	struct answer_parts parts = {0};
	int arch = arch_of(call->arch, call->nr);

	if (arch < 0 || subject->stack.count != 1 ||
		prove_answers(&d->s->arena, subject->stack.filters, arch, call->nr,
			&parts, NULL) < 0)
		return STR_NONE;
	vec_each (const struct answer_part, part, &parts)
		if (part_has(part, call)) {
			terms_write(&text, part->terms, part->count);
			break;
		}
	return buf_str(&text);
}

static void add_side(struct diffing *d, const struct subject *subject,
	const struct difference *difference, uint32_t answer)
{
	struct buf *out = &d->s->out;
	struct str path = path_text(d, subject, &difference->witness);

	buf_add(out, STR("      "));
	screen_add(&d->screen, subject->name);
	buf_printf(out, ": %.*s", STR_ARG(action_text(&d->s->arena, answer)));
	if (path.n)
		buf_printf(out, " when %.*s", STR_ARG(path));
	buf_char(out, '\n');
}

/* ---- text ---- */

static struct str title_of(struct diffing *d, enum side side)
{
	struct arena *a = &d->s->arena;

	switch (side) {
	case SIDE_ONE:
		return arena_printf(a, "only %.*s permits", STR_ARG(d->one.name));
	case SIDE_OTHER:
		return arena_printf(a, "only %.*s permits", STR_ARG(d->other.name));
	case SIDE_BOTH:
		return STR("both permit, with another answer");
	default:
		return STR("both refuse, with another answer");
	}
}

static void text_difference(struct diffing *d, const struct difference *difference)
{
	int arch = arch_of(difference->witness.arch, difference->witness.nr);

	buf_add(&d->s->out, STR("  "));
	call_write(&d->s->out, &difference->witness);
	buf_printf(&d->s->out, " on %s\n",
		arch < 0 ? "another arch" : arch_info(arch)->name.p);
	add_side(d, &d->one, difference, difference->one);
	add_side(d, &d->other, difference, difference->other);
}

static void write_text(struct diffing *d)
{
	bool is_first = true;

	for (enum side side = 0; side < SIDE_COUNT; side++) {
		bool has_title = false;

		vec_each (const struct difference, difference, &d->list) {
			if (side_of(difference) != side)
				continue;
			if (!has_title) {
				buf_add(&d->s->out, is_first ? STR_NONE : STR("\n"));
				screen_line(&d->screen, PAINT_BOLD, title_of(d, side));
			}
			has_title = true;
			is_first = false;
			text_difference(d, difference);
		}
	}
	if (!d->list.n)
		buf_add(&d->s->out,
			STR("equal: the same answer to every call, whatever its number "
			    "and arguments\n"));
	else if (d->list.n >= DIFFERENCES_MAX)
		buf_add(&d->s->out, STR("and more\n"));
}

/* ---- JSON ---- */

static void json_difference(struct diffing *d, const struct difference *difference)
{
	static const char *const names[] = {"one", "other", "both", "none"};
	struct buf *out = &d->s->out;

	buf_printf(out, "{\"permits\":\"%s\",", names[side_of(difference)]);
	call_json(out, &difference->witness);
	buf_add(out, STR(",\"one\":"));
	buf_json(out, action_text(&d->s->arena, difference->one));
	buf_add(out, STR(",\"one_when\":"));
	buf_json(out, path_text(d, &d->one, &difference->witness));
	buf_add(out, STR(",\"other\":"));
	buf_json(out, action_text(&d->s->arena, difference->other));
	buf_add(out, STR(",\"other_when\":"));
	buf_json(out, path_text(d, &d->other, &difference->witness));
	buf_char(out, '}');
}

static void write_json(struct diffing *d)
{
	struct buf *out = &d->s->out;
	bool is_first = true;

	buf_add(out, STR("{\"version\":1,\"one\":"));
	buf_json(out, d->one.name);
	buf_add(out, STR(",\"other\":"));
	buf_json(out, d->other.name);
	buf_printf(
		out, ",\"equal\":%s,\"differences\":[", d->list.n ? "false" : "true");
	vec_each (const struct difference, difference, &d->list) {
		buf_add(out, is_first ? STR("\n") : STR(",\n"));
		json_difference(d, difference);
		is_first = false;
	}
	buf_add(out, STR("]}\n"));
}

int seccomp_diff(struct seccomp *s)
{
	struct diffing d = {.s = s};
	struct err e = {0};
	int status = subject_open(s, s->words.at[0], &d.one);

	if (!status)
		status = subject_open(s, s->words.at[1], &d.other);
	if (status)
		return status;
	d.screen = (struct screen){
		.out = &s->out, .has_color = output_has_color(s->color)};
	if (prove_equal(&s->arena, &d.one.stack, &d.other.stack,
		    arches_of_host(&s->host), &d.list, &e) < 0) {
		complain("%s: it cannot be decided: %s", s->verb->name, e.text);
		return EXIT_UNSEEN;
	}
	if (s->is_json)
		write_json(&d);
	else
		write_text(&d);
	if (!output_all(buf_str(&s->out)))
		return EXIT_FAILED;
	return d.list.n ? EXIT_FOUND : EXIT_CLEAN;
}
