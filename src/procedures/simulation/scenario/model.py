"""Scenarios as values: applicants, the distributions of their facts and measures, and their behaviour.

Facts are encoded by their kinds; chances and shares are plain numbers between 0 and 1.
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
    """The same value for all candidates."""

    value: Value


@frozen
class Given:
    """A distribution for each value of another fact; where that fact is unknown or has no case, the fact is unknown."""

    fact: str
    cases: Mapping[Value, "Distribution"]


Distribution: TypeAlias = Chances | Gamma | Normal | Uniform | Poisson | Constant | Given


@frozen
class Size:
    """The number of applicants of one selection: `least` fixed, Poisson `mean`, or uniform from `least` to `most`."""

    least: int = 0
    most: int | None = None
    mean: float | None = None


@frozen
class Measure:
    """A measure of candidates, normal within a group; `mean` is the mean of a group without a shift."""

    name: str
    mean: float = 0.0
    sd: float = 1.0


@frozen
class Group:
    """A group of candidates; `shift` is the shift of its mean for each measure, in standard deviations."""

    name: str
    share: float
    shift: Mapping[str, float] = field(factory=dict)


@frozen
class Behaviour:
    """The behaviour of candidates: chances by step, for `withdraw` by state."""

    no_show: Mapping[str, float] = field(factory=dict)
    withdraw: Mapping[str, float] = field(factory=dict)
    lapse: Mapping[str, float] = field(factory=dict)
    decline: Mapping[str, float] = field(factory=dict)


@frozen
class Resource:
    """Juries of a step: a candidate takes a `slot` (minutes) within the `hours` of a day (minutes from midnight)."""

    juries: int
    slot: int
    hours: tuple[tuple[int, int], ...]

    @property
    def sessions_per_day(self) -> int:
        """The number of candidates that the juries can see in a day; a slot never spans a break."""
        return self.juries * sum((end - start) // self.slot for start, end in self.hours)

    def days(self, sessions: int) -> int:
        """The number of days that this many sessions take."""
        return ceil(sessions / self.sessions_per_day)


@frozen
class Scenario:
    """
    A complete scenario, read against one procedure.

    `correlation` is the matrix of the measures, in their order. `declared` has the facts of the procedure and the
    measures that no step records, so that `success` can be a rule over all of them. `assumed` has the assumptions of a
    default scenario in words, by their path in the scenario.
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
