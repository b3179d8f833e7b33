"""`procedures screen`: every row told, bad cells refused with their place, and files written whole or not at all."""

import json
import sys
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from command import ROOT, Answered, Command, Write
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from procedures.screening import Formats, open_table
from procedures.screening.files import csv_lines
from procedures.screening.files import csv_reader as csv_reading

COORDINATOR = ROOT / "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
PROFILE = ROOT / "definitions/kenniscentrum/stafmedewerker.yaml"

CANDIDATES = """\
who,degree,experience
c1,bachelor,
c2,none,30
c3,none,12
c4,,12
c5,doctor,
c6,,
"""
ADDED = [  # result, state, missing, as programs read them
    ("passed", "screened", None),
    ("passed", "screened", None),
    ("failed", "rejected", None),
    ("undecided", None, "degree"),
    ("refused", None, None),
    ("undecided", None, "degree; experience"),
]


@pytest.fixture
def candidates(write: Write) -> Path:
    return write("candidates.csv", CANDIDATES)


def written(path: Path) -> pl.DataFrame:
    """What was written, as rows of text or of types."""
    with closing(open_table(path, Formats())) as source:
        return pl.concat([batch.frame for batch in source.batches()])


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_every_row_comes_out_with_what_came_of_it(
    procedures: Command, clerk: Path, candidates: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"out{ending}"
    answered = procedures("screen", clerk, candidates, "-o", out, "--json")
    assert (answered.status, answered.data["output"]) == (1, str(out))
    frame = written(out)
    assert frame["who"].to_list() == ["c1", "c2", "c3", "c4", "c5", "c6"]
    added = frame.select("screening.result", "screening.state", "screening.missing").rows()
    assert [tuple(cell or None for cell in row) for row in added] == ADDED
    assert frame["screening.reason"][1] == ("Met. Experience: 30 months, at least 2 years is asked [notice:4].")
    assert frame["screening.reason"][4].startswith("`degree`: `doctor` is not one of the levels (one of `none`")
    assert [*frame.columns[:3]] == ["who", "degree", "experience"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["candidates.csv", "clerk.yaml", out.name])


def test_the_summary_tells_columns_counts_and_what_is_missing(
    procedures: Command, clerk: Path, candidates: Path
) -> None:
    answered = procedures("screen", clerk, candidates)
    assert answered.status == 1
    assert answered.out.splitlines()[0] == "Clerk: Screening (screening)"
    assert "degree      degree      its name" in answered.out
    assert "not used: `who`" in answered.out
    assert "4     c3   failed → rejected  Not met." in answered.out
    assert "degree      degree      2" in answered.out
    assert answered.out.splitlines()[-1] == "6 rows: 2 passed, 1 failed, 2 not decided, 1 refused"
    assert answered.err.splitlines() == [
        f"{candidates}:6:4: `degree`: `doctor` is not one of the levels",
        "  help: one of `none` < `bachelor` < `master`",
        "1 problem in 1 of 6 rows; these are refused, the others are not",
    ]


def test_everything_is_told_in_dutch(procedures: Command, clerk: Path, candidates: Path, tmp_path: Path) -> None:
    answered = procedures("screen", clerk, candidates, "--lang", "nl", "-o", tmp_path / "uit.csv")
    assert answered.out.splitlines()[-2:] == [
        "6 rijen: 2 geslaagd, 1 niet geslaagd, 2 niet beslist, 1 geweigerd",
        f"geschreven naar {tmp_path / 'uit.csv'}",
    ]
    assert answered.err.splitlines()[-1] == "1 probleem in 1 van 6 rijen; die zijn geweigerd, de andere niet"
    frame = written(tmp_path / "uit.csv")
    assert frame["screening.result"].to_list()[2:5] == ["niet geslaagd", "niet beslist", "geweigerd"]
    assert frame["screening.missing"][3] == "diploma"
    assert "geen van de niveaus" in frame["screening.reason"][4]


def test_json_has_counts_columns_problems_and_rows(procedures: Command, clerk: Path, candidates: Path) -> None:
    data = procedures("screen", clerk, candidates, "--json").data
    assert data["procedure"] == "example/clerk"
    assert (data["step"], data["rows"]) == ("screening", 6)
    assert data["results"] == {"passed": 2, "failed": 1, "exempt": 0, "waits": 0, "undecided": 2, "refused": 1}
    assert data["states"] == {"screened": 2, "rejected": 1}
    assert data["missing"] == {"degree": 2, "experience": 1}
    assert data["columns"]["degree"] == {"fact": "degree", "by": "name"}
    assert (data["ignored"], data["absent"], data["unclear"]) == (["who"], [], {})
    assert (data["problem_count"], data["problems"][0]["line"], data["problems"][0]["column"]) == (1, 6, 4)
    assert data["candidates"][5] == {
        "line": 7,
        "result": "undecided",
        "state": None,
        "missing": ["degree", "experience"],
        "reason": data["candidates"][5]["reason"],
        "cells": {"who": "c6", "degree": "", "experience": ""},
    }
    assert data["candidates_left_out"] == 0


DUTCH = """\
naam;Diploma;Ervaring (maanden)
c1;bachelor;24,0
c2;none;
"""


def test_headers_are_mapped_and_local_formats_are_declared(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("kandidaten.csv", DUTCH)
    answered = procedures("screen", clerk, path, "--format", "nl", "--map", "Ervaring (maanden)=experience", "-o", "-")
    assert answered.status == 0
    assert answered.out.splitlines()[0] == (
        "naam;Diploma;Ervaring (maanden);screening.result;screening.state;screening.missing;screening.reason"
    )
    assert answered.out.splitlines()[2].startswith("c2;none;;not decided;;experience;Not yet decided")
    assert "Diploma             degree      its label" in answered.err
    assert "Ervaring (maanden)  experience  --map" in answered.err


def test_what_is_declared_by_itself_comes_before_the_preset(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("c.csv", "who\tdegree\texperience\tok\nc1\tnone\t24.0\tx\nc2\t?\t1\tx\n")
    arguments = ["--format", "nl", "--separator", "tab", "--decimal", "point", "--unknown", "?", "--json"]
    answered = procedures("screen", clerk, path, *arguments)
    assert (answered.status, answered.data["results"]["passed"], answered.data["results"]["undecided"]) == (0, 1, 1)


def test_a_step_s_own_facts_go_by_their_short_names(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("c.csv", "who,degree,passed,klaar\nc1,master,,\nc2,none,ja,\nc3,none,nee,\nc4,none,,\nc5,,ja,\n")
    answered = procedures("screen", clerk, path, "--step", "test", "--yes", "ja", "--no", "nee", "--json")
    assert [row["result"] for row in answered.data["candidates"]] == [
        "exempt", "passed", "failed", "undecided", "undecided",
    ]  # fmt: skip
    assert [row["missing"] for row in answered.data["candidates"]] == [[], [], [], ["test.passed"], ["degree"]]
    assert answered.data["columns"]["passed"] == {"fact": "test.passed", "by": "name"}


def test_another_reading_decides_otherwise(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("c.csv", "who,degree,passed\nc1,master,\n")
    arguments = ["screen", clerk, path, "--step", "test", "--json"]
    assert procedures(*arguments).data["results"]["exempt"] == 1
    answered = procedures(*arguments, "--reading", "who_sits=everyone")
    assert (answered.data["results"]["exempt"], answered.data["results"]["undecided"]) == (0, 1)


def test_a_fact_without_a_column_is_told_once_and_is_not_known(procedures: Command, clerk: Path, write: Write) -> None:
    answered = procedures("screen", clerk, write("c.csv", "who,degre\nc1,bachelor\nc2,none\n"))
    assert answered.status == 0
    hint = 'did you mean `degre`? say so with `--map "degre=degree"`'
    assert answered.out.count(f"no column for `degree` (degree): not known of anybody ({hint})") == 1
    assert "2 rows: 2 not decided" in answered.out


def test_candidates_are_piped_in_and_out(procedures: Command, clerk: Path) -> None:
    answered = procedures("screen", clerk, "-", "-o", "-", stdin=CANDIDATES.encode())
    assert answered.status == 1
    assert len(answered.out.splitlines()) == 7
    assert answered.err.splitlines()[0].startswith("<stdin>:6:4: ")


def test_a_file_without_rows_has_its_columns_added(
    procedures: Command, clerk: Path, write: Write, tmp_path: Path
) -> None:
    for ending in (".csv", ".xlsx", ".parquet"):
        out = tmp_path / f"out{ending}"
        answered = procedures("screen", clerk, write("c.csv", "who,degree\n"), "-o", out)
        assert (answered.status, answered.out.splitlines()[-2]) == (0, "0 rows")
        with closing(open_table(out, Formats())) as source:
            assert len(source.headers) == 6


def test_ragged_rows_are_refused_and_the_others_come_out(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("c.csv", "who,degree\nc1,bachelor\nc2\nc3,bachelor,x\nc4,doctor,x\n")
    answered = procedures("screen", clerk, path, "--json")
    assert answered.status == 1
    assert [row["result"] for row in answered.data["candidates"]] == ["passed", "refused", "refused", "refused"]
    assert answered.data["problem_count"] == 3
    assert answered.data["candidates"][1]["reason"].startswith(
        "number of cells in this row: 1, in the header: 2 (a cell that holds"
    )


def test_equal_faults_are_told_once_with_their_number_and_first_lines(
    procedures: Command, clerk: Path, write: Write
) -> None:
    path = write("c.csv", "who,degree\n" + "c,x\n" * 120 + "c\nc,y\nc\n")
    answered = procedures("screen", clerk, path)
    listed = "help: one of `none` < `bachelor` < `master`"
    assert answered.err.splitlines() == [
        f"{path}:2:3: `degree`: `x` is not one of the levels (120 times; lines 2, 3, 4, 5, 6, …)",
        f"  {listed}",
        f"{path}:122:1: number of cells in this row: 1, in the header: 2 (2 times; lines 122, 124)",
        "  help: a cell that holds `,` belongs in quotes",
        f"{path}:123:3: `degree`: `y` is not one of the levels",
        f"  {listed}",
        "123 problems in 123 of 123 rows; these are refused, the others are not",
    ]
    data = procedures("screen", clerk, path, "--json").data
    assert data["problem_count"] == 123
    assert [(each["count"], each["lines"]) for each in data["problems"]] == [
        (120, [2, 3, 4, 5, 6]), (2, [122, 124]), (1, [123]),
    ]  # fmt: skip
    dutch = procedures("screen", clerk, path, "--lang", "nl").err
    assert "`x` is geen van de niveaus (120 keer; regels 2, 3, 4, 5, 6, …)" in dutch


def test_only_the_first_of_many_different_problems_are_shown(procedures: Command, clerk: Path, write: Write) -> None:
    path = write("c.csv", "who,degree\n" + "".join(f"c,x{number}\n" for number in range(120)))
    answered = procedures("screen", clerk, path)
    assert answered.err.count("is not one of the levels") == 50
    assert answered.err.splitlines()[-1] == (
        "120 problems, the first 50 different ones above, in 120 of 120 rows; these are refused, the others are not"
    )
    assert "and 100 more; `-o FILE` writes them all" in answered.out
    assert procedures("screen", clerk, path, "--json").data["problem_count"] == 120


def test_a_column_in_which_everything_is_wrong_is_told_by_its_first_values(
    procedures: Command, clerk: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.screening.cells._MOST_TOLD", 2)
    path = write("c.csv", "who,degree\n" + "".join(f"c,x{number % 4}\n" for number in range(12)))
    data = procedures("screen", clerk, path, "--json").data
    assert [(each["count"], each["line"]) for each in data["problems"]] == [(3, 2), (3, 3), (6, 4)]
    assert "`x1` is not one of the levels" in data["problems"][1]["sentence"]
    assert "cannot be read, as 1,000 other values in this column" in data["problems"][2]["sentence"]
    assert [row["result"] for row in data["candidates"]] == ["refused"] * 12


def test_the_command_reads_headers_below_a_title_and_refuses_the_total(
    procedures: Command, clerk: Path, write: Write
) -> None:
    path = write("c.csv", "Kandidaten 2026,,\nwho,degree,experience\nc1,bachelor,\nc2,none,30\nTotaal,,30\n")
    answered = procedures("screen", clerk, path)
    assert (answered.status, answered.out) == (2, "")
    assert "help: if the headers are on line 2: `--header-row 2` reads `who, degree, experience`" in answered.err
    for more in ([], ["--cohort"]):
        answered = procedures("screen", clerk, path, "--header-row", "2", *more)
        assert answered.status == 1
        assert answered.err.splitlines() == [
            f"{path}:5:1: this row looks like a total, not like a candidate",
            "  help: delete the row",
            "1 problem in 1 of 3 rows; these are refused, the others are not",
        ]
    assert procedures("screen", clerk, path, "--header-row", "0").status == 2


def test_text_is_never_a_formula_in_what_is_written(
    procedures: Command, clerk: Path, write: Write, tmp_path: Path
) -> None:
    evil = '=HYPERLINK("http://x")'
    path = write("c.csv", f'who,degree\n"{evil.replace(chr(34), chr(34) * 2)}",bachelor\n+1,bachelor\n007,bachelor\n')
    for ending in (".csv", ".xlsx", ".parquet"):
        out = tmp_path / f"out{ending}"
        assert procedures("screen", clerk, path, "-o", out).status == 0
        assert written(out)["who"].to_list() == ["'" + evil if ending == ".csv" else evil, "+1", "007"]


def test_native_types_go_through(procedures: Command, clerk: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    frame = pl.DataFrame(
        {"n": [1, None], "x": [0.5, 10.0**20], "degree": ["none", "bachelor"], "experience": [24.0, None]}
    )
    frame.write_parquet(path)
    for ending in (".parquet", ".xlsx"):
        assert procedures("screen", clerk, path, "-o", tmp_path / f"out{ending}").status == 0
    assert written(tmp_path / "out.parquet").select(frame.columns).equals(frame)
    assert written(tmp_path / "out.xlsx")["n"].to_list() == [1, None]
    assert written(tmp_path / "out.xlsx")["x"].to_list() == [0.5, "1e+20"]


def test_types_that_csv_does_not_know_are_written_as_text(procedures: Command, clerk: Path, tmp_path: Path) -> None:
    path, day = tmp_path / "c.parquet", timedelta(days=1)
    columns = {"degree": ["none"], "length": [day], "at": [time(9, 30)], "moment": [datetime(2024, 1, 1, tzinfo=UTC)]}
    pl.DataFrame(columns).write_parquet(path)
    for ending in (".csv", ".xlsx"):
        assert procedures("screen", clerk, path, "-o", tmp_path / f"out{ending}").status == 0
        frame = written(tmp_path / f"out{ending}")
        assert frame["length"].to_list() == ["1 day, 0:00:00"]
        assert (frame["at"][0][:8], frame["moment"][0][:10]) == ("09:30:00", "2024-01-01")


def test_cells_of_several_types_are_written_as_they_came(procedures: Command, clerk: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["degree", "mixed"], ["none", True], ["none", "x"], ["none", 1.5]]):
            sheet.write_row(number, 0, row)
    for ending, mixed in (
        (".csv", ["true", "x", "1.5"]),
        (".xlsx", [True, "x", 1.5]),
        (".parquet", ["true", "x", "1.5"]),
    ):
        assert procedures("screen", clerk, path, "-o", tmp_path / f"out{ending}").status == 0
        assert written(tmp_path / f"out{ending}")["mixed"].to_list() == mixed


WRONG: list[tuple[list[str], str]] = [  # arguments after FILE, what stderr says
    (["nowhere.csv"], "nowhere.csv:1:1: cannot read the file: no such file or directory"),
    (["docs"], "docs:1:1: cannot read the file: is a directory"),
    (["README.md"], "`README.md` does not end in `.csv`, `.xlsx`, `.parquet`"),
    (["{c}", "--step", "screning"], "no step `screning` in example/clerk; did you mean `screening`?"),
    (["{c}", "--map", "degree"], "`degree`: write HEADER=FACT"),
    (["{c}", "--map", "who=degre"], "unknown fact `degre`\n  help: did you mean `degree`?"),
    (["{c}", "--map", "who=degree", "--map", "experience=degree"], "two columns for `degree`"),
    (["{c}", "--format", "fr"], "`fr` is no format"),
    (["{c}", "--decimal", ","], "`,` is no decimal sign"),
    (["{c}", "--dates", "d/m/y"], "`d/m/y` is no form of dates"),
    (["{c}", "--separator", "ab"], "`ab` cannot separate cells"),
    (["{c}", "--separator", ";"], "the header is one column: `who,degree,experience`"),
    (["{c}", "--encoding", "x"], "unknown encoding `x`"),
    (["{c}", "--sheet", "One"], "a .csv file has no sheets"),
    (["{c}", "--json", "-o", "-"], "both write to stdout"),
    (["{c}", "--lang", "fr"], "unknown language `fr`"),
    (["{c}", "--reading", "x=y"], "reading"),
    (["{c}", "-o", "out.ods"], "`out.ods` does not end in"),
    (["{c}", "-o", "{c}"], "the result would overwrite"),
    (["{c}", "-o", "{clerk}"], "the result would overwrite"),
    (["{c}", "-o", "nowhere/out.csv"], "cannot write `out.csv`: no such file or directory"),
    (["{c}", "--prefix", "x", "--map", "who=screening"], "`screening` is what the step itself decides"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=lambda value: " ".join(value)[-40:])
def test_wrong_usage_is_told_and_nothing_is_written(
    procedures: Command, clerk: Path, candidates: Path, arguments: list[str], told: str
) -> None:
    before = {path: path.read_bytes() for path in candidates.parent.iterdir()}
    answered = procedures("screen", clerk, *(text.format(c=candidates, clerk=clerk) for text in arguments))
    assert (answered.status, answered.out) == (2, "")
    assert told in answered.err
    assert {path: path.read_bytes() for path in candidates.parent.iterdir()} == before


def test_a_profile_has_no_steps_to_screen_for(procedures: Command, candidates: Path) -> None:
    answered = procedures("screen", PROFILE, candidates)
    assert (answered.status, answered.out) == (2, "")
    assert "states no procedure: there are no steps to screen for" in answered.err


def test_a_column_of_the_same_name_is_never_written_over(
    procedures: Command, clerk: Path, candidates: Path, tmp_path: Path
) -> None:
    procedures("screen", clerk, candidates, "-o", tmp_path / "once.csv")
    answered = procedures("screen", clerk, tmp_path / "once.csv", "-o", tmp_path / "twice.csv")
    assert answered.status == 2
    assert "there is a column `screening.result` already" in answered.err
    assert "help: choose another beginning for the columns that are added: `--prefix NAME`" in answered.err
    assert answered.err.splitlines()[-1] == "4 problems; nothing was screened or written"
    answered = procedures("screen", clerk, tmp_path / "once.csv", "--prefix", "again", "-o", tmp_path / "twice.csv")
    assert answered.status == 1
    assert written(tmp_path / "twice.csv").columns[-1] == "again.reason"


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, "broken"])
def test_what_goes_wrong_half_way_leaves_the_file_as_it_was(
    procedures: Command, clerk: Path, write: Write, monkeypatch: pytest.MonkeyPatch, ending: str, failure: Any
) -> None:
    monkeypatch.setattr(csv_lines, "PIECE", 256)
    monkeypatch.setattr(csv_reading, "PIECE", 256)
    text = "who,degree\n" + "c,bachelor\n" * 200 + ('c,"\n' if failure == "broken" else "")
    path, out = write("c.csv", text), write(f"out{ending}", "as it was")
    if failure != "broken":
        _interrupt_after(monkeypatch, 3)
    answered = procedures("screen", clerk, path, "-o", out)
    assert out.read_text(encoding="utf-8") == "as it was"
    assert sorted(each.name for each in path.parent.iterdir()) == sorted(["c.csv", "clerk.yaml", out.name])
    if failure == "broken":
        assert answered.status == 2
        assert "c.csv:202:1: this is not csv" in answered.err
        assert answered.err.splitlines()[-1] == "1 problem; nothing was screened or written"
    else:
        assert (answered.status, answered.err) == (130, "interrupted: no file was written\n")


def _interrupt_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    left = [batches]
    take = csv_reading.CsvSource._batch

    def interrupted(source: csv_reading.CsvSource) -> object:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return take(source)

    monkeypatch.setattr(csv_reading.CsvSource, "_batch", interrupted)


def test_what_a_format_cannot_hold_is_told_before_anything_is_written(
    procedures: Command, clerk: Path, tmp_path: Path
) -> None:
    path = tmp_path / "c.parquet"
    pl.DataFrame({"degree": ["none"], "tags": [["a", "b"]]}).write_parquet(path)
    answered = procedures("screen", clerk, path, "-o", tmp_path / "out.csv")
    assert answered.status == 2
    assert "column `tags` holds lists or structures, which do not fit in .csv\n  help: write `-o NAME.parquet`" in (
        answered.err
    )
    assert procedures("screen", clerk, path, "-o", tmp_path / "out.parquet").status == 0
    assert pl.read_parquet(tmp_path / "out.parquet")["tags"].to_list() == [["a", "b"]]


def test_a_sheet_holds_so_many_rows_and_letters(
    procedures: Command, clerk: Path, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.xlsx"
    answered = procedures("screen", clerk, write("c.csv", f"who,degree\n{'x' * 40_000},none\n"), "-o", out)
    assert (answered.status, "a cell of xlsx has at most 32,767 characters" in answered.err) == (2, True)
    monkeypatch.setattr("procedures.screening.files.xlsx_writer._ROWS", 3)
    answered = procedures("screen", clerk, write("c.csv", "who,degree\na,none\nb,none\nc,none\n"), "-o", out)
    assert (answered.status, "a sheet of xlsx has at most 3 rows" in answered.err) == (2, True)
    assert not out.exists()


def test_without_the_extra_the_command_says_what_to_install(
    procedures: Command, clerk: Path, candidates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert procedures("screen", clerk, candidates) == Answered(
        2, "", "screening needs polars and xlsxwriter: pip install 'selection-procedures[columns]'\n"
    )


def test_the_other_commands_do_without_polars() -> None:
    import subprocess

    code = (
        "import sys; from procedures.cli.app import run; run(['check', %r]); "  # noqa: UP031
        "print(json.dumps(sorted({'polars', 'numpy', 'xlsxwriter', 'python_calamine'} & set(sys.modules))))"
        % str(COORDINATOR)
    )
    done = subprocess.run([sys.executable, "-c", f"import json; {code}"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_a_shipped_vacancy_is_screened(procedures: Command, write: Write) -> None:
    header = "kandidaat,candidate_type,leadership_experience,diploma_level\n"
    path = write("c.csv", f"{header}c1,extern,30,B\nc2,external,20,B\nc3,internal,,\n")
    answered = procedures("screen", COORDINATOR, path, "--json", "--lang", "nl")
    assert [row["result"] for row in answered.data["candidates"]][1:] == ["failed", "undecided"]
    assert "notice:" in answered.data["candidates"][1]["reason"]
