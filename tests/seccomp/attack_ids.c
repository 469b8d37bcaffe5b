/* Attempts to become user 0 or group 0. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attack.h"

#define NO	     UINT64_MAX
#define HIGH	     ((uint64_t)1 << 32)
#define LIST_END     ((uint64_t)-2)
#define CALL(number) (SYS_##number)

static enum end reached(bool is_so)
{
	return is_so ? END_REACHED : END_STOPPED;
}

/* with: the number, then its arguments. */
static enum end call_id(struct scene *scene, const struct attack *attack)
{
	const uint64_t *w = attack->with;

	scene_enter(scene);
	syscall((long)w[0], w[1], w[2], w[3]);
	return reached(is_root_somehow());
}

static enum end call_id_i386(struct scene *scene, const struct attack *attack)
{
	const uint64_t *w = attack->with;

	scene_enter(scene);
	call_i386((long)w[0], w[1], w[2], w[3], 0, 0);
	return reached(is_root_somehow());
}

static enum end list_of_groups(struct scene *scene, const struct attack *attack)
{
	static const gid_t root_only[] = {0};

	scene_enter(scene);
	syscall(SYS_setgroups, attack->with[0], root_only);
	return reached(is_root_somehow());
}

/* with: the number. */
static enum end list_of_groups_i386(struct scene *scene, const struct attack *attack)
{
	void *root_only = low_memory(4096);

	scene_enter(scene);
	call_i386((long)attack->with[0], 1, (uintptr_t)root_only, 0, 0, 0);
	return reached(is_root_somehow());
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* In a new user namespace: be its root. */
static bool map_root(void)
{
	return write_text("/proc/self/uid_map", "0 1777 1") && is_root_somehow();
}

static enum end unshare_user(struct scene *scene, const struct attack *attack)
{
	scene_enter(scene);
	if (syscall(SYS_unshare, attack->with[0]) < 0)
		return END_STOPPED;
	return reached(map_root());
}

static enum end unshare_user_i386(struct scene *scene, const struct attack *attack)
{
	(void)attack;
	scene_enter(scene);
	if (call_i386(310, CLONE_NEWUSER, 0, 0, 0, 0) < 0)
		return END_STOPPED;
	return reached(map_root());
}

static enum end child_end(long pid)
{
	int status;

	if (pid == 0)
		_exit(map_root() ? 0 : 1);
	if (pid < 0 || waitpid((pid_t)pid, &status, 0) < 0)
		return END_STOPPED;
	return reached(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static enum end clone_user(struct scene *scene, const struct attack *attack)
{
	scene_enter(scene);
	return child_end(syscall(SYS_clone, attack->with[0] | SIGCHLD, 0, 0, 0, 0));
}

static enum end clone_user_i386(struct scene *scene, const struct attack *attack)
{
	(void)attack;
	scene_enter(scene);
	return child_end(call_i386(120, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static enum end clone3_user(struct scene *scene, const struct attack *attack)
{
	struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};

	(void)attack;
	scene_enter(scene);
	return child_end(syscall(SYS_clone3, &args, sizeof(args)));
}

/* A namespace of the attacker's that a sibling holds, by its file. */
static int foreign_namespace(pid_t *holder)
{
	int ready[2];
	char path[64], byte;
	pid_t pid;

	if (pipe(ready) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		if (setresgid(ATTACKER, ATTACKER, ATTACKER) < 0 ||
			setresuid(ATTACKER, ATTACKER, ATTACKER) < 0 ||
			prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 ||
			unshare(CLONE_NEWUSER) < 0 ||
			!write_text("/proc/self/uid_map", "0 1777 1"))
			_exit(1);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	*holder = pid;
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* with: what setns is told to expect. */
static enum end enter_user(struct scene *scene, const struct attack *attack)
{
	pid_t holder = -1;
	int fd = foreign_namespace(&holder);
	bool is_root = false;

	scene_enter(scene);
	if (fd >= 0 && syscall(SYS_setns, fd, attack->with[0]) == 0)
		is_root = is_root_somehow();
	if (holder > 0)
		kill(holder, SIGKILL);
	return reached(is_root);
}

/* A copy of this program, which says with --am-i-root what it has become. */
static bool copy_self(const char *to, mode_t mode)
{
	char bytes[65536];
	int in = open("/proc/self/exe", O_RDONLY);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = read(in, bytes, sizeof(bytes))) > 0)
		if (write(out, bytes, (size_t)n) != n)
			break;
	return n == 0 && fchmod(out, mode) == 0 && close(out) == 0 && close(in) == 0;
}

static enum end execute(const char *path, const char *option)
{
	char *argv[] = {(char *)path, (char *)option, NULL}, *none[] = {NULL};

	execve(path, argv, none);
	return END_STOPPED;
}

/* with: the bits of the file. */
static enum end execute_marked(struct scene *scene, const struct attack *attack)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/marked", scene->folder);
	if (!copy_self(path, (mode_t)attack->with[0]))
		return END_STOPPED;
	scene_enter(scene);
	return execute(path, "--am-i-root");
}

static enum end execute_capable(struct scene *scene, const struct attack *attack)
{
	struct vfs_cap_data caps = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1u << CAP_SETUID,
	};
	char path[96];

	(void)attack;
	snprintf(path, sizeof(path), "%s/capable", scene->folder);
	if (!copy_self(path, 0755) ||
		setxattr(path, "security.capability", &caps, sizeof(caps), 0) < 0)
		return END_STOPPED;
	scene_enter(scene);
	return execute(path, "--become-root");
}

/* A file that only root may open. */
static const char *root_file(const struct scene *scene)
{
	static char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/secret", scene->folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd >= 0)
		close(fd);
	return path;
}

static struct io_uring_sqe open_sqe(const char *path)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (uintptr_t)path,
		.open_flags = O_RDONLY};

	return sqe;
}

static enum end ring_personality(struct scene *scene, const struct attack *attack)
{
	const char *secret = root_file(scene);
	struct io_uring_sqe sqe = open_sqe(secret);
	struct ring ring;
	long id;

	(void)attack;
	if (!ring_open(&ring, 0))
		return END_STOPPED;
	id = syscall(
		SYS_io_uring_register, ring.fd, IORING_REGISTER_PERSONALITY, NULL, 0);
	if (id < 0)
		return END_STOPPED;
	sqe.personality = (uint16_t)id;
	scene_enter(scene);
	if (open(secret, O_RDONLY) >= 0)
		return END_STOPPED;
	return reached(ring_do(&ring, &sqe, true) >= 0);
}

/* The kernel's thread looks for work by itself: nothing is called any more. */
static enum end ring_thread(struct scene *scene, const struct attack *attack)
{
	const char *secret = root_file(scene);
	struct io_uring_sqe sqe = open_sqe(secret);
	struct ring ring;

	(void)attack;
	if (!ring_open(&ring, IORING_SETUP_SQPOLL))
		return END_STOPPED;
	scene_enter(scene);
	if (open(secret, O_RDONLY) >= 0)
		return END_STOPPED;
	return reached(ring_do(&ring, &sqe, false) >= 0);
}

/* As `docker exec -u 0` with no-new-privileges: the filter comes when all is done. */
static enum end start_as_root(struct scene *scene, const struct attack *attack)
{
	(void)attack;
	scene->stays_root = true;
	scene_enter(scene);
	return reached(is_root_somehow());
}

/* Whom the other end of a socket takes it for. */
static enum end claim_root(struct scene *scene, const struct attack *attack)
{
	const struct ucred claim = {.pid = getpid(), .uid = 0, .gid = ATTACKER};
	char byte = 0, control[CMSG_SPACE(sizeof(claim))] = {0};
	struct iovec bytes = {&byte, 1};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	struct ucred seen = {.uid = ATTACKER};
	int ends[2], on = 1;

	(void)attack;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) < 0 ||
		setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return END_STOPPED;
	scene_enter(scene);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_CREDENTIALS;
	header->cmsg_len = CMSG_LEN(sizeof(claim));
	memcpy(CMSG_DATA(header), &claim, sizeof(claim));
	if (sendmsg(ends[0], &message, 0) < 0 || recvmsg(ends[1], &message, 0) < 0)
		return END_STOPPED;
	memcpy(&seen, CMSG_DATA(header), sizeof(seen));
	return seen.uid == 0 ? END_REACHED : END_STOPPED;
}

#define IDS(name, number, ...)                                                         \
	{                                                                              \
		"no-root", name, call_id, {(uint64_t)(number), __VA_ARGS__}, NULL,     \
			false                                                          \
	}
#define IDS_I386(name, number, ...)                                                    \
	{                                                                              \
		"no-root", "i386 " name, call_id_i386,                                 \
			{(uint64_t)(number), __VA_ARGS__}, NULL, false                 \
	}

const struct attack attacks_on_ids[] = {
	IDS("setuid(0)", CALL(setuid), 0),
	IDS("setuid(1<<32)", CALL(setuid), HIGH),
	IDS("setgid(0)", CALL(setgid), 0),
	IDS("setgid(1<<32)", CALL(setgid), HIGH),
	IDS("setreuid(0, -1)", CALL(setreuid), 0, NO),
	IDS("setreuid(-1, 0)", CALL(setreuid), NO, 0),
	IDS("setreuid(1<<32, -1)", CALL(setreuid), HIGH, NO),
	IDS("setreuid(-1, 1<<32)", CALL(setreuid), NO, HIGH),
	IDS("setregid(0, -1)", CALL(setregid), 0, NO),
	IDS("setregid(-1, 0)", CALL(setregid), NO, 0),
	IDS("setregid(1<<32, -1)", CALL(setregid), HIGH, NO),
	IDS("setregid(-1, 1<<32)", CALL(setregid), NO, HIGH),
	IDS("setresuid(0, -1, -1)", CALL(setresuid), 0, NO, NO),
	IDS("setresuid(-1, 0, -1)", CALL(setresuid), NO, 0, NO),
	IDS("setresuid(-1, -1, 0)", CALL(setresuid), NO, NO, 0),
	IDS("setresuid(1<<32, -1, -1)", CALL(setresuid), HIGH, NO, NO),
	IDS("setresuid(-1, 1<<32, -1)", CALL(setresuid), NO, HIGH, NO),
	IDS("setresuid(-1, -1, 1<<32)", CALL(setresuid), NO, NO, HIGH),
	IDS("setresgid(0, -1, -1)", CALL(setresgid), 0, NO, NO),
	IDS("setresgid(-1, 0, -1)", CALL(setresgid), NO, 0, NO),
	IDS("setresgid(-1, -1, 0)", CALL(setresgid), NO, NO, 0),
	IDS("setresgid(1<<32, -1, -1)", CALL(setresgid), HIGH, NO, NO),
	IDS("setresgid(-1, 1<<32, -1)", CALL(setresgid), NO, HIGH, NO),
	IDS("setresgid(-1, -1, 1<<32)", CALL(setresgid), NO, NO, HIGH),
	IDS("setfsuid(0)", CALL(setfsuid), 0),
	IDS("setfsuid(1<<32)", CALL(setfsuid), HIGH),
	IDS("setfsgid(0)", CALL(setfsgid), 0),
	IDS("setfsgid(1<<32)", CALL(setfsgid), HIGH),
	{"no-root", "setgroups([0])", list_of_groups, {1}, NULL, false},
	{"no-root", "setgroups([0]), size 1<<32 | 1", list_of_groups, {HIGH | 1}, NULL,
		false},
	IDS_I386("setuid32(0)", 213, 0),
	IDS_I386("setgid32(0)", 214, 0),
	IDS_I386("setreuid32(0, -1)", 203, 0, NO),
	IDS_I386("setreuid32(-1, 0)", 203, NO, 0),
	IDS_I386("setregid32(0, -1)", 204, 0, NO),
	IDS_I386("setregid32(-1, 0)", 204, NO, 0),
	IDS_I386("setresuid32(-1, 0, -1)", 208, NO, 0, NO),
	IDS_I386("setresgid32(-1, 0, -1)", 210, NO, 0, NO),
	IDS_I386("setfsuid32(0)", 215, 0),
	IDS_I386("setfsgid32(0)", 216, 0),
	IDS_I386("setuid32(1<<32)", 213, HIGH),
	IDS_I386("setgid32(1<<32)", 214, HIGH),
	IDS_I386("setuid16(0)", 23, 0),
	IDS_I386("setuid16(0x10000)", 23, 0x10000),
	IDS_I386("setgid16(0x10000)", 46, 0x10000),
	IDS_I386("setreuid16(0x10000, -1)", 70, 0x10000, NO),
	IDS_I386("setreuid16(-1, 0x10000)", 70, NO, 0x10000),
	IDS_I386("setregid16(0x10000, -1)", 71, 0x10000, NO),
	IDS_I386("setregid16(-1, 0x10000)", 71, NO, 0x10000),
	IDS_I386("setresuid16(0x10000, -1, -1)", 164, 0x10000, NO, NO),
	IDS_I386("setresuid16(-1, 0x10000, -1)", 164, NO, 0x10000, NO),
	IDS_I386("setresuid16(-1, -1, 0x10000)", 164, NO, NO, 0x10000),
	IDS_I386("setresgid16(0x10000, -1, -1)", 170, 0x10000, NO, NO),
	IDS_I386("setresgid16(-1, 0x10000, -1)", 170, NO, 0x10000, NO),
	IDS_I386("setresgid16(-1, -1, 0x10000)", 170, NO, NO, 0x10000),
	IDS_I386("setfsuid16(0x10000)", 138, 0x10000),
	IDS_I386("setfsgid16(0x10000)", 139, 0x10000),
	{"no-root", "i386 setgroups16([0])", list_of_groups_i386, {81}, NULL, false},
	{"no-root", "i386 setgroups32([0])", list_of_groups_i386, {206}, NULL, false},
	IDS("x32 setuid(0)", 0x40000000 | 105, 0),
	IDS("x32 setresuid(0, 0, 0)", 0x40000000 | 117, 0, 0, 0),
	{"no-root", "unshare(CLONE_NEWUSER)", unshare_user, {CLONE_NEWUSER}, NULL,
		false},
	{"no-root", "unshare(CLONE_NEWUSER | CLONE_NEWNS)", unshare_user,
		{CLONE_NEWUSER | CLONE_NEWNS}, NULL, false},
	{"no-root", "i386 unshare(CLONE_NEWUSER)", unshare_user_i386, {0}, NULL, false},
	{"no-root", "clone(CLONE_NEWUSER)", clone_user, {CLONE_NEWUSER}, NULL, false},
	{"no-root", "clone(1<<32 | CLONE_NEWUSER)", clone_user, {HIGH | CLONE_NEWUSER},
		NULL, false},
	{"no-root", "i386 clone(CLONE_NEWUSER)", clone_user_i386, {0}, NULL, false},
	{"no-root", "clone3(CLONE_NEWUSER)", clone3_user, {0}, NULL, false},
	{"no-root", "setns(a user namespace)", enter_user, {CLONE_NEWUSER}, NULL,
		false},
	{"no-root", "setns(a user namespace, told as 0)", enter_user, {0}, NULL, false},
	{"no-root", "execve of a set-user-ID file", execute_marked, {04755},
		"a file with the set-user-ID or set-group-ID bit is executed", true},
	{"no-root", "execve of a set-group-ID file", execute_marked, {02755},
		"a file with the set-user-ID or set-group-ID bit is executed", true},
	{"no-root", "execve of a file with cap_setuid, then setuid(0)", execute_capable,
		{0}, NULL, false},
	{"no-root", "io_uring with root's personality", ring_personality, {0}, NULL,
		false},
	{"no-root", "io_uring with a kernel thread of root's", ring_thread, {0},
		"a kernel thread works for an io_uring that was made before the filter",
		false},
	{"no-root", "root's credentials on a socket", claim_root, {0},
		"a process that holds CAP_SETUID says on an AF_UNIX socket that it is "
		"user 0 (SCM_CREDENTIALS)",
		false},
	{"no-root", "start as root under the filter", start_as_root, {0},
		"a process is root before its filter is loaded: `docker exec -u 0` "
		"under no-new-privileges",
		false},
	{0},
};
