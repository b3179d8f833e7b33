"""A description as sections of lines, independent of the output format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from rules.explanation import MARKS
from rules.truth import Truth

_OPTION_MARKS: Final[Mapping[bool | None, str]] = {None: "", True: "● ", False: "○ "}


@frozen
class Line:
    """One statement: `depth` is its level of indentation, `name` its subject, which is the same in every language.

    `chosen` says whether an option is the chosen one; `value` is the truth value of a finding.
    """

    text: str
    depth: int = 0
    sources: tuple[str, ...] = ()
    name: str | None = None
    chosen: bool | None = None
    value: Truth | None = None

    @property
    def marked_text(self) -> str:
        """The text after the mark of its truth value, or of a chosen or other option."""
        return (_OPTION_MARKS[self.chosen] if self.value is None else f"{MARKS[self.value]} ") + self.text


@frozen
class Section:
    name: str
    title: str
    lines: tuple[Line, ...] = ()
    sources: tuple[str, ...] = ()


@frozen
class Outline:
    """A whole description: its title, the lines below the title, and its sections."""

    title: str
    head: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = field(factory=tuple)


def plain_outline(outline: Outline) -> dict[str, object]:
    """The description as plain data for JSON, with deeper lines nested in the lines above them."""
    return {
        "title": outline.title,
        "head": _nested(outline.head),
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "sources": list(section.sources),
                "lines": _nested(section.lines),
            }
            for section in outline.sections
        ],
    }


def _nested(lines: tuple[Line, ...]) -> list[dict[str, object]]:
    root: list[dict[str, object]] = []
    parents = [root]
    for line in lines:
        inner: list[dict[str, object]] = []
        data: dict[str, object] = {"name": line.name, "text": line.text, "sources": list(line.sources), "lines": inner}
        if line.chosen is not None:
            data["chosen"] = line.chosen
        if line.value is not None:
            data["value"] = line.value.word
        del parents[line.depth + 1 :]
        parents[-1].append(data)
        parents.append(inner)
    return root


def indent(lines: Iterable[Line], by: int = 1) -> Iterator[Line]:
    """The same lines, `by` levels deeper."""
    for line in lines:
        yield evolve(line, depth=line.depth + by)


def format_sources(sources: Sequence[str]) -> str:
    """The sources in brackets, to follow a sentence."""
    return f" [{', '.join(sources)}]" if sources else ""
