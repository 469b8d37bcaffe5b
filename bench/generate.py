#!/usr/bin/env python3
"""Write synthetic Dockerfiles that are shaped like the public ones.

How often a construct occurs (SHARE) and how long files are (MEDIAN_LINES, SPREAD)
was measured over some 1,400 Dockerfiles of public machine-learning repositories.
The same seed gives the same bytes, whatever the machine, so that two runs compare.

    generate.py FOLDER                 1,000 files, FOLDER/0000/Dockerfile and so on
    generate.py FOLDER --count 1 --lines 40 --seed 7
"""

import argparse
import math
import random
import sys
from pathlib import Path

# Share of the files that hold the construct at least once.
SHARE = {
    "apt": 0.535,
    "blank line in continuation": 0.014,
    "byte order mark": 0.001,
    "cache mount": 0.147,
    "carriage returns": 0.003,
    "chmod 777": 0.038,
    "chown in run": 0.084,
    "comment in continuation": 0.167,
    "copied script": 0.200,
    "copy chown": 0.115,
    "copy from image": 0.039,
    "copy whole context": 0.180,
    "curl to shell": 0.048,
    "entrypoint": 0.268,
    "expose": 0.177,
    "from argument": 0.330,
    "healthcheck": 0.010,
    "heredoc": 0.068,
    "json copy": 0.009,
    "legacy env": 0.201,
    "lower case": 0.006,
    "multi-stage": 0.184,
    "no final newline": 0.066,
    "no tag": 0.154,
    "onbuild": 0.002,
    "pip": 0.427,
    "platform": 0.023,
    "shell": 0.068,
    "shell-form command": 0.039,
    "space after backslash": 0.003,
    "sudo": 0.070,
    "syntax directive": 0.072,
    "template": 0.050,
    "user": 0.229,
    "user is root": 0.047,
    "useradd": 0.146,
    "volume": 0.060,
}

# A log-normal law: half of the files below 30 lines, a tenth above 99, the longest
# of a thousand near 600. Nothing real was longer than MOST_LINES.
MEDIAN_LINES = 30
SPREAD = 0.93
FEWEST_LINES = 3
MOST_LINES = 2500

BASES = (
    ("python", "3.12-slim"), ("ubuntu", "22.04"), ("ubuntu", "24.04"),
    ("nvidia/cuda", "12.4.1-cudnn-runtime-ubuntu22.04"), ("debian", "bookworm-slim"),
    ("nvcr.io/nvidia/pytorch", "24.05-py3"), ("alpine", "3.20"),
    ("eclipse-temurin", "17-jre"), ("nginx", "1.27-alpine"),
    ("mambaorg/micromamba", "2.0.5"), ("quay.io/jupyter/base-notebook", "2024-10-07"),
    ("pytorch/pytorch", "2.4.1-cuda12.1-cudnn9-runtime"),
    ("tensorflow/tensorflow", "2.17.0-gpu"), ("apache/spark", "3.5.3"),
    ("gcr.io/distroless/python3-debian12", "nonroot"),
)
APT = (
    "build-essential", "ca-certificates", "cmake", "curl", "ffmpeg", "g++", "git",
    "gnupg", "libgl1", "libglib2.0-0", "libgomp1", "libsm6", "libxext6", "ninja-build",
    "openjdk-17-jre-headless", "pkg-config", "python3-dev", "python3-pip",
    "software-properties-common", "tini", "tzdata", "unzip", "vim", "wget",
    "zlib1g-dev",
)
PIP = (
    "accelerate", "bitsandbytes", "datasets", "einops", "fastapi", "flask", "gradio",
    "gunicorn", "jupyterlab", "matplotlib", "mlflow", "numpy", "onnxruntime", "pandas",
    "peft", "pillow", "pyarrow", "ray[default]", "scikit-learn", "scipy",
    "sentencepiece", "streamlit", "torch", "torchvision", "transformers", "uvicorn",
)
ENVIRONMENT = (
    ("DEBIAN_FRONTEND", "noninteractive"), ("HF_HOME", "/root/.cache/huggingface"),
    ("LANG", "C.UTF-8"), ("MODEL_DIR", "/opt/model"), ("OMP_NUM_THREADS", "4"),
    ("PATH", "/opt/venv/bin:$PATH"), ("PIP_NO_CACHE_DIR", "1"),
    ("PYTHONPATH", "${PYTHONPATH}:/app"), ("PYTHONUNBUFFERED", "1"),
    ("TORCH_HOME", "/data/torch"), ("TZ", "Etc/UTC"), ("WORKERS", "${WORKERS:-2}"),
)
COMMANDS = (
    "mkdir -p /opt/model /var/log/app",
    "curl -fsSL https://example.org/model.tar.gz | tar -xz -C /opt/model",
    'if [ "$(uname -m)" = "x86_64" ]; then echo amd64 > /arch; else arch > /arch; fi',
    "for size in small base large; do mkdir -p \"/opt/model/$size\"; done",
    "git clone --depth 1 https://example.org/project.git /opt/project",
    "cd /opt/project && cmake -S . -B build -DCMAKE_BUILD_TYPE=Release",
    "make -C /opt/project/build -j\"$(nproc)\"",
    "ln -sf /usr/bin/python3 /usr/bin/python",
    "python3 -c 'import sys; print(sys.version)'",
    "sed -i 's/^#Port 22$/Port 2222/' /etc/app.conf || true",
    "find /opt -name '*.pyc' -delete",
    "rm -rf /tmp/* /var/tmp/*",
    "echo \"export PATH=/opt/bin:${PATH}\" >> /etc/profile.d/path.sh",
    "test -n \"${MODEL_DIR:?no model folder}\"",
)
COMMENTS = (
    "keep in step with the version in CI", "needed by opencv",
    "see the notes in the wiki", "TODO: pin this", "drivers first, they change least",
)
TAIL = (" \\", " \\", " \\", "\t\\")


class Writer:
    """One Dockerfile in the making: its lines, its traits and its random numbers."""

    def __init__(self, rng, wanted):
        self.rng = rng
        self.wanted = wanted
        self.lines = []
        self.files = {}
        self.traits = {name for name in SHARE if rng.random() < SHARE[name]}

    def has(self, trait):
        return trait in self.traits

    def add(self, *texts):
        """Append texts; one may hold several lines."""
        for text in texts:
            self.lines.extend(text.split("\n"))

    def run(self, flags, commands):
        """Write one RUN of several commands joined by && over several lines."""
        first = "RUN " + (flags + " " if flags else "")
        for number, command in enumerate(commands):
            last = number + 1 == len(commands)
            lead = first if number == 0 else "    && "
            tail = "" if last else self.rng.choice(TAIL)
            if not last and self.has("space after backslash"):
                tail += "  "
            self.add(lead + command + tail)
            if last:
                break
            if self.has("comment in continuation") and self.rng.random() < 0.3:
                self.add("    # " + self.rng.choice(COMMENTS))
            if self.has("blank line in continuation") and self.rng.random() < 0.2:
                self.add("")


def base(writer):
    name, tag = writer.rng.choice(BASES)
    if writer.has("no tag"):
        return name + writer.rng.choice(("", ":latest"))
    return f"{name}:{tag}"


def head(writer):
    if writer.has("syntax directive"):
        writer.add("# syntax=docker/dockerfile:1")
    if writer.rng.random() < 0.4:
        writer.add("# " + writer.rng.choice(COMMENTS), "")


def first_from(writer):
    platform = "--platform=$BUILDPLATFORM " if writer.has("platform") else ""
    name = " AS build" if writer.has("multi-stage") else ""
    if writer.has("from argument"):
        image, _, tag = base(writer).partition(":")
        writer.add(f"ARG BASE_TAG={tag or 'latest'}")
        writer.add(f"FROM {platform}{image}:${{BASE_TAG}}{name}", "")
        return
    writer.add(f"FROM {platform}{base(writer)}{name}", "")


def apt_install(writer):
    packages = writer.rng.sample(APT, writer.rng.randint(2, 12))
    flags = "--no-install-recommends " if writer.rng.random() < 0.4 else ""
    tool = "sudo apt-get" if writer.has("sudo") else "apt-get"
    gap = " \\\n        " if len(packages) > 5 else " "
    mount = ""
    if writer.has("cache mount"):
        mount = "--mount=type=cache,target=/var/cache/apt,sharing=locked"
    writer.run(mount, [
        f"{tool} update",
        gap.join([f"{tool} install -y {flags}".rstrip(), *packages]),
        "rm -rf /var/lib/apt/lists/*",
    ])
    writer.add("")


def pip_install(writer):
    mount = ""
    if writer.has("cache mount"):
        mount = "--mount=type=cache,target=/root/.cache/pip "
    if writer.rng.random() < 0.5:
        packages = writer.rng.sample(PIP, writer.rng.randint(3, 9))
        writer.files["requirements.txt"] = "\n".join(packages) + "\n"
        writer.add("COPY requirements.txt /tmp/requirements.txt")
        writer.add(f"RUN {mount}pip install -r /tmp/requirements.txt", "")
        return
    packages = " ".join(writer.rng.sample(PIP, writer.rng.randint(1, 5)))
    writer.add(f"RUN {mount}pip3 install --upgrade pip && pip3 install {packages}", "")


def environment(writer):
    chosen = writer.rng.sample(ENVIRONMENT, writer.rng.randint(1, 4))
    if writer.has("legacy env"):
        writer.add(*(f"ENV {name} {value}" for name, value in chosen))
        return
    pairs = [f'{name}="{value}"' for name, value in chosen]
    writer.add("ENV " + " \\\n    ".join(pairs))


def arguments(writer):
    number = writer.rng.randint(0, 999)
    writer.add(f"ARG VERSION_{number}=1.{number}.0",
               f"LABEL part.{number}=$VERSION_{number}")


def commands(writer):
    writer.run("", writer.rng.sample(COMMANDS, writer.rng.randint(1, 5)))


def comment(writer):
    writer.add("", "# " + writer.rng.choice(COMMENTS))


def heredoc(writer):
    if writer.rng.random() < 0.5:
        writer.add("RUN <<EOF", "set -e", *writer.rng.sample(COMMANDS, 3), "EOF")
        return
    writer.add("COPY --chmod=0755 <<'EOS' /usr/local/bin/start",
               "#!/bin/sh", "# FROM here on it is shell", 'exec "$@"', "EOS")


def copy_script(writer):
    writer.files["entrypoint.sh"] = (
        "#!/bin/bash\nset -euo pipefail\n"
        'if [ "$(id -u)" = 0 ]; then\n'
        "\tchown -R app:app /data\n"
        '\texec gosu app "$0" "$@"\nfi\nexec "$@"\n'
    )
    writer.add("COPY entrypoint.sh /usr/local/bin/entrypoint.sh",
               "RUN chmod +x /usr/local/bin/entrypoint.sh")


def second_stage(writer):
    writer.add("", f"FROM {base(writer)}", "COPY --from=build /opt /opt",
               "ENV PATH=/opt/bin:$PATH")


# Traits that put one line, or a few, somewhere in the file.
ONE_LINERS = {
    "chmod 777": ("RUN mkdir -p /data && chmod -R 777 /data",),
    "chown in run": ("RUN chown -R 1000:1000 /opt/model",),
    "copy chown": ("COPY --chown=1000:1000 src/ /app/src/",),
    "copy from image": ("COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/uv",),
    "copy whole context": ("COPY . /app",),
    "curl to shell": ("RUN curl -sSL https://example.org/install.sh | bash -",),
    "expose": ("EXPOSE 8080 8443/tcp",),
    "healthcheck": ("HEALTHCHECK --interval=30s CMD curl -f localhost || exit 1",),
    "json copy": ('COPY ["my model.bin", "/opt/model/my model.bin"]',),
    "onbuild": ("ONBUILD COPY requirements.txt /app/",),
    "shell": ('SHELL ["/bin/bash", "-o", "pipefail", "-c"]',),
    "template": ("RUN echo {{ version }}", "{% if gpu %}", "ENV GPU=1", "{% endif %}"),
    "volume": ('VOLUME ["/data"]',),
}

# What fills a file up to its length, with its weight.
FILLERS = (
    (commands, 8), (environment, 3), (arguments, 2), (comment, 3),
)


def tail(writer):
    writer.add("", "WORKDIR /app")
    if writer.has("useradd"):
        uid = writer.rng.choice(("--uid 1000 ", "-u 1001 ", ""))
        writer.add(f"RUN groupadd -f app && useradd {uid}-m -g app -s /bin/bash app")
    if writer.has("user"):
        made = "app" if writer.has("useradd") else "jovyan"
        names = (made, made, made, "1000:1000", "${NB_UID}")
        writer.add("USER " + writer.rng.choice(names))
    elif writer.has("user is root"):
        writer.add("USER " + writer.rng.choice(("root", "0", "0:0")))
    if writer.has("entrypoint"):
        script = "entrypoint.sh" in writer.files
        program = "/usr/local/bin/entrypoint.sh" if script else "python3"
        writer.add(f'ENTRYPOINT ["{program}"]')
    if writer.has("shell-form command"):
        writer.add("CMD python3 -m app --port ${PORT:-8080}")
    else:
        writer.add('CMD ["python3", "-m", "app"]')


def body(writer):
    """Put the traits first, in any order, then fill up to the wanted length."""
    parts = [lambda w, text=text: w.add(*text)
             for trait, text in ONE_LINERS.items() if writer.has(trait)]
    for trait, part in (("apt", apt_install), ("pip", pip_install),
                        ("heredoc", heredoc), ("copied script", copy_script)):
        if writer.has(trait):
            parts.append(part)
    writer.rng.shuffle(parts)
    room = writer.wanted - 4
    for part in parts:
        if len(writer.lines) < room:
            part(writer)
    fillers = [part for part, weight in FILLERS for _ in range(weight)]
    switch = writer.wanted // 2 if writer.has("multi-stage") else None
    while len(writer.lines) < room:
        if switch is not None and len(writer.lines) >= switch:
            second_stage(writer)
            switch = None
        writer.rng.choice(fillers)(writer)
    if switch is not None:
        second_stage(writer)


def encode(writer):
    """Turn the lines into bytes with the file's own habits."""
    lines = writer.lines
    if writer.has("lower case"):
        lines = [line.replace("RUN ", "run ", 1).replace("COPY ", "copy ", 1)
                 if line.startswith(("RUN ", "COPY ")) else line for line in lines]
    newline = "\r\n" if writer.has("carriage returns") else "\n"
    text = newline.join(lines)
    if not writer.has("no final newline"):
        text += newline
    mark = b"\xef\xbb\xbf" if writer.has("byte order mark") else b""
    return mark + text.encode()


def length(rng):
    lines = round(MEDIAN_LINES * math.exp(rng.gauss(0, SPREAD)))
    return min(MOST_LINES, max(FEWEST_LINES, lines))


def written(rng, lines):
    writer = Writer(rng, lines)
    for part in (head, first_from, body, tail):
        part(writer)
    return writer


def dockerfile(seed, number, lines=None):
    """Return {name: bytes}: one Dockerfile and what it copies.

    Parts come whole, so a file misses its wanted length by a few lines; where the
    length is asked for, numbers are drawn again until it is met.
    """
    rng = random.Random(f"{seed}/{number}")
    writer = written(rng, lines or length(rng))
    while lines and len(writer.lines) != lines:
        writer = written(rng, lines)
    files = {name: text.encode() for name, text in writer.files.items()}
    return {"Dockerfile": encode(writer), **files}


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--lines", type=int, help="lines of every file (10 or more)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    if options.lines is not None and options.lines < 10:
        parser.error("--lines: 10 or more")
    for number in range(options.count):
        folder = options.folder / f"{number:04}"
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in dockerfile(options.seed, number, options.lines).items():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
