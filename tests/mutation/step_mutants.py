"""Every way in which one step can be slightly wrong: its guards, its gate and cut, its window, where it leads."""

from collections.abc import Iterator, Mapping
from typing import Final

from mutation.rule_mutants import MISTAKEN, Change, below, rule_mutants
from mutation.values import Facts, Plain, beside, durations, moments, numbers, shown, swapped, without_one
from procedures.definition.language import TIE_POLICIES
from procedures.kernel.names import REJECTED, STAYS
from rules.calendar import UNITS, Unit

GONE: Final = object()
_OPTIONAL: Final = (
    "passes", "pass_mark", "exempt", "held", "keeps", "opens", "until", "before", "on", "within", "outcomes",
)  # fmt: skip
_DATES: Final = frozenset({"opens", "until", "before", "on", "within"})
_ENDS: Final = {"until": "before", "before": "until"}


def step_mutants(
    name: str, step: Mapping[str, Plain], facts: Facts, states: tuple[str, ...], *, whole: bool
) -> Iterator[Change]:
    """The mutants of a step; of one that is not `whole`, a patch, only of what it says."""
    for key in _OPTIONAL:
        if key in step:
            yield (key,), GONE, "left out"
    for key in ("passes", "exempt"):
        yield from below((key,), rule_mutants(step.get(key), facts, name))
    yield from _outcomes(name, step.get("outcomes"), facts, states)
    yield from _gate(name, step.get("held"), facts, states)
    yield from _cut(step.get("keeps"), states)
    for key in ("records", "closing"):
        for fact, declared in (step.get(key) or {}).items():
            yield from below((key, fact), fact_mutants(declared))
    if "pass_mark" in step and step["pass_mark"] is not None:
        for other in beside(step["pass_mark"], facts.get(f"{name}.score")):
            yield ("pass_mark",), other, f"{step['pass_mark']} → {other}"
    yield from window_mutants(step)
    yield from _targets(step, states, whole=whole)
    for flag in ("automatic", "in_order", *(("tentative",) if _DATES & step.keys() else ())):
        if whole or flag in step:
            other = "false" if step.get(flag) == "true" else "true"
            yield (flag,), other, f"{other}"


def fact_mutants(fact: Plain) -> Iterator[Change]:
    """The mutants of a declared fact: its bounds, its grid, its unit, its values."""
    if not isinstance(fact, dict):
        return
    if fact.get("kind") == "number":
        for bound in ("from", "to"):
            for other in numbers(fact.get(bound), fact.get("step") or "0.01"):
                yield (bound,), other, f"{fact[bound]} → {other}"
        yield ("step",), "1", "whole numbers only"
    if fact.get("kind") == "duration":
        for unit in Unit:
            if unit.word != fact["unit"] and unit.family == UNITS[fact["unit"]].family:
                yield ("unit",), unit.word, f"{fact['unit']} → {unit.word}"
    if isinstance(fact.get("of"), list):
        for left_out, rest in without_one(fact["of"]):
            yield ("of",), rest, f"without {left_out}"
        if fact["kind"] == "level":
            for exchanged, order in swapped(fact["of"]):
                yield ("of",), order, f"{exchanged} exchanged"


def window_mutants(window: Mapping[str, Plain]) -> Iterator[Change]:
    """Each bound a little earlier and later, and an end that counts the last of its days, or does not."""
    for key in ("opens", "until", "before", "on"):
        if isinstance(window.get(key), str):
            for other in moments(window[key]):
                yield (key,), other, f"{window[key]} → {other}"
    for key, other in _ENDS.items():
        if isinstance(window.get(key), str):
            yield (), {**{k: v for k, v in window.items() if k != key}, other: window[key]}, f"{key} → {other}"
    if isinstance(window.get("within"), str):
        for other in durations(window["within"]):
            yield ("within",), other, f"{window['within']} → {other}"


def _targets(step: Mapping[str, Plain], states: tuple[str, ...], *, whole: bool) -> Iterator[Change]:
    leads = {key: step[key] for key in ("to", "otherwise", "lapses", "from") if isinstance(step.get(key), str)}
    if whole and "outcomes" not in step:
        leads.setdefault("otherwise", REJECTED)
    for key, state in leads.items():
        for other in (*states, STAYS) if key == "lapses" else states:
            if other != state:
                yield (key,), other, f"{state} → {other}"
    if isinstance(step.get("from"), list):
        for left_out, rest in without_one(step["from"]):
            yield ("from",), rest, f"without {left_out}"


def _outcomes(name: str, outcomes: Plain, facts: Facts, states: tuple[str, ...]) -> Iterator[Change]:
    if not isinstance(outcomes, list):
        return
    for exchanged, order in swapped(outcomes):
        yield ("outcomes",), order, f"{exchanged} exchanged"
    for left_out, rest in without_one(outcomes):
        yield ("outcomes",), rest, f"without {left_out}"
    for at, outcome in enumerate(outcomes):
        yield from below(("outcomes", at, "when"), rule_mutants(outcome.get("when"), facts, name))
        for other in states:
            if other != outcome["to"]:
                yield ("outcomes", at, "to"), other, f"{outcome['to']} → {other}"


def _gate(name: str, held: Plain, facts: Facts, states: tuple[str, ...]) -> Iterator[Change]:
    if not isinstance(held, dict) or "count" not in held:
        yield from below(("held",), rule_mutants(held, facts, name))
        return
    for other in states:
        if other != held["count"]:
            yield ("held", "count"), other, f"{held['count']} → {other}"
    for operator, number in held.items():
        for other in MISTAKEN.get(operator, ()):
            rest = {key: value for key, value in held.items() if key != operator}
            yield ("held",), {**rest, other: number}, f"{operator} → {other}"
        for other in numbers(number) if operator in MISTAKEN else ():
            yield ("held", operator), other, f"{number} → {other}"


def _cut(keeps: Plain, states: tuple[str, ...]) -> Iterator[Change]:
    if not isinstance(keeps, dict):
        return
    for other in numbers(keeps.get("best")):
        yield ("keeps", "best"), other, f"{keeps['best']} → {other}"
    for other in TIE_POLICIES:
        if other != keeps.get("ties", "keep"):
            yield ("keeps", "ties"), other, f"{shown(keeps.get('ties', 'keep'))} → {other}"
    if isinstance(keeps.get("by"), list):
        for left_out, rest in without_one(keeps["by"]):
            yield ("keeps", "by"), rest, f"without {left_out}"
        for exchanged, order in swapped(keeps["by"]):
            yield ("keeps", "by"), order, f"{exchanged} exchanged"
    yield from _takes(keeps.get("takes") or [], states)


def _takes(takes: list[Mapping[str, Plain]], states: tuple[str, ...]) -> Iterator[Change]:
    for exchanged, order in swapped(takes):
        yield ("keeps", "takes"), order, f"{exchanged} exchanged"
    for at, take in enumerate(takes):
        for other in numbers(take["best"]):
            yield ("keeps", "takes", at, "best"), other, f"{take['best']} → {other}"
        for other in states:
            if other != take["to"]:
                yield ("keeps", "takes", at, "to"), other, f"{take['to']} → {other}"
