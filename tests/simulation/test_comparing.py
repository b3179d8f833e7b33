"""Variants on the same candidates: settings by path, paired differences against textbook formulas, fronts, traces."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from procedures import load
from procedures.errors import ScenarioError, UsageError
from procedures.selection import run
from procedures.setting import names_of
from procedures.simulation import (
    Plan,
    ScenarioFile,
    Variant,
    assumed_file,
    changed_file,
    compare,
    comparison_table,
    read_axis,
    read_scenario,
    read_setting,
    running,
    simulate,
    trace,
    with_candidates,
    workers,
)
from procedures.simulation.changing import points
from procedures.simulation.comparing import Comparison, Difference, front
from procedures.simulation.engine import play_block
from procedures.simulation.memory import check_memory, needed
from procedures.simulation.outcomes import Outcome, outcomes
from procedures.simulation.scenario import Normal, Size

KORTRIJK = Path(__file__).parents[2] / "definitions" / "kortrijk"
COORDINATOR = KORTRIJK / "coordinator-ontmoetingscentra.yaml"
TWENTY = "steps.prescreening.keeps.best=20"


@pytest.fixture(scope="module")
def file() -> ScenarioFile:
    return read_scenario(KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml")


def variant(file: ScenarioFile, *texts: str) -> Variant:
    settings = [read_setting(text) for text in texts]
    return Variant(changed_file(file, settings), {each.path: each.text for each in settings})


# -- a value at a path ------------------------------------------------------------------------------------------------


def test_a_value_in_the_definition_is_what_a_reading_of_it_would_be(file: ScenarioFile) -> None:
    procedure = changed_file(file, [read_setting(TWENTY)]).procedure
    assert procedure.digest == file.procedure.with_reading("prescreening_keeps", "best_20").digest
    by_path = changed_file(file, [read_setting("readings.prescreening_keeps=best_20")]).procedure
    assert (by_path.digest, by_path.readings["prescreening_keeps"]) == (procedure.digest, "best_20")


def test_a_value_is_put_over_the_readings_and_stays_there(file: ScenarioFile) -> None:
    changed = changed_file(file, [read_setting("steps.prescreening.keeps.best=25")], {"prescreening_keeps": "best_20"})
    keeps = changed.procedure.machine.steps["prescreening"].keeps
    assert keeps is not None
    assert keeps.takes[0].best == 25
    later = changed.procedure.with_reading("missed_test", "stays").machine.steps["prescreening"].keeps
    assert later == keeps


SCENARIO = [  # what is set, what the scenario then says
    ("scenario.candidates=120", lambda scenario: scenario.size == Size(120, 120)),
    ("scenario.measures.prescreening.score.mean=55", lambda scenario: scenario.measures[1].mean == 55),
    (r"scenario.measures.prescreening\.score.mean=55", lambda scenario: scenario.measures[1].mean == 55),
    ("scenario.correlations.1.2=0.6", lambda scenario: scenario.correlation[0][4] == 0.6),
    (
        "scenario.groups.minority.shift.prescreening.score=0",
        lambda scenario: not any(scenario.groups[1].shift.values()),
    ),
    (
        "scenario.facts.leadership_experience={normal: {mean: 40, sd: 9}}",
        lambda scenario: scenario.facts["leadership_experience"] == Normal(40, 9),
    ),
    ("scenario.behaviour.withdraw.screened=0.5", lambda scenario: scenario.behaviour.withdraw.get("screened") == 0.5),
    ("scenario.behaviour.lapse=null", lambda scenario: not scenario.behaviour.lapse),
]


@pytest.mark.parametrize(("text", "holds"), SCENARIO, ids=[text for text, _ in SCENARIO])
def test_a_value_in_the_scenario_is_read_as_if_it_stood_there(file: ScenarioFile, text: str, holds: object) -> None:
    assert callable(holds)
    assert not holds(file.scenario)
    changed = changed_file(file, [read_setting(text)])
    assert holds(changed.scenario)
    assert changed.scenario.digest != file.scenario.digest
    assert changed.procedure.digest == file.procedure.digest


WRONG = [  # what is set, what is told
    ("steps.prescrening.keeps.best=20", "there is no `prescrening` in `steps`\n  help: did you mean `prescreening`?"),
    ("steps.prescreening.keeps.best=two", ":1:31: `two` is no number that a closing records"),
    ("steps.screening.passes.all=[]", "`steps.screening.passes` is `admission`: there is no `all` in it"),
    ("steps.offer.exempt=null", "there is no `exempt` in `steps.offer`"),
    ("conditions.admission.rule.any.7=internal", "there is no item `7` in `conditions.admission.rule.any`"),
    ("extends=other.yaml", "`extends` cannot be set: it was read already"),
    ("steps.capacity_test=null", "with `steps.capacity_test=null`: no step leads to state `tested`"),
    ("steps=null", ":1:1: no step is left to simulate"),
    ("scenario.measures.performanc.mean=1", "there is no `performanc` in `measures`"),
    ("scenario.measures.performance.sd=-1", ":1:34: `sd` is more than 0, not -1"),
    ("scenario.groups.minorty.share=0.3", "there is no item `minorty` in `groups`\n  help: did you mean `minority`?"),
    (
        "scenario.groups.minority.share=0.3",
        "with `scenario.groups.minority.share=0.3`: the shares of the groups add up",
    ),
    ("scenario.procedure=other.yaml", "a scenario is not changed as a whole, nor its `procedure`"),
    ("scenario=1", "a scenario is not changed as a whole"),
    ("scenario.candidates=[1", "this is not YAML"),
]


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[text for text, _ in WRONG])
def test_what_cannot_be_set_is_told_with_its_place(file: ScenarioFile, text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        changed_file(file, [read_setting(text)])
    assert told in str(raised.value)


@pytest.mark.parametrize("text", ["steps", "=20", "steps.x=", "steps..x=3", "readings.missed_test=[stays]"])
def test_another_form_is_wrong_usage(file: ScenarioFile, text: str) -> None:
    with pytest.raises(UsageError, match="write "):
        changed_file(file, [read_setting(text)])


def test_a_sweep_takes_every_combination() -> None:
    axes = [read_axis("steps.test.pass_mark=40,50"), read_axis("scenario.candidates={poisson: 80},[1, 2],60")]
    told = [[each.text for each in point] for point in points(axes)]
    assert len(told) == 6
    assert told[1] == ["steps.test.pass_mark=40", "scenario.candidates=[1, 2]"]
    assert axes[0].settings[1].place == evolve(axes[0].settings[0].place, column=25)
    assert names_of(r"a.b\.c.d") == ("a", "b.c", "d")


@pytest.mark.parametrize("text", ["a.b=3", "a.b=3,3", "a.b", "a.b=,"])
def test_a_sweep_of_one_point_is_none(text: str) -> None:
    with pytest.raises((UsageError, ScenarioError)):
        read_axis(text)


def test_what_was_assumed_stays_assumed_when_the_procedure_changes() -> None:
    base = with_candidates(assumed_file(load(COORDINATOR)), 30)
    changed = changed_file(
        base, [read_setting("conditions.leadership_two_years.rule.leadership_experience.at_least=9 years")]
    )
    assert changed.procedure.digest != base.procedure.digest
    assert (changed.scenario.size, changed.scenario.facts) == (base.scenario.size, base.scenario.facts)
    with pytest.raises(ScenarioError, match="there is no scenario in which to change that"):
        changed_file(base, [read_setting("scenario.candidates=60")])


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
    assert found.gain == pytest.approx((own.var(ddof=1) + other.var(ddof=1)) / apart.var(ddof=1))
    assert found.gain > 4


def test_the_candidates_of_a_variant_are_those_of_the_base(twenty: Comparison) -> None:
    differences = twenty.variants[0].differences
    for name in ("candidates.mean", "reached.screened.mean", "gates.prescreening.held"):
        assert differences[name].is_none
    assert not differences["selected.mean"].is_none
    assert differences["selected.mean"].is_told


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
    assert all(each.is_none and each.difference == 0 for each in found.variants[0].differences.values())


DIFFERENCES = [  # base, variant: difference, whether it is told, gain
    (Outcome.mean([1, 2, 3]), Outcome.mean([2, 3, 4]), 1, True, None),
    (Outcome.mean([1, 2, 3]), Outcome.mean([3, 2, 1]), 0, False, 0.5),
    (Outcome.mean([1, 1, 1]), Outcome.mean([1, 1, 1]), 0, False, None),
    (Outcome.ratio([1, 0], [0, 0]), Outcome.mean([1, 2]), None, False, None),
    (Outcome.mean([1]), Outcome.mean([2]), 1, False, None),
]


@pytest.mark.parametrize(("base", "other", "size", "told", "gain"), DIFFERENCES)
def test_differences(base: Outcome, other: Outcome, size: float | None, told: bool, gain: float | None) -> None:
    found = Difference.between(base, other)
    assert (found.difference, found.is_told, found.gain) == (size, told, gain)


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
    monkeypatch.setattr("procedures.simulation.memory.available", lambda: 2**30)
    large = evolve(file.scenario, size=Size(50_000, 50_000))
    with pytest.raises(ScenarioError, match=r"500 replications are played at once, .* 1\.0 GiB are free"):
        simulate(machine, large, Plan(1000))
    check_memory(machine, large, 10)
    check_memory(machine, file.scenario, 1000)
    with pytest.raises(ScenarioError, match="in each of 60 workers"):
        check_memory(machine, file.scenario, 1000, 60)
    for size in (Size(0, 100), Size(mean=100.0)):
        assert needed(machine, evolve(file.scenario, size=size), 10**6) == needed(
            machine, evolve(file.scenario, size=Size(100, 100)), 500
        )
    monkeypatch.setattr("procedures.simulation.memory.available", lambda: None)
    check_memory(machine, large, 1000)


def test_the_plan_is_cut_in_blocks() -> None:
    assert [*running.tasks(Plan(1100))] == [(0, 500, 0), (1, 500, 500), (2, 100, 1000)]


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
    assert front(given) == on


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
    assert all(each.front for each in found)


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
