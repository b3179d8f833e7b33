"""Small changes of a definition: another operator, another constant, another arc, another window.

Each is made in the model, checked and compiled, so that all that follows from it is as a file would have it. Whoever
has other mutants hands them to `killing` in the same shape.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Final, TypeAlias

from attrs import evolve, frozen

from procedures.definition.checks import check
from procedures.definition.compiler import compile_definition, state_names
from procedures.definition.model import Definition, Reserve, Step, Window
from procedures.kernel.machine import Machine
from procedures.kernel.outcomes import Count, Keeps
from rules.algebra import (
    All,
    AnyOf,
    Compare,
    CompareScore,
    Constant,
    Elapsed,
    Named,
    Not,
    OneOf,
    Order,
    Rule,
    all_of,
    any_of,
    not_,
)
from rules.calendar import Duration, WrittenTime
from rules.facts import Declared
from rules.kinds import Choice
from rules.problems import Problems

Changed: TypeAlias = tuple[str, str, Definition]
"""The kind of change, which it is, and the definition with it."""

NEAR: Final[Mapping[Order, tuple[Order, ...]]] = {
    Order.AT_LEAST: (Order.MORE_THAN, Order.LESS_THAN),
    Order.MORE_THAN: (Order.AT_LEAST, Order.AT_MOST),
    Order.AT_MOST: (Order.LESS_THAN, Order.MORE_THAN),
    Order.LESS_THAN: (Order.AT_MOST, Order.AT_LEAST),
}


@frozen(eq=False)
class Mutant:
    """A machine that differs by one change."""

    kind: str
    name: str
    machine: Machine


def mutants(definition: Definition) -> Iterator[Mutant]:
    """Every mutant that compiles and is another machine."""
    seen = {compile_definition(definition).digest}
    for kind, name, changed in _changed(definition):
        problems = Problems()
        check(changed, problems)
        if problems:
            continue
        machine = compile_definition(changed)
        if machine.digest not in seen:
            seen.add(machine.digest)
            yield Mutant(kind, name, machine)


def _changed(definition: Definition) -> Iterator[Changed]:
    for label, rule, put in _rules(definition):
        for kind, words, other in rule_changes(rule, definition.declared):
            yield kind, f"{label}: {words}", put(other)
    for key, window in _windows(definition.applications):
        yield "window", f"applications: {key}", evolve(definition, applications=window)
    if definition.reserve is not None:
        for words, reserve in _terms(definition.reserve):
            yield "window", f"reserve: {words}", evolve(definition, reserve=reserve)
    for step in definition.steps:
        for kind, words, other in _step_changes(step, state_names(definition)):
            yield kind, f"{step.name}: {words}", _with(definition, other)


def _terms(reserve: Reserve) -> Iterator[tuple[str, Reserve]]:
    for by in (-1, 1):
        if isinstance(reserve.valid, Duration):
            valid = Duration(reserve.valid.count + by, reserve.valid.family)
            yield f"valid {by:+}", evolve(reserve, valid=valid)
        elif reserve.valid is not None:
            yield f"valid {by:+} day", evolve(reserve, valid=reserve.valid + timedelta(days=by))
    yield "extendable or not", evolve(reserve, extendable=not reserve.extendable)


def _with(definition: Definition, step: Step) -> Definition:
    return evolve(definition, steps=tuple(step if each.name == step.name else each for each in definition.steps))


# -- rules ------------------------------------------------------------------------------------------------------


def rule_changes(rule: Rule, declared: Declared) -> Iterator[tuple[str, str, Rule]]:
    """Every rule that is one change away; conditions that it names are left as they are."""
    match rule:
        case Compare() | CompareScore() | Elapsed():
            yield from _comparisons(rule)
        case OneOf():
            yield from _memberships(rule, declared)
        case Not(inner):
            yield "operator", "not left out", inner
            yield from ((kind, words, not_(other)) for kind, words, other in rule_changes(inner, declared))
        case All() | AnyOf():
            yield from _combinations(rule, declared)
        case Named(name):
            yield "operator", f"not {name}", not_(rule)
        case Constant():
            pass


def _comparisons(rule: Compare | CompareScore | Elapsed) -> Iterator[tuple[str, str, Rule]]:
    name = rule.score.name if isinstance(rule, CompareScore) else rule.fact
    for order in NEAR[rule.order]:
        yield "operator", f"{name} {rule.order.value} → {order.value}", evolve(rule, order=order)
    for by in (-1, 1):
        match rule:
            case Compare(bound=bound):
                yield "constant", f"{name} {rule.order.value} {bound} → {bound + by}", evolve(rule, bound=bound + by)
            case CompareScore(bound=number):
                yield "constant", f"{name} {by:+} hundredth", evolve(rule, bound=number + Fraction(by, 100))
            case Elapsed(duration=time):
                yield "constant", f"{name} {by:+}", evolve(rule, duration=Duration(time.count + by, time.family))


def _memberships(rule: OneOf, declared: Declared) -> Iterator[tuple[str, str, Rule]]:
    fact, values = rule.fact, rule.values
    yield "operator", f"{fact} not {values}", not_(rule)
    for value in values if len(values) > 1 else ():
        yield "constant", f"{fact} without {value}", OneOf(fact, tuple(each for each in values if each != value))
    kind = declared.facts[fact].kind
    for value in kind.of if isinstance(kind, Choice) else ():
        if value not in values:
            yield "constant", f"{fact} also {value}", OneOf(fact, (*values, value))


def _combinations(rule: All | AnyOf, declared: Declared) -> Iterator[tuple[str, str, Rule]]:
    join, other_way = (all_of, any_of) if isinstance(rule, All) else (any_of, all_of)
    yield "operator", f"{join.__name__} → {other_way.__name__}", other_way(*rule.rules)
    for at, part in enumerate(rule.rules):
        before, after = rule.rules[:at], rule.rules[at + 1 :]
        yield "operator", f"{join.__name__} without part {at + 1}", join(*before, *after)
        for kind, words, other in rule_changes(part, declared):
            yield kind, words, join(*before, other, *after)


def _rules(definition: Definition) -> Iterator[tuple[str, Rule, Callable[[Rule], Definition]]]:
    """Every rule by its name, with how to put another in its place."""
    for name, rule in definition.conditions.items():
        inner = rule.rule if isinstance(rule, Named) else rule
        yield name, inner, partial(_with_condition, definition, name)
    for step in definition.steps:
        if step.exempt is not None:
            yield f"{step.name}: exempt", step.exempt, partial(_with_guard, definition, step, "exempt")
        if step.held is not None and not isinstance(step.held, Count):
            yield f"{step.name}: held", step.held, partial(_with_guard, definition, step, "held")
        for at, outcome in enumerate(step.outcomes[:-1]):
            yield f"{step.name}: outcome {at + 1}", outcome.when, partial(_with_outcome, definition, step, at)
    for name, rule in (definition.reserve.kinds if definition.reserve else {}).items():
        yield f"reserve {name}", rule, partial(_with_kind, definition, name)


def _with_guard(definition: Definition, step: Step, key: str, rule: Rule) -> Definition:
    return _with(definition, evolve(step, **{key: rule}))


def _with_outcome(definition: Definition, step: Step, at: int, rule: Rule) -> Definition:
    outcomes = [evolve(each, when=rule) if index == at else each for index, each in enumerate(step.outcomes)]
    return _with(definition, evolve(step, outcomes=tuple(outcomes)))


def _with_kind(definition: Definition, name: str, rule: Rule) -> Definition:
    reserve = definition.reserve
    assert reserve is not None
    return evolve(definition, reserve=evolve(reserve, kinds={**reserve.kinds, name: rule}))


def _with_condition(definition: Definition, name: str, rule: Rule) -> Definition:
    return _everywhere(definition, lambda each: _renamed(each, name, rule))


def _renamed(rule: Rule, name: str, other: Rule) -> Rule:
    """The rule with another meaning for one condition that it names."""
    match rule:
        case Named(called, inner):
            return evolve(rule, rule=other if called == name else _renamed(inner, name, other))
        case Not(inner):
            return Not(_renamed(inner, name, other))
        case All(parts):
            return All(tuple(_renamed(part, name, other) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_renamed(part, name, other) for part in parts))
        case _:
            return rule


def _everywhere(definition: Definition, change: Callable[[Rule], Rule]) -> Definition:
    steps = tuple(
        evolve(
            step,
            exempt=change(step.exempt) if step.exempt is not None else None,
            outcomes=tuple(evolve(each, when=change(each.when)) for each in step.outcomes),
            held=step.held if step.held is None or isinstance(step.held, Count) else change(step.held),
        )
        for step in definition.steps
    )
    reserve = definition.reserve
    if reserve is not None:
        reserve = evolve(reserve, kinds={name: change(rule) for name, rule in reserve.kinds.items()})
    conditions = {name: change(rule) for name, rule in definition.conditions.items()}
    return evolve(definition, steps=steps, reserve=reserve, conditions=conditions)


# -- steps ------------------------------------------------------------------------------------------------------


def _step_changes(step: Step, states: tuple[str, ...]) -> Iterator[tuple[str, str, Step]]:
    yield from (("arc", words, other) for words, other in _arcs(step, states))
    if step.keeps is not None:
        yield from _cuts(step, step.keeps)
    if isinstance(step.held, Count):
        yield from _gates(step, step.held)
    for key, window in _windows(step.window):
        yield "window", key, evolve(step, window=window)
    if step.window.has_end:
        yield "window", "tentative or not", evolve(step, tentative=not step.tentative)


def _arcs(step: Step, states: tuple[str, ...]) -> Iterator[tuple[str, Step]]:
    for at, outcome in enumerate(step.outcomes):
        for state in states:
            if state != outcome.to:
                outcomes = [evolve(each, to=state) if index == at else each for index, each in enumerate(step.outcomes)]
                to = {"to": state} if outcome.to == step.to and outcome.passed else {}
                yield f"outcome {at + 1} to {state}", evolve(step, outcomes=tuple(outcomes), **to)
    for state in (*states, "stays"):
        if step.lapses is not None and state != step.lapses:
            yield f"lapses to {state}", evolve(step, lapses=state)
        if step.keeps is not None and state != "stays":
            yield f"cut to {state}", evolve(step, otherwise=state)
        if state not in (*step.origins, "stays"):
            yield f"from {state} too", evolve(step, origins=(*step.origins, state))
            yield f"from {state}", evolve(step, origins=(state,))
    for key in ("exempt", "held", "keeps"):
        if getattr(step, key) is not None:
            yield f"{key} left out", evolve(step, **{key: None})
    yield "automatic or not", evolve(step, automatic=not step.automatic)


def _cuts(step: Step, keeps: Keeps) -> Iterator[tuple[str, str, Step]]:
    for by in (-1, 1):
        takes = [evolve(take, best=take.best + by) if isinstance(take.best, int) else take for take in keeps.takes]
        yield "constant", f"keeps {by:+}", evolve(step, keeps=evolve(keeps, takes=tuple(takes)))
    for ties in ("keep", "none", "lot"):
        yield "operator", f"ties {ties}", evolve(step, keeps=evolve(keeps, ties=ties))


def _gates(step: Step, held: Count) -> Iterator[tuple[str, str, Step]]:
    for at, (order, bound) in enumerate(held.conditions):
        others = [("operator", (other, bound)) for other in NEAR[order]]
        others += [("constant", (order, bound + by)) for by in (-1, 1)]
        for kind, other in others:
            conditions = (*held.conditions[:at], other, *held.conditions[at + 1 :])
            yield kind, f"held {other[0].value} {other[1]}", evolve(step, held=Count(held.state, conditions))


def _windows(window: Window) -> Iterator[tuple[str, Window]]:
    for key in ("opens", "until", "before"):
        written: WrittenTime | None = getattr(window, key)
        if written is not None:
            yield f"{key} left out", evolve(window, **{key: None})
            step = timedelta(days=1) if written.precision == "day" else timedelta(minutes=1)
            for by in (-step, step):
                yield f"{key} {by}", evolve(window, **{key: evolve(written, at=written.at + by)})
    if window.on is not None:
        for days in (-1, 1):
            yield f"on {days:+} day", evolve(window, on=window.on + timedelta(days=days))
    if window.within is not None:
        for count in (-1, 1):
            other = Duration(window.within.count + count, window.within.family)
            yield f"within {count:+}", evolve(window, within=other)
