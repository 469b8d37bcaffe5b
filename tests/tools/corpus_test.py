#!/usr/bin/python3
"""tools/corpus.py over repositories of its own, with programs that do what they should not."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = """#!/bin/sh
for path; do :; done
case $path in
*crash*) kill -SEGV $$ ;;
*hang*) exec sleep 30 ;;
*lost*) exit 3 ;;
esac
cat <<END
{"version":1,"findings":[{"rule":"user-root","severity":"high","verdict":"yes",
"workloads":["$path"],"file":"$path","line":2,"column":6,"end_line":2,"end_column":10,
"offset":22,"length":4,"message":"It is root.","consequence":"","help":"",
"fingerprint":"0123456789abcdef","related":[]}],
"inputs":[{"path":"$path","kind":"dockerfile","workloads":[]}],"skipped":[]}
END
exit 1
"""
DOCKERFILE = "FROM debian:12.1\nUSER root\n"


class Corpus(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.corpus = self.root / "corpus"
        self.program = self.root / "oakum"
        self.program.write_text(PROGRAM, encoding="utf-8")
        self.program.chmod(0o755)

    def repository(self, name, files):
        for path, text in files.items():
            file = self.corpus / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def run_corpus(self, *options):
        ran = subprocess.run(
            [sys.executable, "-B", ROOT / "tools/corpus.py", "--oakum", self.program,
             *options, self.corpus], capture_output=True, text=True, check=False)
        self.assertEqual(ran.stderr, "")
        return ran.returncode, ran.stdout

    def test_a_plain_folder_is_counted(self):
        self.repository("one", {"Dockerfile": DOCKERFILE, "notes.txt": "docker run x"})
        code, out = self.run_corpus("--sample", "5")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"dockerfile +1 +1 +1 +0 +0 +0 +0 +0\n")
        self.assertRegex(out, r"user-root +1 +0 +1 +100.0")
        self.assertIn(">    2 USER root", out)
        self.assertIn("at    'root'", out)

    def test_a_crash_a_hang_and_a_loss_are_told_apart(self):
        self.repository("two", {f"Dockerfile.{how}": DOCKERFILE
                                for how in ("crash", "hang", "lost", "fine")})
        code, out = self.run_corpus("--timeout", "1")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"dockerfile +4 +1 +1 +0 +0 +1 +1 +1\n")
        for how, file in (("crashed", "crash"), ("hung", "hang"), ("lost", "lost")):
            self.assertIn(f"{how}: two Dockerfile.{file}", out)

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_a_git_directory_is_unpacked(self):
        self.repository("work", {"a/Dockerfile": DOCKERFILE, "data/table.csv": "1,2",
                                 "run.sh": "docker run debian"})
        work = self.corpus / "work"
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "x"]):
            subprocess.run(["git", *command], cwd=work, check=True)
        (self.corpus / "owner+name").mkdir()
        (work / ".git").rename(self.corpus / "owner+name/repo")
        kept = self.root / "kept"
        _, out = self.run_corpus("--keep", str(kept), "--repositories",
                                 str(self.root / "table"))
        self.assertEqual((kept / "owner+name/a/Dockerfile").read_text(), DOCKERFILE)
        self.assertEqual((kept / "owner+name/data/table.csv").read_text(), "")
        self.assertIn("2 repositories, 4 files", out)
        self.assertRegex((self.root / "table").read_text(),
                         r"\| owner/name \| [0-9a-f]{12} \| 1 \| 0 \| 1 \|")

    def test_a_sample_chooses_the_repository_first(self):
        self.repository("large", {f"{n}/Dockerfile": DOCKERFILE for n in range(60)})
        self.repository("small", {"Dockerfile": DOCKERFILE})
        _, out = self.run_corpus("--sample", "8")
        self.assertIn("  small Dockerfile:2", out)


if __name__ == "__main__":
    unittest.main()
