/*
 * progress: one line on a terminal that says how far a long run is.
 *
 * Depends on libc. It appears after half a second, on standard error, only when that is
 * a terminal, and it is gone before anything else is written. A signal that ends the
 * process takes it away too. There is one a process.
 *
 *	progress_start(!options->is_quiet);
 *	progress_show("oakum: %zu of %zu files", done, count);
 *	progress_clear();
 */
#ifndef OAKUM_CLI_PROGRESS_H
#define OAKUM_CLI_PROGRESS_H

#include <stdbool.h>

void progress_start(bool is_wanted);

/* Shows the line when it is time to; call it as often as you like, from one thread. */
void progress_show(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Takes the line away; it comes back with the next progress_show. */
void progress_clear(void);

#endif
