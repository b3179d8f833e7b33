"""A path as a history that `run` replays: events at plain moments, with other candidates where a count needs them.

What holds for every count and rank is proved without other candidates. To show one way in which it fails, others are
needed for a gate to be held or a cut to apply. They do the same as the candidate, and are ranked above or below.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Final

from attrs import define, field, frozen

from procedures.kernel.cases import Case, Event, Refused
from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs.reachability.exploration import ReachableStates
from procedures.proofs.reachability.paths import PathPoint
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.symbolic.decision_diagrams import Valuation
from procedures.selection import Selection
from rules.algebra import facts_of
from rules.calendar import SECOND, Moment, to_moment
from rules.facts import Known
from rules.kinds import Number, Plain, Value

CANDIDATE: Final = "candidate"
BY: Final = "jury"
DAY: Final = 86_400 * SECOND
MINUTE: Final = 60 * SECOND
START: Final = to_moment(datetime(2026, 1, 5, 9, tzinfo=UTC))
FAR_FUTURE: Final = 4000 * DAY


@define
class EventWriter:
    """
    Writes a path as events, with `other_count` others that do the same and are ranked above (or below).

    The application brings the declared facts; with `declares_late` the last event and the events that need them do.
    """

    reachable: ReachableStates
    path: Sequence[PathPoint]
    other_count: int
    ranks_others_above: bool
    declares_late: bool = False
    score_numbers: Mapping[str, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        symbols, valuation = self.reachable.symbols, self.path[-1].valuation
        self.score_numbers = symbols.score_bounds.find_numbers(valuation.values, valuation.sides, symbols)

    def events(self) -> list[Event]:
        return list(self._events())

    def _events(self) -> Iterator[Event]:
        now = self._moment_in(self.path[0].node, START if not self.reachable.successors.moments else Moment(0))
        facts = {} if self.declares_late else self._declared_facts()
        for name in self._candidates():
            yield Event("apply", now, name, facts, BY)
        for point in self.path[1:]:
            arc = point.arc
            assert arc is not None
            entered, now = now, self._moment_in(point.node, Moment(now + MINUTE))
            if arc.move == "lapsed" and arc.step is not None:
                ends = self.reachable.machine.steps[arc.step].window_end(entered, self.reachable.machine.zone)
                now = Moment(max(now, ends or now))
            yield from self._arc_events(arc, point, now)

    def _arc_events(self, arc: Arc, point: PathPoint, now: Moment) -> Iterator[Event]:
        machine = self.reachable.machine
        step = machine.steps[arc.step] if arc.step is not None else None
        for closed in machine.closings_before(step) if step is not None else ():
            yield self._closing_event(closed, point, now)
        match arc.move:
            case "passed" | "failed" | "recorded" | "exempt":
                yield from self._step_events(arc, point, now)
            case "kept" | "cut":
                assert step is not None
                yield self._closing_event(step.name, point, now)
            case "lapsed":
                yield Event("advance", now)
            case "withdrawn":
                yield Event("withdraw", now, CANDIDATE, self._declared_facts() if self.declares_late else {}, BY)
            case "expired":
                reserve = machine.reserve
                for feeder in reserve.feeders if reserve is not None else ():
                    yield self._closing_event(feeder, point, now)
                yield Event("advance", Moment(now + FAR_FUTURE))
            case "not_held" | "waited":
                pass

    def _step_events(self, arc: Arc, point: PathPoint, now: Moment) -> Iterator[Event]:
        """The events with which all candidates take a step; none where an exemption moves them without an event."""
        assert arc.step is not None
        step, valuation = self.reachable.machine.steps[arc.step], point.valuation
        if arc.outcome is None:
            return
        late_facts = self._late_facts(step, point) if self.declares_late else {}
        for name in self._candidates():
            yield Event(step.name, now, name, {**late_facts, **self._step_facts(step, valuation, name)}, BY)

    def _late_facts(self, step: CompiledStep, point: PathPoint) -> dict[str, Plain]:
        """The declared facts that an event of a step brings when facts are declared late."""
        if point is self.path[-1]:
            return self._declared_facts()
        rules = [outcome.when for outcome in step.outcomes] + ([step.exempt] if step.exempt is not None else [])
        rule_facts = {fact for rule in rules for fact in facts_of(rule)}
        rule_facts |= {*step.keeps.by, *step.keeps.tie_break} if step.keeps is not None else set()
        return {name: value for name, value in self._declared_facts().items() if name in rule_facts}

    def _candidates(self) -> list[str]:
        return [CANDIDATE, *(f"other {number}" for number in range(1, self.other_count + 1))]

    def _moment_in(self, node: Node, earliest: Moment) -> Moment:
        """A moment in the span of a node, not before the last one."""
        moments = self.reachable.successors.moments
        if not moments:
            return earliest
        if node.span == 0:
            return Moment(max(earliest, moments[0] - DAY))
        return Moment(max(earliest, moments[node.span - 1]))

    def _declared_facts(self) -> dict[str, Plain]:
        valuation = self.path[-1].valuation
        return self._plain({name: valuation.values.get(name) for name in self.reachable.machine.declared_facts})

    def _step_facts(self, step: CompiledStep, valuation: Valuation, name: str) -> dict[str, Plain]:
        """The facts that the event of a step brings: those of the path; others are ranked above or below."""
        last = self.path[-1].valuation.values
        values: dict[str, Value | None] = {
            fact: self.score_numbers.get(fact, value)
            if (value := valuation.values.get(fact)) == last.get(fact)
            else value
            for fact in step.records
        }
        for fact in step.records:
            kind = self.reachable.machine.declared.facts[fact].kind
            if fact not in valuation.values or (
                name != CANDIDATE and step.keeps and fact in step.keeps.by and isinstance(kind, Number)
            ):
                values[fact] = (
                    extreme_value(kind, self.ranks_others_above) if isinstance(kind, Number) else values[fact]
                )
        return {fact.partition(".")[2]: value for fact, value in self._plain(values).items()}

    def _closing_event(self, closed: str, point: PathPoint, now: Moment) -> Event:
        values: dict[str, Value | None] = {}
        for fact in self.reachable.machine.closing_facts(closed):
            kind = self.reachable.machine.declared.facts[fact].kind
            values[fact] = point.valuation.values.get(fact)
            if values[fact] is None and isinstance(kind, Number):
                values[fact] = extreme_value(
                    kind, ranks_others_above=point.arc is not None and point.arc.move == "kept"
                )
        facts = {name.partition(".")[2]: value for name, value in self._plain(values).items()}
        return Event("close", now, None, facts, BY, step=closed, seed=1)

    def _plain(self, values: Mapping[str, Value | None]) -> dict[str, Plain]:
        """The known facts among these, decoded, in the order of the definition."""
        facts = self.reachable.machine.declared.facts.items()
        return {name: fact.kind.decode(value) for name, fact in facts if (value := values.get(name)) is not None}


def extreme_value(kind: Number, ranks_others_above: bool) -> int:
    """The greatest number of a kind, or the least."""
    least = int(kind.least / kind.step) if kind.least is not None else 0
    most = int(kind.most / kind.step) if kind.most is not None else least + 1000
    return most if ranks_others_above else least


@frozen
class ReplayedPath:
    """The events of a path, and the case that `run` makes of them, with all facts known of it at the end."""

    events: Sequence[Event]
    case: Case
    known: Known


def replay_path(reachable: ReachableStates, path: Sequence[PathPoint]) -> ReplayedPath | None:
    """The events of a path, replayed by `run`; None where no number of other candidates makes `run` follow it."""
    expected = [
        (point.arc.move, point.node.state)
        for point in path[1:]
        if point.arc is not None and point.arc.move not in ("waited", "recorded")
    ]
    late_options = (False, True) if _can_declare_late(reachable.machine) else (False,)
    for declares_late, other_count, ranks_others_above in product(
        late_options, cohort_sizes(reachable.machine), (False, True)
    ):
        events = EventWriter(reachable, path, other_count, ranks_others_above, declares_late).events()
        selection = Selection(reachable.machine)
        refused = [answer for event in events if isinstance(answer := selection.handle(event), Refused)]
        case = selection.find(CANDIDATE)
        if case is None or any(answer.event.candidate == CANDIDATE for answer in refused):
            continue
        moves = [(move.kind, move.to_state) for move in case.history[1:] if move.kind != "recorded"]
        if moves[: len(expected)] == expected:  # automatic moves may follow
            return ReplayedPath(_accepted_events(events, refused), case, selection.cohort.known_facts(case.facts))
    return None


def _can_declare_late(machine: Machine) -> bool:
    """Whether declaring a fact late can change the path of a case, because an exemption depends on it."""
    return any(
        step.gate is None and step.exempt is not None and not machine.declared_facts.isdisjoint(facts_of(step.exempt))
        for step in machine.steps.values()
    )


def _accepted_events(events: Sequence[Event], refused: Sequence[Refused]) -> list[Event]:
    """The events that were accepted; refused events of others are left out."""
    dropped = {id(answer.event) for answer in refused}
    return [event for event in events if id(event) not in dropped]


def cohort_sizes(machine: Machine) -> list[int]:
    """The numbers of other candidates to try, ascending: none, or about as many as a gate counts or a cut keeps."""
    found = {0, 1}
    for step in machine.steps.values():
        if step.gate is not None and step.gate.count is not None:
            found |= {max(0, bound + more) for _, bound in step.gate.count.conditions for more in (-2, -1, 0, 1)}
        if step.keeps is not None:
            sizes = [take.best for take in step.keeps.takes if isinstance(take.best, int)]
            found |= {sum(sizes[: number + 1]) + more for number in range(len(sizes)) for more in (-1, 0, 1)}
    return sorted(number for number in found if 0 <= number <= 500)
