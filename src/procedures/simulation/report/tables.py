"""The tables of a report, for the page and for a terminal: every number with its exact value."""

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from procedures.simulation.report.context import Shown, Teller
from procedures.simulation.report.figures import jury_days_of, quality_of
from procedures.simulation.results.model import Results


@frozen
class Table:
    """
    Rows under a header; the first cell of a row says what the row is about, `words` are the columns of words.

    `notes` are what must be known to read it.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]
    words: frozenset[int] = frozenset({0})
    notes: tuple[str, ...] = ()


def _table(
    teller: Teller, name: str, header: tuple[str, ...], rows: Iterator[tuple[Shown, ...]], words: int = 1
) -> Table:
    """The first so many columns are words."""
    return Table(name, tuple(teller.say(each) for each in header), tuple(rows), frozenset(range(words)))


def states(teller: Teller) -> Table:
    """How many reach each state, and how many end there; states that nobody reached are left out."""
    return _table(teller, "states", ("state", "mean", "interval", "range", "median", "ended"), _states(teller))


def _states(teller: Teller) -> Iterator[tuple[Shown, ...]]:
    for name, spread in sorted(teller.results.reached.items(), key=lambda each: teller.aside(each[0])):
        if spread.mean:
            yield (
                Shown(teller.state(name)),
                teller.number(spread.mean),
                teller.interval(spread.ci95),
                Shown(teller.spread(spread)),
                teller.number(spread.quantiles[0.5]),
                teller.number(teller.results.ended[name].mean),
            )


def moves(teller: Teller) -> Table:
    """How many go from which state to which, a selection."""
    return _table(teller, "flow", ("from", "to", "a selection", "share"), _moves(teller), 2)


def _moves(teller: Teller) -> Iterator[tuple[Shown, ...]]:
    results, names = teller.results, [*teller.machine.states]
    for origin, to in zip(*np.nonzero(results.block.moves), strict=True):
        mean = float(results.block.moves[origin, to]) / results.replications
        share = mean / results.reached[names[origin]].mean
        ends = (Shown(teller.state(names[origin])), Shown(teller.state(names[to])))
        yield (*ends, teller.number(mean), teller.share(min(1.0, share)))


def selected(teller: Teller) -> Table:
    """In which share of the selections how many are selected."""
    return _table(teller, "reserve", ("number selected", "share of selections"), _selected(teller))


def _selected(teller: Teller) -> Iterator[tuple[Shown, ...]]:
    counts, times = np.unique(teller.results.block.selected.sum(axis=1), return_counts=True)
    for count, often in zip(counts.tolist(), times.tolist(), strict=True):
        yield teller.number(count), teller.share(often / teller.results.replications)


def gates(teller: Teller) -> Table:
    """How often each gate is held."""
    rows = ((Shown(teller.step(name)), teller.share(share)) for name, share in teller.results.gates.items())
    return _table(teller, "gates", ("step", "held"), rows)


def workload(teller: Teller) -> Table:
    """What each step asks of its juries."""
    header = ("step", "sessions", "range", "jury hours", "days", "interval", "available", "fits")
    rows = (
        (
            Shown(teller.step(name)),
            teller.number(planned.sessions.mean),
            Shown(teller.spread(planned.sessions)),
            teller.number(planned.jury_hours.mean),
            teller.number(planned.days.mean, 2),
            teller.interval(planned.days.ci95, 2),
            teller.number(planned.available),
            teller.share(planned.fits),
        )
        for name, planned in teller.results.workload.items()
    )
    return _table(teller, "workload", header, rows)


def jury_days(teller: Teller) -> Table:
    """How full each day of a jury is."""
    rows = (
        (
            Shown(day.when.isoformat()),
            Shown(teller.step(day.step)),
            teller.number(day.seen.mean),
            Shown(teller.spread(day.seen)),
            teller.number(day.places),
            teller.number(day.left),
        )
        for day in jury_days_of(teller.results)
    )
    return _table(teller, "calendar", ("date", "step", "candidates seen", "range", "capacity", "no place"), rows, 2)


def lasting(teller: Teller) -> Table:
    """How long the reserve lasts; empty where nothing is said of vacancies."""
    return _table(teller, "lasting", ("what", "mean", "interval", "range"), _lasting(teller))


def _lasting(teller: Teller) -> Iterator[tuple[Shown, ...]]:
    found = teller.results.lasting
    if found is None:
        return
    for name, spread in (("years it lasts", found.years), ("vacancies filled", found.filled)):
        yield (
            Shown(teller.say(name)),
            teller.number(spread.mean, 2),
            teller.interval(spread.ci95, 2),
            Shown(teller.spread(spread)),
        )
    if found.terms.valid is not None:
        yield Shown(teller.say("emptied")), teller.share(found.exhausted), Shown("–"), Shown("–")


def groups(teller: Teller) -> Table:
    """How many of each group apply, and which share of them is selected."""
    rows = (
        (Shown(name), teller.number(applied.mean), teller.share(ratio.value), teller.shares(ratio.ci95))
        for name, (applied, ratio) in teller.results.groups.items()
    )
    return _table(teller, "groups", ("group", "applied", "selected share", "interval"), rows)


def compared(teller: Teller) -> Table:
    """How the other groups fare beside the first one, and how often that is luck."""
    rows = (
        (
            Shown(impact.group),
            teller.number(impact.ratio, 2),
            teller.interval(impact.ci95, 2),
            teller.share(impact.below),
            teller.share(impact.by_luck),
            teller.share(impact.significant),
        )
        for impact in teller.results.impacts
    )
    return _table(teller, "compared", ("group", "ratio", "interval", "below", "by luck", "significant"), rows)


def impact(teller: Teller) -> Table:
    """The quality of those selected against adverse impact, of these results and of each variant."""
    header = ("variant", "quality", "adverse", "interval", "number selected")
    every = {teller.scenario.name or teller.say("this scenario"): teller.results, **teller.variants}
    return _table(teller, "impact", header, (_compared(teller, name, each) for name, each in every.items()))


def _compared(teller: Teller, name: str, results: Results) -> tuple[Shown, ...]:
    quality, adverse = quality_of(teller.file, results), results.adverse
    return (
        Shown(name),
        teller.number(quality.value if quality else None, 2),
        teller.number(adverse.ratio if adverse else None, 2),
        teller.interval(adverse.ci95 if adverse else None, 2),
        teller.number(results.selected.mean),
    )
