"""Sets of what may be known of a person, as decision diagrams, and rules over them on two rails.

The door to `dd`. Every fact has finitely many regions and the possibility of not being known; a rule is a pair of sets:
those for whom it is surely true and those for whom it is surely false. UNKNOWN is what is in neither. (A solver of two
values would call "x or not x" true; Kleene does not.)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, assert_never

from attrs import define, field, frozen
from dd.autoref import BDD, Function

from procedures.kernel.machine import Machine
from procedures.kernel.names import RESULTS
from procedures.proofs.budget import Budget
from procedures.proofs.symbolic.regions import Leaf, leaves, representatives
from procedures.proofs.symbolic.score_bounds import Totals
from procedures.proofs.symbolic.variable_order import along_the_road, marks, rules_of_step
from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.evaluation import truth
from rules.kinds import Value
from rules.truth import Truth

Set: TypeAlias = Function
"""A set of valuations."""

_FEW: Final = 10_000


@frozen
class Rails:
    """A rule: for whom it is surely true, and for whom surely false."""

    true: Set
    false: Set


@define
class Symbols:
    """
    The variables of one or several machines, over the same facts.

    `values` are for each fact the values that stand for its regions; the variable of a fact counts them from 1, and 0
    is not known. `bits` are its binary digits. `asked` are the leaves of rules that ask about a fact. `valid` is
    everybody there could be: of every fact one of its `numbers`, and bounds of scores as is `possible`.
    """

    machines: Sequence[Machine]
    rules: Sequence[Rule]
    budget: Budget = field(factory=Budget)
    asked: Mapping[str, Sequence[Leaf]] = field(init=False)
    values: dict[str, tuple[Value, ...]] = field(init=False, factory=dict)
    bits: dict[str, tuple[str, ...]] = field(init=False, factory=dict)
    bdd: BDD = field(init=False, factory=BDD)
    valid: Set = field(init=False)
    possible: Set = field(init=False)
    totals: Totals = field(init=False)
    _numbers: dict[str, Set] = field(init=False, factory=dict)
    _rails: dict[Rule, Rails] = field(init=False, factory=dict)
    _held: int = field(init=False, default=_FEW)
    _cubes: dict[tuple[str, int], Set] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.asked = leaves(self.rules)
        self.totals = Totals.of(self.rules)
        ranking = [name for machine in self.machines for name in ranked_by(machine)]
        names = dict.fromkeys((*self.asked, *self.totals.facts, *ranking))
        for step, facts in along_the_road(self.machines):
            for name in facts:
                if name in names:  # how a step went that nobody asks about changes nothing, and would cost
                    self._declare(name)
            self.bdd.declare(*marks(step))
        for name in names:
            self._declare(name)
        self.possible = self.bdd.true
        self.totals.constrain(self)
        self.valid = self.among(self.bits)

    def _declare(self, name: str) -> None:
        """The variable of a fact; of a score too, once all its parts have theirs."""
        if name in self.values:
            return
        values = self._values_of(name)
        self.values[name] = values
        self._declare_bits(name, max(1, len(values).bit_length()))
        numbers = self.bdd.false
        for number in range(len(values) + 1):
            numbers |= self._numbered(name, number)
        self._numbers[name] = numbers
        for leaf, total in self.totals.asked.items():
            if total not in self.bits and all(part.fact in self.values for part in leaf.score.parts):
                self._declare_bits(total, 1)

    def _declare_bits(self, name: str, width: int) -> None:
        self.bits[name] = tuple(f"{name}#{digit}" for digit in range(width))
        self.bdd.declare(*self.bits[name])

    def _values_of(self, name: str) -> tuple[Value, ...]:
        """How a step went has a value for each result, whoever asks; another fact has one for each region."""
        if any(name in machine.steps for machine in self.machines):
            return RESULTS
        kind = next(m.declared.facts[name].kind for m in self.machines if name in m.declared.facts)
        return representatives(kind, self.asked.get(name, ()), name)

    def among(self, names: Iterable[str]) -> Set:
        """Everybody there could be, as far as these facts and bounds of scores are concerned."""
        found, bounds = self.bdd.true, set(self.totals.names)
        for name in reversed([*names]):
            found = self.possible & found if name in bounds else self._numbers[name] & found
        return found

    def _numbered(self, name: str, number: int) -> Set:
        found = self._cubes.get((name, number))
        if found is None:
            found = self._cubes[name, number] = self.cube(self._digits(name, number))
        return found

    def _digits(self, name: str, number: int) -> dict[str, bool]:
        return {bit: bool(number >> digit & 1) for digit, bit in enumerate(self.bits[name])}

    def digits_of(self, name: str, value: Value | None) -> dict[str, bool]:
        """The binary digits of a fact that has the value of a region, or (None) is not known; none if nobody asks."""
        if name not in self.values:
            return {}
        return self._digits(name, 0 if value is None else self.values[name].index(value) + 1)

    def cube(self, digits: Mapping[str, bool]) -> Set:
        """Those who have these binary digits; made from the last variable up, so that each takes one step."""
        levels = self.bdd.vars
        return self.bdd.cube({bit: digits[bit] for bit in sorted(digits, key=levels.__getitem__, reverse=True)})

    def tidy(self) -> None:
        """Drop what no set that is held needs; now and then, for what was computed is then computed again."""
        if len(self.bdd) > 2 * self._held:
            self.bdd.collect_garbage()
            self._held = max(_FEW, len(self.bdd))

    # -- facts ----------------------------------------------------------------------------------------------------

    def is_value(self, name: str, value: Value) -> Set:
        """Those of whom a fact is known to have the value that stands for its region."""
        return self._numbered(name, self.values[name].index(value) + 1)

    def is_unknown(self, name: str) -> Set:
        """Those of whom a fact is not known."""
        return self._numbered(name, 0)

    def is_known(self, name: str) -> Set:
        return ~self.is_unknown(name) & self._numbers[name]

    def all_known(self, names: Iterable[str]) -> Set:
        """Those of whom all these facts are known; made from the last one up, so that each takes one step."""
        found = self.bdd.true
        for name in reversed([*names]):
            found = self.is_known(name) & found
        return found

    def forgetting(self, among: Set, names: Iterable[str]) -> Set:
        """The same, whatever these facts may be."""
        bits = [bit for name in names if name in self.bits for bit in self.bits[name]]
        return self.bdd.exist(bits, among) if bits else among

    def is_ranked(self, machine: Machine, names: Iterable[str]) -> Set:
        """Those of whom all these facts and scores are known."""
        found = self.bdd.true
        for name in names:
            score = machine.declared.scores.get(name)
            found &= self.totals.known(score, self) if score else self.is_known(name)
        return found

    # -- rules ----------------------------------------------------------------------------------------------------

    def rails(self, rule: Rule) -> Rails:
        """For whom a rule is true and for whom it is false."""
        found = self._rails.get(rule)
        if found is None:
            found = self._rails[rule] = self._of(rule)
        return found

    def _of(self, rule: Rule) -> Rails:
        match rule:
            case Compare(fact) | OneOf(fact) | Elapsed(fact):
                true, false = self.bdd.false, self.bdd.false
                for value in self.values[fact]:
                    here = self.is_value(fact, value)
                    if truth(rule, {fact: value}) is Truth.TRUE:
                        true |= here
                    else:
                        false |= here
                return Rails(true, false)
            case CompareScore():
                known = self.totals.known(rule.score, self)
                over = self.bdd.var(self.bits[self.totals.name_of(rule)][0])
                return Rails(known & over, known & ~over)
            case All(rules):
                return self._joined([self.rails(part) for part in rules])
            case AnyOf(rules):
                denied = self._joined([Rails(each.false, each.true) for each in map(self.rails, rules)])
                return Rails(denied.false, denied.true)
            case Not(inner):
                each = self.rails(inner)
                return Rails(each.false, each.true)
            case Named(_, inner):
                return self.rails(inner)
            case Constant(value):
                return Rails(
                    self.bdd.true if value is Truth.TRUE else self.bdd.false,
                    self.bdd.true if value is Truth.FALSE else self.bdd.false,
                )
            case _:
                assert_never(rule)

    def _joined(self, parts: Sequence[Rails]) -> Rails:
        true, false = self.bdd.true, self.bdd.false
        for part in parts:
            true = part.true & true
            false = part.false | false
        return Rails(true, false)

    # -- members --------------------------------------------------------------------------------------------------

    def one_of(self, among: Set, wanted: Sequence[Set] = ()) -> "Person | None":
        """
        One member of a set; None of an empty one.

        Of those the set has, one that is also in as many of `wanted` as can be, the first ones first.
        """
        among = among & self.valid
        return None if among == self.bdd.false else self.person(self.member(among, wanted))

    def member(self, among: Set, wanted: Sequence[Set] = ()) -> dict[str, bool]:
        """The binary digits of such a member of a set that is not empty: all those there are."""
        return {**dict.fromkeys(self.bdd.vars, False), **(self.bdd.pick(self._closest(among, wanted)) or {})}

    def _closest(self, among: Set, wanted: Sequence[Set]) -> Set:
        """Those of a set who are in as many of `wanted` as can be; where all can be at once, that is asked once."""
        every = self.bdd.true
        for each in reversed(wanted):
            every = each & every
        if (closer := every & among) != self.bdd.false:
            return closer
        if len(wanted) == 1:
            return among
        half = len(wanted) // 2
        return self._closest(self._closest(among, wanted[:half]), wanted[half:])

    def person(self, digits: Mapping[str, bool]) -> "Person":
        """Who has these binary digits; those that are not there are 0."""
        values = {name: self._value(name, digits) for name in self.values}
        return Person(values, {total: digits.get(self.bits[total][0], False) for total in self.totals.names})

    def _value(self, name: str, digits: Mapping[str, bool]) -> Value | None:
        number = sum(digits.get(bit, False) << digit for digit, bit in enumerate(self.bits[name]))
        return self.values[name][number - 1] if 0 < number <= len(self.values[name]) else None

    def exactly(self, known: Mapping[str, Value | None], names: Iterable[str]) -> Set:
        """Those of whom just this is known by these names."""
        digits: dict[str, bool] = {}
        for name in names:
            digits |= self.digits_of(name, known.get(name))
        return self.cube(digits)

    def alike(self, person: "Person") -> Set:
        """Those of whom the same is known, in the same regions and on the same sides of every bound of a score."""
        sides = self.bdd.cube({self.bits[total][0]: over for total, over in person.over.items()})
        return self.exactly(person.values, person.values) & sides

    def holding(self, known: Mapping[str, Value]) -> Set:
        """Those in the same regions as somebody of whom this is known, on whatever side of the bounds of scores."""
        found = self.valid
        for name, values in self.values.items():
            if name not in known:
                found &= self.is_unknown(name)
                continue
            here = self.bdd.false
            for value in values:
                told = [truth(leaf, {name: value}) == truth(leaf, known) for leaf in self.asked.get(name, ())]
                if all(told) if values != RESULTS else value == known[name]:
                    here |= self.is_value(name, value)
            found &= here
        return found


@frozen
class Person:
    """One member of a set: for each fact the value of its region or None, for each bound of a score its side."""

    values: Mapping[str, Value | None]
    over: Mapping[str, bool]


def ranked_by(machine: Machine) -> Iterator[str]:
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
