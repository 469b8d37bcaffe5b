"""Stops oakum at fifteen moments by a signal: is the file whole, is nothing left?"""
import pathlib
import signal
import subprocess
import sys
import time

program, name = sys.argv[1], sys.argv[2]
here = pathlib.Path("Dockerfile")
before = pathlib.Path("../before").read_bytes()
after = pathlib.Path("../after").read_bytes()
wrong = []
for i in range(15):
    here.write_bytes(before)
    child = subprocess.Popen(
        [program, "fix", "--rule", "user-name-typo", "--write", "Dockerfile"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.001 + 0.004 * i)
    child.send_signal(getattr(signal, name))
    child.wait()
    if here.read_bytes() not in (before, after):
        wrong.append(f"moment {i}: the file is neither the old nor the new one")
    left = list(pathlib.Path().glob(".oakum-*"))
    if left and name != "SIGKILL":
        wrong.append(f"moment {i}: {left} is left")
    for path in left:
        path.unlink()
print(*wrong, sep="\n")
sys.exit(bool(wrong))
