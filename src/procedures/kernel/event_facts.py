"""The facts that an event brings: their encoding, and the refusals of facts that an event cannot bring."""

from collections.abc import Iterable

from procedures.kernel.cases import Event, Refused
from procedures.kernel.machine import CompiledStep, Machine
from rules.facts import Known
from rules.kinds import FactError, Value, format_value
from rules.suggestions import find_nearest
from rules.words import Words


def encode_event_facts(
    machine: Machine, event: Event, before: Known, step: CompiledStep | None
) -> dict[str, Value] | Refused:
    """The facts of an event, encoded: facts that its step records, and declared facts.

    A declared fact that is already known with another value is refused.
    """
    encoded: dict[str, Value] = {}
    if refused := check_moment(machine, event):
        return refused
    if not event.facts:
        return encoded
    brought = machine.facts_brought[None if step is None else step.name]
    for name, raw in event.facts.items():
        fact = brought.get(name)
        if fact is None:
            own = [each.partition(".")[2] for each in step.records] if step else []
            return unknown_fact(machine, event, name, (*machine.declared_facts, *own))
        try:
            value = fact.kind.encode(raw)
        except FactError as error:
            return invalid_fact(event, name, error)
        full = fact.name
        earlier = encoded.get(full, before.get(full, value))  # a fact of the step has two names here
        if earlier != value:
            known = format_value(fact.kind.decode(earlier))
            reason = Words(
                f"`{name}` is al gekend als {known}; alleen een verbetering (`correct`) wijzigt het",
                f"`{name}` is already known as {known}; only a correction (`correct`) changes it",
            )
            return Refused(event, "invalid_fact", {"fact": name, "reason": reason})
        encoded[full] = value
    return encoded


def check_moment(machine: Machine, event: Event) -> Refused | None:
    """The refusal of an event so late that a window after it could not end within the calendar of the library."""
    if event.at <= machine.latest_moment:
        return None
    latest = machine.zone.clock(machine.latest_moment)
    reason = Words(
        f"`at` ligt na {latest}, het laatste tijdstip waarmee deze procedure rekent",
        f"`at` is later than {latest}, the last moment that this procedure reckons with",
    )
    return Refused(event, "invalid_fact", {"fact": "at", "reason": reason})


def unknown_fact(machine: Machine, event: Event, name: str, known: Iterable[str]) -> Refused:
    """The refusal of a fact that the event cannot bring: of another step, decided by the machine, or unknown."""
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
    """The refusal of a value that is not of the kind of its fact."""
    reason = Words(f"`{name}`: {error.sentence('nl')}", f"`{name}`: {error.sentence('en')}")
    return Refused(event, "invalid_fact", {"fact": name, "reason": reason})


def name_hint(word: str, known: Iterable[str]) -> Words:
    """The most similar known word, as the end of a sentence; empty where no known word is similar."""
    near = find_nearest(word, known)
    return Words(f"; bedoelde u `{near}`?", f"; did you mean `{near}`?") if near else Words("", "")
