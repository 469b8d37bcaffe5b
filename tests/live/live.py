#!/usr/bin/python3
"""Truth from a real container engine, one suite after the other.

usage: live.py [SUITE]... [--cases N] [--only REGEX] [--jobs N]
               [--engine-only] [--save FILE] [--truth FILE]

The suites are users (effective_user.py), images (image_rows.py), runs (run_cases.py),
paths (paths.py), scenes (scenes.py), logs (logs.py) and host (hosts.py);
without a name all of them, with one private dockerd (engine.py). Speaks TAP. OAKUM names
the program (default build/src/cli/oakum), OAKUM_MODEL tests/live/model of a build.

--engine-only  do not ask oakum
--save FILE    keep what the engine did, as JSON
--truth FILE   ask oakum only, and use what an earlier run kept: needs no engine
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import bases
import effective_user
import hosts
import image_rows
import knowledge
import logs
import paths
import run_cases
import scenes
from engine import Engine, EngineUnavailable
from report import Report

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = 620
SUITES = {"users": effective_user, "images": image_rows, "runs": run_cases,
          "paths": paths, "scenes": scenes, "logs": logs, "host": hosts}


def about(engine):
    """What a saved run says of the engine that made it."""
    server = json.loads(engine.docker("version", "--format", "{{json .Server}}",
                                      check=True).stdout)
    return {"version": server["Version"], "kernel": server["KernelVersion"]}


def with_engine(report, wanted, options):
    """Every suite, with one engine."""
    cache = bases.Cache(bases.cache_dir())
    with Engine(cache.folder / "engine") as engine:
        saved = {"engine": about(engine)}
        for name, cases in wanted.items():
            saved[name] = SUITES[name].run(engine, cache, report, cases, options)
        if options.save:
            pathlib.Path(options.save).write_text(json.dumps(saved, indent=1) + "\n",
                                                  encoding="utf-8")
        engine.forget_waste()


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
        run = with_saved_truth if options.truth else with_engine
        run(report, wanted, options)
    except (EngineUnavailable, knowledge.FamilyDiffers) as why:
        print(f"Bail out! {why}")
        return 1
    report.summary()
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
