"""The comparison of two machines: which candidates end differently in the second, shown by `run` in both."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from procedures.errors import UsageError
from procedures.kernel.machine import Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.comparison.canonical_path import CanonicalPath
from procedures.proofs.comparison.choices import constrain_choices, find_own_choices
from procedures.proofs.comparison.replay import Criterion, Player
from procedures.proofs.comparison.reserve_term import find_term_difference, has_other_term
from procedures.proofs.comparison.windows import find_changed_windows
from procedures.proofs.comparison.witnesses import (
    Difference,
    WitnessSearch,
    all_facts_known,
    find_end_state,
    find_reserve_kind,
)
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, rules_of

Relation: TypeAlias = Literal["equivalent", "stricter", "looser", "incomparable"]

End: TypeAlias = tuple[str | None, str | None]
"""A state (None: the application was refused), and the kind of reserve where the kind is what differs."""


@frozen
class Comparison:
    """
    How the second machine relates to the first, on who is selected.

    `stricter`: some candidates come less far and none further. Another kind of reserve, or another last day of the
    reserve, makes two machines incomparable where no candidate comes further or less far. `unshown_differences` are
    pairs of ends with a difference that no history shows; `changed_dates` are the steps (and `apply`) with other dates.
    """

    verdict: Relation
    differences: tuple[Difference, ...] = ()
    unshown_differences: tuple[tuple[End, End], ...] = ()
    changed_dates: tuple[str, ...] = ()


def compare(a: Machine, b: Machine) -> Comparison:
    """
    Compare the canonical paths in both machines: the final state, the kind of reserve and the term of the reserve.

    All facts of every candidate are known, and a candidate does the same at the same time in both machines, among the
    same others. Every choice (whether a step is held, who is kept, who misses a window) falls the same way, unless its
    gate, its cut or its window differs.

    Raises:
        UsageError: a fact is declared differently in the two, or one of them has no steps.
    """
    _check_steps(a, b)
    _check_facts(a, b)
    found = _ComparisonSearch(a, b)
    for pair, difference in (*found.states(), *found.kinds(), *found.terms()):
        if difference is None:
            found.unshown_differences.append(pair)
        else:
            found.differences.append(difference)
    pairs = [
        *((each.a, each.b) for each in found.differences),
        *((one, other) for (one, _), (other, _) in found.unshown_differences),
    ]
    return Comparison(
        _verdict(a, b, pairs), tuple(found.differences), tuple(found.unshown_differences), _changed_dates(a, b)
    )


@define
class _ComparisonSearch:
    """The canonical paths of both machines, and the differences found so far."""

    a: Machine
    b: Machine
    witness_search: WitnessSearch = field(init=False)
    first: CanonicalPath = field(init=False)
    second: CanonicalPath = field(init=False)
    comparable: Set = field(init=False)
    differences: list[Difference] = field(factory=list, init=False)
    unshown_differences: list[tuple[End, End]] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        a, b = self.a, self.b
        symbols, own_choices = Symbols([a, b], [*rules_of(a), *rules_of(b)]), find_own_choices(a, b)
        steps = [step for machine in (a, b) for step in machine.steps.values()]
        missable_steps = {
            step.name for step in steps if step.enforced and (step.ends is not None or step.within is not None)
        }
        missable_steps |= {*find_changed_windows(a, b)}
        self.witness_search = WitnessSearch(a, b, symbols, own_choices)
        self.first = CanonicalPath(a, symbols, frozenset(missable_steps))
        self.second = CanonicalPath(b, symbols, frozenset(missable_steps), own_choices)
        self.comparable = all_facts_known(symbols) & constrain_choices(a, b, symbols)

    def states(self) -> Iterator[tuple[tuple[End, End], Difference | None]]:
        """Differences in the final state."""
        for end, members in self.first.ends.items():
            for other, others in self.second.ends.items():
                shared = members & others & self.comparable
                if end != other and shared != self._nobody:
                    yield ((end, None), (other, None)), self.witness_search.find(shared, _has_ended_in((end, other)))

    def kinds(self) -> Iterator[tuple[tuple[End, End], Difference | None]]:
        """The same final state with another kind of reserve; each change of kind once."""
        seen: set[tuple[str | None, str | None]] = set()
        for (state, one), members in self.first.kinds.items():
            for (other_state, other), others in self.second.kinds.items():
                shared = members & others & self.comparable
                if state != other_state or one == other or (one, other) in seen or shared == self._nobody:
                    continue
                found = self.witness_search.find(shared, _has_ended_in((state, state), (one, other)))
                if found is not None:
                    seen.add((one, other))
                yield ((state, one), (state, other)), found

    def terms(self) -> Iterator[tuple[tuple[End, End], Difference | None]]:
        """A reserve that ends on another day; one example is enough, because it ends for all at once."""
        if not has_other_term(self.a, self.b):
            return
        reserve_members = self.first.reserve_members & self.second.reserve_members & self.comparable
        ends = [
            (state, members & self.second.ends.get(state, self._nobody) & reserve_members)
            for state, members in self.first.ends.items()
        ]
        tried: list[End] = []
        for state, shared in ends:
            if shared != self._nobody:
                found = self.witness_search.find(shared, _has_ended_in((state, state)), find_term_difference)
                if found is not None:
                    yield ((state, None), (state, None)), found
                    return
                tried.append((state, None))
        yield from (((end, end), None) for end in tried[:1])

    @property
    def _nobody(self) -> Set:
        return self.witness_search.symbols.bdd.false


def _has_ended_in(states: Sequence[str | None], kinds: Sequence[str | None] | None = None) -> Criterion:
    """A criterion: the candidates of the players end in these states, with these kinds of reserve."""

    def criterion(players: Sequence[Player]) -> bool:
        of_kinds = kinds is None or [find_reserve_kind(player) for player in players] == list(kinds)
        return of_kinds and [find_end_state(player) for player in players] == list(states)

    return criterion


def _changed_dates(a: Machine, b: Machine) -> tuple[str, ...]:
    """The steps (and `apply`) with other dates in the two machines, enforced or not."""
    found = ["apply"] if (a.opens, a.ends) != (b.opens, b.ends) else []
    for name, step in a.steps.items():
        other = b.steps.get(name)
        if other is not None and (step.opens, step.ends, step.within) != (other.opens, other.ends, other.within):
            found.append(name)
    return tuple(found)


def _check_steps(a: Machine, b: Machine) -> None:
    for machine in (a, b):
        if not machine.steps:
            raise UsageError(f"`{machine.name}` states no procedure, so that nobody is selected by it")


def _check_facts(a: Machine, b: Machine) -> None:
    for name in sorted(a.declared.facts.keys() & b.declared.facts.keys()):
        steps = (name in a.steps, name in b.steps)
        if all(steps):  # the result of a step follows from the path, whatever results the two machines read
            continue
        if any(steps) or a.declared.facts[name].kind != b.declared.facts[name].kind:
            raise UsageError(f"fact `{name}` is declared differently in the two; they cannot be compared")


def _verdict(a: Machine, b: Machine, pairs: Sequence[tuple[str | None, str | None]]) -> Relation:
    if not pairs:
        return "equivalent"
    further = {_rank(b, second) - _rank(a, first) for first, second in pairs}
    if min(further) < 0 >= max(further):
        return "stricter"
    return "looser" if max(further) > 0 <= min(further) else "incomparable"


def _rank(machine: Machine, name: str | None) -> int:
    """0 is out, 1 is still in or no longer selected, 2 is selected."""
    if name is None:
        return 0
    state = machine.states[name]
    if name == EXPIRED:
        return 1
    if state.unsuccessful or name == WITHDRAWN:
        return 0
    selected = state.selected if machine.reserve is not None else state.final
    return 2 if selected else 1
