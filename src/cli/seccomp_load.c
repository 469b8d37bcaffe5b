/* From a word of the command line to the filters that it means. */
#include "cli/seccomp.h"

#include <unistd.h>

#include "cli/stream.h"
#include "seccomp/bpf_known.h"
#include "seccomp/compile.h"
#include "seccomp/engine.h"

enum { NOTES_SHOWN = 10 };

/* ---- notes of a profile ---- */

static void complain_note(const struct profile_note *note)
{
	struct place at = span_start(note->span);
	struct str path = note->span.file ? note->span.file->path : STR_NONE;
	const char *kind = note->kind == NOTE_FAULT ? "" : "warning: ";

	if (path.n)
		complain("%.*s:%u:%u: %s%.*s", STR_ARG(path), at.line, at.column, kind,
			STR_ARG(note->text));
	else
		complain("%s%.*s", kind, STR_ARG(note->text));
}

/* The first fault alone: the others may come of it. */
static int complain_fault(const struct profile_notes *notes)
{
	vec_each (const struct profile_note, note, &notes->list)
		if (note->kind == NOTE_FAULT) {
			complain_note(note);
			return EXIT_FAILED;
		}
	complain("cannot read the profile");
	return EXIT_FAILED;
}

/* What is weak a proof says better, and with arguments; so it is told without one only. */
static void complain_warnings(
	const struct seccomp *s, const struct profile_notes *notes)
{
	size_t shown = 0;

	vec_each (const struct profile_note, note, &notes->list) {
		if (note->kind == NOTE_WEAK && !s->tells_weak)
			continue;
		if (shown++ < NOTES_SHOWN)
			complain_note(note);
	}
	if (shown > NOTES_SHOWN)
		complain("warning: and %zu more; --format json has them",
			shown - NOTES_SHOWN);
}

int profile_rules(struct seccomp *s, const struct file *file, struct ruleset *rules,
	struct profile_notes *notes)
{
	const struct profile *profile = profile_read(&s->arena, file, notes);

	if (!profile || profile_resolve(&s->arena, profile, &s->host, rules, notes) < 0)
		return complain_fault(notes);
	return EXIT_CLEAN;
}

/* ---- filters ---- */

int rules_compile(struct seccomp *s, const struct ruleset *rules,
	enum seccomp_compiler compiler, struct bpf *out, size_t *missing, struct err *e)
{
	const struct engine_form form = {
		.is_tree = compiler == COMPILER_RUNC_TREE, .has_stub = true};

	if (missing)
		*missing = 0;
	if (compiler == COMPILER_OAKUM)
		return filter_compile(&s->arena, rules, out, e);
	return engine_compile(&s->arena, rules, form, out, missing, e);
}

static int compile_subject(struct seccomp *s, struct subject *subject)
{
	struct bpf *program = arena_new(&s->arena, struct bpf);
	struct err e = {0};
	uint32_t misread = 0;

	if (rules_compile(s, &subject->rules, s->compiler, program, &subject->missing,
		    &e) < 0) {
		complain("%.*s: %s", STR_ARG(subject->name), e.text);
		return EXIT_FAILED;
	}
	if (s->compiler != COMPILER_OAKUM &&
		!bpf_is_plain(&s->arena, program, &misread))
		complain(
			"%.*s: warning: libseccomp miscompiles it: instruction %u of the "
			"filter compares a word that was not loaded; what follows is "
			"about that filter",
			STR_ARG(subject->name), misread);
	subject->stack = (struct bpf_stack){program, 1};
	return EXIT_CLEAN;
}

static int open_filter(
	struct seccomp *s, const struct file *file, struct subject *subject)
{
	struct bpf *program = arena_new(&s->arena, struct bpf);
	struct err e = {0};

	if (bpf_read(&s->arena, file->bytes, program, &e) < 0) {
		complain("%.*s: %s", STR_ARG(file->path), e.text);
		return EXIT_FAILED;
	}
	subject->kind = SUBJECT_FILTER;
	subject->stack = (struct bpf_stack){program, 1};
	return EXIT_CLEAN;
}

/* Text begins with a brace; an instruction has a zero byte, text has none. */
static bool is_text(struct str bytes)
{
	return str_find(bytes, '\0') == bytes.n;
}

static int open_file(
	struct seccomp *s, const struct file *file, struct subject *subject)
{
	subject->name = file->path;
	if (!str_trim(file->bytes).n) {
		complain("%.*s: it is empty", STR_ARG(file->path));
		return EXIT_FAILED;
	}
	if (!is_text(file->bytes))
		return open_filter(s, file, subject);
	subject->kind = SUBJECT_PROFILE;
	return profile_rules(s, file, &subject->rules, &subject->notes);
}

/* ---- any of them ---- */

static int read_input(struct seccomp *s, const struct file **out, struct err *e)
{
	struct str bytes;

	if (stream_read(&s->arena, STDIN_FILENO, STR("standard input"), FILE_MAX,
		    &bytes, e) < 0)
		return -1;
	*out = file_new(&s->arena, STR("<stdin>"), bytes);
	return 0;
}

static int find_subject(struct seccomp *s, struct subject *subject)
{
	const struct file *file = NULL;
	struct world_stat st;
	struct err e = {0};

	if (str_eq(subject->name, STR("engine"))) {
		subject->kind = SUBJECT_ENGINE;
		profile_default(&s->arena, &s->host, &subject->rules);
		return EXIT_CLEAN;
	}
	if (str_eq(subject->name, STR("-"))) {
		if (read_input(s, &file, &e) == 0 && file)
			return open_file(s, file, subject);
	} else if (world_stat(s->world, subject->name, &st, &e) == 0) {
		if (st.kind == WORLD_ABSENT)
			return subject_running(s, subject);
		if (world_read(s->world, subject->name, &file, &e) == 0 && file)
			return open_file(s, file, subject);
	}
	complain("cannot %s", e.text);
	return EXIT_FAILED;
}

int subject_read(struct seccomp *s, struct str name, struct subject *out)
{
	int status;

	*out = (struct subject){.name = name};
	status = find_subject(s, out);
	if (!status)
		complain_warnings(s, &out->notes);
	return status;
}

int subject_open(struct seccomp *s, struct str name, struct subject *out)
{
	int status = subject_read(s, name, out);

	if (status || !subject_has_rules(out))
		return status;
	return compile_subject(s, out);
}
