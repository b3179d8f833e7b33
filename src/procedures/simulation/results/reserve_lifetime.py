"""How long a reserve lasts: vacancies come, candidates are asked in turn, some refuse, and one day it ends.

Vacancies come at random moments, so many a year on average (Poisson). For each, those on the reserve are asked one
after the other until somebody takes it. A refusal leaves the reserve or stays, as the procedure says.
"""

from collections.abc import Iterator
from datetime import date
from math import log

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.kernel.machine import CompiledReserve, CompiledStep, Machine
from procedures.simulation.engine.blocks import Block
from procedures.simulation.engine.random_streams import BLOCK, Streams
from procedures.simulation.results.estimates import Plain, Spread
from procedures.simulation.scenario.model import Chances, Scenario
from rules.calendar import Moment
from rules.kinds import Flag

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_YEAR = 365.25
_SURE = 1e-12
"""A chance so small is taken for none."""


@frozen
class Terms:
    """
    On what a reserve is used: `vacancies` a year, the chance that an offer is declined, for how many years it is valid.

    `leaves` tells whether who declines is off the reserve. `valid` is None where it does not end.
    """

    vacancies: float
    declines: float
    refusal_leaves: bool
    valid: float | None


@frozen(eq=False)
class Lives:
    """
    One life of a reserve each: after how many `years` it was empty or ended, which were `emptied`, and how many
    vacancies were `filled`.
    """

    years: Floats
    emptied: NDArray[np.bool_]
    filled: Counts


@frozen
class Lasting:
    """
    How long the reserve lasts.

    `years` until nobody is left or it ends, whichever comes first; `exhausted` is the chance that nobody is left before
    it ends. `filled` are the vacancies that found somebody by then.
    """

    terms: Terms
    years: Spread
    exhausted: float
    filled: Spread

    def plain(self) -> Plain:
        return {
            "vacancies_a_year": self.terms.vacancies,
            "declines": self.terms.declines,
            "refusal_leaves": self.terms.refusal_leaves,
            "valid_years": self.terms.valid,
            "years": self.years.plain(),
            "exhausted": self.exhausted,
            "filled": self.filled.plain(),
        }


def lasting(machine: Machine, scenario: Scenario, seed: int, block: Block) -> Lasting | None:
    """How the reserve of each replication lasts; None without a reserve or vacancies, or where it would never end."""
    terms = terms_of(machine, scenario)
    if (
        terms is None
        or machine.reserve is None
        or (terms.valid is None and terms.declines == 1 and not terms.refusal_leaves)
    ):
        return None
    size = block.reached[:, [*machine.states].index(machine.reserve.state)].astype(np.int64)
    # Block by block, so that one more replication leaves those before it as they are.
    starts = range(0, len(size), BLOCK)
    lives = [live(size[at : at + BLOCK], terms, Streams(seed, at // BLOCK)) for at in starts]
    years, emptied, filled = (
        np.concatenate([getattr(each, name) for each in lives]) for name in ("years", "emptied", "filled")
    )
    return Lasting(terms, Spread.of(years), float(emptied.mean()), Spread.of(filled))


def terms_of(machine: Machine, scenario: Scenario) -> Terms | None:
    """On what the reserve of a procedure is used; None without one, or where no vacancies are said."""
    reserve = machine.reserve
    if reserve is None or scenario.vacancies is None:
        return None
    offer = next(iter(machine.steps_from[reserve.state]), None)
    declines = 0.0 if offer is None else _declines(offer, machine, scenario)
    leaves = offer is not None and offer.otherwise != reserve.state
    return Terms(scenario.vacancies, declines, leaves, _valid(machine, reserve))


def _declines(offer: CompiledStep, machine: Machine, scenario: Scenario) -> float:
    """The chance that an offer is declined: as the scenario says, or as it has the one flag that is recorded."""
    said = scenario.behaviour.decline.get(offer.name)
    if said is not None:
        return said
    flags = [name for name in offer.records if isinstance(machine.declared.facts[name].kind, Flag)]
    arises = scenario.facts.get(flags[0]) if len(flags) == 1 else None
    if not isinstance(arises, Chances):
        return 0.0
    return sum(share for value, share in zip(arises.values, arises.shares, strict=True) if value is False)


def _valid(machine: Machine, reserve: CompiledReserve) -> float | None:
    """For how many years: a duration, or from the last declared day of what leads to it until a fixed day."""
    if reserve.valid is not None:
        return reserve.valid.count / 12 if reserve.valid.family == "months" else reserve.valid.count / _YEAR
    if reserve.last_day is None:
        return None
    ends = [machine.ends, *(machine.steps[name].ends for name in reserve.feeders)]
    begins: list[date] = [machine.zone.day(Moment(end - 1)) for end in ends if end is not None]
    return max(0.0, (reserve.last_day - max(begins)).days / _YEAR) if begins else None


def live(size: Counts, terms: Terms, streams: Streams) -> Lives:
    """What becomes of reserves of these sizes."""
    if terms.refusal_leaves:
        needed, takers = _leaving(size, terms, streams)
    else:
        needed, takers = _staying(size, terms, streams), size
    luck = streams.of("vacancies when")
    if terms.valid is None:
        years = np.where(size > 0, luck.standard_gamma(np.maximum(needed, 1)) / terms.vacancies, 0.0)
        return Lives(years, np.ones(len(size), np.bool_), takers)
    came = streams.of("vacancies how many").poisson(terms.vacancies * terms.valid, len(size))
    emptied = came >= needed
    # Of vacancies at random moments between 0 and 1, the moment of the n-th has a beta distribution.
    first, rest = np.where(emptied & (needed > 0), needed, 1), np.where(emptied, came - needed, 0)
    when = luck.beta(first, rest + 1) * terms.valid
    years = np.where(emptied, np.where(needed > 0, when, 0.0), terms.valid)
    filled = came if terms.refusal_leaves else _filled(size, terms, streams, came)
    return Lives(years, emptied, np.where(emptied, takers, filled))


def _leaving(size: Counts, terms: Terms, streams: Streams) -> tuple[Counts, Counts]:
    """How many vacancies use up a reserve that a refusal leaves, and how many of them it fills."""
    others = streams.of("vacancies takers").binomial(np.maximum(size - 1, 0), 1 - terms.declines)
    last = streams.of("vacancies last").random(len(size)) >= terms.declines
    # The last one asked uses the reserve up, whether by taking the vacancy or by refusing it.
    return np.where(size > 0, others + 1, 0), np.where(size > 0, others + last, 0)


def _staying(size: Counts, terms: Terms, streams: Streams) -> Counts:
    """How many vacancies use up a reserve on which a refusal stays; more than ever come where everybody refuses."""
    if terms.declines == 1:
        return np.where(size > 0, np.iinfo(np.int64).max, 0)
    needed = np.maximum(size - _sure_from(terms), 0)
    for count, asked in _asked(size, terms, streams):
        needed += np.where(count <= size, asked, 0)
    return needed


def _filled(size: Counts, terms: Terms, streams: Streams, came: Counts) -> Counts:
    """How many of the vacancies that came were filled from a reserve on which a refusal stays."""
    if terms.declines == 1:
        return np.zeros(len(size), np.int64)
    used = np.maximum(size - _sure_from(terms), 0)
    filled = np.minimum(used, came)
    for count, asked in reversed([*_asked(size, terms, streams)]):
        used = used + np.where(count <= size, asked, 0)
        filled += (count <= size) & (used <= came)
    return filled


def _sure_from(terms: Terms) -> int:
    """From how many candidates on somebody surely takes a vacancy."""
    return int(log(_SURE) / log(terms.declines)) + 1 if terms.declines > 0 else 0


def _asked(size: Counts, terms: Terms, streams: Streams) -> Iterator[tuple[int, Counts]]:
    """For each number of candidates how many vacancies it takes until one of them accepts."""
    for count in range(1, min(int(size.max(initial=0)), _sure_from(terms)) + 1):
        luck = streams.of(f"vacancies with {count} left")
        yield count, luck.geometric(1 - terms.declines**count, len(size))
