#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

enum { BROKEN = 99 }; /* the harness's own failure, never a result */

static void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	_exit(BROKEN);
}

static void load_filter(const struct scene *scene)
{
	struct sock_fprog program = {(unsigned short)scene->filter->count,
		(struct sock_filter *)scene->filter->insns};

	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0,
		"seccomp");
}

static void keep_capabilities(uint32_t set)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{set, set, 0}, {0, 0, 0}};

	must(syscall(SYS_capset, &head, data) == 0, "capset");
}

static void become_attacker(const struct scene *scene)
{
	uint32_t ids = 1u << CAP_SETUID | 1u << CAP_SETGID;

	must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "keepcaps");
	must(syscall(SYS_setgroups, 0, NULL) == 0, "setgroups");
	must(syscall(SYS_setresgid, ATTACKER, ATTACKER, ATTACKER) == 0, "setresgid");
	must(syscall(SYS_setresuid, ATTACKER, ATTACKER, ATTACKER) == 0, "setresuid");
	keep_capabilities(scene->has_ids ? ids : 0);
	/* Files of /proc/self are the attacker's again, as after an execve. */
	must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "dumpable");
}

void scene_enter(struct scene *scene)
{
	umask(scene->start_umask);
	/* The two orders of the runtimes: without NNP the filter comes first. */
	if (scene->filter && !scene->has_nnp)
		load_filter(scene);
	if (!scene->stays_root)
		become_attacker(scene);
	if (scene->has_nnp)
		must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	if (scene->filter && scene->has_nnp)
		load_filter(scene);
}

const char *scene_own(const struct scene *scene, const char *name)
{
	static char paths[4][160];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", scene->own, name);
	return path;
}

/* A line "Uid:	1777	0	..." of which a number is 0. */
static bool has_zero(const char *line)
{
	char *end;

	for (;; line = end) {
		unsigned long id = strtoul(line, &end, 10);

		if (end == line)
			return false;
		if (!id)
			return true;
	}
}

bool is_root_somehow(void)
{
	FILE *status = fopen("/proc/thread-self/status", "r");
	char line[4096];
	bool found = false;

	must(status != NULL, "/proc/thread-self/status");
	while (status && fgets(line, sizeof(line), status))
		for (size_t i = 0; i < 3; i++) {
			static const char *const keys[] = {"Uid:", "Gid:", "Groups:"};
			size_t n = strlen(keys[i]);

			if (strncmp(line, keys[i], n) == 0)
				found |= has_zero(line + n);
		}
	if (status)
		fclose(status);
	return found;
}

bool others_may(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && (st.st_mode & 06);
}

long call_i386(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
#ifdef __x86_64__
	long out;

	__asm__ volatile("int $0x80"
			 : "=a"(out)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int32_t)out;
#else
	(void)nr, (void)a, (void)b, (void)c, (void)d, (void)e;
	return -ENOSYS;
#endif
}

void *low_memory(size_t size)
{
#ifdef MAP_32BIT
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	must(p != MAP_FAILED, "mmap");
	return p;
#else
	return calloc(1, size);
#endif
}

uint32_t low_text(const char *text)
{
	char *p = low_memory(4096);

	snprintf(p, 4096, "%s", text);
	return (uint32_t)(uintptr_t)p;
}

static void *ring_map(const struct ring *ring, size_t size, off_t at)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
		ring->fd, at);

	return p == MAP_FAILED ? NULL : p;
}

bool ring_open(struct ring *ring, uint32_t flags)
{
	struct io_uring_params p = {.flags = flags, .sq_thread_idle = 10000};
	char *sq, *cq;

	ring->fd = (int)syscall(SYS_io_uring_setup, 4, &p);
	if (ring->fd < 0)
		return false;
	sq = ring_map(ring, p.sq_off.array + p.sq_entries * sizeof(uint32_t),
		IORING_OFF_SQ_RING);
	cq = ring_map(ring, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
		IORING_OFF_CQ_RING);
	ring->sqes = ring_map(
		ring, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	if (!sq || !cq || !ring->sqes)
		return false;
	ring->sq_tail = (uint32_t *)(sq + p.sq_off.tail);
	ring->sq_mask = (uint32_t *)(sq + p.sq_off.ring_mask);
	ring->sq_array = (uint32_t *)(sq + p.sq_off.array);
	ring->sq_flags = (uint32_t *)(sq + p.sq_off.flags);
	ring->cq_head = (uint32_t *)(cq + p.cq_off.head);
	ring->cq_tail = (uint32_t *)(cq + p.cq_off.tail);
	ring->cq_mask = (uint32_t *)(cq + p.cq_off.ring_mask);
	ring->cqes = cq + p.cq_off.cqes;
	return true;
}

int ring_do(struct ring *ring, const struct io_uring_sqe *sqe, bool with_enter)
{
	uint32_t tail = *ring->sq_tail, slot = tail & *ring->sq_mask;
	uint32_t head = *ring->cq_head;
	struct io_uring_cqe *cqes = ring->cqes;

	((struct io_uring_sqe *)ring->sqes)[slot] = *sqe;
	ring->sq_array[slot] = slot;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	if (with_enter &&
		syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS,
			NULL, 0) < 0)
		return -errno;
	/* On a busy machine the kernel's thread may wait long for its turn. */
	for (int i = 0; i < 1000; i++) {
		if (__atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) != head) {
			int result = cqes[head & *ring->cq_mask].res;

			__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
			return result;
		}
		usleep(10000);
	}
	return -ETIME;
}
