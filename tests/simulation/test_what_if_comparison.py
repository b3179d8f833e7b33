"""Variants on the same candidates: paired differences against textbook formulas, fronts, traces."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from procedures.errors import ScenarioError, UsageError
from procedures.selection import run
from procedures.simulation import (
    Plan,
    ScenarioFile,
    Variant,
    changed_file,
    compare,
    comparison_table,
    read_scenario,
    read_setting,
    simulate,
    trace,
    workers,
)
from procedures.simulation.engine import runner as running
from procedures.simulation.engine.blocks import play_block
from procedures.simulation.engine.memory import check_memory, estimate_bytes
from procedures.simulation.scenario.model import Size
from procedures.simulation.what_if.comparison import Comparison, Difference, pareto_front
from procedures.simulation.what_if.outcomes import Outcome, outcomes

KORTRIJK = Path(__file__).parents[2] / "definitions" / "kortrijk"
COORDINATOR = KORTRIJK / "coordinator-ontmoetingscentra.yaml"
TWENTY = "steps.prescreening.keeps.best=20"


@pytest.fixture(scope="module")
def file() -> ScenarioFile:
    return read_scenario(KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml")


def variant(file: ScenarioFile, *texts: str) -> Variant:
    settings = [read_setting(text) for text in texts]
    return Variant(changed_file(file, settings), {each.path: each.text for each in settings})


# -- pairs ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twenty(file: ScenarioFile) -> Comparison:
    return compare(file, [variant(file, TWENTY)], Plan(1000, 7))


def test_a_paired_difference_is_that_of_the_replications_in_pairs(twenty: Comparison) -> None:
    own, other = (each.block.selected.sum(axis=1) for each in (twenty.base, twenty.variants[0].results))
    found, apart = twenty.variants[0].differences["selected.mean"], other - own
    half = 1.959963984540054 * apart.std(ddof=1) / np.sqrt(1000)
    assert found.difference == pytest.approx(apart.mean())
    assert found.ci95 == pytest.approx((apart.mean() - half, apart.mean() + half))
    assert found.variance_gain == pytest.approx((own.var(ddof=1) + other.var(ddof=1)) / apart.var(ddof=1))
    assert found.variance_gain > 4


def test_the_candidates_of_a_variant_are_those_of_the_base(twenty: Comparison) -> None:
    differences = twenty.variants[0].differences
    for name in ("candidates.mean", "reached.screened.mean", "gates.prescreening.held"):
        assert differences[name].is_zero
    assert not differences["selected.mean"].is_zero
    assert differences["selected.mean"].is_significant


def test_outcomes_are_the_numbers_of_the_results_with_their_intervals(twenty: Comparison) -> None:
    base, found = twenty.base, outcomes(twenty.base, twenty.file)
    assert found["selected.mean"].halfwidth == pytest.approx(base.selected.halfwidth)
    assert found["selected.success_ratio"].value == base.success_ratio.value
    low, high = base.success_ratio.ci95 or (0, 0)
    assert found["selected.success_ratio"].halfwidth == pytest.approx((high - low) / 2, rel=1e-6)
    assert found["selected.measures.performance.mean"].value == pytest.approx(base.measures["performance"][0])
    assert found["adverse_impact.minority"].value == pytest.approx(base.impacts[0].ratio)
    assert found["days.mean"].value == pytest.approx(base.days.mean)
    workload = base.plain()["workload"]
    assert isinstance(workload, dict)
    assert found["workload.speed_interview.jury_hours"].value == workload["speed_interview"]["jury_hours"]
    assert found["selected.too_small"].value == base.too_small


def test_an_interval_covers_the_true_difference_nineteen_times_in_twenty(file: ScenarioFile) -> None:
    changed, plan = variant(file, TWENTY), Plan(100)
    truth = compare(file, [changed], Plan(4000, 99)).variants[0].differences
    covered = dict.fromkeys(("selected.mean", "selected.success_ratio", "adverse_impact.minority"), 0)
    for seed in range(1, 41):
        found = compare(file, [changed], evolve(plan, seed=seed)).variants[0].differences
        for name in covered:
            low, high = found[name].ci95 or (1, 0)
            covered[name] += low <= (truth[name].difference or 0) <= high
    assert all(33 <= times <= 40 for times in covered.values()), covered


def test_nothing_differs_where_nothing_was_changed(file: ScenarioFile) -> None:
    found = compare(file, [variant(file, "steps.prescreening.keeps.best=15")], Plan(40))
    assert all(each.is_zero and each.difference == 0 for each in found.variants[0].differences.values())


DIFFERENCES = [  # base, variant: difference, whether it is significant, variance gain
    (Outcome.mean([1, 2, 3]), Outcome.mean([2, 3, 4]), 1, True, None),
    (Outcome.mean([1, 2, 3]), Outcome.mean([3, 2, 1]), 0, False, 0.5),
    (Outcome.mean([1, 1, 1]), Outcome.mean([1, 1, 1]), 0, False, None),
    (Outcome.ratio([1, 0], [0, 0]), Outcome.mean([1, 2]), None, False, None),
    (Outcome.mean([1]), Outcome.mean([2]), 1, False, None),
]


@pytest.mark.parametrize(("base", "other", "size", "told", "gain"), DIFFERENCES)
def test_differences(base: Outcome, other: Outcome, size: float | None, told: bool, gain: float | None) -> None:
    found = Difference.between(base, other)
    assert (found.difference, found.is_significant, found.variance_gain) == (size, told, gain)


def test_an_interrupted_comparison_tells_what_was_done(file: ScenarioFile) -> None:
    done = 0

    def progress(replications: int) -> None:
        nonlocal done
        done += replications
        if done > 1500:
            raise KeyboardInterrupt

    found = compare(file, [variant(file, TWENTY)] * 2, Plan(1000, 7), progress=progress)
    assert (found.partial, len(found.variants)) == (True, 1)
    assert found.variants[0].results.replications == 1000
    assert found.variants[0].quality is not None
    assert not found.variants[0].is_on_front  # it was cut short
    done = 600
    found = compare(file, [variant(file, TWENTY)], Plan(1500, 7), progress=progress)
    assert (found.partial, found.base.replications, found.variants) == (True, 1000, ())
    assert found.plain()["partial"] is True


# -- precision, executors, memory -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "replications"), [(0.11, 1000), (0.08, 2000), (0.0001, 2500)])
def test_a_precision_is_reached_or_all_that_was_allowed_is_done(
    file: ScenarioFile, until: float, replications: int
) -> None:
    found = simulate(file.procedure.machine, file.scenario, Plan(2500, 7, until))
    assert found.replications == replications
    assert bool(found.selected.halfwidth <= until) is (replications < 2500)


def test_a_variant_takes_as_many_replications_as_the_base_needed(file: ScenarioFile) -> None:
    found = compare(file, [variant(file, TWENTY)], Plan(5000, 7, 0.08))
    assert found.base.replications == found.variants[0].results.replications == 2000


@pytest.mark.parametrize("chunk", [1, 500, 1700])
def test_numbers_do_not_depend_on_who_works_or_how_much_at_once(file: ScenarioFile, chunk: int) -> None:
    plan = Plan(1100, 7, chunk=chunk)
    with ThreadPoolExecutor(2) as executor:
        spread = simulate(file.procedure.machine, file.scenario, plan, executor=executor)
    assert spread.plain() == simulate(file.procedure.machine, file.scenario, Plan(1100, 7)).plain()


def test_processes_give_the_same_numbers_too(file: ScenarioFile) -> None:
    with workers(1) as nobody:
        assert nobody is None
    with workers(2) as executor:
        spread = compare(file, [variant(file, TWENTY)], Plan(1100, 7), executor=executor)
    assert spread.plain() == compare(file, [variant(file, TWENTY)], Plan(1100, 7)).plain()


def test_candidates_that_do_not_fit_in_memory_are_refused_before_anything_starts(
    file: ScenarioFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = file.procedure.machine
    monkeypatch.setattr("procedures.simulation.engine.memory.free_bytes", lambda: 2**30)
    large = evolve(file.scenario, size=Size(50_000, 50_000))
    with pytest.raises(ScenarioError, match=r"500 replications are played at once, .* 1\.0 GiB are free"):
        simulate(machine, large, Plan(1000))
    check_memory(machine, large, 10)
    check_memory(machine, file.scenario, 1000)
    with pytest.raises(ScenarioError, match="in each of 60 workers"):
        check_memory(machine, file.scenario, 1000, 60)
    for size in (Size(0, 100), Size(mean=100.0)):
        assert estimate_bytes(machine, evolve(file.scenario, size=size), 10**6) == estimate_bytes(
            machine, evolve(file.scenario, size=Size(100, 100)), 500
        )
    monkeypatch.setattr("procedures.simulation.engine.memory.free_bytes", lambda: None)
    check_memory(machine, large, 1000)


def test_the_plan_is_cut_in_blocks() -> None:
    assert [*running.split_into_chunks(Plan(1100))] == [(0, 500, 0), (1, 500, 500), (2, 100, 1000)]


AT_ONCE = [  # the plan, how many candidates a selection has, workers, how many replications are played at once
    (Plan(500), 80, 1, 500),
    (Plan(2000), 80, 1, 2000),
    (Plan(21_000), 80, 1, 3500),  # six turns, which are as long as they may be
    (Plan(20_000), 80, 1, 3500),  # as many turns, the last of which is shorter
    (Plan(8000), 80, 2, 2000),  # two turns of each, and not three of one of them
    (Plan(1000), 80, 2, 500),
    (Plan(500), 80, 2, 500),
    (Plan(20_000), 10_000, 1, 500),
    (Plan(20_000, chunk=1700), 80, 2, 1500),
    (Plan(20_000, chunk=1), 80, 2, 500),
]


def test_threads_play_more_at_once() -> None:
    size = Size(80, 80)
    assert running.replications_at_once(Plan(60_000), size, 2, in_threads=True) == 10_000
    assert (
        running.replications_at_once(Plan(60_000), size, 1, in_threads=True)
        == running.replications_at_once(Plan(60_000), size, 1)
        == 3500
    )
    assert running.replications_at_once(Plan(60_000, chunk=1000), size, 2, in_threads=True) == 1000


@pytest.mark.parametrize(("plan", "candidates", "workers", "expected"), AT_ONCE)
def test_workers_have_as_much_to_do_as_one_another(plan: Plan, candidates: int, workers: int, expected: int) -> None:
    assert running.replications_at_once(plan, Size(candidates, candidates), workers) == expected


# -- fronts -----------------------------------------------------------------------------------------------------------

FRONTS = [  # points of quality and impact, which of them are on the front
    ([(0.5, 0.5)], [True]),
    ([(0.5, 0.5), (0.5, 0.5)], [True, True]),
    ([(0.5, 0.5), (0.5, 0.6)], [False, True]),
    ([(0.9, 0.4), (0.7, 0.6), (0.6, 0.6), (0.5, 0.8)], [True, True, False, True]),
    ([(None, 0.9), (0.5, None), (0.1, 0.1)], [False, False, True]),
    ([], []),
]


@pytest.mark.parametrize(("given", "on"), FRONTS)
def test_on_the_front_is_what_no_other_point_beats(
    given: list[tuple[float | None, float | None]], on: list[bool]
) -> None:
    assert pareto_front(given) == on


CLERK = """
procedure: clerk
title: Clerk
scores: {total: {mean: {round.valid: 50, round.fair: 50}}}
steps:
  round:
    from: applied
    to: reserve
    records: {valid: {kind: number, from: 0, to: 100}, fair: {kind: number, from: 0, to: 100}}
    passes: {round.valid: {at_least: 0}}
    keeps: {best: 10, by: total, ties: keep}
reserve: {state: reserve}
"""
WEIGHED = """
scenario: weighed
procedure: clerk.yaml
candidates: 60
measures: {performance: {}, round.valid: {mean: 50, sd: 15}, round.fair: {mean: 50, sd: 15}}
correlations: [[performance, round.valid, 0.6], [performance, round.fair, 0.1]]
groups: [{name: one, share: 0.5}, {name: two, share: 0.5, shift: {round.valid: -1}}]
"""


def test_weights_buy_quality_with_adverse_impact(tmp_path: Path) -> None:
    """Of a predictor that tells more and sets groups further apart, beside one that does neither."""
    (tmp_path / "clerk.yaml").write_text(CLERK, encoding="utf-8")
    (tmp_path / "weighed.scenario.yaml").write_text(WEIGHED, encoding="utf-8")
    base = read_scenario(tmp_path / "weighed.scenario.yaml")
    variants = [variant(base, f"scores.total.mean.round.fair={weight}") for weight in (1, 50, 200, 5000)]
    found = compare(base, variants, Plan(1000)).variants
    qualities, impacts = ([getattr(each, name) for each in found] for name in ("quality", "impact"))
    assert qualities == sorted(qualities, reverse=True)
    assert impacts == sorted(impacts)
    assert all(each.is_on_front for each in found)


# -- a row for each replication, and one candidate --------------------------------------------------------------------


def test_the_table_has_a_row_for_every_replication_of_every_variant(twenty: Comparison) -> None:
    table = comparison_table(twenty)
    assert table.height == 2000
    means = table.group_by("variant", maintain_order=True).mean()
    assert means["selected"].to_list() == pytest.approx(
        [twenty.base.selected.mean, twenty.variants[0].results.selected.mean]
    )
    assert means["reached_tested"][0] == pytest.approx(twenty.base.reached["tested"].mean)
    assert table["replication"].max() == 999


@pytest.mark.parametrize(("replication", "candidate"), [(0, 0), (3, 79), (612, 5)])
def test_a_traced_candidate_is_the_simulated_one(file: ScenarioFile, replication: int, candidate: int) -> None:
    found = trace(file, 7, replication, candidate)
    block, place = divmod(replication, 500)
    people, gone, _ = play_block(file.procedure.machine, file.scenario, 7, block, 120 if block else 500, block * 500)
    row = int(np.searchsorted(people.cohort, place)) + candidate
    assert (found.candidate, found.case.state) == (gone.name(row), gone.states[row])
    assert found.measures["performance"] == people.measures["performance"][row]
    selection, _ = run(file.procedure, gone.events(place))
    assert found.case == selection[found.candidate]


def test_a_candidate_who_did_not_apply_cannot_be_traced(file: ScenarioFile) -> None:
    with pytest.raises(UsageError, match="its candidates are numbered from 0 to 79"):
        trace(file, 7, 0, 80)
    nobody = evolve(file, scenario=evolve(file.scenario, size=Size(0, 0)))
    with pytest.raises(UsageError, match="nobody applied to it"):
        trace(nobody, 7, 0, 0)
