#!/usr/bin/python3
"""Brings data/syscalls.tsv up to date with a kernel, or says where they disagree.

  syscalls.py --table data/syscalls.tsv [--headers /usr/include] [--kernel TREE] [--write]

Numbers come from the headers that a distribution installs (linux-libc-dev), widths of
arguments from the SYSCALL_DEFINE lines of a kernel tree. What neither knows stays as it
stands: calls newer than both are kept by hand, and so is the kernel since which a call
exists, which no header says. A call that is new gets '@?' there, and
tools/seccomp-compile.py refuses the table until somebody has looked it up.

Without --write the differences are printed, one a line, and any makes it exit with 1.
"""
import argparse
import pathlib
import re
import sys

COLUMNS = ("name", "x86_64", "x32", "i386", "aarch64", "args", "i386_args", "source")
ARCHES = COLUMNS[1:5]
X32_BIT = 0x40000000

# What an arm64 kernel asks of include/uapi/asm-generic/unistd.h besides 64 bits
# (arch/arm64/include/uapi/asm/unistd.h); sync_file_range2 it does not ask for.
GENERIC_32_BIT = range(403, 424)  # the calls with a 64-bit time
GENERIC_LEFT_OUT = {"syscalls", "arch_specific_syscall", "sync_file_range2"}

# Types of SYSCALL_DEFINE lines that are no pointer by their spelling: bits on a 64-bit
# kernel. A compat_ type is what a 32-bit program has.
BITS = {
    "16": "umode_t old_uid_t old_gid_t compat_mode_t",
    "32": "int unsigned u32 __u32 __s32 pid_t uid_t gid_t clockid_t mqd_t timer_t "
          "rwf_t key_t key_serial_t qid_t compat_size_t compat_ulong_t compat_long_t "
          "compat_pid_t compat_uptr_t compat_aio_context_t compat_off_t compat_ssize_t",
    "64": "long size_t loff_t off_t aio_context_t old_sigset_t __u64 u64",
    "ptr": "cap_user_header_t cap_user_data_t __sighandler_t",
}
WIDTH = {name: width for width, names in BITS.items() for name in names.split()}

# Where the type says more than the kernel looks at, or the order differs by arch.
LOOKED_AT = {
    "clone": "32 ptr ptr ptr ptr",  # lower_32_bits(clone_flags), kernel/fork.c
    "ipc": "16 32 32 32 32 32",  # call & 0xffff, above it a version, ipc/syscall.c
}


def width_of(kind):
    """The cell for one C type."""
    if "*" in kind:
        return "ptr"
    words = [word for word in kind.split() if word not in ("const", "__user")]
    if words and words[0] == "enum":
        return "32"
    name = "unsigned" if words == ["unsigned", "int"] else words[-1]
    if name not in WIDTH:
        sys.exit(f"syscalls.py: no width for the type '{kind}'")
    return WIDTH[name]


def definition_args(text, count):
    """The widths of 'int, fd, umode_t, mode', the inside of a SYSCALL_DEFINE."""
    text = re.sub(r"\b(compat_arg_u64_dual|compat_arg_u64|SC_ARG64)\((\w+)\)",
                  r"u32, \2_low, u32, \2_high", text)
    parts = [part.strip() for part in text.split(",")]
    kinds = parts[1::2]
    if len(parts) - 1 != 2 * count:
        return None
    return " ".join(width_of(kind) for kind in kinds) or "-"


def read_definitions(tree):
    """{'sys_chmod': [(path, args)], 'compat_sys_ioctl': ...} of a kernel tree."""
    found = {}
    pattern = re.compile(
        r"^(COMPAT_)?SYSCALL(32)?_DEFINE([0-6])\(((?:[^()]|\([^()]*\))*)\)", re.M)
    for path in sorted(tree.rglob("*.c")):
        text = path.read_text(errors="replace")
        if "SYSCALL" not in text:
            continue
        for match in pattern.finditer(text):
            inside = " ".join(match[4].split())
            args = definition_args(inside, int(match[3]))
            if args is None:
                continue
            name = inside.split(",")[0].strip()
            where = str(path.relative_to(tree))
            # SYSCALL32 makes a compat entry on a 64-bit kernel, else the plain one.
            for prefix in (["compat_sys_"] if match[1] else
                           ["compat_sys_", "sys_"] if match[2] else ["sys_"]):
                found.setdefault(prefix + name, []).append((where, args))
    return found


def pick_definition(found, entry, foreign):
    """(path, args) of an entry point, not one of another architecture."""
    for path, args in found.get(entry, []):
        if not any(path.startswith(f"arch/{arch}/") for arch in foreign):
            return path, args
    return None


def read_tbl(path, abis):
    """{name: entry point} of arch/x86/entry/syscalls/*.tbl; a compat entry wins."""
    entries = {}
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if len(words) >= 3 and words[1] in abis:
            entries[words[2]] = words[-1] if len(words) > 3 else "sys_ni_syscall"
    return entries


def read_x86_header(path):
    numbers = {}
    for match in re.finditer(r"^#define __NR_(\w+) (?:\(__X32_SYSCALL_BIT \+ )?(\d+)\)?$",
                             path.read_text(), re.M):
        numbers[match[1]] = int(match[2])
    return numbers


def read_generic_header(path):
    """The numbers of a 64-bit arch that shares the common table."""
    numbers, shared = {}, {}
    for line in path.read_text().splitlines():
        plain = re.match(r"#define __NR(3264)?_(\w+)\s+(\d+)$", line)
        alias = re.match(r"#define __NR_(\w+) __NR3264_(\w+)$", line)
        if plain and int(plain[3]) not in GENERIC_32_BIT:
            (shared if plain[1] else numbers)[plain[2]] = int(plain[3])
        elif alias and alias[2] in shared:
            # The names of 32-bit arches for the same numbers follow: they come too late.
            numbers[alias[1]] = shared.pop(alias[2])
    return {name: nr for name, nr in numbers.items() if name not in GENERIC_LEFT_OUT}


def read_headers(root):
    x86 = root / "x86_64-linux-gnu/asm"
    if not x86.is_dir():
        x86 = root / "asm"
    return {
        "x86_64": read_x86_header(x86 / "unistd_64.h"),
        "x32": read_x86_header(x86 / "unistd_x32.h"),
        "i386": read_x86_header(x86 / "unistd_32.h"),
        "aarch64": read_generic_header(root / "asm-generic/unistd.h"),
    }


def read_table(path):
    """(comment lines, {name: {column: cell}})."""
    head, rows = [], {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("#") or not line:
            head.append(line)
        elif line != "\t".join(COLUMNS):
            cells = dict(zip(COLUMNS, line.split("\t")))
            rows[cells["name"]] = cells
    return head, rows


def merge_number(cell, number):
    """The cell for a number, with the kernel that the old cell named for it."""
    old, at, since = cell.partition("@")
    if old == str(number):
        return cell
    return f"{number}@{since}" if since else f"{number}@?"


def merge_headers(rows, headers):
    """Numbers of the headers; a name that they do not have is newer and stays."""
    for arch, numbers in headers.items():
        for name, number in numbers.items():
            row = rows.setdefault(name, dict.fromkeys(COLUMNS, "-") | {"name": name})
            row[arch] = merge_number(row[arch], number)


def merge_kernel(rows, tree):
    found = read_definitions(tree)
    tables = tree / "arch/x86/entry/syscalls"
    wide = read_tbl(tables / "syscall_64.tbl", ("common", "64"))
    narrow = read_tbl(tables / "syscall_32.tbl", ("i386",))
    for name, row in rows.items():
        entry = wide.get(name, "sys_" + name)
        one = pick_definition(found, entry, ("arm64",)) if row["x86_64"] != "-" else None
        if row["aarch64"] != "-" and not one:
            one = pick_definition(found, entry, ("x86",)) or pick_definition(
                found, "sys_new" + name.removeprefix("new"), ("x86",))
        other = pick_definition(found, narrow.get(name, ""), ("arm64",))
        if one:
            row["args"] = LOOKED_AT.get(name, one[1])
        if other:
            row["i386_args"] = LOOKED_AT.get(name, narrowed(other[1]))
        if one or other:
            row["source"] = (one or other)[0]
        if row["i386_args"] == narrowed(row["args"]):
            row["i386_args"] = "-"


def narrowed(args):
    """What a 32-bit program can put there."""
    return args.replace("64", "32")


def table_text(head, rows):
    lines = head + ["\t".join(COLUMNS)]
    lines += ["\t".join(rows[name][column] for column in COLUMNS)
              for name in sorted(rows, key=lambda name: name.encode())]
    return "\n".join(lines) + "\n"


def differences(old, new):
    for name in sorted(old.keys() | new.keys()):
        for column in COLUMNS[1:]:
            was = old.get(name, {}).get(column, "no row")
            now = new[name][column]
            if was != now:
                yield f"{name}: {column}: the table says '{was}', the kernel '{now}'"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=pathlib.Path, required=True)
    parser.add_argument("--headers", type=pathlib.Path)
    parser.add_argument("--kernel", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    head, rows = read_table(options.table)
    old = {name: dict(row) for name, row in rows.items()}
    if options.headers:
        merge_headers(rows, read_headers(options.headers))
    if options.kernel:
        merge_kernel(rows, options.kernel)
    if options.write:
        options.table.write_text(table_text(head, rows))
        return 0
    found = list(differences(old, rows))
    print("\n".join(found) or "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
