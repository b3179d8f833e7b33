"""Computed scores in proofs: each bound on a score is a switch, and arithmetic says which switches go together.

Whether a total can be above one bound and below another, given the regions of its parts, is a question of linear
arithmetic over whole numbers; z3 answers it, once for each combination. The door to z3.
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


class Sets(Protocol):
    """The sets in which the bounds of scores are switches; `procedures.proofs.symbolic.decision_diagrams` has them."""

    machines: Sequence[Machine]
    rules: Sequence[Rule]
    values: dict[str, tuple[Value, ...]]
    bits: dict[str, tuple[str, ...]]
    bdd: Any
    possible: Any
    asked: Mapping[str, Sequence[Leaf]]
    budget: Budget

    def is_known(self, name: str) -> Any: ...
    def is_unknown(self, name: str) -> Any: ...
    def is_value(self, name: str, value: Value) -> Any: ...
    def exactly(self, known: Mapping[str, Value | None], names: Iterable[str]) -> Any: ...


@define
class Totals:
    """The bounds that rules put on scores, each with a name; `exact` is false where there are too many to combine."""

    asked: dict[CompareScore, str] = field(factory=dict)
    exact: bool = True

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Totals":
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
        return tuple(self.asked.values())

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of which the scores are made, and those that leave one out."""
        parts = [part for leaf in self.asked for part in leaf.score.parts]
        return tuple(dict.fromkeys(name for part in parts for name in (part.fact, part.settled_by) if name))

    def name_of(self, leaf: CompareScore) -> str:
        return self.asked[leaf]

    def of_step(self, facts: Iterable[str]) -> tuple[str, ...]:
        """The switches that turn anew when these facts do."""
        turned = set(facts)
        return tuple(
            name
            for leaf, name in self.asked.items()
            if any(part.fact in turned or part.settled_by in turned for part in leaf.score.parts)
        )

    def known(self, score: Score, symbols: Sets) -> Any:
        """Those of whom a score is known: no part is awaited, and there is one at least."""
        none_awaited, some = symbols.bdd.true, symbols.bdd.false
        for part in score.parts:
            there = symbols.is_known(part.fact)
            none_awaited &= there | self._left_out(part, symbols)
            some |= there
        return none_awaited & some

    def _left_out(self, part: Part, symbols: Sets) -> Any:
        found = symbols.bdd.false
        if part.settled_by is not None:
            for value in symbols.values[part.settled_by]:
                if value in part.settled_as:
                    found |= symbols.is_value(part.settled_by, value)
        return found & symbols.is_unknown(part.fact)

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def constrain(self, symbols: Sets) -> None:
        """Leave out of what is possible every combination of switches and regions that no numbers have."""
        if not self.asked:
            return
        parts = tuple(dict.fromkeys(part.fact for leaf in self.asked for part in leaf.score.parts))
        regions = [(None, *symbols.values[name]) for name in parts]
        size = 1
        for each in regions:
            size *= len(each)
        if size * 2 ** len(self.asked) > _MOST_COMBINATIONS:
            self.exact = False
            return
        for chosen in product(*regions):
            symbols.budget.check()
            known = dict(zip(parts, chosen, strict=True))
            here = symbols.exactly(known, parts)
            computed = [leaf for leaf in self.asked if any(known[part.fact] is not None for part in leaf.score.parts)]
            for way in product((True, False), repeat=len(computed)):
                if not self._possible(known, dict(zip(computed, way, strict=True)), symbols):
                    switches = symbols.bdd.true
                    every = symbols.bdd.true
                    for leaf, over in zip(computed, way, strict=True):
                        switch = symbols.bdd.var(symbols.bits[self.asked[leaf]][0])
                        switches &= switch if over else ~switch
                        every &= self.known(leaf.score, symbols)
                    symbols.possible = ~(here & switches & every) & symbols.possible

    def _possible(self, known: Mapping[str, Value | None], way: Mapping[CompareScore, bool], symbols: Sets) -> bool:
        """Whether some numbers in these regions put every score on this side of its bound."""
        return self.numbers(known, way, symbols) is not None

    def given(self, values: Mapping[str, Value | None], over: Mapping[str, bool], symbols: Sets) -> dict[str, int]:
        """Numbers that a person with these values can have, on their sides of the bounds of scores that are known."""
        known = {name: value for name, value in values.items() if value is not None}
        way = {leaf: over[name] for leaf, name in self.asked.items() if leaf.score.value(known) is not None}
        return (self.numbers(values, way, symbols) or {}) if way else {}

    def numbers(
        self, known: Mapping[str, Value | None], way: Mapping[CompareScore, bool], symbols: Sets
    ) -> dict[str, int] | None:
        """Encoded numbers in the regions of these values that put every score on its side of its bound; or None."""
        import z3

        solver = z3.Solver()
        parts = {part.fact for leaf in way for part in leaf.score.parts}
        numbers = {name: z3.Int(name) for name, value in known.items() if value is not None and name in parts}
        for name, number in numbers.items():
            solver.add(*_region(name, number, known[name], symbols))
        for leaf, over in way.items():
            there = [part for part in leaf.score.parts if part.fact in numbers]
            holds = _over(leaf, there, numbers)
            solver.add(holds if over else z3.Not(holds))
        if solver.check() != z3.sat:
            return None
        model = solver.model()
        return {name: model.eval(number, model_completion=True).as_long() for name, number in numbers.items()}


def _region(name: str, number: Any, value: Value | None, symbols: Sets) -> list[Any]:
    """What holds of a number in the region for which a value stands: the same answers to every leaf about it."""
    import z3

    kind = next(m.declared.facts[name].kind for m in symbols.machines if name in m.declared.facts)
    assert isinstance(kind, Number)
    assert value is not None
    found = [number >= int(kind.least / kind.step)] if kind.least is not None else []
    found += [number <= int(kind.most / kind.step)] if kind.most is not None else []
    for leaf in symbols.asked.get(name, ()):
        match leaf:
            case Compare(_, order, bound):
                holds = order.holds(number, bound)
            case OneOf(_, values):
                holds = z3.Or(*(number == int(each) for each in values))
            case _:
                raise AssertionError("numbers are not days")
        found.append(holds if truth(leaf, {name: value}) is Truth.TRUE else z3.Not(holds))
    return found


def _over(leaf: CompareScore, there: Sequence[Part], numbers: Mapping[str, Any]) -> Any:
    """The comparison in whole numbers: a mean is multiplied by the weights that count."""
    import z3

    score, order = leaf.score, leaf.order
    if score.how == "best":
        each = [order.holds(numbers[part.fact] * part.step.numerator * leaf.bound.denominator,
                            leaf.bound.numerator * part.step.denominator) for part in there]  # fmt: skip
        upwards = order in (Order.AT_LEAST, Order.MORE_THAN)
        return z3.Or(*each) if upwards else z3.And(*each)
    share = leaf.bound if score.how == "mean" else Fraction(0)
    against = Fraction(0) if score.how == "mean" else leaf.bound
    factors = [part.step * part.weight for part in there]
    taken = sum((share * part.weight for part in there), Fraction(0)) + against
    unit = lcm(*(each.denominator for each in (*factors, taken)))
    total = sum(int(factor * unit) * numbers[part.fact] for factor, part in zip(factors, there, strict=True))
    return order.holds(total, int(taken * unit))
