#include "syntax/space.h"

/* Unicode's White_Space above ASCII, as UTF-8; U+2000 to U+200A differ in one byte. */
static const struct str wide[] = {
	STR_INIT("\xc2\x85"),	  /* U+0085 */
	STR_INIT("\xc2\xa0"),	  /* U+00A0 */
	STR_INIT("\xe1\x9a\x80"), /* U+1680 */
	STR_INIT("\xe2\x80\xa8"), /* U+2028 */
	STR_INIT("\xe2\x80\xa9"), /* U+2029 */
	STR_INIT("\xe2\x80\xaf"), /* U+202F */
	STR_INIT("\xe2\x81\x9f"), /* U+205F */
	STR_INIT("\xe3\x80\x80"), /* U+3000 */
};

size_t space_length_wide(struct str s)
{
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (str_starts(s, wide[i]))
			return wide[i].n;
	if (s.n >= 3 && memcmp(s.p, "\xe2\x80", 2) == 0 &&
		(unsigned char)s.p[2] >= 0x80 && (unsigned char)s.p[2] <= 0x8a)
		return 3;
	return 0;
}

struct str space_trim_left(struct str s)
{
	size_t n;

	while ((n = space_length(s)) > 0)
		s = str_from(s, n);
	return s;
}

/* Bytes of the blank at the end of s. */
static size_t space_length_back(struct str s)
{
	if (!s.n)
		return 0;
	if ((unsigned char)s.p[s.n - 1] < 0x80)
		return byte_is_space(s.p[s.n - 1]);
	for (size_t n = 2; n <= 3 && n <= s.n; n++)
		if (space_length_wide(str_from(s, s.n - n)) == n)
			return n;
	return 0;
}

struct str space_trim(struct str s)
{
	size_t n;

	s = space_trim_left(s);
	while ((n = space_length_back(s)) > 0)
		s.n -= n;
	return s;
}

struct text space_trim_text(const struct text *t)
{
	struct str s = space_trim(t->s);

	return text_sub(t, s.n ? (size_t)(s.p - t->s.p) : 0, s.n);
}
