"""The help of a refused cell names the word of a choice or level that was meant, and shows labels."""

import pytest

from procedures.screening import Formats
from procedures.screening.formats import FormulaError
from rules.kinds import Choice, FactError, Kind, Level
from rules.words import Words

LABELS = {"social": Words("Bachelor in het sociaal-agogisch werk", "Bachelor of social work"), "law": Words("Rechten")}
DEGREE = Choice(("social", "law", "x9"), LABELS)
LICENCE = Level(("none", "B", "C"))
LISTED = "`social` (Bachelor in het sociaal-agogisch werk), `law` (Rechten), `x9`"
WRONG = [  # kind, cell, help in Dutch
    (LICENCE, "b", "bedoelde u `B`?"),
    (LICENCE, "None", "bedoelde u `none`?"),
    (LICENCE, "Z", "een van `none` < `B` < `C`"),
    (DEGREE, "Social", "bedoelde u `social` (Bachelor in het sociaal-agogisch werk)?"),
    (DEGREE, "bachelor sociaal agogisch werk", "bedoelde u `social` (Bachelor in het sociaal-agogisch werk)?"),
    (LICENCE, "rijbewijs B", "bedoelde u `B`?"),
    (LICENCE, "geen rijbewijs B", "een van `none` < `B` < `C`"),
    (LICENCE, "B of C", "een van `none` < `B` < `C`"),
    (DEGREE, "sociaal-agogisch werk", "bedoelde u `social` (Bachelor in het sociaal-agogisch werk)?"),
    (DEGREE, "Master in de rechten", "bedoelde u `law` (Rechten)?"),
    (DEGREE, "arts", f"een van {LISTED}"),
    (DEGREE, "q" * 100_000, f"een van {LISTED}"),
]


@pytest.mark.parametrize(("kind", "cell", "told"), WRONG, ids=[f"{cell[:20]}" for _, cell, _ in WRONG])
def test_the_word_that_was_meant_is_named(kind: Kind, cell: str, told: str) -> None:
    with pytest.raises(FactError) as raised:
        Formats().read_cell(kind, cell)
    assert raised.value.hint.in_language("nl") == told


def test_a_formula_without_a_result_keeps_its_own_help() -> None:
    with pytest.raises(FactError) as raised:
        Formats().read_cell(DEGREE, FormulaError("no result"))
    assert raised.value.sentence("en") == (
        "the formula has no stored result (open and save the workbook in a spreadsheet program)"
    )
