"""What can the user do at a path? The container is asked first, then oakum.

What it is: the suite `paths` of live.py. The images of path_cases.py are built and
started; as the user that they run as every path is tried: read, written, entered, files
made in it. `oakum can` is held against it. One point an image, and one for all: of the
answers at most 15 of 100 may be maybe. A wrong yes or no fails.
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import tempfile

import bases
import path_cases

MAYBE_MOST = 15  # of 100 answers
OAKUM_SECONDS = 60
KINDS = ("read", "write", "make", "run")
# Says for each argument "r w m x" as 0 or 1; what it makes it takes away again.
TRY = r"""
ask() { "$@" 2>/dev/null && printf 1 || printf 0; }
first() { # the first of $1 and the folders above it that is missing
	m=$1
	while d=$(dirname "$m"); [ ! -e "$d" ] && [ "$d" != / ]; do m=$d; done
	echo "$m"
}
make() {
	[ -e "$1" ] || new=$(first "$1")
	mkdir -p "$1" 2>/dev/null && touch "$1/.oakum" 2>/dev/null
	code=$?
	rm -f "$1/.oakum" 2>/dev/null
	[ -z "$new" ] || rm -rf "$new" 2>/dev/null
	new=
	return $code
}
write() {
	[ -e "$1" ] && { test -w "$1"; return; }
	new=$(first "$1")
	mkdir -p "$(dirname "$1")" 2>/dev/null && touch "$1" 2>/dev/null
	code=$?
	rm -rf "$new" 2>/dev/null
	new=
	return $code
}
for p; do
	ask test -r "$p"; ask write "$p"; ask make "$p"; ask test -x "$p"
	echo
done
"""


def _write_context(folder, case):
    for name, mode in path_cases.CONTEXT.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o755)
        path.write_text(path_cases.TEXTS.get(name, "x\n"))
        path.chmod(mode)
    pathlib.Path(folder, "Dockerfile").write_text(case.dockerfile)
    pathlib.Path(folder).chmod(0o755)


def observe(engine, case):
    """{path: [read, write, make, run]} as the container has it, or a complaint."""
    tag = "paths/" + case.name.replace("/", "-")
    with tempfile.TemporaryDirectory(prefix="oakum-paths.") as folder:
        _write_context(folder, case)
        done = engine.docker("build", "--quiet", "--network", "none", "--tag", tag,
                             folder, buildkit=case.builder == "buildkit")
    if done.returncode != 0:
        return "the image does not build: " + done.stderr.strip()[-300:]
    done = engine.docker("run", "--rm", "--network", "none", *case.run,
                         "--entrypoint", "/bin/sh", tag, "-c", TRY, "sh", *case.paths)
    lines = done.stdout.split()
    if len(lines) != len(case.paths):
        return "the container says: " + (done.stderr or done.stdout)[-300:]
    return {path: [mark == "1" for mark in line]
            for path, line in zip(case.paths, lines)}


def ask_oakum(program, case):
    """The same from oakum, with "yes", "no", "maybe" and why; or a complaint."""
    with tempfile.TemporaryDirectory(prefix="oakum-paths.") as folder:
        _write_context(folder, case)
        asked = []
        if case.run:
            pathlib.Path(folder, "run.sh").write_text(
                f"docker build -t it .\ndocker run {' '.join(case.run)} it\n")
            asked = ["-f", "run.sh"]
        done = subprocess.run(
            [program, "can", "--format", "json", "--builder", case.builder, *asked,
             *case.paths],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=OAKUM_SECONDS)
    if done.returncode != 0:
        return f"oakum ended with {done.returncode}: {done.stderr.strip()}"
    answers = json.loads(done.stdout)["workloads"][-1]["paths"]
    return {path: [answer[kind] for kind in KINDS]
            for path, answer in zip(case.paths, answers)}


def check_case(report, case, fact, options, sums):
    """One point: every answer of an image."""
    if isinstance(fact, str):
        report.point(False, "paths " + case.name, [fact, case.dockerfile])
        return
    said = {} if options.engine_only else ask_oakum(options.oakum, case)
    if isinstance(said, str):
        report.point(False, "paths " + case.name, [said, case.dockerfile])
        return
    wrong = []
    for path, answers in said.items():
        for kind, answer, truth in zip(KINDS, answers, fact[path]):
            sums[answer["can"]] += 1
            if answer["can"] not in ("maybe", "yes" if truth else "no"):
                wrong.append(f"{kind} {path}: the container says "
                             f"{'yes' if truth else 'no'}, oakum {answer['can']}: "
                             f"{answer['why']}")
    report.point(not wrong, "paths " + case.name,
                 [*wrong, *(case.dockerfile.splitlines() if wrong else ())])


def chosen(options):
    """The cases that --only leaves."""
    return [case for case in path_cases.generate()
            if re.search(options.only, "paths/" + case.name)]


def count(wanted):
    """How many points they are."""
    return len(wanted) + bool(wanted)


def _check_all(report, pairs, options):
    sums = {"yes": 0, "no": 0, "maybe": 0}
    for case, fact in pairs:
        check_case(report, case, fact, options, sums)
    total = sum(sums.values())
    note = f"yes {sums['yes']}, no {sums['no']}, maybe {sums['maybe']}"
    if total or not options.engine_only:
        report.say(f"paths: {note}")
    report.point(sums["maybe"] * 100 <= total * MAYBE_MOST, "paths: few maybes", [note])


def run(engine, cache, report, wanted, options):
    """Bases, images, answers; returns what --save keeps."""
    if not wanted:
        return {"cases": []}
    lacking = bases.prepare(engine, cache, {"debian"})
    if lacking:
        for number in range(count(wanted)):
            report.point(True, f"paths {number}", skip=lacking["debian"])
        return {"cases": []}
    engine.docker("tag", bases.BASES["debian"].reference, path_cases.BASE, check=True)
    kept = []

    def pairs():
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for case, fact in zip(wanted, pool.map(
                    lambda case: observe(engine, case), wanted)):
                kept.append({"name": case.name, "dockerfile": case.dockerfile,
                             "truth": fact})
                yield case, fact

    _check_all(report, pairs(), options)
    return {"cases": kept}


def replay(report, wanted, options, saved):
    """oakum alone, against an earlier run; what has changed since is skipped."""
    facts = {(entry["name"], entry["dockerfile"]): entry["truth"]
             for entry in saved["cases"]}
    known = [(case, facts[case.name, case.dockerfile]) for case in wanted
             if (case.name, case.dockerfile) in facts]
    for case in wanted:
        if (case.name, case.dockerfile) not in facts:
            report.point(True, "paths " + case.name, skip="not in the saved run")
    if wanted:
        _check_all(report, known, options)
