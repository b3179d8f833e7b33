"""The shipped definitions under every reading, played blindly long: the laws hold after each event.

Every event is answered as the second opinion foresees, a refused one changes nothing, and no history can tell of a
move that the definition, read as plain data, does not have.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import define
from generated import HOUR, Plain, Player
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from oracle import Spec, expected, wrong_in

from procedures import Event, Moved, Procedure, Refused, Selection, load, run
from procedures.definition.patches import merge, with_origins
from procedures.definition.reader.readings import chosen_patches
from procedures.kernel.automatic_moves import make_automatic_moves
from procedures.kernel.cases import is_selection_event
from rules.calendar import Moment, parse_moment
from rules.nodes import Listing, Node, Scalar, Table

FOLDER = Path(__file__).parents[2] / "definitions" / "kortrijk"
STARTS = {  # a day on which one may apply
    "coordinator-ontmoetingscentra": "2025-10-10T09:00:00+02:00",
    "communicatiemedewerker-wsw": "2025-10-10T09:00:00+02:00",
    "maatschappelijk-werker-tijdelijk": "2026-06-15T09:00:00+02:00",
    "maatschappelijk-werker-vast": "2026-06-15T09:00:00+02:00",
}


@lru_cache
def shipped(name: str) -> Procedure:
    return load(FOLDER / f"{name}.yaml")


@lru_cache(maxsize=64)
def under(name: str, readings: tuple[tuple[str, str], ...]) -> tuple[Procedure, Spec]:
    """A shipped definition with these options chosen, and as plain data."""
    procedure = shipped(name).with_readings(dict(readings))
    node = procedure._root
    for _, patch in chosen_patches(node, dict(readings)):
        assert isinstance(patch, Table)
        whole = merge(node, with_origins(patch, node))
        assert isinstance(whole, Table)
        node = whole
    return procedure, Spec(plain_of(node))


def plain_of(node: Node) -> Any:
    """A node as JSON would have it."""
    match node:
        case Table():
            return {key: plain_of(value) for key, value in node if not (isinstance(value, Scalar) and value.is_null)}
        case Listing():
            return [plain_of(item) for item in node.items]
        case Scalar(text, plain) if plain and text in ("true", "false"):
            return text == "true"
        case Scalar(text, plain) if plain and text.isdigit():
            return int(text)
        case Scalar(text):
            return text


@define
class Watched(Player):
    """A player who asks for a second opinion before each event."""

    spec: Spec

    def take(self, event: Event) -> Moved | Refused:
        before = {name: self.selection[name] for name in self.selection}
        cohort, kept = self.selection.cohort, list(self.selection.events)
        foreseen = None if is_selection_event(event) else expected(self.spec, self.selection, event)
        answer = super().take(event)
        code = answer.code if isinstance(answer, Refused) else None
        joins = foreseen is None and code == "needs_person" and "keeps" in self.spec.steps.get(event.name, {})
        assert is_selection_event(event) or joins or code == foreseen, (event, code, foreseen)
        if isinstance(answer, Refused):
            assert {name: self.selection[name] for name in self.selection} == before
            assert self.selection.cohort == cohort
            assert self.selection.events == kept
        for name, case in before.items():
            assert self.selection[name].history[: len(case.history)] == case.history
        return answer


class Kortrijk(RuleBasedStateMachine):
    """A selection of Kortrijk, under any reading, in which anything may happen."""

    player: Watched

    @initialize(data=st.data(), name=st.sampled_from(sorted(STARTS)))
    def opens(self, data: st.DataObject, name: str) -> None:
        readings = shipped(name).definition.readings
        other = data.draw(st.sampled_from(sorted(readings))) if readings else None
        chosen = {other: data.draw(st.sampled_from(sorted(readings[other].options)))} if other else {}
        try:
            procedure, self.spec = under(name, tuple(chosen.items()))
        except ValueError:
            procedure, self.spec = under(name, ())
        start = parse_moment(STARTS[name])
        self.player = Watched(data.draw, procedure, Selection(procedure), start, [], self.spec)
        for _ in range(data.draw(st.sampled_from((2, 3, 15, 17)))):
            self.player.apply()

    def _plays(self, data: st.DataObject, action: str) -> None:
        self.player.draw = data.draw
        if len(self.player.selection):
            getattr(self.player, action)()

    @rule(data=st.data())
    def a_round(self, data: st.DataObject) -> None:
        self._plays(data, "round")

    @rule(data=st.data())
    def a_march(self, data: st.DataObject) -> None:
        self._plays(data, "march")

    @rule(data=st.data())
    def one_event(self, data: st.DataObject) -> None:
        self._plays(data, "single")

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        self._plays(data, "advance")

    @rule(data=st.data(), action=st.sampled_from(("close", "correct", "reopen", "withdraw", "extend")))
    def something_seldom(self, data: st.DataObject, action: str) -> None:
        self._plays(data, action)

    @rule(data=st.data())
    def garbage(self, data: st.DataObject) -> None:
        self._plays(data, "garbage")

    @rule(data=st.data())
    def another_applies(self, data: st.DataObject) -> None:
        self.player.draw = data.draw
        self.player.apply()

    @precondition(lambda self: hasattr(self, "player"))
    @invariant()
    def automatic_moves_are_at_rest(self) -> None:
        selection = self.player.selection
        for case in (selection[name] for name in selection):
            assert make_automatic_moves(selection.machine, case, case.at, selection.cohort) is case

    def teardown(self) -> None:
        if not hasattr(self, "player"):
            return
        selection = self.player.selection
        assert list(wrong_in(self.spec, selection)) == []
        again, refused = run(selection.machine, selection.events)
        assert refused == []
        assert {name: again[name] for name in again} == {name: selection[name] for name in selection}
        end = Moment(max([self.player.now, *(event.at for event in selection.events)]) + 24 * 400 * HOUR)
        selection.handle(Event("advance", end))
        assert selection.handle(Event("advance", end)).moves == ()  # type: ignore[union-attr]


Kortrijk.TestCase.settings = settings(max_examples=60, stateful_step_count=15)
TestKortrijk = Kortrijk.TestCase


def test_plain_data_of_a_shipped_definition_is_what_it_says() -> None:
    """The second opinion reads the same steps and states that the library compiles."""
    for name in STARTS:
        procedure, spec = under(name, ())
        data: Plain = spec.data
        assert list(data["steps"]) == list(procedure.machine.steps) or set(data["steps"]) == set(
            procedure.machine.steps
        )
        for way in spec.ways.values():
            assert way.targets == procedure.machine.steps[way.name].targets
            assert set(way.origins) == procedure.machine.steps[way.name].origins
        final = {state.name for state in procedure.machine.states.values() if state.final}
        assert spec.final & procedure.machine.states.keys() == final
