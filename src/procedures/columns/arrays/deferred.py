"""A column to which values are written only when it is read, because most decided values are never read."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from attrs import define, field
from numpy.typing import DTypeLike, NDArray

from procedures.columns.arrays.rows import Rows

DeferredValues: TypeAlias = NDArray[Any] | int | Callable[[], NDArray[Any]]
"""The values of some rows: one value per row, the same for all, or a function that computes them."""


@define(eq=False)
class DeferredColumn:
    """A column of `size` rows; every row has the value `start` until `put` gives it another."""

    size: int
    start: int
    dtype: DTypeLike
    _values: NDArray[Any] | None = None
    _pending: list[tuple[Rows | slice, DeferredValues]] = field(factory=list)

    def put(self, rows: Rows | slice, values: DeferredValues) -> None:
        """Give these rows new values; the arrays passed in must not be written to afterwards."""
        self._pending.append((rows, values))

    @property
    def values(self) -> NDArray[Any]:
        """The current value of each row."""
        if self._values is None:
            self._values = np.full(self.size, self.start, self.dtype)
        for rows, values in self._pending:
            self._values[rows] = values() if callable(values) else values
        self._pending.clear()
        return self._values
