"""Every way in which one rule can be slightly wrong: an operator, a constant, a member, a "not"."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from mutation.values import Facts, Plain, beside, moments, shown, without_one
from procedures.kernel.names import RESULTS

Path: TypeAlias = tuple[str | int, ...]
# Where, below the node in hand, what stands there instead, and the change in words.
Change: TypeAlias = tuple[Path, Plain, str]

# Each operator with those it is taken for: the one next to it, and its opposite.
MISTAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "at_least": ("more_than", "less_than"),
    "more_than": ("at_least", "at_most"),
    "at_most": ("less_than", "more_than"),
    "less_than": ("at_most", "at_least"),
    "before": ("at_most", "after"),
    "after": ("at_least", "before"),
    "is": ("is_not",),
    "is_not": ("is",),
    "one_of": ("none_of",),
    "none_of": ("one_of",),
}


def rule_mutants(rule: Plain, facts: Facts, inside: str | None = None) -> Iterator[Change]:
    """The mutants of a rule; `inside` is the step whose facts it may name shortly."""
    match rule:
        case str():
            yield (), {"not": rule}, f"not {rule}"
        case {"not": inner}:
            yield (), inner, "`not` left out"
            yield from below(("not",), rule_mutants(inner, facts, inside))
        case {"all": list(members)}:
            yield from _combination("all", "any", members, facts, inside)
        case {"any": list(members)}:
            yield from _combination("any", "all", members, facts, inside)
        case dict() if len(rule) == 1:
            ((name, asked),) = rule.items()
            yield from _leaf(name, asked, facts, inside)


def _combination(word: str, other: str, members: list[Plain], facts: Facts, inside: str | None) -> Iterator[Change]:
    yield (), {other: members}, f"{word} → {other}"
    for left_out, rest in without_one(members):
        yield (), {word: rest}, f"{word} without {left_out}"
    for at, member in enumerate(members):
        yield from below((word, at), rule_mutants(member, facts, inside))


def _leaf(name: str, asked: Plain, facts: Facts, inside: str | None) -> Iterator[Change]:
    fact = facts.get(f"{inside}.{name}") or facts.get(name)
    if isinstance(asked, str) and asked in RESULTS and fact is None:
        for other in RESULTS:
            if other != asked:
                yield (name,), other, f"{asked} → {other}"
    elif isinstance(asked, str):
        yield (name,), {"is_not": asked}, f"{asked} → not {asked}"
        if (fact or {}).get("kind") != "flag":  # the other value of a flag was just had
            for other in beside(asked, fact):
                yield (name,), other, f"{asked} → {other}"
    elif isinstance(asked, dict):
        yield from below((name,), _operators(asked, fact))


def _operators(asked: Mapping[str, Plain], fact: Mapping[str, Plain] | None) -> Iterator[Change]:
    for operator, value in asked.items():
        rest = {key: each for key, each in asked.items() if key != operator}
        if rest and operator != "as_of":
            yield (), rest, f"{operator} {shown(value)} left out"
        for other in MISTAKEN.get(operator, ()):
            yield (), {**rest, other: value}, f"{operator} → {other}"
        if isinstance(value, list):
            for left_out, members in without_one(value):
                yield (operator,), members, f"without {left_out}"
        elif isinstance(value, str):
            for other in moments(value) if operator == "as_of" else beside(value, fact):
                yield (operator,), other, f"{value} → {other}"


def below(path: Path, changes: Iterator[Change]) -> Iterator[Change]:
    """The same changes, told from further up."""
    for where, value, words in changes:
        yield (*path, *where), value, words
