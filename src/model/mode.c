#include "model/owners.h"

enum { MODE_BITS = 07777, EXECUTE = 0111 };

static bool read_octal(struct str text, uint32_t *out)
{
	uint32_t n = 0;

	if (!text.n || text.n > 5)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '7')
			return false;
		n = n * 8 + (uint32_t)(text.p[i] - '0');
	}
	*out = n & MODE_BITS;
	return true;
}

/* The bits of u, g, o, a in front of a clause, as a mask of all that are theirs. */
static uint32_t read_who(struct str *clause)
{
	uint32_t who = 0;

	for (; clause->n && memchr("ugoa", clause->p[0], 4);
		*clause = str_from(*clause, 1))
		switch (clause->p[0]) {
		case 'u':
			who |= 04700;
			break;
		case 'g':
			who |= 02070;
			break;
		case 'o':
			who |= 01007;
			break;
		default:
			who |= MODE_BITS;
			break;
		}
	return who;
}

/* The bits that letters stand for; *open gets those that depend on an unknown x. */
static bool read_bits(struct str *clause, bool is_folder, uint32_t mode, uint32_t known,
	uint32_t *bits, uint32_t *open)
{
	*bits = *open = 0;
	for (; clause->n && !memchr("+-=", clause->p[0], 3);
		*clause = str_from(*clause, 1))
		switch (clause->p[0]) {
		case 'r':
			*bits |= 0444;
			break;
		case 'w':
			*bits |= 0222;
			break;
		case 'x':
			*bits |= EXECUTE;
			break;
		case 's':
			*bits |= 06000;
			break;
		case 't':
			*bits |= 01000;
			break;
		case 'X':
			if (is_folder || (mode & known & EXECUTE))
				*bits |= EXECUTE;
			else if ((known & EXECUTE) != EXECUTE)
				*open |= EXECUTE;
			break;
		default:
			return false;
		}
	return true;
}

/*
 * u, g or o behind the sign: the bits that this class has now, for every class that is
 * meant.
 */
static bool read_copy(struct str *clause, uint32_t mode, uint32_t known, uint32_t *bits,
	uint32_t *open)
{
	unsigned shift;
	uint32_t has, unknown;

	if (!clause->n || !memchr("ugo", clause->p[0], 3))
		return false;
	shift = str_starts(*clause, STR("u"))	? 6
		: str_starts(*clause, STR("g")) ? 3
						: 0;
	has = mode >> shift & 7;
	unknown = ~known >> shift & 7;
	*bits = (has & ~unknown) * 0111;
	*open = unknown * 0111;
	*clause = str_from(*clause, 1);
	return true;
}

static bool apply_clause(struct str clause, uint32_t umask, bool is_folder,
	uint32_t *mode, uint32_t *known)
{
	uint32_t who = read_who(&clause), allowed = who ? who : MODE_BITS & ~umask;

	if (!clause.n)
		return false;
	while (clause.n) {
		char op = clause.p[0];
		uint32_t bits, open;

		clause = str_from(clause, 1);
		if (!memchr("+-=", op, 3))
			return false;
		if (!read_copy(&clause, *mode, *known, &bits, &open) &&
			!read_bits(&clause, is_folder, *mode, *known, &bits, &open))
			return false;
		bits &= allowed;
		open &= allowed & ~bits;
		if (op == '=') {
			uint32_t cleared = (who ? who : MODE_BITS) & 0777;

			*mode &= ~cleared;
			*known |= cleared;
		}
		*mode = op == '-' ? *mode & ~bits : *mode | bits;
		*known = (*known | bits) & ~open;
	}
	return true;
}

bool mode_apply(struct str change, uint32_t umask, bool is_folder, uint32_t *mode,
	uint32_t *known)
{
	struct str_fields clauses = {.rest = change};
	struct str clause;
	uint32_t n;

	if (read_octal(change, &n)) {
		/* A folder keeps its set-group-ID where the number does not say it. */
		if (is_folder && change.n < 5)
			*known = 07777 & ~(~*known & 02000);
		else
			*known = MODE_BITS;
		*mode = is_folder && change.n < 5 ? n | (*mode & 02000) : n;
		return true;
	}
	while (str_next_field(&clauses, ',', &clause))
		if (!apply_clause(clause, umask, is_folder, mode, known)) {
			*known = 0;
			return false;
		}
	return true;
}
