#!/usr/bin/python3
"""Keeps the catalogue of rules, its pages and its fixtures equal.

Every row of src/rule/rules.def that is on or off has a page in doc/rules/, and below
tests/rules/<name>/ at least one folder bad* whose `expect` names the rule and one
folder good* in which the rule is silent. Nothing in those two places is without a row.
Prints one line a mistake and, at the end, the counts; exits 1 when there was a mistake.

	tools/rules-check.py [ROOT]
"""

import pathlib
import re
import sys
from typing import NamedTuple

SCOPES = ("FILE", "BUILD", "WORKLOAD", "PROJECT", "HOST")
SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")
SECTIONS = (
    "What triggers it",
    "Why it matters",
    "What to do",
    "When it is fine",
    "Severity and verdict",
    "References",
    "Fix",
)
# The letters of a row's inputs, and the file that makes a fixture one of that kind; a
# folder with several is of the first kind.
INPUTS = {"C": "compose.yaml", "R": "run.sh", "D": "Dockerfile"}
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
ROW = re.compile(
    r'^(?:RULE\("(?P<name>[^"]*)",\s*(?P<ident>\w+),\s*(?P<scope>\w+),'
    r'\s*(?P<severity>\w+),\s*(?P<status>\w+),\s*"(?P<inputs>\w*)",'
    r'\s*"(?P<title>[^"]*)"\)'
    r'|PLANNED\("(?P<p_name>[^"]*)",\s*(?P<p_scope>\w+),'
    r'\s*(?P<p_severity>\w+),\s*"(?P<p_title>[^"]*)"\))',
    re.MULTILINE,
)
# RULE [FILE:]LINE:COLUMN-[LINE:]COLUMN VERDICT; without a file it is the audited one.
EXPECT = re.compile(r"(?P<rule>\S+) ([^\s:]+:)?\d+:\d+-(\d+:)?\d+ (yes|maybe)")


class Row(NamedTuple):
    name: str
    ident: str  # empty when planned
    scope: str
    severity: str
    status: str  # ON, OFF or PLANNED
    inputs: str  # letters of INPUTS; empty when planned
    title: str


def read_rows(text):
    """The rows of rules.def in their order."""
    rows = []
    for m in ROW.finditer(text):
        g = m.groupdict()
        if g["name"] is not None:
            rows.append(Row(*(g[k] for k in Row._fields)))
        else:
            rows.append(
                Row(g["p_name"], "", g["p_scope"], g["p_severity"], "PLANNED", "", g["p_title"])
            )
    return rows


def check_table(rows, text):
    """What is wrong with the table itself."""
    starts = len(re.findall(r"^(?:RULE|PLANNED)\(", text, re.MULTILINE))
    if starts != len(rows):
        yield f"rules.def: {starts - len(rows)} of {starts} rows cannot be read"
    if [r.name for r in rows] != sorted(r.name for r in rows):
        yield "rules.def: the rows are not sorted by name"
    seen = set()
    for row in rows:
        if row.name in seen:
            yield f"{row.name}: two rows"
        seen.add(row.name)
        yield from check_row(row)


def check_row(row):
    if not NAME.fullmatch(row.name):
        yield f"{row.name}: a name is lower-case words with hyphens between"
    if row.scope not in SCOPES:
        yield f"{row.name}: no such scope: {row.scope}"
    if row.severity not in SEVERITIES:
        yield f"{row.name}: no such severity: {row.severity}"
    if row.status not in ("ON", "OFF", "PLANNED"):
        yield f"{row.name}: a RULE is ON or OFF, not {row.status}"
    if row.ident and (not row.inputs or set(row.inputs) - set(INPUTS)):
        yield f"{row.name}: its inputs are some of {', '.join(sorted(INPUTS))}"
    if row.ident and row.ident != row.name.replace("-", "_"):
        yield f"{row.name}: its check must be check_{row.name.replace('-', '_')}"
    if not row.title or row.title.endswith(".") or row.title[0] == " ":
        yield f"{row.name}: a title is a short claim without a full stop"


def check_page(row, page):
    """What is wrong with the page of a rule."""
    if not page.is_file():
        yield f"{row.name}: no page doc/rules/{row.name}.md"
        return
    lines = page.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != f"# {row.name}":
        yield f"{row.name}: its page must begin with '# {row.name}'"
    if len(lines) < 3 or not lines[2].strip() or lines[2].startswith("#"):
        yield f"{row.name}: its page has no summary below the title"
    found = [line[3:] for line in lines if line.startswith("## ")]
    for section in SECTIONS:
        if section not in found:
            yield f"{row.name}: its page lacks '## {section}'"
    if sorted(found, key=lambda s: SECTIONS.index(s) if s in SECTIONS else 99) != found:
        yield f"{row.name}: the sections of its page are out of order"


def check_promise(page, folder):
    """A page does not call planned, or none at all, what a fixture shows done."""
    fix = page.read_text(encoding="utf-8").partition("\n## Fix\n")[2].lstrip()
    done = sorted(p.parent.name for p in folder.glob("bad*/fixed"))
    if done and re.match(r"(Planned|None)\b", fix):
        yield (f"{page}: the section Fix says '{fix.split(':')[0].split('.')[0]}', and "
               f"{folder}/{done[0]}/fixed shows what is written")


def read_expected(folder):
    """The rules that a fixture's expect names, and its lines that cannot be read."""
    expect = folder / "expect"
    rules, bad = [], []
    if expect.is_file():
        for line in expect.read_text(encoding="utf-8").splitlines():
            m = EXPECT.fullmatch(line)
            if m:
                rules.append(m["rule"])
            elif line and not line.startswith("#"):
                bad.append(line)
    return rules, bad


def input_of(case):
    """The letter of the input that a fixture audits, or None."""
    return next((k for k, name in INPUTS.items() if (case / name).is_file()), None)


def check_fixtures(row, folder):
    """What is wrong with the fixtures of a rule."""
    cases = sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    for kind in ("bad", "good"):
        if not any(c.name.startswith(kind) for c in cases):
            yield f"{row.name}: no {kind} fixture in tests/rules/{row.name}/"
    bad = {input_of(c) for c in cases if c.name.startswith("bad")}
    for letter in set(row.inputs) & set(INPUTS):
        if bad and None not in bad and letter not in bad:
            yield f"{row.name}: no bad fixture with {INPUTS[letter]}"
    for case in cases:
        where = f"tests/rules/{row.name}/{case.name}"
        if not case.name.startswith(("bad", "good")):
            yield f"{where}: a fixture is called bad… or good…"
        if not input_of(case):
            yield f"{where}: none of {', '.join(INPUTS.values())}"
        rules, unreadable = read_expected(case)
        for line in unreadable:
            yield f"{where}/expect: cannot read '{line}'"
        if case.name.startswith("bad") and row.name not in rules:
            yield f"{where}/expect: does not name {row.name}"
        if case.name.startswith("good") and row.name in rules:
            yield f"{where}/expect: names the rule that must be silent"


def check_strays(names, pages, fixtures):
    """Pages and fixture folders that belong to no rule with a check."""
    for page in sorted(pages.glob("*.md")) if pages.is_dir() else []:
        if page.stem not in names and page.name != "README.md":
            yield f"doc/rules/{page.name}: no rule of that name is on or off"
    for folder in sorted(fixtures.iterdir()) if fixtures.is_dir() else []:
        if folder.is_dir() and folder.name not in names:
            yield f"tests/rules/{folder.name}: no rule of that name is on or off"


def check(root):
    """Every mistake below root, and the rows."""
    text = (root / "src/rule/rules.def").read_text(encoding="utf-8")
    rows = read_rows(text)
    live = [r for r in rows if r.status != "PLANNED"]
    pages, fixtures = root / "doc/rules", root / "tests/rules"
    mistakes = list(check_table(rows, text))
    for row in live:
        page = pages / f"{row.name}.md"
        mistakes += check_page(row, page)
        if page.is_file():
            mistakes += check_promise(page, fixtures / row.name)
        mistakes += check_fixtures(row, fixtures / row.name)
    mistakes += check_strays({r.name for r in live}, pages, fixtures)
    return mistakes, rows


def main(argv):
    root = pathlib.Path(argv[1] if len(argv) > 1 else pathlib.Path(__file__).parent.parent)
    mistakes, rows = check(root)
    for line in mistakes:
        print(line)
    count = {s: sum(r.status == s for r in rows) for s in ("ON", "OFF", "PLANNED")}
    cases = sum(1 for p in (root / "tests/rules").glob("*/*") if p.is_dir())
    print(
        f"{len(rows)} rules: {count['ON']} on, {count['OFF']} off, "
        f"{count['PLANNED']} planned; {cases} fixtures; {len(mistakes)} mistakes"
    )
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
