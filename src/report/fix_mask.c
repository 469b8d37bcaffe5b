#include "report/fix_mask.h"

#include "base/buf.h"

/* Letters alone: a password like that may be the name of a service, too. */
static bool is_word(struct str secret)
{
	for (size_t i = 0; i < secret.n; i++)
		if (!byte_is_alpha(secret.p[i]) && secret.p[i] != '_' &&
			secret.p[i] != '-')
			return false;
	return true;
}

static bool is_name_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || str_find(STR("_-./"), c) < 4;
}

/* The line of a diff that byte at lies in, without its mark and what it is indented by. */
static struct str line_around(struct str text, size_t at)
{
	size_t from = at;

	while (from && text.p[from - 1] != '\n')
		from--;
	if (from < at && str_find(STR("+- "), text.p[from]) < 3)
		from++;
	return str_trim_left(str_sub(text, from, at - from));
}

/* Is the word in front of it an option: `--password word`, `["--requirepass", "word"]`? */
static bool follows_option(struct str line)
{
	static const struct str between = STR_INIT(" \t\"',");
	size_t end = line.n, from;

	while (end && str_find(between, line.p[end - 1]) < between.n)
		end--;
	for (from = end; from && str_find(between, line.p[from - 1]) == between.n;)
		from--;
	return from < end && line.p[from] == '-';
}

/* Lines whose words are names of programs, images, services and files. */
static bool has_names(struct str line)
{
	static const struct str begins[] = {STR_INIT("RUN "), STR_INIT("FROM "),
		STR_INIT("COPY "), STR_INIT("ADD "), STR_INIT("CMD "),
		STR_INIT("ENTRYPOINT "), STR_INIT("build:"), STR_INIT("command:"),
		STR_INIT("container_name:"), STR_INIT("context:"),
		STR_INIT("depends_on:"), STR_INIT("entrypoint:"), STR_INIT("hostname:"),
		STR_INIT("image:")};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (str_starts(line, begins[i]))
			return true;
	return false;
}

/* Do the n bytes at at surely name something else than what they are the secret of? */
static bool is_name(struct str text, size_t at, size_t n)
{
	static const struct str fronts = STR_INIT(" \t\"'[,");
	struct str line = line_around(text, at), word = line;
	char last = line.n ? line.p[line.n - 1] : '\n';
	char next = at + n < text.n ? text.p[at + n] : '\n';

	for (size_t i = line.n; i && str_find(fronts, line.p[i - 1]) == fronts.n; i--)
		word = str_from(line, i - 1);
	/* postgres://it@host, and -pit as mysql takes it. */
	if (next == '@' || (word.n && word.n < line.n && word.p[0] == '-'))
		return false;
	/* A part of a longer name or of a path, or a key of YAML. */
	if (is_name_byte(last) || (is_name_byte(next) && last != '=' && last != ':') ||
		(!line.n && next == ':'))
		return true;
	return str_find(fronts, last) < fronts.n && has_names(line) &&
		!follows_option(line);
}

static struct str mask_one(struct arena *a, struct str text, struct str secret)
{
	bool is_everywhere = !is_word(secret);
	struct buf out = {.arena = a};
	size_t from = 0, at;

	while ((at = from + str_find_str(str_from(text, from), secret)) < text.n) {
		buf_add(&out, str_sub(text, from, at - from));
		if (is_everywhere || !is_name(text, at, secret.n))
			buf_add(&out, STR("***"));
		else
			buf_add(&out, secret);
		from = at + secret.n;
	}
	if (!from)
		return text;
	buf_add(&out, str_from(text, from));
	return buf_str(&out);
}

struct str fix_mask(struct arena *a, struct str text, const struct strs *secrets)
{
	vec_each (const struct str, secret, secrets)
		if (secret->n >= FIX_SECRET_MIN)
			text = mask_one(a, text, *secret);
	return text;
}
