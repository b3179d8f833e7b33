"""Conversion of plain data to rules and back, checked against the declared facts; every problem has a position."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import define, field

from rules import algebra
from rules.algebra import ALWAYS, Compare, CompareScore, Elapsed, Named, OneOf, Order, Rule
from rules.calendar import CalendarError, Duration
from rules.facts import Declared, Fact, Score
from rules.formulas import bound_help, formula_help, list_help, operator_help
from rules.kinds import Choice, Date, FactError, Flag, Level, Number, Text
from rules.nodes import Listing, Node, PlainData, Scalar, Table, describe, node_of
from rules.notation import unseen_help
from rules.problems import Place, Problems, RuleError
from rules.size import MOST_LEVELS, MOST_PARTS_TOGETHER, Size, size_of
from rules.suggestions import did_you_mean
from rules.words import Words

ORDERS: Final[Mapping[str, Order]] = {
    "at_least": Order.AT_LEAST,
    "at_most": Order.AT_MOST,
    "more_than": Order.MORE_THAN,
    "less_than": Order.LESS_THAN,
    "before": Order.LESS_THAN,
    "after": Order.MORE_THAN,
}
MEMBERSHIPS: Final = ("is", "is_not", "one_of", "none_of")
OPERATORS: Final[Mapping[str, str]] = {
    "is": "the fact has this value",
    "is_not": "the fact has another value than this",
    "one_of": "the fact has one of these values",
    "none_of": "the fact has none of these values",
    "at_least": "this or more; for a level: this one or a higher one",
    "at_most": "this or less",
    "more_than": "more than this",
    "less_than": "less than this",
    "before": "earlier than this date or moment",
    "after": "later than this date or moment",
    "as_of": "beside a duration asked of a date: the day on which it must have passed",
}
_COMBINATIONS: Final = ("all", "any", "not")
_SMALLER: Final = "say it with fewer conditions, or record in a step what was decided"


@define
class ConditionSource:
    """A named rule as written. It is read when another rule first names it, so that the order does not matter."""

    node: Node | None
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()
    place: Place | None = None


@define
class RuleReader:
    """Reads rules over `declared` facts. `references` are the days that `as_of` may name.

    Problems are added to `problems`. A rule that cannot be read becomes ALWAYS, so that reading continues.
    """

    declared: Declared
    problems: Problems
    conditions: Mapping[str, ConditionSource] = field(factory=dict)
    references: Mapping[str, date] = field(factory=dict)
    _read_conditions: dict[str, Named] = field(factory=dict, init=False)
    _open_conditions: list[str] = field(factory=list, init=False)
    _sizes: dict[str, Size] = field(factory=dict, init=False)
    _nesting: int = field(default=0, init=False)
    _parts_read: int = field(default=0, init=False)

    def rule(self, node: Node, step: str | None = None) -> Rule:
        """The rule written at `node`; the facts of `step` may have their short names."""
        self._nesting += 1
        rule = self._rule(node, step)
        self._nesting -= 1
        return rule if self._nesting else self._limit(rule, node.place)

    def _limit(self, rule: Rule, place: Place | None) -> Rule:
        """The rule, or ALWAYS where it or all rules together are so large that evaluating them would take too long."""
        size = size_of(rule, self._sizes)
        if told := size.beyond_limit():
            self.problems.add(f"this rule {told}", place, _SMALLER)
            return ALWAYS
        self._parts_read += size.parts
        if self._parts_read > MOST_PARTS_TOGETHER:
            self.problems.add(
                f"the rules of this definition have more than {MOST_PARTS_TOGETHER:,} parts together, with the"
                " conditions that they name written out",
                place,
                _SMALLER,
            )
            return ALWAYS
        return rule

    def _rule(self, node: Node, step: str | None) -> Rule:
        match node:
            case Scalar():
                return self._condition_by_name(node)
            case Table() if len(node.entries) == 1:
                ((key, value),) = node.entries.items()
                return self._single_key_rule(node, key, value, step)
            case Table():
                self.problems.add(
                    f"a rule has one key, this mapping has {len(node.entries)}",
                    node.place,
                    "put several rules in a list under `all:` or `any:`",
                )
            case Listing():
                self.problems.add(
                    "a list is not a rule", node.place, "put it under `all:` (every one) or `any:` (at least one)"
                )
        return ALWAYS

    def condition(self, name: str, place: Place | None = None) -> Rule:
        """The condition with this name; a condition that refers to itself is a problem."""
        if name in self._read_conditions:
            return self._read_conditions[name]
        source = self.conditions[name]
        if name in self._open_conditions:
            path = " → ".join(
                f"`{step}`" for step in [*self._open_conditions[self._open_conditions.index(name) :], name]
            )
            self.problems.add(f"condition `{name}` refers to itself: {path}", place or source.place)
            return ALWAYS
        if len(self._open_conditions) >= MOST_LEVELS:
            self.problems.add(
                f"condition `{name}` stands in more than {MOST_LEVELS} conditions, one in another", place, _SMALLER
            )
            return ALWAYS
        self._open_conditions.append(name)
        self._nesting += 1  # the size of a condition is checked here, with its name
        rule = self.rule(source.node) if source.node is not None else ALWAYS
        self._nesting -= 1
        self._open_conditions.pop()
        size = size_of(rule, self._sizes).inside_another()
        if told := size.beyond_limit():
            self.problems.add(f"condition `{name}` {told}", source.place, _SMALLER)
            rule, size = ALWAYS, Size(1, 1)
        self._sizes[name] = size
        self._read_conditions[name] = Named(name, rule, source.label, source.sources)
        return self._read_conditions[name]

    def _condition_by_name(self, node: Scalar) -> Rule:
        name = node.text
        if name in self.conditions:
            return self.condition(name, node.place)
        if name in self.declared.facts or name in self.declared.scores:
            self.problems.add(
                f"`{name}` is a fact, not a condition", node.place, f"say what it must be, as in `{{{name}: …}}`"
            )
        else:
            help_ = unseen_help(name) or formula_help(name) or did_you_mean(name, self.conditions)
            self.problems.add(f"unknown condition {describe(node)}", node.place, help_)
        return ALWAYS

    def _single_key_rule(self, node: Table, key: str, value: Node, step: str | None) -> Rule:
        if key in ("all", "any"):
            if not isinstance(value, Listing):
                self.problems.add(
                    f"`{key}` takes a list of rules, not {describe(value)}",
                    value.place,
                    list_help(key, value, self.conditions),
                )
                return ALWAYS
            rules = [self.rule(item, step) for item in value.items]
            return algebra.all_of(*rules) if key == "all" else algebra.any_of(*rules)
        if key == "not":
            return algebra.not_(self.rule(value, step))
        return self._fact_rule(key, value, node.place_of(key), step)

    def _fact_rule(self, key: str, value: Node, place: Place | None, step: str | None) -> Rule:
        name = self.full_name(key, step)
        if score := self.declared.scores.get(name):
            self._refuse_as_of(value, f"`{key}` is a score")
            return self._operators(value, place, key, lambda op, bound, _: self._score(score, op, bound))
        fact = self.declared.facts.get(name)
        if fact is None and key in self.conditions:
            denied = isinstance(value, Scalar) and value.text == "false"
            help_ = f"write `{{not: {key}}}`" if denied else f"write its name alone: `{key}`"
            self.problems.add(f"`{key}` is a condition, not a fact", place, help_)
            return ALWAYS
        if fact is None:
            known = [*self.declared.facts, *self.declared.scores, *self.conditions, *_COMBINATIONS]
            if step:
                known += [n.removeprefix(f"{step}.") for n in known if n.startswith(f"{step}.")]
            self.problems.add(f"unknown fact `{key}`", place, did_you_mean(key, known))
            return ALWAYS
        if isinstance(fact.kind, Text):
            self.problems.add(
                f"`{key}` is text: it is kept as evidence and never decided on", place, "declare a flag or a choice"
            )
            return ALWAYS
        if not isinstance(value, Table):
            return self._membership(fact, "is", value)
        as_of = value.get("as_of")
        if not isinstance(fact.kind, Date):
            self._refuse_as_of(value, f"`{fact.name}` is a {fact.kind.word}")
        elif not set(ORDERS).difference(("before", "after")).intersection(value.entries):
            self._refuse_as_of(value, f"no duration is asked of `{fact.name}`")
        return self._operators(value, place, key, lambda op, bound, _: self._comparison(fact, op, bound, as_of))

    def full_name(self, name: str, step: str | None) -> str:
        """The full name of a fact: `score` in step `interview` is `interview.score`; other names are unchanged."""
        own = f"{step}.{name}"
        return own if step and own in self.declared.facts else name

    def _operators(
        self, value: Node, place: Place | None, key: str, read: Callable[[str, Node, Place | None], Rule]
    ) -> Rule:
        if not isinstance(value, Table):
            return read("is", value, place)
        rules: dict[str, Rule] = {}
        for operator, bound in value:
            if operator not in OPERATORS:
                help_ = operator_help(operator) or did_you_mean(operator, OPERATORS)
                self.problems.add(f"unknown operator `{operator}`", value.place_of(operator), help_)
            elif operator != "as_of":
                rules[operator] = read(operator, bound, value.place_of(operator))
        if not value.entries.keys() - {"as_of"}:
            self.problems.add(f"nothing is asked of `{key}`", place, "write a value, or an operator such as `at_least`")
        # The order in which an author writes operators means nothing.
        return algebra.all_of(*(rules[operator] for operator in OPERATORS if operator in rules))

    def _comparison(self, fact: Fact, operator: str, bound: Node, as_of: Node | None) -> Rule:
        if operator in MEMBERSHIPS:
            return self._membership(fact, operator, bound)
        order = ORDERS[operator]
        if not fact.kind.ordered:
            options = "`is`, `is_not`, `one_of` or `none_of`"
            self.problems.add(
                f"a {fact.kind.word} has no order, so `{operator}` cannot be asked of `{fact.name}`",
                bound.place,
                f"use {options}",
            )
            return ALWAYS
        if operator in ("before", "after") and fact.kind.word not in ("date", "moment"):
            self.problems.add(
                f"`{operator}` compares dates and moments; `{fact.name}` is a {fact.kind.word}",
                bound.place,
                "use `less_than` or `more_than`",
            )
            return ALWAYS
        if isinstance(fact.kind, Date) and operator not in ("before", "after"):
            elapsed = self._elapsed(fact, order, bound, as_of)
            if elapsed is not None:
                return elapsed
        encoded = self._value(fact, bound, operator)
        return ALWAYS if encoded is None else Compare(fact.name, order, int(encoded))

    def _refuse_as_of(self, value: Node, reason: str) -> None:
        if isinstance(value, Table) and "as_of" in value.entries:
            sentence = f"`as_of` goes with a duration asked of a date; {reason}"
            self.problems.add(sentence, value.place_of("as_of"), "leave it out")

    def _elapsed(self, fact: Fact, order: Order, bound: Node, as_of: Node | None) -> Rule | None:
        """The rule for a duration since a date; None where `bound` is itself a date."""
        duration = None
        if isinstance(bound, Scalar):
            try:
                duration = Duration.parse(bound.text)
            except CalendarError as error:
                if as_of is not None:
                    self.problems.add(str(error), bound.place, error.help)
                    return ALWAYS
        if duration is None:
            return None
        if as_of is None:
            self.problems.add(
                f"`{fact.name}` is a date: a duration must have passed by some day",
                bound.place,
                "add `as_of:` with a date, `applications.until` or a step's `on`",
            )
            return ALWAYS
        reference = self._day(as_of)
        if reference is None:
            return ALWAYS
        try:
            return Elapsed(fact.name, order, duration, reference)
        except CalendarError as error:
            self.problems.add(str(error), bound.place, error.help)
            return ALWAYS

    def _day(self, node: Node) -> date | None:
        if isinstance(node, Scalar) and node.text in self.references:
            return self.references[node.text]
        try:
            return date.fromordinal(int(Date().encode(node)))
        except FactError as error:
            help_ = did_you_mean(node.text, self.references) if isinstance(node, Scalar) else None
            self.problems.add(
                f"as_of: {error}" if not help_ else f"unknown day {describe(node)}", node.place, help_ or error.help
            )
            return None

    def _membership(self, fact: Fact, operator: str, bound: Node) -> Rule:
        several = operator in ("one_of", "none_of")
        if several and not isinstance(bound, Listing):
            help_ = f"put it in brackets: `[{bound.text}]`" if isinstance(bound, Scalar) and bound.text else None
            self.problems.add(f"`{operator}` takes a list, not {describe(bound)}", bound.place, help_)
            return ALWAYS
        nodes = bound.items if several and isinstance(bound, Listing) else (bound,)
        values = [value for node in nodes if (value := self._value(fact, node, operator)) is not None]
        rule = algebra.one_of(fact.name, values)
        return algebra.not_(rule) if operator in ("is_not", "none_of") else rule

    def _value(self, fact: Fact, node: Node, operator: str) -> bool | int | str | None:
        if isinstance(fact.kind, Date) and isinstance(node, Scalar) and node.text in self.references:
            return self.references[node.text].toordinal()
        try:
            return fact.kind.encode(node)
        except FactError as error:
            self._report_value(fact.name, node, operator, error)
            return None

    def _report_value(self, name: str, node: Node, operator: str, error: FactError) -> None:
        help_ = bound_help(node.text, operator) if isinstance(node, Scalar) else None
        self.problems.add(f"`{name}`: {error}", node.place, help_ or error.help)

    def _score(self, score: Score, operator: str, bound: Node) -> Rule:
        try:
            # A score may be compared with any decimal of up to 15 digits, because it is a quotient without steps.
            kind = Number(step=Number().step.scaleb(-13))
            number = Fraction(int(kind.encode(bound))) * Fraction(kind.step)
        except FactError as error:
            self._report_value(score.name, bound, operator, error)
            return ALWAYS
        if operator in ("is", "is_not"):
            equal = algebra.all_of(
                CompareScore(score, Order.AT_LEAST, number), CompareScore(score, Order.AT_MOST, number)
            )
            return equal if operator == "is" else algebra.not_(equal)
        if operator not in ORDERS or operator in ("before", "after"):
            self.problems.add(f"`{operator}` cannot be asked of a score", bound.place, "use `at_least` or `less_than`")
            return ALWAYS
        return CompareScore(score, ORDERS[operator], number)


def read_rule(
    data: "PlainData | Node",
    declared: Declared,
    *,
    conditions: "Mapping[str, PlainData | Node] | None" = None,
    references: Mapping[str, date] | None = None,
) -> Rule:
    """
    The rule written as plain data or a node, over the declared facts.

    `conditions` are the rules that it may name; `references` the days that `as_of` may name.

    Raises:
        RuleError: something is wrong; it lists every problem.
    """
    problems = Problems()
    sources = {name: ConditionSource(_node(rule)) for name, rule in (conditions or {}).items()}
    reader = RuleReader(declared, problems, sources, references or {})
    rule = reader.rule(_node(data))
    for name in sources:
        reader.condition(name)
    if problems:
        raise RuleError(problems)
    return rule


def _node(data: "PlainData | Node") -> Node:
    return data if isinstance(data, Scalar | Listing | Table) else node_of(data)


def plain_rule(rule: Rule, declared: Declared) -> PlainData:
    """The rule as plain data in the language of definitions; conditions by their names. `read_rule` reads it back."""
    match rule:
        case algebra.Constant():
            return {"all": []} if rule == ALWAYS else {"any": []}
        case OneOf(fact, values):
            given = _plain_values(declared, fact, values)
            return {fact: given[0] if len(given) == 1 else {"one_of": given}}
        case Compare(fact, order, bound):
            return {fact: {order.value: _plain_values(declared, fact, (bound,))[0]}}
        case CompareScore(score, order, number):
            return {score.name: {order.value: _plain_number(number)}}
        case Elapsed(fact, order, duration, reference):
            return {fact: {order.value: str(duration), "as_of": reference.isoformat()}}
        case algebra.Not(inner):
            return {"not": plain_rule(inner, declared)}
        case algebra.All(rules):
            return {"all": [plain_rule(part, declared) for part in rules]}
        case algebra.AnyOf(rules):
            return {"any": [plain_rule(part, declared) for part in rules]}
        case Named(name):
            return name


def _plain_values(declared: Declared, fact: str, values: Iterable[bool | int | str]) -> list[PlainData]:
    kind = declared.facts[fact].kind
    assert isinstance(kind, Choice | Level | Flag) or kind.ordered
    return [kind.decode(value) for value in values]


def _plain_number(number: Fraction) -> int | float | Decimal:
    """The number as in JSON, or as a Decimal where a float would not be exact."""
    if number.denominator == 1:
        return number.numerator
    return float(number) if Fraction(repr(float(number))) == number else Decimal(number.numerator) / number.denominator
