"""The windows of a step, or of applying, in two machines: the moments that one admits and the other does not."""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from procedures.kernel.machine import Machine
from rules.calendar import SECOND, Duration, Moment, Zone

APPLY: Final = "apply"
_MINUTE: Final = 60 * SECOND
_DAY: Final = 1440 * _MINUTE
_MIN_LENGTHS: Final = {"months": 28 * _DAY, "days": _DAY, "minutes": _MINUTE}
_MAX_LENGTHS: Final = {"months": 31 * _DAY, "days": _DAY, "minutes": _MINUTE}


@frozen
class Window:
    """From `opens` until before `ends`, and at most `within` after entry; None is no limit."""

    opens: Moment | None = None
    ends: Moment | None = None
    within: Duration | None = None
    zone: Zone | None = None

    @classmethod
    def of(cls, machine: Machine, name: str) -> "Window":
        """The window of a step, or of `apply`, as it is enforced."""
        if name == APPLY:
            return cls(machine.opens, machine.ends)
        step = machine.steps[name]
        if not step.enforced:
            return cls()
        return cls(step.opens, step.ends, step.within, machine.zone if step.within is not None else None)

    def covers(self, other: "Window") -> bool:
        """Whether this window certainly admits every moment that the other admits."""
        opens = self.opens is None or (other.opens is not None and self.opens <= other.opens)
        ends = self.ends is None or (other.ends is not None and self.ends >= other.ends)
        return opens and ends and self._lasts_at_least_as_long(other)

    def _lasts_at_least_as_long(self, other: "Window") -> bool:
        mine, theirs = self.within, other.within
        if mine is None or theirs is None:
            return mine is None
        if mine.family == theirs.family:
            return mine.count >= theirs.count and self.zone == other.zone
        # Months and days both end with a day; minutes are counted to the minute.
        in_days = "minutes" not in (mine.family, theirs.family)
        return in_days and self.zone == other.zone and min_length(mine) >= max_length(theirs)

    def is_disjoint_from(self, other: "Window") -> bool:
        """Whether no moment is in both windows."""
        pairs = ((self.ends, other.opens), (other.ends, self.opens))
        return any(ends is not None and opens is not None and ends <= opens for ends, opens in pairs)


def find_changed_windows(a: Machine, b: Machine) -> tuple[str, ...]:
    """`apply` and the steps of both machines whose windows differ."""
    names = (APPLY, *(name for name in a.steps if name in b.steps))
    return tuple(name for name in names if Window.of(a, name) != Window.of(b, name))


def bounds(machine: Machine, name: str, entered: Moment) -> tuple[Moment | None, Moment | None]:
    """The first moment of a step (or `apply`) and the first moment too late, for a case that entered at a moment."""
    if name == APPLY:
        return machine.opens, machine.ends
    step = machine.steps[name]
    return (step.opens, step.window_end(entered, machine.zone)) if step.enforced else (None, None)


def min_length(within: Duration) -> int:
    """The shortest length of a duration, in microseconds."""
    return within.count * _MIN_LENGTHS[within.family]


def max_length(within: Duration) -> int:
    """The greatest length of a duration, in microseconds."""
    return within.count * _MAX_LENGTHS[within.family]


def find_moment(
    machines: Sequence[Machine], name: str, entered: Moment, earliest: Moment, is_admitted: Sequence[bool]
) -> Moment | None:
    """The first plain moment that each machine admits or not, as `is_admitted` says; None where there is none."""
    windows = [bounds(machine, name, entered) for machine in machines]
    for at in sorted({earliest, *_moments_around(windows)}):
        answers = [(o is None or o <= at) and (e is None or at < e) for o, e in windows]
        if at >= earliest and answers == list(is_admitted):
            return at
    return None


def _moments_around(windows: Sequence[tuple[Moment | None, Moment | None]]) -> Iterator[Moment]:
    """The moments at the bounds of windows, and a minute before them."""
    for bound in (each for window in windows for each in window if each is not None):
        yield from (bound, Moment(bound - _MINUTE))
