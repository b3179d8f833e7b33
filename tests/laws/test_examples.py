"""Worked examples of the laws: rows that a selection officer could add.

A script has one event a line: the local time, who, what, with which facts, and after the arrow where it ends or the
code with which it is refused. `by` is a person, `-` nobody; a line without an arrow only has to be taken.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from procedures import DefinitionError, Event, Moved, Procedure, Selection, loads
from procedures.kernel.refusals import REFUSALS
from rules.calendar import to_moment

# -- windows ----------------------------------------------------------------------------------------------------

BRUSSELS, AUCKLAND, YORK = "Europe/Brussels", "Pacific/Auckland", "America/New_York"
ENTRY = "2026-01-05T10:00:00+01:00"

WINDOWS = [  # the window as written, the zone, the moment, how the event is answered
    ("until: 2026-02-13", BRUSSELS, "2026-02-13T23:59:59.999999+01:00", "tested"),
    ("until: 2026-02-13", BRUSSELS, "2026-02-14T00:00:00+01:00", "too_late"),
    ("until: 2026-02-13", BRUSSELS, "2026-02-13T22:59:59.999999+00:00", "tested"),
    ("until: 2026-02-13", BRUSSELS, "2026-02-13T23:00:00+00:00", "too_late"),
    ("until: 2026-02-13 23:59", BRUSSELS, "2026-02-13T23:59:59.999999+01:00", "tested"),
    ("until: 2026-02-13 23:59", BRUSSELS, "2026-02-14T00:00:00+01:00", "too_late"),
    ("until: 2026-02-13 12:00", BRUSSELS, "2026-02-13T12:00:59+01:00", "tested"),
    ("until: 2026-02-13 12:00", BRUSSELS, "2026-02-13T12:01:00+01:00", "too_late"),
    ("until: 2026-02-13 12:00:30", BRUSSELS, "2026-02-13T12:00:30.999999+01:00", "tested"),
    ("until: 2026-02-13 12:00:30", BRUSSELS, "2026-02-13T12:00:31+01:00", "too_late"),
    ("before: 2026-02-13", BRUSSELS, "2026-02-12T23:59:59.999999+01:00", "tested"),
    ("before: 2026-02-13", BRUSSELS, "2026-02-13T00:00:00+01:00", "too_late"),
    ("before: 2026-02-13 12:00", BRUSSELS, "2026-02-13T11:59:59.999999+01:00", "tested"),
    ("before: 2026-02-13 12:00", BRUSSELS, "2026-02-13T12:00:00+01:00", "too_late"),
    ("opens: 2026-02-10, until: 2026-02-13", BRUSSELS, "2026-02-10T00:00:00+01:00", "tested"),
    ("opens: 2026-02-10, until: 2026-02-13", BRUSSELS, "2026-02-09T23:59:59.999999+01:00", "too_early"),
    ("opens: 2026-02-10 09:00, until: 2026-02-13", BRUSSELS, "2026-02-10T09:00:00+01:00", "tested"),
    ("opens: 2026-02-10 09:00, until: 2026-02-13", BRUSSELS, "2026-02-10T08:59:59.999999+01:00", "too_early"),
    ("on: 2026-02-20", BRUSSELS, "2026-02-20T00:00:00+01:00", "tested"),
    ("on: 2026-02-20", BRUSSELS, "2026-02-20T23:59:59.999999+01:00", "tested"),
    ("on: 2026-02-20", BRUSSELS, "2026-02-19T23:59:59.999999+01:00", "too_early"),
    ("on: 2026-02-20", BRUSSELS, "2026-02-21T00:00:00+01:00", "too_late"),
    # the entry is on 5 January at 10:00
    ("within: 10 days", BRUSSELS, "2026-01-15T23:59:59.999999+01:00", "tested"),
    ("within: 10 days", BRUSSELS, "2026-01-16T00:00:00+01:00", "too_late"),
    ("within: 2 weeks", BRUSSELS, "2026-01-19T23:59:59+01:00", "tested"),
    ("within: 2 weeks", BRUSSELS, "2026-01-20T00:00:00+01:00", "too_late"),
    ("within: 1 month", BRUSSELS, "2026-02-05T23:59:59+01:00", "tested"),
    ("within: 1 month", BRUSSELS, "2026-02-06T00:00:00+01:00", "too_late"),
    ("within: 36 hours", BRUSSELS, "2026-01-06T22:00:00+01:00", "tested"),
    ("within: 36 hours", BRUSSELS, "2026-01-06T22:00:00.000001+01:00", "too_late"),
    ("within: 90 minutes", BRUSSELS, "2026-01-05T11:30:00+01:00", "tested"),
    ("within: 90 minutes", BRUSSELS, "2026-01-05T11:30:00.000001+01:00", "too_late"),
    ("within: 10 days, until: 2026-01-12", BRUSSELS, "2026-01-13T00:00:00+01:00", "too_late"),
    ("within: 10 days, until: 2026-02-12", BRUSSELS, "2026-01-16T00:00:00+01:00", "too_late"),
    # days of 23 and of 25 hours
    ("on: 2026-03-29", BRUSSELS, "2026-03-29T00:00:00+01:00", "tested"),
    ("on: 2026-03-29", BRUSSELS, "2026-03-29T23:59:59.999999+02:00", "tested"),
    ("on: 2026-03-29", BRUSSELS, "2026-03-30T00:00:00+02:00", "too_late"),
    ("on: 2026-10-25", BRUSSELS, "2026-10-25T00:00:00+02:00", "tested"),
    ("on: 2026-10-25", BRUSSELS, "2026-10-25T02:30:00+02:00", "tested"),
    ("on: 2026-10-25", BRUSSELS, "2026-10-25T02:30:00+01:00", "tested"),
    ("on: 2026-10-25", BRUSSELS, "2026-10-25T23:59:59.999999+01:00", "tested"),
    ("on: 2026-10-25", BRUSSELS, "2026-10-26T00:00:00+01:00", "too_late"),
    # other zones: the day is the procedure's, not the clock's on which the moment was read
    ("until: 2026-02-13", AUCKLAND, "2026-02-13T10:59:59+00:00", "tested"),
    ("until: 2026-02-13", AUCKLAND, "2026-02-13T11:00:00+00:00", "too_late"),
    ("until: 2026-02-13", YORK, "2026-02-14T05:59:59+01:00", "tested"),
    ("until: 2026-02-13", YORK, "2026-02-14T06:00:00+01:00", "too_late"),
    ("within: 10 days", AUCKLAND, "2026-01-15T10:59:59+00:00", "tested"),
    ("within: 10 days", AUCKLAND, "2026-01-15T11:00:00+00:00", "too_late"),
    # announced with a reservation: shown, not enforced
    ("on: 2026-02-20, tentative: true", BRUSSELS, "2026-01-06T10:00:00+01:00", "tested"),
    ("on: 2026-02-20, tentative: true", BRUSSELS, "2027-02-21T10:00:00+01:00", "tested"),
]


@pytest.mark.parametrize(("window", "zone", "at", "answer"), WINDOWS)
def test_a_window_is_inclusive_at_the_precision_written(window: str, zone: str, at: str, answer: str) -> None:
    step = f"{{from: applied, to: tested, lapses: rejected, {window}}}"
    selection = Selection(loads(f"{{procedure: x, title: t, timezone: {zone}, steps: {{test: {step}}}}}"))
    selection.apply("ann", at=ENTRY)
    given = selection.record("ann", "test", at=at)
    assert (selection["ann"].state if isinstance(given, Moved) else given.code) == answer


@pytest.mark.parametrize(("window", "zone", "at", "answer"), [row for row in WINDOWS if row[3] != "too_early"])
def test_a_case_lapses_from_the_first_moment_that_is_too_late(window: str, zone: str, at: str, answer: str) -> None:
    step = f"{{from: applied, to: tested, lapses: rejected, {window}}}"
    selection = Selection(loads(f"{{procedure: x, title: t, timezone: {zone}, steps: {{test: {step}}}}}"))
    selection.apply("ann", at=ENTRY)
    selection.advance(at=at)
    assert selection["ann"].state == ("rejected" if answer == "too_late" else "applied")


APPLICATIONS = [
    ("opens: 2026-01-05, until: 2026-01-31", "2026-01-04T23:59:59.999999+01:00", "too_early"),
    ("opens: 2026-01-05, until: 2026-01-31", "2026-01-05T00:00:00+01:00", "applied"),
    ("opens: 2026-01-05, until: 2026-01-31", "2026-01-31T23:59:59.999999+01:00", "applied"),
    ("opens: 2026-01-05, until: 2026-01-31", "2026-02-01T00:00:00+01:00", "too_late"),
    ("before: 2026-01-31 17:00", "2026-01-31T17:00:00+01:00", "too_late"),
]


@pytest.mark.parametrize(("window", "at", "answer"), APPLICATIONS)
def test_an_application_falls_inside_its_window(window: str, at: str, answer: str) -> None:
    selection = Selection(
        loads(f"{{procedure: x, title: t, applications: {{{window}}}, steps: {{test: {{to: tested}}}}}}")
    )
    given = selection.apply("ann", at=at)
    assert (selection["ann"].state if isinstance(given, Moved) else given.code) == answer


RESERVES = [  # how long it holds, when the step before it was closed, the last day, who comes then and the day after
    ("2 years", "2026-03-02 12:00", "2028-03-02"),
    ("1 year", "2028-02-29 12:00", "2029-02-28"),
    ("4 years", "2028-02-29 12:00", "2032-02-29"),
    ("1 month", "2026-01-31 12:00", "2026-02-28"),
    ("1 month", "2028-01-31 12:00", "2028-02-29"),
    ("10 days", "2026-03-20 23:59:59", "2026-03-30"),
    ("2 weeks", "2026-10-20 00:00", "2026-11-03"),
    ("2027-06-30", "2026-03-02 12:00", "2027-06-30"),
]


@pytest.mark.parametrize(("valid", "closed", "last"), RESERVES)
def test_the_reserve_holds_through_the_whole_anniversary(valid: str, closed: str, last: str) -> None:
    selection = Selection(
        loads(
            f"{{procedure: x, title: t, steps: {{test: {{to: pool}}, offer: {{to: hired}}}},"
            f" reserve: {{state: pool, valid: {valid}}}}}"
        )
    )
    for name in ("ann", "bob"):
        selection.apply(name, at=ENTRY)
        selection.record(name, "test", at=ENTRY)
    zone = ZoneInfo(BRUSSELS)
    selection.close("test", at=datetime.fromisoformat(closed).replace(tzinfo=zone), by="hr")
    assert str(selection.expires) == last
    evening = datetime.fromisoformat(f"{last} 23:59:59.999999").replace(tzinfo=zone)
    selection.advance(at=evening)
    assert selection["ann"].state == "pool"
    selection.record("ann", "offer", at=evening)
    assert selection["ann"].state == "hired"
    midnight = to_moment(evening) + 1
    assert selection.handle(Event("offer", midnight, "bob")).code == "too_late"  # type: ignore[union-attr, arg-type]
    selection.handle(Event("advance", midnight))  # type: ignore[arg-type]
    assert selection["bob"].state == "expired"
    assert selection["bob"].history[-1].at == midnight


# -- scripts ----------------------------------------------------------------------------------------------------

FLAG = "{passed: {kind: flag}}"
SCORE = "{score: {kind: number, from: 0, to: 100}}"

DEFINITIONS = {
    "test": f"steps: {{screening: {{to: screened}}, test: {{to: tested, records: {FLAG}}}}}",
    "gate 15": f"""
steps:
  screening: {{to: screened}}
  prescreening: {{to: prescreened, held: {{count: screened, more_than: 15}}, records: {FLAG}}}
""",
    "cut 2 keep": f"steps: {{test: {{to: tested, records: {SCORE}, keeps: {{best: 2, by: score, ties: keep}}}}}}",
    "cut 2 none": f"steps: {{test: {{to: tested, records: {SCORE}, keeps: {{best: 2, by: score, ties: none}}}}}}",
    "cut 2 lot": f"steps: {{test: {{to: tested, records: {SCORE}, keeps: {{best: 2, by: score, ties: lot}}}}}}",
    "cut 2 younger": f"""
facts: {{service: {{kind: duration, unit: months}}}}
steps:
  test: {{to: tested, records: {SCORE}, keeps: {{best: 2, by: score, ties: {{by: [service], then: none}}}}}}
""",
    "cut places": f"""
steps:
  test:
    to: tested
    records: {SCORE}
    closing: {{places: {{kind: number, from: -5, to: 50, step: 0.5}}}}
    keeps: {{best: places, by: score}}
""",
    "lists": f"""
steps:
  test:
    records: {SCORE}
    keeps: {{by: score, ties: keep, takes: [{{best: 1, to: offered}}, {{best: 2, to: spare}}]}}
  offer: {{from: offered, to: hired, records: {FLAG}}}
""",
    "lists in a row": f"""
steps:
  test: {{records: {SCORE}, keeps: {{by: score, takes: [{{best: 1, to: offered}}, {{best: 2, to: spare}}]}}}}
  offer: {{to: hired, records: {FLAG}}}
""",
    "cut of who passes": f"""
steps:
  test: {{to: tested, records: {SCORE}, passes: {{score: {{at_least: 50}}}}, keeps: {{best: 2, by: score}}}}
""",
    "stays": f"""
steps:
  screening: {{to: screened}}
  test: {{to: tested, until: 2026-02-01, lapses: stays, records: {FLAG}}}
  interview: {{to: done, records: {FLAG}}}
""",
    "lapses": f"""
steps:
  screening: {{to: screened}}
  test: {{to: tested, until: 2026-02-01, lapses: rejected, records: {FLAG}}}
""",
    "two ways": """
steps:
  phone: {from: applied, to: heard, until: 2026-02-01, lapses: stays}
  visit: {from: applied, to: heard}
  choice: {from: heard, to: chosen}
""",
    "appeal": f"""
steps:
  screening: {{to: screened, records: {FLAG}}}
  test: {{to: tested, records: {FLAG}}}
  interview: {{to: done, records: {FLAG}}}
  appeal: {{from: rejected, to: screened, records: {{upheld: {{kind: flag}}}}}}
""",
    "appeal and gate": f"""
steps:
  screening: {{to: screened, records: {FLAG}}}
  test: {{to: tested, records: {FLAG}}}
  interview: {{to: done, held: {{count: tested, more_than: 1}}, records: {FLAG}}}
  appeal: {{from: rejected, to: screened, records: {{upheld: {{kind: flag}}}}}}
""",
    "waiting list": """
steps:
  screening: {to: waiting}
  offer: {to: offered, otherwise: waiting, records: {interested: {kind: flag}}}
  match: {to: hired, otherwise: waiting, records: {matched: {kind: flag}}}
""",
    "in order": f"""
facts: {{origin: {{kind: choice, of: [in, out]}}}}
steps:
  test: {{to: pool, records: {SCORE}, passes: {{score: {{at_least: 50}}}}}}
  offer: {{to: hired, otherwise: pool, in_order: true, records: {{accepted: {{kind: flag}}}}}}
reserve:
  state: pool
  ranked: {{by: [test.score]}}
  kinds: {{inside: {{origin: in}}, outside: {{origin: out}}}}
""",
    "reserve": f"""
steps:
  screening: {{to: screened, records: {FLAG}}}
  test: {{to: pool, records: {FLAG}}}
  offer: {{to: hired, records: {{accepted: {{kind: flag}}}}}}
  appeal: {{from: rejected, to: screened}}
reserve: {{state: pool, valid: 1 month, extendable: true}}
""",
    "exempt": f"""
facts: {{degree: {{kind: flag}}}}
steps:
  screening: {{to: screened}}
  test: {{to: tested, exempt: {{degree: true}}, until: 2026-02-01, lapses: rejected, records: {FLAG}}}
  interview: {{to: done, exempt: {{test: exempt}}}}
  choice: {{to: chosen}}
""",
    "automatic": f"steps: {{test: {{to: tested, automatic: true, records: {FLAG}}}}}",
    "retake": f"""
steps:
  test: {{to: tested, otherwise: failed_once, records: {SCORE}, pass_mark: 50}}
  retake: {{from: failed_once, to: tested, records: {SCORE}, pass_mark: 50}}
""",
    "same retake": f"steps: {{test: {{to: tested, otherwise: applied, records: {SCORE}, pass_mark: 50}}}}",
    "same retake and service": f"""
facts: {{service: {{kind: duration, unit: months}}}}
steps: {{test: {{to: tested, otherwise: applied, records: {SCORE}, pass_mark: 50}}}}
""",
    "two gates after one closing": f"""
facts: {{degree: {{kind: flag}}}}
steps:
  screening: {{from: applied, outcomes: [{{when: {{degree: true}}, to: screened}}, {{to: spare}}]}}
  survey: {{from: applied, to: surveyed, closing: {{budget: {{kind: flag}}}}}}
  test: {{from: screened, to: tested, held: {{survey.budget: true}}, records: {FLAG}}}
  talk: {{from: spare, to: talked, held: {{count: spare, more_than: 1}}, records: {FLAG}}}
""",
    "a gate behind a gate": f"""
facts: {{degree: {{kind: flag}}}}
steps:
  screening: {{from: applied, outcomes: [{{when: {{degree: true}}, to: ready}}, {{to: behind}}]}}
  test: {{from: ready, to: tested, held: {{count: ready, more_than: 5}}, records: {FLAG}}}
  course: {{from: behind, to: ready, held: {{count: behind, more_than: 5}}, records: {FLAG}}}
""",
    "stays, or another way": """
steps:
  test: {from: applied, to: tested, until: 2026-02-01, lapses: stays}
  referral: {from: applied, to: referred}
""",
    "in order, by what a closing records": f"""
facts: {{origin: {{kind: choice, of: [in, out]}}}}
steps:
  test: {{to: pool, records: {SCORE}, passes: {{all: []}}, closing: {{apart: {{kind: flag}}}}}}
  offer: {{to: hired, otherwise: pool, in_order: true, records: {{accepted: {{kind: flag}}}}}}
reserve:
  state: pool
  ranked: {{by: [test.score]}}
  kinds: {{inside: {{all: [{{origin: in}}, {{test.apart: true}}]}}, all: {{all: []}}}}
""",
    "reserve until a day": f"""
steps:
  test: {{to: pool, records: {SCORE}, keeps: {{best: 1, by: score}}}}
  offer: {{to: hired}}
reserve: {{state: pool, valid: 2026-02-01}}
""",
    "cut stays": f"""
steps:
  test: {{to: tested, records: {SCORE}, pass_mark: 50, keeps: {{best: 2, by: score}}, until: 2026-02-01, lapses: stays}}
""",
    "cut by a score": f"""
facts: {{service: {{kind: duration, unit: months}}, languages: {{kind: number, from: 0, to: 9}}}}
scores: {{total: {{sum: [test.score, languages]}}}}
steps:
  test: {{to: tested, records: {SCORE}, keeps: {{best: 1, by: total, ties: {{by: [service], then: none}}}}}}
""",
    "three ways": f"""
steps:
  test:
    records: {SCORE}
    outcomes:
      - {{when: {{score: {{at_least: 70}}}}, to: tested}}
      - {{when: {{score: {{at_least: 50}}}}, to: retake}}
      - {{to: rejected}}
""",
    "cut exempt": f"""
facts: {{degree: {{kind: flag}}}}
steps:
  test:
    to: tested
    exempt: {{degree: true}}
    records: {SCORE}
    keeps: {{best: 1, by: score}}
    until: 2026-02-01
    lapses: rejected
""",
    "gate and window": """
steps:
  screening: {to: screened}
  test: {to: tested, held: {count: screened, at_least: 2, at_most: 3}, until: 2026-02-01, lapses: rejected}
""",
    "gate after screening": f"""
steps:
  screening: {{to: screened, records: {FLAG}}}
  test: {{to: tested, held: {{count: screened, more_than: 1}}, records: {FLAG}}}
  appeal: {{from: rejected, to: screened}}
""",
    "gate after two ways": """
steps:
  phone: {from: applied, to: heard}
  visit: {from: applied, to: heard}
  choice: {from: heard, to: chosen, held: {count: heard, more_than: 0}}
""",
    "gate on who is left": """
steps:
  phone: {from: applied, to: heard}
  visit: {from: applied, to: heard}
  choice: {from: heard, to: chosen, held: {count: applied, more_than: 0}}
""",
    "gate on another step": """
steps:
  screening: {from: applied, to: screened}
  survey: {from: applied, to: surveyed, closing: {budget: {kind: flag}}}
  test: {from: screened, to: tested, held: {survey.budget: true}}
""",
    "two ends": """
steps:
  test: {to: pool}
  offer: {to: hired, otherwise: pool, within: 10 days, lapses: rejected, records: {accepted: {kind: flag}}}
reserve: {state: pool, valid: 1 month}
""",
    "tested again": """
steps:
  screening: {to: screened}
  test: {to: pool}
  offer: {to: hired, otherwise: screened, records: {accepted: {kind: flag}}}
reserve: {state: pool, valid: 1 month}
""",
    "reserve alone": "steps: {test: {to: pool}}\nreserve: {state: pool}",
    "rule on a closing": f"""
steps:
  screening: {{to: screened, closing: {{budget: {{kind: flag}}}}}}
  test: {{to: tested, records: {FLAG}, passes: {{all: [{{passed: true}}, {{screening.budget: true}}]}}}}
""",
    "closing fact": f"""
steps:
  screening: {{to: screened, closing: {{budget: {{kind: flag}}}}}}
  test: {{to: tested, held: {{screening.budget: true}}, records: {FLAG}}}
""",
}

SCRIPTS = [
    # ---- what is left out
    (
        "the next step is taken where the first list leads, when no `from` is written",
        "lists in a row",
        """
        01-05 10:00 a b apply
        01-06 10:00 a test score=90
        01-06 10:00 b test score=80
        01-07 10:00 close test -> a offered, b spare
        01-08 10:00 b offer passed=true -> wrong_state
        01-08 10:00 a offer passed=true -> hired
        """,
    ),
    # ---- gates
    (
        "with 15 the prescreening is not held",
        "gate 15",
        """
        01-05 10:00 c1..15 apply
        01-06 10:00 c1..15 screening
        01-07 10:00 close screening -> c1 prescreened
        """,
    ),
    (
        "with 16 it is held",
        "gate 15",
        """
        01-05 10:00 c1..16 apply
        01-06 10:00 c1..16 screening
        01-07 10:00 close screening -> c1 screened
        01-08 10:00 c1 prescreening passed=true -> prescreened
        """,
    ),
    (
        "a withdrawal after the closing reopens nothing",
        "gate 15",
        """
        01-05 10:00 c1..16 apply
        01-06 10:00 c1..16 screening
        01-07 10:00 close screening
        01-08 10:00 c2 withdraw
        01-09 10:00 c1 prescreening passed=true -> prescreened
        """,
    ),
    (
        "before the closing the gate is undecided",
        "gate 15",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann prescreening passed=true -> gate_undecided
        01-07 10:00 close prescreening -> gate_undecided
        """,
    ),
    (
        "a step that is not held is closed",
        "gate 15",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 close screening
        01-08 10:00 close prescreening -> already_closed
        """,
    ),
    (
        "a gate on what the closing records",
        "closing fact",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 close screening -> missing_facts
        01-07 10:00 close screening budget=false -> ann tested
        """,
    ),
    (
        "what the closing records may be named in full, and has one value",
        "closing fact",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 close screening budget=true screening.budget=false -> invalid_fact
        01-07 10:00 close screening screening.budget=false -> ann tested
        """,
    ),
    (
        "what the closing records is a fact of its kind",
        "closing fact",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 close screening budget=7 -> invalid_fact
        01-07 10:00 close screening budget=true wrong=1 -> invalid_fact
        01-07 10:00 close screening budget=true -> ann screened
        """,
    ),
    # ---- cuts
    (
        "ties astride the cut are kept",
        "cut 2 keep",
        """
        01-05 10:00 a b c d apply
        01-06 10:00 a test score=80
        01-06 10:00 b c test score=70
        01-06 10:00 d test score=60 -> applied
        01-07 10:00 close test -> a tested, b tested, c tested, d rejected
        """,
    ),
    (
        "or none of them",
        "cut 2 none",
        """
        01-05 10:00 a b c d apply
        01-06 10:00 a test score=80
        01-06 10:00 b c test score=70
        01-06 10:00 d test score=60
        01-07 10:00 close test -> a tested, b rejected, c rejected, d rejected
        """,
    ),
    (
        "ties above the cut do not matter",
        "cut 2 none",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a b test score=80
        01-06 10:00 c test score=70
        01-07 10:00 close test -> a tested, b tested, c rejected
        """,
    ),
    (
        "nor do ties below it",
        "cut 2 keep",
        """
        01-05 10:00 a b c d apply
        01-06 10:00 a b test score=80
        01-06 10:00 c d test score=70
        01-07 10:00 close test -> a tested, b tested, c rejected, d rejected
        """,
    ),
    (
        "when there are no more than the best, all are kept",
        "cut 2 none",
        """
        01-05 10:00 a b apply
        01-06 10:00 a b test score=0
        01-07 10:00 close test -> a tested, b tested
        """,
    ),
    (
        "a lot needs its seed, and keeps exactly the number",
        "cut 2 lot",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a b c test score=70
        01-07 10:00 close test -> missing_facts
        01-07 10:00 close test seed=1 -> a tested, b tested, c rejected
        """,
    ),
    (
        "another seed draws another lot",
        "cut 2 lot",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a b c test score=70
        01-07 10:00 close test seed=4 -> a rejected, b tested, c tested
        """,
    ),
    (
        "a tie broken by another fact",
        "cut 2 younger",
        """
        01-05 10:00 a apply service=12
        01-05 10:00 b apply service=13
        01-05 10:00 c apply service=11
        01-06 10:00 a b c test score=70
        01-07 10:00 close test -> a tested, b tested, c rejected
        """,
    ),
    (
        "nothing can be ranked without the fact that breaks ties",
        "cut 2 younger",
        """
        01-05 10:00 a apply
        01-06 10:00 a test score=70 -> missing_facts
        01-06 11:00 a test score=70 service=3 -> applied
        """,
    ),
    (
        "the best may be the best by a score",
        "cut by a score",
        """
        01-05 10:00 a apply languages=3 service=1
        01-05 10:00 b apply languages=2 service=1
        01-06 10:00 a test score=50
        01-06 10:00 b test score=50.99
        01-07 10:00 close test -> a tested, b rejected
        """,
    ),
    (
        "nothing can be ranked without the parts of that score, nor without what breaks ties",
        "cut by a score",
        """
        01-05 10:00 a apply
        01-06 10:00 a test score=50 -> missing_facts
        01-06 10:00 a test score=50 languages=1 -> missing_facts
        01-06 10:00 a test score=50 languages=1 service=1 -> applied
        """,
    ),
    (
        "the number of places is a closing's fact",
        "cut places",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=80
        01-06 10:00 b test score=70
        01-06 10:00 c test score=60
        01-07 10:00 close test places=1 -> a tested, b rejected, c rejected
        """,
    ),
    (
        "half a place is no place",
        "cut places",
        """
        01-05 10:00 a b apply
        01-06 10:00 a test score=80
        01-06 10:00 b test score=70
        01-07 10:00 close test places=1.5 -> a tested, b rejected
        """,
    ),
    (
        "no places, nobody",
        "cut places",
        """
        01-05 10:00 a apply
        01-06 10:00 a test score=80
        01-07 10:00 close test places=0 -> a rejected
        """,
    ),
    (
        "fewer than none is none",
        "cut places",
        """
        01-05 10:00 a apply
        01-06 10:00 a test score=80
        01-07 10:00 close test places=-1 -> a rejected
        """,
    ),
    (
        "each list takes the best that the lists before it left",
        "lists",
        """
        01-05 10:00 a b c d e apply
        01-06 10:00 a test score=90
        01-06 10:00 b test score=80
        01-06 10:00 c d test score=70
        01-06 10:00 e test score=60
        01-07 10:00 close test -> a offered, b spare, c spare, d spare, e rejected
        """,
    ),
    (
        "whoever fails is not ranked, and does not wait",
        "cut of who passes",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=49.99 -> rejected
        01-06 10:00 b test score=50 -> applied
        01-06 10:00 c test score=51
        01-07 10:00 close test -> b tested, c tested
        """,
    ),
    (
        "a result that waits is there already",
        "cut 2 keep",
        """
        01-05 10:00 a apply
        01-06 10:00 a test score=80 -> applied
        01-06 11:00 a test score=90 -> duplicate
        """,
    ),
    (
        "a result that waits waits on, when a withdrawal is taken back",
        "cut 2 keep",
        """
        01-05 10:00 a b apply
        01-06 10:00 a b test score=80
        01-06 11:00 a withdraw -> withdrawn
        01-06 12:00 a reopen why=mistake -> applied
        01-06 13:00 a test score=90 -> duplicate
        01-07 10:00 close test -> a tested
        """,
    ),
    (
        "a result of the very moment of the closing counts",
        "cut 2 keep",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=40
        01-06 10:00 b test score=80
        01-07 10:00 c test score=60
        01-07 10:00 close test -> a rejected, b tested, c tested
        """,
    ),
    (
        "a score corrected before the closing counts as corrected",
        "cut 2 keep",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=40
        01-06 10:00 b test score=80
        01-06 10:00 c test score=60
        01-06 11:00 a correct test.score=70 why=typo
        01-07 10:00 close test -> a tested, b tested, c rejected
        """,
    ),
    (
        "a score corrected afterwards changes nothing",
        "cut 2 keep",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=40
        01-06 10:00 b test score=80
        01-06 10:00 c test score=60
        01-07 10:00 close test -> a rejected
        01-08 11:00 a correct test.score=70 why=typo -> rejected
        """,
    ),
    (
        "a score corrected before the closing so that it does not pass is not ranked, and decided by whoever closes",
        "cut of who passes",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=70 by=-
        01-06 10:00 b test score=60
        01-06 10:00 c test score=50
        01-06 11:00 a correct test.score=40 why=typo by=clerk
        01-07 10:00 close test by=chair -> a rejected, b tested, c tested
        """,
    ),
    (
        "whoever has a score and no result is neither ranked nor rejected",
        "cut stays",
        """
        01-05 10:00 a b apply
        01-06 10:00 a b correct test.score=10 why=assumed -> invalid_fact
        02-03 10:00 close test -> a applied, b applied
        """,
    ),
    (
        "an addition draws its lot with the seed of the closing",
        "cut 2 lot",
        """
        01-05 10:00 a b c d e apply
        01-06 10:00 a b c d test score=70
        01-06 10:00 e test score=10
        01-07 10:00 close test seed=4 -> e rejected
        01-08 10:00 e reopen why=appeal
        01-08 11:00 e test score=70 -> rejected
        """,
    ),
    (
        "reopened after the closing, somebody joins as an addition and moves nobody",
        "cut 2 keep",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=40
        01-06 10:00 b test score=80
        01-06 10:00 c test score=60
        01-07 10:00 close test -> a rejected, b tested, c tested
        01-08 11:00 a reopen why=appeal -> applied
        01-08 12:00 a test score=70 -> tested
        01-08 12:00 advance -> c tested
        """,
    ),
    (
        "an addition that would have been cut is cut, by a person",
        "cut 2 none",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a test score=40
        01-06 10:00 b test score=80
        01-06 10:00 c test score=60
        01-07 10:00 close test
        01-08 11:00 a reopen why=appeal -> applied
        01-08 12:00 a test score=60 by=- -> needs_person
        01-08 12:00 a test score=60 -> rejected
        """,
    ),
    # ---- closings
    (
        "a closing names those who may still come",
        "test",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann screening
        01-07 10:00 close test -> undecided ann bob
        01-07 10:00 close screening -> undecided bob
        """,
    ),
    (
        "a closing needs a person, once",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 close screening by=- -> needs_person
        01-07 10:00 close screening
        01-07 11:00 close screening -> already_closed
        01-07 11:00 close nothing -> unknown_event
        """,
    ),
    (
        "who answers for it is asked before who is on the way",
        "test",
        """
        01-05 10:00 ann apply
        01-07 10:00 close screening by=- -> needs_person
        """,
    ),
    (
        "a closing never predates what it counts",
        "test",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann screening
        01-08 10:00 bob screening
        01-07 10:00 close screening -> out_of_order
        01-08 10:00 close screening
        """,
    ),
    (
        "nor who may still come to it",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 bob apply
        01-05 11:00 ann screening
        01-05 12:00 close screening -> out_of_order
        """,
    ),
    (
        "what happened elsewhere after it does not matter",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-08 10:00 ann withdraw
        01-06 10:00 close screening
        """,
    ),
    (
        "nor to a gate, whoever stood where it counts then",
        "gate after screening",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening passed=true
        01-08 10:00 ann withdraw
        01-07 10:00 close screening -> out_of_order
        01-08 10:00 close screening -> bob tested
        """,
    ),
    (
        "after the first closing nobody applies",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann withdraw
        01-07 10:00 close screening
        01-08 10:00 bob apply -> already_closed
        """,
    ),
    (
        "a step that lapses to `stays` leaves who did not take it",
        "stays",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening
        01-20 10:00 ann test passed=true -> tested
        02-01 23:59 close test -> undecided bob
        02-02 00:00 close test -> ann tested, bob screened
        02-03 10:00 bob test passed=true -> too_late
        02-03 10:00 bob test passed=true why=ill -> tested
        """,
    ),
    (
        "nor are they awaited by the steps after it",
        "stays",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening
        01-20 10:00 ann test passed=true
        02-03 10:00 ann interview passed=true
        02-04 10:00 close interview -> ann done, bob screened
        """,
    ),
    (
        "nor are they after that step was closed over them, but who is taken back to it is",
        "stays",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening
        01-20 10:00 ann test passed=false -> rejected
        02-02 10:00 close test -> bob screened
        02-03 10:00 ann reopen why=appeal -> screened
        02-04 10:00 close interview -> undecided ann
        02-05 10:00 ann test passed=false -> rejected
        02-06 10:00 close interview -> bob screened
        """,
    ),
    (
        "whoever is reopened may take a closed step after its window",
        "stays",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-20 10:00 ann test passed=false -> rejected
        02-02 00:00 close test
        02-03 10:00 ann reopen why=appeal -> screened
        02-04 10:00 ann test passed=true -> tested
        """,
    ),
    (
        "a way that does not lead to the step keeps nobody waiting for it",
        "stays, or another way",
        """
        01-05 10:00 ann apply
        02-02 10:00 close test -> ann applied
        02-03 10:00 ann referral -> referred
        """,
    ),
    (
        "who has another way on is not left",
        "two ways",
        """
        01-05 10:00 ann apply
        02-03 10:00 close visit -> undecided ann
        02-03 10:00 close choice -> undecided ann
        02-03 10:00 ann visit -> heard
        02-04 10:00 close visit
        02-05 10:00 ann choice -> chosen
        """,
    ),
    (
        "a closing first does what is due",
        "lapses",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening
        01-20 10:00 ann test passed=true
        02-01 23:59 close test -> undecided bob
        02-02 00:00 close test -> ann tested, bob rejected
        """,
    ),
    (
        "a refused closing does not even do what is due",
        "lapses",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 bob screening
        02-02 00:00 close test -> undecided ann
        02-02 00:00 bob withdraw -> withdrawn
        """,
    ),
    # ---- time
    (
        "nothing lapses by itself",
        "lapses",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        02-02 00:00 ann test passed=true -> too_late
        02-02 00:00 ann withdraw -> withdrawn
        """,
    ),
    (
        "whoever came after the end lapses on the day they came",
        "lapses",
        """
        01-05 10:00 ann apply
        02-03 10:00 ann screening -> screened
        02-03 10:00 ann test passed=true -> too_late
        02-03 10:00 advance -> ann rejected
        """,
    ),
    (
        "events of one candidate never go back",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-06 09:59 ann test passed=true -> out_of_order
        01-06 10:00 ann test passed=true -> tested
        """,
    ),
    # ---- loops
    (
        "an appeal leads out of rejected, and joins the closing as an addition",
        "appeal",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann screening passed=true
        01-06 10:00 bob screening passed=false -> rejected
        01-07 10:00 close screening
        01-08 10:00 ann test passed=true
        01-09 10:00 close test
        01-10 10:00 bob appeal upheld=true -> screened
        01-11 10:00 bob test passed=true -> tested
        """,
    ),
    (
        "also at the moment of the closing itself, after it",
        "appeal",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=false -> rejected
        01-09 10:00 close test
        01-09 10:00 ann appeal upheld=true -> screened
        01-09 10:00 ann test passed=true -> tested
        """,
    ),
    (
        "rejected is not final where one may appeal",
        "appeal",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=false
        01-07 10:00 ann withdraw -> withdrawn
        01-07 10:00 ann withdraw -> wrong_state
        """,
    ),
    (
        "whoever has taken a step is not awaited because they might yet appeal",
        "appeal",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=true
        01-08 10:00 ann test passed=true -> tested
        01-09 10:00 close test -> ann tested
        """,
    ),
    (
        "a gate does not wait for appeals",
        "appeal and gate",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening passed=true
        01-07 10:00 ann bob test passed=true
        01-08 10:00 close screening
        01-08 10:00 close test -> ann tested
        01-09 10:00 ann interview passed=true -> done
        """,
    ),
    (
        "whoever declines waits on, and may be asked again",
        "waiting list",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann offer interested=false -> waiting
        01-08 10:00 ann offer interested=true -> offered
        01-09 10:00 ann match matched=false -> waiting
        01-10 10:00 ann offer interested=true -> offered
        01-11 10:00 ann match matched=true -> hired
        """,
    ),
    (
        "a retake in a state of its own",
        "retake",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann test score=49.99 -> failed_once
        01-07 10:00 ann retake score=50 -> tested
        """,
    ),
    (
        "a retake of the same step counts anew",
        "same retake",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann test score=49.99 -> applied
        01-07 10:00 ann test -> missing_facts
        01-07 10:00 ann test score=50 -> tested
        """,
    ),
    (
        "the first outcome that is TRUE is taken",
        "three ways",
        """
        01-05 10:00 a b c d apply
        01-06 10:00 a test score=70 -> tested
        01-06 10:00 b test score=69.99 -> retake
        01-06 10:00 c test score=50 -> retake
        01-06 10:00 d test score=49.99 -> rejected
        """,
    ),
    # ---- the reserve
    (
        "offers go by rank",
        "in order",
        """
        01-05 10:00 a b c apply origin=out
        01-06 10:00 a test score=70
        01-06 10:00 b test score=80
        01-06 10:00 c test score=60
        01-07 10:00 a offer accepted=true -> not_next
        01-07 10:00 b offer accepted=true -> hired
        01-07 11:00 a offer accepted=true -> hired
        """,
    ),
    (
        "whoever declines waits behind those who were not asked",
        "in order",
        """
        01-05 10:00 a b apply origin=out
        01-06 10:00 a test score=70
        01-06 10:00 b test score=80
        01-07 10:00 b offer accepted=false -> pool
        01-07 11:00 b offer accepted=true -> not_next
        01-07 11:00 a offer accepted=false -> pool
        01-07 12:00 a offer accepted=true -> not_next
        01-07 12:00 b offer accepted=true -> hired
        """,
    ),
    (
        "equals may be asked in either order",
        "in order",
        """
        01-05 10:00 a b apply origin=out
        01-06 10:00 a b test score=70
        01-07 10:00 b offer accepted=true -> hired
        01-07 10:00 a offer accepted=true -> hired
        """,
    ),
    (
        "each kind of reserve has its own order",
        "in order",
        """
        01-05 10:00 a apply origin=out
        01-05 10:00 b apply origin=in
        01-06 10:00 a test score=70
        01-06 10:00 b test score=80
        01-07 10:00 a offer accepted=true -> hired
        """,
    ),
    (
        "whose turn it is follows what a closing records in the meantime",
        "in order, by what a closing records",
        """
        01-05 10:00 a c apply origin=in
        01-05 10:00 b apply origin=out
        01-06 10:00 a test score=70
        01-06 10:00 b test score=90
        01-06 10:00 c test score=80
        01-07 10:00 c offer accepted=true -> missing_facts
        01-08 10:00 close test apart=true
        01-09 10:00 a offer accepted=true -> not_next
        01-09 10:00 c offer accepted=true -> hired
        01-10 10:00 a offer accepted=true -> hired
        """,
    ),
    (
        "what is missing is told before whose turn it is",
        "in order",
        """
        01-05 10:00 a b apply origin=out
        01-06 10:00 a test score=70
        01-06 10:00 b test score=80
        01-07 10:00 a offer -> missing_facts
        """,
    ),
    (
        "an appeal does not make the reserve begin before its time",
        "reserve",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=true
        01-07 10:00 close screening
        01-07 11:00 extend 2027-01-01 -> wrong_state
        02-09 10:00 ann test passed=true -> pool
        02-10 10:00 close test
        03-10 23:59:59 ann offer accepted=true -> hired
        """,
    ),
    (
        "an extension is to a later day, and in time",
        "reserve",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=true
        01-07 10:00 ann test passed=true
        01-07 10:00 close screening
        01-07 10:00 close test
        02-07 10:00 extend 2026-02-07 -> invalid_fact
        02-08 00:00 extend 2026-02-09 -> too_late
        02-07 23:59:59 extend 9999-12-31 -> invalid_fact
        02-07 23:59:59 extend 2026-02-08
        02-08 10:00 ann offer accepted=true -> hired
        """,
    ),
    (
        "nobody extends a reserve from which somebody expired",
        "reserve",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=true
        01-07 10:00 ann test passed=true
        01-07 10:00 close screening
        01-07 10:00 close test
        02-08 00:00 advance -> ann expired
        02-07 10:00 extend 2026-03-01 -> out_of_order
        02-08 00:00 extend 2026-04-01 -> too_late
        """,
    ),
    (
        "nor does a closing after its last day bring anybody onto the reserve",
        "reserve until a day",
        """
        01-05 10:00 a b apply
        01-06 10:00 a test score=80
        01-06 10:00 b test score=70
        02-03 10:00 close test -> a expired, b rejected
        """,
    ),
    (
        "whoever comes back after the end expires at once",
        "reserve",
        """
        01-05 10:00 ann bob apply
        01-06 10:00 ann bob screening passed=true
        01-07 10:00 ann test passed=true
        01-07 10:00 bob test passed=false -> rejected
        01-07 10:00 close screening
        01-07 10:00 close test
        02-08 10:00 bob appeal -> screened
        02-08 11:00 bob test passed=true -> expired
        """,
    ),
    # ---- automatic moves and exemptions
    (
        "an exemption passes on by itself, and so on to rest",
        "exempt",
        """
        01-05 10:00 ann apply degree=true
        01-06 10:00 ann screening -> done
        """,
    ),
    (
        "an exemption that comes to be known passes on",
        "exempt",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening -> screened
        01-07 10:00 ann correct degree=true why=found -> done
        """,
    ),
    (
        "with the event it passes on too, whatever the result",
        "exempt",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann test passed=false degree=true -> done
        """,
    ),
    (
        "while an exemption is unknown, the step waits, and nobody lapses",
        "exempt",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann test passed=true -> missing_facts
        03-01 10:00 advance -> ann screened
        03-01 10:00 close test -> undecided ann
        """,
    ),
    (
        "once it is denied, the lapse is due since the end",
        "exempt",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        03-01 10:00 ann correct degree=false why=found -> screened
        03-01 10:00 advance -> ann rejected
        """,
    ),
    # ---- together
    (
        "a result that waits gives way to an exemption that comes later",
        "cut exempt",
        """
        01-05 10:00 a apply degree=false
        01-06 10:00 a test score=50 -> applied
        01-07 10:00 a correct degree=true why=found -> tested
        01-08 10:00 close test -> a tested
        """,
    ),
    (
        "nor does it lapse",
        "cut exempt",
        """
        01-05 10:00 a b apply degree=false
        01-06 10:00 a test score=50 -> applied
        02-02 00:00 advance -> a applied, b rejected
        """,
    ),
    (
        "whoever is reopened after the window does not lapse again",
        "lapses",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann test passed=false -> rejected
        02-03 10:00 ann reopen why=appeal -> screened
        02-09 10:00 advance -> ann screened
        02-09 11:00 close test -> undecided ann
        """,
    ),
    (
        "and is awaited, also where the step leaves those who did not take it",
        "stays",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-20 10:00 ann test passed=false -> rejected
        02-03 10:00 ann reopen why=appeal -> screened
        02-03 11:00 close test -> undecided ann
        """,
    ),
    (
        "nobody lapses from a step of which it is not decided whether it is held",
        "gate and window",
        """
        01-05 10:00 a b apply
        01-06 10:00 a b screening
        02-03 10:00 advance -> a screened
        02-04 10:00 close screening -> a screened
        02-04 10:00 advance -> a rejected, b rejected
        """,
    ),
    (
        "every bound of a gate counts, from below",
        "gate and window",
        """
        01-05 10:00 a apply
        01-06 10:00 a screening
        01-07 10:00 close screening -> a tested
        """,
    ),
    (
        "every bound of a gate counts, from above",
        "gate and window",
        """
        01-05 10:00 c1..4 apply
        01-06 10:00 c1..4 screening
        01-07 10:00 close screening -> c1 tested
        """,
    ),
    (
        "between its bounds a gate is held",
        "gate and window",
        """
        01-05 10:00 c1..3 apply
        01-06 10:00 c1..3 screening
        01-07 10:00 close screening -> c1 screened
        """,
    ),
    (
        "a gate counts those in its state, and no others",
        "gate after screening",
        """
        01-05 10:00 a b apply
        01-06 10:00 a screening passed=true
        01-06 10:00 b screening passed=false
        01-07 10:00 close screening -> a tested
        """,
    ),
    (
        "an appeal comes after the gate was decided",
        "gate after screening",
        """
        01-05 10:00 a b c apply
        01-06 10:00 a b screening passed=true
        01-06 10:00 c screening passed=false
        01-07 10:00 close screening -> a screened
        01-08 10:00 c appeal -> screened
        01-08 10:00 c test passed=true -> tested
        """,
    ),
    (
        "a gate waits for every step that leads to it",
        "gate after two ways",
        """
        01-05 10:00 a apply
        01-06 10:00 a phone
        01-07 10:00 close phone
        01-07 10:00 a choice -> gate_undecided
        01-07 10:00 close visit
        01-07 10:00 a choice -> chosen
        """,
    ),
    (
        "nobody is passed on by a gate before they came to it",
        "gate on who is left",
        """
        01-05 10:00 a apply
        01-06 10:00 close visit -> undecided a
        01-08 10:00 a phone -> heard
        01-09 10:00 close phone -> a heard
        01-07 10:00 close visit -> out_of_order
        01-09 10:00 close visit -> a chosen
        """,
    ),
    (
        "a step that is not held is closed for the gate behind it too, wherever the file has it",
        "a gate behind a gate",
        """
        01-05 10:00 a apply degree=true
        01-05 10:00 b apply degree=false
        01-06 10:00 a screening -> ready
        01-06 10:00 b screening -> behind
        01-07 10:00 close screening -> a tested, b tested
        """,
    ),
    (
        "nor is a step closed before every step that leads to its gate is",
        "gate after two ways",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann phone
        01-07 10:00 close phone
        01-07 11:00 close choice -> gate_undecided
        """,
    ),
    (
        "once its gate was decided a step may be taken, and closed, at that very moment",
        "gate after screening",
        """
        01-05 10:00 a b apply
        01-06 10:00 a b screening passed=true
        01-07 10:00 close screening -> a screened
        01-07 10:00 a b test passed=true -> tested
        01-07 10:00 close test
        """,
    ),
    (
        "a gate that waits for what it asks holds up no other",
        "two gates after one closing",
        """
        01-05 10:00 a apply degree=true
        01-05 10:00 b apply degree=false
        01-06 10:00 a screening -> screened
        01-06 10:00 b screening -> spare
        01-07 10:00 close screening -> a screened, b talked
        01-08 10:00 close survey budget=false -> a tested
        """,
    ),
    (
        "a gate waits for what it asks",
        "gate on another step",
        """
        01-05 10:00 a apply
        01-06 10:00 a screening
        01-07 10:00 close screening -> a screened
        01-07 10:00 a test -> gate_undecided
        01-08 10:00 close survey budget=false -> a tested
        """,
    ),
    (
        "what a closing recorded is known of everybody",
        "rule on a closing",
        """
        01-05 10:00 a apply
        01-06 10:00 a screening
        01-06 11:00 a test passed=true -> missing_facts
        01-07 10:00 close screening budget=true
        01-07 11:00 a test passed=true -> tested
        """,
    ),
    (
        "of two ends the first one comes",
        "two ends",
        """
        01-05 10:00 a b apply
        01-06 10:00 a test
        01-31 10:00 b test
        01-31 10:00 close test
        03-31 10:00 advance -> a rejected, b rejected
        """,
    ),
    (
        "a refused offer does not lead to the reserve, and does not hold up its end",
        "two ends",
        """
        01-05 10:00 a apply
        01-31 10:00 a test
        01-31 10:00 close test
        02-05 10:00 a offer accepted=false -> pool
        02-14 10:00 a offer accepted=false -> pool
        02-23 10:00 a offer accepted=false -> pool
        02-28 23:59:59 advance -> a pool
        03-01 00:00 advance -> a expired
        """,
    ),
    (
        "whoever is on the reserve is not awaited, though they may come back",
        "tested again",
        """
        01-05 10:00 a apply
        01-06 10:00 a screening
        01-06 10:00 a test -> pool
        01-07 10:00 close screening
        01-07 10:00 close test -> a pool
        01-08 10:00 a offer accepted=false by=- -> screened
        01-08 11:00 a test -> pool
        """,
    ),
    (
        "a later closing does not make the reserve last longer",
        "reserve",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=true
        01-07 10:00 ann test passed=true
        01-07 10:00 close test
        01-20 10:00 close screening
        02-08 00:00 ann offer accepted=true -> too_late
        """,
    ),
    (
        "whoever comes back at the very end of the reserve expires",
        "reserve",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening passed=false
        01-07 10:00 close screening
        01-07 10:00 close test
        02-07 10:00 ann appeal -> screened
        02-08 00:00 ann test passed=true -> expired
        """,
    ),
    (
        "a reserve is never final",
        "reserve alone",
        """
        01-05 10:00 a apply
        01-06 10:00 a test -> pool
        01-07 10:00 a withdraw -> withdrawn
        """,
    ),
    # ---- persons
    (
        "an adverse outcome needs a person",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening by=-
        01-07 10:00 ann test passed=false by=- -> needs_person
        01-07 10:00 ann test passed=false -> rejected
        """,
    ),
    (
        "unless the step is automatic",
        "automatic",
        """
        01-05 10:00 ann apply
        01-07 10:00 ann test passed=false by=- -> rejected
        """,
    ),
    (
        "reopening needs a reason, then a person, and a decision",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann reopen why=x -> wrong_state
        01-06 10:00 ann screening
        01-06 10:00 ann reopen by=- -> invalid_fact
        01-06 10:00 ann reopen by=- why=x -> needs_person
        01-06 10:00 ann reopen why=x -> applied
        """,
    ),
    (
        "a reopening may bring what was not known, and changes nothing that was",
        "same retake and service",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann test score=60 -> tested
        01-07 10:00 ann reopen why=appeal service=wrong -> invalid_fact
        01-07 10:00 ann reopen why=appeal service=3 -> applied
        01-08 10:00 ann test score=60 -> tested
        01-09 10:00 ann reopen why=appeal service=4 -> invalid_fact
        """,
    ),
    (
        "who takes back a withdrawal stands where they stood, and what waited waits, corrected or not",
        "cut 2 keep",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann test score=80
        01-07 10:00 ann correct test.score=70 why=typo
        01-08 10:00 ann withdraw -> withdrawn
        01-09 10:00 ann reopen why=mistake -> applied
        01-10 10:00 ann test score=90 -> duplicate
        """,
    ),
    (
        "a second reopening goes one decision further back",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann test passed=true
        01-08 10:00 ann reopen why=x -> screened
        01-08 10:00 ann reopen why=x -> applied
        01-08 10:00 ann reopen why=x -> wrong_state
        """,
    ),
    # ---- facts
    (
        "a fact has one value in one event, under whichever name",
        "test",
        """
        01-05 10:00 ann apply
        01-06 10:00 ann screening
        01-07 10:00 ann test passed=true test.passed=false -> invalid_fact
        01-07 10:00 ann test passed=true test.passed=true -> tested
        """,
    ),
    (
        "a known fact changes by a correction only",
        "exempt",
        """
        01-05 10:00 ann apply degree=false
        01-06 10:00 ann screening degree=true -> invalid_fact
        01-06 10:00 ann screening degree=false -> screened
        01-06 11:00 ann correct degree=true -> invalid_fact
        01-06 11:00 ann correct why=x -> invalid_fact
        01-06 11:00 ann correct degree=true why=x -> done
        """,
    ),
    (
        "what is not of this procedure is refused, in the order of the codes",
        "test",
        """
        01-05 10:00 ann apply
        01-04 10:00 bob nothing -> unknown_candidate
        01-04 10:00 ann apply -> duplicate
        01-04 10:00 ann nothing -> unknown_event
        01-04 10:00 ann test -> out_of_order
        01-05 10:00 ann test wrong=1 -> wrong_state
        01-05 10:00 ann screening wrong=1 -> invalid_fact
        01-05 10:00 extend 2030-01-01 -> unknown_event
        """,
    ),
]


def _definition(text: str) -> Procedure:
    return loads(f"procedure: x\ntitle: t\n{text.lstrip()}")


def _lines(script: str) -> list[str]:
    return [line.strip() for line in script.strip().splitlines()]


def _candidates(words: list[str]) -> list[str]:
    """The names at the start of a line: `ann bob`, or `c1..16` for sixteen of them."""
    names = []
    for word in words:
        first, dots, last = word.partition("..")
        names += [f"{first[0]}{n}" for n in range(int(first[1:]), int(last) + 1)] if dots else [word]
    return names


def _events(line: str, events: set[str]) -> list[Event]:
    day, clock, *words = line.split()
    at = to_moment(datetime.fromisoformat(f"2026-{day} {clock}").replace(tzinfo=ZoneInfo(BRUSSELS)))
    given: dict[str, Any] = {name: yaml.safe_load(value) for name, value in (w.split("=") for w in words if "=" in w)}
    words = [word for word in words if "=" not in word]
    by = None if "by=-" in line else given.pop("by", "hr")
    given.pop("by", None)
    why, seed = given.pop("why", None), given.pop("seed", None)
    match words:
        case ["close", step]:
            return [Event("close", at, facts=given, by=by, step=step, seed=seed)]
        case ["extend", until]:
            return [Event("extend", at, by=by, until=datetime.fromisoformat(until).date())]
        case ["advance"]:
            return [Event("advance", at)]
        case [*who, name]:
            assert name in events, f"`{name}` is no event"
            return [Event(name, at, candidate, given, by, why) for candidate in _candidates(who)]
    raise AssertionError(line)


@pytest.mark.parametrize(("definition", "script"), [row[1:] for row in SCRIPTS], ids=[row[0] for row in SCRIPTS])
def test_a_script_goes_as_it_says(definition: str, script: str) -> None:
    selection = Selection(_definition(DEFINITIONS[definition]))
    events = {*selection.machine.steps, "apply", "withdraw", "correct", "reopen", "nothing"}
    for line in _lines(script):
        said, _, end = line.partition(" -> ")
        for event in _events(said, events):
            answer = selection.handle(event)
            assert answer.event is event
            code, *names = end.replace(",", " ").split() or [""]
            if code in REFUSALS:
                assert not isinstance(answer, Moved), f"{line}: taken"
                assert answer.code == code, f"{line}: {answer.message()}"
                assert not names or list(answer.values["candidates"]) == names, line  # type: ignore[call-overload]
                continue
            assert isinstance(answer, Moved), f"{line}: {answer.message()}"
            wanted = (
                {event.candidate or "": code} if not names else dict(zip([code, *names][::2], names[::2], strict=True))
            )
            for name, state in wanted.items():
                assert not state or selection[name].state == state, f"{line}: {name} is {selection[name].state}"


# -- what the histories tell ------------------------------------------------------------------------------------


def _played(definition: str, script: str) -> Selection:
    selection = Selection(_definition(DEFINITIONS[definition]))
    for line in _lines(script):
        for event in _events(line, {*selection.machine.steps, "apply", "withdraw", "correct", "reopen"}):
            selection.handle(event)
    return selection


CUT = "01-05 10:00 a b c apply\n01-06 10:00 a test score=40\n01-06 10:00 b test score=80\n01-06 10:00 c test score=60\n"

CORRECTIONS = [  # the definition, what happened, the correction, the decisions that would now differ
    (
        "test",
        "01-05 10:00 a apply\n01-06 10:00 a screening\n01-07 10:00 a test passed=false",
        "test.passed=true",
        ("test",),
    ),
    ("test", "01-05 10:00 a apply\n01-06 10:00 a screening\n01-07 10:00 a test passed=false", "test.passed=false", ()),
    ("retake", "01-05 10:00 a apply\n01-06 10:00 a test score=49", "test.score=50", ("test",)),
    ("retake", "01-05 10:00 a apply\n01-06 10:00 a test score=49", "test.score=48", ()),
    ("cut 2 keep", f"{CUT}01-07 10:00 close test", "test.score=60", ("test",)),
    ("cut 2 keep", f"{CUT}01-07 10:00 close test", "test.score=59.99", ()),
    ("cut 2 none", f"{CUT}01-07 10:00 close test", "test.score=60", ()),
    ("cut 2 none", f"{CUT}01-07 10:00 close test", "test.score=60.01", ("test",)),
    ("cut of who passes", CUT.replace("=40", "=59") + "01-07 10:00 close test", "test.score=49", ()),
    ("cut of who passes", "01-05 10:00 a apply\n01-06 10:00 a test score=49", "test.score=50", ("test",)),
    ("cut of who passes", "01-05 10:00 a apply\n01-06 10:00 a test score=49", "test.score=48", ()),
    (
        "cut 2 younger",
        f"01-05 10:00 a b c apply service=1\n{CUT[CUT.index('01-06') :]}01-07 10:00 close test\n"
        "01-08 10:00 a correct test.score=70 why=typo",
        "service=2",
        ("test",),
    ),
    ("exempt", "01-05 10:00 a apply degree=true\n01-06 10:00 a screening", "degree=false", ("test",)),
    ("exempt", "01-05 10:00 a apply degree=false\n01-06 10:00 a screening\n03-01 10:00 advance", "degree=false", ()),
    ("cut 2 keep", f"{CUT.replace('=60', '=20').replace('=40', '=60')}01-07 10:00 close test", "test.score=50", ()),
    (
        "same retake and service",
        "01-05 10:00 a apply\n01-06 10:00 a test score=40\n01-06 11:00 a correct test.score=45 why=typo\n"
        "01-07 10:00 a test score=60",
        "service=2",
        (),
    ),
]


@pytest.mark.parametrize(("definition", "script", "correction", "differs"), CORRECTIONS)
def test_a_correction_lists_the_decisions_that_would_differ(
    definition: str, script: str, correction: str, differs: tuple[str, ...]
) -> None:
    selection = _played(definition, script)
    state = selection["a"].state
    (event,) = _events(f"04-01 10:00 a correct {correction} why=typo", {"correct"})
    answer = selection.handle(event)
    assert isinstance(answer, Moved)
    assert answer.moves[0].differs == differs
    assert selection["a"].state == state


def test_reopening_brings_back_how_an_earlier_attempt_went() -> None:
    selection = _played(
        "waiting list",
        """
        01-05 10:00 a apply
        01-06 10:00 a screening
        01-07 10:00 a offer interested=false
        01-08 10:00 a offer interested=true
        01-09 10:00 a reopen why=x
        """,
    )
    assert selection["a"].state == "waiting"
    assert selection["a"].facts["offer"] == "failed"


def test_reopening_forgets_how_the_step_went() -> None:
    selection = _played("cut 2 keep", f"{CUT}01-07 10:00 close test\n01-08 10:00 a reopen why=x")
    assert selection["a"].facts == {}, "a keeping goes with the result that it ranked"


def test_a_lapse_is_dated_at_the_end_of_the_window_or_at_the_entry() -> None:
    selection = _played(
        "lapses",
        "01-05 10:00 a b apply\n01-06 10:00 a screening\n02-05 10:00 b screening\n03-01 10:00 advance",
    )
    ends, entry = (to_moment(datetime.fromisoformat(f"2026-02-{day}+01:00")) for day in ("02T00:00:00", "05T10:00:00"))
    assert [(selection[name].history[-1].kind, selection[name].history[-1].at) for name in "ab"] == [
        ("lapsed", ends),
        ("lapsed", entry),
    ]
    assert selection["a"].facts["test"] == "lapsed"


def test_what_is_due_happens_by_moment_then_candidate() -> None:
    selection = _played("lapses", "01-05 10:00 d c b a apply\n01-06 10:00 b a c screening\n02-05 10:00 d screening")
    answer = selection.advance(at="2026-03-01T00:00:00+01:00")
    assert isinstance(answer, Moved)
    assert [move.candidate for move in answer.moves] == ["a", "b", "c", "d"]
    assert answer.moves[0].at == answer.moves[2].at < answer.moves[3].at


def test_cut_and_kept_carry_rank_and_who_closed() -> None:
    selection = _played("cut 2 keep", f"{CUT.replace('=60', '=80')}01-07 10:00 close test by=chair")
    told = {
        name: (move.kind, move.by, move.known["test.rank"], move.known["test.kept"])
        for name in "abc"
        for move in selection[name].history[-1:]
    }
    assert told == {
        "a": ("cut", "chair", 3, False),
        "b": ("kept", "chair", 1, True),
        "c": ("kept", "chair", 1, True),
    }


def test_an_advance_that_moves_nobody_is_not_kept() -> None:
    selection = _played(
        "lapses",
        "01-05 10:00 a apply\n01-06 10:00 a screening\n01-07 10:00 advance\n03-01 10:00 advance\n03-02 10:00 advance",
    )
    assert [event.name for event in selection.events] == ["apply", "screening", "advance"]


# -- definitions that would go round for ever -------------------------------------------------------------------

ROUND = [
    "steps: {screening: {to: waiting}, offer: {to: hired, until: 2026-02-01, lapses: waiting}}",
    """
steps:
  screening: {to: x}
  a: {from: x, to: done, until: 2026-02-01, lapses: y}
  b: {from: y, to: done, on: 2026-02-02, lapses: x}
""",
    """
facts: {f: {kind: flag}}
steps:
  screening: {to: x}
  a: {from: x, to: done, until: 2026-02-01, lapses: y}
  b: {from: y, to: x, exempt: {f: true}}
""",
]


@pytest.mark.parametrize("text", ROUND)
def test_lapses_that_never_come_to_rest_are_a_problem(text: str) -> None:
    with pytest.raises(DefinitionError, match="for ever"):
        _definition(text)


@pytest.mark.parametrize(
    "text",
    [
        "steps: {screening: {to: waiting}, offer: {to: hired, until: 2026-02-01, lapses: stays}}",
        "steps: {screening: {to: waiting}, offer: {to: hired, until: 2026-02-01, tentative: true, lapses: waiting}}",
        "steps: {screening: {to: x}, a: {from: x, to: done, until: 2026-02-01, lapses: y}, b: {from: y, to: x}}",
    ],
)
def test_loops_that_wait_for_somebody_are_not(text: str) -> None:
    assert _definition(text).machine.steps
