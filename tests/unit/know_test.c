#include "unit.h"

#include "know/capabilities.h"
#include "know/columns.h"
#include "know/date.h"
#include "know/images.h"
#include "know/know.h"
#include "know/programs.h"

/* What every test has: an arena, a world in memory, and the built-in tables. */
struct fixture {
	struct arena arena;
	struct world *world;
	const struct knowledge *know;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->world = world_memory(&f->arena);
	f->know = know_builtin(&f->arena);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	free(f);
	return 0;
}

static const struct know_image *ask(struct fixture *f, const char *reference)
{
	struct image_ref ref;

	if (!image_ref_parse(str_c(reference), &ref))
		fail_msg("%s is a reference", reference);
	return know_image(f->know, &f->arena, &ref);
}

static void references_come_apart(void **state)
{
	static const char *const cases[][6] = {
		/* text, registry, path, tag, digest, name */
		{"python", "", "python", "", "", "python"},
		{"python:3.12-slim", "", "python", "3.12-slim", "", "python"},
		{"docker.io/library/python:3", "", "python", "3", "", "python"},
		{"index.docker.io/python", "", "python", "", "", "python"},
		{"docker.io/jupyter/base-notebook", "", "jupyter/base-notebook", "", "",
			"jupyter/base-notebook"},
		{"library/python", "", "python", "", "", "python"},
		{"nvcr.io/nvidia/pytorch:24.01-py3", "nvcr.io", "nvidia/pytorch",
			"24.01-py3", "", "nvcr.io/nvidia/pytorch"},
		{"quay.io/library/x", "quay.io", "library/x", "", "",
			"quay.io/library/x"},
		{"localhost/x", "localhost", "x", "", "", "localhost/x"},
		{"localhost:5000/a/b:c", "localhost:5000", "a/b", "c", "",
			"localhost:5000/a/b"},
		{"[::1]:5000/a", "[::1]:5000", "a", "", "", "[::1]:5000/a"},
		{"registry:2", "", "registry", "2", "", "registry"},
		{"a@sha256:0123456789abcdef0123456789abcdef", "", "a", "",
			"sha256:0123456789abcdef0123456789abcdef", "a"},
		{"a:b@sha256:0123456789abcdef0123456789abcdef", "", "a", "b",
			"sha256:0123456789abcdef0123456789abcdef", "a"},
		{"a--b__c/d.e", "", "a--b__c/d.e", "", "", "a--b__c/d.e"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct image_ref ref;

		if (!image_ref_parse(str_c(cases[i][0]), &ref))
			fail_msg("%s is a reference", cases[i][0]);
		assert_str(ref.registry, cases[i][1]);
		assert_str(ref.path, cases[i][2]);
		assert_str(ref.tag, cases[i][3]);
		assert_str(ref.digest, cases[i][4]);
		assert_str(ref.name, cases[i][5]);
	}
}

static void what_is_no_reference_is_refused(void **state)
{
	static const char *const cases[] = {"", "Python", "a/B", "a:", "a:b:c", ":x",
		"/a", "a/", "a//b", "a b", "-a", "a-", "a@", "a@sha256", "a@sha256:zz",
		"a@sha256:0123", "docker.io/", "docker.io/library/", "a:.x", "x/$y",
		"local host:5000/a", "a:b/c d"};
	struct image_ref ref = {.name = STR_INIT("untouched")};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (image_ref_parse(str_c(cases[i]), &ref))
			fail_msg("'%s' is no reference", cases[i]);
	assert_str(ref.name, "untouched");
}

static void an_absent_tag_is_latest_but_not_beside_a_digest(void **state)
{
	struct image_ref ref;

	(void)state;
	assert_true(image_ref_parse(STR("a"), &ref));
	assert_str(image_ref_tag(&ref), "latest");
	assert_true(image_ref_parse(
		STR("a@sha256:0123456789abcdef0123456789abcdef"), &ref));
	assert_str(image_ref_tag(&ref), "");
}

static int64_t number(struct id id)
{
	return id.know == FACT_SET ? (int64_t)id.n : -1;
}

static void the_user_of_known_images(void **state)
{
	static const struct {
		const char *reference, *user;
		int64_t uid, gid; /* -1: not known */
		const char *home, *family;
	} cases[] = {
		{"python:3.12-slim", "", 0, 0, "/root", "debian"},
		{"python:3.11-alpine3.20", "", 0, 0, "/root", "alpine"},
		{"docker.io/library/python", "", 0, 0, "/root", "debian"},
		{"ubuntu:22.04", "", 0, 0, "/root", "ubuntu"},
		{"nvidia/cuda:12.4.1-devel-ubuntu22.04", "", 0, 0, "/root", "ubuntu"},
		{"nvcr.io/nvidia/pytorch:24.01-py3", "", 0, 0, "/root", "ubuntu"},
		{"pytorch/pytorch:2.4.0-cuda12.1-cudnn9-runtime", "", 0, 0, "/root",
			"ubuntu"},
		{"tensorflow/tensorflow:2.15.0-gpu", "", 0, 0, "/root", "ubuntu"},
		{"jupyter/scipy-notebook", "1000", 1000, 100, "/home/jovyan", "ubuntu"},
		{"quay.io/jupyter/base-notebook:2024-05-27", "1000", 1000, 100,
			"/home/jovyan", "ubuntu"},
		{"mambaorg/micromamba:1.5.8", "mambauser", 57439, 57439,
			"/home/mambauser", "debian"},
		{"apache/airflow:2.9.1", "50000", 50000, 0, "/home/airflow", "debian"},
		{"spark:3.5.1", "spark", 185, 185, "/home/spark", "ubuntu"},
		{"postgres:16-alpine", "", 0, 0, "/root", "alpine"},
		{"nginxinc/nginx-unprivileged:1.27", "101", 101, 101, "/nonexistent",
			"debian"},
		{"gcr.io/distroless/python3-debian12:nonroot", "65532", 65532, 65532,
			"/home/nonroot", "distroless"},
		{"gcr.io/distroless/python3-debian12", "0", 0, 0, "/root",
			"distroless"},
		{"cgr.dev/chainguard/python:latest", "65532", 65532, 65532,
			"/home/nonroot", "wolfi"},
		{"registry.access.redhat.com/ubi9/python-311:1", "1001", 1001, 0,
			"/opt/app-root/src", "rhel"},
		{"registry.access.redhat.com/ubi9/ubi-minimal", "", 0, 0, "/root",
			"rhel"},
		{"rockylinux:9", "", 0, 0, "/root", "rhel"},
		{"almalinux:9-minimal", "", 0, 0, "/root", "rhel"},
		{"rocker/rstudio:4.4.1", "", 0, 0, "/root", "ubuntu"},
		{"pytorch/torchserve", "model-server", -1, -1, "/home/model-server",
			"ubuntu"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct know_image *image = ask(*state, cases[i].reference);

		if (!image)
			fail_msg("%s is known", cases[i].reference);
		assert_str(image->user, cases[i].user);
		assert_int_equal(number(image->uid), cases[i].uid);
		assert_int_equal(number(image->gid), cases[i].gid);
		assert_str(image->home, cases[i].home);
		assert_str(image->family->name, cases[i].family);
	}
	assert_null(ask(*state, "example.org/nobody/knows"));
	assert_null(ask(*state, "pythonish"));
}

/* What public files for machine learning and laboratories stand on most. */
static void what_people_use_is_known(void **state)
{
	static const char *const references[] = {"python:3.12",
		"nvidia/cuda:12.4.1-base", "nvcr.io/nvidia/pytorch:24.01-py3",
		"nvcr.io/nvidia/tensorflow:24.01-tf2-py3",
		"nvcr.io/nvidia/tritonserver:24.01-py3", "pytorch/pytorch",
		"tensorflow/tensorflow", "jupyter/scipy-notebook",
		"quay.io/jupyter/pytorch-notebook", "mambaorg/micromamba",
		"rocker/rstudio", "apache/spark", "apache/airflow:2.9.1", "postgres:16",
		"redis:7", "nginx", "nginxinc/nginx-unprivileged", "minio/minio",
		"mongo:7", "milvusdb/milvus:v2.4.1", "qdrant/qdrant", "chromadb/chroma",
		"ollama/ollama", "vllm/vllm-openai",
		"ghcr.io/huggingface/text-generation-inference",
		"ghcr.io/huggingface/text-embeddings-inference",
		"ghcr.io/open-webui/open-webui", "heartexlabs/label-studio",
		"ghcr.io/mlflow/mlflow", "clickhouse/clickhouse-server",
		"docker.elastic.co/elasticsearch/elasticsearch:8.15.0",
		"scientificlinux/sl", "almalinux:9", "rockylinux:9", "centos:7",
		"fedora", "rootproject/root",
		"opensciencegrid/software-base:24-el9-release"};

	for (size_t i = 0; i < sizeof(references) / sizeof(*references); i++)
		if (!ask(*state, references[i]))
			fail_msg("%s is not known", references[i]);
}

static void a_digest_alone_matches_only_any_tag(void **state)
{
	const struct know_image *image =
		ask(*state, "python@sha256:0123456789abcdef0123456789abcdef");

	assert_str(image->tags, "*");
	assert_str(image->eol, "");
}

static void entrypoints_that_drop_root(void **state)
{
	const struct know_image *image = ask(*state, "postgres:16");

	assert_str(image->drops_to, "postgres");
	assert_str(image->drops_by, "gosu");
	assert_str(ask(*state, "python:3.12")->drops_to, "");
}

static const struct accounts *accounts_of(struct fixture *f, const char *reference)
{
	return know_accounts(f->know, &f->arena, ask(f, reference), SPAN_NONE);
}

static void accounts_are_the_familys_and_the_images(void **state)
{
	const struct accounts *db = accounts_of(*state, "node:22-bookworm-slim");
	const struct account_group *group;
	const struct account *user;

	assert_int_equal(accounts_find(db, STR("node"), &user), ANSWER_YES);
	assert_int_equal(user->uid.n, 1000);
	assert_str(user->home, "/home/node");
	assert_true(user->is_from_base);
	assert_int_equal(accounts_find(db, STR("www-data"), &user), ANSWER_YES);
	assert_int_equal(user->uid.n, 33);
	assert_int_equal(accounts_find_group(db, STR("node"), &group), ANSWER_YES);
	assert_int_equal(group->gid.n, 1000);
	assert_int_equal(accounts_find_uid(db, 1000, &user), ANSWER_YES);
	assert_str(user->name, "node");
	assert_int_equal(accounts_find(db, STR("app"), &user), ANSWER_NO);
}

static void an_image_replaces_what_its_family_says(void **state)
{
	struct fixture *f = *state;
	const struct accounts *db = accounts_of(f, "debian:11-slim");
	struct account_list users = accounts_users(&f->arena, db);
	const struct account *user;
	size_t found = 0;

	assert_int_equal(accounts_find(db, STR("_apt"), &user), ANSWER_YES);
	assert_int_equal(user->uid.n, 100);
	assert_int_equal(accounts_find_uid(db, 42, &user), ANSWER_NO);
	assert_int_equal(accounts_find(db, STR("gnats"), &user), ANSWER_YES);
	vec_each (const struct account *, u, &users)
		found += str_eq((*u)->name, STR("_apt"));
	assert_int_equal(found, 1);
}

static void what_may_be_missing_is_a_doubt(void **state)
{
	const struct accounts *db = accounts_of(*state, "python:2.7");
	const struct account *user;

	assert_int_equal(accounts_find(db, STR("app"), &user), ANSWER_MAYBE);
	assert_null(user);
	assert_int_equal(accounts_find(db, STR("root"), &user), ANSWER_YES);
	assert_non_null(accounts_doubts(db));
	assert_non_null(strstr(arena_cstr(&((struct fixture *)*state)->arena,
				       accounts_doubts(db)->why),
		"the base image python may have"));
	assert_null(accounts_doubts(accounts_of(*state, "python:3.12-slim")));
}

static void images_know_their_tools(void **state)
{
	const struct know_image *trixie = ask(*state, "python:3.13-slim");
	const struct know_image *bookworm = ask(*state, "python:3.13-slim-bookworm");

	assert_int_equal(know_has_tool(bookworm, STR("adduser-debian")), ANSWER_YES);
	assert_int_equal(know_has_tool(trixie, STR("adduser-debian")), ANSWER_NO);
	assert_int_equal(know_has_tool(trixie, STR("shadow")), ANSWER_YES);
	assert_int_equal(know_has_tool(trixie, STR("busybox")), ANSWER_NO);
	assert_int_equal(
		know_has_tool(ask(*state, "ollama/ollama"), STR("shadow")), ANSWER_YES);
	assert_int_equal(know_has_tool(ask(*state, "nvcr.io/nvidia/pytorch:1"),
				 STR("adduser-debian")),
		ANSWER_MAYBE);
}

static void packages_bring_accounts(void **state)
{
	struct fixture *f = *state;
	struct know_package_list list;

	list = know_package_users(
		f->know, &f->arena, STR("openssh-server"), STR("ubuntu"));
	assert_int_equal(list.n, 1);
	assert_str(list.at[0].user, "sshd");
	assert_int_equal(list.at[0].uid.know, FACT_UNSET);
	list = know_package_users(f->know, &f->arena, STR("httpd"), STR("rhel"));
	assert_int_equal(list.n, 1);
	assert_str(list.at[0].user, "apache");
	assert_int_equal(list.at[0].uid.n, 48);
	list = know_package_users(
		f->know, &f->arena, STR("postgresql-16"), STR("debian"));
	assert_str(list.at[0].user, "postgres");
	list = know_package_users(f->know, &f->arena, STR("curl"), STR("debian"));
	assert_int_equal(list.n, 0);
	list = know_package_users(f->know, &f->arena, STR("httpd"), STR("debian"));
	assert_int_equal(list.n, 0);
}

static void days_are_counted(void **state)
{
	struct fixture *f = *state;
	int32_t day = 7;

	assert_true(date_parse(STR("1970-01-01"), &day));
	assert_int_equal(day, 0);
	assert_true(date_parse(STR("2000-03-01"), &day));
	assert_int_equal(day, 11017);
	assert_true(date_parse(STR("2026-11-22"), &day));
	assert_int_equal(day, 20779);
	assert_true(date_parse(STR("1969-12-31"), &day));
	assert_int_equal(day, -1);
	assert_true(date_parse(STR("2024-02-29"), &day));
	assert_false(date_parse(STR("2023-02-29"), &day));
	assert_false(date_parse(STR("1900-02-29"), &day));
	assert_false(date_parse(STR("2023-13-01"), &day));
	assert_false(date_parse(STR("2023-00-01"), &day));
	assert_false(date_parse(STR("2023-1-1"), &day));
	assert_false(date_parse(STR("2023/01/01"), &day));
	assert_false(date_parse(STR(""), &day));
	world_put_now(f->world, 86399);
	assert_int_equal(date_today(f->world), 0);
	world_put_now(f->world, 86400);
	assert_int_equal(date_today(f->world), 1);
	world_put_now(f->world, -1);
	assert_int_equal(date_today(f->world), -1);
}

static void support_ends_after_its_last_day(void **state)
{
	struct fixture *f = *state;

	world_put_now(f->world, 20779 * 86400LL); /* 2026-11-22 */
	assert_int_equal(know_is_past(STR("2026-11-21"), f->world), ANSWER_YES);
	assert_int_equal(know_is_past(STR("2026-11-22"), f->world), ANSWER_NO);
	assert_int_equal(know_is_past(STR(""), f->world), ANSWER_MAYBE);
	assert_int_equal(
		know_is_past(ask(f, "python:3.9-slim")->eol, f->world), ANSWER_YES);
	assert_int_equal(know_is_past(ask(f, "python:3.14")->eol, f->world), ANSWER_NO);
	assert_int_equal(
		know_is_past(ask(f, "ubuntu:20.04")->eol, f->world), ANSWER_YES);
}

#define HEADER                                                                             \
	"name\ttags\tuser\tuid\tgid\thome\taccounts\tfamily\ttools\tnologin\tdrops\teol\t" \
	"source\tdate\n"
#define REST "\tdebian\t-\t/usr/sbin/nologin\t-\t-\t-\t-\n"

static int open_with(struct fixture *f, const char *text, struct err *e)
{
	world_put(f->world, STR("mine.tsv"), str_c(text));
	return know_open(&f->arena, f->world, STR("mine.tsv"), &f->know, e);
}

static const int64_t today = 1795305600; /* 2026-11-22 */

static void programs_that_need_more(void **state)
{
	static const struct {
		const char *program, *word, *capability, *devices, *instead;
	} cases[] = {
		{"iptables-restore", "-n", "NET_ADMIN", "", ""},
		{"ip", "add", "NET_ADMIN", "", ""},
		{"ip", "show", NULL, NULL, NULL},
		{"openvpn", "x.conf", "NET_ADMIN", "/dev/net/tun", ""},
		{"mount.nfs", "x", "", "", "let the host mount it"},
		{"date", "-s", "", "", "the clock is that of the host"},
		{"date", "+%s", NULL, NULL, NULL},
		{"python3", "app.py", NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str words[] = {STR("x"), str_c(cases[i].word), STR_NONE};
		struct know_power found;
		bool is_known = know_power(str_c(cases[i].program), words, 3, &found);

		assert_int_equal(is_known, cases[i].capability != NULL);
		if (!is_known)
			continue;
		assert_str(found.devices, cases[i].devices);
		assert_true(str_starts(found.instead, str_c(cases[i].instead)));
		assert_int_equal(found.capabilities != 0, !cases[i].instead[0]);
		if (*cases[i].capability)
			assert_true(found.capabilities &
				capability_bit(
					capability_find(str_c(cases[i].capability))));
	}
}

static void secrets_that_are_read_from_files(void **state)
{
	static const struct {
		const char *reference, *variable, *file, *reader; /* file NULL: none */
	} cases[] = {
		{"postgres:16", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "root"},
		{"docker.io/library/postgres", "POSTGRES_PASSWORD",
			"POSTGRES_PASSWORD_FILE", "root"},
		{"postgres:16", "PGPASSWORD", NULL, NULL},
		{"mongo:7", "MONGO_INITDB_ROOT_PASSWORD",
			"MONGO_INITDB_ROOT_PASSWORD_FILE", "mongodb"},
		{"wordpress:6", "WORDPRESS_NONCE_SALT", "WORDPRESS_NONCE_SALT_FILE",
			"www-data"},
		{"grafana/grafana:11.0.0", "GF_SECURITY_ADMIN_PASSWORD",
			"GF_SECURITY_ADMIN_PASSWORD__FILE", "grafana"},
		{"influxdb:1.8", "DOCKER_INFLUXDB_INIT_PASSWORD", NULL, NULL},
		{"influxdb:2.1", "DOCKER_INFLUXDB_INIT_PASSWORD", NULL, NULL},
		{"influxdb:2.7-alpine", "DOCKER_INFLUXDB_INIT_PASSWORD",
			"DOCKER_INFLUXDB_INIT_PASSWORD_FILE", "influxdb"},
		{"joomla", "JOOMLA_DB_PASSWORD", "JOOMLA_DB_PASSWORD_FILE", ""},
		{"redis:7", "REDIS_PASSWORD", NULL, NULL},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct know_secret_file found = {0};
		struct image_ref ref;
		bool is_known;

		assert_true(image_ref_parse(str_c(cases[i].reference), &ref));
		is_known = know_secret_file(
			&arena, &ref, str_c(cases[i].variable), &found);
		assert_int_equal(is_known, cases[i].file != NULL);
		if (!is_known)
			continue;
		assert_str(found.variable, cases[i].file);
		assert_str(found.reader, cases[i].reader);
		assert_true(found.source.n && found.date.n);
	}
	arena_free(&arena);
}

static void programs_say_what_they_need(void **state)
{
	static const struct {
		const char *name;
		enum program_needs needs;
	} rows[] = {
		{"sshd", PROGRAM_NEEDS_ROOT},
		{"otelcol-ebpf-profiler", PROGRAM_NEEDS_ROOT},
		{"php-fpm7", PROGRAM_NEEDS_OWN},
		{"squid", PROGRAM_NEEDS_FOLDERS},
		{"squidclient", PROGRAM_NEEDS_NOTHING},
		{"python3", PROGRAM_NEEDS_NOTHING},
		{"", PROGRAM_NEEDS_NOTHING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(
			know_program_needs(str_c(rows[i].name)), rows[i].needs);
}

static void siblings_cure_what_was_asked(void **state)
{
	static const struct {
		const char *reference;
		enum know_cure cure;
		const char *sibling; /* NULL: none */
	} cases[] = {
		{"nginx:1.27", KNOW_CURE_USER, "nginxinc/nginx-unprivileged"},
		{"nginx:1.27", KNOW_CURE_UPDATES, "nginxinc/nginx-unprivileged"},
		{"gcr.io/distroless/cc-debian13", KNOW_CURE_USER,
			"gcr.io/distroless/cc-debian13:nonroot"},
		{"gcr.io/distroless/cc-debian13:nonroot", KNOW_CURE_USER, NULL},
		{"gcr.io/distroless/cc-debian11:nonroot", KNOW_CURE_UPDATES,
			"gcr.io/distroless/cc-debian13:nonroot"},
		{"jupyter/scipy-notebook", KNOW_CURE_UPDATES,
			"quay.io/jupyter/scipy-notebook"},
		{"jupyter/scipy-notebook", KNOW_CURE_USER,
			"quay.io/jupyter/scipy-notebook"},
		{"scientificlinux/sl:7", KNOW_CURE_UPDATES, "almalinux:9"},
		{"docker.io/library/centos:7", KNOW_CURE_UPDATES, "almalinux:9"},
		{"python:3.7-slim-buster", KNOW_CURE_UPDATES, "python:3.13-slim"},
		{"python:3.7-alpine", KNOW_CURE_UPDATES, "python:3.13-alpine"},
		{"python:3.7", KNOW_CURE_USER, NULL},
		{"tensorflow/tensorflow:2.15.0", KNOW_CURE_UPDATES, NULL},
		{"example.org/nobody/knows", KNOW_CURE_UPDATES, NULL},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct know_sibling sibling;
		struct image_ref ref;
		bool has;

		assert_true(image_ref_parse(str_c(cases[i].reference), &ref));
		has = know_sibling(
			f->know, &f->arena, &ref, cases[i].cure, today, &sibling);
		if (has != (cases[i].sibling != NULL))
			fail_msg("%s", cases[i].reference);
		if (!has)
			continue;
		assert_str(sibling.reference, cases[i].sibling);
		assert_true(sibling.why.n && sibling.source.n && sibling.date.n);
	}
}

static void a_sibling_past_its_own_end_is_not_offered(void **state)
{
	const int64_t later = 2000000000; /* 2033-05-18: almalinux:9 ended in 2032 */
	struct fixture *f = *state;
	struct know_sibling sibling = {.reference = STR("untouched")};
	struct image_ref ref;

	assert_true(image_ref_parse(STR("centos:7"), &ref));
	assert_false(know_sibling(
		f->know, &f->arena, &ref, KNOW_CURE_UPDATES, later, &sibling));
	assert_str(sibling.reference, "untouched");
}

static void a_users_rows_come_first(void **state)
{
	struct fixture *f = *state;
	struct err e;

	world_put_env(f->world, STR("XDG_CONFIG_HOME"), STR("/etc/me"));
	world_put(f->world, STR("/etc/me/oakum/images.tsv"),
		STR(HEADER "python\t*\t7\t7\t7\t/seven\t-" REST
			   "own/base\t*\t8\t8\t8\t/eight\t-" REST));
	if (open_with(f,
		    "\xef\xbb\xbf# mine\r\n" HEADER "\r\n"
		    "python\t3.12*\tapp\t5\t5\t/five\tapp:5:5:/five:/bin/sh" REST,
		    &e) < 0)
		fail_msg("%s", e.text);
	assert_str(ask(f, "python:3.12-slim")->home, "/five");
	assert_str(ask(f, "python:3.12-slim")->table, "mine.tsv");
	assert_int_equal(ask(f, "python:3.12-slim")->line, 4);
	assert_str(ask(f, "python:3.11")->home, "/seven");
	assert_str(ask(f, "own/base:1")->home, "/eight");
	assert_str(ask(f, "ubuntu:22.04")->home, "/root");
}

static void without_a_users_file_the_built_in_table_holds(void **state)
{
	struct fixture *f = *state;
	struct err e;

	world_put_env(f->world, STR("HOME"), STR("/home/me"));
	assert_int_equal(know_open(&f->arena, f->world, STR_NONE, &f->know, &e), 0);
	assert_str(ask(f, "ubuntu:22.04")->home, "/root");
	world_put(f->world, STR("/home/me/.config/oakum/images.tsv"),
		STR(HEADER "ubuntu\t*\t-\t0\t0\t/zero\t-" REST));
	assert_int_equal(know_open(&f->arena, f->world, STR_NONE, &f->know, &e), 0);
	assert_str(ask(f, "ubuntu:22.04")->home, "/zero");
}

static void a_named_table_must_be_there(void **state)
{
	struct fixture *f = *state;
	const struct knowledge *before = f->know;
	struct err e;

	assert_int_equal(
		know_open(&f->arena, f->world, STR("no.tsv"), &f->know, &e), -1);
	assert_non_null(strstr(e.text, "no.tsv"));
	assert_ptr_equal(f->know, before);
}

static void a_line_that_does_not_fit_is_named(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "mine.tsv:1: no header line"},
		{"# only this\n", "mine.tsv:1: no header line"},
		{"name\tuser\n",
			"mine.tsv:1: header: column 2 is 'user', expected 'tags'"},
		{"name\ttags\n", "mine.tsv:1: header: column 3, 'user', is missing"},
		{HEADER "a\t*\n", "mine.tsv:2: expected 14 columns, found fewer"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tdebian\t-\t-\t-\t-\t-\t-\tmore\n",
			"mine.tsv:2: expected 14 columns, found more"},
		{HEADER "a\t\t-\t0\t0\t/\t-" REST, "mine.tsv:2: tags: empty"},
		{HEADER "docker.io/a\t*\t-\t0\t0\t/\t-" REST, "mine.tsv:2: name: "},
		{HEADER "a\t1,,2\t-\t0\t0\t/\t-" REST, "mine.tsv:2: tags: '1,,2'"},
		{HEADER "\n# x\na\t*\t-\tzero\t0\t/\t-" REST,
			"mine.tsv:4: uid: 'zero'"},
		{HEADER "a\t*\tx\t4294967295\t0\t/\t-" REST, "mine.tsv:2: uid: "},
		{HEADER "a\t*\tx\t1\t-\t/\t-" REST, "mine.tsv:2: gid: '-'"},
		{HEADER "a\t*\t-\t1\t0\t/\t-" REST,
			"mine.tsv:2: uid: '1', but an image"},
		{HEADER "a\t*\t1000:0\t1001\t0\t/\t-" REST,
			"mine.tsv:2: uid: '1001', but the user is 1000"},
		{HEADER "a\t*\t-\t0\t0\troot\t-" REST, "mine.tsv:2: home: 'root'"},
		{HEADER "a\t*\t-\t0\t0\t/\tapp:1" REST,
			"mine.tsv:2: accounts: 'app:1'"},
		{HEADER "a\t*\t-\t0\t0\t/\tapp:1:1:/:/bin/sh:x" REST,
			"mine.tsv:2: accounts: "},
		{HEADER "a\t*\t-\t0\t0\t/\t%g:x" REST, "mine.tsv:2: accounts: '%g:x'"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tplan9\t-\t-\t-\t-\t-\t-\n",
			"mine.tsv:2: family: 'plan9'"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tdebian\tvi\t-\t-\t-\t-\t-\n",
			"mine.tsv:2: tools: 'vi'"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tdebian\t-\tno\t-\t-\t-\t-\n",
			"mine.tsv:2: nologin: 'no'"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tdebian\t-\t-\tgosu\t-\t-\t-\n",
			"mine.tsv:2: drops: 'gosu'"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tdebian\t-\t-\t-\tsoon\t-\t-\n",
			"mine.tsv:2: eol: 'soon'"},
		{HEADER "a\t*\t-\t0\t0\t/\t-\tdebian\t-\t-\t-\t-\t-\tnow\n",
			"mine.tsv:2: date: 'now'"},
	};

	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err e = {0};

		if (open_with(f, cases[i].text, &e) == 0)
			fail_msg("accepted, instead of: %s", cases[i].says);
		if (!str_starts(str_c(e.text),
			    arena_printf(&f->arena, "%s%s",
				    "read the table of images: ", cases[i].says)))
			fail_msg("said '%s', expected '%s'", e.text, cases[i].says);
	}
}

/* The compiler and this reader agree on every cell of the table of this tree. */
static void the_compiled_table_is_the_file(void **state)
{
	struct fixture *f = *state;
	const char *root = getenv("OAKUM_ROOT");
	const struct file *file;
	struct know_table t;
	struct err e;

	if (!root)
		skip();
	if (world_read(world_disk(&f->arena),
		    arena_printf(&f->arena, "%s/data/images.tsv", root), &file,
		    &e) < 0 ||
		images_read(&f->arena, file, &t, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(t.row_count, know_images.row_count);
	assert_int_equal(t.column_count, know_images.column_count);
	for (uint32_t row = 0; row < t.row_count; row++) {
		assert_int_equal(t.rows[row].line, know_images.rows[row].line);
		assert_int_equal(t.rows[row].key, know_images.rows[row].key);
		for (uint32_t column = 0; column < t.column_count; column++)
			if (!str_eq(table_cell(&t, row, column),
				    table_cell(&know_images, row, column)))
				fail_msg("line %u, column %u differ", t.rows[row].line,
					column);
	}
}

/* What the rules rest on: whatever row answers, its accounts can be built. */
static void every_row_gives_accounts(void **state)
{
	struct fixture *f = *state;

	for (uint32_t row = 0; row < know_images.row_count; row++) {
		struct str name = table_cell(&know_images, row, IMAGE_NAME);
		const struct know_image *image;
		struct image_ref ref = {.name = name, .tag = STR_INIT("x-y-z")};

		if (memchr(name.p, '*', name.n))
			continue;
		image = know_image(f->know, &f->arena, &ref);
		if (image)
			assert_non_null(
				know_accounts(f->know, &f->arena, image, SPAN_NONE));
	}
	for (uint32_t row = 0; row < know_families.row_count; row++)
		assert_non_null(know_family(f->know, &f->arena,
			table_cell(&know_families, row, FAMILY_NAME)));
	assert_null(know_family(f->know, &f->arena, STR("plan9")));
}

/* The n-th field of a passwd or group line. */
static struct str field_of(struct str line, size_t n)
{
	struct str_fields fields = {.rest = line};
	struct str field = STR_NONE;

	for (size_t i = 0; i <= n && str_next_field(&fields, ':', &field); i++)
		;
	return field;
}

/* Where base-passwd 3.6 or later is installed, it is what the table says it is. */
static void the_debian_family_is_base_passwd(void **state)
{
	struct fixture *f = *state;
	const struct know_family *debian =
		know_family(f->know, &f->arena, STR("debian"));
	const struct file *file;
	const struct account *user;
	uint32_t uid;

	if (world_read(world_disk(&f->arena),
		    STR("/usr/share/base-passwd/passwd.master"), &file, NULL) < 0 ||
		str_find_str(file->bytes, STR("_apt:")) == file->bytes.n)
		skip();
	for (uint32_t line = 1; line <= file->line_count; line++) {
		struct str text = span_str(file_line(file, line));

		if (!text.n)
			continue;
		if (accounts_find(debian->accounts, field_of(text, 0), &user) !=
			ANSWER_YES)
			fail_msg("not in the table: %.*s", STR_ARG(text));
		assert_true(str_to_u32(field_of(text, 2), &uid));
		assert_int_equal(user->uid.n, uid);
		assert_true(str_to_u32(field_of(text, 3), &uid));
		assert_int_equal(user->gid.n, uid);
		assert_true(str_eq(user->home, field_of(text, 5)));
		assert_true(str_eq(user->shell, field_of(text, 6)));
	}
}

static void every_capability_has_its_row(void **state)
{
	(void)state;
	assert_int_equal(know_capabilities.row_count, CAPABILITY_COUNT);
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++) {
		struct know_capability c = know_capability(cap);

		/* The first column is the name: that of the number. */
		assert_true(str_eq(table_cell(&know_capabilities, (uint32_t)cap, 0),
			capability_name(cap)));
		assert_true(c.may.n > 10 && !str_ends(c.may, STR(".")));
		assert_true(!c.shared.n || c.shared_risk > c.risk);
	}
	assert_int_equal(know_capability(CAPABILITY_CHOWN).risk, CAPABILITY_RISK_LOW);
	assert_int_equal(know_capability(capability_find(STR("SYS_ADMIN"))).risk,
		CAPABILITY_RISK_CRITICAL);
	assert_int_equal(
		know_capability(capability_find(STR("SYS_PTRACE"))).shared_risk,
		CAPABILITY_RISK_CRITICAL);
}

#define KNOW_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KNOW_TEST(references_come_apart),
		KNOW_TEST(what_is_no_reference_is_refused),
		KNOW_TEST(an_absent_tag_is_latest_but_not_beside_a_digest),
		KNOW_TEST(the_user_of_known_images),
		KNOW_TEST(what_people_use_is_known),
		KNOW_TEST(a_digest_alone_matches_only_any_tag),
		KNOW_TEST(entrypoints_that_drop_root),
		KNOW_TEST(accounts_are_the_familys_and_the_images),
		KNOW_TEST(an_image_replaces_what_its_family_says),
		KNOW_TEST(what_may_be_missing_is_a_doubt),
		KNOW_TEST(images_know_their_tools),
		KNOW_TEST(packages_bring_accounts),
		KNOW_TEST(days_are_counted),
		KNOW_TEST(support_ends_after_its_last_day),
		KNOW_TEST(programs_that_need_more),
		KNOW_TEST(secrets_that_are_read_from_files),
		KNOW_TEST(programs_say_what_they_need),
		KNOW_TEST(siblings_cure_what_was_asked),
		KNOW_TEST(a_sibling_past_its_own_end_is_not_offered),
		KNOW_TEST(a_users_rows_come_first),
		KNOW_TEST(without_a_users_file_the_built_in_table_holds),
		KNOW_TEST(a_named_table_must_be_there),
		KNOW_TEST(a_line_that_does_not_fit_is_named),
		KNOW_TEST(the_compiled_table_is_the_file),
		KNOW_TEST(every_row_gives_accounts),
		KNOW_TEST(the_debian_family_is_base_passwd),
		KNOW_TEST(every_capability_has_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
