#include "cli/progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 500, STEP_MS = 100 };

static struct {
	bool is_wanted;
	volatile sig_atomic_t is_shown;
	int64_t next_ms; /* on the monotonic clock */
} progress;

/* Back to the first column, and the line is erased (ECMA-48 8.3.41). */
static const char erase[] = "\r\033[K";

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void write_error(const char *text, size_t n)
{
	/* Nobody to tell when standard error itself is gone. */
	if (write(STDERR_FILENO, text, n) < 0)
		progress.is_wanted = false;
}

/* Clears the line and lets the signal do what it does by itself. */
static void on_signal(int number)
{
	if (progress.is_shown)
		write_error(erase, sizeof(erase) - 1);
	raise(number);
}

void progress_start(bool is_wanted)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};

	if (!is_wanted || !isatty(STDERR_FILENO))
		return;
	progress.is_wanted = true;
	progress.next_ms = now_ms() + FIRST_MS;
	/* SA_RESETHAND: the raise in the handler meets the default action. */
	action.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		struct sigaction old;

		if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(ending[i], &action, NULL);
	}
}

void progress_show(const char *fmt, ...)
{
	char line[160];
	va_list args;
	int n;

	if (!progress.is_wanted || now_ms() < progress.next_ms)
		return;
	progress.next_ms = now_ms() + STEP_MS;
	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (n <= 0 || (size_t)n >= sizeof(line))
		return;
	progress.is_shown = 1;
	write_error(erase, sizeof(erase) - 1);
	write_error(line, (size_t)n);
}

void progress_clear(void)
{
	if (!progress.is_shown)
		return;
	write_error(erase, sizeof(erase) - 1);
	progress.is_shown = 0;
}
