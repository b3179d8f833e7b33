"""The queues of steps with `in_order`: per kind of reserve, first the cases asked less often, then the higher ranked.

A candidate who refused an offer waits behind the candidates who were not asked yet, so that offers make progress.
"""

from bisect import bisect_left, insort
from typing import TypeAlias

from procedures.kernel.case_index import CaseIndex
from procedures.kernel.cases import Case, Cohort
from procedures.kernel.cohort.ranking import ranking_values
from procedures.kernel.cohort.reserve import reserve_kind
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.windows import window_of
from rules.calendar import Moment

Turn: TypeAlias = tuple[object, ...]
"""A sort key of a queue: the case with the greatest turn comes first."""


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
        self._places: dict[str, list[tuple[tuple[str, str | None], tuple[Turn, str]]]] = {}

    def mark_changed(self, candidate: str) -> None:
        """Mark the case of this candidate as changed, so that it is sorted anew."""
        if self._steps:
            self._stale[candidate] = None

    def candidate_ahead(self, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> str | None:
        """The candidate whose turn comes before this case at that moment; None if it is the turn of this case.

        Whoever is left for a person by then is in no queue: nobody waits for them, and they wait for nobody. Where
        several candidates are equally first, the last of them by name is returned.
        """
        if window_of(self._machine, step, case, cohort).is_late(at):
            return None
        self._sort(cohort)
        own = self._turn(step, case, cohort)
        for turn, candidate in reversed(self._queues.get((step.name, reserve_kind(self._machine, case, cohort)), ())):
            if turn <= own:
                return None
            if not window_of(self._machine, step, self._cases[candidate], cohort).is_late(at):
                return candidate
        return None

    def _turn(self, step: CompiledStep, case: Case, cohort: Cohort) -> Turn:
        times_asked = sum(move.event == step.name for move in case.path)
        ranked = self._machine.reserve.ranked if self._machine.reserve else ()
        key = ranking_values(self._machine.declared, ranked, cohort.known_facts(case.facts))
        return (-times_asked, *((1, *key) if isinstance(key, tuple) else (0,)))

    def _sort(self, cohort: Cohort) -> None:
        if self._facts is not cohort.facts:
            self._facts = cohort.facts
            self._queues, self._places = {}, {}
            self._stale = dict.fromkeys(self._cases)
        for candidate in self._stale:
            for name, entry in self._places.pop(candidate, ()):
                del self._queues[name][bisect_left(self._queues[name], entry)]
            case = self._cases[candidate]
            waits_for = [step for step in self._steps if case.state in step.origins]
            kind = reserve_kind(self._machine, case, cohort) if waits_for else None
            for step in waits_for:
                entry = (self._turn(step, case, cohort), candidate)
                insort(self._queues.setdefault((step.name, kind), []), entry)
                self._places.setdefault(candidate, []).append(((step.name, kind), entry))
        self._stale.clear()
