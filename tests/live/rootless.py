"""Is what oakum says of podman without root true? podman is asked first.

What it is: the suite `podman` of live.py. An ordinary user, made in a copy of /etc with
ids of its own in subuid, runs podman over folders of several owners: as it comes, with
keep-id, with keep-id and numbers, with a user. Each path is tried in the container (read,
written, files made in it, entered), and `oakum can` for the same line, asked by the same
user, is held against it: a wrong yes or no fails. A second point each: what is made there
belongs to whom `oakum prepare` works with on the host.

Nothing is pulled and no service is started; all of it lies in one folder that is removed.
crun refuses a host with both kinds of control groups, so in a mount namespace of its own
the second kind is unmounted, and containers get no groups at all.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import bases
from paths import KINDS, TRY

SECONDS = 60
PERSON = 4200
FIRST = 700000  # of the ids that belong to the person
IMAGE = "docker.io/library/busybox:1"
PODMAN = ("podman", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
          "--events-backend", "none", "--log-level", "error")
ENTER = """
set -e
etc=$1 id=$2; shift 2
mount --bind "$etc" /etc
! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified
exec setpriv --reuid "$id" --regid "$id" --init-groups "$@"
"""
# name: (owner, group, mode) on the host
FOLDERS = {
    "mine": (PERSON, PERSON, 0o755),
    "closed": (PERSON, PERSON, 0o700),
    "roots": (0, 0, 0o755),
    "roots-own": (0, 0, 0o700),
    "open": (0, 0, 0o1777),
    "mapped": (FIRST + 1776, FIRST + 1776, 0o750),
    "kept": (FIRST + 1777, FIRST + 1777, 0o750),
    "number": (1777, 1777, 0o755),
}
# name: (options of podman run, who a new file belongs to on the host)
CASES = {
    "as-it-comes": ((), PERSON),
    "user": (("--user", "1777:1777"), FIRST + 1776),
    "keep-id": (("--userns", "keep-id"), PERSON),
    "keep-id-numbers": (("--userns", "keep-id:uid=1777,gid=1777"), PERSON),
    "keep-id-numbers-and-user":
        (("--userns", "keep-id:uid=1777,gid=1777", "--user", "1777:1777"), PERSON),
    "keep-id-and-own-user": (("--userns", "keep-id", "--user", f"{PERSON}:{PERSON}"), PERSON),
    "keep-id-and-user": (("--userns", "keep-id", "--user", "1777:1777"), FIRST + 1777),
    "host": (("--userns", "host", "--user", "1777:1777"), FIRST + 1776),
}


class Person:
    """An ordinary user of a copy of this machine's /etc, with a home and podman."""

    def __init__(self, folder, oakum):
        self.oakum = oakum
        self.home = pathlib.Path(folder, "home")
        self.etc = pathlib.Path(folder, "etc")
        self.runtime = pathlib.Path(folder, "run")
        pathlib.Path(folder).chmod(0o755)
        for made in (self.home, self.runtime):
            made.mkdir(mode=0o700)
            os.chown(made, PERSON, PERSON)
        shutil.copytree("/etc", self.etc, symlinks=True, ignore_dangling_symlinks=True,
                        ignore=shutil.ignore_patterns("docker", "ssl", "alternatives"))
        for name, line in (("passwd", f"oakumpod:x:{PERSON}:{PERSON}::{self.home}:/bin/sh"),
                           ("group", f"oakumpod:x:{PERSON}:"),
                           ("subuid", f"oakumpod:{FIRST}:65536"),
                           ("subgid", f"oakumpod:{FIRST}:65536")):
            with open(self.etc / name, "a", encoding="ascii") as file:
                file.write(line + "\n")

    def run(self, *words):
        """A command of the person, in its home."""
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh",
             self.etc, str(PERSON), *words],
            cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=SECONDS,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home),
                 "XDG_RUNTIME_DIR": str(self.runtime), "LC_ALL": "C.UTF-8"})

    def podman(self, *words):
        """podman of the person."""
        return self.run(*PODMAN, *words)

    def make_folders(self):
        """The folders that containers are shown."""
        for name, (uid, gid, mode) in FOLDERS.items():
            path = self.home / name
            path.mkdir()
            os.chown(path, uid, gid)
            path.chmod(mode)


def line_of(options):
    """What follows `podman`, for podman and for oakum."""
    mounts = [word for name in FOLDERS for word in ("--volume", f"./{name}:/{name}")]
    return ("run", "--rm", "--network", "none", "--cgroups", "disabled", *options, *mounts)


def observe(person, options):
    """{path: {kind: bool}} as the container has it, or a complaint."""
    paths = ["/" + name for name in FOLDERS]
    done = person.podman(*line_of(options), IMAGE, "/bin/sh", "-c", TRY, "sh", *paths)
    lines = done.stdout.split()
    if len(lines) != len(paths):
        return "the container says: " + (done.stderr or done.stdout)[-300:]
    return {path: dict(zip(KINDS, (mark == "1" for mark in line)))
            for path, line in zip(paths, lines)}


def ask(person, options):
    """{path: {kind: (yes|no|maybe, why)}} as oakum has it, or a complaint."""
    paths = ["/" + name for name in FOLDERS]
    line = shlex.join(("podman", *line_of(options), IMAGE, "true"))
    done = person.run(person.oakum, "can", "--no-config", "--format", "json", "--run", line,
                      *paths)
    if done.returncode != 0:
        return "oakum: " + (done.stderr or done.stdout)[-300:]
    workload = json.loads(done.stdout)["workloads"][0]
    said = {p["path"]: {kind: (p[kind]["can"], p[kind]["why"]) for kind in KINDS}
            for p in workload["paths"] if p["path"] in paths}
    # Of root nothing is listed: it may do all of it.
    return said or {path: dict.fromkeys(KINDS, ("yes", "it is root")) for path in paths}


def compare(seen, said):
    """(sentences of what is wrong, how many answers are maybe)."""
    wrong, maybe = [], 0
    for path, kinds in seen.items():
        for kind, may in kinds.items():
            answer, why = said[path][kind]
            maybe += answer == "maybe"
            if answer != "maybe" and (answer == "yes") != may:
                wrong.append(f"{kind} {path}: oakum says {answer} ({why}), podman "
                             f"{'lets it' if may else 'refuses'}")
    return wrong, maybe


def check_owner(person, name, options, owner):
    """A file made in a container belongs to that id on the host."""
    done = person.podman("run", "--rm", "--network", "none", "--cgroups", "disabled",
                         *options, "--volume", "./open:/open", IMAGE, "/bin/sh", "-c",
                         f"echo x > /open/{name}")
    if done.returncode != 0:
        return [f"nothing is made: {done.stderr[-300:]}"]
    uid = os.lstat(person.home / "open" / name).st_uid
    return [] if uid == owner else [f"expected {owner} on the host, found {uid}"]


def check_prepare(person, name, options, owner):
    """The commands that oakum prints, run by root, let the container write."""
    line = ("run", "--rm", "--network", "none", "--cgroups", "disabled", *options,
            "--volume", f"./fresh-{name}:/data")
    asked = person.run(person.oakum, "prepare", "--run",
                       shlex.join(("podman", *line, IMAGE, "sh", "-c", "echo x > /data/x")))
    commands = [text for text in asked.stdout.splitlines()
                if text and not text.startswith("#")]
    if asked.returncode not in (0, 1):
        return [f"prepare: {asked.returncode}: {asked.stderr[-300:]}"]
    if not commands:
        (person.home / f"fresh-{name}").mkdir()
        os.chown(person.home / f"fresh-{name}", PERSON, PERSON)
    for command in commands:
        subprocess.run(["sh", "-c", command], cwd=person.home, check=True, timeout=SECONDS)
    done = person.podman(*line, IMAGE, "/bin/sh", "-c", "echo x > /data/x")
    if done.returncode != 0:
        return [f"after {commands}: {done.stderr[-300:]}"]
    uid = os.lstat(person.home / f"fresh-{name}" / "x").st_uid
    return [] if uid == owner else [f"after {commands}: expected {owner}, found {uid}"]


def chosen(options):
    """The names that --only leaves."""
    return [name for name in CASES if re.search(options.only, "podman/" + name)]


def count(wanted):
    """How many points they are."""
    return 3 * len(wanted)


def _skip_all(report, wanted, why):
    for name in wanted:
        for what in ("can", "owner", "prepare"):
            report.point(True, f"podman/{name} {what}", skip=why)
    return {}


def _start(person, cache):
    """Why podman cannot be used here, or an empty string."""
    lacking = [program for program in ("podman", "crun", "newuidmap", "setpriv")
               if not shutil.which(program)]
    if lacking:
        return f"{lacking[0]} is not installed (tools/setup-live.sh)"
    root = shutil.copy(bases.busybox_root(cache), person.home)
    os.chown(root, PERSON, PERSON)
    done = person.podman("import", root, IMAGE)
    if done.returncode == 0:
        done = person.podman("run", "--rm", "--network", "none", "--cgroups", "disabled",
                             IMAGE, "/bin/true")
    said = done.stderr.strip().splitlines() or ["it says nothing"]
    return "" if done.returncode == 0 else f"podman without root fails here: {said[-1]}"


def _check_all(report, person, wanted):
    asked = unsure = 0
    for name in wanted:
        options, owner = CASES[name]
        seen, said = observe(person, options), ask(person, options)
        if isinstance(seen, str) or isinstance(said, str):
            wrong = [text for text in (seen, said) if isinstance(text, str)]
        else:
            wrong, maybe = compare(seen, said)
            asked += len(seen) * len(KINDS)
            unsure += maybe
        report.point(not wrong, f"podman/{name} can", wrong)
        wrong = check_owner(person, name, options, owner)
        report.point(not wrong, f"podman/{name} owner", wrong)
        wrong = check_prepare(person, name, options, owner)
        report.point(not wrong, f"podman/{name} prepare", wrong)
    report.say(f"podman: {unsure} of {asked} answers are maybe")


def run(_engine, cache, report, wanted, options):
    """Three points a case; the private dockerd is not needed."""
    if not wanted or options.engine_only:
        return _skip_all(report, wanted, "it asks oakum")
    with tempfile.TemporaryDirectory(prefix="oakum-podman.") as folder:
        person = Person(folder, options.oakum)
        try:
            why = _start(person, cache)
        except (bases.BaseUnavailable, OSError, subprocess.SubprocessError) as error:
            why = str(error)
        if why:
            return _skip_all(report, wanted, why)
        person.make_folders()
        _check_all(report, person, wanted)
    return {}


def replay(report, wanted, _options, _saved):
    """Nothing that can be kept: the disk itself is the truth."""
    _skip_all(report, wanted, "it looks at a disk, so it needs podman")
