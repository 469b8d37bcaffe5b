/*
 * needs: the part of oakum.yaml that says what workloads need.
 *
 * Private to policy/. Depends on reader, model/need.
 */
#ifndef OAKUM_POLICY_NEEDS_H
#define OAKUM_POLICY_NEEDS_H

#include "policy/reader.h"

/* The value of `needs:`; out is a struct config. */
void needs_read(struct config_reader *r, const struct yaml *value, void *out);

#endif
