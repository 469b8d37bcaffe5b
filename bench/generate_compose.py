#!/usr/bin/env python3
"""Write synthetic compose projects, or scripts with run lines, as the public ones are.

How often a construct occurs (SHARE, of the services) and how many services a file has
was measured over some 290 compose files of public machine-learning repositories. The
same seed gives the same bytes, whatever the machine, so that two runs compare.

    generate_compose.py FOLDER             1,000 projects, FOLDER/0000/compose.yaml …
    generate_compose.py FOLDER --scripts   the same services as FOLDER/0000/run.sh
"""

import argparse
import random
import sys
from pathlib import Path

import generate

# Share of the services that say it; 746 services of 286 files.
SHARE = {
    "build": 0.300,
    "bind": 0.480,
    "cap add": 0.027,
    "cap drop": 0.012,
    "command": 0.350,
    "depends on": 0.300,
    "environment": 0.600,
    "gpu": 0.103,
    "healthcheck": 0.170,
    "host ipc": 0.034,
    "host network": 0.019,
    "limits": 0.010,
    "named volume": 0.250,
    "ports": 0.690,
    "privileged": 0.012,
    "profile": 0.070,
    "read only": 0.005,
    "restart": 0.360,
    "secret": 0.145,
    "seccomp": 0.021,
    "shm": 0.035,
    "socket": 0.025,
    "user": 0.062,
    "volume under root": 0.098,
}
FILE_SHARE = {"anchor": 0.073, "interpolation": 0.510, "version": 0.440, "env file": 0.300}
SERVICES = (1,) * 36 + (2,) * 24 + (3,) * 16 + (4,) * 10 + (5, 6, 7, 8, 10, 12, 15)
IMAGES = (
    ("postgres", "16"), ("redis", "7-alpine"), ("redis", "latest"), ("minio/minio", ""),
    ("ollama/ollama", "latest"), ("nginx", "1.27-alpine"), ("mongo", "7"),
    ("qdrant/qdrant", "v1.12.4"), ("ghcr.io/mlflow/mlflow", "v2.18.0"),
    ("quay.io/jupyter/scipy-notebook", "2024-10-07"), ("vllm/vllm-openai", "v0.6.4"),
    ("ghcr.io/open-webui/open-webui", "main"), ("grafana/grafana", "11.3.0"),
    ("example.org/models/scorer", "1.4"),
)
PORTS = (3000, 5000, 5432, 6379, 7860, 8000, 8080, 8501, 8888, 9000, 11434)
ENVIRONMENT = ("LOG_LEVEL=info", "MODEL_NAME=small", "WORKERS=2", "HF_HOME=/models",
               "DATABASE_URL=postgresql://db/app", "OLLAMA_HOST=ollama:11434")
SECRETS = ("POSTGRES_PASSWORD=crowbar-7", "API_TOKEN=gX4mT9wLq2", "SECRET_KEY=changeme")


class Service:
    """What one service says: as keys of compose, and as options of a run line."""

    def __init__(self, rng, name, others):
        self.rng = rng
        self.name = name
        self.others = others
        self.traits = {t for t in SHARE if rng.random() < SHARE[t]}
        self.keys = []
        self.options = []
        image, tag = rng.choice(IMAGES)
        self.image = image + (":" + tag if tag else "")
        self.is_built = "build" in self.traits
        for say in (self.say_run, self.say_reach, self.say_values, self.say_powers):
            say()

    def has(self, trait):
        return trait in self.traits

    def add(self, trait, keys, options=""):
        if self.has(trait):
            self.keys += keys
            self.options += [options] if options else []

    def say_run(self):
        image = [f"image: {self.image}"]
        self.keys += ["build:", "  context: ."] if self.is_built else image
        self.add("restart", ["restart: unless-stopped"], "--restart unless-stopped")
        self.add("user", [f"user: {self.rng.choice(('root', '1000:1000', '${UID}'))}"],
                 "--user 1000:1000")
        self.add("command", ["command: python -m app --port 8000"])
        self.add("profile", ["profiles: [gpu]"])
        if self.others:
            self.add("depends on", ["depends_on:", f"  - {self.others[-1]}"])
        self.add("healthcheck", ["healthcheck:", "  test: curl -f localhost || exit 1",
                                 "  interval: 30s"])

    def say_reach(self):
        port = self.rng.choice(PORTS)
        self.add("ports", ["ports:", f'  - "{port}:{port}"'], f"-p {port}:{port}")
        mounts = []
        if self.has("bind"):
            mounts.append("./data:/app/data")
        if self.has("volume under root"):
            mounts.append("cache:/root/.cache")
        if self.has("named volume"):
            mounts.append("store:/var/lib/store")
        if self.has("socket"):
            mounts.append("/var/run/docker.sock:/var/run/docker.sock")
        if mounts:
            self.keys += ["volumes:", *(f"  - {m}" for m in mounts)]
            self.options += [f'-v "{m}"' for m in mounts]
        self.add("host network", ["network_mode: host"], "--network host")

    def say_values(self):
        if not self.has("environment"):
            return
        chosen = self.rng.sample(ENVIRONMENT, self.rng.randint(1, 5))
        if self.has("secret"):
            chosen.append(self.rng.choice(SECRETS))
        self.options += [f"-e {c}" for c in chosen]
        if self.rng.random() < 0.5:
            self.keys += ["environment:", *(f"  - {c}" for c in chosen)]
        else:
            pairs = (c.partition("=") for c in chosen)
            self.keys += ["environment:", *(f'  {n}: "{v}"' for n, _, v in pairs)]

    def say_powers(self):
        self.add("privileged", ["privileged: true"], "--privileged")
        self.add("cap add", ["cap_add: [SYS_PTRACE]"], "--cap-add SYS_PTRACE")
        self.add("cap drop", ["cap_drop: [ALL]"], "--cap-drop ALL")
        self.add("seccomp", ["security_opt:", "  - seccomp:unconfined"],
                 "--security-opt seccomp=unconfined")
        self.add("read only", ["read_only: true", "tmpfs: [/tmp]"], "--read-only")
        self.add("host ipc", ["ipc: host"], "--ipc=host")
        self.add("shm", ["shm_size: 8gb"], "--shm-size 8g")
        self.add("limits", ["mem_limit: 4g", "cpus: 2"], "--memory 4g --cpus 2")
        self.add("gpu", ["deploy:", "  resources:", "    reservations:", "      devices:",
                         "        - driver: nvidia", "          count: all",
                         "          capabilities: [gpu]"], "--gpus all")


def services(seed, number):
    rng = random.Random(f"{seed}/{number}")
    made = []
    for index in range(rng.choice(SERVICES)):
        made.append(Service(rng, f"service{index}", [s.name for s in made]))
    return rng, made


def compose(rng, made):
    lines = ['version: "3.8"', ""] if rng.random() < FILE_SHARE["version"] else []
    anchored = rng.random() < FILE_SHARE["anchor"]
    if anchored:
        lines += ["x-common: &common", "  logging:", "    driver: json-file", ""]
    lines.append("services:")
    for service in made:
        lines.append(f"  {service.name}:")
        lines += ["    <<: *common"] if anchored else []
        lines += ["    " + key for key in service.keys]
        lines.append("")
    lines += ["volumes:", "  cache:", "  store:"]
    text = "\n".join(lines) + "\n"
    if rng.random() < FILE_SHARE["interpolation"]:
        text = text.replace("./data:", "${DATA_DIR:-./data}:").replace(
            "MODEL_NAME=small", "MODEL_NAME=${MODEL_NAME}")
    return text


def script(made):
    lines = ["#!/bin/bash", "set -euo pipefail", 'cd "$(dirname "$0")"', ""]
    if any(service.is_built for service in made):
        lines.append("docker build -t local/app .")
    for service in made:
        image = "local/app" if service.is_built else service.image
        words = [f"docker run -d --name {service.name}", *service.options, image]
        lines += [" \\\n\t".join(words), ""]
    return "\n".join(lines)


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--scripts", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    for number in range(options.count):
        folder = options.folder / f"{number:04}"
        folder.mkdir(parents=True, exist_ok=True)
        rng, made = services(options.seed, number)
        if any(service.is_built for service in made):
            for name, data in generate.dockerfile(options.seed, number).items():
                (folder / name).write_bytes(data)
        if options.scripts:
            (folder / "run.sh").write_text(script(made), encoding="utf-8")
            continue
        (folder / "compose.yaml").write_text(compose(rng, made), encoding="utf-8")
        if rng.random() < FILE_SHARE["env file"]:
            (folder / ".env").write_text("MODEL_NAME=small\nTAG=1.4\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
