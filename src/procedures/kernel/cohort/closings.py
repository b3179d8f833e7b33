"""Decisions for all candidates at once: lapses that are due, closings, cuts and gates.

This module decides which cases move, in which order, and by which count or rank. What a closing decides is recorded
and never computed again.
"""

from collections.abc import Collection, Mapping

from attrs import define, evolve

from procedures.kernel.automatic_moves import find_due_lapse, lapse, make_automatic_moves
from procedures.kernel.case_index import ChangedCases, candidates_in, cases_changed_after, sort_candidates
from procedures.kernel.cases import Case, Closing, Cohort, Event, GateDecision, Move, MoveName, Refused
from procedures.kernel.cohort.ranking import Key, rank, ranking_key
from procedures.kernel.cohort.reserve import begin_reserve
from procedures.kernel.decision import is_addition, is_open, waiting_outcome
from procedures.kernel.event_facts import check_moment, invalid_fact
from procedures.kernel.guards import Outcome
from procedures.kernel.machine import CompiledStep, Gate, Machine
from procedures.kernel.windows import own_end
from rules.calendar import Moment
from rules.evaluation import truth
from rules.kinds import FactError, Value
from rules.truth import Truth
from rules.words import Words


@define
class SelectionDecision:
    """The decision of an event of the whole selection: the cases that it changed, and the cohort after it."""

    cases: dict[str, Case]
    cohort: Cohort

    def moves(self, before: Mapping[str, Case]) -> tuple[Move, ...]:
        """Every move made since `before`, by moment and then candidate."""
        made = [
            (number, move)
            for candidate, case in self.cases.items()
            for number, move in enumerate(case.history[len(before[candidate].history) :])
        ]
        return tuple(move for _, move in sorted(made, key=lambda each: (each[1].at, each[1].candidate, each[0])))


def advance(machine: Machine, cases: Mapping[str, Case], cohort: Cohort, current: Moment) -> SelectionDecision:
    """Apply every lapse and expiry that is due by `now`. A second call changes nothing."""
    changed: dict[str, Case] = {}
    for candidate in candidates_in(cases, _states_with_due_lapses(machine, cohort, current)):
        case = moved = cases[candidate]
        while (next_ := find_due_lapse(machine, moved, current, cohort)) is not None:
            moved = lapse(machine, moved, *next_, cohort)
        if moved is not case:
            changed[candidate] = moved
    return SelectionDecision(changed, cohort)


def _states_with_due_lapses(machine: Machine, cohort: Cohort, current: Moment) -> set[str]:
    """The states in which a lapse may be due by `now`. A window that counts from entry (`within`) may always be due."""
    states = {
        origin
        for step in machine.steps.values()
        if step.lapses is not None and (step.within is not None or (step.ends is not None and step.ends <= current))
        for origin in step.origins
    }
    if machine.reserve and cohort.ends is not None and cohort.ends <= current:
        states.add(machine.reserve.state)
    return states


def close(machine: Machine, cases: Mapping[str, Case], cohort: Cohort, event: Event) -> SelectionDecision | Refused:
    """
    The selection after the closing of `event.step`, or the refusal of the closing.

    In this order: due lapses and expiries are applied; the best are kept and the others cut; the validity of the
    reserve begins if this is the last closing that leads to it; the gates that waited for this closing are decided;
    all automatic moves are made.
    """
    assert event.step is not None
    step = machine.steps[event.step]
    if refused := _check_order_and_gate(machine, step, cases, cohort, event):
        return refused
    facts = closing_facts(machine, step, event)
    if isinstance(facts, Refused):
        return facts
    if missing := _missing_facts(step, event, facts, cohort):
        return Refused(event, "missing_facts", {"missing": missing})
    if event.by is None:
        reason = Words(f"`{step.name}` afsluiten doet een persoon", f"closing `{step.name}` is for a person")
        return Refused(event, "needs_person", {"reason": reason})
    decided = advance(machine, cases, cohort, event.at)
    current = ChangedCases(cases, decided.cases)
    upstream = candidates_in(current, step.upstream)
    undecided = tuple(
        sorted(name for name in upstream if _may_still_take(machine, step, current[name], cohort, event.at))
    )
    if undecided:
        return Refused(event, "undecided", {"step": step.name, "candidates": undecided})
    return _decide_closing(machine, step, current, evolve(cohort, facts={**cohort.facts, **facts}), event)


# -- refusals ---------------------------------------------------------------------------------------------------


def _check_order_and_gate(
    machine: Machine, step: CompiledStep, cases: Mapping[str, Case], cohort: Cohort, event: Event
) -> Refused | None:
    later = [case.at for case in cases_changed_after(cases, event.at) if _is_counted(machine, step, case, event.at)]
    if later:
        zone = machine.zone
        return Refused(event, "out_of_order", {"at": zone.clock(event.at), "last": zone.clock(max(later))})
    if closing := cohort.closings.get(step.name):
        return Refused(event, "already_closed", {"closed": step.name, "at": machine.zone.clock(closing.at)})
    if step.gate and (step.name not in cohort.gates or event.at < cohort.gates[step.name].at):
        waits_for = tuple(name for name in step.gate.feeders if is_open(cohort, name, event.at))
        return Refused(event, "gate_undecided", {"event": step.name, "waits_for": waits_for})
    return None


def _is_counted(machine: Machine, step: CompiledStep, case: Case, at: Moment) -> bool:
    """Whether the closing at `at` would count or move this case, although the case had a later event."""
    if case.state in step.upstream:
        return True
    if any(move.event == step.name and move.at > at for move in case.path):
        return True
    return any(
        case.state in gated.origins or (gated.gate.count is not None and gated.gate.count.state == case.state)
        for gated in machine.steps.values()
        if gated.gate and step.name in gated.gate.feeders
    )


def closing_facts(machine: Machine, step: CompiledStep, event: Event) -> dict[str, Value] | Refused:
    """The facts of a closing, encoded; or the refusal of one of them."""
    if refused := check_moment(machine, event):
        return refused
    facts: dict[str, Value] = {}
    for name, raw in event.facts.items():
        full = name if name in step.closing else f"{step.name}.{name}"
        if full not in step.closing:
            reason = Words(f"de afsluiting legt geen `{name}` vast", f"the closing records no `{name}`")
            return Refused(event, "invalid_fact", {"fact": name, "reason": reason})
        try:
            value = machine.declared.encode(full, raw)
            if facts.setdefault(full, value) != value:
                raise FactError(Words("staat er twee keer, telkens anders", "is given twice, and differently"))
        except FactError as error:
            return invalid_fact(event, name, error)
    return facts


def _missing_facts(step: CompiledStep, event: Event, facts: dict[str, Value], cohort: Cohort) -> tuple[str, ...]:
    """The facts that the closing must record and does not; and `seed`, where ties may be decided by lot."""
    sizes = [take.best for take in step.keeps.takes if isinstance(take.best, str)] if step.keeps else []
    missing = [name for name in dict.fromkeys((*step.closing, *sizes)) if name not in {**cohort.facts, **facts}]
    if step.keeps and step.keeps.ties == "lot" and event.seed is None:
        missing.append("seed")
    return tuple(missing)


def _may_still_take(machine: Machine, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> bool:
    """Whether the case, which is in an upstream state, may still come to the step and get a result there."""
    if case.state in step.origins and step.name in case.pending:
        return waiting_outcome(machine, step, case, cohort) is None
    next_steps = (each for each in machine.steps_from[case.state] if each is step or each.targets & step.upstream)
    return not all(_is_over_for(machine, each, case, cohort, at) for each in next_steps)


def _is_over_for(machine: Machine, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> bool:
    """Whether a step is over for the case: its window passed and it `stays`, or it was closed without the case.

    A tentative window counts here too: it binds no event, but says until when a case was expected.
    """
    if step.name in cohort.closings:
        return (step.left_for_person and not case.reopened) or not is_addition(step, case, cohort)
    if not step.left_for_person:
        return False
    if step.exemption is not None and step.exemption.truth(cohort.known_facts(case.facts)) is Truth.UNKNOWN:
        return False
    ends = own_end(machine, step, case)
    return ends is not None and ends <= at and not (case.reopened and ends <= case.entered)


# -- decisions --------------------------------------------------------------------------------------------------


def _decide_closing(
    machine: Machine, step: CompiledStep, current: ChangedCases, cohort: Cohort, event: Event
) -> SelectionDecision:
    failed = _failed_outcomes(machine, step, current, cohort)
    keys = _ranking_keys(machine, step, current, failed, cohort)
    sizes = _sizes(machine, step, cohort)
    closing = Closing(step.name, event.at, event.by, True, keys, sizes, event.seed)
    cohort = evolve(cohort, closings={**cohort.closings, step.name: closing})
    if step.keeps:
        for candidate, (rank_number, to) in rank(keys, step.keeps, sizes, event.seed).items():
            current.put(_apply_rank(step, current[candidate], rank_number, to, event, cohort))
        for candidate, outcome in failed.items():
            current.put(_fail(step, current[candidate], outcome, event, cohort))
    cohort = begin_reserve(machine, cohort, event.at)
    by_closing = list(current.changes)
    cohort = _decide_gates(machine, current, cohort, event.at)
    _make_all_automatic_moves(machine, current, event.at, cohort)
    automatic = sort_candidates(current.base, current.changes.keys() - set(by_closing))
    return SelectionDecision({candidate: current[candidate] for candidate in (*by_closing, *automatic)}, cohort)


def _make_all_automatic_moves(machine: Machine, current: ChangedCases, at: Moment, cohort: Cohort) -> None:
    """Make the automatic moves of every case in a state that has such moves."""
    states = {*machine.automatic, *((machine.reserve.state,) if machine.reserve and cohort.ends is not None else ())}
    for candidate in candidates_in(current, states):
        current.put(make_automatic_moves(machine, current[candidate], at, cohort))


def _waiting_candidates(step: CompiledStep, current: ChangedCases) -> list[str]:
    """The candidates whose result waits for this closing."""
    return [candidate for candidate in candidates_in(current, step.origins) if step.name in current[candidate].pending]


def _failed_outcomes(machine: Machine, step: CompiledStep, current: ChangedCases, cohort: Cohort) -> dict[str, Outcome]:
    """The outcomes of waiting results that do not pass any more, because a correction changed their facts."""
    results = {
        candidate: waiting_outcome(machine, step, current[candidate], cohort)
        for candidate in _waiting_candidates(step, current)
    }
    return {candidate: outcome for candidate, outcome in results.items() if outcome and not outcome.passed}


def _fail(step: CompiledStep, case: Case, outcome: Outcome, event: Event, cohort: Cohort) -> Case:
    facts = {**case.facts, step.name: "failed"}
    known = cohort.known_facts(facts)
    made = Move(case.candidate, step.name, "failed", event.at, case.state, outcome.to, event.by, known=known)
    return case.apply_move(made, facts)


def _ranking_keys(
    machine: Machine, step: CompiledStep, current: ChangedCases, failed: Collection[str], cohort: Cohort
) -> dict[str, Key]:
    """The ranking keys of the candidates whose result waits for this closing and still passes."""
    keys: dict[str, Key] = {}
    if step.keeps:
        for candidate in _waiting_candidates(step, current):
            if candidate not in failed:
                key = ranking_key(machine.declared, step.keeps, cohort.known_facts(current[candidate].facts))
                assert isinstance(key, tuple), "a result waits only when it can be ranked"
                keys[candidate] = key
    return keys


def _sizes(machine: Machine, step: CompiledStep, cohort: Cohort) -> tuple[int, ...]:
    """The size of each list; a closing's number is rounded down to whole candidates."""

    def size(best: int | str) -> int:
        if isinstance(best, int):
            return best
        return max(0, int(float(machine.declared.facts[best].kind.decode(cohort.facts[best]))))

    return tuple(size(take.best) for take in step.keeps.takes) if step.keeps else ()


def _apply_rank(step: CompiledStep, case: Case, rank_number: int, to: str | None, event: Event, cohort: Cohort) -> Case:
    move: MoveName = "cut" if to is None else "kept"
    result, target = ("failed", step.otherwise) if to is None else ("passed", to)
    facts = {**case.facts, step.name: result, f"{step.name}.kept": to is not None, f"{step.name}.rank": rank_number}
    made = Move(
        case.candidate, step.name, move, event.at, case.state, target, event.by, known=cohort.known_facts(facts)
    )
    return case.apply_move(made, facts)


def _decide_gates(machine: Machine, current: ChangedCases, cohort: Cohort, at: Moment) -> Cohort:
    """Decide every gate whose feeders are closed, in the order of the file. A gate that is not held closes its step."""
    undecided = True
    while undecided:
        undecided = False
        for step in machine.steps.values():
            if step.gate is None or step.name in cohort.gates or not set(step.gate.feeders) <= cohort.closings.keys():
                continue
            decision = _gate_decision(step.gate, current, cohort, at)
            if decision is None:
                continue
            undecided = True
            cohort = evolve(
                cohort,
                gates={**cohort.gates, step.name: decision},
                facts={**cohort.facts, f"{step.name}.held": decision.held},
            )
            if not decision.held:
                closing = Closing(step.name, at, held=False)
                cohort = begin_reserve(machine, evolve(cohort, closings={**cohort.closings, step.name: closing}), at)
                # The cases that move on without the step must move before the next gate counts.
                _make_all_automatic_moves(machine, current, at, cohort)
    return cohort


def _gate_decision(gate: Gate, current: ChangedCases, cohort: Cohort, at: Moment) -> GateDecision | None:
    if gate.count is not None:
        count = len(candidates_in(current, (gate.count.state,)))
        return GateDecision(all(order.holds(count, bound) for order, bound in gate.count.conditions), count, at)
    assert gate.rule is not None
    held = truth(gate.rule, cohort.facts)
    return None if held is Truth.UNKNOWN else GateDecision(held is Truth.TRUE, None, at)
