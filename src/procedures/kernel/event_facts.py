"""What an event teaches of a candidate: its facts encoded, and why one of them cannot be taken."""

from collections.abc import Iterable

from procedures.kernel.cases import Event, Refused
from procedures.kernel.machine import CompiledStep, Machine
from rules.facts import Known
from rules.kinds import FactError, Value, shown
from rules.problems import nearest
from rules.words import Words


def learn(machine: Machine, event: Event, before: Known, taken: CompiledStep | None) -> dict[str, Value] | Refused:
    """The facts an event brings, encoded: those its step records, and declared ones not yet known otherwise."""
    learned: dict[str, Value] = {}
    if not event.facts:
        return learned
    brought = machine.facts_brought[None if taken is None else taken.name]
    for name, raw in event.facts.items():
        fact = brought.get(name)
        if fact is None:
            own = [each.partition(".")[2] for each in taken.records] if taken else []
            return unknown_fact(machine, event, name, (*machine.declared_facts, *own))
        try:
            value = fact.kind.take(raw)
        except FactError as error:
            return invalid_fact(event, name, error)
        full = fact.name
        earlier = learned.get(full, before.get(full, value))  # inside its step a fact has two names
        if earlier != value:
            known = shown(fact.kind.give(earlier))
            reason = Words(
                f"`{name}` is al gekend als {known}; alleen een verbetering (`correct`) wijzigt het",
                f"`{name}` is already known as {known}; only a correction (`correct`) changes it",
            )
            return Refused(event, "invalid_fact", {"fact": name, "reason": reason})
        learned[full] = value
    return learned


def unknown_fact(machine: Machine, event: Event, name: str, known: Iterable[str]) -> Refused:
    """A fact that the event cannot bring: of another step, decided by the machine, or in no list at all."""
    step, _, _ = name.partition(".")
    if name not in machine.declared.facts:
        near = name_hint(name, known)
        reason = Words(f"onbekend feit `{name}`{near.nl}", f"unknown fact `{name}`{near.en}")
    elif step in machine.steps and name in machine.steps[step].records:
        reason = Words(f"`{name}` wordt vastgelegd door `{step}`", f"`{name}` is recorded by `{step}`")
    else:
        reason = Words(f"`{name}` wordt beslist, niet vastgelegd", f"`{name}` is decided, not recorded")
    return Refused(event, "invalid_fact", {"fact": name, "reason": reason})


def invalid_fact(event: Event, name: str, error: FactError) -> Refused:
    """A value outside the kind of its fact."""
    reason = Words(f"`{name}`: {error.sentence('nl')}", f"`{name}`: {error.sentence('en')}")
    return Refused(event, "invalid_fact", {"fact": name, "reason": reason})


def name_hint(word: str, known: Iterable[str]) -> Words:
    """What may have been meant, to end a sentence with; nothing where no known word is like it."""
    near = nearest(word, known)
    return Words(f"; bedoelde u `{near}`?", f"; did you mean `{near}`?") if near else Words("", "")
