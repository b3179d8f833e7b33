"""Taking back the last closing: the selection and the cases are as if the closing had not been.

Nothing is erased: each case that the closing had moved gets an entry `reopened` in its history.
"""

from collections.abc import Iterable, Mapping

from attrs import define, field

from procedures.kernel.automatic_moves import make_automatic_moves
from procedures.kernel.case_index import ChangedCases
from procedures.kernel.cases import BeforeClosing, Case, Closing, Cohort, Event, Move, Refused
from procedures.kernel.cohort.closings import SelectionDecision, advance
from procedures.kernel.corrections import add_later_facts
from procedures.kernel.event_facts import name_hint
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import APPLY
from rules.algebra import facts_of
from rules.calendar import Moment
from rules.words import Words


@define
class SinceClosing:
    """
    What happened since the last closing.

    `lengths` tells of each case that had an event since then how long its history was before, `advanced` the latest
    moment to which time was advanced.
    """

    lengths: dict[str, int] = field(factory=dict)
    advanced: Moment | None = None

    def note(self, event: Event, before: Iterable[tuple[str, Case | None]]) -> None:
        """Note an event and the cases that it changed, as they were before it."""
        for candidate, case in before:
            self.lengths.setdefault(candidate, len(case.history) if case else 0)
        if event.name == "advance":
            self.advanced = max(event.at, self.advanced or event.at)

    def add(self, later: "SinceClosing") -> None:
        """Add what happened since a later closing, which was taken back."""
        self.lengths = {**later.lengths, **self.lengths}
        if later.advanced is not None:
            self.advanced = max(later.advanced, self.advanced or later.advanced)


def reopen_closing(
    machine: Machine, cases: Mapping[str, Case], cohort: Cohort, event: Event, since: SinceClosing
) -> SelectionDecision | Refused:
    """The selection without its last closing, or the refusal of the reopening."""
    name = event.step or ""
    if name not in machine.steps and name != APPLY:
        return Refused(event, "unknown_event", {"name": name, "hint": name_hint(name, [*machine.steps, APPLY])})
    closing = cohort.closings.get(name)
    if closing is not None and event.at < closing.at:
        clock = machine.zone.clock
        return Refused(event, "out_of_order", {"at": clock(event.at), "last": clock(closing.at)})
    if closing is None or closing.before is None:
        return Refused(event, "wrong_state", {"sentence": _not_closed_by_itself(name, closing)})
    if not event.why:
        reason = Words("heropenen vraagt een reden (`why`)", "reopening needs a reason (`why`)")
        return Refused(event, "invalid_fact", {"reason": reason})
    if event.by is None:
        reason = Words("een afsluiting terugnemen doet een persoon", "taking back a closing is for a person")
        return Refused(event, "needs_person", {"reason": reason})
    if built := _built_upon(machine, cases, cohort, closing, closing.before, since.lengths):
        return Refused(event, "built_upon", {"step": name, "who": built})
    restored = {
        candidate: _restore(machine, before, cases[candidate], closing.before, event)
        for candidate, before in closing.before.cases.items()
    }
    if since.advanced is not None:  # what lapsed at the closing lapses at the advance after it
        lapsed = advance(machine, ChangedCases(cases, restored), closing.before.cohort, since.advanced)
        restored |= {candidate: case for candidate, case in lapsed.cases.items() if candidate in restored}
    return SelectionDecision(restored, closing.before.cohort)


def _not_closed_by_itself(name: str, closing: Closing | None) -> Words:
    if closing is None:
        return Words(f"`{name}` is niet afgesloten", f"`{name}` is not closed")
    return Words(
        f"`{name}` is niet apart afgesloten, maar samen met een andere stap: neem die afsluiting terug",
        f"`{name}` was not closed by itself, but together with another step: take back that closing",
    )


def _built_upon(
    machine: Machine,
    cases: Mapping[str, Case],
    cohort: Cohort,
    closing: Closing,
    before: BeforeClosing,
    lengths: Mapping[str, int],
) -> tuple[str, ...]:
    """What rests on a closing: a later closing or extension, else the candidates with results that depend on it."""
    assert cohort.latest is not None
    if cohort.latest[0] != closing.step:
        return (cohort.latest[0],)
    moved = {name for name, length in before.lengths.items() if _has_results(cases[name].history[length:])}
    dependent = _dependent_steps(machine, cohort, closing, before)
    later = {
        name
        for name, length in lengths.items()
        if name not in before.cases and any(move.event in dependent for move in cases[name].history[length:])
    }
    return tuple(sorted(moved | later))


def _has_results(moves: tuple[Move, ...]) -> bool:
    """Whether anything happened to a case but corrections, which stay when the case goes back."""
    return any(move.kind != "corrected" for move in moves)


def _dependent_steps(machine: Machine, cohort: Cohort, closing: Closing, before: BeforeClosing) -> frozenset[str]:
    """The events whose result may depend on a closing, for cases that it did not move."""
    gates = cohort.gates.keys() - before.cohort.gates.keys()
    learned = cohort.facts.keys() - before.cohort.facts.keys()
    readers = {step.name for step in machine.steps.values() if not learned.isdisjoint(_facts_read_by(machine, step))}
    expiry = {"reserve"} if cohort.ends != before.cohort.ends else set()
    return frozenset({closing.step, *gates, *readers, *expiry})


def _facts_read_by(machine: Machine, step: CompiledStep) -> set[str]:
    """Every fact that a step reads: in its guards, its ranking and its queue."""
    reserve = machine.reserve
    rules = [outcome.when for outcome in step.outcomes] + ([step.exempt] if step.exempt is not None else [])
    names = [*step.keeps.by, *step.keeps.tie_break] if step.keeps is not None else []
    if step.in_order and reserve is not None:
        rules += reserve.kinds.values()
        names += reserve.ranked
    return {fact for rule in rules for fact in facts_of(rule)} | {*machine.declared.facts_behind(names)}


def _restore(machine: Machine, before: Case, now: Case, changed: BeforeClosing, event: Event) -> Case:
    """The case as it was before the closing, with the corrections that it had since."""
    corrections = now.history[changed.lengths[now.candidate] :]
    facts = add_later_facts(machine, before.facts, corrections) if corrections else before.facts
    move = Move(
        now.candidate, "reopen", "reopened", event.at, now.state, before.state, event.by, {}, event.why, after=facts
    )
    at = max([before.at, *(each.at for each in corrections)])
    restored = Case(
        now.candidate, before.state, at, before.entered, facts, (*now.history, move), before.path,
        before.pending, before.reopened,
    )  # fmt: skip
    return make_automatic_moves(machine, restored, event.at, changed.cohort)
