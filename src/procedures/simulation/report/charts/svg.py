"""Writes plain SVG: shapes and texts on a sheet, with a title and a description for screen readers.

Colours are CSS classes of the page, so that a picture follows the light, dark and print style. No chart library is
used: libraries with static output weigh tens of megabytes or have no Sankey diagram; the others add scripts.
"""

from collections.abc import Iterable, Sequence
from math import ceil, floor, log10
from textwrap import wrap
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from attrs import define, field

WIDTH: Final = 960
_LETTER: Final = 7.6
"""The approximate width of a letter in the ordinary font size."""
LINE: Final = 15
_NEARLY: Final = 1e-9
_FLAT: Final = 1e-6
"""Differences below this part of a number count as none."""


@define
class Drawing:
    """A sheet of `WIDTH` by `height`; `name` is the prefix of its ids, screen readers use `title` and `description`."""

    name: str
    title: str
    description: str
    height: float = 0
    root: Element = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.root = Element("svg", {"role": "img", "aria-labelledby": f"{self.name}-title {self.name}-told"})
        SubElement(self.root, "title", {"id": f"{self.name}-title"}).text = self.title
        SubElement(self.root, "desc", {"id": f"{self.name}-told"}).text = self.description

    def box(self, x: float, y: float, width: float, height: float, css_class: str, tip: str = "") -> None:
        measures = {"x": x, "y": y, "width": max(width, 0.0), "height": max(height, 0.0)}
        self._add("rect", {name: _number(value) for name, value in measures.items()}, css_class, tip)

    def line(self, x1: float, y1: float, x2: float, y2: float, css_class: str) -> None:
        ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        self._add("line", {name: _number(value) for name, value in ends.items()}, css_class)

    def dot(self, x: float, y: float, radius: float, css_class: str, tip: str = "") -> None:
        self._add("circle", {"cx": _number(x), "cy": _number(y), "r": _number(radius)}, css_class, tip)

    def path(self, steps: Sequence[str | float], css_class: str, tip: str = "", width: float | None = None) -> None:
        """Add a path: `steps` are its letters and numbers, `width` is the width of its stroke."""
        shape = " ".join(step if isinstance(step, str) else _number(step) for step in steps)
        stroke = {} if width is None else {"stroke-width": _number(width)}
        self._add("path", {"d": shape, **stroke}, css_class, tip)

    def text(self, x: float, y: float, text: str, css_class: str = "", anchor: str = "start") -> None:
        place = {"x": _number(x), "y": _number(y), "text-anchor": anchor}
        self._add("text", place, css_class).text = text

    def texts(self, x: float, y: float, lines: Sequence[str], css_class: str = "", anchor: str = "start") -> None:
        """Write lines below each other."""
        for number, line in enumerate(lines):
            self.text(x, y + number * LINE, line, css_class, anchor)

    def svg(self) -> str:
        self.root.set("viewBox", f"0 0 {WIDTH} {_number(self.height)}")
        return tostring(self.root, encoding="unicode")

    def _add(self, tag: str, attributes: dict[str, str], css_class: str, tip: str = "") -> Element:
        found = SubElement(self.root, tag, {**attributes, "class": css_class} if css_class else attributes)
        if tip:
            SubElement(found, "title").text = tip
        return found


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def lines_of(text: str, width: float, most: int = 4) -> list[str]:
    """A text in at most `most` lines of about `width`; a text that is too long ends in an ellipsis."""
    return wrap(text, max(4, int(width / _LETTER)), max_lines=most, placeholder="…", break_on_hyphens=True)


def width_of(text: str) -> float:
    """The approximate width of a text."""
    return len(text) * _LETTER


def ticks(most: float, about: int = 5) -> list[float]:
    """Round numbers from 0 to at least `most`."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / about
    size = 10.0 ** (len(f"{int(rough)}") - 1 if rough >= 1 else -len(f"{int(1 / rough)}"))
    step = next(size * each for each in (1, 2, 5, 10, 20, 50, 100) if size * each >= rough)
    count = int(-(-most // step))
    return [round(number * step, 10) for number in range(count + 1)]


def decimals_of(step: float) -> int:
    """How many decimals distinguish numbers that differ by `step`."""
    return max(0, ceil(-log10(step) - _NEARLY))


def marks_around(values: Iterable[float], about: int = 5) -> list[float]:
    """Two or more round numbers that enclose `values`."""
    every = [*values]
    low, high = min(every), max(every)
    step = ticks(max(high - low, abs(high) * _FLAT, _FLAT), about)[1]
    first, last = floor(low / step + _NEARLY), ceil(high / step - _NEARLY)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]
