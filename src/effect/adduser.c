#include "effect/tool.h"

/*
 * Four programs share these names: Debian's Perl scripts, busybox's applets, and on Red
 * Hat a link to useradd. The base decides; where it is not known, the options do.
 */

static bool is_letter_of(struct str letters, char c)
{
	return str_find(letters, c) < letters.n;
}

/* What the first word that looks like an option says about the program meant. */
static enum flavour flavour_by_options(const struct call *call)
{
	for (size_t i = 1; i < call->argv.n; i++) {
		struct str word;

		if (!call_word(call, i, &word) || word.n < 2 || word.p[0] != '-')
			continue;
		if (word.p[1] == '-')
			return FLAVOUR_DEBIAN;
		if (is_letter_of(STR("mMrUNcdp"), word.p[1]))
			return FLAVOUR_RHEL;
		if (is_letter_of(STR("DSHhGsgk"), word.p[1]))
			return FLAVOUR_BUSYBOX;
	}
	return FLAVOUR_UNKNOWN;
}

static enum flavour flavour_of(const struct call *call)
{
	enum flavour f = run_flavour(call->run);

	return f == FLAVOUR_UNKNOWN ? flavour_by_options(call) : f;
}

enum outcome tool_adduser(struct call *call)
{
	switch (flavour_of(call)) {
	case FLAVOUR_BUSYBOX:
		return tool_busybox_adduser(call);
	case FLAVOUR_RHEL:
		return tool_useradd(call);
	default:
		return tool_debian_adduser(call);
	}
}

enum outcome tool_addgroup(struct call *call)
{
	switch (flavour_of(call)) {
	case FLAVOUR_BUSYBOX:
		return tool_busybox_addgroup(call);
	case FLAVOUR_RHEL:
		/* shadow has no such name; where it stands, it means groupadd. */
		return tool_groupadd(call);
	default:
		return tool_debian_adduser(call);
	}
}

enum outcome tool_deluser(struct call *call)
{
	if (flavour_of(call) == FLAVOUR_BUSYBOX)
		return tool_busybox_deluser(call);
	return tool_debian_deluser(call);
}

enum outcome tool_delgroup(struct call *call)
{
	return tool_deluser(call);
}
