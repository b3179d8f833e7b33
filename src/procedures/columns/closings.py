"""Closings of many cohorts at once: lapses, cuts and the reserve's beginning; see `kernel.cohort.closings`."""

from collections.abc import Callable, Mapping

import numpy as np
from attrs import define
from numpy.typing import NDArray

from procedures.columns.answers import CODES, TAKEN, Answers, first_of
from procedures.columns.arrays.cases import NEVER, RESULT_CODES, Cases
from procedures.columns.arrays.decisions import Decisions, Standing
from procedures.columns.arrays.deferred import Told
from procedures.columns.arrays.rows import Flags, Moments, Rows, at_once, places, those
from procedures.columns.automatic_moves import advance, due_by, settle_all
from procedures.columns.gates import decide_gates
from procedures.columns.guards import can_be_ranked, decided, passing, ranking_table, truths_of
from procedures.columns.ranking import CUT, place
from procedures.columns.rollback import Before
from procedures.kernel.cases import Refused
from procedures.kernel.cohort.ranking import lot
from procedures.kernel.machine import CompiledStep
from rules.calendar import Moment
from rules.kinds import Value


@define
class Closer:
    """Closes one step of every cohort that can be closed, and tells why not of the others."""

    cases: Cases
    decisions: Decisions
    step: CompiledStep
    at: Moment
    by: str | None
    seed: str | int | None
    name_of: Callable[[int], str]

    def refusals(self, facts: Mapping[str, Value] | Refused) -> Answers:
        """For each cohort why its closing is refused before anything lapses; in the order of the laws."""
        step, decisions = self.step, self.decisions
        reasons = [
            ("out_of_order", self._later()),
            ("already_closed", decisions.closed[step.name] != NEVER),
        ]
        if step.gate is not None:
            # A gate that is not decided yet is decided at NEVER, which is later than any moment.
            reasons.append(("gate_undecided", self.at < decisions.gated[step.name]))
        if isinstance(facts, Refused):
            reasons.append((facts.code, np.ones(decisions.size, np.bool_)))
        else:
            reasons.append(("unknown_facts", self._lacking(facts)))
        reasons.append(("needs_person", np.full(decisions.size, self.by is None)))
        return first_of(reasons, decisions.size)

    def _later(self) -> Flags:
        """In which cohorts something happened later that the closing would count, or move on."""
        cases, step = self.cases, self.step
        if cases.latest <= self.at:
            return np.zeros(self.decisions.size, np.bool_)
        counted = set(step.upstream)
        for other in cases.machine.steps.values():
            if other.gate is not None and step.name in other.gate.feeders:
                counted |= other.origins | ({other.gate.count.state} if other.gate.count is not None else set())
        there = cases.rows_at(counted)
        later = np.append(there[cases.heard(there) > self.at], cases.moved_after(step, self.at))
        return self._cohorts_of(later)

    def _lacking(self, facts: Mapping[str, Value]) -> Flags:
        """In which cohorts a fact is missing that the closing records or that says how many it keeps."""
        step, decisions = self.step, self.decisions
        sizes = [take.best for take in step.keeps.takes if isinstance(take.best, str)] if step.keeps else []
        lacking = np.full(decisions.size, step.keeps is not None and step.keeps.ties == "lot" and self.seed is None)
        for name in (*step.closing, *sizes):
            if name not in facts:
                known = decisions.facts.get(name)
                lacking |= True if known is None else known.is_null().to_numpy()
        return lacking

    def _cohorts_of(self, rows: Rows) -> Flags:
        found = np.zeros(self.decisions.size, np.bool_)
        found[self.cases.cohort[rows]] = True
        return found

    # -- who is still on the way ----------------------------------------------------------------------------------

    def undecided(self, cohorts: Flags) -> Flags:
        """In which of these cohorts somebody may still come to the step and get a result there."""
        cases, step = self.cases, self.step
        found = np.zeros(self.decisions.size, np.bool_)
        if not cases.anybody_at(step.upstream):
            return found
        if step.keeps is not None:
            here = cases.rows_at(step.origins, cohorts)
            here = those(here, cases.waits(step, here))
            if len(here):
                found |= self._cohorts_of(here[np.flatnonzero(~self._resolved(here))])
        for other in cases.machine.steps.values():
            if other.name == step.name or other.targets & step.upstream:
                here = cases.rows_at(other.origins & step.upstream, cohorts)
                if step.keeps is not None and other.origins & step.origins:
                    here = those(here, ~cases.waits(step, here))
                if len(here):
                    found |= self._cohorts_of(here[np.flatnonzero(~self._left(other, here))])
        return found

    def _left(self, step: CompiledStep, rows: Rows) -> Flags:
        """Whom a step left where they stand: closed over them, or their window passed and they stay."""
        cases = self.cases
        closed = self.decisions.closed[step.name][cases.cohort[rows]]
        over = closed != NEVER
        found: Flags = over & (cases.entered[rows] < closed)
        if step.left_for_person:
            stays = ~over & (cases.ends(step, rows) <= self.at)
            if step.exempt is not None and stays.any():
                (values,) = truths_of([step.exempt], cases, self.decisions, rows)
                stays &= values != 1
            found |= stays
        return found

    def _resolved(self, rows: Rows) -> Flags:
        """Whose waiting result comes to an outcome, and to one that can be ranked where it passes."""
        outcome = decided(self.step, self.cases, self.decisions, rows)
        found: Flags = outcome >= 0
        there = places(passing(self.step, outcome))
        found[there] = can_be_ranked(self._ranking, self.cases, self.decisions, rows[there])
        return found

    @property
    def _ranking(self) -> tuple[str, ...]:
        keeps = self.step.keeps
        return () if keeps is None else (*keeps.by, *keeps.tie_break)

    # -- what it decides ------------------------------------------------------------------------------------------

    def close(self, cohorts: Flags) -> None:
        """Decide for these cohorts: the best are kept, gates that waited for this are decided, the reserve begins."""
        decisions = self.decisions
        decisions.closed[self.step.name][cohorts] = self.at
        if self.step.keeps is not None:
            self._cut(cohorts)
        decisions.reserve_begins(cohorts, self.at)
        decide_gates(self.cases, decisions, cohorts, self.at)
        settle_all(self.cases, decisions, cohorts, self.at)

    def _cut(self, cohorts: Flags) -> None:
        """Rank those whose results wait; those whose result does not pass any more fail."""
        cases, step, keeps = self.cases, self.step, self.step.keeps
        assert keeps is not None
        here = cases.rows_at(step.origins, cohorts)
        rows = those(here, cases.waits(step, here))
        outcome = decided(step, cases, self.decisions, rows)
        passes = passing(step, outcome)
        for number, each in enumerate(() if passes.all() else step.outcomes):
            failing = rows[np.flatnonzero(~passes & (outcome == number))]
            cases.move(failing, cases.codes[each.to], self.at, step, "failed")
        rows = those(rows, passes)
        keys, sizes = ranking_table(self._ranking, cases, self.decisions, rows), self._sizes()
        cohort, seed = cases.cohort.take(rows), self.seed
        ranks, lists = place(
            cohort, keys, keeps, sizes, lambda some: [lot(seed, self.name_of(row)) for row in rows[some]]
        )
        self.decisions.standing[step.name].append(Standing(cohorts.copy(), keys, sizes, seed, rows))
        self.put(rows, ranks, lists, at_once(self.at, rows))

    def put(self, rows: Rows, ranks: Told, lists: NDArray[np.int16], at: Moments) -> None:
        """Move rows to the lists that take them, and the others to where those go who are cut."""
        cases, step, keeps = self.cases, self.step, self.step.keeps
        assert keeps is not None
        if len(rows):
            cases.kept[step.name].put(rows, lambda: lists != CUT)
            cases.rank[step.name].put(rows, ranks)
            # The last place is that of those who are cut: CUT is -1.
            to = np.array([*(cases.codes[take.to] for take in keeps.takes), cases.codes[step.otherwise]], np.int8)
            passed, failed = RESULT_CODES["passed"], RESULT_CODES["failed"]
            cases.move(rows, to.take(lists), at, step, lambda: np.where(lists == CUT, failed, passed))

    def _sizes(self) -> NDArray[np.int64]:
        """For each list and cohort how many it takes; a closing's number is rounded down to whole candidates."""
        keeps, decisions = self.step.keeps, self.decisions
        assert keeps is not None
        sizes = np.zeros((len(keeps.takes), decisions.size), np.int64)
        for number, take in enumerate(keeps.takes):
            if isinstance(take.best, int):
                sizes[number] = take.best
            else:
                kind = self.cases.machine.declared.facts[take.best].kind
                known = decisions.facts[take.best].to_list()
                sizes[number] = [0 if value is None else max(0, int(float(kind.give(value)))) for value in known]
        return sizes


def close(closer: Closer, facts: Mapping[str, Value] | Refused) -> Answers:
    """Close a step; for each cohort why not, or TAKEN. A cohort that is refused stays as it was."""
    answers = closer.refusals(facts)
    cases, decisions = closer.cases, closer.decisions
    left: Flags = answers == TAKEN
    if not left.any() or isinstance(facts, Refused):
        return answers
    due = due_by(cases, decisions, closer.at, left)
    before = Before.of(cases, due.rows) if len(due.rows) else None
    advance(cases, decisions, closer.at, due)
    undecided = closer.undecided(left)
    if undecided.any():
        answers[undecided] = CODES["undecided"]
        if before is not None:
            before.restore(cases, undecided[cases.cohort[due.rows]])
    left &= ~undecided
    if left.any():
        for name, value in facts.items():
            decisions.record(name, left, value)
        closer.close(left)
    return answers
