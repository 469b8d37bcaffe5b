#!/usr/bin/python3
"""Turns the tables of data/ into one C file of constant rows, or says what is wrong.

  know-compile.py --root SOURCE_ROOT --out know_data.c

reads images.tsv, image-env.tsv, siblings.tsv, families.tsv, package-users.tsv,
services.tsv, base-files.tsv, libraries.tsv, errors.tsv, capabilities.tsv,
secret-files.tsv, programs.tsv and powers.tsv in SOURCE_ROOT/data; the words for causes
stand in src/know/causes.def.
Every fault is one line, "data/images.tsv:12: uid: ...", and any fault fails the build:
a row without source or date, with a cell missing, with a number that is none, or that
can never match because rows above it take everything it names.

The C file holds all cells in one text and each row as offsets into it: no pointers, so
nothing is relocated and nothing is touched at start.
"""
import argparse
import datetime
import functools
import os
import re
import sys

IMAGES = ("name", "tags", "user", "uid", "gid", "home", "accounts", "family", "tools",
          "nologin", "drops", "eol", "source", "date")
FAMILIES = ("family", "accounts", "tools", "first_uid", "nologin", "manager", "source",
            "date")
ENV = ("name", "variable", "value", "source", "date")
SIBLINGS = ("name", "tags", "sibling", "cures", "why", "source", "date")
SERVICES = ("image", "tags", "program", "ports", "service", "login", "on", "off", "risk",
            "harm", "source", "date")
LIBRARIES = ("name", "marks", "base", "path", "kind", "variables", "setting", "failure",
             "happens", "error", "rule", "source", "date")
BASE_FILES = ("base", "paths", "kind", "uid", "gid", "mode", "whole", "source", "date")
ERRORS = ("pattern", "then", "by", "cause", "code", "weight", "path", "variable", "cure",
          "source", "date")
PROGRAMS = ("program", "needs", "source", "date")
PACKAGES = ("package", "user", "uid", "family", "source", "date")
SECRET_FILES = ("name", "tags", "variables", "file", "reader", "source", "date")
POWERS = ("program", "words", "capabilities", "devices", "instead", "source", "date")
CAPABILITIES = ("name", "may", "risk", "shared", "shared_risk", "source", "date")

ID_MAX = 2**32 - 2  # 2**32 - 1 is (uid_t)-1, "no change" to the kernel
TOOLS = {"shadow", "adduser-debian", "busybox"}
CURES = {"user", "updates", "user,updates"}
NEEDS = {"root", "own", "beside", "devices", "engine", "folders"}
MANAGERS = {"apt", "apk", "dnf", "-"}

NAME = re.compile(r"[a-z0-9*][a-z0-9._*/:-]*")
TAG_GLOB = re.compile(r"[A-Za-z0-9_.*-]+")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
PROGRAM_GLOB = re.compile(r"[A-Za-z0-9*_][A-Za-z0-9._*+-]*")
PACKAGE_GLOB = re.compile(r"[a-z0-9*][a-z0-9.+*-]*")
# What a part of a source may be; another reader must be able to find it.
SOURCE_FORMS = (
    re.compile(r"[\w.-]+/[\w.-]+ .*@[0-9a-f]{7,40}\b"),  # owner/repo path@commit
    re.compile(r"issue [\w.-]+/[\w.-]+#\d+"),
    re.compile(r"https://\S+"),
    re.compile(r"packages? \S+ .*\d"),  # Debian 12 package NAME VERSION, its file
    re.compile(r"measured: \S+ .*\d"),  # a program with its version, made to fail
    re.compile(r"mmdebstrap .*, /etc/"),  # a root filesystem, how it was made
)
IMPLIED = ("docker.io/", "index.docker.io/", "library/")


class Row:
    """One line of a table; complains about itself by file, line and column."""

    def __init__(self, table, line, cells):
        self.table, self.line, self.cells = table, line, cells

    def __getitem__(self, column):
        return self.cells[self.table.columns.index(column)]

    def wrong(self, column, message):
        self.table.wrong(self.line, f"{column}: {message}")


class Table:
    """The rows of one file, and the faults found in it."""

    def __init__(self, path, columns, text):
        self.path, self.columns = path, columns
        self.rows, self.faults = [], []
        self.read(text)

    def wrong(self, line, message):
        self.faults.append((line, f"{self.path}:{line}: {message}"))

    def read(self, text):
        header = None
        for number, line in enumerate(text.split("\n"), 1):
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            if header is None:
                header = number
                if tuple(cells) != self.columns:
                    self.wrong(number, "header: expected " + " ".join(self.columns))
                    return
                continue
            if len(cells) != len(self.columns):
                self.wrong(number, f"expected {len(self.columns)} columns, found "
                                   f"{len(cells)}")
                continue
            row = Row(self, number, cells)
            for column, cell in zip(self.columns, cells):
                if not cell or cell != cell.strip():
                    row.wrong(column, "empty, or blanks around it; '-' means none")
            self.rows.append(row)
        if header is None:
            self.wrong(1, "no header line")


def is_number(text):
    return text.isascii() and text.isdigit() and int(text) <= ID_MAX


def is_date(text):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_path(text):
    return text.startswith("/")


def check_number(row, column, also=""):
    if row[column] not in also.split() and not is_number(row[column]):
        row.wrong(column, f"'{row[column]}' is no number from 0 to {ID_MAX}"
                          + (f" and none of: {also}" if also else ""))


def check_path(row, column, also):
    if row[column] not in also.split() and not is_path(row[column]):
        row.wrong(column, f"'{row[column]}' is no absolute path and none of: {also}")


def check_provenance(row):
    if row["source"] in ("", "-", "?"):
        row.wrong("source", "a row says what was read; memory is no source")
    else:
        for part in row["source"].split("; "):
            if not any(form.search(part) for form in SOURCE_FORMS):
                row.wrong("source", f"'{part}' is none of: owner/repo path@commit, "
                                    "issue owner/repo#number, an https address, a "
                                    "package with its version, mmdebstrap and a file")
    if not is_date(row["date"]):
        row.wrong("date", f"'{row['date']}' is no day like 2026-11-22")


def check_tools(row):
    if row["tools"] == "-":
        return
    for tool in row["tools"].split(","):
        if tool not in TOOLS | {"?"}:
            row.wrong("tools", f"'{tool}' is none of: {' '.join(sorted(TOOLS))} ?")


def account_fault(entry):
    """What is wrong with one entry of an accounts cell, or None."""
    parts = entry.removeprefix("%").split(":")
    if len(parts) != (2 if entry.startswith("%") else 5):
        return "expected name:uid:gid:home:shell or %group:gid"
    if not ACCOUNT_NAME.fullmatch(parts[0]):
        return f"'{parts[0]}' is no account name"
    ids = parts[1:2] if entry.startswith("%") else parts[1:3]
    for number in ids:
        if number != "?" and not is_number(number):
            return f"'{number}' is no number"
    for path in parts[3:]:
        if path != "?" and not is_path(path):
            return f"'{path}' is no absolute path"
    return None


def account_entries(cell):
    return [] if cell == "-" else [e for e in cell.split(",") if e != "?"]


def account_names(cell):
    return {e.split(":")[0] for e in account_entries(cell) if not e.startswith("%")}


def has_unknown(cell):
    return "?" in cell.split(",")


def check_accounts(row):
    seen = set()
    for entry in account_entries(row["accounts"]):
        fault = account_fault(entry)
        if fault:
            row.wrong("accounts", f"'{entry}': {fault}")
        name = entry.split(":")[0]
        if name in seen:
            row.wrong("accounts", f"'{name}' stands twice")
        seen.add(name)


def check_name(row, column="name"):
    check_repository(row, column, row[column])


def check_repository(row, column, name):
    if not NAME.fullmatch(name):
        row.wrong(column, f"'{name}' is no repository name")
    for prefix in IMPLIED:
        if name.startswith(prefix):
            row.wrong(column, f"leave '{prefix}' out; it is implied")


def check_tags(row):
    for tag in row["tags"].split(","):
        if not TAG_GLOB.fullmatch(tag):
            row.wrong("tags", f"'{tag}' is no glob over a tag")


def check_user(row, known):
    """known: the names of accounts in the row and in its family; None if not all."""
    user = row["user"].split(":")[0]
    check_number(row, "uid", "?")
    check_number(row, "gid", "?")
    check_path(row, "home", "?")
    if user == "-" and (row["uid"], row["gid"]) != ("0", "0"):
        row.wrong("uid", "an image without a user runs as 0:0")
    if is_number(user) and int(user) != (int(row["uid"]) if is_number(row["uid"]) else -1):
        row.wrong("uid", f"the user is {user}")
    if user != "-" and not is_number(user) and known is not None and user not in known:
        row.wrong("user", f"'{user}' is no account of the row or its family")


def check_drops(row, known):
    if row["drops"] == "-":
        return
    account, colon, tool = row["drops"].partition(":")
    if not colon or not account or not tool:
        row.wrong("drops", "expected account:tool or -")
    elif known is not None and account not in known:
        row.wrong("drops", f"'{account}' is no account of the row or its family")


@functools.lru_cache(maxsize=None)
def glob_pattern(glob):
    return re.compile(".*".join(re.escape(part) for part in glob.split("*")), re.S)


def glob_covers(wide, narrow):
    """True when every text that narrow matches is matched by wide too."""
    # A star of narrow stands for any text, so only a star of wide may take it.
    return glob_pattern(wide).fullmatch(narrow) is not None


def check_reach(rows):
    for i, row in enumerate(rows):
        above = [r for r in rows[:i] if glob_covers(r["name"], row["name"])]
        for tag in row["tags"].split(","):
            taker = next((r for r in above for wide in r["tags"].split(",")
                          if glob_covers(wide, tag)), None)
            if taker is None:
                break
        else:
            row.wrong("tags", f"can never match: '{row['name']}' is taken by the rows "
                              f"above, the last of them line {taker.line}")


def check_images(table, families):
    for row in table.rows:
        check_name(row)
        check_tags(row)
        check_accounts(row)
        known = account_names(row["accounts"])
        family = families.get(row["family"])
        if family is None:
            row.wrong("family", f"'{row['family']}' is no row of families.tsv")
        if family is None or has_unknown(row["accounts"] + "," + family["accounts"]):
            known = None
        else:
            known |= account_names(family["accounts"])
        check_user(row, known)
        check_drops(row, known)
        check_tools(row)
        check_path(row, "nologin", "-")
        if row["eol"] != "-" and not is_date(row["eol"]):
            row.wrong("eol", f"'{row['eol']}' is no day like 2026-11-22 and not -")
        check_provenance(row)
    check_reach(table.rows)


def check_entries(row):
    """A family's list is complete, so nothing in it may be unknown."""
    for entry in account_entries(row["accounts"]):
        if "?" in entry.split(":"):
            row.wrong("accounts", f"'{entry}': a family's entry has no '?'")


def check_families(table):
    families = {}
    for row in table.rows:
        if row["family"] in families:
            row.wrong("family", f"'{row['family']}' stands twice")
        families[row["family"]] = row
        check_accounts(row)
        check_entries(row)
        check_tools(row)
        check_number(row, "first_uid")
        check_path(row, "nologin", "-")
        if row["manager"] not in MANAGERS:
            row.wrong("manager", f"'{row['manager']}' is none of: "
                                 f"{' '.join(sorted(MANAGERS))}")
        check_provenance(row)
    return families


def check_packages(table, families):
    for row in table.rows:
        if not PACKAGE_GLOB.fullmatch(row["package"]):
            row.wrong("package", f"'{row['package']}' is no glob over a package name")
        if not ACCOUNT_NAME.fullmatch(row["user"]):
            row.wrong("user", f"'{row['user']}' is no account name")
        check_number(row, "uid", "-")
        if row["family"] not in families:
            row.wrong("family", f"'{row['family']}' is no row of families.tsv")
        check_provenance(row)


def check_env(table):
    seen = set()
    for row in table.rows:
        check_name(row)
        if not VARIABLE.fullmatch(row["variable"]):
            row.wrong("variable", f"'{row['variable']}' is no name of a variable")
        if (row["name"], row["variable"]) in seen:
            row.wrong("variable", f"'{row['variable']}' stands twice")
        seen.add((row["name"], row["variable"]))
        check_provenance(row)


def check_programs(table):
    seen = set()
    for row in table.rows:
        if not PROGRAM_GLOB.fullmatch(row["program"]):
            row.wrong("program", f"'{row['program']}' is no name of a program")
        if row["needs"] not in NEEDS:
            row.wrong("needs", f"'{row['needs']}' is none of "
                               + ", ".join(sorted(NEEDS)))
        if row["program"] in seen:
            row.wrong("program", f"'{row['program']}' stands twice")
        seen.add(row["program"])
        check_provenance(row)


def split_reference(reference):
    """name and tag of an image reference of the table; no tag is latest."""
    head, colon, tag = reference.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (reference, "latest")


def find_image(rows, reference):
    """The first row of images.tsv that matches, or None."""
    name, tag = split_reference(reference)
    for row in rows:
        if glob_covers(row["name"], name) and any(
                glob_covers(wide, tag) for wide in row["tags"].split(",")):
            return row
    return None


def check_cure(row, images):
    """What siblings.tsv promises of an image, images.tsv must not deny."""
    image = find_image(images, row["sibling"].replace("*", "any"))
    if image is None:
        return
    if "user" in row["cures"].split(",") and image["uid"] == "0":
        row.wrong("sibling", f"runs as root, says {image.table.path}:{image.line}")
    if "updates" in row["cures"] and image["eol"] != "-" and image["eol"] <= row["date"]:
        row.wrong("sibling", f"past its end, says {image.table.path}:{image.line}")


def check_siblings(table, images):
    for row in table.rows:
        check_name(row)
        check_tags(row)
        name, tag = split_reference(row["sibling"])
        if not NAME.fullmatch(name) or not TAG_GLOB.fullmatch(tag) or "*" in tag:
            row.wrong("sibling", f"'{row['sibling']}' is no image reference")
        if max(row["name"].count("*"), name.count("*")) > 1:
            row.wrong("name", "more than one *")
        if "*" in name and "*" not in row["name"]:
            row.wrong("sibling", "its * has nothing to stand for")
        if row["cures"] not in CURES:
            row.wrong("cures", f"'{row['cures']}' is none of: " + " ".join(sorted(CURES)))
        if row["why"].endswith("."):
            row.wrong("why", "is the rest of a sentence, without its full stop")
        check_provenance(row)
        check_cure(row, images)
    for cure in ("user", "updates"):
        check_reach([row for row in table.rows if cure in row["cures"].split(",")])


def check_secret_files(table):
    for row in table.rows:
        check_name(row)
        check_tags(row)
        for glob in row["variables"].split(","):
            if not VARIABLE.fullmatch(glob.replace("*", "X")):
                row.wrong("variables", f"'{glob}' is no glob over a variable")
        if row["file"].count("*") != 1 or not VARIABLE.fullmatch(
                row["file"].replace("*", "X")):
            row.wrong("file", f"'{row['file']}' is no name with one * in it")
        if row["reader"] != "?" and not ACCOUNT_NAME.fullmatch(row["reader"]):
            row.wrong("reader", f"'{row['reader']}' is no account name and not ?")
        check_provenance(row)


def check_powers(table, capabilities):
    known = {row["name"] for row in capabilities.rows}
    for row in table.rows:
        has_instead = row["instead"] != "-"
        for name in row["capabilities"].split(","):
            if name != "-" and name not in known:
                row.wrong("capabilities", f"'{name}' is no row of capabilities.tsv")
        for path in row["devices"].split(","):
            if path != "-" and not path.startswith("/dev/"):
                row.wrong("devices", f"'{path}' is no device")
        if has_instead != (row["capabilities"] == row["devices"] == "-"):
            row.wrong("instead", "either what it needs, or what to do instead")
        if row["instead"].endswith("."):
            row.wrong("instead", "half a sentence, without a full stop")
        check_provenance(row)


def check_base(row):
    """NAME, or NAME:GLOBS where the globs stand for some of its tags."""
    name, colon, tags = row["base"].partition(":")
    check_repository(row, "base", name)
    for tag in tags.split(",") if colon else ():
        if not TAG_GLOB.fullmatch(tag):
            row.wrong("base", f"'{tag}' is no glob over a tag")


def check_base_files(table, families):
    for row in table.rows:
        if row["base"].startswith("@"):
            if row["base"][1:] not in families:
                row.wrong("base", f"'{row['base']}' is no row of families.tsv")
        else:
            check_base(row)
        for path in row["paths"].split(","):
            if os.path.normpath(path) != path or not is_path(path):
                row.wrong("paths", f"'{path}' is no clean absolute path")
        if row["kind"] not in ("folder", "file", "below") and not row["kind"].startswith("link:/"):
            row.wrong("kind", "folder, file, below or link:/TARGET")
        check_number(row, "uid")
        check_number(row, "gid")
        if not re.fullmatch(r"[0-7?n]{4}", row["mode"]):
            row.wrong("mode", f"'{row['mode']}' is not four octal digits, ? or n")
        if row["whole"] not in ("yes", "-"):
            row.wrong("whole", "'yes' or '-'")
        check_provenance(row)


# What a run may say: see the head of services.tsv.
MARK = re.compile(r"\??(env:[A-Za-z_][\w.]*(=\S*)?|flag:--?[\w.-]+(=\S*)?|word:\S+|"
                  r"mount:/\S+)")


def check_marks(row, column):
    for mark in [] if row[column] == "-" else row[column].split(","):
        if not MARK.fullmatch(mark):
            row.wrong(column, f"'{mark}' is none of env:NAME[=glob], flag:--x[=glob], "
                              "word:glob, mount:/glob, with or without a ? before it")


def check_services(table):
    for row in table.rows:
        if row["image"] == "-" and row["program"] == "-":
            row.wrong("image", "neither an image nor a program")
        if row["image"] != "-":
            check_name(row, "image")
        if row["tags"] != "-" and row["image"] == "-":
            row.wrong("tags", "tags of no image")
        for port in row["ports"].split(","):
            if not is_number(port) or not 0 < int(port) < 65536:
                row.wrong("ports", f"'{port}' is no port")
        if row["login"] not in ("none", "own"):
            row.wrong("login", "'none' or 'own'")
        if row["login"] == "own" and row["off"] == "-":
            row.wrong("off", "it asks by itself, and nothing stops that: no row at all")
        if row["login"] == "none" and row["off"] != "-":
            row.wrong("off", "what never asks cannot be told not to")
        if row["risk"] not in ("high", "medium"):
            row.wrong("risk", "'high' or 'medium'")
        if row["harm"].endswith("."):
            row.wrong("harm", "a clause without a full stop: \"A stranger …\"")
        check_marks(row, "on")
        check_marks(row, "off")
        check_provenance(row)


# What a row of libraries.tsv may say: see its head.
LIBRARY_MARK = re.compile(r"(?P<kind>pip|conda|apt|apk|dnf|import|run|image):(?P<name>\S+( \S+)?)")
LIBRARY_VARIABLE = re.compile(r"!?[A-Za-z_]\w*(=[\w.@+/-]+)?")
LIBRARY_WORDS = {"base": {"home", "cwd", "tmp", "at"}, "kind": {"folder", "file", "database", "data"},
                 "failure": {"fails", "degrades", "recovers"}}


def library_mark_fault(mark):
    """What is wrong with one entry of a marks cell, or None."""
    m = LIBRARY_MARK.fullmatch(mark)
    if not m:
        return "expected pip:, conda:, apt:, apk:, dnf:, import:, run: or image: and a name"
    if " " in m["name"] and m["kind"] != "run":
        return "only a program has a second word"
    if m["kind"] == "pip" and re.sub(r"[-_.]+", "-", m["name"]).lower() != m["name"]:
        return "not the normal form of a pip name"
    if m["kind"] == "image" and (not NAME.fullmatch(m["name"]) or
                                 m["name"].startswith(IMPLIED)):
        return "no repository name in its normal form"
    return None


def check_library_path(row):
    path = row["path"]
    if path == "-":
        if row["base"] == "at" or row["kind"] != "folder":
            row.wrong("path", "nothing is named")
    elif os.path.normpath(path) != path or path.startswith("..") or \
            is_path(path) != (row["base"] == "at"):
        row.wrong("path", f"'{path}' is not clean, or does not fit its base")


def check_library_variables(row):
    if row["variables"] == "-":
        return
    variables = row["variables"].split(",")
    for variable in variables:
        if not LIBRARY_VARIABLE.fullmatch(variable):
            row.wrong("variables", f"'{variable}' is not NAME or NAME=WHAT")
    if sum(v.startswith("!") for v in variables) > 1:
        row.wrong("variables", "more than one ! to set")


def check_libraries(table, rules):
    names = [row["name"] for row in table.rows]
    for row, before in zip(table.rows[1:], names):
        if row["name"].encode() <= before.encode():
            row.wrong("name", f"'{row['name']}' does not stand behind '{before}'")
    for row in table.rows:
        for column, words in LIBRARY_WORDS.items():
            if row[column] not in words:
                row.wrong(column, f"'{row[column]}' is none of: {' '.join(sorted(words))}")
        marks = row["marks"].split(",")
        for mark in marks:
            fault = library_mark_fault(mark)
            if fault or marks.count(mark) > 1:
                row.wrong("marks", f"'{mark}': {fault or 'stands twice'}")
        check_library_path(row)
        check_library_variables(row)
        if row["happens"] not in ("start", "import") and not re.fullmatch(
                r"call:[^|]+(\|[^|]+)*", row["happens"]):
            row.wrong("happens", "start, import or call:A|B")
        if row["rule"] not in rules:
            row.wrong("rule", f"'{row['rule']}' is no rule of src/rule/rules.def")
        check_provenance(row)


# What a pattern of errors.tsv may catch: see the head of that file.
CAPTURES = {"path", "uid", "port", "user", "cap", ""}
CAPTURE = re.compile(r"\{([a-z]*)(?:~[^}]+)?\}")
ERRNO = re.compile(r"E[A-Z]{3,}|SIG[A-Z]+")
WEIGHTS = ("fatal", "warns", "echoes")


def cause_words(root):
    """The words of src/know/causes.def."""
    with open(os.path.join(root, "src/know/causes.def"), encoding="utf-8") as file:
        return set(re.findall(r'^CAUSE\(\w+, "([a-z-]+)"\)', file.read(), re.M))


def check_pattern(row, column):
    pattern = row[column]
    for name in CAPTURE.findall(pattern):
        if name not in CAPTURES:
            row.wrong(column, f"'{{{name}}}' is none of: "
                              + " ".join(sorted(f"{{{c}}}" for c in CAPTURES)))
    literals = CAPTURE.split(pattern)[::2]
    if "" in literals[1:-1]:
        row.wrong(column, "nothing stands between two captures")
    if max(map(len, literals)) < 4:
        row.wrong(column, "no four bytes in a row: it would fit everything")
    for literal in literals:
        if "{" in literal:
            row.wrong(column, "a { that begins no capture")
            break
        if literal != literal.lower() or any(c in literal for c in '"`\u2018\u2019'):
            row.wrong(column, "small letters, and ' for every kind of quote")
            break


def check_patterns_reach(rows):
    """A row whose pattern holds that of a row above it can never be the first."""
    for i, row in enumerate(rows):
        for above in rows[:i]:
            if above["then"] == "-" and above["pattern"] in row["pattern"]:
                row.wrong("pattern", "can never be the first to fit: line "
                                     f"{above.line} fits all of it")
                break


def check_errors(table, causes):
    for row in table.rows:
        check_pattern(row, "pattern")
        if row["then"] != "-":
            check_pattern(row, "then")
        if row["cause"] not in causes:
            row.wrong("cause", f"'{row['cause']}' does not stand in causes.def")
        if row["code"] != "-" and not ERRNO.fullmatch(row["code"]):
            row.wrong("code", f"'{row['code']}' is no name of an errno or a signal")
        if row["weight"] not in WEIGHTS:
            row.wrong("weight", f"'{row['weight']}' is none of: " + " ".join(WEIGHTS))
        if row["variable"] != "-" and not VARIABLE.fullmatch(row["variable"]):
            row.wrong("variable", f"'{row['variable']}' is no name of a variable")
        if row["path"] != "-" and not re.match(r"[/~.]", row["path"]):
            row.wrong("path", "begins with / or ~ or is . for the working directory")
        if row["cure"] != "-" and not row["cure"].endswith("."):
            row.wrong("cure", "is a sentence with its full stop")
        check_provenance(row)
    check_patterns_reach(table.rows)


RISKS = ("low", "medium", "high", "critical")
SHARED = ("network", "pid", "ipc")


def check_shared(row):
    """What sharing a namespace with the host makes of a risk: more, or there is no row."""
    if (row["shared"] == "-") != (row["shared_risk"] == "-"):
        row.wrong("shared", "a namespace and what it is worth stand together")
    elif row["shared"] == "-":
        return
    elif row["shared"] not in SHARED:
        row.wrong("shared", f"'{row['shared']}' is none of: " + " ".join(SHARED))
    elif row["shared_risk"] not in RISKS[RISKS.index(row["risk"]) + 1:]:
        row.wrong("shared_risk", f"'{row['shared_risk']}' is not graver than the risk")


def check_capabilities(table):
    seen = set()
    for row in table.rows:
        if not re.fullmatch(r"[A-Z][A-Z_]*", row["name"]) or row["name"] in seen:
            row.wrong("name", f"'{row['name']}' is no capability, or stands twice")
        seen.add(row["name"])
        if row["may"].endswith("."):
            row.wrong("may", "is the rest of a sentence, without its full stop")
        if row["risk"] not in RISKS:
            row.wrong("risk", f"'{row['risk']}' is none of: " + " ".join(RISKS))
        else:
            check_shared(row)
        check_provenance(row)


class Pool:
    """One text that holds every cell once; cells are found again by offset."""

    def __init__(self):
        self.offsets, self.parts, self.size = {}, [], 0

    def add(self, text):
        data = text.encode()
        if data not in self.offsets:
            self.offsets[data] = self.size
            self.parts.append(data)
            self.size += len(data)
        return self.offsets[data], len(data)


def c_text(data):
    """data as C string literals of moderate length, one a line."""
    quoted = []
    for byte in data:
        char = chr(byte)
        plain = 32 <= byte < 127 and char not in '"\\?'
        quoted.append(char if plain else f"\\{byte:03o}")
    lines = ["".join(quoted[i:i + 80]) for i in range(0, len(quoted), 80)]
    return "\n".join(f'\t"{line}"' for line in lines)


def row_key(name):
    """table_key of src/know/table.c: FNV-1a, the low half; 0 where a glob stands."""
    if "*" in name:
        return 0
    value = 0xcbf29ce484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return value & 0xffffffff or 1


def c_table(symbol, table, pool):
    out = [f"static const struct know_cell {symbol}_cells[] = {{"]
    for row in table.rows:
        cells = " ".join("{%d, %d}," % pool.add(cell) for cell in row.cells)
        out.append(f"\t{cells}")
    out.append("};")
    out.append(f"static const struct know_row {symbol}_rows[] = {{")
    for row in table.rows:
        out.append("\t{%d, %du}," % (row.line, row_key(row.cells[0])))
    out.append("};")
    out.append(f"const struct know_table {symbol} = {{")
    out.append(f'\t"{table.path}", know_text, {symbol}_cells, {symbol}_rows, '
               f"{len(table.rows)}, {len(table.columns)}}};")
    return "\n".join(out)


def c_entry(entry, pool):
    """One entry of a family as a struct know_entry; check_entries saw that it fits."""
    if entry.startswith("%"):
        name, gid = entry[1:].split(":")
        return "\t{{%d, %d}, {0, 0}, {0, 0}, 0, %su, true}," % (*pool.add(name), gid)
    name, uid, gid, home, shell = entry.split(":")
    cells = ", ".join("{%d, %d}" % pool.add(part) for part in (name, home, shell))
    return "\t{%s, %su, %su, false}," % (cells, uid, gid)


def c_family_entries(table, pool):
    """Families are asked for with every FROM: their entries are ready to be used."""
    lines, ranges = [], []
    for row in table.rows:
        entries = account_entries(row["accounts"])
        others = "true" if has_unknown(row["accounts"]) else "false"
        ranges.append("\t{%d, %d, %s}," % (len(lines), len(entries), others))
        lines += [c_entry(entry, pool) for entry in entries]
    return "\n".join(["const struct know_entry know_family_entries[] = {", *lines, "};",
                      "const struct know_range know_family_ranges[] = {", *ranges, "};"])


def c_library_marks(table, pool):
    """Every mark of every row, sorted by its key, so that a search can be binary."""
    marks = sorted((row_key(mark), index, mark) for index, row in enumerate(table.rows)
                   for mark in row["marks"].split(","))
    lines = ["\t{%du, {%d, %d}, %d}," % (key, *pool.add(mark), index)
             for key, index, mark in marks]
    return "\n".join(["const struct know_mark know_library_marks[] = {", *lines, "};",
                      f"const uint32_t know_library_mark_count = {len(lines)};"])


def compile_tables(tables):
    pool = Pool()
    bodies = [c_table(symbol, table, pool) for symbol, table in tables]
    bodies.append(c_library_marks(dict(tables)["know_libraries"], pool))
    bodies.append(c_family_entries(dict(tables)["know_families"], pool))
    text = c_text(b"".join(pool.parts))
    return "\n\n".join([
        "/* Made by tools/know-compile.py from data/; edit the tables, not this. */",
        '#include "know/table.h"',
        f"static const char know_text[] =\n{text};",
        *bodies,
    ]) + "\n"


def load(root, path, columns):
    with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
        return Table(path, columns, file.read())


def rule_names(root):
    """The names of every rule there is; planned ones too."""
    path = os.path.join(root, "src/rule/rules.def")
    with open(path, encoding="utf-8") as file:
        return set(re.findall(r'^(?:RULE|PLANNED)\("([^"]*)"', file.read(), re.M))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", required=True, help="the folder that holds data/")
    parser.add_argument("--out", required=True, help="the C file to write")
    options = parser.parse_args(argv)

    images = load(options.root, "data/images.tsv", IMAGES)
    families = load(options.root, "data/families.tsv", FAMILIES)
    packages = load(options.root, "data/package-users.tsv", PACKAGES)
    env = load(options.root, "data/image-env.tsv", ENV)
    services = load(options.root, "data/services.tsv", SERVICES)
    siblings = load(options.root, "data/siblings.tsv", SIBLINGS)
    base_files = load(options.root, "data/base-files.tsv", BASE_FILES)
    libraries = load(options.root, "data/libraries.tsv", LIBRARIES)
    errors = load(options.root, "data/errors.tsv", ERRORS)
    capabilities = load(options.root, "data/capabilities.tsv", CAPABILITIES)
    secret_files = load(options.root, "data/secret-files.tsv", SECRET_FILES)
    programs = load(options.root, "data/programs.tsv", PROGRAMS)
    powers = load(options.root, "data/powers.tsv", POWERS)
    known = check_families(families)
    check_images(images, known)
    check_env(env)
    check_packages(packages, known)
    check_siblings(siblings, images.rows)
    check_services(services)
    check_base_files(base_files, known)
    check_libraries(libraries, rule_names(options.root))
    check_errors(errors, cause_words(options.root))
    check_programs(programs)
    check_capabilities(capabilities)
    check_secret_files(secret_files)
    check_powers(powers, capabilities)

    faults = [text for table in (families, images, env, siblings, packages,
                                        services, base_files, libraries, errors,
                                        capabilities, secret_files, programs,
                                        powers)
              for _, text in sorted(table.faults)]
    if faults:
        sys.exit("\n".join(faults))
    with open(options.out, "w", encoding="ascii") as file:
        file.write(compile_tables([("know_images", images), ("know_families", families),
                                   ("know_env", env), ("know_siblings", siblings),
                                   ("know_packages", packages),
                                   ("know_services", services),
                                   ("know_base_files", base_files),
                                   ("know_libraries", libraries),
                                   ("know_errors", errors),
                                   ("know_capabilities", capabilities),
                                   ("know_secret_files", secret_files),
                                   ("know_programs", programs),
                                   ("know_powers", powers)]))


if __name__ == "__main__":
    main()
