"""Who does the built image run as? The engine is asked first, then oakum.

What it is: the suite `users` of live.py. Generated Dockerfiles (cases.py) are built with
a private dockerd, a probe is run in what they give (truth.py), and the answer of `oakum
audit` is held against it (judge.py). One point a case.
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import tempfile

import bases
import cases
import judge
import knowledge
from truth import INVALID, Truth

OAKUM_SECONDS = 60
# oakum's statuses that go with an answer: clean, findings, something unseen.
ANSWERED = (0, 1, 4)


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


def observe_all(engine, wanted, lacking, jobs, probe):
    """(case, Truth or None when its base is lacking), in order, as they come."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = [(case, None if case.base in lacking else
                    pool.submit(Truth.observe, engine, case, probe)) for case in wanted]
        try:
            for case, result in waiting:
                yield case, result and result.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def chosen(options):
    """The cases that --cases and --only leave."""
    return [case for case in cases.generate(options.cases)
            if re.search(options.only, case.name)]


def count(wanted):
    """How many points they are."""
    return len(wanted)


def fetches():
    """What takes long to make, as functions of the cache."""
    return (bases.debian_root, bases.busybox)


def run(engine, cache, report, wanted, options):
    """Bases, knowledge, cases; returns what --save keeps."""
    needed = {case.base for case in wanted}
    lacking = bases.prepare(engine, cache, needed)
    usable = [name for name in bases.BASES if name in needed and name not in lacking]
    text, untold = knowledge.table(engine, usable)
    kept = []
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as table:
        table.write(text)
        table.flush()
        probe = bases.probe(cache)
        for case, fact in observe_all(engine, wanted, lacking, options.jobs, probe):
            if fact is None:
                report.point(True, case.name, skip=lacking[case.base])
                continue
            kept.append((case, fact))
            check_case(report, case, fact, options, table.name,
                       untold.get(case.base, frozenset()))
    return {"knowledge": text,
            "untold": {name: sorted(gids) for name, gids in untold.items()},
            "cases": [{"name": case.name, "dockerfile": case.dockerfile,
                       "builder": case.builder, "target": case.target,
                       "args": case.args, "truth": fact.as_dict()}
                      for case, fact in kept]}


def replay(report, wanted, options, saved):
    """oakum alone, against an earlier run. A case that has changed since is skipped."""
    facts = {(entry["name"], entry["dockerfile"]): Truth(**entry["truth"])
             for entry in saved["cases"]}
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as table:
        table.write(saved["knowledge"])
        table.flush()
        for case in wanted:
            fact = facts.get((case.name, case.dockerfile))
            if fact is None:
                report.point(True, case.name, skip="not in the saved run")
                continue
            check_case(report, case, fact, options, table.name,
                       frozenset(saved["untold"].get(case.base, ())))
