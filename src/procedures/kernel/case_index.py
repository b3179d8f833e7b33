"""An index of the cases of a selection by state, so that work on few cases reads few cases.

The functions at the end also accept a plain mapping of cases, which they read in full.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from procedures.kernel.cases import Case
from rules.calendar import Moment


class CaseIndex(Mapping[str, Case]):
    """
    The cases of one selection, in the order in which their candidates applied.

    `put` is cheap: a case is sorted under its state only when a query needs it.
    """

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._unsorted: dict[str, None] = {}
        self._states: dict[str, str] = {}
        self._by_state: dict[str, dict[str, None]] = {}
        self._positions: dict[str, int] = {}
        self._latest: Moment | None = None

    def put(self, case: Case) -> None:
        """Add or replace the case of a candidate."""
        self._cases[case.candidate] = case
        self._unsorted[case.candidate] = None

    def __getitem__(self, candidate: str) -> Case:
        return self._cases[candidate]

    def find(self, candidate: str) -> Case | None:
        return self._cases.get(candidate)

    def __iter__(self) -> Iterator[str]:
        return iter(self._cases)

    def __len__(self) -> int:
        return len(self._cases)

    def candidates_in(self, states: Iterable[str]) -> list[str]:
        """The candidates in one of these states, in the order in which they applied."""
        self._sort()
        return self.sort_candidates(name for state in states for name in self._by_state.get(state, ()))

    def sort_candidates(self, names: Iterable[str]) -> list[str]:
        """These candidates in the order in which they applied."""
        self._sort()
        return sorted(names, key=self._positions.__getitem__)

    def latest(self) -> Moment | None:
        """A moment after which no case had an event; None while there are no cases."""
        self._sort()
        return self._latest

    def _sort(self) -> None:
        for name in self._unsorted:
            case, before = self._cases[name], self._states.get(name)
            if case.state != before:
                if before is None:
                    self._positions[name] = len(self._positions)
                else:
                    del self._by_state[before][name]
                self._by_state.setdefault(case.state, {})[name] = None
                self._states[name] = case.state
            if self._latest is None or case.at > self._latest:
                self._latest = case.at
        self._unsorted.clear()


class ChangedCases(Mapping[str, Case]):
    """The cases of `base` with some of them changed; `base` itself is not modified."""

    def __init__(self, base: Mapping[str, Case], changes: Mapping[str, Case]) -> None:
        self.base = base
        self.changes: dict[str, Case] = dict(changes)

    def __getitem__(self, candidate: str) -> Case:
        return self.changes.get(candidate) or self.base[candidate]

    def put(self, case: Case) -> None:
        """Record the case as a change; does nothing if the case is the same object as before."""
        if case is not self[case.candidate]:
            self.changes[case.candidate] = case

    def __iter__(self) -> Iterator[str]:
        return iter(self.base)

    def __len__(self) -> int:
        return len(self.base)

    def candidates_in(self, states: Collection[str]) -> list[str]:
        """The candidates in one of these states after the changes, in the order in which they applied."""
        unchanged = [name for name in candidates_in(self.base, states) if name not in self.changes]
        arrived = [name for name, case in self.changes.items() if case.state in states]
        return sort_candidates(self.base, [*unchanged, *arrived]) if arrived else unchanged


def candidates_in(cases: Mapping[str, Case], states: Collection[str]) -> list[str]:
    """The candidates in one of these states, in the order of the cases."""
    if isinstance(cases, CaseIndex | ChangedCases):
        return cases.candidates_in(states)
    return [name for name, case in cases.items() if case.state in states]


def sort_candidates(cases: Mapping[str, Case], names: Collection[str]) -> list[str]:
    """These candidates in the order of the cases."""
    if isinstance(cases, CaseIndex):
        return cases.sort_candidates(names)
    return [name for name in cases if name in names]


def cases_changed_after(cases: Mapping[str, Case], at: Moment) -> list[Case]:
    """The cases whose latest event is after moment `at`."""
    if isinstance(cases, CaseIndex) and (latest := cases.latest()) is not None and latest <= at:
        return []
    return [case for case in cases.values() if case.at > at]
