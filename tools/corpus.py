#!/usr/bin/python3
"""Run oakum over a folder of public repositories and say what came out.

  corpus.py [OPTION]... DIR

Every folder of DIR is a repository: a checkout, a git directory, or a folder that holds
one under the name `repo`. What oakum reads (Dockerfiles, compose files, shell scripts in
which an engine is told to run something) is taken out of it, with what belongs to these,
into a scratch folder that goes away at the end; each other file is there as well, but
empty, so that what a build copies or a service mounts is found. Each file is audited by
a process of its own: one that crashes, hangs or is lost costs nothing but itself.

Prints how many files there are of each kind and how they ended, the findings a rule,
what was not seen and why, and findings in compose files and scripts at which a
variable stands that has no default.

  --oakum PROGRAM     default build/src/cli/oakum
  --kind KIND         only dockerfile, compose or script; may be given again
  --rule RULE         only this rule in the counts and samples; may be given again
  --enable RULE       also run this rule, which is off; may be given again
  --sample N          show N findings at random, the repository first, with the lines
                      about them
  --seed S            of that choice (default 1)
  --timeout SECONDS   after which a file counts as hung (default 10)
  --jobs N            how many at a time (default: one a core)
  --repositories FILE write a table of the repositories, in Markdown
  --keep FOLDER       the scratch folder, which then stays and is used again
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

LARGEST = 1 << 20  # bytes of a file that is taken; longer ones are none of ours
FILES = 50_000  # of one repository; what is beyond is not looked at
DOCKERFILE = re.compile(r"(^|[._-])(docker|container)file([._-]|$)", re.IGNORECASE)
COMPOSE = re.compile(r"(^|[._-])(compose|stack)[^/]*\.ya?ml$", re.IGNORECASE)
# Vectors of those who write readers of compose files: broken or strange on purpose.
VECTORS = re.compile(r"(^|/)(testdata|fixtures?|integration|e2e|tests?)/", re.IGNORECASE)
ENGINE = re.compile(rb"\b(docker|podman|nerdctl)\s+(container\s+)?(run|create|exec)\b")
# What the readers may open besides: settings, scripts, lists of packages, profiles, the
# program itself.
NEEDED = re.compile(
    r"(^|/)(\.env[^/]*|[^/]*\.env|\.dockerignore|[^/]*entrypoint[^/]*|[^/]*requirements"
    r"[^/]*\.txt|Pipfile|Procfile|[^/]*\.(bash|cfg|cnf|conf|ini|js|json|php|pl|properties"
    r"|py|rb|sh|sudoers|toml|ya?ml))$",
    re.IGNORECASE)
VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)(?!\w|:?[-+?])")
CONTEXT = 3  # lines shown before and behind a finding of the sample

Repository = collections.namedtuple("Repository", "name commit folder")
Outcome = collections.namedtuple("Outcome", "kind repository path status report")


def git(folder, *arguments, **kwargs):
    return subprocess.run(["git", "--git-dir", str(folder), *arguments], check=True,
                          capture_output=True, **kwargs).stdout


def git_folder(path):
    """The git directory of an entry of DIR, or None where it is none."""
    for candidate in (path, path / "repo", path / ".git", path / "repo/.git"):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return candidate
    return None


def blobs(folder):
    """Path, object and mode of each file of the newest commit; no links, no submodules."""
    listed = git(folder, "ls-tree", "-r", "-z", "HEAD").decode(errors="surrogateescape")
    for entry in listed.split("\0")[:FILES]:
        about, tab, path = entry.partition("\t")
        if tab and about.startswith("100"):
            yield path, about.split()[2], int(about.split()[0], 8) & 0o777


def is_wanted(path, is_program):
    """Is it read? A program without a suffix is a script, or too long."""
    name = path.rpartition("/")[2]
    return bool(DOCKERFILE.search(name) or COMPOSE.search(name) or NEEDED.search(path)
                or is_program and "." not in name)


def contents(folder, objects):
    """What is in these objects, None for one that is not there or is too long."""
    asked = "".join(f"{o}\n" for o in objects).encode()
    data = git(folder, "cat-file", "--batch", input=asked)
    at = 0
    for _ in objects:
        end = data.index(b"\n", at)
        words = data[at:end].split()
        at = end + 1
        if words[1] == b"missing":
            yield None
            continue
        size = int(words[2])
        yield data[at:at + size] if size <= LARGEST else None
        at += size + 1


def unpack(folder, target):
    """Write the newest commit: what is wanted whole, everything else empty."""
    listed = list(blobs(folder))
    files = {path: blob for path, blob, _ in listed}
    programs = {path for path, _, mode in listed if mode & 0o100}
    wanted = [path for path in files if is_wanted(path, path in programs)]
    if not any(DOCKERFILE.search(p) or COMPOSE.search(p) or p.endswith("sh")
               for p in wanted):
        return
    for path in files:
        if "/../" in f"/{path}/":
            continue
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o755 if path in programs else 0o644)
    for path, data in zip(wanted, contents(folder, [files[p] for p in wanted])):
        if data:
            (target / path).write_bytes(data)


def repositories(source, scratch):
    """Each repository of DIR, as a folder of plain files."""
    for path in sorted(p for p in source.iterdir() if p.is_dir()):
        name = path.name.replace("+", "/")
        folder = git_folder(path)
        if folder is None:
            yield Repository(name, "-", path)
            continue
        commit = git(folder, "rev-parse", "HEAD").decode().strip()
        target = scratch / path.name
        if not target.exists():
            target.mkdir()
            unpack(folder, target)
        yield Repository(name, commit, target)


def kind_of(path, relative):
    """Which of our inputs a file is taken for, or None."""
    if DOCKERFILE.search(path.name) and path.suffix not in (".sh", ".md", ".py", ".json"):
        return "dockerfile"
    if COMPOSE.search(path.name):
        return None if VECTORS.search(relative) else "compose"
    if path.suffix in (".sh", ".bash") and ENGINE.search(path.read_bytes()):
        return "script"
    return None


def inputs(repository):
    """Kind and path of each input of a repository."""
    for folder, names, files in os.walk(repository.folder):
        names[:] = sorted(n for n in names if n != ".git")
        for name in sorted(files):
            path = pathlib.Path(folder, name)
            if path.is_symlink() or not 0 < path.stat().st_size <= LARGEST:
                continue
            relative = str(path.relative_to(repository.folder))
            if kind := kind_of(path, relative):
                yield kind, relative


def audit(options, repository, kind, path):
    """One file through oakum: how that ended, and what it said."""
    command = [options.oakum, "audit", "--format", "json", "-j1"]
    for rule in options.enable:
        command += ["--enable", rule]
    try:
        ran = subprocess.run(
            [*command, "--", path], cwd=repository.folder, stdin=subprocess.DEVNULL,
            capture_output=True, check=False, timeout=options.timeout)
    except subprocess.TimeoutExpired:
        return Outcome(kind, repository, path, "hung", None)
    if ran.returncode < 0 or ran.returncode > 4:
        return Outcome(kind, repository, path, "crashed", None)
    if ran.returncode in (2, 3):
        return Outcome(kind, repository, path, "lost", None)
    report = json.loads(ran.stdout)
    read = any(i["path"] == path for i in report["inputs"])
    status = "whole" if ran.returncode < 4 else "in part" if read else "not read"
    return Outcome(kind, repository, path, status, report)


def is_about_a_variable(outcome, finding):
    """Does it accuse bytes with a variable that has no default and is nowhere set?"""
    file = outcome.repository.folder / finding["file"]
    if finding["verdict"] != "yes" or finding["file"] != outcome.path and \
            file.suffix not in (".yml", ".yaml"):
        return False
    start = finding["offset"]
    span = file.read_bytes()[start:start + finding["length"]].decode(errors="replace")
    beside = file.parent / ".env"
    known = beside.read_text(errors="replace") if beside.is_file() else ""
    if file.suffix in (".sh", ".bash"):
        known += file.read_text(errors="replace")
    return outcome.kind != "dockerfile" and any(
        not re.search(rf"\b{name}=", known)
        for name in VARIABLE.findall(span) if name not in ("HOME", "PWD", "USER"))


def source_of(outcome, finding):
    file = outcome.repository.folder / finding["file"]
    return file.read_bytes().decode(errors="surrogateescape")


def show(number, outcome, finding):
    """One finding with the lines about it, for reading."""
    lines = source_of(outcome, finding).splitlines()
    first, last = finding["line"], min(finding["end_line"], finding["line"] + CONTEXT)
    print(f"--- {number}. {finding['rule']} {finding['severity']} {finding['verdict']}  "
          f"{outcome.repository.name} {finding['file']}:{first}:{finding['column']}")
    for n in range(max(1, first - CONTEXT), min(len(lines), last + CONTEXT) + 1):
        mark = ">" if first <= n <= last else " "
        print(f"{mark}{n:5} {lines[n - 1][:160]}".encode(errors="replace").decode())
    span = source_of(outcome, finding).encode(errors="surrogateescape")[
        finding["offset"]:finding["offset"] + finding["length"]]
    print(f"  at    {span[:200].decode(errors='replace')!r}")
    for key in ("message", "consequence", "help"):
        if finding[key]:
            print(f"  {key:11} {finding[key]}")
    print()


def table(rows, head):
    widths = [max(len(str(r[i])) for r in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(str(c).ljust(w) for c, w in zip(row, widths)).rstrip())
    print()


def say_outcomes(outcomes, repos):
    print(f"{len(repos)} repositories, {len(outcomes)} files\n")
    statuses = ("whole", "in part", "not read", "lost", "crashed", "hung")
    rows = []
    for kind in ("dockerfile", "compose", "script"):
        count = collections.Counter(o.status for o in outcomes if o.kind == kind)
        where = {o.repository.name for o in outcomes if o.kind == kind}
        rows.append([kind, sum(count.values()), len(where), *(count[s] for s in statuses)])
    table(rows, ["kind", "files", "repos", *statuses])
    for outcome in outcomes:
        if outcome.status in ("lost", "crashed", "hung"):
            print(f"{outcome.status}: {outcome.repository.name} {outcome.path}")


def say_rules(outcomes, found):
    total = collections.Counter(o.kind for o in outcomes if o.report)
    rows = []
    for rule in sorted({f["rule"] for _, f in found}):
        of_rule = [(o, f) for o, f in found if f["rule"] == rule]
        row = [rule, len(of_rule), sum(f["verdict"] == "maybe" for _, f in of_rule),
               len({o.repository.name for o, _ in of_rule})]
        for kind in ("dockerfile", "compose", "script"):
            files = {(o.repository.name, o.path) for o, _ in of_rule if o.kind == kind}
            row.append(f"{100 * len(files) / total[kind]:.1f}" if total[kind] else "-")
        rows.append(row)
    table(sorted(rows, key=lambda r: -r[1]),
          ["rule", "findings", "maybe", "repos", "% Dockerfiles", "% compose", "% scripts"])


def say_unseen(outcomes):
    reasons = collections.Counter()
    for outcome in outcomes:
        for skipped in outcome.report["skipped"] if outcome.report else ():
            reasons[outcome.kind, re.sub(r"['`\"][^'`\"]*['`\"]|\d+", "…",
                                         skipped["reason"])] += 1
    table([[n, kind, reason[:110]] for (kind, reason), n in reasons.most_common(25)],
          ["not seen", "kind", "why"])


def write_repositories(path, outcomes, repos):
    count = collections.Counter((o.repository.name, o.kind) for o in outcomes)
    with open(path, "w", encoding="utf-8") as out:
        out.write("| repository | commit | Dockerfiles | compose | scripts |\n"
                  "|---|---|---|---|---|\n")
        for repo in repos:
            numbers = [count[repo.name, k] for k in ("dockerfile", "compose", "script")]
            if any(numbers):
                out.write(f"| {repo.name} | {repo.commit[:12]} | "
                          + " | ".join(map(str, numbers)) + " |\n")


def choose(found, options):
    """Findings at random, the repository first: one of a thousand files is one voice."""
    rng = random.Random(options.seed)
    of_repository = collections.defaultdict(list)
    for outcome, finding in found:
        of_repository[outcome.repository.name].append((outcome, finding))
    chosen = []
    while of_repository and len(chosen) < options.sample:
        name = rng.choice(sorted(of_repository))
        left = of_repository[name]
        chosen.append(left.pop(rng.randrange(len(left))))
        if not left:
            del of_repository[name]
    return chosen


def run(options, scratch):
    repos = list(repositories(pathlib.Path(options.folder), scratch))
    files = [(repo, kind, path) for repo in repos for kind, path in inputs(repo)
             if not options.kind or kind in options.kind]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda f: audit(options, *f), files))
    found = [(o, f) for o in outcomes if o.report for f in o.report["findings"]
             if not options.rule or f["rule"] in options.rule]
    say_outcomes(outcomes, repos)
    say_rules(outcomes, found)
    say_unseen(outcomes)
    unset = [(o, f) for o, f in found if is_about_a_variable(o, f)]
    print(f"{len(unset)} confident findings at bytes with a variable that has no default")
    for outcome, finding in unset[:40]:
        print(f"    {finding['rule']} {outcome.repository.name} "
              f"{finding['file']}:{finding['line']}")
    print()
    for number, (outcome, finding) in enumerate(choose(found, options), 1):
        show(number, outcome, finding)
    if options.repositories:
        write_repositories(options.repositories, outcomes, repos)
    return any(o.status in ("lost", "crashed", "hung") for o in outcomes)


def main(argv):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--oakum", default="build/src/cli/oakum")
    for name in ("--kind", "--rule", "--enable"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--repositories")
    parser.add_argument("--keep")
    options = parser.parse_args(argv)
    options.oakum = os.path.abspath(options.oakum)
    if options.keep:
        pathlib.Path(options.keep).mkdir(parents=True, exist_ok=True)
        return run(options, pathlib.Path(options.keep))
    with tempfile.TemporaryDirectory(prefix="oakum-corpus.") as scratch:
        return run(options, pathlib.Path(scratch))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
