"""Compose projects and run lines, made of the tables.

What it is: projects and command lines; every container that comes of them is a case, and
the engine gives its answer. A fragment is what stands under a service; a dozen of them
share a project, so that docker-compose is started seldom.

Invariants: the list is the same in every run; no case says what the answer is. What
docker-compose 1.29 does otherwise than version 2, as documented, is not here: the README
lists it.

    for project in runs.projects(): project.write(folder)
    for line in runs.lines(): print(line.text)
"""

import dataclasses
import pathlib
import random
import textwrap

from run_tables import (DOTENV, FILES, FRAGMENTS, NAMED, OPTIONS, PLAIN, RUNS_FIRST, SHELL,
                        TOGETHER, TOP, UNKNOWABLE, WHOLE)

SERVICES_A_PROJECT = 12
MIXTURES = 48  # of services, and of lines


@dataclasses.dataclass(frozen=True)
class Project:
    """One call of docker-compose. `services` are the cases: those that have a container
    afterwards. `unknowable`: {service: keys of which the input cannot say more}."""
    name: str
    files: tuple  # of (path, text)
    services: tuple
    words: tuple = ()  # for docker-compose and for oakum: -f, --env-file
    engine_words: tuple = ()  # for docker-compose alone
    variables: tuple = ()  # of (name, value), in the environment of both
    starts: frozenset = frozenset()
    runs_first: tuple = ()  # services that docker-compose starts before it makes all
    unknowable: tuple = ()

    def write(self, folder):
        """Fills a folder."""
        write(folder, {**FILES, **dict(self.files)})

    def case_name(self, service):
        """Of the test point."""
        return f"compose/{self.name}/{service}"


@dataclasses.dataclass(frozen=True)
class Line:
    """A command line, or a script that holds one; exactly one container comes of it."""
    name: str
    text: str
    is_script: bool = False
    starts: bool = False
    unknowable: frozenset = frozenset()

    def write(self, folder):
        """Fills a folder."""
        write(folder, {**FILES, "run.sh": f"#!/bin/sh\n{self.text}\n"})

    @property
    def case_name(self):
        """Of the test point."""
        return f"line/{self.name}"


def write(folder, files):
    """The files of a case, with their folders."""
    for name, text in files.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# --- One fragment a service --------------------------------------------------------------

def _service(name, text):
    """The lines of one service."""
    lines = [] if "image:" in text or "build:" in text else [f"image: {PLAIN}"]
    lines += text.splitlines()
    return f"  {name}:\n" + textwrap.indent("\n".join(lines), "    ") + "\n"


def _groups():
    """Names of fragments, a list a project: those of TOGETHER, then the others."""
    names = {key.lstrip("*"): key for key in FRAGMENTS}
    bound = [name for group in TOGETHER for name in group]
    loose = [name for name in names if name not in bound]
    groups = [list(group) for group in TOGETHER]
    groups += [loose[i:i + SERVICES_A_PROJECT]
               for i in range(0, len(loose), SERVICES_A_PROJECT)]
    return [[names[name] for name in group] for group in groups]


def _fragment_projects():
    for number, group in enumerate(_groups(), 1):
        services = tuple(key.lstrip("*") for key in group)
        starts = frozenset(key.lstrip("*") for key in group if key.startswith("*"))
        text = "services:\n" + "".join(
            _service(key.lstrip("*"), FRAGMENTS[key]) for key in group)
        yield Project(f"fragments-{number}", (("compose.yaml", text + TOP),
                                              (".env", DOTENV)),
                      services, variables=SHELL, starts=starts,
                      runs_first=tuple(name for name in services if name in RUNS_FIRST),
                      unknowable=tuple((name, UNKNOWABLE[name]) for name in services
                                       if name in UNKNOWABLE))


# --- Mixtures ----------------------------------------------------------------------------

def _keys(text):
    """The keys of a service that a fragment says."""
    return {line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()}


def _may_mix(key):
    """Not what starts, what others name, or what needs something beside it."""
    name = key.lstrip("*")
    bound = {one for group in TOGETHER for one in group} | RUNS_FIRST | set(UNKNOWABLE)
    return name not in bound and not name.startswith(("gpu", "flag-oom", "net-", "name"))


def _mixture(number, table, conflicts):
    """Some entries of a table that do not get into each other's way."""
    dice = random.Random(f"mixture {number}")
    mixed, taken = [], set()
    for key in dice.sample(sorted(filter(_may_mix, table)), k=24):
        claims = conflicts(key, table[key])
        if not claims & taken:
            mixed.append(key)
            taken |= claims
    return mixed[:dice.randint(3, 7)]


def _service_claims(key, text):
    keys = _keys(text)
    image = {"image"} if keys & {"image", "build"} else set()
    return keys | image | {"of " + key.lstrip("*").split("-", maxsplit=1)[0]}


def _mixed_projects():
    for first in range(0, MIXTURES, SERVICES_A_PROJECT):
        numbers = range(first, min(first + SERVICES_A_PROJECT, MIXTURES))
        text = "services:\n" + "".join(
            _service(f"mixture-{number}", "\n".join(
                FRAGMENTS[key] for key in _mixture(number, FRAGMENTS, _service_claims)))
            for number in numbers)
        yield Project(f"mixtures-{first}", (("compose.yaml", text + TOP),
                                            (".env", DOTENV)),
                      tuple(f"mixture-{number}" for number in numbers), variables=SHELL)


# --- Whole projects ----------------------------------------------------------------------

def _whole_projects():
    anchors = f"""\
x-base: &base
  image: {PLAIN}
  cap_drop: [ALL]
  environment: &env
    A: one
    B: two
x-more: &more
  read_only: true
  environment:
    <<: *env
    B: more
services:
  alias:
    <<: *base
  hidden:
    <<: *base
    cap_drop: [MKNOD]
  several:
    <<: [*more, *base]
    security_opt: &opts
      - no-new-privileges:true
  list:
    <<: *base
    security_opt: *opts
    environment:
      <<: *env
      C: three
"""
    yield Project("anchors", (("compose.yaml", anchors),),
                  ("alias", "hidden", "several", "list"))
    yield _override()
    yield Project("override-found", (("docker-compose.yml", f"""\
services:
  app:
    image: {PLAIN}
    user: svc
    privileged: true
"""), ("docker-compose.override.yml", """\
services:
  app:
    user: app
    privileged: false
    cap_drop: [ALL]
""")), ("app",))
    yield Project("other-folder", (("deploy/compose.yaml", f"""\
services:
  app:
    image: {PLAIN}
    user: "${{RUN_UID}}"
    env_file: app.env
    volumes:
      - ./state:/state
      - ../data:/data:ro
  built:
    build: ../app
"""), ("deploy/app.env", "A=deploy\n"), ("deploy/state/x", "x\n"),
        ("deploy/.env", "RUN_UID=1500\n")), ("app", "built"),
                  words=("-f", "deploy/compose.yaml"))
    yield Project("old-layout", (("docker-compose.yml", f"""\
app:
  image: {PLAIN}
  user: svc
  ports:
    - "8700:80"
  volumes:
    - ./data:/data
  environment:
    - A=1
other:
  image: {NAMED}
  privileged: true
"""),), ("app", "other"))
    yield _extends()
    yield Project("profiles", (("compose.yaml", f"""\
services:
  always:
    image: {PLAIN}
  debug:
    image: {PLAIN}
    profiles: [debug, test]
    privileged: true
"""),), ("always", "debug"), engine_words=("--profile", "debug"))
    yield Project("dotenv", (("compose.yaml", f"""\
services:
  app:
    image: ${{REPO}}/run-name:${{TAG:-1}}
    user: "${{RUN_UID}}:${{RUN_GID}}"
    privileged: ${{PRIV}}
    cap_add:
      - ${{CAP}}
    volumes:
      - "${{WHERE}}/x:/x:${{MODE:-ro}}"
    environment:
      QUOTED: ${{QUOTED}}
      SINGLE: ${{SINGLE}}
      SPACED: ${{SPACED}}
"""), (".env", """\
# what this machine has
REPO=local
RUN_UID=1500
RUN_GID=1601
PRIV=false
CAP=SYS_NICE
WHERE=./data
QUOTED="two words"
SINGLE='a # b'
export SPACED=yes
""")), ("app",))
    yield Project("env-file-option", (("compose.yaml", f"""\
services:
  app:
    image: {PLAIN}
    user: ${{RUN_UID:-7}}
"""), ("prod.env", "RUN_UID=1500\n"), (".env", "RUN_UID=1501\n")),
                  ("app",), words=("--env-file", "prod.env"))
    yield Project("unset", (("compose.yaml", f"""\
services:
  app:
    image: {PLAIN}
    environment:
      A: "${{NOBODY}}"
      B: plain
    privileged: false
    hostname: "h${{NOBODY}}"
"""),), ("app",), unknowable=(("app", ("env", "hostname")),))
    yield Project("version-2", (("docker-compose.yml", f"""\
version: "2.4"
services:
  app:
    image: {PLAIN}
    mem_limit: 64m
    cpus: 0.25
    pids_limit: 50
    cap_drop:
      - ALL
    volumes:
      - ./data:/data:ro
    ports:
      - "8500:80"
    userns_mode: host
    ulimits:
      nofile: 99
"""),), ("app",))
    yield Project("version-3", (("docker-compose.yml", f"""\
version: '3.8'
services:
  app:
    image: {PLAIN}
    user: svc
    ports:
      - published: 8501
        target: 80
    volumes:
      - type: volume
        source: v
        target: /v
        read_only: true
volumes:
  v: {{}}
"""),), ("app",))
    yield Project("limits", (("compose.yaml", f"""\
services:
  app:
    image: {PLAIN}
    deploy:
      resources:
        limits:
          cpus: '0.25'
          memory: 64M
        reservations:
          memory: 32M
"""),), ("app",), engine_words=("--compatibility",))
    yield Project("names", (("compose.yaml", f"""\
services:
  app:
    image: {PLAIN}
    container_name: oakum-live-named
    hostname: the-host
"""),), ("app",))
    yield Project("secrets", (("compose.yaml", f"""\
services:
  app:
    image: {PLAIN}
    secrets:
      - token
      - source: token
        target: other
secrets:
  token:
    file: ./data/x
"""),), ("app",))


def _override():
    first = f"""\
services:
  app:
    image: {PLAIN}
    command: [/probe, first]
    user: svc
    environment:
      A: first
      B: first
    ports:
      - "8600:80"
    volumes:
      - ./data:/data
      - ./home:/home
    cap_add: [SYS_NICE]
    labels: {{x: first}}
  more:
    image: {NAMED}
    networks: [front]
networks:
  front:
  back:
"""
    second = """\
services:
  app:
    command: [/probe, second]
    user: app
    environment:
      - B=second
      - C=second
    ports:
      - "127.0.0.1:8601:81"
    volumes:
      - ./other:/data:ro
    cap_add: [SYS_TIME]
    security_opt: [no-new-privileges:true]
  more:
    networks: [back]
"""
    return Project("override", (("base.yaml", first), ("prod.yaml", second),
                                ("other/x", "x\n")),
                   ("app", "more"), words=("-f", "base.yaml", "-f", "prod.yaml"),
                   runs_first=("more",))


def _extends():
    return Project("extends", (("compose.yaml", f"""\
services:
  base:
    image: {PLAIN}
    user: svc
    environment:
      A: base
      B: base
    cap_drop: [MKNOD]
    volumes:
      - ./data:/data
  same:
    extends:
      service: base
    environment:
      B: same
    user: app
  other:
    extends:
      file: lib/common.yaml
      service: worker
    cap_drop: [CHOWN]
"""), ("lib/common.yaml", f"""\
services:
  worker:
    image: {NAMED}
    read_only: true
    cap_drop: [FOWNER]
    volumes:
      - ./state:/state
"""), ("lib/state/x", "x\n")), ("base", "same", "other"))


def projects():
    """Every project, in an order that stays."""
    return [*_fragment_projects(), *_mixed_projects(), *_whole_projects()]


# --- Lines -------------------------------------------------------------------------------

def _line_claims(key, text):
    """What stands in a list may be said again; some things exclude each other."""
    listed = ("cap", "security", "env", "publish", "device", "label")
    others = {"t": "rm", "itrm": "rm", "i": "rm", "it": "rm", "restart": "rm",
              "oom": "memory", "uts": "hostname"}
    kind = key.lstrip("*").split("-", maxsplit=1)[0]
    return {text} if kind in listed else {others.get(kind, kind)}


def _mixed_lines():
    for number in range(MIXTURES):
        mixed = _mixture(number, OPTIONS, _line_claims)
        words = " ".join(OPTIONS[key] for key in mixed)
        yield Line(f"mixture-{number}", f"docker run {words} {PLAIN} /probe x")


def lines():
    """Every line, in an order that stays."""
    made = [Line(f"option-{key.lstrip('*')}",
                 " ".join(filter(None, ("docker run", text, PLAIN, "/probe"))),
                 starts=key.startswith("*"))
            for key, text in OPTIONS.items()]
    return [*made, *_mixed_lines(), *(Line(name, text, is_script, starts) for
                                      name, (text, is_script, starts) in WHOLE.items())]
