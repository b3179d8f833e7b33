"""Evaluation of a rule on known facts: the reference meaning, with which every other engine is compared.

A rule is compiled to a function of the known facts. `compile_truth` gives the value alone, fast; `compile_finding`
gives the Finding, with the missing facts and the tree. `truth` and `find` evaluate a rule directly.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from attrs import define

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.facts import Known, Score
from rules.missing import find_missing
from rules.truth import Truth

_FALSE, _UNKNOWN, _TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
_NEGATED: Final = tuple(~value for value in Truth)
_CACHE_SIZE: Final = 4096
"""The number of compiled rules in the cache; parts of rules count, and equal rules share an entry."""

TruthFunction: TypeAlias = Callable[[Known], Truth]
"""A compiled rule that gives its value."""


# Never changed after it is created, because findings are shared. A frozen class would make trees a third slower.
@define
class Finding:
    """A rule, its value, the facts that are missing, and the findings of its parts.

    `missing` holds the facts of which learning one can decide the rule (see `rules.missing`). It is empty for a decided
    finding, even if some of its parts are unknown.
    """

    rule: Rule
    value: Truth
    missing: tuple[str, ...]
    parts: tuple["Finding", ...] = ()


FindingFunction: TypeAlias = Callable[[Known], Finding]
"""A compiled rule that gives its Finding."""


def truth(rule: Rule, known: Known) -> Truth:
    """The value of the rule: TRUE, FALSE, or UNKNOWN while facts that could decide it are missing."""
    return compile_truth(rule)(known)


def find(rule: Rule, known: Known) -> Finding:
    """The value of the rule with the missing facts, and the same for every part."""
    return compile_finding(rule)(known)


# -- values -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=_CACHE_SIZE)
def compile_truth(rule: Rule) -> TruthFunction:
    """The rule as a function from known facts to its value. This function defines the meaning of every node."""
    match rule:
        case Compare(fact, order, bound):
            return _compile_comparison(fact, order.comparison, bound)
        case OneOf(fact, values):
            return _compile_leaf(fact, values.__contains__)
        case Elapsed(fact):
            return _compile_leaf(fact, rule.holds)
        case CompareScore(score, order, bound):
            return _compile_score(score, order.comparison, bound)
        case All(rules):
            return _combine_truths(_FALSE, _TRUE, [compile_truth(part) for part in rules])
        case AnyOf(rules):
            return _combine_truths(_TRUE, _FALSE, [compile_truth(part) for part in rules])
        case Named(_, inner):
            return compile_truth(inner)
        case Not(inner):
            return _negate(compile_truth(inner))
        case Constant(value):
            return lambda known: value
        case _:
            assert_never(rule)


def _compile_comparison(fact: str, comparison: Callable[..., bool], bound: int) -> TruthFunction:
    def evaluate(known: Known) -> Truth:
        value = known.get(fact)
        if value is None:
            return _UNKNOWN
        return _TRUE if comparison(value, bound) else _FALSE

    return evaluate


def _compile_leaf(fact: str, holds: Callable[..., bool]) -> TruthFunction:
    def evaluate(known: Known) -> Truth:
        value = known.get(fact)
        if value is None:
            return _UNKNOWN
        return _TRUE if holds(value) else _FALSE

    return evaluate


def _compile_score(score: Score, comparison: Callable[..., bool], bound: Fraction) -> TruthFunction:
    def evaluate(known: Known) -> Truth:
        number = score.value(known)
        if number is None:
            return _UNKNOWN
        return _TRUE if comparison(number, bound) else _FALSE

    return evaluate


def _combine_truths(decisive: Truth, otherwise: Truth, parts: Sequence[TruthFunction]) -> TruthFunction:
    """Min or max of the parts: `decisive` if one part has that value, else UNKNOWN if one part is unknown."""

    def evaluate(known: Known) -> Truth:
        value = otherwise
        for part in parts:
            found = part(known)
            if found is decisive:
                return decisive
            if found is _UNKNOWN:
                value = found
        return value

    return evaluate


def _negate(inner: TruthFunction) -> TruthFunction:
    return lambda known: _NEGATED[inner(known)]


# -- findings ---------------------------------------------------------------------------------------------------


def compile_finding(rule: Rule) -> FindingFunction:
    """The rule as a function from known facts to its Finding. A test compares its values with `compile_truth`.

    The result is not cached, because a Finding holds its rule, and equal rules may have different places in a file.
    """
    match rule:
        case All(rules):
            return _combine_findings(rule, _FALSE, _TRUE, [compile_finding(part) for part in rules])
        case AnyOf(rules):
            return _combine_findings(rule, _TRUE, _FALSE, [compile_finding(part) for part in rules])
        case Named(_, inner) | Not(inner):
            return _compile_part_finding(rule, compile_finding(inner), isinstance(rule, Not))
        case CompareScore(score):
            return _compile_score_finding(rule, score)
        case OneOf(fact) | Compare(fact) | Elapsed(fact):
            return _compile_leaf_finding(rule, (fact,))
        case Constant():
            return _compile_leaf_finding(rule, ())
        case _:
            assert_never(rule)


def _compile_leaf_finding(rule: Rule, missing: tuple[str, ...]) -> FindingFunction:
    """A leaf has only three findings, which are created in advance."""
    evaluate = compile_truth(rule)
    findings = [Finding(rule, value, missing if value is _UNKNOWN else ()) for value in Truth]
    return lambda known: findings[evaluate(known)]


def _compile_score_finding(rule: Rule, score: Score) -> FindingFunction:
    evaluate_truth = compile_truth(rule)

    def evaluate(known: Known) -> Finding:
        value = evaluate_truth(known)
        return Finding(rule, value, score.missing(known) if value is _UNKNOWN else ())

    return evaluate


def _compile_part_finding(rule: Rule, evaluate_part: FindingFunction, is_negated: bool) -> FindingFunction:
    def evaluate(known: Known) -> Finding:
        part = evaluate_part(known)
        return Finding(rule, _NEGATED[part.value] if is_negated else part.value, part.missing, (part,))

    return evaluate


def _combine_findings(
    rule: Rule, decisive: Truth, otherwise: Truth, compiled: Sequence[FindingFunction]
) -> FindingFunction:
    """Like `_combine_truths`, but every part is evaluated, because the Finding contains all parts."""

    def evaluate(known: Known) -> Finding:
        parts = tuple([evaluate_part(known) for evaluate_part in compiled])
        values = [part.value for part in parts]
        value = decisive if decisive in values else _UNKNOWN if _UNKNOWN in values else otherwise
        if value is not _UNKNOWN:
            return Finding(rule, value, (), parts)
        names = [name for part in parts if part.value is _UNKNOWN for name in part.missing]
        return Finding(rule, value, find_missing(rule, known, names, compile_truth), parts)

    return evaluate
