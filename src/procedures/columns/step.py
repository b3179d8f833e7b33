"""A step taken for many rows at once: refusals in the order of the laws, then outcomes, cuts and queues."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.answers import CODES, TAKEN, Answers, find_refusals
from procedures.columns.arrays.cases import NEVER, RESULT_CODES, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import (
    Codes,
    Flags,
    Moments,
    Rows,
    find_flagged,
    find_span,
    put,
    select_rows,
    take_moments,
)
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.columns.automatic_moves import make_automatic_moves
from procedures.columns.closings import StepClosing
from procedures.columns.decision import EXEMPT, UNKNOWN, can_be_ranked, decide, find_passed, ranking_table
from procedures.columns.queue import Queue
from procedures.columns.ranking import rank_rows
from procedures.columns.windows import late_moments
from procedures.kernel.cohort.ranking import lot
from procedures.kernel.machine import CompiledStep
from rules.calendar import Moment


@define
class StepEvent:
    """The event of a step for some rows at their moments, with the columns of facts that it brings."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    rows: Rows
    at: Moments
    by: str | None
    why: str | None
    columns: Mapping[str, pl.Series]
    name_of: Callable[[int], str]

    @property
    def overrides(self) -> Mapping[str, pl.Series | None]:
        """The step's own facts for its guards: the columns that the event brings, None for what it does not bring."""
        return {**dict.fromkeys(self.step.forgotten_facts), **self.columns}

    def find_refusals(self) -> Answers:
        """The refusals that do not depend on a guard."""
        return find_refusals(self._refusal_reasons(), len(self.rows))

    def _refusal_reasons(self) -> Iterator[tuple[str, Flags]]:
        # A reason that can hold for no row is left out, because testing it for all rows takes most of the time.
        cases, decisions, step, rows = self.cases, self.decisions, self.step, self.rows
        where, (first, last) = cases.as_index(rows), find_span(self.at)
        before = cases.is_in(step.origins, rows)
        all_before = before.all()
        if not all_before:
            yield "unknown_candidate", cases.state[where] == NOT_APPLIED
        if step.keeps and len(cases.waiting_rows[step.name]):
            yield "duplicate", cases.is_waiting(step, rows)
        if first < cases.latest:
            yield "out_of_order", self.at < cases.last_moments(where)
        if not all_before:
            yield "wrong_state", ~before
        if not step.left_for_person and (decisions.closed_at[step.name] != NEVER).any():
            closed = decisions.closed_at[step.name][cases.cohort[where]]
            yield "already_closed", (closed != NEVER) & (cases.entered[where] < closed)
        # The moment of a gate that is not decided yet is NEVER, which is later than any moment.
        if step.gate is not None and (decisions.gate_decided_at[step.name] > first).any():
            yield "gate_undecided", self.at < decisions.gate_decided_at[step.name][cases.cohort[where]]
        if step.enforced and step.opens is not None:
            yield "too_early", self.at < step.opens
        yield from self._late_rows(before)
        reserve = cases.machine.reserve
        if reserve is not None and (decisions.ends <= last).any():
            on_it = cases.state[where] == cases.codes[reserve.state]
            yield "too_late", on_it & (self.at >= decisions.ends[cases.cohort[where]])

    def _late_rows(self, before: Flags) -> Iterator[tuple[str, Flags]]:
        """The rows for which the window is over; `before` are the rows in `from`, the others are refused already."""
        cases, step, rows = self.cases, self.step, self.rows
        late, there = np.zeros(len(rows), np.bool_), np.flatnonzero(before)
        if step.left_for_person:
            if self.by is None or self.why is None:
                late[there] = self.at[there] >= late_moments(cases, self.decisions, step, rows[there])
                yield "too_late", late
        elif step.enforced and step.within is not None:
            late[there] = self.at[there] >= cases.window_ends(step, rows[there])
            yield "too_late", late
        elif step.enforced and step.ends is not None:
            yield "too_late", self.at >= step.ends

    def cannot_be_ranked(self, outcome: NDArray[np.int16], passes: Flags) -> Flags:
        """Which rows have a passing result that the closing of the step could not rank."""
        found = np.zeros(len(outcome), np.bool_)
        if self.step.keeps is not None and passes.any():
            there = find_flagged(passes)
            found[there] = ~can_be_ranked(self.ranking, self.cases, self.decisions, self.rows[there], self.overrides)
        return found

    @property
    def ranking(self) -> tuple[str, ...]:
        """The names by which the step ranks."""
        keeps = self.step.keeps
        return () if keeps is None else (*keeps.by, *keeps.tie_break)

    def ranking_keys(self, rows: Rows) -> pl.DataFrame:
        return ranking_table(self.ranking, self.cases, self.decisions, rows, self.overrides)


def take(event: StepEvent) -> Answers:
    """Take the step for the rows for which it is not refused; for each row TAKEN or the code of its refusal."""
    step = event.step
    answers = event.find_refusals()
    taken = answers == TAKEN
    remaining = _select(event, taken)
    outcome = decide(step, event.cases, event.decisions, remaining.rows, event.overrides)
    passes = find_passed(step, outcome)
    undecided = (outcome == UNKNOWN) | remaining.cannot_be_ranked(outcome, passes)
    if undecided.any():
        left = np.flatnonzero(taken)
        answers[left[undecided]] = CODES["missing_facts"]
        remaining, outcome, passes = _select(remaining, ~undecided), outcome[~undecided], passes[~undecided]
    if step.in_order:
        answers[find_flagged(answers == TAKEN)] = _take_in_turn(remaining, outcome, passes)
    else:
        answers[find_flagged(answers == TAKEN)] = _apply_outcomes(remaining, outcome, passes)
    return answers


def _take_in_turn(event: StepEvent, outcome: NDArray[np.int16], passes: Flags) -> Answers:
    """Take the step row by row where it is the turn of the row; each move changes the queue."""
    queue = Queue(event.cases, event.decisions, event.step)
    answers = np.zeros(len(event.rows), np.int8)
    for number, row in enumerate(event.rows.tolist()):
        answers[number] = queue.check_turn(row, int(event.at[number]))
        if answers[number] == TAKEN:
            one = np.array([number])
            answers[one] = _apply_outcomes(_take_positions(event, one), outcome[one], passes[one])
            queue.note(row)
    return answers


def _select(event: StepEvent, which: Flags) -> StepEvent:
    """The same event for the flagged rows."""
    if which.all():
        return event
    return _take_positions(event, np.flatnonzero(which))


def _take_positions(event: StepEvent, where: NDArray[np.intp]) -> StepEvent:
    """The same event for the rows at some positions."""
    return StepEvent(
        event.cases, event.decisions, event.step, event.rows.take(where), take_moments(event.at, where), event.by,
        event.why, event.columns, event.name_of,
    )  # fmt: skip


def _apply_outcomes(event: StepEvent, outcome: NDArray[np.int16], passes: Flags) -> Answers:
    """Move each row to the state of its outcome, or let its result wait; adverse outcomes need a person."""
    cases, step, rows, at = event.cases, event.step, event.rows, event.at
    to = _find_targets(step, cases, outcome)
    waits = is_addition = np.zeros(len(rows), np.bool_)
    if step.keeps is not None:
        is_closed = event.decisions.closed_at[step.name] != NEVER
        waits = passes
        if is_closed.any():
            is_addition = passes & is_closed[cases.cohort[rows]]
            waits = passes & ~is_addition
    ranks, lists = _rank_additions(event, is_addition, to)
    refused = _needs_person(event, to) & ~waits
    is_taken = ~refused
    if waits.any() and step.exemption_reads_own_facts:
        cases.keep_earlier_facts(step, select_rows(rows, waits))
    cases.forget(step, select_rows(rows, is_taken))
    cases.record_facts(
        step, select_rows(rows, is_taken if step.exempt is None else is_taken & (outcome != EXEMPT)), event.columns
    )
    if waits.any():
        waiting, when = select_rows(rows, waits), take_moments(at, find_flagged(waits))
        cases.add_waiting(waiting, when, step)
        make_automatic_moves(cases, event.decisions, waiting, when)
    if (added := is_addition & ~refused).any():
        _make_closing(event).place_rows(rows[added], ranks[added], lists[added], at[added])
    if (moved := ~(refused | waits | is_addition)).any():
        there = find_flagged(moved)
        cases.move(
            select_rows(rows, moved),
            to[there],
            take_moments(at, there),
            step,
            partial(_find_results, step, outcome[there]),
        )
    is_taken &= ~waits
    make_automatic_moves(cases, event.decisions, select_rows(rows, is_taken), take_moments(at, find_flagged(is_taken)))
    return refused.view(np.int8) * np.int8(CODES["needs_person"])


def _find_targets(step: CompiledStep, cases: Cases, outcome: NDArray[np.int16]) -> Codes:
    """The state to which each outcome leads."""
    to = np.full(len(outcome), cases.codes.get(step.to, UNKNOWN), np.int8)
    for number, each in enumerate(step.outcomes):
        put(cases.codes[each.to], outcome == number, to)
    return to


def _find_results(step: CompiledStep, outcome: NDArray[np.int16]) -> NDArray[np.int8]:
    """The code of the result of each outcome."""
    results = np.full(len(outcome), RESULT_CODES["exempt"], np.int8)
    for number, each in enumerate(step.outcomes):
        put(RESULT_CODES["passed" if each.passed else "failed"], outcome == number, results)
    return results


def _needs_person(event: StepEvent, to: Codes) -> Flags:
    """Which rows would enter an unsuccessful state without a named person."""
    if event.by is not None or event.step.automatic:
        return np.zeros(len(to), np.bool_)
    unsuccessful = np.array([state.unsuccessful for state in event.cases.machine.states.values()])
    found: Flags = unsuccessful[to]
    return found


def _rank_additions(event: StepEvent, is_addition: Flags, to: Codes) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """The ranks and lists of additions (results after the closing); writes the states they lead to into `to`."""
    step, codes = event.step, event.cases.codes
    size = len(is_addition) if is_addition.any() else 0
    ranks, lists = np.zeros(size, np.int64), np.zeros(size, np.int16)
    if not size or step.keeps is None:
        return ranks, lists
    for number in np.flatnonzero(is_addition).tolist():
        ranks[number], lists[number] = _rank_addition(event, number)
    lists_to = [codes[take.to] for take in step.keeps.takes]
    to[is_addition] = np.array([*lists_to, codes[step.otherwise]], np.int8)[lists[is_addition]]
    return ranks, lists


def _rank_addition(event: StepEvent, number: int) -> tuple[int, int]:
    """The rank and list of an addition, compared with the rows ranked at the closing; no other row moves."""
    cases, step, row = event.cases, event.step, int(event.rows[number])
    keeps, cohort = step.keeps, int(cases.cohort[row])
    ranked = event.decisions.find_ranked_rows(step.name, cohort)
    assert keeps is not None
    there = cases.cohort.take(ranked.rows) == cohort
    others = ranked.rows[there]
    kept = others != row  # where the row was ranked at the closing, its new result replaces the old one
    keys = pl.concat(
        [ranked.keys.filter(pl.Series(there)).filter(pl.Series(kept)), event.ranking_keys(event.rows[[number]])]
    )
    rows = np.append(others[kept], row)
    ranks, lists = rank_rows(
        np.zeros(len(rows), np.intp), keys, keeps, ranked.sizes[:, [cohort]],
        lambda some: [lot(ranked.seed, event.name_of(each)) for each in rows[some].tolist()],
    )  # fmt: skip
    return int(ranks()[-1]), int(lists[-1])


def _make_closing(event: StepEvent) -> StepClosing:
    return StepClosing(event.cases, event.decisions, event.step, Moment(0), event.by, None, event.name_of)
