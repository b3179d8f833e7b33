"""Snapshots of cases before a closing, to restore the cases that a refused closing had moved."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.deferred import DeferredColumn
from procedures.columns.arrays.rows import Codes, Flags, Moments, Rows, select_rows, split_by_code
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.kernel.machine import CompiledStep


@frozen(eq=False)
class Snapshot:
    """The values of some rows, before automatic moves and lapses, that such moves can change."""

    rows: Rows
    state: Codes
    transitions: int
    moves: Mapping[str, int]
    waiting_rows: Mapping[str, Rows]
    entered: Moments
    last_moments: Moments
    is_selected: Flags
    has_recorded: Mapping[str, Flags]
    move_counts: Mapping[str, NDArray[np.int32]]
    columns: tuple[tuple[DeferredColumn, NDArray[Any]], ...]

    @classmethod
    def take(cls, cases: Cases, rows: Rows) -> "Snapshot":
        """Take a snapshot of these rows."""
        steps = _find_automatic_steps(cases, rows)
        return cls(
            rows,
            cases.state[rows],
            len(cases.state_index.transitions),
            {name: len(moves) for name, moves in cases.moves.items()},
            {**cases.waiting_rows},
            cases.entered[rows],
            cases.last_moments(rows),
            cases.is_selected.values[rows],
            {name: cases.has_recorded[name][rows] for name in steps},
            {name: times[rows] for name, times in cases.move_counts.items()},
            tuple((column, column.values[rows]) for column in cases.columns_of(steps)),
        )

    def restore(self, cases: Cases, which: Flags) -> None:
        """Restore some of the rows; `which` flags them among the rows of the snapshot."""
        back = self.rows[which]
        cases.state_index.restore(back, self.state[which], self.transitions)
        for name, moves in cases.moves.items():
            for number in range(self.moves[name], len(moves)):
                moved, at = moves[number]
                kept = np.flatnonzero(~np.isin(moved, back))
                moves[number] = moved[kept], at[kept]
        for name, waited in self.waiting_rows.items():
            others = select_rows(cases.waiting_rows[name], ~cases.is_any_of(back, cases.waiting_rows[name]))
            cases.waiting_rows[name] = np.sort(np.append(others, select_rows(waited, cases.is_any_of(back, waited))))
        cases.entered[back] = self.entered[which]
        cases.set_last_moments(back, self.last_moments[which])
        cases.is_selected.put(back, self.is_selected[which])
        for name, learned in self.has_recorded.items():
            cases.has_recorded[name][back] = learned[which]
        for name, times in self.move_counts.items():
            cases.move_counts[name][back] = times[which]
        for column, values in self.columns:
            column.put(back, values[which])


def _find_automatic_steps(cases: Cases, rows: Rows) -> frozenset[str]:
    """The steps by which these rows can move without an event, now or after other such moves."""
    names, steps = [*cases.machine.states], cases.machine.steps.values()
    reached = {names[code] for code, _ in split_by_code(cases.state[rows]) if code != NOT_APPLIED}
    found: frozenset[str] = frozenset()
    while True:
        next_steps = [step for step in steps if step.origins & reached and _moves_automatically(step)]
        if len(next_steps) == len(found):
            return found
        found = frozenset(step.name for step in next_steps)
        reached |= {state for step in next_steps for state in (step.to, step.lapses) if state is not None}


def _moves_automatically(step: CompiledStep) -> bool:
    """Whether a step can move a case without its event."""
    return step.lapses is not None or step.exempt is not None or step.gate is not None
