"""Who stands where is looked up, and comes to the same as looking through everybody."""

from typing import Any

from generated import Story, cutting, law, reserving, stories
from hypothesis import strategies as st

from procedures import Event, Moved, Selection
from procedures.kernel.case_index import CaseIndex
from procedures.kernel.cases import Case, Cohort, is_selection_event
from procedures.kernel.cohort.closings import SelectionDecision, advance, close
from procedures.kernel.cohort.queue import Queues
from procedures.kernel.cohort.ranking import Key, ranking_values
from procedures.kernel.cohort.reserve import find_reserve_kind
from procedures.kernel.machine import CompiledStep, Machine
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


def looked_through(selection: Selection, taken: CompiledStep, case: Case, at: Moment) -> tuple[str, str] | None:
    """Why it is not the turn of a case, and who is in the way, by looking at everybody who waits."""
    machine, cohort = selection.machine, selection.cohort

    def key(other: Case) -> Key | list[str]:
        ranked = machine.reserve.ranked if machine.reserve else ()
        return ranking_values(machine.declared, ranked, cohort.known_facts(other.facts))

    def turn(other: Case) -> tuple[object, ...]:
        return (-sum(move.event == taken.name for move in other.path), *key(other))

    if window_of(machine, taken, case, cohort).is_late(at):
        return None
    kind = find_reserve_kind(machine, case, cohort)
    everybody = [selection[name] for name in selection if selection[name].state in taken.origins]
    waiting = [other for other in everybody if not window_of(machine, taken, other, cohort).is_late(at)]
    unplaced = [
        other.candidate
        for other in waiting
        if isinstance(found := find_reserve_kind(machine, other, cohort), tuple)
        or (found == kind and isinstance(key(other), list))
    ]
    if unplaced:
        return "missing_facts", min(unplaced)
    same = [other for other in waiting if find_reserve_kind(machine, other, cohort) == kind]
    before = [(turn(other), other.candidate) for other in same if turn(other) > turn(case)]
    return ("not_next", max(before)[1]) if before else None


@law(TOGETHER)
def test_a_queue_says_whose_turn_it_is_as_looking_at_everybody_would(story: Story) -> None:
    """Kept in order or made anew, the queue of a step names the same candidate."""
    selection = Selection(story.procedure)
    steps = [step for step in selection.machine.steps.values() if step.in_order]
    for event in story.events:
        selection.handle(event)
        if is_selection_event(event) or not steps:
            continue
        for taken in steps:
            for case in [selection[name] for name in selection if selection[name].state in taken.origins]:
                expected = looked_through(selection, taken, case, event.at)
                anew = Queues(selection.machine, held(selection))
                for refusal in (
                    selection.cohort.check_turn(taken, case, event.at),
                    anew.check_turn(taken, case, selection.cohort, event.at),
                ):
                    told = None if refusal is None else refusal[1].get("next") or refusal[1]["candidate"]
                    assert (None if refusal is None else (refusal[0], told)) == expected
