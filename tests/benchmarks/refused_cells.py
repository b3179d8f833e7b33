"""Screening of files in which every row has two refused cells, beside the same file without them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

from measurement import Row

_DEFINITION: Final = """
procedure: example/measured
title: Measured
facts:
  experience: {kind: duration, unit: months}
  degree: {kind: flag}
  level: {kind: level, of: [none, B, C]}
steps:
  screening: {from: applied, to: screened, passes: {any: [{degree: true}, {experience: {at_least: 24}}]}}
"""
_FILES: Final[dict[str, Callable[[int], tuple[str, str]]]] = {  # the cells of degree and level in row n
    "good rows": lambda n: (("true", "false")[n % 2], ("none", "B", "C")[n % 3]),
    "two equal refused cells": lambda n: ("perhaps", "Z"),
    "two different refused cells": lambda n: (f"maybe {n}", f"x{n}"),
}
_CODE: Final = """
import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, *sys.argv[1:]])
_, _, used = os.wait4(pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""


def refusing(rows: int, rounds: int) -> Row:
    """The seconds of the processor for each file, and the ratios of time and of the peak of memory to good rows."""
    name, wanted = f"screening of {rows:,} rows with refused cells", "time 3 ×, memory 1.2 ×"
    if find_spec("polars") is None or find_spec("python_calamine") is None:
        return Row(name, "s", not_measured={"procedures": "polars or calamine is not installed"}, wanted=wanted)
    row = Row(name, "s", wanted=wanted)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "d.yaml").write_text(_DEFINITION, encoding="utf-8")
        for file, cells in _FILES.items():
            lines = (f"c{n},{n % 60},{','.join(cells(n))}\n" for n in range(rows))
            (folder / f"{file}.csv").write_text("who,experience,degree,level\n" + "".join(lines), encoding="utf-8")
        turns = {file: [_screen(folder, file) for _ in range(rounds)] for file in _FILES}
    times = {file: median(seconds for seconds, _ in found) for file, found in turns.items()}
    peaks = {file: median(peak for _, peak in found) for file, found in turns.items()}
    row.figures = dict(times)
    good, *others = _FILES
    for file in others:
        row.ratios[f"{file}: time"] = times[file] / times[good]
        row.ratios[f"{file}: memory"] = peaks[file] / peaks[good]
    return row


def _screen(folder: Path, file: str) -> tuple[float, float]:
    """The seconds of the processor and the peak of memory of one run, in a process of its own."""
    command = ["-m", "procedures", "screen", "d.yaml", f"{file}.csv", "-o", f"{file}.out.csv"]
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *command], cwd=folder, capture_output=True, text=True, check=True, env=_here()
    )
    seconds, peak = done.stderr.split()[-2:]
    assert (folder / f"{file}.out.csv").exists(), done.stderr
    return float(seconds), float(peak)


def _here() -> dict[str, str]:
    """The environment with the library that this process has, wherever the folder is."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(each).resolve()) for each in sys.path if each)}
