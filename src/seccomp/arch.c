#include "seccomp/arch.h"

#include <linux/audit.h>

static const struct arch arches[ARCH_COUNT] = {
	[ARCH_X86_64] = {STR_INIT("x86_64"), STR_INIT("SCMP_ARCH_X86_64"),
		STR_INIT("amd64"), AUDIT_ARCH_X86_64, 0, 64},
	[ARCH_X32] = {STR_INIT("x32"), STR_INIT("SCMP_ARCH_X32"), STR_INIT("x32"),
		AUDIT_ARCH_X86_64, X32_CALL_BIT, 64},
	[ARCH_I386] = {STR_INIT("i386"), STR_INIT("SCMP_ARCH_X86"), STR_INIT("x86"),
		AUDIT_ARCH_I386, 0, 32},
	[ARCH_AARCH64] = {STR_INIT("aarch64"), STR_INIT("SCMP_ARCH_AARCH64"),
		STR_INIT("arm64"), AUDIT_ARCH_AARCH64, 0, 64},
};

/* seccomp_arch_resolve_name of libseccomp 2.5.4 and 2.6, without the four above. */
static const char *const foreign[] = {"ARM", "LOONGARCH64", "M68K", "MIPS", "MIPS64",
	"MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PARISC", "PARISC64", "PPC",
	"PPC64", "PPC64LE", "RISCV64", "S390", "S390X", "SH", "SHEB"};

const struct arch *arch_info(int arch)
{
	return &arches[arch];
}

int arch_find(struct str name)
{
	for (int i = 0; i < ARCH_COUNT; i++)
		if (str_eq(name, arches[i].name) || str_eq(name, arches[i].scmp) ||
			str_eq(name, arches[i].go))
			return i;
	return -1;
}

bool arch_is_foreign(struct str scmp)
{
	struct str prefix = STR("SCMP_ARCH_");

	if (!str_starts(scmp, prefix))
		return false;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (str_eq(str_from(scmp, prefix.n), str_c(foreign[i])))
			return true;
	return false;
}

int arch_of(uint32_t audit, uint32_t nr)
{
	switch (audit) {
	case AUDIT_ARCH_X86_64:
		/*
		 * A tracer writes -1 over the number of a call that shall be skipped, and
		 * the kernel runs the filters then: a filter that kills for x32 must not
		 * kill for that. libseccomp lets it pass, too.
		 */
		return nr & X32_CALL_BIT && nr != UINT32_MAX ? ARCH_X32 : ARCH_X86_64;
	case AUDIT_ARCH_I386:
		return ARCH_I386;
	case AUDIT_ARCH_AARCH64:
		return ARCH_AARCH64;
	default:
		return -1;
	}
}

int arch_host(void)
{
#if defined(__x86_64__) && defined(__ILP32__)
	return ARCH_X32;
#elif defined(__x86_64__)
	return ARCH_X86_64;
#elif defined(__i386__)
	return ARCH_I386;
#elif defined(__aarch64__)
	return ARCH_AARCH64;
#else
	return -1;
#endif
}
