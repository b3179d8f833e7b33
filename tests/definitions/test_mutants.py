"""The mutants of definitions: what is changed, who notices, and what the command says of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from mutation.code import ROOT, killed_or_not, modules
from mutation.definition_mutants import mutants, plain
from mutation.definitions import DEFINITIONS, main
from mutation.kills import Trial
from mutation.report import Argument, Report, Tally, conclude
from mutation.rule_mutants import rule_mutants
from mutation.step_mutants import step_mutants, window_mutants
from procedures.definition.language import STEP
from procedures.definition.patches import read_extended
from rules.problems import Problems

SMALL = "kortrijk/maatschappelijk-werker-vast"
EVERYTHING = Path(__file__).parents[1] / "fuzz" / "everything.yaml"
FACTS = {
    "type": {"kind": "choice", "of": ["external", "internal"]},
    "degree": {"kind": "level", "of": ["none", "C", "B", "A"]},
    "experience": {"kind": "duration", "unit": "months"},
    "since": {"kind": "date"},
    "test.score": {"kind": "number", "step": "0.5"},
    "test.passed": {"kind": "flag"},
}


def test_the_worked_cases_of_a_small_definition_notice_every_mutant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([SMALL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["survivors"] == []
    assert told["killed"] + told["argued"] == told["total"]
    assert told["killed"] > 10


def test_without_the_case_that_shows_it_a_mutant_survives() -> None:
    trial = Trial.of(DEFINITIONS / f"{SMALL}.yaml")
    mutant = next(each for each in trial.mutants() if each.name == "steps.screening.automatic: true")
    assert trial.verdict(mutant) == "killed"
    kept = [
        case for case in trial.worked.cases if case.text("case") != "a person says that the road is closed to somebody"
    ]
    fewer = Trial(trial.path, evolve(trial.worked, cases=tuple(kept)))
    assert fewer.verdict(mutant) == "survives"


NOT_COUNTED = [  # mutant, why not
    ("steps.screening.to: screened → applied", "no definition"),
    ("readings.open_to.options.others_too.steps.screening.passes: all → any", "killed"),
]


@pytest.mark.parametrize(("name", "verdict"), NOT_COUNTED)
def test_only_what_compiles_to_another_machine_counts(name: str, verdict: str) -> None:
    trial = Trial.of(DEFINITIONS / f"{SMALL}.yaml")
    mutant = next(each for each in trial.mutants() if each.name == name)
    assert trial.verdict(mutant) == verdict


def test_what_people_read_is_no_difference() -> None:
    trial = Trial.of(DEFINITIONS / f"{SMALL}.yaml")
    mutant = next(trial.mutants())
    relabelled = evolve(mutant, data={**trial.data, "title": "Another title"})
    assert trial.verdict(relabelled) == "no difference"


_LEAST = "at_least → more_than; at_least → less_than"
_DAYS = "2026-01-31 → 2026-01-30; 2026-01-31 → 2026-02-01"
RULES: list[tuple[Any, str]] = [  # rule, its mutants in words
    ("admission", "not admission"),
    ({"not": "admission"}, "`not` left out; not admission"),
    ({"all": ["a", "b"]}, "all → any; all without a; all without b; not a; not b"),
    ({"any": ["a"]}, "any → all; any without a; not a"),
    ({"type": "external"}, "external → not external; external → internal"),
    ({"test": "passed"}, "passed → failed; passed → exempt; passed → not_held; passed → lapsed"),
    ({"degree": {"at_least": "B"}}, f"{_LEAST}; B → C; B → A"),
    ({"experience": {"at_least": "2 years"}}, f"{_LEAST}; 2 years → 23 months; 2 years → 25 months"),
    ({"experience": {"at_most": "0"}}, "at_most → less_than; at_most → more_than; 0 → 1 months"),
    ({"passed": "true"}, "true → not true"),
    ({"score": {"less_than": "60"}}, "less_than → at_most; less_than → at_least; 60 → 59.5; 60 → 60.5"),
    ({"type": {"one_of": ["external", "internal"]}}, "one_of → none_of; without external; without internal"),
    ({"since": {"before": "2026-01-31"}}, f"before → at_most; before → after; {_DAYS}"),
    (
        {"since": {"at_least": "1 year", "as_of": "2026-01-31"}},
        f"at_least 1 year left out; {_LEAST}; 1 year → 11 months; 1 year → 13 months; {_DAYS}",
    ),
]


@pytest.mark.parametrize(("rule", "words"), RULES)
def test_a_rule_is_changed_in_each_of_its_parts(rule: Any, words: str) -> None:
    assert "; ".join(change for _, _, change in rule_mutants(rule, FACTS, "test")) == words


WINDOWS = [
    (
        {"until": "2026-02-13 23:59"},
        "2026-02-13 23:59 → 2026-02-13 23:58; 2026-02-13 23:59 → 2026-02-14 00:00; until → before",
    ),
    ({"opens": "2026-03-01"}, "2026-03-01 → 2026-02-28; 2026-03-01 → 2026-03-02"),
    ({"on": "2026-03-01"}, "2026-03-01 → 2026-02-28; 2026-03-01 → 2026-03-02"),
    ({"before": "2026-01-01"}, "2026-01-01 → 2025-12-31; 2026-01-01 → 2026-01-02; before → until"),
    ({"within": "10 days"}, "10 days → 9 days; 10 days → 11 days"),
]


@pytest.mark.parametrize(("window", "words"), WINDOWS)
def test_a_window_is_moved_by_the_least_that_can_be_written(window: dict[str, str], words: str) -> None:
    assert "; ".join(change for _, _, change in window_mutants(window)) == words


def test_a_gate_and_a_cut_are_moved_by_one() -> None:
    step = {
        "held": {"count": "in", "more_than": "15"},
        "keeps": {"best": "15", "by": "score", "ties": "keep"},
        "to": "out",
    }
    changes = {
        (".".join(map(str, path)), words)
        for path, _, words in step_mutants("test", step, FACTS, ("in", "out"), whole=True)
    }
    assert {
        ("held", "left out"), ("held", "more_than → at_least"), ("held", "more_than → at_most"),
        ("held.more_than", "15 → 14"), ("held.more_than", "15 → 16"), ("held.count", "in → out"),
        ("keeps", "left out"), ("keeps.best", "15 → 14"), ("keeps.best", "15 → 16"),
        ("keeps.ties", "keep → none"), ("keeps.ties", "keep → lot"),
        ("otherwise", "rejected → in"), ("automatic", "true"), ("to", "out → in"),
    } <= changes  # fmt: skip


# What people read, what they see and do not have enforced, and what the tables say in other keys.
_NOT_DECIDING = {"kind", "label", "source", "slot", "channel", "measures", "notified"}


def test_no_key_of_a_step_that_moves_cases_is_left_alone() -> None:
    root = read_extended(EVERYTHING, Problems())
    assert root is not None
    names = [mutant.name for mutant in mutants(plain(root))]
    assert len(names) == len(set(names))
    parts = {tuple(name.split(":")[0].split(".")) for name in names}
    changed = {path[2] for path in parts if path[0] == "steps" and len(path) > 2}
    assert set(STEP) - changed == _NOT_DECIDING
    assert {"timezone", "applications", "facts", "scores", "conditions", "states", "steps", "reserve", "readings"} == {
        path[0] for path in parts
    }


def tally() -> Tally:
    return Tally("clerk", 7, ["clerk: steps.test.on: a → b", "clerk: timezone: c → d"], {"no definition": 3})


REPORTS = [  # patterns argued, was everything run, exit status, last line
    ([], True, 1, "survives: clerk: timezone: c → d"),
    (["clerk: *"], True, 0, "together       7      9       2     0              3"),
    (["clerk: timezone: *"], True, 1, "survives: clerk: steps.test.on: a → b"),
    (["clerk: *", "nobody: *"], True, 1, "argued, but nothing of the kind survives: nobody: *"),
    (["clerk: *", "nobody: *"], False, 0, "together       7      9       2     0              3"),
]


@pytest.mark.parametrize(("patterns", "everything", "status", "last"), REPORTS)
def test_a_survivor_needs_an_argument_and_an_argument_a_survivor(
    patterns: list[str], everything: bool, status: int, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report([Argument(pattern, "because") for pattern in patterns], [tally()])
    assert conclude(report, everything=everything, as_json=False) == status
    assert capsys.readouterr().out.splitlines()[-1] == last


PATTERNS = [  # pattern, name, does it cover
    ("ranking.place: *strict=True*", "ranking.place: zip(sizes, strict=True) → zip(sizes)", True),
    ("ranking.place: order[:1]", "ranking.place: order[:1]", True),
    ("ranking.place: order[:1]", "ranking.place: order:", False),
    ("ranking.*", "closing.close: a → b", False),
    ("ranking.place", "ranking.place: a → b", False),
]


@pytest.mark.parametrize(("pattern", "name", "covers"), PATTERNS)
def test_only_a_star_stands_for_something_else(pattern: str, name: str, covers: bool) -> None:
    assert Argument(pattern, "because").covers(name) is covers


LINES = [  # a line of mutmut, the module, the function, was it killed
    (
        "    procedures.kernel.cohort.ranking.x_place__mutmut_27: survived",
        ("procedures.kernel.cohort.ranking", "place", False),
    ),
    (
        "    procedures.kernel.cohort.closings.x__failed__mutmut_1: timeout",
        ("procedures.kernel.cohort.closings", "_failed", True),
    ),
    ("    procedures.selection.xǁSelectionǁ_ahead__mutmut_6: killed", ("procedures.selection", "_ahead", True)),
    ("    rules.evaluating.x_truth__mutmut_3: no tests", ("rules.evaluating", "truth", False)),
    ("    procedures.kernel.cohort.ranking.x_place__mutmut_2: not checked", None),
    ("To show a mutant, type its name", None),
]


@pytest.mark.parametrize(("line", "said"), LINES)
def test_a_line_of_mutmut_is_read_as_module_function_and_verdict(line: str, said: tuple[str, str, bool] | None) -> None:
    found = killed_or_not(line)
    assert (found and (found.module, found.function, found.killed)) == said


def test_every_module_that_is_mutated_is_there() -> None:
    assert "procedures.kernel.cohort.ranking" in modules()
    for name in modules():
        assert (ROOT / "src" / f"{name.replace('.', '/')}.py").is_file()
