"""The pay of one person as plain data: recognised seniority, and the printed amounts that apply."""

from rules.facts import Declared, Known
from rules.pay import Pay
from rules.seniority import RecognisedSeniority, pay_sentences, recognise_seniority
from rules.words import Language


def pay_data(pay: Pay, known: Known, declared: Declared, language: Language) -> dict[str, object]:
    """Seniority in months; `applies` of an amount is None while the seniority of the person is not known."""
    found = recognise_seniority(pay.seniority, known, declared) if pay.seniority else None
    total = found.total if found else None
    return {
        "scale": pay.scale,
        "currency": pay.currency,
        "seniority": _seniority_data(found) if found else None,
        "amounts": [
            {
                "bound": amount.bound,
                "amount": f"{amount.amount:.2f}",
                "seniority_months": amount.seniority.count if amount.seniority else None,
                "applies": _applies(amount.seniority.count if amount.seniority else None, total),
                "sources": list(amount.sources),
            }
            for amount in pay.amounts
        ],
        "missing": list(found.missing) if found else [],
        "sentences": list(pay_sentences(pay, known, declared, language)),
    }


def _applies(required: int | None, total: int | None) -> bool | None:
    """Whether a printed amount applies to a person with `total` months; the bounds of a scale apply to all persons."""
    if required is None:
        return True
    return None if total is None else required == total


def _seniority_data(found: RecognisedSeniority) -> dict[str, object]:
    return {
        "recognised_months": found.total,
        "parts": [
            {
                "fact": part.fact,
                "known_months": part.known,
                "counted_months": part.counted,
                "at_most_months": part.at_most.count if part.at_most else None,
            }
            for part in found.parts
        ],
    }
