"""The tables of a report, for the page and for a terminal. Every number keeps its exact value."""

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from procedures.simulation.report.context import Cell, ReportContext
from procedures.simulation.report.figures import jury_days_of, quality_of
from procedures.simulation.results.model import Results


@frozen
class Table:
    """
    Rows below a header. The first cell of a row is its title. `text_columns` are the indices of the columns with text.

    `notes` explain how to read the table.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    text_columns: frozenset[int] = frozenset({0})
    notes: tuple[str, ...] = ()


def _table(
    context: ReportContext, name: str, header: tuple[str, ...], rows: Iterator[tuple[Cell, ...]], text_columns: int = 1
) -> Table:
    """A table; its first `text_columns` columns hold text."""
    return Table(name, tuple(context.say(each) for each in header), tuple(rows), frozenset(range(text_columns)))


def states(context: ReportContext) -> Table:
    """How many candidates reach each state, and how many end there; states that no candidate reached are left out."""
    return _table(context, "states", ("state", "mean", "interval", "range", "median", "ended"), _states(context))


def _states(context: ReportContext) -> Iterator[tuple[Cell, ...]]:
    for name, spread in sorted(context.results.reached.items(), key=lambda each: context.is_off_path(each[0])):
        if spread.mean:
            yield (
                Cell(context.state(name)),
                context.number(spread.mean),
                context.interval(spread.ci95),
                Cell(context.spread(spread)),
                context.number(spread.quantiles[0.5]),
                context.number(context.results.ended[name].mean),
            )


def moves(context: ReportContext) -> Table:
    """The mean number of candidates a selection that move from one state to another."""
    return _table(context, "flow", ("from", "to", "a selection", "share"), _moves(context), 2)


def _moves(context: ReportContext) -> Iterator[tuple[Cell, ...]]:
    results, names = context.results, [*context.machine.states]
    for origin, to in zip(*np.nonzero(results.block.moves), strict=True):
        mean = float(results.block.moves[origin, to]) / results.replications
        share = mean / results.reached[names[origin]].mean
        ends = (Cell(context.state(names[origin])), Cell(context.state(names[to])))
        yield (*ends, context.number(mean), context.share(min(1.0, share)))


def selected_counts(context: ReportContext) -> Table:
    """For each number of selected candidates, the share of the selections with that number."""
    return _table(context, "reserve", ("number selected", "share of selections"), _selected(context))


def _selected(context: ReportContext) -> Iterator[tuple[Cell, ...]]:
    counts, times = np.unique(context.results.block.selected.sum(axis=1), return_counts=True)
    for count, often in zip(counts.tolist(), times.tolist(), strict=True):
        yield context.number(count), context.share(often / context.results.replications)


def gates(context: ReportContext) -> Table:
    """The share of the selections in which each gate is held."""
    rows = ((Cell(context.step(name)), context.share(share)) for name, share in context.results.gates.items())
    return _table(context, "gates", ("step", "held"), rows)


def workload(context: ReportContext) -> Table:
    """The workload of the juries of each step."""
    header = ("step", "sessions", "range", "jury hours", "days", "interval", "available", "fits")
    rows = (
        (
            Cell(context.step(name)),
            context.number(planned.sessions.mean),
            Cell(context.spread(planned.sessions)),
            context.number(planned.jury_hours.mean),
            context.number(planned.days.mean, 2),
            context.interval(planned.days.ci95, 2),
            context.number(planned.available),
            context.share(planned.fits),
        )
        for name, planned in context.results.workload.items()
    )
    return _table(context, "workload", header, rows)


def jury_days(context: ReportContext) -> Table:
    """The number of candidates on each day of a jury."""
    rows = (
        (
            Cell(day.when.isoformat()),
            Cell(context.step(day.step)),
            context.number(day.candidates.mean),
            Cell(context.spread(day.candidates)),
            context.number(day.places),
            context.number(day.without_place),
        )
        for day in jury_days_of(context.results)
    )
    return _table(context, "calendar", ("date", "step", "candidates seen", "range", "capacity", "no place"), rows, 2)


def reserve_lifetime(context: ReportContext) -> Table:
    """How long the reserve lasts; empty where the scenario states no vacancies."""
    return _table(context, "lasting", ("what", "mean", "interval", "range"), _lifetime_rows(context))


def _lifetime_rows(context: ReportContext) -> Iterator[tuple[Cell, ...]]:
    found = context.results.reserve_lifetime
    if found is None:
        return
    for name, spread in (("years it lasts", found.years), ("vacancies filled", found.filled)):
        yield (
            Cell(context.say(name)),
            context.number(spread.mean, 2),
            context.interval(spread.ci95, 2),
            Cell(context.spread(spread)),
        )
    if found.terms.valid is not None:
        yield Cell(context.say("emptied")), context.share(found.exhausted), Cell("–"), Cell("–")


def groups(context: ReportContext) -> Table:
    """How many candidates of each group apply, and the share of them that is selected."""
    rows = (
        (Cell(name), context.number(applied.mean), context.share(ratio.value), context.shares(ratio.ci95))
        for name, (applied, ratio) in context.results.groups.items()
    )
    return _table(context, "groups", ("group", "applied", "selected share", "interval"), rows)


def group_ratios(context: ReportContext) -> Table:
    """The selection ratios of the other groups compared with the first group, and how often chance explains them."""
    rows = (
        (
            Cell(impact.group),
            context.number(impact.ratio, 2),
            context.interval(impact.ci95, 2),
            context.share(impact.below_four_fifths),
            context.share(impact.below_by_chance),
            context.share(impact.significant),
        )
        for impact in context.results.impacts
    )
    return _table(context, "compared", ("group", "ratio", "interval", "below", "by luck", "significant"), rows)


def impact(context: ReportContext) -> Table:
    """The quality of the selected candidates and the adverse impact, for these results and for each variant."""
    header = ("variant", "quality", "adverse", "interval", "number selected")
    every = {context.scenario.name or context.say("this scenario"): context.results, **context.variants}
    return _table(context, "impact", header, (_impact_row(context, name, each) for name, each in every.items()))


def _impact_row(context: ReportContext, name: str, results: Results) -> tuple[Cell, ...]:
    quality, adverse = quality_of(context.file, results), results.lowest_impact
    return (
        Cell(name),
        context.number(quality.value if quality else None, 2),
        context.number(adverse.ratio if adverse else None, 2),
        context.interval(adverse.ci95 if adverse else None, 2),
        context.number(results.selected.mean),
    )
