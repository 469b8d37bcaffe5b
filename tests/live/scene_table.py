"""The scenarios of examples/scenarios, and how one sees that each does its job.

What it is: a row a scenario: which services of its compose.yaml are started, what the
machine has beside the project (a model, a hub), what is asked of the running containers,
and what a bare `USER 1777` breaks: the words of the log, and the path and the kind of
access that oakum must have foretold.

Invariants: a job returns nothing when it is done, else a complaint; it looks at what came
out, never at how.
"""

import dataclasses
import json
import pathlib
import typing

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE.parents[1] / "examples/scenarios"
ROWS = [[0.0] * 64, [8.0] * 64]
MODEL = r"""
import joblib, numpy
from sklearn.dummy import DummyClassifier
joblib.dump(DummyClassifier(strategy="constant", constant=7).fit(
    numpy.zeros((2, 64)), [7, 7]), "/out/model.joblib")
"""


@dataclasses.dataclass(frozen=True)
class Denied:
    """One thing that a bare uid is refused."""
    path: str
    access: str  # as of `oakum can`: read, write, make
    says: str    # in the log of the container
    cure: str    # a pattern: what `oakum why` says to write or to do
    program: tuple = ()  # what is started instead, to get that far
    named: str = ""  # the path as the log has it, where that is another one


@dataclasses.dataclass(frozen=True)
class Scene:
    """One scenario."""
    name: str
    service: str  # the one that this is about
    starts: tuple  # services; those that end by themselves are waited for
    job: typing.Callable  # of a scenes.Project that was started
    denied: tuple
    ends: bool = False  # the job is done when the container ends
    beside: typing.Callable = lambda project: None  # before it is started
    services: dict = dataclasses.field(default_factory=dict)  # laid over compose.yaml
    image: str = ""  # what compose.yaml calls what it builds
    saves: str = ""  # a file of the host, relative, that the job leaves there

    @property
    def folder(self):
        """What is committed."""
        return SCENARIOS / self.name / "before"


# ---- serve ----

def _model_of_root(project):
    """A model that was copied to the host as root with mode 0600."""
    folder = project.folder / "model"
    project.engine.docker(
        "run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "python",
        "--volume", f"{folder}:/out", project.image(), "-c", MODEL, check=True)
    (folder / "model.joblib").chmod(0o600)


def _answers(project):
    token = {"token": "gX4mT9wLq2", "Content-Type": "application/json"}
    for port in (8000, 80):
        answer = project.request(f"http://127.0.0.1:{port}/predict", {"rows": ROWS}, token)
        if answer != {"values": [7, 7]}:
            return f"port {port} answers {answer}"
    return ""


# ---- pipeline ----

def _features(project):
    said = project.compose("run", "--rm", "check", check=False)
    if said.returncode != 0 or "24.0" not in said.stdout:
        return "check says: " + (said.stdout + said.stderr)[-600:]
    return ""


# ---- library ----

def _judged(project):
    base = "http://127.0.0.1:7860/texts"
    kind = {"Content-Type": "application/json"}
    key = project.request(base, {"text": "a lovely day"}, kind)
    if not isinstance(key, dict) or "key" not in key:
        return f"the api answers {key}"
    answer = project.request(f"{base}/{key['key']}")
    if not isinstance(answer, dict) or answer.get("label") != "POSITIVE":
        return f"the worker answers {answer}"
    return ""


def _hub(project):
    (project.scratch / "hub.py").write_text((HERE / "scene_hub.py").read_text())
    (pathlib.Path(project.home) / ".netrc").write_text("")


# ---- train ----

def _saved(project):
    model = project.folder / "models/model.joblib"
    if not model.exists() or model.stat().st_size < 1000:
        return "no model was saved"
    return ""


SCENES = (
    Scene("serve", "api", ("api", "proxy"), _answers, beside=_model_of_root,
          image="scores-api", denied=(
        Denied("/app/model/model.joblib", "read",
               "PermissionError: [Errno 13] Permission denied: "
               "'/app/model/model.joblib'",
               r"chown 1777:1777 \S*\bmodel/model\.joblib\b"),)),
    Scene("pipeline", "features", ("features",), _features, ends=True,
          services={"features": {"privileged": False}}, denied=(
              Denied("/data/out/features.parquet", "write",
                     "PermissionError: [Errno 13] Permission denied: "
                     "'/data/out/features.parquet'",
                     r"--volume pipeline-bare(-image)?_features:/v .*1777:1777"),)),
    Scene("library", "app", ("app", "queue", "hub"), _judged, beside=_hub,
          services={
              "app": {"environment": {"HF_ENDPOINT": "http://localhost:9000"},
                      "volumes": ["$HUB:/hub.py:ro"]},
              "hub": {"image": "scene/python:1", "network_mode": "service:app",
                      "command": ["python", "/hub.py"], "volumes": ["$HUB:/hub.py:ro"]}},
          denied=(
              Denied("/srv/supervisord.log", "write",
                     "PermissionError: [Errno 13] Permission denied: "
                     "'/srv/supervisord.log'", "`logfile=/dev/null`"),
              Denied("/root/.cache/huggingface", "make",
                     "[Errno 13] Permission denied: '/root/.cache",
                     "HF_HOME=/home/app/",
                     ("sh", "-c", "python /hub.py & until python -c 'import socket; "
                      "socket.create_connection((\"localhost\", 9000))' 2>/dev/null; "
                      "do sleep 1; done; exec python worker.py"),
                     "/root/.cache"))),
    Scene("train", "train", ("train",), _saved, ends=True,
          services={"train": {"privileged": False}}, saves="models/model.joblib", denied=(
              Denied("/app/models/model.joblib", "write",
                     "PermissionError: [Errno 13] Permission denied: "
                     "'/app/models/model.joblib'",
                     r"install -d -o 1777 -g 1777 -m 0750 \S*\bmodels$"),)),
)


def requirements():
    """What the scenarios want of PyPI."""
    return [path.read_text(encoding="utf-8")
            for path in sorted(SCENARIOS.glob("*/before/requirements.txt"))]


def overlay(scene, project):
    """compose.yaml of what this machine needs besides: builds have no network, and a
    machine that has not all capabilities itself cannot give them."""
    services = json.loads(json.dumps(scene.services).replace(
        "$HUB", str(project.scratch / "hub.py")))
    for name in project.builds():
        services.setdefault(name, {})["build"] = {"network": "none"}
    return json.dumps({"version": "3.8", "services": services}, indent=1)
