#include "host/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"

const char *host_fd_path(struct arena *a, int fd)
{
	return arena_cstr(a, arena_printf(a, "/proc/self/fd/%d", fd));
}

/* O_PATH opens a link itself; that it is one has to be asked. */
static int refuse_link(int fd, struct str path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, errno, "look at '%.*s'", STR_ARG(path));
	if (S_ISLNK(st.st_mode))
		return err_set(e, 0,
			"change '%.*s': a symbolic link is in its way, and oakum follows "
			"none",
			STR_ARG(path));
	return 0;
}

/* The next component from at, which is closed. */
static int step_down(
	struct arena *a, int at, struct str name, struct str path, struct err *e)
{
	int fd = openat(
		at, arena_cstr(a, name), O_PATH | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	int code = errno;

	close(at);
	if (fd < 0)
		return err_set(e, code, "open '%.*s'", STR_ARG(path));
	if (refuse_link(fd, path, e) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int host_open(struct arena *a, struct str path, struct err *e)
{
	struct str_fields fields = {.rest = path};
	struct str name;
	int at = open(
		path_is_absolute(path) ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (at < 0)
		return err_set(e, errno, "open '%.*s'", STR_ARG(path));
	while (at >= 0 && str_next_field(&fields, '/', &name))
		if (name.n && !str_eq(name, STR(".")))
			at = step_down(a, at, name, path, e);
	return at;
}

int host_open_above(struct arena *a, struct str path, const char **name, struct err *e)
{
	*name = arena_cstr(a, path_base(path));
	return host_open(a, path_dir(path), e);
}
