"""The page of a sweep: its table, panels or heat tables, and quality against impact with the front."""

import re
from collections.abc import Callable
from importlib.resources import files
from itertools import combinations, pairwise
from math import nan
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_report import Swept, example, simulated, swept
from test_report_pages import parsed, places, shown, words_of

from procedures.cli.printer import Printer
from procedures.cli.simulation.what_if import print_sweep
from procedures.errors import UsageError
from procedures.simulation import Comparison, read_axis
from procedures.simulation.report import Sweep, report_html
from procedures.simulation.report.charts.axis_labels import Labels, write_across
from procedures.simulation.report.charts.quality_and_impact import draw_trade_off
from procedures.simulation.report.charts.svg import WIDTH, Drawing, decimals_of, marks_around
from procedures.simulation.report.context import ReportContext
from procedures.simulation.results.model import Impact
from procedures.simulation.what_if.comparison import pareto_front
from procedures.simulation.what_if.sweep import Direction, Estimate
from procedures.simulation.what_if.sweep import SweepPoint as Point
from rules.words import LANGUAGES, Language

BEST = "steps.prescreening.keeps.best"
CANDIDATES = "scenario.candidates"
LISTS = "{best: 15, by: score, ties: none},{best: 15, by: score, ties: keep},{best: 12, by: score, ties: lot}"
NO_CRITERION = "{measures: {performance: null}, correlations: null, success: null}"
DOES_WELL = "success: {performance: null, prescreening.score: {at_least: 60}}"
SHARE = f"{{measures: {{performance: null}}, correlations: null, {DOES_WELL}}}"
ONE_GROUP = "{groups: [{name: everybody, share: 1}]}"

CASES: dict[str, Callable[[], Swept]] = {
    "one axis": lambda: swept(f"{BEST}=20,10,15"),
    "texts": lambda: swept("readings.prescreening_keeps=best_15,best_20,pass_mark_60"),
    "lists": lambda: swept(f"steps.prescreening.keeps={LISTS}"),
    "two axes": lambda: swept(f"{BEST}=10,15", f"{CANDIDATES}=80,60,{{between: [40, 90]}}"),
    "no criterion": lambda: swept(f"{BEST}=10,20", patched=NO_CRITERION),
    "a share": lambda: swept(f"{BEST}=10,20", patched=SHARE),
    "one group": lambda: swept(f"{BEST}=10,20", patched=ONE_GROUP),
    "one group, two axes": lambda: swept(f"{BEST}=10,20", f"{CANDIDATES}=60,80", patched=ONE_GROUP),
    "the same": lambda: swept("scenario.behaviour.no_show.speed_interview=0.05,5e-2"),
    "interrupted": lambda: swept(f"{BEST}=10,15,20", f"{CANDIDATES}=60,80", done=3),
    "interrupted early": lambda: swept(f"{BEST}=10,15,20", done=0),
    "once": lambda: swept(f"{BEST}=10,20", replications=1),
    "many": lambda: swept(f"{BEST}={','.join(map(str, range(1, 81)))}", replications=8),
    "broad": lambda: swept(
        f"{BEST}={','.join(map(str, range(5, 55)))}", "scenario.behaviour.decline.offer=0.1,0.2", replications=4
    ),
}
SVG = "{http://www.w3.org/2000/svg}"


def page(name: str, language: Language = "en") -> Element:
    file, base, sweep = CASES[name]()
    return parsed(report_html(file, base, language, sweep=sweep))


def part(tree: Element, name: str) -> Element | None:
    return next((each for each in tree.iter("section") if each.get("id") == f"part-{name}"), None)


def looking(drawn: Element | None, looks: str) -> list[Element]:
    """The shapes of a picture that look so."""
    assert drawn is not None
    return [each for each in drawn.iter() if looks in (each.get("class") or "").split()]


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_a_page_of_a_sweep_is_valid_and_what_is_drawn_lies_on_the_sheet(name: str, language: Language) -> None:
    file, base, sweep = CASES[name]()
    text = report_html(file, base, language, sweep=sweep)
    tree = parsed(text)
    names = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(set(names)) == len(names)
    assert {link.get("href") for link in tree.iter("a")} <= {f"#{each}" for each in names}
    for picture in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        root = fromstring(picture)
        _, _, width, height = (float(each) for each in root.attrib["viewBox"].split())
        for x, y, wide, tall in places(root):
            assert -0.01 <= x <= x + wide <= width + 0.01
            assert -0.01 <= y <= y + tall <= height + 0.01


PARTS = [  # a case, whether its outcomes are drawn, whether quality against impact is
    ("one axis", True, True),
    ("two axes", True, True),
    ("a share", True, True),
    ("no criterion", True, False),
    ("one group", True, False),
    ("one group, two axes", True, False),
    ("the same", False, True),
    ("interrupted", True, True),
    ("interrupted early", False, False),
]


@pytest.mark.parametrize(("name", "drawn", "weighed"), PARTS)
def test_what_is_known_is_drawn_and_the_sweep_stands_first(name: str, drawn: bool, weighed: bool) -> None:
    tree = page(name)
    found = [section.get("id") for section in tree.iter("section")]
    assert found[:3] == ["summary", "part-sweep", "part-trade" if weighed else "part-flow"]
    section = part(tree, "sweep")
    assert section is not None
    picture = section.find(f".//{SVG}svg")
    assert (picture is not None) == drawn
    if picture is not None:
        assert all(words_of(picture.find(f"{SVG}{tag}")) for tag in ("title", "desc"))  # type: ignore[arg-type]
    assert section.find(".//table") is not None


TOLD = [  # a case, what the part of the sweep says
    ("the same", "No outcome differs from that of what is written now."),
    ("interrupted", "3 of the 6 points are there"),
    ("interrupted early", "0 of the 3 points are there"),
    ("one axis", "What differs nowhere has no chart."),
    ("two axes", "The stronger the shade, the higher."),
    ("broad", "There are too many cells for numbers in them"),
]


@pytest.mark.parametrize(("name", "words"), TOLD)
def test_what_must_be_known_of_a_sweep_is_said(name: str, words: str) -> None:
    section = part(page(name), "sweep")
    assert section is not None
    assert words in words_of(section)
    assert ("interrupted" in words_of(section)) == ("interrupted" in words or "points are there" in words)


def test_without_a_sweep_there_is_no_such_part() -> None:
    tree = parsed(report_html(example(), simulated(), "en"))
    assert part(tree, "sweep") is None
    assert part(tree, "trade") is None


@pytest.mark.parametrize("axes", [0, 3])
def test_a_sweep_has_one_axis_or_two(axes: int) -> None:
    file = example()
    comparison = Comparison(file, simulated())
    with pytest.raises(UsageError, match="one axis or two"):
        Sweep.of(comparison, [read_axis(f"{BEST}=10,20")] * axes)


# -- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["one axis", "two axes"])
def test_the_numbers_of_a_sweep_are_those_of_its_points(name: str) -> None:
    sweep = CASES[name]()[2]
    rows = shown(page(name), "part-sweep", len(sweep.directions) - 1)
    assert len(rows) == len(sweep.points) + 1
    for point in sweep.points:
        *numbers, mark = rows["|".join(point.values)]
        assert numbers == [point.outcomes[each].value for each in sweep.defined_outcomes]
        assert mark is None
    marks = [words_of(row[-1]) for row in next(each for each in page(name).iter("tbody")).iter("tr")]
    assert marks == ["", *("●" if point.is_on_front else "" for point in sweep.points)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_a_terminal_prints_the_same_table(name: str, language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    file, base, sweep = CASES[name]()
    print_sweep(sweep, file, base, Printer(), language)
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    section = part(page(name, language), "sweep")
    assert section is not None
    for row in section.iter("tr"):
        assert " ".join(words_of(cell) for cell in row).split() in printed
    for note in section.iter("p"):
        if note.get("class") == "note":
            assert words_of(note).split() in printed


def test_outcomes_are_those_of_the_results() -> None:
    _, results, sweep = CASES["one axis"]()
    base, block = sweep.base.outcomes, results.block
    assert base["selected"] == Estimate(results.selected.mean, pytest.approx(results.selected.ci95))
    assert base["do well"] == Estimate(results.success_ratio.value, results.success_ratio.ci95)
    assert base["too few"].value == results.too_small
    assert base["adverse"].value == pytest.approx(
        (results.lowest_impact or Impact("", "", nan, None, None, None)).ratio
    )
    hours = sum(planned.jury_hours.mean for planned in results.workload.values())
    assert base["jury hours"].value == pytest.approx(hours)
    assert block.selected.sum(axis=1).mean() == base["selected"].value


# -- panels and heat tables ------------------------------------------------------------------------------------------

PLACES = [  # values, where they stand
    (("10", "20", "40"), (0, 1 / 3, 1)),
    (("40", "10", "20"), (1, 0, 1 / 3)),
    (("-1", "0.5", "2"), (0, 0.5, 1)),
    (("7",), (0.5,)),
    (("2 years", "3 years", "9 years"), (0, 0.5, 1)),
    (("null", "10", "100"), (0, 0.5, 1)),
    (("[a, b]", "[b]"), (0, 1)),
]


@pytest.mark.parametrize(("values", "expected"), PLACES)
def test_numbers_stand_at_their_place_and_other_values_evenly(
    values: tuple[str, ...], expected: tuple[float, ...]
) -> None:
    assert Direction("path", values).positions == pytest.approx(expected)


@pytest.mark.parametrize("name", ["one axis", "texts", "lists", "many", "once"])
def test_there_is_a_panel_for_each_outcome_that_varies_with_a_dot_for_each_point(name: str) -> None:
    sweep, drawn = CASES[name]()[2], part(page(name), "sweep")
    now = [point for point in sweep.points if point.is_base]
    dots = [*looking(drawn, "point"), *looking(drawn, "point-first")]
    told = [each for name in sweep.varying_outcomes for each in sweep.points if each.outcomes[name].value is not None]
    assert len(dots) == len(told) + bool(now)  # one explains what the filled ones are
    lines = looking(drawn, "base")
    assert len(lines) == len(sweep.varying_outcomes) + 1
    assert len(looking(drawn, "mark")) == ("adverse" in sweep.varying_outcomes)


def test_panels_join_their_dots_from_left_to_right_in_the_order_of_their_numbers() -> None:
    for path in looking(part(page("one axis"), "sweep"), "joined"):
        x = [float(each) for each in re.findall(r"[ML] (\S+)", path.attrib["d"])]
        assert len(x) == 3
        assert x == sorted(x)


def test_long_values_are_numbered_and_explained() -> None:
    section = part(page("lists"), "sweep")
    texts = [each.text for each in section.iter(f"{SVG}text")] if section is not None else []
    assert "3 = {best: 12, by: score, ties: lot}" in texts
    assert texts.count("3") == len(CASES["lists"]()[2].varying_outcomes)
    assert Labels.of(Direction("a.path", ("short", "texts")), 100).legend == ()


def test_heat_tables_are_shaded_by_value_with_the_numbers_in_them() -> None:
    sweep, drawn = CASES["two axes"]()[2], part(page("two axes"), "sweep")
    cells = looking(drawn, "heat")
    assert len(cells) == len(looking(drawn, "cell")) == len(sweep.varying_outcomes) * len(sweep.points)
    shades = [int(re.findall(r"heat-(\d)", cell.attrib["class"])[0]) for cell in cells]
    for number, name in enumerate(sweep.varying_outcomes):
        of = [point.outcomes[name].value or 0 for point in sweep.points]
        own = shades[number * len(of) : (number + 1) * len(of)]
        assert (min(own), max(own)) == (0, 8)
        assert all((one < other) <= (a <= b) for (one, a), (other, b) in combinations(zip(of, own, strict=True), 2))
    fronts = sum(point.is_on_front for point in sweep.points)
    assert len(looking(drawn, "on-front")) == len(sweep.varying_outcomes) * fronts
    assert len(looking(drawn, "frame")) == len(sweep.varying_outcomes)  # best 15 of 80 is what is written now


def test_what_was_not_reached_stays_empty() -> None:
    sweep, drawn = CASES["interrupted"]()[2], part(page("interrupted"), "sweep")
    assert len(looking(drawn, "heat")) == 3 * len(sweep.varying_outcomes)
    assert [each.text for each in looking(drawn, "cell")].count("–") == 3 * len(sweep.varying_outcomes)


def test_cells_too_small_for_numbers_have_none() -> None:
    drawn = part(page("broad"), "sweep")
    assert len(looking(drawn, "heat")) == len(CASES["broad"]()[2].varying_outcomes) * 100
    assert not looking(drawn, "cell")


MODES = {"light": r":root \{(.*?)\}", "dark": r"dark\) \{\s*:root \{(.*?)\}", "print": r"print \{\s*:root \{(.*?)\}"}


@pytest.mark.parametrize("mode", MODES)
def test_numbers_keep_their_contrast_on_every_shade(mode: str) -> None:
    """As the Web Content Accessibility Guidelines 2.2 compute it, success criterion 1.4.3: 4.5 at least."""
    style = (files("procedures.simulation.report") / "templates" / "page.css").read_text(encoding="utf-8")
    (found,) = re.findall(MODES[mode], style, re.DOTALL)[:1]
    colours = {
        name: [int(c[i : i + 2], 16) for i in (0, 2, 4)] for name, c in re.findall(r"--([\w-]+): #(\w{6})", found)
    }
    for opacity in (float(each) for each in re.findall(r"heat-\d \{ fill-opacity: ([\d.]+)", style)):
        cell = [a * opacity + b * (1 - opacity) for a, b in zip(colours["along"], colours["paper"], strict=True)]
        light, dark = sorted((_luminance(cell), _luminance(colours["ink"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: list[float] | list[int]) -> float:
    parts = [each / 255 for each in colour]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# -- quality against impact ------------------------------------------------------------------------------------------


def points_of(weighed: list[tuple[float, float]]) -> Sweep:
    """A sweep of which only quality and impact are known."""
    values = tuple(f"{number}" for number in range(len(weighed)))
    on_front = pareto_front(weighed)
    points = tuple(
        Point((value,), {}, Estimate(quality), Estimate(impact), on)
        for value, (quality, impact), on in zip(values, weighed, on_front, strict=True)
    )
    base = Point((), {}, Estimate(0.5), Estimate(0.5))
    return Sweep((Direction("path", values),), base, points, "selected.measures.performance.mean")


WEIGHED = st.lists(st.tuples(st.floats(-1, 2), st.floats(0, 1)), min_size=1, max_size=60)


@given(WEIGHED)
def test_names_never_meet_and_the_front_goes_down_to_the_right(weighed: list[tuple[float, float]]) -> None:
    drawn = fromstring(draw_trade_off(ReportContext(example(), simulated(), "en"), points_of(weighed)))
    names = [box for text in looking(drawn, "name") for box in places(text)]
    for (x, y, wide, _), (other_x, other_y, other_wide, _) in combinations(names, 2):
        assert abs(y - other_y) >= 12 or x + wide <= other_x or other_x + other_wide <= x
    assert len(looking(drawn, "point-first")) == 1
    assert sum(len(looking(drawn, looks)) for looks in ("point", "point-front")) == len(weighed)
    for path in looking(drawn, "front"):
        corners = [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path.attrib["d"])]
        assert len(corners) == sum(pareto_front(weighed))
        assert all(x <= next_x + 0.01 and y <= next_y + 0.01 for (x, y), (next_x, next_y) in pairwise(corners))


def test_of_many_points_only_those_on_the_front_are_named() -> None:
    sweep, drawn = CASES["many"]()[2], part(page("many"), "trade")
    assert drawn is not None
    fronts = {point.values[0] for point in sweep.points if point.is_on_front}
    now = {f"{point.values[0]} (as it is)" for point in sweep.points if point.is_base}
    assert {each.text for each in looking(drawn, "name")} <= fronts | now | {"four fifths"}
    assert "Only points on the front have names" in words_of(drawn)
    few = part(page("one axis"), "trade")
    assert few is not None
    assert {"10", "20", "15 (as it is)"} <= {each.text for each in looking(few, "name")}
    assert "Only points on the front" not in words_of(few)


EITHER_WAY = [  # ratio and interval, the lower rate by the higher
    (0.5, (0.4, 0.6), 0.5, (0.4, 0.6)),
    (2.0, (1.6, 2.5), 0.5, (0.4, 0.625)),
    (1.0, (0.8, 1.25), 1.0, (0.8, 1.25)),
    (0.0, (0.0, 0.1), 0.0, (0.0, 0.1)),
    (4.0, None, 0.25, None),
    (None, None, None, None),
]


@pytest.mark.parametrize(("ratio", "bounds", "lower", "around"), EITHER_WAY)
def test_a_ratio_is_weighed_whichever_group_has_the_lower_rate(
    ratio: float | None,
    bounds: tuple[float, float] | None,
    lower: float | None,
    around: tuple[float, float] | None,
) -> None:
    found = Impact("b", "a", ratio, bounds, None, None).symmetric_ratio
    assert found.value == lower
    assert found.ci95 == (pytest.approx(around) if around else None)


# -- marks and labels ------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 4)), min_size=1))
def test_marks_reach_around_all_values_in_equal_steps(values: list[float]) -> None:
    marks = marks_around(values)
    hair = 1e-8 * (marks[1] - marks[0]) + 1e-9  # nobody sees so little
    assert marks[0] <= min(values) + hair
    assert max(values) - hair <= marks[-1]
    assert 2 <= len(marks) <= 12
    steps = [after - before for before, after in pairwise(marks)]
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-3)


@pytest.mark.parametrize(("step", "decimals"), [(20, 0), (1, 0), (0.5, 1), (0.1, 1), (0.05, 2), (0.002, 3)])
def test_marks_are_told_apart_by_their_decimals(step: float, decimals: int) -> None:
    assert decimals_of(step) == decimals


@given(st.lists(st.tuples(st.floats(0, WIDTH), st.text("0123456789", min_size=1, max_size=20)), max_size=30))
def test_labels_along_an_axis_never_meet(texts: list[tuple[float, str]]) -> None:
    drawing = Drawing("labels", "labels", "labels")
    lines = write_across(drawing, texts, 20, (0, WIDTH))
    boxes = [box for element in drawing.root.iter("text") for box in places(element)]
    assert len(boxes) <= len(texts)
    assert bool(boxes) == bool(texts)
    assert lines in (1, 2)
    for (x, y, wide, _), (other_x, other_y, other_wide, _) in combinations(boxes, 2):
        assert y != other_y or x + wide <= other_x or other_x + other_wide <= x
