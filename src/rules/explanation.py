"""A Finding in sentences: what was asked, what was given, what is missing, and what would have been enough.

A `not` is carried down to the leaves (Kleene's values obey De Morgan), so every line says what is asked of the
person, and everywhere the parts with the value of the whole are the ones that decided it.
"""

from collections.abc import Iterator
from typing import Final, assert_never

from attrs import frozen

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.evaluation import Finding
from rules.facts import Declared, Known
from rules.leaf_explanation import Leaf, describe_given, describe_missing, describe_requirement, negate_leaf
from rules.phrases import label_of, say
from rules.truth import Truth
from rules.words import Language, as_words

MARKS: Final = {Truth.TRUE: "✓", Truth.FALSE: "✗", Truth.UNKNOWN: "?"}
_CONSTANTS: Final = {Truth.TRUE: "always", Truth.FALSE: "never", Truth.UNKNOWN: "open"}
_OPENINGS: Final = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "not decided"}


@frozen
class Explanation:
    """One node of a finding in words.

    `enough` is what would have made a FALSE leaf hold; `missing` names facts. Of parts that are `alternatives`
    one is enough.
    """

    value: Truth
    sentence: str
    sources: tuple[str, ...] = ()
    enough: str | None = None
    missing: tuple[str, ...] = ()
    parts: tuple["Explanation", ...] = ()
    alternatives: bool = False


def explain(finding: Finding, known: Known, declared: Declared, language: Language) -> Explanation:
    """The finding in words; `known` is what it was found on. One explanation a node, a `not` and its rule together."""

    def tree(finding: Finding, denied: bool) -> Explanation:
        rule, value = finding.rule, ~finding.value if denied else finding.value
        match rule:
            case Not():
                return tree(finding.parts[0], not denied)
            case All() | AnyOf() | Named():
                parts = tuple(tree(part, denied) for part in finding.parts)
                words, sources = _heading(rule, denied, language)
                return Explanation(value, words, sources, None, finding.missing, parts, _is_choice(rule, denied))
            case Constant():
                return Explanation(value, say(_CONSTANTS[value], language))
            case OneOf() | Compare() | CompareScore() | Elapsed():
                return leaf(negate_leaf(rule) if denied else rule, denied, value, finding.missing)
            case _:
                assert_never(rule)

    def leaf(rule: Leaf, denied: bool, value: Truth, missing: tuple[str, ...]) -> Explanation:
        sources = _sources(rule, declared)
        what, asked = describe_requirement(rule, denied, declared, language)
        if value is Truth.UNKNOWN:
            labels = [label_of(declared.facts[name], language) for name in missing]
            return Explanation(value, describe_missing(rule, what, asked, labels, language), sources, None, missing)
        has = describe_given(rule, asked, known, declared, language)
        phrase = "as asked" if has.words == asked else "given"
        sentence = say(phrase, language, what=what, given=has.words, asked=asked)
        if value is Truth.TRUE:
            return Explanation(value, sentence, sources)
        if has.remark:
            sentence = say("remark", language, sentence=sentence, remark=has.remark)
        return Explanation(value, sentence, sources, has.enough)

    return tree(finding, denied=False)


def _heading(rule: All | AnyOf | Named, denied: bool, language: Language) -> tuple[str, tuple[str, ...]]:
    """The line above the parts of a rule, and its sources."""
    if not isinstance(rule, Named):
        return say("any" if _is_choice(rule, denied) else "all", language), ()
    words = rule.label.in_language(language, as_words(rule.name))
    return say("not", language, what=words) if denied else words, rule.sources


def _is_choice(rule: Rule, denied: bool) -> bool:
    """Whether one part is enough: "not all of these" asks for one that is not."""
    return isinstance(rule, All if denied else AnyOf)


def _sources(rule: Leaf, declared: Declared) -> tuple[str, ...]:
    return () if isinstance(rule, CompareScore) else declared.facts[rule.fact].sources


def outline(explanation: Explanation) -> str:
    """The tree as indented lines: a mark, the sentence, and the sources in brackets."""
    return "\n".join(_outlined(explanation, 0))


def _outlined(explanation: Explanation, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{MARKS[explanation.value]} {explanation.sentence}{_cited(explanation.sources)}"
    for part in explanation.parts:
        yield from _outlined(part, depth + 1)


def _cited(sources: tuple[str, ...]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def motivation(explanation: Explanation, language: Language, sources: tuple[str, ...] = ()) -> str:
    """One paragraph with the deciding reasons only: what failed, what made it hold, or what is still missing.

    A reason that has no source of its own cites `sources`, those of what the rule is for.
    """
    first, *others = dict.fromkeys(_reasons(explanation, (), sources, language))
    opening = say(_OPENINGS[explanation.value], language)
    first = first if opening.endswith(": ") else _capital(first)
    return opening + " ".join(f"{reason}." for reason in (first, *map(_capital, others)))


def _reasons(
    explanation: Explanation, above: tuple[str, ...], otherwise: tuple[str, ...], language: Language
) -> Iterator[str]:
    """The leaves that decided, each with the sources of the nearest condition that asks it, else its own."""
    deciding = [part for part in explanation.parts if part.value is explanation.value]
    if not deciding:
        yield explanation.sentence + _cited(above or explanation.sources or otherwise)
    elif explanation.alternatives and explanation.value is Truth.FALSE:
        yield say("no alternative", language)
    for part in deciding:
        yield from _reasons(part, explanation.sources or above, otherwise, language)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def plain_explanation(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON carries it."""
    return {
        "value": explanation.value.word,
        "sentence": explanation.sentence,
        "sources": list(explanation.sources),
        "enough": explanation.enough,
        "missing": list(explanation.missing),
        "parts": [plain_explanation(part) for part in explanation.parts],
    }


def rule_outline(
    rule: Rule, declared: Declared, language: Language, *, denied: bool = False, depth: int = 0
) -> list[tuple[int, str, tuple[str, ...]]]:
    """The rule without anybody's facts: for each line its depth, its sentence and its sources."""
    match rule:
        case Not(inner):
            return rule_outline(inner, declared, language, denied=not denied, depth=depth)
        case All(parts) | AnyOf(parts):
            lines = [(depth, *_heading(rule, denied, language))]
        case Named(_, inner):
            lines, parts = [(depth, *_heading(rule, denied, language))], (inner,)
        case Constant(value):
            return [(depth, say(_CONSTANTS[~value if denied else value], language), ())]
        case OneOf() | Compare() | CompareScore() | Elapsed():
            return [(depth, _leaf_sentence(rule, denied, declared, language), _sources(rule, declared))]
        case _:
            assert_never(rule)
    for part in parts:
        lines += rule_outline(part, declared, language, denied=denied, depth=depth + 1)
    return lines


def rule_sentence(rule: Rule, declared: Declared, language: Language) -> str:
    """The rule in one sentence; a named rule is its name."""
    return _in_line(rule, False, declared, language)


def _in_line(rule: Rule, denied: bool, declared: Declared, language: Language) -> str:
    match rule:
        case Not(inner):
            return _in_line(inner, not denied, declared, language)
        case All(parts) | AnyOf(parts):
            word = f" {say('or' if _is_choice(rule, denied) else 'and', language)} "
            inner_lines = [_in_line(part, denied, declared, language) for part in parts]
            nested = [isinstance(_bare(part), All | AnyOf) for part in parts]
            return word.join(f"({text})" if deep else text for text, deep in zip(inner_lines, nested, strict=True))
        case Named():
            return _heading(rule, denied, language)[0]
        case Constant(value):
            return say(_CONSTANTS[~value if denied else value], language)
        case OneOf() | Compare() | CompareScore() | Elapsed():
            return _leaf_sentence(rule, denied, declared, language)
        case _:
            assert_never(rule)


def _bare(rule: Rule) -> Rule:
    return _bare(rule.rule) if isinstance(rule, Not) else rule


def _leaf_sentence(rule: Leaf, denied: bool, declared: Declared, language: Language) -> str:
    what, asked = describe_requirement(negate_leaf(rule) if denied else rule, denied, declared, language)
    return say("asks", language, what=what, asked=asked)
