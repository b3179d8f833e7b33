"""A step taken by many at once: refusals in the order of the laws, then outcomes, cuts and turns; see `stepping`."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.answers import CODES, TAKEN, Answers, first_of
from procedures.columns.arrays.cases import NEVER, RESULT_CODES, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Codes, Flags, Moments, Rows, only, places, put, span, those
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.columns.automatic_moves import settle
from procedures.columns.closings import Closer
from procedures.columns.guards import EXEMPT, UNKNOWN, can_be_ranked, decided, passing, ranking_table
from procedures.columns.queue import Turns
from procedures.columns.ranking import place
from procedures.kernel.cohort.ranking import lot
from procedures.kernel.machine import CompiledStep
from rules.calendar import Moment


@define
class Taking:
    """The event of a step, for some rows at their moments, with the columns it brings."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    rows: Rows
    at: Moments
    by: str | None
    brought: Mapping[str, pl.Series]
    name_of: Callable[[int], str]

    @property
    def instead(self) -> Mapping[str, pl.Series | None]:
        """The step's own facts as its guards see them: what the event brings, and nothing of an earlier time."""
        return {**dict.fromkeys(self.step.forgets), **self.brought}

    def refused(self) -> Answers:
        """Why it cannot be taken, before any guard is asked."""
        return first_of(self._reasons(), len(self.rows))

    def _reasons(self) -> Iterator[tuple[str, Flags]]:
        # What can hold of nobody is not asked of everybody: to look so many up is what takes the time.
        cases, decisions, step, rows = self.cases, self.decisions, self.step, self.rows
        where, (first, last) = cases.index(rows), span(self.at)
        before = cases.standing(step.origins, rows)
        stands = before.all()
        if not stands:
            yield "unknown_candidate", cases.state[where] == NOT_APPLIED
        if step.keeps and len(cases.waiting[step.name]):
            yield "duplicate", cases.waits(step, rows)
        if first < cases.latest:
            yield "out_of_order", self.at < cases.heard(where)
        if not stands:
            yield "wrong_state", ~before
        if (decisions.closed[step.name] != NEVER).any():
            closed = decisions.closed[step.name][cases.cohort[where]]
            yield "already_closed", (closed != NEVER) & (cases.entered[where] < closed)
        # A gate that is not decided yet is decided at NEVER, which is later than any moment.
        if step.gate is not None and (decisions.gated[step.name] > first).any():
            yield "gate_undecided", self.at < decisions.gated[step.name][cases.cohort[where]]
        if step.enforced and step.opens is not None:
            yield "too_early", self.at < step.opens
        if step.enforced and step.within is not None:
            # A window is counted from the entry of those who stand before the step; the others were refused.
            late, there = np.zeros(len(rows), np.bool_), np.flatnonzero(before)
            late[there] = self.at[there] >= cases.ends(step, rows[there])
            yield "too_late", late
        elif step.enforced and step.ends is not None:
            yield "too_late", self.at >= step.ends
        reserve = cases.machine.reserve
        if reserve is not None and (decisions.ends <= last).any():
            on_it = cases.state[where] == cases.codes[reserve.state]
            yield "too_late", on_it & (self.at >= decisions.ends[cases.cohort[where]])

    def unranked(self, outcome: NDArray[np.int16], passes: Flags) -> Flags:
        """Whose result passes but cannot be ranked, where the closing would have to."""
        found = np.zeros(len(outcome), np.bool_)
        if self.step.keeps is not None and passes.any():
            there = places(passes)
            found[there] = ~can_be_ranked(self.ranking, self.cases, self.decisions, self.rows[there], self.instead)
        return found

    @property
    def ranking(self) -> tuple[str, ...]:
        """What the step ranks by."""
        keeps = self.step.keeps
        return () if keeps is None else (*keeps.by, *keeps.tie_break)

    def keys(self, rows: Rows) -> pl.DataFrame:
        return ranking_table(self.ranking, self.cases, self.decisions, rows, self.instead)


def take(taking: Taking) -> Answers:
    """Move those who can be moved; for each of the rows TAKEN, or why not."""
    step = taking.step
    answers = taking.refused()
    taken = answers == TAKEN
    asked = _only(taking, taken)
    outcome = decided(step, taking.cases, taking.decisions, asked.rows, taking.instead)
    passes = passing(step, outcome)
    undecided = (outcome == UNKNOWN) | asked.unranked(outcome, passes)
    if undecided.any():
        left = np.flatnonzero(taken)
        answers[left[undecided]] = CODES["unknown_facts"]
        asked, outcome, passes = _only(asked, ~undecided), outcome[~undecided], passes[~undecided]
    if step.in_order:
        answers[places(answers == TAKEN)] = _in_turn(asked, outcome, passes)
    else:
        answers[places(answers == TAKEN)] = _decided(asked, outcome, passes)
    return answers


def _in_turn(taking: Taking, outcome: NDArray[np.int16], passes: Flags) -> Answers:
    """One after the other, those whose turn it is; each who moves changes whose turn it is next."""
    turns = Turns(taking.cases, taking.decisions, taking.step)
    answers = np.full(len(taking.rows), CODES["not_next"], np.int8)
    for number, row in enumerate(taking.rows.tolist()):
        if not turns.is_behind(row):
            one = np.array([number])
            answers[one] = _decided(_at(taking, one), outcome[one], passes[one])
            turns.moved(row)
    return answers


def _only(taking: Taking, which: Flags) -> Taking:
    """The same for some of its rows."""
    if which.all():
        return taking
    return _at(taking, np.flatnonzero(which))


def _at(taking: Taking, where: NDArray[np.intp]) -> Taking:
    """The same for the rows at some of its places."""
    return Taking(
        taking.cases, taking.decisions, taking.step, taking.rows.take(where), only(taking.at, where), taking.by,
        taking.brought, taking.name_of,
    )  # fmt: skip


def _decided(taking: Taking, outcome: NDArray[np.int16], passes: Flags) -> Answers:
    """Move each row as it was decided, or let its result wait; adverse outcomes need a person."""
    cases, step, rows, at = taking.cases, taking.step, taking.rows, taking.at
    to = _ways(step, cases, outcome)
    waits = joins = np.zeros(len(rows), np.bool_)
    if step.keeps is not None:
        is_closed = taking.decisions.closed[step.name] != NEVER
        waits = passes
        if is_closed.any():
            joins = passes & is_closed[cases.cohort[rows]]
            waits = passes & ~joins
    ranks, lists = _joining(taking, joins, to)
    refused = _needs_person(taking, to) & ~waits
    goes = ~refused
    cases.forget(step, those(rows, goes))
    cases.learn(step, those(rows, goes if step.exempt is None else goes & (outcome != EXEMPT)), taking.brought)
    if waits.any():
        waiting, when = those(rows, waits), only(at, places(waits))
        cases.wait(waiting, when, step)
        settle(cases, taking.decisions, waiting, when)
    if (joined := joins & ~refused).any():
        _closer(taking).put(rows[joined], ranks[joined], lists[joined], at[joined])
    if (moved := ~(refused | waits | joins)).any():
        there = places(moved)
        cases.move(those(rows, moved), to[there], only(at, there), step, partial(_results, step, outcome[there]))
    goes &= ~waits
    settle(cases, taking.decisions, those(rows, goes), only(at, places(goes)))
    return refused.view(np.int8) * np.int8(CODES["needs_person"])


def _ways(step: CompiledStep, cases: Cases, outcome: NDArray[np.int16]) -> Codes:
    """Where each outcome leads."""
    to = np.full(len(outcome), cases.codes.get(step.to, UNKNOWN), np.int8)
    for number, each in enumerate(step.outcomes):
        put(cases.codes[each.to], outcome == number, to)
    return to


def _results(step: CompiledStep, outcome: NDArray[np.int16]) -> NDArray[np.int8]:
    """Which result each outcome is."""
    results = np.full(len(outcome), RESULT_CODES["exempt"], np.int8)
    for number, each in enumerate(step.outcomes):
        put(RESULT_CODES["passed" if each.passed else "failed"], outcome == number, results)
    return results


def _needs_person(taking: Taking, to: Codes) -> Flags:
    """Who would be unsuccessful by nobody's decision."""
    if taking.by is not None or taking.step.automatic:
        return np.zeros(len(to), np.bool_)
    unsuccessful = np.array([state.unsuccessful for state in taking.cases.machine.states.values()])
    found: Flags = unsuccessful[to]
    return found


def _joining(taking: Taking, joins: Flags, to: Codes) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """The ranks and lists of those who come after the closing, and, put among where others go, where that leads."""
    step, codes = taking.step, taking.cases.codes
    size = len(joins) if joins.any() else 0
    ranks, lists = np.zeros(size, np.int64), np.zeros(size, np.int16)
    if not size or step.keeps is None:
        return ranks, lists
    for number in np.flatnonzero(joins).tolist():
        ranks[number], lists[number] = _joined(taking, number)
    lists_to = [codes[take.to] for take in step.keeps.takes]
    to[joins] = np.array([*lists_to, codes[step.otherwise]], np.int8)[lists[joins]]
    return ranks, lists


def _joined(taking: Taking, number: int) -> tuple[int, int]:
    """The rank and list of a row that comes after the closing: where it would have stood; nobody else is moved."""
    cases, step, row = taking.cases, taking.step, int(taking.rows[number])
    keeps, cohort = step.keeps, int(cases.cohort[row])
    standing = taking.decisions.stood(step.name, cohort)
    assert keeps is not None
    there = cases.cohort.take(standing.rows) == cohort
    others = standing.rows[there]
    kept = others != row  # in an addition of somebody who was ranked then, the new result stands for the old
    keys = pl.concat(
        [standing.keys.filter(pl.Series(there)).filter(pl.Series(kept)), taking.keys(taking.rows[[number]])]
    )
    rows = np.append(others[kept], row)
    ranks, lists = place(
        np.zeros(len(rows), np.intp), keys, keeps, standing.sizes[:, [cohort]],
        lambda some: [lot(standing.seed, taking.name_of(each)) for each in rows[some].tolist()],
    )  # fmt: skip
    return int(ranks()[-1]), int(lists[-1])


def _closer(taking: Taking) -> Closer:
    return Closer(taking.cases, taking.decisions, taking.step, Moment(0), taking.by, None, taking.name_of)
