"""Does a service under the seccomp profile that oakum writes do its work, and no more?

What it is: the suite `filters` of live.py. A compose project is fixed with the objectives
no-root and no-others, and its service started by the private engine: it works, it runs
under a filter and no-new-privileges, and what the objectives forbid is refused inside. What
the rules say of `docker exec -u 0`, and of a profile without no-new-privileges, is held
against the same engine. One point a case.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import bases

SECONDS = 90
COMPOSE = "/usr/bin/docker-compose"
IMAGE = "local/debian:1"
NAME = "oakum-filters"
# umask(0) must not open what is made next, nor chmod what is there.
JOB = ("umask 027; echo work > /tmp/result; (umask 0; echo secret > /tmp/open); "
       "stat -c %a /tmp/open; chmod o+r /tmp/open || echo chmod refused; "
       "cp /tmp/result /tmp/copy && cat /tmp/copy; echo ready; exec sleep 300")
SERVICE = f"""services:
  job:
    image: {IMAGE}
    container_name: {NAME}
    user: "1777:1777"
    network_mode: none
    command: ["sh", "-c", "{JOB}"]
  other:
    image: {IMAGE}
    user: "1778:1778"
    network_mode: none
    command: ["true"]
"""
SETUID_0 = ["perl", "-e", "print syscall(105, 0) == 0 ? 'root' : 'errno ' . ($! + 0)"]
# Refuses 0 and nothing else: without no-new-privileges the engine's own calls pass.
ROOT_ALONE = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{
    "names": ["setuid", "setgid"], "action": "SCMP_ACT_ERRNO",
    "args": [{"index": 0, "value": 0xffffffff, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}]}
NOT_PERMITTED = re.compile(r"operation not permitted", re.IGNORECASE)


class Bed:
    """A folder with a project in it, the engine that runs it, the oakum that is asked."""

    def __init__(self, engine, oakum, folder):
        self.engine, self.folder = engine, pathlib.Path(folder, "project")
        self.oakum = os.path.abspath(oakum)
        self.folder.mkdir()

    def ask(self, *words):
        """oakum in the folder; its output."""
        done = subprocess.run([self.oakum, *words], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=SECONDS, env={"HOME": "/root", "PATH": "/usr/bin"})
        assert done.returncode in (0, 1), f"oakum {words}: {done.stderr}"
        return done.stdout

    def ask_of_containers(self, *words):
        """Exit status and output of oakum, which asks this engine for a container."""
        keeper = self.engine.keeper.pid
        children = pathlib.Path(f"/proc/{keeper}/task/{keeper}/children").read_text("ascii")
        done = {}
        # The engine counts processes in a namespace of its own.
        for place, enter in (("there", ["nsenter", "-t", children.split()[0], "-p", "-m"]),
                             ("elsewhere", [])):
            done[place] = subprocess.run(
                [*enter, self.oakum, *words], cwd=self.folder, text=True, check=False,
                env=self.engine.environment(), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=SECONDS)
        return done["there"], done["elsewhere"]

    def rules(self, *words):
        """The rules that speak."""
        report = json.loads(self.ask("audit", "--format", "json", *words))
        return {finding["rule"] for finding in report["findings"]}

    def compose(self, *words):
        """docker-compose in the folder."""
        done = subprocess.run([COMPOSE, "--ansi", "never", *words], cwd=self.folder,
                              env=self.engine.environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=SECONDS)
        assert done.returncode == 0, f"docker-compose {words}: {done.stderr}"

    def start(self, profile, *options):
        """A container that waits, under a profile; what the client said."""
        self.remove()
        return self.engine.docker(
            "run", "--detach", "--name", NAME, "--network", "none", "--user", "1777:1777",
            "--cap-drop", "ALL", "--security-opt", f"seccomp={self.folder / profile}",
            *options, IMAGE, "sleep", "300")

    def inside(self, *words, user=None):
        """A command in the container."""
        return self.engine.docker("exec", *(("-u", user) if user else ()), NAME, *words)

    def remove(self):
        """The container is gone."""
        self.engine.docker("rm", "--force", NAME)

    def logs(self, last):
        """What the container has said, once its last word is there."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            done = self.engine.docker("logs", NAME)
            if last in done.stdout:
                return done.stdout + done.stderr
            time.sleep(0.2)
        raise AssertionError(f"no '{last}' in: {done.stdout}{done.stderr}")


def status_of(bed, pid):
    """A process of the container, as the kernel describes it."""
    done = bed.inside("cat", f"/proc/{pid}/status")
    assert done.returncode == 0, done.stderr
    return dict(line.split(":\t", 1) for line in done.stdout.splitlines() if ":\t" in line)


def fixed_project(bed):
    """The project as `oakum fix` leaves it."""
    (bed.folder / "compose.yaml").write_text(SERVICE, encoding="ascii")
    bed.ask("fix", "--seccomp", "no-root,no-others", "--write", "--all", "compose.yaml")
    assert (bed.folder / "seccomp/oakum.json").is_file(), "no profile was written"


# ---- the cases ----


def case_fixed_service(bed):
    """It works under the profile; what the objectives forbid is refused."""
    fixed_project(bed)
    text = (bed.folder / "compose.yaml").read_text(encoding="ascii")
    assert text.count("*oakum-seccomp") == 2, f"no anchor for both services: {text}"
    bed.compose("up", "--detach")
    said = bed.logs("ready")
    assert said.splitlines()[0] == "640", f"umask 0 opened a file: {said}"
    assert "chmod refused" in said, f"chmod o+r was permitted: {said}"
    assert "work" in said, f"the job did not do its work: {said}"
    status = status_of(bed, 1)
    assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1"), status
    assert int(status["CapBnd"], 16) == 0, status


def case_root_inside(bed):
    """Who got in as root cannot call setuid(0) under the filter."""
    fixed_project(bed)
    bed.compose("up", "--detach")
    bed.logs("ready")
    done = bed.inside(*SETUID_0, user="0")
    # EACCES: what answers as the default does, engines leave out of a profile.
    assert done.stdout in ("errno 1", "errno 13"), f"{done.stdout}{done.stderr}"


def case_exec_as_root(bed):
    """With no-new-privileges `exec -u 0` works, and without it is refused: as the rule says."""
    (bed.folder / "p.json").write_text(json.dumps(ROOT_ALONE), encoding="ascii")
    for options, wanted in ((("--security-opt", "no-new-privileges"), True), ((), False)):
        line = " ".join(["docker run --user 1777:1777 --security-opt seccomp=p.json",
                         *options, IMAGE])
        assert ("exec-root-despite-profile" in bed.rules("--run", line)) == wanted, line
        done = bed.start("p.json", *options)
        assert done.returncode == 0, done.stderr
        done = bed.inside("id", "-u", user="0")
        if wanted:
            assert done.stdout.strip() == "0", f"exec was refused: {done.stderr}"
        else:
            assert done.returncode != 0 and NOT_PERMITTED.search(
                done.stdout + done.stderr), f"exec became root: {done.stdout}{done.stderr}"


def case_without_no_new_privileges(bed):
    """The engine's own setgroups is refused, and the rule has said so."""
    bed.ask("seccomp", "make", "--objective", "no-root", "-o", "p.json")
    line = f"docker run --user 1777:1777 --security-opt seccomp=p.json {IMAGE}"
    assert "seccomp-profile-vs-entrypoint" in bed.rules("--run", line)
    done = bed.start("p.json")
    assert done.returncode != 0 and NOT_PERMITTED.search(done.stderr), \
        f"it started: {done.stdout}{done.stderr}"
    done = bed.start("p.json", "--security-opt", "no-new-privileges")
    assert done.returncode == 0, done.stderr


def case_container_by_name(bed):
    """The filter of a running container is what its profile says, and is that of no other
    process, though a number may be."""
    bed.ask("seccomp", "make", "-o", "p.json")
    done = bed.start("p.json", "--security-opt", "no-new-privileges")
    assert done.returncode == 0, done.stderr
    there, elsewhere = bed.ask_of_containers("seccomp", "diff", NAME, bed.folder / "p.json")
    assert (there.returncode, there.stdout[:5]) == (0, "equal"), there.stdout + there.stderr
    assert elsewhere.returncode == 3 and "is another one here" in elsewhere.stderr, \
        elsewhere.stdout + elsewhere.stderr
    there, _ = bed.ask_of_containers("seccomp", "prove", NAME)
    assert there.returncode == 0 and "no-root: holds" in there.stdout, \
        there.stdout + there.stderr


CASES = {name[len("case_"):].replace("_", "-"): case
         for name, case in sorted(globals().items()) if name.startswith("case_")}


# ---- the suite ----


def chosen(options):
    """The names that --only leaves."""
    return [name for name in CASES if re.search(options.only, "filters/" + name)]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def _skip_all(report, wanted, why):
    for name in wanted:
        report.point(True, "filters " + name, skip=why)
    return {"cases": []}


def _check(engine, report, options, name):
    with tempfile.TemporaryDirectory(prefix="oakum-filters.") as folder:
        bed = Bed(engine, options.oakum, folder)
        try:
            CASES[name](bed)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as why:
            report.point(False, "filters " + name, [str(why) or repr(why)])
        else:
            report.point(True, "filters " + name)
        finally:
            bed.remove()


def run(engine, cache, report, wanted, options):
    """Every case, one after the other: they share a name."""
    if not wanted or options.engine_only:
        return _skip_all(report, wanted, "it asks oakum")
    lacking = bases.prepare(engine, cache, {"debian"})
    if lacking:
        return _skip_all(report, wanted, lacking["debian"])
    for name in wanted:
        _check(engine, report, options, name)
    return {"cases": []}


def replay(report, wanted, _options, _saved):
    """Nothing that can be kept: the kernel itself is asked."""
    _skip_all(report, wanted, "it asks the kernel, so it needs an engine")
