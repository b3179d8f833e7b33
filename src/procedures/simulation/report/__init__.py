"""The report of a simulation for people: one HTML page, and the tables that a terminal prints.

Pictures are drawn from neutral figures as plain SVG, without scripts and without a network. The page needs the extra
`report`.
"""

from collections.abc import Mapping

from procedures.errors import UsageError
from procedures.simulation.report.context import ReportContext
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
    Render the page of a simulation: self-contained, printable, the same for the same results.

    `variants` are results of other scenarios or readings by name. The page compares their quality and adverse impact
    with those of `results`. `sweep` holds the points of a sweep whose base is `results`: `Sweep.of(comparison, axes)`.

    Raises:
        UsageError: the extra `report` is not installed.
    """
    try:
        from procedures.simulation.report.page import render_page
    except ModuleNotFoundError as error:
        if error.name not in ("jinja2", "markupsafe"):
            raise
        raise UsageError(
            "the page of a report needs the extra `report`: install selection-procedures[report]"
        ) from None
    return render_page(ReportContext(file, results, language, dict(variants or {})), sweep)
