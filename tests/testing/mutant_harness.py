"""Whether what the strategies draw tells a definition from its mutants.

    python tests/testing/mutant_harness.py                       every shipped definition
    python tests/testing/mutant_harness.py maatschappelijk       those with this in their name
    python tests/testing/mutant_harness.py --examples 400 --seconds 120
    python tests/testing/mutant_harness.py --written             mutants of the files, as `tests/mutation` makes them

For each definition it prints how many mutants the histories and cohorts drawn from the *original* kill: some event is
answered otherwise, or somebody ends elsewhere. The comparison takes mutants from anywhere (`survivors`).
"""

import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from attrs import define, field
from definition_changes import Mutant, mutants
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from procedures import Event, Machine, Refused, Selection, load
from procedures.definition.patches import read_extended
from procedures.errors import DefinitionError
from procedures.procedure import _procedure
from procedures.testing import cohorts, histories
from rules.nodes import node_of
from rules.problems import Problems

DEFINITIONS: Final = Path(__file__).parents[2] / "definitions"
# Why a mutant that nothing tells from its original is none: (part of its name, reason).
_NO_PERSON: Final = "the step leads to no state that a person must answer for"
_ALL_PASS: Final = "everybody passes this step, so nobody goes where the others would"
_PAY: Final = "only the pay hangs on it, and the pay moves nobody"
_NO_RULE: Final = "no rule asks which of these two it is"
ARGUED: Final = (
    ("hire: outcome 2 to", _ALL_PASS),
    ("hire: automatic or not", _ALL_PASS),
    ("offer: automatic or not", _NO_PERSON),
    ("match_interview: automatic or not", _NO_PERSON),
    ("diploma also", "either list of diplomas will do, so it does not matter in which of them one stands"),
    (
        "internal: candidate_type also external",
        "where external candidates are admitted anyway, no second way is needed",
    ),
    # as `tests/mutation` names them
    ("steps.hire.otherwise", _ALL_PASS),
    ("steps.hire.automatic", _ALL_PASS),
    ("steps.hire.passes: left out", "the one flag that is recorded decides without being named"),
    ("steps.offer.automatic", _NO_PERSON),
    ("steps.match_interview.automatic", _NO_PERSON),
    ("facts.private_experience.unit", _PAY),
    ("facts.public_experience.unit", _PAY),
    ("facts.diploma_level.of: none and D", _NO_RULE),
    ("facts.diploma_level.of: D and C", _NO_RULE),
    ("facts.grade_level.of: D and C", _NO_RULE),
    ("timezone: Europe/Brussels → UTC", "nothing in the permanent vacancies has a date"),
)
_BATCH: Final = 25

T = TypeVar("T")


def drawn(strategy: st.SearchStrategy[T], examples: int) -> list[T]:
    """So many examples of a strategy, the same in every run; in batches, because those of one run are alike."""
    found: list[T] = []
    for number in range(examples // _BATCH):

        @seed(number)
        @settings(
            max_examples=_BATCH,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def collect(example: T) -> None:
            found.append(example)

        collect()
    return found


def answers(machine: Machine, events: Iterable[Event]) -> Iterator[object]:
    """What a machine answers to each event, and where everybody is in the end."""
    selection = Selection(machine)
    for event in events:
        answer = selection.handle(event)
        if isinstance(answer, Refused):
            yield answer.code
        else:
            yield tuple((move.candidate, move.event, move.kind, move.to_state) for move in answer.moves)
    yield {name: (selection[name].state, selection.kind(selection[name])) for name in selection}
    yield {name: (gate.held, gate.count) for name, gate in selection.gates.items()}, selection.expires


@define
class Pool:
    """Drawn events with what the original answers; whatever killed last is tried first."""

    stories: list[tuple[Sequence[Event], list[Any]]] = field(factory=list)

    @classmethod
    def of(cls, machine: Machine, examples: int) -> "Pool":
        told = [*drawn(histories(machine), examples), *drawn(cohorts(machine), examples)]
        return cls([(events, list(answers(machine, events))) for events in sorted(told, key=len)])

    def kills(self, mutant: Machine) -> bool:
        for at, (events, told) in enumerate(self.stories):
            if any(ours != theirs for ours, theirs in zip(told, answers(mutant, events), strict=True)):
                self.stories.insert(0, self.stories.pop(at))
                return True
        return False


def survivors(pool: Pool, tried: Iterable[Mutant], until: float = float("inf")) -> tuple[Counter[str], list[Mutant]]:
    """How many mutants of each kind were tried, and those that nothing in the pool tells from the original."""
    counted: Counter[str] = Counter()
    alive: list[Mutant] = []
    for mutant in tried:
        if time.monotonic() > until:
            print("  out of time; not every mutant was tried")
            break
        counted[mutant.kind] += 1
        if not pool.kills(mutant.machine):
            alive.append(mutant)
    return counted, alive


def written(path: Path) -> Iterator[Mutant]:
    """The mutants of a file, under its chosen readings: those that compile and are another machine."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from mutation.definition_mutants import mutants as mutants_of
    from mutation.definition_mutants import plain

    root = read_extended(path, Problems())
    assert root is not None
    seen = {load(path).digest}
    for mutant in mutants_of(plain(root)):
        try:
            machine = _procedure(node_of(mutant.data), Problems()).machine  # type: ignore[arg-type]  # a table
        except DefinitionError:
            continue
        if machine.digest not in seen:
            seen.add(machine.digest)
            yield Mutant("written", mutant.name, machine)


def is_argued(mutant: Mutant) -> bool:
    return any(part in mutant.name for part, _ in ARGUED)


def shipped() -> list[Path]:
    """The shipped definitions."""
    return sorted(path for path in DEFINITIONS.rglob("*.yaml") if path.suffixes == [".yaml"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default="", help="a part of the name of definitions")
    parser.add_argument("--examples", type=int, default=300, help="histories, and as many cohorts (300)")
    parser.add_argument("--seconds", type=float, default=300, help="when to stop trying (300)")
    parser.add_argument("--written", action="store_true", help="change the files, as tests/mutation does")
    chosen = parser.parse_args(arguments)
    until, all_killed, all_tried, unargued = time.monotonic() + chosen.seconds, 0, 0, 0
    for path in shipped():
        if chosen.name not in str(path):
            continue
        started, procedure = time.monotonic(), load(path)
        if not procedure.machine.steps:
            print(f"{procedure.name}: nobody moves, for it states no steps")
            continue
        pool = Pool.of(procedure.machine, chosen.examples)
        tried = written(path) if chosen.written else mutants(procedure.definition)
        counted, alive = survivors(pool, tried, until)
        dead = counted - Counter(mutant.kind for mutant in alive)
        shares = ", ".join(f"{kind} {dead[kind]}/{counted[kind]}" for kind in sorted(counted))
        whole = sum(counted.values())
        print(
            f"{procedure.name}: {whole - len(alive)}/{whole} killed in {time.monotonic() - started:.1f} s  ({shares})"
        )
        for mutant in alive:
            print(f"  {'argued' if is_argued(mutant) else 'ALIVE '}  {mutant.kind}  {mutant.name}")
        all_killed, all_tried = all_killed + whole - len(alive), all_tried + whole
        unargued += sum(not is_argued(mutant) for mutant in alive)
    print(f"{all_killed}/{all_tried} killed; {unargued} alive and not argued away")
    return 1 if unargued else 0


if __name__ == "__main__":
    sys.exit(main())
