/*
 * Steps as a person would type them, as root.
 */
#include "host/prepare.h"

#include "base/buf.h"
#include "host/volume.h"

struct str host_step_name(enum host_step_kind kind)
{
	static const struct str names[] = {[HOST_GROUP] = STR_INIT("group"),
		[HOST_USER] = STR_INIT("user"),
		[HOST_FOLDER] = STR_INIT("folder"),
		[HOST_FILE] = STR_INIT("file"),
		[HOST_OWNER] = STR_INIT("owner"),
		[HOST_MODE] = STR_INIT("mode"),
		[HOST_ACL] = STR_INIT("acl"),
		[HOST_VOLUME] = STR_INIT("volume"),
		[HOST_NEW_VOLUME] = STR_INIT("new-volume"),
		[HOST_LABEL] = STR_INIT("label"),
		[HOST_NOTE] = STR_INIT("note")};

	return names[kind];
}

static bool is_plain(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '/' || c == '.' ||
		c == '-' || c == '_' || c == '+' || c == ':' || c == '@' || c == ',';
}

/* A word as the shell takes it. */
static void add_quoted(struct buf *out, struct str word)
{
	bool plain = word.n != 0;

	for (size_t i = 0; i < word.n; i++)
		plain &= is_plain(word.p[i]) || (i && word.p[i] == '=');
	if (plain) {
		buf_add(out, word);
		return;
	}
	buf_char(out, '\'');
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '\'')
			buf_add(out, STR("'\\''"));
		else
			buf_char(out, word.p[i]);
	buf_char(out, '\'');
}

/* A name of somebody's: what looks like an option gets "./" in front. */
static void add_word(struct buf *out, struct str word)
{
	if (str_starts(word, STR("-")))
		buf_add(out, STR("./"));
	add_quoted(out, word);
}

static void add_owner(struct buf *out, const struct host_step *s)
{
	buf_printf(out, "chown -h%s %u:%u ", s->is_recursive ? "R" : "", s->uid.n,
		s->gid.n);
	add_word(out, s->path);
	buf_add(out, STR(" && chmod "));
	buf_printf(out, "%04o ", s->mode);
	add_word(out, s->path);
}

static void add_acl(struct buf *out, const struct host_step *s)
{
	buf_printf(out, "setfacl%s -m u:%u:%.*s", s->is_recursive ? " -R" : "",
		s->uid.n, STR_ARG(s->acl));
	if (s->is_folder)
		buf_printf(out, ",d:u:%u:%.*s,d:u:%u:rwX", s->uid.n, STR_ARG(s->acl),
			s->owner);
	buf_char(out, ' ');
	add_word(out, s->path);
}

static void add_volume(struct buf *out, const struct host_step *s)
{
	buf_add(out,
		STR("docker run --rm --network none --user 0:0 --entrypoint chown "
		    "-v "));
	add_word(out, arena_printf(out->arena, "%.*s:/v", STR_ARG(s->name)));
	buf_char(out, ' ');
	add_word(out, s->image);
	buf_printf(out, " -h%s %u:%u /v", s->is_recursive ? "R" : "", s->inside_uid.n,
		s->inside_gid.n);
}

static void add_words(struct buf *out, const struct host_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		if (i)
			buf_char(out, ' ');
		add_quoted(out, words->at[i]);
	}
}

/* Safe to run where the volume is there already and nobody could see it. */
static void add_new_volume(struct buf *out, const struct host_step *s)
{
	struct host_words create = host_volume_create(out->arena, s);
	struct host_words give = host_volume_give(out->arena, s);
	bool is_sure = s->is_there == ANSWER_NO;

	if (!is_sure) {
		buf_add(out, STR("docker volume inspect "));
		add_word(out, s->name);
		buf_add(out, STR(" >/dev/null 2>&1 || { "));
	}
	add_words(out, &create);
	buf_add(out, STR(" && "));
	add_words(out, &give);
	if (!is_sure)
		buf_add(out, STR("; }"));
}

struct str host_command(struct arena *a, const struct host_step *s)
{
	struct buf out = {.arena = a};

	switch (s->kind) {
	case HOST_GROUP:
		buf_printf(&out, "groupadd --gid %u ", s->gid.n);
		add_word(&out, s->name);
		break;
	case HOST_USER:
		buf_printf(&out,
			"useradd --system --uid %u --gid %u --no-create-home --home-dir "
			"/nonexistent --shell /usr/sbin/nologin ",
			s->uid.n, s->gid.n);
		add_word(&out, s->name);
		break;
	case HOST_FOLDER:
		buf_printf(&out, "install -d -o %u -g %u -m %04o ", s->uid.n, s->gid.n,
			s->mode);
		add_word(&out, s->path);
		break;
	case HOST_FILE:
		buf_printf(&out, "install -o %u -g %u -m %04o /dev/null ", s->uid.n,
			s->gid.n, s->mode);
		add_word(&out, s->path);
		break;
	case HOST_OWNER:
		add_owner(&out, s);
		break;
	case HOST_MODE:
		buf_printf(&out, "chmod %04o ", s->mode);
		add_word(&out, s->path);
		break;
	case HOST_ACL:
		add_acl(&out, s);
		break;
	case HOST_VOLUME:
		add_volume(&out, s);
		break;
	case HOST_NEW_VOLUME:
		add_new_volume(&out, s);
		break;
	case HOST_LABEL:
	case HOST_NOTE:
		break;
	}
	return buf_str(&out);
}
