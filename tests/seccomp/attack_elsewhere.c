/* Attempts on the other objectives: namespaces, the network. */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "attack.h"

#define HIGH ((uint64_t)1 << 32)

static enum end reached(bool is_so)
{
	return is_so ? END_REACHED : END_STOPPED;
}

/* A link of /proc/self/ns says which namespace it is. */
static uint64_t namespace_of(const char *name)
{
	char path[64];
	struct stat st = {0};

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	if (stat(path, &st) < 0)
		return 0;
	return (uint64_t)st.st_ino;
}

/* with: the flags; a user namespace comes first, since the attacker may not else. */
static enum end make_namespace(struct scene *scene, const struct attack *attack)
{
	uint64_t before;

	scene_enter(scene);
	before = namespace_of("net") ^ namespace_of("mnt") ^ namespace_of("uts");
	syscall(SYS_unshare, attack->with[0]);
	return reached(before !=
		(namespace_of("net") ^ namespace_of("mnt") ^ namespace_of("uts")));
}

static int loop_call(int fd)
{
	struct sockaddr address = {.sa_family = AF_UNSPEC};

	/* Any call that only a socket of the network takes shows that there is one. */
	return fd >= 0 && connect(fd, &address, sizeof(address)) == 0;
}

/* with: family, type. */
static enum end open_socket(struct scene *scene, const struct attack *attack)
{
	int fd;

	scene_enter(scene);
	fd = (int)syscall(SYS_socket, attack->with[0], attack->with[1], 0);
	return reached(loop_call(fd));
}

static enum end open_socket_i386(struct scene *scene, const struct attack *attack)
{
	uint32_t *args = low_memory(4096);
	long fd;

	args[0] = AF_INET;
	args[1] = SOCK_DGRAM;
	scene_enter(scene);
	if (attack->with[0] == 102)
		fd = call_i386(102, 1, (uintptr_t)args, 0, 0, 0);
	else
		fd = call_i386((long)attack->with[0], AF_INET, SOCK_DGRAM, 0, 0, 0);
	return reached(loop_call((int)fd));
}

static enum end ring_socket(struct scene *scene, const struct attack *attack)
{
	/* include/uapi/linux/io_uring.h, since 5.19; the headers may be older. */
	enum { OP_SOCKET = 45 };
	struct io_uring_sqe sqe = {
		.opcode = OP_SOCKET, .fd = AF_INET, .off = SOCK_DGRAM};
	struct ring ring;

	(void)attack;
	scene_enter(scene);
	if (!ring_open(&ring, 0))
		return END_STOPPED;
	return reached(loop_call(ring_do(&ring, &sqe, true)));
}

static enum end keep_socket(struct scene *scene, const struct attack *attack)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)attack;
	scene_enter(scene);
	return reached(loop_call(fd));
}

/* Another process listens under a name that is in no folder. */
static enum end abstract_socket(struct scene *scene, const struct attack *attack)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	socklen_t length;

	(void)attack;
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
		(size_t)snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
			"oakum-attack-%d", (int)getpid()));
	if (bind(listener, (struct sockaddr *)&name, length) < 0 ||
		listen(listener, 1) < 0)
		return END_STOPPED;
	scene_enter(scene);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return reached(fd >= 0 && connect(fd, (struct sockaddr *)&name, length) == 0 &&
		write(fd, "secret", 6) == 6);
}

#define SPACE(name, ...)                                                               \
	{                                                                              \
		"no-new-namespaces", name, make_namespace, {__VA_ARGS__}, NULL, false  \
	}
#define SOCKET(name, ...)                                                              \
	{                                                                              \
		"network-none", name, open_socket, {__VA_ARGS__}, NULL, false          \
	}

const struct attack attacks_elsewhere[] = {
	SPACE("unshare user and net", CLONE_NEWUSER | CLONE_NEWNET),
	SPACE("unshare user and mounts", CLONE_NEWUSER | CLONE_NEWNS),
	SPACE("unshare user and uts", CLONE_NEWUSER | CLONE_NEWUTS),
	SOCKET("socket(AF_INET)", AF_INET, SOCK_DGRAM),
	SOCKET("socket(1<<32 | AF_INET)", HIGH | AF_INET, SOCK_DGRAM),
	SOCKET("socket(AF_INET6)", AF_INET6, SOCK_DGRAM),
	{"network-none", "i386 socketcall(SOCKET)", open_socket_i386, {102}, NULL,
		false},
	{"network-none", "i386 socket(AF_INET)", open_socket_i386, {359}, NULL, false},
	{"network-none", "io_uring socket", ring_socket, {0}, NULL, false},
	{"network-none", "a socket from before", keep_socket, {0},
		"a socket was open at the start, or another process hands one over",
		false},
	{"network-none", "an abstract AF_UNIX socket", abstract_socket, {0},
		"an AF_UNIX socket of another process carries data out, an abstract one "
		"without any file",
		false},
	{0},
};
