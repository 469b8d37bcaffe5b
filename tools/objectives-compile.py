#!/usr/bin/python3
"""Turns data/objectives.tsv into a C file of constant rows.

  objectives-compile.py --root SOURCE_ROOT --out objective_rows.c

Checks the shape: columns, kinds, answers, a title for every objective and before its
rows. What the text of a ban says is checked by the parser that reads it
(src/seccomp/objective.c), in tests/unit/objective_test.c.
"""
import argparse
import errno
import pathlib
import re
import sys

PATH = "data/objectives.tsv"
COLUMNS = ("kind", "objective", "text", "answer", "why", "source")
KINDS = {"title": "ROW_TITLE", "ban": "ROW_BAN", "beyond": "ROW_BEYOND"}
# What of the columns must be there, by kind; the others must be '-'.
FILLED = {"title": {"text"}, "ban": {"text", "answer", "why", "source"},
          "beyond": {"text", "why"}}
SOURCE = re.compile(r"[\w./-]+\.c( \w+)?")
NAME = re.compile(r"[a-z][a-z-]*[a-z]")


def faults_of(row, titles):
    if row["kind"] not in KINDS:
        yield f"kind: '{row['kind']}' is none of: {' '.join(KINDS)}"
        return
    for column in COLUMNS[2:]:
        if (row[column] != "-") != (column in FILLED[row["kind"]]):
            yield f"{column}: a {row['kind']} row has {'a' if row[column] == '-' else 'no'} {column}"
    if not NAME.fullmatch(row["objective"]):
        yield f"objective: '{row['objective']}' is no name"
    if (row["kind"] == "title") == (row["objective"] in titles):
        yield f"objective: '{row['objective']}' needs one title, before its rows"
    if row["kind"] == "ban":
        if row["answer"] != "OK" and not hasattr(errno, row["answer"]):
            yield f"answer: '{row['answer']}' is neither OK nor an errno"
        if not SOURCE.fullmatch(row["source"]):
            yield f"source: '{row['source']}' is not FILE.c FUNCTION"


def read(root):
    rows, faults, titles, header = [], [], set(), False
    for number, line in enumerate((root / PATH).read_text().split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        cells = tuple(line.split("\t"))
        if not header:
            header = True
            if cells != COLUMNS:
                faults.append(f"{PATH}:{number}: header: expected {' '.join(COLUMNS)}")
            continue
        if len(cells) != len(COLUMNS):
            faults.append(f"{PATH}:{number}: expected {len(COLUMNS)} columns, found {len(cells)}")
            continue
        row = dict(zip(COLUMNS, cells))
        faults += [f"{PATH}:{number}: {text}" for text in faults_of(row, titles)]
        if row["kind"] == "title":
            titles.add(row["objective"])
        rows.append(row)
    return rows, faults


def number_of(answer):
    # The kernel's numbers: two names of 95 are one there.
    return 0 if answer in ("OK", "-") else getattr(errno, answer)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(rows):
    yield "/* Made by tools/objectives-compile.py of data/objectives.tsv. */"
    yield '#include "seccomp/objective_rows.h"'
    yield ""
    yield "const struct objective_row objective_rows[] = {"
    for row in rows:
        texts = ", ".join(f"STR_INIT({quoted(row[c])})"
                          for c in ("objective", "text", "why", "source"))
        yield f"\t{{{KINDS[row['kind']]}, {number_of(row['answer'])}, {texts}}},"
    yield "};"
    yield ""
    yield f"const size_t objective_row_count = {len(rows)};"
    names = [row["objective"] for row in rows if row["kind"] == "title"]
    yield ""
    yield "const struct str objective_row_names[] = {"
    for name in names:
        yield f"\tSTR_INIT({quoted(name)}),"
    yield "};"
    yield ""
    yield f"const size_t objective_row_name_count = {len(names)};"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    rows, faults = read(options.root)
    if faults:
        sys.exit("\n".join(faults))
    options.out.write_text("\n".join(write(rows)) + "\n")


main()
