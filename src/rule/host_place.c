#include "rule/host_place.h"

#define CRITICAL SEVERITY_CRITICAL
#define HIGH	 SEVERITY_HIGH
#define MEDIUM	 SEVERITY_MEDIUM
#define LOW	 SEVERITY_LOW
#define FINE	 PLACE_FINE

#define STARTS_CONTAINER                                                               \
	"starts a container that has the whole disk of the host, and is root there"
#define ADDS_ACCOUNT "adds an account to the host and is root there"
#define SWAPS_PROGRAM                                                                  \
	"puts another program in place of one that root of the host will run"
#define READS_KEYS "takes the keys along and logs in elsewhere in your name"

/* One row: what it covers, how bad when writable and when only readable, why. */
#define BELOW(pattern, writable, readable, kind, name, harm)                           \
	{                                                                              \
		STR_INIT(pattern), false, writable, readable, PLACE_##kind, name, harm \
	}
#define ONLY(pattern, writable, readable, kind, name, harm)                            \
	{                                                                              \
		STR_INIT(pattern), true, writable, readable, PLACE_##kind, name, harm  \
	}
#define SOCKET(pattern, severity, name)                                                \
	{                                                                              \
		STR_INIT(pattern), true, severity, severity, PLACE_SOCKET, name,       \
			STARTS_CONTAINER                                               \
	}

static const struct host_place places[] = {
	/* what engines listen on, and the folders where their sockets lie */
	SOCKET("/run/docker.sock", CRITICAL, "the socket of the Docker engine"),
	SOCKET("/run/docker.sock.raw", CRITICAL, "the socket of the Docker engine"),
	SOCKET("/run/containerd/containerd.sock", CRITICAL, "the socket of containerd"),
	SOCKET("/run/containerd", CRITICAL, "the folder with the socket of containerd"),
	SOCKET("/run/k3s/containerd/containerd.sock", CRITICAL,
		"the socket of containerd"),
	SOCKET("/run/podman/podman.sock", CRITICAL, "the socket of Podman"),
	SOCKET("/run/podman", CRITICAL, "the folder with the socket of Podman"),
	SOCKET("/run/crio/crio.sock", CRITICAL, "the socket of CRI-O"),
	SOCKET("/run/crio", CRITICAL, "the folder with the socket of CRI-O"),
	SOCKET("/run/cri-dockerd.sock", CRITICAL, "the socket of the Docker engine"),
	SOCKET("/run/dockershim.sock", CRITICAL, "the socket of the Docker engine"),
	SOCKET("/run/systemd/private", CRITICAL, "the private socket of systemd"),
	SOCKET("/run/systemd", CRITICAL, "the folder with the socket of systemd"),
	SOCKET("/run/buildkit/buildkitd.sock", HIGH, "the socket of BuildKit"),
	SOCKET("/run", CRITICAL,
		"the folder with the sockets of the engine and of systemd"),
	SOCKET("/run/user/*/docker.sock", HIGH, "the socket of a rootless engine"),
	SOCKET("/run/user/*/podman/podman.sock", HIGH,
		"the socket of a rootless engine"),
	SOCKET("/run/user/*/podman", HIGH, "the socket of a rootless engine"),
	SOCKET("/run/user/*", HIGH, "the folder with the sockets of a user"),
	SOCKET("~/.docker/run/docker.sock", CRITICAL,
		"the socket of the Docker engine"),
	SOCKET("~/.docker/desktop/docker.sock", CRITICAL,
		"the socket of the Docker engine"),
	SOCKET("~/.colima/*/docker.sock", CRITICAL, "the socket of the Docker engine"),
	SOCKET("~/.orbstack/run/docker.sock", CRITICAL,
		"the socket of the Docker engine"),
	SOCKET("~/.rd/docker.sock", CRITICAL, "the socket of the Docker engine"),
	SOCKET("/var/lib/lxd/unix.socket", CRITICAL, "the socket of LXD"),
	SOCKET("/var/snap/lxd/common/lxd/unix.socket", CRITICAL, "the socket of LXD"),
	SOCKET("/pipe/docker_engine", CRITICAL, "the pipe of the Docker engine"),
	BELOW("/run/dbus", MEDIUM, MEDIUM, SECRET, "the system bus of the host",
		"talks to the services of the host as one of its own programs"),

	/* whoever may write there is root */
	ONLY("/", CRITICAL, HIGH, ROOT, "the whole disk of the host", ADDS_ACCOUNT),
	ONLY("/etc", CRITICAL, HIGH, ROOT, "the configuration of the host",
		ADDS_ACCOUNT),
	ONLY("/etc/passwd", CRITICAL, FINE, ROOT, "the accounts of the host",
		ADDS_ACCOUNT),
	ONLY("/etc/group", HIGH, FINE, ROOT, "the groups of the host", ADDS_ACCOUNT),
	ONLY("/etc/shadow", CRITICAL, HIGH, ROOT, "the passwords of the host",
		ADDS_ACCOUNT),
	BELOW("/etc/sudoers", CRITICAL, FINE, ROOT, "the rules of sudo", ADDS_ACCOUNT),
	BELOW("/etc/sudoers.d", CRITICAL, FINE, ROOT, "the rules of sudo",
		ADDS_ACCOUNT),
	BELOW("/etc/pam.d", CRITICAL, FINE, ROOT, "the login rules of the host",
		ADDS_ACCOUNT),
	BELOW("/etc/cron*", CRITICAL, FINE, ROOT, "the timed jobs of the host",
		"writes a job that root of the host runs"),
	BELOW("/var/spool/cron", CRITICAL, FINE, ROOT, "the timed jobs of the host",
		"writes a job that root of the host runs"),
	BELOW("/etc/systemd", CRITICAL, FINE, ROOT, "the services of the host",
		"writes a service that root of the host runs"),
	BELOW("/etc/init.d", CRITICAL, FINE, ROOT, "the services of the host",
		"writes a service that root of the host runs"),
	ONLY("/etc/rc.local", CRITICAL, FINE, ROOT, "the start-up script of the host",
		"writes a command that root of the host runs"),
	BELOW("/etc/profile.d", CRITICAL, FINE, ROOT, "the shell set-up of the host",
		"writes a command that root of the host runs"),
	BELOW("/etc/ld.so.*", CRITICAL, FINE, ROOT, "the linker set-up of the host",
		SWAPS_PROGRAM),
	BELOW("/etc/docker", CRITICAL, FINE, ROOT, "the set-up of the engine",
		"gives the engine another set-up, and is root with its next start"),
	BELOW("/etc/kubernetes", CRITICAL, HIGH, ROOT, "the keys of the cluster",
		READS_KEYS),
	BELOW("/etc/ssh", CRITICAL, HIGH, ROOT, "the ssh set-up and keys of the host",
		"lets in whom they like, or takes the key of the host along"),
	BELOW("/root/.ssh", CRITICAL, HIGH, ROOT, "the ssh keys of root",
		"adds a key of their own and logs in as root of the host"),
	ONLY("/root", CRITICAL, HIGH, ROOT, "the home of root",
		"adds a key of their own and logs in as root of the host"),
	BELOW("/boot", CRITICAL, FINE, ROOT, "the kernel of the host",
		"puts another kernel in its place"),
	BELOW("/lib/modules", HIGH, FINE, ROOT, "the kernel modules of the host",
		"writes a module that the kernel of the host will load"),
	BELOW("/usr/lib/modules", HIGH, FINE, ROOT, "the kernel modules of the host",
		"writes a module that the kernel of the host will load"),
	ONLY("/usr", CRITICAL, FINE, ROOT, "the programs of the host", SWAPS_PROGRAM),
	ONLY("/usr/local", CRITICAL, FINE, ROOT, "programs of the host", SWAPS_PROGRAM),
	BELOW("/usr/bin", CRITICAL, FINE, ROOT, "programs of the host", SWAPS_PROGRAM),
	BELOW("/usr/sbin", CRITICAL, FINE, ROOT, "programs of the host", SWAPS_PROGRAM),
	BELOW("/usr/local/bin", CRITICAL, FINE, ROOT, "programs of the host",
		SWAPS_PROGRAM),
	BELOW("/usr/local/sbin", CRITICAL, FINE, ROOT, "programs of the host",
		SWAPS_PROGRAM),
	BELOW("/bin", CRITICAL, FINE, ROOT, "programs of the host", SWAPS_PROGRAM),
	BELOW("/sbin", CRITICAL, FINE, ROOT, "programs of the host", SWAPS_PROGRAM),
	ONLY("/lib", CRITICAL, FINE, ROOT, "the libraries of the host", SWAPS_PROGRAM),
	ONLY("/lib64", CRITICAL, FINE, ROOT, "the libraries of the host",
		SWAPS_PROGRAM),
	ONLY("/usr/lib", CRITICAL, FINE, ROOT, "the libraries of the host",
		SWAPS_PROGRAM),
	ONLY("/usr/lib64", CRITICAL, FINE, ROOT, "the libraries of the host",
		SWAPS_PROGRAM),
	ONLY("/var", CRITICAL, HIGH, ROOT, "the state of the host and its engine",
		"changes the files of every container, and the jobs that root runs"),
	ONLY("/var/lib", CRITICAL, HIGH, ROOT, "the state of the host and its engine",
		"changes the files of every container and of the host's services"),
	BELOW("/var/lib/docker/volumes/*", FINE, FINE, ROOT, "", ""),
	BELOW("/var/lib/docker/containers", HIGH, LOW, SECRET,
		"the set-up and logs of every container",
		"reads what other containers write and were started with"),
	BELOW("/var/lib/docker", CRITICAL, HIGH, ROOT, "the files of every container",
		"changes the programs of every other container"),
	BELOW("/var/lib/containerd", CRITICAL, HIGH, ROOT,
		"the files of every container",
		"changes the programs of every other container"),
	BELOW("/var/lib/containers", CRITICAL, HIGH, ROOT,
		"the files of every container",
		"changes the programs of every other container"),
	BELOW("/var/lib/kubelet", CRITICAL, HIGH, ROOT, "the pods of this node",
		"takes the keys of every pod of the node"),
	BELOW("/var/lib/rancher", CRITICAL, HIGH, ROOT, "the keys of the cluster",
		READS_KEYS),
	BELOW("/proc", CRITICAL, MEDIUM, ROOT, "the process table of the host",
		"makes the kernel start a program of theirs as root"),

	/* whoever may read there knows too much */
	BELOW("/sys/fs/cgroup", MEDIUM, FINE, SECRET, "the control groups of the host",
		"changes the limits of other containers"),
	BELOW("/sys/kernel", HIGH, MEDIUM, SECRET, "the inside of the host's kernel",
		"reads, and where it may write changes, what the kernel does"),
	ONLY("/sys", HIGH, LOW, SECRET, "the kernel settings of the host",
		"reads, and where it may write changes, how the kernel is set"),
	ONLY("/dev", HIGH, MEDIUM, SECRET, "every device of the host",
		"reaches disks and terminals of the host"),
	ONLY("/home", HIGH, HIGH, SECRET, "the homes of everybody on the host",
		READS_KEYS),
	BELOW("~/.ssh", HIGH, HIGH, SECRET, "somebody's ssh keys", READS_KEYS),
	BELOW("~/.aws", HIGH, HIGH, SECRET, "somebody's AWS keys", READS_KEYS),
	BELOW("~/.azure", HIGH, HIGH, SECRET, "somebody's Azure keys", READS_KEYS),
	BELOW("~/.config/gcloud", HIGH, HIGH, SECRET, "somebody's Google Cloud keys",
		READS_KEYS),
	BELOW("~/.oci", HIGH, HIGH, SECRET, "somebody's Oracle Cloud keys", READS_KEYS),
	BELOW("~/.kube", HIGH, HIGH, SECRET, "somebody's keys to a cluster",
		READS_KEYS),
	BELOW("~/.docker", HIGH, HIGH, SECRET, "somebody's passwords for registries",
		READS_KEYS),
	BELOW("~/.gnupg", HIGH, HIGH, SECRET, "somebody's secret keys", READS_KEYS),
	BELOW("~/.config/gh", HIGH, HIGH, SECRET, "somebody's GitHub token",
		READS_KEYS),
	BELOW("~/.git-credentials", HIGH, HIGH, SECRET, "somebody's passwords",
		READS_KEYS),
	BELOW("~/.netrc", HIGH, HIGH, SECRET, "somebody's passwords", READS_KEYS),
	BELOW("~/.pypirc", HIGH, HIGH, SECRET, "somebody's passwords", READS_KEYS),
	BELOW("~/.kaggle", HIGH, HIGH, SECRET, "somebody's Kaggle key", READS_KEYS),
	BELOW("~/.vault-token", HIGH, HIGH, SECRET, "somebody's token", READS_KEYS),
	BELOW("~/.bash_history", HIGH, HIGH, SECRET, "what somebody typed",
		"reads the passwords that were typed"),
	BELOW("~/.bashrc", HIGH, FINE, SECRET, "somebody's shell set-up",
		"writes a command that this person will run"),
	BELOW("~/.profile", HIGH, FINE, SECRET, "somebody's shell set-up",
		"writes a command that this person will run"),
	BELOW("~/.zshrc", HIGH, FINE, SECRET, "somebody's shell set-up",
		"writes a command that this person will run"),
	ONLY("~", HIGH, HIGH, SECRET, "somebody's whole home",
		"takes the keys in it along, and where it may write changes what this "
		"person will run"),
};

/* Matches a component at a time; *rest is what of path the pattern left. */
static bool match(struct str pattern, struct str path, struct str *rest)
{
	struct str_fields want = {.rest = pattern}, have = {.rest = path};
	struct str a, b;

	while (str_next_field(&want, '/', &a))
		if (!str_next_field(&have, '/', &b) || !str_glob(a, b))
			return false;
	*rest = have.done ? STR_NONE : have.rest;
	return true;
}

/* "/home/ann/x", "/Users/ann/x" and "/root/x" as "~/x"; else path is left. */
static struct str below_home(struct str path, bool *is_home)
{
	static const struct str homes[] = {
		STR_INIT("/home/*"), STR_INIT("/Users/*"), STR_INIT("/root")};
	struct str rest;

	for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++)
		if (match(homes[i], path, &rest)) {
			*is_home = true;
			return rest;
		}
	*is_home = str_starts(path, STR("~"));
	return *is_home ? str_from(path, 2) : path;
}

static bool covers(const struct host_place *p, struct str path, bool is_whole)
{
	struct str pattern = p->pattern, rest;

	if (str_starts(pattern, STR("~"))) {
		bool is_home;

		path = below_home(path, &is_home);
		pattern = str_from(pattern, 2);
		if (!is_home)
			return false;
		if (!pattern.n)
			return !path.n && is_whole;
	}
	if (!match(pattern, path, &rest))
		return false;
	return p->is_whole ? !rest.n && is_whole : true;
}

const struct host_place *host_place_find(struct str path, bool is_whole)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (covers(&places[i], path, is_whole))
			return &places[i];
	return NULL;
}
