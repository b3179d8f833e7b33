"""What is lost where recorded scores are weighed together as if they were not rounded.

A bound on one score is exact, for it is a bound on what is measured. A bound on a weighted sum of rounded scores is set
halfway between two of the sums that can be, and what that leaves is of the order of the rounding's share of the
variance. With a step s, factors w and a standard deviation of the sum, the density's slope (0.242) and a corner with
another bound (0.159) each add no more than (w s / sd)^2 / 24 of them.
"""

from typing import Final

from procedures.simulation.exact.measure_moments import Measuring
from procedures.simulation.exact.thresholds import NotRecognisedError, Plane

MOST_LOST: Final = 1e-3
_COARSENESS: Final = 0.02


def lost(measuring: Measuring) -> float:
    """
    How far off a chance may be.

    Raises:
        NotRecognisedError: by more than would be told.
    """
    found = sum(_rounded(plane, measuring) for plane in measuring.regions.planes)
    if found > MOST_LOST:
        raise NotRecognisedError("the scores that are weighed together are recorded in too coarse steps")
    return found


def _rounded(plane: Plane, measuring: Measuring) -> float:
    direction = measuring.direction(plane)
    variance = float(direction @ measuring.covariance @ direction)
    return _COARSENESS * sum(factor**2 for _, factor in plane.factors) / variance
