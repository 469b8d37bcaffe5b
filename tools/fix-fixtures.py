#!/usr/bin/python3
"""Writes the fixed/ folders of the fixtures that are named, and shows them as a diff.

What tests/rules/fixed compares with is what a person has read: name the rules or
fixtures, read what is printed, and only then commit it. `--check` writes nothing.

	OAKUM=build/src/cli/oakum tools/fix-fixtures.py [--check] RULE[/CASE]...
"""

import difflib
import importlib.machinery
import importlib.util
import pathlib
import shutil
import sys
import tempfile

HARNESS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "rules" / "fixed"


def load_harness():
    """The module that the test is."""
    loader = importlib.machinery.SourceFileLoader("fixed", str(HARNESS))
    spec = importlib.util.spec_from_loader("fixed", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def lines_of(text):
    """Text for a diff."""
    return text.decode(errors="replace").splitlines(keepends=True)


def show(folder, files):
    """What the fix changes, against the fixture."""
    for name, text in sorted(files.items()):
        old = folder / name
        before = lines_of(old.read_bytes()) if old.is_file() else []
        where = f"{folder.parent.name}/{folder.name}/{name}"
        for line in difflib.unified_diff(before, lines_of(text), where, where):
            print(line, end="" if line.endswith("\n") else "\n")


def write(folder, files):
    """Makes fixed/ hold these files and no others."""
    shutil.rmtree(folder / "fixed", ignore_errors=True)
    for name, text in files.items():
        target = folder / "fixed" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)


def main(argv):
    """Exit 1 when a fixture cannot be fixed."""
    wanted = [word for word in argv if word != "--check"]
    if not wanted:
        print(__doc__, file=sys.stderr)
        return 2
    harness = load_harness()
    failed = False
    for folder in harness.cases(wanted):
        with tempfile.TemporaryDirectory() as scratch:
            files, error = harness.fixed(
                folder, folder.parent.name, pathlib.Path(scratch) / "one")
        if error:
            print(f"{folder.parent.name}/{folder.name}: {error}")
            failed = True
            continue
        show(folder, files)
        if "--check" not in argv:
            write(folder, files)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
