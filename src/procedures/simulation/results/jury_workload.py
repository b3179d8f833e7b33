"""The jury time that a selection takes, and whether it fits in the declared days."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
from attrs import frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.simulation.engine.blocks import Block
from procedures.simulation.results.estimates import Plain, Spread
from procedures.simulation.scenario.model import Resource, Scenario
from rules.calendar import Moment, Zone

_SATURDAY = 5


@frozen
class JuryPlan:
    """
    The jury time that a step takes in one selection.

    `jury_hours` is the total of all juries; `days` is the number of days on which juries sit. `dates` are the declared
    days of the step, without weekends; None where none are declared. `fits` is the share of selections for which those
    days are enough.
    """

    resource: Resource
    sessions: Spread
    jury_hours: Spread
    days: Spread
    dates: tuple[date, ...] | None = None
    fits: float | None = None

    @property
    def available(self) -> int | None:
        """The number of declared days."""
        return None if self.dates is None else len(self.dates)

    def plain(self) -> Plain:
        return {
            "sessions": self.sessions.mean,
            "jury_hours": self.jury_hours.mean,
            "days": self.days.mean,
            "days_spread": self.days.plain(),
            "a_day": self.resource.sessions_per_day,
            "available": self.available,
            "fits": self.fits,
        }


def plan_jury_days(machine: Machine, scenario: Scenario, block: Block) -> dict[str, JuryPlan]:
    """The plan of each step with juries, in the order of the procedure."""
    found = {}
    for number, step in enumerate(machine.steps.values()):
        resource = scenario.resources.get(step.name)
        if resource is None:
            continue
        sessions, dates = block.sessions[:, number], jury_days(step, machine.zone)
        days = np.ceil(sessions / resource.sessions_per_day)
        found[step.name] = JuryPlan(
            resource,
            Spread.of(sessions),
            Spread.of(sessions * resource.slot / 60),
            Spread.of(days),
            dates,
            None if dates is None else float((days <= len(dates)).mean()),
        )
    return found


def jury_days(step: CompiledStep, zone: Zone) -> tuple[date, ...] | None:
    """
    The declared days of a step, Monday to Friday, in the procedure's zone; None where the window has no start or end.

    If the window lies entirely on a weekend, all its days count.
    """
    if step.opens is None or step.ends is None:
        return None
    first, last = zone.day(step.opens), zone.day(Moment(step.ends - 1))
    every = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in every if day.weekday() < _SATURDAY) or every


def sessions_by_day(sessions: int, dates: tuple[date, ...], resource: Resource) -> Mapping[date, int]:
    """The number of candidates on each day, when earlier days are filled first."""
    left, found = sessions, {}
    for day in dates:
        found[day] = min(left, resource.sessions_per_day)
        left -= found[day]
    return found
