"""One procedure, and for each way in which an event can be refused a history that is, with the sentences it earns.

In a history `c1 apply 01-10` is an event on 10 January 2026 at noon in Brussels, ` 09:30` behind it another time, and
what follows is JSON that is added to it. The last event is refused; those before it are taken.
"""

import json
import re
from functools import cache

from procedures import Event, Procedure, Refused, loads, run
from procedures.records.events import parse_event

PROCEDURE = """
procedure: example/clerk
title: Clerk
timezone: Europe/Brussels
applications: {opens: 2026-01-05, until: 2026-01-31}
facts:
  candidate_type: {kind: choice, of: [external, internal]}
  level: {kind: level, of: [low, high]}
  experience: {kind: duration, unit: months}
  licence: {kind: flag}
  born: {kind: date}
steps:
  screening:
    to: screened
    passes: {all: [{experience: {at_least: 24}}, {licence: true}]}
  ranking:
    to: ranked
    held: {count: screened, more_than: 1}
    records: {score: {kind: number, from: 0, to: 100, step: 0.5}}
    keeps: {best: 2, by: score, ties: lot}
  interview:
    to: reserve
    opens: 2026-03-02 09:00
    until: 2026-03-06 17:00
    lapses: stays
    records: {passed: {kind: flag}}
    closing: {places: {kind: number, from: 1, to: 9, step: 1}}
  offer:
    from: reserve
    to: hired
    otherwise: reserve
    in_order: true
    records: {accepted: {kind: flag}}
reserve:
  state: reserve
  ranked: {by: [experience]}
  valid: 1 year
  extendable: true
"""

GOOD = '{"facts": {"experience": 24, "licence": true}}'
BETTER = '{"facts": {"experience": 36, "licence": true}}'
HR = '{"by": "hr"}'
WHY = '"by": "hr", "why": "closed too early"'
ONE_SCREENED = (f"c1 apply 01-10 {GOOD}", "c1 screening 02-02")
NOT_HELD = (*ONE_SCREENED, 'close 02-03 {"step": "screening", "by": "hr"}')
TWO_SCREENED = (f"c1 apply 01-10 {GOOD}", f"c2 apply 01-10 {BETTER}", "c1 screening 02-02", "c2 screening 02-02")
HELD = (*TWO_SCREENED, 'close 02-03 {"step": "screening", "by": "hr"}')
INTERVIEWED = (*NOT_HELD, 'c1 interview 03-02 {"facts": {"passed": true}, "by": "hr"}')
CLOSE_INTERVIEW = 'close 03-07 {"step": "interview", "by": "hr", "facts": {"places": 3}}'
CLOSED = (*INTERVIEWED, CLOSE_INTERVIEW)
BOTH_RANKED = (
    *HELD,
    'c1 ranking 02-04 {"facts": {"score": 50}}',
    'c2 ranking 02-04 {"facts": {"score": 50}}',
    'close 02-05 {"step": "ranking", "by": "hr", "seed": 1}',
)
BOTH_INTERVIEWED = (
    'c1 interview 03-02 {"facts": {"passed": true}}',
    'c2 interview 03-02 {"facts": {"passed": true}}',
    CLOSE_INTERVIEW,
)

_SHORT = re.compile(r"(?:(c\d+) )?(\w+) (\d\d-\d\d)(?: (\d\d:\d\d))?(?: (\{.*))?")


def event(short: str) -> Event:
    """The event that a line of a history stands for."""
    match = _SHORT.fullmatch(short)
    assert match is not None, short
    candidate, name, day, time, more = match.groups()
    summer = "+02:00" if "03-29" <= day < "10-25" else "+01:00"
    data = {"event": name, "at": f"2026-{day}T{time or '12:00'}:00{summer}", **json.loads(more or "{}")}
    return parse_event(data if candidate is None else {"candidate": candidate, **data})


HISTORIES: dict[str, tuple[str, ...]] = {
    "nobody of that name": ("c1 screening 02-02",),
    "nobody of that name withdraws": ("c1 withdraw 02-02",),
    "nobody of that name and no such step": ("c1 sreening 02-02",),
    "applied already": ("c1 apply 01-10", "c1 apply 01-11"),
    "a result waits already": (
        *HELD,
        'c1 ranking 02-04 {"facts": {"score": 50}}',
        'c1 ranking 02-05 {"facts": {"score": 60}}',
    ),
    "no such step": ("c1 apply 01-10", "c1 sreening 02-02"),
    "nothing like such a step": ("c1 apply 01-10", "c1 jury 02-02"),
    "no such step to close": ('close 02-02 {"step": "sreening", "by": "hr"}',),
    "earlier than the last event": (f"c1 apply 01-10 {GOOD}", "c1 screening 01-09"),
    "earlier than the last event, by a minute": (f"c1 apply 01-10 {GOOD}", "c1 screening 01-10 11:59"),
    "a closing before what it counts": (*ONE_SCREENED, 'close 02-01 {"step": "screening", "by": "hr"}'),
    "a step from elsewhere": (f"c1 apply 01-10 {GOOD}", "c1 interview 03-02"),
    "withdrawn already": ("c1 apply 01-10", "c1 withdraw 01-11", "c1 withdraw 01-12"),
    "nothing to reopen": ("c1 apply 01-10", 'c1 reopen 01-11 {"by": "hr", "why": "error"}'),
    "rejected already": (
        'c1 apply 01-10 {"facts": {"experience": 3, "licence": true}}',
        f"c1 screening 02-02 {HR}",
        "c1 screening 02-03",
    ),
    "extended before it began": ('extend 02-02 {"until": "2028-01-01", "by": "hr"}',),
    "applying after a closing": ('close 01-20 {"step": "screening", "by": "hr"}', "c1 apply 01-21"),
    "a step that was closed": (
        f"c1 apply 01-10 {GOOD}",
        f"c2 apply 01-10 {GOOD}",
        "c1 screening 02-02",
        "c2 screening 02-02",
        'close 02-03 {"step": "screening", "by": "hr"}',
        'close 02-04 {"step": "screening", "by": "hr"}',
    ),
    "a result after the closing": (*NOT_HELD, CLOSE_INTERVIEW, 'c1 interview 03-08 {"facts": {"passed": true}}'),
    "the gate is not decided": (*ONE_SCREENED, 'c1 ranking 02-03 {"facts": {"score": 50}}'),
    "closing while the gate is not decided": (*ONE_SCREENED, 'close 02-03 {"step": "ranking", "by": "hr"}'),
    "before applications open": ("c1 apply 01-04",),
    "after applications close": ("c1 apply 02-01 00:00",),
    "before the window": (*NOT_HELD, 'c1 interview 03-02 08:59 {"facts": {"passed": true}}'),
    "after the window": (*NOT_HELD, 'c1 interview 03-06 17:01 {"facts": {"passed": true}}'),
    "extended after its end": (
        *CLOSED,
        'extend 03-08 {"until": "2028-01-01", "by": "hr", "at": "2027-03-08T09:00:00+01:00"}',
    ),
    "extended to an earlier day": (*CLOSED, 'extend 03-08 {"until": "2027-03-07", "by": "hr"}'),
    "extended out of the calendar": (*CLOSED, 'extend 03-08 {"until": "9999-12-31", "by": "hr"}'),
    "a fact with a typing error": ('c1 apply 01-10 {"facts": {"experiense": 3}}',),
    "a fact like no other": ('c1 apply 01-10 {"facts": {"shoe_size": 43}}',),
    "a fact that a step records": ('c1 apply 01-10 {"facts": {"interview.passed": true}}',),
    "a fact that the machine decides": ('c1 apply 01-10 {"facts": {"screening": "passed"}}',),
    "a choice that is none": ('c1 apply 01-10 {"facts": {"candidate_type": "extern"}}',),
    "a level that is none": ('c1 apply 01-10 {"facts": {"level": "B"}}',),
    "a flag that is none": ('c1 apply 01-10 {"facts": {"licence": "yes"}}',),
    "a duration in another unit": ('c1 apply 01-10 {"facts": {"experience": "P10D"}}',),
    "a duration that is none": ('c1 apply 01-10 {"facts": {"experience": -1}}',),
    "a date that is none": ('c1 apply 01-10 {"facts": {"born": "2025-02-30"}}',),
    "a null": ('c1 apply 01-10 {"facts": {"licence": null}}',),
    "a list": ('c1 apply 01-10 {"facts": {"licence": [true]}}',),
    "a number outside its range": (*HELD, 'c1 ranking 02-04 {"facts": {"score": 101}}'),
    "a number off its grid": (*HELD, 'c1 ranking 02-04 {"facts": {"score": 50.2}}'),
    "a number as text": (*HELD, 'c1 ranking 02-04 {"facts": {"score": "50"}}'),
    "a known fact otherwise": (f"c1 apply 01-10 {GOOD}", 'c1 screening 02-02 {"facts": {"experience": 36}}'),
    "a correction without a reason": (f"c1 apply 01-10 {GOOD}", 'c1 correct 02-02 {"facts": {"experience": 36}}'),
    "a correction without facts": (f"c1 apply 01-10 {GOOD}", 'c1 correct 02-02 {"why": "error"}'),
    "a correction outside its kind": (
        f"c1 apply 01-10 {GOOD}",
        'c1 correct 02-02 {"facts": {"level": "medium"}, "why": "error"}',
    ),
    "a correction of a decision": (
        *ONE_SCREENED,
        'c1 correct 02-03 {"facts": {"screening": "failed"}, "why": "error"}',
    ),
    "a reopening without a reason": (*ONE_SCREENED, f"c1 reopen 02-03 {HR}"),
    "a closing with a fact it does not record": (
        *ONE_SCREENED,
        'close 02-03 {"step": "screening", "by": "hr", "facts": {"places": 3}}',
    ),
    "a closing with a fact outside its kind": (
        *INTERVIEWED,
        'close 03-07 {"step": "interview", "by": "hr", "facts": {"places": 0}}',
    ),
    "nothing is known": ("c1 apply 01-10", "c1 screening 02-02"),
    "half is known": ('c1 apply 01-10 {"facts": {"licence": true}}', "c1 screening 02-02"),
    "a result without its facts": (*NOT_HELD, f"c1 interview 03-02 {HR}"),
    "a result that cannot be ranked": (*HELD, "c1 ranking 02-04"),
    "a closing without its facts": (*INTERVIEWED, 'close 03-07 {"step": "interview", "by": "hr"}'),
    "a closing without a seed": (
        *HELD,
        'c1 ranking 02-04 {"facts": {"score": 50}}',
        'c2 ranking 02-04 {"facts": {"score": 50}}',
        'close 02-05 {"step": "ranking", "by": "hr"}',
    ),
    "another comes first": (*BOTH_RANKED, *BOTH_INTERVIEWED, 'c1 offer 03-08 {"facts": {"accepted": true}}'),
    "an adverse outcome of nobody": (
        'c1 apply 01-10 {"facts": {"experience": 3, "licence": true}}',
        "c1 screening 02-02",
    ),
    "a closing of nobody": (*ONE_SCREENED, 'close 02-03 {"step": "screening"}'),
    "a reopening of nobody": (*ONE_SCREENED, 'c1 reopen 02-03 {"why": "error"}'),
    "a closing of nobody taken back": (*NOT_HELD, 'reopen 02-04 {"step": "screening", "why": "too early"}'),
    "a closing taken back without a reason": (*NOT_HELD, 'reopen 02-04 {"step": "screening", "by": "hr"}'),
    "a step taken back that is not closed": (*ONE_SCREENED, f'reopen 02-04 {{"step": "screening", {WHY}}}'),
    "a step taken back that another closed": (*NOT_HELD, f'reopen 02-04 {{"step": "ranking", {WHY}}}'),
    "a closing taken back before it was made": (*NOT_HELD, f'reopen 02-02 {{"step": "screening", {WHY}}}'),
    "a closing taken back on which a result rests": (
        *NOT_HELD,
        'c1 interview 03-02 {"by": "jury", "facts": {"passed": true}}',
        f'reopen 03-03 {{"step": "screening", {WHY}}}',
    ),
    "a closing taken back on which a closing rests": (
        *BOTH_RANKED,
        f'reopen 02-10 {{"step": "screening", {WHY}}}',
    ),
    "a closing taken back of no step": (*NOT_HELD, f'reopen 02-04 {{"step": "sreening", {WHY}}}'),
    "a correction of what is not known": (
        *ONE_SCREENED,
        'c1 correct 02-03 {"why": "typed", "facts": {"interview.passed": true}}',
    ),
    "one on the way": (f"c1 apply 01-10 {GOOD}", 'close 02-03 {"step": "screening", "by": "hr"}'),
    "seven on the way": (*(f"c{n} apply 01-10" for n in range(1, 8)), 'close 02-03 {"step": "screening", "by": "hr"}'),
}


@cache
def _procedure() -> Procedure:
    return loads(PROCEDURE)


def refused(name: str) -> Refused:
    """How the last event of a history is refused; raises AssertionError where another one is, or none."""
    events = [event(short) for short in HISTORIES[name]]
    _, answers = run(_procedure(), events)
    assert [answer.event for answer in answers] == events[-1:]
    return answers[0]
