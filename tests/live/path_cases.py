"""Which images, and which of their paths, the suite `paths` tries.

What it is: a table of lines of a Dockerfile, each with the paths that matter to it; every
entry is built by both builders. No entry says what the answer is.
"""

import dataclasses

BASE = "debian:12"
USER = "RUN groupadd -g 1700 team && useradd -m -u 1777 -G team app\n"
# Tried in every image.
EVERYWHERE = ("/", "/tmp", "/etc", "/etc/passwd", "/home", "/root", "/usr/local/bin",
              "/opt", "/var/lib", "/var/tmp", "/app", "/nowhere/deep")
# The build context, with modes.
CONTEXT = {"main.py": 0o644, "start.sh": 0o755, "secret.key": 0o600, "group.txt": 0o664,
           "notes/a.txt": 0o644, "notes/keep.txt": 0o644,
           ".dockerignore": 0o644, "src/lib.py": 0o644, "src/run.sh": 0o755, "src/data/set.csv": 0o640}

TEXTS = {".dockerignore": "notes/*\n!notes/keep.txt\n"}
# What only BuildKit reads, and Debian's: heredocs and --link are too new for it.
BUILDKIT = {
    "mount-cache": ("RUN --mount=type=cache,target=/app/cache/pip,uid=1777,gid=1777 "
                    "mkdir /app/cache/pip/x && touch /app/cache/pip/y\n",
                    ("/app/cache/pip", "/app/cache", "/app/cache/pip/x")),
    "mount-bind": ("RUN --mount=type=bind,source=src,target=/mnt/src mkdir /app && "
                   "cp /mnt/src/lib.py /app/ && cp -a /mnt/src/run.sh /app/\n",
                   ("/app/lib.py", "/app/run.sh", "/mnt/src")),
    "mount-tmpfs": ("RUN --mount=type=tmpfs,target=/app mkdir /app/x\n", ("/app/x",)),
    "copy-chmod": ("COPY --chmod=700 --chown=app src /app\n", ("/app/lib.py", "/app/data")),
}

# name: (lines, paths)
ENTRIES = {
    "workdir": ("WORKDIR /app/sub\n", ("/app/sub",)),
    "workdir-user": ("USER app\nWORKDIR /app/sub\n", ("/app/sub",)),
    "workdir-made": ("RUN mkdir /app && chown app /app\nUSER app\nWORKDIR /app\n", ()),
    "mkdir": ("RUN mkdir -p /app/a/b && chown app:app /app/a\n", ("/app/a", "/app/a/b")),
    "mkdir-recursive": ("RUN mkdir -p /app/a/b && chown -R app: /app\n",
                        ("/app/a", "/app/a/b", "/app/a/c")),
    "mkdir-mode": ("RUN mkdir -p -m 0700 /app/a && mkdir -m 775 /app/g && "
                   "chgrp team /app/g\n", ("/app/a", "/app/g")),
    "umask": ("RUN umask 077 && mkdir /app && touch /app/f\n", ("/app/f",)),
    "umask-subshell": ("RUN (umask 077; mkdir /app) && mkdir /opt/x\n", ("/opt/x",)),
    "install-folder": ("RUN install -d -o app -g team -m 2770 /app /app/in\n",
                       ("/app/in",)),
    "install-file": ("COPY start.sh /tmp/start.sh\n"
                     "RUN install -D -m 0700 -o app /tmp/start.sh /app/bin/start\n",
                     ("/app/bin", "/app/bin/start")),
    "touch": ("RUN mkdir /app && touch /app/log && chown app /app/log\n", ("/app/log",)),
    "redirect": ("RUN mkdir /app && echo x > /app/f && chmod 600 /app/f\n", ("/app/f",)),
    "chmod-world": ("RUN mkdir -p /app/x && chmod -R 777 /app\n", ("/app/x",)),
    "chmod-symbolic": ("COPY src /app\nRUN chmod -R u=rwX,go= /app\n",
                       ("/app/lib.py", "/app/run.sh", "/app/data")),
    "chmod-other": ("COPY src /app\nRUN chmod -R o-rx /app && chmod o+x /app\n",
                    ("/app/lib.py", "/app/run.sh", "/app/data")),
    "chmod-group": ("COPY src /app\nRUN chgrp -R team /app && chmod -R g+rwX,o-rwx /app\n",
                    ("/app/lib.py", "/app/data", "/app/data/set.csv")),
    "setgid": ("RUN mkdir /app && chgrp team /app && chmod 2770 /app && mkdir /app/new\n",
               ("/app/new",)),
    "copy-all": ("WORKDIR /app\nCOPY . .\n",
                 ("/app/main.py", "/app/start.sh", "/app/secret.key", "/app/src")),
    "copy-chown": ("COPY --chown=app:app . /app/\n",
                   ("/app/main.py", "/app/start.sh", "/app/secret.key", "/app/src/data")),
    "copy-number": ("COPY --chown=1777 src /app\n", ("/app/lib.py", "/app/data")),
    "copy-file": ("COPY start.sh /app/run\n", ("/app/run",)),
    "copy-into": ("RUN mkdir /app\nCOPY start.sh secret.key /app/\n",
                  ("/app/start.sh", "/app/secret.key")),
    "copy-over": ("RUN mkdir /app && touch /app/main.py && chown -R app /app\n"
                  "COPY main.py /app/main.py\n", ("/app/main.py",)),
    "copy-user": ("USER app\nWORKDIR /home/app\nCOPY main.py .\n",
                  ("/home/app", "/home/app/main.py")),
    "copy-parents": ("COPY --chown=app:team main.py /app/x/y/main.py\n",
                     ("/app/x", "/app/x/y/main.py")),
    "cp": ("COPY --chown=app src /app/src\nRUN cp -r /app/src /app/two && "
           "cp -a /app/src /app/three && cp /app/src/run.sh /app/run\n",
           ("/app/two", "/app/two/lib.py", "/app/three", "/app/three/lib.py",
            "/app/run")),
    "mv": ("RUN mkdir /opt/a && touch /opt/a/f && chown -R app /opt/a && mv /opt/a /app\n",
           ("/app/f", "/opt/a")),
    "rm": ("COPY src /app\nRUN rm -rf /app/data && rm /app/lib.py\n",
           ("/app/data", "/app/lib.py", "/app/run.sh")),
    "rm-pattern": ("COPY src /app\nRUN rm -rf /app/*\n", ("/app/data", "/app/lib.py")),
    "link": ("RUN mkdir -p /srv/real && chown app /srv/real && ln -s /srv/real /app\n",
             ("/app/x", "/srv/real")),
    "var-run": ("RUN mkdir -p /var/run/app && chown app /var/run/app\n",
                ("/run/app", "/var/run/app")),
    "home": ("", ("/home/app", "/home/app/new")),
    "home-closed": ("RUN chmod 700 /home/app\nUSER 1234\n", ("/home/app",)),
    "adduser": ("RUN adduser --disabled-password --gecos '' --uid 1800 other\n",
                ("/home/other",)),
    "no-home": ("RUN useradd -M ghost\n", ("/home/ghost",)),
    "guard": ("RUN test -d /app || mkdir -p /app && chown app /app\n", ()),
    "maybe": ("RUN if [ -e /etc/hosts ]; then mkdir /app; fi\n", ()),
    "variable": ("ENV D=/app\nRUN mkdir -p $D/data && chown -R app:app ${D}\n",
                 ("/app/data",)),
    "find": ("COPY src /app\nRUN find /app -type d -exec chmod 700 {} +\n", ("/app/data",)),
    "script": ("RUN printf 'mkdir -p /app\\nchown app /app\\n' > /s.sh && sh /s.sh\n",
               ("/s.sh",)),
    "volume": ("RUN mkdir /app && chown app /app\nVOLUME /app\n", ("/app/x",)),
    "volume-then": ("RUN mkdir /app\nVOLUME /app\nRUN chown app /app && touch /app/f\n", ("/app/f",)),
    "volume-new": ("VOLUME /app/data\n", ("/app/data",)),
    "stage": ("", ("/app/lib.py", "/app/run.sh", "/app/data")),
    "user-number": ("RUN mkdir /app && chown 4321:0 /app && chmod 770 /app\nUSER 4321\n",
                    ("/app/x",)),
    "group-zero": ("RUN mkdir /app && chmod g+w /app\nUSER 4321\n", ("/app/x",)),
    "root": ("RUN mkdir /app && chmod 000 /app\nUSER root\n", ("/app/x",)),
    "copy-pattern": ("RUN mkdir /app && chown app /app\nCOPY *.py s*.sh /app/\n",
                     ("/app/main.py", "/app/start.sh", "/app/secret.key")),
    "copy-pattern-owner": ("COPY --chown=app src/*.* /app/\n",
                           ("/app/lib.py", "/app/run.sh", "/app/set.csv")),
    "copy-folder-over": ("RUN mkdir /app && chown app:team /app && chmod 700 /app\n"
                         "COPY src /app\n", ("/app/lib.py", "/app/data")),
    "copy-folder-over-deep": ("RUN mkdir -p /app/data && chown -R app:team /app && "
                              "chmod 777 /app/data\nCOPY src /app/\n",
                              ("/app/lib.py", "/app/data")),
    "copy-stage-over": ("", ("/app/lib.py", "/app/data", "/app/run.sh")),
    "ignored": ("COPY . /app/\n", ("/app/notes/a.txt", "/app/notes/keep.txt")),
    "cp-pattern": ("COPY src /src\nRUN mkdir /app && chown app /app && "
                   "cp /src/*.* /app/\n", ("/app/lib.py", "/app/run.sh")),
    "cp-target": ("COPY src /src\nRUN mkdir /app && cp -t /app /src/lib.py && "
                  "cp -rT /src /app/two\n", ("/app/lib.py", "/app/two", "/app/two/run.sh")),
    "mv-pattern": ("COPY --chown=app src /src\nRUN mkdir /app && mv /src/* /app/\n",
                   ("/app/lib.py", "/src/lib.py", "/src")),
    "hard-link": ("RUN mkdir /app && touch /app/a && chown app /app/a && "
                  "ln /app/a /app/b\n", ("/app/a", "/app/b")),
    "links": ("RUN mkdir -p /srv/a /srv/b /app && chown app /srv/b && "
              "ln -s /srv/a /srv/b /app/\n", ("/app/a", "/app/b", "/app/b/c")),
    "umask-letters": ("RUN umask u=rwx,g=rx,o= && mkdir /app && touch /app/f\n",
                      ("/app/f",)),
    "chmod-copy": ("RUN mkdir /app && chmod 750 /app && chmod -R g=u /app && "
                   "chgrp team /app\n", ("/app/f",)),
    "chmod-plain": ("RUN mkdir -m 700 /app && chmod +x /app && chmod -w /etc/issue\n",
                    ("/etc/issue",)),
    "tar": ("COPY src /src\nRUN mkdir /app && chown -R app /src && "
            "tar cf /tmp/s.tar -C /src . && tar xf /tmp/s.tar -C /app\n",
            ("/app/lib.py", "/src/lib.py")),
    "tilde": ("RUN mkdir -m 755 ~/x && install -d -m 755 -o app ~/y\n", ("/root/x",)),
    "unknown-tool": ("RUN perl -e 'mkdir \"/app\"'\n", ("/app/x",)),
    "sourced": ("RUN printf 'A=1\\n' > /opt/activate\nRUN . /opt/activate && mkdir /app\n",
                ("/app/x",)),
    "user-script": ("COPY start.sh /opt/\nUSER app\nRUN perl -e '1' && mkdir ~/x\n",
                    ("/home/app/x", "/opt/start.sh")),
    "run-as-user": ("RUN mkdir /app && chown app /app\nUSER app\n"
                    "RUN mkdir /app/own && touch /app/own/f && chmod 400 /app/own/f\n",
                    ("/app/own", "/app/own/f")),
}


# How it is started: options of `docker run` over one image, and the paths.
RUN_LINES = ("RUN mkdir /app /data && chown app:team /app && chmod 750 /app && "
             "touch /app/f && chmod 600 /app/f\n")
RUNS = {
    "tmpfs": ("--tmpfs /app --tmpfs /fresh", ("/app/f", "/fresh")),
    "tmpfs-options": ("--tmpfs /app:uid=1777,mode=700 --tmpfs /data:gid=1700,mode=0770",
                      ("/app/x", "/data")),
    "tmpfs-mount": ("--mount type=tmpfs,target=/data,tmpfs-mode=0755", ("/data",)),
    "read-only": ("--read-only", ("/app/f", "/dev/shm", "/dev", "/etc/hosts")),
    "read-only-tmpfs": ("--read-only --tmpfs /tmp", ("/app/f", "/dev/shm")),
    "read-only-root": ("--read-only -u 0 --tmpfs /run", ("/etc/hosts", "/dev", "/run/x")),
    "volume": ("-v paths-{name}-a:/app -v paths-{name}-b:/new", ("/app/f", "/new")),
    "volume-read-only": ("-v paths-{name}-c:/app:ro", ("/app/f",)),
    "volume-nocopy": ("-v paths-{name}-d:/app:nocopy", ("/app/f",)),
    "user": ("-u 4242:1700", ("/app/f",)),
    "no-override": ("-u 0 --cap-drop DAC_OVERRIDE", ("/app/f",)),
    "group-add": ("-u 4242 --group-add 1700", ("/app/f",)),
}


@dataclasses.dataclass(frozen=True)
class PathCase:
    """One image: its Dockerfile, the builder, the paths that are tried in it."""
    name: str
    dockerfile: str
    builder: str
    paths: tuple
    run: tuple = ()  # options of docker run


def _dockerfile(name, lines):
    head = f"FROM {BASE}\n{USER}"
    if name == "stage":
        head = (f"FROM {BASE} AS made\nCOPY src /out\nRUN chmod 700 /out/data && "
                f"chown -R 1777 /out\n{head}COPY --from=made /out /app\n")
    if name == "copy-stage-over":
        head = (f"FROM {BASE} AS made\nCOPY src /out\nRUN chmod 700 /out/data && "
                f"chown -R 1777 /out\n{head}RUN mkdir -p /app/data && chmod 770 /app\n"
                "COPY --from=made /out /app\n")
    tail = "" if "USER" in lines else "USER app\n"
    return head + lines + tail + 'CMD ["/probe"]\n'


def generate():
    """Every entry by both builders."""
    both = [(name, entry, builder) for name, entry in ENTRIES.items()
            for builder in ("classic", "buildkit")]
    one = [(name, entry, "buildkit") for name, entry in BUILDKIT.items()]
    return [PathCase(f"{name}/{builder}", _dockerfile(name, lines), builder,
                     tuple(dict.fromkeys(EVERYWHERE + paths)))
            for name, (lines, paths), builder in both + one] + [
        PathCase(f"run-{name}/buildkit",
                 _dockerfile("run", RUN_LINES) + f"# {options}\n", "buildkit",
                 tuple(dict.fromkeys(EVERYWHERE + ("/data",) + paths)),
                 tuple(options.format(name=name).split()))
        for name, (options, paths) in RUNS.items()]
