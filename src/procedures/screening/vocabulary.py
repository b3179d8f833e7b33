"""The words of the columns that are added to a table, in Dutch, English and plain names."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.screening.outcomes import Answer, Result
from rules.phrases import label_of
from rules.words import Language, Words, as_words

RESULT_WORDS: Final[Mapping[Result, Words]] = {
    "passed": Words("geslaagd", "passed"),
    "failed": Words("niet geslaagd", "failed"),
    "exempt": Words("vrijgesteld", "exempt"),
    "waits": Words("wacht op de rangschikking", "waits for the ranking"),
    "undecided": Words("niet beslist", "not decided"),
    "refused": Words("geweigerd", "refused"),
}


STEP_RESULT_WORDS: Final[Mapping[str, Words]] = {
    "passed": RESULT_WORDS["passed"],
    "failed": RESULT_WORDS["failed"],
    "exempt": RESULT_WORDS["exempt"],
    "not_held": Words("niet gehouden", "not held"),
    "lapsed": Words("vervallen", "lapsed"),
}


@frozen
class Vocabulary:
    """The words for results, states and facts: the labels of the definition, or with `plain` their names."""

    machine: Machine
    language: Language = "en"
    plain: bool = False

    def result(self, answer: Answer) -> str:
        return answer.result if self.plain else RESULT_WORDS[answer.result].in_language(self.language)

    def step_result(self, result: str) -> str:
        """The word for the result of a step, as the machine records it."""
        return result if self.plain else STEP_RESULT_WORDS[result].in_language(self.language)

    @staticmethod
    def refused(language: Language, plain: bool) -> str:
        """The word in place of the state of a row that takes no part."""
        return "refused" if plain else RESULT_WORDS["refused"].in_language(language)

    def state(self, name: str | None) -> str | None:
        if name is None or self.plain:
            return name
        return self.machine.states[name].label.in_language(self.language, as_words(name))

    def fact(self, name: str) -> str:
        return name if self.plain else label_of(self.machine.declared.facts[name], self.language)
