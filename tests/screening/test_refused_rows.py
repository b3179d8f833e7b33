"""The refused rows of a table, and their problems: as if each cell had been read by itself."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_tables import csv_of

from procedures import loads
from procedures.screening import Formats, find_step, prepare, screen
from procedures.screening.faults import Faults
from procedures.screening.files import csv_lines
from procedures.screening.files import csv_reader as csv_reading
from procedures.screening.refusals import RefusedTable
from rules.kinds import FactError

PROCEDURE = loads("""
procedure: example/refused
title: Refused
facts: {a: {kind: number, from: 0, to: 9}, b: {kind: level, of: [none, B]}, c: {kind: flag}}
steps: {screening: {from: applied, to: screened, passes: {a: {at_least: 5}}}}
""")
FACTS = PROCEDURE.machine.declared.facts
CELLS = {
    "a": ["1", "7.5", "x", "1,5", "99", ""],
    "b": ["B", "none", "b", "x", ""],
    "c": ["true", "false", "yes", "x", ""],
}
ROWS = st.lists(st.tuples(*map(st.sampled_from, CELLS.values())), max_size=12)


def told_of(rows: list[tuple[str, ...]]) -> dict[int, list[str]]:
    """The sentences about each refused row, cell by cell."""
    told: dict[int, list[str]] = {}
    for row, cells in enumerate(rows):
        for (name, fact), cell in zip(FACTS.items(), cells, strict=False):
            try:
                if cell:
                    Formats().read_cell(fact.kind, cell)
            except FactError as error:
                told.setdefault(row, []).append(f"`{name}`: {error.sentence('en')}")
    return told


@given(ROWS)
def test_rows_are_refused_for_the_cells_that_cannot_be_read(rows: list[tuple[str, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(CELLS, pl.String), orient="row")
    screened, told = screen(PROCEDURE, frame), told_of(rows)
    assert [*screened.bad] == [*told]
    assert len(screened.bad) == len(told)
    for row, sentences in told.items():
        assert screened.frame["screening.result"][row] == "refused"
        assert screened.frame["screening.reason"][row] == "; ".join(sentences)
        assert [str(each.problem("en").sentence).removeprefix(f"row {row}, ") for each in screened.bad[row]] == [
            sentence.partition(" (")[0] for sentence in sentences
        ]
    for row in {*range(-1, len(rows) + 1)} - {*told}:
        with pytest.raises(KeyError):
            screened.bad[row]
    assert screened.tally.bad_cells == sum(map(len, told.values()))


@given(ROWS, st.sampled_from([8, 30, 1 << 20]))
def test_faults_are_counted_over_all_batches(rows: list[tuple[str, ...]], piece: int) -> None:
    data = "who;a;b;c\n" + "".join(f"c{row};{';'.join(cells)}\n" for row, cells in enumerate(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_lines, "PIECE", piece)
        patch.setattr(csv_reading, "PIECE", piece)
        source = csv_of(data.encode(), separator=";")
        screening = prepare(source, PROCEDURE.machine, find_step(PROCEDURE.machine, None))
        faults, parts = Faults(), []
        for batch in source.batches():
            parts.append(screening.screen(batch).bad)
            faults.add(parts[-1])
    told = told_of(rows)
    every = [(sentence.partition(" (")[0], row + 2) for row, found in told.items() for sentence in found]
    lines: dict[str, list[int]] = {}
    for sentence, line in every:
        lines.setdefault(sentence, []).append(line)
    assert {each.first.problem("en").sentence: (each.count, each.lines) for each in faults.in_order()} == {
        sentence: (len(found), found[:5]) for sentence, found in lines.items()
    }
    table = RefusedTable.of(parts)
    assert [*table] == [*told]
    assert [trouble.place.line for row in table for trouble in table[row] if trouble.place] == [
        row + 2 for row, found in told.items() for _ in found
    ]
    assert [text is not None for text in table.make_texts("nl").to_list()] == [row in told for row in range(len(rows))]
