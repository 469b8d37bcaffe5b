#include "cli/stream.h"

#include <errno.h>
#include <unistd.h>

enum { FIRST = 64 * 1024, MB = 1024 * 1024 };

int stream_read(struct arena *a, int fd, struct str name, size_t max, struct str *out,
	struct err *e)
{
	size_t cap = FIRST, n = 0;
	char *bytes = arena_alloc(a, cap);

	for (;;) {
		ssize_t got = read(fd, bytes + n, cap - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(e, errno, "read %.*s", STR_ARG(name));
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > max)
			return err_set(e, EFBIG, "read %.*s (at most %zu MB are)",
				STR_ARG(name), max / MB);
		if (n == cap) {
			bytes = arena_grow(a, bytes, cap, cap * 2);
			cap *= 2;
		}
	}
	*out = (struct str){bytes, n};
	return 0;
}
