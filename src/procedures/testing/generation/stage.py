"""What may happen in a selection that is being played: events, what is attempted in vain, closings and time.

It plays against a selection of its own while it chooses, so that the next event can be one that decides something.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from attrs import define, field

from procedures.kernel.cases import Case, Event, Moved, Refused
from procedures.kernel.machine import CompiledStep, Machine
from procedures.selection import Selection
from procedures.testing.generation.boundaries import outside, plain_values, turning_points
from procedures.testing.generation.fact_search import Pick, Steering
from procedures.testing.generation.moments import HOUR, MINUTE, first_moment, outside_of, window
from rules.calendar import Moment
from rules.kinds import Plain, Value

Answer: TypeAlias = Moved | Refused
Hears: TypeAlias = Callable[[Event, Answer], None]

BY: Final = "hr"


def _nothing(event: Event, answer: Answer) -> None:
    return None


@define
class Stage:
    """
    One selection being played. `pick` chooses; `hears` is called with every event and its answer.

    `attempts` is how often, one in so many, something is attempted that cannot be; 0 for never. `later` holds for
    each candidate the facts that nobody has told yet.
    """

    machine: Machine
    pick: Pick
    hears: Hears = _nothing
    attempts: int = 2
    selection: Selection = field(init=False)
    now: Moment = field(init=False)
    events: list[Event] = field(factory=list, init=False)
    later: dict[str, dict[str, Value]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.selection = Selection(self.machine)
        self.now = first_moment(self.machine)

    # -- choosing -----------------------------------------------------------------------------------------------

    def chance(self, one_in: int) -> bool:
        """True once in so many; never where that is 0."""
        return bool(one_in) and bool(self.pick(range(one_in)) == one_in - 1)

    def attempts_something(self) -> bool:
        return self.chance(self.attempts)

    @property
    def steering(self) -> Steering:
        return Steering(turning_points(self.machine), self.pick)

    def plain(self, facts: Mapping[str, Value]) -> dict[str, Plain]:
        """Facts as an event carries them."""
        return self.machine.declared.give(facts)

    def any_results(self, step: CompiledStep) -> dict[str, Plain]:
        """What a step records, whatever it may be, by the short names."""
        return {short(name, step.name): self.pick(plain_values(self.machine, name)) for name in sorted(step.records)}

    # -- events -------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> Answer:
        """One event happens; time goes on with those that are taken."""
        self.events.append(event)
        answer = self.selection.take(event)
        if isinstance(answer, Moved):
            self.now = max(self.now, event.at)
        self.hears(event, answer)
        return answer

    def say(
        self,
        name: str,
        candidate: str,
        facts: Mapping[str, Any] | None = None,
        at: Moment | None = None,
        by: str | None = BY,
        why: str | None = None,
    ) -> Answer:
        """An event of one candidate, now or then."""
        return self.take(Event(name, self.now if at is None else at, candidate, facts or {}, by, why))

    # -- in vain ------------------------------------------------------------------------------------------------

    def attempt(self, step: CompiledStep, case: Case, facts: Mapping[str, Plain], at: Moment) -> None:
        """What a step refuses: a moment outside its window, nobody who answers, a fact too few or beside its kind."""
        candidate = case.candidate
        self.misstate(step.name, candidate, facts, sorted(step.records), at)
        if self.selection[candidate] is case and self.chance(2):
            self.say(step.name, candidate, facts, at, by=None)
        for moment in outside_of(*window(self.machine, self.selection, step, case)):
            if moment >= case.at and self.selection[candidate] is case:
                self.say(step.name, candidate, facts, moment)

    def misstate(
        self, event: str, candidate: str, facts: Mapping[str, Any], names: Sequence[str], at: Moment | None = None
    ) -> None:
        """One fact is none of its kind; of a step it may be left out as well."""
        if not names:
            return
        name = self.pick(names)
        for wrong in outside(self.machine.declared.facts[name]):
            self.say(event, candidate, {**facts, short(name, event): wrong}, at)
        if candidate in self.selection and self.chance(2):
            self.say(event, candidate, {key: value for key, value in facts.items() if key != short(name, event)}, at)

    def wrong_event(self, case: Case) -> None:
        """Every step that is not taken from where the case stands, as long as it stands there."""
        elsewhere = [step.name for step in self.machine.steps.values() if case.state not in step.origins]
        final = ["withdraw"] if self.machine.states[case.state].final else []
        for name in (*elsewhere, *final):
            if self.selection[case.candidate] is case:
                self.say(name, case.candidate)

    # -- time and closings --------------------------------------------------------------------------------------

    def advance(self, at: int) -> Answer:
        """It is so late."""
        return self.take(Event("advance", Moment(at)))

    def lapse(self, case: Case, step: CompiledStep) -> None:
        """The window of a step passes without a result; a moment before nothing happens yet, and after it is late."""
        _, ends = window(self.machine, self.selection, step, case)
        if ends is None:
            return
        if ends - 1 >= self.now and self.attempts_something():
            self.advance(ends - 1)
        if self.chance(2):
            self.say(step.name, case.candidate, self.any_results(step), max(ends, case.at))
        self.advance(max(self.pick((ends, ends + 1, ends + MINUTE)), self.now))

    def close(self, step: CompiledStep) -> Answer:
        """A step is closed for everybody, first without what a closing needs, or a moment before it can be."""
        facts = {short(name, step.name): self.pick(plain_values(self.machine, name)) for name in step.closing}
        seed = self.pick((1, 2, "s"))
        if self.attempts_something():
            self.take(Event("close", self.now, None, facts, None, step=step.name, seed=seed))
            self.take(Event("close", self.now, None, {}, BY, step=step.name))
        there = [case for case in (self.selection[name] for name in self.selection) if case.state in step.origins]
        ends = [window(self.machine, self.selection, step, case)[1] for case in there if step.left_for_person]
        for end in sorted({each for each in ends if each is not None and each > self.now}):
            self.take(Event("close", Moment(end - 1), None, facts, BY, step=step.name, seed=seed))
            self.now = max(self.now, end)
        return self.take(Event("close", self.now, None, facts, BY, step=step.name, seed=seed))

    def close_all(self) -> None:
        """Every step that is not closed yet is closed, in the order of the file."""
        for step in self.machine.steps.values():
            if step.name not in self.selection.cohort.closings:
                self.close(step)

    def expire(self) -> None:
        """What leads to the reserve is closed, and the reserve ends; before that it may be extended."""
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
        """The reserve is extended: not to the day on which it ends anyway, to a later one, and too late."""
        for until in (last, last + timedelta(days=self.pick((1, 30)))):
            at = self.pick((self.now, max(self.now, Moment(ends - 1))))
            self.take(Event("extend", at, by=BY, until=until))
        self.take(Event("extend", Moment(ends + HOUR), by=BY, until=last + timedelta(days=60)))


def short(name: str, step: str) -> str:
    """The name of a fact inside its step."""
    return name.removeprefix(f"{step}.")
