"""The model of a definition: frozen values with all defaults filled in, before compilation."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from procedures.kernel.outcomes import Count, Keeps, Outcome, Property
from rules.algebra import Rule
from rules.calendar import Duration, Moment, WrittenTime, Zone
from rules.facts import Declared
from rules.nodes import Node
from rules.problems import Place
from rules.seniority import Pay
from rules.words import Words


@frozen
class Source:
    """A document that statements cite as `name:line` or `name:first-last`."""

    name: str
    document: str
    title: Words = field(factory=Words)
    url: str | None = None


@frozen
class Competency:
    name: str
    label: Words
    meaning: Words
    sources: tuple[str, ...] = ()


@frozen
class Position:
    """The job: a description, used only for the pay."""

    grade: str | None = None
    contract: Words = field(factory=Words)
    hours: Words = field(factory=Words)
    competencies: tuple[str, ...] = ()
    pay: Pay | None = None
    sources: tuple[str, ...] = ()


@frozen
class Window:
    """When an event may happen, as written; `on` is one day, `within` counts from the entry into the state."""

    opens: WrittenTime | None = None
    until: WrittenTime | None = None
    before: WrittenTime | None = None
    on: date | None = None
    within: Duration | None = None
    place: Place | None = field(default=None, eq=False)

    @property
    def has_end(self) -> bool:
        return bool(self.until or self.before or self.on or self.within)

    @property
    def has_fixed_end(self) -> bool:
        """Whether the window ends at one moment for all candidates, and not only at a time after entry."""
        return bool(self.until or self.before or self.on)

    def bounds(self, zone: Zone) -> tuple[Moment | None, Moment | None]:
        """The first moment inside and the first moment after the window; None for an open bound or one from entry.

        Raises:
            CalendarError: a local time does not exist or exists twice.
        """
        if self.on:
            return zone.day_start(self.on), zone.day_end(self.on)
        opens = zone.start_of(self.opens) if self.opens else None
        ends = zone.end_of(self.until) if self.until else zone.start_of(self.before) if self.before else None
        return opens, ends


@frozen
class Step:
    """One step: its origins, guards, window, recorded facts and outcomes."""

    name: str
    origins: tuple[str, ...]
    to: str
    otherwise: str
    outcomes: tuple[Outcome, ...]
    kind: str = "other"
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    exempt: Rule | None = None
    held: Count | Rule | None = None
    keeps: Keeps | None = None
    window: Window = field(factory=Window)
    lapses: str | None = None
    automatic: bool = False
    in_order: bool = False
    tentative: bool = False
    slot: Duration | None = None
    channel: Words = field(factory=Words)
    measures: tuple[str, ...] = ()
    notified: WrittenTime | None = None
    closing: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Every state to which the step can lead, without repetition."""
        takes = [take.to for take in self.keeps.takes] if self.keeps else []
        ends = [self.lapses] if self.lapses not in (None, "stays") else []
        passes_on = [self.to] if self.exempt is not None or self.held is not None else []
        cut = [self.otherwise] if self.keeps else []
        found = [*(outcome.to for outcome in self.outcomes), *takes, *cut, *passes_on, *(e for e in ends if e)]
        return tuple(dict.fromkeys(found))


@frozen
class State:
    name: str
    label: Words = field(factory=Words)
    final: bool | None = None
    unsuccessful: bool = False
    place: Place | None = field(default=None, eq=False)


@frozen
class Reserve:
    state: str
    label: Words = field(factory=Words)
    kinds: Mapping[str, Rule] = field(factory=dict)
    ranked: tuple[str, ...] = ()
    valid: Duration | date | None = None
    extendable: bool = False
    sources: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)


@frozen
class Reading:
    """A question that the source leaves open: its options, each a patch, and the chosen one."""

    name: str
    question: Words
    chosen: str
    options: Mapping[str, Node] = field(eq=False)
    sources: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)


@frozen
class Definition:
    """One complete definition, with the files that it extends and the chosen readings merged in."""

    name: str
    title: Words
    zone: Zone
    declared: Declared
    version: int = 1
    organisation: Words = field(factory=Words)
    template: bool = False
    sources: Mapping[str, Source] = field(factory=dict)
    position: Position | None = None
    competencies: Mapping[str, Competency] = field(factory=dict)
    applications: Window = field(factory=Window)
    application_channel: Words = field(factory=Words)
    application_sources: tuple[str, ...] = ()
    conditions: Mapping[str, Rule] = field(factory=dict)
    states: Mapping[str, State] = field(factory=dict)
    steps: tuple[Step, ...] = ()
    reserve: Reserve | None = None
    readings: Mapping[str, Reading] = field(factory=dict)
    properties: Mapping[str, Property] = field(factory=dict)
    place: Place | None = field(default=None, eq=False)

    def competency(self, name: str) -> Competency:
        """A competency as described; a competency without description has only its name."""
        return self.competencies.get(name) or Competency(name, Words(), Words())

    @property
    def has_steps(self) -> bool:
        """Whether the definition has steps; False for a position profile, whose source states none."""
        return bool(self.steps)
