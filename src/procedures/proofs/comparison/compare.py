"""Two machines beside each other: for whom the second comes to another end than the first, shown by `run` in both."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from procedures.errors import UsageError
from procedures.kernel.machine import Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.comparison.canonical_path import Canonical
from procedures.proofs.comparison.choices import own_choices, together
from procedures.proofs.comparison.replay import Fits, Player
from procedures.proofs.comparison.reserve_term import ending, lasts_otherwise
from procedures.proofs.comparison.windows import unlike
from procedures.proofs.comparison.witnesses import Difference, Showing, kind, stood, told
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, rules_of

Relation: TypeAlias = Literal["equivalent", "stricter", "looser", "incomparable"]

End: TypeAlias = tuple[str | None, str | None]
"""A state (None: never came in), and the kind of reserve where that is what differs."""


@frozen
class Comparison:
    """
    How the second machine stands to the first, on who is selected.

    `stricter`: some come less far and nobody further. Another kind of reserve, or another day on which it ends, makes
    two machines incomparable where nobody comes further or less far. `left_open` are pairs of ends between which there
    seems to be a difference that no history showed; `dated` is what has other dates in the two.
    """

    verdict: Relation
    differences: tuple[Difference, ...] = ()
    left_open: tuple[tuple[End, End], ...] = ()
    dated: tuple[str, ...] = ()


def compare(a: Machine, b: Machine) -> Comparison:
    """
    Everybody's canonical road in both machines: who comes to another end, onto another reserve or for another time.

    Of everybody all facts are known, and everybody does the same at the same time in both, among the same others: every
    choice – whether a step is held, who is kept, who misses a window – falls the same way, unless its gate, its cut or
    its window is another.

    Raises:
        UsageError: a fact is declared differently in the two, or one of them has no steps.
    """
    _check_steps(a, b)
    _check_facts(a, b)
    found = _Comparing(a, b)
    for pair, difference in (*found.states(), *found.kinds(), *found.terms()):
        if difference is None:
            found.left_open.append(pair)
        else:
            found.shown.append(difference)
    pairs = [*((each.a, each.b) for each in found.shown), *((one, other) for (one, _), (other, _) in found.left_open)]
    return Comparison(_verdict(a, b, pairs), tuple(found.shown), tuple(found.left_open), _dated(a, b))


@define
class _Comparing:
    """The canonical roads of both, and what was found of them."""

    a: Machine
    b: Machine
    showing: Showing = field(init=False)
    first: Canonical = field(init=False)
    second: Canonical = field(init=False)
    among: Set = field(init=False)
    shown: list[Difference] = field(factory=list, init=False)
    left_open: list[tuple[End, End]] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        a, b = self.a, self.b
        symbols, own = Symbols([a, b], [*rules_of(a), *rules_of(b)]), own_choices(a, b)
        steps = [step for machine in (a, b) for step in machine.steps.values()]
        missable = {step.name for step in steps if step.enforced and (step.ends is not None or step.within is not None)}
        missable |= {*unlike(a, b)}
        self.showing = Showing(a, b, symbols, own)
        self.first = Canonical(a, symbols, frozenset(missable))
        self.second = Canonical(b, symbols, frozenset(missable), own)
        self.among = told(symbols) & together(a, b, symbols)

    def states(self) -> Iterator[tuple[tuple[End, End], Difference | None]]:
        """Who ends in another state."""
        for end, who in self.first.ends.items():
            for other, others in self.second.ends.items():
                here = who & others & self.among
                if end != other and here != self._nobody:
                    yield ((end, None), (other, None)), self.showing.show(here, _stand((end, other)))

    def kinds(self) -> Iterator[tuple[tuple[End, End], Difference | None]]:
        """Who ends in the same state, of another kind of the reserve; each change of kind once."""
        seen: set[tuple[str | None, str | None]] = set()
        for (state, one), who in self.first.kinds.items():
            for (other_state, other), others in self.second.kinds.items():
                here = who & others & self.among
                if state != other_state or one == other or (one, other) in seen or here == self._nobody:
                    continue
                found = self.showing.show(here, _stand((state, state), (one, other)))
                if found is not None:
                    seen.add((one, other))
                yield ((state, one), (state, other)), found

    def terms(self) -> Iterator[tuple[tuple[End, End], Difference | None]]:
        """Who comes onto a reserve that ends on another day; one is enough, for it ends for all at once."""
        if not lasts_otherwise(self.a, self.b):
            return
        onto = self.first.onto_reserve & self.second.onto_reserve & self.among
        ends = [
            (state, who & self.second.ends.get(state, self._nobody) & onto) for state, who in self.first.ends.items()
        ]
        tried: list[End] = []
        for state, here in ends:
            if here != self._nobody:
                found = self.showing.show(here, _stand((state, state)), ending)
                if found is not None:
                    yield ((state, None), (state, None)), found
                    return
                tried.append((state, None))
        yield from (((end, end), None) for end in tried[:1])

    @property
    def _nobody(self) -> Set:
        return self.showing.symbols.bdd.false


def _stand(states: Sequence[str | None], kinds: Sequence[str | None] | None = None) -> Fits:
    """Whether players stand in these states, and are of these kinds."""

    def fits(players: Sequence[Player]) -> bool:
        of_kinds = kinds is None or [kind(player) for player in players] == list(kinds)
        return of_kinds and [stood(player) for player in players] == list(states)

    return fits


def _dated(a: Machine, b: Machine) -> tuple[str, ...]:
    """What may happen at other times in the two, or is only said to."""
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
        if all(steps):  # how a step went is told by the road, whatever results the two ask for
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
    """0 out, 1 still in or no longer selected, 2 selected."""
    if name is None:
        return 0
    state = machine.states[name]
    if name == EXPIRED:
        return 1
    if state.unsuccessful or name == WITHDRAWN:
        return 0
    selected = state.selected if machine.reserve is not None else state.final
    return 2 if selected else 1
