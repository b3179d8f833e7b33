"""One leaf of a rule in words: its subject, its requirement, the given value, and what would be enough."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from attrs import frozen

from rules.algebra import Compare, CompareScore, Elapsed, OneOf, Order
from rules.calendar import CalendarError, add_duration, elapsed_time
from rules.facts import Declared, Known
from rules.kinds import Date, Flag, Kind, Level, Moment, Number, Value
from rules.kinds import Duration as DurationKind
from rules.phrases import duration_words, format_phrase, fraction_words, join_words, label_of, order_words, value_words
from rules.words import Language

Leaf: TypeAlias = OneOf | Compare | CompareScore | Elapsed

_OPPOSITE: Final = {
    Order.AT_LEAST: Order.LESS_THAN,
    Order.LESS_THAN: Order.AT_LEAST,
    Order.AT_MOST: Order.MORE_THAN,
    Order.MORE_THAN: Order.AT_MOST,
}
_LOWER_BOUNDS: Final = (Order.AT_LEAST, Order.MORE_THAN)
_FURTHEST: Final = 100  # values that are tried beyond the nearest one
_STEP: Final = {Order.AT_LEAST: 0, Order.AT_MOST: 0, Order.MORE_THAN: 1, Order.LESS_THAN: -1}


@frozen
class GivenValue:
    """The value of a person in words; if it is not enough, also the gap and the nearest value that is enough."""

    words: str
    remark: str | None = None
    enough: str | None = None


def negate_leaf(rule: Leaf) -> Leaf:
    """The opposite comparison, which has exactly the negated value; a OneOf has no opposite and is returned as is."""
    match rule:
        case Compare(fact, order, bound):
            return Compare(fact, _OPPOSITE[order], bound)
        case CompareScore(score, order, number):
            return CompareScore(score, _OPPOSITE[order], number)
        case Elapsed(fact, order, duration, reference):
            return Elapsed(fact, _OPPOSITE[order], duration, reference)
        case OneOf():
            return rule
        case _:
            assert_never(rule)


def describe_requirement(rule: Leaf, is_negated: bool, declared: Declared, language: Language) -> tuple[str, str]:
    """The subject and the requirement of a leaf. `is_negated` affects a OneOf only; negate others by `negate_leaf`."""
    if isinstance(rule, CompareScore):
        bound = fraction_words(rule.bound, rule.bound, language)
        return label_of(rule.score, language), order_words("number", rule.order, bound, language)
    fact = declared.facts[rule.fact]
    match rule:
        case OneOf(_, (bool(only),)) if isinstance(fact.kind, Flag):
            requirement = value_words(fact.kind, only is not is_negated, language)
        case OneOf(_, values):
            requirement = join_words([value_words(fact.kind, value, language) for value in values], "or", language)
            requirement = format_phrase("but", language, values=requirement) if is_negated else requirement
        case Compare(_, order, encoded):
            requirement = order_words(fact.kind.word, order, value_words(fact.kind, encoded, language), language)
        case Elapsed(_, order, duration, reference):
            time = order_words("duration", order, duration_words(duration, language), language)
            requirement = format_phrase("by", language, time=time, day=reference.isoformat())
        case _:
            assert_never(rule)
    return label_of(fact, language), requirement


def describe_missing(rule: Leaf, subject: str, requirement: str, missing: list[str], language: Language) -> str:
    """The sentence of a leaf that is UNKNOWN; `missing` are the labels of its missing facts."""
    phrase = (
        "missing" if not isinstance(rule, CompareScore) else "part missing" if len(missing) == 1 else "parts missing"
    )
    return format_phrase(
        phrase, language, what=subject, asked=requirement, missing=join_words(missing, "and", language)
    )


Accepts: TypeAlias = Callable[[Value], bool]
"""Whether the other requirements on the same fact, which must hold too, accept a value of it."""


def describe_given(
    rule: Leaf,
    requirement: str,
    known: Known,
    declared: Declared,
    language: Language,
    accepts: Accepts | None = None,
) -> GivenValue:
    """
    The value of the person that a decided leaf evaluates, in words.

    `accepts` tells which values the other requirements on the same fact accept, so that no value is told to be enough
    that is not; None where there are no others.
    """
    if isinstance(rule, CompareScore):
        return _describe_score(rule, requirement, known, declared, language)
    kind, value = declared.facts[rule.fact].kind, known[rule.fact]
    match rule:
        case OneOf():
            return GivenValue(value_words(kind, value, language), enough=None if accepts else requirement)
        case Compare():
            return _describe_comparison(rule, kind, int(value), requirement, language, accepts)
        case Elapsed():
            return _describe_elapsed(rule, date.fromordinal(int(value)), language)
        case _:
            assert_never(rule)


def _describe_comparison(
    rule: Compare, kind: Kind, value: int, requirement: str, language: Language, accepts: Accepts | None
) -> GivenValue:
    words, target = value_words(kind, value, language), nearest_sufficient_value(rule, kind)
    if isinstance(kind, Moment):  # a moment one microsecond after the bound is exact, but no help
        return GivenValue(words, enough=None if accepts else requirement)
    if accepts is not None and target is not None and not accepts(target):
        target = _nearest_accepted_value(rule, kind, target, accepts)
    if target is None:
        return GivenValue(words)
    remark = None
    if isinstance(kind, Number | DurationKind):
        gap = abs(target - value)
        # A gap is a plain difference, given in the steps or the unit of the fact.
        remark = format_phrase(
            _gap_phrase("duration" if isinstance(kind, DurationKind) else "number", rule.order),
            language,
            gap=value_words(kind, gap, language),
        )
    return GivenValue(words, remark, value_words(kind, target, language))


def _gap_phrase(kind_word: str, order: Order) -> str:
    """The key of the phrase for a gap: `number short`, `duration over`."""
    return f"{kind_word} {'short' if order in _LOWER_BOUNDS else 'over'}"


def _nearest_accepted_value(rule: Compare, kind: Kind, target: int, accepts: Accepts) -> int | None:
    """The value nearest to `target` and further from the bound that the others accept; None if none is near."""
    step = 1 if rule.order in _LOWER_BOUNDS else -1
    further = range(target + step, target + _FURTHEST * step, step)
    return next((value for value in further if accepts(value) and _is_possible(value, kind)), None)


def nearest_sufficient_value(rule: Compare, kind: Kind) -> int | None:
    """The encoded value nearest to the bound for which a comparison holds; None where the kind has none."""
    target = rule.bound + _STEP[rule.order]
    return target if _is_possible(target, kind) else None


def _is_possible(target: int, kind: Kind) -> bool:
    """Whether a kind of fact has this encoded value."""
    match kind:
        case Level(of):
            return 0 <= target < len(of)
        case Number(least, most, step):
            number = target * Decimal(step)
            return (least is None or number >= least) and (most is None or number <= most)
        case DurationKind():
            return target >= 0
        case Date():
            return 1 <= target <= date.max.toordinal()
        case _:
            return True


def _describe_score(
    rule: CompareScore, requirement: str, known: Known, declared: Declared, language: Language
) -> GivenValue:
    number = rule.score.value(known)
    assert number is not None, "a decided finding has its score"
    words = fraction_words(number, rule.bound, language)
    absent = [label_of(declared.facts[part.fact], language) for part in rule.score.parts if part.fact not in known]
    if absent:
        words = format_phrase("left out", language, given=words, parts=join_words(absent, "and", language))
    if number == rule.bound:
        return GivenValue(words, enough=requirement)
    gap = fraction_words(abs(rule.bound - number), Fraction(0), language)
    return GivenValue(words, format_phrase(_gap_phrase("number", rule.order), language, gap=gap), requirement)


def _describe_elapsed(rule: Elapsed, day: date, language: Language) -> GivenValue:
    words = format_phrase("later", language, day=day.isoformat(), reference=rule.reference.isoformat())
    if day <= rule.reference:
        time = duration_words(elapsed_time(day, rule.reference, rule.duration.family), language)
        words = format_phrase("since", language, day=day.isoformat(), time=time)
    phrase, enough = "enough from", first_reference(rule, day)
    if rule.order not in _LOWER_BOUNDS:
        # Where too much time has passed, waiting does not help; a later start would have been enough.
        phrase, enough = "enough since", date.fromordinal(rule.latest + 1)
    if enough is None:
        return GivenValue(words)
    sentence = format_phrase(phrase, language, day=enough.isoformat())
    return GivenValue(words, sentence, sentence)


def first_reference(rule: Elapsed, day: date) -> date | None:
    """The first day by which enough time has passed since `day`; None where that is outside the calendar."""
    try:
        return date.fromordinal(add_duration(day, rule.duration).toordinal() + _STEP[rule.order])
    except (CalendarError, ValueError):
        return None
