"""The canonical path of one candidate as events, played against a selection, with others where a choice needs them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import permutations, product
from typing import Final, TypeAlias

from attrs import define, field, frozen

from procedures.kernel.cases import Case, Event, Moved
from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs.comparison.windows import APPLY, bounds, find_moment, max_length
from procedures.proofs.reachability.histories import (
    BY,
    CANDIDATE,
    DAY,
    FAR_FUTURE,
    MINUTE,
    START,
    cohort_sizes,
    extreme_value,
)
from procedures.selection import Selection
from rules.calendar import Moment
from rules.kinds import Number, Plain, Value

_MAX_ROUNDS: Final = 60
_SEEDS: Final = (1, 2, 3)


@frozen
class Course:
    """
    What one candidate does in several machines, and the facts that become known.

    `missed_steps` are, for each machine, the steps (and `apply`) whose windows are missed there; those in
    `changed_windows` are done at a moment that one machine admits and another does not. `expires`: the reserve ends
    before any further step. `extents` give, for the facts by which the machines rank differently, the least and the
    greatest value that change no decision but a ranking.
    """

    machines: Sequence[Machine]
    values: Mapping[str, Value]
    missed_steps: Sequence[frozenset[str]]
    changed_windows: frozenset[str]
    expires: bool
    extents: Mapping[str, tuple[Value, Value]] = field(factory=dict)


@define
class Player:
    """
    Plays a course in one of its machines; the others do the same and are ranked above, below, or (None) equally.

    `rival_facts` are facts of which the others have the greatest value and the candidate the least (True), or reversed.
    """

    course: Course
    machine_index: int
    start: Moment
    other_count: int
    ranks_others_above: bool | None
    seed: int = 1
    rival_facts: Mapping[str, bool] = field(factory=dict)
    machine: Machine = field(init=False)
    values: Mapping[str, Value] = field(init=False)
    selection: Selection = field(init=False)
    events: list[Event] = field(init=False)
    now: Moment = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.machine, self.values = self.course.machines[self.machine_index], self._values_of(CANDIDATE)
        self.selection, self.events = Selection(self.machine), []
        self.now = self.start

    def play(self) -> Case | None:
        """Play until nothing moves the case, and return the case; None where the application was refused."""
        if APPLY not in self._missed_steps or self._attempts_missed(APPLY):
            at = self._moment_of(APPLY, self.now)
            for name in self._candidates():
                values = self._values_of(name)
                declared = {fact: values.get(fact) for fact in self.machine.declared_facts}
                self._handle(Event(APPLY, at, name, self._plain(declared), BY), keep_refused=name == CANDIDATE)
        case = self.selection.find(CANDIDATE)
        seen: set[tuple[str, str]] = set()
        for _ in range(_MAX_ROUNDS):
            if case is None or not self._advance(case, seen):
                break
            case = self.selection.find(CANDIDATE)
        return case

    def _advance(self, case: Case, seen: set[tuple[str, str]]) -> bool:
        """Take the next step that the state of a case admits; whether the case moved."""
        state = self.machine.states[case.state]
        if state.final or state.unsuccessful:
            return False
        visited = {case.state, *(move.to_state for move in case.path)}
        for step in self.machine.steps_from[case.state]:
            if (case.state, step.name) not in seen:
                seen.add((case.state, step.name))
                self._attempt_step(step, case, visited)
                if self._has_moved(case):
                    return True
        reserve = self.machine.reserve
        if reserve is not None and case.state == reserve.state and self.course.expires:
            for feeder in reserve.feeders:
                self._close(feeder)
            self._handle(Event("advance", Moment(self.now + FAR_FUTURE)))
        return self._has_moved(case)

    def _attempt_step(self, step: CompiledStep, case: Case, visited: set[str]) -> None:
        """Do everything that a step needs: decide its gate, take or miss it, close it."""
        for closed in self.machine.closings_before(step):
            self._close(closed)
        if step.gate is not None and self._has_moved(case):
            return
        at = self._moment_of(step.name, case.entered)
        if step.name in self._missed_steps:
            if self._attempts_missed(step.name):
                self._handle(Event(step.name, at, CANDIDATE, self._step_facts(step, CANDIDATE), BY), keep_refused=True)
            ends = step.window_end(case.entered, self.machine.zone) if step.enforced else None
            if ends is not None:
                self._handle(Event("advance", Moment(max(ends, self.now))))
        elif self._leads_to_new_state(step, visited, at):
            for name in self._candidates():
                self._handle(Event(step.name, max(at, self.now), name, self._step_facts(step, name), BY))
            if step.keeps is not None:
                self._close(step.name)

    def _leads_to_new_state(self, step: CompiledStep, visited: set[str], at: Moment) -> bool:
        """Whether the step would lead to a state not seen before; tried on a copy of the selection."""
        trial = Selection(self.machine)
        for event in self.selection.events:
            trial.handle(event)
        answer = trial.handle(Event(step.name, at, CANDIDATE, self._step_facts(step, CANDIDATE), BY))
        return isinstance(answer, Moved) and (step.keeps is not None or answer.case.state not in visited)

    def _has_moved(self, case: Case) -> bool:
        return self.selection[CANDIDATE].state != case.state

    @property
    def _missed_steps(self) -> frozenset[str]:
        return self.course.missed_steps[self.machine_index]

    def _attempts_missed(self, name: str) -> bool:
        """Whether the event is sent although its window is missed here, at a moment that another machine admits."""
        return name in self.course.changed_windows and not all(
            name in missed_steps for missed_steps in self.course.missed_steps
        )

    def _moment_of(self, name: str, entered: Moment) -> Moment:
        """The moment of a step: one moment for all machines, where some admit the step and others do not."""
        if self._attempts_missed(name):
            is_admitted = [name not in missed_steps for missed_steps in self.course.missed_steps]
            at = find_moment(self.course.machines, name, entered, self.now, is_admitted)
            if at is not None:
                return at
        opens, _ = bounds(self.machine, name, entered)
        return Moment(max(self.now, opens)) if opens is not None else self.now

    def _handle(self, event: Event, keep_refused: bool = False) -> None:
        """Send an event and keep it if it is accepted; with `keep_refused` also if it is refused, as evidence."""
        if isinstance(self.selection.handle(event), Moved) or keep_refused:
            self.events.append(event)
        self.now = Moment(max(self.now, event.at) + (MINUTE if event.candidate in (None, CANDIDATE) else 0))

    def _candidates(self) -> Iterator[str]:
        yield from (f"other {number}" for number in range(1, self.other_count + 1))
        yield CANDIDATE

    def _values_of(self, name: str) -> Mapping[str, Value]:
        """The facts of a candidate, before any change by `ranks_others_above`."""
        extents = self.course.extents.items()
        rival_values = {
            fact: extent[self.rival_facts[fact] is (name != CANDIDATE)]
            for fact, extent in extents
            if fact in self.rival_facts
        }
        return {**self.course.values, **rival_values}

    def _step_facts(self, step: CompiledStep, name: str) -> dict[str, Plain]:
        known = self._values_of(name)
        values = {fact: known.get(fact) for fact in step.records}
        for fact in step.records:
            kind = self.machine.declared.facts[fact].kind
            if (
                self.ranks_others_above is not None
                and name != CANDIDATE
                and step.keeps is not None
                and fact in step.keeps.by
                and isinstance(kind, Number)
            ):
                values[fact] = extreme_value(kind, bool(self.ranks_others_above))
        return {fact.partition(".")[2]: value for fact, value in self._plain(values).items()}

    def close_reserve(self, at: Moment) -> None:
        """Close every step that leads to the reserve."""
        for feeder in self.machine.reserve.feeders if self.machine.reserve is not None else ():
            self._close(feeder, at)

    def extend_reserve(self, at: Moment, until: date) -> None:
        self._handle(Event("extend", at, by=BY, until=until), keep_refused=True)

    def _close(self, closed: str, at: Moment | None = None) -> None:
        step = self.machine.steps.get(closed)
        values = {fact: self.values.get(fact) for fact in self.machine.closing_facts(closed)}
        for fact, value in values.items():
            kind = self.machine.declared.facts[fact].kind
            if value is None and isinstance(kind, Number):
                values[fact] = extreme_value(kind, not self.ranks_others_above)
        facts = {name.partition(".")[2]: value for name, value in self._plain(values).items()}
        is_late = step is not None and step.enforced and step.left_for_person
        closing_moment = Moment(self.now + DAY) if is_late else self.now
        self._handle(Event("close", at or closing_moment, None, facts, BY, step=closed, seed=self.seed))

    def _plain(self, values: Mapping[str, Value | None]) -> dict[str, Plain]:
        """The known facts among these, decoded, in the order of the definition."""
        facts = self.machine.declared.facts.items()
        return {name: fact.kind.decode(value) for name, fact in facts if (value := values.get(name)) is not None}


def _start_moments(machines: Sequence[Machine]) -> list[Moment]:
    """
    The moments at which a replay may start: before anything may be done in any of these machines.

    Where a window counts from entry, start so early that it can pass by then, and also shortly before every date.
    """
    opens = [machine.opens for machine in machines if machine.opens is not None]
    steps = [step for machine in machines for step in machine.steps.values() if step.enforced]
    dated = [at for step in steps for at in (step.opens, step.ends) if at is not None]
    dated += [machine.ends for machine in machines if machine.ends is not None]
    counted = [max_length(step.within) for step in steps if step.within is not None]
    first = min([*opens, *(Moment(at - DAY - max(counted, default=0)) for at in dated)], default=START)
    return [first, *sorted({Moment(at - MINUTE) for at in dated if counted})]


Criterion: TypeAlias = Callable[[Sequence[Player]], bool]
"""Whether the paths that were played show the difference."""


def find_players(course: Course, criterion: Criterion) -> list[Player] | None:
    """A player for each machine, among the same others, for whom the criterion holds; None if there are none."""
    machines = course.machines
    sizes = sorted({machine_index for machine in machines for machine_index in cohort_sizes(machine)})
    cuts = [step.keeps for machine in machines for step in machine.steps.values() if step.keeps is not None]
    seeds = _SEEDS if any(keeps.ties == "lot" for keeps in cuts) else _SEEDS[:1]
    cohorts = [*product(sizes, (False, True, None) if cuts else (False,), seeds, ({},))]
    cohorts += product(sizes[1:], (None,), seeds, _rival_choices(course.extents))
    for start, other_count in product(_start_moments(machines), cohorts):
        players = [Player(course, machine_index, start, *other_count) for machine_index in range(len(machines))]
        for player in players:
            player.play()
        if criterion(players):
            return players
    return None


def _rival_choices(facts: Iterable[str]) -> Iterator[Mapping[str, bool]]:
    """The choices of rival facts: the greatest of one and the least of another, or one fact alone."""
    names = [*facts]
    yield from ({one: True, other: False} for one, other in permutations(names, 2))
    yield from ({one: most} for one, most in product(names, (True, False)))
