"""Everywhere a case can stand, with everything that can then be known of the person: all histories there could be.

Declared facts are taken to be what they will once be known to be, or never: more facts overturn no decision, and who
tells late is at most not exempt for a while (`ways`). Of the other candidates nothing is assumed: a gate may be held or
not, and a result that is ranked may be kept or cut.
"""

from collections.abc import Sequence
from typing import Final

from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import INITIAL
from procedures.proofs.budget import Budget
from procedures.proofs.reachability.successors import Arc, Node, Ways
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from procedures.proofs.symbolic.variable_order import duty, waits

PASS_ON: Final = frozenset({"passed", "exempt", "not_held", "kept"})


@define
class Ring:
    """Those who were found at a node over an arc, some of them for the first time; None for the application."""

    node: Node
    arc: Arc | None
    who: Set


@frozen
class Effect:
    """What an arc does to whom it takes: the variables that turn, and what holds of them afterwards."""

    turned: frozenset[str]
    then: Set


@define
class Reach:
    """
    For every node from which a way leads on, those who can stand there.

    `rings` tell in which order they were found, and over which arcs. Those who were known already are not taken out of
    a ring, nor are those at an end told in one set: nothing hangs on it, and what is left would be a wider diagram.
    """

    machine: Machine
    symbols: Symbols
    budget: Budget = field(factory=Budget)
    ways: Ways = field(init=False)
    eliminatory: tuple[str, ...] = field(init=False)
    cutting: tuple[str, ...] = field(init=False)
    marked: tuple[str, ...] = field(init=False)
    _effects: dict[Arc, Effect] = field(factory=dict, init=False)
    _ended: dict[Arc | None, Set] = field(factory=dict, init=False)
    at: dict[Node, Set] = field(factory=dict, init=False)
    rings: list[Ring] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        machine = self.machine
        self.ways = Ways(machine, self.symbols)
        self.eliminatory = tuple(name for name, step in machine.steps.items() if is_eliminatory(machine, step))
        self.cutting = tuple(name for name, step in machine.steps.items() if step.keeps is not None)
        self.marked = tuple(dict.fromkeys(wanted.before for wanted in machine.properties if wanted.before))
        self.symbols.bdd.declare(*(f"stood {name}" for name in self.marked))
        self._explore()

    # -- moves ----------------------------------------------------------------------------------------------------

    def _explore(self) -> None:
        symbols = self.symbols
        dynamic = [name for name in symbols.values if name not in self.machine.declared_facts]
        unknown = symbols.exactly({}, [name for name in dynamic if not self.of_selection(name)])
        marks = {duty(name): INITIAL in self.machine.steps[name].origins for name in self.eliminatory}
        marks |= {f"stood {name}": name == INITIAL for name in self.marked}
        marks |= {waits(name): False for name in self.cutting}
        start = symbols.cube(marks) & unknown & symbols.valid
        first = self.ways.span_from(self.machine.opens)
        last = self.ways.span_before(self.machine.ends)
        grown = {Node(INITIAL, span) for span in range(first, last + 1)}
        for node in sorted(grown, key=lambda node: node.span):
            self._found(node, None, start)
        places = {name: number for number, name in enumerate(self.machine.states)}
        while grown:  # the earliest first, so that all who come to a node before it is left go on at once
            node = min(grown, key=lambda node: (node.span, places[node.state]))
            grown.remove(node)
            self.budget.check()
            symbols.tidy()
            for arc in self.ways.of(node):
                if self._found(arc.to, arc, self.after(self.at[node], arc)):
                    grown.add(arc.to)

    def of_selection(self, name: str) -> bool:
        """Whether a fact is of the selection as a whole: what closings record, which nobody's road changes."""
        steps = self.machine.steps.values()
        return any(name in step.closing or (step.gate is not None and name == f"{step.name}.held") for step in steps)

    def _found(self, node: Node, arc: Arc | None, who: Set) -> bool:
        """Whether more are known to stand at a node from which a way leads on."""
        false = self.symbols.bdd.false
        if not self.ways.of(node):
            if who not in (false, self._ended.get(arc)):
                self._ended[arc] = who
                self.rings.append(Ring(node, arc, who))
            return False
        known = self.at.get(node, false)
        if ~known & who != false:
            self.at[node] = known | who
            self.rings.append(Ring(node, arc, who))
            return True
        return False

    def changed(self, arc: Arc) -> tuple[str, ...]:
        """What an arc makes known anew: what its step records and decides, and the bounds of scores that turn."""
        if arc.step is None:
            return ()
        step = self.machine.steps[arc.step]
        decided = (step.name, f"{step.name}.kept", f"{step.name}.rank")
        # What is kept or cut was recorded before.
        names = decided if arc.move in ("kept", "cut") else (*step.records, *decided)
        return (*names, *self.symbols.totals.of_step(names))

    def after(self, who: Set, arc: Arc) -> Set:
        """Those who come out of an arc, of those who stood before it, with what they then have."""
        effect = self._effect(arc)
        return effect.then & self._turning(effect, arc.before & who)

    def turned(self, arc: Arc) -> frozenset[str]:
        """The variables that an arc turns; all others it leaves as they were."""
        return self._effect(arc).turned

    def before(self, who: Set, arc: Arc) -> Set:
        """Those who stood before an arc and may come out of it as one of these."""
        effect = self._effect(arc)
        return arc.before & self._turning(effect, effect.then & who)

    def _turning(self, effect: Effect, among: Set) -> Set:
        return self.symbols.bdd.exist(effect.turned, among) if effect.turned else among

    def _effect(self, arc: Arc) -> Effect:
        found = self._effects.get(arc)
        if found is None:
            marks = self._marks(arc)
            changed = [name for name in self.changed(arc) if name in self.symbols.bits]
            turned = [*(bit for name in changed for bit in self.symbols.bits[name]), *marks]
            found = Effect(frozenset(turned), self._facts(arc, changed) & self.symbols.cube(marks))
            self._effects[arc] = found
        return found

    def _facts(self, arc: Arc, changed: Sequence[str]) -> Set:
        """What holds after an arc of the facts that turn, and between them and the others."""
        symbols, found = self.symbols, self.symbols.among(changed)
        if arc.step is None:
            return found
        step = self.machine.steps[arc.step]
        facts = [name for name in changed if name in symbols.values]
        if arc.outcome is not None:
            # Guards see what the event brings, and nothing of how the step went an earlier time.
            decided = [name for name in facts if name not in step.records]
            found = symbols.forgetting(symbols.exactly({}, decided) & arc.condition, decided) & found
        elif arc.move not in ("kept", "cut"):
            found = symbols.exactly({}, [name for name in facts if name in step.records]) & found
        return self._result(step, arc) & found

    def _result(self, step: CompiledStep, arc: Arc) -> Set:
        """How the step went, as facts; what rank somebody has hangs on others, and may be any."""
        symbols = self.symbols
        found = symbols.bdd.true
        if step.name in symbols.values:
            result = {"kept": "passed", "cut": "failed"}.get(arc.move, arc.move)
            found &= symbols.is_unknown(step.name) if result == "recorded" else symbols.is_value(step.name, result)
        ranked = arc.move in ("kept", "cut")
        if (kept := f"{step.name}.kept") in symbols.values:
            found &= symbols.is_value(kept, arc.move == "kept") if ranked else symbols.is_unknown(kept)
        if (rank := f"{step.name}.rank") in symbols.values:
            found &= symbols.is_known(rank) if ranked else symbols.is_unknown(rank)
        return found

    # -- eliminatory rounds ---------------------------------------------------------------------------------------

    def duty(self, step: str) -> Set:
        """Those who stood where an eliminatory step is taken, and were since neither let on nor over it."""
        return self.symbols.bdd.var(duty(step))

    def _marks(self, arc: Arc) -> dict[str, bool]:
        """What an arc turns that is no fact: whose result waits, who owes a round, where somebody stood."""
        steps, found = self.machine.steps, {}
        if arc.move == "recorded":
            assert arc.step is not None
            found[waits(arc.step)] = True
        elif arc.move != "waited":  # a result waits only where its step is taken
            found |= {waits(name): False for name in self.cutting if arc.origin.state in steps[name].origins}
        for name in self.eliminatory:
            if arc.to.state in steps[name].origins and arc.to.state != arc.origin.state:
                found[duty(name)] = True
            elif arc.step == name and arc.move in PASS_ON:
                found[duty(name)] = False
        if arc.to.state in self.marked:
            found[f"stood {arc.to.state}"] = True
        return found

    def stood(self, state: str) -> Set:
        """Those who stood in a state before, which some property asks about."""
        return self.symbols.bdd.var(f"stood {state}")

    def standing(self, where: Node | str) -> Set:
        """Everybody who can stand in a state, whenever, or at a node."""
        found = self.symbols.bdd.false
        for ring in self.rings:
            if where in (ring.node, ring.node.state):
                found = ring.who | found
        return found


def is_eliminatory(machine: Machine, step: CompiledStep) -> bool:
    """
    Whether failing a step ends the selection for somebody: an outcome, or being cut, is an unsuccessful end.

    A step that is taken by those who are selected already, such as an offer, keeps nobody from being selected.
    """
    if any(machine.states[name].selected for name in step.origins):
        return False
    ends = [outcome.to for outcome in step.outcomes if not outcome.passed]
    ends += [step.otherwise] if step.keeps is not None else []
    return any(machine.states[name].unsuccessful and machine.states[name].final for name in ends)
