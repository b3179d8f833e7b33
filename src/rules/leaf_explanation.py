"""One leaf of a rule in words: of what it asks, what it asks, what is given, and what would be enough."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from attrs import frozen

from rules.algebra import Compare, CompareScore, Elapsed, OneOf, Order
from rules.calendar import CalendarError, Duration, plus, plus_months
from rules.facts import Declared, Known
from rules.kinds import Date, Flag, Kind, Level, Moment, Number
from rules.kinds import Duration as DurationKind
from rules.phrases import duration_words, fraction_words, label_of, listed, order_words, say, value_words
from rules.words import Language

Leaf: TypeAlias = OneOf | Compare | CompareScore | Elapsed

_OPPOSITE: Final = {
    Order.AT_LEAST: Order.LESS_THAN,
    Order.LESS_THAN: Order.AT_LEAST,
    Order.AT_MOST: Order.MORE_THAN,
    Order.MORE_THAN: Order.AT_MOST,
}
_UPWARDS: Final = (Order.AT_LEAST, Order.MORE_THAN)
_STEP: Final = {Order.AT_LEAST: 0, Order.AT_MOST: 0, Order.MORE_THAN: 1, Order.LESS_THAN: -1}


@frozen
class Given:
    """What a person has; for where that does not do, how far off it is and the nearest that would."""

    words: str
    remark: str | None = None
    enough: str | None = None


def negate_leaf(rule: Leaf) -> Leaf:
    """A comparison as its opposite, which has exactly the denied value; a OneOf has none and stays."""
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


def describe_requirement(rule: Leaf, denied: bool, declared: Declared, language: Language) -> tuple[str, str]:
    """Of what a leaf asks, and what it asks. `denied` regards a OneOf only: other leaves come as `denied_leaf`."""
    if isinstance(rule, CompareScore):
        bound = fraction_words(rule.bound, rule.bound, language)
        return label_of(rule.score, language), order_words("number", rule.order, bound, language)
    fact = declared.facts[rule.fact]
    match rule:
        case OneOf(_, (bool(only),)) if isinstance(fact.kind, Flag):
            asked = value_words(fact.kind, only is not denied, language)
        case OneOf(_, values):
            asked = listed([value_words(fact.kind, value, language) for value in values], "or", language)
            asked = say("but", language, values=asked) if denied else asked
        case Compare(_, order, encoded):
            asked = order_words(fact.kind.word, order, value_words(fact.kind, encoded, language), language)
        case Elapsed(_, order, duration, reference):
            time = order_words("duration", order, duration_words(duration, language), language)
            asked = say("by", language, time=time, day=reference.isoformat())
        case _:
            assert_never(rule)
    return label_of(fact, language), asked


def describe_missing(rule: Leaf, what: str, asked: str, missing: list[str], language: Language) -> str:
    """The sentence of a leaf that is not known yet; `missing` are the labels of the facts it waits for."""
    phrase = (
        "missing" if not isinstance(rule, CompareScore) else "part missing" if len(missing) == 1 else "parts missing"
    )
    return say(phrase, language, what=what, asked=asked, missing=listed(missing, "and", language))


def describe_given(rule: Leaf, asked: str, known: Known, declared: Declared, language: Language) -> Given:
    """What is known of the person where a leaf asks; the leaf is decided."""
    if isinstance(rule, CompareScore):
        return _score_given(rule, asked, known, declared, language)
    kind, value = declared.facts[rule.fact].kind, known[rule.fact]
    match rule:
        case OneOf():
            return Given(value_words(kind, value, language), enough=asked)
        case Compare():
            return _compared(rule, kind, int(value), asked, language)
        case Elapsed():
            return _passed(rule, date.fromordinal(int(value)), language)
        case _:
            assert_never(rule)


def _compared(rule: Compare, kind: Kind, value: int, asked: str, language: Language) -> Given:
    words, target = value_words(kind, value, language), nearest_sufficient(rule, kind)
    if isinstance(kind, Moment):  # a microsecond past the bound is exact, and no help to anybody
        return Given(words, enough=asked)
    if target is None:
        return Given(words)
    remark = None
    if isinstance(kind, Number | DurationKind):
        gap = abs(target - value)
        # A gap is a plain difference: told in the steps or the unit of the fact.
        remark = say(
            _far("duration" if isinstance(kind, DurationKind) else "number", rule.order),
            language,
            gap=value_words(kind, gap, language),
        )
    return Given(words, remark, value_words(kind, target, language))


def _far(kind_word: str, order: Order) -> str:
    """The phrase for how far off: `number short`, `duration over`."""
    return f"{kind_word} {'short' if order in _UPWARDS else 'over'}"


def nearest_sufficient(rule: Compare, kind: Kind) -> int | None:
    """The encoded value nearest to the bound for which a comparison holds, where the kind has one."""
    target = rule.bound + _STEP[rule.order]
    match kind:
        case Level(of):
            inside = 0 <= target < len(of)
        case Number(least, most, step):
            number = target * Decimal(step)
            inside = (least is None or number >= least) and (most is None or number <= most)
        case DurationKind():
            inside = target >= 0
        case Date():
            inside = 1 <= target <= date.max.toordinal()
        case _:
            inside = True
    return target if inside else None


def _score_given(rule: CompareScore, asked: str, known: Known, declared: Declared, language: Language) -> Given:
    number = rule.score.value(known)
    assert number is not None, "a decided finding has its score"
    words = fraction_words(number, rule.bound, language)
    absent = [label_of(declared.facts[part.fact], language) for part in rule.score.parts if part.fact not in known]
    if absent:
        words = say("left out", language, given=words, parts=listed(absent, "and", language))
    if number == rule.bound:
        return Given(words, enough=asked)
    gap = fraction_words(abs(rule.bound - number), Fraction(0), language)
    return Given(words, say(_far("number", rule.order), language, gap=gap), asked)


def _passed(rule: Elapsed, day: date, language: Language) -> Given:
    words = say("later", language, day=day.isoformat(), reference=rule.reference.isoformat())
    if day <= rule.reference:
        time = duration_words(time_passed(day, rule.reference, rule.duration.family), language)
        words = say("since", language, day=day.isoformat(), time=time)
    phrase, enough = "enough from", first_reference(rule, day)
    if rule.order not in _UPWARDS:
        # Waiting does not help where too much time has passed; a later start would have.
        phrase, enough = "enough since", date.fromordinal(rule.latest + 1)
    if enough is None:
        return Given(words)
    sentence = say(phrase, language, day=enough.isoformat())
    return Given(words, sentence, sentence)


def first_reference(rule: Elapsed, day: date) -> date | None:
    """The first day by which enough time has passed since `day`, where the calendar goes so far."""
    try:
        return date.fromordinal(plus(day, rule.duration).toordinal() + _STEP[rule.order])
    except (CalendarError, ValueError):
        return None


def time_passed(day: date, reference: date, family: str) -> Duration:
    """The whole months, or days, from `day` to a later `reference`, by the anniversary rule."""
    if family == "days":
        return Duration((reference - day).days, family)
    months = (reference.year - day.year) * 12 + reference.month - day.month
    return Duration(months if plus_months(day, months) <= reference else months - 1, family)
