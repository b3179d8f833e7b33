"""What a service pays once, in time of its own process: importing the library, loading and compiling a definition."""

import subprocess
import sys
from statistics import median
from time import process_time

from candidate_path import ROOT
from measurement import Row

from procedures import load

_IMPORT = (
    "from time import process_time as now; start = now(); from procedures import Selection, load; print(now() - start)"
)


def importing(rounds: int) -> Row:
    """`import procedures`, with the names that every service needs, in fresh processes that time themselves."""
    told = [
        float(subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True).stdout)
        for _ in range(rounds)
    ]
    return Row("import procedures", "ms", {"procedures": 1000 * median(told)}, wanted="250 ms")


def loading(rounds: int) -> Row:
    """Load and compile of each shipped definition, from the file."""
    row = Row("load and compile", "ms", wanted="20 ms each")
    for path in sorted((ROOT / "definitions").glob("*/*.yaml")):
        if path.parent.name == "templates" or path.name.count(".") > 1 or path.stem == "organisation":
            continue
        load(path)
        times = []
        for _ in range(rounds):
            start = process_time()
            load(path)
            times.append(process_time() - start)
        row.figures[path.stem] = 1000 * median(times)
    return row
