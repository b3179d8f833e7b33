"""Walkthroughs of a procedure by many cohorts: all candidates apply, and each step is taken and closed in its turn.

A step with a window is taken when the window opens and closed when it ends; other steps follow at once. The
walkthrough goes as far as the table has results, and gives the final states and the ranked lists.
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
from procedures.kernel.names import APPLY
from rules.calendar import SECOND, Moment, to_moment

_DAY: Final = 86_400 * SECOND
_UNDATED: Final = to_moment(datetime(2000, 1, 1, tzinfo=UTC))


@frozen(eq=False)
class Round:
    """One step of a walkthrough: moments and answers of its events and closings; `closed_at` is None if not closed."""

    step: str
    at: Moment
    answers: Answers
    closed_at: Moment | None = None
    closing_answers: Answers | None = None

    @property
    def taken_count(self) -> int:
        """The number of candidates who took the step."""
        return int((self.answers == TAKEN).sum())

    @property
    def is_closed(self) -> bool:
        """Whether the step was closed in every cohort."""
        return self.closing_answers is not None and bool((self.closing_answers == TAKEN).all())

    @property
    def refused_counts(self) -> Mapping[str, int]:
        """The number of refused events by code."""
        codes, counts = np.unique(self.answers[self.answers > TAKEN], return_counts=True)
        return {WORDS[code]: int(count) for code, count in zip(codes, counts, strict=True)}


@frozen
class WalkthroughOptions:
    """Options of a walkthrough: who records, the seed of lots, the facts that closings record, and the first moment."""

    by: str = "jury"
    seed: str | int = 0
    closing: Mapping[str, Mapping[str, object]] = field(factory=dict)
    start: Moment | None = None


class Behaviour:
    """The behaviour of candidates: by default they take each step for which they have results, and none withdraws."""

    can_leave_steps_open = False
    """Whether the walkthrough continues after a step that cannot be closed in every cohort."""

    def select_results(self, cohorts: Cohorts, step: CompiledStep) -> Iterable[tuple[Rows | None, pl.DataFrame | None]]:
        """The rows that take a step, with a table of results; None for all rows with results, and for the own table."""
        return [(None, None)]

    def withdraw_candidates(self, cohorts: Cohorts, now: Moment) -> None:
        """Record withdrawals; called after the applications and after each round."""


def play(
    cohorts: Cohorts, options: WalkthroughOptions | None = None, behaviour: Behaviour | None = None
) -> list[Round]:
    """
    Record the applications of all candidates, then take and close the steps in the order of the definition.

    The walkthrough ends before the first step that has waiting candidates and no results in the table, and after the
    first step that cannot be closed.
    """
    options, behaviour, machine = options or WalkthroughOptions(), behaviour or Behaviour(), cohorts.machine
    times = make_timetable(machine, options.start)
    cohorts.apply(at=times.applied_at, by=options.by)
    behaviour.withdraw_candidates(cohorts, times.applications_end)
    if any(step.gate is not None and APPLY in step.gate.feeders for step in machine.steps.values()):
        cohorts.close(APPLY, at=times.applications_end, by=options.by)
    rounds: list[Round] = []
    for step in machine.steps.values():
        if not len(cohorts.cases.rows_at(step.origins)):
            if _is_over(cohorts, step):
                continue
        elif step.records and not cohorts.has_columns_for(step.name) and not behaviour.can_leave_steps_open:
            break
        rounds.append(_play_step(cohorts, step, times, options, behaviour))
        if not rounds[-1].is_closed and not behaviour.can_leave_steps_open:
            break
        behaviour.withdraw_candidates(cohorts, times.closed_at[step.name])
    return rounds


def _is_over(cohorts: Cohorts, step: CompiledStep) -> bool:
    """Whether the step is closed in every cohort already, because it was not held."""
    return bool((cohorts.decisions.closed_at[step.name] != NEVER).all())


def _play_step(
    cohorts: Cohorts, step: CompiledStep, times: "Timetable", options: WalkthroughOptions, behaviour: Behaviour
) -> Round:
    at, closed = times.taken_at[step.name], times.closed_at[step.name]
    answers: Answers | None = None
    for rows, facts in behaviour.select_results(cohorts, step):
        codes = cohorts.record(step.name, at=at, by=options.by, facts=facts, rows=rows)
        answers = codes if answers is None else np.maximum(answers, codes)
    if answers is None:
        answers = np.full(len(cohorts), NO_EVENT, np.int8)
    if _is_over(cohorts, step):
        return Round(step.name, at, answers, at, np.full(cohorts.decisions.size, TAKEN, np.int8))
    closings = cohorts.close(
        step.name, at=closed, by=options.by, facts=options.closing.get(step.name), seed=options.seed
    )
    return Round(step.name, at, answers, closed, closings)


@frozen
class Timetable:
    """The moments of the applications and of the events and closing of each step, from the definition alone."""

    applied_at: Moment
    applications_end: Moment
    taken_at: Mapping[str, Moment]
    closed_at: Mapping[str, Moment]


def make_timetable(machine: Machine, start: Moment | None = None) -> Timetable:
    """The moments of a walkthrough from its start; each step comes after the one before it in the file."""
    applied = now = start if start is not None else find_start(machine)
    end = now = now if machine.ends is None else max(now, machine.ends)
    taken, closed = {}, {}
    for step in machine.steps.values():
        at = max(now, step.opens) if step.opens is not None and step.enforced else now
        # A window counted from entry has ended for all candidates when it has ended for one who enters now.
        ends = step.window_end(at, machine.zone)
        taken[step.name], closed[step.name] = at, at if ends is None else max(at, ends)
        now = closed[step.name]
    return Timetable(applied, end, taken, closed)


def find_start(machine: Machine) -> Moment:
    """The moment of the applications: when applications open, else a day before the first date in the definition."""
    if machine.opens is not None:
        return machine.opens
    dates = [machine.ends, *(at for step in machine.steps.values() for at in (step.opens, step.ends))]
    first = min((at for at in dates if at is not None), default=None)
    return _UNDATED if first is None else Moment(first - _DAY)
