"""The road that every engine of a row goes, and the checks along it in plain Python.

It is that of the coordinator, under the reading in which the prescreening has a pass mark: eight events of one
candidate, from the application to taking up duty, each with its window, its guards and the person who decides.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from procedures import Moved, Selection, load
from procedures.kernel.cases import Cohort

ROOT: Final = Path(__file__).parents[2]
COORDINATOR: Final = ROOT / "definitions" / "kortrijk" / "coordinator-ontmoetingscentra.yaml"
PROCEDURE: Final = load(COORDINATOR).with_reading("prescreening_keeps", "pass_mark_60")
MACHINE: Final = PROCEDURE.machine
END: Final = "hired"

FACTS: Final = {"candidate_type": "external", "diploma_level": "C", "leadership_experience": 30}
LEVELS: Final = ("none", "D", "C", "B", "A")
_ZONE: Final = timezone(timedelta(hours=1))

# What happens to everybody: the event, its facts, when, and by whom. The first two come before the closing.
EVENTS: Final[tuple[tuple[str, dict[str, Any], datetime, str | None], ...]] = (
    ("apply", FACTS, datetime(2025, 10, 6, 10, 12, tzinfo=_ZONE), None),
    ("screening", {}, datetime(2025, 10, 27, 9, 0, tzinfo=_ZONE), "hr"),
    ("prescreening", {"score": 72}, datetime(2025, 10, 29, 9, 0, tzinfo=_ZONE), "hr"),
    ("capacity_test", {"passed": True}, datetime(2025, 10, 31, 14, 30, tzinfo=_ZONE), "hr"),
    ("speed_interview", {"passed": True}, datetime(2025, 11, 7, 10, 15, tzinfo=_ZONE), "jury"),
    ("combined", {"passed": True}, datetime(2025, 11, 12, 16, 0, tzinfo=_ZONE), "jury"),
    ("offer", {"accepted": True}, datetime(2025, 11, 20, 9, 0, tzinfo=_ZONE), "hr"),
    ("hire", {}, datetime(2025, 12, 1, 8, 30, tzinfo=_ZONE), "hr"),
)
EARLY: Final = EVENTS[:2]
LATER: Final = EVENTS[2:]
CLOSED: Final = datetime(2025, 10, 28, 9, 0, tzinfo=_ZONE)

# Trigger, origin, and what is tried in turn: the guards that must all be true, and where the case then goes.
FLOW: Final[tuple[tuple[str, str, tuple[tuple[tuple[str, ...], str], ...]], ...]] = (
    ("apply", "new", ((("may_apply",), "applied"),)),
    ("screening", "applied", ((("admitted",), "screened"), (("decided",), "rejected"))),
    (
        "prescreening",
        "screened",
        (
            (("held", "enough", "direct_access"), "tested"),
            (("held", "enough"), "prescreened"),
            (("held", "decided"), "rejected"),
        ),
    ),
    ("capacity_test", "prescreened", ((("may_test", "passed"), "tested"), (("may_test", "decided"), "rejected"))),
    ("speed_interview", "tested", ((("may_speak", "passed"), "interviewed"), (("may_speak", "decided"), "rejected"))),
    ("combined", "interviewed", ((("may_combine", "passed"), "reserve"), (("may_combine", "decided"), "rejected"))),
    ("offer", "reserve", ((("accepted",), "offered"), ((), "reserve"))),
    ("hire", "offered", (((), "hired"),)),
)
STATES: Final = ("new", "applied", "screened", "prescreened", "tested", "interviewed", "reserve", "offered", "hired")


def _window(opens: int | None, ends: int | None) -> tuple[datetime, datetime]:
    """A window of the machine as datetimes; open sides are far away."""
    epoch = datetime(1970, 1, 1, tzinfo=_ZONE) + timedelta(hours=1)
    first, last = datetime(1900, 1, 1, tzinfo=_ZONE), datetime(2999, 1, 1, tzinfo=_ZONE)
    return (
        first if opens is None else epoch + timedelta(microseconds=opens),
        last if ends is None else epoch + timedelta(microseconds=ends),
    )


WINDOWS: Final = {
    "apply": _window(MACHINE.opens, MACHINE.ends),
    **{name: _window(step.opens, step.ends) for name, step in MACHINE.steps.items()},
}


class Person:
    """A case as a service would write it by hand: facts that were given, guards as methods, and its own history."""

    state: Any = None

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.left: Any = None
        self.history: list[tuple[object, ...]] = []

    def learn(self, facts: dict[str, Any], at: datetime, by: str | None) -> None:
        self.known = facts

    def leave(self, facts: dict[str, Any], at: datetime, by: str | None) -> None:
        self.left = self.state

    def note(self, facts: dict[str, Any], at: datetime, by: str | None) -> None:
        self.history.append((at, self.left, self.state, by, facts))

    def admitted(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        known = self.known
        if known["candidate_type"] == "external":
            return bool(known["leadership_experience"] >= 24)
        return bool(
            known["contract"] == "permanent"
            and (
                (known["service_seniority"] >= 12 and LEVELS.index(known["grade_level"]) >= LEVELS.index("B"))
                or known["level_c_seniority"] >= 12
            )
        )

    def direct_access(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        return LEVELS.index(self.known["diploma_level"]) >= LEVELS.index("B")

    def held(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        return at >= CLOSED

    def enough(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        return bool(facts["score"] >= 60)

    def passed(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        return facts["passed"] is True

    def accepted(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        return facts["accepted"] is True

    def decided(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        return by is not None

    def may_apply(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        opens, ends = WINDOWS["apply"]
        return opens <= at < ends

    def may_test(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        opens, ends = WINDOWS["capacity_test"]
        return opens <= at < ends

    def may_speak(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        opens, ends = WINDOWS["speed_interview"]
        return opens <= at < ends

    def may_combine(self, facts: dict[str, Any], at: datetime, by: str | None) -> bool:
        opens, ends = WINDOWS["combined"]
        return opens <= at < ends


def screened(candidates: int) -> Selection:
    """A selection in which so many applied and were screened, and the screening is not closed yet."""
    selection = Selection(PROCEDURE)
    for number in range(candidates):
        for name, facts, at, by in EARLY:
            answer = (
                selection.apply(f"c{number}", facts, at=at)
                if name == "apply"
                else selection.record(f"c{number}", name, facts, at=at, by=by)
            )
            assert isinstance(answer, Moved), answer
    return selection


def closed_cohort() -> Cohort:
    """What the closing of the screening decides where enough were admitted: the prescreening is held."""
    selection = screened(16)
    answer = selection.close("screening", at=CLOSED, by="hr")
    assert isinstance(answer, Moved), answer
    assert selection.gates["prescreening"].held
    return selection.cohort
