#include "unit.h"

#include "fix/fix.h"
#include "know/know.h"

/* An input, one rule, and what becomes of the input when parts for it are written. */
struct row {
	const char *about, *path, *before, *rule, *after;
	const char *left; /* what one of the parts left over says, or NULL */
};

#define S "services:\n  web:\n"

static const struct row rows[] = {
	{"an image that is not root needs nothing back", "compose.yaml",
		S "    image: nginxinc/nginx-unprivileged:1.27\n", "cap-drop-missing",
		S "    image: nginxinc/nginx-unprivileged:1.27\n    cap_drop:\n"
		  "      - ALL\n",
		NULL},
	{"an entrypoint that gives up root keeps what it needs", "compose.yaml",
		S "    image: postgres:16\n    cap_drop: []\n    tty: true\n",
		"cap-drop-missing",
		S "    image: postgres:16\n    cap_drop: [ALL]\n    tty: true\n"
		  "    cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]\n",
		NULL},
	{"a program with a capability in its file", "run.sh", "docker run -d caddy:2\n",
		"cap-drop-missing",
		"docker run --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE "
		"--cap-add FOWNER --cap-add SETGID --cap-add SETUID "
		"--cap-add NET_BIND_SERVICE -d caddy:2\n",
		NULL},
	{"too much was dropped", "compose.yaml",
		S "    image: postgres:16\n    cap_drop:\n      - ALL\n    tty: true\n",
		"cap-drop-breaks-entrypoint",
		S "    image: postgres:16\n    cap_drop:\n      - ALL\n    tty: true\n"
		  "    cap_add:\n      - CHOWN\n      - DAC_OVERRIDE\n      - FOWNER\n"
		  "      - SETGID\n      - SETUID\n",
		NULL},
	{"all of them added", "run.sh",
		"docker run --cap-add ALL nginxinc/nginx-unprivileged:1.27\n",
		"cap-add-dangerous",
		"docker run --cap-drop ALL nginxinc/nginx-unprivileged:1.27\n", NULL},
	{"no-new-privileges", "run.sh", "docker run -d redis:7\n",
		"no-new-privileges-missing",
		"docker run --security-opt no-new-privileges:true -d redis:7\n", NULL},
	{"not where the start uses sudo", "compose.yaml",
		S "    image: debian:12\n    command: sudo id\n",
		"no-new-privileges-missing",
		S "    image: debian:12\n    command: sudo id\n", NULL},
	{"privileged goes with what stood beside it", "run.sh",
		"docker run --privileged --cap-add SYS_ADMIN redis:7\n", "privileged",
		"docker run --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE "
		"--cap-add FOWNER --cap-add SETGID --cap-add SETUID "
		"--security-opt no-new-privileges:true redis:7\n",
		NULL},
	{"what it is seen to use comes in the place of all powers", "run.sh",
		"docker run --privileged -v /dev/ttyUSB0:/dev/ttyUSB0 debian:12 "
		"tcpdump -i eth0\n",
		"privileged",
		"docker run --device /dev/ttyUSB0 --cap-drop ALL --cap-add CHOWN "
		"--cap-add DAC_OVERRIDE --cap-add FOWNER --cap-add SETGID "
		"--cap-add SETUID --cap-add NET_RAW "
		"--security-opt no-new-privileges:true debian:12 tcpdump -i eth0\n",
		NULL},
	{"what no container should do", "run.sh",
		"docker run --privileged debian:12 modprobe wireguard\n", "privileged",
		"docker run --privileged debian:12 modprobe wireguard\n",
		"load the module on the host"},
	{"settings of the kernel", "run.sh",
		"docker run --privileged debian:12 sysctl -w net.core.somaxconn=1024\n",
		"privileged",
		"docker run --privileged debian:12 sysctl -w net.core.somaxconn=1024\n",
		"--sysctl net.core.somaxconn=1024"},
	{"an engine in a container", "compose.yaml",
		S "    image: docker:27-dind\n    privileged: true\n", "privileged",
		S "    image: docker:27-dind\n    privileged: true\n",
		"An engine in a container"},
	{"memory of its own", "compose.yaml", S "    image: redis:7\n    ipc: host\n",
		"host-ipc", S "    image: redis:7\n    shm_size: 8gb\n", NULL},
	{"ports, but not the front door", "compose.yaml",
		S "    image: nginx:1.27\n    ports:\n      - \"80:80\"\n"
		  "      - \"8080:81\"\n",
		"port-bound-all-interfaces",
		S "    image: nginx:1.27\n    ports:\n      - \"80:80\"\n"
		  "      - \"127.0.0.1:8080:81\"\n",
		NULL},
	{"a configuration is only read", "compose.yaml",
		S "    image: nginx:1.27\n    volumes:\n"
		  "      - ./default.conf:/etc/nginx/conf.d/default.conf\n",
		"mount-not-readonly",
		S "    image: nginx:1.27\n    volumes:\n"
		  "      - ./default.conf:/etc/nginx/conf.d/default.conf:ro\n",
		NULL},
	{"a user for an image that cannot be rebuilt", "compose.yaml",
		S
		"    image: python:3.12-slim\n    command: python -m http.server\n"
		"    volumes:\n      - hf:/root/.cache/huggingface\nvolumes:\n  hf:\n",
		"user-missing",
		S
		"    image: python:3.12-slim\n    command: python -m http.server\n"
		"    volumes:\n      - hf:/home/app/.cache/huggingface\n"
		"    user: \"1777:1777\"\n    environment:\n"
		"      HF_HOME: /home/app/.cache/huggingface\n      HOME: /home/app\n"
		"    tmpfs:\n      - /home/app:uid=1777,gid=1777,mode=0750\n"
		"      - /home/app/.cache:uid=1777,gid=1777,mode=0750\n"
		"    security_opt:\n      - no-new-privileges:true\nvolumes:\n  hf:\n",
		NULL},
	{"the same of a line", "run.sh", "docker run --user root python:3.12-slim\n",
		"user-override-root",
		"docker run -e HOME=/home/app "
		"--tmpfs /home/app:uid=1777,gid=1777,mode=0750 "
		"--security-opt no-new-privileges:true --user 1777:1777 python:3.12-slim\n",
		NULL},
	{"what only root gets goes with root", "run.sh",
		"docker run --cap-add IPC_LOCK --security-opt no-new-privileges:true "
		"python:3.12-slim\n",
		"user-missing",
		"docker run --user 1777:1777 -e HOME=/home/app "
		"--tmpfs /home/app:uid=1777,gid=1777,mode=0750 "
		"--security-opt no-new-privileges:true python:3.12-slim\n",
		NULL},
	{"an image that gives up root is left alone", "compose.yaml",
		S "    image: postgres:16\n", "user-missing",
		S "    image: postgres:16\n", NULL},
	{"the image has a user of its own", "compose.yaml",
		S "    image: jupyter/base-notebook:latest\n    user: root\n"
		  "    tty: true\n",
		"user-override-root",
		S "    image: jupyter/base-notebook:latest\n    tty: true\n"
		  "    security_opt:\n      - no-new-privileges:true\n",
		NULL},
	{"there is an image without root", "compose.yaml",
		S "    image: nginx:1.27\n    network_mode: host\n", "user-missing",
		S "    image: nginx:1.27\n    network_mode: host\n",
		"nginx-unprivileged"},
	{"a secret moves into a file", "compose.yaml",
		S "    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
		  "      POSTGRES_PASSWORD: gX4mT9wLq2\n    init: true\n",
		"secret-in-environment",
		S "    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n"
		  "      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password\n"
		  "    init: true\n    secrets:\n      - postgres_password\nsecrets:\n"
		  "  postgres_password:\n    file: ./secrets/postgres_password\n",
		NULL},
	{"a secret of an image that nobody knows", "compose.yaml",
		S
		"    image: debian:12\n    environment:\n      - API_TOKEN=gX4mT9wLq2\n",
		"secret-in-environment",
		S
		"    image: debian:12\n    environment:\n      - API_TOKEN=gX4mT9wLq2\n",
		"${API_TOKEN:?}"},
	{"what SELinux keeps from it", "compose.yaml",
		S
		"    image: debian:12\n    volumes: [./seen:/data:ro, ./other:/other]\n",
		"mount-selinux-z",
		S
		"    image: debian:12\n    volumes: [\"./seen:/data:ro,Z\", ./other:/other]\n",
		NULL},
	{"and from two", "compose.yaml",
		S
		"    image: debian:12\n    volumes:\n      - \"./seen:/data\"\n"
		"  next:\n    image: debian:12\n    volumes: [./seen/deep:/data:ro]\n",
		"mount-selinux-z",
		S
		"    image: debian:12\n    volumes:\n      - \"./seen:/data:z\"\n"
		"  next:\n    image: debian:12\n    volumes: [./seen/deep:/data:ro]\n",
		NULL},
	{"a label in the long form", "compose.yaml",
		S "    image: debian:12\n    volumes:\n      - type: bind\n"
		  "        source: ./seen\n        target: /data\n",
		"mount-selinux-z",
		S "    image: debian:12\n    volumes:\n      - type: bind\n"
		  "        source: ./seen\n        target: /data\n",
		"bind: {selinux: Z}"},
	{"a label for a line", "run.sh", "podman run -v ./seen:/data debian:12\n",
		"mount-selinux-z", "podman run -v ./seen:/data:Z debian:12\n", NULL},
	{"a label for --mount", "run.sh",
		"podman run --mount type=bind,src=./seen,dst=/data debian:12\n",
		"mount-selinux-z",
		"podman run --mount type=bind,src=./seen,dst=/data debian:12\n",
		"has to become a -v"},
	{"none where SELinux was told to keep away", "run.sh",
		"podman run --security-opt label=disable -v ./seen:/data debian:12\n",
		"mount-selinux-z",
		"podman run --security-opt label=disable -v ./seen:/data debian:12\n",
		NULL},
	{"the socket of the engine", "compose.yaml",
		S "    image: traefik:3\n    volumes:\n"
		  "      - /var/run/docker.sock:/var/run/docker.sock:ro\n",
		"docker-socket-mounted",
		S "    image: traefik:3\n    volumes:\n"
		  "      - /var/run/docker.sock:/var/run/docker.sock:ro\n",
		"Put a proxy"},
};

/* A folder as it lies in a home of Fedora, and one that a container has had. */
static void enforce(struct world *w)
{
	world_put(w, STR("/sys/fs/selinux/enforce"), STR("1"));
	world_put(w, STR("seen/x"), STR(""));
	world_put_xattr(w, STR("seen"), STR("security.selinux"),
		STR("unconfined_u:object_r:user_home_t:s0"));
	world_put(w, STR("other/x"), STR(""));
	world_put_xattr(w, STR("other"), STR("security.selinux"),
		STR("system_u:object_r:container_file_t:s0"));
}

static struct str fixed(
	struct arena *a, const struct row *row, struct str bytes, struct fix_plan *plan)
{
	struct world *world = world_memory(a);
	struct load_options load = {0};
	struct fix_options options = {0};
	struct err e;

	world_put(world, str_c(row->path), bytes);
	world_put(world, STR("default.conf"), STR("server {}\n"));
	enforce(world);
	*vec_push(a, &options.rules) = str_c(row->rule);
	if (fix_make(a, world, know_builtin(a), str_c(row->path), &load, &options, plan,
		    &e) < 0)
		fail_msg("%s", e.text);
	vec_each (const struct edited_file, f, &plan->files)
		if (str_eq(f->path, str_c(row->path)))
			return f->after;
	return bytes;
}

static bool says(const struct fix_plan *plan, const char *text)
{
	vec_each (const struct fix_left, left, &plan->left)
		if (str_find_str(left->why, str_c(text)) < left->why.n)
			return true;
	return false;
}

static void check_row(const struct row *row)
{
	struct arena arena = {0};
	struct fix_plan plan, second;
	struct str after = fixed(&arena, row, str_c(row->before), &plan);

	if (!str_eq(after, str_c(row->after)))
		fail_msg("%s: got\n%.*s\nexpected\n%s%.*s", row->about, STR_ARG(after),
			row->after,
			STR_ARG(plan.left.n ? plan.left.at[0].why : STR("")));
	if (row->left && !says(&plan, row->left))
		fail_msg("%s: nothing is left that says '%s'", row->about, row->left);
	if (!str_eq(fixed(&arena, row, after, &second), after))
		fail_msg("%s: the second time changes more", row->about);
	arena_free(&arena);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(&rows[i]);
}

/* ---- the folder of a build ---- */

static const struct {
	const char *about, *dockerfile, *ignore, *after;
} contexts[] = {
	{"a new file", "FROM debian:12\nCOPY . /app\n", NULL, ".git/\n.env\n"},
	{"lines that are missing", "FROM debian:12\nCOPY ./ /app\n", "*.log\n.git",
		"*.log\n.git\n.env"},
	{"what is asked for is kept", "FROM debian:12\nCOPY . /app\nCOPY .env /etc/\n",
		NULL, ".git/\n"},
	{"nothing is copied whole", "FROM debian:12\nCOPY app.py /app/\n", NULL, NULL},
};

static void check_context(size_t i)
{
	struct arena arena = {0};
	struct world *world = world_memory(&arena);
	struct load_options load = {0};
	struct fix_options options = {0};
	struct fix_plan plan;
	struct str got = STR_NONE;
	struct err e;

	world_put(world, STR("Dockerfile"), str_c(contexts[i].dockerfile));
	world_put(world, STR("app.py"), STR("print(1)\n"));
	world_put(world, STR(".env"), STR("API_TOKEN=gX4mT9wLq2\n"));
	world_put(world, STR(".git/config"), STR("[core]\n"));
	if (contexts[i].ignore)
		world_put(world, STR(".dockerignore"), str_c(contexts[i].ignore));
	assert_int_equal(fix_make(&arena, world, know_builtin(&arena),
				 STR("Dockerfile"), &load, &options, &plan, &e),
		0);
	vec_each (const struct edited_file, f, &plan.files)
		if (str_ends(f->path, STR(".dockerignore")))
			got = f->after;
	if (!str_eq(got, str_c(contexts[i].after)))
		fail_msg("%s: got\n%.*s", contexts[i].about, STR_ARG(got));
	vec_each (const struct fix_part, part, &plan.parts)
		if (str_starts(part->title, STR("Keep out")))
			assert_true(str_find_str(part->why,
					    STR("1 looks like a secret: .env.")) <
				part->why.n);
	arena_free(&arena);
}

static void test_contexts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(contexts) / sizeof(*contexts); i++)
		check_context(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_contexts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
