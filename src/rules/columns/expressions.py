"""A rule as one polars expression over encoded columns, in which a null is UNKNOWN.

The operators `&`, `|` and `~` of polars follow Kleene's logic, so only the leaves need expressions of their own.
"""

from collections.abc import Collection
from functools import reduce
from operator import and_, or_
from typing import Final, assert_never

import polars as pl

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Order, Rule
from rules.columns.encoding import Columns
from rules.columns.scores import compare_score
from rules.facts import Declared
from rules.kinds import Value

_LOWER_BOUNDS: Final = (Order.AT_LEAST, Order.MORE_THAN)
_MOST_EQUALITIES: Final = 4


def truths(rule: Rule, table: pl.DataFrame, declared: Declared) -> pl.Series:
    """A column with true, false or null (UNKNOWN) for each row; facts without a column are unknown."""
    return table.with_columns(expression(rule, declared, table.columns).alias("")).get_column("")


def expression(rule: Rule, declared: Declared, columns: Collection[str] | None = None) -> pl.Expr:
    """
    The rule over encoded columns: true, false, or null for UNKNOWN.

    `columns` are the columns of the table; facts without a column are unknown. None: every fact has a column.

    Raises:
        TooWideError: a score of the rule needs more than 128 bits.
    """
    return _expression(rule, Columns(declared, columns))


def _expression(rule: Rule, columns: Columns) -> pl.Expr:
    match rule:
        case Compare(fact, order, bound):
            return order.holds(columns.fact(fact), pl.lit(bound))  # type: ignore[arg-type, return-value]  # operators
        case OneOf(fact, values):
            return _one_of(columns.fact(fact), values)
        case Elapsed(fact, order):
            day, latest = columns.fact(fact), pl.lit(rule.latest, dtype=pl.Int32)
            return day <= latest if order in _LOWER_BOUNDS else day > latest
        case CompareScore(score, order, bound):
            return compare_score(score, order, bound, columns)
        case All(rules):
            return reduce(and_, [_expression(part, columns) for part in rules], pl.lit(True))
        case AnyOf(rules):
            return reduce(or_, [_expression(part, columns) for part in rules], pl.lit(False))
        case Not(inner):
            return ~_expression(inner, columns)
        case Named(_, inner):
            return _expression(inner, columns)
        case Constant(value):
            return pl.lit(value.as_bool, dtype=pl.Boolean)
        case _:
            assert_never(rule)


def _one_of(column: pl.Expr, values: tuple[Value, ...]) -> pl.Expr:
    if len(values) > _MOST_EQUALITIES:
        return column.is_in(list(values))
    return reduce(or_, [column == pl.lit(value) for value in values])
