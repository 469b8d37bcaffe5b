#!/usr/bin/env python3
"""Print what each rule costs, from what bench_rules wrote: a file a kind of input.

A rule's share is its part of what all rules take together. The parts that are no rule
(read, facts, all) come first; rules below SMALLEST are summed up in one line.
"""

import sys
from pathlib import Path

PARTS = ("read", "facts", "all")
SMALLEST = 0.01  # of the sum


def times(path):
    rows = (line.split("\t") for line in Path(path).read_text().splitlines())
    return {name: float(nanoseconds) for name, nanoseconds in rows}


KINDS = {"many": "Dockerfiles", "compose": "compose projects", "scripts": "scripts"}


def show(kind, taken):
    rules = {name: t for name, t in taken.items() if name not in PARTS}
    total = sum(rules.values()) or 1.0
    print(f"\n{KINDS[kind]}: reading {taken['read'] / 1000:.1f} us a file, what rules share "
          f"{taken['facts'] / 1000:.1f}, all rules together {taken['all'] / 1000:.1f}")
    small = {name: t for name, t in rules.items() if t < SMALLEST * total}
    for name, t in sorted(rules.items(), key=lambda item: -item[1]):
        if name not in small:
            print(f"    {name:32} {t / 1000:8.3f} us  {100 * t / total:5.1f} %")
    name = f"{len(small)} others"
    print(f"    {name:32} {sum(small.values()) / 1000:8.3f} us  "
          f"{100 * sum(small.values()) / total:5.1f} %")


def main(argv):
    for path in argv[1:]:
        show(Path(path).name.partition("-")[2], times(path))


if __name__ == "__main__":
    main(sys.argv)
