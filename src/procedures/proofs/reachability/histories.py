"""A road as a history that `run` goes: events at plain moments, and a crowd where it counts.

What holds for every count and rank is proved without other candidates; to show one way in which it fails, others are
needed for a gate to be held or a cut to fall. They do as the candidate does, and are ranked above or below.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Final

from attrs import define, field, frozen

from procedures.kernel.cases import Case, Event, Refused
from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs.reachability.exploration import Reach
from procedures.proofs.reachability.paths import Stop
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.symbolic.decision_diagrams import Person
from procedures.selection import Selection
from rules.algebra import facts_of
from rules.calendar import SECOND, Moment, to_moment
from rules.facts import Known
from rules.kinds import Number, Plain, Value

WHO: Final = "candidate"
BY: Final = "jury"
DAY: Final = 86_400 * SECOND
MINUTE: Final = 60 * SECOND
START: Final = to_moment(datetime(2026, 1, 5, 9, tzinfo=UTC))
FAR: Final = 4000 * DAY


@define
class History:
    """
    Writes a road as events, with a crowd of `others` that do the same and are ranked above (or below).

    What is declared is told in the application; or `late`, with the last event and with those that ask for it.
    """

    reach: Reach
    stops: Sequence[Stop]
    others: int
    above: bool
    late: bool = False
    numbers: Mapping[str, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        symbols, person = self.reach.symbols, self.stops[-1].person
        self.numbers = symbols.totals.given(person.values, person.over, symbols)

    def events(self) -> list[Event]:
        return list(self._events())

    def _events(self) -> Iterator[Event]:
        now = self._within(self.stops[0].node, START if not self.reach.ways.moments else Moment(0))
        facts = {} if self.late else self._declared()
        for name in self._everybody():
            yield Event("apply", now, name, facts, BY)
        for stop in self.stops[1:]:
            arc = stop.arc
            assert arc is not None
            entered, now = now, self._within(stop.node, Moment(now + MINUTE))
            if arc.move == "lapsed" and arc.step is not None:
                ends = self.reach.machine.steps[arc.step].window_end(entered, self.reach.machine.zone)
                now = Moment(max(now, ends or now))
            yield from self._moved(arc, stop, now)

    def _moved(self, arc: Arc, stop: Stop, now: Moment) -> Iterator[Event]:
        machine = self.reach.machine
        step = machine.steps[arc.step] if arc.step is not None else None
        if step is not None and step.gate is not None:
            for feeder in step.gate.feeders:
                yield self._close(machine.steps[feeder], stop, now)
        match arc.move:
            case "passed" | "failed" | "recorded" | "exempt":
                yield from self._taken(arc, stop, now)
            case "kept" | "cut":
                assert step is not None
                yield self._close(step, stop, now)
            case "lapsed":
                yield Event("advance", now)
            case "withdrawn":
                yield Event("withdraw", now, WHO, self._declared() if self.late else {}, BY)
            case "expired":
                reserve = machine.reserve
                for feeder in reserve.feeders if reserve is not None else ():
                    yield self._close(machine.steps[feeder], stop, now)
                yield Event("advance", Moment(now + FAR))
            case "not_held" | "waited":
                pass

    def _taken(self, arc: Arc, stop: Stop, now: Moment) -> Iterator[Event]:
        """The events with which everybody takes a step; none where who is exempt moves without."""
        assert arc.step is not None
        step, person = self.reach.machine.steps[arc.step], stop.person
        if arc.outcome is None:
            if arc.condition == self.reach.symbols.bdd.true:
                return
            person = self._telling(arc, person)
        told = self._told(step, stop) if self.late else {}
        for name in self._everybody():
            yield Event(step.name, now, name, {**told, **self._brought(step, person, name)}, BY)

    def _told(self, step: CompiledStep, stop: Stop) -> dict[str, Plain]:
        """What is told with an event of somebody who tells late."""
        if stop is self.stops[-1]:
            return self._declared()
        rules = [outcome.when for outcome in step.outcomes] + ([step.exempt] if step.exempt is not None else [])
        asked = {fact for rule in rules for fact in facts_of(rule)}
        asked |= {*step.keeps.by, *step.keeps.tie_break} if step.keeps is not None else set()
        return {name: value for name, value in self._declared().items() if name in asked}

    def _telling(self, arc: Arc, person: Person) -> Person:
        """The same person with results that tell of an exemption, which are forgotten when it is found."""
        symbols = self.reach.symbols
        before = symbols.forgetting(symbols.alike(person), self.reach.changed(arc))
        return symbols.one_of(arc.condition & before) or person

    def _everybody(self) -> list[str]:
        return [WHO, *(f"other {number}" for number in range(1, self.others + 1))]

    def _within(self, node: Node, earliest: Moment) -> Moment:
        """A moment in the span of a node, not before the last one."""
        moments = self.reach.ways.moments
        if not moments:
            return earliest
        if node.span == 0:
            return Moment(max(earliest, moments[0] - DAY))
        return Moment(max(earliest, moments[node.span - 1]))

    def _declared(self) -> dict[str, Plain]:
        person = self.stops[-1].person
        return self._plain({name: person.values.get(name) for name in self.reach.machine.declared_facts})

    def _brought(self, step: CompiledStep, person: Person, name: str) -> dict[str, Plain]:
        """What the event of a step brings: as the road has it; others are ranked above or below."""
        last = self.stops[-1].person.values
        values: dict[str, Value | None] = {
            fact: self.numbers.get(fact, value) if (value := person.values.get(fact)) == last.get(fact) else value
            for fact in step.records
        }
        for fact in step.records:
            kind = self.reach.machine.declared.facts[fact].kind
            if fact not in person.values or (
                name != WHO and step.keeps and fact in step.keeps.by and isinstance(kind, Number)
            ):
                values[fact] = extreme(kind, self.above) if isinstance(kind, Number) else values[fact]
        return {fact.partition(".")[2]: value for fact, value in self._plain(values).items()}

    def _close(self, step: CompiledStep, stop: Stop, now: Moment) -> Event:
        values: dict[str, Value | None] = {}
        for fact in step.closing:
            kind = self.reach.machine.declared.facts[fact].kind
            values[fact] = stop.person.values.get(fact)
            if values[fact] is None and isinstance(kind, Number):
                values[fact] = extreme(kind, above=stop.arc is not None and stop.arc.move == "kept")
        facts = {name.partition(".")[2]: value for name, value in self._plain(values).items()}
        return Event("close", now, None, facts, BY, step=step.name, seed=1)

    def _plain(self, values: Mapping[str, Value | None]) -> dict[str, Plain]:
        """What is known of these, in the order of the definition."""
        facts = self.reach.machine.declared.facts.items()
        return {name: fact.kind.give(value) for name, fact in facts if (value := values.get(name)) is not None}


def extreme(kind: Number, above: bool) -> int:
    """The greatest number of a kind, or the least."""
    least = int(kind.least / kind.step) if kind.least is not None else 0
    most = int(kind.most / kind.step) if kind.most is not None else least + 1000
    return most if above else least


@frozen
class Shown:
    """The events of a road, and where `run` comes with them: the case, and all that is known of it then."""

    events: Sequence[Event]
    case: Case
    known: Known


def replayed(reach: Reach, stops: Sequence[Stop]) -> Shown | None:
    """The events of a road, gone by `run`; None where no crowd makes it go that way."""
    wanted = [
        (stop.arc.move, stop.node.state)
        for stop in stops[1:]
        if stop.arc is not None and stop.arc.move not in ("waited", "recorded")
    ]
    late = (False, True) if _may_be_told_late(reach.machine) else (False,)
    for tells, others, above in product(late, crowds(reach.machine), (False, True)):
        events = History(reach, stops, others, above, tells).events()
        selection = Selection(reach.machine)
        refused = [answer for event in events if isinstance(answer := selection.take(event), Refused)]
        case = selection.find(WHO)
        if case is None or any(answer.event.candidate == WHO for answer in refused):
            continue
        gone = [(move.move, move.to) for move in case.history[1:] if move.move != "recorded"]
        if gone[: len(wanted)] == wanted:  # automatic moves may follow
            return Shown(_needed(events, refused), case, selection.cohort.known(case.facts))
    return None


def _may_be_told_late(machine: Machine) -> bool:
    """Whether somebody may get elsewhere by not telling yet what makes them exempt."""
    return any(
        step.gate is None and step.exempt is not None and not machine.declared_facts.isdisjoint(facts_of(step.exempt))
        for step in machine.steps.values()
    )


def _needed(events: Sequence[Event], refused: Sequence[Refused]) -> list[Event]:
    """The events that were taken; what was refused to others shows nothing."""
    dropped = {id(answer.event) for answer in refused}
    return [event for event in events if id(event) not in dropped]


def crowds(machine: Machine) -> list[int]:
    """How many others may be needed, fewest first: none, or about as many as a gate counts or a cut keeps."""
    found = {0, 1}
    for step in machine.steps.values():
        if step.gate is not None and step.gate.count is not None:
            found |= {max(0, bound + more) for _, bound in step.gate.count.conditions for more in (-2, -1, 0, 1)}
        if step.keeps is not None:
            sizes = [take.best for take in step.keeps.takes if isinstance(take.best, int)]
            found |= {sum(sizes[: number + 1]) + more for number in range(len(sizes)) for more in (-1, 0, 1)}
    return sorted(number for number in found if 0 <= number <= 500)
