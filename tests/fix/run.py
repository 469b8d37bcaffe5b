#!/usr/bin/python3
"""Do the plans of `oakum fix` give the files that a colleague would have written?

  run.py OAKUM [CASE...]            compare
  run.py --save OAKUM [CASE...]     write `after/` anew, to be read before it is committed

Each folder beside this file is a case: `before/` holds a project, `after/` the same
files as `oakum fix --write --all` leaves them (only those that differ), `says` the
lines that its output must hold, `args` further arguments. A case is right when the
result is `after/` byte for byte, and when a second run changes nothing. Prints TAP.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 60


def read_tree(folder):
    """{relative path: bytes} of every file below folder."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def fix(oakum, case, folder):
    args = case / "args"
    words = args.read_text().split() if args.exists() else []
    return subprocess.run([oakum, "fix", "--write", "--all", *words, "."], cwd=folder,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"})


def run_case(oakum, case):
    """(tree as it should be, tree as it is, complaint or None)."""
    with tempfile.TemporaryDirectory(prefix="oakum-fix.") as name:
        folder = pathlib.Path(name, "project")
        shutil.copytree(case / "before", folder)
        done = fix(oakum, case, folder)
        if done.returncode not in (0, 1):
            return {}, {}, f"exit {done.returncode}: {done.stderr.strip()}"
        once = read_tree(folder)
        fix(oakum, case, folder)
        twice = read_tree(folder)
    wanted = read_tree(case / "before")
    wanted.update(read_tree(case / "after"))
    if twice != once:
        changed = [name for name in twice if twice[name] != once.get(name)]
        return wanted, once, "a second run changes " + ", ".join(changed)
    says = case / "says"
    for line in says.read_text().splitlines() if says.exists() else []:
        if line not in done.stdout + done.stderr:
            return wanted, once, f"nothing says: {line}\n{done.stdout}"
    return wanted, once, None


def save(case, once):
    before = read_tree(case / "before")
    shutil.rmtree(case / "after", ignore_errors=True)
    for name, data in once.items():
        if before.get(name) != data:
            path = case / "after" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def main(argv):
    saves = argv[:1] == ["--save"]
    argv = argv[saves:]
    oakum = str(pathlib.Path(argv[0]).resolve())
    names = argv[1:] or sorted(p.parent.name for p in HERE.glob("*/before"))
    print(f"1..{len(names)}")
    bad = 0
    for number, name in enumerate(names, 1):
        case = HERE / name
        wanted, once, why = run_case(oakum, case)
        if saves and once:
            save(case, once)
            wanted = once
        is_good = not why and wanted == once
        bad += not is_good
        print(f"{'ok' if is_good else 'not ok'} {number} - {name}")
        if why:
            print("# " + why.replace("\n", "\n# "))
        for path in sorted(set(wanted) | set(once)):
            if wanted.get(path) != once.get(path) and not why:
                print(f"# {path} is\n# " +
                      once.get(path, b"(not there)").decode("utf-8", "replace")
                      .replace("\n", "\n# "))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
