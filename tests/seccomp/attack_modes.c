/* Attempts to open files and IPC objects to others. */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/openat2.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attack.h"

/* include/linux/key.h; all else is for who has the key. */
#define KEY_OTHERS_READ 0x2u

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif

#define HIGH ((uint64_t)1 << 32)

static enum end reached(bool is_so)
{
	return is_so ? END_REACHED : END_STOPPED;
}

/* A file of the attacker's that nobody else may open yet. */
static int own_file(const struct scene *scene, const char **path)
{
	*path = scene_own(scene, "file");
	return open(*path, O_RDWR | O_CREAT, 0600);
}

/* ---- chmod ---- */

enum how {
	BY_PATH,
	BY_FD,
	BY_FOLDER,
};

/* with: how, number, mode. */
static enum end change_mode(struct scene *scene, const struct attack *attack)
{
	const uint64_t *w = attack->with;
	const char *path;
	int fd;

	scene_enter(scene);
	fd = own_file(scene, &path);
	if (w[0] == BY_PATH)
		syscall((long)w[1], path, w[2]);
	else if (w[0] == BY_FD)
		syscall((long)w[1], fd, w[2]);
	else
		syscall((long)w[1], AT_FDCWD, path, w[2], 0);
	return reached(others_may(path));
}

static enum end change_mode_i386(struct scene *scene, const struct attack *attack)
{
	const uint64_t *w = attack->with;
	const char *path;
	int fd;

	scene_enter(scene);
	fd = own_file(scene, &path);
	if (w[0] == BY_PATH)
		call_i386((long)w[1], low_text(path), w[2], 0, 0, 0);
	else if (w[0] == BY_FD)
		call_i386((long)w[1], (uint64_t)fd, w[2], 0, 0, 0);
	else
		call_i386((long)w[1], (uint64_t)AT_FDCWD, low_text(path), w[2], 0, 0);
	return reached(others_may(path));
}

/* ---- umask, and all ways to make something after it ---- */

static void make_file(const char *path)
{
	syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0666);
}

#ifdef SYS_open
static void make_open(const char *path)
{
	syscall(SYS_open, path, O_WRONLY | O_CREAT, 0666);
}

static void make_creat(const char *path)
{
	syscall(SYS_creat, path, 0666);
}

static void make_mkdir(const char *path)
{
	syscall(SYS_mkdir, path, 0777);
}

static void make_mknod(const char *path)
{
	syscall(SYS_mknod, path, S_IFIFO | 0666, 0);
}
#else
#define make_open  make_file
#define make_creat make_file
#define make_mkdir make_mkdirat
#define make_mknod make_mknodat
#endif

static void make_openat2(const char *path)
{
	struct open_how how = {.flags = O_WRONLY | O_CREAT, .mode = 0666};

	syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static void make_mkdirat(const char *path)
{
	syscall(SYS_mkdirat, AT_FDCWD, path, 0777);
}

static void make_mknodat(const char *path)
{
	syscall(SYS_mknodat, AT_FDCWD, path, S_IFIFO | 0666, 0);
}

/* Without a name at first. */
static void make_tmpfile(const char *path)
{
	char folder[160], link[64];
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	fd = open(folder, O_TMPFILE | O_WRONLY, 0666);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static void make_socket(const char *path)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	if (bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		close(fd);
}

static void (*const makers[])(const char *path) = {make_file, make_open, make_creat,
	make_mkdir, make_mknod, make_openat2, make_mkdirat, make_mknodat, make_tmpfile,
	make_socket};

/* with: the maker, the umask that is wanted. */
static enum end widen_umask(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "made");

	scene_enter(scene);
	syscall(SYS_umask, attack->with[1]);
	makers[attack->with[0]](path);
	return reached(others_may(path));
}

static enum end widen_umask_i386(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "made");

	scene_enter(scene);
	call_i386(60, attack->with[0], 0, 0, 0, 0);
	make_file(path);
	return reached(others_may(path));
}

static enum end widen_for_queue(struct scene *scene, const struct attack *attack)
{
	struct stat st = {0};
	int fd;

	(void)attack;
	if (unshare(CLONE_NEWIPC) < 0)
		return END_STOPPED;
	scene_enter(scene);
	syscall(SYS_umask, 0);
	fd = (int)syscall(SYS_mq_open, "oakum", O_RDWR | O_CREAT, 0666, NULL);
	return reached(fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 06));
}

/* The start is not the filter's: `docker exec` brings 022. */
static enum end start_with_umask(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "made");

	scene->start_umask = (uint32_t)attack->with[0];
	scene_enter(scene);
	make_file(path);
	return reached(others_may(path));
}

/* ---- access lists ---- */

struct acl_entry {
	uint16_t tag, perm;
	uint32_t id;
};

/* include/uapi/linux/posix_acl_xattr.h: version 2, then user, group, others. */
struct acl {
	uint32_t version;
	struct acl_entry entries[3];
};

static const struct acl open_acl = {
	2, {{0x01, 6, UINT32_MAX}, {0x04, 4, UINT32_MAX}, {0x20, 6, UINT32_MAX}}};

#define ACCESS_LIST  "system.posix_acl_access"
#define DEFAULT_LIST "system.posix_acl_default"

enum xattr_how {
	SET_PATH,
	SET_LINK,
	SET_FD,
	SET_AT,
};

/* struct xattr_args of include/uapi/linux/xattr.h, since 6.13. */
struct list_args {
	uint64_t value;
	uint32_t size, flags;
};

static enum end set_list(struct scene *scene, const struct attack *attack)
{
	struct list_args args = {(uintptr_t)&open_acl, sizeof(open_acl), 0};
	const char *path;
	int fd;

	scene_enter(scene);
	fd = own_file(scene, &path);
	switch (attack->with[0]) {
	case SET_PATH:
		setxattr(path, ACCESS_LIST, &open_acl, sizeof(open_acl), 0);
		break;
	case SET_LINK:
		lsetxattr(path, ACCESS_LIST, &open_acl, sizeof(open_acl), 0);
		break;
	case SET_FD:
		fsetxattr(fd, ACCESS_LIST, &open_acl, sizeof(open_acl), 0);
		break;
	default:
		syscall(SYS_setxattrat, AT_FDCWD, path, 0, ACCESS_LIST, &args,
			sizeof(args));
	}
	return reached(others_may(path));
}

/* with: the number. */
static enum end set_list_i386(struct scene *scene, const struct attack *attack)
{
	void *acl = low_memory(4096);
	const char *path;
	int fd;
	uint64_t what;

	memcpy(acl, &open_acl, sizeof(open_acl));
	scene_enter(scene);
	fd = own_file(scene, &path);
	what = attack->with[0] == 228 ? (uint64_t)fd : low_text(path);
	call_i386((long)attack->with[0], what, low_text(ACCESS_LIST), (uintptr_t)acl,
		sizeof(open_acl), 0);
	return reached(others_may(path));
}

static enum end set_default_list(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "made");

	(void)attack;
	scene_enter(scene);
	setxattr(scene->own, DEFAULT_LIST, &open_acl, sizeof(open_acl), 0);
	make_file(path);
	return reached(others_may(path));
}

static enum end find_default_list(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "made");

	(void)attack;
	if (setxattr(scene->own, DEFAULT_LIST, &open_acl, sizeof(open_acl), 0) < 0)
		return END_STOPPED;
	scene_enter(scene);
	make_file(path);
	return reached(others_may(path));
}

/* with: whether the ring was there before the filter. */
static enum end ring_list(struct scene *scene, const struct attack *attack)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_FSETXATTR,
		.addr = (uintptr_t)ACCESS_LIST,
		.off = (uintptr_t)&open_acl,
		.len = sizeof(open_acl)};
	struct ring ring;
	const char *path;

	if (attack->with[0] && !ring_open(&ring, 0))
		return END_STOPPED;
	scene_enter(scene);
	sqe.fd = own_file(scene, &path);
	if (!attack->with[0] && !ring_open(&ring, 0))
		return END_STOPPED;
	ring_do(&ring, &sqe, true);
	return reached(others_may(path));
}

static enum end ring_folder(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "made");
	struct io_uring_sqe sqe = {.opcode = IORING_OP_MKDIRAT,
		.fd = AT_FDCWD,
		.addr = (uintptr_t)path,
		.len = 0777};
	struct ring ring;

	(void)attack;
	scene_enter(scene);
	syscall(SYS_umask, 0);
	if (!ring_open(&ring, 0))
		return END_STOPPED;
	ring_do(&ring, &sqe, true);
	return reached(others_may(path));
}

/* ---- what is open already ---- */

static enum end write_open_file(struct scene *scene, const struct attack *attack)
{
	const char *path = scene_own(scene, "theirs");
	int fd;

	(void)attack;
	umask(0);
	fd = open(path, O_RDWR | O_CREAT, 0666);
	if (fd >= 0)
		close(fd);
	scene_enter(scene);
	fd = open(path, O_WRONLY);
	return reached(fd >= 0 && write(fd, "secret", 6) == 6 && others_may(path));
}

static enum end memory_file(struct scene *scene, const struct attack *attack)
{
	struct stat st;
	int fd;

	(void)attack;
	scene_enter(scene);
	fd = memfd_create("oakum", 0);
	return reached(fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 06));
}

/* ---- System V IPC: no umask holds there ---- */

enum ipc_kind {
	MEMORY,
	QUEUE,
	SEMAPHORES,
};

/* The kernel's own layout is the C library's on the arches of this suite. */
union semun_of_kernel {
	int value;
	struct semid_ds *state;
};

static long ipc_get(enum ipc_kind kind, uint64_t flags)
{
	if (kind == MEMORY)
		return syscall(SYS_shmget, IPC_PRIVATE, 4096, flags);
	if (kind == QUEUE)
		return syscall(SYS_msgget, IPC_PRIVATE, flags);
	return syscall(SYS_semget, IPC_PRIVATE, 1, flags);
}

static mode_t ipc_mode(enum ipc_kind kind, long id)
{
	struct shmid_ds memory = {0};
	struct msqid_ds queue = {0};
	struct semid_ds semaphores = {0};
	union semun_of_kernel un = {.state = &semaphores};

	shmctl(kind == MEMORY ? (int)id : -1, IPC_STAT, &memory);
	msgctl(kind == QUEUE ? (int)id : -1, IPC_STAT, &queue);
	semctl(kind == SEMAPHORES ? (int)id : -1, 0, IPC_STAT, un);
	return memory.shm_perm.mode | queue.msg_perm.mode | semaphores.sem_perm.mode;
}

/* with: kind, flags. What is made goes with its namespace. */
static enum end make_object(struct scene *scene, const struct attack *attack)
{
	enum ipc_kind kind = (enum ipc_kind)attack->with[0];
	long id;

	if (unshare(CLONE_NEWIPC) < 0)
		return END_STOPPED;
	scene_enter(scene);
	id = ipc_get(kind, attack->with[1] | IPC_CREAT);
	return reached(id >= 0 && (ipc_mode(kind, id) & 06));
}

/* with: kind, command. */
static enum end set_object(struct scene *scene, const struct attack *attack)
{
	enum ipc_kind kind = (enum ipc_kind)attack->with[0];
	uint64_t command = attack->with[1];
	struct ipc_perm perm = {.uid = ATTACKER, .gid = ATTACKER, .mode = 0666};
	struct shmid_ds memory = {.shm_perm = perm};
	struct msqid_ds queue = {.msg_perm = perm, .msg_qbytes = 4096};
	struct semid_ds semaphores = {.sem_perm = perm};
	long id;

	if (unshare(CLONE_NEWIPC) < 0)
		return END_STOPPED;
	scene_enter(scene);
	id = ipc_get(kind, IPC_CREAT | 0600);
	if (kind == MEMORY)
		syscall(SYS_shmctl, id, command, &memory);
	else if (kind == QUEUE)
		syscall(SYS_msgctl, id, command, &queue);
	else
		syscall(SYS_semctl, id, 0, command, &semaphores);
	return reached(id >= 0 && (ipc_mode(kind, id) & 06));
}

/* with: kind, number of the call or 117 for ipc(2), that call's own number. */
static enum end make_object_i386(struct scene *scene, const struct attack *attack)
{
	const uint64_t *w = attack->with;
	enum ipc_kind kind = (enum ipc_kind)w[0];
	const uint64_t flags = IPC_CREAT | 0666;
	long id;

	if (unshare(CLONE_NEWIPC) < 0)
		return END_STOPPED;
	scene_enter(scene);
	if (w[1] == 117)
		id = call_i386(117, w[2], IPC_PRIVATE, kind == QUEUE ? flags : 1,
			kind == QUEUE ? 0 : flags, 0);
	else if (kind == QUEUE)
		id = call_i386((long)w[1], IPC_PRIVATE, flags, 0, 0, 0);
	else
		id = call_i386((long)w[1], IPC_PRIVATE, 1, flags, 0, 0);
	return reached(id >= 0 && (ipc_mode(kind, id) & 06));
}

/* with: the permission mask of others; a key has no umask. */
static enum end open_key(struct scene *scene, const struct attack *attack)
{
	long key;

	scene_enter(scene);
	key = syscall(SYS_add_key, "user", "oakum", "secret", (size_t)6,
		KEY_SPEC_PROCESS_KEYRING);
	return reached(syscall(SYS_keyctl, KEYCTL_SETPERM, key, attack->with[0]) == 0);
}

static enum end give_to_group(struct scene *scene, const struct attack *attack)
{
	const gid_t other = (gid_t)attack->with[0];
	struct stat st = {0};
	int fd;

	scene_enter(scene);
	fd = open(scene_own(scene, "given"), O_CREAT | O_RDWR, 0660);
	syscall(SYS_setresgid, -1, other, -1);
	return reached(fchown(fd, (uid_t)-1, other) == 0 && fstat(fd, &st) == 0 &&
		st.st_gid == other && (st.st_mode & 040));
}

#define MODE(name, ...)                                                                \
	{                                                                              \
		"no-others", name, change_mode, {__VA_ARGS__}, NULL, false             \
	}
#define MODE_I386(name, ...)                                                           \
	{                                                                              \
		"no-others", "i386 " name, change_mode_i386, {__VA_ARGS__}, NULL,      \
			false                                                          \
	}
#define UMASK(name, ...)                                                               \
	{                                                                              \
		"no-others", "umask, then " name, widen_umask, {__VA_ARGS__}, NULL,    \
			false                                                          \
	}
#define LIST(name, run, ...)                                                           \
	{                                                                              \
		"no-others", name, run, {__VA_ARGS__}, NULL, false                     \
	}

const struct attack attacks_on_modes[] = {
#ifdef SYS_chmod
	MODE("chmod 0604", BY_PATH, SYS_chmod, 0604),
	MODE("chmod 0602", BY_PATH, SYS_chmod, 0602),
	MODE("chmod 1<<32 | 0666", BY_PATH, SYS_chmod, HIGH | 0666),
	MODE("chmod 0x10000 | 0666", BY_PATH, SYS_chmod, 0x10000 | 0666),
	MODE("x32 chmod 0666", BY_PATH, 0x40000000 | SYS_chmod, 0666),
#endif
	MODE("fchmod 0666", BY_FD, SYS_fchmod, 0666),
	MODE("fchmod 1<<32 | 0604", BY_FD, SYS_fchmod, HIGH | 0604),
	MODE("fchmodat 0666", BY_FOLDER, SYS_fchmodat, 0666),
	MODE("fchmodat 0x10000 | 0602", BY_FOLDER, SYS_fchmodat, 0x10000 | 0602),
	MODE("fchmodat2 0666", BY_FOLDER, SYS_fchmodat2, 0666),
	MODE("fchmodat2 1<<32 | 0604", BY_FOLDER, SYS_fchmodat2, HIGH | 0604),
	MODE_I386("chmod 0666", BY_PATH, 15, 0666),
	MODE_I386("chmod 0x10000 | 0604", BY_PATH, 15, 0x10000 | 0604),
	MODE_I386("fchmod 0666", BY_FD, 94, 0666),
	MODE_I386("fchmodat 0666", BY_FOLDER, 306, 0666),
	MODE_I386("fchmodat2 0666", BY_FOLDER, 452, 0666),
	UMASK("openat", 0, 0),
	UMASK("open", 1, 0),
	UMASK("creat", 2, 0),
	UMASK("mkdir", 3, 0),
	UMASK("mknod", 4, 0),
	UMASK("openat2", 5, 0),
	UMASK("mkdirat", 6, 0),
	UMASK("mknodat", 7, 0),
	UMASK("O_TMPFILE and linkat", 8, 0),
	UMASK("bind", 9, 0),
	UMASK("openat (022)", 0, 022),
	UMASK("openat (004)", 0, 004),
	UMASK("openat (1<<32)", 0, HIGH),
	UMASK("openat (0x6000 in the low 16)", 0, 06000),
	{"no-others", "umask, then mq_open", widen_for_queue, {0}, NULL, false},
	{"no-others", "i386 umask(0)", widen_umask_i386, {0}, NULL, false},
	{"no-others", "i386 umask(1<<32)", widen_umask_i386, {HIGH}, NULL, false},
	{"no-others", "i386 umask(0x10000)", widen_umask_i386, {0x10000}, NULL, false},
	{"no-others", "start with umask 022", start_with_umask, {022},
		"a process starts with a wide umask, as `docker exec` does", false},
	LIST("setxattr of an access list", set_list, SET_PATH),
	LIST("lsetxattr of an access list", set_list, SET_LINK),
	LIST("fsetxattr of an access list", set_list, SET_FD),
	LIST("setxattrat of an access list", set_list, SET_AT),
	LIST("i386 setxattr of an access list", set_list_i386, 226),
	LIST("i386 lsetxattr of an access list", set_list_i386, 227),
	LIST("i386 fsetxattr of an access list", set_list_i386, 228),
	LIST("setxattr of a default list, then open", set_default_list, 0),
	LIST("io_uring fsetxattr", ring_list, 0),
	LIST("io_uring fsetxattr, ring from before", ring_list, 1),
	LIST("io_uring mkdirat", ring_folder, 0),
	{"no-others", "open below a default list", find_default_list, {0},
		"a folder already has a default access list: it replaces the umask",
		false},
	{"no-others", "write into an open file", write_open_file, {0},
		"a file that others may read already is written into", false},
	{"no-others", "memfd_create", memory_file, {0},
		"the file of memfd_create has mode 0777", false},
	LIST("shmget 0666", make_object, MEMORY, 0666),
	LIST("shmget 1<<32 | 0604", make_object, MEMORY, HIGH | 0604),
	LIST("msgget 0666", make_object, QUEUE, 0666),
	LIST("semget 0602", make_object, SEMAPHORES, 0602),
	LIST("shmctl IPC_SET", set_object, MEMORY, IPC_SET),
	LIST("shmctl 1<<32 | IPC_SET", set_object, MEMORY, HIGH | IPC_SET),
	LIST("msgctl IPC_SET", set_object, QUEUE, IPC_SET),
	LIST("semctl IPC_SET", set_object, SEMAPHORES, IPC_SET),
	LIST("i386 shmget 0666", make_object_i386, MEMORY, 395),
	LIST("i386 msgget 0666", make_object_i386, QUEUE, 399),
	LIST("i386 semget 0666", make_object_i386, SEMAPHORES, 393),
	LIST("i386 ipc(SHMGET) 0666", make_object_i386, MEMORY, 117, 23),
	LIST("i386 ipc(MSGGET) 0666", make_object_i386, QUEUE, 117, 13),
	LIST("i386 ipc(SEMGET) 0666", make_object_i386, SEMAPHORES, 117, 2),
	{"no-others", "fchown to another group", give_to_group, {ATTACKER + 1},
		"a file is given to another user or group: with CAP_CHOWN or CAP_SETGID, "
		"or to one of the process's own groups",
		false},
	LIST("keyctl(KEYCTL_SETPERM) of a key of its own", open_key,
		0x3f3f0000 | KEY_OTHERS_READ),
	{0},
};
