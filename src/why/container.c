#include "why/container.h"

#include "base/diag.h"
#include "base/path.h"
#include "syntax/json.h"

/* The value below two keys; NULL where there is none. */
static const struct json *get(
	const struct json *j, const char *outer, const char *inner)
{
	const struct json *o = j ? json_get(j, str_c(outer)) : NULL;

	return o && inner ? json_get(o, str_c(inner)) : o;
}

static struct str string_of(const struct json *j)
{
	return j && (j->kind == JSON_STRING || j->kind == JSON_NUMBER) ? j->text.s
								       : STR_NONE;
}

static bool is_true(const struct json *j)
{
	return j && j->kind == JSON_TRUE;
}

static uint32_t item_count(const struct json *j)
{
	return j && (j->kind == JSON_ARRAY || j->kind == JSON_OBJECT) ? j->count : 0;
}

static void read_state(const struct json *j, struct container *out)
{
	uint32_t n;

	out->status = string_of(get(j, "State", "Status"));
	out->error = string_of(get(j, "State", "Error"));
	out->was_out_of_memory = is_true(get(j, "State", "OOMKilled"));
	if (str_to_u32(string_of(get(j, "State", "ExitCode")), &n))
		out->exit_code = (int)n;
	(void)str_to_u32(string_of(get(j, "RestartCount", NULL)), &out->restarts);
}

static void read_environment(
	struct arena *a, const struct json *env, struct container *out)
{
	for (uint32_t i = 0; i < item_count(env); i++) {
		struct str one = string_of(&env->items[i]);
		size_t equals = str_find(one, '=');

		*vec_push(a, &out->environment) = (struct environ_entry){
			str_sub(one, 0, equals), str_from(one, equals + 1)};
		if (str_starts(one, STR("HOME="))) {
			out->home = str_from(one, 5);
			out->has_home = true;
		} else if (str_starts(one, STR("TMPDIR="))) {
			out->tmp = str_from(one, 7);
		}
	}
}

static void read_command(struct arena *a, const struct json *j, struct container *out)
{
	const struct json *args = get(j, "Args", NULL);
	struct buf b = {.arena = a};

	buf_add(&b, string_of(get(j, "Path", NULL)));
	for (uint32_t i = 0; i < item_count(args); i++) {
		buf_char(&b, ' ');
		buf_add(&b, string_of(&args->items[i]));
	}
	out->command = buf_str(&b);
}

static void read_privileges(
	struct arena *a, const struct json *j, struct container *out)
{
	const struct json *drop = get(j, "HostConfig", "CapDrop");
	const struct json *add = get(j, "HostConfig", "CapAdd");
	struct buf b = {.arena = a};

	out->is_read_only = is_true(get(j, "HostConfig", "ReadonlyRootfs"));
	out->is_privileged = is_true(get(j, "HostConfig", "Privileged"));
	for (uint32_t i = 0; i < item_count(drop); i++)
		if (str_eq_nocase(string_of(&drop->items[i]), STR("ALL")))
			out->drops_all = true;
	for (uint32_t i = 0; i < item_count(add); i++) {
		if (i)
			buf_char(&b, ',');
		buf_add(&b, string_of(&add->items[i]));
	}
	out->adds = buf_str(&b);
}

static void read_mounts(struct arena *a, const struct json *j, struct container *out)
{
	const struct json *mounts = get(j, "Mounts", NULL);
	const struct json *tmpfs = get(j, "HostConfig", "Tmpfs");

	for (uint32_t i = 0; i < item_count(mounts); i++) {
		const struct json *m = &mounts->items[i];
		struct str type = string_of(get(m, "Type", NULL));
		const struct json *writable = get(m, "RW", NULL);

		*vec_push(a, &out->mounts) = (struct at){
			.kind = str_eq(type, STR("bind"))     ? AT_BIND
				: str_eq(type, STR("volume")) ? AT_VOLUME
				: str_eq(type, STR("tmpfs"))  ? AT_TMPFS
							      : AT_OTHER,
			.target = path_join(
				a, STR("/"), string_of(get(m, "Destination", NULL))),
			.source = string_of(get(m, "Source", NULL)),
			.name = string_of(get(m, "Name", NULL)),
			.is_read_only = writable && writable->kind == JSON_FALSE};
	}
	for (uint32_t i = 0; i < item_count(tmpfs); i++)
		*vec_push(a, &out->mounts) = (struct at){.kind = AT_TMPFS,
			.target = path_join(a, STR("/"), string_of(&tmpfs->keys[i]))};
}

int container_read(
	struct arena *a, struct str bytes, struct container *out, struct err *e)
{
	const struct file *file = file_new(a, STR("inspect"), bytes);
	struct text text = text_of(a, span_of(file, 0, bytes.n));
	struct diags diags = {.arena = a};
	const struct json *root = json_parse(a, &text, &diags);
	const struct json *j =
		item_count(root) && root->kind == JSON_ARRAY ? &root->items[0] : root;
	struct container c = {.exit_code = 0};

	if (!j || j->kind != JSON_OBJECT)
		return err_set(e, 0, "read what the engine says of the container");
	c.name = string_of(get(j, "Name", NULL));
	if (str_starts(c.name, STR("/")))
		c.name = str_from(c.name, 1);
	c.image = string_of(get(j, "Config", "Image"));
	c.user = string_of(get(j, "Config", "User"));
	c.workdir = string_of(get(j, "Config", "WorkingDir"));
	read_state(j, &c);
	read_environment(a, get(j, "Config", "Env"), &c);
	read_command(a, j, &c);
	read_privileges(a, j, &c);
	read_mounts(a, j, &c);
	*out = c;
	return 0;
}

/* Octal digits with blanks or NULs around them; false when there are others. */
static bool read_octal(struct str field, uint32_t *out)
{
	uint32_t n = 0;
	size_t digits = 0;

	for (size_t i = 0; field.p && i < field.n; i++) {
		if (field.p[i] == ' ' || field.p[i] == '\0') {
			if (digits)
				break;
			continue;
		}
		if (field.p[i] < '0' || field.p[i] > '7' || n > UINT32_MAX / 8)
			return false;
		n = n * 8 + (uint32_t)(field.p[i] - '0');
		digits++;
	}
	*out = n;
	return digits != 0;
}

bool tar_owner_read(struct str bytes, struct owned *out)
{
	struct owned o = {.path = out->path};

	if (bytes.n < TAR_HEADER || !str_eq(str_sub(bytes, 257, 5), STR("ustar")) ||
		!read_octal(str_sub(bytes, 100, 8), &o.mode) ||
		!read_octal(str_sub(bytes, 108, 8), &o.uid) ||
		!read_octal(str_sub(bytes, 116, 8), &o.gid))
		return false;
	o.mode &= 07777;
	o.is_file = bytes.p[156] == '0' || bytes.p[156] == '\0';
	*out = o;
	return true;
}
