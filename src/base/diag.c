#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *name, *title;
} diag_table[] = {
#define DIAG(id, title) {#id, title},
#include "base/diag.def"
#undef DIAG
};

const char *diag_name(enum diag_id id)
{
	return diag_table[id].name;
}

const char *diag_title(enum diag_id id)
{
	return diag_table[id].title;
}

struct diag *diag_add(
	struct diags *d, enum diag_id id, struct span span, const char *fmt, ...)
{
	char detail[512];
	struct diag *diag;
	va_list args;

	if (d->list.n >= DIAGS_MAX) {
		d->dropped++;
		return NULL;
	}
	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	diag = vec_push(d->arena, &d->list);
	diag->id = id;
	diag->span = span;
	diag->detail = arena_str(d->arena, str_c(detail));
	return diag;
}
