"""Change each shipped definition a little, in every way we can think of, and see whether its worked cases notice.

    python tests/mutation/definitions.py                              all of them
    python tests/mutation/definitions.py kortrijk/maatschappelijk-werker-vast

Prints how many mutants the worked cases kill. Those that do not compile, or compile to the machine that was there
already, are not counted. Exit status 1 when one survives that `argued_definitions.yaml` does not argue away.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Sequence
from pathlib import Path

if __name__ == "__main__":  # not our own folder, whose `code.py` would stand before the one of Python
    sys.path[0] = str(Path(__file__).parents[1])

from mutation.kills import CASES, Trial
from mutation.report import Report, Tally, conclude, progress, read_arguments

DEFINITIONS = Path(__file__).parents[2] / "definitions"
ARGUED = Path(__file__).with_name("argued_definitions.yaml")


def with_cases() -> tuple[str, ...]:
    """The shipped definitions that have worked cases, by the name that each gives itself."""
    found = sorted(path.relative_to(DEFINITIONS) for path in DEFINITIONS.rglob(f"*{CASES}"))
    return tuple(path.as_posix().removesuffix(CASES) for path in found)


def tried(name: str) -> Tally:
    """What becomes of every mutant of one definition."""
    trial, tally = Trial.of(DEFINITIONS / f"{name}.yaml"), Tally(name)
    for number, mutant in enumerate(trial.mutants(), 1):
        progress(f"{name}: mutant {number}, {len(tally.survivors)} alive: {mutant.name}"[:120])
        match trial.verdict(mutant):
            case "killed":
                tally.killed += 1
            case "survives":
                tally.survivors.append(f"{name}: {mutant.name}")
            case verdict:
                tally.more[verdict] = tally.more.get(verdict, 0) + 1
    progress("")
    return tally


def worth(names: Iterable[str]) -> Report:
    """The report on these definitions."""
    return Report(read_arguments(ARGUED), [tried(name) for name in names])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    shipped = with_cases()
    parser.add_argument("definitions", nargs="*", metavar="DEFINITION", help="such as " + shipped[0])
    parser.add_argument("--json", action="store_true", help="one JSON document in place of the table")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.definitions) - set(shipped):
        parser.error(f"no worked cases of {', '.join(sorted(unknown))}; there are those of {', '.join(shipped)}")
    report = worth(chosen.definitions or shipped)
    return conclude(report, everything=not chosen.definitions, as_json=chosen.json)


if __name__ == "__main__":
    sys.exit(main())
