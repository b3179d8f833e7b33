"""The words for variants and single candidates, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from rules.words import Language, Words

PHRASES: Final[Mapping[str, Words]] = {
    "simulating": Words("kandidaten", "candidates"),
    "partial": Words(
        "afgebroken na {done} van {planned} herhalingen: de cijfers gaan over wat klaar was",
        "interrupted after {done} of {planned} replications: the numbers are about what was done",
    ),
    "partial variants": Words(
        "afgebroken bij variant {done}, na {replications} van {planned} herhalingen daarvan; latere zijn er niet",
        "interrupted in variant {done}, after {replications} of {planned} replications of it; later ones are not there",
    ),
    "partial before": Words(
        "afgebroken voor er iets van een variant klaar was", "interrupted before anything of a variant was done"
    ),
    "imprecise": Words(
        "na {done} herhalingen is het aantal geselecteerden tot op {half} bekend, niet zo precies als gevraagd",
        "after {done} replications the number of those selected is known within {half}, not as closely as asked",
    ),
    "imprecise help": Words("vraag meer herhalingen met --replications", "ask for more with --replications"),
    "undecided": Words(
        "`{step}` kon in {share} van de herhalingen niet afgesloten worden: wie daar staat, wacht op een persoon",
        "`{step}` could not be closed in {share} of the replications: those who stand there wait for a person",
    ),
    "assumed": Words(
        "Aangenomen, want er is geen scenario (geef er een met --scenario; --write-scenario schrijft dit op)",
        "Assumed, for there is no scenario (give one with --scenario; --write-scenario writes this one down)",
    ),
    "assumed besides": Words("Daarbij aangenomen", "Assumed besides"),
    "changed": Words("Met {changes}", "With {changes}"),
    "about": Words(
        "scenario {scenario}: {replications} herhalingen, startgetal {seed}",
        "scenario {scenario}: {replications} replications, seed {seed}",
    ),
    # a comparison
    "variant": Words("Als {change}", "If {change}"),
    "base": Words("nu", "as it is"),
    "other": Words("dan", "then"),
    "outcome": Words("uitkomst", "outcome"),
    "difference": Words("verschil", "difference"),
    "interval": Words("95%-interval", "95% interval"),
    "to": Words("{low} tot {high}", "{low} to {high}"),
    "nothing differs": Words("Niets verschilt, in geen enkele herhaling.", "Nothing differs, in no replication."),
    "the same": Words("in beide gelijk: {names}", "the same in both: {names}"),
    "many the same": Words(
        "{count} andere uitkomsten zijn in beide gelijk", "{count} other outcomes are the same in both"
    ),
    "open": Words(
        "? het interval bevat 0: er is misschien geen verschil",
        "? the interval holds 0: there may be no difference",
    ),
    "paired": Words(
        "Dezelfde kandidaten met hetzelfde geluk in beide: met andere kandidaten was de variantie van het verschil in "
        "geselecteerden {gain} keer zo groot.",
        "The same candidates with the same luck in both: with others, the variance of the difference in those selected "
        "would be {gain} times as large.",
    ),
    # one candidate
    "candidate": Words(
        "kandidaat {number} van herhaling {replication}, startgetal {seed}: {state}",
        "candidate {number} of replication {replication}, seed {seed}: {state}",
    ),
    "group": Words("groep: {name}", "group: {name}"),
    "drawn": Words("Getrokken", "Drawn"),
    "history": Words("Verloop", "History"),
    "refused": Words("geweigerd: {message}", "refused: {message}"),
}


def say(phrase: str, language: Language, **words: object) -> str:
    return PHRASES[phrase].in_language(language).format(**words)


def format_number(value: float | None, language: Language, form: str = ".2f") -> str:
    """A number in the form of the language; a dash for None."""
    if value is None:
        return "–"
    text = f"{value:{form}}"
    if not text.strip("+-0.%"):  # 0 has no sign
        text = text.lstrip("+-")
    return text.replace(".", ",") if language == "nl" else text
