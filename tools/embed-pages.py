#!/usr/bin/python3
"""Turns the *.md of folders into one C file: a text, and where each page lies in it.

  embed-pages.py FOLDER... OUT.c OUT.c.d

A page is called by the words of its first line, "# uid, gid". The last file is the list
of what was read, for ninja; the folders are on it, so that a new page is noticed.
"""
import os
import sys


def c_string(text):
    """Lines of C string literals; every byte that C may misread is escaped."""
    lines = []
    for line in text.split("\n"):
        escaped = ""
        for byte in line.encode("utf-8"):
            char = chr(byte)
            if char in '\\"?':
                escaped += "\\" + char
            elif 0x20 <= byte < 0x7f:
                escaped += char
            else:
                escaped += f"\\{byte:03o}"
        lines.append(f'\t"{escaped}\\n"')
    return "\n".join(lines)


def pages_of(folders):
    """The paths of all pages, folder by folder."""
    return [os.path.join(folder, name) for folder in folders
            for name in sorted(os.listdir(folder)) if name.endswith(".md")]


def main(argv):
    if len(argv) < 4:
        sys.exit(__doc__)
    *folders, out_path, depfile = argv[1:]
    paths = pages_of(folders)
    text, entries = b"", []
    for path in paths:
        with open(path, "rb") as f:
            page = f.read()
        names = page.partition(b"\n")[0].removeprefix(b"# ")
        start = len(text)
        text += names + b"\n" + page + b"\n"
        entries.append((start, len(names), start + len(names) + 1, len(page)))
    with open(out_path, "w", encoding="utf-8") as out:
        out.write("/* Made by tools/embed-pages.py from doc/rules/ and doc/words/. */\n"
                  '#include "cli/pages.h"\n\nconst char page_text[] =\n'
                  f"{c_string(text.decode('utf-8'))};\n\n"
                  "const struct page_entry page_entries[] = {\n")
        for entry in entries or [(0, 0, 0, 0)]:
            out.write("\t{%d, %d, %d, %d},\n" % entry)
        out.write(f"}};\n\nconst unsigned page_count = {len(entries)};\n")
    with open(depfile, "w", encoding="utf-8") as deps:
        deps.write(f"{out_path}: {' '.join(folders + paths)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
