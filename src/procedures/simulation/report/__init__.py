"""What a simulation found, for people: one page that holds all it shows, and the tables that a terminal prints.

Pictures are drawn from neutral figures as plain SVG, without scripts and without a network. The page needs the extra
`report`.
"""

from collections.abc import Mapping

from procedures.errors import UsageError
from procedures.simulation.report.context import Teller
from procedures.simulation.results.model import Results
from procedures.simulation.scenario.reader import ScenarioFile
from procedures.simulation.what_if.sweep import Sweep
from rules.words import Language

__all__ = ["Sweep", "report_html"]


def report_html(
    file: ScenarioFile,
    results: Results,
    language: Language = "en",
    *,
    variants: Mapping[str, Results] | None = None,
    sweep: Sweep | None = None,
) -> str:
    """
    The page of a simulation: self-contained, printable, the same for the same results.

    `variants` are results of other scenarios or readings by name, to be compared with these for quality and impact.
    `sweep` holds the points of a sweep, of which `results` are the base: `Sweep.of(comparison, axes)`.

    Raises:
        UsageError: the extra `report` is not installed.
    """
    try:
        from procedures.simulation.report.page import page
    except ModuleNotFoundError as error:
        if error.name not in ("jinja2", "markupsafe"):
            raise
        raise UsageError(
            "the page of a report needs the extra `report`: install selection-procedures[report]"
        ) from None
    return page(Teller(file, results, language, dict(variants or {})), sweep)
