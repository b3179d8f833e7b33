"""Arguments and options that several commands share, each with its help and its check."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from procedures.cli.completion import complete_language, complete_reading
from rules.notation import number_help, thousands_help
from rules.words import Language, Words, language_of


def language(text: str) -> Language:
    """The language of sentences; a language other than nl and en is wrong usage."""
    try:
        return language_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--lang'") from None


def whole_number(least: int, most: int | None = None) -> Callable[[object], int]:
    """The parser of an option that takes a whole number, in digits alone: `1.000` may be one or a thousand."""
    bounds = f"of {least} or more" if most is None else f"from {least} to {most}"

    def parse(value: object) -> int:
        text = str(value)
        number = int(text) if re.fullmatch("[0-9]{1,18}", text) else None
        if number is None or number < least or (most is not None and number > most):
            raise typer.BadParameter(f"`{text}` is not a whole number {bounds}{_as_advice(thousands_help(text))}")
        return number

    return parse


def decimal_number(value: object) -> float:
    """The parser of an option that takes a number, not below 0, with a decimal point."""
    text = str(value)
    if thousands_help(text) or not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?(e-?[0-9]{1,2})?", text):
        raise typer.BadParameter(f"`{text}` is not a number{_as_advice(number_help(text))}")
    return float(text)


def _as_advice(words: Words | None) -> str:
    return f"; {words.en}" if words else ""


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
