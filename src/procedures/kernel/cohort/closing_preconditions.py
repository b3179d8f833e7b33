"""What must hold before a closing is made: its order, its gate, its facts, and nobody who is still on the way."""

from collections.abc import Mapping

from procedures.kernel.case_index import cases_changed_after
from procedures.kernel.cases import Case, Cohort, Event, Refused
from procedures.kernel.cohort.event_order import is_overtaken
from procedures.kernel.decision import is_addition, is_open, waiting_outcome
from procedures.kernel.event_facts import check_moment, invalid_fact
from procedures.kernel.exemptions import exemption_truth
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.windows import own_end
from rules.calendar import Moment
from rules.kinds import FactError, Value
from rules.truth import Truth
from rules.words import Words


def check_order_and_gate(
    machine: Machine,
    name: str,
    step: CompiledStep | None,
    cases: Mapping[str, Case],
    cohort: Cohort,
    event: Event,
) -> Refused | None:
    clock = machine.zone.clock
    later = [
        case.at for case in cases_changed_after(cases, event.at) if is_overtaken(machine, name, case, cohort, event.at)
    ]
    if cohort.latest is not None and cohort.latest[1] > event.at:
        later.append(cohort.latest[1])
    if later:
        return Refused(event, "out_of_order", {"at": clock(event.at), "last": clock(max(later))})
    if closing := cohort.closings.get(name):
        return Refused(event, "already_closed", {"closed": name, "at": clock(closing.at)})
    if step is not None and step.gate and (name not in cohort.gates or event.at < cohort.gates[name].at):
        waits_for = tuple(each for each in step.gate.feeders if is_open(cohort, each, event.at))
        return Refused(event, "gate_undecided", {"event": name, "waits_for": waits_for})
    return None


def closing_facts(machine: Machine, step: CompiledStep | None, event: Event) -> dict[str, Value] | Refused:
    """The facts of a closing, encoded; or the refusal of one of them. Closing the applications (None) records none."""
    if refused := check_moment(machine, event):
        return refused
    facts: dict[str, Value] = {}
    recorded = step.closing if step is not None else ()
    for name, raw in event.facts.items():
        full = name if name in recorded else f"{event.step}.{name}"
        if full not in recorded:
            reason = Words(f"de afsluiting legt geen `{name}` vast", f"the closing records no `{name}`")
            return Refused(event, "invalid_fact", {"fact": name, "reason": reason})
        try:
            value = machine.declared.encode(full, raw)
            if facts.setdefault(full, value) != value:
                raise FactError(Words("staat er twee keer, telkens anders", "is given twice, and differently"))
        except FactError as error:
            return invalid_fact(event, name, error)
    return facts


def missing_facts(step: CompiledStep | None, event: Event, facts: dict[str, Value], cohort: Cohort) -> tuple[str, ...]:
    """The facts that the closing must record and does not; and `seed`, where ties may be decided by lot."""
    if step is None:
        return ()
    sizes = [take.best for take in step.keeps.takes if isinstance(take.best, str)] if step.keeps else []
    missing = [name for name in dict.fromkeys((*step.closing, *sizes)) if name not in {**cohort.facts, **facts}]
    if step.keeps and step.keeps.ties == "lot" and event.seed is None:
        missing.append("seed")
    return tuple(missing)


def may_still_take(machine: Machine, step: CompiledStep, case: Case, cohort: Cohort, at: Moment) -> bool:
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
    if step.gate is not None and step.name not in cohort.gates:
        return False
    if exemption_truth(step, case, cohort) is Truth.UNKNOWN:
        return False
    ends = own_end(machine, step, case)
    return ends is not None and ends <= at and not (case.reopened and ends <= case.entered)
