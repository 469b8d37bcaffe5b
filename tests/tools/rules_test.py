#!/usr/bin/python3
"""tools/rules-check.py must see every kind of mistake, and none where there is none."""

import importlib.util
import pathlib
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
spec = importlib.util.spec_from_file_location("rules_check", ROOT / "tools/rules-check.py")
rules_check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rules_check)

TABLE = """/* RULE("in-a-comment", …) is no row */
PLANNED("image-untagged", WORKLOAD, MEDIUM,
\t"the base image has no tag")
RULE("user-root", user_root, WORKLOAD, HIGH, ON, "D",
\t"the container runs as root")
"""
PAGE = "# user-root\n\nOne sentence.\n\n" + "\n".join(
    f"## {s}\n\nText.\n" for s in rules_check.SECTIONS
)


class Tree:
    """A tree without a mistake; a test breaks one thing of it."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.write("src/rule/rules.def", TABLE)
        self.write("doc/rules/user-root.md", PAGE)
        self.write("tests/rules/user-root/bad/Dockerfile", "FROM debian\nUSER 0\n")
        self.write("tests/rules/user-root/bad/expect", "user-root 2:6-7 yes\n")
        self.write("tests/rules/user-root/good/Dockerfile", "FROM debian\nUSER 1\n")

    def write(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def remove(self, path):
        (self.root / path).unlink()

    def mistakes(self):
        return rules_check.check(self.root)[0]


class RulesCheck(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Tree(folder.name)

    def one_mistake(self, part):
        mistakes = self.tree.mistakes()
        self.assertEqual(len(mistakes), 1, mistakes)
        self.assertIn(part, mistakes[0])

    def test_a_whole_tree_has_no_mistake(self):
        self.assertEqual(self.tree.mistakes(), [])

    def test_rows_are_read_as_written(self):
        rows = rules_check.read_rows(TABLE)
        self.assertEqual([r.name for r in rows], ["image-untagged", "user-root"])
        self.assertEqual([r.status for r in rows], ["PLANNED", "ON"])
        self.assertEqual(rows[1].title, "the container runs as root")

    def test_an_input_without_a_fixture(self):
        self.tree.write("src/rule/rules.def", TABLE.replace('"D"', '"DC"'))
        self.one_mistake("no bad fixture with compose.yaml")
        self.tree.write("tests/rules/user-root/bad-service/compose.yaml", "services: {}\n")
        self.tree.write("tests/rules/user-root/bad-service/expect", "user-root 1:1-2 yes\n")
        self.assertEqual(self.tree.mistakes(), [])

    def test_an_input_that_nobody_knows(self):
        self.tree.write("src/rule/rules.def", TABLE.replace('"D"', '"DX"'))
        self.assertIn("its inputs are some of", " ".join(self.tree.mistakes()))

    def test_a_page_is_missing(self):
        self.tree.remove("doc/rules/user-root.md")
        self.one_mistake("no page doc/rules/user-root.md")

    def test_a_page_names_another_rule(self):
        self.tree.write("doc/rules/user-root.md", PAGE.replace("# user-root", "# user-rot"))
        self.one_mistake("must begin with '# user-root'")

    def test_a_page_lacks_a_section(self):
        page = PAGE.replace("## When it is fine\n", "")
        self.tree.write("doc/rules/user-root.md", page)
        self.one_mistake("lacks '## When it is fine'")

    def test_a_page_lacks_its_summary(self):
        self.tree.write("doc/rules/user-root.md", PAGE.replace("One sentence.\n\n", ""))
        self.one_mistake("no summary")

    def test_a_page_belongs_to_nobody(self):
        self.tree.write("doc/rules/image-untagged.md", "# image-untagged\n")
        self.one_mistake("doc/rules/image-untagged.md")

    def test_a_bad_fixture_is_missing(self):
        self.tree.remove("tests/rules/user-root/bad/Dockerfile")
        self.tree.remove("tests/rules/user-root/bad/expect")
        (self.tree.root / "tests/rules/user-root/bad").rmdir()
        self.one_mistake("no bad fixture")

    def test_a_good_fixture_is_missing(self):
        self.tree.remove("tests/rules/user-root/good/Dockerfile")
        (self.tree.root / "tests/rules/user-root/good").rmdir()
        self.one_mistake("no good fixture")

    def test_a_fixture_has_no_input(self):
        self.tree.remove("tests/rules/user-root/good/Dockerfile")
        self.one_mistake("none of compose.yaml, run.sh, Dockerfile")

    def test_a_bad_fixture_expects_another_rule_only(self):
        self.tree.write("tests/rules/user-root/bad/expect", "user-missing 1:1-2 yes\n")
        self.one_mistake("does not name user-root")

    def test_a_good_fixture_expects_the_rule(self):
        self.tree.write("tests/rules/user-root/good/expect", "user-root 1:1-2 yes\n")
        self.one_mistake("must be silent")

    def test_an_expected_line_cannot_be_read(self):
        self.tree.write(
            "tests/rules/user-root/bad/expect", "user-root 2:6-7 yes\nuser-root 2 no\n"
        )
        self.one_mistake("cannot read 'user-root 2 no'")

    def test_a_fixture_folder_belongs_to_nobody(self):
        self.tree.write("tests/rules/user-rot/bad/Dockerfile", "FROM debian\n")
        self.one_mistake("tests/rules/user-rot")

    def test_mistakes_of_the_table(self):
        row = 'PLANNED("%s", %s, %s, "%s")\n'
        for text, part in (
            (row % ("user-root", "BUILD", "LOW", "again"), "two rows"),
            (row % ("user/slash", "BUILD", "LOW", "a title"), "lower-case words"),
            (row % ("user-z", "IMAGE", "LOW", "a title"), "no such scope"),
            (row % ("user-z", "BUILD", "SEVERE", "a title"), "no such severity"),
            (row % ("user-z", "BUILD", "LOW", "a title."), "full stop"),
            (row % ("user-a", "BUILD", "LOW", "a title"), "not sorted"),
            ('PLANNED("user-z", BUILD, "a title")\n', "cannot be read"),
        ):
            with self.subTest(part):
                self.tree.write("src/rule/rules.def", TABLE + text)
                self.one_mistake(part)

    def test_a_check_has_another_name(self):
        self.tree.write("src/rule/rules.def", TABLE.replace(" user_root,", " root,"))
        self.one_mistake("check_user_root")


if __name__ == "__main__":
    unittest.main()
