"""The four scenarios for real: as root, with a bare USER, and as oakum fixes them.

What it is: the suite `scenes` of live.py. Each scenario of examples/scenarios is copied,
built and run as its compose.yaml says, with bases that bear the names of its Dockerfile
(scene_bases.py). As root it does its job. With nothing but `USER 1777` added it fails, at
the paths and with the words that scene_table.py says, and oakum had said so before. After
`oakum fix --write --all` and `oakum prepare --apply` it does its job as the user that
oakum says it runs as, and what it saves on the host is that user's and nobody else's. The
same with an image that cannot be built again.

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
import knowledge
import scene_bases
import scene_table
from scene_table import SCENES

COMPOSE = "/usr/bin/docker-compose"
UID = 1777
SECONDS = 240   # of one command of docker-compose
PATIENCE = 120  # seconds until a service must answer
OAKUM_SECONDS = 60
NOBODY = 65534

# In the engine's network. SIOCSIFFLAGS, IFF_UP and IFF_RUNNING: netdevice(7).
LOOPBACK = r"""
import fcntl, socket, struct
with socket.socket() as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))
"""
REQUEST = r"""
import json, sys, time, urllib.request
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
        # The folder's name is the project's, as for everybody who says nothing else.
        self.folder, self.home = self.scratch / self.name, self.scratch / "home"
        self.scratch.chmod(0o755)
        self.home.mkdir()
        self._is_ready = False
        self.known = None  # a file that says what its images are
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
            "HOME": str(self.home), "DOCKER_BUILDKIT": "1",
            "COMPOSE_DOCKER_CLI_BUILD": "1"}
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
        """The id of a service's container; the engine says it in a tenth of the time that
        docker-compose takes to start."""
        labels = {"project": self.name, "service": service or self.scene.service,
                  "oneoff": "False"}
        wanted = [word for key, value in labels.items()
                  for word in ("--filter", f"label=com.docker.compose.{key}={value}")]
        return self.engine.docker("ps", "--all", "--quiet", "--no-trunc", *wanted,
                                  check=True).stdout.strip()

    def start(self):
        """Builds and starts; returns the complaint of a container that ended badly."""
        if self.builds():
            self.compose("build", *self.builds())
        self.make_ready()
        self.compose("up", "--detach", "--no-build", *self.scene.starts)
        if not self.scene.ends:
            return ""
        code = self.engine.docker("wait", self.container(), check=True).stdout.strip()
        return "" if code == "0" else f"it ended with {code}: {self.log()}"

    def make_ready(self):
        """What the machine has beside the project; of what was built."""
        if not self._is_ready:
            self.scene.beside(self)
        self._is_ready = True

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
        done = in_network(self.engine, REQUEST,
                          json.dumps([url, body, headers or {}, patience]))
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


def in_network(engine, program, *words):
    """Runs a Python program where published ports are."""
    return subprocess.run(
        ["nsenter", "--net", "--target", str(engine.keeper.pid), "/usr/bin/python3", "-c",
         program, *words], stdin=subprocess.DEVNULL, text=True, capture_output=True,
        check=False, timeout=SECONDS)


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


def make_bare_image(project):
    """`user:` in the service, in place of what it says."""
    text = project.compose_file.read_text(encoding="utf-8")
    head, mark, tail = text.partition(f"  {project.scene.service}:\n")
    tail = re.sub(r"^    user: .*\n", "", tail, count=1, flags=re.MULTILINE)
    project.compose_file.write_text(f'{head}{mark}    user: "{UID}"\n{tail}',
                                    encoding="utf-8")


def oakum(options, project, verb, *words):
    """Runs oakum in a project, as whoever has that engine."""
    told = ["--images", project.known] if project.known else []
    return subprocess.run(
        [options.oakum, verb, *map(str, [*told, *words])], cwd=project.folder, text=True,
        env=project.engine.environment() | {"HOME": str(project.home)},
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
        timeout=OAKUM_SECONDS)


def ask(options, project, verb, *words):
    """oakum's JSON."""
    done = oakum(options, project, verb, "--format", "json", *words)
    if not done.stdout:
        raise RuntimeError(f"oakum {verb} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


# ---- the points of a scene; each gives a complaint or nothing ----

def works_as_root(engine, scene, _):
    """As it is committed."""
    with project_of(engine, scene, "root") as project:
        return project.job()


def fails_bare(engine, scene, options):
    """With a bare USER, as oakum foretold of the same files; or not at all."""
    with project_of(engine, scene, "bare") as project:
        make_bare(project)
        complaints = [] if options.engine_only else foretold(options, project, {"no"})
        return "\n".join(complaints + refused(project, options))


def fails_image(engine, scene, options):
    """With a bare `user:` over an image that cannot be built again. What lies in it
    oakum does not see, and then says maybe; never yes."""
    with project_of(engine, scene, "bare-image") as project:
        project.compose("build", *project.builds())
        project.make_ready()
        make_image_only(project)
        make_bare_image(project)
        complaints = ([] if options.engine_only
                      else foretold(options, project, {"no", "maybe"}))
        return "\n".join(complaints + refused(project, options))


def refused(project, options):
    """What does not fail as it must, once the project is started, or fails and `oakum why`
    has no cure for it."""
    complaints = []
    project.start()
    for denied in project.scene.denied:
        name = project.container()
        if denied.program:
            name = f"{project.name}-refused"
            log = project.compose("run", "--name", name, "--no-deps",
                                  project.scene.service, *denied.program, check=False)
            log = log.stdout + log.stderr
        else:
            log = project.wait_for(denied.says)
        if denied.says not in log:
            complaints.append(f"the log has no {denied.says!r}: {log[-1500:]}")
        elif not options.engine_only:
            complaints += explained(options, project, denied, log, name)
        if denied.program:
            project.engine.docker("rm", "--force", "--volumes", name)
    return complaints


def explained(options, project, denied, log, container):
    """What `oakum why` does not say of a log alone, of a log beside the project, and of a
    container that it asks the engine about."""
    complaints = []
    file = project.scratch / "container.log"
    file.write_text(log, encoding="utf-8")
    for words in ([file], [file, "-f", "compose.yaml"], [container],
                  [container, "-f", "compose.yaml"]):
        causes = ask(options, project, "why", *words)["causes"]
        path = causes[0]["path"] if causes else "no cause"
        if path != (denied.named or denied.path):
            complaints.append(f"oakum why {words}: {path}, not {denied.path}")
            continue
        cures = [cure["text"] for cure in causes[0]["cures"]]
        # Of a log alone nobody knows what is mounted where.
        if words != [file] and not any(re.search(denied.cure, cure) for cure in cures):
            complaints.append(f"oakum why {words}: no {denied.cure} in {cures}")
        if not cures:
            complaints.append(f"oakum why {words}: no cure")
    return complaints


def foretold(options, project, wanted):
    """Does `oakum can` say so of what will be refused?"""
    complaints = []
    service = project.scene.service
    for denied in project.scene.denied:
        said = ask(options, project, "can", "--user", UID, "--file", "compose.yaml",
                   "--", denied.path)
        answers = [w["paths"][0][denied.access] for w in said["workloads"]
                   if w["name"].endswith(":" + service)]
        if len(answers) != 1 or answers[0]["can"] not in wanted:
            complaints.append(f"oakum can {denied.path}: {denied.access} {answers}")
    return complaints


def does_fixed(engine, scene, options):
    """As oakum fixes it."""
    with project_of(engine, scene, "fixed") as project:
        if options.engine_only:
            return ""
        project.compose("build", *project.builds())
        project.make_ready()
        return fix(options, project) or seen_fixed(options, project)


def does_image(engine, scene, options):
    """The same with an image that cannot be built again."""
    with project_of(engine, scene, "image") as project:
        if options.engine_only:
            return ""
        project.compose("build", *project.builds())
        project.make_ready()
        make_image_only(project)
        return (fix(options, project) or fix(options, project) or
                foreign_volumes(project) or seen_fixed(options, project))


def foreign_volumes(project):
    """The volumes made for the project that compose would not take for its own."""
    listed = project.engine.docker("volume", "ls", "--quiet", "--filter",
                                   f"name=^{project.name}_", check=True).stdout.split()
    own = project.engine.docker(
        "volume", "ls", "--quiet", "--filter",
        f"label=com.docker.compose.project={project.name}", "--filter",
        "label=com.docker.compose.volume", check=True).stdout.split()
    return "".join(f"{name} has no labels of compose\n"
                   for name in listed if name not in own)


def make_image_only(project):
    """`image:` in place of `build:`, the program said in the compose file."""
    image, program = f"{project.name}_{project.scene.service}", None
    for line in project.dockerfile.read_text(encoding="utf-8").splitlines():
        if line.startswith("CMD"):
            program = line.removeprefix("CMD ")
    text = project.compose_file.read_text(encoding="utf-8")
    if project.scene.image:
        image = project.scene.image
        text = re.sub(r"^    image: " + image + "\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^( +)build:.*\n(?:\1 +.*\n)*",
                  rf"\g<1>image: {image}\n\g<1>command: {program}\n", text, count=1,
                  flags=re.MULTILINE)
    project.compose_file.write_text(text, encoding="utf-8")
    for name in ("Dockerfile", "run.sh"):
        (project.folder / name).unlink()
    project.known = project.scratch / "images.tsv"
    project.known.write_text("\t".join(knowledge.COLUMNS) + "\n" + "\t".join(
        (image, "*", "-", "0", "0", "/root", "?", "debian", "-", "-", "-", "-", "-", "-"))
        + "\n", encoding="ascii")


def fix(options, project):
    """Everything that oakum would do, done."""
    for words in (("fix", "--write", "--all", "."),
                  ("prepare", "--apply", "--recursive", "--engine", "rootful", ".")):
        done = oakum(options, project, *words)
        if done.returncode not in (0, 1):
            return f"oakum {' '.join(words)}: {done.returncode} {done.stderr}{done.stdout}"
    return ""


def seen_fixed(options, project):
    """What does not hold of a fixed project that is started now."""
    complaint = project.job()
    who = expected_uid(options, project)
    is_uid = project.compose("run", "--rm", "--no-deps", "--entrypoint", "id",
                             project.scene.service, "-u", check=False).stdout.strip()
    if who in (None, 0) or is_uid != str(who):
        complaint += f"it runs as {is_uid}, oakum says {who}\n"
    if project.scene.saves:
        complaint += said_of_file(project.folder / project.scene.saves, who)
    if complaint:
        complaint += (project.compose_file.read_text(encoding="utf-8")
                      + (project.dockerfile.read_text(encoding="utf-8")
                         if project.dockerfile.exists() else ""))
    return complaint


def expected_uid(options, project):
    """Who the service runs as, by `oakum audit`."""
    said = ask(options, project, "audit", "compose.yaml")
    return next((w["user"]["uid"] for i in said["inputs"] for w in i["workloads"]
                 if w["name"].endswith(":" + project.scene.service)), None)


def said_of_file(path, uid):
    """What a saved file is not: that uid's, and closed to others."""
    if not path.exists():
        return f"{path.name} is not there\n"
    owner = path.stat().st_uid
    complaint = "" if owner == uid else f"{path.name} belongs to {owner}, not {uid}\n"
    read = subprocess.run(
        ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
         "cat", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
        text=True)
    if read.returncode == 0 or "denied" not in read.stderr:
        complaint += f"others can read {path.name}: {read.stderr}\n"
    return complaint


POINTS = {"does its job as root": works_as_root,
          "fails with a bare USER": fails_bare,
          "fails with a bare user where the image cannot be built again": fails_image,
          "does its job as oakum fixes it": does_fixed,
          "does its job where the image cannot be built again": does_image}


def chosen(options):
    """The points that --only leaves, as (scene, name)."""
    return [(scene, name) for scene in SCENES for name in POINTS
            if re.search(options.only, f"scenes/{scene.name} {name}")]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def fetches():
    """What takes long to make, as functions of the cache."""
    return (scene_bases.root,
            lambda cache: scene_bases.wheels(cache, scene_table.requirements()))


def observe(engine, scene, names, options):
    """(name, complaint) of points of one scene, one after the other: they publish the
    same ports."""
    found = []
    for name in names:
        try:
            complaint = POINTS[name](engine, scene, options)
        except (RuntimeError, OSError, subprocess.SubprocessError, ValueError) as why:
            complaint = str(why) or repr(why)
        found.append((f"scene {scene.name} {name}", complaint))
    return found


def run(engine, cache, report, wanted, options):
    """Bases, then the points; nothing is worth keeping for --truth."""
    if not wanted:
        return {}
    try:
        scene_bases.prepare(engine, cache, scene_table.requirements())
    except (bases.BaseUnavailable, subprocess.SubprocessError) as why:
        for scene, name in wanted:
            report.point(True, f"scene {scene.name} {name}", skip=str(why))
        return {}
    in_network(engine, LOOPBACK)  # which nobody has brought up there
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(observe, engine, scene,
                               [name for s, name in wanted if s is scene], options)
                   for scene in SCENES]
        for future in waiting:
            for name, complaint in future.result():
                report.point(not complaint, name, [complaint] if complaint else ())
    return {}


def replay(report, wanted, _options, _saved):
    """What a container does cannot be kept."""
    for scene, name in wanted:
        report.point(True, f"scene {scene.name} {name}", skip="needs an engine")
