"""How long a reserve lasts: against exact chances, and against vacancies that are played one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_report import OTHERS, assumed, example, simulated
from scipy.stats import binom, poisson

from procedures.simulation.engine.random_streams import Streams
from procedures.simulation.results.reserve_lifetime import Lifetimes, ReserveTerms, draw_lifetimes, terms_of

MANY = 40_000


def lives(size: int, vacancies: float, declines: float, leaves: bool, valid: float | None, seed: int = 1) -> Lifetimes:
    return draw_lifetimes(np.full(MANY, size), ReserveTerms(vacancies, declines, leaves, valid), Streams(seed, 0))


EXACT = [  # size, vacancies a year, chance to decline, a refusal leaves, years: the chance that it is emptied
    (0, 2.0, 0.0, False, 2.0, 1.0),
    (3, 2.0, 0.0, False, 2.0, 1 - poisson.cdf(2, 4)),
    (3, 2.0, 0.0, True, 2.0, 1 - poisson.cdf(2, 4)),
    (1, 2.0, 0.25, False, 2.0, 1 - np.exp(-3.0)),  # only three in four vacancies find the one candidate willing
    (1, 2.0, 0.25, True, 2.0, 1 - np.exp(-4.0)),  # the first vacancy uses up the one candidate, willing or not
    (5, 1.0, 1.0, True, 1.0, 1 - np.exp(-1.0)),  # all refuse the first vacancy
    (5, 1.0, 1.0, False, 1.0, 0.0),
    (4, 2.0, 0.3, True, 2.0, sum(binom.pmf(n, 3, 0.7) * (1 - poisson.cdf(n, 4)) for n in range(4))),
]


@pytest.mark.parametrize(("size", "vacancies", "declines", "leaves", "valid", "chance"), EXACT)
def test_a_reserve_is_emptied_as_often_as_it_must_be(
    size: int, vacancies: float, declines: float, leaves: bool, valid: float, chance: float
) -> None:
    emptied = lives(size, vacancies, declines, leaves, valid).emptied.mean()
    assert emptied == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / MANY) + 1e-9)


def played(size: int, terms: ReserveTerms, luck: np.random.Generator) -> tuple[float, bool, int]:
    """One life, vacancy by vacancy: years, emptied, filled."""
    assert terms.valid is not None
    time, left, filled = 0.0, size, 0
    while left:
        time += luck.exponential(1 / terms.vacancies)
        if time > terms.valid:
            return terms.valid, False, filled
        for _ in range(left):
            taken = luck.random() >= terms.declines
            left -= taken or terms.refusal_leaves
            filled += taken
            if taken:
                break
    return time, True, filled


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("declines", [0.3, 0.9])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_lives_are_like_those_played_vacancy_by_vacancy(size: int, declines: float, leaves: bool) -> None:
    terms, luck = ReserveTerms(2.0, declines, leaves, 2.0), np.random.default_rng(1)
    one_by_one = np.array([played(size, terms, luck) for _ in range(6000)], float)
    found = lives(size, 2.0, declines, leaves, 2.0)
    for number, values in enumerate((found.years, found.emptied, found.filled)):
        wide = 4.5 * np.std(one_by_one[:, number]) / np.sqrt(6000) + 1e-3
        assert np.mean(values) == pytest.approx(one_by_one[:, number].mean(), abs=wide)


def test_without_an_end_everybody_is_asked_one_day() -> None:
    found = lives(3, 2.0, 0.0, False, None)
    assert found.emptied.all()
    assert (found.filled == 3).all()
    assert found.years.mean() == pytest.approx(1.5, abs=0.02)  # three vacancies, two a year


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=20),
    st.integers(0, 30),
    st.sampled_from([0.0, 0.2, 0.95, 1.0]),
    st.booleans(),
    st.sampled_from([None, 0.5, 2.0]),
)
def test_one_more_replication_leaves_the_others_as_they_are(
    sizes: list[int], more: int, declines: float, leaves: bool, valid: float | None
) -> None:
    terms = ReserveTerms(3.0, declines, leaves, 2.0 if valid is None and declines == 1 else valid)
    one, other = (draw_lifetimes(np.array(size), terms, Streams(5, 0)) for size in (sizes, [*sizes, more]))
    for name in ("years", "emptied", "filled"):
        assert (getattr(one, name) == getattr(other, name)[:-1]).all()
    size = np.array(sizes)
    assert ((one.filled >= 0) & (one.filled <= size)).all()
    assert (one.years >= 0).all()
    assert terms.valid is None or (one.years <= terms.valid).all()
    assert (one.emptied | (one.years == terms.valid)).all()
    assert declines in (0.0, 1.0) or leaves or (one.filled[one.emptied] == size[one.emptied]).all()


def test_the_terms_are_those_of_the_procedure_and_the_scenario() -> None:
    file = example("vacancies: {per_year: 2}")
    assert terms_of(file.procedure.machine, file.scenario) == ReserveTerms(2.0, 0.3, False, 2.0)
    other = file.procedure.with_reading("declined_offer", "leaves_reserve")
    assert terms_of(other.machine, file.scenario) == ReserveTerms(2.0, 0.3, True, 2.0)
    endless = file.procedure.with_reading("reserve_end", "until_decided")
    assert terms_of(endless.machine, file.scenario) == ReserveTerms(2.0, 0.3, False, None)
    assert terms_of(example().procedure.machine, example().scenario) is None


@pytest.mark.parametrize("name", OTHERS)
def test_without_vacancies_nothing_is_said_of_the_reserve(name: str) -> None:
    assert assumed(name)[1].reserve_lifetime is None


def test_results_tell_how_long_the_reserve_lasts() -> None:
    found = simulated("vacancies: {per_year: 2}")
    assert found.reserve_lifetime is not None
    assert found.empty <= found.reserve_lifetime.exhausted <= 1
    assert 0 < found.reserve_lifetime.years.mean < 2
    assert found.plain()["reserve"] == found.reserve_lifetime.plain()
    assert simulated().plain()["reserve"] is None
