"""Two machines whose cuts, gates or scores differ: what a closing decides is compared by what it means."""

import pytest

from procedures import loads
from procedures.kernel.machine import Machine
from procedures.proofs import compare

CUT = """
procedure: example/cut
title: A cut
facts: {{degree: {{kind: flag}}}}
scores: {{{scores}}}
steps:
  test:
    to: tested
    records: {{score: {{kind: number, from: 0, to: 100}}}}
    passes: {{score: {{at_least: 0}}}}
  interview:
    to: reserve
    records: {{score: {{kind: number, from: 0, to: 100}}}}
    passes: {{score: {{at_least: 0}}}}
    keeps: {{best: 2, {by}}}
reserve: {{state: reserve}}
"""


def cut(scores: str, by: str = "by: final, ties: keep") -> Machine:
    return loads(CUT.format(scores=scores, by=by)).machine


SIXTY = "final: {mean: {test.score: 60, interview.score: 40}}"
RANKED = [  # scores and what is ranked by, in the first and in the second; whether the two cuts are one
    ((SIXTY,), ("final: {mean: {test.score: 10, interview.score: 90}}",), False),
    ((SIXTY,), ("final: {best: [test.score, interview.score]}",), False),
    ((SIXTY,), ("final: {mean: {interview.score: 2, test.score: 3}}",), True),
    ((SIXTY,), ("total: {mean: {test.score: 60, interview.score: 40}}", "by: total, ties: keep"), True),
    ((SIXTY,), (SIXTY, "by: interview.score, ties: keep"), False),
    (
        (SIXTY, "by: interview.score, ties: {by: [final], then: lot}"),
        (SIXTY.replace("60", "20"), "by: interview.score, ties: {by: [final], then: lot}"),
        False,
    ),
]


@pytest.mark.parametrize(("first", "second", "one"), RANKED)
def test_cuts_are_one_where_they_rank_by_the_same_number(
    first: tuple[str, ...], second: tuple[str, ...], one: bool
) -> None:
    a, b = cut(*first), cut(*second)
    for found in (compare(a, b), compare(b, a)):
        assert (found.verdict == "equivalent") is one


ELSEWHERE = [  # what the second ranks by, where final is 60 and 40 in the first
    ("final: {mean: {test.score: 10, interview.score: 90}}", "by: final, ties: keep"),
    (SIXTY, "by: interview.score, ties: keep"),
]


@pytest.mark.parametrize("second", ELSEWHERE)
def test_who_has_more_of_one_score_and_less_of_the_other_shows_that_cuts_differ(second: tuple[str, str]) -> None:
    found = compare(cut(SIXTY), cut(*second))
    assert {(each.a, each.b) for each in found.differences} == {("reserve", "rejected"), ("rejected", "reserve")}
    assert (found.verdict, found.unshown_differences) == ("incomparable", ())
    assert any(set(each.relevant_facts) == {"test.score", "interview.score"} for each in found.differences)


ROUND = """
procedure: example/round
title: A round that is held when many come
facts: {{degree: {{kind: flag}}, licence: {{kind: flag}}}}
steps:
  screening: {{from: applied, to: screened, passes: {{degree: true}}}}
  pre:
    to: ready
    held: {{count: screened, more_than: 2}}
    {exempt}
    records: {{score: {{kind: number, from: 0, to: 100}}}}
    passes: {{score: {{at_least: 10}}}}
    keeps: {{best: 2, by: score, ties: none}}
    otherwise: {cut}
  interview: {{to: reserve, passes: {passes}}}
reserve: {{state: reserve}}
"""
ANY_RANK = "{any: [{pre.rank: {at_most: 2}}, {pre.rank: {more_than: 2}}]}"
ANY_KEPT = "{any: [{pre.kept: true}, {pre.kept: false}]}"
ALWAYS = "{degree: true}"
STAYED = ("reserve", "ready")
DECIDED = [  # by what the interview is passed in the two, what else is the same in both, verdict, differences
    (ALWAYS, ANY_RANK, {}, "stricter", {STAYED}),  # where the round is not held, nobody has a rank
    (ALWAYS, ANY_KEPT, {}, "stricter", {STAYED}),
    (ANY_RANK, ANY_KEPT, {}, "equivalent", set()),
    (ALWAYS, "{pre.held: true}", {}, "stricter", {("reserve", "rejected")}),
    (ALWAYS, "{any: [{pre.held: true}, {pre: not_held}]}", {}, "equivalent", set()),
    ("{pre.held: true}", "{not: {pre: not_held}}", {}, "equivalent", set()),
    (ALWAYS, "{any: [{pre.kept: true}, {pre: not_held}]}", {"exempt": "exempt: {licence: true}"}, "stricter", {STAYED}),
    (ALWAYS, "{any: [{pre.kept: true}, {pre: {one_of: [not_held, exempt]}}]}", {"exempt": "exempt: {licence: true}"},
     "equivalent", set()),
    # where the round only ranks, who was cut is known to be; who fell short of 10 was not ranked at all
    (ALWAYS, "{any: [{pre.kept: true}, {pre: not_held}]}", {"cut": "ready"}, "stricter",
     {STAYED, ("reserve", "rejected")}),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "both", "verdict", "differences"), DECIDED)
def test_what_a_closing_decides_is_known_of_whom_it_decided(
    first: str, second: str, both: dict[str, str], verdict: str, differences: set[tuple[str, str]]
) -> None:
    words = {"exempt": "", "cut": "rejected", **both}
    a, b = (loads(ROUND.format(passes=passes, **words)).machine for passes in (first, second))
    for one, other, expected in ((a, b, verdict), (b, a, {"stricter": "looser"}.get(verdict, verdict))):
        found = compare(one, other)
        assert (found.verdict, found.unshown_differences) == (expected, ())
        pairs = {(each.a, each.b) if one is a else (each.b, each.a) for each in found.differences}
        assert pairs == differences
        assert not any(name.startswith("pre.") and name != "pre.score" for d in found.differences for name in d.facts)


TOTAL = """
procedure: example/total
title: A total
scores: {{final: {{mean: {{test.score: {test}, interview.score: {interview}}}}}}}
steps:
  test: {{to: tested, records: {{score: {{kind: number, from: 0, to: 100}}}}, passes: {{score: {{at_least: 10}}}}}}
  interview: {{to: reserve, records: {{score: {{kind: number, to: 100}}}}, passes: {{final: {{at_least: 50}}}}}}
reserve: {{state: reserve}}
"""


@pytest.mark.parametrize(("test", "interview"), [(40, 60), (90, 10)])
def test_where_a_bound_of_a_score_matters_its_parts_are_named(test: int, interview: int) -> None:
    a, b = (loads(TOTAL.format(test=one, interview=other)).machine for one, other in ((60, 40), (test, interview)))
    found = compare(a, b)
    assert {(each.a, each.b) for each in found.differences} == {("reserve", "rejected"), ("rejected", "reserve")}
    assert all({*each.relevant_facts} == {"interview.score", "test.score"} for each in found.differences)
