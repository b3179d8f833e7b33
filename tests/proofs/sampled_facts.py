"""What the judges of proofs ask of a person: for every fact that rules tell apart, values of each kind that they do.

Made from the rules alone, and not from the regions of `procedures.proofs`, which are among the things judged. Of each
stretch of values with the same answers there is the least and the greatest, so that a score which some numbers bring
over its bound is brought over it by one of these too, as long as one bound is asked of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Final, TypeAlias, assert_never

from attrs import field, frozen

from procedures.kernel.machine import Machine
from procedures.kernel.names import RESULTS
from rules.algebra import All, AnyOf, CompareScore, Constant, Named, Not, Rule, comparison_values, facts_of
from rules.evaluation import truth
from rules.facts import Known
from rules.kinds import Choice, Date, Duration, Flag, Kind, Level, Moment, Number, Text, Value
from rules.truth import Truth

Told: TypeAlias = tuple[tuple[Truth, ...] | None, ...]
"""For each fact the answers that rules have of it, None while it is not known; then where every score lies."""

_FAR: Final = 10_000


def leaves(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The parts of some rules that ask of a fact or of a score, each as often as it stands there."""
    for rule in rules:
        match rule:
            case All(parts) | AnyOf(parts):
                yield from leaves(parts)
            case Not(inner) | Named(_, inner):
                yield from leaves([inner])
            case Constant():
                pass
            case _:
                yield rule


@frozen
class Sampled:
    """The facts that the rules and cuts of one machine ask about, each with values on all sides of every bound."""

    machine: Machine
    rules: Sequence[Rule]
    values: Mapping[str, tuple[Value, ...]] = field(init=False)
    asked: Mapping[str, tuple[Rule, ...]] = field(init=False)
    scored: tuple[CompareScore, ...] = field(init=False)

    @scored.default
    def _scored(self) -> tuple[CompareScore, ...]:
        return tuple(dict.fromkeys(leaf for leaf in leaves(self.rules) if isinstance(leaf, CompareScore)))

    @asked.default
    def _asked(self) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, dict[Rule, None]] = {name: {} for name in self._named()}
        for leaf in leaves(self.rules):
            if not isinstance(leaf, CompareScore):
                found[facts_of(leaf)[0]][leaf] = None
        return {name: tuple(rules) for name, rules in found.items()}

    @values.default
    def _values(self) -> Mapping[str, tuple[Value, ...]]:
        parts = {part.fact for leaf in self._scored() for part in leaf.score.parts}
        return {name: self._sample(name, rules, name in parts) for name, rules in self._asked().items()}

    def _named(self) -> Iterator[str]:
        for rule in self.rules:
            yield from facts_of(rule)
        scores = self.machine.declared.scores
        for step in self.machine.steps.values():
            for name in (*step.keeps.by, *step.keeps.tie_break) if step.keeps else ():
                score = scores.get(name)
                for part in score.parts if score else ():
                    yield from (each for each in (part.fact, part.settled_by) if each)
                if score is None:
                    yield name

    def _sample(self, name: str, asked: Sequence[Rule], both_ends: bool) -> tuple[Value, ...]:
        if name in self.machine.steps:
            return RESULTS
        bounds = [int(value) for rule in asked for value in comparison_values(rule)[name] if not isinstance(value, str)]
        stretches: dict[tuple[Truth, ...], list[Value]] = {}
        for value in _candidates(self.machine.declared.facts[name].kind, bounds):
            stretches.setdefault(_answers(asked, name, value), []).append(value)
        ends = [(each[0], each[-1]) if both_ends else (each[0],) for each in stretches.values()]
        return tuple(dict.fromkeys(value for each in ends for value in each))

    def every(self, names: Iterable[str]) -> Iterator[Known]:
        """Everything that can be known by these names: each with every value, and not known."""
        wanted = [name for name in names if name in self.values]
        for chosen in product(*((None, *self.values[name]) for name in wanted)):
            yield {name: value for name, value in zip(wanted, chosen, strict=True) if value is not None}

    def told(self, known: Known) -> Told:
        """What rules can tell of what is known."""
        facts = [_answers(rules, name, known[name]) if name in known else None for name, rules in self.asked.items()]
        return (*facts, tuple(truth(leaf, known) for leaf in self.scored))


def _answers(asked: Sequence[Rule], name: str, value: Value) -> tuple[Truth, ...]:
    return tuple(truth(rule, {name: value}) for rule in asked)


def _candidates(kind: Kind, bounds: Sequence[int]) -> list[Value]:
    """The whole of a small kind; of an ordered one its ends, and what lies on and beside bounds, from low to high."""
    match kind:
        case Choice(of):
            return list(of)
        case Level(of):
            return list(range(len(of)))
        case Flag():
            return [False, True]
        case Text():
            return [""]
        case Number(least, most, step):
            low = int(least / step) if least is not None else min(bounds, default=0) - _FAR
            high = int(most / step) if most is not None else max(bounds, default=0) + _FAR
        case Duration():
            low, high = 0, max(bounds, default=0) + _FAR
        case Date():
            low, high = 1, date.max.toordinal()
        case Moment():
            low, high = min(bounds, default=0) - _FAR, max(bounds, default=0) + _FAR
        case _:
            assert_never(kind)
    beside = {bound + more for bound in bounds for more in (-1, 0, 1)}
    return sorted({low, high, *(each for each in beside if low <= each <= high)})
