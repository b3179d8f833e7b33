"""Rules over tables say, row by row, what they say of one person; cells are read as their kinds read them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.algebra import CompareScore, Order, Rule, all_of, facts_of
from rules.calendar import Unit
from rules.columns import Columns, TooWideError, decode, dtype_of, encode, expression, score_value, truths
from rules.evaluation import truth
from rules.facts import Declared, Fact, Part, Score
from rules.kinds import Choice, Date, Duration, FactError, Flag, Kind, Level, Moment, Number, Text, Value
from rules.truth import Truth
from strategies import LEFT_OUT, RESULTS, STEP, WORLDS, declareds, knowns, rules, values

HUNDRED = Number(Decimal(0), Decimal(100))
Known = Mapping[str, Value]


def table_of(declared: Declared, people: Sequence[Known], names: Sequence[str] | None = None) -> pl.DataFrame:
    """What is known of people as an encoded table."""
    chosen = declared.facts if names is None else names
    columns = {
        name: pl.Series([known.get(name) for known in people], dtype=dtype_of(declared.facts[name].kind))
        for name in chosen
    }
    return pl.DataFrame({"who": range(len(people)), **columns})


@st.composite
def rules_with_people(draw: st.DrawFn) -> tuple[Declared, Rule, list[dict[str, Value]]]:
    declared = draw(declareds())
    rule = draw(rules(declared))
    return declared, rule, draw(st.lists(knowns(declared, rule), min_size=1, max_size=8))


@given(rules_with_people(), st.booleans())
def test_every_row_says_what_the_rule_says_of_that_person(
    drawn: tuple[Declared, Rule, list[dict[str, Value]]], narrow: bool
) -> None:
    declared, rule, people = drawn
    # A fact that nobody has may as well have no column.
    names = [name for name in declared.facts if not narrow or any(name in known for known in people)]
    found = truths(rule, table_of(declared, people, names), declared)
    assert found.dtype == pl.Boolean
    assert [Truth.of(value) for value in found] == [truth(rule, known) for known in people]


@given(st.data(), declareds())
def test_a_score_is_the_same_number_in_a_column(data: st.DataObject, declared: Declared) -> None:
    score = declared.scores["final"]
    some = st.fixed_dictionaries(
        {}, optional={name: values(declared.facts[name].kind) for name in ("number", f"{STEP}.score", STEP)}
    )
    people = data.draw(st.lists(some, min_size=1, max_size=8))
    value, unit = score_value(score, Columns(declared))
    found = table_of(declared, people).select(value.alias("value"))["value"]
    assert [None if whole is None else whole * unit for whole in found] == [score.value(known) for known in people]


def numbers(kind: Number, *settled: bool, how: str = "mean", weight: Fraction = Fraction(1)) -> tuple[Declared, Score]:
    """A score over numbers of one kind, of which some may be left out."""
    facts = {f"s{i}.score": Fact(f"s{i}.score", kind) for i in range(len(settled))}
    facts |= {f"s{i}": Fact(f"s{i}", Choice(RESULTS)) for i in range(len(settled))}
    parts = tuple(
        Part(f"s{i}.score", weight + i, Fraction(kind.step), *((f"s{i}", LEFT_OUT) if may else ()))
        for i, may in enumerate(settled)
    )
    return Declared(facts, {"final": Score("final", how, parts)}), Score("final", how, parts)


@pytest.mark.parametrize("how", ["mean", "sum", "best"])
@pytest.mark.parametrize("kind", [HUNDRED, Number(), Number(step=Decimal("1e-12"))], ids=["narrow", "free", "wide"])
@pytest.mark.parametrize("order", Order)
def test_scores_are_exact_at_their_bound_however_wide(order: Order, kind: Number, how: str) -> None:
    declared, score = numbers(kind, False, True, True, how=how)
    third = kind.encode(33) if isinstance(kind.encode(33), int) else 0
    people: list[Known] = [
        {"s0.score": third, "s1.score": int(third) + off, "s2": how_it_went, **({"s2.score": 5} if extra else {})}
        for off in (-1, 0, 1)
        for how_it_went in ("exempt", "passed")
        for extra in (False, True)
    ]
    for bound in {score.value(known) for known in people} - {None}:
        assert bound is not None
        rule = CompareScore(score, order, bound)
        found = truths(rule, table_of(declared, people), declared)
        assert [Truth.of(value) for value in found] == [truth(rule, known) for known in people]


def test_a_score_that_no_column_can_hold_is_told() -> None:
    declared, score = numbers(Number(step=Decimal("1e-15")), False, True, weight=Fraction(10**9))
    with pytest.raises(TooWideError, match="more than 128 bits"):
        expression(CompareScore(score, Order.AT_LEAST, Fraction(1, 10**9)), declared)
    declared, score = numbers(HUNDRED, *[True] * 13)
    with pytest.raises(TooWideError, match="more than 12 parts of `final`"):
        score_value(score, Columns(declared))


CELLS: list[tuple[Kind, pl.Series]] = [
    (Choice(("external", "internal")), pl.Series(["internal", None, "Intern", ""])),
    (Choice(("external", "internal")), pl.Series(["internal", None], dtype=pl.Categorical())),
    (Level(("none", "C", "B")), pl.Series(["B", "none", None, "A"])),
    (Flag(), pl.Series([True, None, False])),
    (Flag(), pl.Series(["true", "ja"])),
    (HUNDRED, pl.Series([0.0, 59.99, 100.0, 100.01, -0.01, 0.1 + 0.2, None, float("nan"), float("inf")])),
    (HUNDRED, pl.Series([0, 59, 101, None])),
    (HUNDRED, pl.Series([Decimal("59.99"), Decimal("59.995"), None])),
    (Number(step=Decimal("1e-9")), pl.Series([12345678.5, 3.0])),
    (Duration(Unit.MONTHS), pl.Series([0, 24, -1, None])),
    (Duration(Unit.MONTHS), pl.Series([24.0, 24.5, None])),
    (Duration(Unit.MONTHS), pl.Series(["P2Y", "2 years", "P14D", "24"])),
    (Date(), pl.Series([date(2024, 2, 29), None])),
    (Date(), pl.Series(["2024-02-29", "29/02/2024", "2025-02-29", None])),
    (Moment(), pl.Series(["2026-02-13T09:00:00+01:00", "2026-02-13T09:00:00", None])),
    (Moment(), pl.Series([datetime(2026, 2, 13, 8, tzinfo=UTC), None], dtype=pl.Datetime("us", "UTC"))),
    (Moment(), pl.Series([datetime(2026, 2, 13, 8)])),
    (Text(), pl.Series(["words", None])),
    (Text(), pl.Series([1, 2])),
    (Text(), pl.Series([None, None])),
]


@pytest.mark.parametrize(("kind", "column"), CELLS, ids=[f"{kind.word}-{column.dtype}" for kind, column in CELLS])
def test_a_cell_is_read_as_its_kind_reads_it(kind: Kind, column: pl.Series) -> None:
    declared = Declared({"fact": Fact("fact", kind)})
    encoded = encode(pl.DataFrame({"fact": column, "other": column}), declared)
    expected: list[Any] = []
    told = []
    for row, value in enumerate(column.to_list()):
        try:
            expected.append(None if value is None else kind.encode(value))
        except FactError as error:
            expected.append(None)
            told.append((row, "fact", str(error)))
    assert encoded.table["fact"].to_list() == expected
    assert encoded.table["fact"].dtype == dtype_of(kind)
    assert [(cell.row, cell.column, str(cell.error)) for cell in encoded.bad] == told
    assert encoded.table["other"].to_list() == column.to_list() or column.is_nan().any()


@given(st.data(), st.sampled_from(WORLDS))
def test_what_was_encoded_is_decoded_to_the_same(data: st.DataObject, declared: Declared) -> None:
    some = st.fixed_dictionaries({}, optional={name: values(fact.kind) for name, fact in declared.facts.items()})
    table = table_of(declared, data.draw(st.lists(some, min_size=1, max_size=5)))
    again = encode(decode(table, declared), declared)
    assert again.bad == ()
    assert again.table.equals(table)


def test_a_fact_without_a_column_is_not_known() -> None:
    declared = WORLDS[0]
    rule = all_of(*(CompareScore(declared.scores["final"], order, Fraction(1)) for order in Order))
    assert set(facts_of(rule)) == {"number", f"{STEP}.score", STEP}
    assert truths(rule, pl.DataFrame({"elsewhere": [1, 2]}), declared).to_list() == [None, None]
