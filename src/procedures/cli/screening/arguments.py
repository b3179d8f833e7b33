"""The arguments of `procedures screen`, and the formats from these arguments."""

from collections.abc import Mapping
from pathlib import Path

import typer
from attrs import evolve, frozen

from procedures.screening import Formats, preset
from rules.words import Language


@frozen
class ScreenArguments:
    """The arguments of the command."""

    file: Path
    candidates: str
    step: str | None
    output: str | None
    mapping: tuple[str, ...]
    preset: str | None
    format_options: Mapping[str, object]
    sheet: str | None
    prefix: str
    reasons: bool
    readings: tuple[str, ...]
    language: Language
    as_json: bool
    cohort: bool = False
    closing: tuple[str, ...] = ()
    seed: str = "0"
    header_row: int | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of column and fact from `--map`."""
        return tuple(_pair(text) for text in self.mapping)

    @property
    def is_stdin(self) -> bool:
        """Whether the candidates come from stdin."""
        return self.candidates == "-"


def formats_of(arguments: ScreenArguments) -> Formats:
    """The preset with the declared formats; declared words extend those of the preset, other formats replace them."""
    formats = preset(arguments.preset) if arguments.preset is not None else Formats()
    given = {name: value for name, value in arguments.format_options.items() if value is not None}
    for name in ("yes", "no", "unknown"):
        if name in given:
            given[name] = (*getattr(formats, name), *given[name])  # type: ignore[misc]  # lists of words
    if given.get("separator") in ("tab", "\\t"):
        given["separator"] = "\t"
    return evolve(formats, **given)  # type: ignore[arg-type]  # each as its option gives it


def _pair(text: str) -> tuple[str, str]:
    header, equals, fact = text.rpartition("=")
    if not (header.strip() and equals and fact.strip()):
        raise typer.BadParameter(f"`{text}`: write HEADER=FACT", param_hint="'--map'")
    return header.strip(), fact.strip()
