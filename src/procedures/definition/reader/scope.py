"""What all parts of one definition share while the definition is read: problems, sources and a memo of results."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar, cast

from attrs import define, field

from rules.nodes import Listing, Node, Scalar, describe
from rules.problems import Problems
from rules.suggestions import did_you_mean

_CITATION: Final = re.compile(r"([a-z][a-z0-9_]*)(?::([0-9]{1,9})(?:-([0-9]{1,9}))?)?")

_Result = TypeVar("_Result")
Memo: TypeAlias = dict[tuple[str, int, frozenset[str]], tuple[Node, object]]


@define
class Scope:
    """What every part of one definition needs while it is read: the problems, and the sources that may be cited.

    `memo` lets many readings of one file share the results for nodes that their options do not change. Merging keeps
    such nodes as the same objects, so the identity of a node is a key. The memo holds only results that depend on
    the node and the sources alone; their problems are reported the first time.
    """

    problems: Problems
    sources: frozenset[str] = frozenset()
    memo: Memo = field(factory=dict)

    def memoize(self, subject: str, node: Node, read: Callable[[Node], _Result]) -> _Result:
        """The result of `read` for the node, computed once for all definitions that share the memo."""
        key = (subject, id(node), self.sources)
        if key not in self.memo:
            # INVARIANT: the memo keeps the node too, because a freed node could give its id to another node.
            self.memo[key] = node, read(node)
        return cast("_Result", self.memo[key][1])

    def read_citations(self, node: Node) -> tuple[str, ...]:
        """One citation or a list of them: `notice:12`, `notice:12-14`."""
        return self.memoize("cite", node, self._citations)

    def _citations(self, node: Node) -> tuple[str, ...]:
        nodes = node.items if isinstance(node, Listing) else (node,)
        return tuple(text for item in nodes if (text := self._citation(item)))

    def _citation(self, node: Node) -> str | None:
        match = _CITATION.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            self.problems.add(
                f"{describe(node)} is not a citation", node.place, "write `source:line` or `source:first-last`"
            )
            return None
        if match[1] not in self.sources:
            help_ = did_you_mean(match[1], self.sources) or "describe it under `sources:`"
            self.problems.add(f"unknown source `{match[1]}`", node.place, help_)
        elif match[2] and int(match[2]) == 0:
            self.problems.add(f"`{match[0]}` is no line: lines count from 1", node.place)
        elif match[3] and int(match[3]) < int(match[2]):
            self.problems.add(f"`{match[0]}` ends before it begins", node.place)
        return match[0]
