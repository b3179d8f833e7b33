"""A law: where a small change of a definition moves one of a cohort elsewhere, the two are not equivalent."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from definition_changes import mutants
from generated import DAY, HOUR, NAMES, Plain, around_bounds, base_of, definitions, law, load
from hypothesis import assume, event
from hypothesis import strategies as st

from procedures import Moved, Procedure, Refused, Selection
from procedures.kernel.cases import Case, Event
from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs import compare
from rules.calendar import Moment

Told = Mapping[str, Any]
"""Of one candidate, or of the closings, the value that every fact has whenever it is told."""

SHAPES = ("rule", "flag", "score", "ranked", "ranked", "outcomes", "free", "either")


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Procedure, str, Machine, Sequence[Told], Told, Mapping[str, int]]:
    """A procedure, a small change and the machine with it; candidates, what closings bring, and when steps are done."""
    data = draw(definitions(shapes=SHAPES, longest=3))
    procedure = load(data)
    # The comparison says nothing of turns on the reserve, of an appeal, or of a way back to where the road begins.
    assume(not any(step.in_order for step in procedure.machine.steps.values()))
    said = (each for each in mutants(procedure.definition) if not each.name.startswith("appeal"))
    changed = {each.name: each.machine for each in said if ": from " not in each.name}
    changed |= {words: load(other).machine for words, other in reweighed(data)}
    assume(changed)
    name = draw(st.sampled_from([*changed]))
    machine, values = procedure.machine, {}
    for fact, declared in machine.declared.facts.items():
        bounds = [*around_bounds(machine).get(fact, ()), *around_bounds(changed[name]).get(fact, ())]
        plain = {"Flag": [True, False], "Text": ["words"]}.get(type(declared.kind).__name__, bounds)
        values[fact] = st.sampled_from(list(getattr(declared.kind, "of", ())) or plain)
    people = draw(st.lists(st.fixed_dictionaries(values), min_size=3, max_size=5))
    start = procedure.machine.zone.day_start(base_of(data)) + 10 * HOUR
    drawn = {step: start + draw(st.sampled_from([14, 15, 20, 21, 27, 28, 35])) * DAY for step in machine.steps}
    days = {
        step: max(at, machine.steps[step].opens or at) for step, at in drawn.items()
    }  # nobody is too early for good
    return procedure, name, changed[name], people, draw(st.fixed_dictionaries(values)), {"apply": start, **days}


def reweighed(data: Plain) -> list[tuple[str, Plain]]:
    """The same with another weight for the first part of its score."""
    if "scores" not in data:
        return []
    other = deepcopy(data)
    (score,) = other["scores"].values()
    (parts,) = (value for key, value in score.items() if key in ("mean", "sum", "best"))
    if not isinstance(parts, dict):
        return []
    first = next(iter(parts))
    parts[first] = 7 * parts[first]
    return [("another weight", other)]


class Cohort:
    """Candidates of whom all is told, and who take the first step of the file that leads on."""

    def __init__(self, machine: Machine, people: Sequence[Told], closings: Told, days: Mapping[str, int]) -> None:
        self.machine, self.closings, self.days = machine, closings, days
        self.people = dict(zip(NAMES, people, strict=False))
        self.selection, self.now = Selection(machine), days["apply"]
        for name, values in self.people.items():
            facts = {fact: values[fact] for fact in machine.declared_facts}
            self.selection.handle(Event("apply", Moment(self.now), name, facts, "hr"))

    def ends(self) -> list[tuple[object, ...]]:
        """Where everybody stands, and as what, when nothing leads on."""
        for _ in range(3 * len(self.machine.steps)):
            for name in self.people:
                case = self.selection.find(name)
                if case is not None:
                    self.goes_on(case)
            for step in self.machine.steps.values():
                brought = {fact.partition(".")[2]: self.closings[fact] for fact in step.closing}
                self.selection.handle(Event("close", Moment(self.now), None, brought, "hr", step=step.name, seed=1))
            self.selection.handle(Event("advance", Moment(self.now)))
        cases = [self.selection.find(name) for name in self.people]
        return [(case.state, self.selection.kind(case)) if case is not None else () for case in cases]

    def goes_on(self, case: Case) -> None:
        state = self.machine.states[case.state]
        if state.final or state.unsuccessful:
            return
        been = {case.state, *(move.to_state for move in case.path)}
        for step in self.machine.steps_from[case.state]:
            happens = self.event(step, case.candidate)
            trial = Selection(self.machine)
            for each in self.selection.events:
                trial.handle(each)
            answer = trial.handle(happens)
            if isinstance(answer, Moved) and (step.keeps is not None or answer.case.state not in been):
                self.selection.handle(happens)
                self.now = max(self.now, happens.at)
                return
            if isinstance(answer, Refused) and answer.code == "too_late":
                self.now = max(self.now, happens.at)  # what was missed lapses

    def event(self, step: CompiledStep, name: str) -> Event:
        brought = {fact.partition(".")[2]: self.people[name][fact] for fact in step.records}
        return Event(step.name, Moment(max(self.now, self.days[step.name])), name, brought, "jury")


@law(pairs(), share=0.6)
def test_who_ends_elsewhere_makes_two_machines_differ(
    drawn: tuple[Procedure, str, Machine, Sequence[Told], Told, Mapping[str, int]],
) -> None:
    procedure, name, changed, people, closings, days = drawn
    here, there = (Cohort(machine, people, closings, days).ends() for machine in (procedure.machine, changed))
    event("elsewhere" if here != there else "alike")
    if here != there:
        assert compare(procedure.machine, changed).verdict != "equivalent", name
        assert compare(changed, procedure.machine).verdict != "equivalent", name
