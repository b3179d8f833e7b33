"""Describe the finding of a step or condition: the evaluated rules, the deciding reasons and the sources."""

from collections.abc import Iterator

from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.kernel.reasons import StepFinding
from procedures.text.outline import Line
from procedures.text.values import format_phrase
from rules.algebra import Rule
from rules.evaluation import find
from rules.explanation import Explanation, explain, motivation, plain_explanation
from rules.facts import Declared, Known
from rules.truth import Truth
from rules.words import Language, as_words


@frozen
class Answer:
    """
    The finding about one person, in words.

    `tree` has all evaluated rules, `sentence` the deciding reasons. `result` and `to` are the result and the target
    state of a step; they are None for a condition, and for a step while facts are missing.
    """

    value: Truth
    missing: tuple[str, ...]
    tree: Explanation
    sentence: str
    result: str | None = None
    to: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source in the tree, without repetition, the sources of the root first."""
        return tuple(dict.fromkeys(_sources(self.tree)))


def _sources(tree: Explanation) -> Iterator[str]:
    yield from tree.sources
    for part in tree.parts:
        yield from _sources(part)


def plain_answer(answer: Answer) -> dict[str, object]:
    """The answer as plain data for JSON."""
    return {
        "value": answer.value.word,
        "result": answer.result,
        "to": answer.to,
        "missing": list(answer.missing),
        "tree": plain_explanation(answer.tree),
        "sources": list(answer.sources),
        "sentence": answer.sentence,
    }


def answer_step(machine: Machine, finding: StepFinding, language: Language) -> Answer:
    """The finding of a step in words: the exemption, the evaluated rules and the deciding reasons."""
    label = machine.steps[finding.step].label.in_language(language, as_words(finding.step))
    parts = tuple(_explanations(machine, finding, language))
    return Answer(
        finding.value,
        finding.missing,
        Explanation(finding.value, label, finding.sources, None, finding.missing, parts, alternatives=True),
        finding.reasons(language),
        finding.result,
        finding.to,
    )


def answer_condition(rule: Rule, known: Known, declared: Declared, language: Language) -> Answer:
    """The finding of a condition for a person with the facts `known`."""
    found = find(rule, known)
    tree = explain(found, known, declared, language)
    return Answer(found.value, found.missing, tree, motivation(tree, language))


def _explanations(machine: Machine, finding: StepFinding, language: Language) -> Iterator[Explanation]:
    def under(heading: str, inner: Explanation) -> Explanation:
        return Explanation(inner.value, heading, (), None, inner.missing, (inner,))

    explained = list(finding.explanations(language))
    if finding.exempt is not None:
        yield under(format_phrase("finding exempt", language), explained.pop(0))
    outcomes = machine.steps[finding.step].outcomes
    by_state = len(outcomes) > 2 or not outcomes[0].passed
    for outcome, inner in zip(outcomes, explained, strict=False):
        to = machine.states[outcome.to].label.in_language(language, as_words(outcome.to))
        yield under(format_phrase("finding outcome" if by_state else "finding passes", language, to=to), inner)


def explanation_lines(tree: Explanation, depth: int = 0) -> Iterator[Line]:
    """The tree as lines, each with its truth value."""
    yield Line(tree.sentence, depth, tree.sources, value=tree.value)
    for part in tree.parts:
        yield from explanation_lines(part, depth + 1)
