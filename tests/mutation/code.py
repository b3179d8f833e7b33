"""Change the code that decides, in every way that mutmut knows, and see whether the tests notice.

    python tests/mutation/code.py                      every module that `tool.mutmut` in pyproject.toml names
    python tests/mutation/code.py ranking evaluating

Needs `pip install -e '.[mutation]'`. Prints how many mutants the tests kill; one that never ends counts as killed.
Exit status 1 when one survives that `argued_code.yaml` does not argue away. The mutants stand in `mutants/`, where
`mutmut browse` shows them.
"""

import os
import re
import subprocess
import sys
import tomllib
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree

from attrs import frozen

if __name__ == "__main__":  # not our own folder: this very file would stand before the `code.py` of Python
    sys.path[0] = str(Path(__file__).parents[1])

from mutation.report import Report, Tally, conclude, read_arguments

ROOT = Path(__file__).parents[2]
ARGUED = Path(__file__).with_name("argued_code.yaml")
MUTMUT = (sys.executable, "-m", "mutmut")
_KILLED = ("killed", "timeout")
_NOT_RUN = ("not checked", "skipped")
_NAMED = re.compile(r"\s*(?P<name>(?P<module>[a-z_.]+)\.x(?:ǁ\w+ǁ|_)(?P<function>\w+)__mutmut_\d+): (?P<status>.+)")


@frozen
class Tried:
    """What mutmut says of one mutant."""

    name: str
    module: str
    function: str
    status: str

    @property
    def killed(self) -> bool:
        return self.status in _KILLED


def killed_or_not(line: str) -> Tried | None:
    """What a line of mutmut says of a mutant; None where it says nothing, or that the mutant was not tried."""
    match = _NAMED.fullmatch(line)
    tried = Tried(match["name"], match["module"], match["function"], match["status"]) if match else None
    return tried if tried and tried.status not in _NOT_RUN else None


def modules() -> tuple[str, ...]:
    """The modules that may be mutated, as pyproject.toml names them."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]["only_mutate"]
    return tuple(path.removeprefix("src/").removesuffix(".py").replace("/", ".") for path in stated)


def mutate(names: Sequence[str], processes: int) -> None:
    """Run mutmut on these modules, from nothing: what it remembers of earlier tests may not be so any more."""
    rmtree(ROOT / "mutants", ignore_errors=True)
    command = (*MUTMUT, "run", "--max-children", str(processes), *(f"{name}.*" for name in names))
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    shown = sys.stderr.isatty()  # mutmut draws its own progress
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=sys.stderr if shown else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{done.stdout or ''}\nmutmut did not come to the end; the tests must pass without any mutant")


def tallies(names: Sequence[str]) -> list[Tally]:
    """What became of the mutants of these modules."""
    found = {name: Tally(name) for name in names}
    for line in _told("results", "--all", "true"):
        tried = killed_or_not(line)
        tally = found.get(tried.module) if tried else None
        if tried is None or tally is None:
            continue
        if tried.status == "timeout":
            tally.more["of them out of time"] = tally.more.get("of them out of time", 0) + 1
        if tried.killed:
            tally.killed += 1
        else:
            suffix = "" if tried.status == "survived" else f" ({tried.status})"
            tally.survivors.append(f"{tried.module}.{tried.function}: {_change(tried.name)}{suffix}")
    return list(found.values())


def _change(mutant: str) -> str:
    """The lines that were, and those that stand there instead: unlike its number, no other change touches them."""
    lines = [line for line in _told("show", mutant) if line.startswith(("-", "+")) and line[:3] not in ("---", "+++")]
    before, after = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return f"{before} → {after}"


def _told(*arguments: str) -> Iterator[str]:
    done = subprocess.run((*MUTMUT, *arguments), cwd=ROOT, capture_output=True, text=True, check=True)
    yield from done.stdout.splitlines()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    known = modules()
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as ranking, or rules.evaluation")
    parser.add_argument("--processes", type=int, default=1, help="how many mutants are tried at once (1)")
    parser.add_argument("--again", action="store_true", help="tell of the last run once more, without running")
    parser.add_argument("--json", action="store_true", help="one JSON document in place of the table")
    chosen = parser.parse_args(arguments)
    short = {name.rpartition(".")[2]: name for name in known}
    names = [short.get(name, name) for name in chosen.modules] or list(known)
    if unknown := set(names) - set(known):
        parser.error(f"{', '.join(sorted(unknown))} is not mutated; pyproject.toml names {', '.join(short)}")
    if find_spec("mutmut") is None:
        parser.error("there is no mutmut here; pip install -e '.[mutation]'")
    if not chosen.again:
        mutate(names, chosen.processes)
    return conclude(
        Report(read_arguments(ARGUED), tallies(names)), everything=set(names) == set(known), as_json=chosen.json
    )


if __name__ == "__main__":
    sys.exit(main())
