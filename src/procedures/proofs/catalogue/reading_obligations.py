"""Obligations of readings: each option makes a different procedure. A machine alone has no readings."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from procedures.errors import DefinitionError
from procedures.kernel.machine import Machine
from procedures.proofs.budget import Budget
from procedures.proofs.verdicts import Obligation, Proved, Refuted, Verdict
from procedures.selection import HasMachine
from rules.words import Words


class ProcedureWithReadings(HasMachine, Protocol):
    """A procedure whose readings can be chosen, such as a loaded one."""

    @property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """For each reading its options, in the order of the file."""

    def with_readings(self, options: Mapping[str, str], /) -> HasMachine:
        """The procedure under other options; raises DefinitionError where the options do not combine."""


def option_obligations(procedure: ProcedureWithReadings) -> Iterator[Obligation]:
    """For every option of a reading but the first, that it differs from those above it."""
    for name, options in procedure.options.items():
        for option in options[1:]:
            sentence = Words(
                f"optie `{option}` van lezing `{name}` zegt iets anders dan die erboven",
                f"option `{option}` of reading `{name}` says something else than those above it",
            )
            yield Obligation(f"option:{name}:{option}", "option counts", sentence)


def prove_option(obligation: Obligation, procedure: ProcedureWithReadings, budget: Budget) -> Verdict:
    """Prove that an option makes another machine than each option above it; descriptions do not count."""
    _, name, option = obligation.id.split(":")
    options = procedure.options[name]
    for earlier in options[: options.index(option)]:
        if not _machines_differ(procedure, name, (earlier, option), budget):
            return Refuted(None, Words(f"het is dezelfde procedure als `{earlier}`", f"it is the same as `{earlier}`"))
    return Proved()


def _machines_differ(procedure: ProcedureWithReadings, name: str, pair: tuple[str, str], budget: Budget) -> bool:
    """Whether two options make two machines, with the other readings as chosen or with one of them changed."""
    others = [{other: option} for other, options in procedure.options.items() if other != name for option in options]
    for other_options in ({}, *others):
        budget.check()
        machines = [_compile_options(procedure, {name: option, **other_options}) for option in pair]
        if all(machines) and len({machine.digest for machine in machines if machine is not None}) > 1:
            return True
    return False


def _compile_options(procedure: ProcedureWithReadings, options: Mapping[str, str]) -> Machine | None:
    """The machine of these options; None where they do not combine."""
    try:
        return procedure.with_readings(options).machine
    except DefinitionError:
        return None
