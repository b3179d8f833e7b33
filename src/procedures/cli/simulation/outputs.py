"""The output of `procedures simulate`: files, and numbers printed for people or as JSON."""

from os.path import relpath
from pathlib import Path
from shlex import join

from procedures.cli.output_files import Target
from procedures.cli.printer import Printer
from procedures.cli.simulation.arguments import SimulateArguments, import_report
from procedures.cli.simulation.phrases import say
from procedures.cli.simulation.results import print_results
from procedures.cli.simulation.what_if import print_comparison, print_sweep
from procedures.simulation import Comparison, ScenarioFile
from procedures.simulation.report import Sweep
from procedures.simulation.scenario.writer import scenario_text
from procedures.simulation.what_if.replications import comparison_table


def write_scenario(target: Path, definition: Path, file: ScenarioFile) -> None:
    """Write the scenario to a file, and print the command that simulates the same with this file."""
    about = Path(relpath(definition.resolve(), target.resolve().parent)).as_posix()
    with Target(target) as path:
        path.write_text(scenario_text(file, about), encoding="utf-8")
    # A scenario file does not hold changes of the definition.
    again = [part for each in file.settings if not each.startswith("scenario.") for part in ("--set", each)]
    Printer().line(f"{target}: {join(['procedures', 'simulate', str(definition), '--scenario', str(target), *again])}")


def write_files(arguments: SimulateArguments, comparison: Comparison, sweep: Sweep | None) -> None:
    """Write the report and the table of replications, where they are requested."""
    if arguments.report is not None:
        last = comparison.variants[-1] if comparison.variants and sweep is None else None
        file, results = (comparison.file, comparison.base) if last is None else (last.variant.file, last.results)
        beside = {} if last is None else {say("base", arguments.language): comparison.base}
        page = import_report()(file, results, arguments.language, variants=beside, sweep=sweep)
        with Target(arguments.report) as path:
            path.write_text(page, encoding="utf-8")
    if arguments.parquet is not None:
        with Target(arguments.parquet) as path:
            comparison_table(comparison).write_parquet(path)


def print_output(arguments: SimulateArguments, comparison: Comparison, sweep: Sweep | None) -> None:
    """Print the results, the comparison or the sweep; warnings go to stderr."""
    printer, language = Printer(), arguments.language
    assumed = [words.in_language(language) for words in comparison.file.scenario.assumed.values()]
    if arguments.as_json:
        whole = comparison.plain() if comparison.variants or sweep else comparison.base.plain()
        printer.document({**whole, "assumed": assumed} if comparison.file.assumed else whole)
    elif sweep is not None:
        print_sweep(sweep, comparison.file, comparison.base, printer, language)
    elif comparison.variants:
        print_comparison(comparison, printer, language)
    else:
        print_results(comparison.file, comparison.base, printer, language)
    _warn(arguments, comparison)


def _warn(arguments: SimulateArguments, comparison: Comparison) -> None:
    """Warn on stderr about numbers that are partial, imprecise or undecided."""
    printer, language, base = Printer(), arguments.language, comparison.base
    if base.partial:
        printer.warn(say("partial", language, done=base.replications, planned=arguments.plan.replications))
    elif comparison.partial and comparison.variants:
        done, last = len(comparison.variants), comparison.variants[-1].results.replications
        printer.warn(say("partial variants", language, done=done, replications=last, planned=base.replications))
    elif comparison.partial:
        printer.warn(say("partial before", language))
    elif arguments.until is not None and base.selected.halfwidth > arguments.until:
        printer.warn(
            say("imprecise", language, half=f"{base.selected.halfwidth:.3g}", done=base.replications),
            say("imprecise help", language),
        )
    for step, share in base.undecided.items():
        printer.warn(say("undecided", language, step=step, share=f"{share:.1%}"))
