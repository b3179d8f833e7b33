"""Events drawn for one selection: accepted events, refused attempts, closings and the passing of time.

The events are applied to a selection while they are drawn, so that the next event can depend on its state.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from attrs import define, field

from procedures.kernel.cases import Case, Event, Moved, Refused
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import APPLY
from procedures.selection import Selection
from procedures.testing.generation.boundaries import plain_values, turning_points, values_outside
from procedures.testing.generation.fact_search import FactSearch, Pick
from procedures.testing.generation.moments import HOUR, MINUTE, first_moment, moments_outside, window
from rules.calendar import Moment
from rules.kinds import Plain, Value

Answer: TypeAlias = Moved | Refused
AnswerListener: TypeAlias = Callable[[Event, Answer], None]

BY: Final = "hr"


def _ignore_answer(event: Event, answer: Answer) -> None:
    return None


@define
class SelectionDraw:
    """
    Draws the events of one selection. `pick` chooses; `on_answer` is called with every event and its answer.

    `attempts` is how often, once in that many, a refused event is attempted; 0 for never. `withheld_facts` has for each
    candidate the facts that no event has brought yet.
    """

    machine: Machine
    pick: Pick
    on_answer: AnswerListener = _ignore_answer
    attempts: int = 2
    selection: Selection = field(init=False)
    now: Moment = field(init=False)
    events: list[Event] = field(factory=list, init=False)
    withheld_facts: dict[str, dict[str, Value]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.selection = Selection(self.machine)
        self.now = first_moment(self.machine)

    # -- choosing -----------------------------------------------------------------------------------------------

    def chance(self, one_in: int) -> bool:
        """True once in `one_in` draws; never where it is 0."""
        return bool(one_in) and bool(self.pick(range(one_in)) == one_in - 1)

    def draws_attempt(self) -> bool:
        return self.chance(self.attempts)

    @property
    def fact_search(self) -> FactSearch:
        return FactSearch(turning_points(self.machine), self.pick)

    def decode(self, facts: Mapping[str, Value]) -> dict[str, Plain]:
        """Facts as an event carries them."""
        return self.machine.declared.decode(facts)

    def draw_results(self, step: CompiledStep) -> dict[str, Plain]:
        """Draw any values for the facts that a step records, by their short names."""
        return {short(name, step.name): self.pick(plain_values(self.machine, name)) for name in sorted(step.records)}

    # -- events -------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> Answer:
        """Apply one event to the selection; `now` moves forward with accepted events."""
        self.events.append(event)
        answer = self.selection.handle(event)
        if isinstance(answer, Moved):
            self.now = max(self.now, event.at)
        self.on_answer(event, answer)
        return answer

    def send(
        self,
        name: str,
        candidate: str,
        facts: Mapping[str, Any] | None = None,
        at: Moment | None = None,
        by: str | None = BY,
        why: str | None = None,
    ) -> Answer:
        """Apply an event of one candidate, `now` or at the given moment."""
        return self.take(Event(name, self.now if at is None else at, candidate, facts or {}, by, why))

    # -- refused ------------------------------------------------------------------------------------------------

    def attempt_refused(self, step: CompiledStep, case: Case, facts: Mapping[str, Plain], at: Moment) -> None:
        """Attempt events that a step refuses: outside its window, without a person, with a missing or wrong fact."""
        candidate = case.candidate
        self.attempt_wrong_fact(step.name, candidate, facts, sorted(step.records), at)
        if self.selection[candidate] is case and self.chance(2):
            self.send(step.name, candidate, facts, at, by=None)
        for moment in moments_outside(*window(self.machine, self.selection, step, case)):
            if moment >= case.at and self.selection[candidate] is case:
                self.send(step.name, candidate, facts, moment)

    def attempt_wrong_fact(
        self, event: str, candidate: str, facts: Mapping[str, Any], names: Sequence[str], at: Moment | None = None
    ) -> None:
        """Attempt an event with a wrong value of one fact, and for a step also without that fact."""
        if not names:
            return
        name = self.pick(names)
        for wrong in values_outside(self.machine.declared.facts[name]):
            self.send(event, candidate, {**facts, short(name, event): wrong}, at)
        if candidate in self.selection and self.chance(2):
            self.send(event, candidate, {key: value for key, value in facts.items() if key != short(name, event)}, at)

    def attempt_wrong_steps(self, case: Case) -> None:
        """Attempt every step that does not start at the state of the case, until the case moves."""
        other_steps = [step.name for step in self.machine.steps.values() if case.state not in step.origins]
        final = ["withdraw"] if self.machine.states[case.state].final else []
        for name in (*other_steps, *final):
            if self.selection[case.candidate] is case:
                self.send(name, case.candidate)

    # -- time and closings --------------------------------------------------------------------------------------

    def advance(self, at: int) -> Answer:
        """Let time pass up to a moment."""
        return self.take(Event("advance", Moment(at)))

    def lapse(self, case: Case, step: CompiledStep) -> None:
        """Let the window of a step pass without a result, with attempts just before and just after its end."""
        _, ends = window(self.machine, self.selection, step, case)
        if ends is None:
            return
        if ends - 1 >= self.now and self.draws_attempt():
            self.advance(ends - 1)
        if self.chance(2):
            self.send(step.name, case.candidate, self.draw_results(step), max(ends, case.at))
        self.advance(max(self.pick((ends, ends + 1, ends + MINUTE)), self.now))

    def close_applications(self) -> Answer:
        """Close the applications."""
        return self.take(Event("close", self.now, None, {}, BY, step=APPLY))

    def close_before(self, step: CompiledStep) -> None:
        """Make the closings that decide the gate of a step."""
        for closed in self.machine.closings_before(step):
            if closed in self.machine.steps:
                self.close(self.machine.steps[closed])
            else:
                self.close_applications()

    def close(self, step: CompiledStep) -> Answer:
        """Close a step, with attempts before it: without what a closing needs, or just before it is possible."""
        facts = {short(name, step.name): self.pick(plain_values(self.machine, name)) for name in step.closing}
        seed = self.pick((1, 2, "s"))
        if self.draws_attempt():
            self.take(Event("close", self.now, None, facts, None, step=step.name, seed=seed))
            self.take(Event("close", self.now, None, {}, BY, step=step.name))
        present = [case for case in (self.selection[name] for name in self.selection) if case.state in step.origins]
        ends = [window(self.machine, self.selection, step, case)[1] for case in present if step.left_for_person]
        for end in sorted({each for each in ends if each is not None and each > self.now}):
            self.take(Event("close", Moment(end - 1), None, facts, BY, step=step.name, seed=seed))
            self.now = max(self.now, end)
        return self.take(Event("close", self.now, None, facts, BY, step=step.name, seed=seed))

    def close_all(self) -> None:
        """Close every step that is not closed yet, in the order of the file."""
        for step in self.machine.steps.values():
            if step.name not in self.selection.cohort.closings:
                self.close(step)

    def expire(self) -> None:
        """Close the steps that lead to the reserve and let the reserve end, perhaps after an extension."""
        reserve = self.machine.reserve
        if reserve is None:
            return
        for step in self.machine.steps.values():
            if step.name not in self.selection.cohort.closings and self._leads_to(reserve.feeders, step):
                self.close(step)
        ends, last = self.selection.cohort.ends, self.selection.expires
        if ends is None or last is None:
            return
        if self.chance(2):
            self.extend(last, ends)
            ends = self.selection.cohort.ends or ends
        self.advance(max(ends - 1, self.now))
        self.advance(max(ends, self.now))

    def _leads_to(self, feeders: Sequence[str], step: CompiledStep) -> bool:
        upstream = frozenset(state for name in feeders for state in self.machine.steps[name].upstream)
        return step.name in feeders or bool(step.origins & upstream)

    def extend(self, last: date, ends: Moment) -> None:
        """Extend the reserve: to the day on which it already ends, to a later day, and once too late."""
        for until in (last, last + timedelta(days=self.pick((1, 30)))):
            at = self.pick((self.now, max(self.now, Moment(ends - 1))))
            self.take(Event("extend", at, by=BY, until=until))
        self.take(Event("extend", Moment(ends + HOUR), by=BY, until=last + timedelta(days=60)))


def short(name: str, step: str) -> str:
    """The name of a fact inside its step."""
    return name.removeprefix(f"{step}.")
