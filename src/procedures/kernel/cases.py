"""Events, moves, cases and answers: the values that stepping reads and returns.

None of them is ever written to after it was made. They are plain slotted records rather than frozen ones, because
a frozen one costs four times as much to make and a case makes several with every event; a law in the tests holds
stepping to leaving what it was given as it was.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal, TypeAlias, overload

from attrs import define, evolve, field, frozen

from procedures.kernel.machine import CompiledStep
from procedures.kernel.refusals import Code, message
from rules.calendar import Moment
from rules.facts import Known
from rules.kinds import Value
from rules.words import Language

# How a case can move; those that decide are what `reopen` takes back.
MoveName: TypeAlias = Literal[
    "applied", "recorded", "passed", "failed", "exempt", "not_held", "kept", "cut", "lapsed", "expired", "withdrawn",
    "corrected", "reopened",
]  # fmt: skip
"""The names of the table below, for type checkers and editors; a test holds the two equal."""

DECISIONS: Final[frozenset[MoveName]] = frozenset({"passed", "failed", "kept", "cut", "lapsed", "withdrawn"})
MOVES: Final[Mapping[MoveName, str]] = {
    "applied": "the candidate applied",
    "recorded": "a result was recorded and waits for the closing",
    "passed": "the outcome that leads on",
    "failed": "an outcome into an unsuccessful state, or the one for everybody else",
    "exempt": "moved on without the step",
    "not_held": "moved on because the gate was decided: the step is not held",
    "kept": "among the best when the step was closed",
    "cut": "not among the best when the step was closed",
    "lapsed": "the window passed without a result",
    "expired": "the reserve ended",
    "withdrawn": "the candidate gave up",
    "corrected": "known facts were changed; no decision was recomputed",
    "reopened": "the last decision was taken back",
}


@define
class Event:
    """What happened: `name` is a step or one of `apply, withdraw, correct, reopen, close, advance, extend`.

    `at` is when it happened, in microseconds UTC. `facts` are as the caller gives them; stepping encodes them.
    """

    name: str
    at: Moment
    candidate: str | None = None
    facts: Mapping[str, object] = field(factory=dict)
    by: str | None = None
    why: str | None = None
    step: str | None = None
    seed: str | int | None = None
    until: date | None = None


@define
class Move:
    """One entry of a history: which event moved the candidate how, from where to where, and by whom.

    `facts` are those the event brought; `known` is all that was known when the move was decided; `differs` names
    the earlier decisions that would be others after a correction.
    """

    candidate: str
    event: str
    move: MoveName
    at: Moment
    origin: str | None
    to: str
    by: str | None = None
    facts: Known = field(factory=dict)
    why: str | None = None
    differs: tuple[str, ...] = ()
    known: Known = field(factory=dict, repr=False, eq=False)


@define
class Case:
    """Where one candidate stands and how it came so.

    `history` holds every move there ever was; `road` those of them that were not taken back, and until one is, the two
    are one tuple. `pending` names the
    steps whose result waits for a closing, `reopened` the step that was reopened and not yet taken again.
    """

    candidate: str
    state: str
    at: Moment
    entered: Moment
    facts: Mapping[str, Value]
    history: tuple[Move, ...] = field(repr=False)
    path: tuple[Move, ...] = field(repr=False)
    pending: frozenset[str] = frozenset()
    reopened: str | None = None

    def after(self, move: Move, facts: Mapping[str, Value]) -> "Case":
        """The case where a move has brought it; whatever waited in the state it leaves waits no more."""
        history = (*self.history, move)
        road = history if self.path is self.history else (*self.path, move)
        # A lapse is dated when its window ended, which may be before the last event.
        at = move.at if move.at > self.at else self.at
        return Case(self.candidate, move.to, at, move.at, facts, history, road)

    def noting(self, move: Move, facts: Mapping[str, Value], pending: frozenset[str]) -> "Case":
        """The case with a move that leaves it where it stands."""
        history = (*self.history, move)
        road = history if self.path is self.history else (*self.path, move)
        return evolve(self, at=move.at, facts=facts, history=history, path=road, pending=pending)


@frozen
class Closing:
    """A step closed: when, by whom, and who stood where in the ranking, so that later additions can join it."""

    step: str
    at: Moment
    by: str | None = None
    held: bool = True
    ranking_keys: Mapping[str, tuple[object, ...]] = field(factory=dict)
    sizes: tuple[int, ...] = ()
    seed: str | int | None = None


@frozen
class GateDecision:
    """A gate decided, once: whether the step is held, and the number that was counted (None for a rule)."""

    held: bool
    count: int | None
    at: Moment


def _nobody(step: CompiledStep, case: Case) -> str | None:
    return None


@frozen
class Cohort:
    """What was decided for a selection as a whole, as far as it bears on one case.

    `facts` are those that closings recorded or decided; `last_day` and `ends` tell when the reserve ends;
    `ahead(step, case)` names the waiting candidate whose turn it is before this case.
    """

    closings: Mapping[str, Closing] = field(factory=dict)
    gates: Mapping[str, GateDecision] = field(factory=dict)
    facts: Known = field(factory=dict)
    last_day: date | None = None
    ends: Moment | None = None
    ahead: Callable[[CompiledStep, Case], str | None] = field(default=_nobody, eq=False, repr=False)

    @overload
    def known(self, facts: dict[str, Value]) -> dict[str, Value]: ...
    @overload
    def known(self, facts: Known) -> Known: ...
    def known(self, facts: Known) -> Known:
        """A case's facts with those of the selection; the very same where the selection has none."""
        return {**self.facts, **facts} if self.facts else facts


@define
class Moved:
    """The event was taken: the moves that followed, and the cases as they now are."""

    event: Event
    moves: tuple[Move, ...]
    cases: tuple[Case, ...] = field(repr=False)

    @property
    def case(self) -> Case:
        """The case of an event of one candidate."""
        (case,) = self.cases
        return case


@define
class Refused:
    """The event was not taken and changed nothing. `code` is stable; `values` say what stood in the way."""

    event: Event
    code: Code
    values: Mapping[str, object] = field(factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts without which nothing can be decided; empty for other codes."""
        missing = self.values.get("missing", ())
        assert isinstance(missing, tuple)
        return missing

    def message(self, language: Language = "en") -> str:
        """The refusal as a sentence."""
        return message(self.code, {"event": self.event.name, **self.values}, language)
