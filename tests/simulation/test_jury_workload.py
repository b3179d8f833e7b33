"""How much of a jury's time a selection takes, and whether it fits the declared days."""

from datetime import date

import pytest
from attrs import evolve
from read_report import OTHERS, assumed, example, simulated

from procedures.simulation.results.jury_workload import jury_days, sessions_by_day
from procedures.simulation.scenario.model import Resource
from rules.calendar import Moment, WrittenTime

MORNING = Resource(1, 15, ((540, 720),))  # 12 a day
DAY = Resource(2, 15, ((540, 720), (780, 1020)))  # 56 a day
UNEVEN = Resource(1, 50, ((540, 720), (780, 1020)))  # 3 and 4: no candidate sits through a break

SEATED = [  # sessions, days there are, resource, how many on each
    (0, 2, MORNING, [0, 0]),
    (12, 2, MORNING, [12, 0]),
    (13, 2, MORNING, [12, 1]),
    (30, 2, MORNING, [12, 12]),
    (57, 1, DAY, [56]),
    (8, 2, UNEVEN, [7, 1]),
]


@pytest.mark.parametrize(("sessions", "days", "resource", "expected"), SEATED)
def test_days_are_filled_one_after_the_other(sessions: int, days: int, resource: Resource, expected: list[int]) -> None:
    dates = tuple(date(2026, 3, 2 + number) for number in range(days))
    assert [*sessions_by_day(sessions, dates, resource).values()] == expected


WINDOWS = [  # from, until, the days of juries
    ("2025-11-07", "2025-11-07", [7]),  # a Friday
    ("2025-11-07", "2025-11-10", [7, 10]),  # over a weekend
    ("2025-11-08", "2025-11-09", [8, 9]),  # a weekend alone was meant so
    ("2025-10-31 09:00", "2025-11-03 12:00", [31, 3]),
]


@pytest.mark.parametrize(("opens", "until", "days"), WINDOWS)
def test_juries_sit_on_declared_working_days(opens: str, until: str, days: list[int]) -> None:
    machine = example().procedure.machine
    zone = machine.zone
    step = evolve(
        machine.steps["speed_interview"],
        opens=zone.start_of(WrittenTime.parse(opens)),
        ends=zone.end_of(WrittenTime.parse(until)),
    )
    found = jury_days(step, zone)
    assert found is not None
    assert [day.day for day in found] == days


def test_without_a_beginning_or_an_end_no_days_are_declared() -> None:
    machine = example().procedure.machine
    step = machine.steps["speed_interview"]
    assert jury_days(evolve(step, ends=None), machine.zone) is None
    assert jury_days(evolve(step, opens=None), machine.zone) is None
    assert jury_days(evolve(step, ends=Moment(0), opens=None), machine.zone) is None


def test_the_example_fits_its_day_and_half_the_juries_of_a_short_day_do_not() -> None:
    fits = simulated().workload["speed_interview"]
    assert (fits.available, fits.fits, fits.days.quantiles[0.95]) == (1, 1.0, 1.0)
    assert fits.jury_hours.mean == pytest.approx(fits.sessions.mean / 4)
    short = simulated("resources: {speed_interview: {juries: 1, day: ['09:00-12:00']}}")
    tight = short.workload["speed_interview"]
    sessions = short.block.sessions[:, short.steps.index("speed_interview")]
    assert tight.fits == (sessions <= 12).mean()
    assert 0 < (tight.fits or 0) < 1
    assert tight.plain()["days"] == tight.days.mean == pytest.approx((-(-sessions // 12)).mean())


@pytest.mark.parametrize("name", OTHERS)
def test_without_resources_nothing_is_planned(name: str) -> None:
    assert assumed(name)[1].workload == {}
