"""What the pictures show, and what lies behind it: flows, bins, days, quality, luck."""

from itertools import pairwise
from math import comb
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from attrs import evolve
from generated import Plain, definitions, law, load
from read_report import OTHERS, assumed, example, patch, simulated
from test_report_pages import places

from procedures.simulation import ScenarioFile, assumed_file
from procedures.simulation.engine.blocks import simulate_blocks
from procedures.simulation.report import report_html
from procedures.simulation.report.charts.sankey import draw_sankey
from procedures.simulation.report.charts.svg import lines_of, ticks
from procedures.simulation.report.context import ReportContext, format_number
from procedures.simulation.report.figures import bins_of, flows_of, jury_days_of, quality_of, spans_of
from procedures.simulation.results.model import results_of
from rules.words import Language

TIGHT = "resources: {speed_interview: {juries: 1, day: ['09:00-11:00']}}"  # 8 places where 12 are asked


def test_flows_are_the_moves_of_one_selection() -> None:
    results = simulated()
    flows = flows_of(results)
    assert sum(flow.mean for flow in flows) * results.replications == pytest.approx(results.block.moves.sum())
    assert not any(flow.is_back for flow in flows)


def test_a_flow_that_closes_a_circle_leads_back() -> None:
    file, results = assumed("maatschappelijk-werker-tijdelijk")
    names = [*file.procedure.machine.states]
    back = [(names[flow.origin], names[flow.to]) for flow in flows_of(results) if flow.is_back]
    assert back == [("offered", "waiting")]


@pytest.mark.parametrize("most", [1, 3, 40])
def test_bins_hold_every_selection_once(most: int) -> None:
    results = simulated()
    bins = bins_of(results, most)
    assert len(bins) <= most
    assert sum(each.share for each in bins) == pytest.approx(1)
    assert all(one.most + 1 == other.least for one, other in pairwise(bins))


def test_spans_are_the_windows_as_they_are_written() -> None:
    spans = {span.step: span for span in spans_of(example().procedure.machine)}
    written = {step: (str(span.first), str(span.last)) for step, span in spans.items()}
    assert written == {
        "capacity_test": ("2025-10-30", "2025-11-02"),
        "speed_interview": ("2025-11-07", "2025-11-07"),
        "combined": ("2025-11-12", "2025-11-12"),
    }
    tentative = spans_of(assumed("communicatiemedewerker-wsw")[0].procedure.machine)
    assert all(span.tentative for span in tentative if span.step is not None)
    (applications, *_) = spans_of(assumed("maatschappelijk-werker-tijdelijk")[0].procedure.machine)
    assert (applications.step, applications.stated_end) == (None, "last day")


def test_those_for_whom_there_is_no_place_are_told() -> None:
    results = simulated(TIGHT)
    (day,) = jury_days_of(results)
    sessions = results.block.sessions[:, results.steps.index("speed_interview")]
    assert (str(day.when), day.places) == ("2025-11-07", 8)
    assert day.candidates.mean == pytest.approx(np.minimum(sessions, 8).mean())
    assert day.candidates.mean + day.without_place == pytest.approx(sessions.mean())
    assert "too many: " in report_html(example(TIGHT), results, "en")


def test_quality_is_the_mean_of_a_criterion_or_the_share_who_would_do_well() -> None:
    results = simulated()
    found = quality_of(example(), results)
    assert found is not None
    assert (found.measure, found.all_applicants) == ("performance", 0.0)
    assert found.value == pytest.approx(results.measures["performance"][0])
    assert found.ci95 is not None
    assert found.ci95[0] < found.value < found.ci95[1]
    success = "success: {performance: null, prescreening.score: {at_least: 60}}"
    text = f"{{measures: {{performance: null}}, correlations: null, {success}}}"
    share = quality_of(example(text), simulated(text))
    assert share is not None
    assert share.measure is None
    assert (share.value, share.all_applicants) == (simulated(text).success_ratio.value, simulated(text).base_rate.value)
    assert "share of those selected who would do well" in report_html(example(text), simulated(text), "en")
    assert quality_of(*assumed(OTHERS[0])) is None


def test_luck_breaks_the_four_fifths_rule_as_often_as_counting_says() -> None:
    results = simulated(replications=40)
    (impact,) = results.impacts
    chances = []
    for chosen, applied in zip(results.block.selected.tolist(), results.block.applied.tolist(), strict=True):
        if not chosen[0] or not all(applied):
            continue
        picked, ways, broken = sum(chosen), 0, 0
        for other in range(max(0, picked - applied[0]), min(picked, applied[1] + 1)):
            first = picked - other
            if first:  # the rule says nothing where nobody of the first group is selected
                count = comb(applied[0], first) * comb(applied[1], other)
                ways += count
                broken += count * (5 * other * applied[0] < 4 * first * applied[1])
        chances.append(broken / ways)
    assert impact.below_by_chance == pytest.approx(np.mean(chances))


# -- drawing ---------------------------------------------------------------------------------------------------------

TICKS = [(0, [0, 1]), (0.23, [0, 0.05, 0.1, 0.15, 0.2, 0.25]), (3, [0, 1, 2, 3]), (80, [0, 20, 40, 60, 80])]


@pytest.mark.parametrize(("most", "expected"), TICKS)
def test_marks_are_round(most: float, expected: list[float]) -> None:
    assert ticks(most) == expected


@pytest.mark.parametrize("most", [0.0001, 0.004, 0.09, 0.99, 1.01, 7, 9.99, 99, 101, 12345, 9e7])
def test_marks_reach_as_far_as_they_must_and_no_further_than_twice(most: float) -> None:
    marks = ticks(most)
    assert most <= marks[-1] <= 2 * most
    assert 3 <= len(marks) <= 12


def test_a_text_is_broken_where_it_must_be() -> None:
    assert lines_of("geslaagd voor het speedinterview", 110) == ["geslaagd voor", "het", "speedinterview"]
    assert lines_of("one two three four five", 40, 2) == ["one", "two…"]


NUMBERS: list[tuple[float, int, Language, str]] = [
    (1234.56, 1, "en", "1\u202f234.6"),
    (1234.56, 1, "nl", "1\u202f234,6"),
    (-0.04, 1, "nl", "0,0"),
    (-0.06, 1, "en", "-0.1"),
]


@pytest.mark.parametrize(("value", "digits", "language", "expected"), NUMBERS)
def test_numbers_are_written_as_the_language_does(value: float, digits: int, language: Language, expected: str) -> None:
    assert format_number(value, digits, language) == expected


@pytest.mark.parametrize("name", OTHERS)
def test_flows_keep_their_widths_between_states(name: str) -> None:
    file, results = assumed(name)
    root = fromstring(draw_sankey(ReportContext(file, results, "nl")))
    widths = [float(each.attrib["stroke-width"]) for each in root.iter("path")]
    scale = 300 / results.candidates.mean
    expected = [max(1.0, flow.mean * scale) for flow in flows_of(results)]
    assert sorted(widths) == pytest.approx(sorted(expected), abs=0.01)


@law(definitions(), share=0.15)
def test_pages_of_generated_procedures_hold_together(data: Plain) -> None:
    procedure = load(data)
    scenario = evolve(assumed_file(procedure).scenario, wanted=2, vacancies=1.0)
    results = results_of(procedure.machine, scenario, 1, simulate_blocks(procedure.machine, scenario, 1, 0, 3, 0)[0])
    file = ScenarioFile(procedure, scenario, patch("{}"))
    page = report_html(file, results, "nl")
    for picture in page.split("<svg")[1:]:
        root = fromstring("<svg" + picture.partition("</svg>")[0] + "</svg>")
        width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
        for x, y, wide, tall in places(root):
            assert -0.01 <= x <= x + wide <= width + 0.01
            assert -0.01 <= y <= y + tall <= height + 0.01
