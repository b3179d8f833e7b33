"""Writes a scenario as a scenario file that users can edit."""

from io import StringIO
from typing import Final

import yaml

from procedures.simulation.scenario.reader import ScenarioFile
from rules.nodes import Listing, Node, Scalar, Table

_ASSUMED: Final = """\
# Made from the definition alone: nobody has counted who applies. Put what you know in its place.
# `measures`, `correlations`, `groups`, `success`, `behaviour`, `resources` and more can be said too.
"""
_RESOLVER: Final = yaml.SafeDumper(StringIO())


def scenario_text(file: ScenarioFile, about: str) -> str:
    """The text of a scenario file; `about` is the path of its definition, relative to the file. Comments are lost."""
    entries = {"scenario": Scalar("scenario"), **file.root.entries, "procedure": Scalar(about)}
    first = {key: entries[key] for key in ("scenario", "procedure")}
    text = yaml.serialize(_yaml(Table({**first, **entries})), Dumper=yaml.SafeDumper, width=110, allow_unicode=True)
    return f"{_ASSUMED if file.assumed else ''}{text}"


def _yaml(node: Node, depth: int = 0) -> yaml.Node:
    """A node of PyYAML; levels deeper than a fact are written on one line."""
    match node:
        case Scalar(text, plain):
            return yaml.ScalarNode(_tag(text) if plain else "tag:yaml.org,2002:str", text, style=None if plain else '"')
        case Listing(items):
            return yaml.SequenceNode(
                "tag:yaml.org,2002:seq", [_yaml(item, depth + 1) for item in items], flow_style=depth > 0
            )
        case Table():
            pairs = [(yaml.ScalarNode(_tag(key), key), _yaml(value, depth + 1)) for key, value in node]
            return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=depth > 1)


def _tag(text: str) -> str:
    """The tag with which PyYAML writes a text unchanged, without quotes."""
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return tag
