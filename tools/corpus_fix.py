#!/usr/bin/python3
"""Let oakum fix the files of public repositories and say how that ended.

  corpus_fix.py [OPTION]... DIR

DIR, and what is taken out of it, as in corpus.py. Each file is fixed (`oakum fix --write
--all`) where it lies in the scratch folder, looked at, and put back as it was. For every
file must hold:

  reads      what is written is read without a complaint that was not there before
  twice      a second fix changes no byte
  comments   every comment that stood there stands there still, in the same order
  diff       the files differ from what they were by what the plan showed, and by no more
  endings    the ends of lines, and a last line without one, are as they were

Then it counts the root findings: those of containers that run as root for sure, on a base
that oakum knows, in files that are no template, without an entrypoint that gives root up.
A plan is complete when none is left after it was written. The rest is counted by what the
plan says of it.

  --oakum PROGRAM     default build/src/cli/oakum
  --kind KIND         only dockerfile, compose or script; may be given again
  --only N            only N files, drawn at random, the repository first
  --sample N          show N complete plans at random, the repository first, with the
                      file
  --without FILE      never show what stands there, a line each: repository, blank, path
  --seed S            of both choices (default 1)
  --timeout SECONDS   after which a file counts as hung (default 20)
  --jobs N            how many repositories at a time (default: one a core)
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

import corpus

ROOT_RULES = {"user-missing", "user-root", "user-override-root"}
UNKNOWN_BASE = "The base image is not known"  # how a plan says it: src/fix/user_account.c
CHECKS = ("reads", "twice", "comments", "diff", "endings")
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Fixed = collections.namedtuple(
    "Fixed", "kind repository path status failed before after plan files")


def oakum(options, folder, *words):
    """One run of the program."""
    return subprocess.run([options.oakum, *words], cwd=folder, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=options.timeout)


def audit(options, folder, path):
    """The report on one file, None where there is none."""
    ran = oakum(options, folder, "audit", "--format", "json", "-j1", "--", path)
    return json.loads(ran.stdout) if ran.stdout else None


def root_findings(report):
    """Workload and rule of each finding that a container runs as root for sure."""
    return {(workload, f["rule"]) for f in report["findings"]
            if f["rule"] in ROOT_RULES and f["verdict"] == "yes"
            for workload in f["workloads"]}


def complaints(report):
    """What could not be read, without places: these move."""
    return collections.Counter(
        [s["reason"] for s in report["skipped"]] +
        [f["message"] for f in report["findings"] if f["rule"].startswith("syntax")])


def comments(data):
    """The comment lines of a file."""
    return [line.strip() for line in data.splitlines() if line.strip().startswith(b"#")]


def is_within(few, many):
    """Are all of few among many, in that order?"""
    rest = iter(many)
    return all(one in rest for one in few)


def endings(data):
    """How lines end: are there CRLF, are there bare LF, is the last line ended."""
    return b"\r\n" in data, bool(re.search(rb"(?<!\r)\n", data)), data.endswith(b"\n")


class Repo:
    """The folder of one repository, put back after each file."""

    def __init__(self, options, repository):
        self.options, self.repository = options, repository
        self.folder = repository.folder

    def read(self, path):
        """The bytes at path, None where nothing stands."""
        file = self.folder / path
        return file.read_bytes() if file.is_file() else None

    def restore(self, before):
        """Puts the files back."""
        for path, data in before.items():
            file = self.folder / path
            if data is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(data)

    def fix(self, kind, path):
        """One file: Fixed."""
        try:
            report = audit(self.options, self.folder, path)
            if report is None or not any(i["path"] == path for i in report["inputs"]):
                return self._fixed(kind, path, "not read")
            plan = self._plan(path)
            if plan is None:
                return self._fixed(kind, path, "crashed", before=report)
            return self._write(kind, path, report, plan)
        except subprocess.TimeoutExpired:
            return self._fixed(kind, path, "hung")

    def _plan(self, path):
        ran = oakum(self.options, self.folder, "fix", "--format", "json", "--", path)
        if ran.returncode < 0 or ran.returncode > 4 or not ran.stdout:
            return None
        inputs = json.loads(ran.stdout)["inputs"]
        return {key: [entry for i in inputs for entry in i[key]]
                for key in ("parts", "left", "host", "files")}

    def _write(self, kind, path, report, plan):
        touched = [f["path"] for f in plan["files"]]
        before = {name: self.read(name) for name in {path, *touched}}
        # With the secrets that the plan for people hides.
        shown = oakum(self.options, self.folder, "fix", "--format", "diff", "--", path)
        try:
            ran = oakum(self.options, self.folder, "fix", "--write", "--all", "--", path)
            if ran.returncode < 0 or ran.returncode > 4:
                return self._fixed(kind, path, "crashed", before=report, plan=plan)
            files = {name: (old, self.read(name)) for name, old in before.items()}
            after = audit(self.options, self.folder, path)
            oakum(self.options, self.folder, "fix", "--write", "--all", "--", path)
            again = {name: self.read(name) for name in before}
            failed = self._failed(files, again, report, after, shown)
            changed = any(old != new for old, new in files.values())
            status = "fixed" if changed else "nothing to do"
            return Fixed(kind, self.repository, path, status, failed, report, after, plan,
                         files)
        finally:
            self.restore(before)

    def _fixed(self, kind, path, status, before=None, plan=None):
        return Fixed(kind, self.repository, path, status, [], before, None, plan, {})

    @staticmethod
    def _failed(files, again, report, after, shown):
        failed = []
        if after is None or complaints(after) - complaints(report):
            failed.append("reads")
        if any(again[name] != new for name, (_, new) in files.items()):
            failed.append("twice")
        for old, new in files.values():
            if old is None or new is None or old == new:
                continue
            if not is_within(comments(old), comments(new)):
                failed.append("comments")
            if old and endings(old)[2] != endings(new)[2] or \
                    endings(old)[0] and endings(old)[1] != endings(new)[1]:
                failed.append("endings")
        if not is_as_shown(files, shown.stdout):
            failed.append("diff")
        return failed


def is_as_shown(files, diff):
    """Do the plan's diffs, one part after the other, make of the old bytes the new?"""
    now = {name: old for name, (old, _) in files.items()}
    for name, hunks in split_diff(diff.decode(errors="surrogateescape")):
        now[name] = patched(now.get(name) or b"", hunks)
    return all(now[name] == new for name, (_, new) in files.items())


def split_diff(text):
    """(path, lines of hunks) of each file of a unified diff."""
    at, found = None, []
    for line in text.split("\n"):
        if line.startswith("+++ b/"):
            at = (line.removeprefix("+++ b/").partition("\t")[0], [])
            found.append(at)
        elif at is not None and not line.startswith(("--- a/", "--- /dev/null")):
            at[1].append(line)
    return found


def patched(data, hunks):
    """data after a unified diff; None where it does not fit."""
    old, out, at, is_new = re.findall(rb"[^\n]*\n|[^\n]+", data), [], 0, False
    for line in hunks:
        if found := HUNK.match(line):
            start = int(found[1]) - (found[2] != "0")
            out += old[at:start]
            at = start
            continue
        mark, words = line[:1], line[1:].encode(errors="surrogateescape")
        if mark in (" ", "-"):
            if at >= len(old) or old[at].rstrip(b"\n") != words:
                return None
            out += old[at:at + 1] if mark == " " else []
            at += 1
        elif mark == "+":
            out.append(words + b"\n")
        elif mark == "\\" and is_new:
            out[-1] = out[-1][:-1]
        is_new = mark == "+"
    return b"".join(out + old[at:])


def counted(fixed):
    """The root findings that count: where a USER line says root, the base may be unknown."""
    unknown = {entry["workload"] for entry in (fixed.plan or {}).get("left", ())
               if entry["why"].startswith(UNKNOWN_BASE)}
    return {(workload, rule) for workload, rule in root_findings(fixed.before)
            if workload not in unknown} if fixed.before else set()


def is_complete(fixed):
    """Is no root finding left, after there were some?"""
    before = root_findings(fixed.before) if fixed.before else set()
    return bool(before) and fixed.after is not None and \
        not root_findings(fixed.after) & before


def say_checks(all_fixed):
    """How every file ended."""
    statuses = ("fixed", "nothing to do", "not read", "crashed", "hung")
    rows = []
    for kind in ("dockerfile", "compose", "script"):
        of_kind = [f for f in all_fixed if f.kind == kind]
        count = collections.Counter(f.status for f in of_kind)
        failed = collections.Counter(c for f in of_kind for c in set(f.failed))
        rows.append([kind, len(of_kind), *(count[s] for s in statuses),
                     *(failed[c] for c in CHECKS)])
    corpus.table(rows, ["kind", "files", *statuses, *(f"not {c}" for c in CHECKS)])
    for f in all_fixed:
        if f.failed or f.status in ("crashed", "hung"):
            print(f"{' '.join(f.failed) or f.status}: {f.repository.name} {f.path}")
    print()


def say_plans(all_fixed):
    """How many root findings are gone, and what stops the rest."""
    rows, stops = [], collections.Counter()
    for kind in ("dockerfile", "compose", "script"):
        total = gone = files = whole = 0
        for f in all_fixed:
            before = counted(f) if f.kind == kind else set()
            if not before:
                continue
            left = root_findings(f.after) & before if f.after else before
            files, whole = files + 1, whole + (not left)
            total, gone = total + len(before), gone + len(before) - len(left)
            for workload, rule in left:
                stops[kind, why_left(f, workload, rule)] += 1
        if total:
            rows.append([kind, files, whole, f"{100 * whole / files:.1f}", total, gone,
                         f"{100 * gone / total:.1f}"])
    corpus.table(rows, ["kind", "files", "complete", "%", "findings", "gone", "%"])
    corpus.table([[n, kind, why] for (kind, why), n in stops.most_common(40)],
                 ["left", "kind", "why"])


def why_left(fixed, workload, rule):
    """What the plan says of a finding that stays, without names and numbers."""
    left = [entry for entry in (fixed.plan or {}).get("left", ())
            if rule in entry["rules"] or entry["workload"] == workload]
    left.sort(key=lambda entry: (rule not in entry["rules"],
                                 entry["workload"] != workload))
    why = left[0]["why"] if left else "the plan says nothing of it"
    return re.sub(r"['`\"][^'`\"]*['`\"]|\d+", "…", why)[:150]


def choose(all_fixed, number, seed):
    """Some at random, the repository first."""
    rng = random.Random(seed)
    of_repository = collections.defaultdict(list)
    for f in all_fixed:
        of_repository[f[0] if len(f) == 3 else f.repository.name].append(f)
    chosen = []
    while of_repository and len(chosen) < number:
        name = rng.choice(sorted(of_repository))
        left = of_repository[name]
        chosen.append(left.pop(rng.randrange(len(left))))
        if not left:
            del of_repository[name]
    return chosen


def show(number, fixed):
    """One plan, for reading."""
    print(f"=== {number}. {fixed.repository.name} {fixed.path}")
    print(fixed.files[fixed.path][0].decode(errors="replace"))
    for part in fixed.plan["parts"]:
        print(f"--- {part['title']} [{part['class']}] {part['workload']}\n{part['diff']}")
        for line in part.get("by_hand", ()):
            print(f"    by hand: {line}")
    for left in fixed.plan["left"]:
        print(f"--- left: {left['title']}: {left['why']}")
    for step in fixed.plan.get("host", ()):
        print(f"--- host: {step['command']}")
    print()


def run(options, scratch):
    """Everything; True when something is not as it must be."""
    repos = list(corpus.repositories(pathlib.Path(options.folder), scratch))
    files = [(repo.name, kind, path, repo) for repo in repos
             for kind, path in corpus.inputs(repo)
             if not options.kind or kind in options.kind]
    if options.only:
        keep = choose([f[:3] for f in files], options.only, options.seed)
        files = [f for f in files if f[:3] in set(keep)]
    of_repo = collections.defaultdict(list)
    for _, kind, path, repo in files:
        of_repo[repo].append((kind, path))

    def whole(repo):
        at = Repo(options, repo)
        return [at.fix(kind, path) for kind, path in of_repo[repo]]

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        all_fixed = [f for group in pool.map(whole, of_repo) for f in group]
    print(f"{len(of_repo)} repositories, {len(all_fixed)} files\n")
    say_checks(all_fixed)
    say_plans(all_fixed)
    seen = set(pathlib.Path(options.without).read_text().splitlines()
               if options.without else ())
    drawn = [f for f in all_fixed if f.status == "fixed" and is_complete(f) and
             f"{f.repository.name} {f.path}" not in seen]
    for number, fixed in enumerate(choose(drawn, options.sample, options.seed), 1):
        show(number, fixed)
    return any(f.failed or f.status in ("crashed", "hung") for f in all_fixed)


def main(argv):
    """The options."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--oakum", default="build/src/cli/oakum")
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--only", type=int, default=0)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--without")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=20)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
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
