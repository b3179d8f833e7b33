"""The door to jinja2: the page of a report, from its parts and a template."""

from importlib.resources import files
from typing import Final

from attrs import frozen
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from procedures.simulation.report import tables
from procedures.simulation.report.charts.calendar import calendar
from procedures.simulation.report.charts.funnel_and_histogram import funnel, histogram
from procedures.simulation.report.charts.heat_table import heat, holds_numbers
from procedures.simulation.report.charts.quality_and_impact import impact, names_left_out, trade
from procedures.simulation.report.charts.sankey import sankey
from procedures.simulation.report.charts.small_multiples import panels
from procedures.simulation.report.context import Teller
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
"""A table of so many points is open at once."""


@frozen
class Part:
    """A section of the page: a picture with what it shows, sentences where there is none, and tables."""

    name: str
    title: str
    picture: str = ""
    note: str = ""
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    opened: bool = False
    """Whether the tables are seen at once where there is a picture."""


def page(teller: Teller, sweep: Sweep | None = None) -> str:
    """The whole page as one text."""
    template = _ENVIRONMENT.get_template("page.html.jinja")
    outline = describe(teller.procedure, teller.language)
    steps = next((section.lines for section in outline.sections if section.name == "steps"), ())
    return template.render(
        teller=teller,
        say=teller.say,
        style=Markup(_source("page.css")),
        markup=Markup,
        head=_head(teller),
        sentences=summary(teller),
        parts=[
            part for part in (*_swept(teller, sweep), *_parts(teller)) if part.picture or part.sentences or part.tables
        ],
        assumed=[words.in_language(teller.language) for words in teller.scenario.assumed.values()],
        stated=assumptions(teller),
        steps=_nested(steps),
    )


def _swept(teller: Teller, sweep: Sweep | None) -> tuple[Part, ...]:
    """What a sweep found: its outcomes drawn and as a table, and quality against impact."""
    if sweep is None:
        return ()
    say, drawn = teller.say, len(sweep.directions) == 1
    told = []
    if len(sweep.points) < sweep.planned or sweep.partial:
        told.append(say("sweep partial", done=len(sweep.points), planned=sweep.planned))
    picture = panels(teller, sweep) if drawn else heat(teller, sweep)
    if sweep.points and not picture:
        told.append(say("nothing varies"))
    note = say("panels note") if drawn else say("heat note")
    if not drawn and not holds_numbers(teller, sweep):
        note = f"{note} {say('heat plain')}"
    table, few = sweep_table(teller, sweep), len(sweep.points) <= _FEW
    beneath = say("trade note")
    if names_left_out(sweep):
        beneath = f"{beneath} {say('trade many')}"
    return (
        Part("sweep", say("sweep"), picture, note, tuple(told), (table,), few),
        Part("trade", say("trade"), trade(teller, sweep), beneath),
    )


def _head(teller: Teller) -> tuple[tuple[str, str], ...]:
    procedure, results, say = teller.procedure, teller.results, teller.say
    rows = [
        ("procedure", say("version", name=procedure.name, number=procedure.definition.version)),
        ("digest", results.digest),
        ("scenario", say("assumed scenario") if teller.assumed else teller.scenario.name),
        ("scenario digest", results.scenario_digest),
        ("changed", ", ".join(teller.file.settings)),
        ("readings", ", ".join(f"{name}: {option}" for name, option in procedure.readings.items())),
        ("seed", f"{results.seed}"),
        ("replications", teller.number(results.replications).text),
    ]
    return tuple((say(name), text) for name, text in rows if text)


def _parts(teller: Teller) -> tuple[Part, ...]:
    say = teller.say
    days = tables.jury_days(teller)
    dated = f"{say('calendar note')} {say('jury note')}" if days.rows else say("calendar note")
    return (
        Part("flow", say("flow"), sankey(teller), say("flow note"), (), (tables.moves(teller),)),
        Part("funnel", say("funnel"), funnel(teller), say("funnel note"), (), (tables.states(teller),)),
        _gates(teller),
        _reserve(teller),
        Part("lasting", say("lasting"), tables=_kept(tables.lasting(teller))),
        Part("calendar", say("calendar"), calendar(teller), dated, _undated(teller), _kept(days)),
        _workload(teller),
        _groups(teller),
        _impact(teller),
    )


def _kept(*every: Table) -> tuple[Table, ...]:
    """The tables in which something stands."""
    return tuple(table for table in every if table.rows)


def _gates(teller: Teller) -> Part:
    return Part("gates", teller.say("gates"), tables=_kept(tables.gates(teller)))


def _undated(teller: Teller) -> tuple[str, ...]:
    return () if calendar(teller) else (teller.say("no dates"),)


def _reserve(teller: Teller) -> Part:
    title = teller.say("reserve")
    if teller.scenario.selected is None:
        return Part("reserve", title, sentences=(teller.say("no selected"),))
    note = teller.say("reserve note") if teller.scenario.wanted is not None else ""
    return Part("reserve", title, histogram(teller), note, (), (tables.selected(teller),))


def _workload(teller: Teller) -> Part:
    table = tables.workload(teller)
    return Part(
        "workload", teller.say("workload"), "", "", () if table.rows else (teller.say("no juries"),), _kept(table)
    )


def _groups(teller: Teller) -> Part:
    if len(teller.results.groups) == 1:
        return Part("groups", teller.say("groups"), sentences=(teller.say("no groups"),))
    return Part("groups", teller.say("groups"), tables=(tables.groups(teller), tables.compared(teller)))


def _impact(teller: Teller) -> Part:
    """Quality against impact; what is missing for it is told."""
    picture = impact(teller)
    told = []
    if not picture and quality_of(teller.file, teller.results) is None:
        told.append(teller.say("no quality"))
    if not picture and len(teller.results.groups) > 1:
        told.append(teller.say("no impact"))
    note = teller.say("impact note")
    shown = (tables.impact(teller),) if picture or teller.variants else ()
    return Part("impact", teller.say("impact"), picture, note, tuple(told), shown)


@frozen
class Nested:
    """A line of a description with those under it."""

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
