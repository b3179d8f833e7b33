"""The ranking of results at a closing: keys, ties and lots. The order in which cases are given makes no difference."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from procedures.kernel.cases import Closing
from procedures.kernel.outcomes import Keeps
from rules.facts import Declared, Known

Key: TypeAlias = tuple[object, ...]
"""The sort key of a case in a ranking: the values of the ranking facts, the most important first; more is better."""


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
    keys: Mapping[str, Key], keeps: Keeps, sizes: Sequence[int], seed: str | int | None
) -> dict[str, tuple[int, str | None]]:
    """
    For each candidate the rank, from 1, and the target state of the list that takes the candidate, or None.

    Candidates that are equal by `keeps.by` share a rank. Each list takes the best of the candidates that the lists
    before it left. The policy for ties applies only to equal candidates at the end of a list.
    """
    order = sorted(keys, key=lambda candidate: keys[candidate], reverse=True)
    ranks: dict[str, int] = {}
    for index, candidate in enumerate(order):
        same = index and keys[order[index - 1]][: len(keeps.by)] == keys[candidate][: len(keeps.by)]
        ranks[candidate] = ranks[order[index - 1]] if same else index + 1
    result: dict[str, tuple[int, str | None]] = {candidate: (ranks[candidate], None) for candidate in order}
    for take, size in zip(keeps.takes, sizes, strict=True):
        selected = _select_best(order, keys, size, keeps.ties, seed)
        result.update({candidate: (ranks[candidate], take.to) for candidate in selected})
        order = [candidate for candidate in order if candidate not in selected]
    return result


def _select_best(
    order: Sequence[str], keys: Mapping[str, Key], size: int, ties: str, seed: str | int | None
) -> frozenset[str]:
    if len(order) <= size:
        return frozenset(order)
    if size == 0 or keys[order[size - 1]] != keys[order[size]]:
        return frozenset(order[:size])
    edge = keys[order[size]]
    equal = [candidate for candidate in order if keys[candidate] == edge]
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
    """The lot of a candidate; it depends only on the seed and the candidate, and not on the order of drawing."""
    return hashlib.sha256(f"{seed}\0{candidate}".encode()).hexdigest()


def rank_addition(candidate: str, key: Key, closing: Closing, keeps: Keeps) -> tuple[int, str | None]:
    """The rank and the target state of a later case in a past closing; no case ranked in that closing is moved."""
    return rank({**closing.ranking_keys, candidate: key}, keeps, closing.sizes, closing.seed)[candidate]
