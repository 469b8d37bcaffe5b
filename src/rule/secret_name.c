#include "rule/secret_name.h"

enum { WORDS_MAX = 12, WORD_MAX = 24 };

/* A name in lower-case words; what is longer or more is left out. */
struct words_of_name {
	char bytes[WORDS_MAX][WORD_MAX];
	struct str at[WORDS_MAX];
	size_t n;
};

static bool is_separator(char c)
{
	return c == '_' || c == '-' || c == '.' || c == '/';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* "dbPassword" has two words, "DB_PASSWORD" too, "PGPASSWORD" one. */
static bool begins_word(struct str name, size_t i)
{
	return i == 0 || is_separator(name.p[i - 1]) ||
		(is_upper(name.p[i]) && !is_upper(name.p[i - 1]));
}

static void split(struct str name, struct words_of_name *w)
{
	w->n = 0;
	for (size_t i = 0; i < name.n; i++) {
		struct str *word;

		if (is_separator(name.p[i]))
			continue;
		if (begins_word(name, i)) {
			if (w->n == WORDS_MAX)
				return;
			w->at[w->n] = (struct str){w->bytes[w->n], 0};
			w->n++;
		}
		word = &w->at[w->n - 1];
		if (word->n < WORD_MAX)
			w->bytes[w->n - 1][word->n++] = byte_lower(name.p[i]);
	}
}

static bool is_in(struct str word, const char *const *list)
{
	/* Most names are none: the first byte tells, before a length is counted. */
	for (; word.n && *list; list++)
		if (**list == word.p[0] && str_eq(word, str_c(*list)))
			return true;
	return false;
}

/* A secret wherever they stand. */
static const char *const secret_words[] = {"password", "passwd", "passphrase", "secret",
	"secrets", "token", "credential", "credentials", "apikey", "privatekey",
	"secretkey", "accesskey", "passwort", NULL};

/* A secret as the last word, or where another of these stands in front. */
static const char *const last_words[] = {"pass", "pwd", "pw", NULL};

/* In front of "key". */
static const char *const key_owners[] = {"access", "account", "admin", "ai",
	"anthropic", "api", "app", "auth", "azure", "client", "cohere", "deepseek",
	"encrypt", "encryption", "fernet", "gemini", "google", "groq", "hf", "hmac",
	"jwt", "langchain", "langfuse", "langsmith", "license", "master", "mistral",
	"openai", "openrouter", "pinecone", "private", "secret", "service", "session",
	"sign", "signing", "storage", "tavily", "wandb", NULL};

/* Ends of words that are written without a separator: PGPASSWORD, MYAPIKEY. */
static const char *const secret_ends[] = {
	"password", "passwd", "passphrase", "apikey", "secretkey", "authtoken", NULL};

/* Whole names that no word of gives away. */
static const char *const secret_names[] = {"mysql_pwd", "neo4j_auth",
	"rabbitmq_erlang_cookie", "rediscli_auth", "requirepass", "masterauth", NULL};

/* As the last word they say something about a secret, and hold none. */
static const char *const about_last[] = {"alg", "algo", "algorithm", "arn", "audience",
	"backend", "bits", "bucket", "budget", "bytes", "class", "cmd", "column",
	"command", "cost", "count", "days", "dir", "directory", "enable", "enabled",
	"disabled", "endpoint", "env", "exp", "expiration", "expire", "expires",
	"expiry", "field", "file", "filename", "folder", "format", "hash", "header",
	"hint", "host", "hours", "id", "ids", "index", "interval", "issuer", "lang",
	"length", "len", "level", "lifetime", "limit", "location", "manager", "max",
	"method", "min", "minutes", "mode", "mount", "name", "names", "namespace",
	"number", "optional", "parallelism", "path", "paths", "pattern", "period",
	"policy", "port", "prefix", "provider", "ratio", "rate", "realm", "ref",
	"regex", "region", "required", "rotation", "scope", "scopes", "seconds", "size",
	"store", "strategy", "suffix", "table", "timeout", "ttl", "type", "uri", "url",
	"usage", "user", "users", "username", "validity", "version", "window", NULL};

/* As the first word they make it a switch or a number. */
static const char *const about_first[] = {"allow", "disable", "enable", "has", "hide",
	"is", "max", "min", "need", "no", "num", "old", "require", "show", "skip",
	"total", "use", "verify", "hashed", NULL};

/* In front of "token": a word of a language model, not of a login. */
static const char *const model_tokens[] = {"bos", "cls", "eos", "mask", "pad", "sep",
	"special", "start", "stop", "unk", "end", "image", NULL};

static bool speaks_about_one(const struct words_of_name *w)
{
	if (is_in(w->at[w->n - 1], about_last))
		return true;
	if (w->n > 1 && is_in(w->at[0], about_first))
		return true;
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->at[i], STR("public")) ||
			(i && str_eq(w->at[i], STR("token")) &&
				is_in(w->at[i - 1], model_tokens)))
			return true;
	return false;
}

static bool word_is_secret(const struct words_of_name *w, size_t i)
{
	struct str word = w->at[i];

	if (is_in(word, secret_words))
		return true;
	if (i && str_eq(word, STR("key")) && is_in(w->at[i - 1], key_owners))
		return true;
	if (i + 1 == w->n && is_in(word, last_words))
		return true;
	for (size_t k = 0; secret_ends[k]; k++)
		if (str_ends(word, str_c(secret_ends[k])))
			return true;
	return false;
}

static bool is_known_name(struct str name)
{
	for (size_t i = 0; secret_names[i]; i++)
		if (str_eq_nocase(name, str_c(secret_names[i])))
			return true;
	return false;
}

bool secret_name_is(struct str name)
{
	struct words_of_name w;

	/* Where a shell is, and was. */
	if (str_eq(name, STR("PWD")) || str_eq(name, STR("OLDPWD")))
		return false;
	if (is_known_name(name))
		return true;
	split(name, &w);
	if (!w.n || speaks_about_one(&w))
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (word_is_secret(&w, i))
			return true;
	return false;
}

/* ---- values ---- */

/* Values that switch something, or say that there is none. */
static const char *const no_secrets[] = {"", "0", "1", "false", "no", "none", "null",
	"off", "on", "true", "yes", "disabled", "enabled", "optional", "required",
	"auto", "~", NULL};

/* What a setup guide says, and everybody tries first. */
static const char *const everybodys[] = {"1234", "12345", "123456", "admin", "changeit",
	"changeme", "default", "demo", "dev", "development", "example", "foobar",
	"guest", "letmein", "local", "minio", "minio123", "minioadmin", "mongo",
	"mysql", "neo4j", "notsecure", "pass", "password", "password1", "password123",
	"postgres", "qwerty", "rabbitmq", "redis", "root", "secret", "supersecret",
	"test", "testing", "toor", "user", NULL};

/* Parts of a value that is still to be filled in. */
static const char *const placeholders[] = {"your", "replace", "insert", "xxxx", "todo",
	"placeholder", "fillme", "redacted", NULL};

static bool is_in_nocase(struct str text, const char *const *list)
{
	for (; *list; list++)
		if (str_eq_nocase(text, str_c(*list)))
			return true;
	return false;
}

/* "change_me" and "Change-Me" as "changeme"; *n bytes of out, at most cap. */
static struct str squeezed(struct str text, char *out, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < cap; i++)
		if (!is_separator(text.p[i]) && text.p[i] != ' ' && text.p[i] != '!')
			out[n++] = byte_lower(text.p[i]);
	return (struct str){out, n};
}

static bool is_placeholder(struct str text, struct str squeezed_text)
{
	if (text.n > 1 && text.p[0] == '<' && text.p[text.n - 1] == '>')
		return true;
	for (size_t i = 0; placeholders[i]; i++)
		if (str_find_str(squeezed_text, str_c(placeholders[i])) <
			squeezed_text.n)
			return true;
	/* "***", "......" */
	for (size_t i = 1; i < text.n; i++)
		if (text.p[i] != text.p[0])
			return false;
	return text.n > 0 && (text.p[0] == '*' || text.p[0] == '.');
}

static bool is_path(struct str text)
{
	return str_starts(text, STR("/")) || str_starts(text, STR("./")) ||
		str_starts(text, STR("~/")) || str_starts(text, STR("file:"));
}

enum secret_kind secret_value_kind(struct str text)
{
	char bytes[64];
	struct str s;

	text = str_trim(text);
	if (is_in_nocase(text, no_secrets) || is_path(text))
		return SECRET_NONE;
	s = squeezed(text, bytes, sizeof(bytes));
	if (str_starts(s, STR("changeme")) || str_starts(s, STR("changethis")) ||
		is_in(s, everybodys))
		return SECRET_EVERYBODYS;
	return is_placeholder(text, s) ? SECRET_PLACEHOLDER : SECRET_OWN;
}

static bool is_scheme(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!byte_is_alpha(text.p[i]) && !byte_is_digit(text.p[i]) &&
			!(i && memchr("+-.", text.p[i], 3)))
			return false;
	return text.n > 0;
}

bool secret_of_address(struct str text, struct str *password)
{
	size_t colon = str_find_str(text, STR("://"));
	struct str rest, user_info;
	size_t at, split_at;

	if (colon == text.n || !is_scheme(str_sub(text, 0, colon)))
		return false;
	rest = str_from(text, colon + 3);
	rest = str_sub(rest, 0, str_find(rest, '/'));
	at = str_rfind(rest, '@');
	if (at == rest.n)
		return false;
	user_info = str_sub(rest, 0, at);
	split_at = str_find(user_info, ':');
	*password = str_from(user_info, split_at + 1);
	return split_at < user_info.n && password->n > 0;
}
