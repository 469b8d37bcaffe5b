"""The base images of the live tests: made here, from Debian packages, never pulled.

What it is: two root file systems (a small one around busybox, as Alpine's is, and a
minimal Debian), a table of the bases that stand on them, and the facts of a base as
the engine tells them, in the shape of oakum's knowledge of images.

Invariants: what is expensive is kept in the cache directory under a name that holds a
hash of its recipe, so a changed recipe is a new file; a file appears there whole or
not at all. No fact about a base is written here twice: the knowledge file is read out
of the built image.

    cache = bases.Cache(bases.cache_dir())
    bases.prepare(engine, cache)
"""

import collections
import dataclasses
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN_SUITE = "bookworm"
DEBIAN_MIRROR = "http://deb.debian.org/debian"
DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEBIAN_SOURCE = f"deb [signed-by={DEBIAN_KEYRING}] {DEBIAN_MIRROR} {DEBIAN_SUITE} main"
DEBIAN_EXTRA = ("passwd", "adduser", "gosu", "tini")
STEP_SECONDS = 600

# Alpine's way: root is in many groups, nobody is 65534.
BUSYBOX_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n"
                  "bin:x:1:1:bin:/bin:/sbin/nologin\n"
                  "nobody:x:65534:65534:nobody:/:/sbin/nologin\n",
    "etc/group": "root:x:0:root\nbin:x:1:root,bin\nwheel:x:10:root\n"
                 "users:x:100:\nnobody:x:65534:\n",
    "etc/shadow": "root:*::0:::::\nbin:!::0:::::\nnobody:!::0:::::\n",
    "etc/shells": "/bin/sh\n",
}
BUSYBOX_FOLDERS = ("bin", "sbin", "etc", "root", "home", "tmp", "proc", "sys", "dev",
                   "usr", "usr/bin", "usr/sbin", "var")

ACCOUNTS = r"""
RUN echo 'app:x:1500:1600:App:/home/app:/bin/sh' >> /etc/passwd && \
    echo 'svc:x:1501:0:zero group:/:/bin/sh' >> /etc/passwd && \
    echo 'lost:x:1502:1999:group without a name:/:/bin/sh' >> /etc/passwd && \
    echo 'toor:x:0:0:second root:/root:/bin/sh' >> /etc/passwd && \
    echo '4321:x:1503:1600:a number for a name:/:/bin/sh' >> /etc/passwd && \
    echo 'twin:x:1500:1601:same uid as app:/:/bin/sh' >> /etc/passwd && \
    echo 'app:x:1600:' >> /etc/group && \
    echo 'data:x:1601:app,svc' >> /etc/group && \
    echo 'extra:x:1602:app' >> /etc/group && \
    echo 'wheelish:x:1603:root,twin' >> /etc/group && \
    echo 'app:*:19000::::::' >> /etc/shadow && \
    echo 'svc:*:19000::::::' >> /etc/shadow
"""

# The entrypoint of many official images, word for word in its idea: root gives up root.
DROPS = r"""
RUN printf '%s\n' '#!/bin/sh' 'set -e' 'if [ "$(id -u)" = 0 ]; then' \
    '    exec gosu app "$0" "$@"' 'fi' 'exec "$@"' > /entry.sh && chmod 755 /entry.sh
ENTRYPOINT ["/entry.sh"]
CMD ["/probe"]
"""


@dataclasses.dataclass(frozen=True)
class Base:
    """One base image. `family` says which account tools it has; `known` whether oakum
    is told about it; `lines` is what makes it from its root file system; `drops` is
    what oakum is told of its entrypoint; `combines` is false for a base that only
    shapes of its own use."""
    name: str
    family: str
    lines: str = ""
    known: bool = True
    drops: str = "-"
    combines: bool = True

    @property
    def reference(self):
        return "scratch" if self.family == "scratch" else f"local/{self.name}:1"


BASES = {base.name: base for base in (
    Base("small", "busybox"),
    Base("debian", "debian"),
    Base("scratch", "scratch"),
    Base("small-accounts", "busybox", ACCOUNTS),
    Base("debian-accounts", "debian", ACCOUNTS),
    Base("small-name", "busybox", ACCOUNTS + "USER app\n"),
    Base("small-number", "busybox", ACCOUNTS + "USER 1501\n"),
    Base("debian-pair", "debian", ACCOUNTS + "USER 1500:1601\n"),
    Base("small-ghost", "busybox", "USER 4242\n"),
    Base("small-zero", "busybox", ACCOUNTS + "USER 0:1601\n"),
    Base("debian-drops", "debian", ACCOUNTS + DROPS, drops="app:gosu", combines=False),
    Base("small-onbuild", "busybox", ACCOUNTS + "ONBUILD USER app\n", known=False,
         combines=False),
    Base("run-plain", "busybox", ACCOUNTS + 'CMD ["/probe"]\n', combines=False),
    Base("run-name", "busybox", ACCOUNTS + 'USER app\nCMD ["/probe"]\n',
         combines=False),
    Base("run-pair", "debian", ACCOUNTS + 'USER 1500:1601\nCMD ["/probe"]\n',
         combines=False),
    Base("mystery-root", "debian", known=False),
    Base("mystery-user", "busybox", ACCOUNTS + "USER svc\n", known=False),
)}


class BaseUnavailable(Exception):
    """A base cannot be made here; the text says why in one line."""


def cache_dir():
    """Where results are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(os.environ.get("OAKUM_CACHE") or f"{home}/oakum") / "live"


def run(command, **keywords):
    """Runs a step of a recipe; its last line of complaint becomes the reason."""
    done = subprocess.run(
        [str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        errors="replace", timeout=STEP_SECONDS, **keywords)
    if done.returncode != 0:
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        raise BaseUnavailable(f"{command[0]}: {last}")


class Cache:
    """Files by recipe: made once, then found. Who asks for what somebody else is making
    waits for it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._making = collections.defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def get(self, stem, suffix, recipe, make):
        """The file for `recipe` (any text); make(path) writes it when it is new.
        Older files of the same stem are removed."""
        digest = hashlib.sha256(recipe.encode()).hexdigest()[:16]
        path = self.folder / f"{stem}-{digest}{suffix}"
        with self._lock:
            making = self._making[path.name]
        with making:
            if not path.exists():
                self._make(path, f"{stem}-{'?' * 16}{suffix}", make)
        return path

    def _make(self, path, alike, make):
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="making.") as scratch:
            made = pathlib.Path(scratch) / "made"
            make(made)
            for old in self.folder.glob(alike):
                old.unlink()
            made.rename(path)


def probe(cache):
    """The static program that says who it runs as."""
    source = HERE / "probe.c"
    flags = ["-std=c17", "-O2", "-static", "-s"]
    return cache.get("probe", "", source.read_text() + str(flags),
                     lambda out: run(["gcc", *flags, "-o", out, source]))


def busybox(cache):
    """A static busybox with adduser and its family, built from Debian's source."""
    wanted = (HERE / "busybox.config").read_text()
    return cache.get("busybox", "", wanted + DEBIAN_SUITE,
                     lambda out: _build_busybox(wanted, out))


def _build_busybox(wanted, out):
    with tempfile.TemporaryDirectory(prefix="oakum-busybox.") as scratch:
        scratch = pathlib.Path(scratch)
        _fetch_source("busybox", scratch)
        archives = list(scratch.glob("busybox_*.orig.tar.*"))
        run(["tar", "--extract", "--file", archives[0], "--directory", scratch])
        tree = next(scratch.glob("busybox-*/"))
        run(["make", "allnoconfig"], cwd=tree)
        _configure(tree / ".config", wanted)
        run(["sh", "-c", "yes n | make oldconfig > oldconfig.log"], cwd=tree)
        run(["make", f"-j{os.cpu_count() or 1}", "busybox"], cwd=tree)
        shutil.copy(tree / "busybox", out)


def _fetch_source(package, folder):
    """Debian's source package, with lists of our own: the machine's may have none."""
    (folder / "lists" / "partial").mkdir(parents=True)
    folder.chmod(0o755)
    sources = folder / "sources.list"
    sources.write_text(f"deb-src [signed-by={DEBIAN_KEYRING}] "
                       f"{DEBIAN_MIRROR} {DEBIAN_SUITE} main\n")
    options = ["-o", f"Dir::Etc::SourceList={sources}",
               "-o", "Dir::Etc::SourceParts=/dev/null",
               "-o", f"Dir::State::Lists={folder}/lists",
               "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3"]
    run(["apt-get", *options, "-qq", "update"])
    run(["apt-get", *options, "-qq", "source", "--download-only", package], cwd=folder)


def _configure(path, wanted):
    settings = dict(line.split("=", 1) for line in wanted.splitlines()
                    if line.startswith("CONFIG_"))
    kept = [line for line in path.read_text().splitlines()
            if line.removeprefix("# ").split("=")[0].split(" ")[0] not in settings]
    kept += [f"{key}={value}" if value != "n" else f"# {key} is not set"
             for key, value in settings.items()]
    path.write_text("\n".join(kept) + "\n")


def debootstrap(packages):
    """mmdebstrap with what a container has no use for left out; the caller adds the
    format, DEBIAN_SUITE, the file and DEBIAN_SOURCE."""
    command = ["mmdebstrap", "--variant=minbase", "--include=" + ",".join(packages),
               '--aptopt=Acquire::Languages "none"']
    return command + [f"--dpkgopt=path-exclude=/usr/share/{folder}/*"
                      for folder in ("doc", "man", "locale", "info", "zoneinfo")]


def debian_root(cache):
    """A minimal Debian with its account tools, as a tar file."""
    command = debootstrap(DEBIAN_EXTRA)
    return cache.get(
        "debian", ".tar", " ".join([*command, DEBIAN_SOURCE]),
        lambda out: run([*command, "--format=tar", DEBIAN_SUITE, out, DEBIAN_SOURCE]))


def busybox_root(cache):
    """The small root file system as a tar file, made anew: it takes no time."""
    program = busybox(cache)
    applets = subprocess.run([program, "--list"], text=True, check=True,
                             stdout=subprocess.PIPE).stdout.split()

    def make(out):
        with tarfile.open(out, "w") as tar:
            for folder in BUSYBOX_FOLDERS:
                _add(tar, folder, tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755)
            _add(tar, "bin/busybox", tarfile.REGTYPE, 0o755, program.read_bytes())
            for applet in applets:
                _add(tar, f"bin/{applet}", tarfile.SYMTYPE, 0o777, link="busybox")
            for name, text in BUSYBOX_FILES.items():
                _add(tar, name, tarfile.REGTYPE, 0o644, text.encode())

    return cache.get("small", ".tar", program.name + repr(BUSYBOX_FILES) + "0755", make)


def _add(tar, name, kind, mode, content=b"", link=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname, entry.size = kind, mode, link, len(content)
    tar.addfile(entry, io.BytesIO(content))


ROOTS = {"busybox": busybox_root, "debian": debian_root}


def prepare_roots(engine, cache):
    """Makes the bare root file systems known to the engine, with the probe in them, as
    root/FAMILY:1. Returns {family: reason} for those that cannot be made here."""
    lacking = {}
    for family, root in ROOTS.items():
        try:
            _import_root(engine, family, root(cache), probe(cache))
        except (BaseUnavailable, RuntimeError, subprocess.SubprocessError) as why:
            lacking[family] = str(why)
    return lacking


def prepare(engine, cache, names=None):
    """Makes the bases known to the engine. Returns {name: reason} for those that
    cannot be made here; a base whose root is in the engine already is left as it is,
    so the engine's build cache stays of use."""
    lacking = {}
    for family, root in ROOTS.items():
        members = [base for base in BASES.values()
                   if base.family == family and (names is None or base.name in names)]
        if not members:
            continue
        try:
            _import_root(engine, family, root(cache), probe(cache))
            for base in members:
                _build(engine, base)
        except (BaseUnavailable, RuntimeError, subprocess.SubprocessError) as why:
            lacking |= {base.name: str(why) for base in members}
    return lacking


def _import_root(engine, family, root, probe_path):
    """Imports the tar and adds the probe; the tag holds the names of both files."""
    tag = f"root/{family}:{root.stem.lower()}.{probe_path.name}"
    if engine.docker("image", "inspect", tag).returncode != 0:
        engine.docker("import", root, f"root/{family}:bare", check=True)
        with tempfile.TemporaryDirectory(prefix="oakum-root.") as context:
            shutil.copy(probe_path, f"{context}/probe")
            _build_text(engine, f"FROM root/{family}:bare\nCOPY probe /probe\n",
                        context, tag)
    engine.docker("tag", tag, f"root/{family}:1", check=True)


def _build(engine, base):
    with tempfile.TemporaryDirectory(prefix="oakum-base.") as context:
        _build_text(engine, f"FROM root/{base.family}:1\n{base.lines}",
                    context, base.reference)


def _build_text(engine, text, context, tag):
    path = pathlib.Path(context) / "Dockerfile"
    path.write_text(text)
    engine.docker("build", "--quiet", "--network", "none", "--tag", tag, context,
                  buildkit=False, check=True)
