"""Rules written as a formula or a sentence, and how the language writes them: help for a rule that is none."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from rules.nodes import Node, Scalar, Table
from rules.notation import unseen_help

_LONGEST: Final = 120  # letters of a text that is looked at
_SIGNS: Final[Mapping[str, str]] = {
    ">=": "at_least", "=>": "at_least", "≥": "at_least", "at least": "at_least", "minstens": "at_least",
    "<=": "at_most", "=<": "at_most", "≤": "at_most", "at most": "at_most", "hoogstens": "at_most",
    ">": "more_than", "more than": "more_than", "meer dan": "more_than",
    "<": "less_than", "less than": "less_than", "minder dan": "less_than",
    "==": "is", "=": "is", "is": "is", "!=": "is_not", "<>": "is_not", "≠": "is_not", "is not": "is_not",
    "is niet": "is_not",
}  # fmt: skip
"""Signs and words for a comparison, each with its operator."""
_CONNECTIVES: Final[Mapping[str, str]] = {
    "and": "all", "en": "all", "&": "all", "&&": "all", "or": "any", "of": "any", "|": "any", "||": "any",
}  # fmt: skip
"""Words and signs between rules, each with its combination."""
_NEGATION: Final = re.compile(r"(?:not|niet|geen|no|!) *(?=[a-z])", re.IGNORECASE)
_NAME: Final = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
_SIGN: Final = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_BOUND: Final = re.compile(rf"({_SIGN}) *(\S.*)", re.IGNORECASE)
_COMPARISON: Final = re.compile(rf"({_NAME}) *({_SIGN})(?: +|(?<=[<>=≥≤≠]))(\S.*)", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    rf" +({'|'.join(re.escape(word) for word in sorted(_CONNECTIVES, key=len, reverse=True))}) +", re.IGNORECASE
)


def formula_help(text: str) -> str | None:
    """How a text that is no name of a condition is written as a rule; None where it is no formula either."""
    rule = _formula_text(text)
    return f"write `{rule}`" if rule not in (None, text) else None


def find_bound(text: str) -> tuple[str, str] | None:
    """The operator and the value of a bound with a sign before it, as `>= 50`; None for another text."""
    match = _BOUND.fullmatch(text) if len(text) <= _LONGEST else None
    return (_SIGNS[match[1].lower()], match[2]) if match else None


def bound_help(text: str, operator: str) -> str | None:
    """How a bound with a sign before it is written under an operator; `is` is the one of a value alone."""
    bound = find_bound(text)
    if bound is None:
        return None
    return f"write `{{{bound[0]}: {bound[1]}}}`" if operator == "is" else f"write `{bound[1]}`"


def operator_help(word: str) -> str | None:
    """The operator that a sign stands for."""
    operator = _SIGNS.get(word.replace("_", " ").lower())
    return f"write `{operator}`" if operator else None


def list_help(key: str, node: Node, conditions: Collection[str]) -> str:
    """How the rules under `all` or `any` are written as a list."""
    if isinstance(node, Table) and 0 < len(node.entries) <= 4:
        items = ", ".join(name if name in conditions else f"{{{name}: …}}" for name in node.entries)
        return f"make each an item of a list: `{key}: [{items}]`"
    if isinstance(node, Scalar) and node.text.startswith("-"):
        return unseen_help(node.text) or "begin each item with `- `"
    if isinstance(node, Scalar) and node.text and len(node.text) <= _LONGEST:
        rules = [_formula_text(part) or "…" for part in re.split(" *, *", node.text)]
        return f"put it in brackets: `{key}: [{', '.join(rules)}]`"
    return f"as in `{key}: [{{score: {{at_least: 50}}}}, admission]`"


def _formula_text(text: str) -> str | None:
    """A formula as the language writes it; None for a text that is none."""
    if len(text) > _LONGEST:
        return None
    parts = _BETWEEN.split(text.strip())
    rules = [rule for part in parts[::2] if (rule := _rule_text(part))]
    combinations = {_CONNECTIVES[word.lower()] for word in parts[1::2]}
    if len(rules) < len(parts[::2]) or len(combinations) > 1:
        return None
    return f"{{{combinations.pop()}: [{', '.join(rules)}]}}" if combinations else rules[0]


def _rule_text(text: str) -> str | None:
    """One rule of a formula as the language writes it."""
    if re.fullmatch(_NAME, text):
        return text
    if match := _COMPARISON.fullmatch(text):
        operator = _SIGNS[match[2].lower()]
        bound = match[3] if operator == "is" else f"{{{operator}: {match[3]}}}"
        return f"{{{match[1]}: {bound}}}"
    negated = _NEGATION.sub("", text, count=1)
    if _NEGATION.match(text) and (rule := _rule_text(negated)):
        return f"{{not: {rule}}}"
    return None
