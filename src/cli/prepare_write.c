#include "cli/prepare.h"

#include "host/engine.h"
#include "report/screen.h"

bool prepare_is_command(const struct host_step *step)
{
	return step->kind != HOST_LABEL && step->kind != HOST_NOTE;
}

static size_t count_commands(const struct host_steps *steps)
{
	size_t n = 0;

	vec_each (const struct host_step, step, steps)
		n += prepare_is_command(step);
	return n;
}

/* A line of a comment: whatever a file calls its things, it stays one line. */
static void add_comment(struct buf *out, struct str text)
{
	struct screen screen = {.out = out};

	if (!text.n)
		return;
	buf_add(out, STR("# "));
	screen_add(&screen, text);
	buf_char(out, '\n');
}

static void add_engine(struct buf *out, const struct host_facts *facts)
{
	struct str line =
		arena_printf(out->arena, "The engine is taken to be %.*s: %.*s.",
			STR_ARG(facts->engine == HOST_ENGINE_UNKNOWN
					? STR("rootful")
					: host_engine_name(facts->engine)),
			STR_ARG(facts->why));

	add_comment(out, line);
}

static void add_notes(struct buf *out, const struct host_steps *steps)
{
	bool is_first = true;

	vec_each (const struct host_step, step, steps) {
		if (prepare_is_command(step))
			continue;
		if (is_first)
			buf_char(out, '\n');
		is_first = false;
		add_comment(out,
			arena_printf(out->arena, "Note: %.*s", STR_ARG(step->why)));
	}
}

void prepare_text(
	struct buf *out, const struct host_facts *facts, const struct host_steps *steps)
{
	struct screen screen = {.out = out};
	struct str last = STR_NONE;

	if (!count_commands(steps))
		buf_add(out, STR("# There is nothing to prepare.\n"));
	add_engine(out, facts);
	vec_each (const struct host_step, step, steps) {
		if (!prepare_is_command(step))
			continue;
		buf_char(out, '\n');
		add_comment(out, step->why);
		if (!str_eq(step->otherwise, last))
			add_comment(out,
				step->otherwise.n
					? arena_printf(out->arena, "Without root: %.*s",
						  STR_ARG(step->otherwise))
					: STR_NONE);
		last = step->otherwise;
		screen_add(&screen, host_command(out->arena, step));
		buf_char(out, '\n');
	}
	add_notes(out, steps);
}

/* ---- JSON ---- */

static void add_word(struct buf *out, const char *key, struct str value)
{
	buf_printf(out, ",\"%s\":", key);
	buf_json(out, value);
}

static void add_ids(struct buf *out, const struct host_step *step)
{
	if (step->uid.know == FACT_SET && step->kind != HOST_GROUP)
		buf_printf(out, ",\"uid\":%u", step->uid.n);
	if (step->gid.know == FACT_SET)
		buf_printf(out, ",\"gid\":%u", step->gid.n);
	if (step->mode && step->kind != HOST_VOLUME)
		buf_printf(out, ",\"mode\":\"%04o\"", step->mode);
}

static void add_step(struct buf *out, const struct host_step *step)
{
	buf_add(out, STR("{\"kind\":"));
	buf_json(out, host_step_name(step->kind));
	if (step->path.n)
		add_word(out, "path", step->path);
	if (step->name.n)
		add_word(out, "name", step->name);
	add_ids(out, step);
	if (step->acl.n)
		add_word(out, "acl", step->acl);
	if (step->is_recursive)
		buf_add(out, STR(",\"recursive\":true"));
	if (prepare_is_command(step))
		add_word(out, "command", host_command(out->arena, step));
	add_word(out, "why", step->why);
	if (step->otherwise.n)
		add_word(out, "otherwise", step->otherwise);
	add_word(out, "workloads", step->workloads);
	if (step->span.file) {
		add_word(out, "file", step->span.file->path);
		buf_printf(out, ",\"line\":%u", span_start(step->span).line);
	}
	buf_char(out, '}');
}

void prepare_json(
	struct buf *out, const struct host_facts *facts, const struct host_steps *steps)
{
	buf_add(out, STR("{\"version\":1,\"engine\":{\"kind\":"));
	buf_json(out, host_engine_name(facts->engine));
	add_word(out, "why", facts->why);
	buf_add(out, STR("},\"steps\":["));
	vec_each (const struct host_step, step, steps) {
		buf_add(out, step == steps->at ? STR("\n") : STR(",\n"));
		add_step(out, step);
	}
	buf_add(out, STR("\n]}\n"));
}

/* ---- a script ---- */

static void add_quoted(struct buf *out, struct str text)
{
	buf_char(out, '\'');
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\'')
			buf_add(out, STR("'\\''"));
		else
			buf_char(out, text.p[i]);
	buf_char(out, '\'');
}

/* What makes a second run of a command do nothing, or stops it at a link. */
static void add_guard(struct buf *out, const struct host_step *step)
{
	switch (step->kind) {
	case HOST_GROUP:
		buf_printf(out, "getent group %u >/dev/null ||\n\t", step->gid.n);
		break;
	case HOST_USER:
		buf_printf(out, "getent passwd %u >/dev/null ||\n\t", step->uid.n);
		break;
	case HOST_FILE:
		buf_add(out, STR("[ -e "));
		add_quoted(out, step->path);
		buf_add(out, STR(" ] ||\n\t"));
		break;
	case HOST_VOLUME:
		buf_add(out, STR("docker volume inspect "));
		add_quoted(out, step->name);
		buf_add(out, STR(" >/dev/null 2>&1 &&\n\t"));
		break;
	case HOST_NEW_VOLUME: /* the command looks by itself */
		break;
	default:
		buf_add(out, STR("no_link "));
		add_quoted(out, step->path);
		buf_char(out, '\n');
		break;
	}
}

void prepare_script(struct buf *out, const struct host_facts *facts,
	const struct host_steps *steps, struct str folder)
{
	buf_add(out,
		STR("#!/bin/sh\n# Written by oakum prepare. For root; may run again.\n"));
	add_engine(out, facts);
	buf_add(out, STR("set -eu\numask 022\ncd "));
	add_quoted(out, folder);
	buf_add(out,
		STR("\nno_link() { # PATH: it must be no symbolic link\n"
		    "\tif [ -L \"$1\" ]; then\n"
		    "\t\tprintf '%s is a symbolic link\\n' \"$1\" >&2\n"
		    "\t\texit 1\n\tfi\n}\n"));
	vec_each (const struct host_step, step, steps) {
		struct host_step again = *step;

		if (!prepare_is_command(step))
			continue;
		again.is_there = ANSWER_MAYBE; /* the next time it is */
		buf_char(out, '\n');
		add_comment(out, step->why);
		add_guard(out, step);
		buf_add(out, host_command(out->arena, &again));
		buf_char(out, '\n');
	}
	add_notes(out, steps);
}
