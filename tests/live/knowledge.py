"""What oakum is told about the bases of the live tests, read out of the bases.

What it is: a file in the form of data/images.tsv (see data/README.md) with a row for
each known base, made from docker inspect and from the image's own passwd and group.

Invariants: nothing is written from memory. A base that oakum must not know has no row.
Debian bases lean on the row "debian" of data/families.tsv, so that row is held against
a real Debian here; the small bases list all they have.
"""

import csv
import json
import pathlib
import tempfile

import bases

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMNS = ("name", "tags", "user", "uid", "gid", "home", "accounts", "family", "tools",
           "nologin", "drops", "eol", "source", "date")
# The family "scratch" brings no account, so that the row alone speaks.
FAMILIES = {"busybox": ("scratch", "busybox", "/sbin/nologin"),
            "debian": ("debian", "shadow,adduser-debian", "/usr/sbin/nologin")}


class FamilyDiffers(Exception):
    """data/families.tsv says of a distribution what a real one denies."""


def account_files(engine, reference):
    """(passwd, group) of a built image as lists of split lines."""
    made = engine.docker("create", "--network", "none", reference, "/probe",
                         check=True).stdout.strip()
    try:
        with tempfile.TemporaryDirectory(prefix="oakum-facts.") as folder:
            for name in ("passwd", "group"):
                engine.docker("cp", f"{made}:/etc/{name}", f"{folder}/{name}",
                              check=True)
            return tuple([line.split(":") for line in
                          pathlib.Path(folder, name).read_text().splitlines()]
                         for name in ("passwd", "group"))
    finally:
        engine.docker("rm", "--force", made)


def entries(passwd, group):
    """The cells of the column `accounts`."""
    return ([f"{name}:{uid}:{gid}:{home}:{shell}"
             for name, _, uid, gid, _, home, shell in passwd] +
            [f"%{line[0]}:{line[2]}" for line in group])


def members(group):
    """The gids of groups that name members: the table has no place for members, so
    oakum cannot have these among its groups."""
    return {int(line[2]) for line in group if line[3]}


def family_accounts(family):
    """The accounts of a row of data/families.tsv."""
    with open(ROOT / "data/families.tsv", encoding="utf-8", newline="") as table:
        rows = csv.DictReader((line for line in table if not line.startswith("#")),
                              delimiter="\t", quoting=csv.QUOTE_NONE)
        cell = next(row["accounts"] for row in rows if row["family"] == family)
    return [] if cell == "-" else cell.split(",")


def row(engine, base):
    """(cells of the row, gids of groups with members) of one built base."""
    passwd, group = account_files(engine, base.reference)
    family, tools, nologin = FAMILIES[base.family]
    brought, has = set(family_accounts(family)), entries(passwd, group)
    if brought - set(has):
        raise FamilyDiffers(f"data/families.tsv gives {family} what {base.reference} "
                            f"has not: {', '.join(sorted(brought - set(has)))}")
    config = json.loads(engine.docker("image", "inspect", "--format",
                                      "{{json .Config}}", base.reference,
                                      check=True).stdout)
    uid, gid, home = identity(config["User"], passwd, group)
    name, _, tag = base.reference.partition(":")
    own = [entry for entry in has if entry not in brought]
    return (name, tag, config["User"] or "-", uid, gid, home, ",".join(own) or "-",
            family, tools, nologin, base.drops, "-", "-", "-"), members(group)


def identity(user, passwd, group):
    """uid, gid and home of Config.User by the image's files."""
    who, _, what = (user or "root").partition(":")
    line = next((line for line in passwd if who in (line[0], line[2])), None)
    uid, gid, home = (line[2], line[3], line[5]) if line else (who, "0", "/")
    gids = {entry[0]: entry[2] for entry in group}
    return uid, gids.get(what, what) or gid, home


def table(engine, names):
    """(text of the knowledge file, {base: gids of groups with members})."""
    lines, with_members = ["\t".join(COLUMNS)], {}
    for name in names:
        base = bases.BASES[name]
        if base.family == "scratch":
            continue
        cells, with_members[name] = row(engine, base)
        if base.known:
            lines.append("\t".join(cells))
    return "\n".join(lines) + "\n", with_members
