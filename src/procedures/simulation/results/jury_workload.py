"""How much of a jury's time a selection takes, and whether it fits the days that are declared for it."""

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
class Planned:
    """
    What a step asks of its juries, in one selection.

    `jury_hours` are hours of the juries together, `days` those on which they sit. `dates` are the declared days of the
    step on which they can; None where none are declared. `fits` is in how many selections those days are enough.
    """

    resource: Resource
    sessions: Spread
    jury_hours: Spread
    days: Spread
    dates: tuple[date, ...] | None = None
    fits: float | None = None

    @property
    def available(self) -> int | None:
        """How many declared days there are."""
        return None if self.dates is None else len(self.dates)

    def plain(self) -> Plain:
        return {
            "sessions": self.sessions.mean,
            "jury_hours": self.jury_hours.mean,
            "days": self.days.mean,
            "days_spread": self.days.plain(),
            "a_day": self.resource.a_day,
            "available": self.available,
            "fits": self.fits,
        }


def planned(machine: Machine, scenario: Scenario, block: Block) -> dict[str, Planned]:
    """For each step that takes a jury's time, in the order of the procedure, what it asks."""
    found = {}
    for number, step in enumerate(machine.steps.values()):
        resource = scenario.resources.get(step.name)
        if resource is None:
            continue
        sessions, dates = block.sessions[:, number], jury_days(step, machine.zone)
        days = np.ceil(sessions / resource.a_day)
        found[step.name] = Planned(
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
    The declared days of a step, Monday to Friday, in the procedure's zone; None where they do not begin and end.

    A window that lies on a weekend alone was meant so, and all its days count.
    """
    if step.opens is None or step.ends is None:
        return None
    first, last = zone.day(step.opens), zone.day(Moment(step.ends - 1))
    every = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in every if day.weekday() < _SATURDAY) or every


def seatings(sessions: int, dates: tuple[date, ...], resource: Resource) -> Mapping[date, int]:
    """How many candidates are seen on each of the days when the first are filled first."""
    left, found = sessions, {}
    for day in dates:
        found[day] = min(left, resource.a_day)
        left -= found[day]
    return found
