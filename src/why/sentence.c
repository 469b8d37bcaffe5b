/*
 * sentence: each cause in one sentence, for somebody who knows no errnos.
 *
 * Two tables: what is wanted and refused, by cause; and why it is refused, by the kind of
 * place. {by} is who wanted it, {who} as whom, the others are what the log says.
 */
#include "why/why.h"

#include "base/buf.h"

/* The tail of a sentence: why {who} may not touch that place. */
static const char *const tails[SPOT_COUNT] = {
	[SPOT_UNKNOWN] = "; the log does not say which file it was",
	[SPOT_OTHER] = ": in the image it belongs to another user, most likely root",
	[SPOT_SLASH_HOME] = (": HOME is `/`, as it is for every uid without a line in "
			     "/etc/passwd, and `/` belongs to root"),
	[SPOT_ROOT_HOME] = ": that is below the home of root, which nobody else enters",
	[SPOT_NO_HOME] = ": the account was made without a home folder",
	[SPOT_HOME] = ": its home folder is missing there or belongs to somebody else",
	[SPOT_BIND] =
		(": {target} is the host's {source}, and on the host that belongs "
		 "to another user"),
	[SPOT_VOLUME] = (": {target} is the volume {volume}, and what is in it belongs "
			 "to another user"),
	[SPOT_TMPFS] = ": the tmpfs at {target} belongs to root",
	[SPOT_TMP] = ": another user made it there, in an earlier run or at build time",
	[SPOT_SHM] = ": it belongs to another user",
	[SPOT_DEVICE] = ": the device is open to root or to a group that it is not in",
	[SPOT_STDIO] = ": the stream belongs to whom the container was started as",
	[SPOT_KERNEL] = ": it is the kernel's, and a container may not change it",
	[SPOT_SOCKET] = ": whoever may write there is root on the host",
	[SPOT_PACKAGES] = ": packages belong to root, who installs them at build time",
	[SPOT_SYSTEM] = ": it is a part of the system and belongs to root",
	[SPOT_STATE] = ": the package made it for another user or for root",
};

static const char *const wanted[CAUSE_COUNT] = {
	[CAUSE_WRITE] = "{by} wants to write {path}, and {who} may not{tail}",
	[CAUSE_READ] = "{by} wants to read {path}, and {who} may not{tail}",
	[CAUSE_RUN] =
		"{path} shall be run, and {who} may not: it has no execute bit for "
		"that user, or a folder above it is closed",
	[CAUSE_ACCESS] = "{by} wants to open {path}, and {who} may not{tail}",
	[CAUSE_OWN] =
		"{by} wants to change whose {path} is or who may use it, and only "
		"root, or for a mode its owner, may do that; it runs as {who}",
	[CAUSE_WRONG_OWNER] = "{by} refuses to work with {path}, because it belongs to "
			      "somebody else than {who}",
	[CAUSE_WRONG_MODE] =
		"{by} refuses to work with {path}, because others may read "
		"or write it",
	[CAUSE_READ_ONLY] =
		"{by} wants to write {path}, and that is on a read-only file "
		"system",
	[CAUSE_NO_SPACE] =
		"{by} wants to write {path}, and nothing fits there any more",
	[CAUSE_SHARED_MEMORY] =
		"{by} shares data between its processes through /dev/shm, "
		"and that is full: a container gets 64 MB",
	[CAUSE_PORT] = "{by} wants to listen on a port below 1024{port}, and {who} may "
		       "not",
	[CAUSE_PORT_USED] =
		"{by} wants to listen on a port{port} on which something else "
		"listens already",
	[CAUSE_NO_ACCOUNT] =
		"{by} asks for the name of {who}, and the image has no line "
		"in /etc/passwd for it",
	[CAUSE_NO_HOME] = "{by} asks for the home folder, and HOME is not set",
	[CAUSE_NO_TMP] =
		"{by} finds no folder for temporary files: /tmp is read-only or "
		"closed for {who}",
	[CAUSE_NO_LOCATOR] = "{by} keeps compiled functions beside the source or below "
			     "HOME, and {who} may write neither",
	[CAUSE_DROP] =
		"{by} wants to become another user{user}, and only root with the "
		"capabilities SETUID and SETGID may do that",
	[CAUSE_NEEDS_ROOT] = "{by} works as root only, and it runs as {who}",
	[CAUSE_REFUSES_ROOT] = "{by} refuses to run as root",
	[CAUSE_CAPABILITY] =
		"{by} needs the capability {cap}, which the container does "
		"not have",
	[CAUSE_SANDBOX] =
		"{by} wants to make a sandbox of its own, and a container may "
		"not make namespaces",
	[CAUSE_SYSCALL] =
		"{by} makes a system call that the container's seccomp profile "
		"or its missing capabilities refuse",
	[CAUSE_KERNEL] = "{by} needs another setting of the host's kernel",
	[CAUSE_SOCKET] =
		"{by} wants to talk to the engine of the host, and {who} may not "
		"open its socket",
	[CAUSE_DEVICE] = "{by} wants to use the device {path}, and {who} may not",
	[CAUSE_STDIO] =
		"{by} opens {path} anew, after it became another user: the stream "
		"belongs to whom the container was started as",
	[CAUSE_NO_USER] = "the engine does not start the container: the image has no "
			  "user{user}",
	[CAUSE_NO_GROUP] = "the engine does not start the container: the image has no "
			   "group{user}",
	[CAUSE_NOT_FOUND] =
		"the program {path} is not in the image, not on PATH, or in a "
		"folder that {who} may not enter",
	[CAUSE_NO_INTERPRETER] =
		"{path} cannot be started: it is not there, or what its "
		"first line names is not (a Windows line end, or no bash)",
	[CAUSE_FORMAT] = "{path} is no program for this machine: built for another "
			 "processor, or a script without a first line `#!/bin/sh`",
	[CAUSE_NO_FOLDER] =
		"{by} wants to write {path}, and the folder that it belongs "
		"in is not there",
	[CAUSE_MOUNT] = "the engine does not start the container: it cannot mount "
			"something at {path}",
	[CAUSE_MEMORY] = "the kernel ended {by}, because it took more memory than the "
			 "container or the host has",
	[CAUSE_STOP] = "{by} does not end when it is told to, because it may not save "
		       "its data in {path} first{tail}",
};

/* Root with everything is refused nothing; then something else holds it back. */
static const char root_tail[] =
	": root may not either where its capabilities are dropped, where the host's folder "
	"is a network share, or where SELinux forbids it";

/* What stands for one name in a template. */
static struct str word_of(const struct scene *s, const struct clue *clue,
	const struct spot *spot, struct str name)
{
	struct arena *a = s->arena;

	if (str_eq(name, STR("by")))
		return clue->by.n ? clue->by : STR("the program");
	if (str_eq(name, STR("who")))
		return scene_who(s);
	if (str_eq(name, STR("path")))
		return spot->shown.n ? spot->shown : STR("a file");
	if (str_eq(name, STR("cap")))
		return clue->cap.n ? clue->cap : clue->row.variable;
	if (str_eq(name, STR("target")))
		return spot->mount ? spot->mount->target : STR("it");
	if (str_eq(name, STR("source")))
		return spot->mount && spot->mount->source.n ? spot->mount->source
							    : STR("folder");
	if (str_eq(name, STR("volume")))
		return spot->mount ? spot->mount->name : STR_NONE;
	if (str_eq(name, STR("port")))
		return clue->port.n ? arena_printf(a, " (%.*s)", STR_ARG(clue->port))
				    : STR_NONE;
	if (str_eq(name, STR("user")))
		return clue->user.n ? arena_printf(a, " `%.*s`", STR_ARG(clue->user))
				    : STR_NONE;
	return STR_NONE;
}

/* template with its {names} filled in; {tail} is one more template. */
static void fill(struct buf *out, const struct scene *s, const struct clue *clue,
	const struct spot *spot, struct str text, struct str tail)
{
	while (text.n) {
		size_t open = str_find(text, '{');
		struct str rest = str_from(text, open + 1);
		struct str name = str_sub(rest, 0, str_find(rest, '}'));

		buf_add(out, str_sub(text, 0, open));
		if (str_eq(name, STR("tail")))
			fill(out, s, clue, spot, tail, STR_NONE);
		else
			buf_add(out, word_of(s, clue, spot, name));
		text = str_from(rest, name.n + 1);
	}
}

struct str sentence_of(
	const struct scene *s, const struct clue *clue, const struct spot *spot)
{
	bool is_root = s->uid.know == FACT_SET && !s->uid.n;
	struct buf out = {.arena = s->arena};

	if (clue->row.cause == CAUSE_PORT && is_root)
		buf_add(&out, STR("without the capability NET_BIND_SERVICE, "));
	fill(&out, s, clue, spot, str_c(wanted[clue->row.cause]),
		str_c(is_root && spot->kind != SPOT_UNKNOWN ? root_tail
							    : tails[spot->kind]));
	buf_char(&out, '.');
	if (out.p[0] >= 'a' && out.p[0] <= 'z' && !clue->by.n)
		out.p[0] = (char)(out.p[0] - 'a' + 'A');
	return buf_str(&out);
}
