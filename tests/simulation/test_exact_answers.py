"""Exact answers: laws over generated scenarios, bounds on their errors, and sentences where there is none."""

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from generated import law
from hand_computed import TRUTH, Both, Plain, written
from hypothesis import strategies as st
from scipy.stats import gamma, multivariate_normal, norm, poisson

from procedures.simulation import NotAnalytic, exact, read_scenario
from procedures.simulation.exact.gate_and_cut_chances import counted_distribution, others_distribution
from procedures.simulation.exact.normal_integrals import Box, TooManyError, moments_within
from procedures.simulation.scenario.model import Size

SHIPPED = TRUTH.parents[2] / "definitions" / "kortrijk" / "coordinator-ontmoetingscentra.example.scenario.yaml"

# -- laws -------------------------------------------------------------------------------------------------------------

TENTHS = st.integers(-15, 15).map(lambda number: number / 10)
SCALES = st.sampled_from(
    [
        {"kind": "number", "from": 0, "to": 100},
        {"kind": "number", "from": 0, "to": 20, "step": 0.25},
        {"kind": "number", "from": -40, "to": 80, "step": 1},
    ]
)


@st.composite
def correlations(draw: st.DrawFn, names: list[str]) -> list[list[Any]]:
    """Pairs that can be: by what each measure has in common with two factors."""
    loadings = np.array(draw(st.lists(st.tuples(TENTHS, TENTHS), min_size=len(names), max_size=len(names))))
    together = loadings @ loadings.T + np.eye(len(names))
    deviation = np.sqrt(np.diag(together))
    together = (together / np.outer(deviation, deviation)).round(4)
    pairs = [(i, j) for i in range(len(names)) for j in range(i) if together[i, j]]
    return [[names[i], names[j], float(together[i, j])] for i, j in pairs]


@st.composite
def hurdles(draw: st.DrawFn) -> tuple[Plain, Plain]:
    """A road of one to three hurdles with all that may stand beside them, and its scenario."""
    steps: Plain = {"screening": {"from": "applied", "to": "s0", "passes": "admission"}}
    measures: Plain = {"performance": {}}
    count = draw(st.integers(1, 3))
    for number in range(count):
        name, to = f"test{number}", f"s{number + 1}"
        if draw(st.booleans()):
            steps[name] = {"to": to, "records": {"passed": {"kind": "flag"}}}
            measures[f"{name}.passed"] = {"mean": draw(TENTHS)}
        else:
            scale = draw(SCALES)
            middle = (scale["from"] + scale["to"]) / 2
            steps[name] = {"to": to, "records": {"score": scale}, "pass_mark": int(middle + middle * draw(TENTHS) / 8)}
            width = scale["to"] - scale["from"]  # steps small enough that weighed scores are not refused
            measures[f"{name}.score"] = {"mean": middle, "sd": width / draw(st.integers(4, 8))}
    last = steps[f"test{count - 1}"]
    if draw(st.booleans()):
        last["exempt"] = {"origin": "internal"}
    scores = [name for name in measures if name.endswith(".score")]
    definition: Plain = {
        "procedure": "truth/generated",
        "title": {"en": "Generated"},
        "facts": {
            "experience": {"kind": "duration", "unit": "months"},
            "origin": {"kind": "choice", "of": ["external", "internal"]},
        },
        "conditions": {"admission": {"rule": {"any": [{"origin": "internal"}, {"experience": {"at_least": 24}}]}}},
        "steps": steps,
    }
    if "pass_mark" in last and len(scores) > 1 and draw(st.booleans()):
        definition["scores"] = {"final": {"mean": {name: draw(st.integers(1, 3)) for name in scores}}}
        middle = sum(measures[name]["mean"] for name in scores) / len(scores)
        own = {"score": {"at_least": last.pop("pass_mark")}}
        last["passes"] = {draw(st.sampled_from(["all", "any"])): [own, {"final": {"more_than": int(middle)}}]}
    shifted = draw(st.dictionaries(st.sampled_from([*measures]), TENTHS, max_size=2))
    share = draw(st.sampled_from([0.2, 0.5]))
    size = draw(st.sampled_from([40, {"poisson": 40}, {"between": [20, 60]}]))
    steps_done = [*steps][1:]
    scenario = {
        "scenario": "generated",
        "candidates": size,
        "facts": {
            "origin": {"choice": {"external": 0.7, "internal": 0.3}},
            "experience": {"given": {"origin": {"external": {"gamma": {"shape": 2, "scale": 15}}}}},
        },
        "measures": measures,
        "correlations": draw(correlations([*measures])),
        "groups": [{"name": "one", "share": 1 - share}, {"name": "other", "share": share, "shift": shifted}],
        "success": {"performance": {draw(st.sampled_from(["at_least", "less_than"])): draw(TENTHS)}},
        "selected": f"s{count}",
        "behaviour": {
            "no_show": {draw(st.sampled_from(steps_done)): 0.1},
            "withdraw": {f"s{draw(st.integers(0, count - 1))}": 0.1},
        },
    }
    return definition, scenario


@law(hurdles())
def test_a_simulation_of_hurdles_comes_to_the_exact_answer(example: tuple[Plain, Plain]) -> None:
    Both.of(written(*example), 500).agree()


@st.composite
def rankings(draw: st.DrawFn) -> tuple[Plain, Plain]:
    """A gate, a cut or both, between a hurdle and another."""
    ranking: Plain = {
        "from": "s1",
        "to": "s2",
        "records": {"score": draw(SCALES)},
    }
    middle = (ranking["records"]["score"]["from"] + ranking["records"]["score"]["to"]) / 2
    best, bound = draw(st.integers(1, 12)), draw(st.integers(1, 15))
    kind = draw(st.sampled_from(["gate", "cut", "both"]))
    if kind != "gate":
        ranking["keeps"] = {"best": best, "by": "score", "ties": draw(st.sampled_from(["keep", "none", "lot"]))}
    if kind != "cut":
        ranking["held"] = {"count": "s1", draw(st.sampled_from(["more_than", "at_most"])): bound}
    if kind == "gate" or draw(st.booleans()):
        ranking["passes"] = {"score": {"at_least": int(middle * 0.9)}}
    steps = {
        "first": {"from": "applied", "to": "s1", "records": {"passed": {"kind": "flag"}}},
        "ranking": ranking,
        "last": {"from": "s2", "to": "s3", "records": {"passed": {"kind": "flag"}}},
    }
    measures = {
        "performance": {},
        "first.passed": {"mean": draw(TENTHS)},
        "ranking.score": {"mean": middle, "sd": middle / 3},
        "last.passed": {"mean": draw(TENTHS)},
    }
    scenario = {
        "scenario": "generated",
        "candidates": draw(st.sampled_from([20, {"poisson": 20}, {"between": [5, 35]}])),
        "measures": measures,
        "correlations": draw(correlations([*measures])),
        "groups": [
            {"name": "one", "share": 0.6},
            {"name": "other", "share": 0.4, "shift": {"ranking.score": draw(TENTHS)}},
        ],
        "success": {"performance": {"at_least": 0}},
        "selected": draw(st.sampled_from(["s2", "s3"])),
        "behaviour": {"withdraw": {"s1": 0.1}},
    }
    return {"procedure": "truth/ranked", "title": {"en": "Ranked"}, "steps": steps}, scenario


@law(rankings(), share=0.4)
def test_a_simulation_of_a_ranking_comes_to_the_exact_answer(example: tuple[Plain, Plain]) -> None:
    Both.of(written(*example), 1000).agree(independent=False)


# -- integrals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_a_box_holds_what_another_way_of_integrating_finds(count: int, seed: int) -> None:
    stream = np.random.default_rng(seed)
    loadings = stream.normal(size=(count, count + 1))
    together = loadings @ loadings.T
    deviation = np.sqrt(np.diag(together))
    together /= np.outer(deviation, deviation)
    lower = stream.normal(size=count) - 0.7
    upper = np.where(stream.random(count) < 0.5, lower + 1.5, 12.0)
    found, _ = moments_within(Box(together, lower, upper))
    other = multivariate_normal.cdf(
        upper, mean=np.zeros(count), cov=together, lower_limit=lower, abseps=1e-8, releps=1e-8, maxpts=10**6
    )
    assert found.error < 1e-8
    assert found.mass == pytest.approx(other, abs=2e-6)  # a randomised rule: as near as it comes


def test_two_variables_and_their_mean_are_bounded_together() -> None:
    """Three bounds in two dimensions, where a triangle is left: twice the chance of half of it."""
    half = 1 / np.sqrt(2)
    together = np.array([[1, 0, half], [0, 1, half], [half, half, 1]])
    lower, upper = np.array([-0.5, -0.5, -np.inf]), np.array([np.inf, np.inf, 1.0])
    points, weights = np.polynomial.legendre.leggauss(200)
    # x from -0.5 on, y from -0.5 to sqrt(2) - x.
    last = np.sqrt(2) + 0.5
    x = -0.5 + (last + 0.5) * (points + 1) / 2
    truth = ((last + 0.5) / 2 * weights * norm.pdf(x) * (norm.cdf(np.sqrt(2) - x) - norm.cdf(-0.5))).sum()
    found, _ = moments_within(Box(together, lower, upper))
    assert found.mass == pytest.approx(truth, abs=1e-9)
    assert found.error < 1e-9


def test_six_measures_that_all_go_together_are_too_many() -> None:
    together = np.full((6, 6), 0.5) + 0.5 * np.eye(6)
    with pytest.raises(TooManyError, match="6 measures that go together"):
        moments_within(Box(together, np.zeros(6), np.full(6, np.inf)))


# -- facts ------------------------------------------------------------------------------------------------------------

ADMISSION: Plain = {
    "procedure": "truth/facts",
    "title": {"en": "Facts"},
    "facts": {
        "months": {"kind": "duration", "unit": "months"},
        "points": {"kind": "number", "from": 0, "to": 10, "step": 0.5},
        "since": {"kind": "date"},
        "level": {"kind": "level", "of": ["none", "C", "B", "A"]},
        "origin": {"kind": "choice", "of": ["external", "internal", "other"]},
    },
    "steps": {"screening": {"from": "applied", "to": "chosen", "passes": "admission"}},
}
CHANCES = [
    ({"months": {"at_least": 24}}, {"months": {"gamma": {"shape": 2, "scale": 15}}}, gamma.sf(24, 2, scale=15)),
    ({"months": {"more_than": 24}}, {"months": {"gamma": {"shape": 2, "scale": 15}}}, gamma.sf(25, 2, scale=15)),
    ({"months": {"at_most": 3}}, {"months": {"poisson": 4}}, poisson.cdf(3, 4)),
    ({"months": {"at_least": 0}}, {"months": {"normal": {"mean": 0, "sd": 5}}}, 1.0),  # kept within its range
    ({"points": {"at_least": 7}}, {"points": {"normal": {"mean": 6, "sd": 2}}}, norm.sf(0.5)),
    ({"points": 10}, {"points": {"normal": {"mean": 6, "sd": 2}}}, norm.sf(2)),
    ({"points": {"at_least": 2.5}}, {"points": {"uniform": {"from": 0, "to": 10}}}, 0.75),
    ({"since": {"before": "2020-01-03"}}, {"since": {"uniform": {"from": "2020-01-01", "to": "2020-01-04"}}}, 0.5),
    ({"level": {"one_of": ["C", "A"]}}, {"level": {"choice": {"none": 0.1, "C": 0.2, "B": 0.3, "A": 0.4}}}, 0.6),
    ({"not": {"origin": "internal"}}, {"origin": {"constant": "internal"}}, 0.0),
]


@pytest.mark.parametrize(("rule", "facts", "truth"), CHANCES)
def test_the_chance_of_a_fact_is_that_of_its_distribution(rule: Plain, facts: Plain, truth: float) -> None:
    definition = {**ADMISSION, "conditions": {"admission": {"rule": rule}}}
    scenario = {"scenario": "facts", "candidates": 100, "facts": facts, "selected": "chosen"}
    both = Both.of(written(definition, scenario), 200)
    assert both.exact.ratio == pytest.approx(truth, abs=1e-9)
    both.agree()


# -- numbers of candidates --------------------------------------------------------------------------------------------

SIZES = [Size(12, 12), Size(mean=7.5), Size(3, 30), Size(100_000, 100_000), Size(mean=90_000.0)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chance", [0.0, 0.02, 0.3, 1.0])
def test_whoever_is_counted_sees_one_less_than_all(size: Size, chance: float) -> None:
    """Counting pairs of somebody and a number of others is counting those counted: n P(n) = m P'(n - 1)."""
    every, rest = counted_distribution(size, chance), others_distribution(size, chance)
    mean = size.mean if size.mean is not None else (size.least + (size.most or 0)) / 2
    assert every.chances.sum() == pytest.approx(1, abs=1e-9)
    assert rest.chances.sum() == pytest.approx(1, abs=1e-9)
    seen = dict(zip(rest.values.tolist(), rest.chances.tolist(), strict=True))
    for number, share in zip(every.values.tolist(), every.chances.tolist(), strict=True):
        if number:
            assert number * share == pytest.approx(mean * chance * seen.get(number - 1, 0.0), rel=1e-6, abs=1e-9)


# -- where there is none ----------------------------------------------------------------------------------------------

SCORE: Plain = {"kind": "number", "from": 0, "to": 100, "step": 1}
ROAD: Plain = {
    "sifting": {"from": "applied", "to": "sifted", "records": {"score": SCORE}, "pass_mark": 40},
    "test": {"to": "chosen", "records": {"score": SCORE}, "pass_mark": 40},
}
KEEPS: Plain = {"best": 3, "by": "score", "ties": "keep"}
REFUSED: list[tuple[Plain, Plain, str]] = [
    ({"sifting": {"keeps": KEEPS}, "test": {"keeps": KEEPS}}, {}, "both `sifting` and `test` look at all candidates"),
    ({"sifting": {"keeps": {**KEEPS, "by": "final"}}}, {}, "`sifting` ranks by something else than one measure"),
    ({"sifting": {"keeps": {**KEEPS, "best": "places"}, "closing": {"places": SCORE}}}, {}, "a number that a closing"),
    ({"sifting": {"keeps": KEEPS}, "test": {"passes": {"sifting.rank": {"at_most": 2}}}}, {}, "the rank in `sifting`"),
    ({"sifting": {"keeps": KEEPS}}, {"behaviour": {"no_show": {"sifting": 0.1}}}, "ranked with the least score"),
    ({"test": {"passes": {"final": {"at_least": 50}}}}, {"facts": {"age": {"poisson": 40}}}, "not made of measures"),
    ({"test": {"passes": {"age": {"at_least": 30}}}}, {}, "the scenario leaves a fact open"),
    ({"test": {"held": {"count": "applied", "more_than": 2}}}, {}, "counts others than those who stand before it"),
]


@pytest.mark.parametrize(("changes", "more", "reason"), REFUSED)
def test_where_there_is_no_exact_answer_a_sentence_says_why(changes: Plain, more: Plain, reason: str) -> None:
    steps = {name: {**step, **changes.get(name, {})} for name, step in ROAD.items()}
    for step in steps.values():
        if "passes" in step:
            del step["pass_mark"]
    definition: Plain = {
        "procedure": "truth/beyond",
        "title": {"en": "Beyond reach"},
        "facts": {"age": {"kind": "number", "from": 0, "to": 150, "step": 1}},
        "scores": {"final": {"sum": {"sifting.score": 1, "age": 1}}},
        "steps": steps,
    }
    scenario: Plain = {
        "scenario": "beyond",
        "candidates": 20,
        "measures": {"sifting.score": {"mean": 50, "sd": 15}, "test.score": {"mean": 50, "sd": 15}},
        "selected": "chosen",
        **more,
    }
    file = written(definition, scenario)
    found = exact(file.procedure.machine, file.scenario)
    assert isinstance(found, NotAnalytic)
    assert reason in str(found)
    assert str(found).startswith("there is no exact answer")


def test_the_shipped_example_keeps_the_best_and_its_answer_is_found() -> None:
    file = read_scenario(SHIPPED)
    Both.of(file, 1000).agree(independent=False)


def test_an_answer_has_the_names_that_a_simulation_has() -> None:
    both = Both.of(read_scenario(SHIPPED), 10)
    exactly, found = both.exact.plain(), both.found.plain()
    assert exactly.keys() - {"error"} <= found.keys()
    for name in ("selected", "reached", "groups"):
        assert exactly[name].keys() <= found[name].keys()  # type: ignore[attr-defined]


def test_a_group_of_nobody_has_no_ratio() -> None:
    file = read_scenario(SHIPPED)
    groups = tuple(evolve(group, share=float(number == 0)) for number, group in enumerate(file.scenario.groups))
    alone = evolve(file.scenario, groups=groups)
    found = exact(file.procedure.machine, alone)
    assert not isinstance(found, NotAnalytic)
    assert found.ratio == pytest.approx(found.groups["majority"], abs=1e-12)
