"""A private dockerd that leaves nothing behind.

What it is: a context manager that starts Debian's dockerd with its own socket, data
root, exec root and pid file, and the few commands that the live tests ask of it.

How it cleans up: the daemon, its containerd and every container live in one new PID
namespace, one new mount namespace and one new network namespace. When the first process of the PID namespace
ends, the kernel kills the rest, and the mounts go with their namespace; that holds
for Ctrl-C, for a crash, and for SIGKILL sent to this script, because the namespace's
keeper asks for a death signal. /run is a tmpfs inside, so neither a containerd of the
host is found there nor anything of ours is left there.

Invariants: no network is used (the daemon's own has no way out; no iptables), no
registry is asked, the host's own docker is neither used nor disturbed.

    with Engine(data_root) as engine:
        engine.docker("run", "--rm", "image", check=True)
"""

import ctypes
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# By absolute path: another docker client may come first on PATH, and the client
# of Debian's package is the one that matches its daemon.
DOCKER = "/usr/bin/docker"
DOCKERD = "/usr/sbin/dockerd"
NEEDED = (DOCKER, DOCKERD, "/usr/bin/containerd", "/usr/sbin/runc", "/usr/bin/unshare")

START_SECONDS = 120
STOP_SECONDS = 20
COMMAND_SECONDS = 180
CACHE_KEPT = "2GB"
PREFIX = "oakum-live."
PR_SET_PDEATHSIG = 1
# A network for every compose project, all of them small.
DAEMON = {"default-address-pools": [{"base": "10.128.0.0/12", "size": 28}]}
CGROUP_ROOT = pathlib.Path("/sys/fs/cgroup")

# Runs as process 1 of the new PID namespace, and stays it: containerd's shims leave
# orphans, and a shell waits for them where dockerd would not.
INSIDE = r"""
mount -t tmpfs -o mode=755 tmpfs /run || exit 1
[ -z "$OAKUM_ETC" ] || mount --bind "$OAKUM_ETC" /etc || exit 1
"$@" & daemon=$!
trap 'kill -TERM $daemon' TERM INT
while kill -0 $daemon 2>/dev/null; do wait $daemon; done
"""


class EngineUnavailable(Exception):
    """No engine can be started here; the text names what is missing."""


def missing_pieces():
    """What keeps an engine from starting on this machine, as a list of phrases."""
    lacks = [path for path in NEEDED if not os.access(path, os.X_OK)]
    if os.geteuid() != 0:
        lacks.append("root (a dockerd must be started)")
    return lacks


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _cgroup_of(run_dir):
    """The name of the cgroup below which a run's containers are."""
    return pathlib.Path(run_dir).name.replace(".", "-")


def _remove_cgroups(name):
    """Empty groups outlive their processes; the name is ours alone."""
    for top in [CGROUP_ROOT, *CGROUP_ROOT.glob("*")]:
        for folder, _, _ in os.walk(top / name, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                pass


class Engine:
    """One private dockerd. data_root may be kept between runs; the rest is temporary.

    A data root that a run did not close in good order is thrown away by the next one,
    with the temporary folder and the cgroups of that run: what a killed daemon left is
    not worth trusting. A file beside the data root tells: it names the folder, and is
    there as long as the daemon has not ended by itself.
    """

    def __init__(self, data_root, daemon=None, etc=None):
        """daemon: more of daemon.json; etc: a folder that it sees as /etc."""
        self.data_root = pathlib.Path(data_root)
        self.daemon = {**DAEMON, **(daemon or {})}
        self.etc = etc
        self.run_dir = None
        self.keeper = None
        self._lock = None
        self._unclean = self.data_root.with_name(self.data_root.name + ".in-use")

    def __enter__(self):
        lacks = missing_pieces()
        if lacks:
            raise EngineUnavailable("missing: " + ", ".join(lacks))
        try:
            self._claim_data_root()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        stopped = self._stop()
        if self.run_dir is not None:
            _remove_cgroups(_cgroup_of(self.run_dir))
            shutil.rmtree(self.run_dir, ignore_errors=True)
            # A daemon that shifts ids has one more, with its range in the name.
            for more in self.run_dir.parent.glob(self.run_dir.name + ".*"):
                shutil.rmtree(more, ignore_errors=True)
            self.run_dir = None
        if self._lock is not None:
            if stopped:
                self._unclean.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None
        return False

    def _claim_data_root(self):
        self.data_root.parent.mkdir(parents=True, exist_ok=True)
        self._lock = open(f"{self.data_root}.lock", "w", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise EngineUnavailable(
                f"{self.data_root} is in use by another run") from None
        if self._unclean.exists():
            self._clear_after(self._unclean.read_text(errors="replace"))
        self.data_root.mkdir(mode=0o711, exist_ok=True)
        self.run_dir = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX))
        self._unclean.write_text(str(self.run_dir))

    def _clear_after(self, run_dir):
        shutil.rmtree(self.data_root, ignore_errors=True)
        if pathlib.Path(run_dir).name.startswith(PREFIX):
            shutil.rmtree(run_dir, ignore_errors=True)
            _remove_cgroups(_cgroup_of(run_dir))

    def _start(self):
        where = self.run_dir
        self.socket = where / "docker.sock"
        self.log = where / "dockerd.log"
        command = [
            "/usr/bin/unshare", "--mount", "--pid", "--net", "--fork", "--mount-proc",
            "--kill-child=SIGKILL", "--propagation", "private",
            "/bin/sh", "-c", INSIDE, "sh", DOCKERD,
            "-H", f"unix://{self.socket}",
            "--data-root", self.data_root, "--exec-root", where / "exec",
            "--pidfile", where / "dockerd.pid", "--config-file", where / "daemon.json",
            "--cgroup-parent", "/" + _cgroup_of(where),
            "--bridge", "none", "--iptables=false", "--ip6tables=false",
        ]
        (where / "daemon.json").write_text(json.dumps(self.daemon), encoding="ascii")
        with open(self.log, "wb") as log:
            self.keeper = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "OAKUM_ETC": str(self.etc or "")},
                start_new_session=True, preexec_fn=_die_with_parent)
        self._wait_until_up()

    def _wait_until_up(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.keeper.poll() is not None:
                break
            if self.socket.exists() and self.docker("version").returncode == 0:
                return
            time.sleep(0.1)
        tail = self.log.read_text(errors="replace").strip().splitlines()[-3:]
        raise EngineUnavailable("dockerd did not start: " + " | ".join(tail))

    def _stop(self):
        """Ends everything that was started; True when the daemon ended by itself."""
        if self.keeper is None:
            return True
        keeper, self.keeper = self.keeper, None
        try:
            pid = int((self.run_dir / "dockerd.pid").read_text())
        except (OSError, ValueError):
            pid = None
        asked = pid is not None and self._ask_to_end(keeper.pid)
        try:
            keeper.wait(STOP_SECONDS if asked else 0)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
            return False
        return asked

    @staticmethod
    def _ask_to_end(keeper_pid):
        """SIGTERM to process 1 of the namespace, the keeper's one child."""
        try:
            with open(f"/proc/{keeper_pid}/task/{keeper_pid}/children",
                      encoding="ascii") as children:
                for child in children.read().split():
                    os.kill(int(child), signal.SIGTERM)
                    return True
        except (OSError, ValueError):
            pass
        return False

    def environment(self):
        """What a client needs to find this daemon, and nothing of the caller's."""
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.run_dir),
            "DOCKER_CONFIG": str(self.run_dir / "client"),
            "DOCKER_HOST": f"unix://{self.socket}",
            "LC_ALL": "C.UTF-8",
        }

    def docker(self, *words, buildkit=None, check=False, **keywords):
        """Runs the client; returns the CompletedProcess with text output."""
        environment = self.environment()
        if buildkit is not None:
            environment["DOCKER_BUILDKIT"] = "1" if buildkit else "0"
        keywords.setdefault("timeout", COMMAND_SECONDS)
        keywords.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(
            [DOCKER, *map(str, words)], env=environment, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **keywords)
        if check and done.returncode != 0:
            raise RuntimeError(f"docker {' '.join(map(str, words))}: "
                               f"{done.stderr.strip() or done.stdout.strip()}")
        return done

    def forget_waste(self):
        """Keeps the data root from growing: images without a name go, and all of the
        builder's cache but its newest part."""
        self.docker("image", "prune", "--force")
        self.docker("builder", "prune", "--force", "--keep-storage", CACHE_KEPT)


def main():
    """Says in one line why no engine can run here; silent and 0 when one can."""
    with tempfile.TemporaryDirectory(prefix="oakum-live-try.") as folder:
        try:
            with Engine(pathlib.Path(folder) / "data") as engine:
                engine.docker("info", check=True)
        except (EngineUnavailable, RuntimeError) as why:
            print(why)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
