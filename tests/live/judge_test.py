#!/usr/bin/python3
"""Tests of the live tests themselves, without an engine: a judge that passes what is
wrong, or a generator that changes from run to run, would make them worth nothing."""

import dataclasses
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import bases
import cases
import judge
import knowledge
import live
from truth import ABOUT_USER, BROKEN, DROPS, ROOT, USER, Truth

CASE = cases.Case("one", "small", "classic", "FROM x\n")
APP = Truth(USER, config_user="app", uid=1500, gid=1600, groups=(1600, 1601))


def said(verdict=USER, certain=True, **values):
    """An answer of oakum."""
    return {"verdict": verdict, "certain": certain, "uid": None, "gid": None,
            "name": None, "groups": None} | values


def outcome(user, fact=APP, unknowable=(), untold=frozenset()):
    """What the judge makes of it."""
    case = dataclasses.replace(CASE, unknowable=frozenset(unknowable))
    return judge.judge(case, fact, user, untold).outcome


class Judging(unittest.TestCase):
    """The rules, each with an answer that keeps and one that breaks it."""

    def test_right_answers_pass(self):
        self.assertEqual(judge.OK, outcome(said()))
        self.assertEqual(judge.OK, outcome(said(uid=1500, gid=1600, groups=[1600, 1601])))
        self.assertEqual(judge.OK, outcome(said(gid=1600, groups=[1601])))
        self.assertEqual(judge.OK, outcome(said(groups=[1601])))

    def test_every_other_verdict_is_wrong(self):
        for fact in (ROOT, USER, DROPS, BROKEN):
            for verdict in judge.VERDICTS:
                got = outcome(said(verdict), dataclasses.replace(APP, verdict=fact))
                self.assertEqual(judge.OK if verdict == fact else judge.WRONG, got)

    def test_every_value_that_is_given_must_be_right(self):
        for value in ({"uid": 0}, {"uid": 1501}, {"gid": 0}, {"groups": []},
                      {"groups": [1600]}, {"groups": [1600, 1601, 0]},
                      {"gid": 1600, "groups": [1600]}):
            self.assertEqual(judge.WRONG, outcome(said(**value)), value)

    def test_values_not_given_are_counted(self):
        self.assertEqual(["uid", "gid", "groups"],
                         judge.judge(CASE, APP, said()).unsaid)

    def test_unsure_is_wrong_where_the_input_knows(self):
        self.assertEqual(judge.WRONG, outcome(said("unknown")))
        self.assertEqual(judge.WRONG, outcome(said(certain=False)))
        self.assertEqual(judge.WRONG, outcome({"verdict": USER}))

    def test_unsure_is_allowed_where_it_cannot(self):
        both = (cases.VERDICT, cases.GROUP)
        self.assertEqual(judge.MAYBE, outcome(said("unknown"), unknowable=both))
        self.assertEqual(judge.MAYBE, outcome(said(ROOT, False), unknowable=both))
        self.assertEqual(judge.WRONG, outcome(said(ROOT), unknowable=both))

    def test_a_guess_is_no_claim(self):
        both = (cases.VERDICT, cases.GROUP)
        self.assertEqual(judge.MAYBE, outcome(said(USER, False, uid=7), unknowable=both))
        self.assertEqual(judge.WRONG, outcome(said(USER, True, uid=7), unknowable=both))
        self.assertEqual(judge.MAYBE, outcome(said(USER, False, gid=7), unknowable=["group"]))
        self.assertEqual(judge.WRONG, outcome(said(USER, False, uid=7), unknowable=["group"]))

    def test_unknown_group_does_not_excuse_the_verdict(self):
        group = (cases.GROUP,)
        self.assertEqual(judge.MAYBE, outcome(said(certain=False), unknowable=group))
        self.assertEqual(judge.WRONG, outcome(said("unknown", False), unknowable=group))
        self.assertEqual(judge.WRONG, outcome(said(ROOT, False), unknowable=group))
        self.assertEqual(judge.WRONG, outcome(said(gid=7), unknowable=group))

    def test_members_that_nobody_told(self):
        self.assertEqual(judge.OK, outcome(said(groups=[1600]), untold=frozenset({1601})))

    def test_workload_by_target(self):
        text = json.dumps({"inputs": [{"workloads": [
            {"name": "app", "user": said(uid=1)}, {"name": "x", "user": said(uid=2)}]}]})
        self.assertEqual(1, judge.workload_user(text, "APP")["uid"])
        self.assertEqual(2, judge.workload_user(text, "")["uid"])

    def test_what_is_no_answer(self):
        for text in ("", "[]", "{}", '{"inputs": []}', '{"inputs": [{}]}', '{"inputs": 3}',
                     '{"inputs": [{"workloads": [{"name": "a", "user": null}]}]}',
                     '{"inputs": [{"workloads": [{"user": {"verdict": "fine"}}]}]}'):
            with self.assertRaises(judge.NoAnswer, msg=text):
                judge.workload_user(text, "")


class Generating(unittest.TestCase):
    """What issue and reader rely on."""

    @classmethod
    def setUpClass(cls):
        cls.cases = cases.generate(live.CASES)

    def test_enough_in_each_builder(self):
        for builder in cases.BUILDERS:
            self.assertGreaterEqual(sum(c.builder == builder for c in self.cases), 240)

    def test_same_every_time_and_a_prefix_of_more(self):
        self.assertEqual(cases.generate(400), self.cases[:400])

    def test_names_are_unique_and_fit_tap(self):
        names = [case.name for case in self.cases]
        self.assertEqual(len(names), len(set(names)))
        self.assertFalse([name for name in names if "#" in name or "\n" in name])

    def test_every_row_of_every_table_is_used(self):
        parts = [case.name.split("/") for case in self.cases]
        rows = [part for part in parts if len(part) == 5]
        tables = ([b.name for b in bases.BASES.values() if b.combines],
                  cases.TOOLS, cases.FORMS, cases.GRAPHS)
        for place, table in enumerate(tables):
            self.assertEqual(set(), set(table) - {row[place] for row in rows})

    def test_no_placeholder_is_left(self):
        for case in self.cases:
            self.assertNotRegex(case.dockerfile, r"(?<!\$)\{[a-z]+\}", case.name)

    def test_files_are_there(self):
        for case in self.cases:
            with tempfile.TemporaryDirectory() as folder:
                case.write(folder)
                self.assertEqual({"Dockerfile", *case.files}, set(os.listdir(folder)))


class Engine(unittest.TestCase):
    """Words of the engine that decide between "broken" and a case that is wrong."""

    def test_complaints_about_user(self):
        for text in ("unable to find user app: no matching entries in passwd file",
                     "unable to find group g: no matching entries in group file",
                     "uids and gids must be in range 0-2147483647",
                     "dockerfile parse error line 2: USER requires exactly one argument"):
            self.assertRegex(text, ABOUT_USER)

    def test_other_complaints(self):
        for text in ("app stage name already used", "failed to reach build target 0",
                     "The command '/bin/sh -c useradd app' returned a non-zero code: 9",
                     "pull access denied for local/none, repository does not exist"):
            self.assertNotRegex(text, ABOUT_USER)


class Knowing(unittest.TestCase):
    """The knowledge file."""

    PASSWD = [line.split(":") for line in ("root:x:0:0::/root:/bin/sh",
                                           "app:x:1500:1600::/srv:/bin/sh")]
    GROUP = [line.split(":") for line in ("root:x:0:root", "data:x:1601:")]

    def test_identity(self):
        for user, expected in (("", ("0", "0", "/root")), ("app", ("1500", "1600", "/srv")),
                               ("1500:data", ("1500", "1601", "/srv")),
                               ("4242", ("4242", "0", "/")), ("7:8", ("7", "8", "/"))):
            self.assertEqual(expected, knowledge.identity(user, self.PASSWD, self.GROUP))

    def test_members(self):
        self.assertEqual({0}, knowledge.members(self.GROUP))

    def test_columns_are_those_of_the_table(self):
        text = (knowledge.ROOT / "data/images.tsv").read_text(encoding="utf-8")
        header = next(line for line in text.splitlines() if not line.startswith("#"))
        self.assertEqual(header.split("\t"), list(knowledge.COLUMNS))


class Whole(unittest.TestCase):
    """A run against a saved truth, with a stand-in for oakum."""

    def run_with(self, user):
        """Exit status and output of a run of one case in which oakum says `user`."""
        case = cases.generate(0)[0]
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "oakum")
            answer = {"inputs": [{"workloads": [{"name": "a", "user": user}]}]}
            program.write_text(f"#!/bin/sh\ncat <<'EOF'\n{json.dumps(answer)}\nEOF\nexit 1\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
            saved = pathlib.Path(folder, "truth.json")
            saved.write_text(json.dumps({"users": {"knowledge": "", "untold": {}, "cases": [
                {"name": case.name, "dockerfile": case.dockerfile,
                 "truth": dataclasses.asdict(APP)}]}}))
            command = [sys.executable, "-B", live.__file__, "users", "--truth", saved,
                       "--only", f"^{case.name}$", "--cases", "0"]
            done = subprocess.run(
                command, env=os.environ | {"OAKUM": str(program)}, text=True, check=False,
                capture_output=True)
            return done.returncode, done.stdout

    def test_right_answer(self):
        status, text = self.run_with(said(uid=1500))
        self.assertEqual((0, True), (status, "\nok 1 - " in text), text)

    def test_wrong_answer(self):
        status, text = self.run_with(said(ROOT))
        self.assertEqual((1, True), (status, "\nnot ok 1 - " in text), text)


if __name__ == "__main__":
    unittest.main()
