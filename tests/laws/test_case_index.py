"""Who stands where is looked up, and comes to the same as looking through everybody."""

from typing import Any

from generated import Story, cutting, law, reserving, stories
from hypothesis import strategies as st

from procedures import Event, Moved, Selection
from procedures.kernel.case_index import CaseIndex
from procedures.kernel.cases import Case, Cohort
from procedures.kernel.cohort.closings import SelectionDecision, advance, close
from procedures.kernel.cohort.queue import Queues
from procedures.kernel.cohort.ranking import ranking_values
from procedures.kernel.cohort.reserve import reserve_kind
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import SELECTION_EVENTS
from procedures.kernel.windows import window_of
from rules.calendar import Moment

TOGETHER = st.one_of(
    stories(cutting(), actions=("round", "march", "close", "single", "reopen"), candidates=(4, 6)),
    stories(
        reserving(), actions=("round", "round", "march", "close", "extend", "advance", "single", "correct", "reopen")
    ),
)


def held(selection: Selection) -> CaseIndex:
    """The same cases, held anew."""
    cases = CaseIndex()
    for name in selection:
        cases.put(selection[name])
    return cases


def decided(machine: Machine, cases: Any, cohort: Cohort, event: Event) -> Any:
    """What a closing or an `advance` makes of cases, whatever holds them, the order of the cases included."""
    made = (
        advance(machine, cases, cohort, event.at) if event.name == "advance" else close(machine, cases, cohort, event)
    )
    return (list(made.cases.items()), made.moves(cases), made.cohort) if isinstance(made, SelectionDecision) else made


@law(TOGETHER)
def test_a_plain_mapping_of_cases_does_as_well(story: Story) -> None:
    """An indexed selection closes and advances as one in which everybody is looked at."""
    selection = Selection(story.procedure)
    for event in story.events:
        if event.name == "advance" or (event.name == "close" and event.step in selection.machine.steps):
            plain = {name: selection[name] for name in selection}
            asked = (selection.machine, plain, selection.cohort, event)
            expected = decided(*asked)
            assert decided(selection.machine, held(selection), selection.cohort, event) == expected
            answer = selection.handle(event)
            if isinstance(answer, Moved):
                assert [case.candidate for case in answer.cases] == [name for name, _ in expected[0]]
        else:
            selection.handle(event)


@law(TOGETHER)
def test_cases_are_found_under_the_state_in_which_they_stand(story: Story) -> None:
    """Whenever it is asked, a state holds who stands there, in the order in which they applied."""
    selection, cases = Selection(story.procedure), CaseIndex()
    for number, event in enumerate(story.events):
        answer = selection.handle(event)
        for case in answer.cases if isinstance(answer, Moved) else ():
            cases.put(case)
        if number % 3 == 0:
            for state in story.procedure.machine.states:
                assert cases.candidates_in([state]) == [name for name in selection if selection[name].state == state]
    assert list(cases) == list(selection)


def looked_through(selection: Selection, taken: CompiledStep, case: Case, at: Moment) -> str | None:
    """Whose turn it is, by looking at everybody who waits."""
    machine, cohort = selection.machine, selection.cohort

    def turn(other: Case) -> tuple[object, ...]:
        asked = sum(move.event == taken.name for move in other.path)
        ranked = machine.reserve.ranked if machine.reserve else ()
        key = ranking_values(machine.declared, ranked, cohort.known_facts(other.facts))
        return (-asked, *((1, *key) if isinstance(key, tuple) else (0,)))

    if window_of(machine, taken, case, cohort).is_late(at):
        return None
    kind = reserve_kind(machine, case, cohort)
    everybody = [selection[name] for name in selection if selection[name].state in taken.origins]
    waiting = [other for other in everybody if reserve_kind(machine, other, cohort) == kind]
    waiting = [other for other in waiting if not window_of(machine, taken, other, cohort).is_late(at)]
    before = [(turn(other), other.candidate) for other in waiting if turn(other) > turn(case)]
    return max(before, default=(None, None))[1]


@law(TOGETHER)
def test_a_queue_says_whose_turn_it_is_as_looking_at_everybody_would(story: Story) -> None:
    """Kept in order or made anew, the queue of a step names the same candidate."""
    selection = Selection(story.procedure)
    steps = [step for step in selection.machine.steps.values() if step.in_order]
    for event in story.events:
        selection.handle(event)
        if event.name in SELECTION_EVENTS or not steps:
            continue
        for taken in steps:
            for case in [selection[name] for name in selection if selection[name].state in taken.origins]:
                expected = looked_through(selection, taken, case, event.at)
                assert selection.cohort.candidate_ahead(taken, case, event.at) == expected
                assert (
                    Queues(selection.machine, held(selection)).candidate_ahead(taken, case, selection.cohort, event.at)
                    == expected
                )
