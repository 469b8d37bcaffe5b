#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

enum { WIDTH_MIN = 60, WIDTH_DEFAULT = 80, WIDTH_MAX = 100 };

static bool write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			s = str_from(s, (size_t)n);
	}
	return true;
}

bool output_all(struct str s)
{
	if (write_all(STDOUT_FILENO, s))
		return true;
	if (errno != EPIPE)
		complain("cannot write to standard output: %s", strerrordesc_np(errno));
	return false;
}

void output_flush(struct output *o)
{
	if (!o->has_failed && !output_all((struct str){o->bytes, o->n}))
		o->has_failed = true;
	o->n = 0;
}

void output_add(struct output *o, struct str s)
{
	while (s.n) {
		struct str part = str_sub(s, 0, OUTPUT_SIZE - o->n);

		memcpy(o->bytes + o->n, part.p, part.n);
		o->n += part.n;
		s = str_from(s, part.n);
		if (o->n == OUTPUT_SIZE)
			output_flush(o);
	}
}

bool output_finish(struct output *o)
{
	output_flush(o);
	return !o->has_failed;
}

bool output_has_color(enum color_when when)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	if ((no_color && *no_color) || (term && strcmp(term, "dumb") == 0))
		return false;
	return isatty(STDOUT_FILENO);
}

bool output_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

unsigned output_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return WIDTH_DEFAULT;
	if (size.ws_col < WIDTH_MIN)
		return WIDTH_MIN;
	return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

void output_error(struct str s)
{
	write_all(STDERR_FILENO, s);
}
