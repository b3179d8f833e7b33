"""Closings that turn out to be refused: whoever was moved without an event for their sake is put back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.deferred import Late
from procedures.columns.arrays.rows import Codes, Flags, Moments, Rows, parted, those
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.kernel.machine import CompiledStep


@frozen(eq=False)
class Before:
    """Where some rows stand before they are moved without an event, and what such moves could change for them."""

    rows: Rows
    state: Codes
    passages: int
    moves: Mapping[str, int]
    waiting: Mapping[str, Rows]
    entered: Moments
    heard: Moments
    selected: Flags
    learned: Mapping[str, Flags]
    times: Mapping[str, NDArray[np.int32]]
    decided: tuple[tuple[Late, NDArray[Any]], ...]

    @classmethod
    def of(cls, cases: Cases, rows: Rows) -> "Before":
        """Where these rows now stand."""
        steps = _moving_on(cases, rows)
        return cls(
            rows,
            cases.state[rows],
            len(cases.where.passages),
            {name: len(moves) for name, moves in cases.moves.items()},
            {**cases.waiting},
            cases.entered[rows],
            cases.heard(rows),
            cases.selected.now[rows],
            {name: cases.learned[name][rows] for name in steps},
            {name: times[rows] for name, times in cases.times.items()},
            tuple((column, column.now[rows]) for column in cases.columns_of(steps)),
        )

    def restore(self, cases: Cases, which: Flags) -> None:
        """Put some of the rows back."""
        back = self.rows[which]
        cases.where.put_back(back, self.state[which], self.passages)
        for name, moves in cases.moves.items():
            for number in range(self.moves[name], len(moves)):
                moved, at = moves[number]
                kept = np.flatnonzero(~np.isin(moved, back))
                moves[number] = moved[kept], at[kept]
        for name, waited in self.waiting.items():
            others = those(cases.waiting[name], ~cases.among(back, cases.waiting[name]))
            cases.waiting[name] = np.sort(np.append(others, those(waited, cases.among(back, waited))))
        cases.entered[back] = self.entered[which]
        cases.hear(back, self.heard[which])
        cases.selected.put(back, self.selected[which])
        for name, learned in self.learned.items():
            cases.learned[name][back] = learned[which]
        for name, times in self.times.items():
            cases.times[name][back] = times[which]
        for column, values in self.decided:
            column.put(back, values[which])


def _moving_on(cases: Cases, rows: Rows) -> frozenset[str]:
    """The steps by which these rows can move without an event, from where they stand and from there on."""
    names, steps = [*cases.machine.states], cases.machine.steps.values()
    reached = {names[code] for code, _ in parted(cases.state[rows]) if code != NOT_APPLIED}
    found: frozenset[str] = frozenset()
    while True:
        onwards = [step for step in steps if step.origins & reached and _moves_alone(step)]
        if len(onwards) == len(found):
            return found
        found = frozenset(step.name for step in onwards)
        reached |= {state for step in onwards for state in (step.to, step.lapses) if state is not None}


def _moves_alone(step: CompiledStep) -> bool:
    """Whether somebody can be moved by a step without its event."""
    return step.lapses is not None or step.exempt is not None or step.gate is not None
