"""What the engine makes of projects and lines: the only source of expectations.

What it is: docker-compose and a shell with a `docker` of its own make containers;
docker inspect says what they are. A case that starts runs the probe, which says who it
is and what it may do.

Invariants: only what was observed is kept; names that differ from run to run (the
folder, ids, a project's prefix) are replaced by ones that do not. Containers are made
side by side and removed together.

    plain = run_truth.plain(engine, "image:1")
    for name, truth in run_truth.observe(engine, plain["id"], projects, lines, jobs): ...
"""

import concurrent.futures
import json
import pathlib
import subprocess
import tempfile

COMPOSE = "/usr/bin/docker-compose"
BASH = "/bin/bash"
SECONDS = 120
PLAIN_NAME = "oakum-plain"  # a container that cases may join
CONFIG = ("User", "Env", "Entrypoint", "Cmd", "WorkingDir", "Image", "Labels", "Hostname",
          "Domainname", "Tty", "OpenStdin", "ExposedPorts", "Volumes")

BEYOND = "unable to apply caps: operation not permitted"

# `docker` of a line's shell: run makes a container and starts none, unless it must. The
# id goes to $CIDFILE; everything else is the real client's.
SHELL = r"""
docker() {
    local global=()
    while [[ $1 == -* ]]; do
        global+=("$1" "$2")
        shift 2
    done
    [ "$1" != container ] || shift
    case $1 in
    run|create) shift ;;
    *) command docker "${global[@]}" "$@"; return ;;
    esac
    if [ -n "$STARTS" ]; then
        command docker "${global[@]}" run --cidfile "$CIDFILE" "$@"
    else
        command docker "${global[@]}" create --cidfile "$CIDFILE" "$@"
    fi
}
sudo() { "$@"; }
"""


class Refused(Exception):
    """The engine, or docker-compose, did not take a case; the text is its last words."""


def last_words(done):
    """The end of what a client said."""
    lines = [line.strip() for line in (done.stdout + "\n" + done.stderr).splitlines()
             if line.strip()]
    return " | ".join(lines[-3:])[-500:]


def kept(facts, folder):
    """What is kept of docker inspect, with the case's folder as $DIR."""
    text = json.dumps({
        "name": facts["Name"].lstrip("/"),
        "config": {key: facts["Config"].get(key) for key in CONFIG},
        "host": facts["HostConfig"],
        "mounts": facts["Mounts"],
        "networks": sorted(facts["NetworkSettings"]["Networks"] or {}),
    }, sort_keys=True)
    return json.loads(text.replace(str(folder), "$DIR"))


def inspect(engine, ids):
    """docker inspect of several containers."""
    return json.loads(engine.docker("inspect", *ids, check=True).stdout)


def probe_of(engine, container):
    """What the probe said in a container that was started; None where this machine
    itself has not the capabilities that the container is to have."""
    engine.docker("wait", container, check=True)
    error = engine.docker("inspect", "--format", "{{.State.Error}}", container,
                          check=True).stdout.strip()
    if error and BEYOND not in error:
        raise Refused(error)
    if error:
        return None
    said = engine.docker("logs", container, check=True).stdout.strip().splitlines()
    try:
        return json.loads(said[-1])
    except (IndexError, ValueError):
        raise Refused(f"the probe said {said}") from None


def compose(engine, folder, project, *words):
    """Runs docker-compose in a project's folder."""
    environment = engine.environment() | dict(project.variables)
    environment |= {"HOME": str(folder / "home"), "COMPOSE_PROJECT_NAME": project.name}
    done = subprocess.run(
        [COMPOSE, "--ansi", "never", *project.words, *project.engine_words, *words],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False, text=True,
        errors="replace", capture_output=True, timeout=SECONDS)
    if done.returncode != 0:
        raise Refused(last_words(done))


def with_names(fact, names):
    """Replaces ids of containers by the names of their services."""
    text = json.dumps(fact)
    for container, service in names.items():
        text = text.replace(container, service)
    return json.loads(text)


def observe_project(engine, project):
    """{case name: what is kept, or {"refused": why}} of the services of a project."""
    with tempfile.TemporaryDirectory(prefix="oakum-run.") as made:
        folder = pathlib.Path(made)
        project.write(folder)
        try:
            if project.runs_first:
                compose(engine, folder, project, "up", "--detach", "--build", *project.runs_first)
            # Images of an earlier run may be there under the same names.
            compose(engine, folder, project, "up", "--no-start", "--build")
            return _services(engine, folder, project)
        except (Refused, RuntimeError, subprocess.TimeoutExpired) as why:
            return {project.case_name(service): {"refused": str(why)}
                    for service in project.services}


def _services(engine, folder, project):
    ids = engine.docker("ps", "--all", "--quiet", "--no-trunc", "--filter",
                        f"label=com.docker.compose.project={project.name}",
                        check=True).stdout.split()
    facts = inspect(engine, ids)
    label = "com.docker.compose.service"
    names = {fact["Id"]: fact["Config"]["Labels"][label] for fact in facts}
    starting = [fact["Id"] for fact in facts if names[fact["Id"]] in project.starts]
    if starting:
        engine.docker("start", *starting)  # what fails is asked for one by one
    truths = {}
    for fact in facts:
        truth = with_names(kept(fact, folder), names)
        if fact["Id"] in starting:
            truth["probe"] = probe_of(engine, fact["Id"])
        truths[project.case_name(names[fact["Id"]])] = truth
    return truths


def observe_line(engine, line):
    """{case name: what is kept, or {"refused": why}} of a line."""
    with tempfile.TemporaryDirectory(prefix="oakum-run.") as made:
        folder = pathlib.Path(made)
        line.write(folder)
        try:
            return {line.case_name: _container(engine, folder, line)}
        except (Refused, RuntimeError, subprocess.TimeoutExpired) as why:
            return {line.case_name: {"refused": str(why)}}


def _container(engine, folder, line):
    environment = engine.environment() | {
        "HOME": str(folder / "home"), "CIDFILE": str(folder / "cid"),
        "STARTS": "yes" if line.starts else "", "FROM_SHELL": "from-shell"}
    done = subprocess.run(
        [BASH, "-c", SHELL + line.text], cwd=folder, env=environment, text=True,
        stdin=subprocess.DEVNULL, check=False, errors="replace", capture_output=True,
        timeout=SECONDS)
    failed = done.returncode != 0 and BEYOND not in done.stderr
    if failed or not (folder / "cid").exists():
        raise Refused(last_words(done))
    container = (folder / "cid").read_text(encoding="ascii")
    truth = kept(inspect(engine, [container])[0], folder)
    if line.starts:
        truth["probe"] = probe_of(engine, container)
    return truth


def prepare(engine):
    """What projects call external."""
    engine.docker("volume", "create", "oakum-outside", check=True)


def clear(engine):
    """Removes every container, network and volume: the data root is ours alone."""
    ids = engine.docker("ps", "--all", "--quiet", check=True).stdout.split()
    if ids:
        engine.docker("rm", "--force", "--volumes", *ids)
    engine.docker("network", "prune", "--force")
    volumes = engine.docker("volume", "ls", "--quiet", check=True).stdout.split()
    if volumes:
        engine.docker("volume", "rm", "--force", *volumes)


def plain(engine, reference):
    """A container about which nothing was said: what stands there is the default."""
    made = engine.docker("create", "--name", PLAIN_NAME, reference, check=True).stdout.strip()
    return kept(inspect(engine, [made])[0], "/nowhere") | {"id": made}


def variables_of(engine, reference):
    """ENV of an image, which a container of it has without anybody's saying so."""
    return json.loads(engine.docker("image", "inspect", "--format", "{{json .Config.Env}}",
                                    reference, check=True).stdout) or []


def observe(engine, plain_id, projects, lines, jobs):
    """(case name, truth) of everything, as it comes."""
    prepare(engine)
    try:
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            waiting = [pool.submit(observe_project, engine, p) for p in projects]
            waiting += [pool.submit(observe_line, engine, line) for line in lines]
            for future in waiting:
                for name, truth in future.result().items():
                    yield name, with_names(truth, {plain_id: PLAIN_NAME})
    finally:
        clear(engine)
