"""The state machine that a service extends: the laws of a selection, and what the service hears."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from procedures import Event, Moved, Refused, Selection, load
from procedures.testing import SelectionMachine, selection_machine

PROCEDURE = load("definitions/kortrijk/coordinator-ontmoetingscentra.yaml")
FEW = settings(max_examples=20, stateful_step_count=12, deadline=None)

TestCoordinator = selection_machine(PROCEDURE).TestCase
TestCoordinator.settings = FEW
TestSocialWorker = selection_machine(load("definitions/kortrijk/maatschappelijk-werker-tijdelijk.yaml")).TestCase
TestSocialWorker.settings = FEW


def test_a_service_hears_every_event_with_its_answer() -> None:
    heard: Counter[str] = Counter()

    class Listening(selection_machine(PROCEDURE)):  # type: ignore[misc]  # a class made for the procedure
        def started(self) -> None:
            self.ours = Selection(PROCEDURE)

        def heard(self, event: Event, answer: Moved | Refused) -> None:
            ours = self.ours.handle(event)
            assert type(ours) is type(answer)
            heard[answer.code if isinstance(answer, Refused) else "moved"] += 1

        @rule(day=st.integers(1, 28))
        def a_clerk_looks(self, day: int) -> None:
            self.record(Event("advance", self.machine.zone.day_start(date(2025, 12, day))))

    run_state_machine_as_test(Listening, settings=FEW)
    assert heard["moved"] > 10
    assert len(heard) > 4


def test_candidates_come_everywhere_and_often() -> None:
    reached: Counter[str] = Counter()

    class Watching(selection_machine(PROCEDURE)):  # type: ignore[misc]  # a class made for the procedure
        """It counts who comes where."""

        def heard(self, event: Event, answer: Moved | Refused) -> None:
            reached.update(m.to_state for m in getattr(answer, "moves", ()) if m.to_state != m.from_state)

    run_state_machine_as_test(
        Watching, settings=settings(FEW, max_examples=100, stateful_step_count=30, phases=[Phase.generate])
    )
    assert {step.to for step in PROCEDURE.machine.steps.values()} <= {*reached}
    assert reached["reserve"] > 5


def test_a_service_that_answers_otherwise_is_found_out() -> None:
    class Forgetful(selection_machine(PROCEDURE)):  # type: ignore[misc]  # a class made for the procedure
        """It admits everybody whom the screening was asked about."""

        def heard(self, event: Event, answer: Moved | Refused) -> None:
            if event.name == "screening" and isinstance(answer, Moved):
                assert answer.case.state != "rejected"

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Forgetful, settings=settings(FEW, max_examples=200, phases=[Phase.generate]))


BROKEN: list[tuple[str, Any]] = [  # law, what a machine would have to do to break it
    ("changed a case", lambda machine: machine._before.update(c9=None)),
    ("changed the selection", lambda machine: setattr(machine, "_cohort", None)),
    ("refused and kept", lambda machine: setattr(machine, "_taken", -1)),
]


@pytest.mark.parametrize(("law", "breaks"), BROKEN, ids=lambda each: each if isinstance(each, str) else "")
def test_a_refusal_that_changes_something_breaks_a_law(law: str, breaks: Any) -> None:
    machine: SelectionMachine = selection_machine(PROCEDURE)()
    machine._start()
    breaks(machine)
    with pytest.raises(AssertionError, match=law):
        machine.record(Event("screening", machine.selection.machine.ends or 0, "nobody"))  # type: ignore[arg-type]
