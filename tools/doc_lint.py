#!/usr/bin/python3
"""The documents agree with the tree and with the program.

  doc_lint.py [OAKUM]
      every relative link of every *.md leads to a file (and, with #, to a heading of
      it); the rooms of ARCHITECTURE.md and what each sees are those of src/ and of
      meson.build; with the program's path also: every verb and option that --help shows is
      in the manual pages, and the other way round, and what README.md and
      doc/seccomp.md show of a run is what that run prints.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|"
                  r"!\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
STEP = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]+)")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def documents():
    for folder, names, files in os.walk("."):
        names[:] = [n for n in names if not n.startswith((".", "build"))]
        for name in sorted(files):
            if name.endswith(".md"):
                yield os.path.normpath(os.path.join(folder, name))


def anchors(path):
    """The names that a heading gets where Markdown is shown."""
    found = set()
    for line in FENCE.sub("", read(path)).splitlines():
        if match := re.match(r"#{1,6}\s+(.*?)\s*#*$", line):
            text = re.sub(r"[`*\[\]]|\(.*?\)", "", match.group(1)).lower()
            found.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
    return found


def check_links():
    for path in documents():
        text = FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), read(path))
        text = re.sub(r"`[^`\n]*`", lambda m: " " * len(m.group(0)), text)
        for match in LINK.finditer(text):
            target = match.group(1) or match.group(2)
            if re.match(r"[a-z]+:", target):
                continue
            line = text.count("\n", 0, match.start()) + 1
            name, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), name)) \
                if name else path
            if not os.path.exists(file):
                yield f"{path}:{line}: '{target}' leads nowhere"
            elif anchor and file.endswith(".md") and anchor not in anchors(file):
                yield f"{path}:{line}: '{target}': no such heading"


def help_of(oakum, *words):
    out = subprocess.run([oakum, *words, "--help"], capture_output=True, text=True,
                         stdin=subprocess.DEVNULL, check=True)
    return out.stdout


def verbs_of(oakum):
    """The words that stand indented under "Verbs:" of --help."""
    part = help_of(oakum).partition("Verbs:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  ([a-z]+) ", part, re.MULTILINE)


def man_page(name):
    """A page's text as a reader sees it, or "" when there is none."""
    path = f"man/{name}.1"
    if not os.path.exists(path):
        return ""
    text = read(path)
    text = re.sub(r'^\.\\".*$', "", text, flags=re.MULTILINE)
    text = re.sub(r"\\-", "-", text)
    # .Fl -format: mdoc writes the first dash itself.
    return re.sub(r"\bFl -", "--", text)


def check_pages(oakum):
    main_page = man_page("oakum")
    verbs = verbs_of(oakum)
    if not verbs:
        yield "oakum --help shows no verbs"
    for verb in verbs:
        page = man_page(f"oakum-{verb}") or main_page
        name = "oakum-" + verb if page is not main_page else "oakum"
        if not re.search(rf"\b{verb}\b", main_page):
            yield f"man/oakum.1: the verb '{verb}' is missing"
        shown = set(OPTION.findall(help_of(oakum, verb))) | {"--help"}
        for option in sorted(shown - set(OPTION.findall(page))):
            yield f"man/{name}.1: 'oakum {verb} {option}' is missing"
        if page is not main_page:
            for option in sorted(set(OPTION.findall(page)) - shown):
                yield f"man/{name}.1: {option} is no option of 'oakum {verb}'"


def check_run(oakum, page, blocks):
    """What a page shows, done again: files are made by `cat`, oakum is run."""
    ran = None
    with tempfile.TemporaryDirectory() as folder:
        for command, text in STEP.findall("".join(blocks)):
            if command.startswith("cat "):
                with open(os.path.join(folder, command[4:]), "w", encoding="utf-8") as f:
                    f.write(text)
            elif command == "echo $?":
                if ran is None or text != f"{ran.returncode}\n":
                    yield f"{page}: another exit status than it shows"
            else:
                ran = subprocess.run(
                    [os.path.abspath(oakum), *shlex.split(command)[1:]], cwd=folder,
                    check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
                if ran.stdout + ran.stderr != text:
                    yield f"{page}: '{command}' prints something else than it shows"
    if ran is None:
        yield f"{page}: no console in which oakum is run"


def check_runs(oakum):
    """README.md's first minute; all of doc/seccomp.md, whose numbers are of x86-64."""
    yield from check_run(oakum, "README.md", CONSOLE.findall(read("README.md"))[:1])
    if os.uname().machine == "x86_64":
        page = "doc/seccomp.md"
        yield from check_run(oakum, page, CONSOLE.findall(read(page)))


def rooms_of_build():
    """meson.build's table: room to the set of rooms that it sees."""
    table = read("meson.build").split("rooms = {", 1)[1].split("\n}", 1)[0]
    return {room: set(re.findall(r"'(\w+)'", sees))
            for room, sees in re.findall(r"'(\w+)': \[([^\]]*)\]", table)}


def rooms_of_page():
    """The same of ARCHITECTURE.md, from the rows that begin with a room's name."""
    rows = re.findall(r"^\| `(\w+)/` \| ([^|]+) \|", read("ARCHITECTURE.md"), re.MULTILINE)
    names = {room for room, _ in rows}
    return {room: names - {room} if sees == "everything"
            else names & set(re.findall(r"\w+", sees)) for room, sees in rows}


def check_rooms():
    page, build = rooms_of_page(), rooms_of_build()
    there = {e.name for e in os.scandir("src") if e.is_dir()}
    for room in sorted(there ^ page.keys()):
        yield f"ARCHITECTURE.md: {room}/ is not both in src/ and in its table"
    for room in sorted(page.keys() & build.keys()):
        if page[room] != build[room]:
            yield (f"ARCHITECTURE.md: {room}/ sees {' '.join(sorted(page[room]))}, in "
                   f"meson.build {' '.join(sorted(build[room]))}")


def main(argv):
    wrong = list(check_links()) + list(check_rooms())
    if len(argv) > 1:
        if os.path.exists(argv[1]):
            wrong += check_pages(argv[1])
            wrong += check_runs(argv[1])
        else:
            wrong.append(f"{argv[1]} is not built, so its --help cannot be read")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
