"""The images that the scenarios stand on, under the names that their Dockerfiles say.

What it is: one root file system (a minimal Debian with python3 and pip), and what
makes it into a python, a redis or an nginx that has the users, the homes, the
paths and the entrypoint of the real one. Packages of PyPI are fetched here, with the pip
settings of this machine, and lie in the images; pip finds them there. So a Dockerfile's
`pip install` does its work in a build that has no network.

Invariants: nothing is pulled. What took time is kept (bases.Cache, and the engine's own
data root), under a name that holds a hash of what it was made from.

    lacking = scene_bases.prepare(engine, cache, requirements)
"""

import concurrent.futures
import hashlib
import pathlib
import shutil
import tarfile
import tempfile

import bases

PYTHON = "3.11"  # of Debian 12
PACKAGES = ("adduser", "passwd", "python3", "python3-pip")
# Fetched and not installed: their postinst makes other users than the real images have.
ARCHIVES = ("redis-server", "nginx-light", "gosu")
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64")
PIP_CONF = """[global]
no-index = true
find-links = /usr/share/wheels
break-system-packages = true
disable-pip-version-check = true
"""

COMMON = r"""
RUN ln -s /usr/bin/python3 /usr/local/bin/python && \
    ln -s /usr/bin/python3 /usr/local/bin/python3 && ln -s /usr/bin/pip3 /usr/local/bin/pip
COPY pip.conf /etc/pip.conf
ADD wheels.tar /usr/share/wheels/
CMD ["python3"]
"""

# As their own Dockerfiles and entrypoints do it, in our words.
REDIS = r"""
RUN for deb in /usr/share/debs/*.deb; do \
        case $deb in *redis*|*gosu*|*jemalloc*|*lua*|*lzf*|*hiredis*|*libatomic*) \
            dpkg-deb --fsys-tarfile "$deb" | tar -xC / --keep-directory-symlink ;; esac; \
    done && ldconfig && \
    groupadd -g 999 -r redis && useradd -u 999 -g redis -r redis && \
    mkdir /data && chown redis:redis /data && \
    printf '%s\n' '#!/bin/sh' 'set -e' \
        'if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then' \
        '    find . \! -user redis -exec chown redis {} +' \
        '    exec gosu redis "$0" "$@"' 'fi' 'exec "$@"' \
        > /usr/local/bin/docker-entrypoint.sh && \
    chmod 755 /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
EXPOSE 6379
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server", "--protected-mode", "no"]
"""
NGINX = r"""
RUN for deb in /usr/share/debs/*.deb; do \
        case $deb in *nginx*) \
            dpkg-deb --fsys-tarfile "$deb" | tar -xC / --keep-directory-symlink ;; esac; \
    done && groupadd -g 101 -r nginx && useradd -u 101 -g nginx -r -d /nonexistent \
        -s /bin/false nginx && \
    rm -rf /etc/nginx/sites-enabled /etc/nginx/modules-enabled /var/lib/nginx && \
    mkdir -p /etc/nginx/conf.d /var/log/nginx /var/cache/nginx && \
    ln -sf /dev/stdout /var/log/nginx/access.log && \
    ln -sf /dev/stderr /var/log/nginx/error.log && \
    ln -s /var/cache/nginx /var/lib/nginx && \
    printf '%s\n' 'user nginx;' 'worker_processes 1;' \
        'error_log /var/log/nginx/error.log notice;' 'pid /run/nginx.pid;' \
        'events { worker_connections 64; }' \
        'http { access_log /var/log/nginx/access.log; include /etc/nginx/conf.d/*.conf; }' \
        > /etc/nginx/nginx.conf
EXPOSE 80
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
"""

STAND_INS = {
    "python:3.11": "", "python:3.10-slim": "", "python:3.9-slim": "",
    "redis:latest": REDIS, "nginx:latest": NGINX,
}


def root(cache):
    """The file system of all of them, as a tar file."""
    fetch = ("apt-get install -y --no-install-recommends --download-only "
             + " ".join(ARCHIVES)
             + " && mkdir /usr/share/debs && mv /var/cache/apt/archives/*.deb"
               " /usr/share/debs/")
    command = bases.debootstrap(PACKAGES)
    command.append(f"--customize-hook=chroot \"$1\" sh -c '{fetch}'")
    return cache.get(
        "scene", ".tar", " ".join([*command, bases.DEBIAN_SOURCE]),
        lambda out: bases.run([*command, "--format=tar", bases.DEBIAN_SUITE, out,
                               bases.DEBIAN_SOURCE]))


def wheels(cache, requirements):
    """All that these requirements (texts of requirements.txt) need, as a tar file."""
    recipe = "\n".join([PYTHON, *PLATFORMS, *sorted(requirements)])
    return cache.get("wheels", ".tar", recipe, lambda out: _fetch(requirements, out))


def _fetch(requirements, out):
    with tempfile.TemporaryDirectory(prefix="oakum-wheels.") as folder:
        wanted = [f"--platform={name}" for name in PLATFORMS]
        for number, text in enumerate(requirements):
            listed = pathlib.Path(folder, f"{number}.txt")
            listed.write_text(text, encoding="utf-8")
            bases.run(["/usr/bin/python3", "-m", "pip", "download", "--quiet",
                       "--only-binary=:all:", f"--python-version={PYTHON}", *wanted,
                       "--dest", f"{folder}/got", "--requirement", listed])
        with tarfile.open(out, "w") as tar:
            for wheel in sorted(pathlib.Path(folder, "got").iterdir()):
                tar.add(wheel, wheel.name, filter=_plain)


def _plain(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry


def prepare(engine, cache, requirements):
    """Makes every stand-in known to the engine; those that it has are left as they
    are. Raises bases.BaseUnavailable where something cannot be had here."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        packages = pool.submit(wheels, cache, requirements)
        system, packages = root(cache), packages.result()
    digest = hashlib.sha256("\n".join(
        [system.name, packages.name, COMMON, PIP_CONF, *STAND_INS.values()]).encode())
    mark = digest.hexdigest()[:16]
    if engine.docker("image", "inspect", f"scene/made:{mark}").returncode == 0:
        return
    engine.docker("import", system, "scene/root:1", check=True)
    with tempfile.TemporaryDirectory(prefix="oakum-scene.") as context:
        shutil.copy(packages, f"{context}/wheels.tar")
        pathlib.Path(context, "pip.conf").write_text(PIP_CONF, encoding="ascii")
        _build(engine, context, "scene/root:1", COMMON, "scene/python:1")
    with tempfile.TemporaryDirectory(prefix="oakum-scene.") as context:
        for reference, lines in STAND_INS.items():
            _build(engine, context, "scene/python:1", lines, reference)
    engine.docker("tag", "scene/python:1", f"scene/made:{mark}", check=True)


def _build(engine, context, base, lines, tag):
    pathlib.Path(context, "Dockerfile").write_text(f"FROM {base}\n{lines}",
                                                   encoding="ascii")
    engine.docker("build", "--quiet", "--network", "none", "--tag", tag, context,
                  buildkit=False, check=True)
