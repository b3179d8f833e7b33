"""Exact scores over encoded columns: computed in whole numbers, so that nothing is rounded.

64 bits are used where the ranges of the facts allow it, otherwise 128 bits; wider scores are refused.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from math import lcm
from operator import and_, or_
from typing import Final

import polars as pl
from attrs import frozen

from rules.algebra import Order
from rules.columns.encoding import Columns, largest_magnitude
from rules.facts import Part, Score
from rules.kinds import Number

_NARROW: Final = 2**63
_WIDE: Final = 2**127
_MOST_LEFT_OUT: Final = 12


class TooWideError(ValueError):
    """Columns cannot hold this score exactly; `rules.evaluation` can, one candidate at a time."""


@frozen
class _Term:
    """The whole number that a part adds to a sum: `factor` times the fact, minus `against`."""

    part: Part
    factor: int
    against: int = 0


def compare_score(score: Score, order: Order, bound: Fraction, columns: Columns) -> pl.Expr:
    """The comparison of a score with a bound; a mean is multiplied by the weights of its parts to avoid division."""
    if score.how == "best":
        unit = _unit((*(part.step for part in score.parts), bound))
        number, against = _best(score, unit, columns), bound
    else:
        against, share = (Fraction(0), bound) if score.how == "mean" else (bound, Fraction(0))
        unit = _unit((bound, *(n for part in score.parts for n in (part.step * part.weight, share * part.weight))))
        terms = [
            _Term(part, int(part.step * part.weight / unit), int(share * part.weight / unit)) for part in score.parts
        ]
        number = _total(terms, columns)
    return order.holds(number, _literal(int(against / unit)))  # type: ignore[arg-type, return-value]  # operators


def score_value(score: Score, columns: Columns) -> tuple[pl.Expr, Fraction]:
    """
    The score as a whole number (null while it is unknown), and the size of its unit.

    Raises:
        TooWideError: the whole numbers need more than 128 bits.
    """
    if score.how == "best":
        unit = _unit(part.step for part in score.parts)
        return _best(score, unit, columns), unit
    unit = _unit(part.step * part.weight for part in score.parts)
    factors = [int(part.step * part.weight / unit) for part in score.parts]
    if score.how == "sum":
        return _total([_Term(*pair) for pair in zip(score.parts, factors, strict=True)], columns), unit
    weighing = _unit(part.weight for part in score.parts)
    weights = [int(part.weight / weighing) for part in score.parts]
    # The division by the weights of the other parts must give whole numbers, whichever parts are left out.
    common = lcm(*_possible_weight_sums(score, weights))
    terms = [_Term(part, factor * common) for part, factor in zip(score.parts, factors, strict=True)]
    divisor = pl.sum_horizontal(
        pl.when(columns.is_known(part.fact)).then(weight).otherwise(0)
        for part, weight in zip(score.parts, weights, strict=True)
    )
    return _total(terms, columns) // divisor.cast(_dtype(terms, columns)), unit / weighing / common


def _possible_weight_sums(score: Score, weights: Sequence[int]) -> set[int]:
    """The possible sums of the weights of the parts that are not left out; 0 is not among them."""
    choices = [(True, False) if part.settled_by else (True,) for part in score.parts]
    if sum(len(choice) - 1 for choice in choices) > _MOST_LEFT_OUT:
        raise TooWideError(f"more than {_MOST_LEFT_OUT} parts of `{score.name}` may be left out")
    sums = {
        sum(weight for weight, is_counted in zip(weights, choice, strict=True) if is_counted)
        for choice in product(*choices)
    }
    return sums - {0}


def _total(terms: Sequence[_Term], columns: Columns) -> pl.Expr:
    """The sum over the known parts; null while a part is unknown and not left out, or where no part is known."""
    dtype = _dtype(terms, columns)
    total = reduce(lambda one, other: one + other, [_term_value(term, dtype, columns) for term in terms])
    if any(term.part.settled_by is None for term in terms):
        return total
    return pl.when(reduce(or_, [columns.is_known(term.part.fact) for term in terms])).then(total)


def _term_value(term: _Term, dtype: pl.DataType, columns: Columns) -> pl.Expr:
    part = term.part
    added = columns.fact(part.fact).cast(dtype) * _literal(term.factor, dtype) - _literal(term.against, dtype)
    if part.settled_by is None:
        return added
    return pl.when(_is_left_out(part, columns)).then(_literal(0, dtype)).otherwise(added)


def _best(score: Score, unit: Fraction, columns: Columns) -> pl.Expr:
    """The greatest part, in units; null while a part is unknown and not left out, or where no part is known."""
    terms = [_Term(part, int(part.step / unit)) for part in score.parts]
    dtype = _dtype(terms, columns)
    greatest = pl.max_horizontal(
        columns.fact(term.part.fact).cast(dtype) * _literal(term.factor, dtype) for term in terms
    )
    settled = [columns.is_known(part.fact) | _is_left_out(part, columns) for part in score.parts]
    return pl.when(reduce(and_, settled)).then(greatest)


def _is_left_out(part: Part, columns: Columns) -> pl.Expr:
    """Whether a part is unknown and will not come; never null."""
    if part.settled_by is None:
        return pl.lit(False)
    return ~columns.is_known(part.fact) & columns.is_one_of(part.settled_by, part.settled_as)


def _dtype(terms: Iterable[_Term], columns: Columns) -> pl.DataType:
    """The integer type for a sum of these terms; raises TooWideError where 128 bits are not enough."""
    most = 0
    for term in terms:
        kind = columns.declared.facts[term.part.fact].kind
        assert isinstance(kind, Number), "the parts of a score are numbers"
        most += largest_magnitude(kind) * abs(term.factor) + abs(term.against)
    if most >= _WIDE:
        raise TooWideError("a score needs more than 128 bits to be exact")
    return pl.Int64() if most < _NARROW else pl.Int128()


def _literal(value: int, dtype: pl.DataType | None = None) -> pl.Expr:
    return pl.lit(value, dtype=dtype or (pl.Int64() if abs(value) < _NARROW else pl.Int128()))


def _unit(numbers: Iterable[Fraction]) -> Fraction:
    """A unit of which all these numbers are whole multiples."""
    return Fraction(1, lcm(*(number.denominator for number in numbers)))
