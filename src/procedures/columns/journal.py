"""What happened to many at once, told again as the events of each: for `run` to replay, and to explain one of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import polars as pl
from attrs import evolve, field, frozen

from procedures.columns.arrays.rows import Flags, Moments, Rows
from procedures.kernel.cases import Event
from procedures.kernel.machine import Machine
from rules.calendar import Moment


@frozen(eq=False)
class Entry:
    """One call: its event for these rows at their moments; or `event`, for the whole selection."""

    name: str
    rows: Rows
    at: Moments
    by: str | None
    brought: Mapping[str, pl.Series] = field(factory=dict)
    event: Event | None = None


def events_of(
    machine: Machine,
    entries: Iterable[Entry],
    cohort: Flags,
    declared: Mapping[str, pl.Series],
    name_of: Callable[[int], str],
) -> Iterator[Event]:
    """The events of the rows of one cohort, in the order of the calls and then of the rows."""
    for entry in entries:
        if entry.event is not None:
            yield evolve(entry.event)
            continue
        columns = entry.brought
        if entry.name == "apply":
            columns = {name: column for name, column in declared.items() if name in machine.declared_facts}
        for place in np.flatnonzero(cohort[entry.rows]).tolist():
            row = int(entry.rows[place])
            facts = {
                name: machine.declared.facts[name].kind.give(value)
                for name, column in columns.items()
                if (value := column[row]) is not None
            }
            yield Event(entry.name, Moment(int(entry.at[place])), name_of(row), facts, entry.by)
