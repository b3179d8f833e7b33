"""The pay of one person as plain data: recognised seniority, and the printed amounts that apply."""

from rules.facts import Declared, Known
from rules.pay import Pay
from rules.seniority import RecognisedSeniority, amount_applies, pay_sentences, recognise_seniority
from rules.words import Language


def pay_data(pay: Pay, known: Known, declared: Declared, language: Language) -> dict[str, object]:
    """
    Seniority in months; `applies` of an amount is None while it is not known.

    `gross` is null where the source does not say that amounts are gross.
    """
    found = recognise_seniority(pay.seniority, known, declared) if pay.seniority else None
    total = found.total if found else None
    return {
        "scale": pay.scale,
        "currency": pay.currency,
        "gross": pay.gross or None,
        "per": pay.per,
        "seniority": _seniority_data(found) if found else None,
        "amounts": [
            {
                "bound": amount.bound,
                "amount": f"{amount.amount:.2f}",
                "seniority_months": amount.seniority.count if amount.seniority else None,
                "applies": amount_applies(amount, total),
                "sources": list(amount.sources),
            }
            for amount in pay.amounts
        ],
        "missing": list(found.missing) if found else [],
        "sentences": list(pay_sentences(pay, known, declared, language)),
    }


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
