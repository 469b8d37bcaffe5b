/*
 * secret_file: a secret that moves out of a compose file, into a file of its own or to
 * a variable of whoever starts it.
 *
 * Private to fix/. Depends on fix, change. The file lies in ./secrets beside the compose
 * file, may be read by its owner alone, and is neither committed nor sent to a build.
 */
#ifndef OAKUM_FIX_SECRET_FILE_H
#define OAKUM_FIX_SECRET_FILE_H

#include "fix/fix.h"

/* "hf_token", or with the service in front where that is another secret's name. */
struct str secret_file_name(struct fixing *f, struct str variable);

/* Adds ./secrets/NAME with value in it; secret_file_hide is still to be called, once. */
void secret_file_add(
	struct fixing *f, struct fix_part *part, struct str name, struct str value);

/* Keeps ./secrets out of git, and out of the builds whose context it lies in. */
void secret_file_hide(struct fixing *f, struct fix_part *part);

/* `NAME: {KEY: value}` below `secrets:` at the top of the compose file. */
void secret_declare(struct fixing *f, struct fix_part *part, struct str name,
	const char *key, struct str value);

/* What of the top declares it, or NULL. */
const struct secret *secret_declared(const struct fixing *f, struct str name);

#endif
