"""The words that commands print around their results, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from rules.words import Language, Words

PHRASES: Final[Mapping[str, Words]] = {
    # check
    "problems in": Words("{problems} in {wrong} van {definitions}", "{problems} in {wrong} of {definitions}"),
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
    # screen
    "rows": Words("rijen", "rows"),
    "screened for": Words("{title}: {step} ({name})", "{title}: {step} ({name})"),
    "columns": Words("Kolommen", "Columns"),
    "column": Words("kolom", "column"),
    "fact": Words("feit", "fact"),
    "name": Words("naam", "name"),
    "known by": Words("gekend door", "known by"),
    "by name": Words("de naam", "its name"),
    "by label": Words("het label", "its label"),
    "by map": Words("--map", "--map"),
    "unasked": Words("; deze stap vraagt er niet naar", "; this step does not ask for it"),
    "ignored": Words("niet gebruikt: {columns}", "not used: {columns}"),
    "unclear": Words("{column} kan {facts} zijn: zeg het met --map", "{column} may be {facts}: say which with --map"),
    "absent": Words(
        "geen kolom voor {fact} ({label}): van niemand bekend", "no column for {fact} ({label}): not known of anybody"
    ),
    "gate": Words(
        "of deze ronde gehouden wordt, is hier niet nagegaan", "whether this round is held was not looked at"
    ),
    "steps": Words("Stappen", "Steps"),
    "took it": Words("{step}: {n:,} legden ze af", "{step}: {n:,} took it"),
    "closed": Words("afgesloten", "closed"),
    "not closed": Words("niet afgesloten ({code})", "not closed ({code})"),
    "ranked list": Words("Rangschikking: {step}", "Ranking: {step}"),
    "rank": Words("rang", "rank"),
    "took no part": Words("{n:,} geweigerd", "{n:,} refused"),
    "each row": Words("Rijen", "Rows"),
    "result": Words("uitkomst", "result"),
    "more rows": Words(
        "en nog {n} rijen; `-o BESTAND` schrijft ze allemaal", "and {n} more; `-o FILE` writes them all"
    ),
    "missing most": Words("Wat het vaakst ontbreekt", "Missing most"),
    "written": Words("geschreven naar {file}", "written to {file}"),
    "nothing screened": Words("er is niets gescreend of geschreven", "nothing was screened or written"),
    "interrupted": Words("afgebroken: er is geen bestand geschreven", "interrupted: no file was written"),
    "shown": Words(", waarvan de eerste {n} verschillende hierboven", ", the first {n} different ones above,"),
    "refused rows": Words(
        "in {n} van {rows} rijen; die zijn geweigerd, de andere niet",
        "in {n} of {rows} rows; these are refused, the others are not",
    ),
    # prove
    "proving": Words("bewijzen", "proofs"),
    "tally of proofs": Words(
        "{proved} bewezen, {refuted} weerlegd, {undecided} onbeslist",
        "{proved} proved, {refuted} refuted, {undecided} undecided",
    ),
    "case written": Words("uitgewerkt geval bijgeschreven in {file}", "worked case added to {file}"),
    # compare
    "equivalent": Words("gelijkwaardig: iedereen komt even ver", "equivalent: everybody comes to the same end"),
    "stricter": Words(
        "strenger: sommigen komen minder ver, niemand verder", "stricter: some come less far, nobody further"
    ),
    "looser": Words(
        "soepeler: sommigen komen verder, niemand minder ver", "looser: some come further, nobody less far"
    ),
    "incomparable": Words(
        "niet te vergelijken: sommigen komen verder, anderen minder ver, of elders, "
        "als een andere soort of voor een andere tijd",
        "incomparable: some come further, others less far, or elsewhere, as another kind or for another time",
    ),
    "first": Words("eerst", "first"),
    "second": Words("dan", "second"),
    "dates differ": Words("data verschillen: {names}", "dates differ: {names}"),
    "not shown": Words("niet getoond: {a} → {b}", "not shown: {a} → {b}"),
    "no other option": Words("geen lezing heeft een andere optie", "no reading has another option"),
    "comparing": Words("vergelijken", "comparisons"),
    # explain
    "value true": Words("ja", "yes"),
    "value false": Words("nee", "no"),
    "value unknown": Words("nog niet te zeggen", "cannot be told yet"),
    "leads to": Words("{result} → {to}", "{result} → {to}"),
    "answer": Words("{label}: {answer}", "{label}: {answer}"),
    "missing": Words("ontbreekt: {names}", "missing: {names}"),
    "pay": Words("Verloning", "Pay"),
}

COUNTS: Final[Mapping[str, tuple[Words, Words]]] = {  # singular, and plural
    "states": (Words("{n} toestand", "{n} state"), Words("{n} toestanden", "{n} states")),
    "steps": (Words("{n} stap", "{n} step"), Words("{n} stappen", "{n} steps")),
    "readings": (Words("{n} lezing", "{n} reading"), Words("{n} lezingen", "{n} readings")),
    "cases": (Words("{n} uitgewerkt geval", "{n} worked case"), Words("{n} uitgewerkte gevallen", "{n} worked cases")),
    "definitions": (Words("{n} definitie", "{n} definition"), Words("{n} definities", "{n} definitions")),
    "candidates": (Words("{n} kandidaat", "{n} candidate"), Words("{n} kandidaten", "{n} candidates")),
    "rows": (Words("{n:,} rij", "{n:,} row"), Words("{n:,} rijen", "{n:,} rows")),
    "problems": (Words("{n:,} probleem", "{n:,} problem"), Words("{n:,} problemen", "{n:,} problems")),
    "refused": (Words("{n} gebeurtenis geweigerd", "{n} event refused"),
                Words("{n} gebeurtenissen geweigerd", "{n} events refused")),
}  # fmt: skip


def say(phrase: str, language: Language, **words: object) -> str:
    return PHRASES[phrase].in_language(language).format(**words)


def count(what: str, n: int, language: Language) -> str:
    """`1 state`, `9 states`."""
    one, many = COUNTS[what]
    return (one if n == 1 else many).in_language(language).format(n=n)
