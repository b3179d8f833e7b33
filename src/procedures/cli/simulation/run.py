"""What `procedures simulate` was asked, answered: one simulation, a variant beside it, a sweep, or one candidate."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import chain
from math import isfinite
from os.path import relpath
from pathlib import Path
from shlex import join
from typing import Final, TypeVar

import typer
from attrs import frozen

from procedures import load
from procedures.cli.exit_status import FINE, INTERRUPTED, UnusableInputError
from procedures.cli.inputs import reading_options
from procedures.cli.output_files import Target, check_new, check_target
from procedures.cli.printer import Printer
from procedures.cli.simulation.phrases import say
from procedures.cli.simulation.results import print_results
from procedures.cli.simulation.trace import print_trace
from procedures.cli.simulation.what_if import print_comparison, print_sweep
from procedures.definition.overrides import Setting
from procedures.errors import UsageError
from procedures.procedure import Procedure
from procedures.simulation import (
    Comparison,
    Plan,
    ScenarioFile,
    Variant,
    assumed_file,
    compare,
    read_scenario,
    trace,
    workers,
)
from procedures.simulation.engine.runner import REPLICATIONS
from procedures.simulation.report import Sweep, report_html
from procedures.simulation.scenario.writer import scenario_text
from procedures.simulation.what_if.changes import (
    Axis,
    changed_file,
    points,
    read_axis,
    read_setting,
    shown,
    with_candidates,
)
from procedures.simulation.what_if.replications import comparison_table
from procedures.simulation.what_if.sweep import MOST_AXES
from rules.problems import Place, Problem
from rules.words import Language

_MOST: Final = 100_000
"""How many replications are tried for a precision, where nobody says how many."""
_TRACED: Final = re.compile(r"(\d{1,9}):(\d{1,9})")

_Read = TypeVar("_Read")


@frozen
class Asked:
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
    written: Path | None
    workers: int
    chunk: int | None
    language: Language
    as_json: bool

    @property
    def plan(self) -> Plan:
        replications = self.replications or (REPLICATIONS if self.until is None else _MOST)
        return Plan(replications, self.seed, self.until, self.chunk)


def simulated(asked: Asked) -> int:
    """Do what was asked; the exit status."""
    settings = [_read(read_setting, text, "--set") for text in asked.settings]
    axes = [_read(read_axis, text, "--sweep") for text in asked.sweeps]
    _check(asked, settings, axes)
    base = _base(asked)
    changed = _variant(asked, base, settings)
    if asked.written is not None:
        return _written(asked.written, asked.file, base if changed is None else changed.file)
    if asked.trace is not None:
        return _traced(asked, base if changed is None else changed.file)
    if axes:
        base = base if changed is None else changed.file
        variants = [
            Variant(changed_file(base, point), {each.path: shown(each.value) for each in point})
            for point in points(axes)
        ]
    else:
        variants = [] if changed is None else [changed]
    comparison = _simulated(asked, base, variants)
    sweep = Sweep.of(comparison, axes) if axes else None
    _write(asked, comparison, sweep)
    _tell(asked, comparison, sweep)
    return INTERRUPTED if comparison.partial else FINE


# -- arguments ----------------------------------------------------------------------------------------------------


def _read(read: Callable[[str], _Read], text: str, option: str) -> _Read:
    try:
        return read(text)
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint=f"'{option}'") from None


def _check(asked: Asked, settings: Sequence[Setting], axes: Sequence[Axis]) -> None:
    """Refuse what cannot be asked together, and what cannot be written, before anything is simulated."""
    seen: set[tuple[str, ...]] = set()
    for names in chain((each.names for each in settings), (axis.settings[0].names for axis in axes)):
        if names in seen:
            raise typer.BadParameter(f"`{'.'.join(names)}` is given twice", param_hint="'--set' and '--sweep'")
        seen.add(names)
    if len(axes) > MOST_AXES:
        raise typer.BadParameter("a table has two directions at most", param_hint="'--sweep'")
    if asked.until is not None and not (isfinite(asked.until) and asked.until > 0):
        raise typer.BadParameter(f"{asked.until:g} is no precision: a number above 0", param_hint="'--until'")
    if asked.trace is not None and (axes or asked.report or asked.parquet):
        raise typer.BadParameter("one candidate goes with no --sweep, -o or --parquet", param_hint="'--trace'")
    if asked.report is not None:
        check_target(asked.report, (".html", ".htm"))
        _reporter()
    if asked.parquet is not None:
        check_target(asked.parquet, (".parquet",))
    if asked.written is not None:
        if axes or asked.trace or asked.report or asked.parquet:
            raise typer.BadParameter("a scenario is written, and nothing simulated", param_hint="'--write-scenario'")
        check_new(asked.written, (".scenario.yaml",))


def _reporter() -> Callable[..., str]:
    try:
        import_module("procedures.simulation.report.page")
    except ImportError as error:
        hint = "pip install 'selection-procedures[report]'"
        raise UnusableInputError(
            [Problem(f"a report cannot be made here: {error}", None, hint)], "nothing was simulated"
        ) from None
    return report_html


def _base(asked: Asked) -> ScenarioFile:
    """What is simulated if nothing is changed."""
    if asked.file.name.endswith(".scenario.yaml"):
        place = Place(str(asked.file), 1, 1)
        hint = "name the definition, and this file after `--scenario`"
        raise UnusableInputError([Problem("this is a scenario", place, hint)], "nothing was simulated")
    procedure = load(asked.file)
    _refuse_without_steps(procedure, asked.file)
    file = assumed_file(procedure) if asked.scenario is None else read_scenario(asked.scenario, procedure)
    return file if asked.candidates is None else with_candidates(file, asked.candidates)


def _refuse_without_steps(procedure: Procedure, file: Path) -> None:
    if procedure.definition.template:
        sentence, hint = "this is a template: others extend it, and nobody is selected by it", "simulate one of those"
    elif not procedure.definition.states_a_procedure:
        sentence = "this is a position profile: its source states no procedure, so there is nothing to simulate"
        hint = "a procedure has `steps:`"
    else:
        return
    raise UnusableInputError([Problem(sentence, Place(str(file), 1, 1), hint)], "nothing was simulated")


def _variant(asked: Asked, base: ScenarioFile, settings: Sequence[Setting]) -> Variant | None:
    """All that --set and --reading change, together; None where they change nothing."""
    readings = reading_options(asked.readings)
    if not (settings or readings):
        return None
    names = {each.path: shown(each.value) for each in settings}
    names |= {f"readings.{name}": option for name, option in readings.items()}
    try:
        return Variant(changed_file(base, settings, readings), names)
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint="'--reading' or '--set'") from None


def _written(target: Path, definition: Path, file: ScenarioFile) -> int:
    """Write the scenario down, for somebody to change what they know better; with it, how to simulate the same."""
    about = Path(relpath(definition.resolve(), target.resolve().parent)).as_posix()
    with Target(target) as path:
        path.write_text(scenario_text(file, about), encoding="utf-8")
    # What was changed in the definition stands in no scenario.
    again = [part for each in file.settings if not each.startswith("scenario.") for part in ("--set", each)]
    Printer().line(f"{target}: {join(['procedures', 'simulate', str(definition), '--scenario', str(target), *again])}")
    return FINE


# -- answers ------------------------------------------------------------------------------------------------------


def _simulated(asked: Asked, base: ScenarioFile, variants: Sequence[Variant]) -> Comparison:
    plan, size = asked.plan, base.scenario.size
    candidates = size.mean or ((size.least + size.most) / 2 if size.most is not None else size.least)
    total = int(candidates * plan.replications * (1 + len(variants)))
    with (
        Printer().progress(say("simulating", asked.language), 0 if plan.until is not None else total) as advance,
        workers(asked.workers) as executor,
    ):
        return compare(base, variants, plan, executor=executor, progress=lambda done: advance(int(done * candidates)))


def _write(asked: Asked, comparison: Comparison, sweep: Sweep | None) -> None:
    if asked.report is not None:
        last = comparison.variants[-1] if comparison.variants and sweep is None else None
        file, results = (comparison.file, comparison.base) if last is None else (last.variant.file, last.results)
        beside = {} if last is None else {say("base", asked.language): comparison.base}
        page = _reporter()(file, results, asked.language, variants=beside, sweep=sweep)
        with Target(asked.report) as path:
            path.write_text(page, encoding="utf-8")
    if asked.parquet is not None:
        with Target(asked.parquet) as path:
            comparison_table(comparison).write_parquet(path)


def _tell(asked: Asked, comparison: Comparison, sweep: Sweep | None) -> None:
    printer, language = Printer(), asked.language
    assumed = [words.in_language(language) for words in comparison.file.scenario.assumed.values()]
    if asked.as_json:
        whole = comparison.plain() if comparison.variants or sweep else comparison.base.plain()
        printer.document({**whole, "assumed": assumed} if comparison.file.assumed else whole)
    elif sweep is not None:
        print_sweep(sweep, comparison.file, comparison.base, printer, language)
    elif comparison.variants:
        print_comparison(comparison, printer, language)
    else:
        print_results(comparison.file, comparison.base, printer, language)
    _warn(asked, comparison)


def _warn(asked: Asked, comparison: Comparison) -> None:
    """What somebody must know beside the numbers, on stderr."""
    printer, language, base = Printer(), asked.language, comparison.base
    if base.partial:
        printer.complain(say("partial", language, done=base.replications, planned=asked.plan.replications))
    elif comparison.partial and comparison.variants:
        done, last = len(comparison.variants), comparison.variants[-1].results.replications
        printer.complain(say("partial variants", language, done=done, replications=last, planned=base.replications))
    elif comparison.partial:
        printer.complain(say("partial before", language))
    elif asked.until is not None and base.selected.halfwidth > asked.until:
        printer.complain(
            say("imprecise", language, half=f"{base.selected.halfwidth:.3g}", done=base.replications),
            say("imprecise help", language),
        )
    for step, share in base.undecided.items():
        printer.complain(say("undecided", language, step=step, share=f"{share:.1%}"))


def _traced(asked: Asked, file: ScenarioFile) -> int:
    match = _TRACED.fullmatch(asked.trace or "")
    if match is None:
        raise typer.BadParameter(f"`{asked.trace}`: write REPLICATION:CANDIDATE, as in 17:3", param_hint="'--trace'")
    found = trace(file, asked.seed, int(match[1]), int(match[2]))
    if asked.as_json:
        Printer().document(found.plain())
    else:
        print_trace(found, Printer(), asked.language)
    return FINE
