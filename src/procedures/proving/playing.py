"""Somebody's canonical road as events, played against a selection; others are there where a choice needs them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from attrs import define, field

from procedures.cases import Case, Event, Moved
from procedures.machine import CompiledStep, Machine
from procedures.proving.canonical import EXPIRES
from procedures.proving.histories import BY, DAY, FAR, MINUTE, START, WHO, crowds, extreme
from procedures.selection import Selection
from rules.calendar import Moment
from rules.kinds import Number, Plain, Value

_MOST: Final = 60
_SEEDS: Final = (1, 2, 3)


@define
class Player:
    """Plays one candidate through one machine; `others` do the same and are ranked above, below, or (None) equally."""

    machine: Machine
    values: Mapping[str, Value]
    choices: Mapping[str, bool]
    others: int
    above: bool | None
    seed: int = 1
    selection: Selection = field(init=False)
    now: Moment = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.selection = Selection(self.machine)
        steps = self.machine.steps.values()
        dated = [at for step in steps if step.enforced for at in (step.opens, step.ends) if at is not None]
        first = min([*dated, self.machine.ends or FAR * 10], default=START)
        self.now = self.machine.opens or (Moment(first - DAY) if dated or self.machine.ends else START)

    def play(self) -> Case | None:
        """The case where it comes to rest; None where it could not apply."""
        declared = {name: self.values.get(name) for name in self.machine.declared_facts}
        for name in self._everybody():
            self._take(Event("apply", self.now, name, self._plain(declared), BY))
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
        been = {case.state, *(move.to for move in case.road)}
        for step in self.machine.leaving[case.state]:
            if (case.state, step.name) not in seen:
                seen.add((case.state, step.name))
                self._try(step, case, been)
                if self._moved(case):
                    return True
        reserve = self.machine.reserve
        if reserve is not None and case.state == reserve.state and self.choices.get(EXPIRES):
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
        if self.choices.get(f"missed {step.name}"):
            ends = step.ends_for(case.entered, self.machine.zone) if step.enforced else None
            if ends is not None:
                self._take(Event("advance", Moment(max(ends, self.now))))
        elif self._leads_on(step, been):
            for name in self._everybody():
                self._take(Event(step.name, self._within(step), name, self._brought(step, name), BY))
            if step.keeps is not None:
                self._close(step)

    def _leads_on(self, step: CompiledStep, been: set[str]) -> bool:
        """Whether the step would lead to a state not seen before; tried on a copy of what happened."""
        trial = Selection(self.machine)
        for event in self.selection.events:
            trial.take(event)
        answer = trial.take(Event(step.name, self._within(step), WHO, self._brought(step, WHO), BY))
        return isinstance(answer, Moved) and (step.keeps is not None or answer.case.state not in been)

    def _moved(self, case: Case) -> bool:
        return self.selection[WHO].state != case.state

    def _within(self, step: CompiledStep) -> Moment:
        if step.enforced and step.opens is not None:
            return Moment(max(self.now, step.opens))
        return self.now

    def _take(self, event: Event) -> None:
        self.selection.take(event)
        self.now = Moment(max(self.now, event.at) + (MINUTE if event.candidate in (None, WHO) else 0))

    def _everybody(self) -> Iterator[str]:
        yield from (f"other {number}" for number in range(1, self.others + 1))
        yield WHO

    def _brought(self, step: CompiledStep, name: str) -> dict[str, Plain]:
        values = {fact: self.values.get(fact) for fact in step.records}
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

    def _close(self, step: CompiledStep) -> None:
        values = {fact: self.values.get(fact) for fact in step.closing}
        for fact, value in values.items():
            kind = self.machine.declared.facts[fact].kind
            if value is None and isinstance(kind, Number):
                values[fact] = extreme(kind, not self.above)
        facts = {name.partition(".")[2]: value for name, value in self._plain(values).items()}
        at = Moment(self.now + DAY) if step.enforced and step.leaves else self.now
        self._take(Event("close", at, None, facts, BY, step=step.name, seed=self.seed))

    def _plain(self, values: Mapping[str, Value | None]) -> dict[str, Plain]:
        """What is known of these, in the order of the definition."""
        facts = self.machine.declared.facts.items()
        return {name: fact.kind.give(value) for name, fact in facts if (value := values.get(name)) is not None}


def played(
    machines: Sequence[Machine], values: Mapping[str, Value], choices: Mapping[str, bool], ends: Sequence[str]
) -> list[tuple[Event, ...]] | None:
    """For each machine events after which `run` leaves the candidate at its end, among the same others; or None."""
    sizes = sorted({number for machine in machines for number in crowds(machine)})
    cuts = [step.keeps for machine in machines for step in machine.steps.values() if step.keeps is not None]
    seeds = _SEEDS if any(keeps.ties == "lot" for keeps in cuts) else _SEEDS[:1]
    for others, above, seed in product(sizes, (False, True, None) if cuts else (False,), seeds):
        players = [Player(machine, values, choices, others, above, seed) for machine in machines]
        for player, end in zip(players, ends, strict=True):
            case = player.play()
            if case is None or case.state != end:
                break
        else:
            return [tuple(player.selection.events) for player in players]
    return None
