#include "why/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"

/* A process that does not outlive the scope that started it. */
struct child {
	pid_t pid; /* 0: none */
};

static void child_end(struct child *c)
{
	if (c->pid <= 0)
		return;
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
}

#define cleanup_child __attribute__((cleanup(child_end)))

/* One end of a pipe that is read until it ends or holds too much. */
struct stream {
	struct buf bytes;
	size_t most;
	int fd;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool engine_may_know(struct str name)
{
	if (str_starts(name, STR("/"))) /* as `docker inspect` itself prints it */
		name = str_from(name, 1);
	return name.n && !str_starts(name, STR(".")) && str_find(name, '/') == name.n;
}

/* Standard input is empty; out and err are the write ends. */
static int start(const char *const *words, int out, int err, struct child *c)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int code;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, err, 2);
	/* posix_spawnp takes the words as they are; it does not write to them. */
	code = posix_spawnp(&c->pid, words[0], &actions, &attributes,
		(char *const *)(uintptr_t)words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (code)
		c->pid = 0;
	return code;
}

/* 1: there may be more; 0: that was all, or all that we take. */
static int read_some(struct stream *s)
{
	char bytes[16 * 1024];
	ssize_t n = read(s->fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	buf_add(&s->bytes, (struct str){bytes, (size_t)n});
	return n > 0 && s->bytes.n < s->most;
}

/* Both streams to their ends; -1 when the time is up. */
static int read_all(struct stream *out, struct stream *err, int64_t until)
{
	struct pollfd fds[2] = {{out->fd, POLLIN, 0}, {err->fd, POLLIN, 0}};
	struct stream *streams[2] = {out, err};

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		int64_t left = until - now_ms();

		if (left <= 0)
			return -1;
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			return -1;
		for (int i = 0; i < 2; i++)
			if (fds[i].fd >= 0 && fds[i].revents && !read_some(streams[i]))
				fds[i].fd = -1;
	}
	return 0;
}

/* Its exit status; -1 when it does not end in time. */
static int wait_for(struct child *c, int64_t until)
{
	int status = 0;

	for (;;) {
		pid_t done = waitpid(c->pid, &status, WNOHANG);

		if (done == c->pid)
			break;
		if ((done < 0 && errno != EINTR) || now_ms() > until)
			return -1;
		poll(NULL, 0, 5);
	}
	c->pid = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void close_now(int *fd)
{
	close(*fd);
	*fd = -1;
}

static struct str first_line(struct str text)
{
	struct str trimmed = str_trim(text);

	return str_sub(trimmed, 0, str_find(trimmed, '\n'));
}

static int too_long(struct err *e, const char *program)
{
	return err_set(e, 0, "get an answer from '%s': it took longer than %d seconds",
		program, ENGINE_SECONDS);
}

int engine_ask(struct arena *a, const char *const *words, bool is_both, size_t most,
	struct engine_said *out, struct err *e)
{
	int64_t until = now_ms() + (int64_t)ENGINE_SECONDS * 1000;
	int ends[4] = {-1, -1, -1, -1};
	cleanup_child struct child child = {0};
	struct stream stdout_ = {.bytes = {.arena = a}, .most = most};
	struct stream stderr_ = {.bytes = {.arena = a}, .most = most};
	int code, status;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "make a pipe");
	cleanup_close int read_out = ends[0], write_out = ends[1];
	if (pipe2(ends + 2, O_CLOEXEC) < 0)
		return err_set(e, errno, "make a pipe");
	cleanup_close int read_err = ends[2], write_err = ends[3];

	code = start(words, write_out, is_both ? write_out : write_err, &child);
	if (code)
		return err_set(e, code, "run '%s'", words[0]);
	/* Only the child holds them now, so that its end is the end of the streams. */
	close_now(&write_out);
	close_now(&write_err);
	stdout_.fd = read_out;
	stderr_.fd = read_err;
	if (read_all(&stdout_, &stderr_, until) < 0)
		return too_long(e, words[0]);
	/* What says too much is not waited for. */
	if (stdout_.bytes.n >= most)
		status = 0;
	else if ((status = wait_for(&child, until)) < 0)
		return too_long(e, words[0]);
	out->out = buf_str(&stdout_.bytes);
	out->err = first_line(buf_str(&stderr_.bytes));
	out->status = status;
	return 0;
}
