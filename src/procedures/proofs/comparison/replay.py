"""Somebody's canonical road as events, played against a selection; others are there where a choice needs them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import permutations, product
from typing import Final, TypeAlias

from attrs import define, field, frozen

from procedures.kernel.cases import Case, Event, Moved
from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs.comparison.windows import APPLY, at_most, bounds, moment_in
from procedures.proofs.reachability.histories import BY, DAY, FAR, MINUTE, START, WHO, crowds, extreme
from procedures.selection import Selection
from rules.calendar import Moment
from rules.kinds import Number, Plain, Value

_MOST: Final = 60
_SEEDS: Final = (1, 2, 3)


@frozen
class Course:
    """
    What one candidate does in several machines, and what becomes known of them.

    `missed` are for each machine the steps (and `apply`) whose windows are missed there; those of `unlike` are done at
    a moment that tells the machines apart. `expires`: the reserve ends before anything further comes of it. `extents`
    are the least and the most that change no decision but a ranking, of the facts by which the machines rank otherwise.
    """

    machines: Sequence[Machine]
    values: Mapping[str, Value]
    missed: Sequence[frozenset[str]]
    unlike: frozenset[str]
    expires: bool
    extents: Mapping[str, tuple[Value, Value]] = field(factory=dict)


@define
class Player:
    """
    Plays a course in one of its machines; `others` do the same and are ranked above, below, or (None) equally.

    `rivals` are facts of which the others have the most and the candidate the least (True), or the other way round.
    """

    course: Course
    number: int
    start: Moment
    others: int
    above: bool | None
    seed: int = 1
    rivals: Mapping[str, bool] = field(factory=dict)
    machine: Machine = field(init=False)
    values: Mapping[str, Value] = field(init=False)
    selection: Selection = field(init=False)
    events: list[Event] = field(init=False)
    now: Moment = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.machine, self.values = self.course.machines[self.number], self._values_of(WHO)
        self.selection, self.events = Selection(self.machine), []
        self.now = self.start

    def play(self) -> Case | None:
        """The case where it comes to rest; None where it could not apply."""
        if APPLY not in self._missed or self._tries(APPLY):
            at = self._when(APPLY, self.now)
            for name in self._everybody():
                values = self._values_of(name)
                declared = {fact: values.get(fact) for fact in self.machine.declared_facts}
                self._take(Event(APPLY, at, name, self._plain(declared), BY), tried=name == WHO)
        case = self.selection.find(WHO)
        seen: set[tuple[str, str]] = set()
        for _ in range(_MOST):
            if case is None or not self._onwards(case, seen):
                break
            case = self.selection.find(WHO)
        return case

    def _onwards(self, case: Case, seen: set[tuple[str, str]]) -> bool:
        """Whether something was done that the state of a case admits."""
        state = self.machine.states[case.state]
        if state.final or state.unsuccessful:
            return False
        been = {case.state, *(move.to for move in case.path)}
        for step in self.machine.steps_from[case.state]:
            if (case.state, step.name) not in seen:
                seen.add((case.state, step.name))
                self._try(step, case, been)
                if self._moved(case):
                    return True
        reserve = self.machine.reserve
        if reserve is not None and case.state == reserve.state and self.course.expires:
            for feeder in reserve.feeders:
                self._close(self.machine.steps[feeder])
            self._take(Event("advance", Moment(self.now + FAR)))
        return self._moved(case)

    def _try(self, step: CompiledStep, case: Case, been: set[str]) -> None:
        """Do what a step asks of everybody: decide its gate, take it, miss it, close it."""
        if step.gate is not None:
            for feeder in step.gate.feeders:
                self._close(self.machine.steps[feeder])
            if self._moved(case):
                return
        at = self._when(step.name, case.entered)
        if step.name in self._missed:
            if self._tries(step.name):
                self._take(Event(step.name, at, WHO, self._brought(step, WHO), BY), tried=True)
            ends = step.window_end(case.entered, self.machine.zone) if step.enforced else None
            if ends is not None:
                self._take(Event("advance", Moment(max(ends, self.now))))
        elif self._leads_on(step, been, at):
            for name in self._everybody():
                self._take(Event(step.name, max(at, self.now), name, self._brought(step, name), BY))
            if step.keeps is not None:
                self._close(step)

    def _leads_on(self, step: CompiledStep, been: set[str], at: Moment) -> bool:
        """Whether the step would lead to a state not seen before; tried on a copy of what happened."""
        trial = Selection(self.machine)
        for event in self.selection.events:
            trial.take(event)
        answer = trial.take(Event(step.name, at, WHO, self._brought(step, WHO), BY))
        return isinstance(answer, Moved) and (step.keeps is not None or answer.case.state not in been)

    def _moved(self, case: Case) -> bool:
        return self.selection[WHO].state != case.state

    @property
    def _missed(self) -> frozenset[str]:
        return self.course.missed[self.number]

    def _tries(self, name: str) -> bool:
        """Whether what is missed here is done all the same, at a moment that another machine admits."""
        return name in self.course.unlike and not all(name in missed for missed in self.course.missed)

    def _when(self, name: str, entered: Moment) -> Moment:
        """When a step is done: at the same moment in every machine, where one admits it and another does not."""
        if self._tries(name):
            admitted = [name not in missed for missed in self.course.missed]
            at = moment_in(self.course.machines, name, entered, self.now, admitted)
            if at is not None:
                return at
        opens, _ = bounds(self.machine, name, entered)
        return Moment(max(self.now, opens)) if opens is not None else self.now

    def _take(self, event: Event, tried: bool = False) -> None:
        """An event, if it is taken; `tried` also where it is not, for that shows something."""
        if isinstance(self.selection.take(event), Moved) or tried:
            self.events.append(event)
        self.now = Moment(max(self.now, event.at) + (MINUTE if event.candidate in (None, WHO) else 0))

    def _everybody(self) -> Iterator[str]:
        yield from (f"other {number}" for number in range(1, self.others + 1))
        yield WHO

    def _values_of(self, name: str) -> Mapping[str, Value]:
        """What becomes known of somebody, but for what `above` says."""
        extents = self.course.extents.items()
        apart = {fact: extent[self.rivals[fact] is (name != WHO)] for fact, extent in extents if fact in self.rivals}
        return {**self.course.values, **apart}

    def _brought(self, step: CompiledStep, name: str) -> dict[str, Plain]:
        known = self._values_of(name)
        values = {fact: known.get(fact) for fact in step.records}
        for fact in step.records:
            kind = self.machine.declared.facts[fact].kind
            if (
                self.above is not None
                and name != WHO
                and step.keeps is not None
                and fact in step.keeps.by
                and isinstance(kind, Number)
            ):
                values[fact] = extreme(kind, bool(self.above))
        return {fact.partition(".")[2]: value for fact, value in self._plain(values).items()}

    def close_reserve(self, at: Moment) -> None:
        """Close every step that leads to the reserve."""
        for feeder in self.machine.reserve.feeders if self.machine.reserve is not None else ():
            self._close(self.machine.steps[feeder], at)

    def extend_reserve(self, at: Moment, until: date) -> None:
        self._take(Event("extend", at, by=BY, until=until), tried=True)

    def _close(self, step: CompiledStep, at: Moment | None = None) -> None:
        values = {fact: self.values.get(fact) for fact in step.closing}
        for fact, value in values.items():
            kind = self.machine.declared.facts[fact].kind
            if value is None and isinstance(kind, Number):
                values[fact] = extreme(kind, not self.above)
        facts = {name.partition(".")[2]: value for name, value in self._plain(values).items()}
        later = Moment(self.now + DAY) if step.enforced and step.left_for_person else self.now
        self._take(Event("close", at or later, None, facts, BY, step=step.name, seed=self.seed))

    def _plain(self, values: Mapping[str, Value | None]) -> dict[str, Plain]:
        """What is known of these, in the order of the definition."""
        facts = self.machine.declared.facts.items()
        return {name: fact.kind.give(value) for name, fact in facts if (value := values.get(name)) is not None}


def _starts(machines: Sequence[Machine]) -> list[Moment]:
    """
    When to begin: before anything may be done in any of these machines.

    Where a window counts from entry also so early that it can be over by then, and shortly before every date.
    """
    opens = [machine.opens for machine in machines if machine.opens is not None]
    steps = [step for machine in machines for step in machine.steps.values() if step.enforced]
    dated = [at for step in steps for at in (step.opens, step.ends) if at is not None]
    dated += [machine.ends for machine in machines if machine.ends is not None]
    counted = [at_most(step.within) for step in steps if step.within is not None]
    first = min([*opens, *(Moment(at - DAY - max(counted, default=0)) for at in dated)], default=START)
    return [first, *sorted({Moment(at - MINUTE) for at in dated if counted})]


Fits: TypeAlias = Callable[[Sequence[Player]], bool]
"""Whether the roads that were played show what is to be shown."""


def played(course: Course, fits: Fits) -> list[Player] | None:
    """A player for each machine, among the same others, after whose roads it fits; or None."""
    machines = course.machines
    sizes = sorted({number for machine in machines for number in crowds(machine)})
    cuts = [step.keeps for machine in machines for step in machine.steps.values() if step.keeps is not None]
    seeds = _SEEDS if any(keeps.ties == "lot" for keeps in cuts) else _SEEDS[:1]
    crowd = [*product(sizes, (False, True, None) if cuts else (False,), seeds, ({},))]
    crowd += product(sizes[1:], (None,), seeds, _rivals(course.extents))
    for start, others in product(_starts(machines), crowd):
        players = [Player(course, number, start, *others) for number in range(len(machines))]
        for player in players:
            player.play()
        if fits(players):
            return players
    return None


def _rivals(facts: Iterable[str]) -> Iterator[Mapping[str, bool]]:
    """Who has more of one fact and less of another, and who differs in one alone."""
    names = [*facts]
    yield from ({one: True, other: False} for one, other in permutations(names, 2))
    yield from ({one: most} for one, most in product(names, (True, False)))
