"""The context that every part of a report needs: the results, labels, and numbers formatted in the language."""

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from procedures.kernel.machine import Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.procedure import Procedure
from procedures.simulation.report.text.phrases import say
from procedures.simulation.results.estimates import Spread
from procedures.simulation.results.model import Results
from procedures.simulation.scenario.model import Scenario
from procedures.simulation.scenario.reader import ScenarioFile
from procedures.text.cases import state_words, step_words
from rules.phrases import format_phrase, label_of
from rules.words import Language, as_words

_GROUP: Final = "\u202f"
"""The separator of thousands: a narrow space without a line break."""


@frozen
class Cell:
    """A formatted number with its exact value; or a text, which has no value."""

    text: str
    value: float | None = None


@frozen
class ReportContext:
    """The results of one report, with functions that format its names and numbers."""

    file: ScenarioFile
    results: Results
    language: Language
    variants: Mapping[str, Results] = field(factory=dict)

    @property
    def procedure(self) -> Procedure:
        return self.file.procedure

    @property
    def machine(self) -> Machine:
        return self.file.procedure.machine

    @property
    def scenario(self) -> Scenario:
        return self.file.scenario

    @property
    def is_assumed(self) -> bool:
        """Whether the scenario comes from the procedure alone, not from a file."""
        return self.file.assumed

    def say(self, key: str, /, **words: object) -> str:
        return say(key, self.language, **words)

    # -- names ----------------------------------------------------------------------------------------------------

    def state(self, name: str) -> str:
        return state_words(self.machine, name, self.language)

    def step(self, name: str) -> str:
        return step_words(self.machine, name, self.language)

    def fact(self, name: str) -> str:
        declared = self.scenario.declared
        named = declared.scores.get(name) or declared.facts.get(name)
        return label_of(named, self.language) if named is not None else as_words(name)

    def title(self) -> str:
        definition = self.procedure.definition
        return definition.title.in_language(self.language, as_words(definition.name))

    def is_off_path(self, state: str) -> bool:
        """Whether a state lies off the main path: unsuccessful, withdrawn or expired."""
        return self.machine.states[state].unsuccessful or state in (WITHDRAWN, EXPIRED)

    @property
    def path_states(self) -> tuple[str, ...]:
        """The states of the main path that a candidate reached, in the order of the procedure."""
        return tuple(
            name for name, spread in self.results.reached.items() if spread.mean and not self.is_off_path(name)
        )

    # -- numbers --------------------------------------------------------------------------------------------------

    def number(self, value: float | None, digits: int = 1) -> Cell:
        """A number with `digits` decimals; a whole number has none. None gives a dash."""
        if value is None:
            return Cell("–")
        return Cell(format_number(value, 0 if value == int(value) else digits, self.language), value)

    def share(self, value: float | None) -> Cell:
        """A share in percent, with one decimal; a whole percentage has none. None gives a dash."""
        if value is None:
            return Cell("–")
        percent = 100 * value
        return Cell(f"{format_number(percent, 0 if percent == int(percent) else 1, self.language)}%", value)

    def interval(self, bounds: tuple[float, float] | None, digits: int = 1) -> Cell:
        if bounds is None:
            return Cell("–")
        low, high = (format_number(bound, digits, self.language) for bound in bounds)
        return Cell(f"{low} – {high}")

    def shares(self, bounds: tuple[float, float] | None) -> Cell:
        """An interval of shares."""
        if bounds is None:
            return Cell("–")
        low, high = (format_number(100 * bound, 1, self.language) for bound in bounds)
        return Cell(f"{low}% – {high}%")

    def spread(self, spread: Spread) -> str:
        """The 5th and the 95th percentile, as a range."""
        return f"{self.number(spread.quantiles[0.05]).text} – {self.number(spread.quantiles[0.95]).text}"


def format_number(value: float, digits: int, language: Language) -> str:
    """A number with `digits` decimals, and the decimal sign of the language."""
    text = f"{value:,.{digits}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")  # no minus sign before a number that rounds to 0
    return text.replace(",", _GROUP).replace(".", format_phrase("point", language))
