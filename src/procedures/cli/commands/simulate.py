"""`procedures simulate`: simulates candidate flows before a vacancy is published, and what-if changes."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from procedures.cli.exit_status import UNUSABLE
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, decimal_number, language, whole_number
from procedures.cli.printer import Printer

REQUIRED_PACKAGES: Final = ("numpy", "scipy", "polars")
_WITHOUT: Final = "simulation needs {names}: pip install 'selection-procedures[simulate]'"


def simulate(
    file: DefinitionFile,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="SCENARIO", help="A scenario file; left out, one is assumed and told."),
    ] = None,
    candidates: Annotated[
        int | None,
        typer.Option(
            "--candidates", metavar="N", parser=whole_number(1), help="How many apply, whatever the scenario says."
        ),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            metavar="R",
            parser=whole_number(1, 10_000_000),
            help="How many selections; 1000 when left out.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="K", parser=whole_number(0), help="The same seed, the same numbers.")
    ] = 1,
    until: Annotated[
        float | None,
        typer.Option(
            "--until",
            metavar="HALFWIDTH",
            parser=decimal_number,
            help="Stop when the mean number of those selected is known so well.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="What if another value stood there? Compared. May be repeated."
        ),
    ] = None,
    sweep: Annotated[
        list[str] | None,
        typer.Option("--sweep", metavar="PATH=a,b,c", help="What if it were each of these? Once or twice."),
    ] = None,
    reading: ReadingOptions = None,
    trace: Annotated[
        str | None,
        typer.Option(
            "--trace",
            metavar="REPLICATION:CANDIDATE",
            help="Replay and explain one simulated candidate, both numbered from 0.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="REPORT", help="Write a report: one .html page, with pictures of a sweep."
        ),
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="OUT", help="Write a row for each replication: a .parquet file.")
    ] = None,
    write_scenario: Annotated[
        Path | None,
        typer.Option(
            "--write-scenario",
            metavar="OUT",
            help="Write the scenario down, also an assumed one, and simulate nothing: a .scenario.yaml file.",
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", metavar="W", parser=whole_number(1, 256), help="How many processes; it changes no number."
        ),
    ] = 1,
    chunk: Annotated[
        int | None,
        typer.Option(
            "--chunk",
            metavar="C",
            parser=whole_number(1),
            help="How many replications a process takes at once; it changes no number.",
        ),
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Simulate a selection many times, and ask what if.

    How many come how far, who is selected, how groups fare, what juries spend: each number with how sure it is.

    --set and --reading make one variant, compared with what is written, on the same candidates with the same luck.
    With --sweep they hold for all of the table. A PATH is one in the definition, as steps.prescreening.keeps.best, or
    in the scenario, as scenario.candidates; readings.NAME is the option of a reading. A name that holds a point is
    found as it is written; items of a list are called by their name, or by their number from 0.

    \b
    Example:
      procedures simulate clerk.yaml
      procedures simulate clerk.yaml --write-scenario clerk.rush.scenario.yaml
      procedures simulate clerk.yaml --scenario clerk.rush.scenario.yaml --replications 5000 --workers 2
      procedures simulate clerk.yaml --scenario clerk.rush.scenario.yaml --set steps.prescreening.keeps.best=20
      procedures simulate clerk.yaml --sweep steps.test.pass_mark=40,50,60 --lang nl
      procedures simulate clerk.yaml --trace 17:3
    """
    chosen = language(lang)
    absent = [name for name in REQUIRED_PACKAGES if not _is_installed(name)]
    if absent:
        Printer().warn(_WITHOUT.format(names=" and ".join(absent)))
        return UNUSABLE
    # polars takes long to import, and few commands need it
    from procedures.cli.simulation.arguments import SimulateArguments
    from procedures.cli.simulation.run import run_simulation

    return run_simulation(
        SimulateArguments(
            file=file,
            scenario=scenario,
            candidates=candidates,
            replications=replications,
            seed=seed,
            until=until,
            settings=tuple(set_ or ()),
            sweeps=tuple(sweep or ()),
            readings=tuple(reading or ()),
            trace=trace,
            report=output,
            parquet=parquet,
            scenario_output=write_scenario,
            workers=workers,
            chunk=chunk,
            language=chosen,
            as_json=as_json,
        )
    )


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a blocked module
        return False
