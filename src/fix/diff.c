/*
 * Two texts as a unified diff.
 *
 * Lines are numbered by what they say, so that comparing two is comparing numbers. What
 * is the same at both ends is cut off; the middle goes to Myers' greedy search (An
 * O(ND) Difference Algorithm, 1986), which is exact and quick for few differences. Where
 * there are many, the lines that stand once on both sides are what the two have in
 * common (Bram Cohen's patience diff), and the gaps between them are looked at likewise.
 * A gap in which even that finds nothing is shown as replaced whole: the result is
 * always right, and for hopeless input merely long.
 */
#include "fix/edit.h"

#include <stdlib.h>

#include "base/buf.h"

enum {
	DIFF_CONTEXT = 3,   /* unchanged lines around a change */
	DIFF_SEARCH = 256,  /* changed lines that Myers' search goes through */
	DIFF_DEPTH_MAX = 8, /* gaps in gaps */
};

struct side {
	struct str *lines; /* with their line end */
	uint32_t *ids;
	bool *is_changed; /* not on the other side */
	size_t n;
};

struct diff {
	struct arena *arena;
	struct side old, new;
	size_t skipped; /* lines in front of both that are the same and not looked at */
	uint32_t id_count;
	uint32_t *old_seen, *new_seen; /* by id, scratch of find_anchors */
	uint32_t *new_place;
};

/* old[from, to) stands against new[from, to). */
struct range {
	size_t old_from, old_to, new_from, new_to;
};

/* ---- lines and their numbers ---- */

static void split(struct arena *a, struct str text, struct side *side)
{
	size_t n = 0, cap = 1;

	for (size_t i = 0; i < text.n; i++)
		cap += text.p[i] == '\n';
	side->lines = arena_array(a, struct str, cap);
	side->ids = arena_array(a, uint32_t, cap);
	side->is_changed = arena_array(a, bool, cap);
	while (text.n) {
		size_t end = str_find(text, '\n');

		side->lines[n++] = str_sub(text, 0, end + 1);
		text = str_from(text, end + 1);
	}
	side->n = n;
}

struct line_table {
	struct str *lines;
	uint32_t *ids;
	size_t mask;
	uint32_t count;
};

static uint32_t id_of_line(struct line_table *t, struct str line)
{
	size_t i = str_hash(line) & t->mask;

	while (t->ids[i] && !str_eq(t->lines[i], line))
		i = (i + 1) & t->mask;
	if (!t->ids[i]) {
		t->lines[i] = line;
		t->ids[i] = ++t->count;
	}
	return t->ids[i];
}

static void number_lines(struct diff *d)
{
	size_t size = 16;
	struct line_table t = {0};

	while (size < 2 * (d->old.n + d->new.n))
		size *= 2;
	t.lines = arena_array(d->arena, struct str, size);
	t.ids = arena_array(d->arena, uint32_t, size);
	t.mask = size - 1;
	for (size_t i = 0; i < d->old.n; i++)
		d->old.ids[i] = id_of_line(&t, d->old.lines[i]);
	for (size_t i = 0; i < d->new.n; i++)
		d->new.ids[i] = id_of_line(&t, d->new.lines[i]);
	d->id_count = t.count + 1;
}

/* ---- what differs ---- */

static void mark_all(struct diff *d, struct range r)
{
	for (size_t i = r.old_from; i < r.old_to; i++)
		d->old.is_changed[i] = true;
	for (size_t i = r.new_from; i < r.new_to; i++)
		d->new.is_changed[i] = true;
}

static bool is_same(const struct diff *d, size_t old, size_t new)
{
	return d->old.ids[old] == d->new.ids[new];
}

static struct range trim(const struct diff *d, struct range r)
{
	while (r.old_from < r.old_to && r.new_from < r.new_to &&
		is_same(d, r.old_from, r.new_from))
		r.old_from++, r.new_from++;
	while (r.old_from < r.old_to && r.new_from < r.new_to &&
		is_same(d, r.old_to - 1, r.new_to - 1))
		r.old_to--, r.new_to--;
	return r;
}

/*
 * Myers: after e edits the furthest old line on each diagonal k = old - new. The states
 * of all e are kept, a row of 2e + 1 each, to walk back from the end.
 */
struct search {
	int *rows[DIFF_SEARCH + 1];
	int n, m; /* lines of the two sides */
};

/* The old line that e edits reach on diagonal k, coming from e - 1 edits. */
static int step_to(const struct search *s, int e, int k, bool *is_down)
{
	const int *last = s->rows[e - 1] + (e - 1);

	*is_down = k == -e || (k != e && last[k - 1] < last[k + 1]);
	return *is_down ? last[k + 1] : last[k - 1] + 1;
}

/* The number of edits, or -1 when there are more than DIFF_SEARCH. */
static int search_forward(const struct diff *d, struct range r, struct search *s)
{
	for (int e = 0; e <= DIFF_SEARCH; e++) {
		s->rows[e] = arena_array(d->arena, int, 2 * (size_t)e + 1);
		for (int k = -e; k <= e; k += 2) {
			bool is_down;
			int x = e ? step_to(s, e, k, &is_down) : 0, y = x - k;

			while (x < s->n && y < s->m &&
				is_same(d, r.old_from + (size_t)x,
					r.new_from + (size_t)y))
				x++, y++;
			s->rows[e][k + e] = x;
			if (k == s->n - s->m && x >= s->n)
				return e;
		}
	}
	return -1;
}

static void walk_back(struct diff *d, struct range r, const struct search *s, int e)
{
	int k = s->n - s->m;

	for (; e > 0; e--) {
		bool is_down;
		int x = step_to(s, e, k, &is_down), y = x - k;

		if (is_down && y > 0 && y <= s->m)
			d->new.is_changed[r.new_from + (size_t)y - 1] = true;
		else if (!is_down && x > 0 && x <= s->n)
			d->old.is_changed[r.old_from + (size_t)x - 1] = true;
		k += is_down ? 1 : -1;
	}
}

static bool search(struct diff *d, struct range r)
{
	struct search s = {
		.n = (int)(r.old_to - r.old_from), .m = (int)(r.new_to - r.new_from)};
	int e;

	if (abs(s.n - s.m) > DIFF_SEARCH)
		return false;
	e = search_forward(d, r, &s);
	if (e < 0)
		return false;
	walk_back(d, r, &s, e);
	return true;
}

/* A line that stands once on both sides. */
struct anchor {
	size_t old, new;
	size_t before; /* index of the anchor in front of it in the chain; SIZE_MAX: none */
};

VEC_TYPE(struct anchor, anchors);

static struct anchors find_anchors(struct diff *d, struct range r)
{
	struct anchors found = {0};

	for (size_t i = r.old_from; i < r.old_to; i++)
		d->old_seen[d->old.ids[i]]++;
	for (size_t i = r.new_from; i < r.new_to; i++) {
		d->new_seen[d->new.ids[i]]++;
		d->new_place[d->new.ids[i]] = (uint32_t)i;
	}
	for (size_t i = r.old_from; i < r.old_to; i++) {
		uint32_t id = d->old.ids[i];

		if (d->old_seen[id] == 1 && d->new_seen[id] == 1)
			*vec_push(d->arena, &found) =
				(struct anchor){i, d->new_place[id], SIZE_MAX};
	}
	for (size_t i = r.old_from; i < r.old_to; i++)
		d->old_seen[d->old.ids[i]] = 0;
	for (size_t i = r.new_from; i < r.new_to; i++)
		d->new_seen[d->new.ids[i]] = 0;
	return found;
}

/* The longest chain of anchors that rises on both sides: its last, or SIZE_MAX. */
static size_t longest_chain(struct arena *a, struct anchors *all)
{
	size_t *tops =
		arena_array(a, size_t, all->n + 1); /* ends of chains by length */
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		size_t low = 0, high = n;

		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (all->at[tops[mid]].new < all->at[i].new)
				low = mid + 1;
			else
				high = mid;
		}
		all->at[i].before = low ? tops[low - 1] : SIZE_MAX;
		tops[low] = i;
		if (low == n)
			n++;
	}
	return n ? tops[n - 1] : SIZE_MAX;
}

static void compare(struct diff *d, struct range r, unsigned depth)
{
	struct anchors anchors;
	size_t end;

	r = trim(d, r);
	if (r.old_from == r.old_to || r.new_from == r.new_to) {
		mark_all(d, r);
		return;
	}
	if (search(d, r))
		return;
	anchors = depth < DIFF_DEPTH_MAX ? find_anchors(d, r) : (struct anchors){0};
	end = longest_chain(d->arena, &anchors);
	if (end == SIZE_MAX) {
		mark_all(d, r);
		return;
	}
	/* From the last gap to the first, as the chain goes. */
	for (; end != SIZE_MAX; end = anchors.at[end].before) {
		const struct anchor *at = &anchors.at[end];

		compare(d, (struct range){at->old + 1, r.old_to, at->new + 1, r.new_to},
			depth + 1);
		r.old_to = at->old;
		r.new_to = at->new;
	}
	compare(d, r, depth + 1);
}

/* ---- what is shown ---- */

static void add_line(struct buf *out, char sign, struct str line)
{
	buf_char(out, sign);
	buf_add(out, line);
	if (!str_ends(line, STR("\n")))
		buf_add(out, STR("\n\\ No newline at end of file\n"));
}

/*
 * What is the same in front and behind, but for the lines that are shown as context, is
 * cut off before lines are looked at: most diffs are small, and some files are not.
 */
static size_t cut_front(struct str *old, struct str *new)
{
	size_t most = old->n < new->n ? old->n : new->n, n = 0, lines = 0;
	struct str same;

	while (n < most && old->p[n] == new->p[n])
		n++;
	same = str_sub(*old, 0, n);
	for (int i = 0; i <= DIFF_CONTEXT && same.n; i++) {
		size_t end = str_rfind(same, '\n');

		same.n = end < same.n ? end : 0;
	}
	if (!same.n)
		return 0;
	same.n++;
	for (size_t i = 0; i < same.n; i++)
		lines += same.p[i] == '\n';
	*old = str_from(*old, same.n);
	*new = str_from(*new, same.n);
	return lines;
}

static void cut_back(struct str *old, struct str *new)
{
	size_t most = old->n < new->n ? old->n : new->n, n = 0;

	while (n < most && old->p[old->n - 1 - n] == new->p[new->n - 1 - n])
		n++;
	/* The line in which the difference ends, and the context behind it. */
	for (int i = 0; i <= DIFF_CONTEXT; i++) {
		size_t end = str_find(str_from(*old, old->n - n), '\n');

		n = end < n ? n - end - 1 : 0;
	}
	old->n -= n;
	new->n -= n;
}

/* "-3" for one line, "-3,2" for two, "-2,0" for none behind line 2. */
static void add_range(struct buf *out, char sign, size_t from, size_t n)
{
	buf_printf(out, "%c%zu", sign, n ? from + 1 : from);
	if (n != 1)
		buf_printf(out, ",%zu", n);
}

static void add_hunk(struct buf *out, const struct diff *d, struct range r)
{
	size_t i = r.old_from, k = r.new_from;

	buf_add(out, STR("@@ "));
	add_range(out, '-', d->skipped + r.old_from, r.old_to - r.old_from);
	buf_char(out, ' ');
	add_range(out, '+', d->skipped + r.new_from, r.new_to - r.new_from);
	buf_add(out, STR(" @@\n"));
	while (i < r.old_to || k < r.new_to) {
		if (i < r.old_to && d->old.is_changed[i]) {
			add_line(out, '-', d->old.lines[i++]);
		} else if (k < r.new_to && d->new.is_changed[k]) {
			add_line(out, '+', d->new.lines[k++]);
		} else {
			add_line(out, ' ', d->old.lines[i++]);
			k++;
		}
	}
}

/* The next change at or behind r's end: false when there is none. */
static bool next_change(const struct diff *d, struct range *r)
{
	size_t i = r->old_to, k = r->new_to;

	while (i < d->old.n && k < d->new.n && !d->old.is_changed[i] &&
		!d->new.is_changed[k])
		i++, k++;
	*r = (struct range){i, i, k, k};
	while (r->old_to < d->old.n && d->old.is_changed[r->old_to])
		r->old_to++;
	while (r->new_to < d->new.n && d->new.is_changed[r->new_to])
		r->new_to++;
	return r->old_to > r->old_from || r->new_to > r->new_from;
}

static void add_hunks(struct buf *out, const struct diff *d)
{
	struct range next = {0};
	bool is_more = next_change(d, &next);

	while (is_more) {
		struct range hunk = next;
		size_t lead =
			hunk.old_from < DIFF_CONTEXT ? hunk.old_from : DIFF_CONTEXT;
		size_t tail;

		hunk.old_from -= lead;
		hunk.new_from -= lead;
		while ((is_more = next_change(d, &next)) &&
			next.old_from - hunk.old_to <= (size_t)2 * DIFF_CONTEXT) {
			hunk.old_to = next.old_to;
			hunk.new_to = next.new_to;
		}
		tail = d->old.n - hunk.old_to;
		tail = tail < DIFF_CONTEXT ? tail : DIFF_CONTEXT;
		hunk.old_to += tail;
		hunk.new_to += tail;
		add_hunk(out, d, hunk);
	}
}

struct str edited_diff(struct arena *a, struct str path, struct str before,
	struct str after, bool is_new)
{
	struct diff d = {.arena = a};
	struct buf out = {.arena = a};

	if (str_eq(before, after) && !is_new)
		return STR_NONE;
	d.skipped = cut_front(&before, &after);
	cut_back(&before, &after);
	split(a, before, &d.old);
	split(a, after, &d.new);
	number_lines(&d);
	d.old_seen = arena_array(a, uint32_t, d.id_count);
	d.new_seen = arena_array(a, uint32_t, d.id_count);
	d.new_place = arena_array(a, uint32_t, d.id_count);
	compare(&d, (struct range){0, d.old.n, 0, d.new.n}, 0);
	if (is_new)
		buf_add(&out, STR("--- /dev/null\n"));
	else
		buf_printf(&out, "--- a/%.*s\n", STR_ARG(path));
	buf_printf(&out, "+++ b/%.*s\n", STR_ARG(path));
	add_hunks(&out, &d);
	return buf_str(&out);
}
