"""Who is among the best: keys, ties and lots, the same in whatever order the cases come."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from procedures.kernel.cases import Closing
from procedures.kernel.guards import Keeps
from rules.facts import Declared, Known

Key: TypeAlias = tuple[object, ...]
"""What a case is ranked by: the values of the ranking facts, the most important first; more is better."""


def ranking_key(declared: Declared, keeps: Keeps, known: Known) -> Key | list[str]:
    """The key of a case, or the facts that are missing to rank it."""
    return ranking_values(declared, (*keeps.by, *keeps.tie_break), known)


def ranking_values(declared: Declared, names: Sequence[str], known: Known) -> Key | list[str]:
    """The values of these facts and scores, or the facts that are missing."""
    values: list[object] = []
    missing: list[str] = []
    for name in names:
        score = declared.scores.get(name)
        value = score.value(known) if score else known.get(name)
        if value is None:
            missing += score.missing(known) if score else [name]
        values.append(value)
    return list(dict.fromkeys(missing)) if missing else tuple(values)


def rank(
    standing: Mapping[str, Key], keeps: Keeps, sizes: Sequence[int], seed: str | int | None
) -> dict[str, tuple[int, str | None]]:
    """
    For each candidate the rank from 1 (who is equal by `keeps.by` shares one) and the list that takes it, or None.

    Each list takes the best of those the lists before it left. Only who is equal astride the end of a list is
    touched by the policy for ties.
    """
    order = sorted(standing, key=lambda candidate: standing[candidate], reverse=True)
    ranks: dict[str, int] = {}
    for index, candidate in enumerate(order):
        same = index and standing[order[index - 1]][: len(keeps.by)] == standing[candidate][: len(keeps.by)]
        ranks[candidate] = ranks[order[index - 1]] if same else index + 1
    placed: dict[str, tuple[int, str | None]] = {candidate: (ranks[candidate], None) for candidate in order}
    for take, size in zip(keeps.takes, sizes, strict=True):
        taken = _best(order, standing, size, keeps.ties, seed)
        placed.update({candidate: (ranks[candidate], take.to) for candidate in taken})
        order = [candidate for candidate in order if candidate not in taken]
    return placed


def _best(
    order: Sequence[str], standing: Mapping[str, Key], size: int, ties: str, seed: str | int | None
) -> frozenset[str]:
    if len(order) <= size:
        return frozenset(order)
    if size == 0 or standing[order[size - 1]] != standing[order[size]]:
        return frozenset(order[:size])
    edge = standing[order[size]]
    equal = [candidate for candidate in order if standing[candidate] == edge]
    above = order[: order.index(equal[0])]
    match ties:
        case "keep":
            return frozenset([*above, *equal])
        case "none":
            return frozenset(above)
        case _:
            drawn = sorted(equal, key=lambda candidate: lot(seed, candidate))
            return frozenset([*above, *drawn[: size - len(above)]])


def lot(seed: str | int | None, candidate: str) -> str:
    """The lot of a candidate under a seed: it depends on nothing else, so no order of drawing can favour anyone."""
    return hashlib.sha256(f"{seed}\0{candidate}".encode()).hexdigest()


def rank_addition(candidate: str, key: Key, closing: Closing, keeps: Keeps) -> tuple[int, str | None]:
    """Where a case that came later would have stood in a closing; nobody placed then is moved."""
    return rank({**closing.ranking_keys, candidate: key}, keeps, closing.sizes, closing.seed)[candidate]
