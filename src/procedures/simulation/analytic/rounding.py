"""What is lost where recorded scores are weighed together as if they were neither rounded nor kept within a range.

A bound on one score is exact, for it is a bound on what is measured. A bound on a weighted sum of rounded scores is set
halfway between two of the sums that can be. What that leaves is of the order of the rounding's share of the variance;
and whoever lies beyond the range of a score counts with more than is recorded.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from procedures.simulation.analytic.boxes import Box, moments_within
from procedures.simulation.analytic.measuring import Measuring
from procedures.simulation.analytic.turning import NotRecognisedError, Plane, extent, grid

Floats = NDArray[np.float64]

MOST_LOST: Final = 1e-3
# The greatest slope of a normal density is 0.242, that of two independent ones at a corner 0.159, each by 1/24.
_COARSENESS: Final = 0.02


def lost(measuring: Measuring) -> float:
    """
    How far off a chance may be for this group.

    Raises:
        NotRecognisedError: by more than would be told.
    """
    found = sum(_rounded(plane, measuring) + _clipped(plane, measuring) for plane in measuring.regions.planes)
    if found > MOST_LOST:
        raise NotRecognisedError(
            f"a weighted sum of scores, recorded in steps and within a range, is known to {found:.1g} only"
        )
    return found


def _rounded(plane: Plane, measuring: Measuring) -> float:
    direction = measuring.direction(plane)
    variance = float(direction @ measuring.covariance @ direction)
    return _COARSENESS * sum(factor**2 for _, factor in plane.factors) / variance


def _clipped(plane: Plane, measuring: Measuring) -> float:
    """The chance that a score beyond its range decides otherwise than the end of the range would."""
    total, direction, names = 0.0, measuring.direction(plane), [each.name for each in measuring.scenario.measures]
    for name, factor in plane.factors:
        kind, place = measuring.scenario.declared.facts[name].kind, names.index(name)
        least, most = extent(kind)
        for end, sign in ((least, -1.0), (most, 1.0)):
            if end is None:
                continue
            unit = np.eye(len(names))[place] * sign
            rest = direction.copy()
            rest[place] = 0.0
            beyond = end * grid(kind) * sign
            one = _both(measuring, unit, beyond, rest, plane.bound - 0.5 - factor * end)
            other = _both(measuring, unit, beyond, direction, plane.bound - 0.5)
            total += abs(one - other)
    return total


def _both(measuring: Measuring, first: Floats, least: float, second: Floats, most: float) -> float:
    """The chance that one direction is above a bound and another below one."""
    directions = np.stack([first, second])
    together = directions @ measuring.covariance @ directions.T
    deviation = np.sqrt(np.diag(together))
    middle = directions @ measuring.mean
    lower = np.array([(least - middle[0]) / deviation[0], -np.inf])
    upper = np.array([np.inf, (most - middle[1]) / deviation[1]])
    found, _ = moments_within(Box(together / np.outer(deviation, deviation), lower, upper))
    return found.mass
