"""Every way on from where a case can stand: which step moves it, how, and for whom; nothing is explored here.

Time is cut at every moment at which a window opens or ends.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from procedures.proofs.symbolic.variable_order import waits
from rules.algebra import facts_of
from rules.calendar import Moment

Move = Literal[
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
    One way on from a node: the step that moves (None: no step does), how, and for whom.

    `before` is about what was known before, `condition` about what is known with what the event brings.
    """

    origin: Node
    to: Node
    step: str | None
    move: Move
    outcome: int | None
    before: Set
    condition: Set


@define
class Ways:
    """The ways on of one machine; `moments` are those at which windows open or end."""

    machine: Machine
    symbols: Symbols
    moments: tuple[Moment, ...] = field(init=False)
    _ways: dict[Node, list[Arc]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        machine = self.machine
        dated = (at for step in machine.steps.values() if step.enforced for at in (step.opens, step.ends))
        self.moments = tuple(sorted({at for at in (machine.opens, machine.ends, *dated) if at is not None}))

    def waits(self, step: str) -> Set:
        """Those whose result of a step waits for its closing."""
        return self.symbols.bdd.var(waits(step))

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

    def held(self, step: CompiledStep) -> tuple[Set, Set]:
        """Under which facts of the selection a gated step is held, and under which it is not."""
        symbols, true = self.symbols, self.symbols.bdd.true
        held, not_held = true, true
        if step.gate is not None and step.gate.rule is not None:
            rails = symbols.rails(step.gate.rule)
            held, not_held = rails.true, rails.false
        if (name := f"{step.name}.held") in symbols.values:
            held &= symbols.is_value(name, True)
            not_held &= symbols.is_value(name, False)
        return held, not_held

    def of(self, node: Node) -> Sequence[Arc]:
        """Every way on from a node."""
        if node not in self._ways:
            self._ways[node] = list(self._from(node))
        return self._ways[node]

    def _from(self, node: Node) -> Iterator[Arc]:
        machine, true = self.machine, self.symbols.bdd.true
        state = machine.states[node.state]
        automatic = machine.automatic.get(node.state)
        stays = ~self._leaves_at_once(automatic) if automatic is not None else true
        for step in machine.steps_from[node.state]:
            yield from self._taken(step, node, stays if step is not automatic else true)
        if state.final:
            return
        if node.span < len(self.moments):
            yield Arc(node, Node(node.state, node.span + 1), None, "waited", None, stays, true)
        yield Arc(node, Node(WITHDRAWN, node.span), None, "withdrawn", None, stays, true)
        if machine.reserve is not None and node.state == machine.reserve.state and EXPIRED in machine.states:
            yield Arc(node, Node(EXPIRED, node.span), None, "expired", None, stays, true)

    def _leaves_at_once(self, step: CompiledStep) -> Set:
        """Those to whom nothing else can happen where they are exempt: who need not tell anything for it.

        Somebody who is exempt by a declared fact stays as long as that is not told.
        """
        symbols = self.symbols
        if step.exempt is None or step.gate is not None:
            return symbols.bdd.false
        declared = [name for name in symbols.values if name in self.machine.declared_facts]
        return symbols.forgetting(symbols.rails(step.exempt).true & symbols.exactly({}, declared), declared)

    def _taken(self, step: CompiledStep, node: Node, stays: Set) -> Iterator[Arc]:
        symbols, span, true = self.symbols, node.span, self.symbols.bdd.true
        exempt = symbols.rails(step.exempt) if step.exempt is not None else None
        if step.gate is not None:
            held, not_held = self.held(step)
            yield Arc(node, Node(step.to, span), step.name, "not_held", None, stays & not_held, true)
            stays &= held
        if exempt is not None:
            yield Arc(node, Node(step.to, span), step.name, "exempt", None, stays & exempt.true, true)
            stays &= ~exempt.true
        left = exempt.false if exempt is not None else true
        free = stays & ~self.waits(step.name) if step.keeps is not None else stays
        if step.keeps is not None:
            waiting = stays & self.waits(step.name)
            for take in step.keeps.takes:
                yield Arc(node, Node(take.to, span), step.name, "kept", None, waiting, true)
            yield Arc(node, Node(step.otherwise, span), step.name, "cut", None, waiting, true)
        if self.is_open(step, span):
            if exempt is not None and (told := self._by_event(step, exempt.true)) != symbols.bdd.false:
                yield Arc(node, Node(step.to, span), step.name, "exempt", None, free & told, exempt.true)
            for number, outcome in enumerate(step.outcomes):
                rails = symbols.rails(outcome.when)
                here = left & rails.true
                if step.keeps is not None and outcome.passed:
                    here &= symbols.is_ranked(self.machine, (*step.keeps.by, *step.keeps.tie_break))
                    yield Arc(node, node, step.name, "recorded", number, free, here)
                else:
                    move: Move = "passed" if outcome.passed else "failed"
                    yield Arc(node, Node(outcome.to, span), step.name, move, number, free, here)
                left &= rails.false
        yield from self._lapses(step, node, free & (exempt.false if exempt is not None else true))

    def _by_event(self, step: CompiledStep, exempt: Set) -> Set:
        """Those for whom the event of a step may tell that they are exempt: only what it records can tell it then."""
        symbols = self.symbols
        if step.exempt is None or step.records.isdisjoint(facts_of(step.exempt)):
            return symbols.bdd.false
        decided = [name for name in step.forgets if name in symbols.values and name not in step.records]
        return symbols.forgetting(exempt & symbols.exactly({}, decided), step.forgets)

    def _lapses(self, step: CompiledStep, node: Node, stays: Set) -> Iterator[Arc]:
        """A window has passed: a dated one by now, one that counts from entry at any time from now on."""
        if step.lapses is None or not step.enforced:
            return
        true = self.symbols.bdd.true
        if step.within is not None:
            for span in range(node.span, len(self.moments) + 1):
                yield Arc(node, Node(step.lapses, span), step.name, "lapsed", None, stays, true)
        elif node.span > self.span_before(step.ends):
            yield Arc(node, Node(step.lapses, node.span), step.name, "lapsed", None, stays, true)
