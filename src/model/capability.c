#include "model/capability.h"

/* In the order of their numbers: include/uapi/linux/capability.h. */
static const struct str names[CAPABILITY_COUNT] = {
	STR_INIT("CHOWN"),
	STR_INIT("DAC_OVERRIDE"),
	STR_INIT("DAC_READ_SEARCH"),
	STR_INIT("FOWNER"),
	STR_INIT("FSETID"),
	STR_INIT("KILL"),
	STR_INIT("SETGID"),
	STR_INIT("SETUID"),
	STR_INIT("SETPCAP"),
	STR_INIT("LINUX_IMMUTABLE"),
	STR_INIT("NET_BIND_SERVICE"),
	STR_INIT("NET_BROADCAST"),
	STR_INIT("NET_ADMIN"),
	STR_INIT("NET_RAW"),
	STR_INIT("IPC_LOCK"),
	STR_INIT("IPC_OWNER"),
	STR_INIT("SYS_MODULE"),
	STR_INIT("SYS_RAWIO"),
	STR_INIT("SYS_CHROOT"),
	STR_INIT("SYS_PTRACE"),
	STR_INIT("SYS_PACCT"),
	STR_INIT("SYS_ADMIN"),
	STR_INIT("SYS_BOOT"),
	STR_INIT("SYS_NICE"),
	STR_INIT("SYS_RESOURCE"),
	STR_INIT("SYS_TIME"),
	STR_INIT("SYS_TTY_CONFIG"),
	STR_INIT("MKNOD"),
	STR_INIT("LEASE"),
	STR_INIT("AUDIT_WRITE"),
	STR_INIT("AUDIT_CONTROL"),
	STR_INIT("SETFCAP"),
	STR_INIT("MAC_OVERRIDE"),
	STR_INIT("MAC_ADMIN"),
	STR_INIT("SYSLOG"),
	STR_INIT("WAKE_ALARM"),
	STR_INIT("BLOCK_SUSPEND"),
	STR_INIT("AUDIT_READ"),
	STR_INIT("PERFMON"),
	STR_INIT("BPF"),
	STR_INIT("CHECKPOINT_RESTORE"),
};

int capability_find(struct str name)
{
	if (str_starts_nocase(name, STR("CAP_")))
		name = str_from(name, 4);
	for (int i = 0; i < CAPABILITY_COUNT; i++)
		if (str_eq_nocase(name, names[i]))
			return i;
	return -1;
}

bool capability_is_all(struct str name)
{
	return str_eq_nocase(name, STR("ALL"));
}

struct str capability_name(int cap)
{
	return names[cap];
}

struct str capability_nearest(struct str name)
{
	unsigned best = 3;
	struct str found = STR_NONE;
	bool is_tie = false;
	char upper[32];

	if (str_starts_nocase(name, STR("CAP_")))
		name = str_from(name, 4);
	if (!name.n || name.n > sizeof(upper))
		return STR_NONE;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		upper[i] = c == '-' ? '_' : byte_is_alpha(c) ? (char)(c & ~0x20) : c;
	}
	for (int i = 0; i < CAPABILITY_COUNT; i++) {
		unsigned d =
			str_distance((struct str){upper, name.n}, names[i], best + 1);

		is_tie = d == best ? true : d < best ? false : is_tie;
		if (d < best) {
			best = d;
			found = names[i];
		}
	}
	return is_tie ? STR_NONE : found;
}
