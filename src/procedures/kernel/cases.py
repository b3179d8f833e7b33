"""Events, moves, cases and answers: the values that `step` reads and returns.

None of them is changed after it is created. They are plain slotted classes and not frozen ones, because a frozen
instance costs four times as much to create and every event creates several. A test checks that `step` changes none of
its arguments.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal, TypeAlias, overload

from attrs import define, evolve, field, frozen

from procedures.kernel.machine import CompiledStep
from procedures.kernel.names import SELECTION_EVENTS
from procedures.kernel.refusals import Code, message
from rules.calendar import Moment
from rules.facts import Known
from rules.kinds import Value
from rules.words import Language

# The ways in which a case can move.
MoveName: TypeAlias = Literal[
    "applied", "recorded", "passed", "failed", "exempt", "not_held", "kept", "cut", "lapsed", "expired", "withdrawn",
    "corrected", "reopened",
]  # fmt: skip
"""The names of the table below, for type checkers and editors. A test compares the two."""

DECISIONS: Final[frozenset[MoveName]] = frozenset({"passed", "failed", "kept", "cut", "lapsed", "withdrawn"})
"""The moves that `reopen` takes back."""
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
    """Something that happened: `name` is a step or one of `apply, withdraw, correct, reopen, close, advance, extend`.

    `at` is the moment when it happened, in microseconds UTC. `facts` are as the caller gives them; `step` encodes them.
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


def is_selection_event(event: Event) -> bool:
    """Whether an event is of the whole selection: a closing, its reopening, an advance or an extension."""
    if event.name == "reopen":
        return event.candidate is None and event.step is not None
    return event.name in SELECTION_EVENTS


@define
class Move:
    """One entry of a history: the event, the kind of move, the states before and after, and the actor.

    `facts` are the facts that the event brought. `known` holds all facts known when the move was decided, `after` the
    facts of the case after it. `differs` names the earlier decisions that would be different after a correction.
    """

    candidate: str
    event: str
    kind: MoveName
    at: Moment
    from_state: str | None
    to_state: str
    by: str | None = None
    facts: Known = field(factory=dict)
    why: str | None = None
    differs: tuple[str, ...] = ()
    known: Known = field(factory=dict, repr=False, eq=False)
    after: Known = field(factory=dict, repr=False, eq=False)


@define
class Case:
    """The state of one candidate, and the moves that led to it.

    `at` is the moment of the latest event, `entered` the moment when the case entered its state. `history` holds every
    move; `path` holds the moves that were not taken back. While none was taken back, both are the same tuple. `pending`
    names the steps whose result waits for a closing. `reopened` is true from the reopening of a decision until the case
    leaves its state.
    """

    candidate: str
    state: str
    at: Moment
    entered: Moment
    facts: Mapping[str, Value]
    history: tuple[Move, ...] = field(repr=False)
    path: tuple[Move, ...] = field(repr=False)
    pending: frozenset[str] = frozenset()
    reopened: bool = False

    def apply_move(self, move: Move, facts: Mapping[str, Value]) -> "Case":
        """The case after a move to another state. Results that waited in the state it leaves are pending no more."""
        move.after = facts
        history = (*self.history, move)
        path = history if self.path is self.history else (*self.path, move)
        # A lapse is dated when its window ended, which may be before the last event.
        at = move.at if move.at > self.at else self.at
        return Case(self.candidate, move.to_state, at, move.at, facts, history, path)

    def record_move(self, move: Move, facts: Mapping[str, Value], pending: frozenset[str]) -> "Case":
        """The case after a move that leaves it in its state."""
        move.after = facts
        history = (*self.history, move)
        path = history if self.path is self.history else (*self.path, move)
        return evolve(self, at=move.at, facts=facts, history=history, path=path, pending=pending)


@frozen
class Closing:
    """
    The closing of a step, or of the applications (`apply`): moment, actor, and what later events need of it.

    Additions are ranked by `ranking_keys`, `sizes` and `seed`. `before` is what the closing changed, so that it can be
    taken back; None for a closing that another one brought with it: of a step that is not held, and of the applications
    by the first closing of a step.
    """

    step: str
    at: Moment
    by: str | None = None
    held: bool = True
    ranking_keys: Mapping[str, tuple[object, ...]] = field(factory=dict)
    sizes: tuple[int, ...] = ()
    seed: str | int | None = None
    before: "BeforeClosing | None" = field(default=None, eq=False, repr=False)


@frozen
class BeforeClosing:
    """The decisions for the selection and the cases that a closing changed, both as they were before it.

    `lengths` tells for each of these cases how many entries its history had after the closing.
    """

    cohort: "Cohort"
    cases: Mapping[str, Case]
    lengths: Mapping[str, int]


@frozen
class GateDecision:
    """The decision of a gate, made once: whether the step is held, and the number counted (None for a rule)."""

    held: bool
    count: int | None
    at: Moment


TurnRefusal: TypeAlias = tuple[Code, Mapping[str, object]]
"""Why it is not the turn of a candidate: the code and the values of the refusal."""


def _anybody(step: CompiledStep, case: Case, at: Moment) -> TurnRefusal | None:
    return None


@frozen
class Cohort:
    """The decisions for a selection as a whole, as far as they affect one case.

    `facts` are the facts that closings recorded or decided. `last_day` and `ends` say when the reserve ends. `latest`
    names the step of the last closing, or `extend` after an extension, with its moment.
    `check_turn(step, case, at)` tells why a step in order is not for this case at that moment; None where it is.
    """

    closings: Mapping[str, Closing] = field(factory=dict)
    gates: Mapping[str, GateDecision] = field(factory=dict)
    facts: Known = field(factory=dict)
    last_day: date | None = None
    ends: Moment | None = None
    latest: tuple[str, Moment] | None = None
    check_turn: Callable[[CompiledStep, Case, Moment], TurnRefusal | None] = field(
        default=_anybody, eq=False, repr=False
    )

    @overload
    def known_facts(self, facts: dict[str, Value]) -> dict[str, Value]: ...
    @overload
    def known_facts(self, facts: Known) -> Known: ...
    def known_facts(self, facts: Known) -> Known:
        """The facts of a case together with those of the selection; the same object where the selection has none."""
        return {**self.facts, **facts} if self.facts else facts


@define
class Moved:
    """The event was applied: the moves that followed, and the cases after them."""

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
    """The event was refused and changed nothing. `code` is stable; `values` say why it was refused."""

    event: Event
    code: Code
    values: Mapping[str, object] = field(factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The missing facts, without which nothing can be decided; empty for other codes."""
        missing = self.values.get("missing", ())
        assert isinstance(missing, tuple)
        return missing

    def message(self, language: Language = "en") -> str:
        """The refusal as a sentence."""
        return message(self.code, {"event": self.event.name, **self.values}, language)
