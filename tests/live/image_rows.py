"""Are data/images.tsv and base-files.tsv right? Images are made as their Dockerfiles do.

What it is: the suite `images` of live.py. A recipe names an image of the table, the root
file system that stands for its own distribution, and the lines of its Dockerfile that
make accounts and folders and say USER, in our words. The image is built with a private
dockerd; what its passwd and group hold, what docker inspect says of its user and what a
probe in it says of itself is held against the row that oakum would find. Where a row
lists all accounts and the root file system is of the row's own family, nothing more may
be there. Owner and mode of the paths that base-files.tsv knows, where they are there, are
held against its rows.

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
    _debian("ruby:3.4-slim", """
RUN mkdir /usr/local/bundle && chmod 1777 /usr/local/bundle
"""),
    _debian("php:8.4", """
RUN mkdir -p /var/www/html && chown www-data:www-data /var/www/html && \
    chmod 1777 /var/www/html
"""),
    _debian("golang:1.26-bookworm", """
RUN groupadd -g 101 _ssh
RUN mkdir -p /go/src /go/bin && chmod -R 1777 /go
"""),
    _debian("postgres:16", """
RUN groupadd -r --gid=999 postgres && useradd -r --uid=999 -g postgres \
    --shell=/bin/bash --home-dir=/var/lib/postgresql postgres
RUN install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \
        /var/lib/postgresql/data && \
    install -d -o postgres -g postgres -m 3777 /var/run/postgresql && \
    mkdir /docker-entrypoint-initdb.d
"""),
    _debian("redis:7.4", """
RUN groupadd -g 999 -r redis && useradd -u 999 -g redis -r redis
RUN mkdir /data && chown redis:redis /data
"""),
    _debian("valkey/valkey:8.0", """
RUN groupadd -g 999 -r valkey && useradd -u 999 -g valkey -r valkey
RUN mkdir /data && chown valkey:valkey /data
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
RUN mkdir -p /var/lib/influxdb2 /etc/influxdb2 && \
    chown -R influxdb:influxdb /var/lib/influxdb2 /etc/influxdb2
"""),
    _debian("cassandra:5.0", """
RUN groupadd --gid=999 -r cassandra && useradd --uid=999 -g cassandra -r cassandra
RUN mkdir -p /etc/cassandra /var/lib/cassandra /var/log/cassandra && \
    chown -R cassandra:cassandra /etc/cassandra /var/lib/cassandra /var/log/cassandra && \
    chmod 1777 /etc/cassandra /var/lib/cassandra /var/log/cassandra
"""),
    _debian("zookeeper:3.9", """
RUN groupadd --gid=1000 -r zookeeper && useradd --uid=1000 -g zookeeper -r zookeeper
RUN mkdir /conf /data /datalog /logs && chown zookeeper:zookeeper /conf /data /datalog /logs
"""),
    _debian("mongo:8.0", """
RUN groupadd --gid 999 --system mongodb && \
    useradd --uid 999 --gid mongodb --system --home-dir /data/db mongodb
RUN mkdir -p /data/db /data/configdb /docker-entrypoint-initdb.d && \
    chown -R mongodb:mongodb /data/db /data/configdb
"""),
    _debian("rabbitmq:4.0", """
ENV RABBITMQ_DATA_DIR=/var/lib/rabbitmq
RUN groupadd --gid 999 --system rabbitmq && useradd --uid 999 --gid rabbitmq \
    --home-dir "$RABBITMQ_DATA_DIR" --system rabbitmq
RUN mkdir -p /var/lib/rabbitmq /etc/rabbitmq /var/log/rabbitmq /opt/rabbitmq && \
    chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /etc/rabbitmq /var/log/rabbitmq \
        /opt/rabbitmq && \
    chmod 1777 /var/lib/rabbitmq /etc/rabbitmq /var/log/rabbitmq
"""),
    _debian("mariadb:11.8", """
RUN groupadd -r mysql && useradd -g mysql -r --home-dir /var/lib/mysql mysql
RUN mkdir -p /docker-entrypoint-initdb.d /var/lib/mysql /run/mysqld && \
    chown -R mysql:mysql /var/lib/mysql /run/mysqld && chmod 1777 /run/mysqld
"""),
    _debian("spark:3.5.8", """
ARG spark_uid=185
RUN groupadd --gid=${spark_uid} --system spark && \
    useradd --gid=spark --uid=${spark_uid} --system -d /nonexistent spark
RUN mkdir -p /opt/spark/work-dir && chmod g+w /opt/spark/work-dir && \
    chown -R spark:spark /opt/spark
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
    --shell /bin/bash "${NB_USER}" && chmod g+w /etc/passwd
USER ${NB_UID}
"""),
    _debian("r-base:4.6.0", """
RUN useradd -m -s /bin/bash docker && usermod -a -G staff docker
"""),
    _busybox("postgres:16-alpine", """
RUN addgroup -S -g 70 postgres && adduser -S -D -H -u 70 -G postgres \
    -h /var/lib/postgresql -s /bin/sh postgres
RUN install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \
        /var/lib/postgresql/data /run/postgresql
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
RUN mkdir /data && chown valkey:valkey /data
"""),
    _busybox("rabbitmq:4.0-alpine", """
RUN addgroup -S -g 101 rabbitmq && \
    adduser -S -u 100 -h /var/lib/rabbitmq -G rabbitmq rabbitmq
RUN mkdir -p /var/lib/rabbitmq /etc/rabbitmq && \
    chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /etc/rabbitmq && \
    chmod 1777 /var/lib/rabbitmq /etc/rabbitmq
"""),
)


def read_rows(table="images.tsv"):
    """A table of data/ in its order."""
    with open(ROOT / "data" / table, encoding="utf-8", newline="") as table:
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


def path_rows(rows, reference, root):
    """{path: (uid, gid, mode)} of base-files.tsv for an image; the first row counts."""
    name, _, tag = reference.partition(":")
    known = {}
    for row in rows:
        base, _, globs = row["base"].partition(":")
        is_of_image = fnmatch.fnmatchcase(name, base) and any(
            fnmatch.fnmatchcase(tag, glob) for glob in (globs or "*").split(","))
        if row["kind"] in ("folder", "file") and (is_of_image or base == "@" + root):
            for path in row["paths"].split(","):
                known.setdefault(path, (row["uid"], row["gid"], row["mode"]))
    return known


def mode_agrees(told, seen):
    """Does a mode of the table (? not known, n without w) agree with one of stat?"""
    return all(t in ("?", s) or (t == "n" and not int(s) & 2)
               for t, s in zip(told, seen.zfill(4)))


def compare_paths(known, seen):
    """What base-files.tsv says of the paths and the image denies."""
    return [f"base-files.tsv says {path} {' '.join(told)}, the image {' '.join(seen[path])}"
            for path, told in known.items() if path in seen and
            not (told[:2] == seen[path][:2] and mode_agrees(told[2], seen[path][2]))]


def stat_paths(engine, tag, paths):
    """{path: (uid, gid, mode)} of those that are there, as an image has them."""
    script = "for p; do stat -c '%n %u %g %a' \"$p\" 2>/dev/null; done; true"
    done = engine.docker("run", "--rm", "--network", "none", "--user", "0",
                         "--entrypoint", "/bin/sh", tag, "-c", script, "sh", *paths,
                         check=True)
    return {line.split()[0]: tuple(line.split()[1:]) for line in done.stdout.splitlines()}


def observe(engine, recipe, probe_path, paths):
    """(Config.User, the probe's words, passwd, group, stat_paths) of the image as built."""
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
    return user, probe, passwd, group, stat_paths(engine, tag, paths)


def check(engine, recipe, probe_path, rows, files):
    """What is wrong with the rows, as a list of sentences."""
    known = path_rows(files, recipe.reference, recipe.root)
    user, probe, passwd, group, paths = observe(engine, recipe, probe_path, known)
    row = find_row(rows, recipe.reference)
    seen = knowledge.entries(passwd, group)
    return (compare_identity(row, user, probe, passwd) +
            compare_accounts(row, recipe.root, seen) + compare_paths(known, paths))


def chosen(options):
    """The recipes that --only leaves."""
    return [recipe for recipe in RECIPES if re.search(options.only, recipe.name)]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def run(engine, cache, report, wanted, options):
    """One test point a recipe. Nothing is kept: without an engine there is no test."""
    rows, probe_path = read_rows(), bases.probe(cache)
    files = read_rows("base-files.tsv")
    lacking = bases.prepare_roots(engine, cache)

    def wrong_with(recipe):
        if recipe.root in lacking:
            return []
        try:
            return check(engine, recipe, probe_path, rows, files)
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
