#include <errno.h>
#include <linux/audit.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp/arch.h"
#include "seccomp/live.h"

bool live_can_make(uint32_t audit)
{
	int host = arch_host();

	if (host < 0)
		return false;
	return audit == arch_info(host)->audit ||
		(host == ARCH_X86_64 && audit == AUDIT_ARCH_I386);
}

#ifdef __x86_64__
/*
 * The entry of 32-bit programs is open to 64-bit ones, too; it looks at the low halves of
 * the registers. The sixth argument goes where the compiler may keep its frame, so that
 * register is put aside, below what a leaf function may keep under the stack pointer.
 */
static int64_t make_i386(const struct bpf_call *call)
{
	int32_t result = (int32_t)call->nr;
	uint32_t sixth = (uint32_t)call->args[5];

	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "push %%rbp\n\t"
			 "mov %[sixth], %%ebp\n\t"
			 "int $0x80\n\t"
			 "pop %%rbp\n\t"
			 "lea 128(%%rsp), %%rsp"
			 : "+a"(result)
			 : "b"((uint32_t)call->args[0]), "c"((uint32_t)call->args[1]),
			 "d"((uint32_t)call->args[2]), "S"((uint32_t)call->args[3]),
			 "D"((uint32_t)call->args[4]), [sixth] "r"(sixth)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	return result;
}
#endif

int64_t live_make(const struct bpf_call *call)
{
	const uint64_t *args = call->args;
	long result;

#ifdef __x86_64__
	if (call->arch == AUDIT_ARCH_I386)
		return make_i386(call);
#endif
	result = syscall(
		(long)call->nr, args[0], args[1], args[2], args[3], args[4], args[5]);
	return result == -1 ? -errno : result;
}
