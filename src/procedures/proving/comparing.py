"""Two machines beside each other: for whom the second comes to another end than the first, shown by `run` in both."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from attrs import frozen

from procedures.cases import Event
from procedures.errors import UsageError
from procedures.guards import Keeps
from procedures.language import EXPIRED, WITHDRAWN
from procedures.machine import Machine
from procedures.proving.canonical import Canonical
from procedures.proving.playing import played
from procedures.proving.symbols import Set, Symbols, rules_of
from rules.kinds import Plain, Value

Relation: TypeAlias = Literal["equivalent", "stricter", "looser", "incomparable"]

_TRIES: Final = 6
_CHOICES: Final = ("held ", "kept ", "missed ", "expires")


@frozen
class Difference:
    """
    Somebody who ends at `a` in the first machine and at `b` in the second, with the events of each.

    `matters` are the facts on which it hangs: with any other values of the rest it is the same.
    """

    facts: Mapping[str, Plain]
    a: str
    b: str
    events: Sequence[Event]
    events_b: Sequence[Event]
    choices: Mapping[str, bool]
    matters: tuple[str, ...] = ()


@frozen
class Comparison:
    """
    How the second machine stands to the first, on who is selected.

    `stricter`: some come less far and nobody further. `left_open` are pairs of ends between which there seems to be a
    difference that no history showed; `dated` are the steps (and `apply`) whose dates differ, which are not compared.
    """

    verdict: Relation
    differences: tuple[Difference, ...] = ()
    left_open: tuple[tuple[str, str], ...] = ()
    dated: tuple[str, ...] = ()


def compare(a: Machine, b: Machine) -> Comparison:
    """
    Everybody's canonical road in both machines: who comes to another end.

    Of everybody all facts are known, and every choice falls the same way in both: whether a step is held, who is kept,
    who misses a window. Dates themselves are not compared.

    Raises:
        UsageError: a fact is declared differently in the two.
    """
    _check_facts(a, b)
    symbols = Symbols([a, b], [*rules_of(a), *rules_of(b)])
    windows = frozenset(
        step.name
        for machine in (a, b)
        for step in machine.steps.values()
        if step.enforced and (step.ends is not None or step.within is not None)
    )
    first = Canonical(a, symbols, windows)
    second = Canonical(b, symbols, windows, _own(a, b))
    together = _told(symbols) & _implied(a, b, second)
    shown, left_open = [], []
    for end, who in first.ends.items():
        for other, others in second.ends.items():
            here = who & others & together
            if end == other or here == symbols.bdd.false:
                continue
            difference = next(_shown(a, b, symbols, here, (end, other)), None)
            if difference is not None:
                shown.append(difference)
            else:
                left_open.append((end, other))
    pairs = [*((each.a, each.b) for each in shown), *left_open]
    return Comparison(_verdict(a, b, pairs), tuple(shown), tuple(left_open), _dated(a, b))


def _dated(a: Machine, b: Machine) -> tuple[str, ...]:
    """What may happen at other times in the two."""
    found = ["apply"] if (a.opens, a.ends) != (b.opens, b.ends) else []
    for name, step in a.steps.items():
        other = b.steps.get(name)
        if other is not None and (step.opens, step.ends, step.within) != (other.opens, other.ends, other.within):
            found.append(name)
    return tuple(found)


def _own(a: Machine, b: Machine) -> dict[str, str]:
    """The choices that fall differently in the two: what a gate counts or a cut keeps is another."""
    found = {}
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if other is None:
            continue
        if step.gate is not None and other.gate is not None and step.gate != other.gate:
            found[f"held {name}"] = f"held {name} (other)"
        if step.keeps is not None and other.keeps is not None and step.keeps != other.keeps:
            found |= {f"kept {name} {n}": f"kept {name} {n} (other)" for n in range(len(step.keeps.takes))}
    return found


def _implied(a: Machine, b: Machine, second: Canonical) -> Set:
    """Whoever is kept by the tighter of two cuts is kept by the wider."""
    bdd = second.symbols.bdd
    found = bdd.true
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if step.keeps is None or other is None or other.keeps is None or f"kept {name} 0" not in second.own:
            continue
        before, after = _width(other.keeps), _width(step.keeps)
        if before is None or after is None or step.keeps.by != other.keeps.by:
            continue
        choice = f"kept {name} 0"
        bdd.declare(choice, second.own[choice])
        tight, wide = bdd.var(choice), bdd.var(second.own[choice])
        if before[0] >= after[0] and before[1] >= after[1]:
            tight, wide = wide, tight
        elif not (before[0] <= after[0] and before[1] <= after[1]):
            continue
        found &= ~tight | wide
    return found


def _width(keeps: Keeps) -> tuple[int, int] | None:
    """How many a simple cut keeps, and how many of those astride it; None of one that is not so simple."""
    if len(keeps.takes) != 1 or keeps.tie_break or not isinstance(keeps.takes[0].best, int):
        return None
    return keeps.takes[0].best, ("none", "lot", "keep").index(keeps.ties)


def _check_facts(a: Machine, b: Machine) -> None:
    for name, fact in a.declared.facts.items():
        other = b.declared.facts.get(name)
        if other is not None and other.kind != fact.kind and name not in a.steps:
            raise UsageError(f"fact `{name}` is declared differently in the two; they cannot be compared")


def _told(symbols: Symbols) -> Set:
    """Those of whom everything is known that is not a result: a step more that asks for more is no difference."""
    found = symbols.valid
    steps = {name for machine in symbols.machines for name in machine.steps}
    for name in symbols.values:
        if name not in steps:
            found &= symbols.is_known(name)
    return found


def _shown(a: Machine, b: Machine, symbols: Symbols, here: Set, ends: tuple[str, str]) -> Iterator[Difference]:
    """Members of a set who end so, as `run` shows; few choices first."""
    every = here
    for _ in range(_TRIES):
        if here == symbols.bdd.false:
            return
        digits = symbols.bdd.pick(_simplest(symbols, here)) or {}
        person = symbols.person(digits)
        values = {name: value for name, value in person.values.items() if value is not None}
        values |= symbols.totals.given(person.values, person.over, symbols)
        choices = {name: bool(value) for name, value in digits.items() if name.startswith(_CHOICES)}
        events = played((a, b), values, choices, ends)
        if events is not None:
            yield Difference(
                _facts(a, b, values), *ends, events[0], events[1], choices, _matters(symbols, every, digits)
            )
        here &= ~symbols.bdd.cube({name: digits[name] for name in digits})


def _matters(symbols: Symbols, every: Set, digits: Mapping[str, bool]) -> tuple[str, ...]:
    """The facts without which somebody would not surely be of a set; the others are dropped one by one."""
    kept, names = dict(digits), []
    for name, bits in symbols.bits.items():
        without = {bit: value for bit, value in kept.items() if bit not in bits}
        if symbols.bdd.cube(without) & _told(symbols) & ~every == symbols.bdd.false:
            kept = without
        else:
            names.append(name)
    return tuple(name for name in names if name in symbols.values)


def _simplest(symbols: Symbols, here: Set) -> Set:
    """Those of a set for whom the fewest things happen: nothing is missed, everything is held and kept."""
    for name in symbols.bdd.vars:
        if name.startswith(_CHOICES):
            ordinary = symbols.bdd.var(name)
            if name.startswith(("missed ", "expires")):
                ordinary = ~ordinary
            if (closer := here & ordinary) != symbols.bdd.false:
                here = closer
    return here


def _facts(a: Machine, b: Machine, values: Mapping[str, Value]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for name, value in values.items():
        machine = a if name in a.declared.facts else b
        if name not in machine.steps:
            found[name] = machine.declared.facts[name].kind.give(value)
    return found


def _verdict(a: Machine, b: Machine, pairs: Sequence[tuple[str, str]]) -> Relation:
    if not pairs:
        return "equivalent"
    further = {_rank(b, second) - _rank(a, first) for first, second in pairs}
    if min(further) < 0 >= max(further):
        return "stricter"
    return "looser" if max(further) > 0 <= min(further) else "incomparable"


def _rank(machine: Machine, name: str) -> int:
    """0 out, 1 still in or no longer selected, 2 selected."""
    state = machine.states[name]
    if name == EXPIRED:
        return 1
    if state.unsuccessful or name == WITHDRAWN:
        return 0
    selected = state.selected if machine.reserve is not None else state.final
    return 2 if selected else 1
