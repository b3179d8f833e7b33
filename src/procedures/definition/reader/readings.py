"""Read the readings of a definition: questions that the source leaves open, with their options as patches."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from procedures.definition.model import Reading
from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from rules.nodes import Node, Scalar, Table, describe
from rules.suggestions import did_you_mean

# A reading cannot change these keys: they identify the file and its open questions.
_FIXED_KEYS: Final = ("procedure", "extends", "template", "readings")


def read_readings(top: Fields) -> Iterator[tuple[str, Reading]]:
    """The readings, each with its options as patches."""
    for name, node in top.members("readings", "reading"):
        yield name, top.scope.memoize("reading", node, partial(_reading, name, top.scope))


def _reading(name: str, scope: Scope, node: Node) -> Reading:
    fields = Fields.read(node, f"reading `{name}`", "reading", scope)
    options: dict[str, Node] = {}
    for option, patch in fields.members("options", "option"):
        options[option] = patch
        if not isinstance(patch, Table):
            fields.problems.add(
                f"option `{option}` of reading `{name}` is a patch, not {describe(patch)}",
                patch.place,
                "write `{}` for what the definition already says",
            )
            continue
        for key in _FIXED_KEYS:
            if key in patch.entries:
                fields.problems.add(
                    f"an option cannot change `{key}`, as option `{option}` of reading `{name}` does",
                    patch.place_of(key),
                )
    chosen = fields.name("chosen") or ""
    if chosen and chosen not in options:
        at = fields.get("chosen")
        fields.problems.add(
            f"reading `{name}` has no option `{chosen}`", at.place if at else None, did_you_mean(chosen, options)
        )
    return Reading(name, fields.words("question"), chosen, options, fields.citations(), node.place)


def chosen_patches(root: Table, options: Mapping[str, str]) -> Iterator[tuple[str, Node]]:
    """The patch of each reading's option: the option named in `options`, else the chosen one."""
    readings = root.get("readings")
    for name, node in readings if isinstance(readings, Table) else ():
        chosen, patches = (node.get("chosen"), node.get("options")) if isinstance(node, Table) else (None, None)
        option = options.get(name, chosen.text if isinstance(chosen, Scalar) else "")
        patch = patches.get(option) if isinstance(patches, Table) else None
        if patch is not None:
            yield name, patch
