"""The arguments of `procedures screen`, and the formats that they declare."""

from collections.abc import Mapping
from pathlib import Path

import typer
from attrs import evolve, frozen

from procedures.screening import Formats, preset
from rules.words import Language


@frozen
class Asked:
    """The arguments of the command."""

    file: Path
    candidates: str
    step: str | None
    output: str | None
    mapping: tuple[str, ...]
    preset: str | None
    declared: Mapping[str, object]
    sheet: str | None
    prefix: str
    reasons: bool
    readings: tuple[str, ...]
    language: Language
    as_json: bool
    cohort: bool = False
    closing: tuple[str, ...] = ()
    seed: str = "0"

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Which column holds which fact, as somebody said."""
        return tuple(_pair(text) for text in self.mapping)

    @property
    def stdin(self) -> bool:
        """Whether the candidates are piped in."""
        return self.candidates == "-"


def formats_of(asked: Asked) -> Formats:
    """The preset, and what is declared besides; words add to those of the preset, the rest takes their place."""
    formats = preset(asked.preset) if asked.preset is not None else Formats()
    given = {name: value for name, value in asked.declared.items() if value is not None}
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
