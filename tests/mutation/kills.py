"""Whether the worked cases of a definition notice a mutant of it: the same replay as `procedures check`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import define, evolve, field

from mutation.definition_mutants import Mutant, mutants, plain
from procedures.definition.patches import read_extended
from procedures.errors import DefinitionError
from procedures.procedure import Procedure, _procedure, load
from procedures.worked_cases.reader import WorkedCases, read_cases
from procedures.worked_cases.replay import find_failures
from rules.nodes import node_of
from rules.problems import Problems

Verdict: TypeAlias = Literal["no definition", "no difference", "killed", "survives"]

CASES = ".cases.yaml"


@define
class Trial:
    """A definition with its worked cases, and what they make of each mutant."""

    path: Path
    worked: WorkedCases
    procedure: Procedure = field(init=False)
    data: object = field(init=False)
    _order: list[int] = field(init=False)

    @classmethod
    def of(cls, path: Path) -> "Trial":
        """The trial of a definition file; its worked cases must hold, or there is nothing to measure."""
        trial = cls(path, read_cases(path.with_name(path.stem + CASES)))
        wrong = find_failures(trial.worked)
        assert not wrong, f"{path}: its worked cases do not hold: {wrong[0]}"
        return trial

    def __attrs_post_init__(self) -> None:
        self.procedure = load(self.path)
        root = read_extended(self.path, Problems())
        assert root is not None, "it was just loaded"
        self.data = plain(root)
        self._order = list(range(len(self.worked)))

    def mutants(self) -> Iterator[Mutant]:
        return mutants(self.data)

    def verdict(self, mutant: Mutant) -> Verdict:
        """What becomes of a mutant; one that the library cannot tell from the original does not count."""
        procedure = loaded(mutant)
        if procedure is None:
            return "no definition"
        if not self._differs(procedure):
            return "no difference"
        return "killed" if self._kills(procedure) else "survives"

    def _differs(self, mutant: Procedure) -> bool:
        """Whether the mutant is another machine, or becomes one under a reading."""
        if _meaning(mutant) != _meaning(self.procedure):
            return True
        readings = self.procedure.definition.readings
        return readings.keys() != mutant.definition.readings.keys() or any(
            option not in mutant.definition.readings[name].options
            or _meaning(mutant.with_reading(name, option)) != _meaning(self.procedure.with_reading(name, option))
            for name, reading in readings.items()
            for option in reading.options
        )

    def _kills(self, mutant: Procedure) -> bool:
        # Neighbouring mutants mostly fall to the same case, so the last one to kill is asked first.
        for at in self._order:
            one = evolve(self.worked, procedure=mutant, cases=(self.worked.cases[at],))
            if find_failures(one):
                self._order.remove(at)
                self._order.insert(0, at)
                return True
        return False


def loaded(mutant: Mutant) -> Procedure | None:
    """The procedure of a mutant; None where the library takes it for no definition."""
    try:
        return _procedure(node_of(mutant.data), Problems())  # type: ignore[arg-type]
    except DefinitionError:
        return None


def _meaning(procedure: Procedure) -> object:
    """What decides: the machine, or the named conditions of a profile, which has no machine to speak of."""
    stated = procedure.definition.has_steps
    return procedure.digest if stated else (procedure.digest, procedure.definition.conditions)
