"""Runs `procedures simulate`: one simulation, a comparison with a variant, a sweep, or the trace of one candidate."""

from collections.abc import Sequence
from pathlib import Path

import typer

from procedures import load
from procedures.cli.exit_status import FINE, INTERRUPTED, UnusableInputError
from procedures.cli.inputs import reading_options
from procedures.cli.printer import Printer
from procedures.cli.simulation.arguments import SimulateArguments, check_arguments, read_axes, read_settings
from procedures.cli.simulation.outputs import print_output, write_files, write_scenario
from procedures.cli.simulation.phrases import say
from procedures.cli.simulation.trace import print_trace
from procedures.definition.overrides import Setting
from procedures.errors import UsageError
from procedures.procedure import Procedure
from procedures.simulation import (
    Comparison,
    ScenarioFile,
    Variant,
    assumed_file,
    compare,
    read_scenario,
    trace,
    workers,
)
from procedures.simulation.report import Sweep
from procedures.simulation.what_if.changes import changed_file, combinations, format_value, with_candidates
from rules.problems import Place, Problem


def run_simulation(arguments: SimulateArguments) -> int:
    """Run the command; return the exit status."""
    settings, axes = read_settings(arguments), read_axes(arguments)
    check_arguments(arguments, settings, axes)
    base = _read_base(arguments)
    changed = _make_variant(arguments, base, settings)
    if arguments.scenario_output is not None:
        write_scenario(arguments.scenario_output, arguments.file, base if changed is None else changed.file)
        return FINE
    if arguments.trace is not None:
        _print_trace(arguments, base if changed is None else changed.file)
        return FINE
    if axes:
        base = base if changed is None else changed.file
        variants = [
            Variant(changed_file(base, point), {each.path: format_value(each.value) for each in point})
            for point in combinations(axes)
        ]
    else:
        variants = [] if changed is None else [changed]
    comparison = _simulate(arguments, base, variants)
    sweep = Sweep.of(comparison, axes) if axes else None
    write_files(arguments, comparison, sweep)
    print_output(arguments, comparison, sweep)
    return INTERRUPTED if comparison.partial else FINE


def _read_base(arguments: SimulateArguments) -> ScenarioFile:
    """The scenario without the changes of `--set` and `--reading`."""
    if arguments.file.name.endswith(".scenario.yaml"):
        place = Place(str(arguments.file), 1, 1)
        hint = "name the definition, and this file after `--scenario`"
        raise UnusableInputError([Problem("this is a scenario", place, hint)], "nothing was simulated")
    procedure = load(arguments.file)
    _refuse_without_steps(procedure, arguments.file)
    file = assumed_file(procedure) if arguments.scenario is None else read_scenario(arguments.scenario, procedure)
    return file if arguments.candidates is None else with_candidates(file, arguments.candidates)


def _refuse_without_steps(procedure: Procedure, file: Path) -> None:
    if procedure.definition.template:
        sentence, hint = "this is a template: others extend it, and nobody is selected by it", "simulate one of those"
    elif not procedure.definition.has_steps:
        sentence = "this is a position profile: its source states no procedure, so there is nothing to simulate"
        hint = "a procedure has `steps:`"
    else:
        return
    raise UnusableInputError([Problem(sentence, Place(str(file), 1, 1), hint)], "nothing was simulated")


def _make_variant(arguments: SimulateArguments, base: ScenarioFile, settings: Sequence[Setting]) -> Variant | None:
    """The variant of all changes of `--set` and `--reading` together; None without changes."""
    readings = reading_options(arguments.readings)
    if not (settings or readings):
        return None
    names = {each.path: format_value(each.value) for each in settings}
    names |= {f"readings.{name}": option for name, option in readings.items()}
    try:
        return Variant(changed_file(base, settings, readings), names)
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint="'--reading' or '--set'") from None


def _simulate(arguments: SimulateArguments, base: ScenarioFile, variants: Sequence[Variant]) -> Comparison:
    plan, size = arguments.plan, base.scenario.size
    candidates = size.mean or ((size.least + size.most) / 2 if size.most is not None else size.least)
    total = int(candidates * plan.replications * (1 + len(variants)))
    with (
        Printer().progress(
            say("simulating", arguments.language), 0 if plan.precision is not None else total
        ) as advance,
        workers(arguments.workers) as executor,
    ):
        return compare(base, variants, plan, executor=executor, progress=lambda done: advance(int(done * candidates)))


def _print_trace(arguments: SimulateArguments, file: ScenarioFile) -> None:
    found = trace(file, arguments.seed, *arguments.traced_candidate)
    if arguments.as_json:
        Printer().document(found.plain())
    else:
        print_trace(found, Printer(), arguments.language)
