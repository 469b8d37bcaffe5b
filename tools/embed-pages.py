#!/usr/bin/python3
"""Turns doc/rules/*.md into one C file: a text, and where each page lies in it.

  embed-pages.py OUT.c PAGE.md ...     (a DEPFILE is not needed: meson lists the pages)
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
    if len(argv) < 2:
        sys.exit(__doc__)
    text, entries = "", []
    for path in sorted(argv[2:]):
        name = os.path.basename(path)[:-len(".md")]
        with open(path, encoding="utf-8") as f:
            page = f.read()
        start = len(text.encode("utf-8"))
        # Each part ends with the line break that c_string puts behind a line.
        text += name + "\n" + page + "\n"
        entries.append((start, len(name.encode()), start + len(name.encode()) + 1,
                        len(page.encode("utf-8"))))
    with open(argv[1], "w", encoding="utf-8") as out:
        out.write("/* Made by tools/embed-pages.py from doc/rules/. */\n"
                  '#include "cli/pages.h"\n\nconst char page_text[] =\n')
        out.write(c_string(text[:-1] if text else "") + ";\n\n")
        out.write("const struct page_entry page_entries[] = {\n")
        for entry in entries or [(0, 0, 0, 0)]:
            out.write("\t{%d, %d, %d, %d},\n" % entry)
        out.write(f"}};\n\nconst unsigned page_count = {len(entries)};\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
