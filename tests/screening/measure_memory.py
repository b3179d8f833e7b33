"""How fast `procedures screen` is, and how much memory it takes, on a file that it makes: run by hand.

    python tests/screening/measure_memory.py 3000000 csv

Prints rows a second and the peak of memory for a tenth of the rows and for all of them. Screening streams, so the
second peak is about the first one.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

DEFINITION = """
procedure: example/measured
title: Measured
facts:
  experience: {kind: duration, unit: months}
  degree: {kind: flag}
  since: {kind: date}
steps:
  screening:
    from: applied
    to: screened
    passes: {any: [{degree: true}, {all: [{experience: {at_least: 24}}, {since: {before: 2026-01-01}}]}]}
"""


def made(folder: Path, rows: int, ending: str) -> Path:
    """A file of so many candidates, a tenth of whose cells are empty."""
    path, parts, block = folder / f"{rows}.{ending}", [], 1_000_000
    random = np.random.default_rng(rows)
    for start in range(0, rows, block):
        n = min(block, rows - start)
        days = pl.Series(random.integers(0, 9000, n)).cast(pl.Int32).cast(pl.Date)
        frame = pl.DataFrame(
            {
                "who": [f"c{number}" for number in range(start, start + n)],
                "experience": random.integers(0, 60, n),
                "degree": random.choice([True, False], n),
                "since": days,
                "note": ["words, more words"] * n,
            }
        )
        known = {name: pl.when(pl.Series(random.random(n) > 0.1)).then(name) for name in frame.columns[1:4]}
        parts.append(frame.with_columns(**known))
    whole = pl.concat(parts)
    write = {"csv": whole.write_csv, "parquet": whole.write_parquet, "xlsx": whole.write_excel}
    write[ending](path)
    return path


def measured(folder: Path, rows: int, ending: str, *options: str) -> None:
    """Screen a file in a process of its own, and print what it took."""
    path = made(folder, rows, ending)
    (folder / "d.yaml").write_text(DEFINITION, encoding="utf-8")
    command = [sys.executable, "-m", "procedures", "screen", "d.yaml", path.name, "-o", f"out.{ending}", *options]
    code = "import os, resource, sys\npid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])\n_, status, used = "
    code += "os.wait4(pid, 0)\nprint(used.ru_maxrss, used.ru_utime + used.ru_stime, status, file=sys.stderr)"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=folder, capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - start
    peak, processor, status = done.stderr.split()[-3:]
    assert status == "0", done.stderr
    size = path.stat().st_size / 1e6
    rate = rows / seconds
    print(
        f"{rows:>10,} rows  {size:7.1f} MB of {ending}  {seconds:6.1f} s ({float(processor):.1f} s of processor)",
        end="",
    )
    print(f"  {rate:>9,.0f} rows/s  peak {int(peak) / 1024:.0f} MiB")


if __name__ == "__main__":
    most, kind = int(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as place:
        for number in (most // 10, most):
            measured(Path(place), number, kind, *sys.argv[3:])
