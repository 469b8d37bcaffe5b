#include "base/str.h"

bool str_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && str_starts_nocase(a, b);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
	if (s.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (byte_lower(s.p[i]) != byte_lower(prefix.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t str_find(struct str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t str_find_str(struct str s, struct str needle)
{
	size_t start;
	const char *hit;

	if (needle.n == 0)
		return 0;
	/* Most often its first byte is not even there, and memchr knows that soonest. */
	start = str_find(s, needle.p[0]);
	if (start == s.n)
		return s.n;
	hit = memmem(s.p + start, s.n - start, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t str_rfind(struct str s, char c)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == c)
			return i - 1;
	return s.n;
}

struct str str_trim_left(struct str s)
{
	while (s.n && byte_is_space(s.p[0]))
		s = str_from(s, 1);
	return s;
}

struct str str_trim_right(struct str s)
{
	while (s.n && byte_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_trim(struct str s)
{
	return str_trim_right(str_trim_left(s));
}

bool str_next_field(struct str_fields *f, char sep, struct str *field)
{
	size_t end;

	if (f->done)
		return false;
	end = str_find(f->rest, sep);
	*field = str_sub(f->rest, 0, end);
	f->done = end == f->rest.n;
	f->rest = str_from(f->rest, end + 1);
	return true;
}

bool str_next_word(struct str *rest, struct str *word)
{
	struct str s = str_trim_left(*rest);
	size_t n = 0;

	while (n < s.n && !byte_is_space(s.p[n]))
		n++;
	*rest = str_from(s, n);
	if (n == 0)
		return false;
	*word = str_sub(s, 0, n);
	return true;
}

bool str_to_u32(struct str s, uint32_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!byte_is_digit(s.p[i]))
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)v;
	return true;
}

/* Greedy with one point to come back to: linear in practice, quadratic at worst. */
bool str_glob(struct str pattern, struct str s)
{
	size_t p = 0, i = 0, star = SIZE_MAX, mark = 0;

	while (i < s.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			mark = i;
		} else if (p < pattern.n &&
			(pattern.p[p] == '?' || pattern.p[p] == s.p[i])) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

enum { DISTANCE_MAX_LEN = 64 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Damerau's distance in its restricted form, over three rows. */
unsigned str_distance(struct str a, struct str b, unsigned cap)
{
	unsigned rows[3][DISTANCE_MAX_LEN + 1];

	if (a.n > DISTANCE_MAX_LEN || b.n > DISTANCE_MAX_LEN)
		return str_eq(a, b) ? 0 : cap;
	for (unsigned j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			unsigned differs = a.p[i - 1] != b.p[j - 1];

			row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + differs);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
				a.p[i - 2] == b.p[j - 1]) {
				unsigned swap = rows[(i + 1) % 3][j - 2] + 1;

				row[j] = row[j] < swap ? row[j] : swap;
			}
		}
	}
	return rows[a.n % 3][b.n] < cap ? rows[a.n % 3][b.n] : cap;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}
