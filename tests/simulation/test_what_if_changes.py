"""Another value at one place of a definition or scenario: what it makes, and how mistakes are told."""

from pathlib import Path

import pytest
from attrs import evolve

from procedures import load, loads
from procedures.definition.overrides import split_path
from procedures.errors import ScenarioError, UsageError
from procedures.simulation import (
    ScenarioFile,
    assumed_file,
    changed_file,
    read_axis,
    read_scenario,
    read_setting,
    with_candidates,
)
from procedures.simulation.scenario.model import Chances, Normal, Size
from procedures.simulation.what_if.changes import combinations

KORTRIJK = Path(__file__).parents[2] / "definitions" / "kortrijk"
COORDINATOR = KORTRIJK / "coordinator-ontmoetingscentra.yaml"
TWENTY = "steps.prescreening.keeps.best=20"


@pytest.fixture(scope="module")
def file() -> ScenarioFile:
    return read_scenario(KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml")


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
    told = [[each.text for each in point] for point in combinations(axes)]
    assert len(told) == 6
    assert told[1] == ["steps.test.pass_mark=40", "scenario.candidates=[1, 2]"]
    assert axes[0].settings[1].place == evolve(axes[0].settings[0].place, column=25)
    assert split_path(r"a.b\.c.d") == ("a", "b.c", "d")


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


ASSUMED = [  # what is set, and of what it is told no more that it was assumed
    ("scenario.candidates=60", "candidates"),
    ("scenario.facts.leadership_experience={constant: 30}", "facts.leadership_experience"),
    ("scenario.facts.leadership_experience.gamma.scale=9", "facts.leadership_experience"),
    ("scenario.facts.leadership_experience=null", "facts.leadership_experience"),
    ("scenario.measures.prescreening.score.mean=60", "measures.prescreening.score"),
]


@pytest.mark.parametrize(("text", "path"), ASSUMED)
def test_what_was_assumed_can_be_set_and_is_then_assumed_no_more(text: str, path: str) -> None:
    base = assumed_file(load(COORDINATOR))
    changed = changed_file(base, [read_setting(text)])
    assert changed.scenario != base.scenario
    assert {*base.scenario.assumed} - {*changed.scenario.assumed} == {path}
    later = changed_file(changed, [read_setting("steps.prescreening.keeps.best=20")])
    assert evolve(later.scenario, digest="") == evolve(changed.scenario, digest="")


def test_how_often_an_offer_is_declined_is_assumed_no_more_once_somebody_says_it() -> None:
    changed = changed_file(assumed_file(load(COORDINATOR)), [read_setting("scenario.behaviour.decline.offer=0.9")])
    assert "facts.offer.accepted" not in changed.scenario.assumed
    assert changed.scenario.facts["offer.accepted"] == Chances((True, False), (1 - 0.9, 0.9))
    assert changed.settings == ("scenario.behaviour.decline.offer=0.9",)


def test_what_counts_as_selected_stays_away_once_it_was_taken_away() -> None:
    step = "{to: one, records: {score: {kind: number, from: 0, to: 9}}, pass_mark: 5}"
    base = assumed_file(loads(f"procedure: t/x\ntitle: T\nsteps: {{a: {step}}}"))
    assert base.scenario.selected == "one"
    without = changed_file(base, [read_setting("scenario.selected=null")])
    later = changed_file(without, [read_setting("steps.a.pass_mark=6")])
    assert (without.scenario.selected, later.scenario.selected) == (None, None)


def test_what_a_changed_procedure_asks_besides_is_assumed_too() -> None:
    base = changed_file(assumed_file(load(COORDINATOR)), [read_setting("scenario.candidates=60")])
    changed = changed_file(
        base, [read_setting("facts.licence={kind: flag}"), read_setting("steps.offer.passes={licence: true}")]
    )
    assert {*changed.scenario.assumed} - {*base.scenario.assumed} == {"facts.licence"}
    assert changed.scenario.size == base.scenario.size
