"""The facts that are missing for a decision: learning one of them can turn UNKNOWN into a decision.

A fact is missing if this holds for some values of the other unknown facts, where some of those may stay unknown. So of
`any: [a, {all: [a, b]}]` only `a` is missing: while `a` is unknown nothing about `b` decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final, TypeAlias

from rules.algebra import All, AnyOf, Compare, CompareScore, Constant, Elapsed, Named, Not, OneOf, Rule
from rules.facts import Known
from rules.kinds import Value
from rules.truth import Truth

_MOST_CASES: Final = 4096
"""Combinations of values that are tried; beyond these the rule is only simplified."""
_OTHER: Final = "another word than any that is named"
_FAR: Final = 10**12

Compile: TypeAlias = Callable[[Rule], Callable[[Known], Truth]]
"""The compiler of rules, `rules.evaluation.compile_truth`, which imports this module."""


def find_missing(rule: Rule, known: Known, candidates: Sequence[str], compile_truth: Compile) -> tuple[str, ...]:
    """
    The facts among `candidates` that are missing for a rule that is UNKNOWN on the known facts.

    `candidates` are the missing facts of its undecided parts, one part after the other. Where no two parts have one in
    common, all of them are missing.
    """
    names = tuple(dict.fromkeys(candidates))
    if len(names) == len(candidates):
        return names
    rest = simplify(rule, known, compile_truth)
    read = [fact for leaf in leaves_of(rest) for fact in _facts_of_leaf(leaf) if fact not in known]
    names = tuple(name for name in names if name in read)
    if len(set(read)) == len(read):
        return names
    return _try_values(rest, names, frozenset((name, known[name]) for name in _known_parts(rest, known)), compile_truth)


@lru_cache(maxsize=1024)
def _try_values(
    rule: Rule, names: tuple[str, ...], known_parts: frozenset[tuple[str, Value]], compile_truth: Compile
) -> tuple[str, ...]:
    """The missing facts of a simplified rule, by trying every combination of values that its leaves tell apart."""
    known, values = dict(known_parts), _distinguished_values(rule, names)
    choices = [(None, *values[name]) for name in names]
    if prod(map(len, choices)) > _MOST_CASES:
        return names
    evaluate = compile_truth(rule)
    decided = {case: evaluate({**known, **_told(names, case)}) is not Truth.UNKNOWN for case in product(*choices)}
    return tuple(
        name
        for place, name in enumerate(names)
        if any(
            not is_decided
            and case[place] is None
            and any(decided[*case[:place], value, *case[place + 1 :]] for value in values[name])
            for case, is_decided in decided.items()
        )
    )


def _told(names: Sequence[str], case: Sequence[Value | None]) -> dict[str, Value]:
    return {name: value for name, value in zip(names, case, strict=True) if value is not None}


def simplify(rule: Rule, known: Known, compile_truth: Compile) -> Rule:
    """
    What is left of a rule on the known facts: its undecided parts, without those that another part absorbs.

    `a or (a and b)` is `a`, and so is `a and (a or b)`.
    """
    match rule:
        case Named(_, inner):
            return simplify(inner, known, compile_truth)
        case Not(inner):
            return Not(simplify(inner, known, compile_truth))
        case All(rules) | AnyOf(rules):
            undecided = (part for part in rules if compile_truth(part)(known) is Truth.UNKNOWN)
            left = dict.fromkeys(simplify(part, known, compile_truth) for part in undecided)
            kept = tuple(part for part in left if not any(_absorbs(other, part, rule) for other in left))
            return kept[0] if len(kept) == 1 else type(rule)(kept)
        case _:
            return rule


def _absorbs(other: Rule, part: Rule, rule: All | AnyOf) -> bool:
    """Whether `part` makes no difference beside `other` in a rule."""
    inner = AnyOf if isinstance(rule, All) else All
    if other is part or not isinstance(part, inner):
        return False
    return {*(other.rules if isinstance(other, inner) else (other,))} < {*part.rules}


def leaves_of(rule: Rule) -> Iterable[Rule]:
    """The comparisons of a rule, each as often as it stands there."""
    match rule:
        case Named(_, inner) | Not(inner):
            yield from leaves_of(inner)
        case All(rules) | AnyOf(rules):
            for part in rules:
                yield from leaves_of(part)
        case Constant():
            return
        case _:
            yield rule


def _facts_of_leaf(leaf: Rule) -> tuple[str, ...]:
    match leaf:
        case OneOf(fact) | Compare(fact) | Elapsed(fact):
            return (fact,)
        case CompareScore(score):
            return tuple(part.fact for part in score.parts)
        case _:
            return ()


def _known_parts(rule: Rule, known: Known) -> set[str]:
    """The known facts on which the leaves that are left still depend: the known parts of scores."""
    found: set[str] = set()
    for leaf in leaves_of(rule):
        if isinstance(leaf, CompareScore):
            found |= {name for name in leaf.score.facts if name in known}
    return found


def _distinguished_values(rule: Rule, names: Sequence[str]) -> Mapping[str, tuple[Value, ...]]:
    """For each fact, values of which one lies in every range that the leaves tell apart."""
    found: dict[str, dict[Value, None]] = {name: {} for name in names}
    for leaf in leaves_of(rule):
        match leaf:
            case OneOf(fact, values) if fact in found:
                found[fact].update(dict.fromkeys(values))
                found[fact].update(dict.fromkeys(_other_values(values)))
            case Compare(fact, _, bound) if fact in found:
                found[fact].update(dict.fromkeys((bound - 1, bound, bound + 1)))
            case Elapsed(fact) if fact in found:
                found[fact].update(dict.fromkeys((leaf.latest, leaf.latest + 1)))
            case CompareScore(score):
                for part in score.parts:
                    if part.fact in found:
                        found[part.fact].update(dict.fromkeys((-_FAR, _FAR)))
            case _:
                pass
    return {name: tuple(values) for name, values in found.items()}


def _other_values(values: Iterable[Value]) -> Iterable[Value]:
    """A value besides those that a leaf names, of the same type."""
    first = next(iter(values), None)
    if isinstance(first, bool):
        return (True, False)
    if isinstance(first, int):
        return (min(int(value) for value in values) - 1,)
    return (_OTHER,)
