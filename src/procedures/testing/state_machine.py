"""A Hypothesis state machine that sends any event to a selection, with the laws as invariants.

A service extends it to test that its integration answers as the procedure does:

    class Ours(selection_machine(procedure)):
        def heard(self, event, answer):
            assert our_service.tell(event) == expected(answer)

    TestOurs = Ours.TestCase
"""

from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from procedures.kernel.cases import DECISIONS, Case, Event, Move, Moved, Refused
from procedures.kernel.machine import Machine
from procedures.selection import run
from procedures.testing.generation.boundaries import plain_values
from procedures.testing.generation.cohorts import CohortDraw
from procedures.testing.generation.paths import legs_by_origin
from procedures.testing.generation.stage import BY, Answer
from procedures.testing.strategies import Subject, machine_of, make_pick
from rules.calendar import Moment

Draws: TypeAlias = st.DataObject

_YEARS: int = 3 * 366 * 86_400_000_000
_MOVES_OF_FINAL_CASES = frozenset({"corrected", "reopened"})


class SelectionMachine(RuleBasedStateMachine):
    """
    A selection that receives events in any order. `selection` is the selection of the library, `machine` its machine.

    Extend it with `heard`, and with rules of your own. After each event these laws hold: a refused event changes
    nothing; a history only grows; a final case moves only by a correction or a reopening; every adverse move names a
    person, unless time or an automatic step made it. At the end the events, run again, give the same selection.
    """

    machine: Machine

    # -- for subclasses -----------------------------------------------------------------------------------------

    def started(self) -> None:
        """Called before the first event."""

    def heard(self, event: Event, answer: Answer) -> None:
        """Called with every event, accepted or refused, and its answer."""

    def record(self, event: Event) -> Answer:
        """Record an event from a rule of your own; the laws are checked for it too."""
        return self._draw.take(event)

    # -- drawn events -------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._draw = CohortDraw(self.machine, lambda options: options[0], self._check_laws)
        self.selection = self._draw.selection
        self._before: dict[str, Case] = {}
        self._cohort, self._taken = self.selection.cohort, 0
        self.started()

    @initialize(data=st.data())
    def first_candidates_apply(self, data: Draws) -> None:
        """A few candidates apply first and follow one path together, as far as each of them can."""
        self._start()
        draw = self._bind_draws(data)
        path = draw.draw_long_path()
        names = [f"c{number}" for number in range(1, draw.pick((1, 2, 4)) + 1)]
        for name in names:
            draw.apply(name, path)
        for leg in path:
            for name in names:
                case = self.selection.find(name)
                if case is not None and case.state == leg.origin:
                    draw.take_leg(name, leg)

    def _bind_draws(self, data: Draws) -> CohortDraw:
        self._draw.pick = make_pick(data.draw)
        return self._draw

    def _has_candidates(self) -> bool:
        return len(self.selection) > 0

    @rule(data=st.data())
    def candidate_follows_path(self, data: Draws) -> None:
        draw = self._bind_draws(data)
        applications_over = self.selection.cohort.closings or (
            self.machine.ends is not None and draw.now >= self.machine.ends
        )
        if applications_over and self._has_candidates() and not draw.chance(8):
            self._move_on(draw)  # applications are over; a late one need not be tried every time
        else:
            draw.follow_path(f"c{len(self.selection) + 1}", draw.draw_long_path())

    @precondition(_has_candidates)
    @rule(data=st.data())
    def candidate_moves_on(self, data: Draws) -> None:
        self._move_on(self._bind_draws(data))

    def _move_on(self, draw: CohortDraw) -> None:
        name = draw.pick(list(self.selection))
        for _ in range(draw.pick((1, 1, 2, 3))):
            next_legs = legs_by_origin(self.machine)[self.selection[name].state]
            if next_legs:
                draw.take_leg(name, draw.pick(next_legs))

    @rule(data=st.data())
    def other_event_happens(self, data: Draws) -> None:
        """An event that usually ends something; one rule for all, because more would end every selection early."""
        draw = self._bind_draws(data)
        others = (
            (self._attempt_wrong_steps, self._withdraw, self._correct, self._reopen) if self._has_candidates() else ()
        )
        draw.pick((*others, self._close, self._advance))(draw)

    def _close(self, draw: CohortDraw) -> None:
        if self.machine.steps:
            draw.close(draw.pick(list(self.machine.steps.values())))

    def _attempt_wrong_steps(self, draw: CohortDraw) -> None:
        draw.attempt_wrong_steps(self.selection[draw.pick(list(self.selection))])

    def _withdraw(self, draw: CohortDraw) -> None:
        draw.send("withdraw", draw.pick(list(self.selection)))

    def _correct(self, draw: CohortDraw) -> None:
        facts = sorted(self.machine.correctable)
        if facts:
            name, why = draw.pick(facts), draw.pick(("typed wrongly", None))
            value = draw.pick(plain_values(self.machine, name))
            draw.send("correct", draw.pick(list(self.selection)), {name: value}, why=why)

    def _reopen(self, draw: CohortDraw) -> None:
        decided = [name for name in self.selection if any(m.kind in DECISIONS for m in self.selection[name].path)]
        by, why = draw.pick((BY, None)), draw.pick(("an appeal", None))
        draw.send("reopen", draw.pick(decided or list(self.selection)), by=by, why=why)

    def _advance(self, draw: CohortDraw) -> None:
        if draw.chance(6):
            draw.expire()
        else:
            draw.advance(draw.now + draw.pick((0, 1, 86_400_000_000, 30 * 86_400_000_000)))

    # -- the laws -----------------------------------------------------------------------------------------------

    def _check_laws(self, event: Event, answer: Answer) -> None:
        now = {name: self.selection[name] for name in self.selection}
        if isinstance(answer, Refused):
            assert now == self._before, f"`{event.name}` was refused ({answer.code}) and changed a case"
            assert self.selection.cohort == self._cohort, f"`{event.name}` was refused and changed the selection"
            assert len(self.selection.events) == self._taken, f"`{event.name}` was refused and kept"
        else:
            self._check_moves(answer)
        self._before, self._cohort, self._taken = now, self.selection.cohort, len(self.selection.events)
        self.heard(event, answer)

    def _check_moves(self, answer: Moved) -> None:
        for case in answer.cases:
            before = self._before.get(case.candidate)
            if before is None:
                continue
            assert case.history[: len(before.history)] == before.history, f"history of {case.candidate} was rewritten"
            if self.machine.states[before.state].final:
                first = case.history[len(before.history) :][:1]
                assert all(move.kind in _MOVES_OF_FINAL_CASES for move in first), f"{case.candidate} left a final state"
        for move in answer.moves:
            assert not self._is_adverse_without_person(move), f"nobody answers for {move.event} of {move.candidate}"

    def _is_adverse_without_person(self, move: Move) -> bool:
        step = self.machine.steps.get(move.event)
        adverse = self.machine.states[move.to_state].unsuccessful and move.from_state != move.to_state
        by_itself = move.kind in ("lapsed", "expired", "withdrawn", "reopened") or (step is not None and step.automatic)
        return adverse and not by_itself and move.by is None

    def teardown(self) -> None:
        if not hasattr(self, "selection"):
            return
        again, refused = run(self.machine, self.selection.events)
        assert refused == [], "an event that was taken is refused when it is run again"
        assert {name: again[name] for name in again} == {name: self.selection[name] for name in self.selection}
        end = Moment(self._draw.now + _YEARS)
        self._draw.advance(end)
        late = self._draw.advance(end)
        assert isinstance(late, Moved), "time passes for everybody"
        assert late.moves == (), "a second advance to the same moment moves nobody"


def selection_machine(procedure: Subject) -> type[SelectionMachine]:
    """A state machine class that sends any event to a selection of this procedure; see SelectionMachine."""
    machine = machine_of(procedure)
    attributes: dict[str, Any] = {"machine": machine, "__doc__": f"A selection by {machine.name}."}
    return type("SelectionMachine", (SelectionMachine,), attributes)
