"""Guards over many rows: each is one polars expression, and which is asked first is told by `procedures.deciding`."""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from procedures.columns.cases import Cases, Flags, Rows
from procedures.columns.cohort import Decisions
from procedures.machine import CompiledStep
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
    whole = len(rows) == len(cases)
    for name in names:
        if name in decisions.facts:
            columns[name] = decisions.facts[name].gather(cases.cohort[rows])
            continue
        column = instead[name] if name in instead else cases.column(name)
        if column is not None:
            columns[name] = column if whole else column.gather(rows)
    return pl.DataFrame({"": rows, **columns})


def truths_of(
    rules: Iterable[Rule],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    instead: Mapping[str, pl.Series | None] | None = None,
) -> list[NDArray[np.int8]]:
    """For each rule the values (of Truth) that it has for these rows."""
    asked = list(rules)
    names = dict.fromkeys(name for rule in asked for name in facts_of(rule))
    table = known_table(cases, decisions, names, rows, instead or {})
    declared = cases.machine.declared
    # UNKNOWN is what is left where a rule is neither true nor false.
    found = table.with_columns(
        (expression(rule, declared, table.columns).cast(pl.Int8) * 2).fill_null(1).alias(f"rule {number}")
        for number, rule in enumerate(asked)
    )
    return [found[f"rule {number}"].to_numpy() for number in range(len(asked))]


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
    found = np.full(len(rows), len(guards), np.int16)
    for number, value in reversed(list(enumerate(values[len(exempt) :]))):
        found[value == Truth.TRUE] = number
        found[value == Truth.UNKNOWN] = UNKNOWN
    for value in values[: len(exempt)]:
        found[value == Truth.TRUE] = EXEMPT
        found[value == Truth.UNKNOWN] = UNKNOWN
    return found


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
    return table.with_columns(
        (score_value(score, columns)[0] if score else _ordered(name, columns)).alias(f"key {number}")
        for number, (name, score) in enumerate(keys)
    ).select(f"key {number}" for number in range(len(keys)))


def _read(score: Score) -> tuple[str, ...]:
    return facts_of(CompareScore(score, Order.AT_LEAST, score.parts[0].step))


def _ordered(name: str, columns: Columns) -> pl.Expr:
    """A fact in the order of its values: words by their letters, not by their place among the choices."""
    is_word = isinstance(columns.declared.facts[name].kind, Choice)
    return columns.fact(name).cast(pl.String) if is_word else columns.fact(name)


def ranked(table: pl.DataFrame) -> Flags:
    """Which rows of a ranking table have all their keys."""
    return table.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()
