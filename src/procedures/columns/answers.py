"""Answers to an event of many: a code for each, TAKEN or why not, in the order in which the laws ask."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from procedures.kernel.refusals import REFUSALS

Answers: TypeAlias = NDArray[np.int8]

TAKEN: Final = 0
NO_EVENT: Final = -1
CODES: Final[Mapping[str, int]] = {code: number for number, code in enumerate(REFUSALS, 1)}
WORDS: Final = ("", *REFUSALS)


def first_of(reasons: Iterable[tuple[str, NDArray[np.bool_]]], size: int) -> Answers:
    """For each the first reason that holds, or TAKEN."""
    answers = np.full(size, TAKEN, np.int8)
    for code, holds in reasons:
        if holds.any():  # most never do, and looking is cheap
            answers[np.flatnonzero((answers == TAKEN) & holds)] = CODES[code]
    return answers
