"""Behaviour of candidates, drawn from a scenario: no-shows, lapses and withdrawals."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from attrs import define, field

from procedures.columns import Behaviour as ColumnsBehaviour
from procedures.columns import Cohorts
from procedures.columns.arrays.rows import Flags, Rows, select_rows
from procedures.kernel.machine import CompiledStep, Machine
from procedures.simulation.engine.random_streams import Streams
from procedures.simulation.scenario.model import Behaviour
from rules.calendar import Moment
from rules.columns import dtype_of
from rules.kinds import Flag, Kind, Number


@define
class DrawnBehaviour(ColumnsBehaviour):
    """The behaviour of candidates with the chances of a scenario: no-shows, lapses and withdrawals."""

    behaviour: Behaviour
    streams: Streams
    rows: int
    can_leave_steps_open = True
    _considered: dict[str, Flags] = field(factory=dict)
    _draws: dict[tuple[str, str], Flags] = field(factory=dict)

    def select_results(self, cohorts: Cohorts, step: CompiledStep) -> Iterator[tuple[Rows | None, pl.DataFrame | None]]:
        """
        Yield the candidates who come, with their facts from the table (None), then those who do not come.

        Where no lapse applies to absent candidates, adverse facts are recorded for them, so that they fail.
        """
        here = cohorts.cases.rows_at(step.origins)
        where = cohorts.cases.as_index(here)
        absent, missing = (self._flags_for(what, step.name) for what in ("lapse", "no_show"))
        if absent is None and missing is None:
            yield here, None
            return
        nobody = np.zeros(len(here), np.bool_)
        absent = nobody if absent is None else absent[where]
        missing = nobody if missing is None else missing[where] & ~absent
        if waits_for_lapse(step):
            absent, missing = absent | missing, nobody
        yield select_rows(here, ~(absent | missing)), None
        if missing.any():
            yield here[np.flatnonzero(missing)], adverse_table(cohorts.machine, step, self.rows)

    def withdraw_candidates(self, cohorts: Cohorts, now: Moment) -> None:
        """Withdraw some of the candidates who entered a state since the last call."""
        for state in self.behaviour.withdraw:
            there, flags = cohorts.cases.rows_at(frozenset({state})), self._flags_for("withdraw", state)
            if not len(there) or flags is None:
                continue
            considered = self._considered.setdefault(state, np.zeros(self.rows, np.bool_))
            new = select_rows(there, ~considered.take(there))
            considered[new] = True
            leaving = flags.take(new)
            if leaving.any():
                cohorts.withdraw(select_rows(new, leaving), at=now)

    def _flags_for(self, what: str, where: str) -> Flags | None:
        """For each row whether the behaviour occurs; drawn once for all rows. None where its chance is 0."""
        chance = getattr(self.behaviour, what).get(where, 0.0)
        if not chance:
            return None
        if (what, where) not in self._draws:
            self._draws[what, where] = self.streams.random(f"{what} {where}", lambda draws: draws < chance)
        return self._draws[what, where]


def waits_for_lapse(step: CompiledStep) -> bool:
    """Whether an absent candidate lapses, or is left for a person; otherwise the candidate fails the step."""
    dated = step.ends is not None or step.within is not None
    return dated and (step.left_for_person or (step.lapses is not None and step.enforced))


def adverse_table(machine: Machine, step: CompiledStep, rows: int) -> pl.DataFrame:
    """The facts recorded for absent candidates: every flag is false, every number has its least value."""
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
