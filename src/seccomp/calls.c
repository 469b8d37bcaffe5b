#include "seccomp/calls.h"

#include "seccomp/tables.h"

enum { X32_OWN_CALLS = 512 }; /* arch/x86/entry/syscalls/syscall_64.tbl: 512 to 547 */

const struct call_row *call_rows(size_t *count)
{
	*count = calls_count;
	return calls_table;
}

int call_find(struct str name)
{
	size_t low = 0, high = calls_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(name, calls_table[middle].name);

		if (order == 0)
			return (int)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return CALL_NONE;
}

/* src/syscalls.csv of libseccomp 90d3f7d: names without a number on our four arches. */
static const char *const foreign[] = {"arm_fadvise64_64", "arm_sync_file_range",
	"atomic_barrier", "atomic_cmpxchg_32", "breakpoint", "cachectl", "cacheflush",
	"get_tls", "getpagesize", "multiplexer", "pciconfig_iobase", "pciconfig_read",
	"pciconfig_write", "recv", "riscv_flush_icache", "riscv_hwprobe", "rtas",
	"s390_guarded_storage", "s390_pci_mmio_read", "s390_pci_mmio_write",
	"s390_runtime_instr", "s390_sthyi", "send", "set_tls", "spu_create", "spu_run",
	"subpage_prot", "swapcontext", "switch_endian", "sync_file_range2",
	"sys_debug_setcontext", "syscall", "sysmips", "timerfd", "usr26", "usr32"};

bool call_is_foreign(struct str name)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (str_eq(name, str_c(foreign[i])))
			return true;
	return false;
}

int call_of(int arch, uint32_t nr)
{
	/* Without its bit a number of x32 is none: the difference wraps to a large one. */
	uint32_t index = nr - arch_info(arch)->nr_base;

	return index < calls_by_number[arch].count ? calls_by_number[arch].rows[index]
						   : CALL_NONE;
}

int64_t call_number(int call, int arch)
{
	int16_t number = calls_table[call].number[arch];

	if (number == CALL_NONE)
		return CALL_NONE;
	return (int64_t)arch_info(arch)->nr_base + number;
}

struct call_argument call_argument(int call, int arch, unsigned index)
{
	const struct call_row *row = &calls_table[call];
	struct call_argument none = {0}, found;

	if (arch == ARCH_I386)
		return index < row->i386_count ? row->i386_args[index] : none;
	if (index >= row->count)
		return none;
	found = row->args[index];
	/*
	 * Most of the calls that x32 has for itself end in a compat_sys function with its
	 * 32-bit types. The few that end in a native one are called narrower than they are
	 * here: a question about their values is then asked too strictly, never too mildly.
	 */
	if (arch == ARCH_X32 && row->number[arch] >= X32_OWN_CALLS &&
		!found.is_pointer && found.bits > 32)
		found.bits = 32;
	return found;
}

uint32_t call_end(int arch)
{
	return arch_info(arch)->nr_base + (uint32_t)calls_by_number[arch].count;
}

/* SYS_* of include/uapi/linux/net.h and the calls of include/uapi/linux/ipc.h. */
static const struct {
	struct str name, through;
	uint8_t number;
} muxed[] = {
	{STR_INIT("socket"), STR_INIT("socketcall"), 1},
	{STR_INIT("bind"), STR_INIT("socketcall"), 2},
	{STR_INIT("connect"), STR_INIT("socketcall"), 3},
	{STR_INIT("listen"), STR_INIT("socketcall"), 4},
	{STR_INIT("accept"), STR_INIT("socketcall"), 5},
	{STR_INIT("getsockname"), STR_INIT("socketcall"), 6},
	{STR_INIT("getpeername"), STR_INIT("socketcall"), 7},
	{STR_INIT("socketpair"), STR_INIT("socketcall"), 8},
	{STR_INIT("send"), STR_INIT("socketcall"), 9},
	{STR_INIT("recv"), STR_INIT("socketcall"), 10},
	{STR_INIT("sendto"), STR_INIT("socketcall"), 11},
	{STR_INIT("recvfrom"), STR_INIT("socketcall"), 12},
	{STR_INIT("shutdown"), STR_INIT("socketcall"), 13},
	{STR_INIT("setsockopt"), STR_INIT("socketcall"), 14},
	{STR_INIT("getsockopt"), STR_INIT("socketcall"), 15},
	{STR_INIT("sendmsg"), STR_INIT("socketcall"), 16},
	{STR_INIT("recvmsg"), STR_INIT("socketcall"), 17},
	{STR_INIT("accept4"), STR_INIT("socketcall"), 18},
	{STR_INIT("recvmmsg"), STR_INIT("socketcall"), 19},
	{STR_INIT("sendmmsg"), STR_INIT("socketcall"), 20},
	{STR_INIT("semop"), STR_INIT("ipc"), 1},
	{STR_INIT("semget"), STR_INIT("ipc"), 2},
	{STR_INIT("semctl"), STR_INIT("ipc"), 3},
	{STR_INIT("semtimedop"), STR_INIT("ipc"), 4},
	{STR_INIT("msgsnd"), STR_INIT("ipc"), 11},
	{STR_INIT("msgrcv"), STR_INIT("ipc"), 12},
	{STR_INIT("msgget"), STR_INIT("ipc"), 13},
	{STR_INIT("msgctl"), STR_INIT("ipc"), 14},
	{STR_INIT("shmat"), STR_INIT("ipc"), 21},
	{STR_INIT("shmdt"), STR_INIT("ipc"), 22},
	{STR_INIT("shmget"), STR_INIT("ipc"), 23},
	{STR_INIT("shmctl"), STR_INIT("ipc"), 24},
};

static size_t find_muxed(struct str name)
{
	size_t i = 0;

	while (i < sizeof(muxed) / sizeof(muxed[0]) && !str_eq(muxed[i].name, name))
		i++;
	return i;
}

bool call_muxed(struct str name, int *through, uint8_t *number)
{
	size_t i = find_muxed(name);

	if (i == sizeof(muxed) / sizeof(muxed[0]))
		return false;
	*through = call_find(muxed[i].through);
	*number = muxed[i].number;
	return true;
}

bool call_is_muxed(int call)
{
	return find_muxed(calls_table[call].name) < sizeof(muxed) / sizeof(muxed[0]);
}
