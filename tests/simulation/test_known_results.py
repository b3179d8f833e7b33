"""What is known without this library comes out of ordinary files: published tables, and sums done another way."""

from itertools import product
from math import comb, sqrt

import numpy as np
import pytest
from hand_computed import TRUTH, Both, answer, simulated, written
from scipy.integrate import quad
from scipy.stats import beta, multivariate_normal, norm

from procedures.simulation import read_scenario

FILES = sorted(path.name for path in TRUTH.glob("*.scenario.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_simulated_and_exact_numbers_agree_on_every_file(name: str) -> None:
    Both.of(read_scenario(TRUTH / name), 2000).agree(independent="best" not in name)


# -- Taylor and Russell (1939) ----------------------------------------------------------------------------------------

# Their table for a base rate of .50, the row of a validity of .50: selection ratio, success ratio.
PUBLISHED = [
    (0.05, 0.88), (0.10, 0.84), (0.20, 0.78), (0.30, 0.74), (0.40, 0.70), (0.50, 0.67), (0.60, 0.63), (0.70, 0.60),
    (0.80, 0.57), (0.90, 0.54), (0.95, 0.52),
]  # fmt: skip
# Base rate, selection ratio, validity.
RECOMPUTED = [
    (0.50, 0.20, 0.50), (0.10, 0.05, 0.25), (0.20, 0.10, 0.50), (0.30, 0.30, 0.75), (0.60, 0.50, 0.25),
    (0.80, 0.90, 0.50), (0.50, 0.50, 0.00), (0.60, 0.20, -0.30), (0.50, 0.30, 0.95),
]  # fmt: skip


def taylor_russell(base: float, ratio: float, validity: float) -> dict[str, object]:
    """The scenario of one cell of a table: a bound on tenths at 60, which is 59.95 on what is measured."""
    return {
        "scenario": "cell",
        "candidates": 100,
        "measures": {"performance": {}, "test.score": {"mean": 59.95 - 10 * float(norm.isf(ratio)), "sd": 10}},
        "correlations": [["performance", "test.score", validity]] if validity else [],
        "success": {"performance": {"at_least": round(float(norm.isf(base)), 6)}},
        "selected": "chosen",
    }


def success_ratio(base: float, ratio: float, validity: float) -> float:
    """The upper quadrant of a bivariate normal distribution, of those above one bound."""
    bounds = [-norm.isf(base), -norm.isf(ratio)]
    return float(multivariate_normal.cdf(bounds, cov=[[1, validity], [validity, 1]], abseps=1e-9)) / ratio


@pytest.mark.parametrize(("ratio", "published"), PUBLISHED)
def test_the_tables_of_taylor_and_russell(ratio: float, published: float) -> None:
    found = answer(written("taylor-russell", taylor_russell(0.50, ratio, 0.50))).success_ratio
    assert found is not None
    assert abs(found - published) <= 0.005


@pytest.mark.parametrize(("base", "ratio", "validity"), RECOMPUTED)
def test_success_ratios_exact_and_simulated(base: float, ratio: float, validity: float) -> None:
    both = Both.of(written("taylor-russell", taylor_russell(base, ratio, validity)), 1000)
    truth = success_ratio(base, ratio, validity)
    assert both.exact.ratio == pytest.approx(ratio, abs=1e-9)
    assert both.exact.base_rate == pytest.approx(base, abs=1e-6)  # criteria are compared on millionths
    assert both.exact.success_ratio == pytest.approx(truth, abs=2e-6)
    value, interval = both.found.success_ratio.value, both.found.success_ratio.ci95
    assert value is not None
    assert interval is not None
    assert abs(value - truth) <= 4 * (interval[1] - interval[0]) / 2 / 1.96
    both.agree()


def test_the_example_of_the_files() -> None:
    both = Both.of(read_scenario(TRUTH / "taylor-russell.scenario.yaml"), 2000)
    assert both.exact.success_ratio == pytest.approx(0.782, abs=0.0005)
    assert both.found.success_ratio.value == pytest.approx(0.782, abs=0.008)


# -- two stages (Cronbach and Gleser 1965; Tallis 1961) ---------------------------------------------------------------


def test_two_stages() -> None:
    both = Both.of(read_scenario(TRUTH / "two-stages.scenario.yaml"), 4000)
    mean, simulated_mean = both.exact.measures["performance"][0], both.found.measures["performance"][0]
    assert both.exact.ratio == pytest.approx(0.282, abs=0.0005)
    assert both.exact.ratio == pytest.approx(0.25 + np.arcsin(0.20) / (2 * np.pi), abs=1e-12)  # Sheppard's quadrant
    assert mean == pytest.approx(0.601, abs=0.0005)
    assert both.found.ratio.value == pytest.approx(0.282, abs=0.004)
    assert simulated_mean == pytest.approx(0.601, abs=0.02)


def tallis(correlation: np.ndarray, bounds: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The chance that all variables are above their bounds, and the moments of those that are (Tallis 1961)."""
    count = len(bounds)

    def above(at: list[float], together: np.ndarray) -> float:
        if not at:
            return 1.0
        if len(at) < 3:  # for which scipy has rules that are not randomised
            return float(multivariate_normal.cdf(-np.array(at), cov=together))
        # The first by quadrature, the others given it: standard normal variables, of which three is the most here.
        slope, left = together[1:, 0], together[1:, 1:] - np.outer(together[1:, 0], together[0, 1:])

        def inner(z: float) -> float:
            return float(norm.pdf(z)) * above([*(np.array(at[1:]) - slope * z)], left)

        return float(quad(inner, at[0], 9, epsabs=1e-12, limit=200)[0])

    def partial(fixed: list[int], at: np.ndarray) -> float:
        """The chance of the others, where the variables `fixed` stand at `at`."""
        rest = [number for number in range(count) if number not in fixed]
        if not rest:
            return 1.0
        slope = correlation[np.ix_(rest, fixed)] @ np.linalg.inv(correlation[np.ix_(fixed, fixed)])
        left = correlation[np.ix_(rest, rest)] - slope @ correlation[np.ix_(fixed, rest)]
        return above([*(bounds[rest] - slope @ at)], left)

    mass = above([*bounds], correlation)
    edge = np.array([norm.pdf(bounds[q]) * partial([q], bounds[[q]]) for q in range(count)])
    first = correlation @ edge / mass
    second = correlation.copy()
    for i, j in product(range(count), repeat=2):
        total = 0.0
        for q in range(count):
            total += correlation[q, i] * correlation[q, j] * bounds[q] * edge[q]
            for r in set(range(count)) - {q}:
                pair = [q, r]
                density = multivariate_normal.pdf(bounds[pair], cov=correlation[np.ix_(pair, pair)])
                corner = density * partial(pair, bounds[pair])
                total += correlation[q, i] * (correlation[r, j] - correlation[q, r] * correlation[q, j]) * corner
        second[i, j] += total / mass
    return mass, first, second


@pytest.mark.parametrize("seed", range(6))
def test_means_and_deviations_are_those_of_tallis(seed: int) -> None:
    stream = np.random.default_rng(seed)
    count = 2 + seed % 2
    loadings = stream.normal(size=(count + 1, count + 2))
    together = loadings @ loadings.T
    deviation = np.sqrt(np.diag(together))
    together = (together / np.outer(deviation, deviation)).round(4)
    np.fill_diagonal(together, 1.0)
    bounds = stream.normal(size=count) * 0.6
    names = ["performance", *(f"step{number}.passed" for number in range(count))]
    steps = {
        f"step{number}": {
            "from": "applied" if number == 0 else f"after{number - 1}",
            "to": "chosen" if number == count - 1 else f"after{number}",
            "records": {"passed": {"kind": "flag"}},
        }
        for number in range(count)
    }
    file = written(
        {"procedure": "truth/hurdles", "title": {"en": "Hurdles"}, "steps": steps},
        {
            "scenario": "tallis",
            "candidates": 10,
            "measures": {
                "performance": {},
                **{name: {"mean": float(-bound)} for name, bound in zip(names[1:], bounds, strict=True)},
            },
            "correlations": [
                [names[i], names[j], float(together[i, j])] for i in range(count + 1) for j in range(i + 1, count + 1)
            ],
            "selected": "chosen",
        },
    )
    mass, first, second = tallis(together[1:, 1:], bounds)
    found = answer(file)
    assert found.ratio == pytest.approx(mass, abs=1e-9)
    for number, name in enumerate(names[1:]):
        mean, sd = found.measures[name]
        assert mean == pytest.approx(first[number] - bounds[number], abs=1e-8)
        assert sd == pytest.approx(sqrt(second[number, number] - first[number] ** 2), abs=1e-8)
    # The criterion follows by its regression on what was bounded (Pearson's selection).
    slope = together[0, 1:] @ np.linalg.inv(together[1:, 1:])
    left = 1 - slope @ together[1:, 0]
    spread = second - np.outer(first, first)
    assert found.measures["performance"][0] == pytest.approx(slope @ first, abs=1e-8)
    assert found.measures["performance"][1] == pytest.approx(sqrt(left + slope @ spread @ slope), abs=1e-8)


# -- adverse impact ---------------------------------------------------------------------------------------------------


def test_one_deviation_and_a_tenth_of_the_majority_make_a_ratio_of_little_more_than_a_tenth() -> None:
    both = Both.of(read_scenario(TRUTH / "adverse-impact.scenario.yaml"), 3000)
    truth = float(norm.sf(norm.isf(0.10) + 1)) / 0.10
    assert truth == pytest.approx(0.113, abs=0.0005)
    assert both.exact.lowest_impact == pytest.approx(truth, abs=1e-6)
    (impact,) = both.found.impacts
    assert impact.ratio is not None
    assert impact.ci95 is not None
    assert impact.ci95[0] < impact.ratio < impact.ci95[1]
    assert abs(np.log(impact.ratio / truth)) <= 4 * np.log(impact.ci95[1] / impact.ci95[0]) / 2 / 1.96


def test_a_proportion_of_those_who_came_so_far_is_not_one_of_all() -> None:
    """Conditional and marginal: groups alike at the interview differ in the end by what the test did before."""
    scenario = {
        "scenario": "stages",
        "candidates": 60,
        "measures": {"test.passed": {}, "interview.passed": {}},
        "correlations": [["test.passed", "interview.passed", 0.20]],
        "groups": [
            {"name": "majority", "share": 0.5},
            {"name": "minority", "share": 0.5, "shift": {"test.passed": -1}},
        ],
        "selected": "chosen",
    }
    file = written("two-stages", scenario)
    end = answer(file)
    half = answer(written("two-stages", {**scenario, "selected": "tested"}))
    at_interview = {name: end.groups[name] / half.groups[name] for name in end.groups}
    of_all = end.groups["minority"] / end.groups["majority"]
    of_those_tested = at_interview["minority"] / at_interview["majority"]
    # Nobody is treated otherwise at the interview, yet those who got there by a harder road do better there …
    assert of_those_tested > 1
    # … and of all who applied far fewer of the minority are chosen: the product, not either part, is the impact.
    assert of_all == pytest.approx(half.lowest_impact * of_those_tested, abs=1e-12)
    assert of_all < half.lowest_impact * 1.2 < 0.5
    # Nor does the marginal chance of passing the interview tell who is chosen: the two go together.
    marginal = 0.5
    assert at_interview["majority"] == pytest.approx(0.5641, abs=0.0001)
    assert at_interview["majority"] > marginal
    found = simulated(file, 2000)
    (impact,) = found.impacts
    assert impact.ratio == pytest.approx(of_all, abs=0.02)
    assert found.groups["minority"][1].value == pytest.approx(end.groups["minority"], abs=0.01)


# -- the best N of a random number ------------------------------------------------------------------------------------

BEST = {
    "procedure": "truth/best-of",
    "title": {"en": "The best"},
    "facts": {"degree": {"kind": "flag"}},
    "steps": {
        "screening": {"from": "applied", "to": "screened", "passes": {"degree": True}},
        "ranking": {
            "to": "chosen",
            "records": {"score": {"kind": "number", "from": 0, "to": 100, "step": 0.01}},
            "keeps": {"best": 3, "by": "score", "ties": "keep"},
        },
    },
}


def best_of(size: object, degree: float, ranking: dict[str, object], score: dict[str, float]) -> dict[str, object]:
    """A scenario and its definition, in which `ranking` says how the best are taken."""
    steps = {**BEST["steps"], "ranking": {**BEST["steps"]["ranking"], **ranking}}  # type: ignore[dict-item, index]
    scenario = {
        "scenario": "best",
        "candidates": size,
        "facts": {"degree": {"flag": degree}},
        "measures": {"performance": {}, "ranking.score": score},
        "correlations": [["performance", "ranking.score", 0.5]],
        "success": {"performance": {"at_least": 0}},
        "selected": "chosen",
    }
    return {"definition": {**BEST, "steps": steps}, "scenario": scenario}


def test_the_mean_of_the_best_is_that_of_order_statistics() -> None:
    by_lot = {"keeps": {"best": 3, "by": "score", "ties": "lot"}}
    found = answer(written(**best_of(12, 1.0, by_lot, {"mean": 50, "sd": 10})))

    def density(z: float, rank: int) -> float:
        # The rank-th best of twelve: its place among uniform numbers has a beta distribution.
        return float(z * beta.pdf(norm.sf(z), rank, 13 - rank) * norm.pdf(z))

    mean = sum(quad(density, -9, 9, args=(rank,), epsabs=1e-11)[0] for rank in (1, 2, 3)) / 3
    assert found.measures["ranking.score"][0] == pytest.approx(50 + 10 * mean, abs=1e-5)
    assert found.measures["performance"][0] == pytest.approx(0.5 * mean, abs=1e-6)
    assert found.selected == pytest.approx(3, abs=1e-12)


def test_the_number_kept_is_the_lesser_of_a_binomial_number_and_the_places() -> None:
    found = answer(written(**best_of(12, 0.3, {"keeps": {"best": 3, "by": "score", "ties": "lot"}}, {"mean": 50})))
    chances = [comb(12, number) * 0.3**number * 0.7 ** (12 - number) for number in range(13)]
    assert found.selected == pytest.approx(sum(min(number, 3) * each for number, each in enumerate(chances)), abs=1e-9)


@pytest.mark.parametrize("held", [3, 5])
def test_a_gate_on_a_binomial_number_has_its_sum(held: int) -> None:
    ranking = {"held": {"count": "screened", "at_least": held}, "keeps": {"best": 2, "by": "score", "ties": "lot"}}
    found = answer(written(**best_of(12, 0.3, ranking, {"mean": 50, "sd": 10})))
    chances = [comb(12, number) * 0.3**number * 0.7 ** (12 - number) for number in range(13)]
    chosen = sum((2 if number >= held else number) * each for number, each in enumerate(chances))
    assert found.gates == {"ranking": pytest.approx(sum(chances[held:]), abs=1e-12)}
    assert found.selected == pytest.approx(chosen, abs=1e-9)


@pytest.mark.parametrize("ties", ["keep", "none", "lot"])
@pytest.mark.parametrize("held", [None, 2, 3])
def test_few_candidates_on_a_coarse_scale_are_counted_one_by_one(ties: str, held: int | None) -> None:
    """Four candidates, each without a degree or with one of three scores: all 256 selections, each with its chance."""
    ranking: dict[str, object] = {"keeps": {"best": 2, "by": "score", "ties": ties}}
    ranking["records"] = {"score": {"kind": "number", "from": 0, "to": 2, "step": 1}}
    if held is not None:
        ranking["held"] = {"count": "screened", "at_least": held}
    file = written(**best_of(4, 0.6, ranking, {"mean": 1, "sd": 0.8}))
    edges = norm.cdf([(0.5 - 1) / 0.8, (1.5 - 1) / 0.8])
    chances = [0.4, *(0.6 * np.diff([0.0, *edges, 1.0]))]
    expected = 0.0
    for kinds in product(range(4), repeat=4):
        scores = sorted((kind - 1 for kind in kinds if kind), reverse=True)
        expected += float(np.prod([chances[kind] for kind in kinds])) * chosen_of(scores, ties, held)
    assert answer(file).selected == pytest.approx(expected, abs=1e-9)
    Both.of(file, 2000).agree(independent=False)


def chosen_of(scores: list[int], ties: str, held: int | None) -> int:
    """How many of these scores, best first, are among the best two."""
    if (held is not None and len(scores) < held) or len(scores) <= 2:
        return len(scores)
    if ties == "lot" or scores[1] != scores[2]:
        return 2
    above = sum(score > scores[1] for score in scores)
    return above + scores.count(scores[1]) if ties == "keep" else above
