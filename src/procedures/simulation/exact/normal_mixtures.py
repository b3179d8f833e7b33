"""Correlated standard normal variables as mixtures of independent variables."""

from typing import Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALMOST: Final = 1e-9
"""Smaller values are rounding errors: a variable with a smaller rest is a mixture of the earlier variables."""


@frozen(eq=False)
class Mixture:
    """
    Standard normal variables as a triangular mixture of independent variables: `rows @ independent`.

    `order` has the variable of each row; the first `len(rows.T)` variables span all others.
    """

    order: NDArray[np.intp]
    rows: Floats
    levels: NDArray[np.intp] = field(init=False)

    @levels.default
    def _levels(self) -> NDArray[np.intp]:
        """The last independent variable in each row."""
        width = self.rows.shape[1]
        entering = np.abs(self.rows) > ALMOST
        return np.where(entering.any(axis=1), width - 1 - np.argmax(entering[:, ::-1], axis=1), 0)

    @classmethod
    def of(cls, correlation: Floats, first: int | None = None) -> "Mixture":
        """Cholesky decomposition with pivots: the next pivot has the largest rest; `first`, if given, comes first."""
        rest, count = correlation.copy(), len(correlation)
        rows = np.zeros((count, count))
        order: list[int] = []
        while len(order) < count:
            left = np.diag(rest).copy()
            left[order] = -1.0
            pivot = first if first is not None and not order else int(np.argmax(left))
            if left[pivot] <= ALMOST:
                break
            rows[:, len(order)] = rest[:, pivot] / np.sqrt(left[pivot])
            rows[order, len(order)] = 0.0
            rest -= np.outer(rows[:, len(order)], rows[:, len(order)])
            order.append(pivot)
        ranked = [*order, *(each for each in range(count) if each not in order)]
        return cls(np.array(ranked), rows[ranked][:, : len(order)])
