"""A sweep as a table, for the page and for a terminal: a row for each point, after one for what is written now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from procedures.simulation.report.charts.svg import decimals_of
from procedures.simulation.report.context import Shown, Teller, figure
from procedures.simulation.report.tables import Table
from procedures.simulation.report.text.outcome_names import outcome_words
from procedures.simulation.what_if.sweep import Estimate, Sweep, Swept

_DIGITS: Final[Mapping[str, int]] = {
    "selected": 2,
    "do well": 1,
    "quality": 2,
    "adverse": 2,
    "too few": 1,
    "jury hours": 1,
    "jury days": 1,
}
_SHARES: Final = frozenset({"do well", "too few"})
_HALVES: Final = frozenset({"selected", "quality"})
_BRACKETS: Final = frozenset({"adverse"})
_ON_FRONT: Final = "●"


def sweep_table(teller: Teller, sweep: Sweep) -> Table:
    """The values of each point with its outcomes; a column in which nothing stands is left out."""
    fronts = any(point.front for point in sweep.points)
    paths = [direction.path for direction in sweep.directions]
    titles = [outcome_title(teller, sweep, name) for name in sweep.told]
    header = (*paths, *titles, *([teller.say("front")] if fronts else []))
    words = {*range(len(paths)), *([len(header) - 1] if fronts else [])}
    rows = tuple(tuple(_row(teller, sweep, point, fronts)) for point in sweep.every)
    notes = [teller.say("half")]
    if fronts and sweep.quality is not None:
        quality = outcome_words(sweep.quality, teller.machine, teller.language)
        notes.append(teller.say("on the front", quality=quality))
    return Table("sweep", header, rows, frozenset(words), tuple(notes))


def _row(teller: Teller, sweep: Sweep, point: Swept, fronts: bool) -> Iterator[Shown]:
    values = point.values or (teller.say("as it is"), *("" for _ in sweep.directions[1:]))
    yield from map(Shown, values)
    for name in sweep.told:
        yield _cell(teller, name, point.outcomes[name])
    if fronts:
        yield Shown(_ON_FRONT if point.front else "")


def _cell(teller: Teller, name: str, estimate: Estimate) -> Shown:
    """A number, with half its interval or the interval in brackets where that is what people ask for first."""
    text = amount(teller, name, estimate.value)
    if name in _HALVES and estimate.ci95 is not None:
        low, high = estimate.ci95
        text += f" ± {amount(teller, name, (high - low) / 2)}"
    return Shown(in_full(teller, name, estimate) if name in _BRACKETS else text, estimate.value)


def in_full(teller: Teller, name: str, estimate: Estimate) -> str:
    """A number with its interval in brackets."""
    text = amount(teller, name, estimate.value)
    if estimate.value is None or estimate.ci95 is None:
        return text
    low, high = (amount(teller, name, bound) for bound in estimate.ci95)
    return f"{text} ({low} – {high})"


def outcome_title(teller: Teller, sweep: Sweep, name: str) -> str:
    """What an outcome of a sweep is called."""
    if name == "quality" and sweep.quality is not None:
        return outcome_words(sweep.quality, teller.machine, teller.language)
    return teller.say(name)


def amount(teller: Teller, name: str, value: float | None, digits: int | None = None) -> str:
    """A value of an outcome, always with as many decimals; a dash where there is none."""
    if value is None:
        return "–"
    places = _DIGITS[name] if digits is None else digits
    return (
        f"{figure(100 * value, places, teller.language)}%"
        if name in _SHARES
        else figure(value, places, teller.language)
    )


def mark_words(teller: Teller, name: str, marks: Sequence[float]) -> list[str]:
    """Marks of an outcome, with as many decimals as tell them apart."""
    step = marks[1] - marks[0]
    digits = decimals_of(100 * step if name in _SHARES else step)
    return [amount(teller, name, mark, digits) for mark in marks]
