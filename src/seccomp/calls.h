/*
 * calls: the system calls of the four arches, from oakum's own table.
 *
 * Depends on base, arch. data/syscalls.tsv says name, numbers, since which kernel and,
 * argument by argument, how many bits the kernel looks at; what a profile means therefore
 * never depends on the libseccomp of a host. The bits matter in both directions: a
 * uid_t is 32 bits wide and setuid(1 << 32) is setuid(0); a size_t has 64, and to look at
 * 32 of them lets 1 << 32 pass for 0; the old calls of i386 take 16 of a uid.
 *
 *	int call = call_find(STR("setresuid"));
 *	int nr = call_number(call, ARCH_X86_64);	  // 117
 *	unsigned bits = call_argument(call, ARCH_I386, 0)->bits; // 16
 */
#ifndef OAKUM_SECCOMP_CALLS_H
#define OAKUM_SECCOMP_CALLS_H

#include "seccomp/arch.h"

enum {
	CALL_ARGUMENTS = 6,
	CALL_NONE = -1,
};

/* A version of Linux as one number that can be compared: 6.10 is 0x60a. */
typedef uint16_t kernel_version;
#define KERNEL(major, minor) ((kernel_version)((major) << 8 | (minor)))

struct call_argument {
	uint8_t bits;	 /* 16, 32 or 64: the rest of the register is ignored */
	bool is_pointer; /* a filter sees an address and nothing behind it */
};

struct call_row {
	struct str name;
	int16_t number[ARCH_COUNT]; /* without nr_base; CALL_NONE where there is none */
	kernel_version since[ARCH_COUNT]; /* 0: before 3.5, where filters begin */
	uint8_t count;			  /* of arguments */
	struct call_argument args[CALL_ARGUMENTS];
	uint8_t i386_count; /* where a value of 64 bits takes two */
	struct call_argument i386_args[CALL_ARGUMENTS];
};

/* The rows in the order of their names; an index into them is a call. */
const struct call_row *call_rows(size_t *count);

/* CALL_NONE when no arch knows the name. */
int call_find(struct str name);

/* A call of other arches only ("swapcontext"): a profile may name it, it is no row. */
bool call_is_foreign(struct str name);

/*
 * What i386 also reaches through one of two calls with a number in the first argument:
 * "socket" through socketcall with 1. false when it is no such name.
 */
bool call_muxed(struct str name, int *through, uint8_t *number);

/* The same asked of a row. */
bool call_is_muxed(int call);

/* The one of a number as the kernel gets it (nr_base included); CALL_NONE if none. */
int call_of(int arch, uint32_t nr);

/* The number as the kernel gets it, nr_base included; CALL_NONE where there is none. */
int64_t call_number(int call, int arch);

/*
 * What that arch looks at in an argument: i386 takes its 16-bit calls and 32-bit
 * registers, x32 has calls of its own with the types of a 32-bit program. An argument
 * beyond the last one, and any of a call that nobody implements, has no bits.
 */
struct call_argument call_argument(int call, int arch, unsigned index);

/* One more than the largest number of the table, nr_base included. */
uint32_t call_end(int arch);

#endif
