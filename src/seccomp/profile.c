#include "seccomp/profile.h"

#include <sys/utsname.h>

#include "seccomp/profile_words.h"

static void read_default(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	/* As in Go "" is as if nothing stood there. */
	if (value->kind != JSON_STRING || value->text.s.n)
		profile_read_action(r, value, &out->otherwise);
}

static void read_default_number(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	profile_read_errno_number(r, value, &out->otherwise);
}

static void read_default_name(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	profile_read_errno_name(r, value, &out->otherwise);
}

static void read_arches(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	profile_read_words(r, value, &out->arches);
	vec_each (const struct profile_word, word, &out->arches)
		if (!str_starts(word->text, STR("SCMP_ARCH_")) ||
			(arch_find(word->text) < 0 && !arch_is_foreign(word->text)))
			profile_fault(r, word->span,
				"'%.*s' is no architecture; one is SCMP_ARCH_X86_64",
				STR_ARG(str_sub(word->text, 0, 60)));
}

static void read_map_arch(
	struct profile_reader *r, const struct json *value, void *arch)
{
	profile_read_word(r, value, &((struct profile_arch *)arch)->arch);
}

static void read_map_subs(
	struct profile_reader *r, const struct json *value, void *arch)
{
	profile_read_words(r, value, &((struct profile_arch *)arch)->subs);
}

static const struct profile_key map_keys[] = {
	{STR_INIT("architecture"), read_map_arch},
	{STR_INIT("subArchitectures"), read_map_subs},
};

static void read_arch_map(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	if (!profile_expect(r, value, JSON_ARRAY))
		return;
	out->arch_map.n = 0;
	for (uint32_t i = 0; i < value->count; i++) {
		struct profile_arch *arch;

		if (!profile_expect(r, &value->items[i], JSON_OBJECT))
			continue;
		arch = vec_push(r->arena, &out->arch_map);
		profile_read_object(r, &value->items[i], map_keys,
			sizeof(map_keys) / sizeof(map_keys[0]), arch);
		if (!arch->arch.span.file)
			arch->arch.span = value->items[i].span;
	}
}

static void read_rules(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	if (!profile_expect(r, value, JSON_ARRAY))
		return;
	out->rules.n = 0;
	for (uint32_t i = 0; i < value->count && !r->is_stopped; i++)
		profile_read_rule(r, &value->items[i]);
}

static void read_flags(
	struct profile_reader *r, const struct json *value, void *profile)
{
	static const char *const known[] = {"SECCOMP_FILTER_FLAG_TSYNC",
		"SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
		"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};

	struct profile *out = profile;

	profile_read_words(r, value, &out->flags);
	vec_each (const struct profile_word, flag, &out->flags) {
		bool is_known = false;

		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			is_known |= str_eq(flag->text, str_c(known[i]));
		if (!is_known)
			profile_fault(r, flag->span, "runc knows no flag '%.*s'",
				STR_ARG(str_sub(flag->text, 0, 60)));
	}
}

static void read_listener(
	struct profile_reader *r, const struct json *value, void *profile)
{
	struct profile *out = profile;

	profile_read_word(r, value, &out->listener);
}

static const struct profile_key profile_keys[] = {
	{STR_INIT("defaultAction"), read_default},
	{STR_INIT("defaultErrnoRet"), read_default_number},
	{STR_INIT("architectures"), read_arches},
	{STR_INIT("syscalls"), read_rules},
	{STR_INIT("flags"), read_flags},
	{STR_INIT("listenerPath"), read_listener},
	{STR_INIT("listenerMetadata"), NULL},
	/* Of no meaning to anybody, and meant so. */
	{STR_INIT("comment"), NULL},
	{STR_INIT("description"), NULL},
	{STR_INIT("$schema"), NULL},
	/* What only a profile has: an engine decides it before it writes a config.json. */
	{STR_INIT("archMap"), read_arch_map},
	{STR_INIT("defaultErrno"), read_default_name},
};

enum { OCI_PROFILE_KEYS = 10 };

static bool asks_supervisor(const struct profile *profile)
{
	vec_each (const struct profile_rule, rule, &profile->rules)
		if (rule->answer.kind == ACTION_NOTIFY)
			return true;
	return false;
}

static void check_default(struct profile_reader *r)
{
	struct profile *profile = r->profile;
	const struct profile_answer *otherwise = &profile->otherwise;

	if (!otherwise->span.file && !profile->rules.n) {
		profile->is_none = true;
		profile_note(r->arena, r->notes, NOTE_WEAK, profile->span,
			"neither a default action nor a rule: an engine then sets no "
			"filter at all");
	} else if (!otherwise->span.file) {
		profile_fault(r, profile->span, "expected \"defaultAction\"");
	} else if (otherwise->kind == ACTION_NOTIFY) {
		profile_fault(r, otherwise->span,
			"SCMP_ACT_NOTIFY as default: runc refuses it");
	} else {
		profile_check_answer(r, otherwise, "defaultErrnoRet");
	}
}

static void check_whole(struct profile_reader *r)
{
	struct profile *profile = r->profile;

	check_default(r);
	if (profile->arches.n && profile->arch_map.n)
		profile_fault(r, profile->arches.at[0].span,
			"both 'architectures' and 'archMap': engines take one of the "
			"two");
	vec_each (const struct profile_arch, arch, &profile->arch_map)
		if (arch_find(arch->arch.text) < 0 && !arch_is_foreign(arch->arch.text))
			profile_note(r->arena, r->notes, NOTE_IGNORED, arch->arch.span,
				"'%.*s' is no architecture, so no host takes this entry",
				STR_ARG(str_sub(arch->arch.text, 0, 60)));
	if (asks_supervisor(profile) && !profile->listener.text.n)
		profile_note(r->arena, r->notes, NOTE_WEAK, profile->span,
			"SCMP_ACT_NOTIFY without listenerPath: runc starts no container "
			"until somebody names the supervisor's socket");
}

static struct profile_reader reader_begin(struct arena *a, const struct file *file,
	struct profile_notes *notes, const struct json *object, enum profile_form form)
{
	struct profile_reader r = {
		.arena = a, .notes = notes, .profile = arena_new(a, struct profile)};

	r.profile->form = form;
	r.profile->file = file;
	r.profile->span = object->span;
	return r;
}

/* The object that is the profile: the root, or what a config.json has for it. */
static const struct json *find_object(
	const struct json *root, enum profile_form *form, struct span *missing)
{
	const struct json *linux_part = json_get(root, STR("linux"));
	const struct json *found =
		linux_part ? json_get(linux_part, STR("seccomp")) : NULL;

	*form = linux_part ? PROFILE_OCI : PROFILE_DOCKER;
	*missing = linux_part ? linux_part->span : root->span;
	return linux_part ? found : root;
}

/* What the reader of JSON says, with the place. */
static void no_json(
	struct arena *a, const struct diags *diags, struct profile_notes *notes)
{
	vec_each (const struct diag, diag, &diags->list)
		profile_note(a, notes, NOTE_FAULT, diag->span, "%.*s",
			STR_ARG(diag->detail));
}

const struct profile *profile_read(
	struct arena *a, const struct file *file, struct profile_notes *notes)
{
	struct diags diags = {.arena = a};
	struct span whole = span_of(file, 0, file->bytes.n), missing;
	struct text text = text_of(a, whole);
	const struct json *root = NULL, *object;
	struct profile_reader r;
	enum profile_form form;

	if (file->bytes.n)
		root = json_parse(a, &text, &diags);
	else
		profile_note(
			a, notes, NOTE_FAULT, whole, "an empty file is no profile");
	if (!root) {
		no_json(a, &diags, notes);
		return NULL;
	}
	object = find_object(root, &form, &missing);
	if (!object) {
		profile_note(a, notes, NOTE_FAULT, missing,
			"expected \"seccomp\": this config.json sets no filter");
		return NULL;
	}
	if (object->kind != JSON_OBJECT) {
		profile_note(a, notes, NOTE_FAULT, object->span,
			"expected an object, found %s", json_kind_name(object->kind));
		return NULL;
	}
	r = reader_begin(a, file, notes, object, form);
	profile_read_object(&r, object, profile_keys,
		form == PROFILE_OCI ? OCI_PROFILE_KEYS
				    : sizeof(profile_keys) / sizeof(profile_keys[0]),
		r.profile);
	if (!r.is_stopped)
		check_whole(&r);
	return r.faults ? NULL : r.profile;
}

enum profile_form profile_form(const struct profile *profile)
{
	return profile->form;
}

/* "6.18.44-cloud" is 6.18; 0 when it begins with no two numbers. */
static kernel_version read_release(struct str release)
{
	struct str_fields fields = {.rest = release};
	struct str major, minor;
	uint32_t numbers[2];
	size_t digits = 0;

	if (!str_next_field(&fields, '.', &major) ||
		!str_next_field(&fields, '.', &minor))
		return 0;
	while (digits < minor.n && byte_is_digit(minor.p[digits]))
		digits++;
	if (!str_to_u32(major, &numbers[0]) ||
		!str_to_u32(str_sub(minor, 0, digits), &numbers[1]))
		return 0;
	return KERNEL(numbers[0] & UINT8_MAX, numbers[1] & UINT8_MAX);
}

struct profile_host profile_host_here(void)
{
	struct profile_host host = {
		.arch = arch_host(), .bounding = CAPABILITIES_ENGINE};
	struct utsname name;

	if (uname(&name) == 0)
		host.kernel = read_release(str_c(name.release));
	return host;
}
