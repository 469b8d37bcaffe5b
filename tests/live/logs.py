"""Why did it fail? Containers that fail are made, and oakum is asked for the reason.

What it is: the suite `logs` of live.py. The images of log_cases.py are built and started
with a real engine; each fails. `oakum why CONTAINER -f Dockerfile` asks that engine
itself, and its first cause is held against the case: cause, path, who it was, and that
the model of the Dockerfile says the same. One point a container.
"""

import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import tempfile

import bases
import log_cases

OAKUM_SECONDS = 60
RUN_SECONDS = 120


def root(cache):
    """The file system of all cases, as a tar file."""
    command = bases.debootstrap(log_cases.PACKAGES)
    return cache.get(
        "logs", ".tar", " ".join([*command, bases.DEBIAN_SOURCE]),
        lambda out: bases.run([*command, "--format=tar", bases.DEBIAN_SUITE, out,
                               bases.DEBIAN_SOURCE]))


def prepare(engine, cache):
    """Makes the base known to the engine; raises bases.BaseUnavailable."""
    tar = root(cache)
    mark = "logs/made:" + tar.stem[-16:]
    if engine.docker("image", "inspect", mark).returncode != 0:
        engine.docker("import", tar, mark, check=True)
    # Other suites may give that name to a base of theirs.
    engine.docker("tag", mark, log_cases.BASE, check=True)


def fail(engine, case, folder):
    """Builds and starts the case's container; a complaint where that is impossible."""
    name = "logs-" + case.name
    host = pathlib.Path(folder, "host")
    host.mkdir()
    host.joinpath("secret").write_text("x\n")
    host.joinpath("secret").chmod(0o600)
    host.chmod(0o755)
    pathlib.Path(folder, "Dockerfile").write_text(case.dockerfile)
    done = engine.docker("build", "--quiet", "--network", "none", "--tag", name, folder,
                         buildkit=False)
    if done.returncode != 0:
        return "the image does not build: " + done.stderr.strip()[-300:]
    engine.docker("rm", "--force", name)
    options = [option.format(host=host) for option in case.options]
    try:
        done = engine.docker("run", "--name", name, "--network", "none", *options, name,
                             timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        engine.docker("kill", name)
        return "it does not end"
    return "" if done.returncode != 0 or case.name == "redis" else "it does not fail"


def ask_oakum(program, engine, case, folder):
    """The answer as JSON, or a complaint."""
    environment = dict(engine.environment(), OAKUM_DOCKER="/usr/bin/docker")
    done = subprocess.run(
        [program, "why", "logs-" + case.name, "--format", "json", "-f",
         str(pathlib.Path(folder, "Dockerfile"))],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=OAKUM_SECONDS)
    if done.returncode not in (0, 1):
        return f"oakum ended with {done.returncode}: {done.stderr.strip()}"
    return json.loads(done.stdout)


def judge(case, answer):
    """What is wrong with the answer, as a list of phrases."""
    if not answer["causes"]:
        return ["no cause was found", *(s["text"] for s in answer["suspects"])]
    first = answer["causes"][0]
    wrong = []
    if first["cause"] not in case.causes:
        wrong.append(f"the cause is {' or '.join(case.causes)}, oakum says "
                     f"{first['cause']}")
    said = first["path"] or ""
    if case.path and not fnmatch.fnmatchcase(said, case.path):
        wrong.append(f"the path is {case.path}, oakum says {said}")
    if case.by and first["by"] != case.by:
        wrong.append(f"{case.by} failed, oakum says {first['by']}")
    if case.agrees and " says the same" not in (first["evidence"] or ""):
        wrong.append(f"the model should say the same, it says {first['evidence']}")
    return wrong


def _last_lines(engine, case):
    done = engine.docker("logs", "--tail", "12", "logs-" + case.name)
    return (done.stdout + done.stderr).splitlines()


def check_case(engine, case, options):
    """What is wrong with a case."""
    with tempfile.TemporaryDirectory(prefix="oakum-logs.") as folder:
        os.chmod(folder, 0o755)
        complaint = fail(engine, case, folder)
        if complaint:
            wrong = [complaint]
        elif options.engine_only:
            wrong = []
        else:
            answer = ask_oakum(options.oakum, engine, case, folder)
            wrong = [answer] if isinstance(answer, str) else judge(case, answer)
        if wrong:
            wrong += _last_lines(engine, case)
        engine.docker("rm", "--force", "--volumes", "logs-" + case.name)
    return wrong


def chosen(options):
    """The cases that --only leaves."""
    return [case for case in log_cases.CASES
            if re.search(options.only, "logs/" + case.name)]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def run(engine, cache, report, wanted, options):
    """Base, containers, answers."""
    if not wanted:
        return {}
    try:
        prepare(engine, cache)
    except bases.BaseUnavailable as why:
        for number in range(count(wanted)):
            report.point(True, f"logs {number}", skip=str(why))
        return {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        checked = pool.map(lambda case: check_case(engine, case, options), wanted)
        for case, wrong in zip(wanted, checked):
            report.point(not wrong, "logs " + case.name, wrong)
    # Not each behind its case: docker 20.10 takes a layer away that a build beside it
    # has just found in its cache.
    engine.docker("rmi", "--force", *("logs-" + case.name for case in wanted))
    return {}


def fetches():
    """What takes long to make, as functions of the cache."""
    return (root,)


def replay(report, wanted, options, saved):
    """An engine must be there to be asked."""
    for number in range(count(wanted)):
        report.point(True, f"logs {number}", skip="needs the engine itself")
