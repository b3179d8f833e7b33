"""Reads distributions of facts from a scenario: `{choice: {external: 0.85, internal: 0.15}}`, `{poisson: 12}`."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from procedures.simulation.scenario.model import Chances, Constant, Distribution, Gamma, Given, Normal, Poisson, Uniform
from rules.facts import Declared, Fact
from rules.kinds import Choice, Date, Duration, FactError, Flag, Level, Number, Value
from rules.nodes import Node, Scalar, Table, describe
from rules.notation import number_help, share_help, thousands_help
from rules.problems import Place, Problems
from rules.suggestions import did_you_mean

_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_CLOSE: Final = 1e-6


def read_number(
    node: Node, what: str, problems: Problems, *, least: float | None = None, more_than: float | None = None
) -> float:
    """Read a plain number; where the node is no valid number, report a problem and return 1."""
    question = thousands_help(node.text) if isinstance(node, Scalar) else None
    if question or not (isinstance(node, Scalar) and node.plain and _NUMBER.fullmatch(node.text)):
        advice = question or (number_help(node.text) if isinstance(node, Scalar) else None)
        problems.add(f"{what} is a number, not {describe(node)}", node.place, advice.en if advice else None)
        return 1.0
    found = float(node.text)
    if found in (float("inf"), float("-inf")) or abs(found) > 1e15:
        problems.add(f"{what} is a number of ordinary size, not {describe(node)}", node.place)
        return 1.0
    if least is not None and found < least:
        problems.add(f"{what} is at least {least:g}, not {node.text}", node.place)
        return 1.0
    if more_than is not None and found <= more_than:
        problems.add(f"{what} is more than {more_than:g}, not {node.text}", node.place)
        return 1.0
    return found


def read_chance(node: Node, what: str, problems: Problems) -> float:
    """Read a number from 0 to 1."""
    if isinstance(node, Scalar) and node.text.endswith("%") and (advice := share_help(node.text)):
        problems.add(f"{what} is from 0 to 1, not {describe(node)}", node.place, advice.en)
        return 1.0
    found = read_number(node, what, problems, least=0.0)
    if found > 1:
        problems.add(f"{what} is from 0 to 1, not {describe(node)}", node.place, "write 5% as 0.05")
        return 1.0
    return found


def read_distribution(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    """Read the distribution of a fact; None where it cannot be read, after a problem is reported."""
    if not isinstance(node, Table) or len(node.entries) != 1:
        kinds = ", ".join(f"`{name}`" for name in _READERS)
        problems.add(f"how `{fact.name}` arises is one of {kinds}, not {describe(node)}", node.place)
        return None
    ((key, value),) = node.entries.items()
    reader = _READERS.get(key)
    if reader is None:
        problems.add(f"unknown distribution `{key}`", node.place_of(key), did_you_mean(key, _READERS))
        return None
    return reader(value, fact, declared, problems)


def sort_by_dependency(
    facts: Mapping[str, Distribution], problems: Problems, place: Place | None
) -> dict[str, Distribution]:
    """The facts in an order such that each fact comes after the facts it depends on."""
    found: dict[str, Distribution] = {}
    left = dict(facts)
    while left:
        ready = [name for name, each in left.items() if all(on not in left for on in _dependencies(each))]
        if not ready:
            problems.add("facts depend on one another in a circle: " + ", ".join(f"`{name}`" for name in left), place)
            return found
        for name in ready:
            found[name] = left.pop(name)
    for name, each in found.items():
        for on in _dependencies(each):
            if on not in found:
                problems.add(f"`{name}` depends on `{on}`, of which the scenario says nothing", place)
    return found


def _dependencies(distribution: Distribution) -> frozenset[str]:
    if not isinstance(distribution, Given):
        return frozenset()
    return frozenset({distribution.fact}).union(*(_dependencies(case) for case in distribution.cases.values()))


# -- one reader per distribution ------------------------------------------------------------------------------------


def _choice(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    if not isinstance(fact.kind, Choice | Level):
        _refuse(node, fact, "choice", problems)
        return None
    if not isinstance(node, Table) or not node.entries:
        problems.add(f"`choice` is a mapping of values to chances, not {describe(node)}", node.place)
        return None
    shares: dict[Value, float] = {}
    before = len(problems.entries)
    for word, share in node:
        value = _value(word, fact, node.place_of(word), problems)
        if value is not None:
            shares[value] = read_chance(share, f"the chance of `{word}`", problems)
    total = sum(shares.values())
    if len(problems.entries) > before:
        return None  # the sum of the chances is unknown
    if abs(total - 1) > _CLOSE:
        problems.add(f"the chances of `{fact.name}` add up to {total:g}, not to 1", node.place)
        return None
    return Chances(tuple(shares), tuple(shares.values()))


def _flag(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    if not isinstance(fact.kind, Flag):
        _refuse(node, fact, "flag", problems)
        return None
    share = read_chance(node, f"the chance of `{fact.name}`", problems)
    return Chances((True, False), (share, 1 - share))


def _constant(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    value = _value(node, fact, node.place, problems)
    return None if value is None else Constant(value)


def _gamma(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    found = _parameters(node, fact, "gamma", ("shape", "scale"), problems, positive=("shape", "scale"))
    return None if found is None else Gamma(*found)


def _normal(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    found = _parameters(node, fact, "normal", ("mean", "sd"), problems, positive=("sd",))
    return None if found is None else Normal(*found)


def _uniform(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    if isinstance(fact.kind, Date):
        return _days(node, fact, problems)
    found = _parameters(node, fact, "uniform", ("from", "to"), problems)
    if found is not None and found[0] >= found[1]:
        problems.add(f"`uniform` goes from {found[0]:g} to {found[1]:g}, which is not more", node.place)
    return None if found is None else Uniform(*found)


def _days(node: Node, fact: Fact, problems: Problems) -> Distribution | None:
    if not isinstance(node, Table) or node.entries.keys() != {"from", "to"}:
        problems.add("`uniform` has `from` and `to`", node.place)
        return None
    days = [_value(node.entries[key], fact, node.entries[key].place, problems) for key in ("from", "to")]
    first, last = (int(day) if day is not None else 0 for day in days)
    if None in days:
        return None
    if first > last:
        problems.add(f"{date.fromordinal(first)} is after {date.fromordinal(last)}", node.place)
    return Uniform(first, last + 1)


def _poisson(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    if not isinstance(fact.kind, Number | Duration):
        _refuse(node, fact, "poisson", problems)
        return None
    return Poisson(read_number(node, "`poisson`", problems, more_than=0.0))


def _given(node: Node, fact: Fact, declared: Declared, problems: Problems) -> Distribution | None:
    if not isinstance(node, Table) or len(node.entries) != 1:
        problems.add(f"`given` names one other fact and its values, not {describe(node)}", node.place)
        return None
    ((name, cases),) = node.entries.items()
    other = declared.facts.get(name)
    if other is None or not isinstance(other.kind, Choice | Level | Flag):
        hint = (
            did_you_mean(name, declared.facts)
            if other is None
            else "only a choice, a level or a flag tells cases apart"
        )
        sentence = (
            f"unknown fact `{name}`" if other is None else f"nothing can be given `{name}`: it is a {other.kind.word}"
        )
        problems.add(sentence, node.place_of(name), hint)
        return None
    if not isinstance(cases, Table):
        problems.add(f"the cases of `{name}` are a mapping of its values, not {describe(cases)}", cases.place)
        return None
    found: dict[Value, Distribution] = {}
    for word, case in cases:
        value = _value(word, other, cases.place_of(word), problems)
        distribution = read_distribution(case, fact, declared, problems)
        if value is not None and distribution is not None:
            found[value] = distribution
    return Given(name, found)


_Reader = Callable[[Node, Fact, Declared, Problems], Distribution | None]
_READERS: Final[Mapping[str, _Reader]] = {
    "choice": _choice,
    "flag": _flag,
    "gamma": _gamma,
    "normal": _normal,
    "uniform": _uniform,
    "poisson": _poisson,
    "constant": _constant,
    "given": _given,
}


def _value(written: Node | str, fact: Fact, place: Place | None, problems: Problems) -> Value | None:
    """A value of a fact, encoded."""
    try:
        return fact.kind.encode(Scalar(written) if isinstance(written, str) else written)
    except FactError as error:
        problems.add(f"`{fact.name}`: {error}", place, error.help)
        return None


def _refuse(node: Node, fact: Fact, key: str, problems: Problems) -> None:
    problems.add(f"`{fact.name}` is a {fact.kind.word}, which has no `{key}`", node.place)


def _parameters(
    node: Node, fact: Fact, key: str, names: tuple[str, ...], problems: Problems, positive: tuple[str, ...] = ()
) -> tuple[float, ...] | None:
    if not isinstance(fact.kind, Number | Duration):
        _refuse(node, fact, key, problems)
        return None
    if not isinstance(node, Table) or node.entries.keys() != {*names}:
        wanted = " and ".join(f"`{name}`" for name in names)
        given = ", ".join(f"`{name}`" for name in node.entries) if isinstance(node, Table) else describe(node)
        problems.add(f"`{key}` has {wanted}, not {given or 'nothing'}", node.place)
        return None
    return tuple(
        read_number(node.entries[name], f"`{name}`", problems, more_than=0.0 if name in positive else None)
        for name in names
    )
