"""The four scenarios for real: as root, with a bare USER, and as oakum fixes them.

What it is: the suite `scenes` of live.py. Each scenario of examples/scenarios is copied,
built and run as its compose.yaml says, with bases that bear the names of its Dockerfile
(scene_bases.py). As root it does its job. With nothing but `USER 1777` added it fails, at
the paths and with the words that scene_table.py says.

Invariants: what is committed is never touched; copies lie in folders that other users can
enter, so that "others cannot read it" is said of the file and not of the way to it.
"""

import concurrent.futures
import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import bases
import scene_bases
import scene_table
from scene_table import SCENES

COMPOSE = "/usr/bin/docker-compose"
UID = 1777
SECONDS = 240   # of one command of docker-compose
PATIENCE = 60   # seconds until a service must answer

# In the engine's network, whose loopback nobody has brought up.
REQUEST = r"""
import fcntl, json, socket, struct, sys, time, urllib.request
with socket.socket() as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))
url, body, headers, patience = json.loads(sys.argv[1])
data = json.dumps(body).encode() if body is not None else None
end, why = time.monotonic() + patience, ""
while time.monotonic() < end:
    try:
        ask = urllib.request.Request(url, data, headers)
        with urllib.request.urlopen(ask, timeout=5) as answer:
            print(answer.read().decode())
            sys.exit()
    except OSError as error:
        why = repr(error)
    time.sleep(0.3)
print(json.dumps(why))
"""


class Project:
    """A copy of a scenario that can be started."""

    def __init__(self, engine, scene, variant, scratch):
        self.engine, self.scene = engine, scene
        self.name = f"{scene.name}-{variant}"
        self.scratch = pathlib.Path(scratch)
        self.folder, self.home = self.scratch / "project", self.scratch / "home"
        self.scratch.chmod(0o755)
        self.home.mkdir()
        shutil.copytree(scene.folder, self.folder, symlinks=True)

    @property
    def dockerfile(self):
        """The one that is built."""
        return self.folder / "Dockerfile"

    @property
    def compose_file(self):
        """The project."""
        return self.folder / "compose.yaml"

    def builds(self):
        """The services that are built and not taken."""
        text = self.compose_file.read_text(encoding="utf-8")
        if "x-job" in text:
            return ["features", "check"] if "  build:" in text else []
        return [self.scene.service] if "    build:" in text else []

    def compose(self, *words, check=True):
        """Runs docker-compose in the project."""
        (self.scratch / "overlay.json").write_text(
            scene_table.overlay(self.scene, self), encoding="utf-8")
        environment = self.engine.environment() | {
            "HOME": str(self.home), "COMPOSE_PROJECT_NAME": self.name,
            "DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1"}
        done = subprocess.run(
            [COMPOSE, "--ansi", "never", "-f", self.compose_file, "-f",
             self.scratch / "overlay.json", *words],
            cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, text=True,
            errors="replace", capture_output=True, timeout=SECONDS, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"docker-compose {' '.join(words)}: "
                               + (done.stdout + done.stderr)[-1500:])
        return done

    def image(self):
        """What was built for the service."""
        text = self.compose("config").stdout
        found = re.search(r"^    image: (\S+)", text.split(f"  {self.scene.service}:")[1],
                          re.MULTILINE)
        named = found and "image:" in self.compose_file.read_text(encoding="utf-8").split(
            f"  {self.scene.service}:")[1].split("\n\n")[0]
        return found[1] if named else f"{self.name}_{self.scene.service}"

    def container(self, service=None):
        """The id of a service's container."""
        return self.compose("ps", "--quiet", service or self.scene.service).stdout.strip()

    def start(self):
        """Builds and starts; returns the complaint of a container that ended badly."""
        self.compose("build", *self.builds())
        self.scene.beside(self)
        self.compose("up", "--detach", "--no-build", *self.scene.starts)
        if not self.scene.ends:
            return ""
        code = self.engine.docker("wait", self.container(), check=True).stdout.strip()
        return "" if code == "0" else f"it ended with {code}: {self.log()}"

    def log(self, service=None):
        """What a container said, to its last word or for a while."""
        done = self.engine.docker("logs", self.container(service), check=True)
        return done.stdout + done.stderr

    def wait_for(self, words):
        """The log, once it has these words; as it is at the end of all patience."""
        end = time.monotonic() + PATIENCE
        while words not in (log := self.log()) and time.monotonic() < end:
            time.sleep(0.3)
        return log

    def request(self, url, body=None, headers=None, patience=PATIENCE):
        """The JSON that a published port answers; a text says why there is none."""
        done = subprocess.run(
            ["nsenter", "--net", "--target", str(self.engine.keeper.pid), "python3", "-c",
             REQUEST, json.dumps([url, body, headers or {}, patience])],
            stdin=subprocess.DEVNULL, text=True, capture_output=True, check=False,
            timeout=patience + 30)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout + done.stderr

    def job(self):
        """Starts it and sees the job done; a complaint or nothing."""
        complaint = self.start() or self.scene.job(self)
        return f"{complaint}\n{self.logs()}" if complaint else ""

    def logs(self):
        """The end of what every container said."""
        return self.compose("logs", "--no-color", "--tail", "15", check=False).stdout


@contextlib.contextmanager
def project_of(engine, scene, variant):
    """A Project; nothing of it is left behind."""
    with tempfile.TemporaryDirectory(prefix="oakum-scene.") as scratch:
        project = Project(engine, scene, variant, scratch)
        try:
            yield project
        finally:
            project.compose("down", "--volumes", "--timeout", "1", check=False)


def make_bare(project):
    """Adds USER 1777 where the program is named, and nothing else; `user:` of the
    service would hide it."""
    lines = project.dockerfile.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines) if line.startswith("CMD"))
    lines.insert(last, f"USER {UID}\n")
    project.dockerfile.write_text("".join(lines), encoding="utf-8")
    text = project.compose_file.read_text(encoding="utf-8")
    head, mark, tail = text.partition(f"  {project.scene.service}:\n")
    tail = re.sub(r"^    user: .*\n", "", tail, count=1, flags=re.MULTILINE)
    project.compose_file.write_text(head + mark + tail, encoding="utf-8")


# ---- the points of a scene; each gives a complaint or nothing ----

def works_as_root(engine, scene, _):
    """As it is committed."""
    with project_of(engine, scene, "root") as project:
        return project.job()


def fails_bare(engine, scene, _):
    """With a bare USER and nothing else."""
    with project_of(engine, scene, "bare") as project:
        make_bare(project)
        complaints = []
        project.start()
        for denied in scene.denied:
            if denied.program:
                log = project.compose("run", "--rm", "--no-deps", scene.service,
                                      *denied.program, check=False)
                log = log.stdout + log.stderr
            else:
                log = project.wait_for(denied.says)
            if denied.says not in log:
                complaints.append(f"the log has no {denied.says!r}: {log[-1500:]}")
        return "\n".join(complaints)


POINTS = {"does its job as root": works_as_root,
          "fails with a bare USER": fails_bare}


def chosen(options):
    """The scenes that --only leaves."""
    return [scene for scene in SCENES if re.search(options.only, "scenes/" + scene.name)]


def count(wanted):
    """How many points they are."""
    return len(wanted) * len(POINTS)


def observe(engine, scene, options):
    """(name, complaint) of every point of a scene."""
    found = []
    for name, point in POINTS.items():
        try:
            complaint = point(engine, scene, options)
        except (RuntimeError, OSError, subprocess.SubprocessError, ValueError) as why:
            complaint = str(why) or repr(why)
        found.append((f"scene {scene.name} {name}", complaint))
    return found


def run(engine, cache, report, wanted, options):
    """Bases, then scene by scene; nothing is worth keeping for --truth."""
    if not wanted:
        return {}
    try:
        scene_bases.prepare(engine, cache, scene_table.requirements())
    except (bases.BaseUnavailable, subprocess.SubprocessError) as why:
        for number in range(count(wanted)):
            report.point(True, f"scene {number}", skip=str(why))
        return {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for points in pool.map(lambda scene: observe(engine, scene, options), wanted):
            for name, complaint in points:
                report.point(not complaint, name, [complaint] if complaint else ())
    return {}


def replay(report, wanted, _options, _saved):
    """What a container does cannot be kept."""
    for number in range(count(wanted)):
        report.point(True, f"scene {number}", skip="needs an engine")
