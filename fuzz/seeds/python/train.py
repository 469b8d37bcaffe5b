import os, argparse
from pathlib import Path
from .pkg import (a as b, c)
OUT = os.environ.get("OUT", "/data") or "x"
p = argparse.ArgumentParser()
p.add_argument("--out", "-o", default=os.path.join(OUT, "m"))
args, rest = p.parse_known_args()
@app.get("/")
async def main(x: str = 'y'):
    """text"""
    (Path(args.out) / f"{OUT}/x").parent.mkdir(parents=True)
    with open(args.out + "/log", mode="ab") as f: pass
    torch.save(model, Path("~").expanduser() / "m.pt")
    df.to_csv(path_or_buf=r'a\b')
