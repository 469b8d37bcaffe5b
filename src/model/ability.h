/*
 * ability: what an identity may do in a container beyond its paths: install, listen.
 *
 * Depends on access. Package managers of the system work for uid 0 alone, and write to
 * /usr and /var; pip takes the folder of Python's packages where it may write there, and
 * otherwise the user's home. Ports below 1024: Docker (20.10 and later) and Podman set
 * net.ipv4.ip_unprivileged_port_start to 0 in a network of the container's own, so that
 * everybody may listen there; in the host's network, and where nothing sets it, only
 * CAP_NET_BIND_SERVICE of uid 0 helps (moby daemon/oci_linux.go; capabilities(7)).
 *
 *	struct access a = ability_listen(&asker);
 *	if (a.can == ANSWER_NO)
 *		say("%.*s", STR_ARG(a.why));
 */
#ifndef OAKUM_MODEL_ABILITY_H
#define OAKUM_MODEL_ABILITY_H

#include "model/access.h"

/* May it listen on ports below 1024? */
struct access ability_listen(const struct access_asker *asker);

/* May it install packages of the system: apt-get, apk, dnf? */
struct access ability_install(const struct access_asker *asker);

/* Where pip and conda install: a virtual environment, conda's prefix, else /usr/local. */
struct str ability_python_prefix(const struct access_asker *asker);

/* May it install Python packages there? */
struct access ability_install_python(const struct access_asker *asker);

#endif
