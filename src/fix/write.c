/*
 * Edited files on their way to the disk, each whole or not at all.
 *
 * The bytes go into a new file beside the old one, which is renamed over it once it is
 * complete and synced: whoever opens the path sees the old file or the new one. All
 * files are looked at before the first is written, so that what can be refused is
 * refused with nothing done. While one file is on its way the signals that would end
 * the process wait: no half of a file and no left-over stays behind.
 */
#include "fix/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/path.h"

enum {
	TEMP_TRIES = 100,
	XATTRS_MAX =
		64 * 1024, /* bytes of names, and of one value: the kernel's limits */
	TARGET_MAX = 4096, /* bytes of a link's target that are said */
};

/* A file on its way: where it goes, what stood there. */
struct writing {
	struct arena *arena;
	const struct edited_file *file;
	const char *path, *name; /* name: the last part, below dir */
	int dir;
	struct stat old; /* of an existing one */
	char temp[64];	 /* name below dir; empty: there is none (any more) */
};

/* ---- what may be written ---- */

static int refuse_link(const struct writing *w, struct err *e)
{
	char target[TARGET_MAX];
	ssize_t n = readlinkat(w->dir, w->name, target, sizeof(target) - 1);

	if (n < 0)
		return err_set(e, errno, "write '%s': it is a symbolic link", w->path);
	target[n] = 0;
	return err_set(e, 0,
		"write '%s': it is a symbolic link to '%s'; name that file instead",
		w->path, target);
}

static int check_kind(const struct writing *w, struct err *e)
{
	mode_t mode = w->old.st_mode;

	if (S_ISLNK(mode))
		return refuse_link(w, e);
	if (S_ISDIR(mode))
		return err_set(e, 0, "write '%s': it is a folder now", w->path);
	if (!S_ISREG(mode))
		return err_set(e, 0, "write '%s': it is no regular file", w->path);
	if (w->old.st_nlink > 1)
		return err_set(e, 0,
			"write '%s': it has %lu names (hard links), and only this one "
			"would change",
			w->path, (unsigned long)w->old.st_nlink);
	/* Root may write to it all the same; whoever made it so did not want that. */
	if (!(mode & 0222) || faccessat(w->dir, w->name, W_OK, AT_EACCESS) < 0)
		return err_set(e, 0, "write '%s': it is read-only", w->path);
	return 0;
}

static int read_whole(int fd, char *bytes, size_t want, size_t *got)
{
	*got = 0;
	while (*got < want) {
		ssize_t n = read(fd, bytes + *got, want - *got);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0)
			break;
		if (n > 0)
			*got += (size_t)n;
	}
	return 0;
}

/* Is it still what was read? Fills w->old with what was looked at. */
static int check_unchanged(struct writing *w, struct err *e)
{
	cleanup_close int fd =
		openat(w->dir, w->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t want = w->file->before.n, got;
	char *bytes = arena_alloc(w->arena, want + 1);

	if (fd < 0 || fstat(fd, &w->old) < 0 ||
		read_whole(fd, bytes, want + 1, &got) < 0)
		return err_set(e, errno, "write '%s': cannot read it again", w->path);
	if (!str_eq((struct str){bytes, got}, w->file->before))
		return err_set(e, ESTALE,
			"write '%s': somebody changed it meanwhile; run this again",
			w->path);
	return 0;
}

static int check_dir(const struct writing *w, struct err *e)
{
	if (faccessat(w->dir, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return err_set(
			e, errno, "write '%s': its folder cannot be written", w->path);
	return 0;
}

static int check_old(struct writing *w, struct err *e)
{
	if (fstatat(w->dir, w->name, &w->old, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "write '%s'", w->path);
	if (check_kind(w, e) < 0 || check_dir(w, e) < 0)
		return -1;
	return check_unchanged(w, e);
}

static int check_new(const struct writing *w, struct err *e)
{
	struct stat st;

	if (fstatat(w->dir, w->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return err_set(e, EEXIST, "make '%s'", w->path);
	if (errno != ENOENT)
		return err_set(e, errno, "make '%s'", w->path);
	return check_dir(w, e);
}

/* ---- the folder of a file ---- */

static int open_dir(struct writing *w, struct err *e)
{
	struct str path = str_c(w->path);
	const char *dir = arena_cstr(w->arena, path_dir(path));

	w->name = arena_cstr(w->arena, path_base(path));
	w->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->dir < 0)
		return err_set(e, errno, "write '%s': open '%s'", w->path, dir);
	return 0;
}

/* Folders that a new file needs; a file that only its owner reads has such a folder. */
static int make_dirs(struct arena *a, struct str dir, mode_t mode, struct err *e)
{
	const char *name = arena_cstr(a, dir);
	struct stat st;

	if (stat(name, &st) == 0)
		return 0;
	if (errno != ENOENT)
		return err_set(e, errno, "make '%s'", name);
	if (!str_eq(path_dir(dir), dir) && make_dirs(a, path_dir(dir), mode, e) < 0)
		return -1;
	if (mkdir(name, mode) < 0 && errno != EEXIST)
		return err_set(e, errno, "make '%s'", name);
	return 0;
}

/* ---- a new file beside it ---- */

static int open_temp(struct writing *w, struct err *e)
{
	for (int i = 0; i < TEMP_TRIES; i++) {
		uint64_t random;
		int fd;

		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			random = (uint64_t)time(NULL) + (uint64_t)i;
		snprintf(w->temp, sizeof(w->temp), ".oakum-%016llx",
			(unsigned long long)random);
		fd = openat(w->dir, w->temp,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0)
			return fd;
		w->temp[0] = 0;
		if (errno != EEXIST)
			break;
	}
	return err_set(e, errno, "write '%s'", w->path);
}

static int write_whole(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

/* ACLs and labels, where the file system takes them: what it refuses it sets itself. */
static void copy_xattrs(struct arena *a, int from, int to)
{
	char *names = arena_alloc(a, XATTRS_MAX), *value;
	ssize_t n = flistxattr(from, names, XATTRS_MAX);

	if (n <= 0)
		return;
	value = arena_alloc(a, XATTRS_MAX);
	for (const char *name = names; name < names + n; name += strlen(name) + 1) {
		ssize_t size = fgetxattr(from, name, value, XATTRS_MAX);

		if (size >= 0)
			(void)fsetxattr(to, name, value, (size_t)size, 0);
	}
}

/* Owner first: changing it takes set-id bits away, and an ACL must outlive the mode. */
static int copy_status(const struct writing *w, int fd, struct err *e)
{
	cleanup_close int old =
		openat(w->dir, w->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat now;

	if (fstat(fd, &now) < 0)
		return err_set(e, errno, "write '%s'", w->path);
	if ((now.st_uid != w->old.st_uid || now.st_gid != w->old.st_gid) &&
		fchown(fd, w->old.st_uid, w->old.st_gid) < 0)
		return err_set(e, errno, "write '%s': keep its owner %u:%u", w->path,
			w->old.st_uid, w->old.st_gid);
	if (fchmod(fd, w->old.st_mode & 07777) < 0)
		return err_set(e, errno, "write '%s': keep its mode", w->path);
	if (old >= 0)
		copy_xattrs(w->arena, old, fd);
	return 0;
}

/* A new file gets the mode that was asked for, less the umask, as any program's does. */
static int give_mode(const struct writing *w, int fd, struct err *e)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(fd, (w->file->mode ? w->file->mode : 0644) & ~mask & 07777) < 0)
		return err_set(e, errno, "write '%s'", w->path);
	return 0;
}

static int fill_temp(struct writing *w, struct err *e)
{
	cleanup_close int fd = open_temp(w, e);

	if (fd < 0)
		return -1;
	if (write_whole(fd, w->file->after) < 0)
		return err_set(e, errno, "write '%s'", w->path);
	if ((w->file->is_new ? give_mode(w, fd, e) : copy_status(w, fd, e)) < 0)
		return -1;
	/* A full disk or a broken one may only show itself here. */
	if (fsync(fd) < 0)
		return err_set(e, errno, "write '%s'", w->path);
	return 0;
}

/* ---- in its place ---- */

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
		a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
		a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int replace_old(struct writing *w, struct err *e)
{
	struct stat now;

	if (fstatat(w->dir, w->name, &now, AT_SYMLINK_NOFOLLOW) < 0 ||
		!is_same_file(&now, &w->old))
		return err_set(e, ESTALE,
			"write '%s': somebody changed it meanwhile; run this again",
			w->path);
	if (renameat(w->dir, w->temp, w->dir, w->name) < 0)
		return err_set(e, errno, "write '%s'", w->path);
	w->temp[0] = 0;
	return 0;
}

/* A link fails where something stands, unlike a rename; the temporary name then goes. */
static int place_new(const struct writing *w, struct err *e)
{
	if (linkat(w->dir, w->temp, w->dir, w->name, 0) == 0)
		return 0;
	if (errno != EPERM && errno != EOPNOTSUPP)
		return err_set(e, errno, "make '%s'", w->path);
	/* A file system without hard links: vfat, some network ones. */
	if (renameat2(w->dir, w->temp, w->dir, w->name, RENAME_NOREPLACE) < 0)
		return err_set(e, errno, "make '%s'", w->path);
	return 0;
}

static int write_one(struct writing *w, struct err *e)
{
	int rc = fill_temp(w, e);

	if (rc == 0)
		rc = w->file->is_new ? place_new(w, e) : replace_old(w, e);
	if (w->temp[0])
		(void)unlinkat(w->dir, w->temp, 0);
	if (rc == 0)
		(void)fsync(w->dir); /* some file systems cannot; the file is there */
	return rc;
}

/* A limit on the size of files asks for it by a signal, too: the errno is enough. */
static void drop_size_signal(void)
{
	const struct timespec at_once = {0};
	sigset_t size;

	sigemptyset(&size);
	sigaddset(&size, SIGXFSZ);
	while (sigtimedwait(&size, NULL, &at_once) == SIGXFSZ)
		;
}

static int write_unbroken(struct writing *w, struct err *e)
{
	static const int waiting[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGXFSZ};
	sigset_t held, before;
	int rc;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(waiting) / sizeof(*waiting); i++)
		sigaddset(&held, waiting[i]);
	pthread_sigmask(SIG_BLOCK, &held, &before);
	rc = write_one(w, e);
	drop_size_signal();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static bool is_changed(const struct edited_file *f)
{
	return f->is_new || !str_eq(f->before, f->after);
}

enum pass { PASS_CHECK, PASS_WRITE };

static int pass_over(
	struct arena *a, const struct edited_file *file, enum pass pass, struct err *e)
{
	struct writing w = {.arena = a, .file = file, .dir = -1};
	struct str dir = path_dir(file->path);
	int rc;

	w.path = arena_cstr(a, file->path);
	if (file->is_new && access(arena_cstr(a, dir), F_OK) < 0 && errno == ENOENT) {
		if (pass == PASS_CHECK)
			return 0;
		if (make_dirs(a, dir, file->mode & 044 ? 0755 : 0700, e) < 0)
			return -1;
	}
	if (open_dir(&w, e) < 0)
		return -1;
	rc = file->is_new ? check_new(&w, e) : check_old(&w, e);
	if (rc == 0 && pass == PASS_WRITE)
		rc = write_unbroken(&w, e);
	close(w.dir);
	return rc;
}

static int write_all(
	struct arena *a, const struct edited_files *files, size_t *done, struct err *e)
{
	vec_each (const struct edited_file, f, files)
		if (is_changed(f) && pass_over(a, f, PASS_CHECK, e) < 0)
			return -1;
	vec_each (const struct edited_file, f, files) {
		if (!is_changed(f))
			continue;
		if (pass_over(a, f, PASS_WRITE, e) < 0)
			return -1;
		++*done;
	}
	return 0;
}

int edited_write(const struct edited_files *files, size_t *done, struct err *e)
{
	struct arena arena = {0};
	int rc;

	*done = 0;
	rc = write_all(&arena, files, done, e);
	arena_free(&arena);
	return rc;
}
