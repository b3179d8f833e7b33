"""What a rule says of what is known: the reference meaning, which every other engine is compared with.

`truth` gives the value alone and quickly; `find` gives the Finding, with what is missing and the tree.
"""

from typing import assert_never

from attrs import frozen

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.facts import Known
from rules.truth import Truth

_FALSE, _UNKNOWN, _TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE


@frozen
class Finding:
    """A rule, its value, the facts that are missing, and the findings of its parts.

    `missing` holds the facts in the undecided parts on which the value hangs, and no others: a decided finding
    misses nothing, however much is unknown inside it.
    """

    rule: Rule
    value: Truth
    missing: tuple[str, ...]
    parts: tuple["Finding", ...] = ()


def truth(rule: Rule, known: Known) -> Truth:  # noqa: C901 - one arm a node
    """TRUE, FALSE, or UNKNOWN while facts that could settle it are missing."""
    match rule:
        case Compare(fact, order, bound):
            value = known.get(fact)
            if value is None:
                return _UNKNOWN
            return _TRUE if order.holds(value, bound) else _FALSE  # type: ignore[arg-type]  # ordered kinds are ints
        case OneOf(fact, values):
            value = known.get(fact)
            if value is None:
                return _UNKNOWN
            return _TRUE if value in values else _FALSE
        case All(rules):
            return min((truth(part, known) for part in rules), default=_TRUE)
        case AnyOf(rules):
            return max((truth(part, known) for part in rules), default=_FALSE)
        case Named(_, inner):
            return truth(inner, known)
        case Not(inner):
            return ~truth(inner, known)
        case Elapsed(fact):
            value = known.get(fact)
            if value is None:
                return _UNKNOWN
            return _TRUE if rule.holds(int(value)) else _FALSE
        case CompareScore(score, order, bound):
            number = score.value(known)
            if number is None:
                return _UNKNOWN
            return _TRUE if order.holds(number, bound) else _FALSE
        case Constant(value):
            return value
        case _:
            assert_never(rule)


def find(rule: Rule, known: Known) -> Finding:
    """The value with its reasons: what is missing, and the same for every part."""
    match rule:
        case All(rules) | AnyOf(rules):
            parts = tuple(find(part, known) for part in rules)
            values = (part.value for part in parts)
            value = min(values, default=_TRUE) if isinstance(rule, All) else max(values, default=_FALSE)
            return Finding(rule, value, _missing(value, parts), parts)
        case Named(_, inner) | Not(inner):
            part = find(inner, known)
            return Finding(rule, ~part.value if isinstance(rule, Not) else part.value, part.missing, (part,))
        case CompareScore(score):
            value = truth(rule, known)
            return Finding(rule, value, score.missing(known) if value is _UNKNOWN else ())
        case OneOf(fact) | Compare(fact) | Elapsed(fact):
            value = truth(rule, known)
            return Finding(rule, value, (fact,) if value is _UNKNOWN else ())
        case Constant(value):
            return Finding(rule, value, ())
        case _:
            assert_never(rule)


def _missing(value: Truth, parts: tuple[Finding, ...]) -> tuple[str, ...]:
    if value is not _UNKNOWN:
        return ()
    return tuple(dict.fromkeys(name for part in parts if part.value is _UNKNOWN for name in part.missing))
