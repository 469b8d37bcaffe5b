/*
 * engine_stub: what runc puts in front of a filter, for numbers that are too new.
 *
 * Depends on bpf, arch. A libc that tries a new call falls back to an old one at ENOSYS,
 * not at EPERM. So runc (libcontainer/seccomp/patchbpf/enosys_linux.go) answers ENOSYS to
 * every number above the largest that the profile names and libseccomp knows, arch by
 * arch; everything else goes on to the filter behind the stub.
 */
#ifndef OAKUM_SECCOMP_ENGINE_STUB_H
#define OAKUM_SECCOMP_ENGINE_STUB_H

#include "seccomp/arch.h"
#include "seccomp/bpf.h"

/* largest: by arch, 0 where there is none. It goes on at the instruction behind it. */
void engine_stub(struct arena *a, const uint32_t largest[ARCH_COUNT], struct bpf *out);

#endif
