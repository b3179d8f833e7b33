"""Codes of the answers to an event of many rows: TAKEN, NO_EVENT, or the number of a refusal."""

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


def find_refusals(reasons: Iterable[tuple[str, NDArray[np.bool_]]], size: int) -> Answers:
    """For each row the code of the first reason that holds, or TAKEN; `reasons` are in the order of the laws."""
    answers = np.full(size, TAKEN, np.int8)
    for code, holds in reasons:
        if holds.any():  # most reasons hold for no row, and this test is cheap
            answers[np.flatnonzero((answers == TAKEN) & holds)] = CODES[code]
    return answers
