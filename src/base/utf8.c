#include "base/utf8.h"

/* RFC 3629, section 4: what the second byte may be depends on the first. */
static const struct {
	unsigned char first, last, second_low, second_high;
	size_t length;
} forms[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 2},
	{0xe0, 0xe0, 0xa0, 0xbf, 3},
	{0xe1, 0xec, 0x80, 0xbf, 3},
	{0xed, 0xed, 0x80, 0x9f, 3},
	{0xee, 0xef, 0x80, 0xbf, 3},
	{0xf0, 0xf0, 0x90, 0xbf, 4},
	{0xf1, 0xf3, 0x80, 0xbf, 4},
	{0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t utf8_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t form = 0;

	if (!s.n)
		return 0;
	if (p[0] < 0x80) /* nearly every byte of nearly every file */
		return 1;
	while (form < sizeof(forms) / sizeof(forms[0]) &&
		(p[0] < forms[form].first || p[0] > forms[form].last))
		form++;
	if (form == sizeof(forms) / sizeof(forms[0]) || s.n < forms[form].length)
		return 0;
	for (size_t i = 1; i < forms[form].length; i++) {
		unsigned char low = i == 1 ? forms[form].second_low : 0x80;
		unsigned char high = i == 1 ? forms[form].second_high : 0xbf;

		if (p[i] < low || p[i] > high)
			return 0;
	}
	return forms[form].length;
}

size_t utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
