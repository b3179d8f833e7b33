"""What is screened is, row by row, what `decide` and `explain_step` say of that person."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from generated import Plain, around_bounds, cutting, definitions, law, load
from hypothesis import strategies as st

from procedures import loads
from procedures.kernel.decision import decide
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.outcomes import Outcome
from procedures.kernel.reasons import explain_step
from procedures.screening import TableError, screen
from procedures.screening.headers import find_readable_facts
from procedures.screening.rows import ADDED
from rules.kinds import Choice, Flag, Kind, Level

Rows = Sequence[Mapping[str, object]]


def values_of(machine: Machine, name: str, kind: Kind) -> Sequence[object]:
    """Values as a table holds them, on and beside every bound of the guards."""
    if isinstance(kind, Choice | Level):
        return kind.of
    return (True, False) if isinstance(kind, Flag) else around_bounds(machine)[name] or (kind.decode(1),)


@st.composite
def screenings(draw: st.DrawFn, given: st.SearchStrategy[Plain]) -> tuple[Machine, CompiledStep, Rows, Sequence[str]]:
    machine = load(draw(given)).machine
    taken = draw(st.sampled_from(list(machine.steps.values())))
    facts = {
        name: values_of(machine, name, fact.kind) for name, fact in find_readable_facts(machine, taken.name).items()
    }
    people = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in facts.items()})
    rows = draw(st.lists(people, min_size=1, max_size=6))
    # A fact that nobody has may as well have no column.
    columns = [name for name in facts if draw(st.booleans()) or any(name in row for row in rows)]
    return machine, taken, rows, columns


def expected(
    machine: Machine, taken: CompiledStep, row: Mapping[str, object]
) -> tuple[str, str | None, list[str], str]:
    """The result, the state, what is missing and why, by the reference."""
    known = {name: machine.declared.encode(name, value) for name, value in row.items()}
    finding, decided = explain_step(machine, taken.name, known), decide(taken, known)
    missing = [name for name in finding.missing if name != f"{taken.name}.kept"]
    match decided:
        case None:
            result, to = "exempt", taken.to
        case Outcome() if finding.is_ranked:
            result, to = "undecided" if missing else "waits", None
        case Outcome():
            result, to = "passed" if decided.passed else "failed", decided.to
        case _:
            result, to = "undecided", None
    if result != "waits":
        assert finding.result == (None if result == "undecided" else result)
    return result, to, missing, finding.reasons("nl")


@law(screenings(st.one_of(definitions(), cutting())))
def test_every_row_goes_as_the_step_goes_for_that_person(
    drawn: tuple[Machine, CompiledStep, Rows, Sequence[str]],
) -> None:
    machine, taken, rows, columns = drawn
    cells = {name: [row.get(name) for row in rows] for name in columns}
    frame = pl.DataFrame({"who": range(len(rows)), **cells}, strict=False)  # 7 and 7.5 in one column
    screened = screen(machine, frame, taken.name, language="nl")
    assert not screened.bad
    found = screened.frame.select(f"screening.{name}" for name in ADDED).rows()
    for row, (result, state, missing, reason) in zip(rows, found, strict=True):
        told = expected(machine, taken, row)
        assert (result, state, missing.split("; ") if missing else [], reason) == told


CUT = """
procedure: example/cut
title: Cut
scores: {final: {mean: [sifting.score, sifting.bonus]}}
steps:
  sifting:
    from: applied
    to: sifted
    records: {score: {kind: number, from: 0, to: 10}, bonus: {kind: number, from: 0, to: 10}, fit: {kind: flag}}
    passes: {fit: true}
    keeps: {best: 2, by: final}
"""


def test_a_step_that_ranks_waits_for_the_closing_when_all_is_known_to_rank() -> None:
    rows = {"score": [5, 5, None, None], "bonus": [1, None, None, 1], "fit": [True, True, True, False]}
    screened = screen(loads(CUT), pl.DataFrame(rows))
    assert screened.frame["screening.result"].to_list() == ["waits", "undecided", "undecided", "failed"]
    assert screened.frame["screening.missing"].to_list() == [
        None, "sifting.bonus", "sifting.score; sifting.bonus", None,
    ]  # fmt: skip
    assert screened.frame["screening.state"].to_list() == [None, None, None, "rejected"]
    assert screened.frame["screening.reason"].to_list()[:3] == [
        "Waits for the closing, which ranks.",
        "Cannot be ranked without sifting: bonus.",
        "Cannot be ranked without sifting: score and sifting: bonus.",
    ]


def test_a_score_that_no_column_can_hold_is_told() -> None:
    wide = CUT.replace("{kind: number, from: 0, to: 10}", "{kind: number, step: 0.000001}")
    wide = wide.replace(
        "mean: [sifting.score, sifting.bonus]", "mean: {sifting.score: 100000000000000.000001, sifting.bonus: 7}"
    )
    with pytest.raises(TableError, match="`sifting` cannot be decided in columns: a score needs more than 128 bits"):
        screen(loads(wide), pl.DataFrame({"fit": [True]}))


def test_without_reasons_the_rest_is_the_same() -> None:
    rows: dict[str, Any] = {"score": [5, 5], "bonus": [1, None], "fit": [True, True]}
    frame = pl.DataFrame(rows)
    whole, bare = screen(loads(CUT), frame).frame, screen(loads(CUT), frame, with_reasons=False).frame
    assert bare["screening.reason"].to_list() == [None, None]
    assert bare.drop("screening.reason").equals(whole.drop("screening.reason"))
