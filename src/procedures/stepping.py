"""What may follow what, for one case: the one place that decides.

Knows no clock, no file, no database and no other candidate: the caller brings the event with its moment and, in
the cohort, what closings have decided. Three things decide a step, in this order: the state, the window, and the
first guard that is TRUE. Every engine asks here or is compared with it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve

from procedures.cases import DECISIONS, Case, Cohort, Event, Move, Moved, Refused
from procedures.guards import Outcome
from procedures.language import CANDIDATE_EVENTS, EXPIRED, WITHDRAWN
from procedures.machine import CompiledStep, Machine
from procedures.ranking import place_of, ranking_key
from rules.calendar import Moment
from rules.evaluating import find, truth
from rules.facts import Known
from rules.kinds import FactError, Value
from rules.problems import did_you_mean
from rules.truth import Truth
from rules.words import Words

_DECIDED_ON_FACTS: Final = ("passed", "failed", "exempt", "kept", "cut")

OPEN: Final = Cohort()
"""The cohort of a selection in which nothing was closed yet."""


def step(machine: Machine, case: Case | None, event: Event, cohort: Cohort = OPEN) -> Moved | Refused:
    """What follows when `event` happens to `case` (None before the application). Changes nothing it is given."""
    if event.name == "apply":
        return _apply(machine, case, event, cohort)
    if case is None:
        return Refused(event, "unknown_candidate", {"candidate": event.candidate})
    if event.name in case.pending:
        return Refused(event, "duplicate", {"candidate": case.candidate})
    taken = machine.steps.get(event.name)
    if taken is None and event.name not in CANDIDATE_EVENTS:
        hint = did_you_mean(event.name, [*machine.steps, *CANDIDATE_EVENTS])
        values = {"name": event.name, "hint": f"; {hint}" if hint and hint.startswith("did") else ""}
        return Refused(event, "unknown_event", values)
    if event.at < case.at:
        return Refused(event, "out_of_order", {"at": _day(machine, event.at), "last": _day(machine, case.at)})
    if taken is not None:
        return _take(machine, taken, case, event, cohort)
    match event.name:
        case "withdraw":
            return _withdraw(machine, case, event, cohort)
        case "correct":
            return _correct(machine, case, event, cohort)
        case _:
            return _reopen(machine, case, event, cohort)


def possible(machine: Machine, case: Case) -> tuple[str, ...]:
    """The events that the state of a case admits, before any guard or window is asked."""
    if machine.states[case.state].final:
        return ()
    return (*(each.name for each in machine.leaving[case.state]), "withdraw")


# -- applying ---------------------------------------------------------------------------------------------------


def _apply(machine: Machine, case: Case | None, event: Event, cohort: Cohort) -> Moved | Refused:
    assert event.candidate is not None
    if case is not None:
        return Refused(event, "duplicate", {"candidate": case.candidate})
    if cohort.closings:
        first = min(cohort.closings.values(), key=lambda closing: closing.at)
        return Refused(event, "already_closed", {"closed": first.step, "at": _day(machine, first.at)})
    if refused := _outside(machine, event, machine.opens, machine.ends):
        return refused
    learned = _learn(machine, event, {}, None)
    if isinstance(learned, Refused):
        return learned
    move = Move(event.candidate, "apply", "applied", event.at, None, machine.initial, event.by, learned, known=learned)
    applied = Case(event.candidate, machine.initial, event.at, event.at, learned, (move,), (move,))
    return _settled(machine, event, applied, cohort, 0)


# -- taking a step ----------------------------------------------------------------------------------------------


def _take(machine: Machine, taken: CompiledStep, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if case.state not in taken.origins:
        return _wrong_state(machine, case, event)
    closing = cohort.closings.get(taken.name)
    if closing and not is_addition(taken, case, cohort):
        return Refused(event, "already_closed", {"closed": taken.name, "at": _day(machine, closing.at)})
    if taken.gate and taken.name not in cohort.gates:
        waits_for = tuple(name for name in taken.gate.feeders if name not in cohort.closings)
        return Refused(event, "gate_undecided", {"waits_for": waits_for})
    if refused := _outside_step(machine, taken, case, event, cohort):
        return refused
    before = {name: value for name, value in case.facts.items() if name not in taken.forgets}
    learned = _learn(machine, event, before, taken)
    if isinstance(learned, Refused):
        return learned
    facts = {**before, **learned}
    known = cohort.known(facts)
    decided = decide(taken, known)
    if isinstance(decided, tuple):
        return Refused(event, "unknown_facts", {"missing": decided})
    if missing := _unranked(machine, taken, decided, known):
        return Refused(event, "unknown_facts", {"missing": missing})
    if (first := taken.in_order and cohort.ahead(taken, case)) and isinstance(first, str):
        return Refused(event, "not_next", {"next": first})
    return _decided(machine, taken, case, event, cohort, decided, facts, learned)


def decide(taken: CompiledStep, known: Known) -> Outcome | tuple[str, ...] | None:
    """
    How a step goes for one person: the outcome, None for the exempt, or the facts that are missing.

    Asked in order: the exemption, then the outcomes; the first TRUE is taken, and an UNKNOWN before it blocks.
    """
    if taken.exempt is not None:
        exempt = truth(taken.exempt, known)
        if exempt is Truth.TRUE:
            return None
        if exempt is Truth.UNKNOWN:
            return find(taken.exempt, known).missing
    for outcome in taken.outcomes:
        value = truth(outcome.when, known)
        if value is Truth.UNKNOWN:
            return find(outcome.when, known).missing
        if value is Truth.TRUE:
            return outcome
    raise AssertionError("the last outcome of a step has no guard")


def _unranked(machine: Machine, taken: CompiledStep, outcome: Outcome | None, known: Known) -> tuple[str, ...]:
    """The facts that are missing to rank a result which the closing of the step will rank."""
    if taken.keeps is None or outcome is None or not outcome.passed:
        return ()
    key = ranking_key(machine.declared, taken.keeps, known)
    return tuple(key) if isinstance(key, list) else ()


def _decided(
    machine: Machine,
    taken: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    outcome: Outcome | None,
    facts: dict[str, Value],
    learned: Known,
) -> Moved | Refused:
    """Move the case as decided, or let its result wait for the closing."""
    move, to, result = "exempt", taken.to, "exempt"
    if outcome is not None:
        result = "passed" if outcome.passed else "failed"
        move, to = result, outcome.to
        if taken.keeps and outcome.passed:
            waits = _cut(machine, taken, case, event, cohort, facts, learned)
            if not isinstance(waits, tuple):
                return waits
            move, to, result = waits
    if needs_person(machine, taken, to) and event.by is None:
        return Refused(event, "needs_person", {"to": to})
    facts[taken.name] = result
    return _settled(machine, event, _moved(case, event, move, to, facts, learned, cohort), cohort, len(case.history))


def _cut(
    machine: Machine,
    taken: CompiledStep,
    case: Case,
    event: Event,
    cohort: Cohort,
    facts: dict[str, Value],
    learned: Known,
) -> Moved | tuple[str, str, str]:
    """A result on a step that keeps the best: it waits, or joins a closing that has been."""
    assert taken.keeps is not None
    key = ranking_key(machine.declared, taken.keeps, cohort.known(facts))
    assert isinstance(key, tuple), "what cannot be ranked was refused"
    closing = cohort.closings.get(taken.name)
    if closing is None:
        return _waiting(taken, case, event, facts, learned)
    rank, to = place_of(case.candidate, key, closing, taken.keeps)
    facts[f"{taken.name}.kept"], facts[f"{taken.name}.rank"] = to is not None, rank
    return ("kept", to, "passed") if to is not None else ("cut", taken.otherwise, "failed")


def _waiting(taken: CompiledStep, case: Case, event: Event, facts: dict[str, Value], learned: Known) -> Moved:
    """The case with a result that the closing of the step will decide."""
    move = Move(case.candidate, event.name, "recorded", event.at, case.state, case.state, event.by, learned, event.why)
    case = evolve(
        case,
        at=event.at,
        facts=facts,
        history=(*case.history, move),
        road=(*case.road, move),
        pending=case.pending | {taken.name},
    )
    return Moved(event, (move,), (case,))


def is_addition(taken: CompiledStep, case: Case, cohort: Cohort) -> bool:
    """Whether a case came to a step after it was closed: it joins the closing as an addition."""
    closing = cohort.closings.get(taken.name)
    return closing is not None and (case.reopened == taken.name or case.entered >= closing.at)


def needs_person(machine: Machine, taken: CompiledStep, to: str) -> bool:
    """Whether a move to that state is adverse, and by this step not automatic."""
    return machine.states[to].unsuccessful and not taken.automatic


# -- automatic moves and lapses ---------------------------------------------------------------------------------


def settle(machine: Machine, case: Case, at: Moment, cohort: Cohort) -> Case:
    """The case after its automatic moves: expired, not held, exempt. They come to rest, for `check` refuses loops."""
    while True:
        if machine.reserve and case.state == machine.reserve.state and cohort.ends is not None and at >= cohort.ends:
            return _automatic(case, "reserve", "expired", EXPIRED, at, case.facts, cohort)
        taken = machine.automatic.get(case.state)
        if taken is None or taken.name in case.pending:
            return case
        gate = cohort.gates.get(taken.name)
        if taken.gate and gate is None:
            return case
        result = "not_held" if gate and not gate.held else "exempt"
        if result == "exempt" and (
            taken.exempt is None or truth(taken.exempt, cohort.known(case.facts)) is not Truth.TRUE
        ):
            return case
        case = _automatic(case, taken.name, result, taken.to, at, {**case.facts, taken.name: result}, cohort)


def due(machine: Machine, case: Case, now: Moment, cohort: Cohort) -> tuple[Moment, CompiledStep | None] | None:
    """The first lapse of a case that is due by `now`, with its moment; None for its step is the reserve's expiry."""
    found: list[tuple[Moment, CompiledStep | None]] = []
    if machine.reserve and case.state == machine.reserve.state and cohort.ends is not None and cohort.ends <= now:
        found.append((max(cohort.ends, case.entered), None))
    for taken in machine.leaving[case.state]:
        if taken.lapses is None or not taken.enforced or taken.name in case.pending or case.reopened == taken.name:
            continue
        ends = taken.ends_for(case.entered, machine.zone)
        if ends is None or ends > now or (taken.gate and taken.name not in cohort.gates):
            continue
        if taken.exempt is None or truth(taken.exempt, cohort.known(case.facts)) is not Truth.UNKNOWN:
            found.append((max(ends, case.entered), taken))
    return min(found, key=lambda lapse: lapse[0], default=None)


def lapse(machine: Machine, case: Case, moment: Moment, taken: CompiledStep | None, cohort: Cohort) -> Case:
    """The case after a lapse that is due, dated at its moment."""
    if taken is None:
        return _automatic(case, "reserve", "expired", EXPIRED, moment, case.facts, cohort)
    assert taken.lapses is not None
    kept = {name: value for name, value in case.facts.items() if name not in taken.forgets}
    lapsed = _automatic(case, taken.name, "lapsed", taken.lapses, moment, {**kept, taken.name: "lapsed"}, cohort)
    return settle(machine, lapsed, moment, cohort)


# -- withdrawing, correcting, reopening -------------------------------------------------------------------------


def _withdraw(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if machine.states[case.state].final:
        return _wrong_state(machine, case, event)
    learned = _learn(machine, event, case.facts, None)
    if isinstance(learned, Refused):
        return learned
    moved = _moved(case, event, "withdrawn", WITHDRAWN, {**case.facts, **learned}, learned, cohort)
    return Moved(event, moved.history[len(case.history) :], (moved,))


def _correct(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    if not event.facts or not event.why:
        reason = Words(
            "een verbetering vraagt de feiten en de reden (`facts` en `why`)",
            "a correction needs the facts and the reason (`facts` and `why`)",
        )
        return Refused(event, "invalid_fact", {"reason": reason})
    learned: dict[str, Value] = {}
    for name, raw in event.facts.items():
        if name not in machine.correctable:
            return _unknown_fact(machine, event, name, machine.correctable)
        try:
            learned[name] = machine.declared.take(name, raw)
        except FactError as error:
            return _invalid(event, name, error)
    facts = {**case.facts, **learned}
    move = Move(
        case.candidate, "correct", "corrected", event.at, case.state, case.state, event.by, learned, event.why,
        _differing(machine, case, learned, cohort),
    )  # fmt: skip
    corrected = evolve(case, at=event.at, facts=facts, history=(*case.history, move), road=(*case.road, move))
    return _settled(machine, event, corrected, cohort, len(case.history))


def _differing(machine: Machine, case: Case, learned: Known, cohort: Cohort) -> tuple[str, ...]:
    """The steps whose standing decision would be another on the facts as all corrections leave them."""
    standing = {move.event: move for move in case.road if move.move in _DECIDED_ON_FACTS}
    found = []
    for name, move in standing.items():
        at = next(i for i, other in enumerate(case.history) if other is move)
        later = [other.facts for other in case.history[at:] if other.move == "corrected"]
        known = dict(move.known)
        for facts in (*later, learned):
            known.update(facts)
        if not _stands(machine, machine.steps[name], move, known, cohort):
            found.append(name)
    return tuple(found)


def _stands(machine: Machine, taken: CompiledStep, move: Move, known: Known, cohort: Cohort) -> bool:
    """Whether a step would be decided on these facts as it was; a cut, against the others as they stood."""
    now = decide(taken, known)
    if now is None or isinstance(now, tuple):
        return now is None and move.move == "exempt"
    if taken.keeps is None or not now.passed:
        return now.to == move.to
    key, closing = ranking_key(machine.declared, taken.keeps, known), cohort.closings.get(taken.name)
    if isinstance(key, list) or closing is None:
        return False  # it would wait for the closing
    _, to = place_of(move.candidate, key, closing, taken.keeps)
    return move.to == (taken.otherwise if to is None else to)


def _reopen(machine: Machine, case: Case, event: Event, cohort: Cohort) -> Moved | Refused:
    last = max((i for i, move in enumerate(case.road) if move.move in DECISIONS), default=None)
    if last is None:
        return _wrong_state(machine, case, event)
    if not event.why:
        reason = Words("heropenen vraagt een reden (`why`)", "reopening needs a reason (`why`)")
        return Refused(event, "invalid_fact", {"reason": reason})
    decision, undone = case.road[last], case.road[last:]
    assert decision.origin is not None
    learned = _learn(machine, event, case.facts, None)
    if isinstance(learned, Refused):
        return learned
    if event.by is None:
        return Refused(event, "needs_person", {"to": decision.origin})
    forgotten = {
        name
        for move in undone
        for name in (move.event, f"{move.event}.kept", f"{move.event}.rank")
        if name in machine.declared.facts
    }
    before = case.road[:last]
    restored = next((move.known for move in reversed(before) if move.known), {})
    facts = {name: value for name, value in case.facts.items() if name not in forgotten}
    facts |= {name: restored[name] for name in forgotten if name in restored}
    move = Move(
        case.candidate, "reopen", "reopened", event.at, case.state, decision.origin, event.by, learned, event.why
    )
    reopened = Case(
        case.candidate,
        decision.origin,
        event.at,
        event.at,
        {**facts, **learned},
        (*case.history, move),
        before,
        _waited(before).difference(cohort.closings),
        reopened=decision.event if decision.event in machine.steps else None,
    )
    return _settled(machine, event, reopened, cohort, len(case.history))


def _waited(road: Sequence[Move]) -> frozenset[str]:
    """The steps whose results waited at the end of a road."""
    waits: list[str] = []
    for move in reversed(road):
        if move.move not in ("recorded", "corrected"):
            break
        if move.move == "recorded":
            waits.append(move.event)
    return frozenset(waits)


# -- facts ------------------------------------------------------------------------------------------------------


def _learn(machine: Machine, event: Event, before: Known, taken: CompiledStep | None) -> dict[str, Value] | Refused:
    """The facts an event brings, encoded: those its step records, and declared ones not yet known otherwise."""
    learned: dict[str, Value] = {}
    for name, raw in event.facts.items():
        full = f"{taken.name}.{name}" if taken and f"{taken.name}.{name}" in taken.records else name
        if full not in machine.declared_facts and not (taken and full in taken.records):
            own = [each.partition(".")[2] for each in taken.records] if taken else []
            return _unknown_fact(machine, event, name, [*machine.declared_facts, *own])
        try:
            value = machine.declared.take(full, raw)
        except FactError as error:
            return _invalid(event, name, error)
        earlier = learned.get(full, before.get(full, value))  # inside its step a fact has two names
        if earlier != value:
            known = machine.declared.facts[full].kind.give(earlier)
            reason = Words(
                f"`{name}` is al gekend als `{known}`; alleen een verbetering (`correct`) wijzigt het",
                f"`{name}` is already known as `{known}`; only a correction (`correct`) changes it",
            )
            return Refused(event, "invalid_fact", {"fact": name, "reason": reason})
        learned[full] = value
    return learned


def _unknown_fact(machine: Machine, event: Event, name: str, known: object) -> Refused:
    names = [str(each) for each in known] if isinstance(known, frozenset | list) else []
    hint = did_you_mean(name, names)
    hint = f"; {hint}" if hint and hint.startswith("did") else ""
    decided = name in machine.declared.facts
    reason = (
        Words(f"`{name}` wordt niet door dit event vastgelegd{hint}", f"`{name}` is not brought by this event{hint}")
        if decided
        else Words(f"onbekend feit `{name}`{hint}", f"unknown fact `{name}`{hint}")
    )
    return Refused(event, "invalid_fact", {"fact": name, "reason": reason})


def _invalid(event: Event, name: str, error: FactError) -> Refused:
    sentence = f"`{name}`: {error}" + (f" ({error.help})" if error.help else "")
    return Refused(event, "invalid_fact", {"fact": name, "reason": sentence})


# -- windows and states -----------------------------------------------------------------------------------------


def _outside_step(machine: Machine, taken: CompiledStep, case: Case, event: Event, cohort: Cohort) -> Refused | None:
    opens, ends = (taken.opens, taken.ends_for(case.entered, machine.zone)) if taken.enforced else (None, None)
    if case.reopened == taken.name:
        ends = None  # whoever reopened the decision let the window pass for this case
    if machine.reserve and case.state == machine.reserve.state and cohort.ends is not None:
        ends = cohort.ends if ends is None else min(ends, cohort.ends)
    return _outside(machine, event, opens, ends)


def _outside(machine: Machine, event: Event, opens: Moment | None, ends: Moment | None) -> Refused | None:
    zone = machine.zone
    if opens is not None and event.at < opens:
        return Refused(event, "too_early", {"opens": zone.show(opens), "at": zone.show(event.at)})
    if ends is not None and event.at >= ends:
        # The last moment inside, to the minute, is what the author wrote.
        last = zone.local(Moment(ends - 1)).isoformat(sep=" ", timespec="minutes")[:16]
        return Refused(event, "too_late", {"ends": last, "at": zone.show(event.at)})
    return None


def _wrong_state(machine: Machine, case: Case, event: Event) -> Refused:
    return Refused(event, "wrong_state", {"state": case.state, "possible": possible(machine, case)})


def _day(machine: Machine, moment: Moment) -> str:
    return machine.zone.show(moment)


# -- making the next case ---------------------------------------------------------------------------------------


def _moved(
    case: Case, event: Event, move: str, to: str, facts: Mapping[str, Value], learned: Known, cohort: Cohort
) -> Case:
    made = Move(
        case.candidate, event.name, move, event.at, case.state, to, event.by, learned, event.why,
        known=cohort.known(facts),
    )  # fmt: skip
    return Case(case.candidate, to, event.at, event.at, facts, (*case.history, made), (*case.road, made))


def _automatic(
    case: Case, event: str, move: str, to: str, at: Moment, facts: Mapping[str, Value], cohort: Cohort
) -> Case:
    made = Move(case.candidate, event, move, at, case.state, to, known=cohort.known(facts))
    return Case(case.candidate, to, max(case.at, at), at, facts, (*case.history, made), (*case.road, made))


def _settled(machine: Machine, event: Event, case: Case, cohort: Cohort, before: int) -> Moved:
    settled = settle(machine, case, event.at, cohort)
    return Moved(event, settled.history[before:], (settled,))
