"""Random numbers that depend only on the seed and on their purpose.

Replications are grouped in blocks of a fixed size, and every purpose of every block has its own stream. So the numbers
do not depend on chunks or workers, one more replication does not change the replications before it, and adding or
removing a step does not change the draws of the other steps.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

BLOCK: Final = 500
"""The number of replications that share one set of streams."""

Floats = NDArray[np.float64]
Transform = Callable[[Floats], NDArray[Any]]
"""
A function from drawn numbers to the values that are stored; it may overwrite the numbers.

It is called block by block, while the numbers are in the processor's cache, which halves the time to read them again.
Each value must depend on its own number only.
"""


@frozen
class Streams:
    """
    The streams of one block of replications under a seed, or of several successive blocks.

    `rows` has the number of candidates of each block. The numbers for a purpose are those of all blocks, in order.
    """

    seed: int
    block: int
    rows: tuple[int, ...] = ()

    def with_rows(self, rows: tuple[int, ...]) -> "Streams":
        """The same streams for blocks with these numbers of candidates."""
        return evolve(self, rows=rows)

    def generator(self, purpose: str, after: int = 0) -> np.random.Generator:
        """The generator for a purpose, from its start; of this block, or of the block that is `after` blocks later."""
        return np.random.Generator(
            np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(self.block + after, _purpose_id(purpose))))
        )

    @property
    def blocks(self) -> Iterator[slice]:
        """The rows of each block."""
        ends = [*accumulate(self.rows)]
        return map(slice, [0, *ends], ends)

    def random(self, purpose: str, transform: Transform | None = None) -> NDArray[Any]:
        """Numbers from the uniform distribution on [0, 1), transformed by `transform` if given."""
        return self._draw(purpose, lambda stream, out: stream.random(out=out), transform)

    def normal(self, purpose: str, transform: Transform | None = None) -> NDArray[Any]:
        """Numbers from the standard normal distribution, transformed by `transform` if given."""
        return self._draw(purpose, lambda stream, out: stream.standard_normal(out=out), transform)

    def gamma(self, purpose: str, shape: float, transform: Transform | None = None) -> NDArray[Any]:
        """Numbers from a gamma distribution with this shape and scale 1, transformed by `transform` if given."""
        return self._draw(purpose, lambda stream, out: stream.standard_gamma(shape, out=out), transform)

    def poisson(self, purpose: str, mean: float, transform: Transform | None = None) -> NDArray[Any]:
        """Whole numbers from a Poisson distribution, transformed by `transform` if given."""

        def fill(stream: np.random.Generator, out: Floats) -> None:
            out[:] = stream.poisson(mean, len(out))

        return self._draw(purpose, fill, transform)

    def _draw(
        self, purpose: str, fill: Callable[[np.random.Generator, Floats], object], transform: Transform | None
    ) -> NDArray[Any]:
        buffer = np.empty(sum(self.rows) if transform is None else max(self.rows, default=0))
        result: NDArray[Any] | None = buffer if transform is None else None
        for number, block_rows in enumerate(self.blocks):
            drawn = buffer[block_rows] if transform is None else buffer[: self.rows[number]]
            fill(self.generator(purpose, number), drawn)
            if transform is not None:
                transformed = transform(drawn)
                result = np.empty(len(self), transformed.dtype) if result is None else result
                result[block_rows] = transformed
        return buffer if result is None else result

    def __len__(self) -> int:
        return sum(self.rows)


@lru_cache(maxsize=4096)
def _purpose_id(purpose: str) -> int:
    """A number that identifies a purpose, independent of all other purposes."""
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=4).digest(), "big")
