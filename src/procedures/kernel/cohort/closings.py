"""What is decided for all candidates at once: lapses that are due, closings, cuts, gates and the reserve's end.

Every move of a single case is made by `stepping`; here is only who is moved, in which order, and the count or the
rank that decides. What a closing decided is kept and never computed again.
"""

from collections.abc import Collection, Mapping

from attrs import define, evolve

from procedures.kernel.automatic_moves import find_due_lapse, lapse, make_automatic_moves
from procedures.kernel.case_index import ChangedCases, candidates_in, happened_after, ordered
from procedures.kernel.cases import Case, Closing, Cohort, Event, GateDecision, Move, MoveName, Refused
from procedures.kernel.cohort.ranking import Key, rank, ranking_key
from procedures.kernel.cohort.reserve import begin_reserve
from procedures.kernel.decision import decide, is_addition, is_open, missing_for_ranking
from procedures.kernel.event_facts import invalid_fact
from procedures.kernel.guards import Outcome
from procedures.kernel.machine import CompiledStep, Gate, Machine
from rules.calendar import Moment
from rules.evaluation import truth
from rules.kinds import FactError, Value
from rules.truth import Truth
from rules.words import Words


@define
class SelectionDecision:
    """What an event of the whole selection made of it: the cases it changed, and the cohort after it."""

    cases: dict[str, Case]
    cohort: Cohort

    def moves(self, before: Mapping[str, Case]) -> tuple[Move, ...]:
        """Every move made, by moment and then candidate."""
        made = [
            (number, move)
            for candidate, case in self.cases.items()
            for number, move in enumerate(case.history[len(before[candidate].history) :])
        ]
        return tuple(move for _, move in sorted(made, key=lambda each: (each[1].at, each[1].candidate, each[0])))


def advance(machine: Machine, cases: Mapping[str, Case], cohort: Cohort, now: Moment) -> SelectionDecision:
    """Every lapse and expiry that is due by `now`. A second time changes nothing."""
    changed: dict[str, Case] = {}
    for candidate in candidates_in(cases, _lapsing(machine, cohort, now)):
        case = moved = cases[candidate]
        while (next_ := find_due_lapse(machine, moved, now, cohort)) is not None:
            moved = lapse(machine, moved, *next_, cohort)
        if moved is not case:
            changed[candidate] = moved
    return SelectionDecision(changed, cohort)


def _lapsing(machine: Machine, cohort: Cohort, now: Moment) -> set[str]:
    """The states in which something may be due by `now`: a window that ends for each case by itself may always."""
    states = {
        origin
        for step in machine.steps.values()
        if step.lapses is not None and (step.within is not None or (step.ends is not None and step.ends <= now))
        for origin in step.origins
    }
    if machine.reserve and cohort.ends is not None and cohort.ends <= now:
        states.add(machine.reserve.state)
    return states


def close(machine: Machine, cases: Mapping[str, Case], cohort: Cohort, event: Event) -> SelectionDecision | Refused:
    """
    The selection after the closing of `event.step`, or why it cannot be closed.

    In this order: what is due by then lapses; the best are kept and the others cut; the gates that waited for this
    closing are decided; the reserve begins to run out where this was what leads to it.
    """
    assert event.step is not None
    taken = machine.steps[event.step]
    if refused := _refused_early(machine, taken, cases, cohort, event):
        return refused
    facts = closing_facts(machine, taken, event)
    if isinstance(facts, Refused):
        return facts
    if missing := _lacking(taken, event, facts, cohort):
        return Refused(event, "unknown_facts", {"missing": missing})
    if event.by is None:
        reason = Words(f"`{taken.name}` afsluiten doet een persoon", f"closing `{taken.name}` is for a person")
        return Refused(event, "needs_person", {"reason": reason})
    decided = advance(machine, cases, cohort, event.at)
    now = ChangedCases(cases, decided.cases)
    upstream = candidates_in(now, taken.upstream)
    on_the_way = tuple(sorted(name for name in upstream if _is_on_the_way(machine, taken, now[name], cohort, event.at)))
    if on_the_way:
        return Refused(event, "undecided", {"step": taken.name, "candidates": on_the_way})
    return _closed(machine, taken, now, evolve(cohort, facts={**cohort.facts, **facts}), event)


# -- why not ----------------------------------------------------------------------------------------------------


def _refused_early(
    machine: Machine, taken: CompiledStep, cases: Mapping[str, Case], cohort: Cohort, event: Event
) -> Refused | None:
    later = [case.at for case in happened_after(cases, event.at) if _counts(machine, taken, case, event.at)]
    if later:
        zone = machine.zone
        return Refused(event, "out_of_order", {"at": zone.clock(event.at), "last": zone.clock(max(later))})
    if closing := cohort.closings.get(taken.name):
        return Refused(event, "already_closed", {"closed": taken.name, "at": machine.zone.clock(closing.at)})
    if taken.gate and (taken.name not in cohort.gates or event.at < cohort.gates[taken.name].at):
        waits_for = tuple(name for name in taken.gate.feeders if is_open(cohort, name, event.at))
        return Refused(event, "gate_undecided", {"event": taken.name, "waits_for": waits_for})
    return None


def _counts(machine: Machine, taken: CompiledStep, case: Case, at: Moment) -> bool:
    """Whether the closing would count, or move on, what happened to this case after it."""
    if case.state in taken.upstream:
        return True
    if any(move.event == taken.name and move.at > at for move in case.path):
        return True
    return any(
        case.state in step.origins or (step.gate.count is not None and step.gate.count.state == case.state)
        for step in machine.steps.values()
        if step.gate and taken.name in step.gate.feeders
    )


def closing_facts(machine: Machine, taken: CompiledStep, event: Event) -> dict[str, Value] | Refused:
    """The facts that a closing brings, encoded; or why one of them cannot be taken."""
    facts: dict[str, Value] = {}
    for name, raw in event.facts.items():
        full = name if name in taken.closing else f"{taken.name}.{name}"
        if full not in taken.closing:
            reason = Words(f"de afsluiting legt geen `{name}` vast", f"the closing records no `{name}`")
            return Refused(event, "invalid_fact", {"fact": name, "reason": reason})
        try:
            value = machine.declared.take(full, raw)
            if facts.setdefault(full, value) != value:
                raise FactError(Words("staat er twee keer, telkens anders", "is given twice, and differently"))
        except FactError as error:
            return invalid_fact(event, name, error)
    return facts


def _lacking(taken: CompiledStep, event: Event, facts: dict[str, Value], cohort: Cohort) -> tuple[str, ...]:
    """What the closing has to record and does not; and the seed, where a lot may have to be drawn."""
    sizes = [take.best for take in taken.keeps.takes if isinstance(take.best, str)] if taken.keeps else []
    missing = [name for name in dict.fromkeys((*taken.closing, *sizes)) if name not in {**cohort.facts, **facts}]
    if taken.keeps and taken.keeps.ties == "lot" and event.seed is None:
        missing.append("seed")
    return tuple(missing)


def _is_on_the_way(machine: Machine, taken: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> bool:
    """Whether the case, which stands upstream, may still come to the step and get a result there."""
    if case.state in taken.origins and taken.name in case.pending:
        return _result(machine, taken, case, cohort) is None
    onwards = (step for step in machine.steps_from[case.state] if step is taken or step.targets & taken.upstream)
    return not all(_is_left(machine, step, case, cohort, at) for step in onwards)


def _is_left(machine: Machine, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> bool:
    """Whether a step left the case where it stands: its window passed and it `stays`, or it was closed over it.

    A date that was only announced binds nobody; it still tells until when a case was expected.
    """
    if step.name in cohort.closings:
        return not is_addition(step, case, cohort)
    if not step.left_for_person or case.reopened == step.name:
        return False
    if step.exemption is not None and step.exemption.ask(cohort.known(case.facts)) is Truth.UNKNOWN:
        return False
    ends = step.window_end(case.entered, machine.zone)
    return ends is not None and ends <= at


def _result(machine: Machine, taken: CompiledStep, case: Case, cohort: Cohort) -> Outcome | None:
    """What a waiting result comes to on the facts as they now stand; None where it cannot be told or ranked."""
    known = cohort.known(case.facts)
    decided = decide(taken, known)
    if not isinstance(decided, Outcome) or missing_for_ranking(machine, taken, decided, known):
        return None
    return decided


# -- what it decides --------------------------------------------------------------------------------------------


def _closed(
    machine: Machine, taken: CompiledStep, now: ChangedCases, cohort: Cohort, event: Event
) -> SelectionDecision:
    failing = _failing(machine, taken, now, cohort)
    ranking = _standing(machine, taken, now, failing, cohort)
    sizes = _sizes(machine, taken, cohort)
    closing = Closing(taken.name, event.at, event.by, True, ranking, sizes, event.seed)
    cohort = evolve(cohort, closings={**cohort.closings, taken.name: closing})
    if taken.keeps:
        for candidate, (place_number, to) in rank(ranking, taken.keeps, sizes, event.seed).items():
            now.put(_placed(taken, now[candidate], place_number, to, event, cohort))
        for candidate, outcome in failing.items():
            now.put(_failed(taken, now[candidate], outcome, event, cohort))
    cohort = begin_reserve(machine, cohort, event.at)
    by_closing = list(now.changed)
    cohort = _decide_gates(machine, now, cohort, event.at)
    _settle_all(machine, now, event.at, cohort)
    by_itself = ordered(now.before, now.changed.keys() - set(by_closing))
    return SelectionDecision({candidate: now[candidate] for candidate in (*by_closing, *by_itself)}, cohort)


def _settle_all(machine: Machine, now: ChangedCases, at: Moment, cohort: Cohort) -> None:
    """Have every case make its automatic moves; only who stands where there are any can have some to make."""
    restless = {*machine.automatic, *((machine.reserve.state,) if machine.reserve and cohort.ends is not None else ())}
    for candidate in candidates_in(now, restless):
        now.put(make_automatic_moves(machine, now[candidate], at, cohort))


def _waiting(taken: CompiledStep, now: ChangedCases) -> list[str]:
    """Those whose result waits for this closing."""
    return [candidate for candidate in candidates_in(now, taken.origins) if taken.name in now[candidate].pending]


def _failing(machine: Machine, taken: CompiledStep, now: ChangedCases, cohort: Cohort) -> dict[str, Outcome]:
    """Those whose result waits and does not pass any more, because a correction changed what it rests on."""
    results = {candidate: _result(machine, taken, now[candidate], cohort) for candidate in _waiting(taken, now)}
    return {candidate: outcome for candidate, outcome in results.items() if outcome and not outcome.passed}


def _failed(taken: CompiledStep, case: Case, outcome: Outcome, event: Event, cohort: Cohort) -> Case:
    facts = {**case.facts, taken.name: "failed"}
    known = cohort.known(facts)
    made = Move(case.candidate, taken.name, "failed", event.at, case.state, outcome.to, event.by, known=known)
    return case.after(made, facts)


def _standing(
    machine: Machine, taken: CompiledStep, now: ChangedCases, failing: Collection[str], cohort: Cohort
) -> dict[str, Key]:
    """The ranking keys of those whose result waits for this closing, and still passes."""
    ranking: dict[str, Key] = {}
    if taken.keeps:
        for candidate in _waiting(taken, now):
            if candidate not in failing:
                key = ranking_key(machine.declared, taken.keeps, cohort.known(now[candidate].facts))
                assert isinstance(key, tuple), "a result waits only when it can be ranked"
                ranking[candidate] = key
    return ranking


def _sizes(machine: Machine, taken: CompiledStep, cohort: Cohort) -> tuple[int, ...]:
    """How many each list takes; a closing's number is rounded down to whole candidates."""

    def size(best: int | str) -> int:
        if isinstance(best, int):
            return best
        return max(0, int(float(machine.declared.facts[best].kind.give(cohort.facts[best]))))

    return tuple(size(take.best) for take in taken.keeps.takes) if taken.keeps else ()


def _placed(taken: CompiledStep, case: Case, place_number: int, to: str | None, event: Event, cohort: Cohort) -> Case:
    move: MoveName = "cut" if to is None else "kept"
    result, target = ("failed", taken.otherwise) if to is None else ("passed", to)
    facts = {**case.facts, taken.name: result, f"{taken.name}.kept": to is not None, f"{taken.name}.rank": place_number}
    made = Move(case.candidate, taken.name, move, event.at, case.state, target, event.by, known=cohort.known(facts))
    return case.after(made, facts)


def _decide_gates(machine: Machine, now: ChangedCases, cohort: Cohort, at: Moment) -> Cohort:
    """Decide every gate whose feeders are closed, in the order of the file; one not held closes its step too."""
    undecided = True
    while undecided:
        undecided = False
        for step in machine.steps.values():
            if step.gate is None or step.name in cohort.gates or not set(step.gate.feeders) <= cohort.closings.keys():
                continue
            decision = _gate_decision(step.gate, now, cohort, at)
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
                # Those it passes over must have moved before the next gate counts.
                _settle_all(machine, now, at, cohort)
    return cohort


def _gate_decision(gate: Gate, now: ChangedCases, cohort: Cohort, at: Moment) -> GateDecision | None:
    if gate.count is not None:
        count = len(candidates_in(now, (gate.count.state,)))
        return GateDecision(all(order.holds(count, bound) for order, bound in gate.count.conditions), count, at)
    assert gate.rule is not None
    held = truth(gate.rule, cohort.facts)
    return None if held is Truth.UNKNOWN else GateDecision(held is Truth.TRUE, None, at)
