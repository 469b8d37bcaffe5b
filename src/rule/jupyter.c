/*
 * What is said to Jupyter when it starts, and variables of caches that nobody reads.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"

/* A word of the start, as one gets it there. */
struct start_word {
	struct str text;
	struct span span;
};

VEC_TYPE(struct start_word, start_words);

static void add_words(
	struct audit *audit, const struct program *p, struct start_words *out)
{
	if (!p || p->know != FACT_SET)
		return;
	vec_each (struct command *, c, &p->commands)
		vec_each (const struct word, word, &(*c)->argv) {
			struct start_word *w = vec_push(audit->arena, out);

			w->span = word->span;
			if (!value_str(audit->arena, word->value, &w->text))
				w->text = STR_NONE;
		}
}

static bool is_jupyter(struct str word)
{
	struct str name = path_base(word);

	return str_eq(name, STR("jupyter")) || str_starts(name, STR("jupyter-")) ||
		str_eq(name, STR("jupyterlab")) ||
		str_starts(name, STR("start-notebook")) ||
		str_starts(name, STR("start-singleuser"));
}

/* The words of the start; none where it is not Jupyter that starts. */
static struct start_words jupyter_words(struct audit *audit)
{
	struct start_words words = {0};
	bool is_one = false;

	add_words(audit, audit->workload->entrypoint, &words);
	add_words(audit, audit->workload->cmd, &words);
	vec_each (struct start_word, w, &words)
		is_one |= is_jupyter(w->text);
	if (!is_one)
		words.n = 0;
	return words;
}

/* --ServerApp.token= and what is like it; the value without quotes that were kept. */
static bool option_value(struct str word, struct str name, struct str *value)
{
	size_t equals = str_find(word, '=');
	struct str option = str_sub(word, 0, equals);

	if (!str_starts(option, STR("--")) || equals == word.n ||
		!str_ends(option, name))
		return false;
	*value = str_from(word, equals + 1);
	if (value->n >= 2 &&
		((str_starts(*value, STR("'")) && str_ends(*value, STR("'"))) ||
			(str_starts(*value, STR("\"")) && str_ends(*value, STR("\"")))))
		*value = str_sub(*value, 1, value->n - 2);
	return true;
}

static bool allows_root(struct str word)
{
	struct str value;

	return str_eq(word, STR("--allow-root")) ||
		(option_value(word, STR(".allow_root"), &value) &&
			str_eq_nocase(value, STR("true")));
}

void check_jupyter_allow_root(struct audit *audit)
{
	struct start_words words = jupyter_words(audit);
	bool is_root = audit->workload->launch.runs_as == RUNS_AS_ROOT;

	vec_each (struct start_word, w, &words) {
		struct finding *f;

		if (!allows_root(w->text))
			continue;
		f = finding_add(audit, w->span);
		finding_message(audit, f, "Jupyter is told to accept root.");
		if (is_root) {
			finding_consequence(audit, f,
				"Whoever reaches a notebook runs commands as root in "
				"the container, and writes to mounted folders as root.");
			finding_help(audit, f,
				"Leave `%.*s` out, and start it as an ordinary user: "
				"%.*s",
				STR_ARG(w->text), STR_ARG(advice_switch_user(audit)));
		} else {
			f->severity = SEVERITY_INFO;
			finding_consequence(audit, f,
				"It does nothing as long as the container runs as an "
				"ordinary user, and hides it when that changes.");
			finding_help(audit, f, "Leave `%.*s` out.", STR_ARG(w->text));
		}
		finding_evidence(audit, f, "allow-root");
		return;
	}
}

/* An empty token, where no word or variable gives a password. */
struct access_words {
	const struct start_word *token;
	bool has_password;
};

static struct access_words look_for_access(
	struct audit *audit, const struct start_words *words)
{
	struct access_words found = {0};
	struct str value;

	vec_each (const struct start_word, w, words) {
		if (option_value(w->text, STR(".token"), &value)) {
			if (!value.n)
				found.token = w;
		} else if (option_value(w->text, STR("password"), &value)) {
			found.has_password |= value.n != 0;
		}
	}
	(void)audit;
	return found;
}

static void say_no_auth(struct audit *audit, struct span span, struct str text)
{
	struct finding *f = finding_add(audit, span);

	finding_message(audit, f, "Jupyter lets in everybody who reaches its port.");
	finding_consequence(audit, f,
		"A notebook is a shell: a stranger runs any command in the container, "
		"with all that is mounted in it.");
	finding_help(audit, f,
		"Leave `%.*s` out: Jupyter then makes a token at every start and prints "
		"it; or set JUPYTER_TOKEN to a secret when it is started.",
		STR_ARG(text));
	finding_evidence(audit, f, "no-auth");
}

void check_jupyter_no_auth(struct audit *audit)
{
	struct start_words words = jupyter_words(audit);
	struct access_words found = look_for_access(audit, &words);
	const struct fact *token;
	struct str value;

	if (!words.n || found.has_password)
		return;
	if (found.token) {
		say_no_auth(audit, found.token->span, found.token->text);
		return;
	}
	token = binding_find(audit->workload->env, STR("JUPYTER_TOKEN"));
	if (token && token->know == FACT_SET && token->span.file &&
		fact_str(audit->arena, token, &value) && !value.n)
		say_no_auth(audit, token->span, STR("JUPYTER_TOKEN"));
}

/* ---- env-deprecated-cache ---- */

/* A variable, what to write instead, and what became of it. */
static const struct {
	struct str old, now, why;
} deprecated[] = {
	{STR_INIT("TRANSFORMERS_CACHE"), STR_INIT("HF_HOME"),
		STR_INIT("transformers 5 no longer reads it")},
	{STR_INIT("PYTORCH_TRANSFORMERS_CACHE"), STR_INIT("HF_HOME"),
		STR_INIT("transformers 5 no longer reads it")},
	{STR_INIT("PYTORCH_PRETRAINED_BERT_CACHE"), STR_INIT("HF_HOME"),
		STR_INIT("transformers 5 no longer reads it")},
	{STR_INIT("HUGGINGFACE_HUB_CACHE"), STR_INIT("HF_HUB_CACHE"),
		STR_INIT("huggingface_hub keeps it only for old programs")},
	{STR_INIT("HUGGINGFACE_ASSETS_CACHE"), STR_INIT("HF_ASSETS_CACHE"),
		STR_INIT("huggingface_hub keeps it only for old programs")},
};

static bool is_set(const struct workload *w, struct str name)
{
	const struct fact *f = binding_find(w->env, name);

	return f && f->know != FACT_UNSET;
}

void check_env_deprecated_cache(struct audit *audit)
{
	const struct workload *w = audit->workload;

	for (size_t i = 0; i < sizeof(deprecated) / sizeof(deprecated[0]); i++) {
		const struct fact *fact = binding_find(w->env, deprecated[i].old);
		struct finding *f;

		/* Beside the new name it helps older releases, and does no harm. */
		if (!fact || fact->know == FACT_UNSET || !fact->span.file ||
			is_set(w, STR("HF_HOME")) || is_set(w, deprecated[i].now))
			continue;
		f = finding_add(audit, fact->span);
		finding_message(audit, f, "`%.*s` is an old name: %.*s.",
			STR_ARG(deprecated[i].old), STR_ARG(deprecated[i].why));
		finding_consequence(audit, f,
			"After an update the models are looked for, and stored, in the "
			"folder `.cache/huggingface` of the user's home.");
		finding_help(audit, f, "Write `%.*s`.", STR_ARG(deprecated[i].now));
		finding_evidence(audit, f, "%.*s", STR_ARG(deprecated[i].old));
	}
}
