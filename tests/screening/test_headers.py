"""Columns are taken for facts by name, by label or by a mapping, and for nothing else."""

import pytest

from procedures import loads
from procedures.screening import TableError
from procedures.screening.headers import MatchedColumns, find_near_header, match_headers

MACHINE = loads("""
procedure: example/headers
title: Headers
facts:
  experience: {kind: duration, unit: months, label: {nl: relevante ervaring, en: relevant experience}}
  degree: {kind: flag, label: {nl: diploma, en: degree}}
  licence: {kind: flag, label: {nl: diploma, en: driving licence}}
  remark: {kind: text, label: {en: remark}}
  mark: {kind: number}
steps:
  screening: {label: {nl: nazicht, en: check}, from: applied, to: screened, passes: {degree: true}}
  test: {to: tested, records: {score: {kind: number}, passed: {kind: flag}}, passes: {passed: true}}
""").machine


def matched(headers: list[str], *mapping: tuple[str, str], step: str = "test") -> MatchedColumns:
    return match_headers(headers, MACHINE, step, mapping, ["test.passed", "degree"])


FOUND = [  # header, step, fact and how; None where it is passed through
    ("experience", "test", ("experience", "name")),
    (" experience ", "test", ("experience", "name")),
    ("Experience", "test", ("experience", "label")),
    ("Relevante  Ervaring", "test", ("experience", "label")),
    ("relevant experience", "test", ("experience", "label")),
    ("driving licence", "test", ("licence", "label")),
    ("score", "test", ("test.score", "name")),
    ("score", "screening", None),
    ("test.score", "test", ("test.score", "name")),
    ("test.passed", "screening", ("test.passed", "name")),
    ("passed", "screening", None),
    ("screening", "test", ("screening", "name")),
    ("screening", "screening", None),
    ("Screening", "test", None),
    ("nazicht", "test", None),
    ("test.rank", "test", None),
    ("remark", "test", None),
    ("diploma", "test", None),
    ("experience (months)", "test", None),
]


@pytest.mark.parametrize(("header", "step", "fact"), FOUND)
def test_a_column_holds_the_fact_it_is_called_after(header: str, step: str, fact: tuple[str, str] | None) -> None:
    found = matched(["who", header], step=step)
    assert [(use.header, use.fact, use.matched_by) for use in found.uses] == ([(header, *fact)] if fact else [])
    assert found.ignored == (("who",) if fact else ("who", header))


def test_a_label_of_several_facts_is_unclear_until_one_of_them_is_mapped() -> None:
    assert matched(["diploma"]).unclear == {"diploma": ("degree", "licence")}
    assert matched(["diploma"], ("diploma", "degree")).unclear == {}
    found = matched(["diploma", "x"], ("x", "licence"))
    assert [(use.header, use.fact) for use in found.uses] == [("diploma", "degree"), ("x", "licence")]


def test_a_mapping_comes_before_a_name_and_may_say_a_short_one() -> None:
    found = matched(["experience", "ervaring", "points"], ("ervaring", "experience"), ("points", "score"))
    assert [(use.header, use.fact, use.matched_by) for use in found.uses] == [
        ("ervaring", "experience", "map"),
        ("points", "test.score", "map"),
    ]
    assert found.ignored == ("experience",)


def test_a_fact_that_is_asked_and_has_no_column_is_absent() -> None:
    assert matched(["degree"]).absent == ("test.passed",)


NEAR = [  # fact, headers that no fact has, the header that is probably meant
    ("experience", ["who", "experiense"], "experiense"),
    ("experience", ["who", "Ervaring (maanden)"], "Ervaring (maanden)"),
    ("experience", ["who", "relevante ervaring in maanden"], "relevante ervaring in maanden"),
    ("experience", ["ervaring a", "ervaring", "Ervaring (jaren)"], None),
    ("experience", ["who", "remark"], None),
    ("test.score", ["who", "scores"], "scores"),
    ("test.score", ["who", "score (op 20)"], "score (op 20)"),
    ("degree", ["of", "diploma's"], "diploma's"),
]


@pytest.mark.parametrize(("fact", "headers", "near"), NEAR)
def test_the_header_that_was_probably_meant_is_found(fact: str, headers: list[str], near: str | None) -> None:
    assert find_near_header(MACHINE.declared.facts[fact], headers) == near


WRONG = [  # headers, mappings, the problem
    (["x"], [("y", "degree")], "there is no column `y`\n  help: known here: `x`"),
    (["ervaring"], [("ervarin", "degree")], "there is no column `ervarin`\n  help: did you mean `ervaring`?"),
    (["x"], [("x", "experiense")], "unknown fact `experiense`\n  help: did you mean `experience`?"),
    (["x"], [("x", "test.rank")], "`test.rank` is what the step itself decides"),
    (["x"], [("x", "remark")], "`remark` is text: no rule decides on it"),
    (["x"], [("x", "degree"), ("x", "licence")], "column `x` is given two facts: `degree`, `licence`"),
    (["x", "y"], [("x", "degree"), ("y", "degree")],
     'two columns for `degree`: `x`, `y`\n  help: say which with `--map "HEADER=degree"`'),
    (["experience", "relevante ervaring"], [], "two columns for `experience`: `experience`, `relevante ervaring`"),
    (["score", "test.score"], [], "two columns for `test.score`: `score`, `test.score`"),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "mapping", "told"), WRONG)
def test_what_cannot_be_matched_is_told(headers: list[str], mapping: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(TableError) as raised:
        matched(headers, *mapping)
    assert told in str(raised.value)
    assert len(raised.value.troubles) == 1
    assert raised.value.problems("nl")[0].sentence != raised.value.problems("en")[0].sentence
