#!/usr/bin/python3
"""bench/generate_compose.py: the same bytes again, and what was measured occurs."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import generate_compose  # noqa: E402

PROJECTS = 500


def project(number, seed=1):
    return generate_compose.compose(*generate_compose.services(seed, number))


class GenerateCompose(unittest.TestCase):
    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(project(3), project(3))
        self.assertNotEqual(project(3), project(3, seed=2))

    def test_every_construct_occurs_about_as_often_as_it_should(self):
        made = [s for n in range(PROJECTS) for s in generate_compose.services(1, n)[1]]
        for trait, share in generate_compose.SHARE.items():
            found = sum(service.has(trait) for service in made) / len(made)
            self.assertAlmostEqual(found, share, delta=0.05, msg=trait)

    def test_a_script_says_what_its_services_say(self):
        for number in range(50):
            _, made = generate_compose.services(1, number)
            lines = generate_compose.script(made)
            self.assertEqual(lines.count("docker run"), len(made))
            self.assertEqual(lines.count("--privileged"),
                             sum(s.has("privileged") for s in made))

    def test_each_is_yaml_without_a_key_twice(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        for number in range(PROJECTS):
            text = project(number)
            names = yaml.safe_load(text)["services"]
            self.assertEqual(len(names), text.count("\n  service"))


if __name__ == "__main__":
    unittest.main()
