"""Whose turn it is where a step goes in order: of the same kind of reserve, asked less often, then ranked higher.

Whoever refused an offer waits behind those who were not asked yet; so offers make progress.
"""

from bisect import bisect_left, insort
from typing import TypeAlias

from procedures.kernel.case_index import CaseIndex
from procedures.kernel.cases import Case, Cohort
from procedures.kernel.cohort.ranking import ranking_values
from procedures.kernel.cohort.reserve import reserve_kind
from procedures.kernel.machine import CompiledStep, Machine

Turn: TypeAlias = tuple[object, ...]
"""The greater comes first."""


class Queues:
    """
    Who waits for each step that goes in order, sorted; brought up to date when somebody asks.

    What a turn depends on is the case and the facts of the cohort. Where those change everybody is sorted anew;
    otherwise only the cases that were put since.
    """

    def __init__(self, machine: Machine, cases: CaseIndex) -> None:
        self._machine, self._cases = machine, cases
        self._steps = [step for step in machine.steps.values() if step.in_order]
        self._stale: dict[str, None] = {}
        self._facts = Cohort().facts
        self._queues: dict[tuple[str, str | None], list[tuple[Turn, str]]] = {}
        self._places: dict[str, list[tuple[tuple[str, str | None], tuple[Turn, str]]]] = {}

    def note(self, candidate: str) -> None:
        """Something happened to this candidate."""
        if self._steps:
            self._stale[candidate] = None

    def ahead(self, taken: CompiledStep, case: Case, cohort: Cohort) -> str | None:
        """Who comes before this case; None where it is its turn. Among equals who come first, the last by name."""
        self._sort(cohort)
        queue = self._queues.get((taken.name, reserve_kind(self._machine, case, cohort)))
        if not queue:
            return None
        turn, candidate = queue[-1]
        return candidate if turn > self._turn(taken, case, cohort) else None

    def _turn(self, taken: CompiledStep, case: Case, cohort: Cohort) -> Turn:
        asked = sum(move.event == taken.name for move in case.path)
        ranked = self._machine.reserve.ranked if self._machine.reserve else ()
        key = ranking_values(self._machine.declared, ranked, cohort.known(case.facts))
        return (-asked, *((1, *key) if isinstance(key, tuple) else (0,)))

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
