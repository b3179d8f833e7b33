"""What is told in words, on the page and on a terminal."""

import pytest
from attrs import evolve
from read_report import OTHERS, assumed, example, simulated

from procedures.cli.printer import Printer
from procedures.cli.simulation.results import print_results
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.text.assumptions import assumptions
from procedures.simulation.report.text.summary import summary
from rules.words import LANGUAGES, Language

FULL = "{vacancies: {per_year: 2}, resources: {combined: {juries: 1, slot: 90 minutes}}}"


def test_a_summary_says_what_was_found() -> None:
    results = simulated(FULL)
    told = " ".join(summary(ReportContext(example(FULL), results, "en")))
    assert "80 people apply to every selection." in told
    assert f"In {100 * results.empty:.1f}% of the selections nobody is selected" in told
    assert f"in {100 * (results.too_small or 0):.1f}% fewer than the 3 that are wanted." in told
    (impact,) = results.impacts
    assert f"selected {impact.ratio:.2f} times as often as those of “majority”" in told
    assert f"by luck alone in {100 * (impact.below_by_chance or 0):.1f}%" in told
    assert "who declines stays on the reserve." in told
    assert "Declared jury days: 1; that is enough in 100% of the selections." in told


ASSUMED = [  # a patch of the example, what it says in English and in Dutch
    ("candidates: {poisson: 60.5}", "number of candidates: Poisson, 60.5 on average", "Poisson, gemiddeld 60,5"),
    ("candidates: {between: [40, 90]}", "any number from 40 to 90 as often", "elk aantal van 40 tot 90 even vaak"),
    (
        "facts: {leadership_experience: {gamma: null, given: {candidate_type: {external: {poisson: 30}, internal: "
        "{constant: 24}}}}}",
        "depending on “kind of candidate”: at external Poisson, 30 months on average; at internal always 2 years",
        "naargelang “soort kandidaat”: bij extern Poisson, gemiddeld 30 maanden; bij intern altijd 2 jaar",
    ),
    (
        "facts: {service_seniority: {gamma: null, uniform: {from: 0, to: 120}}}",
        "seniority of service: every value from 0 to 120 months as often",
        "dienstanciënniteit: elke waarde van 0 tot 120 maanden even vaak",
    ),
    ("{}", "yes from 0 on, so for 69.1% of a group", "ja vanaf 0, dus bij 69,1% van een groep"),
    ("{}", "“score for education, experience and motivation” lies 0.5 standard deviations lower", "0,5"),
    ("{}", "30% decline at “Offer”", "30% weigert bij “Aanbod”"),
    ("{}", "09:00–12:00 and 13:00–17:00; 56 places a day", "56 plaatsen per dag"),
    ("vacancies: {per_year: 1.5}", "1.5 vacancies a year", "1,5 vacatures per jaar"),
]


@pytest.mark.parametrize(("text", "english", "dutch"), ASSUMED)
def test_what_a_scenario_says_is_told(text: str, english: str, dutch: str) -> None:
    file, results = example(text), simulated()
    for language, words in zip(("en", "nl"), (english, dutch), strict=True):
        chosen: Language = "en" if language == "en" else "nl"
        assert words in "\n".join(assumptions(ReportContext(file, results, chosen)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["example", *OTHERS])
def test_a_terminal_gets_every_table(name: str, language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    file, results = (example(FULL), simulated(FULL)) if name == "example" else assumed(name)
    print_results(file, results, Printer(), language)
    printed = capsys.readouterr().out
    context = ReportContext(file, results, language)
    for line in (*summary(context), *(words.in_language(language) for words in file.scenario.assumed.values())):
        assert f"  {line}\n" in printed
    for state, spread in results.reached.items():
        if spread.mean:
            assert any(
                line.startswith(context.state(state)) and context.number(spread.mean).text in line
                for line in printed.splitlines()
            )
    for part in ("gates", "groups", "workload", "lasting"):
        assert (f"\n{context.say(part)}\n" in printed) == (name == "example"), part
    assert "\x1b" not in printed


def test_what_was_interrupted_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_results(example(), evolve(simulated(), partial=True), Printer(), "nl")
    assert "Onvolledig" in capsys.readouterr().out
