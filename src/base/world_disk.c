#include "base/cleanup.h"
#include "base/world_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum {
	MADE_UP_MAX = 4096,   /* of a file that says it has no bytes */
	LOOKS_MAX = 64 * 1024 /* of which the disk remembers what it saw */
};

/* What stood at a path. */
struct look {
	struct str path; /* n 0: the slot is free */
	struct world_stat seen;
};

/*
 * Services of one context ask for its files over and over, each plan once more: one look
 * serves them all, and all see the same.
 */
struct disk {
	struct world world; /* first: one is the other */
	struct look *looks; /* a hash of paths, power of two, at most half full */
	size_t slots, used;
};

static int read_all(int fd, char *bytes, size_t want, size_t *got)
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

static bool same_moment(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
		a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int check_regular(const struct stat *st, const char *path, struct err *e)
{
	if (S_ISDIR(st->st_mode))
		return err_set(e, EISDIR, "read '%s'", path);
	if (!S_ISREG(st->st_mode))
		return err_set(e, 0, "read '%s': not a regular file", path);
	if (st->st_size > FILE_MAX)
		return err_set(e, EFBIG, "read '%s' (%lld bytes, at most %d are read)",
			path, (long long)st->st_size, FILE_MAX);
	return 0;
}

static int disk_read(
	struct world *w, struct str path, const struct file **out, struct err *e)
{
	const char *name = arena_cstr(w->arena, path);
	/* O_NONBLOCK: a FIFO must not hold us up before we can refuse it. */
	cleanup_close int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat before, after;
	size_t size, space, got;
	bool is_whole;
	char *bytes;

	if (fd < 0 || fstat(fd, &before) < 0)
		return err_set(e, errno, "read '%s'", name);
	if (check_regular(&before, name, e) < 0)
		return -1;
	size = (size_t)before.st_size;
	space = size ? size + 1 : MADE_UP_MAX;
	bytes = arena_alloc(w->arena, space);
	if (read_all(fd, bytes, space, &got) < 0 || fstat(fd, &after) < 0)
		return err_set(e, errno, "read '%s'", name);
	/* What /proc and /sys make up has no size, and is there all the same. */
	is_whole = got == size || (size == 0 && got < space);
	if (!is_whole || !same_moment(&before, &after))
		return err_set(
			e, ESTALE, "read '%s': it changed while it was read", name);
	*out = file_new(w->arena, path, (struct str){bytes, got});
	return 0;
}

static enum world_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return WORLD_FILE;
	if (S_ISDIR(mode))
		return WORLD_DIR;
	return S_ISLNK(mode) ? WORLD_LINK : WORLD_OTHER;
}

/* The slot of path, or the free one where it belongs. */
static struct look *look_at(struct look *looks, size_t slots, struct str path)
{
	size_t at = str_hash(path) & (slots - 1);

	while (looks[at].path.n && !str_eq(looks[at].path, path))
		at = (at + 1) & (slots - 1);
	return &looks[at];
}

static void remember(struct disk *d, struct str path, const struct world_stat *seen)
{
	enum { SLOTS_FIRST = 64 };
	struct arena *a = d->world.arena;
	size_t old = d->slots;

	if (!path.n || d->used >= LOOKS_MAX)
		return;
	if (2 * (d->used + 1) > d->slots) {
		struct look *before = d->looks;

		d->slots = old ? 2 * old : SLOTS_FIRST;
		d->looks = arena_array(a, struct look, d->slots);
		for (size_t i = 0; i < old; i++)
			if (before[i].path.n)
				*look_at(d->looks, d->slots, before[i].path) =
					before[i];
	}
	*look_at(d->looks, d->slots, path) = (struct look){arena_str(a, path), *seen};
	d->used++;
}

static int look(struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	const char *name = arena_cstr(w->arena, path);
	struct stat st;

	if (lstat(name, &st) < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return err_set(e, errno, "look at '%s'", name);
		*out = (struct world_stat){.kind = WORLD_ABSENT};
		return 0;
	}
	*out = (struct world_stat){
		.kind = kind_of(st.st_mode),
		.mode = st.st_mode & 07777,
		.uid = st.st_uid,
		.gid = st.st_gid,
		.size = (uint64_t)st.st_size,
	};
	return 0;
}

static int disk_stat(
	struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	struct disk *d = (struct disk *)w;
	const struct look *old = d->slots ? look_at(d->looks, d->slots, path) : NULL;

	if (old && old->path.n) {
		*out = old->seen;
		return 0;
	}
	if (look(w, path, out, e) < 0)
		return -1;
	remember(d, path, out);
	return 0;
}

/* File systems that do not fill d_type are asked the slow way. */
static enum world_kind entry_kind(int dir_fd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN)
		return kind_of(DTTOIF(d->d_type));
	if (fstatat(dir_fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return WORLD_OTHER;
	return kind_of(st.st_mode);
}

static int disk_list(
	struct world *w, struct str path, struct world_entries *out, struct err *e)
{
	const char *name = arena_cstr(w->arena, path);
	cleanup_closedir DIR *dir = opendir(name);
	struct world_entries list = {0};
	struct dirent *d;

	if (!dir)
		return err_set(e, errno, "list '%s'", name);
	for (errno = 0; (d = readdir(dir)); errno = 0) {
		struct str entry = str_c(d->d_name);

		if (str_eq(entry, STR(".")) || str_eq(entry, STR("..")))
			continue;
		*vec_push(w->arena, &list) = (struct world_entry){
			arena_str(w->arena, entry), entry_kind(dirfd(dir), d)};
	}
	if (errno)
		return err_set(e, errno, "list '%s'", name);
	*out = list;
	return 0;
}

/* Does the variable name the folder that we are in? It is only a claim. */
static bool is_here(const char *path)
{
	struct stat claimed, here;

	return path && path[0] == '/' && stat(path, &claimed) == 0 &&
		stat(".", &here) == 0 && claimed.st_dev == here.st_dev &&
		claimed.st_ino == here.st_ino;
}

/* As Go's os.Getwd, and so docker compose: as the shell calls it, where that is so. */
static bool disk_pwd(struct world *w, struct str *value)
{
	const char *claimed = getenv("PWD");
	char path[PATH_MAX];

	if (is_here(claimed)) {
		*value = arena_str(w->arena, str_c(claimed));
		return true;
	}
	if (!getcwd(path, sizeof(path)))
		return false;
	*value = arena_str(w->arena, str_c(path));
	return true;
}

static bool disk_env(struct world *w, struct str name, struct str *value)
{
	if (str_eq(name, STR("PWD")))
		return disk_pwd(w, value);

	const char *v = getenv(arena_cstr(w->arena, name));

	if (v)
		*value = arena_str(w->arena, str_c(v));
	return v != NULL;
}

static int64_t disk_now(struct world *w)
{
	(void)w;
	return (int64_t)time(NULL);
}

static bool disk_xattr(
	struct world *w, struct str path, struct str name, struct str *value)
{
	enum { SPACE = 4096 }; /* an ACL of five hundred entries */
	char *bytes = arena_alloc(w->arena, SPACE);
	ssize_t n = lgetxattr(
		arena_cstr(w->arena, path), arena_cstr(w->arena, name), bytes, SPACE);

	if (n >= 0)
		*value = (struct str){bytes, (size_t)n};
	return n >= 0;
}

struct world *world_disk(struct arena *a)
{
	static const struct world_ops ops = {
		disk_read, disk_stat, disk_list, disk_env, disk_now, disk_xattr};
	struct disk *d = arena_new(a, struct disk);

	d->world.ops = &ops;
	d->world.arena = a;
	return &d->world;
}
