/* What the own server of a base image asks of root when another user starts it. */
#include "fix/user.h"
#include "know/image_ref.h"

enum { ASKERS_MAX = 2 };

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* Images whose own program is a server that writes as a user of its own making. */
static bool is_own_server(const struct workload *w)
{
	static const struct str names[] = {STR_INIT("apache"), STR_INIT("-fpm"),
		STR_INIT("drupal"), STR_INIT("wordpress"), STR_INIT("joomla"),
		STR_INIT("nextcloud"), STR_INIT("owncloud"), STR_INIT("mediawiki"),
		STR_INIT("matomo"), STR_INIT("phpmyadmin"), STR_INIT("httpd"),
		STR_INIT("jetty"), STR_INIT("redmine"), STR_INIT("gitlab"),
		STR_INIT("wildfly"), STR_INIT("rstudio"), STR_INIT("rocker/tidyverse"),
		STR_INIT("rocker/verse"), STR_INIT("rocker/geospatial"),
		STR_INIT("rocker/shiny"), STR_INIT("bioconductor"), STR_INIT("dind"),
		STR_INIT("phusion/"), STR_INIT("cadvisor")};
	struct str reference = w->base ? w->base->reference : STR_NONE;
	struct image_ref ref;

	for (size_t i = 0; i < COUNT(names); i++)
		if (str_find_str(reference, names[i]) < reference.n)
			return true;
	/* What a run mounts for their data is made theirs; the image's own folder is not. */
	return !w->run && image_ref_parse(reference, &ref) &&
		(str_eq(ref.name, STR("registry")) ||
			str_ends(ref.name, STR("minio/minio")));
}

/*
 * Images whose entrypoint prepares files of the image as root before it starts anything,
 * whatever command follows. Some do so only when a variable asks for it, and are as content
 * with another user: friendica/docker docker-setup_msmtp.sh and docker-entrypoint.sh at
 * 93be4ea, nextcloud/docker docker-entrypoint.sh at 4de1eed, phpmyadmin/docker
 * docker-entrypoint.sh at 452a995.
 */
static const struct prepared {
	struct str image;
	struct str askers[ASKERS_MAX]; /* variables; none: it always does */
} prepared_images[] = {
	{STR_INIT("/awx"), {{0}}},
	{STR_INIT("clearml/server"), {{0}}},
	{STR_INIT("friendica"), {STR_INIT("SMTP_DOMAIN"), STR_INIT("REDIS_HOST")}},
	{STR_INIT("linuxserver/"), {{0}}},
	{STR_INIT("nextcloud"),
		{STR_INIT("APACHE_DISABLE_REWRITE_IP"), STR_INIT("REDIS_HOST")}},
	{STR_INIT("open-webui/open-webui"), {{0}}},
	{STR_INIT("phpmyadmin"),
		{STR_INIT("APACHE_PORT"), STR_INIT("HIDE_PHP_VERSION")}},
	{STR_INIT("pihole/pihole"), {{0}}},
	{STR_INIT("postfixadmin"), {{0}}},
	{STR_INIT("wurstmeister/kafka"), {{0}}},
};

static bool is_asked(const struct prepared *image, const struct workload *w)
{
	if (!image->askers[0].n)
		return true;
	for (size_t i = 0; i < ASKERS_MAX; i++)
		if (image->askers[i].n && binding_find(w->env, image->askers[i]))
			return true;
	return false;
}

static bool is_prepared_by_root(const struct workload *w)
{
	struct str reference = w->base ? w->base->reference : STR_NONE;
	const struct program *entrypoint = w->entrypoint;

	if (entrypoint && entrypoint->know != FACT_UNSET &&
		entrypoint->layer != LAYER_IMAGE)
		return false;
	for (size_t i = 0; i < COUNT(prepared_images); i++)
		if (str_find_str(reference, prepared_images[i].image) < reference.n &&
			is_asked(&prepared_images[i], w))
			return true;
	return false;
}

/* Images of Development Containers, unless the file starts something of its own. */
static bool is_entered_by_editor(const struct workload *w)
{
	struct str reference = w->base ? w->base->reference : STR_NONE;

	return !user_starts_itself(w) &&
		(str_starts(reference, STR("mcr.microsoft.com/devcontainers/")) ||
			str_starts(reference,
				STR("mcr.microsoft.com/vscode/devcontainers/")));
}

struct str user_server_refusal(const struct workload *w)
{
	if (is_entered_by_editor(w))
		return STR(
			"An editor enters this image as the account that the image's "
			"label names (remoteUser); who starts it is no matter.");
	if (is_prepared_by_root(w))
		return STR("The image's entrypoint prepares files of the image as root "
			   "before it starts anything.");
	if (user_starts_itself(w) || !is_own_server(w) || user_serves_as_www_data(w))
		return STR_NONE;
	return STR(
		"The program that starts is the base image's own, and what it needs as "
		"another user is not known.");
}
