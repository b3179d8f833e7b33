"""What commands say around their answers, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from rules.words import Language, Words

PHRASES: Final[Mapping[str, Words]] = {
    # check
    "profile": Words("een functieprofiel: er staat geen procedure in", "a position profile: it states no procedure"),
    "template": Words("een sjabloon, {counts}", "a template, {counts}"),
    # run
    "candidates": Words("Kandidaten", "Candidates"),
    "gates": Words("Drempels", "Gates"),
    "refused": Words("Geweigerd", "Refused"),
    "reading": Words("lezing {name}: {option}", "reading {name}: {option}"),
    "candidate": Words("kandidaat", "candidate"),
    "state": Words("toestand", "state"),
    "until": Words("geldig tot en met", "valid through"),
    "decided by": Words("beslist door", "decided by"),
    "line": Words("regel", "line"),
    "event": Words("gebeurtenis", "event"),
    "code": Words("code", "code"),
    "because": Words("omdat", "because"),
    "held": Words("{step}: wordt gehouden", "{step}: held"),
    "not held": Words("{step}: wordt niet gehouden", "{step}: not held"),
    "counted": Words("{gate}; {count} geteld", "{gate}; {count} counted"),
    "decided at": Words("{gate}, beslist op {at}", "{gate}, decided at {at}"),
    "tally": Words("{people}: {states}", "{people}: {states}"),
    "nobody": Words("niemand heeft zich kandidaat gesteld", "nobody has applied"),
    "replaying": Words("gebeurtenissen", "events"),
    # explain
    "value true": Words("ja", "yes"),
    "value false": Words("nee", "no"),
    "value unknown": Words("nog niet te zeggen", "cannot be told yet"),
    "leads to": Words("{result} → {to}", "{result} → {to}"),
    "answer": Words("{label}: {answer}", "{label}: {answer}"),
    "missing": Words("ontbreekt: {names}", "missing: {names}"),
    "pay": Words("Verloning", "Pay"),
}

COUNTS: Final[Mapping[str, tuple[Words, Words]]] = {  # one of it, and any other number of it
    "states": (Words("{n} toestand", "{n} state"), Words("{n} toestanden", "{n} states")),
    "steps": (Words("{n} stap", "{n} step"), Words("{n} stappen", "{n} steps")),
    "readings": (Words("{n} lezing", "{n} reading"), Words("{n} lezingen", "{n} readings")),
    "cases": (Words("{n} uitgewerkt geval", "{n} worked case"), Words("{n} uitgewerkte gevallen", "{n} worked cases")),
    "definitions": (Words("{n} definitie", "{n} definition"), Words("{n} definities", "{n} definitions")),
    "candidates": (Words("{n} kandidaat", "{n} candidate"), Words("{n} kandidaten", "{n} candidates")),
    "refused": (Words("{n} gebeurtenis geweigerd", "{n} event refused"),
                Words("{n} gebeurtenissen geweigerd", "{n} events refused")),
}  # fmt: skip


def say(phrase: str, language: Language, **words: object) -> str:
    return PHRASES[phrase].in_language(language).format(**words)


def count(what: str, n: int, language: Language) -> str:
    """`1 state`, `9 states`."""
    one, many = COUNTS[what]
    return (one if n == 1 else many).in_language(language).format(n=n)
