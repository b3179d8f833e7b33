"""Sets of the facts that may be known of a candidate, as decision diagrams, and rules as pairs of such sets.

The only module that imports `dd`. Every fact has finitely many regions and may be unknown; a rule is a pair of sets:
those for whom it is certainly true and those for whom it is certainly false. UNKNOWN is what is in neither set. (With
two truth values "x or not x" would be true; in Kleene's logic it may be unknown.)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, assert_never

from attrs import define, field, frozen
from dd.autoref import BDD, Function

from procedures.kernel.machine import Machine
from procedures.kernel.names import RESULTS
from procedures.proofs.budget import Budget
from procedures.proofs.symbolic.regions import Leaf, leaves, representatives
from procedures.proofs.symbolic.score_bounds import ScoreBounds
from procedures.proofs.symbolic.variable_order import mark_variables, order_along_path, rules_of_step
from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.evaluation import truth
from rules.kinds import Value
from rules.truth import Truth

Set: TypeAlias = Function
"""A set of valuations."""

_MIN_NODES: Final = 10_000


@frozen
class TruthSets:
    """A rule: for whom it is certainly true, and for whom certainly false."""

    true: Set
    false: Set


@define
class Symbols:
    """
    The variables of one or several machines, over the same facts.

    `values` are for each fact the values that represent its regions; the variable of a fact numbers them from 1, and 0
    means unknown. `bits` are its binary digits. `leaves_by_fact` are the leaves of rules about each fact. `valid` is
    the set of all possible candidates: every fact has a valid number, and the scores are in `consistent_scores`.
    """

    machines: Sequence[Machine]
    rules: Sequence[Rule]
    budget: Budget = field(factory=Budget)
    leaves_by_fact: Mapping[str, Sequence[Leaf]] = field(init=False)
    values: dict[str, tuple[Value, ...]] = field(init=False, factory=dict)
    bits: dict[str, tuple[str, ...]] = field(init=False, factory=dict)
    bdd: BDD = field(init=False, factory=BDD)
    valid: Set = field(init=False)
    consistent_scores: Set = field(init=False)
    score_bounds: ScoreBounds = field(init=False)
    _value_sets: dict[str, Set] = field(init=False, factory=dict)
    _truth_sets: dict[Rule, TruthSets] = field(init=False, factory=dict)
    _node_count: int = field(init=False, default=_MIN_NODES)
    _value_cubes: dict[tuple[str, int], Set] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.leaves_by_fact = leaves(self.rules)
        self.score_bounds = ScoreBounds.of(self.rules)
        ranking = [name for machine in self.machines for name in ranking_facts(machine)]
        names = dict.fromkeys((*self.leaves_by_fact, *self.score_bounds.facts, *ranking))
        for step, facts in order_along_path(self.machines):
            for name in facts:
                if name in names:  # a result that no rule reads changes nothing, and would cost time
                    self._declare(name)
            self.bdd.declare(*mark_variables(step))
        for name in names:
            self._declare(name)
        self.consistent_scores = self.bdd.true
        self.score_bounds.constrain(self)
        self.valid = self.valid_values(self.bits)

    def _declare(self, name: str) -> None:
        """Declare the variable of a fact, and of each score whose parts all have a variable by now."""
        if name in self.values:
            return
        values = self._values_of(name)
        self.values[name] = values
        self._declare_bits(name, max(1, len(values).bit_length()))
        numbers = self.bdd.false
        for number in range(len(values) + 1):
            numbers |= self._value_cube(name, number)
        self._value_sets[name] = numbers
        for leaf, total in self.score_bounds.names_by_leaf.items():
            if total not in self.bits and all(part.fact in self.values for part in leaf.score.parts):
                self._declare_bits(total, 1)

    def _declare_bits(self, name: str, width: int) -> None:
        self.bits[name] = tuple(f"{name}#{digit}" for digit in range(width))
        self.bdd.declare(*self.bits[name])

    def _values_of(self, name: str) -> tuple[Value, ...]:
        """The result of a step has every possible value; any other fact has one value for each region."""
        if any(name in machine.steps for machine in self.machines):
            return RESULTS
        kind = next(m.declared.facts[name].kind for m in self.machines if name in m.declared.facts)
        return representatives(kind, self.leaves_by_fact.get(name, ()), name)

    def valid_values(self, names: Iterable[str]) -> Set:
        """All possible candidates, as far as these facts and bounds of scores are concerned."""
        found, bounds = self.bdd.true, set(self.score_bounds.names)
        for name in reversed([*names]):
            found = self.consistent_scores & found if name in bounds else self._value_sets[name] & found
        return found

    def _value_cube(self, name: str, number: int) -> Set:
        found = self._value_cubes.get((name, number))
        if found is None:
            found = self._value_cubes[name, number] = self.cube(self._digits(name, number))
        return found

    def _digits(self, name: str, number: int) -> dict[str, bool]:
        return {bit: bool(number >> digit & 1) for digit, bit in enumerate(self.bits[name])}

    def digits_of(self, name: str, value: Value | None) -> dict[str, bool]:
        """The binary digits of a fact with the value of a region, or unknown (None); empty if no rule reads it."""
        if name not in self.values:
            return {}
        return self._digits(name, 0 if value is None else self.values[name].index(value) + 1)

    def cube(self, digits: Mapping[str, bool]) -> Set:
        """Those who have these binary digits; built from the last variable up, so that each costs one operation."""
        levels = self.bdd.vars
        return self.bdd.cube({bit: digits[bit] for bit in sorted(digits, key=levels.__getitem__, reverse=True)})

    def collect_garbage(self) -> None:
        """Drop unused nodes, but only when the diagrams have grown: dropped results must be computed again."""
        if len(self.bdd) > 2 * self._node_count:
            self.bdd.collect_garbage()
            self._node_count = max(_MIN_NODES, len(self.bdd))

    # -- facts ----------------------------------------------------------------------------------------------------

    def is_value(self, name: str, value: Value) -> Set:
        """Those of whom a fact is known to have the value that represents its region."""
        return self._value_cube(name, self.values[name].index(value) + 1)

    def is_unknown(self, name: str) -> Set:
        """Those of whom a fact is not known."""
        return self._value_cube(name, 0)

    def is_known(self, name: str) -> Set:
        return ~self.is_unknown(name) & self._value_sets[name]

    def all_known(self, names: Iterable[str]) -> Set:
        """Those of whom all these facts are known; built from the last one up, so that each costs one operation."""
        found = self.bdd.true
        for name in reversed([*names]):
            found = self.is_known(name) & found
        return found

    def forget(self, members: Set, names: Iterable[str]) -> Set:
        """The set without any restriction on these facts (existential quantification)."""
        bits = [bit for name in names if name in self.bits for bit in self.bits[name]]
        return self.bdd.exist(bits, members) if bits else members

    def is_ranked(self, machine: Machine, names: Iterable[str]) -> Set:
        """Those of whom all these facts and scores are known."""
        found = self.bdd.true
        for name in names:
            score = machine.declared.scores.get(name)
            found &= self.score_bounds.is_known(score, self) if score else self.is_known(name)
        return found

    # -- rules ----------------------------------------------------------------------------------------------------

    def truth_sets(self, rule: Rule) -> TruthSets:
        """For whom a rule is true and for whom it is false."""
        found = self._truth_sets.get(rule)
        if found is None:
            found = self._truth_sets[rule] = self._compute(rule)
        return found

    def _compute(self, rule: Rule) -> TruthSets:
        match rule:
            case Compare(fact) | OneOf(fact) | Elapsed(fact):
                true, false = self.bdd.false, self.bdd.false
                for value in self.values[fact]:
                    here = self.is_value(fact, value)
                    if truth(rule, {fact: value}) is Truth.TRUE:
                        true |= here
                    else:
                        false |= here
                return TruthSets(true, false)
            case CompareScore():
                known = self.score_bounds.is_known(rule.score, self)
                over = self.bdd.var(self.bits[self.score_bounds.name_of(rule)][0])
                return TruthSets(known & over, known & ~over)
            case All(rules):
                return self._conjunction([self.truth_sets(part) for part in rules])
            case AnyOf(rules):
                negated = self._conjunction([TruthSets(each.false, each.true) for each in map(self.truth_sets, rules)])
                return TruthSets(negated.false, negated.true)
            case Not(inner):
                each = self.truth_sets(inner)
                return TruthSets(each.false, each.true)
            case Named(_, inner):
                return self.truth_sets(inner)
            case Constant(value):
                return TruthSets(
                    self.bdd.true if value is Truth.TRUE else self.bdd.false,
                    self.bdd.true if value is Truth.FALSE else self.bdd.false,
                )
            case _:
                assert_never(rule)

    def _conjunction(self, parts: Sequence[TruthSets]) -> TruthSets:
        true, false = self.bdd.true, self.bdd.false
        for part in parts:
            true = part.true & true
            false = part.false | false
        return TruthSets(true, false)

    # -- members --------------------------------------------------------------------------------------------------

    def pick_one(self, members: Set, preferences: Sequence[Set] = ()) -> "Valuation | None":
        """
        One member of a set; None if the set is empty.

        The member is also in as many of the `preferences` as possible; earlier ones come first.
        """
        members = members & self.valid
        return None if members == self.bdd.false else self.valuation(self.member(members, preferences))

    def member(self, members: Set, preferences: Sequence[Set] = ()) -> dict[str, bool]:
        """All binary digits of such a member; the set must not be empty."""
        return {**dict.fromkeys(self.bdd.vars, False), **(self.bdd.pick(self._closest(members, preferences)) or {})}

    def _closest(self, members: Set, preferences: Sequence[Set]) -> Set:
        """Those of a set who are in as many of the `preferences` as possible; all at once is tried first."""
        every = self.bdd.true
        for each in reversed(preferences):
            every = each & every
        if (closer := every & members) != self.bdd.false:
            return closer
        if len(preferences) == 1:
            return members
        half = len(preferences) // 2
        return self._closest(self._closest(members, preferences[:half]), preferences[half:])

    def valuation(self, digits: Mapping[str, bool]) -> "Valuation":
        """The valuation with these binary digits; absent digits are 0."""
        values = {name: self._value(name, digits) for name in self.values}
        return Valuation(values, {total: digits.get(self.bits[total][0], False) for total in self.score_bounds.names})

    def _value(self, name: str, digits: Mapping[str, bool]) -> Value | None:
        number = sum(digits.get(bit, False) << digit for digit, bit in enumerate(self.bits[name]))
        return self.values[name][number - 1] if 0 < number <= len(self.values[name]) else None

    def known_exactly(self, known: Mapping[str, Value | None], names: Iterable[str]) -> Set:
        """Those of whom, of the facts named, exactly these are known."""
        digits: dict[str, bool] = {}
        for name in names:
            digits |= self.digits_of(name, known.get(name))
        return self.cube(digits)

    def cube_of(self, valuation: "Valuation") -> Set:
        """The set of this one valuation: the same regions, and the same side of every bound of a score."""
        sides = self.bdd.cube({self.bits[total][0]: sides for total, sides in valuation.sides.items()})
        return self.known_exactly(valuation.values, valuation.values) & sides

    def matching(self, known: Mapping[str, Value]) -> Set:
        """Those in the same regions as a candidate with these facts, on any side of the bounds of scores."""
        found = self.valid
        for name, values in self.values.items():
            if name not in known:
                found &= self.is_unknown(name)
                continue
            here = self.bdd.false
            for value in values:
                same_answers = [
                    truth(leaf, {name: value}) == truth(leaf, known) for leaf in self.leaves_by_fact.get(name, ())
                ]
                if all(same_answers) if values != RESULTS else value == known[name]:
                    here |= self.is_value(name, value)
            found &= here
        return found


@frozen
class Valuation:
    """One member of a set: for each fact the value of its region or None, for each score bound the side taken."""

    values: Mapping[str, Value | None]
    sides: Mapping[str, bool]


def ranking_facts(machine: Machine) -> Iterator[str]:
    """The facts without which a result cannot be ranked."""
    for step in machine.steps.values():
        for name in (*step.keeps.by, *step.keeps.tie_break) if step.keeps is not None else ():
            score = machine.declared.scores.get(name)
            yield from (
                (each for part in score.parts for each in (part.fact, part.settled_by) if each) if score else (name,)
            )


def rules_of(machine: Machine) -> Iterator[Rule]:
    """Every rule by which a machine decides."""
    for step in machine.steps.values():
        yield from rules_of_step(step)
    for wanted in machine.properties:
        yield from (rule for rule in (wanted.never, wanted.always) if rule is not None)
    if machine.reserve is not None:
        yield from machine.reserve.kinds.values()
