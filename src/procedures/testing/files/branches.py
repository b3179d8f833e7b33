"""Which parts of a rule a worked case made decisive: those of which another answer is another answer of the whole."""

from collections.abc import Iterator

from attrs import frozen

from rules.algebra import All, AnyOf, Constant, Named, Not, Rule
from rules.evaluation import truth
from rules.facts import Known
from rules.truth import Truth


@frozen
class Branch:
    """A part of a rule that can decide: the condition or guard in which it stands, the way to it from the top, itself.

    Under another reading another rule may stand in its place, and is another branch.
    """

    unit: str
    way: tuple[int, ...]
    rule: Rule


def named_in(rule: Rule) -> Iterator[Named]:
    """The conditions that a rule names, and those that they name."""
    match rule:
        case Named(_, inner):
            yield rule
            yield from named_in(inner)
        case Not(inner):
            yield from named_in(inner)
        case All(rules) | AnyOf(rules):
            for part in rules:
                yield from named_in(part)
        case _:
            pass


def branches(unit: str, rule: Rule) -> Iterator[Branch]:
    """The parts of a condition or guard: the whole, and each part of every `all` and `any`; not of what it names."""
    while isinstance(rule, Named):
        unit, rule = rule.name, rule.rule
    if not isinstance(rule, Constant):
        yield from _parts(unit, rule, ())


def _parts(unit: str, rule: Rule, way: tuple[int, ...]) -> Iterator[Branch]:
    yield Branch(unit, way, rule)
    for index, part in enumerate(_members(rule)):
        yield from _parts(unit, part, (*way, index))


def _members(rule: Rule) -> tuple[Rule, ...]:
    """The parts of a combination, also under a `not`."""
    match rule:
        case Not(inner):
            return _members(inner)
        case All(rules) | AnyOf(rules):
            return rules
        case _:
            return ()


def decisive(unit: str, rule: Rule, known: Known, way: tuple[int, ...] = ()) -> Iterator[tuple[Branch, Truth]]:
    """The parts to which this person owes a yes or a no: were such a part otherwise, the whole would be.

    Conditions that it names are parts too, and their own parts in turn.
    """
    value = truth(rule, known)
    yield Branch(unit, way, rule), value
    if isinstance(rule, Named):
        yield from decisive(rule.name, rule.rule, known)
        return
    members = _members(rule)
    alone = Truth.TRUE if _is_any(rule) else Truth.FALSE  # one such part is enough for the whole
    values = [truth(part, known) for part in members]
    whole = (max if _is_any(rule) else min)(values, default=Truth.UNKNOWN)
    deciding = [index for index, each in enumerate(values) if each is whole]
    if whole is not Truth.UNKNOWN and (whole is not alone or len(deciding) == 1):
        for index in deciding:
            yield from decisive(unit, members[index], known, (*way, index))


def _is_any(rule: Rule) -> bool:
    return _is_any(rule.rule) if isinstance(rule, Not) else isinstance(rule, AnyOf)
