"""Random numbers that depend on the seed and on what they are for, and on nothing else.

Replications are counted off in blocks of a fixed size, and every purpose of every block has a stream of its own. So
nothing changes when work is cut into other chunks or spread over other workers, one more replication leaves those
before it as they are, and a step more or less leaves the luck of the others alone.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

BLOCK: Final = 500
"""How many replications share one set of streams."""

Floats = NDArray[np.float64]


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

    def random(self, purpose: str) -> Floats:
        """Evenly between 0 and 1."""
        return self._drawn(purpose, lambda stream, out: stream.random(out=out))

    def normal(self, purpose: str) -> Floats:
        """From the standard normal distribution."""
        return self._drawn(purpose, lambda stream, out: stream.standard_normal(out=out))

    def gamma(self, purpose: str, shape: float) -> Floats:
        """From a gamma distribution of that shape and scale 1."""
        return self._drawn(purpose, lambda stream, out: stream.standard_gamma(shape, out=out))

    def poisson(self, purpose: str, mean: float) -> Floats:
        """Whole numbers from a Poisson distribution."""

        def fill(stream: np.random.Generator, out: Floats) -> None:
            out[:] = stream.poisson(mean, len(out))

        return self._drawn(purpose, fill)

    def _drawn(self, purpose: str, fill: Callable[[np.random.Generator, Floats], object]) -> Floats:
        found, start = np.empty(sum(self.rows)), 0
        for number, rows in enumerate(self.rows):
            fill(self.of(purpose, number), found[start : start + rows])
            start += rows
        return found


@lru_cache(maxsize=4096)
def _id(purpose: str) -> int:
    """A number that stands for a purpose, whatever other purposes there are."""
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=4).digest(), "big")
