"""The parts of a rule that were decisive in a worked case: another value of the part would change the whole rule."""

from collections.abc import Iterator

from attrs import frozen

from rules.algebra import All, AnyOf, Constant, Named, Not, Rule
from rules.evaluation import truth
from rules.facts import Known
from rules.truth import Truth


@frozen
class Branch:
    """A part of a rule that can decide: its condition or guard, the indexes that lead to it from the top, the rule.

    Under another reading another rule may be in the same place; that is another branch.
    """

    unit: str
    path: tuple[int, ...]
    rule: Rule


def named_rules(rule: Rule) -> Iterator[Named]:
    """The conditions that a rule names, and those that they name."""
    match rule:
        case Named(_, inner):
            yield rule
            yield from named_rules(inner)
        case Not(inner):
            yield from named_rules(inner)
        case All(rules) | AnyOf(rules):
            for part in rules:
                yield from named_rules(part)
        case _:
            pass


def branches(unit: str, rule: Rule) -> Iterator[Branch]:
    """The parts of a condition or guard: the whole, and each part of every `all` and `any`, without named rules."""
    while isinstance(rule, Named):
        unit, rule = rule.name, rule.rule
    if not isinstance(rule, Constant):
        yield from _parts(unit, rule, ())


def _parts(unit: str, rule: Rule, path: tuple[int, ...]) -> Iterator[Branch]:
    yield Branch(unit, path, rule)
    for index, part in enumerate(_members(rule)):
        yield from _parts(unit, part, (*path, index))


def _members(rule: Rule) -> tuple[Rule, ...]:
    """The parts of a combination, also under a `not`."""
    match rule:
        case Not(inner):
            return _members(inner)
        case All(rules) | AnyOf(rules):
            return rules
        case _:
            return ()


def decisive_branches(
    unit: str, rule: Rule, known: Known, path: tuple[int, ...] = ()
) -> Iterator[tuple[Branch, Truth]]:
    """The parts that decide the rule for these facts, each with its value: another value would change the whole.

    Named conditions are parts too, and so are their own parts.
    """
    value = truth(rule, known)
    yield Branch(unit, path, rule), value
    if isinstance(rule, Named):
        yield from decisive_branches(rule.name, rule.rule, known)
        return
    members = _members(rule)
    alone = Truth.TRUE if _is_any(rule) else Truth.FALSE  # one such part is enough for the whole
    values = [truth(part, known) for part in members]
    whole = (max if _is_any(rule) else min)(values, default=Truth.UNKNOWN)
    deciding = [index for index, each in enumerate(values) if each is whole]
    if whole is not Truth.UNKNOWN and (whole is not alone or len(deciding) == 1):
        for index in deciding:
            yield from decisive_branches(unit, members[index], known, (*path, index))


def _is_any(rule: Rule) -> bool:
    return _is_any(rule.rule) if isinstance(rule, Not) else isinstance(rule, AnyOf)
