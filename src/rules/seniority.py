"""Seniority for pay as a vacancy states it, and the printed amounts it meets. Nothing is computed that was not printed.

A vacancy says which experience counts and up to which ceiling, and prints a few amounts of a scale it does not
give. So this says what is recognised and which printed amounts that meets; it never draws a line between two.
"""

from attrs import frozen

from rules.calendar import Duration, Unit
from rules.facts import Declared, Known
from rules.kinds import Duration as DurationKind
from rules.pay import Amount, Counted, Pay, SeniorityRule, read_pay
from rules.phrases import count_words, label_of, listed, money_words, say
from rules.words import Language

__all__ = [
    "Amount",
    "Counted",
    "Pay",
    "Recognised",
    "RecognisedPart",
    "SeniorityRule",
    "pay_sentences",
    "read_pay",
    "recognised",
]


@frozen
class RecognisedPart:
    """Months of one fact, and how many of them count; None while the fact is unknown."""

    fact: str
    known: int | None
    counted: int | None
    at_most: Duration | None = None


@frozen
class Recognised:
    """Recognised seniority in months; None while a fact is missing."""

    total: int | None
    parts: tuple[RecognisedPart, ...]
    missing: tuple[str, ...]


def recognised(rule: SeniorityRule, known: Known, declared: Declared) -> Recognised:
    """The months that count, each fact up to its own ceiling."""
    parts = tuple(_counted(counted, known, declared) for counted in rule.counts)
    missing = tuple(part.fact for part in parts if part.known is None)
    total = None if missing else sum(part.counted for part in parts if part.counted is not None)
    return Recognised(total, parts, missing)


def _counted(counted: Counted, known: Known, declared: Declared) -> RecognisedPart:
    kind, value = declared.facts[counted.fact].kind, known.get(counted.fact)
    if value is None or not isinstance(kind, DurationKind):
        return RecognisedPart(counted.fact, None, None, counted.at_most)
    months = int(value) * kind.unit.size
    ceiling = months if counted.at_most is None else counted.at_most.count
    return RecognisedPart(counted.fact, months, min(months, ceiling), counted.at_most)


def pay_sentences(pay: Pay, known: Known, declared: Declared, language: Language) -> tuple[str, ...]:
    """What is recognised, what a ceiling cuts off, and the printed amounts that apply, each with its sources."""
    lines = [_cited(say("scale", language, scale=pay.scale), pay.sources)] if pay.scale else []
    total = None
    if pay.seniority:
        found = recognised(pay.seniority, known, declared)
        total = found.total
        lines += [_cited(_part_sentence(part, declared, language), pay.seniority.sources) for part in found.parts]
        lines.append(_total_sentence(found, declared, language))
    return (*lines, *_amount_sentences(pay, total, language))


def _part_sentence(part: RecognisedPart, declared: Declared, language: Language) -> str:
    what = label_of(declared.facts[part.fact], language)
    ceiling = _months(part.at_most.count, language) if part.at_most else ""
    if part.known is None or part.counted is None:
        phrase = "not counted yet, ceiling" if ceiling else "not counted yet"
        return say(phrase, language, what=what, ceiling=ceiling)
    return say(
        "cut off" if part.known > part.counted else "counted",
        language,
        what=what,
        time=_months(part.known, language),
        beyond=_months(part.known - part.counted, language),
        ceiling=ceiling,
    )


def _total_sentence(found: Recognised, declared: Declared, language: Language) -> str:
    if found.total is None:
        labels = [label_of(declared.facts[name], language) for name in found.missing]
        return say("not recognised yet", language, missing=listed(labels, "and", language))
    return say("recognised", language, time=_months(found.total, language))


def _amount_sentences(pay: Pay, total: int | None, language: Language) -> list[str]:
    """Every amount as printed; where seniority is known, which of them apply, else between which it lies."""
    lines = []
    for amount in pay.amounts:
        words = say(amount.bound, language, money=money_words(amount.amount, pay.currency, language))
        if amount.seniority:
            time = _months(amount.seniority.count, language)
            words = say("with seniority", language, amount=words, time=time)
        if total is not None and (amount.seniority is None or amount.seniority.count == total):
            words = say("applies", language, amount=words)
        lines.append(_cited(words, amount.sources))
    printed = {amount.seniority.count for amount in pay.amounts if amount.seniority}
    if total is not None and printed and total not in printed:
        below = max((months for months in printed if months < total), default=None)
        above = min((months for months in printed if months > total), default=None)
        phrase = "scale below" if below is None else "scale above" if above is None else "scale between"
        between = {"below": _months(below or 0, language), "above": _months(above or 0, language)}
        lines.append(say(phrase, language, time=_months(total, language), **between))
    return lines


def _months(count: int, language: Language) -> str:
    return count_words(count, Unit.MONTHS, language)


def _cited(sentence: str, sources: tuple[str, ...]) -> str:
    return f"{sentence} [{', '.join(sources)}]" if sources else sentence
