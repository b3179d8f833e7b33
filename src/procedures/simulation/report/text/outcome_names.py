"""The names of the outcomes of a simulation, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from procedures.kernel.machine import Machine
from procedures.text.cases import state_words, step_words
from rules.phrases import label_of
from rules.words import Language, Words, as_words

OUTCOMES: Final[Mapping[str, Words]] = {
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
    "adverse_impact": Words("ongunstige impact: {name}", "adverse impact: {name}"),
    "days.mean": Words("dagen tot de laatste geselecteerd is", "days until the last is selected"),
    "sessions": Words("{name}: sessies", "{name}: sessions"),
    "jury_hours": Words("{name}: jury-uren", "{name}: jury hours"),
    "jury_days": Words("{name}: jurydagen", "{name}: jury days"),
}


def _say(phrase: str, language: Language, **words: object) -> str:
    return OUTCOMES[phrase].in_language(language).format(**words)


def outcome_words(name: str, machine: Machine, language: Language) -> str:
    """The name of an outcome for people."""
    if name in OUTCOMES:
        return _say(name, language)
    kind, _, rest = name.partition(".")
    match kind:
        case "reached" | "ended":
            return _say(kind, language, name=state_words(machine, rest.removesuffix(".mean"), language))
        case "gates":
            return _say(kind, language, name=step_words(machine, rest.removesuffix(".held"), language))
        case "adverse_impact":
            return _say(kind, language, name=rest)
        case "workload":
            step, _, what = rest.rpartition(".")
            phrase = "jury_days" if what == "days" else what
            return _say(phrase, language, name=step_words(machine, step, language))
        case _:
            measure = rest.removeprefix("measures.").removesuffix(".mean")
            return _say("selected.measures", language, name=measure_words(measure, machine, language))


def measure_words(name: str, machine: Machine, language: Language) -> str:
    """The label of a measure; a measure that no step records has only its name."""
    fact = machine.declared.facts.get(name)
    return as_words(name) if fact is None else label_of(fact, language)


def is_share(name: str) -> bool:
    """Whether an outcome is a share, printed in percent."""
    return name in ("selected.ratio", "selected.success_ratio", "selected.empty", "selected.too_small") or (
        name.startswith("gates.")
    )
