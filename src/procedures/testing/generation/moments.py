"""Boundary moments: the first and the last inside a window, the nearest outside it, and ordinary ones between."""

from typing import Final

from procedures.kernel.cases import Case
from procedures.kernel.machine import CompiledStep, Machine
from procedures.selection import Selection
from rules.calendar import SECOND, Moment, parse_moment

MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_DEFAULT_START: Final = parse_moment("2026-01-05T09:00:00+01:00")


def first_moment(machine: Machine) -> Moment:
    """The first moment of a selection: when applications open, or well before the first date of the machine."""
    if machine.opens is not None:
        return machine.opens
    dated = [at for step in machine.steps.values() for at in (step.opens, step.ends) if at is not None]
    earliest = min([*dated, *([machine.ends] if machine.ends is not None else [])], default=None)
    return _DEFAULT_START if earliest is None else Moment(earliest - 20 * DAY)


def window(
    machine: Machine, selection: Selection, step: CompiledStep, case: Case
) -> tuple[Moment | None, Moment | None]:
    """The window of a step for a case: the first moment inside and the first after, also where it is tentative."""
    opens, ends = step.opens, step.window_end(case.entered, machine.zone)
    last = selection.cohort.ends
    if machine.reserve is not None and case.state == machine.reserve.state and last is not None:
        ends = last if ends is None else min(ends, last)
    return opens, ends


def moments_inside(opens: Moment | None, ends: Moment | None, now: Moment) -> tuple[Moment, ...]:
    """Moments from `now` on inside a window, a plain one first; `now` itself where none are left."""
    found = [now, now + MINUTE, now + HOUR]
    if opens is not None:
        found = [opens + HOUR, opens, opens + MINUTE, *found]
    if ends is not None:
        found += [ends - 1, ends - MINUTE, ends - MINUTE + 1]
    fitting = [
        Moment(at) for at in found if at >= now and (opens is None or at >= opens) and (ends is None or at < ends)
    ]
    return tuple(dict.fromkeys(fitting)) or (now,)


def moments_outside(opens: Moment | None, ends: Moment | None) -> tuple[Moment, ...]:
    """The nearest moments outside a window, on both sides."""
    before = () if opens is None else (Moment(opens - MINUTE), Moment(opens - 1))
    after = () if ends is None else (ends, Moment(ends + MINUTE - 1))
    return (*before, *after)
