"""Arguments and options that several commands share, each with its help and its check."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from procedures.cli.completion import complete_language, complete_reading
from rules.words import Language, language_of


def language(text: str) -> Language:
    """The language of sentences; a language other than nl and en is wrong usage."""
    try:
        return language_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--lang'") from None


DefinitionFile: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="A definition file.", show_default=False)
]
ReadingOptions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--reading",
        metavar="NAME=OPTION",
        help="Take another option of a reading than the chosen one. May be repeated.",
        autocompletion=complete_reading,
        show_default=False,
    ),
]
Lang: TypeAlias = Annotated[
    str,
    typer.Option("--lang", metavar="nl|en", help="The language of sentences.", autocompletion=complete_language),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
