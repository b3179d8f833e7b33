"""Bounds the error of treating weighted sums of recorded scores as if the scores were not rounded.

A bound on one score is exact, because it is a bound on the measure. A bound on a weighted sum of rounded scores is set
halfway between two possible sums; the remaining error is of the order of the share of rounding in the variance. With a
step s, factors w and a standard deviation sd of the sum, the slope of the density (0.242) and a corner with another
bound (0.159) each contribute at most that number times (w s / sd)^2 / 24.
"""

from typing import Final

from procedures.simulation.exact.measure_moments import GroupIntegrals
from procedures.simulation.exact.thresholds import NotRecognisedError, Plane

MAX_ERROR: Final = 1e-3
_COARSENESS: Final = 0.02


def rounding_error(integrals: GroupIntegrals) -> float:
    """
    The bound on the error of a chance.

    Raises:
        NotRecognisedError: the error may exceed `MAX_ERROR`.
    """
    found = sum(_plane_error(plane, integrals) for plane in integrals.regions.planes)
    if found > MAX_ERROR:
        raise NotRecognisedError("the scores that are weighed together are recorded in too coarse steps")
    return found


def _plane_error(plane: Plane, integrals: GroupIntegrals) -> float:
    direction = integrals.direction(plane)
    variance = float(direction @ integrals.covariance @ direction)
    return _COARSENESS * sum(factor**2 for _, factor in plane.factors) / variance
