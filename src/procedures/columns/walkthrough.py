"""A whole road at once: everybody applies, each step is taken and closed in its turn, as far as the table goes.

Where the definition dates a step, it is taken when its window opens and closed when it has ended; all else follows at
once. So a table of candidates with their results tells where everybody ends, and who is ranked where.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import numpy as np
import polars as pl
from attrs import field, frozen

from procedures.columns.answers import NO_EVENT, TAKEN, WORDS, Answers
from procedures.columns.arrays.cases import NEVER
from procedures.columns.arrays.rows import Rows
from procedures.columns.cohorts import Cohorts
from procedures.kernel.machine import CompiledStep, Machine
from rules.calendar import SECOND, Moment, to_moment

_DAY: Final = 86_400 * SECOND
_UNDATED: Final = to_moment(datetime(2000, 1, 1, tzinfo=UTC))


@frozen(eq=False)
class Round:
    """One step of a road: when it was taken and closed, and with which answers; not closed where `closed` is None."""

    step: str
    at: Moment
    answers: Answers
    closed: Moment | None = None
    closings: Answers | None = None

    @property
    def taken(self) -> int:
        """By how many it was taken."""
        return int((self.answers == TAKEN).sum())

    @property
    def is_closed(self) -> bool:
        """Whether it was closed in every cohort."""
        return self.closings is not None and bool((self.closings == TAKEN).all())

    @property
    def refused(self) -> Mapping[str, int]:
        """How many events were refused, by the code."""
        codes, counts = np.unique(self.answers[self.answers > TAKEN], return_counts=True)
        return {WORDS[code]: int(count) for code, count in zip(codes, counts, strict=True)}


@frozen
class Road:
    """How a road is gone: by whom, with which seed for lots, and what the closings of steps record."""

    by: str = "jury"
    seed: str | int = 0
    closing: Mapping[str, Mapping[str, object]] = field(factory=dict)
    start: Moment | None = None


class Conduct:
    """What candidates do on their road: here, all that the table has for them, as long as every step can be closed."""

    goes_on = False
    """Whether the road goes on where a step cannot be closed in every cohort."""

    def takings(self, cohorts: Cohorts, step: CompiledStep) -> Iterable[tuple[Rows | None, pl.DataFrame | None]]:
        """Who takes a step, with which results; None for all who have some in the table."""
        return [(None, None)]

    def leave(self, cohorts: Cohorts, now: Moment) -> None:
        """After everybody applied, and after each round: who gives up now."""


def play(cohorts: Cohorts, road: Road | None = None, conduct: Conduct | None = None) -> list[Round]:
    """
    Let everybody apply, and take and close the steps in the order of the definition.

    It ends before the first step at which somebody stands and for which the table has no results, and after the first
    that cannot be closed.
    """
    road, conduct, machine = road or Road(), conduct or Conduct(), cohorts.machine
    times = timetable(machine, road.start)
    cohorts.apply(at=times.applied, by=road.by)
    conduct.leave(cohorts, times.applications_end)
    rounds: list[Round] = []
    for step in machine.steps.values():
        if not len(cohorts.cases.rows_at(step.origins)):
            if _is_over(cohorts, step):
                continue
        elif step.records and not cohorts.brings(step.name) and not conduct.goes_on:
            break
        rounds.append(_round(cohorts, step, times, road, conduct))
        if not rounds[-1].is_closed and not conduct.goes_on:
            break
        conduct.leave(cohorts, times.closed[step.name])
    return rounds


def _is_over(cohorts: Cohorts, step: CompiledStep) -> bool:
    """Whether every cohort has closed a step already, because it was not held."""
    return bool((cohorts.decisions.closed[step.name] != NEVER).all())


def _round(cohorts: Cohorts, step: CompiledStep, times: "Timetable", road: Road, conduct: Conduct) -> Round:
    at, closed = times.taken[step.name], times.closed[step.name]
    answers: Answers | None = None
    for rows, facts in conduct.takings(cohorts, step):
        its = cohorts.record(step.name, at=at, by=road.by, facts=facts, rows=rows)
        answers = its if answers is None else np.maximum(answers, its)
    if answers is None:
        answers = np.full(len(cohorts), NO_EVENT, np.int8)
    if _is_over(cohorts, step):
        return Round(step.name, at, answers, at, np.full(cohorts.decisions.size, TAKEN, np.int8))
    closings = cohorts.close(step.name, at=closed, by=road.by, facts=road.closing.get(step.name), seed=road.seed)
    return Round(step.name, at, answers, closed, closings)


@frozen
class Timetable:
    """When everybody applies, and when each step is taken and closed: told by the definition, whoever there is."""

    applied: Moment
    applications_end: Moment
    taken: Mapping[str, Moment]
    closed: Mapping[str, Moment]


def timetable(machine: Machine, start: Moment | None = None) -> Timetable:
    """The moments of a road from its start on; each step has its turn after the one before it in the file."""
    applied = now = start if start is not None else start_of(machine)
    end = now = now if machine.ends is None else max(now, machine.ends)
    taken, closed = {}, {}
    for step in machine.steps.values():
        at = max(now, step.opens) if step.opens is not None and step.enforced else now
        # A window that is counted from entry has ended for everybody when it has for who enters now.
        ends = step.window_end(at, machine.zone)
        taken[step.name], closed[step.name] = at, at if ends is None else max(at, ends)
        now = closed[step.name]
    return Timetable(applied, end, taken, closed)


def start_of(machine: Machine) -> Moment:
    """When everybody may apply: as applications open, or a day before the first date there is."""
    if machine.opens is not None:
        return machine.opens
    dates = [machine.ends, *(at for step in machine.steps.values() for at in (step.opens, step.ends))]
    first = min((at for at in dates if at is not None), default=None)
    return _UNDATED if first is None else Moment(first - _DAY)
