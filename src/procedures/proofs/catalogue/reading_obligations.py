"""Whether each option of a reading makes a procedure of its own; a machine does not know what else it could be."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from procedures.errors import DefinitionError
from procedures.kernel.machine import Machine
from procedures.proofs.budget import Budget
from procedures.proofs.verdicts import Obligation, Proved, Refuted, Verdict
from procedures.selection import Compiled
from rules.words import Words


class Readable(Compiled, Protocol):
    """A procedure that can be read in other ways, as a loaded one can."""

    @property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """For each reading its options, in the order of the file."""

    def with_readings(self, options: Mapping[str, str], /) -> Compiled:
        """The same under other options; raises DefinitionError where they cannot all hold."""


def option_obligations(procedure: Readable) -> Iterator[Obligation]:
    """For every option of a reading but its first, whether it differs from those above it."""
    for name, options in procedure.options.items():
        for option in options[1:]:
            sentence = Words(
                f"optie `{option}` van lezing `{name}` zegt iets anders dan die erboven",
                f"option `{option}` of reading `{name}` says something else than those above it",
            )
            yield Obligation(f"option:{name}:{option}", "option counts", sentence)


def told_apart(obligation: Obligation, procedure: Readable, budget: Budget) -> Verdict:
    """Whether an option makes another machine than each of those above it; what is only described makes none."""
    _, name, option = obligation.id.split(":")
    options = procedure.options[name]
    for above in options[: options.index(option)]:
        if not _differ(procedure, name, (above, option), budget):
            return Refuted(None, Words(f"het is dezelfde procedure als `{above}`", f"it is the same as `{above}`"))
    return Proved()


def _differ(procedure: Readable, name: str, pair: tuple[str, str], budget: Budget) -> bool:
    """Whether two options make two machines, as the other readings are chosen or with one of them otherwise."""
    others = [{other: option} for other, options in procedure.options.items() if other != name for option in options]
    for otherwise in ({}, *others):
        budget.check()
        machines = [_machine(procedure, {name: option, **otherwise}) for option in pair]
        if all(machines) and len({machine.digest for machine in machines if machine is not None}) > 1:
            return True
    return False


def _machine(procedure: Readable, options: Mapping[str, str]) -> Machine | None:
    """The machine of these options; None where they cannot all hold."""
    try:
        return procedure.with_readings(options).machine
    except DefinitionError:
        return None
