"""Turn every CSV of RAW_DIR into one table of features in OUT_DIR.

Each file is cleaned into SCRATCH_DIR first, so that a broken one spoils nothing.
"""

import os
import shutil
from pathlib import Path

import pandas as pd

RAW_DIR = Path(os.environ.get("RAW_DIR", "/data/raw"))
OUT_DIR = Path(os.environ.get("OUT_DIR", "/data/out"))
SCRATCH_DIR = Path(os.environ.get("SCRATCH_DIR", "/app/scratch"))


def clean(source, target):
    table = pd.read_csv(source).dropna()
    table.columns = [name.strip().lower() for name in table.columns]
    table.to_csv(target, index=False)


def main():
    SCRATCH_DIR.mkdir(exist_ok=True)
    for source in sorted(RAW_DIR.glob("*.csv")):
        clean(source, SCRATCH_DIR / source.name)
    parts = [pd.read_csv(path) for path in sorted(SCRATCH_DIR.glob("*.csv"))]
    if not parts:
        raise SystemExit(f"no tables in {RAW_DIR}")
    pd.concat(parts, ignore_index=True).to_parquet(OUT_DIR / "features.parquet")
    shutil.rmtree(SCRATCH_DIR, ignore_errors=True)


if __name__ == "__main__":
    main()
