#include "host/accounts.h"

enum { NOBODY = 65534, FIRST_PERSON = 1000 };

enum { FIELDS = 7 };

/* A line of words between colons; how many there are. */
static size_t split(struct str line, struct str fields[FIELDS])
{
	struct str_fields rest = {.rest = line};
	size_t n = 0;

	while (n < FIELDS && str_next_field(&rest, ':', &fields[n]))
		n++;
	return n;
}

/* passwd: name:x:uid:gid:gecos:home:shell; group: name:x:gid:members */
static struct host_account_list read_list(
	struct arena *a, struct world *world, struct str path, bool is_users)
{
	struct host_account_list list = {0};
	const struct file *file;
	struct str_fields lines;
	struct str line, field[FIELDS];
	struct err e = {0};

	if (world_read(world, path, &file, &e) < 0)
		return list;
	lines = (struct str_fields){.rest = file->bytes};
	while (list.n < HOST_ACCOUNTS_MAX && str_next_field(&lines, '\n', &line)) {
		size_t n = split(line, field);
		uint32_t id;

		if (n < 3 || !field[0].n || !str_to_u32(field[2], &id))
			continue;
		*vec_push(a, &list) = (struct host_account){.name = field[0],
			.id = id,
			.home = is_users && n > 5 ? field[5] : STR_NONE,
			.shell = is_users && n > 6 ? field[6] : STR_NONE};
	}
	return list;
}

struct host_accounts host_accounts_read(struct arena *a, struct world *world)
{
	return (struct host_accounts){
		.users = read_list(a, world, STR("/etc/passwd"), true),
		.groups = read_list(a, world, STR("/etc/group"), false)};
}

const struct host_account *host_account_of(
	const struct host_account_list *list, uint32_t id)
{
	vec_each (const struct host_account, one, list)
		if (one->id == id)
			return one;
	return NULL;
}

const struct host_account *host_account_named(
	const struct host_account_list *list, struct str name)
{
	vec_each (const struct host_account, one, list)
		if (str_eq(one->name, name))
			return one;
	return NULL;
}

bool host_account_is_person(const struct host_account *user)
{
	return user && user->id >= FIRST_PERSON && user->id != NOBODY &&
		!str_ends(user->shell, STR("nologin")) &&
		!str_ends(user->shell, STR("/false"));
}

bool host_range_read(struct world *world, struct str file, struct str name, uint32_t id,
	uint32_t *first, uint32_t *count)
{
	const struct file *read;
	struct str_fields lines;
	struct str line, field[FIELDS];
	struct err e = {0};

	if (world_read(world, file, &read, &e) < 0)
		return false;
	lines = (struct str_fields){.rest = read->bytes};
	while (str_next_field(&lines, '\n', &line)) {
		uint32_t number;

		if (split(line, field) < 3)
			continue;
		if (!(name.n && str_eq(field[0], name)) &&
			!(str_to_u32(field[0], &number) && number == id))
			continue;
		return str_to_u32(field[1], first) && str_to_u32(field[2], count);
	}
	return false;
}
