#include <linux/seccomp.h>

#include "seccomp/bpf.h"

static const struct {
	uint32_t value;
	struct str name;
} actions[] = {
	[ACTION_KILL_PROCESS] = {SECCOMP_RET_KILL_PROCESS, STR_INIT("KILL_PROCESS")},
	[ACTION_KILL_THREAD] = {SECCOMP_RET_KILL_THREAD, STR_INIT("KILL_THREAD")},
	[ACTION_TRAP] = {SECCOMP_RET_TRAP, STR_INIT("TRAP")},
	[ACTION_ERRNO] = {SECCOMP_RET_ERRNO, STR_INIT("ERRNO")},
	[ACTION_NOTIFY] = {SECCOMP_RET_USER_NOTIF, STR_INIT("NOTIFY")},
	[ACTION_TRACE] = {SECCOMP_RET_TRACE, STR_INIT("TRACE")},
	[ACTION_LOG] = {SECCOMP_RET_LOG, STR_INIT("LOG")},
	[ACTION_ALLOW] = {SECCOMP_RET_ALLOW, STR_INIT("ALLOW")},
};

enum action action_kind(uint32_t value)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (actions[i].value == (value & SECCOMP_RET_ACTION_FULL))
			return (enum action)i;
	/* The last case of __seccomp_filter: what it does not know ends the process. */
	return ACTION_KILL_PROCESS;
}

uint32_t action_value(enum action kind, uint16_t data)
{
	return actions[kind].value | data;
}

struct str action_text(struct arena *a, uint32_t value)
{
	enum action kind = action_kind(value);
	uint32_t data = value & SECCOMP_RET_DATA;
	struct str name = actions[kind].name;
	const char *code;

	if (actions[kind].value != (value & SECCOMP_RET_ACTION_FULL))
		return arena_printf(a, "%.*s(0x%08x)", STR_ARG(name), value);
	if (kind == ACTION_ERRNO) {
		/* The kernel cuts what is larger than MAX_ERRNO. */
		code = strerrorname_np((int)data);
		if (code && data)
			return arena_printf(a, "ERRNO(%s)", code);
		return arena_printf(a, "ERRNO(%u)", data);
	}
	if (data && (kind == ACTION_TRAP || kind == ACTION_TRACE))
		return arena_printf(a, "%.*s(%u)", STR_ARG(name), data);
	return name;
}
