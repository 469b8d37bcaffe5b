"""tools/practices-check.py over a small tree made for each case."""

import contextlib
import importlib.util
import io
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("practices_check",
                                              ROOT / "tools" / "practices-check.py")
check = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check)

RULES = '''
/*
 *	RULE("name", ident, SCOPE, SEVERITY, ON or OFF, "title")
 */
PLANNED("chmod-world-writable", WORKLOAD, HIGH,
	"anybody may write, ON or OFF, these files")
RULE("user-quiet", user_quiet, WORKLOAD, INFO, OFF, "D",
	"a title")
RULE("user-root", user_root, WORKLOAD, HIGH, ON, "D",
	"planned, says its title")
'''
HEAD = "| id | advice | source | kept by | planned |\n|---|---|---|---|---|\n"


class Rules(unittest.TestCase):
    def test_status_is_read_from_its_place_only(self):
        self.assertEqual(check.read_rules(RULES), {
            "chmod-world-writable": "planned", "user-quiet": "off", "user-root": "on"})


class Practices(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("doc", "src/rule", "src/cli", "examples/a"):
            (self.root / name).mkdir(parents=True)
        (self.root / check.RULES).write_text(RULES)
        (self.root / "src/cli/audit.c").write_text('"json"')

    def run_check(self, *rows):
        """Return (exit code, output) for a page of these rows."""
        page = "# Practices\n\n" + HEAD + "".join(row + "\n" for row in rows)
        (self.root / check.PAGE).write_text(page)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = check.main(["--root", str(self.root)])
        return code, out.getvalue()

    def assert_fault(self, row, words):
        code, out = self.run_check(row)
        self.assertEqual(code, 1)
        self.assertIn(f"doc/practices.md:5: {words}", out)

    def test_kept_rows_and_planned_rows_are_counted(self):
        code, out = self.run_check(
            "| P-001 | Be nobody. | S0 | `user-root`, `user-quiet` | |",
            "| P-002 | Show. | S1 | `examples/a`, `oakum audit --json` | `oakum-init` |",
            "| P-003 | No 777. | S4 | planned | `chmod-world-writable`, `oakum fix` |")
        self.assertEqual((code, out), (0, "3 pieces of advice: 2 kept, 1 planned\n"))

    def test_ids_run_on(self):
        self.assert_fault("| P-002 | A. | S0 | `user-root` | |", "id 'P-002', expected")

    def test_source_is_one_of_five(self):
        self.assert_fault("| P-001 | A. | S5 | `user-root` | |", "source 'S5'")

    def test_advice_is_there(self):
        self.assert_fault("| P-001 | | S0 | `user-root` | |", "no advice")

    def test_kept_by_nothing(self):
        self.assert_fault("| P-001 | A. | S0 | | `oakum fix` |", "kept by nothing")

    def test_planned_says_what(self):
        self.assert_fault("| P-001 | A. | S0 | planned | |", "planned, but what?")

    def test_a_keeper_that_is_only_planned(self):
        self.assert_fault("| P-001 | A. | S0 | `chmod-world-writable` | |",
                          "rule 'chmod-world-writable' is only planned")

    def test_a_rule_that_nobody_knows(self):
        self.assert_fault("| P-001 | A. | S0 | `user-rot` | |",
                          "no rule is named 'user-rot'")
        self.assert_fault("| P-001 | A. | S0 | planned | `user-rot` |",
                          "no rule is named 'user-rot'")

    def test_a_path_that_is_not_there(self):
        self.assert_fault("| P-001 | A. | S0 | `examples/b` | |",
                          "'examples/b' is not there")

    def test_a_verb_or_an_option_that_is_not_there(self):
        self.assert_fault("| P-001 | A. | S0 | `oakum fix` | |",
                          "'oakum fix' is not there")
        self.assert_fault("| P-001 | A. | S0 | `oakum audit --image` | |",
                          "'oakum audit --image' is not there")

    def test_what_has_arrived_is_no_longer_planned(self):
        for name in ("user-quiet", "examples/a", "oakum audit"):
            with self.subTest(name=name):
                code, out = self.run_check(f"| P-001 | A. | S0 | planned | `{name}` |")
                self.assertEqual(code, 1)
                self.assertIn("move it", out)

    def test_names_without_backquotes(self):
        self.assert_fault("| P-001 | A. | S0 | user-root | |", "expected names in")

    def test_a_column_too_few(self):
        self.assert_fault("| P-001 | A. | S0 | `user-root` |", "4 columns, expected 5")

    def test_an_empty_page(self):
        code, out = self.run_check()
        self.assertEqual(code, 1)
        self.assertIn("no row at all", out)

    def test_without_the_table_of_rules(self):
        (self.root / check.RULES).unlink()
        (self.root / check.PAGE).write_text("")
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = check.main(["--root", str(self.root)])
        self.assertEqual(code, 1)
        self.assertIn("rules.def", errors.getvalue())


if __name__ == "__main__":
    unittest.main()
