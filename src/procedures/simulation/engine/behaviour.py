"""What candidates do of themselves on their road: who does not come, lets a window pass, or gives up."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from attrs import define, field

from procedures.columns import Cohorts, Conduct
from procedures.columns.arrays.rows import Flags, Rows, those
from procedures.kernel.machine import CompiledStep, Machine
from procedures.simulation.engine.random_streams import Streams
from procedures.simulation.scenario.model import Behaviour
from rules.calendar import Moment
from rules.columns import dtype_of
from rules.kinds import Flag, Kind, Number


@define
class Luck(Conduct):
    """What candidates do of themselves, as a scenario has it: who does not come, lets a window pass, or gives up."""

    behaviour: Behaviour
    streams: Streams
    rows: int
    goes_on = True
    _asked: dict[str, Flags] = field(factory=dict)
    _drawn: dict[tuple[str, str], Flags] = field(factory=dict)

    def takings(self, cohorts: Cohorts, step: CompiledStep) -> Iterator[tuple[Rows | None, pl.DataFrame | None]]:
        """Those who come, with what the table has; those who do not come fail, where no lapse waits for them."""
        here = cohorts.cases.rows_at(step.origins)
        where = cohorts.cases.index(here)
        absent, missing = (self._happens(what, step.name) for what in ("lapse", "no_show"))
        if absent is None and missing is None:
            yield here, None
            return
        nobody = np.zeros(len(here), np.bool_)
        absent = nobody if absent is None else absent[where]
        missing = nobody if missing is None else missing[where] & ~absent
        if waits_for_lapse(step):
            absent, missing = absent | missing, nobody
        yield those(here, ~(absent | missing)), None
        if missing.any():
            yield here[np.flatnonzero(missing)], adverse_table(cohorts.machine, step, self.rows)

    def leave(self, cohorts: Cohorts, now: Moment) -> None:
        """Of those who reached a state since they were asked last, some give up."""
        for state in self.behaviour.withdraw:
            there, happens = cohorts.cases.rows_at(frozenset({state})), self._happens("withdraw", state)
            if not len(there) or happens is None:
                continue
            asked = self._asked.setdefault(state, np.zeros(self.rows, np.bool_))
            new = those(there, ~asked.take(there))
            asked[new] = True
            leaving = happens.take(new)
            if leaving.any():
                cohorts.withdraw(those(new, leaving), at=now)

    def _happens(self, what: str, where: str) -> Flags | None:
        """To whom it happens; drawn once, for everybody, and None where it never can."""
        chance = getattr(self.behaviour, what).get(where, 0.0)
        if not chance:
            return None
        if (what, where) not in self._drawn:
            self._drawn[what, where] = self.streams.random(f"{what} {where}", lambda luck: luck < chance)
        return self._drawn[what, where]


def waits_for_lapse(step: CompiledStep) -> bool:
    """Whether somebody who does not come lapses, or stays for a person to judge; else the step is failed."""
    dated = step.ends is not None or step.within is not None
    return dated and (step.left_for_person or (step.lapses is not None and step.enforced))


def adverse_table(machine: Machine, step: CompiledStep, rows: int) -> pl.DataFrame:
    """What is recorded of somebody who did not come: every flag no, every number the least there is."""
    columns = {}
    for name in sorted(step.records):
        kind = machine.declared.facts[name].kind
        columns[name] = pl.Series([_least(kind)], dtype=dtype_of(kind)).new_from_index(0, rows)
    return pl.DataFrame({"": np.zeros(rows, np.int8), **columns})


def _least(kind: Kind) -> bool | int | None:
    if isinstance(kind, Flag):
        return False
    if isinstance(kind, Number) and kind.least is not None:
        return int(kind.least / kind.step)
    return None
