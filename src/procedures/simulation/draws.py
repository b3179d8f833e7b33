"""Random numbers that depend on the seed and on what they are for, and on nothing else.

Replications are counted off in blocks of a fixed size, and every purpose of every block has a stream of its own. So
nothing changes when work is cut into other chunks or spread over other workers, one more replication leaves those
before it as they are, and a step more or less leaves the luck of the others alone.
"""

import hashlib
from functools import lru_cache
from typing import Final

import numpy as np
from attrs import frozen

BLOCK: Final = 500
"""How many replications share one set of streams."""


@frozen
class Streams:
    """The streams of one block of replications under a seed."""

    seed: int
    block: int

    def of(self, purpose: str) -> np.random.Generator:
        """The stream for a purpose, from its beginning."""
        return np.random.Generator(
            np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(self.block, _id(purpose))))
        )


@lru_cache(maxsize=4096)
def _id(purpose: str) -> int:
    """A number that stands for a purpose, whatever other purposes there are."""
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=4).digest(), "big")
