"""Guards evaluated for many rows, each as one polars expression, in the order of `kernel.decision`."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags, Rows, match_any, put, take_values
from procedures.kernel.machine import CompiledStep, Machine
from rules.algebra import ALWAYS, Rule, facts_of
from rules.columns import Columns, expression, score_value
from rules.kinds import Choice
from rules.truth import Truth

EXEMPT: Final = -1
UNKNOWN: Final = -2


def known_table(
    cases: Cases, decisions: Decisions, names: Iterable[str], rows: Rows, overrides: Mapping[str, pl.Series | None]
) -> pl.DataFrame:
    """A table of the known facts of these rows; `overrides` has columns that replace those of the cases."""
    columns = {}
    where = cases.as_index(rows)
    for name in names:
        if name in decisions.facts:
            columns[name] = decisions.facts[name].gather(cases.cohort[where]).alias(name)
            continue
        if name in overrides:
            column = overrides[name]
            column = None if column is None else take_values(column, where)
        else:
            column = cases.column(name, rows)
        if column is not None:
            columns[name] = column
    return pl.DataFrame([*columns.values()] if columns else {"": rows})


def evaluate_rules(
    rules: Iterable[Rule],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    overrides: Mapping[str, pl.Series | None] | None = None,
) -> list[NDArray[np.int8]]:
    """The values (of Truth) of each rule for these rows."""
    listed = list(rules)
    if not listed:
        return []
    table = known_table(cases, decisions, _find_facts(tuple(listed)), rows, overrides or {})
    found = table.select(_expressions(cases.machine, tuple(listed), tuple(table.columns)))
    return [_values(column, len(rows)) for column in found]


@lru_cache(maxsize=1024)
def _find_facts(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for rule in rules for name in facts_of(rule)))


@lru_cache(maxsize=1024)
def _expressions(machine: Machine, rules: tuple[Rule, ...], columns: tuple[str, ...]) -> list[pl.Expr]:
    return [expression(rule, machine.declared, columns).alias(f"{number}") for number, rule in enumerate(rules)]


def _values(column: pl.Series, size: int) -> NDArray[np.int8]:
    """Values of Truth; a null is UNKNOWN. A rule that reads no facts has one value for all rows."""
    column = column if len(column) == size else column.new_from_index(0, size)
    if column.null_count():
        return (column.cast(pl.Int8) * 2).fill_null(1).to_numpy()
    return column.to_numpy().view(np.int8) * np.int8(2)


def decide(
    step: CompiledStep,
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    overrides: Mapping[str, pl.Series | None] | None = None,
) -> NDArray[np.int16]:
    """Decide a step for these rows, as `kernel.decision.decide` does: the number of the outcome, EXEMPT, or UNKNOWN."""
    guards = list(takewhile(lambda rule: rule != ALWAYS, (outcome.when for outcome in step.outcomes)))
    exempt = [step.exempt] if step.exempt is not None else []
    if step.exemption_reads_own_facts:
        asked = exemption_values(step, cases, decisions, rows)
        values = [asked, *evaluate_rules(guards, cases, decisions, rows, overrides)]
    else:
        values = evaluate_rules((*exempt, *guards), cases, decisions, rows, overrides)
    codes = [*([EXEMPT] if exempt else []), *range(len(guards))]
    found = np.full(len(rows), len(guards), np.int16)
    # From the last guard to the first, so that the first guard that is not FALSE decides.
    for code, value in reversed([*zip(codes, values, strict=True)]):
        put(code, value == Truth.TRUE, found)
        put(UNKNOWN, value == Truth.UNKNOWN, found)
    return found


def exemption_values(step: CompiledStep, cases: Cases, decisions: Decisions, rows: Rows) -> NDArray[np.int8]:
    """The values of the exemption of a step for these rows; see `kernel.exemptions` for the facts it is asked on."""
    assert step.exempt is not None
    own = step.exemption_reads_own_facts and cases.is_waiting(step, rows).any()
    (values,) = evaluate_rules([step.exempt], cases, decisions, rows, cases.earlier_facts(step) if own else None)
    return values


def find_passed(step: CompiledStep, outcome: NDArray[np.int16]) -> Flags:
    """Which rows pass a step by their outcome."""
    return match_any(outcome, [number for number, each in enumerate(step.outcomes) if each.passed])


def ranking_table(
    names: Iterable[str],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    overrides: Mapping[str, pl.Series | None] | None = None,
) -> pl.DataFrame:
    """The ranking keys of these rows: for each name a column, null where unknown, in which more is better."""
    declared = cases.machine.declared
    keys = [(name, declared.scores.get(name)) for name in names]
    facts = declared.facts_behind(name for name, _ in keys)
    table = known_table(cases, decisions, facts, rows, overrides or {})
    columns = Columns(declared, table.columns)
    if all(score is None and name in table.columns and not _is_word(name, columns) for name, score in keys):
        # These values are in order already and need not be copied.
        return pl.DataFrame([table.get_column(name).alias(f"key {number}") for number, (name, _) in enumerate(keys)])
    table = table.with_columns(
        (score_value(score, columns)[0] if score else _order_expression(name, columns)).alias(f"key {number}")
        for number, (name, score) in enumerate(keys)
    )
    return pl.DataFrame([table.get_column(f"key {number}") for number in range(len(keys))])


def _order_expression(name: str, columns: Columns) -> pl.Expr:
    """A fact in the order of its values; a choice in alphabetical order, not in the order of its options."""
    return columns.fact(name).cast(pl.String) if _is_word(name, columns) else columns.fact(name)


def _is_word(name: str, columns: Columns) -> bool:
    return isinstance(columns.declared.facts[name].kind, Choice)


def has_all_keys(table: pl.DataFrame) -> Flags:
    """Which rows of a ranking table have no null."""
    if not any(column.null_count() for column in table):
        return np.ones(table.height, np.bool_)
    return table.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()


def can_be_ranked(
    names: Iterable[str],
    cases: Cases,
    decisions: Decisions,
    rows: Rows,
    overrides: Mapping[str, pl.Series | None] | None = None,
) -> Flags:
    """Of which rows all ranking keys are known."""
    listed = tuple(names)
    if all(cases.is_known(name, rows, (overrides or {}).get(name)) for name in listed):
        return np.ones(len(rows), np.bool_)
    return has_all_keys(ranking_table(listed, cases, decisions, rows, overrides))
