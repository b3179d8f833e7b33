"""Variants beside the base, and sweeps, printed for people."""

from collections.abc import Mapping, Sequence
from typing import Final

from procedures.cli.printing import Printer
from procedures.cli.whatif_phrases import figure, is_share, outcome_words, say
from procedures.machine import Machine
from procedures.simulation.changing import Axis
from procedures.simulation.comparing import Comparison, Difference
from procedures.simulation.outcomes import Outcome, outcomes
from procedures.simulation.reading import ScenarioFile
from procedures.simulation.results import Results
from rules.words import Language

_LISTED: Final = 8
"""So many outcomes that are the same are named; more are counted."""


def print_head(file: ScenarioFile, results: Results, printer: Printer, language: Language) -> None:
    """What is simulated, how often, and what was taken for granted."""
    printer.line(file.procedure.definition.title.in_language(language, file.procedure.name), style="title")
    name = file.scenario.name
    printer.line(say("about", language, scenario=name, replications=results.replications, seed=results.seed))
    if file.scenario.assumed:
        printer.line(say("assumed", language))
        for words in file.scenario.assumed.values():
            printer.line(words.in_language(language), 1, "quiet")


# -- a comparison -------------------------------------------------------------------------------------------------


def print_comparison(comparison: Comparison, printer: Printer, language: Language) -> None:
    """Each outcome of the base and the variant, and how they differ."""
    print_head(comparison.file, comparison.base, printer, language)
    for compared in comparison.variants:
        machine = compared.variant.file.procedure.machine
        printer.heading(say("variant", language, change=compared.variant.name))
        differing = {name: each for name, each in compared.differences.items() if not each.is_none}
        if not differing:
            printer.line(say("nothing differs", language))
            continue
        header = [say(name, language) for name in ("outcome", "base", "other", "difference", "interval")]
        printer.table(header, [_row(name, each, machine, language) for name, each in differing.items()])
        same = [outcome_words(name, machine, language) for name in compared.differences if name not in differing]
        printer.line()
        if any(each.ci95 is not None and not each.is_told for each in differing.values()):
            printer.line(say("open", language))
        if len(same) > _LISTED:
            printer.line(say("many the same", language, count=len(same)))
        elif same:
            printer.line(say("the same", language, names="; ".join(same)))
        gain = compared.differences["selected.mean"].gain
        if gain is not None:
            printer.line(say("paired", language, gain=figure(gain, language, ".1f")))


def _row(name: str, each: Difference, machine: Machine, language: Language) -> list[str]:
    points = " pp" if is_share(name) and each.difference is not None else ""
    doubt = "" if each.is_told or each.ci95 is None else " ?"
    between = ""
    if each.ci95 is not None:
        low, high = (_more(bound, name, language) for bound in each.ci95)
        between = say("to", language, low=low, high=high)
    form = ".1%" if is_share(name) else ".2f"
    return [
        outcome_words(name, machine, language),
        figure(each.base, language, form),
        figure(each.variant, language, form),
        _more(each.difference, name, language) + points + doubt,
        between,
    ]


def _more(difference: float | None, name: str, language: Language) -> str:
    """A difference with its sign; of shares in percentage points."""
    if difference is None:
        return figure(None, language)
    return figure(100 * difference, language, "+.1f") if is_share(name) else figure(difference, language, "+.2f")


# -- a sweep ------------------------------------------------------------------------------------------------------


def print_sweep(comparison: Comparison, axes: Sequence[Axis], printer: Printer, language: Language) -> None:
    """A row for each point, after one for what is written now."""
    file = comparison.file
    print_head(file, comparison.base, printer, language)
    printer.line()
    paths = [axis.settings[0].path for axis in axes]
    base = [say("base", language), *("" for _ in paths[1:])]
    rows = [(base, comparison.base, file, False)]
    rows += [
        ([*each.variant.settings.values()], each.results, each.variant.file, each.front) for each in comparison.variants
    ]
    columns = [
        _columns(results, of, comparison.quality, language) | {"front": "●" if on_front else ""}
        for _, results, of, on_front in rows
    ]
    # A column in which nothing stands is left out: not every scenario has groups, juries or a criterion.
    names = [name for name in columns[0] if any(row[name] not in ("", "–") for row in columns)]
    titles = [_title(name, comparison, language) for name in names]
    cells = [[*point, *(row[name] for name in names)] for (point, *_), row in zip(rows, columns, strict=True)]
    printer.table([*paths, *titles], cells)
    printer.line()
    printer.line(say("half", language))
    if "front" in names and comparison.quality is not None:
        quality = outcome_words(comparison.quality, file.procedure.machine, language)
        printer.line(say("on the front", language, quality=quality))


def _title(name: str, comparison: Comparison, language: Language) -> str:
    if name == "quality":
        assert comparison.quality is not None
        return outcome_words(comparison.quality, comparison.file.procedure.machine, language)
    return say(name, language)


def _columns(results: Results, file: ScenarioFile, quality: str | None, language: Language) -> dict[str, str]:
    found = outcomes(results, file)
    adverse = results.adverse
    impact = figure(adverse.ratio if adverse else None, language)
    if adverse is not None and adverse.ci95 is not None:
        impact += f" ({' – '.join(figure(bound, language) for bound in adverse.ci95)})"
    shown = quality if quality != "selected.success_ratio" else None
    return {
        "selected": _sure(found["selected.mean"], language),
        "do well": figure(results.success_ratio.value, language, ".1%"),
        "quality": _sure(found[shown], language) if shown in found else "",
        "impact": impact,
        "too small": figure(results.too_small, language, ".1%"),
        "hours": _sum(found, "jury_hours", language),
        "days": _sum(found, "days", language),
    }


def _sum(found: Mapping[str, Outcome], what: str, language: Language) -> str:
    """What all steps that take juries come to together; nothing where there are none."""
    parts = [each.value or 0.0 for name, each in found.items() if name.startswith("workload.") and name.endswith(what)]
    return figure(sum(parts), language, ".1f") if parts else ""


def _sure(outcome: Outcome, language: Language) -> str:
    """A number with half its interval."""
    half = outcome.halfwidth
    return figure(outcome.value, language) + (f" ± {figure(half, language)}" if half is not None else "")
