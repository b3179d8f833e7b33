"""Decisions for all candidates at once: lapses that are due, closings, cuts and gates.

This module decides which cases move, in which order, and by which count or rank. What a closing decides is recorded
and never computed again.
"""

from collections.abc import Collection, Mapping

from attrs import define, evolve

from procedures.kernel.automatic_moves import find_due_lapse, lapse
from procedures.kernel.case_index import ChangedCases, candidates_in, sort_candidates
from procedures.kernel.cases import BeforeClosing, Case, Closing, Cohort, Event, Move, MoveName, Refused
from procedures.kernel.cohort.closing_preconditions import (
    check_order_and_gate,
    closing_facts,
    may_still_take,
    missing_facts,
)
from procedures.kernel.cohort.gates import decide_gates
from procedures.kernel.cohort.ranking import Key, rank, ranking_key
from procedures.kernel.cohort.reserve import begin_reserve
from procedures.kernel.decision import waiting_outcome
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import APPLY
from procedures.kernel.outcomes import Outcome
from rules.calendar import Moment
from rules.kinds import Value
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
    The selection after the closing of `event.step` (a step, or `apply`), or the refusal of the closing.

    In this order: due lapses and expiries are applied; the best are kept and the others cut; the validity of the
    reserve begins if this is the last closing that leads to it; all automatic moves are made, and the gates that waited
    for this closing are decided.
    """
    assert event.step is not None
    step = machine.steps.get(event.step)
    if refused := check_order_and_gate(machine, event.step, step, cases, cohort, event):
        return refused
    facts = closing_facts(machine, step, event)
    if isinstance(facts, Refused):
        return facts
    if missing := missing_facts(step, event, facts, cohort):
        return Refused(event, "missing_facts", {"missing": missing})
    if event.by is None:
        reason = Words(f"`{event.step}` afsluiten doet een persoon", f"closing `{event.step}` is for a person")
        return Refused(event, "needs_person", {"reason": reason})
    decided = advance(machine, cases, cohort, event.at)
    current = ChangedCases(cases, decided.cases)
    upstream = candidates_in(current, step.upstream) if step is not None else ()
    undecided = tuple(
        sorted(name for name in upstream if step and may_still_take(machine, step, current[name], cohort, event.at))
    )
    if undecided:
        return Refused(event, "undecided", {"step": event.step, "candidates": undecided})
    return _decide_closing(machine, step, current, cohort, facts, event)


# -- decisions --------------------------------------------------------------------------------------------------


def _decide_closing(
    machine: Machine,
    step: CompiledStep | None,
    current: ChangedCases,
    before: Cohort,
    facts: Mapping[str, Value],
    event: Event,
) -> SelectionDecision:
    """The cases and the cohort after a closing that is not refused; `step` is None for the applications."""
    assert event.step is not None
    cohort = evolve(before, facts={**before.facts, **facts}) if facts else before
    closing = Closing(event.step, event.at, event.by, seed=event.seed)
    if step is not None and step.keeps:
        closing = _close_ranking(machine, step, current, cohort, event)
    applications = {APPLY: Closing(APPLY, event.at, event.by)} if APPLY not in cohort.closings else {}
    cohort = evolve(
        cohort, closings={**cohort.closings, **applications, event.step: closing}, latest=(event.step, event.at)
    )
    cohort = begin_reserve(machine, cohort, event.at)
    by_closing = list(current.changes)
    cohort = decide_gates(machine, current, cohort, event.at)
    automatic = sort_candidates(current.base, current.changes.keys() - set(by_closing))
    cases = {candidate: current[candidate] for candidate in (*by_closing, *automatic)}
    changed = BeforeClosing(
        before,
        {candidate: current.base[candidate] for candidate in cases},
        {candidate: len(case.history) for candidate, case in cases.items()},
    )
    closings = {**cohort.closings, event.step: evolve(closing, before=changed)}
    return SelectionDecision(cases, evolve(cohort, closings=closings))


def _close_ranking(
    machine: Machine, step: CompiledStep, current: ChangedCases, cohort: Cohort, event: Event
) -> Closing:
    """Keep the best and cut the others; the closing with the keys by which additions are ranked later."""
    assert step.keeps is not None
    failed = _failed_outcomes(machine, step, current, cohort)
    keys = _ranking_keys(machine, step, current, failed, cohort)
    sizes = _sizes(machine, step, cohort)
    for candidate, (rank_number, to) in rank(keys, step.keeps, sizes, event.seed).items():
        current.put(_apply_rank(step, current[candidate], rank_number, to, event, cohort))
    for candidate, outcome in failed.items():
        current.put(_fail(step, current[candidate], outcome, event, cohort))
    return Closing(step.name, event.at, event.by, True, keys, sizes, event.seed)


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
