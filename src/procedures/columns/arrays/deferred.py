"""A column that is written to when somebody looks: of most of what is told of many, nobody ever asks."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from attrs import define, field
from numpy.typing import DTypeLike, NDArray

from procedures.columns.arrays.rows import Rows

Told: TypeAlias = NDArray[Any] | int | Callable[[], NDArray[Any]]
"""What rows have: each its own, or all the same; or how to find out what each has."""


@define(eq=False)
class Late:
    """A column of so many rows, in which all have `start` until something else is told of them."""

    size: int
    start: int
    dtype: DTypeLike
    _values: NDArray[Any] | None = None
    _told: list[tuple[Rows | slice, Told]] = field(factory=list)

    def put(self, rows: Rows | slice, told: Told) -> None:
        """These rows now have that; what is given is not to be written to any more."""
        self._told.append((rows, told))

    @property
    def now(self) -> NDArray[Any]:
        """What each row now has."""
        if self._values is None:
            self._values = np.full(self.size, self.start, self.dtype)
        for rows, told in self._told:
            self._values[rows] = told() if callable(told) else told
        self._told.clear()
        return self._values
