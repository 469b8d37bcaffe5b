#!/usr/bin/python3
"""The rooms of src/ and the arrows between them.

  rooms.py --link SOURCE_ROOT BUILD_DIR ROOM...
      makes BUILD_DIR/ROOM/ROOM a link to SOURCE_ROOT/src/ROOM, so that the include
      folder BUILD_DIR/ROOM offers that room's headers ("room/header.h") and no other's.

  rooms.py --check SOURCE_ROOT [BUILD_DIR]
      says where the house's rules are broken: a room that includes what it must not
      see, a header of its own without its room's name, a header without its opening
      paragraph or guard, printing or exiting outside cli/, and (in the libraries of
      BUILD_DIR) state that can change outside cli/.
"""
import ast
import os
import re
import subprocess
import sys

# Who may do what only cli/ does. An arena that gets no memory has nobody to tell; the
# child in which libseccomp runs has nowhere to return to.
MAY_EXIT = {"src/base/arena.c", "src/seccomp/engine.c"}

PRINTS = re.compile(r"\b(v?printf|puts|putchar|v?fprintf|fputs|fputc|putc|fwrite|perror|"
                    r"stdout|stderr|STDOUT_FILENO|STDERR_FILENO)\b")
EXITS = re.compile(r"\b(exit|_exit|_Exit|abort|quick_exit)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def link(source_root, build_dir, rooms):
    for room in rooms:
        folder = os.path.join(build_dir, room)
        os.makedirs(folder, exist_ok=True)
        target = os.path.join(source_root, "src", room)
        name = os.path.join(folder, room)
        if os.path.islink(name) and os.readlink(name) != target:
            os.unlink(name)
        if not os.path.islink(name):
            os.symlink(target, name)


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def rooms_of(source_root):
    """The table `rooms` of meson.build: room → the rooms that it sees."""
    text = read(os.path.join(source_root, "meson.build"))
    table = re.search(r"^rooms = (\{.*?^\})", text, re.DOTALL | re.MULTILINE)
    if not table:
        sys.exit("meson.build: the table 'rooms = {' is not where it was")
    return ast.literal_eval(table.group(1))


def blank(match):
    """Spaces in place of a comment or string, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match.group(0))


def code_of(text):
    text = COMMENT_OR_STRING.sub(blank, text)
    return re.sub(r"format\(printf,", "format(      ,", text)


def sources(source_root):
    for folder, _, names in sorted(os.walk(os.path.join(source_root, "src"))):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def")):
                yield os.path.relpath(os.path.join(folder, name), source_root)


def check_includes(path, room, text, rooms):
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        seen = match.group(1).split("/")[0]
        if "/" not in match.group(1):
            yield f'{path}:{line}: write "{room}/{match.group(1)}", with the room'
        elif seen not in rooms:
            yield f"{path}:{line}: '{seen}' is no room of meson.build"
        elif seen != room and seen not in rooms[room]:
            yield f"{path}:{line}: {room} must not see {seen}"


def check_calls(path, room, text):
    if room == "cli":
        return
    code = code_of(text)
    for number, line in enumerate(code.split("\n"), 1):
        if path in MAY_EXIT:
            continue
        if match := PRINTS.search(line):
            yield f"{path}:{number}: only cli prints ({match.group(1)})"
        if match := EXITS.search(line):
            yield f"{path}:{number}: only cli ends the process ({match.group(1)})"


def check_header(path, text):
    if not path.endswith(".h"):
        return
    guard = "OAKUM_" + re.sub(r"\W", "_", path[len("src/"):]).upper()
    if not text.startswith("/*\n * "):
        yield f"{path}:1: a header opens with a paragraph that says what it is"
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        yield f"{path}:1: the guard should be {guard}"


def check_libraries(build_dir):
    """A named object in .data or .bss is state that outlives a call."""
    for folder, _, names in os.walk(os.path.join(build_dir, "src")):
        for name in names:
            if not name.endswith(".a") or name == "libcli.a":
                continue
            out = subprocess.run(["objdump", "-t", os.path.join(folder, name)],
                                 capture_output=True, text=True, check=False).stdout
            for line in out.splitlines():
                match = re.search(r" O (\.t?(?:data|bss)(?:\.(?!rel\.ro)\S*)?)\t"
                                  r"[0-9a-f]+ +(?:\.hidden )?(\S+)$", line)
                if match and not match.group(2).startswith("__"):
                    yield (f"{name}: {match.group(2)} in {match.group(1)} can change; "
                           f"only cli keeps state")


def check(source_root, build_dir=None):
    rooms = rooms_of(source_root)
    wrong, count = [], 0
    for path in sources(source_root):
        room = path.split("/")[1]
        text = read(os.path.join(source_root, path))
        count += 1
        if room not in rooms:
            wrong.append(f"{path}: '{room}' is no room of meson.build")
            continue
        wrong += check_includes(path, room, text, rooms)
        wrong += check_calls(path, room, text)
        wrong += check_header(path, text)
    if build_dir and os.path.isdir(build_dir):
        wrong += check_libraries(build_dir)
    for line in wrong:
        print(line)
    print(f"{count} files in {len(rooms)} rooms, {len(wrong)} problems")
    return 1 if wrong else 0


def main(argv):
    if len(argv) >= 4 and argv[1] == "--link":
        link(os.path.abspath(argv[2]), argv[3], argv[4:])
    elif len(argv) in (3, 4) and argv[1] == "--check":
        return check(*argv[2:])
    else:
        sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
