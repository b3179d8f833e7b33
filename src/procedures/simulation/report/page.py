"""Renders the page of a report from its parts and a template. The only module of a report that imports jinja2."""

from importlib.resources import files
from typing import Final

from attrs import frozen
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from procedures.simulation.report import tables
from procedures.simulation.report.charts.calendar import draw_calendar
from procedures.simulation.report.charts.funnel_and_histogram import draw_funnel, draw_histogram
from procedures.simulation.report.charts.heat_table import draw_heat_tables, has_numbers
from procedures.simulation.report.charts.quality_and_impact import draw_impact, draw_trade_off, has_unnamed_points
from procedures.simulation.report.charts.sankey import draw_sankey
from procedures.simulation.report.charts.small_multiples import draw_panels
from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.figures import quality_of
from procedures.simulation.report.sweep_table import sweep_table
from procedures.simulation.report.tables import Table
from procedures.simulation.report.text.assumptions import assumptions
from procedures.simulation.report.text.summary import summary
from procedures.simulation.what_if.sweep import Sweep
from procedures.text.procedure import Line, describe


def _source(name: str) -> str:
    return (files("procedures.simulation.report") / "templates" / name).read_text(encoding="utf-8")


_ENVIRONMENT: Final = Environment(
    loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)

_FEW: Final = 30
"""The table of a sweep with at most this many points is open when the page loads."""


@frozen
class Part:
    """A section of the page: a picture with a caption, or sentences instead of a picture; and tables."""

    name: str
    title: str
    picture: str = ""
    note: str = ""
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    is_open: bool = False
    """Whether the tables below a picture are open when the page loads."""


def render_page(context: ReportContext, sweep: Sweep | None = None) -> str:
    """The whole page as one text."""
    template = _ENVIRONMENT.get_template("page.html.jinja")
    outline = describe(context.procedure, context.language)
    steps = next((section.lines for section in outline.sections if section.name == "steps"), ())
    return template.render(
        context=context,
        say=context.say,
        style=Markup(_source("page.css")),
        markup=Markup,
        head=_head(context),
        sentences=summary(context),
        parts=[
            part
            for part in (*_sweep_parts(context, sweep), *_parts(context))
            if part.picture or part.sentences or part.tables
        ],
        assumed=[words.in_language(context.language) for words in context.scenario.assumed.values()],
        stated=assumptions(context),
        steps=_nested(steps),
    )


def _sweep_parts(context: ReportContext, sweep: Sweep | None) -> tuple[Part, ...]:
    """The parts of a sweep: its outcomes as a picture and a table, and quality against adverse impact."""
    if sweep is None:
        return ()
    say, has_one_axis = context.say, len(sweep.directions) == 1
    sentences = []
    if len(sweep.points) < sweep.planned_count or sweep.partial:
        sentences.append(say("sweep partial", done=len(sweep.points), planned=sweep.planned_count))
    picture = draw_panels(context, sweep) if has_one_axis else draw_heat_tables(context, sweep)
    if sweep.points and not picture:
        sentences.append(say("nothing varies"))
    note = say("panels note") if has_one_axis else say("heat note")
    if not has_one_axis and not has_numbers(context, sweep):
        note = f"{note} {say('heat plain')}"
    table, few = sweep_table(context, sweep), len(sweep.points) <= _FEW
    beneath = say("trade note")
    if has_unnamed_points(sweep):
        beneath = f"{beneath} {say('trade many')}"
    return (
        Part("sweep", say("sweep"), picture, note, tuple(sentences), (table,), few),
        Part("trade", say("trade"), draw_trade_off(context, sweep), beneath),
    )


def _head(context: ReportContext) -> tuple[tuple[str, str], ...]:
    procedure, results, say = context.procedure, context.results, context.say
    rows = [
        ("procedure", say("version", name=procedure.name, number=procedure.definition.version)),
        ("digest", results.digest),
        ("scenario", say("assumed scenario") if context.is_assumed else context.scenario.name),
        ("scenario digest", results.scenario_digest),
        ("changed", ", ".join(context.file.settings)),
        ("readings", ", ".join(f"{name}: {option}" for name, option in procedure.readings.items())),
        ("seed", f"{results.seed}"),
        ("replications", context.number(results.replications).text),
    ]
    return tuple((say(name), text) for name, text in rows if text)


def _parts(context: ReportContext) -> tuple[Part, ...]:
    say = context.say
    days = tables.jury_days(context)
    dated = f"{say('calendar note')} {say('jury note')}" if days.rows else say("calendar note")
    return (
        Part("flow", say("flow"), draw_sankey(context), say("flow note"), (), (tables.moves(context),)),
        Part("funnel", say("funnel"), draw_funnel(context), say("funnel note"), (), (tables.states(context),)),
        _gates(context),
        _reserve(context),
        Part("lasting", say("lasting"), tables=_non_empty(tables.reserve_lifetime(context))),
        Part("calendar", say("calendar"), draw_calendar(context), dated, _no_dates_note(context), _non_empty(days)),
        _workload(context),
        _groups(context),
        _impact(context),
    )


def _non_empty(*every: Table) -> tuple[Table, ...]:
    """The tables that have rows."""
    return tuple(table for table in every if table.rows)


def _gates(context: ReportContext) -> Part:
    return Part("gates", context.say("gates"), tables=_non_empty(tables.gates(context)))


def _no_dates_note(context: ReportContext) -> tuple[str, ...]:
    return () if draw_calendar(context) else (context.say("no dates"),)


def _reserve(context: ReportContext) -> Part:
    title = context.say("reserve")
    if context.scenario.selected is None:
        return Part("reserve", title, sentences=(context.say("no selected"),))
    note = context.say("reserve note") if context.scenario.wanted is not None else ""
    return Part("reserve", title, draw_histogram(context), note, (), (tables.selected_counts(context),))


def _workload(context: ReportContext) -> Part:
    table = tables.workload(context)
    return Part(
        "workload",
        context.say("workload"),
        "",
        "",
        () if table.rows else (context.say("no juries"),),
        _non_empty(table),
    )


def _groups(context: ReportContext) -> Part:
    if len(context.results.groups) == 1:
        return Part("groups", context.say("groups"), sentences=(context.say("no groups"),))
    return Part("groups", context.say("groups"), tables=(tables.groups(context), tables.group_ratios(context)))


def _impact(context: ReportContext) -> Part:
    """Quality against adverse impact; sentences name what is missing for the picture."""
    picture = draw_impact(context)
    sentences = []
    if not picture and quality_of(context.file, context.results) is None:
        sentences.append(context.say("no quality"))
    if not picture and len(context.results.groups) > 1:
        sentences.append(context.say("no impact"))
    note = context.say("impact note")
    shown = (tables.impact(context),) if picture or context.variants else ()
    return Part("impact", context.say("impact"), picture, note, tuple(sentences), shown)


@frozen
class Nested:
    """A line of a description with the lines below it."""

    text: str
    sources: str
    lines: list["Nested"]


def _nested(lines: tuple[Line, ...]) -> list[Nested]:
    root: list[Nested] = []
    open_at = [root]
    for line in lines:
        found = Nested(line.text, ", ".join(line.sources), [])
        del open_at[line.depth + 1 :]
        open_at[-1].append(found)
        open_at.append(found.lines)
    return root
