"""What a simulation tells of its numbers: intervals, four fifths, and luck; each against a count done another way."""

from collections import Counter
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from attrs import evolve
from hand_computed import TRUTH, Plain, simulated, written
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from procedures.simulation import read_scenario
from procedures.simulation.results.adverse_impact import count_distinct_rows, share_broken_by_chance, share_significant
from procedures.simulation.results.model import Impact, Ratio, Spread, results_of


def counts(*rows: tuple[int, int]) -> np.ndarray:
    """Numbers of the first group and of the other, a row a replication."""
    return np.array(rows, np.int64)


# -- intervals --------------------------------------------------------------------------------------------------------


def test_the_interval_of_a_pooled_ratio_covers_it_as_often_as_it_says() -> None:
    """Selections of very different sizes, in each of which chances differ: 95% of intervals, within 4 deviations."""
    stream, hits, times = np.random.default_rng(1), 0, 2000
    for _ in range(times):
        whole = stream.poisson(20, 200)
        chances = stream.beta(2, 6, 200)
        found = Ratio.of(stream.binomial(whole, chances).astype(np.int32), whole.astype(np.int32))
        assert found.ci95 is not None
        hits += found.ci95[0] <= 0.25 <= found.ci95[1]
    assert abs(hits / times - 0.95) <= 4 * np.sqrt(0.95 * 0.05 / times)


def test_what_never_happened_is_not_certain_never_to_happen() -> None:
    whole = np.full(10, 20, np.int32)
    never, always = Ratio.of(whole * 0, whole), Ratio.of(whole, whole)
    # Clopper and Pearson: 0 of 200, at 2.5% on that side.
    assert never.ci95 == (0.0, pytest.approx(1 - 0.025 ** (1 / 200)))
    assert always.ci95 == (pytest.approx(0.025 ** (1 / 200)), 1.0)
    assert Ratio.of(whole * 0, whole * 0).value is None


def test_a_share_that_is_the_same_in_every_selection_is_certain() -> None:
    """Three of twelve are kept, always: no luck is in it, and no width."""
    found = Ratio.of(np.full(50, 3, np.int32), np.full(50, 12, np.int32))
    assert found.ci95 == (0.25, 0.25)


def test_quantiles_are_numbers_that_were_seen() -> None:
    found = Spread.of([5, 1, 4, 2, 3, 3, 3, 3, 3, 3])
    assert found.quantiles == {0.05: 1.0, 0.5: 3.0, 0.95: 5.0}
    assert found.mean == pytest.approx(3.0)
    assert found.halfwidth == pytest.approx(
        1.96 * np.std([5, 1, 4, 2, 3, 3, 3, 3, 3, 3], ddof=1) / np.sqrt(10), abs=1e-4
    )


# -- adverse impact ---------------------------------------------------------------------------------------------------

TWO_GROUPS: Plain = {
    "scenario": "groups",
    "candidates": 80,
    "measures": {"test.score": {"mean": 55, "sd": 10}},
    "groups": [{"name": "majority", "share": 0.75}, {"name": "minority", "share": 0.25}],
    "selected": "chosen",
}


def test_four_fifths_are_compared_in_whole_numbers() -> None:
    """Of 20 and 10, 15 and 6 are exactly four fifths, which is not below; in floating point it is."""
    assert (6 / 10) / (15 / 20) < 0.8
    file = written("taylor-russell", TWO_GROUPS)
    block = simulated(file, 2).block
    for chosen, below in ((6, 0.0), (5, 1.0)):
        same = evolve(block, applied=np.array([[20, 10]] * 2), selected=np.array([[15, chosen]] * 2))
        (impact,) = results_of(file.procedure.machine, file.scenario, 1, same).impacts
        assert impact.below_four_fifths == below


def test_equal_chances_break_four_fifths_by_luck_a_third_of_the_time() -> None:
    """Some sixty and twenty applicants, chances alike: what is seen is what luck alone does."""
    (impact,) = simulated(written("taylor-russell", TWO_GROUPS), 3000).impacts
    assert impact.below_four_fifths is not None
    assert impact.below_by_chance is not None
    assert 0.25 < impact.below_by_chance < 0.40
    assert abs(impact.below_four_fifths - impact.below_by_chance) <= 4 * np.sqrt(0.25 / 3000)
    assert impact.ci95 is not None
    assert impact.ci95[0] < 1 < impact.ci95[1]


@given(st.integers(1, 5), st.integers(1, 4), st.data())
def test_luck_is_counted_over_all_choices_of_people(first: int, group: int, data: st.DataObject) -> None:
    picked = data.draw(st.integers(1, first + group))
    broken = told = 0
    for some in combinations(range(first + group), picked):
        other = sum(one >= first for one in some)
        if other < picked:
            told += 1
            broken += Fraction(other, group) < Fraction(4, 5) * Fraction(picked - other, first)
    chosen = min(picked, first)
    found = share_broken_by_chance(counts((chosen, picked - chosen)), counts((first, group)))
    assert found == pytest.approx(broken / told, abs=1e-12)


@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_significance_is_fishers_exact_test(first: int, group: int, data: st.DataObject) -> None:
    one, other = data.draw(st.integers(0, first)), data.draw(st.integers(0, group))
    chance = fisher_exact([[other, group - other], [one, first - one]], alternative="less")[1]
    if abs(chance - 0.05) > 1e-9:
        assert share_significant(counts((one, other)), counts((first, group))) == float(chance <= 0.05)


def test_a_group_of_which_nobody_was_selected_has_an_interval_all_the_same() -> None:
    scenario = {**TWO_GROUPS, "candidates": 20}
    scenario["groups"] = [{**TWO_GROUPS["groups"][0]}, {**TWO_GROUPS["groups"][1], "shift": {"test.score": -9}}]
    found = simulated(written("taylor-russell", scenario), 200)
    (impact,) = found.impacts
    applied = int(found.block.applied[:, 1].sum())
    rate = found.groups["majority"][1].value
    assert rate is not None
    assert impact.ratio == 0.0
    assert impact.ci95 == (0.0, pytest.approx((1 - 0.025 ** (1 / applied)) / rate))


def test_the_interval_of_an_impact_covers_the_truth_as_often_as_it_says() -> None:
    file, truth, hits = read_scenario(TRUTH / "adverse-impact.scenario.yaml"), 0.11257914, 0
    for seed in range(60):
        (impact,) = simulated(file, 60, seed).impacts
        assert isinstance(impact, Impact)
        assert impact.ci95 is not None
        hits += impact.ci95[0] <= truth <= impact.ci95[1]
    assert hits >= 50  # of 60: fewer come once in 4,000 times where 95% is true


# -- time -------------------------------------------------------------------------------------------------------------


def test_how_long_it_takes_is_told_by_those_of_whom_it_is_known() -> None:
    """Whoever was selected and then hired stands elsewhere; a selection of only such people does not take no time."""
    definition: Plain = {
        "procedure": "truth/hired",
        "title": {"en": "Hired from the reserve"},
        "steps": {
            "test": {"from": "applied", "to": "reserve", "on": "2027-03-01", "lapses": "rejected",
                     "records": {"passed": {"kind": "flag"}}},
            "offer": {"from": "reserve", "to": "hired", "otherwise": "reserve",
                      "records": {"accepted": {"kind": "flag"}}},
        },
        "applications": {"opens": "2027-02-01", "until": "2027-02-10"},
        "reserve": {"state": "reserve"},
    }  # fmt: skip
    scenario = {
        "scenario": "hired",
        "candidates": 2,
        "measures": {"test.passed": {}},
        "behaviour": {"decline": {"offer": 0.5}},
    }
    days = simulated(written(definition, scenario), 400).days
    assert days.quantiles[0.05] == days.quantiles[0.95] == pytest.approx(28, abs=1.0)


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, 2, 7, 2**24, 2**31])] * 4), min_size=1, max_size=8))
def test_selections_that_are_alike_are_counted_together(rows: list[tuple[int, ...]]) -> None:
    """However large the numbers are: where they do not fit together in one, each is counted by itself."""
    table = np.array(rows, np.int64)
    columns, counts = count_distinct_rows(table[:, :2], table[:, 2:])
    found: Counter[tuple[int, ...]] = Counter()
    for row, count in zip(zip(*(column.tolist() for column in columns), strict=True), counts.tolist(), strict=True):
        found[row] += count
    assert found == Counter(rows)
