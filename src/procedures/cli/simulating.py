"""One simulation printed for people."""

from typing import Final

from procedures.cli.printing import Printer
from procedures.cli.whatif import print_head
from procedures.cli.whatif_phrases import figure, is_share, outcome_words
from procedures.simulation.outcomes import outcomes
from procedures.simulation.reading import ScenarioFile
from procedures.simulation.results import Results
from rules.words import Language

_HEADER: Final = {"en": ("outcome", "mean", "95%"), "nl": ("uitkomst", "gemiddeld", "95%")}


def print_results(file: ScenarioFile, results: Results, printer: Printer, language: Language) -> None:
    """Every outcome with its interval."""
    print_head(file, results, printer, language)
    printer.line()
    rows = []
    for name, outcome in outcomes(results, file).items():
        form = ".1%" if is_share(name) else ".2f"
        half = outcome.halfwidth
        sure = "" if half is None or outcome.value is None else f"± {figure(half, language, form)}"
        label = outcome_words(name, file.procedure.machine, language)
        rows.append([label, figure(outcome.value, language, form), sure])
    printer.table(_HEADER[language], rows)
