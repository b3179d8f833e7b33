"""A compiled procedure: flat tables that never change and hold no case.

Every engine reads these tables and never the definition. Moments are microseconds in UTC, every default is
filled in, and everything that follows from the graph alone is computed once.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from procedures.kernel.digest import digest_of
from procedures.kernel.names import APPLY
from procedures.kernel.outcomes import Count, Keeps, Outcome, Property
from rules.algebra import Rule, facts_of
from rules.calendar import LAST_DAY, SECOND, Duration, Moment, Zone, add_duration, days_at_most
from rules.evaluation import FindingFunction, TruthFunction, compile_finding, compile_truth
from rules.facts import Declared, Fact
from rules.words import Words


@frozen
class Guard:
    """A compiled rule: `truth` gives its value, `finding` the Finding with its reasons."""

    truth: TruthFunction
    finding: FindingFunction

    @classmethod
    def of(cls, rule: Rule) -> "Guard":
        return cls(compile_truth(rule), compile_finding(rule))


@frozen
class Gate:
    """The condition to hold a step: a count, or a rule over facts of closings; decided when `feeders` are closed."""

    feeders: tuple[str, ...]
    count: Count | None = None
    rule: Rule | None = None


@frozen
class CompiledStep:
    """One step: the states where it is taken, its guards in order of evaluation, its window, and its target states."""

    name: str
    origins: frozenset[str]
    to: str
    otherwise: str
    outcomes: tuple[Outcome, ...]
    records: frozenset[str]
    forgotten_facts: tuple[str, ...]
    closing: tuple[str, ...]
    upstream: frozenset[str]
    exempt: Rule | None = None
    gate: Gate | None = None
    keeps: Keeps | None = None
    opens: Moment | None = None
    ends: Moment | None = None
    within: Duration | None = None
    enforced: bool = True
    lapses: str | None = None
    left_for_person: bool = False
    automatic: bool = False
    in_order: bool = False
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()

    @cached_property
    def exemption(self) -> Guard | None:
        """The exemption, compiled."""
        return None if self.exempt is None else Guard.of(self.exempt)

    @cached_property
    def exemption_reads_own_facts(self) -> bool:
        """Whether the exemption reads facts that an event of the step forgets: what it recorded the last time."""
        return self.exempt is not None and not set(facts_of(self.exempt)).isdisjoint(self.forgotten_facts)

    @cached_property
    def guards(self) -> tuple[tuple[Guard, Outcome], ...]:
        """The outcomes in their order, each with its compiled guard."""
        return tuple((Guard.of(outcome.when), outcome) for outcome in self.outcomes)

    @cached_property
    def targets(self) -> frozenset[str]:
        """Every state to which the step can lead."""
        takes = (take.to for take in self.keeps.takes) if self.keeps else ()
        cut = (self.otherwise,) if self.keeps else ()
        automatic = (self.to,) if self.exempt is not None or self.gate is not None else ()
        lapse = (self.lapses,) if self.lapses is not None else ()
        return frozenset((*(outcome.to for outcome in self.outcomes), *takes, *cut, *automatic, *lapse))

    @cached_property
    def has_window(self) -> bool:
        """Whether a window binds the step's event: the window opens or ends at some time, and is not tentative."""
        return self.enforced and (self.opens is not None or self.ends is not None or self.within is not None)

    def window_end(self, entered: Moment, zone: Zone) -> Moment | None:
        """The first moment that is too late for a case that entered at `entered`; None where no window ends."""
        if self.within is None:
            return self.ends
        if self.within.family == "minutes":
            own = Moment(entered + self.within.count * 60 * SECOND + 1)  # inclusive, to the microsecond
        else:
            own = zone.day_end(add_duration(zone.day(entered), self.within))
        return own if self.ends is None else min(own, self.ends)


@frozen
class CompiledState:
    name: str
    final: bool
    unsuccessful: bool
    selected: bool
    label: Words = field(factory=Words)


@frozen
class CompiledReserve:
    """The reserve: one expiry for all, counted from the closing of its feeders or fixed."""

    state: str
    feeders: tuple[str, ...]
    kinds: Mapping[str, Rule] = field(factory=dict)
    ranked: tuple[str, ...] = ()
    valid: Duration | None = None
    last_day: date | None = None
    extendable: bool = False

    def last_day_from(self, closed: date) -> date | None:
        """The last valid day of a reserve that was closed on day `closed`; None where the reserve never ends."""
        return self.last_day if self.valid is None else add_duration(closed, self.valid)


@frozen(eq=False, slots=False, repr=False)
class Machine:
    """Everything that decides how a case of one procedure may move."""

    name: str
    version: int
    zone: Zone
    declared: Declared
    states: Mapping[str, CompiledState]
    steps: Mapping[str, CompiledStep]
    opens: Moment | None = None
    ends: Moment | None = None
    reserve: CompiledReserve | None = None
    readings: Mapping[str, str] = field(factory=dict)
    properties: tuple[Property, ...] = ()
    initial: str = "applied"

    def __repr__(self) -> str:
        return f"<Machine {self.name}: {len(self.states)} states, {len(self.steps)} steps>"

    @cached_property
    def steps_from(self) -> Mapping[str, tuple[CompiledStep, ...]]:
        """The steps that may be taken from each state, in the order of the file."""
        return {state: tuple(step for step in self.steps.values() if state in step.origins) for state in self.states}

    @cached_property
    def automatic(self) -> Mapping[str, CompiledStep]:
        """The one step, if any, by which a case may leave a state without an event."""
        return {
            state: step
            for step in self.steps.values()
            if step.exempt is not None or step.gate is not None
            for state in step.origins
        }

    def closings_before(self, step: CompiledStep) -> tuple[str, ...]:
        """The closings that decide the gate of a step, in an order in which they can be made; none without a gate."""
        found: set[str] = set()
        waiting = [step]
        while waiting:
            gate = waiting.pop().gate
            new = set(gate.feeders) - found if gate is not None else set()
            found |= new
            waiting += [self.steps[name] for name in new if name in self.steps]
        return tuple(name for name in (APPLY, *self.steps) if name in found)

    def closing_facts(self, closed: str) -> tuple[str, ...]:
        """The facts that a closing records; closing the applications records none."""
        return self.steps[closed].closing if closed in self.steps else ()

    @cached_property
    def declared_facts(self) -> frozenset[str]:
        """The facts that an application or any event may bring."""
        return frozenset(name for name in self.declared.facts if "." not in name and name not in self.steps)

    @cached_property
    def facts_brought(self) -> Mapping[str | None, Mapping[str, Fact]]:
        """For each step (None: any other event) the facts that its event may bring, by their names in that event.

        A step's own facts have their full name and a short name. The short name has priority over a declared fact.
        """
        facts = self.declared.facts
        free = {name: facts[name] for name in self.declared_facts}
        own = {name: {each: facts[each] for each in step.records} for name, step in self.steps.items()}
        return {
            None: free,
            **{
                name: {**free, **recorded, **{full.removeprefix(f"{name}."): fact for full, fact in recorded.items()}}
                for name, recorded in own.items()
            },
        }

    @cached_property
    def correctable(self) -> frozenset[str]:
        """The facts that a correction may change: declared and recorded facts, never facts that the machine decided."""
        return self.declared_facts | frozenset(name for step in self.steps.values() for name in step.records)

    @cached_property
    def facts_for_turn(self) -> frozenset[str]:
        """The facts by which the reserve ranks candidates and tells their kind."""
        if self.reserve is None:
            return frozenset()
        rules = {fact for rule in self.reserve.kinds.values() for fact in facts_of(rule)}
        return frozenset(rules | set(self.declared.facts_behind(self.reserve.ranked)))

    @cached_property
    def latest_moment(self) -> Moment:
        """The last moment that an event may have: every window and the reserve then end within 2999 too."""
        durations = [step.within for step in self.steps.values() if step.within is not None]
        if self.reserve is not None and self.reserve.valid is not None:
            durations.append(self.reserve.valid)
        days = sum(days_at_most(duration) for duration in durations) + 1
        return self.zone.day_start(date.fromordinal(max(date(1900, 1, 2).toordinal(), LAST_DAY.toordinal() - days)))

    @cached_property
    def digest(self) -> str:
        """A fingerprint of everything that moves cases; labels and sources are not included."""
        return digest_of(self)
