"""Describe the finding of a step or condition: the evaluated rules, the deciding reasons and the sources."""

from collections.abc import Iterator

from attrs import evolve, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.reasons import StepFinding
from procedures.text.outline import Line
from procedures.text.values import and_list, format_phrase, statement
from rules.algebra import ALWAYS, Rule
from rules.evaluation import Finding, find
from rules.explanation import Explanation, explain, motivation, plain_explanation
from rules.facts import Declared, Known
from rules.phrases import label_of
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
    taken = machine.steps[finding.step]
    label = taken.label.in_language(language, as_words(finding.step))
    parts = tuple(_explanations(machine, finding, language))
    answer = Answer(
        finding.value,
        finding.missing,
        Explanation(finding.value, label, finding.sources, None, finding.missing, parts, alternatives=True),
        step_sentence(finding, language),
        finding.result,
        finding.to,
    )
    if finding.is_ranked:
        return evolve(answer, sentence=_ranked_sentence(taken, finding, language))
    return evolve(answer, sentence=finding.reasons(language)) if finding.is_skipped else answer


def _ranked_sentence(taken: CompiledStep, finding: StepFinding, language: Language) -> str:
    """The rank and its result, or the facts that the ranking needs."""
    if finding.value is not Truth.UNKNOWN:
        rank = finding.known.get(f"{taken.name}.rank", "?")
        phrase = "kept" if finding.value is Truth.TRUE else "cut at"
        return statement(format_phrase(phrase, language, rank=rank), finding.sources)
    labels = [label_of(finding.declared.facts[name], language) for name in finding.missing]
    phrase = "recorded" if finding.missing == (f"{taken.name}.kept",) else "unranked"
    return statement(format_phrase(phrase, language, missing=and_list(labels, language)), finding.sources)


def answer_condition(rule: Rule, known: Known, declared: Declared, language: Language) -> Answer:
    """The finding of a condition for a person with the facts `known`."""
    found = find(rule, known)
    tree = explain(found, known, declared, language)
    return Answer(found.value, found.missing, tree, motivation(tree, language))


def _explanations(machine: Machine, finding: StepFinding, language: Language) -> Iterator[Explanation]:
    def under(heading: str, found: Finding) -> Explanation:
        inner = explain(found, finding.known, finding.declared, language)
        return Explanation(inner.value, heading, (), None, inner.missing, (inner,))

    if finding.exempt is not None:
        yield under(format_phrase("finding exempt", language), finding.exempt)
    outcomes = machine.steps[finding.step].outcomes
    several = len(outcomes) > 2
    for outcome, found in zip(outcomes, finding.outcomes, strict=False):
        to = machine.states[outcome.to].label.in_language(language, as_words(outcome.to))
        yield under(format_phrase("finding outcome" if several else "finding passes", language, to=to), found)


def step_sentence(finding: StepFinding, language: Language) -> str:
    """The deciding reasons for the result of a step; an exemption that is FALSE decides nothing."""
    exempt, outcomes = finding.exempt, finding.outcomes
    if exempt is not None and exempt.value is not Truth.FALSE:
        return _motivation(exempt, finding, language)
    deciding = [found for found in outcomes if found.value is not Truth.FALSE] or list(outcomes)
    return " ".join(_motivation(found, finding, language) for found in deciding)


def _motivation(found: Finding, finding: StepFinding, language: Language) -> str:
    """The deciding reasons, with the sources of the step when the rule has none."""
    if found.rule == ALWAYS:
        return statement(format_phrase("nothing asked", language), finding.sources)
    return motivation(explain(found, finding.known, finding.declared, language), language, finding.sources)


def explanation_lines(tree: Explanation, depth: int = 0) -> Iterator[Line]:
    """The tree as lines, each with its truth value."""
    yield Line(tree.sentence, depth, tree.sources, value=tree.value)
    for part in tree.parts:
        yield from explanation_lines(part, depth + 1)
