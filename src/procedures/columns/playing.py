"""A whole road at once: everybody applies, each step is taken and closed in its turn, as far as the table goes.

Where the definition dates a step, it is taken when its window opens and closed when it has ended; all else follows at
once. So a table of candidates with their results tells where everybody ends, and who is ranked where.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import numpy as np
from attrs import field, frozen

from procedures.columns.answers import TAKEN, WORDS, Answers
from procedures.columns.cases import NEVER
from procedures.columns.cohorts import Cohorts
from procedures.machine import CompiledStep, Machine
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


def play(cohorts: Cohorts, road: Road | None = None) -> list[Round]:
    """
    Let everybody apply, and take and close the steps in the order of the definition.

    It ends before the first step at which somebody stands and for which the table has no results, and after the first
    that cannot be closed.
    """
    road, machine = road or Road(), cohorts.machine
    now = road.start if road.start is not None else start_of(machine)
    cohorts.apply(at=now, by=road.by)
    if machine.ends is not None:
        now = Moment(max(now, machine.ends))
    rounds: list[Round] = []
    for step in machine.steps.values():
        if not cohorts.cases.standing(step.origins).any():
            if _is_over(cohorts, step):
                continue
        elif step.records and not cohorts.brings(step.name):
            break
        rounds.append(_round(cohorts, step, now, road))
        if not rounds[-1].is_closed:
            break
        now = Moment(max(now, rounds[-1].closed or now))
    return rounds


def _is_over(cohorts: Cohorts, step: CompiledStep) -> bool:
    """Whether every cohort has closed a step already, because it was not held."""
    return bool((cohorts.decisions.closed[step.name] != NEVER).all())


def _round(cohorts: Cohorts, step: CompiledStep, now: Moment, road: Road) -> Round:
    at = Moment(max(now, step.opens)) if step.opens is not None and step.enforced else now
    waiting = np.flatnonzero(cohorts.cases.standing(step.origins))
    ends = cohorts.cases.ends(step, waiting)
    last = int(ends[ends != NEVER].max(initial=at))
    answers = cohorts.record(step.name, at=at, by=road.by)
    if _is_over(cohorts, step):
        return Round(step.name, at, answers, at, np.zeros(cohorts.decisions.size, np.int8))
    closed = Moment(max(at, last))
    closings = cohorts.close(step.name, at=closed, by=road.by, facts=road.closing.get(step.name), seed=road.seed)
    return Round(step.name, at, answers, closed, closings)


def start_of(machine: Machine) -> Moment:
    """When everybody may apply: as applications open, or a day before the first date there is."""
    if machine.opens is not None:
        return machine.opens
    dates = [machine.ends, *(at for step in machine.steps.values() for at in (step.opens, step.ends))]
    first = min((at for at in dates if at is not None), default=None)
    return _UNDATED if first is None else Moment(first - _DAY)
