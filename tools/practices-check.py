#!/usr/bin/python3
"""Check that doc/practices.md claims neither too much nor too little.

  practices-check.py [--root TREE]

Each row needs an id (P-001, P-002, … in order), an advice, a source (S0 to S4) and a
keeper that is there: a rule that is on or off in src/rule/rules.def, a path of the
tree, a verb or a program whose source is there; or the word `planned`, and then what
is planned. What the last column plans must be a rule that is still planned, or a verb,
program or path that is not there yet: what has arrived moves to `kept by`. Prints
each fault with its line, then the counts. Exits 1 when there is a fault.
"""

import argparse
import re
import sys
from pathlib import Path

PAGE = "doc/practices.md"
RULES = "src/rule/rules.def"
HEAD = ["id", "advice", "source", "kept by", "planned"]
SOURCES = {f"S{number}" for number in range(5)}
PROGRAMS = {"oakum-init": "src/init", "oakum-runtime": "src/runtime"}
PLANNED = "planned"

ROW = re.compile(r"^\|(.*)\|\s*$")
RULE = re.compile(r'^(?:(PLANNED)\("([a-z0-9-]+)",'
                  r'|RULE\("([a-z0-9-]+)", *\w+, *\w+, *\w+,\s*(ON|OFF),)', re.M)


def read_rules(text):
    """Return {rule name: "planned", "off" or "on"} of rules.def."""
    rules = {}
    for planned, planned_name, name, status in RULE.findall(text):
        rules[name or planned_name] = (status or planned).lower()
    return rules


def read_rows(text):
    """Yield (line number, cells) of each row of each table of the page."""
    for number, line in enumerate(text.splitlines(), 1):
        match = ROW.match(line)
        if not match:
            continue
        cells = [cell.strip() for cell in match[1].split("|")]
        if cells != HEAD and set(line) - set("|-: "):
            yield number, cells


def names_of(cell):
    """Split "`a`, `b`" into names; None when the cell is of another form."""
    if not cell:
        return []
    names = [re.fullmatch(r"`([^`]+)`", part.strip()) for part in cell.split(",")]
    return [name[1] for name in names] if all(names) else None


class Tree:
    """What is there to keep an advice: rules, verbs, programs and paths."""

    def __init__(self, root):
        self.root = root
        self.rules = read_rules((root / RULES).read_text())

    def has_feature(self, name):
        """True or false for a verb, a program, a path; None for a rule's name."""
        if name in PROGRAMS:
            return (self.root / PROGRAMS[name]).is_dir()
        if name.startswith("oakum "):
            verb, *options = name.split()[1:]
            source = self.root / "src" / "cli" / f"{verb}.c"
            if not source.exists():
                return False
            code = source.read_text()
            return all(f'"{option.lstrip("-")}"' in code for option in options)
        if "/" in name:
            return (self.root / name).exists()
        if name == "oakum.yaml":
            return (self.root / "src" / "policy").is_dir()
        return None

    def fault_kept(self, name):
        """Say why `name` keeps nothing, or None."""
        there = self.has_feature(name)
        if there is not None:
            return None if there else f"'{name}' is not there"
        status = self.rules.get(name)
        if status is None:
            return f"no rule is named '{name}'"
        return f"rule '{name}' is only planned" if status == PLANNED else None

    def fault_planned(self, name):
        """Say why `name` is not to come, or None."""
        there = self.has_feature(name)
        if there is not None:
            return f"'{name}' has arrived: move it" if there else None
        status = self.rules.get(name)
        if status is None:
            return f"no rule is named '{name}'"
        return None if status == PLANNED else f"rule '{name}' is {status}: move it"


def check_row(tree, expected, cells):
    """Yield a sentence for each fault of one row."""
    if len(cells) != len(HEAD):
        yield f"{len(cells)} columns, expected {len(HEAD)}"
        return
    name, advice, source, kept, planned = cells
    if name != expected:
        yield f"id '{name}', expected {expected}"
    if not advice:
        yield "no advice"
    if source not in SOURCES:
        yield f"source '{source}', expected S0 to S4"
    to_come = names_of(planned)
    keepers = [] if kept == PLANNED else names_of(kept)
    if keepers is None or to_come is None:
        yield "expected names in backquotes with commas between them"
        return
    if kept == PLANNED and not to_come:
        yield "planned, but what?"
    if kept == "":
        yield f"kept by nothing, not even the word '{PLANNED}'"
    yield from filter(None, map(tree.fault_kept, keepers))
    yield from filter(None, map(tree.fault_planned, to_come))


def check_page(tree, text):
    """Return ([(line, fault)], rows, rows that are only planned)."""
    faults, rows, empty = [], 0, 0
    for line, cells in read_rows(text):
        rows += 1
        empty += len(cells) == len(HEAD) and cells[3] == PLANNED
        faults += [(line, fault) for fault in
                   check_row(tree, f"P-{rows:03}", cells)]
    if not rows:
        faults.append((1, "no row at all"))
    return faults, rows, empty


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1])
    root = parser.parse_args(argv).root
    try:
        tree = Tree(root)
        faults, rows, empty = check_page(tree, (root / PAGE).read_text())
    except OSError as error:
        print(f"practices-check: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    for line, fault in faults:
        print(f"{PAGE}:{line}: {fault}")
    print(f"{rows} pieces of advice: {rows - empty} kept, {empty} planned")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
