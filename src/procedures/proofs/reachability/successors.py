"""The successors of a state: which step moves a case, how, and for whom. This module explores nothing.

Time is divided into spans at every moment at which a window opens or ends.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from procedures.proofs.symbolic.variable_order import waiting_variable
from rules.calendar import Moment

MoveKind = Literal[
    "passed", "failed", "exempt", "not_held", "recorded", "kept", "cut", "lapsed", "expired", "withdrawn", "waited",
]  # fmt: skip


@frozen
class Node:
    """A state, in one of the spans between the moments at which windows open or end."""

    state: str
    span: int


@frozen
class Arc:
    """
    One move from a node: the step that makes it (None: no step does), its kind, and for whom it is possible.

    `precondition` is about the facts known before the event, `condition` about those facts with what the event brings.
    """

    origin: Node
    to: Node
    step: str | None
    move: MoveKind
    outcome: int | None
    precondition: Set
    condition: Set


@define
class Successors:
    """The arcs of one machine; `moments` are those at which windows open or end."""

    machine: Machine
    symbols: Symbols
    moments: tuple[Moment, ...] = field(init=False)
    _arcs: dict[Node, list[Arc]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        machine = self.machine
        dated = (at for step in machine.steps.values() if step.enforced for at in (step.opens, step.ends))
        self.moments = tuple(sorted({at for at in (machine.opens, machine.ends, *dated) if at is not None}))

    def is_waiting(self, step: str) -> Set:
        """Those whose result of a step waits for the closing."""
        return self.symbols.bdd.var(waiting_variable(step))

    # -- time -----------------------------------------------------------------------------------------------------

    def span_from(self, moment: Moment | None) -> int:
        """The first span at or after a moment; the spans are counted from 0, before the first moment."""
        return 0 if moment is None else self.moments.index(moment) + 1

    def span_before(self, moment: Moment | None) -> int:
        """The last span before a moment."""
        return len(self.moments) if moment is None else self.moments.index(moment)

    def is_open(self, step: CompiledStep, span: int) -> bool:
        """Whether the window of a step admits its event in a span."""
        if not step.enforced:
            return True
        return self.span_from(step.opens) <= span <= self.span_before(step.ends)

    def split_by_gate(self, step: CompiledStep) -> tuple[Set, Set]:
        """The sets under which a gated step is held, and under which it is not."""
        symbols, true = self.symbols, self.symbols.bdd.true
        held, not_held = true, true
        if step.gate is not None and step.gate.rule is not None:
            truth_sets = symbols.truth_sets(step.gate.rule)
            held, not_held = truth_sets.true, truth_sets.false
        if (name := f"{step.name}.held") in symbols.values:
            held &= symbols.is_value(name, True)
            not_held &= symbols.is_value(name, False)
        return held, not_held

    def arcs_from(self, node: Node) -> Sequence[Arc]:
        """Every arc from a node."""
        if node not in self._arcs:
            self._arcs[node] = list(self._generate_arcs(node))
        return self._arcs[node]

    def _generate_arcs(self, node: Node) -> Iterator[Arc]:
        machine, true = self.machine, self.symbols.bdd.true
        state = machine.states[node.state]
        automatic = machine.automatic.get(node.state)
        staying = ~self._exempt_at_once(automatic) if automatic is not None else true
        for step in machine.steps_from[node.state]:
            yield from self._step_arcs(step, node, staying if step is not automatic else true)
        if state.final:
            return
        if node.span < len(self.moments):
            yield Arc(node, Node(node.state, node.span + 1), None, "waited", None, staying, true)
        yield Arc(node, Node(WITHDRAWN, node.span), None, "withdrawn", None, staying, true)
        if machine.reserve is not None and node.state == machine.reserve.state and EXPIRED in machine.states:
            yield Arc(node, Node(EXPIRED, node.span), None, "expired", None, staying, true)

    def _exempt_at_once(self, step: CompiledStep) -> Set:
        """Those who are exempt without any declared fact, so that no other event can come first.

        A candidate who is exempt by a declared fact stays until the fact is declared.
        """
        symbols = self.symbols
        if step.exempt is None or step.gate is not None:
            return symbols.bdd.false
        declared = [name for name in symbols.values if name in self.machine.declared_facts]
        at_once = symbols.forget(symbols.truth_sets(step.exempt).true & symbols.known_exactly({}, declared), declared)
        return at_once & ~self.is_waiting(step.name) if step.keeps is not None else at_once

    def _step_arcs(self, step: CompiledStep, node: Node, staying: Set) -> Iterator[Arc]:
        symbols, span, true = self.symbols, node.span, self.symbols.bdd.true
        exempt = symbols.truth_sets(step.exempt) if step.exempt is not None else None
        if step.gate is not None:
            held, not_held = self.split_by_gate(step)
            yield Arc(node, Node(step.to, span), step.name, "not_held", None, staying & not_held, true)
            staying &= held
        # Whoever waits for the closing was not exempt at the event, and what the event recorded does not exempt.
        without_result = staying & ~self.is_waiting(step.name) if step.keeps is not None else staying
        if exempt is not None:
            yield Arc(node, Node(step.to, span), step.name, "exempt", None, without_result & exempt.true, true)
            without_result &= exempt.false
        left = true
        if step.keeps is not None:
            waiting = staying & self.is_waiting(step.name)
            for take in step.keeps.takes:
                yield Arc(node, Node(take.to, span), step.name, "kept", None, waiting, true)
            yield Arc(node, Node(step.otherwise, span), step.name, "cut", None, waiting, true)
        if self.is_open(step, span):
            for number, outcome in enumerate(step.outcomes):
                truth_sets = symbols.truth_sets(outcome.when)
                here = left & truth_sets.true
                if step.keeps is not None and outcome.passed:
                    here &= symbols.is_ranked(self.machine, (*step.keeps.by, *step.keeps.tie_break))
                    yield Arc(node, node, step.name, "recorded", number, without_result, here)
                else:
                    move: MoveKind = "passed" if outcome.passed else "failed"
                    yield Arc(node, Node(outcome.to, span), step.name, move, number, without_result, here)
                left &= truth_sets.false
        yield from self._lapse_arcs(step, node, without_result)

    def _lapse_arcs(self, step: CompiledStep, node: Node, staying: Set) -> Iterator[Arc]:
        """The arcs of a lapse: a dated window has passed by now; one counted from entry may pass at any later time."""
        if step.lapses is None or not step.enforced:
            return
        true = self.symbols.bdd.true
        if step.within is not None:
            for span in range(node.span, len(self.moments) + 1):
                yield Arc(node, Node(step.lapses, span), step.name, "lapsed", None, staying, true)
        elif node.span > self.span_before(step.ends):
            yield Arc(node, Node(step.lapses, node.span), step.name, "lapsed", None, staying, true)
