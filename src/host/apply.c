#include "host/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "host/reach.h"
#include "host/volume.h"

/* A step on its way. */
struct doing {
	struct arena *arena;
	const struct host_step *step;
	dev_t device; /* of the step's path: no other file system is entered */
	size_t skipped;
	struct err *e;
};

static int failed(struct doing *d, const char *what, struct str path)
{
	return err_set(d->e, errno, "%s '%.*s'", what, STR_ARG(path));
}

/* ---- accounts ---- */

/* Runs a program of the system with these words; its own messages say what went wrong. */
static int run_tool(struct doing *d, const char *tool, char *const argv[])
{
	static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/bin", "/bin"};
	static char *const environment[] = {
		(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LC_ALL=C", NULL};
	int status = 0, code = ENOENT;
	pid_t pid;

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && code == ENOENT;
		i++) {
		struct str path = arena_printf(d->arena, "%s/%s", folders[i], tool);

		code = posix_spawn(&pid, arena_cstr(d->arena, path), NULL, NULL, argv,
			environment);
	}
	if (code)
		return err_set(d->e, code, "run %s", tool);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(d->e, errno, "wait for %s", tool);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return err_set(d->e, 0, "make '%.*s': %s failed",
			STR_ARG(d->step->name), tool);
	return 0;
}

static char *word(struct doing *d, struct str s)
{
	return (char *)arena_cstr(d->arena, s);
}

static char *number(struct doing *d, uint32_t n)
{
	return word(d, arena_printf(d->arena, "%u", n));
}

static int make_group(struct doing *d)
{
	char *argv[] = {(char *)"groupadd", (char *)"--gid", number(d, d->step->gid.n),
		word(d, d->step->name), NULL};

	return run_tool(d, "groupadd", argv);
}

static int make_user(struct doing *d)
{
	char *argv[] = {(char *)"useradd", (char *)"--system", (char *)"--uid",
		number(d, d->step->uid.n), (char *)"--gid", number(d, d->step->gid.n),
		(char *)"--no-create-home", (char *)"--home-dir",
		(char *)"/nonexistent", (char *)"--shell", (char *)"/usr/sbin/nologin",
		word(d, d->step->name), NULL};

	return run_tool(d, "useradd", argv);
}

/* ---- what a descriptor holds ---- */

static int set_owner(struct doing *d, int fd, uint32_t uid, uint32_t gid)
{
	if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
		return failed(d, "give away", d->step->path);
	return 0;
}

/* fchmod refuses O_PATH; the path of the descriptor means the same. */
static int set_mode(struct doing *d, int fd, uint32_t mode)
{
	if (chmod(host_fd_path(d->arena, fd), mode) < 0)
		return failed(d, "set the mode of", d->step->path);
	return 0;
}

static uint32_t acl_bits(const struct doing *d, const struct stat *st)
{
	uint32_t bits = str_starts(d->step->acl, STR("rw")) ? 6 : 4;

	return S_ISDIR(st->st_mode) || (st->st_mode & 0111) ? bits | 1 : bits;
}

static struct acl read_acl(
	struct doing *d, const char *path, const char *name, uint32_t mode)
{
	char bytes[4 + 8 * ACL_ENTRIES_MAX];
	ssize_t n = getxattr(path, name, bytes, sizeof(bytes));
	struct acl acl;

	if (n <= 0 || !acl_read(d->arena, (struct str){bytes, (size_t)n}, &acl))
		acl = acl_of_mode(d->arena, mode);
	return acl;
}

static int write_acl(
	struct doing *d, const char *path, const char *name, const struct acl *acl)
{
	struct str bytes = acl_write(d->arena, acl);

	if (setxattr(path, name, bytes.p, bytes.n, 0) < 0)
		return failed(d, "set the access list of", d->step->path);
	return 0;
}

static int set_acl(struct doing *d, int fd, const struct stat *st)
{
	const char *path = host_fd_path(d->arena, fd);
	const char *access = ACL_ACCESS.p, *inherited = ACL_DEFAULT.p;
	struct acl acl = read_acl(d, path, access, st->st_mode & 0777);
	uint32_t bits = acl_bits(d, st);

	acl_allow(d->arena, &acl, d->step->uid.n, bits);
	if (write_acl(d, path, access, &acl) < 0)
		return -1;
	if (!S_ISDIR(st->st_mode))
		return 0;
	/* What either makes in it, both can use. */
	acl = read_acl(d, path, inherited, st->st_mode & 0777);
	acl_allow(d->arena, &acl, d->step->uid.n, bits);
	acl_allow(d->arena, &acl, d->step->owner, 7);
	return write_acl(d, path, inherited, &acl);
}

/* One path of those that the step is about. */
static int change(struct doing *d, int fd, const struct stat *st)
{
	if (d->step->kind == HOST_ACL)
		return set_acl(d, fd, st);
	return set_owner(d, fd, d->step->uid.n, d->step->gid.n);
}

/* ---- all below a folder ---- */

static int change_below(struct doing *d, int folder, int depth);

static int change_entry(struct doing *d, int folder, const char *name, int depth)
{
	cleanup_close int fd =
		openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? 0
				       : failed(d, "open what is in", d->step->path);
	if (fstat(fd, &st) < 0)
		return failed(d, "look into", d->step->path);
	/*
	 * Another name of the file may be one that matters elsewhere; what a link points
	 * to is not in the folder; sockets and devices are nobody's data.
	 */
	if (st.st_dev != d->device || (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) ||
		(S_ISREG(st.st_mode) && st.st_nlink > 1)) {
		d->skipped++;
		return 0;
	}
	if (change(d, fd, &st) < 0)
		return -1;
	return S_ISDIR(st.st_mode) ? change_below(d, fd, depth + 1) : 0;
}

static int change_below(struct doing *d, int folder, int depth)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		failed(d, "list", d->step->path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (depth > HOST_DEPTH_MAX)
		return err_set(d->e, 0,
			"change all in '%.*s': more than %d folders deep",
			STR_ARG(d->step->path), HOST_DEPTH_MAX);
	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		struct str name = str_c(entry->d_name);

		if (str_eq(name, STR(".")) || str_eq(name, STR("..")))
			continue;
		if (change_entry(d, folder, entry->d_name, depth) < 0)
			return -1;
	}
	return errno ? failed(d, "list", d->step->path) : 0;
}

/* ---- what is there ---- */

static int change_present(struct doing *d)
{
	const struct host_step *s = d->step;
	cleanup_close int fd = host_open(d->arena, s->path, d->e);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return failed(d, "look at", s->path);
	if (!S_ISDIR(st.st_mode) && (!S_ISREG(st.st_mode) || st.st_nlink > 1))
		return err_set(d->e, 0, "change '%.*s': it is %s", STR_ARG(s->path),
			S_ISREG(st.st_mode) ? "a file with several names (hard links)"
					    : "neither a file nor a folder");
	d->device = st.st_dev;
	if (s->is_recursive && S_ISDIR(st.st_mode) && change_below(d, fd, 0) < 0)
		return -1;
	if (s->kind != HOST_MODE && change(d, fd, &st) < 0)
		return -1;
	/* The mode last: who gets the folder shall not be in it before all is done. */
	if (s->kind == HOST_OWNER || s->kind == HOST_MODE)
		return set_mode(d, fd, s->mode);
	return 0;
}

/* ---- what is not there ---- */

/* Is it what was just made, and not what somebody put in its place? */
static int check_made(struct doing *d, int fd, mode_t kind)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return failed(d, "look at", d->step->path);
	if ((st.st_mode & S_IFMT) != kind || st.st_uid != geteuid() ||
		(st.st_mode & 07777 & ~02000u) != (kind == S_IFDIR ? 0700 : 0600))
		return err_set(d->e, 0,
			"make '%.*s': somebody put something in its place",
			STR_ARG(d->step->path));
	return 0;
}

static int make_missing(struct doing *d)
{
	const struct host_step *s = d->step;
	bool is_folder = s->kind == HOST_FOLDER;
	const char *name = NULL;
	cleanup_close int above = host_open_above(d->arena, s->path, &name, d->e);
	cleanup_close int fd = -1;

	if (above < 0)
		return -1;
	if (is_folder && mkdirat(above, name, 0700) < 0)
		return failed(d, "make", s->path);
	fd = openat(above, name,
		is_folder ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
			  : O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0600);
	if (fd < 0)
		return failed(d, "make", s->path);
	if (check_made(d, fd, is_folder ? S_IFDIR : S_IFREG) < 0)
		return -1;
	if (fchown(fd, s->uid.n, s->gid.n) < 0 || fchmod(fd, s->mode) < 0)
		return failed(d, "give away", s->path);
	return 0;
}

int host_apply(
	struct arena *a, const struct host_step *step, size_t *skipped, struct err *e)
{
	struct doing d = {.arena = a, .step = step, .e = e};
	int rc = 0;

	switch (step->kind) {
	case HOST_GROUP:
		rc = make_group(&d);
		break;
	case HOST_USER:
		rc = make_user(&d);
		break;
	case HOST_FOLDER:
	case HOST_FILE:
		rc = make_missing(&d);
		break;
	case HOST_OWNER:
	case HOST_MODE:
	case HOST_ACL:
	case HOST_VOLUME:
		rc = change_present(&d);
		break;
	case HOST_NEW_VOLUME:
		rc = host_volume_apply(a, step, e);
		break;
	case HOST_LABEL:
	case HOST_NOTE:
		break;
	}
	if (skipped)
		*skipped = d.skipped;
	return rc;
}
