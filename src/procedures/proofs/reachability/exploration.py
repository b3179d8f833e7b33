"""The reachable states of a case, with all facts that can then be known of the candidate, over all possible histories.

Declared facts have their final value from the start, or stay unknown: more facts never overturn a decision, and a fact
that comes late can only delay an exemption (`successors`). Nothing is assumed of the other candidates: a gate may be
held or not, and a ranked result may be kept or cut.
"""

from collections.abc import Sequence
from typing import Final

from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import INITIAL
from procedures.proofs.budget import Budget
from procedures.proofs.reachability.successors import Arc, Node, Successors
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from procedures.proofs.symbolic.variable_order import duty_variable, waiting_variable

PASS_ON: Final = frozenset({"passed", "exempt", "not_held", "kept"})


@define
class Frontier:
    """The members found at a node over an arc, some of them for the first time; `arc` is None for the application."""

    node: Node
    arc: Arc | None
    members: Set


@frozen
class Effect:
    """The effect of an arc: the variables that it changes, and what holds of them afterwards."""

    changed_variables: frozenset[str]
    result: Set


@define
class ReachableStates:
    """
    For every node with successors, the set of those who can be there.

    `frontiers` keep in which order members were found, and over which arcs. A frontier may repeat members that were
    found before, and final nodes have no set of their own: removing or joining them would only make diagrams wider.
    """

    machine: Machine
    symbols: Symbols
    budget: Budget = field(factory=Budget)
    successors: Successors = field(init=False)
    eliminatory_steps: tuple[str, ...] = field(init=False)
    cut_steps: tuple[str, ...] = field(init=False)
    marked_states: tuple[str, ...] = field(init=False)
    _effects: dict[Arc, Effect] = field(factory=dict, init=False)
    _end_sets: dict[Arc | None, Set] = field(factory=dict, init=False)
    sets_by_node: dict[Node, Set] = field(factory=dict, init=False)
    frontiers: list[Frontier] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        machine = self.machine
        self.successors = Successors(machine, self.symbols)
        self.eliminatory_steps = tuple(name for name, step in machine.steps.items() if is_eliminatory(machine, step))
        self.cut_steps = tuple(name for name, step in machine.steps.items() if step.keeps is not None)
        self.marked_states = tuple(dict.fromkeys(wanted.before for wanted in machine.properties if wanted.before))
        self.symbols.bdd.declare(*(f"stood {name}" for name in self.marked_states))
        self._explore()

    # -- moves ----------------------------------------------------------------------------------------------------

    def _explore(self) -> None:
        symbols = self.symbols
        dynamic = [name for name in symbols.values if name not in self.machine.declared_facts]
        unknown = symbols.known_exactly({}, [name for name in dynamic if not self.is_selection_fact(name)])
        marks = {duty_variable(name): INITIAL in self.machine.steps[name].origins for name in self.eliminatory_steps}
        marks |= {f"stood {name}": name == INITIAL for name in self.marked_states}
        marks |= {waiting_variable(name): False for name in self.cut_steps}
        start = symbols.cube(marks) & unknown & symbols.valid
        first = self.successors.span_from(self.machine.opens)
        last = self.successors.span_before(self.machine.ends)
        pending = {Node(INITIAL, span) for span in range(first, last + 1)}
        for node in sorted(pending, key=lambda node: node.span):
            self._add_frontier(node, None, start)
        state_order = {name: number for number, name in enumerate(self.machine.states)}
        while pending:  # the earliest node first, so that all its members are expanded together
            node = min(pending, key=lambda node: (node.span, state_order[node.state]))
            pending.remove(node)
            self.budget.check()
            symbols.collect_garbage()
            for arc in self.successors.arcs_from(node):
                if self._add_frontier(arc.to, arc, self.image(self.sets_by_node[node], arc)):
                    pending.add(arc.to)

    def is_selection_fact(self, name: str) -> bool:
        """Whether a fact belongs to the whole selection: closings record it, and no path of a candidate changes it."""
        steps = self.machine.steps.values()
        return any(name in step.closing or (step.gate is not None and name == f"{step.name}.held") for step in steps)

    def _add_frontier(self, node: Node, arc: Arc | None, members: Set) -> bool:
        """Add members found at a node; True if the node has successors and some of the members are new."""
        false = self.symbols.bdd.false
        if not self.successors.arcs_from(node):
            if members not in (false, self._end_sets.get(arc)):
                self._end_sets[arc] = members
                self.frontiers.append(Frontier(node, arc, members))
            return False
        known = self.sets_by_node.get(node, false)
        if ~known & members != false:
            self.sets_by_node[node] = known | members
            self.frontiers.append(Frontier(node, arc, members))
            return True
        return False

    def changed_names(self, arc: Arc) -> tuple[str, ...]:
        """The names that an arc changes: the facts that its step records and decides, and the score bounds on them."""
        if arc.step is None:
            return ()
        step = self.machine.steps[arc.step]
        decided_names = (step.name, f"{step.name}.kept", f"{step.name}.rank")
        # A result that is kept or cut was recorded before.
        names = decided_names if arc.move in ("kept", "cut") else (*step.records, *decided_names)
        return (*names, *self.symbols.score_bounds.changed_by(names))

    def image(self, members: Set, arc: Arc) -> Set:
        """The image of a set under an arc: the members after the arc, with their facts at that point."""
        effect = self._effect(arc)
        return effect.result & self._forget_changed(effect, arc.precondition & members)

    def changed_variables(self, arc: Arc) -> frozenset[str]:
        """The variables that an arc changes; all others keep their value."""
        return self._effect(arc).changed_variables

    def preimage(self, members: Set, arc: Arc) -> Set:
        """The preimage of a set under an arc: those before the arc who may be in the set after it."""
        effect = self._effect(arc)
        return arc.precondition & self._forget_changed(effect, effect.result & members)

    def _forget_changed(self, effect: Effect, members: Set) -> Set:
        return self.symbols.bdd.exist(effect.changed_variables, members) if effect.changed_variables else members

    def _effect(self, arc: Arc) -> Effect:
        found = self._effects.get(arc)
        if found is None:
            marks = self._mark_values(arc)
            changed_names = [name for name in self.changed_names(arc) if name in self.symbols.bits]
            changed_variables = [*(bit for name in changed_names for bit in self.symbols.bits[name]), *marks]
            found = Effect(
                frozenset(changed_variables), self._facts_after(arc, changed_names) & self.symbols.cube(marks)
            )
            self._effects[arc] = found
        return found

    def _facts_after(self, arc: Arc, changed_names: Sequence[str]) -> Set:
        """What holds after an arc of the changed facts, and between them and the other facts."""
        symbols, found = self.symbols, self.symbols.valid_values(changed_names)
        if arc.step is None:
            return found
        step = self.machine.steps[arc.step]
        facts = [name for name in changed_names if name in symbols.values]
        if arc.outcome is not None:
            # Guards read the facts that the event brings, and no earlier result of the step.
            decided_names = [name for name in facts if name not in step.records]
            found = symbols.forget(symbols.known_exactly({}, decided_names) & arc.condition, decided_names) & found
        elif arc.move not in ("kept", "cut"):
            found = symbols.known_exactly({}, [name for name in facts if name in step.records]) & found
        return self._result_of(step, arc) & found

    def _result_of(self, step: CompiledStep, arc: Arc) -> Set:
        """The result of the step, as facts; a rank depends on other candidates, so it may have any value."""
        symbols = self.symbols
        found = symbols.bdd.true
        if step.name in symbols.values:
            result = {"kept": "passed", "cut": "failed"}.get(arc.move, arc.move)
            found &= symbols.is_unknown(step.name) if result == "recorded" else symbols.is_value(step.name, result)
        is_ranked = arc.move in ("kept", "cut")
        if (kept := f"{step.name}.kept") in symbols.values:
            found &= symbols.is_value(kept, arc.move == "kept") if is_ranked else symbols.is_unknown(kept)
        if (rank := f"{step.name}.rank") in symbols.values:
            found &= symbols.is_known(rank) if is_ranked else symbols.is_unknown(rank)
        return found

    # -- eliminatory rounds ---------------------------------------------------------------------------------------

    def has_duty(self, step: str) -> Set:
        """Those who were in an origin of an eliminatory step, and have neither passed nor skipped the step since."""
        return self.symbols.bdd.var(duty_variable(step))

    def _mark_values(self, arc: Arc) -> dict[str, bool]:
        """The variables that an arc changes and that are no facts: waiting results, owed rounds, visited states."""
        steps, found = self.machine.steps, {}
        if arc.move == "recorded":
            assert arc.step is not None
            found[waiting_variable(arc.step)] = True
        elif arc.move != "waited":  # a result waits only where its step is taken
            found |= {
                waiting_variable(name): False for name in self.cut_steps if arc.origin.state in steps[name].origins
            }
        for name in self.eliminatory_steps:
            if arc.to.state in steps[name].origins and arc.to.state != arc.origin.state:
                found[duty_variable(name)] = True
            elif arc.step == name and arc.move in PASS_ON:
                found[duty_variable(name)] = False
        if arc.to.state in self.marked_states:
            found[f"stood {arc.to.state}"] = True
        return found

    def has_visited(self, state: str) -> Set:
        """Those who have been in a state; only for states that some property names."""
        return self.symbols.bdd.var(f"stood {state}")

    def members_at(self, place: Node | str) -> Set:
        """All who can be in a state at any time, or at a node."""
        found = self.symbols.bdd.false
        for frontier in self.frontiers:
            if place in (frontier.node, frontier.node.state):
                found = frontier.members | found
        return found


def is_eliminatory(machine: Machine, step: CompiledStep) -> bool:
    """
    Whether failing a step ends the selection for a candidate: an outcome, or the cut, leads to an unsuccessful end.

    A step for candidates who are selected already, such as an offer, is never eliminatory.
    """
    if any(machine.states[name].selected for name in step.origins):
        return False
    ends = [outcome.to for outcome in step.outcomes if not outcome.passed]
    ends += [step.otherwise] if step.keeps is not None else []
    return any(machine.states[name].unsuccessful and machine.states[name].final for name in ends)
