"""Declared facts of every kind, rules over them, and what is known of a person, drawn for laws.

Values are drawn on, just below and just above every constant a rule compares with: a wrong comparison
shows there and nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from zlib import crc32

from attrs import frozen
from hypothesis import strategies as st

from rules.algebra import (
    ALWAYS,
    NEVER,
    Compare,
    CompareScore,
    Elapsed,
    Named,
    Order,
    Rule,
    all_of,
    any_of,
    comparison_values,
    facts_of,
    not_,
    one_of,
)
from rules.calendar import Duration, Unit
from rules.facts import Declared, Fact, Part, Score
from rules.kinds import Choice, Date, Flag, Kind, Level, Moment, Number, Text, Value
from rules.kinds import Duration as DurationKind
from rules.words import Words

STEP, RESULTS = "interview", ("passed", "failed", "exempt", "not_held", "lapsed")
LEFT_OUT = frozenset[Value](("exempt", "not_held"))
DAY = 86_400_000_000


@frozen
class Case:
    """A rule over declared facts, and what is known of somebody."""

    declared: Declared
    rule: Rule
    known: Mapping[str, Value]


def world(choice: str, level: str, number: Number, score: Number, unit: Unit, how: str, *labels: Words) -> Declared:
    """One fact of each kind, a step that records a number and how it went, and a score over two numbers."""
    kinds = {
        "choice": Choice(tuple(choice.split()), dict(zip(choice.split(), labels, strict=False))),
        "level": Level(tuple(level.split()), dict(zip(level.split(), labels, strict=False))),
        "flag": Flag(),
        "number": number,
        "duration": DurationKind(unit),
        "date": Date(),
        "moment": Moment(),
        "text": Text(),
        STEP: Choice(RESULTS),
        f"{STEP}.score": score,
    }
    named = dict(zip(kinds, labels, strict=False))
    facts = {name: Fact(name, kind, named.get(name, Words()), ("notice:12",)) for name, kind in kinds.items()}
    parts = (
        Part("number", Fraction(3), Fraction(number.step)),
        Part(f"{STEP}.score", Fraction(2), Fraction(score.step), STEP, LEFT_OUT),
    )
    return Declared(facts, {"final": Score("final", how, parts)})


HUNDRED, ANY, LOW = Number(Decimal(0), Decimal(100)), Number(step=Decimal("0.5")), Number(Decimal(-5), step=Decimal(1))
WORLDS = (
    world("external internal", "none D C B A", HUNDRED, HUNDRED, Unit.MONTHS, "mean"),
    world("null true 010", "~ 1:30", ANY, HUNDRED, Unit.YEARS, "sum", Words(en="rank {x}"), Words(nl="rang")),
    world("a b c d", "low high", HUNDRED, LOW, Unit.DAYS, "best", *(Words.same(f"label {n}") for n in range(10))),
    world("a b", "x y z", LOW, ANY, Unit.WEEKS, "mean", Words("ja", "yes")),
    world("A+ B-3", "B_1 B_2 B_3", ANY, ANY, Unit.MINUTES, "best"),
    world("yes no", "0 1 2", LOW, LOW, Unit.HOURS, "sum"),
)


# An ordinary vacancy, with words for people.
CLERK_FACTS = {
    "candidate_type": Fact(
        "candidate_type",
        Choice(("external", "internal", "other"), {"internal": Words("intern", "internal")}),
        Words("soort kandidaat", "kind of candidate"),
    ),
    "level": Fact("level", Level(("none", "D", "C", "B", "A")), Words("niveau", "level"), ("notice:3",)),
    "experience": Fact("experience", DurationKind(Unit.MONTHS), Words("ervaring", "experience")),
    "since": Fact("since", Date(), Words("dienst", "service")),
    "licence": Fact("licence", Flag(), Words("rijbewijs", "licence")),
    "score": Fact("score", Number(Decimal(0), Decimal(100)), Words(nl="punten")),
    "interview.score": Fact("interview.score", Number(Decimal(0), Decimal(100))),
    "interview": Fact("interview", Choice(("passed", "failed", "exempt"))),
    "notice_period": Fact("notice_period", DurationKind(Unit.WEEKS)),
    "applied_at": Fact("applied_at", Moment()),
}
CLERK_PARTS = (
    Part("score", Fraction(2), Fraction(1, 100)),
    Part("interview.score", Fraction(1), Fraction(1, 100), "interview", frozenset({"exempt"})),
)
CLERK = Declared(CLERK_FACTS, {"final": Score("final", "mean", CLERK_PARTS, Words("eindscore", "final score"))})


def declareds() -> st.SearchStrategy[Declared]:
    return st.sampled_from(WORLDS)


def values(kind: Kind) -> st.SearchStrategy[Value]:
    """Every encoded value a kind may have, small ones for choice."""
    match kind:
        case Choice(of):
            return st.sampled_from(of)
        case Level(of):
            return st.integers(0, len(of) - 1)
        case Flag():
            return st.booleans()
        case Number(least, most, step):
            low = -2000 if least is None else int(least / step)
            return st.integers(low, 2000 if most is None else int(most / step))
        case DurationKind():
            return st.integers(0, 60)
        case Date():
            return st.dates(date(1999, 12, 1), date(2028, 3, 31)).map(date.toordinal)
        case Moment():
            return st.integers(0, 4000).map(lambda n: n * DAY // 7)
        case Text():
            return st.text(max_size=5)


def near(kind: Kind, constants: tuple[Value, ...]) -> list[Value | None]:
    """Unknown, every constant and the values one step beside it that the kind has, and its ends or ordinary values."""
    if not kind.ordered:
        return [None, *dict.fromkeys((*constants, *ORDINARY[kind.word](kind)))]
    around = [int(constant) + step for constant in constants for step in (0, -1, 1)]
    return [
        None,
        *dict.fromkeys(value for value in (*around, *map(int, ORDINARY[kind.word](kind))) if belongs(kind, value)),
    ]


ORDINARY: Mapping[str, Callable[[Any], Sequence[Value]]] = {
    "choice": lambda kind: kind.of,
    "level": lambda kind: (0, len(kind.of) - 1),
    "flag": lambda _: (False, True),
    "number": lambda _: (0, 7),
    "duration": lambda _: (0, 11),
    "date": lambda _: (date(2024, 2, 29).toordinal(), date(2025, 1, 31).toordinal()),
    "moment": lambda _: (0, DAY),
    "text": lambda _: ("words",),
}


def belongs(kind: Kind, value: int) -> bool:
    """Whether an ordered kind has the encoded value."""
    match kind:
        case Level(of):
            return 0 <= value < len(of)
        case Number(least, most, step):
            return (least is None or value * step >= least) and (most is None or value * step <= most)
        case DurationKind():
            return value >= 0
        case _:
            return True


def leaves(declared: Declared) -> st.SearchStrategy[Rule]:
    """Leaves over every fact that may be decided on; of each kind as often as of any other."""
    facts = [fact for fact in declared.facts.values() if not isinstance(fact.kind, Text)]
    orders = st.sampled_from(Order)
    memberships = [
        st.builds(one_of, st.just(fact.name), st.lists(values(fact.kind), min_size=1, max_size=3)) for fact in facts
    ]
    comparisons = [
        st.builds(Compare, st.just(fact.name), orders, values(fact.kind)) for fact in facts if fact.kind.ordered
    ]
    durations = st.one_of(
        st.builds(Duration, st.integers(0, 40), st.just("months")),
        st.builds(Duration, st.integers(0, 400), st.just("days")),
    )
    days = st.one_of(
        st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.sampled_from([date(2024, 2, 29), date(2025, 2, 28)])
    )
    elapsed = st.builds(Elapsed, st.just("date"), orders, durations, days)
    bounds = st.integers(-300, 3000).map(lambda n: Fraction(n, 25))
    computed = st.builds(CompareScore, st.just(declared.scores["final"]), orders, bounds)
    return st.one_of(*memberships, *comparisons, elapsed, computed)


def named(rule: Rule) -> Rule:
    """A condition with a name of its own: the same name is always the same rule."""
    return Named(f"condition_{crc32(repr(rule).encode()):08x}", rule)


@cache
def _rules_in(index: int, max_leaves: int) -> st.SearchStrategy[Rule]:
    atoms = st.one_of(*[leaves(WORLDS[index])] * 6, st.sampled_from([ALWAYS, NEVER]))
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: all_of(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: any_of(*parts)),
            inner.map(not_),
            inner.map(named),
        ),
        max_leaves=max_leaves,
    )


def rules(declared: Declared, max_leaves: int = 8) -> st.SearchStrategy[Rule]:
    """Rules over one of the worlds, as constructors make them."""
    return _rules_in(WORLDS.index(declared), max_leaves)


@st.composite
def knowns(draw: st.DrawFn, declared: Declared, rule: Rule) -> dict[str, Value]:
    """What may be known, near the constants of the rule; no score of a step that leaves it out."""
    constants = comparison_values(rule)
    known = {}
    for name in facts_of(rule):
        value = draw(st.sampled_from(near(declared.facts[name].kind, constants.get(name, ()))))
        if value is not None:
            known[name] = value
    if known.get(STEP) in LEFT_OUT:
        known.pop(f"{STEP}.score", None)
    return known


@st.composite
def cases(draw: st.DrawFn, max_leaves: int = 8) -> Case:
    declared = draw(declareds())
    rule = draw(rules(declared, max_leaves))
    return Case(declared, rule, draw(knowns(declared, rule)))
