"""A scenario as values: who may apply, how their facts and measures arise, and what they do of themselves.

Facts are encoded as their kinds encode them; chances and shares are plain numbers between 0 and 1.
"""

from collections.abc import Mapping
from math import ceil
from typing import TypeAlias

from attrs import field, frozen

from rules.algebra import Rule
from rules.facts import Declared
from rules.kinds import Value
from rules.words import Words


@frozen
class Chances:
    """One of a few values, each with its share; the shares add up to 1."""

    values: tuple[Value, ...]
    shares: tuple[float, ...]


@frozen
class Gamma:
    """A gamma distribution, in the unit of its fact."""

    shape: float
    scale: float


@frozen
class Normal:
    """A normal distribution, in the unit of its fact."""

    mean: float
    sd: float


@frozen
class Uniform:
    """Any value between two, in the unit of the fact; for a date, any day from the first to the last."""

    least: float
    most: float


@frozen
class Poisson:
    """A Poisson distribution, in the unit of its fact."""

    mean: float


@frozen
class Constant:
    """The same value for everybody."""

    value: Value


@frozen
class Given:
    """A distribution for each value of another fact; where that is unknown, or has none, this one is unknown too."""

    fact: str
    cases: Mapping[Value, "Distribution"]


Distribution: TypeAlias = Chances | Gamma | Normal | Uniform | Poisson | Constant | Given


@frozen
class Size:
    """How many apply to one selection: always `least`, on average `mean`, or any number up to `most`."""

    least: int = 0
    most: int | None = None
    mean: float | None = None


@frozen
class Measure:
    """What is measured of a candidate, normal within a group; `mean` is that of a group without a shift."""

    name: str
    mean: float = 0.0
    sd: float = 1.0


@frozen
class Group:
    """A part of the candidates; `shift` says for measures how far its mean lies off, in standard deviations."""

    name: str
    share: float
    shift: Mapping[str, float] = field(factory=dict)


@frozen
class Behaviour:
    """What candidates do of themselves: chances by step, for `withdraw` by state."""

    no_show: Mapping[str, float] = field(factory=dict)
    withdraw: Mapping[str, float] = field(factory=dict)
    lapse: Mapping[str, float] = field(factory=dict)
    decline: Mapping[str, float] = field(factory=dict)


@frozen
class Resource:
    """Juries for a step: each takes a candidate a `slot` (minutes), in the `hours` of a day (minutes from midnight)."""

    juries: int
    slot: int
    hours: tuple[tuple[int, int], ...]

    @property
    def a_day(self) -> int:
        """How many candidates the juries can see in a day; a slot never spans a break."""
        return self.juries * sum((end - start) // self.slot for start, end in self.hours)

    def days(self, sessions: int) -> int:
        """How many days so many sessions take."""
        return ceil(sessions / self.a_day)


@frozen
class Scenario:
    """
    All of a scenario, read against one procedure.

    `correlation` is the matrix of the measures, in their order; `declared` has, beside the facts of the procedure,
    those measures that nobody records, so that `success` can be a rule over all of them. `assumed` says in words what
    was taken for granted, because nobody said it, by its path in the scenario.
    """

    name: str
    size: Size
    declared: Declared
    facts: Mapping[str, Distribution] = field(factory=dict)
    measures: tuple[Measure, ...] = ()
    correlation: tuple[tuple[float, ...], ...] = ()
    groups: tuple[Group, ...] = (Group("all", 1.0),)
    success: Rule | None = None
    selected: str | None = None
    behaviour: Behaviour = field(factory=Behaviour)
    resources: Mapping[str, Resource] = field(factory=dict)
    wanted: int | None = None
    vacancies: float | None = None
    assumed: Mapping[str, Words] = field(factory=dict)
    digest: str = ""
