"""Seniority for pay as a vacancy states it, and the printed amounts that apply. No other amount is computed.

A vacancy says which experience counts and up to which ceiling, and prints a few amounts of a scale that it does not
give in full. So this module says which seniority is recognised and which printed amounts apply; it never interpolates.
"""

from attrs import frozen

from rules.calendar import Duration, Unit
from rules.facts import Declared, Known
from rules.kinds import Duration as DurationKind
from rules.pay import Amount, CountedFact, Pay, SeniorityRule, read_pay
from rules.phrases import format_phrase, join_words, label_of, money_words, quantity_words
from rules.words import Language

__all__ = [
    "Amount",
    "CountedFact",
    "Pay",
    "RecognisedPart",
    "RecognisedSeniority",
    "SeniorityRule",
    "amount_applies",
    "amount_words",
    "pay_sentences",
    "read_pay",
    "recognise_seniority",
]


@frozen
class RecognisedPart:
    """The months of one fact, and the number of them that count; None while the fact is unknown."""

    fact: str
    known: int | None
    counted: int | None
    at_most: Duration | None = None


@frozen
class RecognisedSeniority:
    """Recognised seniority in months; None while a fact is missing."""

    total: int | None
    parts: tuple[RecognisedPart, ...]
    missing: tuple[str, ...]


def recognise_seniority(rule: SeniorityRule, known: Known, declared: Declared) -> RecognisedSeniority:
    """The seniority that counts, each fact up to its own ceiling."""
    parts = tuple(_counted(counted, known, declared) for counted in rule.counts)
    missing = tuple(part.fact for part in parts if part.known is None)
    total = None if missing else sum(part.counted for part in parts if part.counted is not None)
    return RecognisedSeniority(total, parts, missing)


def _counted(counted: CountedFact, known: Known, declared: Declared) -> RecognisedPart:
    kind, value = declared.facts[counted.fact].kind, known.get(counted.fact)
    if value is None or not isinstance(kind, DurationKind):
        return RecognisedPart(counted.fact, None, None, counted.at_most)
    months = int(value) * kind.unit.size
    ceiling = months if counted.at_most is None else counted.at_most.count
    return RecognisedPart(counted.fact, months, min(months, ceiling), counted.at_most)


def pay_sentences(pay: Pay, known: Known, declared: Declared, language: Language) -> tuple[str, ...]:
    """The recognised seniority, what a ceiling cuts off, and the printed amounts that apply, each with its sources."""
    lines = [_cite(format_phrase("scale", language, scale=pay.scale), pay.sources)] if pay.scale else []
    total = None
    if pay.seniority:
        recognised = recognise_seniority(pay.seniority, known, declared)
        total = recognised.total
        lines += [_cite(_part_sentence(part, declared, language), pay.seniority.sources) for part in recognised.parts]
        lines.append(_total_sentence(recognised, declared, language))
    return (*lines, *_amount_sentences(pay, total, language))


def _part_sentence(part: RecognisedPart, declared: Declared, language: Language) -> str:
    what = label_of(declared.facts[part.fact], language)
    ceiling = _months(part.at_most.count, language) if part.at_most else ""
    if part.known is None or part.counted is None:
        phrase = "not counted yet, ceiling" if ceiling else "not counted yet"
        return format_phrase(phrase, language, what=what, ceiling=ceiling)
    return format_phrase(
        "cut off" if part.known > part.counted else "counted",
        language,
        what=what,
        time=_months(part.known, language),
        beyond=_months(part.known - part.counted, language),
        ceiling=ceiling,
    )


def _total_sentence(recognised: RecognisedSeniority, declared: Declared, language: Language) -> str:
    if recognised.total is None:
        labels = [label_of(declared.facts[name], language) for name in recognised.missing]
        return format_phrase("not recognised yet", language, missing=join_words(labels, "and", language))
    return format_phrase("recognised", language, time=_months(recognised.total, language))


def _amount_sentences(pay: Pay, total: int | None, language: Language) -> list[str]:
    """Every amount as printed; where the seniority is known, also the amounts that apply or the nearest amounts."""
    lines = []
    for amount in pay.amounts:
        words = amount_words(amount, pay, language)
        if amount_applies(amount, total):
            words = format_phrase("applies", language, amount=words)
        lines.append(_cite(words, amount.sources))
    if total is not None and any(amount_applies(amount, total) is None for amount in pay.amounts):
        lines.append(format_phrase("seniority not stated", language))
    printed = {amount.seniority.count for amount in pay.amounts if amount.seniority}
    if total is not None and printed and total not in printed:
        below = max((months for months in printed if months < total), default=None)
        above = min((months for months in printed if months > total), default=None)
        phrase = "scale below" if below is None else "scale above" if above is None else "scale between"
        between = {"below": _months(below or 0, language), "above": _months(above or 0, language)}
        lines.append(format_phrase(phrase, language, time=_months(total, language), **between))
    return lines


def amount_applies(amount: Amount, total: int | None) -> bool | None:
    """
    Whether an amount is that of somebody with `total` months; None where this cannot be told.

    A bound without a seniority is one of the whole scale: it tells nobody what they earn.
    """
    if total is None or (amount.seniority is None and amount.bound != "example"):
        return None
    return amount.seniority is None or amount.seniority.count == total


def amount_words(amount: Amount, pay: Pay, language: Language) -> str:
    """An amount as printed, with what the source says of it: gross, per which period, with which seniority."""
    words = format_phrase(amount.bound, language, money=money_words(amount.amount, pay.currency, language))
    if pay.gross:
        words = format_phrase("gross", language, amount=words)
    if pay.per:
        words = format_phrase(f"per {pay.per}", language, amount=words)
    if amount.seniority:
        time = _months(amount.seniority.count, language)
        words = format_phrase("with seniority", language, amount=words, time=time)
    return words


def _months(count: int, language: Language) -> str:
    return quantity_words(count, Unit.MONTHS, language)


def _cite(sentence: str, sources: tuple[str, ...]) -> str:
    return f"{sentence} [{', '.join(sources)}]" if sources else sentence
