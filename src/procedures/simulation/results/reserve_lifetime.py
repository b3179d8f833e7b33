"""Estimates the lifetime of a reserve: the time until the reserve is empty or expires.

Vacancies arise at random moments with a mean number per year (Poisson). Each vacancy is offered to the candidates on
the reserve, one after the other, until one accepts. A candidate who declines leaves the reserve or stays on it,
depending on the procedure.
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
_NEGLIGIBLE = 1e-12
"""Chances below this are treated as 0."""


@frozen
class ReserveTerms:
    """
    The conditions of a reserve: `vacancies` per year, the chance that an offer is declined, and validity in years.

    `refusal_leaves`: a candidate who declines leaves the reserve. `valid` is None where the reserve does not expire.
    """

    vacancies: float
    declines: float
    refusal_leaves: bool
    valid: float | None


@frozen(eq=False)
class Lifetimes:
    """
    Drawn lifetimes of reserves, one per replication.

    `years` is the time until the reserve is empty or expires; `emptied` flags the reserves that are empty before they
    expire; `filled` is the number of vacancies filled.
    """

    years: Floats
    emptied: NDArray[np.bool_]
    filled: Counts


@frozen
class ReserveLifetime:
    """
    The estimated lifetime of the reserve.

    `years` is the time until the reserve is empty or expires, whichever comes first. `exhausted` is the chance that it
    is empty before it expires. `filled` is the number of vacancies filled by then.
    """

    terms: ReserveTerms
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


def estimate_reserve_lifetime(machine: Machine, scenario: Scenario, seed: int, block: Block) -> ReserveLifetime | None:
    """Estimate the lifetime of the reserve; None without a reserve or vacancies, or where the reserve never ends."""
    terms = terms_of(machine, scenario)
    if (
        terms is None
        or machine.reserve is None
        or (terms.valid is None and terms.declines == 1 and not terms.refusal_leaves)
    ):
        return None
    size = block.reached[:, [*machine.states].index(machine.reserve.state)].astype(np.int64)
    # Block by block, so that one more replication does not change the replications before it.
    starts = range(0, len(size), BLOCK)
    lifetimes = [draw_lifetimes(size[at : at + BLOCK], terms, Streams(seed, at // BLOCK)) for at in starts]
    years, emptied, filled = (
        np.concatenate([getattr(each, name) for each in lifetimes]) for name in ("years", "emptied", "filled")
    )
    return ReserveLifetime(terms, Spread.of(years), float(emptied.mean()), Spread.of(filled))


def terms_of(machine: Machine, scenario: Scenario) -> ReserveTerms | None:
    """The terms of the reserve of a procedure; None without a reserve, or where the scenario has no vacancies."""
    reserve = machine.reserve
    if reserve is None or scenario.vacancies is None:
        return None
    offer = next(iter(machine.steps_from[reserve.state]), None)
    declines = 0.0 if offer is None else _decline_chance(offer, machine, scenario)
    leaves = offer is not None and offer.otherwise != reserve.state
    return ReserveTerms(scenario.vacancies, declines, leaves, _valid_years(machine, reserve))


def _decline_chance(offer: CompiledStep, machine: Machine, scenario: Scenario) -> float:
    """The chance that an offer is declined: `decline` of the scenario, or the chance of a false flag of the step."""
    declared = scenario.behaviour.decline.get(offer.name)
    if declared is not None:
        return declared
    flags = [name for name in offer.records if isinstance(machine.declared.facts[name].kind, Flag)]
    distribution = scenario.facts.get(flags[0]) if len(flags) == 1 else None
    if not isinstance(distribution, Chances):
        return 0.0
    return sum(share for value, share in zip(distribution.values, distribution.shares, strict=True) if value is False)


def _valid_years(machine: Machine, reserve: CompiledReserve) -> float | None:
    """The validity in years: a duration, or from the last declared day of the feeding steps until a fixed day."""
    if reserve.valid is not None:
        return reserve.valid.count / 12 if reserve.valid.family == "months" else reserve.valid.count / _YEAR
    if reserve.last_day is None:
        return None
    ends = [machine.ends, *(machine.steps[name].ends for name in reserve.feeders)]
    begins: list[date] = [machine.zone.day(Moment(end - 1)) for end in ends if end is not None]
    return max(0.0, (reserve.last_day - max(begins)).days / _YEAR) if begins else None


def draw_lifetimes(size: Counts, terms: ReserveTerms, streams: Streams) -> Lifetimes:
    """Draw the lifetimes of reserves of these sizes."""
    if terms.refusal_leaves:
        needed, takers = _use_up_leaving(size, terms, streams)
    else:
        needed, takers = _use_up_staying(size, terms, streams), size
    stream = streams.generator("vacancies when")
    if terms.valid is None:
        years = np.where(size > 0, stream.standard_gamma(np.maximum(needed, 1)) / terms.vacancies, 0.0)
        return Lifetimes(years, np.ones(len(size), np.bool_), takers)
    arrived = streams.generator("vacancies how many").poisson(terms.vacancies * terms.valid, len(size))
    emptied = arrived >= needed
    # Of vacancies at random moments between 0 and 1, the moment of the n-th has a beta distribution.
    first, rest = np.where(emptied & (needed > 0), needed, 1), np.where(emptied, arrived - needed, 0)
    when = stream.beta(first, rest + 1) * terms.valid
    years = np.where(emptied, np.where(needed > 0, when, 0.0), terms.valid)
    filled = arrived if terms.refusal_leaves else _count_filled(size, terms, streams, arrived)
    return Lifetimes(years, emptied, np.where(emptied, takers, filled))


def _use_up_leaving(size: Counts, terms: ReserveTerms, streams: Streams) -> tuple[Counts, Counts]:
    """How many vacancies use up a reserve that a candidate leaves by declining, and how many of them are filled."""
    others = streams.generator("vacancies takers").binomial(np.maximum(size - 1, 0), 1 - terms.declines)
    last = streams.generator("vacancies last").random(len(size)) >= terms.declines
    # The last candidate uses up the reserve, by accepting the vacancy or by declining it.
    return np.where(size > 0, others + 1, 0), np.where(size > 0, others + last, 0)


def _use_up_staying(size: Counts, terms: ReserveTerms, streams: Streams) -> Counts:
    """How many vacancies use up a reserve on which a candidate who declines stays; unbounded if all decline."""
    if terms.declines == 1:
        return np.where(size > 0, np.iinfo(np.int64).max, 0)
    needed = np.maximum(size - _certain_size(terms), 0)
    for count, offers in _draw_offers(size, terms, streams):
        needed += np.where(count <= size, offers, 0)
    return needed


def _count_filled(size: Counts, terms: ReserveTerms, streams: Streams, arrived: Counts) -> Counts:
    """How many of the vacancies are filled from a reserve on which a candidate who declines stays."""
    if terms.declines == 1:
        return np.zeros(len(size), np.int64)
    used = np.maximum(size - _certain_size(terms), 0)
    filled = np.minimum(used, arrived)
    for count, offers in reversed([*_draw_offers(size, terms, streams)]):
        used = used + np.where(count <= size, offers, 0)
        filled += (count <= size) & (used <= arrived)
    return filled


def _certain_size(terms: ReserveTerms) -> int:
    """The number of candidates from which a vacancy is certainly accepted."""
    return int(log(_NEGLIGIBLE) / log(terms.declines)) + 1 if terms.declines > 0 else 0


def _draw_offers(size: Counts, terms: ReserveTerms, streams: Streams) -> Iterator[tuple[int, Counts]]:
    """For each number of candidates, the drawn number of vacancies until one of the candidates accepts."""
    for count in range(1, min(int(size.max(initial=0)), _certain_size(terms)) + 1):
        stream = streams.generator(f"vacancies with {count} left")
        yield count, stream.geometric(1 - terms.declines**count, len(size))
