"""A state machine of Hypothesis in which anything may happen to a selection, with the laws as its invariants.

A service extends it to see whether its integration answers as the procedure does:

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
from procedures.testing.generation.cohorts import Crowd
from procedures.testing.generation.paths import leaving
from procedures.testing.generation.stage import BY, Answer
from procedures.testing.strategies import Subject, machine_of, picking
from rules.calendar import Moment

Draws: TypeAlias = st.DataObject

_YEARS: int = 3 * 366 * 86_400_000_000
_KEEPS_FINAL = frozenset({"corrected", "reopened"})


class SelectionMachine(RuleBasedStateMachine):
    """
    A selection in which anything may happen. `selection` is how the library has it, `machine` what decides.

    Extend it with `heard`, and with rules of your own. After each event these laws hold: what is refused changes
    nothing; a history only grows; a final case moves by nothing but a correction or a reopening; nobody is turned
    down without a person, unless time or an automatic step did it. At the end the events, run again, give the same.
    """

    machine: Machine

    # -- for those who extend it --------------------------------------------------------------------------------

    def started(self) -> None:
        """Called before anything happens."""

    def heard(self, event: Event, answer: Answer) -> None:
        """Called with every event, taken or refused, and its answer."""

    def record(self, event: Event) -> Answer:
        """An event of a rule of your own; the laws are checked for it too."""
        return self._crowd.take(event)

    # -- what happens -------------------------------------------------------------------------------------------

    def _opens(self) -> None:
        self._crowd = Crowd(self.machine, lambda options: options[0], self._checks)
        self.selection = self._crowd.selection
        self._before: dict[str, Case] = {}
        self._cohort, self._taken = self.selection.cohort, 0
        self.started()

    @initialize(data=st.data())
    def some_come(self, data: Draws) -> None:
        """A few come first, and go the same way together, as far as it leads each of them."""
        self._opens()
        crowd = self._draws(data)
        path = crowd.long_path()
        names = [f"c{number}" for number in range(1, crowd.pick((1, 2, 4)) + 1)]
        for name in names:
            crowd.apply(name, path)
        for leg in path:
            for name in names:
                case = self.selection.find(name)
                if case is not None and case.state == leg.origin:
                    crowd.reach(name, leg)

    def _draws(self, data: Draws) -> Crowd:
        self._crowd.pick = picking(data.draw)
        return self._crowd

    def _somebody(self) -> bool:
        return len(self.selection) > 0

    @rule(data=st.data())
    def goes_far(self, data: Draws) -> None:
        crowd = self._draws(data)
        over = self.selection.cohort.closings or (self.machine.ends is not None and crowd.now >= self.machine.ends)
        if over and self._somebody() and not crowd.chance(8):
            self._goes_on(crowd)  # nobody applies any more, and that need not be tried every time
        else:
            crowd.follow(f"c{len(self.selection) + 1}", crowd.long_path())

    @precondition(_somebody)
    @rule(data=st.data())
    def goes_on(self, data: Draws) -> None:
        self._goes_on(self._draws(data))

    def _goes_on(self, crowd: Crowd) -> None:
        name = crowd.pick(list(self.selection))
        for _ in range(crowd.pick((1, 1, 2, 3))):
            further = leaving(self.machine)[self.selection[name].state]
            if further:
                crowd.reach(name, crowd.pick(further))

    @rule(data=st.data())
    def something_else_happens(self, data: Draws) -> None:
        """One of what mostly ends something: as often as all of the others, it would end everything at once."""
        crowd = self._draws(data)
        others = (self._attempted, self._withdrawn, self._corrected, self._reopened) if self._somebody() else ()
        crowd.pick((*others, self._closed, self._later))(crowd)

    def _closed(self, crowd: Crowd) -> None:
        if self.machine.steps:
            crowd.close(crowd.pick(list(self.machine.steps.values())))

    def _attempted(self, crowd: Crowd) -> None:
        crowd.wrong_event(self.selection[crowd.pick(list(self.selection))])

    def _withdrawn(self, crowd: Crowd) -> None:
        crowd.say("withdraw", crowd.pick(list(self.selection)))

    def _corrected(self, crowd: Crowd) -> None:
        facts = sorted(self.machine.correctable)
        if facts:
            name, why = crowd.pick(facts), crowd.pick(("typed wrongly", None))
            value = crowd.pick(plain_values(self.machine, name))
            crowd.say("correct", crowd.pick(list(self.selection)), {name: value}, why=why)

    def _reopened(self, crowd: Crowd) -> None:
        decided = [name for name in self.selection if any(m.move in DECISIONS for m in self.selection[name].path)]
        by, why = crowd.pick((BY, None)), crowd.pick(("an appeal", None))
        crowd.say("reopen", crowd.pick(decided or list(self.selection)), by=by, why=why)

    def _later(self, crowd: Crowd) -> None:
        if crowd.chance(6):
            crowd.expire()
        else:
            crowd.advance(crowd.now + crowd.pick((0, 1, 86_400_000_000, 30 * 86_400_000_000)))

    # -- the laws -----------------------------------------------------------------------------------------------

    def _checks(self, event: Event, answer: Answer) -> None:
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
                assert all(move.move in _KEEPS_FINAL for move in first), f"{case.candidate} left a final state"
        for move in answer.moves:
            assert not self._turned_down_by_nobody(move), f"nobody answers for {move.event} of {move.candidate}"

    def _turned_down_by_nobody(self, move: Move) -> bool:
        step = self.machine.steps.get(move.event)
        adverse = self.machine.states[move.to].unsuccessful and move.origin != move.to
        by_itself = move.move in ("lapsed", "expired", "withdrawn", "reopened") or (step is not None and step.automatic)
        return adverse and not by_itself and move.by is None

    def teardown(self) -> None:
        if not hasattr(self, "selection"):
            return
        again, refused = run(self.machine, self.selection.events)
        assert refused == [], "an event that was taken is refused when it is run again"
        assert {name: again[name] for name in again} == {name: self.selection[name] for name in self.selection}
        end = Moment(self._crowd.now + _YEARS)
        self._crowd.advance(end)
        late = self._crowd.advance(end)
        assert isinstance(late, Moved), "time passes for everybody"
        assert late.moves == (), "a second advance to the same moment moves nobody"


def selection_machine(procedure: Subject) -> type[SelectionMachine]:
    """A class of state machine in which anything may happen to a selection of this procedure; see SelectionMachine."""
    machine = machine_of(procedure)
    attributes: dict[str, Any] = {"machine": machine, "__doc__": f"A selection by {machine.name}."}
    return type("SelectionMachine", (SelectionMachine,), attributes)
