"""Guards over many rows: each is one polars expression; which is asked first is told by `kernel.decision`."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags, Rows, among, put, taken
from procedures.kernel.machine import CompiledStep, Machine
from rules.algebra import ALWAYS, CompareScore, Order, Rule, facts_of
from rules.columns import Columns, expression, score_value
from rules.facts import Score
from rules.kinds import Choice
from rules.truth import Truth

EXEMPT: Final = -1
UNKNOWN: Final = -2


def known_table(
    cases: Cases, decisions: Decisions, names: Iterable[str], rows: Rows, instead: Mapping[str, pl.Series | None]
) -> pl.DataFrame:
    """What is known of these rows by these names; `instead` has columns that are looked at as if they were known."""
    columns = {}
    where = cases.index(rows)
    for name in names:
        if name in decisions.facts:
            columns[name] = decisions.facts[name].gather(cases.cohort[where]).alias(name)
            continue
        if name in instead:
            column = instead[name]
            column = None if column is None else taken(column, where)
        else:
            column = cases.column(name, rows)
        if column is not None:
            columns[name] = column
    return pl.DataFrame([*columns.values()] if columns else {"": rows})


def truths_of(
    rules: Iterable[Rule],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    instead: Mapping[str, pl.Series | None] | None = None,
) -> list[NDArray[np.int8]]:
    """For each rule the values (of Truth) that it has for these rows."""
    asked = list(rules)
    if not asked:
        return []
    table = known_table(cases, decisions, _read_by(tuple(asked)), rows, instead or {})
    found = table.select(_expressions(cases.machine, tuple(asked), tuple(table.columns)))
    return [_values(column, len(rows)) for column in found]


@lru_cache(maxsize=1024)
def _read_by(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for rule in rules for name in facts_of(rule)))


@lru_cache(maxsize=1024)
def _expressions(machine: Machine, rules: tuple[Rule, ...], columns: tuple[str, ...]) -> list[pl.Expr]:
    return [expression(rule, machine.declared, columns).alias(f"{number}") for number, rule in enumerate(rules)]


def _values(column: pl.Series, size: int) -> NDArray[np.int8]:
    """Values of Truth; a null is UNKNOWN. A rule that asks nothing has one for all."""
    column = column if len(column) == size else column.new_from_index(0, size)
    if column.null_count():
        return (column.cast(pl.Int8) * 2).fill_null(1).to_numpy()
    return column.to_numpy().view(np.int8) * np.int8(2)


def decided(
    step: CompiledStep,
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    instead: Mapping[str, pl.Series | None] | None = None,
) -> NDArray[np.int16]:
    """How a step goes for these rows: the place of the outcome, EXEMPT, or UNKNOWN; as `deciding.decide` asks."""
    guards = list(takewhile(lambda rule: rule != ALWAYS, (outcome.when for outcome in step.outcomes)))
    exempt = [step.exempt] if step.exempt is not None else []
    values = truths_of((*exempt, *guards), cases, decisions, rows, instead)
    ways = [*([EXEMPT] if exempt else []), *range(len(guards))]
    found = np.full(len(rows), len(guards), np.int16)
    # From the last that is asked to the first, so that the first that is not FALSE has the last word.
    for way, value in reversed([*zip(ways, values, strict=True)]):
        put(way, value == Truth.TRUE, found)
        put(UNKNOWN, value == Truth.UNKNOWN, found)
    return found


def passing(step: CompiledStep, outcome: NDArray[np.int16]) -> Flags:
    """Which outcomes of a step are passed."""
    return among(outcome, [number for number, each in enumerate(step.outcomes) if each.passed])


def ranking_table(
    names: Iterable[str],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    instead: Mapping[str, pl.Series | None] | None = None,
) -> pl.DataFrame:
    """What ranks these rows: for each name a column of values, null while unknown, in which more is better."""
    declared = cases.machine.declared
    keys = [(name, declared.scores.get(name)) for name in names]
    facts = dict.fromkeys(each for name, score in keys for each in (_read(score) if score else (name,)))
    table = known_table(cases, decisions, facts, rows, instead or {})
    columns = Columns(declared, table.columns)
    if all(score is None and name in table.columns and not _is_word(name, columns) for name, score in keys):
        # Their values are in order as they are, and need not be copied.
        return pl.DataFrame([table.get_column(name).alias(f"key {number}") for number, (name, _) in enumerate(keys)])
    table = table.with_columns(
        (score_value(score, columns)[0] if score else _ordered(name, columns)).alias(f"key {number}")
        for number, (name, score) in enumerate(keys)
    )
    return pl.DataFrame([table.get_column(f"key {number}") for number in range(len(keys))])


def _read(score: Score) -> tuple[str, ...]:
    return facts_of(CompareScore(score, Order.AT_LEAST, score.parts[0].step))


def _ordered(name: str, columns: Columns) -> pl.Expr:
    """A fact in the order of its values: words by their letters, not by their place among the choices."""
    return columns.fact(name).cast(pl.String) if _is_word(name, columns) else columns.fact(name)


def _is_word(name: str, columns: Columns) -> bool:
    return isinstance(columns.declared.facts[name].kind, Choice)


def ranked(table: pl.DataFrame) -> Flags:
    """Which rows of a ranking table have all their keys."""
    if not any(column.null_count() for column in table):
        return np.ones(table.height, np.bool_)
    return table.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()


def can_be_ranked(
    names: Iterable[str],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    instead: Mapping[str, pl.Series | None] | None = None,
) -> Flags:
    """Of which rows everything is known that ranks them."""
    asked = tuple(names)
    if all(cases.is_known(name, rows, (instead or {}).get(name)) for name in asked):
        return np.ones(len(rows), np.bool_)
    return ranked(ranking_table(asked, cases, decisions, rows, instead))
