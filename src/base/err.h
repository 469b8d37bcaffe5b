/*
 * err: what oakum could not do, in one line.
 *
 * Depends on nothing. An err is for failures of the world (a file that cannot be
 * opened, an option that makes no sense), never for bad input: that is a diag. The
 * caller owns the struct; a function that fails fills it and returns -1, its other
 * outputs untouched. NULL is allowed where nobody wants to know why.
 *
 *	if (fd < 0)
 *		return err_set(e, errno, "open '%s'", path);
 *	if (load(path, e) < 0)
 *		return err_wrap(e, "read the list of images");
 */
#ifndef OAKUM_BASE_ERR_H
#define OAKUM_BASE_ERR_H

enum { ERR_MAX = 512 };

struct err {
	int code;	    /* an errno value, or 0 when none fits */
	char text[ERR_MAX]; /* "open 'x': No such file or directory", no newline */
};

/* Fills e (code 0: the text stands alone) and returns -1. */
int err_set(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " before what e says and returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
