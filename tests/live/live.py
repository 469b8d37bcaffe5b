#!/usr/bin/python3
"""Truth from a real container engine, suite by suite.

usage: live.py [SUITE]... [--cases N] [--only REGEX] [--jobs N]
               [--engine-only] [--save FILE] [--truth FILE]

The suites are users (effective_user.py), images (image_rows.py), runs (run_cases.py),
paths (paths.py), scenes (scenes.py), logs (logs.py), host (hosts.py), filters
(filters.py) and podman (rootless.py);
without a name all of them, with private dockerds (engine.py). Speaks TAP. OAKUM names
the program (default build/src/cli/oakum), OAKUM_MODEL tests/live/model of a build.

--engine-only  do not ask oakum
--save FILE    keep what the engine did, as JSON
--truth FILE   ask oakum only, and use what an earlier run kept: needs no engine
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import bases
import effective_user
import filters
import hosts
import image_rows
import knowledge
import logs
import paths
import rootless
import run_cases
import scenes
from engine import Engine, EngineUnavailable
from report import Report

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = 620
SUITES = {"users": effective_user, "images": image_rows, "runs": run_cases,
          "paths": paths, "scenes": scenes, "logs": logs, "host": hosts,
          "filters": filters, "podman": rootless}
# Each with an engine of its own, side by side: one of them computes while the other
# waits for what it started. Of one group one suite at a time, in the order of SUITES.
GROUPS = {"engine": ("users", "images", "runs", "paths"),
          "engine-projects": ("scenes", "logs", "host", "filters",
                              "podman")}
FETCHERS = 2


def about(engine):
    """What a saved run says of the engine that made it."""
    server = json.loads(engine.docker("version", "--format", "{{json .Server}}",
                                      check=True).stdout)
    return {"version": server["Version"], "kernel": server["KernelVersion"]}


def run_group(engine, cache, report, wanted, options):
    """What the suites of one group keep, by their names."""
    saved = {}
    for name, cases in wanted.items():
        start = time.monotonic()
        saved[name] = SUITES[name].run(engine, cache, report, cases, options)
        report.took(name, time.monotonic() - start)
    engine.forget_waste()
    return saved


def fetch(cache, wanted):
    """Makes what several suites wait long for, beforehand; they say what fails."""
    makers = [make for name in wanted if wanted[name]
              for make in getattr(SUITES[name], "fetches", lambda: ())()]
    with concurrent.futures.ThreadPoolExecutor(FETCHERS) as pool:
        for made in [pool.submit(make, cache) for make in makers]:
            made.exception()


def with_engines(report, wanted, options):
    """Every group that is wanted, with an engine each."""
    cache = bases.Cache(bases.cache_dir())
    groups = {place: {name: wanted[name] for name in names if name in wanted}
              for place, names in GROUPS.items()}
    groups = {place: group for place, group in groups.items() if group}
    with contextlib.ExitStack() as stack:
        # Here and not in a thread: an engine dies with the thread that started it.
        engines = {place: stack.enter_context(Engine(cache.folder / place))
                   for place in groups}
        pool = concurrent.futures.ThreadPoolExecutor(len(groups) + 1)
        try:
            saved = {"engine": about(next(iter(engines.values())))}
            fetched = pool.submit(fetch, cache, wanted)
            running = [pool.submit(run_group, engines[place], cache, report, group, options)
                       for place, group in groups.items()]
            for group in concurrent.futures.as_completed(running):
                saved |= group.result()
            fetched.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        if options.save:
            pathlib.Path(options.save).write_text(json.dumps(saved, indent=1) + "\n",
                                                  encoding="utf-8")


def with_saved_truth(report, wanted, options):
    """oakum alone, suite by suite."""
    saved = json.loads(pathlib.Path(options.truth).read_text(encoding="utf-8"))
    for name, cases in wanted.items():
        if saved.get(name):
            SUITES[name].replay(report, cases, options, saved[name])
            continue
        for number in range(SUITES[name].count(cases)):
            report.point(True, f"{name} {number}", skip="not in the saved run")


def parse(argv):
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", choices=[[], *SUITES], metavar="SUITE")
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
    wanted = {name: suite.chosen(options) for name, suite in SUITES.items()
              if not options.suites or name in options.suites}
    report = Report(sum(SUITES[name].count(cases) for name, cases in wanted.items()))
    try:
        run = with_saved_truth if options.truth else with_engines
        run(report, wanted, options)
    except (EngineUnavailable, knowledge.FamilyDiffers) as why:
        print(f"Bail out! {why}")
        return 1
    report.summary()
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
