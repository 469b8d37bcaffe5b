#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list args;
	size_t n;

	if (!e)
		return -1;
	e->code = code;
	va_start(args, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
	n = strlen(e->text);
	if (code)
		snprintf(e->text + n, sizeof(e->text) - n, ": %s",
			strerrordesc_np(code));
	return -1;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char context[ERR_MAX], inner[ERR_MAX];
	va_list args;

	if (!e)
		return -1;
	va_start(args, fmt);
	vsnprintf(context, sizeof(context), fmt, args);
	va_end(args);
	memcpy(inner, e->text, sizeof(inner));
	if (snprintf(e->text, sizeof(e->text), "%s: %s", context, inner) < 0)
		e->text[0] = '\0';
	return -1;
}
