"""The benchmark's files: the same from the same seed, and shaped as measured."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import generate  # noqa: E402

COUNT = 600


def share(files, mark):
    """Return the share of the files that hold the bytes `mark`."""
    return sum(mark in data["Dockerfile"] for data in files) / len(files)


class Generate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = [generate.dockerfile(1, number) for number in range(COUNT)]

    def test_same_seed_gives_the_same_bytes(self):
        self.assertEqual(self.files[:50],
                         [generate.dockerfile(1, number) for number in range(50)])

    def test_another_seed_gives_other_bytes(self):
        self.assertNotEqual(self.files[0], generate.dockerfile(2, 0))

    def test_length_follows_the_public_files(self):
        lines = sorted(data["Dockerfile"].count(b"\n") for data in self.files)
        self.assertTrue(20 <= lines[COUNT // 2] <= 40, lines[COUNT // 2])
        self.assertTrue(80 <= lines[COUNT * 9 // 10] <= 130, lines[COUNT * 9 // 10])
        self.assertGreater(lines[-1], 300)

    def test_constructs_are_as_frequent_as_measured(self):
        for mark, low, high in (
            (b"\nUSER ", 0.20, 0.35),
            (b"<<", 0.03, 0.11),
            (b" AS build\n", 0.13, 0.24),
            (b"apt-get update", 0.40, 0.65),
            (b"{% if", 0.02, 0.09),
        ):
            with self.subTest(mark=mark):
                self.assertTrue(low <= share(self.files, mark) <= high,
                                share(self.files, mark))

    def test_every_file_has_a_from_and_a_command(self):
        for number, data in enumerate(self.files):
            with self.subTest(number=number):
                upper = data["Dockerfile"].upper()
                self.assertIn(b"FROM ", upper)
                self.assertIn(b"CMD ", upper)

    def test_a_copied_script_is_beside_its_dockerfile(self):
        copying = [data for data in self.files
                   if b"COPY entrypoint.sh" in data["Dockerfile"]]
        self.assertTrue(copying)
        for data in copying:
            self.assertTrue(data["entrypoint.sh"].startswith(b"#!/bin/bash\n"))

    def test_a_length_asked_for_is_met(self):
        for number in range(20):
            writer_lines = generate.dockerfile(3, number, 40)["Dockerfile"]
            self.assertEqual(len(writer_lines.decode("utf-8-sig").splitlines()), 40)


if __name__ == "__main__":
    unittest.main()
