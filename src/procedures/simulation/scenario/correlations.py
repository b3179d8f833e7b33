"""Reads the correlations of a scenario into a matrix, and reports correlations that are impossible."""

from collections.abc import Sequence

import numpy as np

from procedures.definition.reader.fields import Fields
from procedures.simulation.scenario.distributions import read_number
from rules.nodes import Listing, Node, Scalar, describe
from rules.problems import Problems
from rules.suggestions import did_you_mean

Matrix = tuple[tuple[float, ...], ...]


def correlation_matrix(names: Sequence[str], fields: Fields, problems: Problems) -> Matrix:
    """The correlation matrix of the measures, in their order; pairs that are not listed have correlation 0."""
    matrix = np.eye(len(names))
    node = fields.get("correlations")
    pairs = node.items if isinstance(node, Listing) else ()
    if node is not None and not isinstance(node, Listing):
        problems.add(f"`correlations` is a list of pairs, not {describe(node)}", node.place)
    before = len(problems.entries)
    for pair in pairs:
        _enter(pair, names, matrix, problems)
    if node is not None and len(problems.entries) == before and names:
        _check(names, matrix, node, problems)
    return tuple(tuple(float(value) for value in row) for row in matrix)


def _enter(pair: Node, names: Sequence[str], matrix: "np.typing.NDArray[np.float64]", problems: Problems) -> None:
    if not isinstance(pair, Listing) or len(pair.items) != 3:
        written = f"a list of {len(pair.items)}" if isinstance(pair, Listing) else describe(pair)
        problems.add(f"a correlation is `[first, second, r]`, not {written}", pair.place)
        return
    first, second, size = pair.items
    places = []
    for item in (first, second):
        word = item.text if isinstance(item, Scalar) else ""
        if word in names:
            places.append(names.index(word))
        else:
            hint = did_you_mean(word, names) or "declare it under `measures:`"
            problems.add(f"{describe(item)} is no measure", item.place, hint)
    before = len(problems.entries)
    value = read_number(size, "a correlation", problems)
    if len(problems.entries) > before:
        return
    if not -1 < value < 1:
        problems.add(f"a correlation lies between -1 and 1, not at {describe(size)}", size.place)
    elif len(places) == 2:
        one, other = places
        if one == other:
            problems.add(f"`{names[one]}` goes together with itself", pair.place)
        elif matrix[one, other] != 0:
            problems.add(f"`{names[one]}` and `{names[other]}` are correlated twice", pair.place, "keep one of them")
        else:
            matrix[one, other] = matrix[other, one] = value


def _check(names: Sequence[str], matrix: "np.typing.NDArray[np.float64]", node: Node, problems: Problems) -> None:
    """Report the first measure whose correlations with the measures before it are impossible."""
    for size in range(1, len(names) + 1):
        part = matrix[:size, :size]
        if np.linalg.eigvalsh(part)[0] > 1e-10:
            continue
        last = size - 1
        others = [number for number in range(last) if matrix[last, number] != 0]
        stated = ", ".join(f"`{names[number]}` at {matrix[last, number]:g}" for number in others)
        problems.add(
            f"these correlations cannot all be: as those before it go together, `{names[last]}` cannot with {stated}",
            node.place,
            "bring one of them nearer to 0",
        )
        return
