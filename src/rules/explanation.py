"""A Finding in sentences: what is required, what is given, what is missing, and what would have been enough.

A `not` is moved down to the leaves (Kleene's values obey De Morgan's laws). So every line says what is required of the
person, and the parts with the value of the whole are the parts that decided it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias, assert_never

from attrs import frozen

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.evaluation import Finding, compile_truth
from rules.facts import Declared, Known
from rules.leaf_explanation import Accepts, Leaf, describe_given, describe_missing, describe_requirement, negate_leaf
from rules.phrases import format_phrase, label_of
from rules.truth import Truth
from rules.words import Language, as_words

MARKS: Final = {Truth.TRUE: "✓", Truth.FALSE: "✗", Truth.UNKNOWN: "?"}
_CONSTANTS: Final = {Truth.TRUE: "always", Truth.FALSE: "never", Truth.UNKNOWN: "open"}
_OPENINGS: Final = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "not decided"}

Requirement: TypeAlias = tuple[Rule, bool]
"""A rule that must hold, or with `True` must not hold, beside the one that is explained."""


@frozen
class Explanation:
    """One node of a finding in words.

    `enough` says what would have made a FALSE leaf hold; `missing` names facts. Where `alternatives` is true, one of
    the parts is enough.
    """

    value: Truth
    sentence: str
    sources: tuple[str, ...] = ()
    enough: str | None = None
    missing: tuple[str, ...] = ()
    parts: tuple["Explanation", ...] = ()
    alternatives: bool = False


def explain(finding: Finding, known: Known, declared: Declared, language: Language) -> Explanation:
    """The finding in words; `known` are the facts it was found on. Each node has one explanation, a `not` has none."""

    def explain_node(finding: Finding, is_negated: bool, beside: tuple[Requirement, ...]) -> Explanation:
        rule, value = finding.rule, ~finding.value if is_negated else finding.value
        match rule:
            case Not():
                return explain_node(finding.parts[0], not is_negated, beside)
            case All() | AnyOf() | Named():
                if isinstance(rule, AnyOf if is_negated else All):
                    beside = (*beside, *((part, is_negated) for part in rule.rules))
                parts = tuple(explain_node(part, is_negated, beside) for part in finding.parts)
                words, sources = _heading(rule, is_negated, language)
                return Explanation(value, words, sources, None, finding.missing, parts, _is_choice(rule, is_negated))
            case Constant():
                return Explanation(value, format_phrase(_CONSTANTS[value], language))
            case OneOf() | Compare() | CompareScore() | Elapsed():
                leaf = negate_leaf(rule) if is_negated else rule
                return explain_leaf(leaf, is_negated, value, finding.missing, _accepted_values(rule, beside))
            case _:
                assert_never(rule)

    def explain_leaf(
        rule: Leaf, is_negated: bool, value: Truth, missing: tuple[str, ...], accepts: Accepts | None
    ) -> Explanation:
        sources = _sources(rule, declared)
        subject, requirement = describe_requirement(rule, is_negated, declared, language)
        if value is Truth.UNKNOWN:
            labels = [label_of(declared.facts[name], language) for name in missing]
            return Explanation(
                value, describe_missing(rule, subject, requirement, labels, language), sources, None, missing
            )
        given = describe_given(rule, requirement, known, declared, language, accepts)
        phrase = "as asked" if given.words == requirement else "given"
        sentence = format_phrase(phrase, language, what=subject, given=given.words, asked=requirement)
        if value is Truth.TRUE:
            return Explanation(value, sentence, sources)
        if given.remark:
            sentence = format_phrase("remark", language, sentence=sentence, remark=given.remark)
        return Explanation(value, sentence, sources, given.enough)

    return explain_node(finding, is_negated=False, beside=())


def _accepted_values(leaf: Leaf, beside: Iterable[Requirement]) -> Accepts | None:
    """What the other requirements that must hold too say of a value of the fact of a leaf; None if none is about it."""
    if isinstance(leaf, CompareScore):
        return None
    fact = leaf.fact
    others = [
        (compile_truth(each), Truth.FALSE if negated else Truth.TRUE)
        for rule, is_negated in beside
        for each, negated in _leaves_required(rule, is_negated)
        if each != leaf and isinstance(each, OneOf | Compare | Elapsed) and each.fact == fact
    ]
    if not others:
        return None
    return lambda value: all(evaluate({fact: value}) is wanted for evaluate, wanted in others)


def _leaves_required(rule: Rule, is_negated: bool) -> Iterator[Requirement]:
    """The leaves that must hold, or must not, for the rule to hold or not to hold."""
    match rule:
        case Named(_, inner):
            yield from _leaves_required(inner, is_negated)
        case Not(inner):
            yield from _leaves_required(inner, not is_negated)
        case All(rules) | AnyOf(rules):
            if isinstance(rule, AnyOf if is_negated else All):
                for part in rules:
                    yield from _leaves_required(part, is_negated)
        case _:
            yield rule, is_negated


def _heading(rule: All | AnyOf | Named, is_negated: bool, language: Language) -> tuple[str, tuple[str, ...]]:
    """The heading line of a rule with parts, and its sources."""
    if not isinstance(rule, Named):
        return format_phrase("any" if _is_choice(rule, is_negated) else "all", language), ()
    words = rule.label.in_language(language, as_words(rule.name))
    return format_phrase("not", language, what=words) if is_negated else words, rule.sources


def _is_choice(rule: Rule, is_negated: bool) -> bool:
    """Whether one part is enough; "not all of these" holds when one of them does not."""
    return isinstance(rule, All if is_negated else AnyOf)


def _sources(rule: Leaf, declared: Declared) -> tuple[str, ...]:
    return () if isinstance(rule, CompareScore) else declared.facts[rule.fact].sources


def outline(explanation: Explanation) -> str:
    """The tree as indented lines: a mark, the sentence, and the sources in brackets."""
    return "\n".join(_outline_lines(explanation, 0))


def _outline_lines(explanation: Explanation, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{MARKS[explanation.value]} {explanation.sentence}{_citation(explanation.sources)}"
    for part in explanation.parts:
        yield from _outline_lines(part, depth + 1)


def _citation(sources: tuple[str, ...]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def motivation(
    explanation: Explanation,
    language: Language,
    sources: tuple[str, ...] = (),
    *,
    opening: str | None = None,
    earlier: Sequence[Explanation] = (),
) -> str:
    """
    One paragraph with the deciding reasons only: what failed, what made the rule hold, or what is still missing.

    `opening` is the beginning of the paragraph, by default whether the rule is met; the reasons of `earlier` rules, of
    which each was denied too, come first. A reason without its own source cites `sources`, the sources of the step or
    condition that uses the rule.
    """
    told = [
        reason for each in (*earlier, explanation) for reason in _reasons(each, each.missing, (), sources, language)
    ]
    first, *others = dict.fromkeys(told)
    opening = format_phrase(_OPENINGS[explanation.value], language) if opening is None else opening
    first = first if opening.endswith(": ") else _capital(first)
    return opening + " ".join(f"{reason}." for reason in (first, *map(_capital, others)))


def _reasons(
    explanation: Explanation,
    missing: tuple[str, ...],
    nearest_sources: tuple[str, ...],
    default_sources: tuple[str, ...],
    language: Language,
) -> Iterator[str]:
    """
    The leaves that decided, each with the sources of the nearest condition around it, else its own sources.

    While nothing is decided, only the leaves that ask for one of the `missing` facts are told.
    """
    deciding = [part for part in explanation.parts if part.value is explanation.value and _matters(part, missing)]
    if not deciding:
        yield explanation.sentence + _citation(nearest_sources or explanation.sources or default_sources)
    elif explanation.alternatives and explanation.value is Truth.FALSE:
        yield format_phrase("no alternative", language)
    for part in deciding:
        yield from _reasons(part, missing, explanation.sources or nearest_sources, default_sources, language)


def _matters(part: Explanation, missing: tuple[str, ...]) -> bool:
    return part.value is not Truth.UNKNOWN or not missing or not set(part.missing).isdisjoint(missing)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def plain_explanation(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON data."""
    return {
        "value": explanation.value.word,
        "sentence": explanation.sentence,
        "sources": list(explanation.sources),
        "enough": explanation.enough,
        "missing": list(explanation.missing),
        "parts": [plain_explanation(part) for part in explanation.parts],
    }


def rule_outline(
    rule: Rule, declared: Declared, language: Language, *, is_negated: bool = False, depth: int = 0
) -> list[tuple[int, str, tuple[str, ...]]]:
    """The rule as an outline, without facts of a person: for each line its depth, its sentence and its sources."""
    match rule:
        case Not(inner):
            return rule_outline(inner, declared, language, is_negated=not is_negated, depth=depth)
        case All(parts) | AnyOf(parts):
            lines = [(depth, *_heading(rule, is_negated, language))]
        case Named(_, inner):
            lines, parts = [(depth, *_heading(rule, is_negated, language))], (inner,)
        case Constant(value):
            return [(depth, format_phrase(_CONSTANTS[~value if is_negated else value], language), ())]
        case OneOf() | Compare() | CompareScore() | Elapsed():
            return [(depth, _leaf_sentence(rule, is_negated, declared, language), _sources(rule, declared))]
        case _:
            assert_never(rule)
    for part in parts:
        lines += rule_outline(part, declared, language, is_negated=is_negated, depth=depth + 1)
    return lines


def rule_sentence(rule: Rule, declared: Declared, language: Language) -> str:
    """The rule in one sentence; a named rule is given by its label or name."""
    return _inline_sentence(rule, False, declared, language)


def _inline_sentence(rule: Rule, is_negated: bool, declared: Declared, language: Language) -> str:
    match rule:
        case Not(inner):
            return _inline_sentence(inner, not is_negated, declared, language)
        case All(parts) | AnyOf(parts):
            word = f" {format_phrase('or' if _is_choice(rule, is_negated) else 'and', language)} "
            inner_lines = [_inline_sentence(part, is_negated, declared, language) for part in parts]
            nested = [isinstance(_strip_not(part), All | AnyOf) for part in parts]
            pairs = zip(inner_lines, nested, strict=True)
            return word.join(f"({text})" if is_nested else text for text, is_nested in pairs)
        case Named():
            return _heading(rule, is_negated, language)[0]
        case Constant(value):
            return format_phrase(_CONSTANTS[~value if is_negated else value], language)
        case OneOf() | Compare() | CompareScore() | Elapsed():
            return _leaf_sentence(rule, is_negated, declared, language)
        case _:
            assert_never(rule)


def _strip_not(rule: Rule) -> Rule:
    return _strip_not(rule.rule) if isinstance(rule, Not) else rule


def _leaf_sentence(rule: Leaf, is_negated: bool, declared: Declared, language: Language) -> str:
    subject, requirement = describe_requirement(
        negate_leaf(rule) if is_negated else rule, is_negated, declared, language
    )
    return format_phrase("asks", language, what=subject, asked=requirement)
