"""What every part of a report needs: the results, the names people use, and numbers in the language."""

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
from rules.phrases import label_of
from rules.phrases import say as phrase
from rules.words import Language, as_words

_GROUP: Final = "\u202f"
"""Between thousands: narrow, and never broken at."""


@frozen
class Shown:
    """A number as it is shown, with its exact value; or a text, which has none."""

    text: str
    value: float | None = None


@frozen
class Teller:
    """Names and numbers of one report."""

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
    def assumed(self) -> bool:
        """Whether nobody wrote the scenario down."""
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

    def aside(self, state: str) -> bool:
        """Whether a state lies beside the road: adverse, given up or expired."""
        return self.machine.states[state].unsuccessful or state in (WITHDRAWN, EXPIRED)

    @property
    def along(self) -> tuple[str, ...]:
        """The states of the road that somebody reached, in the order of the procedure."""
        return tuple(name for name, spread in self.results.reached.items() if spread.mean and not self.aside(name))

    # -- numbers --------------------------------------------------------------------------------------------------

    def number(self, value: float | None, digits: int = 1) -> Shown:
        """With so many decimals, none where it is whole; nothing for None."""
        if value is None:
            return Shown("–")
        return Shown(figure(value, 0 if value == int(value) else digits, self.language), value)

    def share(self, value: float | None) -> Shown:
        """A share in percent, with a decimal; none where that says nothing."""
        if value is None:
            return Shown("–")
        percent = 100 * value
        return Shown(f"{figure(percent, 0 if percent == int(percent) else 1, self.language)}%", value)

    def interval(self, bounds: tuple[float, float] | None, digits: int = 1) -> Shown:
        if bounds is None:
            return Shown("–")
        low, high = (figure(bound, digits, self.language) for bound in bounds)
        return Shown(f"{low} – {high}")

    def shares(self, bounds: tuple[float, float] | None) -> Shown:
        """An interval of shares."""
        if bounds is None:
            return Shown("–")
        low, high = (figure(100 * bound, 1, self.language) for bound in bounds)
        return Shown(f"{low}% – {high}%")

    def spread(self, spread: Spread) -> str:
        """From the 5th to the 95th percentile."""
        return f"{self.number(spread.quantiles[0.05]).text} – {self.number(spread.quantiles[0.95]).text}"


def figure(value: float, digits: int, language: Language) -> str:
    """A number with so many decimals, in the marks of the language."""
    text = f"{value:,.{digits}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")  # no minus before what rounds to nothing
    return text.replace(",", _GROUP).replace(".", phrase("point", language))
