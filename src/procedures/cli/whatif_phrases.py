"""What is said of variants, sweeps and single candidates, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from procedures.describing.cases import state_words, step_words
from procedures.machine import Machine
from rules.sentences import label_of
from rules.words import Language, Words, as_words

PHRASES: Final[Mapping[str, Words]] = {
    "simulating": Words("kandidaten", "candidates"),
    "partial": Words(
        "afgebroken na {done} van {planned} herhalingen: de cijfers gaan over wat klaar was",
        "interrupted after {done} of {planned} replications: the numbers are about what was done",
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
        "Aangenomen, want er is geen scenario (schrijf er een: --scenario)",
        "Assumed, for there is no scenario (write one: --scenario)",
    ),
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
    # a sweep
    "selected": Words("geselecteerd", "selected"),
    "do well": Words("voldoen", "do well"),
    "impact": Words("adverse impact", "adverse impact"),
    "hours": Words("jury-uren", "jury hours"),
    "days": Words("jurydagen", "jury days"),
    "too small": Words("te weinig", "too few"),
    "front": Words("front", "front"),
    "mean": Words("{name}", "{name}"),
    "on the front": Words(
        "● geen andere rij is in het ene beter en in het andere minstens even goed: {quality}; adverse impact",
        "● no other row is better in the one and at least as good in the other: {quality}; adverse impact",
    ),
    "half": Words("± en haakjes: 95%-intervallen", "± and brackets: 95% intervals"),
    # outcomes
    "candidates.mean": Words("kandidaten", "candidates"),
    "reached": Words("bereikt: {name}", "reached: {name}"),
    "ended": Words("blijft staan op: {name}", "left at: {name}"),
    "gates": Words("{name}: gehouden", "{name}: held"),
    "selected.mean": Words("geselecteerd", "selected"),
    "selected.ratio": Words("geselecteerd, van wie zich kandidaat stelde", "selected, of those who applied"),
    "selected.success_ratio": Words("voldoen, van de geselecteerden", "do well, of those selected"),
    "selected.measures": Words("geselecteerden: {name}, gemiddeld", "those selected: {name}, on average"),
    "selected.empty": Words("niemand geselecteerd", "nobody selected"),
    "selected.too_small": Words("minder dan gevraagd", "fewer than wanted"),
    "adverse_impact": Words("adverse impact: {name}", "adverse impact: {name}"),
    "days.mean": Words("dagen tot de laatste geselecteerd is", "days until the last is selected"),
    "sessions": Words("{name}: sessies", "{name}: sessions"),
    "jury_hours": Words("{name}: jury-uren", "{name}: jury hours"),
    "jury_days": Words("{name}: jurydagen", "{name}: jury days"),
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


def figure(value: float | None, language: Language, form: str = ".2f") -> str:
    """A number as people write it; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:{form}}"
    if not text.strip("+-0.%"):  # nought has no sign
        text = text.lstrip("+-")
    return text.replace(".", ",") if language == "nl" else text


def outcome_words(name: str, machine: Machine, language: Language) -> str:
    """An outcome as people call it."""
    if name in PHRASES:
        return say(name, language)
    kind, _, rest = name.partition(".")
    match kind:
        case "reached" | "ended":
            return say(kind, language, name=state_words(machine, rest.removesuffix(".mean"), language))
        case "gates":
            return say(kind, language, name=step_words(machine, rest.removesuffix(".held"), language))
        case "adverse_impact":
            return say(kind, language, name=rest)
        case "workload":
            step, _, what = rest.rpartition(".")
            phrase = "jury_days" if what == "days" else what
            return say(phrase, language, name=step_words(machine, step, language))
        case _:
            measure = rest.removeprefix("measures.").removesuffix(".mean")
            return say("selected.measures", language, name=measure_words(measure, machine, language))


def measure_words(name: str, machine: Machine, language: Language) -> str:
    """A measure as people call it; one that nobody records has only its name."""
    fact = machine.declared.facts.get(name)
    return as_words(name) if fact is None else label_of(fact, language)


def is_share(name: str) -> bool:
    """Whether an outcome is a part of a whole, told in percent."""
    return name in ("selected.ratio", "selected.success_ratio", "selected.empty", "selected.too_small") or (
        name.startswith("gates.")
    )
