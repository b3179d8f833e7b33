"""What is done for everybody at once: closings, lapses, and offers that go in order."""

from collections.abc import Callable
from typing import Final

from candidate_path import COORDINATOR, PROCEDURE
from measurement import Job

from procedures import Event, Moved, Procedure, Selection, load, loads
from procedures.selection import moment

FEW: Final = 20
_EXTERNAL: Final = {"candidate_type": "external", "diploma_level": "C"}
ADMITTED: Final = {**_EXTERNAL, "leadership_experience": 30}
REFUSED: Final = {**_EXTERNAL, "leadership_experience": 8}
RANKED: Final = load(COORDINATOR)
IN_ORDER: Final = loads("""
procedure: example/in-order
title: Offers in order
steps:
  exam: {from: applied, to: reserve, records: {score: {kind: number, from: 0, to: 100, step: 0.0001}}, pass_mark: 10}
  offer: {to: hired, otherwise: reserve, in_order: true, records: {accepted: {kind: flag}}}
reserve: {state: reserve, ranked: {by: [exam.score]}}
""")
_AT: Final = {
    name: moment(f"2025-{day}T09:00:00+01:00")
    for name, day in {
        "apply": "10-06",
        "screening": "10-27",
        "screened": "10-28",
        "prescreening": "10-29",
        "close": "10-30",
        "lapse": "11-05",
    }.items()
}


def _taken(selection: Selection, event: Event) -> None:
    answer = selection.handle(event)
    assert isinstance(answer, Moved), answer


def _screened(procedure: Procedure, cases: int, admitted: int) -> Selection:
    """So many cases, of which so many were admitted and the others refused; the screening is closed."""
    selection = Selection(procedure)
    for number in range(cases):
        facts = ADMITTED if number < admitted else REFUSED
        _taken(selection, Event("apply", _AT["apply"], f"c{number}", facts))
        _taken(selection, Event("screening", _AT["screening"], f"c{number}", {}, "hr"))
    _taken(selection, Event("close", _AT["screened"], step="screening", by="hr"))
    return selection


def _scored(procedure: Procedure, cases: int, admitted: int) -> Selection:
    """The same, and those admitted have their score of the prescreening, all of them different."""
    selection = _screened(procedure, cases, admitted)
    for number in range(admitted):
        score = {"score": 60 + 40 * number // admitted}
        _taken(selection, Event("prescreening", _AT["prescreening"], f"c{number}", score, "hr"))
    return selection


def _once(selection: Selection, event: Event) -> Job:
    return Job(1, lambda: _taken(selection, event))


def closing(admitted: Callable[[int], int]) -> Callable[[int], Job]:
    """The closing of the prescreening, which moves all who were admitted."""
    event = Event("close", _AT["close"], step="prescreening", by="hr")
    return lambda cases: _once(_scored(RANKED, cases, admitted(cases)), event)


def lapsing(admitted: Callable[[int], int]) -> Callable[[int], Job]:
    """An `advance` past the window of the test, which everybody missed who was admitted."""
    return lambda cases: _once(_scored(PROCEDURE, cases, admitted(cases)), Event("advance", _AT["lapse"]))


def offering(cases: int) -> Job:
    """Twenty offers in order to a reserve of so many, each refused, after a first one."""
    selection = Selection(IN_ORDER)
    for number in range(cases):
        _taken(selection, Event("apply", _AT["apply"], f"c{number}"))
        score = {"score": (100_000 + number) / 10_000}
        _taken(selection, Event("exam", _AT["screening"], f"c{number}", score, "hr"))

    def offer(number: int) -> None:
        best = f"c{cases - 1 - number}"
        _taken(selection, Event("offer", _AT["close"], best, {"accepted": False}, "hr"))

    def play() -> None:
        for number in range(FEW):
            offer(number + 1)

    offer(0)
    return Job(FEW, play)


def everybody(cases: int) -> int:
    return cases


def few(cases: int) -> int:
    return FEW
