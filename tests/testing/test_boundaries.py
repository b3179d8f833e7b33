"""Values at which decisions turn, and people made so that a rule comes out as wanted."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from procedures import load, loads
from procedures.testing import boundary_values, facts
from procedures.testing.generation.boundaries import is_value_of, plain_values, turning_points, values_outside
from procedures.testing.generation.fact_search import FactSearch
from procedures.testing.strategies import make_pick
from rules.algebra import comparison_values, facts_of
from rules.calendar import Unit
from rules.evaluation import truth
from rules.facts import Fact
from rules.kinds import Choice, Date, Duration, FactError, Flag, Kind, Level, Moment, Number, Text
from rules.truth import Truth
from strategies import Case, cases

TEXT = """
procedure: example
title: Example
facts:
  level: {kind: level, of: [none, C, B, A]}
  experience: {kind: duration, unit: months}
  since: {kind: date}
  licence: {kind: flag}
  grade: {kind: number, from: 0, to: 20, step: 0.5}
  town: {kind: choice, of: [north, south]}
steps:
  screening:
    from: applied
    to: screened
    passes:
      all:
        - {level: {at_least: B}}
        - {experience: {more_than: 2 years}}
        - {since: {at_least: 1 year, as_of: 2026-03-01}}
        - {grade: {less_than: 12}}
        - {any: [{licence: true}, {town: south}]}
"""
VALUES = [  # fact, the values around each constant, the ends of its range and ordinary values
    ("level", ["B", "C", "A", "none"]),
    ("experience", [24, 23, 25, 0, 30]),
    ("since", ["2025-03-01", "2025-02-28", "2025-03-02", "2024-02-29"]),
    ("licence", [True, False]),
    ("grade", [12, 11.5, 12.5, 0, 10, 20]),
    ("town", ["north", "south"]),
]


@pytest.mark.parametrize(("name", "values"), VALUES)
def test_values_lie_on_and_beside_each_constant(name: str, values: list[Any]) -> None:
    assert list(plain_values(loads(TEXT).machine, name)) == values


KINDS: list[Kind] = [
    Choice(("a", "b")),
    Level(("low", "high")),
    Flag(),
    Number(Decimal(0), Decimal(10), Decimal("0.5")),
    Number(),
    Duration(Unit.MONTHS),
    Date(),
    Moment(),
    Text(),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_what_lies_outside_a_kind_is_refused(kind: Kind) -> None:
    for raw in values_outside(Fact("fact", kind)):
        with pytest.raises(FactError):
            kind.encode(raw)


def test_the_end_of_a_range_has_nothing_beside_it() -> None:
    assert not is_value_of(Level(("low", "high")), 2)
    assert not is_value_of(Level(("low", "high")), -1)
    assert not is_value_of(Number(Decimal(0), Decimal(1)), 101)
    assert is_value_of(Number(Decimal(0), Decimal(1)), 100)


@given(st.data())
def test_facts_can_be_recorded(data: st.DataObject) -> None:
    procedure = loads(TEXT)
    for name, value in data.draw(facts(procedure)).items():
        procedure.machine.declared.encode(name, value)
    assert data.draw(boundary_values(procedure, "experience")) in (24, 23, 25, 0, 30)


def test_conditions_of_a_profile_count_for_its_values() -> None:
    profile = load("definitions/kenniscentrum/stafmedewerker.yaml")
    assert 60 not in plain_values(profile.machine, "relevant_experience")
    conditions = tuple(profile.definition.conditions.values())
    assert {59, 60, 61} <= set(plain_values(profile.machine, "relevant_experience", conditions))


@given(cases(), st.booleans(), st.data())
def test_a_person_is_as_a_rule_is_wanted(case: Case, wanted: bool, data: st.DataObject) -> None:
    """Whatever the facts are that may still be, the rule comes out as wanted."""
    domain = {name: tuple(_near(case, name)) for name in case.declared.facts}
    pick = make_pick(data.draw)
    allowed = FactSearch(domain, pick).narrow(case.rule, wanted, {})
    assume(allowed is not None)
    person = {name: pick((allowed or {}).get(name) or domain[name]) for name in facts_of(case.rule)}
    assert truth(case.rule, person) is Truth.of(wanted)


def _near(case: Case, name: str) -> list[Any]:
    kind = case.declared.facts[name].kind
    constants = (
        [*comparison_values(case.rule).get(name, ()), 0, 7]
        if kind.ordered
        else comparison_values(case.rule).get(name, ())
    )
    if isinstance(kind, Choice):
        return list(kind.of)
    beside = [value + by for value in constants for by in (0, -1, 1)] if kind.ordered else [*constants, True, False]
    return [value for value in dict.fromkeys(beside) if is_value_of(kind, value)] or ["words"]


def test_the_turning_points_of_a_machine_are_found_once() -> None:
    machine = loads(TEXT).machine
    assert turning_points(machine) is turning_points(machine)
