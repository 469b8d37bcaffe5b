#!/usr/bin/python3
"""Turns the seccomp tables of data/ into one C file of constant rows.

  seccomp-compile.py --root SOURCE_ROOT --out seccomp_data.c

reads syscalls.tsv and seccomp-default.tsv. Every fault is one line,
"data/syscalls.tsv:12: x86_64: ...", and any fault fails the build: a name twice, a
number twice on one arch, a width that is none, a condition that cannot be read, a row
beside one that lets the same call through always.
"""
import argparse
import errno
import pathlib
import re
import sys

CALLS = ("name", "x86_64", "x32", "i386", "aarch64", "args", "i386_args", "source")
ARCHES = CALLS[1:5]
NAME = re.compile(r"[a-z_][a-z0-9_]*")
NUMBER = re.compile(r"(\d+)(?:@(\d+)\.(\d+))?")
WIDTHS = {"16": (16, 0), "32": (32, 0), "64": (64, 0), "ptr": (64, 1)}
DEFAULT = ("call", "group", "engine", "condition", "needs", "kernel", "hosts", "answer")
GROUPS = {"files", "ids", "ipc", "kernel", "memory", "namespaces", "others", "processes",
          "scheduling", "security", "signals", "sockets", "threads", "time", "waiting"}
ENGINES = {"docker": 1, "podman": 2, "both": 3}
TERM = re.compile(r"arg([0-5])(?: & (\w+))? (==|!=|<=|<|>=|>) (\w+)")
COMPARES = {"!=": "NE", "<": "LT", "<=": "LE", "==": "EQ", ">=": "GE", ">": "GT"}
CONDITIONS_MAX = 2
ARGUMENTS_MAX = 6
NUMBER_MAX = 600  # a table by number holds a slot for each


class Table:
    """The rows of one file as {column: cell, 'line': n}, and the faults found."""

    def __init__(self, root, path, columns):
        self.path, self.columns, self.faults, self.rows = path, columns, [], []
        header = False
        for number, line in enumerate((root / path).read_text().split("\n"), 1):
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            if not header:
                header = True
                if tuple(cells) != columns:
                    self.wrong(number, "header: expected " + " ".join(columns))
                    return
            elif len(cells) != len(columns):
                self.wrong(number, f"expected {len(columns)} columns, found {len(cells)}")
            else:
                self.rows.append(dict(zip(columns, cells)) | {"line": number})

    def wrong(self, line, text):
        self.faults.append((line, f"{self.path}:{line}: {text}"))


def read_number(table, row, arch):
    """(number, kernel as 0xMMmm), (-1, 0) for none."""
    if row[arch] == "-":
        return -1, 0
    match = NUMBER.fullmatch(row[arch])
    if not match or int(match[1]) >= NUMBER_MAX:
        table.wrong(row["line"], f"{arch}: '{row[arch]}' is not NUMBER, NUMBER@5.10 or -")
        return -1, 0
    return int(match[1]), int(match[2] or 0) << 8 | int(match[3] or 0)


def read_args(table, row, column):
    """[(bits, is pointer)] of a cell."""
    words = [] if row[column] == "-" else row[column].split(" ")
    if len(words) > ARGUMENTS_MAX or any(word not in WIDTHS for word in words):
        table.wrong(row["line"], f"{column}: '{row[column]}' is not up to six of: "
                                 + " ".join(WIDTHS))
        return []
    return [WIDTHS[word] for word in words]


def check_source(table, row):
    if row["source"] != "-" and not re.fullmatch(r"[\w./-]+\.c", row["source"]):
        table.wrong(row["line"], f"source: '{row['source']}' is no file of the kernel")
    if row["source"] == "-" and row["args"] != "-":
        table.wrong(row["line"], "source: widths that nobody has read")


def read_calls(table):
    seen, names = {}, []
    for row in table.rows:
        if not NAME.fullmatch(row["name"]):
            table.wrong(row["line"], f"name: '{row['name']}' is no name of a call")
        if names and row["name"].encode() <= names[-1].encode():
            table.wrong(row["line"], f"name: '{row['name']}' does not stand in order")
        names.append(row["name"])
        row["numbers"] = [read_number(table, row, arch) for arch in ARCHES]
        for arch, (number, _) in zip(ARCHES, row["numbers"]):
            other = seen.setdefault((arch, number), row)
            if number >= 0 and other is not row:
                table.wrong(row["line"], f"{arch}: {number} is '{other['name']}' already")
        row["wide"] = read_args(table, row, "args")
        row["narrow"] = ([(min(bits, 32), pointer) for bits, pointer in row["wide"]]
                         if row["i386_args"] == "-" else
                         [(min(bits, 32), pointer)
                          for bits, pointer in read_args(table, row, "i386_args")])
        check_source(table, row)
    return names


def read_term(text):
    """A condition in C, or None."""
    match = TERM.fullmatch(text)
    try:
        value = int(match[4], 0)
        mask = 2**64 - 1 if match[2] is None else int(match[2], 0)
    except (TypeError, ValueError):
        return None
    compare = COMPARES[match[3]]
    if match[2] is not None:
        if compare != "EQ" or value & ~mask:
            return None
        compare = "MASKED_EQ"
    return f"{{{match[1]}, COMPARE_{compare}, 0x{value:x}, 0x{mask:x}}}"


def read_needs(table, row, capabilities):
    """(must be there, must not) as sets of bits."""
    sets = [0, 0]
    for word in [] if row["needs"] == "-" else row["needs"].split(" "):
        name = word.removeprefix("!")
        if name not in capabilities:
            table.wrong(row["line"], f"needs: '{name}' is no capability")
        else:
            sets[word != name] |= 1 << capabilities.index(name)
    return sets


def read_default(table, names, capabilities):
    always = {}
    for row in table.rows:
        if row["call"] not in names:
            table.wrong(row["line"], f"call: '{row['call']}' is no row of syscalls.tsv")
        if row["group"] not in GROUPS:
            table.wrong(row["line"], f"group: '{row['group']}' is none of: "
                                     + " ".join(sorted(GROUPS)))
        if row["engine"] not in ENGINES:
            table.wrong(row["line"], f"engine: '{row['engine']}' is none of: "
                                     + " ".join(ENGINES))
        terms = [] if row["condition"] == "-" else row["condition"].split(" && ")
        row["terms"] = [read_term(term) for term in terms]
        if None in row["terms"] or len(terms) > CONDITIONS_MAX:
            table.wrong(row["line"], f"condition: '{row['condition']}' is not up to "
                                     f"{CONDITIONS_MAX} of 'arg0 == 1', "
                                     "'arg0 & 6 == 0'")
        row["with"], row["without"] = read_needs(table, row, capabilities)
        if not re.fullmatch(r"-|\d+\.\d+", row["kernel"]):
            table.wrong(row["line"], f"kernel: '{row['kernel']}' is not 4.8 or -")
        if not set(row["hosts"].split(" ")) <= {"-", *ARCHES}:
            table.wrong(row["line"], f"hosts: '{row['hosts']}' is no arch and not -")
        if row["answer"] != "allow" and not hasattr(errno, row["answer"]):
            table.wrong(row["line"], f"answer: '{row['answer']}' is no errno, not allow")
        if row["answer"] == "allow" and all(row[column] == "-" for column in
                                            ("condition", "needs", "kernel", "hosts")):
            for engine in (1, 2):
                if ENGINES.get(row["engine"], 0) & engine:
                    always[row["call"], engine] = row
    for row in table.rows:
        for engine in (1, 2):
            other = always.get((row["call"], engine), row)
            if ENGINES.get(row["engine"], 0) & engine and other is not row:
                table.wrong(row["line"], f"call: line {other['line']} lets it through "
                                         "always")


def default_text(table, names):
    yield "const struct default_row default_rows[] = {"
    for row in table.rows:
        major, _, minor = row["kernel"].partition(".")
        kernel = f"KERNEL({major}, {minor})" if minor else "0"
        hosts = " | ".join(f"1u << ARCH_{host.upper()}" for host in row["hosts"].split())
        answer = ("SECCOMP_RET_ALLOW" if row["answer"] == "allow" else
                  f"SECCOMP_RET_ERRNO | {row['answer']}")
        terms = ", ".join(row["terms"]) or "{0}"
        yield (f"\t{{{names.index(row['call'])}, {ENGINES[row['engine']]}, "
               f"{len(row['terms'])}, {kernel}, "
               f"{'ARCHES_ALL' if row['hosts'] == '-' else hosts}, "
               f"0x{row['with']:x}, 0x{row['without']:x}, {answer}, {{{terms}}}}},")
    yield "};"
    yield f"const size_t default_count = {len(table.rows)};"


def read_capabilities(root):
    """The names in the order of their numbers, as src/model/capability.c has them."""
    text = (root / "src/model/capability.c").read_text()
    return re.findall(r'STR_INIT\("(\w+)"\)', text.split("names[", 1)[1].split("};")[0])


def c_arguments(arguments):
    return "{" + ", ".join(f"{{{bits}, {pointer}}}" for bits, pointer in arguments) + "}"


def calls_text(table):
    """The rows in order, then for each arch the row of every number."""
    yield "const struct call_row calls_table[] = {"
    for row in table.rows:
        numbers = ", ".join(str(number) for number, _ in row["numbers"])
        since = ", ".join(f"0x{kernel:x}" for _, kernel in row["numbers"])
        wide, narrow = row["wide"], row["narrow"]
        yield (f'\t{{STR_INIT("{row["name"]}"), {{{numbers}}}, {{{since}}}, '
               f'{len(wide)}, {c_arguments(wide) if wide else "{{0}}"}, '
               f'{len(narrow)}, {c_arguments(narrow) if narrow else "{{0}}"}}},')
    yield "};"
    yield f"const size_t calls_count = {len(table.rows)};"
    for slot, arch in enumerate(ARCHES):
        by_number = {row["numbers"][slot][0]: at for at, row in enumerate(table.rows)}
        last = max(by_number)
        yield f"static const int16_t by_{arch}[] = {{"
        for start in range(0, last + 1, 16):
            yield "\t" + " ".join(f"{by_number.get(number, -1)},"
                                  for number in range(start, min(start + 16, last + 1)))
        yield "};"
    yield "const struct calls_by_number calls_by_number[ARCH_COUNT] = {"
    for arch in ARCHES:
        yield (f"\t[ARCH_{arch.upper()}] = {{by_{arch}, "
               f"sizeof(by_{arch}) / sizeof(by_{arch}[0])}},")
    yield "};"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    calls = Table(options.root, "data/syscalls.tsv", CALLS)
    names = read_calls(calls)
    default = Table(options.root, "data/seccomp-default.tsv", DEFAULT)
    read_default(default, names, read_capabilities(options.root))
    faults = sorted(calls.faults) + sorted(default.faults)
    if faults:
        print("\n".join(text for _, text in faults), file=sys.stderr)
        return 1
    lines = ["/* Made by tools/seccomp-compile.py from data/; do not edit. */",
             "#include <errno.h>", "#include <linux/seccomp.h>", "",
             '#include "seccomp/tables.h"', "", *calls_text(calls),
             *default_text(default, names)]
    options.out.write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
