/*
 * arch: the ways into the kernel that a filter can tell apart.
 *
 * Depends on base. An arch is what libseccomp calls one: x32 is an arch of its own here
 * although the kernel gives a filter the AUDIT_ARCH of x86_64 for it and sets a bit in
 * the number (arch/x86/include/uapi/asm/unistd.h, __X32_SYSCALL_BIT). Only those four
 * have a table of calls; of the rest oakum knows the names, so that a profile that names
 * them can be read and what is let in through them is said to be unknown.
 *
 *	const struct arch *x32 = arch_info(ARCH_X32);
 *	uint32_t nr = x32->nr_base + 105; // setuid
 */
#ifndef OAKUM_SECCOMP_ARCH_H
#define OAKUM_SECCOMP_ARCH_H

#include "base/str.h"

enum {
	ARCH_X86_64,
	ARCH_X32,
	ARCH_I386,
	ARCH_AARCH64,
	ARCH_COUNT, /* those with a table of calls */
};

typedef uint32_t arch_set; /* bit n: arch n of the four */

#define ARCHES_ALL ((arch_set)((1u << ARCH_COUNT) - 1))

enum { X32_CALL_BIT = 0x40000000 };

struct arch {
	struct str name; /* "x86_64", as `uname -m` says it; "x32", "i386", "aarch64" */
	struct str scmp; /* "SCMP_ARCH_X86_64", as profiles say it */
	struct str go;	 /* "amd64", as includes.arches of a profile say it */
	uint32_t
		audit; /* AUDIT_ARCH_*, what a filter reads (include/uapi/linux/audit.h) */
	uint32_t nr_base; /* added to the number of a call: 0 or X32_CALL_BIT */
	unsigned word;	  /* bits of a register: 64, and 32 on i386 */
};

/* arch must be below ARCH_COUNT. */
const struct arch *arch_info(int arch);

/* The arch of a name, of any of the three forms; -1 when it is none of the four. */
int arch_find(struct str name);

/* A name that a profile may use for an arch without a table: "SCMP_ARCH_S390X". */
bool arch_is_foreign(struct str scmp);

/* What the kernel would take (audit, nr) for; -1 for another AUDIT_ARCH. */
int arch_of(uint32_t audit, uint32_t nr);

/* The arch that this program was compiled for; -1 when it is none of the four. */
int arch_host(void);

#endif
