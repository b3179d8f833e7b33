"""`procedures simulate -o report.html`: the page that goes with a simulation, and the one with a variant."""

import sys
from pathlib import Path

import pytest
from command import ROOT, Command

from procedures import load
from procedures.simulation import Plan, read_scenario, simulate
from procedures.simulation.report import report_html
from rules.words import LANGUAGES, Language

COORDINATOR = "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
EXAMPLE = "definitions/kortrijk/coordinator-ontmoetingscentra.example.scenario.yaml"
SHORT = ("--scenario", EXAMPLE, "--replications", 60, "--seed", 7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_that_of_the_library(procedures: Command, tmp_path: Path, language: Language) -> None:
    target = tmp_path / "report.html"
    answered = procedures("simulate", COORDINATOR, *SHORT, "-o", target, "--lang", language)
    assert (answered.status, answered.err) == (0, "")
    file = read_scenario(ROOT / EXAMPLE, load(ROOT / COORDINATOR))
    results = simulate(file.procedure.machine, file.scenario, Plan(60, 7))
    assert target.read_text(encoding="utf-8") == report_html(file, results, language)


def test_a_variant_stands_beside_what_is_written(procedures: Command, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    change = "steps.prescreening.keeps.best=20"
    assert procedures("simulate", COORDINATOR, *SHORT, "-o", target, "--set", change).status == 0
    page = target.read_text(encoding="utf-8")
    assert ">as it is<" in page
    assert "at the closing the best 20 go on" in page


def test_what_no_page_can_be_made_with_is_told_before_anything_is_simulated(
    procedures: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "procedures.simulation.report.page", raising=False)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    answered = procedures("simulate", COORDINATOR, "-o", tmp_path / "report.html")
    assert answered.status == 2
    assert "nothing was simulated" in answered.err
    assert "pip install 'selection-procedures[report]'" in answered.err
    assert not (tmp_path / "report.html").exists()
