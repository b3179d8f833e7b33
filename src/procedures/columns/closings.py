"""Closings of many cohorts at once; `kernel.cohort.closings` closes the steps of one cohort."""

from collections.abc import Callable, Mapping

import numpy as np
from attrs import define
from numpy.typing import NDArray

from procedures.columns.answers import CODES, TAKEN, Answers, find_refusals
from procedures.columns.arrays.cases import NEVER, RESULT_CODES, Cases
from procedures.columns.arrays.decisions import Decisions, RankedRows
from procedures.columns.arrays.deferred import DeferredValues
from procedures.columns.arrays.rows import Flags, Moments, Rows, find_flagged, repeat_moment, select_rows
from procedures.columns.automatic_moves import advance, find_due_moves
from procedures.columns.decision import can_be_ranked, decide, exemption_values, find_passed, ranking_table
from procedures.columns.event_order import find_overtaken
from procedures.columns.gates import decide_gates
from procedures.columns.ranking import CUT, rank_rows
from procedures.columns.rollback import Snapshot
from procedures.kernel.cases import Event, Refused
from procedures.kernel.cohort.ranking import lot
from procedures.kernel.machine import CompiledStep
from procedures.kernel.names import APPLY
from rules.calendar import Moment
from rules.kinds import Value
from rules.truth import Truth


@define
class StepClosing:
    """The closing of one step in every cohort in which the step can be closed."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    at: Moment
    by: str | None
    seed: str | int | None
    name_of: Callable[[int], str]

    def find_refusals(self, facts: Mapping[str, Value] | Refused) -> Answers:
        """For each cohort the first reason, in the order of the laws, to refuse the closing before anything lapses."""
        step, decisions = self.step, self.decisions
        reasons = [
            ("out_of_order", find_overtaken(self.cases, decisions, step.name, self.at)),
            ("already_closed", decisions.closed_at[step.name] != NEVER),
        ]
        if step.gate is not None:
            # The moment of a gate that is not decided yet is NEVER, which is later than any moment.
            reasons.append(("gate_undecided", self.at < decisions.gate_decided_at[step.name]))
        if isinstance(facts, Refused):
            reasons.append((facts.code, np.ones(decisions.size, np.bool_)))
        else:
            reasons.append(("missing_facts", self._has_missing_facts(facts)))
        reasons.append(("needs_person", np.full(decisions.size, self.by is None)))
        return find_refusals(reasons, decisions.size)

    def _has_missing_facts(self, facts: Mapping[str, Value]) -> Flags:
        """Which cohorts miss a fact that the closing records or that is the size of a list."""
        step, decisions = self.step, self.decisions
        sizes = [take.best for take in step.keeps.takes if isinstance(take.best, str)] if step.keeps else []
        missing = np.full(decisions.size, step.keeps is not None and step.keeps.ties == "lot" and self.seed is None)
        for name in (*step.closing, *sizes):
            if name not in facts:
                known = decisions.facts.get(name)
                missing |= True if known is None else known.is_null().to_numpy()
        return missing

    def _cohorts_of(self, rows: Rows) -> Flags:
        found = np.zeros(self.decisions.size, np.bool_)
        found[self.cases.cohort[rows]] = True
        return found

    # -- undecided cases -------------------------------------------------------------------------------------------

    def find_undecided(self, cohorts: Flags) -> Flags:
        """In which of these cohorts a case may still come to the step and get a result there."""
        cases, step = self.cases, self.step
        found = np.zeros(self.decisions.size, np.bool_)
        if not cases.has_rows_at(step.upstream):
            return found
        if step.keeps is not None:
            here = cases.rows_at(step.origins, cohorts)
            here = select_rows(here, cases.is_waiting(step, here))
            if len(here):
                found |= self._cohorts_of(here[np.flatnonzero(~self._is_resolved(here))])
        for other in cases.machine.steps.values():
            if other.name == step.name or other.targets & step.upstream:
                here = cases.rows_at(other.origins & step.upstream, cohorts)
                if step.keeps is not None and other.origins & step.origins:
                    here = select_rows(here, ~cases.is_waiting(step, here))
                if len(here):
                    found |= self._cohorts_of(here[np.flatnonzero(~self._is_left(other, here))])
        return found

    def _is_left(self, step: CompiledStep, rows: Rows) -> Flags:
        """Which rows a step leaves in their state: it was closed, or its window is over and `lapses` is `stays`."""
        cases = self.cases
        closed = self.decisions.closed_at[step.name][cases.cohort[rows]]
        over = closed != NEVER
        found: Flags = over if step.left_for_person else over & (cases.entered[rows] < closed)
        if step.left_for_person:
            stays = ~over & (cases.window_ends(step, rows) <= self.at)
            if step.gate is not None:
                stays &= self.decisions.gate_decided_at[step.name][cases.cohort[rows]] != NEVER
            if step.exempt is not None and stays.any():
                stays &= exemption_values(step, cases, self.decisions, rows) != Truth.UNKNOWN
            found = found | stays
        return found

    def _is_resolved(self, rows: Rows) -> Flags:
        """Which rows have a waiting result with an outcome, and one that can be ranked where it passes."""
        outcome = decide(self.step, self.cases, self.decisions, rows)
        found: Flags = outcome >= 0
        there = find_flagged(find_passed(self.step, outcome))
        found[there] = can_be_ranked(self._ranking, self.cases, self.decisions, rows[there])
        return found

    @property
    def _ranking(self) -> tuple[str, ...]:
        keeps = self.step.keeps
        return () if keeps is None else (*keeps.by, *keeps.tie_break)

    # -- the decisions --------------------------------------------------------------------------------------------

    def close(self, cohorts: Flags) -> None:
        """Close the step in these cohorts: keep the best, begin the reserve, decide gates, make automatic moves."""
        decisions = self.decisions
        if self.step.keeps is not None:
            self._cut(cohorts)
        decisions.close(self.step.name, cohorts, self.at)
        decide_gates(self.cases, decisions, cohorts, self.at)

    def _cut(self, cohorts: Flags) -> None:
        """Rank the rows whose results wait; rows whose result no longer passes fail."""
        cases, step, keeps = self.cases, self.step, self.step.keeps
        assert keeps is not None
        here = cases.rows_at(step.origins, cohorts)
        rows = select_rows(here, cases.is_waiting(step, here))
        outcome = decide(step, cases, self.decisions, rows)
        passes = find_passed(step, outcome)
        for number, each in enumerate(() if passes.all() else step.outcomes):
            failing = rows[np.flatnonzero(~passes & (outcome == number))]
            cases.move(failing, cases.codes[each.to], self.at, step, "failed")
        rows = select_rows(rows, passes)
        keys, sizes = ranking_table(self._ranking, cases, self.decisions, rows), self._list_sizes()
        cohort, seed = cases.cohort.take(rows), self.seed
        ranks, lists = rank_rows(
            cohort, keys, keeps, sizes, lambda some: [lot(seed, self.name_of(row)) for row in rows[some]]
        )
        self.decisions.ranked_rows[step.name].append(RankedRows(cohorts.copy(), keys, sizes, seed, rows))
        self.place_rows(rows, ranks, lists, repeat_moment(self.at, rows))

    def place_rows(self, rows: Rows, ranks: DeferredValues, lists: NDArray[np.int16], at: Moments) -> None:
        """Move rows to the states of the lists that take them, and rows that are cut to `otherwise`."""
        cases, step, keeps = self.cases, self.step, self.step.keeps
        assert keeps is not None
        if len(rows):
            cases.kept[step.name].put(rows, lambda: lists != CUT)
            cases.rank[step.name].put(rows, ranks)
            # CUT is -1 and so selects the last state, `otherwise`.
            to = np.array([*(cases.codes[take.to] for take in keeps.takes), cases.codes[step.otherwise]], np.int8)
            passed, failed = RESULT_CODES["passed"], RESULT_CODES["failed"]
            cases.move(rows, to.take(lists), at, step, lambda: np.where(lists == CUT, failed, passed))

    def _list_sizes(self) -> NDArray[np.int64]:
        """The size of each list in each cohort; a number that a closing records is rounded down to a whole number."""
        keeps, decisions = self.step.keeps, self.decisions
        assert keeps is not None
        sizes = np.zeros((len(keeps.takes), decisions.size), np.int64)
        for number, take in enumerate(keeps.takes):
            if isinstance(take.best, int):
                sizes[number] = take.best
            else:
                kind = self.cases.machine.declared.facts[take.best].kind
                known = decisions.facts[take.best].to_list()
                sizes[number] = [0 if value is None else max(0, int(float(kind.decode(value)))) for value in known]
        return sizes


def close_applications(cases: Cases, decisions: Decisions, event: Event, facts: object) -> Answers:
    """Close the applications in every cohort; for each cohort TAKEN or the code of a refusal."""
    size, at = decisions.size, event.at
    reasons = [
        ("out_of_order", find_overtaken(cases, decisions, APPLY, at)),
        ("already_closed", decisions.has_closings),
    ]
    if isinstance(facts, Refused):
        reasons.append((facts.code, np.ones(size, np.bool_)))
    reasons.append(("needs_person", np.full(size, event.by is None)))
    answers = find_refusals(reasons, size)
    taken: Flags = answers == TAKEN
    if taken.any():
        advance(cases, decisions, at, find_due_moves(cases, decisions, at, taken))
        decisions.close(APPLY, taken, at)
        decide_gates(cases, decisions, taken, at)
    return answers


def close(closing: StepClosing, facts: Mapping[str, Value] | Refused) -> Answers:
    """Close a step; for each cohort TAKEN or the code of a refusal. A cohort that is refused does not change."""
    answers = closing.find_refusals(facts)
    cases, decisions = closing.cases, closing.decisions
    left: Flags = answers == TAKEN
    if not left.any() or isinstance(facts, Refused):
        return answers
    due = find_due_moves(cases, decisions, closing.at, left)
    snapshot = Snapshot.take(cases, due.rows) if len(due.rows) else None
    advance(cases, decisions, closing.at, due)
    undecided = closing.find_undecided(left)
    if undecided.any():
        answers[undecided] = CODES["undecided"]
        if snapshot is not None:
            snapshot.restore(cases, undecided[cases.cohort[due.rows]])
    left &= ~undecided
    if left.any():
        for name, value in facts.items():
            decisions.record(name, left, value)
        closing.close(left)
    return answers
