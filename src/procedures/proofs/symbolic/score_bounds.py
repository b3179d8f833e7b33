"""Computed scores in proofs: each bound on a score is a switch, and arithmetic decides which switches are consistent.

Whether a total can be above one bound and below another, given the regions of its parts, is a question of linear
arithmetic over integers; z3 answers it, once for each combination. The only module that imports z3.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any, Final, Protocol

from attrs import define, field

from procedures.kernel.machine import Machine
from procedures.proofs.budget import Budget
from procedures.proofs.symbolic.regions import Leaf
from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Order, Rule
from rules.evaluation import truth
from rules.facts import Part, Score
from rules.kinds import Number, Value
from rules.truth import Truth

_MOST_COMBINATIONS: Final = 4000


class SymbolicSets(Protocol):
    """What this module needs of the symbols that `procedures.proofs.symbolic.decision_diagrams` defines."""

    machines: Sequence[Machine]
    rules: Sequence[Rule]
    values: dict[str, tuple[Value, ...]]
    bits: dict[str, tuple[str, ...]]
    bdd: Any
    consistent_scores: Any
    leaves_by_fact: Mapping[str, Sequence[Leaf]]
    budget: Budget

    def is_known(self, name: str) -> Any: ...
    def is_unknown(self, name: str) -> Any: ...
    def is_value(self, name: str, value: Value) -> Any: ...
    def known_exactly(self, known: Mapping[str, Value | None], names: Iterable[str]) -> Any: ...


@define
class ScoreBounds:
    """The bounds that rules put on scores, each with a name; `is_exact` is false if there are too many to combine."""

    names_by_leaf: dict[CompareScore, str] = field(factory=dict)
    is_exact: bool = True

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "ScoreBounds":
        found: dict[CompareScore, str] = {}
        pending = list(rules)
        while pending:
            match pending.pop():
                case CompareScore() as leaf:
                    found.setdefault(leaf, f"total {len(found)}")
                case All(parts) | AnyOf(parts):
                    pending.extend(parts)
                case Not(inner) | Named(_, inner):
                    pending.append(inner)
                case Compare() | OneOf() | Elapsed() | Constant():
                    pass
        return cls(found)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.names_by_leaf.values())

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts from which the scores are computed, and the results of steps that leave a part out."""
        parts = [part for leaf in self.names_by_leaf for part in leaf.score.parts]
        return tuple(dict.fromkeys(name for part in parts for name in (part.fact, part.settled_by) if name))

    def name_of(self, leaf: CompareScore) -> str:
        return self.names_by_leaf[leaf]

    def changed_by(self, facts: Iterable[str]) -> tuple[str, ...]:
        """The switches that may change when these facts change."""
        changed = set(facts)
        return tuple(
            name
            for leaf, name in self.names_by_leaf.items()
            if any(part.fact in changed or part.settled_by in changed for part in leaf.score.parts)
        )

    def is_known(self, score: Score, symbols: SymbolicSets) -> Any:
        """Those of whom a score is known: no part is awaited, and at least one part is present."""
        none_awaited, some = symbols.bdd.true, symbols.bdd.false
        for part in score.parts:
            present = symbols.is_known(part.fact)
            none_awaited &= present | self._is_left_out(part, symbols)
            some |= present
        return none_awaited & some

    def _is_left_out(self, part: Part, symbols: SymbolicSets) -> Any:
        found = symbols.bdd.false
        if part.settled_by is not None:
            for value in symbols.values[part.settled_by]:
                if value in part.settled_as:
                    found |= symbols.is_value(part.settled_by, value)
        return found & symbols.is_unknown(part.fact)

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def constrain(self, symbols: SymbolicSets) -> None:
        """Exclude from `consistent_scores` every combination of switches and regions that no numbers satisfy."""
        if not self.names_by_leaf:
            return
        parts = tuple(dict.fromkeys(part.fact for leaf in self.names_by_leaf for part in leaf.score.parts))
        regions = [(None, *symbols.values[name]) for name in parts]
        size = 1
        for each in regions:
            size *= len(each)
        if size * 2 ** len(self.names_by_leaf) > _MOST_COMBINATIONS:
            self.is_exact = False
            return
        for chosen in product(*regions):
            symbols.budget.check()
            known = dict(zip(parts, chosen, strict=True))
            here = symbols.known_exactly(known, parts)
            computed = [
                leaf for leaf in self.names_by_leaf if any(known[part.fact] is not None for part in leaf.score.parts)
            ]
            for sides in product((True, False), repeat=len(computed)):
                if not self._is_possible(known, dict(zip(computed, sides, strict=True)), symbols):
                    switches = symbols.bdd.true
                    every = symbols.bdd.true
                    for leaf, over in zip(computed, sides, strict=True):
                        switch = symbols.bdd.var(symbols.bits[self.names_by_leaf[leaf]][0])
                        switches &= switch if over else ~switch
                        every &= self.is_known(leaf.score, symbols)
                    symbols.consistent_scores = ~(here & switches & every) & symbols.consistent_scores

    def _is_possible(
        self, known: Mapping[str, Value | None], sides: Mapping[CompareScore, bool], symbols: SymbolicSets
    ) -> bool:
        """Whether some numbers in these regions put every score on the given side of its bound."""
        return self.solve(known, sides, symbols) is not None

    def find_numbers(
        self, values: Mapping[str, Value | None], over: Mapping[str, bool], symbols: SymbolicSets
    ) -> dict[str, int]:
        """Numbers in the regions of these values that put every known score on the given side of its bound."""
        known = {name: value for name, value in values.items() if value is not None}
        sides = {leaf: over[name] for leaf, name in self.names_by_leaf.items() if leaf.score.value(known) is not None}
        return (self.solve(values, sides, symbols) or {}) if sides else {}

    def solve(
        self, known: Mapping[str, Value | None], sides: Mapping[CompareScore, bool], symbols: SymbolicSets
    ) -> dict[str, int] | None:
        """Encoded numbers in the regions of these values that put every score on its side of its bound, or None."""
        import z3

        solver = z3.Solver()
        parts = {part.fact for leaf in sides for part in leaf.score.parts}
        numbers = {name: z3.Int(name) for name, value in known.items() if value is not None and name in parts}
        for name, number in numbers.items():
            solver.add(*_region_constraints(name, number, known[name], symbols))
        for leaf, over in sides.items():
            present = [part for part in leaf.score.parts if part.fact in numbers]
            holds = _comparison(leaf, present, numbers)
            solver.add(holds if over else z3.Not(holds))
        if solver.check() != z3.sat:
            return None
        model = solver.model()
        return {name: model.eval(number, model_completion=True).as_long() for name, number in numbers.items()}


def _region_constraints(name: str, number: Any, value: Value | None, symbols: SymbolicSets) -> list[Any]:
    """The constraints on a number in the region of a value: every leaf gives the same answer."""
    import z3

    kind = next(m.declared.facts[name].kind for m in symbols.machines if name in m.declared.facts)
    assert isinstance(kind, Number)
    assert value is not None
    found = [number >= int(kind.least / kind.step)] if kind.least is not None else []
    found += [number <= int(kind.most / kind.step)] if kind.most is not None else []
    for leaf in symbols.leaves_by_fact.get(name, ()):
        match leaf:
            case Compare(_, order, bound):
                holds = order.holds(number, bound)
            case OneOf(_, values):
                holds = z3.Or(*(number == int(each) for each in values))
            case _:
                raise AssertionError("numbers are not days")
        found.append(holds if truth(leaf, {name: value}) is Truth.TRUE else z3.Not(holds))
    return found


def _comparison(leaf: CompareScore, present: Sequence[Part], numbers: Mapping[str, Any]) -> Any:
    """The comparison in integers: a mean is multiplied by the weights of the parts present."""
    import z3

    score, order = leaf.score, leaf.order
    if score.how == "best":
        each = [order.holds(numbers[part.fact] * part.step.numerator * leaf.bound.denominator,
                            leaf.bound.numerator * part.step.denominator) for part in present]  # fmt: skip
        upwards = order in (Order.AT_LEAST, Order.MORE_THAN)
        return z3.Or(*each) if upwards else z3.And(*each)
    share = leaf.bound if score.how == "mean" else Fraction(0)
    against = Fraction(0) if score.how == "mean" else leaf.bound
    factors = [part.step * part.weight for part in present]
    taken = sum((share * part.weight for part in present), Fraction(0)) + against
    unit = lcm(*(each.denominator for each in (*factors, taken)))
    total = sum(int(factor * unit) * numbers[part.fact] for factor, part in zip(factors, present, strict=True))
    return order.holds(total, int(taken * unit))
