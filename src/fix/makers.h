/*
 * makers: the functions behind the rows of fixes.def.
 *
 * Private to fix/. Depends on fix. Each fills one part and says whether there is one.
 */
#ifndef OAKUM_FIX_MAKERS_H
#define OAKUM_FIX_MAKERS_H

#include "fix/fix.h"

#define FIX(name, scope) bool fix_##name(struct fixing *f, struct fix_part *part);
#include "fix/fixes.def"
#undef FIX

#endif
