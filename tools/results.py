#!/usr/bin/python3
"""Adds up what the tests said.

  results.py GOAL=STATUS (meson:TESTLOG.json | tap:LOG) ... [GOAL=STATUS ...]

After a goal stand the logs that it left behind. Every test's line is printed, skips
with their reason, and last "N passed, N failed, N skipped". A goal that failed though
no line of its logs says so (it did not build, it ran out of time) counts as one
failure, and so does a log that should be there and is not, or holds no test; and TAP
whose points are not as many as its plan says: whoever printed it died on the way.
"""
import json
import os
import re
import sys

MESON_SKIPS = 77  # the exit status of a test that is skipped
POINT = re.compile(
    r"^(?P<not>not )?ok\b(?:\s+\d+)?(?:\s*-)?\s*(?P<name>[^#]*?)\s*"
    r"(?:#\s*(?P<mark>skip|todo)\S*\s*(?P<why>.*))?$", re.IGNORECASE)


def tap_points(text):
    """(outcome, name, reason) of every test point at the left margin."""
    for line in text.splitlines():
        if match := re.match(r"^1\.\.0\s*#\s*skip\S*\s*(.*)$", line, re.IGNORECASE):
            yield "skip", "all of it", match.group(1)
        elif match := POINT.match(line.rstrip()):
            mark = (match.group("mark") or "").lower()
            if mark == "skip":
                outcome = "skip"
            else:
                outcome = "fail" if match.group("not") and mark != "todo" else "pass"
            yield outcome, match.group("name") or "(no name)", match.group("why") or ""


def plan_complaint(text, points):
    """What the plan of some TAP says against its points; nothing when they agree."""
    plans = re.findall(r"^1\.\.(\d+)", text, re.MULTILINE)
    if len(plans) != 1:
        return f"{len(plans)} plans" if plans else "no plan"
    # "1..0 # SKIP why" is a plan and a point.
    return "" if int(plans[0]) in (len(points), 0) else f"{len(points)} of {plans[0]} points"


def whole_points(text):
    """The points of some TAP, and a failure when that is not all of it."""
    points = list(tap_points(text))
    complaint = plan_complaint(text, points)
    return points + ([("fail", "the plan", complaint)] if complaint else [])


def meson_points(path):
    """The points of every test of a testlog.json; a test without TAP is one point."""
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            name = test["name"].split(" / ")[-1]
            text = test.get("stdout") or ""
            points = whole_points(text) if any(tap_points(text)) else []
            for outcome, point, why in points:
                yield outcome, f"{name}: {point}", why
            # Of TAP without a word meson says SKIP; who means it says so, or ends with 77.
            is_mute = test["result"] == "SKIP" and test.get("returncode") != MESON_SKIPS
            is_bad = (test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")
                      or is_mute and not points)
            if is_bad and not any(p[0] == "fail" for p in points):
                yield "fail", name, ("said nothing" if is_mute else
                                     f"ended as {test['result']}")
            elif not points:
                outcome = "skip" if test["result"] == "SKIP" else "pass"
                yield outcome, name, ""


def log_points(kind, path):
    if kind == "meson":
        return list(meson_points(path))
    with open(path, encoding="utf-8", errors="replace") as log:
        return whole_points(log.read())


def goal_points(goal, status, logs):
    points = []
    for kind, path in logs:
        if os.path.exists(path):
            found = log_points(kind, path)
            points += found or [("fail", path, "holds no test")]
        elif status == 0:
            points.append(("fail", path, "this log is missing"))
    if status and not any(p[0] == "fail" for p in points):
        points.append(("fail", f"make {goal}", f"ended with status {status}"))
    elif not points:
        points.append(("fail", f"make {goal}", "ran no test"))
    return points


def main(argv):
    goals = []
    for arg in argv:
        if match := re.match(r"^(meson|tap):(.*)$", arg):
            goals[-1][2].append(match.groups())
        else:
            goal, status = arg.split("=")
            goals.append((goal, int(status), []))
    if not goals:
        sys.exit(__doc__)
    sums = {"pass": 0, "fail": 0, "skip": 0}
    words = {"pass": "ok", "fail": "not ok", "skip": "skip"}
    for goal, status, logs in goals:
        for outcome, name, why in goal_points(goal, status, logs):
            sums[outcome] += 1
            print(f"{words[outcome]} {goal}: {name}" + (f" # {why}" if why else ""))
    print(f"{sums['pass']} passed, {sums['fail']} failed, {sums['skip']} skipped")
    return 1 if sums["fail"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
