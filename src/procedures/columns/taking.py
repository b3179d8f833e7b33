"""A step taken by many at once: refusals in the order of the laws, then outcomes, cuts and turns; see `stepping`."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from attrs import define
from numpy.typing import NDArray

from procedures.columns.answers import CODES, TAKEN, Answers, first_of
from procedures.columns.cases import NEVER, NOT_APPLIED, Cases, Flags, Moments, Rows
from procedures.columns.closing import Closer
from procedures.columns.cohort import Decisions, Standing
from procedures.columns.deciding import EXEMPT, UNKNOWN, decided, ranked, ranking_table
from procedures.columns.moving import settle
from procedures.columns.placing import place
from procedures.columns.turns import Turns
from procedures.machine import CompiledStep
from procedures.ranking import lot
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
        cases, step, rows = self.cases, self.step, self.rows
        cohort = cases.cohort[rows]
        closed = self.decisions.closed[step.name][cohort]
        early, late = self._outside()
        reasons: list[tuple[str, Flags]] = [
            ("unknown_candidate", cases.state[rows] == NOT_APPLIED),
            ("duplicate", cases.pending[step.name][rows] if step.keeps else np.zeros(len(rows), np.bool_)),
            ("out_of_order", self.at < cases.at[rows]),
            ("wrong_state", ~cases.standing(step.origins, rows)),
            ("already_closed", (closed != NEVER) & (cases.entered[rows] < closed)),
        ]
        if step.gate is not None:
            # A gate that is not decided yet is decided at NEVER, which is later than any moment.
            reasons.append(("gate_undecided", self.at < self.decisions.gated[step.name][cohort]))
        return first_of([*reasons, ("too_early", early), ("too_late", late)], len(rows))

    def _outside(self) -> tuple[Flags, Flags]:
        """Who comes too early, and who too late: for the window, or for the reserve on which they stand."""
        cases, step, rows = self.cases, self.step, self.rows
        ends = np.full(len(rows), NEVER, np.int64)
        early = np.zeros(len(rows), np.bool_)
        if step.enforced:
            # A window is counted from the entry of those who stand before the step; the others were refused.
            before = np.flatnonzero(cases.standing(step.origins, rows))
            ends[before] = cases.ends(step, rows[before])
            early = self.at < step.opens if step.opens is not None else early
        reserve = cases.machine.reserve
        if reserve is not None:
            there = cases.state[rows] == cases.codes[reserve.state]
            ends[there] = np.minimum(ends, self.decisions.ends[cases.cohort[rows]])[there]
        return early, self.at >= ends

    def unranked(self, outcome: NDArray[np.int16], passes: Flags) -> Flags:
        """Whose result passes but cannot be ranked, where the closing would have to."""
        found = np.zeros(len(outcome), np.bool_)
        if self.step.keeps is not None and passes.any():
            found[passes] = ~ranked(self.keys(self.rows[passes]))
        return found

    def keys(self, rows: Rows) -> pl.DataFrame:
        keeps = self.step.keeps
        assert keeps is not None
        return ranking_table((*keeps.by, *keeps.tie_break), self.cases, self.decisions, rows, self.instead)


def take(taking: Taking) -> Answers:
    """Move those who can be moved; for each of the rows TAKEN, or why not."""
    step = taking.step
    answers = taking.refused()
    left = np.flatnonzero(answers == TAKEN)
    some = _only(taking, left)
    outcome = decided(step, taking.cases, taking.decisions, some.rows, taking.instead)
    passes = np.array([*(each.passed for each in step.outcomes), False, False])[outcome]
    undecided = (outcome == UNKNOWN) | some.unranked(outcome, passes)
    answers[left[undecided]] = CODES["unknown_facts"]
    decisive = ~undecided
    left, outcome, passes = left[decisive], outcome[decisive], passes[decisive]
    if step.in_order:
        turns = Turns(taking.cases, taking.decisions, step)
        for number in range(len(left)):
            one = left[number : number + 1]
            if turns.is_behind(int(taking.rows[one[0]])):
                answers[one] = CODES["not_next"]
            else:
                answers[one] = _decided(_only(taking, one), outcome[number : number + 1], passes[number : number + 1])
                turns.moved(int(taking.rows[one[0]]))
    else:
        answers[left] = _decided(_only(taking, left), outcome, passes)
    return answers


def _only(taking: Taking, places: NDArray[np.intp]) -> Taking:
    """The same for some of its rows."""
    return Taking(
        taking.cases, taking.decisions, taking.step, taking.rows[places], taking.at[places], taking.by, taking.brought,
        taking.name_of,
    )  # fmt: skip


def _decided(taking: Taking, outcome: NDArray[np.int16], passes: Flags) -> Answers:
    """Move each row as it was decided, or let its result wait; adverse outcomes need a person."""
    cases, step, rows = taking.cases, taking.step, taking.rows
    ends = [*(cases.codes[each.to] for each in step.outcomes), UNKNOWN, cases.codes.get(step.to, UNKNOWN)]
    to = np.array(ends, np.int16)[outcome]  # EXEMPT is the last of these
    waits, joins = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    ranks, lists = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int16)
    if step.keeps is not None:
        closed = taking.decisions.closed[step.name][cases.cohort[rows]] != NEVER
        waits, joins = passes & ~closed, passes & closed
        for number in np.flatnonzero(joins).tolist():
            ranks[number], lists[number] = _joined(taking, number)
        lists_to = [cases.codes[take.to] for take in step.keeps.takes]
        to[joins] = np.array([*lists_to, cases.codes[step.otherwise]], np.int16)[lists[joins]]
    unsuccessful = np.array([state.unsuccessful for state in cases.machine.states.values()])
    refused = unsuccessful[to] & ~waits if taking.by is None and not step.automatic else np.zeros(len(rows), np.bool_)
    go = ~refused & ~waits
    exempt = go & (outcome == EXEMPT)
    cases.forget(step, rows[~refused])
    cases.learn(step, rows[~refused & ~exempt], taking.brought)
    if waits.any():
        cases.wait(rows[waits], taking.at[waits], step)
        settle(cases, taking.decisions, rows[waits], taking.at[waits])
    if (joined := go & joins).any():
        _closer(taking).put(rows[joined], ranks[joined], lists[joined], taking.at[joined])
    for which, result in ((exempt, "exempt"), (go & passes & ~joins, "passed"), (go & ~passes & ~exempt, "failed")):
        if which.any():
            cases.move(rows[which], to[which], taking.at[which], step, result)
    settle(cases, taking.decisions, rows[go], taking.at[go])
    return np.where(refused, CODES["needs_person"], TAKEN).astype(np.int8)


def _joined(taking: Taking, number: int) -> tuple[int, int]:
    """The rank and list of a row that comes after the closing: where it would have stood; nobody else is moved."""
    cases, step, row = taking.cases, taking.step, int(taking.rows[number])
    keeps, cohort = step.keeps, int(cases.cohort[row])
    standing: Standing = taking.decisions.standing[step.name][cohort]
    assert keeps is not None
    there = standing.cohort == cohort
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
    return int(ranks[-1]), int(lists[-1])


def _closer(taking: Taking) -> Closer:
    return Closer(taking.cases, taking.decisions, taking.step, Moment(0), taking.by, None, taking.name_of)
