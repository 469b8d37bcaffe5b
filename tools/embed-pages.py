#!/usr/bin/python3
"""Turns doc/rules/*.md into one C file: a text, and where each page lies in it.

  embed-pages.py FOLDER OUT.c OUT.c.d

The last is the list of what was read, for ninja; the folder is on it, so that a new
page is noticed.
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


def main(argv):
    if len(argv) != 4:
        sys.exit(__doc__)
    folder, out_path, depfile = argv[1:]
    names = sorted(n for n in os.listdir(folder) if n.endswith(".md"))
    paths = [os.path.join(folder, n) for n in names]
    text, entries = b"", []
    for name, path in zip(names, paths):
        with open(path, "rb") as f:
            page = f.read()
        name = name[:-len(".md")].encode()
        start = len(text)
        text += name + b"\n" + page + b"\n"
        entries.append((start, len(name), start + len(name) + 1, len(page)))
    with open(out_path, "w", encoding="utf-8") as out:
        out.write("/* Made by tools/embed-pages.py from doc/rules/. */\n"
                  '#include "cli/pages.h"\n\nconst char page_text[] =\n'
                  f"{c_string(text.decode('utf-8'))};\n\n"
                  "const struct page_entry page_entries[] = {\n")
        for entry in entries or [(0, 0, 0, 0)]:
            out.write("\t{%d, %d, %d, %d},\n" % entry)
        out.write(f"}};\n\nconst unsigned page_count = {len(entries)};\n")
    with open(depfile, "w", encoding="utf-8") as deps:
        deps.write(f"{out_path}: {' '.join([folder] + paths)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
