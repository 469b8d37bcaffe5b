#!/usr/bin/python3
"""Who does the built image run as? The engine is asked first, then oakum.

usage: effective_user.py [--cases N] [--only REGEX] [--jobs N]
                         [--engine-only] [--save FILE] [--truth FILE]

Builds generated Dockerfiles (cases.py) with a private dockerd (engine.py), runs a
probe in what they give (truth.py), and holds the answer of `oakum audit` against it
(judge.py). Speaks TAP. OAKUM names the program (default build/src/cli/oakum).

--engine-only  do not ask oakum
--save FILE    keep what the engine did, as JSON
--truth FILE   ask oakum only, and use what an earlier run kept: needs no engine
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import bases
import cases
import judge
import knowledge
from engine import Engine, EngineUnavailable
from truth import INVALID, Truth

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = 620
OAKUM_SECONDS = 20
# oakum's statuses that go with an answer: clean, findings, something unseen.
ANSWERED = (0, 1, 4)


class Report:
    """TAP as results come, and the sums at the end."""

    def __init__(self, count):
        self.number = self.failed = 0
        self.sums = collections.Counter()
        self.rows = collections.defaultdict(collections.Counter)
        print(f"1..{count}", flush=True)

    def point(self, is_ok, name, notes=(), skip=""):
        """One test point; notes stand below it as comments."""
        self.number += 1
        self.failed += not is_ok
        mark = f" # SKIP {skip}" if skip else ""
        lines = [f"{'ok' if is_ok else 'not ok'} {self.number} - {name}{mark}"]
        lines += [f"#   {line}" for note in notes for line in note.splitlines()]
        print("\n".join(lines), flush=True)

    def count(self, case, fact, outcome, unsaid=()):
        """Adds a judged case to the sums; rows are kept for every table's entry."""
        self.sums[fact.verdict, outcome] += 1
        self.sums.update((f"{key} not said", fact.verdict) for key in unsaid)
        parts = case.name.split("/")
        if len(parts) == 5:
            for kind, part in zip(("base", "tool", "form", "graph", "builder"), parts):
                self.rows[kind, part][outcome] += 1

    def summary(self):
        """Verdict by outcome, then the rows where something is wrong."""
        outcomes = (judge.OK, judge.MAYBE, judge.WRONG)
        print("# engine says   " + "".join(f"{word:>8}" for word in outcomes))
        for verdict in sorted({key[0] for key in self.sums if key[1] in outcomes}):
            print(f"# {verdict:14}" +
                  "".join(f"{self.sums[verdict, word]:8}" for word in outcomes))
        for (what, verdict), number in sorted(self.sums.items()):
            if what.endswith("not said"):
                print(f"# {what} for {verdict}: {number}")
        worst = sorted(((row[judge.WRONG], *key) for key, row in self.rows.items()
                        if row[judge.WRONG]), reverse=True)[:20]
        for number, kind, part in worst:
            print(f"# wrong with {kind} {part}: {number} of "
                  f"{sum(self.rows[kind, part].values())}")


def ask_oakum(program, case, table):
    """oakum's answer about a case; raises judge.NoAnswer."""
    with tempfile.TemporaryDirectory(prefix="oakum-case.") as context:
        case.write(context)
        pathlib.Path(context, "probe").touch()
        command = [program, "audit", "--format", "json", "--images", table,
                   "--builder", case.builder]
        for arg in case.args:
            command += ["--build-arg", arg]
        if case.target:
            command += ["--target", case.target]
        try:
            done = subprocess.run(
                [*command, "Dockerfile"], cwd=context, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", check=False,
                timeout=OAKUM_SECONDS)
        except subprocess.TimeoutExpired:
            raise judge.NoAnswer(f"no answer in {OAKUM_SECONDS} seconds") from None
    if done.returncode not in ANSWERED:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise judge.NoAnswer(f"ended with {done.returncode}: {last}")
    return judge.workload_user(done.stdout, case.target)


def show(case, fact):
    """What a person needs to see of a case that went wrong."""
    extra = "".join(f" --build-arg {arg}" for arg in case.args)
    extra += f" --target {case.target}" if case.target else ""
    engine = f"engine: {fact.verdict}"
    if fact.message:
        engine += f" at {fact.stage}: {fact.message}"
    else:
        engine += (f", Config.User {fact.config_user!r}, uid {fact.uid}, "
                   f"gid {fact.gid}, groups {list(fact.groups)}")
    return [engine, f"{case.builder}{extra}", *case.dockerfile.splitlines()]


def check_case(report, case, fact, options, table, untold):
    """One test point: the case itself, or oakum's answer to it."""
    if fact.verdict == INVALID:
        report.count(case, fact, judge.WRONG)
        report.point(False, case.name, ["the case itself does not work",
                                        *show(case, fact)])
        return
    if options.engine_only:
        report.count(case, fact, judge.OK)
        report.point(True, case.name)
        return
    try:
        user = ask_oakum(options.oakum, case, table)
        result = judge.judge(case, fact, user, untold)
        said = "oakum: " + json.dumps(user)
    except judge.NoAnswer as why:
        result, said = judge.Judgement(judge.WRONG, [f"oakum {why}"], []), ""
    report.count(case, fact, result.outcome, result.unsaid)
    notes = [] if result.outcome != judge.WRONG else \
        [*result.complaints, said, *show(case, fact)]
    report.point(result.outcome != judge.WRONG, case.name, notes)


def observe_all(engine, chosen, lacking, jobs, probe):
    """(case, Truth or None when its base is lacking), in order, as they come."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = [(case, None if case.base in lacking else
                    pool.submit(Truth.observe, engine, case, probe)) for case in chosen]
        try:
            for case, result in waiting:
                yield case, result and result.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def save(path, engine, text, untold, kept):
    """Keeps a run for --truth and for reading."""
    about = json.loads(engine.docker("version", "--format", "{{json .Server}}",
                                     check=True).stdout)
    whole = {"engine": {"version": about["Version"], "kernel": about["KernelVersion"]},
             "knowledge": text,
             "untold": {name: sorted(gids) for name, gids in untold.items()},
             "cases": [{"name": case.name, "dockerfile": case.dockerfile,
                        "builder": case.builder, "target": case.target,
                        "args": case.args, "truth": fact.as_dict()}
                       for case, fact in kept]}
    pathlib.Path(path).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def with_engine(report, chosen, options):
    """The whole run: engine, bases, knowledge, cases."""
    cache = bases.Cache(bases.cache_dir())
    with Engine(cache.folder / "engine") as engine:
        lacking = bases.prepare(engine, cache)
        usable = [name for name in bases.BASES if name not in lacking]
        try:
            text, untold = knowledge.table(engine, usable)
        except knowledge.FamilyDiffers as why:
            print(f"Bail out! {why}")
            return 1
        kept = []
        with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as table:
            table.write(text)
            table.flush()
            probe = bases.probe(cache)
            for case, fact in observe_all(engine, chosen, lacking, options.jobs, probe):
                if fact is None:
                    report.point(True, case.name, skip=lacking[case.base])
                    continue
                kept.append((case, fact))
                check_case(report, case, fact, options, table.name,
                           untold.get(case.base, frozenset()))
        if options.save:
            save(options.save, engine, text, untold, kept)
        engine.forget_waste()
    return 0


def with_saved_truth(report, chosen, options):
    """oakum alone, against an earlier run. A case that has changed since is skipped."""
    saved = json.loads(pathlib.Path(options.truth).read_text(encoding="utf-8"))
    facts = {(entry["name"], entry["dockerfile"]): Truth(**entry["truth"])
             for entry in saved["cases"]}
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as table:
        table.write(saved["knowledge"])
        table.flush()
        for case in chosen:
            fact = facts.get((case.name, case.dockerfile))
            if fact is None:
                report.point(True, case.name, skip="not in the saved run")
                continue
            check_case(report, case, fact, options, table.name,
                       frozenset(saved["untold"].get(case.base, ())))
    return 0


def parse(argv):
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("--engine-only", action="store_true")
    parser.add_argument("--save", default="")
    parser.add_argument("--truth", default="")
    options = parser.parse_args(argv)
    options.oakum = os.path.abspath(os.environ.get("OAKUM") or
                                    ROOT / "build/src/cli/oakum")
    return options


def main(argv):
    """Returns the exit status: 0 when every point is ok."""
    options = parse(argv)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: sys.exit(1))
    if not options.engine_only and shutil.which(options.oakum) is None:
        print(f"Bail out! no oakum at {options.oakum} (OAKUM names it)")
        return 1
    chosen = [case for case in cases.generate(options.cases)
              if re.search(options.only, case.name)]
    report = Report(len(chosen))
    try:
        run = with_saved_truth if options.truth else with_engine
        status = run(report, chosen, options)
    except EngineUnavailable as why:
        print(f"Bail out! {why}")
        return 1
    report.summary()
    return status or (1 if report.failed else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
