/* Options and variables of known programs that say where they write, or that they do not. */
#include "source/writes.h"

enum takes { TAKES_NOTHING, TAKES_FILE, TAKES_FOLDER, TAKES_ADDRESS };

/* An option; row: of libraries.tsv, that no longer holds with it, or empty. */
static const struct said {
	struct str program, option, row;
	enum takes takes;
	struct str rule;
} said[] = {
	{STR_INIT("gunicorn"), STR_INIT("--worker-tmp-dir"), STR_INIT("gunicorn"),
		TAKES_FOLDER, STR_INIT("runtime-gunicorn")},
	{STR_INIT("gunicorn"), STR_INIT("--pid"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-gunicorn")},
	{STR_INIT("gunicorn"), STR_INIT("-p"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-gunicorn")},
	{STR_INIT("gunicorn"), STR_INIT("--log-file"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-gunicorn")},
	{STR_INIT("gunicorn"), STR_INIT("--error-logfile"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-gunicorn")},
	{STR_INIT("gunicorn"), STR_INIT("--access-logfile"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-gunicorn")},
	{STR_INIT("celery"), STR_INIT("--schedule"), STR_INIT("celery-beat"),
		TAKES_FILE, STR_INIT("runtime-celery")},
	{STR_INIT("celery"), STR_INIT("-s"), STR_INIT("celery-beat"), TAKES_FILE,
		STR_INIT("runtime-celery")},
	{STR_INIT("celery"), STR_INIT("--pidfile"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-celery")},
	{STR_INIT("celery"), STR_INIT("--logfile"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-celery")},
	{STR_INIT("celery"), STR_INIT("-f"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-celery")},
	{STR_INIT("redis-server"), STR_INIT("--dir"), STR_INIT("redis"), TAKES_FOLDER,
		STR_INIT("runtime-redis")},
	{STR_INIT("redis-server"), STR_INIT("--logfile"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-redis")},
	{STR_INIT("redis-server"), STR_INIT("--pidfile"), STR_INIT(""), TAKES_FILE,
		STR_INIT("runtime-redis")},
	{STR_INIT("mlflow"), STR_INIT("--backend-store-uri"), STR_INIT("mlflow-db"),
		TAKES_ADDRESS, STR_INIT("runtime-mlflow")},
	{STR_INIT("mlflow"), STR_INIT("--artifacts-destination"),
		STR_INIT("mlflow-runs"), TAKES_ADDRESS, STR_INIT("runtime-mlflow")},
	{STR_INIT("mlflow"), STR_INIT("--default-artifact-root"),
		STR_INIT("mlflow-runs"), TAKES_ADDRESS, STR_INIT("runtime-mlflow")},
	{STR_INIT("ray"), STR_INIT("--temp-dir"), STR_INIT("ray-start"), TAKES_FOLDER,
		STR_INIT("runtime-ray")},
	{STR_INIT("dask"), STR_INIT("--local-directory"), STR_INIT("dask"),
		TAKES_FOLDER, STR_INIT("runtime-dask")},
	{STR_INIT("dask-worker"), STR_INIT("--local-directory"), STR_INIT("dask"),
		TAKES_FOLDER, STR_INIT("runtime-dask")},
	{STR_INIT("streamlit"), STR_INIT("--browser.gatherUsageStats=false"),
		STR_INIT("streamlit"), TAKES_NOTHING, STR_INIT("")},
	{STR_INIT("huggingface-cli"), STR_INIT("--local-dir"),
		STR_INIT("huggingface-cli"), TAKES_FOLDER,
		STR_INIT("cache-huggingface")},
	{STR_INIT("huggingface-cli"), STR_INIT("--cache-dir"),
		STR_INIT("huggingface-cli"), TAKES_FOLDER,
		STR_INIT("cache-huggingface")},
	{STR_INIT("hf"), STR_INIT("--local-dir"), STR_INIT("huggingface-cli"),
		TAKES_FOLDER, STR_INIT("cache-huggingface")},
	{STR_INIT("hf"), STR_INIT("--cache-dir"), STR_INIT("huggingface-cli"),
		TAKES_FOLDER, STR_INIT("cache-huggingface")},
	{STR_INIT("nltk.downloader"), STR_INIT("-d"), STR_INIT("nltk-downloader"),
		TAKES_FOLDER, STR_INIT("cache-nltk")},
	{STR_INIT("pip"), STR_INIT("--no-cache-dir"), STR_INIT("pip"), TAKES_NOTHING,
		STR_INIT("")},
	{STR_INIT("uv"), STR_INIT("--no-cache"), STR_INIT("uv"), TAKES_NOTHING,
		STR_INIT("")},
	{STR_INIT("supervisord"), STR_INIT("--logfile"), STR_INIT("supervisor-log"),
		TAKES_FILE, STR_INIT("runtime-supervisor")},
	{STR_INIT("supervisord"), STR_INIT("-l"), STR_INIT("supervisor-log"),
		TAKES_FILE, STR_INIT("runtime-supervisor")},
	{STR_INIT("supervisord"), STR_INIT("--pidfile"), STR_INIT("supervisor-pid"),
		TAKES_FILE, STR_INIT("runtime-supervisor")},
	{STR_INIT("supervisord"), STR_INIT("-j"), STR_INIT("supervisor-pid"),
		TAKES_FILE, STR_INIT("runtime-supervisor")},
	{STR_INIT("python"), STR_INIT("-B"), STR_INIT("python-bytecode"), TAKES_NOTHING,
		STR_INIT("")},
	{STR_INIT("python3"), STR_INIT("-B"), STR_INIT("python-bytecode"),
		TAKES_NOTHING, STR_INIT("")},
};

/* Variables that take a write away; value: that they must have, or any. */
static const struct {
	struct str variable, value, row;
} silences[] = {
	{STR_INIT("PYTHONDONTWRITEBYTECODE"), STR_INIT(""),
		STR_INIT("python-bytecode")},
	{STR_INIT("PIP_NO_CACHE_DIR"), STR_INIT(""), STR_INIT("pip")},
	{STR_INIT("UV_NO_CACHE"), STR_INIT(""), STR_INIT("uv")},
	{STR_INIT("STREAMLIT_BROWSER_GATHER_USAGE_STATS"), STR_INIT("false"),
		STR_INIT("streamlit")},
	{STR_INIT("CUDA_CACHE_DISABLE"), STR_INIT("1"), STR_INIT("cuda")},
};

/* sqlite:///x is relative, sqlite:////x absolute; other addresses are no place here. */
static struct str file_of_address(struct str text, bool *is_folder)
{
	*is_folder = false;
	if (str_starts(text, STR("sqlite:///")))
		return str_from(text, STR("sqlite:///").n);
	*is_folder = true;
	if (str_starts(text, STR("file://")))
		return str_from(text, STR("file://").n);
	return str_find_str(text, STR("://")) < text.n ? STR_NONE : text;
}

static bool has_word(const struct writes_words *words, struct str word)
{
	vec_each (struct writes_word, w, words)
		if (str_eq(w->text, word))
			return true;
	return false;
}

static void option(
	struct writes_search *s, const struct said *o, const struct writes_words *words)
{
	bool is_folder = o->takes == TAKES_FOLDER;
	const struct writes_word *word;
	struct writes_word room;
	struct write *made = NULL;
	struct str path;

	if (o->takes == TAKES_NOTHING) {
		if (has_word(words, o->option))
			writes_unmark(s, o->row);
		return;
	}
	word = writes_option(s, words, o->option, &room);
	if (!word)
		return;
	writes_unmark(s, o->row);
	path = word->text;
	if (o->takes == TAKES_ADDRESS)
		path = file_of_address(path, &is_folder);
	/* "-" is the standard stream. */
	if (!str_eq(path, STR("-")))
		made = writes_add_set(
			s, path, is_folder, o->rule, o->program, word->span);
	/* SQLite makes a journal beside its file for each change. */
	if (made)
		made->needs_folder = o->takes == TAKES_ADDRESS && !is_folder;
}

void writes_by_option(
	struct writes_search *s, struct str name, const struct writes_words *words)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (str_eq(said[i].program, name))
			option(s, &said[i], words);
	/* redis: nothing is saved, so nothing is written where it stands. */
	if (str_eq(name, STR("redis-server")) && has_word(words, STR("--save")) &&
		!has_word(words, STR("--appendonly")) &&
		writes_option(s, words, STR("--save"), &(struct writes_word){0}) &&
		!writes_option(s, words, STR("--save"), &(struct writes_word){0})
			 ->text.n)
		writes_unmark(s, STR("redis"));
}

void writes_by_variable(struct writes_search *s)
{
	for (size_t i = 0; i < sizeof(silences) / sizeof(silences[0]); i++) {
		struct str value;

		if (writes_env(s, silences[i].variable, &value) &&
			(!silences[i].value.n || str_eq(silences[i].value, value)))
			writes_unmark(s, silences[i].row);
	}
}
