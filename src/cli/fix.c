/*
 * The plan of every input, one after the other: an input that has read another file as
 * its part covers it, and what is planned or written for one is what the next one sees.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/asking.h"
#include "cli/audit_ignore.h"
#include "cli/covered.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "fix/prove.h"
#include "host/engine.h"
#include "model/identity.h"
#include "report/fix_report.h"
#include "seccomp/objective.h"

enum {
	KEY_FORMAT = ASKING_KEYS,
	KEY_WRITE,
	KEY_ALL,
	KEY_RULE,
	KEY_INTERACTIVE,
	KEY_UID,
	KEY_SECCOMP,
};

enum fix_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_DIFF };

const struct argp_option fix_options[] = {
	{"write", KEY_WRITE, NULL, 0, "write what is safe; with --all everything", 0},
	{"all", KEY_ALL, NULL, 0, "with --write: also what changes how it runs", 0},
	{"interactive", KEY_INTERACTIVE, NULL, 0,
		"ask for each part (yes, no, why, quit) and write those with a yes", 0},
	{"rule", KEY_RULE, "RULE", 0,
		"only what cures a finding of this rule; may be given again", 0},
	{"uid", KEY_UID, "N", 0,
		"the number of a user that has to be made (default: a free one from 1777)",
		0},
	{"seccomp", KEY_SECCOMP, "OBJECTIVE,...", 0,
		"also write and wire a seccomp profile that holds these (no-root, no-others "
		"...), where oakum.yaml does not say which",
		0},
	{"format", KEY_FORMAT, "text|json|diff", 0,
		"text (default) for people, json for programs, diff for patch(1)", 0},
	ASKING_OPTIONS,
	ASKING_COLOR,
	{0},
};

/* What was asked for, and what came of it so far. */
struct fixer {
	struct asking r;
	bool is_writing, is_all, is_interactive;
	struct strs rules;
	struct need_words objectives; /* --seccomp */
	uint32_t uid;
	int format;
	struct str command; /* as it was called, without what writes */
	struct covered covered;
	struct edited_files planned; /* of earlier inputs, not written */
	struct fix_counts counts;
	const struct strs *secrets;
	bool has_left, has_failed, has_unseen, is_stopped, has_shown, has_said;
	bool has_no_answer; /* nobody is there to be asked */
	size_t inputs;
};

/* ---- the command line ---- */

static error_t parse_uid(struct fixer *f, const char *arg)
{
	if (str_to_u32(str_c(arg), &f->uid) && f->uid > 0 && f->uid <= ID_MAX_ENGINE)
		return 0;
	complain("fix: --uid: '%s' is no number from 1 to %d", arg, ID_MAX_ENGINE);
	return EINVAL;
}

static error_t parse_rule(struct fixer *f, const char *arg)
{
	struct str near = STR_NONE;
	size_t count;
	const struct rule *all = rule_all(&count);

	if (rule_find(str_c(arg))) {
		*vec_push(&f->r.arena, &f->rules) = str_c(arg);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		near = nearest_name(str_c(arg), near, all[i].name);
	if (near.n)
		complain("fix: --rule: no rule '%s'; did you mean '%.*s'?", arg,
			STR_ARG(near));
	else
		complain("fix: --rule: no rule '%s'; 'oakum rules' lists them", arg);
	return EINVAL;
}

static error_t parse_seccomp(struct fixer *f, const char *arg)
{
	struct str_fields fields = {.rest = str_c(arg)};
	struct str name, near = STR_NONE;
	size_t count;
	const struct str *all = objective_names(&count);

	while (str_next_field(&fields, ',', &name)) {
		if (objective_title(name).n) {
			*vec_push(&f->r.arena, &f->objectives) =
				(struct need_word){name, SPAN_NONE};
			continue;
		}
		for (size_t i = 0; i < count; i++)
			near = nearest_name(name, near, all[i]);
		complain("fix: --seccomp: no objective '%.*s'%s%.*s%s", STR_ARG(name),
			near.n ? "; did you mean '" : "", STR_ARG(near),
			near.n ? "'?" : "");
		return EINVAL;
	}
	return 0;
}

/* What is asked for here counts where oakum.yaml says nothing of system calls. */
static void add_objectives(struct fixer *f)
{
	struct needs *needs = &f->r.options.needs;

	if (!f->objectives.n)
		return;
	vec_each (struct need, need, needs)
		if (!need_says_seccomp(need))
			need->objectives = f->objectives;
	*vec_push(&f->r.arena, needs) = (struct need){.objectives = f->objectives,
		.no_new_privileges = ANSWER_MAYBE,
		.read_only = ANSWER_MAYBE};
}

/* What makes no sense together. */
static error_t check_options(const struct fixer *f)
{
	bool writes = f->is_writing || f->is_interactive;

	if (f->is_all && !f->is_writing) {
		complain("fix: --all says what --write writes; give both");
		return EINVAL;
	}
	if (f->is_writing && f->is_interactive) {
		complain("fix: --write and --interactive exclude each other");
		return EINVAL;
	}
	if (f->is_interactive && f->format != FORMAT_TEXT) {
		complain("fix: --interactive speaks to a person; --format text");
		return EINVAL;
	}
	if (!writes)
		return 0;
	vec_each (const struct str, path, &f->r.paths)
		if (str_eq(*path, STR("-")) || str_eq(*path, walk_stdin)) {
			complain(
				"fix: standard input cannot be written; name the file");
			return EINVAL;
		}
	if (f->r.lines.n) {
		complain("fix: a line of --run cannot be written; take it from the "
			 "plan");
		return EINVAL;
	}
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct fixer *f = state->input;
	error_t wrong;

	switch (key) {
	case KEY_WRITE:
		f->is_writing = true;
		return 0;
	case KEY_ALL:
		f->is_all = true;
		return 0;
	case KEY_INTERACTIVE:
		f->is_interactive = true;
		return 0;
	case KEY_RULE:
		return parse_rule(f, arg);
	case KEY_UID:
		return parse_uid(f, arg);
	case KEY_SECCOMP:
		return parse_seccomp(f, arg);
	case KEY_FORMAT:
		f->format = option_choice(f->r.verb, key, arg);
		return f->format < 0 ? EINVAL : 0;
	case ARGP_KEY_END:
		wrong = asking_parse(&f->r, key, arg);
		return wrong ? wrong : check_options(f);
	default:
		return asking_parse(&f->r, key, arg);
	}
}

/* A word as a shell reads it back. */
static void add_word(struct buf *out, struct str word)
{
	static const struct str plain = STR_INIT("_-./:=@%+,");
	bool is_plain = word.n > 0;

	for (size_t i = 0; i < word.n; i++)
		is_plain &= byte_is_alpha(word.p[i]) || byte_is_digit(word.p[i]) ||
			str_find(plain, word.p[i]) < plain.n;
	buf_char(out, ' ');
	if (is_plain) {
		buf_add(out, word);
		return;
	}
	buf_char(out, '\'');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '\'')
			buf_add(out, STR("'\\'"));
		buf_char(out, word.p[i]);
	}
	buf_char(out, '\'');
}

/* What is typed again for a plan that was just shown. */
static struct str command_of(struct arena *a, int argc, char **argv)
{
	static const struct str dropped[] = {STR_INIT("--write"), STR_INIT("--all"),
		STR_INIT("--interactive"), STR_INIT("--format=text")};
	struct buf out = {.arena = a};

	buf_add(&out, STR("oakum fix"));
	for (int i = 1; i < argc; i++) {
		bool is_dropped = false;

		for (size_t k = 0; k < sizeof(dropped) / sizeof(*dropped); k++)
			is_dropped |= str_eq(str_c(argv[i]), dropped[k]);
		if (!is_dropped)
			add_word(&out, str_c(argv[i]));
	}
	return buf_str(&out);
}

/* ---- asking ---- */

static void show(struct buf *out)
{
	progress_clear();
	(void)output_all(buf_str(out));
}

static enum fix_answer ask_once(
	struct fixer *f, const struct fix_part *part, char *line, size_t size)
{
	struct buf out = {.arena = &f->r.arena};

	buf_add(&out, STR("Write this? [y]es, [n]o, [w]hy, [q]uit: "));
	show(&out);
	if (!fgets(line, (int)size, stdin)) {
		f->has_no_answer = true;
		return FIX_STOP;
	}
	switch (byte_lower(line[0])) {
	case 'y':
		return FIX_YES;
	case 'n':
		return FIX_NO;
	case 'q':
		return FIX_STOP;
	default:
		out.n = 0;
		fix_report_why(&out, part, &f->r.options.style);
		show(&out);
		line[0] = 'w';
		return FIX_NO;
	}
}

static enum fix_answer ask_person(struct fixer *f, const struct fix_part *part)
{
	struct buf out = {.arena = &f->r.arena};
	enum fix_answer answer;
	char line[64];

	fix_report_part(&out, part, f->secrets, &f->r.options.style);
	show(&out);
	do
		answer = ask_once(f, part, line, sizeof(line));
	while (answer == FIX_NO && line[0] == 'w');
	f->is_stopped |= answer == FIX_STOP;
	return answer;
}

/* Called with every proved part while something is to be written. */
static enum fix_answer choose(void *data, const struct fix_part *part)
{
	struct fixer *f = data;
	enum fix_answer answer = FIX_YES;

	if (f->is_interactive)
		answer = ask_person(f, part);
	else if (!f->is_all && part->class != FIX_SAFE)
		answer = FIX_NO;
	return answer;
}

/* ---- one input ---- */

static void frame(void *data, const struct input *input, struct audit *audit)
{
	const struct fixer *f = data;

	audit_ignores(&f->r.options, input, audit);
}

static struct fix_options options_of(struct fixer *f)
{
	bool asks = f->is_writing || f->is_interactive;

	return (struct fix_options){.rules = f->rules,
		.uid = f->uid,
		.ask = asks ? choose : NULL,
		.data = f,
		.choice = f->r.options.choice,
		.frame = frame};
}

static void note_covered(struct fixer *f, const struct input *input)
{
	struct arena *a = &f->r.arena;
	struct str by = arena_str(a, input->path);

	vec_each (const struct str, path, &input->covered)
		if (!str_eq(*path, input->path))
			covered_add(&f->covered, a, arena_str(a, *path), by);
}

/* What this plan would write is what the next input is read from. */
static void note_planned(struct fixer *f, const struct fix_plan *plan)
{
	struct arena *a = &f->r.arena;

	vec_each (const struct edited_file, file, &plan->files)
		*vec_push(a, &f->planned) =
			(struct edited_file){.path = arena_str(a, file->path),
				.after = arena_str(a, file->after)};
}

static size_t count_grave(const struct findings *findings)
{
	size_t n = 0;

	vec_each (const struct finding, found, findings)
		n += !found->ignored && found->severity >= SEVERITY_MEDIUM;
	return n;
}

/* Reads the input again from the disk: what is there now is what counts. */
static bool write_plan(struct fixer *f, struct arena *a,
	const struct load_options *load, const struct fix_options *options,
	struct fix_shown *shown)
{
	struct reading again;
	struct err e = {0};
	size_t done;

	if (!shown->plan->parts.n)
		return true;
	if (edited_write(&shown->plan->files, &done, &e) < 0) {
		complain("fix: cannot %s%s", e.text,
			done ? " (the other files of this plan are written)" : "");
		return false;
	}
	shown->is_written = true;
	if (reading_make(a, world_disk(a), f->r.options.know, shown->path, load,
		    options, &again, &e) < 0) {
		complain("fix: cannot %s", e.text);
		return false;
	}
	shown->findings_now = count_grave(&again.findings);
	return true;
}

static void show_input(struct fixer *f, struct arena *a, const struct fix_shown *shown)
{
	struct buf out = {.arena = a};
	bool is_asked = f->is_writing || f->is_interactive;

	if (f->format == FORMAT_JSON)
		fix_report_json(&out, shown, !f->has_shown);
	else if (f->format == FORMAT_DIFF)
		fix_report_diff(&out, shown);
	else if (!is_asked)
		fix_report_text(&out, shown, &f->r.options.style);
	else if (shown->is_written || shown->plan->declined.n || shown->plan->left.n)
		fix_report_written(&out, shown, &f->r.options.style);
	f->has_said |= out.n > 0;
	f->has_shown = true;
	show(&out);
}

static void fix_input(struct fixer *f, const struct walk_item *item,
	struct world *world, const struct load_options *load, struct arena *a)
{
	struct host_asker asker = {.uid = getuid(), .gid = getgid()};
	struct host_facts facts = host_engine_find(a, world, &asker);
	struct fix_options options = options_of(f);
	struct fix_plan plan = {0};
	struct fix_shown shown = {.path = item->path, .plan = &plan};
	struct err e = {0};

	options.host = &facts;
	f->secrets = &plan.secrets;
	if (fix_make(a, edited_world(a, world, &f->planned), f->r.options.know,
		    item->path, load, &options, &plan, &e) < 0) {
		if (!item->is_found)
			complain("cannot %s", e.text);
		f->has_failed |= !item->is_found;
		return;
	}
	if (plan.input.is_left)
		return;
	if (plan.input.skipped.n) {
		if (!item->is_found)
			complain("'%.*s' is %.*s", STR_ARG(item->path),
				STR_ARG(plan.input.skipped));
		f->has_unseen = true;
		return;
	}
	f->inputs++;
	note_covered(f, &plan.input);
	shown.kind = source_kind_name(plan.input.kind);
	shown.findings_now = plan.findings_before;
	if (f->has_no_answer)
		return;
	if (f->is_writing || f->is_interactive)
		f->has_failed |= !write_plan(f, a, load, &options, &shown);
	else
		note_planned(f, &plan);
	f->has_left |=
		plan.left.n || plan.declined.n || (plan.parts.n && !shown.is_written);
	fix_report_count(&f->counts, &shown);
	show_input(f, a, &shown);
}

static void fix_item(struct fixer *f, const struct walk_item *item)
{
	struct load_options load;
	struct arena a = {0};
	struct world *world;
	struct str reason;
	struct err e = {0};

	if (item->kind == WALK_ABSENT || item->kind == WALK_UNSEEN) {
		complain("cannot %.*s", STR_ARG(item->why));
		f->has_failed |= item->kind == WALK_ABSENT;
		f->has_unseen |= item->kind == WALK_UNSEEN;
	} else if (covered_by(&f->covered, &a, item->path).n &&
		item->kind == WALK_FILE) {
		; /* its input has planned it */
	} else if (audit_is_too_large(world_disk(&a), item, &reason)) {
		f->has_unseen |= reason.n > 0;
	} else if (audit_open(&f->r.options, item, &a, &world, &load, &e) < 0) {
		complain("cannot %s", e.text);
		f->has_failed = true;
	} else {
		fix_input(f, item, world, &load, &a);
	}
	arena_free(&a);
}

/* ---- all of them ---- */

static int exit_status(const struct fixer *f)
{
	if (f->has_failed)
		return EXIT_FAILED;
	if (f->has_no_answer)
		return EXIT_USAGE;
	if (f->has_unseen)
		return EXIT_UNSEEN;
	return f->has_left || (f->counts.stay && !f->rules.n) ? EXIT_FOUND : EXIT_CLEAN;
}

static void show_end(struct fixer *f)
{
	struct buf out = {.arena = &f->r.arena};

	if (f->format == FORMAT_JSON)
		fix_report_json_finish(&out);
	else if (f->format == FORMAT_TEXT && f->inputs && !f->has_no_answer) {
		if (!f->is_writing && !f->is_interactive)
			fix_report_commands(
				&out, &f->counts, f->command, &f->r.options.style);
		else if (!f->has_said && !f->has_failed)
			buf_add(&out, STR("Nothing to write.\n"));
		if (!f->rules.n)
			fix_report_rest(&out, &f->counts);
	}
	show(&out);
}

static int run_fix(struct fixer *f)
{
	struct walk walk;
	struct buf start = {.arena = &f->r.arena};
	int status = asking_open(&f->r);

	if (status)
		return status;
	add_objectives(f);
	progress_start(f->format == FORMAT_TEXT && !f->is_interactive);
	asking_items(&f->r, &walk);
	if (f->format == FORMAT_JSON)
		fix_report_json_start(&start);
	show(&start);
	vec_each (const struct walk_item, item, &walk.items)
		if (!f->is_stopped)
			fix_item(f, item);
	progress_clear();
	if (f->has_no_answer)
		complain("fix: --interactive: nobody answers; nothing of this file is "
			 "written");
	else if (!f->inputs && !f->has_failed && !f->has_unseen)
		complain(
			"no Dockerfile, compose file or run line found among %zu files",
			walk.items.n);
	show_end(f);
	return exit_status(f);
}

int fix_main(const struct verb *verb, int argc, char **argv)
{
	struct fixer f = {.r = {.verb = verb, .options = {.fail_on = -1}}};
	int status = EXIT_CLEAN;

	f.command = command_of(&f.r.arena, argc, argv);
	switch (options_parse(verb, parse_option, argc, argv, &f)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = run_fix(&f);
		break;
	}
	arena_free(&f.r.arena);
	return status;
}
