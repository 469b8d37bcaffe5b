/*
 * security_opt: what the engine puts between the container and the kernel, where it is
 * switched off, and where it is misspelt.
 */
#include "base/buf.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/filter.h"
#include "rule/need.h"
#include "rule/run_advice.h"

/* "Drop this line." in the words of the input. */
static const char *drop_it(const struct audit *audit)
{
	return run_advice_choose(audit, "Drop this line.", "Drop this option.");
}

/* ---- no-new-privileges ---- */

static void help_no_new_privileges(struct audit *audit, struct finding *f, bool is_off)
{
	struct privilege_need need = run_needs_privileges(audit);
	struct str how = is_off
		? arena_printf(audit->arena, "Write `%s`",
			  run_advice_choose(
				  audit, "no-new-privileges:true", "no-new-privileges"))
		: run_advice_add(audit, "security_opt: [\"no-new-privileges:true\"]",
			  "--security-opt no-new-privileges");

	if (!need.what.n) {
		finding_help(audit, f, "%.*s.", STR_ARG(how));
		return;
	}
	finding_help(audit, f, "%.*s. Then %.*s no longer works: do without it first.",
		STR_ARG(how), STR_ARG(need.what));
	finding_related(
		audit, f, need.span, "the image counts on gaining privileges here");
}

void check_no_new_privileges_missing(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct security_option *o;
	struct finding *f;

	if (!run || run_no_new_privileges(run) != ANSWER_NO ||
		need_forbids_new_privileges(audit))
		return;
	o = run_security(run, SECURITY_NO_NEW_PRIVILEGES);
	f = finding_add(audit, o ? o->span : run_anchor(run));
	finding_message(audit, f,
		o ? "Programs of the container may gain privileges: that is switched on "
		    "here in so many words."
		  : "Programs of the container may gain privileges that it was not started "
		    "with.");
	if (audit->workload->launch.runs_as == RUNS_AS_ROOT) {
		/* Root has what a setuid program would give. */
		f->severity = SEVERITY_LOW;
		finding_consequence(audit, f,
			"So far %.*s is root anyway; the setting counts as soon as it runs "
			"as somebody else.",
			STR_ARG(advice_program(audit)));
	} else {
		finding_consequence(audit, f,
			"One flaw in a setuid program of the image (`su`, `mount`, "
			"`passwd`) turns who breaks into %.*s into root.",
			STR_ARG(advice_program(audit)));
	}
	help_no_new_privileges(audit, f, o != NULL);
	finding_evidence(audit, f, o ? "off" : "missing");
}

void check_no_new_privileges_breaks(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct security_option *o;
	struct privilege_need need;
	struct finding *f;

	if (!run || run_no_new_privileges(run) != ANSWER_YES ||
		audit->workload->launch.runs_as != RUNS_AS_USER)
		return;
	need = run_needs_privileges(audit);
	o = run_security(run, SECURITY_NO_NEW_PRIVILEGES);
	if (!need.what.n || !o)
		return;
	f = finding_add(audit, o->span);
	f->verdict = need.is_needed;
	finding_message(audit, f,
		"The image counts on %.*s, and that has no effect under "
		"`no-new-privileges`.",
		STR_ARG(need.what));
	finding_consequence(audit, f,
		need.is_needed == ANSWER_YES
			? "The start of %.*s fails."
			: "What %.*s does with it fails, or runs without the right that it "
			  "needs.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Keep the option and do without: what needs root belongs in a RUN of the "
		"Dockerfile, or in an entrypoint that starts as root and gives it up.");
	finding_related(audit, f, need.span, "it is prepared here");
	finding_evidence(audit, f, "%.*s", STR_ARG(need.what));
}

/* ---- seccomp ---- */

static bool is_profile_file(const struct security_option *o)
{
	return o && o->know == FACT_SET && !str_eq(o->text, STR("unconfined")) &&
		!str_eq(o->text, STR("builtin"));
}

void check_seccomp_unconfined(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct security_option *o;
	struct finding *f;

	o = run ? run_security(run, SECURITY_SECCOMP) : NULL;
	if (!o || !str_eq(o->text, STR("unconfined")))
		return;
	f = finding_add(audit, o->span);
	finding_message(audit, f, "The filter of system calls is switched off.");
	finding_consequence(audit, f,
		"Whoever breaks into %.*s reaches all of the kernel: its rarely used calls "
		"are where most ways out of a container were found.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"%s The engine's own filter then holds; it lets through what nearly every "
		"program needs. Where one call is missing, write a profile that adds it.",
		drop_it(audit));
	finding_evidence(audit, f, "unconfined");
}

static struct str unquoted(struct str text)
{
	size_t n = text.n;

	if (n > 1 && text.p[n - 1] == text.p[0])
		n--;
	return str_sub(text, 1, n - 1);
}

void check_seccomp_path_quoted(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct security_option *o;
	struct finding *f;
	struct str path;

	o = run ? run_security(run, SECURITY_SECCOMP) : NULL;
	if (!is_profile_file(o) || !o->has_quotes)
		return;
	path = unquoted(o->text);
	f = finding_add(audit, o->text_span);
	finding_message(audit, f, "The quotes become a part of the file name: %s",
		run_advice_choose(audit,
			"YAML only takes quotes away that stand around the whole value.",
			"the shell has taken its own away already."));
	finding_consequence(audit, f,
		"The container does not start: `opening seccomp profile (%.*s) failed`.",
		STR_ARG(o->text));
	finding_help(audit, f, "Write `seccomp=%.*s`.", STR_ARG(path));
	finding_evidence(audit, f, "%.*s", STR_ARG(path));
}

/* It can be read, and the engine refuses what stands in it. */
static void say_fault(struct audit *audit, const struct workload_filter *filter)
{
	struct finding *f = finding_add(audit, filter->option->text_span);

	finding_message(audit, f,
		"The engine refuses the seccomp profile `%.*s`: %.*s.",
		STR_ARG(filter->option->text), STR_ARG(filter->fault->text));
	finding_consequence(audit, f,
		"The container does not start; and whoever drops the line to make it start "
		"loses the filter that was meant.");
	finding_help(audit, f, "Correct the file.");
	if (filter->fault->span.file)
		finding_related(audit, f, filter->fault->span, "it stands here");
	finding_evidence(audit, f, "%.*s", STR_ARG(filter->option->text));
}

void check_seccomp_path_missing(struct audit *audit)
{
	const struct workload_filter *filter = filter_with_fault(audit);
	const struct run *run = run_judged(audit);
	const struct security_option *o;
	struct finding *f;

	o = run ? run_security(run, SECURITY_SECCOMP) : NULL;
	if (filter && filter->fault)
		say_fault(audit, filter);
	if (!is_profile_file(o) || o->has_quotes ||
		(o->is_there != ANSWER_NO && !o->broken.n))
		return;
	f = finding_add(audit, o->text_span);
	if (o->is_there == ANSWER_NO)
		finding_message(audit, f, "There is no seccomp profile `%.*s`.",
			STR_ARG(o->text));
	else
		finding_message(audit, f, "`%.*s` is no seccomp profile: %.*s.",
			STR_ARG(o->text), STR_ARG(o->broken));
	finding_consequence(audit, f,
		"The container does not start; and whoever drops the line to make it start "
		"loses the filter that was meant.");
	if (o->is_there == ANSWER_NO)
		finding_help(audit, f, "%s",
			run_advice_choose(audit,
				"Put the file there, or correct the path: it counts from "
				"the folder of the project.",
				"Put the file there, or correct the path: it counts from "
				"the folder in which the command runs."));
	else
		finding_help(audit, f, "Correct the file.");
	finding_evidence(audit, f, "%.*s", STR_ARG(o->text));
}

/* Does another rule say something of this option already? */
static bool is_faulty(const struct security_option *o)
{
	return o->has_quotes || str_eq(o->text, STR("unconfined")) ||
		str_eq(o->text, STR("disable")) || str_eq(o->text, STR("type:spc_t")) ||
		o->is_there == ANSWER_NO || o->broken.n;
}

void check_seccomp_colon_separator(struct audit *audit)
{
	const struct run *run = audit->workload->run;

	if (!run)
		return;
	vec_each (const struct security_option, o, &run->security) {
		struct finding *f;

		/* no-new-privileges:true is how Docker's own pages write it. */
		if (o->separator != ':' || o->know != FACT_SET || is_faulty(o) ||
			(o->kind != SECURITY_SECCOMP && o->kind != SECURITY_APPARMOR &&
				o->kind != SECURITY_LABEL))
			continue;
		f = finding_add(audit, o->span);
		finding_message(audit, f, "The colon behind `%.*s` is an old spelling.",
			STR_ARG(o->name));
		finding_consequence(audit, f,
			"The engine warns of it, and has announced to refuse it.");
		finding_help(audit, f, "Write `%.*s=%.*s`.", STR_ARG(o->name),
			STR_ARG(o->text));
		finding_evidence(audit, f, "%.*s", STR_ARG(o->name));
	}
}

/* ---- mandatory access control, masked paths ---- */

void check_apparmor_unconfined(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct security_option *o;
	struct finding *f;

	o = run ? run_security(run, SECURITY_APPARMOR) : NULL;
	if (!o || !str_eq(o->text, STR("unconfined")))
		return;
	f = finding_add(audit, o->span);
	finding_message(audit, f, "AppArmor is switched off for the container.");
	finding_consequence(audit, f,
		"On hosts with AppArmor (Ubuntu, Debian) nothing keeps whoever becomes "
		"root in the container from writing to `/proc` and `/sys` or from "
		"mounting.");
	finding_help(audit, f,
		"%s The engine's own profile `docker-default` then holds; where it forbids "
		"something that is needed, name a profile that allows just that.",
		drop_it(audit));
	finding_evidence(audit, f, "unconfined");
}

/* Labels that end the separation: no label, or one that may do everything. */
static bool frees_label(const struct security_option *o)
{
	return o->kind == SECURITY_LABEL &&
		(str_eq(o->text, STR("disable")) ||
			str_eq(o->text, STR("type:spc_t")) ||
			str_eq(o->text, STR("type:unconfined_t")));
}

void check_selinux_disabled(struct audit *audit)
{
	const struct run *run = run_judged(audit);

	if (!run)
		return;
	vec_each (const struct security_option, o, &run->security) {
		struct finding *f;

		if (!frees_label(o))
			continue;
		f = finding_add(audit, o->span);
		finding_message(audit, f,
			str_eq(o->text, STR("disable"))
				? "SELinux is switched off for the container."
				: "The container gets an SELinux type that may do "
				  "everything.");
		finding_consequence(audit, f,
			"On hosts with SELinux (Fedora, RHEL and their kin) nothing keeps "
			"whoever breaks out of %.*s from the files of the host and of "
			"other containers.",
			STR_ARG(advice_program(audit)));
		finding_help(audit, f,
			"%s Where a mounted folder cannot be read, let the engine label "
			"it: `:z` behind the mount, or `:Z` where only this container "
			"uses it.",
			drop_it(audit));
		finding_evidence(audit, f, "%.*s", STR_ARG(o->text));
	}
}

void check_systempaths_unconfined(struct audit *audit)
{
	const struct run *run = run_judged(audit);

	if (!run)
		return;
	vec_each (const struct security_option, o, &run->security) {
		struct finding *f;

		if (o->know != FACT_SET ||
			(o->kind != SECURITY_SYSTEMPATHS && o->kind != SECURITY_UNMASK))
			continue;
		f = finding_add(audit, o->span);
		finding_message(audit, f,
			"Paths of `/proc` and `/sys` that the engine hides are opened.");
		finding_consequence(audit, f,
			"Root in the container can change settings of the kernel for the "
			"whole host, and every user can read what they give away.");
		finding_help(audit, f,
			"%s What has to run containers inside of one (BuildKit, podman) "
			"belongs in a virtual machine, or on the host.",
			drop_it(audit));
		finding_evidence(audit, f, "%.*s", STR_ARG(o->text));
	}
}

/* ---- what the engine refuses ---- */

static const char *const option_names[] = {"no-new-privileges", "seccomp", "apparmor",
	"label", "systempaths", "writable-cgroups"};

/* The option that a misspelt one most likely means, or empty. */
static struct str nearest_option(struct str name)
{
	struct str best = STR_NONE;
	unsigned distance = 5;

	for (size_t i = 0; i < sizeof(option_names) / sizeof(option_names[0]); i++) {
		struct str option = str_c(option_names[i]);
		unsigned d = str_distance(name, option, distance);

		/* More than a third changed is another word. */
		if (d < distance && d * 3 <= option.n) {
			distance = d;
			best = option;
		}
	}
	return best;
}

static bool is_refused(const struct run *run, const struct security_option *o)
{
	static const char *const flags[] = {"1", "t", "T", "TRUE", "true", "True", "0",
		"f", "F", "FALSE", "false", "False"};

	if (o->know != FACT_SET)
		return false;
	if (o->kind == SECURITY_MASK || o->kind == SECURITY_UNMASK ||
		o->kind == SECURITY_PROC_OPTS)
		return str_eq(run->engine, STR("docker"));
	if (o->kind != SECURITY_NO_NEW_PRIVILEGES)
		return o->kind == SECURITY_OTHER;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (str_eq(o->text, str_c(flags[i])))
			return false;
	return true;
}

static void help_refused(
	struct audit *audit, struct finding *f, const struct security_option *o)
{
	struct str near = nearest_option(o->name);

	if (o->kind == SECURITY_NO_NEW_PRIVILEGES)
		finding_help(audit, f, "Write `no-new-privileges:true`.");
	else if (str_eq(o->name, STR("systempaths")))
		finding_help(audit, f,
			"The only spelling is `systempaths=unconfined`, and it opens what "
			"is better hidden: drop it.");
	else if (str_eq(near, STR("no-new-privileges")))
		finding_help(audit, f, "Write `no-new-privileges:true`.");
	else if (near.n && o->text.n)
		finding_help(audit, f, "Write `%.*s=%.*s`.", STR_ARG(near),
			STR_ARG(o->text));
	else
		finding_help(audit, f,
			"The engine knows `no-new-privileges`, `seccomp=`, `apparmor=` and "
			"`label=`.");
}

void check_security_opt_invalid(struct audit *audit)
{
	const struct run *run = audit->workload->run;

	if (!run)
		return;
	vec_each (const struct security_option, o, &run->security) {
		struct finding *f;

		if (!is_refused(run, o))
			continue;
		f = finding_add(audit, o->span);
		finding_message(audit, f, "The engine knows no security option `%.*s`.",
			STR_ARG(value_display(audit->arena, o->value)));
		finding_consequence(audit, f,
			"It refuses to create the container, and what was meant to "
			"protect it protects nothing.");
		help_refused(audit, f, o);
		finding_evidence(audit, f, "%.*s",
			STR_ARG(value_display(audit->arena, o->value)));
	}
}
