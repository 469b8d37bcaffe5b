"""Does what `oakum prepare` says of a host let the container do its work?

What it is: the suite `host` of live.py. A script of `docker run` lines is run by the
private engine over folders and volumes as people leave them, and fails as oakum said
beforehand; `oakum prepare --apply` prepares them; the same lines then do their work, the
owners and modes on the disk are right, whoever else is on the host is kept out, and a
second look finds nothing more to do. One point a case.

The machine's own accounts stay as they are: oakum runs in a mount namespace with a copy
of /etc, in which it makes users and groups, and which names the engine's data root.
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
from engine import Engine, EngineUnavailable

SECONDS = 120
FIRST = 500000  # of the ids that a remapping engine uses
PERSON = 4000  # somebody who logs in, in the copy of /etc
TRAINER = """FROM local/small:1
RUN echo 'app:x:1777:1777::/nonexistent:/sbin/nologin' >> /etc/passwd && \\
    echo 'app:x:1777:' >> /etc/group && mkdir /empty /full && echo old > /full/m
USER 1777:1777
"""
IN_COPY = 'mount --bind "$1" /etc && shift && exec "$@"'
DENIED = re.compile(r"[Pp]ermission denied")


def copy_etc(to, daemon):
    """A copy of /etc, with somebody who logs in and what daemon.json says."""
    shutil.copytree("/etc", to, symlinks=True, ignore_dangling_symlinks=True,
                    ignore=shutil.ignore_patterns("docker", "ssl", "alternatives"))
    for name, line in (
            ("passwd", f"oakumperson:x:{PERSON}:{PERSON}::/home/oakumperson:/bin/sh"),
            ("passwd", "dockremap:x:4100:4100::/nonexistent:/usr/sbin/nologin"),
            ("group", "dockremap:x:4100:"), ("subuid", f"dockremap:{FIRST}:65536"),
            ("subgid", f"dockremap:{FIRST}:65536")):
        with open(to / name, "a", encoding="ascii") as file:
            file.write(line + "\n")
    (to / "docker").mkdir()
    (to / "docker/daemon.json").write_text(json.dumps(daemon), encoding="ascii")


class Bed:
    """A folder with a project in it, the engine that runs it, the oakum that is asked."""

    def __init__(self, engine, oakum, folder, kind="rootful"):
        self.engine, self.oakum, self.kind = engine, oakum, kind
        self.folder = pathlib.Path(folder, "project")
        self.etc = pathlib.Path(folder, "etc")
        self.lines = []
        self.folder.mkdir(mode=0o755)
        pathlib.Path(folder).chmod(0o755)
        (self.folder / "trainer").mkdir()
        (self.folder / "trainer/Dockerfile").write_text(TRAINER, encoding="ascii")
        daemon = {"data-root": str(engine.data_root)}
        if kind == "remapped":
            daemon["userns-remap"] = "default"
        copy_etc(self.etc, daemon)

    def make(self, name, owner=(0, 0), mode=0o755, text=None):
        """A folder, or with text a file, of that owner."""
        path = self.folder / name
        if text is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.write_text(text, encoding="ascii")
        os.chown(path, *owner)
        path.chmod(mode)
        return path

    def line(self, *words):
        """One more line of the script, which is oakum's input; returns its words."""
        self.lines.append(("docker", "run", "--rm", "--network", "none", *words))
        (self.folder / "run.sh").write_text(
            "docker build -t oakum-host/trainer trainer\n" +
            "".join(shlex.join(line) + "\n" for line in self.lines), encoding="ascii")
        return self.lines[-1]

    def make_absolute(self, words):
        """The same with ./ as the engine's client of this version wants it."""
        return tuple(re.sub(r"^\./", f"{self.folder}/", word) for word in words)

    def run(self, words):
        """A line, run by the engine in the project's folder."""
        return self.engine.docker(*words[1:], cwd=self.folder, timeout=SECONDS)

    def ask(self, *words):
        """oakum in the folder, with the copy of /etc."""
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", IN_COPY, "sh",
             self.etc, self.oakum, *words],
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=SECONDS,
            env={**self.engine.environment(), "HOME": "/root"})

    def prepare(self, *words, status=0):
        """oakum prepare of the script."""
        done = self.ask("prepare", "--engine", self.kind, *words, "run.sh")
        assert done.returncode == status, \
            f"prepare {words}: {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def steps(self):
        """What is left to do or to know."""
        return json.loads(self.prepare("--format", "json"))["steps"]

    def fails(self, words):
        """The line is refused by the kernel."""
        done = self.run(words)
        assert done.returncode != 0 and DENIED.search(done.stdout + done.stderr), \
            f"not denied: {shlex.join(words)}: {done.stdout}{done.stderr}"

    def works(self, words):
        """The line does its work; what it says."""
        done = self.run(words)
        assert done.returncode == 0, \
            f"{shlex.join(words)}: {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def predicted(self, rule):
        """oakum said so beforehand."""
        done = self.ask("audit", "--format", "json", "run.sh")
        found = {f["rule"] for f in json.loads(done.stdout)["findings"]}
        assert rule in found, f"{rule} not found: {sorted(found)}"

    def owner(self, name):
        """(uid, gid, mode) on the disk."""
        path = name if os.path.isabs(name) else self.folder / name
        status = os.lstat(path)
        return status.st_uid, status.st_gid, status.st_mode & 0o7777

    def can(self, uid, *words):
        """May somebody of the host do that?"""
        return subprocess.run(
            ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *words],
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
            check=False, timeout=SECONDS).returncode == 0


def equal(got, wanted, what):
    """A sentence where they differ."""
    assert got == wanted, f"{what}: {got}, wanted {wanted}"


def save(target):
    """The words of a container that saves a model there."""
    return ("oakum-host/trainer", "sh", "-c", f"echo model > {target}")


# ---- the cases ----


def case_folder_of_root(bed):
    """A model is saved to a folder of root: refused, prepared, saved, closed to others."""
    bed.make("models")
    line = bed.line("-v", "./models:/models", *save("/models/m.pt"))
    absolute = bed.make_absolute(line)
    bed.predicted("mount-uid-mismatch")
    bed.fails(absolute)
    bed.prepare("--apply")
    bed.works(absolute)
    equal(bed.owner("models"), (1777, 1777, 0o750), "the folder")
    equal(bed.owner("models/m.pt")[:2], (1777, 1777), "the model")
    assert not bed.can(65534, "cat", "models/m.pt"), "others read the model"
    equal(bed.steps(), [], "what is left")
    passwd = (bed.etc / "passwd").read_text(encoding="ascii")
    assert re.search(r"^[\w-]+:x:1777:1777:.*:/nonexistent:/usr/sbin/nologin$", passwd,
                     re.MULTILINE), "the number has no name"


def case_missing_folder(bed):
    """The engine makes what is missing as root, with the folders above it."""
    line = bed.make_absolute(
        bed.line("-v", "./new/deep/models:/models", *save("/models/m")))
    bed.predicted("mount-missing-host-dir")
    bed.fails(line)
    equal(bed.owner("new/deep/models"), (0, 0, 0o755), "what the engine made")
    shutil.rmtree(bed.folder / "new")
    os.chown(bed.folder, PERSON, PERSON)
    bed.prepare("--apply")
    bed.works(line)
    equal(bed.owner("new/deep"), (PERSON, PERSON, 0o755), "the folder above")
    equal(bed.owner("new/deep/models"), (1777, 1777, 0o750), "the folder")
    equal(bed.steps(), [], "what is left")


def case_read_only(bed):
    """A model that is served: readable by the group, and by nobody else."""
    bed.make("models", mode=0o700)
    bed.make("models/m", mode=0o644, text="model")
    line = bed.make_absolute(bed.line("-v", "./models:/models:ro", "oakum-host/trainer",
                                      "cat", "/models/m"))
    bed.predicted("mount-uid-mismatch")
    bed.fails(line)
    bed.prepare("--apply")
    equal(bed.works(line), "model", "what is served")
    equal(bed.owner("models"), (0, 1777, 0o750), "the folder")
    assert not bed.can(65534, "cat", "models/m"), "others read the model"
    equal(bed.steps(), [], "what is left")


def case_single_file(bed):
    """One file is mounted, to be written."""
    bed.make("train.log", text="", mode=0o644)
    line = bed.make_absolute(bed.line("-v", "./train.log:/train.log",
                                      "oakum-host/trainer", "sh", "-c",
                                      "echo done >> /train.log"))
    bed.predicted("mount-uid-mismatch")
    bed.fails(line)
    bed.prepare("--apply")
    bed.works(line)
    equal(bed.owner("train.log"), (1777, 1777, 0o640), "the file")
    equal(bed.steps(), [], "what is left")


def case_shared_by_a_group(bed):
    """Two users write one folder: setgid, a common group, nobody else."""
    bed.make("shared")

    def user(uid, what):
        return bed.make_absolute(
            bed.line("--user", f"{uid}:1900", "-v", "./shared:/shared",
                     "oakum-host/trainer", "sh", "-c", what))
    first = user(1777, "mkdir -p /shared/a && echo one > /shared/a/one")
    second = user(1778, "cat /shared/a/one && echo two > /shared/two")
    bed.fails(first)
    bed.prepare("--apply")
    bed.works(first)
    equal(bed.works(second), "one\n", "what the other one wrote")
    equal(bed.owner("shared"), (1777, 1900, 0o2770), "the folder")
    equal(bed.owner("shared/two")[:2], (1778, 1900), "a file of the second")
    assert not bed.can(65534, "ls", "shared"), "others list it"
    equal(bed.steps(), [], "what is left")


def case_access_list(bed):
    """Somebody's own folder stays theirs, and both use what either writes."""
    bed.make("shared", owner=(PERSON, PERSON), mode=0o700)
    line = bed.make_absolute(
        bed.line("-v", "./shared:/shared", "oakum-host/trainer", "sh", "-c",
                 "mkdir /shared/run && echo model > /shared/run/m"))
    bed.predicted("mount-uid-mismatch")
    bed.fails(line)
    bed.prepare("--apply")
    bed.works(line)
    equal(bed.owner("shared")[:2], (PERSON, PERSON), "the folder")
    assert bed.can(PERSON, "rm", "shared/run/m"), "its owner cannot change what is in it"
    assert not bed.can(65534, "ls", "shared"), "others list it"
    equal(bed.steps(), [], "what is left")


def case_mount_in_a_mount(bed):
    """The way to a mount in another one is made by the engine, as root."""
    bed.make("data", owner=(1777, 1777), mode=0o750)
    bed.make("hf", owner=(1777, 1777), mode=0o750)
    line = bed.make_absolute(
        bed.line("-v", "./data:/data", "-v", "./hf:/data/cache/hf",
                 *save("/data/cache/other")))
    bed.predicted("mount-missing-host-dir")
    bed.fails(line)
    equal(bed.owner("data/cache")[:2], (0, 0), "what the engine made")
    shutil.rmtree(bed.folder / "data/cache")
    bed.prepare("--apply")
    bed.works(line)
    equal(bed.owner("data/cache"), (1777, 1777, 0o750), "the way")
    equal([s for s in bed.steps() if s["kind"] != "note"], [], "what is left")


def _volume_of_root(bed, name):
    bed.engine.docker("volume", "rm", "--force", name)
    bed.engine.docker("run", "--rm", "--network", "none", "--user", "0:0", "-v",
                      f"{name}:/v", "oakum-host/trainer", "sh", "-c",
                      "mkdir /v/run && echo old > /v/run/m && chmod 600 /v/run/m",
                      check=True)
    return bed.line("-v", f"{name}:/v", "oakum-host/trainer", "sh", "-c",
                    "cat /v/run/m && echo new > /v/run/m")


def case_volume(bed):
    """A volume that root has written changes hands, when that is said."""
    line = _volume_of_root(bed, "oakum-host-a")
    bed.fails(line)
    place = str(bed.engine.data_root / "volumes/oakum-host-a/_data")
    bed.prepare("--apply", status=1)
    equal(bed.owner(place)[:2], (0, 0), "the volume without --recursive")
    bed.prepare("--apply", "--recursive")
    equal(bed.works(line), "old\n", "what was in it")
    equal(bed.owner(place + "/run/m"), (1777, 1777, 0o600), "what is in it")
    equal(bed.steps(), [], "what is left")


def case_volume_by_its_command(bed):
    """The printed command does the same with the project's own image, without root."""
    line = _volume_of_root(bed, "oakum-host-b")
    bed.fails(line)
    commands = [s["command"] for s in bed.steps() if s["kind"] == "volume"]
    equal(len(commands), 1, "commands")
    bed.works(tuple(shlex.split(commands[0])))
    equal(bed.works(line), "old\n", "what was in it")
    equal([s for s in bed.steps() if s["kind"] == "volume"], [], "what is left")


def _new_volumes(bed):
    """Lines that fill a volume where the image has no folder, an empty, and a full one,
    all of them root's."""
    lines = [bed.line("--user", "1777:1777", "-v", f"oakum-host-{name}:/{name}",
                      "oakum-host/trainer", "sh", "-c", f"echo new > /{name}/m")
             for name in ("none", "empty", "full")]
    for line in lines:
        bed.fails(line)
    _forget_volumes(bed)
    return lines


def _forget_volumes(bed):
    bed.engine.docker("volume", "rm", "--force", "oakum-host-none", "oakum-host-empty",
                      "oakum-host-full")


def _new_volumes_work(bed, lines):
    bed.fails(("docker", "run", "--rm", "--network", "none", "--user", "65534:65534", "-v",
               "oakum-host-full:/full", "oakum-host/trainer", "cat", "/full/m"))
    equal(bed.works(("docker", "run", "--rm", "--network", "none", "-v",
                     "oakum-host-full:/full", "oakum-host/trainer", "cat", "/full/m")),
          "old\n", "what the image put there")
    for line in lines * 2:
        bed.works(line)
    equal(bed.steps(), [], "what is left")
    _forget_volumes(bed)


def case_new_volume(bed):
    """Volumes that are not there yet are made for who writes them."""
    lines = _new_volumes(bed)
    bed.prepare("--apply")
    _new_volumes_work(bed, lines)


def case_new_volume_by_its_command(bed):
    """The script does the same without oakum, and twice does no harm."""
    lines = _new_volumes(bed)
    script = bed.prepare("--format", "sh")
    for _ in range(2):
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True,
                              check=False, timeout=SECONDS, env=bed.engine.environment())
        equal(done.returncode, 0, f"the script: {done.stderr}")
    _new_volumes_work(bed, lines)


def case_script(bed):
    """The script that is printed does what --apply does, and may run again."""
    bed.make("models")
    line = bed.make_absolute(
        bed.line("--user", "65534:65534", "-v", "./models:/models",
                 *save("/models/m")))
    bed.fails(line)
    script = bed.prepare("--format", "sh")
    for _ in range(2):
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True,
                              check=False, timeout=SECONDS)
        equal(done.returncode, 0, f"the script: {done.stderr}")
    bed.works(line)
    equal(bed.owner("models")[2], 0o750, "the folder's mode")
    equal(bed.steps(), [], "what is left")


def shifted_folder(bed):
    """The engine shifts ids: of the folder it is the shifted number that counts."""
    bed.make("models", owner=(1777, 1777), mode=0o750)
    line = bed.make_absolute(bed.line("-v", "./models:/models", *save("/models/m.pt")))
    bed.fails(line)
    bed.prepare("--apply")
    bed.works(line)
    equal(bed.owner("models"), (FIRST + 1777, FIRST + 1777, 0o750), "the folder")
    equal(bed.owner("models/m.pt")[:2], (FIRST + 1777, FIRST + 1777), "the model")
    equal(bed.steps(), [], "what is left")


def shifted_volume(bed):
    """The printed command speaks in the ids of the container, --apply in the host's."""
    line = _volume_of_root(bed, "oakum-host-a")
    other = _volume_of_root(bed, "oakum-host-b")
    bed.fails(line)
    bed.fails(other)
    commands = [s["command"] for s in bed.steps() if s["kind"] == "volume"]
    equal(len(commands), 2, "commands")
    bed.works(tuple(shlex.split(commands[0])))
    bed.prepare("--apply", "--recursive")
    equal(bed.works(line), "old\n", "what was in the first")
    equal(bed.works(other), "old\n", "what was in the second")
    equal([s for s in bed.steps() if s["kind"] == "volume"], [], "what is left")


REMAPPED = {"remapped-folder": shifted_folder, "remapped-volume": shifted_volume}
CASES = {name[len("case_"):].replace("_", "-"): case
         for name, case in sorted(globals().items()) if name.startswith("case_")}


# ---- the suite ----


def chosen(options):
    """The names that --only leaves."""
    return [name for name in (*CASES, *REMAPPED) if re.search(options.only, "host/" + name)]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def _skip_all(report, wanted, why):
    for name in wanted:
        report.point(True, "host " + name, skip=why)
    return {"cases": []}


def _check(engine, report, options, name, kind="rootful"):
    with tempfile.TemporaryDirectory(prefix="oakum-host.") as folder:
        try:
            {**CASES, **REMAPPED}[name](Bed(engine, options.oakum, folder, kind))
        except (AssertionError, OSError, subprocess.TimeoutExpired) as why:
            report.point(False, "host " + name, [str(why) or repr(why)])
        else:
            report.point(True, "host " + name)


def _build(engine):
    with tempfile.TemporaryDirectory(prefix="oakum-host.") as folder:
        pathlib.Path(folder, "Dockerfile").write_text(TRAINER, encoding="ascii")
        engine.docker("build", "--quiet", "--network", "none", "--tag",
                      "oakum-host/trainer", folder, check=True)


def _check_remapped(cache, report, wanted, options):
    """The same with an engine that shifts ids, where one can be started."""
    with tempfile.TemporaryDirectory(prefix="oakum-host.") as folder:
        etc = pathlib.Path(folder, "etc")
        copy_etc(etc, {})
        pathlib.Path(folder).chmod(0o755)
        try:
            with Engine(pathlib.Path(folder, "data"), {"userns-remap": "default"},
                        etc) as engine:
                bases.prepare(engine, cache, {"small"})
                _build(engine)
                engine.docker("run", "--rm", "--network", "none", "oakum-host/trainer",
                              "true", check=True)
                for name in wanted:
                    _check(engine, report, options, name, "remapped")
        except (EngineUnavailable, RuntimeError) as why:
            _skip_all(report, wanted, f"no remapping engine runs here: {why}"[:300])


def run(engine, cache, report, wanted, options):
    """Every case, one after the other: they change owners on the disk."""
    if not wanted or options.engine_only:
        return _skip_all(report, wanted, "it asks oakum")
    lacking = bases.prepare(engine, cache, {"small"})
    if lacking:
        return _skip_all(report, wanted, lacking["small"])
    _build(engine)
    for name in wanted:
        if name in CASES:
            _check(engine, report, options, name)
    remapped = [name for name in wanted if name in REMAPPED]
    if remapped:
        _check_remapped(cache, report, remapped, options)
    return {"cases": []}


def replay(report, wanted, _options, _saved):
    """Nothing that can be kept: the disk itself is the truth."""
    _skip_all(report, wanted, "it changes a disk, so it needs an engine")
