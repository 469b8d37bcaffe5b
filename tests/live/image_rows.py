"""Is data/images.tsv right? Images are made as their Dockerfiles make them, and asked.

What it is: the suite `images` of live.py. A recipe names an image of the table, the root
file system that stands for its own distribution, and the lines of its Dockerfile that
make accounts and say USER, in our words. The image is built with a private dockerd; what
its passwd and group hold, what docker inspect says of its user and what a probe in it
says of itself is held against the row that oakum would find. Where a row lists all
accounts and the root file system is of the row's own family, nothing more may be there.

Nothing is pulled: what cannot be made from Debian's packages or a busybox has no recipe.
"""

import concurrent.futures
import csv
import dataclasses
import fnmatch
import json
import pathlib
import re
import shutil
import tempfile

import bases
import knowledge

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How an image gets its accounts and its user."""
    reference: str
    root: str  # a key of bases.ROOTS
    lines: str = ""

    @property
    def name(self):
        """Of the test point."""
        return f"image/{self.reference}"


def _debian(reference, lines=""):
    return Recipe(reference, "debian", lines)


def _busybox(reference, lines):
    return Recipe(reference, "busybox", lines)


RECIPES = (
    _debian("debian:12"),
    _debian("debian:bookworm-slim"),
    _debian("python:3.13-slim-bookworm"),
    _debian("ruby:3.4-slim"),
    _debian("php:8.4"),
    _debian("postgres:16", """
RUN groupadd -r --gid=999 postgres && useradd -r --uid=999 -g postgres \
    --shell=/bin/bash --home-dir=/var/lib/postgresql postgres
"""),
    _debian("redis:7.4", """
RUN groupadd -g 999 -r redis && useradd -u 999 -g redis -r redis
"""),
    _debian("valkey/valkey:8.0", """
RUN groupadd -g 999 -r valkey && useradd -u 999 -g valkey -r valkey
"""),
    _debian("memcached:1.6", """
RUN groupadd --gid 11211 --system memcache && \
    useradd --uid 11211 --gid memcache --system memcache
USER memcache
"""),
    _debian("nginx:1.28", """
RUN groupadd --gid 101 --system nginx && useradd --uid 101 --gid nginx --system \
    --home /nonexistent --no-create-home --shell /bin/false nginx
"""),
    _debian("nginxinc/nginx-unprivileged:1.28", """
ARG UID=101
ARG GID=101
RUN groupadd --gid $GID --system nginx && useradd --uid $UID --gid nginx --system \
    --home /nonexistent --no-create-home --shell /bin/false nginx
USER $UID
"""),
    _debian("node:22-bookworm-slim", """
RUN groupadd --gid 1000 node && \
    useradd --uid 1000 --gid node --create-home --shell /bin/bash node
"""),
    _debian("mambaorg/micromamba:2.0", """
RUN groupadd -g 57439 mambauser && \
    useradd -m -g 57439 -s /bin/bash -u 57439 mambauser
USER mambauser
"""),
    _debian("jenkins/jenkins:lts", """
RUN groupadd -g 1000 jenkins && useradd -u 1000 -g 1000 -m -d /var/jenkins_home \
    -s /bin/bash jenkins
USER jenkins
"""),
    _debian("influxdb:2.7", """
RUN groupadd --gid=1000 -r influxdb && useradd --uid=1000 -g influxdb -r \
    --home-dir=/home/influxdb --create-home --shell=/bin/bash influxdb
"""),
    _debian("cassandra:5.0", """
RUN groupadd --gid=999 -r cassandra && useradd --uid=999 -g cassandra -r cassandra
"""),
    _debian("zookeeper:3.9", """
RUN groupadd --gid=1000 -r zookeeper && useradd --uid=1000 -g zookeeper -r zookeeper
"""),
    _debian("mongo:8.0", """
RUN groupadd --gid 999 --system mongodb && \
    useradd --uid 999 --gid mongodb --system --home-dir /data/db mongodb
"""),
    _debian("rabbitmq:4.0", """
ENV RABBITMQ_DATA_DIR=/var/lib/rabbitmq
RUN groupadd --gid 999 --system rabbitmq && useradd --uid 999 --gid rabbitmq \
    --home-dir "$RABBITMQ_DATA_DIR" --system rabbitmq
"""),
    _debian("mariadb:11.8", """
RUN groupadd -r mysql && useradd -g mysql -r --home-dir /var/lib/mysql mysql
"""),
    _debian("spark:3.5.8", """
ARG spark_uid=185
RUN groupadd --gid=${spark_uid} --system spark && \
    useradd --gid=spark --uid=${spark_uid} --system -d /nonexistent spark
USER spark
"""),
    _debian("pytorch/torchserve:latest", """
RUN useradd -m model-server
USER model-server
"""),
    _debian("qdrant/qdrant:v1.15-unprivileged", """
ARG USER_ID=1000
RUN groupadd --gid "$USER_ID" qdrant && \
    useradd --gid "$USER_ID" --uid "$USER_ID" -m qdrant
USER "$USER_ID:$USER_ID"
"""),
    _debian("quay.io/jupyter/base-notebook:2026-07-28", """
ARG NB_USER=jovyan
ARG NB_UID=1000
RUN useradd --uid "${NB_UID}" --no-user-group --no-log-init --create-home \
    --shell /bin/bash "${NB_USER}"
USER ${NB_UID}
"""),
    _debian("r-base:4.6.0", """
RUN useradd -m -s /bin/bash docker && usermod -a -G staff docker
"""),
    _busybox("postgres:16-alpine", """
RUN addgroup -S -g 70 postgres && adduser -S -D -H -u 70 -G postgres \
    -h /var/lib/postgresql -s /bin/sh postgres
"""),
    _busybox("nginx:1.28-alpine", """
RUN addgroup -S -g 101 nginx && adduser -S -D -H -u 101 -G nginx -g nginx \
    -h /var/cache/nginx -s /sbin/nologin nginx
"""),
    _busybox("node:22-alpine", """
RUN addgroup -g 1000 node && adduser -D -u 1000 -G node -s /bin/sh node
"""),
    _busybox("memcached:1.6-alpine", """
RUN addgroup -g 11211 memcache && adduser -D -u 11211 -G memcache memcache
USER memcache
"""),
    _busybox("valkey/valkey:8.0-alpine", """
RUN addgroup -S -g 1000 valkey && adduser -S -u 999 -G valkey valkey
"""),
    _busybox("rabbitmq:4.0-alpine", """
RUN addgroup -S -g 101 rabbitmq && \
    adduser -S -u 100 -h /var/lib/rabbitmq -G rabbitmq rabbitmq
"""),
)


def read_rows():
    """data/images.tsv in its order."""
    with open(ROOT / "data/images.tsv", encoding="utf-8", newline="") as table:
        lines = [line for line in table if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def find_row(rows, reference):
    """The first row that matches, as src/know does it; tags hold no other wildcard."""
    name, _, tag = reference.partition(":")
    return next(row for row in rows if fnmatch.fnmatchcase(name, row["name"]) and
                any(fnmatch.fnmatchcase(tag, glob) for glob in row["tags"].split(",")))


def agrees(told, seen):
    """Does an entry of the table agree with one of the image, part by part?"""
    told, seen = told.split(":"), seen.split(":")
    return len(told) == len(seen) and all(a in ("?", b) for a, b in zip(told, seen))


def compare_accounts(row, root, seen):
    """What the cells `accounts` and `family` say and the image denies."""
    told = [entry for entry in row["accounts"].split(",") if entry not in ("-", "?")]
    wrong = [f"the row says {entry}, the image has "
             + (next((s for s in seen if s.split(":")[0] == entry.split(":")[0]),
                     "no such account"))
             for entry in told if not any(agrees(entry, s) for s in seen)]
    if row["family"] != root or "?" in row["accounts"].split(","):
        return wrong
    names = {entry.split(":")[0] for entry in told}
    family = [entry for entry in knowledge.family_accounts(root)
              if entry.split(":")[0] not in names]
    wrong += [f"{root} has no {entry}" for entry in set(family) - set(seen)]
    return wrong + [f"nobody told of {entry}" for entry in seen
                    if entry not in family and not any(agrees(t, entry) for t in told)]


def compare_identity(row, config_user, probe, passwd):
    """What the cells `user`, `uid`, `gid` and `home` say and the image denies."""
    uid, gid = probe["uid"][0], probe["gid"][0]
    home = next((line[5] for line in passwd if line[2] == str(uid)), "/")
    facts = (("user", config_user or "-"), ("uid", str(uid)), ("gid", str(gid)),
             ("home", home))
    return [f"the row says {key} {row[key]}, the image {fact}"
            for key, fact in facts if row[key] not in ("?", fact)]


def observe(engine, recipe, probe_path):
    """(Config.User, the probe's words, passwd, group) of the image as built."""
    tag = "row/" + re.sub(r"[^a-z0-9]+", "-", recipe.reference.lower())
    with tempfile.TemporaryDirectory(prefix="oakum-row.") as context:
        shutil.copy(probe_path, f"{context}/probe")
        pathlib.Path(context, "Dockerfile").write_text(
            f"FROM root/{recipe.root}:1\n{recipe.lines}", encoding="utf-8")
        engine.docker("build", "--quiet", "--network", "none", "--tag", tag, context,
                      buildkit=False, check=True)
    user = engine.docker("image", "inspect", "--format", "{{.Config.User}}", tag,
                         check=True).stdout.rstrip("\n")
    probe = json.loads(engine.docker("run", "--rm", "--network", "none", tag, "/probe",
                                     check=True).stdout)
    passwd, group = knowledge.account_files(engine, tag)
    return user, probe, passwd, group


def check(engine, recipe, probe_path, rows):
    """What is wrong with the row, as a list of sentences."""
    user, probe, passwd, group = observe(engine, recipe, probe_path)
    row = find_row(rows, recipe.reference)
    seen = knowledge.entries(passwd, group)
    return (compare_identity(row, user, probe, passwd) +
            compare_accounts(row, recipe.root, seen))


def chosen(options):
    """The recipes that --only leaves."""
    return [recipe for recipe in RECIPES if re.search(options.only, recipe.name)]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def run(engine, cache, report, wanted, options):
    """One test point a recipe. Nothing is kept: without an engine there is no test."""
    rows, probe_path = read_rows(), bases.probe(cache)
    lacking = bases.prepare_roots(engine, cache)

    def wrong_with(recipe):
        if recipe.root in lacking:
            return []
        try:
            return check(engine, recipe, probe_path, rows)
        except (RuntimeError, ValueError) as why:
            return [f"the recipe itself does not work: {why}"]

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for recipe, wrong in zip(wanted, pool.map(wrong_with, wanted)):
            report.point(not wrong, recipe.name, wrong, skip=lacking.get(recipe.root, ""))
    return {}


def fetches():
    """What takes long to make, as functions of the cache."""
    return (bases.debian_root, bases.busybox)


def replay(_report, _wanted, _options, _saved):
    """Never called: run keeps nothing."""
