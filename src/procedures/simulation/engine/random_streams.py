"""Random numbers that depend on the seed and on what they are for, and on nothing else.

Replications are counted off in blocks of a fixed size, and every purpose of every block has a stream of its own. So
nothing changes when work is cut into other chunks or spread over other workers, one more replication leaves those
before it as they are, and a step more or less leaves the luck of the others alone.
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
"""How many replications share one set of streams."""

Floats = NDArray[np.float64]
Keep = Callable[[Floats], NDArray[Any]]
"""
What is kept of numbers, which are used up.

It is asked block by block, while the processor has the numbers at hand: so half of the time is saved that it takes to
fetch them again. What each number comes to depends on no other.
"""


@frozen
class Streams:
    """
    The streams of a block of replications under a seed, or of several blocks that follow one another.

    `rows` tells how many candidates each of the blocks has. The numbers for a purpose are those of all of them, block
    after block.
    """

    seed: int
    block: int
    rows: tuple[int, ...] = ()

    def with_rows(self, rows: tuple[int, ...]) -> "Streams":
        """The same for blocks with so many candidates."""
        return evolve(self, rows=rows)

    def of(self, purpose: str, after: int = 0) -> np.random.Generator:
        """The stream for a purpose, from its beginning; of the block, or of one so many after it."""
        return np.random.Generator(
            np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(self.block + after, _id(purpose))))
        )

    @property
    def blocks(self) -> Iterator[slice]:
        """The rows of each of the blocks."""
        ends = [*accumulate(self.rows)]
        return map(slice, [0, *ends], ends)

    def random(self, purpose: str, keep: Keep | None = None) -> NDArray[Any]:
        """Evenly between 0 and 1; or what is kept of them."""
        return self._drawn(purpose, lambda stream, out: stream.random(out=out), keep)

    def normal(self, purpose: str, keep: Keep | None = None) -> NDArray[Any]:
        """From the standard normal distribution; or what is kept of them."""
        return self._drawn(purpose, lambda stream, out: stream.standard_normal(out=out), keep)

    def gamma(self, purpose: str, shape: float, keep: Keep | None = None) -> NDArray[Any]:
        """From a gamma distribution of that shape and scale 1; or what is kept of them."""
        return self._drawn(purpose, lambda stream, out: stream.standard_gamma(shape, out=out), keep)

    def poisson(self, purpose: str, mean: float, keep: Keep | None = None) -> NDArray[Any]:
        """Whole numbers from a Poisson distribution; or what is kept of them."""

        def fill(stream: np.random.Generator, out: Floats) -> None:
            out[:] = stream.poisson(mean, len(out))

        return self._drawn(purpose, fill, keep)

    def _drawn(
        self, purpose: str, fill: Callable[[np.random.Generator, Floats], object], keep: Keep | None
    ) -> NDArray[Any]:
        room = np.empty(sum(self.rows) if keep is None else max(self.rows, default=0))
        kept: NDArray[Any] | None = room if keep is None else None
        for number, here in enumerate(self.blocks):
            drawn = room[here] if keep is None else room[: self.rows[number]]
            fill(self.of(purpose, number), drawn)
            if keep is not None:
                own = keep(drawn)
                kept = np.empty(len(self), own.dtype) if kept is None else kept
                kept[here] = own
        return room if kept is None else kept

    def __len__(self) -> int:
        return sum(self.rows)


@lru_cache(maxsize=4096)
def _id(purpose: str) -> int:
    """A number that stands for a purpose, whatever other purposes there are."""
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=4).digest(), "big")
