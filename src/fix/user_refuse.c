/* What no plan can make run as somebody else than root, and the sentence why. */
#include "base/path.h"
#include "fix/user.h"

enum { WORDS_LOOKED_AT = 4 }; /* tini -- /usr/sbin/cron: a program may start another */

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

void user_stop(struct user_plan *p, const char *fmt, ...)
{
	va_list args;

	if (p->stop.n)
		return;
	va_start(args, fmt);
	p->stop = arena_vprintf(p->f->arena, fmt, args);
	va_end(args);
}

bool user_open_root(struct user_plan *p, struct str path)
{
	struct str rest = str_from(path, sizeof("/root") - 1);

	if (str_starts(rest, STR("/.")) || p->tools == TOOLS_NONE)
		return false;
	p->opens_root = true;
	return true;
}

static void refuse_root_home(struct user_plan *p, const struct workload *w)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	struct str dir;

	if (w->workdir && fact_str(p->f->arena, w->workdir, &dir) &&
		user_is_in_root_home(dir) && !user_open_root(p, dir))
		user_stop(p,
			"The working directory is %.*s, and only root may enter /root; "
			"move the program to another folder, such as /app.",
			STR_ARG(dir));
	vec_each (const struct step *, step, &steps) {
		struct str target;

		if ((*step)->copy &&
			value_str(p->f->arena, (*step)->copy->target.value, &target) &&
			user_is_in_root_home(target) && !user_open_root(p, target))
			user_stop(p,
				"Line %u copies to %.*s, and only root may enter /root; "
				"copy it to another folder.",
				span_start((*step)->span).line, STR_ARG(target));
	}
}

/* Programs that do nothing for anybody but root. */
static const struct str root_programs[] = {STR_INIT("apt"), STR_INIT("apt-get"),
	STR_INIT("apk"), STR_INIT("chown"), STR_INIT("chgrp"), STR_INIT("chroot"),
	STR_INIT("cron"), STR_INIT("crond"), STR_INIT("dnf"), STR_INIT("dockerd"),
	STR_INIT("groupadd"), STR_INIT("groupmod"), STR_INIT("init"),
	STR_INIT("ip6tables"), STR_INIT("iptables"), STR_INIT("ldconfig"),
	STR_INIT("modprobe"), STR_INIT("mount"), STR_INIT("rsyslogd"),
	STR_INIT("service"), STR_INIT("sshd"), STR_INIT("sysctl"),
	STR_INIT("systemctl"), STR_INIT("systemd"), STR_INIT("useradd"),
	STR_INIT("usermod"), STR_INIT("xinetd"), STR_INIT("yum")};

/* Servers that start as root to open what is theirs, and then change user themselves. */
static const struct str own_masters[] = {STR_INIT("apache2"), STR_INIT("apache2ctl"),
	STR_INIT("apache2-foreground"), STR_INIT("apachectl"), STR_INIT("dovecot"),
	STR_INIT("httpd"), STR_INIT("httpd-foreground"), STR_INIT("master"),
	STR_INIT("named"), STR_INIT("openvpn"), STR_INIT("php-fpm"),
	STR_INIT("postfix"), STR_INIT("proftpd"), STR_INIT("smbd"), STR_INIT("vsftpd")};

static bool is_one_of(const struct str *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, table[i]))
			return true;
	return false;
}

static void refuse_word(struct user_plan *p, const struct workload *w, struct str name)
{
	if (is_one_of(root_programs, COUNT(root_programs), name))
		user_stop(p,
			"'%.*s' runs %.*s when it starts, which needs root; do it while "
			"the image is built, or in a container of its own.",
			STR_ARG(w->name), STR_ARG(name));
	else if (is_one_of(own_masters, COUNT(own_masters), name))
		user_stop(p,
			"%.*s starts as root and changes to a user of its own; that user "
			"is set in its configuration.",
			STR_ARG(name));
}

/* What the start comes down to, the scripts that can be read included. */
static void refuse_programs(struct user_plan *p, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str name;

		for (size_t i = 0; i < s->argv.n && i < WORDS_LOOKED_AT; i++)
			if (value_str(p->f->arena, s->argv.at[i].value, &name) &&
				(i == 0 || path_is_absolute(name)))
				refuse_word(p, w, path_base(name));
	}
}

void user_refuse(struct user_plan *p, const struct workload *w)
{
	refuse_root_home(p, w);
	refuse_programs(p, w);
}

/* Images whose own program is a server that writes as a user of its own making. */
static bool is_own_server(const struct workload *w)
{
	static const struct str names[] = {STR_INIT("apache"), STR_INIT("-fpm"),
		STR_INIT("drupal"), STR_INIT("wordpress"), STR_INIT("joomla"),
		STR_INIT("nextcloud"), STR_INIT("owncloud"), STR_INIT("mediawiki"),
		STR_INIT("matomo"), STR_INIT("phpmyadmin"), STR_INIT("httpd"),
		STR_INIT("jetty"), STR_INIT("redmine"), STR_INIT("gitlab"),
		STR_INIT("wildfly")};
	struct str reference = w->base ? w->base->reference : STR_NONE;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_find_str(reference, names[i]) < reference.n)
			return true;
	return false;
}

void user_refuse_server(struct user_plan *p)
{
	if (is_own_server(p->workload) && !user_serves_as_www_data(p->workload))
		user_stop(p,
			"The program that starts is the base image's own, and what it "
			"needs as another user is not known.");
}
