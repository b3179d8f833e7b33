"""What a rule says of what is known: the reference meaning, which every other engine is compared with.

A rule is compiled to a function of what is known: `asking` gives the value alone and quickly, `finding` the Finding,
with what is missing and the tree. `truth` and `find` are the two for a rule that is asked now and then.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from attrs import define

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.facts import Known, Score
from rules.truth import Truth

_FALSE, _UNKNOWN, _TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
_OPPOSITE: Final = tuple(~value for value in Truth)
_KEPT: Final = 4096
"""How many rules stay compiled; parts count, and equal ones share."""

Ask: TypeAlias = Callable[[Known], Truth]
"""A rule compiled to its value."""


# Never written to after it was made, for findings are shared; a frozen record would cost a tree a third of its pace.
@define
class Finding:
    """A rule, its value, the facts that are missing, and the findings of its parts.

    `missing` holds the facts in the undecided parts on which the value hangs, and no others: a decided finding
    misses nothing, however much is unknown inside it.
    """

    rule: Rule
    value: Truth
    missing: tuple[str, ...]
    parts: tuple["Finding", ...] = ()


Look: TypeAlias = Callable[[Known], Finding]
"""A rule compiled to its Finding."""


def truth(rule: Rule, known: Known) -> Truth:
    """TRUE, FALSE, or UNKNOWN while facts that could settle it are missing."""
    return compile_truth(rule)(known)


def find(rule: Rule, known: Known) -> Finding:
    """The value with its reasons: what is missing, and the same for every part."""
    return compile_finding(rule)(known)


# -- values -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=_KEPT)
def compile_truth(rule: Rule) -> Ask:
    """The rule as a function from what is known to its value: here is said, node by node, what a rule means."""
    match rule:
        case Compare(fact, order, bound):
            return _comparing(fact, order.compares, bound)
        case OneOf(fact, values):
            return _leaf(fact, values.__contains__)
        case Elapsed(fact):
            return _leaf(fact, rule.holds)
        case CompareScore(score, order, bound):
            return _scoring(score, order.compares, bound)
        case All(rules):
            return _settled_by(_FALSE, _TRUE, [compile_truth(part) for part in rules])
        case AnyOf(rules):
            return _settled_by(_TRUE, _FALSE, [compile_truth(part) for part in rules])
        case Named(_, inner):
            return compile_truth(inner)
        case Not(inner):
            return _opposite(compile_truth(inner))
        case Constant(value):
            return lambda known: value
        case _:
            assert_never(rule)


def _comparing(fact: str, compares: Callable[..., bool], bound: int) -> Ask:
    def ask(known: Known) -> Truth:
        value = known.get(fact)
        if value is None:
            return _UNKNOWN
        return _TRUE if compares(value, bound) else _FALSE

    return ask


def _leaf(fact: str, holds: Callable[..., bool]) -> Ask:
    def ask(known: Known) -> Truth:
        value = known.get(fact)
        if value is None:
            return _UNKNOWN
        return _TRUE if holds(value) else _FALSE

    return ask


def _scoring(score: Score, compares: Callable[..., bool], bound: Fraction) -> Ask:
    def ask(known: Known) -> Truth:
        number = score.value(known)
        if number is None:
            return _UNKNOWN
        return _TRUE if compares(number, bound) else _FALSE

    return ask


def _settled_by(decisive: Truth, otherwise: Truth, asks: Sequence[Ask]) -> Ask:
    """Min or max of the parts: one that is `decisive` settles it, else an unknown one leaves it open."""

    def ask(known: Known) -> Truth:
        value = otherwise
        for part in asks:
            found = part(known)
            if found is decisive:
                return decisive
            if found is _UNKNOWN:
                value = found
        return value

    return ask


def _opposite(asked: Ask) -> Ask:
    return lambda known: _OPPOSITE[asked(known)]


# -- findings ---------------------------------------------------------------------------------------------------


def compile_finding(rule: Rule) -> Look:
    """The rule as a function from what is known to its Finding; its leaves are asked, and a law holds it to `asking`.

    Made anew each time, for a Finding holds its rule, and equal rules may stand in different places of a file.
    """
    match rule:
        case All(rules):
            return _of_parts(rule, _FALSE, _TRUE, [compile_finding(part) for part in rules])
        case AnyOf(rules):
            return _of_parts(rule, _TRUE, _FALSE, [compile_finding(part) for part in rules])
        case Named(_, inner) | Not(inner):
            return _of_part(rule, compile_finding(inner), isinstance(rule, Not))
        case CompareScore(score):
            return _of_score(rule, score)
        case OneOf(fact) | Compare(fact) | Elapsed(fact):
            return _of_leaf(rule, (fact,))
        case Constant():
            return _of_leaf(rule, ())
        case _:
            assert_never(rule)


def _of_leaf(rule: Rule, missing: tuple[str, ...]) -> Look:
    """There are but three findings of a leaf, and they are made beforehand."""
    ask = compile_truth(rule)
    made = [Finding(rule, value, missing if value is _UNKNOWN else ()) for value in Truth]
    return lambda known: made[ask(known)]


def _of_score(rule: Rule, score: Score) -> Look:
    ask = compile_truth(rule)

    def look(known: Known) -> Finding:
        value = ask(known)
        return Finding(rule, value, score.missing(known) if value is _UNKNOWN else ())

    return look


def _of_part(rule: Rule, of: Look, turned: bool) -> Look:
    def look(known: Known) -> Finding:
        part = of(known)
        return Finding(rule, _OPPOSITE[part.value] if turned else part.value, part.missing, (part,))

    return look


def _of_parts(rule: Rule, decisive: Truth, otherwise: Truth, looks: Sequence[Look]) -> Look:
    """As `_settled_by`, of parts that are all wanted."""

    def look(known: Known) -> Finding:
        parts = tuple([of(known) for of in looks])
        values = [part.value for part in parts]
        value = decisive if decisive in values else _UNKNOWN if _UNKNOWN in values else otherwise
        return Finding(rule, value, _missing(parts) if value is _UNKNOWN else (), parts)

    return look


def _missing(parts: tuple[Finding, ...]) -> tuple[str, ...]:
    """What is missing in the parts that are undecided, each once and in order."""
    return tuple(dict.fromkeys(name for part in parts if part.value is _UNKNOWN for name in part.missing))
