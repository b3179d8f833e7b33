"""`procedures screen`: evaluates the rule of one step for each row of a file of candidates."""

from importlib.util import find_spec
from typing import Annotated, Final

import typer

from procedures.cli.completion import complete_step
from procedures.cli.exit_status import UNUSABLE
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, language
from procedures.cli.printer import Printer

REQUIRED_PACKAGES: Final = ("polars", "numpy", "python_calamine", "xlsxwriter")
_WITHOUT: Final = "screening needs {names}: pip install 'selection-procedures[columns]'"


def screen(
    file: DefinitionFile,
    candidates: Annotated[
        str,
        typer.Argument(
            metavar="CANDIDATES",
            help="A .csv, .xlsx or .parquet file with a row for each candidate; - for csv from stdin.",
            show_default=False,
        ),
    ],
    step: Annotated[
        str | None,
        typer.Option(
            "--step",
            metavar="NAME",
            help="The step; left out, the one that whoever applied meets.",
            autocompletion=complete_step,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Write every row with columns added: a .csv, .xlsx or .parquet file; - for csv to stdout.",
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEADER=FACT", help="This column holds that fact. May be repeated."),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="nl",
            help="How Dutch spreadsheets write: --decimal comma --dates dd/mm/yyyy, ja, nee, ;",
        ),
    ] = None,
    decimal: Annotated[
        str | None, typer.Option("--decimal", metavar="point|comma", help="The decimal sign of numbers.")
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option("--dates", metavar="FORM", help="How dates are written, as dd/mm/yyyy, besides 2026-02-13."),
    ] = None,
    yes: Annotated[
        list[str] | None, typer.Option("--yes", metavar="WORD", help="A word for yes, besides true. May be repeated.")
    ] = None,
    no: Annotated[
        list[str] | None, typer.Option("--no", metavar="WORD", help="A word for no, besides false. May be repeated.")
    ] = None,
    unknown: Annotated[
        list[str] | None,
        typer.Option("--unknown", metavar="WORD", help="A word for not known, besides an empty cell. May be repeated."),
    ] = None,
    separator: Annotated[
        str | None, typer.Option("--separator", metavar="SIGN", help="What separates the cells of csv, or tab.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of csv; utf-8 when left out.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of an .xlsx file.")] = None,
    header_row: Annotated[
        int | None,
        typer.Option(
            "--header-row", metavar="N", min=1, help="The line of the headers, where a title or a note is above them."
        ),
    ] = None,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="NAME", help="How the names of added columns begin.")
    ] = "screening",
    reasons: Annotated[
        bool, typer.Option("--reasons/--no-reasons", help="Say why of every row; without it large files go faster.")
    ] = True,
    cohort: Annotated[
        bool,
        typer.Option(
            "--cohort", help="Take all rows as one selection through all steps, as far as there are results; ranked."
        ),
    ] = False,
    closing: Annotated[
        list[str] | None,
        typer.Option(
            "--closing", metavar="STEP.FACT=VALUE", help="With --cohort: what closing a step records. May be repeated."
        ),
    ] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="SEED", help="With --cohort: the seed of lots.")] = "0",
    reading: ReadingOptions = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Screen a file of candidates, row by row.

    What is met, missing or failed in each row, and why, is shown, or written to a file with columns added.

    A column is taken for the fact that it is called after, by name or label, or for the one that --map gives it.
    Empty cells are not known. Numbers, dates, yes and no are read as they are declared to be written, and never
    guessed: a cell that does not read is refused with its place, and exit status 1; the good rows still come out.

    Columns added: screening.result, .state, .missing and .reason. With --cohort: screening.state, how each step went,
    the rank where the best are kept, and the reason.

    \b
    Example:
      procedures screen clerk.yaml candidates.csv -o screened.csv
      procedures screen clerk.yaml kandidaten.csv --format nl --map "Ervaring (maanden)=experience" -o uit.xlsx
      procedures screen clerk.yaml candidates.xlsx --sheet Internal --step screening --lang nl
      procedures screen clerk.yaml results.csv --cohort -o lists.csv
    """
    chosen = language(lang)
    absent = [name for name in REQUIRED_PACKAGES if not _is_installed(name)]
    if absent:
        Printer().warn(_WITHOUT.format(names=" and ".join(absent)))
        return UNUSABLE
    # polars takes long to import, and only this command needs it
    from procedures.cli.screening.arguments import ScreenArguments
    from procedures.cli.screening.run import run_screening

    return run_screening(
        ScreenArguments(
            file=file,
            candidates=candidates,
            step=step,
            output=output,
            mapping=tuple(mapping or ()),
            preset=format_,
            format_options={
                "decimal": decimal, "dates": dates, "yes": yes, "no": no, "unknown": unknown, "separator": separator,
                "encoding": encoding,
            },
            sheet=sheet,
            prefix=prefix,
            reasons=reasons,
            readings=tuple(reading or ()),
            language=chosen,
            as_json=as_json,
            cohort=cohort,
            closing=tuple(closing or ()),
            seed=seed,
            header_row=header_row,
        )
    )  # fmt: skip


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a blocked module
        return False
