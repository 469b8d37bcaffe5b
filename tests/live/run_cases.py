"""Does the model know what a compose project or a run line starts?

What it is: the suite `runs` of live.py. Projects and lines (runs.py) are made into
containers by a private dockerd (run_truth.py); what docker inspect says of each is held
against what tests/live/model says of the same bytes (run_judge.py). One point a
container.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import bases
import knowledge
import run_judge
import run_truth
import runs

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASES = ("run-plain", "run-name", "run-pair")
MODEL_SECONDS = 60


def capability_order():
    """The names of capabilities by number, as the kernel's header has them."""
    header = pathlib.Path("/usr/include/linux/capability.h").read_text(encoding="utf-8")
    numbers = {int(number): name for name, number in
               re.findall(r"#define CAP_([A-Z0-9_]+)\s+(\d+)\n", header)}
    return [numbers[number] for number in sorted(numbers)]


def chosen(options):
    """(projects, lines) that --only leaves, whole projects."""
    def is_wanted(name):
        return re.search(options.only, name)
    return ([p for p in runs.projects()
             if any(is_wanted(p.case_name(service)) for service in p.services)],
            [line for line in runs.lines() if is_wanted(line.case_name)])


def count(wanted):
    """How many points they are."""
    projects, lines = wanted
    return sum(len(project.services) for project in projects) + len(lines)


class NoModel(Exception):
    """The model said nothing; the text is why."""


def ask(words, folder, variables, table):
    """The model's workloads, by service; a line's only one has the key ""."""
    program = os.environ.get("OAKUM_MODEL") or ROOT / "build/tests/live/model"
    environment = {"PATH": "/usr/bin:/bin", "HOME": f"{folder}/home", **dict(variables)}
    done = subprocess.run([program, "--images", table, *words], cwd=folder, text=True,
                          env=environment, stdin=subprocess.DEVNULL, check=False,
                          capture_output=True, timeout=MODEL_SECONDS)
    if done.returncode != 0:
        raise NoModel(f"status {done.returncode}: {done.stderr.strip()[-300:]}")
    try:
        return json.loads(done.stdout)["workloads"]
    except ValueError as why:
        raise NoModel(f"{why}: {done.stdout[:200]}") from None


def ask_project(project, folder, table):
    """{service: workload} of a project."""
    words = project.words or (project.files[0][0],)
    if "-f" not in words and len(words) > 1:
        words = (*words, project.files[0][0])
    return {workload["service"]: workload
            for workload in ask(words, folder, project.variables, table)}


def ask_line(line, folder, table):
    """The one workload of a line."""
    words = ("run.sh",) if line.is_script else ("--run", line.text)
    made = ask(words, folder, (("FROM_SHELL", "from-shell"),), table)
    if len(made) != 1:
        raise NoModel(f"{len(made)} workloads, not one")
    return made[0]


class Checker:
    """Turns truths into points."""

    def __init__(self, report, saved, table, is_engine_only):
        self.report, self.table = report, table
        self.truths, self.plain = saved["cases"], saved["plain"]
        self.untold = frozenset(saved["untold"])
        self.is_engine_only = is_engine_only
        self.order = capability_order()

    def point(self, name, workload, project, folder, unknowable):
        """One container; workload may be the reason why there is none."""
        truth = self.truths.get(name)
        if truth is None or "refused" in truth:
            why = truth["refused"] if truth else "no container came of it"
            self.report.point(False, name, ["the case itself does not work", why])
            return
        if self.is_engine_only:
            self.report.point(True, name)
            return
        if isinstance(workload, str):
            self.report.point(False, name, [workload])
            return
        around = run_judge.Surroundings(self.plain, project, folder, self.untold)
        wrong = run_judge.compare(truth, workload, around, self.order, unknowable)
        self.report.point(not wrong, name, wrong)

    def project(self, project):
        """Every service of a project."""
        with tempfile.TemporaryDirectory(prefix="oakum-run.") as folder:
            project.write(folder)
            made, unknowable = {}, dict(project.unknowable)
            why = "no such workload"
            try:
                if not self.is_engine_only:
                    made = ask_project(project, folder, self.table)
            except (NoModel, ValueError, subprocess.TimeoutExpired) as reason:
                why = f"the model: {reason}"
            for service in project.services:
                self.point(project.case_name(service), made.get(service, why),
                           project.name, folder,
                           frozenset(unknowable.get(service, ())))

    def line(self, line):
        """A line."""
        with tempfile.TemporaryDirectory(prefix="oakum-run.") as folder:
            line.write(folder)
            workload = ""
            try:
                if not self.is_engine_only:
                    workload = ask_line(line, folder, self.table)
            except (NoModel, ValueError, subprocess.TimeoutExpired) as reason:
                workload = f"the model: {reason}"
            self.point(line.case_name, workload, "", folder, line.unknowable)


def check(report, wanted, saved, options):
    """All points of what was observed."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as table:
        table.write(saved["knowledge"])
        table.flush()
        checker = Checker(report, saved, table.name, options.engine_only)
        for project in wanted[0]:
            checker.project(project)
        for line in wanted[1]:
            checker.line(line)


def run(engine, cache, report, wanted, options):
    """Asks the engine, then the model; returns what --save keeps."""
    lacking = bases.prepare(engine, cache, BASES)
    if lacking or not os.access(run_truth.COMPOSE, os.X_OK):
        why = next(iter(lacking.values()), f"missing: {run_truth.COMPOSE}")
        for number in range(count(wanted)):
            report.point(True, f"run {number}", skip=why)
        return {}
    text, untold = knowledge.table(engine, BASES)
    plain = run_truth.plain(engine, runs.PLAIN)
    saved = {"knowledge": text, "untold": sorted(set().union(*untold.values())),
             "plain": plain,
             "cases": dict(run_truth.observe(engine, plain["id"], *wanted,
                                             options.jobs))}
    check(report, wanted, saved, options)
    return saved


def replay(report, wanted, options, saved):
    """The model alone, against an earlier run."""
    check(report, wanted, saved, options)
