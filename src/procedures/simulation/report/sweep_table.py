"""A sweep as a table, for the page and for a terminal: a row for the base, then a row for each point."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from procedures.simulation.report.charts.svg import decimals_of
from procedures.simulation.report.context import Cell, ReportContext, format_number
from procedures.simulation.report.tables import Table
from procedures.simulation.report.text.outcome_names import outcome_words
from procedures.simulation.what_if.sweep import Estimate, Sweep, SweepPoint

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


def sweep_table(context: ReportContext, sweep: Sweep) -> Table:
    """The values of each point with its outcomes; outcomes that no point defines have no column."""
    fronts = any(point.is_on_front for point in sweep.points)
    paths = [direction.path for direction in sweep.directions]
    titles = [outcome_title(context, sweep, name) for name in sweep.defined_outcomes]
    header = (*paths, *titles, *([context.say("front")] if fronts else []))
    text_columns = {*range(len(paths)), *([len(header) - 1] if fronts else [])}
    rows = tuple(tuple(_row(context, sweep, point, fronts)) for point in sweep.all_points)
    notes = [context.say("half")]
    if fronts and sweep.quality is not None:
        quality = outcome_words(sweep.quality, context.machine, context.language)
        notes.append(context.say("on the front", quality=quality))
    return Table("sweep", header, rows, frozenset(text_columns), tuple(notes))


def _row(context: ReportContext, sweep: Sweep, point: SweepPoint, fronts: bool) -> Iterator[Cell]:
    values = point.values or (context.say("as it is"), *("" for _ in sweep.directions[1:]))
    yield from map(Cell, values)
    for name in sweep.defined_outcomes:
        yield _cell(context, name, point.outcomes[name])
    if fronts:
        yield Cell(_ON_FRONT if point.is_on_front else "")


def _cell(context: ReportContext, name: str, estimate: Estimate) -> Cell:
    """A number; some outcomes show half their interval after it, others the whole interval in brackets."""
    text = format_outcome(context, name, estimate.value)
    if name in _HALVES and estimate.ci95 is not None:
        low, high = estimate.ci95
        text += f" ± {format_outcome(context, name, (high - low) / 2)}"
    return Cell(format_with_interval(context, name, estimate) if name in _BRACKETS else text, estimate.value)


def format_with_interval(context: ReportContext, name: str, estimate: Estimate) -> str:
    """A number with its interval in brackets."""
    text = format_outcome(context, name, estimate.value)
    if estimate.value is None or estimate.ci95 is None:
        return text
    low, high = (format_outcome(context, name, bound) for bound in estimate.ci95)
    return f"{text} ({low} – {high})"


def outcome_title(context: ReportContext, sweep: Sweep, name: str) -> str:
    """The title of an outcome of a sweep."""
    if name == "quality" and sweep.quality is not None:
        return outcome_words(sweep.quality, context.machine, context.language)
    return context.say(name)


def format_outcome(context: ReportContext, name: str, value: float | None, digits: int | None = None) -> str:
    """A value of an outcome, with a fixed number of decimals for each outcome; a dash where the value is None."""
    if value is None:
        return "–"
    places = _DIGITS[name] if digits is None else digits
    return (
        f"{format_number(100 * value, places, context.language)}%"
        if name in _SHARES
        else format_number(value, places, context.language)
    )


def format_marks(context: ReportContext, name: str, marks: Sequence[float]) -> list[str]:
    """The labels of marks on an axis, with enough decimals to distinguish them."""
    step = marks[1] - marks[0]
    digits = decimals_of(100 * step if name in _SHARES else step)
    return [format_outcome(context, name, mark, digits) for mark in marks]
