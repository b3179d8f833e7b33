"""One selection: all its cases, and the fold of its events. Every engine is compared with `run`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final, Protocol, TypeAlias

from attrs import evolve

from procedures.errors import UsageError
from procedures.kernel.case_index import CaseIndex
from procedures.kernel.cases import (
    Case,
    Cohort,
    Event,
    GateDecision,
    Moved,
    Refused,
    TurnRefusal,
    is_selection_event,
)
from procedures.kernel.cohort.closing_reversal import SinceClosing, reopen_closing
from procedures.kernel.cohort.closings import SelectionDecision, advance, close
from procedures.kernel.cohort.queue import Queues
from procedures.kernel.cohort.reserve import extend, initial_cohort, reserve_kind
from procedures.kernel.event_facts import name_hint
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import APPLY
from procedures.kernel.reasons import StepFinding, explain_decision, explain_step
from procedures.kernel.step import step
from procedures.listeners import Listener, notify
from rules.calendar import CalendarError, Moment, parse_moment, to_moment
from rules.kinds import Plain


class HasMachine(Protocol):
    """An object with a machine, such as a loaded procedure."""

    @property
    def machine(self) -> Machine: ...


MomentInput: TypeAlias = datetime | str
"""A moment as callers give it: an aware datetime (pendulum's or the standard library's), or ISO 8601 with an offset."""


class Selection:
    """
    The cases of one procedure, moved by events; each call returns Moved or Refused.

    `at` is the moment when the event happened: an aware datetime or ISO 8601 text with an offset. A naive time raises
    UsageError; everything else that is wrong with an event is answered with Refused.

    `listeners` are called in their order with every Moved, after it is applied; they are not called for a refusal.
    A listener cannot take the event back. Its error is raised after all listeners were called, as ListenersError,
    which carries the answer. If a listener records an event itself, all listeners are called for that event at once,
    so later listeners get it before the first event.
    """

    def __init__(self, procedure: HasMachine | Machine, listeners: Iterable[Listener] = ()) -> None:
        self.machine: Final = procedure if isinstance(procedure, Machine) else procedure.machine
        self._listeners = [*listeners]
        self.events: list[Event] = []
        self._cases = CaseIndex()
        self._since = [SinceClosing()]
        self._queues = Queues(self.machine, self._cases)
        self._cohort = evolve(initial_cohort(self.machine), check_turn=self._check_turn)

    # -- events -------------------------------------------------------------------------------------------------

    def apply(
        self, candidate: str, facts: Mapping[str, object] | None = None, *, at: MomentInput, by: str | None = None
    ) -> Moved | Refused:
        """The candidate applies, with the facts known at that moment."""
        return self.handle(Event("apply", moment(at), candidate, facts or {}, by))

    def record(
        self,
        candidate: str,
        step: str,
        facts: Mapping[str, object] | None = None,
        *,
        at: MomentInput,
        by: str | None = None,
        why: str | None = None,
    ) -> Moved | Refused:
        """A step was taken: `facts` are what it records. `by` is needed where the outcome may be adverse."""
        return self.handle(Event(step, moment(at), candidate, facts or {}, by, why))

    def withdraw(self, candidate: str, *, at: MomentInput, by: str | None = None) -> Moved | Refused:
        """The candidate withdraws."""
        return self.handle(Event("withdraw", moment(at), candidate, by=by))

    def correct(
        self, candidate: str, facts: Mapping[str, object], *, at: MomentInput, why: str, by: str | None = None
    ) -> Moved | Refused:
        """Correct wrong facts. No decision is recomputed; the move lists the decisions that would now differ."""
        return self.handle(Event("correct", moment(at), candidate, facts, by, why))

    def reopen(
        self, candidate: str | None = None, *, step: str | None = None, at: MomentInput, by: str, why: str
    ) -> Moved | Refused:
        """
        Take back the last decision about a candidate, or with `step` (and no candidate) the last closing.

        A closing is taken back only while nothing rests on it; else the answer is `built_upon`.
        """
        if (candidate is None) == (step is None):
            raise UsageError("`reopen` takes a candidate or a `step`: which of the two is taken back?")
        return self.handle(Event("reopen", moment(at), candidate, by=by, why=why, step=step))

    def close(
        self,
        step: str,
        *,
        at: MomentInput,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        seed: str | int | None = None,
    ) -> Moved | Refused:
        """Close a step for all candidates: counts and ranks are decided now."""
        return self.handle(Event("close", moment(at), facts=facts or {}, by=by, step=step, seed=seed))

    def advance(self, *, at: MomentInput) -> Moved | Refused:
        """Apply every lapse and expiry that is due by `at`."""
        return self.handle(Event("advance", moment(at)))

    def extend(self, until: date | str, *, at: MomentInput, by: str | None = None) -> Moved | Refused:
        """Extend the reserve up to and including a later day."""
        try:
            day = date.fromisoformat(until) if isinstance(until, str) else until
        except ValueError:
            raise UsageError(f"`{until}` is not a date; write a day as `2028-01-01`") from None
        return self.handle(Event("extend", moment(at), by=by, until=day))

    def listen(self, listener: Listener) -> None:
        """Call `listener` with every Moved from now on."""
        self._listeners.append(listener)

    # -- the fold -----------------------------------------------------------------------------------------------

    def handle(self, event: Event) -> Moved | Refused:
        """Apply one event. A refused event changes nothing; an `advance` that moves no case is not kept."""
        if is_selection_event(event):
            answer = self._handle_selection_event(event)
        elif event.candidate is None:
            raise UsageError(f"`{event.name}` is an event of a candidate: whose?")
        else:
            answer = step(self.machine, self._cases.find(event.candidate), event, self._cohort)
        if isinstance(answer, Moved):
            self._note_changes(answer)
            for case in answer.cases:
                self._cases.put(case)
                self._queues.mark_changed(case.candidate)
            if answer.moves or event.name != "advance":
                self.events.append(event)
                if self._listeners:
                    notify(self._listeners, answer)
        return answer

    def _handle_selection_event(self, event: Event) -> Moved | Refused:
        decided: SelectionDecision | Refused
        match event.name:
            case "advance":
                decided = advance(self.machine, self._cases, self._cohort, event.at)
            case "reopen":
                decided = reopen_closing(self.machine, self._cases, self._cohort, event, self._since[-1])
            case "extend":
                cohort = extend(self.machine, self._cases, self._cohort, event)
                decided = cohort if isinstance(cohort, Refused) else SelectionDecision({}, cohort)
            case _ if event.step not in self.machine.steps and event.step != APPLY:
                name = event.step or ""
                hint = name_hint(name, [*self.machine.steps, APPLY])
                return Refused(event, "unknown_event", {"name": name, "hint": hint})
            case _:
                decided = close(self.machine, self._cases, self._cohort, event)
        if isinstance(decided, Refused):
            return decided
        moves = decided.moves(self._cases)
        self._cohort = decided.cohort
        return Moved(event, moves, tuple(decided.cases.values()))

    def _note_changes(self, answer: Moved) -> None:
        """Note what happens since each closing, so that a closing is taken back only while nothing rests on it."""
        event = answer.event
        if event.name == "close":
            self._since.append(SinceClosing())
        elif event.name == "reopen" and event.candidate is None:
            later = self._since.pop()
            self._since[-1].add(later)
        elif answer.moves or event.name != "advance":
            self._since[-1].note(event, ((case.candidate, self._cases.find(case.candidate)) for case in answer.cases))

    def _check_turn(self, compiled: CompiledStep, case: Case, at: Moment) -> TurnRefusal | None:
        """Why a step in order is not for this case at that moment; None where it is."""
        return self._queues.check_turn(compiled, case, self._cohort, at)

    # -- queries ------------------------------------------------------------------------------------------------

    def __getitem__(self, candidate: str) -> Case:
        """The case of a candidate; raises UsageError for a candidate who never applied."""
        case = self._cases.find(candidate)
        if case is None:
            raise UsageError(f"`{candidate}` has not applied")
        return case

    def find(self, candidate: str) -> Case | None:
        """The case of a candidate; None for a candidate who never applied."""
        return self._cases.find(candidate)

    def __iter__(self) -> Iterator[str]:
        """The candidates, in the order in which they applied."""
        return iter(self._cases)

    def __len__(self) -> int:
        return len(self._cases)

    def __contains__(self, candidate: object) -> bool:
        return candidate in self._cases

    @property
    def cohort(self) -> Cohort:
        """The decisions of closings so far."""
        return self._cohort

    @property
    def gates(self) -> Mapping[str, GateDecision]:
        return self._cohort.gates

    @property
    def expires(self) -> date | None:
        """The last day of the reserve; None while it is not known."""
        return self._cohort.last_day

    def facts(self, candidate: str) -> dict[str, Plain]:
        """All known facts of a candidate, as JSON values. The results of steps are in the history."""
        known = self._cohort.known_facts(self[candidate].facts)
        return self.machine.declared.decode({n: value for n, value in known.items() if n not in self.machine.steps})

    def kind(self, case: Case) -> str | None:
        """The kind of reserve of a case that is or was on it: the first kind whose rule is TRUE; else None."""
        return reserve_kind(self.machine, case, self._cohort)

    def explain(self, candidate: str, step: str) -> StepFinding:
        """The decision of a step with its reasons, on the facts known of the candidate now.

        For a step that was decided: on the facts known at that decision. Raises UsageError for unknown names.
        """
        case = self[candidate]
        decided = [number for number, move in enumerate(case.path) if move.event == step and move.known]
        if not decided or step not in self.machine.steps:
            return explain_step(self.machine, step, self._cohort.known_facts(case.facts))
        return explain_decision(self.machine, case.path, decided[-1])


def run(procedure: HasMachine | Machine, events: Iterable[Event]) -> tuple[Selection, list[Refused]]:
    """The selection after its events, and the events that were refused: the reference meaning of a procedure."""
    selection = Selection(procedure)
    answers = (selection.handle(event) for event in events)
    return selection, [answer for answer in answers if isinstance(answer, Refused)]


def moment(at: MomentInput) -> Moment:
    """The moment that a caller gave; raises UsageError for a time without an offset."""
    try:
        return parse_moment(at) if isinstance(at, str) else to_moment(at)
    except CalendarError as error:
        raise UsageError(f"{error}" + (f"; {error.help}" if error.help else "")) from None
