"""All proofs of a definition: of those that are shipped, and of made-up procedures that are longer and longer.

A long one is proved in a process of its own, which tells its time and the most memory it ever had; what it had already
when everything was imported and loaded is taken off.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import process_time

from candidate_path import ROOT
from many_rounds import long_procedure
from measurement import Row, peak_memory

from procedures import Procedure, load

_FACTS_A_ROUND = 3


def proving(longest: int, rounds: int) -> Iterator[Row]:
    """Rows of what is shipped and of procedures of up to so many rounds; each is proved `rounds` times."""
    if find_spec("dd") is None or find_spec("z3") is None:
        yield Row("proofs", "ms", not_measured={"procedures": "dd or z3 is not installed"})
        return
    yield _shipped(rounds)
    yield from _growth([max(2, longest // 4), max(3, longest // 2), longest], rounds)


def _shipped(rounds: int) -> Row:
    """The slowest reading of every shipped definition that states a procedure."""
    row = Row("proofs: all of a shipped definition, under its slowest reading", "ms", wanted="2,000 ms each")
    for path in sorted((ROOT / "definitions").glob("*/*.yaml")):
        if path.name.count(".") > 1 or not (procedure := load(path)).machine.steps:
            continue
        times = [median(_seconds(each) for _ in range(rounds)) for each in _readings(procedure)]
        row.figures[path.stem] = 1000 * max(times)
    return row


def _readings(procedure: Procedure) -> Iterator[Procedure]:
    """The procedure as chosen, and under every other option of every reading."""
    yield procedure
    for name, reading in procedure.definition.readings.items():
        for option in reading.options:
            if option != procedure.readings[name]:
                yield procedure.with_reading(name, option)


def _seconds(procedure: Procedure) -> float:
    """The time of this process alone that all proofs take; everything is proved."""
    from procedures.proofs import prove

    machine = procedure.machine
    start = process_time()
    verdicts = prove(machine)
    took = process_time() - start
    assert verdicts
    return took


def _growth(sizes: Sequence[int], rounds: int) -> Iterator[Row]:
    """How time and memory grow with the rounds of a procedure, and with its facts."""
    name = f"{_FACTS_A_ROUND} facts a round, by rounds"
    time = Row(f"growth: all proofs of a procedure of {name}", "ms", wanted="10,000 ms at 20 rounds and 60 facts")
    memory = Row(f"growth: memory that they take, {name}", "MiB", wanted="as the rounds")
    for size in sizes:
        told = [_in_a_process(size) for _ in range(min(rounds, 3))]
        time.figures[f"{size}"] = median(each["ms"] for each in told)
        memory.figures[f"{size}"] = median(each["MiB"] for each in told)
    for row in (time, memory):
        first, *_, last = row.figures.values()
        row.ratios = {f"{sizes[-1] / sizes[0]:g} × the rounds": last / first}
        yield row


def _in_a_process(size: int) -> dict[str, float]:
    told = subprocess.run([sys.executable, __file__, str(size)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    figures: dict[str, float] = json.loads(told.stdout)
    return figures


def _proved(size: int) -> dict[str, float]:
    """What a process of its own tells."""
    procedure = long_procedure(size, _FACTS_A_ROUND * size)
    _seconds(long_procedure(2, 2 * _FACTS_A_ROUND))  # solvers are imported when first asked
    before = peak_memory()
    took = _seconds(procedure)
    return {"ms": 1000 * took, "MiB": (peak_memory() - before) / 1024}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    print(json.dumps(_proved(int(sys.argv[1]))))
