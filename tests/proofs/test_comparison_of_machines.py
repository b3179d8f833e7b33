"""Two machines beside each other: windows, kinds and terms in a table, and a law that no difference is kept quiet."""

from collections.abc import Mapping
from itertools import product

import pytest
from generated import law
from hypothesis import strategies as st

from procedures import Moved, Procedure, Selection, loads, run
from procedures.proofs import Comparison, compare
from procedures.proofs.reachability.histories import CANDIDATE

CLERK = """
procedure: clerk
title: Clerk
applications: {apply}
facts: {{degree: {{kind: flag}}, works_here: {{kind: flag}}}}
steps:
  screening: {{from: applied, to: screened, passes: {{degree: true}}}}
  test: {{to: reserve, records: {{passed: {{kind: flag}}}}, {test}}}
reserve: {{state: reserve, {reserve}}}
"""
JANUARY, FEBRUARY = "{opens: 2027-01-04, until: 2027-01-31}", "opens: 2027-02-08, until: 2027-02-12, lapses: rejected"
KINDS = "kinds: {promotion: {works_here: true}, recruitment: {works_here: false}}"
FIRST = {"apply": JANUARY, "test": FEBRUARY, "reserve": f"{KINDS}, valid: 2 years"}
LATE, EARLY = ("reserve", "rejected"), ("rejected", "reserve")

OTHERWISE = [  # what the second says otherwise, verdict, some differences: the states, kinds or days of the two
    ({}, "equivalent", []),
    # windows
    ({"apply": "{opens: 2027-01-04, until: 2027-01-30}"}, "stricter", [("reserve", None)]),
    ({"apply": "{opens: 2027-01-04}"}, "looser", [(None, "reserve")]),
    ({"apply": "{opens: 2027-01-05, until: 2027-02-01}"}, "incomparable", [("reserve", None), (None, "reserve")]),
    ({"test": FEBRUARY.replace("02-12", "02-11")}, "stricter", [LATE]),
    ({"test": FEBRUARY.replace("02-12", "02-12 17:00")}, "stricter", [LATE]),
    ({"test": FEBRUARY.replace("02-08", "02-09")}, "stricter", [LATE]),
    ({"test": FEBRUARY.replace("02-12", "02-13")}, "looser", [EARLY]),
    ({"test": FEBRUARY.replace("02-", "03-")}, "incomparable", [LATE, EARLY]),
    ({"test": f"{FEBRUARY}, tentative: true"}, "looser", [EARLY, ("rejected", "screened")]),
    ({"test": "label: Test"}, "looser", [EARLY]),
    ({"test": "within: 20 days, lapses: rejected"}, "incomparable", [LATE, EARLY]),
    ({"test": FEBRUARY.replace("rejected", "stays")}, "looser", [("rejected", "screened")]),
    ({"test": FEBRUARY.replace("2027-02-08", "2027-02-08 00:00")}, "equivalent", []),  # said in other words
    # kinds
    ({"reserve": "valid: 2 years"}, "incomparable", [("promotion", None), ("recruitment", None)]),
    (
        {"reserve": f"{KINDS}, valid: 2 years".replace("works_here: true", "degree: true")},
        "incomparable",
        [("recruitment", "promotion")],
    ),
    (
        {"reserve": f"{KINDS}, valid: 2 years".replace("recruitment", "external")},
        "incomparable",
        [("recruitment", "external")],
    ),
    ({"reserve": f"{KINDS}, valid: 2 years".replace("works_here: false", "degree: true")}, "equivalent", []),
    # terms
    ({"reserve": f"{KINDS}, valid: 3 years"}, "incomparable", [("2029-02-08", "2030-02-08")]),
    ({"reserve": f"{KINDS}, valid: 24 months"}, "equivalent", []),
    ({"reserve": f"{KINDS}, valid: 730 days"}, "incomparable", [("2029-02-08", "2029-02-07")]),
    ({"reserve": f"{KINDS}, valid: 731 days"}, "incomparable", [("2031-02-08", "2031-02-09")]),  # no leap day in it
    ({"reserve": f"{KINDS}, valid: 2029-02-08"}, "incomparable", [("2029-02-09", "2029-02-08")]),
    ({"reserve": f"{KINDS}, valid: 2 years, extendable: true"}, "incomparable", [("2029-02-08", "2029-02-09")]),
    ({"reserve": KINDS}, "looser", [("expired", "reserve"), ("2029-02-08", None)]),
    # who is selected decides before kinds and terms do
    ({"test": FEBRUARY.replace("02-12", "02-11"), "reserve": "valid: 3 years"}, "stricter", [LATE]),
]  # fmt: skip


def clerk(otherwise: Mapping[str, str]) -> Procedure:
    return loads(CLERK.format(**{**FIRST, **otherwise}))


def told(found: Comparison) -> set[tuple[str | None, str | None]]:
    """The differences: of each the states, else the kinds, else the days."""
    pairs = set()
    for each in found.differences:
        days = [day.isoformat() if day else None for day in (each.expires_a, each.expires_b)]
        sides = ((each.a, each.b), (each.kind_a, each.kind_b), (days[0], days[1]))
        pairs.add(next(pair for pair in sides if pair[0] != pair[1]))
    return pairs


@pytest.mark.parametrize(("otherwise", "verdict", "differences"), OTHERWISE)
def test_windows_kinds_and_terms_are_compared(
    otherwise: dict[str, str], verdict: str, differences: list[tuple[str | None, str | None]]
) -> None:
    first, second = clerk({}), clerk(otherwise)
    for a, b, expected in (
        (first, second, verdict),
        (second, first, {"stricter": "looser", "looser": "stricter"}.get(verdict, verdict)),
    ):
        found = compare(a.machine, b.machine)
        assert (found.verdict, found.unshown_differences) == (expected, ())
        pairs = told(found)
        assert pairs >= {pair if a is first else pair[::-1] for pair in differences}
        assert bool(pairs) is (verdict != "equivalent")
        shown_by_run(a, b, found)


def shown_by_run(a: Procedure, b: Procedure, found: Comparison) -> None:
    """Every difference is what `run` gives in both, and what is refused in one its window does not admit."""
    for each in found.differences:
        for procedure, events, *said in (
            (a, each.events, each.a, each.kind_a, each.expires_a),
            (b, each.events_b, each.b, each.kind_b, each.expires_b),
        ):
            selection, refused = run(procedure, events)
            case = selection.find(CANDIDATE)
            stands = [case.state, selection.kind(case), selection.expires] if case else [None, None, selection.expires]
            assert stands == said
            assert {answer.code for answer in refused} <= {"too_late", "too_early", "unknown_event", "wrong_state"}


def test_what_is_refused_in_one_is_taken_in_the_other_at_that_moment() -> None:
    first, second = clerk({}), clerk({"test": FEBRUARY.replace("02-12", "02-11")})
    (shown,) = (each for each in compare(first.machine, second.machine).differences if (each.a, each.b) == LATE)
    _, (late,) = run(second, shown.events_b)
    assert (late.code, second.machine.zone.show(late.event.at)[:16]) == ("too_late", "2027-02-12T00:00")
    assert late.event in shown.events
    assert run(first, shown.events)[1] == []


COUNTED = [  # the window of the test in the first and in the second, verdict
    ("within: 20 days", "within: 10 days", "stricter"),
    ("within: 2 weeks", "within: 14 days", "equivalent"),
    ("within: 1 month", "within: 20 days", "stricter"),
    ("within: 27 days", "within: 1 month", "looser"),
    ("within: 20 days, until: 2027-02-12", "within: 20 days, until: 2027-02-10", "stricter"),
    ("within: 20 days", "within: 20 days, until: 2027-02-10", "stricter"),
]


@pytest.mark.parametrize(("one", "other", "verdict"), COUNTED)
def test_windows_that_count_from_entry_are_compared(one: str, other: str, verdict: str) -> None:
    first, second = (clerk({"test": f"{window}, lapses: rejected"}) for window in (one, other))
    found = compare(first.machine, second.machine)
    shown_by_run(first, second, found)
    assert (found.verdict, found.unshown_differences) == (verdict, ())


def test_nobody_is_in_time_for_two_windows_that_share_no_moment() -> None:
    first, second = clerk({}), clerk({"test": FEBRUARY.replace("02-", "03-"), "reserve": "valid: 2 years"})
    pairs = told(compare(first.machine, second.machine))
    assert pairs >= {LATE, EARLY}
    assert ("promotion", None) not in pairs


APPLIES = [JANUARY, "{opens: 2027-01-04, until: 2027-01-30}", "{opens: 2027-01-05, until: 2027-02-01}", "{}"]
TESTS = [
    FEBRUARY, FEBRUARY.replace("02-12", "02-11"), FEBRUARY.replace("02-08", "02-09"),
    FEBRUARY.replace("rejected", "stays"), f"{FEBRUARY}, tentative: true", "within: 10 days, lapses: rejected",
    "exempt: {works_here: true}",
]  # fmt: skip
RESERVES = [
    FIRST["reserve"], KINDS, "valid: 2 years", f"{KINDS}, valid: 730 days", f"{KINDS}, valid: 2029-02-08",
    "kinds: {promotion: {degree: true}}, valid: 2 years", f"{KINDS}, valid: 2 years, extendable: true",
]  # fmt: skip
VERSIONS = st.fixed_dictionaries(
    {"apply": st.sampled_from(APPLIES), "test": st.sampled_from(TESTS), "reserve": st.sampled_from(RESERVES)}
)
DAYS = ["2027-01-04", "2027-01-05", "2027-01-31", "2027-02-01", "2027-02-08", "2027-02-09", "2027-02-12", "2027-02-13"]
HOURS = st.tuples(*[st.sampled_from(DAYS)] * 3).map(sorted)


def stands(
    procedure: Procedure, days: list[str], facts: dict[str, bool], passed: bool, until: str
) -> tuple[object, ...]:
    """Where somebody stands who does these things on these days, whatever is admitted of it."""
    applied, screened, tested = (f"{day}T09:{minute:02}:00+01:00" for minute, day in enumerate(days))
    selection = Selection(procedure)
    selection.apply("c1", facts, at=applied, by="hr")
    selection.record("c1", "screening", {}, at=screened, by="hr")
    selection.record("c1", "test", {"passed": passed}, at=tested, by="hr")
    selection.advance(at="2027-03-01T09:00:00+01:00")
    closed = isinstance(selection.close("test", at="2028-02-10T09:00:00+01:00", by="hr"), Moved)
    selection.advance(at=until)
    case = selection.find("c1")
    return (case.state, selection.kind(case), selection.expires) if case and closed else (case and case.state,)


@law(VERSIONS, VERSIONS, HOURS, st.booleans(), st.booleans(), share=1)
def test_whoever_stands_elsewhere_in_the_two_makes_them_differ(
    one: dict[str, str], other: dict[str, str], days: list[str], works_here: bool, passed: bool
) -> None:
    first, second = clerk(one), clerk(other)
    found = compare(first.machine, second.machine)
    shown_by_run(first, second, found)
    assert found.unshown_differences == ()
    for degree, until in product((True, False), ("2028-03-01T09:00:00+01:00", "2031-01-01T09:00:00+01:00")):
        facts = {"degree": degree, "works_here": works_here}
        here, there = (stands(procedure, days, facts, passed, until) for procedure in (first, second))
        if here != there:
            assert found.verdict != "equivalent"
        if here[0] == "reserve" and there[0] in ("rejected", None):
            assert found.verdict in ("stricter", "incomparable")
        if there[0] == "reserve" and here[0] in ("rejected", None):
            assert found.verdict in ("looser", "incomparable")
