#!/usr/bin/env python3
"""Print what bench/run measured as a table, each row with its target.

Medians are compared, not means: a busy machine makes some runs long, none short. What
one core needs for a file is its processor time, which other programs hardly change.
"""

import argparse
import json
import os
import sys
from pathlib import Path

MS = 1000.0


def medians(path):
    """Return {command name: median seconds} of one hyperfine export."""
    results = json.loads(path.read_text())["results"]
    return {result["command"]: result["median"] for result in results}


def processor(path, name):
    """Return the mean seconds of processor time, user and system, of one command."""
    results = json.loads(path.read_text())["results"]
    return next(result["user"] + result["system"]
                for result in results if result["command"] == name)


def verdict(met):
    return "met" if met else "missed"


def row_one(times):
    base, ours = times["true"] * MS, times["oakum"] * MS
    limit = 2 * base + 1
    return ("one file of 40 lines", f"{ours:.2f} ms, {ours / base:.1f} x /bin/true",
            f"<= {limit:.2f} ms (2 x + 1 ms)", verdict(ours <= limit))


def row_each(seconds, files):
    each = seconds * MS / files
    return (f"each of {files} files, one core", f"{each:.3f} ms of processor time",
            "<= 0.1 ms", verdict(each <= 0.1))


def row_kind(folder, name, what):
    """A row of one kind of input, with the rules on that are off otherwise.

    What counts is every file that is an input: a project's Dockerfiles as well.
    """
    files = int((folder / f"{name}.count").read_text())
    each = processor(folder / f"{name}.json", "j1") * MS / files
    return (f"each of {files} {what}, every rule on", f"{each:.3f} ms of processor time",
            "<= 0.2 ms", verdict(each <= 0.2))


def row_cores(times):
    speedup = times["j1"] / times["j2"]
    return ("-j2 against -j1", f"{speedup:.2f} x", ">= 1.7 x", verdict(speedup >= 1.7))


def row_memory(kilobytes):
    if not kilobytes:
        return ("peak memory", "not measured: no /usr/bin/time", "< 16 MB", "-")
    megabytes = int(kilobytes) / 1024
    return ("peak memory", f"{megabytes:.1f} MB", "< 16 MB", verdict(megabytes < 16))


def rows_peer(one, many, peer, files):
    if "hadolint" not in one:
        return [("peer", "hadolint is not on the PATH", "-", "-")]
    single = one["hadolint"] / one["oakum"]
    whole = peer["hadolint"] / many["j1"]
    return [
        ("hadolint, one file", f"{one['hadolint'] * MS:.1f} ms, {single:.0f} x ours",
         "-", "-"),
        (f"hadolint, {files} files",
         f"{peer['hadolint']:.2f} s, {whole:.0f} x ours on one core", "-", "-"),
    ]


def show(rows):
    heads = ("what", "measured", "target", "")
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(4)]
    for row in (heads, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths))
        print("  ".join(cells).rstrip())


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, required=True)
    parser.add_argument("--bytes", type=int, required=True)
    parser.add_argument("--memory", default="", help="peak in KB, empty when unknown")
    options = parser.parse_args(argv)

    one = medians(options.folder / "one.json")
    many = medians(options.folder / "many.json")
    peer_file = options.folder / "peer.json"
    peer = medians(peer_file) if peer_file.exists() else {}
    speed = options.bytes / many["j1"] / 1e6
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
          f"{options.files} files of {options.bytes / 1e6:.1f} MB in "
          f"{many['j1'] * MS:.0f} ms on one core, {speed:.0f} MB/s")
    each = processor(options.folder / "many.json", "j1")
    kinds = (("all", "Dockerfiles"), ("compose", "files of compose projects"),
             ("scripts", "scripts and what they build"))
    show([row_one(one), row_each(each, options.files),
          *(row_kind(options.folder, name, what) for name, what in kinds),
          row_cores(many), row_memory(options.memory),
          *rows_peer(one, many, peer, options.files)])


if __name__ == "__main__":
    main(sys.argv[1:])
