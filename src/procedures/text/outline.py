"""A description as sections of lines, before anybody decides how it is printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from rules.explanation import MARKS
from rules.truth import Truth

_OPTIONS: Final[Mapping[bool | None, str]] = {None: "", True: "● ", False: "○ "}


@frozen
class Line:
    """One statement: `depth` puts it under the line before, `name` is what it is about, the same in any language.

    `chosen` tells of an option whether it is the one that holds, `value` of a finding what it came to.
    """

    text: str
    depth: int = 0
    sources: tuple[str, ...] = ()
    name: str | None = None
    chosen: bool | None = None
    value: Truth | None = None

    @property
    def marked(self) -> str:
        """The text behind the mark of what it came to, or of whether it is the option that holds."""
        return (_OPTIONS[self.chosen] if self.value is None else f"{MARKS[self.value]} ") + self.text


@frozen
class Section:
    name: str
    title: str
    lines: tuple[Line, ...] = ()
    sources: tuple[str, ...] = ()


@frozen
class Outline:
    """A whole description: its title, what stands under it, and its sections."""

    title: str
    head: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = field(factory=tuple)


def plain_outline(outline: Outline) -> dict[str, object]:
    """The description as JSON carries it, deeper lines inside the ones they stand under."""
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
    open_at = [root]
    for line in lines:
        inner: list[dict[str, object]] = []
        data: dict[str, object] = {"name": line.name, "text": line.text, "sources": list(line.sources), "lines": inner}
        if line.chosen is not None:
            data["chosen"] = line.chosen
        if line.value is not None:
            data["value"] = line.value.word
        del open_at[line.depth + 1 :]
        open_at[-1].append(data)
        open_at.append(inner)
    return root


def deeper(lines: Iterable[Line], by: int = 1) -> Iterator[Line]:
    """The same lines, further in."""
    for line in lines:
        yield evolve(line, depth=line.depth + by)


def cited(sources: Sequence[str]) -> str:
    """The sources as they stand behind a sentence."""
    return f" [{', '.join(sources)}]" if sources else ""
