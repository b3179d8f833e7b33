"""The page of a simulation: whole by itself, valid, in both languages, and true to its results."""

import re
import sys
from collections.abc import Iterator
from itertools import chain
from xml.etree.ElementTree import Element, fromstring

import html5lib
import pytest
from attrs import evolve
from read_report import OTHERS, assumed, example, simulated

from procedures.errors import UsageError
from procedures.simulation import Results, ScenarioFile
from procedures.simulation.report import report_html
from procedures.simulation.report.text.outcome_names import OUTCOMES
from procedures.simulation.report.text.phrases import PHRASES
from procedures.simulation.report.text.sentences import ASSUMED, SUMMARY
from rules.words import LANGUAGES, Language, Words

FULL = "{vacancies: {per_year: 2}, resources: {combined: {juries: 1, slot: 90 minutes}}}"
NAMES = ("example", "full", "partial", *OTHERS)
SVG = "{http://www.w3.org/2000/svg}"


def case(name: str) -> tuple[ScenarioFile, Results]:
    match name:
        case "example":
            return example(), simulated()
        case "full":
            return example(FULL), simulated(FULL)
        case "partial":
            return example(), evolve(simulated(), partial=True)
        case _:
            return assumed(name)


def parsed(page: str) -> Element:
    """The page as a strict parser reads it; a mistake raises."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert isinstance(tree, Element)
    return tree


def words_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_valid_and_whole_by_itself(name: str, language: Language) -> None:
    page = report_html(*case(name), language)
    tree = parsed(page)
    assert tree.get("lang") == language
    assert not [each for tag in ("script", "link", "img", "iframe", "object") for each in tree.iter(tag)]
    for element in tree.iter():
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert attribute not in ("src", "srcset", "data", "action", "style") or element.tag == "data"
            assert attribute != "href" or value.startswith("#")
    assert "://" not in re.sub(r"<[^>]*>|xmlns=\S+", "", page)
    assert not re.search(r"url\(|@import", page)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere_and_names_are_given_once(name: str) -> None:
    tree = parsed(report_html(*case(name), "en"))
    names = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(set(names)) == len(names)
    assert {link.get("href") for link in tree.iter("a")} <= {f"#{each}" for each in names}
    told = chain(*((element.get("aria-labelledby") or "").split() for element in tree.iter()))
    assert {*told} <= {*names}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_told_in_words_and_as_a_table(name: str, language: Language) -> None:
    tree = parsed(report_html(*case(name), language))
    sections = {section.get("id"): section for section in tree.iter("section")}
    drawn = [section for section in sections.values() if section.find(f".//{SVG}svg") is not None]
    assert {"part-flow", "part-funnel", "part-reserve"} <= {section.get("id") for section in drawn}
    for section in drawn:
        picture = section.find(f".//{SVG}svg")
        assert picture is not None
        assert picture.get("role") == "img"
        assert [words_of(picture.find(f"{SVG}{tag}")) for tag in ("title", "desc")]  # type: ignore[arg-type]
        with_juries = section.get("id") != "part-calendar" or case(name)[1].workload
        assert (section.find(".//table") is not None) == bool(with_juries)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_lies_on_the_sheet(name: str) -> None:
    page = report_html(*case(name), "nl")
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert pictures
    for picture in pictures:
        root = fromstring(picture)
        _, _, width, height = (float(each) for each in root.attrib["viewBox"].split())
        for x, y, wide, tall in places(root):
            assert -0.01 <= x <= x + wide <= width + 0.01
            assert -0.01 <= y <= y + tall <= height + 0.01


def places(root: Element) -> Iterator[tuple[float, float, float, float]]:
    """Where shapes and texts stand: left, top, width, height; of texts, as wide as they may be."""
    for element in root.iter():
        number = {name: float(value) for name, value in element.attrib.items() if re.fullmatch(r"-?[\d.]+", value)}
        match element.tag:
            case "rect":
                yield number["x"], number["y"], number["width"], number["height"]
            case "circle":
                yield number["cx"] - number["r"], number["cy"] - number["r"], 2 * number["r"], 2 * number["r"]
            case "line":
                left, top = min(number["x1"], number["x2"]), min(number["y1"], number["y2"])
                yield left, top, abs(number["x1"] - number["x2"]), abs(number["y1"] - number["y2"])
            case "text":
                wide = 7.3 * len(element.text or "")
                before = {"start": 0.0, "middle": wide / 2, "end": wide}[element.attrib["text-anchor"]]
                yield number["x"] - before, number["y"] - 10, wide, 12
            case _:
                pass


# -- the numbers -----------------------------------------------------------------------------------------------------


def shown(tree: Element, section: str, row: int = 0) -> dict[str, list[float | None]]:
    """For each row of the tables of a section its numbers, by the words of its first cells."""
    (found,) = [each for each in tree.iter("section") if each.get("id") == section]
    table = {}
    for line in found.iter("tr"):
        cells = [cell for cell in line if cell.tag in ("td", "th")]
        values = [None if (data := cell.find("data")) is None else float(data.attrib["value"]) for cell in cells]
        if any(value is not None for value in values):
            table["|".join(words_of(cell) for cell in cells[: row + 1])] = values[row + 1 :]
    return table


def test_the_numbers_are_those_of_the_results() -> None:
    file, results = case("full")
    machine, tree = file.procedure.machine, parsed(report_html(file, results, "en"))
    label = {name: state.label.en or name for name, state in machine.states.items()}
    states = shown(tree, "part-funnel")
    for name, spread in results.reached.items():
        if spread.mean:
            assert states[label[name]] == [spread.mean, None, None, spread.quantiles[0.5], results.ended[name].mean]
    moves, names = shown(tree, "part-flow", 1), [*machine.states]
    assert sum(values[0] or 0 for values in moves.values()) == pytest.approx(results.block.moves.sum() / 300)
    assert moves["applied|admitted"][0] == pytest.approx(results.reached["screened"].mean)
    assert len(moves) == (results.block.moves > 0).sum()
    assert names.index("applied") == 0
    selected = shown(tree, "part-reserve")
    assert sum(values[0] or 0 for values in selected.values()) == pytest.approx(1)
    assert selected["0"][0] == results.empty
    assert shown(tree, "part-gates")["Prescreening"] == [results.gates["prescreening"]]
    for name, planned in results.workload.items():
        row = shown(tree, "part-workload")[machine.steps[name].label.en or name]
        means = [planned.sessions.mean, None, planned.jury_hours.mean, planned.days.mean]
        assert row == [*means, None, planned.available, planned.fits]
    assert results.reserve_lifetime is not None
    lasting = shown(tree, "part-lasting")
    assert lasting["years until nobody is left or it ends"][0] == results.reserve_lifetime.years.mean
    assert lasting["vacancies that it fills"][0] == results.reserve_lifetime.filled.mean
    assert lasting["nobody left before it ends"][0] == results.reserve_lifetime.exhausted


def test_groups_are_told_as_they_fare() -> None:
    file, results = case("full")
    rows = shown(parsed(report_html(file, results, "en")), "part-groups")
    applied, ratio = results.groups["majority"]
    assert rows["majority"] == [applied.mean, ratio.value, None]
    (impact,) = results.impacts
    assert rows["minority"] == [
        impact.ratio,
        None,
        impact.below_four_fifths,
        impact.below_by_chance,
        impact.significant,
    ]


def test_variants_stand_beside_the_results() -> None:
    file, results = case("example")
    variant = simulated("{groups: [{name: majority, share: 0.75}, {name: minority, share: 0.25}]}")
    page = report_html(file, results, "en", variants={"no <shift>": variant})
    rows = shown(parsed(page), "part-impact")
    assert variant.lowest_impact is not None
    assert rows["no <shift>"][1] == variant.lowest_impact.ratio
    assert rows["example"][0] == pytest.approx(results.measures["performance"][0])
    assert rows["no <shift>"][3] == variant.selected.mean


# -- the words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table", [PHRASES, SUMMARY, ASSUMED, OUTCOMES], ids=["phrases", "summary", "assumed", "outcomes"]
)
def test_every_phrase_is_there_in_both_languages_with_the_same_gaps(table: dict[str, Words]) -> None:
    for name, words in table.items():
        assert words.nl, name
        assert words.en, name
        gaps = [sorted(re.findall(r"\{\w+\}", text)) for text in (words.nl, words.en)]
        assert gaps[0] == gaps[1], name


@pytest.mark.parametrize("name", NAMES)
def test_a_page_tells_where_it_comes_from(name: str) -> None:
    file, results = case(name)
    tree = parsed(report_html(file, results, "en"))
    told = {words_of(row[0]): words_of(row[1]) for row in tree.iter("div") if row.find("dt") is not None}
    assert told["Procedure"] == f"{file.procedure.name}, version 1"
    assert told["Fingerprint of the rules"] == results.digest
    assert told["Fingerprint of the scenario"] == results.scenario_digest
    assert (told["Seed"], told["Replications"]) == (str(results.seed), str(results.replications))
    assert ("interrupted" in words_of(tree)) == results.partial


def test_what_a_file_says_is_text_and_never_markup() -> None:
    file, results = case("example")
    definition = file.procedure.definition
    nasty = "</title><script>alert('x')</script>&amp;"
    hostile = evolve(
        file,
        procedure=evolve(file.procedure, definition=evolve(definition, title=Words.same(nasty))),
        scenario=evolve(file.scenario, name=nasty, assumed={"candidates": Words.same(nasty)}),
    )
    page = report_html(hostile, results, "nl", variants={nasty: results})
    tree = parsed(page)
    assert "<script" not in page
    heading = tree.find(".//h1")
    assert heading is not None
    assert words_of(heading) == nasty
    assert nasty in words_of(tree)


def test_the_same_results_give_the_same_page() -> None:
    assert report_html(*case("full"), "nl") == report_html(*case("full"), "nl")


def test_without_the_extra_a_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "procedures.simulation.report.page")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError, match=r"install selection-procedures\[report\]"):
        report_html(*case("example"), "en")
