"""The arguments of `procedures simulate`, and the checks that run before a simulation."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Final, TypeVar

import typer
from attrs import frozen

from procedures.cli.exit_status import UnusableInputError
from procedures.cli.output_files import check_new, check_target
from procedures.definition.overrides import Setting
from procedures.errors import UsageError
from procedures.simulation import Plan
from procedures.simulation.engine.runner import REPLICATIONS
from procedures.simulation.report import report_html
from procedures.simulation.what_if.changes import Axis, read_axis, read_setting
from procedures.simulation.what_if.sweep import MAX_AXES
from rules.problems import Problem
from rules.words import Language

_MAX_REPLICATIONS: Final = 100_000
"""The maximum number of replications for `--until`, where `--replications` is not given."""
_TRACE: Final = re.compile(r"(\d{1,9}):(\d{1,9})")

_Read = TypeVar("_Read")


@frozen
class SimulateArguments:
    """The arguments of the command."""

    file: Path
    scenario: Path | None
    candidates: int | None
    replications: int | None
    seed: int
    until: float | None
    settings: tuple[str, ...]
    sweeps: tuple[str, ...]
    readings: tuple[str, ...]
    trace: str | None
    report: Path | None
    parquet: Path | None
    scenario_output: Path | None
    workers: int
    chunk: int | None
    language: Language
    as_json: bool

    @property
    def plan(self) -> Plan:
        replications = self.replications or (REPLICATIONS if self.until is None else _MAX_REPLICATIONS)
        return Plan(replications, self.seed, self.until, self.chunk)

    @property
    def traced_candidate(self) -> tuple[int, int]:
        """The replication and the candidate of `--trace`."""
        match = _TRACE.fullmatch(self.trace or "")
        if match is None:
            raise typer.BadParameter(f"`{self.trace}`: write REPLICATION:CANDIDATE, as in 17:3", param_hint="'--trace'")
        return int(match[1]), int(match[2])


def read_settings(arguments: SimulateArguments) -> list[Setting]:
    """The values of `--set`; raises BadParameter for one that cannot be read."""
    return [_read(read_setting, text, "--set") for text in arguments.settings]


def read_axes(arguments: SimulateArguments) -> list[Axis]:
    """The axes of `--sweep`; raises BadParameter for one that cannot be read."""
    return [_read(read_axis, text, "--sweep") for text in arguments.sweeps]


def _read(read: Callable[[str], _Read], text: str, option: str) -> _Read:
    try:
        return read(text)
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint=f"'{option}'") from None


def check_arguments(arguments: SimulateArguments, settings: Sequence[Setting], axes: Sequence[Axis]) -> None:
    """Refuse options that exclude each other, and files that cannot be written, before the simulation starts."""
    seen: set[tuple[str, ...]] = set()
    for names in chain((each.names for each in settings), (axis.settings[0].names for axis in axes)):
        if names in seen:
            raise typer.BadParameter(f"`{'.'.join(names)}` is given twice", param_hint="'--set' and '--sweep'")
        seen.add(names)
    if len(axes) > MAX_AXES:
        raise typer.BadParameter("a table has two directions at most", param_hint="'--sweep'")
    if arguments.until is not None and not (isfinite(arguments.until) and arguments.until > 0):
        raise typer.BadParameter(f"{arguments.until:g} is no precision: a number above 0", param_hint="'--until'")
    if arguments.trace is not None and (axes or arguments.report or arguments.parquet):
        raise typer.BadParameter("one candidate goes with no --sweep, -o or --parquet", param_hint="'--trace'")
    if arguments.report is not None:
        check_target(arguments.report, (".html", ".htm"))
        import_report()
    if arguments.parquet is not None:
        check_target(arguments.parquet, (".parquet",))
    if arguments.scenario_output is not None:
        if axes or arguments.trace or arguments.report or arguments.parquet:
            raise typer.BadParameter("a scenario is written, and nothing simulated", param_hint="'--write-scenario'")
        check_new(arguments.scenario_output, (".scenario.yaml",))


def import_report() -> Callable[..., str]:
    """The function that renders the page of a report; refuses where a package that it needs is not installed."""
    try:
        import_module("procedures.simulation.report.page")
    except ImportError as error:
        hint = "pip install 'selection-procedures[report]'"
        raise UnusableInputError(
            [Problem(f"a report cannot be made here: {error}", None, hint)], "nothing was simulated"
        ) from None
    return report_html
