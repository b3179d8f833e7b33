"""The queues of steps with `in_order`: per kind of reserve, first the cases asked less often, then the higher ranked.

A candidate who refused an offer waits behind the candidates who were not asked yet, so that offers make progress.
"""

from bisect import bisect_left, insort
from typing import Final, TypeAlias

from attrs import frozen

from procedures.kernel.case_index import CaseIndex
from procedures.kernel.cases import Case, Cohort, TurnRefusal
from procedures.kernel.cohort.ranking import ranking_values
from procedures.kernel.cohort.reserve import find_reserve_kind
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.windows import window_of
from rules.calendar import Moment
from rules.words import Words

Turn: TypeAlias = tuple[object, ...]
"""A sort key of a queue: the case with the greatest turn comes first."""


_UNRANKED: Final = Words(
    "wie voor `{event}` aan de beurt is, is niet te zeggen: van `{candidate}` ontbreekt {missing}",
    "whose turn it is for `{event}` cannot be told: of `{candidate}`, {missing} is missing",
)


class Queues:
    """
    The sorted queue of each step with `in_order`; the queues are updated only when they are read.

    A turn depends on the case and on the facts of the cohort. When the facts of the cohort change, all cases are sorted
    anew; otherwise only the cases that changed since.
    """

    def __init__(self, machine: Machine, cases: CaseIndex) -> None:
        self._machine, self._cases = machine, cases
        self._steps = [step for step in machine.steps.values() if step.in_order]
        self._stale: dict[str, None] = {}
        self._facts = Cohort().facts
        self._queues: dict[tuple[str, str | None], list[tuple[Turn, str]]] = {}
        self._unplaced: dict[tuple[str, str | None], set[str]] = {}
        self._entries: dict[str, list[tuple[tuple[str, str | None], Turn]]] = {}

    def mark_changed(self, candidate: str) -> None:
        """Mark the case of this candidate as changed, so that it is sorted anew."""
        if self._steps:
            self._stale[candidate] = None

    def check_turn(self, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> TurnRefusal | None:
        """
        Why it is not the turn of this case at that moment; None where it is.

        While somebody who waits cannot be ranked, nobody's turn is known. Whoever is left for a person by then is in no
        queue: nobody waits for them, and they wait for nobody. Where several candidates are equally first, the last of
        them by name is told.
        """
        if self._is_late(step, case, cohort, at):
            return None
        self._sort(cohort)
        own = self._place(step, case, cohort)
        unplaced = [*self._unplaced.get((step.name, None), ()), *self._unplaced.get((step.name, own.kind), ())]
        for candidate in sorted({*unplaced} | ({case.candidate} if own.missing else set())):
            other = self._cases[candidate]
            if not self._is_late(step, other, cohort, at):
                missing = self._place(step, other, cohort).missing
                return "missing_facts", {"missing": missing, "candidate": candidate, "sentence": _UNRANKED}
        for turn, candidate in reversed(self._queues.get((step.name, own.kind), ())):
            if turn <= own.turn:
                return None
            if not self._is_late(step, self._cases[candidate], cohort, at):
                return "not_next", {"next": candidate}
        return None

    def _is_late(self, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> bool:
        return window_of(self._machine, step, case, cohort).is_late(at)

    def _place(self, step: CompiledStep, case: Case, cohort: Cohort) -> "_Place":
        """Where a case stands in the queue of a step."""
        kind = find_reserve_kind(self._machine, case, cohort)
        if isinstance(kind, tuple):
            return _Place(None, (), kind)
        ranked = self._machine.reserve.ranked if self._machine.reserve else ()
        key = ranking_values(self._machine.declared, ranked, cohort.known_facts(case.facts))
        if isinstance(key, list):
            return _Place(kind or "", (), tuple(key))
        times_asked = sum(move.event == step.name for move in case.path)
        return _Place(kind or "", (-times_asked, *key))

    def _sort(self, cohort: Cohort) -> None:
        if self._facts is not cohort.facts:
            self._facts = cohort.facts
            self._queues, self._entries, self._unplaced = {}, {}, {}
            self._stale = dict.fromkeys(self._cases)
        for candidate in self._stale:
            for queue, turn in self._entries.pop(candidate, ()):
                if turn:
                    del self._queues[queue][bisect_left(self._queues[queue], (turn, candidate))]
                else:
                    self._unplaced[queue].discard(candidate)
            case = self._cases[candidate]
            for step in self._steps:
                if case.state in step.origins:
                    self._insert(step, candidate, self._place(step, case, cohort))
        self._stale.clear()

    def _insert(self, step: CompiledStep, candidate: str, place: "_Place") -> None:
        queue = step.name, place.kind
        if place.missing:
            self._unplaced.setdefault(queue, set()).add(candidate)
        else:
            insort(self._queues.setdefault(queue, []), (place.turn, candidate))
        self._entries.setdefault(candidate, []).append((queue, place.turn))


@frozen
class _Place:
    """A place in a queue: the kind of reserve (None while it is not known), the turn, or the facts missing for it."""

    kind: str | None
    turn: Turn
    missing: tuple[str, ...] = ()
