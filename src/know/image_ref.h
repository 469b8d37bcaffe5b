/*
 * image_ref: the name of an image taken apart.
 *
 * Depends on base. The grammar is that of distribution/reference: [registry/]path
 * [:tag][@digest], where the first component is a registry when it holds a dot or a
 * colon or is localhost. Every part is a view into the text; what is not written is
 * empty. name is what tables are searched by: registry/path without what Docker implies
 * (docker.io, index.docker.io, registry-1.docker.io, registry.hub.docker.com, library).
 *
 *	struct image_ref ref;
 *	if (image_ref_parse(STR("docker.io/library/python:3.12-slim"), &ref))
 *		ref.name is "python", ref.tag "3.12-slim"
 */
#ifndef OAKUM_KNOW_IMAGE_REF_H
#define OAKUM_KNOW_IMAGE_REF_H

#include "base/str.h"

enum { IMAGE_REF_NAME_MAX = 255, IMAGE_REF_TAG_MAX = 128 }; /* bytes */

struct image_ref {
	struct str registry; /* "nvcr.io", "localhost:5000"; empty: Docker Hub */
	struct str path;     /* "nvidia/pytorch", "python" */
	struct str tag;	     /* without the colon */
	struct str digest;   /* "sha256:…", without the at sign */
	struct str name;     /* "nvcr.io/nvidia/pytorch", "python" */
};

/* False when text is no reference (upper case, blanks, an empty part); *out untouched. */
bool image_ref_parse(struct str text, struct image_ref *out);

/* The tag that an engine would pull: "latest" where neither tag nor digest is written. */
struct str image_ref_tag(const struct image_ref *ref);

#endif
