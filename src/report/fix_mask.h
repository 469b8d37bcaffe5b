/*
 * fix_mask: a diff without the secrets that stand in the lines it shows.
 *
 * Depends on base. Private to report/.
 */
#ifndef OAKUM_REPORT_FIX_MASK_H
#define OAKUM_REPORT_FIX_MASK_H

#include "source/load.h"

enum { FIX_SECRET_MIN = 3 }; /* bytes; of a shorter one nothing is kept by hiding it */

/*
 * text, a diff, with every secret as "***". One of letters alone ("mlflow") may be the name
 * of a service or of a folder as well: it stays where it surely is.
 */
struct str fix_mask(struct arena *a, struct str text, const struct strs *secrets);

#endif
