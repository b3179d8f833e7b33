"""The pay of one person as far as the source prints it: recognised seniority, and the amounts it meets, as data."""

from rules.facts import Declared, Known
from rules.pay import Pay
from rules.seniority import Recognised, pay_sentences, recognised
from rules.words import Language


def pay_data(pay: Pay, known: Known, declared: Declared, language: Language) -> dict[str, object]:
    """Seniority in months; `applies` of an amount is None while the seniority it goes with is not known."""
    found = recognised(pay.seniority, known, declared) if pay.seniority else None
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


def _applies(asked: int | None, total: int | None) -> bool | None:
    """Whether a printed amount is that of somebody with so many months; the bounds of a scale are everybody's."""
    if asked is None:
        return True
    return None if total is None else asked == total


def _seniority_data(found: Recognised) -> dict[str, object]:
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
