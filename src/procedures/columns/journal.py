"""A journal of calls on many cases, from which the events of each case are made for `run` to replay."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import polars as pl
from attrs import evolve, field, frozen

from procedures.columns.arrays.rows import Flags, Moments, Rows
from procedures.kernel.cases import Event
from procedures.kernel.machine import Machine
from rules.calendar import Moment


@frozen(eq=False)
class JournalEntry:
    """One call: an event for these rows at their moments, or an `event` of the whole selection."""

    name: str
    rows: Rows
    at: Moments
    by: str | None
    why: str | None = None
    columns: Mapping[str, pl.Series] = field(factory=dict)
    event: Event | None = None


def make_events(
    machine: Machine,
    entries: Iterable[JournalEntry],
    cohort: Flags,
    declared: Mapping[str, pl.Series],
    name_of: Callable[[int], str],
) -> Iterator[Event]:
    """The events of the rows of one cohort, in the order of the calls and then of the rows."""
    for entry in entries:
        if entry.event is not None:
            yield evolve(entry.event)
            continue
        columns = entry.columns
        if entry.name == "apply":
            columns = {name: column for name, column in declared.items() if name in machine.declared_facts}
        for position in np.flatnonzero(cohort[entry.rows]).tolist():
            row = int(entry.rows[position])
            facts = {
                name: machine.declared.facts[name].kind.decode(value)
                for name, column in columns.items()
                if (value := column[row]) is not None
            }
            yield Event(entry.name, Moment(int(entry.at[position])), name_of(row), facts, entry.by, entry.why)
