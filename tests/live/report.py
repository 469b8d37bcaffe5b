"""TAP as results come, and the sums at the end; suites may run side by side.

    report = Report(count)
    report.point(is_ok, name, notes)
    report.summary()
"""

import collections
import threading

import judge


class Report:
    """TAP as results come, and the sums at the end."""

    def __init__(self, count):
        self.number = self.failed = 0
        self.sums = collections.Counter()
        self.rows = collections.defaultdict(collections.Counter)
        self.seconds = {}
        self._lock = threading.RLock()
        print(f"1..{count}", flush=True)

    def point(self, is_ok, name, notes=(), skip=""):
        """One test point; notes stand below it as comments."""
        with self._lock:
            self.number += 1
            self.failed += not is_ok
            mark = f" # SKIP {skip}" if skip else ""
            lines = [f"{'ok' if is_ok else 'not ok'} {self.number} - {name}{mark}"]
            lines += [f"#   {line}" for note in notes for line in note.splitlines()]
            print("\n".join(lines), flush=True)

    def say(self, text):
        """A comment."""
        with self._lock:
            print(f"# {text}", flush=True)

    def took(self, suite, seconds):
        """How long a suite was at work, its bases included."""
        with self._lock:
            self.seconds[suite] = seconds

    def count(self, case, fact, outcome, unsaid=()):
        """Adds a judged case to the sums; rows are kept for every table's entry."""
        parts = case.name.split("/")
        kinds = ("base", "tool", "form", "graph", "builder") if len(parts) == 5 else ()
        with self._lock:
            self.sums[fact.verdict, outcome] += 1
            self.sums.update((f"{key} not said", fact.verdict) for key in unsaid)
            for key in zip(kinds, parts):
                self.rows[key][outcome] += 1

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
        if self.seconds:
            print("# seconds: " + ", ".join(f"{suite} {round(seconds)}" for suite, seconds
                                            in self.seconds.items()))
        worst = sorted(((row[judge.WRONG], *key) for key, row in self.rows.items()
                        if row[judge.WRONG]), reverse=True)[:20]
        for number, kind, part in worst:
            print(f"# wrong with {kind} {part}: {number} of "
                  f"{sum(self.rows[kind, part].values())}")
