"""Who stands where: the cases of a selection by their states, so that what concerns few looks at few.

A plain mapping of cases does as well, and is looked through.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from procedures.kernel.cases import Case
from rules.calendar import Moment


class CaseIndex(Mapping[str, Case]):
    """
    The cases of one selection, in the order in which their candidates applied.

    Putting one costs next to nothing: it is sorted under its state when somebody asks who stands there.
    """

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._unsorted: dict[str, None] = {}
        self._state: dict[str, str] = {}
        self._there: dict[str, dict[str, None]] = {}
        self._number: dict[str, int] = {}
        self._latest: Moment | None = None

    def put(self, case: Case) -> None:
        """The case as it now is."""
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
        """Who stands in one of these states, in the order in which they applied."""
        self._sort()
        return self.ordered(name for state in states for name in self._there.get(state, ()))

    def ordered(self, names: Iterable[str]) -> list[str]:
        """These candidates in the order in which they applied."""
        self._sort()
        return sorted(names, key=self._number.__getitem__)

    def latest(self) -> Moment | None:
        """A moment after which nothing happened to anybody; None while there is nobody."""
        self._sort()
        return self._latest

    def _sort(self) -> None:
        for name in self._unsorted:
            case, before = self._cases[name], self._state.get(name)
            if case.state != before:
                if before is None:
                    self._number[name] = len(self._number)
                else:
                    del self._there[before][name]
                self._there.setdefault(case.state, {})[name] = None
                self._state[name] = case.state
            if self._latest is None or case.at > self._latest:
                self._latest = case.at
        self._unsorted.clear()


class ChangedCases(Mapping[str, Case]):
    """Cases of which some are changed, while those they were stay as they are."""

    def __init__(self, before: Mapping[str, Case], changed: Mapping[str, Case]) -> None:
        self.before = before
        self.changed: dict[str, Case] = dict(changed)

    def __getitem__(self, candidate: str) -> Case:
        return self.changed.get(candidate) or self.before[candidate]

    def put(self, case: Case) -> None:
        """The case as it now is; nothing where it is what it was."""
        if case is not self[case.candidate]:
            self.changed[case.candidate] = case

    def __iter__(self) -> Iterator[str]:
        return iter(self.before)

    def __len__(self) -> int:
        return len(self.before)

    def candidates_in(self, states: Collection[str]) -> list[str]:
        """Who stands in one of these states by now, in the order in which they applied."""
        stayed = [name for name in candidates_in(self.before, states) if name not in self.changed]
        came = [name for name, case in self.changed.items() if case.state in states]
        return ordered(self.before, [*stayed, *came]) if came else stayed


def candidates_in(cases: Mapping[str, Case], states: Collection[str]) -> list[str]:
    """Who stands in one of these states, in the order of the cases."""
    if isinstance(cases, CaseIndex | ChangedCases):
        return cases.candidates_in(states)
    return [name for name, case in cases.items() if case.state in states]


def ordered(cases: Mapping[str, Case], names: Collection[str]) -> list[str]:
    """These candidates in the order of the cases."""
    if isinstance(cases, CaseIndex):
        return cases.ordered(names)
    return [name for name in cases if name in names]


def happened_after(cases: Mapping[str, Case], at: Moment) -> list[Case]:
    """The cases to which something happened after that moment."""
    if isinstance(cases, CaseIndex) and (latest := cases.latest()) is not None and latest <= at:
        return []
    return [case for case in cases.values() if case.at > at]
