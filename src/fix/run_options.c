/*
 * Options that move what a program writes by itself, for images that nobody here can
 * rebuild: `supervisord … --logfile=/dev/null`. Where a Dockerfile is at hand, it makes
 * the place instead.
 */
#include "fix/makers.h"
#include "fix/run.h"
#include "know/asker.h"

/* Everybody may write there, in whatever image. */
static bool is_anywhere(struct str path)
{
	return str_starts(path, STR("/tmp/")) || str_starts(path, STR("/dev/"));
}

/* Lines of its file that are options as well (supervisord -h). */
static bool is_line_and_option(const struct write *write)
{
	return str_eq(write->by, STR("supervisord")) &&
		(str_starts(write->setting, STR("logfile=")) ||
			str_starts(write->setting, STR("pidfile=")));
}

/*
 * As one word: "--worker-tmp-dir=/dev/shm". Empty: no option moves it to a place that is
 * there; /data is there only where somebody mounts it.
 */
static struct str option_of(struct arena *a, const struct write *write)
{
	struct str setting = write->setting;
	size_t blank = str_find(setting, ' ');

	if (is_line_and_option(write))
		return arena_printf(a, "--%.*s", STR_ARG(setting));
	if (!str_starts(setting, STR("--")) || blank == setting.n ||
		!is_anywhere(str_from(setting, blank + 1)))
		return STR_NONE;
	return arena_printf(a, "%.*s=%.*s", STR_ARG(str_sub(setting, 0, blank)),
		STR_ARG(str_from(setting, blank + 1)));
}

/* The last word of the run's own words that start the program at span; NULL: none do. */
static const struct word *last_word(const struct workload *w, struct span program)
{
	const struct program *p = w->cmd;

	if (!p || p->know != FACT_SET || p->form != PROGRAM_EXEC || !w->run ||
		!w->run->file)
		return NULL;
	vec_each (const struct word, word, &p->argv)
		if (word->span.file && word->span.file == program.file &&
			word->span.offset == program.offset &&
			str_eq(word->span.file->path, w->run->file->path))
			return &p->argv.at[p->argv.n - 1];
	return NULL;
}

bool run_move_write(struct fixing *f, struct fix_part *part, const struct write *write)
{
	struct str option = option_of(f->arena, write);
	const struct word *last;
	struct change *c;

	if (f->workload->stage || !option.n ||
		!(last = last_word(f->workload, write->span)))
		return false;
	c = fix_change(f, part, CHANGE_WORD, CHANGE_ADD);
	c->at = last->span;
	c->value = option;
	run_claim(f, part, "cmd");
	return true;
}

/* One that runs as an ordinary user already, and of which an audit says what it may not. */
bool fix_run_options(struct fixing *f, struct fix_part *part)
{
	const struct workload *w = f->workload;
	struct access_asker asker;
	struct forecasts list;
	struct str by = STR_NONE;

	if (!w->run || w->stage || w->launch.runs_as != RUNS_AS_USER)
		return false;
	asker = know_asker(f->arena, f->world, w, w->launch.identity);
	list = forecast(&asker);
	vec_each (const struct forecast, fc, &list) {
		const char *rule = arena_cstr(f->arena, fc->write->rule);

		if (fc->fails == ANSWER_NO || !fix_finding(f, fc->write->rule) ||
			!run_move_write(f, part, fc->write))
			continue;
		run_cures(f, part, rule);
		by = fc->write->by;
	}
	if (!by.n)
		return false;
	part->title = arena_printf(
		f->arena, "Let %.*s write where its user may", STR_ARG(by));
	part->why = STR("The image cannot be rebuilt here, so an option of the program "
			"says where.");
	part->class = FIX_SAFE;
	return true;
}
