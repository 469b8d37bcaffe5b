/*
 * allow: does the owner, mode and access list of one path let an identity through.
 *
 * Depends on owners, workload. The kernel's rule for a single path, without the folders
 * above it (acl(5), inode_permission of linux fs/namei.c): the owner's bits, else what
 * the list says of the user, else the groups', else others'; uid 0 with
 * CAP_DAC_OVERRIDE passes all but x on a file without any. MAYBE where a fact is
 * missing. access asks it for every folder of a way; who looks at the host asks it once.
 *
 *	struct look l = allow_look(&mount->host);
 *	if (allow_bit(w, &identity, &l, ALLOW_WRITE) == ANSWER_NO)
 */
#ifndef OAKUM_MODEL_ALLOW_H
#define OAKUM_MODEL_ALLOW_H

#include "model/workload.h"

enum { ALLOW_READ = 4, ALLOW_WRITE = 2, ALLOW_EXECUTE = 1 };

/* One of the bits above. */
enum answer allow_bit(const struct workload *w, const struct identity *id,
	const struct look *look, uint32_t bit);

/* All of several bits. */
enum answer allow_bits(const struct workload *w, const struct identity *id,
	const struct look *look, uint32_t bits);

/* Has its root the capability that lets it past the bits? */
enum answer allow_passes(const struct workload *w);

/* What stands on the host, as a look; is_there is YES. */
struct look allow_look(const struct host_file *host);

#endif
