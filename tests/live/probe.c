/*
 * Says who it runs as: one JSON line on stdout, then exits 0.
 *
 * Linked statically and put into every image under test, so that an image without a
 * shell, an `id` or an /etc/passwd answers as well. It asks the kernel only: names are
 * the engine's business and have been turned into numbers before this program starts.
 *
 *	{"uid":[real,effective,saved],"gid":[...],"groups":[...],"bounding":N,
 *	 "no_new_privs":N,"pid":N,"first":N}
 *
 * "groups" are the supplementary groups; "bounding" has a bit for each capability of the
 * bounding set; "first" is the real uid of process 1 of the container, or -1 where /proc
 * does not tell.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define GROUPS_MAX 65536

static void print_ids(
	const char *key, unsigned real, unsigned effective, unsigned saved)
{
	printf("\"%s\":[%u,%u,%u],", key, real, effective, saved);
}

static int print_groups(void)
{
	static gid_t groups[GROUPS_MAX];
	int count = getgroups(GROUPS_MAX, groups);

	if (count < 0)
		return -1;
	printf("\"groups\":[");
	for (int i = 0; i < count; i++)
		printf("%s%u", i > 0 ? "," : "", (unsigned)groups[i]);
	printf("],");
	return 0;
}

static unsigned long long bounding_set(void)
{
	unsigned long long set = 0;

	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			set |= 1ULL << cap;
	return set;
}

static long first_uid(void)
{
	char line[256];
	unsigned uid;
	long found = -1;
	FILE *status = fopen("/proc/1/status", "r");

	if (!status)
		return -1;
	while (found < 0 && fgets(line, sizeof(line), status))
		if (sscanf(line, "Uid: %u", &uid) == 1)
			found = (long)uid;
	fclose(status);
	return found;
}

int main(void)
{
	uid_t uid[3];
	gid_t gid[3];

	if (getresuid(&uid[0], &uid[1], &uid[2]) < 0 ||
		getresgid(&gid[0], &gid[1], &gid[2]) < 0) {
		perror("probe: getresuid");
		return 1;
	}
	printf("{");
	print_ids("uid", uid[0], uid[1], uid[2]);
	print_ids("gid", gid[0], gid[1], gid[2]);
	if (print_groups() < 0) {
		perror("probe: getgroups");
		return 1;
	}
	printf("\"bounding\":%llu,\"no_new_privs\":%d,", bounding_set(),
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	printf("\"pid\":%ld,\"first\":%ld}\n", (long)getpid(), first_uid());
	return fflush(stdout) == 0 ? 0 : 1;
}
