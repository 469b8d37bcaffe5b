#include "source/raise_by.h"

bool runline_raise(struct raising *r, const struct change *const *changes, size_t n)
{
	(void)changes, (void)n;
	return raise_refuse(r, "oakum cannot write these options yet.");
}
