"""tools/results.py over logs that are made for each case."""

import contextlib
import importlib.util
import io
import json
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("results", ROOT / "tools" / "results.py")
results = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(results)

GOOD = "1..2\nok 1 - a\nok 2 - b\n"


class Results(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def meson(self, *tests):
        """A testlog.json of tests (stdout, result, returncode); the argument for it."""
        path = self.root / "testlog.json"
        path.write_text("".join(json.dumps(
            {"name": f"oakum / t{i}", "stdout": stdout, "result": result,
             "returncode": status}) + "\n"
            for i, (stdout, result, status) in enumerate(tests)))
        return f"meson:{path}"

    def tap(self, text):
        path = self.root / "log"
        path.write_text(text)
        return f"tap:{path}"

    def sums(self, *arguments):
        """(passed, failed, skipped) and the status agrees with it."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = results.main(arguments)
        numbers = [int(word) for word in out.getvalue().splitlines()[-1].split()
                   if word.isdigit()]
        self.assertEqual(status, 1 if numbers[1] else 0)
        return tuple(numbers)

    def test_points_are_counted(self):
        self.assertEqual(self.sums("check=0", self.meson(
            (GOOD, "OK", 0), ("", "OK", 0), ("1..1\nok 1 # SKIP no\n", "SKIP", 0),
            ("", "SKIP", 77), ("1..0 # SKIP all of it\n", "SKIP", 0))), (3, 0, 3))
        self.assertEqual(self.sums("live=0", self.tap("== make\n" + GOOD)), (2, 0, 0))

    def test_what_fails_fails(self):
        self.assertEqual(self.sums("check=1", self.meson(
            ("1..2\nok 1\nnot ok 2\n", "FAIL", 1))), (1, 1, 0))
        self.assertEqual(self.sums("check=1", self.meson(("", "TIMEOUT", -9))), (0, 1, 0))
        self.assertEqual(self.sums("live=1", self.tap("1..1\nnot ok 1 - a\n")), (0, 1, 0))

    def test_a_status_that_nothing_explains_is_a_failure(self):
        self.assertEqual(self.sums("live=124", self.tap(GOOD)), (2, 1, 0))
        self.assertEqual(self.sums("check=2"), (0, 1, 0))

    def test_a_program_that_dies_half_way(self):
        half = "1..3\nok 1 - a\nok 2 - b\n"
        self.assertEqual(self.sums("check=0", self.meson((half, "OK", 0))), (2, 1, 0))
        self.assertEqual(self.sums("live=0", self.tap(half)), (2, 1, 0))
        # A script counts as it goes, and says the plan when it is done.
        self.assertEqual(self.sums("check=0", self.meson(
            ("ok 1 - a\n", "OK", 0))), (1, 1, 0))

    def test_a_program_that_says_nothing(self):
        self.assertEqual(self.sums("check=0", self.meson(("", "SKIP", 0))), (0, 1, 0))
        self.assertEqual(self.sums("live=0", self.tap("make: nothing to do\n")), (0, 1, 0))

    def test_a_log_that_is_missing_or_empty(self):
        good = self.meson((GOOD, "OK", 0))
        (self.root / "empty").write_text("")
        self.assertEqual(self.sums("check=0", good, f"meson:{self.root}/none"), (2, 1, 0))
        self.assertEqual(self.sums("check=0", good, f"meson:{self.root}/empty"), (2, 1, 0))
        self.assertEqual(self.sums("check=0"), (0, 1, 0))


if __name__ == "__main__":
    unittest.main()
